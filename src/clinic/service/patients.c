#include "service/patients.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "service/json_build.h"

enum { REAL_DIGITS = 15 };

static rsp_status take_identity(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_stored_patient *stored = context;
    stored->identity_fact = fact->number;
    json_decref(stored->identity);
    stored->identity = json_deep_copy(fact->body);
    return stored->identity != NULL ? RSP_OK : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

static rsp_status take_record(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_stored_patient *stored = context;
    const char *text = json_string_value(json_object_get(fact->body, "record"));
    stored->clinical_fact = fact->number;
    json_decref(stored->record);
    stored->record = text != NULL ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
    return json_is_object(stored->record)
               ? RSP_OK
               : rsp_error_set(err, RSP_E_DAMAGED, "record",
                     "the clinical record in fact %lld cannot be read", (long long)fact->number);
}

rsp_status rsp_persons_add(
    struct rsp_persons *persons, const struct rsp_person_id *person, struct rsp_error *err)
{
    for (size_t i = 0; i < persons->n; i++)
        if (memcmp(&persons->person[i], person, sizeof *person) == 0)
            return RSP_OK;
    if (persons->n == persons->capacity) {
        const size_t capacity = persons->capacity > 0 ? 2 * persons->capacity : 16;
        struct rsp_person_id *grown = realloc(persons->person, capacity * sizeof *grown);
        if (grown == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        persons->person = grown;
        persons->capacity = capacity;
    }
    persons->person[persons->n++] = *person;
    return RSP_OK;
}

rsp_status rsp_stored_patient_read(
    struct rsp_call *call, const struct rsp_person_id *person, struct rsp_stored_patient *stored)
{
    struct rsp_fact_filter filter = {.person = person, .kind = "identity", .current = true};
    *stored = (struct rsp_stored_patient){.person = *person};
    RSP_TRY(rsp_store_read(call->service->store, &filter, take_identity, stored, call->err));
    filter.kind = "clinical";
    RSP_TRY(rsp_store_read(call->service->store, &filter, take_record, stored, call->err));
    if (stored->identity == NULL || stored->record == NULL)
        return rsp_call_refuse(
            call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "patient", "there is no such patient");
    return RSP_OK;
}

void rsp_stored_patient_clear(struct rsp_stored_patient *stored)
{
    json_decref(stored->identity);
    json_decref(stored->record);
    *stored = (struct rsp_stored_patient){0};
}

void rsp_stored_patient_version(const struct rsp_stored_patient *stored, char version[48])
{
    snprintf(version, 48, "%lld-%lld", (long long)stored->identity_fact, (long long)stored->clinical_fact);
}

/* Record with the number of the patient and the birth date, as a patient file would have them. */
static json_t *whole_record(const struct rsp_stored_patient *stored)
{
    char hex[RSP_PERSON_HEX];
    json_t *whole = json_copy(stored->record), *birth = json_object_get(stored->identity, "birth_date");
    if (whole == NULL)
        return NULL;
    rsp_person_hex(&stored->person, hex);
    if (json_object_set_new(whole, "id", json_string(hex)) != 0 ||
        (birth != NULL && json_object_set(whole, "birth_date", birth) != 0)) {
        json_decref(whole);
        return NULL;
    }
    return whole;
}

rsp_status rsp_stored_patient_parse(
    struct rsp_call *call, const struct rsp_stored_patient *stored, struct rsp_patient **patient)
{
    static const char *const own[] = {"id", "birth_date"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (json_object_get(stored->record, own[i]) != NULL)
            return rsp_error_set(call->err, RSP_E_MISMATCH, own[i],
                "this belongs to the identity, not to the clinical record");
    json_t *whole = whole_record(stored);
    char *text = whole != NULL ? json_dumps(whole, JSON_INDENT(1) | JSON_REAL_PRECISION(REAL_DIGITS)) : NULL;
    json_decref(whole);
    if (text == NULL)
        return rsp_call_no_memory(call);
    const size_t length = strlen(text);
    rsp_status status = RSP_OK;
    if (length > RSP_RECORD_MOST)
        status = rsp_error_set(
            call->err, RSP_E_LIMIT, "record", "the record is longer than %d bytes", RSP_RECORD_MOST);
    else
        status = rsp_patient_parse(text, length, "record", call->today, false, patient, call->err);
    sodium_memzero(text, length);
    free(text);
    return status;
}

/* {value: 24}, or 24, with its day; NULL without memory. */
static json_t *dated_value(json_t *value, const char *key, const char *today)
{
    json_t *dated = json_is_object(value) ? json_copy(value) : json_pack("{s:O}", key, value);
    if (dated != NULL && json_object_get(dated, "date") == NULL &&
        json_object_set_new(dated, "date", json_string(today)) != 0) {
        json_decref(dated);
        return NULL;
    }
    return dated;
}

static bool date_tests(json_t *record, const char *today)
{
    const char *name;
    json_t *value, *tests = json_object_get(record, "tests");
    if (!json_is_object(tests))
        return true; /* absent, or refused by the reader */
    json_t *dated = json_object();
    bool made = dated != NULL;
    json_object_foreach(tests, name, value) made =
        made && json_object_set_new(dated, name, dated_value(value, "value", today)) == 0;
    if (made)
        made = json_object_set(record, "tests", dated) == 0;
    json_decref(dated);
    return made;
}

static bool date_weight(json_t *record, const char *today)
{
    json_t *weight = json_object_get(record, "weight_kg");
    if (weight == NULL)
        weight = json_object_get(record, "weight");
    if (weight == NULL)
        return true;
    json_t *dated = json_is_null(weight) ? json_null() : dated_value(weight, "value_kg", today);
    const bool made = dated != NULL && json_object_set_new(record, "weight", dated) == 0;
    (void)json_object_del(record, "weight_kg");
    return made;
}

rsp_status rsp_record_dated(struct rsp_call *call, const json_t *change, json_t **dated)
{
    char today[16];
    rsp_date_format(call->today, today, sizeof today);
    if (json_object_get(change, "age_y") != NULL)
        return rsp_error_set(
            call->err, RSP_E_MISMATCH, "age_y", "an age goes stale: give the birth_date, with the identity");
    if (json_object_get(change, "weight_kg") != NULL && json_object_get(change, "weight") != NULL)
        return rsp_error_set(
            call->err, RSP_E_MISMATCH, "weight", "give weight_kg or weight: {value_kg, date}, not both");
    json_t *copy = json_copy((json_t *)change);
    if (copy == NULL || !date_weight(copy, today) || !date_tests(copy, today)) {
        json_decref(copy);
        return rsp_call_no_memory(call);
    }
    *dated = copy;
    return RSP_OK;
}

rsp_status rsp_object_change(struct rsp_call *call, json_t *object, const json_t *change)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)change, key, value)
    {
        if (json_is_null(value))
            (void)json_object_del(object, key);
        else if (json_object_set(object, key, value) != 0)
            return rsp_call_no_memory(call);
    }
    return RSP_OK;
}

/* Tests are replaced as a whole, and who sends a blood pressure must not take thoughts of suicide out of the record
 * unsaid: item 9 of the PHQ-9 goes only when it is set to null. @return false without memory */
static bool keep_item9(const json_t *record, const json_t *change, json_t *dated)
{
    static const char item9[] = "phq9_item9";
    const json_t *given = json_object_get(json_object_get(change, "tests"), item9);
    json_t *known = json_object_get(json_object_get(record, "tests"), item9),
           *tests = json_object_get(dated, "tests");
    if (json_is_null(given))
        (void)json_object_del(tests, item9);
    if (given != NULL || known == NULL || tests == NULL)
        return true;
    if (json_is_null(tests))
        return json_object_set_new(dated, "tests", json_pack("{s:O}", item9, known)) == 0;
    return !json_is_object(tests) ||
           json_object_set(tests, item9, known) == 0; /* else the reader refuses it */
}

/* A newer weight does not unsay the one at which earlier doses were given. One of the same day, or of an older day, is
 * a correction. @return false without memory */
static bool keep_weight(const json_t *record, json_t *dated)
{
    json_t *known = json_object_get(record, "weight"), *earlier = json_object_get(dated, "earlier_weights");
    const char *before = json_string_value(json_object_get(known, "date")),
               *now = json_string_value(json_object_get(json_object_get(dated, "weight"), "date"));
    if (before == NULL || now == NULL || strcmp(before, now) >= 0)
        return true;
    if (earlier == NULL)
        earlier = json_object_get(record, "earlier_weights");
    json_t *kept = json_is_array(earlier) ? json_copy(earlier) : json_array();
    if (kept != NULL && json_array_append(kept, known) != 0) {
        json_decref(kept);
        kept = NULL;
    }
    return kept != NULL && json_object_set_new(dated, "earlier_weights", kept) == 0;
}

rsp_status rsp_record_change(struct rsp_call *call, json_t *record, const json_t *change)
{
    json_t *dated = NULL;
    RSP_TRY(rsp_record_dated(call, change, &dated));
    const rsp_status status = keep_item9(record, change, dated) && keep_weight(record, dated)
                                  ? rsp_object_change(call, record, dated)
                                  : rsp_call_no_memory(call);
    json_decref(dated);
    return status;
}

json_t *rsp_record_fact_body(const json_t *record)
{
    char *text = json_dumps(record, JSON_COMPACT);
    json_t *body = text != NULL ? json_pack("{s:s}", "record", text) : NULL;
    free(text);
    return body;
}

static rsp_status take_name(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    static const char *const key[] = {"family_name", "given_name", "birth_date"};
    return rsp_keys_copy(context, fact->body, sizeof key / sizeof *key, key)
               ? RSP_OK
               : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

rsp_status rsp_patient_name(struct rsp_call *call, json_t *row)
{
    char hex[RSP_PERSON_HEX];
    const struct rsp_fact_filter filter = {.person = &call->patient, .kind = "identity", .current = true};
    rsp_person_hex(&call->patient, hex);
    if (json_object_set_new(row, "patient", json_string(hex)) != 0)
        return rsp_call_no_memory(call);
    return rsp_store_read(call->service->store, &filter, take_name, row, call->err);
}
