/* Published results that fit this condition and regimen, best fit first. */
#include <stdlib.h>
#include <string.h>

#include "service/advising.h"
#include "service/ground.h"

enum { MAX_SHOWN = 12 };
/* Fit of a row: the condition counts most, then the kind of regimen, then the drug. */
enum { FIT_CONDITION = 4, FIT_KIND = 2, FIT_DRUG = 1 };

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

static bool same_drug(const struct rsp_advising *a, const struct rsp_evidence *row)
{
    return a->n_dose > 0 && row->drug != NULL && strcmp(row->drug, rsp_drug_name(a->dose[0].drug)) == 0;
}

static int fit_of(const struct rsp_advising *a, const struct rsp_evidence *row, const char *kind)
{
    int fit = for_condition(row, a->patient) ? FIT_CONDITION : 0;
    if (row->regimen_kind != NULL && strcmp(row->regimen_kind, kind) == 0)
        fit += FIT_KIND;
    return fit + (same_drug(a, row) ? FIT_DRUG : 0);
}

static int best_first(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->fit != y->fit)
        return y->fit - x->fit;
    return (x->order > y->order) - (x->order < y->order);
}

/* A row must speak of this condition; rows that are always shown come last, but always. */
static size_t rank(const struct rsp_advising *a, struct ranked ranked[], size_t *n_always)
{
    const char *kind = rsp_advise_regimen_kind(a);
    size_t n = 0;
    *n_always = 0;
    for (size_t i = 0; i < rsp_rulebook_n_evidence(a->book); i++) {
        const struct rsp_evidence *row = rsp_rulebook_evidence(a->book, i);
        const int fit = fit_of(a, row, kind);
        if (row->always && !a->advice->acute)
            (*n_always)++;
        else if (fit >= FIT_CONDITION)
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
