/* Accounts, by those who manage them. Nobody changes their own; a role that manages cannot be granted but at the console. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "service/call.h"

static rsp_status find(struct rsp_call *call, struct rsp_account *account)
{
    bool found = false;
    RSP_TRY(rsp_account_find(call->service->store, rsp_call_text(call, "name"), &found, account, call->err));
    if (!found)
        return rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "name", "there is no such account");
    return RSP_OK;
}

/* Whoever manages accounts may not reach for their own, nor for those of other managers. */
static rsp_status check_target(struct rsp_call *call, const char *name, unsigned roles)
{
    if (call->caller->console)
        return RSP_OK;
    if (strcmp(name, call->account.name) == 0)
        return rsp_call_refuse(
            call, RSP_REFUSED_PERMISSION, RSP_E_DENIED, "name", "nobody changes their own account");
    if ((roles & RSP_ROLE_ADMINISTRATOR) != 0)
        return rsp_call_refuse(call, RSP_REFUSED_PERMISSION, RSP_E_DENIED, "roles",
            "an administrator's account is made and changed at the machine itself: respite user");
    return RSP_OK;
}

static rsp_status read_roles(struct rsp_call *call, unsigned *roles)
{
    size_t i;
    const json_t *word;
    *roles = 0;
    json_array_foreach(json_object_get(call->input, "roles"), i, word)
    {
        unsigned role = 0;
        const rsp_status status =
            strchr(json_string_value(word), ',') == NULL
                ? rsp_roles_parse(json_string_value(word), &role, call->err)
                : rsp_error_set(call->err, RSP_E_SYNTAX, "roles", "one role a text is expected");
        if (status != RSP_OK)
            return status;
        *roles |= role;
    }
    if ((*roles & RSP_ROLE_ADMINISTRATOR) != 0 && *roles != RSP_ROLE_ADMINISTRATOR)
        return rsp_call_refuse(call, RSP_REFUSED_INVALID, RSP_E_MISMATCH, "roles",
            "an administrator sees no clinical data: give the person a second account for other roles");
    if ((*roles & RSP_ROLE_RESEARCHER) != 0 && *roles != RSP_ROLE_RESEARCHER)
        return rsp_call_refuse(call, RSP_REFUSED_INVALID, RSP_E_MISMATCH, "roles",
            "a researcher sees nobody's identity: give the person a second account for other roles");
    return RSP_OK;
}

/* A second factor is shown once, as text, as URL and as a drawing for the phone. */
static rsp_status show_factor(struct rsp_call *call, const struct rsp_account *account)
{
    char url[RSP_OTP_URL_SIZE];
    struct rsp_buf svg;
    enum { MAX_SVG = 1 << 18 };

    call->kept = json_pack("{s:s, s:b}", "name", account->name, "second_factor_was_shown", 1);
    if (call->kept == NULL)
        return rsp_call_no_memory(call);
    rsp_otp_url(account->name, account->second_factor, url);
    rsp_buf_init(&svg, MAX_SVG);
    rsp_status status = rsp_otp_drawing(url, &svg, call->err);
    if (status == RSP_OK)
        status = rsp_call_put(call, "name", json_string(account->name));
    if (status == RSP_OK)
        status = rsp_call_put(call, "totp_secret", json_string(account->second_factor));
    if (status == RSP_OK)
        status = rsp_call_put(call, "totp_url", json_string(url));
    if (status == RSP_OK)
        status = rsp_call_put(call, "totp_svg", json_string(svg.data));
    rsp_buf_free(&svg);
    sodium_memzero(url, sizeof url);
    return status;
}

/* New password and second factor; slow. */
static rsp_status new_secrets(struct rsp_call *call, struct rsp_account *account)
{
    const char *password = rsp_call_text(call, "password");
    if (strstr(password, account->name) != NULL)
        return rsp_call_refuse(call, RSP_REFUSED_INVALID, RSP_E_DOMAIN, "password",
            "take a password that does not hold the name of the account");
    RSP_TRY(rsp_otp_new(account->second_factor, call->err));
    account->must_change = !call->caller->console; /* at the console the holder types it */
    account->disabled = false;
    return rsp_password_hash(password, account->password, call->err);
}

rsp_status rsp_case_user_add(struct rsp_call *call)
{
    struct rsp_account account = {0}, other = {0};
    struct rsp_fact_place place;
    bool found = false;

    snprintf(account.name, sizeof account.name, "%s", rsp_call_text(call, "name"));
    snprintf(call->detail, sizeof call->detail, "account %s", account.name);
    RSP_TRY(read_roles(call, &account.roles));
    RSP_TRY(check_target(call, account.name, account.roles));
    if (strcmp(account.name, "console") == 0 || strcmp(account.name, "anyone") == 0)
        return rsp_call_refuse(
            call, RSP_REFUSED_INVALID, RSP_E_DOMAIN, "name", "this name is taken by the program");
    rsp_call_pause(call);
    RSP_TRY(new_secrets(call, &account));
    RSP_TRY(rsp_call_begin(call));
    if (call->replayed)
        return RSP_OK;
    RSP_TRY(rsp_account_find(call->service->store, account.name, &found, &other, call->err));
    sodium_memzero(&other, sizeof other);
    if (found)
        return rsp_call_refuse(
            call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "name", "there is an account of this name");
    RSP_TRY(rsp_call_append(call, "account", NULL, rsp_account_body(&account), &place));
    const rsp_status status = show_factor(call, &account);
    sodium_memzero(&account, sizeof account);
    return status;
}

rsp_status rsp_case_user_reset(struct rsp_call *call)
{
    struct rsp_account account = {0}, now = {0};

    snprintf(call->detail, sizeof call->detail, "account %s", rsp_call_text(call, "name"));
    RSP_TRY(find(call, &account));
    RSP_TRY(check_target(call, account.name, account.roles));
    rsp_call_pause(call);
    RSP_TRY(new_secrets(call, &account));
    RSP_TRY(rsp_call_begin(call));
    if (call->replayed)
        return RSP_OK;
    RSP_TRY(find(call, &now));
    if (now.fact != account.fact)
        return rsp_call_refuse(
            call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "name", "the account was changed just now");
    RSP_TRY(rsp_call_replace(call, "account", &account.person, account.fact, rsp_call_text(call, "why"),
        rsp_account_body(&account), NULL));
    const rsp_status status = show_factor(call, &account);
    sodium_memzero(&account, sizeof account);
    sodium_memzero(&now, sizeof now);
    return status;
}

rsp_status rsp_case_user_disable(struct rsp_call *call)
{
    struct rsp_account account = {0};

    snprintf(call->detail, sizeof call->detail, "account %s", rsp_call_text(call, "name"));
    RSP_TRY(find(call, &account));
    RSP_TRY(check_target(call, account.name, account.roles));
    if (!account.disabled) {
        account.disabled = true;
        RSP_TRY(rsp_call_replace(call, "account", &account.person, account.fact, rsp_call_text(call, "why"),
            rsp_account_body(&account), NULL));
    }
    RSP_TRY(rsp_call_put(call, "name", json_string(account.name)));
    sodium_memzero(&account, sizeof account);
    return rsp_call_put(call, "disabled", json_true());
}

/* ---- lists ---- */

static rsp_status list_account(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    json_t *row = json_pack("{s:I, s:O, s:O, s:O, s:O}", "number", (json_int_t)fact->number, "name",
        json_object_get(fact->body, "name"), "roles", json_object_get(fact->body, "roles"), "disabled",
        json_object_get(fact->body, "disabled"), "must_change_password",
        json_object_get(fact->body, "must_change"));
    if (row == NULL || json_array_append_new(context, row) != 0)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return RSP_OK;
}

rsp_status rsp_case_users(struct rsp_call *call)
{
    const struct rsp_fact_filter filter = {.kind = "account", .current = true, .without_identity = true};
    json_t *rows = json_array();
    if (rows == NULL)
        return rsp_call_no_memory(call);
    const rsp_status status = rsp_store_read(call->service->store, &filter, list_account, rows, call->err);
    if (status != RSP_OK) {
        json_decref(rows);
        return status;
    }
    return rsp_call_page(call, "users", rows, "name");
}
