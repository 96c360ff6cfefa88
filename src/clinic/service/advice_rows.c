#include "service/advice_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const band_name[RSP_CURVE_BANDS] = {"p05", "p25", "p50", "p75", "p95"};

json_t *rsp_advice_number(double value)
{
    char digits[40];
    if (!isfinite(value))
        return json_null();
    (void)snprintf(digits, sizeof digits, "%.6g", value);
    return json_real(strtod(digits, NULL));
}

json_t *rsp_advice_numbers(struct rsp_build *b, size_t n, const double value[])
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        rsp_build_append(b, array, rsp_advice_number(value[i]));
    return array;
}

json_t *rsp_advice_prediction(struct rsp_build *b, const struct rsp_prediction *q, double horizon_d)
{
    const double value[RSP_CURVE_BANDS] = {q->p05, q->p25, q->p50, q->p75, q->p95};
    json_t *object = json_object();
    bool beyond = false;
    for (size_t k = 0; k < RSP_CURVE_BANDS; k++) {
        rsp_build_set(b, object, band_name[k], rsp_advice_number(value[k]));
        beyond = beyond || isinf(value[k]);
    }
    rsp_build_set(b, object, "status", rsp_build_text(rsp_prediction_status_name(q->status)));
    rsp_build_set(b, object, "validity", rsp_build_text(rsp_validity_name(q->validity)));
    rsp_build_set(b, object, "reason", rsp_build_text(q->reason));
    if (beyond)
        rsp_build_set(b, object, "more_than_d", rsp_advice_number(horizon_d));
    return object;
}

/* ---- curves ---- */

static bool has_spread(const struct rsp_curve *curve)
{
    const double *low = curve->band[0], *high = curve->band[RSP_CURVE_BANDS - 1];
    const double visible = 1e-9;
    for (size_t i = 0; i < curve->n; i++)
        if (high[i] - low[i] > visible * fabs(high[i]))
            return true;
    return false;
}

void rsp_advice_bands(struct rsp_build *b, json_t *object, const struct rsp_curve *curve)
{
    const bool spread = has_spread(curve);
    for (size_t k = 0; k < RSP_CURVE_BANDS; k++)
        rsp_build_set(b, object, band_name[k],
            spread || k == RSP_CURVE_BANDS / 2 ? rsp_advice_numbers(b, curve->n, curve->band[k])
                                               : json_null());
}

/* ---- regimen ---- */

static json_t *dose_row(struct rsp_build *b, const struct rsp_advised_dose *dose)
{
    json_t *row = json_object();
    rsp_build_set(b, row, "start_h", rsp_advice_number(dose->dose.start_h));
    rsp_build_set(b, row, "duration_h", rsp_advice_number(dose->dose.duration_h));
    rsp_build_set(b, row, "amount_mg", rsp_advice_number(dose->dose.amount_mg));
    rsp_build_set(b, row, "drug", rsp_build_text(rsp_drug_name(dose->dose.drug)));
    rsp_build_set(b, row, "route", rsp_build_text(rsp_route_name(dose->dose.route)));
    rsp_build_set(b, row, "date", rsp_build_day(dose->day));
    rsp_build_set(b, row, "rate_mg_per_h", rsp_advice_number(dose->rate_mg_per_h));
    return row;
}

static json_t *limit_row(struct rsp_build *b, const struct rsp_limit_result *result)
{
    json_t *row = json_object();
    rsp_build_set(b, row, "limit", rsp_build_text(result->limit->id));
    rsp_build_set(b, row, "quantity", rsp_build_text(rsp_limit_quantity_name(result->limit->quantity)));
    rsp_build_set(b, row, "value", rsp_advice_number(result->value));
    rsp_build_set(b, row, "at_h", rsp_advice_number(result->at_h));
    rsp_build_set(b, row, "bound", rsp_advice_number(result->limit->bound));
    rsp_build_set(b, row, "unit", rsp_build_text(rsp_limit_quantity_unit(result->limit->quantity)));
    rsp_build_set(b, row, "hard", json_boolean(result->limit->hard));
    rsp_build_set(b, row, "ok", json_boolean(result->ok));
    rsp_build_set(b, row, "text", rsp_build_text(result->limit->text));
    rsp_build_set(b, row, "source", rsp_build_text(result->limit->source));
    return row;
}

void rsp_advice_regimen(struct rsp_build *b, json_t *object, const struct rsp_advice *advice)
{
    const bool none = advice->n_dose == 0;
    json_t *doses = json_array(), *limits = json_array();
    for (size_t i = 0; i < advice->n_dose; i++)
        rsp_build_append(b, doses, dose_row(b, &advice->dose[i]));
    for (size_t i = 0; i < advice->n_limit; i++)
        rsp_build_append(b, limits, limit_row(b, &advice->limit_result[i]));
    rsp_build_set(b, object, "text", rsp_build_text(none ? NULL : advice->regimen_text));
    rsp_build_set(b, object, "note", rsp_build_text(advice->protocol_note));
    rsp_build_set(
        b, object, "not_planned", rsp_build_text(*advice->no_regimen != '\0' ? advice->no_regimen : NULL));
    rsp_build_set(
        b, object, "protocol", rsp_build_text(advice->protocol != NULL ? advice->protocol->id : NULL));
    rsp_build_set(b, object, "doses", doses);
    rsp_build_set(b, object, "total_mg", none ? json_null() : rsp_advice_number(advice->total_mg));
    rsp_build_set(b, object, "end_h", none ? json_null() : rsp_advice_number(advice->end_h));
    rsp_build_set(b, object, "within_limits", none ? json_null() : json_boolean(advice->within_limits));
    rsp_build_set(b, object, "limits", limits);
}

/* ---- forecast ---- */

void rsp_advice_relief(struct rsp_build *b, json_t *object, const struct rsp_relief_forecast *relief)
{
    rsp_build_set(b, object, "p_relief_30", rsp_advice_number(relief->p_relief_30));
    rsp_build_set(b, object, "p_relief_50", rsp_advice_number(relief->p_relief_50));
    rsp_build_set(b, object, "expected_relief_days_30", rsp_advice_number(relief->expected_relief_days_30));
    rsp_build_set(b, object, "expected_relief_days_50", rsp_advice_number(relief->expected_relief_days_50));
}

json_t *rsp_advice_next(struct rsp_build *b, const struct rsp_advice *advice)
{
    if (!advice->has_next)
        return json_null();
    json_t *object = json_object();
    rsp_build_set(b, object, "from", rsp_build_day(advice->next_from));
    rsp_build_set(b, object, "to", rsp_build_day(advice->next_to));
    return object;
}

json_t *rsp_advice_evidence(struct rsp_build *b, const struct rsp_evidence *e)
{
    const struct {
        const char *key, *value;
    } row[] = {{"study", e->study}, {"arm", e->arm}, {"design", e->design}, {"n", e->n}, {"drug", e->drug},
        {"regimen", e->regimen}, {"condition", e->condition_text}, {"result", e->result}, {"note", e->note},
        {"source", e->source}, {"confidence", e->confidence}};
    json_t *object = json_object();
    for (size_t k = 0; k < sizeof row / sizeof *row; k++)
        rsp_build_set(b, object, row[k].key, rsp_build_text(row[k].value));
    rsp_build_set(b, object, "time_d", rsp_advice_number(e->time_d));
    return object;
}
