/* The limits of the rules on the doses of this regimen, drug by drug and route by route. */
#include <stdlib.h>

#include "service/advising.h"

struct group {
    enum rsp_drug drug;
    enum rsp_route route;
};

static bool belongs(const struct rsp_dose *dose, struct group group)
{
    return dose->drug == group.drug && dose->route == group.route;
}

/* The longest window that a limit looks back over. */
#define LOOK_BACK_H 24.0

/* Earlier doses count only where they can share a window with the new ones. */
static bool reaches(const struct rsp_dose *earlier)
{
    return earlier->start_h + earlier->duration_h > -LOOK_BACK_H;
}

static size_t pick(const struct rsp_advising *a, struct group group, struct rsp_dose dose[])
{
    size_t n = 0;
    for (size_t i = 0; i < a->n_earlier; i++)
        if (belongs(&a->earlier[i], group) && reaches(&a->earlier[i]))
            dose[n++] = a->earlier[i];
    for (size_t i = 0; i < a->n_dose; i++)
        if (belongs(&a->dose[i], group))
            dose[n++] = a->dose[i];
    return n;
}

/* A limit of boluses says nothing about infusions, and the other way round: such a row is left out. */
static size_t keep_applying(size_t n, struct rsp_limit limit[], struct rsp_limit_result result[])
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        const enum rsp_limit_quantity quantity = limit[i].quantity;
        const bool of_shape = quantity == RSP_LIMIT_BOLUS_MG_PER_KG ||
                              quantity == RSP_LIMIT_BOLUS_RATE_MG_PER_KG_PER_MIN ||
                              quantity == RSP_LIMIT_RATE_MG_PER_KG_PER_H ||
                              quantity == RSP_LIMIT_RATE_MG_PER_H || quantity == RSP_LIMIT_DURATION_H;
        if (of_shape && result[i].value <= 0.0)
            continue;
        limit[kept] = limit[i];
        result[kept++] = result[i];
    }
    return kept;
}

static rsp_status append(struct rsp_advice *advice, size_t n, const struct rsp_limit limit[],
    const struct rsp_limit_result result[], struct rsp_error *err)
{
    struct rsp_limit *limits = realloc(advice->limit, (advice->n_limit + n + 1) * sizeof *limits);
    if (limits != NULL)
        advice->limit = limits;
    struct rsp_limit_result *results =
        realloc(advice->limit_result, (advice->n_limit + n + 1) * sizeof *results);
    if (results != NULL)
        advice->limit_result = results;
    if (limits == NULL || results == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "limits", "out of memory");
    for (size_t i = 0; i < n; i++) {
        advice->limit[advice->n_limit + i] = limit[i];
        advice->limit_result[advice->n_limit + i] = result[i];
    }
    advice->n_limit += n;
    return RSP_OK;
}

static rsp_status check_group(
    struct rsp_advising *a, struct group group, struct rsp_dose dose[], struct rsp_error *err)
{
    const size_t n_dose = pick(a, group, dose);
    struct rsp_limit *limit = NULL;
    struct rsp_limit_result *result = NULL;
    size_t n = 0;
    rsp_status status = RSP_OK;
    RSP_TRY(rsp_rules_limits(a->book, a->patient, group.drug, group.route, &limit, &n, err));
    result = calloc(n + 1, sizeof *result);
    if (result == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "limits", "out of memory");
        goto done;
    }
    RSP_TRY_DONE(rsp_limits_check(n_dose, dose, a->patient->weight_kg, n, limit, result, err));
    n = keep_applying(n, limit, result);
    RSP_TRY_DONE(append(a->advice, n, limit, result, err));
done:
    free(limit);
    free(result);
    return status;
}

rsp_status rsp_advise_limits(struct rsp_advising *a, struct rsp_error *err)
{
    struct rsp_dose *dose = calloc(a->n_dose + a->n_earlier + 1, sizeof *dose);
    if (dose == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "limits", "out of memory");
    rsp_status status = RSP_OK;
    for (size_t i = 0; i < a->n_dose && status == RSP_OK; i++) {
        const struct group group = {a->dose[i].drug, a->dose[i].route};
        bool seen = false;
        for (size_t j = 0; j < i; j++)
            seen = seen || belongs(&a->dose[j], group);
        if (!seen)
            status = check_group(a, group, dose, err);
    }
    free(dose);
    RSP_TRY(status);
    struct rsp_advice *advice = a->advice;
    advice->within_limits = true;
    for (size_t i = 0; i < advice->n_limit; i++) {
        /* The arrays have their final place only now. */
        advice->limit_result[i].limit = &advice->limit[i];
        const bool minimum = advice->limit[i].quantity == RSP_LIMIT_TOTAL_MIN_MG;
        if (!advice->limit_result[i].ok && !minimum)
            advice->within_limits = false;
    }
    return RSP_OK;
}
