/** Learning how long relief lasts from one person's pain diary.
 *
 * Full posterior (not only its peak) over response class, sensitivity, half-life of relief, baseline pain,
 * placebo-like response and noise of daily whole-number scores from 0 to 10. Method: sequential Monte Carlo over
 * the fixed parameters, with drift and day-to-day correlation integrated by a filter within each particle.
 * Model, assumptions, sources and calibration: manual chapter "Learning from a diary" and models/diary.yaml.
 * The algorithm is tested against synthetic patients; **not validated in patients**.
 *
 * Pure: no clock, no files. The same seed gives the same bits for any number of threads.
 */
#ifndef RESPITE_DIARY_H
#define RESPITE_DIARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <respite/model.h>
#include <respite/simulate.h>
#include <respite/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- entries ---- */

/** A moment as written: "2026-11-20T20:00+01:00", "2026-11-20T20:00Z", or local time "2026-11-20T20:00" (seconds may
 * follow; a blank may stand for the T). */
struct rsp_moment {
    long local_day;      /**< calendar day on the writer's wall, days since 1970-01-01 */
    double local_h;      /**< hour of that day on the wall */
    bool zoned;          /**< an offset from UTC was written */
    double utc_offset_h; /**< 0 when none was */
};
/** @return RSP_OK; RSP_E_SYNTAX or RSP_E_DOMAIN with a sentence that shows the expected form */
RSP_CHECKED rsp_status rsp_moment_parse(const char *text, struct rsp_moment *moment, struct rsp_error *err);
/** Days from `from` to `to`. Both must carry an offset, or neither (RSP_E_MISMATCH). */
RSP_CHECKED rsp_status rsp_moment_days(
    const struct rsp_moment *from, const struct rsp_moment *to, double *days, struct rsp_error *err);

/** What the question of the diary asked about. */
enum rsp_recall {
    RSP_RECALL_UNSTATED,
    RSP_RECALL_NOW,
    RSP_RECALL_AVERAGE_24H, /**< placed at the middle of its 24 h */
    RSP_RECALL_WORST_24H,   /**< never mixed with the others: it is another quantity */
    RSP_N_RECALL
};
const char *rsp_recall_name(enum rsp_recall recall); /**< "now", "average_24h", "worst_24h", "unstated" */

struct rsp_diary_entry {
    double time_d; /**< days from time zero, negative before it: of the pain, not of the writing */
    int pain_nrs;  /**< whole number, 0 to 10 */
    enum rsp_recall recall;
    bool other_treatment; /**< another treatment of pain on that day */
    int line;             /**< in its file; 0: none */
};

/** Entries of one person in order of time. Free with rsp_diary_free. */
struct rsp_diary {
    char id[64]; /**< "" when the file has no id column */
    size_t n;
    struct rsp_diary_entry *entry;
    size_t n_empty; /**< rows without a score: a missing day, never interpolated */
    size_t n_late;  /**< left out: written more than a day after their day (column `recorded`) */
};

struct rsp_diary_read_options {
    struct rsp_moment time_zero; /**< start of the first infusion of the series */
    const char *id;              /**< the person; another one is refused. NULL: whoever the file is of */
    bool has_today;
    long today; /**< days since 1970-01-01: entries of later days are refused */
};

/** Read `id,date_time,pain_nrs[,recall,relief_pct,mood,other_treatment,recorded]` (CSV, names in any order).
 * relief_pct and mood are checked and not used. Rows are in order of time. Refused with line and sentence: scores that
 * are no whole number from 0 to 10, two answers to a once-a-day question on one day, two ratings at one moment, times
 * that run backwards, a mixture of moments with and without offset, of worst_24h and other questions, or of people,
 * days after today, unknown columns, an empty file, binary content. BOM and CRLF are accepted.
 * @param source  file name for messages
 * @param diary   out: caller frees with rsp_diary_free; untouched on failure */
RSP_CHECKED rsp_status rsp_diary_parse(const char *text, size_t length, const char *source,
    const struct rsp_diary_read_options *options, struct rsp_diary *diary, struct rsp_error *err);
void rsp_diary_free(struct rsp_diary *diary);

/* ---- posterior ---- */

/** Who, and what was given. The model is borrowed until rsp_diary_fit_free, the rest for the call. */
struct rsp_diary_question {
    const struct rsp_model *model; /**< combined: PK and chronic relief, such as otto2021+dahan2011 */
    const double *covariate;       /**< one a covariate, NaN: the model's reference; NULL: all references */
    size_t n_dose;
    const struct rsp_dose *dose; /**< start_h from time zero; earlier infusions are negative */
    size_t n_pk;      /**< draws of the PK parameters after measured levels; 0: from the population */
    const double *pk; /**< n_pk x rsp_model_n_parameter, published units; c50, t_half may be NaN */
};

struct rsp_diary_options {
    uint64_t seed;
    size_t n_particle; /**< in each class; 0 means 1,024; a multiple of 8 from 64 to 65,536 */
    size_t n_draw;     /**< draws handed on; 0 means n_particle */
    int n_thread;      /**< 0: all processors */
    double horizon_d;  /**< days followed from time zero; 0 means 180 */
    /** Between-person SD (log scale) assumed of c50 and t_half, from rules/prediction.yaml; borrowed for the call. */
    size_t n_extra;
    const struct rsp_extra_variability *extra;
    /** Factor by which what was learned of sensitivity and half-life is spread about its mean, against a wrong model.
     * 0: as shipped in models/diary.yaml; 1: none (for calibration against the model itself). */
    double widening;
    const int *cancelled; /**< as in rsp_simulate_options, for rsp_diary_fit_new; NULL: never */
};

struct rsp_diary_fit;

/** Posterior after all entries of a diary.
 * @param diary  n may be 0: the prior. Copied at once.
 * @return RSP_OK, also when the answer is unusable (see the verdict); RSP_E_MISMATCH for a model without chronic relief
 *         or a drug or route that it does not take; RSP_E_DOMAIN for impossible doses, options or entries out of order;
 *         RSP_E_NUMERIC; RSP_E_MEMORY. Caller frees with rsp_diary_fit_free. */
RSP_CHECKED rsp_status rsp_diary_fit_new(const struct rsp_diary_question *question,
    const struct rsp_diary_options *options, const struct rsp_diary *diary, struct rsp_diary_fit **fit,
    struct rsp_error *err);
/** One more entry, later than all before: reweights, and moves the particles when they have worn thin. */
RSP_CHECKED rsp_status rsp_diary_fit_add(
    struct rsp_diary_fit *fit, const struct rsp_diary_entry *entry, struct rsp_error *err);
void rsp_diary_fit_free(struct rsp_diary_fit *fit);

/** Draws, for the options of a plan: n equally weighted draws of the response class; PK and c50 decoded together, so that
 * they agree with the diary. Borrowed until the next call on fit or rsp_diary_fit_free.
 * Use them when the summary's verdict is usable. */
const struct rsp_person_draws *rsp_diary_draws(struct rsp_diary_fit *fit);

struct rsp_diary_quantiles {
    double p05, p25, p50, p75, p95; /**< days may be +infinity: beyond the horizon */
};

/** A fixed parameter, known before and after. */
struct rsp_diary_parameter {
    const char *name, *unit; /**< "t_half", "d"; static text */
    struct rsp_diary_quantiles prior,
        posterior; /**< of the response class where it exists in that class alone, else
                                                      of both classes, weighted */
};

/* baseline, c50, t_half, placebo share, placebo half-time, noise, drift, day-to-day, repeats */
enum { RSP_DIARY_N_PARAMETER = 9, RSP_DIARY_MAX_REASON = 12, RSP_DIARY_SENTENCE = 400 };

/** Relief of the series in the diary: days from time zero with relief of the drug above a threshold, and the day on
 * which the last of it ends. Given the response class; copies that never reach it count 0 days and no return (return
 * quantiles are over those that reach it; NaN when none does). */
struct rsp_diary_relief {
    struct rsp_diary_quantiles days_30, days_50, return_day;
    double expected_days_30, expected_days_50; /**< over both classes, days beyond the horizon not counted */
    double p_reach_30;                         /**< of all such people */
};

struct rsp_diary_summary {
    size_t n_entry, n_before, n_after; /**< entries used; before and after time zero */
    double first_d, last_d;            /**< span, days from time zero; NaN without entries */
    size_t n_day_missing;              /**< days of the span without entry */
    double response_prior, response_probability;
    struct rsp_diary_parameter parameter[RSP_DIARY_N_PARAMETER];
    struct rsp_diary_relief before, after; /**< forecast without the diary, with it */
    /** SD of log t_half after, widened as the draws are, / before; correlation after the diary of log t_half with placebo share; and width (p05 to
     * p95) of the return day after / before. */
    double t_half_sd_ratio, t_half_placebo_correlation, return_width_ratio;
    bool duration_identified; /**< t_half_sd_ratio below the bound of models/diary.yaml */
    double widening;          /**< as used */
    struct {
        double effective, least_effective; /**< now; least before a resampling, of n_particle */
        size_t n_particle, n_ancestor;     /**< distinct first ancestors that are left */
        double acceptance;                 /**< of the last moves */
        double log_evidence_response, log_evidence_none;
    } sampler;
    bool usable;
    size_t n_reason; /**< why not, or what to keep in mind (usable) */
    char reason[RSP_DIARY_MAX_REASON][RSP_DIARY_SENTENCE];
    char sentence[RSP_DIARY_SENTENCE]; /**< what the diary changed, in plain words */
    size_t n_curve;  /**< pain as felt, both classes; drift and placebo in it, rating noise not */
    double *curve_d; /**< days from time zero */
    struct rsp_diary_quantiles *curve_nrs;
};
/** Caller frees with rsp_diary_summary_free. */
RSP_CHECKED rsp_status rsp_diary_summarise(
    struct rsp_diary_fit *fit, struct rsp_diary_summary *summary, struct rsp_error *err);
void rsp_diary_summary_free(struct rsp_diary_summary *summary);

/** Days with relief of at least 30 and 50 %, and day of return, of every draw of rsp_diary_draws (n each; return NaN when
 * never reached, +infinity beyond the horizon). Borrowed as the draws are. */
struct rsp_diary_durations {
    size_t n;
    const double *days_30, *days_50, *return_day;
};
struct rsp_diary_durations rsp_diary_durations(struct rsp_diary_fit *fit);

/** What every answer rests on, and citations: i from 0 until NULL. Borrowed until rsp_diary_fit_free. */
const struct rsp_assumption *rsp_diary_assumption(const struct rsp_diary_fit *fit, size_t i);
const char *rsp_diary_source(const struct rsp_diary_fit *fit, size_t i);

/* ---- predicted against observed: how a clinic finds out whether this works ---- */

/** One forecast with what became of it. */
struct rsp_diary_outcome {
    char id[64];
    char predicted_on[16], time_zero[16];  /**< YYYY-MM-DD */
    struct rsp_diary_quantiles return_day; /**< as predicted, days from time zero */
    double response_probability;
    double observed_return_day; /**< NaN: not yet, or never reached */
    char models[64];
};
/** Header line and one row of CSV, each without its line end. @return as snprintf */
int rsp_diary_outcome_header(char *text, size_t size);
int rsp_diary_outcome_format(const struct rsp_diary_outcome *outcome, char *text, size_t size);
/** Day on which pain is back by the diary alone: the first run of `run` entries after `from_d` whose first score and mean are above
 * (1 - relief_frac) of the mean before time zero, after it was below. No model. NaN when it has not happened.
 * @return the time of the run's first entry, days from time zero */
double rsp_diary_observed_return(
    const struct rsp_diary *diary, double from_d, double relief_frac, size_t run);

#ifdef __cplusplus
}
#endif

#endif
