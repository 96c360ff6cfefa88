/* What a call of the fit knows about its model: states that matter, what random effects reach. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "estimate/fit_work.h"

static bool reads_b(enum rsp_op_code code)
{
    return code != RSP_OP_EXP && code != RSP_OP_LOG;
}

/* Which slots depend on a random effect, and the steps of the program that must be run again for it. */
static rsp_status find_active(struct rsp_fit_setup *setup, struct rsp_error *err)
{
    const struct rsp_compiled *c = setup->c;
    for (size_t i = 0; i < c->n_parameter; i++)
        setup->active[i] =
            c->parameter[i].eta >= 0 || c->parameter[i].iov_eta >= 0 || setup->extra_of[i] >= 0;
    RSP_CHECK_BUG(c->n_slot <= RSP_MAX_SLOT && c->program.n_op <= RSP_FIT_MAX_OP, err);
    for (size_t i = 0; i < c->program.n_op; i++) {
        const struct rsp_op *op = &c->program.op[i];
        if (!setup->active[op->a] && !(reads_b(op->code) && setup->active[op->b]))
            continue;
        setup->active[op->to] = true;
        setup->active_op[setup->n_active_op++] = (int)i;
    }
    for (size_t i = 0; i < c->dose_program.n_op; i++) {
        const struct rsp_op *op = &c->dose_program.op[i];
        if (setup->active[op->a] || (reads_b(op->code) && setup->active[op->b]))
            setup->active[op->to] = true;
    }
    return RSP_OK;
}

static rsp_status find_extra(struct rsp_fit_setup *setup, struct rsp_error *err)
{
    const struct rsp_compiled *c = setup->c;
    for (size_t i = 0; i < RSP_MAX_PARAMETER; i++)
        setup->extra_of[i] = -1;
    for (size_t e = 0; e < setup->options.n_extra; e++) {
        const struct rsp_extra_variability *extra = &setup->options.extra[e];
        size_t i = 0;
        while (
            i < c->n_parameter && strcmp(rsp_model_parameter(setup->model, i)->name, extra->parameter) != 0)
            i++;
        if (i == c->n_parameter)
            return rsp_error_set(err, RSP_E_UNKNOWN, extra->parameter, "Model %s has no parameter %s.",
                rsp_model_id(setup->model), extra->parameter);
        if (!(extra->sd_log >= 0 && extra->sd_log < INFINITY))
            return rsp_error_set(err, RSP_E_DOMAIN, extra->parameter,
                "The assumed SD of %s must be a finite number of at least 0.", extra->parameter);
        if (c->parameter[i].eta >= 0 || setup->extra_of[i] >= 0)
            return rsp_error_set(err, RSP_E_MISMATCH, extra->parameter,
                "%s of model %s has a variability already; none may be assumed on top of it.",
                extra->parameter, rsp_model_id(setup->model));
        setup->extra_of[i] = (int)e;
    }
    return RSP_OK;
}

static rsp_status sort_inputs(struct rsp_fit_setup *setup, struct rsp_error *err)
{
    const struct rsp_compiled *c = setup->c;
    int n = 0;
    RSP_CHECK_BUG(c->n_input <= RSP_FIT_MAX_INPUT, err);
    for (int route = 0; route < RSP_N_ROUTE; route++) {
        setup->route_first[route] = n;
        for (size_t i = 0; i < c->n_input; i++)
            if ((int)c->input[i].route == route)
                setup->route_input[n++] = (int)i;
        setup->route_n[route] = n - setup->route_first[route];
    }
    return RSP_OK;
}

struct reached {
    bool entered[RSP_MAX_STATE], zero_order[RSP_MAX_STATE], wanted[RSP_MAX_STATE];
};

static rsp_status check_dose(
    const struct rsp_fit_setup *setup, const struct rsp_dose *dose, struct rsp_error *err)
{
    const char *id = rsp_model_id(setup->model);
    if (!(dose->start_h - dose->start_h == 0) || !(dose->duration_h >= 0 && dose->duration_h < INFINITY) ||
        !(dose->amount_mg >= 0 && dose->amount_mg < INFINITY) ||
        !(dose->steady_interval_h >= 0 && dose->steady_interval_h < INFINITY))
        return rsp_error_set(err, RSP_E_DOMAIN, "dose",
            "A dose has a finite time, and an amount, a duration and an interval of at least 0.");
    if (dose->drug != rsp_model_drug(setup->model))
        return rsp_error_set(err, RSP_E_MISMATCH, "drug", "Model %s takes doses of %s, not of %s.", id,
            rsp_drug_name(rsp_model_drug(setup->model)), rsp_drug_name(dose->drug));
    if (dose->state >= (int)setup->c->n_state)
        return rsp_error_set(
            err, RSP_E_DOMAIN, "state", "Model %s has no compartment %d.", id, dose->state + 1);
    if (dose->state < 0 && (dose->route >= RSP_N_ROUTE || setup->route_n[dose->route] == 0))
        return rsp_error_set(err, RSP_E_MISMATCH, "route", "Model %s takes no %s dose.", id,
            dose->route < RSP_N_ROUTE ? rsp_route_name(dose->route) : "such");
    if (dose->steady_interval_h > 0 && setup->c->time_varying)
        return rsp_error_set(err, RSP_E_UNSUPPORTED, "steady_interval_h",
            "Model %s changes with time, so it has no steady state; write the doses out.", id);
    return RSP_OK;
}

static void reach_of_dose(struct rsp_fit_setup *setup, const struct rsp_dose *dose, struct reached *r)
{
    if (dose->state >= 0) {
        r->entered[dose->state] = true;
        r->zero_order[dose->state] |= dose->duration_h > 0;
        return;
    }
    for (int k = 0; k < setup->route_n[dose->route]; k++) {
        const struct rsp_input *input =
            &setup->c->input[setup->route_input[setup->route_first[dose->route] + k]];
        r->entered[input->state] = true;
        r->zero_order[input->state] |= input->duration >= 0 || dose->duration_h > 0;
        setup->timed |= (input->lag >= 0 && setup->active[input->lag]) ||
                        (input->duration >= 0 && setup->active[input->duration]);
    }
}

static void reach_of_output(const struct rsp_compiled *c, int output, struct reached *r)
{
    if (output < (int)c->n_readout) {
        r->wanted[c->readout[output].state] = true;
        return;
    }
    const struct rsp_compiled_effect *e = &c->effect[output - (int)c->n_readout];
    for (size_t depth = 0; e->form == RSP_EFFECT_PRODUCT && depth < c->n_effect; depth++)
        e = &c->effect[e->driver[0]];
    for (int k = 0; k < e->n_driver; k++)
        r->wanted[c->readout[e->driver[k]].state] = true;
}

static rsp_status reach_of_person(struct rsp_fit_setup *setup, const struct rsp_fit_person *person,
    struct reached *r, struct rsp_error *err)
{
    const struct rsp_compiled *c = setup->c;
    for (size_t d = 0; d < person->n_dose; d++) {
        RSP_TRY(check_dose(setup, &person->dose[d], err));
        reach_of_dose(setup, &person->dose[d], r);
    }
    for (size_t i = 0; i < person->n_observation; i++) {
        const int output = person->observation[i].output;
        if (output < 0 || (size_t)output >= c->n_readout + c->n_effect)
            return rsp_error_set(err, RSP_E_UNKNOWN, "output", "Model %s has no output number %d.",
                rsp_model_id(setup->model), output);
        if (setup->residual[output] == NULL)
            return rsp_error_set(err, RSP_E_MISMATCH, "output",
                "Model %s gives no residual error for %s, so it cannot be fitted to it; add it under "
                "residual.",
                rsp_model_id(setup->model), rsp_model_output_name(setup->model, (size_t)output));
        reach_of_output(c, output, r);
    }
    return RSP_OK;
}

static void find_links(struct rsp_fit_setup *setup)
{
    const struct rsp_structure *s = &setup->structure;
    bool pair[RSP_MAX_STATE][RSP_MAX_STATE] = {{false}};
    for (size_t l = 0; l < setup->c->n_link; l++) {
        const struct rsp_link *link = &setup->c->link[l];
        const int from = s->kept[link->from], to = link->to >= 0 ? s->kept[link->to] : -1;
        if (from < 0 || (to < 0 && !link->conserving))
            continue;
        setup->link[setup->n_link++] =
            (struct rsp_fit_link){from, to, link->rate, link->growth, link->conserving};
        if (to >= 0)
            pair[to][from] = true;
        if (link->conserving)
            pair[from][from] = true;
    }
    for (int i = 0; i < s->n; i++)
        for (int j = 0; j < s->n; j++) {
            setup->reach[i][j] = pair[i][j] || i == j;
            if (!pair[i][j])
                continue;
            setup->pair[setup->n_pair][0] = (unsigned char)i;
            setup->pair[setup->n_pair++][1] = (unsigned char)j;
        }
    for (int k = 0; k < s->n; k++)
        for (int i = 0; i < s->n; i++)
            for (int j = 0; setup->reach[i][k] && j < s->n; j++)
                setup->reach[i][j] = setup->reach[i][j] || setup->reach[k][j];
}

static rsp_status fill(
    struct rsp_fit_setup *setup, size_t n, const struct rsp_fit_person person[], struct rsp_error *err)
{
    const struct rsp_compiled *c = setup->c;
    struct reached r = {{false}, {false}, {false}};
    RSP_CHECK_BUG(c->n_readout <= RSP_FIT_MAX_READOUT && c->n_effect <= RSP_FIT_MAX_READOUT &&
                      c->n_link <= RSP_FIT_MAX_LINK,
        err);
    for (size_t i = 0; i < c->n_residual; i++)
        setup->residual[c->residual[i].readout] = &c->residual[i];
    RSP_TRY(find_extra(setup, err));
    RSP_TRY(find_active(setup, err));
    RSP_TRY(sort_inputs(setup, err));
    for (size_t i = 0; i < n; i++) {
        const rsp_status status = reach_of_person(setup, &person[i], &r, err);
        if (status != RSP_OK) {
            if (err != NULL && n > 1)
                snprintf(err->field, sizeof err->field, "%zu", i + 1);
            return status;
        }
    }
    RSP_TRY(rsp_structure_build(c, r.entered, r.zero_order, r.wanted, &setup->structure, err));
    find_links(setup);
    return RSP_OK;
}

rsp_status rsp_fit_setup_new(const struct rsp_model *model, size_t n, const struct rsp_fit_person person[],
    const struct rsp_fit_options *options, struct rsp_fit_setup **out, struct rsp_error *err)
{
    struct rsp_fit_setup *setup = calloc(1, sizeof *setup);
    if (setup == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the fit.");
    setup->model = model;
    setup->c = rsp_model_compiled(model);
    if (options != NULL)
        setup->options = *options;
    const rsp_status status = fill(setup, n, person, err);
    if (status == RSP_OK)
        *out = setup;
    else
        rsp_fit_setup_free(setup);
    return status;
}

void rsp_fit_setup_free(struct rsp_fit_setup *setup)
{
    if (setup == NULL)
        return;
    rsp_structure_free(&setup->structure);
    free(setup);
}
