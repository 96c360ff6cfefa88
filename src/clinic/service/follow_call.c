#include "service/follow_call.h"

#include <math.h>
#include <string.h>

#include "service/json_build.h"
#include "service/schedule.h"

const char *rsp_call_state_word(enum rsp_call_state state)
{
    static const char *const word[] = {
#define RSP_X(name, word) word,
        RSP_CALL_STATE_LIST(RSP_X)
#undef RSP_X
    };
    return word[state];
}

/* ---- what is planned ---- */

static rsp_status take_plan(struct rsp_call *call, struct rsp_follow_call *follow, bool *wanted)
{
    json_t *rows = NULL;
    size_t i;
    const json_t *row;
    RSP_TRY(rsp_call_facts(call, "follow_call", true, &rows));
    rsp_status status = RSP_OK;
    json_array_foreach(rows, i, row)
    {
        if (json_integer_value(json_object_get(row, "order")) != follow->order || status != RSP_OK)
            continue;
        follow->fact = json_integer_value(json_object_get(row, "number"));
        *wanted = json_is_true(json_object_get(row, "wanted"));
        status = rsp_date_parse(rsp_key_text(row, "day"), &follow->day, call->err);
    }
    json_decref(rows);
    return status;
}

/* A discharge that was taken back sends nobody home. */
static rsp_status is_home(struct rsp_call *call, int64_t order, bool *home)
{
    struct rsp_bedside bedside;
    const rsp_status status = rsp_bedside_read(call, order, &bedside);
    *home = bedside.infusion.state == RSP_STATE_DISCHARGED;
    rsp_bedside_clear(&bedside);
    return status;
}

static enum rsp_call_state judge(
    const struct rsp_call *call, const struct rsp_follow_call *follow, bool wanted)
{
    const long late = call->today.day - follow->day.day;
    if (!wanted)
        return RSP_CALL_DECLINED;
    return late < 0 ? RSP_CALL_PLANNED : late == 0 ? RSP_CALL_DUE : RSP_CALL_OVERDUE;
}

rsp_status rsp_follow_call_read(struct rsp_call *call, int64_t order, struct rsp_follow_call *follow)
{
    bool wanted = false, home = false, reached = false;
    size_t i;
    const json_t *row;
    *follow = (struct rsp_follow_call){.order = order};
    RSP_TRY(is_home(call, order, &home)); /* refuses an order of somebody else */
    RSP_TRY(take_plan(call, follow, &wanted));
    RSP_TRY(rsp_bedside_entries(call, "follow_try", order, &follow->tries));
    json_array_foreach(follow->tries, i, row)
    {
        reached = reached || json_is_true(json_object_get(row, "reached"));
        follow->n_missed += json_is_true(json_object_get(row, "reached")) ? 0 : 1;
    }
    if (follow->fact == 0)
        return RSP_OK;
    follow->state = reached ? RSP_CALL_REACHED : home ? judge(call, follow, wanted) : RSP_CALL_NONE;
    return RSP_OK;
}

void rsp_follow_call_clear(struct rsp_follow_call *follow)
{
    json_decref(follow->tries);
    *follow = (struct rsp_follow_call){0};
}

/* ---- at the discharge ---- */

rsp_status rsp_follow_call_begin(struct rsp_call *call, int64_t order, double discharged_s)
{
    struct rsp_follow_call follow = {.order = order};
    struct rsp_zone *zone = NULL;
    bool wanted = false;
    char day[16];
    RSP_TRY(take_plan(call, &follow, &wanted));
    if (follow.fact != 0)
        return RSP_OK;
    RSP_TRY(rsp_zone_load(call->caller->now.zone, &zone, call->err));
    const double wall_s = discharged_s + (double)rsp_zone_offset_s(zone, (int64_t)floor(discharged_s));
    rsp_zone_free(zone);
    rsp_date_format((struct rsp_date){(long)floor(wall_s / RSP_S_A_DAY) + 1}, day, sizeof day);
    return rsp_call_append(call, "follow_call", &call->patient,
        json_pack("{s:I, s:s, s:b}", "order", (json_int_t)order, "day", day, "wanted", true), NULL);
}

/* ---- of a patient ---- */

static rsp_status add_open(struct rsp_call *call, int64_t order, struct rsp_build *b, json_t *rows)
{
    struct rsp_follow_call follow;
    const rsp_status status = rsp_follow_call_read(call, order, &follow);
    if (status == RSP_OK && (follow.state == RSP_CALL_DUE || follow.state == RSP_CALL_OVERDUE)) {
        json_t *row = json_object();
        rsp_build_set(b, row, "order", json_integer((json_int_t)order));
        rsp_build_set(b, row, "day", rsp_build_day(follow.day));
        rsp_build_set(b, row, "state", json_string(rsp_call_state_word(follow.state)));
        rsp_build_set(b, row, "missed", json_integer((json_int_t)follow.n_missed));
        rsp_build_append(b, rows, row);
    }
    rsp_follow_call_clear(&follow);
    return status;
}

rsp_status rsp_follow_calls_open(struct rsp_call *call, json_t **rows)
{
    struct rsp_build b = {0};
    json_t *planned = NULL;
    size_t i;
    const json_t *row;
    RSP_TRY(rsp_call_facts(call, "follow_call", true, &planned));
    *rows = json_array();
    rsp_status status = RSP_OK;
    json_array_foreach(planned, i, row)
    {
        if (status == RSP_OK)
            status = add_open(call, json_integer_value(json_object_get(row, "order")), &b, *rows);
    }
    json_decref(planned);
    if (status == RSP_OK && (b.failed || *rows == NULL))
        status = rsp_call_no_memory(call);
    if (status != RSP_OK) {
        json_decref(*rows);
        *rows = NULL;
    }
    return status;
}
