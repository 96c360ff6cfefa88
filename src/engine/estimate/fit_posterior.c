/* Draws of the posterior: importance sampling from a mixture of Student-t distributions, one as wide as the prior
 * (which bounds every weight: Hesterberg, Technometrics 1995;37:185), one around the mode, then adapted in rounds to
 * the weighted mean and covariance (Cornuet et al., Scand J Stat 2012;39:798); then resampled. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "estimate/fit_work.h"
#include "num/random.h"

enum { N_ROUND = 5, FIRST_ADAPTED = 2, DEFAULT_DRAW = 1000, MOST_DRAW = 1000000 };
/* Few degrees of freedom: tails heavier than those of any posterior under a normal prior. */
static const double freedom = 4;
/* Variance of the first proposal around the mode, beside the inverse of the curvature there. */
static const double wider = 1.2;

struct sampler {
    struct rsp_fit_work *work;
    int n; /* effects */
    size_t n_round[N_ROUND], n_all;
    double *u, *target, *weight, *parameter; /* n_all x n; log target; weights; n_all x n_parameter */
    double *mean, *factor;                   /* of each round: n; n x n, Cholesky factor of the scale */
    double log_det[N_ROUND];
};

static void draw(const struct sampler *s, int round, uint64_t id, uint32_t index, double u[])
{
    const uint64_t seed = s->work->setup->options.seed;
    const uint32_t normal = rsp_random_stream(RSP_STREAM_FIT, 0),
                   uniform = rsp_random_stream(RSP_STREAM_FIT, 1);
    double z[RSP_FIT_MAX_EFFECT];
    /* chi-square with four degrees of freedom from two uniforms */
    const double chi2 = -2 * log(rsp_random_uniform(seed, id, uniform, 2 * index) *
                                 rsp_random_uniform(seed, id, uniform, 2 * index + 1));
    const double stretch = sqrt(freedom / chi2);
    for (int j = 0; j < s->n; j++)
        z[j] = stretch * rsp_random_normal(seed, id, normal, index * (uint32_t)s->n + (uint32_t)j);
    for (int i = 0; i < s->n; i++) {
        u[i] = s->mean[round * s->n + i];
        for (int j = 0; j <= i; j++)
            u[i] += s->factor[(round * s->n + i) * s->n + j] * z[j];
    }
}

/* Log density of round `round` at u, up to a constant that all rounds share. */
static double log_density(const struct sampler *s, int round, const double u[])
{
    const double *mean = s->mean + round * s->n, *factor = s->factor + round * s->n * s->n;
    double z[RSP_FIT_MAX_EFFECT], sum = 0;
    for (int i = 0; i < s->n; i++) {
        z[i] = u[i] - mean[i];
        for (int j = 0; j < i; j++)
            z[i] -= factor[i * s->n + j] * z[j];
        z[i] /= factor[i * s->n + i];
        sum += z[i] * z[i];
    }
    return -0.5 * (freedom + s->n) * log1p(sum / freedom) - s->log_det[round];
}

/* Weights of the first n_done draws under the mixture of the rounds that made them. */
static double weigh(struct sampler *s, int n_round, size_t n_done)
{
    double most = -INFINITY, sum = 0, squares = 0;
    for (size_t i = 0; i < n_done; i++) {
        double density[N_ROUND], highest = -INFINITY, mixture = 0;
        for (int r = 0; r < n_round; r++) {
            density[r] = log_density(s, r, s->u + i * (size_t)s->n);
            highest = fmax(highest, density[r]);
        }
        for (int r = 0; r < n_round; r++)
            mixture += (double)s->n_round[r] * exp(density[r] - highest);
        s->weight[i] = s->target[i] - highest - log(mixture);
        most = fmax(most, s->weight[i]);
    }
    for (size_t i = 0; i < n_done; i++) {
        s->weight[i] = exp(s->weight[i] - most);
        sum += s->weight[i];
        squares += s->weight[i] * s->weight[i];
    }
    for (size_t i = 0; i < n_done; i++)
        s->weight[i] /= sum;
    return sum * sum / squares;
}

/* Scale of the next round from the weighted draws; false when it is no covariance. */
static bool adapt(struct sampler *s, int round, size_t n_done)
{
    const int n = s->n;
    double *mean = s->mean + round * n, *factor = s->factor + round * n * n;
    memset(mean, 0, (size_t)n * sizeof *mean);
    memset(factor, 0, (size_t)(n * n) * sizeof *factor);
    for (size_t i = 0; i < n_done; i++)
        for (int j = 0; j < n; j++)
            mean[j] += s->weight[i] * s->u[i * (size_t)n + (size_t)j];
    for (size_t i = 0; i < n_done; i++) {
        const double *u = s->u + i * (size_t)n;
        for (int j = 0; j < n; j++)
            for (int k = 0; k <= j; k++)
                factor[j * n + k] += s->weight[i] * (u[j] - mean[j]) * (u[k] - mean[k]);
    }
    if (!rsp_fit_cholesky(n, factor))
        return false;
    s->log_det[round] = 0;
    for (int j = 0; j < n; j++)
        s->log_det[round] += log(factor[j * n + j]);
    return true;
}

/* Round 0: the prior; round 1: the mode and the curvature there, a little wider. */
static bool begin(struct sampler *s)
{
    const int n = s->n;
    double *mean = s->mean + n, *factor = s->factor + n * n;
    memset(s->mean, 0, (size_t)n * sizeof *s->mean);
    memset(s->factor, 0, (size_t)(n * n) * sizeof *s->factor);
    s->log_det[0] = s->log_det[1] = 0;
    for (int j = 0; j < n; j++) {
        s->factor[j * n + j] = 1;
        mean[j] = s->work->u[j];
        for (int k = 0; k < n; k++)
            factor[j * n + k] = wider * s->work->best_hessian[j * n + k];
    }
    if (!rsp_fit_cholesky(n, factor))
        return false;
    for (int j = 0; j < n; j++)
        s->log_det[1] += log(factor[j * n + j]);
    return true;
}

static void keep_parameters(struct sampler *s, size_t i)
{
    const struct rsp_fit_work *work = s->work;
    const struct rsp_compiled *c = work->setup->c;
    for (size_t k = 0; k < c->n_parameter; k++)
        s->parameter[i * c->n_parameter + k] =
            work->span[0].slot[k * (size_t)work->s] / c->parameter[k].unit_factor;
}

static double run_rounds(struct sampler *s, uint64_t id)
{
    size_t done = 0;
    double effective = 0;
    for (int r = 0; r < N_ROUND; r++) {
        for (size_t i = 0; i < s->n_round[r]; i++, done++) {
            double *u = s->u + done * (size_t)s->n;
            draw(s, r, id, (uint32_t)done, u);
            s->target[done] = rsp_fit_evaluate(s->work, u, false) ? -0.5 * s->work->objective : -INFINITY;
            keep_parameters(s, done);
        }
        effective = weigh(s, r + 1, done);
        if (r + 1 >= FIRST_ADAPTED && r + 1 < N_ROUND && !adapt(s, r + 1, done)) { /* go on as before */
            const size_t n = (size_t)s->n;
            memcpy(s->mean + (size_t)(r + 1) * n, s->mean + (size_t)r * n, n * sizeof *s->mean);
            memcpy(s->factor + (size_t)(r + 1) * n * n, s->factor + (size_t)r * n * n,
                n * n * sizeof *s->factor);
            s->log_det[r + 1] = s->log_det[r];
        }
    }
    return effective;
}

/* Equally weighted draws: one uniform, evenly spaced steps. */
static void resample(const struct sampler *s, uint64_t id, struct rsp_fit_result *r)
{
    const struct rsp_fit_work *work = s->work;
    const size_t n = (size_t)s->n, m = work->setup->c->n_parameter;
    const double shift =
        rsp_random_uniform(work->setup->options.seed, id, rsp_random_stream(RSP_STREAM_FIT, 2), 0);
    double sum = s->weight[0];
    size_t i = 0;
    for (size_t k = 0; k < r->n_draw; k++) {
        const double aim = ((double)k + shift) / (double)r->n_draw;
        while (sum < aim && i + 1 < s->n_all)
            sum += s->weight[++i];
        for (size_t j = 0; j < n; j++) {
            double eta = 0;
            for (size_t l = 0; l <= j; l++)
                eta += work->chol[j * n + l] * s->u[i * n + l];
            r->draw_eta[k * n + j] = eta;
        }
        memcpy(r->draw_parameter + k * m, s->parameter + i * m, m * sizeof *s->parameter);
    }
}

rsp_status rsp_fit_sample(
    struct rsp_fit_work *work, uint64_t id, struct rsp_fit_result *r, struct rsp_error *err)
{
    const size_t n = (size_t)work->n_effect, m = work->setup->c->n_parameter;
    const size_t n_draw = work->setup->options.n_draw > 0 ? work->setup->options.n_draw : DEFAULT_DRAW;
    if (n == 0)
        return RSP_OK;
    if (n_draw > MOST_DRAW)
        return rsp_error_set(err, RSP_E_LIMIT, "n_draw", "At most %d draws of one person.", MOST_DRAW);
    struct sampler s = {.work = work, .n = (int)n};
    /* four and a half draws for each that is kept */
    for (int k = 0; k < N_ROUND; k++) {
        s.n_round[k] = (n_draw > 250 ? n_draw : 250) / (k == 0 ? 2 : 1);
        s.n_all += s.n_round[k];
    }
    double *block = malloc((s.n_all * (n + 3 + m) + N_ROUND * (n + n * n)) * sizeof *block);
    r->draw_eta = malloc(n_draw * n * sizeof *r->draw_eta);
    r->draw_parameter = malloc(n_draw * (m + 1) * sizeof *r->draw_parameter);
    if (block == NULL || r->draw_eta == NULL || r->draw_parameter == NULL) {
        free(block);
        return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the draws.");
    }
    double *sorted = block;
    s.weight = sorted + s.n_all;
    s.target = s.weight + s.n_all;
    s.u = s.target + s.n_all;
    s.parameter = s.u + s.n_all * n;
    s.mean = s.parameter + s.n_all * m;
    s.factor = s.mean + N_ROUND * n;
    r->n_draw = n_draw;
    rsp_fit_begin(work, false); /* values alone */
    if (begin(&s)) {
        r->effective_n = run_rounds(&s, id);
        memcpy(sorted, s.weight, s.n_all * sizeof *sorted);
        r->pareto_k = rsp_fit_pareto_k(s.n_all, sorted);
        resample(&s, id, r);
    } else {
        r->n_draw = 0;
    }
    free(block);
    return RSP_OK;
}
