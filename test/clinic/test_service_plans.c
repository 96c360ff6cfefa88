/* Kept plans and consent: what they rest on, when they no longer hold, what is refused. */
#include <math.h>

#include "service_support.h"

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

START_TEST(consent_stands_beside_its_plan_and_the_last_word_holds)
{
    static const char version[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    struct clinic clinic;
    struct staff physician, other;
    clinic_open(&clinic, "consent.db");
    hire(&clinic, "physician", "physician", &physician);
    hire(&clinic, "other", "physician", &other);
    const char *patient = new_patient(&clinic, &physician);
    json_t *plan = kept(&clinic, &physician, patient);
    const json_int_t number = whole(plan, "number");
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
    json_decref(plan);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

START_TEST(nobody_agrees_without_off_label_use_explained_or_to_a_plan_that_no_longer_holds)
{
    static const char version[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "refused.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_t *plan = kept(&clinic, &physician, patient);
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
    json_decref(plan);
    clinic_close(&clinic);
}
END_TEST

RUN_TESTS("service plans", a_kept_plan_is_the_plan_of_the_same_seed_with_the_facts_that_it_used,
    a_plan_says_when_the_record_was_changed_since, a_plan_of_another_patient_is_not_found,
    no_plan_is_kept_for_who_is_no_candidate_or_has_no_weight, a_regimen_over_a_hard_limit_is_kept_as_such,
    the_stored_diary_teaches_the_plan, consent_stands_beside_its_plan_and_the_last_word_holds,
    nobody_agrees_without_off_label_use_explained_or_to_a_plan_that_no_longer_holds)
