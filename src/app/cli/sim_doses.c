#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

#include "simulation.h"

#define RACEMATE_HALF_S "racemate_half_s"

static rsp_status wrong_drug(const struct rsp_sim *sim, enum rsp_drug given, struct rsp_error *err)
{
    const enum rsp_drug fitted = rsp_model_drug(sim->model);

    if (given == RSP_DRUG_KETAMINE && fitted == RSP_DRUG_ESKETAMINE)
        return rsp_error_set(err, RSP_E_MISMATCH, "",
            "ketamine is the racemate and %s is a model of esketamine: give an esketamine dose, or add "
            "--assume " RACEMATE_HALF_S " (half of the dose is esketamine, the other half has no influence)",
            rsp_model_id(sim->model));
    return rsp_error_set(err, RSP_E_MISMATCH, "",
        "%s is a model of %s and the dose is %s: drugs are never converted", rsp_model_id(sim->model),
        rsp_drug_name(fitted), rsp_drug_name(given));
}

static rsp_status fit_drug(const struct rsp_sim *sim, size_t n, struct rsp_dose dose[], struct rsp_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (dose[i].drug == rsp_model_drug(sim->model))
            continue;
        if (!sim->racemate_half_s || dose[i].drug != RSP_DRUG_KETAMINE ||
            rsp_model_drug(sim->model) != RSP_DRUG_ESKETAMINE)
            return wrong_drug(sim, dose[i].drug, err);
        dose[i].drug = RSP_DRUG_ESKETAMINE;
        dose[i].amount_mg /= 2;
    }
    return RSP_OK;
}

static rsp_status add_text(struct rsp_sim *sim, const char *text, struct rsp_error *err)
{
    struct rsp_dose_text dose;
    size_t n;

    RSP_TRY(rsp_dose_text_parse(text, &dose, err));
    RSP_TRY(rsp_dose_text_expand(
        &dose, sim->weight_kg, RSP_SIM_MAX_DOSE - sim->n_dose, sim->dose + sim->n_dose, &n, err));
    sim->n_dose += n;
    return RSP_OK;
}

rsp_status rsp_sim_doses(struct rsp_sim *sim, struct rsp_error *err)
{
    const size_t n = rsp_cli_count(sim->cli, "dose");
    rsp_status status = RSP_OK;

    if (n == 0)
        return rsp_error_set(err, RSP_E_MISSING, "",
            "no dose: add --dose '22.2 mg/h esketamine iv for 100 h', or --data EVENTS.csv");
    sim->dose = calloc(RSP_SIM_MAX_DOSE, sizeof *sim->dose);
    if (sim->dose == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    for (size_t i = 0; i < n && status == RSP_OK; i++)
        status = add_text(sim, rsp_cli_nth(sim->cli, "dose", i), err);
    if (status == RSP_OK && !rsp_cli_flag(sim->cli, "allow-any-dose"))
        status = rsp_doses_check_absurd(sim->n_dose, sim->dose, sim->weight_kg, err);
    if (status == RSP_OK)
        status = fit_drug(sim, sim->n_dose, sim->dose, err);
    if (status != RSP_OK)
        rsp_error_place(err, "--dose", 0);
    return status;
}

rsp_status rsp_sim_assumptions(struct rsp_sim *sim, struct rsp_error *err)
{
    enum { MAX_KNOWN = 64 };
    const char *known[MAX_KNOWN + 3];
    size_t n = 0;

    known[n++] = RACEMATE_HALF_S;
    known[n++] = "slow_effect_any_site";
    for (size_t i = 0; i < rsp_model_n_assumption(sim->model) && n < MAX_KNOWN; i++)
        known[n++] = rsp_model_assumption(sim->model, i)->name;
    known[n] = NULL;
    for (size_t i = 0; i < rsp_cli_count(sim->cli, "assume"); i++) {
        const char *name = rsp_cli_nth(sim->cli, "assume", i);
        size_t k = 0;
        while (k < n && strcmp(known[k], name) != 0)
            k++;
        if (k == n) {
            const char *nearest = rsp_text_nearest(name, known);
            rsp_error_set(err, RSP_E_UNKNOWN, "", "%s knows no assumption '%.60s'%s%s%s",
                rsp_model_id(sim->model), name, nearest != NULL ? ": did you mean '" : "",
                nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
            rsp_error_place(err, "--assume", 0);
            return RSP_E_UNKNOWN;
        }
        sim->racemate_half_s = sim->racemate_half_s || k == 0;
    }
    return RSP_OK;
}
