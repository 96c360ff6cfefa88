/* Levels of the typical person: the unit response that a design is made of, and the simulation that checks it. */
#include <math.h>
#include <stdlib.h>

#include "plan/tci_work.h"

/* After its end a programme is followed for a day, on a grid that grows coarser. */
#define FOLLOW_H       24.0
#define FOLLOW_SHARE   0.01 /* each next step is this share of the time since the end longer */
#define LONGEST_STEP_H 0.25

rsp_status rsp_tci_levels(const struct rsp_model *model, const double covariate[], int output,
    const struct rsp_schedule *schedule, double *level_ng_per_ml, struct rsp_error *err)
{
    const size_t n = rsp_model_n_covariate(model);
    const double **column = calloc(n + 1, sizeof *column);
    size_t *stride = calloc(n + 1, sizeof *stride);
    rsp_status status = RSP_OK;
    if (column == NULL || stride == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "covariates", "out of memory");
        goto done;
    }
    for (size_t i = 0; i < n; i++)
        column[i] = covariate != NULL && !isnan(covariate[i]) ? &covariate[i] : NULL;
    const struct rsp_people person = {.n = 1, .covariate = column, .stride = stride};
    const struct rsp_simulate_options options = {
        .seed = 1, .response_class = RSP_CLASS_RESPONSE, .n_thread = 1};
    RSP_TRY_DONE(rsp_simulate(model, &person, schedule, 1, &output, &options, level_ng_per_ml, err));
done:
    free(column);
    free(stride);
    return status;
}

rsp_status rsp_tci_response_new(const struct rsp_model *model, const double covariate[], int output,
    double grid_h, size_t n, struct rsp_tci_response *response, struct rsp_error *err)
{
    double *time_h = malloc(n * sizeof *time_h), *running = malloc(n * sizeof *running);
    rsp_status status = RSP_OK;
    if (time_h == NULL || running == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "target", "out of memory");
        goto done;
    }
    for (size_t i = 0; i < n; i++)
        time_h[i] = (double)i * grid_h;
    /* 1 mg/h that outlasts the grid */
    const double duration_h = (double)n * grid_h;
    const struct rsp_dose dose = {.duration_h = duration_h,
        .amount_mg = duration_h,
        .drug = rsp_model_drug(model),
        .route = RSP_ROUTE_IV,
        .state = -1};
    const struct rsp_schedule schedule = {.n_dose = 1, .dose = &dose, .n_time = n, .time_h = time_h};
    RSP_TRY_DONE(rsp_tci_levels(model, covariate, output, &schedule, running, err));
    *response = (struct rsp_tci_response){n, running};
    running = NULL;
done:
    free(time_h);
    free(running);
    return status;
}

static size_t follow_times(double grid_h, size_t n_end, double *time_h)
{
    const double end_h = (double)n_end * grid_h;
    size_t n = 0;
    for (size_t i = 0; i <= n_end; i++, n++)
        if (time_h != NULL)
            time_h[n] = (double)i * grid_h;
    for (double after_h = grid_h; after_h < FOLLOW_H; n++) {
        if (time_h != NULL)
            time_h[n] = end_h + after_h;
        after_h += fmin(LONGEST_STEP_H, fmax(grid_h, FOLLOW_SHARE * after_h));
    }
    return n;
}

rsp_status rsp_tci_verify(const struct rsp_model *model, const double covariate[], int output,
    const struct rsp_tci_profile *profile, double grid_h, struct rsp_tci_programme *programme,
    struct rsp_error *err)
{
    const size_t n_end = (size_t)llround(programme->end_h / grid_h);
    const size_t n = follow_times(grid_h, n_end, NULL);
    programme->time_h = malloc(n * sizeof *programme->time_h);
    programme->target_ng_per_ml = malloc(n * sizeof *programme->target_ng_per_ml);
    programme->level_ng_per_ml = calloc(n, sizeof *programme->level_ng_per_ml);
    if (programme->time_h == NULL || programme->target_ng_per_ml == NULL ||
        programme->level_ng_per_ml == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "target", "out of memory");
    programme->n_time = follow_times(grid_h, n_end, programme->time_h);
    programme->followed_h = programme->time_h[n - 1];
    for (size_t i = 0; i < n; i++)
        programme->target_ng_per_ml[i] = i <= n_end ? rsp_tci_profile_at(profile, programme->time_h[i]) : NAN;
    const struct rsp_schedule schedule = {
        .n_dose = programme->n_dose, .dose = programme->dose, .n_time = n, .time_h = programme->time_h};
    if (programme->n_dose == 0)
        return RSP_OK;
    return rsp_tci_levels(model, covariate, output, &schedule, programme->level_ng_per_ml, err);
}

rsp_status rsp_tci_typical(const struct rsp_model *model, const double covariate[], int output,
    const struct rsp_tci_programme *programme, double *value, struct rsp_error *err)
{
    const struct rsp_schedule schedule = {.n_dose = programme->n_dose,
        .dose = programme->dose,
        .n_time = programme->n_time,
        .time_h = programme->time_h};
    return rsp_tci_levels(model, covariate, output, &schedule, value, err);
}
