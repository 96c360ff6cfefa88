/** Whether a person may go home: each criterion met, not met or unknown, and why. Pure.
 *
 * Nothing that was asked or scored before the last drug counts. What is unknown does not open the door; a nurse may
 * open it with a reason, which is the session's to record.
 *
 * Times are Unix seconds; NaN: none.
 */
#ifndef RSP_CLINIC_SESSION_RECOVERY_H
#define RSP_CLINIC_SESSION_RECOVERY_H

#include "rules/leaving.h"
#include "session/vital.h"

/* Order is permanent (stored). The ids are those of rules/recovery.yaml. */
#define RSP_RECOVERY_LIST(X)                                                                                 \
    X(RSP_RECOVERY_VITALS, "vitals")                                                                         \
    X(RSP_RECOVERY_SATURATION, "saturation")                                                                 \
    X(RSP_RECOVERY_ALDRETE, "aldrete")                                                                       \
    X(RSP_RECOVERY_PADSS, "padss")                                                                           \
    X(RSP_RECOVERY_ORIENTATION, "orientation")                                                               \
    X(RSP_RECOVERY_GAIT, "gait")                                                                             \
    X(RSP_RECOVERY_DISSOCIATION, "dissociation")                                                             \
    X(RSP_RECOVERY_REVERSAL, "reversal")                                                                     \
    X(RSP_RECOVERY_TIME, "time")                                                                             \
    X(RSP_RECOVERY_ESCORT, "escort")

enum rsp_recovery_id {
#define RSP_X(name, text) name,
    RSP_RECOVERY_LIST(RSP_X)
#undef RSP_X
        RSP_N_RECOVERY
};

/** How the site scores an item that means nothing after an infusion (bleeding). */
enum rsp_site_item {
    RSP_SITE_UNDECIDED, /* the score stays unknown */
    RSP_SITE_FULL,      /* always all its points */
    RSP_SITE_SCORED     /* like any other */
};

struct rsp_recovery_answer {
    enum rsp_truth truth;
    double at_s;
};
struct rsp_recovery_points {
    double point[RSP_MAX_SCORE_ITEM]; /* in the order of the rules; NaN: not scored */
    double at_s;
};

struct rsp_recovery_input {
    double now_s;
    double last_drug_s; /* the end of the infusion, or the last dose */
    enum rsp_drug drug;
    enum rsp_route route;
    bool outpatient;
    struct rsp_vital_current vital[RSP_N_VITAL];
    double baseline[RSP_N_VITAL];
    struct rsp_recovery_answer oxygen; /* is oxygen given now? */
    struct rsp_recovery_answer orientation, gait,
        dissociation; /* oriented? walks safely? dissociation gone? */
    struct rsp_recovery_points aldrete, padss;
    enum rsp_site_item site_item;
    double reversal_s;  /* of the last reversal agent */
    const char *escort; /* name; NULL or empty: nobody is named */
};

struct rsp_recovery {
    enum rsp_truth ready;              /* all that apply */
    double aldrete_total, padss_total; /* NaN: not all items are scored */
    struct {
        const struct rsp_recovery_criterion *rule; /* borrowed from the book */
        bool applies;
        enum rsp_truth truth;
        char why[200]; /* "" when it is met */
    } criterion[RSP_N_RECOVERY];
};

/** Points of one score. @return RSP_OK; RSP_E_DOMAIN for what is no whole number of points; NaN passes */
RSP_CHECKED rsp_status rsp_recovery_points_check(
    const struct rsp_recovery_score *score, const struct rsp_recovery_points *points, struct rsp_error *err);
/** @return RSP_OK; RSP_E_MISSING when the rules lack a criterion; RSP_E_DOMAIN for impossible points; untouched then */
RSP_CHECKED rsp_status rsp_recovery_judge(const struct rsp_leaving *leaving,
    const struct rsp_recovery_input *input, struct rsp_recovery *recovery, struct rsp_error *err);

#endif
