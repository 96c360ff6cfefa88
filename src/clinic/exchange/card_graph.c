/* Boxes and arrows of a model, from what the model says about itself. */
#include <stdio.h>
#include <string.h>

#include "exchange/card_graph.h"
#include "model/compiled.h"

static struct rsp_card_node *add_node(struct rsp_card_graph *g, enum rsp_card_kind kind, const char *title)
{
    if (g->n_node >= RSP_CARD_MAX_NODE)
        return NULL;
    struct rsp_card_node *n = &g->node[g->n_node++];
    *n = (struct rsp_card_node){.kind = kind, .substance = -1, .host = -1};
    snprintf(n->title, sizeof n->title, "%.90s", title);
    return n;
}

static struct rsp_card_edge *add_edge(struct rsp_card_graph *g, int from, int to)
{
    if (g->n_edge >= RSP_CARD_MAX_EDGE)
        return NULL;
    struct rsp_card_edge *e = &g->edge[g->n_edge++];
    *e = (struct rsp_card_edge){.from = from, .to = to, .head = true};
    return e;
}

/* "norketamine_peripheral" -> "norketamine peripheral" */
static void with_spaces(char *text)
{
    for (; *text != '\0'; text++)
        *text = *text == '_' ? ' ' : *text;
}

/* The drawing leaves the unit of an effect site to the table of outputs. */
static void cut_unit(char *text)
{
    char *unit = strstr(text, "_ng_per_ml");
    if (unit != NULL && unit > text)
        *unit = '\0';
}

static int substance_number(const struct rsp_model *model, size_t i)
{
    const char *wanted = rsp_model_compartment(model, i)->substance;
    int number = 0;
    if (wanted[0] == '\0')
        return -1;
    for (size_t k = 0; k < i; k++) {
        const char *other = rsp_model_compartment(model, k)->substance;
        bool first = true;
        for (size_t j = 0; j < k; j++)
            first = first && strcmp(rsp_model_compartment(model, j)->substance, other) != 0;
        if (strcmp(other, wanted) == 0)
            return substance_number(model, k);
        number += first && other[0] != '\0';
    }
    return number;
}

static bool add_compartments(const struct rsp_model *model, struct rsp_card_graph *g)
{
    static const enum rsp_card_kind kinds[] = {RSP_CARD_BODY, RSP_CARD_DELAY, RSP_CARD_SITE};
    for (size_t i = 0; i < rsp_model_n_compartment(model); i++) {
        const struct rsp_model_compartment *c = rsp_model_compartment(model, i);
        struct rsp_card_node *n = add_node(g, kinds[c->role], c->name);
        if (n == NULL)
            return false;
        cut_unit(n->title);
        with_spaces(n->title);
        if (c->volume[0] != '\0')
            snprintf(n->detail, sizeof n->detail, "V = %.80s", c->volume);
        n->substance = substance_number(model, i);
    }
    return true;
}

/* A second one-way arrow back over the same two boxes makes one arrow with two heads: "k12 / k21". */
static bool join_back(struct rsp_card_graph *g, const struct rsp_model_flow *f)
{
    for (size_t i = 0; i < g->n_edge; i++) {
        struct rsp_card_edge *e = &g->edge[i];
        if (e->from != f->to || e->to != f->from || e->both_ways || e->label2[0] != '\0' ||
            f->fraction[0] != '\0')
            continue;
        char first[RSP_CARD_LABEL];
        snprintf(first, sizeof first, "%s", e->label);
        snprintf(e->label, sizeof e->label, "%.40s / %.40s", first, f->rate);
        e->both_ways = true;
        return true;
    }
    return false;
}

static bool add_flow(struct rsp_card_graph *g, const struct rsp_model_flow *f)
{
    struct rsp_card_node *from = &g->node[f->from];
    if (f->to < 0) {
        from->leaves = true;
        snprintf(from->out, sizeof from->out, "%.90s", f->rate);
        return true;
    }
    if (!f->both_ways && join_back(g, f))
        return true;
    struct rsp_card_edge *e = add_edge(g, f->from, f->to);
    if (e == NULL)
        return false;
    e->both_ways = f->both_ways;
    e->drive = !f->conserving;
    snprintf(e->label, sizeof e->label, "%.90s", f->rate);
    if (f->fraction[0] != '\0') {
        snprintf(e->label2, sizeof e->label2, "\xc3\x97 %.80s", f->fraction);
        from->leaves = true;
        snprintf(from->out, sizeof from->out, "1 \xe2\x88\x92 %.80s", f->fraction);
    }
    return true;
}

static bool same_input(const struct rsp_model_input *a, const struct rsp_model_input *b)
{
    return a->to == b->to && strcmp(a->fraction, b->fraction) == 0 && strcmp(a->lag, b->lag) == 0 &&
           strcmp(a->duration, b->duration) == 0;
}

/* k-th input of a route, or NULL. */
static const struct rsp_model_input *route_input(
    const struct rsp_model *model, enum rsp_route route, size_t k)
{
    for (size_t i = 0; i < rsp_model_n_input(model); i++) {
        const struct rsp_model_input *in = rsp_model_input(model, i);
        if (in->route == route && k-- == 0)
            return in;
    }
    return NULL;
}

static bool same_route(const struct rsp_model *model, enum rsp_route a, enum rsp_route b)
{
    for (size_t k = 0;; k++) {
        const struct rsp_model_input *x = route_input(model, a, k), *y = route_input(model, b, k);
        if (x == NULL || y == NULL)
            return x == y;
        if (!same_input(x, y))
            return false;
    }
}

static bool add_input(struct rsp_card_graph *g, int node, const struct rsp_model_input *in)
{
    struct rsp_card_edge *e = add_edge(g, node, in->to);
    if (e == NULL)
        return false;
    /* a long expression stands in the table of routes */
    const size_t n = strlen(in->fraction);
    if (n > 0)
        snprintf(e->label, sizeof e->label, "\xc3\x97 %.40s", n <= 20 ? in->fraction : "f(dose)");
    if (in->duration[0] != '\0')
        snprintf(e->label2, sizeof e->label2, "over %.40s", in->duration);
    else if (in->lag[0] != '\0')
        snprintf(e->label2, sizeof e->label2, "after %.40s", in->lag);
    return true;
}

static bool add_routes(const struct rsp_model *model, struct rsp_card_graph *g)
{
    bool done[RSP_N_ROUTE] = {false};
    for (int r = 0; r < RSP_N_ROUTE; r++) {
        if (done[r] || route_input(model, (enum rsp_route)r, 0) == NULL)
            continue;
        const int index = (int)g->n_node;
        struct rsp_card_node *n = add_node(g, RSP_CARD_ROUTE, rsp_route_name((enum rsp_route)r));
        if (n == NULL)
            return false;
        for (int other = r + 1; other < RSP_N_ROUTE; other++) {
            if (!same_route(model, (enum rsp_route)r, (enum rsp_route)other))
                continue;
            done[other] = true;
            const size_t used = strlen(n->title);
            snprintf(n->title + used, sizeof n->title - used, ", %s", rsp_route_name((enum rsp_route)other));
        }
        for (size_t k = 0; route_input(model, (enum rsp_route)r, k) != NULL; k++)
            if (!add_input(g, index, route_input(model, (enum rsp_route)r, k)))
                return false;
    }
    return true;
}

static bool add_effects(const struct rsp_model *model, struct rsp_card_graph *g)
{
    const struct rsp_compiled *c = rsp_model_compiled(model);
    const int first = (int)g->n_node;
    for (size_t i = 0; i < c->n_effect; i++) {
        const struct rsp_compiled_effect *f = &c->effect[i];
        const int index = (int)g->n_node;
        struct rsp_card_node *n = add_node(g, RSP_CARD_EFFECT, f->name);
        if (n == NULL)
            return false;
        const int output = rsp_model_output_find(model, f->name);
        if (output >= 0)
            snprintf(n->detail, sizeof n->detail, "%.40s%s", rsp_model_output(model, (size_t)output)->form,
                f->gated ? ", response class" : "");
        for (int k = 0; k < f->n_driver; k++) {
            const int from =
                f->form == RSP_EFFECT_PRODUCT ? first + f->driver[k] : c->readout[f->driver[k]].state;
            struct rsp_card_edge *e = add_edge(g, from, index);
            if (e == NULL)
                return false;
            e->drive = true;
        }
    }
    return true;
}

/* Leave out what leads to no effect: the PK model has its own card. */
static void keep_upstream(const struct rsp_model *model, struct rsp_card_graph *g)
{
    bool changed = true;
    if (rsp_model_compiled(model)->n_effect == 0)
        return;
    for (size_t i = 0; i < g->n_node; i++)
        g->node[i].absent = g->node[i].kind != RSP_CARD_EFFECT;
    for (size_t round = 0; round <= g->n_node && changed; round++) {
        changed = false;
        for (size_t k = 0; k < g->n_edge; k++) {
            const struct rsp_card_edge *e = &g->edge[k];
            struct rsp_card_node *from = &g->node[e->from], *to = &g->node[e->to];
            if (from->absent && !to->absent) {
                from->absent = false;
                changed = true;
            } else if (e->both_ways && to->absent && !from->absent) {
                to->absent = false;
                changed = true;
            }
        }
    }
    for (size_t k = 0; k < g->n_edge; k++) {
        struct rsp_card_edge *e = &g->edge[k];
        struct rsp_card_node *from = &g->node[e->from];
        e->hidden = g->node[e->to].absent;
        if (e->hidden && !from->absent && from->kind != RSP_CARD_ROUTE && !from->leaves) {
            from->leaves = true;
            memcpy(from->out, e->label, sizeof from->out);
        }
    }
}

bool rsp_card_graph_build(const struct rsp_model *model, struct rsp_card_graph *g)
{
    *g = (struct rsp_card_graph){0};
    if (!add_compartments(model, g))
        return false;
    for (size_t i = 0; i < rsp_model_n_flow(model); i++)
        if (!add_flow(g, rsp_model_flow(model, i)))
            return false;
    if (!add_routes(model, g) || !add_effects(model, g))
        return false;
    keep_upstream(model, g);
    return true;
}
