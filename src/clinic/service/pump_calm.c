/* Dissociation under a programme, and the highest level that keeps it low enough. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/model.h>

#include "plan/quantile.h"
#include "service/ground.h"
#include "service/pump.h"
#include "service/settings.h"

/* The same model as in a plan for one patient, so that the two never contradict each other. */
#define DISSOCIATION_MODEL  "simons2022+olofsen2022"
#define DISSOCIATION_OUTPUT "dissociation_pct"
/* Followed after the end: the effect site lags behind. */
#define AFTER_H                1.0
#define S_FRACTION_OF_RACEMATE 0.5 /* what "racemate" means */

enum { MOST_COVARIATE = 16, MOST_HALVING = 20 };

struct calm {
    const struct rsp_pump_request *request;
    struct rsp_pump_plan *plan;
    const struct rsp_model *model; /* with the output dissociation_pct */
    double covariate[MOST_COVARIATE];
    double end_h;
};

static bool same_levels(const struct rsp_model_covariate *a, const struct rsp_model_covariate *b)
{
    if (a->categorical != b->categorical || a->n_level != b->n_level)
        return false;
    for (size_t i = 0; i < a->n_level; i++)
        if (strcmp(a->level[i], b->level[i]) != 0)
            return false;
    return true;
}

/* What is known of the person, as this model takes it. */
static void fill_covariates(struct calm *c)
{
    const struct rsp_pump_request *request = c->request;
    for (size_t i = 0; i < MOST_COVARIATE; i++)
        c->covariate[i] = NAN;
    for (size_t i = 0; i < rsp_model_n_covariate(c->model) && i < MOST_COVARIATE; i++) {
        const struct rsp_model_covariate *own = rsp_model_covariate(c->model, i);
        const int other = rsp_model_covariate_find(request->model, own->name);
        if (strcmp(own->name, "weight_kg") == 0)
            c->covariate[i] = request->patient->weight_kg;
        else if (other >= 0 && same_levels(own, rsp_model_covariate(request->model, (size_t)other)))
            c->covariate[i] = request->covariate[other];
    }
}

static rsp_status design_scaled(const struct calm *c, double factor, struct rsp_tci_profile *profile,
    struct rsp_tci_programme **made, struct rsp_error *err)
{
    *profile = *c->request->profile;
    for (size_t i = 0; i < profile->n; i++) {
        profile->piece[i].from_ng_per_ml *= factor;
        profile->piece[i].to_ng_per_ml *= factor;
    }
    const struct rsp_tci_request design = {.output = c->request->output,
        .method = c->request->method,
        .profile = profile,
        .pump = c->request->pump};
    return rsp_tci_design(c->request->model, c->request->covariate, &design, made, err);
}

static rsp_status predict(const struct calm *c, const struct rsp_tci_programme *programme, double *chance,
    struct rsp_prediction *peak, struct rsp_error *err)
{
    const bool halved = c->plan->dissociation_halved;
    const double bound =
        isnan(c->request->max_dissociation_pct) ? INFINITY : c->request->max_dissociation_pct;
    const struct rsp_plan_options options = {
        .seed = c->request->seed, .n_subject = c->request->n_subject, .n_thread = c->request->n_thread};
    struct rsp_dose *dose = malloc((programme->n_dose + 1) * sizeof *dose);
    if (dose == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
    if (programme->n_dose == 0) { /* rounded to nothing */
        free(dose);
        *chance = 1.0;
        *peak = (struct rsp_prediction){.status = RSP_PREDICTED};
        return RSP_OK;
    }
    for (size_t i = 0; i < programme->n_dose; i++) {
        dose[i] = programme->dose[i];
        if (halved)
            dose[i].amount_mg *= S_FRACTION_OF_RACEMATE;
        dose[i].drug = RSP_DRUG_ESKETAMINE;
    }
    const struct rsp_session_window window = {
        programme->n_dose, dose, 0.0, programme->end_h + AFTER_H, DISSOCIATION_OUTPUT};
    const rsp_status status =
        rsp_tci_chance(c->model, c->covariate, &window, bound, &options, chance, peak, err);
    free(dose);
    return status;
}

/* Design and predict at a factor; the programme is kept when it is wanted. */
static rsp_status try_factor(struct calm *c, double factor, bool keep, double *chance, struct rsp_error *err)
{
    struct rsp_tci_profile profile;
    struct rsp_tci_programme *made = NULL;
    struct rsp_prediction peak;
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(design_scaled(c, factor, &profile, &made, err));
    RSP_TRY_DONE(predict(c, made, chance, &peak, err));
    if (keep) {
        rsp_tci_programme_free(c->plan->programme);
        c->plan->programme = made;
        c->plan->profile = profile;
        c->plan->lowered_frac = factor;
        peak.validity = c->plan->dissociation.validity;
        memcpy(peak.reason, c->plan->dissociation.reason, sizeof peak.reason);
        c->plan->dissociation = peak;
        if (!isnan(c->request->max_dissociation_pct))
            c->plan->dissociation_chance = *chance;
        made = NULL;
    }
done:
    rsp_tci_programme_free(made);
    return status;
}

/* The same draws at every level, so that the chance falls as the level rises. The level found is a whole number of
 * ng/mL, rounded down. */
static rsp_status lower(struct calm *c, struct rsp_error *err)
{
    const double wanted = c->request->probability, top = rsp_tci_profile_top_ng_per_ml(c->request->profile);
    double chance = 0.0, low = 0.0, high = 1.0;
    for (int i = 0; i < MOST_HALVING && (high - low) * top > 0.25; i++) {
        const double middle = 0.5 * (low + high);
        RSP_TRY(try_factor(c, middle, false, &chance, err));
        *(chance >= wanted ? &low : &high) = middle;
    }
    for (double level = floor(low * top + 0.25); level >= 1.0; level -= 1.0) {
        RSP_TRY(try_factor(c, level / top, true, &chance, err));
        if (chance >= wanted)
            return RSP_OK;
    }
    return rsp_error_set(err, RSP_E_DOMAIN, "max-dissociation",
        "no level from 1 ng/mL on keeps dissociation at or below %.4g %% with a probability of %.4g",
        c->request->max_dissociation_pct, wanted);
}

static rsp_status withhold(struct calm *c, const char *reason, struct rsp_error *err)
{
    rsp_prediction_withhold(&c->plan->dissociation, reason);
    if (isnan(c->request->max_dissociation_pct))
        return RSP_OK;
    return rsp_error_set(
        err, RSP_E_MISMATCH, "max-dissociation", "dissociation is not predicted here: %s", reason);
}

static rsp_status judge_ground(struct calm *c, bool *withheld, struct rsp_error *err)
{
    struct rsp_prediction_settings settings = {0};
    const rsp_status read = rsp_prediction_settings_read(&settings, err);
    if (read != RSP_OK) {
        rsp_prediction_settings_free(&settings);
        return read;
    }
    char reason[RSP_REASON_SIZE], *marked = c->plan->dissociation.reason;
    const enum rsp_ground ground = rsp_ground_hours(&settings.dissociation, c->end_h, reason, sizeof reason);
    rsp_prediction_settings_free(&settings);
    *withheld = ground == RSP_GROUND_NONE;
    if (*withheld)
        return withhold(c, reason, err);
    c->plan->dissociation.validity = RSP_VALIDITY_EXTRAPOLATED;
    snprintf(marked, RSP_REASON_SIZE, "%s", reason);
    rsp_reason_join(marked, RSP_REASON_SIZE,
        "healthy volunteers; share of the full effect, not the CADSS score; no tolerance; between-person "
        "variability of "
        "the effect itself is not published");
    const int weight = rsp_model_covariate_find(c->model, "weight_kg");
    const struct rsp_model_covariate *range =
        weight >= 0 ? rsp_model_covariate(c->model, (size_t)weight) : NULL;
    const double weight_kg = c->request->patient->weight_kg;
    if (range != NULL && range->low < range->high && (weight_kg < range->low || weight_kg > range->high))
        rsp_reason_join(marked, RSP_REASON_SIZE, "weight outside that of the people behind the model");
    if (c->plan->dissociation_halved)
        rsp_reason_join(marked, RSP_REASON_SIZE, "racemate counted as half esketamine");
    return RSP_OK;
}

static rsp_status calm(struct calm *c, struct rsp_error *err)
{
    static const char *const sites[] = {"unknown", "arterial", "venous"};
    const enum rsp_drug drug = c->request->profile->drug;
    if (drug == RSP_DRUG_ARKETAMINE)
        return withhold(c, "the model is one of esketamine", err);
    if (drug == RSP_DRUG_KETAMINE && !c->request->racemate_half_s)
        return withhold(c,
            "the model is one of esketamine, and racemic ketamine is not converted silently; --assume "
            "racemate_half_s "
            "counts half of it",
            err);
    c->plan->dissociation_halved = drug == RSP_DRUG_KETAMINE;
    snprintf(c->plan->dissociation_model, sizeof c->plan->dissociation_model, "%s", rsp_model_id(c->model));
    snprintf(
        c->plan->dissociation_site, sizeof c->plan->dissociation_site, "%s", sites[rsp_model_site(c->model)]);
    bool withheld = false;
    RSP_TRY(judge_ground(c, &withheld, err));
    if (withheld)
        return RSP_OK;
    double chance = NAN;
    RSP_TRY(try_factor(c, 1.0, true, &chance, err));
    if (isnan(c->request->max_dissociation_pct) || chance >= c->request->probability)
        return RSP_OK;
    return lower(c, err);
}

rsp_status rsp_pump_calm(
    const struct rsp_pump_request *request, struct rsp_pump_plan *plan, struct rsp_error *err)
{
    struct rsp_model *shipped = NULL;
    struct calm c = {.request = request, .plan = plan, .model = request->model};
    c.end_h = rsp_tci_profile_end_h(request->profile);
    if (rsp_model_output_find(request->model, DISSOCIATION_OUTPUT) < 0) {
        RSP_TRY(rsp_model_shipped(DISSOCIATION_MODEL, &shipped, err));
        c.model = shipped;
    }
    fill_covariates(&c);
    const rsp_status status = calm(&c, err);
    rsp_model_free(shipped);
    return status;
}
