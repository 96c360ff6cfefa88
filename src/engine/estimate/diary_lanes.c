/* Compiled once for every instruction set; RSP_WIDTH ends the name. */
#include <math.h>

#include "estimate/diary_filter.h"
#include "num/lanes_normal.h"

#define PASTE2(a, b)  a##_##b
#define PASTE(a, b)   PASTE2(a, b)
#define FILTER        PASTE(rsp_diary_filter, RSP_WIDTH)
#define LEAST         1e-300 /* a probability that is not told from 0 */
#define LARGEST_SCORE 10
#define HALF_A_POINT  0.5

/* Mean and covariance of drift, day's part and effect of other treatment. */
struct latent {
    v8 mean[3], c00, c01, c02, c11, c12, c22;
};

/* Probability of the score and its first two derivatives in the mean of the level. */
struct cell {
    v8 p, slope, bend;
};

/* What stays the same over a part of the lanes, as wide as a register. */
struct part {
    v8 baseline, share, placebo_per_d, noise_variance, drift_variance, day_variance, repeat, reach, knot[4];
    const int *node;
    bool respond;
};

LANE_INLINE struct part part_load(const struct rsp_diary_lanes *lanes, int first)
{
    struct part part = {v8_load(lanes->baseline + first), v8_load(lanes->share + first),
        v8_load(lanes->placebo_per_d + first), v8_load(lanes->noise_variance + first),
        v8_load(lanes->drift_variance + first), v8_load(lanes->day_variance + first),
        v8_load(lanes->repeat + first), v8_load(lanes->reach + first), {v8_all(0.0)}, lanes->node + first,
        lanes->respond};
    for (int k = 0; k < 4; k++)
        part.knot[k] = v8_load(lanes->knot[k] + first);
    return part;
}

LANE_INLINE struct latent latent_load(const struct rsp_diary_lanes *lanes, int first)
{
    const double(*z)[RSP_DIARY_LANES] = lanes->latent;
    return (struct latent){{v8_load(z[0] + first), v8_load(z[1] + first), v8_load(z[2] + first)},
        v8_load(z[3] + first), v8_load(z[4] + first), v8_load(z[5] + first), v8_load(z[6] + first),
        v8_load(z[7] + first), v8_load(z[8] + first)};
}

LANE_INLINE void latent_store(const struct latent *latent, struct rsp_diary_lanes *lanes, int first)
{
    const v8 all[RSP_DIARY_N_LATENT] = {latent->mean[0], latent->mean[1], latent->mean[2], latent->c00,
        latent->c01, latent->c02, latent->c11, latent->c12, latent->c22};
    for (int i = 0; i < RSP_DIARY_N_LATENT; i++)
        v8_store(lanes->latent[i] + first, all[i]);
}

LANE_INLINE void begin(const struct rsp_diary_series *s, const struct part *part, struct latent *z)
{
    *z = (struct latent){.c11 = part->day_variance, .c22 = v8_all(s->other_variance)};
}

LANE_INLINE void advance(
    const struct rsp_diary_series *s, size_t i, const struct part *part, struct latent *z)
{
    const double carry = s->carry[i];
    z->c00 += part->drift_variance * s->gap_d[i];
    z->mean[1] *= carry;
    z->c01 *= carry;
    z->c12 *= carry;
    z->c11 = z->c11 * (carry * carry) + part->day_variance * (1.0 - carry * carry);
}

/* Pain as the fixed parameters have it. */
LANE_INLINE v8 pain(const struct rsp_diary_series *s, size_t i, const struct part *part)
{
    const double time_d = s->time_d[i];
    v8 frac = v8_all(0.0);
    if (time_d > 0.0)
        frac += part->share * (1.0 - v8_exp2_low(-time_d * part->placebo_per_d));
    const double *level = s->log_level + i * RSP_DIARY_N_NODE;
    if (part->respond && level[0] > -INFINITY) {
        v8 log_level = v8_all(0.0);
        for (int k = 0; k < 4; k++) {
            v8 at;
            for (int l = 0; l < V8_LANES; l++)
                at[l] = level[part->node[l] + k];
            log_level += part->knot[k] * at;
        }
        frac += 1.0 / (1.0 + v8_exp(part->reach - log_level));
    }
    return part->baseline * (1.0 - frac);
}

/* Upper tail and density at |x|. */
LANE_INLINE void tail(v8 x, v8 *upper, v8 *density)
{
    const v8 a = v8_max(x, -x);
    *density = v8_exp_low(-0.5 * x * x) * RSP_INV_SQRT_2PI;
    *upper = *density * v8_mills(a);
}

/* P(low < N(mean, sd^2) < high), from the tails on the side where they are small. */
LANE_INLINE struct cell normal_cell(int score, v8 mean, v8 variance)
{
    const v8 inv = 1.0 / v8_sqrt(variance);
    v8 q_low = v8_all(0.0), f_low = v8_all(0.0), q_high = v8_all(0.0), f_high = v8_all(0.0);
    const v8 low = ((double)score - HALF_A_POINT - mean) * inv, high = low + inv;
    if (score > 0)
        tail(low, &q_low, &f_low);
    if (score < LARGEST_SCORE)
        tail(high, &q_high, &f_high);
    const v8i low_positive = score > 0 ? low > 0.0 : (v8i){0};
    const v8i high_negative = score < LARGEST_SCORE ? high < 0.0 : (v8i){0};
    const v8 inside = v8_select(low_positive, q_low - q_high, 1.0 - q_low - q_high);
    struct cell c;
    c.p = v8_select(high_negative, q_high - q_low, inside);
    c.slope = (f_low - f_high) * inv;
    const v8 low_moment = score > 0 ? low * f_low : v8_all(0.0);
    const v8 high_moment = score < LARGEST_SCORE ? high * f_high : v8_all(0.0);
    c.bend = (low_moment - high_moment) * inv * inv;
    return c;
}

LANE_INLINE struct cell score_cell(
    const struct rsp_diary_series *s, size_t i, const struct part *part, v8 mean, v8 variance)
{
    const v8 noise = part->noise_variance * (s->noise_ratio[i] * s->noise_ratio[i]);
    struct cell sum = {v8_all(0.0), v8_all(0.0), v8_all(0.0)};
    for (int k = 0; k < RSP_DIARY_N_COMPONENT; k++) {
        const struct cell c = normal_cell(s->score[i], mean, variance + noise * s->component_ratio[k]);
        sum.p += s->component_weight[k] * c.p;
        sum.slope += s->component_weight[k] * c.slope;
        sum.bend += s->component_weight[k] * c.bend;
    }
    if (s->previous[i] < 0)
        return sum;
    const v8 repeat = part->repeat, fresh = 1.0 - repeat;
    sum.p *= fresh;
    sum.slope *= fresh;
    sum.bend *= fresh;
    if (s->previous[i] == s->score[i])
        sum.p += repeat;
    return sum;
}

/* New moments of the latent parts from the derivatives of log p: exact for any likelihood of the level. */
LANE_INLINE void learn(double other, const struct cell *cell, struct latent *z)
{
    const v8 p = v8_max(cell->p, v8_all(LEAST));
    const v8 g = cell->slope / p, h = cell->bend / p - g * g;
    const v8 a = z->c00 + z->c01 + other * z->c02, b = z->c01 + z->c11 + other * z->c12,
             c = z->c02 + z->c12 + other * z->c22;
    z->mean[0] += a * g;
    z->mean[1] += b * g;
    z->mean[2] += c * g;
    z->c00 += a * a * h;
    z->c01 += a * b * h;
    z->c02 += a * c * h;
    z->c11 += b * b * h;
    z->c12 += b * c * h;
    z->c22 += c * c * h;
}

LANE_INLINE void filter_part(
    const struct rsp_diary_series *series, size_t from, size_t to, struct rsp_diary_lanes *lanes, int first)
{
    const struct part part = part_load(lanes, first);
    struct latent z = latent_load(lanes, first);
    v8 sum = v8_load(lanes->log_likelihood + first);
    if (from == 0)
        begin(series, &part, &z);
    for (size_t i = from; i < to; i++) {
        const double other = series->other[i];
        if (i > 0)
            advance(series, i, &part, &z);
        const v8 mean = pain(series, i, &part) + z.mean[0] + z.mean[1] + other * z.mean[2];
        const v8 variance = z.c00 + 2.0 * z.c01 + z.c11 + other * (2.0 * (z.c02 + z.c12) + z.c22);
        const struct cell cell = score_cell(series, i, &part, mean, v8_max(variance, v8_all(0.0)));
        sum += v8_log(v8_max(cell.p, v8_all(LEAST)));
        learn(other, &cell, &z);
    }
    latent_store(&z, lanes, first);
    v8_store(lanes->log_likelihood + first, sum);
}

void FILTER(const struct rsp_diary_series *series, size_t from, size_t to, struct rsp_diary_lanes *lanes)
{
    for (int first = 0; first < RSP_DIARY_LANES; first += V8_LANES)
        filter_part(series, from, to, lanes, first);
}
