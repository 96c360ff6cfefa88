/* People, doses and times from an NM-TRAN data set. */
#include <math.h>
#include <stdlib.h>

#include "simulation.h"

static rsp_status place(rsp_status status, const char *option, struct rsp_error *err)
{
    if (status != RSP_OK)
        rsp_error_place(err, option, 0);
    return status;
}

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
            return place(
                rsp_error_set(err, RSP_E_MISMATCH, "", "it does not go with --data: %s", other[i].why),
                other[i].place, err);
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
    return status;
}

rsp_status rsp_sim_subject(struct rsp_sim *sim, const struct rsp_subject *subject, struct rsp_error *err)
{
    const char *path = rsp_cli_text(sim->cli, "data");
    const int weight = rsp_model_covariate_find(sim->model, "weight_kg");
    double weight_kg = sim->weight_kg;

    for (size_t i = 0; i < rsp_model_n_covariate(sim->model); i++) {
        sim->covariate[i] = sim->given_value[i];
        sim->column[i] = sim->given[i] ? &sim->covariate[i] : NULL;
        if (!isnan(subject->covariate[i]))
            RSP_TRY(rsp_sim_set_covariate(sim, i, path, subject->covariate[i], err));
    }
    RSP_TRY(place(rsp_sim_check_required(sim, err), path, err));
    if (weight >= 0 && !isnan(subject->covariate[weight]))
        weight_kg = subject->covariate[weight];
    if (rsp_cli_flag(sim->cli, "allow-any-dose"))
        return RSP_OK;
    return place(rsp_doses_check_absurd(subject->n_dose, subject->dose, weight_kg, err), path, err);
}
