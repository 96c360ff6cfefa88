/* Patients: what is kept, what is refused, what the audit says of it. */
#include "service_support.h"

static json_t *of(const char *patient)
{
    return json_pack("{s:s}", "patient", patient);
}

static const char *text(const json_t *body, const char *key)
{
    return json_string_value(json_object_get(body, key));
}

START_TEST(reads_and_refusals_stand_in_the_audit)
{
    struct clinic clinic;
    struct staff nurse, other;
    clinic_open(&clinic, "audit.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    hire(&clinic, "other", "physician", &other);
    const char *patient = new_patient(&clinic, &nurse);
    json_decref(done(&clinic, &nurse, RSP_USE_patient_read, of(patient)));
    json_decref(done(&clinic, &nurse, RSP_USE_patient_find, json_pack("{s:s}", "name", "uste")));
    ck_assert_int_eq(ask(&clinic, &other, RSP_USE_patient_read, of(patient), NULL, NULL), RSP_REFUSED_CARE);
    ck_assert_uint_eq(
        audited(&clinic, "nurse", "patient_create", "done"), 2); /* the request, and the access */
    ck_assert_uint_eq(audited(&clinic, "nurse", "patient_read", "done"), 1);
    ck_assert_uint_eq(audited(&clinic, "nurse", "patient_find", "done"), 1);
    ck_assert_uint_eq(audited(&clinic, "other", "patient_read", "break_glass_needed"), 1);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

START_TEST(a_search_of_ones_own_finds_those_one_cares_for_and_nobody_else)
{
    struct clinic clinic;
    struct staff nurse, other;
    clinic_open(&clinic, "own.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    hire(&clinic, "other", "physician", &other);
    char own[2 * RSP_PERSON_BYTES + 1];
    snprintf(own, sizeof own, "%s", new_patient(&clinic, &nurse));
    (void)new_patient(&clinic, &other);
    json_t *all = done(&clinic, &nurse, RSP_USE_patient_find, json_pack("{s:s}", "name", "uste")),
           *mine = done(&clinic, &nurse, RSP_USE_patient_find, json_pack("{s:s}", "care", "own"));
    const json_t *rows = json_object_get(mine, "patients");
    ck_assert_uint_eq(json_array_size(json_object_get(all, "patients")), 2);
    ck_assert_uint_eq(json_array_size(rows), 1);
    ck_assert_str_eq(text(json_array_get(rows, 0), "patient"), own);
    ck_assert_int_eq(
        ask(&clinic, &nurse, RSP_USE_patient_find, json_pack("{s:s}", "care", "any"), NULL, NULL),
        RSP_REFUSED_INVALID);
    json_decref(all);
    json_decref(mine);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

START_TEST(broken_glass_mends_itself_after_an_hour)
{
    struct clinic clinic;
    struct staff nurse, other;
    clinic_open(&clinic, "glass.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    const char *patient = new_patient(&clinic, &nurse);
    hire(&clinic, "other", "physician", &other);
    json_decref(done(&clinic, &other, RSP_USE_break_glass,
        json_pack("{s:s, s:s}", "patient", patient, "reason", "unconscious in the corridor")));
    for (int minute = 0; minute < 60; minute += 20) {
        json_decref(done(&clinic, &other, RSP_USE_patient_read, of(patient)));
        clinic.now_s += 20 * 60;
    }
    ck_assert_int_eq(ask(&clinic, &other, RSP_USE_patient_read, of(patient), NULL, NULL), RSP_REFUSED_CARE);
    clinic_close(&clinic);
}
END_TEST

START_TEST(the_same_request_is_done_once_also_after_a_restart)
{
    static const char key[] = "0123456789abcdef-key";
    struct clinic clinic;
    struct staff nurse;
    json_t *first = NULL, *again = NULL;
    clinic_open(&clinic, "once.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    ck_assert_int_eq(ask(&clinic, &nurse, RSP_USE_patient_create,
                         json_pack("{s:{s:s}}", "identity", "family_name", "Einmalig"), key, &first),
        RSP_NOT_REFUSED);
    clinic_restart(&clinic);
    ck_assert_int_eq(sign_in(&clinic, &nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
    ck_assert_int_eq(ask(&clinic, &nurse, RSP_USE_patient_create,
                         json_pack("{s:{s:s}}", "identity", "family_name", "Einmalig"), key, &again),
        RSP_NOT_REFUSED);
    ck_assert(json_equal(first, again));
    json_decref(first);
    json_decref(again);
    ck_assert_int_eq(ask(&clinic, &nurse, RSP_USE_patient_create,
                         json_pack("{s:{s:s}}", "identity", "family_name", "Anders"), key, NULL),
        RSP_REFUSED_REUSED);
    ck_assert_int_eq(ask(&clinic, &nurse, RSP_USE_patient_create,
                         json_pack("{s:{s:s}}", "identity", "family_name", "Anders"), "too short", NULL),
        RSP_REFUSED_KEY);
    json_t *found = done(&clinic, &nurse, RSP_USE_patient_find, json_pack("{s:s}", "name", "nm"));
    ck_assert_uint_eq(json_array_size(json_object_get(found, "patients")), 1);
    json_decref(found);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

START_TEST(a_request_that_failed_may_be_mended_under_its_key)
{
    static const char key[] = "0123456789abcdef-key";
    struct clinic clinic;
    struct staff nurse;
    clinic_open(&clinic, "mended.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    ck_assert_int_eq(
        ask(&clinic, &nurse, RSP_USE_patient_create,
            json_pack("{s:{s:s}, s:{s:i}}", "identity", "family_name", "Muster", "record", "weight_kg", 7),
            key, NULL),
        RSP_REFUSED_INVALID);
    ck_assert_int_eq(
        ask(&clinic, &nurse, RSP_USE_patient_create,
            json_pack("{s:{s:s}, s:{s:i}}", "identity", "family_name", "Muster", "record", "weight_kg", 70),
            key, NULL),
        RSP_NOT_REFUSED);
    clinic_close(&clinic);
}
END_TEST

START_TEST(a_value_without_a_day_keeps_the_day_of_its_entry)
{
    struct clinic clinic;
    struct staff nurse;
    clinic_open(&clinic, "dated.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    const char *patient = new_patient(&clinic, &nurse);
    clinic.now_s += 400L * 86400;
    ck_assert_int_eq(sign_in(&clinic, &nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
    json_t *body = done(&clinic, &nurse, RSP_USE_patient_read, of(patient));
    const json_t *weight = json_object_get(json_object_get(body, "record"), "weight");
    ck_assert_str_eq(text(weight, "date"), "2026-11-29");
    json_decref(body);
    clinic_close(&clinic);
}
END_TEST

START_TEST(a_change_of_an_older_version_is_refused)
{
    struct clinic clinic;
    struct staff nurse;
    clinic_open(&clinic, "version.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    const char *patient = new_patient(&clinic, &nurse);
    json_t *read = done(&clinic, &nurse, RSP_USE_patient_read, of(patient));
    for (int i = 0; i < 2; i++) {
        json_t *input = json_pack("{s:s, s:O, s:{s:s}, s:s}", "patient", patient, "version",
            json_object_get(read, "version"), "identity", "phone", "1", "why", "new phone");
        ck_assert_int_eq(ask(&clinic, &nurse, RSP_USE_patient_amend, input, NULL, NULL),
            i == 0 ? RSP_NOT_REFUSED : RSP_REFUSED_VERSION);
    }
    json_decref(read);
    clinic_close(&clinic);
}
END_TEST

START_TEST(old_findings_stay_as_they_were)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "findings.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_t *first = done(&clinic, &physician, RSP_USE_assess, of(patient));
    json_t *before = done(&clinic, &physician, RSP_USE_assessments, of(patient));
    json_t *read = done(&clinic, &physician, RSP_USE_patient_read, of(patient));
    json_decref(done(&clinic, &physician, RSP_USE_patient_amend,
        json_pack("{s:s, s:O, s:{s:[s]}, s:s}", "patient", patient, "version",
            json_object_get(read, "version"), "record", "history", "active_psychosis", "why", "told today")));
    json_t *second = done(&clinic, &physician, RSP_USE_assess, of(patient));
    ck_assert_str_eq(text(second, "status"), "not_a_candidate");
    json_t *after = done(&clinic, &physician, RSP_USE_assessments, of(patient));
    ck_assert(json_equal(json_array_get(json_object_get(before, "assessments"), 0),
        json_array_get(json_object_get(after, "assessments"), 0)));
    json_decref(first);
    json_decref(second);
    json_decref(before);
    json_decref(after);
    json_decref(read);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

static json_t *erasure_of(const char *patient)
{
    return json_pack("{s:s, s:s}", "patient", patient, "why", "request of the person, art. 17 GDPR");
}

static size_t n_found(struct clinic *clinic, const struct staff *staff, const char *name)
{
    json_t *found = done(clinic, staff, RSP_USE_patient_find, json_pack("{s:s}", "name", name));
    const size_t n = json_array_size(json_object_get(found, "patients"));
    json_decref(found);
    return n;
}

START_TEST(an_erased_patient_has_no_name_anywhere_and_their_values_stay)
{
    static const char key[] = "0123456789abcdef-key";
    struct clinic clinic;
    struct staff nurse, physician, researcher;
    clinic_open(&clinic, "erased.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    hire(&clinic, "researcher", "researcher", &researcher);
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    json_decref(done(&clinic, &physician, RSP_USE_diary_add,
        json_pack("{s:s, s:s, s:i}", "patient", patient, "date", "2026-11-20", "pain_nrs", 7)));
    ck_assert_int_eq(
        ask(&clinic, &nurse, RSP_USE_patient_erase, erasure_of(patient), NULL, NULL), RSP_REFUSED_PERMISSION);
    ck_assert_int_eq(ask(&clinic, &physician, RSP_USE_patient_erase,
                         json_pack("{s:s, s:s}", "patient", patient, "why", "tidy up"), NULL, NULL),
        RSP_REFUSED_INVALID);
    ck_assert_uint_eq(n_found(&clinic, &physician, "uste"), 1);
    json_t *first = NULL, *again = NULL;
    ck_assert_int_eq(
        ask(&clinic, &physician, RSP_USE_patient_erase, erasure_of(patient), key, &first), RSP_NOT_REFUSED);
    ck_assert_int_eq(
        ask(&clinic, &physician, RSP_USE_patient_erase, erasure_of(patient), key, &again), RSP_NOT_REFUSED);
    ck_assert(json_equal(first, again));
    clinic_restart(&clinic);
    ck_assert_int_eq(sign_in(&clinic, &physician, GOOD_PASSWORD), RSP_NOT_REFUSED);
    ck_assert_int_eq(sign_in(&clinic, &researcher, GOOD_PASSWORD), RSP_NOT_REFUSED);
    ck_assert_uint_eq(n_found(&clinic, &physician, "uste"), 0);
    static const enum rsp_use_case closed[] = {RSP_USE_patient_read, RSP_USE_patient_history, RSP_USE_diary,
        RSP_USE_assess, RSP_USE_assessments, RSP_USE_plan};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        ck_assert_int_eq(ask(&clinic, &physician, closed[i], of(patient), NULL, NULL), RSP_REFUSED_MISSING);
    ck_assert_int_eq(ask(&clinic, &physician, RSP_USE_patient_erase, erasure_of(patient), NULL, NULL),
        RSP_REFUSED_MISSING);
    json_t *body = done(&clinic, &researcher, RSP_USE_research_patients, json_object());
    const json_t *subject = json_array_get(json_object_get(body, "subjects"), 0);
    ck_assert_double_eq(json_number_value(json_object_get(subject, "weight_kg")), 70.0);
    ck_assert_uint_eq(json_array_size(json_object_get(subject, "diary")), 1);
    ck_assert_uint_eq(audited(&clinic, "physician", "patient_erase", "done"), 1);
    json_decref(body);
    json_decref(first);
    json_decref(again);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

START_TEST(erasing_needs_password_and_code_within_the_last_minutes)
{
    struct clinic clinic;
    struct staff physician;
    clinic_open(&clinic, "confirm.db");
    hire(&clinic, "physician", "physician", &physician);
    const char *patient = new_patient(&clinic, &physician);
    clinic.now_s += 6 * 60;
    ck_assert_int_eq(ask(&clinic, &physician, RSP_USE_patient_erase, erasure_of(patient), NULL, NULL),
        RSP_REFUSED_CONFIRM);
    ck_assert_uint_eq(n_found(&clinic, &physician, "uste"), 1);
    clinic_close(&clinic);
}
END_TEST

RUN_TESTS("service patients", reads_and_refusals_stand_in_the_audit,
    a_search_of_ones_own_finds_those_one_cares_for_and_nobody_else, broken_glass_mends_itself_after_an_hour,
    the_same_request_is_done_once_also_after_a_restart, a_request_that_failed_may_be_mended_under_its_key,
    a_value_without_a_day_keeps_the_day_of_its_entry, a_change_of_an_older_version_is_refused,
    old_findings_stay_as_they_were, an_erased_patient_has_no_name_anywhere_and_their_values_stay,
    erasing_needs_password_and_code_within_the_last_minutes)
