/* One class: sequential Monte Carlo over the fixed parameters. A batch of entries is taken in by steps of the
 * likelihood's power (P. Del Moral, A. Doucet, A. Jasra, J. R. Stat. Soc. B 68 (2006) 411), later ones by
 * reweighting (N. Chopin, Biometrika 89 (2002) 539); particles that have worn thin are resampled and moved by
 * Metropolis-Hastings: a random walk and a Crank-Nicolson step around the particles' own mean, in turn. */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "estimate/diary_internal.h"
#include "num/beta.h"
#include "num/random.h"
#include "simulate/run.h"

/* LOCAL choices of this sampler; the calibration is their test. */
enum { N_SWEEP = 6, N_SWEEP_LAST = 10, N_SWEEP_ADD = 3, MAX_STAGE = 60, N_BISECTION = 50 };
#define KEEP_SHARE        0.5  /* effective sample size, as a share of the particles, that a step leaves */
#define WALK_SCALE        2.38 /* over the root of the dimension: Gelman, Roberts & Gilks (1996) */
#define WALK_ACCEPTANCE   0.3
#define STAY              0.5 /* correlation of a Crank-Nicolson step with where it began */
#define RIDGE             1e-8
#define ACCEPT_COORDINATE 30

struct proposal {
    double mean[RSP_DIARY_N_COORDINATE];
    double chol[RSP_DIARY_N_COORDINATE][RSP_DIARY_N_COORDINATE];
    double power;
    bool walk;
    double scale;
};

/* ---- prior ---- */

static double expit(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

static double common_log_prior(const struct rsp_diary_prior *prior, double x)
{
    if (prior->kind == RSP_PRIOR_BETA) /* of the logit, Jacobian included */
        return -prior->a * log1p(exp(-x)) - prior->b * log1p(exp(x));
    const double z = (x - prior->centre) / prior->sd;
    return -0.5 * z * z;
}

static double log_prior(const struct rsp_diary_target *target, bool respond, const double x[])
{
    double sum = 0.0;
    for (int c = 0; c < RSP_DIARY_N_COMMON; c++)
        sum += common_log_prior(&target->rules->prior[c], x[c]);
    if (!respond)
        return sum;
    const double z = (x[RSP_DIARY_HALF] - target->course->prior_half) / target->course->prior_half_sd;
    return sum - 0.5 * z * z + rsp_diary_reach_log_density(target->course, x[RSP_DIARY_REACH]);
}

static double draw_common(const struct rsp_diary_prior *prior, double u)
{
    if (prior->kind == RSP_PRIOR_BETA) {
        const double p = rsp_beta_inverse(u, prior->a, prior->b);
        return log(p) - log1p(-p);
    }
    return prior->centre + prior->sd * rsp_normal_inverse(u);
}

static void draw_prior(const struct rsp_diary_target *target, struct rsp_diary_sampler *s)
{
    const struct rsp_diary_course *course = target->course;
    const uint32_t stream = rsp_random_stream(RSP_STREAM_DIARY_FIT, 0);
    for (size_t i = 0; i < s->n; i++) {
        double x[RSP_DIARY_N_COORDINATE] = {0.0};
        for (int c = 0; c < RSP_DIARY_N_COMMON; c++)
            x[c] = draw_common(&target->rules->prior[c], rsp_random_uniform(s->seed, i, stream, (uint32_t)c));
        const double pick = rsp_random_uniform(s->seed, i, stream, RSP_DIARY_N_COORDINATE);
        const size_t k = (size_t)(pick * (double)course->n_pool);
        x[RSP_DIARY_REACH] = course->prior_reach - course->log_exposure[k] +
                             course->prior_reach_sd * rsp_random_normal(s->seed, i, stream, RSP_DIARY_REACH);
        x[RSP_DIARY_HALF] = course->prior_half +
                            course->prior_half_sd * rsp_random_normal(s->seed, i, stream, RSP_DIARY_HALF);
        for (int c = 0; c < RSP_DIARY_N_COORDINATE; c++)
            s->x[(size_t)c * s->n + i] = x[c];
        s->log_prior[i] = log_prior(target, s->respond, x);
        s->ancestor[i] = i;
    }
    memcpy(s->first, s->x, RSP_DIARY_N_COORDINATE * s->n * sizeof *s->x);
}

/* ---- likelihood of eight particles ---- */

static void fill_lane(const double x[], bool respond, size_t l, struct rsp_diary_lanes *lanes)
{
    lanes->baseline[l] = 10.0 * expit(x[RSP_DIARY_BASELINE]);
    lanes->share[l] = expit(x[RSP_DIARY_SHARE]);
    lanes->placebo_per_d[l] = exp(-x[RSP_DIARY_PLACEBO]);
    lanes->noise_variance[l] = exp(2.0 * x[RSP_DIARY_NOISE]);
    lanes->drift_variance[l] = exp(2.0 * x[RSP_DIARY_DRIFT]);
    lanes->day_variance[l] = exp(2.0 * x[RSP_DIARY_DAY]);
    lanes->repeat[l] = expit(x[RSP_DIARY_REPEAT]);
    lanes->log_likelihood[l] = 0.0;
    if (!respond)
        return;
    double weight[4];
    rsp_diary_knots(x[RSP_DIARY_HALF], &lanes->node[l], weight);
    lanes->reach[l] = x[RSP_DIARY_REACH];
    for (int k = 0; k < 4; k++)
        lanes->knot[k][l] = weight[k];
}

static void gather(const struct rsp_diary_sampler *s, size_t i, double x[])
{
    for (size_t c = 0; c < RSP_DIARY_N_COORDINATE; c++)
        x[c] = s->x[c * s->n + i];
}

static void store_state(struct rsp_diary_sampler *s, size_t i, const struct rsp_diary_lanes *lanes, size_t l)
{
    for (size_t k = 0; k < RSP_DIARY_N_STATE; k++)
        s->state[k * s->n + i] = lanes->latent[k][l];
}

/* Entries from .. to - 1 of one block, added to what the particles have. */
static void extend_block(struct rsp_diary_sampler *s, const struct rsp_diary_target *target, size_t block,
    size_t from, double gain[])
{
    struct rsp_diary_lanes lanes = {.respond = s->respond};
    const size_t first = block * RSP_DIARY_LANES;
    for (size_t l = 0; l < RSP_DIARY_LANES; l++) {
        double x[RSP_DIARY_N_COORDINATE];
        gather(s, first + l, x);
        fill_lane(x, s->respond, l, &lanes);
        for (size_t k = 0; k < RSP_DIARY_N_STATE; k++)
            lanes.latent[k][l] = s->state[k * s->n + first + l];
    }
    rsp_diary_filter_best()(target->series, from, target->series->n, &lanes);
    for (size_t l = 0; l < RSP_DIARY_LANES; l++) {
        gain[first + l] = lanes.log_likelihood[l];
        s->log_likelihood[first + l] += lanes.log_likelihood[l];
        store_state(s, first + l, &lanes, l);
    }
}

static void extend(
    struct rsp_diary_sampler *s, const struct rsp_diary_target *target, size_t from, double gain[])
{
    const long n_block = (long)(s->n / RSP_DIARY_LANES);
#pragma omp parallel for schedule(static) num_threads(s->n_thread) if (s->n_thread > 1)
    for (long b = 0; b < n_block; b++)
        if (!rsp_is_cancelled(s->cancelled))
            extend_block(s, target, (size_t)b, from, gain);
}

/* ---- weights ---- */

static double largest(size_t n, const double x[])
{
    double most = -INFINITY;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, x[i]);
    return most;
}

double rsp_diary_effective(const struct rsp_diary_sampler *s)
{
    const double most = largest(s->n, s->log_weight);
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < s->n; i++) {
        const double w = exp(s->log_weight[i] - most);
        sum += w;
        squares += w * w;
    }
    return squares > 0.0 ? sum * sum / squares : 0.0;
}

/* Multiply the weights by exp(power * gain); the weights' mean goes into the evidence. */
static void reweight(struct rsp_diary_sampler *s, double power, const double gain[])
{
    const double most_before = largest(s->n, s->log_weight);
    double before = 0.0, after = 0.0;
    for (size_t i = 0; i < s->n; i++)
        before += exp(s->log_weight[i] - most_before);
    for (size_t i = 0; i < s->n; i++)
        s->log_weight[i] += power * gain[i];
    const double most = largest(s->n, s->log_weight);
    if (!isfinite(most)) {
        s->broken = true;
        return;
    }
    for (size_t i = 0; i < s->n; i++)
        after += exp(s->log_weight[i] - most);
    s->log_evidence += log(after / before) + most - most_before;
    s->least_effective = fmin(s->least_effective, rsp_diary_effective(s));
}

void rsp_diary_pick(const struct rsp_diary_sampler *s, size_t n_draw, double u, size_t index[])
{
    const double most = largest(s->n, s->log_weight);
    double sum = 0.0, passed = 0.0;
    for (size_t i = 0; i < s->n; i++)
        sum += exp(s->log_weight[i] - most);
    size_t i = 0;
    double next = exp(s->log_weight[0] - most);
    for (size_t k = 0; k < n_draw; k++) {
        const double at = ((double)k + u) / (double)n_draw * sum;
        while (at > passed + next && i + 1 < s->n) {
            passed += next;
            i++;
            next = exp(s->log_weight[i] - most);
        }
        index[k] = i;
    }
}

static void permute(size_t n, const size_t index[], double value[], double spare[])
{
    for (size_t i = 0; i < n; i++)
        spare[i] = value[index[i]];
    memcpy(value, spare, n * sizeof *value);
}

static void resample(struct rsp_diary_sampler *s)
{
    size_t *index = s->spare_index;
    rsp_diary_pick(
        s, s->n, rsp_random_uniform(s->seed, s->step, rsp_random_stream(RSP_STREAM_DIARY_FIT, 1), 0), index);
    s->step++;
    for (size_t c = 0; c < RSP_DIARY_N_COORDINATE; c++)
        permute(s->n, index, s->x + c * s->n, s->spare);
    for (size_t k = 0; k < RSP_DIARY_N_STATE; k++)
        permute(s->n, index, s->state + k * s->n, s->spare);
    permute(s->n, index, s->log_prior, s->spare);
    permute(s->n, index, s->log_likelihood, s->spare);
    for (size_t i = 0; i < s->n; i++)
        index[i] = s->ancestor[index[i]];
    memcpy(s->ancestor, index, s->n * sizeof *index);
    memset(s->log_weight, 0, s->n * sizeof *s->log_weight);
}

/* ---- moves ---- */

static void moments(const struct rsp_diary_sampler *s, struct proposal *p)
{
    const size_t d = s->n_dim;
    double covariance[RSP_DIARY_N_COORDINATE][RSP_DIARY_N_COORDINATE] = {{0.0}};
    for (size_t c = 0; c < d; c++) {
        double sum = 0.0;
        for (size_t i = 0; i < s->n; i++)
            sum += s->x[c * s->n + i];
        p->mean[c] = sum / (double)s->n;
    }
    for (size_t a = 0; a < d; a++)
        for (size_t b = 0; b <= a; b++) {
            double sum = 0.0;
            for (size_t i = 0; i < s->n; i++)
                sum += (s->x[a * s->n + i] - p->mean[a]) * (s->x[b * s->n + i] - p->mean[b]);
            covariance[a][b] = sum / (double)s->n + (a == b ? RIDGE : 0.0);
        }
    for (size_t a = 0; a < d; a++)
        for (size_t b = 0; b <= a; b++) {
            double left = covariance[a][b];
            for (size_t k = 0; k < b; k++)
                left -= p->chol[a][k] * p->chol[b][k];
            p->chol[a][b] = a == b ? sqrt(fmax(left, RIDGE)) : left / p->chol[b][b];
        }
}

/* Half the squared distance from the mean, in the particles' own covariance. */
static double half_distance(const struct proposal *p, size_t d, const double x[])
{
    double y[RSP_DIARY_N_COORDINATE], sum = 0.0;
    for (size_t a = 0; a < d; a++) {
        y[a] = x[a] - p->mean[a];
        for (size_t k = 0; k < a; k++)
            y[a] -= p->chol[a][k] * y[k];
        y[a] /= p->chol[a][a];
        sum += y[a] * y[a];
    }
    return 0.5 * sum;
}

/* Where to; @return the log ratio of the proposal's densities, backward over forward. */
static double propose(const struct proposal *p, size_t d, const double x[], const double z[], double to[])
{
    const double step = p->walk ? p->scale : sqrt(1.0 - STAY * STAY);
    memcpy(to, x, RSP_DIARY_N_COORDINATE * sizeof *to);
    for (size_t a = 0; a < d; a++) {
        double jump = 0.0;
        for (size_t k = 0; k <= a; k++)
            jump += p->chol[a][k] * z[k];
        to[a] = (p->walk ? x[a] : p->mean[a] + STAY * (x[a] - p->mean[a])) + step * jump;
    }
    return p->walk ? 0.0 : half_distance(p, d, to) - half_distance(p, d, x);
}

static size_t move_block(struct rsp_diary_sampler *s, const struct rsp_diary_target *target,
    const struct proposal *p, size_t block)
{
    const size_t first = block * RSP_DIARY_LANES;
    const uint32_t stream = rsp_random_stream(RSP_STREAM_DIARY_FIT, s->step + 2);
    struct rsp_diary_lanes lanes = {.respond = s->respond};
    _Alignas(64) rsp_lane z[RSP_DIARY_N_COORDINATE + 1];
    uint64_t person[RSP_LANES];
    double to[RSP_DIARY_LANES][RSP_DIARY_N_COORDINATE], ratio[RSP_DIARY_LANES], prior[RSP_DIARY_LANES];
    size_t accepted = 0;
    for (size_t l = 0; l < RSP_DIARY_LANES; l++)
        person[l] = first + l;
    rsp_kernels_for(0)->normals(s->seed, person, stream, (int)s->n_dim, z);
    for (size_t l = 0; l < RSP_DIARY_LANES; l++) {
        double x[RSP_DIARY_N_COORDINATE], own[RSP_DIARY_N_COORDINATE];
        gather(s, first + l, x);
        for (size_t c = 0; c < s->n_dim; c++)
            own[c] = z[c][l];
        ratio[l] = propose(p, s->n_dim, x, own, to[l]);
        prior[l] = log_prior(target, s->respond, to[l]);
        fill_lane(to[l], s->respond, l, &lanes);
    }
    rsp_diary_filter_best()(target->series, 0, target->series->n, &lanes);
    for (size_t l = 0; l < RSP_DIARY_LANES; l++) {
        const size_t i = first + l;
        const double log_ratio = ratio[l] + prior[l] - s->log_prior[i] +
                                 p->power * (lanes.log_likelihood[l] - s->log_likelihood[i]);
        const double u = rsp_random_uniform(s->seed, i, stream, ACCEPT_COORDINATE);
        if (!(log(u) < log_ratio))
            continue;
        for (size_t c = 0; c < s->n_dim; c++)
            s->x[c * s->n + i] = to[l][c];
        s->log_prior[i] = prior[l];
        s->log_likelihood[i] = lanes.log_likelihood[l];
        store_state(s, i, &lanes, l);
        accepted++;
    }
    return accepted;
}

static void move(
    struct rsp_diary_sampler *s, const struct rsp_diary_target *target, double power, int n_sweep)
{
    struct proposal p = {.power = power};
    double accepted_all = 0.0;
    moments(s, &p);
    for (int sweep = 0; sweep < n_sweep; sweep++) {
        const long n_block = (long)(s->n / RSP_DIARY_LANES);
        size_t accepted = 0;
        p.walk = sweep % 2 == 0;
        p.scale = s->scale;
#pragma omp parallel for schedule(static) num_threads(s->n_thread) reduction(+ : accepted) if (s->n_thread > 1)
        for (long b = 0; b < n_block; b++)
            accepted += rsp_is_cancelled(s->cancelled) ? 0 : move_block(s, target, &p, (size_t)b);
        s->step++;
        const double share = (double)accepted / (double)s->n;
        accepted_all += share;
        if (p.walk)
            s->scale *= exp(share - WALK_ACCEPTANCE);
    }
    s->acceptance = accepted_all / (double)n_sweep;
}

/* ---- taking entries in ---- */

/* Effective share of the particles when equal weights are multiplied by exp(step * log likelihood). */
static double share_after(const struct rsp_diary_sampler *s, double step)
{
    const double most = largest(s->n, s->log_likelihood);
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < s->n; i++) {
        const double w = exp(step * (s->log_likelihood[i] - most));
        sum += w;
        squares += w * w;
    }
    return sum * sum / squares / (double)s->n;
}

static double next_step(const struct rsp_diary_sampler *s, double left)
{
    double low = 0.0, high = left;
    if (share_after(s, left) >= KEEP_SHARE)
        return left;
    for (int i = 0; i < N_BISECTION; i++) {
        const double middle = 0.5 * (low + high);
        if (share_after(s, middle) >= KEEP_SHARE)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void rsp_diary_sampler_temper(struct rsp_diary_sampler *s, const struct rsp_diary_target *target)
{
    double power = 0.0;
    if (target->series->n == 0)
        return;
    extend(s, target, 0, s->spare);
    for (int stage = 0; stage < MAX_STAGE && power < 1.0 && !s->broken && !rsp_is_cancelled(s->cancelled);
         stage++) {
        const double step = stage == MAX_STAGE - 1 ? 1.0 - power : next_step(s, 1.0 - power);
        const bool last = power + step >= 1.0;
        memcpy(s->spare, s->log_likelihood, s->n * sizeof *s->spare);
        reweight(s, step, s->spare);
        power = last ? 1.0 : power + step;
        if (s->broken)
            break;
        resample(s);
        move(s, target, power, last ? N_SWEEP_LAST : N_SWEEP);
    }
}

void rsp_diary_sampler_weigh(struct rsp_diary_sampler *s, const struct rsp_diary_target *target, size_t from)
{
    if (s->broken)
        return;
    extend(s, target, from, s->spare);
    reweight(s, 1.0, s->spare);
}

/* One entry is little work: to wait for other threads costs more than they save. */
void rsp_diary_sampler_add(struct rsp_diary_sampler *s, const struct rsp_diary_target *target, size_t from)
{
    const int n_thread = s->n_thread;
    s->n_thread = 1;
    rsp_diary_sampler_weigh(s, target, from);
    if (!s->broken && rsp_diary_effective(s) < KEEP_SHARE * (double)s->n) {
        resample(s);
        move(s, target, 1.0, N_SWEEP_ADD);
    }
    s->n_thread = n_thread;
}

rsp_status rsp_diary_sampler_new(const struct rsp_diary_target *target, bool respond,
    const struct rsp_diary_options *options, struct rsp_diary_sampler *s, struct rsp_error *err)
{
    const size_t n = options->n_particle;
    *s = (struct rsp_diary_sampler){.respond = respond,
        .seed = options->seed * 2 + (respond ? 1 : 0),
        .n = n,
        .n_dim = respond ? RSP_DIARY_N_COORDINATE : RSP_DIARY_N_COMMON,
        .n_thread = options->n_thread > 0 ? options->n_thread : omp_get_num_procs(),
        .least_effective = (double)n};
    s->scale = WALK_SCALE / sqrt((double)s->n_dim);
    s->x = calloc(RSP_DIARY_N_COORDINATE * n, sizeof *s->x);
    s->first = calloc(RSP_DIARY_N_COORDINATE * n, sizeof *s->first);
    s->log_prior = calloc(n, sizeof *s->log_prior);
    s->log_likelihood = calloc(n, sizeof *s->log_likelihood);
    s->log_weight = calloc(n, sizeof *s->log_weight);
    s->state = calloc(RSP_DIARY_N_STATE * n, sizeof *s->state);
    s->ancestor = calloc(n, sizeof *s->ancestor);
    s->spare = calloc(n, sizeof *s->spare);
    s->spare_index = calloc(n, sizeof *s->spare_index);
    if (s->x == NULL || s->first == NULL || s->log_prior == NULL || s->log_likelihood == NULL ||
        s->log_weight == NULL || s->state == NULL || s->ancestor == NULL || s->spare == NULL ||
        s->spare_index == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "particles", "out of memory for %zu particles", n);
    draw_prior(target, s);
    return RSP_OK;
}

void rsp_diary_sampler_free(struct rsp_diary_sampler *s)
{
    free(s->x);
    free(s->first);
    free(s->log_prior);
    free(s->log_likelihood);
    free(s->log_weight);
    free(s->state);
    free(s->ancestor);
    free(s->spare);
    free(s->spare_index);
    *s = (struct rsp_diary_sampler){0};
}
