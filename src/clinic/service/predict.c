/* Chronic relief: which model, on what ground, and what is withheld where the ground is missing. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/follow.h"
#include "plan/quantile.h"
#include "service/ground.h"
#include "service/model_doses.h"
#include "service/person.h"

static void withhold_all(struct rsp_relief_forecast *relief, const char *reason)
{
    struct rsp_prediction *all[] = {&relief->relief_days_30, &relief->relief_days_50,
        &relief->after_end_days_30, &relief->after_end_days_50, &relief->onset_day, &relief->return_day,
        &relief->return_day_reached, &relief->peak_relief_frac, &relief->response_class_probability,
        &relief->placebo_response_probability};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        rsp_prediction_withhold(all[i], reason);
    relief->expected_relief_days_30 = relief->expected_relief_days_50 = NAN;
    relief->p_relief_30 = relief->p_relief_50 = NAN;
    relief->sd_half_days_30 = relief->sd_double_days_30 = NAN;
    relief->days_30_half.p05 = relief->days_30_half.p50 = relief->days_30_half.p95 = NAN;
    relief->days_30_double.p05 = relief->days_30_double.p50 = relief->days_30_double.p95 = NAN;
    relief->horizon_d = relief->typical_relief_days_30 = relief->typical_peak_relief_frac = NAN;
}

static void mark_one(struct rsp_prediction *prediction, const char *reason)
{
    prediction->validity = RSP_VALIDITY_EXTRAPOLATED;
    snprintf(prediction->reason, sizeof prediction->reason, "%s", reason);
}

/* Everything that rests on the curve itself; the class probabilities are judged apart. */
static void mark(struct rsp_relief_forecast *relief, const char *reason)
{
    struct rsp_prediction *all[] = {&relief->relief_days_30, &relief->relief_days_50,
        &relief->after_end_days_30, &relief->after_end_days_50, &relief->onset_day, &relief->return_day,
        &relief->return_day_reached, &relief->peak_relief_frac};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mark_one(all[i], reason);
}

/* Who responds was learnt in one trial of long infusions in CRPS: it is not carried anywhere else. */
static void withhold_class(struct rsp_relief_forecast *relief)
{
    static const char *const reason =
        "the share of people who respond is known only for infusions of days in CRPS";
    rsp_prediction_withhold(&relief->response_class_probability, reason);
    rsp_prediction_withhold(&relief->placebo_response_probability, reason);
    relief->expected_relief_days_30 = relief->expected_relief_days_50 = NAN;
    relief->p_relief_30 = relief->p_relief_50 = NAN;
}

/* A diary that tells how long relief lasts carries the forecast itself, wherever the model was fitted; it stays
 * the diary of one person, and the method has not been tried in patients. */
static bool carried_by_diary(const struct rsp_advising *a)
{
    if (!rsp_learned_carries(a, a->n_dose, a->dose))
        return false;
    const struct rsp_learned *learned = a->advice->learned;
    char reason[RSP_REASON_SIZE];
    struct rsp_relief_forecast *relief = &a->advice->relief;
    struct rsp_prediction *all[] = {&relief->relief_days_30, &relief->relief_days_50,
        &relief->after_end_days_30, &relief->after_end_days_50, &relief->onset_day, &relief->return_day,
        &relief->return_day_reached, &relief->peak_relief_frac};
    snprintf(reason, sizeof reason, "carried by %zu diary entries of this patient; not validated in patients",
        learned->diary.n_entry);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i]->status == RSP_NOT_PREDICTED)
            continue; /* why it is withheld stays */
        all[i]->validity = RSP_VALIDITY_PATIENT;
        snprintf(all[i]->reason, sizeof all[i]->reason, "%s", reason);
    }
    return true;
}

static void judge(struct rsp_advising *a, const struct rsp_person *person)
{
    struct rsp_advice *advice = a->advice;
    char reason[RSP_REASON_SIZE], text[RSP_REASON_SIZE];
    const double peak_ng_per_ml = advice->level.peak.status == RSP_PREDICTED ? advice->level.peak.p50 : NAN;
    const enum rsp_ground ground = rsp_ground_relief(a, peak_ng_per_ml, reason, sizeof reason);
    if (ground == RSP_GROUND_NONE)
        withhold_class(&advice->relief); /* a diary starts from that share, too */
    if (carried_by_diary(a))
        return;
    advice->hypothetical = ground == RSP_GROUND_NONE;
    if (advice->hypothetical)
        snprintf(advice->hypothetical_reason, sizeof advice->hypothetical_reason, "%s", reason);
    if (ground == RSP_GROUND_FITTED && *person->outside == '\0')
        return;
    rsp_reason_join(reason, sizeof reason, person->outside);
    rsp_reason_join(advice->outside, sizeof advice->outside, person->outside);
    snprintf(text, sizeof text, "%s%.*s", advice->hypothetical ? "hypothetical: " : "", RSP_REASON_SIZE - 16,
        reason);
    mark(&advice->relief, text);
    if (!advice->hypothetical) {
        mark_one(&advice->relief.response_class_probability, reason);
        mark_one(&advice->relief.placebo_response_probability, reason);
    }
}

static rsp_status combined_model(
    const struct rsp_model_doses *doses, struct rsp_model **model, struct rsp_error *err)
{
    static const char *const ids[] = {
        "otto2021+dahan2011", "perezruixo2021+dahan2011", "simons2022+dahan2011", NULL};
    return rsp_model_for_doses(ids, doses->n, doses->dose, model, err);
}

static rsp_status doses_with(const struct rsp_advising *a, size_t n_earlier, struct rsp_model_doses *doses,
    char reason[200], struct rsp_error *err)
{
    const size_t n = n_earlier + a->n_dose;
    struct rsp_dose *all = malloc((n + 1) * sizeof *all);
    if (all == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
    if (n_earlier > 0)
        memcpy(all, a->earlier, n_earlier * sizeof *all);
    memcpy(all + n_earlier, a->dose, a->n_dose * sizeof *all);
    const rsp_status status = rsp_model_doses_esketamine(n, all, true, doses, reason, err);
    free(all);
    return status;
}

/* Earlier infusions that no model takes are left out and said to be missing; the others still act. */
static rsp_status drop_unknown_earlier(struct rsp_advising *a, struct rsp_error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < a->n_earlier; i++) {
        struct rsp_model_doses one = {0};
        struct rsp_model *model = NULL;
        char reason[200];
        rsp_status status = rsp_model_doses_esketamine(1, &a->earlier[i], true, &one, reason, err);
        if (status == RSP_OK && *reason == '\0')
            status = combined_model(&one, &model, err);
        if (model != NULL)
            a->earlier[kept++] = a->earlier[i];
        rsp_model_free(model);
        free(one.dose);
        RSP_TRY(status);
    }
    const bool dropped = kept < a->n_earlier;
    a->n_earlier = kept;
    return dropped ? rsp_basis_missing(
                         a->advice, "effect of earlier infusions by a route or drug without a model", err)
                   : RSP_OK;
}

/* One model has to take all; if it cannot, the regimen's own doses come first. */
static rsp_status model_and_doses(struct rsp_advising *a, struct rsp_model_doses *doses,
    struct rsp_model **model, char reason[200], struct rsp_error *err)
{
    RSP_TRY(doses_with(a, a->n_earlier, doses, reason, err));
    if (*reason == '\0')
        RSP_TRY(combined_model(doses, model, err));
    if (*model != NULL || a->n_earlier == 0)
        return RSP_OK;
    free(doses->dose);
    *doses = (struct rsp_model_doses){0};
    RSP_TRY(doses_with(a, 0, doses, reason, err));
    if (*reason != '\0')
        return RSP_OK;
    RSP_TRY(rsp_basis_missing(
        a->advice, "effect of earlier infusions: no one model takes them with this regimen", err));
    return combined_model(doses, model, err);
}

static rsp_status note_assumptions(struct rsp_advising *a, const struct rsp_model *model,
    const struct rsp_model_doses *doses, struct rsp_error *err)
{
    RSP_TRY(rsp_basis_model(a->advice, model, "chronic relief", err));
    if (doses->halved)
        RSP_TRY(rsp_basis_assume_named(a, "racemate_half_s", err));
    if (doses->by_area)
        RSP_TRY(rsp_basis_assume_named(a, "slow_effect_by_area", err));
    if (!isnan(a->patient->goals.relief_frac))
        RSP_TRY(rsp_basis_assume_named(a, "goal_judged_at_30_or_50", err));
    RSP_TRY(rsp_basis_assume_named(a, "between_person_relief", err));
    return rsp_basis_assume_named(a, "copies_of_one_person", err);
}

/* A longer horizon than the forecast's own is kept when the patient's goals ask for it; 0 is the default. */
static double horizon_d(const struct rsp_advising *a)
{
    const double wanted_d = a->patient->goals.horizon_d;
    return wanted_d > rsp_follow_default_d(a->advice->end_h / RSP_H_PER_D) ? wanted_d : 0.0;
}

/* What the population would have been told, for the sentence that says what was learned. */
static rsp_status population_days(struct rsp_advising *a, const struct rsp_person *person,
    const struct rsp_plan_options *options, struct rsp_error *err)
{
    struct rsp_relief_forecast population = {0};
    struct rsp_plan_options quick = *options;
    quick.without_sensitivity = true;
    RSP_TRY(rsp_plan_relief(a->relief_model, person->covariate, a->relief_doses.n, a->relief_doses.dose,
        &quick, &population, err));
    a->advice->learned->population_days_30 = population.relief_days_30;
    rsp_relief_forecast_free(&population);
    return RSP_OK;
}

static rsp_status forecast(struct rsp_advising *a, struct rsp_error *err)
{
    const struct rsp_learned *learned = a->advice->learned;
    const struct rsp_model_doses *doses = &a->relief_doses;
    struct rsp_person person;
    struct rsp_plan_options options = a->options;
    options.n_extra = a->settings->n_extra;
    options.extra = a->settings->extra;
    options.horizon_d = horizon_d(a);
    RSP_TRY(rsp_person_for(a, a->relief_model, &person, err));
    if (learned != NULL) {
        RSP_TRY(population_days(a, &person, &options, err));
        options.draws = &learned->draws;
    }
    RSP_TRY(rsp_plan_relief(
        a->relief_model, person.covariate, doses->n, doses->dose, &options, &a->advice->relief, err));
    judge(a, &person);
    return note_assumptions(a, a->relief_model, doses, err);
}

rsp_status rsp_advise_relief_model(struct rsp_advising *a, struct rsp_error *err)
{
    if (a->advice->acute || a->n_dose == 0)
        return RSP_OK;
    RSP_TRY(drop_unknown_earlier(a, err));
    RSP_TRY(model_and_doses(a, &a->relief_doses, &a->relief_model, a->no_model, err));
    if (a->relief_model != NULL)
        snprintf(
            a->advice->relief_model, sizeof a->advice->relief_model, "%s", rsp_model_id(a->relief_model));
    return RSP_OK;
}

rsp_status rsp_advise_relief(struct rsp_advising *a, struct rsp_error *err)
{
    struct rsp_relief_forecast *relief = &a->advice->relief;
    if (a->advice->acute) {
        withhold_all(relief, "acute pain: lasting relief is not forecast");
        return RSP_OK;
    }
    if (a->n_dose == 0) {
        withhold_all(relief, a->advice->no_regimen);
        return RSP_OK;
    }
    if (a->patient->baseline_nrs <= 0.0) {
        withhold_all(relief, "the recorded pain before treatment is 0 of 10");
        return RSP_OK;
    }
    if (a->relief_model == NULL) {
        withhold_all(relief,
            *a->no_model != '\0' ? a->no_model : "no one published model takes every route of this regimen");
        a->advice->hypothetical = true;
        snprintf(a->advice->hypothetical_reason, sizeof a->advice->hypothetical_reason, "%s",
            relief->relief_days_30.reason);
        return RSP_OK;
    }
    return forecast(a, err);
}
