/* Published against computed: a curve with its published points for each case that has several, and the
 * error of every number. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/card_plot.h"
#include "exchange/chart.h"

enum {
    MAX_CURVE = 6, /* panels with a curve */
    MIN_POINT = 3, /* fewer points stand only in the panel of errors */
    MAX_POINT = 60,
    N_LINE = 481,       /* points of a drawn curve */
    TITLE_LETTERS = 58, /* of a dose above its panel */
    PANEL_WIDTH = 560,
    PANEL_HEIGHT = 300
};

/* Points of one kind. */
struct points {
    size_t n;
    double x[MAX_POINT], y[MAX_POINT], low[MAX_POINT], high[MAX_POINT];
    bool spread;
};
struct panel {
    char id[16], title[160], x_label[16], y_label[96];
    double x[N_LINE], y[N_LINE];
    struct points published, observed;
    struct rsp_chart_series series[3];
};

static bool same_texts(size_t n, const char *const a[], size_t m, const char *const b[])
{
    for (size_t i = 0; i < n && n == m; i++) {
        if (strcmp(a[i], b[i]) != 0)
            return false;
    }
    return n == m;
}

static bool same_case(const struct rsp_check *a, const struct rsp_check *b)
{
    return strcmp(a->output, b->output) == 0 && strcmp(a->dose, b->dose) == 0 &&
           same_texts(a->n_covariate, a->covariate, b->n_covariate, b->covariate);
}

static bool is_point(const struct rsp_check_result *r)
{
    return strcmp(r->check->quantity, "value") == 0 && isfinite(r->computed);
}

static void add_point(struct points *p, const struct rsp_check_result *r, double x, double factor)
{
    if (p->n == MAX_POINT)
        return;
    const double y = r->target * factor, spread = r->check->spread * factor;
    p->x[p->n] = x;
    p->y[p->n] = y;
    p->low[p->n] = spread > 0 ? y - spread : (double)NAN;
    p->high[p->n] = spread > 0 ? y + spread : (double)NAN;
    p->spread = p->spread || spread > 0;
    p->n++;
}

static struct rsp_chart_series marks(
    const struct points *p, const char *label, enum rsp_chart_mark mark, int colour)
{
    return (struct rsp_chart_series){.label = label,
        .n = p->n,
        .x = p->x,
        .line = p->y,
        .outer_low = p->spread ? p->low : NULL,
        .outer_high = p->spread ? p->high : NULL,
        .mark = mark,
        .colour = colour};
}

/* The unit in which time reads best. @return hours of one unit */
static double time_unit(double end_h, enum rsp_chart_axis *axis, char *label, size_t size)
{
    const bool minutes = end_h <= 4, days = end_h > 96;
    *axis = minutes ? RSP_CHART_MINUTES : days ? RSP_CHART_DAYS : RSP_CHART_HOURS;
    snprintf(label, size, "%s", minutes ? "min" : days ? "d" : "h");
    return minutes ? 1.0 / 60 : days ? 24 : 1;
}

static rsp_status fill_curve(const struct rsp_model *model, const struct rsp_check *check, double end_h,
    double unit_h, struct panel *p, struct rsp_error *err)
{
    struct rsp_check_case c = {0};
    double time_h[N_LINE];
    for (int i = 0; i < N_LINE; i++) {
        time_h[i] = end_h * i / (N_LINE - 1);
        p->x[i] = time_h[i] / unit_h;
    }
    rsp_status status = rsp_check_case_init(model, check, &c, err);
    if (status == RSP_OK)
        status = rsp_check_curve(
            model, &c, rsp_model_output_find(model, check->output), N_LINE, time_h, p->y, err);
    rsp_check_case_free(&c);
    return status;
}

static rsp_status fill_panel(const struct rsp_model *model, size_t n, const struct rsp_check_result result[],
    size_t first, struct panel *p, struct rsp_chart *chart, struct rsp_error *err)
{
    const struct rsp_check *check = result[first].check;
    const char *unit = rsp_model_output(model, (size_t)rsp_model_output_find(model, check->output))->unit;
    enum rsp_chart_axis axis = RSP_CHART_HOURS;
    double end_h = 0;
    for (size_t i = first; i < n; i++) {
        if (is_point(&result[i]) && same_case(check, result[i].check))
            end_h = fmax(end_h, result[i].check->time_h);
    }
    end_h *= 1.05;
    const double unit_h = time_unit(end_h, &axis, p->x_label, sizeof p->x_label);
    for (size_t i = first; i < n; i++) {
        const struct rsp_check_result *r = &result[i];
        if (!is_point(r) || !same_case(check, r->check))
            continue;
        /* the target may be printed in another unit than the output's */
        const double factor = r->check->unit_factor / check->unit_factor;
        add_point(r->verdict == RSP_VERDICT_COMPARED ? &p->observed : &p->published, r,
            r->check->time_h / unit_h, factor);
    }
    RSP_TRY(fill_curve(model, check, end_h, unit_h, p, err));
    const bool long_title = strlen(check->dose) > TITLE_LETTERS;
    snprintf(
        p->title, sizeof p->title, "%.*s%s", TITLE_LETTERS, check->dose, long_title ? " \xe2\x80\xa6" : "");
    snprintf(p->y_label, sizeof p->y_label, "%.60s%s%.20s",
        rsp_model_output(model, (size_t)rsp_model_output_find(model, check->output))->label,
        unit[0] != '\0' ? ", " : "", unit);
    size_t k = 0;
    p->series[k++] = (struct rsp_chart_series){.label = "computed", .n = N_LINE, .x = p->x, .line = p->y};
    if (p->published.n > 0)
        p->series[k++] = marks(&p->published, "published calculation", RSP_CHART_OUTLINE, 1);
    if (p->observed.n > 0)
        p->series[k++] = marks(&p->observed, "compared", RSP_CHART_SOLID, 2);
    *chart = (struct rsp_chart){.id = p->id,
        .title = p->title,
        .description = p->y_label,
        .x_label = p->x_label,
        .y_label = p->y_label,
        .axis = axis,
        .width = PANEL_WIDTH,
        .height = PANEL_HEIGHT,
        .x_min = 0,
        .x_max = NAN,
        .y_min = NAN,
        .y_max = NAN,
        .n_series = k,
        .series = p->series};
    return RSP_OK;
}

/* Error of every computed number, in the order of the table. */
static void fill_errors(
    size_t n, const struct rsp_check_result result[], struct panel *p, struct rsp_chart *chart)
{
    static const struct rsp_chart_level zero = {.y = 0, .label = NULL};
    size_t row = 0, k = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(result[i].error_pct))
            continue;
        struct points *q = result[i].verdict == RSP_VERDICT_COMPARED ? &p->observed : &p->published;
        row++;
        if (q->n < MAX_POINT) {
            q->x[q->n] = (double)row;
            q->y[q->n++] = result[i].error_pct;
        }
    }
    if (p->published.n > 0)
        p->series[k++] = marks(&p->published, "published calculation (pass mark)", RSP_CHART_OUTLINE, 1);
    if (p->observed.n > 0)
        p->series[k++] = marks(&p->observed, "compared", RSP_CHART_SOLID, 2);
    snprintf(p->title, sizeof p->title, "Error of each number");
    *chart = (struct rsp_chart){.id = p->id,
        .title = p->title,
        .description = "computed against published, in percent, in the order of the table",
        .x_label = "row of the table",
        .y_label = "error, %",
        .axis = RSP_CHART_NUMBER,
        .width = PANEL_WIDTH,
        .height = PANEL_HEIGHT,
        .x_min = 0,
        .x_max = (double)row + 1,
        .y_min = NAN,
        .y_max = NAN,
        .n_series = k,
        .series = p->series,
        .n_level = 1,
        .level = &zero};
}

static size_t count_case(size_t n, const struct rsp_check_result result[], size_t first)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (!is_point(&result[i]) || !same_case(result[first].check, result[i].check))
            continue;
        if (i < first)
            return 0; /* drawn already */
        count++;
    }
    return count;
}

rsp_status rsp_card_checks_svg(const struct rsp_model *model, size_t n,
    const struct rsp_check_result result[], struct rsp_buf *svg, struct rsp_error *err)
{
    struct rsp_chart chart[MAX_CURVE + 1];
    size_t k = 0;
    bool any = false;
    rsp_status status = RSP_OK;
    for (size_t i = 0; i < n; i++)
        any = any || isfinite(result[i].error_pct);
    if (!any)
        return RSP_OK;
    struct panel *panel = calloc(MAX_CURVE + 1, sizeof *panel);
    if (panel == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    for (size_t i = 0; i <= MAX_CURVE; i++)
        snprintf(panel[i].id, sizeof panel[i].id, "c%zu", i);
    for (size_t i = 0; i < n && k < MAX_CURVE; i++) {
        if (!is_point(&result[i]) || count_case(n, result, i) < MIN_POINT)
            continue;
        RSP_TRY_DONE(fill_panel(model, n, result, i, &panel[k], &chart[k], err));
        k++;
    }
    fill_errors(n, result, &panel[k], &chart[k]);
    k++;
    rsp_chart_file(k, chart, k > 1 ? 2 : 1, svg);
    if (svg->failed)
        status = rsp_error_set(err, RSP_E_LIMIT, "", "the plot is too large");
done:
    free(panel);
    return status;
}
