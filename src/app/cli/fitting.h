/** One run of `respite fit` on levels: the request as read from the command line, and its answer. */
#ifndef RSP_APP_CLI_FITTING_H
#define RSP_APP_CLI_FITTING_H

#include <respite/fit.h>
#include <respite/units.h>

#include "cli.h"

enum { RSP_FITTING_MAX_IGNORE = 64 };

struct rsp_fitting {
    struct rsp_cli *cli;
    struct rsp_model *model;
    struct rsp_unit unit; /* of measured concentrations */
    double factor;        /* a concentration in ng/mL = as written * factor */
    const char *ignore[RSP_FITTING_MAX_IGNORE + 1];
    struct rsp_fit_options options;
    struct rsp_events *events;
    struct rsp_fit_data *data;
    struct rsp_fit_result *result; /* of each person */
    size_t n_panel, n_undrawn;     /* of the drawing: drawn, and left out */
};

/** Value of an output in the unit that it was written in, and that unit. */
double rsp_fitting_as_written(const struct rsp_fitting *f, int output, double value);
const char *rsp_fitting_unit(const struct rsp_fitting *f, int output);
/** The objective in that unit. */
double rsp_fitting_ofv(const struct rsp_fitting *f, size_t person);
/** "cl", "cl, occasion 2": what effect i of a person moves. */
void rsp_fitting_effect(const struct rsp_fitting *f, size_t i, char *text, size_t size);

/* ---- fit_write.c ---- */
void rsp_fitting_text(const struct rsp_fitting *f, struct rsp_buf *out);
/* ---- fit_tables.c ---- */
void rsp_fitting_json(const struct rsp_fitting *f, struct rsp_buf *out);
void rsp_fitting_gof(const struct rsp_fitting *f, struct rsp_buf *out);
/* ---- fit_plot.c ---- */
/** Draws the first people and counts the panels. */
RSP_CHECKED rsp_status rsp_fitting_plot(
    struct rsp_fitting *f, bool html, struct rsp_buf *out, struct rsp_error *err);

#endif
