/* One to three states around a centre that takes all doses and is the one read: after a bolus the centre
 * holds amount * sum weight_i exp(-rate_i t), all weights positive. Serves irregular times, where a
 * propagator cannot be reused. The rates are roots of the characteristic polynomial, whose coefficients are
 * sums of products of rates, so that slow decay keeps its relative accuracy (Gibaldi & Perrier,
 * Pharmacokinetics, 2nd ed. 1982, app. B gives the weights). */
#include <math.h>

#include "simulate/lanes.h"

/* Relative distance below which the weights lose more than three digits: such a person takes the propagator. */
static const double least_gap = 1e-3;
/* A rate slower than this share of the fastest: an infusion's plateau would be a difference of large numbers. */
static const double least_rate = 1e-7;
enum { NEWTON = 12 };

/* Rates of the star: out of the centre, to and from its arms, and what each leaks. */
struct star {
    v8 exit, leak, to[2], from[2], arm_exit[2], arm_leak[2];
};

static struct star read_star(const struct rsp_block *block)
{
    const struct rsp_structure *s = &block->run->structure;
    const rsp_lane *g = block->generator;
    const int c = s->centre;
    struct star star = {.exit = -lane_get(&g[s->generator_at[c][c]])};
    star.leak = s->n == 1 ? star.exit : lane_get(&g[s->generator_leak[c]]);
    for (int i = 0, arm = 0; i < s->n; i++) {
        if (i == c)
            continue;
        star.to[arm] = s->generator_at[i][c] >= 0 ? lane_get(&g[s->generator_at[i][c]]) : v8_all(0);
        star.from[arm] = s->generator_at[c][i] >= 0 ? lane_get(&g[s->generator_at[c][i]]) : v8_all(0);
        star.arm_exit[arm] = -lane_get(&g[s->generator_at[i][i]]);
        star.arm_leak[arm++] = lane_get(&g[s->generator_leak[i]]);
    }
    return star;
}

static v8i two_rates(const struct star *a, struct rsp_lane_modes *m)
{
    const v8 sum = a->exit + a->arm_exit[0], product = a->leak * a->arm_exit[0] + a->to[0] * a->arm_leak[0];
    const v8 half = a->exit - a->arm_exit[0];
    m->rate[0] = 0.5 * (sum + v8_sqrt(half * half + 4.0 * a->to[0] * a->from[0]));
    m->rate[1] = product / m->rate[0];
    const v8 apart = m->rate[0] - m->rate[1];
    m->weight[0] = (m->rate[0] - a->arm_exit[0]) / apart;
    m->weight[1] = (a->arm_exit[0] - m->rate[1]) / apart;
    return apart > least_gap * m->rate[0];
}

static v8i three_rates(const struct star *a, struct rsp_lane_modes *m)
{
    const v8 e0 = a->arm_exit[0], e1 = a->arm_exit[1];
    const v8 c2 = a->exit + e0 + e1;
    const v8 c1 =
        a->leak * (e0 + e1) + a->to[0] * (a->arm_leak[0] + e1) + a->to[1] * (a->arm_leak[1] + e0) + e0 * e1;
    const v8 c0 = a->leak * e0 * e1 + a->to[0] * a->arm_leak[0] * e1 + a->to[1] * a->arm_leak[1] * e0;
    /* Newton from outside the outer roots converges without overshooting */
    v8 fast = c2, slow = c0 / c1, step_fast = v8_all(0), step_slow = v8_all(0);
    for (int i = 0; i < NEWTON; i++) {
        step_fast = (((fast - c2) * fast + c1) * fast - c0) / ((3.0 * fast - 2.0 * c2) * fast + c1);
        step_slow = (((slow - c2) * slow + c1) * slow - c0) / ((3.0 * slow - 2.0 * c2) * slow + c1);
        fast -= step_fast;
        slow -= step_slow;
        if (!v8_any((v8_max(step_fast, -step_fast) > 4e-16 * fast) |
                    (v8_max(step_slow, -step_slow) > 4e-16 * slow)))
            break;
    }
    const v8 middle = c0 / (fast * slow);
    m->rate[0] = fast;
    m->rate[1] = middle;
    m->rate[2] = slow;
    m->weight[0] = (e0 - fast) * (e1 - fast) / ((middle - fast) * (slow - fast));
    m->weight[1] = (e0 - middle) * (e1 - middle) / ((fast - middle) * (slow - middle));
    m->weight[2] = (e0 - slow) * (e1 - slow) / ((fast - slow) * (middle - slow));
    const v8 arm = v8_min(e0, e1);
    v8i good = (fast - middle > least_gap * fast) & (middle - slow > least_gap * middle);
    good &= (arm - slow > least_gap * arm) & (v8_max(step_fast, -step_fast) <= 1e-14 * fast) &
            (v8_max(step_slow, -step_slow) <= 1e-14 * slow);
    /* the middle weight vanishes when the arms are alike; its digits are then lost, but not its size */
    return good & (m->weight[0] > 0.0) & (m->weight[1] >= 0.0) & (m->weight[2] > 0.0);
}

void LANES(modes_find)(struct rsp_block *block, struct rsp_lane_modes *modes, bool apart[RSP_LANES])
{
    const struct star star = read_star(block);
    modes->n = block->run->structure.n;
    v8i good = v8_all(0) == 0.0;
    for (int i = 0; i < 3; i++)
        modes->rate[i] = modes->weight[i] = modes->amplitude[i] = v8_all(0);
    if (modes->n == 1) {
        modes->rate[0] = star.exit;
        modes->weight[0] = v8_all(1);
    } else {
        good = modes->n == 2 ? two_rates(&star, modes) : three_rates(&star, modes);
    }
    good &= modes->rate[modes->n - 1] > least_rate * modes->rate[0];
    for (int l = 0; l < RSP_LANES; l++)
        apart[l] = good[l] != 0;
}

LANE_INLINE v8 running_rate(const struct rsp_block *block)
{
    const struct rsp_structure *s = &block->run->structure;
    return s->m > 0 ? lane_get(&block->z[s->n]) : v8_all(0);
}

void LANES(modes_advance)(struct rsp_block *block, struct rsp_lane_modes *m, const double dt_h[RSP_LANES])
{
    const v8 dt = v8_max(v8_load(dt_h), v8_all(0)), rate = running_rate(block);
    const bool running = v8_any(rate > 0.0);
    for (int i = 0; i < m->n; i++) {
        const v8 x = -m->rate[i] * dt;
        m->amplitude[i] *= v8_exp2_low(x * V8_LOG2E);
        if (running)
            m->amplitude[i] += rate * m->weight[i] / m->rate[i] * v8_one_minus_exp_low(x);
    }
}

/* Times first..end - 1 with n modes, and an infusion running or not; a person whose range is narrower keeps what is there. */
LANE_INLINE void curve(struct rsp_block *block, const struct rsp_lane_modes *m, const int n,
    const bool running, const size_t first[RSP_LANES], const size_t end[RSP_LANES])
{
    const double *time_h = block->run->time_h;
    rsp_lane *to = (rsp_lane *)(void *)block->curve;
    size_t low = first[0], high = end[0], low_all = first[0], high_all = end[0];
    for (int l = 1; l < RSP_LANES; l++) {
        low = first[l] < low ? first[l] : low;
        high = end[l] > high ? end[l] : high;
        low_all = first[l] > low_all ? first[l] : low_all;
        high_all = end[l] < high_all ? end[l] : high_all;
    }
    const v8 rate = running_rate(block), now = v8_load(block->now_h);
    v8 plateau[3], a[3], k[3], k2[3];
    for (int i = 0; i < n; i++) {
        plateau[i] = rate * m->weight[i] / m->rate[i];
        a[i] = m->amplitude[i];
        k[i] = -m->rate[i];
        k2[i] = k[i] * V8_LOG2E;
    }
    for (size_t t = low; t < high; t++) {
        const v8 since = v8_max(time_h[t] - now, v8_all(0));
        v8 y = v8_all(0);
        for (int i = 0; i < n; i++)
            y += a[i] * v8_exp2_low(k2[i] * since);
        for (int i = 0; running && i < n; i++)
            y += plateau[i] * v8_one_minus_exp_low(k[i] * since);
        if (t < low_all || t >= high_all)
            for (int l = 0; l < RSP_LANES; l++)
                y[l] = t >= first[l] && t < end[l] ? y[l] : to[t][l];
        lane_set(&to[t], y);
    }
}

void LANES(modes_curve)(struct rsp_block *block, const struct rsp_lane_modes *modes,
    const size_t first[RSP_LANES], const size_t end[RSP_LANES])
{
    const bool running = v8_any(running_rate(block) > 0.0);
    if (running)
        curve(block, modes, modes->n, true, first, end);
    else if (modes->n == 1)
        curve(block, modes, 1, false, first, end);
    else if (modes->n == 2)
        curve(block, modes, 2, false, first, end);
    else
        curve(block, modes, 3, false, first, end);
}

#define PAIR(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

/* Eight times of eight people to eight rows of eight times. */
LANE_INLINE void transpose(const v8 in[8], v8 out[8])
{
    v8 a[8], b[8];
    for (int i = 0; i < 8; i += 2) {
        a[i] = PAIR(in[i], in[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        a[i + 1] = PAIR(in[i], in[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int i = 0; i < 8; i += 4)
        for (int j = 0; j < 2; j++) {
            b[i + j] = PAIR(a[i + j], a[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            b[i + j + 2] = PAIR(a[i + j], a[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    for (int j = 0; j < 4; j++) {
        out[j] = PAIR(b[j], b[j + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        out[j + 4] = PAIR(b[j], b[j + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

void LANES(modes_rows)(struct rsp_block *block, const bool on[RSP_LANES])
{
    const struct rsp_run *run = block->run;
    const rsp_lane *curve_mg = (const rsp_lane *)(const void *)block->curve;
    bool all = true;
    for (int l = 0; l < RSP_LANES; l++)
        all = all && on[l] && l < block->n_active;
    for (int r = 0; r < run->n_readout; r++) {
        const v8 scale = lane_get(&block->slot[run->readout[r].scale]);
        double *const *row = block->row[r];
        size_t t = 0;
        for (; all && t + RSP_LANES <= run->n_time; t += RSP_LANES) {
            v8 in[RSP_LANES], out[RSP_LANES];
            for (int i = 0; i < RSP_LANES; i++)
                in[i] = lane_get(&curve_mg[t + (size_t)i]) * scale;
            transpose(in, out);
            for (int l = 0; l < RSP_LANES; l++)
                if (run->streaming && ((uintptr_t)(row[l] + t) & 63) == 0)
                    v8_stream(row[l] + t, out[l]);
                else
                    v8_store(row[l] + t, out[l]);
        }
        for (; t < run->n_time; t++)
            for (int l = 0; l < RSP_LANES; l++)
                if (on[l] && l < block->n_active)
                    row[l][t] = curve_mg[t][l] * scale[l];
    }
}
