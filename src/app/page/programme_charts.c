#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <respite/model.h>

#include "programme.h"

enum { HEIGHT = 300, MINUTES = 60 };

/* Shown after the end: the fall of the level. */
static const double after_frac = 0.25;

static rsp_status allocate(
    const struct rsp_pump_plan *plan, struct rsp_programme_drawing *d, struct rsp_error *err)
{
    d->x = malloc((plan->programme->n_time + 1) * sizeof *d->x);
    d->band_x = malloc((plan->band.n + 1) * sizeof *d->band_x);
    d->rate_x = malloc((2 * plan->n_row + 2) * sizeof *d->rate_x);
    d->height = malloc((2 * plan->n_row + 2) * sizeof *d->height);
    if (d->x == NULL || d->band_x == NULL || d->rate_x == NULL || d->height == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return RSP_OK;
}

/* Steps as a broken line that ends at 0. */
static size_t rate_line(const struct rsp_pump_plan *plan, double per_h, struct rsp_programme_drawing *d)
{
    size_t n = 0;
    for (size_t i = 0; i < plan->n_row; i++) {
        const struct rsp_tci_step *step = &plan->row[i].step;
        const double rate_ml_per_h = plan->row[i].rate_ml_per_h;
        d->rate_x[n] = step->start_h * per_h;
        d->height[n++] = isnan(rate_ml_per_h) ? step->rate_mg_per_h : rate_ml_per_h;
        d->rate_x[n] = (step->start_h + step->duration_h) * per_h;
        d->height[n] = d->height[n - 1];
        n++;
    }
    d->rate_x[n] = plan->programme->end_h * per_h;
    d->height[n++] = 0;
    return n;
}

static size_t level_lines(
    const struct rsp_pump_plan *plan, size_t n_x, size_t n_band, struct rsp_programme_drawing *d)
{
    const struct rsp_tci_programme *p = plan->programme;
    size_t n = 0;
    if (plan->band.n > 0)
        d->level[n++] = (struct rsp_chart_series){.label = "predicted level: median, half and 90 % of people",
            .n = n_band,
            .x = d->band_x,
            .outer_low = plan->band.band[0],
            .inner_low = plan->band.band[1],
            .line = plan->band.band[2],
            .inner_high = plan->band.band[3],
            .outer_high = plan->band.band[4]};
    else
        d->level[n++] = (struct rsp_chart_series){.label = "predicted level of the typical person",
            .n = n_x,
            .x = d->x,
            .line = p->level_ng_per_ml};
    d->level[n++] = (struct rsp_chart_series){
        .label = "target", .n = n_x, .x = d->x, .line = p->target_ng_per_ml, .colour = 1};
    if (plan->n_plasma > 0)
        d->level[n++] = (struct rsp_chart_series){.label = "plasma of the typical person",
            .n = n_x,
            .x = d->x,
            .line = plan->plasma_ng_per_ml,
            .colour = 2};
    return n;
}

rsp_status rsp_programme_drawing_make(const struct rsp_pump_request *request,
    const struct rsp_pump_plan *plan, struct rsp_programme_drawing *d, struct rsp_error *err)
{
    enum { LONG_H = 3 };
    const struct rsp_tci_programme *p = plan->programme;
    const bool hours = p->end_h > LONG_H;
    const double per_h = hours ? 1 : MINUTES;
    const struct rsp_model_output *output = rsp_model_output(request->model, (size_t)request->output);
    size_t n_x = 0, n_band = 0;

    *d = (struct rsp_programme_drawing){.title = ""};
    RSP_TRY(allocate(plan, d, err));
    for (; n_x < p->n_time && p->time_h[n_x] <= p->end_h * (1 + after_frac); n_x++)
        d->x[n_x] = p->time_h[n_x] * per_h;
    for (; n_band < plan->band.n && plan->band.time[n_band] * per_h <= d->x[n_x - 1]; n_band++)
        d->band_x[n_band] = plan->band.time[n_band] * per_h;
    snprintf(d->title, sizeof d->title, "%s by %s", output->label, rsp_model_id(request->model));
    rsp_pump_level_sentence(request, plan, d->sentence, sizeof d->sentence);
    d->rate = (struct rsp_chart_series){.n = rate_line(plan, per_h, d), .x = d->rate_x, .line = d->height};
    const struct rsp_chart both = {.x_label = hours ? "time, h" : "time, min",
        .axis = hours ? RSP_CHART_HOURS : RSP_CHART_MINUTES,
        .height = HEIGHT,
        .x_min = 0,
        .x_max = d->x[n_x - 1],
        .y_min = 0,
        .y_max = NAN};
    d->chart[0] = d->chart[1] = both;
    d->chart[0].id = "level";
    d->chart[0].title = d->title;
    d->chart[0].description = d->sentence;
    d->chart[0].y_label = output->unit;
    d->chart[0].n_series = level_lines(plan, n_x, n_band, d);
    d->chart[0].series = d->level;
    d->chart[1].id = "rate";
    d->chart[1].title = "rate of the pump";
    d->chart[1].description = "Steps of constant rate as in the table of the programme.";
    d->chart[1].y_label = isnan(request->syringe_mg_per_ml) ? "mg/h" : "mL/h";
    d->chart[1].n_series = 1;
    d->chart[1].series = &d->rate;
    return RSP_OK;
}

void rsp_programme_drawing_free(struct rsp_programme_drawing *d)
{
    free(d->x);
    free(d->band_x);
    free(d->rate_x);
    free(d->height);
}
