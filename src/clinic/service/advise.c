#include "service/advise.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "service/advising.h"
#include "service/settings_text.h"

#define ADULT_Y 18.0

rsp_status rsp_advise_adult(const struct rsp_patient *patient, struct rsp_error *err)
{
    if (!(patient->age_y < ADULT_Y))
        return RSP_OK;
    (void)rsp_error_set(err, RSP_E_DOMAIN, "age",
        "planning is for adults: age %.0f years is under 18; the paediatric models only simulate",
        floor(patient->age_y)); /* completed years, as ages are told */
    rsp_error_place(err, NULL, patient->age_line);
    return RSP_E_DOMAIN;
}

static void set_options(struct rsp_advising *a)
{
    const struct rsp_advise_request *request = a->request;
    a->options = (struct rsp_plan_options){
        .seed = request->seed,
        .n_subject = request->n_subject,
        .baseline_nrs = a->patient->baseline_nrs,
        .n_thread = request->n_thread,
        .without_sensitivity = request->without_sensitivity,
        .cancelled = request->cancelled,
    };
    snprintf(a->advice->rules_version, sizeof a->advice->rules_version, "%.60s, prediction %ld %.8s",
        rsp_rulebook_version(a->book), a->settings->version, rsp_prediction_sha256(0));
    a->advice->seed = request->seed;
    a->advice->n_subject = request->n_subject != 0 ? request->n_subject : RSP_ADVISE_COPIES;
    a->advice->acute = a->patient->has_condition && rsp_condition_acute(a->patient->condition);
}

/* No doses: nothing of a regimen may be read anywhere, in words or in numbers. */
static void drop_regimen(struct rsp_advising *a, const char *why)
{
    struct rsp_advice *advice = a->advice;
    a->n_dose = advice->n_dose = 0;
    advice->regimen_text[0] = '\0';
    advice->total_mg = advice->end_h = 0.0;
    advice->protocol = NULL;
    advice->protocol_note = NULL;
    snprintf(advice->no_regimen, sizeof advice->no_regimen, "%s", why);
}

/* Dose texts are read in any case: one that cannot be read, or is ten-fold, is refused whoever it is for. */
static rsp_status plan_regimen(struct rsp_advising *a, struct rsp_error *err)
{
    struct rsp_error found = {0};
    const bool weighed = !isnan(a->patient->weight_kg);
    const rsp_status status = rsp_advise_regimen(a, &found);
    if (status != RSP_OK && (status != RSP_E_MISSING || weighed)) {
        if (err != NULL)
            *err = found;
        return status;
    }
    if (a->request->n_given > 0)
        return RSP_OK;
    if (a->advice->candidacy == RSP_NOT_A_CANDIDATE)
        drop_regimen(a, "nothing is planned for a person who is not a candidate");
    else if (!weighed)
        drop_regimen(a, "doses need the weight: give weight_kg in the patient's file");
    else if (a->n_dose == 0)
        drop_regimen(a, "no published protocol fits this condition");
    return RSP_OK;
}

rsp_status rsp_advise(const struct rsp_rulebook *book, const struct rsp_patient *patient,
    const struct rsp_advise_request *request, struct rsp_advice **advice, struct rsp_error *err)
{
    RSP_TRY(rsp_advise_adult(patient, err));
    struct rsp_prediction_settings settings = {0};
    struct rsp_advising a = {.book = book,
        .patient = patient,
        .request = request,
        .settings = &settings,
        .advice = calloc(1, sizeof *a.advice)};
    rsp_status status = RSP_OK;
    if (a.advice == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "advice", "out of memory");
        goto done;
    }
    RSP_TRY_DONE(rsp_prediction_settings_read(&settings, err));
    set_options(&a);
    RSP_TRY_DONE(rsp_advise_candidacy(&a, err));
    RSP_TRY_DONE(plan_regimen(&a, err));
    RSP_TRY_DONE(rsp_advise_earlier(&a, err));
    RSP_TRY_DONE(rsp_advise_limits(&a, err));
    RSP_TRY_DONE(rsp_advise_inputs(&a, err));
    RSP_TRY_DONE(rsp_advise_relief_model(&a, err));
    RSP_TRY_DONE(rsp_unless_cancelled(request->cancelled, err));
    RSP_TRY_DONE(rsp_advise_learn(&a, err));
    RSP_TRY_DONE(rsp_unless_cancelled(request->cancelled, err));
    RSP_TRY_DONE(rsp_advise_hours(&a, err));
    RSP_TRY_DONE(rsp_advise_relief(&a, err));
    rsp_advise_next(&a);
    RSP_TRY_DONE(rsp_advise_evidence(&a, err));
    rsp_advise_sentences(&a);
    *advice = a.advice;
    a.advice = NULL;
done:
    rsp_advice_free(a.advice);
    free(a.dose);
    free(a.earlier);
    rsp_model_free(a.relief_model);
    free(a.relief_doses.dose);
    rsp_prediction_settings_free(&settings);
    return status;
}

void rsp_advice_free(struct rsp_advice *advice)
{
    if (advice == NULL)
        return;
    free(advice->finding);
    free(advice->dose);
    free(advice->limit);
    free(advice->limit_result);
    rsp_learned_free(advice->learned);
    rsp_relief_forecast_free(&advice->relief);
    rsp_session_forecast_free(&advice->level);
    rsp_session_forecast_free(&advice->dissociation);
    rsp_session_forecast_free(&advice->sbp_rise);
    rsp_session_forecast_free(&advice->acute_relief);
    free(advice->evidence);
    free(advice->input);
    free(advice);
}
