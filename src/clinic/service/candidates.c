/* Families of published regimens become candidates in doses, each within every limit. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

#include "service/model_doses.h"
#include "service/optimising.h"

/* Any published course is far shorter. */
enum { MAX_DOSE = 400 };
#define ROUNDING_H 1e-6

bool rsp_optimise_for_condition(
    size_t n, const enum rsp_condition condition[], const struct rsp_patient *patient)
{
    for (size_t i = 0; i < n; i++)
        if (patient->has_condition && condition[i] == patient->condition)
            return true;
    return false;
}

/* Infusions without pause need a bed; an inpatient may also have what outpatients have. */
bool rsp_optimise_for_setting(const char *setting, const struct rsp_patient *patient)
{
    return patient->setting == NULL || strcmp(patient->setting, "outpatient") != 0 ||
           strcmp(setting, "inpatient") != 0;
}

static void measure(struct rsp_choice *choice)
{
    double end_h = -INFINITY, counted = -1.0;
    choice->total_mg = 0.0;
    choice->n_visit = choice->n_day = 0;
    for (size_t i = 0; i < choice->n_dose; i++) {
        const struct rsp_dose *dose = &choice->dose[i];
        const double to_h = dose->start_h + dose->duration_h;
        choice->total_mg += dose->amount_mg;
        choice->n_visit += rsp_treatment_goes_on(end_h, dose->start_h) ? 0 : 1;
        end_h = fmax(end_h, to_h);
        const double first = floor(dose->start_h / RSP_H_PER_D);
        const double last = fmax(first, ceil((to_h - ROUNDING_H) / RSP_H_PER_D) - 1.0);
        for (double day = fmax(first, counted + 1.0); day <= last; day += 1.0) {
            choice->n_day++;
            counted = day;
        }
    }
}

static double end_h(const struct rsp_choice *choice)
{
    double end = 0.0;
    for (size_t i = 0; i < choice->n_dose; i++)
        end = fmax(end, choice->dose[i].start_h + choice->dose[i].duration_h);
    return end;
}

/* The first limit that the choice passes, a minimum apart; with the doses of the last day before it. */
static rsp_status judge_limits(struct rsp_optimising *o, struct rsp_choice *choice, struct rsp_error *err)
{
    struct rsp_advice *advice = o->a.advice;
    o->a.advice = o->limits;
    o->a.dose = choice->dose;
    o->a.n_dose = choice->n_dose;
    o->limits->n_limit = 0;
    const rsp_status status = rsp_advise_limits(&o->a, err);
    o->a.advice = advice;
    o->a.dose = NULL;
    o->a.n_dose = 0;
    RSP_TRY(status);
    choice->within_limits = o->limits->within_limits;
    choice->broken[0] = '\0';
    for (size_t i = 0; i < o->limits->n_limit && choice->broken[0] == '\0'; i++)
        if (!o->limits->limit_result[i].ok && o->limits->limit[i].quantity != RSP_LIMIT_TOTAL_MIN_MG)
            snprintf(choice->broken, sizeof choice->broken, "%s", o->limits->limit[i].id);
    return RSP_OK;
}

/* The relief model takes what goes into a vein; other routes have no ground in it (ground.c) and stay without. */
static rsp_status take_model_doses(struct rsp_choice *choice, struct rsp_error *err)
{
    struct rsp_model_doses doses = {0};
    char reason[200];
    for (size_t i = 0; i < choice->n_dose; i++)
        if (choice->dose[i].route != RSP_ROUTE_IV)
            return RSP_OK;
    RSP_TRY(rsp_model_doses_esketamine(choice->n_dose, choice->dose, false, &doses, reason, err));
    if (*reason != '\0') {
        free(doses.dose);
        doses.dose = NULL;
    }
    choice->model_dose = doses.dose;
    return RSP_OK;
}

static rsp_status add_doses(struct rsp_choice *choice, const char *text, double weight_kg,
    double cap_mg_per_h, double cap_mg_per_day, struct rsp_error *err)
{
    struct rsp_dose_text parsed;
    size_t n = 0;
    RSP_TRY(rsp_dose_text_parse(text, &parsed, err));
    RSP_TRY(rsp_dose_text_expand(
        &parsed, weight_kg, MAX_DOSE - choice->n_dose, choice->dose + choice->n_dose, &n, err));
    for (size_t i = 0; i < n; i++)
        (void)rsp_dose_cap(cap_mg_per_h, cap_mg_per_day, &choice->dose[choice->n_dose + i]);
    choice->n_dose += n;
    return RSP_OK;
}

static bool same_doses(const struct rsp_choice *a, const struct rsp_choice *b)
{
    if (a->n_dose != b->n_dose)
        return false;
    for (size_t i = 0; i < a->n_dose; i++)
        if (a->dose[i].drug != b->dose[i].drug || a->dose[i].route != b->dose[i].route ||
            fabs(a->dose[i].start_h - b->dose[i].start_h) > ROUNDING_H ||
            fabs(a->dose[i].duration_h - b->dose[i].duration_h) > ROUNDING_H ||
            fabs(a->dose[i].amount_mg - b->dose[i].amount_mg) > 1e-9 * a->dose[i].amount_mg)
            return false;
    return true;
}

/* The choice that is given already under these doses; a cap makes several grid points one. */
static struct rsp_choice *known(struct rsp_optimised *made, const struct rsp_choice *choice)
{
    for (size_t i = 0; i < made->n_choice; i++)
        if (same_doses(&made->choice[i], choice))
            return &made->choice[i];
    return NULL;
}

static void choice_free(struct rsp_choice *choice)
{
    free(choice->dose);
    free(choice->model_dose);
    choice->dose = choice->model_dose = NULL;
}

static rsp_status choice_new(struct rsp_choice *choice, struct rsp_error *err)
{
    *choice = (struct rsp_choice){.dose = calloc(MAX_DOSE, sizeof *choice->dose)};
    return choice->dose != NULL ? RSP_OK : rsp_error_set(err, RSP_E_MEMORY, "candidates", "out of memory");
}

/* Sorted, measured, judged; then appended. Takes ownership, also on failure. */
static rsp_status add_choice(struct rsp_optimising *o, struct rsp_choice *choice, struct rsp_error *err)
{
    struct rsp_optimised *made = o->made;
    rsp_status status = RSP_OK;
    qsort(choice->dose, choice->n_dose, sizeof *choice->dose, rsp_dose_by_start);
    choice->drug = choice->dose[0].drug;
    measure(choice);
    RSP_TRY_DONE(judge_limits(o, choice, err));
    if (choice->family != NULL && !choice->within_limits) {
        made->n_beyond_limit++;
        choice_free(choice);
        return RSP_OK;
    }
    struct rsp_dose *fit = realloc(choice->dose, choice->n_dose * sizeof *fit);
    choice->dose = fit != NULL ? fit : choice->dose;
    RSP_TRY_DONE(take_model_doses(choice, err));
    struct rsp_choice *grown = realloc(made->choice, (made->n_choice + 1) * sizeof *grown);
    if (grown == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "candidates", "out of memory");
        goto done;
    }
    made->choice = grown;
    made->choice[made->n_choice++] = *choice;
    return RSP_OK;
done:
    choice_free(choice);
    return status;
}

/* ---- families ---- */

static rsp_status add_later(struct rsp_optimising *o, const struct rsp_family *family, size_t later,
    size_t every, struct rsp_choice *choice, struct rsp_error *err)
{
    struct rsp_quantity interval;
    struct rsp_dose_text parsed;
    RSP_TRY(rsp_quantity_parse(family->later_every.text[every], &interval, err));
    RSP_TRY(rsp_dose_text_parse(family->later.text[later], &parsed, err));
    const double horizon_h = o->made->horizon_d * RSP_H_PER_D;
    const double from_h = ceil(end_h(choice) / RSP_H_PER_D) * RSP_H_PER_D;
    for (double start_h = from_h + interval.internal;
         start_h + parsed.duration_h <= horizon_h && choice->n_dose < MAX_DOSE;
         start_h += interval.internal) {
        const size_t first = choice->n_dose;
        RSP_TRY(add_doses(choice, family->later.text[later], o->a.patient->weight_kg, family->cap_mg_per_h,
            family->cap_mg_per_day, err));
        choice->dose[first].start_h = start_h;
    }
    const size_t used = strlen(choice->text);
    snprintf(choice->text + used, sizeof choice->text - used, "; then %s every %s", family->later.text[later],
        family->later_every.text[every]);
    return RSP_OK;
}

/* The doses of one candidate; caller frees with choice_free. */
static rsp_status make_candidate(struct rsp_optimising *o, const struct rsp_family *family, size_t course,
    size_t later, struct rsp_choice *choice, struct rsp_error *err)
{
    rsp_status status = RSP_OK;
    RSP_TRY(choice_new(choice, err));
    choice->family = family;
    rsp_family_course(family, course, choice->text, sizeof choice->text);
    RSP_TRY_DONE(add_doses(
        choice, choice->text, o->a.patient->weight_kg, family->cap_mg_per_h, family->cap_mg_per_day, err));
    choice->n_course = choice->n_dose;
    if (family->later.n > 0)
        RSP_TRY_DONE(add_later(o, family, later % family->later.n, later / family->later.n, choice, err));
done:
    if (status != RSP_OK)
        choice_free(choice);
    return status;
}

/* Why doses are no candidate of their own, before any limit; NULL when they are. */
static const char *why_dropped(const struct rsp_optimising *o, const struct rsp_choice *choice)
{
    if (choice->family->later.n > 0 && choice->n_dose == choice->n_course)
        return "its later doses lie beyond the horizon";
    if (end_h(choice) > o->made->horizon_d * RSP_H_PER_D)
        return "it ends after the horizon";
    return known(o->made, choice) != NULL ? "its doses are those of another family" : NULL;
}

static rsp_status add_candidate(struct rsp_optimising *o, const struct rsp_family *family, size_t course,
    size_t later, struct rsp_error *err)
{
    struct rsp_choice choice;
    RSP_TRY(make_candidate(o, family, course, later, &choice, err));
    if (why_dropped(o, &choice) != NULL) {
        choice_free(&choice);
        return RSP_OK;
    }
    o->made->n_candidate++;
    return add_choice(o, &choice, err);
}

static size_t n_later_of(const struct rsp_family *family)
{
    return family->later.n > 0 ? family->later.n * family->later_every.n : 1;
}

static rsp_status add_family(struct rsp_optimising *o, const struct rsp_family *family, struct rsp_error *err)
{
    for (size_t course = 0; course < rsp_family_n_course(family); course++)
        for (size_t later = 0; later < n_later_of(family); later++)
            RSP_TRY(add_candidate(o, family, course, later, err));
    return RSP_OK;
}

rsp_status rsp_optimise_why_dropped(
    struct rsp_optimising *o, const struct rsp_family *family, const char **reason, struct rsp_error *err)
{
    const char *first = NULL;
    *reason = NULL;
    for (size_t course = 0; course < rsp_family_n_course(family); course++)
        for (size_t later = 0; later < n_later_of(family); later++) {
            struct rsp_choice choice;
            RSP_TRY(make_candidate(o, family, course, later, &choice, err));
            const char *why = why_dropped(o, &choice);
            choice_free(&choice);
            if (why == NULL)
                return RSP_OK;
            first = first != NULL ? first : why;
        }
    *reason = first;
    return RSP_OK;
}

/* ---- protocols ---- */

static rsp_status add_protocol(
    struct rsp_optimising *o, const struct rsp_protocol *protocol, struct rsp_error *err)
{
    struct rsp_choice choice;
    rsp_status status = RSP_OK;
    RSP_TRY(choice_new(&choice, err));
    choice.protocol = protocol;
    for (size_t i = 0; i < protocol->n_dose; i++) {
        const size_t used = strlen(choice.text);
        snprintf(
            choice.text + used, sizeof choice.text - used, "%s%s", i > 0 ? "; then " : "", protocol->dose[i]);
        RSP_TRY_DONE(add_doses(&choice, protocol->dose[i], o->a.patient->weight_kg, protocol->cap_mg_per_h,
            protocol->cap_mg_per_day, err));
    }
    choice.n_course = choice.n_dose;
    qsort(choice.dose, choice.n_dose, sizeof *choice.dose, rsp_dose_by_start);
    struct rsp_choice *same = known(o->made, &choice);
    if (same != NULL)
        same->protocol = protocol;
    if (same != NULL || end_h(&choice) > o->made->horizon_d * RSP_H_PER_D) {
        choice_free(&choice);
        return RSP_OK;
    }
    return add_choice(o, &choice, err);
done:
    choice_free(&choice);
    return status;
}

rsp_status rsp_optimise_candidates(struct rsp_optimising *o, struct rsp_error *err)
{
    const struct rsp_rulebook *book = o->a.book;
    const struct rsp_patient *patient = o->a.patient;
    for (size_t i = 0; i < rsp_rulebook_n_family(book); i++) {
        const struct rsp_family *family = rsp_rulebook_family(book, i);
        if (rsp_optimise_for_condition(family->n_condition, family->condition, patient) &&
            rsp_optimise_for_setting(family->setting, patient))
            RSP_TRY(add_family(o, family, err));
    }
    for (size_t i = 0; i < rsp_rulebook_n_protocol(book); i++) {
        const struct rsp_protocol *protocol = rsp_rulebook_protocol(book, i);
        if (rsp_optimise_for_condition(protocol->n_condition, protocol->condition, patient) &&
            strcmp(protocol->kind, "acute") != 0)
            RSP_TRY(add_protocol(o, protocol, err));
    }
    return RSP_OK;
}
