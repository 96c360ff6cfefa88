/** Curves of a few copies of one person on a grid of quarter days: unit sessions to be added, placebo, earlier
 * infusions. Curves are odds of relief, relief / (1 - relief): linear in the effect site, hence in dose. */
#ifndef RSP_ENGINE_PLAN_UNIT_CURVES_H
#define RSP_ENGINE_PLAN_UNIT_CURVES_H

#include <respite/regimen.h>

#include "plan/copies.h"

#define RSP_STEP_H    6.0
#define RSP_STEP_D    0.25
#define RSP_RELIEF_30 0.30
#define RSP_RELIEF_50 0.50

/** What all copies share. */
struct rsp_unit_plan {
    const struct rsp_regimen_question *question;
    struct rsp_copies copies;
    int output;
    bool additive; /**< the model's curves can be added */
    size_t n_time; /**< quarter days from 0 to the horizon, both ends */
    double *time_h;
    size_t n_duration;
    double *duration_h; /**< of the unit sessions */
    double response_probability;
};

/** Check the question and set up what all blocks share. Caller frees with rsp_unit_plan_free, also on failure
 * (zeroed before). Durations are collected from the candidates that can be added. */
RSP_CHECKED rsp_status rsp_unit_plan_new(const struct rsp_regimen_question *question, size_t n,
    const struct rsp_regimen regimen[], struct rsp_unit_plan *plan, struct rsp_error *err);
void rsp_unit_plan_free(struct rsp_unit_plan *plan);

/** Whether a candidate's curve is a sum of shifted unit curves: whole quarters of a day, plain doses of one route. */
bool rsp_unit_plan_adds(const struct rsp_unit_plan *plan, const struct rsp_regimen *regimen);

/** Curves of the copies first .. first + n - 1; each n x n_time. */
struct rsp_unit_curves {
    size_t first, n;
    double *unit;    /**< n_duration of them, odds for each mg */
    double *earlier; /**< odds left by earlier infusions; NULL without any */
    double *placebo; /**< relief by placebo alone */
    double *work;    /**< n x n_time of scratch, for rsp_unit_direct */
};
RSP_CHECKED rsp_status rsp_unit_curves_new(const struct rsp_unit_plan *plan, size_t first, size_t n,
    struct rsp_unit_curves *curves, struct rsp_error *err);
void rsp_unit_curves_free(struct rsp_unit_curves *curves);

/** Odds of one copy (0-based in the block) under sessions that can be added, without the earlier infusions: into
 * odds[n_time], which is overwritten. Each amount is multiplied by scale. */
void rsp_unit_add(const struct rsp_unit_plan *plan, const struct rsp_unit_curves *curves, size_t copy,
    const struct rsp_regimen *regimen, double scale, double odds[]);
/** The same by integration, earlier infusions included, for all copies of the block: into curves->work. */
RSP_CHECKED rsp_status rsp_unit_direct(const struct rsp_unit_plan *plan, struct rsp_unit_curves *curves,
    const struct rsp_regimen *regimen, struct rsp_error *err);

/** Work on the copies from `first` on, at most a block of them. */
typedef rsp_status rsp_block_pass(void *job, size_t first, struct rsp_error *err);

/** Pass n copies in parallel, block by block. The first block that fails, in their order, is the one that is told. */
RSP_CHECKED rsp_status rsp_blocks_pass(
    size_t n, size_t block, int n_thread, rsp_block_pass *pass, void *job, struct rsp_error *err);

/** Odds that the drug must bring for relief_frac of total relief beside a placebo response; 0 or less when the
 * placebo response alone is enough. */
double rsp_odds_beside(double relief_frac, double placebo_frac);

/** Days on which odds are at least those wanted, both linear between n quarter days. */
double rsp_unit_days(size_t n, const double odds[], const double wanted[]);

#endif
