/* Peaks of a fast output, copy by copy, for many candidates. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <respite/regimen.h>

#include "plan/quantile.h"
#include "plan/unit_curves.h"

#define AFTER_H 1.0
enum { N_DURING = 12, N_AFTER = 12, N_TIME = N_DURING + N_AFTER + 1, DEFAULT_COPY = 500 };

/* The last of the doses that bring the highest level: the fastest infusion or the largest single dose. */
static size_t strongest(const struct rsp_regimen *regimen)
{
    size_t best = 0;
    double most = -1.0;
    for (size_t i = 0; i < regimen->n_dose; i++) {
        const double strength = regimen->dose[i].amount_mg / fmax(regimen->dose[i].duration_h, 1.0);
        if (strength >= most * (1.0 - 1e-12)) {
            most = fmax(most, strength);
            best = i;
        }
    }
    return best;
}

static bool same_dose(const struct rsp_dose *a, const struct rsp_dose *b)
{
    return a->start_h == b->start_h && a->duration_h == b->duration_h && a->amount_mg == b->amount_mg &&
           a->drug == b->drug && a->route == b->route;
}

/* Later doses have no part in a peak. */
static bool same_peak(const struct rsp_regimen *a, const struct rsp_regimen *b)
{
    const size_t last = strongest(a);
    if (last != strongest(b))
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
    *out = (struct rsp_regimen_peak){.p05 = rsp_quantile(n, peak, 0.05),
        .p50 = rsp_quantile(n, peak, 0.5),
        .p95 = rsp_quantile(n, peak, 0.95),
        .p_above = isnan(bound) ? NAN : (double)above / (double)n};
}

static rsp_status peak_of(const struct rsp_model *model, const struct rsp_copies *copies, int output,
    const struct rsp_regimen *regimen, double *value, struct rsp_error *err)
{
    double time_h[N_TIME];
    const size_t last = strongest(regimen);
    RSP_TRY(rsp_plan_check_doses(regimen->n_dose, regimen->dose, err));
    set_times(&regimen->dose[last], time_h);
    const struct rsp_schedule schedule = {.n_dose = last + 1,
        .dose = regimen->dose,
        .n_time = N_TIME,
        .time_h = time_h,
        .observe_after_dose = true};
    const struct rsp_people people = rsp_copies_people(copies, 0, copies->n);
    return rsp_simulate(model, &people, &schedule, 1, &output, &copies->simulate, value, err);
}

rsp_status rsp_regimen_peaks(const struct rsp_model *model, const double covariate[],
    const struct rsp_plan_options *options, const char *output, double bound, size_t n,
    const struct rsp_regimen regimen[], struct rsp_regimen_peak peak[], struct rsp_error *err)
{
    const int o = rsp_model_output_find(model, output);
    if (o < 0)
        return rsp_error_set(
            err, RSP_E_UNKNOWN, "output", "%s has no output %s", rsp_model_id(model), output);
    struct rsp_plan_options copied = *options;
    copied.n_subject = copied.n_subject != 0 ? copied.n_subject : DEFAULT_COPY;
    struct rsp_copies copies = {0};
    double *value = NULL, *highest = NULL;
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(rsp_copies_new(model, covariate, &copied, 1.0, &copies, err));
    value = malloc(copies.n * N_TIME * sizeof *value);
    highest = malloc(copies.n * sizeof *highest);
    if (value == NULL || highest == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "subjects", "out of memory");
        goto done;
    }
    for (size_t c = 0; c < n; c++) {
        if (c > 0 && same_peak(&regimen[c], &regimen[c - 1])) {
            peak[c] = peak[c - 1];
            continue;
        }
        RSP_TRY_DONE(peak_of(model, &copies, o, &regimen[c], value, err));
        summarise(copies.n, value, highest, bound, &peak[c]);
    }
done:
    rsp_copies_free(&copies);
    free(value);
    free(highest);
    return status;
}
