/** The limits of alarm and stop that a physician of the clinic signed. */
#ifndef RSP_CLINIC_SERVICE_PROFILE_H
#define RSP_CLINIC_SERVICE_PROFILE_H

#include "rules/preparing.h"
#include "service/call.h"

struct rsp_profile {
    int64_t number; /* of the fact; 0: nothing is signed */
    char name[200], who[RSP_ACCOUNT_SIZE], at[64];
    json_t *alarms; /* [{id, text, unit, above, times, minutes, value, source, local}] */
};

/** The one in force. Caller clears with rsp_profile_clear, also on failure. */
RSP_CHECKED rsp_status rsp_profile_read(struct rsp_call *call, struct rsp_profile *profile);
void rsp_profile_clear(struct rsp_profile *profile);

#endif
