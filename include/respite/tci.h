/** Target-controlled infusion: a pump programme that brings a level to a target and holds it.
 *
 * Pure: a model, one person, a target over time and a pump in; steps of constant rate out, with the level
 * that they reach. Plans only: nothing here talks to a pump.
 */
#ifndef RESPITE_TCI_H
#define RESPITE_TCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <respite/dose.h>
#include <respite/model.h>
#include <respite/plan.h>
#include <respite/status.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { RSP_TCI_MAX_PIECE = 64, RSP_TCI_MAX_STEP = 20000 };

/** A stretch of the target: a straight line from one level to another. A level that differs from the end
 * of the piece before is a jump. */
struct rsp_tci_piece {
    double duration_h; /**< above 0; a whole number of the grid's steps, see rsp_tci_grid_h */
    double from_ng_per_ml, to_ng_per_ml;
};

/** The target over time, from 0 h on. */
struct rsp_tci_profile {
    enum rsp_drug drug;
    size_t n;
    struct rsp_tci_piece piece[RSP_TCI_MAX_PIECE];
};

/** Read the text of a target profile: pieces with ";" between, in any case:
 *
 *   PIECE  [reach | rise to | taper to | fall to] LEVEL [DRUG] [over D] [for D] [at T]
 *          LEVEL [DRUG] to LEVEL [DRUG] over D [for D]
 *          hold D
 *
 * `over` is a straight line from the level before, without it the target jumps; `for` holds the level; `at`
 * says when the piece begins, and the level before it is held until then. A level is a concentration with its unit
 * ("150 ng/mL", "0.15 mg/L"; a bare 0 is 0). The drug is named at least once and never converted.
 * @param total_h  length of the whole: the last level is held until then; NaN: the text says how long each level lasts
 * @return RSP_OK, or a sentence: RSP_E_SYNTAX, RSP_E_UNIT, RSP_E_UNKNOWN, RSP_E_MISSING (no drug, no duration),
 *         RSP_E_DOMAIN (a level that is negative or no number, a piece that begins before the one in front of it
 *         ends, a profile longer than total_h), RSP_E_MISMATCH (two drugs), RSP_E_LIMIT. */
RSP_CHECKED rsp_status rsp_tci_profile_parse(
    const char *text, double total_h, struct rsp_tci_profile *profile, struct rsp_error *err);

/** Length of a profile, and its highest level. */
double rsp_tci_profile_end_h(const struct rsp_tci_profile *profile);
double rsp_tci_profile_top_ng_per_ml(const struct rsp_tci_profile *profile);
/** The target at a time; at a jump the level after it. */
double rsp_tci_profile_at(const struct rsp_tci_profile *profile, double time_h);

/** What the pump can do. 0 takes the default. */
struct rsp_tci_pump {
    double max_rate_mg_per_h;   /**< 0: none */
    double resolution_mg_per_h; /**< rates are whole multiples of it; 0: not rounded */
    double step_h;              /**< length of a step while the level is brought to its target; 0: 5 min */
    double longest_step_h;      /**< while it is held; 0: step_h */
    double shortest_step_h; /**< to which steps are cut where the level would leave the tolerance; 0: 1 min */
    double tolerance_frac;  /**< 0: 0.05 of the target */
};

/** Where the target is meant. */
enum rsp_tci_method {
    /** The rate of each step brings the level to the target at the end of the step. Source: Jacobs JR, IEEE Trans Biomed
     * Eng 1990;37:107-109; Bailey JM, Shafer SL, IEEE Trans Biomed Eng 1991;38:522-525. */
    RSP_TCI_PLASMA,
    /** The largest rate of each step after which an output that lags behind never passes the target, were the pump
     * stopped. Source: Shafer SL, Gregg KM, J Pharmacokinet Biopharm 1992;20:147-169. */
    RSP_TCI_EFFECT
};

struct rsp_tci_request {
    int output; /**< index: a concentration of the drug given, or an effect site that it drives */
    enum rsp_tci_method method;
    const struct rsp_tci_profile *profile;
    struct rsp_tci_pump pump;
};

/** One step of constant rate; neighbours of the same rate are one. */
struct rsp_tci_step {
    double start_h, duration_h;
    double rate_mg_per_h;
    double given_mg;                            /**< in all, at its end */
    double target_ng_per_ml;                    /**< at its end */
    double level_ng_per_ml;                     /**< at its end */
    double lowest_ng_per_ml, highest_ng_per_ml; /**< within it */
};

/** How one piece of the profile came out. */
struct rsp_tci_outcome {
    double from_h, to_h;     /**< the piece */
    double target_ng_per_ml; /**< at its end */
    double wanted_until_h;   /**< start of the next piece that wants another level; +infinity: none does */
    /** First time within the tolerance of the target; +infinity: not until wanted_until_h or followed_h. */
    double arrived_h;
    bool held; /**< a level piece: below are its extremes from arrival to the piece's end */
    double lowest_frac, highest_frac; /**< of the target: 0.97, 1.02; NaN when never arrived or not level */
};

/** The programme and what it does to the typical person of the model. Levels are those of the rounded rates, simulated
 * anew (rsp_simulate), not those of the design. */
struct rsp_tci_programme {
    size_t n_step;
    struct rsp_tci_step *step;
    size_t n_dose;
    struct rsp_dose *dose; /**< the steps that give something, iv */
    double end_h;          /**< end of the profile */
    double followed_h;     /**< levels were followed until here */
    double total_mg, highest_rate_mg_per_h;
    size_t n_time;
    double *time_h;           /**< fine grid until end_h, coarser until followed_h */
    double *target_ng_per_ml; /**< NaN after end_h */
    double *level_ng_per_ml;
    double top_ng_per_ml, top_h; /**< highest level and when */
    double overshoot_frac,
        overshoot_h; /**< most above the level that a piece not falling leads to; 0: none */
    size_t n_outcome;
    struct rsp_tci_outcome *outcome; /**< one a piece */
    double shortest_step_h;          /**< of the steps that were needed */
    bool shortened;           /**< some steps are shorter than step_h because the tolerance asked for it */
    bool at_max_rate;         /**< the maximum rate bound some step */
    double design_error_frac; /**< greatest difference between design and simulation, of the highest target */
};

/** Step of the time grid on which a pump's programme stands (a sixth of its shortest step). */
double rsp_tci_grid_h(const struct rsp_tci_pump *pump);

/** Design a programme by superposition of the model's response to a unit infusion.
 * @param covariate  one value for each covariate of the model, NaN: the model's reference
 * @param programme  out: caller frees with rsp_tci_programme_free
 * @return RSP_OK; RSP_E_MISMATCH when the model takes no iv dose of the drug, or the output is no level;
 *         RSP_E_UNSUPPORTED for a model whose rates change with time, or an effect site too slow to steer;
 *         RSP_E_DOMAIN for a profile or pump that makes no sense; RSP_E_LIMIT for too many steps; what rsp_simulate
 *         returns. Thread-safe. */
RSP_CHECKED rsp_status rsp_tci_design(const struct rsp_model *model, const double covariate[],
    const struct rsp_tci_request *request, struct rsp_tci_programme **programme, struct rsp_error *err);
void rsp_tci_programme_free(struct rsp_tci_programme *programme);

/** An effect site of the model that the drug itself drives: the only one, or the one of that name.
 * @param name  NULL: the only one
 * @return RSP_OK; RSP_E_MISSING when there is none, RSP_E_MISMATCH when there are several or it is no effect site of
 *         the drug, RSP_E_UNKNOWN for a name that the model has not. */
RSP_CHECKED rsp_status rsp_tci_effect_site(
    const struct rsp_model *model, const char *name, int *output, struct rsp_error *err);
/** The plasma level of the drug that the model is given, or RSP_E_MISSING. */
RSP_CHECKED rsp_status rsp_tci_plasma(const struct rsp_model *model, int *output, struct rsp_error *err);

/** Another output of the typical person under a programme's doses, at the programme's times.
 * @param value  out: n_time values in the output's unit, caller's */
RSP_CHECKED rsp_status rsp_tci_typical(const struct rsp_model *model, const double covariate[], int output,
    const struct rsp_tci_programme *programme, double *value, struct rsp_error *err);

/** Bands of an output over virtual copies under a programme's doses, at its times or every so many of them.
 * Copies and draws as in rsp_plan_session.
 * @param curve  out: at most n_most times in h; caller frees with rsp_curve_free */
RSP_CHECKED rsp_status rsp_tci_bands(const struct rsp_model *model, const double covariate[],
    const struct rsp_tci_programme *programme, const char *output, size_t n_most,
    const struct rsp_plan_options *options, struct rsp_curve *curve, struct rsp_error *err);

/** Share of the virtual copies in whom the peak of an output stays at or below a bound, and the quantiles of that peak.
 * @param dose  of the drug of the model; times from 0 h
 * @param peak  out, may be NULL */
RSP_CHECKED rsp_status rsp_tci_chance(const struct rsp_model *model, const double covariate[],
    const struct rsp_session_window *window, double bound, const struct rsp_plan_options *options,
    double *chance, struct rsp_prediction *peak, struct rsp_error *err);

#ifdef __cplusplus
}
#endif

#endif
