/* The assessment page: what it asks, drafts, and findings that stay as they were found. */
#include <math.h>
#include <string.h>

#include "service_support.h"

#include "record/words.h"
#include "service/call.h"

static const char *text(const json_t *body, const char *key)
{
    const char *value = json_string_value(json_object_get(body, key));
    return value != NULL ? value : "";
}

static json_t *rows(const json_t *body, const char *key)
{
    json_t *list = json_object_get(body, key);
    ck_assert_msg(json_is_array(list), "no list '%s'", key);
    return list;
}

static const json_t *row_with(const json_t *list, const char *key, const char *value)
{
    size_t i;
    json_t *row;
    json_array_foreach((json_t *)list, i, row) if (strcmp(text(row, key), value) == 0) return row;
    return NULL;
}

static json_t *of(const char *patient)
{
    return json_pack("{s:s}", "patient", patient);
}

/* A draft written as JSON with single quotes. */
static json_t *draft(const char *patient, const char *record)
{
    char json[2000];
    size_t n = 0;
    for (; record[n] != '\0' && n + 1 < sizeof json; n++)
        json[n] = record[n] == '\'' ? '"' : record[n];
    json[n] = '\0';
    json_t *object = json_loads(json, 0, NULL);
    ck_assert_msg(object != NULL, "%s", json);
    return json_pack("{s:s, s:o}", "patient", patient, "record", object);
}

static const json_t *field(const json_t *form, const char *key)
{
    size_t i;
    json_t *section;
    json_array_foreach(rows(form, "sections"), i, section)
    {
        const json_t *found = row_with(json_object_get(section, "fields"), "key", key);
        if (found != NULL)
            return found;
    }
    ck_abort_msg("no field %s", key);
}

static double bound(const json_t *field_row, const char *kind, const char *end)
{
    const json_t *value = json_object_get(json_object_get(field_row, kind), end);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

START_TEST(every_number_of_the_form_has_three_bounds_of_their_own_with_their_sources)
{
    struct clinic clinic;
    struct staff nurse;
    clinic_open(&clinic, "form.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    json_t *form = done(&clinic, &nurse, RSP_USE_record_form, json_object());
    const json_t *pressure = field(form, "sbp_mmhg"), *weight = field(form, "weight_kg");
    ck_assert_double_eq(bound(pressure, "impossible", "low"), 40); /* the reader's own */
    ck_assert_double_eq(bound(pressure, "impossible", "high"), 300);
    ck_assert(bound(pressure, "implausible", "above") < 300);
    ck_assert(bound(weight, "implausible", "above") < bound(weight, "impossible", "high"));
    ck_assert_ptr_nonnull(strstr(text(json_object_get(weight, "implausible"), "source"), "no paper"));
    ck_assert_uint_gt(json_array_size(rows(pressure, "flags")), 0); /* from the rules, with their source */
    const json_t *flag = json_array_get(rows(pressure, "flags"), 0);
    ck_assert_str_ne(text(flag, "source"), "");
    ck_assert_str_ne(text(flag, "rule"), "");
    json_decref(form);
    clinic_close(&clinic);
}
END_TEST

START_TEST(the_form_asks_every_word_of_the_history_once_in_every_language)
{
    static const char *const languages[] = {"en", "de"};
    struct clinic clinic;
    struct staff nurse;
    clinic_open(&clinic, "words.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    for (size_t l = 0; l < 2; l++) {
        json_t *form =
            done(&clinic, &nurse, RSP_USE_record_form, json_pack("{s:s}", "language", languages[l]));
        size_t i, n_asked = 0, n_word = 0;
        json_t *group;
        json_array_foreach(rows(form, "history"), i, group) n_asked += json_array_size(rows(group, "words"));
        for (; rsp_history_words[n_word] != NULL; n_word++) {
            size_t n = 0;
            json_array_foreach(rows(form, "history"), i, group)
            {
                const json_t *row = row_with(rows(group, "words"), "word", rsp_history_words[n_word]);
                n += row != NULL;
                ck_assert(row == NULL || text(row, "text")[0] != '\0');
            }
            ck_assert_msg(n == 1, "%s is asked %zu times", rsp_history_words[n_word], n);
        }
        ck_assert_uint_eq(n_asked, n_word);
        json_decref(form);
    }
    clinic_close(&clinic);
}
END_TEST

START_TEST(a_draft_is_judged_and_not_kept)
{
    struct clinic clinic;
    struct staff nurse;
    clinic_open(&clinic, "draft.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    const char *patient = new_patient(&clinic, &nurse);
    json_t *before = done(&clinic, &nurse, RSP_USE_patient_read, of(patient));
    json_t *judged = done(&clinic, &nurse, RSP_USE_assess_preview,
        draft(patient, "{'history': ['active_psychosis'], 'medications': [{'name': 'oxycodone', 'dose_mg': "
                       "10, 'per_day': 2}]}"));
    ck_assert_str_eq(text(judged, "status"), "not_a_candidate");
    const json_t *psychosis = row_with(rows(judged, "findings"), "rule", "CI-PSYCHOSIS");
    ck_assert_ptr_nonnull(psychosis);
    ck_assert_str_eq(text(psychosis, "gate"), "prescriber");
    ck_assert_str_ne(text(psychosis, "source"), "");
    ck_assert_double_eq(json_number_value(json_object_get(json_object_get(judged, "mme"), "total_mg")), 30);
    json_t *after = done(&clinic, &nurse, RSP_USE_patient_read, of(patient));
    ck_assert(json_equal(json_object_get(before, "record"), json_object_get(after, "record")));
    ck_assert_str_eq(text(before, "version"), text(after, "version"));
    json_t *kept = done(&clinic, &nurse, RSP_USE_assessments, of(patient));
    ck_assert_uint_eq(json_array_size(rows(kept, "assessments")), 0);
    ck_assert_int_eq(
        ask(&clinic, &nurse, RSP_USE_assess_preview, draft(patient, "{'weight_kg': 700}"), NULL, NULL),
        RSP_REFUSED_INVALID);
    json_decref(before);
    json_decref(judged);
    json_decref(after);
    json_decref(kept);
    clinic_close(&clinic);
}
END_TEST

START_TEST(what_was_not_asked_of_a_history_stays_unknown)
{
    struct clinic clinic;
    struct staff nurse;
    clinic_open(&clinic, "unasked.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    const char *patient = new_patient(&clinic, &nurse);
    json_t *all = done(&clinic, &nurse, RSP_USE_assess_preview, draft(patient, "{'history': []}"));
    json_t *part = done(&clinic, &nurse, RSP_USE_assess_preview,
        draft(patient,
            "{'history': ['depression'], 'history_unasked': ['active_psychosis', 'schizophrenia']}"));
    ck_assert_ptr_null(row_with(rows(all, "findings"), "rule", "CI-PSYCHOSIS"));
    const json_t *open = row_with(rows(part, "findings"), "rule", "CI-PSYCHOSIS");
    ck_assert_ptr_nonnull(open);
    ck_assert(json_is_false(json_object_get(open, "known")));
    const json_t *fact = row_with(rows(open, "facts"), "name", "history.active_psychosis");
    ck_assert_str_eq(text(fact, "value"), "not asked");
    ck_assert_str_eq(text(part, "status"), "incomplete");
    ck_assert_ptr_nonnull(
        row_with(rows(part, "findings"), "rule", "SUICIDE-ESK")); /* what was asked speaks at once */
    ck_assert_int_eq(
        ask(&clinic, &nurse, RSP_USE_assess_preview,
            draft(patient, "{'history': ['depression'], 'history_unasked': ['depression']}"), NULL, NULL),
        RSP_REFUSED_INVALID);
    ck_assert_int_eq(ask(&clinic, &nurse, RSP_USE_assess_preview,
                         draft(patient, "{'history': null, 'history_unasked': ['depression']}"), NULL, NULL),
        RSP_REFUSED_INVALID);
    json_decref(all);
    json_decref(part);
    clinic_close(&clinic);
}
END_TEST

START_TEST(an_old_assessment_keeps_its_findings_when_the_rules_change)
{
    static const char site[] = "version: 1\nsite: here\nphysician: Dr. A\ndate: 2026-01-01\n"
                               "switch_on:\n  - {id: DDI-MEMANTINE, reason: seen here}\n";
    struct clinic clinic;
    struct staff nurse;
    struct rsp_error err = {0};
    const struct rsp_date today = {.day = 20500};
    clinic_open(&clinic, "rules.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    const char *patient = new_patient(&clinic, &nurse);
    json_t *read = done(&clinic, &nurse, RSP_USE_patient_read, of(patient));
    json_t *change = draft(patient, "{'medications': ['memantine']}");
    json_object_set(change, "version", json_object_get(read, "version"));
    json_object_set_new(change, "why", json_string("told today"));
    json_decref(done(&clinic, &nurse, RSP_USE_patient_amend, change));
    json_decref(done(&clinic, &nurse, RSP_USE_assess, of(patient)));
    json_t *before = done(&clinic, &nurse, RSP_USE_assessments, of(patient));

    ck_assert_msg(
        rsp_rulebook_site(clinic.service->book, site, strlen(site), "site.yaml", today, &err) == RSP_OK, "%s",
        err.message);
    json_decref(done(&clinic, &nurse, RSP_USE_assess, of(patient)));
    json_t *after = done(&clinic, &nurse, RSP_USE_assessments, of(patient));
    const json_t *old = json_array_get(rows(after, "assessments"), 0),
                 *new = json_array_get(rows(after, "assessments"), 1);
    ck_assert(json_equal(json_array_get(rows(before, "assessments"), 0), old));
    ck_assert_str_ne(text(old, "rules_version"), text(new, "rules_version"));
    ck_assert_ptr_null(row_with(rows(old, "findings"), "rule", "DDI-MEMANTINE"));
    const json_t *added = row_with(rows(new, "findings"), "rule", "DDI-MEMANTINE");
    ck_assert_ptr_nonnull(added);
    ck_assert_ptr_nonnull(
        row_with(rows(added, "facts"), "name", "medications")); /* kept with what was looked at */
    json_decref(read);
    json_decref(before);
    json_decref(after);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

RUN_TESTS("service assessment", every_number_of_the_form_has_three_bounds_of_their_own_with_their_sources,
    the_form_asks_every_word_of_the_history_once_in_every_language, a_draft_is_judged_and_not_kept,
    what_was_not_asked_of_a_history_stays_unknown, an_old_assessment_keeps_its_findings_when_the_rules_change)
