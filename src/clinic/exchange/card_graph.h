/** The structure of a model as boxes and arrows, laid out in columns along the flow. */
#ifndef RSP_CLINIC_EXCHANGE_CARD_GRAPH_H
#define RSP_CLINIC_EXCHANGE_CARD_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/model.h>

enum {
    RSP_CARD_MAX_NODE = 400, /* states, routes, effects and the bends of long arrows */
    RSP_CARD_MAX_EDGE = 400,
    RSP_CARD_LABEL = 96
};

enum rsp_card_kind {
    RSP_CARD_BODY,
    RSP_CARD_DELAY,
    RSP_CARD_SITE,
    RSP_CARD_ROUTE,
    RSP_CARD_EFFECT,
    RSP_CARD_BEND
};

struct rsp_card_node {
    enum rsp_card_kind kind;
    char title[RSP_CARD_LABEL], detail[RSP_CARD_LABEL];
    int substance;            /* number of the substance, for the fill; -1 none */
    char out[RSP_CARD_LABEL]; /* label of the arrow out of the body, "" none */
    bool leaves;              /* has such an arrow */
    bool absent;              /* leads to no effect: left out of the drawing */
    int host;                 /* satellite: the one box it exchanges with; else -1 */
    int n_satellite;
    bool satellites_below;
    int column;
    double row;         /* within its column, in rows */
    double width, x, y; /* px: x, y of the centre */
};

struct rsp_card_edge {
    int from, to;
    bool both_ways, drive; /* drive: takes nothing from its source */
    bool hidden;           /* replaced by pieces through bends */
    bool head;             /* a piece that ends in a box */
    char label[RSP_CARD_LABEL], label2[RSP_CARD_LABEL];
};

struct rsp_card_graph {
    size_t n_node, n_edge;
    struct rsp_card_node node[RSP_CARD_MAX_NODE];
    struct rsp_card_edge edge[RSP_CARD_MAX_EDGE];
    int n_column;
    double width, height; /* px */
    int wrap;             /* first column of the second line of a wide drawing; 0: one line */
    double gutter_y;      /* between the two lines */
};

enum { RSP_CARD_BOX_HEIGHT = 46, RSP_CARD_ROW = 104 };

/** Boxes and arrows of a model; of one with effects only what leads to them. @return false when it has more than fits */
bool rsp_card_graph_build(const struct rsp_model *model, struct rsp_card_graph *g);
/** Columns, rows and pixels. @return false when bends do not fit */
bool rsp_card_graph_layout(struct rsp_card_graph *g);

#endif
