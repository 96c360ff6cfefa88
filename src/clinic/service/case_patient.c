/* Patients: create, find, read, amend, erase. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "service/json_build.h"
#include "service/patients.h"

/* Refuse what the reader of patient files refuses, before it is kept. */
static rsp_status check_record(struct rsp_call *call, const struct rsp_stored_patient *stored)
{
    struct rsp_patient *patient = NULL;
    RSP_TRY(rsp_stored_patient_parse(call, stored, &patient));
    rsp_patient_free(patient);
    return RSP_OK;
}

static rsp_status check_birth(struct rsp_call *call, const json_t *identity)
{
    struct rsp_date birth;
    const char *text = json_string_value(json_object_get(identity, "birth_date"));
    if (text != NULL && rsp_date_parse(text, &birth, NULL) == RSP_OK && birth.day > call->today.day)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "birth_date", "the birth date lies in the future");
    return RSP_OK;
}

static rsp_status answer_version(struct rsp_call *call, const struct rsp_stored_patient *stored)
{
    char hex[RSP_PERSON_HEX];
    rsp_person_hex(&stored->person, hex);
    rsp_stored_patient_version(stored, call->answer->version);
    RSP_TRY(rsp_call_put(call, "patient", json_string(hex)));
    return rsp_call_put(call, "version", json_string(call->answer->version));
}

static rsp_status append_patient(struct rsp_call *call, struct rsp_stored_patient *stored)
{
    struct rsp_fact_place place;
    RSP_TRY(rsp_call_append(call, "identity", NULL, json_incref(stored->identity), &place));
    stored->person = place.person;
    stored->identity_fact = place.number;
    RSP_TRY(rsp_call_append(call, "clinical", &stored->person, rsp_record_fact_body(stored->record), &place));
    stored->clinical_fact = place.number;
    RSP_TRY(rsp_call_append(
        call, "care", &stored->person, json_pack("{s:s}", "account", call->account.name), NULL));
    call->patient = stored->person;
    call->about_patient = true;
    return answer_version(call, stored);
}

rsp_status rsp_case_patient_create(struct rsp_call *call)
{
    struct rsp_stored_patient stored = {.identity = json_object(), .record = json_object()};
    rsp_status status = RSP_OK;

    if (stored.identity == NULL || stored.record == NULL)
        status = rsp_call_no_memory(call);
    if (status == RSP_OK)
        status = rsp_object_change(call, stored.identity, json_object_get(call->input, "identity"));
    if (status == RSP_OK && json_object_get(call->input, "record") != NULL)
        status = rsp_record_change(call, stored.record, json_object_get(call->input, "record"));
    if (status == RSP_OK)
        status = check_birth(call, stored.identity);
    if (status == RSP_OK)
        status = check_record(call, &stored);
    if (status == RSP_OK)
        status = append_patient(call, &stored);
    rsp_stored_patient_clear(&stored);
    return status;
}

/* ---- find ---- */

enum { MOST_FOUND = 50 };

struct hunt {
    struct rsp_call *call;
    const char *name, *birth_date;
    json_t *own; /* numbers of those in the caller's care; NULL: whoever cares for them */
    json_t *rows;
    bool more;
};

static rsp_status note_own(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct hunt *hunt = context;
    const char *account = json_string_value(json_object_get(fact->body, "account"));
    char hex[RSP_PERSON_HEX];
    if (account == NULL || strcmp(account, hunt->call->account.name) != 0)
        return RSP_OK;
    rsp_person_hex(&fact->person, hex);
    return json_object_set_new(hunt->own, hex, json_true()) == 0
               ? RSP_OK
               : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

static bool holds(const json_t *identity, const char *key, const char *part)
{
    const char *text = json_string_value(json_object_get(identity, key));
    const size_t length = strlen(part);
    for (; text != NULL && *text != '\0'; text++)
        if (strncasecmp(text, part, length) == 0)
            return true;
    return false;
}

static rsp_status match(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    static const char *const shown[] = {"family_name", "given_name", "birth_date", "record_number"};
    struct hunt *hunt = context;
    const char *birth = json_string_value(json_object_get(fact->body, "birth_date"));
    char hex[RSP_PERSON_HEX];

    if (fact->withheld)
        return RSP_OK; /* erased */
    if (hunt->birth_date[0] != '\0' && (birth == NULL || strcmp(birth, hunt->birth_date) != 0))
        return RSP_OK;
    if (hunt->name[0] != '\0' && !holds(fact->body, "family_name", hunt->name) &&
        !holds(fact->body, "given_name", hunt->name) && !holds(fact->body, "record_number", hunt->name))
        return RSP_OK;
    rsp_person_hex(&fact->person, hex);
    if (hunt->own != NULL && json_object_get(hunt->own, hex) == NULL)
        return RSP_OK;
    if (json_array_size(hunt->rows) == MOST_FOUND) {
        hunt->more = true;
        return RSP_OK;
    }
    json_t *row = json_object();
    bool failed = row == NULL;
    failed = failed || json_object_set_new(row, "patient", json_string(hex)) != 0;
    failed = failed || !rsp_keys_copy(row, fact->body, sizeof shown / sizeof *shown, shown);
    if (!failed)
        failed = json_array_append(hunt->rows, row) != 0;
    json_decref(row);
    return failed ? rsp_error_set(err, RSP_E_MEMORY, "", "out of memory") : RSP_OK;
}

static rsp_status mark_own(struct rsp_call *call, json_t *rows)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        struct rsp_person_id person;
        bool cares = false, broken = false;
        if (!rsp_person_read(json_string_value(json_object_get(row, "patient")), &person))
            return rsp_error_set(call->err, RSP_E_BUG, "patient", "not a person");
        RSP_TRY(rsp_call_cares(call, &person, &cares, &broken));
        if (json_object_set_new(row, "own", json_boolean(cares)) != 0)
            return rsp_call_no_memory(call);
    }
    return RSP_OK;
}

rsp_status rsp_case_patient_find(struct rsp_call *call)
{
    struct hunt hunt = {.call = call,
        .name = rsp_call_text(call, "name"),
        .birth_date = rsp_call_text(call, "birth_date"),
        .rows = json_array()};
    const struct rsp_fact_filter filter = {.kind = "identity", .current = true};
    const bool own = strcmp(rsp_call_text(call, "care"), "own") == 0;
    if (own)
        hunt.own = json_object();
    rsp_status status = hunt.rows != NULL && own == (hunt.own != NULL) ? RSP_OK : rsp_call_no_memory(call);

    if (status == RSP_OK && hunt.name[0] == '\0' && hunt.birth_date[0] == '\0' && !own)
        status = rsp_error_set(call->err, RSP_E_MISSING, "name", "give a part of the name or the birth date");
    if (status == RSP_OK && own)
        status = rsp_store_read(call->service->store,
            &(struct rsp_fact_filter){.kind = "care", .current = true}, note_own, &hunt, call->err);
    if (status == RSP_OK)
        status = rsp_store_read(call->service->store, &filter, match, &hunt, call->err);
    if (status == RSP_OK)
        status = mark_own(call, hunt.rows);
    if (status == RSP_OK) {
        snprintf(call->detail, sizeof call->detail, "%zu found", json_array_size(hunt.rows));
        status = rsp_call_put(call, "patients", json_incref(hunt.rows));
    }
    if (status == RSP_OK)
        status = rsp_call_put(call, "more", json_boolean(hunt.more));
    json_decref(hunt.own);
    json_decref(hunt.rows);
    return status;
}

/* ---- read ---- */

static rsp_status list_care(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    if (json_array_append(context, json_object_get(fact->body, "account")) != 0)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return RSP_OK;
}

rsp_status rsp_case_patient_read(struct rsp_call *call)
{
    const struct rsp_fact_filter filter = {.person = &call->patient, .kind = "care", .current = true};
    struct rsp_stored_patient stored = {0};
    json_t *care = json_array();

    rsp_status status = care != NULL ? RSP_OK : rsp_call_no_memory(call);
    if (status == RSP_OK)
        status = rsp_stored_patient_read(call, &call->patient, &stored);
    if (status == RSP_OK)
        status = rsp_store_read(call->service->store, &filter, list_care, care, call->err);
    if (status == RSP_OK)
        status = answer_version(call, &stored);
    if (status == RSP_OK)
        status = rsp_call_put(call, "identity", json_incref(stored.identity));
    if (status == RSP_OK)
        status = rsp_call_put(call, "record", json_incref(stored.record));
    if (status == RSP_OK)
        status = rsp_call_put(call, "cared_for_by", json_incref(care));
    json_decref(care);
    rsp_stored_patient_clear(&stored);
    return status;
}

/* ---- amend ---- */

static rsp_status replace_parts(struct rsp_call *call, struct rsp_stored_patient *stored)
{
    const char *why = rsp_call_text(call, "why");
    const json_t *identity = json_object_get(call->input, "identity"),
                 *record = json_object_get(call->input, "record");
    struct rsp_fact_place place;

    if (identity == NULL && record == NULL)
        return rsp_error_set(
            call->err, RSP_E_MISSING, "record", "nothing is changed: give identity or record");
    if (identity != NULL)
        RSP_TRY(rsp_object_change(call, stored->identity, identity));
    if (record != NULL)
        RSP_TRY(rsp_record_change(call, stored->record, record));
    RSP_TRY(check_birth(call, stored->identity));
    RSP_TRY(check_record(call, stored));
    if (identity != NULL) {
        RSP_TRY(rsp_call_replace(call, "identity", &stored->person, stored->identity_fact, why,
            json_incref(stored->identity), &place));
        stored->identity_fact = place.number;
    }
    if (record != NULL) {
        RSP_TRY(rsp_call_replace(call, "clinical", &stored->person, stored->clinical_fact, why,
            rsp_record_fact_body(stored->record), &place));
        stored->clinical_fact = place.number;
    }
    return answer_version(call, stored);
}

rsp_status rsp_case_patient_amend(struct rsp_call *call)
{
    struct rsp_stored_patient stored = {0};
    char version[48];

    rsp_status status = rsp_stored_patient_read(call, &call->patient, &stored);
    if (status == RSP_OK) {
        rsp_stored_patient_version(&stored, version);
        if (strcmp(version, rsp_call_text(call, "version")) != 0)
            status = rsp_call_refuse(call, RSP_REFUSED_VERSION, RSP_E_CONFLICT, "version",
                "somebody changed this patient in the meantime: read again and look at the change");
    }
    if (status == RSP_OK)
        status = replace_parts(call, &stored);
    rsp_stored_patient_clear(&stored);
    return status;
}

/* ---- erase ---- */

/* From here on no fact about this patient can be added: the erasure itself says who, when and why. */
rsp_status rsp_case_patient_erase(struct rsp_call *call)
{
    RSP_TRY(rsp_store_person_erase(call->service->store, &call->patient, call->account.name,
        call->caller->origin, rsp_call_text(call, "why"), &call->caller->now, call->err));
    call->about_patient = false;
    RSP_TRY(rsp_call_put(call, "erased", json_true()));
    return rsp_call_put(call, "still",
        json_string("Backups that were made before hold the key: destroy them, or replace them by new ones. "
                    "Clinical values and the reasons of changes stay readable, under a number."));
}
