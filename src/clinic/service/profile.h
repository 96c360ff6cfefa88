/** The limits of alarm and stop that a physician of the clinic signed. */
#ifndef RSP_CLINIC_SERVICE_PROFILE_H
#define RSP_CLINIC_SERVICE_PROFILE_H

#include "rules/preparing.h"
#include "service/call.h"

enum { RSP_PHONE_SIZE = 41 };

struct rsp_profile {
    int64_t number;     /* of the fact; 0: nothing is signed that holds */
    int64_t fact;       /* what a new one supersedes; 0: nothing was ever signed */
    char outdated[400]; /* why what was signed holds no longer; "" otherwise */
    json_t
        *changed; /* then: [{id, text, unit, signed, strictest, loosest}], without signed where nothing was */
    char name[200], who[RSP_ACCOUNT_SIZE], at[64];
    char bleeding[16]; /* how the site scores this item of PADSS: full, scored; "": not decided */
    char phone[RSP_PHONE_SIZE], emergency_phone[RSP_PHONE_SIZE]; /* for who went home; "": none */
    json_t *alarms; /* [{id, text, unit, above, times, minutes, value, source, local}] */
};

/** The one in force: one whose values the rules of today do not allow counts as unsigned. Caller clears with rsp_profile_clear, also on failure. */
RSP_CHECKED rsp_status rsp_profile_read(struct rsp_call *call, struct rsp_profile *profile);
void rsp_profile_clear(struct rsp_profile *profile);

#endif
