#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

#include "exchange/chart.h"
#include "parts.h"

static void cell(struct rsp_buf *out, const char *class, const char *text)
{
    rsp_buf_printf(
        out, "<td%s%s%s>", class[0] != '\0' ? " class=\"" : "", class, class[0] != '\0' ? "\"" : "");
    rsp_markup_text(out, text);
    rsp_buf_text(out, "</td>");
}

static void number_cell(struct rsp_buf *out, double value, int digits)
{
    rsp_buf_text(out, "<td class=\"n\">");
    rsp_report_number(out, value, digits);
    rsp_buf_text(out, "</td>");
}

static void word_cell(struct rsp_buf *out, const char *class, const char *text)
{
    rsp_buf_printf(out, "<td><span class=\"word%s%s\">", class[0] != '\0' ? " " : "", class);
    rsp_markup_text(out, text);
    rsp_buf_text(out, "</span></td>");
}

static void duration_cell(struct rsp_buf *out, double duration_h)
{
    if (!(duration_h > 0)) {
        cell(out, "n", "at once");
        return;
    }
    rsp_buf_text(out, "<td class=\"n\">");
    rsp_report_number(out, duration_h < 2 ? duration_h / RSP_H_PER_MIN : duration_h, 4);
    rsp_buf_text(out, duration_h < 2 ? " min</td>" : " h</td>");
}

/* Amounts to four digits, and never coarser than a whole mg: the sum in the same way as its parts. */
static void amount(struct rsp_buf *out, double amount_mg)
{
    enum { DIGITS = 4 };
    const double whole = floor(log10(fmax(amount_mg, 1))) + 1;

    rsp_report_number(out, amount_mg, (int)fmin(fmax(whole, DIGITS), 15));
}

static void dose_row(const struct rsp_report *report, size_t i, struct rsp_buf *out)
{
    const struct rsp_advised_dose *dose = &report->advice->dose[i];
    const struct rsp_dose *d = &dose->dose;
    char date[24];

    rsp_date_format_long(dose->day, date, sizeof date);
    rsp_buf_printf(out, "<tr><td class=\"n\">%zu</td>", i + 1);
    cell(out, "", date);
    number_cell(out, d->start_h, 5);
    rsp_buf_text(out, "<td class=\"n\">");
    amount(out, d->amount_mg);
    rsp_buf_text(out, "</td>");
    cell(out, "", rsp_drug_name(d->drug));
    cell(out, "", rsp_route_name(d->route));
    duration_cell(out, d->duration_h);
    number_cell(out, dose->rate_mg_per_h, 4);
    number_cell(out, dose->rate_mg_per_h / report->patient->weight_kg, 3);
    if (!isnan(report->syringe_mg_per_ml))
        number_cell(out, dose->rate_mg_per_h / report->syringe_mg_per_ml, 4);
    rsp_buf_text(out, "</tr>\n");
}

void rsp_report_total(struct rsp_buf *out, const struct rsp_advice *advice)
{
    amount(out, advice->total_mg);
    rsp_buf_printf(out, " mg %s", advice->n_dose > 0 ? rsp_drug_name(advice->dose[0].dose.drug) : "");
}

void rsp_report_doses(const struct rsp_report *report, struct rsp_buf *out)
{
    const struct rsp_advice *advice = report->advice;
    const bool syringe = !isnan(report->syringe_mg_per_ml);

    if (advice->n_dose == 0)
        return;
    rsp_buf_text(out, "<div class=\"scroll\"><table><thead><tr><th class=\"n\">dose</th><th>day</th><th "
                      "class=\"n\">start, h</th>"
                      "<th class=\"n\">amount, mg</th><th>drug</th><th>route</th><th class=\"n\">over</th>"
                      "<th class=\"n\">mg/h</th><th class=\"n\">mg/kg/h</th>");
    if (syringe) {
        rsp_buf_text(out, "<th class=\"n\">mL/h of ");
        rsp_report_number(out, report->syringe_mg_per_ml, 4);
        rsp_buf_text(out, " mg/mL</th>");
    }
    rsp_buf_text(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < advice->n_dose; i++)
        dose_row(report, i, out);
    rsp_buf_text(out, "</tbody>\n<tfoot><tr><td></td><td>in all</td><td></td>");
    rsp_buf_text(out, "<td class=\"n\">");
    amount(out, advice->total_mg);
    rsp_buf_printf(out, "</td><td colspan=\"%d\"></td></tr></tfoot></table></div>\n", syringe ? 6 : 5);
    if (syringe) {
        rsp_buf_text(out, "<p class=\"muted\">mL/h holds for ");
        rsp_report_number(out, report->syringe_mg_per_ml, 4);
        rsp_buf_text(out, " mg/mL only: read the strength on the syringe.</p>\n");
    }
}

static void source_cell(struct rsp_sources *sources, const char *text, bool several, struct rsp_buf *out)
{
    rsp_buf_text(out, "<td class=\"source\">");
    rsp_sources_refer(sources, text, several, true, out);
    rsp_buf_text(out, "</td>");
}

const char *rsp_report_limit_word(const struct rsp_limit_result *result, const char *broken)
{
    if (result->ok)
        return "kept";
    if (result->limit->quantity == RSP_LIMIT_TOTAL_MIN_MG)
        return "not met";
    return result->limit->hard ? broken : "exceeded";
}

void rsp_report_limits(const struct rsp_report *report, struct rsp_sources *sources, struct rsp_buf *out)
{
    const struct rsp_advice *advice = report->advice;

    if (advice->n_limit == 0)
        return;
    rsp_buf_text(out, "<div class=\"scroll\"><table><thead><tr><th>limit</th><th class=\"n\">this "
                      "regimen</th><th class=\"n\">limit</th>"
                      "<th>unit</th><th></th><th>source</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < advice->n_limit; i++) {
        const struct rsp_limit_result *result = &advice->limit_result[i];
        rsp_buf_text(out, "<tr>");
        cell(out, "", result->limit->text);
        number_cell(out, result->value, 4);
        number_cell(out, result->limit->bound, 4);
        cell(out, "", rsp_limit_quantity_unit(result->limit->quantity));
        word_cell(out, result->ok ? "soft" : "strong", rsp_report_limit_word(result, "broken"));
        source_cell(sources, result->limit->source, true, out);
        rsp_buf_text(out, "</tr>\n");
    }
    rsp_buf_text(out, "</tbody></table></div>\n");
}

static void finding_row(const struct rsp_finding *finding, struct rsp_sources *sources, struct rsp_buf *out)
{
    static const char *const class[] = {
        [RSP_SEVERITY_INFO] = "soft", [RSP_SEVERITY_CAUTION] = "", [RSP_SEVERITY_BLOCK] = "strong"};
    const bool unknown = finding->truth == RSP_UNKNOWN;

    rsp_buf_text(out, "<tr>");
    word_cell(out, unknown ? "dash" : class[finding->rule->severity],
        unknown ? "not known" : rsp_severity_name(finding->rule->severity));
    rsp_buf_text(out, "<td class=\"wide\">");
    rsp_markup_text(out, finding->text);
    if (finding->rule->action != NULL && finding->rule->action[0] != '\0') {
        rsp_buf_text(out, " <b>");
        rsp_markup_text(out, finding->rule->action);
        rsp_buf_text(out, "</b>");
    }
    rsp_buf_text(out, "</td>");
    cell(out, "", finding->rule->id);
    source_cell(sources, finding->rule->source, true, out);
    rsp_buf_text(out, "</tr>\n");
}

void rsp_report_findings(const struct rsp_report *report, struct rsp_sources *sources, struct rsp_buf *out)
{
    const struct rsp_advice *advice = report->advice;

    rsp_buf_text(out, "<h2>Findings</h2>\n");
    if (advice->n_finding == 0) {
        rsp_buf_text(out, "<p>No rule fired.</p>\n");
        return;
    }
    rsp_buf_text(out,
        "<div class=\"scroll\"><table><thead><tr><th></th><th>finding</th><th>rule</th><th>source</th></tr>"
        "</thead>\n<tbody>\n");
    for (size_t i = 0; i < advice->n_finding; i++)
        finding_row(&advice->finding[i], sources, out);
    rsp_buf_text(out, "</tbody></table></div>\n");
}

bool rsp_report_same_study(const struct rsp_evidence *a, const struct rsp_evidence *b)
{
    return strcmp(a->study, b->study) == 0 && strcmp(a->regimen, b->regimen) == 0 &&
           strcmp(a->condition_text, b->condition_text) == 0;
}

/* One row a study and regimen: all its results together. @return index after the last one */
static size_t evidence_row(
    const struct rsp_advice *advice, size_t first, struct rsp_sources *sources, struct rsp_buf *out)
{
    const struct rsp_evidence *e = advice->evidence[first];
    size_t end = first;

    rsp_buf_text(out, "<tr>");
    cell(out, "", e->study);
    cell(out, "", e->condition_text);
    cell(out, "", e->regimen);
    rsp_buf_text(out, "<td class=\"wide\"><ul>");
    for (; end < advice->n_evidence && rsp_report_same_study(e, advice->evidence[end]); end++) {
        rsp_buf_text(out, "<li>");
        rsp_markup_text(out, advice->evidence[end]->result);
        rsp_sources_refer(sources, advice->evidence[end]->source, false, true, out);
        rsp_buf_text(out, "</li>");
    }
    rsp_buf_text(out, "</ul></td></tr>\n");
    return end;
}

void rsp_report_evidence(const struct rsp_report *report, struct rsp_sources *sources, struct rsp_buf *out)
{
    const struct rsp_advice *advice = report->advice;

    rsp_buf_text(out, "<h2>Published results</h2>\n");
    if (advice->evidence_grade[0] != '\0') {
        rsp_buf_text(out, "<p>Evidence for this condition: ");
        rsp_markup_text(out, advice->evidence_grade);
        rsp_sources_refer(sources, advice->evidence_grade_source, true, true, out);
        rsp_buf_text(out, "</p>\n");
    }
    if (advice->n_evidence == 0) {
        rsp_buf_text(out, "<p>No published result of this regimen and condition is on file.</p>\n");
        return;
    }
    if (advice->evidence_note[0] != '\0') {
        rsp_buf_text(out, "<p>");
        rsp_markup_text(out, advice->evidence_note);
        rsp_buf_text(out, "</p>\n");
    }
    rsp_buf_text(out,
        "<div class=\"scroll\"><table><thead><tr><th>study</th><th>condition</th><th>regimen</th>"
        "<th>results</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < advice->n_evidence;)
        i = evidence_row(advice, i, sources, out);
    rsp_buf_text(out, "</tbody></table></div>\n");
}

static void compare_row(const struct rsp_advice *advice, bool own, struct rsp_buf *out)
{
    rsp_buf_text(out, "<tr><td>");
    rsp_markup_text(out, rsp_report_label(advice));
    rsp_buf_text(out, own ? " <b>(this plan)</b></td>" : "</td>");
    cell(out, "", advice->regimen_text);
    rsp_buf_text(out, "<td class=\"n\">");
    rsp_report_total(out, advice);
    rsp_buf_text(out, "</td><td>");
    rsp_report_prediction(out, &advice->relief.relief_days_30, "d", 1, 2, advice->relief.horizon_d);
    rsp_buf_text(out, "</td><td>");
    rsp_report_peak(out, &advice->level.peak, "");
    rsp_buf_text(out, "</td><td>");
    rsp_report_peak(out, &advice->dissociation.peak, "%");
    rsp_buf_text(out, "</td>");
    word_cell(out, advice->hypothetical ? "dash" : "soft",
        advice->hypothetical ? "hypothetical" : rsp_validity_name(advice->relief.relief_days_30.validity));
    word_cell(out, advice->within_limits ? "soft" : "strong", advice->within_limits ? "kept" : "broken");
    rsp_buf_text(out, "</tr>\n");
}

void rsp_report_compare(const struct rsp_report *report, struct rsp_buf *out)
{
    const struct rsp_protocol *own = report->advice->protocol;

    rsp_buf_text(out,
        "<h2>Beside other regimens</h2>\n<div class=\"scroll keep\"><table><thead><tr><th>protocol</th>"
        "<th>regimen</th><th class=\"n\">in all</th><th>days of 30 % relief</th>"
        "<th>peak esketamine, ng/mL</th><th>peak dissociation</th><th>ground</th><th>limits</th>"
        "</tr></thead>\n<tbody>\n");
    compare_row(report->advice, true, out);
    for (size_t i = 0; i < report->n_other; i++)
        if (own == NULL || report->other[i]->protocol != own) /* this plan's own stands above */
            compare_row(report->other[i], false, out);
    rsp_buf_text(out, "</tbody></table></div>\n");
}

static void basis_models(const struct rsp_advice *advice, struct rsp_buf *out)
{
    rsp_buf_text(out, "<div><h3>Models</h3><ul>");
    for (size_t i = 0; i < advice->n_model; i++) {
        const struct rsp_basis_model *model = &advice->model[i];
        rsp_buf_text(out, "<li><b>");
        rsp_markup_text(out, model->id);
        rsp_buf_text(out, "</b>: ");
        rsp_markup_text(out, model->role);
        if (model->site[0] != '\0') {
            rsp_buf_text(out, ", ");
            rsp_markup_text(out, model->site);
        }
        rsp_buf_printf(out, " <span class=\"muted\">sha256 %.12s</span></li>", model->sha256);
    }
    rsp_buf_text(out, "</ul><p>Rules ");
    rsp_markup_text(out, advice->rules_version);
    rsp_buf_printf(out, "; %zu virtual copies, seed %llu.</p></div>\n", advice->n_subject,
        (unsigned long long)advice->seed);
}

static void basis_inputs(const struct rsp_advice *advice, struct rsp_buf *out)
{
    rsp_buf_text(out, "<div><h3>Inputs</h3><ul>");
    for (size_t i = 0; i < advice->n_input; i++) {
        const struct rsp_basis_input *input = &advice->input[i];
        rsp_buf_text(out, "<li>");
        rsp_markup_text(out, input->name);
        rsp_buf_text(out, ": ");
        rsp_markup_text(out, input->value);
        rsp_buf_text(out, " ");
        rsp_markup_text(out, input->unit);
        if (input->date[0] != '\0') {
            rsp_buf_text(out, " <span class=\"muted\">(");
            rsp_markup_text(out, input->date);
            rsp_buf_text(out, ")</span>");
        }
        rsp_buf_text(out, "</li>");
    }
    rsp_buf_text(out, "</ul>");
    if (advice->n_basis_missing > 0)
        rsp_buf_text(out, "<h3>Missing</h3><ul>");
    for (size_t i = 0; i < advice->n_basis_missing; i++) {
        rsp_buf_text(out, "<li>");
        rsp_markup_text(out, advice->basis_missing[i]);
        rsp_buf_text(out, "</li>");
    }
    rsp_buf_text(out, advice->n_basis_missing > 0 ? "</ul></div>\n" : "</div>\n");
}

void rsp_report_basis(const struct rsp_report *report, struct rsp_buf *out)
{
    const struct rsp_advice *advice = report->advice;

    rsp_buf_text(out, "<h2>Basis</h2>\n<div class=\"basis\">\n");
    basis_models(advice, out);
    basis_inputs(advice, out);
    rsp_buf_text(out, "</div>\n<div class=\"basis all\"><h3>Assumptions</h3><ul>");
    for (size_t i = 0; i < advice->n_assumption; i++) {
        rsp_buf_text(out, "<li><b>");
        rsp_markup_text(out, advice->assumption[i].name);
        rsp_buf_text(out, "</b>: ");
        rsp_markup_text(out, advice->assumption[i].text);
        rsp_buf_text(out, "</li>");
    }
    rsp_buf_text(out, "</ul></div>\n");
}

void rsp_report_source_list(const struct rsp_sources *sources, struct rsp_buf *out)
{
    rsp_buf_text(out, "<h2>Sources</h2>\n<ol class=\"sources\">\n");
    for (size_t i = 0; i < sources->n; i++) {
        char text[512];
        snprintf(text, sizeof text, "%.*s", (int)sources->item[i].length, sources->item[i].text);
        rsp_buf_printf(out, "<li id=\"source-%zu\">", i + 1);
        rsp_markup_text(out, text);
        rsp_buf_text(out, "</li>\n");
    }
    rsp_buf_text(out, "</ol>\n");
}
