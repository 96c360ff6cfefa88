/* Effect sites as extra states, effects as algebra on readouts. */
#include <stdio.h>
#include <string.h>

#include "model/compile.h"

static int find_readout(const struct rsp_compiled *c, const char *name)
{
    for (size_t i = 0; i < c->n_readout; i++) {
        if (strcmp(c->readout[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

static int find_effect(const struct rsp_compiled *c, const char *name)
{
    for (size_t i = 0; i < c->n_effect; i++) {
        if (strcmp(c->effect[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

static rsp_status unknown_driver(const struct rsp_compiled *c, const struct rsp_yaml *node, const char *name,
    bool effects, struct rsp_error *err)
{
    char all[400] = "";
    size_t used = 0;
    const size_t n = effects ? c->n_effect : c->n_readout;
    for (size_t i = 0; i < n && used < sizeof all - 70; i++)
        used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i > 0 ? ", " : "",
            effects ? c->effect[i].name : c->readout[i].name);
    return rsp_yaml_error(node, err, RSP_E_MISMATCH, "driver '%s' is not there; %s are: %s", name,
        effects ? "effects defined above" : "outputs of the PK model and its effect sites",
        n > 0 ? all : "none");
}

static rsp_status check_unique(
    const struct rsp_compiled *c, const struct rsp_yaml *node, const char *name, struct rsp_error *err)
{
    if (find_readout(c, name) >= 0 || find_effect(c, name) >= 0)
        return rsp_yaml_error(
            node, err, RSP_E_MISMATCH, "output '%s' stands twice in the combined model", name);
    return RSP_OK;
}

/* dCe/dt = ke0 (C - Ce), both in mg/L, C = x / volume of the driver. */
static rsp_status compile_site(struct rsp_compile *k, struct rsp_effect_site_def *s, struct rsp_error *err)
{
    static const double ln2 = 0.693147180559945309;
    struct rsp_compiled *c = &k->model->compiled;
    struct rsp_values *v = k->values;
    const int driver = find_readout(c, s->driver);
    if (driver < 0)
        return unknown_driver(c, s->node, s->driver, false, err);
    RSP_TRY(check_unique(c, s->node, s->name, err));
    if (c->n_state == RSP_MAX_STATE)
        return rsp_yaml_error(
            s->node, err, RSP_E_LIMIT, "more than %d compartments and effect sites", RSP_MAX_STATE);
    const int state = s->state = (int)c->n_state++;
    snprintf(c->state_name[state], sizeof c->state_name[state], "%s", s->name);
    int ke0 = rsp_value_expr(v, s->rate, 0);
    if (s->half_life)
        ke0 = rsp_value_op(v, RSP_OP_DIV, rsp_value_number(v, ln2), ke0);
    const int mg_per_l = rsp_value_op(
        v, RSP_OP_MUL, k->readout_value[driver], rsp_value_number(v, RSP_MG_PER_L_FROM_NG_PER_ML));
    struct rsp_link *in = &c->link[c->n_link++], *decay = &c->link[c->n_link++];
    *in = (struct rsp_link){.from = c->readout[driver].state, .to = state, .conserving = false, .growth = -1};
    *decay = (struct rsp_link){.from = state, .to = -1, .conserving = true, .growth = -1};
    rsp_value_place(v, rsp_value_op(v, RSP_OP_MUL, ke0, mg_per_l), &in->rate, false);
    rsp_value_place(v, ke0, &decay->rate, false);
    struct rsp_readout *r = &c->readout[c->n_readout];
    snprintf(r->name, sizeof r->name, "%s", s->name);
    r->state = state;
    k->readout_value[c->n_readout] = rsp_value_number(v, RSP_NG_PER_ML_FROM_MG_PER_L);
    rsp_value_place(v, k->readout_value[c->n_readout++], &r->scale, false);
    return RSP_OK;
}

/* A value in the unit of a name: internal / factor. A bare number in a _pct effect counts percent. */
static int in_unit(struct rsp_values *v, struct rsp_expr *e, double otherwise, const char *name)
{
    struct rsp_unit unit;
    if (e == NULL || !rsp_output_unit(name, &unit))
        return rsp_value_number(v, otherwise);
    const int value = rsp_value_expr(v, e, otherwise);
    if (e->kind == RSP_EXPR_NUMBER)
        return value;
    return rsp_value_op(v, RSP_OP_DIV, value, rsp_value_number(v, unit.factor));
}

static rsp_status compile_drivers(
    struct rsp_compile *k, struct rsp_effect_def *def, struct rsp_compiled_effect *e, struct rsp_error *err)
{
    struct rsp_compiled *c = &k->model->compiled;
    struct rsp_unit unit, driver;
    e->n_driver = (int)def->n_driver;
    e->slope[0] = e->slope[1] = -1;
    e->driver[0] = e->driver[1] = -1;
    for (size_t i = 0; i < def->n_driver; i++) {
        const bool effects = def->form == RSP_EFFECT_PRODUCT;
        e->driver[i] = effects ? find_effect(c, def->driver[i]) : find_readout(c, def->driver[i]);
        if (e->driver[i] < 0)
            return unknown_driver(c, def->node, def->driver[i], effects, err);
        if (def->slope[i] == NULL)
            continue;
        if (!rsp_output_unit(def->name, &unit) || !rsp_output_unit(def->driver[i], &driver))
            return rsp_yaml_error(def->node, err, RSP_E_UNIT, "a name without a known unit");
        rsp_value_place(k->values,
            rsp_value_op(k->values, RSP_OP_MUL, rsp_value_expr(k->values, def->slope[i], 0),
                rsp_value_number(k->values, driver.factor / unit.factor)),
            &e->slope[i], false);
    }
    return RSP_OK;
}

static rsp_status compile_effect(struct rsp_compile *k, struct rsp_effect_def *def, struct rsp_error *err)
{
    struct rsp_compiled *c = &k->model->compiled;
    struct rsp_values *v = k->values;
    RSP_TRY(check_unique(c, def->node, def->name, err));
    if (c->n_effect == RSP_MAX_OUTPUT)
        return rsp_yaml_error(def->node, err, RSP_E_LIMIT, "more than %d effects", RSP_MAX_OUTPUT);
    struct rsp_compiled_effect *e = &c->effect[c->n_effect];
    snprintf(e->name, sizeof e->name, "%s", def->name);
    e->form = def->form;
    e->gated = def->gated;
    e->baseline = e->ceiling = e->c50 = e->hill = -1;
    RSP_TRY(compile_drivers(k, def, e, err));
    if (def->form != RSP_EFFECT_INHIBITION)
        rsp_value_place(v, in_unit(v, def->baseline, def->form == RSP_EFFECT_POWER ? 1 : 0, def->name),
            &e->baseline, false);
    if (def->ceiling != NULL)
        rsp_value_place(v, in_unit(v, def->ceiling, 0, def->name), &e->ceiling, false);
    if (def->c50 != NULL)
        rsp_value_place(v, in_unit(v, def->c50, 0, def->driver[0]), &e->c50, false);
    if (def->hill != NULL)
        rsp_value_place(v, rsp_value_expr(v, def->hill, 1), &e->hill, false);
    if (def->residual.readout >= 0) {
        struct rsp_residual *r = &c->residual[c->n_residual++];
        *r = def->residual;
        r->readout = -1 - (int)c->n_effect; /* until all readouts are there */
    }
    c->n_effect++;
    return RSP_OK;
}

rsp_status rsp_compile_effects(struct rsp_compile *k, struct rsp_part *part, struct rsp_error *err)
{
    struct rsp_compiled *c = &k->model->compiled;
    for (size_t i = 0; i < part->n_site; i++)
        RSP_TRY(compile_site(k, &part->site[i], err));
    for (size_t i = 0; i < part->n_effect; i++)
        RSP_TRY(compile_effect(k, &part->effect[i], err));
    if (part->class_parameter >= 0) {
        if (c->class_parameter >= 0)
            return rsp_yaml_error(
                part->root, err, RSP_E_MISMATCH, "two effects with a response class cannot be combined");
        c->class_parameter = part->parameter[part->class_parameter].slot;
    }
    return RSP_OK;
}
