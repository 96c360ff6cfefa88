#include "service/accounts.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

static void copy(char *out, size_t size, const json_t *body, const char *key)
{
    const char *text = json_string_value(json_object_get(body, key));
    snprintf(out, size, "%s", text != NULL ? text : "");
}

static rsp_status take(const struct rsp_fact *fact, struct rsp_account *account, struct rsp_error *err)
{
    char roles[128];
    *account = (struct rsp_account){.person = fact->person, .fact = fact->number};
    copy(account->name, sizeof account->name, fact->body, "name");
    copy(roles, sizeof roles, fact->body, "roles");
    copy(account->password, sizeof account->password, fact->body, "password");
    copy(account->second_factor, sizeof account->second_factor, fact->body, "second_factor");
    /* Whatever cannot be read counts against the account. */
    account->disabled = !json_is_false(json_object_get(fact->body, "disabled")) || fact->withheld;
    account->must_change = !json_is_false(json_object_get(fact->body, "must_change"));
    return rsp_roles_parse(roles, &account->roles, err);
}

struct search {
    const char *name;
    bool found;
    struct rsp_person_id person;
    struct rsp_account *account;
};

static rsp_status look(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct search *search = context;
    const char *name = json_string_value(json_object_get(fact->body, "name"));
    (void)err;
    if (name != NULL && strcmp(name, search->name) == 0) {
        search->found = true;
        search->person = fact->person;
    }
    return RSP_OK;
}

static rsp_status read_one(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct search *search = context;
    search->found = true;
    return take(fact, search->account, err);
}

rsp_status rsp_account_read(struct rsp_store *store, const struct rsp_person_id *person, bool *found,
    struct rsp_account *account, struct rsp_error *err)
{
    struct rsp_account read = {0};
    struct search search = {.account = &read};
    const struct rsp_fact_filter filter = {.person = person, .kind = "account", .current = true};
    const rsp_status status = rsp_store_read(store, &filter, read_one, &search, err);
    if (status == RSP_OK && search.found)
        *account = read;
    if (status == RSP_OK)
        *found = search.found;
    sodium_memzero(&read, sizeof read);
    return status;
}

rsp_status rsp_account_find(struct rsp_store *store, const char *name, bool *found,
    struct rsp_account *account, struct rsp_error *err)
{
    struct search search = {.name = name};
    const struct rsp_fact_filter filter = {.kind = "account", .current = true, .without_identity = true};
    RSP_TRY(rsp_store_read(store, &filter, look, &search, err));
    if (!search.found) {
        *found = false;
        return RSP_OK;
    }
    return rsp_account_read(store, &search.person, found, account, err);
}

json_t *rsp_account_body(const struct rsp_account *account)
{
    char roles[128];
    rsp_roles_format(account->roles, roles, sizeof roles);
    return json_pack("{s:s, s:s, s:b, s:b, s:s, s:s}", "name", account->name, "roles", roles, "disabled",
        account->disabled, "must_change", account->must_change, "password", account->password,
        "second_factor", account->second_factor);
}

static rsp_status latest_step(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    int64_t *step = context;
    const json_t *value = json_object_get(fact->body, "step");
    (void)err;
    if (json_is_integer(value) && json_integer_value(value) > *step)
        *step = json_integer_value(value);
    return RSP_OK;
}

rsp_status rsp_account_last_step(
    struct rsp_store *store, const struct rsp_person_id *person, int64_t *step, struct rsp_error *err)
{
    const struct rsp_fact_filter filter = {.person = person, .kind = "sign_in"};
    *step = -1;
    return rsp_store_read(store, &filter, latest_step, step, err);
}
