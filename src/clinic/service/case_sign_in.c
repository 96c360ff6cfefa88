/* Signing in and out, and what one may do with one's own account. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "service/call.h"

/* ---- throttle ---- */

static rsp_status check_throttle(struct rsp_call *call, const char *account)
{
    struct rsp_service *service = call->service;
    pthread_mutex_lock(&service->state_lock);
    const long wait_s = rsp_throttle_wait_s(service->throttle, account, call->caller->address, call->now_s);
    pthread_mutex_unlock(&service->state_lock);
    if (wait_s <= 0)
        return RSP_OK;
    call->answer->retry_after_s = wait_s;
    return rsp_call_refuse(call, RSP_REFUSED_THROTTLED, RSP_E_DENIED, "",
        "too many failed attempts: wait %ld minutes", (wait_s + 59) / 60);
}

static void count(struct rsp_call *call, const char *account, bool right)
{
    struct rsp_service *service = call->service;
    pthread_mutex_lock(&service->state_lock);
    if (right)
        rsp_throttle_succeeded(service->throttle, account, call->caller->address);
    else
        rsp_throttle_failed(service->throttle, account, call->caller->address, call->now_s);
    pthread_mutex_unlock(&service->state_lock);
}

/* One sentence for every cause: a guesser learns nothing from it. Without an account it is what anybody can send at
 * will: it counts for the address and leaves no fact. */
static rsp_status wrong(struct rsp_call *call, const char *account)
{
    count(call, account, false);
    call->unaudited = account == NULL;
    if (account != NULL)
        snprintf(call->detail, sizeof call->detail, "account %s", account);
    return rsp_call_refuse(
        call, RSP_REFUSED_CREDENTIALS, RSP_E_DENIED, "", "name, password or code is wrong");
}

/* ---- sign in ---- */

rsp_status rsp_case_sign_in(struct rsp_call *call)
{
    struct rsp_service *service = call->service;
    struct rsp_account account = {0};
    const char *name = rsp_call_text(call, "name");
    char ticket[RSP_TOKEN_SIZE];
    bool found = false;

    RSP_TRY(check_throttle(call, name));
    RSP_TRY(rsp_account_find(service->store, name, &found, &account, call->err));
    rsp_call_pause(call);
    const bool usable = found && !account.disabled;
    const bool right = rsp_password_right(rsp_call_text(call, "password"), usable ? account.password : NULL);
    sodium_memzero(account.password, sizeof account.password);
    sodium_memzero(account.second_factor, sizeof account.second_factor);
    if (!right)
        return wrong(call, name);
    pthread_mutex_lock(&service->state_lock);
    rsp_sessions_begin(service->sessions, true, &account.person, account.fact, call->now_s, ticket);
    pthread_mutex_unlock(&service->state_lock);
    RSP_TRY(rsp_call_put(call, "ticket", json_string(ticket)));
    return rsp_call_put(call, "next", json_string("code"));
}

/* Whose ticket it is; tries are counted before the code is looked at. */
static bool use_ticket(struct rsp_call *call, struct rsp_session *ticket)
{
    struct rsp_service *service = call->service;
    pthread_mutex_lock(&service->state_lock);
    struct rsp_session *live =
        rsp_sessions_find(service->sessions, true, rsp_call_text(call, "ticket"), call->now_s);
    if (live != NULL) {
        live->tries++;
        *ticket = *live;
    }
    pthread_mutex_unlock(&service->state_lock);
    return live != NULL;
}

/* The code is right and was not used before; its use is kept as a fact. */
static rsp_status use_code(struct rsp_call *call, const struct rsp_account *account, bool *right)
{
    int64_t last_step = -1;
    const int64_t step = rsp_otp_step(account->second_factor, rsp_call_text(call, "code"), call->now_s);

    *right = false;
    RSP_TRY(rsp_account_last_step(call->service->store, &account->person, &last_step, call->err));
    if (step < 0 || step <= last_step)
        return RSP_OK;
    json_t *body = json_pack("{s:I}", "step", (json_int_t)step);
    if (body != NULL && call->caller->address[0] != '\0')
        (void)json_object_set_new(body, "address", json_string(call->caller->address));
    RSP_TRY(rsp_call_append(call, "sign_in", &account->person, body, NULL));
    *right = true;
    return RSP_OK;
}

/* A new token at every sign-in; the ticket and the session that the browser held until now are over. */
static void begin_session(struct rsp_call *call, const struct rsp_account *account)
{
    struct rsp_service *service = call->service;
    pthread_mutex_lock(&service->state_lock);
    struct rsp_session *old =
        rsp_sessions_find(service->sessions, true, rsp_call_text(call, "ticket"), call->now_s);
    if (old != NULL)
        rsp_session_end(old);
    old = rsp_sessions_find(service->sessions, false, call->caller->token, call->now_s);
    if (old != NULL)
        rsp_session_end(old);
    rsp_sessions_begin(
        service->sessions, false, &account->person, account->fact, call->now_s, call->answer->token);
    pthread_mutex_unlock(&service->state_lock);
}

static json_t *role_words(unsigned roles)
{
    char text[128];
    json_t *list = json_array();
    rsp_roles_format(roles, text, sizeof text);
    for (const char *word = text; *word != '\0';) {
        const size_t length = strcspn(word, ",");
        (void)json_array_append_new(list, json_stringn(word, length));
        word += length + (word[length] == ',');
    }
    return list;
}

static rsp_status describe(struct rsp_call *call, const struct rsp_account *account, const char *token)
{
    struct rsp_service *service = call->service;
    char csrf[RSP_DIGEST_SIZE] = "";

    pthread_mutex_lock(&service->state_lock);
    const struct rsp_session *session = rsp_sessions_find(service->sessions, false, token, call->now_s);
    if (session != NULL)
        memcpy(csrf, session->csrf, sizeof csrf);
    pthread_mutex_unlock(&service->state_lock);
    RSP_TRY(rsp_call_put(call, "demo", json_boolean(service->demo)));
    RSP_TRY(rsp_call_put(call, "name", json_string(account->name)));
    RSP_TRY(rsp_call_put(call, "roles", role_words(account->roles)));
    RSP_TRY(rsp_call_put(call, "must_change_password", json_boolean(account->must_change)));
    return rsp_call_put(call, "csrf", json_string(csrf));
}

rsp_status rsp_case_sign_in_code(struct rsp_call *call)
{
    struct rsp_session ticket = {0};
    struct rsp_account account = {0};
    bool found = false, right = false;

    RSP_TRY(check_throttle(call, NULL));
    if (!use_ticket(call, &ticket))
        return wrong(call, NULL);
    RSP_TRY(rsp_account_read(call->service->store, &ticket.person, &found, &account, call->err));
    if (!found)
        return wrong(call, NULL);
    rsp_status status = check_throttle(call, account.name);
    const bool usable = !account.disabled && account.fact == ticket.account_fact;
    if (status == RSP_OK && usable)
        status = use_code(call, &account, &right);
    if (status == RSP_OK && !right)
        status = wrong(call, account.name);
    if (status == RSP_OK) {
        sodium_memzero(&call->account, sizeof call->account);
        call->account = account;
        status = rsp_call_commit(call); /* the code is used before the session begins */
    }
    if (status == RSP_OK) {
        count(call, account.name, true);
        begin_session(call, &account);
        status = describe(call, &account, call->answer->token);
    }
    sodium_memzero(&account, sizeof account);
    return status;
}

rsp_status rsp_case_confirm(struct rsp_call *call)
{
    struct rsp_service *service = call->service;
    bool right = false;

    RSP_TRY(check_throttle(call, call->account.name));
    rsp_call_pause(call);
    if (!rsp_password_right(rsp_call_text(call, "password"), call->account.password))
        return wrong(call, call->account.name);
    RSP_TRY(rsp_call_begin(call));
    RSP_TRY(use_code(call, &call->account, &right));
    if (!right)
        return wrong(call, call->account.name);
    RSP_TRY(rsp_call_commit(call));
    count(call, call->account.name, true);
    pthread_mutex_lock(&service->state_lock);
    struct rsp_session *session =
        rsp_sessions_find(service->sessions, false, call->caller->token, call->now_s);
    if (session != NULL)
        session->confirmed_s = call->now_s;
    pthread_mutex_unlock(&service->state_lock);
    return rsp_call_put(call, "confirmed_for_s", json_integer(RSP_CONFIRMED_S));
}

/* ---- sign out ---- */

static rsp_status end_sessions(struct rsp_call *call, bool all)
{
    struct rsp_service *service = call->service;
    pthread_mutex_lock(&service->state_lock);
    struct rsp_session *session =
        rsp_sessions_find(service->sessions, false, call->caller->token, call->now_s);
    if (session != NULL)
        rsp_session_end(session);
    if (all)
        rsp_sessions_end_all(service->sessions, &call->account.person, NULL);
    pthread_mutex_unlock(&service->state_lock);
    call->answer->ended = true;
    return rsp_call_put(call, "signed_out", json_true());
}

rsp_status rsp_case_sign_out(struct rsp_call *call)
{
    return end_sessions(call, false);
}

rsp_status rsp_case_sign_out_everywhere(struct rsp_call *call)
{
    return end_sessions(call, true);
}

/* ---- oneself ---- */

rsp_status rsp_case_me(struct rsp_call *call)
{
    json_t *may = json_array();
    for (int use_case = RSP_USE_NONE + 1; use_case < RSP_N_USE_CASE; use_case++) {
        const struct rsp_use_case_row *row = rsp_use_case_row((enum rsp_use_case)use_case);
        if (rsp_permitted(row, call->account.roles))
            (void)json_array_append_new(may, json_string(row->name));
    }
    RSP_TRY(rsp_call_put(call, "may", may));
    return describe(call, &call->account, call->caller->token);
}

/* Other sessions end; this one goes on under the new word about the account. */
static void carry_session(struct rsp_call *call, int64_t account_fact)
{
    struct rsp_service *service = call->service;
    pthread_mutex_lock(&service->state_lock);
    struct rsp_session *session =
        rsp_sessions_find(service->sessions, false, call->caller->token, call->now_s);
    if (session != NULL)
        session->account_fact = account_fact;
    rsp_sessions_end_all(service->sessions, &call->account.person, session);
    pthread_mutex_unlock(&service->state_lock);
}

rsp_status rsp_case_password_change(struct rsp_call *call)
{
    const char *password = rsp_call_text(call, "new_password");
    char hash[RSP_PASSWORD_SIZE];
    struct rsp_fact_place place;

    RSP_TRY(check_throttle(call, call->account.name));
    rsp_call_pause(call);
    if (!rsp_password_right(rsp_call_text(call, "password"), call->account.password))
        return wrong(call, call->account.name);
    if (strcmp(password, rsp_call_text(call, "password")) == 0 ||
        strstr(password, call->account.name) != NULL)
        return rsp_call_refuse(call, RSP_REFUSED_INVALID, RSP_E_DOMAIN, "new_password",
            "take a password that is new and does not hold the name of the account");
    RSP_TRY(rsp_password_hash(password, hash, call->err));
    RSP_TRY(rsp_call_begin(call));
    if (call->replayed)
        return RSP_OK;
    memcpy(call->account.password, hash, sizeof hash);
    call->account.must_change = false;
    RSP_TRY(rsp_call_replace(call, "account", &call->account.person, call->account.fact,
        "own password changed", rsp_account_body(&call->account), &place));
    RSP_TRY(rsp_call_put(call, "changed", json_true()));
    call->session_fact = place.number;
    return RSP_OK;
}

void rsp_call_carry_session(struct rsp_call *call)
{
    if (call->session_fact != 0)
        carry_session(call, call->session_fact);
}
