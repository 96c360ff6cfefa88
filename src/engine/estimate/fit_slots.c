/* Random effects -> parameters -> slots -> generators, with derivatives. */
#include <math.h>
#include <stdio.h>

#include "estimate/dual.h"
#include "estimate/fit_work.h"

static double with_covariate(const struct rsp_covariate_effect *e, double value, double c)
{
    if (e->kind == RSP_COV_ALLOMETRIC)
        return value * pow(c / e->reference, e->exponent);
    if (e->kind == RSP_COV_LINEAR) {
        const double over = c - e->reference;
        return value + e->slope * (e->above_only && !(over > 0) ? 0 : over);
    }
    return value * e->factor[(size_t)c];
}

static void one_op(int s, const struct rsp_op *op, double *slot)
{
    double *to = slot + (size_t)op->to * (size_t)s;
    const double *a = slot + (size_t)op->a * (size_t)s, *b = slot + (size_t)op->b * (size_t)s;
    switch (op->code) {
    case RSP_OP_ADD:
        dual_add(s, to, a, b);
        break;
    case RSP_OP_SUB:
        dual_sub(s, to, a, b);
        break;
    case RSP_OP_MUL:
        dual_mul(s, to, a, b);
        break;
    case RSP_OP_DIV:
        dual_div(s, to, a, b);
        break;
    case RSP_OP_MIN:
        dual_copy(s, to, a[0] < b[0] ? a : b);
        break;
    case RSP_OP_MAX:
        dual_copy(s, to, a[0] > b[0] ? a : b);
        break;
    case RSP_OP_POW:
        dual_pow(s, to, a, b);
        break;
    case RSP_OP_EXP:
        dual_chain(s, to, a, exp(a[0]), exp(a[0]));
        break;
    case RSP_OP_LOG:
        dual_chain(s, to, a, log(a[0]), 1 / a[0]);
        break;
    }
}

void rsp_fit_program(int s, const struct rsp_program *program, double *slot)
{
    for (size_t i = 0; i < program->n_op; i++)
        one_op(s, &program->op[i], slot);
}

void rsp_fit_slots_fixed(struct rsp_fit_work *work, struct rsp_fit_span *span)
{
    const struct rsp_fit_setup *setup = work->setup;
    const struct rsp_compiled *c = setup->c;
    const struct rsp_fit_stretch *stretch = span->stretch >= 0 ? &work->person->stretch[span->stretch] : NULL;
    const size_t s = (size_t)work->s;
    memset(span->slot, 0, c->n_slot * s * sizeof *span->slot);
    for (size_t i = 0; i < c->n_parameter; i++)
        span->base[i] = c->parameter[i].typical;
    for (size_t i = 0; i < c->n_covariate; i++) {
        const double given = stretch != NULL && stretch->covariate != NULL ? stretch->covariate[i] : NAN;
        span->slot[((size_t)c->first_covariate_slot + i) * s] =
            isnan(given) ? rsp_model_covariate(setup->model, i)->reference : given;
    }
    for (size_t e = 0; e < c->n_covariate_effect; e++) {
        const struct rsp_covariate_effect *effect = &c->covariate_effect[e];
        span->base[effect->parameter] = with_covariate(effect, span->base[effect->parameter],
            span->slot[(size_t)(c->first_covariate_slot + effect->covariate) * s]);
    }
    for (size_t i = 0; i < c->n_constant; i++)
        span->slot[((size_t)c->first_constant_slot + i) * s] = c->constant[i];
    for (size_t i = 0; i < c->n_parameter; i++)
        span->slot[i * s] = span->base[i];
    rsp_fit_program(work->s, &c->program, span->slot);
}

/* The parameter moved by an effect on its scale; the effect is a dual. */
static void move(int s, enum rsp_eta_scale scale, double base, double *effect)
{
    if (scale == RSP_ETA_ADDITIVE) {
        effect[0] += base;
    } else if (scale == RSP_ETA_LOG) {
        const double value = base * exp(effect[0]);
        dual_chain(s, effect, effect, value, value);
    } else {
        const double odds = base * exp(effect[0]), value = odds / (odds + (1 - base));
        dual_chain(s, effect, effect, value, value * (1 - value));
    }
}

static void parameter(
    const struct rsp_fit_work *work, const struct rsp_fit_span *span, size_t i, const double u[])
{
    const struct rsp_fit_setup *setup = work->setup;
    const struct rsp_compiled_parameter *p = &setup->c->parameter[i];
    const int n = work->n_effect, n_between = (int)setup->c->n_eta;
    const int n_extra = (int)setup->options.n_extra, n_iov = (int)setup->c->n_iov_eta;
    double *to = span->slot + i * (size_t)work->s;
    const bool slopes = work->s > 1;
    dual_set(work->s, to, 0);
    for (int j = 0; p->eta >= 0 && j <= p->eta; j++) {
        to[0] += work->chol[p->eta * n + j] * u[j];
        if (slopes)
            to[1 + j] = work->chol[p->eta * n + j];
    }
    const int own[] = {setup->extra_of[i] >= 0 ? n_between + setup->extra_of[i] : -1,
        p->iov_eta >= 0 ? n_between + n_extra + span->occasion * n_iov + p->iov_eta : -1};
    for (int k = 0; k < 2; k++) {
        if (own[k] < 0)
            continue;
        to[0] += work->chol[own[k] * n + own[k]] * u[own[k]];
        if (slopes)
            to[1 + own[k]] = work->chol[own[k] * n + own[k]];
    }
    const enum rsp_eta_scale scale = p->eta < 0 && p->iov_eta < 0 ? RSP_ETA_LOG : p->eta_scale;
    move(work->s, scale, span->base[i], to);
}

static bool generator(struct rsp_fit_work *work, struct rsp_fit_span *span)
{
    const struct rsp_fit_setup *setup = work->setup;
    const int s = work->s, n = work->n;
    for (int k = 0; k < setup->n_pair; k++)
        dual_set(s, span->generator + (setup->pair[k][0] * n + setup->pair[k][1]) * s, 0);
    for (int l = 0; l < setup->n_link; l++) {
        const struct rsp_fit_link *link = &setup->link[l];
        const double *rate = span->slot + link->rate * s;
        if (!(rate[0] >= -1e-9 && rate[0] < 1e300)) {
            snprintf(work->why, sizeof work->why, "a rate is %g 1/h", rate[0]);
            return false;
        }
        if (rate[0] < 0) /* a remainder such as 1 - fm may round below zero */
            continue;
        if (link->to >= 0)
            dual_scale_add(s, span->generator + (link->to * n + link->from) * s, 1, rate);
        if (link->conserving)
            dual_scale_add(s, span->generator + (link->from * n + link->from) * s, -1, rate);
    }
    return true;
}

void rsp_fit_begin(struct rsp_fit_work *work, bool slopes)
{
    work->s = slopes ? 1 + work->n_effect : 1;
    const size_t size = (size_t)(work->n * work->n * work->s) * sizeof(double);
    for (int k = 0; k < work->n_span; k++) {
        struct rsp_fit_span *span = &work->span[k];
        span->spectral = false;
        memset(span->generator, 0, size);
        memset(span->right, 0, size);
        memset(span->left, 0, size);
        rsp_fit_slots_fixed(work, span);
    }
}

bool rsp_fit_slots(struct rsp_fit_work *work, const double u[])
{
    const struct rsp_fit_setup *setup = work->setup;
    const struct rsp_compiled *c = setup->c;
    work->levels.span = -1;
    for (int k = 0; k < work->n_span; k++) {
        struct rsp_fit_span *span = &work->span[k];
        for (size_t i = 0; i < c->n_parameter; i++)
            if (setup->active[i])
                parameter(work, span, i, u);
        for (int i = 0; i < setup->n_active_op; i++)
            one_op(work->s, &c->program.op[setup->active_op[i]], span->slot);
        if (!generator(work, span))
            return false;
        if (!c->time_varying)
            rsp_fit_flow_build(work, span);
    }
    return true;
}
