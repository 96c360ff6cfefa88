/* Peaks of a fast output, copy by copy, for many candidates. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <omp.h>

#include <respite/regimen.h>

#include "plan/quantile.h"
#include "plan/unit_curves.h"

#define AFTER_H 1.0
enum { N_DURING = 12, N_AFTER = 12, N_TIME = N_DURING + N_AFTER + 1, DEFAULT_COPY = 500 };

static bool same_dose(const struct rsp_dose *a, const struct rsp_dose *b)
{
    return a->start_h == b->start_h && a->duration_h == b->duration_h && a->amount_mg == b->amount_mg &&
           a->drug == b->drug && a->route == b->route;
}

/* Later doses have no part in a peak. */
static bool same_peak(const struct rsp_regimen *a, const struct rsp_regimen *b)
{
    const size_t last = rsp_doses_strongest(a->n_dose, a->dose);
    if (last != rsp_doses_strongest(b->n_dose, b->dose))
        return false;
    for (size_t i = 0; i <= last; i++)
        if (!same_dose(&a->dose[i], &b->dose[i]))
            return false;
    return true;
}

static void set_times(const struct rsp_dose *dose, double time_h[N_TIME])
{
    for (size_t i = 0; i <= N_DURING; i++)
        time_h[i] = dose->start_h + dose->duration_h * (double)i / N_DURING;
    for (size_t i = 1; i <= N_AFTER; i++)
        time_h[N_DURING + i] = dose->start_h + dose->duration_h + AFTER_H * (double)i / N_AFTER;
}

static void summarise(size_t n, double value[], double peak[], double bound, struct rsp_regimen_peak *out)
{
    size_t above = 0;
    for (size_t i = 0; i < n; i++) {
        peak[i] = value[i * N_TIME];
        for (size_t t = 1; t < N_TIME; t++)
            peak[i] = fmax(peak[i], value[i * N_TIME + t]);
        above += peak[i] > bound ? 1 : 0;
    }
    rsp_sort(n, peak);
    *out = (struct rsp_regimen_peak){.p05 = rsp_quantile(n, peak, rsp_band_probability[0]),
        .p50 = rsp_quantile(n, peak, 0.5),
        .p95 = rsp_quantile(n, peak, rsp_band_probability[RSP_CURVE_BANDS - 1]),
        .p_above = isnan(bound) ? NAN : (double)above / (double)n};
}

static rsp_status peak_of(const struct rsp_model *model, const struct rsp_copies *copies, int output,
    const struct rsp_regimen *regimen, double *value, struct rsp_error *err)
{
    double time_h[N_TIME];
    const size_t last = rsp_doses_strongest(regimen->n_dose, regimen->dose);
    set_times(&regimen->dose[last], time_h);
    const struct rsp_schedule schedule = {.n_dose = last + 1,
        .dose = regimen->dose,
        .n_time = N_TIME,
        .time_h = time_h,
        .observe_after_dose = true};
    const struct rsp_people people = rsp_copies_people(copies, 0, copies->n);
    return rsp_simulate(model, &people, &schedule, 1, &output, &copies->simulate, value, err);
}

/* One candidate with room of its own: candidates run in parallel. */
static rsp_status one_peak(const struct rsp_peak_question *question, const struct rsp_copies *copies,
    int output, const struct rsp_regimen *regimen, struct rsp_regimen_peak *peak, struct rsp_error *err)
{
    double *value = malloc(copies->n * N_TIME * sizeof *value),
           *highest = malloc(copies->n * sizeof *highest);
    rsp_status status = RSP_OK;
    if (value == NULL || highest == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "subjects", "out of memory");
        goto done;
    }
    RSP_TRY_DONE(peak_of(question->model, copies, output, regimen, value, err));
    summarise(copies->n, value, highest, question->bound, peak);
done:
    free(value);
    free(highest);
    return status;
}

/* The first candidate that fails, in their order, is the one that is told. */
static rsp_status all_peaks(const struct rsp_peak_question *question, const struct rsp_copies *copies,
    int output, size_t n, const struct rsp_regimen regimen[], struct rsp_regimen_peak peak[],
    struct rsp_error *err)
{
    const int n_thread = copies->simulate.n_thread > 0 ? copies->simulate.n_thread : omp_get_num_procs();
    struct rsp_copies alone = *copies;
    alone.simulate.n_thread = 1;
    alone.simulate.extra = alone.extra;
    rsp_status *status = calloc(n + 1, sizeof *status), first = RSP_OK;
    struct rsp_error *error = calloc(n + 1, sizeof *error);
    if (status == NULL || error == NULL) {
        first = rsp_error_set(err, RSP_E_MEMORY, "candidates", "out of memory");
        goto done;
    }
#pragma omp parallel for schedule(dynamic) num_threads(n_thread)
    for (size_t c = 0; c < n; c++)
        if (c == 0 || !same_peak(&regimen[c], &regimen[c - 1]))
            status[c] = one_peak(question, &alone, output, &regimen[c], &peak[c], &error[c]);
    for (size_t c = 0; c < n && first == RSP_OK; c++) {
        first = status[c];
        if (first != RSP_OK && err != NULL)
            *err = error[c];
        if (c > 0 && same_peak(&regimen[c], &regimen[c - 1]))
            peak[c] = peak[c - 1];
    }
done:
    free(status);
    free(error);
    return first;
}

rsp_status rsp_regimen_peaks(const struct rsp_peak_question *question, size_t n,
    const struct rsp_regimen regimen[], struct rsp_regimen_peak peak[], struct rsp_error *err)
{
    const int output = rsp_model_output_find(question->model, question->output);
    if (output < 0)
        return rsp_error_set(err, RSP_E_UNKNOWN, "output", "%s has no output %s",
            rsp_model_id(question->model), question->output);
    struct rsp_plan_options options = *question->options;
    options.n_subject = options.n_subject != 0 ? options.n_subject : DEFAULT_COPY;
    for (size_t c = 0; c < n; c++)
        RSP_TRY(rsp_plan_check_doses(regimen[c].n_dose, regimen[c].dose, err));
    struct rsp_copies copies = {0};
    RSP_TRY(rsp_copies_new(question->model, question->covariate, &options, 1.0, &copies, err));
    const rsp_status status = all_peaks(question, &copies, output, n, regimen, peak, err);
    rsp_copies_free(&copies);
    return status;
}
