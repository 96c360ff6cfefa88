/** The call after a session: planned at the discharge, one for an order; tried until the person is reached. */
#ifndef RSP_CLINIC_SERVICE_FOLLOW_CALL_H
#define RSP_CLINIC_SERVICE_FOLLOW_CALL_H

#include "service/bedside.h"

#define RSP_CALL_STATE_LIST(X)                                                                               \
    X(RSP_CALL_NONE, "none")         /* nobody planned one, or the person is not at home any more */         \
    X(RSP_CALL_PLANNED, "planned")   /* for a later day */                                                   \
    X(RSP_CALL_DUE, "due")           /* today */                                                             \
    X(RSP_CALL_OVERDUE, "overdue")   /* since an earlier day */                                              \
    X(RSP_CALL_REACHED, "reached")   /* the person was spoken to */                                          \
    X(RSP_CALL_DECLINED, "declined") /* the person wants none */
enum rsp_call_state {
#define RSP_X(name, word) name,
    RSP_CALL_STATE_LIST(RSP_X)
#undef RSP_X
};
const char *rsp_call_state_word(enum rsp_call_state state);

/** Everything about the call of one order. */
struct rsp_follow_call {
    int64_t order, fact; /* fact 0: none was planned */
    struct rsp_date day;
    enum rsp_call_state state;
    size_t n_missed; /* tries without an answer */
    json_t *tries;   /* rows that stand, oldest first */
};

/** Read in the open transaction, of call->patient. Caller clears with rsp_follow_call_clear, also on failure. */
RSP_CHECKED rsp_status rsp_follow_call_read(
    struct rsp_call *call, int64_t order, struct rsp_follow_call *follow);
void rsp_follow_call_clear(struct rsp_follow_call *follow);

/** Plan the call for the day after a discharge, unless one was planned for this order before. */
RSP_CHECKED rsp_status rsp_follow_call_begin(struct rsp_call *call, int64_t order, double discharged_s);

/** Orders of call->patient whose call somebody has to make today or had to earlier.
 * @param rows  out: [{order, day, state, missed}]; caller frees with json_decref */
RSP_CHECKED rsp_status rsp_follow_calls_open(struct rsp_call *call, json_t **rows);

#endif
