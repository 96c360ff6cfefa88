/* Numbers at the bedside that are far from the order: a slip of the hand, and a dose at once that nobody ordered. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "service/bedside.h"
#include "service/json_build.h"
#include "service/patients.h"

enum { WHY_LEAST = 3 };
static const double ROUNDING = 1e-9;

bool rsp_bedside_has_why(const struct rsp_call *call)
{
    return strlen(rsp_call_text(call, "why")) >= WHY_LEAST;
}

rsp_status rsp_bedside_check_slip(struct rsp_call *call, double value, double ordered, const char *unit)
{
    const double slip = RSP_SLIP_TIMES, again = rsp_key_number(call->input, "again");
    const bool more = value >= slip * ordered;
    if (!(ordered > 0) || (!more && value * slip > ordered) || fabs(again - value) <= ROUNDING * value)
        return RSP_OK;
    if (more)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_LIMIT, "again",
            "%.6g %s is eight times or more of the %.6g %s that are ordered: a slip? Type it again if it is "
            "so",
            value, unit, ordered, unit);
    return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_LIMIT, "again",
        "%.6g %s is an eighth or less of the %.6g %s that are ordered: a slip? Type it again if it is so",
        value, unit, ordered, unit);
}

/* The highest dose that the order has given at once, mg. */
static double highest_at_once_mg(const struct rsp_bedside *bedside)
{
    size_t i;
    double highest = 0.0;
    const json_t *step;
    json_array_foreach(json_object_get(bedside->order.document, "steps"), i, step)
    {
        if (!json_is_true(json_object_get(step, "by_pump")))
            highest = fmax(highest, json_number_value(json_object_get(step, "amount_mg")));
    }
    return highest;
}

/* The limit of a bolus that an amount is above: a hard one rather than another. NULL: none. */
static const struct rsp_limit *limit_above(size_t n, const struct rsp_limit limit[], double mg_per_kg)
{
    const struct rsp_limit *found = NULL;
    for (size_t i = 0; i < n; i++) {
        if (limit[i].quantity != RSP_LIMIT_BOLUS_MG_PER_KG || !(mg_per_kg > limit[i].bound * (1 + ROUNDING)))
            continue;
        if (found == NULL || limit[i].hard)
            found = &limit[i];
    }
    return found;
}

static rsp_status hold_against(
    struct rsp_call *call, double amount_mg, double weight_kg, const struct rsp_limit *limit)
{
    if (limit == NULL || (!limit->hard && rsp_bedside_has_why(call)))
        return RSP_OK;
    if (limit->hard)
        return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_LIMIT, "amount_mg",
            "%.6g mg at once is %.3g mg/kg, above the limit of %.3g mg/kg: %s", amount_mg,
            amount_mg / weight_kg, limit->bound, limit->text);
    return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_MISSING, "why",
        "say why: %.6g mg at once is %.3g mg/kg, above the limit of %.3g mg/kg: %s", amount_mg,
        amount_mg / weight_kg, limit->bound, limit->text);
}

/* Limits of the rules hold for every dose at once, whatever was ordered: an order of a pump has judged none. */
static rsp_status check_limits(struct rsp_call *call, const struct rsp_bedside *bedside, double amount_mg)
{
    struct rsp_stored_patient stored = {0};
    struct rsp_patient *patient = NULL;
    struct rsp_limit *limit = NULL;
    size_t n = 0;
    const double weight_kg = bedside->weight_kg;
    enum rsp_route route = RSP_ROUTE_IV;
    if (!(weight_kg > 0))
        return RSP_OK;
    RSP_TRY(rsp_route_parse(rsp_key_text(bedside->order.document, "route"), &route, call->err));
    rsp_status status = rsp_stored_patient_read(call, &call->patient, &stored);
    if (status == RSP_OK)
        status = rsp_stored_patient_parse(call, &stored, &patient);
    if (status == RSP_OK)
        status =
            rsp_rules_limits(call->service->book, patient, bedside->order.drug, route, &limit, &n, call->err);
    if (status == RSP_OK)
        status = hold_against(call, amount_mg, weight_kg, limit_above(n, limit, amount_mg / weight_kg));
    free(limit);
    rsp_patient_free(patient);
    rsp_stored_patient_clear(&stored);
    return status;
}

rsp_status rsp_bedside_check_at_once(
    struct rsp_call *call, const struct rsp_bedside *bedside, const struct rsp_infusion_event *event)
{
    const double ordered_mg = highest_at_once_mg(bedside), amount_mg = event->amount_mg;
    if (event->kind != RSP_INFUSION_GIVEN)
        return RSP_OK;
    if (amount_mg > ordered_mg * (1 + ROUNDING)) {
        RSP_TRY(check_limits(call, bedside, amount_mg));
        if (!rsp_bedside_has_why(call) && ordered_mg > 0)
            return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_MISSING, "why",
                "say why: %.6g mg at once is more than the %.6g mg that are ordered", amount_mg, ordered_mg);
        if (!rsp_bedside_has_why(call))
            return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_MISSING, "why",
                "say why: no dose at once is ordered, and this one is of %.6g mg", amount_mg);
    }
    return rsp_bedside_check_slip(call, amount_mg, ordered_mg, "mg");
}
