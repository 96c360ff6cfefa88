/* Published results that fit this condition and regimen, best fit first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/advising.h"
#include "service/ground.h"

/* Studies, not rows: the time points of one study never push another out. */
enum { MAX_STUDY = 8 };
/* Fit of a row: how it was won (a level of 0 to 3) and the kind of regimen count most, a trial of another regimen a
 * little more than a series of this one; then whether it speaks of this condition alone; then the drug. */
enum {
    FIT_LEVEL = 8,
    FIT_KIND = 12,
    FIT_OWN_CONDITION = 2,
    FIT_DRUG = 1,
    FIT_CHILDREN = -100, /* last, whatever else fits */
    FEW_CONDITIONS = 3,  /* a row of more conditions than this is of mixed pain */
};

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

static bool for_condition(const struct rsp_evidence *row, const struct rsp_patient *patient)
{
    for (size_t i = 0; patient->has_condition && i < row->n_condition; i++)
        if (row->condition[i] == patient->condition)
            return true;
    return false;
}

static bool same_drug(const struct rsp_advising *a, const struct rsp_evidence *row)
{
    return a->n_dose > 0 && strcmp(row->drug, rsp_drug_name(a->dose[0].drug)) == 0;
}

/* "non_iv" is no kind of its own: one of the doses that are not iv must go the route of the row. */
static bool same_route(const struct rsp_advising *a, const struct rsp_evidence *row)
{
    for (size_t i = 0; i < a->n_dose; i++)
        if (a->dose[i].route != RSP_ROUTE_IV && strcmp(row->route, rsp_route_name(a->dose[i].route)) == 0)
            return true;
    return false;
}

bool rsp_evidence_same_kind(const struct rsp_advising *a, const struct rsp_evidence *row)
{
    const char *kind = rsp_advise_regimen_kind(a);
    if (!for_condition(row, a->patient) || strcmp(row->regimen_kind, kind) != 0)
        return false;
    return strcmp(kind, "non_iv") != 0 || same_route(a, row);
}

static int fit_of(const struct rsp_advising *a, const struct rsp_evidence *row)
{
    int fit = (int)row->level * FIT_LEVEL;
    fit += rsp_evidence_same_kind(a, row) ? FIT_KIND : 0;
    fit += row->n_condition <= FEW_CONDITIONS ? FIT_OWN_CONDITION : 0;
    fit += same_drug(a, row) ? FIT_DRUG : 0;
    return fit + (row->children ? FIT_CHILDREN : 0);
}

/* Rows of this condition only: another condition's results, by whatever regimen, say nothing here. Acute treatment
 * is compared with acute results alone. */
static bool fits(const struct rsp_advising *a, const struct rsp_evidence *row)
{
    const bool acute_row = strcmp(row->regimen_kind, "acute") == 0;
    return row->shown == RSP_SHOWN_ALONE && !row->always && strcmp(row->confidence, "unverified") != 0 &&
           for_condition(row, a->patient) && (acute_row || !a->advice->acute);
}

struct ranked {
    const struct rsp_evidence *row;
    int fit;      /* of the best row of its study */
    size_t study; /* place of that study's first row */
    size_t order;
};

static int best_first(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->fit != y->fit)
        return y->fit - x->fit;
    if (x->study != y->study)
        return x->study > y->study ? 1 : -1;
    return (x->order > y->order) - (x->order < y->order);
}

/* The rows that fit, study by study. */
static size_t rank(const struct rsp_advising *a, struct ranked ranked[])
{
    size_t n = 0;
    for (size_t i = 0; i < rsp_rulebook_n_evidence(a->book); i++) {
        const struct rsp_evidence *row = rsp_rulebook_evidence(a->book, i);
        if (!fits(a, row))
            continue;
        struct ranked one = {row, fit_of(a, row), i, i};
        for (size_t k = 0; k < n; k++) {
            if (strcmp(ranked[k].row->study, row->study) != 0)
                continue;
            one.study = ranked[k].study;
            if (one.fit > ranked[k].fit)
                ranked[k].fit = one.fit;
            one.fit = ranked[k].fit;
        }
        ranked[n++] = one;
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
    const size_t n = rank(a, ranked);
    size_t n_study = 0;
    for (size_t i = 0; i < n; i++) {
        n_study += i == 0 || ranked[i].study != ranked[i - 1].study;
        if (n_study > MAX_STUDY)
            break;
        advice->evidence[advice->n_evidence++] = ranked[i].row;
    }
    bool of_kind = false;
    for (size_t i = 0; i < advice->n_evidence; i++)
        of_kind = of_kind || rsp_evidence_same_kind(a, advice->evidence[i]);
    if (a->n_dose > 0 && !of_kind)
        snprintf(advice->evidence_note, sizeof advice->evidence_note, "%s%s",
            "No published result of this kind of regimen in this condition is on file",
            advice->n_evidence > 0 ? "; nearest:" : ".");
    /* What is always shown of chronic pain comes last, but always: also while the condition is not known. */
    for (size_t i = 0; i < n_row && !advice->acute; i++) {
        const struct rsp_evidence *row = rsp_rulebook_evidence(a->book, i);
        if (row->always)
            advice->evidence[advice->n_evidence++] = row;
    }
    free(ranked);
    return RSP_OK;
}
