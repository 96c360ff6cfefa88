/* The public functions: one person, many people, one evaluation. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "estimate/fit_work.h"

/* Above this many values the population covariance is not whitened: its cost grows with the third power. */
enum { MOST_WRES = 400 };

static rsp_status no_memory(struct rsp_error *err)
{
    return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the fit.");
}

/* ---- names ---- */

size_t rsp_fit_n_between(const struct rsp_model *model)
{
    return rsp_model_compiled(model)->n_eta;
}

const char *rsp_fit_between_name(const struct rsp_model *model, size_t eta)
{
    const struct rsp_compiled *c = rsp_model_compiled(model);
    for (size_t i = 0; i < c->n_parameter; i++)
        if (c->parameter[i].eta == (int)eta)
            return rsp_model_parameter(model, i)->name;
    return "";
}

const char *rsp_fit_occasion_name(const struct rsp_model *model, size_t eta)
{
    const struct rsp_compiled *c = rsp_model_compiled(model);
    for (size_t i = 0; i < c->n_parameter; i++)
        if (c->parameter[i].iov_eta == (int)eta)
            return rsp_model_parameter(model, i)->name;
    return "";
}

static const struct rsp_residual *residual_of(const struct rsp_model *model, int output)
{
    const struct rsp_compiled *c = rsp_model_compiled(model);
    for (size_t i = 0; i < c->n_residual; i++)
        if (c->residual[i].readout == output)
            return &c->residual[i];
    return NULL;
}

bool rsp_fit_output_fits(const struct rsp_model *model, int output)
{
    return residual_of(model, output) != NULL;
}

double rsp_fit_residual_sd(const struct rsp_model *model, int output, double value)
{
    const struct rsp_residual *residual = residual_of(model, output);
    if (residual == NULL || residual->log_sd > 0.0)
        return NAN;
    return hypot(residual->proportional_sd * value, residual->additive_sd);
}

/* ---- results ---- */

rsp_status rsp_fit_known_draws(const struct rsp_model *model, const struct rsp_fit_result *result,
    double **parameter, struct rsp_error *err)
{
    const struct rsp_compiled *compiled = rsp_model_compiled(model);
    const size_t n = result->n_draw * result->n_parameter;
    if (n == 0)
        return rsp_error_set(err, RSP_E_MISSING, "method", "only a fit of the whole posterior has draws");
    double *made = malloc(n * sizeof *made);
    if (made == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "draws", "out of memory");
    for (size_t i = 0; i < n; i++) {
        const size_t p = i % result->n_parameter;
        const bool told = result->estimated[p] || compiled->parameter[p].uncertain.kind == RSP_CERTAIN;
        made[i] = told ? result->draw_parameter[i] : NAN;
    }
    *parameter = made;
    return RSP_OK;
}

void rsp_fit_result_free(struct rsp_fit_result *r)
{
    if (r == NULL)
        return;
    free(r->eta); /* the block of all numbers */
    free(r->estimated);
    free(r->point);
    free(r->draw_eta);
    free(r->draw_parameter);
    free(r->verdict.finding);
    memset(r, 0, sizeof *r);
}

static rsp_status new_result(const struct rsp_fit_work *work, struct rsp_fit_result *r, struct rsp_error *err)
{
    const struct rsp_fit_setup *setup = work->setup;
    const size_t n = (size_t)work->n_effect, m = setup->c->n_parameter;
    memset(r, 0, sizeof *r);
    double *block = malloc((5 * n + n * n + 2 * m + 1) * sizeof *block);
    r->estimated = malloc((m + 1) * sizeof *r->estimated);
    r->point = calloc(work->person->n_observation + 1, sizeof *r->point);
    r->eta = block;
    if (block == NULL || r->estimated == NULL || r->point == NULL) {
        rsp_fit_result_free(r);
        return no_memory(err);
    }
    r->n_effect = n;
    r->n_between = setup->c->n_eta;
    r->n_extra = setup->options.n_extra;
    r->n_occasion = (size_t)work->n_occasion;
    r->n_parameter = m;
    r->n_point = work->person->n_observation;
    r->eta_sd = block + n;
    r->eta_se = block + 2 * n;
    r->shrinkage = block + 3 * n;
    r->gradient = block + 4 * n;
    r->covariance = block + 5 * n;
    r->parameter = block + 5 * n + n * n;
    r->parameter_se = r->parameter + m;
    return RSP_OK;
}

/* Covariance of the whitened effects into work->best_hessian: twice the inverse of the Hessian at the mode. */
static void covariance_of_u(struct rsp_fit_work *work)
{
    const int n = work->n_effect;
    memcpy(work->factor, work->hessian, (size_t)(n * n) * sizeof *work->factor);
    const bool good = rsp_fit_cholesky(n, work->factor);
    for (int j = 0; j < n; j++) {
        double *column = work->best_hessian + j * n;
        for (int k = 0; k < n; k++)
            column[k] = good ? (k == j ? 2 : 0) : NAN;
        if (good)
            rsp_fit_solve(n, work->factor, column);
    }
}

/* eta, its covariance and what the data taught about it. */
static void fill_effects(struct rsp_fit_work *work, struct rsp_fit_result *r)
{
    const int n = work->n_effect;
    const double *chol = work->chol, *c = work->best_hessian;
    for (int i = 0; i < n; i++) {
        double eta = 0, variance = 0;
        for (int j = 0; j <= i; j++) {
            eta += chol[i * n + j] * work->u[j];
            variance += chol[i * n + j] * chol[i * n + j];
        }
        r->eta[i] = eta;
        r->eta_sd[i] = sqrt(variance);
        r->gradient[i] = work->gradient[i];
        for (int j = 0; j < n; j++) { /* row i of chol C into step, then times chol' */
            work->step[j] = 0;
            for (int k = 0; k <= i; k++)
                work->step[j] += chol[i * n + k] * c[j * n + k];
        }
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int k = 0; k <= j; k++)
                sum += work->step[k] * chol[j * n + k];
            r->covariance[i * n + j] = sum;
        }
        r->eta_se[i] = sqrt(r->covariance[i * n + i]);
        r->shrinkage[i] = variance > 0 ? r->covariance[i * n + i] / variance : NAN;
    }
}

static void fill_parameters(struct rsp_fit_work *work, struct rsp_fit_result *r)
{
    const struct rsp_compiled *c = work->setup->c;
    const int n = work->n_effect;
    for (size_t i = 0; i < c->n_parameter; i++) {
        const double *slot = work->span[0].slot + i * (size_t)work->s, factor = c->parameter[i].unit_factor;
        double variance = 0;
        for (int j = 0; j < n; j++)
            for (int k = 0; k < n; k++)
                variance += slot[1 + j] * slot[1 + k] * work->best_hessian[j * n + k];
        r->parameter[i] = slot[0] / factor;
        r->parameter_se[i] = sqrt(variance < 0 ? 0 : variance) / factor;
        r->estimated[i] =
            c->parameter[i].eta >= 0 || c->parameter[i].iov_eta >= 0 || work->setup->extra_of[i] >= 0;
    }
}

/* Residuals of the typical person, whitened by G G' + R. */
static rsp_status fill_wres(const struct rsp_fit_work *work, struct rsp_fit_result *r, struct rsp_error *err)
{
    const size_t s = (size_t)work->s;
    size_t n = 0;
    for (size_t i = 0; i < r->n_point; i++) {
        r->point[i].wres = NAN;
        n += r->point[i].used && !r->point[i].censored;
    }
    if (n == 0 || n > MOST_WRES)
        return RSP_OK;
    double *matrix = malloc((n * n + n) * sizeof *matrix);
    size_t *at = malloc(n * sizeof *at);
    if (matrix == NULL || at == NULL) {
        free(matrix);
        free(at);
        return no_memory(err);
    }
    double *residual = matrix + n * n;
    n = 0;
    for (size_t i = 0; i < r->n_point; i++)
        if (r->point[i].used && !r->point[i].censored)
            at[n++] = i;
    bool good = true;
    for (size_t a = 0; a < n; a++) {
        const double *f = work->typical_f + at[a] * s;
        const struct rsp_fit_error e = rsp_fit_error_at(work, (int)at[a], f[0]);
        const bool in_log = work->setup->residual[r->point[at[a]].output]->log_sd > 0;
        residual[a] = e.residual * e.sd;
        for (size_t b = 0; b <= a; b++) {
            const double *g = work->typical_f + at[b] * s;
            const bool also = work->setup->residual[r->point[at[b]].output]->log_sd > 0;
            double sum = a == b ? e.sd * e.sd : 0;
            for (size_t p = 1; p < s; p++)
                sum += f[p] / (in_log ? f[0] : 1) * (g[p] / (also ? g[0] : 1));
            matrix[a * n + b] = sum;
        }
        good = good && residual[a] - residual[a] == 0;
    }
    if (good && rsp_fit_cholesky((int)n, matrix))
        for (size_t a = 0; a < n; a++) {
            double x = residual[a];
            for (size_t b = 0; b < a; b++)
                x -= matrix[a * n + b] * r->point[at[b]].wres;
            r->point[at[a]].wres = x / matrix[a * n + a];
        }
    free(matrix);
    free(at);
    return RSP_OK;
}

static void fill_points(const struct rsp_fit_work *work, struct rsp_fit_result *r)
{
    r->misfit = 0;
    for (int j = 0; j < work->n_effect; j++)
        r->misfit += work->u[j] * work->u[j];
    for (size_t i = 0; i < r->n_point; i++) {
        const struct rsp_fit_observation *o = &work->person->observation[i];
        struct rsp_fit_point *p = &r->point[i];
        const double f = work->f[i * (size_t)work->s];
        const struct rsp_fit_error e = rsp_fit_error_at(work, (int)i, f);
        *p = (struct rsp_fit_point){.time_h = o->time_h,
            .output = o->output,
            .used = work->used[i],
            .censored = o->censored,
            .value = o->value,
            .pred = work->typical_f[i * (size_t)work->s],
            .ipred = f,
            .sd = e.sd,
            .res = NAN,
            .wres = NAN,
            .iwres = NAN,
            .probability_below = NAN};
        if (o->censored) {
            p->probability_below = e.probability_below;
            if (p->used && e.residual < 0) /* at best the value lay at the limit */
                r->misfit += e.residual * e.residual;
            r->n_used_censored += p->used;
            continue;
        }
        p->res = p->value - p->pred;
        if (!p->used)
            continue;
        p->iwres = e.residual;
        r->misfit += e.residual * e.residual;
        r->n_used_value++;
    }
}

/* ---- people ---- */

static rsp_status fit_prepared(
    struct rsp_fit_work *work, uint64_t id, struct rsp_fit_result *result, struct rsp_error *err)
{
    struct rsp_fit_result r;
    RSP_TRY(new_result(work, &r, err));
    const struct rsp_fit_search search = rsp_fit_search_mode(work);
    rsp_status status = RSP_OK;
    r.ofv = work->objective;
    r.n_iteration = search.n_iteration;
    r.n_start = search.n_start;
    covariance_of_u(work);
    fill_effects(work, &r);
    fill_parameters(work, &r);
    fill_points(work, &r);
    status = fill_wres(work, &r, err);
    if (status == RSP_OK && work->setup->options.method == RSP_FIT_POSTERIOR && search.converged)
        status = rsp_fit_sample(work, id, &r, err);
    if (status == RSP_OK && !rsp_fit_judge(work, &search, &r))
        status = no_memory(err);
    if (status == RSP_OK) {
        *result = r;
    } else {
        rsp_fit_result_free(&r);
    }
    return status;
}

rsp_status rsp_fit_person(const struct rsp_model *model, const struct rsp_fit_person *person,
    const struct rsp_fit_options *options, struct rsp_fit_result *result, struct rsp_error *err)
{
    struct rsp_fit_options one = {0};
    if (options != NULL)
        one = *options;
    one.n_thread = 1;
    return rsp_fit_people(model, 1, person, &one, result, err);
}

/* First failure in the order of people. */
struct failure {
    size_t person;
    struct rsp_error error;
};

static void fit_some(const struct rsp_fit_setup *setup, size_t n, const struct rsp_fit_person person[],
    struct rsp_fit_result result[], struct failure *failure)
{
    struct rsp_fit_work work = {0};
#pragma omp for schedule(dynamic, 16)
    for (size_t i = 0; i < n; i++) {
        struct rsp_error error = {0};
        rsp_status status = rsp_fit_prepare(&work, setup, &person[i], &error);
        if (status == RSP_OK)
            status = fit_prepared(&work, setup->options.first_id + i, &result[i], &error);
        if (status == RSP_OK)
            continue;
#pragma omp critical(rsp_fit_people)
        if (i < failure->person) {
            failure->person = i;
            failure->error = error;
        }
    }
    rsp_fit_work_free(&work);
}

rsp_status rsp_fit_people(const struct rsp_model *model, size_t n, const struct rsp_fit_person person[],
    const struct rsp_fit_options *options, struct rsp_fit_result result[], struct rsp_error *err)
{
    struct rsp_fit_setup *setup = NULL;
    RSP_TRY(rsp_fit_setup_new(model, n, person, options, &setup, err));
    struct rsp_fit_result *all = calloc(n + 1, sizeof *all);
    struct failure failure = {.person = SIZE_MAX};
    if (all == NULL) {
        rsp_fit_setup_free(setup);
        return no_memory(err);
    }
    int n_thread = setup->options.n_thread > 0 ? setup->options.n_thread : omp_get_num_procs();
    if ((size_t)n_thread > n)
        n_thread = n > 0 ? (int)n : 1;
#pragma omp parallel num_threads(n_thread) if (n_thread > 1)
    fit_some(setup, n, person, all, &failure);
    rsp_fit_setup_free(setup);
    if (failure.person == SIZE_MAX) {
        memcpy(result, all, n * sizeof *all);
        free(all);
        return RSP_OK;
    }
    for (size_t i = 0; i < n; i++)
        rsp_fit_result_free(&all[i]);
    free(all);
    if (err != NULL) {
        *err = failure.error;
        if (n > 1)
            snprintf(err->field, sizeof err->field, "%zu", failure.person + 1);
    }
    return failure.error.code;
}

/* ---- one evaluation ---- */

/* x := chol^-T x, the derivatives by eta from those by u. */
static bool by_eta(const struct rsp_fit_work *work, double x[])
{
    const int n = work->n_effect;
    for (int i = n - 1; i >= 0; i--) {
        if (!(work->chol[i * n + i] > 0))
            return false;
        for (int k = i + 1; k < n; k++)
            x[i] -= work->chol[k * n + i] * x[k];
        x[i] /= work->chol[i * n + i];
    }
    return true;
}

rsp_status rsp_fit_objective(const struct rsp_model *model, const struct rsp_fit_person *person,
    const struct rsp_fit_options *options, const double eta[], const struct rsp_fit_outputs *out,
    struct rsp_error *err)
{
    struct rsp_fit_setup *setup = NULL;
    struct rsp_fit_work work = {0};
    rsp_status status = rsp_fit_setup_new(model, 1, person, options, &setup, err);
    if (status == RSP_OK)
        status = rsp_fit_prepare(&work, setup, person, err);
    if (status != RSP_OK)
        goto done;
    const int n = work.n_effect;
    bool full = true;
    for (int i = 0; i < n && full; i++) {
        double x = eta[i];
        for (int j = 0; j < i; j++)
            x -= work.chol[i * n + j] * work.trial[j];
        full = work.chol[i * n + i] > 0;
        work.trial[i] = full ? x / work.chol[i * n + i] : 0;
    }
    if (!full || !(out->ofv != NULL ? rsp_fit_evaluate(&work, work.trial, false)
                                    : rsp_fit_predict(&work, work.trial))) {
        status = rsp_error_set(err, RSP_E_NUMERIC, "eta", "%s.",
            !full                 ? "A random effect without spread cannot be given"
            : work.why[0] != '\0' ? work.why
                                  : "A value is impossible at these random effects");
        goto done;
    }
    if (out->ofv != NULL)
        *out->ofv = work.objective;
    if (out->ofv != NULL && out->gradient != NULL) {
        memcpy(out->gradient, work.gradient, (size_t)n * sizeof(double));
        (void)by_eta(&work, out->gradient);
    }
    for (size_t i = 0; i < person->n_observation; i++) {
        const double *f = work.f + i * (size_t)work.s;
        if (out->ipred != NULL)
            out->ipred[i] = f[0];
        if (out->d_ipred == NULL)
            continue;
        memcpy(out->d_ipred + i * (size_t)n, f + 1, (size_t)n * sizeof *f);
        (void)by_eta(&work, out->d_ipred + i * (size_t)n);
    }
done:
    rsp_fit_work_free(&work);
    rsp_fit_setup_free(setup);
    return status;
}

double rsp_fit_shrinkage(size_t n, const struct rsp_fit_result result[], size_t i)
{
    double sum = 0, squares = 0;
    size_t found = 0;
    for (size_t k = 0; k < n; k++)
        if (result[k].verdict.converged) {
            sum += result[k].eta[i];
            found++;
        }
    if (found < 2 || !(result[0].eta_sd[i] > 0))
        return NAN;
    const double mean = sum / (double)found;
    for (size_t k = 0; k < n; k++)
        if (result[k].verdict.converged)
            squares += (result[k].eta[i] - mean) * (result[k].eta[i] - mean);
    return 1 - sqrt(squares / (double)(found - 1)) / result[0].eta_sd[i];
}
