/* What the doses of an occasion do to eight people, in order of time. */
#include <math.h>

#include "simulate/lanes.h"

/* One way in of one dose. */
struct way {
    int kept, column;
    bool spread; /* over duration, else at once */
    v8 amount_mg, lag_h, duration_h;
};

static struct rsp_event *new_event(struct rsp_block *block, enum rsp_event_kind kind, int kept)
{
    if (block->n_event == block->event_capacity) {
        LANES(fail)(block, RSP_E_LIMIT, 0, "too many overlapping steady-state infusions");
        return NULL;
    }
    struct rsp_event *e = &block->event[block->n_event++];
    e->kind = kind;
    e->kept = kept;
    e->steady = -1;
    e->live = 0;
    return e;
}

static void add_way(struct rsp_block *block, const struct way *way, double start_h)
{
    struct rsp_event *on = new_event(block, way->spread ? RSP_EVENT_ON : RSP_EVENT_BOLUS, way->kept);
    if (on == NULL)
        return;
    const v8 begin = start_h + way->lag_h;
    lane_set(&on->time_h, begin);
    lane_set(&on->value, way->amount_mg);
    lane_set(&on->duration_h, way->duration_h);
    if (!way->spread)
        return;
    struct rsp_event *off = new_event(block, RSP_EVENT_OFF, way->kept);
    if (off == NULL)
        return;
    const v8 rate = way->amount_mg / way->duration_h;
    lane_set(&off->time_h, begin + way->duration_h);
    lane_set(&off->duration_h, way->duration_h);
    lane_set(&off->value, rate);
    /* a duration of nothing is a bolus: its ON adds the amount, its OFF finds nothing */
    lane_set(&on->value, v8_select(way->duration_h > 0.0, rate, way->amount_mg));
}

/* Solve (I - M) x = g of one person; M non-negative with spectral radius under 1: no pivoting needed. */
static bool solve_periodic(
    const struct rsp_structure *s, const rsp_lane *m, int lane, double x[RSP_MAX_STATE])
{
    double a[RSP_MAX_STATE][RSP_MAX_STATE];
    for (int i = 0; i < s->n; i++)
        for (int j = 0; j < s->n; j++)
            a[i][j] = (i == j ? 1.0 : 0.0) - (s->entry_at[i][j] >= 0 ? m[s->entry_at[i][j]][lane] : 0.0);
    for (int k = 0; k < s->n; k++) {
        if (!(a[k][k] > 1e-13))
            return false;
        for (int i = k + 1; i < s->n; i++) {
            const double f = a[i][k] / a[k][k];
            for (int j = k; f != 0 && j < s->n; j++)
                a[i][j] -= f * a[k][j];
            x[i] -= f * x[k];
        }
    }
    for (int k = s->n - 1; k >= 0; k--) {
        for (int j = k + 1; j < s->n; j++)
            x[k] -= a[k][j] * x[j];
        x[k] /= a[k][k];
    }
    return true;
}

/* Advance z over `hours` from the arrival of a dose of the steady series, d hours into which the number of
 * running infusions falls from n + 1 to n. */
static void run_phase(
    struct rsp_block *block, rsp_lane *z, const struct way *way, v8 rate, v8 n, v8 d, v8 hours)
{
    const v8 first = v8_min(d, hours), second = hours - first;
    double dt[RSP_LANES];
    v8_store(dt, first);
    if (way->spread)
        lane_set(&z[way->column], (n + 1.0) * rate);
    LANES(advance)(block, z, dt);
    v8_store(dt, second);
    if (way->spread)
        lane_set(&z[way->column], n * rate);
    LANES(advance)(block, z, dt);
}

/* Add what one way of a steady-state dose has built up by the dose's nominal time. */
static void add_steady(
    struct rsp_block *block, const struct way *way, const struct rsp_dose_plan *plan, rsp_lane *out)
{
    const struct rsp_dose *dose = &plan->dose;
    const struct rsp_structure *s = &block->run->structure;
    const double interval = dose->steady_interval_h;
    rsp_lane *z = block->unit;
    v8 n = v8_all(0), d = v8_all(0), rate = v8_all(0), bolus = way->amount_mg;
    for (int l = 0; way->spread && l < RSP_LANES; l++) {
        const double duration = way->duration_h[l];
        if (!(duration > 0))
            continue;
        n[l] = floor(duration / interval);
        d[l] = duration - n[l] * interval;
        rate[l] = way->amount_mg[l] / duration;
        bolus[l] = 0;
        if (n[l] > RSP_SS_MAX_OPEN)
            LANES(fail)
        (block, RSP_E_LIMIT, l, "an infusion of %g h repeated every %g h overlaps too often", duration,
            interval);
    }
    for (int l = 0; l < RSP_LANES; l++)
        if (way->lag_h[l] >= interval)
            LANES(fail)
    (block, RSP_E_UNSUPPORTED, l, "its lag of %g h is not shorter than the steady-state interval of %g h",
        way->lag_h[l], interval);
    if (block->status != RSP_OK)
        return;
    for (int i = 0; i < s->n + s->m; i++)
        lane_set(&z[i], v8_all(0));
    lane_set(&z[way->kept], bolus);
    run_phase(block, z, way, rate, n, d, v8_all(interval));
    LANES(matrix)(block, interval, block->period);
    for (int l = 0; l < RSP_LANES; l++) {
        double x[RSP_MAX_STATE];
        for (int i = 0; i < s->n; i++)
            x[i] = z[i][l];
        if (!solve_periodic(s, block->period, l, x))
            LANES(fail)(block, RSP_E_NUMERIC, l, "there is no steady state: drug does not leave the body");
        for (int i = 0; i < s->n; i++)
            z[i][l] = x[i] > 0 ? x[i] : 0;
    }
    const v8 phase = interval - way->lag_h;
    lane_set(&z[way->kept], lane_get(&z[way->kept]) + bolus);
    run_phase(block, z, way, rate, n, d, phase);
    for (int i = 0; i < s->n; i++)
        lane_set(&out[i], lane_get(&out[i]) + lane_get(&z[i]));
    if (!way->spread)
        return;
    rsp_lane *running = &out[way->column], *open = &out[way->column + s->m];
    for (int j = 0; j <= RSP_SS_MAX_OPEN; j++) {
        const v8 left = way->duration_h - phase - (double)j * interval;
        const v8i on = left > 1e-12;
        if (!v8_any(on & (rate > 0.0)))
            break;
        struct rsp_event *off = new_event(block, RSP_EVENT_OFF, way->kept);
        if (off == NULL)
            return;
        lane_set(&off->time_h, v8_select(on, dose->start_h + left, v8_all(__builtin_inf())));
        lane_set(&off->duration_h, way->duration_h);
        lane_set(&off->value, rate);
        off->steady = plan->steady;
        lane_set(running, lane_get(running) + v8_select(on, rate, v8_all(0)));
        lane_set(open, lane_get(open) + v8_select(on, v8_all(1), v8_all(0)));
    }
}

static v8 time_slot(struct rsp_block *block, int slot, const char *what)
{
    if (slot < 0)
        return v8_all(0);
    const v8 t = lane_get(&block->slot[slot]);
    for (int l = 0; l < RSP_LANES; l++)
        if (!(t[l] >= 0 && t[l] < __builtin_inf()))
            LANES(fail)(block, RSP_E_DOMAIN, l, "the %s of a dose is %g h", what, t[l]);
    return t;
}

/* Ways of a dose that lead to kept states. */
static int find_ways(struct rsp_block *block, const struct rsp_dose_plan *plan, struct way way[RSP_MAX_STATE])
{
    const struct rsp_run *run = block->run;
    const struct rsp_structure *s = &run->structure;
    const struct rsp_dose *dose = &plan->dose;
    rsp_lane *fraction = block->normal;
    int n = 0;
    if (plan->n_input == 0 && s->kept[dose->state] >= 0)
        way[n++] = (struct way){.kept = s->kept[dose->state],
            .spread = dose->duration_h > 0,
            .amount_mg = v8_all(dose->amount_mg),
            .lag_h = v8_all(0),
            .duration_h = v8_all(dose->duration_h)};
    LANES(fractions)(block, plan, fraction);
    for (int i = 0; i < plan->n_input; i++) {
        const struct rsp_input *input = &run->model->input[run->route_input[plan->first_input + i]];
        if (s->kept[input->state] < 0)
            continue;
        way[n++] = (struct way){.kept = s->kept[input->state],
            .spread = input->duration >= 0 || dose->duration_h > 0,
            .amount_mg = dose->amount_mg * lane_get(&fraction[i]),
            .lag_h = time_slot(block, input->lag, "lag"),
            .duration_h = input->duration >= 0 ? time_slot(block, input->duration, "input duration")
                                               : v8_all(dose->duration_h)};
    }
    for (int i = 0; i < n; i++)
        way[i].column = s->column[way[i].kept];
    return n;
}

static void add_dose(struct rsp_block *block, const struct rsp_dose_plan *plan)
{
    const struct rsp_structure *s = &block->run->structure;
    struct way way[RSP_MAX_STATE];
    const int n = find_ways(block, plan, way);
    if (plan->steady >= 0) {
        const int size = s->n + 2 * s->m;
        rsp_lane *state = &block->steady[plan->steady * size];
        for (int i = 0; i < size; i++)
            lane_set(&state[i], v8_all(0));
        struct rsp_event *reset = new_event(block, RSP_EVENT_STEADY, 0);
        if (reset == NULL)
            return;
        reset->steady = plan->steady;
        lane_set(&reset->time_h, v8_all(plan->dose.start_h));
        for (int i = 0; i < n && block->status == RSP_OK; i++)
            add_steady(block, &way[i], plan, state);
    }
    for (int i = 0; i < n; i++)
        add_way(block, &way[i], plan->dose.start_h);
}

/* Stable insertion of events from..n_event - 1 by one person's times: they come nearly sorted. */
static void sort_events(struct rsp_block *block, size_t from, int lane)
{
    int *order = &block->event_order[(size_t)lane * block->event_capacity];
    for (size_t i = from; i < block->n_event; i++) {
        const double t = block->event[i].time_h[lane];
        size_t j = i;
        for (; j > block->next[lane] && block->event[order[j - 1]].time_h[lane] > t; j--)
            order[j] = order[j - 1];
        order[j] = (int)i;
    }
}

void LANES(events)(struct rsp_block *block, int occasion)
{
    const struct rsp_run *run = block->run;
    const size_t from = block->n_event;
    for (size_t d = 0; d < run->n_dose && block->status == RSP_OK; d++)
        if (run->dose[d].occasion == occasion)
            add_dose(block, &run->dose[d]);
    sort_events(block, from, 0);
    for (int l = 1; l < RSP_LANES; l++) {
        if (run->fixed_timing)
            memcpy(&block->event_order[(size_t)l * block->event_capacity], block->event_order,
                block->n_event * sizeof *block->event_order);
        else
            sort_events(block, from, l);
    }
}
