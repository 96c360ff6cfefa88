/* Predictions of all observations of one person, with their derivatives. */
#include <math.h>
#include <stdio.h>

#include "estimate/dual.h"
#include "estimate/fit_work.h"

static void slot_of(
    const struct rsp_fit_work *work, const struct rsp_fit_span *span, int slot, double absent, double *to)
{
    if (slot < 0)
        dual_set(work->s, to, absent);
    else
        dual_copy(work->s, to, span->slot + slot * work->s);
}

static void readout(const struct rsp_fit_work *work, const struct rsp_fit_span *span, int which, double *to)
{
    const struct rsp_readout *r = &work->setup->c->readout[which];
    rsp_fit_flow_read(work, work->setup->structure.kept[r->state], to);
    dual_mul(work->s, to, to, span->slot + r->scale * work->s);
}

/* x^h / (1 + x^h), also where x^h overflows. */
static void sigmoid(int s, const double *x, const double *hill, double *to)
{
    const double lx = x[0] > 0 ? hill[0] * log(x[0]) : -INFINITY;
    const double value = lx < 0 ? exp(lx) / (1 + exp(lx)) : 1 / (1 + exp(-lx));
    const double slope = value * (1 - value); /* by the logarithm of x^h */
    double da = x[0] > 0 ? slope * hill[0] / x[0] : hill[0] == 1 ? 1 : 0;
    dual_chain2(s, to, x, da, hill, x[0] > 0 ? slope * log(x[0]) : 0, value);
}

static void effect(const struct rsp_fit_work *work, const struct rsp_fit_span *span, int which, double *to)
{
    const struct rsp_compiled_effect *e = &work->setup->c->effect[which];
    const int s = work->s;
    double baseline[RSP_FIT_MAX_DIM], d[RSP_FIT_MAX_DIM], c50[RSP_FIT_MAX_DIM], hill[RSP_FIT_MAX_DIM];
    slot_of(work, span, e->baseline, e->form == RSP_EFFECT_POWER ? 1 : 0, baseline);
    if (e->form == RSP_EFFECT_PRODUCT) {
        effect(work, span, e->driver[0], d);
        dual_scale(s, d, d, -1);
        d[0] += 1;
        dual_mul(s, to, baseline, d);
        return;
    }
    if (e->form == RSP_EFFECT_LINEAR) {
        dual_copy(s, to, baseline);
        for (int k = 0; k < e->n_driver; k++) {
            readout(work, span, e->driver[k], d);
            dual_mul_add(s, to, span->slot + e->slope[k] * s, d);
        }
        return;
    }
    readout(work, span, e->driver[0], d);
    d[0] = fmax(d[0], 0);
    slot_of(work, span, e->c50, 1, c50);
    slot_of(work, span, e->hill, 1, hill);
    dual_div(s, d, d, c50);
    if (e->form == RSP_EFFECT_POWER) {
        dual_pow(s, d, d, hill);
        d[0] += 1;
        dual_mul(s, to, baseline, d);
        return;
    }
    sigmoid(s, d, hill, d); /* hill is 1 unless the form has one */
    if (e->form == RSP_EFFECT_INHIBITION) {
        dual_copy(s, to, d);
        return;
    }
    double ceiling[RSP_FIT_MAX_DIM];
    slot_of(work, span, e->ceiling, 1, ceiling);
    dual_sub(s, ceiling, ceiling, baseline);
    dual_mul_add(s, baseline, ceiling, d);
    dual_copy(s, to, baseline);
}

static void observe(struct rsp_fit_work *work, const struct rsp_fit_item *item)
{
    const int output = work->person->observation[item->observation].output;
    const int n_readout = (int)work->setup->c->n_readout;
    double *f = work->f + item->observation * work->s;
    if (output < n_readout)
        readout(work, &work->span[item->span], output, f);
    else
        effect(work, &work->span[item->span], output - n_readout, f);
}

/* Stable insertion: the order of the last evaluation, or of the data, is nearly right. */
static void sort_items(struct rsp_fit_work *work)
{
    for (int i = 1; i < work->n_item; i++) {
        const int which = work->order[i];
        const struct rsp_fit_item *item = &work->item[which];
        int j = i;
        for (; j > 0; j--) {
            const struct rsp_fit_item *before = &work->item[work->order[j - 1]];
            if (before->time_h[0] < item->time_h[0] ||
                (before->time_h[0] == item->time_h[0] &&
                    (before->rank < item->rank ||
                        (before->rank == item->rank && work->order[j - 1] < which))))
                break;
            work->order[j] = work->order[j - 1];
        }
        work->order[j] = which;
    }
}

static bool move_to(struct rsp_fit_work *work, const double *time_h)
{
    double end[RSP_FIT_MAX_DIM];
    while (work->at + 1 < work->n_span && work->span[work->at].until_h < time_h[0]) {
        dual_set(work->s, end, work->span[work->at].until_h);
        if (end[0] > work->now[0] && !rsp_fit_flow_to(work, end))
            return false;
        rsp_fit_flow_switch(work, work->at + 1);
    }
    return rsp_fit_flow_to(work, time_h);
}

static bool apply(struct rsp_fit_work *work, struct rsp_fit_item *item)
{
    struct rsp_fit_item *off = item->kind == RSP_FIT_ON ? &work->item[item->partner] : NULL;
    switch (item->kind) {
    case RSP_FIT_OBSERVE:
        observe(work, item);
        break;
    case RSP_FIT_STEADY:
        if (!rsp_fit_steady(work, item))
            return false;
        /* OFFs of what runs came into being: they lie ahead */
        sort_items(work);
        break;
    case RSP_FIT_ON:
        off->live = item->duration_h[0] > 0;
        if (off->live) {
            rsp_fit_flow_rate(work, item->kept, 1, item->value);
            break;
        }
        rsp_fit_flow_add(work, item->kept, item->value);
        break;
    case RSP_FIT_BOLUS:
        rsp_fit_flow_add(work, item->kept, item->value);
        break;
    case RSP_FIT_OFF:
        if (item->live)
            rsp_fit_flow_rate(work, item->kept, -1, item->value);
        item->live = false;
        break;
    }
    return true;
}

bool rsp_fit_predict(struct rsp_fit_work *work, const double u[])
{
    work->why[0] = '\0';
    if (!rsp_fit_slots(work, u) || !rsp_fit_doses(work))
        return false;
    sort_items(work);
    for (int i = 0; i < work->n_item; i++)
        work->item[i].live = false;
    work->at = 0;
    rsp_fit_flow_clear(work);
    if (work->n_item > 0)
        dual_copy(work->s, work->now, work->item[work->order[0]].time_h);
    size_t n_seen = 0;
    for (int i = 0; i < work->n_item && n_seen < work->person->n_observation; i++) {
        struct rsp_fit_item *item = &work->item[work->order[i]];
        if (!(item->time_h[0] < INFINITY))
            break;
        if (!move_to(work, item->time_h) || !apply(work, item))
            return false;
        n_seen += item->kind == RSP_FIT_OBSERVE;
    }
    return true;
}
