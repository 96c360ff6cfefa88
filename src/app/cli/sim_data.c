/* People, doses and times from an NM-TRAN data set. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulation.h"

/* Options that a data set leaves no room for. */
static rsp_status refuse_others(const struct rsp_sim *sim, struct rsp_error *err)
{
    static const struct {
        const char *option, *place, *why;
    } other[] = {{"dose", "--dose", "the data set has the doses"},
        {"subjects", "--subjects", "the data set has the people"},
        {"patient", "--patient", "the data set has the people"},
        {"plot", "--plot", "a data set is written, not drawn"}};

    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (rsp_cli_text(sim->cli, other[i].option) != NULL)
            return rsp_cli_place(
                rsp_error_set(err, RSP_E_MISMATCH, "", "it does not go with --data: %s", other[i].why),
                other[i].place, err);
    return RSP_OK;
}

/* Option that gave a covariate of everybody. */
static const char *option_of(const struct rsp_sim *sim, const char *name)
{
    static const struct {
        const char *covariate, *option, *place;
    } own[] = {{"weight_kg", "weight", "--weight"}, {"age_y", "age", "--age"}, {"sex", "sex", "--sex"}};

    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(own[i].covariate, name) == 0 && rsp_cli_text(sim->cli, own[i].option) != NULL)
            return own[i].place;
    return "--covariate";
}

/* One value for everybody and values of each person exclude each other. */
static rsp_status refuse_columns(const struct rsp_sim *sim, struct rsp_error *err)
{
    for (size_t i = 0; i < rsp_model_n_covariate(sim->model); i++)
        for (size_t p = 0; p < sim->data->n_subject && sim->given[i]; p++) {
            const char *name = rsp_model_covariate(sim->model, i)->name;
            if (isnan(sim->data->subject[p].covariate[i]))
                continue;
            return rsp_cli_place(
                rsp_error_set(err, RSP_E_MISMATCH, "",
                    "the data set has the column %s: give it in one of the two places", name),
                option_of(sim, name), err);
        }
    return RSP_OK;
}

rsp_status rsp_sim_data(struct rsp_sim *sim, struct rsp_error *err)
{
    const char *path = rsp_cli_text(sim->cli, "data");
    char *text = NULL;
    size_t length;

    RSP_TRY(refuse_others(sim, err));
    for (size_t i = 0; i < RSP_SIM_MAX_COVARIATE; i++) {
        sim->given[i] = sim->column[i] != NULL;
        sim->given_value[i] = sim->covariate[i];
    }
    RSP_TRY(rsp_cli_read(path, RSP_CLI_MAX_INPUT, &text, &length, err));
    const rsp_status status = rsp_events_parse(text, length, path, sim->model, RSP_ROUTE_IV, &sim->data, err);
    free(text);
    return status == RSP_OK ? refuse_columns(sim, err) : status;
}

/* Where a value of the data set is refused: file, line, column and person. */
static rsp_status at(const struct rsp_sim *sim, rsp_status status, int line, const char *column,
    const struct rsp_subject *subject, struct rsp_error *err)
{
    if (status == RSP_OK || err == NULL)
        return status;
    const struct rsp_error why = *err;
    rsp_error_set(err, status, column, "ID %.60s: %s", subject->id, why.message);
    rsp_error_place(err, rsp_cli_text(sim->cli, "data"), line);
    return status;
}

/* The first dose with which the doses of a person become absurd. */
static rsp_status check_doses(
    const struct rsp_sim *sim, const struct rsp_subject *subject, double weight_kg, struct rsp_error *err)
{
    size_t good = 0, bad = subject->n_dose;
    const rsp_status status = rsp_doses_check_absurd(subject->n_dose, subject->dose, weight_kg, err);

    if (status == RSP_OK || subject->n_dose == 0)
        return status;
    while (bad - good > 1) {
        const size_t n = good + (bad - good) / 2;
        if (rsp_doses_check_absurd(n, subject->dose, weight_kg, NULL) == RSP_OK)
            good = n;
        else
            bad = n;
    }
    return at(sim, status, subject->dose_line[bad - 1], "AMT", subject, err);
}

rsp_status rsp_sim_subject(struct rsp_sim *sim, const struct rsp_subject *subject, struct rsp_error *err)
{
    const int weight = rsp_model_covariate_find(sim->model, "weight_kg");
    double weight_kg = sim->weight_kg;

    for (size_t i = 0; i < rsp_model_n_covariate(sim->model); i++) {
        sim->covariate[i] = sim->given_value[i];
        sim->column[i] = sim->given[i] ? &sim->covariate[i] : NULL;
        if (!isnan(subject->covariate[i]))
            RSP_TRY(at(sim, rsp_sim_set_covariate(sim, i, "", subject->covariate[i], err), subject->line,
                rsp_model_covariate(sim->model, i)->name, subject, err));
    }
    RSP_TRY(at(sim, rsp_sim_check_required(sim, err), subject->line, "", subject, err));
    if (weight >= 0 && !isnan(subject->covariate[weight]))
        weight_kg = subject->covariate[weight];
    if (rsp_cli_flag(sim->cli, "allow-any-dose"))
        return RSP_OK;
    return check_doses(sim, subject, weight_kg, err);
}
