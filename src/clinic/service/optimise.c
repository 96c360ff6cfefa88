#include "service/optimise.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/model_doses.h"
#include "service/optimising.h"
#include "service/settings_text.h"

enum { DEFAULT_COPY = 500 };

const char *rsp_optimise_outcome_name(enum rsp_optimise_outcome outcome)
{
    static const char *const name[] = {[RSP_OPTIMISE_FOUND] = "found",
        [RSP_OPTIMISE_NOT_A_CANDIDATE] = "not_a_candidate",
        [RSP_OPTIMISE_INCOMPLETE] = "incomplete",
        [RSP_OPTIMISE_ACUTE] = "acute",
        [RSP_OPTIMISE_NO_WEIGHT] = "no_weight",
        [RSP_OPTIMISE_NO_PAIN] = "no_pain",
        [RSP_OPTIMISE_STOP] = "stop",
        [RSP_OPTIMISE_NO_GROUND] = "no_ground",
        [RSP_OPTIMISE_LIMITS] = "limits",
        [RSP_OPTIMISE_NO_GAIN] = "no_gain"};
    return (size_t)outcome < sizeof name / sizeof *name ? name[outcome] : "?";
}

static rsp_status set_horizon(struct rsp_optimising *o, struct rsp_error *err)
{
    const double goal_d = o->a.patient->goals.horizon_d, asked_d = o->request->horizon_d;
    const bool asked = asked_d != 0.0;
    const double horizon_d = asked ? asked_d : !isnan(goal_d) ? goal_d : o->search->default_d;
    if (!(horizon_d >= o->search->least_d && horizon_d <= o->search->most_d)) {
        char days[32];
        rsp_number_format(horizon_d, 4, days, sizeof days);
        return rsp_error_set(err, RSP_E_DOMAIN, "horizon",
            "%s of %s days: a regimen is chosen over a horizon of %.0f to %.0f days%s",
            asked ? "a horizon" : "the patient's goal", days, o->search->least_d, o->search->most_d,
            asked ? "" : "; give another one with --horizon");
    }
    o->made->horizon_d = round(horizon_d * 4.0) / 4.0; /* the engine's grid: quarters of a day */
    return RSP_OK;
}

static rsp_status check_verdict(const struct rsp_optimising *o, struct rsp_error *err)
{
    if (o->request->verdict == RSP_SERIES_UNKNOWN || o->a.patient->n_infusion > 0)
        return RSP_OK;
    return rsp_error_set(err, RSP_E_MISMATCH, "responded",
        "there is no earlier infusion in the record that could have been felt or not: write it under "
        "infusions");
}

/* What ends the matter before anything is searched. */
static enum rsp_optimise_outcome gate(const struct rsp_optimising *o)
{
    const struct rsp_patient *patient = o->a.patient;
    if (o->a.advice->candidacy == RSP_NOT_A_CANDIDATE)
        return RSP_OPTIMISE_NOT_A_CANDIDATE;
    if (o->a.advice->acute)
        return RSP_OPTIMISE_ACUTE;
    if (o->request->verdict == RSP_SERIES_NO_RESPONSE)
        return RSP_OPTIMISE_STOP;
    if (isnan(patient->weight_kg))
        return RSP_OPTIMISE_NO_WEIGHT;
    if (o->a.advice->candidacy == RSP_CANDIDACY_INCOMPLETE || !patient->has_condition)
        return RSP_OPTIMISE_INCOMPLETE;
    if (patient->baseline_nrs <= 0.0)
        return RSP_OPTIMISE_NO_PAIN;
    return RSP_OPTIMISE_FOUND;
}

/* Earlier infusions as the relief model takes them; others are missing from the answer, which says so. */
static rsp_status take_earlier(struct rsp_optimising *o, struct rsp_error *err)
{
    o->a.n_dose = 1; /* there will be a regimen: earlier infusions matter */
    const rsp_status status = rsp_advise_earlier(&o->a, err);
    o->a.n_dose = 0;
    RSP_TRY(status);
    o->made->n_earlier = o->a.n_earlier;
    o->earlier = calloc(o->a.n_earlier + 1, sizeof *o->earlier);
    if (o->earlier == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "infusions", "out of memory");
    for (size_t i = 0; i < o->a.n_earlier; i++) {
        struct rsp_model_doses one = {0};
        char reason[200];
        RSP_TRY(rsp_model_doses_esketamine(1, &o->a.earlier[i], true, &one, reason, err));
        const bool taken = *reason == '\0' && one.dose[0].route == RSP_ROUTE_IV;
        if (taken)
            o->earlier[o->n_earlier++] = one.dose[0];
        free(one.dose);
        if (!taken)
            RSP_TRY(rsp_basis_missing(
                o->a.advice, "effect of earlier infusions by a route or drug without a model", err));
    }
    return RSP_OK;
}

static rsp_status note_assumptions(struct rsp_optimising *o, struct rsp_error *err)
{
    struct rsp_advice *advice = o->a.advice;
    bool racemate = false;
    for (size_t i = 0; i < o->made->n_choice; i++)
        racemate = racemate || (o->made->choice[i].valued && o->made->choice[i].drug == RSP_DRUG_KETAMINE);
    RSP_TRY(rsp_basis_model(advice, o->model, "chronic relief", err));
    RSP_TRY(rsp_basis_assume(advice, "placebo_course", o->search->placebo_text, err));
    RSP_TRY(rsp_basis_assume(advice, "score_weights", o->search->score_text, err));
    if (racemate)
        RSP_TRY(rsp_basis_assume_named(&o->a, "racemate_half_s", err));
    if (o->draws == NULL)
        RSP_TRY(rsp_basis_assume_named(&o->a, "between_person_relief", err));
    return rsp_basis_assume_named(&o->a, "copies_of_one_person", err);
}

static enum rsp_optimise_outcome outcome_of(const struct rsp_optimising *o)
{
    const struct rsp_optimised *made = o->made;
    size_t n_valued = 0;
    for (size_t i = 0; i < made->n_choice; i++)
        n_valued += made->choice[i].family != NULL && made->choice[i].valued ? 1 : 0;
    if (made->recommended != NULL)
        return RSP_OPTIMISE_FOUND;
    if (n_valued == 0)
        return made->n_beyond_limit > 0 && made->n_choice == 0 ? RSP_OPTIMISE_LIMITS : RSP_OPTIMISE_NO_GROUND;
    return made->n_ranked == 0 ? RSP_OPTIMISE_LIMITS : RSP_OPTIMISE_NO_GAIN;
}

/* Levels and diary of the infusions on record; a diary without a response ends the matter. */
static rsp_status learn(struct rsp_optimising *o, struct rsp_error *err)
{
    o->a.relief_model = o->model; /* borrowed: rsp_optimise frees it once */
    RSP_TRY(rsp_advise_learn(&o->a, err));
    const struct rsp_learned *learned = o->a.advice->learned;
    if (learned == NULL)
        return RSP_OK;
    o->draws = &learned->draws;
    o->a.advice->n_subject = learned->draws.n;
    if (learned->judged && o->request->verdict != RSP_SERIES_UNKNOWN &&
        learned->no_response != (o->request->verdict == RSP_SERIES_NO_RESPONSE))
        return rsp_error_set(err, RSP_E_MISMATCH, "responded",
            "it contradicts the diary, by which pain %s by 30 %% after the last series: leave one of them "
            "out",
            learned->no_response ? "did not fall" : "fell");
    if (learned->no_response) {
        o->made->outcome = RSP_OPTIMISE_STOP;
        o->verdict_reason = "by the diary";
    }
    return RSP_OK;
}

static rsp_status search(struct rsp_optimising *o, struct rsp_error *err)
{
    RSP_TRY(take_earlier(o, err));
    RSP_TRY(rsp_model_shipped("otto2021+dahan2011", &o->model, err));
    struct rsp_dose iv = {.route = RSP_ROUTE_IV, .drug = RSP_DRUG_ESKETAMINE};
    o->a.dose = &iv; /* all that is searched goes into a vein: what medicines do is judged for that route */
    o->a.n_dose = 1;
    rsp_status status = rsp_person_for(&o->a, o->model, &o->person, err);
    if (status == RSP_OK)
        status = learn(o, err);
    o->a.dose = NULL;
    o->a.n_dose = 0;
    RSP_TRY(status);
    if (o->made->outcome != RSP_OPTIMISE_FOUND)
        return RSP_OK;
    RSP_TRY(rsp_optimise_candidates(o, err));
    RSP_TRY(rsp_optimise_weigh(o, err));
    rsp_optimise_choose(o);
    o->made->outcome = outcome_of(o);
    RSP_TRY(note_assumptions(o, err));
    if (o->made->recommended != NULL)
        RSP_TRY(rsp_optimise_refill(o, err));
    return rsp_optimise_unranked(o, err);
}

static void set_options(struct rsp_optimising *o)
{
    struct rsp_advice *advice = o->a.advice;
    const struct rsp_optimise_request *request = o->request;
    const size_t n_copy = request->n_subject != 0 ? request->n_subject : DEFAULT_COPY;
    o->a.options = (struct rsp_plan_options){.seed = request->seed,
        .n_subject = n_copy,
        .baseline_nrs = o->a.patient->baseline_nrs,
        .n_thread = request->n_thread,
        .cancelled = request->cancelled};
    snprintf(advice->rules_version, sizeof advice->rules_version, "%.60s, prediction %ld %.8s",
        rsp_rulebook_version(o->a.book), o->a.settings->version, rsp_prediction_sha256(0));
    advice->seed = request->seed;
    advice->n_subject = request->draws != NULL ? request->draws->n : n_copy;
    advice->acute = o->a.patient->has_condition && rsp_condition_acute(o->a.patient->condition);
    o->goal_relief_frac = o->a.patient->goals.relief_frac;
}

static rsp_status run(struct rsp_optimising *o, struct rsp_error *err)
{
    RSP_TRY(check_verdict(o, err));
    RSP_TRY(rsp_advise_candidacy(&o->a, err));
    RSP_TRY(rsp_advise_inputs(&o->a, err));
    o->made->outcome = gate(o);
    if (o->made->outcome == RSP_OPTIMISE_FOUND) {
        RSP_TRY(set_horizon(o, err));
        RSP_TRY(search(o, err));
    }
    rsp_optimise_sentences(o);
    return RSP_OK;
}

rsp_status rsp_optimise(const struct rsp_rulebook *book, const struct rsp_patient *patient,
    const struct rsp_optimise_request *request, struct rsp_optimised **optimised, struct rsp_error *err)
{
    RSP_TRY(rsp_advise_adult(patient, err));
    struct rsp_prediction_settings settings = {0};
    const struct rsp_advise_request advise = {.today = request->today,
        .start = request->start,
        .seed = request->seed,
        .n_thread = request->n_thread,
        .observed = request->observed,
        .cancelled = request->cancelled};
    struct rsp_optimising o = {
        .a = {.book = book, .patient = patient, .request = &advise, .settings = &settings},
        .request = request,
        .search = rsp_rulebook_search(book),
        .draws = request->draws,
        .verdict_reason = request->verdict_reason,
        .made = calloc(1, sizeof *o.made),
        .limits = calloc(1, sizeof *o.limits)};
    rsp_status status = RSP_OK;
    if (o.made == NULL || o.limits == NULL || (o.made->advice = calloc(1, sizeof *o.made->advice)) == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "regimens", "out of memory");
        goto done;
    }
    o.a.advice = o.made->advice;
    o.made->search = o.search;
    if (o.search == NULL) {
        status = rsp_error_set(err, RSP_E_MISSING, "search", "these rules hold no section search");
        goto done;
    }
    RSP_TRY_DONE(rsp_prediction_settings_read(&settings, err));
    set_options(&o);
    RSP_TRY_DONE(run(&o, err));
    *optimised = o.made;
    o.made = NULL;
done:
    rsp_optimised_free(o.made);
    rsp_advice_free(o.limits);
    free(o.a.earlier);
    free(o.earlier);
    rsp_model_free(o.model);
    rsp_prediction_settings_free(&settings);
    return status;
}

void rsp_optimised_free(struct rsp_optimised *optimised)
{
    if (optimised == NULL)
        return;
    for (size_t i = 0; i < optimised->n_choice; i++) {
        free(optimised->choice[i].dose);
        free(optimised->choice[i].model_dose);
    }
    free(optimised->choice);
    free(optimised->unranked);
    rsp_advice_free(optimised->advice);
    free(optimised);
}
