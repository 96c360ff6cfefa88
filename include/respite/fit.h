/** Measured levels (and effects) of people -> their individual parameters.
 *
 * The model's published variability is the prior, its residual error the likelihood. The answer is the mode of
 * the posterior of the random effects (MAP, "empirical Bayes") with standard errors, or draws of the whole
 * posterior; and a verdict on whether the answer may be used.
 *
 * Objective of one person (minus twice the log posterior density, constants n log 2 pi left out):
 *
 *     sum over measured values  log var + (y - f)^2 / var
 *   + sum over values below quantification  -2 log Phi((limit - f) / sqrt(var))        (M3, Beal 2001)
 *   + eta' Omega^-1 eta
 *
 * with f the prediction and var = (proportional_sd f)^2 + additive_sd^2 of the person's own f (eta-sigma
 * interaction); with log_sd, y and f are logarithms and var = log_sd^2. In the unit of the output's name
 * (ng/mL, points): for proportional error a value in a unit u times as large lowers it by 2 log u a value.
 *
 * Gradients are exact: predictions carry their derivatives with respect to all random effects through
 * parameters, rates, propagation, lags and effects (forward mode); nothing is differenced.
 * Source: Sheiner & Beal, J Pharm Sci 1982;71:1344; Beal, J Pharmacokinet Pharmacodyn 2001;28:481;
 * Giles, An extended collection of matrix derivative results (2008).
 */
#ifndef RESPITE_FIT_H
#define RESPITE_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <respite/dose.h>
#include <respite/events.h>
#include <respite/model.h>
#include <respite/simulate.h>
#include <respite/status.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { RSP_FIT_MAX_EFFECT = 64 }; /**< random effects of one person, all occasions counted */

/** One measured value. */
struct rsp_fit_observation {
    double time_h;
    double value;    /**< in the unit of the output's name; the limit of quantification when censored */
    int output;      /**< of the model: readouts, then effects; must have a residual error */
    bool censored;   /**< below quantification */
    bool after_dose; /**< at the very time of an instantaneous dose: after it; false: before it */
    int stretch;     /**< whose covariates and occasion hold for it; -1: by its time */
    int line;        /**< where it stands in a file, told with an error about it; 0: nowhere */
};

/** Covariates and occasion that hold until until_h (inclusive); a later one begins there. NM-TRAN's rule: the
 * values of a record hold from the record before it up to its own time. */
struct rsp_fit_stretch {
    double until_h;          /**< the last one holds for ever, whatever it says */
    const double *covariate; /**< of each covariate of the model; NaN: its reference. NULL: all references */
    int occasion; /**< 0, 1, ...: which inter-occasion effects hold; -1 in all: by the occasion gap */
    int line;     /**< where it begins in a file, told with an error about it; 0: nowhere */
};

/** One person. All pointers are borrowed for the call. */
struct rsp_fit_person {
    size_t n_dose;
    const struct rsp_dose *dose; /**< any order; a steady-state dose replaces what is in the body */
    const int *dose_stretch;     /**< of each dose; NULL (or an entry -1): by its time */
    size_t n_observation;
    const struct rsp_fit_observation *observation; /**< any order */
    size_t n_stretch;                              /**< 0: references, occasions by the gap */
    const struct rsp_fit_stretch *stretch;         /**< in order of until_h */
};

enum rsp_fit_method { RSP_FIT_MAP, RSP_FIT_POSTERIOR };

struct rsp_fit_options {
    enum rsp_fit_method method;
    size_t n_draw;         /**< of the posterior; 0 means 1,000 */
    uint64_t seed;         /**< of the posterior's draws */
    uint64_t first_id;     /**< number of the first person: seeds the draws */
    int n_thread;          /**< of rsp_fit_people; 0: all processors; results do not depend on it */
    double occasion_gap_h; /**< as in rsp_simulate_options; 0 means 12 h */
    /** Assumed between-person SD (log scale) of parameters without a published variability, as in
     * rsp_simulate_options: they become random effects after the published ones. Borrowed. */
    size_t n_extra;
    const struct rsp_extra_variability *extra;
};

/** What stands against using a fit, or should be known. Every reason has a sentence that says what would help. */
#define RSP_FIT_REASON_LIST(X)                                                                               \
    X(RSP_FIT_NO_OBSERVATION, "no_observation", true)   /* nothing that depends on the parameters */         \
    X(RSP_FIT_NOT_CONVERGED, "not_converged", true)     /* the optimiser found no minimum */                 \
    X(RSP_FIT_CONTRADICTED, "contradicted", true)       /* misfit beyond chance (chi-square, 0.1 %) */       \
    X(RSP_FIT_WRONG_UNIT, "wrong_unit", true)           /* about a thousand or a million times off */        \
    X(RSP_FIT_AT_BOUND, "at_bound", true)               /* a random effect beyond 4 SD of the population */  \
    X(RSP_FIT_PRIOR_DOMINATED, "prior_dominated", true) /* all variances over 90 % of the population's */    \
    X(RSP_FIT_POSTERIOR_UNSURE, "posterior_unsure", true) /* importance sampling is not reliable */          \
    X(RSP_FIT_FEW_DATA, "few_data", false)                /* fewer values than random effects */             \
    X(RSP_FIT_OUTSIDE_RANGE, "outside_range", false)      /* a covariate outside the people of the model */  \
    X(RSP_FIT_LEFT_OUT, "left_out", false)                /* values that could not be used */                \
    X(RSP_FIT_DUPLICATE, "duplicate", false)              /* the same output twice at the same time */       \
    X(RSP_FIT_OUTLIER, "outlier", false)                  /* a value over 4 residual SD from its fit */      \
    X(RSP_FIT_WEAK_PARAMETER, "weak_parameter", false)    /* some, not all, effects rest on the prior */

enum rsp_fit_reason {
#define RSP_X(name, word, blocking) name,
    RSP_FIT_REASON_LIST(RSP_X)
#undef RSP_X
        RSP_N_FIT_REASON
};
/** "prior_dominated". Static text. */
const char *rsp_fit_reason_name(enum rsp_fit_reason reason);
/** False for reasons that are only to be known. */
bool rsp_fit_reason_blocks(enum rsp_fit_reason reason);

struct rsp_fit_finding {
    enum rsp_fit_reason reason;
    char text[240]; /**< one sentence: what, and what would make the fit usable */
};

struct rsp_fit_verdict {
    bool usable; /**< no blocking finding */
    bool converged;
    size_t n_finding;
    struct rsp_fit_finding *finding; /**< at most one a reason; NULL when there is none */
};

/** Goodness of fit of one observation, in the order of the person's observations. */
struct rsp_fit_point {
    double time_h;
    int output;
    bool used; /**< false: left out (before the first dose reaches it, not positive under a log error) */
    bool censored;
    double value; /**< as given */
    double pred;  /**< prediction of the typical person with these covariates */
    double ipred; /**< prediction with the individual parameters */
    double sd;    /**< residual SD at ipred, in the output's unit (log_sd: of the logarithm) */
    double res;   /**< value - pred; NaN when censored */
    double wres; /**< whitened by the population covariance linearised at eta 0 (Cholesky); NaN if censored */
    double iwres;             /**< (value - ipred) / sd; log error: of the logarithms; NaN when censored */
    double probability_below; /**< of being below the limit, given the fit; NaN when not censored */
};

/** The fit of one person. Filled by the library; free with rsp_fit_result_free. Without verdict.converged there is
 * no answer: effects (but eta_sd), parameters, ofv, misfit and all of a point that rests on the individual are NaN. */
struct rsp_fit_result {
    size_t
        n_effect; /**< between people, then assumed ones, then inter-occasion effects occasion by occasion */
    size_t n_between; /**< published between-person effects */
    size_t n_extra;   /**< assumed ones */
    size_t n_occasion;
    double *eta;    /**< n_effect */
    double *eta_sd; /**< n_effect: of the population */
    double
        *eta_se; /**< from the inverse of the expected Hessian (Fisher information plus prior) at the mode */
    double *
        shrinkage; /**< eta_se^2 / eta_sd^2: 0 the data alone speak, 1 nothing was learnt; NaN if eta_sd is 0 */
    double *covariance; /**< n_effect x n_effect, of eta */
    double *gradient;   /**< n_effect: of the objective by the whitened effects at the mode (should be 0) */
    size_t n_parameter;
    double *parameter;    /**< n_parameter: first occasion, first stretch, published unit */
    double *parameter_se; /**< delta method; 0 for parameters without random effect */
    bool *estimated;      /**< n_parameter: has a random effect */
    double ofv;           /**< objective at the mode */
    double misfit; /**< weighted squared residuals plus prior; a censored value counts by what the prediction
                        lies above its limit: at most chi-square with n_used_value + n_used_censored */
    size_t n_used_value, n_used_censored;
    int n_iteration, n_start;
    size_t n_point;
    struct rsp_fit_point *point;
    struct rsp_fit_verdict verdict;
    /* with RSP_FIT_POSTERIOR, else 0 and NULL */
    size_t n_draw;
    double *draw_eta; /**< n_draw x n_effect, equally weighted */
    /** n_draw x n_parameter, published unit, first occasion and stretch: the place of rsp_people.parameter. Columns
     * that are not `estimated` hold typical values with covariates; set them to NaN to leave them to a simulation's
     * own uncertainty. Effects that the values do not touch are drawn from the prior. */
    double *draw_parameter;
    double effective_n; /**< of the weighted draws before resampling */
    double pareto_k;    /**< tail of the importance weights (Vehtari et al. 2024): over 0.7 is not reliable */
};

void rsp_fit_result_free(struct rsp_fit_result *result);

/** draw_parameter of a fit by RSP_FIT_POSTERIOR, with NaN where levels tell nothing: parameters without a random effect
 * whose published value is itself uncertain. For rsp_people.parameter and rsp_diary_question.pk.
 * @param parameter  out: n_draw x n_parameter; caller frees with free()
 * @return RSP_OK, RSP_E_MISSING without draws, RSP_E_MEMORY */
RSP_CHECKED rsp_status rsp_fit_known_draws(const struct rsp_model *model, const struct rsp_fit_result *result,
    double **parameter, struct rsp_error *err);

/** Number of random effects: published between-person ones of a model. */
size_t rsp_fit_n_between(const struct rsp_model *model);
/** Name of the parameter that a published between-person effect moves. Borrowed from the model. */
const char *rsp_fit_between_name(const struct rsp_model *model, size_t i);
/** Name of the parameter that inter-occasion effect i (of one occasion) moves. */
const char *rsp_fit_occasion_name(const struct rsp_model *model, size_t i);
/** True when an output has a published residual error, so that it can be fitted. */
bool rsp_fit_output_fits(const struct rsp_model *model, int output);
/** Published residual SD of a measurement of an output at a true value, in the output's unit; NaN when none is published, or only
 * one of the logarithm. */
double rsp_fit_residual_sd(const struct rsp_model *model, int output, double value);

/** Fit one person. Pure: the same input gives the same answer, bit for bit.
 *
 * A model with a response class is fitted in that class. Levels before the first dose, values of 0 under a
 * proportional or log error and the like are left out with a finding; a bad fit is a verdict, not an error.
 * @param options  NULL: defaults
 * @param result   out: filled; caller frees with rsp_fit_result_free. Untouched on failure
 * @return RSP_OK, RSP_E_DOMAIN (not finite, negative concentration, dose, covariate or occasion that cannot be),
 *         RSP_E_MISMATCH (output without residual error, drug, route), RSP_E_LIMIT (over RSP_FIT_MAX_EFFECT
 *         effects), RSP_E_UNSUPPORTED (steady state of a model that changes with time), RSP_E_NUMERIC, RSP_E_MEMORY */
RSP_CHECKED rsp_status rsp_fit_person(const struct rsp_model *model, const struct rsp_fit_person *person,
    const struct rsp_fit_options *options, struct rsp_fit_result *result, struct rsp_error *err);

/** Fit n people in parallel: as rsp_fit_person of each, whatever the number of threads.
 * @param result  out: n results; on failure all are freed and untouched
 * @return the first failure in the order of people; err->field names the person's place (1-based) */
RSP_CHECKED rsp_status rsp_fit_people(const struct rsp_model *model, size_t n,
    const struct rsp_fit_person person[], const struct rsp_fit_options *options,
    struct rsp_fit_result result[], struct rsp_error *err);

/** What rsp_fit_objective is to give; NULL: not wanted. Arrays of the caller. */
struct rsp_fit_outputs {
    double *ofv;      /**< objective; without it a value that would be impossible is no error */
    double *gradient; /**< with ofv: d objective / d eta, n_effect values */
    double *ipred;    /**< n_observation predictions */
    double *d_ipred;  /**< n_observation x n_effect derivatives by eta */
};

/** Objective of one person at given effects, its exact gradient and the predictions: for tests and plots.
 * @param eta  n_effect values (rsp_fit_result.n_effect); each effect must have a spread
 * @return as rsp_fit_person; RSP_E_NUMERIC where the objective is not finite */
RSP_CHECKED rsp_status rsp_fit_objective(const struct rsp_model *model, const struct rsp_fit_person *person,
    const struct rsp_fit_options *options, const double eta[], const struct rsp_fit_outputs *out,
    struct rsp_error *err);

/** Shrinkage over a data set: 1 - SD(eta) / eta_sd of between-person effect i over the people who converged (SD
 * with n - 1; NaN below two of them or for an effect without spread). */
double rsp_fit_shrinkage(size_t n, const struct rsp_fit_result result[], size_t i);

/** People of a data set, ready to fit: arrays are copied. Caller frees with rsp_fit_data_free. */
struct rsp_fit_data {
    size_t n;
    struct rsp_fit_person *person;
    const struct rsp_events *events; /**< borrowed: ids and lines */
};
/** @param value_factor  values times this are in the unit of the output's name; concentrations only */
RSP_CHECKED rsp_status rsp_fit_data_new(const struct rsp_model *model, const struct rsp_events *events,
    double value_factor, struct rsp_fit_data **data, struct rsp_error *err);
void rsp_fit_data_free(struct rsp_fit_data *data);

#ifdef __cplusplus
}
#endif

#endif
