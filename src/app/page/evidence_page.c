#include "evidence_page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "exchange/chart.h"
#include "report.h"
#include "sources.h"

/* "day 28", "3 h", "15 min" after the end. */
static void day_text(double day, char text[32])
{
    enum { H_PER_D = 24, MIN_PER_H = 60 };

    if (day == 0)
        snprintf(text, 32, "at the end");
    else if (day * H_PER_D < 1)
        snprintf(text, 32, "%.0f min", day * H_PER_D * MIN_PER_H);
    else if (day < 1)
        snprintf(text, 32, "%.0f h", day * H_PER_D);
    else
        snprintf(text, 32, "day %.0f", day);
}

/* ---- Markdown ---- */

/* Text in a table cell: a bar would end the cell, angle brackets would be markup. */
static void cell(struct rsp_buf *out, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '|' || *text == '<' || *text == '>' || *text == '*' || *text == '_')
            rsp_buf_text(out, "\\");
        rsp_buf_add(out, *text == '\n' ? " " : text, 1);
    }
}

static void range(struct rsp_buf *out, const struct rsp_corner_range *r, double scale, int digits)
{
    rsp_report_number(out, r->typical * scale, digits);
    rsp_buf_text(out, " (");
    rsp_report_number(out, r->low * scale, digits);
    rsp_buf_text(out, " to ");
    rsp_report_number(out, r->high * scale, digits);
    rsp_buf_text(out, ")");
}

static void model_cell(struct rsp_buf *out, const struct rsp_evidence_case *c)
{
    char day[32];
    const struct rsp_relief_row *row = &c->row;
    const struct rsp_comparison *comparison = c->comparison;

    rsp_buf_text(out, "peak relief of a responder ");
    range(out, &row->peak_relief_frac, 100, 2);
    rsp_buf_text(out, " %; 30 % relief ");
    if (row->days_30.high > 0) {
        rsp_buf_text(out, "for ");
        range(out, &row->days_30, 1, 2);
        rsp_buf_text(out, " d after the end");
    } else {
        rsp_buf_text(out, "never");
    }
    for (size_t i = 0; i < comparison->n_point; i++) {
        day_text(comparison->point[i].day_after_end, day);
        rsp_buf_printf(out, "; pain, %s: ", day);
        range(out, &row->mean_pain_frac[i], 1, 2);
    }
    for (size_t i = 0; i < comparison->n_share; i++) {
        day_text(comparison->share[i].day_after_end, day);
        rsp_buf_printf(out, "; share, %s: ", day);
        rsp_report_number(out, 100 * row->share_30[comparison->n_point + i], 2);
        rsp_buf_text(out, " %");
    }
}

static void table(
    size_t n, const struct rsp_evidence_case cases[], struct rsp_sources *sources, struct rsp_buf *out)
{
    rsp_buf_text(out, "| study | condition | regimen in the calculation | observed | model | verdict |\n"
                      "|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < n; i++) {
        const struct rsp_comparison *c = cases[i].comparison;
        rsp_buf_text(out, "| ");
        cell(out, c->study);
        rsp_buf_text(out, c->training ? " (the model was fitted on it)" : "");
        rsp_sources_refer(sources, c->source, true, false, out);
        rsp_buf_text(out, " | ");
        cell(out, c->condition_text);
        rsp_buf_text(out, " | ");
        cell(out, c->regimen_text);
        rsp_buf_text(out, cases[i].halved ? "; half of it counted | " : " | ");
        cell(out, c->observed);
        rsp_buf_text(out, " | ");
        model_cell(out, &cases[i]);
        rsp_buf_text(out, " | ");
        cell(out, c->verdict);
        rsp_buf_text(out, " |\n");
    }
}

void rsp_evidence_markdown(
    size_t n, const struct rsp_evidence_case cases[], const char *model_id, struct rsp_buf *out)
{
    struct rsp_sources sources = {0};
    char text[512];

    rsp_buf_text(out,
        "# The relief model beside published studies\n\n"
        "<!-- Made by `respite evidence --output docs/evidence`; do not edit. -->\n\n"
        "Days of relief are the core of a plan, and they rest on one small model: a slow effect site, a "
        "potency and a share of people who can respond, fitted on one trial of one regimen in one "
        "condition. This page holds that model against every other published study that it can be "
        "computed for, the ones that it fails included.\n\n"
        "![Observed and predicted pain and share of responders, study by study](relief.svg)\n\n"
        "## Where it holds, where it fails\n\n"
        "- **Holds** for the share of people who respond at the end of infusions of four to seven days, "
        "and is plausible for the first weeks after them in complex regional pain syndrome.\n"
        "- **Fails for depth**: observed median pain after seven days of esketamine was far higher than "
        "the model says.\n"
        "- **Fails for months**: uncontrolled reports find many people better at three months, when the "
        "model has everybody back at baseline. The one randomised trial with that follow-up, on which "
        "it was fitted, agrees with the model.\n"
        "- **Fails for short series**: for infusions of 40 minutes to a few hours, once or in a short "
        "series, it predicts next to nothing, while uncontrolled reports find weeks of benefit and "
        "randomised trials mostly none beyond the first day. It knows nothing of the first hours.\n"
        "- **Fails in cancer pain**, and in long-standing generalised CRPS.\n\n"
        "`respite plan` therefore leads with the published results outside of four- to seven-day "
        "infusions in CRPS, and marks the model's figure hypothetical there.\n\n"
        "## How it was computed\n\n");
    rsp_buf_printf(out,
        "Model `%s` at 70 kg, beside the studies of `rules/comparisons.yaml`. The numbers are for the "
        "typical person; in brackets, the range over "
        "the "
        "corners of the published 95 %% intervals of potency and half-life. Pain is the mean over people who "
        "respond "
        "and people who do not, as a fraction of pain before treatment; there is no placebo term. The share "
        "is that of "
        "people with relief of 30 %% or more; all who respond are the same typical person, so that it falls "
        "from the "
        "response probability to nothing in one day. Definitions of response differ between studies. Of a "
        "racemic dose "
        "half is counted, as esketamine. Day 0 is the end of the last dose.\n\n## Study by study\n\n",
        model_id);
    table(n, cases, &sources, out);
    rsp_buf_text(out, "\n## Sources\n\n");
    for (size_t i = 0; i < sources.n; i++) {
        snprintf(text, sizeof text, "%.*s", (int)sources.item[i].length, sources.item[i].text);
        rsp_buf_printf(out, "%zu. ", i + 1);
        cell(out, text);
        rsp_buf_text(out, "\n");
    }
}

/* ---- chart ---- */

/* Layout in px. */
enum {
    WIDTH = 1080,
    MARGIN = 24,
    LABEL = 460,     /* column of the names */
    PLOT_RIGHT = 40, /* room right of the plot */
    ROW = 26,
    HEAD = 84,
    FOOT = 36,
    KEY = 372, /* from the first entry of the key to the second */
    TICKS = 5
};

/* One published number beside the model's. */
struct pair {
    const struct rsp_comparison *comparison;
    const struct rsp_comparison_value *observed;
    double model, model_low, model_high; /* low, high NaN when there is no range */
};

struct panel {
    const char *title, *axis;
    double top, most; /* value at the right edge */
    bool share;
};

static double px(const struct panel *panel, double value)
{
    const double left = MARGIN + LABEL, right = WIDTH - MARGIN - PLOT_RIGHT;
    return left + fmin(fmax(value, 0), panel->most) / panel->most * (right - left);
}

static void text_at(
    struct rsp_buf *out, const char *class, double x, double y, const char *anchor, const char *text)
{
    rsp_buf_printf(out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", class, x, y, anchor);
    rsp_markup_text(out, text);
    rsp_buf_text(out, "</text>\n");
}

static void draw_pair(const struct panel *panel, const struct pair *pair, double y, struct rsp_buf *out)
{
    const struct rsp_comparison_value *o = pair->observed;
    char name[160], day[32];

    snprintf(name, sizeof name, "%s%s, %s", pair->comparison->study,
        pair->comparison->training ? " (fitted)" : "", pair->comparison->condition_text);
    day_text(o->day_after_end, day);
    text_at(out, "rc-note", MARGIN, y + 4, "start", name);
    text_at(out, "rc-tick", MARGIN + LABEL - 12, y + 4, "end", day);
    if (!isnan(pair->model_low))
        rsp_buf_printf(out,
            "<rect class=\"rc-inner rc-c0\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"10\"/>",
            px(panel, pair->model_low), y - 5,
            fmax(px(panel, pair->model_high) - px(panel, pair->model_low), 1));
    rsp_buf_printf(out, "<path class=\"rc-line rc-c0\" d=\"M%.1f %.1fv14\"/>", px(panel, pair->model), y - 7);
    if (!isnan(o->low) && !isnan(o->high))
        rsp_buf_printf(out, "<path class=\"rc-whisker rc-c1\" d=\"M%.1f %.1fH%.1f\"/>", px(panel, o->low), y,
            px(panel, o->high));
    rsp_buf_printf(out, "<circle class=\"rc-solid rc-c1\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>\n",
        px(panel, o->value), y);
}

static size_t count(size_t n, const struct rsp_evidence_case cases[], bool share)
{
    size_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += share ? cases[i].comparison->n_share : cases[i].comparison->n_point;
    return total;
}

static void draw_axis(const struct panel *panel, double bottom, struct rsp_buf *out)
{
    char text[16];

    for (int i = 0; i <= TICKS; i++) {
        const double value = panel->most * i / TICKS;
        rsp_buf_printf(out, "<path class=\"rc-grid\" d=\"M%.1f %.1fV%.1f\"/>", px(panel, value),
            panel->top + HEAD - ROW, bottom);
        snprintf(text, sizeof text, panel->share ? "%.0f %%" : "%.1f", panel->share ? 100 * value : value);
        text_at(out, "rc-tick", px(panel, value), bottom + 16, "middle", text);
    }
    text_at(out, "rc-label", WIDTH - MARGIN - PLOT_RIGHT, bottom + 32, "end", panel->axis);
}

static void draw_key(const struct panel *panel, struct rsp_buf *out)
{
    const double y = panel->top + 38, x = MARGIN;

    rsp_buf_printf(
        out, "<circle class=\"rc-solid rc-c1\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>", x + 12, y - 4);
    text_at(out, "rc-note", x + 28, y, "start", "observed, with its interval where one is published");
    if (!panel->share)
        rsp_buf_printf(out,
            "<rect class=\"rc-inner rc-c0\" x=\"%.1f\" y=\"%.1f\" width=\"24\" height=\"10\"/>", x + KEY,
            y - 9);
    rsp_buf_printf(out, "<path class=\"rc-line rc-c0\" d=\"M%.1f %.1fv14\"/>", x + KEY + 12, y - 11);
    text_at(out, "rc-note", x + KEY + 32, y, "start",
        panel->share ? "model" : "model: typical, and over the corners of its 95 % intervals");
}

static void draw_panel(
    const struct panel *panel, size_t n, const struct rsp_evidence_case cases[], struct rsp_buf *out)
{
    const double bottom = panel->top + HEAD + ROW * (double)count(n, cases, panel->share) - ROW / 2.0;
    double y = panel->top + HEAD;

    text_at(out, "rc-title", MARGIN, panel->top + 12, "start", panel->title);
    draw_key(panel, out);
    draw_axis(panel, bottom, out);
    for (size_t i = 0; i < n; i++) {
        const struct rsp_comparison *c = cases[i].comparison;
        const size_t n_value = panel->share ? c->n_share : c->n_point;
        for (size_t k = 0; k < n_value; k++, y += ROW) {
            struct pair pair = {c, panel->share ? &c->share[k] : &c->point[k], NAN, NAN, NAN};
            if (panel->share) {
                pair.model = cases[i].row.share_30[c->n_point + k];
            } else {
                pair.model = cases[i].row.mean_pain_frac[k].typical;
                pair.model_low = cases[i].row.mean_pain_frac[k].low;
                pair.model_high = cases[i].row.mean_pain_frac[k].high;
            }
            draw_pair(panel, &pair, y, out);
        }
    }
}

void rsp_evidence_chart(size_t n, const struct rsp_evidence_case cases[], struct rsp_buf *out)
{
    const struct panel pain = {.title = "Mean pain after the course",
        .axis = "fraction of the pain before treatment",
        .top = MARGIN,
        .most = 1};
    const struct panel share = {.title = "Share of people who respond",
        .axis = "share of people",
        .top = MARGIN + HEAD + FOOT + ROW + ROW * (double)count(n, cases, false),
        .most = 1,
        .share = true};
    const double height = share.top + HEAD + FOOT + ROW * (double)count(n, cases, true) + MARGIN;

    rsp_buf_printf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"rc\" role=\"img\" width=\"%d\" height=\"%.0f\" "
        "viewBox=\"0 0 %d %.0f\">\n<title>The relief model beside published studies</title>\n<desc>For each "
        "published "
        "number, the observed value as a dot and the value of the model as a "
        "line.</desc>\n<style>%s</style>\n"
        "<rect class=\"rc-page\" width=\"%d\" height=\"%.0f\"/>\n",
        WIDTH, height, WIDTH, height, rsp_chart_style(), WIDTH, height);
    draw_panel(&pain, n, cases, out);
    draw_panel(&share, n, cases, out);
    rsp_buf_text(out, "</svg>\n");
}
