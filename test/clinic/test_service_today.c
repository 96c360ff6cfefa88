/* The day: what is missing before each visit, who is late, who may leave, and what comes first. */
#include "service_support.h"

#include <string.h>

struct place {
    struct clinic clinic;
    struct staff admin, nurse, other;
    char patient[40], stranger[40]; /* of nurse, of other */
};

/* It is 2026-11-29, half past eight in Zurich. */
static void open_place(struct place *place, const char *file)
{
    clinic_open(&place->clinic, file);
    hire(&place->clinic, "admin", "administrator", &place->admin);
    hire(&place->clinic, "nurse", "nurse", &place->nurse);
    hire(&place->clinic, "other", "physician", &place->other);
    (void)snprintf(place->patient, sizeof place->patient, "%s", new_patient(&place->clinic, &place->nurse));
    (void)snprintf(place->stranger, sizeof place->stranger, "%s", new_patient(&place->clinic, &place->other));
    json_decref(done(&place->clinic, &place->admin, RSP_USE_chair_set,
        json_pack("{s:s, s:s}", "name", "A", "state", "open")));
}

static void book(struct place *place, const struct staff *staff, const char *patient, const char *start)
{
    json_decref(done(&place->clinic, staff, RSP_USE_appointment_book,
        json_pack(
            "{s:s, s:[s], s:[s], s:i}", "patient", patient, "start", start, "chair", "A", "minutes", 60)));
}

static json_t *today(struct place *place, const struct staff *staff)
{
    return done(&place->clinic, staff, RSP_USE_today, json_object());
}

static const char *text(const json_t *row, const char *key)
{
    const char *value = json_string_value(json_object_get(row, key));
    return value != NULL ? value : "";
}

static bool lacks(const json_t *day, size_t visit, const char *code)
{
    const json_t *missing =
                     json_object_get(json_array_get(json_object_get(day, "appointments"), visit), "missing"),
                 *row;
    size_t i;
    json_array_foreach(missing, i, row) if (strcmp(text(row, "code"), code) == 0) return true;
    return false;
}

static const char *task(const json_t *day, size_t i)
{
    return text(json_array_get(json_object_get(day, "to_do"), i), "code");
}

START_TEST(what_is_missing_goes_away_when_it_is_done)
{
    struct place place;
    open_place(&place, "missing.db");
    book(&place, &place.nurse, place.patient, "2026-11-29T15:00");
    json_t *day = today(&place, &place.nurse);
    ck_assert(lacks(day, 0, "assessment") && lacks(day, 0, "plan") && lacks(day, 0, "staff") &&
              lacks(day, 0, "escort"));
    ck_assert(!lacks(day, 0, "weight") && !lacks(day, 0, "weight_old") && !lacks(day, 0, "consent"));
    ck_assert_str_eq(task(day, 0), "assessment");
    ck_assert_str_eq(text(json_array_get(json_object_get(day, "to_do"), 0), "family_name"), "Muster");
    const json_int_t number = json_integer_value(
        json_object_get(json_array_get(json_object_get(day, "appointments"), 0), "appointment"));
    json_decref(day);
    json_decref(
        done(&place.clinic, &place.nurse, RSP_USE_assess, json_pack("{s:s}", "patient", place.patient)));
    json_t *kept = done(&place.clinic, &place.nurse, RSP_USE_plan_keep,
        json_pack("{s:s, s:i}", "patient", place.patient, "subjects", 20));
    json_decref(done(&place.clinic, &place.nurse, RSP_USE_appointment_change,
        json_pack("{s:s, s:I, s:s, s:s, s:s}", "patient", place.patient, "appointment", number, "staff",
            "nurse", "escort", "Bea Muster", "why", "named on the phone")));
    day = today(&place, &place.nurse);
    ck_assert(!lacks(day, 0, "assessment") && !lacks(day, 0, "plan") && !lacks(day, 0, "staff") &&
              !lacks(day, 0, "escort"));
    ck_assert(lacks(day, 0, "consent") && lacks(day, 0, "order") && lacks(day, 0, "profile"));
    json_decref(day);
    json_t *sheet = done(&place.clinic, &place.nurse, RSP_USE_sheet,
        json_pack("{s:s, s:O, s:s}", "patient", place.patient, "plan", json_object_get(kept, "plan"),
            "language", "en"));
    json_decref(done(&place.clinic, &place.nurse, RSP_USE_consent,
        json_pack("{s:s, s:O, s:s, s:s, s:s, s:s}", "patient", place.patient, "plan",
            json_object_get(kept, "plan"), "sheet_version", text(sheet, "digest"), "language", "en",
            "decision", "agreed", "off_label", "explained")));
    json_decref(kept);
    json_decref(sheet);
    day = today(&place, &place.nurse);
    ck_assert(!lacks(day, 0, "consent") && !lacks(day, 0, "plan_old"));
    json_decref(day);
    /* five weeks later everything is as it was but the weight */
    place.clinic.now_s += 35 * 86400;
    ck_assert_int_eq(sign_in(&place.clinic, &place.nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
    book(&place, &place.nurse, place.patient, "2027-01-03T15:00");
    day = today(&place, &place.nurse);
    ck_assert(lacks(day, 0, "weight_old"));
    json_decref(day);
    clinic_close(&place.clinic);
}
END_TEST

START_TEST(a_changed_record_asks_for_a_new_assessment_and_a_block_is_named)
{
    struct place place;
    open_place(&place, "block.db");
    book(&place, &place.nurse, place.patient, "2026-11-29T15:00");
    json_decref(
        done(&place.clinic, &place.nurse, RSP_USE_assess, json_pack("{s:s}", "patient", place.patient)));
    json_t *read =
        done(&place.clinic, &place.nurse, RSP_USE_patient_read, json_pack("{s:s}", "patient", place.patient));
    json_decref(done(&place.clinic, &place.nurse, RSP_USE_patient_amend,
        json_pack("{s:s, s:O, s:{s:[s]}, s:s}", "patient", place.patient, "version",
            json_object_get(read, "version"), "record", "history", "active_psychosis", "why", "told today")));
    json_decref(read);
    json_t *day = today(&place, &place.nurse);
    ck_assert(lacks(day, 0, "assessment_old") && !lacks(day, 0, "blocked"));
    json_decref(day);
    json_decref(
        done(&place.clinic, &place.nurse, RSP_USE_assess, json_pack("{s:s}", "patient", place.patient)));
    day = today(&place, &place.nurse);
    ck_assert(!lacks(day, 0, "assessment_old") && lacks(day, 0, "blocked"));
    json_decref(day);
    clinic_close(&place.clinic);
}
END_TEST

START_TEST(who_is_late_comes_first_and_a_finding_before_that)
{
    struct place place;
    open_place(&place, "late.db");
    book(&place, &place.nurse, place.patient, "2026-11-29T09:00");
    place.clinic.now_s = 1795937529 + 40 * 60; /* 09:12 */
    ck_assert_int_eq(sign_in(&place.clinic, &place.nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
    json_t *day = today(&place, &place.nurse);
    const json_t *visit = json_array_get(json_object_get(day, "appointments"), 0);
    ck_assert_int_eq(json_integer_value(json_object_get(visit, "late_min")), 12);
    ck_assert_str_eq(task(day, 0), "late");
    ck_assert_uint_eq(json_array_size(json_object_get(day, "to_do")), 1);
    ck_assert(lacks(day, 0, "assessment"));
    const json_int_t number = json_integer_value(json_object_get(visit, "appointment"));
    json_decref(day);
    json_decref(done(&place.clinic, &place.nurse, RSP_USE_score_add,
        json_pack("{s:s, s:s, s:{s:i, s:i}}", "patient", place.patient, "instrument", "phq9", "answers", "1",
            1, "9", 2)));
    json_decref(done(&place.clinic, &place.nurse, RSP_USE_appointment_came,
        json_pack("{s:s, s:I, s:s}", "patient", place.patient, "appointment", number, "came", "arrived")));
    place.clinic.now_s += 3600;
    ck_assert_int_eq(sign_in(&place.clinic, &place.nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
    json_decref(done(&place.clinic, &place.nurse, RSP_USE_register_add,
        json_pack("{s:s, s:s, s:s, s:s}", "kind", "near_miss", "word", "label", "severity", "none",
            "what_happened", "no label")));
    day = today(&place, &place.nurse);
    ck_assert_str_eq(task(day, 0), "finding");
    ck_assert_str_eq(task(day, 1), "over");
    ck_assert_str_eq(task(day, 2), "register");
    ck_assert_uint_eq(json_array_size(json_object_get(day, "to_do")), 3);
    json_decref(day);
    clinic_close(&place.clinic);
}
END_TEST

/* The nurse says what became of her only visit, with a reason or without. */
static enum rsp_refusal ends(struct place *place, const char *how, const char *why)
{
    json_t *visits = done(&place->clinic, &place->nurse, RSP_USE_patient_appointments,
               json_pack("{s:s}", "patient", place->patient)),
           *rows = json_object_get(visits, "appointments");
    json_t *input = json_pack("{s:s, s:O, s:s}", "patient", place->patient, "appointment",
        json_object_get(json_array_get(rows, json_array_size(rows) - 1), "appointment"), "came", how);
    json_decref(visits);
    if (why != NULL)
        (void)json_object_set_new(input, "why", json_string(why));
    return ask(&place->clinic, &place->nurse, RSP_USE_appointment_came, input, NULL, NULL);
}

/* The only task of the day; "" when there is none. Whether the last visit is unsaid, and how much it lacks. */
static const char *only_task(struct place *place, bool *unsaid, size_t *n_missing)
{
    static char code[32];
    json_t *day = today(place, &place->nurse);
    const json_t *visits = json_object_get(day, "appointments"),
                 *visit = json_array_get(visits, json_array_size(visits) - 1);
    ck_assert_uint_le(json_array_size(json_object_get(day, "to_do")), 1);
    (void)snprintf(code, sizeof code, "%s", task(day, 0));
    *unsaid = json_is_true(json_object_get(visit, "unsaid"));
    *n_missing = json_array_size(json_object_get(visit, "missing"));
    json_decref(day);
    return code;
}

static void wait_until_min(struct place *place, int minutes_after_eight)
{
    place->clinic.now_s = 1795935600 + (int64_t)minutes_after_eight * 60;
    ck_assert_int_eq(sign_in(&place->clinic, &place->nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
}

START_TEST(a_visit_stands_once_in_what_to_do_next_and_ends_with_a_reason)
{
    struct place place;
    bool unsaid = false;
    size_t n_missing = 0;
    open_place(&place, "over.db");
    book(&place, &place.nurse, place.patient, "2026-11-29T09:00");
    wait_until_min(&place, 65);
    ck_assert_str_eq(only_task(&place, &unsaid, &n_missing), "late");
    ck_assert(!unsaid && n_missing > 0);
    wait_until_min(&place, 120);
    ck_assert_str_eq(only_task(&place, &unsaid, &n_missing), "over");
    ck_assert(unsaid && n_missing == 0); /* nobody waits for it any more */
    ck_assert_int_eq(ends(&place, "absent", "rang: a cold"), RSP_NOT_REFUSED);
    ck_assert_str_eq(only_task(&place, &unsaid, &n_missing), "");
    ck_assert(!unsaid && n_missing == 0);
    json_t *day = today(&place, &place.nurse);
    ck_assert_str_eq(text(json_array_get(json_object_get(day, "appointments"), 0), "why"), "rang: a cold");
    json_decref(day);

    book(&place, &place.nurse, place.patient, "2026-11-29T11:00");
    ck_assert_int_eq(ends(&place, "over", "a mistake"), RSP_REFUSED_INVALID); /* it has not begun */
    wait_until_min(&place, 180);
    ck_assert_int_eq(ends(&place, "arrived", NULL), RSP_NOT_REFUSED);
    ck_assert_str_eq(only_task(&place, &unsaid, &n_missing), "assessment");
    wait_until_min(&place, 240);
    ck_assert_str_eq(only_task(&place, &unsaid, &n_missing), "over");
    ck_assert(unsaid && n_missing > 0); /* who sits there may still be treated */
    ck_assert_int_eq(ends(&place, "over", NULL), RSP_REFUSED_INVALID);
    ck_assert_int_eq(ends(&place, "over", "pressure too high, sent home"), RSP_NOT_REFUSED);
    ck_assert_str_eq(only_task(&place, &unsaid, &n_missing), "");
    ck_assert_int_eq(sign_in(&place.clinic, &place.other, GOOD_PASSWORD), RSP_NOT_REFUSED);
    book(&place, &place.other, place.stranger, "2026-11-29T11:30");        /* the chair is free */
    ck_assert_int_eq(ends(&place, "arrived", NULL), RSP_REFUSED_CONFLICT); /* and was taken since */
    clinic_close(&place.clinic);
    clinic_verify(&place.clinic);
}
END_TEST

START_TEST(patients_of_others_are_busy_and_ask_for_nothing)
{
    struct place place;
    open_place(&place, "busy.db");
    book(&place, &place.other, place.stranger, "2026-11-29T15:00");
    json_t *day = today(&place, &place.nurse);
    const json_t *visit = json_array_get(json_object_get(day, "appointments"), 0);
    ck_assert(json_is_false(json_object_get(visit, "own")));
    ck_assert_ptr_null(json_object_get(visit, "patient"));
    ck_assert_ptr_null(json_object_get(visit, "missing"));
    ck_assert_uint_eq(json_array_size(json_object_get(day, "to_do")), 0);
    ck_assert_str_eq(text(day, "day"), "2026-11-29");
    json_decref(day);
    day = today(&place, &place.other);
    ck_assert(json_is_true(json_object_get(json_array_get(json_object_get(day, "appointments"), 0), "own")));
    json_decref(day);
    clinic_close(&place.clinic);
    clinic_verify(&place.clinic);
}
END_TEST

START_TEST(an_erased_patient_is_nobody_on_the_list)
{
    struct place place;
    open_place(&place, "erased.db");
    book(&place, &place.other, place.stranger, "2026-11-29T15:00");
    json_decref(done(&place.clinic, &place.other, RSP_USE_score_add,
        json_pack(
            "{s:s, s:s, s:{s:i}}", "patient", place.stranger, "instrument", "phq9", "answers", "9", 2)));
    json_decref(done(&place.clinic, &place.other, RSP_USE_register_add,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "patient", place.stranger, "kind", "near_miss", "word",
            "label", "severity", "none", "what_happened", "no label", "state", "closed")));
    json_decref(done(&place.clinic, &place.other, RSP_USE_patient_erase,
        json_pack("{s:s, s:s}", "patient", place.stranger, "why", "request of the person, art. 17 GDPR")));
    json_t *day = today(&place, &place.other);
    ck_assert_uint_eq(json_array_size(json_object_get(day, "appointments")), 1);
    ck_assert_uint_eq(json_array_size(json_object_get(day, "to_do")), 0);
    json_decref(day);
    json_t *list = done(&place.clinic, &place.other, RSP_USE_register, json_object());
    ck_assert_uint_eq(json_array_size(json_object_get(list, "entries")), 1);
    ck_assert_ptr_null(json_object_get(json_array_get(json_object_get(list, "entries"), 0), "what_happened"));
    json_decref(list);
    clinic_close(&place.clinic);
    clinic_verify(&place.clinic);
}
END_TEST

RUN_TESTS("service today", an_erased_patient_is_nobody_on_the_list, what_is_missing_goes_away_when_it_is_done,
    a_changed_record_asks_for_a_new_assessment_and_a_block_is_named,
    who_is_late_comes_first_and_a_finding_before_that,
    a_visit_stands_once_in_what_to_do_next_and_ends_with_a_reason,
    patients_of_others_are_busy_and_ask_for_nothing)
