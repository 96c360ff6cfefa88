/* From a call to its answer: who, may they, what is asked, done before?, done, audited, committed. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "service/call.h"
#include "service/json_memory.h"

enum { SECONDS_A_DAY = 86400, SECONDS_A_MINUTE = 60, US_A_SECOND = 1000000 };

static rsp_case_function *const function_of[RSP_N_USE_CASE] = {
#define RSP_X(name, roles, flags, summary) [RSP_USE_##name] = rsp_case_##name,
    RSP_USE_CASE_LIST(RSP_X)
#undef RSP_X
};

static void set_time(struct rsp_call *call)
{
    const int64_t us = call->caller->now.at_us;
    call->now_s = us / US_A_SECOND;
    const int64_t wall_s = call->now_s + (int64_t)call->caller->now.offset_min * SECONDS_A_MINUTE;
    call->today.day =
        (long)(wall_s >= 0 ? wall_s / SECONDS_A_DAY : (wall_s - SECONDS_A_DAY + 1) / SECONDS_A_DAY);
}

/* ---- who ---- */

static rsp_status no_session(struct rsp_call *call)
{
    return rsp_call_refuse(call, RSP_REFUSED_SIGN_IN, RSP_E_DENIED, "", "sign in first");
}

/* Session of the token, if it lives and its account is as it was when the session began. */
static rsp_status find_session(struct rsp_call *call)
{
    struct rsp_service *service = call->service;
    struct rsp_session session = {0};
    bool found = false;

    pthread_mutex_lock(&service->state_lock);
    const struct rsp_session *live =
        rsp_sessions_find(service->sessions, false, call->caller->token, call->now_s);
    if (live != NULL)
        session = *live;
    pthread_mutex_unlock(&service->state_lock);
    if (!session.used)
        return RSP_OK;
    RSP_TRY(rsp_call_begin(call));
    RSP_TRY(rsp_account_read(service->store, &session.person, &found, &call->account, call->err));
    if (!found || call->account.disabled || call->account.fact != session.account_fact) {
        pthread_mutex_lock(&service->state_lock);
        rsp_sessions_end_all(service->sessions, &session.person, NULL);
        pthread_mutex_unlock(&service->state_lock);
        sodium_memzero(&call->account, sizeof call->account);
        return RSP_OK;
    }
    call->signed_in = true;
    call->roles = call->account.roles;
    call->confirmed_s = session.confirmed_s;
    const bool may_come_from_elsewhere =
        call->caller->check_csrf && (call->row->roles & RSP_ROLE_ANYONE) == 0;
    if (may_come_from_elsewhere &&
        (call->caller->csrf == NULL || !rsp_secret_equal(call->caller->csrf, session.csrf)))
        return rsp_call_refuse(call, RSP_REFUSED_CSRF, RSP_E_DENIED, "X-Respite-CSRF",
            "the request does not carry the token of this session");
    return RSP_OK;
}

static rsp_status identify(struct rsp_call *call)
{
    static const char console[] = "console", anyone[] = "anyone";
    call->roles = RSP_ROLE_ANYONE;
    memcpy(call->account.name, anyone, sizeof anyone);
    if (call->caller->console) {
        call->roles = RSP_ROLE_CONSOLE;
        memcpy(call->account.name, console, sizeof console);
        return RSP_OK;
    }
    const rsp_status status = find_session(call);
    if (!call->signed_in)
        memcpy(call->account.name, anyone, sizeof anyone);
    return status;
}

/* ---- may they ---- */

static rsp_status permit(struct rsp_call *call)
{
    const unsigned flags = call->row->flags;

    if (!rsp_permitted(call->row, call->roles)) {
        if (!call->signed_in && !call->caller->console)
            return no_session(call);
        return rsp_call_refuse(
            call, RSP_REFUSED_PERMISSION, RSP_E_DENIED, "", "your role does not permit this");
    }
    if (!call->signed_in)
        return RSP_OK;
    if (call->account.must_change && (flags & RSP_CASE_FIRST) == 0 &&
        (call->row->roles & RSP_ROLE_ANYONE) == 0)
        return rsp_call_refuse(
            call, RSP_REFUSED_PASSWORD, RSP_E_DENIED, "", "change the password that you were given first");
    if ((flags & RSP_CASE_CONFIRMED) != 0 && call->confirmed_s + RSP_CONFIRMED_S <= call->now_s)
        return rsp_call_refuse(
            call, RSP_REFUSED_CONFIRM, RSP_E_DENIED, "", "give password and code again before this");
    return RSP_OK;
}

static rsp_status check_input(struct rsp_call *call)
{
    const rsp_status status = rsp_input_check(call->row, call->input, call->err);
    if (status != RSP_OK && !rsp_json_memory_failed())
        call->answer->refusal = RSP_REFUSED_INVALID;
    return status;
}

static rsp_status check_key(struct rsp_call *call)
{
    const char *key = call->caller->idempotency;
    if ((call->row->flags & RSP_CASE_WRITES) == 0 || (call->caller->console && key == NULL))
        return RSP_OK;
    size_t length = key != NULL ? strlen(key) : 0;
    for (size_t i = 0; i < length; i++)
        if (key[i] < '!' || key[i] > '~')
            length = 0;
    if (length < RSP_KEY_LEAST || length > RSP_KEY_MOST)
        return rsp_call_refuse(call, RSP_REFUSED_KEY, RSP_E_MISSING, "Idempotency-Key",
            "a key of %d to %d printable characters is needed: a new random one for each change",
            RSP_KEY_LEAST, RSP_KEY_MOST);
    return rsp_call_request(call);
}

/* The patient exists, and the caller cares for them or has broken the glass. */
static rsp_status check_patient(struct rsp_call *call)
{
    bool cares = false, broken = false;

    if ((call->row->flags & RSP_CASE_PATIENT) == 0)
        return RSP_OK;
    RSP_TRY(rsp_call_find_patient(call));
    RSP_TRY(rsp_call_cares(call, &call->patient, &cares, &broken));
    if (!cares && !broken)
        return rsp_call_refuse(call, RSP_REFUSED_CARE, RSP_E_DENIED, "patient",
            "you do not care for this patient: ask a colleague who does, or break the glass with a reason");
    return RSP_OK;
}

/* ---- audit ---- */

static json_t *audit_body(const struct rsp_call *call, const char *outcome)
{
    json_t *body = json_pack("{s:s, s:s}", "use_case", call->row->name, "outcome", outcome);
    if (body != NULL && call->detail[0] != '\0')
        (void)json_object_set_new(body, "detail", json_string(call->detail));
    if (body != NULL && call->caller->address[0] != '\0')
        (void)json_object_set_new(body, "address", json_string(call->caller->address));
    return body;
}

rsp_status rsp_call_audit(struct rsp_call *call, const char *outcome)
{
    return call->about_patient
               ? rsp_call_append(call, "access", &call->patient, audit_body(call, outcome), NULL)
               : rsp_call_append(call, "audit", NULL, audit_body(call, outcome), NULL);
}

/* A write: the request is replaced by its outcome and what the same request made again is told. */
static rsp_status answer_request(struct rsp_call *call)
{
    char digest[RSP_DIGEST_SIZE] = "answered";
    char *text = json_dumps(call->kept != NULL ? call->kept : call->out, JSON_COMPACT);
    json_t *body = text != NULL ? audit_body(call, "done") : NULL;
    if (body != NULL) {
        (void)json_object_set_new(body, "digest", json_string(digest));
        (void)json_object_set_new(body, "answer", json_string(text));
    }
    free(text);
    return rsp_call_replace(call, "request", NULL, call->request_fact, "answered", body, NULL);
}

/* Refusals of people who are signed in, and failed sign-ins, are facts; what anybody can send at will is not. */
static bool refusal_is_audited(const struct rsp_call *call)
{
    if (call->unaudited)
        return false;
    switch (call->answer->refusal) {
    case RSP_REFUSED_PERMISSION:
    case RSP_REFUSED_CARE:
    case RSP_REFUSED_CONFIRM:
    case RSP_REFUSED_CSRF:
    case RSP_REFUSED_PASSWORD:
    case RSP_REFUSED_CREDENTIALS:
    case RSP_REFUSED_GATE:
    case RSP_REFUSED_MISMATCH:
        return true;
    default:
        return false;
    }
}

static void audit_refusal(struct rsp_call *call)
{
    struct rsp_error *err = call->err, inner = {0};
    if (!refusal_is_audited(call))
        return;
    call->err = &inner; /* the refusal stands, also when its audit fails: nothing was given away */
    call->request_fact = 0;
    if (rsp_call_begin(call) == RSP_OK) {
        if (rsp_call_audit(call, rsp_refusal_word(call->answer->refusal)) == RSP_OK)
            (void)!rsp_call_commit(call);
        rsp_call_rollback(call);
    }
    call->err = err;
}

/* ---- all of it ---- */

static rsp_status finish(struct rsp_call *call)
{
    RSP_TRY(rsp_call_begin(call));
    if (call->request_fact > 0) {
        RSP_TRY(answer_request(call));
        if (call->about_patient)
            RSP_TRY(rsp_call_audit(call, "done"));
    } else if ((call->row->flags & RSP_CASE_QUIET) == 0) {
        RSP_TRY(rsp_call_audit(call, "done"));
    }
    RSP_TRY(rsp_call_commit(call));
    rsp_call_carry_session(call);
    return RSP_OK;
}

static rsp_status work(struct rsp_call *call)
{
    RSP_TRY(identify(call));
    RSP_TRY(permit(call));
    RSP_TRY(check_input(call));
    RSP_TRY(rsp_call_begin(call));
    RSP_TRY(check_key(call));
    if (call->replayed)
        return RSP_OK;
    RSP_TRY(check_patient(call));
    RSP_TRY(function_of[call->row - rsp_use_case_row(1) + 1](call));
    if (call->replayed) /* somebody was faster while the call was paused */
        return RSP_OK;
    return finish(call);
}

static void name_refusal(struct rsp_call *call, rsp_status status)
{
    struct rsp_answer *answer = call->answer;
    if (answer->refusal != RSP_NOT_REFUSED)
        return;
    switch (status) {
    case RSP_E_CONFLICT:
        answer->refusal = RSP_REFUSED_CONFLICT;
        break;
    case RSP_E_CANCELLED:
        answer->refusal = RSP_REFUSED_CANCELLED;
        break;
    case RSP_E_BUSY:
        answer->refusal = RSP_REFUSED_BUSY;
        break;
    case RSP_E_MEMORY:
    case RSP_E_IO:
    case RSP_E_BUG:
    case RSP_E_NUMERIC:
    case RSP_E_DAMAGED:
        answer->refusal = RSP_REFUSED_INSIDE;
        break;
    default:
        answer->refusal = RSP_REFUSED_INVALID;
    }
}

rsp_status rsp_service_run(struct rsp_service *service, enum rsp_use_case use_case,
    const struct rsp_caller *caller, const json_t *input, struct rsp_answer *answer, struct rsp_error *err)
{
    struct rsp_error own = {0};
    struct rsp_call call = {.service = service,
        .row = rsp_use_case_row(use_case),
        .caller = caller,
        .input = input,
        .answer = answer,
        .err = err != NULL ? err : &own};

    *answer = (struct rsp_answer){0};
    rsp_json_memory_reset();
    RSP_CHECK_BUG(call.row != NULL, err);
    set_time(&call);
    call.out = json_object();
    rsp_status status = call.out != NULL ? work(&call) : rsp_call_no_memory(&call);
    rsp_call_rollback(&call);
    if (rsp_json_memory_failed()) { /* whatever was said, and refused, of a body that lacked a key */
        answer->refusal = RSP_NOT_REFUSED;
        status = rsp_call_no_memory(&call);
    }
    if (status == RSP_OK) {
        answer->body = call.out;
        answer->replayed = call.replayed;
        call.out = NULL;
    } else {
        name_refusal(&call, status);
        audit_refusal(&call);
        memset(answer->token, 0, sizeof answer->token);
    }
    memcpy(answer->account, call.account.name, sizeof answer->account);
    json_decref(call.out);
    json_decref(call.kept);
    sodium_memzero(&call.account, sizeof call.account);
    return status;
}
