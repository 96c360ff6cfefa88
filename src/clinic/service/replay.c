#include "service/replay.h"

#include <math.h>
#include <string.h>

#include "base/zone.h"

enum { S_A_MINUTE = 60, S_A_DAY = 86400 };

/* The caller as it would have asked then: the time, and the wall clock of that time. */
static rsp_status stand_in(struct rsp_call *call, struct rsp_replay *replay, double at_s)
{
    const double us_a_s = 1e6;
    struct rsp_zone *zone = NULL;
    RSP_TRY(rsp_zone_load(call->caller->now.zone, &zone, call->err));
    replay->then = *call->caller;
    replay->then.now.at_us = llround(at_s * us_a_s);
    call->now_s = (int64_t)floor(at_s);
    const long offset_s = rsp_zone_offset_s(zone, call->now_s);
    rsp_zone_free(zone);
    replay->then.now.offset_min = (int)(offset_s / S_A_MINUTE);
    call->today.day = (long)floor((at_s + (double)offset_s) / S_A_DAY);
    call->caller = &replay->then;
    return RSP_OK;
}

static struct rsp_replay begun(const struct rsp_call *call)
{
    return (struct rsp_replay){.caller = call->caller, .now_s = call->now_s, .today = call->today};
}

rsp_status rsp_replay_at(struct rsp_call *call, struct rsp_replay *replay, double at_s, int64_t known)
{
    *replay = begun(call);
    replay->known = known;
    call->replay = replay;
    RSP_TRY(stand_in(call, replay, at_s));
    return rsp_replay_known(call);
}

rsp_status rsp_replay_begin(struct rsp_call *call, struct rsp_replay *replay)
{
    const json_t *at = json_object_get(call->input, "at_s");
    const double at_s = json_number_value(at), us_a_s = 1e6;
    int64_t known = 0;
    const bool hindsight = strcmp(rsp_call_text(call, "hindsight"), "yes") == 0;
    if (at == NULL && hindsight)
        return rsp_error_set(
            call->err, RSP_E_MISSING, "at_s", "hindsight is of a moment that has passed: say which");
    if (at == NULL)
        return RSP_OK;
    if (at_s * us_a_s > (double)call->caller->now.at_us)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "at_s", "this lies in the future");
    RSP_TRY(rsp_store_by(call->service->store, llround(at_s * us_a_s), &known, call->err));
    if (known == 0)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "at_s", "nothing was known at this time yet");
    RSP_TRY(rsp_replay_at(call, replay, at_s, known));
    replay->hindsight = hindsight;
    return hindsight ? rsp_store_see_until(call->service->store, 0, call->err) : RSP_OK;
}

rsp_status rsp_replay_known(struct rsp_call *call)
{
    if (call->replay == NULL)
        return RSP_OK;
    return rsp_store_see_until(call->service->store, call->replay->known, call->err);
}

void rsp_replay_end(struct rsp_call *call)
{
    struct rsp_replay *replay = call->replay;
    if (replay == NULL)
        return;
    rsp_vigil_free(replay->vigil);
    replay->vigil = NULL;
    call->caller = replay->caller;
    call->now_s = replay->now_s;
    call->today = replay->today;
    call->replay = NULL;
    rsp_call_rollback(call); /* and with the transaction the view of then; what follows begins anew */
}

bool rsp_replay_later(const struct rsp_call *call, double at_s)
{
    return call->replay != NULL && at_s > (double)call->now_s;
}
