/* Published numbers that a model must give, and those that it cannot. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/load.h"

static const double default_tolerance_pct[] = {0.5, 1.5, 0}; /* by kind: deterministic, published, observed */

static rsp_status load_doses(struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_check *c)
{
    struct rsp_dose_text parsed;
    struct rsp_error inner = {0};
    struct rsp_buf buf;
    RSP_TRY(rsp_load_texts(l, node, "dose", false, &c->n_dose, &c->dose_text));
    rsp_buf_init(&buf, 64 * 1024);
    for (size_t i = 0; i < c->n_dose; i++) {
        if (rsp_dose_text_parse(c->dose_text[i], &parsed, &inner) != RSP_OK) {
            rsp_buf_free(&buf);
            return rsp_yaml_error(rsp_yaml_find(node, "dose"), l->err, inner.code, "%s", inner.message);
        }
        rsp_buf_printf(&buf, "%s%s", i > 0 ? " + " : "", c->dose_text[i]);
    }
    c->dose = buf.failed ? NULL : rsp_load_keep(l, buf.data != NULL ? buf.data : "");
    rsp_buf_free(&buf);
    return c->dose != NULL ? RSP_OK : rsp_error_set(l->err, RSP_E_MEMORY, "", "out of memory");
}

static rsp_status load_time(struct rsp_loader *l, const struct rsp_yaml *map, const char *key, double *out)
{
    const struct rsp_yaml *node = rsp_yaml_find(map, key);
    struct rsp_quantity q;
    if (node == NULL)
        return RSP_OK;
    RSP_TRY(rsp_load_quantity(l, node, &q));
    if (!rsp_dimension_equal(q.unit.dimension, rsp_dim_time) && q.value != 0.0)
        return rsp_yaml_error(
            node, l->err, RSP_E_UNIT, "'%s' is no time; expected such as 0.5 h", node->text);
    if (!(q.internal >= 0))
        return rsp_yaml_error(node, l->err, RSP_E_DOMAIN, "a time is not negative");
    *out = q.internal;
    return RSP_OK;
}

/* covariates: {weight_kg: 68, race: asian} -> "weight_kg=68", "race=asian" */
static rsp_status load_check_covariates(
    struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_check *c)
{
    const struct rsp_yaml *map = rsp_yaml_find(node, "covariates");
    const char **texts = NULL;
    char text[RSP_MAX_NAME + 80];
    if (map == NULL)
        return RSP_OK;
    RSP_TRY(rsp_load_map(l, map, "{weight_kg: 70}"));
    RSP_LOAD_ARRAY(texts, l, map->n_child);
    for (const struct rsp_yaml *n = map->first; n != NULL; n = n->next) {
        const struct rsp_model_covariate *seen = NULL;
        double number = 0;
        bool known = false;
        if (n->kind != RSP_YAML_SCALAR || strlen(n->key) > RSP_MAX_NAME || strlen(n->text) > 70)
            return rsp_yaml_error(n, l->err, RSP_E_SYNTAX, "expected NAME: VALUE");
        for (size_t i = 0; i < l->part->n_covariate; i++) {
            if (strcmp(l->part->covariate[i].seen.name, n->key) == 0)
                seen = &l->part->covariate[i].seen;
        }
        /* An effect's checks run with its PK model, whose covariates this file does not list. */
        if (seen == NULL && l->part->seen.kind == RSP_MODEL_PK)
            return rsp_yaml_error(n, l->err, RSP_E_UNKNOWN, "'%s' is no covariate of this file", n->key);
        if (seen != NULL && !seen->categorical)
            RSP_TRY(rsp_yaml_node_number(n, &number, l->err));
        for (size_t i = 0; seen != NULL && seen->categorical && i < seen->n_level; i++)
            known = known || strcmp(seen->level[i], n->text) == 0;
        if (seen != NULL && seen->categorical && !known)
            return rsp_yaml_error(n, l->err, RSP_E_UNKNOWN, "'%s' is no level of '%s'", n->text, n->key);
        snprintf(text, sizeof text, "%.63s=%.70s", n->key, n->text);
        texts[c->n_covariate] = rsp_load_keep(l, text);
        if (texts[c->n_covariate] == NULL)
            return RSP_E_MEMORY;
        c->n_covariate++;
    }
    c->covariate = texts;
    return RSP_OK;
}

/* What the number is of: an output of this file, of its PK model, or a parameter or derived name. */
static rsp_status load_subject(struct rsp_loader *l, const struct rsp_yaml *node, const char *quantity,
    struct rsp_check_def *d, struct rsp_dimension *dimension)
{
    const struct rsp_part *p = l->part;
    const struct rsp_yaml *output = rsp_yaml_find(node, "output");
    struct rsp_unit unit;
    bool own = p->seen.kind == RSP_MODEL_EFFECT;
    RSP_TRY(rsp_load_text(l, node, "output", true, &d->check.output));
    if (strcmp(quantity, "parameter") == 0) {
        RSP_TRY(rsp_expr_parse(l->arena, p, output, false, &d->expr, l->err));
        *dimension = d->expr->dimension;
        return RSP_OK;
    }
    for (size_t i = 0; i < p->n_output; i++)
        own = own || strcmp(p->output[i].name, d->check.output) == 0;
    if (!own || !rsp_output_unit(d->check.output, &unit))
        return rsp_yaml_error(
            output, l->err, RSP_E_UNKNOWN, "'%s' is no output of this file", d->check.output);
    *dimension = unit.dimension;
    if (strcmp(quantity, "tmax") == 0 || strcmp(quantity, "half_life") == 0)
        *dimension = rsp_dim_time;
    if (strcmp(quantity, "auc") == 0 || strcmp(quantity, "auc_inf") == 0)
        *dimension = rsp_dimension_combine(unit.dimension, rsp_dim_time, 1);
    return RSP_OK;
}

static rsp_status load_target(
    struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_dimension want, struct rsp_check *c)
{
    const struct rsp_yaml *target = rsp_yaml_find(node, "target"), *spread = rsp_yaml_find(node, "spread");
    struct rsp_quantity q, s;
    char dw[64];
    if (target == NULL)
        return rsp_yaml_error(
            node, l->err, RSP_E_MISSING, "target is missing; expected the published number with its unit");
    RSP_TRY(rsp_load_quantity(l, target, &q));
    rsp_dimension_format(want, dw, sizeof dw);
    if (!rsp_dimension_equal(q.unit.dimension, want))
        return rsp_yaml_error(target, l->err, RSP_E_UNIT, "'%s' does not fit; expected %s", target->text, dw);
    c->value = q.value;
    c->unit_factor = q.unit.factor;
    c->unit = rsp_load_keep(l, q.unit.text);
    if (c->unit == NULL)
        return RSP_E_MEMORY;
    if (spread == NULL)
        return RSP_OK;
    RSP_TRY(rsp_load_quantity(l, spread, &s));
    if (!rsp_dimension_equal(s.unit.dimension, want) || !(s.internal >= 0))
        return rsp_yaml_error(
            spread, l->err, RSP_E_UNIT, "'%s' is no spread of the target; expected %s", spread->text, dw);
    c->spread = s.internal / q.unit.factor;
    return RSP_OK;
}

static rsp_status load_tolerance(
    struct rsp_loader *l, const struct rsp_yaml *node, int kind, struct rsp_check *c)
{
    long digits = -1;
    c->tolerance_pct = default_tolerance_pct[kind];
    RSP_TRY(rsp_yaml_int(node, "digits", false, &digits, l->err));
    RSP_TRY(rsp_yaml_number(node, "tolerance_pct", false, &c->tolerance_pct, l->err));
    if (rsp_yaml_find(node, "digits") != NULL && (digits < 1 || digits > 15))
        return rsp_yaml_error(
            node, l->err, RSP_E_DOMAIN, "digits is the number of significant digits printed, 1 to 15");
    if (digits > 0 && rsp_yaml_find(node, "tolerance_pct") != NULL)
        return rsp_yaml_error(node, l->err, RSP_E_MISMATCH, "expected either digits or tolerance_pct");
    if (!(c->tolerance_pct >= 0 && c->tolerance_pct < 100))
        return rsp_yaml_error(node, l->err, RSP_E_DOMAIN, "a tolerance lies between 0 and 100 %%");
    c->digits = (int)digits;
    return RSP_OK;
}

static rsp_status need_times(struct rsp_loader *l, const struct rsp_yaml *node, const struct rsp_check *c)
{
    const bool at = strcmp(c->quantity, "value") == 0;
    const bool window = strcmp(c->quantity, "cmax") == 0 || strcmp(c->quantity, "tmax") == 0 ||
                        strcmp(c->quantity, "auc") == 0;
    const bool run = at || window || strcmp(c->quantity, "auc_inf") == 0;
    if (run && c->n_dose == 0)
        return rsp_yaml_error(node, l->err, RSP_E_MISSING,
            "dose is missing; expected dose text such as 10 mg esketamine iv over 30 min");
    if (at && c->time_h < 0)
        return rsp_yaml_error(node, l->err, RSP_E_MISSING, "time is missing; expected such as 0.5 h");
    if (window && c->to_h < 0)
        return rsp_yaml_error(
            node, l->err, RSP_E_MISSING, "`to` is missing; expected the end of the window, such as 24 h");
    if (window && c->from_h >= c->to_h)
        return rsp_yaml_error(node, l->err, RSP_E_DOMAIN, "the window ends before it begins");
    return RSP_OK;
}

static rsp_status load_check(struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_check_def *d)
{
    static const char *const keys[] = {"description", "kind", "dose", "covariates", "output", "quantity",
        "time", "from", "to", "target", "digits", "tolerance_pct", "spread", "spread_kind", "assume",
        "source", "note", NULL};
    static const char *const kinds[] = {"deterministic", "published_typical", "observed", NULL};
    static const char *const quantities[] = {
        "value", "cmax", "tmax", "auc", "auc_inf", "half_life", "parameter", NULL};
    struct rsp_check *c = &d->check;
    struct rsp_dimension dimension = rsp_dim_none;
    int kind = 0, quantity = 0;
    RSP_TRY(rsp_load_map(l, node,
        "{description: TEXT, kind: deterministic, dose: TEXT, output: NAME, target: 50.9 ng/mL, source: "
        "KEY}"));
    RSP_TRY(rsp_yaml_only(node, keys, l->err));
    d->node = node;
    c->line = node->line;
    c->reproducible = true;
    c->note = c->spread_kind = "";
    c->time_h = c->to_h = -1;
    c->slot = -1;
    RSP_TRY(rsp_load_text(l, node, "description", true, &c->description));
    RSP_TRY(rsp_load_word(l, node, "kind", true, kinds, &kind));
    RSP_TRY(rsp_load_word(l, node, "quantity", true, quantities, &quantity));
    c->kind = kinds[kind];
    c->quantity = quantities[quantity];
    RSP_TRY(load_doses(l, node, c));
    RSP_TRY(load_check_covariates(l, node, c));
    RSP_TRY(load_time(l, node, "time", &c->time_h));
    RSP_TRY(load_time(l, node, "from", &c->from_h));
    RSP_TRY(load_time(l, node, "to", &c->to_h));
    RSP_TRY(need_times(l, node, c));
    RSP_TRY(load_subject(l, node, c->quantity, d, &dimension));
    RSP_TRY(load_target(l, node, dimension, c));
    RSP_TRY(load_tolerance(l, node, kind, c));
    RSP_TRY(rsp_load_text(l, node, "spread_kind", false, &c->spread_kind));
    RSP_TRY(rsp_load_text(l, node, "note", false, &c->note));
    RSP_TRY(rsp_load_texts(l, node, "assume", false, &c->n_assume, &c->assume));
    return rsp_load_source(l, node, true, &c->source);
}

/* A number that is only listed may have any unit ("12 weeks"): it is kept as printed. */
static rsp_status load_printed(struct rsp_loader *l, const struct rsp_yaml *node, const char *key,
    bool required, double *value, const char **unit)
{
    const char *text = NULL;
    char number[64];
    RSP_TRY(rsp_yaml_text(node, key, required, &text, l->err));
    if (text == NULL)
        return RSP_OK;
    const size_t n = strcspn(text, " ");
    if (n >= sizeof number)
        return rsp_yaml_error(
            rsp_yaml_find(node, key), l->err, RSP_E_SYNTAX, "expected a number with its unit");
    memcpy(number, text, n);
    number[n] = '\0';
    if (rsp_number_parse(number, value, NULL) != RSP_OK)
        return rsp_yaml_error(
            rsp_yaml_find(node, key), l->err, RSP_E_SYNTAX, "'%s' does not begin with a number", text);
    *unit = rsp_load_keep(l, text + n + strspn(text + n, " "));
    return *unit != NULL ? RSP_OK : RSP_E_MEMORY;
}

static rsp_status load_not_reproducible(
    struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_check_def *d)
{
    static const char *const keys[] = {
        "description", "target", "computed_elsewhere", "reason", "source", "note", NULL};
    struct rsp_check *c = &d->check;
    const char *unit = "";
    RSP_TRY(rsp_load_map(l, node, "{description: TEXT, target: 274.4 ng*h/mL, reason: TEXT, source: KEY}"));
    RSP_TRY(rsp_yaml_only(node, keys, l->err));
    d->node = node;
    c->line = node->line;
    c->digits = c->slot = -1;
    c->time_h = c->to_h = -1;
    c->unit_factor = 1;
    c->dose = c->quantity = c->output = c->unit = c->spread_kind = "";
    c->kind = "not_reproducible";
    c->computed_elsewhere = NAN;
    RSP_TRY(rsp_load_text(l, node, "description", true, &c->description));
    RSP_TRY(rsp_load_text(l, node, "reason", true, &c->note));
    RSP_TRY(load_printed(l, node, "target", true, &c->value, &c->unit));
    RSP_TRY(load_printed(l, node, "computed_elsewhere", false, &c->computed_elsewhere, &unit));
    return rsp_load_source(l, node, true, &c->source);
}

rsp_status rsp_load_checks(struct rsp_loader *l)
{
    static const struct {
        const char *key;
        rsp_status (*load)(struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_check_def *d);
    } lists[] = {{"checks", load_check}, {"not_reproducible", load_not_reproducible}};
    const struct rsp_yaml *section[2] = {NULL, NULL};
    struct rsp_part *p = l->part;
    size_t total = 0;
    for (int i = 0; i < 2; i++) {
        RSP_TRY(rsp_load_section(l, lists[i].key, RSP_YAML_LIST, RSP_MAX_CHECK, false, &section[i]));
        total += section[i] != NULL ? section[i]->n_child : 0;
    }
    RSP_LOAD_ARRAY(p->check, l, total);
    for (int i = 0; i < 2; i++) {
        const struct rsp_yaml *n = section[i] != NULL ? section[i]->first : NULL;
        for (; n != NULL; n = n->next) {
            RSP_TRY(lists[i].load(l, n, &p->check[p->n_check]));
            p->n_check++;
        }
    }
    return RSP_OK;
}
