/* Individual parameters of eight people. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "num/beta.h"
#include "simulate/lanes.h"

void LANES(fail)(struct rsp_block *block, rsp_status status, int lane, const char *fmt, ...)
{
    if (block->status != RSP_OK)
        return;
    block->status = status;
    block->bad_lane = lane < block->n_active ? lane : block->n_active - 1;
    va_list args;
    va_start(args, fmt);
    vsnprintf(block->what, sizeof block->what, fmt, args);
    va_end(args);
}

static v8 covariate(const struct rsp_block *block, size_t c)
{
    const struct rsp_people *people = block->run->people;
    const double *column = people->covariate == NULL ? NULL : people->covariate[c];
    if (column == NULL)
        return v8_all(block->run->source->covariate[c].reference);
    const size_t stride = people->stride == NULL ? 0 : people->stride[c];
    if (stride == 0)
        return v8_all(column[0]);
    v8 v;
    for (int l = 0; l < RSP_LANES; l++)
        v[l] = column[stride * (block->first + (size_t)(l < block->n_active ? l : block->n_active - 1))];
    return v;
}

/* The uncertain value of one parameter, drawn for every person. */
static v8 drawn(const struct rsp_block *block, int parameter)
{
    const struct rsp_uncertain *u = &block->run->model->parameter[parameter].uncertain;
    v8u bits[2];
    v8_philox(block->run->options.seed, lane_person(block), rsp_random_stream(RSP_STREAM_UNCERTAINTY, 0),
        (uint32_t)parameter / 2, bits);
    const v8 uniform = v8_uniform(bits[parameter % 2]);
    v8 v = uniform;
    if (u->kind == RSP_UNCERTAIN_LOGNORMAL)
        v = v8_exp(u->a + u->b * v8_normal(uniform));
    else if (u->kind == RSP_UNCERTAIN_NORMAL)
        v = u->a + u->b * v8_normal(uniform);
    else
        for (int l = 0; l < RSP_LANES; l++)
            v[l] = rsp_beta_inverse(uniform[l], u->a, u->b);
    return v;
}

static v8 with_covariate(const struct rsp_covariate_effect *e, v8 value, v8 c)
{
    if (e->kind == RSP_COV_ALLOMETRIC)
        return value * v8_pow(c / e->reference, v8_all(e->exponent));
    if (e->kind == RSP_COV_LINEAR) {
        const v8 over = c - e->reference;
        return value + e->slope * (e->above_only ? v8_max(over, v8_all(0)) : over);
    }
    for (int l = 0; l < RSP_LANES; l++)
        value[l] *= e->factor[(size_t)c[l]];
    return value;
}

static void add_between_person(struct rsp_block *block)
{
    const struct rsp_run *run = block->run;
    const struct rsp_compiled *model = run->model;
    const v8u person = lane_person(block);
    const int n = (int)model->n_eta;
    v8 *z = (v8 *)(void *)block->normal;
    if (n > 0)
        v8_normals(run->options.seed, person, rsp_random_stream(RSP_STREAM_ETA, 0), n, z);
    for (size_t i = 0; i < model->n_parameter; i++) {
        const int eta = model->parameter[i].eta;
        if (eta < 0)
            continue;
        v8 sum = v8_all(0);
        for (int j = 0; j <= eta; j++)
            sum += model->omega_chol[eta * n + j] * z[j];
        lane_set(&block->effect[i], sum);
    }
    v8u bits[2];
    for (size_t e = 0; e < run->options.n_extra; e++) {
        const int i = run->extra_parameter[e];
        if (e == 0 || i / 2 != run->extra_parameter[e - 1] / 2) /* two numbers a block */
            v8_philox(
                run->options.seed, person, rsp_random_stream(RSP_STREAM_EXTRA, 0), (uint32_t)i / 2, bits);
        const v8 normal = v8_normal(v8_uniform(bits[i % 2]));
        lane_set(&block->effect[i], lane_get(&block->effect[i]) + run->options.extra[e].sd_log * normal);
    }
}

void LANES(base)(struct rsp_block *block)
{
    const struct rsp_run *run = block->run;
    const struct rsp_compiled *model = run->model;
    for (size_t i = 0; i < model->n_parameter; i++) {
        const bool draw = run->options.uncertainty == RSP_UNCERTAINTY_PERSON &&
                          model->parameter[i].uncertain.kind != RSP_CERTAIN;
        lane_set(&block->base[i], draw ? drawn(block, (int)i) : v8_all(run->trial[i]));
        lane_set(&block->effect[i], v8_all(0));
    }
    for (size_t c = 0; c < model->n_covariate; c++)
        lane_set(&block->slot[(size_t)model->first_covariate_slot + c], covariate(block, c));
    for (size_t e = 0; e < model->n_covariate_effect; e++) {
        const struct rsp_covariate_effect *effect = &model->covariate_effect[e];
        const v8 c = lane_get(&block->slot[model->first_covariate_slot + effect->covariate]);
        rsp_lane *value = &block->base[effect->parameter];
        lane_set(value, with_covariate(effect, lane_get(value), c));
    }
    for (size_t i = 0; i < model->n_constant; i++)
        lane_set(&block->slot[(size_t)model->first_constant_slot + i], v8_all(model->constant[i]));
    if (run->options.variability)
        add_between_person(block);
}

static void run_program(const struct rsp_program *program, rsp_lane *slot)
{
    for (size_t i = 0; i < program->n_op; i++) {
        const struct rsp_op *op = &program->op[i];
        const v8 a = lane_get(&slot[op->a]);
        const v8 b = op->code == RSP_OP_EXP || op->code == RSP_OP_LOG ? a : lane_get(&slot[op->b]);
        v8 y = a;
        switch (op->code) {
        case RSP_OP_ADD:
            y = a + b;
            break;
        case RSP_OP_SUB:
            y = a - b;
            break;
        case RSP_OP_MUL:
            y = a * b;
            break;
        case RSP_OP_DIV:
            y = a / b;
            break;
        case RSP_OP_MIN:
            y = v8_select(a < b, a, b);
            break;
        case RSP_OP_MAX:
            y = v8_select(a > b, a, b);
            break;
        case RSP_OP_POW:
            y = v8_pow(a, b);
            break;
        case RSP_OP_EXP:
            y = v8_exp(a);
            break;
        case RSP_OP_LOG:
            y = v8_log(a);
            break;
        }
        lane_set(&slot[op->to], y);
    }
}

static v8 with_effect(enum rsp_eta_scale scale, v8 value, v8 effect)
{
    if (scale == RSP_ETA_ADDITIVE)
        return value + effect;
    if (scale == RSP_ETA_LOG)
        return value * v8_exp(effect);
    /* logit: value / (1 - value) times exp(effect), back to a share */
    const v8 odds = value * v8_exp(effect);
    return odds / (odds + (1.0 - value));
}

/* A person's own parameters stand above what was drawn. */
static void take_own(struct rsp_block *block)
{
    const struct rsp_compiled *model = block->run->model;
    const size_t n = model->n_parameter;
    for (int l = 0; l < RSP_LANES; l++) {
        const size_t person = block->first + (size_t)(l < block->n_active ? l : block->n_active - 1);
        const double *own = &block->run->people->parameter[person * n];
        for (size_t i = 0; i < n; i++)
            if (own[i] == own[i])
                block->slot[i][l] = own[i] * model->parameter[i].unit_factor;
    }
}

void LANES(occasion)(struct rsp_block *block, int occasion)
{
    const struct rsp_run *run = block->run;
    const struct rsp_compiled *model = run->model;
    const bool varies = run->options.variability;
    const int n_iov = varies ? (int)model->n_iov_eta : 0;
    v8 *z = (v8 *)(void *)block->normal;
    if (n_iov > 0)
        v8_normals(run->options.seed, lane_person(block),
            rsp_random_stream(RSP_STREAM_OCCASION, (uint32_t)occasion), n_iov, z);
    for (size_t i = 0; i < model->n_parameter; i++) {
        const struct rsp_compiled_parameter *p = &model->parameter[i];
        const int iov = n_iov > 0 ? p->iov_eta : -1;
        const v8 value = lane_get(&block->base[i]);
        v8 effect = lane_get(&block->effect[i]);
        if (iov >= 0)
            effect += model->iov_sd[iov] * z[iov];
        const enum rsp_eta_scale scale = p->eta < 0 && p->iov_eta < 0 ? RSP_ETA_LOG : p->eta_scale;
        lane_set(&block->slot[i], varies ? with_effect(scale, value, effect) : value);
    }
    if (run->people->parameter != NULL)
        take_own(block);
    run_program(&model->program, block->slot);
}

void LANES(class_gate)(struct rsp_block *block)
{
    const struct rsp_run *run = block->run;
    const int parameter = run->model->class_parameter;
    v8 gate = v8_all(run->options.response_class == RSP_CLASS_NONE && parameter >= 0 ? 0.0 : 1.0);
    if (parameter >= 0 && run->options.response_class == RSP_CLASS_DRAW) {
        v8u bits[2];
        v8_philox(run->options.seed, lane_person(block), rsp_random_stream(RSP_STREAM_CLASS, 0), 0, bits);
        gate = v8_select(v8_uniform(bits[0]) < lane_get(&block->slot[parameter]), v8_all(1), v8_all(0));
    }
    lane_set(block->class_gate, gate);
}

void LANES(fractions)(struct rsp_block *block, const struct rsp_dose_plan *dose, rsp_lane *fraction)
{
    const struct rsp_run *run = block->run;
    const struct rsp_compiled *model = run->model;
    bool by_dose = false;
    for (int i = 0; i < dose->n_input; i++)
        by_dose = by_dose || model->input[run->route_input[dose->first_input + i]].fraction_of_dose;
    if (by_dose) {
        lane_set(&block->slot[model->dose_slot], v8_all(dose->dose.amount_mg));
        run_program(&model->dose_program, block->slot);
    }
    for (int i = 0; i < dose->n_input; i++) {
        const int slot = model->input[run->route_input[dose->first_input + i]].fraction;
        const v8 f = slot < 0 ? v8_all(1) : lane_get(&block->slot[slot]);
        for (int l = 0; l < RSP_LANES; l++)
            if (!(f[l] >= 0 && f[l] < __builtin_inf()))
                LANES(fail)
        (block, RSP_E_DOMAIN, l, "the absorbed fraction of a %s dose is %g", rsp_route_name(dose->dose.route),
            f[l]);
        lane_set(&fraction[i], f);
    }
}
