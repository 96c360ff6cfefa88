/* The diary as it was written, and pain as the model sees it. */
#include <math.h>
#include <stdlib.h>

#include <respite/units.h>

#include "exchange/chart.h"
#include "parts.h"

enum { MAX_SPAN = 64, HEIGHT = 300 };

struct columns {
    size_t n;
    double *x, *mark_x, *mark, *band[RSP_CURVE_BANDS];
};

static void columns_free(struct columns *c)
{
    free(c->x);
    free(c->mark_x);
    free(c->mark);
    for (size_t k = 0; k < RSP_CURVE_BANDS; k++)
        free(c->band[k]);
}

/* Days are drawn from the midnight of the first day of the series. Before it pain is what it was. */
static bool fill(const struct rsp_learned *learned, double first_d, struct columns *c)
{
    const struct rsp_curve *curve = &learned->past.pain_nrs;
    const size_t n_mark = learned->entries.n, n_before = first_d < 0 ? 1 : 0;
    const double midnight_d = learned->series_h / RSP_H_PER_D;
    c->n = curve->n + n_before;
    c->x = malloc((c->n + 1) * sizeof *c->x);
    c->mark_x = malloc((n_mark + 1) * sizeof *c->mark_x);
    c->mark = malloc((n_mark + 1) * sizeof *c->mark);
    bool enough = c->x != NULL && c->mark_x != NULL && c->mark != NULL;
    for (size_t k = 0; k < RSP_CURVE_BANDS; k++) {
        c->band[k] = malloc((c->n + 1) * sizeof *c->band[k]);
        enough = enough && c->band[k] != NULL;
    }
    for (size_t i = 0; enough && i < c->n; i++) {
        const size_t from = i < n_before ? 0 : i - n_before;
        c->x[i] = (i < n_before ? first_d : curve->time[from]) + midnight_d;
        for (size_t k = 0; k < RSP_CURVE_BANDS; k++)
            c->band[k][i] = curve->band[k][from];
    }
    for (size_t i = 0; enough && i < n_mark; i++) {
        c->mark_x[i] = learned->entries.entry[i].time_d + midnight_d;
        c->mark[i] = learned->entries.entry[i].pain_nrs;
    }
    return enough;
}

static size_t spans(const struct rsp_learned *learned, struct rsp_chart_span span[MAX_SPAN])
{
    size_t n = 0;
    for (size_t i = 0; i < learned->given.n && n < MAX_SPAN; i++) {
        const struct rsp_dose *dose = &learned->given.dose[i];
        const double from_h = dose->start_h + learned->series_h;
        span[n++] = (struct rsp_chart_span){
            .from = from_h / RSP_H_PER_D, .to = (from_h + dose->duration_h) / RSP_H_PER_D, .dose = true};
    }
    return n;
}

void rsp_report_learned(const struct rsp_report *report, struct rsp_buf *out)
{
    const struct rsp_learned *learned = report->advice->learned;
    struct columns c = {0};
    struct rsp_chart_span span[MAX_SPAN];

    if (learned == NULL || !learned->has_diary || learned->entries.n == 0 || learned->past.pain_nrs.n == 0)
        return;
    const double first_d = learned->entries.entry[0].time_d,
                 last_d = learned->entries.entry[learned->entries.n - 1].time_d;
    if (fill(learned, first_d, &c)) {
        const struct rsp_chart_series series[] = {{.label = "pain by what was learned: median, half and 90 %",
                                                      .n = c.n,
                                                      .x = c.x,
                                                      .outer_low = c.band[0],
                                                      .inner_low = c.band[1],
                                                      .line = c.band[2],
                                                      .inner_high = c.band[3],
                                                      .outer_high = c.band[4]},
            {.label = "scores of the diary",
                .n = learned->entries.n,
                .x = c.mark_x,
                .line = c.mark,
                .mark = RSP_CHART_SOLID,
                .colour = 1}};
        const struct rsp_chart chart = {.id = "diary",
            .title = "The diary of the last series",
            .description = report->advice->learned_sentence,
            .x_label = "date",
            .y_label = "pain, 0 to 10",
            .axis = RSP_CHART_DATES,
            .origin = learned->series_day,
            .height = HEIGHT,
            .x_min = floor(first_d),
            .x_max = ceil(last_d) + 1,
            .y_min = 0,
            .y_max = 10,
            .n_series = 2,
            .series = series,
            .n_span = spans(learned, span),
            .span = span,
            .hide_title = true};
        rsp_buf_text(out, "<section class=\"keep\"><h2>The diary of the last series</h2>\n<figure>");
        rsp_chart_svg(&chart, out);
        rsp_buf_text(out,
            "<figcaption>Dots are what the patient wrote; days without an entry stay empty. Bars on the "
            "axis are doses. The band is relief by the drug as it was learned; good and bad days, drift and "
            "a placebo-like "
            "response lie between it and the dots.</figcaption></figure></section>\n");
    }
    columns_free(&c);
}
