#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/model.h>

#include "exchange/chart.h"
#include "simulation.h"

enum { N_BAND = 5, MAX_PANEL = 8, HEIGHT = 300, MAX_SPAN = 200 };

static const double bands[N_BAND] = {0.05, 0.25, 0.5, 0.75, 0.95};

static enum rsp_chart_axis axis_of(const struct rsp_sim *sim)
{
    if (strcmp(sim->times.unit, "min") == 0)
        return RSP_CHART_MINUTES;
    if (strcmp(sim->times.unit, "h") == 0)
        return RSP_CHART_HOURS;
    return strcmp(sim->times.unit, "d") == 0 ? RSP_CHART_DAYS : RSP_CHART_NUMBER;
}

static int by_time(const void *a, const void *b)
{
    const double x = **(const double *const *)a, y = **(const double *const *)b;
    return (x > y) - (x < y);
}

/* Values of each band over sorted times: out[band][output][time]. */
static rsp_status compute(struct rsp_sim *sim, const size_t *order, double *sorted, struct rsp_error *err)
{
    const struct rsp_schedule schedule = rsp_sim_schedule(sim);
    const struct rsp_people people = rsp_sim_people_of(sim, sim->n_people, 1);
    const size_t n_band = sim->population ? N_BAND : 1, n = sim->times.n;
    double *values = malloc(sim->n_output * n * n_band * sizeof *values);

    if (values == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    const rsp_status status = sim->population
                                  ? rsp_simulate_quantiles(sim->model, &people, &schedule, sim->n_output,
                                        sim->output, N_BAND, bands, &sim->options, values, err)
                                  : rsp_simulate(sim->model, &people, &schedule, sim->n_output, sim->output,
                                        &sim->options, values, err);
    if (status == RSP_OK)
        for (size_t b = 0; b < n_band; b++)
            for (size_t k = 0; k < sim->n_output; k++)
                for (size_t i = 0; i < n; i++)
                    sorted[(b * sim->n_output + k) * n + i] = values[(k * n + order[i]) * n_band + b];
    free(values);
    return status;
}

static size_t doses(const struct rsp_sim *sim, struct rsp_chart_span span[MAX_SPAN])
{
    size_t n = 0;

    for (; n < sim->n_dose && n < MAX_SPAN; n++)
        span[n] = (struct rsp_chart_span){.from = sim->dose[n].start_h / sim->times.unit_h,
            .to = (sim->dose[n].start_h + sim->dose[n].duration_h) / sim->times.unit_h,
            .dose = true};
    return n;
}

static void draw(struct rsp_sim *sim, const double *x, const double *sorted, bool html, struct rsp_buf *out)
{
    const size_t n = sim->times.n, a_band = sim->n_output * n;
    const size_t n_panel = sim->n_output < MAX_PANEL ? sim->n_output : MAX_PANEL;
    struct rsp_chart_series series[MAX_PANEL];
    struct rsp_chart_span span[MAX_SPAN];
    struct rsp_chart chart[MAX_PANEL];
    char id[MAX_PANEL][16], x_label[32];
    const size_t n_span = doses(sim, span);

    snprintf(x_label, sizeof x_label, "time, %s", sim->times.unit);
    for (size_t k = 0; k < n_panel; k++) {
        const struct rsp_model_output *output = rsp_model_output(sim->model, (size_t)sim->output[k]);
        const double *values = sorted + k * n;
        series[k] = (struct rsp_chart_series){
            .n = n, .x = x, .line = values, .colour = (int)(k % RSP_CHART_N_COLOUR)};
        if (sim->population) {
            series[k].outer_low = values;
            series[k].inner_low = values + a_band;
            series[k].line = values + 2 * a_band;
            series[k].inner_high = values + 3 * a_band;
            series[k].outer_high = values + 4 * a_band;
            series[k].label = "median, half and 90 % of the people";
        }
        snprintf(id[k], sizeof id[k], "p%zu", k);
        chart[k] = (struct rsp_chart){.id = id[k],
            .title = output->label,
            .description = output->name,
            .x_label = x_label,
            .y_label = strcmp(output->unit, "1") == 0 ? output->name : output->unit,
            .axis = axis_of(sim),
            .height = HEIGHT,
            .x_min = NAN,
            .x_max = NAN,
            .y_min = NAN,
            .y_max = NAN,
            .n_series = 1,
            .series = &series[k],
            .n_span = n_span,
            .span = span};
    }
    if (html)
        rsp_chart_page(rsp_model_id(sim->model), n_panel, chart, out);
    else
        rsp_chart_file(n_panel, chart, 1, out);
}

rsp_status rsp_sim_plot(struct rsp_sim *sim, struct rsp_error *err)
{
    static const char *const endings[] = {".svg", ".html", NULL};
    const char *path = rsp_cli_text(sim->cli, "plot");
    const size_t n = sim->times.n;
    rsp_status status = RSP_OK;

    if (path == NULL)
        return RSP_OK;
    RSP_TRY(rsp_cli_check_file(sim->cli, "plot", endings, "plots are written to FILE.svg or FILE.html", err));
    const double **pointer = malloc(n * sizeof *pointer);
    size_t *order = malloc(n * sizeof *order);
    double *x = malloc(n * sizeof *x);
    double *sorted = malloc(N_BAND * sim->n_output * n * sizeof *sorted);
    struct rsp_buf *out = rsp_cli_file(sim->cli, "%s", path);
    if (pointer == NULL || order == NULL || x == NULL || sorted == NULL || out == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        goto done;
    }
    for (size_t i = 0; i < n; i++)
        pointer[i] = &sim->times.value[i];
    qsort(pointer, n, sizeof *pointer, by_time);
    for (size_t i = 0; i < n; i++) {
        order[i] = (size_t)(pointer[i] - sim->times.value);
        x[i] = *pointer[i];
    }
    RSP_TRY_DONE(compute(sim, order, sorted, err));
    draw(sim, x, sorted, rsp_text_ends(path, ".html"), out);
done:
    free(pointer);
    free(order);
    free(x);
    free(sorted);
    return status;
}
