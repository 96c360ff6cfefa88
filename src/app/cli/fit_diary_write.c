#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "columns.h"
#include "fit_diary.h"
#include "json.h"

enum { WIDTH = 100, N_QUANTILE = 5, CURVE_STEP = 14 };

static const char *const quantile_name[N_QUANTILE] = {"p05", "p25", "p50", "p75", "p95"};

static double quantile(const struct rsp_diary_quantiles *q, int k)
{
    const double value[N_QUANTILE] = {q->p05, q->p25, q->p50, q->p75, q->p95};
    return value[k];
}

/* The model's own word on placebo (its time course was not found) gives way to the diary's. */
static bool replaced(const struct rsp_assumption *assumption)
{
    return strcmp(assumption->name, "placebo_course_not_found") == 0;
}

/* ---- text ---- */

static void paragraph(struct rsp_buf *out, const char *text)
{
    rsp_cli_wrap(out, text, 0, 0, WIDTH);
}

static void bullet(struct rsp_buf *out, const char *text)
{
    rsp_buf_text(out, "- ");
    rsp_cli_wrap(out, text, 2, 2, WIDTH);
}

static void add_days(struct rsp_columns *table, double day, double horizon_d)
{
    char text[40] = "";
    if (isinf(day))
        snprintf(text, sizeof text, "> %.0f", horizon_d);
    else if (!isnan(day))
        snprintf(text, sizeof text, "%.0f", day);
    rsp_columns_text(table, text);
}

static void add_day_row(struct rsp_columns *table, const char *name, const struct rsp_diary_quantiles *before,
    const struct rsp_diary_quantiles *after, double horizon_d)
{
    rsp_columns_text(table, name);
    for (int k = 0; k < N_QUANTILE; k += 2)
        add_days(table, quantile(before, k), horizon_d);
    for (int k = 0; k < N_QUANTILE; k++)
        add_days(table, quantile(after, k), horizon_d);
}

static void write_relief(const struct rsp_diary_answer *a, struct rsp_buf *out)
{
    const struct rsp_diary_summary *s = a->summary;
    static const char *const head[] = {
        "in a person who responds, days", "before p05", "p50", "p95", "now p05", "p25", "p50", "p75", "p95"};
    struct rsp_columns table;
    rsp_columns_init(&table, sizeof head / sizeof *head);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
        table.right[i] = i > 0;
        rsp_columns_text(&table, head[i]);
    }
    add_day_row(&table, "relief >= 30 %", &s->before.days_30, &s->after.days_30, a->horizon_d);
    add_day_row(&table, "relief >= 50 %", &s->before.days_50, &s->after.days_50, a->horizon_d);
    add_day_row(&table, "day of return", &s->before.return_day, &s->after.return_day, a->horizon_d);
    rsp_columns_print(&table, 0, 0, out);
    rsp_columns_free(&table);
    if (isfinite(s->after.return_day.p50)) {
        char day[24];
        rsp_date_format_long(
            (struct rsp_date){a->time_zero.day + (long)floor(s->after.return_day.p50)}, day, sizeof day);
        rsp_buf_printf(out, "\nMedian day on which relief falls below 30 %%: %s.\n", day);
    }
    rsp_buf_printf(out,
        "Over both classes: %.0f days with relief of at least 30 %%, %.0f with 50 %% (before: %.0f, %.0f).\n",
        s->after.expected_days_30, s->after.expected_days_50, s->before.expected_days_30,
        s->before.expected_days_50);
}

static void write_parameters(const struct rsp_diary_answer *a, struct rsp_buf *out)
{
    static const char *const head[] = {
        "parameter", "unit", "before p05", "p50", "p95", "now p05", "p50", "p95"};
    struct rsp_columns table;
    rsp_columns_init(&table, sizeof head / sizeof *head);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
        table.right[i] = i > 1;
        rsp_columns_text(&table, head[i]);
    }
    for (int i = 0; i < RSP_DIARY_N_PARAMETER; i++) {
        const struct rsp_diary_parameter *p = &a->summary->parameter[i];
        rsp_columns_text(&table, p->name);
        rsp_columns_text(&table, p->unit);
        for (int k = 0; k < N_QUANTILE; k += 2)
            rsp_columns_number(&table, quantile(&p->prior, k), 2);
        for (int k = 0; k < N_QUANTILE; k += 2)
            rsp_columns_number(&table, quantile(&p->posterior, k), 2);
    }
    rsp_columns_print(&table, 0, 0, out);
    rsp_columns_free(&table);
}

static void write_curve(const struct rsp_diary_answer *a, struct rsp_buf *out)
{
    const struct rsp_diary_summary *s = a->summary;
    struct rsp_columns table;
    rsp_columns_init(&table, 4);
    static const char *const head[] = {"pain to come, day", "p05", "p50", "p95"};
    for (size_t i = 0; i < 4; i++) {
        table.right[i] = true;
        rsp_columns_text(&table, head[i]);
    }
    for (size_t i = 0; i < s->n_curve; i += CURVE_STEP) {
        char text[24];
        snprintf(text, sizeof text, "%.0f", s->curve_d[i]);
        rsp_columns_text(&table, text);
        for (int k = 0; k < N_QUANTILE; k += 2) {
            snprintf(text, sizeof text, "%.1f", quantile(&s->curve_nrs[i], k));
            rsp_columns_text(&table, text);
        }
    }
    rsp_columns_print(&table, 0, 0, out);
    rsp_columns_free(&table);
}

static void write_basis(const struct rsp_diary_answer *a, struct rsp_buf *out)
{
    const struct rsp_assumption *assumption;
    rsp_buf_text(out, "Basis\n");
    bullet(out, a->between_person);
    for (size_t i = 0; (assumption = rsp_diary_assumption(a->fit, i)) != NULL; i++)
        bullet(out, assumption->text);
    for (size_t i = 0; i < rsp_model_n_assumption(a->model); i++)
        if (!replaced(rsp_model_assumption(a->model, i)))
            bullet(out, rsp_model_assumption(a->model, i)->text);
    rsp_buf_printf(out,
        "- model %s, seed %llu, %zu particles a class, effective sample size %.0f, acceptance %.2f\n",
        rsp_model_id(a->model), a->seed, a->summary->sampler.n_particle, a->summary->sampler.effective,
        a->summary->sampler.acceptance);
}

void rsp_diary_write_text(const struct rsp_diary_answer *a, struct rsp_buf *out)
{
    const struct rsp_diary_summary *s = a->summary;
    rsp_buf_printf(out,
        "Diary%s%s: %zu scores from day %.1f to day %.1f, %zu before the first infusion and %zu after; ",
        a->diary->id[0] != '\0' ? " of " : "", a->diary->id, s->n_entry, s->first_d, s->last_d, s->n_before,
        s->n_after);
    rsp_buf_printf(
        out, "%zu %s without a score.\n\n", s->n_day_missing, s->n_day_missing == 1 ? "day" : "days");
    if (!s->usable)
        rsp_buf_text(out, "NOT USABLE: do not plan with what follows.\n");
    for (size_t i = 0; i < s->n_reason; i++)
        bullet(out, s->reason[i]);
    rsp_buf_text(out, s->n_reason > 0 ? "\n" : "");
    paragraph(out, s->sentence);
    if (a->last->no_response)
        paragraph(out,
            "Stop: by the scores alone pain did not fall by 30 % after the last series; do not repeat "
            "the series or raise it.");
    rsp_buf_text(out, "\n");
    write_relief(a, out);
    rsp_buf_text(out, "\n");
    write_parameters(a, out);
    rsp_buf_text(out, "\n");
    write_curve(a, out);
    rsp_buf_text(out, "\n");
    write_basis(a, out);
}

/* ---- JSON ---- */

static void json_quantiles(struct rsp_buf *out, const char *key, const struct rsp_diary_quantiles *q)
{
    rsp_json_open(out, key, '{');
    for (int k = 0; k < N_QUANTILE; k++)
        if (isinf(quantile(q, k)))
            rsp_json_text(out, quantile_name[k], "beyond_horizon");
        else
            rsp_json_number(out, quantile_name[k], quantile(q, k));
    rsp_json_close(out, '}');
}

static void json_relief(struct rsp_buf *out, const char *key, const struct rsp_diary_relief *r)
{
    rsp_json_open(out, key, '{');
    json_quantiles(out, "relief_days_30", &r->days_30);
    json_quantiles(out, "relief_days_50", &r->days_50);
    json_quantiles(out, "return_day", &r->return_day);
    rsp_json_number(out, "expected_relief_days_30", r->expected_days_30);
    rsp_json_number(out, "expected_relief_days_50", r->expected_days_50);
    rsp_json_number(out, "p_relief_30", r->p_reach_30);
    rsp_json_close(out, '}');
}

static void json_diary(struct rsp_buf *out, const struct rsp_diary_answer *a)
{
    const struct rsp_diary_summary *s = a->summary;
    char day[24];
    rsp_date_format(a->time_zero, day, sizeof day);
    rsp_json_open(out, "diary", '{');
    rsp_json_text(out, "id", a->diary->id[0] != '\0' ? a->diary->id : NULL);
    rsp_json_text(out, "time_zero", day);
    rsp_json_number(out, "n_score", (double)s->n_entry);
    rsp_json_number(out, "n_before", (double)s->n_before);
    rsp_json_number(out, "n_after", (double)s->n_after);
    rsp_json_number(out, "first_d", s->first_d);
    rsp_json_number(out, "last_d", s->last_d);
    rsp_json_number(out, "n_day_missing", (double)s->n_day_missing);
    rsp_json_number(out, "n_late", (double)a->diary->n_late);
    rsp_json_close(out, '}');
}

static void json_parameters(struct rsp_buf *out, const struct rsp_diary_summary *s)
{
    rsp_json_open(out, "parameters", '[');
    for (int i = 0; i < RSP_DIARY_N_PARAMETER; i++) {
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "name", s->parameter[i].name);
        rsp_json_text(out, "unit", s->parameter[i].unit);
        json_quantiles(out, "prior", &s->parameter[i].prior);
        json_quantiles(out, "posterior", &s->parameter[i].posterior);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
}

static void json_verdict(struct rsp_buf *out, const struct rsp_diary_summary *s)
{
    rsp_json_open(out, "verdict", '{');
    rsp_json_bool(out, "usable", s->usable);
    rsp_json_open(out, "reasons", '[');
    for (size_t i = 0; i < s->n_reason; i++)
        rsp_json_text(out, NULL, s->reason[i]);
    rsp_json_close(out, ']');
    rsp_json_close(out, '}');
}

static void json_last_series(struct rsp_buf *out, const struct rsp_series_seen *last)
{
    rsp_json_open(out, "last_series", '{');
    rsp_json_bool(out, "judged", last->judged);
    rsp_json_bool(out, "stop", last->no_response);
    rsp_json_number(out, "n_after_end", (double)last->n_after);
    rsp_json_number(out, "fall_frac", last->fall_frac);
    rsp_json_number(out, "now_frac", last->now_frac);
    rsp_json_close(out, '}');
}

static void json_sampler(struct rsp_buf *out, const struct rsp_diary_summary *s)
{
    rsp_json_open(out, "sampler", '{');
    rsp_json_number(out, "n_particle", (double)s->sampler.n_particle);
    rsp_json_number(out, "effective_sample_size", s->sampler.effective);
    rsp_json_number(out, "least_effective_sample_size", s->sampler.least_effective);
    rsp_json_number(out, "n_ancestor", (double)s->sampler.n_ancestor);
    rsp_json_number(out, "acceptance", s->sampler.acceptance);
    rsp_json_number(out, "log_evidence_response", s->sampler.log_evidence_response);
    rsp_json_number(out, "log_evidence_none", s->sampler.log_evidence_none);
    rsp_json_number(out, "widening", s->widening);
    rsp_json_close(out, '}');
}

static void json_curve(struct rsp_buf *out, const struct rsp_diary_summary *s)
{
    rsp_json_open(out, "pain_curve", '{');
    rsp_json_open(out, "time_d", '[');
    for (size_t i = 0; i < s->n_curve; i++)
        rsp_json_number(out, NULL, s->curve_d[i]);
    rsp_json_close(out, ']');
    rsp_json_open(out, "pain_nrs", '{');
    for (int k = 0; k < N_QUANTILE; k++) {
        rsp_json_open(out, quantile_name[k], '[');
        for (size_t i = 0; i < s->n_curve; i++)
            rsp_json_number(out, NULL, quantile(&s->curve_nrs[i], k));
        rsp_json_close(out, ']');
    }
    rsp_json_close(out, '}');
    rsp_json_close(out, '}');
}

static void json_basis(struct rsp_buf *out, const struct rsp_diary_answer *a)
{
    const struct rsp_assumption *assumption;
    const char *source;
    rsp_json_open(out, "basis", '{');
    rsp_json_text(out, "model", rsp_model_id(a->model));
    rsp_json_number(out, "seed", (double)a->seed);
    rsp_json_number(out, "horizon_d", a->horizon_d);
    rsp_json_open(out, "assumptions", '[');
    rsp_json_text(out, NULL, a->between_person);
    for (size_t i = 0; (assumption = rsp_diary_assumption(a->fit, i)) != NULL; i++)
        rsp_json_text(out, NULL, assumption->text);
    for (size_t i = 0; i < rsp_model_n_assumption(a->model); i++)
        if (!replaced(rsp_model_assumption(a->model, i)))
            rsp_json_text(out, NULL, rsp_model_assumption(a->model, i)->text);
    rsp_json_close(out, ']');
    rsp_json_open(out, "sources", '[');
    for (size_t i = 0; (source = rsp_diary_source(a->fit, i)) != NULL; i++)
        rsp_json_text(out, NULL, source);
    rsp_json_close(out, ']');
    rsp_json_close(out, '}');
}

void rsp_diary_write_json(const struct rsp_diary_answer *a, struct rsp_buf *out)
{
    const struct rsp_diary_summary *s = a->summary;
    rsp_json_open(out, NULL, '{');
    json_diary(out, a);
    json_verdict(out, s);
    rsp_json_text(out, "text", s->sentence);
    json_last_series(out, a->last);
    rsp_json_open(out, "response_class_probability", '{');
    rsp_json_number(out, "prior", s->response_prior);
    rsp_json_number(out, "posterior", s->response_probability);
    rsp_json_close(out, '}');
    json_relief(out, "before", &s->before);
    json_relief(out, "after", &s->after);
    rsp_json_open(out, "duration", '{');
    rsp_json_bool(out, "identified", s->duration_identified);
    rsp_json_number(out, "t_half_sd_ratio", s->t_half_sd_ratio);
    rsp_json_number(out, "t_half_placebo_correlation", s->t_half_placebo_correlation);
    rsp_json_number(out, "return_width_ratio", s->return_width_ratio);
    rsp_json_close(out, '}');
    json_parameters(out, s);
    json_curve(out, s);
    json_sampler(out, s);
    json_basis(out, a);
    rsp_json_close(out, '}');
    rsp_buf_text(out, "\n");
}
