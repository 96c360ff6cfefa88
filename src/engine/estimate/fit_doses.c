/* When and how much: doses through their inputs, with derivatives of lag, duration and absorbed share. */
#include <math.h>
#include <stdio.h>

#include "estimate/dual.h"
#include "estimate/fit_work.h"

static bool time_slot(
    struct rsp_fit_work *work, const struct rsp_fit_span *span, int slot, const char *what, double *to)
{
    dual_set(work->s, to, 0);
    if (slot < 0)
        return true;
    dual_copy(work->s, to, span->slot + slot * work->s);
    if (to[0] >= 0 && to[0] < INFINITY)
        return true;
    snprintf(work->why, sizeof work->why, "the %s of a dose is %g h", what, to[0]);
    return false;
}

/* Absorbed share of one input of a dose. */
static bool fraction_of(struct rsp_fit_work *work, const struct rsp_fit_item *item, double *share)
{
    const struct rsp_compiled *c = work->setup->c;
    struct rsp_fit_span *span = &work->span[item->span];
    const struct rsp_input *input = &c->input[item->input];
    dual_set(work->s, share, 1);
    if (input->fraction < 0)
        return true;
    if (input->fraction_of_dose) {
        dual_set(work->s, span->slot + c->dose_slot * work->s, work->person->dose[item->dose].amount_mg);
        rsp_fit_program(work->s, &c->dose_program, span->slot);
    }
    dual_copy(work->s, share, span->slot + input->fraction * work->s);
    if (share[0] >= 0 && share[0] < INFINITY)
        return true;
    snprintf(work->why, sizeof work->why, "the absorbed fraction of a dose is %g", share[0]);
    return false;
}

struct way {
    double amount_mg[RSP_FIT_MAX_DIM], lag_h[RSP_FIT_MAX_DIM], duration_h[RSP_FIT_MAX_DIM];
};

static bool find_way(struct rsp_fit_work *work, const struct rsp_fit_item *item, struct way *way)
{
    const struct rsp_dose *dose = &work->person->dose[item->dose];
    const struct rsp_fit_span *span = &work->span[item->span];
    const int s = work->s;
    dual_set(s, way->amount_mg, dose->amount_mg);
    dual_set(s, way->lag_h, 0);
    dual_set(s, way->duration_h, dose->duration_h);
    if (item->input < 0)
        return true;
    const struct rsp_input *input = &work->setup->c->input[item->input];
    double share[RSP_FIT_MAX_DIM];
    if (!fraction_of(work, item, share) || !time_slot(work, span, input->lag, "lag", way->lag_h))
        return false;
    dual_scale(s, way->amount_mg, share, dose->amount_mg);
    return input->duration < 0 || time_slot(work, span, input->duration, "input duration", way->duration_h);
}

static bool place(struct rsp_fit_work *work, struct rsp_fit_item *item)
{
    struct way way;
    const int s = work->s;
    if (!find_way(work, item, &way))
        return false;
    dual_copy(s, item->time_h, way.lag_h);
    item->time_h[0] += work->person->dose[item->dose].start_h;
    dual_copy(s, item->value, way.amount_mg);
    dual_copy(s, item->duration_h, way.duration_h);
    if (item->kind != RSP_FIT_ON)
        return true;
    struct rsp_fit_item *off = &work->item[item->partner];
    dual_add(s, off->time_h, item->time_h, way.duration_h);
    if (way.duration_h[0] > 0)
        dual_div(s, item->value, way.amount_mg, way.duration_h);
    dual_copy(s, off->value, item->value);
    return true;
}

bool rsp_fit_doses(struct rsp_fit_work *work)
{
    for (int i = 0; i < work->n_item; i++) {
        struct rsp_fit_item *item = &work->item[i];
        if (item->kind == RSP_FIT_STEADY) {
            dual_set(work->s, item->time_h, work->person->dose[item->dose].start_h);
            for (int k = 0; k < item->n_partner; k++)
                dual_set(work->s, work->item[item->partner + k].time_h, INFINITY);
        } else if ((item->kind == RSP_FIT_BOLUS || item->kind == RSP_FIT_ON) && !place(work, item)) {
            return false;
        }
    }
    return true;
}

/* ---- steady state ---- */

/* Advance over `hours` from the arrival of a dose of the series; the number of running infusions falls from n + 1
 * to n after d. Both are duals. */
static bool run_phase(struct rsp_fit_work *work, int kept, const double *rate_mg_per_h, double n,
    const double *d, const double *hours)
{
    const int s = work->s;
    double zero[RSP_FIT_MAX_DIM], many[RSP_FIT_MAX_DIM];
    dual_set(s, zero, 0);
    dual_copy(s, work->now, zero);
    dual_scale(s, many, rate_mg_per_h, n + 1);
    rsp_fit_flow_rate(work, kept, 1, many);
    const bool ends = d[0] < hours[0];
    bool good = rsp_fit_flow_to(work, ends ? d : hours);
    if (good && ends) {
        dual_scale(s, many, rate_mg_per_h, 1);
        work->open[kept] = n > 0 ? 2 : 1;
        rsp_fit_flow_rate(work, kept, -1, many);
        good = rsp_fit_flow_to(work, hours);
    }
    /* no rate is left running */
    work->open[kept] = 1;
    rsp_fit_flow_rate(work, kept, -1, zero);
    return good;
}

static bool add_way(struct rsp_fit_work *work, struct rsp_fit_item *steady, const struct rsp_fit_item *item,
    int *next_off, double *sum, double *running)
{
    const struct rsp_dose *dose = &work->person->dose[item->dose];
    const double interval_h = dose->steady_interval_h;
    const int s = work->s;
    struct way way;
    double rate_mg_per_h[RSP_FIT_MAX_DIM], d[RSP_FIT_MAX_DIM], phase[RSP_FIT_MAX_DIM],
        interval[RSP_FIT_MAX_DIM];
    if (!find_way(work, item, &way))
        return false;
    const bool spread = item->kind == RSP_FIT_ON && way.duration_h[0] > 0;
    const double n = spread ? floor(way.duration_h[0] / interval_h) : 0;
    if (way.lag_h[0] >= interval_h || n > RSP_FIT_MAX_OPEN) {
        snprintf(work->why, sizeof work->why,
            way.lag_h[0] >= interval_h ? "a lag of %g h is not shorter than the steady-state interval of %g h"
                                       : "an infusion of %g h repeated every %g h overlaps too often",
            way.lag_h[0] >= interval_h ? way.lag_h[0] : way.duration_h[0], interval_h);
        return false;
    }
    dual_set(s, rate_mg_per_h, 0);
    dual_set(s, interval, interval_h);
    if (spread)
        dual_div(s, rate_mg_per_h, way.amount_mg, way.duration_h);
    dual_copy(s, d, way.duration_h);
    d[0] -= n * interval_h;
    dual_sub(s, phase, interval, way.lag_h);
    rsp_fit_flow_clear(work);
    work->started = true;
    if (!spread) {
        dual_set(s, d, 0);
        rsp_fit_flow_add(work, item->kept, way.amount_mg);
    }
    if (!run_phase(work, item->kept, rate_mg_per_h, n, d, interval) ||
        !rsp_fit_flow_periodic(work, interval_h))
        return false;
    if (!spread)
        rsp_fit_flow_add(work, item->kept, way.amount_mg);
    if (!run_phase(work, item->kept, rate_mg_per_h, n, d, phase))
        return false;
    for (int i = 0; i < work->n; i++) {
        double amount[RSP_FIT_MAX_DIM];
        rsp_fit_flow_read(work, i, amount);
        dual_add(s, sum + i * s, sum + i * s, amount);
    }
    for (int k = 0; spread; k++) {
        struct rsp_fit_item *off = &work->item[steady->partner + *next_off];
        const double left = way.duration_h[0] - phase[0] - k * interval_h;
        if (!(left > 1e-12))
            break;
        if (*next_off >= steady->n_partner) {
            snprintf(work->why, sizeof work->why, "too many infusions of a steady state overlap");
            return false;
        }
        ++*next_off;
        off->kept = item->kept;
        off->live = true;
        dual_sub(s, off->time_h, way.duration_h, phase);
        off->time_h[0] += dose->start_h - k * interval_h;
        dual_copy(s, off->value, rate_mg_per_h);
        dual_add(s, running + item->kept * s, running + item->kept * s, rate_mg_per_h);
    }
    return true;
}

bool rsp_fit_steady(struct rsp_fit_work *work, struct rsp_fit_item *item)
{
    const int s = work->s, n = work->n;
    double *sum = work->steady, *running = work->steady + n * s;
    double time_h[RSP_FIT_MAX_DIM];
    int next_off = 0, open[RSP_MAX_STATE] = {0};
    memset(sum, 0, (size_t)(2 * n * s) * sizeof *sum);
    dual_copy(s, time_h, item->time_h);
    rsp_fit_flow_switch(work, item->span);
    for (int i = 0; i < work->n_item; i++)
        if (work->item[i].kind == RSP_FIT_OFF)
            work->item[i].live = false;
    for (int i = 0; i < work->n_item; i++) {
        const struct rsp_fit_item *way = &work->item[i];
        const int before = next_off;
        if (way->dose != item->dose || (way->kind != RSP_FIT_BOLUS && way->kind != RSP_FIT_ON))
            continue;
        if (!add_way(work, item, way, &next_off, sum, running))
            return false;
        open[way->kept] += next_off - before;
    }
    rsp_fit_flow_clear(work);
    dual_copy(s, work->now, time_h);
    work->started = true;
    for (int i = 0; i < n; i++) {
        rsp_fit_flow_add(work, i, sum + i * s);
        if (open[i] == 0)
            continue;
        rsp_fit_flow_rate(work, i, 1, running + i * s);
        work->open[i] = open[i];
    }
    return true;
}
