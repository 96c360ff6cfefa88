/* The hours of a session: level, dissociation, rise of blood pressure, acute relief. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/quantile.h"
#include "service/ground.h"
#include "service/model_doses.h"
#include "service/person.h"

/* What is followed after the end of a session, within the day that a window may last. */
#define AFTER_H  3.0
#define WINDOW_H 24.0

/* One fast prediction: which models may carry it, for whom, and how its hours are judged. */
struct fast {
    const char *output, *role;
    const char *const *model_id;           /* first that takes the doses */
    bool racemate;                         /* the model is one of the racemate: nothing is halved */
    const struct rsp_hours_domain *domain; /* NULL: no limit of hours */
    const char *ground; /* standing note of its validity, NULL when fitted for what it is used */
};

static void withhold(struct rsp_session_forecast *forecast, const char *reason)
{
    rsp_prediction_withhold(&forecast->peak, reason);
    rsp_prediction_withhold(&forecast->peak_min, reason);
}

static void mark(struct rsp_session_forecast *forecast, const char *reason)
{
    struct rsp_prediction *both[] = {&forecast->peak, &forecast->peak_min};
    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        both[i]->validity = RSP_VALIDITY_EXTRAPOLATED;
        snprintf(both[i]->reason, sizeof both[i]->reason, "%s", reason);
    }
}

/* A model without published variability gives one number: it is not dressed up as an interval. */
static void keep_spread(struct rsp_prediction *q)
{
    const double visible = 1e-9;
    if (q->p95 - q->p05 <= visible * fabs(q->p50))
        q->p05 = q->p25 = q->p75 = q->p95 = NAN;
}

/* One session forecast as it is asked for. */
struct question {
    const struct rsp_model *model;
    const struct rsp_person *person;
    const struct rsp_model_doses *doses;
    const struct rsp_plan_options *options;
    const char *output;
};

/* The peak of the whole regimen, when it lies after the first window. */
static rsp_status later_peak(
    const struct question *q, struct rsp_session_forecast *forecast, struct rsp_error *err)
{
    const struct rsp_model_doses *doses = q->doses;
    const struct rsp_dose *dose = &doses->dose[rsp_doses_strongest(doses->n, doses->dose)];
    const double to_h = dose->start_h + dose->duration_h + AFTER_H;
    if (to_h <= WINDOW_H)
        return RSP_OK;
    const struct rsp_session_window window = {doses->n, doses->dose, to_h - WINDOW_H, to_h, q->output};
    struct rsp_session_forecast later = {0};
    RSP_TRY(rsp_plan_session(q->model, q->person->covariate, &window, q->options, &later, err));
    if (later.peak.p50 > forecast->peak.p50) {
        forecast->peak = later.peak;
        forecast->peak_min = later.peak_min;
        double *value[] = {&forecast->peak_min.p05, &forecast->peak_min.p25, &forecast->peak_min.p50,
            &forecast->peak_min.p75, &forecast->peak_min.p95};
        for (size_t i = 0; i < sizeof value / sizeof *value; i++)
            *value[i] += window.from_h * 60.0;
    }
    rsp_session_forecast_free(&later);
    return RSP_OK;
}

/* Bands of the first window, and the peak behind it for levels; with this person's own parameters where measured
 * levels gave them. */
static rsp_status simulate_hours(const struct rsp_advising *a, const struct fast *fast, struct question *q,
    const struct rsp_session_window *window, struct rsp_session_forecast *forecast, struct rsp_error *err)
{
    double *own = NULL;
    struct rsp_plan_options options = a->options;
    RSP_TRY(rsp_learned_pk_for(a, q->model, &own, err));
    const struct rsp_person_draws draws = {.n = own != NULL ? a->advice->learned->levels.n_draw : 0,
        .parameter = own,
        .response_probability = NAN};
    options.draws = own != NULL ? &draws : NULL;
    q->options = &options;
    rsp_status status = rsp_plan_session(q->model, q->person->covariate, window, &options, forecast, err);
    if (status == RSP_OK && fast->domain == NULL)
        status = later_peak(q, forecast, err);
    if (status == RSP_OK && own != NULL)
        forecast->peak.validity = forecast->peak_min.validity = RSP_VALIDITY_PATIENT;
    free(own);
    return status;
}

static rsp_status forecast_with(struct rsp_advising *a, const struct fast *fast,
    const struct rsp_model *model, const struct rsp_model_doses *doses, struct rsp_session_forecast *forecast,
    struct rsp_error *err)
{
    struct rsp_person person;
    struct rsp_session_forecast made = {0};
    const double session_h = rsp_regimen_shape(a->n_dose, a->dose, &a->settings->relief).session_h;
    const double from_h = a->request->hours_from_h;
    const struct rsp_session_window window = {doses->n, doses->dose, from_h,
        fmin(from_h + WINDOW_H, fmax(session_h, from_h) + AFTER_H), fast->output};
    char reason[RSP_REASON_SIZE];
    enum rsp_ground ground = RSP_GROUND_FITTED;
    if (fast->domain != NULL)
        ground = rsp_ground_hours(fast->domain, session_h, reason, sizeof reason);
    else
        rsp_ground_level(a, model, reason, sizeof reason);
    if (ground == RSP_GROUND_NONE) {
        withhold(forecast, reason);
        return RSP_OK;
    }
    RSP_TRY(rsp_person_for(a, model, &person, err));
    struct question question = {model, &person, doses, NULL, fast->output};
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(simulate_hours(a, fast, &question, &window, &made, err));
    keep_spread(&made.peak);
    if (fast->domain == NULL && made.peak.p50 > a->settings->relief.highest_level_ng_per_ml) {
        char high[120];
        snprintf(high, sizeof high, "level above %.3g ng/mL, the highest of the infusions that were studied",
            a->settings->relief.highest_level_ng_per_ml);
        rsp_reason_join(reason, sizeof reason, high);
        rsp_reason_join(a->advice->outside, sizeof a->advice->outside, high);
    }
    rsp_reason_join(reason, sizeof reason, person.outside);
    if (fast->domain == NULL)
        rsp_reason_join(a->advice->outside, sizeof a->advice->outside, person.outside);
    rsp_reason_join(reason, sizeof reason, fast->ground);
    if (doses->halved)
        rsp_reason_join(reason, sizeof reason, "racemate counted as half esketamine");
    if (*reason != '\0')
        mark(&made, reason);
    if (doses->halved)
        RSP_TRY_DONE(rsp_basis_assume_named(a, "racemate_half_s", err));
    RSP_TRY_DONE(rsp_basis_model(a->advice, model, fast->role, err));
    *forecast = made;
done:
    if (status != RSP_OK)
        rsp_session_forecast_free(&made);
    return status;
}

static rsp_status racemate_doses(
    const struct rsp_advising *a, struct rsp_model_doses *doses, char reason[200], struct rsp_error *err)
{
    reason[0] = '\0';
    doses->n = a->n_dose;
    doses->dose = malloc((a->n_dose + 1) * sizeof *doses->dose);
    if (doses->dose == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
    memcpy(doses->dose, a->dose, a->n_dose * sizeof *doses->dose);
    for (size_t i = 0; i < a->n_dose; i++)
        if (a->dose[i].drug != RSP_DRUG_KETAMINE)
            snprintf(reason, 200, "the model is one of racemic ketamine; %s is not converted",
                rsp_drug_name(a->dose[i].drug));
    return RSP_OK;
}

static const char *why_no_model(const struct rsp_advising *a, const struct fast *fast)
{
    if (fast->racemate)
        return "the model of blood pressure takes iv doses only";
    for (size_t i = 0; i < a->n_dose; i++)
        if (a->dose[i].route == RSP_ROUTE_IM || a->dose[i].route == RSP_ROUTE_SC ||
            a->dose[i].route == RSP_ROUTE_RECTAL)
            return "no absorption is published for this route, so that its hours have no curve";
    return "fast effects were fitted on arterial levels, and no model gives them for these routes";
}

static rsp_status fast_forecast(struct rsp_advising *a, const struct fast *fast,
    struct rsp_session_forecast *forecast, struct rsp_error *err)
{
    struct rsp_model_doses doses = {0};
    struct rsp_model *model = NULL;
    char reason[200];
    rsp_status status = RSP_OK;
    if (fast->racemate)
        RSP_TRY_DONE(racemate_doses(a, &doses, reason, err));
    else
        RSP_TRY_DONE(rsp_model_doses_esketamine(a->n_dose, a->dose, false, &doses, reason, err));
    if (*reason != '\0') {
        withhold(forecast, reason);
        goto done;
    }
    RSP_TRY_DONE(rsp_model_for_doses(fast->model_id, doses.n, doses.dose, &model, err));
    if (model == NULL) {
        withhold(forecast, why_no_model(a, fast));
        goto done;
    }
    RSP_TRY_DONE(forecast_with(a, fast, model, &doses, forecast, err));
    if (forecast == &a->advice->level && forecast->peak.status == RSP_PREDICTED)
        snprintf(a->advice->level_site, sizeof a->advice->level_site, "%s",
            rsp_basis_site_name(rsp_model_site(model)));
done:
    rsp_model_free(model);
    free(doses.dose);
    return status;
}

rsp_status rsp_advise_hours(struct rsp_advising *a, struct rsp_error *err)
{
    static const char *const level_models[] = {"otto2021", "perezruixo2021", "simons2022", NULL};
    static const char *const dissociation_models[] = {"simons2022+olofsen2022", NULL};
    static const char *const acute_models[] = {"simons2022+olofsen2012", NULL};
    static const char *const sbp_models[] = {"abuhelwa2022", NULL};
    struct rsp_advice *advice = a->advice;
    if (a->n_dose == 0) {
        struct rsp_session_forecast *all[] = {
            &advice->level, &advice->dissociation, &advice->acute_relief, &advice->sbp_rise};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            withhold(all[i], advice->no_regimen);
        return RSP_OK;
    }
    const struct fast level = {"esketamine_ng_per_ml", "levels", level_models, false, NULL, NULL};
    const struct fast dissociation = {"dissociation_pct", "dissociation", dissociation_models, false,
        &a->settings->dissociation,
        "healthy volunteers; share of the full effect, not the CADSS score; no tolerance"};
    const struct fast acute = {"acute_relief_nrs", "acute relief", acute_models, false,
        &a->settings->acute_relief, "experimental pain in healthy volunteers; no tolerance"};
    const struct fast sbp = {"sbp_rise_mmhg", "rise of blood pressure", sbp_models, true,
        &a->settings->sbp_rise, "low confidence: constants read in code, baseline may be a mean pressure"};
    RSP_TRY(fast_forecast(a, &level, &advice->level, err));
    RSP_TRY(fast_forecast(a, &dissociation, &advice->dissociation, err));
    if (advice->acute)
        RSP_TRY(fast_forecast(a, &acute, &advice->acute_relief, err));
    else
        withhold(&advice->acute_relief, "forecast for acute pain only; it is never added to lasting relief");
    return fast_forecast(a, &sbp, &advice->sbp_rise, err);
}
