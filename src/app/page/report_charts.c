#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

#include "exchange/chart.h"
#include "parts.h"

enum { MAX_SPAN = 64, PAIN_HEIGHT = 340, SESSION_WIDTH = 330, SESSION_HEIGHT = 270 };

static void bands_of(const struct rsp_curve *curve, struct rsp_chart_series *series)
{
    series->n = curve->n;
    series->x = curve->time;
    series->outer_low = curve->band[0];
    series->inner_low = curve->band[1];
    series->line = curve->band[2];
    series->inner_high = curve->band[3];
    series->outer_high = curve->band[4];
}

static size_t dose_spans(const struct rsp_advice *advice, double per_h, double from_h, double to_h,
    struct rsp_chart_span span[MAX_SPAN])
{
    size_t n = 0;

    for (size_t i = 0; i < advice->n_dose && n < MAX_SPAN - 1; i++) {
        const struct rsp_dose *dose = &advice->dose[i].dose;
        if (dose->start_h > to_h || dose->start_h + dose->duration_h < from_h)
            continue;
        span[n++] = (struct rsp_chart_span){
            .from = dose->start_h * per_h, .to = (dose->start_h + dose->duration_h) * per_h, .dose = true};
    }
    return n;
}

static size_t window_span(
    const struct rsp_advice *advice, long origin, char text[64], struct rsp_chart_span *span)
{
    char dates[40];

    if (!advice->has_next)
        return 0;
    rsp_report_dates(advice->next_from, advice->next_to, dates, sizeof dates);
    snprintf(text, 64, "next infusion due %s", dates);
    *span = (struct rsp_chart_span){.from = (double)(advice->next_from.day - origin),
        .to = (double)(advice->next_to.day - origin),
        .label = text};
    return 1;
}

/* Days to show: until nearly everybody is back at the pain before, in whole fortnights. */
static double last_day(const struct rsp_advice *advice, double baseline_nrs)
{
    enum { FORTNIGHT = 14, LEAST = 56 };
    const double back = 0.97 * baseline_nrs; /* as good as back, on a chart */
    const struct rsp_curve *curve = &advice->relief.pain_nrs;
    size_t i = curve->n;

    while (i > 1 && curve->band[0][i - 1] >= back)
        i--;
    const double day = ceil(curve->time[i - 1] / FORTNIGHT) * FORTNIGHT;
    return fmin(fmax(day, fmax(LEAST, advice->end_h / 24)), curve->time[curve->n - 1]);
}

void rsp_report_charts(const struct rsp_report *report, struct rsp_buf *out)
{
    const struct rsp_advice *advice = report->advice;
    const struct rsp_curve *curve = &advice->relief.pain_nrs;
    struct rsp_chart_span span[MAX_SPAN];
    char label[64], x_label[64], date[24];

    if (curve->n == 0 || advice->n_dose == 0)
        return;
    struct rsp_chart_series series = {
        .label = advice->hypothetical
                     ? "pain in people who respond, hypothetical: the model has no ground here"
                     : "pain in people who respond: median, half and 90 % of them",
        .hypothetical = advice->hypothetical};
    bands_of(curve, &series);
    const struct rsp_chart_level level = {
        report->patient->baseline_nrs * (1 - 0.3), "30 % relief"}; /* the response criterion of the report */
    const struct rsp_date start = advice->dose[0].day;
    size_t n_span = dose_spans(advice, 1 / 24.0, 0, INFINITY, span);
    n_span += window_span(advice, start.day, label, &span[n_span]);
    rsp_date_format_long(start, date, sizeof date);
    snprintf(x_label, sizeof x_label, "date; first dose %s", date);
    const struct rsp_chart chart = {.id = "pain",
        .title = "Pain over the weeks",
        .description = advice->relief_sentence,
        .x_label = x_label,
        .y_label = "pain, 0 to 10",
        .axis = RSP_CHART_DATES,
        .origin = start,
        .height = PAIN_HEIGHT,
        .x_min = 0,
        .x_max = last_day(advice, report->patient->baseline_nrs),
        .y_min = 0,
        .y_max = 10,
        .n_series = 1,
        .series = &series,
        .n_span = n_span,
        .span = span,
        .n_level = isnan(level.y) ? 0U : 1U,
        .level = &level,
        .hide_title = true};
    rsp_buf_text(out, "<section class=\"keep\"><h2>Pain over the weeks</h2>\n<figure>");
    rsp_chart_svg(&chart, out);
    rsp_buf_text(out, "<figcaption>Bars on the axis are doses. ");
    if (advice->learned != NULL && advice->learned->has_diary) {
        rsp_buf_text(out, "The band rests on this patient's diary, if the patient responds again. ");
    } else if (!advice->hypothetical && !isnan(advice->relief.p_relief_30)) {
        rsp_buf_text(out, "The band is for people in the response class; of all people, ");
        rsp_report_number(out, 100 * advice->relief.p_relief_30, 2);
        rsp_buf_text(out, " % are expected to reach 30 % relief. ");
    }
    rsp_buf_text(out, "</figcaption></figure></section>\n");
}

static double *scaled(const struct rsp_curve *curve, double factor)
{
    double *x = malloc((curve->n + 1) * sizeof *x);

    for (size_t i = 0; x != NULL && i < curve->n; i++)
        x[i] = curve->time[i] * factor;
    return x;
}

/* Shares are given in whole percents, as in the sentences. */
static struct rsp_prediction whole(const struct rsp_prediction *p)
{
    struct rsp_prediction rounded = *p;

    rounded.p05 = round(p->p05);
    rounded.p50 = round(p->p50);
    rounded.p95 = round(p->p95);
    return rounded;
}

void rsp_report_peak(struct rsp_buf *out, const struct rsp_prediction *peak, const char *unit)
{
    enum { DIGITS = 2 }; /* as in the sentences: the interval is wide */
    const struct rsp_prediction rounded = strcmp(unit, "%") == 0 ? whole(peak) : *peak;

    rsp_report_prediction(out, &rounded, unit, 1, DIGITS, NAN);
}

/* When a peak beyond the curve comes: at the end of the infusion that it lies in, or so many hours from the start. */
static void when_text(const struct rsp_advice *advice, double peak_h, struct rsp_buf *out)
{
    const double near_h = 0.25; /* spacing of the times at which the peak was looked for */

    for (size_t i = 0; i < advice->n_dose; i++) {
        const struct rsp_dose *dose = &advice->dose[i].dose;
        if (!(dose->duration_h > 0) || fabs(dose->start_h + dose->duration_h - peak_h) > near_h)
            continue;
        rsp_buf_text(out, advice->n_dose == 1 ? " at the end of the infusion" : " at the end of dose ");
        if (advice->n_dose > 1)
            rsp_report_number(out, (double)i + 1, 4);
        peak_h = dose->start_h + dose->duration_h;
        break;
    }
    rsp_buf_text(out, ", ");
    rsp_report_number(out, peak_h, 3);
    rsp_buf_text(out, " h after the start");
}

static void peak_text(const struct rsp_advice *advice, const struct rsp_session_forecast *forecast,
    const char *unit, struct rsp_buf *out)
{
    const double shown_min = forecast->curve.time[forecast->curve.n - 1];
    const bool beyond = forecast->peak_min.status == RSP_PREDICTED && forecast->peak_min.p50 > shown_min;

    rsp_buf_text(out, "<figcaption>");
    if (beyond) {
        rsp_buf_text(out, "The curve ends after the first ");
        rsp_report_number(out, shown_min * RSP_H_PER_MIN, 3);
        rsp_buf_text(out, " h. The peak comes later: ");
    } else {
        rsp_buf_text(out, "Peak ");
    }
    rsp_report_peak(out, &forecast->peak, unit);
    if (beyond)
        when_text(advice, forecast->peak_min.p50 * RSP_H_PER_MIN, out);
    rsp_buf_printf(out, "; %s", rsp_validity_name(forecast->peak.validity));
    if (forecast->peak.reason[0] != '\0') {
        rsp_buf_text(out, ": ");
        rsp_markup_text(out, forecast->peak.reason);
    }
    rsp_buf_text(out, ".</figcaption>");
}

static void session_chart(const struct rsp_report *report, const struct rsp_session_forecast *forecast,
    const char *id, const char *title, const char *unit, int colour, struct rsp_buf *out)
{
    enum { LONG_SESSION_MIN = 300 };
    const struct rsp_curve *curve = &forecast->curve;
    struct rsp_chart_span span[MAX_SPAN];
    char x_label[64];

    if (forecast->peak.status == RSP_NOT_PREDICTED || curve->n == 0) {
        rsp_buf_printf(out,
            "<div class=\"withheld\"><h3>%s</h3><p><span class=\"word dash\">not predicted</span></p><p>",
            title);
        rsp_markup_text(out, forecast->peak.reason);
        rsp_buf_text(out, "</p></div>\n");
        return;
    }
    const bool hours = curve->time[curve->n - 1] > LONG_SESSION_MIN;
    const double shown_h = curve->time[curve->n - 1] / 60,
                 infusion_h = report->advice->dose[0].dose.duration_h;
    if (infusion_h > shown_h)
        snprintf(x_label, sizeof x_label, "hours, the first %.3g of %.3g", shown_h, infusion_h);
    else
        snprintf(x_label, sizeof x_label, "%s from the start", hours ? "hours" : "minutes");
    double *x = scaled(curve, hours ? 1 / 60.0 : 1);
    if (x == NULL) {
        out->failed = true;
        return;
    }
    struct rsp_chart_series series = {
        .colour = colour, .hypothetical = forecast->peak.validity == RSP_VALIDITY_EXTRAPOLATED};
    bands_of(curve, &series);
    series.x = x;
    const struct rsp_chart chart = {.id = id,
        .title = title,
        .description = "median and bands of half and 90 % of people over the session",
        .x_label = x_label,
        .y_label = unit,
        .axis = hours ? RSP_CHART_HOURS : RSP_CHART_MINUTES,
        .width = SESSION_WIDTH,
        .height = SESSION_HEIGHT,
        .x_min = 0,
        .x_max = NAN,
        .y_min = 0,
        .y_max = NAN,
        .n_series = 1,
        .series = &series,
        .n_span = dose_spans(report->advice, hours ? 1 : 60, 0, curve->time[curve->n - 1] / 60, span),
        .span = span};
    rsp_buf_text(out, "<figure>");
    rsp_chart_svg(&chart, out);
    peak_text(report->advice, forecast, unit, out);
    rsp_buf_text(out, "</figure>\n");
    free(x);
}

void rsp_report_session_charts(const struct rsp_report *report, struct rsp_buf *out)
{
    const struct rsp_advice *advice = report->advice;
    char title[80];

    if (advice->n_dose == 0)
        return;
    const bool known =
        strcmp(advice->level_site, "arterial") == 0 || strcmp(advice->level_site, "venous") == 0;
    snprintf(title, sizeof title, "Esketamine in %s%splasma%s", known ? advice->level_site : "",
        known ? " " : "", known || advice->level_site[0] == '\0' ? "" : ", sampling site not stated");
    rsp_buf_text(out, "<div class=\"three\">\n");
    session_chart(report, &advice->level, "level", title, "ng/mL", 0, out);
    session_chart(report, &advice->dissociation, "dissociation", "Dissociation", "%", 1, out);
    session_chart(report, &advice->sbp_rise, "pressure", "Systolic pressure rise", "mmHg", 2, out);
    if (advice->acute)
        session_chart(report, &advice->acute_relief, "acute", "Acute relief", "points of 10", 3, out);
    rsp_buf_text(out, "</div>\n");
}
