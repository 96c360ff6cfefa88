#include "plan/follow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/spell.h"

#define DEFAULT_HORIZON_D 180.0
/* A regimen that fills the default horizon is still followed this long after its end. */
#define FOLLOW_UP_D   90.0
#define RELIEF_OUTPUT "pain_relief_frac"
#define RELIEF_30     0.30
#define RELIEF_50     0.50
/* One block of curves stays in the cache. */
enum { BLOCK_DOUBLES = 1 << 18, BLOCK_LANES = 8 };

double rsp_follow_default_d(double end_d)
{
    return fmax(DEFAULT_HORIZON_D, end_d + FOLLOW_UP_D);
}

void rsp_follow_free(struct rsp_follow *follow)
{
    free(follow->dose);
    rsp_grid_free(&follow->grid);
    free(follow->shifted_h);
    free(follow->curve);
    for (size_t m = 0; m < RSP_N_FOLLOW; m++)
        free(follow->measure[m]);
    free(follow->band);
}

static rsp_status set_times(struct rsp_follow *follow, size_t n_dose, const struct rsp_dose dose[],
    double horizon_d, struct rsp_error *err)
{
    RSP_TRY(rsp_plan_check_doses(n_dose, dose, err));
    if (!isfinite(horizon_d) || horizon_d < 0.0)
        return rsp_error_set(err, RSP_E_DOMAIN, "horizon", "the horizon must be a number of days above 0");
    double first_h = 0.0;
    for (size_t i = 0; i < n_dose; i++) {
        first_h = fmin(first_h, dose[i].start_h);
        if (dose[i].start_h >= 0.0)
            follow->end_h = fmax(follow->end_h, dose[i].start_h + dose[i].duration_h);
    }
    const double end_d = follow->end_h / RSP_H_PER_D;
    if (horizon_d > 0.0 && horizon_d <= end_d)
        return rsp_error_set(err, RSP_E_DOMAIN, "horizon",
            "the horizon of %g days must be longer than the regimen of %.3g days", horizon_d, end_d);
    const double days = horizon_d > 0.0 ? horizon_d : rsp_follow_default_d(end_d);
    follow->horizon_h = days * RSP_H_PER_D;
    follow->shift_h = -first_h;
    follow->n_dose = n_dose;
    follow->dose = malloc(n_dose * sizeof *follow->dose);
    if (follow->dose == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
    memcpy(follow->dose, dose, n_dose * sizeof *dose);
    for (size_t i = 0; i < n_dose; i++)
        follow->dose[i].start_h += follow->shift_h;
    return rsp_grid_days(n_dose, dose, follow->horizon_h, &follow->grid, err);
}

static rsp_status allocate(struct rsp_follow *follow, size_t n_copy, bool bands, struct rsp_error *err)
{
    const size_t n_time = follow->grid.n;
    const size_t fit = BLOCK_DOUBLES / n_time;
    follow->n_copy = n_copy;
    follow->block = fit < BLOCK_LANES ? BLOCK_LANES : fit;
    follow->block = follow->block < n_copy ? follow->block : n_copy;
    follow->curve = malloc(follow->block * n_time * sizeof *follow->curve);
    follow->shifted_h = malloc(n_time * sizeof *follow->shifted_h);
    bool enough = follow->curve != NULL && follow->shifted_h != NULL;
    for (size_t m = 0; m < RSP_N_FOLLOW; m++) {
        follow->measure[m] = malloc(n_copy * sizeof *follow->measure[m]);
        enough = enough && follow->measure[m] != NULL;
    }
    for (size_t i = 0; i < n_time; i++)
        follow->n_band += bands && follow->grid.marked[i] ? 1 : 0;
    if (follow->n_band > 0) {
        follow->band = malloc(follow->n_band * n_copy * sizeof *follow->band);
        enough = enough && follow->band != NULL;
    }
    if (!enough)
        return rsp_error_set(err, RSP_E_MEMORY, "subjects", "out of memory for %zu copies", n_copy);
    for (size_t i = 0; i < n_time; i++)
        follow->shifted_h[i] = follow->grid.time_h[i] + follow->shift_h;
    return RSP_OK;
}

static double days(double hours)
{
    return hours / RSP_H_PER_D;
}

static double length_d(const struct rsp_spell *spell, double hours)
{
    return spell->to_end ? INFINITY : days(hours);
}

static void measure_copy(struct rsp_follow *follow, size_t copy, const double relief_frac[])
{
    const struct rsp_grid *grid = &follow->grid;
    const struct rsp_spell s30 =
        rsp_spell_measure(grid->n, grid->time_h, relief_frac, RELIEF_30, follow->end_h);
    const struct rsp_spell s50 =
        rsp_spell_measure(grid->n, grid->time_h, relief_frac, RELIEF_50, follow->end_h);
    follow->measure[RSP_FOLLOW_DAYS_30][copy] = length_d(&s30, s30.above_h);
    follow->measure[RSP_FOLLOW_DAYS_50][copy] = length_d(&s50, s50.above_h);
    follow->measure[RSP_FOLLOW_AFTER_30][copy] = length_d(&s30, s30.above_after_h);
    follow->measure[RSP_FOLLOW_AFTER_50][copy] = length_d(&s50, s50.above_after_h);
    follow->measure[RSP_FOLLOW_WITHIN_30][copy] = days(s30.above_h);
    follow->measure[RSP_FOLLOW_WITHIN_50][copy] = days(s50.above_h);
    /* Never reached: onset lies beyond every day, return before every day. */
    follow->measure[RSP_FOLLOW_ONSET][copy] = s30.reached ? days(s30.first_h) : INFINITY;
    follow->measure[RSP_FOLLOW_RETURN][copy] = !s30.reached ? -INFINITY
                                               : s30.to_end ? INFINITY
                                                            : days(s30.last_h);
    follow->measure[RSP_FOLLOW_PEAK][copy] = rsp_curve_peak(grid->n, relief_frac, NULL);
    follow->n_reached_30 += s30.reached ? 1 : 0;
    follow->n_reached_50 += s50.reached ? 1 : 0;
    follow->n_already += s30.from_start ? 1 : 0;
    if (follow->band == NULL)
        return;
    size_t row = 0;
    for (size_t i = 0; i < grid->n; i++)
        if (grid->marked[i])
            follow->band[row++ * follow->n_copy + copy] = (float)relief_frac[i];
}

static rsp_status run(struct rsp_follow *follow, const struct rsp_copies *copies, struct rsp_error *err)
{
    const struct rsp_schedule schedule = {.n_dose = follow->n_dose,
        .dose = follow->dose,
        .n_time = follow->grid.n,
        .time_h = follow->shifted_h};
    for (size_t first = 0; first < copies->n; first += follow->block) {
        const struct rsp_people people = rsp_copies_people(copies, first, follow->block);
        RSP_TRY(rsp_simulate(
            follow->model, &people, &schedule, 1, &follow->output, &copies->simulate, follow->curve, err));
        for (size_t i = 0; i < people.n; i++)
            measure_copy(follow, first + i, follow->curve + i * follow->grid.n);
    }
    return RSP_OK;
}

rsp_status rsp_follow_copies(const struct rsp_relief_question *question, double extra_scale, bool bands,
    struct rsp_follow *follow, struct rsp_error *err)
{
    const struct rsp_plan_options *options = question->options;
    follow->model = question->model;
    follow->output = rsp_model_output_find(question->model, RELIEF_OUTPUT);
    if (follow->output < 0)
        return rsp_error_set(err, RSP_E_MISMATCH, "model",
            "%s has no output " RELIEF_OUTPUT "; combine it with a model of chronic relief",
            rsp_model_id(question->model));
    struct rsp_copies copies = {0};
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(set_times(follow, question->n_dose, question->dose, options->horizon_d, err));
    RSP_TRY_DONE(rsp_copies_new(question->model, question->covariate, options, extra_scale, &copies, err));
    if (question->typical) {
        copies.n = 1;
        copies.simulate.variability = false;
        copies.simulate.uncertainty = RSP_UNCERTAINTY_NONE;
        copies.simulate.n_extra = 0;
        copies.parameter = NULL;
    }
    RSP_TRY_DONE(allocate(follow, copies.n, bands, err));
    RSP_TRY_DONE(run(follow, &copies, err));
done:
    rsp_copies_free(&copies);
    return status;
}
