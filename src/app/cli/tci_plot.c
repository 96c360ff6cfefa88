/* Level with its band and target over the rates of the pump. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <respite/model.h>

#include "exchange/chart.h"
#include "tci.h"

enum { MAX_SERIES = 3, LEVEL_HEIGHT = 300, RATE_HEIGHT = 300, MINUTES = 60 };

/* Shown after the end: the fall of the level. */
static const double after_frac = 0.25;

struct drawing {
    const struct rsp_tci_run *run;
    double per_h; /* units of the axis an hour */
    size_t n;     /* times of the programme that are shown */
    double *x, *band_x, *rate_x, *height;
    size_t n_rate;
};

static void free_drawing(struct drawing *d)
{
    free(d->x);
    free(d->band_x);
    free(d->rate_x);
    free(d->height);
}

static rsp_status prepare(const struct rsp_tci_run *run, struct drawing *d, struct rsp_error *err)
{
    const struct rsp_pump_plan *plan = run->plan;
    const struct rsp_tci_programme *p = plan->programme;
    enum { LONG_H = 3 };
    d->run = run;
    d->per_h = p->end_h > LONG_H ? 1 : MINUTES;
    d->x = malloc((p->n_time + 1) * sizeof *d->x);
    d->band_x = malloc((plan->band.n + 1) * sizeof *d->band_x);
    d->rate_x = malloc((2 * plan->n_row + 2) * sizeof *d->rate_x);
    d->height = malloc((2 * plan->n_row + 2) * sizeof *d->height);
    if (d->x == NULL || d->band_x == NULL || d->rate_x == NULL || d->height == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    for (d->n = 0; d->n < p->n_time && p->time_h[d->n] <= p->end_h * (1 + after_frac); d->n++)
        d->x[d->n] = p->time_h[d->n] * d->per_h;
    for (size_t i = 0; i < plan->band.n; i++)
        d->band_x[i] = plan->band.time[i] * d->per_h;
    for (size_t i = 0; i < plan->n_row; i++) {
        const struct rsp_tci_step *step = &plan->row[i].step;
        const double rate =
            isnan(plan->row[i].rate_ml_per_h) ? step->rate_mg_per_h : plan->row[i].rate_ml_per_h;
        d->rate_x[d->n_rate] = step->start_h * d->per_h;
        d->height[d->n_rate++] = rate;
        d->rate_x[d->n_rate] = (step->start_h + step->duration_h) * d->per_h;
        d->height[d->n_rate++] = rate;
    }
    d->rate_x[d->n_rate] = p->end_h * d->per_h;
    d->height[d->n_rate++] = 0;
    return RSP_OK;
}

/* How many of the band's times are shown. */
static size_t shown_band(const struct drawing *d)
{
    size_t n = 0;
    while (n < d->run->plan->band.n && d->band_x[n] <= d->x[d->n - 1])
        n++;
    return n;
}

static size_t level_series(const struct drawing *d, struct rsp_chart_series series[MAX_SERIES])
{
    const struct rsp_pump_plan *plan = d->run->plan;
    const struct rsp_tci_programme *p = plan->programme;
    size_t n = 0;
    if (plan->band.n > 0)
        series[n++] = (struct rsp_chart_series){.label = "predicted level: median, half and 90 % of people",
            .n = shown_band(d),
            .x = d->band_x,
            .outer_low = plan->band.band[0],
            .inner_low = plan->band.band[1],
            .line = plan->band.band[2],
            .inner_high = plan->band.band[3],
            .outer_high = plan->band.band[4]};
    else
        series[n++] = (struct rsp_chart_series){.label = "predicted level of the typical person",
            .n = d->n,
            .x = d->x,
            .line = p->level_ng_per_ml};
    series[n++] = (struct rsp_chart_series){
        .label = "target", .n = d->n, .x = d->x, .line = p->target_ng_per_ml, .colour = 1};
    if (plan->n_plasma > 0)
        series[n++] = (struct rsp_chart_series){.label = "plasma of the typical person",
            .n = d->n,
            .x = d->x,
            .line = plan->plasma_ng_per_ml,
            .colour = 2};
    return n;
}

static void draw(const struct drawing *d, bool html, struct rsp_buf *out)
{
    const struct rsp_tci_run *run = d->run;
    const bool pump = !isnan(run->request.syringe_mg_per_ml);
    struct rsp_chart_series level[MAX_SERIES];
    const size_t n_level = level_series(d, level);
    const struct rsp_chart_series rate = {
        .label = "rate of the pump", .n = d->n_rate, .x = d->rate_x, .line = d->height};
    const struct rsp_model_output *output = rsp_model_output(run->sim.model, (size_t)run->request.output);
    const char *x_label = d->per_h > 1 ? "time, min" : "time, h";
    char title[200], sentence[2000], rate_label[80];
    const struct rsp_chart both = {.x_label = x_label,
        .axis = d->per_h > 1 ? RSP_CHART_MINUTES : RSP_CHART_HOURS,
        .x_min = 0,
        .x_max = d->x[d->n - 1],
        .y_min = 0,
        .y_max = NAN};
    struct rsp_chart chart[2] = {both, both};

    snprintf(title, sizeof title, "%s by %s", output->label, rsp_model_id(run->sim.model));
    rsp_pump_level_sentence(&run->request, run->plan, sentence, sizeof sentence);
    snprintf(rate_label, sizeof rate_label, "%s", pump ? "mL/h" : "mg/h");
    chart[0].id = "level";
    chart[0].title = title;
    chart[0].description = sentence;
    chart[0].y_label = output->unit;
    chart[0].height = LEVEL_HEIGHT;
    chart[0].n_series = n_level;
    chart[0].series = level;
    chart[1].id = "rate";
    chart[1].title = "rate of the pump";
    chart[1].description = "Steps of constant rate as in the table of the programme.";
    chart[1].y_label = rate_label;
    chart[1].height = RATE_HEIGHT;
    chart[1].n_series = 1;
    chart[1].series = &rate;
    if (html) {
        rsp_buf_text(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
        rsp_markup_text(out, title);
        rsp_buf_text(out, "</title></head><body>\n");
    }
    rsp_chart_file(2, chart, 1, out);
    if (html)
        rsp_buf_text(out, "</body></html>\n");
}

rsp_status rsp_tci_plot(const struct rsp_tci_run *run, struct rsp_error *err)
{
    static const char *const endings[] = {".svg", ".html", NULL};
    struct rsp_cli *cli = run->sim.cli;
    const char *path = rsp_cli_text(cli, "plot");
    struct drawing d = {0};

    if (path == NULL)
        return RSP_OK;
    RSP_TRY(rsp_cli_check_file(cli, "plot", endings, "plots are written to FILE.svg or FILE.html", err));
    if (run->plan->hard_broken)
        return RSP_OK; /* no programme, no drawing of one */
    rsp_status status = prepare(run, &d, err);
    struct rsp_buf *out = status == RSP_OK ? rsp_cli_file(cli, "%s", path) : NULL;
    if (status == RSP_OK && out == NULL)
        status = rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    if (status == RSP_OK)
        draw(&d, rsp_text_ends(path, ".html"), out);
    free_drawing(&d);
    return status;
}
