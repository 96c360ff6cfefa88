/** Whether the first milligram may be given: each gate open or closed, and why. Pure.
 *
 * These are the gates that somebody may pass by name and with a reason; what nobody passes is asked before. In an
 * emergency what nobody could ask is skipped, and said to be; what is known stands.
 *
 * Times are Unix seconds; NaN: none.
 */
#ifndef RSP_CLINIC_SESSION_START_H
#define RSP_CLINIC_SESSION_START_H

#include "rules/starting.h"

/* Order is permanent (stored). The ids are those of rules/start.yaml. */
#define RSP_START_LIST(X)                                                                                    \
    X(RSP_START_PRESSURE, "pressure")                                                                        \
    X(RSP_START_PREGNANCY, "pregnancy")                                                                      \
    X(RSP_START_FASTING, "fasting")                                                                          \
    X(RSP_START_SCORE, "score")                                                                              \
    X(RSP_START_ESCORT, "escort")

enum rsp_start_id {
#define RSP_X(name, text) name,
    RSP_START_LIST(RSP_X)
#undef RSP_X
        RSP_N_START
};

/* What stands in place of a reason where an emergency skipped a gate. Permanent (stored). */
#define RSP_START_NOT_ASKED "emergency: not asked"

/** What a rule of the book makes of the facts of today. */
struct rsp_start_finding {
    enum rsp_truth truth; /* RSP_TRUE: it fired */
    const char *text;     /* NULL: none */
};

struct rsp_start_input {
    double at_s;                           /* of the first milligram */
    double sbp_mmhg, dbp_mmhg;             /* usable and not stale; NaN: none */
    double sbp_limit_mmhg, dbp_limit_mmhg; /* signed; NaN: none */
    struct rsp_start_finding pressure, pregnancy;
    double ate_s, drank_s; /* the last food, the last clear liquid; NaN: not asked */
    const char *score;     /* sentence of what a score found and nobody answered; NULL: nothing */
    const char *escort;    /* name; NULL or empty: nobody is named */
    bool outpatient, emergency;
};

struct rsp_start {
    struct {
        const struct rsp_start_rule *rule; /* borrowed from the book */
        bool applies, skipped;             /* skipped: unknown, and an emergency */
        enum rsp_truth truth;              /* RSP_TRUE: it is so */
        char why[400];                     /* "" when it is */
    } gate[RSP_N_START];
};

/** @return RSP_OK; RSP_E_MISSING when the rules lack a gate; untouched then */
RSP_CHECKED rsp_status rsp_start_judge(const struct rsp_starting *starting,
    const struct rsp_start_input *input, struct rsp_start *start, struct rsp_error *err);

#endif
