#include "service/preview_json.h"

#include "service/advice_rows.h"

static json_t *curve(struct rsp_build *b, const char *time_name, const struct rsp_curve *c)
{
    if (c->n == 0)
        return json_null();
    json_t *object = json_object();
    rsp_build_set(b, object, time_name, rsp_advice_numbers(b, c->n, c->time));
    rsp_advice_bands(b, object, c);
    return object;
}

/* ---- regimen ---- */

static void regimen(struct rsp_build *b, json_t *object, const struct rsp_advice *advice)
{
    rsp_advice_regimen(b, object, advice);
    for (size_t i = 0; i < advice->n_limit; i++)
        rsp_build_set(b, json_array_get(json_object_get(object, "limits"), i), "minimum",
            json_boolean(advice->limit_result[i].limit->quantity == RSP_LIMIT_TOTAL_MIN_MG));
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
        rsp_build_set(b, object, row[i].key, rsp_advice_prediction(b, row[i].q, r->horizon_d));
    rsp_advice_relief(b, object, r);
    rsp_build_set(b, object, "horizon_d", rsp_advice_number(r->horizon_d));
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
    rsp_build_set(b, object, "next", rsp_advice_next(b, advice));
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
    for (size_t i = 0; advice->hypothetical && i < advice->n_evidence; i++)
        rsp_build_append(b, array, rsp_advice_evidence(b, advice->evidence[i]));
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
