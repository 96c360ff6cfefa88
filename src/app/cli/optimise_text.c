#include "optimise_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

#include "app/page/sources.h"
#include "cli.h"
#include "columns.h"
#include "plan_text.h"

enum { WIDTH = 100, INDENT = 2, DEEP = 4 };

static void cell(struct rsp_columns *table, double value, int digits)
{
    char text[48];
    if (isnan(value)) {
        rsp_columns_text(table, "-");
        return;
    }
    rsp_number_format(value, digits, text, sizeof text);
    rsp_columns_text(table, text);
}

/* Days with one decimal where they are few. */
static void days_cell(struct rsp_columns *table, double days)
{
    char text[48] = "-";
    if (!isnan(days))
        snprintf(text, sizeof text, fabs(days) < 10.0 ? "%.1f" : "%.0f", fabs(days) < 0.05 ? 0.0 : days);
    rsp_columns_text(table, text);
}

/* What stands before a row: it is proposed, an alternative, or only listed. */
static const char *role_of(const struct rsp_optimised *made, const struct rsp_choice *choice)
{
    return choice == made->recommended ? ">"
           : choice == made->less_drug ? "a"
           : choice == made->other_way ? "b"
                                       : "";
}

static void regimen_cell(struct rsp_columns *table, const struct rsp_choice *choice)
{
    char text[RSP_CHOICE_TEXT + 80];
    rsp_choice_short(choice, text, sizeof text);
    if (choice->protocol != NULL) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, " (%s)", choice->protocol->id);
    }
    rsp_columns_text(table, text);
}

static const char *ground_word(const struct rsp_choice *choice)
{
    return choice->hypothetical ? "none" : rsp_validity_name(choice->validity);
}

static void choice_row(
    const struct rsp_optimised *made, const struct rsp_choice *choice, struct rsp_columns *table)
{
    rsp_columns_text(table, role_of(made, choice));
    days_cell(table, choice->valued ? choice->value.days_30 : NAN);
    days_cell(table, choice->valued ? choice->value.days_50 : NAN);
    cell(table, choice->total_mg, 4);
    cell(table, (double)choice->n_day, 3);
    cell(table, (double)choice->n_visit, 3);
    cell(table, choice->level.p50, 2);
    cell(table, choice->dissociation.p50, 2);
    rsp_columns_text(table, rsp_drug_name(choice->drug));
    regimen_cell(table, choice);
}

static void choice_head(struct rsp_columns *table)
{
    static const char *const head[] = {
        "", "30 %", "50 %", "mg", "days", "visits", "ng/mL", "dis %", "drug", "regimen"};
    enum { N_HEAD = sizeof head / sizeof *head };
    rsp_columns_init(table, N_HEAD);
    for (size_t i = 0; i < N_HEAD; i++)
        rsp_columns_text(table, head[i]);
    for (size_t i = 1; i <= 7; i++)
        table->right[i] = true;
}

/* Neighbours of one family that gain nearly the same are one for a reader; every one of them is in the JSON. */
static bool worth_a_row(
    const struct rsp_optimised *made, const struct rsp_choice *const list[], const bool shown[], size_t i)
{
    const double step_d = 3.0;
    double most = -step_d;
    for (size_t k = 0; k < i; k++)
        if (shown[k] && list[k]->family == list[i]->family)
            most = fmax(most, list[k]->value.days_30);
    return role_of(made, list[i])[0] != '\0' || list[i]->protocol != NULL ||
           list[i]->value.days_30 >= most + step_d;
}

static int by_amount(const void *a, const void *b)
{
    const struct rsp_choice *x = *(const struct rsp_choice *const *)a,
                            *y = *(const struct rsp_choice *const *)b;
    if (x->drug != y->drug)
        return x->drug < y->drug ? 1 : -1;
    if (x->total_mg != y->total_mg)
        return x->total_mg < y->total_mg ? -1 : 1;
    return (x > y) - (x < y);
}

static size_t sorted(const struct rsp_optimised *made, bool published, const struct rsp_choice **list)
{
    size_t n = 0;
    for (size_t i = 0; i < made->n_choice; i++)
        if (published ? made->choice[i].protocol != NULL : made->choice[i].on_front)
            list[n++] = &made->choice[i];
    qsort(list, n, sizeof *list, by_amount);
    return n;
}

static void front(const struct rsp_optimised *made, const struct rsp_choice **list, struct rsp_buf *out)
{
    struct rsp_columns table;
    const size_t n = sorted(made, false, list);
    bool *shown = calloc(n + 1, sizeof *shown);
    size_t n_left_out = 0;

    if (shown == NULL) {
        out->failed = true;
        return;
    }
    choice_head(&table);
    for (size_t i = 0; i < n; i++) {
        shown[i] = worth_a_row(made, list, shown, i);
        n_left_out += shown[i] ? 0 : 1;
        if (shown[i])
            choice_row(made, list[i], &table);
    }
    /* The proposed one may lie just behind the front: within the tie, and published. */
    const struct rsp_choice *const always[] = {made->recommended, made->other_way};
    for (size_t i = 0; i < 2; i++)
        if (always[i] != NULL && !always[i]->on_front)
            choice_row(made, always[i], &table);
    rsp_columns_print(&table, INDENT, WIDTH, out);
    rsp_columns_free(&table);
    free(shown);
    char text[1000], left_out[160] = "";
    if (n_left_out > 0)
        snprintf(left_out, sizeof left_out,
            " %zu that gain less than 3 days more than the row before of their family are left out; --json "
            "has them.",
            n_left_out);
    snprintf(text, sizeof text,
        "> proposed%s%s. 30 %%, 50 %%: expected days of such relief in %.4g days above a placebo response. "
        "days: with an "
        "infusion. ng/mL: median peak of esketamine. dis %%: median peak of dissociation, share of the full "
        "effect (- not "
        "predicted).%s",
        made->less_drug != NULL ? ", a less drug" : "", made->other_way != NULL ? ", b another way" : "",
        made->horizon_d, left_out);
    rsp_text_paragraph(out, text, INDENT);
}

static void published(
    const struct rsp_optimised *made, const struct rsp_choice **list, bool terminal, struct rsp_buf *out)
{
    static const char *const head[] = {
        "", "protocol", "30 %", "mg", "drug", "days", "visits", "ground", "limits"};
    enum { N_HEAD = sizeof head / sizeof *head };
    struct rsp_columns table;
    const size_t n = sorted(made, true, list);

    if (n == 0)
        return;
    rsp_text_heading(out, "What the published protocols would give", terminal);
    rsp_columns_init(&table, N_HEAD);
    for (size_t i = 0; i < N_HEAD; i++)
        rsp_columns_text(&table, head[i]);
    table.right[2] = table.right[3] = table.right[5] = table.right[6] = true;
    for (size_t i = 0; i < n; i++) {
        rsp_columns_text(&table, role_of(made, list[i]));
        rsp_columns_text(&table, list[i]->protocol->id);
        days_cell(&table, list[i]->valued ? list[i]->value.days_30 : NAN);
        cell(&table, list[i]->total_mg, 4);
        rsp_columns_text(&table, rsp_drug_name(list[i]->drug));
        cell(&table, (double)list[i]->n_day, 3);
        cell(&table, (double)list[i]->n_visit, 3);
        rsp_columns_text(&table, ground_word(list[i]));
        rsp_columns_text(&table, !list[i]->within_limits ? list[i]->broken
                                 : list[i]->chances_kept ? "kept"
                                                         : "chance too high");
    }
    rsp_columns_print(&table, INDENT, WIDTH, out);
    rsp_columns_free(&table);
    rsp_text_paragraph(out, "Ground none: hypothetical, no figure of the model is given.", INDENT);
}

static void results(
    size_t n, const struct rsp_evidence *const row[], struct rsp_sources *sources, struct rsp_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        struct rsp_buf line;
        rsp_buf_init(&line, 1 << 16);
        rsp_buf_printf(&line, "%s, %s: %s", row[i]->study, row[i]->regimen, row[i]->result);
        rsp_sources_refer(sources, row[i]->source, false, false, &line);
        rsp_buf_text(out, "    - ");
        rsp_cli_wrap(out, line.data != NULL ? line.data : "", DEEP + 2, DEEP + 2, WIDTH);
        rsp_buf_free(&line);
    }
}

/* An earlier family with the same results. */
static const struct rsp_unranked *same_results(const struct rsp_optimised *made, size_t i)
{
    const struct rsp_unranked *u = &made->unranked[i];
    for (size_t k = 0; k < i && u->n_evidence > 0; k++)
        if (made->unranked[k].n_evidence == u->n_evidence &&
            memcmp(made->unranked[k].evidence, u->evidence, u->n_evidence * sizeof *u->evidence) == 0)
            return &made->unranked[k];
    return NULL;
}

static void not_ranked(
    const struct rsp_optimised *made, struct rsp_sources *sources, bool terminal, struct rsp_buf *out)
{
    if (made->n_unranked == 0)
        return;
    rsp_text_heading(out, "Published for this condition, not ranked", terminal);
    for (size_t i = 0; i < made->n_unranked; i++) {
        const struct rsp_unranked *u = &made->unranked[i];
        struct rsp_buf line;
        rsp_buf_init(&line, 1 << 16);
        rsp_buf_printf(&line, "%s (%s): %s%s. %s", u->family->name, u->family->id,
            u->hypothetical ? "hypothetical, " : "", u->reason, u->family->note);
        rsp_sources_refer(sources, u->family->dose.source, true, false, &line);
        rsp_text_paragraph(out, line.data, INDENT);
        rsp_buf_free(&line);
        const struct rsp_unranked *same = same_results(made, i);
        if (u->n_evidence == 0)
            rsp_text_paragraph(
                out, "- No published result of this kind of regimen in this condition is on file.", DEEP);
        if (same != NULL)
            rsp_buf_printf(out, "    - Results as for %s.\n", same->family->id);
        else
            results(u->n_evidence, u->evidence, sources, out);
    }
}

static void pm_cell(struct rsp_columns *table, double mean, double se)
{
    char text[64];
    snprintf(text, sizeof text, "%.1f +/- %.1f", mean, se);
    rsp_columns_text(table, text);
}

static void next_date(
    const struct rsp_optimised *made, struct rsp_sources *sources, bool terminal, struct rsp_buf *out)
{
    static const char *const head[] = {
        "rule", "courses", "mg", "days in relief", "gain", "days above", "stopped"};
    enum { N_HEAD = sizeof head / sizeof *head };
    struct rsp_columns table;
    struct rsp_buf line;

    rsp_text_heading(out, "The next date: by the diary or by the calendar", terminal);
    if (made->n_refill > 0) {
        rsp_columns_init(&table, N_HEAD);
        for (size_t i = 0; i < N_HEAD; i++)
            rsp_columns_text(&table, head[i]);
        table.right[2] = table.right[6] = true;
        for (size_t i = 0; i < made->n_refill; i++) {
            const struct rsp_refill_result *r = &made->refill[i].result;
            char text[64];
            snprintf(text, sizeof text, "every %.0f days", made->search->fixed_interval_d);
            rsp_columns_text(&table, made->refill[i].policy == RSP_REFILL_NEVER   ? "one course"
                                     : made->refill[i].policy == RSP_REFILL_FIXED ? text
                                                                                  : "by the diary");
            pm_cell(&table, r->courses, r->se_courses);
            cell(&table, made->refill[i].mg, 3);
            pm_cell(&table, r->days_30, r->se_days_30);
            pm_cell(&table, r->gain_days_30, r->se_gain_days_30);
            pm_cell(&table, r->days_above, r->se_days_above);
            snprintf(text, sizeof text, "%.0f %%", 100.0 * r->p_stopped);
            rsp_columns_text(&table, made->refill[i].policy == RSP_REFILL_ADAPTIVE ? text : "-");
        }
        rsp_columns_print(&table, INDENT, WIDTH, out);
        rsp_columns_free(&table);
        rsp_text_paragraph(out,
            "The proposed course, repeated; means over people who respond and who do not, +/- Monte Carlo "
            "error. Days in "
            "relief: true relief of 30 % or more, placebo response included; gain: above the placebo "
            "response alone; stopped: "
            "after the first course. A comparison of rules by simulation, no plan: what a repeat may do is "
            "judged again each time.",
            INDENT);
    }
    rsp_buf_init(&line, 1 << 16);
    rsp_buf_printf(&line, "%s %s", made->rule_sentence, made->n_refill > 0 ? made->search->rule_text : "");
    if (made->n_refill > 0)
        rsp_sources_refer(sources, made->search->rule_source, true, false, &line);
    rsp_text_paragraph(out, line.data, INDENT);
    rsp_buf_free(&line);
}

/* With its sources. */
static void cited(const char *text, const char *source, struct rsp_sources *sources, struct rsp_buf *out)
{
    struct rsp_buf line;
    rsp_buf_init(&line, 1 << 16);
    rsp_buf_text(&line, text);
    rsp_sources_refer(sources, source, true, false, &line);
    rsp_text_paragraph(out, line.data, INDENT);
    rsp_buf_free(&line);
}

/* What speaks against it or is not known; respite plan shows all findings. */
static void findings(
    const struct rsp_advice *advice, struct rsp_sources *sources, bool terminal, struct rsp_buf *out)
{
    rsp_text_heading(out, "Candidate or not, and the evidence (respite plan shows every finding)", terminal);
    size_t n = 0;
    for (size_t i = 0; i < advice->n_finding; i++) {
        const struct rsp_finding *finding = &advice->finding[i];
        if (finding->rule->severity == RSP_SEVERITY_INFO && strcmp(finding->rule->area, "evidence") != 0)
            continue;
        cited(finding->text, finding->rule->source, sources, out);
        n++;
    }
    if (n == 0)
        rsp_text_paragraph(
            out, advice->candidacy == RSP_CANDIDATE ? "No rule speaks against it." : "", INDENT);
    if (advice->evidence_grade[0] == '\0')
        return;
    char text[800];
    snprintf(text, sizeof text, "Evidence for this condition: %s", advice->evidence_grade);
    cited(text, advice->evidence_grade_source, sources, out);
}

static void found(
    const struct rsp_optimised *made, struct rsp_sources *sources, bool terminal, struct rsp_buf *out)
{
    const struct rsp_choice **list = calloc(made->n_choice + 1, sizeof *list);
    char text[200];

    if (list == NULL) {
        out->failed = true;
        return;
    }
    rsp_text_heading(out, "Why", terminal);
    rsp_text_paragraph(out, made->reason, INDENT);
    rsp_text_paragraph(out, made->alternatives, INDENT);
    rsp_text_paragraph(out, made->schedule, INDENT);
    cited(made->score_sentence, made->search->score_source, sources, out);
    snprintf(text, sizeof text,
        "Choices that no other beats in days, mg, visits and days with an infusion (%zu of %zu ranked)",
        made->n_front, made->n_ranked);
    rsp_text_heading(out, text, terminal);
    front(made, list, out);
    published(made, list, terminal, out);
    next_date(made, sources, terminal, out);
    rsp_text_heading(out, "Published results of this kind of regimen", terminal);
    if (made->n_evidence == 0)
        rsp_text_paragraph(out, "None in this condition is on file.", INDENT);
    results(made->n_evidence, made->evidence, sources, out);
    free(list);
}

void rsp_optimise_text(
    const struct rsp_report *plan, const struct rsp_optimised *made, bool terminal, struct rsp_buf *out)
{
    struct rsp_sources sources = {0};

    rsp_text_who(plan, out);
    rsp_buf_text(out, "\n");
    rsp_cli_wrap(out, made->answer, 0, 0, WIDTH);
    if (made->learned[0] != '\0')
        rsp_cli_wrap(out, made->learned, 0, 0, WIDTH);
    if (made->caution[0] != '\0')
        rsp_cli_wrap(out, made->caution, 0, 0, WIDTH);
    if (made->outcome == RSP_OPTIMISE_STOP)
        cited(made->reason, made->search->futility_source, &sources, out);
    findings(made->advice, &sources, terminal, out);
    if (made->recommended != NULL)
        found(made, &sources, terminal, out);
    not_ranked(made, &sources, terminal, out);
    rsp_text_basis(made->advice, terminal, out);
    rsp_text_source_list(&sources, terminal, out);
    rsp_buf_text(
        out, "\nDecision support for qualified clinicians, not a cleared device. The prescriber decides.\n");
}
