/* A level that is aimed at becomes the steps of a pump, as dose texts: a plan takes them like any others, so that limits, slips,
 * consent and order judge a programme as they judge every regimen. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <respite/model.h>
#include <respite/units.h>

#include "service/advising.h"
#include "service/json_build.h"
#include "service/order_rates.h"
#include "service/person.h"
#include "service/planning.h"
#include "service/pump.h"

/* The model that draws the level of an infusion beside the planner. */
#define LEVEL_MODEL "otto2021"

/* Fewer and longer steps than a pump could run: a person sets each by hand, and reads each back when it is checked. */
static const double shortest_min = 10.0, longest_min = 30.0, resolution_mg_per_h = 0.1, most_settings = 40.0;

struct programme {
    struct rsp_model *model;
    struct rsp_tci_profile profile;
    struct rsp_person person;
    struct rsp_pump_request request;
    struct rsp_pump_plan plan; /* its programme alone */
};

static rsp_status read_target(struct rsp_call *call, struct programme *p)
{
    const json_t *hours = json_object_get(call->input, "hours");
    const rsp_status status = rsp_tci_profile_parse(rsp_call_text(call, "target"),
        hours != NULL ? json_number_value(hours) : NAN, &p->profile, call->err);
    if (status != RSP_OK && call->err != NULL)
        snprintf(call->err->field, sizeof call->err->field, "target");
    RSP_TRY(status);
    if (p->profile.drug == rsp_model_drug(p->model))
        return RSP_OK;
    return rsp_error_set(call->err, RSP_E_MISMATCH, "target",
        "a programme is made for %s alone, whose levels have a model: give the steps of %s as doses",
        rsp_drug_name(rsp_model_drug(p->model)), rsp_drug_name(p->profile.drug));
}

/* The patient as the model sees them; what is assumed for it stands in the basis of the plan that takes the steps. */
static rsp_status see_person(struct rsp_call *call, const struct rsp_patient *patient, struct programme *p)
{
    struct rsp_dose infusion = {.route = RSP_ROUTE_IV};
    struct rsp_advising a = {.book = call->service->book, .patient = patient, .n_dose = 1, .dose = &infusion};
    RSP_TRY(rsp_advise_adult(patient, call->err));
    if (!(patient->weight_kg > 0.0))
        return rsp_error_set(call->err, RSP_E_MISSING, "weight_kg", "a programme needs the body weight");
    a.advice = calloc(1, sizeof *a.advice);
    if (a.advice == NULL)
        return rsp_call_no_memory(call);
    const rsp_status status = rsp_person_for(&a, p->model, &p->person, call->err);
    rsp_advice_free(a.advice);
    return status;
}

static rsp_status design(struct rsp_call *call, const struct rsp_patient *patient, struct programme *p)
{
    const double end_h = rsp_tci_profile_end_h(&p->profile);
    p->request = (struct rsp_pump_request){.model = p->model,
        .covariate = p->person.covariate,
        .patient = patient,
        .profile = &p->profile,
        .method = RSP_TCI_PLASMA,
        .syringe_mg_per_ml = NAN,
        .syringe_ml = NAN,
        .pump = {.resolution_mg_per_h = resolution_mg_per_h,
            .step_h = shortest_min * RSP_H_PER_MIN,
            .shortest_step_h = shortest_min * RSP_H_PER_MIN,
            .longest_step_h = fmax(longest_min * RSP_H_PER_MIN, end_h / most_settings)}};
    p->plan.profile = p->profile;
    RSP_TRY(rsp_tci_plasma(p->model, &p->request.output, call->err));
    RSP_TRY(rsp_pump_check_target(call->service->book, &p->request, &p->plan, call->err));
    const struct rsp_tci_request request = {.output = p->request.output,
        .method = p->request.method,
        .profile = &p->profile,
        .pump = p->request.pump};
    return rsp_tci_design(p->model, p->person.covariate, &request, &p->plan.programme, call->err);
}

/* A step that a plan and an order could not carry as one is refused here, where the target can still be another. */
static rsp_status check_steps(struct rsp_call *call, const struct rsp_tci_programme *made)
{
    size_t n = 0;
    for (size_t i = 0; i < made->n_step; i++) {
        const struct rsp_tci_step *step = &made->step[i];
        if (step->rate_mg_per_h <= 0.0)
            continue;
        n++;
        if (step->duration_h <= RSP_PUSH_H)
            return rsp_error_set(call->err, RSP_E_DOMAIN, "target",
                "a step of %.3g min would be a push and no infusion: give the target times of whole %.0f "
                "minutes",
                step->duration_h / RSP_H_PER_MIN, shortest_min);
    }
    if (n == 0)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "target", "every rate that this needs is rounded to 0");
    if (n > RSP_MAX_DOSE_TEXT || n > RSP_MAX_ORDER_STEP)
        return rsp_error_set(call->err, RSP_E_LIMIT, "target",
            "this needs %zu settings of the pump, a plan takes %d: a shorter programme or a slower rise "
            "needs "
            "fewer",
            n, RSP_MAX_DOSE_TEXT);
    return RSP_OK;
}

static json_t *dose_texts(struct rsp_build *b, const struct programme *p)
{
    const struct rsp_tci_programme *made = p->plan.programme;
    json_t *rows = json_array();
    for (size_t i = 0; i < made->n_step; i++) {
        char text[200];
        const struct rsp_dose_text dose = {.basis = RSP_DOSE_MG_PER_H,
            .value = made->step[i].rate_mg_per_h,
            .drug = p->profile.drug,
            .route = RSP_ROUTE_IV,
            .duration_h = made->step[i].duration_h,
            .start_h = made->step[i].start_h,
            .n_repeat = 1};
        if (dose.value <= 0.0)
            continue;
        rsp_dose_text_format(&dose, text, sizeof text);
        rsp_build_append(b, rows, json_string(text));
    }
    return rows;
}

static rsp_status put_programme(struct rsp_call *call, const struct programme *p)
{
    struct rsp_build b = {0};
    const struct rsp_tci_programme *made = p->plan.programme;
    char level[2000];
    json_t *row = json_object();
    (void)rsp_pump_level_sentence(&p->request, &p->plan, level, sizeof level);
    rsp_build_set(&b, row, "model", json_string(rsp_model_id(p->model)));
    rsp_build_set(&b, row, "doses", dose_texts(&b, p));
    rsp_build_set(&b, row, "total_mg", rsp_build_number(made->total_mg));
    rsp_build_set(&b, row, "hours", rsp_build_number(made->end_h));
    rsp_build_set(&b, row, "highest_ng_per_ml", rsp_build_number(made->top_ng_per_ml));
    rsp_build_set(&b, row, "level", json_string(level));
    rsp_build_set(
        &b, row, "outside", rsp_build_text(p->person.outside[0] != '\0' ? p->person.outside : NULL));
    if (b.failed) {
        json_decref(row);
        return rsp_call_no_memory(call);
    }
    return rsp_call_put(call, "programme", row);
}

static rsp_status make(struct rsp_call *call, const struct rsp_patient *patient, struct programme *p)
{
    RSP_TRY(rsp_model_shipped(LEVEL_MODEL, &p->model, call->err));
    RSP_TRY(read_target(call, p));
    RSP_TRY(see_person(call, patient, p));
    RSP_TRY(design(call, patient, p));
    RSP_TRY(check_steps(call, p->plan.programme));
    return put_programme(call, p);
}

rsp_status rsp_case_programme(struct rsp_call *call)
{
    struct rsp_stored_patient stored = {0};
    struct rsp_patient *patient = NULL;
    struct programme *p = calloc(1, sizeof *p);

    rsp_status status =
        p != NULL ? rsp_stored_patient_read(call, &call->patient, &stored) : rsp_call_no_memory(call);
    if (status == RSP_OK)
        status = rsp_stored_patient_parse(call, &stored, &patient);
    if (status == RSP_OK) {
        rsp_call_pause(call); /* what was read is a copy */
        status = make(call, patient, p);
    }
    if (p != NULL) {
        rsp_tci_programme_free(p->plan.programme);
        rsp_model_free(p->model);
    }
    free(p);
    rsp_patient_free(patient);
    rsp_stored_patient_clear(&stored);
    return status;
}
