/* Published results that fit this condition and regimen, best fit first. */
#include <stdlib.h>
#include <string.h>

#include "service/advising.h"
#include "service/ground.h"

enum { MAX_SHOWN = 12 };
/* Fit of a row: condition and kind of regimen count most, then the design, then the drug. */
enum { FIT_CONDITION = 16, FIT_KIND = 16, FIT_TRIAL = 4, FIT_POOLED = 2, FIT_DRUG = 1 };

const char *rsp_advise_regimen_kind(const struct rsp_advising *a)
{
    const struct rsp_relief_domain *relief = &a->settings->relief;
    const struct rsp_regimen_shape shape = rsp_regimen_shape(a->n_dose, a->dose, relief);
    if (a->advice->acute)
        return "acute";
    if (!shape.iv_only)
        return "non_iv";
    if (shape.longest_h >= relief->near_infusion_h)
        return "long_infusion";
    if (a->n_dose == 1)
        return "single";
    if (shape.longest_h >= relief->daily_least_hours)
        return "daily_hours";
    return "short_series";
}

struct ranked {
    const struct rsp_evidence *row;
    int fit;
    size_t order;
};

static bool for_condition(const struct rsp_evidence *row, const struct rsp_patient *patient)
{
    for (size_t i = 0; patient->has_condition && i < row->n_condition; i++)
        if (row->condition[i] == patient->condition)
            return true;
    return false;
}

static bool holds(const char *text, const char *word)
{
    return text != NULL && strstr(text, word) != NULL;
}

static bool ketamine_itself(const char *drug)
{
    return drug != NULL &&
           (strcmp(drug, "ketamine") == 0 || strcmp(drug, "esketamine") == 0 || holds(drug, " or "));
}

/* A baseline, a count of visits, an arm without ketamine, or a figure that nobody could read is no result. */
static bool is_result(const struct rsp_evidence *row)
{
    return !holds(row->quantity, "baseline") && !holds(row->result, "before treatment") &&
           !holds(row->result, "Completed") && !holds(row->result, "not readable") &&
           !holds(row->confidence, "unverified") && ketamine_itself(row->drug);
}

static bool same_drug(const struct rsp_advising *a, const struct rsp_evidence *row)
{
    return a->n_dose > 0 && row->drug != NULL && strcmp(row->drug, rsp_drug_name(a->dose[0].drug)) == 0;
}

/* "non_iv" is no kind of its own: the route must be the same, as the row writes it. */
static bool same_route(const struct rsp_evidence *row, enum rsp_route route)
{
    static const char *const written[RSP_N_ROUTE] = {[RSP_ROUTE_NASAL] = "nasal",
        [RSP_ROUTE_BUCCAL] = "buccal",
        [RSP_ROUTE_SUBLINGUAL] = "sublingual",
        [RSP_ROUTE_ORAL] = "oral",
        [RSP_ROUTE_IM] = "IM ",
        [RSP_ROUTE_SC] = "SC ",
        [RSP_ROUTE_RECTAL] = "rectal"};
    return written[route] == NULL || holds(row->regimen, written[route]);
}

bool rsp_evidence_same_kind(const struct rsp_advising *a, const struct rsp_evidence *row)
{
    const char *kind = rsp_advise_regimen_kind(a);
    if (row->regimen_kind == NULL || strcmp(row->regimen_kind, kind) != 0)
        return false;
    for (size_t i = 0; i < a->n_dose; i++)
        if (same_route(row, a->dose[i].route))
            return true;
    return false;
}

static int fit_of(const struct rsp_advising *a, const struct rsp_evidence *row)
{
    int fit = for_condition(row, a->patient) ? FIT_CONDITION : 0;
    fit += rsp_evidence_same_kind(a, row) ? FIT_KIND : 0;
    if (holds(row->design, "trial") && !holds(row->design, "protocol"))
        fit += FIT_TRIAL;
    else if (holds(row->design, "review") || holds(row->design, "meta-analysis"))
        fit += FIT_POOLED;
    return fit + (same_drug(a, row) ? FIT_DRUG : 0);
}

static int best_first(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->fit != y->fit)
        return y->fit - x->fit;
    return (x->order > y->order) - (x->order < y->order);
}

/* A row speaks of this condition, or of this kind of regimen; rows that are always shown come last, but always. */
static size_t rank(const struct rsp_advising *a, struct ranked ranked[], size_t *n_always)
{
    size_t n = 0;
    *n_always = 0;
    for (size_t i = 0; i < rsp_rulebook_n_evidence(a->book); i++) {
        const struct rsp_evidence *row = rsp_rulebook_evidence(a->book, i);
        const int fit = fit_of(a, row);
        const bool acute_row = row->regimen_kind != NULL && strcmp(row->regimen_kind, "acute") == 0;
        if (row->always && !a->advice->acute)
            (*n_always)++;
        else if (fit >= FIT_CONDITION && is_result(row) && acute_row == a->advice->acute)
            ranked[n++] = (struct ranked){row, fit, i};
    }
    qsort(ranked, n, sizeof *ranked, best_first);
    return n;
}

rsp_status rsp_advise_evidence(struct rsp_advising *a, struct rsp_error *err)
{
    struct rsp_advice *advice = a->advice;
    const size_t n_row = rsp_rulebook_n_evidence(a->book);
    struct ranked *ranked = calloc(n_row + 1, sizeof *ranked);
    advice->evidence = calloc(n_row + 1, sizeof *advice->evidence);
    if (ranked == NULL || advice->evidence == NULL) {
        free(ranked);
        return rsp_error_set(err, RSP_E_MEMORY, "evidence", "out of memory");
    }
    size_t n_always = 0;
    const size_t n = rank(a, ranked, &n_always);
    for (size_t i = 0; i < n && i + n_always < MAX_SHOWN; i++)
        advice->evidence[advice->n_evidence++] = ranked[i].row;
    for (size_t i = 0; i < n_row && n_always > 0; i++) {
        const struct rsp_evidence *row = rsp_rulebook_evidence(a->book, i);
        if (row->always)
            advice->evidence[advice->n_evidence++] = row;
    }
    free(ranked);
    return RSP_OK;
}
