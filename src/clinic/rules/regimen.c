/* Limits, the ten-fold check, the default protocol and the model's covariates. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "rules/matching.h"
#include "rules/rulebook.h"

rsp_status rsp_rules_limits(const struct rsp_rulebook *book, const struct rsp_patient *patient,
    enum rsp_drug drug, enum rsp_route route, struct rsp_limit **limits, size_t *n_limit,
    struct rsp_error *err)
{
    struct rsp_limit *list = malloc((book->n_limit + 1) * sizeof *list);
    size_t n = 0;
    if (list == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "limits", "Out of memory while choosing the limits.");
    for (size_t i = 0; i < book->n_limit; i++)
        if (book->limit[i].on && rsp_scope_holds(&book->limit[i].scope, patient, drug, route))
            list[n++] = book->limit[i].limit;
    *limits = list;
    *n_limit = n;
    return RSP_OK;
}

/* A slip of the decimal point turns a usual dose into 8 to 12 times it, or a tenth. Any dose that could
 * have come about so, and lies clearly (half as much again) outside the range, is asked for again; so is
 * anything farther away. */
static const double slip = RSP_SLIP_TIMES, clearly = 1.5;

enum place { WITHIN, ABOVE, BELOW };

static enum place place_of(double x, const struct rsp_usual_range *range)
{
    if (x >= fmax(slip * range->low, clearly * range->high))
        return ABOVE;
    if (x <= fmin(range->high / slip, range->low / clearly))
        return BELOW;
    return WITHIN;
}

static bool per_kg(enum rsp_dose_basis basis)
{
    return basis == RSP_DOSE_MG_PER_KG || basis == RSP_DOSE_MG_PER_KG_PER_H;
}

static bool per_h(enum rsp_dose_basis basis)
{
    return basis == RSP_DOSE_MG_PER_H || basis == RSP_DOSE_MG_PER_KG_PER_H;
}

/* The dose's value in another basis: mg <-> mg/kg by weight, amount <-> rate by duration. */
static double value_in(const struct rsp_dose_text *dose, double weight_kg, enum rsp_dose_basis basis)
{
    double x = dose->value;
    if (per_kg(dose->basis) && !per_kg(basis))
        x *= weight_kg;
    if (!per_kg(dose->basis) && per_kg(basis))
        x /= weight_kg;
    if (per_h(dose->basis) && !per_h(basis))
        x *= dose->duration_h;
    if (!per_h(dose->basis) && per_h(basis))
        x /= dose->duration_h;
    return x;
}

static bool speaks_for(
    const struct rsp_range_entry *entry, const struct rsp_dose_text *dose, const char *setting)
{
    const struct rsp_usual_range *range = &entry->range;
    if (range->drug != dose->drug || range->route != dose->route)
        return false;
    if (strcmp(range->setting, "any") != 0 && strcmp(range->setting, setting) != 0)
        return false;
    return dose->duration_h <= entry->max_h && (entry->min_h <= 0 || dose->duration_h > entry->min_h);
}

static rsp_status refuse(const struct rsp_dose_text *dose, const struct rsp_usual_range *range, double x,
    enum place place, struct rsp_error *err)
{
    static const char *const units[] = {"mg", "mg/kg", "mg/h", "mg/kg/h"};
    char text[160], number[40], low[40], high[40];
    rsp_dose_text_format(dose, text, sizeof text);
    rsp_number_plain(x, 3, number, sizeof number);
    rsp_number_plain(range->low, 3, low, sizeof low);
    rsp_number_plain(range->high, 3, high, sizeof high);
    const char *unit = units[(int)range->basis];
    return rsp_error_set(err, RSP_E_LIMIT, "dose",
        "%s is %s %s, far %s the usual %s to %s %s of %s %s: a ten-fold slip? Check drug, strength of the "
        "vial "
        "and decimal point; if it is meant, type it again with --confirm-dose '%s'.",
        text, number, unit, place == ABOVE ? "above" : "below", low, high, unit, rsp_drug_name(dose->drug),
        rsp_route_name(dose->route), text);
}

rsp_status rsp_rules_tenfold(const struct rsp_rulebook *book, const struct rsp_dose_text *dose,
    double weight_kg, const char *setting, bool *known, struct rsp_error *err)
{
    const struct rsp_usual_range *first = NULL;
    double first_x = NAN;
    enum place first_place = WITHIN;
    /* Without a setting the strictest one speaks. */
    const char *where = setting != NULL ? setting : rsp_setting_names()[0];
    for (size_t i = 0; i < book->n_range; i++) {
        const struct rsp_usual_range *range = &book->range[i].range;
        if (!speaks_for(&book->range[i], dose, where))
            continue;
        if (per_kg(dose->basis) != per_kg(range->basis) && !(weight_kg > 0))
            return rsp_error_set(err, RSP_E_MISSING, "weight_kg",
                "The weight is needed to judge a dose in %s.", per_kg(range->basis) ? "mg" : "mg/kg");
        const double x = value_in(dose, weight_kg, range->basis);
        const enum place place = place_of(x, range);
        if (place == WITHIN) {
            *known = true;
            return RSP_OK;
        }
        if (first == NULL) {
            first = range;
            first_x = x;
            first_place = place;
        }
    }
    *known = first != NULL;
    return first == NULL ? RSP_OK : refuse(dose, first, first_x, first_place, err);
}

static bool protocol_fits(const struct rsp_protocol *protocol, const struct rsp_patient *patient)
{
    bool condition = false;
    for (size_t i = 0; i < protocol->n_condition; i++)
        condition = condition || protocol->condition[i] == patient->condition;
    if (!condition || protocol->confidence > RSP_RULE_MEDIUM || strcmp(protocol->setting, "icu") == 0)
        return false;
    if (patient->setting == NULL || strcmp(protocol->setting, "any") == 0)
        return true;
    /* Anaesthetic doses are never a default: in intensive care the inpatient protocols apply. */
    const char *setting = strcmp(patient->setting, "icu") == 0 ? "inpatient" : patient->setting;
    return strcmp(protocol->setting, setting) == 0;
}

const struct rsp_protocol *rsp_rules_default_protocol(
    const struct rsp_rulebook *book, const struct rsp_patient *patient)
{
    for (size_t i = 0; patient->has_condition && i < book->n_protocol; i++)
        if (protocol_fits(&book->protocol[i], patient))
            return &book->protocol[i];
    return NULL;
}

static bool modifier_holds(const struct rsp_modifier_entry *entry, const struct rsp_patient *patient)
{
    if (entry->genotype != NULL)
        return patient->cyp2b6 != NULL && strcmp(patient->cyp2b6, entry->genotype) == 0;
    for (size_t m = 0; m < patient->n_medication; m++)
        for (size_t i = 0; i < entry->n_medication; i++)
            if (rsp_medication_is(patient->medication[m].name, entry->medication[i]))
                return true;
    return false;
}

size_t rsp_rules_modifiers(const struct rsp_rulebook *book, const struct rsp_patient *patient, size_t n_max,
    struct rsp_modifier modifiers[])
{
    size_t n = 0;
    for (size_t i = 0; i < book->n_modifier && n < n_max; i++)
        if (modifier_holds(&book->modifier[i], patient))
            modifiers[n++] = book->modifier[i].modifier;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            modifiers[i].several =
                modifiers[i].several || (strcmp(modifiers[i].covariate, modifiers[k].covariate) == 0 &&
                                            strcmp(modifiers[i].level, modifiers[k].level) != 0);
    return n;
}
