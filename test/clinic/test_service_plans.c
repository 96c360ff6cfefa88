/* Kept plans and consent: what they rest on, when they no longer hold, what is refused. */
#include <math.h>

#include "service_support.h"

#include "rules/rules.h"
#include "service/plans.h"
#include "service/sheet_words.h"
#include "service/shelf.h"

static json_t *of(const char *patient)
{
    return json_pack("{s:s}", "patient", patient);
}

static const char *text(const json_t *body, const char *key)
{
    const char *value = json_string_value(json_object_get(body, key));
    return value != NULL ? value : "";
}

static json_int_t whole(const json_t *body, const char *key)
{
    return json_integer_value(json_object_get(body, key));
}

static json_t *small_plan(const char *patient)
{
    return json_pack("{s:s, s:i, s:i}", "patient", patient, "subjects", 40, "seed", 7);
}

/* Keep a plan of 40 copies and read it. */
static json_t *kept(struct clinic *clinic, const struct staff *staff, const char *patient)
{
    json_t *body = done(clinic, staff, RSP_USE_plan_keep, small_plan(patient));
    json_t *plan = done(clinic, staff, RSP_USE_plan_read,
        json_pack("{s:s, s:O}", "patient", patient, "plan", json_object_get(body, "plan")));
    json_decref(body);
    return plan;
}

static void amend(struct clinic *clinic, const struct staff *staff, const char *patient, json_t *record)
{
    json_t *read = done(clinic, staff, RSP_USE_patient_read, of(patient));
    json_decref(done(clinic, staff, RSP_USE_patient_amend,
        json_pack("{s:s, s:O, s:o, s:s}", "patient", patient, "version", json_object_get(read, "version"),
            "record", record, "why", "test of plans")));
    json_decref(read);
}

START_TEST(a_kept_plan_is_the_plan_of_the_same_seed_with_the_facts_that_it_used)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "kept.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_t *plan = kept(&clinic, &physician, patient);
    json_t *shown = done(&clinic, &physician, RSP_USE_plan, small_plan(patient));
    const json_t *forecast = json_object_get(plan, "forecast");
    ck_assert(json_equal(forecast, shown));
    ck_assert_int_eq(whole(plan, "seed"), 7);
    ck_assert_int_eq(whole(plan, "subjects"), 40);
    ck_assert_int_gt(whole(plan, "identity"), 0);
    ck_assert_int_gt(whole(plan, "clinical"), 0);
    ck_assert_uint_eq(json_array_size(json_object_get(plan, "doses")), 1);
    ck_assert(json_is_false(json_object_get(plan, "stale")));
    ck_assert(json_is_null(json_object_get(plan, "consent")));
    ck_assert_str_eq(text(plan, "start"), "2026-11-29");
    json_decref(plan);
    json_decref(shown);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

START_TEST(a_plan_says_when_the_record_was_changed_since)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "stale.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_decref(kept(&clinic, &physician, patient));
    amend(&clinic, &physician, patient, json_pack("{s:i}", "weight_kg", 80));
    json_t *list = done(&clinic, &physician, RSP_USE_plans, of(patient));
    const json_t *row = json_array_get(json_object_get(list, "plans"), 0);
    ck_assert(json_is_true(json_object_get(row, "stale")));
    ck_assert_ptr_nonnull(strstr(text(row, "why_stale"), "clinical record was changed"));
    ck_assert_ptr_null(json_object_get(row, "forecast"));
    json_decref(list);
    clinic_close(&clinic);
}
END_TEST

/* Numbers from 1 to 40, each there or not as the dice fall. */
static json_t *some(uint64_t *state, bool there[41])
{
    json_t *numbers = json_array();
    for (int i = 1; i <= 40; i++) {
        *state = *state * 6364136223846793005u + 1442695040888963407u;
        there[i] = (*state >> 60) != 0; /* 15 of 16 */
        if (there[i])
            (void)json_array_append_new(numbers, json_integer(i));
    }
    return numbers;
}

START_TEST(a_plan_holds_exactly_while_every_entry_that_it_used_is_current)
{
    uint64_t state = 20261129;
    int held = 0;
    for (int round = 0; round < 2000; round++) {
        bool current[41], used[41];
        struct rsp_plan_ground ground = {.current = {json_pack("[i]", 50), json_pack("[i, i]", 51, 52)},
            .clinical = json_pack("[i, i]", 51, 52)};
        ground.current[2] = some(&state, current);
        json_t *numbers = some(&state, used);
        const bool few = round % 2 == 0; /* of a plan that was made early */
        while (few && json_array_size(numbers) > 3)
            (void)json_array_remove(numbers, json_array_size(numbers) - 1);
        bool expected = true;
        size_t i;
        const json_t *number;
        json_array_foreach(numbers, i, number) expected = expected && current[json_integer_value(number)];
        char *text = json_dumps(numbers, 0), why[RSP_PLAN_WHY_SIZE];
        json_t *body = json_pack("{s:i, s:i, s:s}", "identity", 50, "clinical", 52, "diary", text);
        rsp_plan_why_stale(&ground, 1, body, why);
        ck_assert_int_eq(why[0] == '\0', expected);
        ck_assert(expected || strstr(why, "diary") != NULL);
        held += expected;
        (void)json_object_set_new(body, "clinical", json_integer(51)); /* superseded by 52 */
        rsp_plan_why_stale(&ground, 1, body, why);
        ck_assert_text_in(why, "clinical record");
        json_decref(body);
        json_decref(numbers);
        free(text);
        rsp_plan_ground_clear(&ground);
    }
    ck_assert(held > 200 && held < 1800);
}
END_TEST

START_TEST(a_plan_of_another_patient_is_not_found)
{
    struct clinic clinic;
    struct staff physician;
    char first[64];
    clinic_open(&clinic, "others.db");
    hire(&clinic, "physician", "physician", &physician);
    (void)snprintf(first, sizeof first, "%s", new_patient(&clinic, &physician));
    const char *second = new_patient(&clinic, &physician);
    json_t *plan = kept(&clinic, &physician, first);
    ck_assert_int_eq(
        ask(&clinic, &physician, RSP_USE_plan_read,
            json_pack("{s:s, s:I}", "patient", second, "plan", whole(plan, "number")), NULL, NULL),
        RSP_REFUSED_MISSING);
    ck_assert_int_eq(
        ask(&clinic, &physician, RSP_USE_plan_read,
            json_pack("{s:s, s:I}", "patient", first, "plan", whole(plan, "identity")), NULL, NULL),
        RSP_REFUSED_MISSING);
    json_decref(plan);
    clinic_close(&clinic);
}
END_TEST

START_TEST(no_plan_is_kept_for_who_is_no_candidate_or_has_no_weight)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "none.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    amend(&clinic, &physician, patient, json_pack("{s:[s]}", "history", "active_psychosis"));
    ck_assert_int_eq(
        ask(&clinic, &physician, RSP_USE_plan_keep, small_plan(patient), NULL, NULL), RSP_REFUSED_INVALID);
    amend(&clinic, &physician, patient, json_pack("{s:[], s:n}", "history", "weight"));
    ck_assert_int_eq(
        ask(&clinic, &physician, RSP_USE_plan_keep, small_plan(patient), NULL, NULL), RSP_REFUSED_INVALID);
    json_t *list = done(&clinic, &physician, RSP_USE_plans, of(patient));
    ck_assert_uint_eq(json_array_size(json_object_get(list, "plans")), 0);
    json_decref(list);
    clinic_close(&clinic);
}
END_TEST

START_TEST(a_regimen_over_a_hard_limit_is_kept_as_such)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "limit.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_t *input = small_plan(patient);
    static const char dose[] = "8 mg/kg/h ketamine iv for 1 h";
    (void)json_object_set_new(input, "dose", json_pack("[s]", dose));
    (void)json_object_set_new(input, "confirm_dose", json_string(dose));
    json_t *body = done(&clinic, &physician, RSP_USE_plan_keep, input);
    ck_assert(json_is_false(json_object_get(body, "within_limits")));
    json_t *plan = done(&clinic, &physician, RSP_USE_plan_read,
        json_pack("{s:s, s:I}", "patient", patient, "plan", whole(body, "plan")));
    ck_assert(json_is_true(json_object_get(plan, "hard_limit_broken")));
    ck_assert(json_is_true(json_object_get(plan, "soft_limit_broken")));
    json_decref(plan);
    json_decref(body);
    clinic_close(&clinic);
}
END_TEST

/* Forty days of diary: 7 before the infusion, then relief that fades. */
static void keep_diary(struct clinic *clinic, const struct staff *staff, const char *patient)
{
    for (int day = 0; day < 40; day++) {
        char date[40]; /* 2026-10-15 and on */
        const int score = day < 7 ? 7 : (day < 12 ? 6 - (day - 7) : 2 + (day - 12) / 7);
        if (day < 17)
            (void)snprintf(date, sizeof date, "2026-10-%02d", 15 + day);
        else
            (void)snprintf(date, sizeof date, "2026-11-%02d", day - 16);
        json_decref(done(clinic, staff, RSP_USE_diary_add,
            json_pack("{s:s, s:s, s:s, s:i}", "patient", patient, "date", date, "time", "20:00", "pain_nrs",
                score)));
    }
}

/* The infusion that this diary is about, too. */
static void keep_course(struct clinic *clinic, const struct staff *staff, const char *patient)
{
    keep_diary(clinic, staff, patient);
    amend(clinic, staff, patient,
        json_pack("{s:[{s:s, s:s}], s:f}", "infusions", "start", "2026-10-22T09:00", "dose",
            "22.2 mg/h esketamine iv for 100 h", "baseline_nrs", 7.0));
}

START_TEST(the_stored_diary_teaches_the_plan)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "learned.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    keep_diary(&clinic, &physician, patient);
    json_t *before = done(&clinic, &physician, RSP_USE_plan, small_plan(patient));
    ck_assert(json_is_null(json_object_get(before, "learned")));
    ck_assert_ptr_nonnull(strstr(text(json_object_get(before, "learning"), "why_not"), "none is on record"));
    json_decref(before);
    amend(&clinic, &physician, patient,
        json_pack("{s:[{s:s, s:s}], s:f}", "infusions", "start", "2026-10-22T09:00", "dose",
            "22.2 mg/h esketamine iv for 100 h", "baseline_nrs", 7.0));
    json_t *plan = kept(&clinic, &physician, patient);
    const json_t *forecast = json_object_get(plan, "forecast");
    const json_t *diary = json_object_get(json_object_get(forecast, "learned"), "diary");
    ck_assert_msg(
        whole(diary, "n_entry") == 40, "%s", text(json_object_get(forecast, "learning"), "why_not"));
    ck_assert_str_eq(
        text(json_object_get(json_object_get(forecast, "prediction"), "relief_days_30"), "validity"),
        "patient");
    json_decref(plan);
    clinic_close(&clinic);
}
END_TEST

static json_t *sheet_of(struct clinic *clinic, const struct staff *staff, const char *patient,
    json_int_t plan, const char *language)
{
    return done(clinic, staff, RSP_USE_sheet,
        json_pack("{s:s, s:I, s:s}", "patient", patient, "plan", plan, "language", language));
}

START_TEST(consent_stands_beside_its_plan_and_the_last_word_holds)
{
    struct clinic clinic;
    struct staff physician, other;
    clinic_open(&clinic, "consent.db");
    hire(&clinic, "physician", "physician", &physician);
    hire(&clinic, "other", "physician", &other);
    const char *patient = new_patient(&clinic, &physician);
    json_t *plan = kept(&clinic, &physician, patient);
    const json_int_t number = whole(plan, "number");
    json_t *sheet = sheet_of(&clinic, &physician, patient, number, "de");
    const char *version = text(sheet, "digest");
    static const char *const decision[] = {"agreed", "declined"}, *const by[] = {"other", "physician"};
    for (size_t i = 0; i < 2; i++) {
        json_decref(done(&clinic, &physician, RSP_USE_consent,
            json_pack("{s:s, s:I, s:s, s:s, s:s, s:s, s:s}", "patient", patient, "plan", number,
                "sheet_version", version, "language", "de", "explained_by", by[i], "decision", decision[i],
                "off_label", "explained")));
        json_decref(plan);
        plan = done(&clinic, &physician, RSP_USE_plan_read,
            json_pack("{s:s, s:I}", "patient", patient, "plan", number));
        const json_t *consent = json_object_get(plan, "consent");
        ck_assert_str_eq(text(consent, "decision"), decision[i]);
        ck_assert_str_eq(text(consent, "explained_by"), by[i]);
    }
    json_t *list = done(&clinic, &physician, RSP_USE_consents, of(patient));
    ck_assert_uint_eq(json_array_size(json_object_get(list, "consents")), 2);
    json_decref(list);
    json_decref(sheet);
    json_decref(plan);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

START_TEST(nobody_agrees_without_off_label_use_explained_or_to_a_plan_that_no_longer_holds)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "refused.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_t *plan = kept(&clinic, &physician, patient);
    json_t *sheet = sheet_of(&clinic, &physician, patient, whole(plan, "number"), "en");
    const char *version = text(sheet, "digest");
    static const char *const off_label[] = {"not_explained", "explained"};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(ask(&clinic, &physician, RSP_USE_consent,
                             json_pack("{s:s, s:I, s:s, s:s, s:s, s:s}", "patient", patient, "plan",
                                 whole(plan, "number"), "sheet_version", version, "language", "en",
                                 "decision", "agreed", "off_label", off_label[i]),
                             NULL, NULL),
            RSP_REFUSED_INVALID);
        if (i == 0)
            amend(&clinic, &physician, patient, json_pack("{s:i}", "weight_kg", 80));
    }
    json_decref(sheet);
    json_decref(plan);
    clinic_close(&clinic);
}
END_TEST

/* ---- preview ---- */

static json_t *preview(
    struct clinic *clinic, const struct staff *staff, const char *patient, json_t *regimens)
{
    return done(clinic, staff, RSP_USE_plan_preview,
        json_pack(
            "{s:s, s:o, s:i, s:i}", "patient", patient, "regimens", regimens, "subjects", 40, "seed", 7));
}

static const json_t *slot(const json_t *body, const char *name)
{
    return json_object_get(json_object_get(body, "regimens"), name);
}

static void same(const json_t *plan, const json_t *shown, const char *key)
{
    const json_t *a = json_object_get(plan, key), *b = json_object_get(shown, key);
    ck_assert_msg(a != NULL && b != NULL && json_equal(a, b), "%s differs", key);
}

START_TEST(a_preview_has_the_numbers_of_the_plan_with_the_same_seed_and_copies)
{
    static const char *const dose[] = {"22.2 mg/h esketamine iv for 100 h",
        "0.35 mg/kg/h ketamine iv for 4 h every 1 d x10", "35 mg ketamine iv over 40 min every 2 d x5"};
    static const char *const quantity[] = {"relief_days_30", "relief_days_50", "peak_relief_frac",
        "peak_esketamine_ng_per_ml", "peak_dissociation_pct", "peak_sbp_rise_mmhg", "p_relief_30",
        "next_infusion_day", "response_class_probability", "hypothetical", "horizon_d"};
    static const char *const band[] = {"p05", "p25", "p50", "p75", "p95"};
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "preview.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    amend(&clinic, &physician, patient, json_pack("{s:f}", "baseline_nrs", 7.2));
    for (size_t i = 0; i < sizeof dose / sizeof *dose; i++) {
        json_t *input = small_plan(patient);
        (void)json_object_set_new(input, "dose", json_pack("[s]", dose[i]));
        json_t *plan = done(&clinic, &physician, RSP_USE_plan, input);
        json_t *body = preview(&clinic, &physician, patient, json_pack("{s:{s:[s]}}", "b", "dose", dose[i]));
        const json_t *shown = slot(body, "b"), *prediction = json_object_get(plan, "prediction");
        for (size_t q = 0; q < sizeof quantity / sizeof *quantity; q++)
            same(prediction, shown, quantity[q]);
        const json_t *curve = json_object_get(prediction, "curve"), *pain = json_object_get(shown, "pain");
        same(curve, pain, "time_d");
        for (size_t k = 0; k < 5; k++)
            same(json_object_get(curve, "pain_nrs"), pain, band[k]);
        same(json_object_get(json_object_get(prediction, "session"), "esketamine_ng_per_ml"),
            json_object_get(shown, "level"), "p95");
        same(json_object_get(plan, "sentences"), json_object_get(shown, "sentences"), "relief");
        json_decref(plan);
        json_decref(body);
    }
    clinic_close(&clinic);
}
END_TEST

START_TEST(four_regimens_stand_beside_each_other_and_a_refused_one_does_not_hide_the_others)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "four.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_t *body = preview(&clinic, &physician, patient,
        json_pack("{s:{s:s}, s:{s:[s]}, s:{s:[s]}, s:{s:[s], s:s}}", "a", "protocol", "crps_inpatient_4d",
            "b", "dose", "3 mg/kg/h ketamine iv for 4 h", "c", "dose", "22.2 esketamine", "d", "dose",
            "8 mg/kg/h ketamine iv for 1 h", "confirm_dose", "8 mg/kg/h ketamine iv for 1 h"));
    ck_assert_ptr_nonnull(json_object_get(slot(body, "a"), "text"));
    const json_t *tenfold = json_object_get(slot(body, "b"), "refused");
    ck_assert(json_is_true(json_object_get(tenfold, "confirm")));
    ck_assert_ptr_nonnull(strstr(text(tenfold, "message"), "ten-fold"));
    const json_t *unread = json_object_get(slot(body, "c"), "refused");
    ck_assert(json_is_false(json_object_get(unread, "confirm")));
    ck_assert(json_is_false(json_object_get(slot(body, "d"), "within_limits")));
    size_t i, n_hard = 0;
    const json_t *limit;
    json_array_foreach(json_object_get(slot(body, "d"), "limits"), i, limit) n_hard +=
        json_is_true(json_object_get(limit, "hard")) && json_is_false(json_object_get(limit, "ok"));
    ck_assert_uint_eq(n_hard, 1);
    ck_assert(json_is_null(json_object_get(slot(body, "d"), "next")));
    json_decref(body);
    static const char *const bad[] = {"e", "ab"};
    for (size_t k = 0; k < 2; k++)
        ck_assert_int_eq(
            ask(&clinic, &physician, RSP_USE_plan_preview,
                json_pack("{s:s, s:{s:{}}}", "patient", patient, "regimens", bad[k]), NULL, NULL),
            RSP_REFUSED_INVALID);
    ck_assert_int_eq(ask(&clinic, &physician, RSP_USE_plan_preview,
                         json_pack("{s:s, s:{}}", "patient", patient, "regimens"), NULL, NULL),
        RSP_REFUSED_INVALID);
    clinic_close(&clinic);
}
END_TEST

START_TEST(for_a_series_of_short_infusions_published_trials_lead_and_no_date_is_given)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "short.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    amend(&clinic, &physician, patient, json_pack("{s:f}", "baseline_nrs", 7.2));
    json_t *body = preview(&clinic, &physician, patient,
        json_pack("{s:{s:s}, s:{s:[s]}}", "a", "protocol", "crps_inpatient_4d", "b", "dose",
            "0.5 mg/kg ketamine iv over 40 min every 2 d x5"));
    const json_t *fitted = slot(body, "a"), *shown = slot(body, "b");
    ck_assert(json_is_false(json_object_get(fitted, "hypothetical")));
    ck_assert_uint_eq(json_array_size(json_object_get(fitted, "evidence")), 0);
    ck_assert(json_is_true(json_object_get(shown, "hypothetical")));
    ck_assert_uint_gt(json_array_size(json_object_get(shown, "evidence")), 0);
    ck_assert(json_is_null(json_object_get(shown, "next")));
    ck_assert(json_is_null(json_object_get(shown, "p_relief_30")));
    ck_assert_str_eq(text(json_object_get(shown, "relief_days_30"), "validity"), "extrapolated");
    ck_assert_str_ne(text(json_object_get(fitted, "sentences"), "relief"),
        text(json_object_get(shown, "sentences"), "relief"));
    json_decref(body);
    clinic_close(&clinic);
}
END_TEST

START_TEST(a_change_of_the_record_is_seen_by_the_next_preview)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "anew.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_t *body = preview(&clinic, &physician, patient, json_pack("{s:{}}", "a"));
    ck_assert_double_eq(json_number_value(json_object_get(body, "weight_kg")), 70);
    json_decref(body);
    amend(&clinic, &physician, patient, json_pack("{s:n}", "weight"));
    body = preview(&clinic, &physician, patient, json_pack("{s:{}}", "a"));
    ck_assert(json_is_null(json_object_get(body, "weight_kg")));
    ck_assert_ptr_nonnull(strstr(text(slot(body, "a"), "not_planned"), "weight"));
    ck_assert_uint_eq(json_array_size(json_object_get(slot(body, "a"), "doses")), 0);
    json_decref(body);
    amend(&clinic, &physician, patient,
        json_pack("{s:i, s:[s]}", "weight_kg", 70, "history", "active_psychosis"));
    body = preview(&clinic, &physician, patient, json_pack("{s:{}}", "a"));
    ck_assert_str_eq(text(json_object_get(body, "candidacy"), "status"), "not_a_candidate");
    ck_assert_ptr_nonnull(strstr(text(slot(body, "a"), "not_planned"), "not a candidate"));
    json_decref(body);
    clinic_close(&clinic);
}
END_TEST

START_TEST(ten_minutes_of_moving_a_slider_are_one_entry_of_the_audit)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "seen.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    for (int i = 0; i < 5; i++) {
        json_decref(preview(&clinic, &physician, patient, json_pack("{s:{}}", "a")));
        clinic.now_s += 60;
    }
    ck_assert_uint_eq(audited(&clinic, "physician", "plan_preview", "done"), 1);
    clinic.now_s += 600;
    json_decref(preview(&clinic, &physician, patient, json_pack("{s:{}}", "a")));
    ck_assert_uint_eq(audited(&clinic, "physician", "plan_preview", "done"), 2);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

START_TEST(what_the_diary_taught_once_gives_the_same_forecast_again)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "once_learned.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    keep_course(&clinic, &physician, patient);
    static const char *const dose[] = {
        "20 mg/h esketamine iv for 100 h", "22.2 mg/h esketamine iv for 100 h"};
    json_t *last = NULL;
    for (size_t i = 0; i < 2; i++) { /* the second regimen rests on what was learned for the first */
        json_decref(last);
        last = preview(&clinic, &physician, patient, json_pack("{s:{s:[s]}}", "a", "dose", dose[i]));
        ck_assert(json_is_true(json_object_get(slot(last, "a"), "learned")));
    }
    clinic_restart(&clinic); /* nothing is learned yet */
    ck_assert_int_eq(sign_in(&clinic, &physician, GOOD_PASSWORD), RSP_NOT_REFUSED);
    json_t *fresh = preview(&clinic, &physician, patient, json_pack("{s:{s:[s]}}", "a", "dose", dose[1]));
    ck_assert(json_equal(slot(last, "a"), slot(fresh, "a")));
    json_decref(last);
    json_decref(fresh);
    clinic_close(&clinic);
}
END_TEST

/* Whether what an advice learned went to the shelf, from which the advice then reads it. */
static bool goes_to_the_shelf(struct below *below, struct rsp_shelved *shelved, uint64_t seed)
{
    const char *dose[] = {"20 mg/h esketamine iv for 100 h"};
    struct rsp_advise_request request = {.dose = dose,
        .n_dose = 1,
        .today = below->call.today,
        .start = below->call.today,
        .n_subject = 20,
        .seed = seed,
        .n_thread = 1,
        .without_sensitivity = true};
    struct rsp_advice *advice = NULL;
    ck_assert_msg(
        rsp_shelf_advise(&below->call, shelved, &request, &advice) == RSP_OK, "%s", below->err.message);
    ck_assert_ptr_nonnull(advice->learned);
    const bool kept = advice->learned->borrowed;
    rsp_advice_free(advice);
    return kept;
}

START_TEST(a_full_shelf_makes_room_for_its_only_user_and_for_nobody_beside_others)
{
    struct clinic clinic;
    struct staff physician;
    struct below below;
    struct rsp_shelved *shelved = NULL, *beside = NULL;
    clinic_open(&clinic, "full_shelf.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    keep_course(&clinic, &physician, patient);
    below_open(&below, &clinic, patient);
    ck_assert_int_eq(rsp_shelf_borrow(&below.call, &shelved), RSP_OK);
    for (uint64_t seed = 1; seed <= 12; seed++) /* more than it holds */
        ck_assert(goes_to_the_shelf(&below, shelved, seed));
    ck_assert_int_eq(rsp_shelf_borrow(&below.call, &beside), RSP_OK);
    ck_assert_ptr_eq(beside, shelved);
    ck_assert(!goes_to_the_shelf(&below, shelved, 13)); /* the other may be reading what lies there */
    rsp_shelf_return(&below.call, beside);
    ck_assert(goes_to_the_shelf(&below, shelved, 13));
    rsp_shelf_return(&below.call, shelved);
    below_close(&below);
    clinic_close(&clinic);
}
END_TEST

/* ---- sheet ---- */

static const json_t *section(const json_t *sheet, const char *id)
{
    size_t i;
    const json_t *row;
    json_array_foreach(
        json_object_get(sheet, "sections"), i, row) if (strcmp(text(row, "id"), id) == 0) return row;
    ck_abort_msg("the sheet has no section %s", id);
}

/* Every text of a tree; the number of words and of sentences. */
static void count_words(const json_t *tree, size_t *n_word, size_t *n_sentence)
{
    size_t i;
    const char *key;
    json_t *value;
    if (json_is_string(tree)) {
        const char *at = json_string_value(tree);
        ck_assert_msg(strpbrk(at, "{}") == NULL, "%s", at);
        ck_assert_msg(strstr(at, " nan") == NULL, "%s", at);
        for (; *at != '\0'; at++) {
            *n_word += *at == ' ';
            *n_sentence += *at == '.' || *at == '?' || *at == ':';
        }
        ++*n_word;
    }
    json_array_foreach((json_t *)tree, i, value) count_words(value, n_word, n_sentence);
    json_object_foreach((json_t *)tree, key, value) count_words(value, n_word, n_sentence);
}

START_TEST(the_sheet_says_the_numbers_of_its_plan_in_plain_words_in_both_languages)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "sheet.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_t *plan = kept(&clinic, &physician, patient);
    const json_t *prediction = json_object_get(json_object_get(plan, "forecast"), "prediction");
    static const char *const language[] = {"en", "de"};
    static const char *const off_label[] = {"off-label", "Off-Label"};
    json_t *sheet[2];
    for (size_t i = 0; i < 2; i++) {
        size_t n_word = 0, n_sentence = 0;
        sheet[i] = sheet_of(&clinic, &physician, patient, whole(plan, "number"), language[i]);
        const json_t *icons = json_object_get(section(sheet[i], "benefit"), "icons");
        ck_assert_int_eq(
            whole(icons, "n"), lround(100 * json_number_value(json_object_get(prediction, "p_relief_30"))));
        const json_t *risk = json_array_get(json_object_get(section(sheet[i], "risks"), "risks"), 0);
        ck_assert_int_eq(whole(risk, "of_100"), 76); /* esketamine for days: Sigtermans 2009 */
        count_words(json_object_get(sheet[i], "sections"), &n_word, &n_sentence);
        ck_assert_msg(n_word < 14 * n_sentence, "%zu words in %zu sentences", n_word, n_sentence);
        const json_t *evidence = json_array_get(json_object_get(section(sheet[i], "evidence"), "texts"), 1);
        ck_assert_ptr_nonnull(strstr(json_string_value(evidence), off_label[i]));
    }
    ck_assert_str_ne(text(sheet[0], "digest"), text(sheet[1], "digest"));
    json_t *again = sheet_of(&clinic, &physician, patient, whole(plan, "number"), "en");
    ck_assert_str_eq(text(sheet[0], "digest"), text(again, "digest"));
    json_decref(again);
    json_decref(sheet[0]);
    json_decref(sheet[1]);
    json_decref(plan);
    clinic_close(&clinic);
}
END_TEST

START_TEST(where_the_model_has_no_ground_the_sheet_shows_no_icons_and_no_days)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "sheet_short.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_t *input = small_plan(patient);
    (void)json_object_set_new(
        input, "dose", json_pack("[s]", "0.5 mg/kg ketamine iv over 40 min every 2 d x5"));
    json_t *body = done(&clinic, &physician, RSP_USE_plan_keep, input);
    json_t *sheet = sheet_of(&clinic, &physician, patient, whole(body, "plan"), "en");
    ck_assert_ptr_null(json_object_get(section(sheet, "benefit"), "icons"));
    const char *duration =
        json_string_value(json_array_get(json_object_get(section(sheet, "duration"), "texts"), 0));
    ck_assert_ptr_nonnull(strstr(duration, "cannot say"));
    const char *what = json_string_value(json_array_get(json_object_get(section(sheet, "plan"), "texts"), 0));
    ck_assert_ptr_nonnull(strstr(what, "5 infusions of ketamine"));
    ck_assert_ptr_nonnull(strstr(what, "40 minutes"));
    const json_t *risk = json_array_get(json_object_get(section(sheet, "risks"), "risks"), 1);
    ck_assert_int_eq(whole(risk, "of_100"), 56); /* drowsiness: Rodrigues 2022 */
    json_decref(sheet);
    json_decref(body);
    clinic_close(&clinic);
}
END_TEST

/* The sheet of own doses, given as dose texts; the plan is of 40 copies. */
static json_t *sheet_for(struct clinic *clinic, const struct staff *staff, const char *patient, json_t *doses,
    const char *language)
{
    json_t *input = small_plan(patient);
    (void)json_object_set_new(input, "dose", doses);
    json_t *body = done(clinic, staff, RSP_USE_plan_keep, input);
    json_t *sheet = sheet_of(clinic, staff, patient, whole(body, "plan"), language);
    json_decref(body);
    return sheet;
}

static const char *told(const json_t *sheet, const char *id, size_t i)
{
    const char *at = json_string_value(json_array_get(json_object_get(section(sheet, id), "texts"), i));
    return at != NULL ? at : "";
}

/* The row of the sheet whose text begins so; NULL. */
static const json_t *risk_of(const json_t *sheet, const char *begin)
{
    size_t i;
    const json_t *row;
    json_array_foreach(json_object_get(section(sheet, "risks"), "risks"), i, row)
    {
        if (strncmp(text(row, "text"), begin, strlen(begin)) == 0)
            return row;
    }
    return NULL;
}

static bool has(const char *at, const char *part)
{
    return strstr(at, part) != NULL;
}

START_TEST(what_one_diary_says_is_told_as_that_and_not_as_a_share_of_people_of_a_study)
{
    static const char *const condition[] = {"crps", "fibromyalgia"};
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "sheet_own.db");
    hire(&clinic, "physician", "physician", &physician);
    for (size_t c = 0; c < 2; c++) {
        const char *patient = new_patient(&clinic, &physician);
        keep_diary(&clinic, &physician, patient);
        amend(&clinic, &physician, patient,
            json_pack("{s:s, s:[{s:s, s:s}], s:f}", "condition", condition[c], "infusions", "start",
                "2026-10-22T09:00", "dose", "22.2 mg/h esketamine iv for 100 h", "baseline_nrs", 7.0));
        json_t *sheet = sheet_for(
            &clinic, &physician, patient, json_pack("[s]", "22.2 mg/h esketamine iv for 100 h"), "en");
        const json_t *benefit = section(sheet, "benefit");
        ck_assert_ptr_null(json_object_get(benefit, "icons"));
        ck_assert_uint_eq(json_array_size(json_object_get(benefit, "texts")), 2);
        ck_assert_msg(has(told(sheet, "benefit", 0), "your last treatment helped you"), "%s",
            told(sheet, "benefit", 0));
        ck_assert(has(told(sheet, "benefit", 1), "has not been tested in patients"));
        ck_assert(has(told(sheet, "duration", 0), "your own diary"));
        const json_t *sources = json_object_get(sheet, "sources");
        const char *last = json_string_value(json_array_get(sources, json_array_size(sources) - 1));
        ck_assert_msg(has(last, "your own pain diary"), "%s", last);
        json_decref(sheet);
    }
    clinic_close(&clinic);
}
END_TEST

START_TEST(a_diary_without_response_says_that_the_last_treatment_did_not_help)
{
    static const char dose[] = "22.2 mg/h esketamine iv for 100 h";
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "sheet_none.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    for (int day = 0; day < 40; day++) { /* 7 or 8 throughout */
        char date[40];
        if (day < 17)
            (void)snprintf(date, sizeof date, "2026-10-%02d", 15 + day);
        else
            (void)snprintf(date, sizeof date, "2026-11-%02d", day - 16);
        json_decref(done(&clinic, &physician, RSP_USE_diary_add,
            json_pack("{s:s, s:s, s:s, s:i}", "patient", patient, "date", date, "time", "20:00", "pain_nrs",
                7 + day % 2)));
    }
    amend(&clinic, &physician, patient,
        json_pack("{s:[{s:s, s:s}], s:f}", "infusions", "start", "2026-10-22T09:00", "dose", dose,
            "baseline_nrs", 7.5));
    json_t *sheet = sheet_for(&clinic, &physician, patient, json_pack("[s]", dose), "de");
    ck_assert_ptr_null(json_object_get(section(sheet, "benefit"), "icons"));
    ck_assert_msg(has(told(sheet, "benefit", 0), "nicht genug geholfen"), "%s", told(sheet, "benefit", 0));
    json_decref(sheet);
    clinic_close(&clinic);
}
END_TEST

START_TEST(a_regimen_of_several_kinds_of_dose_is_told_line_by_line)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "sheet_mixed.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_t *sheet = sheet_for(&clinic, &physician, patient,
        json_pack(
            "[s, s]", "35 mg ketamine iv over 30 min at 0 d", "22.2 mg/h esketamine iv for 100 h at 1 d"),
        "en");
    ck_assert_str_eq(text(sheet, "title"), "Treatment with ketamine and esketamine for your pain");
    ck_assert(
        has(told(sheet, "plan", 0), "One infusion of ketamine, as a drip into a vein. It takes 30 min"));
    ck_assert_str_eq(told(sheet, "plan", 1), "This is 35 mg of ketamine in all.");
    ck_assert(has(told(sheet, "plan", 2), "One infusion of esketamine"));
    ck_assert(has(told(sheet, "plan", 2), "runs for 100 hours"));
    ck_assert_ptr_nonnull(strstr(told(sheet, "plan", 3), "220 mg of esketamine"));
    ck_assert_str_eq(told(sheet, "plan", 4), ""); /* no dose is for a kg of weight */
    ck_assert_ptr_nonnull(risk_of(sheet, "Sleepy"));
    ck_assert_ptr_nonnull(risk_of(sheet, "The liver can be hurt when long"));
    json_decref(sheet);
    sheet = sheet_for(&clinic, &physician, patient,
        json_pack(
            "[s, s]", "35 mg ketamine iv over 40 min at 0 d", "50 mg ketamine oral every 24 h x10 at 1 d"),
        "en");
    ck_assert(has(told(sheet, "plan", 2), "10 doses of ketamine, by mouth"));
    ck_assert_str_eq(told(sheet, "plan", 3), "This is 500 mg of ketamine in all.");
    json_decref(sheet);
    clinic_close(&clinic);
}
END_TEST

START_TEST(steps_of_a_pump_are_one_infusion_on_the_sheet)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "sheet_steps.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_t *sheet = sheet_for(&clinic, &physician, patient,
        json_pack("[s, s, s]", "10 mg/h esketamine iv for 30 min",
            "20 mg/h esketamine iv for 30 min at 30 min", "16 mg/h esketamine iv for 2 h at 1 h"),
        "en");
    ck_assert(
        has(told(sheet, "plan", 0), "One infusion of esketamine, as a drip into a vein. It takes 3 hours"));
    ck_assert(has(told(sheet, "plan", 1), "You get 47 mg in all."));
    ck_assert_str_eq(told(sheet, "plan", 2), "");
    json_decref(sheet);
    sheet = sheet_for(&clinic, &physician, patient,
        json_pack("[s, s]", "20 mg/h esketamine iv for 2 h", "20 mg/h esketamine iv for 2 h at 3 h"), "en");
    ck_assert(has(told(sheet, "plan", 0), "2 infusions of esketamine")); /* an hour lies between */
    json_decref(sheet);
    clinic_close(&clinic);
}
END_TEST

START_TEST(a_sheet_names_the_risks_of_drugs_and_routes_without_a_count)
{
    static const char *const dose[] = {"0.5 mg/kg esketamine iv over 40 min", "50 mg ketamine oral",
        "84 mg esketamine nasal", "0.5 mg/kg arketamine iv over 40 min"};
    static const char *const risk[] = {"Blood pressure", "Feeling sick, dizzy", "Things seem unreal"};
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "sheet_risks.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    for (size_t i = 0; i < sizeof dose / sizeof *dose; i++) {
        json_t *sheet = sheet_for(&clinic, &physician, patient, json_pack("[s]", dose[i]), "en");
        for (size_t r = 0; r < sizeof risk / sizeof *risk; r++) {
            const json_t *row = risk_of(sheet, risk[r]);
            ck_assert_msg(
                row != NULL && json_is_false(json_object_get(row, "counted")), "%s: %s", dose[i], risk[r]);
        }
        json_decref(sheet);
    }
    json_t *sheet =
        sheet_for(&clinic, &physician, patient, json_pack("[s]", "0.5 mg/kg ketamine iv over 40 min"), "en");
    ck_assert(json_is_true(json_object_get(risk_of(sheet, "Blood pressure"), "counted")));
    ck_assert_ptr_null(risk_of(sheet, "Feeling sick, dizzy"));
    size_t n = 0, i;
    const json_t *row;
    json_array_foreach(json_object_get(section(sheet, "risks"), "risks"), i, row) n +=
        strncmp(text(row, "text"), "Blood pressure", 14) == 0;
    ck_assert_uint_eq(n, 1); /* a count and "no good count" never stand together */
    json_decref(sheet);
    clinic_close(&clinic);
}
END_TEST

START_TEST(a_sheet_says_weight_hours_and_study_only_where_they_are_true)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "sheet_true.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_t *sheet =
        sheet_for(&clinic, &physician, patient, json_pack("[s]", "0.3 mg/kg/h ketamine iv for 2.5 h"), "en");
    ck_assert(has(told(sheet, "plan", 0), "takes 2 hours and 30 minutes"));
    ck_assert(has(told(sheet, "plan", 1), "The dose is made for your weight."));
    json_decref(sheet);
    sheet = sheet_for(&clinic, &physician, patient, json_pack("[s]", "20 mg/h ketamine iv for 2.5 h"), "de");
    ck_assert(has(told(sheet, "plan", 0), "dauert 2 Stunden und 30 Minuten"));
    ck_assert(!has(told(sheet, "plan", 1), "Gewicht"));
    json_decref(sheet);
    sheet = sheet_for(&clinic, &physician, patient,
        json_pack("[s, s]", "0.3 mg/kg ketamine iv over 30 min at 0 d", "50 mg ketamine oral at 1 d"), "en");
    ck_assert_str_eq(told(sheet, "plan", 4), ""); /* the second dose is for everybody */
    json_decref(sheet);
    sheet = sheet_for(&clinic, &physician, patient, json_pack("[s]", "0.2 mg/kg/h esketamine iv for 168 h"),
        "en"); /* longer than the study's */
    const json_t *texts = json_object_get(section(sheet, "benefit"), "texts");
    const char *ground = told(sheet, "benefit", json_array_size(texts) - 1);
    ck_assert_msg(!has(ground, "longer drip"), "%s", ground);
    json_decref(sheet);
    clinic_close(&clinic);
}
END_TEST

START_TEST(preview_and_plan_have_the_same_copies_where_nobody_says_how_many)
{
    static const char dose[] = "22.2 mg/h esketamine iv for 100 h";
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "copies.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_t *plan =
        done(&clinic, &physician, RSP_USE_plan, json_pack("{s:s, s:[s]}", "patient", patient, "dose", dose));
    json_t *body = done(&clinic, &physician, RSP_USE_plan_preview,
        json_pack("{s:s, s:{s:{s:[s]}}}", "patient", patient, "regimens", "a", "dose", dose));
    ck_assert_int_eq(whole(body, "subjects"), whole(json_object_get(plan, "basis"), "n_subjects"));
    same(json_object_get(plan, "prediction"), slot(body, "a"), "relief_days_30");
    json_decref(plan);
    json_decref(body);
    clinic_close(&clinic);
}
END_TEST

START_TEST(consent_to_another_version_of_the_sheet_is_refused)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "version_of_sheet.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_t *plan = kept(&clinic, &physician, patient);
    json_t *sheet = sheet_of(&clinic, &physician, patient, whole(plan, "number"), "en");
    ck_assert_int_eq(ask(&clinic, &physician, RSP_USE_consent, /* the English sheet is not the German one */
                         json_pack("{s:s, s:I, s:s, s:s, s:s, s:s}", "patient", patient, "plan",
                             whole(plan, "number"), "sheet_version", text(sheet, "digest"), "language", "de",
                             "decision", "agreed", "off_label", "explained"),
                         NULL, NULL),
        RSP_REFUSED_INVALID);
    json_decref(sheet);
    json_decref(plan);
    clinic_close(&clinic);
}
END_TEST

static bool rules_say(const struct rsp_rulebook *book, const char *quote)
{
    for (size_t i = 0; i < rsp_rulebook_n_side_effect(book); i++)
        if (strstr(rsp_rulebook_side_effect(book, i)->course, quote) != NULL)
            return true;
    for (size_t i = 0; i < rsp_rulebook_n_rule(book); i++)
        if (strstr(rsp_rulebook_rule(book, i)->text, quote) != NULL)
            return true;
    return false;
}

START_TEST(every_frequency_of_the_sheet_stands_in_a_row_of_the_rules)
{
    struct rsp_words words;
    struct rsp_rulebook *book = NULL;
    size_t n = 0;
    ck_assert_int_eq(rsp_words_read("en", &words, NULL), RSP_OK);
    ck_assert_int_eq(rsp_rulebook_shipped(&book, NULL), RSP_OK);
    const struct rsp_yaml *root = rsp_yaml_root(words.numbers);
    for (const struct rsp_yaml *row = rsp_yaml_find(root, "risks")->first; row != NULL;
         row = row->next, n++) {
        const char *quote = rsp_yaml_find(row, "quote")->text;
        ck_assert_msg(rules_say(book, quote), "no row of the rules says '%s'", quote);
    }
    ck_assert_uint_gt(n, 5);
    ck_assert(rules_say(book, rsp_yaml_find(rsp_yaml_find(root, "evidence"), "quote")->text));
    ck_assert(!rules_say(book, "nausea in 14 %"));
    rsp_rulebook_free(book);
    rsp_words_free(&words);
}
END_TEST

RUN_TESTS("service plans", a_plan_holds_exactly_while_every_entry_that_it_used_is_current,
    a_full_shelf_makes_room_for_its_only_user_and_for_nobody_beside_others,
    a_kept_plan_is_the_plan_of_the_same_seed_with_the_facts_that_it_used,
    a_plan_says_when_the_record_was_changed_since, a_plan_of_another_patient_is_not_found,
    no_plan_is_kept_for_who_is_no_candidate_or_has_no_weight, a_regimen_over_a_hard_limit_is_kept_as_such,
    the_stored_diary_teaches_the_plan, consent_stands_beside_its_plan_and_the_last_word_holds,
    nobody_agrees_without_off_label_use_explained_or_to_a_plan_that_no_longer_holds,
    a_preview_has_the_numbers_of_the_plan_with_the_same_seed_and_copies,
    four_regimens_stand_beside_each_other_and_a_refused_one_does_not_hide_the_others,
    for_a_series_of_short_infusions_published_trials_lead_and_no_date_is_given,
    a_change_of_the_record_is_seen_by_the_next_preview,
    ten_minutes_of_moving_a_slider_are_one_entry_of_the_audit,
    what_the_diary_taught_once_gives_the_same_forecast_again,
    the_sheet_says_the_numbers_of_its_plan_in_plain_words_in_both_languages,
    where_the_model_has_no_ground_the_sheet_shows_no_icons_and_no_days,
    what_one_diary_says_is_told_as_that_and_not_as_a_share_of_people_of_a_study,
    a_diary_without_response_says_that_the_last_treatment_did_not_help,
    a_regimen_of_several_kinds_of_dose_is_told_line_by_line, steps_of_a_pump_are_one_infusion_on_the_sheet,
    a_sheet_names_the_risks_of_drugs_and_routes_without_a_count,
    a_sheet_says_weight_hours_and_study_only_where_they_are_true,
    preview_and_plan_have_the_same_copies_where_nobody_says_how_many,
    consent_to_another_version_of_the_sheet_is_refused,
    every_frequency_of_the_sheet_stands_in_a_row_of_the_rules)
