/** The slow relief curves of many copies, measured one by one and thrown away. */
#ifndef RSP_ENGINE_PLAN_FOLLOW_H
#define RSP_ENGINE_PLAN_FOLLOW_H

#include "plan/copies.h"
#include "plan/grid.h"

/** What is asked: one person, one regimen. All borrowed. */
struct rsp_relief_question {
    const struct rsp_model *model;
    const double *covariate;
    size_t n_dose;
    const struct rsp_dose *dose;
    const struct rsp_plan_options *options;
    bool typical; /**< one copy with the published typical parameters instead of draws */
};

/** What is kept of every copy, in days from the start (PEAK as a fraction). A copy that never reaches 30 %
 * has an infinite onset and a return of minus infinity; one that is still above at the horizon has infinite
 * lengths and return. WITHIN are the days up to the horizon, finite in every copy: for means. */
enum rsp_follow_measure {
    RSP_FOLLOW_DAYS_30,
    RSP_FOLLOW_DAYS_50,
    RSP_FOLLOW_AFTER_30,
    RSP_FOLLOW_AFTER_50,
    RSP_FOLLOW_WITHIN_30,
    RSP_FOLLOW_WITHIN_50,
    RSP_FOLLOW_ONSET,
    RSP_FOLLOW_RETURN,
    RSP_FOLLOW_PEAK,
    RSP_N_FOLLOW
};

struct rsp_follow {
    const struct rsp_model *model;
    size_t n_dose;
    struct rsp_dose *dose; /**< shifted so that the earliest starts at 0 */
    struct rsp_grid grid;  /**< from the start of the regimen */
    double *shifted_h;     /**< the same times, shifted */
    double shift_h, end_h, horizon_h;
    int output;
    size_t n_copy, block;
    double *curve;                 /**< block x n_time */
    double *measure[RSP_N_FOLLOW]; /**< n_copy each */
    size_t n_reached_30, n_reached_50, n_already;
    size_t n_band;
    float *band; /**< n_band x n_copy of relief, or NULL */
};

/** Simulate the copies in the response class and measure each. follow (zeroed by the caller) is to be freed
 * with rsp_follow_free, also on failure. extra_scale multiplies the assumed variability; curves for drawing
 * are kept only when bands is set. RSP_E_MISMATCH for a model without chronic relief. */
RSP_CHECKED rsp_status rsp_follow_copies(const struct rsp_relief_question *question, double extra_scale,
    bool bands, struct rsp_follow *follow, struct rsp_error *err);
void rsp_follow_free(struct rsp_follow *follow);
/** Days that are followed, from the start, when no horizon is asked for and the regimen ends on day end_d. */
double rsp_follow_default_d(double end_d);

#endif
