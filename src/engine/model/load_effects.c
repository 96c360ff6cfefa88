/* Effect sites, the response-class mixture and algebraic effects. */
#include <string.h>

#include "model/load.h"

static rsp_status load_site(struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_effect_site_def *s)
{
    static const char *const keys[] = {"driver", "half_life", "ke0", "label", "note", NULL};
    const struct rsp_dimension concentration = {.mass = 1, .volume = -1};
    struct rsp_unit unit;
    RSP_TRY(rsp_load_map(l, node, "{driver: esketamine_ng_per_ml, half_life: t_half}"));
    RSP_TRY(rsp_yaml_only(node, keys, l->err));
    s->node = node;
    s->name = s->label = rsp_load_keep(l, node->key);
    if (s->name == NULL)
        return RSP_E_MEMORY;
    RSP_TRY(rsp_load_text(l, node, "label", false, &s->label));
    RSP_TRY(rsp_load_text(l, node, "driver", true, &s->driver));
    if (!rsp_name_fits(s->name) || !rsp_output_unit(s->name, &unit) ||
        !rsp_dimension_equal(unit.dimension, concentration))
        return rsp_yaml_error(node, l->err, RSP_E_UNIT,
            "'%s' must be a concentration: expected a name such as relief_site_ng_per_ml", s->name);
    if (!rsp_output_unit(s->driver, &unit) || !rsp_dimension_equal(unit.dimension, concentration))
        return rsp_yaml_error(rsp_yaml_find(node, "driver"), l->err, RSP_E_UNIT,
            "'%s' must be a concentration: expected an output of a PK model such as esketamine_ng_per_ml",
            s->driver);
    s->half_life = rsp_yaml_find(node, "half_life") != NULL;
    if (s->half_life == (rsp_yaml_find(node, "ke0") != NULL))
        return rsp_yaml_error(
            node, l->err, RSP_E_MISSING, "expected either half_life (time) or ke0 (1/time)");
    if (s->half_life)
        return rsp_load_expr(l, node, "half_life", rsp_dim_time, &s->rate, &s->rate_text);
    return rsp_load_expr(l, node, "ke0", rsp_dim_per_time, &s->rate, &s->rate_text);
}

static rsp_status load_mixture(struct rsp_loader *l)
{
    static const char *const keys[] = {"probability", "note", NULL};
    const struct rsp_yaml *section = NULL;
    const char *name = NULL;
    struct rsp_part *p = l->part;
    RSP_TRY(rsp_load_section(l, "mixture", RSP_YAML_MAP, RSP_MAX_LIST, false, &section));
    if (section == NULL)
        return RSP_OK;
    RSP_TRY(rsp_yaml_only(section, keys, l->err));
    RSP_TRY(rsp_yaml_text(section, "probability", true, &name, l->err));
    p->class_parameter = rsp_part_parameter(p, name);
    if (p->class_parameter < 0)
        return rsp_yaml_error(section, l->err, RSP_E_UNKNOWN, "'%s' is no parameter of this file", name);
    const struct rsp_parameter_def *q = &p->parameter[p->class_parameter];
    const double v = q->value * q->unit.factor;
    if (!rsp_dimension_equal(q->unit.dimension, rsp_dim_none) || !(v > 0 && v < 1) ||
        (q->uncertain.kind != RSP_CERTAIN && q->uncertain.kind != RSP_UNCERTAIN_BETA) || q->between.given ||
        q->occasion.given)
        return rsp_yaml_error(section, l->err, RSP_E_DOMAIN,
            "the probability '%s' must lie between 0 and 1, without variability, its uncertainty a Beta "
            "distribution",
            name);
    return RSP_OK;
}

struct form {
    const char *word;
    enum rsp_effect_form form;
    const char *keys[12];
    bool c50, hill, ceiling;
};
static const struct form forms[] = {
    {"linear", RSP_EFFECT_LINEAR, {"form", "drivers", "baseline", "label", "note", NULL}, false, false,
        false},
    {"emax", RSP_EFFECT_EMAX, {"form", "driver", "c50", "ceiling", "baseline", "label", "note", NULL}, true,
        false, true},
    {"sigmoid", RSP_EFFECT_SIGMOID,
        {"form", "driver", "c50", "hill", "ceiling", "baseline", "label", "note", NULL}, true, true, true},
    {"power", RSP_EFFECT_POWER, {"form", "driver", "c50", "hill", "baseline", "label", "note", NULL}, true,
        true, false},
    {"inhibition", RSP_EFFECT_INHIBITION, {"form", "driver", "c50", "gated", "label", "note", NULL}, true,
        false, false},
    {"product", RSP_EFFECT_PRODUCT, {"form", "driver", "baseline", "label", "note", NULL}, false, false,
        false},
};

static rsp_status load_drivers(
    struct rsp_loader *l, const struct rsp_yaml *node, const struct rsp_unit *unit, struct rsp_effect_def *e)
{
    static const char *const keys[] = {"driver", "slope", "note", NULL};
    const struct rsp_yaml *list = rsp_yaml_find(node, "drivers");
    struct rsp_unit driver;
    if (list == NULL || list->kind != RSP_YAML_LIST || list->n_child < 1 || list->n_child > 2)
        return rsp_yaml_error(list != NULL ? list : node, l->err, RSP_E_MISSING,
            "drivers: expected a list of one or two {driver: OUTPUT, slope: NAME}");
    for (const struct rsp_yaml *n = list->first; n != NULL; n = n->next) {
        const size_t i = e->n_driver;
        RSP_TRY(rsp_load_map(l, n, "{driver: OUTPUT, slope: NAME}"));
        RSP_TRY(rsp_yaml_only(n, keys, l->err));
        RSP_TRY(rsp_load_text(l, n, "driver", true, &e->driver[i]));
        if (!rsp_output_unit(e->driver[i], &driver))
            return rsp_yaml_error(n, l->err, RSP_E_UNIT, "'%s' does not end with a known unit", e->driver[i]);
        if (rsp_yaml_find(n, "slope") == NULL)
            return rsp_yaml_error(
                n, l->err, RSP_E_MISSING, "slope is missing; expected effect per concentration");
        RSP_TRY(rsp_load_expr(l, n, "slope", rsp_dimension_combine(unit->dimension, driver.dimension, -1),
            &e->slope[i], &e->slope_text[i]));
        e->n_driver++;
    }
    return RSP_OK;
}

static rsp_status need(struct rsp_loader *l, const struct rsp_yaml *node, const char *key)
{
    if (rsp_yaml_find(node, key) != NULL)
        return RSP_OK;
    return rsp_yaml_error(node, l->err, RSP_E_MISSING, "%s is missing; this form of effect needs it", key);
}

/* A product multiplies what another effect leaves over: one of this file, above it. */
static rsp_status check_product(
    struct rsp_loader *l, const struct rsp_yaml *node, const struct rsp_effect_def *e)
{
    for (size_t i = 0; i < l->part->n_effect; i++) {
        if (strcmp(l->part->effect[i].name, e->driver[0]) == 0)
            return RSP_OK;
    }
    return rsp_yaml_error(rsp_yaml_find(node, "driver"), l->err, RSP_E_UNKNOWN,
        "'%s' is no effect defined above; a product takes another effect of this file", e->driver[0]);
}

static rsp_status load_driver(
    struct rsp_loader *l, const struct rsp_yaml *node, const struct rsp_unit *unit, struct rsp_effect_def *e)
{
    struct rsp_unit driver;
    RSP_TRY(rsp_load_text(l, node, "driver", true, &e->driver[0]));
    e->n_driver = 1;
    if (!rsp_output_unit(e->driver[0], &driver))
        return rsp_yaml_error(rsp_yaml_find(node, "driver"), l->err, RSP_E_UNIT,
            "'%s' does not end with a known unit; expected an output such as esketamine_ng_per_ml",
            e->driver[0]);
    if (e->form == RSP_EFFECT_PRODUCT)
        RSP_TRY(check_product(l, node, e));
    RSP_TRY(rsp_load_expr(l, node, "c50", driver.dimension, &e->c50, &e->c50_text));
    RSP_TRY(rsp_load_expr(l, node, "ceiling", unit->dimension, &e->ceiling, &e->ceiling_text));
    RSP_TRY(rsp_load_expr(l, node, "hill", rsp_dim_none, &e->hill, &e->hill_text));
    if ((e->form == RSP_EFFECT_INHIBITION || e->form == RSP_EFFECT_PRODUCT) &&
        !rsp_dimension_equal(
            e->form == RSP_EFFECT_PRODUCT ? driver.dimension : unit->dimension, rsp_dim_none))
        return rsp_yaml_error(
            node, l->err, RSP_E_UNIT, "an inhibition is a fraction: its name must end with _frac");
    return RSP_OK;
}

static rsp_status load_effect(struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_effect_def *e)
{
    static const char *const words[] = {"linear", "emax", "sigmoid", "power", "inhibition", "product", NULL};
    struct rsp_unit unit;
    int word = 0;
    RSP_TRY(rsp_load_map(l, node, "{form: sigmoid, driver: OUTPUT, c50: NAME, hill: NAME, ceiling: NAME}"));
    e->node = node;
    e->note = "";
    e->residual.readout = -1;
    e->name = e->label = rsp_load_keep(l, node->key);
    if (e->name == NULL)
        return RSP_E_MEMORY;
    RSP_TRY(rsp_load_text(l, node, "label", false, &e->label));
    if (!rsp_name_fits(e->name) || !rsp_output_unit(e->name, &unit))
        return rsp_yaml_error(node, l->err, RSP_E_UNIT,
            "the name '%s' does not end with a known unit (_frac, _ratio, _pct, _nrs, _mmhg, _per_min, "
            "_ng_per_ml)",
            e->name);
    RSP_TRY(rsp_load_word(l, node, "form", true, words, &word));
    const struct form *f = &forms[word];
    e->form = f->form;
    RSP_TRY(rsp_yaml_only(node, f->keys, l->err));
    if (f->c50)
        RSP_TRY(need(l, node, "c50"));
    if (f->hill)
        RSP_TRY(need(l, node, "hill"));
    if (f->ceiling)
        RSP_TRY(need(l, node, "ceiling"));
    if (f->form == RSP_EFFECT_PRODUCT)
        RSP_TRY(need(l, node, "baseline"));
    RSP_TRY(rsp_load_expr(l, node, "baseline", unit.dimension, &e->baseline, &e->baseline_text));
    RSP_TRY(rsp_yaml_bool(node, "gated", false, &e->gated, l->err));
    if (e->gated && l->part->class_parameter < 0)
        return rsp_yaml_error(node, l->err, RSP_E_MISMATCH, "gated: true needs the section `mixture`");
    RSP_TRY(rsp_load_text(l, node, "note", false, &e->note));
    if (f->form == RSP_EFFECT_LINEAR)
        return load_drivers(l, node, &unit, e);
    return load_driver(l, node, &unit, e);
}

rsp_status rsp_load_effects(struct rsp_loader *l)
{
    const struct rsp_yaml *section = NULL;
    struct rsp_part *p = l->part;
    RSP_TRY(rsp_load_section(l, "effect_sites", RSP_YAML_MAP, RSP_MAX_STATE, false, &section));
    if (section != NULL) {
        RSP_LOAD_ARRAY(p->site, l, section->n_child);
        for (const struct rsp_yaml *n = section->first; n != NULL; n = n->next) {
            RSP_TRY(load_site(l, n, &p->site[p->n_site]));
            p->n_site++;
        }
    }
    RSP_TRY(load_mixture(l));
    RSP_TRY(rsp_load_section(l, "effects", RSP_YAML_MAP, RSP_MAX_OUTPUT, true, &section));
    RSP_LOAD_ARRAY(p->effect, l, section->n_child);
    for (const struct rsp_yaml *n = section->first; n != NULL; n = n->next) {
        RSP_TRY(load_effect(l, n, &p->effect[p->n_effect]));
        for (size_t i = 0; i < p->n_site; i++) {
            if (strcmp(p->site[i].name, n->key) == 0)
                return rsp_yaml_error(
                    n, l->err, RSP_E_MISMATCH, "'%s' is already the name of an effect site", n->key);
        }
        p->n_effect++;
    }
    return rsp_load_residual(l);
}
