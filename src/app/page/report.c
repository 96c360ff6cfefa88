#include "report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

#include "exchange/chart.h"
#include "parts.h"

#define NOT_YET "Not to be given before the missing facts are known."

void rsp_report_number(struct rsp_buf *out, double value, int digits)
{
    char text[48];

    if (isnan(value)) {
        rsp_buf_text(out, "-");
        return;
    }
    rsp_number_format(value, digits, text, sizeof text);
    rsp_buf_text(out, text);
}

const char *rsp_report_label(const struct rsp_advice *advice)
{
    return advice->protocol != NULL ? advice->protocol->name : "own doses";
}

const char *rsp_report_name(const struct rsp_patient *patient)
{
    return patient->id != NULL && patient->id[0] != '\0' ? patient->id : "this patient";
}

static void quantile(struct rsp_buf *out, double value, double scale, int digits, double horizon)
{
    if (isinf(value) && !isnan(horizon)) {
        rsp_buf_text(out, "more than ");
        value = horizon;
    }
    rsp_report_number(out, value * scale, digits);
}

void rsp_report_dates(struct rsp_date from, struct rsp_date to, char *text, size_t size)
{
    enum { MONTH_YEAR = 9 }; /* " Jan 2027" */
    char a[24], b[24];

    rsp_date_format_long(from, a, sizeof a);
    rsp_date_format_long(to, b, sizeof b);
    const size_t length = strlen(a), tail = strlen(b) - MONTH_YEAR;
    if (from.day == to.day)
        snprintf(text, size, "%s", a);
    else if (strcmp(a + length - MONTH_YEAR, b + tail) == 0)
        snprintf(text, size, "%.*s to %s", (int)(length - MONTH_YEAR), a, b);
    else
        snprintf(text, size, "%s to %s", a, b);
}

void rsp_report_prediction(struct rsp_buf *out, const struct rsp_prediction *p, const char *unit,
    double scale, int digits, double horizon)
{
    const char *space = unit[0] != '\0' ? " " : "";

    if (p->status == RSP_NOT_PREDICTED || p->validity == RSP_VALIDITY_NONE) {
        rsp_buf_text(out, "not predicted");
        return;
    }
    if (p->status == RSP_ALREADY_ABOVE) {
        rsp_buf_text(out, "already reached before the first dose");
        return;
    }
    if (p->status == RSP_NOT_REACHED) {
        rsp_buf_text(out, "not reached");
        if (!(p->p95 > 0))
            return;
        rsp_buf_text(out, " by most (up to ");
        quantile(out, p->p95, scale, digits, horizon);
        rsp_buf_printf(out, "%s%s)", space, unit);
        return;
    }
    quantile(out, p->p50, scale, digits, horizon);
    rsp_buf_printf(out, "%s%s", space, unit);
    if (isinf(p->p05))
        return;
    if (!(p->p95 > p->p05)) {
        rsp_buf_text(out, " (no interval)");
        return;
    }
    rsp_buf_text(out, " (");
    quantile(out, p->p05, scale, digits, horizon);
    rsp_buf_text(out, " to ");
    quantile(out, p->p95, scale, digits, horizon);
    rsp_buf_text(out, ")");
}

static void person(const struct rsp_report *report, struct rsp_buf *out)
{
    static const char *const sex[] = {[RSP_SEX_FEMALE] = "f", [RSP_SEX_MALE] = "m"};
    const struct rsp_patient *p = report->patient;
    char date[24];

    rsp_buf_text(out, "<div class=\"top\"><span><b>");
    rsp_markup_text(out, rsp_report_name(p));
    rsp_buf_text(out, "</b>");
    if (!isnan(p->age_y)) {
        rsp_buf_text(out, " · ");
        rsp_report_number(out, floor(p->age_y), 3);
        rsp_buf_text(out, " y");
    }
    if (p->sex != RSP_SEX_UNKNOWN)
        rsp_buf_printf(out, " · %s", sex[p->sex]);
    if (!isnan(p->weight_kg)) {
        rsp_buf_text(out, " · ");
        rsp_report_number(out, p->weight_kg, 4);
        rsp_buf_text(out, " kg");
    }
    if (p->has_condition) {
        rsp_buf_text(out, " · ");
        rsp_markup_text(out, rsp_condition_text(p->condition));
    }
    if (!isnan(p->baseline_nrs)) {
        rsp_buf_text(out, " · pain ");
        rsp_report_number(out, p->baseline_nrs, 3);
        rsp_buf_text(out, " of 10");
    }
    rsp_date_format_long(report->today, date, sizeof date);
    rsp_buf_printf(out, "</span><span>Respite plan of %s</span></div>\n", date);
}

/* Length of the first sentence: up to a point before a blank and a capital letter. */
static size_t first_sentence(const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if (c[0] == '.' && c[1] == ' ' && c[2] >= 'A' && c[2] <= 'Z' &&
            !(c > text && c[-1] >= 'A' && c[-1] <= 'Z'))
            return (size_t)(c - text) + 1;
    return strlen(text);
}

/* The first sentence as the page's headline, the rest below it. */
static void headline(const char *text, struct rsp_buf *out)
{
    char first[1024];
    const size_t length = first_sentence(text);

    snprintf(first, sizeof first, "%.*s", (int)length, text);
    rsp_buf_text(out, "<h1>");
    rsp_markup_text(out, first);
    rsp_buf_text(out, "</h1>\n");
    if (text[length] == '\0')
        return;
    rsp_buf_text(out, "<p class=\"lead\">");
    rsp_markup_text(out, text + length + 1);
    rsp_buf_text(out, "</p>\n");
}

static void paragraph(const char *class, const char *text, struct rsp_buf *out)
{
    if (text == NULL || text[0] == '\0')
        return;
    rsp_buf_printf(out, "<p%s>", class);
    rsp_markup_text(out, text);
    rsp_buf_text(out, "</p>\n");
}

static void lead(const char *text, struct rsp_buf *out)
{
    paragraph(" class=\"lead\"", text, out);
}

void rsp_report_acute(struct rsp_buf *out, const struct rsp_advice *advice)
{
    const struct rsp_session_forecast *acute = &advice->acute_relief;

    if (acute->peak.status == RSP_NOT_PREDICTED) {
        rsp_buf_printf(out, "Acute relief is not predicted: %s.", acute->peak.reason);
        return;
    }
    rsp_buf_text(out, "Acute relief: at its peak ");
    rsp_report_prediction(out, &acute->peak, "points of 10", 1, 2, NAN);
    rsp_buf_text(out, ", about ");
    rsp_report_number(out, round(acute->peak_min.p50), 3);
    rsp_buf_text(
        out, " min after the start; it fades, and after the end pain may for hours be more than before.");
}

static void acute_headline(const struct rsp_advice *advice, struct rsp_buf *out)
{
    struct rsp_buf text;

    rsp_buf_init(&text, 1 << 12);
    rsp_report_acute(&text, advice);
    rsp_buf_text(&text, " Lasting relief is not predicted for acute pain.");
    headline(text.data != NULL ? text.data : "", out);
    rsp_buf_free(&text);
}

/* The sentence that decides, by what can be said at all. */
static void deciding_sentence(const struct rsp_advice *advice, struct rsp_buf *out)
{
    if (advice->candidacy == RSP_NOT_A_CANDIDATE || advice->candidacy == RSP_CANDIDACY_INCOMPLETE) {
        headline(advice->candidacy_sentence, out);
        return;
    }
    if (!advice->within_limits)
        headline(advice->limits_sentence, out);
    if (advice->n_dose == 0)
        headline(advice->regimen_sentence, out);
    else if (advice->acute)
        acute_headline(advice, out);
    else if (advice->hypothetical)
        headline(
            "The model has no ground here: the published results of this condition and regimen lead.", out);
    else
        headline(advice->relief_sentence, out);
    lead(advice->learned_sentence, out);
    lead(advice->next_sentence, out);
}

static void verdict(const struct rsp_advice *advice, struct rsp_buf *out)
{
    static const char *const word[] = {[RSP_CANDIDATE] = "candidate",
        [RSP_CANDIDATE_CAUTION] = "candidate, with caution",
        [RSP_NOT_A_CANDIDATE] = "not a candidate",
        [RSP_CANDIDACY_INCOMPLETE] = "cannot be judged yet"};
    const bool strong = advice->candidacy == RSP_NOT_A_CANDIDATE;
    const bool dash = advice->candidacy == RSP_CANDIDACY_INCOMPLETE;

    rsp_buf_printf(out, "<div class=\"verdict\"><span class=\"word%s\">%s</span>",
        strong ? " strong"
        : dash ? " dash"
               : "",
        word[advice->candidacy]);
    if (!strong && !dash) {
        rsp_buf_text(out, "<p>");
        rsp_markup_text(out, advice->candidacy_sentence);
        rsp_buf_text(out, "</p>");
    }
    rsp_buf_text(out, "</div>\n");
    deciding_sentence(advice, out);
    lead(advice->caution_sentence, out);
    if (advice->hypothetical && advice->n_dose > 0) {
        rsp_buf_text(out, "<div class=\"hypothetical\"><p><b>Hypothetical.</b> ");
        rsp_markup_text(out, advice->hypothetical_reason);
        rsp_buf_text(out, "</p></div>\n");
    }
}

static const char *validity_word(const struct rsp_advice *advice, const struct rsp_prediction *p)
{
    if (p->status == RSP_NOT_PREDICTED)
        return "not predicted";
    if (advice->hypothetical)
        return "hypothetical";
    return p->validity == RSP_VALIDITY_PATIENT ? "this patient" : rsp_validity_name(p->validity);
}

static void tile_prediction(const struct rsp_advice *advice, const struct rsp_prediction *p, double scale,
    int digits, const char *unit, const char *text, struct rsp_buf *out)
{
    rsp_buf_text(out, "<div class=\"tile\"><b>");
    rsp_report_prediction(out, p, unit, scale, digits, advice->relief.horizon_d);
    rsp_buf_printf(out, "</b><span>%s</span><span>%s</span></div>\n", text, validity_word(advice, p));
}

static void tiles(const struct rsp_advice *advice, struct rsp_buf *out)
{
    char dates[48];

    rsp_buf_text(out, "<div class=\"tiles\">\n");
    tile_prediction(advice, &advice->relief.relief_days_30, 1, 2, "d",
        "with relief of 30 % or more, in people who can respond (90 % interval)", out);
    tile_prediction(
        advice, &advice->relief.peak_relief_frac, 100, 2, "%", "of the pain removed at the peak", out);
    rsp_buf_text(out, "<div class=\"tile\"><b>");
    if (advice->has_next) {
        rsp_report_dates(advice->next_from, advice->next_to, dates, sizeof dates);
        rsp_buf_printf(out, "%s</b><span>next infusion due</span><span>%s</span></div>\n", dates,
            validity_word(advice, &advice->next_infusion_day));
    } else {
        rsp_buf_text(out, "no date</b><span>for a next infusion</span></div>\n");
    }
    rsp_buf_text(out, "<div class=\"tile\"><b>");
    rsp_report_total(out, advice);
    rsp_buf_text(out, "</b><span>in all, over ");
    const double end_d = advice->end_h / RSP_H_PER_D;
    rsp_report_number(out, end_d >= 2 ? end_d : advice->end_h, 3);
    rsp_buf_printf(out, " %s</span><span>%s</span></div>\n</div>\n", end_d >= 2 ? "d" : "h",
        advice->within_limits ? "limits kept" : "<b class=\"word strong\">breaks a limit</b>");
}

static void intended_use(struct rsp_buf *out)
{
    rsp_buf_text(out, "<div class=\"use\"><p>Respite " RSP_VERSION
                      " is decision support for qualified clinicians. It is not a cleared "
                      "or CE-marked device and not for self-treatment; it plans for adults only and never "
                      "commands a pump. The "
                      "prescriber decides. Bands show where 90 % (light) and half (dark) of virtual people "
                      "like this one lie, not a "
                      "promise for one person.</p></div>\n");
}

/* Together on one sheet of paper where they fit: the sentence, what it simplifies, and the doses. */
static void regimen(const struct rsp_report *report, struct rsp_buf *out)
{
    enum { MOST_ROWS = 30 }; /* of a page */
    const struct rsp_advice *advice = report->advice;

    rsp_buf_text(out, advice->n_dose <= MOST_ROWS ? "<section class=\"keep\"><h2>Regimen</h2>\n"
                                                  : "<section><h2>Regimen</h2>\n");
    paragraph("", advice->regimen_sentence, out);
    paragraph("", advice->protocol_note, out);
    rsp_report_doses(report, out);
    rsp_buf_text(out, "</section>\n");
}

static void hours(const struct rsp_report *report, struct rsp_buf *out)
{
    rsp_buf_text(out, "<section><h2>Hours of the infusion</h2>\n");
    paragraph("", report->advice->feel_sentence, out);
    rsp_report_session_charts(report, out);
    rsp_buf_text(out, "</section>\n");
}

/* What would be given and what is expected of it. */
static void planned(const struct rsp_report *report, struct rsp_sources *sources, struct rsp_buf *out)
{
    const struct rsp_advice *advice = report->advice;

    if (advice->hypothetical)
        rsp_report_evidence(report, sources, out); /* published results lead where the model has no ground */
    if (advice->n_dose > 0 && !advice->acute)
        tiles(advice, out);
    rsp_report_charts(report, out);
    rsp_report_learned(report, out);
    regimen(report, out);
    rsp_report_relief(report, out);
    hours(report, out);
    if (report->n_other > 0)
        rsp_report_compare(report, out);
    rsp_buf_text(out, "<h2>Limits</h2>\n");
    paragraph("", advice->limits_sentence, out);
    rsp_report_limits(report, sources, out);
    if (advice->candidacy != RSP_CANDIDACY_INCOMPLETE)
        rsp_report_findings(report, sources, out);
    if (!advice->hypothetical)
        rsp_report_evidence(report, sources, out);
}

/* The facts without which nobody may act on the plan, before any figure of it. */
static void on_hold(const struct rsp_report *report, struct rsp_sources *sources, struct rsp_buf *out)
{
    const struct rsp_advice *advice = report->advice;

    rsp_buf_text(out, "<div class=\"hold\"><p><b>" NOT_YET "</b></p>\n");
    if (advice->n_missing > 0)
        rsp_buf_text(out, "<ul>");
    for (size_t i = 0; i < advice->n_missing; i++) {
        rsp_buf_text(out, "<li>");
        rsp_markup_text(out, advice->missing[i]);
        rsp_buf_text(out, "</li>");
    }
    rsp_buf_text(out, advice->n_missing > 0 ? "</ul></div>\n" : "</div>\n");
    rsp_report_findings(report, sources, out);
    if (advice->n_dose > 0)
        rsp_buf_text(out,
            "<h2>The plan, on hold</h2>\n<p>What follows holds only if none of the missing facts "
            "speaks against it. " NOT_YET "</p>\n");
}

static void body(const struct rsp_report *report, struct rsp_buf *out)
{
    const struct rsp_advice *advice = report->advice;
    struct rsp_sources sources = {0};

    person(report, out);
    verdict(advice, out);
    if (advice->candidacy == RSP_NOT_A_CANDIDATE) {
        lead("Nothing is planned for a person who is not a candidate: settle the finding first.", out);
        rsp_report_findings(report, &sources, out);
        rsp_report_evidence(report, &sources, out);
    } else {
        if (advice->candidacy == RSP_CANDIDACY_INCOMPLETE)
            on_hold(report, &sources, out);
        planned(report, &sources, out);
    }
    rsp_report_basis(report, out);
    intended_use(out); /* before the sources, so that it is never alone on a last sheet */
    rsp_report_source_list(&sources, out);
}

/* Text inside a CSS string inside <style>: whatever could end either is written as its code. */
static void css_text(const char *text, struct rsp_buf *out)
{
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;
        const bool plain = c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || (c != '\0' && strchr(" -_.,:()", c) != NULL);
        if (plain)
            rsp_buf_add(out, text, 1);
        else
            rsp_buf_printf(out, "\\%x ", c);
    }
}

/* Whose sheet it is, of which day, and which of how many: on every page of paper. */
static void page_foot(const struct rsp_report *report, struct rsp_buf *out)
{
    char date[24];

    rsp_date_format_long(report->today, date, sizeof date);
    rsp_buf_text(out, "@page{@bottom-left{content:\"");
    css_text(rsp_report_name(report->patient), out);
    rsp_buf_printf(out, " · Respite plan of %s", date);
    if (report->advice->candidacy == RSP_CANDIDACY_INCOMPLETE)
        rsp_buf_text(out, " · " NOT_YET);
    rsp_buf_text(out, "\"}@bottom-right{content:\"page \" counter(page) \" of \" counter(pages)}}\n");
}

void rsp_report_html(const struct rsp_report *report, struct rsp_buf *out)
{
    rsp_buf_text(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                      "'unsafe-inline'\">\n<title>Respite plan: ");
    rsp_markup_text(out, rsp_report_name(report->patient));
    rsp_buf_text(out, "</title>\n<style>\n");
    rsp_buf_text(out, rsp_chart_style());
    rsp_buf_text(out, rsp_report_style());
    page_foot(report, out);
    rsp_buf_text(out, "</style>\n</head>\n<body>\n<main>\n");
    body(report, out);
    rsp_buf_text(out, "</main>\n</body>\n</html>\n");
}
