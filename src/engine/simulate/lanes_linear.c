/* The linear system of eight people and its exponential.
 *
 * Method: Taylor series of a short base step, then repeated squaring ("levels"); any time is a base step's
 * fraction plus the binary sum of levels, applied to the state. All entries are non-negative, so nothing
 * cancels. After each squaring the diagonal of a one-state part is set to its exponential, and the columns
 * of a several-state part are scaled so that what is inside plus what has leaked is 1: the error of slow
 * decay then grows with the number of squarings, not with their power (cf. Grassmann, Taksar & Heyman 1985).
 */
#include <math.h>

#include "simulate/lanes.h"

/* Exit rate times base step stays under 1/4; the Taylor terms beyond the depth then fall below 1e-16
 * within fourteen. */
static const double most_exit = 0.25;
enum { TAYLOR_EXTRA = 14 };

static void fill_generator(struct rsp_block *block)
{
    const struct rsp_structure *s = &block->run->structure;
    const struct rsp_compiled *model = block->run->model;
    rsp_lane *g = block->generator;
    for (int i = 0; i < s->n_generator; i++)
        lane_set(&g[i], v8_all(0));
    for (int j = 0; j < s->m; j++)
        lane_set(&g[s->generator_at[s->column_state[j]][s->n + j]], v8_all(1));
    for (int p = 0; p < s->n_place; p++) {
        const struct rsp_link_place *place = &s->place[p];
        v8 rate = lane_get(&block->slot[place->rate_slot]);
        if (v8_any(~((rate >= 0.0) & (rate < 1e300))))
            for (int l = 0; l < RSP_LANES; l++) {
                if (rate[l] >= 0 && rate[l] < 1e300)
                    continue;
                /* a remainder such as 1 - fm may round below zero */
                if (!(rate[l] > -1e-9 && rate[l] < 0))
                    LANES(fail)
                (block, RSP_E_DOMAIN, l, "the rate out of %s is %g 1/h",
                    model->state_name[model->link[place->link].from], rate[l]);
                rate[l] = 0;
            }
        if (place->to >= 0)
            lane_set(&g[place->to], lane_get(&g[place->to]) + rate);
        if (place->diagonal >= 0)
            lane_set(&g[place->diagonal], lane_get(&g[place->diagonal]) - rate);
        if (place->leak >= 0)
            lane_set(&g[place->leak], lane_get(&g[place->leak]) + rate);
    }
}

static void choose_base_step(struct rsp_block *block)
{
    const struct rsp_structure *s = &block->run->structure;
    v8 exit = v8_all(0);
    for (int i = 0; i < s->n; i++)
        exit = v8_max(exit, -lane_get(&block->generator[s->generator_at[i][i]]));
    const double step_h = block->run->n_step > 0 ? block->run->step_h[0] : 0;
    for (int l = 0; l < RSP_LANES; l++) {
        int exponent = 0;
        double base = 1;
        if (step_h > 0) {
            (void)frexp(step_h * exit[l] / most_exit, &exponent);
            base = ldexp(step_h, exponent > 0 ? -exponent : 0);
        } else if (exit[l] > 0) {
            (void)frexp(exit[l] / most_exit, &exponent);
            base = ldexp(1, -exponent);
        }
        (*block->base_h)[l] = base;
    }
}

/* One Horner stage of exp(h G): out = I + (h / k) G t. */
static void taylor_stage(const struct rsp_structure *s, const rsp_lane *g, const rsp_lane *t,
    const rsp_lane *h_by_k, rsp_lane *out)
{
    const struct rsp_products *p = &s->taylor;
    for (int e = 0; e < s->n_entry; e++) {
        struct lane_sum sum = lane_sum_from(p->init[e] >= 0 ? &g[p->init[e]] : NULL);
        for (int k = p->start[e]; k < p->start[e + 1]; k++)
            lane_sum_add(&sum, &g[p->pair[k][0]], &t[p->pair[k][1]]);
        lane_sum_times(&sum, h_by_k);
        lane_sum_store(&out[e], &sum);
    }
    for (int i = 0; i < s->n; i++) {
        rsp_lane *diagonal = &out[s->entry_at[i][i]];
        lane_set(diagonal, lane_get(diagonal) + 1.0);
    }
}

static void taylor_matrix(struct rsp_block *block, v8 h, rsp_lane *out)
{
    const struct rsp_structure *s = &block->run->structure;
    rsp_lane *from = block->scratch[0], *to = block->scratch[1];
    for (int e = 0; e < s->n_entry; e++)
        lane_set(&from[e], v8_all(0));
    for (int i = 0; i < s->n; i++)
        lane_set(&from[s->entry_at[i][i]], v8_all(1));
    for (int k = TAYLOR_EXTRA + s->depth; k >= 1; k--) {
        rsp_lane *into = k == 1 ? out : to;
        _Alignas(64) rsp_lane h_by_k;
        lane_set(&h_by_k, h / (double)k);
        taylor_stage(s, block->generator, from, (const rsp_lane *)&h_by_k, into);
        to = from;
        from = into;
    }
}

/* out = a after b. What a constant rate gives during a stays; so does what had leaked during b. */
static void multiply(const struct rsp_structure *s, const rsp_lane *a, const rsp_lane *b, rsp_lane *out)
{
    const struct rsp_products *p = &s->multiply;
    const int first_leak = s->row[s->n];
    for (int e = 0; e < s->n_entry; e++) {
        const rsp_lane *stays = e < first_leak ? a : b;
        struct lane_sum sum = lane_sum_from(p->init[e] >= 0 ? &stays[p->init[e]] : NULL);
        for (int k = p->start[e]; k < p->start[e + 1]; k++)
            lane_sum_add(&sum, &a[p->pair[k][0]], &b[p->pair[k][1]]);
        lane_sum_store(&out[e], &sum);
    }
}

/* Take rounding out of the diagonal parts of the exponential over h. */
static void settle(const struct rsp_block *block, v8 h, rsp_lane *matrix)
{
    const struct rsp_structure *s = &block->run->structure;
    for (int part = 0; part < s->n_part; part++) {
        const int first = s->part_start[part], end = s->part_start[part + 1];
        if (end - first == 1) {
            lane_set(&matrix[s->entry_at[first][first]],
                v8_exp_low(h * lane_get(&block->generator[s->generator_at[first][first]])));
            continue;
        }
        if (!s->part_conserves[part])
            continue;
        for (int j = first; j < end; j++) {
            const v8 leaked = lane_get(&matrix[s->leak[j]]);
            v8 sum = v8_all(0);
            for (int i = first; i < end; i++)
                sum += lane_get(&matrix[s->entry_at[i][j]]);
            const v8 scale = v8_select(leaked <= 0.5, (1.0 - leaked) / sum, v8_all(1));
            for (int i = first; i < end; i++) {
                rsp_lane *entry = &matrix[s->entry_at[i][j]];
                lane_set(entry, lane_get(entry) * scale);
            }
        }
    }
}

static void need_level(struct rsp_block *block, int level)
{
    for (; block->n_level <= level; block->n_level++) {
        rsp_lane *matrix = block->level[block->n_level];
        const v8 base = lane_get(block->base_h);
        if (block->n_level == 0)
            taylor_matrix(block, base, matrix);
        else
            multiply(&block->run->structure, block->level[block->n_level - 1],
                block->level[block->n_level - 1], matrix);
        settle(block, base * (double)(UINT64_C(1) << block->n_level), matrix);
    }
}

void LANES(system)(struct rsp_block *block)
{
    fill_generator(block);
    choose_base_step(block);
    block->n_level = 0;
    for (int q = 0; q < RSP_MAX_STEP; q++)
        block->step[q].ready = false;
}

void LANES(multiply_vector)(
    const struct rsp_structure *s, const rsp_lane *matrix, const rsp_lane *z, rsp_lane *y)
{
    for (int i = 0; i < s->n; i++) {
        struct lane_sum sum = lane_sum_from(NULL);
        for (int e = s->row[i]; e < s->row[i + 1]; e++)
            lane_sum_add(&sum, &matrix[e], &z[s->entry_column[e]]);
        lane_sum_store(&y[i], &sum);
    }
}

/* dt as a number of base steps and a rest shorter than one; lanes with dt <= 0 stay. */
static int split(struct rsp_block *block, const double dt_h[RSP_LANES], uint64_t steps[RSP_LANES], v8 *rest)
{
    const double nearly = 1e-12; /* of a base step: rounding of the times */
    uint64_t all = 0;
    for (int l = 0; l < RSP_LANES; l++) {
        const double base = (*block->base_h)[l], n = dt_h[l] > 0 ? floor(dt_h[l] / base) : 0;
        double r = dt_h[l] > 0 ? fma(-n, base, dt_h[l]) : 0;
        steps[l] = 0;
        if (!(n < 0x1p61)) {
            LANES(fail)
            (block, RSP_E_NUMERIC, l,
                "a stretch of %g h is too long for steps of %g h: its fastest rate is too fast or the times "
                "that are asked for lie too close together",
                dt_h[l], base);
            r = 0;
        } else {
            steps[l] = (uint64_t)n;
        }
        if (r > (1 - nearly) * base) {
            steps[l]++;
            r = 0;
        }
        (*rest)[l] = r < nearly * base ? 0 : r;
        all |= steps[l];
    }
    return all == 0 ? 0 : 64 - __builtin_clzll(all);
}

/* z = exp(rest G) z by its Taylor series. */
static void advance_rest(struct rsp_block *block, rsp_lane *z, v8 rest)
{
    const struct rsp_structure *s = &block->run->structure;
    const rsp_lane *g = block->generator;
    rsp_lane *from = block->term, *to = block->y;
    for (int i = 0; i < s->n + s->m; i++)
        lane_set(&from[i], lane_get(&z[i]));
    for (int k = 1; k <= TAYLOR_EXTRA + s->depth; k++) {
        _Alignas(64) rsp_lane h_by_k;
        lane_set(&h_by_k, rest / (double)k);
        const int n_column = k == 1 ? s->n + s->m : s->n; /* rates are constant: they end after one term */
        for (int i = 0; i < s->n; i++) {
            struct lane_sum sum = lane_sum_from(NULL);
            for (int e = s->generator_row[i]; e < s->generator_row[i + 1]; e++)
                if (s->generator_column[e] < n_column)
                    lane_sum_add(&sum, &g[e], &from[s->generator_column[e]]);
            lane_sum_times(&sum, (const rsp_lane *)&h_by_k);
            lane_sum_store(&to[i], &sum);
            lane_set(&z[i], lane_get(&z[i]) + lane_get(&to[i]));
        }
        rsp_lane *swap = from;
        from = to;
        to = swap;
    }
    for (int i = 0; i < s->n; i++)
        lane_set(&z[i], v8_max(lane_get(&z[i]), v8_all(0)));
}

LANE_INLINE v8i bit_mask(const uint64_t steps[RSP_LANES], int bit)
{
    v8i mask;
    for (int l = 0; l < RSP_LANES; l++)
        mask[l] = -(int64_t)((steps[l] >> bit) & 1);
    return mask;
}

void LANES(advance)(struct rsp_block *block, rsp_lane *z, const double dt_h[RSP_LANES])
{
    const struct rsp_structure *s = &block->run->structure;
    uint64_t steps[RSP_LANES];
    v8 rest;
    const int n_bit = split(block, dt_h, steps, &rest);
    if (v8_any(rest > 0.0))
        advance_rest(block, z, rest);
    for (int bit = 0; bit < n_bit; bit++) {
        const v8i mask = bit_mask(steps, bit);
        if (!v8_any(mask))
            continue;
        need_level(block, bit);
        LANES(multiply_vector)(s, block->level[bit], z, block->y);
        for (int i = 0; i < s->n; i++)
            lane_set(&z[i], v8_select(mask, lane_get(&block->y[i]), lane_get(&z[i])));
    }
}

void LANES(matrix)(struct rsp_block *block, double dt_h, rsp_lane *out)
{
    const struct rsp_structure *s = &block->run->structure;
    double dt[RSP_LANES];
    for (int l = 0; l < RSP_LANES; l++)
        dt[l] = dt_h;
    uint64_t steps[RSP_LANES];
    v8 rest;
    const int n_bit = split(block, dt, steps, &rest);
    v8i begun = rest > 0.0;
    bool filled = v8_any(begun) != 0;
    if (filled)
        taylor_matrix(block, rest, out);
    for (int bit = 0; bit < n_bit; bit++) {
        const v8i mask = bit_mask(steps, bit);
        if (!v8_any(mask))
            continue;
        need_level(block, bit);
        const rsp_lane *level = block->level[bit], *product = level;
        if (!filled) { /* who has not begun takes it too: a later level replaces it */
            memcpy(out, level, (size_t)s->n_entry * sizeof *out);
            filled = true;
            begun = mask;
            continue;
        }
        if (v8_any(mask & begun)) {
            multiply(s, level, out, block->scratch[0]);
            product = block->scratch[0];
        }
        for (int e = 0; e < s->n_entry; e++) {
            const v8 whole = v8_select(begun, lane_get(&product[e]), lane_get(&level[e]));
            lane_set(&out[e], v8_select(mask, whole, lane_get(&out[e])));
        }
        begun |= mask;
    }
}

const struct rsp_step_matrix *LANES(step)(struct rsp_block *block, int step)
{
    const struct rsp_structure *s = &block->run->structure;
    struct rsp_step_matrix *m = &block->step[step];
    if (m->ready)
        return m;
    const v8 h = v8_all(block->run->step_h[step]);
    LANES(matrix)(block, block->run->step_h[step], m->power[0]);
    multiply(s, m->power[0], m->power[0], block->scratch[0]);
    settle(block, h * 2.0, block->scratch[0]);
    multiply(s, block->scratch[0], block->scratch[0], block->scratch[1]);
    settle(block, h * 4.0, block->scratch[1]);
    multiply(s, block->scratch[1], block->scratch[1], m->power[1]);
    settle(block, h * 8.0, m->power[1]);
    multiply(s, m->power[1], m->power[1], m->power[2]);
    settle(block, h * 16.0, m->power[2]);
    multiply(s, m->power[2], m->power[2], m->power[3]);
    settle(block, h * 32.0, m->power[3]);
    m->ready = true;
    return m;
}
