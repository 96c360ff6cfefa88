/* The relief site of the typical person over time and half-life, and the pool of pharmacokinetics. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <respite/simulate.h>

#include "estimate/diary_internal.h"
#include "model/compiled.h"
#include "num/random.h"

#define RELIEF_OUTPUT "pain_relief_frac"
/* So slow a site holds the area under the curve: after 300 days it has lost 2e-5 of it, in all people alike. */
#define AREA_HALF_D  1e7
#define AREA_AFTER_D 60.0
/* For measuring: fine while drug runs in, then as the site empties. */
#define FINE_STEP_D   0.125
#define FINE_AFTER_D  2.0
#define COARSE_STEP_D 1.0
enum { MAX_GRID = 100000 };

static int parameter_named(const struct rsp_model *model, const char *name)
{
    for (size_t i = 0; i < rsp_model_n_parameter(model); i++)
        if (strcmp(rsp_model_parameter(model, i)->name, name) == 0)
            return (int)i;
    return -1;
}

static rsp_status find_parts(struct rsp_diary_course *course, struct rsp_error *err)
{
    const struct rsp_model *model = course->model;
    const struct rsp_compiled *compiled = rsp_model_compiled(model);
    const struct rsp_compiled_effect *relief = NULL;
    for (size_t i = 0; i < compiled->n_effect; i++)
        if (strcmp(compiled->effect[i].name, RELIEF_OUTPUT) == 0)
            relief = &compiled->effect[i];
    course->c50 = parameter_named(model, "c50");
    course->t_half = parameter_named(model, "t_half");
    course->baseline = parameter_named(model, "baseline");
    if (relief == NULL || relief->form != RSP_EFFECT_INHIBITION || !relief->gated || course->c50 < 0 ||
        course->t_half < 0 || compiled->class_parameter < 0)
        return rsp_error_set(err, RSP_E_MISMATCH, "model",
            "%s is no model of chronic relief with c50, t_half and a response class: take one such as "
            "otto2021+dahan2011",
            rsp_model_id(model));
    if (strcmp(rsp_model_parameter(model, (size_t)course->c50)->unit, "ng/mL") != 0 ||
        strcmp(rsp_model_parameter(model, (size_t)course->t_half)->unit, "d") != 0)
        return rsp_error_set(
            err, RSP_E_UNIT, "model", "%s must publish c50 in ng/mL and t_half in d", rsp_model_id(model));
    course->output = relief->driver[0];
    course->n_parameter = compiled->n_parameter;
    return RSP_OK;
}

static double spread_of(const struct rsp_diary_options *options, const char *name)
{
    for (size_t i = 0; i < options->n_extra; i++)
        if (strcmp(options->extra[i].parameter, name) == 0)
            return options->extra[i].sd_log;
    return 0.0;
}

/* Published uncertainty and the assumed spread between people are one prior of this person. */
static rsp_status prior_of(const struct rsp_diary_course *course, int parameter, const char *name,
    const struct rsp_diary_options *options, double *centre, double *sd, struct rsp_error *err)
{
    const struct rsp_compiled_parameter *p = &rsp_model_compiled(course->model)->parameter[parameter];
    const double between = spread_of(options, name);
    if (!isfinite(between) || between < 0.0)
        return rsp_error_set(err, RSP_E_DOMAIN, "assumed variability",
            "the SD on the log scale of %s must be a number of at least 0", name);
    const bool uncertain = p->uncertain.kind == RSP_UNCERTAIN_LOGNORMAL;
    *centre = log(p->typical / p->unit_factor);
    *sd = hypot(uncertain ? p->uncertain.b : 0.0, between);
    if (p->eta >= 0 || p->iov_eta >= 0 || !(*sd > 0.0))
        return rsp_error_set(err, RSP_E_MISMATCH, "model",
            "%s needs a published uncertainty or an assumed spread of %s, and no published variability", name,
            rsp_model_id(course->model));
    return RSP_OK;
}

static rsp_status copy_question(
    const struct rsp_diary_question *question, struct rsp_diary_course *course, struct rsp_error *err)
{
    const size_t n_covariate = rsp_model_n_covariate(question->model);
    if (question->n_dose == 0)
        return rsp_error_set(err, RSP_E_MISSING, "doses", "at least one dose is needed");
    course->covariate = malloc((n_covariate + 1) * sizeof *course->covariate);
    course->dose = malloc(question->n_dose * sizeof *course->dose);
    if (course->covariate == NULL || course->dose == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
    for (size_t i = 0; i < n_covariate; i++)
        course->covariate[i] = question->covariate != NULL ? question->covariate[i] : NAN;
    memcpy(course->dose, question->dose, question->n_dose * sizeof *course->dose);
    course->n_dose = question->n_dose;
    double first_h = 0.0;
    for (size_t i = 0; i < question->n_dose; i++) {
        const struct rsp_dose *d = &question->dose[i];
        if (!isfinite(d->start_h) || !isfinite(d->duration_h) || d->duration_h < 0.0 ||
            !isfinite(d->amount_mg) || !(d->amount_mg > 0.0))
            return rsp_error_set(err, RSP_E_DOMAIN, "doses",
                "dose %zu needs a finite start, a duration of at least 0 h and an amount above 0 mg", i + 1);
        first_h = fmin(first_h, d->start_h);
    }
    course->shift_h = -first_h;
    for (size_t i = 0; i < course->n_dose; i++)
        course->dose[i].start_h += course->shift_h;
    return RSP_OK;
}

struct people {
    const double **column;
    size_t *stride;
    struct rsp_people people;
};

static rsp_status people_of(const struct rsp_diary_course *course, size_t n, const double parameter[],
    struct people *p, struct rsp_error *err)
{
    const size_t n_covariate = rsp_model_n_covariate(course->model);
    p->column = calloc(n_covariate + 1, sizeof *p->column);
    p->stride = calloc(n_covariate + 1, sizeof *p->stride);
    if (p->column == NULL || p->stride == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "covariates", "out of memory");
    for (size_t i = 0; i < n_covariate; i++)
        p->column[i] = isnan(course->covariate[i]) ? NULL : &course->covariate[i];
    p->people =
        (struct rsp_people){.n = n, .covariate = p->column, .stride = p->stride, .parameter = parameter};
    return RSP_OK;
}

static void people_free(struct people *p)
{
    free(p->column);
    free(p->stride);
}

static void rows_fill(size_t n, size_t n_parameter, double row[])
{
    for (size_t i = 0; i < n * n_parameter; i++)
        row[i] = NAN;
}

rsp_status rsp_diary_course_levels(const struct rsp_diary_course *course, size_t n, const double time_d[],
    double log_level[], struct rsp_error *err)
{
    const size_t n_parameter = course->n_parameter;
    struct people people = {0};
    double *row = malloc(RSP_DIARY_N_NODE * n_parameter * sizeof *row);
    double *time_h = malloc((n + 1) * sizeof *time_h);
    double *level = malloc(RSP_DIARY_N_NODE * (n + 1) * sizeof *level);
    rsp_status status = RSP_OK;
    if (row == NULL || time_h == NULL || level == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "diary", "out of memory");
        goto done;
    }
    rows_fill(RSP_DIARY_N_NODE, n_parameter, row);
    for (int k = 0; k < RSP_DIARY_N_NODE; k++)
        row[(size_t)k * n_parameter + (size_t)course->t_half] = exp(rsp_diary_node(k));
    for (size_t i = 0; i < n; i++)
        time_h[i] = fmax(0.0, time_d[i] * RSP_H_PER_D + course->shift_h);
    RSP_TRY_DONE(people_of(course, RSP_DIARY_N_NODE, row, &people, err));
    const struct rsp_schedule schedule = {
        .n_dose = course->n_dose, .dose = course->dose, .n_time = n, .time_h = time_h};
    const struct rsp_simulate_options options = {.response_class = RSP_CLASS_RESPONSE, .n_thread = 1};
    RSP_TRY_DONE(
        rsp_simulate(course->model, &people.people, &schedule, 1, &course->output, &options, level, err));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < RSP_DIARY_N_NODE; k++) {
            const double at = level[k * n + i];
            log_level[i * RSP_DIARY_N_NODE + k] = at > 0.0 ? log(at) : -INFINITY;
        }
done:
    people_free(&people);
    free(row);
    free(time_h);
    free(level);
    return status;
}

/* ---- the grid on which relief is measured ---- */

static size_t grid_times(const struct rsp_diary_course *course, double horizon_d, double grid_d[])
{
    double fine_until_d = FINE_AFTER_D;
    for (size_t i = 0; i < course->n_dose; i++) {
        const double end_d =
            (course->dose[i].start_h + course->dose[i].duration_h - course->shift_h) / RSP_H_PER_D;
        fine_until_d = fmax(fine_until_d, end_d + FINE_AFTER_D);
    }
    size_t n = 0;
    double at_d = 0.0;
    while (at_d < horizon_d && n < MAX_GRID) {
        if (grid_d != NULL)
            grid_d[n] = at_d;
        n++;
        at_d += at_d < fine_until_d ? FINE_STEP_D : COARSE_STEP_D;
    }
    if (grid_d != NULL)
        grid_d[n] = horizon_d;
    return n + 1;
}

static rsp_status make_grid(struct rsp_diary_course *course, double horizon_d, struct rsp_error *err)
{
    course->n_grid = grid_times(course, horizon_d, NULL);
    if (course->n_grid > MAX_GRID)
        return rsp_error_set(err, RSP_E_LIMIT, "horizon", "the doses last too long for one diary");
    course->grid_d = malloc(course->n_grid * sizeof *course->grid_d);
    course->grid = malloc(course->n_grid * RSP_DIARY_N_NODE * sizeof *course->grid);
    if (course->grid_d == NULL || course->grid == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "horizon", "out of memory");
    grid_times(course, horizon_d, course->grid_d);
    return rsp_diary_course_levels(course, course->n_grid, course->grid_d, course->grid, err);
}

/* ---- pharmacokinetics ---- */

static double last_end_h(const struct rsp_diary_course *course)
{
    double end_h = 0.0;
    for (size_t i = 0; i < course->n_dose; i++)
        end_h = fmax(end_h, course->dose[i].start_h + course->dose[i].duration_h);
    return end_h;
}

/* Area under the curve of every row (NaN: drawn) up to a factor that all share. */
static rsp_status areas(const struct rsp_diary_course *course, size_t n, double row[],
    const struct rsp_simulate_options *options, double area[], struct rsp_error *err)
{
    const size_t n_parameter = course->n_parameter, half = (size_t)course->t_half;
    const double time_h = last_end_h(course) + AREA_AFTER_D * RSP_H_PER_D;
    const struct rsp_schedule schedule = {
        .n_dose = course->n_dose, .dose = course->dose, .n_time = 1, .time_h = &time_h};
    struct people people = {0};
    for (size_t i = 0; i < n; i++)
        row[i * n_parameter + half] = AREA_HALF_D;
    rsp_status status = people_of(course, n, row, &people, err);
    if (status == RSP_OK)
        status =
            rsp_simulate(course->model, &people.people, &schedule, 1, &course->output, options, area, err);
    people_free(&people);
    return status;
}

/* The pool's parameters: drawn from the population, or as measured levels left them. */
static rsp_status fill_pool(struct rsp_diary_course *course, const struct rsp_diary_question *question,
    const struct rsp_simulate_options *options, struct rsp_error *err)
{
    struct people people = {0};
    const double *given = question->n_pk > 0 ? question->pk : NULL;
    rsp_status status = people_of(course, course->n_pool, given, &people, err);
    if (status == RSP_OK)
        status = rsp_simulate_parameters(course->model, &people.people, options, course->pool, err);
    people_free(&people);
    return status;
}

static rsp_status make_pool(struct rsp_diary_course *course, const struct rsp_diary_question *question,
    uint64_t seed, struct rsp_error *err)
{
    const struct rsp_simulate_options drawn = {.seed = seed,
        .variability = true,
        .uncertainty = RSP_UNCERTAINTY_PERSON,
        .response_class = RSP_CLASS_RESPONSE,
        .n_thread = 1};
    const struct rsp_simulate_options typical = {.response_class = RSP_CLASS_RESPONSE, .n_thread = 1};
    course->n_pool = question->n_pk > 0 ? question->n_pk : RSP_DIARY_POOL;
    const size_t n = course->n_pool, size = n * course->n_parameter;
    double one = NAN;
    course->pool = malloc(size * sizeof *course->pool);
    course->log_exposure = malloc(n * sizeof *course->log_exposure);
    double *row = malloc(size * sizeof *row);
    rsp_status status = RSP_OK;
    if (course->pool == NULL || course->log_exposure == NULL || row == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "levels", "out of memory");
        goto done;
    }
    RSP_TRY_DONE(fill_pool(course, question, &drawn, err));
    memcpy(row, course->pool, size * sizeof *row);
    RSP_TRY_DONE(areas(course, n, row, &drawn, course->log_exposure, err));
    rows_fill(1, course->n_parameter, row);
    RSP_TRY_DONE(areas(course, 1, row, &typical, &one, err));
    for (size_t k = 0; k < n; k++) {
        const double ratio = course->log_exposure[k] / one;
        if (!(ratio > 0.0) || !isfinite(ratio)) {
            status = rsp_error_set(
                err, RSP_E_NUMERIC, "levels", "draw %zu of the pharmacokinetics has no area", k + 1);
            goto done;
        }
        course->log_exposure[k] = log(ratio);
    }
done:
    free(row);
    return status;
}

/* log sum over the pool of the density of log c50 = reach + log exposure. */
static double mixture_log_density(const struct rsp_diary_course *course, double reach)
{
    double sum = 0.0;
    for (size_t k = 0; k < course->n_pool; k++) {
        const double z = (reach + course->log_exposure[k] - course->prior_reach) / course->prior_reach_sd;
        sum += exp(-0.5 * z * z);
    }
    const double floor = 1e-300; /* far outside everything */
    return log(fmax(sum / (double)course->n_pool, floor) / course->prior_reach_sd);
}

static rsp_status make_density(struct rsp_diary_course *course, struct rsp_error *err)
{
    const double reach_sd = 12.0; /* standard deviations: beyond them nobody is */
    double low = INFINITY, high = -INFINITY;
    for (size_t k = 0; k < course->n_pool; k++) {
        low = fmin(low, -course->log_exposure[k]);
        high = fmax(high, -course->log_exposure[k]);
    }
    low += course->prior_reach - reach_sd * course->prior_reach_sd;
    high += course->prior_reach + reach_sd * course->prior_reach_sd;
    course->density_low = low;
    course->density_step = (high - low) / (RSP_DIARY_N_DENSITY - 1);
    course->reach_log_density = malloc(RSP_DIARY_N_DENSITY * sizeof *course->reach_log_density);
    if (course->reach_log_density == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "levels", "out of memory");
    for (int i = 0; i < RSP_DIARY_N_DENSITY; i++)
        course->reach_log_density[i] = mixture_log_density(course, low + (double)i * course->density_step);
    return RSP_OK;
}

/* Linear between 512 points of a curve whose second derivative is at most 1 / sd^2: good to about 1e-4. */
double rsp_diary_reach_log_density(const struct rsp_diary_course *course, double reach)
{
    const double at = (reach - course->density_low) / course->density_step;
    if (!(at >= 0.0) || at >= (double)(RSP_DIARY_N_DENSITY - 1))
        return -INFINITY;
    const size_t i = (size_t)at;
    const double f = at - (double)i;
    return (1.0 - f) * course->reach_log_density[i] + f * course->reach_log_density[i + 1];
}

size_t rsp_diary_course_decode(const struct rsp_diary_course *course, double reach, double u, double weight[])
{
    double sum = 0.0, best = INFINITY;
    size_t nearest = 0;
    for (size_t k = 0; k < course->n_pool; k++) {
        const double z = (reach + course->log_exposure[k] - course->prior_reach) / course->prior_reach_sd;
        if (z * z < best) {
            best = z * z;
            nearest = k;
        }
        sum += exp(-0.5 * z * z);
        weight[k] = sum;
    }
    if (!(sum > 0.0))
        return nearest;
    for (size_t k = 0; k < course->n_pool; k++)
        if (u * sum <= weight[k])
            return k;
    return course->n_pool - 1;
}

/* ---- measuring ---- */

struct threshold {
    double log_odds, days, last_d;
    bool reached, above;
    double since_d;
};

static void follow(struct threshold *t, double from_d, double to_d, double a, double b)
{
    const double at = t->log_odds;
    if (!t->above && b >= at) {
        t->above = t->reached = true;
        t->since_d = isfinite(a) ? from_d + (at - a) / (b - a) * (to_d - from_d) : to_d;
    } else if (t->above && b < at) {
        t->last_d = from_d + (at - a) / (b - a) * (to_d - from_d);
        t->days += t->last_d - t->since_d;
        t->above = false;
    }
}

struct rsp_diary_spell rsp_diary_measure(const struct rsp_diary_course *course, double reach, double half_log)
{
    static const double relief_30 = 0.3, relief_50 = 0.5;
    struct threshold t30 = {.log_odds = reach + log(relief_30 / (1.0 - relief_30))},
                     t50 = {.log_odds = reach + log(relief_50 / (1.0 - relief_50))};
    double weight[4], before = -INFINITY;
    int node = 0;
    rsp_diary_knots(half_log, &node, weight);
    for (size_t i = 0; i < course->n_grid; i++) {
        const double *level = course->grid + i * RSP_DIARY_N_NODE + node;
        const double now = isfinite(level[0]) ? weight[0] * level[0] + weight[1] * level[1] +
                                                    weight[2] * level[2] + weight[3] * level[3]
                                              : -INFINITY;
        const double from_d = course->grid_d[i > 0 ? i - 1 : 0];
        follow(&t30, from_d, course->grid_d[i], before, now);
        follow(&t50, from_d, course->grid_d[i], before, now);
        before = now;
    }
    const double horizon_d = course->grid_d[course->n_grid - 1];
    return (struct rsp_diary_spell){.days_30 = t30.above ? INFINITY : t30.days,
        .days_50 = t50.above ? INFINITY : t50.days,
        .within_30_d = t30.days + (t30.above ? horizon_d - t30.since_d : 0.0),
        .within_50_d = t50.days + (t50.above ? horizon_d - t50.since_d : 0.0),
        .return_day = !t30.reached ? NAN
                      : t30.above  ? INFINITY
                                   : t30.last_d};
}

rsp_status rsp_diary_course_new(const struct rsp_diary_question *question,
    const struct rsp_diary_options *options, struct rsp_diary_course *course, struct rsp_error *err)
{
    course->model = question->model;
    RSP_TRY(find_parts(course, err));
    RSP_TRY(
        prior_of(course, course->c50, "c50", options, &course->prior_reach, &course->prior_reach_sd, err));
    RSP_TRY(prior_of(
        course, course->t_half, "t_half", options, &course->prior_half, &course->prior_half_sd, err));
    RSP_TRY(copy_question(question, course, err));
    RSP_TRY(make_grid(course, options->horizon_d, err));
    RSP_TRY(make_pool(course, question, options->seed, err));
    return make_density(course, err);
}

void rsp_diary_course_free(struct rsp_diary_course *course)
{
    free(course->covariate);
    free(course->dose);
    free(course->grid_d);
    free(course->grid);
    free(course->pool);
    free(course->log_exposure);
    free(course->reach_log_density);
    *course = (struct rsp_diary_course){0};
}
