/** Kept plans and what was agreed about them: what an order rests on. */
#ifndef RSP_CLINIC_SERVICE_PLANS_H
#define RSP_CLINIC_SERVICE_PLANS_H

#include "service/call.h"

enum { RSP_PLAN_N_GROUND = 4, RSP_PLAN_WHY_SIZE = 200 };

struct rsp_kept_plan {
    int64_t number; /* of the fact */
    char who[RSP_ACCOUNT_SIZE], at[64];
    /* doses: [{start_h, duration_h, amount_mg, drug, route, date, rate_mg_per_h}], hours from midnight of `start`; limits: [{limit, value, bound, unit, hard,
     * ok, text, source}]; request: {protocol, dose, start, subjects, seed}; the rest as it stands in the fact */
    json_t *doses, *limits, *request, *models, *body;
    bool hard_limit_broken, soft_limit_broken;
    char why_stale
        [RSP_PLAN_WHY_SIZE]; /* a fact that the plan rests on was superseded: plan again; "" while it holds */
};

/** A kept plan of call->patient. @return RSP_E_UNKNOWN, refused as not found, when the fact is no plan of this patient.
 * Caller clears with rsp_kept_plan_clear, also on failure. */
RSP_CHECKED rsp_status rsp_kept_plan_read(struct rsp_call *call, int64_t number, struct rsp_kept_plan *plan);
/** What plans of a patient rest on, as it stands now: numbers of the current facts of each kind, ascending. */
struct rsp_plan_ground {
    json_t *current[RSP_PLAN_N_GROUND];
    json_t *clinical; /* of every version of the record */
    json_t *steps;    /* of plan_course.h: versions that sessions made */
};
/** Of call->patient. Caller clears with rsp_plan_ground_clear, also on failure. */
RSP_CHECKED rsp_status rsp_plan_ground_read(struct rsp_call *call, struct rsp_plan_ground *ground);
void rsp_plan_ground_clear(struct rsp_plan_ground *ground);
/** Why a plan holds no longer; "" while it does. @param plan  number of its fact @param body  of it */
void rsp_plan_why_stale(
    const struct rsp_plan_ground *ground, int64_t plan, const json_t *body, char why[RSP_PLAN_WHY_SIZE]);
/** What became of the clinical record since a version of it: nothing, or sessions of this plan that ran as it planned. */
enum rsp_plan_record { RSP_RECORD_FORESEEN, RSP_RECORD_OTHER_COURSE, RSP_RECORD_CHANGED };
enum rsp_plan_record rsp_plan_record_since(
    const struct rsp_plan_ground *ground, int64_t plan, int64_t clinical);
/** The same on ground that was read already, for many plans of one patient. */
RSP_CHECKED rsp_status rsp_kept_plan_read_on(
    struct rsp_call *call, int64_t number, const struct rsp_plan_ground *ground, struct rsp_kept_plan *plan);

/** Number of the plan of call->patient that was kept last; 0: none. */
RSP_CHECKED rsp_status rsp_kept_plan_latest(struct rsp_call *call, int64_t *number);
void rsp_kept_plan_clear(struct rsp_kept_plan *plan);

/** The last word that was recorded about a plan. */
struct rsp_consent {
    int64_t number; /* of the fact; 0: nobody has been asked */
    bool agreed, off_label_explained;
    char sheet_version[RSP_DIGEST_SIZE], language[8], explained_by[RSP_ACCOUNT_SIZE], at[64];
};
RSP_CHECKED rsp_status rsp_consent_latest(struct rsp_call *call, int64_t plan, struct rsp_consent *consent);
/** Why the plan may not be given yet, for a sentence; NULL: the patient agreed. */
const char *rsp_consent_lacks(const struct rsp_consent *consent);
/** For an answer; null when nobody has been asked. */
json_t *rsp_consent_json(const struct rsp_consent *consent);

#endif
