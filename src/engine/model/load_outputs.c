/* Outputs, their units and their residual error. */
#include <stdio.h>
#include <string.h>

#include "model/load.h"

bool rsp_output_unit(const char *name, struct rsp_unit *unit)
{
    static const struct {
        const char *ending, *unit;
    } units[] = {{"_ng_per_ml", "ng/mL"}, {"_frac", "1"}, {"_pct", "%"}, {"_nrs", "1"}, {"_ratio", "1"},
        {"_mmhg", "mmHg"}, {"_per_min", "1/min"}};
    const size_t n = strlen(name);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        const size_t m = strlen(units[i].ending);
        if (n > m && strcmp(name + n - m, units[i].ending) == 0)
            return rsp_unit_parse(units[i].unit, unit, NULL) == RSP_OK;
    }
    return false;
}

static rsp_status load_output(struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_output_def *o)
{
    static const char *const keys[] = {"compartment", "label", "note", NULL};
    static const struct rsp_dimension concentration = {.mass = 1, .volume = -1};
    const char *name = NULL;
    struct rsp_part *p = l->part;
    struct rsp_unit unit;
    RSP_TRY(rsp_load_map(l, node, "{compartment: central}"));
    RSP_TRY(rsp_yaml_only(node, keys, l->err));
    if (!rsp_name_fits(node->key) || !rsp_output_unit(node->key, &unit))
        return rsp_yaml_error(node, l->err, RSP_E_UNIT,
            "the name '%s' does not end with a known unit; expected such as esketamine_ng_per_ml", node->key);
    if (!rsp_dimension_equal(unit.dimension, concentration))
        return rsp_yaml_error(
            node, l->err, RSP_E_UNIT, "a compartment gives mass/volume; the name must end with _ng_per_ml");
    RSP_TRY(rsp_yaml_text(node, "compartment", true, &name, l->err));
    o->node = node;
    o->residual.readout = -1;
    o->name = o->label = rsp_load_keep(l, node->key);
    for (size_t i = 0; i < p->n_compartment; i++) {
        if (strcmp(p->compartment[i].name, name) == 0)
            o->compartment = &p->compartment[i];
    }
    if (o->compartment == NULL)
        return rsp_yaml_error(node, l->err, RSP_E_UNKNOWN, "'%s' is no compartment", name);
    if (o->compartment->volume == NULL)
        return rsp_yaml_error(
            node, l->err, RSP_E_MISSING, "compartment '%s' has no volume, so it has no concentration", name);
    const size_t stem = strlen(node->key) - strlen("_ng_per_ml");
    for (size_t i = 0; i < p->n_substance; i++) {
        const struct rsp_substance_def *s = &p->substance[i];
        if (strlen(s->name) == stem && strncmp(s->name, node->key, stem) == 0 &&
            o->compartment->substance != s)
            return rsp_yaml_error(
                node, l->err, RSP_E_MISMATCH, "compartment '%s' does not hold %s", name, s->name);
    }
    return rsp_load_text(l, node, "label", false, &o->label);
}

static struct rsp_output_def *find_output(const struct rsp_part *p, const char *name)
{
    for (size_t i = 0; i < p->n_output; i++) {
        if (strcmp(p->output[i].name, name) == 0)
            return &p->output[i];
    }
    return NULL;
}

/* One SD: proportional and log as pure numbers, additive in the output's own unit. */
static rsp_status load_sd(struct rsp_loader *l, const struct rsp_yaml *map, const char *key,
    const struct rsp_unit *unit, double *out)
{
    const struct rsp_yaml *node = rsp_yaml_find(map, key);
    struct rsp_quantity q;
    if (node == NULL)
        return RSP_OK;
    RSP_TRY(rsp_load_quantity(l, node, &q));
    if (!rsp_dimension_equal(q.unit.dimension, unit->dimension))
        return rsp_yaml_error(node, l->err, RSP_E_UNIT, "'%s' needs the unit %s", node->text, unit->text);
    if (!(q.internal > 0))
        return rsp_yaml_error(node, l->err, RSP_E_DOMAIN, "a residual SD is positive");
    *out = q.internal / unit->factor;
    return RSP_OK;
}

static rsp_status load_error(struct rsp_loader *l, const struct rsp_yaml *n, struct rsp_residual *residual)
{
    static const char *const keys[] = {
        "proportional_sd", "additive_sd", "log_sd", "source", "confidence", "note", NULL};
    static const char *const confidences[] = {"primary", "secondary", "derived", "assumed", NULL};
    const char *source = NULL;
    struct rsp_unit one, unit;
    int confidence = 0;
    if (!rsp_output_unit(n->key, &unit))
        return rsp_yaml_error(n, l->err, RSP_E_UNIT, "'%s' does not end with a known unit", n->key);
    RSP_TRY(rsp_unit_parse("1", &one, l->err));
    RSP_TRY(rsp_load_map(l, n, "{proportional_sd: 0.2, source: KEY, confidence: secondary}"));
    RSP_TRY(rsp_yaml_only(n, keys, l->err));
    RSP_TRY(rsp_load_source(l, n, true, &source));
    RSP_TRY(rsp_load_word(l, n, "confidence", true, confidences, &confidence));
    RSP_TRY(load_sd(l, n, "proportional_sd", &one, &residual->proportional_sd));
    RSP_TRY(load_sd(l, n, "log_sd", &one, &residual->log_sd));
    RSP_TRY(load_sd(l, n, "additive_sd", &unit, &residual->additive_sd));
    if (residual->proportional_sd + residual->log_sd + residual->additive_sd == 0.0)
        return rsp_yaml_error(n, l->err, RSP_E_MISSING, "expected proportional_sd, additive_sd or log_sd");
    if (residual->log_sd > 0 && residual->proportional_sd + residual->additive_sd > 0)
        return rsp_yaml_error(
            n, l->err, RSP_E_MISMATCH, "log_sd stands alone: the error is on the log scale");
    residual->readout = 0;
    return RSP_OK;
}

static struct rsp_residual *residual_of(struct rsp_part *p, const char *name)
{
    struct rsp_output_def *o = find_output(p, name);
    for (size_t i = 0; i < p->n_effect; i++) {
        if (strcmp(p->effect[i].name, name) == 0)
            return &p->effect[i].residual;
    }
    return o != NULL ? &o->residual : NULL;
}

rsp_status rsp_load_residual(struct rsp_loader *l)
{
    const struct rsp_yaml *section = NULL;
    RSP_TRY(rsp_load_section(l, "residual", RSP_YAML_MAP, RSP_MAX_OUTPUT, false, &section));
    for (const struct rsp_yaml *n = section != NULL ? section->first : NULL; n != NULL; n = n->next) {
        struct rsp_residual *residual = residual_of(l->part, n->key);
        if (residual == NULL)
            return rsp_yaml_error(n, l->err, RSP_E_UNKNOWN, "'%s' is no output of this file", n->key);
        RSP_TRY(load_error(l, n, residual));
    }
    return RSP_OK;
}

rsp_status rsp_load_outputs(struct rsp_loader *l)
{
    const struct rsp_yaml *section = NULL;
    struct rsp_part *p = l->part;
    RSP_TRY(rsp_load_section(l, "outputs", RSP_YAML_MAP, RSP_MAX_OUTPUT, true, &section));
    RSP_LOAD_ARRAY(p->output, l, section->n_child);
    for (const struct rsp_yaml *n = section->first; n != NULL; n = n->next) {
        RSP_TRY(load_output(l, n, &p->output[p->n_output]));
        p->n_output++;
    }
    if (p->n_output == 0)
        return rsp_yaml_error(section, l->err, RSP_E_MISSING, "no output is listed");
    return rsp_load_residual(l);
}
