#include "plan/relief_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <respite/simulate.h>

#include "model/compiled.h"
#include "plan/copies.h"
#include "plan/grid.h"
#include "plan/spell.h"

#define RELIEF_OUTPUT "pain_relief_frac"
#define RELIEF_30     0.30
#define RELIEF_50     0.50
/* Longest course and longest relief of a corner (an anaesthetic dose at the upper half-life) fit twice. */
#define FOLLOW_D 400.0
/* Standard normal quantile of the ends of a 95 % interval. */
#define Z95 1.959963984540054
enum { MAX_UNCERTAIN = 4 };

/* One simulated curve and what is read from it. */
struct typical {
    double peak, days_30, days_50, days_30_in_all;
    double *relief; /* n_day */
};

struct question {
    const struct rsp_model *model;
    const double *covariate;
    const struct rsp_relief_course *course;
    double end_h;
};

static rsp_status simulate_one(const struct question *q, size_t n_time, const double time_h[],
    double relief_frac[], struct rsp_error *err)
{
    const int output = rsp_model_output_find(q->model, RELIEF_OUTPUT);
    if (output < 0)
        return rsp_error_set(
            err, RSP_E_MISMATCH, "model", "%s has no output " RELIEF_OUTPUT, rsp_model_id(q->model));
    const size_t n_covariate = rsp_model_n_covariate(q->model);
    const double **column = calloc(n_covariate + 1, sizeof *column);
    size_t *stride = calloc(n_covariate + 1, sizeof *stride);
    rsp_status status = RSP_OK;
    if (column == NULL || stride == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "covariates", "out of memory");
        goto done;
    }
    for (size_t i = 0; i < n_covariate; i++)
        column[i] = q->covariate != NULL && !isnan(q->covariate[i]) ? &q->covariate[i] : NULL;
    const struct rsp_people people = {.n = 1, .covariate = column, .stride = stride};
    const struct rsp_schedule schedule = {
        .n_dose = q->course->n_dose, .dose = q->course->dose, .n_time = n_time, .time_h = time_h};
    const struct rsp_simulate_options options = {.response_class = RSP_CLASS_RESPONSE, .n_thread = 1};
    status = rsp_simulate(q->model, &people, &schedule, 1, &output, &options, relief_frac, err);
done:
    free(column);
    free(stride);
    return status;
}

static rsp_status measure(const struct question *q, struct typical *typical, struct rsp_error *err)
{
    struct rsp_grid grid = {0};
    const size_t n_day = q->course->n_day;
    double *curve = NULL, *day_h = NULL;
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(
        rsp_grid_days(q->course->n_dose, q->course->dose, q->end_h + FOLLOW_D * RSP_H_PER_D, &grid, err));
    curve = malloc(grid.n * sizeof *curve);
    day_h = malloc((n_day + 1) * sizeof *day_h);
    if (curve == NULL || day_h == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "curve", "out of memory");
        goto done;
    }
    RSP_TRY_DONE(simulate_one(q, grid.n, grid.time_h, curve, err));
    typical->peak = rsp_curve_peak(grid.n, curve, NULL);
    const struct rsp_spell s30 = rsp_spell_measure(grid.n, grid.time_h, curve, RELIEF_30, q->end_h);
    const struct rsp_spell s50 = rsp_spell_measure(grid.n, grid.time_h, curve, RELIEF_50, q->end_h);
    typical->days_30 = s30.above_after_h / RSP_H_PER_D;
    typical->days_50 = s50.above_after_h / RSP_H_PER_D;
    typical->days_30_in_all = s30.above_h / RSP_H_PER_D;
    for (size_t i = 0; i < n_day; i++)
        day_h[i] = q->end_h + q->course->day_after_end[i] * RSP_H_PER_D;
    if (n_day > 0)
        RSP_TRY_DONE(simulate_one(q, n_day, day_h, typical->relief, err));
done:
    rsp_grid_free(&grid);
    free(curve);
    free(day_h);
    return status;
}

static void widen(struct rsp_corner_range *range, double value)
{
    range->low = fmin(range->low, value);
    range->high = fmax(range->high, value);
}

static struct rsp_corner_range point(double value)
{
    return (struct rsp_corner_range){value, value, value};
}

/* Pain is the mean over both classes; outside the response class it stays at baseline. */
static double mean_pain(const struct rsp_relief_row *row, double relief_frac)
{
    return 1.0 - row->response_probability * relief_frac;
}

static void take_typical(struct rsp_relief_row *row, const struct typical *typical, size_t n_day)
{
    row->peak_relief_frac = point(typical->peak);
    row->days_30 = point(typical->days_30);
    row->days_50 = point(typical->days_50);
    row->days_30_in_all = point(typical->days_30_in_all);
    for (size_t i = 0; i < n_day; i++) {
        row->relief_frac[i] = point(typical->relief[i]);
        row->mean_pain_frac[i] = point(mean_pain(row, typical->relief[i]));
        row->share_30[i] = typical->relief[i] >= RELIEF_30 ? row->response_probability : 0.0;
    }
}

static void take_corner(struct rsp_relief_row *row, const struct typical *corner, size_t n_day)
{
    widen(&row->peak_relief_frac, corner->peak);
    widen(&row->days_30, corner->days_30);
    widen(&row->days_50, corner->days_50);
    widen(&row->days_30_in_all, corner->days_30_in_all);
    for (size_t i = 0; i < n_day; i++) {
        widen(&row->relief_frac[i], corner->relief[i]);
        widen(&row->mean_pain_frac[i], mean_pain(row, corner->relief[i]));
    }
}

/* Parameters with a published interval, the response probability left out: it has its own column. */
static size_t uncertain_parameters(const struct rsp_model *model, size_t index[MAX_UNCERTAIN])
{
    const struct rsp_compiled *compiled = rsp_model_compiled(model);
    size_t n = 0;
    for (size_t i = 0; i < compiled->n_parameter && n < MAX_UNCERTAIN; i++)
        if (compiled->parameter[i].uncertain.kind == RSP_UNCERTAIN_LOGNORMAL)
            index[n++] = i;
    return n;
}

static rsp_status with_end(const struct rsp_model *model, size_t parameter, double sign,
    struct rsp_model **changed, struct rsp_error *err)
{
    const struct rsp_compiled_parameter *p = &rsp_model_compiled(model)->parameter[parameter];
    const double printed = sign > 0.0 ? p->uncertain.high : p->uncertain.low;
    const double end = isnan(printed) ? exp(p->uncertain.a + sign * Z95 * p->uncertain.b) : printed;
    return rsp_model_with_parameter(
        model, rsp_model_parameter(model, parameter)->name, end / p->unit_factor, changed, err);
}

/* A copy of the model with its uncertain parameters at one corner: bit k of `corner` says which end. */
static rsp_status corner_model(
    const struct rsp_model *model, unsigned corner, struct rsp_model **made, struct rsp_error *err)
{
    size_t index[MAX_UNCERTAIN];
    const size_t n = uncertain_parameters(model, index);
    struct rsp_model *copy = NULL;
    for (size_t k = 0; k < n; k++) {
        struct rsp_model *changed = NULL;
        const double sign = (corner >> k & 1u) != 0 ? 1.0 : -1.0;
        const rsp_status status = with_end(copy != NULL ? copy : model, index[k], sign, &changed, err);
        rsp_model_free(copy);
        RSP_TRY(status);
        copy = changed;
    }
    *made = copy;
    return RSP_OK;
}

static rsp_status allocate(struct rsp_relief_row *row, size_t n_day, struct rsp_error *err)
{
    row->mean_pain_frac = calloc(n_day + 1, sizeof *row->mean_pain_frac);
    row->relief_frac = calloc(n_day + 1, sizeof *row->relief_frac);
    row->share_30 = calloc(n_day + 1, sizeof *row->share_30);
    if (row->mean_pain_frac == NULL || row->relief_frac == NULL || row->share_30 == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "table", "out of memory");
    return RSP_OK;
}

static rsp_status fill_row(const struct rsp_model *model, size_t n_corner, struct rsp_model *const corner[],
    struct question *q, struct rsp_relief_row *row, struct rsp_error *err)
{
    const struct rsp_relief_course *course = q->course;
    struct typical typical = {.relief = calloc(course->n_day + 1, sizeof *typical.relief)};
    rsp_status status =
        typical.relief == NULL ? rsp_error_set(err, RSP_E_MEMORY, "table", "out of memory") : RSP_OK;
    q->end_h = 0.0;
    for (size_t i = 0; i < course->n_dose; i++) {
        q->end_h = fmax(q->end_h, course->dose[i].start_h + course->dose[i].duration_h);
        row->amount_mg += course->dose[i].amount_mg;
    }
    row->end_d = q->end_h / RSP_H_PER_D;
    row->response_probability = rsp_response_probability(model, NULL);
    q->model = model;
    if (status == RSP_OK)
        status = measure(q, &typical, err);
    if (status == RSP_OK)
        take_typical(row, &typical, course->n_day);
    for (size_t c = 0; c < n_corner && status == RSP_OK; c++) {
        q->model = corner[c];
        status = measure(q, &typical, err);
        if (status == RSP_OK)
            take_corner(row, &typical, course->n_day);
    }
    free(typical.relief);
    return status;
}

rsp_status rsp_relief_table(const struct rsp_model *model, const double covariate[], size_t n_course,
    const struct rsp_relief_course course[], struct rsp_relief_row row[], struct rsp_error *err)
{
    struct rsp_model *corner[1 << MAX_UNCERTAIN] = {NULL};
    size_t index[MAX_UNCERTAIN];
    const size_t n_uncertain = uncertain_parameters(model, index);
    const size_t n_corner = n_uncertain == 0 ? 0 : (size_t)1 << n_uncertain;
    rsp_status status = RSP_OK;
    memset(row, 0, n_course * sizeof *row);
    for (size_t c = 0; c < n_corner; c++)
        RSP_TRY_DONE(corner_model(model, (unsigned)c, &corner[c], err));
    for (size_t i = 0; i < n_course; i++) {
        struct question q = {.covariate = covariate, .course = &course[i]};
        RSP_TRY_DONE(allocate(&row[i], course[i].n_day, err));
        RSP_TRY_DONE(fill_row(model, n_corner, corner, &q, &row[i], err));
    }
done:
    for (size_t c = 0; c < n_corner; c++)
        rsp_model_free(corner[c]);
    if (status != RSP_OK)
        rsp_relief_rows_free(n_course, row);
    return status;
}

void rsp_relief_rows_free(size_t n_row, struct rsp_relief_row row[])
{
    for (size_t i = 0; i < n_row; i++) {
        free(row[i].mean_pain_frac);
        free(row[i].relief_frac);
        free(row[i].share_30);
        row[i] = (struct rsp_relief_row){0};
    }
}
