/* Layout in columns along the flow: ranks by longest path, bends for arrows that skip columns, rows by
 * repeated averaging over neighbours (Sugiyama, Tagawa, Toda, IEEE Trans SMC 1981;11:109-125). */
#include <math.h>
#include <string.h>

#include "exchange/card_graph.h"

enum {
    N_SWEEP = 24,
    MARGIN = 24,
    SATELLITE_GAP = 14,
    LETTER = 7,
    BOLD = 9,
    MIN_GAP = 56,
    MAX_GAP = 190,
    FORK_GAP = 36,
    WRAP_WIDTH = 1300, /* a wider drawing is unreadable on a page */
    LEAD_IN = 60,
    GUTTER = 40
};
static const double OUT_ROOM = 0.3, BEND_ROOM = 0.3;

static bool is_main(const struct rsp_card_node *n)
{
    return n->host < 0 && !n->absent;
}

/* A satellite exchanges with one other box and does nothing else. */
static void find_satellites(struct rsp_card_graph *g)
{
    for (size_t i = 0; i < g->n_node; i++) {
        struct rsp_card_node *n = &g->node[i];
        int host = -1;
        bool alone = n->kind == RSP_CARD_BODY && !n->leaves && !n->absent;
        for (size_t k = 0; k < g->n_edge && alone; k++) {
            const struct rsp_card_edge *e = &g->edge[k];
            if (e->hidden || (e->from != (int)i && e->to != (int)i))
                continue;
            alone = e->both_ways && host < 0;
            host = e->from == (int)i ? e->to : e->from;
        }
        if (!alone || host < 0 || !is_main(&g->node[host]))
            continue;
        n->host = host;
        g->node[host].n_satellite++;
    }
}

static bool orders(const struct rsp_card_graph *g, const struct rsp_card_edge *e)
{
    return !e->both_ways && !e->hidden && is_main(&g->node[e->from]) && is_main(&g->node[e->to]);
}

/* Longest path from the sources; n_node rounds end any cycle. */
static void rank(struct rsp_card_graph *g)
{
    bool changed = true;
    for (size_t round = 0; round < g->n_node && changed; round++) {
        changed = false;
        for (size_t k = 0; k < g->n_edge; k++) {
            const struct rsp_card_edge *e = &g->edge[k];
            if (orders(g, e) && g->node[e->to].column <= g->node[e->from].column) {
                g->node[e->to].column = g->node[e->from].column + 1;
                changed = true;
            }
        }
    }
    /* a route stands right before the first box that it enters */
    for (size_t i = 0; i < g->n_node; i++) {
        int nearest = -1;
        for (size_t k = 0; k < g->n_edge && g->node[i].kind == RSP_CARD_ROUTE; k++) {
            const int column = g->node[g->edge[k].to].column;
            if (!g->edge[k].hidden && g->edge[k].from == (int)i && (nearest < 0 || column < nearest))
                nearest = column;
        }
        if (nearest > 0)
            g->node[i].column = nearest - 1;
    }
    for (size_t i = 0; i < g->n_node; i++) {
        if (!g->node[i].absent && g->node[i].column >= g->n_column)
            g->n_column = g->node[i].column + 1;
    }
}

static bool bend(struct rsp_card_graph *g, size_t k)
{
    const struct rsp_card_edge e = g->edge[k];
    int last = e.from;
    const int end = g->node[e.to].column;
    if (end - g->node[e.from].column < 2)
        return true;
    g->edge[k].hidden = true;
    for (int column = g->node[e.from].column + 1; column <= end; column++) {
        int next = e.to;
        if (g->n_edge >= RSP_CARD_MAX_EDGE || g->n_node >= RSP_CARD_MAX_NODE)
            return false;
        if (column < end) {
            next = (int)g->n_node;
            g->node[g->n_node++] =
                (struct rsp_card_node){.kind = RSP_CARD_BEND, .host = -1, .column = column};
        }
        g->edge[g->n_edge] = e;
        g->edge[g->n_edge].from = last;
        g->edge[g->n_edge].to = next;
        g->edge[g->n_edge].head = next == e.to;
        if (last != e.from)
            g->edge[g->n_edge].label[0] = g->edge[g->n_edge].label2[0] = '\0';
        g->n_edge++;
        last = next;
    }
    return true;
}

static double room_above(const struct rsp_card_node *n)
{
    return (n->kind == RSP_CARD_BEND ? BEND_ROOM : 0.5) + (n->n_satellite > 0 && !n->satellites_below);
}
static double room_below(const struct rsp_card_node *n)
{
    return (n->kind == RSP_CARD_BEND ? BEND_ROOM : 0.5) + (n->n_satellite > 0 && n->satellites_below) +
           (n->leaves ? OUT_ROOM : 0);
}

/* Mean row of the boxes that a box is joined to: all of them, or those on its left. */
static double wanted_row(const struct rsp_card_graph *g, int i, bool left)
{
    double sum = 0;
    int n = 0;
    for (size_t k = 0; k < g->n_edge; k++) {
        const struct rsp_card_edge *e = &g->edge[k];
        if (e->hidden || (e->from != i && e->to != i))
            continue;
        const struct rsp_card_node *other = &g->node[e->from == i ? e->to : e->from];
        if (!is_main(other) || other->column == g->node[i].column ||
            (left && other->column > g->node[i].column))
            continue;
        sum += other->row;
        n++;
    }
    return n > 0 ? sum / n : g->node[i].row;
}

static size_t column_members(const struct rsp_card_graph *g, int column, int member[])
{
    size_t n = 0;
    for (size_t i = 0; i < g->n_node; i++) {
        if (is_main(&g->node[i]) && g->node[i].column == column)
            member[n++] = (int)i;
    }
    /* by row; equal rows keep their order */
    for (size_t i = 1; i < n; i++) {
        for (size_t j = i; j > 0 && g->node[member[j]].row < g->node[member[j - 1]].row - 1e-9; j--) {
            const int swap = member[j];
            member[j] = member[j - 1];
            member[j - 1] = swap;
        }
    }
    return n;
}

/* Keep the boxes of a column apart, around the mean of where they want to be. */
static void spread_column(struct rsp_card_graph *g, int column)
{
    int member[RSP_CARD_MAX_NODE];
    double wanted = 0, got = 0;
    const size_t n = column_members(g, column, member);
    for (size_t i = 0; i < n; i++)
        g->node[member[i]].satellites_below = i > 0 && i + 1 == n;
    for (size_t i = 0; i < n; i++) {
        struct rsp_card_node *b = &g->node[member[i]];
        wanted += b->row;
        if (i > 0) {
            const struct rsp_card_node *a = &g->node[member[i - 1]];
            b->row = fmax(b->row, a->row + room_below(a) + room_above(b));
        }
        got += b->row;
    }
    for (size_t i = 0; i < n; i++)
        g->node[member[i]].row += (wanted - got) / (double)n;
}

static void settle_rows(struct rsp_card_graph *g)
{
    for (size_t i = 0; i < g->n_node; i++)
        g->node[i].row = 0.01 * (double)i;
    for (int c = 0; c < g->n_column; c++)
        spread_column(g, c);
    /* the last sweep looks left only, which makes chains straight */
    for (int sweep = 0; sweep <= N_SWEEP; sweep++) {
        for (int k = 0; k < g->n_column; k++) {
            const int c = sweep % 2 == 0 ? k : g->n_column - 1 - k;
            double wanted[RSP_CARD_MAX_NODE];
            for (size_t i = 0; i < g->n_node; i++)
                wanted[i] = wanted_row(g, (int)i, sweep == N_SWEEP);
            for (size_t i = 0; i < g->n_node; i++) {
                if (is_main(&g->node[i]) && g->node[i].column == c)
                    g->node[i].row = wanted[i];
            }
            spread_column(g, c);
        }
    }
}

/* Columns of text: UTF-8 continuation bytes do not count. */
static double text_columns(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return (double)n;
}

/* "norketamine peripheral" beside "norketamine" is "peripheral". */
static void cut_host_name(const struct rsp_card_graph *g, struct rsp_card_node *n)
{
    if (n->host < 0)
        return;
    const char *host = g->node[n->host].title;
    const size_t length = strlen(host);
    if (strncmp(n->title, host, length) == 0 && n->title[length] == ' ')
        memmove(n->title, n->title + length + 1, strlen(n->title + length + 1) + 1);
}

static void measure(struct rsp_card_graph *g)
{
    for (size_t i = 0; i < g->n_node; i++) {
        struct rsp_card_node *n = &g->node[i];
        cut_host_name(g, n);
        const double text = fmax(BOLD * text_columns(n->title), LETTER * text_columns(n->detail));
        n->width = n->kind == RSP_CARD_BEND ? 2 : fmax(64, 16 + text);
    }
}

static double column_width(const struct rsp_card_graph *g, int column)
{
    double width = 0;
    for (size_t i = 0; i < g->n_node; i++) {
        double satellites = -SATELLITE_GAP;
        if (!is_main(&g->node[i]) || g->node[i].column != column)
            continue;
        width = fmax(width, g->node[i].width);
        for (size_t k = 0; k < g->n_node; k++) {
            if (g->node[k].host == (int)i)
                satellites += g->node[k].width + SATELLITE_GAP;
        }
        width = fmax(width, satellites);
    }
    return width;
}

/* Room for the labels of the arrows that leave a column to the right. */
static double column_gap(const struct rsp_card_graph *g, int column)
{
    double letters = 0;
    bool forks = false; /* labels of a fork stand apart only on a longer arrow */
    for (size_t k = 0; k < g->n_edge; k++) {
        const struct rsp_card_edge *e = &g->edge[k];
        if (e->hidden || e->both_ways || g->node[e->from].column != column)
            continue;
        for (size_t j = 0; j < k; j++)
            forks = forks || (!g->edge[j].hidden && g->edge[j].from == e->from && e->label[0] != '\0');
        letters = fmax(letters, fmax(text_columns(e->label), text_columns(e->label2)));
    }
    for (size_t i = 0; i < g->n_node; i++) {
        if (!g->node[i].absent && g->node[i].column == column && g->node[i].leaves)
            letters = fmax(letters, 0.5 * text_columns(g->node[i].out));
    }
    return fmin(MAX_GAP, fmax(MIN_GAP, 30 + LETTER * letters)) + (forks ? FORK_GAP : 0);
}

static void place_satellites(struct rsp_card_graph *g, int host)
{
    const struct rsp_card_node *h = &g->node[host];
    double total = -SATELLITE_GAP;
    for (size_t k = 0; k < g->n_node; k++) {
        if (g->node[k].host == host)
            total += g->node[k].width + SATELLITE_GAP;
    }
    double x = h->x - total / 2;
    for (size_t k = 0; k < g->n_node; k++) {
        struct rsp_card_node *s = &g->node[k];
        if (s->host != host)
            continue;
        s->x = x + s->width / 2;
        s->row = h->row + (h->satellites_below ? 1 : -1);
        x += s->width + SATELLITE_GAP;
    }
}

static int column_of(const struct rsp_card_graph *g, const struct rsp_card_node *n)
{
    return n->host >= 0 ? g->node[n->host].column : n->column;
}

/* Arrows that a line break before `column` would cut. */
static int n_cut(const struct rsp_card_graph *g, int column)
{
    int n = 0;
    for (size_t k = 0; k < g->n_edge; k++) {
        const struct rsp_card_edge *e = &g->edge[k];
        const int a = column_of(g, &g->node[e->from]), b = column_of(g, &g->node[e->to]);
        n += !e->hidden && (a < column) != (b < column);
    }
    return n;
}

/* Where a wide drawing goes on in a second line: the most even break that cuts at most two arrows; 0: nowhere. */
static int find_wrap(const struct rsp_card_graph *g, const double start_x[], double end_x)
{
    int best = 0;
    double best_width = end_x;
    for (int c = 1; c < g->n_column && end_x > WRAP_WIDTH; c++) {
        const double width = fmax(start_x[c], end_x - start_x[c]);
        if (n_cut(g, c) <= 2 && width < best_width) {
            best = c;
            best_width = width;
        }
    }
    return best;
}

/* Pixels of the columns first .. end - 1 as one line of the drawing, its left edge at left_x, its top at top_y.
 * @return its bottom */
static double place_line(struct rsp_card_graph *g, int first, int end, double left_x, double top_y)
{
    double top = INFINITY, bottom = -INFINITY;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < g->n_node; i++) {
            struct rsp_card_node *n = &g->node[i];
            const int column = column_of(g, n);
            if (n->absent || column < first || column >= end)
                continue;
            if (pass == 0) {
                top = fmin(top, n->row - 0.5);
                bottom = fmax(bottom, n->row + 0.5 + (n->leaves ? OUT_ROOM : 0));
                continue;
            }
            n->x -= left_x;
            n->y = top_y + (n->row - top) * RSP_CARD_ROW;
        }
    }
    return top_y + (bottom - top) * RSP_CARD_ROW;
}

static void place(struct rsp_card_graph *g)
{
    double x = MARGIN, start_x[RSP_CARD_MAX_NODE + 1];
    for (int c = 0; c < g->n_column; c++) {
        const double width = column_width(g, c);
        start_x[c] = x;
        for (size_t i = 0; i < g->n_node; i++) {
            if (is_main(&g->node[i]) && g->node[i].column == c)
                g->node[i].x = x + width / 2;
        }
        x += width + (c + 1 < g->n_column ? column_gap(g, c) : 0);
    }
    for (size_t i = 0; i < g->n_node; i++) {
        if (g->node[i].n_satellite > 0)
            place_satellites(g, (int)i);
    }
    g->wrap = find_wrap(g, start_x, x);
    g->width = x + MARGIN;
    if (g->wrap == 0) {
        g->height = place_line(g, 0, g->n_column, 0, 0);
        return;
    }
    /* the second line is moved left, leaving room for the arrow that comes from the first */
    const double shift = start_x[g->wrap] - MARGIN - LEAD_IN;
    g->width = fmax(start_x[g->wrap], x - shift) + MARGIN;
    g->gutter_y = place_line(g, 0, g->wrap, 0, 0) + GUTTER / 2;
    g->height = place_line(g, g->wrap, g->n_column, shift, g->gutter_y + GUTTER / 2);
}

bool rsp_card_graph_layout(struct rsp_card_graph *g)
{
    find_satellites(g);
    rank(g);
    const size_t n = g->n_edge;
    for (size_t k = 0; k < n; k++) {
        if (orders(g, &g->edge[k]) && !bend(g, k))
            return false;
    }
    measure(g);
    settle_rows(g);
    place(g);
    return true;
}
