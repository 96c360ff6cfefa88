/* The command line of `respite tci`, each value judged where it stands. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

#include "model_argument.h"
#include "plan/copies.h"
#include "tci.h"

enum { MAX_TARGET = 2000, MAX_THREAD = 1024, MIN_COPIES = 20, ADULT_Y = 18 };

/* What pumps are set to when nothing else is said. */
static const double usual_ml_per_h = 0.1, usual_mg_per_h = 0.01;
static const double longest_hold_h = 0.5, rounding_h = 1e-9;

static rsp_status read_model(struct rsp_tci_run *run, struct rsp_error *err)
{
    const char *text = rsp_cli_text(run->sim.cli, "model");
    if (text == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "",
            "no model: add --model MODEL, such as otto2021 ('respite model list' shows them)");
    RSP_TRY(rsp_cli_model(text, &run->sim.model, err));
    if (!rsp_model_may_plan(run->sim.model))
        return rsp_cli_place(
            rsp_error_set(err, RSP_E_UNSUPPORTED, "",
                "%s is a model of children: it simulates, but programmes are made for adults only",
                rsp_model_id(run->sim.model)),
            "--model", err);
    run->request.model = run->sim.model;
    return RSP_OK;
}

static rsp_status adult(double age_y, const char *option, struct rsp_error *err)
{
    if (!(age_y < ADULT_Y))
        return RSP_OK;
    return rsp_cli_place(
        rsp_error_set(err, RSP_E_DOMAIN, "", "%.3g years: programmes are made for adults only, from %d years",
            age_y, ADULT_Y),
        option, err);
}

static rsp_status read_patient(struct rsp_tci_run *run, struct rsp_error *err)
{
    const struct rsp_cli *cli = run->sim.cli;
    const char *path = rsp_cli_text(cli, "patient");
    size_t length;

    run->facts = (struct rsp_patient){.weight_kg = NAN, .age_y = NAN};
    if (path != NULL) {
        RSP_TRY(rsp_cli_read(path, RSP_CLI_MAX_PATIENT, &run->patient_text, &length, err));
        RSP_TRY(rsp_patient_parse(run->patient_text, length, path, cli->today,
            rsp_cli_flag(cli, "force-covariates"), &run->patient, err));
        run->facts = *run->patient;
        RSP_TRY(adult(run->facts.age_y, path, err));
    }
    double age_y = NAN;
    RSP_TRY(rsp_cli_number(cli, "age", -INFINITY, INFINITY, &age_y, err));
    return isnan(age_y) ? RSP_OK : adult(age_y, "--age", err);
}

static rsp_status read_person(struct rsp_tci_run *run, struct rsp_error *err)
{
    static const char *const settings[] = {"outpatient", "inpatient", "icu"};
    struct rsp_sim *sim = &run->sim;
    int setting = -1;

    RSP_TRY(read_patient(run, err));
    RSP_TRY(rsp_sim_assumptions(sim, err));
    RSP_TRY(rsp_sim_people(sim, err));
    if (isnan(sim->weight_kg))
        return rsp_error_set(err, RSP_E_MISSING, "",
            "no weight: limits and rates per kg need the body weight; add --weight KG");
    RSP_TRY(rsp_cli_choice(sim->cli, "setting", &setting, err));
    run->facts.weight_kg = sim->weight_kg;
    if (setting >= 0)
        run->facts.setting = settings[setting];
    for (size_t i = 0; i < RSP_SIM_MAX_COVARIATE; i++)
        run->covariate[i] = sim->column[i] != NULL ? *sim->column[i] : NAN;
    run->request.patient = &run->facts;
    run->request.covariate = run->covariate;
    run->request.racemate_half_s = sim->racemate_half_s;
    return RSP_OK;
}

static rsp_status read_duration(
    const struct rsp_cli *cli, const char *option, double *time_h, struct rsp_error *err)
{
    static const struct rsp_dimension of_time = {.time = 1};
    const char *text = rsp_cli_text(cli, option);
    struct rsp_quantity q;
    char name[40];

    if (text == NULL)
        return RSP_OK;
    snprintf(name, sizeof name, "--%s", option);
    RSP_TRY(rsp_cli_place(rsp_quantity_parse_like(text, "30 min", &q, err), name, err));
    if (!rsp_dimension_equal(q.unit.dimension, of_time))
        return rsp_cli_place(
            rsp_error_set(err, RSP_E_UNIT, "", "'%.40s' is no time: write '30 min' or '4 h'", text), name,
            err);
    if (!(q.internal > 0))
        return rsp_cli_place(
            rsp_error_set(err, RSP_E_DOMAIN, "", "'%.40s' is no length: it must be longer than 0", text),
            name, err);
    *time_h = q.internal;
    return RSP_OK;
}

/* Model and target speak of one drug, or nothing is made. */
static rsp_status same_drug(const struct rsp_tci_run *run, struct rsp_error *err)
{
    const enum rsp_drug model = rsp_model_drug(run->sim.model), target = run->profile.drug;
    if (model == target)
        return RSP_OK;
    return rsp_error_set(err, RSP_E_MISMATCH, "",
        "%s is a model of %s and the target is one of %s: drugs are never converted",
        rsp_model_id(run->sim.model), rsp_drug_name(model), rsp_drug_name(target));
}

static rsp_status read_target(struct rsp_tci_run *run, struct rsp_error *err)
{
    const struct rsp_cli *cli = run->sim.cli;
    char text[MAX_TARGET] = "";
    size_t used = 0;
    double total_h = NAN;

    for (size_t i = 0; i < rsp_cli_count(cli, "target"); i++) {
        if (used < sizeof text)
            used += (size_t)snprintf(
                text + used, sizeof text - used, "%s%s", i > 0 ? "; " : "", rsp_cli_nth(cli, "target", i));
        if (used >= sizeof text)
            return rsp_cli_place(
                rsp_error_set(err, RSP_E_LIMIT, "", "the target is longer than %d characters", MAX_TARGET),
                "--target", err);
    }
    if (used == 0)
        return rsp_error_set(
            err, RSP_E_MISSING, "", "no target: add --target '150 ng/mL esketamine over 30 min' --for 4 h");
    RSP_TRY(read_duration(cli, "for", &total_h, err));
    const rsp_status status = rsp_tci_profile_parse(text, total_h, &run->profile, err);
    if (status != RSP_OK)
        return rsp_cli_place(status, strcmp(err->field, "for") == 0 ? "--for" : "--target", err);
    run->request.profile = &run->profile;
    return rsp_cli_place(same_drug(run, err), "--target", err);
}

static rsp_status read_place(struct rsp_tci_run *run, struct rsp_error *err)
{
    const char *at = rsp_cli_text(run->sim.cli, "at");
    if (at == NULL || rsp_text_equal(at, "plasma")) {
        run->request.method = RSP_TCI_PLASMA;
        return rsp_cli_place(rsp_tci_plasma(run->sim.model, &run->request.output, err), "--at", err);
    }
    run->request.method = RSP_TCI_EFFECT;
    return rsp_cli_place(rsp_tci_effect_site(run->sim.model, rsp_text_equal(at, "effect") ? NULL : at,
                             &run->request.output, err),
        "--at", err);
}

/* A rate in mg/h, from mg, mg/kg or mL a time. */
static rsp_status read_rate(
    const struct rsp_tci_run *run, const char *option, double *rate_mg_per_h, struct rsp_error *err)
{
    static const struct rsp_dimension mass = {.mass = 1, .time = -1},
                                      per_kg = {.mass = 1, .time = -1, .body_mass = -1},
                                      volume = {.volume = 1, .time = -1};
    enum { ML_PER_L = 1000 };
    const char *text = rsp_cli_text(run->sim.cli, option);
    struct rsp_quantity q;
    char name[40];

    if (text == NULL)
        return RSP_OK;
    snprintf(name, sizeof name, "--%s", option);
    RSP_TRY(rsp_cli_place(rsp_quantity_parse_like(text, "30 mg/h", &q, err), name, err));
    double factor = NAN;
    if (rsp_dimension_equal(q.unit.dimension, mass))
        factor = 1;
    else if (rsp_dimension_equal(q.unit.dimension, per_kg))
        factor = run->facts.weight_kg;
    else if (rsp_dimension_equal(q.unit.dimension, volume))
        factor = ML_PER_L * run->request.syringe_mg_per_ml;
    else
        return rsp_cli_place(rsp_error_set(err, RSP_E_UNIT, "",
                                 "'%.40s' is no rate: write '30 mg/h', '0.4 mg/kg/h' or '30 mL/h'", text),
            name, err);
    if (isnan(factor))
        return rsp_cli_place(rsp_error_set(err, RSP_E_MISSING, "",
                                 "'%.40s' needs the strength: add --syringe '200 mg in 200 mL'", text),
            name, err);
    if (!(q.internal > 0))
        return rsp_cli_place(
            rsp_error_set(err, RSP_E_DOMAIN, "", "'%.40s' is no rate: it must be above 0", text), name, err);
    *rate_mg_per_h = q.internal * factor;
    return RSP_OK;
}

static rsp_status read_pump(struct rsp_tci_run *run, struct rsp_error *err)
{
    const struct rsp_cli *cli = run->sim.cli;
    struct rsp_tci_pump *pump = &run->request.pump;
    const double end_h = rsp_tci_profile_end_h(&run->profile);

    run->request.syringe_mg_per_ml = run->request.syringe_ml = NAN;
    RSP_TRY(
        rsp_cli_place(rsp_cli_syringe(cli, &run->request.syringe_mg_per_ml, &run->request.syringe_ml, err),
            "--syringe", err));
    pump->resolution_mg_per_h = isnan(run->request.syringe_mg_per_ml)
                                    ? usual_mg_per_h
                                    : usual_ml_per_h * run->request.syringe_mg_per_ml;
    RSP_TRY(read_rate(run, "resolution", &pump->resolution_mg_per_h, err));
    RSP_TRY(read_rate(run, "max-rate", &pump->max_rate_mg_per_h, err));
    RSP_TRY(read_duration(cli, "shortest-step", &pump->shortest_step_h, err));
    RSP_TRY(read_duration(cli, "step", &pump->step_h, err));
    RSP_TRY(read_duration(cli, "longest-step", &pump->longest_step_h, err));
    if (pump->step_h > end_h)
        return rsp_cli_place(
            rsp_error_set(err, RSP_E_DOMAIN, "", "a step of %.4g min is longer than the infusion of %.4g min",
                pump->step_h * 60, end_h * 60),
            "--step", err);
    if (end_h < fmax(pump->shortest_step_h, 6 * rsp_tci_grid_h(pump)) - rounding_h && !(pump->step_h > 0))
        return rsp_cli_place(rsp_error_set(err, RSP_E_DOMAIN, "",
                                 "the whole lasts %.4g min, less than the shortest step of %.4g min",
                                 end_h * 60, 6 * rsp_tci_grid_h(pump) * 60),
            "--for", err);
    if (pump->step_h > 0 && !(pump->shortest_step_h > 0))
        pump->shortest_step_h = fmin(pump->step_h, RSP_H_PER_MIN);
    if (!(pump->step_h > 0)) {
        /* the engine's own 5 min, unless the infusion or the longest step is shorter */
        const double usual_h = 5 * RSP_H_PER_MIN;
        pump->step_h = fmax(fmin(usual_h, end_h), pump->shortest_step_h);
        if (pump->longest_step_h > 0)
            pump->step_h = fmin(pump->step_h, pump->longest_step_h);
        else
            pump->longest_step_h = fmax(pump->step_h, fmin(longest_hold_h, end_h));
    }
    return RSP_OK;
}

static rsp_status read_dissociation(struct rsp_tci_run *run, struct rsp_error *err)
{
    const struct rsp_cli *cli = run->sim.cli;
    const char *text = rsp_cli_text(cli, "max-dissociation");
    enum { PERCENT = 100 };
    struct rsp_quantity q;

    run->request.max_dissociation_pct = NAN;
    run->request.probability = 0.9; /* nine people in ten, when nothing else is said */
    if (text == NULL && rsp_cli_text(cli, "probability") != NULL)
        return rsp_cli_place(
            rsp_error_set(err, RSP_E_MISSING, "", "a probability of what? add --max-dissociation '30 %%'"),
            "--probability", err);
    if (text == NULL)
        return RSP_OK;
    double bare;
    if (rsp_number_parse(text, &bare, NULL) == RSP_OK)
        return rsp_cli_place(
            rsp_error_set(err, RSP_E_UNIT, "", "'%.40s' has no unit: write '%.40s %%'", text, text),
            "--max-dissociation", err);
    RSP_TRY(rsp_cli_place(rsp_quantity_parse_like(text, "30 %", &q, err), "--max-dissociation", err));
    if (strcmp(q.unit.text, "%") != 0)
        return rsp_cli_place(rsp_error_set(err, RSP_E_UNIT, "", "'%.40s' is no share: write '30 %%'", text),
            "--max-dissociation", err);
    if (!(q.value > 0 && q.value < PERCENT))
        return rsp_cli_place(rsp_error_set(err, RSP_E_DOMAIN, "",
                                 "'%.40s' bounds nothing: give more than 0 and less than 100 %%", text),
            "--max-dissociation", err);
    run->request.max_dissociation_pct = q.value;
    return rsp_cli_number(cli, "probability", 0.5, 0.99, &run->request.probability, err);
}

static rsp_status read_draws(struct rsp_tci_run *run, struct rsp_error *err)
{
    const struct rsp_cli *cli = run->sim.cli;
    double subjects = 0, seed = 1, threads = 0;

    RSP_TRY(rsp_cli_whole(cli, "subjects", MIN_COPIES, RSP_COPIES_MAX, &subjects, err));
    RSP_TRY(rsp_cli_whole(cli, "seed", 0, RSP_CLI_LARGEST_SEED, &seed, err));
    RSP_TRY(rsp_cli_whole(cli, "threads", 1, MAX_THREAD, &threads, err));
    run->request.n_subject = (size_t)subjects;
    run->request.seed = (uint64_t)seed;
    run->request.n_thread = (int)threads;
    return RSP_OK;
}

rsp_status rsp_tci_options(struct rsp_tci_run *run, struct rsp_error *err)
{
    RSP_TRY(read_model(run, err));
    RSP_TRY(read_target(run, err));
    RSP_TRY(read_place(run, err));
    RSP_TRY(read_person(run, err));
    RSP_TRY(read_pump(run, err));
    RSP_TRY(read_dissociation(run, err));
    return read_draws(run, err);
}
