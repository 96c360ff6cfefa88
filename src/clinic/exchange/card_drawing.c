/* The drawing of a model: boxes, arrows, labels and a legend as one SVG file. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/card.h"
#include "exchange/card_graph.h"
#include "exchange/chart.h"

enum {
    HALF = RSP_CARD_BOX_HEIGHT / 2,
    HEAD = 26,
    LEGEND = 34,
    OUT_LENGTH = 30,
    TITLE_LETTER = 9,
    MARGIN = 24,
    LANE = 10
};

static void text_at(struct rsp_buf *svg, double x, double y, const char *class_name, const char *text)
{
    if (text[0] == '\0')
        return;
    rsp_buf_printf(svg, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, class_name);
    rsp_markup_text(svg, text);
    rsp_buf_text(svg, "</text>\n");
}

static void draw_out(const struct rsp_card_node *n, struct rsp_buf *svg)
{
    if (!n->leaves)
        return;
    /* on the left when satellites hang below: their labels stand on the right */
    const double side = n->satellites_below && n->n_satellite > 0 ? -1 : 1;
    const double x = n->x + side * n->width / 4, y = n->y + HALF;
    rsp_buf_printf(
        svg, "<path d=\"M%.1f %.1fv%d\" class=\"flow\" marker-end=\"url(#head)\"/>\n", x, y, OUT_LENGTH);
    text_at(svg, x + side * 8, y + OUT_LENGTH - 8, side > 0 ? "label start" : "label end", n->out);
}

static void draw_node(const struct rsp_card_node *n, struct rsp_buf *svg)
{
    static const char *const shapes[] = {"box", "box delay", "box site", "route", "box effect"};
    if (n->kind == RSP_CARD_BEND || n->absent)
        return;
    const int fill = n->kind == RSP_CARD_BODY || n->kind == RSP_CARD_DELAY ? n->substance + 1 : 0;
    const double half = n->kind == RSP_CARD_ROUTE ? 15 : HALF;
    rsp_buf_printf(svg,
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%d\" class=\"%s s%d\"/>\n",
        n->x - n->width / 2, n->y - half, n->width, 2 * half, n->kind == RSP_CARD_ROUTE ? 15 : 6,
        shapes[n->kind], fill > 4 ? 4 : fill);
    const bool two = n->detail[0] != '\0';
    text_at(svg, n->x, n->y + (two ? -3 : 5), "name", n->title);
    text_at(svg, n->x, n->y + 14, "detail", n->detail);
    draw_out(n, svg);
}

/* Where on its curve a label stands: towards the end that it does not share with other arrows. */
static double label_place(const struct rsp_card_graph *g, const struct rsp_card_edge *e)
{
    int fork = 0, join = 0;
    for (size_t k = 0; k < g->n_edge; k++) {
        const struct rsp_card_edge *o = &g->edge[k];
        if (o->hidden || o->both_ways)
            continue;
        fork += o->from == e->from;
        join += o->to == e->to;
    }
    return fork > 1 && join <= 1 ? 0.66 : join > 1 && fork <= 1 ? 0.34 : 0.5;
}

/* Above or below each other: a straight line with its label on the right. */
static void draw_vertical(const struct rsp_card_graph *g, const struct rsp_card_edge *e, struct rsp_buf *svg)
{
    const struct rsp_card_node *a = &g->node[e->from], *b = &g->node[e->to];
    const double down = a->y < b->y ? 1 : -1;
    const double reach = (a->width + b->width) / 4;
    double xa = a->x, xb = b->x;
    /* a satellite beside the middle: end the line inside the wider box, right above or below */
    if (fabs(xa - xb) < fmax(a->width, b->width) / 2 - 10) {
        if (a->width > b->width)
            xa = xb;
        else
            xb = xa;
    } else {
        xa += (xb > xa ? 1 : -1) * fmin(reach, a->width / 3) * (a->host < 0);
        xb += (xa > xb ? 1 : -1) * fmin(reach, b->width / 3) * (b->host < 0);
    }
    rsp_buf_printf(svg, "<path d=\"M%.1f %.1fL%.1f %.1f\" class=\"%s\"%s marker-end=\"url(#head)\"/>\n", xa,
        a->y + down * HALF, xb, b->y - down * HALF, e->drive ? "drive" : "flow",
        e->both_ways ? " marker-start=\"url(#head)\"" : "");
    text_at(svg, (xa + xb) / 2 + 9, (a->y + b->y) / 2 + 4, "label start", e->label);
}

static double edge_x(const struct rsp_card_node *n, double side)
{
    return n->kind == RSP_CARD_BEND ? n->x : n->x + side * n->width / 2;
}

/* From column to column: a curve that leaves and arrives level. */
static void draw_across(const struct rsp_card_graph *g, const struct rsp_card_edge *e, struct rsp_buf *svg)
{
    const struct rsp_card_node *a = &g->node[e->from], *b = &g->node[e->to];
    const double side = b->x >= a->x ? 1 : -1;
    const double xa = edge_x(a, side), xb = edge_x(b, -side), xm = (xa + xb) / 2;
    rsp_buf_printf(svg, "<path d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f\" class=\"%s\"%s%s/>\n", xa, a->y,
        xm, a->y, xm, b->y, xb, b->y, e->drive ? "drive" : "flow",
        e->head ? " marker-end=\"url(#head)\"" : "", e->both_ways ? " marker-start=\"url(#head)\"" : "");
    const double t = label_place(g, e), u = 1 - t;
    const double x = u * u * u * xa + 3 * u * t * xm + t * t * t * xb;
    const double y = (u * u * u + 3 * u * u * t) * a->y + (3 * u * t * t + t * t * t) * b->y;
    text_at(svg, x, y - 7, "label", e->label);
    text_at(svg, x, y + 16, "label", e->label2);
}

static bool is_wrapped(const struct rsp_card_graph *g, const struct rsp_card_edge *e)
{
    return g->wrap > 0 && !e->hidden && e->from >= 0 && g->node[e->from].host < 0 &&
           g->node[e->to].host < 0 && g->node[e->from].column < g->wrap && g->node[e->to].column >= g->wrap;
}

/* From the end of the first line of a wide drawing to the beginning of the second. */
static void draw_wrapped(const struct rsp_card_graph *g, const struct rsp_card_edge *e, struct rsp_buf *svg)
{
    const struct rsp_card_node *a = &g->node[e->from], *b = &g->node[e->to];
    int lane = 0, last = -1; /* two such arrows run side by side without crossing */
    for (const struct rsp_card_edge *o = g->edge; o < g->edge + g->n_edge; o++) {
        if (is_wrapped(g, o)) {
            lane += g->node[o->from].y < a->y;
            last++;
        }
    }
    const double xa = edge_x(a, 1), xb = edge_x(b, -1), inset = LANE * lane;
    rsp_buf_printf(svg, "<path d=\"M%.1f %.1fH%.1fV%.1fH%.1fV%.1fH%.1f\" class=\"%s\"%s/>\n", xa, a->y,
        g->width - MARGIN - inset, g->gutter_y - inset, MARGIN + LANE * (double)(last - lane), b->y, xb,
        e->drive ? "drive" : "flow", e->head ? " marker-end=\"url(#head)\"" : "");
    text_at(svg, xa + 10, a->y - 7, "label start", e->label);
    text_at(svg, xa + 10, a->y + 16, "label start", e->label2);
}

static void draw_edge(const struct rsp_card_graph *g, const struct rsp_card_edge *e, struct rsp_buf *svg)
{
    if (e->hidden)
        return;
    const struct rsp_card_node *a = &g->node[e->from], *b = &g->node[e->to];
    const bool satellite = a->host == e->to || b->host == e->from;
    if (satellite || a->column == b->column)
        draw_vertical(g, e, svg);
    else if (is_wrapped(g, e))
        draw_wrapped(g, e, svg);
    else
        draw_across(g, e, svg);
}

static void legend_box(struct rsp_buf *svg, double *x, double y, int fill, const char *text)
{
    rsp_buf_printf(svg,
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"16\" height=\"12\" rx=\"2\" class=\"box s%d\"/>\n", *x, y - 10,
        fill);
    text_at(svg, *x + 22, y, "note start", text);
    double n = 0;
    for (const char *c = text; *c != '\0'; c++)
        n++;
    *x += 40 + 6.4 * n;
}

static void draw_legend(
    const struct rsp_model *model, const struct rsp_card_graph *g, double y, struct rsp_buf *svg)
{
    double x = 24;
    bool seen[8] = {false}, drive = false;
    for (size_t i = 0; i < g->n_node && i < rsp_model_n_compartment(model); i++) {
        const int s = g->node[i].substance;
        if (s < 0 || s > 3 || seen[s] || g->node[i].absent || g->node[i].kind == RSP_CARD_SITE)
            continue;
        seen[s] = true;
        legend_box(svg, &x, y, s + 1, rsp_model_compartment(model, i)->substance);
    }
    for (size_t k = 0; k < g->n_edge; k++)
        drive = drive || g->edge[k].drive;
    if (drive) {
        rsp_buf_printf(
            svg, "<path d=\"M%.1f %.1fh34\" class=\"drive\" marker-end=\"url(#head)\"/>\n", x, y - 4);
        text_at(svg, x + 46, y, "note start",
            rsp_model_n_part(model) > 1 ? "drives, takes nothing away; what leads to no effect is left out"
                                        : "drives, takes nothing away");
    }
}

static const char style[] =
    "<style>text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1d2733;"
    "text-anchor:middle}.start{text-anchor:start}.end{text-anchor:end}.title{font-weight:600;font-size:15px}."
    "name{font-weight:600}"
    ".detail,.note{font-size:12px;fill:#475364}"
    ".label{font:12px ui-monospace,'DejaVu Sans "
    "Mono',Menlo,Consolas,monospace;fill:#26374d;paint-order:stroke;"
    "stroke:#fff;stroke-width:4px;stroke-linejoin:round}"
    ".box{fill:#fff;stroke:#44566c;stroke-width:1.4}.delay{stroke-dasharray:2 3}.site{stroke-dasharray:7 4}"
    ".effect{fill:#f4efe4;stroke:#7a5c2e}.route{fill:#dfe5ec;stroke:#1d2733;stroke-width:1.4}"
    ".s1{fill:#e3ebfa}.s2{fill:#eae3f5}.s3{fill:#e2f0e4}.s4{fill:#f0eee6}"
    ".flow,.drive{fill:none;stroke:#44566c;stroke-width:1.6}.drive{stroke-dasharray:5 4}</style>\n"
    "<defs><marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" "
    "markerHeight=\"7\" "
    "orient=\"auto-start-reverse\"><path d=\"M0 0L10 5L0 10z\" fill=\"#44566c\"/></marker></defs>\n";

rsp_status rsp_card_structure_svg(const struct rsp_model *model, struct rsp_buf *svg, struct rsp_error *err)
{
    struct rsp_card_graph *g = malloc(sizeof *g);
    if (g == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    if (!rsp_card_graph_build(model, g) || !rsp_card_graph_layout(g)) {
        free(g);
        return rsp_error_set(err, RSP_E_LIMIT, "", "the model has too many parts to draw");
    }
    const double width = fmax(g->width, TITLE_LETTER * (double)strlen(rsp_model_name(model)) + 48),
                 height = g->height + HEAD + LEGEND;
    rsp_buf_printf(svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" "
        "role=\"img\" aria-label=\"Structure of ",
        width, height, width, height);
    rsp_markup_text(svg, rsp_model_name(model));
    rsp_buf_text(svg, "\">\n");
    rsp_buf_text(svg, style);
    rsp_buf_printf(svg, "<rect width=\"%.0f\" height=\"%.0f\" fill=\"#fff\"/>\n", width, height);
    text_at(svg, 24, 24, "title start", rsp_model_name(model));
    rsp_buf_printf(svg, "<g transform=\"translate(%.1f %d)\">\n", (width - g->width) / 2, HEAD);
    for (size_t k = 0; k < g->n_edge; k++)
        draw_edge(g, &g->edge[k], svg);
    for (size_t i = 0; i < g->n_node; i++)
        draw_node(&g->node[i], svg);
    rsp_buf_text(svg, "</g>\n");
    draw_legend(model, g, height - 14, svg);
    rsp_buf_text(svg, "</svg>\n");
    free(g);
    return svg->failed ? rsp_error_set(err, RSP_E_LIMIT, "", "the drawing is too large") : RSP_OK;
}
