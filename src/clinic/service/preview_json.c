#include "service/preview_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "service/json_build.h"

static const char *const band_name[RSP_CURVE_BANDS] = {"p05", "p25", "p50", "p75", "p95"};

/* To the digits in which the whole advice is written, so that both say the same number. */
static json_t *number(double value)
{
    char digits[40];
    if (!isfinite(value))
        return json_null();
    snprintf(digits, sizeof digits, "%.6g", value);
    return json_real(strtod(digits, NULL));
}

static json_t *numbers(struct rsp_build *b, size_t n, const double value[])
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        rsp_build_append(b, array, number(value[i]));
    return array;
}

static json_t *prediction(struct rsp_build *b, const struct rsp_prediction *q, double horizon_d)
{
    const double value[RSP_CURVE_BANDS] = {q->p05, q->p25, q->p50, q->p75, q->p95};
    json_t *object = json_object();
    bool beyond = false;
    for (size_t k = 0; k < RSP_CURVE_BANDS; k++) {
        rsp_build_set(b, object, band_name[k], number(value[k]));
        beyond = beyond || isinf(value[k]);
    }
    rsp_build_set(b, object, "status", rsp_build_text(rsp_prediction_status_name(q->status)));
    rsp_build_set(b, object, "validity", rsp_build_text(rsp_validity_name(q->validity)));
    rsp_build_set(b, object, "reason", rsp_build_text(q->reason));
    if (beyond)
        rsp_build_set(b, object, "more_than_d", number(horizon_d));
    return object;
}

/* Without published variability all bands are one: only the middle one is a statement. */
static bool has_spread(const struct rsp_curve *curve)
{
    const double *low = curve->band[0], *high = curve->band[RSP_CURVE_BANDS - 1];
    const double visible = 1e-9;
    for (size_t i = 0; i < curve->n; i++)
        if (high[i] - low[i] > visible * fabs(high[i]))
            return true;
    return false;
}

static json_t *curve(struct rsp_build *b, const char *time_name, const struct rsp_curve *c)
{
    if (c->n == 0)
        return json_null();
    json_t *object = json_object();
    const bool spread = has_spread(c);
    rsp_build_set(b, object, time_name, numbers(b, c->n, c->time));
    for (size_t k = 0; k < RSP_CURVE_BANDS; k++)
        rsp_build_set(b, object, band_name[k],
            spread || k == RSP_CURVE_BANDS / 2 ? numbers(b, c->n, c->band[k]) : json_null());
    return object;
}

/* ---- regimen ---- */

/* Doses of one kind, in order: "22.2 mg/h for 100 h" is one, ten daily infusions are one with its times. */
static json_t *doses(struct rsp_build *b, const struct rsp_advice *advice)
{
    json_t *array = json_array();
    for (size_t i = 0; i < advice->n_dose; i++) {
        const struct rsp_advised_dose *dose = &advice->dose[i];
        json_t *row = json_object();
        rsp_build_set(b, row, "start_h", number(dose->dose.start_h));
        rsp_build_set(b, row, "duration_h", number(dose->dose.duration_h));
        rsp_build_set(b, row, "amount_mg", number(dose->dose.amount_mg));
        rsp_build_set(b, row, "rate_mg_per_h", number(dose->rate_mg_per_h));
        rsp_build_set(b, row, "drug", rsp_build_text(rsp_drug_name(dose->dose.drug)));
        rsp_build_set(b, row, "route", rsp_build_text(rsp_route_name(dose->dose.route)));
        rsp_build_append(b, array, row);
    }
    return array;
}

static json_t *limits(struct rsp_build *b, const struct rsp_advice *advice)
{
    json_t *array = json_array();
    for (size_t i = 0; i < advice->n_limit; i++) {
        const struct rsp_limit_result *r = &advice->limit_result[i];
        json_t *row = json_object();
        rsp_build_set(b, row, "limit", rsp_build_text(r->limit->id));
        rsp_build_set(b, row, "quantity", rsp_build_text(rsp_limit_quantity_name(r->limit->quantity)));
        rsp_build_set(b, row, "minimum", json_boolean(r->limit->quantity == RSP_LIMIT_TOTAL_MIN_MG));
        rsp_build_set(b, row, "value", number(r->value));
        rsp_build_set(b, row, "bound", number(r->limit->bound));
        rsp_build_set(b, row, "unit", rsp_build_text(rsp_limit_quantity_unit(r->limit->quantity)));
        rsp_build_set(b, row, "hard", json_boolean(r->limit->hard));
        rsp_build_set(b, row, "ok", json_boolean(r->ok));
        rsp_build_set(b, row, "text", rsp_build_text(r->limit->text));
        rsp_build_set(b, row, "source", rsp_build_text(r->limit->source));
        rsp_build_append(b, array, row);
    }
    return array;
}

static void regimen(struct rsp_build *b, json_t *object, const struct rsp_advice *advice)
{
    const bool none = advice->n_dose == 0;
    rsp_build_set(b, object, "text", rsp_build_text(none ? NULL : advice->regimen_text));
    rsp_build_set(
        b, object, "protocol", rsp_build_text(advice->protocol != NULL ? advice->protocol->id : NULL));
    rsp_build_set(b, object, "note", rsp_build_text(advice->protocol_note));
    rsp_build_set(
        b, object, "not_planned", rsp_build_text(*advice->no_regimen != '\0' ? advice->no_regimen : NULL));
    rsp_build_set(b, object, "doses", doses(b, advice));
    rsp_build_set(b, object, "total_mg", none ? json_null() : number(advice->total_mg));
    rsp_build_set(b, object, "end_h", none ? json_null() : number(advice->end_h));
    rsp_build_set(b, object, "within_limits", none ? json_null() : json_boolean(advice->within_limits));
    rsp_build_set(b, object, "limits", limits(b, advice));
    rsp_build_set(b, object, "unjudged_dose",
        rsp_build_text(*advice->unjudged_dose != '\0' ? advice->unjudged_dose : NULL));
}

/* ---- forecast ---- */

static void relief(struct rsp_build *b, json_t *object, const struct rsp_advice *advice)
{
    const struct rsp_relief_forecast *r = &advice->relief;
    const struct {
        const char *key;
        const struct rsp_prediction *q;
    } row[] = {{"response_class_probability", &r->response_class_probability},
        {"relief_days_30", &r->relief_days_30}, {"relief_days_50", &r->relief_days_50},
        {"onset_day", &r->onset_day}, {"return_day", &r->return_day},
        {"peak_relief_frac", &r->peak_relief_frac}, {"next_infusion_day", &advice->next_infusion_day},
        {"peak_esketamine_ng_per_ml", &advice->level.peak},
        {"peak_dissociation_pct", &advice->dissociation.peak}, {"peak_sbp_rise_mmhg", &advice->sbp_rise.peak},
        {"peak_acute_relief_nrs", &advice->acute_relief.peak}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        rsp_build_set(b, object, row[i].key, prediction(b, row[i].q, r->horizon_d));
    rsp_build_set(b, object, "p_relief_30", number(r->p_relief_30));
    rsp_build_set(b, object, "p_relief_50", number(r->p_relief_50));
    rsp_build_set(b, object, "expected_relief_days_30", number(r->expected_relief_days_30));
    rsp_build_set(b, object, "expected_relief_days_50", number(r->expected_relief_days_50));
    rsp_build_set(b, object, "horizon_d", number(r->horizon_d));
    rsp_build_set(b, object, "site", rsp_build_text(*advice->level_site != '\0' ? advice->level_site : NULL));
    rsp_build_set(b, object, "acute", json_boolean(advice->acute));
    rsp_build_set(b, object, "hypothetical", json_boolean(advice->hypothetical));
    rsp_build_set(b, object, "hypothetical_reason", rsp_build_text(advice->hypothetical_reason));
    rsp_build_set(b, object, "outside", rsp_build_text(advice->outside));
}

static void curves(struct rsp_build *b, json_t *object, const struct rsp_advice *advice)
{
    rsp_build_set(b, object, "pain", curve(b, "time_d", &advice->relief.pain_nrs));
    rsp_build_set(b, object, "level", curve(b, "time_min", &advice->level.curve));
    rsp_build_set(b, object, "dissociation", curve(b, "time_min", &advice->dissociation.curve));
    rsp_build_set(b, object, "sbp_rise", curve(b, "time_min", &advice->sbp_rise.curve));
    rsp_build_set(b, object, "acute_relief", curve(b, "time_min", &advice->acute_relief.curve));
    if (!advice->has_next) {
        rsp_build_set(b, object, "next", json_null());
        return;
    }
    json_t *next = json_object();
    rsp_build_set(b, next, "from", rsp_build_day(advice->next_from));
    rsp_build_set(b, next, "to", rsp_build_day(advice->next_to));
    rsp_build_set(b, object, "next", next);
}

static json_t *sentences(struct rsp_build *b, const struct rsp_advice *advice)
{
    const struct {
        const char *key, *text;
    } row[] = {{"caution", advice->caution_sentence}, {"regimen", advice->regimen_sentence},
        {"learned", advice->learned_sentence}, {"relief", advice->relief_sentence},
        {"next", advice->next_sentence}, {"feel", advice->feel_sentence},
        {"limits", advice->limits_sentence}};
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        rsp_build_set(b, object, row[i].key, rsp_build_text(*row[i].text != '\0' ? row[i].text : NULL));
    return object;
}

/* Where the model has no ground, published results lead: they come with the forecast. */
static json_t *evidence(struct rsp_build *b, const struct rsp_advice *advice)
{
    json_t *array = json_array();
    for (size_t i = 0; advice->hypothetical && i < advice->n_evidence; i++) {
        const struct rsp_evidence *e = advice->evidence[i];
        const struct {
            const char *key, *value;
        } row[] = {{"study", e->study}, {"n", e->n}, {"design", e->design}, {"regimen", e->regimen},
            {"condition", e->condition_text}, {"result", e->result}, {"source", e->source},
            {"confidence", e->confidence}};
        json_t *object = json_object();
        for (size_t k = 0; k < sizeof row / sizeof *row; k++)
            rsp_build_set(b, object, row[k].key, rsp_build_text(row[k].value));
        rsp_build_append(b, array, object);
    }
    return array;
}

json_t *rsp_preview_json(const struct rsp_advice *advice)
{
    struct rsp_build b = {false};
    json_t *object = json_object();
    regimen(&b, object, advice);
    relief(&b, object, advice);
    curves(&b, object, advice);
    rsp_build_set(&b, object, "sentences", sentences(&b, advice));
    rsp_build_set(&b, object, "evidence", evidence(&b, advice));
    rsp_build_set(&b, object, "evidence_note", rsp_build_text(advice->evidence_note));
    rsp_build_set(&b, object, "learned", json_boolean(advice->learned != NULL));
    rsp_build_set(
        &b, object, "no_response", json_boolean(advice->learned != NULL && advice->learned->no_response));
    rsp_build_set(
        &b, object, "not_learned", rsp_build_text(*advice->not_learned != '\0' ? advice->not_learned : NULL));
    if (b.failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}

json_t *rsp_preview_candidacy(const struct rsp_advice *advice)
{
    struct rsp_build b = {false};
    json_t *object = json_object(), *missing = json_array();
    json_int_t n_block = 0, n_caution = 0, n_unknown = 0;
    for (size_t i = 0; i < advice->n_finding; i++) {
        const struct rsp_finding *finding = &advice->finding[i];
        if (finding->truth == RSP_UNKNOWN)
            n_unknown++;
        else if (finding->rule->severity == RSP_SEVERITY_BLOCK)
            n_block++;
        else if (finding->rule->severity == RSP_SEVERITY_CAUTION)
            n_caution++;
    }
    for (size_t i = 0; i < advice->n_missing; i++)
        rsp_build_append(&b, missing, rsp_build_text(advice->missing[i]));
    rsp_build_set(&b, object, "status", rsp_build_text(rsp_candidacy_name(advice->candidacy)));
    rsp_build_set(&b, object, "sentence", rsp_build_text(advice->candidacy_sentence));
    rsp_build_set(&b, object, "n_block", json_integer(n_block));
    rsp_build_set(&b, object, "n_caution", json_integer(n_caution));
    rsp_build_set(&b, object, "n_unknown", json_integer(n_unknown));
    rsp_build_set(&b, object, "missing", missing);
    if (b.failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}
