/** Before the first milligram: what nobody passes, what somebody passes by name and with a reason, and what was answered.
 *
 * Answers are facts of kind "start_answer", of each question the latest counts; what a physician overrides is a fact of kind
 * "start_override", which holds for what was found then and for nothing worse. */
#ifndef RSP_CLINIC_SERVICE_BEDSIDE_START_H
#define RSP_CLINIC_SERVICE_BEDSIDE_START_H

#include "service/bedside.h"
#include "session/start.h"

struct rsp_start_answers {
    json_t *rows;          /* owned */
    double ate_s, drank_s; /* NaN: not asked */
    const char *pregnancy; /* of the test; NULL: not asked */
    struct rsp_date pregnancy_day;
    const char *escort;                                     /* NULL: nobody is named */
    const json_t *fasting_row, *pregnancy_row, *escort_row; /* that count; NULL */
};
/** Of call->patient's session. Caller clears with json_decref(answers->rows), also on failure. */
RSP_CHECKED rsp_status rsp_start_answers_read(
    struct rsp_call *call, int64_t order, struct rsp_start_answers *answers);

/** The gates of a session as they stand. */
struct rsp_starting_now {
    struct rsp_start_input input;
    struct rsp_start judged;
    int64_t rests_on[RSP_N_START]; /* fact that an override must have seen; 0: none */
    struct rsp_start_answers answers;
    json_t *overrides;                            /* facts; owned */
    const json_t *override[RSP_N_START];          /* that holds; NULL */
    json_t *order_reasons;                        /* of the prescriber's signature; owned */
    const char *order_reason[RSP_N_START];        /* given there already; NULL */
    char pressure_text[400], pregnancy_text[400]; /* findings; lent to input */
    char score_text[400];
};
/** @param at_s  of the first milligram. Caller clears, also on failure. */
RSP_CHECKED rsp_status rsp_starting_read(
    struct rsp_call *call, const struct rsp_bedside *bedside, double at_s, struct rsp_starting_now *starting);
void rsp_starting_clear(struct rsp_starting_now *starting);

/** `start` of the answer: every gate with its kind, state, reason and source, and what was answered; null once drug was given or the
 * session is over. */
RSP_CHECKED rsp_status rsp_bedside_put_start(struct rsp_call *call, const struct rsp_bedside *bedside);
/** Whether the first milligram may be given. Refused as a gate otherwise.
 * @param overridden  out: JSON text of what was passed, by whom and why; NULL: nothing. Caller frees with free() */
RSP_CHECKED rsp_status rsp_bedside_check_start(
    struct rsp_call *call, const struct rsp_bedside *bedside, double at_s, char **overridden);

#endif
