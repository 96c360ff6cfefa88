/* Definitions -> rsp_compiled: parameters, random effects, structure. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/compile.h"

void *rsp_compile_array(struct rsp_model *model, size_t n, size_t size, struct rsp_error *err)
{
    void *p = rsp_arena_alloc(model->arena, (n > 0 ? n : 1) * size);
    if (p == NULL)
        rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return p;
}

static rsp_status limit(size_t n, size_t max, const char *what, struct rsp_error *err)
{
    if (n <= max)
        return RSP_OK;
    return rsp_error_set(err, RSP_E_LIMIT, "", "%zu %s; at most %zu are possible", n, what, max);
}

static rsp_status compile_parameters(struct rsp_model *model, struct rsp_error *err)
{
    struct rsp_compiled *c = &model->compiled;
    size_t n = 0, n_effect = 0;
    for (size_t i = 0; i < model->n_part; i++) {
        n += model->part[i].n_parameter;
        for (size_t j = 0; j < model->part[i].n_parameter; j++)
            n_effect += model->part[i].parameter[j].n_effect;
    }
    RSP_TRY(limit(n, RSP_MAX_PARAMETER, "parameters", err));
    RSP_COMPILE_ARRAY(c->parameter, model, n, err);
    RSP_COMPILE_ARRAY(c->covariate_effect, model, n_effect, err);
    RSP_COMPILE_ARRAY(c->iov_sd, model, n, err);
    for (size_t i = 0; i < model->n_part; i++) {
        struct rsp_part *part = &model->part[i];
        for (size_t j = 0; j < part->n_parameter; j++) {
            struct rsp_parameter_def *p = &part->parameter[j];
            struct rsp_compiled_parameter *q = &c->parameter[c->n_parameter];
            p->slot = (int)c->n_parameter++;
            q->typical = p->value * p->unit.factor;
            q->unit_factor = p->unit.factor;
            q->eta_scale = p->between.given    ? p->between.scale
                           : p->occasion.given ? p->occasion.scale
                                               : RSP_ETA_LOG;
            q->eta = p->between.given ? (int)c->n_eta++ : -1;
            q->iov_eta = -1;
            if (p->occasion.given) {
                c->iov_sd[c->n_iov_eta] = p->occasion.sd;
                q->iov_eta = (int)c->n_iov_eta++;
            }
            q->uncertain = p->uncertain;
            for (size_t k = 0; k < p->n_effect; k++) {
                struct rsp_covariate_effect *e = &c->covariate_effect[c->n_covariate_effect++];
                *e = p->effect[k];
                e->parameter = p->slot;
                e->covariate = part->covariate[p->effect[k].covariate].merged;
            }
        }
    }
    RSP_TRY(limit(c->n_eta, RSP_MAX_ETA, "random effects between people", err));
    return limit(c->n_iov_eta, RSP_MAX_ETA, "random effects between occasions", err);
}

/* In-place Cholesky of the lower triangle. @return false when not positive definite. */
static bool cholesky(size_t n, double *a)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = a[i * n + j];
            for (size_t k = 0; k < j; k++)
                sum -= a[i * n + k] * a[j * n + k];
            if (i == j && !(sum > 0))
                return false;
            a[i * n + j] = i == j ? sqrt(sum) : sum / a[j * n + j];
        }
        for (size_t j = i + 1; j < n; j++)
            a[i * n + j] = 0;
    }
    return true;
}

static rsp_status compile_omega(struct rsp_model *model, struct rsp_error *err)
{
    struct rsp_compiled *c = &model->compiled;
    const size_t n = c->n_eta;
    const struct rsp_yaml *last = NULL;
    RSP_COMPILE_ARRAY(c->omega_chol, model, n * n, err);
    for (size_t i = 0; i < model->n_part; i++) {
        const struct rsp_part *part = &model->part[i];
        for (size_t j = 0; j < part->n_parameter; j++) {
            const struct rsp_parameter_def *p = &part->parameter[j];
            const int e = c->parameter[p->slot].eta;
            if (e >= 0)
                c->omega_chol[(size_t)e * n + (size_t)e] = p->between.sd * p->between.sd;
        }
        for (size_t j = 0; j < part->n_correlation; j++) {
            const struct rsp_correlation_def *r = &part->correlation[j];
            const struct rsp_parameter_def *a = &part->parameter[r->a], *b = &part->parameter[r->b];
            const size_t ea = (size_t)c->parameter[a->slot].eta, eb = (size_t)c->parameter[b->slot].eta;
            const double fa = a->between.scale == RSP_ETA_ADDITIVE ? a->unit.factor : 1;
            const double fb = b->between.scale == RSP_ETA_ADDITIVE ? b->unit.factor : 1;
            const double cov = r->covariance ? r->value * fa * fb : r->value * a->between.sd * b->between.sd;
            c->omega_chol[ea * n + eb] = c->omega_chol[eb * n + ea] = cov;
            last = r->node;
        }
    }
    if (!cholesky(n, c->omega_chol)) {
        if (last == NULL)
            return rsp_error_set(
                err, RSP_E_DOMAIN, "parameters", "a variance is too small to calculate with");
        return rsp_yaml_error(last, err, RSP_E_DOMAIN,
            "the variances and covariances are not positive definite: a covariance is larger than its "
            "variances allow");
    }
    return RSP_OK;
}

static struct rsp_link *add_link(struct rsp_compile *k, int from, int to, int rate, int growth)
{
    struct rsp_compiled *c = &k->model->compiled;
    struct rsp_link *link = &c->link[c->n_link++];
    *link = (struct rsp_link){.from = from, .to = to, .rate = -1, .conserving = true, .growth = -1};
    rsp_value_place(k->values, rate, &link->rate, false);
    if (growth >= 0) {
        rsp_value_place(k->values, growth, &link->growth, false);
        c->time_varying = true;
    }
    return link;
}

/* One flow: between two compartments, through a chain, or out. The fraction acts where it ends. */
static void compile_flow(struct rsp_compile *k, struct rsp_flow_def *f)
{
    struct rsp_values *v = k->values;
    const int growth = f->growth != NULL ? rsp_value_expr(v, f->growth, 0) : -1;
    const int to = f->to != NULL ? f->to->state : -1;
    int from = f->from->state;
    int amount = rsp_value_expr(v, f->amount, 0);
    int rate =
        f->clearance ? rsp_value_op(v, RSP_OP_DIV, amount, rsp_value_expr(v, f->from->volume, 1)) : amount;
    if (f->both_ways) {
        add_link(k, from, to, rate, -1);
        add_link(k, to, from, rsp_value_op(v, RSP_OP_DIV, amount, rsp_value_expr(v, f->to->volume, 1)), -1);
        return;
    }
    for (size_t i = 0; i < f->n_chain; i++) {
        add_link(k, from, f->chain[i].state, rate, i == 0 ? growth : -1);
        from = f->chain[i].state;
        rate = rsp_value_expr(v, f->chain_rate, 0);
    }
    const int end_growth = f->n_chain == 0 ? growth : -1;
    const int fraction = rsp_value_expr(v, f->fraction, 1);
    rsp_value_place(v, fraction, &f->fraction_slot, true);
    add_link(k, from, to, rsp_value_op(v, RSP_OP_MUL, fraction, rate), end_growth);
    if (!rsp_value_is_number(v, fraction, 1)) {
        const int rest = rsp_value_op(v, RSP_OP_SUB, rsp_value_number(v, 1), fraction);
        add_link(k, from, -1, rsp_value_op(v, RSP_OP_MUL, rest, rate), end_growth);
    }
}

static void compile_input(struct rsp_compile *k, struct rsp_input_def *def)
{
    struct rsp_compiled *c = &k->model->compiled;
    struct rsp_input *in = &c->input[c->n_input];
    def->index = (int)c->n_input++;
    *in = (struct rsp_input){
        .route = def->route, .state = def->to->state, .fraction = -1, .duration = -1, .lag = -1};
    if (def->fraction != NULL) {
        const int fraction = rsp_value_expr(k->values, def->fraction, 1);
        if (!rsp_value_is_number(k->values, fraction, 1))
            rsp_value_place(k->values, fraction, &in->fraction, false);
        in->fraction_of_dose = rsp_value_uses_dose(k->values, fraction);
    }
    if (def->duration != NULL)
        rsp_value_place(k->values, rsp_value_expr(k->values, def->duration, 0), &in->duration, false);
    if (def->lag != NULL)
        rsp_value_place(k->values, rsp_value_expr(k->values, def->lag, 0), &in->lag, false);
}

/* ng/mL of an output's substance for one mg-equivalent of the dosed drug in its compartment. */
static rsp_status compile_readout(struct rsp_compile *k, const struct rsp_part *part,
    struct rsp_output_def *o, double dosed_mass, struct rsp_error *err)
{
    struct rsp_compiled *c = &k->model->compiled;
    struct rsp_readout *r = &c->readout[c->n_readout];
    double factor = RSP_NG_PER_ML_FROM_MG_PER_L;
    if (part->molar) {
        if (o->compartment->substance == NULL || !(o->compartment->substance->molar_mass > 0))
            return rsp_yaml_error(o->node, err, RSP_E_MISSING,
                "amounts: molar needs the molar mass of what compartment '%s' holds", o->compartment->name);
        factor *= o->compartment->substance->molar_mass / dosed_mass;
    }
    if (o->residual.readout >= 0) {
        struct rsp_residual *res = &c->residual[c->n_residual++];
        *res = o->residual;
        res->readout = (int)c->n_readout;
    }
    snprintf(r->name, sizeof r->name, "%s", o->name);
    r->state = o->compartment->state;
    const int scale = rsp_value_op(k->values, RSP_OP_DIV, rsp_value_number(k->values, factor),
        rsp_value_expr(k->values, o->compartment->volume, 1));
    rsp_value_place(k->values, scale, &r->scale, false);
    k->readout_value[c->n_readout++] = scale;
    return RSP_OK;
}

static rsp_status dosed_molar_mass(const struct rsp_part *part, double *mass, struct rsp_error *err)
{
    const char *drug = rsp_drug_name(part->seen.drug);
    *mass = 1;
    if (!part->molar)
        return RSP_OK;
    for (size_t i = 0; i < part->n_substance; i++) {
        if (strcmp(part->substance[i].name, drug) == 0 && part->substance[i].molar_mass > 0) {
            *mass = part->substance[i].molar_mass;
            return RSP_OK;
        }
    }
    return rsp_yaml_error(part->root, err, RSP_E_MISSING,
        "amounts: molar needs the molar mass of the dosed drug: substances: %s: {molar_mass: ... g/mol}",
        drug);
}

static rsp_status compile_pk(struct rsp_compile *k, struct rsp_part *part, struct rsp_error *err)
{
    struct rsp_compiled *c = &k->model->compiled;
    double dosed_mass = 1;
    for (size_t i = 0; i < part->n_compartment; i++)
        snprintf(c->state_name[i], sizeof c->state_name[i], "%s", part->compartment[i].name);
    c->n_state = part->n_compartment;
    for (size_t i = 0; i < part->n_flow; i++) {
        if (c->n_link + part->flow[i].n_chain + 2 > RSP_MAX_LINK)
            return rsp_yaml_error(part->flow[i].node, err, RSP_E_LIMIT, "more than %d flows", RSP_MAX_LINK);
        compile_flow(k, &part->flow[i]);
        part->flow[i].end_link = c->n_link;
    }
    for (size_t i = 0; i < part->n_input; i++)
        compile_input(k, &part->input[i]);
    RSP_TRY(dosed_molar_mass(part, &dosed_mass, err));
    for (size_t i = 0; i < part->n_output; i++)
        RSP_TRY(compile_readout(k, part, &part->output[i], dosed_mass, err));
    return RSP_OK;
}

static rsp_status allocate(struct rsp_model *model, struct rsp_error *err)
{
    struct rsp_compiled *c = &model->compiled;
    RSP_COMPILE_ARRAY(c->state_name, model, RSP_MAX_STATE, err);
    RSP_COMPILE_ARRAY(c->link, model, RSP_MAX_LINK + 2 * RSP_MAX_STATE, err);
    RSP_COMPILE_ARRAY(c->input, model, RSP_MAX_INPUT, err);
    RSP_COMPILE_ARRAY(c->readout, model, RSP_MAX_OUTPUT + RSP_MAX_STATE, err);
    RSP_COMPILE_ARRAY(c->residual, model, RSP_MAX_OUTPUT + RSP_MAX_OUTPUT, err);
    RSP_COMPILE_ARRAY(c->effect, model, RSP_MAX_OUTPUT, err);
    return RSP_OK;
}

static void compile_checks(struct rsp_compile *k)
{
    for (size_t i = 0; i < k->model->n_part; i++) {
        struct rsp_part *part = &k->model->part[i];
        for (size_t j = 0; j < part->n_check; j++) {
            struct rsp_check_def *d = &part->check[j];
            if (d->expr != NULL)
                rsp_value_place(k->values, rsp_value_expr(k->values, d->expr, 0), &d->check.slot, true);
        }
    }
}

rsp_status rsp_model_compile(struct rsp_model *model, struct rsp_error *err)
{
    struct rsp_compiled *c = &model->compiled;
    struct rsp_compile k = {.model = model, .values = rsp_values_new(model->arena)};
    if (k.values == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    c->class_parameter = -1;
    c->n_covariate = model->n_covariate;
    RSP_TRY(compile_parameters(model, err));
    RSP_TRY(compile_omega(model, err));
    RSP_TRY(allocate(model, err));
    if (model->kind == RSP_MODEL_PK) {
        for (size_t i = 0; i < model->n_part; i++) {
            struct rsp_part *part = &model->part[i];
            if (part->seen.kind == RSP_MODEL_PK)
                RSP_TRY(compile_pk(&k, part, err));
            else
                RSP_TRY(rsp_compile_effects(&k, part, err));
        }
        compile_checks(&k);
    }
    for (size_t i = 0; i < c->n_residual; i++)
        if (c->residual[i].readout < 0) /* of an effect: these follow all readouts */
            c->residual[i].readout = (int)c->n_readout - 1 - c->residual[i].readout;
    return rsp_values_finish(k.values, c, err);
}
