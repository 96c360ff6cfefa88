/* The mode of the posterior: Fisher scoring with Levenberg's damping, from one or several starts. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "estimate/fit_work.h"

enum { MAX_ITERATION = 300, MAX_START = 40 };
/* Whitened effects are known to this; the last step is taken. */
static const double least_step = 1e-7;
/* Shares of the fall that was foretold: above the one the damping is eased, below the other it is raised. */
static const double good_gain = 0.7, poor_gain = 0.2, least_damping = 1e-2;
/* What is left to gain at a mode. */
static const double least_gain = 1e-9;
/* A lag or a duration that ends at an observation bends the objective: closer than this, the bend is seen. */
static const double bend_near = 1e-5;
enum { MOST_BEND = 4 };
/* Between-person SD on the log scale from which a second valley is looked for. */
static const double wide_sd = 0.8;

bool rsp_fit_cholesky(int n, double *a)
{
    for (int j = 0; j < n; j++) {
        double d = a[j * n + j];
        for (int k = 0; k < j; k++)
            d -= a[j * n + k] * a[j * n + k];
        if (!(d > 0))
            return false;
        d = sqrt(d);
        a[j * n + j] = d;
        for (int i = j + 1; i < n; i++) {
            double x = a[i * n + j];
            for (int k = 0; k < j; k++)
                x -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = x / d;
        }
    }
    return true;
}

void rsp_fit_solve(int n, const double *factor, double *x)
{
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < i; k++)
            x[i] -= factor[i * n + k] * x[k];
        x[i] /= factor[i * n + i];
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int k = i + 1; k < n; k++)
            x[i] -= factor[k * n + i] * x[k];
        x[i] /= factor[i * n + i];
    }
}

/* Keep the point with its gradient and Hessian. */
static double keep(struct rsp_fit_work *work, const double u[])
{
    const size_t n = (size_t)work->n_effect;
    memmove(work->u, u, n * sizeof *u);
    memcpy(work->best_gradient, work->gradient, n * sizeof *u);
    memcpy(work->best_hessian, work->hessian, n * n * sizeof *u);
    return work->objective;
}

/* Bends that the search lies on: it goes on along them. Lags and durations are functions of one linear combination
 * of the effects each, so a bend is a hyperplane. */
struct bends {
    int n;
    double normal[MOST_BEND][RSP_FIT_MAX_EFFECT];
};

/* Is there a bend between work->u and the rejected trial beside it? The slopes across it have opposite signs. */
static bool find_bend(const struct rsp_fit_work *work, struct bends *bends)
{
    const int n = work->n_effect;
    if (!work->setup->timed || bends->n == MOST_BEND)
        return false;
    double *normal = bends->normal[bends->n], here = 0, there = 0, size = 0, all = 0;
    for (int j = 0; j < n; j++) {
        normal[j] = work->gradient[j] - work->best_gradient[j];
        here += work->best_gradient[j] * normal[j];
        there += work->gradient[j] * normal[j];
        size += normal[j] * normal[j];
        all += work->best_gradient[j] * work->best_gradient[j];
    }
    if (!(here < 0 && there > 0 && size > 1e-4 * all))
        return false;
    for (int j = 0; j < n; j++)
        normal[j] /= sqrt(size);
    bends->n++;
    return true;
}

/* Steps across a bend become as good as nothing. */
static void stiffen(int n, const struct bends *bends, double *matrix)
{
    double most = 0;
    for (int j = 0; j < n; j++)
        most = fmax(most, matrix[j * n + j]);
    for (int b = 0; b < bends->n; b++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < n; k++)
                matrix[j * n + k] += 1e9 * most * bends->normal[b][j] * bends->normal[b][k];
}

/* Damped step from work->u; its length and the fall of the quadratic model. */
static bool damped_step(
    struct rsp_fit_work *work, const struct bends *bends, double damping, double *length, double *fall)
{
    const int n = work->n_effect;
    const double *g = work->best_gradient;
    memcpy(work->factor, work->best_hessian, (size_t)(n * n) * sizeof *work->factor);
    for (int j = 0; j < n; j++) {
        work->factor[j * n + j] *= 1 + damping;
        work->step[j] = -g[j];
    }
    stiffen(n, bends, work->factor);
    if (!rsp_fit_cholesky(n, work->factor))
        return false;
    rsp_fit_solve(n, work->factor, work->step);
    double longest = 0, down = 0;
    for (int j = 0; j < n; j++)
        longest = fmax(longest, fabs(work->step[j]));
    /* no step of over 2 SD at once: the model is not to be trusted so far */
    const double share = longest > 2 ? 2 / longest : 1;
    for (int j = 0; j < n; j++) {
        work->step[j] *= share;
        down -= g[j] * work->step[j];
        work->trial[j] = work->u[j] + work->step[j];
    }
    *length = longest * share;
    *fall = down / 2;
    return true;
}

/* From work->u, where gradient and Hessian are kept, to a mode. */
static bool descend(struct rsp_fit_work *work, double *objective, int *n_iteration)
{
    double damping = 0;
    struct bends bends = {.n = 0};
    for (int i = 0; i < MAX_ITERATION; i++) {
        double length, fall;
        if (!damped_step(work, &bends, damping, &length, &fall))
            return false;
        ++*n_iteration;
        const bool good = rsp_fit_evaluate(work, work->trial, false);
        const double noise = 1e-13 * (1 + fabs(*objective));
        if (good && work->objective <= *objective + noise) {
            const double gain = (*objective - work->objective) / (fall > 0 ? fall : 1);
            *objective = keep(work, work->trial);
            /* trust the quadratic model as far as it came true */
            damping = gain > good_gain   ? damping / 10
                      : gain < poor_gain ? fmax(damping * 4, least_damping)
                                         : damping;
            damping = damping < 1e-6 ? 0 : damping;
            if (length < least_step)
                return damped_step(work, &bends, 0, &length, &fall) && fall < least_gain;
        } else {
            if (good && length < bend_near && find_bend(work, &bends)) {
                damping = 0;
                continue;
            }
            if (length < least_step)
                return damped_step(work, &bends, 0, &length, &fall) && fall < least_gain;
            damping = fmax(damping * 8, least_damping);
            if (damping > 1e12)
                return false;
        }
    }
    return false;
}

/* Start number k of several: the typical person, then 1.5 and 3 SD either way along each effect. */
static bool start_at(const struct rsp_fit_work *work, int k, double u[])
{
    static const double place[] = {1.5, -1.5, 3, -3};
    memset(u, 0, (size_t)work->n_effect * sizeof *u);
    if (k == 0)
        return true;
    if (k > 4 * work->n_effect || k >= MAX_START)
        return false;
    u[(k - 1) / 4] = place[(k - 1) % 4];
    return true;
}

static bool prior_is_wide(const struct rsp_fit_work *work)
{
    for (int i = 0; i < work->n_effect; i++) {
        double variance = 0;
        for (int j = 0; j <= i; j++)
            variance += work->chol[i * work->n_effect + j] * work->chol[i * work->n_effect + j];
        if (variance > wide_sd * wide_sd)
            return true;
    }
    return false;
}

static bool misfit(const struct rsp_fit_work *work)
{
    size_t n = 0;
    double sum = 0;
    for (int j = 0; j < work->n_effect; j++)
        sum += work->u[j] * work->u[j];
    for (size_t i = 0; i < work->person->n_observation; i++) {
        if (!work->used[i] || work->person->observation[i].censored)
            continue;
        const double r = rsp_fit_error_at(work, (int)i, work->f[i * (size_t)work->s]).residual;
        sum += r * r;
        n++;
    }
    return rsp_fit_chi_square_above(sum, n) < 0.01;
}

/* Predictions of the typical person: the first that are made. */
static void keep_typical(struct rsp_fit_work *work)
{
    const size_t size = work->person->n_observation * (size_t)work->s;
    memcpy(work->typical_f, work->f, size * sizeof *work->f);
    for (size_t i = 0; i < size && work->why[0] != '\0'; i++)
        work->typical_f[i] = NAN;
}

/* What did not converge is no number: nothing of the last attempt, nor of the person before, may be read. */
static void forget(struct rsp_fit_work *work)
{
    const int n = work->n_effect;
    work->objective = NAN;
    for (int j = 0; j < n; j++)
        work->u[j] = work->gradient[j] = NAN;
    for (int j = 0; j < n * n; j++)
        work->hessian[j] = NAN;
    for (size_t i = 0; i < work->person->n_observation * (size_t)work->s; i++)
        work->f[i] = NAN;
    for (size_t i = 0; i < work->setup->c->n_parameter; i++)
        work->span[0].slot[i * (size_t)work->s] = NAN;
}

struct rsp_fit_search rsp_fit_search_mode(struct rsp_fit_work *work)
{
    struct rsp_fit_search search = {false, 0, 0};
    const size_t n = (size_t)work->n_effect;
    double best = INFINITY, mode[RSP_FIT_MAX_EFFECT] = {0};
    for (int k = 0; start_at(work, k, work->trial); k++) {
        const bool finite = rsp_fit_evaluate(work, work->trial, false);
        if (k == 0)
            keep_typical(work);
        if (!finite)
            continue;
        double objective = keep(work, work->trial);
        search.n_start++;
        const bool good = n == 0 || descend(work, &objective, &search.n_iteration);
        if ((good && !search.converged) || (good == search.converged && objective < best - 1e-9)) {
            search.converged = good;
            best = objective;
            memcpy(mode, work->u, n * sizeof *mode);
        }
        /* most people need one start; the evaluation is that of the mode */
        if (k == 0 && good && rsp_fit_evaluate(work, work->u, true) && !misfit(work) && !work->setup->timed &&
            !prior_is_wide(work))
            return search;
    }
    memcpy(work->u, mode, n * sizeof *mode);
    if (!rsp_fit_evaluate(work, work->u, true))
        search.converged = false;
    if (!search.converged)
        forget(work);
    return search;
}
