/* The hours of one session: bands of any output, and its peak copy by copy. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <respite/plan.h>

#include "num/quantile.h"
#include "plan/copies.h"
#include "plan/curve.h"
#include "plan/grid.h"
#include "plan/quantile.h"
#include "plan/spell.h"

#define LONGEST_H 24.0
/* Room for the rounding of window edges that were computed. */
#define ROUNDING_H 1e-6
#define MIN_PER_H  60.0

struct work {
    struct rsp_copies copies;
    struct rsp_grid grid;
    struct rsp_dose *dose; /* shifted so that no time is negative */
    double *shifted_h;
    double *value;                    /* n_copy x n_time */
    double *column, *peak, *peak_min; /* n_copy each */
};

static void work_free(struct work *work)
{
    rsp_copies_free(&work->copies);
    rsp_grid_free(&work->grid);
    free(work->dose);
    free(work->shifted_h);
    free(work->value);
    free(work->column);
    free(work->peak);
    free(work->peak_min);
}

static rsp_status check_window(const struct rsp_session_window *window, struct rsp_error *err)
{
    if (!isfinite(window->from_h) || !isfinite(window->to_h) || !(window->to_h > window->from_h) ||
        window->to_h - window->from_h > LONGEST_H + ROUNDING_H)
        return rsp_error_set(err, RSP_E_DOMAIN, "session",
            "a session's window must be longer than 0 h and at most %g h", LONGEST_H);
    return rsp_plan_check_doses(window->n_dose, window->dose, err);
}

static rsp_status allocate(struct work *work, const struct rsp_session_window *window, struct rsp_error *err)
{
    const size_t n_copy = work->copies.n, n_time = work->grid.n;
    work->dose = malloc(window->n_dose * sizeof *work->dose);
    work->shifted_h = malloc(n_time * sizeof *work->shifted_h);
    work->value = malloc(n_copy * n_time * sizeof *work->value);
    work->column = malloc(n_copy * sizeof *work->column);
    work->peak = malloc(n_copy * sizeof *work->peak);
    work->peak_min = malloc(n_copy * sizeof *work->peak_min);
    if (work->dose == NULL || work->shifted_h == NULL || work->value == NULL || work->column == NULL ||
        work->peak == NULL || work->peak_min == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "subjects", "out of memory for %zu copies", n_copy);
    double first_h = fmin(0.0, window->from_h);
    for (size_t i = 0; i < window->n_dose; i++)
        first_h = fmin(first_h, window->dose[i].start_h);
    memcpy(work->dose, window->dose, window->n_dose * sizeof *work->dose);
    for (size_t i = 0; i < window->n_dose; i++)
        work->dose[i].start_h -= first_h;
    for (size_t i = 0; i < n_time; i++)
        work->shifted_h[i] = work->grid.time_h[i] - first_h;
    return RSP_OK;
}

static void find_peaks(struct work *work, double from_h)
{
    const size_t n_time = work->grid.n;
    for (size_t i = 0; i < work->copies.n; i++) {
        size_t at = 0;
        work->peak[i] = rsp_curve_peak(n_time, work->value + i * n_time, &at);
        work->peak_min[i] = (work->grid.time_h[at] - from_h) * MIN_PER_H;
    }
}

static void fill_bands(struct work *work, double from_h, struct rsp_curve *curve)
{
    const size_t n_copy = work->copies.n, n_time = work->grid.n;
    for (size_t t = 0; t < n_time; t++) {
        for (size_t i = 0; i < n_copy; i++)
            work->column[i] = work->value[i * n_time + t];
        double band[RSP_CURVE_BANDS];
        rsp_quantiles(n_copy, work->column, RSP_CURVE_BANDS, rsp_band_probability, band);
        curve->time[t] = (work->grid.time_h[t] - from_h) * MIN_PER_H;
        for (size_t k = 0; k < RSP_CURVE_BANDS; k++)
            curve->band[k][t] = band[k];
    }
}

rsp_status rsp_plan_session(const struct rsp_model *model, const double covariate[],
    const struct rsp_session_window *window, const struct rsp_plan_options *options,
    struct rsp_session_forecast *forecast, struct rsp_error *err)
{
    RSP_TRY(check_window(window, err));
    const int output = rsp_model_output_find(model, window->output);
    if (output < 0)
        return rsp_error_set(
            err, RSP_E_UNKNOWN, "output", "%s has no output %s", rsp_model_id(model), window->output);
    struct work work = {0};
    struct rsp_session_forecast made = {0};
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(rsp_copies_new(model, covariate, options, 1.0, &work.copies, err));
    RSP_TRY_DONE(
        rsp_grid_session(window->n_dose, window->dose, window->from_h, window->to_h, &work.grid, err));
    RSP_TRY_DONE(allocate(&work, window, err));
    /* A push acts at once: the instant after it is its peak. */
    const struct rsp_schedule schedule = {.n_dose = window->n_dose,
        .dose = work.dose,
        .n_time = work.grid.n,
        .time_h = work.shifted_h,
        .observe_after_dose = true};
    const struct rsp_people people = rsp_copies_people(&work.copies, 0, work.copies.n);
    RSP_TRY_DONE(rsp_simulate(model, &people, &schedule, 1, &output, &work.copies.simulate, work.value, err));
    RSP_TRY_DONE(rsp_curve_new(&made.curve, work.grid.n, err));
    find_peaks(&work, window->from_h);
    fill_bands(&work, window->from_h, &made.curve);
    rsp_prediction_from(work.copies.n, work.peak, &made.peak);
    rsp_prediction_from(work.copies.n, work.peak_min, &made.peak_min);
    *forecast = made;
done:
    work_free(&work);
    return status;
}

void rsp_session_forecast_free(struct rsp_session_forecast *forecast)
{
    if (forecast != NULL)
        rsp_curve_free(&forecast->curve);
}
