/* What a person enters during a session beside its events and values: added, corrected, taken back, listed. */
#include <string.h>

#include "service/bedside.h"
#include "service/json_build.h"
#include "service/replay.h"

rsp_status rsp_bedside_entries(struct rsp_call *call, const char *kind, int64_t order, json_t **rows)
{
    RSP_TRY(rsp_call_facts(call, kind, true, rows));
    for (size_t i = json_array_size(*rows); i-- > 0;) {
        const json_t *row = json_array_get(*rows, i);
        if (json_integer_value(json_object_get(row, "order")) != order ||
            json_is_true(json_object_get(row, "withdrawn")) ||
            rsp_replay_later(call, rsp_key_number(row, "at_s")))
            (void)json_array_remove(*rows, i);
    }
    return RSP_OK;
}

bool rsp_bedside_takes_back(const struct rsp_call *call, const char *field)
{
    return rsp_call_whole(call, "replaces", 0) != 0 && json_object_get(call->input, field) == NULL;
}

/* What is replaced must be one of this session, and of the same name. Its time is kept unless another is given. */
static rsp_status check_replaced(
    struct rsp_call *call, const char *kind, const char *key, const char *name, double *at_s)
{
    const int64_t number = rsp_call_whole(call, "replaces", 0);
    json_t *rows = NULL;
    size_t i;
    const json_t *row;
    bool found = false;
    if (rsp_call_text(call, "why")[0] == '\0')
        return rsp_error_set(
            call->err, RSP_E_MISSING, "why", "say why: it stands in the record beside the entry");
    RSP_TRY(rsp_bedside_entries(call, kind, rsp_call_whole(call, "order", 0), &rows));
    json_array_foreach(rows, i, row)
    {
        if (json_integer_value(json_object_get(row, "number")) != number ||
            strcmp(rsp_key_text(row, key), name) != 0)
            continue;
        found = true;
        if (rsp_call_text(call, "at")[0] == '\0')
            *at_s = rsp_key_number(row, "at_s");
    }
    json_decref(rows);
    return found ? RSP_OK
                 : rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "replaces",
                       "this session has no such entry of \"%.60s\", or it was replaced already", name);
}

rsp_status rsp_bedside_enter(
    struct rsp_call *call, const char *kind, const char *key, json_t *body, const char *answer)
{
    const int64_t replaced = rsp_call_whole(call, "replaces", 0);
    struct rsp_build b = {.failed = body == NULL};
    struct rsp_fact_place place;
    double at_s = 0.0;
    rsp_status status = b.failed ? rsp_call_no_memory(call) : rsp_bedside_moment(call, &at_s);
    if (status == RSP_OK && replaced != 0)
        status = check_replaced(call, kind, key, rsp_key_text(body, key), &at_s);
    if (status == RSP_OK) {
        rsp_build_set(&b, body, "order", json_integer((json_int_t)rsp_call_whole(call, "order", 0)));
        rsp_build_set(&b, body, "at_s", json_real(at_s));
        if (b.failed)
            status = rsp_call_no_memory(call);
    }
    if (status != RSP_OK) {
        json_decref(body);
        return status;
    }
    if (replaced == 0)
        RSP_TRY(rsp_call_append(call, kind, &call->patient, body, &place));
    else
        RSP_TRY(
            rsp_call_replace(call, kind, &call->patient, replaced, rsp_call_text(call, "why"), body, &place));
    return rsp_call_put(call, answer, json_integer((json_int_t)place.number));
}
