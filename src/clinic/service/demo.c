#include "service/demo.h"

#include <stdio.h>
#include <string.h>

#include "service/call.h"

bool rsp_service_demo(const struct rsp_service *service)
{
    return service->demo;
}

static rsp_status no_demo(struct rsp_error *err)
{
    return rsp_error_set(err, RSP_E_DENIED, "",
        "this is no demonstration: a session begins with password and second factor, and nobody reads codes");
}

/* ---- the mark ---- */

static rsp_status take_mark(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_service *service = context;
    const char *password = json_string_value(json_object_get(fact->body, "password"));
    (void)err;
    if (fact->number != 1) /* a demonstration was one from its first fact on */
        return RSP_OK;
    service->demo = true;
    snprintf(service->demo_password, sizeof service->demo_password, "%s", password != NULL ? password : "");
    return RSP_OK;
}

rsp_status rsp_service_demo_find(struct rsp_service *service, struct rsp_error *err)
{
    const struct rsp_fact_filter filter = {.kind = "demo", .limit = 1};
    return rsp_store_read(service->store, &filter, take_mark, service, err);
}

rsp_status rsp_service_demo_begin(struct rsp_service *service, int64_t seed, const char *password,
    const struct rsp_stamp *when, struct rsp_error *err)
{
    struct rsp_fact_place place;
    int64_t n_fact = 0;
    unsigned char hash[RSP_HASH_BYTES];

    RSP_TRY(rsp_store_head(service->store, &n_fact, hash, err));
    if (n_fact > 0)
        return rsp_error_set(
            err, RSP_E_MISMATCH, "", "the store has facts already: a demonstration begins in a new one");
    json_t *body = json_pack("{s:I, s:s}", "seed", (json_int_t)seed, "password", password);
    if (body == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    const struct rsp_fact_new mark = {
        .kind = "demo", .who = "console", .origin = RSP_DEMO_ORIGIN, .when = *when, .body = body};
    const rsp_status status = rsp_store_append(service->store, &mark, &place, err);
    json_decref(body);
    return status == RSP_OK ? rsp_service_demo_find(service, err) : status;
}

rsp_status rsp_service_demo_end(struct rsp_service *service, struct rsp_error *err)
{
    return rsp_store_settle(service->store, err);
}

/* ---- its accounts ---- */

struct listing {
    json_t *users;
    const struct rsp_service *service;
    int64_t now_s;
    const char *name; /* NULL: all are listed; else this one is looked for */
    struct rsp_account account;
    bool found;
};

/* A code is good once: when that of now was used, the next one, which is taken already. */
static rsp_status good_code(
    const struct listing *listing, const struct rsp_account *account, char code[7], struct rsp_error *err)
{
    int64_t used = -1, step = listing->now_s / RSP_OTP_STEP_S;
    RSP_TRY(rsp_account_last_step(listing->service->store, &account->person, &used, err));
    if (used >= step)
        step++;
    return rsp_otp_code(account->second_factor, step * RSP_OTP_STEP_S, code, err);
}

static rsp_status list(struct listing *listing, const struct rsp_account *account, struct rsp_error *err)
{
    char code[7], roles[128];
    RSP_TRY(good_code(listing, account, code, err));
    rsp_roles_format(account->roles, roles, sizeof roles);
    json_t *user = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "name", account->name, "role", roles,
        "password", listing->service->demo_password, "totp_secret", account->second_factor, "code", code,
        "code_s", (json_int_t)(RSP_OTP_STEP_S - listing->now_s % RSP_OTP_STEP_S));
    if (json_array_append_new(listing->users, user) != 0)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return RSP_OK;
}

/* An account whose password somebody changed is theirs. */
static rsp_status look(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct listing *listing = context;
    const char *name = json_string_value(json_object_get(fact->body, "name"));
    struct rsp_account account;
    bool found = false;

    if (strcmp(fact->origin, RSP_DEMO_ORIGIN) != 0 || name == NULL ||
        (listing->name != NULL && strcmp(name, listing->name) != 0))
        return RSP_OK;
    RSP_TRY(rsp_account_read(listing->service->store, &fact->person, &found, &account, err));
    if (!found || account.disabled)
        return RSP_OK;
    if (listing->name == NULL)
        return list(listing, &account, err);
    listing->account = account;
    listing->found = true;
    return RSP_OK;
}

static rsp_status read_accounts(struct listing *listing, struct rsp_error *err)
{
    const struct rsp_fact_filter filter = {.kind = "account", .current = true, .without_identity = true};
    return rsp_store_read(listing->service->store, &filter, look, listing, err);
}

rsp_status rsp_service_demo_users(
    struct rsp_service *service, int64_t now_s, json_t **users, struct rsp_error *err)
{
    struct listing listing = {.service = service, .now_s = now_s};
    if (!service->demo)
        return no_demo(err);
    listing.users = json_array();
    if (listing.users == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    const rsp_status status = read_accounts(&listing, err);
    if (status != RSP_OK) {
        json_decref(listing.users);
        return status;
    }
    *users = listing.users;
    return RSP_OK;
}

rsp_status rsp_service_demo_session(struct rsp_service *service, const char *account,
    const struct rsp_stamp *when, char token[RSP_TOKEN_SIZE], struct rsp_error *err)
{
    enum { US_A_SECOND = 1000000 };
    struct listing listing = {.service = service, .name = account};
    if (!service->demo)
        return no_demo(err);
    pthread_mutex_lock(&service->store_lock);
    const rsp_status status = read_accounts(&listing, err);
    pthread_mutex_unlock(&service->store_lock);
    if (status != RSP_OK)
        return status;
    if (!listing.found)
        return rsp_error_set(err, RSP_E_UNKNOWN, "name", "the demonstration has no account '%.40s'", account);
    pthread_mutex_lock(&service->state_lock);
    rsp_sessions_begin(service->sessions, false, &listing.account.person, listing.account.fact,
        when->at_us / US_A_SECOND, token);
    pthread_mutex_unlock(&service->state_lock);
    return RSP_OK;
}

/* ---- what the page for signing in asks ---- */

rsp_status rsp_case_sign_in_demo(struct rsp_call *call)
{
    json_t *users = NULL;
    RSP_TRY(rsp_call_put(call, "demo", json_boolean(call->service->demo)));
    if (!call->service->demo)
        return RSP_OK;
    RSP_TRY(rsp_service_demo_users(call->service, call->now_s, &users, call->err));
    return rsp_call_put(call, "users", users);
}
