/** What to give and what to expect: relief in days, session effects, limits.
 *
 * Pure: models, people, doses and limits in; predictions with their intervals out. Whether a person
 * is a candidate and what the published trials say is the business of the layers above.
 */
#ifndef RESPITE_PLAN_H
#define RESPITE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <respite/dose.h>
#include <respite/model.h>
#include <respite/simulate.h>
#include <respite/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Whether a value could be computed. */
enum rsp_prediction_status {
    RSP_PREDICTED,      /**< "ok" */
    RSP_NOT_REACHED,    /**< the threshold is never reached */
    RSP_ALREADY_ABOVE,  /**< it holds before the first dose */
    RSP_BEYOND_HORIZON, /**< still above at the end of the horizon: the value is a lower bound */
    RSP_NOT_PREDICTED   /**< withheld; reason says why */
};

/** On what ground a value stands. */
enum rsp_validity {
    RSP_VALIDITY_FITTED,       /**< inside the model's domain */
    RSP_VALIDITY_EXTRAPOLATED, /**< outside; reason says in what */
    RSP_VALIDITY_PATIENT,      /**< carried by this patient's own data */
    RSP_VALIDITY_NONE          /**< no ground: value withheld */
};

/** Room for why a value is marked or withheld: longer than any text that this library and its rules make. */
enum { RSP_REASON_SIZE = 1200 };

/** A predicted number with its distribution. Values are NaN where status says that there is none. A
 * quantile beyond the horizon is +infinity internally and printed as "more than HORIZON". */
struct rsp_prediction {
    double p05, p25, p50, p75, p95;
    enum rsp_prediction_status status;
    enum rsp_validity validity;
    char reason[RSP_REASON_SIZE];
};

const char *rsp_prediction_status_name(enum rsp_prediction_status status); /**< "ok", "not_reached", ... */
const char *rsp_validity_name(enum rsp_validity validity);                 /**< "fitted", ... */

/** What is given within this time counts as given at once, as a bolus; anything longer is an infusion. */
#define RSP_BOLUS_WINDOW_H (5.0 / 60.0)
/** Doses after a longer pause than this, counted from the end of what was given before, are a new treatment: for limits, forecast, visits and
 * the sessions of an order alike. */
#define RSP_TREATMENT_GAP_H 12.0
/** Whether a dose belongs to the treatment that ended at end_h; a pause of exactly the gap, to rounding, still does. */
bool rsp_treatment_goes_on(double end_h, double start_h);

/** A limit handed down by the rules. The lowest wins. */
enum rsp_limit_quantity {
    RSP_LIMIT_BOLUS_MG_PER_KG, /**< a dose given within 5 min */
    RSP_LIMIT_BOLUS_RATE_MG_PER_KG_PER_MIN,
    RSP_LIMIT_RATE_MG_PER_KG_PER_H,
    RSP_LIMIT_RATE_MG_PER_H,
    RSP_LIMIT_DAY_MG, /**< in any 24 h */
    RSP_LIMIT_TOTAL_MG,
    RSP_LIMIT_TOTAL_MIN_MG, /**< a minimum: hint, never hard */
    RSP_LIMIT_DURATION_H,   /**< without a pause */
    RSP_LIMIT_TOTAL_MG_PER_KG,
    RSP_N_LIMIT_QUANTITY
};
struct rsp_limit {
    const char *id;   /**< rule id */
    const char *text; /**< one sentence */
    const char *source;
    enum rsp_limit_quantity quantity;
    double bound; /**< in the quantity's unit */
    bool hard;    /**< never overridden */
    /** The bound is the most that any published course gave, not a limit that somebody set. */
    bool most_published;
    /** BOLUS_RATE only: the minutes that a push without a stated duration is taken to last. */
    double push_min;
};
struct rsp_limit_result {
    const struct rsp_limit *limit;
    double value; /**< the regimen's worst value, in the quantity's unit */
    double at_h;  /**< when */
    bool ok;
};
const char *rsp_limit_quantity_name(enum rsp_limit_quantity quantity); /**< "rate" */
const char *rsp_limit_quantity_unit(enum rsp_limit_quantity quantity); /**< "mg/kg/h" */
/** Judge a regimen: the worst value of each quantity over overlapping doses. A dose given within 5 min is a
 * bolus (two within 5 min are one; a push without a duration counts as given in the limit's push_min), anything longer an
 * infusion; the amount in 24 h is the most in any window of 24 h; infusions that touch are one duration.
 * Doses with a negative start are earlier ones: they count where they share a window or a moment with a new one
 * (24 h, the rate that runs), not in totals, and what they were on their own is not judged.
 * @param results out: n_limit entries, in the order of limits. Thread-safe. */
RSP_CHECKED rsp_status rsp_limits_check(size_t n_dose, const struct rsp_dose dose[], double weight_kg,
    size_t n_limit, const struct rsp_limit limit[], struct rsp_limit_result results[], struct rsp_error *err);

/** The person and the draws behind a prediction. */
struct rsp_plan_options {
    uint64_t seed;
    size_t n_subject;    /**< virtual copies; 0 means 1,000 */
    double horizon_d;    /**< 0 means 180 */
    double baseline_nrs; /**< the patient's own pain before treatment */
    int n_thread;
    /** Between-person SD (log scale) assumed where none is published; borrowed. */
    size_t n_extra;
    const struct rsp_extra_variability *extra;
    /** What was learned of this person: one copy a draw, whatever n_subject says. NULL: a copy of the population. */
    const struct rsp_person_draws *draws;
    /** Leave out the forecast at half and double the assumed variability (its values are NaN): the others are the same
     * numbers, in a third of the time. */
    bool without_sensitivity;
    const int *cancelled; /**< as in rsp_simulate_options; NULL: never */
};

enum { RSP_CURVE_BANDS = 5 }; /* p05 p25 p50 p75 p95 */

/** Bands over time: band[k][i], k in the order p05..p95. Freed with rsp_curve_free. */
struct rsp_curve {
    size_t n;
    double *time; /**< source-ok: in the unit that the holder states */
    double *band[RSP_CURVE_BANDS];
};
void rsp_curve_free(struct rsp_curve *curve);

/** Chronic relief after a regimen, days counted from the start of the first dose. All given the response
 * class unless "expected".
 *
 * Copies that never reach a threshold have a duration of 0 days and count in every quantile; their onset
 * and return do not exist, so that a quantile which falls on them is NaN. A copy that is still above at
 * the horizon has an infinite duration and return. The status follows the median copy. */
struct rsp_relief_forecast {
    struct rsp_prediction relief_days_30, relief_days_50; /**< time with relief >= 30 %, 50 % in all */
    struct rsp_prediction after_end_days_30,
        after_end_days_50;                       /**< of that, after the end of the last dose */
    struct rsp_prediction onset_day, return_day; /**< first and last crossing of 30 % */
    /** The return among the copies that reach 30 % alone; withheld when none does. */
    struct rsp_prediction return_day_reached;
    struct rsp_prediction peak_relief_frac;
    struct rsp_prediction response_class_probability, placebo_response_probability;
    double expected_relief_days_30, expected_relief_days_50; /**< over both classes; NaN when withheld */
    double p_relief_30, p_relief_50;                         /**< share of all people who ever reach it */
    struct rsp_curve pain_nrs;                               /**< days from the start; given response; empty
                                                                without a baseline */
    double sd_half_days_30, sd_double_days_30;               /**< width p05..p95 of relief_days_30 at half and
                                                                double the assumed variability, over its
                                                                width as assumed; NaN when not finite, or with draws */
    struct {
        double p05, p50, p95;
    } days_30_half, days_30_double; /**< the quantiles behind these widths */
    /** The person with the published typical parameters; +infinity when still above at the horizon. */
    double typical_relief_days_30, typical_peak_relief_frac;
    double horizon_d; /**< days followed from the start */
};

/** Forecast chronic relief with a combined model (PK + a model with the output pain_relief_frac).
 * @param covariate  one value for each covariate of the model, NaN: the model's reference
 * @param dose  doses with a negative start_h are earlier infusions, which still act at the start
 * @return RSP_OK; RSP_E_MISMATCH for a model without chronic relief or a drug it does not take; RSP_E_DOMAIN
 *         for doses or a horizon (shorter than the regimen) that make no sense.
 * Caller frees with rsp_relief_forecast_free. Does not judge the domain: validity is left
 * RSP_VALIDITY_FITTED for the caller to change. */
RSP_CHECKED rsp_status rsp_plan_relief(const struct rsp_model *model, const double covariate[], size_t n_dose,
    const struct rsp_dose dose[], const struct rsp_plan_options *options,
    struct rsp_relief_forecast *forecast, struct rsp_error *err);
void rsp_relief_forecast_free(struct rsp_relief_forecast *forecast);

/** Hours of one session: any output of a combined model, in bands over minutes, with its peak. */
struct rsp_session_forecast {
    struct rsp_prediction peak;
    struct rsp_prediction peak_min; /**< minutes from session start to the peak */
    struct rsp_curve curve;         /**< minutes from the session's start */
};
/** The session that is asked for. All borrowed. */
struct rsp_session_window {
    size_t n_dose;
    const struct rsp_dose *dose; /**< the whole regimen: earlier doses still act */
    double from_h, to_h;         /**< the window (at most 24 h) */
    const char *output;          /**< such as esketamine_ng_per_ml */
};
/** Copies and draws as in rsp_plan_relief. Validity is left RSP_VALIDITY_FITTED for the caller to change.
 * @return RSP_OK; RSP_E_UNKNOWN for an output that the model does not have; RSP_E_DOMAIN for a window that is
 *         empty or longer than 24 h; what rsp_simulate returns. Caller frees with rsp_session_forecast_free. */
RSP_CHECKED rsp_status rsp_plan_session(const struct rsp_model *model, const double covariate[],
    const struct rsp_session_window *window, const struct rsp_plan_options *options,
    struct rsp_session_forecast *forecast, struct rsp_error *err);
void rsp_session_forecast_free(struct rsp_session_forecast *forecast);

#ifdef __cplusplus
}
#endif

#endif
