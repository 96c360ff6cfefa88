#include "service/model_doses.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/bioavailability.h"

/* Half of the racemate is esketamine: it is what "racemate" means. */
#define S_FRACTION_OF_RACEMATE 0.5

static bool without_absorption(enum rsp_route route)
{
    return route == RSP_ROUTE_IM || route == RSP_ROUTE_SC || route == RSP_ROUTE_RECTAL;
}

/* The lowest published fraction: relief is not to be promised from the most favourable paper. */
static bool published_fraction(
    const struct rsp_bioavailability_table *table, const struct rsp_dose *dose, double *fraction)
{
    double high = 0.0;
    if (rsp_bioavailability_adults(table, dose->drug, dose->route, fraction, &high) > 0)
        return true;
    return dose->drug != RSP_DRUG_KETAMINE &&
           rsp_bioavailability_adults(table, RSP_DRUG_KETAMINE, dose->route, fraction, &high) > 0;
}

static bool by_area(const struct rsp_bioavailability_table *table, struct rsp_dose *dose, char reason[200])
{
    double fraction = 0.0;
    if (!published_fraction(table, dose, &fraction)) {
        snprintf(reason, 200, "no absorption and no bioavailability is published for %s %s in adults",
            rsp_drug_name(dose->drug), rsp_route_name(dose->route));
        return false;
    }
    dose->amount_mg *= fraction;
    dose->route = RSP_ROUTE_IV;
    return true;
}

rsp_status rsp_model_doses_esketamine(size_t n_source, const struct rsp_dose source[], bool area,
    struct rsp_model_doses *doses, char reason[200], struct rsp_error *err)
{
    reason[0] = '\0';
    struct rsp_bioavailability_table *table = NULL;
    if (area)
        RSP_TRY(rsp_bioavailability_shipped(&table, err));
    struct rsp_model_doses made = {.n = n_source, .dose = calloc(n_source + 1, sizeof *made.dose)};
    if (made.dose == NULL) {
        rsp_bioavailability_free(table);
        return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
    }
    for (size_t i = 0; i < n_source && *reason == '\0'; i++) {
        struct rsp_dose *dose = &made.dose[i];
        *dose = source[i];
        if (dose->drug == RSP_DRUG_ARKETAMINE) {
            snprintf(reason, 200, "no model of arketamine alone is published");
            break;
        }
        if (area && without_absorption(dose->route))
            made.by_area = by_area(table, dose, reason) || made.by_area;
        if (dose->drug == RSP_DRUG_KETAMINE) {
            dose->amount_mg *= S_FRACTION_OF_RACEMATE;
            dose->drug = RSP_DRUG_ESKETAMINE;
            made.halved = true;
        }
    }
    rsp_bioavailability_free(table);
    *doses = made;
    return RSP_OK;
}

static bool takes_all(const struct rsp_model *model, size_t n, const struct rsp_dose dose[])
{
    for (size_t i = 0; i < n; i++)
        if (!rsp_model_takes_route(model, dose[i].route) || rsp_model_drug(model) != dose[i].drug)
            return false;
    return true;
}

rsp_status rsp_model_for_doses(const char *const ids[], size_t n, const struct rsp_dose dose[],
    struct rsp_model **model, struct rsp_error *err)
{
    *model = NULL;
    for (; *ids != NULL; ids++) {
        struct rsp_model *candidate = NULL;
        RSP_TRY(rsp_model_shipped(*ids, &candidate, err));
        if (rsp_model_may_plan(candidate) && takes_all(candidate, n, dose)) {
            *model = candidate;
            return RSP_OK;
        }
        rsp_model_free(candidate);
    }
    return RSP_OK;
}

int rsp_dose_by_start(const void *a, const void *b)
{
    const struct rsp_dose *x = a, *y = b;
    return (x->start_h > y->start_h) - (x->start_h < y->start_h);
}
