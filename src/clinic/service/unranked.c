/* What is listed and not ranked: families without ground, each with its published results. */
#include <stdlib.h>
#include <string.h>

#include "service/optimising.h"

enum { MOST_ROW = 3 };

static bool speaks(
    const struct rsp_evidence *row, const char *kind, const char *drug, const struct rsp_patient *patient)
{
    if (row->shown != RSP_SHOWN_ALONE || row->always || row->children || row->level < RSP_LEVEL_COHORT ||
        strcmp(row->confidence, "unverified") == 0 || strcmp(row->regimen_kind, kind) != 0)
        return false;
    /* Rows of either drug ("ketamine or esketamine") speak for both; those of the other one do not. */
    const bool of_drug = strcmp(row->drug, drug) == 0 || strstr(row->drug, " or ") != NULL;
    for (size_t i = 0; of_drug && i < row->n_condition; i++)
        if (patient->has_condition && row->condition[i] == patient->condition)
            return true;
    return false;
}

/* The best-won results first, one row a study, in the order of the file. */
static size_t results_of(const struct rsp_optimising *o, const char *kind, enum rsp_drug drug,
    const struct rsp_evidence *row[MOST_ROW])
{
    size_t n = 0;
    for (int level = (int)RSP_LEVEL_RANDOMISED; level >= (int)RSP_LEVEL_COHORT; level--)
        for (size_t i = 0; i < rsp_rulebook_n_evidence(o->a.book) && n < MOST_ROW; i++) {
            const struct rsp_evidence *one = rsp_rulebook_evidence(o->a.book, i);
            bool known = (int)one->level != level || !speaks(one, kind, rsp_drug_name(drug), o->a.patient);
            for (size_t k = 0; k < n && !known; k++)
                known = strcmp(row[k]->study, one->study) == 0;
            if (!known)
                row[n++] = one;
        }
    return n;
}

/* Why a family of this condition is not ranked; a NULL reason when it is. */
static rsp_status why_unranked(struct rsp_optimising *o, const struct rsp_family *family, const char **reason,
    bool *hypothetical, struct rsp_error *err)
{
    *reason = NULL;
    *hypothetical = false;
    for (size_t i = 0; i < o->made->n_choice; i++) {
        const struct rsp_choice *choice = &o->made->choice[i];
        if (choice->family == family && !choice->hypothetical) {
            *reason = NULL;
            return RSP_OK;
        }
        if (choice->family == family && *reason == NULL)
            *reason = choice->reason;
    }
    *hypothetical = *reason != NULL;
    if (*reason != NULL)
        return RSP_OK;
    if (!rsp_optimise_for_setting(family->setting, o->a.patient)) {
        *reason = "given to inpatients, and this patient is an outpatient";
        return RSP_OK;
    }
    RSP_TRY(rsp_optimise_why_dropped(o, family, reason, err));
    if (*reason == NULL)
        *reason = "no dose of it keeps every limit here and ends within the horizon";
    return RSP_OK;
}

rsp_status rsp_optimise_unranked(struct rsp_optimising *o, struct rsp_error *err)
{
    struct rsp_optimised *made = o->made;
    const size_t n_family = rsp_rulebook_n_family(o->a.book);
    made->unranked = calloc(n_family + 1, sizeof *made->unranked);
    if (made->unranked == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "families", "out of memory");
    for (size_t i = 0; i < n_family; i++) {
        const struct rsp_family *family = rsp_rulebook_family(o->a.book, i);
        if (!rsp_optimise_for_condition(family->n_condition, family->condition, o->a.patient))
            continue;
        bool hypothetical = false;
        const char *reason = NULL;
        RSP_TRY(why_unranked(o, family, &reason, &hypothetical, err));
        if (reason == NULL)
            continue;
        struct rsp_unranked *one = &made->unranked[made->n_unranked++];
        one->family = family;
        one->reason = reason;
        one->hypothetical = hypothetical;
        one->n_evidence = results_of(o, family->kind, family->drug, one->evidence);
    }
    if (made->recommended != NULL)
        made->n_evidence =
            results_of(o, made->recommended->family->kind, made->recommended->drug, made->evidence);
    return RSP_OK;
}
