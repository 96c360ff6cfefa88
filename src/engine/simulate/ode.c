/* Models whose coefficients change with time. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>

#include "simulate/run.h"

static const double relative = 1e-10;
/* Below this share of the doses' total a state is noise. */
static const double noise_share = 1e-16;
enum { MAX_STEPS = 1000000 };

struct ode {
    struct rsp_block *block;
    int lane;
    gsl_odeiv2_system system;
    gsl_odeiv2_driver *driver;
    double x[RSP_MAX_STATE];
};

static int slope(double t, const double x[], double dxdt[], void *data)
{
    const struct ode *ode = data;
    const struct rsp_block *block = ode->block;
    const struct rsp_run *run = block->run;
    const struct rsp_structure *s = &run->structure;
    for (int i = 0; i < s->n; i++)
        dxdt[i] = s->column[i] >= 0 ? block->z[s->column[i]][ode->lane] : 0;
    for (int p = 0; p < s->n_place; p++) {
        const struct rsp_link *link = &run->model->link[s->place[p].link];
        const int from = s->kept[link->from], to = link->to >= 0 ? s->kept[link->to] : -1;
        double flow = block->slot[link->rate][ode->lane] * x[from];
        if (link->growth >= 0)
            flow *= 1 + block->slot[link->growth][ode->lane] * fmax(t - run->first_dose_h, 0);
        if (link->conserving)
            dxdt[from] -= flow;
        if (to >= 0)
            dxdt[to] += flow;
    }
    return GSL_SUCCESS;
}

void *rsp_block_ode_new(struct rsp_block *block)
{
    struct ode *ode = calloc(1, sizeof *ode);
    if (ode == NULL)
        return NULL;
    const struct rsp_run *run = block->run;
    double total_mg = 0;
    for (size_t d = 0; d < run->n_dose; d++)
        total_mg += run->dose[d].dose.amount_mg;
    ode->block = block;
    if (run->structure.n == 0)
        return ode;
    ode->system =
        (gsl_odeiv2_system){.function = slope, .dimension = (size_t)run->structure.n, .params = ode};
    ode->driver = gsl_odeiv2_driver_alloc_y_new(
        &ode->system, gsl_odeiv2_step_rk8pd, 1e-3, noise_share * (total_mg > 0 ? total_mg : 1), relative);
    if (ode->driver == NULL) {
        free(ode);
        return NULL;
    }
    gsl_odeiv2_driver_set_nmax(ode->driver, MAX_STEPS);
    return ode;
}

void rsp_block_ode_free(void *data)
{
    struct ode *ode = data;
    if (ode == NULL)
        return;
    if (ode->driver != NULL)
        gsl_odeiv2_driver_free(ode->driver);
    free(ode);
}

void rsp_block_ode_advance(struct rsp_block *block, const double dt_h[RSP_LANES])
{
    struct ode *ode = block->ode;
    const int n = block->run->structure.n;
    for (int l = 0; l < block->n_active && n > 0 && block->status == RSP_OK; l++) {
        if (!(dt_h[l] > 0))
            continue;
        ode->lane = l;
        for (int i = 0; i < n; i++)
            ode->x[i] = block->z[i][l];
        double t = block->now_h[l];
        gsl_odeiv2_driver_reset_hstart(ode->driver, fmin(dt_h[l], 1e-3));
        const int status = gsl_odeiv2_driver_apply(ode->driver, &t, t + dt_h[l], ode->x);
        if (status != GSL_SUCCESS) {
            block->status = RSP_E_NUMERIC;
            block->bad_lane = l;
            snprintf(block->what, sizeof block->what, "the solver did not get from %g h to %g h",
                block->now_h[l], block->now_h[l] + dt_h[l]);
            return;
        }
        for (int i = 0; i < n; i++)
            block->z[i][l] = ode->x[i] > 0 ? ode->x[i] : 0;
    }
}
