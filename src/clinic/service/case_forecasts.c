/* The forecasts that were shown of a session, each made once more from what it was made of. */
#include <string.h>

#include "service/bedside.h"
#include "service/json_build.h"
#include "service/replay.h"

enum { PAGE = 10, US_A_S = 1000000 };

struct shown {
    int64_t order, after;
    size_t most;
    json_t *rows;
    bool more;
};

static rsp_status take(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct shown *shown = context;
    struct rsp_build b = {0};
    if (json_integer_value(json_object_get(fact->body, "order")) != shown->order)
        return RSP_OK;
    shown->more = json_array_size(shown->rows) == shown->most;
    if (shown->more)
        return RSP_OK;
    json_t *row = json_deep_copy(fact->body);
    rsp_build_set(&b, row, "number", json_integer((json_int_t)fact->number));
    rsp_build_set(&b, row, "at_s", json_real((double)fact->at_us / US_A_S));
    rsp_build_set(&b, row, "who", rsp_build_text(fact->who));
    rsp_build_set(&b, row, "models", json_loads(rsp_key_text(row, "models"), 0, NULL));
    rsp_build_append(&b, shown->rows, row);
    return b.failed ? rsp_error_set(err, RSP_E_MEMORY, "", "out of memory") : RSP_OK;
}

/* Another model, other rules or another number of copies foretell something else: that is said, and no difference. */
static const char *outcome(const json_t *then, const json_t *now)
{
    static const char *const same[] = {"models", "rules_version", "copies", "seed"};
    for (size_t i = 0; i < sizeof same / sizeof *same && now != NULL; i++)
        if (!json_equal(json_object_get(then, same[i]), json_object_get(now, same[i])))
            return "other_program";
    return now != NULL && json_equal(json_object_get(then, "digest"), json_object_get(now, "digest"))
               ? "same"
               : "differs";
}

static rsp_status make_again(struct rsp_call *call, const json_t *row, json_t **made)
{
    struct rsp_bedside bedside = {0};
    struct rsp_replay replay;
    char why[200];
    RSP_TRY(rsp_call_begin(call));
    rsp_status status = rsp_replay_at(
        call, &replay, rsp_key_number(row, "at_s"), json_integer_value(json_object_get(row, "known")));
    if (status == RSP_OK)
        status = rsp_bedside_read(call, json_integer_value(json_object_get(row, "order")), &bedside);
    if (status == RSP_OK)
        status = rsp_bedside_forecast(call, &bedside, made, why);
    rsp_bedside_clear(&bedside);
    rsp_replay_end(call);
    return status;
}

static rsp_status hold(struct rsp_call *call, json_t *row)
{
    struct rsp_build b = {0};
    json_t *made = NULL;
    RSP_TRY(make_again(call, row, &made));
    const json_t *now = json_object_get(made, "made_of");
    rsp_build_set(&b, row, "outcome", json_string(outcome(row, now)));
    rsp_build_set(&b, row, "again", now != NULL ? json_incref((json_t *)now) : json_null());
    json_decref(made);
    return b.failed ? rsp_call_no_memory(call) : RSP_OK;
}

rsp_status rsp_case_bedside_forecasts(struct rsp_call *call)
{
    struct rsp_order_facts order;
    struct shown shown = {.order = rsp_call_whole(call, "order", 0),
        .most = (size_t)rsp_call_whole(call, "limit", PAGE),
        .rows = json_array()};
    const struct rsp_fact_filter filter = {
        .person = &call->patient, .kind = "bedside_forecast", .after = rsp_call_whole(call, "after", 0)};
    size_t i;
    json_t *row;
    rsp_status status = rsp_order_of_patient(call, shown.order, &order);
    rsp_order_facts_clear(&order);
    if (status == RSP_OK)
        status = rsp_store_read(call->service->store, &filter, take, &shown, call->err);
    json_array_foreach(shown.rows, i, row) if (status == RSP_OK) status = hold(call, row);
    if (status == RSP_OK)
        status = rsp_call_put(call, "forecasts", json_incref(shown.rows));
    const json_t *last = json_array_get(shown.rows, json_array_size(shown.rows) - 1);
    if (status == RSP_OK)
        status = rsp_call_put(
            call, "next", shown.more ? json_incref(json_object_get(last, "number")) : json_null());
    json_decref(shown.rows);
    return status;
}
