/* The answer of `respite fit` as JSON, and the fit of every value as a CSV table. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/model.h>

#include "fitting.h"
#include "json.h"
#include "model_argument.h"
#include "num/quantile.h"

static void basis(const struct rsp_fitting *f, struct rsp_buf *out)
{
    rsp_json_open(out, "basis", '{');
    rsp_json_open(out, "models", '[');
    for (size_t i = 0; i < rsp_model_n_part(f->model); i++) {
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "id", rsp_model_part(f->model, i)->id);
        rsp_json_text(out, "sha256", rsp_cli_model_sha256(rsp_model_part(f->model, i)->id));
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    rsp_json_text(out, "method", f->options.method == RSP_FIT_MAP ? "map" : "posterior");
    rsp_json_text(out, "dv_unit", f->unit.text);
    rsp_json_text(out, "objective",
        "sum of log variance and squared weighted residuals, plus eta' Omega^-1 eta; n log 2 pi left out");
    if (f->options.method == RSP_FIT_POSTERIOR)
        rsp_json_number(out, "seed", (double)f->options.seed);
    rsp_json_close(out, '}');
}

/* What did not converge is no number. */
static void by_effect(const struct rsp_fitting *f, const char *key, const struct rsp_fit_result *r,
    const double *value, struct rsp_buf *out)
{
    char name[96];
    rsp_json_open(out, key, '{');
    const bool converged = r->verdict.converged;
    for (size_t i = 0; i < r->n_effect; i++) {
        rsp_fitting_effect(f, i, name, sizeof name);
        rsp_json_number(out, name, converged ? value[i] : (double)NAN);
    }
    rsp_json_close(out, '}');
}

static void by_parameter(const struct rsp_fitting *f, const char *key, const struct rsp_fit_result *r,
    const double *value, struct rsp_buf *out)
{
    rsp_json_open(out, key, '{');
    for (size_t i = 0; i < r->n_parameter; i++)
        rsp_json_number(
            out, rsp_model_parameter(f->model, i)->name, r->verdict.converged ? value[i] : (double)NAN);
    rsp_json_close(out, '}');
}

static void predictions(const struct rsp_fitting *f, const struct rsp_fit_result *r, struct rsp_buf *out)
{
    rsp_json_open(out, "prediction", '[');
    for (size_t i = 0; i < r->n_point; i++) {
        const struct rsp_fit_point *p = &r->point[i];
        rsp_json_open(out, NULL, '{');
        rsp_json_number(out, "time_h", p->time_h);
        rsp_json_text(out, "output", rsp_model_output_name(f->model, (size_t)p->output));
        rsp_json_text(out, "unit", rsp_fitting_unit(f, p->output));
        rsp_json_number(out, "value", rsp_fitting_as_written(f, p->output, p->value));
        rsp_json_bool(out, "used", p->used);
        rsp_json_bool(out, "below_quantification", p->censored);
        rsp_json_number(out, "pred", rsp_fitting_as_written(f, p->output, p->pred));
        rsp_json_number(out, "ipred",
            r->verdict.converged ? rsp_fitting_as_written(f, p->output, p->ipred) : (double)NAN);
        rsp_json_number(out, "res", rsp_fitting_as_written(f, p->output, p->res));
        rsp_json_number(out, "wres", p->wres);
        rsp_json_number(out, "iwres", r->verdict.converged ? p->iwres : (double)NAN);
        rsp_json_number(out, "probability_below", p->probability_below);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
}

static void verdict(const struct rsp_fit_verdict *v, struct rsp_buf *out)
{
    rsp_json_open(out, "verdict", '{');
    rsp_json_bool(out, "usable", v->usable);
    rsp_json_bool(out, "converged", v->converged);
    rsp_json_open(out, "reasons", '[');
    for (size_t i = 0; i < v->n_finding; i++) {
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "reason", rsp_fit_reason_name(v->finding[i].reason));
        rsp_json_bool(out, "blocks", rsp_fit_reason_blocks(v->finding[i].reason));
        rsp_json_text(out, "text", v->finding[i].text);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    rsp_json_close(out, '}');
}

static void posterior(const struct rsp_fitting *f, const struct rsp_fit_result *r, struct rsp_buf *out)
{
    static const double probability[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    static const char *const name[] = {"p05", "p25", "p50", "p75", "p95"};
    double *column = malloc((r->n_draw + 1) * sizeof *column), quantile[5];
    if (column == NULL) {
        out->failed = true;
        return;
    }
    rsp_json_open(out, "posterior", '{');
    rsp_json_number(out, "n", (double)r->n_draw);
    rsp_json_number(out, "effective_n", r->effective_n);
    rsp_json_number(out, "pareto_k", r->pareto_k);
    rsp_json_open(out, "parameter", '{');
    for (size_t i = 0; i < r->n_parameter && r->n_draw > 0; i++) {
        for (size_t k = 0; k < r->n_draw; k++)
            column[k] = r->draw_parameter[k * r->n_parameter + i];
        rsp_quantiles(r->n_draw, column, 5, probability, quantile);
        if (!r->estimated[i])
            continue;
        rsp_json_open(out, rsp_model_parameter(f->model, i)->name, '{');
        for (int k = 0; k < 5; k++)
            rsp_json_number(out, name[k], quantile[k]);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, '}');
    rsp_json_close(out, '}');
    free(column);
}

static void person(const struct rsp_fitting *f, size_t i, struct rsp_buf *out)
{
    const struct rsp_fit_result *r = &f->result[i];
    rsp_json_open(out, NULL, '{');
    rsp_json_text(out, "id", f->events->subject[i].id);
    verdict(&r->verdict, out);
    by_effect(f, "eta", r, r->eta, out);
    by_effect(f, "se", r, r->eta_se, out);
    by_effect(f, "shrinkage", r, r->shrinkage, out);
    by_parameter(f, "parameter", r, r->parameter, out);
    by_parameter(f, "parameter_se", r, r->parameter_se, out);
    rsp_json_number(out, "ofv", r->verdict.converged ? rsp_fitting_ofv(f, i) : (double)NAN);
    rsp_json_number(out, "chi_square", r->verdict.converged ? r->misfit : (double)NAN);
    rsp_json_number(out, "n_value", (double)r->n_used_value);
    rsp_json_number(out, "n_below_quantification", (double)r->n_used_censored);
    predictions(f, r, out);
    if (r->n_draw > 0)
        posterior(f, r, out);
    rsp_json_close(out, '}');
}

void rsp_fitting_json(const struct rsp_fitting *f, struct rsp_buf *out)
{
    const size_t n = f->data->n;
    rsp_json_open(out, NULL, '{');
    rsp_json_text(out, "model", rsp_model_id(f->model));
    basis(f, out);
    rsp_json_open(out, "shrinkage", '{'); /* 1 - SD(eta) / omega over all people */
    for (size_t i = 0; i < rsp_fit_n_between(f->model); i++)
        rsp_json_number(out, rsp_fit_between_name(f->model, i), rsp_fit_shrinkage(n, f->result, i));
    rsp_json_close(out, '}');
    rsp_json_open(out, "people", '[');
    for (size_t i = 0; i < n; i++)
        person(f, i, out);
    rsp_json_close(out, ']');
    rsp_json_close(out, '}');
    rsp_buf_text(out, "\n");
}

static void cell(struct rsp_buf *out, double value)
{
    rsp_buf_text(out, ",");
    if (isfinite(value))
        rsp_buf_fixed(out, value, 10);
}

/* A text cell: quoted when it must be. */
static void text_cell(struct rsp_buf *out, const char *text)
{
    if (strpbrk(text, ",\"\n") == NULL) {
        rsp_buf_text(out, text);
        return;
    }
    rsp_buf_text(out, "\"");
    for (; *text != '\0'; text++) {
        rsp_buf_add(out, text, 1);
        if (*text == '"')
            rsp_buf_text(out, "\"");
    }
    rsp_buf_text(out, "\"");
}

void rsp_fitting_gof(const struct rsp_fitting *f, struct rsp_buf *out)
{
    rsp_buf_text(out,
        "id,time_h,output,unit,dv,below_quantification,used,pred,ipred,res,wres,iwres,probability_below\n");
    for (size_t k = 0; k < f->data->n; k++)
        for (size_t i = 0; i < f->result[k].n_point; i++) {
            const struct rsp_fit_point *p = &f->result[k].point[i];
            text_cell(out, f->events->subject[k].id);
            cell(out, p->time_h);
            rsp_buf_printf(out, ",%s,%s", rsp_model_output_name(f->model, (size_t)p->output),
                rsp_fitting_unit(f, p->output));
            cell(out, rsp_fitting_as_written(f, p->output, p->value));
            rsp_buf_printf(out, ",%d,%d", p->censored, p->used);
            cell(out, rsp_fitting_as_written(f, p->output, p->pred));
            cell(out, rsp_fitting_as_written(f, p->output, p->ipred));
            cell(out, rsp_fitting_as_written(f, p->output, p->res));
            cell(out, p->wres);
            cell(out, p->iwres);
            cell(out, p->probability_below);
            rsp_buf_text(out, "\n");
        }
}
