/** Choosing among regimens: what each is worth, which of them no other beats, and when to give the next one.
 *
 * Pure, as plan.h: candidates in, values out. Which candidates may be looked at (published families), on what ground
 * a model speaks and what is recommended is the business of the layers above.
 */
#ifndef RESPITE_REGIMEN_H
#define RESPITE_REGIMEN_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/dose.h>
#include <respite/model.h>
#include <respite/plan.h>
#include <respite/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Placebo response over time, as a fraction of baseline pain: largest * (1 - 2^(-day / half_time)). Largest is
 * logit-normal and half_time log-normal between people. */
struct rsp_placebo_course {
    double largest_logit_mean, largest_logit_sd;
    double half_time_d, half_time_sd_log;
};

/** One candidate in doses of the model's drug, starts counted from the start of the regimen (>= 0). Borrowed. */
struct rsp_regimen {
    size_t n_dose;
    const struct rsp_dose *dose;
};

/** The person and the horizon over which regimens are valued. All borrowed. */
struct rsp_regimen_question {
    const struct rsp_model *model; /**< PK + a model with the output pain_relief_frac */
    const double *covariate;       /**< as in rsp_plan_relief */
    /** Copies (500 when n_subject is 0), seed, threads, draws; horizon_d is needed, and is taken in whole
     * quarters of a day. */
    const struct rsp_plan_options *options;
    const struct rsp_placebo_course *placebo; /**< NULL: nobody responds to placebo */
    size_t n_earlier;                         /**< earlier infusions, which still act; negative starts */
    const struct rsp_dose *earlier;
    double goal_relief_frac; /**< the patient's own goal; NaN none */
    /** Integrate every candidate instead of adding shifted and scaled curves of unit sessions: slower, for models
     * where adding is not exact (taken by itself then) and for tests. */
    bool direct;
};

/** What one candidate is worth. Total relief is that of the drug and the placebo response together, at most all of
 * the pain; a person outside the response class has the placebo response alone. */
struct rsp_regimen_value {
    /** Expected days with total relief >= 30 % (50 %) less the days that the placebo response alone gives, over
     * both classes, with the Monte Carlo standard error. */
    double days_30, days_50, se_30, se_50;
    /** The same days in the response class alone: quantiles over copies. */
    double p05_days_30, p50_days_30, p95_days_30;
    double drug_days_30;    /**< mean days with relief >= 30 % by the drug alone, response class */
    double placebo_days_30; /**< mean days that the placebo response alone gives */
    double p_relief_30;     /**< share of all people whose drug relief ever reaches 30 % */
    double p_goal;          /**< share of all people whose drug relief ever reaches the goal; NaN without */
    double response_probability; /**< of the response class, as used */
};

/** Value n candidates with the same copies, so that differences between candidates are theirs alone.
 *
 * Method  The effect site of a linear model is linear in dose and invariant in time, and the odds of relief,
 *         relief / (1 - relief) = site / C50, are linear in it: for each copy the curve of one unit session of each
 *         duration is computed once (rsp_simulate), and a candidate's curve is the sum of shifted and scaled
 *         ones. Starts must then lie on whole quarters of a day (else that candidate is integrated). Days are counted on
 *         a grid of quarter days, crossings placed linearly between.
 * Limits  days are exact to the grid's interpolation (about 0.05 d); at most 10,000 copies, 5,000 candidates,
 *         5 million of both together, and a horizon of two years.
 * @param value out: n values, untouched on failure. The same bits for any number of threads.
 * @return RSP_OK; RSP_E_MISMATCH for a model without chronic relief; RSP_E_DOMAIN for a horizon or doses that
 *         make no sense; RSP_E_LIMIT; what rsp_simulate returns. */
RSP_CHECKED rsp_status rsp_regimen_values(const struct rsp_regimen_question *question, size_t n,
    const struct rsp_regimen regimen[], struct rsp_regimen_value value[], struct rsp_error *err);

/** The highest value of an output over copies, in the window of each candidate's strongest dose and an hour after. */
struct rsp_regimen_peak {
    double p05, p50, p95;
    double p_above; /**< share of copies whose peak is above the bound; NaN without one */
};
/** What is asked of the hours of a session. All borrowed. */
struct rsp_peak_question {
    const struct rsp_model *model;
    const double *covariate;
    const struct rsp_plan_options *options; /**< draws must be of this model, or NULL; no horizon */
    const char *output;
    double bound; /**< in the output's unit; NaN none */
};
/** Peaks of n candidates, drawn as in rsp_plan_session. Neighbours in the list that are alike up to their strongest
 * dose are computed once. Earlier infusions have no part in it. The same bits for any number of threads.
 * @param peak   out: n peaks, partly written on failure
 * @return RSP_OK; RSP_E_UNKNOWN for an output that the model does not have; what rsp_simulate returns */
RSP_CHECKED rsp_status rsp_regimen_peaks(const struct rsp_peak_question *question, size_t n,
    const struct rsp_regimen regimen[], struct rsp_regimen_peak peak[], struct rsp_error *err);

/** Mark the points that no other point of the same group beats: none is at least as small in every objective
 * and smaller in one. Points of different groups are not compared (milligrams of two drugs are no one number).
 * @param objective  n x n_objective, each to be made small; NaN counts as worst
 * @param group      n group numbers, or NULL when all belong together
 * @param on_front   out: n marks */
void rsp_front_mark(
    size_t n, size_t n_objective, const double objective[], const int group[], bool on_front[]);

/* ---- maintenance: which rule sets the next date ---- */

/** Daily scores around the true pain: noise, an autocorrelated part, slow drift, whole numbers from 0 to 10,
 * days without an entry. */
struct rsp_diary_noise {
    double noise_points, noise_sd_log; /**< SD of a person's daily noise: median and spread between people */
    double correlated_points,
        correlation_per_d; /**< SD and day-to-day correlation of the autocorrelated part */
    double drift_points;   /**< SD of a day's step of a random walk, in points per square root of a day */
    double p_missing_after_entry, p_missing_after_gap;
};

/** The rule that decides from the diary. Pain is "back" when it is above (1 - relief_frac) of the baseline
 * that the diary itself gave in the days before treatment. */
struct rsp_refill_rule {
    double relief_frac;
    double chance;      /**< infuse again when the chance that pain is back is at least this */
    double least_gap_d; /**< from the start of one course to the next, at least; whole days */
    double judge_day;  /**< a course that has not been felt so many days after its start ends the treatment */
    double baseline_d; /**< days of diary before the first course; whole days */
    /** Of the filter: SD of a day's change of pain, and of a score around the pain, as the rule takes them. */
    double filter_step_points, filter_noise_points;
};

enum rsp_refill_policy {
    RSP_REFILL_NEVER,   /**< one course only */
    RSP_REFILL_FIXED,   /**< a course every interval_d days, felt or not */
    RSP_REFILL_ADAPTIVE /**< by the rule */
};

/** A policy over the horizon: means over people of both classes, with Monte Carlo standard errors. */
struct rsp_refill_result {
    double courses, se_courses;
    double days_30, se_days_30;           /**< days with total relief of at least relief_frac */
    double gain_days_30, se_gain_days_30; /**< less those that the placebo response alone gives */
    double days_above, se_days_above;     /**< days with less relief than that */
    double p_stopped;                     /**< share of people whom the rule stopped after the first course */
};

/** Follow people of both classes day by day through one policy: the true pain is baseline * (1 - drug - placebo), the
 * diary shows it with noise, and the policy sees the diary alone.
 *
 * The adaptive rule keeps a normal belief N(m, v) about today's pain. Each morning v grows by
 * filter_step_points^2; an entry y moves m by k (y - m) and shrinks v by the factor 1 - k, k = v / (v + noise^2). The chance
 * that pain is back is that of a normal number N(m, v) above the threshold. A course is felt once that chance has
 * fallen to 1 - chance or less. A course that has not been felt by judge_day after its start ends the treatment. Once
 * it has been felt, a chance of at least `chance` in the evening gives the next course on the next morning, if that
 * is at least least_gap_d after the last start.
 *
 * People, noise and placebo are the same for every policy of one seed. Numbers are the same for any number of threads.
 * @param course      one course in the model's drug, on whole quarters of a day; every later course is the same
 * @param interval_d  RSP_REFILL_FIXED: whole days
 * @return as rsp_regimen_values; RSP_E_MISSING without a baseline; RSP_E_UNSUPPORTED for a model whose curves
 *         cannot be added */
RSP_CHECKED rsp_status rsp_refill_simulate(const struct rsp_regimen_question *question,
    const struct rsp_regimen *course, const struct rsp_diary_noise *noise, const struct rsp_refill_rule *rule,
    enum rsp_refill_policy policy, double interval_d, struct rsp_refill_result *result,
    struct rsp_error *err);

#ifdef __cplusplus
}
#endif

#endif
