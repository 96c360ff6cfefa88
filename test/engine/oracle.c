#include "oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>

enum { MAX = RSP_MAX_STATE + 1 };
typedef long double matrix[MAX][MAX];

double *oracle_slots(const struct rsp_source *source, const struct rsp_people *people,
    const struct rsp_simulate_options *options, size_t index)
{
    struct rsp_run run = {0};
    struct rsp_block block;
    struct rsp_error err;
    ck_assert_msg(
        rsp_run_init(&run, source, people, NULL, 0, NULL, options, &err) == RSP_OK, "%s", err.message);
    ck_assert_int_eq(rsp_block_init(&block, &run, &err), RSP_OK);
    block.first = index / RSP_LANES * RSP_LANES;
    const size_t left = people->n - block.first;
    block.n_active = left < RSP_LANES ? (int)left : RSP_LANES;
    rsp_kernels_for(options == NULL ? 0 : options->vector_width)->person(&block);
    double *slot = malloc(source->compiled->n_slot * sizeof *slot);
    for (size_t i = 0; i < source->compiled->n_slot; i++)
        slot[i] = block.slot[i][index % RSP_LANES];
    rsp_block_free(&block);
    rsp_run_free(&run);
    return slot;
}

static void times(int n, matrix a, matrix b, matrix out)
{
    static matrix c;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            c[i][j] = 0;
            for (int k = 0; k < n; k++)
                if (a[i][k] != 0 && b[k][j] != 0)
                    c[i][j] += a[i][k] * b[k][j];
        }
    memcpy(out, c, sizeof c);
}

/* exp(a t): Taylor of a t / 2^s with 45 terms, squared s times. */
static void exponential(int n, matrix a, long double t, matrix out)
{
    static matrix scaled, term;
    long double norm = 0;
    for (int i = 0; i < n; i++)
        norm = fmaxl(norm, fabsl(a[i][i]) * t);
    int squarings = 0;
    while (norm > 0.25L) {
        norm /= 2;
        squarings++;
    }
    const long double h = ldexpl(t, -squarings);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            scaled[i][j] = a[i][j] * h;
            term[i][j] = out[i][j] = i == j;
        }
    for (int k = 1; k <= 45; k++) {
        times(n, scaled, term, term);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) {
                term[i][j] /= k;
                out[i][j] += term[i][j];
            }
    }
    for (int s = 0; s < squarings; s++)
        times(n, out, out, out);
}

static void generator(const struct rsp_compiled *model, const double *slot, matrix a)
{
    memset(a, 0, sizeof(matrix));
    for (size_t l = 0; l < model->n_link; l++) {
        const struct rsp_link *link = &model->link[l];
        const long double rate = slot[link->rate];
        if (link->to >= 0)
            a[link->to][link->from] += rate;
        if (link->conserving)
            a[link->from][link->from] -= rate;
    }
}

/* One arrival: add the state `since` hours after it. */
static void add_response(
    int n, matrix a, int state, double amount_mg, double duration_h, double since, long double *x)
{
    static matrix with_rate, e;
    if (since < 0)
        return;
    memset(with_rate, 0, sizeof with_rate);
    for (int i = 0; i < n; i++)
        memcpy(with_rate[i], a[i], (size_t)n * sizeof a[i][0]);
    if (!(duration_h > 0)) {
        exponential(n, with_rate, since, e);
        for (int i = 0; i < n; i++)
            x[i] += amount_mg * e[i][state];
        return;
    }
    with_rate[state][n] = 1;
    long double y[MAX];
    const double on = since < duration_h ? since : duration_h;
    exponential(n + 1, with_rate, on, e);
    for (int i = 0; i < n; i++)
        y[i] = (long double)amount_mg / duration_h * e[i][n];
    exponential(n, with_rate, (long double)since - on, e);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            x[i] += e[i][j] * y[j];
}

static void run_dose_program(const struct rsp_compiled *model, double *slot, double amount_mg)
{
    if (model->dose_slot < 0)
        return;
    slot[model->dose_slot] = amount_mg;
    for (size_t i = 0; i < model->dose_program.n_op; i++) {
        const struct rsp_op *op = &model->dose_program.op[i];
        const double a = slot[op->a], b = slot[op->b];
        slot[op->to] = op->code == RSP_OP_ADD   ? a + b
                       : op->code == RSP_OP_SUB ? a - b
                       : op->code == RSP_OP_MUL ? a * b
                       : op->code == RSP_OP_DIV ? a / b
                       : op->code == RSP_OP_MIN ? fmin(a, b)
                       : op->code == RSP_OP_MAX ? fmax(a, b)
                       : op->code == RSP_OP_POW ? pow(a, b)
                       : op->code == RSP_OP_EXP ? exp(a)
                                                : log(a);
    }
}

/* Each input of each dose (a steady-state dose: sixty more before it). */
static void add_dose(const struct rsp_compiled *model, const double *slot_in, matrix a,
    const struct rsp_dose *dose, double t, bool after, long double *x)
{
    double *slot = malloc(model->n_slot * sizeof *slot);
    memcpy(slot, slot_in, model->n_slot * sizeof *slot);
    run_dose_program(model, slot, dose->amount_mg);
    for (size_t i = 0; i < (dose->state >= 0 ? 1 : model->n_input); i++) {
        const struct rsp_input *input = &model->input[i];
        const bool direct = dose->state >= 0;
        if (!direct && input->route != dose->route)
            continue;
        const double fraction = direct || input->fraction < 0 ? 1 : slot[input->fraction];
        const double lag = direct || input->lag < 0 ? 0 : slot[input->lag];
        const double duration = direct || input->duration < 0 ? dose->duration_h : slot[input->duration];
        const int state = direct ? dose->state : input->state;
        const int n_past = dose->steady_interval_h > 0 ? 60 : 0;
        for (int j = 0; j <= n_past; j++) {
            double since = t - (dose->start_h - j * dose->steady_interval_h + lag);
            if (since == 0 && !after && !(duration > 0))
                since = -1;
            add_response((int)model->n_state, a, state, fraction * dose->amount_mg, duration, since, x);
        }
    }
    free(slot);
}

void oracle_states(
    const struct rsp_compiled *model, const double *slot, const struct rsp_schedule *schedule, double *out)
{
    static matrix a;
    const size_t n = model->n_state;
    generator(model, slot, a);
    for (size_t t = 0; t < schedule->n_time; t++) {
        long double x[MAX] = {0};
        for (size_t d = 0; d < schedule->n_dose; d++)
            add_dose(
                model, slot, a, &schedule->dose[d], schedule->time_h[t], schedule->observe_after_dose, x);
        for (size_t i = 0; i < n; i++)
            out[t * n + i] = (double)x[i];
    }
}

struct right_hand {
    const struct rsp_compiled *model;
    const double *slot;
    double inflow[RSP_MAX_STATE];
    double first_dose_h;
};

static int slope(double t, const double x[], double dxdt[], void *data)
{
    const struct right_hand *r = data;
    for (size_t i = 0; i < r->model->n_state; i++)
        dxdt[i] = r->inflow[i];
    for (size_t l = 0; l < r->model->n_link; l++) {
        const struct rsp_link *link = &r->model->link[l];
        double flow = r->slot[link->rate] * x[link->from];
        if (link->growth >= 0)
            flow *= 1 + r->slot[link->growth] * fmax(0, t - r->first_dose_h);
        if (link->conserving)
            dxdt[link->from] -= flow;
        if (link->to >= 0)
            dxdt[link->to] += flow;
    }
    return GSL_SUCCESS;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* All moments at which something starts or stops, in order. */
static size_t breaks(
    const struct rsp_compiled *model, const double *slot, const struct rsp_schedule *schedule, double *t)
{
    size_t n = 0;
    for (size_t d = 0; d < schedule->n_dose; d++)
        for (size_t i = 0; i < model->n_input; i++) {
            const struct rsp_input *input = &model->input[i];
            if (input->route != schedule->dose[d].route)
                continue;
            const double on = schedule->dose[d].start_h + (input->lag >= 0 ? slot[input->lag] : 0);
            t[n++] = on;
            t[n++] = on + (input->duration >= 0 ? slot[input->duration] : schedule->dose[d].duration_h);
        }
    qsort(t, n, sizeof *t, ascending);
    return n;
}

static void enter(const struct rsp_compiled *model, const double *slot, const struct rsp_schedule *schedule,
    double from, double to, double *x, double *inflow)
{
    memset(inflow, 0, RSP_MAX_STATE * sizeof *inflow);
    double *own = malloc(model->n_slot * sizeof *own);
    for (size_t d = 0; d < schedule->n_dose; d++) {
        const struct rsp_dose *dose = &schedule->dose[d];
        memcpy(own, slot, model->n_slot * sizeof *own);
        run_dose_program(model, own, dose->amount_mg);
        for (size_t i = 0; i < model->n_input; i++) {
            const struct rsp_input *input = &model->input[i];
            if (input->route != dose->route)
                continue;
            const double on = dose->start_h + (input->lag >= 0 ? own[input->lag] : 0);
            const double duration = input->duration >= 0 ? own[input->duration] : dose->duration_h;
            const double amount = dose->amount_mg * (input->fraction >= 0 ? own[input->fraction] : 1);
            if (!(duration > 0) && on == from)
                x[input->state] += amount;
            if (duration > 0 && on <= from && on + duration >= to)
                inflow[input->state] += amount / duration;
        }
    }
    free(own);
}

/* Doses by route only, times sorted and none at a bolus. */
void oracle_ode(
    const struct rsp_compiled *model, const double *slot, const struct rsp_schedule *schedule, double *out)
{
    double t_break[512], x[RSP_MAX_STATE] = {0};
    const size_t n_break = breaks(model, slot, schedule, t_break), n = model->n_state;
    struct right_hand r = {.model = model, .slot = slot, .first_dose_h = n_break > 0 ? t_break[0] : 0};
    for (size_t d = 0; d < schedule->n_dose; d++)
        r.first_dose_h = fmin(schedule->dose[d].start_h, d == 0 ? INFINITY : r.first_dose_h);
    gsl_odeiv2_system system = {.function = slope, .dimension = n, .params = &r};
    gsl_odeiv2_driver *driver =
        gsl_odeiv2_driver_alloc_y_new(&system, gsl_odeiv2_step_rk8pd, 1e-4, 1e-17, 1e-12);
    double now = t_break[0];
    size_t next = 0;
    for (size_t k = 0; k < schedule->n_time; k++) {
        const double want = schedule->time_h[k];
        while (next < n_break && t_break[next] <= want) {
            if (t_break[next] > now)
                ck_assert_int_eq(gsl_odeiv2_driver_apply(driver, &now, t_break[next], x), GSL_SUCCESS);
            now = t_break[next];
            while (next < n_break && t_break[next] == now)
                next++;
            enter(model, slot, schedule, now, next < n_break ? t_break[next] : INFINITY, x, r.inflow);
            if (next == n_break)
                memset(r.inflow, 0, sizeof r.inflow);
            gsl_odeiv2_driver_reset_hstart(driver, 1e-5);
        }
        if (want > now)
            ck_assert_int_eq(gsl_odeiv2_driver_apply(driver, &now, want, x), GSL_SUCCESS);
        memcpy(&out[k * n], x, n * sizeof *x);
    }
    gsl_odeiv2_driver_free(driver);
}

struct rsp_source oracle_source(const struct rsp_model *model)
{
    const struct rsp_compiled *compiled = rsp_model_compiled(model);
    struct rsp_model_covariate *covariate = calloc(compiled->n_covariate + 1, sizeof *covariate);
    const char **name = calloc(compiled->n_parameter + 1, sizeof *name);
    for (size_t i = 0; i < compiled->n_covariate; i++)
        covariate[i] = *rsp_model_covariate(model, i);
    for (size_t i = 0; i < compiled->n_parameter; i++)
        name[i] = rsp_model_parameter(model, i)->name;
    return (struct rsp_source){.compiled = compiled,
        .drug = rsp_model_drug(model),
        .id = rsp_model_id(model),
        .covariate = covariate,
        .parameter_name = name};
}

void oracle_source_free(struct rsp_source *source)
{
    free((void *)(uintptr_t)source->covariate);
    free((void *)(uintptr_t)source->parameter_name);
}
