/* The register: whoever was there reports, who may read what, nothing is lost by an amendment, no formula gets out. */
#include "service_support.h"

#include <stdlib.h>
#include <string.h>

struct place {
    struct clinic clinic;
    struct staff nurse, physician, therapist;
    char patient[40]; /* of the nurse */
};

static void open_place(struct place *place, const char *file)
{
    clinic_open(&place->clinic, file);
    hire(&place->clinic, "nurse", "nurse", &place->nurse);
    hire(&place->clinic, "physician", "physician", &place->physician);
    hire(&place->clinic, "therapist", "therapist", &place->therapist);
    (void)snprintf(place->patient, sizeof place->patient, "%s", new_patient(&place->clinic, &place->nurse));
}

static json_t *entry(const char *kind, const char *word, const char *severity, const char *happened)
{
    return json_pack(
        "{s:s, s:s, s:s, s:s}", "kind", kind, "word", word, "severity", severity, "what_happened", happened);
}

static int64_t report(struct place *place, const struct staff *staff, const char *patient, json_t *input)
{
    if (patient != NULL)
        (void)json_object_set_new(input, "patient", json_string(patient));
    json_t *body = done(&place->clinic, staff, RSP_USE_register_add, input);
    const int64_t number = json_integer_value(json_object_get(body, "entry"));
    json_decref(body);
    return number;
}

static json_t *listed(struct place *place, const struct staff *staff, const char *key, const char *word)
{
    json_t *body = done(
        &place->clinic, staff, RSP_USE_register, key != NULL ? json_pack("{s:s}", key, word) : json_object());
    json_t *rows = json_incref(json_object_get(body, "entries"));
    json_decref(body);
    return rows;
}

static size_t n_listed(struct place *place, const struct staff *staff, const char *key, const char *word)
{
    json_t *rows = listed(place, staff, key, word);
    const size_t n = json_array_size(rows);
    json_decref(rows);
    return n;
}

static const char *text(const json_t *row, const char *key)
{
    return json_string_value(json_object_get(row, key));
}

START_TEST(a_physician_sees_all_entries_but_not_the_patients_of_others)
{
    static const char *const hidden[] = {
        "patient", "person", "family_name", "given_name", "birth_date", "what_happened"};
    struct place place;
    open_place(&place, "all.db");
    report(&place, &place.nurse, place.patient,
        entry("adverse_event", "nausea_vomiting", "mild", "Anna was sick"));
    report(&place, &place.nurse, NULL, entry("near_miss", "label", "none", "syringe without a label"));
    json_t *rows = listed(&place, &place.physician, NULL, NULL);
    ck_assert_uint_eq(json_array_size(rows), 2);
    const json_t *row = json_array_get(rows, 0);
    ck_assert_str_eq(text(row, "word"), "nausea_vomiting");
    ck_assert_str_eq(text(row, "reported_by"), "nurse");
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        ck_assert_msg(json_object_get(row, hidden[i]) == NULL, "%s", hidden[i]);
    ck_assert_str_eq(text(json_array_get(rows, 1), "what_happened"), "syringe without a label");
    json_decref(rows);
    rows = listed(&place, &place.nurse, NULL, NULL);
    ck_assert_str_eq(text(json_array_get(rows, 0), "family_name"), "Muster");
    ck_assert_str_eq(text(json_array_get(rows, 0), "what_happened"), "Anna was sick");
    json_decref(rows);
    ck_assert_uint_eq(n_listed(&place, &place.therapist, NULL, NULL), 1); /* the one about nobody */
    clinic_close(&place.clinic);
    clinic_verify(&place.clinic);
}
END_TEST

START_TEST(whoever_was_there_reports_and_reads_their_own_report)
{
    struct place place;
    open_place(&place, "there.db");
    const int64_t number = report(&place, &place.therapist, place.patient,
        entry("adverse_event", "anxiety", "mild", "wept for an hour"));
    ck_assert_int_eq(ask(&place.clinic, &place.therapist, RSP_USE_patient_read,
                         json_pack("{s:s}", "patient", place.patient), NULL, NULL),
        RSP_REFUSED_CARE);
    json_t *body = done(&place.clinic, &place.therapist, RSP_USE_register_read,
        json_pack("{s:I}", "entry", (json_int_t)number));
    ck_assert_str_eq(text(json_object_get(body, "entry"), "what_happened"), "wept for an hour");
    json_decref(body);
    ck_assert_int_eq(ask(&place.clinic, &place.physician, RSP_USE_register_read,
                         json_pack("{s:I}", "entry", (json_int_t)number), NULL, NULL),
        RSP_REFUSED_MISSING);
    ck_assert_int_eq(
        ask(&place.clinic, &place.physician, RSP_USE_register_amend,
            json_pack("{s:I, s:s, s:s}", "entry", (json_int_t)number, "state", "closed", "why", "read it"),
            NULL, NULL),
        RSP_REFUSED_MISSING);
    clinic_close(&place.clinic);
}
END_TEST

START_TEST(an_amendment_keeps_what_stood_before)
{
    struct place place;
    open_place(&place, "amended.db");
    const int64_t first = report(&place, &place.nurse, place.patient,
        entry("near_miss", "wrong_strength", "none", "100 mg/mL in the drawer"));
    json_t *change = json_pack("{s:I, s:s, s:s, s:s, s:s}", "entry", (json_int_t)first, "kind",
        "adverse_event", "word", "wrong_dose_given", "severity", "moderate", "why", "it was given after all");
    json_decref(done(&place.clinic, &place.nurse, RSP_USE_register_amend, json_incref(change)));
    ck_assert_int_eq(
        ask(&place.clinic, &place.nurse, RSP_USE_register_amend, change, NULL, NULL), RSP_REFUSED_CONFLICT);
    json_t *body = done(
        &place.clinic, &place.nurse, RSP_USE_register_read, json_pack("{s:I}", "entry", (json_int_t)first));
    ck_assert_str_eq(text(json_object_get(body, "entry"), "word"), "wrong_dose_given");
    const json_t *versions = json_object_get(body, "versions");
    ck_assert_uint_eq(json_array_size(versions), 2);
    ck_assert_str_eq(text(json_array_get(versions, 0), "why"), "it was given after all");
    ck_assert_str_eq(text(json_object_get(json_array_get(versions, 1), "said"), "word"), "wrong_strength");
    json_decref(body);
    ck_assert_uint_eq(n_listed(&place, &place.nurse, NULL, NULL), 1);
    clinic_close(&place.clinic);
    clinic_verify(&place.clinic);
}
END_TEST

START_TEST(words_severities_and_times_that_do_not_fit_are_refused)
{
    struct place place;
    open_place(&place, "words.db");
    json_t *bad[] = {entry("near_miss", "nausea_vomiting", "none", "an event's word"),
        entry("adverse_event", "made_up", "none", "no word"),
        entry("adverse_event", "fall", "terrible", "no degree"),
        entry("near_miss", "label", "mild", "it harmed somebody"),
        entry("adverse_event", "fall", "mild", "tomorrow"),
        entry("adverse_event", "fall", "mild", "of an order that is not there")};
    (void)json_object_set_new(bad[4], "when", json_string("2026-11-30T09:00"));
    (void)json_object_set_new(bad[5], "order", json_integer(1));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(
            ask(&place.clinic, &place.nurse, RSP_USE_register_add, bad[i], NULL, NULL) != RSP_NOT_REFUSED,
            "%zu", i);
    ck_assert_uint_eq(n_listed(&place, &place.nurse, NULL, NULL), 0);
    clinic_close(&place.clinic);
}
END_TEST

START_TEST(filters_and_months_count_what_happened)
{
    struct place place;
    open_place(&place, "counts.db");
    json_t *input = entry("adverse_event", "fall", "severe", "fell in the corridor");
    (void)json_object_set_new(input, "when", json_string("2026-10-31T23:59"));
    report(&place, &place.nurse, NULL, input);
    report(&place, &place.nurse, NULL, entry("near_miss", "label", "none", "no label"));
    input = entry("near_miss", "stock", "none", "one vial too few");
    (void)json_object_set_new(input, "state", json_string("closed"));
    report(&place, &place.nurse, NULL, input);
    ck_assert_uint_eq(n_listed(&place, &place.nurse, "kind", "near_miss"), 2);
    ck_assert_uint_eq(n_listed(&place, &place.nurse, "state", "open"), 2);
    ck_assert_uint_eq(n_listed(&place, &place.nurse, "to", "2026-10-31"), 1);
    ck_assert_uint_eq(n_listed(&place, &place.nurse, "from", "2026-11-01"), 2);
    json_t *body = done(&place.clinic, &place.physician, RSP_USE_register_counts, json_object());
    const json_t *months = json_object_get(body, "months"), *october = json_array_get(months, 10),
                 *november = json_array_get(months, 11);
    ck_assert_uint_eq(json_array_size(months), 12);
    ck_assert_str_eq(text(json_array_get(months, 0), "month"), "2025-12");
    ck_assert_int_eq(json_integer_value(json_object_get(october, "severe")), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(october, "adverse_events")), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(november, "near_misses")), 2);
    json_decref(body);
    clinic_close(&place.clinic);
}
END_TEST

START_TEST(an_export_holds_no_patient_and_no_formula)
{
    struct place place;
    open_place(&place, "export.db");
    report(&place, &place.nurse, place.patient,
        entry("adverse_event", "fall", "mild", "hidden from who does not care"));
    report(&place, &place.physician, place.patient,
        entry("adverse_event", "fall", "mild", "=HYPERLINK(\"http://x\")"));
    report(&place, &place.nurse, NULL, entry("near_miss", "label", "none", "  @SUM(A1), said \"so\""));
    json_t *body = done(&place.clinic, &place.physician, RSP_USE_register_export, json_object());
    const char *csv = text(body, "csv");
    ck_assert_ptr_nonnull(strstr(csv, "\"'=HYPERLINK(\"\"http://x\"\")\""));
    ck_assert_ptr_nonnull(strstr(csv, "\"'  @SUM(A1), said \"\"so\"\"\""));
    ck_assert_ptr_null(strstr(csv, "hidden from"));
    ck_assert_ptr_null(strstr(csv, "Muster"));
    ck_assert_ptr_null(strstr(csv, place.patient));
    size_t n_line = 0;
    for (const char *at = csv; (at = strstr(at, "\r\n")) != NULL; at += 2)
        n_line++;
    ck_assert_uint_eq(n_line, 4);
    json_decref(body);
    ck_assert_int_eq(ask(&place.clinic, &place.nurse, RSP_USE_register_export, json_object(), NULL, NULL),
        RSP_REFUSED_PERMISSION);
    clinic_close(&place.clinic);
}
END_TEST

RUN_TESTS("service register", a_physician_sees_all_entries_but_not_the_patients_of_others,
    whoever_was_there_reports_and_reads_their_own_report, an_amendment_keeps_what_stood_before,
    words_severities_and_times_that_do_not_fit_are_refused, filters_and_months_count_what_happened,
    an_export_holds_no_patient_and_no_formula)
