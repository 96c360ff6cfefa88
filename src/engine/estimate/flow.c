/* The state of one person over time: in modes where a span has them, else as amounts. */
#include <math.h>
#include <stdio.h>

#include "estimate/dual.h"
#include "estimate/fit_work.h"

void rsp_fit_flow_build(struct rsp_fit_work *work, struct rsp_fit_span *span)
{
    span->spectral = rsp_fit_modes_find(work, span);
}

void rsp_fit_flow_clear(struct rsp_fit_work *work)
{
    const size_t size = (size_t)work->n * (size_t)work->s;
    memset(work->z, 0, size * sizeof *work->z);
    memset(work->rate_mg_per_h, 0, size * sizeof *work->rate_mg_per_h);
    memset(work->modal, 0, size * sizeof *work->modal);
    memset(work->open, 0, sizeof work->open);
    work->started = false;
}

/* to = matrix from, n x n duals. Rows of left and right vectors are 0 where no path leads. */
static void transform(const struct rsp_fit_work *work, const double *matrix, const double *from, double *to)
{
    const int n = work->n, s = work->s;
    for (int i = 0; i < n; i++) {
        dual_set(s, to + i * s, 0);
        for (int j = 0; j < n; j++)
            if (work->setup->reach[i][j])
                dual_mul_add(s, to + i * s, matrix + (i * n + j) * s, from + j * s);
    }
}

static bool in_modes(const struct rsp_fit_work *work)
{
    return work->at >= 0 && work->span[work->at].spectral;
}

void rsp_fit_flow_switch(struct rsp_fit_work *work, int span)
{
    if (work->at == span)
        return;
    const size_t size = (size_t)work->n * (size_t)work->s * sizeof *work->z;
    if (work->started && in_modes(work))
        transform(work, work->span[work->at].right, work->z, work->x);
    else
        memcpy(work->x, work->z, size);
    work->at = span;
    if (work->started && in_modes(work)) {
        transform(work, work->span[span].left, work->x, work->z);
        transform(work, work->span[span].left, work->rate_mg_per_h, work->modal);
    } else {
        memcpy(work->z, work->x, size);
    }
}

static void modes_advance(struct rsp_fit_work *work, double dt)
{
    const struct rsp_fit_span *span = &work->span[work->at];
    const int s = work->s;
    for (int k = 0; k < work->n; k++) {
        const double *lambda = span->lambda + k * s, *q = work->modal + k * s;
        double *z = work->z + k * s;
        /* each of e and e - 1 where it keeps its digits */
        const double x = lambda[0] * dt, small = x > -0.5 ? expm1(x) : 0, e = x > -0.5 ? 1 + small : exp(x);
        const double g = (x > -0.5 ? small : e - 1) / lambda[0];
        const double slope = dt * e * z[0] + q[0] * (dt * e - g) / lambda[0];
        const double q0 = q[0];
        for (int p = 1; p < s; p++)
            z[p] = e * z[p] + g * q[p] + slope * lambda[p];
        z[0] = e * z[0] + g * q0;
    }
}

/* d x / d t of what is advanced; values only. */
static void slope_now(struct rsp_fit_work *work, double t_h, double slope[])
{
    const int n = work->n, s = work->s;
    if (work->setup->c->time_varying) {
        rsp_fit_ode_slope(work, t_h, slope);
        return;
    }
    const struct rsp_fit_span *span = &work->span[work->at];
    if (span->spectral) {
        for (int k = 0; k < n; k++)
            slope[k] = span->lambda[k * s] * work->z[k * s] + work->modal[k * s];
        return;
    }
    for (int i = 0; i < n; i++)
        slope[i] = work->rate_mg_per_h[i * s];
    for (int e = 0; e < work->setup->n_pair; e++) {
        const int i = work->setup->pair[e][0], j = work->setup->pair[e][1];
        slope[i] += span->generator[(i * n + j) * s] * work->z[j * s];
    }
}

bool rsp_fit_flow_to(struct rsp_fit_work *work, const double *time_h)
{
    const int s = work->s;
    const double dt = time_h[0] - work->now[0];
    if (work->started && dt > 0) {
        bool good = true;
        if (work->setup->c->time_varying)
            good = rsp_fit_ode_advance(work, work->now[0], dt);
        else if (work->span[work->at].spectral)
            modes_advance(work, dt);
        else
            good = rsp_fit_dense_advance(work, dt);
        if (!good)
            return false;
    }
    if (work->started && work->setup->timed) {
        double slope[RSP_MAX_STATE];
        slope_now(work, time_h[0], slope);
        for (int i = 0; i < work->n; i++)
            for (int p = 1; p < s; p++)
                work->z[i * s + p] += slope[i] * (time_h[p] - work->now[p]);
    }
    if (dt > 0 || work->setup->timed || !work->started)
        dual_copy(s, work->now, time_h);
    return true;
}

void rsp_fit_flow_add(struct rsp_fit_work *work, int kept, const double *amount_mg)
{
    const int n = work->n, s = work->s;
    work->started = true;
    if (!in_modes(work)) {
        dual_scale_add(s, work->z + kept * s, 1, amount_mg);
        return;
    }
    const double *left = work->span[work->at].left;
    for (int k = 0; k < n; k++)
        if (work->setup->reach[k][kept])
            dual_mul_add(s, work->z + k * s, left + (k * n + kept) * s, amount_mg);
}

void rsp_fit_flow_rate(struct rsp_fit_work *work, int kept, double sign, const double *rate_mg_per_h)
{
    const int s = work->s;
    double *sum = work->rate_mg_per_h + kept * s;
    work->started = true;
    work->open[kept] += sign > 0 ? 1 : -1;
    dual_scale_add(s, sum, sign, rate_mg_per_h);
    if (work->open[kept] <= 0) { /* what is left is rounding */
        dual_set(s, sum, 0);
        work->open[kept] = 0;
    }
    if (in_modes(work))
        transform(work, work->span[work->at].left, work->rate_mg_per_h, work->modal);
}

void rsp_fit_flow_read(const struct rsp_fit_work *work, int kept, double *amount_mg)
{
    const int n = work->n, s = work->s;
    if (kept < 0 || !work->started) {
        dual_set(s, amount_mg, 0);
        return;
    }
    if (!in_modes(work)) {
        dual_copy(s, amount_mg, work->z + kept * s);
        return;
    }
    const double *right = work->span[work->at].right;
    dual_set(s, amount_mg, 0);
    for (int k = 0; k < n; k++)
        if (work->setup->reach[kept][k])
            dual_mul_add(s, amount_mg, right + (kept * n + k) * s, work->z + k * s);
}

bool rsp_fit_flow_periodic(struct rsp_fit_work *work, double interval_h)
{
    const int s = work->s;
    if (!in_modes(work))
        return rsp_fit_dense_periodic(work, interval_h);
    const struct rsp_fit_span *span = &work->span[work->at];
    for (int k = 0; k < work->n; k++) {
        const double *lambda = span->lambda + k * s;
        double *z = work->z + k * s;
        const double gone = -expm1(lambda[0] * interval_h), e = 1 - gone;
        const double value = z[0] / gone;
        for (int p = 1; p < s; p++)
            z[p] = (z[p] + value * interval_h * e * lambda[p]) / gone;
        z[0] = value;
    }
    return true;
}
