/* Patients without identity. What leaves here is an allow-list: no name, no number of the clinic, no calendar date (days
 * count from the day on which the record was last changed), no free text, no age over 89. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "service/inputs.h"
#include "service/patients.h"

enum { PAGE = 20, AGE_MOST = 90, SUBJECT_BYTES = 16, SECONDS_A_DAY = 86400, US_A_SECOND = 1000000 };

struct subject {
    struct rsp_person_id person;
    int64_t fact;
    long day; /* on which the record was last changed */
};
struct subjects {
    size_t n;
    struct subject subject[RSP_PAGE_MOST];
};

static rsp_status add_subject(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct subjects *subjects = context;
    (void)err;
    if (subjects->n < RSP_PAGE_MOST)
        subjects->subject[subjects->n++] =
            (struct subject){fact->person, fact->number, (long)(fact->at_us / US_A_SECOND / SECONDS_A_DAY)};
    return RSP_OK;
}

/* Another name than the clinic's, the same at every look. */
static void subject_name(const struct rsp_person_id *person, char name[2 * SUBJECT_BYTES + 1])
{
    static const unsigned char key[] = "respite: names of research subjects";
    unsigned char bytes[SUBJECT_BYTES];
    crypto_generichash(bytes, sizeof bytes, person->byte, sizeof person->byte, key, sizeof key - 1);
    sodium_bin2hex(name, 2 * SUBJECT_BYTES + 1, bytes, sizeof bytes);
}

static void put_number(json_t *row, const char *key, double value)
{
    if (isfinite(value))
        (void)json_object_set_new(row, key, json_real(value));
}

static json_t *tests(const struct rsp_patient *patient, long day)
{
    json_t *list = json_array();
    for (size_t i = 0; i < patient->n_test; i++) {
        const struct rsp_test *test = &patient->test[i];
        json_t *row = json_pack("{s:s, s:I}", "name", test->name, "day", (json_int_t)(test->date.day - day));
        if (test->text != NULL)
            (void)json_object_set_new(row, "word", json_string(test->text));
        put_number(row, "value", test->value);
        (void)json_array_append_new(list, row);
    }
    return list;
}

static json_t *infusions(const struct rsp_patient *patient, long day)
{
    enum { MAX_FORMATTED = 200 };
    char text[MAX_FORMATTED];
    json_t *list = json_array();
    for (size_t i = 0; i < patient->n_infusion; i++) {
        const struct rsp_past_infusion *past = &patient->infusion[i];
        bool later_weight = false;
        double total_mg = 0.0;
        for (size_t k = 0; k < (size_t)past->dose.n_repeat; k++)
            total_mg += rsp_past_dose(patient, past, k, &later_weight).amount_mg;
        rsp_dose_text_format(&past->dose, text, sizeof text);
        json_t *row = json_pack("{s:s, s:I}", "dose", text, "day", (json_int_t)(past->start.day - day));
        put_number(row, "total_mg", total_mg); /* at the weight of its days, which are not told */
        (void)json_array_append_new(list, row);
    }
    return list;
}

static json_t *describe(const struct subject *subject, const struct rsp_patient *patient)
{
    static const char *const sex[] = {"unknown", "female", "male"};
    char name[2 * SUBJECT_BYTES + 1];
    json_t *row = json_object(), *history = json_array();

    subject_name(&subject->person, name);
    (void)json_object_set_new(row, "subject", json_string(name));
    (void)json_object_set_new(row, "sex", json_string(sex[patient->sex]));
    put_number(
        row, "age_y", patient->age_y < AGE_MOST || isnan(patient->age_y) ? floor(patient->age_y) : AGE_MOST);
    put_number(row, "weight_kg", patient->weight_kg);
    put_number(row, "height_cm", patient->height_cm);
    put_number(row, "baseline_nrs", patient->baseline_nrs);
    if (patient->has_condition)
        (void)json_object_set_new(row, "condition", json_string(rsp_condition_word(patient->condition)));
    if (patient->setting != NULL)
        (void)json_object_set_new(row, "setting", json_string(patient->setting));
    for (size_t i = 0; i < patient->n_history; i++)
        (void)json_array_append_new(history, json_string(patient->history[i].word));
    (void)json_object_set_new(row, "history", history);
    (void)json_object_set_new(row, "tests", tests(patient, subject->day));
    (void)json_object_set_new(row, "infusions", infusions(patient, subject->day));
    return row;
}

struct entries {
    json_t *list;
    long day;
};

static rsp_status add_entry(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    static const char *const kept[] = {"pain_nrs", "relief_pct", "mood"};
    struct entries *entries = context;
    struct rsp_date day;
    const char *date = json_string_value(json_object_get(fact->body, "date"));

    if (date == NULL || rsp_date_parse(date, &day, NULL) != RSP_OK)
        return RSP_OK;
    json_t *row = json_pack("{s:I}", "day", (json_int_t)(day.day - entries->day));
    for (size_t i = 0; row != NULL && i < sizeof kept / sizeof *kept; i++)
        if (json_object_get(fact->body, kept[i]) != NULL)
            (void)json_object_set(row, kept[i], json_object_get(fact->body, kept[i]));
    if (row == NULL || json_array_append_new(entries->list, row) != 0)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return RSP_OK;
}

static rsp_status add_patient(struct rsp_call *call, const struct subject *subject, json_t *rows)
{
    struct rsp_stored_patient stored = {0};
    struct rsp_patient *patient = NULL;
    struct entries entries = {json_array(), subject->day};
    const struct rsp_fact_filter filter = {
        .person = &subject->person, .kind = "diary_entry", .current = true, .without_identity = true};

    rsp_status status = rsp_stored_patient_read(call, &subject->person, &stored);
    if (status == RSP_OK)
        status = rsp_stored_patient_parse(call, &stored, &patient);
    if (status == RSP_OK)
        status = rsp_store_read(call->service->store, &filter, add_entry, &entries, call->err);
    if (status == RSP_OK) {
        json_t *row = describe(subject, patient);
        (void)json_object_set(row, "diary", entries.list);
        status = json_array_append_new(rows, row) == 0 ? RSP_OK : rsp_call_no_memory(call);
    }
    json_decref(entries.list);
    rsp_patient_free(patient);
    rsp_stored_patient_clear(&stored);
    return status;
}

rsp_status rsp_case_research_patients(struct rsp_call *call)
{
    const int64_t limit = rsp_call_whole(call, "limit", PAGE);
    const struct rsp_fact_filter filter = {.kind = "clinical",
        .current = true,
        .without_identity = true,
        .after = rsp_call_whole(call, "after", 0),
        .limit = (size_t)limit};
    struct subjects *subjects = calloc(1, sizeof *subjects);
    json_t *rows = json_array();

    rsp_status status = subjects != NULL && rows != NULL ? RSP_OK : rsp_call_no_memory(call);
    if (status == RSP_OK)
        status = rsp_store_read(call->service->store, &filter, add_subject, subjects, call->err);
    for (size_t i = 0; status == RSP_OK && i < subjects->n; i++)
        status = add_patient(call, &subjects->subject[i], rows);
    if (status == RSP_OK)
        status = rsp_call_put(call, "subjects", json_incref(rows));
    if (status == RSP_OK)
        status = rsp_call_put(call, "next",
            (int64_t)subjects->n == limit ? json_integer((json_int_t)subjects->subject[subjects->n - 1].fact)
                                          : json_null());
    json_decref(rows);
    free(subjects);
    return status;
}
