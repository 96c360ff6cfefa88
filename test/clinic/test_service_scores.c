/* Scores: what is kept, what is refused, and what an answer raises at once. */
#include "service_support.h"

static const char *text(const json_t *body, const char *key)
{
    return json_string_value(json_object_get(body, key));
}

static json_t *rows(const json_t *body, const char *key)
{
    json_t *list = json_object_get(body, key);
    ck_assert_msg(json_is_array(list), "no list '%s'", key);
    return list;
}

/* Nine answers; a negative one is not given. */
static json_t *phq9(const char *patient, const int answer[9])
{
    json_t *answers = json_object();
    for (int i = 0; i < 9; i++) {
        char item[4];
        (void)snprintf(item, sizeof item, "%d", i + 1);
        if (answer[i] >= 0)
            json_object_set_new(answers, item, json_integer(answer[i]));
    }
    json_t *input = json_pack("{s:s, s:o}", "instrument", "phq9", "answers", answers);
    if (patient != NULL)
        json_object_set_new(input, "patient", json_string(patient));
    return input;
}

static json_t *of(const char *patient)
{
    return json_pack("{s:s}", "patient", patient);
}

static json_t *item9_of_record(struct clinic *clinic, const struct staff *staff, const char *patient)
{
    json_t *body = done(clinic, staff, RSP_USE_patient_read, of(patient));
    json_t *test = json_object_get(json_object_get(json_object_get(body, "record"), "tests"), "phq9_item9");
    json_incref(test);
    json_decref(body);
    return test;
}

struct ward {
    struct clinic clinic;
    struct staff physician, nurse;
    const char *patient;
};

static void open_ward(struct ward *ward, const char *name)
{
    clinic_open(&ward->clinic, name);
    hire(&ward->clinic, "physician", "physician", &ward->physician);
    hire(&ward->clinic, "nurse", "nurse", &ward->nurse);
    ward->patient = new_patient(&ward->clinic, &ward->physician);
    json_decref(done(&ward->clinic, &ward->physician, RSP_USE_care_add,
        json_pack("{s:s, s:s}", "patient", ward->patient, "name", "nurse")));
}

START_TEST(answers_are_added_up_and_kept_with_the_version_of_the_instrument)
{
    static const int answers[9] = {1, 2, 1, 2, 1, 1, 1, 1, 0};
    struct ward w;
    open_ward(&w, "scores.db");
    json_t *body = done(&w.clinic, &w.nurse, RSP_USE_score_add, phq9(w.patient, answers));
    ck_assert_double_eq(json_number_value(json_object_get(body, "total")), 10);
    ck_assert_str_eq(text(body, "band"), "moderate depression");
    ck_assert_uint_eq(json_array_size(rows(body, "findings")), 0);
    json_decref(body);
    body = done(&w.clinic, &w.nurse, RSP_USE_scores, of(w.patient));
    const json_t *kept = json_array_get(rows(body, "scores"), 0);
    ck_assert_double_eq(json_number_value(json_object_get(kept, "total")), 10);
    ck_assert_double_eq(json_number_value(json_object_get(json_object_get(kept, "answers"), "2")), 2);
    ck_assert_int_eq(json_integer_value(json_object_get(kept, "instrument_version")), 1);
    json_decref(body);
    ck_assert_ptr_null(item9_of_record(&w.clinic, &w.nurse, w.patient)); /* nothing changes: plans stand */
    clinic_close(&w.clinic);
    clinic_verify(&w.clinic);
}
END_TEST

START_TEST(item_9_above_0_is_open_until_a_physician_says_what_was_done)
{
    static const int thoughts[9] = {0, 0, 0, 0, 0, 0, 0, 0, 1}, none[9] = {0};
    struct ward w;
    open_ward(&w, "item9.db");
    json_t *body = done(&w.clinic, &w.nurse, RSP_USE_score_add, phq9(w.patient, thoughts));
    const json_int_t finding = json_integer_value(json_array_get(rows(body, "findings"), 0));
    ck_assert_int_gt(finding, 0);
    json_decref(body);
    json_t *test = item9_of_record(&w.clinic, &w.nurse, w.patient);
    ck_assert_double_eq(json_number_value(json_object_get(test, "value")), 1); /* rules and plan see it */
    json_decref(test);

    body = done(&w.clinic, &w.physician, RSP_USE_open_findings, json_object());
    ck_assert_uint_eq(json_array_size(rows(body, "findings")), 1);
    ck_assert_str_eq(text(json_array_get(rows(body, "findings"), 0), "patient"), w.patient);
    ck_assert_str_eq(text(json_array_get(rows(body, "findings"), 0), "rule"), "SUICIDE-PHQ9");
    json_decref(body);

    json_t *answer = json_pack("{s:s, s:I, s:s}", "patient", w.patient, "finding", finding, "done",
        "spoke with the patient, no plan, psychiatry told");
    ck_assert_int_eq(ask(&w.clinic, &w.nurse, RSP_USE_finding_answer, json_incref(answer), NULL, NULL),
        RSP_REFUSED_PERMISSION);
    json_decref(done(&w.clinic, &w.physician, RSP_USE_finding_answer, json_incref(answer)));
    ck_assert_int_eq(
        ask(&w.clinic, &w.physician, RSP_USE_finding_answer, answer, NULL, NULL), RSP_REFUSED_CONFLICT);
    body = done(&w.clinic, &w.physician, RSP_USE_open_findings, json_object());
    ck_assert_uint_eq(json_array_size(rows(body, "findings")), 0);
    json_decref(body);

    json_decref(done(&w.clinic, &w.nurse, RSP_USE_score_add, phq9(w.patient, none)));
    test = item9_of_record(&w.clinic, &w.nurse, w.patient);
    ck_assert_double_eq(json_number_value(json_object_get(test, "value")), 0);
    json_decref(test);
    clinic_close(&w.clinic);
    clinic_verify(&w.clinic);
}
END_TEST

START_TEST(item_9_is_found_also_when_another_answer_is_missing)
{
    static const int thoughts[9] = {0, -1, 0, 0, 0, 0, 0, 0, 3}, calm[9] = {0, -1, 0, 0, 0, 0, 0, 0, 0};
    struct ward w;
    open_ward(&w, "missing.db");
    json_t *body = done(&w.clinic, &w.nurse, RSP_USE_score_preview, phq9(NULL, thoughts));
    ck_assert_uint_eq(json_array_size(rows(body, "flags")), 1);
    ck_assert(json_is_null(json_object_get(body, "total")));
    ck_assert_int_eq(json_integer_value(json_array_get(rows(body, "missing"), 0)), 2);
    json_decref(body);
    ck_assert_int_eq(
        ask(&w.clinic, &w.nurse, RSP_USE_score_add, phq9(w.patient, calm), NULL, NULL), RSP_REFUSED_INVALID);
    body = done(&w.clinic, &w.nurse, RSP_USE_score_add, phq9(w.patient, thoughts));
    ck_assert_uint_eq(json_array_size(rows(body, "findings")), 1);
    json_decref(body);
    clinic_close(&w.clinic);
}
END_TEST

START_TEST(an_older_sheet_entered_late_does_not_hide_a_newer_answer)
{
    static const int thoughts[9] = {0, 0, 0, 0, 0, 0, 0, 0, 2}, none[9] = {0};
    struct ward w;
    open_ward(&w, "late.db");
    json_decref(done(&w.clinic, &w.nurse, RSP_USE_score_add, phq9(w.patient, thoughts)));
    json_t *late = phq9(w.patient, none);
    json_object_set_new(late, "date", json_string("2026-01-05"));
    json_decref(done(&w.clinic, &w.nurse, RSP_USE_score_add, late));
    json_t *test = item9_of_record(&w.clinic, &w.nurse, w.patient);
    ck_assert_double_eq(json_number_value(json_object_get(test, "value")), 2);
    json_decref(test);
    clinic_close(&w.clinic);
}
END_TEST

START_TEST(a_second_spelling_of_item_9_is_refused_and_does_not_hide_it)
{
    static const char *const spellings[] = {"09", " 9", "+9", "9 ", ""};
    static const int thoughts[9] = {0, 0, 0, 0, 0, 0, 0, 0, 3};
    struct ward w;
    open_ward(&w, "spelling.db");
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        json_t *input = phq9(w.patient, thoughts);
        json_object_set_new(json_object_get(input, "answers"), spellings[i], json_integer(0));
        ck_assert_msg(ask(&w.clinic, &w.nurse, RSP_USE_score_add, input, NULL, NULL) == RSP_REFUSED_INVALID,
            "'%s'", spellings[i]);
    }
    clinic_close(&w.clinic);
}
END_TEST

START_TEST(a_finding_that_no_physician_cares_about_is_told_to_physicians_without_a_name)
{
    static const int thoughts[9] = {0, 0, 0, 0, 0, 0, 0, 0, 2};
    struct ward w;
    open_ward(&w, "nobody.db");
    char alone[64];
    (void)snprintf(alone, sizeof alone, "%s", new_patient(&w.clinic, &w.nurse));
    json_decref(done(&w.clinic, &w.nurse, RSP_USE_score_add, phq9(alone, thoughts)));
    json_t *body = done(&w.clinic, &w.physician, RSP_USE_open_findings, json_object());
    ck_assert_uint_eq(json_array_size(rows(body, "findings")), 1);
    const json_t *row = json_array_get(rows(body, "findings"), 0);
    ck_assert_str_eq(text(row, "in_care_of"), "nurse");
    ck_assert_str_eq(text(row, "patient"), alone);
    ck_assert_ptr_null(json_object_get(row, "family_name"));
    ck_assert_ptr_null(json_object_get(row, "text"));
    json_decref(body);
    body = done(&w.clinic, &w.nurse, RSP_USE_open_findings, json_object());
    ck_assert_str_eq(text(json_array_get(rows(body, "findings"), 0), "family_name"), "Muster");
    json_decref(body);
    json_decref(done(&w.clinic, &w.nurse, RSP_USE_care_add,
        json_pack("{s:s, s:s}", "patient", alone, "name", "physician")));
    body = done(&w.clinic, &w.physician, RSP_USE_open_findings, json_object());
    ck_assert_str_eq(text(json_array_get(rows(body, "findings"), 0), "family_name"), "Muster");
    json_decref(body);
    clinic_close(&w.clinic);
}
END_TEST

static void replace_tests(struct ward *w, json_t *tests)
{
    json_t *read = done(&w->clinic, &w->nurse, RSP_USE_patient_read, of(w->patient));
    json_decref(done(&w->clinic, &w->nurse, RSP_USE_patient_amend,
        json_pack("{s:s, s:O, s:{s:o}, s:s}", "patient", w->patient, "version",
            json_object_get(read, "version"), "record", "tests", tests, "why", "new values")));
    json_decref(read);
}

START_TEST(item_9_stays_in_the_record_when_the_tests_are_replaced_without_it)
{
    static const int thoughts[9] = {0, 0, 0, 0, 0, 0, 0, 0, 2};
    struct ward w;
    open_ward(&w, "kept9.db");
    json_decref(done(&w.clinic, &w.nurse, RSP_USE_score_add, phq9(w.patient, thoughts)));
    replace_tests(&w, json_pack("{s:i, s:i}", "sbp_mmhg", 120, "dbp_mmhg", 80));
    json_t *test = item9_of_record(&w.clinic, &w.nurse, w.patient);
    ck_assert_double_eq(json_number_value(json_object_get(test, "value")), 2);
    json_decref(test);
    replace_tests(&w, json_null());
    test = item9_of_record(&w.clinic, &w.nurse, w.patient);
    ck_assert_double_eq(json_number_value(json_object_get(test, "value")), 2);
    json_decref(test);
    replace_tests(&w, json_pack("{s:i, s:i, s:n}", "sbp_mmhg", 120, "dbp_mmhg", 80, "phq9_item9"));
    ck_assert_ptr_null(item9_of_record(&w.clinic, &w.nurse, w.patient));
    clinic_close(&w.clinic);
    clinic_verify(&w.clinic);
}
END_TEST

START_TEST(what_cannot_be_a_score_is_refused)
{
    static const int impossible[9] = {0, 0, 0, 0, 0, 0, 0, 0, 4};
    struct ward w;
    open_ward(&w, "refused.db");
    json_t *bad[] = {phq9(w.patient, impossible),
        json_pack("{s:s, s:s, s:f}", "patient", w.patient, "instrument", "phq9", "total", 12.0),
        json_pack("{s:s, s:s, s:f}", "patient", w.patient, "instrument", "peg", "total", 11.0),
        json_pack("{s:s, s:s}", "patient", w.patient, "instrument", "peg"),
        json_pack("{s:s, s:s, s:{s:i}}", "patient", w.patient, "instrument", "nrs", "answers", "2", 3),
        json_pack("{s:s, s:s, s:{s:i}, s:s}", "patient", w.patient, "instrument", "nrs", "answers", "1", 3,
            "date", "2027-01-01"),
        json_pack("{s:s, s:s}", "patient", w.patient, "instrument", "phq8")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_int_eq(
            ask(&w.clinic, &w.nurse, RSP_USE_score_add, bad[i], NULL, NULL), RSP_REFUSED_INVALID);
    json_t *body = done(&w.clinic, &w.nurse, RSP_USE_scores, of(w.patient));
    ck_assert_uint_eq(json_array_size(rows(body, "scores")), 0);
    json_decref(body);
    clinic_close(&w.clinic);
}
END_TEST

START_TEST(only_texts_that_are_free_are_shown_and_their_notice_with_them)
{
    struct ward w;
    size_t i, n_free = 0;
    json_t *row;
    open_ward(&w, "texts.db");
    json_t *body = done(&w.clinic, &w.nurse, RSP_USE_instruments, json_object());
    json_array_foreach(rows(body, "instruments"), i, row)
    {
        const char *id = text(row, "instrument");
        const size_t n = json_array_size(rows(row, "items"));
        if (strcmp(text(row, "kind"), "score") == 0)
            ck_assert_msg(n == 0, "%s shows items", id);
        n_free += n > 0;
        if (strcmp(id, "phq9") == 0 || strcmp(id, "gad7") == 0)
            ck_assert_ptr_nonnull(text(row, "notice"));
    }
    ck_assert_uint_eq(n_free, 5); /* NRS, PGIC, PHQ-9, GAD-7, Budapest */
    json_decref(body);
    clinic_close(&w.clinic);
}
END_TEST

RUN_TESTS("service scores", answers_are_added_up_and_kept_with_the_version_of_the_instrument,
    item_9_above_0_is_open_until_a_physician_says_what_was_done,
    item_9_is_found_also_when_another_answer_is_missing,
    an_older_sheet_entered_late_does_not_hide_a_newer_answer, what_cannot_be_a_score_is_refused,
    only_texts_that_are_free_are_shown_and_their_notice_with_them,
    a_second_spelling_of_item_9_is_refused_and_does_not_hide_it,
    a_finding_that_no_physician_cares_about_is_told_to_physicians_without_a_name,
    item_9_stays_in_the_record_when_the_tests_are_replaced_without_it)
