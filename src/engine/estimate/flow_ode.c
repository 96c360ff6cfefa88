/* Models whose coefficients change with time: the state and its derivatives as one system of equations. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>

#include "estimate/dual.h"
#include "estimate/fit_work.h"

static const double relative = 1e-10;
/* Below this share of the doses' total a state is noise. */
static const double noise_share = 1e-14;
enum { MAX_STEPS = 1000000 };

struct ode {
    struct rsp_fit_work *work;
    size_t dimension;
    gsl_odeiv2_system system;
    gsl_odeiv2_driver *driver;
};

static void flows(const struct rsp_fit_work *work, double t, int s, const double x[], double dxdt[])
{
    const struct rsp_fit_setup *setup = work->setup;
    const double age = fmax(t - work->first_dose_h, 0);
    const int width = work->s;
    for (int i = 0; i < work->n; i++)
        dual_copy(s, dxdt + i * s, work->rate_mg_per_h + i * width);
    for (int l = 0; l < setup->n_link; l++) {
        const struct rsp_fit_link *link = &setup->link[l];
        const double *slot = work->span[work->at].slot;
        double rate[RSP_FIT_MAX_DIM], flow[RSP_FIT_MAX_DIM];
        dual_copy(s, rate, slot + link->rate * width);
        if (link->growth >= 0) {
            double grown[RSP_FIT_MAX_DIM] = {0};
            dual_scale(s, grown, slot + link->growth * width, age);
            grown[0] += 1;
            dual_mul(s, rate, rate, grown);
        }
        dual_mul(s, flow, rate, x + link->from * s);
        if (link->conserving)
            dual_scale_add(s, dxdt + link->from * s, -1, flow);
        if (link->to >= 0)
            dual_scale_add(s, dxdt + link->to * s, 1, flow);
    }
}

static int slope(double t, const double x[], double dxdt[], void *data)
{
    const struct ode *ode = data;
    flows(ode->work, t, ode->work->s, x, dxdt);
    return GSL_SUCCESS;
}

void rsp_fit_ode_slope(struct rsp_fit_work *work, double t_h, double dxdt[])
{
    double x[RSP_MAX_STATE];
    for (int i = 0; i < work->n; i++)
        x[i] = work->z[i * work->s];
    flows(work, t_h, 1, x, dxdt);
}

void rsp_fit_ode_free(void *data)
{
    struct ode *ode = data;
    if (ode == NULL)
        return;
    if (ode->driver != NULL)
        gsl_odeiv2_driver_free(ode->driver);
    free(ode);
}

static struct ode *solver(struct rsp_fit_work *work)
{
    struct ode *ode = work->ode;
    const size_t dimension = (size_t)(work->n * work->s);
    if (ode != NULL && ode->dimension == dimension) {
        ode->work = work;
        return ode;
    }
    rsp_fit_ode_free(ode);
    work->ode = ode = calloc(1, sizeof *ode);
    if (ode == NULL)
        return NULL;
    double total_mg = 0;
    for (size_t d = 0; d < work->person->n_dose; d++)
        total_mg += work->person->dose[d].amount_mg;
    ode->work = work;
    ode->dimension = dimension;
    ode->system = (gsl_odeiv2_system){.function = slope, .dimension = dimension, .params = ode};
    ode->driver = gsl_odeiv2_driver_alloc_y_new(
        &ode->system, gsl_odeiv2_step_rk8pd, 1e-3, noise_share * (total_mg > 0 ? total_mg : 1), relative);
    if (ode->driver == NULL) {
        free(ode);
        work->ode = NULL;
        return NULL;
    }
    gsl_odeiv2_driver_set_nmax(ode->driver, MAX_STEPS);
    return ode;
}

bool rsp_fit_ode_advance(struct rsp_fit_work *work, double from_h, double dt_h)
{
    struct ode *ode = solver(work);
    if (ode == NULL) {
        snprintf(work->why, sizeof work->why, "not enough memory for the solver");
        return false;
    }
    double t = from_h;
    gsl_odeiv2_driver_reset_hstart(ode->driver, fmin(dt_h, 1e-3));
    if (gsl_odeiv2_driver_apply(ode->driver, &t, from_h + dt_h, work->z) == GSL_SUCCESS)
        return true;
    snprintf(work->why, sizeof work->why, "the solver did not get from %g h to %g h", from_h, from_h + dt_h);
    return false;
}
