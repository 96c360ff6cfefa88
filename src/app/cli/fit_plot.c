/* Measured values with the curve of the person and of the typical person. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/model.h>

#include "exchange/chart.h"
#include "fitting.h"

enum { MOST_PANEL = 24, N_GRID = 400, HEIGHT = 300, MOST_SPAN = 200 };

/* One panel: an output of a person. */
struct panel {
    char id[24], title[160];
    double grid[N_GRID], fitted[N_GRID], typical[N_GRID];
    double *time_h, *value;
    struct rsp_chart_series series[3];
    struct rsp_chart_span span[MOST_SPAN];
};

static rsp_status curve(const struct rsp_fitting *f, size_t person, int output, const double eta[],
    const double grid[], double value[], struct rsp_error *err)
{
    struct rsp_fit_person p = f->data->person[person];
    struct rsp_fit_observation *o = calloc(N_GRID, sizeof *o);
    if (o == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    for (size_t i = 0; i < N_GRID; i++)
        o[i] = (struct rsp_fit_observation){.time_h = grid[i], .value = 1, .output = output, .stretch = -1};
    p.n_observation = N_GRID;
    p.observation = o;
    const rsp_status status =
        rsp_fit_objective(f->model, &p, &f->options, eta, &(struct rsp_fit_outputs){.ipred = value}, err);
    for (size_t i = 0; status == RSP_OK && i < N_GRID; i++)
        value[i] = rsp_fitting_as_written(f, output, value[i]);
    free(o);
    return status;
}

static size_t doses(const struct rsp_fit_person *p, double last_h, struct rsp_chart_span span[MOST_SPAN])
{
    size_t n = 0;
    for (size_t d = 0; d < p->n_dose && n < MOST_SPAN; d++)
        if (p->dose[d].start_h <= last_h)
            span[n++] = (struct rsp_chart_span){
                .from = p->dose[d].start_h, .to = p->dose[d].start_h + p->dose[d].duration_h, .dose = true};
    return n;
}

static rsp_status fill(const struct rsp_fitting *f, size_t person, int output, struct panel *panel,
    struct rsp_chart *chart, struct rsp_error *err)
{
    const struct rsp_fit_result *r = &f->result[person];
    const struct rsp_fit_person *p = &f->data->person[person];
    const struct rsp_model_output *info = rsp_model_output(f->model, (size_t)output);
    double first = INFINITY, last = -INFINITY, zero[RSP_FIT_MAX_EFFECT] = {0};
    size_t n = 0;
    panel->time_h = calloc(2 * (r->n_point + 1), sizeof *panel->time_h);
    if (panel->time_h == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    panel->value = panel->time_h + r->n_point + 1;
    for (size_t i = 0; i < r->n_point; i++) {
        if (r->point[i].output != output)
            continue;
        panel->time_h[n] = r->point[i].time_h;
        panel->value[n++] = rsp_fitting_as_written(f, output, r->point[i].value);
        first = fmin(first, r->point[i].time_h);
        last = fmax(last, r->point[i].time_h);
    }
    for (size_t d = 0; d < p->n_dose; d++)
        first = fmin(first, p->dose[d].start_h);
    for (int i = 0; i < N_GRID; i++)
        panel->grid[i] = first + (last - first) * i / (N_GRID - 1);
    RSP_TRY(curve(f, person, output, r->eta, panel->grid, panel->fitted, err));
    RSP_TRY(curve(f, person, output, zero, panel->grid, panel->typical, err));
    panel->series[0] = (struct rsp_chart_series){
        .label = "this person", .n = N_GRID, .x = panel->grid, .line = panel->fitted, .colour = 0};
    panel->series[1] = (struct rsp_chart_series){.label = "typical person with these covariates",
        .n = N_GRID,
        .x = panel->grid,
        .line = panel->typical,
        .colour = 1,
        .hypothetical = true};
    panel->series[2] = (struct rsp_chart_series){.label = "measured",
        .n = n,
        .x = panel->time_h,
        .line = panel->value,
        .mark = RSP_CHART_SOLID,
        .colour = 2};
    snprintf(
        panel->title, sizeof panel->title, "%s, person %.60s", info->label, f->events->subject[person].id);
    *chart = (struct rsp_chart){.id = panel->id,
        .title = panel->title,
        .description = info->name,
        .x_label = "time, h",
        .y_label = rsp_fitting_unit(f, output)[0] != '\0' ? rsp_fitting_unit(f, output) : info->name,
        .axis = RSP_CHART_HOURS,
        .height = HEIGHT,
        .x_min = NAN,
        .x_max = NAN,
        .y_min = NAN,
        .y_max = NAN,
        .n_series = 3,
        .series = panel->series,
        .n_span = doses(p, last, panel->span),
        .span = panel->span};
    return RSP_OK;
}

static bool measured(const struct rsp_fit_result *r, int output)
{
    for (size_t i = 0; i < r->n_point; i++)
        if (r->point[i].output == output && r->verdict.converged)
            return true;
    return false;
}

rsp_status rsp_fitting_plot(struct rsp_fitting *f, bool html, struct rsp_buf *out, struct rsp_error *err)
{
    struct panel *panel = calloc(MOST_PANEL, sizeof *panel);
    struct rsp_chart chart[MOST_PANEL];
    size_t n = 0;
    rsp_status status = RSP_OK;
    if (panel == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    for (size_t k = 0; k < f->data->n; k++)
        for (int o = 0; o < (int)rsp_model_n_output(f->model); o++) {
            if (!measured(&f->result[k], o))
                continue;
            if (n == MOST_PANEL) {
                f->n_undrawn++;
                continue;
            }
            snprintf(panel[n].id, sizeof panel[n].id, "p%zu", n);
            RSP_TRY_DONE(fill(f, k, o, &panel[n], &chart[n], err));
            n++;
        }
    f->n_panel = n;
    if (html)
        rsp_chart_page(rsp_model_id(f->model), n, chart, out);
    else
        rsp_chart_file(n, chart, 1, out);
done:
    for (size_t i = 0; i < MOST_PANEL; i++)
        free(panel[i].time_h);
    free(panel);
    return status;
}
