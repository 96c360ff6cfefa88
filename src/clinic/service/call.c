#include "service/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/text.h"
#include "service/json_memory.h"

/* ---- idempotency ---- */

/* Key of a request in the store: of this account, this use case and the caller's key, so that nobody can meet
 * somebody else's answer. */
static void request_key(const struct rsp_call *call, char key[RSP_DIGEST_SIZE])
{
    char text[400];
    snprintf(
        text, sizeof text, "%s\n%s\n%.100s", call->account.name, call->row->name, call->caller->idempotency);
    rsp_digest(text, strlen(text), NULL, key);
}

/* Digest of what was asked, secrets and all: says whether a second request is the same one. It is keyed with the site's
 * secret, which no thief of the file has, so that nobody can try passwords or names on it; and with the caller's key,
 * so that two requests that ask the same do not look alike. */
static rsp_status request_digest(struct rsp_call *call, char digest[RSP_DIGEST_SIZE])
{
    unsigned char bytes[RSP_HASH_BYTES];
    char own[RSP_DIGEST_SIZE];
    char *text = json_dumps(call->input, JSON_SORT_KEYS | JSON_COMPACT);
    if (text == NULL)
        return rsp_call_no_memory(call);
    rsp_digest(text, strlen(text), call->caller->idempotency, own);
    rsp_store_digest(call->service->store, own, strlen(own), bytes);
    sodium_bin2hex(digest, RSP_DIGEST_SIZE, bytes, sizeof bytes);
    sodium_memzero(own, sizeof own);
    sodium_memzero(text, strlen(text));
    free(text);
    return RSP_OK;
}

struct kept_answer {
    int64_t next;
    json_t *answer;
};

static rsp_status read_next(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct kept_answer *kept = context;
    const char *text = json_string_value(json_object_get(fact->body, "answer"));
    (void)err;
    kept->next = fact->superseded_by;
    kept->answer = text != NULL ? json_loads(text, 0, NULL) : NULL;
    return RSP_OK;
}

/* The answer that was kept stands in the fact that replaced the request. */
static rsp_status replay(struct rsp_call *call, int64_t request)
{
    struct kept_answer kept = {0};
    RSP_TRY(rsp_store_fact(call->service->store, request, read_next, &kept, call->err));
    json_decref(kept.answer);
    kept.answer = NULL;
    if (kept.next != 0)
        RSP_TRY(rsp_store_fact(call->service->store, kept.next, read_next, &kept, call->err));
    if (kept.answer == NULL)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "",
            "the same request is being made at this moment: try again");
    json_decref(call->out);
    call->out = kept.answer;
    call->replayed = true;
    const char *version = json_string_value(json_object_get(kept.answer, "version"));
    snprintf(call->answer->version, sizeof call->answer->version, "%s", version != NULL ? version : "");
    return RSP_OK;
}

static rsp_status append_request(struct rsp_call *call)
{
    char key[RSP_DIGEST_SIZE], digest[RSP_DIGEST_SIZE];
    struct rsp_fact_place place = {0};

    request_key(call, key);
    RSP_TRY(request_digest(call, digest));
    json_t *body = json_pack("{s:s, s:s}", "use_case", call->row->name, "digest", digest);
    if (body == NULL)
        return rsp_call_no_memory(call);
    const struct rsp_fact_new fact = {.kind = "request",
        .who = call->account.name,
        .origin = call->caller->origin,
        .idempotency = key,
        .when = call->caller->now,
        .body = body};
    const rsp_status status = rsp_store_append(call->service->store, &fact, &place, call->err);
    json_decref(body);
    if (status == RSP_E_CONFLICT)
        return rsp_call_refuse(call, RSP_REFUSED_REUSED, status, "Idempotency-Key",
            "this key was used for another request: take a new one");
    RSP_TRY(status);
    if (place.already)
        return replay(call, place.number);
    call->request_fact = place.number;
    return RSP_OK;
}

/* ---- transaction ---- */

rsp_status rsp_call_begin(struct rsp_call *call)
{
    if (call->begun)
        return RSP_OK;
    pthread_mutex_lock(&call->service->store_lock);
    const rsp_status status = rsp_store_begin(call->service->store, true, call->err);
    if (status != RSP_OK) {
        pthread_mutex_unlock(&call->service->store_lock);
        return status;
    }
    call->begun = true;
    if (call->request_fact == -1) /* it was paused */
        return append_request(call);
    return RSP_OK;
}

rsp_status rsp_call_request(struct rsp_call *call)
{
    return append_request(call);
}

void rsp_call_rollback(struct rsp_call *call)
{
    if (!call->begun)
        return;
    rsp_store_rollback(call->service->store);
    call->begun = false;
    pthread_mutex_unlock(&call->service->store_lock);
}

void rsp_call_pause(struct rsp_call *call)
{
    const bool requested = call->request_fact > 0;
    rsp_call_rollback(call);
    call->request_fact = requested ? -1 : 0;
}

rsp_status rsp_call_commit(struct rsp_call *call)
{
    const rsp_status status = rsp_json_memory_failed() ? rsp_call_no_memory(call)
                                                       : rsp_store_commit(call->service->store, call->err);
    if (status != RSP_OK)
        rsp_store_rollback(call->service->store);
    call->begun = false;
    pthread_mutex_unlock(&call->service->store_lock);
    return status;
}

/* ---- facts ---- */

rsp_status rsp_call_replace(struct rsp_call *call, const char *kind, const struct rsp_person_id *person,
    int64_t supersedes, const char *why, json_t *body, struct rsp_fact_place *place)
{
    struct rsp_fact_place own;
    if (body == NULL)
        return rsp_call_no_memory(call);
    const struct rsp_fact_new fact = {.kind = kind,
        .person = person,
        .supersedes = supersedes,
        .who = call->account.name,
        .origin = call->caller->origin,
        .why = why,
        .when = call->caller->now,
        .body = body};
    const rsp_status status =
        rsp_store_append(call->service->store, &fact, place != NULL ? place : &own, call->err);
    json_decref(body);
    return status;
}

rsp_status rsp_call_append(struct rsp_call *call, const char *kind, const struct rsp_person_id *person,
    json_t *body, struct rsp_fact_place *place)
{
    return rsp_call_replace(call, kind, person, 0, NULL, body, place);
}

/* ---- words and values ---- */

rsp_status rsp_call_refuse(struct rsp_call *call, enum rsp_refusal refusal, rsp_status status,
    const char *field, const char *fmt, ...)
{
    char sentence[400];
    va_list arguments;
    va_start(arguments, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, arguments);
    va_end(arguments);
    call->answer->refusal = refusal;
    return rsp_error_set(call->err, status, field, "%s", sentence);
}

rsp_status rsp_call_no_memory(struct rsp_call *call)
{
    return rsp_error_set(call->err, RSP_E_MEMORY, "", "out of memory");
}

const char *rsp_call_text(const struct rsp_call *call, const char *name)
{
    const char *text = json_string_value(json_object_get(call->input, name));
    return text != NULL ? text : "";
}

int64_t rsp_call_whole(const struct rsp_call *call, const char *name, int64_t absent)
{
    const json_t *value = json_object_get(call->input, name);
    return json_is_integer(value) ? json_integer_value(value) : absent;
}

rsp_status rsp_call_put(struct rsp_call *call, const char *key, json_t *value)
{
    return json_object_set_new(call->out, key, value) == 0 ? RSP_OK : rsp_call_no_memory(call);
}

void rsp_person_hex(const struct rsp_person_id *person, char text[RSP_PERSON_HEX])
{
    sodium_bin2hex(text, RSP_PERSON_HEX, person->byte, sizeof person->byte);
}

bool rsp_person_read(const char *text, struct rsp_person_id *person)
{
    size_t n = 0;
    return strlen(text) == 2 * RSP_PERSON_BYTES &&
           sodium_hex2bin(person->byte, sizeof person->byte, text, strlen(text), NULL, &n, NULL) == 0 &&
           n == sizeof person->byte;
}

/* ---- the patient, and who cares ---- */

static rsp_status see(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    (void)fact;
    (void)err;
    *(bool *)context = true;
    return RSP_OK;
}

rsp_status rsp_call_find_patient(struct rsp_call *call)
{
    bool found = false;
    if (!rsp_person_read(rsp_call_text(call, "patient"), &call->patient))
        return rsp_error_set(call->err, RSP_E_BUG, "patient", "unchecked input");
    bool erased = false;
    struct rsp_fact_filter filter = {
        .person = &call->patient, .kind = "identity", .current = true, .without_identity = true, .limit = 1};
    const rsp_status status = rsp_store_read(call->service->store, &filter, see, &found, call->err);
    if (status != RSP_E_UNKNOWN)
        RSP_TRY(status);
    if (!found)
        return rsp_call_refuse(
            call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "patient", "there is no such patient");
    filter.kind = "erasure";
    RSP_TRY(rsp_store_read(call->service->store, &filter, see, &erased, call->err));
    if (erased)
        return rsp_call_refuse(
            call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "patient", "this patient was erased");
    call->about_patient = true;
    return RSP_OK;
}

struct care {
    const struct rsp_call *call;
    bool cares, broken;
};

static rsp_status see_care(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct care *care = context;
    const char *account = json_string_value(json_object_get(fact->body, "account"));
    const json_t *until = json_object_get(fact->body, "until_s");
    (void)err;
    if (account == NULL || strcmp(account, care->call->account.name) != 0)
        return RSP_OK;
    if (until == NULL)
        care->cares = true;
    else if (json_integer_value(until) > care->call->now_s)
        care->broken = true;
    return RSP_OK;
}

rsp_status rsp_call_cares(
    struct rsp_call *call, const struct rsp_person_id *patient, bool *cares, bool *broken)
{
    struct care care = {.call = call};
    struct rsp_fact_filter filter = {.person = patient, .kind = "care", .current = true};
    RSP_TRY(rsp_store_read(call->service->store, &filter, see_care, &care, call->err));
    filter.kind = "break_glass";
    if (!care.cares)
        RSP_TRY(rsp_store_read(call->service->store, &filter, see_care, &care, call->err));
    *cares = care.cares;
    *broken = care.broken;
    return RSP_OK;
}
