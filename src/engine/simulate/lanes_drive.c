/* A block from its first event to its last time. */
#include <math.h>

#include "simulate/lanes.h"

/* Times closer than this, relative to max(|t|, 1 h), are the same instant: rounding of 3 * 0.1 and the like. */
static const double same_instant = 1e-12;
/* A uniform stretch that an event leaves fewer times of is done time by time. */
enum { LEAST_SEED = 4 };

static double tolerance(double t)
{
    const double size = fabs(t);
    return same_instant * (size > 1 ? size : 1);
}

static bool is_before(const struct rsp_run *run, double time_h, double event_h)
{
    return run->observe_after_dose ? time_h < event_h - tolerance(event_h)
                                   : time_h <= event_h + tolerance(event_h);
}

/* First time at or after `from` that belongs after an event at event_h; *hint is a good guess and is renewed. */
static size_t times_before(const struct rsp_run *run, double event_h, size_t from, size_t *hint)
{
    size_t low = from, high = run->n_time;
    if (event_h == INFINITY)
        return high;
    if (*hint >= from && *hint <= high &&
        (*hint == from || is_before(run, run->time_h[*hint - 1], event_h)) &&
        (*hint == high || !is_before(run, run->time_h[*hint], event_h)))
        return *hint;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (is_before(run, run->time_h[middle], event_h))
            low = middle + 1;
        else
            high = middle;
    }
    *hint = low;
    return low;
}

static void advance(struct rsp_block *block, const double to_h[RSP_LANES], const bool move[RSP_LANES])
{
    double dt[RSP_LANES];
    bool any = false;
    for (int l = 0; l < RSP_LANES; l++) {
        dt[l] = move[l] && block->started[l] ? to_h[l] - block->now_h[l] : 0;
        any = any || dt[l] > 0;
    }
    if (any && block->run->model->time_varying)
        rsp_block_ode_advance(block, dt);
    else if (any)
        LANES(advance)(block, block->z, dt);
    for (int l = 0; l < RSP_LANES; l++)
        if (move[l])
            block->now_h[l] = to_h[l];
}

static void emit_one_by_one(struct rsp_block *block, const size_t first[RSP_LANES],
    const size_t end[RSP_LANES], size_t low, size_t high)
{
    const struct rsp_run *run = block->run;
    for (size_t t = low; t < high && block->status == RSP_OK; t++) {
        double to_h[RSP_LANES];
        bool move[RSP_LANES];
        for (int l = 0; l < RSP_LANES; l++) {
            to_h[l] = run->time_h[t];
            move[l] = t >= first[l] && t < end[l];
        }
        advance(block, to_h, move);
        for (int r = 0; r < run->n_readout; r++) {
            const struct rsp_readout_plan *plan = &run->readout[r];
            for (int l = 0; l < block->n_active; l++)
                if (move[l] && block->on[l])
                    block->row[r][l][t] =
                        plan->kept < 0 ? 0 : block->z[plan->kept][l] * block->slot[plan->scale][l];
        }
    }
}

static void emit_uniform(struct rsp_block *block, int step, const size_t first[RSP_LANES],
    const size_t end[RSP_LANES], size_t most)
{
    const struct rsp_run *run = block->run;
    const struct rsp_structure *s = &run->structure;
    double to_h[RSP_LANES];
    bool move[RSP_LANES];
    for (int l = 0; l < RSP_LANES; l++) {
        move[l] = first[l] < end[l];
        to_h[l] = move[l] ? run->time_h[first[l]] : 0;
    }
    advance(block, to_h, move);
    if (block->status != RSP_OK)
        return;
    const struct rsp_step_matrix *matrix = LANES(step)(block, step);
    const size_t n_seed = most < RSP_SEED_STEPS ? most : RSP_SEED_STEPS;
    for (int i = 0; i < s->n + s->m; i++)
        lane_set(&block->unit[i], lane_get(&block->z[i]));
    for (size_t k = 0; k < n_seed; k++) {
        rsp_lane *seed = &block->seed[k * (size_t)s->n];
        if (k > 0)
            LANES(multiply_vector)(s, matrix->power[0], block->unit, seed);
        for (int i = 0; i < s->n; i++)
            lane_set(k > 0 ? &block->unit[i] : &seed[i], lane_get(k > 0 ? &seed[i] : &block->unit[i]));
    }
    for (int l = 0; l < block->n_active; l++)
        if (move[l] && block->on[l])
            LANES(emit)(block, l, step, first[l], end[l] - first[l]);
}

/* Times first[l] .. end[l] - 1, which lie between two events of each person. */
static void emit_range(struct rsp_block *block, const size_t first[RSP_LANES], const size_t end[RSP_LANES],
    const struct rsp_lane_modes *modes)
{
    const struct rsp_run *run = block->run;
    if (modes != NULL) {
        LANES(modes_curve)(block, modes, first, end);
        return;
    }
    for (size_t i = 0; i < run->n_stretch; i++) {
        const struct rsp_stretch *stretch = &run->stretch[i];
        size_t a[RSP_LANES], b[RSP_LANES], low = stretch->end, high = stretch->first, most = 0;
        for (int l = 0; l < RSP_LANES; l++) {
            a[l] = first[l] > stretch->first ? first[l] : stretch->first;
            b[l] = end[l] < stretch->end ? end[l] : stretch->end;
            if (a[l] >= b[l])
                continue;
            low = a[l] < low ? a[l] : low;
            high = b[l] > high ? b[l] : high;
            most = b[l] - a[l] > most ? b[l] - a[l] : most;
        }
        if (most == 0)
            continue;
        if (stretch->step >= 0 && most >= LEAST_SEED)
            emit_uniform(block, stretch->step, a, b, most);
        else
            emit_one_by_one(block, a, b, low, high);
    }
}

static void apply_steady(struct rsp_block *block, const struct rsp_event *event, int lane)
{
    const struct rsp_structure *s = &block->run->structure;
    const rsp_lane *state = &block->steady[event->steady * (s->n + 2 * s->m)];
    for (int i = 0; i < s->n + s->m; i++)
        block->z[i][lane] = state[i][lane];
    for (int j = 0; j < s->m; j++)
        block->open[lane][j] = (int)state[s->n + s->m + j][lane];
    for (size_t i = 0; i < block->n_event; i++) {
        struct rsp_event *other = &block->event[i];
        if (other->steady == event->steady)
            other->live |= 1u << lane;
        else
            other->live &= ~(1u << lane);
    }
}

static void apply(struct rsp_block *block, struct rsp_event *event, int lane, struct rsp_lane_modes *modes)
{
    const struct rsp_structure *s = &block->run->structure;
    const int column = s->column[event->kept];
    const double value = event->value[lane];
    block->started[lane] = true;
    switch (event->kind) {
    case RSP_EVENT_STEADY:
        apply_steady(block, event, lane);
        break;
    case RSP_EVENT_ON:
        if (event->duration_h[lane] > 0) {
            block->z[column][lane] += value;
            block->open[lane][column - s->n]++;
            event[1].live |= 1u << lane; /* its OFF follows it in the list */
            break;
        }
        /* fall through */
    case RSP_EVENT_BOLUS:
        if (modes == NULL)
            block->z[event->kept][lane] += value;
        else
            for (int i = 0; i < modes->n; i++)
                modes->amplitude[i][lane] += modes->weight[i][lane] * value;
        break;
    case RSP_EVENT_OFF:
        if ((event->live >> lane & 1u) == 0)
            break;
        event->live &= ~(1u << lane);
        const double left = block->z[column][lane] - value;
        block->z[column][lane] = --block->open[lane][column - s->n] > 0 && left > 0 ? left : 0;
        break;
    }
}

static double next_event(const struct rsp_block *block, int lane)
{
    if (block->next[lane] >= block->n_event)
        return INFINITY;
    const int e = block->event_order[(size_t)lane * block->event_capacity + block->next[lane]];
    return block->event[e].time_h[lane];
}

/* An event that all people meet at once. */
static void apply_to_all(struct rsp_block *block, struct rsp_event *event, struct rsp_lane_modes *modes)
{
    const struct rsp_structure *s = &block->run->structure;
    const int column = s->column[event->kept], j = column - s->n;
    const bool spread = event->kind == RSP_EVENT_ON && event->duration_h[0] > 0;
    if (event->kind == RSP_EVENT_STEADY || (event->kind == RSP_EVENT_OFF && event->live != 0xff)) {
        for (int l = 0; l < RSP_LANES; l++)
            apply(block, event, l, modes);
        return;
    }
    const v8 value = lane_get(&event->value);
    memset(block->started, true, sizeof block->started);
    if (event->kind == RSP_EVENT_OFF) {
        const v8 left = v8_max(lane_get(&block->z[column]) - value, v8_all(0));
        lane_set(&block->z[column], block->open[0][j] > 1 ? left : v8_all(0));
    } else if (spread) {
        lane_set(&block->z[column], lane_get(&block->z[column]) + value);
        event[1].live = 0xff;
    } else if (modes == NULL) {
        lane_set(&block->z[event->kept], lane_get(&block->z[event->kept]) + value);
    } else {
        for (int i = 0; i < modes->n; i++)
            modes->amplitude[i] += modes->weight[i] * value;
    }
    for (int l = 0; l < RSP_LANES && (spread || event->kind == RSP_EVENT_OFF); l++)
        block->open[l][j] += spread ? 1 : -1;
    event->live = 0;
}

/* Where each person goes next, and the times before that. */
static bool aim(struct rsp_block *block, double stop_h, double to_h[RSP_LANES], bool move[RSP_LANES],
    size_t end[RSP_LANES])
{
    const struct rsp_run *run = block->run;
    const int n = run->fixed_timing ? 1 : RSP_LANES;
    bool more = false;
    for (int l = 0; l < n; l++) {
        const double event_h = next_event(block, l);
        to_h[l] = event_h < stop_h ? event_h : stop_h;
        size_t *hint = &block->hint[(size_t)l * (block->event_capacity + 1) + block->next[l]];
        end[l] = times_before(run, to_h[l], block->emitted[l], hint);
        move[l] = to_h[l] < INFINITY;
        more = more || end[l] < run->n_time;
    }
    for (int l = n; l < RSP_LANES; l++) {
        to_h[l] = to_h[0];
        end[l] = end[0];
        move[l] = move[0];
    }
    return more;
}

/* Events due at to_h; false when everybody stands at stop_h. */
static bool apply_due(struct rsp_block *block, double stop_h, const double to_h[RSP_LANES],
    const bool move[RSP_LANES], struct rsp_lane_modes *modes)
{
    bool more = false;
    if (block->run->fixed_timing) {
        for (; move[0] && next_event(block, 0) <= to_h[0]; block->next[0]++)
            apply_to_all(block, &block->event[block->event_order[block->next[0]]], modes);
        return to_h[0] < stop_h;
    }
    for (int l = 0; l < RSP_LANES; l++) {
        for (; move[l] && next_event(block, l) <= to_h[l]; block->next[l]++) {
            const size_t at = (size_t)l * block->event_capacity + block->next[l];
            apply(block, &block->event[block->event_order[at]], l, modes);
        }
        more = more || to_h[l] < stop_h;
    }
    return more;
}

/* Everything before stop_h; later occasions come with their own parameters. */
static void drive(struct rsp_block *block, double stop_h, struct rsp_lane_modes *modes)
{
    for (bool more = true; more && block->status == RSP_OK;) {
        double to_h[RSP_LANES];
        size_t end[RSP_LANES];
        bool move[RSP_LANES];
        more = aim(block, stop_h, to_h, move, end);
        emit_range(block, block->emitted, end, modes);
        memcpy(block->emitted, end, sizeof end);
        if (!more || block->status != RSP_OK)
            return;
        if (modes != NULL) {
            double dt[RSP_LANES];
            for (int l = 0; l < RSP_LANES; l++) {
                dt[l] = move[l] && block->started[l] ? to_h[l] - block->now_h[l] : 0;
                block->now_h[l] = move[l] ? to_h[l] : block->now_h[l];
            }
            LANES(modes_advance)(block, modes, dt);
        } else {
            advance(block, to_h, move);
        }
        more = apply_due(block, stop_h, to_h, move, modes);
    }
}

static void restart(struct rsp_block *block)
{
    const struct rsp_run *run = block->run;
    for (int i = 0; i < run->structure.n + run->structure.m; i++)
        lane_set(&block->z[i], v8_all(0));
    for (int l = 0; l < RSP_LANES; l++) {
        block->now_h[l] = run->n_time > 0 ? run->time_h[0] : 0;
        block->started[l] = false;
        block->next[l] = block->emitted[l] = 0;
        memset(block->open[l], 0, sizeof block->open[l]);
    }
    for (size_t i = 0; i < block->n_event; i++)
        block->event[i].live = 0;
}

/* One occasion, irregular times, parent only: true when every person is done. */
static bool run_modes(struct rsp_block *block)
{
    struct rsp_lane_modes modes;
    LANES(modes_find)(block, &modes, block->on);
    int n_on = 0;
    for (int l = 0; l < block->n_active; l++)
        n_on += block->on[l];
    if (n_on > 0) {
        drive(block, INFINITY, &modes);
        LANES(modes_rows)(block, block->on);
    }
    for (int l = 0; l < RSP_LANES; l++)
        block->on[l] = !block->on[l];
    if (n_on == block->n_active)
        return true;
    restart(block);
    return false;
}

/* States fade through the subnormal numbers, which are slow: they become 0. */
static unsigned flush_subnormals(void)
{
#if defined(__SSE2__)
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040u);
    return before;
#else
    return 0;
#endif
}

static void restore_subnormals(unsigned before)
{
#if defined(__SSE2__)
    _mm_setcsr(before);
#else
    (void)before;
#endif
}

static void all_occasions(struct rsp_block *block)
{
    const struct rsp_run *run = block->run;
    block->status = RSP_OK;
    block->n_event = 0;
    restart(block);
    LANES(base)(block);
    for (int l = 0; l < RSP_LANES; l++)
        block->on[l] = true;
    for (int k = 0; k < run->n_occasion && block->status == RSP_OK; k++) {
        size_t before[RSP_LANES];
        memcpy(before, block->emitted, sizeof before);
        LANES(occasion)(block, k);
        if (k == 0)
            LANES(class_gate)(block);
        LANES(system)(block);
        LANES(events)(block, k);
        if (block->status != RSP_OK)
            return;
        if (!run->modes || !run_modes(block))
            drive(block, run->occasion_start[k + 1], NULL);
        if (block->status == RSP_OK)
            LANES(effects)(block, before, block->emitted);
    }
    if (block->status == RSP_OK)
        LANES(finish)(block);
#if defined(__SSE2__)
    if (run->streaming)
        _mm_sfence();
#endif
}

static void curves(struct rsp_block *block)
{
    const unsigned before = flush_subnormals();
    all_occasions(block);
    restore_subnormals(before);
}

static void person(struct rsp_block *block)
{
    block->status = RSP_OK;
    LANES(base)(block);
    LANES(occasion)(block, 0);
    LANES(class_gate)(block);
}

static void lanes_exp(const double x[RSP_LANES], double y[RSP_LANES])
{
    v8_store(y, v8_exp(v8_load(x)));
}

static void lanes_log(const double x[RSP_LANES], double y[RSP_LANES])
{
    v8_store(y, v8_log(v8_load(x)));
}

static void lanes_normals(
    uint64_t seed, const uint64_t person_number[RSP_LANES], uint32_t stream, int n, rsp_lane *z)
{
    v8u number;
    for (int l = 0; l < RSP_LANES; l++)
        number[l] = person_number[l];
    v8_normals(seed, number, stream, n, (v8 *)(void *)z);
}

#define KERNELS LANES_PASTE(rsp_kernels, RSP_WIDTH)
const struct rsp_kernels KERNELS = {
    .name = RSP_WIDTH_NAME,
    .width = RSP_WIDTH_DOUBLES,
    .curves = curves,
    .person = person,
    .exp = lanes_exp,
    .log = lanes_log,
    .normals = lanes_normals,
};
