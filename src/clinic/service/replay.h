/** A session as it was: the use cases that show it, asked about a moment that has passed.
 *
 * The facts that were known then are read, and everything is judged anew from them at that time, by the functions that judged it
 * then; nothing is kept for it. Two looks: *as it was known* knows nothing that was entered later; with *hindsight* events, values and
 * scores stand where they happened, whenever they were entered, while alarms and what was expected of a person stay those of then. */
#ifndef RSP_CLINIC_SERVICE_REPLAY_H
#define RSP_CLINIC_SERVICE_REPLAY_H

#include "service/call.h"
#include "service/vigil.h"

/** A look at a moment under way; all fields are its own. */
struct rsp_replay {
    const struct rsp_caller *caller; /* who looks, today */
    int64_t now_s;
    struct rsp_date today;
    struct rsp_caller then;
    int64_t known; /* the last fact of then */
    bool hindsight;
    struct rsp_vigil *vigil; /* NULL: not asked for yet, or nothing was watched */
};

/** When the input names a moment (`at_s`): from here on the call stands in it, and its transaction shows what was known. The caller
 * ends it with rsp_replay_end, also on failure. */
RSP_CHECKED rsp_status rsp_replay_begin(struct rsp_call *call, struct rsp_replay *replay);
/** The same for a moment whose last known fact is known; as it was known.
 * @param at_s  Unix s @param known  number of the fact */
RSP_CHECKED rsp_status rsp_replay_at(
    struct rsp_call *call, struct rsp_replay *replay, double at_s, int64_t known);
/** Without hindsight from here on: what was known, and no more. Does nothing outside of a replay. */
RSP_CHECKED rsp_status rsp_replay_known(struct rsp_call *call);
void rsp_replay_end(struct rsp_call *call);
/** Whether something that happened at this time lies behind the moment that is looked at. */
bool rsp_replay_later(const struct rsp_call *call, double at_s);

#endif
