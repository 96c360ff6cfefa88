#include "programme.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

#include "parts.h"

static void number(struct rsp_buf *out, double value, int digits)
{
    char text[40];
    rsp_number_format(value, digits, text, sizeof text);
    rsp_buf_text(out, text);
}

static void cell(struct rsp_buf *out, double value, int digits)
{
    rsp_buf_text(out, "<td class=\"n\">");
    number(out, value, digits);
    rsp_buf_text(out, "</td>");
}

static void paragraph(struct rsp_buf *out, const char *class, const char *text)
{
    rsp_buf_printf(out, "<p%s%s%s>", *class != '\0' ? " class=\"" : "", class, *class != '\0' ? "\"" : "");
    rsp_markup_text(out, text);
    rsp_buf_text(out, "</p>\n");
}

static void clock(struct rsp_buf *out, double time_h)
{
    const long s = lround(time_h * 3600);
    rsp_buf_printf(out, "<td class=\"n\">%ld:%02ld", s / 3600, s / 60 % 60);
    if (s % 60 != 0)
        rsp_buf_printf(out, ":%02ld", s % 60);
    rsp_buf_text(out, "</td>");
}

static void table(const struct rsp_programme_page *page, struct rsp_buf *out)
{
    const bool syringe = !isnan(page->request->syringe_mg_per_ml);
    rsp_buf_text(out,
        "<h2>Programme</h2>\n<div class=\"scroll\"><table><thead><tr><th class=\"n\">from</th><th "
        "class=\"n\">to</th>");
    if (syringe) {
        rsp_buf_text(out, "<th class=\"n\">mL/h of ");
        number(out, page->request->syringe_mg_per_ml, 4);
        rsp_buf_text(out, " mg/mL</th>");
    }
    rsp_buf_text(out,
        "<th class=\"n\">mg/h</th><th class=\"n\">mg/kg/h</th><th class=\"n\">target, ng/mL</th><th "
        "class=\"n\">level, ng/mL</th><th class=\"n\">given, mg</th>");
    rsp_buf_text(
        out, syringe ? "<th class=\"n\">given, mL</th></tr></thead><tbody>\n" : "</tr></thead><tbody>\n");
    for (size_t i = 0; i < page->plan->n_row; i++) {
        const struct rsp_pump_row *row = &page->plan->row[i];
        rsp_buf_text(out, "<tr>");
        clock(out, row->step.start_h);
        clock(out, row->step.start_h + row->step.duration_h);
        if (syringe)
            cell(out, row->rate_ml_per_h, 5);
        cell(out, row->step.rate_mg_per_h, 4);
        cell(out, row->rate_mg_per_kg_per_h, 3);
        cell(out, row->step.target_ng_per_ml, 4);
        cell(out, row->step.level_ng_per_ml, 4);
        cell(out, row->step.given_mg, 4);
        if (syringe)
            cell(out, row->given_ml, 4);
        rsp_buf_text(out, "</tr>\n");
    }
    rsp_buf_text(out,
        "</tbody></table></div>\n<p class=\"muted\">Times in h:min; target and level at the end of the "
        "step, in the typical person.");
    rsp_buf_text(
        out, syringe ? " mL/h holds for this strength only: read it on the syringe.</p>\n" : "</p>\n");
}

static void changes(const struct rsp_pump_plan *plan, struct rsp_buf *out)
{
    if (plan->n_change == 0)
        return;
    rsp_buf_text(out, "<p>Change the syringe or bag at ");
    for (size_t i = 0; i < plan->n_change; i++) {
        rsp_buf_text(out, i > 0 ? ", " : "");
        rsp_pump_time(out, plan->change_h[i]);
    }
    rsp_buf_text(out, ".</p>\n");
}

static void dissociation(const struct rsp_programme_page *page, struct rsp_buf *out)
{
    const struct rsp_prediction *d = &page->plan->dissociation;
    rsp_buf_text(out, "<h2>Dissociation</h2>\n");
    if (d->status != RSP_PREDICTED) {
        rsp_buf_text(out, "<div class=\"withheld\"><p>Not predicted: ");
        rsp_markup_text(out, d->reason);
        rsp_buf_text(out, ".</p></div>\n");
        return;
    }
    rsp_buf_text(out, "<p>Peak about ");
    number(out, round(d->p50), 3);
    rsp_buf_text(out, " % of the full effect (");
    number(out, round(d->p05), 3);
    rsp_buf_text(out, " to ");
    number(out, round(d->p95), 3);
    rsp_buf_printf(out, " in 90 of 100 people), by %s (%s).</p>\n", page->plan->dissociation_model,
        page->plan->dissociation_site);
    if (!isnan(page->request->max_dissociation_pct)) {
        rsp_buf_text(out, "<p>At or below ");
        number(out, page->request->max_dissociation_pct, 3);
        rsp_buf_text(out, " % in ");
        number(out, floor(1000 * page->plan->dissociation_chance) / 10, 3);
        rsp_buf_text(out, " of 100 people.</p>\n");
    }
    paragraph(out, "muted", d->reason);
}

static void limits(const struct rsp_pump_plan *plan, struct rsp_sources *sources, struct rsp_buf *out)
{
    rsp_buf_text(out,
        "<h2>Limits</h2>\n<div class=\"scroll\"><table><thead><tr><th></th><th class=\"n\">this plan</th><th "
        "class=\"n\">limit</th><th>unit</th><th></th><th></th></tr></thead><tbody>\n");
    for (size_t i = 0; i < plan->n_limit; i++) {
        const struct rsp_limit_result *r = &plan->result[i];
        const bool hint = r->limit->quantity == RSP_LIMIT_TOTAL_MIN_MG;
        rsp_buf_printf(out, "<tr><td>%s</td>", rsp_limit_quantity_name(r->limit->quantity));
        cell(out, r->value, 4);
        cell(out, r->limit->bound, 4);
        rsp_buf_printf(out, "<td>%s</td><td><span class=\"word %s\">%s</span></td><td class=\"wide\">",
            rsp_limit_quantity_unit(r->limit->quantity), r->ok ? "soft" : "strong",
            r->ok            ? "kept"
            : hint           ? "not met"
            : r->limit->hard ? "broken"
                             : "exceeded");
        rsp_markup_text(out, r->limit->text);
        rsp_sources_refer(sources, r->limit->source, true, true, out);
        rsp_buf_text(out, "</td></tr>\n");
    }
    rsp_buf_text(out, "</tbody></table></div>\n");
}

static void side_effects(const struct rsp_pump_plan *plan, struct rsp_sources *sources, struct rsp_buf *out)
{
    rsp_buf_text(out, "<h2>Published side effects</h2>\n<ul>\n");
    for (size_t i = 0; i < plan->n_side_effect; i++) {
        const struct rsp_side_effect *row = plan->side_effect[i];
        rsp_buf_printf(out, "<li>%s, ", rsp_drug_name(row->drug));
        rsp_markup_text(out, row->regimen);
        rsp_buf_text(out, *row->n != '\0' ? " (" : "");
        rsp_markup_text(out, row->n);
        rsp_buf_text(out, *row->n != '\0' ? "): " : ": ");
        rsp_markup_text(out, row->course);
        rsp_sources_refer(sources, row->source, true, true, out);
        rsp_buf_text(out, "</li>\n");
    }
    rsp_buf_text(out, "</ul>\n");
}

/* Each on a line of its own, before anything that could be set. */
static void cautions(const struct rsp_programme_page *page, struct rsp_buf *out)
{
    struct rsp_buf lines;
    rsp_buf_init(&lines, 1 << 14);
    rsp_pump_cautions(page->request, page->plan, &lines);
    for (char *line = lines.data; line != NULL && *line != '\0';) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end = '\0';
        paragraph(out, "lead", line);
        line = end != NULL ? end + 1 : NULL;
    }
    rsp_buf_free(&lines);
}

static rsp_status programme(const struct rsp_programme_page *page, struct rsp_sources *sources,
    struct rsp_buf *out, struct rsp_error *err)
{
    struct rsp_programme_drawing drawing;
    const rsp_status status = rsp_programme_drawing_make(page->request, page->plan, &drawing, err);
    if (status == RSP_OK) {
        paragraph(out, "lead", drawing.sentence);
        cautions(page, out);
        changes(page->plan, out);
        for (size_t i = 0; i < RSP_PROGRAMME_CHART; i++) {
            rsp_buf_text(out, "<figure>");
            rsp_chart_svg(&drawing.chart[i], out);
            rsp_buf_text(out, "</figure>\n");
        }
        table(page, out);
        dissociation(page, out);
        limits(page->plan, sources, out);
        side_effects(page->plan, sources, out);
    }
    rsp_programme_drawing_free(&drawing);
    return status;
}

static void head(const struct rsp_programme_page *page, struct rsp_buf *out)
{
    char date[24], weight[40];
    rsp_date_format_long(page->today, date, sizeof date);
    rsp_number_format(page->request->patient->weight_kg, 4, weight, sizeof weight);
    rsp_buf_text(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                      "'unsafe-inline'\">\n<title>Respite: pump programme</title>\n<style>\n");
    rsp_buf_text(out, rsp_chart_style());
    rsp_buf_text(out, rsp_report_style());
    rsp_buf_text(out, "</style>\n</head>\n<body>\n<main>\n<div class=\"top\"><span><b>");
    rsp_markup_text(out, page->patient != NULL ? page->patient : "pump programme");
    rsp_buf_printf(out, "</b> %s kg, %s</span><span>Respite pump programme of %s</span></div>\n", weight,
        rsp_drug_name(page->plan->profile.drug), date);
}

rsp_status rsp_programme_html(
    const struct rsp_programme_page *page, struct rsp_buf *out, struct rsp_error *err)
{
    struct rsp_sources sources = {0};
    char sentence[RSP_PROGRAMME_SENTENCE];
    head(page, out);
    rsp_pump_sentence(page->request, page->plan, sentence, sizeof sentence);
    rsp_buf_text(out, "<h1>");
    rsp_markup_text(out, sentence);
    rsp_buf_text(out, "</h1>\n");
    if (page->plan->hard_broken)
        limits(page->plan, &sources, out);
    else
        RSP_TRY(programme(page, &sources, out, err));
    rsp_buf_printf(out, "<p class=\"muted\">Model %s; %zu virtual copies, seed %llu; rules %s.</p>\n",
        rsp_model_id(page->request->model), page->plan->n_subject, (unsigned long long)page->request->seed,
        page->rules_version);
    rsp_buf_text(out,
        "<div class=\"use\"><p>Nothing is sent to a pump: a clinician reads, judges and sets each rate by "
        "hand. Decision support for qualified clinicians, not a cleared device. The prescriber "
        "decides.</p></div>\n");
    rsp_report_source_list(&sources, out);
    rsp_buf_text(out, "</main>\n</body>\n</html>\n");
    return RSP_OK;
}
