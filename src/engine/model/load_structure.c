/* Compartments, delay chains and flows. */
#include <stdio.h>
#include <string.h>

#include "model/load.h"

static const struct rsp_substance_def *find_substance(const struct rsp_part *p, const char *name)
{
    for (size_t i = 0; i < p->n_substance; i++) {
        if (strcmp(p->substance[i].name, name) == 0)
            return &p->substance[i];
    }
    return NULL;
}

static rsp_status load_substance(
    struct rsp_loader *l, const struct rsp_yaml *map, const struct rsp_substance_def **out)
{
    const char *name = NULL;
    const char *known[RSP_MAX_OUTPUT + 1] = {NULL};
    RSP_TRY(rsp_yaml_text(map, "substance", false, &name, l->err));
    if (name == NULL)
        return RSP_OK;
    *out = find_substance(l->part, name);
    if (*out != NULL)
        return RSP_OK;
    for (size_t i = 0; i < l->part->n_substance; i++)
        known[i] = l->part->substance[i].name;
    const char *near = rsp_text_nearest(name, known);
    return rsp_yaml_error(rsp_yaml_find(map, "substance"), l->err, RSP_E_UNKNOWN,
        "'%s' is not listed under `substances`%s%s%s", name, near != NULL ? " (nearest: '" : "",
        near != NULL ? near : "", near != NULL ? "')" : "");
}

static struct rsp_compartment_def *find_compartment(const struct rsp_part *p, const char *name)
{
    for (size_t i = 0; i < p->n_compartment; i++) {
        if (strcmp(p->compartment[i].name, name) == 0)
            return &p->compartment[i];
    }
    return NULL;
}

static rsp_status unknown_compartment(struct rsp_loader *l, const struct rsp_yaml *node, const char *name)
{
    const char *known[RSP_MAX_STATE + 1] = {NULL};
    for (size_t i = 0; i < l->part->n_compartment; i++)
        known[i] = l->part->compartment[i].name;
    const char *near = rsp_text_nearest(name, known);
    return rsp_yaml_error(node, l->err, RSP_E_UNKNOWN, "'%s' is no compartment%s%s%s", name,
        near != NULL ? " (nearest: '" : "", near != NULL ? near : "", near != NULL ? "')" : "");
}

/* The section's `through` chains become compartments NAME_1 ... NAME_n after the named ones. */
static rsp_status chain_length(
    struct rsp_loader *l, const struct rsp_yaml *flow, const struct rsp_yaml **through, long *n)
{
    static const char *const keys[] = {"name", "n", "rate", "substance", NULL};
    *n = 0;
    *through = flow->kind == RSP_YAML_MAP ? rsp_yaml_find(flow, "through") : NULL;
    if (*through == NULL)
        return RSP_OK;
    RSP_TRY(rsp_load_map(l, *through, "{name: delay, n: 2, rate: 2 / mtt}"));
    RSP_TRY(rsp_yaml_only(*through, keys, l->err));
    RSP_TRY(rsp_yaml_int(*through, "n", true, n, l->err));
    if (*n < 1 || *n > RSP_MAX_STATE)
        return rsp_yaml_error(
            *through, l->err, RSP_E_LIMIT, "a chain has 1 to %d compartments", RSP_MAX_STATE);
    return RSP_OK;
}

static rsp_status add_chain(struct rsp_loader *l, const struct rsp_yaml *through, long n)
{
    const char *name = NULL;
    char text[RSP_MAX_NAME + 20];
    struct rsp_part *p = l->part;
    RSP_TRY(rsp_yaml_text(through, "name", true, &name, l->err));
    if (!rsp_name_fits(name) || strlen(name) + 4 > RSP_MAX_NAME)
        return rsp_yaml_error(through, l->err, RSP_E_SYNTAX, "'%s' is no usable name of a chain", name);
    for (long i = 0; i < n; i++) {
        snprintf(text, sizeof text, "%.59s_%d", name, (int)(i + 1));
        if (find_compartment(p, text) != NULL)
            return rsp_yaml_error(through, l->err, RSP_E_MISMATCH, "compartment '%s' stands twice", text);
        struct rsp_compartment_def *c = &p->compartment[p->n_compartment];
        c->name = rsp_load_keep(l, text);
        if (c->name == NULL)
            return RSP_E_MEMORY;
        c->volume_text = "";
        c->delay = true;
        c->node = through;
        c->state = (int)p->n_compartment++;
        RSP_TRY(load_substance(l, through, &c->substance));
    }
    return RSP_OK;
}

static rsp_status load_compartments(struct rsp_loader *l, const struct rsp_yaml *flows)
{
    static const char *const keys[] = {"substance", "volume", "note", NULL};
    const struct rsp_yaml *section = NULL, *through = NULL;
    struct rsp_part *p = l->part;
    size_t total = 0;
    long n = 0;
    RSP_TRY(rsp_load_section(l, "compartments", RSP_YAML_MAP, RSP_MAX_STATE, true, &section));
    total = section->n_child;
    for (const struct rsp_yaml *f = flows->first; f != NULL; f = f->next) {
        RSP_TRY(chain_length(l, f, &through, &n));
        total += (size_t)n;
    }
    if (total > RSP_MAX_STATE)
        return rsp_yaml_error(section, l->err, RSP_E_LIMIT,
            "%zu compartments with the delay chains; at most %d", total, RSP_MAX_STATE);
    RSP_LOAD_ARRAY(p->compartment, l, total);
    for (const struct rsp_yaml *c = section->first; c != NULL; c = c->next) {
        struct rsp_compartment_def *d = &p->compartment[p->n_compartment];
        if (!rsp_name_fits(c->key))
            return rsp_yaml_error(c, l->err, RSP_E_SYNTAX, "'%s' is no usable name of a compartment", c->key);
        RSP_TRY(rsp_load_map(l, c, "{substance: esketamine, volume: v1}"));
        RSP_TRY(rsp_yaml_only(c, keys, l->err));
        d->name = rsp_load_keep(l, c->key);
        if (d->name == NULL)
            return RSP_E_MEMORY;
        d->node = c;
        d->state = (int)p->n_compartment++;
        RSP_TRY(load_substance(l, c, &d->substance));
        RSP_TRY(rsp_load_expr(l, c, "volume", rsp_dim_volume, &d->volume, &d->volume_text));
    }
    for (const struct rsp_yaml *f = flows->first; f != NULL; f = f->next) {
        RSP_TRY(chain_length(l, f, &through, &n));
        if (n > 0)
            RSP_TRY(add_chain(l, through, n));
    }
    if (p->n_compartment == 0)
        return rsp_yaml_error(section, l->err, RSP_E_MISSING, "no compartment is listed");
    return RSP_OK;
}

/* Ends of a flow: between: [a, b], or from and to (to: out leaves the body). */
static rsp_status load_ends(struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_flow_def *f)
{
    const char *from = NULL, *to = NULL;
    const char *const *pair = NULL;
    size_t n = 0;
    f->both_ways = rsp_yaml_find(node, "between") != NULL;
    if (f->both_ways) {
        RSP_TRY(rsp_yaml_texts(node, "between", true, &n, &pair, l->err));
        if (n != 2)
            return rsp_yaml_error(node, l->err, RSP_E_SYNTAX, "between: expected two compartments [a, b]");
        from = pair[0];
        to = pair[1];
    } else {
        RSP_TRY(rsp_yaml_text(node, "from", true, &from, l->err));
        RSP_TRY(rsp_yaml_text(node, "to", true, &to, l->err));
    }
    f->from = find_compartment(l->part, from);
    if (f->from == NULL)
        return unknown_compartment(l, node, from);
    if (!f->both_ways && strcmp(to, "out") == 0)
        return RSP_OK;
    f->to = find_compartment(l->part, to);
    if (f->to == NULL)
        return unknown_compartment(l, node, to);
    if (f->from == f->to)
        return rsp_yaml_error(node, l->err, RSP_E_MISMATCH, "'%s' flows into itself", from);
    return RSP_OK;
}

static rsp_status load_amount(struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_flow_def *f)
{
    const struct rsp_yaml *clearance = rsp_yaml_find(node, "clearance"), *rate = rsp_yaml_find(node, "rate");
    if ((clearance == NULL) == (rate == NULL))
        return rsp_yaml_error(
            node, l->err, RSP_E_MISSING, "expected either clearance (volume/time) or rate (1/time)");
    f->clearance = clearance != NULL;
    if (!f->clearance)
        return rsp_load_expr(l, node, "rate", rsp_dim_per_time, &f->amount, &f->amount_text);
    RSP_TRY(rsp_load_expr(l, node, "clearance", rsp_dim_clearance, &f->amount, &f->amount_text));
    if (f->from->volume == NULL)
        return rsp_yaml_error(node, l->err, RSP_E_MISSING,
            "a clearance needs a volume: give compartment '%s' one, or use rate", f->from->name);
    if (f->both_ways && f->to->volume == NULL)
        return rsp_yaml_error(node, l->err, RSP_E_MISSING,
            "a clearance between two compartments needs both volumes: '%s' has none", f->to->name);
    return RSP_OK;
}

/* A share of a flow must stay between 0 and 1 for every person. */
static rsp_status check_share(struct rsp_loader *l, const struct rsp_yaml *node, const struct rsp_expr *e)
{
    for (size_t i = 0; i < l->part->n_parameter; i++) {
        const struct rsp_parameter_def *p = &l->part->parameter[i];
        const bool spread = (p->between.given && p->between.scale != RSP_ETA_LOGIT) ||
                            (p->occasion.given && p->occasion.scale != RSP_ETA_LOGIT) ||
                            (p->uncertain.kind != RSP_CERTAIN && p->uncertain.kind != RSP_UNCERTAIN_BETA);
        if ((e->parameters >> i & 1) != 0 && spread)
            return rsp_yaml_error(node, l->err, RSP_E_DOMAIN,
                "'%s' is a share of a flow and would leave 0 to 1 for some people: give it scale: logit "
                "(uncertainty: beta)",
                p->name);
    }
    return RSP_OK;
}

static rsp_status load_flow(struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_flow_def *f)
{
    static const char *const keys_one[] = {
        "from", "to", "clearance", "rate", "fraction", "through", "growth", "note", NULL};
    static const char *const keys_both[] = {"between", "clearance", "note", NULL};
    const struct rsp_yaml *through = NULL;
    const char *name = NULL;
    char first[RSP_MAX_NAME + 3];
    long n = 0;
    RSP_TRY(rsp_load_map(l, node, "{from: central, to: out, clearance: cl}"));
    RSP_TRY(rsp_yaml_only(node, rsp_yaml_find(node, "between") != NULL ? keys_both : keys_one, l->err));
    f->node = node;
    RSP_TRY(load_ends(l, node, f));
    RSP_TRY(load_amount(l, node, f));
    RSP_TRY(rsp_load_expr(l, node, "fraction", rsp_dim_none, &f->fraction, &f->fraction_text));
    if (f->fraction != NULL)
        RSP_TRY(check_share(l, rsp_yaml_find(node, "fraction"), f->fraction));
    RSP_TRY(rsp_load_expr(l, node, "growth", rsp_dim_per_time, &f->growth, NULL));
    if (f->fraction != NULL && f->to == NULL)
        return rsp_yaml_error(node, l->err, RSP_E_MISMATCH,
            "a fraction names the share that goes `to` a compartment; all of this flow leaves the body");
    RSP_TRY(chain_length(l, node, &through, &n));
    if (n == 0)
        return RSP_OK;
    RSP_TRY(rsp_yaml_text(through, "name", true, &name, l->err));
    snprintf(first, sizeof first, "%.59s_1", name);
    f->n_chain = (size_t)n;
    f->chain = find_compartment(l->part, first);
    if (rsp_yaml_find(through, "rate") == NULL)
        return rsp_yaml_error(
            through, l->err, RSP_E_MISSING, "rate is missing; expected 1/time, such as 2 / mtt");
    RSP_TRY(rsp_load_expr(l, through, "rate", rsp_dim_per_time, &f->chain_rate, &f->chain_text));
    /* A chain is of the substance that enters it unless it says otherwise. */
    for (size_t i = 0; i < f->n_chain; i++) {
        struct rsp_compartment_def *c = &l->part->compartment[f->chain->state + (int)i];
        if (c->substance == NULL)
            c->substance = f->from->substance;
    }
    return RSP_OK;
}

rsp_status rsp_load_structure(struct rsp_loader *l)
{
    const struct rsp_yaml *flows = NULL;
    struct rsp_part *p = l->part;
    RSP_TRY(rsp_load_section(l, "flows", RSP_YAML_LIST, RSP_MAX_LINK, true, &flows));
    RSP_TRY(load_compartments(l, flows));
    RSP_LOAD_ARRAY(p->flow, l, flows->n_child);
    for (const struct rsp_yaml *n = flows->first; n != NULL; n = n->next) {
        RSP_TRY(load_flow(l, n, &p->flow[p->n_flow]));
        p->n_flow++;
    }
    return RSP_OK;
}

static rsp_status load_input(struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_input_def *in)
{
    static const char *const keys[] = {"to", "fraction", "lag", "duration", "note", NULL};
    const struct rsp_yaml *fraction = NULL;
    const char *to = NULL;
    RSP_TRY(rsp_load_map(l, node, "{to: central}"));
    RSP_TRY(rsp_yaml_only(node, keys, l->err));
    RSP_TRY(rsp_yaml_text(node, "to", true, &to, l->err));
    in->node = node;
    in->to = find_compartment(l->part, to);
    if (in->to == NULL)
        return unknown_compartment(l, node, to);
    fraction = rsp_yaml_find(node, "fraction");
    in->fraction_text = in->note = "";
    if (fraction != NULL) {
        RSP_TRY(rsp_expr_parse(l->arena, l->part, fraction, true, &in->fraction, l->err));
        RSP_TRY(rsp_expr_expect(fraction, in->fraction, rsp_dim_none, l->err));
        in->fraction_text = rsp_load_keep(l, fraction->text);
        if (in->fraction_text == NULL)
            return RSP_E_MEMORY;
    }
    RSP_TRY(rsp_load_expr(l, node, "lag", rsp_dim_time, &in->lag, &in->lag_text));
    RSP_TRY(rsp_load_expr(l, node, "duration", rsp_dim_time, &in->duration, &in->duration_text));
    return rsp_load_text(l, node, "note", false, &in->note);
}

rsp_status rsp_load_routes(struct rsp_loader *l)
{
    const struct rsp_yaml *section = NULL;
    struct rsp_part *p = l->part;
    struct rsp_error inner = {0};
    RSP_TRY(rsp_load_section(l, "routes", RSP_YAML_MAP, RSP_N_ROUTE, true, &section));
    RSP_LOAD_ARRAY(p->input, l, RSP_MAX_INPUT);
    for (const struct rsp_yaml *r = section->first; r != NULL; r = r->next) {
        enum rsp_route route = RSP_ROUTE_IV;
        if (rsp_route_parse(r->key, &route, &inner) != RSP_OK)
            return rsp_yaml_error(r, l->err, RSP_E_UNKNOWN, "%s", inner.message);
        for (size_t i = 0; i < p->n_input; i++) {
            if (p->input[i].route == route)
                return rsp_yaml_error(
                    r, l->err, RSP_E_MISMATCH, "route '%s' stands twice", rsp_route_name(route));
        }
        if (r->kind != RSP_YAML_LIST || r->n_child == 0)
            return rsp_yaml_error(
                r, l->err, RSP_E_SYNTAX, "expected a list of inputs such as [{to: central}]");
        if (p->n_input + r->n_child > RSP_MAX_INPUT)
            return rsp_yaml_error(r, l->err, RSP_E_LIMIT, "more than %d inputs", RSP_MAX_INPUT);
        for (const struct rsp_yaml *n = r->first; n != NULL; n = n->next) {
            p->input[p->n_input].route = route;
            RSP_TRY(load_input(l, n, &p->input[p->n_input]));
            p->n_input++;
        }
    }
    if (p->n_input == 0)
        return rsp_yaml_error(
            section, l->err, RSP_E_MISSING, "no route; expected such as iv: [{to: central}]");
    return RSP_OK;
}
