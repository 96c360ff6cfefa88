/* respite fit --diary */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fit_diary.h"
#include "model_argument.h"
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

static rsp_status read_diary(struct learning *l, struct rsp_error *err)
{
    const char *path = rsp_cli_text(l->cli, "diary");
    const struct rsp_diary_read_options options = {.time_zero = l->time_zero,
        .id = l->person != NULL ? l->person->id : rsp_cli_text(l->cli, "id"),
        .has_today = true,
        .today = l->cli->today.day};
    size_t length = 0;
    if (path == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "", "no diary: add --diary DIARY.csv");
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

static rsp_status learn(struct learning *l, struct rsp_error *err)
{
    const struct rsp_diary_person *person = l->person;
    struct rsp_sim *sim = l->sim;
    double covariate[RSP_SIM_MAX_COVARIATE];
    for (size_t i = 0; i < rsp_model_n_covariate(l->model) && person == NULL; i++)
        covariate[i] = sim->column[i] != NULL ? sim->covariate[i] : NAN;
    const struct rsp_diary_question question = {.model = l->model,
        .covariate = person != NULL ? person->covariate : covariate,
        .n_dose = person != NULL ? person->n_dose : sim->n_dose,
        .dose = person != NULL ? person->dose : sim->dose,
        .n_pk = person != NULL ? person->n_pk : 0,
        .pk = person != NULL ? person->pk : NULL};
    RSP_TRY(rsp_diary_fit_new(&question, &l->options, &l->diary, &l->fit, err));
    return rsp_diary_summarise(l->fit, &l->summary, err);
}

static void write_answer(struct learning *l)
{
    const char *between = rsp_prediction_assumption(&l->settings, "between_person_relief");
    const struct rsp_diary_answer answer = {.diary = &l->diary,
        .fit = l->fit,
        .summary = &l->summary,
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
    free(l.sim);
    free(l.text);
    return status;
}
