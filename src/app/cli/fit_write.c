/* The answer of `respite fit` in words and tables. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <respite/model.h>

#include "columns.h"
#include "fitting.h"
#include "num/quantile.h"

enum { DIGITS = 4, WIDTH = 88, MOST_TABLES = 10, LEAST_SHRINKAGE = 5 };

static void headings(struct rsp_columns *table, size_t n, const char *const text[], const bool right[])
{
    rsp_columns_init(table, n);
    for (size_t i = 0; i < n; i++) {
        table->right[i] = right[i];
        rsp_columns_text(table, text[i]);
    }
}

/* What the data left of the variance of an effect, as what was learnt; of the first effect of a parameter. */
static double learnt(const struct rsp_fitting *f, const struct rsp_fit_result *r, size_t parameter)
{
    const char *name = rsp_model_parameter(f->model, parameter)->name;
    for (size_t i = 0; i < r->n_between; i++)
        if (rsp_fit_between_name(f->model, i) == name)
            return 100 * fmax(1 - r->shrinkage[i], 0);
    return NAN;
}

static void parameters(const struct rsp_fitting *f, const struct rsp_fit_result *r, struct rsp_buf *out)
{
    static const char *const text[] = {
        "parameter", "this person", "5 %", "95 %", "published", "unit", "learnt, %"};
    static const bool right[] = {false, true, true, true, true, false, true};
    static const double ends[] = {0.05, 0.95};
    struct rsp_columns table;
    double *column = malloc((r->n_draw + 1) * sizeof *column);
    headings(&table, 7, text, right);
    for (size_t i = 0; i < r->n_parameter && column != NULL; i++) {
        const struct rsp_parameter_info *info = rsp_model_parameter(f->model, i);
        /* from the mode: on the logarithm where the value is positive */
        const double relative = r->parameter[i] > 0 ? 1.645 * r->parameter_se[i] / r->parameter[i] : 0;
        double end[2] = {r->parameter[i] * exp(-relative), r->parameter[i] * exp(relative)};
        if (!r->estimated[i])
            continue;
        for (size_t k = 0; k < r->n_draw; k++)
            column[k] = r->draw_parameter[k * r->n_parameter + i];
        if (r->n_draw > 0)
            rsp_quantiles(r->n_draw, column, 2, ends, end);
        rsp_columns_text(&table, info->name);
        rsp_columns_number(&table, r->parameter[i], DIGITS);
        rsp_columns_number(&table, end[0], DIGITS);
        rsp_columns_number(&table, end[1], DIGITS);
        rsp_columns_number(&table, info->value, DIGITS);
        rsp_columns_text(&table, info->unit);
        rsp_columns_number(&table, learnt(f, r, i), 2);
    }
    table.failed = table.failed || column == NULL;
    rsp_columns_print(&table, 2, 0, out);
    rsp_columns_free(&table);
    free(column);
}

static void values(const struct rsp_fitting *f, const struct rsp_fit_result *r, struct rsp_buf *out)
{
    static const char *const text[] = {
        "time, h", "output", "measured", "fitted", "typical person", "unit", "off by, SD", ""};
    static const bool right[] = {true, false, true, true, true, false, true, false};
    struct rsp_columns table;
    headings(&table, 8, text, right);
    for (size_t i = 0; i < r->n_point; i++) {
        const struct rsp_fit_point *p = &r->point[i];
        rsp_columns_number(&table, p->time_h, DIGITS + 2);
        rsp_columns_text(&table, rsp_model_output_name(f->model, (size_t)p->output));
        rsp_columns_number(&table, rsp_fitting_as_written(f, p->output, p->value), DIGITS);
        rsp_columns_number(&table, rsp_fitting_as_written(f, p->output, p->ipred), DIGITS);
        rsp_columns_number(&table, rsp_fitting_as_written(f, p->output, p->pred), DIGITS);
        rsp_columns_text(&table, rsp_fitting_unit(f, p->output));
        rsp_columns_number(&table, p->iwres, 2);
        rsp_columns_text(&table, !p->used ? "left out" : p->censored ? "below this limit" : "");
    }
    rsp_columns_print(&table, 2, 0, out);
    rsp_columns_free(&table);
}

static void reasons(const struct rsp_fit_verdict *v, struct rsp_buf *out)
{
    for (size_t i = 0; i < v->n_finding; i++) {
        rsp_buf_text(out, "  - ");
        rsp_cli_wrap(out, v->finding[i].text, 4, 4, WIDTH);
    }
}

static void person(const struct rsp_fitting *f, size_t i, struct rsp_buf *out)
{
    const struct rsp_fit_result *r = &f->result[i];
    const size_t n = r->n_used_value + r->n_used_censored;
    rsp_buf_printf(out, "\nPerson %s: %s", f->events->subject[i].id,
        r->verdict.usable ? "the fit may be used." : "the fit is not to be used.");
    rsp_buf_printf(out, " %zu value%s", n, n == 1 ? "" : "s");
    if (r->n_used_censored > 0)
        rsp_buf_printf(out, ", %zu of them below quantification", r->n_used_censored);
    rsp_buf_text(out, ", objective ");
    if (r->verdict.converged)
        rsp_buf_fixed(out, rsp_fitting_ofv(f, i), 7);
    else
        rsp_buf_text(out, "not found");
    if (r->n_draw > 0) {
        rsp_buf_printf(out, "; %zu draws worth ", r->n_draw);
        rsp_buf_fixed(out, floor(r->effective_n), 6);
        rsp_buf_text(out, " before resampling");
    }
    rsp_buf_text(out, ".\n");
    reasons(&r->verdict, out);
    if (f->data->n > MOST_TABLES || n == 0 || !r->verdict.converged)
        return;
    rsp_buf_text(out, "\n");
    parameters(f, r, out);
    rsp_buf_text(out, "\n");
    values(f, r, out);
}

void rsp_fitting_text(const struct rsp_fitting *f, struct rsp_buf *out)
{
    size_t usable = 0, n_shrunk = 0;
    for (size_t i = 0; i < f->data->n; i++)
        usable += f->result[i].verdict.usable;
    rsp_buf_printf(out, "%s fitted to %zu %s, ", rsp_model_id(f->model), f->data->n,
        f->data->n == 1 ? "person" : "people");
    rsp_buf_printf(out, "%zu of them usable.\n", usable);
    rsp_cli_wrap(out,
        f->options.method == RSP_FIT_MAP ? "Most probable parameters given the levels, with the published "
                                           "people as prior; the ends are 90 % "
                                           "intervals from the curvature there."
                                         : "Most probable parameters given the levels, with the published "
                                           "people as prior; the ends are those of "
                                           "90 % of the draws of the posterior.",
        0, 0, WIDTH);
    for (size_t i = 0; i < f->data->n; i++)
        person(f, i, out);
    for (size_t i = 0; f->data->n >= LEAST_SHRINKAGE && i < rsp_fit_n_between(f->model); i++) {
        const double shrinkage = rsp_fit_shrinkage(f->data->n, f->result, i);
        if (!isfinite(shrinkage))
            continue;
        rsp_buf_text(out, n_shrunk++ == 0 ? "\nShrinkage over all people (1 - SD of eta / omega): " : ", ");
        rsp_buf_printf(out, "%s %.0f %%", rsp_fit_between_name(f->model, i), 100 * shrinkage);
    }
    rsp_buf_text(out, n_shrunk > 0 ? ".\n" : "");
    if (f->n_undrawn > 0)
        rsp_buf_printf(out,
            "\nThe drawing holds the first %zu of %zu panels; fit fewer people to see the rest.\n",
            f->n_panel, f->n_panel + f->n_undrawn);
}
