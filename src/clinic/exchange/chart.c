#include "chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

/* Layout in px. */
enum {
    DEFAULT_WIDTH = 960,
    DEFAULT_HEIGHT = 320,
    LEFT = 52,
    RIGHT = 16,
    TITLE_HEIGHT = 24,
    LEGEND_HEIGHT = 24,
    TOP = 20,
    BOTTOM = 46,
    DOSE_HEIGHT = 8,
    TICK_GAP = 72, /* least px between labelled ticks of x */
    TICK_GAP_Y = 36,
    LETTER = 7, /* mean width of a letter of the 13 px text, rounded up */
    MAX_TICK = 24,
    MAX_POINT = 4000 /* more are thinned: no screen shows them */
};

struct frame {
    const struct rsp_chart *chart;
    struct rsp_buf *out;
    double width, height, left, top, right, bottom; /* plot area in px */
    double x0, x1, y0, y1;                          /* data at its edges */
};

void rsp_markup_text(struct rsp_buf *out, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        switch (*text) {
        case '&':
            rsp_buf_text(out, "&amp;");
            break;
        case '<':
            rsp_buf_text(out, "&lt;");
            break;
        case '>':
            rsp_buf_text(out, "&gt;");
            break;
        case '"':
            rsp_buf_text(out, "&quot;");
            break;
        case '\'':
            rsp_buf_text(out, "&#39;");
            break;
        default:
            rsp_buf_add(out, (unsigned char)*text < ' ' || *text == 0x7f ? " " : text, 1);
        }
    }
}

static double px(const struct frame *f, double x)
{
    return f->left + (x - f->x0) / (f->x1 - f->x0) * (f->right - f->left);
}

/* Held near the plot so that a far value never writes a number that a reader cannot parse. */
static double py(const struct frame *f, double y)
{
    const double at = f->bottom - (y - f->y0) / (f->y1 - f->y0) * (f->bottom - f->top);
    return fmin(fmax(at, -f->height), 2 * f->height);
}

static double nice_step(double span, double most, enum rsp_chart_axis axis)
{
    static const double minutes[] = {1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 0};
    static const double hours[] = {0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 96, 168, 336, 0};
    static const double days[] = {1, 2, 7, 14, 28, 56, 84, 112, 168, 336, 0};
    static const double *const table[] = {[RSP_CHART_MINUTES] = minutes,
        [RSP_CHART_HOURS] = hours,
        [RSP_CHART_DAYS] = days,
        [RSP_CHART_DATES] = days};
    const double least = span / fmax(most, 1);

    if (axis != RSP_CHART_NUMBER)
        for (size_t i = 0; table[axis][i] > 0; i++)
            if (table[axis][i] >= least)
                return table[axis][i];
    const double power = pow(10, floor(log10(least)));
    const double step = least / power;
    return power * (step <= 1 ? 1 : step <= 2 ? 2 : step <= 5 ? 5 : 10);
}

static void extend(const double *values, size_t n, double *low, double *high)
{
    for (size_t i = 0; values != NULL && i < n; i++) {
        if (!isfinite(values[i]))
            continue;
        *low = fmin(*low, values[i]);
        *high = fmax(*high, values[i]);
    }
}

static void find_range(struct frame *f)
{
    const struct rsp_chart *c = f->chart;
    double x0 = INFINITY, x1 = -INFINITY, y0 = 0, y1 = -INFINITY;

    for (size_t i = 0; i < c->n_series; i++) {
        const struct rsp_chart_series *s = &c->series[i];
        extend(s->x, s->n, &x0, &x1);
        extend(s->line, s->n, &y0, &y1);
        extend(s->outer_low, s->n, &y0, &y1);
        extend(s->outer_high, s->n, &y0, &y1);
    }
    if (!(x1 > x0)) {
        x0 = isfinite(x0) ? x0 : 0;
        x1 = x0 + 1;
    }
    if (!(y1 > y0))
        y1 = y0 + 1;
    const double step = nice_step(y1 - y0, (f->bottom - f->top) / TICK_GAP_Y, RSP_CHART_NUMBER);
    f->x0 = isnan(c->x_min) ? x0 : c->x_min;
    f->x1 = isnan(c->x_max) ? x1 : c->x_max;
    f->y0 = isnan(c->y_min) ? floor(y0 / step) * step : c->y_min;
    f->y1 = isnan(c->y_max) ? ceil(y1 / step) * step : c->y_max;
    if (!(f->x1 > f->x0))
        f->x1 = f->x0 + 1;
    if (!(f->y1 > f->y0))
        f->y1 = f->y0 + 1;
}

static void axis_y(const struct frame *f)
{
    const double step = nice_step(f->y1 - f->y0, (f->bottom - f->top) / TICK_GAP_Y, RSP_CHART_NUMBER);
    char text[32];

    for (int i = 0; i <= MAX_TICK; i++) {
        const double y = (ceil(f->y0 / step - 1 / (double)DEFAULT_WIDTH) + i) * step;
        if (y > f->y1 + step / DEFAULT_WIDTH)
            break;
        rsp_number_format(y, 6, text, sizeof text);
        rsp_buf_printf(
            f->out, "<path class=\"rc-grid\" d=\"M%.1f %.1fH%.1f\"/>", f->left, py(f, y), f->right);
        rsp_buf_printf(f->out, "<text class=\"rc-tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">",
            f->left - 8, py(f, y) + 4);
        rsp_markup_text(f->out, text);
        rsp_buf_text(f->out, "</text>");
    }
    rsp_buf_printf(f->out, "<text class=\"rc-label\" x=\"%.1f\" y=\"%.1f\">", f->left, f->top - 6);
    rsp_markup_text(f->out, f->chart->y_label);
    rsp_buf_text(f->out, "</text>\n");
}

static void tick_x(const struct frame *f, double x, const char *text)
{
    const double at = px(f, x);
    const char *anchor = "middle";

    if (at - f->left < LETTER)
        anchor = "start";
    else if (f->right - at < LETTER)
        anchor = "end";
    rsp_buf_printf(f->out, "<path class=\"rc-axis\" d=\"M%.1f %.1fv5\"/>", at, f->bottom);
    rsp_buf_printf(f->out, "<text class=\"rc-tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", at,
        f->bottom + 18, anchor);
    rsp_markup_text(f->out, text);
    rsp_buf_text(f->out, "</text>");
}

/* Ticks at firsts of a month when the axis is long, else at whole weeks from the origin. */
static void axis_dates(const struct frame *f, double most)
{
    const double step = nice_step(f->x1 - f->x0, most, RSP_CHART_DATES);
    char text[32];

    if (f->x1 - f->x0 <= 12 * 7) { /* twelve weeks */
        for (double x = ceil(f->x0 / step) * step; x <= f->x1; x += step) {
            rsp_date_format_long((struct rsp_date){f->chart->origin.day + lround(x)}, text, sizeof text);
            text[strlen(text) - 5] = '\0'; /* without the year */
            tick_x(f, x, text);
        }
        return;
    }
    int n = 0;
    const int skip = (int)ceil((f->x1 - f->x0) / 30 / most);
    for (long day = (long)ceil(f->x0); (double)day <= f->x1; day++) {
        rsp_date_format(((struct rsp_date){f->chart->origin.day + day}), text, sizeof text);
        if (strcmp(text + strlen(text) - 2, "01") != 0 || n++ % skip != 0)
            continue;
        rsp_date_format_long((struct rsp_date){f->chart->origin.day + day}, text, sizeof text);
        const bool january = strstr(text, "Jan") != NULL;
        if (!january)
            text[strlen(text) - 5] = '\0';
        tick_x(f, (double)day, text);
    }
}

static void axis_x(const struct frame *f)
{
    const struct rsp_chart *c = f->chart;
    const double most = (f->right - f->left) / TICK_GAP;
    char text[32];

    rsp_buf_printf(f->out, "<path class=\"rc-axis\" d=\"M%.1f %.1fH%.1f\"/>", f->left, f->bottom, f->right);
    if (c->axis == RSP_CHART_DATES) {
        axis_dates(f, most);
    } else {
        const double step = nice_step(f->x1 - f->x0, most, c->axis);
        for (int i = 0; i <= MAX_TICK; i++) {
            const double x = (ceil(f->x0 / step - 1 / (double)DEFAULT_WIDTH) + i) * step;
            if (x > f->x1 + step / DEFAULT_WIDTH)
                break;
            rsp_number_format(x, 6, text, sizeof text);
            tick_x(f, x, text);
        }
    }
    rsp_buf_printf(f->out, "<text class=\"rc-label\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">", f->right,
        f->bottom + 38);
    rsp_markup_text(f->out, c->x_label);
    rsp_buf_text(f->out, "</text>\n");
}

/* Index after the run of finite points that starts at i. */
static size_t run_end(const struct rsp_chart_series *s, const double *a, const double *b, size_t i)
{
    while (i < s->n && !isnan(a[i]) && !isnan(b[i]) && isfinite(s->x[i]))
        i++;
    return i;
}

static size_t thinning(size_t n)
{
    return n > MAX_POINT ? n / MAX_POINT : 1;
}

static void band(const struct frame *f, const struct rsp_chart_series *s, const double *low,
    const double *high, const char *class)
{
    const size_t stride = thinning(s->n);

    if (low == NULL || high == NULL)
        return;
    for (size_t start = 0; start < s->n; start++) {
        const size_t end = run_end(s, low, high, start);
        if (end == start)
            continue;
        if (s->hypothetical)
            rsp_buf_printf(f->out, "<path class=\"rc-%s rc-c%d\" style=\"fill:url(#%s-h%d)\" d=\"", class,
                s->colour, f->chart->id, s->colour);
        else
            rsp_buf_printf(f->out, "<path class=\"rc-%s rc-c%d\" d=\"", class, s->colour);
        for (size_t i = start; i < end; i += stride)
            rsp_buf_printf(f->out, "%s%.1f %.1f", i == start ? "M" : "L", px(f, s->x[i]), py(f, high[i]));
        for (size_t i = end; i > start; i -= i - start < stride ? i - start : stride)
            rsp_buf_printf(f->out, "L%.1f %.1f", px(f, s->x[i - 1]), py(f, low[i - 1]));
        rsp_buf_text(f->out, "Z\"/>\n");
        start = end;
    }
}

static void line(const struct frame *f, const struct rsp_chart_series *s)
{
    const size_t stride = thinning(s->n);

    for (size_t start = 0; s->line != NULL && start < s->n; start++) {
        const size_t end = run_end(s, s->line, s->line, start);
        if (end == start)
            continue;
        rsp_buf_printf(
            f->out, "<path class=\"rc-line rc-c%d%s\" d=\"", s->colour, s->hypothetical ? " rc-hyp" : "");
        for (size_t i = start; i < end; i += stride)
            rsp_buf_printf(f->out, "%s%.1f %.1f", i == start ? "M" : "L", px(f, s->x[i]), py(f, s->line[i]));
        rsp_buf_text(f->out, "\"/>\n");
        start = end;
    }
}

/* One mark of the colour's own shape. */
static void mark(struct rsp_buf *out, double x, double y, int colour, bool outline)
{
    static const char *const shape[RSP_CHART_N_COLOUR] = {"m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
        "m-4-4h8v8h-8z", "m0-5.5l5 9h-10z", "m0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z"};

    rsp_buf_printf(out, "<path class=\"%s rc-c%d\" d=\"M%.1f %.1f%s\"/>", outline ? "rc-outline" : "rc-solid",
        colour, x, y, shape[colour]);
}

/* A mark of another size, and the words beside it: where a rising cloud of marks leaves room. */
static void mark_sized(const struct frame *f, double x, double y, const struct rsp_chart_series *s, size_t i)
{
    rsp_buf_printf(f->out, "<g transform=\"translate(%.1f %.1f) scale(%.2f)\">", x, y, s->size[i]);
    mark(f->out, 0, 0, s->colour, s->mark == RSP_CHART_OUTLINE);
    rsp_buf_text(f->out, "</g>");
}

static void mark_note(const struct frame *f, double x, double y, const struct rsp_chart_series *s, size_t i)
{
    enum { AWAY = 8, BELOW = 18, ABOVE = -8 };
    const bool last = s == &f->chart->series[f->chart->n_series - 1];
    const bool left = x + AWAY + LETTER * (double)strlen(s->note[i]) > f->right;
    rsp_buf_printf(f->out, "<text class=\"rc-note\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">",
        left ? x - AWAY : x + AWAY, y + (left && !last ? ABOVE : BELOW), left ? "end" : "start");
    rsp_markup_text(f->out, s->note[i]);
    rsp_buf_text(f->out, "</text>");
}

static void marks(const struct frame *f, const struct rsp_chart_series *s)
{
    for (size_t i = 0; s->line != NULL && i < s->n; i++) {
        if (isnan(s->line[i]))
            continue;
        if (s->outer_low != NULL && s->outer_high != NULL && !isnan(s->outer_low[i]) &&
            !isnan(s->outer_high[i]))
            rsp_buf_printf(f->out, "<path class=\"rc-whisker rc-c%d\" d=\"M%.1f %.1fV%.1f\"/>", s->colour,
                px(f, s->x[i]), py(f, s->outer_low[i]), py(f, s->outer_high[i]));
        if (s->size != NULL)
            mark_sized(f, px(f, s->x[i]), py(f, s->line[i]), s, i);
        else
            mark(f->out, px(f, s->x[i]), py(f, s->line[i]), s->colour, s->mark == RSP_CHART_OUTLINE);
        if (s->note != NULL && s->note[i] != NULL)
            mark_note(f, px(f, s->x[i]), py(f, s->line[i]), s, i);
    }
    rsp_buf_text(f->out, "\n");
}

/* Doses lie behind the curves, which often rise within them; windows lie over them. */
static void spans(const struct frame *f, bool dose)
{
    const struct rsp_chart *c = f->chart;

    for (size_t i = 0; i < c->n_span; i++) {
        if (c->span[i].dose != dose)
            continue;
        const double from = px(f, fmax(c->span[i].from, f->x0)), to = px(f, fmin(c->span[i].to, f->x1));
        if (!(to >= from))
            continue;
        if (c->span[i].dose) {
            rsp_buf_printf(f->out,
                "<rect class=\"rc-dose\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>", from,
                f->bottom - DOSE_HEIGHT, fmax(to - from, 2), DOSE_HEIGHT);
            if (c->span[i].label == NULL)
                continue;
            rsp_buf_printf(f->out, "<text class=\"rc-note\" x=\"%.1f\" y=\"%.1f\">", from + 2,
                f->bottom - DOSE_HEIGHT - 4);
            rsp_markup_text(f->out, c->span[i].label);
            rsp_buf_text(f->out, "</text>\n");
            continue;
        }
        rsp_buf_printf(f->out,
            "<rect class=\"rc-window\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>", from, f->top,
            fmax(to - from, 2), f->bottom - f->top);
        if (c->span[i].label == NULL)
            continue;
        /* Above the box, clear of the y label at the left. */
        const double half = LETTER * (double)strlen(c->span[i].label) / 2;
        const double least = f->left + LETTER * (double)(strlen(c->y_label) + 2) + half;
        const double middle = fmax(fmin((from + to) / 2, f->right - half), least);
        rsp_buf_printf(f->out, "<text class=\"rc-note\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
            middle, f->top - 6);
        rsp_markup_text(f->out, c->span[i].label);
        rsp_buf_text(f->out, "</text>\n");
    }
}

static void levels(const struct frame *f)
{
    for (size_t i = 0; i < f->chart->n_level; i++) {
        const double y = py(f, f->chart->level[i].y);
        if (y < f->top || y > f->bottom)
            continue;
        rsp_buf_printf(f->out, "<path class=\"rc-level\" d=\"M%.1f %.1fH%.1f\"/>", f->left, y, f->right);
        rsp_buf_printf(
            f->out, "<text class=\"rc-note\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">", f->right, y - 5);
        rsp_markup_text(f->out, f->chart->level[i].label);
        rsp_buf_text(f->out, "</text>\n");
    }
}

static void legend(const struct frame *f, double y)
{
    double x = f->left;

    for (size_t i = 0; i < f->chart->n_series; i++) {
        const struct rsp_chart_series *s = &f->chart->series[i];
        if (s->label == NULL)
            continue;
        if (s->mark == RSP_CHART_LINE && s->outer_low != NULL) {
            if (s->hypothetical)
                rsp_buf_printf(f->out,
                    "<rect class=\"rc-outer rc-c%d\" style=\"fill:url(#%s-h%d)\" x=\"%.1f\" y=\"%.1f\" "
                    "width=\"24\" "
                    "height=\"12\"/>",
                    s->colour, f->chart->id, s->colour, x, y - 10);
            else
                rsp_buf_printf(f->out,
                    "<rect class=\"rc-inner rc-c%d\" x=\"%.1f\" y=\"%.1f\" width=\"24\" height=\"12\"/>",
                    s->colour, x, y - 10);
        }
        if (s->mark == RSP_CHART_LINE)
            rsp_buf_printf(f->out, "<path class=\"rc-line rc-c%d%s\" d=\"M%.1f %.1fh24\"/>", s->colour,
                s->hypothetical ? " rc-hyp" : "", x, y - 4);
        else
            mark(f->out, x + 12, y - 4, s->colour, s->mark == RSP_CHART_OUTLINE);
        rsp_buf_printf(f->out, "<text class=\"rc-note\" x=\"%.1f\" y=\"%.1f\">", x + 30, y);
        rsp_markup_text(f->out, s->label);
        rsp_buf_text(f->out, "</text>");
        x += 30 + LETTER * (double)strlen(s->label) + 18;
    }
    rsp_buf_text(f->out, "\n");
}

static void definitions(const struct frame *f)
{
    const struct rsp_chart *c = f->chart;

    rsp_buf_printf(f->out,
        "<defs><clipPath id=\"%s-clip\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>"
        "</clipPath>",
        c->id, f->left, f->top, f->right - f->left, f->bottom - f->top);
    for (int k = 0; k < RSP_CHART_N_COLOUR; k++) {
        bool used = false;
        for (size_t i = 0; i < c->n_series; i++)
            used = used || (c->series[i].hypothetical && c->series[i].colour == k);
        if (used)
            rsp_buf_printf(f->out,
                "<pattern id=\"%s-h%d\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
                "patternTransform=\"rotate(45)\"><path class=\"rc-hatch rc-c%d\" d=\"M0 0V7\"/></pattern>",
                c->id, k, k);
    }
    rsp_buf_text(f->out, "</defs>\n");
}

static bool has_legend(const struct rsp_chart *chart)
{
    for (size_t i = 0; i < chart->n_series; i++)
        if (chart->series[i].label != NULL)
            return true;
    return false;
}

static void draw(const struct rsp_chart *chart, double x, double y, struct rsp_buf *out)
{
    const double width = chart->width > 0 ? chart->width : DEFAULT_WIDTH;
    const double height = chart->height > 0 ? chart->height : DEFAULT_HEIGHT;
    const double title = chart->hide_title ? 0 : TITLE_HEIGHT;
    const double key = has_legend(chart) ? LEGEND_HEIGHT : 0;
    struct frame f = {.chart = chart,
        .out = out,
        .width = width,
        .height = height,
        .left = LEFT,
        .top = title + key + TOP,
        .right = width - RIGHT,
        .bottom = height - BOTTOM};

    find_range(&f);
    rsp_buf_printf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"rc\" role=\"img\" aria-labelledby=\"%s-t %s-d\" "
        "x=\"%.0f\" "
        "y=\"%.0f\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\"><title id=\"%s-t\">",
        chart->id, chart->id, x, y, width, height, width, height, chart->id);
    rsp_markup_text(out, chart->title);
    rsp_buf_printf(out, "</title><desc id=\"%s-d\">", chart->id);
    rsp_markup_text(out, chart->description);
    rsp_buf_text(out, "</desc>\n");
    definitions(&f);
    if (!chart->hide_title) {
        rsp_buf_printf(out, "<text class=\"rc-title\" x=\"%d\" y=\"16\">", 0);
        rsp_markup_text(out, chart->title);
        rsp_buf_text(out, "</text>\n");
    }
    if (key > 0)
        legend(&f, title + LEGEND_HEIGHT - 9);
    axis_y(&f);
    spans(&f, true);
    rsp_buf_printf(out, "<g clip-path=\"url(#%s-clip)\">\n", chart->id);
    for (size_t i = 0; i < chart->n_series; i++) {
        const struct rsp_chart_series *s = &chart->series[i];
        if (s->mark != RSP_CHART_LINE)
            continue;
        band(&f, s, s->outer_low, s->outer_high, "outer");
        band(&f, s, s->inner_low, s->inner_high, "inner");
        line(&f, s);
    }
    rsp_buf_text(out, "</g>\n");
    spans(&f, false);
    levels(&f);
    for (size_t i = 0; i < chart->n_series; i++)
        if (chart->series[i].mark != RSP_CHART_LINE)
            marks(&f, &chart->series[i]);
    axis_x(&f);
    rsp_buf_text(out, "</svg>\n");
}

void rsp_chart_svg(const struct rsp_chart *chart, struct rsp_buf *out)
{
    draw(chart, 0, 0, out);
}

void rsp_chart_file(size_t n, const struct rsp_chart chart[], size_t n_column, struct rsp_buf *out)
{
    enum { MARGIN = 16, GAP = 24 };
    double cell_width = 1, cell_height = 1;

    if (n_column == 0)
        n_column = 1;
    for (size_t i = 0; i < n; i++) {
        cell_width = fmax(cell_width, chart[i].width > 0 ? chart[i].width : DEFAULT_WIDTH);
        cell_height = fmax(cell_height, chart[i].height > 0 ? chart[i].height : DEFAULT_HEIGHT);
    }
    const size_t n_row = (n + n_column - 1) / n_column;
    const double width = 2 * MARGIN + (double)n_column * (cell_width + GAP) - GAP;
    const double height = 2 * MARGIN + (double)n_row * (cell_height + GAP) - GAP;
    rsp_buf_printf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f "
        "%.0f\">\n<style>%s"
        "</style>\n<rect class=\"rc-page\" width=\"%.0f\" height=\"%.0f\"/>\n",
        width, height, width, height, rsp_chart_style(), width, height);
    for (size_t i = 0; i < n; i++)
        draw(&chart[i], MARGIN + (double)(i % n_column) * (cell_width + GAP),
            MARGIN + (double)(i / n_column) * (cell_height + GAP), out);
    rsp_buf_text(out, "</svg>\n");
}

void rsp_chart_page(const char *title, size_t n, const struct rsp_chart chart[], struct rsp_buf *out)
{
    rsp_buf_text(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    rsp_markup_text(out, title);
    rsp_buf_text(out, "</title></head><body>\n");
    rsp_chart_file(n, chart, 1, out);
    rsp_buf_text(out, "</body></html>\n");
}

#define LIGHT                                                                                                \
    "--surface:#fff;--ink:#1b2430;--muted:#566273;--grid:#e4e8ed;--axis:#8a95a3;--accent:#2f4f8f;"           \
    "--data-0:#2a5fa8;--data-1:#7d4a97;--data-2:#2f7a58;--data-3:#6b675c;"
#define DARK                                                                                                 \
    "--surface:#14181d;--ink:#e6eaef;--muted:#9ba7b5;--grid:#2a313a;--axis:#6c7785;--accent:#9db8ee;"        \
    "--data-0:#86aeec;--data-1:#c69fdb;--data-2:#82c5a0;--data-3:#b8b2a4;"

const char *rsp_chart_style(void)
{
    return ":root{color-scheme:light dark;" LIGHT "}\n"
           "@media (prefers-color-scheme:dark){:root{" DARK "}}\n"
           "@media print{:root{" LIGHT "}}\n"
           ".rc{font:13px/1.3 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;"
           "font-variant-numeric:tabular-nums;max-width:100%;height:auto;overflow:visible}\n"
           ".rc text{fill:var(--ink)}.rc .rc-tick,.rc .rc-label{fill:var(--muted)}\n"
           ".rc .rc-title{font-weight:600;font-size:15px}.rc-page{fill:var(--surface)}\n"
           ".rc-grid{stroke:var(--grid);fill:none}.rc-axis{stroke:var(--axis);fill:none}\n"
           ".rc-level{stroke:var(--muted);stroke-dasharray:2 4;fill:none}\n"
           ".rc-note{paint-order:stroke;stroke:var(--surface);stroke-width:3px;stroke-linejoin:round}\n"
           ".rc-window{fill:var(--accent);fill-opacity:.06;stroke:var(--accent);stroke-width:1.5;"
           "stroke-dasharray:6 4}\n"
           ".rc-dose{fill:var(--surface);stroke:var(--ink);stroke-width:1.5}\n"
           ".rc-c0{--c:var(--data-0)}.rc-c1{--c:var(--data-1)}.rc-c2{--c:var(--data-2)}.rc-c3{--c:var(--data-"
           "3)}\n"
           ".rc-outer{fill:var(--c);fill-opacity:.15}.rc-inner{fill:var(--c);fill-opacity:.24}\n"
           ".rc-whisker{stroke:var(--c);stroke-width:1.5;fill:none}\n"
           ".rc-line{stroke:var(--c);stroke-width:2;fill:none;stroke-linejoin:round}\n"
           ".rc-line.rc-c1{stroke-dasharray:9 3}.rc-line.rc-c2{stroke-dasharray:3 3}"
           ".rc-line.rc-c3{stroke-dasharray:12 3 3 3}.rc-line.rc-hyp{stroke-dasharray:5 5}\n"
           ".rc-outer[style],.rc-inner[style]{fill-opacity:1}\n"
           ".rc-hatch{stroke:var(--c);stroke-width:1.4;stroke-opacity:.5;fill:none}\n"
           ".rc-solid{fill:var(--c)}.rc-outline{fill:var(--surface);stroke:var(--c);stroke-width:2}\n";
}
