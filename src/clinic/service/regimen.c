/* A protocol or dose texts become doses in mg, within the protocol's own caps. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "service/advising.h"
#include "service/model_doses.h"

/* Any real course of doses is far shorter; more is a slip of the hand. */
enum { MAX_DOSE = 2000 };
/* No one plans doses of the year after next: a later one is a slip of the unit. */
#define MOST_AHEAD_D 730.0

struct texts {
    size_t n;
    const char *const *text;
    bool own; /* typed for this patient, not from a protocol */
};

static rsp_status choose(struct rsp_advising *a, struct texts *texts, struct rsp_error *err)
{
    const struct rsp_advise_request *request = a->request;
    if (request->n_dose > 0 && request->protocol != NULL)
        return rsp_error_set(
            err, RSP_E_MISMATCH, "--dose", "give either a protocol or doses of your own, not both");
    if (request->n_dose > 0) {
        *texts = (struct texts){request->n_dose, request->dose, true};
        return RSP_OK;
    }
    const struct rsp_protocol *protocol = NULL;
    if (request->protocol != NULL)
        RSP_TRY(rsp_rulebook_protocol_find(a->book, request->protocol, &protocol, err));
    else
        protocol = rsp_rules_default_protocol(a->book, a->patient);
    a->advice->protocol = protocol;
    a->advice->protocol_note =
        protocol != NULL && protocol->note != NULL && *protocol->note != '\0' ? protocol->note : NULL;
    if (protocol != NULL)
        *texts = (struct texts){protocol->n_dose, protocol->dose, false};
    return RSP_OK;
}

static bool same_dose(const struct rsp_dose_text *a, const struct rsp_dose_text *b)
{
    char x[200], y[200];
    rsp_dose_text_format(a, x, sizeof x);
    rsp_dose_text_format(b, y, sizeof y);
    return strcmp(x, y) == 0;
}

/* Typing the amount a second time is the confirmation; anything else typed is not. */
static rsp_status confirmed(const struct rsp_advise_request *request, const struct rsp_dose_text *dose,
    bool *yes, struct rsp_error *err)
{
    *yes = false;
    if (request->confirm_dose == NULL)
        return RSP_OK;
    struct rsp_dose_text again;
    RSP_TRY(rsp_dose_text_parse(request->confirm_dose, &again, err));
    *yes = same_dose(dose, &again);
    return RSP_OK;
}

/* Where no usual range is on file a slip of the point passes: that is said. */
static rsp_status say_unjudged(
    struct rsp_advising *a, const struct rsp_dose_text *dose, struct rsp_error *err)
{
    char text[sizeof a->advice->unjudged_dose], missing[sizeof a->advice->basis_missing[0]];
    rsp_dose_text_format(dose, text, sizeof text);
    if (*a->advice->unjudged_dose == '\0')
        snprintf(a->advice->unjudged_dose, sizeof a->advice->unjudged_dose, "%s", text);
    snprintf(missing, sizeof missing, "usual range of %s %s over such a time", rsp_drug_name(dose->drug),
        rsp_route_name(dose->route));
    return rsp_basis_missing(a->advice, missing, err);
}

static rsp_status check_tenfold(
    struct rsp_advising *a, const struct rsp_dose_text *dose, struct rsp_error *err)
{
    bool known = false, yes = false;
    struct rsp_error found = {0};
    const rsp_status status =
        rsp_rules_tenfold(a->book, dose, a->patient->weight_kg, a->patient->setting, &known, &found);
    if (status == RSP_OK)
        return known ? RSP_OK : say_unjudged(a, dose, err);
    if (status == RSP_E_LIMIT) {
        RSP_TRY(confirmed(a->request, dose, &yes, err));
        if (yes)
            return rsp_basis_assume(a->advice, "dose_confirmed",
                "The dose is about ten times, or a tenth of, the usual range and was typed a second time.",
                err);
    }
    if (err != NULL)
        *err = found;
    return status;
}

/* A cap of mg/h or mg a day holds the amount down; the day's cap holds a longer infusion's every 24 h. */
bool rsp_dose_cap(double cap_mg_per_h, double cap_mg_per_day, struct rsp_dose *dose)
{
    double most_mg = INFINITY;
    if (!isnan(cap_mg_per_h) && dose->duration_h > 0.0)
        most_mg = fmin(most_mg, cap_mg_per_h * dose->duration_h);
    if (!isnan(cap_mg_per_day))
        most_mg = fmin(most_mg, cap_mg_per_day * fmax(1.0, dose->duration_h / RSP_H_PER_D));
    if (dose->amount_mg <= most_mg)
        return false;
    dose->amount_mg = most_mg;
    return true;
}

static rsp_status add_text(
    struct rsp_advising *a, const char *text, bool own, struct rsp_buf *all, struct rsp_error *err)
{
    struct rsp_dose_text dose;
    RSP_TRY(rsp_dose_text_parse(text, &dose, err));
    if (own)
        RSP_TRY(check_tenfold(a, &dose, err));
    size_t n = 0;
    RSP_TRY(rsp_dose_text_expand(
        &dose, a->patient->weight_kg, MAX_DOSE - a->n_dose, a->dose + a->n_dose, &n, err));
    bool capped = false;
    for (size_t i = 0; i < n && a->advice->protocol != NULL; i++)
        capped = rsp_dose_cap(a->advice->protocol->cap_mg_per_h, a->advice->protocol->cap_mg_per_day,
                     &a->dose[a->n_dose + i]) ||
                 capped;
    a->n_dose += n;
    if (capped)
        RSP_TRY(rsp_basis_assume_named(a, "protocol_cap", err));
    char canonical[200];
    rsp_dose_text_format(&dose, canonical, sizeof canonical);
    rsp_buf_printf(all, "%s%s", all->length > 0 ? "; then " : "", canonical);
    return RSP_OK;
}

static rsp_status fill_table(struct rsp_advising *a, struct rsp_error *err)
{
    struct rsp_advice *advice = a->advice;
    advice->dose = calloc(a->n_dose + 1, sizeof *advice->dose);
    if (advice->dose == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
    advice->n_dose = a->n_dose;
    for (size_t i = 0; i < a->n_dose; i++) {
        const struct rsp_dose *dose = &a->dose[i];
        const bool pumped = dose->route == RSP_ROUTE_IV && dose->duration_h > 0.0;
        advice->dose[i] = (struct rsp_advised_dose){
            .dose = *dose,
            .day = {a->request->start.day + (long)floor(dose->start_h / RSP_H_PER_D)},
            .rate_mg_per_h = pumped ? dose->amount_mg / dose->duration_h : NAN,
        };
        advice->total_mg += dose->amount_mg;
        advice->end_h = fmax(advice->end_h, dose->start_h + dose->duration_h);
    }
    return RSP_OK;
}

static void place(const char *text, struct rsp_error *err)
{
    if (err != NULL && *err->source == '\0')
        rsp_error_place(err, text, 0);
}

static rsp_status take_given(struct rsp_advising *a, struct rsp_error *err)
{
    const struct rsp_advise_request *request = a->request;
    a->dose = calloc(request->n_given, sizeof *a->dose);
    if (a->dose == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
    memcpy(a->dose, request->given, request->n_given * sizeof *a->dose);
    a->n_dose = request->n_given;
    qsort(a->dose, a->n_dose, sizeof *a->dose, rsp_dose_by_start);
    snprintf(a->advice->regimen_text, sizeof a->advice->regimen_text, "as it was given and is set to go on");
    return fill_table(a, err);
}

rsp_status rsp_advise_regimen(struct rsp_advising *a, struct rsp_error *err)
{
    struct texts texts = {0};
    if (a->request->n_given > 0)
        return take_given(a, err);
    RSP_TRY(choose(a, &texts, err));
    a->dose = calloc(MAX_DOSE, sizeof *a->dose);
    if (a->dose == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
    struct rsp_buf all;
    rsp_buf_init(&all, sizeof a->advice->regimen_text - 1);
    rsp_status status = RSP_OK;
    for (size_t i = 0; i < texts.n && status == RSP_OK; i++) {
        status = add_text(a, texts.text[i], texts.own, &all, err);
        if (status != RSP_OK)
            place(texts.text[i], err);
    }
    if (status == RSP_OK && all.failed)
        status = all.too_long ? rsp_error_set(err, RSP_E_LIMIT, "dose",
                                    "the doses in words are longer than %zu bytes: name fewer", all.max)
                              : rsp_error_set(err, RSP_E_MEMORY, "dose", "out of memory");
    if (status == RSP_OK && all.data != NULL)
        snprintf(a->advice->regimen_text, sizeof a->advice->regimen_text, "%s", all.data);
    rsp_buf_free(&all);
    RSP_TRY(status);
    qsort(a->dose, a->n_dose, sizeof *a->dose, rsp_dose_by_start);
    /* Published anaesthetic courses pass 10 g a day; what is typed for one patient does not. */
    if (texts.own && a->n_dose > 0 && a->dose[a->n_dose - 1].start_h > MOST_AHEAD_D * RSP_H_PER_D)
        return rsp_error_set(err, RSP_E_DOMAIN, "dose",
            "the last dose starts %.0f days ahead, and a plan holds at most %.0f days; check the unit, or "
            "plan again "
            "later",
            a->dose[a->n_dose - 1].start_h / RSP_H_PER_D, MOST_AHEAD_D);
    if (texts.own)
        RSP_TRY(rsp_doses_check_absurd(a->n_dose, a->dose, a->patient->weight_kg, err));
    return fill_table(a, err);
}
