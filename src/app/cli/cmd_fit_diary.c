/* respite fit --diary */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fit_diary.h"
#include <respite/units.h>

#include "model_argument.h"
#include "rules/rules.h"
#include "service/model_doses.h"
#include "service/settings.h"
#include "simulation.h"

enum { MAX_DIARY = 16 << 20, MAX_THREAD = 1024, MAX_SAMPLES = 65536, LEAST_SAMPLES = 64, LANES = 8 };

static const double longest_horizon_d = 3650;

/* All that one run of the command owns. */
struct learning {
    struct rsp_cli *cli;
    struct rsp_sim *sim;                   /* model, person and doses, read as `simulate` reads them */
    const struct rsp_diary_person *person; /* or those of a data set */
    const struct rsp_model *model;
    struct rsp_prediction_settings settings;
    struct rsp_moment time_zero;
    char *text;
    struct rsp_diary diary;
    struct rsp_diary_options options;
    struct rsp_diary_fit *fit;
    struct rsp_diary_summary summary;
    struct rsp_series_seen last;
    size_t n_dose; /* in order of time, from time zero */
    struct rsp_dose *dose;
};

static rsp_status read_model(struct learning *l, struct rsp_error *err)
{
    const char *text = rsp_cli_text(l->cli, "model");
    l->model = l->person != NULL ? l->person->model : NULL;
    if (l->person != NULL)
        return RSP_OK;
    if (text == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "",
            "no model: add --model PK+EFFECT, such as otto2021+dahan2011 ('respite model list' shows them)");
    RSP_TRY(rsp_cli_place(rsp_cli_model(text, &l->sim->model, err), "--model", err));
    l->model = l->sim->model;
    return RSP_OK;
}

static rsp_status read_time_zero(struct learning *l, struct rsp_error *err)
{
    const char *text = rsp_cli_text(l->cli, "time-zero");
    if (text == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "",
            "no time zero: add --time-zero DATETIME, the start of the first infusion, as in the diary "
            "(2026-11-20T20:00+01:00)");
    return rsp_cli_place(rsp_moment_parse(text, &l->time_zero, err), "--time-zero", err);
}

/* ---- doses ---- */

/* @param text  the dose as written */
static rsp_status check_slip(const struct learning *l, const struct rsp_rulebook *book, const char *text,
    const struct rsp_dose_text *dose, double weight_kg, struct rsp_error *err)
{
    const char *setting = l->sim->setting[0] != '\0' ? l->sim->setting : NULL;
    bool known = false;
    if (rsp_rules_tenfold(book, dose, weight_kg, setting, &known, NULL) != RSP_E_LIMIT)
        return RSP_OK;
    return rsp_error_set(err, RSP_E_LIMIT, "",
        "'%.120s' is far from the usual, ten-fold or more: what is learned would rest on a slip; check drug, "
        "amount and unit, or accept it with --allow-any-dose",
        text);
}

static rsp_status check_given(
    const struct learning *l, const struct rsp_rulebook *book, struct rsp_error *err)
{
    struct rsp_dose_text dose;
    for (size_t i = 0; i < rsp_cli_count(l->cli, "dose"); i++) {
        const char *text = rsp_cli_nth(l->cli, "dose", i);
        RSP_TRY(rsp_dose_text_parse(text, &dose, err));
        RSP_TRY(rsp_cli_place(check_slip(l, book, text, &dose, l->sim->weight_kg, err), "--dose", err));
    }
    return RSP_OK;
}

/* Doses of a data set have no words: amounts of the model's drug. */
static rsp_status check_recorded(
    const struct learning *l, const struct rsp_rulebook *book, struct rsp_error *err)
{
    const int weight = rsp_model_covariate_find(l->model, "weight_kg");
    const double weight_kg = weight >= 0 ? l->person->covariate[weight] : (double)NAN;
    for (size_t i = 0; i < l->person->n_dose; i++) {
        const struct rsp_dose *given = &l->person->dose[i];
        const struct rsp_dose_text dose = {.basis = given->duration_h > 0.0 ? RSP_DOSE_MG_PER_H : RSP_DOSE_MG,
            .value = given->duration_h > 0.0 ? given->amount_mg / given->duration_h : given->amount_mg,
            .drug = given->drug,
            .route = given->route,
            .duration_h = given->duration_h,
            .n_repeat = 1};
        char text[160];
        rsp_dose_text_format(&dose, text, sizeof text);
        RSP_TRY(rsp_cli_place(
            check_slip(l, book, text, &dose, weight_kg, err), rsp_cli_text(l->cli, "data"), err));
    }
    return RSP_OK;
}

static rsp_status check_slips(const struct learning *l, struct rsp_error *err)
{
    struct rsp_rulebook *book = NULL;
    if (rsp_cli_flag(l->cli, "allow-any-dose"))
        return RSP_OK;
    RSP_TRY(rsp_rulebook_shipped(&book, err));
    const rsp_status status = l->person != NULL ? check_recorded(l, book, err) : check_given(l, book, err);
    rsp_rulebook_free(book);
    return status;
}

/* Time zero is the start of the first dose: before and after are told from it. */
static rsp_status order_doses(struct learning *l, struct rsp_error *err)
{
    const struct rsp_dose *from = l->person != NULL ? l->person->dose : l->sim->dose;
    const double nearly_zero_h = 1e-9;
    char hours[40];
    l->n_dose = l->person != NULL ? l->person->n_dose : l->sim->n_dose;
    l->dose = malloc((l->n_dose + 1) * sizeof *l->dose);
    if (l->dose == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    memcpy(l->dose, from, l->n_dose * sizeof *l->dose);
    qsort(l->dose, l->n_dose, sizeof *l->dose, rsp_dose_by_start);
    if (l->n_dose == 0 || fabs(l->dose[0].start_h) < nearly_zero_h)
        return RSP_OK;
    rsp_number_format(fabs(l->dose[0].start_h), 4, hours, sizeof hours);
    return rsp_cli_place(
        rsp_error_set(err, RSP_E_MISMATCH, "",
            "the first dose must start at time zero, and it starts %s h %s: --time-zero is the "
            "start of the first dose",
            hours, l->dose[0].start_h > 0.0 ? "later" : "earlier"),
        l->person != NULL ? rsp_cli_text(l->cli, "data") : "--dose", err);
}

/* ---- diary ---- */

/* Whom the diary must be of; NULL: whoever it is of. */
static rsp_status whose(const struct learning *l, const char **id, struct rsp_error *err)
{
    const char *patient = l->sim->patient_id[0] != '\0' ? l->sim->patient_id : NULL;
    *id = l->person != NULL ? l->person->id : rsp_cli_text(l->cli, "id");
    if (*id == NULL)
        *id = patient;
    if (patient != NULL && strcmp(*id, patient) != 0)
        return rsp_cli_place(
            rsp_error_set(err, RSP_E_MISMATCH, "",
                "'%.60s' is asked for and --patient is '%.60s': give one of them", *id, patient),
            "--id", err);
    return RSP_OK;
}

static rsp_status read_diary(struct learning *l, struct rsp_error *err)
{
    const char *path = rsp_cli_text(l->cli, "diary");
    struct rsp_diary_read_options options = {
        .time_zero = l->time_zero, .has_today = true, .today = l->cli->today.day};
    size_t length = 0;
    if (path == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "", "no diary: add --diary DIARY.csv");
    RSP_TRY(whose(l, &options.id, err));
    RSP_TRY(rsp_cli_read(path, MAX_DIARY, &l->text, &length, err));
    return rsp_diary_parse(l->text, length, path, &options, &l->diary, err);
}

static rsp_status read_numbers(struct learning *l, struct rsp_error *err)
{
    double seed = 1, samples = 1024, thread = 0, horizon_d = 180;
    RSP_TRY(rsp_cli_whole(l->cli, "seed", 0, RSP_CLI_LARGEST_SEED, &seed, err));
    RSP_TRY(rsp_cli_whole(l->cli, "samples", LEAST_SAMPLES, MAX_SAMPLES, &samples, err));
    RSP_TRY(rsp_cli_whole(l->cli, "threads", 1, MAX_THREAD, &thread, err));
    RSP_TRY(rsp_cli_number(l->cli, "horizon", 1, longest_horizon_d, &horizon_d, err));
    const size_t n = (size_t)samples;
    l->options = (struct rsp_diary_options){.seed = (uint64_t)seed,
        .n_particle = (n + LANES - 1) / LANES * LANES,
        .n_thread = (int)thread,
        .horizon_d = horizon_d,
        .n_extra = l->settings.n_extra,
        .extra = l->settings.extra};
    return RSP_OK;
}

/* By the scores alone, as `plan` and `optimise` judge it. */
static void look_at_last_series(struct learning *l)
{
    double end_h = 0.0;
    for (size_t i = 0; i < l->n_dose; i++)
        end_h = fmax(end_h, l->dose[i].start_h + l->dose[i].duration_h);
    l->last = rsp_series_seen(&l->settings, &l->diary, end_h / RSP_H_PER_D);
}

static rsp_status learn(struct learning *l, struct rsp_error *err)
{
    const struct rsp_diary_person *person = l->person;
    struct rsp_sim *sim = l->sim;
    double covariate[RSP_SIM_MAX_COVARIATE];
    for (size_t i = 0; i < rsp_model_n_covariate(l->model) && person == NULL; i++)
        covariate[i] = sim->column[i] != NULL ? sim->covariate[i] : NAN;
    const struct rsp_diary_question question = {.model = l->model,
        .covariate = person != NULL ? person->covariate : covariate,
        .n_dose = l->n_dose,
        .dose = l->dose,
        .n_pk = person != NULL ? person->n_pk : 0,
        .pk = person != NULL ? person->pk : NULL};
    RSP_TRY(rsp_diary_fit_new(&question, &l->options, &l->diary, &l->fit, err));
    RSP_TRY(rsp_diary_summarise(l->fit, &l->summary, err));
    look_at_last_series(l);
    return RSP_OK;
}

static void write_answer(struct learning *l)
{
    const char *between = rsp_prediction_assumption(&l->settings, "between_person_relief");
    const struct rsp_diary_answer answer = {.diary = &l->diary,
        .fit = l->fit,
        .summary = &l->summary,
        .last = &l->last,
        .model = l->model,
        .between_person = between != NULL ? between : "",
        .time_zero = {l->time_zero.local_day},
        .horizon_d = l->options.horizon_d,
        .seed = (unsigned long long)l->options.seed};
    if (rsp_cli_flag(l->cli, "json"))
        rsp_diary_write_json(&answer, &l->cli->out);
    else
        rsp_diary_write_text(&answer, &l->cli->out);
    l->cli->exit_code = l->summary.usable ? RSP_EXIT_DONE : RSP_EXIT_NEGATIVE;
}

static rsp_status run(struct learning *l, struct rsp_error *err)
{
    RSP_TRY(read_model(l, err));
    RSP_TRY(rsp_prediction_settings_read(&l->settings, err));
    RSP_TRY(read_numbers(l, err));
    RSP_TRY(read_time_zero(l, err));
    if (l->person == NULL) {
        RSP_TRY(rsp_sim_assumptions(l->sim, err));
        RSP_TRY(rsp_sim_people(l->sim, err));
        RSP_TRY(rsp_sim_doses(l->sim, err));
    }
    RSP_TRY(check_slips(l, err));
    RSP_TRY(order_doses(l, err));
    RSP_TRY(read_diary(l, err));
    RSP_TRY(learn(l, err));
    write_answer(l);
    return RSP_OK;
}

rsp_status rsp_fit_diary(struct rsp_cli *cli, const struct rsp_diary_person *person, struct rsp_error *err)
{
    struct learning l = {.cli = cli, .person = person, .sim = calloc(1, sizeof *l.sim)};
    if (l.sim == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    l.sim->cli = cli;
    const rsp_status status = run(&l, err);
    rsp_diary_summary_free(&l.summary);
    rsp_diary_fit_free(l.fit);
    rsp_diary_free(&l.diary);
    rsp_prediction_settings_free(&l.settings);
    rsp_model_free(l.sim->model);
    free(l.sim->dose);
    free(l.dose);
    free(l.sim);
    free(l.text);
    return status;
}
