/* Who did what: the envelope of every fact, with the words of audit facts; never what a fact says of a patient. */
#include <stdio.h>
#include <string.h>

#include "service/call.h"
#include "service/json_build.h"

enum { PAGE = 50 };

struct trail {
    json_t *rows;
    bool down;
    int64_t last;
};

static const char *const shown_keys[] = {"use_case", "outcome", "detail", "address"};

static rsp_status add_row(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct trail *trail = context;
    const bool open = strcmp(fact->kind, "audit") == 0 || strcmp(fact->kind, "access") == 0 ||
                      strcmp(fact->kind, "request") == 0 || strcmp(fact->kind, "sign_in") == 0;
    char person[RSP_PERSON_HEX];

    trail->last = fact->number;
    if (strcmp(fact->kind, "request") == 0 && fact->superseded_by != 0)
        return RSP_OK; /* its answer follows */
    json_t *row = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s}", "number", (json_int_t)fact->number, "kind",
        fact->kind, "who", fact->who, "at", fact->wall, "zone", fact->zone, "origin", fact->origin);
    bool failed = row == NULL;
    if (fact->about_person) {
        rsp_person_hex(&fact->person, person);
        failed = failed || json_object_set_new(row, "person", json_string(person)) != 0;
    }
    if (open)
        failed =
            failed || !rsp_keys_copy(row, fact->body, sizeof shown_keys / sizeof *shown_keys, shown_keys);
    if (fact->why != NULL && strcmp(fact->kind, "account") == 0)
        failed = failed || json_object_set_new(row, "why", json_string(fact->why)) != 0;
    if (failed) {
        json_decref(row);
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    }
    return json_array_append_new(trail->rows, row) == 0
               ? RSP_OK
               : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

/* The store reads from the oldest on; the newest stands first. */
static rsp_status turn(struct rsp_call *call, struct trail *trail)
{
    json_t *turned = json_array();
    bool made = turned != NULL;
    for (size_t i = json_array_size(trail->rows); made && i-- > 0;)
        made = json_array_append(turned, json_array_get(trail->rows, i)) == 0;
    if (!made) {
        json_decref(turned);
        return rsp_call_no_memory(call);
    }
    json_decref(trail->rows);
    trail->rows = turned;
    return RSP_OK;
}

/* Numbers have no gap: a page is a span of them, so that the newest page needs no look at the others. */
rsp_status rsp_case_audit(struct rsp_call *call)
{
    const int64_t limit = rsp_call_whole(call, "limit", PAGE), after = rsp_call_whole(call, "after", 0);
    struct trail trail = {.down = strcmp(rsp_call_text(call, "sort"), "number") != 0};
    struct rsp_fact_filter filter = {.without_identity = true, .limit = (size_t)limit, .after = after};
    unsigned char hash[RSP_HASH_BYTES];
    int64_t n_fact = 0, top = 0;

    RSP_TRY(rsp_store_head(call->service->store, &n_fact, hash, call->err));
    if (trail.down) {
        top = after > 0 && after <= n_fact ? after - 1 : n_fact;
        filter.after = top > limit ? top - limit : 0;
        filter.limit = (size_t)(top - filter.after);
    }
    trail.rows = json_array();
    if (trail.rows == NULL)
        return rsp_call_no_memory(call);
    rsp_status status = RSP_OK;
    if (!trail.down || filter.limit > 0)
        status = rsp_store_read(call->service->store, &filter, add_row, &trail, call->err);
    const int64_t next = trail.down ? filter.after + 1 : trail.last;
    const bool more = trail.down ? filter.after > 0 : trail.last > 0 && trail.last < n_fact;
    if (status == RSP_OK && trail.down)
        status = turn(call, &trail);
    if (status == RSP_OK)
        status = rsp_call_put(call, "facts", json_incref(trail.rows));
    json_decref(trail.rows);
    RSP_TRY(status);
    return rsp_call_put(call, "next", more ? json_integer(next) : json_null());
}
