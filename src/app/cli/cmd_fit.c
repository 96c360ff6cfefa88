/* respite fit: levels */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fit_diary.h"
#include "fitting.h"
#include "model/compiled.h"
#include "model_argument.h"

enum { MAX_DRAW = 1000000, MAX_THREAD = 1024 };

double rsp_fitting_as_written(const struct rsp_fitting *f, int output, double value)
{
    return output < (int)rsp_model_compiled(f->model)->n_readout ? value / f->factor : value;
}

const char *rsp_fitting_unit(const struct rsp_fitting *f, int output)
{
    static const char *const ending[][2] = {{"_pct", "%"}, {"_mmhg", "mmHg"}, {"_per_min", "1/min"}};
    const char *name = rsp_model_output_name(f->model, (size_t)output);
    if (output < (int)rsp_model_compiled(f->model)->n_readout)
        return f->unit.text;
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
        if (rsp_text_ends(name, ending[i][0]))
            return ending[i][1];
    return "";
}

double rsp_fitting_ofv(const struct rsp_fitting *f, size_t person)
{
    const struct rsp_compiled *c = rsp_model_compiled(f->model);
    const struct rsp_fit_result *r = &f->result[person];
    double ofv = r->ofv;
    for (size_t i = 0; i < r->n_point; i++) {
        const struct rsp_fit_point *p = &r->point[i];
        bool in_log = false;
        for (size_t k = 0; k < c->n_residual; k++)
            in_log = in_log || (c->residual[k].readout == p->output && c->residual[k].log_sd > 0);
        if (p->used && !p->censored && !in_log && p->output < (int)c->n_readout)
            ofv -= 2 * log(f->factor);
    }
    return ofv;
}

void rsp_fitting_effect(const struct rsp_fitting *f, size_t i, char *text, size_t size)
{
    const size_t n_between = rsp_fit_n_between(f->model),
                 n_occasion = rsp_model_compiled(f->model)->n_iov_eta;
    if (i < n_between)
        snprintf(text, size, "%s", rsp_fit_between_name(f->model, i));
    else
        snprintf(text, size, "%s, occasion %zu",
            rsp_fit_occasion_name(f->model, (i - n_between) % n_occasion), (i - n_between) / n_occasion + 1);
}

/* ---- the request ---- */

static rsp_status read_model(struct rsp_fitting *f, struct rsp_error *err)
{
    const char *text = rsp_cli_text(f->cli, "model");
    if (text == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "",
            "no model: add --model MODEL, such as otto2021 ('respite model list' shows them)");
    RSP_TRY(rsp_cli_model(text, &f->model, err));
    for (size_t i = 0; i < rsp_model_n_output(f->model); i++)
        if (rsp_fit_output_fits(f->model, (int)i))
            return RSP_OK;
    return rsp_cli_place(
        rsp_error_set(err, RSP_E_MISMATCH, "",
            "%s publishes no residual error, so levels cannot be weighed against it; otto2021, "
            "simons2022, perezruixo2021 and flint2017 do",
            rsp_model_id(f->model)),
        "--model", err);
}

static rsp_status read_unit(struct rsp_fitting *f, struct rsp_error *err)
{
    const char *text = rsp_cli_text(f->cli, "dv-unit");
    struct rsp_unit output;
    RSP_TRY(rsp_unit_parse("ng/mL", &output, err));
    RSP_TRY(rsp_cli_place(rsp_unit_parse(text != NULL ? text : "ng/mL", &f->unit, err), "--dv-unit", err));
    if (!rsp_dimension_equal(f->unit.dimension, output.dimension))
        return rsp_cli_place(rsp_error_set(err, RSP_E_UNIT, "",
                                 "'%s' is no concentration: give ng/mL, mcg/L, mg/L, ...", text),
            "--dv-unit", err);
    f->factor = f->unit.factor / output.factor;
    return RSP_OK;
}

static rsp_status read_options(struct rsp_fitting *f, struct rsp_error *err)
{
    double seed = 1, threads = 0, samples = 1000;
    int method = RSP_FIT_MAP;
    RSP_TRY(rsp_cli_choice(f->cli, "method", &method, err));
    RSP_TRY(rsp_cli_whole(f->cli, "samples", 100, MAX_DRAW, &samples, err));
    RSP_TRY(rsp_cli_whole(f->cli, "seed", 0, RSP_CLI_LARGEST_SEED, &seed, err));
    RSP_TRY(rsp_cli_whole(f->cli, "threads", 1, MAX_THREAD, &threads, err));
    const bool diary =
        rsp_cli_text(f->cli, "diary") != NULL; /* it takes draws, and samples are its particles too */
    if (method == RSP_FIT_MAP && rsp_cli_text(f->cli, "samples") != NULL && !diary)
        return rsp_cli_place(
            rsp_error_set(err, RSP_E_MISMATCH, "", "only the posterior is sampled: add --method posterior"),
            "--samples", err);
    f->options = (struct rsp_fit_options){.method = (enum rsp_fit_method)method,
        .n_draw = (size_t)samples,
        .seed = (uint64_t)seed,
        .first_id = 1,
        .n_thread = (int)threads};
    for (size_t i = 0; i < rsp_cli_count(f->cli, "ignore"); i++) {
        if (i == RSP_FITTING_MAX_IGNORE)
            return rsp_cli_place(
                rsp_error_set(err, RSP_E_LIMIT, "", "more than %d columns", RSP_FITTING_MAX_IGNORE),
                "--ignore", err);
        f->ignore[i] = rsp_cli_nth(f->cli, "ignore", i);
    }
    return read_unit(f, err);
}

static rsp_status read_data(struct rsp_fitting *f, struct rsp_error *err)
{
    const char *path = rsp_cli_text(f->cli, "data"), *route_text = rsp_cli_text(f->cli, "route");
    const struct rsp_events_options options = {.fit = true, .ignore = f->ignore};
    enum rsp_route route = RSP_ROUTE_IV;
    char *text = NULL;
    size_t length;
    if (path == NULL)
        return rsp_error_set(
            err, RSP_E_MISSING, "", "no data: add --data DATA.csv with doses and measured levels");
    if (route_text != NULL)
        RSP_TRY(rsp_cli_place(rsp_route_parse(route_text, &route, err), "--route", err));
    RSP_TRY(rsp_cli_read(path, RSP_CLI_MAX_INPUT, &text, &length, err));
    rsp_status status = rsp_events_parse_with(text, length, path, f->model, route, &options, &f->events, err);
    free(text);
    if (status == RSP_OK && !f->events->has_dv) {
        status =
            rsp_error_set(err, RSP_E_MISSING, "DV", "The data set has no column DV with measured values.");
        rsp_error_place(err, path, 1);
    }
    return status == RSP_OK ? rsp_fit_data_new(f->model, f->events, f->factor, &f->data, err) : status;
}

/* An error of one person names it as the data set does. */
static rsp_status name_person(const struct rsp_fitting *f, rsp_status status, struct rsp_error *err)
{
    if (status == RSP_OK || err == NULL)
        return status;
    const struct rsp_error why = *err;
    const size_t person = f->data->n == 1 ? 1 : (size_t)strtoul(why.field, NULL, 10);
    if (person == 0 || person > f->data->n)
        return status;
    const struct rsp_subject *s = &f->events->subject[person - 1];
    rsp_error_set(err, status, "", "ID %.60s: %s", s->id, why.message);
    rsp_error_place(err, rsp_cli_text(f->cli, "data"), why.line > 0 ? why.line : s->line);
    return status;
}

static rsp_status compute(struct rsp_fitting *f, struct rsp_error *err)
{
    f->result = calloc(f->data->n + 1, sizeof *f->result);
    if (f->result == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return name_person(
        f, rsp_fit_people(f->model, f->data->n, f->data->person, &f->options, f->result, err), err);
}

/* ---- files ---- */

static rsp_status write_files(struct rsp_fitting *f, struct rsp_error *err)
{
    const char *plot = rsp_cli_text(f->cli, "plot"), *gof = rsp_cli_text(f->cli, "output-gof");
    struct rsp_buf *out = gof != NULL ? rsp_cli_file(f->cli, "%s", gof) : NULL;
    if (gof != NULL && out == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    if (gof != NULL)
        rsp_fitting_gof(f, out);
    out = plot != NULL ? rsp_cli_file(f->cli, "%s", plot) : NULL;
    if (plot != NULL && out == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return plot != NULL ? rsp_fitting_plot(f, rsp_text_ends(plot, ".html"), out, err) : RSP_OK;
}

static rsp_status check_files(const struct rsp_fitting *f, struct rsp_error *err)
{
    static const char *const plots[] = {".svg", ".html", NULL}, *const tables[] = {".csv", NULL};
    if (rsp_cli_text(f->cli, "plot") != NULL)
        RSP_TRY(rsp_cli_check_file(f->cli, "plot", plots, "plots are written to FILE.svg or FILE.html", err));
    if (rsp_cli_text(f->cli, "output-gof") != NULL)
        RSP_TRY(rsp_cli_check_file(f->cli, "output-gof", tables, "the table is written to FILE.csv", err));
    return RSP_OK;
}

static rsp_status read_request(struct rsp_fitting *f, struct rsp_error *err)
{
    RSP_TRY(read_model(f, err));
    RSP_TRY(read_options(f, err));
    RSP_TRY(check_files(f, err));
    return read_data(f, err);
}

static rsp_status fit(struct rsp_fitting *f, struct rsp_error *err)
{
    RSP_TRY(compute(f, err));
    RSP_TRY(write_files(f, err));
    if (rsp_cli_flag(f->cli, "json"))
        rsp_fitting_json(f, &f->cli->out);
    else
        rsp_fitting_text(f, &f->cli->out);
    for (size_t i = 0; i < f->data->n; i++)
        if (!f->result[i].verdict.usable)
            f->cli->exit_code = RSP_EXIT_NEGATIVE;
    return RSP_OK;
}

/* ---- a diary beside the levels ---- */

/* The person of the diary: --id, or the only one of the data set. */
static rsp_status choose_person(const struct rsp_fitting *f, size_t *person, struct rsp_error *err)
{
    const char *id = rsp_cli_text(f->cli, "id");
    if (id == NULL && f->events->n_subject == 1) {
        *person = 0;
        return RSP_OK;
    }
    for (size_t i = 0; id != NULL && i < f->events->n_subject; i++)
        if (strcmp(f->events->subject[i].id, id) == 0) {
            *person = i;
            return RSP_OK;
        }
    return rsp_cli_place(
        id == NULL ? rsp_error_set(err, RSP_E_MISSING, "",
                         "the data set holds %zu people: name the one of the diary", f->events->n_subject)
                   : rsp_error_set(err, RSP_E_UNKNOWN, "", "the data set holds no person '%.60s'", id),
        "--id", err);
}

/* Doses and levels of the data set, then the diary. Levels that cannot be used end it. */
static rsp_status fit_both(struct rsp_fitting *f, struct rsp_error *err)
{
    size_t person = 0;
    double *pk = NULL;
    struct rsp_fit_result levels = {0};
    rsp_status status = RSP_OK;
    f->options.method = RSP_FIT_POSTERIOR;
    RSP_TRY(choose_person(f, &person, err));
    const struct rsp_subject *s = &f->events->subject[person];
    const struct rsp_fit_person *seen = &f->data->person[person];
    struct rsp_diary_person beside = {
        .id = s->id, .model = f->model, .covariate = s->covariate, .n_dose = s->n_dose, .dose = s->dose};
    if (seen->n_observation > 0) {
        RSP_TRY_DONE(rsp_fit_person(f->model, seen, &f->options, &levels, err));
        for (size_t i = 0; i < levels.verdict.n_finding && status == RSP_OK; i++)
            if (rsp_fit_reason_blocks(levels.verdict.finding[i].reason))
                status = rsp_error_set(err, RSP_E_DOMAIN, "", "ID %.60s: the levels cannot be used: %s",
                    s->id, levels.verdict.finding[i].text);
        RSP_TRY_DONE(rsp_cli_place(status, rsp_cli_text(f->cli, "data"), err));
        RSP_TRY_DONE(rsp_fit_known_draws(f->model, &levels, &pk, err));
        beside.n_pk = levels.n_draw;
        beside.pk = pk;
    }
    status = rsp_fit_diary(f->cli, &beside, err);
done:
    free(pk);
    rsp_fit_result_free(&levels);
    return status;
}

/* Options that the way to fit at hand does not use: a slip would be passed over in silence. */
static rsp_status refuse_foreign(const struct rsp_cli *cli, bool data, bool diary, struct rsp_error *err)
{
    static const char *const of_levels[] = {"dv-unit", "route", "ignore", NULL};
    static const char *const of_levels_alone[] = {"method", "output-gof", "plot", NULL};
    static const char *const of_diary[] = {"time-zero", "id", "horizon", "allow-any-dose", NULL};
    static const char *const of_diary_alone[] = {
        "dose", "weight", "age", "sex", "covariate", "patient", "assume", "force-covariates", NULL};
    const struct {
        const char *const *name;
        bool foreign;
        const char *why;
    } group[] = {{of_levels, !data, "it belongs to --data DATA.csv"},
        {of_levels_alone, diary, "it does not go with --diary"},
        {of_diary, !diary, "it belongs to --diary DIARY.csv"},
        {of_diary_alone, data || !diary,
            "it belongs to --diary without --data: a data set holds doses and people"}};
    for (size_t g = 0; g < sizeof group / sizeof *group; g++)
        for (size_t i = 0; group[g].foreign && group[g].name[i] != NULL; i++)
            if (rsp_cli_text(cli, group[g].name[i]) != NULL)
                return rsp_error_set(err, RSP_E_MISMATCH, "", "--%s: %s", group[g].name[i], group[g].why);
    return RSP_OK;
}

rsp_status rsp_cmd_fit(struct rsp_cli *cli, struct rsp_error *err)
{
    const bool diary = rsp_cli_text(cli, "diary") != NULL, data = rsp_cli_text(cli, "data") != NULL;
    RSP_TRY(refuse_foreign(cli, data || !diary, diary, err));
    if (diary && !data)
        return rsp_fit_diary(cli, NULL, err);
    struct rsp_fitting *f = calloc(1, sizeof *f);
    if (f == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    f->cli = cli;
    rsp_status status = read_request(f, err);
    if (status == RSP_OK)
        status = diary ? fit_both(f, err) : fit(f, err);
    for (size_t i = 0; f->data != NULL && f->result != NULL && i < f->data->n; i++)
        rsp_fit_result_free(&f->result[i]);
    free(f->result);
    rsp_fit_data_free(f->data);
    rsp_events_free(f->events);
    rsp_model_free(f->model);
    free(f);
    return status;
}
