#include "service/system_call.h"

#include <stdio.h>

/* Who it is, in the facts. */
static const char own_name[] = "respite";

rsp_status rsp_system_begin(struct rsp_service *service, const struct rsp_stamp *now, const char *origin,
    struct rsp_system_call *system, struct rsp_error *err)
{
    enum { US_A_S = 1000000, S_A_DAY = 86400, S_A_MINUTE = 60 };
    const int64_t now_s = now->at_us / US_A_S, wall_s = now_s + (int64_t)now->offset_min * S_A_MINUTE;
    *system = (struct rsp_system_call){.caller = {.console = true, .origin = origin, .now = *now}};
    system->call = (struct rsp_call){.service = service,
        .caller = &system->caller,
        .answer = &system->answer,
        .err = err != NULL ? err : &system->own,
        .now_s = now_s,
        .today = {(long)(wall_s / S_A_DAY)}};
    (void)snprintf(system->call.account.name, sizeof system->call.account.name, "%s", own_name);
    return rsp_call_begin(&system->call);
}

rsp_status rsp_system_end(struct rsp_system_call *system, rsp_status status)
{
    if (status == RSP_OK)
        return rsp_call_commit(&system->call);
    rsp_call_rollback(&system->call);
    return status;
}
