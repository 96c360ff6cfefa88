#include "service/patients.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

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
