/* A programme in plain words for a terminal: what to set first, then the table, then what it rests on. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/model.h>
#include <respite/units.h>

#include "app/page/report.h"
#include "app/page/sources.h"
#include "base/number.h"
#include "columns.h"
#include "model_argument.h"
#include "plan_text.h"
#include "tci.h"

enum { WIDTH = 100, INDENT = 2, DEEP = 4, SENTENCE = 4000, MOST_CHANGE = 8, MOST_COURSE = 6, PERCENT = 100 };

static void number(struct rsp_buf *out, double value, int digits, const char *after)
{
    char text[40];
    rsp_number_format(value, digits, text, sizeof text);
    rsp_buf_printf(out, "%s%s", text, after);
}

/* "1:05", with seconds only where there are any. */
static void clock(struct rsp_columns *table, double time_h)
{
    const double s_per_h = 3600;
    const long s = lround(time_h * s_per_h);
    char text[32];
    if (s % 60 != 0)
        snprintf(text, sizeof text, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(text, sizeof text, "%ld:%02ld", s / 3600, s / 60 % 60);
    rsp_columns_text(table, text);
}

/* ---- what must be read before the table ---- */

/* One sentence a line. */
static void cautions(const struct rsp_tci_run *run, struct rsp_buf *out)
{
    struct rsp_buf lines;
    rsp_buf_init(&lines, 1 << 14);
    rsp_pump_cautions(&run->request, run->plan, &lines);
    for (char *line = lines.data; line != NULL && *line != '\0';) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end = '\0';
        rsp_text_paragraph(out, line, 0);
        line = end != NULL ? end + 1 : NULL;
    }
    rsp_buf_free(&lines);
}

static void lowered(const struct rsp_tci_run *run, struct rsp_buf *out)
{
    const struct rsp_pump_plan *plan = run->plan;
    struct rsp_buf line;
    if (isnan(run->request.max_dissociation_pct))
        return;
    rsp_buf_init(&line, 1 << 12);
    const double top = rsp_tci_profile_top_ng_per_ml(&plan->profile);
    if (plan->lowered_frac < 1) {
        rsp_buf_text(&line, "Lowered to ");
        number(&line, top, 4, " ng/mL from ");
        number(&line, top / plan->lowered_frac, 4, " ng/mL");
    } else {
        number(&line, top, 4, " ng/mL needs no lowering");
    }
    rsp_buf_text(&line, ": predicted dissociation stays at or below ");
    number(&line, run->request.max_dissociation_pct, 3, " % in ");
    number(&line, floor(1000 * plan->dissociation_chance) / 10, 3, " of 100 people (asked for: ");
    number(&line, PERCENT * run->request.probability, 3, ").");
    rsp_text_wrapped(out, &line, 0);
}

static void changes(const struct rsp_tci_run *run, struct rsp_buf *out)
{
    const struct rsp_pump_plan *plan = run->plan;
    struct rsp_buf line;
    if (plan->n_change == 0)
        return;
    rsp_buf_init(&line, 1 << 14);
    rsp_buf_printf(&line, "%zu syringes or bags of ", plan->n_change + 1);
    number(&line, run->request.syringe_ml, 4, " mL: change at ");
    for (size_t i = 0; i < plan->n_change && i < MOST_CHANGE; i++) {
        rsp_buf_text(&line, i > 0 ? ", " : "");
        rsp_pump_time(&line, plan->change_h[i]);
    }
    rsp_buf_text(&line, plan->n_change > MOST_CHANGE ? ", and so on (--json has all)." : ".");
    rsp_text_wrapped(out, &line, 0);
}

static void notes(const struct rsp_tci_run *run, struct rsp_buf *out)
{
    const struct rsp_pump_plan *plan = run->plan;
    const struct rsp_tci_programme *p = plan->programme;
    struct rsp_buf line;
    lowered(run, out);
    changes(run, out);
    cautions(run, out);
    if (rsp_pump_held_back(run->plan))
        rsp_buf_text(
            out, "The maximum rate is too low for the target: this programme does not do what was asked.\n");
    else if (p->at_max_rate)
        rsp_text_paragraph(out, "The maximum rate bound: the level comes later than the target.", 0);
    if (p->shortened) {
        rsp_buf_init(&line, 1 << 12);
        rsp_buf_text(&line, "Steps were cut, the shortest to ");
        rsp_pump_time(&line, p->shortest_step_h);
        rsp_buf_text(&line, ", to keep the level within 5 % of the target.");
        rsp_text_wrapped(out, &line, 0);
    }
    if (run->patient != NULL && run->patient->n_infusion > 0)
        rsp_text_paragraph(
            out, "Earlier infusions of the record are not counted: the programme begins at a level of 0.", 0);
}

/* ---- sections ---- */

static void programme(const struct rsp_tci_run *run, bool terminal, struct rsp_buf *out)
{
    static const char *const head[] = {"from", "to", "mg/h", "mg/kg/h", "target", "level", "lowest",
        "highest", "given mg", "mL/h", "given mL"};
    const struct rsp_pump_plan *plan = run->plan;
    const bool syringe = !isnan(run->request.syringe_mg_per_ml);
    struct rsp_columns table;

    rsp_text_heading(out, "Programme", terminal);
    rsp_columns_init(&table, syringe ? 11 : 9);
    for (size_t c = 0; c < table.n_column; c++) {
        rsp_columns_text(&table, head[c]);
        table.right[c] = true;
    }
    for (size_t i = 0; i < plan->n_row; i++) {
        const struct rsp_pump_row *row = &plan->row[i];
        clock(&table, row->step.start_h);
        clock(&table, row->step.start_h + row->step.duration_h);
        rsp_columns_number(&table, row->step.rate_mg_per_h, 4);
        rsp_columns_number(&table, row->rate_mg_per_kg_per_h, 3);
        rsp_columns_number(&table, row->step.target_ng_per_ml, 4);
        rsp_columns_number(&table, row->step.level_ng_per_ml, 4);
        rsp_columns_number(&table, row->step.lowest_ng_per_ml, 4);
        rsp_columns_number(&table, row->step.highest_ng_per_ml, 4);
        rsp_columns_number(&table, row->step.given_mg, 4);
        if (syringe) {
            rsp_columns_number(&table, row->rate_ml_per_h, 5);
            rsp_columns_number(&table, row->given_ml, 4);
        }
    }
    rsp_columns_print(&table, INDENT, 0, out);
    rsp_columns_free(&table);
    rsp_text_paragraph(out,
        "Times in h:min; target and level in ng/mL at the end of the step, lowest and highest within it.",
        INDENT);
    if (syringe) {
        rsp_buf_text(out, "  mL/h holds for ");
        number(out, run->request.syringe_mg_per_ml, 4, " mg/mL only: read the strength on the syringe.\n");
    }
}

/* The end of the longest level piece stands for the plateau. */
static double plateau_h(const struct rsp_tci_programme *p)
{
    double longest_h = 0, at_h = p->top_h;
    for (size_t i = 0; i < p->n_outcome; i++)
        if (p->outcome[i].held && p->outcome[i].to_h - p->outcome[i].from_h > longest_h) {
            longest_h = p->outcome[i].to_h - p->outcome[i].from_h;
            at_h = p->outcome[i].to_h;
        }
    return at_h;
}

static void people(const struct rsp_tci_run *run, bool terminal, struct rsp_buf *out)
{
    const struct rsp_curve *band = &run->plan->band;
    struct rsp_buf line;
    rsp_text_heading(out, "Other people, same programme", terminal);
    if (band->n == 0) {
        rsp_buf_init(&line, 1 << 12);
        rsp_buf_printf(&line,
            "No between-person variability is published for %s: how far people differ from these levels is "
            "not known.",
            rsp_model_id(run->sim.model));
        rsp_text_wrapped(out, &line, INDENT);
        return;
    }
    const double at_h = plateau_h(run->plan->programme);
    size_t i = 0;
    while (i + 1 < band->n && band->time[i + 1] <= at_h)
        i++;
    rsp_buf_init(&line, 1 << 12);
    rsp_buf_text(&line, "At ");
    rsp_pump_time(&line, band->time[i]);
    rsp_buf_text(&line, " the level lies between ");
    number(&line, band->band[0][i], 3, " and ");
    number(&line, band->band[RSP_CURVE_BANDS - 1][i], 3, " ng/mL in 90 of 100 people, half of them between ");
    number(&line, band->band[1][i], 3, " and ");
    number(&line, band->band[3][i], 3, " ng/mL.");
    rsp_text_wrapped(out, &line, INDENT);
}

static void dissociation(const struct rsp_tci_run *run, bool terminal, struct rsp_buf *out)
{
    const struct rsp_pump_plan *plan = run->plan;
    const struct rsp_prediction *d = &plan->dissociation;
    struct rsp_buf line;
    rsp_text_heading(out, "Dissociation", terminal);
    rsp_buf_init(&line, 1 << 14);
    if (d->status != RSP_PREDICTED) {
        rsp_buf_printf(&line, "Not predicted: %s.", d->reason);
        rsp_text_wrapped(out, &line, INDENT);
        return;
    }
    rsp_buf_text(&line, "Peak about ");
    number(&line, round(d->p50), 3, " % of the full effect (");
    number(&line, round(d->p05), 3, " to ");
    number(&line, round(d->p95), 3, " in 90 of 100 people)");
    rsp_buf_printf(&line, ", by %s (%s)", plan->dissociation_model, plan->dissociation_site);
    const char *own = rsp_model_id(run->sim.model);
    if (strncmp(plan->dissociation_model, own, strlen(own)) != 0)
        rsp_buf_printf(&line, ", which takes the doses of this programme, not the levels of %s", own);
    rsp_buf_printf(&line, ". Basis %s: %s.", rsp_validity_name(d->validity), d->reason);
    rsp_text_wrapped(out, &line, INDENT);
}

static void limits(
    const struct rsp_pump_plan *plan, struct rsp_sources *sources, bool terminal, struct rsp_buf *out)
{
    static const char *const head[] = {"", "this plan", "limit", "unit", "", ""};
    struct rsp_columns table;
    struct rsp_buf text;

    rsp_text_heading(out, "Limits", terminal);
    rsp_columns_init(&table, 6);
    for (size_t c = 0; c < 6; c++)
        rsp_columns_text(&table, head[c]);
    table.right[1] = table.right[2] = true;
    for (size_t i = 0; i < plan->n_limit; i++) {
        const struct rsp_limit_result *r = &plan->result[i];
        const bool hint = r->limit->quantity == RSP_LIMIT_TOTAL_MIN_MG;
        rsp_columns_text(&table, rsp_limit_quantity_name(r->limit->quantity));
        rsp_columns_number(&table, r->value, 4);
        rsp_columns_number(&table, r->limit->bound, 4);
        rsp_columns_text(&table, rsp_limit_quantity_unit(r->limit->quantity));
        rsp_columns_text(&table, r->ok ? "kept" : hint ? "not met" : r->limit->hard ? "BROKEN" : "exceeded");
        rsp_buf_init(&text, 1 << 16);
        rsp_buf_text(&text, r->limit->text);
        rsp_sources_refer(sources, r->limit->source, true, false, &text);
        rsp_columns_text(&table, text.data != NULL ? text.data : "");
        rsp_buf_free(&text);
    }
    rsp_columns_print(&table, DEEP, WIDTH, out);
    rsp_columns_free(&table);
}

static void side_effects(
    const struct rsp_pump_plan *plan, struct rsp_sources *sources, bool terminal, struct rsp_buf *out)
{
    struct rsp_buf line;
    rsp_text_heading(out, "Published side effects", terminal);
    for (size_t i = 0; i < plan->n_side_effect && i < MOST_COURSE; i++) {
        const struct rsp_side_effect *row = plan->side_effect[i];
        rsp_buf_init(&line, 1 << 14);
        rsp_buf_printf(&line, "%s, %s%s%s%s: %s", rsp_drug_name(row->drug), row->regimen,
            *row->n != '\0' ? " (" : "", row->n, *row->n != '\0' ? ")" : "", row->course);
        rsp_sources_refer(sources, row->source, false, false, &line);
        rsp_text_wrapped(out, &line, INDENT);
    }
    if (plan->n_side_effect > MOST_COURSE)
        rsp_buf_printf(out, "  %zu more with --json.\n", plan->n_side_effect - MOST_COURSE);
}

static void basis(const struct rsp_tci_run *run, bool terminal, struct rsp_buf *out)
{
    const struct rsp_model *m = run->sim.model;
    struct rsp_buf line;
    rsp_text_heading(out, "Basis", terminal);
    rsp_buf_init(&line, 1 << 16);
    rsp_buf_printf(&line, "Model %s (%s; file", rsp_model_id(m), rsp_cli_site(rsp_model_site(m)));
    for (size_t i = 0; i < rsp_model_n_part(m); i++)
        rsp_buf_printf(&line, " %.8s", rsp_cli_model_sha256(rsp_model_part(m, i)->id));
    rsp_buf_printf(&line, "); target %s; method: %s. Levels are those of the rounded rates, simulated anew. ",
        run->request.method == RSP_TCI_PLASMA ? "in plasma, reached at the end of each step"
                                              : "at an effect site, never passed",
        rsp_tci_method_source(run->request.method));
    number(&line, run->facts.weight_kg, 4, " kg; ");
    number(&line, (double)run->plan->n_subject, 6, " virtual copies, seed ");
    rsp_buf_printf(
        &line, "%llu; rules %s.", (unsigned long long)run->request.seed, rsp_rulebook_version(run->book));
    rsp_text_wrapped(out, &line, INDENT);
    for (size_t i = 0; i < rsp_model_n_assumption(m); i++) {
        rsp_buf_init(&line, 1 << 14);
        rsp_buf_printf(&line, "%s: %s", rsp_model_assumption(m, i)->name, rsp_model_assumption(m, i)->text);
        rsp_text_wrapped(out, &line, DEEP);
    }
}

static void source_list(const struct rsp_sources *sources, bool terminal, struct rsp_buf *out)
{
    struct rsp_buf line;
    rsp_text_heading(out, "Sources", terminal);
    for (size_t i = 0; i < sources->n; i++) {
        rsp_buf_init(&line, 1 << 14);
        rsp_buf_printf(&line, "[%zu] %.*s", i + 1, (int)sources->item[i].length, sources->item[i].text);
        rsp_text_wrapped(out, &line, INDENT);
    }
}

void rsp_tci_text(const struct rsp_tci_run *run, bool terminal, struct rsp_buf *out)
{
    const struct rsp_pump_plan *plan = run->plan;
    struct rsp_sources sources = {0};
    char sentence[SENTENCE];

    rsp_pump_sentence(&run->request, plan, sentence, sizeof sentence);
    rsp_text_paragraph(out, sentence, 0);
    if (plan->hard_broken) {
        cautions(run, out);
        limits(plan, &sources, terminal, out);
        source_list(&sources, terminal, out);
    } else {
        rsp_pump_level_sentence(&run->request, plan, sentence, sizeof sentence);
        rsp_text_paragraph(out, sentence, 0);
        notes(run, out);
        programme(run, terminal, out);
        people(run, terminal, out);
        dissociation(run, terminal, out);
        limits(plan, &sources, terminal, out);
        side_effects(plan, &sources, terminal, out);
        basis(run, terminal, out);
        source_list(&sources, terminal, out);
    }
    rsp_buf_text(out,
        "\nNothing is sent to a pump: a clinician reads, judges and sets each rate by hand. Decision support "
        "for\nqualified clinicians, not a cleared device. The prescriber decides.\n");
}
