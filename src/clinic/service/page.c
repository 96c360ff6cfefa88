/* Facts as rows, and pages of rows that were read whole: sorted by a key of the allow-list, cut to what was asked for. */
#include <stdlib.h>
#include <string.h>

#include "service/call.h"

enum { PAGE = 50 };

struct sortable {
    json_t *row;
    const char *key;
    bool down;
};

static int compare_values(const json_t *a, const json_t *b)
{
    if (json_is_string(a) && json_is_string(b))
        return strcmp(json_string_value(a), json_string_value(b));
    const double x = json_number_value(a), y = json_number_value(b);
    return (x > y) - (x < y);
}

static int compare(const void *a, const void *b)
{
    const struct sortable *x = a, *y = b;
    int order = compare_values(json_object_get(x->row, x->key), json_object_get(y->row, y->key));
    if (order == 0)
        order = compare_values(json_object_get(x->row, "number"), json_object_get(y->row, "number"));
    return x->down ? -order : order;
}

/* `after` counts rows: what it leaves out was on the pages before. */
static rsp_status cut(struct rsp_call *call, const char *name, const struct sortable row[], size_t n)
{
    const size_t limit = (size_t)rsp_call_whole(call, "limit", PAGE);
    const size_t from = (size_t)rsp_call_whole(call, "after", 0);
    json_t *page = json_array();
    size_t i = from;

    for (; page != NULL && i < n && i < from + limit; i++)
        if (json_array_append(page, row[i].row) != 0) {
            json_decref(page);
            return rsp_call_no_memory(call);
        }
    RSP_TRY(rsp_call_put(call, name, page));
    return rsp_call_put(call, "next", i < n ? json_integer((json_int_t)i) : json_null());
}

rsp_status rsp_call_page(struct rsp_call *call, const char *name, json_t *rows, const char *key)
{
    const char *sort = rsp_call_text(call, "sort");
    const bool down = sort[0] == '-';
    const size_t n = json_array_size(rows);
    struct sortable *sorted = calloc(n + 1, sizeof *sorted);
    rsp_status status = RSP_OK;

    for (size_t i = 0; sorted != NULL && i < n; i++)
        sorted[i] = (struct sortable){json_array_get(rows, i), key, down};
    if (sorted == NULL) {
        status = rsp_call_no_memory(call);
    } else {
        qsort(sorted, n, sizeof *sorted, compare);
        status = cut(call, name, sorted, n);
    }
    free(sorted);
    json_decref(rows);
    return status;
}

/* ---- facts as rows ---- */

static rsp_status add_fact(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    json_t *row = json_pack("{s:I, s:s, s:s, s:s, s:I, s:I}", "number", (json_int_t)fact->number, "who",
        fact->who, "at", fact->wall, "zone", fact->zone, "supersedes", (json_int_t)fact->supersedes,
        "superseded_by", (json_int_t)fact->superseded_by);
    bool failed = row == NULL;
    if (fact->why != NULL)
        failed = failed || json_object_set_new(row, "why", json_string(fact->why)) != 0;
    failed = failed || json_object_update_missing(row, (json_t *)fact->body) != 0;
    failed = failed || json_array_append(context, row) != 0;
    json_decref(row);
    return failed ? rsp_error_set(err, RSP_E_MEMORY, "", "out of memory") : RSP_OK;
}

rsp_status rsp_call_facts(struct rsp_call *call, const char *kind, bool current, json_t **rows)
{
    const struct rsp_fact_filter filter = {.person = &call->patient, .kind = kind, .current = current};
    json_t *all = json_array();
    const rsp_status status = all != NULL
                                  ? rsp_store_read(call->service->store, &filter, add_fact, all, call->err)
                                  : rsp_call_no_memory(call);
    if (status != RSP_OK)
        json_decref(all);
    else
        *rows = all;
    return status;
}

struct newest {
    size_t most;
    json_t *rows;
};

static rsp_status add_newest(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct newest *newest = context;
    RSP_TRY(add_fact(newest->rows, fact, err));
    if (json_array_size(newest->rows) > newest->most)
        (void)json_array_remove(newest->rows, 0);
    return RSP_OK;
}

rsp_status rsp_call_newest(struct rsp_call *call, const char *kind, size_t most, json_t *rows)
{
    enum { BACK = 20000 }; /* facts of any kind: older ones are in the audit */
    struct newest newest = {most, rows};
    unsigned char hash[RSP_HASH_BYTES];
    int64_t head = 0;
    RSP_TRY(rsp_store_head(call->service->store, &head, hash, call->err));
    const struct rsp_fact_filter filter = {.kind = kind, .after = head > BACK ? head - BACK : 0};
    return rsp_store_read(call->service->store, &filter, add_newest, &newest, call->err);
}

struct numbering {
    const char *flag;
    json_t *numbers;
};

static rsp_status add_number(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    const struct numbering *numbering = context;
    if (numbering->flag != NULL && !json_is_true(json_object_get(fact->body, numbering->flag)))
        return RSP_OK;
    return json_array_append_new(numbering->numbers, json_integer((json_int_t)fact->number)) == 0
               ? RSP_OK
               : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

rsp_status rsp_call_numbers(
    struct rsp_call *call, const char *kind, bool current, const char *flag, json_t **numbers)
{
    const struct rsp_fact_filter filter = {
        .person = &call->patient, .kind = kind, .current = current, .without_identity = true};
    struct numbering numbering = {flag, *numbers = json_array()};
    return numbering.numbers != NULL
               ? rsp_store_read(call->service->store, &filter, add_number, &numbering, call->err)
               : rsp_call_no_memory(call);
}
