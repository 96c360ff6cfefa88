/* Parameters with their covariate effects, correlations and derived expressions. */
#include <math.h>
#include <string.h>

#include "model/load.h"

/* Published exponents lie between -1 and 2; one beyond this is a slip, and a power of a weight twice the
 * reference would already be thirtyfold. */
#define MOST_EXPONENT 5.0
/* No covariate changes a parameter ten thousandfold within the people of one paper: a slip of unit. */
#define MOST_CHANGE 1e4

static rsp_status refuse_change(
    struct rsp_loader *l, const struct rsp_yaml *node, const char *name, double at)
{
    return rsp_yaml_error(node, l->err, RSP_E_DOMAIN,
        "at %s %g this changes the parameter more than %g-fold; check the number, its unit and the reference",
        name, at, MOST_CHANGE);
}

/* The ends of the covariate's range; the reference and 1 from it when no range is given. */
static void ends_of(const struct rsp_model_covariate *c, double reference, double ends[2])
{
    const bool ranged = c->low <= c->high;
    ends[0] = ranged ? c->low : reference;
    ends[1] = ranged ? c->high : reference + 1;
}

static rsp_status load_exponent(struct rsp_loader *l, const struct rsp_yaml *node,
    const struct rsp_model_covariate *c, struct rsp_covariate_effect *e)
{
    double ends[2];
    if (!(e->reference > 0) || (c->low <= c->high && !(c->low > 0)))
        return rsp_yaml_error(node, l->err, RSP_E_DOMAIN,
            "an allometric covariate needs a positive reference and a positive range");
    RSP_TRY(rsp_yaml_number(node, "exponent", true, &e->exponent, l->err));
    if (fabs(e->exponent) > MOST_EXPONENT)
        return rsp_yaml_error(rsp_yaml_find(node, "exponent"), l->err, RSP_E_DOMAIN,
            "an exponent of %g is no allometry; expected a number from %g to %g, such as 0.75", e->exponent,
            -MOST_EXPONENT, MOST_EXPONENT);
    ends_of(c, e->reference, ends);
    for (int i = 0; i < 2; i++)
        if (!(fabs(log(ends[i] / e->reference) * e->exponent) <= log(MOST_CHANGE)))
            return refuse_change(l, node, c->name, ends[i]);
    return RSP_OK;
}

static rsp_status load_slope(struct rsp_loader *l, const struct rsp_yaml *node,
    const struct rsp_parameter_def *p, const struct rsp_model_covariate *c, struct rsp_covariate_effect *e)
{
    const struct rsp_yaml *slope = rsp_yaml_find(node, "slope");
    struct rsp_quantity q;
    if (slope == NULL)
        return rsp_yaml_error(node, l->err, RSP_E_MISSING,
            "slope is missing; expected the change per unit of the covariate, such as slope: -2.19 L/h");
    RSP_TRY(rsp_load_quantity(l, slope, &q));
    if (!rsp_dimension_equal(q.unit.dimension, p->unit.dimension))
        return rsp_yaml_error(slope, l->err, RSP_E_UNIT, "slope '%s' needs the parameter's own unit (%s)",
            slope->text, p->unit.text);
    e->slope = q.internal;
    double ends[2];
    ends_of(c, e->reference, ends);
    const double typical = fabs(p->value * p->unit.factor);
    for (int i = 0; i < 2; i++)
        if (!isfinite(e->reference) ||
            (typical > 0 && !(fabs(e->slope * (ends[i] - e->reference)) <= MOST_CHANGE * typical)))
            return refuse_change(l, slope, c->name, ends[i]);
    return rsp_yaml_bool(node, "above_only", false, &e->above_only, l->err);
}

static rsp_status load_factor(struct rsp_loader *l, const struct rsp_yaml *node,
    const struct rsp_model_covariate *c, struct rsp_covariate_effect *e)
{
    const struct rsp_yaml *levels = rsp_yaml_find(node, "levels");
    double *factor = NULL;
    if (levels == NULL || levels->kind != RSP_YAML_MAP)
        return rsp_yaml_error(node, l->err, RSP_E_MISSING,
            "levels is missing; expected a map of level: factor (levels left out are 1)");
    RSP_TRY(rsp_yaml_only(levels, c->level, l->err));
    e->n_level = c->n_level;
    RSP_LOAD_ARRAY(factor, l, c->n_level);
    for (size_t i = 0; i < c->n_level; i++) {
        factor[i] = 1;
        RSP_TRY(rsp_yaml_number(levels, c->level[i], false, &factor[i], l->err));
        if (!(factor[i] >= 1 / MOST_CHANGE && factor[i] <= MOST_CHANGE))
            return rsp_yaml_error(rsp_yaml_find(levels, c->level[i]), l->err, RSP_E_DOMAIN,
                "the factor %g of '%s' is %s; expected a number such as 0.8", factor[i], c->level[i],
                factor[i] > 0 ? "no factor between people" : "not positive");
    }
    e->factor = factor;
    return RSP_OK;
}

/* Which kind of effect an entry is, and on which covariate. */
static rsp_status load_effect_head(
    struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_covariate_effect *e)
{
    static const char *const words[] = {"allometric", "linear", "factor"};
    const char *name = NULL;
    const char *known[RSP_MAX_COVARIATE + 1] = {NULL};
    for (int k = 0; k < 3 && name == NULL; k++) {
        RSP_TRY(rsp_yaml_text(node, words[k], false, &name, l->err));
        e->kind = (enum rsp_covariate_effect_kind)k;
    }
    if (name == NULL)
        return rsp_yaml_error(node, l->err, RSP_E_MISSING,
            "expected one of allometric, linear or factor with the name of a covariate");
    e->covariate = rsp_part_covariate(l->part, name);
    if (e->covariate >= 0)
        return RSP_OK;
    for (size_t i = 0; i < l->part->n_covariate; i++)
        known[i] = l->part->covariate[i].seen.name;
    const char *near = rsp_text_nearest(name, known);
    return rsp_yaml_error(node, l->err, RSP_E_UNKNOWN, "'%s' is no covariate of this file%s%s%s", name,
        near != NULL ? " (nearest: '" : "", near != NULL ? near : "", near != NULL ? "')" : "");
}

static rsp_status load_covariate_effect(struct rsp_loader *l, const struct rsp_yaml *node,
    const struct rsp_parameter_def *p, struct rsp_covariate_effect *e)
{
    static const char *const keys_allometric[] = {
        "allometric", "exponent", "reference", "source", "confidence", "note", NULL};
    static const char *const keys_linear[] = {
        "linear", "slope", "reference", "above_only", "source", "confidence", "note", NULL};
    static const char *const keys_factor[] = {"factor", "levels", "source", "confidence", "note", NULL};
    static const char *const *const keys[] = {keys_allometric, keys_linear, keys_factor};
    const char *source = NULL;
    RSP_TRY(rsp_load_map(l, node, "{allometric: weight_kg, exponent: 0.75, reference: 70, source: KEY}"));
    RSP_TRY(load_effect_head(l, node, e));
    RSP_TRY(rsp_yaml_only(node, keys[e->kind], l->err));
    RSP_TRY(rsp_load_source(l, node, true, &source));
    const struct rsp_model_covariate *c = &l->part->covariate[e->covariate].seen;
    if (c->categorical != (e->kind == RSP_COV_FACTOR))
        return rsp_yaml_error(node, l->err, RSP_E_MISMATCH, "covariate '%s' is a %s; expected %s", c->name,
            c->categorical ? "category" : "number", c->categorical ? "factor" : "allometric or linear");
    e->parameter = p->index;
    if (e->kind == RSP_COV_FACTOR)
        return load_factor(l, node, c, e);
    e->reference = c->reference;
    RSP_TRY(rsp_yaml_number(node, "reference", false, &e->reference, l->err));
    if (e->kind == RSP_COV_LINEAR)
        return load_slope(l, node, p, c, e);
    return load_exponent(l, node, c, e);
}

static rsp_status load_parameter_covariates(
    struct rsp_loader *l, const struct rsp_yaml *map, struct rsp_parameter_def *p)
{
    const struct rsp_yaml *list = rsp_yaml_find(map, "covariates");
    if (list == NULL)
        return RSP_OK;
    if (list->kind != RSP_YAML_LIST || list->n_child > RSP_MAX_COVARIATE)
        return rsp_yaml_error(
            list, l->err, RSP_E_SYNTAX, "expected a list of at most %d covariate effects", RSP_MAX_COVARIATE);
    RSP_LOAD_ARRAY(p->effect, l, list->n_child);
    for (const struct rsp_yaml *n = list->first; n != NULL; n = n->next) {
        RSP_TRY(load_covariate_effect(l, n, p, &p->effect[p->n_effect]));
        p->n_effect++;
    }
    return RSP_OK;
}

/* The random-effect scale of a parameter: that of its variability, log when it has none. */
static enum rsp_eta_scale scale_of(const struct rsp_parameter_def *p)
{
    return p->between.given ? p->between.scale : p->occasion.given ? p->occasion.scale : RSP_ETA_LOG;
}

static rsp_status check_sign(struct rsp_loader *l, const struct rsp_parameter_def *p)
{
    const double v = p->value * p->unit.factor;
    const struct rsp_yaml *node = p->node;
    const bool random = p->between.given || p->occasion.given;
    if (p->between.given && p->occasion.given && p->between.scale != p->occasion.scale)
        return rsp_yaml_error(node, l->err, RSP_E_MISMATCH,
            "variability and inter_occasion of a parameter need the same scale");
    if (random && scale_of(p) == RSP_ETA_LOGIT &&
        !(v > 0 && v < 1 && rsp_dimension_equal(p->unit.dimension, rsp_dim_none)))
        return rsp_yaml_error(node, l->err, RSP_E_DOMAIN,
            "a parameter with logit variability must be a pure number between 0 and 1");
    if (random && scale_of(p) == RSP_ETA_LOG && !(v > 0))
        return rsp_yaml_error(node, l->err, RSP_E_DOMAIN,
            "a parameter with log-normal variability must be positive; declare scale: additive for others");
    if (!p->any_sign && v < 0)
        return rsp_yaml_error(node, l->err, RSP_E_DOMAIN,
            "negative value; declare `sign: any` if this parameter may be negative");
    return RSP_OK;
}

static rsp_status load_confidence(struct rsp_loader *l, const struct rsp_yaml *map, enum rsp_confidence *out)
{
    static const char *const words[] = {"primary", "secondary", "derived", "assumed", NULL};
    int confidence = 0;
    RSP_TRY(rsp_load_word(l, map, "confidence", true, words, &confidence));
    if (confidence == RSP_CONFIDENCE_ASSUMED && l->part->n_assumption == 0)
        return rsp_yaml_error(map, l->err, RSP_E_MISSING,
            "an assumed number rests on a named assumption; add it to the section `assumptions`");
    *out = (enum rsp_confidence)confidence;
    return RSP_OK;
}

static void apply_override(const struct rsp_part *part, struct rsp_parameter_def *p)
{
    for (size_t i = 0; i < part->n_override; i++) {
        if (strcmp(part->override[i].name, p->name) == 0)
            p->value = part->override[i].value;
    }
}

static rsp_status load_parameter(
    struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_parameter_def *p)
{
    static const char *const keys[] = {"value", "source", "confidence", "note", "sign", "variability",
        "inter_occasion", "uncertainty", "covariates", NULL};
    static const char *const signs[] = {"positive", "any", NULL};
    const struct rsp_yaml *value = NULL;
    struct rsp_quantity q;
    int sign = 0;
    RSP_TRY(rsp_load_name(l, node));
    RSP_TRY(rsp_load_map(l, node, "{value: 95.2 L/h, source: KEY, confidence: secondary}"));
    RSP_TRY(rsp_yaml_only(node, keys, l->err));
    p->name = p->label = rsp_load_keep(l, node->key);
    p->note = p->uncertain_text = "";
    p->uncertain.low = p->uncertain.high = NAN;
    p->node = node;
    p->index = (int)l->part->n_parameter;
    value = rsp_yaml_find(node, "value");
    if (p->name == NULL)
        return RSP_E_MEMORY;
    if (value == NULL)
        return rsp_yaml_error(
            node, l->err, RSP_E_MISSING, "value is missing; expected a number with its unit");
    RSP_TRY(rsp_load_quantity(l, value, &q));
    p->unit = q.unit;
    p->value = q.value;
    apply_override(l->part, p);
    if (!isfinite(p->value * p->unit.factor))
        return rsp_yaml_error(value, l->err, RSP_E_DOMAIN, "the value must be a finite number");
    RSP_TRY(rsp_load_source(l, node, true, &p->source));
    RSP_TRY(load_confidence(l, node, &p->confidence));
    RSP_TRY(rsp_load_text(l, node, "note", false, &p->note));
    RSP_TRY(rsp_load_word(l, node, "sign", false, signs, &sign));
    p->any_sign = sign == 1;
    RSP_TRY(rsp_load_spread(l, rsp_yaml_find(node, "variability"), p, &p->between));
    RSP_TRY(rsp_load_spread(l, rsp_yaml_find(node, "inter_occasion"), p, &p->occasion));
    RSP_TRY(check_sign(l, p));
    RSP_TRY(rsp_load_uncertainty(l, rsp_yaml_find(node, "uncertainty"), q.value, p));
    return load_parameter_covariates(l, node, p);
}

rsp_status rsp_load_parameters(struct rsp_loader *l)
{
    const struct rsp_yaml *section = NULL;
    struct rsp_part *p = l->part;
    RSP_TRY(rsp_load_section(l, "parameters", RSP_YAML_MAP, RSP_MAX_PARAMETER, true, &section));
    RSP_LOAD_ARRAY(p->parameter, l, section->n_child);
    for (const struct rsp_yaml *n = section->first; n != NULL; n = n->next) {
        RSP_TRY(load_parameter(l, n, &p->parameter[p->n_parameter]));
        p->n_parameter++;
    }
    return RSP_OK;
}

rsp_status rsp_load_correlations(struct rsp_loader *l)
{
    static const char *const keys[] = {"parameters", "covariance", "correlation", "source", "note", NULL};
    const struct rsp_yaml *section = NULL;
    struct rsp_part *p = l->part;
    RSP_TRY(rsp_load_section(l, "correlations", RSP_YAML_LIST, RSP_MAX_LIST, false, &section));
    if (section == NULL)
        return RSP_OK;
    RSP_LOAD_ARRAY(p->correlation, l, section->n_child);
    for (const struct rsp_yaml *n = section->first; n != NULL; n = n->next) {
        struct rsp_correlation_def *c = &p->correlation[p->n_correlation];
        const char *const *names = NULL;
        const char *source = NULL;
        size_t n_name = 0;
        RSP_TRY(rsp_load_map(l, n, "{parameters: [cl, v1], covariance: 0.02}"));
        RSP_TRY(rsp_yaml_only(n, keys, l->err));
        RSP_TRY(rsp_load_source(l, n, false, &source));
        RSP_TRY(rsp_yaml_texts(n, "parameters", true, &n_name, &names, l->err));
        if (n_name != 2)
            return rsp_yaml_error(n, l->err, RSP_E_SYNTAX, "expected two parameter names [a, b]");
        c->node = n;
        c->a = rsp_part_parameter(p, names[0]);
        c->b = rsp_part_parameter(p, names[1]);
        if (c->a < 0 || c->b < 0 || c->a == c->b || !p->parameter[c->a].between.given ||
            !p->parameter[c->b].between.given)
            return rsp_yaml_error(n, l->err, RSP_E_UNKNOWN,
                "'%s' and '%s' must be two different parameters that both have variability", names[0],
                names[1]);
        for (size_t i = 0; i < p->n_correlation; i++) {
            if ((p->correlation[i].a == c->a && p->correlation[i].b == c->b) ||
                (p->correlation[i].a == c->b && p->correlation[i].b == c->a))
                return rsp_yaml_error(n, l->err, RSP_E_MISMATCH, "this pair stands twice");
        }
        c->covariance = rsp_yaml_find(n, "covariance") != NULL;
        if (c->covariance == (rsp_yaml_find(n, "correlation") != NULL))
            return rsp_yaml_error(n, l->err, RSP_E_MISSING, "expected either covariance or correlation");
        RSP_TRY(rsp_yaml_number(n, c->covariance ? "covariance" : "correlation", true, &c->value, l->err));
        p->n_correlation++;
    }
    return RSP_OK;
}

rsp_status rsp_load_derived(struct rsp_loader *l)
{
    const struct rsp_yaml *section = NULL;
    struct rsp_part *p = l->part;
    RSP_TRY(rsp_load_section(l, "derived", RSP_YAML_MAP, RSP_MAX_LIST, false, &section));
    if (section == NULL)
        return RSP_OK;
    RSP_LOAD_ARRAY(p->derived, l, section->n_child);
    for (const struct rsp_yaml *n = section->first; n != NULL; n = n->next) {
        struct rsp_named_expr *d = &p->derived[p->n_derived];
        RSP_TRY(rsp_load_name(l, n));
        RSP_TRY(rsp_expr_parse(l->arena, p, n, false, &d->expr, l->err));
        d->name = rsp_load_keep(l, n->key);
        if (d->name == NULL)
            return RSP_E_MEMORY;
        p->n_derived++;
    }
    return RSP_OK;
}
