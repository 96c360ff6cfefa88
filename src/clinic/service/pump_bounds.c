/* What a pump programme may aim at, and the limits of the rules on what it gives. */
#include <math.h>
#include <stdlib.h>

#include <respite/units.h>

#include "service/pump.h"

#define ROUNDING 1e-9

rsp_status rsp_pump_check_target(const struct rsp_rulebook *book, const struct rsp_pump_request *request,
    struct rsp_pump_plan *plan, struct rsp_error *err)
{
    const struct rsp_target_level *level = rsp_rulebook_target_level(book, request->profile->drug);
    const double top = rsp_tci_profile_top_ng_per_ml(request->profile);
    const char *drug = rsp_drug_name(request->profile->drug);
    char given[40];
    plan->target_level = level;
    if (level == NULL)
        return RSP_OK;
    rsp_number_format(top, 6, given, sizeof given);
    if (top >= level->refuse_ng_per_ml)
        return rsp_error_set(err, RSP_E_DOMAIN, "target",
            "%s ng/mL of %s is a level of anaesthesia or a slip of the unit: targets for pain lie under %.4g "
            "ng/mL "
            "(1 mg/mL is 1,000,000 ng/mL)",
            given, drug, level->refuse_ng_per_ml);
    if (top < level->low_ng_per_ml)
        return rsp_error_set(err, RSP_E_DOMAIN, "target",
            "%s ng/mL of %s is less than anything that acts: a target from %.4g ng/mL on is expected; check "
            "the unit",
            given, drug, level->low_ng_per_ml);
    plan->high_target = top > level->warn_ng_per_ml;
    return RSP_OK;
}

static double given_until(const struct rsp_tci_programme *p, double time_h)
{
    double given_mg = 0.0;
    for (size_t i = 0; i < p->n_step && p->step[i].start_h < time_h; i++)
        given_mg += p->step[i].rate_mg_per_h * fmin(p->step[i].duration_h, time_h - p->step[i].start_h);
    return given_mg;
}

/* Most that runs in within the window: it begins where the rate rises or ends where it falls, at the end of the last step
 * too. A rise is the start of a step, a fall the end of one. */
static void worst_window(const struct rsp_tci_programme *p, double *amount_mg, double *at_h)
{
    *amount_mg = *at_h = 0.0;
    for (size_t i = 0; i < p->n_step; i++)
        for (int side = 0; side < 2; side++) {
            const double start_h = p->step[i].start_h, end_h = start_h + p->step[i].duration_h;
            const double from_h = side == 0 ? start_h : fmax(0.0, end_h - RSP_BOLUS_WINDOW_H);
            const double within_mg = given_until(p, from_h + RSP_BOLUS_WINDOW_H) - given_until(p, from_h);
            if (within_mg > *amount_mg) {
                *amount_mg = within_mg;
                *at_h = from_h;
            }
        }
}

static double fastest(const struct rsp_tci_programme *p, double *at_h)
{
    double rate_mg_per_h = 0.0;
    *at_h = 0.0;
    for (size_t i = 0; i < p->n_step; i++)
        if (p->step[i].rate_mg_per_h > rate_mg_per_h) {
            rate_mg_per_h = p->step[i].rate_mg_per_h;
            *at_h = p->step[i].start_h;
        }
    return rate_mg_per_h;
}

/* The engine tells boluses from infusions by their length; the steps of a programme are neither alone. */
static void judge_as_programme(
    const struct rsp_tci_programme *p, double weight_kg, struct rsp_limit_result *result)
{
    double amount_mg, amount_h, rate_h;
    const double rate_mg_per_h = fastest(p, &rate_h);
    worst_window(p, &amount_mg, &amount_h);
    switch (result->limit->quantity) {
    case RSP_LIMIT_BOLUS_MG_PER_KG:
        result->value = amount_mg / weight_kg;
        result->at_h = amount_h;
        break;
    case RSP_LIMIT_BOLUS_RATE_MG_PER_KG_PER_MIN:
        result->value = rate_mg_per_h / weight_kg / 60.0;
        result->at_h = rate_h;
        break;
    case RSP_LIMIT_RATE_MG_PER_H:
        result->value = rate_mg_per_h;
        result->at_h = rate_h;
        break;
    case RSP_LIMIT_RATE_MG_PER_KG_PER_H:
        result->value = rate_mg_per_h / weight_kg;
        result->at_h = rate_h;
        break;
    default:
        return;
    }
    result->ok = result->value <= result->limit->bound * (1.0 + ROUNDING);
}

rsp_status rsp_pump_limits(const struct rsp_rulebook *book, const struct rsp_pump_request *request,
    struct rsp_pump_plan *plan, struct rsp_error *err)
{
    const struct rsp_tci_programme *p = plan->programme;
    RSP_TRY(rsp_rules_limits(
        book, request->patient, plan->profile.drug, RSP_ROUTE_IV, &plan->limit, &plan->n_limit, err));
    plan->result = calloc(plan->n_limit + 1, sizeof *plan->result);
    if (plan->result == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "limits", "out of memory");
    RSP_TRY(rsp_limits_check(
        p->n_dose, p->dose, request->patient->weight_kg, plan->n_limit, plan->limit, plan->result, err));
    for (size_t i = 0; i < plan->n_limit; i++) {
        struct rsp_limit_result *result = &plan->result[i];
        judge_as_programme(p, request->patient->weight_kg, result);
        if (result->ok || result->limit->quantity == RSP_LIMIT_TOTAL_MIN_MG)
            continue;
        plan->hard_broken = plan->hard_broken || result->limit->hard;
        plan->soft_broken = plan->soft_broken || !result->limit->hard;
    }
    return RSP_OK;
}
