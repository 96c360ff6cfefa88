/* What each candidate is worth, what it risks, which ones no other beats, and which is proposed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/optimising.h"

/* Schedules whose amounts differ by less than this have the same area for all that the model can tell. */
#define SAME_AMOUNT 0.1
#define MG_PER_G    1000.0

/* ---- values ---- */

static struct rsp_plan_options options_of(const struct rsp_optimising *o, bool relief)
{
    struct rsp_plan_options options = o->a.options;
    options.horizon_d = o->made->horizon_d;
    if (relief) {
        options.n_extra = o->a.settings->n_extra;
        options.extra = o->a.settings->extra;
        options.draws = o->draws;
    }
    return options;
}

/* A subset of the choices as the engine takes it. */
struct subset {
    size_t n;
    struct rsp_regimen *regimen;
    size_t *of; /* index of the choice */
};

static rsp_status subset_new(size_t n, struct subset *subset, struct rsp_error *err)
{
    subset->regimen = calloc(n + 1, sizeof *subset->regimen);
    subset->of = calloc(n + 1, sizeof *subset->of);
    if (subset->regimen != NULL && subset->of != NULL)
        return RSP_OK;
    return rsp_error_set(err, RSP_E_MEMORY, "candidates", "out of memory");
}

static void subset_free(struct subset *subset)
{
    free(subset->regimen);
    free(subset->of);
}

static void subset_add(struct subset *subset, size_t of, size_t n_dose, const struct rsp_dose dose[])
{
    subset->regimen[subset->n] = (struct rsp_regimen){n_dose, dose};
    subset->of[subset->n++] = of;
}

static rsp_status value_all(struct rsp_optimising *o, struct rsp_error *err)
{
    struct rsp_optimised *made = o->made;
    const struct rsp_plan_options options = options_of(o, true);
    const struct rsp_regimen_question question = {.model = o->model,
        .covariate = o->person.covariate,
        .options = &options,
        .placebo = &o->search->placebo,
        .n_earlier = o->n_earlier,
        .earlier = o->earlier,
        .goal_relief_frac = o->goal_relief_frac};
    struct subset subset = {0};
    struct rsp_regimen_value *value = calloc(made->n_choice + 1, sizeof *value);
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(subset_new(made->n_choice, &subset, err));
    if (value == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "candidates", "out of memory");
        goto done;
    }
    for (size_t i = 0; i < made->n_choice; i++)
        if (made->choice[i].model_dose != NULL && !made->choice[i].hypothetical)
            subset_add(&subset, i, made->choice[i].n_dose, made->choice[i].model_dose);
    RSP_TRY_DONE(rsp_regimen_values(&question, subset.n, subset.regimen, value, err));
    for (size_t i = 0; i < subset.n; i++) {
        made->choice[subset.of[i]].value = value[i];
        made->choice[subset.of[i]].valued = true;
    }
done:
    subset_free(&subset);
    free(value);
    return status;
}

/* ---- peaks ---- */

/* One fast output: its model, and the choices for which it may be shown. */
struct fast {
    const char *model_id, *output, *role;
    bool given_doses; /* of the racemate: as given */
    const struct rsp_hours_domain *domain;
    double bound;
    size_t offset; /* of the peak in a choice */
    enum rsp_chance_quantity chance;
};

static double session_h(const struct rsp_optimising *o, const struct rsp_choice *choice)
{
    return rsp_regimen_shape(choice->n_dose, choice->dose, &o->a.settings->relief).session_h;
}

static bool shown(const struct rsp_optimising *o, const struct fast *fast, const struct rsp_choice *choice)
{
    char reason[RSP_REASON_SIZE];
    for (size_t i = 0; i < choice->n_dose; i++)
        if (choice->dose[i].route != RSP_ROUTE_IV ||
            (fast->given_doses && choice->dose[i].drug != RSP_DRUG_KETAMINE))
            return false;
    return choice->model_dose != NULL &&
           (fast->domain == NULL || rsp_ground_hours(fast->domain, session_h(o, choice), reason,
                                        sizeof reason) != RSP_GROUND_NONE);
}

static struct rsp_regimen_peak *peak_in(const struct fast *fast, struct rsp_choice *choice)
{
    return (struct rsp_regimen_peak *)((char *)choice + fast->offset);
}

/* With this person's own parameters where measured levels gave them, as the hours of a plan are (hours.c). */
static rsp_status peaks_of(struct rsp_optimising *o, const struct fast *fast, struct rsp_error *err)
{
    struct rsp_optimised *made = o->made;
    struct rsp_plan_options options = options_of(o, false);
    struct subset subset = {0};
    struct rsp_regimen_peak *peak = calloc(made->n_choice + 1, sizeof *peak);
    struct rsp_model *model = NULL;
    struct rsp_person person;
    double *own = NULL;
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(subset_new(made->n_choice, &subset, err));
    if (peak == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "candidates", "out of memory");
        goto done;
    }
    for (size_t i = 0; i < made->n_choice; i++) {
        struct rsp_choice *choice = &made->choice[i];
        *peak_in(fast, choice) = (struct rsp_regimen_peak){NAN, NAN, NAN, NAN};
        if (shown(o, fast, choice))
            subset_add(&subset, i, choice->n_dose, fast->given_doses ? choice->dose : choice->model_dose);
    }
    if (subset.n == 0)
        goto done;
    RSP_TRY_DONE(rsp_model_shipped(fast->model_id, &model, err));
    RSP_TRY_DONE(rsp_person_for(&o->a, model, &person, err));
    RSP_TRY_DONE(rsp_basis_model(o->a.advice, model, fast->role, err));
    RSP_TRY_DONE(rsp_learned_pk_for(&o->a, model, &own, err));
    const struct rsp_person_draws draws = {.n = own != NULL ? o->a.advice->learned->levels.n_draw : 0,
        .parameter = own,
        .response_probability = NAN};
    options.draws = own != NULL ? &draws : NULL;
    const struct rsp_peak_question question = {model, person.covariate, &options, fast->output, fast->bound};
    RSP_TRY_DONE(rsp_regimen_peaks(&question, subset.n, subset.regimen, peak, err));
    for (size_t i = 0; i < subset.n; i++)
        *peak_in(fast, &made->choice[subset.of[i]]) = peak[i];
done:
    rsp_model_free(model);
    subset_free(&subset);
    free(own);
    free(peak);
    return status;
}

/* Room for the rise up to the pressure at which a clinic stops; NaN without a recorded pressure. */
static double pressure_room(const struct rsp_optimising *o)
{
    const struct rsp_test *sbp = rsp_patient_test(o->a.patient, "sbp_mmhg");
    return sbp != NULL ? o->search->chance[RSP_CHANCE_PRESSURE].bound - sbp->value : NAN;
}

static rsp_status all_peaks(struct rsp_optimising *o, struct rsp_error *err)
{
    const struct rsp_prediction_settings *settings = o->a.settings;
    const struct fast fast[] = {
        {"otto2021", "esketamine_ng_per_ml", "levels", false, NULL, settings->relief.highest_level_ng_per_ml,
            offsetof(struct rsp_choice, level), RSP_CHANCE_LEVEL},
        {"simons2022+olofsen2022", "dissociation_pct", "dissociation", false, &settings->dissociation,
            o->a.patient->goals.max_dissociation_pct, offsetof(struct rsp_choice, dissociation),
            RSP_CHANCE_DISSOCIATION},
        {"abuhelwa2022", "sbp_rise_mmhg", "rise of blood pressure", true, &settings->sbp_rise,
            pressure_room(o), offsetof(struct rsp_choice, pressure), RSP_CHANCE_PRESSURE},
    };
    for (size_t i = 0; i < sizeof fast / sizeof *fast; i++) {
        RSP_TRY(peaks_of(o, &fast[i], err));
        for (size_t c = 0; c < o->made->n_choice; c++) {
            struct rsp_choice *choice = &o->made->choice[c];
            choice->chance[fast[i].chance] = peak_in(&fast[i], choice)->p_above;
        }
    }
    return RSP_OK;
}

static void judge_chances(struct rsp_optimising *o)
{
    for (size_t c = 0; c < o->made->n_choice; c++) {
        struct rsp_choice *choice = &o->made->choice[c];
        choice->chances_kept = true;
        for (int q = 0; q < (int)RSP_N_CHANCE; q++) {
            if (!(choice->chance[q] > o->search->chance[q].most_share))
                continue;
            choice->chances_kept = false;
            o->made->n_beyond_chance[q] += choice->family != NULL && !choice->hypothetical ? 1 : 0;
        }
    }
}

/* ---- ground ---- */

/* Judged as `plan` judges one regimen, with the doses as given. */
static void judge_ground(struct rsp_optimising *o, struct rsp_choice *choice)
{
    o->a.dose = choice->dose;
    o->a.n_dose = choice->n_dose;
    const enum rsp_ground ground =
        rsp_ground_relief(&o->a, choice->level.p50, choice->reason, sizeof choice->reason);
    const bool carried = rsp_learned_carries(&o->a, choice->n_dose, choice->dose);
    /* What is proposed first is told by the regimen: that earlier infusions act is true of all of them. */
    char own[RSP_REASON_SIZE];
    const size_t n_earlier = o->a.n_earlier;
    o->a.n_earlier = 0;
    const bool fitted =
        rsp_ground_relief(&o->a, choice->level.p50, own, sizeof own) == RSP_GROUND_FITTED || carried;
    o->a.n_earlier = n_earlier;
    o->a.dose = NULL;
    o->a.n_dose = 0;
    if (choice->model_dose == NULL)
        rsp_reason_join(
            choice->reason, sizeof choice->reason, "no published model takes this route and drug");
    choice->hypothetical = ground == RSP_GROUND_NONE || choice->model_dose == NULL;
    choice->fitted = fitted && choice->model_dose != NULL;
    if (!choice->hypothetical)
        rsp_reason_join(choice->reason, sizeof choice->reason, o->person.outside);
    choice->validity = choice->hypothetical      ? RSP_VALIDITY_NONE
                       : carried                 ? RSP_VALIDITY_PATIENT
                       : *choice->reason != '\0' ? RSP_VALIDITY_EXTRAPOLATED
                                                 : RSP_VALIDITY_FITTED;
}

/* ---- front and choice ---- */

static double score_of(const struct rsp_search *search, const struct rsp_choice *choice, double price)
{
    const double grams = choice->total_mg / MG_PER_G;
    return choice->value.days_30 - price * (search->price_d_per_g[choice->drug] * grams +
                                               search->exposed_day_d * (double)choice->n_day +
                                               search->visit_d * (double)choice->n_visit);
}

static rsp_status mark_front(struct rsp_optimising *o, struct rsp_error *err)
{
    enum { N_OBJECTIVE = 4 };
    struct rsp_optimised *made = o->made;
    double *objective = calloc(made->n_choice * N_OBJECTIVE + 1, sizeof *objective);
    int *group = calloc(made->n_choice + 1, sizeof *group);
    size_t *of = calloc(made->n_choice + 1, sizeof *of), n = 0;
    bool *on_front = calloc(made->n_choice + 1, sizeof *on_front);
    rsp_status status = RSP_OK;
    if (objective == NULL || group == NULL || of == NULL || on_front == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "candidates", "out of memory");
        goto done;
    }
    for (size_t i = 0; i < made->n_choice; i++) {
        const struct rsp_choice *choice = &made->choice[i];
        if (!choice->ranked)
            continue;
        const double to_lower[N_OBJECTIVE] = {
            -choice->value.days_30, choice->total_mg, (double)choice->n_visit, (double)choice->n_day};
        memcpy(objective + n * N_OBJECTIVE, to_lower, sizeof to_lower);
        group[n] = (int)choice->drug;
        of[n++] = i;
    }
    rsp_front_mark(n, N_OBJECTIVE, objective, group, on_front);
    for (size_t i = 0; i < n; i++)
        made->choice[of[i]].on_front = on_front[i];
    for (size_t i = 0; i < n; i++)
        made->n_front += on_front[i] ? 1 : 0;
    made->n_ranked = n;
done:
    free(objective);
    free(group);
    free(of);
    free(on_front);
    return status;
}

rsp_status rsp_optimise_weigh(struct rsp_optimising *o, struct rsp_error *err)
{
    struct rsp_optimised *made = o->made;
    RSP_TRY(all_peaks(o, err));
    for (size_t i = 0; i < made->n_choice; i++)
        judge_ground(o, &made->choice[i]);
    judge_chances(o);
    RSP_TRY(value_all(o, err));
    for (size_t i = 0; i < made->n_choice; i++) {
        struct rsp_choice *choice = &made->choice[i];
        choice->score = choice->valued ? score_of(o->search, choice, 1.0) : NAN;
        choice->ranked =
            choice->family != NULL && choice->valued && choice->within_limits && choice->chances_kept;
    }
    return mark_front(o, err);
}

/* The highest score of one ground; NULL when none is worth its price. */
static const struct rsp_choice *highest(const struct rsp_optimising *o, double price, bool fitted)
{
    const struct rsp_choice *best = NULL;
    double most = 0.0;
    for (size_t i = 0; i < o->made->n_choice; i++) {
        const struct rsp_choice *choice = &o->made->choice[i];
        if (!choice->ranked || choice->fitted != fitted || score_of(o->search, choice, price) <= most)
            continue;
        best = choice;
        most = score_of(o->search, choice, price);
    }
    return best;
}

/* A trial comes before a cohort; then the higher score. */
static bool better_published(
    const struct rsp_search *search, const struct rsp_choice *a, const struct rsp_choice *b, double price)
{
    if (a->protocol->confidence != b->protocol->confidence)
        return a->protocol->confidence < b->protocol->confidence;
    return score_of(search, a, price) > score_of(search, b, price);
}

/* What the model was fitted on comes before what is extrapolated; within the tie of the best the published one that
 * is worth its price too. */
static const struct rsp_choice *best_at(const struct rsp_optimising *o, double price)
{
    const struct rsp_optimised *made = o->made;
    const struct rsp_choice *best = highest(o, price, true), *published = NULL;
    best = best != NULL ? best : highest(o, price, false);
    if (best == NULL)
        return NULL;
    const double least = score_of(o->search, best, price) - o->search->tie_d;
    for (size_t i = 0; i < made->n_choice; i++) {
        const struct rsp_choice *choice = &made->choice[i];
        if (choice->ranked && choice->fitted == best->fitted && choice->protocol != NULL &&
            score_of(o->search, choice, price) >= least && score_of(o->search, choice, price) > 0.0 &&
            (published == NULL || better_published(o->search, choice, published, price)))
            published = choice;
    }
    return published != NULL ? published : best;
}

/* Least drug of the same kind that keeps most of the days. */
static const struct rsp_choice *with_less_drug(const struct rsp_optimising *o)
{
    const struct rsp_choice *chosen = o->made->recommended, *least = NULL;
    for (size_t i = 0; i < o->made->n_choice; i++) {
        const struct rsp_choice *choice = &o->made->choice[i];
        if (choice->on_front && choice->drug == chosen->drug && choice->total_mg < chosen->total_mg &&
            choice->value.days_30 >= o->search->less_drug_share * chosen->value.days_30 &&
            (least == NULL || choice->total_mg < least->total_mg))
            least = choice;
    }
    return least;
}

static const struct rsp_choice *of_another_family(const struct rsp_optimising *o)
{
    const struct rsp_choice *chosen = o->made->recommended, *best = NULL;
    for (size_t i = 0; i < o->made->n_choice; i++) {
        const struct rsp_choice *choice = &o->made->choice[i];
        if (choice->ranked && strcmp(choice->family->kind, chosen->family->kind) != 0 &&
            (best == NULL || choice->score > best->score))
            best = choice;
    }
    for (size_t i = 0; i < o->made->n_choice && best == NULL; i++) {
        const struct rsp_choice *choice = &o->made->choice[i];
        if (choice->ranked && choice->drug != chosen->drug)
            best = choice;
    }
    return best;
}

static void count_alike(struct rsp_optimising *o)
{
    struct rsp_optimised *made = o->made;
    const struct rsp_choice *chosen = made->recommended;
    for (size_t i = 0; i < made->n_choice; i++) {
        const struct rsp_choice *choice = &made->choice[i];
        if (choice == chosen || !choice->ranked || choice->drug != chosen->drug ||
            fabs(choice->total_mg - chosen->total_mg) > SAME_AMOUNT * chosen->total_mg ||
            fabs(choice->value.days_30 - chosen->value.days_30) > o->search->tie_d)
            continue;
        /* the same infusion at a neighbouring rate is no other schedule */
        if (choice->family == chosen->family && choice->dose[0].duration_h == chosen->dose[0].duration_h &&
            choice->n_dose == chosen->n_dose)
            continue;
        made->alike = made->alike != NULL ? made->alike : choice;
        made->n_alike++;
    }
}

void rsp_optimise_choose(struct rsp_optimising *o)
{
    struct rsp_optimised *made = o->made;
    made->recommended = best_at(o, 1.0);
    made->half_price = best_at(o, 0.5);
    made->double_price = best_at(o, 2.0);
    if (made->recommended == NULL)
        return;
    const struct rsp_choice *other = highest(o, 1.0, false);
    if (made->recommended->fitted && other != NULL &&
        other->score > made->recommended->score + o->search->tie_d)
        made->extrapolated = other;
    made->less_drug = with_less_drug(o);
    made->other_way = of_another_family(o);
    count_alike(o);
}
