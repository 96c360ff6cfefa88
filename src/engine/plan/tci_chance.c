/* The same programme in many virtual copies of the person. */
#include <math.h>
#include <stdlib.h>

#include "plan/copies.h"
#include "plan/curve.h"
#include "plan/grid.h"
#include "plan/quantile.h"
#include "plan/spell.h"
#include "plan/tci_work.h"

static rsp_status find_output(
    const struct rsp_model *model, const char *name, int *output, struct rsp_error *err)
{
    *output = rsp_model_output_find(model, name);
    if (*output < 0)
        return rsp_error_set(err, RSP_E_UNKNOWN, "output", "%s has no output %s", rsp_model_id(model), name);
    return RSP_OK;
}

rsp_status rsp_tci_bands(const struct rsp_model *model, const double covariate[],
    const struct rsp_tci_programme *programme, const char *output, size_t n_most,
    const struct rsp_plan_options *options, struct rsp_curve *curve, struct rsp_error *err)
{
    int index = -1;
    RSP_TRY(find_output(model, output, &index, err));
    const size_t stride = programme->n_time / (n_most > 1 ? n_most : 2) + 1;
    const size_t n = (programme->n_time + stride - 1) / stride;
    struct rsp_copies copies = {0};
    struct rsp_curve made = {0};
    double *band = malloc(n * RSP_CURVE_BANDS * sizeof *band);
    rsp_status status = RSP_OK;
    if (band == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "subjects", "out of memory");
        goto done;
    }
    RSP_TRY_DONE(rsp_curve_new(&made, n, err));
    for (size_t i = 0; i < n; i++)
        made.time[i] = programme->time_h[i * stride];
    RSP_TRY_DONE(rsp_copies_new(model, covariate, options, 1.0, &copies, err));
    const struct rsp_people people = rsp_copies_people(&copies, 0, copies.n);
    const struct rsp_schedule schedule = {
        .n_dose = programme->n_dose, .dose = programme->dose, .n_time = n, .time_h = made.time};
    RSP_TRY_DONE(rsp_simulate_quantiles(model, &people, &schedule, 1, &index, RSP_CURVE_BANDS,
        rsp_band_probability, &copies.simulate, band, err));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < RSP_CURVE_BANDS; k++)
            made.band[k][i] = band[i * RSP_CURVE_BANDS + k];
    *curve = made;
    made = (struct rsp_curve){0};
done:
    rsp_curve_free(&made);
    rsp_copies_free(&copies);
    free(band);
    return status;
}

rsp_status rsp_tci_chance(const struct rsp_model *model, const double covariate[],
    const struct rsp_session_window *window, double bound, const struct rsp_plan_options *options,
    double *chance, struct rsp_prediction *peak, struct rsp_error *err)
{
    int index = -1;
    RSP_TRY(find_output(model, window->output, &index, err));
    RSP_TRY(rsp_plan_check_doses(window->n_dose, window->dose, err));
    struct rsp_copies copies = {0};
    struct rsp_grid grid = {0};
    double *value = NULL, *highest = NULL;
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(rsp_copies_new(model, covariate, options, 1.0, &copies, err));
    RSP_TRY_DONE(rsp_grid_session(window->n_dose, window->dose, window->from_h, window->to_h, &grid, err));
    value = malloc(copies.n * grid.n * sizeof *value);
    highest = malloc(copies.n * sizeof *highest);
    if (value == NULL || highest == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "subjects", "out of memory for %zu copies", copies.n);
        goto done;
    }
    const struct rsp_people people = rsp_copies_people(&copies, 0, copies.n);
    const struct rsp_schedule schedule = {.n_dose = window->n_dose,
        .dose = window->dose,
        .n_time = grid.n,
        .time_h = grid.time_h,
        .observe_after_dose = true};
    RSP_TRY_DONE(rsp_simulate(model, &people, &schedule, 1, &index, &copies.simulate, value, err));
    size_t kept = 0;
    for (size_t i = 0; i < copies.n; i++) {
        size_t at = 0;
        highest[i] = rsp_curve_peak(grid.n, value + i * grid.n, &at);
        kept += highest[i] <= bound;
    }
    *chance = (double)kept / (double)copies.n;
    if (peak != NULL)
        rsp_prediction_from(copies.n, highest, peak);
done:
    free(value);
    free(highest);
    rsp_grid_free(&grid);
    rsp_copies_free(&copies);
    return status;
}
