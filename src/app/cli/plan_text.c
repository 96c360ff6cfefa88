#include "plan_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

#include "app/page/sources.h"
#include "cli.h"
#include "columns.h"

enum { WIDTH = 100, INDENT = 2, DEEP = 4, WORD = 10 };

void rsp_text_heading(struct rsp_buf *out, const char *text, bool terminal)
{
    rsp_buf_printf(out, "\n%s%s%s\n", terminal ? "\033[1m" : "", text, terminal ? "\033[0m" : "");
}

void rsp_text_paragraph(struct rsp_buf *out, const char *text, size_t indent)
{
    if (text == NULL || text[0] == '\0')
        return;
    for (size_t i = 0; i < indent; i++)
        rsp_buf_add(out, " ", 1);
    rsp_cli_wrap(out, text, indent, indent, WIDTH);
}

void rsp_text_wrapped(struct rsp_buf *out, struct rsp_buf *text, size_t indent)
{
    rsp_text_paragraph(out, text->data, indent);
    rsp_buf_free(text);
}

/* Text whose first word stands in a column of its own: "caution   ...". */
static void hang(struct rsp_buf *out, const char *text)
{
    if (text == NULL)
        return;
    rsp_buf_add(out, text, WORD);
    rsp_cli_wrap(out, text + WORD, INDENT + WORD, INDENT + WORD, WIDTH);
}

/* ---- the first three lines ---- */

static size_t count_findings(const struct rsp_advice *advice)
{
    size_t n = 0;
    for (size_t i = 0; i < advice->n_finding; i++)
        n += advice->finding[i].truth == RSP_TRUE && advice->finding[i].rule->severity != RSP_SEVERITY_INFO;
    return n;
}

void rsp_text_who(const struct rsp_report *plan, struct rsp_buf *out)
{
    static const char *const sex[] = {
        [RSP_SEX_FEMALE] = ", f", [RSP_SEX_MALE] = ", m", [RSP_SEX_UNKNOWN] = ""};
    static const char *const word[] = {[RSP_CANDIDATE] = "CANDIDATE",
        [RSP_CANDIDATE_CAUTION] = "CANDIDATE, WITH CAUTION",
        [RSP_NOT_A_CANDIDATE] = "NOT A CANDIDATE",
        [RSP_CANDIDACY_INCOMPLETE] = "CANNOT BE JUDGED YET"};
    const struct rsp_patient *p = plan->patient;
    const size_t n = count_findings(plan->advice);

    rsp_buf_text(out, rsp_report_name(p));
    if (!isnan(p->age_y))
        rsp_buf_printf(out, ", %.0f y", floor(p->age_y));
    rsp_buf_text(out, sex[p->sex]);
    if (!isnan(p->weight_kg)) {
        rsp_buf_text(out, ", ");
        rsp_report_number(out, p->weight_kg, 4);
        rsp_buf_text(out, " kg");
    }
    if (p->has_condition)
        rsp_buf_printf(out, ", %s", rsp_condition_text(p->condition));
    rsp_buf_printf(out, ": %s", word[plan->advice->candidacy]);
    if (n > 0 && plan->advice->candidacy != RSP_CANDIDACY_INCOMPLETE)
        rsp_buf_printf(out, " (%zu finding%s)", n, n == 1 ? "" : "s");
}

/* Each missing fact once: one fact may settle several rules. */
static void missing_facts(const struct rsp_advice *advice, struct rsp_buf *out)
{
    struct rsp_sources facts = {0};
    struct rsp_buf numbers;

    rsp_buf_init(&numbers, 1 << 16);
    for (size_t i = 0; i < advice->n_missing; i++)
        rsp_sources_refer(&facts, advice->missing[i], true, false, &numbers);
    rsp_buf_free(&numbers);
    rsp_buf_text(out, "Missing: ");
    for (size_t i = 0; i < facts.n; i++)
        rsp_buf_printf(out, "%s%.*s", i > 0 ? "; " : "", (int)facts.item[i].length, facts.item[i].text);
    rsp_buf_text(out, ".");
}

/* What forbids it, or what is not known. */
static void why_not(const struct rsp_advice *advice, struct rsp_buf *out)
{
    if (advice->candidacy == RSP_CANDIDACY_INCOMPLETE) {
        missing_facts(advice, out);
        rsp_buf_text(
            out, " Nothing is to be given before that is known; what follows holds only if it is no bar.");
        return;
    }
    for (size_t i = 0; i < advice->n_finding; i++) {
        const struct rsp_finding *finding = &advice->finding[i];
        if (finding->truth != RSP_TRUE || finding->rule->severity != RSP_SEVERITY_BLOCK)
            continue;
        rsp_buf_text(out, finding->text);
        return;
    }
}

static void acute_relief(const struct rsp_advice *advice, struct rsp_buf *out)
{
    rsp_report_acute(out, advice);
    rsp_buf_text(out, " Lasting relief is not predicted for acute pain.");
}

static void how_long(const struct rsp_advice *advice, struct rsp_buf *out)
{
    const struct rsp_relief_forecast *r = &advice->relief;

    if (advice->n_dose == 0) {
        rsp_buf_text(out, advice->regimen_sentence);
        return;
    }
    if (advice->acute) {
        acute_relief(advice, out);
        return;
    }
    if (advice->hypothetical)
        rsp_buf_text(out, "The model has no ground here: published results lead (below). ");
    if (r->relief_days_30.status == RSP_NOT_PREDICTED) {
        rsp_buf_text(out, "Lasting relief is not predicted.");
        return;
    }
    if (advice->learned != NULL && advice->learned->no_response) {
        rsp_buf_text(out, "Stop: by this patient's diary pain did not fall by 30 % after the last series.");
        return;
    }
    rsp_buf_text(out, advice->hypothetical ? "Hypothetically, relief" : "Relief");
    rsp_buf_text(out, " of 30 % or more: ");
    rsp_report_prediction(out, &r->relief_days_30, "d", 1, 2, r->horizon_d);
    const bool own = r->relief_days_30.validity == RSP_VALIDITY_PATIENT;
    if (r->relief_days_30.status == RSP_NOT_REACHED)
        rsp_buf_text(out, own ? " even if this patient responds again" : " even in people who can respond");
    else
        rsp_buf_text(out, own ? " if this patient responds again" : " in people who can respond");
    if (own || (isfinite(r->p_relief_30) && r->response_class_probability.validity == RSP_VALIDITY_PATIENT))
        rsp_buf_text(out, ", learned from this patient's diary");
    else if (isfinite(r->p_relief_30))
        rsp_buf_printf(out, "; about %.0f in 100 of all reach it", 100 * r->p_relief_30);
    rsp_buf_text(out, ".");
}

static void when_next(const struct rsp_advice *advice, struct rsp_buf *out)
{
    char dates[48];

    if (advice->n_dose == 0 || (advice->learned != NULL && advice->learned->no_response))
        return;
    if (!advice->within_limits) {
        rsp_buf_text(out, advice->limits_sentence);
    } else if (advice->has_next) {
        rsp_report_dates(advice->next_from, advice->next_to, dates, sizeof dates);
        rsp_buf_printf(out, "Next infusion due %s if pain falls by 30 %%; if it does not, stop.", dates);
    } else if (!advice->acute) {
        rsp_buf_text(out, "No date for a next infusion. If pain does not fall by 30 %, stop.");
    }
}

static void answer(const struct rsp_report *plan, struct rsp_buf *out)
{
    const enum rsp_candidacy candidacy = plan->advice->candidacy;
    const bool open = candidacy == RSP_NOT_A_CANDIDATE || candidacy == RSP_CANDIDACY_INCOMPLETE;
    struct rsp_buf line;

    for (int i = 0; i < 5; i++) {
        rsp_buf_init(&line, 1 << 16);
        if (i == 0)
            rsp_text_who(plan, &line);
        else if (i == 1 && open)
            why_not(plan->advice, &line);
        else if (i == 2 && candidacy != RSP_NOT_A_CANDIDATE)
            how_long(plan->advice, &line);
        else if (i == 3 && candidacy != RSP_NOT_A_CANDIDATE)
            when_next(plan->advice, &line);
        else if (i == 4)
            rsp_buf_text(&line, plan->advice->caution_sentence);
        rsp_text_wrapped(out, &line, 0);
    }
}

/* ---- sections ---- */

static void finding_line(const struct rsp_finding *finding, struct rsp_sources *sources, struct rsp_buf *out)
{
    const char *action = finding->rule->action;
    struct rsp_buf line;

    rsp_buf_init(&line, 1 << 16);
    rsp_buf_printf(&line, "%-9s %s",
        finding->truth == RSP_UNKNOWN ? "not known" : rsp_severity_name(finding->rule->severity),
        finding->text);
    if (action != NULL && action[0] != '\0')
        rsp_buf_printf(&line, " %s", action);
    rsp_sources_refer(sources, finding->rule->source, true, false, &line);
    rsp_buf_printf(&line, " (%s)", finding->rule->id);
    rsp_buf_text(out, "  ");
    hang(out, line.data);
    rsp_buf_free(&line);
}

static void findings(
    const struct rsp_advice *advice, struct rsp_sources *sources, bool terminal, struct rsp_buf *out)
{
    struct rsp_buf line;

    rsp_text_heading(out, "Candidate or not", terminal);
    if (advice->n_finding == 0)
        rsp_text_paragraph(out, advice->candidacy_sentence, INDENT);
    for (size_t i = 0; i < advice->n_finding; i++)
        finding_line(&advice->finding[i], sources, out);
    if (advice->evidence_grade[0] == '\0')
        return;
    rsp_buf_init(&line, 1 << 16);
    rsp_buf_printf(&line, "Evidence for this condition: %s", advice->evidence_grade);
    rsp_sources_refer(sources, advice->evidence_grade_source, true, false, &line);
    rsp_text_wrapped(out, &line, INDENT);
}

static void dose_cells(const struct rsp_report *plan, size_t i, struct rsp_columns *table)
{
    const struct rsp_advised_dose *dose = &plan->advice->dose[i];
    char text[32];

    rsp_columns_number(table, (double)i + 1, 4);
    rsp_date_format_long(dose->day, text, sizeof text);
    rsp_columns_text(table, text);
    rsp_columns_number(table, dose->dose.start_h, 5);
    rsp_columns_number(table, dose->dose.amount_mg, 4);
    rsp_columns_text(table, rsp_drug_name(dose->dose.drug));
    rsp_columns_text(table, rsp_route_name(dose->dose.route));
    if (dose->dose.duration_h > 0) {
        const bool minutes = dose->dose.duration_h < 2;
        char number[24];
        rsp_number_format(minutes ? dose->dose.duration_h / RSP_H_PER_MIN : dose->dose.duration_h, 4, number,
            sizeof number);
        snprintf(text, sizeof text, "%s %s", number, minutes ? "min" : "h");
    } else {
        snprintf(text, sizeof text, "at once");
    }
    rsp_columns_text(table, text);
    rsp_columns_number(table, dose->rate_mg_per_h, 4);
    rsp_columns_number(table, dose->rate_mg_per_h / plan->patient->weight_kg, 3);
    if (!isnan(plan->syringe_mg_per_ml))
        rsp_columns_number(table, dose->rate_mg_per_h / plan->syringe_mg_per_ml, 4);
}

static void doses(const struct rsp_report *plan, struct rsp_buf *out)
{
    static const char *const head[] = {
        "dose", "day", "start h", "mg", "drug", "route", "over", "mg/h", "mg/kg/h", ""};
    static const bool right[] = {true, false, true, true, false, false, true, true, true, true};
    const size_t n_column = isnan(plan->syringe_mg_per_ml) ? 9 : 10;
    char pump[64], strength[32];
    struct rsp_columns table;

    if (plan->advice->n_dose == 0)
        return;
    rsp_number_format(plan->syringe_mg_per_ml, 4, strength, sizeof strength);
    snprintf(pump, sizeof pump, "mL/h of %s mg/mL", strength);
    rsp_columns_init(&table, n_column);
    for (size_t c = 0; c < n_column; c++) {
        rsp_columns_text(&table, c == 9 ? pump : head[c]);
        table.right[c] = right[c];
    }
    for (size_t i = 0; i < plan->advice->n_dose; i++)
        dose_cells(plan, i, &table);
    rsp_buf_text(out, "\n");
    rsp_columns_print(&table, DEEP, 0, out);
    rsp_columns_free(&table);
    if (!isnan(plan->syringe_mg_per_ml)) {
        rsp_buf_text(out, "    mL/h holds for ");
        rsp_report_number(out, plan->syringe_mg_per_ml, 4);
        rsp_buf_text(out, " mg/mL only: read the strength on the syringe.\n");
    }
}

static void limits(
    const struct rsp_advice *advice, struct rsp_sources *sources, bool terminal, struct rsp_buf *out)
{
    struct rsp_columns table;
    struct rsp_buf source;

    rsp_text_heading(out, "Limits", terminal);
    rsp_text_paragraph(out, advice->limits_sentence, INDENT);
    if (advice->n_limit == 0)
        return;
    rsp_columns_init(&table, 6);
    static const char *const head[] = {"", "this plan", "limit", "unit", "", ""};
    for (size_t c = 0; c < 6; c++)
        rsp_columns_text(&table, head[c]);
    table.right[1] = table.right[2] = true;
    for (size_t i = 0; i < advice->n_limit; i++) {
        const struct rsp_limit_result *result = &advice->limit_result[i];
        rsp_columns_text(&table, rsp_limit_quantity_name(result->limit->quantity));
        rsp_columns_number(&table, result->value, 4);
        rsp_columns_number(&table, result->limit->bound, 4);
        rsp_columns_text(&table, rsp_limit_quantity_unit(result->limit->quantity));
        rsp_columns_text(&table, rsp_report_limit_word(result, "BROKEN"));
        rsp_buf_init(&source, 1 << 16);
        rsp_buf_text(&source, result->limit->text);
        rsp_sources_refer(sources, result->limit->source, true, false, &source);
        rsp_columns_text(&table, source.data != NULL ? source.data : "");
        rsp_buf_free(&source);
    }
    rsp_columns_print(&table, DEEP, WIDTH, out);
    rsp_columns_free(&table);
}

static void prediction_row(struct rsp_columns *table, const char *name, const struct rsp_prediction *p,
    const char *unit, double scale, double horizon)
{
    struct rsp_buf text;

    rsp_buf_init(&text, 1 << 12);
    rsp_report_prediction(&text, p, unit, scale, 2, horizon);
    rsp_columns_text(table, name);
    rsp_columns_text(table, text.data != NULL ? text.data : "");
    /* A hypothetical figure has its reason in the sentence above the table. */
    const bool hypothetical = strncmp(p->reason, "hypothetical", strlen("hypothetical")) == 0;
    rsp_columns_text(table, p->status == RSP_NOT_PREDICTED ? ""
                            : hypothetical                 ? "hypothetical"
                                                           : rsp_validity_name(p->validity));
    rsp_buf_free(&text);
}

/* Why rows are extrapolated: each reason once, below the table. What the sentence above has said is left out. */
static void reasons(
    size_t n, const struct rsp_prediction *const p[], const char *const name[], struct rsp_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        bool before = p[i]->reason[0] == '\0' || (i > 0 && p[i]->status == RSP_NOT_PREDICTED);
        for (size_t k = 0; k < i && !before; k++)
            before = strcmp(p[k]->reason, p[i]->reason) == 0;
        if (before)
            continue;
        struct rsp_buf line;
        rsp_buf_init(&line, 1 << 16);
        size_t n_same = 0;
        for (size_t k = i; k < n; k++)
            if (strcmp(p[k]->reason, p[i]->reason) == 0)
                rsp_buf_printf(&line, "%s%s", n_same++ > 0 ? ", " : "", name[k]);
        rsp_buf_printf(&line, ": %s.", p[i]->reason);
        rsp_text_wrapped(out, &line, DEEP);
    }
}

static void relief(const struct rsp_advice *advice, bool terminal, struct rsp_buf *out)
{
    const struct rsp_relief_forecast *r = &advice->relief;
    struct rsp_columns table;

    rsp_text_heading(out,
        advice->hypothetical ? "How long relief may last: the model's figure is hypothetical"
                             : "How long relief is expected to last",
        terminal);
    rsp_text_paragraph(out, advice->relief_sentence, INDENT);
    if (r->relief_days_30.status == RSP_NOT_PREDICTED)
        return;
    rsp_buf_text(out, "\n");
    rsp_columns_init(&table, 3);
    prediction_row(&table, "relief of 30 % or more", &r->relief_days_30, "d", 1, r->horizon_d);
    prediction_row(&table, "  after the last dose", &r->after_end_days_30, "d", 1, r->horizon_d);
    prediction_row(&table, "relief of 50 % or more", &r->relief_days_50, "d", 1, r->horizon_d);
    prediction_row(&table, "greatest relief", &r->peak_relief_frac, "%", 100, NAN);
    if (r->response_class_probability.status == RSP_PREDICTED &&
        r->response_class_probability.validity != RSP_VALIDITY_PATIENT)
        prediction_row(&table, "in the response class", &r->response_class_probability, "%", 100, NAN);
    if (r->placebo_response_probability.status == RSP_PREDICTED)
        prediction_row(&table, "respond to placebo", &r->placebo_response_probability, "%", 100, NAN);
    rsp_columns_print(&table, DEEP, WIDTH, out);
    rsp_columns_free(&table);
    if (!advice->hypothetical && isfinite(r->expected_relief_days_30))
        rsp_buf_printf(out, "    Mean over those who respond and those who do not: %.0f d of 30 %% relief.\n",
            r->expected_relief_days_30);
    struct rsp_buf line;
    rsp_buf_init(&line, 1 << 12);
    rsp_report_sensitivity(&line, r);
    rsp_text_wrapped(out, &line, DEEP);
}

/* Words for the parameters of the diary's model. */
static const char *diary_words(const char *name)
{
    static const char *const words[][2] = {{"baseline", "pain before treatment"},
        {"c50", "level for half relief"}, {"t_half", "half-life of relief"},
        {"placebo_share", "placebo response, share of pain"}, {"placebo_half_time", "  its half-time"},
        {"noise", "scatter of the scores"}, {"drift", "slow drift of pain"}, {"day_sd", "good and bad days"},
        {"repeat", "chance of repeating a score"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], name) == 0)
            return words[i][1];
    return name;
}

static void learned_row(struct rsp_columns *table, const char *name, const char *unit,
    const struct rsp_diary_quantiles *before, const struct rsp_diary_quantiles *after)
{
    const struct rsp_diary_quantiles *both[] = {before, after};
    char p50[24], p05[24], p95[24], cell[96];

    rsp_columns_text(table, name);
    for (size_t i = 0; i < 2; i++) {
        rsp_number_format(both[i]->p50, 2, p50, sizeof p50);
        rsp_number_format(both[i]->p05, 2, p05, sizeof p05);
        rsp_number_format(both[i]->p95, 2, p95, sizeof p95);
        snprintf(cell, sizeof cell, "%s (%s to %s)", p50, p05, p95);
        rsp_columns_text(table, cell);
    }
    rsp_columns_text(table, unit);
}

/* What levels and diary changed: the sentence, then every parameter before and after. */
static void learned(const struct rsp_advice *advice, bool terminal, struct rsp_buf *out)
{
    static const char *const head[] = {"", "population", "this patient", ""};
    struct rsp_columns table;

    if (advice->learned == NULL)
        return;
    rsp_text_heading(out, "What this patient's own data say", terminal);
    rsp_text_paragraph(out, advice->learned_sentence, INDENT);
    if (!advice->learned->has_diary)
        return;
    const struct rsp_diary_summary *diary = &advice->learned->diary;
    rsp_buf_text(out, "\n");
    rsp_columns_init(&table, 4);
    for (size_t c = 0; c < 4; c++)
        rsp_columns_text(&table, head[c]);
    learned_row(
        &table, "days of 30 % relief, whole diary", "d", &diary->before.days_30, &diary->after.days_30);
    for (size_t i = 0; i < RSP_DIARY_N_PARAMETER; i++)
        learned_row(&table, diary_words(diary->parameter[i].name), diary->parameter[i].unit,
            &diary->parameter[i].prior, &diary->parameter[i].posterior);
    rsp_columns_print(&table, DEEP, WIDTH, out);
    rsp_columns_free(&table);
    for (size_t i = 0; i < diary->n_reason; i++)
        rsp_text_paragraph(out, diary->reason[i], DEEP);
}

static void session(const struct rsp_advice *advice, bool terminal, struct rsp_buf *out)
{
    struct rsp_columns table;
    char level[64];

    rsp_text_heading(out, "What it may feel like", terminal);
    rsp_text_paragraph(out, advice->feel_sentence, INDENT);
    if (advice->n_dose == 0)
        return;
    const bool sited =
        strcmp(advice->level_site, "arterial") == 0 || strcmp(advice->level_site, "venous") == 0;
    const struct rsp_prediction *const shown[] = {
        &advice->level.peak, &advice->dissociation.peak, &advice->sbp_rise.peak, &advice->acute_relief.peak};
    const char *const name[] = {"esketamine", "dissociation", "systolic pressure rise", "acute relief"};
    rsp_buf_text(out, "\n");
    snprintf(level, sizeof level, "esketamine, %s%splasma%s", sited ? advice->level_site : "",
        sited ? " " : "", sited || advice->level_site[0] == '\0' ? "" : ", sampling site not stated");
    rsp_columns_init(&table, 3);
    prediction_row(&table, level, &advice->level.peak, "ng/mL", 1, NAN);
    prediction_row(&table, name[1], &advice->dissociation.peak, "%", 1, NAN);
    prediction_row(&table, name[2], &advice->sbp_rise.peak, "mmHg", 1, NAN);
    if (advice->acute)
        prediction_row(&table, name[3], &advice->acute_relief.peak, "points of 10", 1, NAN);
    rsp_columns_print(&table, DEEP, WIDTH, out);
    rsp_columns_free(&table);
    reasons(advice->acute ? 4 : 3, shown, name, out);
}

static void evidence(
    const struct rsp_advice *advice, struct rsp_sources *sources, bool terminal, struct rsp_buf *out)
{
    struct rsp_buf line;

    rsp_text_heading(out, "Published results", terminal);
    if (advice->n_evidence == 0)
        rsp_text_paragraph(out, "None of this regimen and condition is on file.", INDENT);
    else
        rsp_text_paragraph(out, advice->evidence_note, INDENT);
    for (size_t i = 0; i < advice->n_evidence; i++) {
        const struct rsp_evidence *e = advice->evidence[i];
        if (i == 0 || !rsp_report_same_study(e, advice->evidence[i - 1])) {
            rsp_buf_init(&line, 1 << 16);
            rsp_buf_printf(&line, "%s; %s; %s", e->study, e->condition_text, e->regimen);
            rsp_text_wrapped(out, &line, INDENT);
        }
        rsp_buf_init(&line, 1 << 16);
        rsp_buf_text(&line, e->result);
        rsp_sources_refer(sources, e->source, false, false, &line);
        rsp_buf_text(out, "  - ");
        rsp_cli_wrap(out, line.data != NULL ? line.data : "", DEEP, DEEP, WIDTH);
        rsp_buf_free(&line);
    }
}

void rsp_text_source_list(const struct rsp_sources *sources, bool terminal, struct rsp_buf *out)
{
    char text[512];

    rsp_text_heading(out, "Sources", terminal);
    for (size_t i = 0; i < sources->n; i++) {
        const int length = snprintf(text, sizeof text, "[%zu] ", i + 1);
        rsp_buf_printf(out, "  %s", text);
        snprintf(text, sizeof text, "%.*s", (int)sources->item[i].length, sources->item[i].text);
        rsp_cli_wrap(out, text, INDENT + (size_t)length, DEEP + 2, WIDTH);
    }
}

/* "doses A": dose texts do not fit into a column, so that they stand below the table. */
static void compare_label(const struct rsp_report *plan, size_t i, char *text, size_t size)
{
    const struct rsp_advice *advice = i == 0 ? plan->advice : plan->other[i - 1];
    if (advice->protocol != NULL)
        snprintf(text, size, "%s", advice->protocol->id);
    else if (i == 0)
        snprintf(text, size, "own doses");
    else {
        char letter = 'A';
        for (size_t k = 1; k < i; k++)
            letter = (char)(letter + (plan->other[k - 1]->protocol == NULL ? 1 : 0));
        snprintf(text, size, "doses %c", letter);
    }
}

static void compare_cells(const struct rsp_report *plan, size_t i, struct rsp_columns *table)
{
    const struct rsp_advice *advice = i == 0 ? plan->advice : plan->other[i - 1];
    const struct rsp_prediction *const prediction[] = {
        &advice->relief.relief_days_30, &advice->level.peak, &advice->dissociation.peak};
    struct rsp_buf text;
    char label[80];

    compare_label(plan, i, label, sizeof label);
    rsp_columns_text(table, label);
    rsp_columns_number(table, advice->total_mg, 5);
    rsp_columns_text(table, advice->n_dose > 0 ? rsp_drug_name(advice->dose[0].dose.drug) : "");
    for (size_t k = 0; k < 3; k++) {
        rsp_buf_init(&text, 1 << 12);
        rsp_report_prediction(&text, prediction[k], "", 1, 2, k == 0 ? advice->relief.horizon_d : NAN);
        rsp_columns_text(table, text.data != NULL ? text.data : "");
        rsp_buf_free(&text);
    }
    rsp_columns_text(table,
        advice->hypothetical ? "hypothetical" : rsp_validity_name(advice->relief.relief_days_30.validity));
    rsp_columns_text(table, advice->within_limits ? "kept" : "BROKEN");
}

static void compare(const struct rsp_report *plan, bool terminal, struct rsp_buf *out)
{
    static const char *const head[] = {"regimen", "mg in all", "drug", "days of 30 % relief",
        "esketamine, peak ng/mL", "dissociation %", "ground", "limits"};
    enum { N_HEAD = sizeof head / sizeof head[0] };
    struct rsp_columns table;

    if (plan->n_other == 0)
        return;
    rsp_text_heading(out, "Beside other regimens", terminal);
    rsp_columns_init(&table, N_HEAD);
    for (size_t c = 0; c < N_HEAD; c++)
        rsp_columns_text(&table, head[c]);
    table.right[1] = true;
    for (size_t i = 0; i <= plan->n_other; i++)
        compare_cells(plan, i, &table);
    rsp_columns_print(&table, INDENT, 0, out);
    rsp_columns_free(&table);
    for (size_t i = 1; i <= plan->n_other; i++) {
        char label[80];
        struct rsp_buf line;
        if (plan->other[i - 1]->protocol != NULL)
            continue;
        compare_label(plan, i, label, sizeof label);
        rsp_buf_init(&line, 1 << 16);
        rsp_buf_printf(&line, "%s: %s.", label, plan->other[i - 1]->regimen_text);
        rsp_text_wrapped(out, &line, INDENT);
    }
}

void rsp_text_basis(const struct rsp_advice *advice, bool terminal, struct rsp_buf *out)
{
    struct rsp_buf line;

    rsp_text_heading(out, "Basis", terminal);
    for (size_t i = 0; i < advice->n_model; i++) {
        const struct rsp_basis_model *model = &advice->model[i];
        rsp_buf_printf(out, "  %s: %s%s%s; sha256 %.12s\n", model->id, model->role,
            model->site[0] != '\0' ? ", " : "", model->site, model->sha256);
    }
    rsp_buf_printf(out, "  Rules %s; %zu virtual copies of this person, seed %llu.\n", advice->rules_version,
        advice->n_subject, (unsigned long long)advice->seed);
    for (size_t i = 0; i < advice->n_assumption; i++) {
        rsp_buf_printf(out, "  - %s: ", advice->assumption[i].name);
        rsp_cli_wrap(
            out, advice->assumption[i].text, DEEP + 2 + strlen(advice->assumption[i].name), DEEP, WIDTH);
    }
    rsp_buf_init(&line, 1 << 16);
    rsp_buf_text(&line, "Inputs: ");
    for (size_t i = 0; i < advice->n_input; i++) {
        const struct rsp_basis_input *input = &advice->input[i];
        rsp_buf_printf(&line, "%s%s %s%s%s%s%s%s", i > 0 ? "; " : "", input->name, input->value,
            input->unit[0] != '\0' ? " " : "", input->unit, input->date[0] != '\0' ? " (" : "", input->date,
            input->date[0] != '\0' ? ")" : "");
    }
    rsp_buf_text(&line, ".");
    rsp_text_wrapped(out, &line, INDENT);
    if (advice->n_basis_missing == 0)
        return;
    rsp_buf_init(&line, 1 << 16);
    rsp_buf_text(&line, "Missing: ");
    for (size_t i = 0; i < advice->n_basis_missing; i++)
        rsp_buf_printf(&line, "%s%s", i > 0 ? "; " : "", advice->basis_missing[i]);
    rsp_buf_text(&line, ".");
    rsp_text_wrapped(out, &line, INDENT);
}

/* What would be given and what is expected of it. */
static void regimen(
    const struct rsp_report *plan, struct rsp_sources *sources, bool terminal, struct rsp_buf *out)
{
    const struct rsp_advice *advice = plan->advice;

    rsp_text_heading(out, "Regimen", terminal);
    rsp_text_paragraph(out, advice->regimen_sentence, INDENT);
    rsp_text_paragraph(out, advice->protocol_note, INDENT);
    if (advice->n_dose == 0) {
        evidence(advice, sources, terminal, out);
        return;
    }
    doses(plan, out);
    if (advice->hypothetical)
        evidence(advice, sources, terminal, out);
    learned(advice, terminal, out);
    relief(advice, terminal, out);
    rsp_text_heading(out, "Next infusion", terminal);
    rsp_text_paragraph(out, advice->next_sentence, INDENT);
    session(advice, terminal, out);
    compare(plan, terminal, out);
    limits(advice, sources, terminal, out);
    if (!advice->hypothetical)
        evidence(advice, sources, terminal, out);
}

void rsp_plan_text(const struct rsp_report *plan, bool terminal, struct rsp_buf *out)
{
    const struct rsp_advice *advice = plan->advice;
    struct rsp_sources sources = {0};

    answer(plan, out);
    findings(advice, &sources, terminal, out);
    if (advice->candidacy != RSP_NOT_A_CANDIDATE) {
        regimen(plan, &sources, terminal, out);
    } else {
        rsp_text_heading(out, "Regimen", terminal);
        rsp_text_paragraph(
            out, "Nothing is planned for a person who is not a candidate: settle the finding first.", INDENT);
        evidence(advice, &sources, terminal, out);
    }
    rsp_text_basis(advice, terminal, out);
    rsp_text_source_list(&sources, terminal, out);
    rsp_buf_text(
        out, "\nDecision support for qualified clinicians, not a cleared device. The prescriber decides.\n");
}
