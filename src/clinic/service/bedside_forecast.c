/* What is expected of the drug as it was really given and is set to go on. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "service/advise.h"
#include "service/bedside.h"
#include "service/json_build.h"
#include "service/preview_json.h"
#include "service/ward.h"

enum { COPIES = 500, BACK_H = 6, SEED = 1, DIGITS = 6 };

#define S_AN_HOUR   3600.0
#define MIN_AN_HOUR 60.0

/* What the pump will give until it has given the total, when nobody touches it. */
static void go_on(const struct rsp_bedside *bedside, enum rsp_route route, double begun_s, double now_s,
    size_t *n, struct rsp_dose dose[])
{
    const struct rsp_infusion_course *course = &bedside->infusion.high;
    const double ends_s = rsp_infusion_ends_s(&bedside->infusion, course, now_s);
    if (!(course->rate_mg_per_h > 0) || !(ends_s > now_s))
        return;
    const double length_h = (ends_s - now_s) / S_AN_HOUR;
    dose[(*n)++] = (struct rsp_dose){.start_h = (now_s - begun_s) / S_AN_HOUR,
        .duration_h = length_h,
        .amount_mg = course->rate_mg_per_h * length_h,
        .drug = bedside->order.drug,
        .route = route,
        .state = -1};
}

/* What is foretold; the doses that it is foretold for stand beside it, cut at the moment of asking. To so many digits processors agree. */
static const char *const foretold[] = {"pain", "level", "dissociation", "sbp_rise", "acute_relief", "next",
    "response_class_probability", "relief_days_30", "relief_days_50", "onset_day", "return_day",
    "peak_relief_frac", "next_infusion_day", "peak_esketamine_ng_per_ml", "peak_dissociation_pct",
    "peak_sbp_rise_mmhg", "peak_acute_relief_nrs"};

/* @param said  given away */
static json_t *digest_of(json_t *said)
{
    struct rsp_sha256 sha;
    char hex[RSP_SHA256_HEX + 1];
    char *text = json_dumps(said, JSON_SORT_KEYS | JSON_COMPACT | JSON_REAL_PRECISION(DIGITS));
    json_decref(said);
    if (text == NULL)
        return NULL;
    rsp_sha256_begin(&sha);
    rsp_sha256_add(&sha, text, strlen(text));
    rsp_sha256_end(&sha, hex);
    free(text);
    return json_string(hex);
}

static json_t *said_of(struct rsp_build *b, const json_t *made)
{
    json_t *said = json_object();
    if (!rsp_keys_copy(said, made, sizeof foretold / sizeof *foretold, foretold))
        b->failed = true;
    return said;
}

/* What another forecast would need: another event, another word about the person, another program. */
static json_t *inputs_of(struct rsp_build *b, const struct rsp_bedside *bedside,
    const struct rsp_planning *planning, json_t *program)
{
    json_t *inputs = json_object(), *events = json_array();
    for (size_t i = 0; i < bedside->n_event; i++)
        rsp_build_append(b, events, json_integer((json_int_t)bedside->event[i].number));
    rsp_build_set(b, inputs, "events", events);
    rsp_build_set(b, inputs, "identity", json_integer((json_int_t)planning->stored.identity_fact));
    rsp_build_set(b, inputs, "clinical", json_integer((json_int_t)planning->stored.clinical_fact));
    rsp_build_set(b, inputs, "diary", json_incref(planning->diary_facts));
    rsp_build_set(b, inputs, "levels", json_incref(planning->level_facts));
    rsp_build_set(b, inputs, "program", json_deep_copy(program));
    return inputs;
}

/* All that is needed to make it again: facts up to a number, models and rules by their digests, copies and seed. */
static rsp_status put_made_of(struct rsp_call *call, const struct rsp_bedside *bedside,
    const struct rsp_planning *planning, const struct rsp_advice *advice, json_t *made)
{
    struct rsp_build b = {0};
    json_t *row = json_object(), *models = json_object();
    for (size_t i = 0; i < advice->n_model; i++)
        rsp_build_set(&b, models, advice->model[i].id, rsp_build_text(advice->model[i].sha256));
    rsp_build_set(&b, row, "models", models);
    rsp_build_set(&b, row, "rules_version", rsp_build_text(advice->rules_version));
    rsp_build_set(&b, row, "copies", json_integer(COPIES));
    rsp_build_set(&b, row, "seed", json_integer(SEED));
    rsp_build_set(&b, row, "inputs", digest_of(inputs_of(&b, bedside, planning, row)));
    rsp_build_set(&b, row, "digest", digest_of(said_of(&b, made)));
    rsp_build_set(&b, made, "made_of", row);
    return b.failed ? rsp_call_no_memory(call) : RSP_OK;
}

static rsp_status forecast(struct rsp_call *call, const struct rsp_bedside *bedside, size_t n,
    const struct rsp_dose dose[], double from_h, json_t **made)
{
    struct rsp_shelved *shelved = NULL;
    struct rsp_advice *advice = NULL;
    const struct rsp_date begun = {(long)floor(
        (bedside->begun_s + (double)call->caller->now.offset_min * MIN_AN_HOUR) / (24 * S_AN_HOUR))};
    struct rsp_advise_request request = {.n_given = n,
        .given = dose,
        .hours_from_h = from_h,
        .today = call->today,
        .start = begun,
        .n_subject = COPIES,
        .seed = SEED,
        .n_thread = 1,
        .without_sensitivity = true,
        .cancelled = call->caller->cancelled};
    RSP_TRY(rsp_shelf_borrow(call, &shelved));
    rsp_call_pause(call);
    rsp_status status = rsp_shelf_advise(call, shelved, &request, &advice);
    *made = status == RSP_OK ? rsp_preview_json(advice) : NULL;
    if (status == RSP_OK)
        status = *made != NULL ? put_made_of(call, bedside, rsp_shelved_planning(shelved), advice, *made)
                               : rsp_call_no_memory(call);
    rsp_advice_free(advice);
    rsp_shelf_return(call, shelved);
    return status;
}

rsp_status rsp_bedside_forecast(
    struct rsp_call *call, const struct rsp_bedside *bedside, json_t **made, char why[200])
{
    const double gone_h = ((double)call->now_s - bedside->begun_s) / S_AN_HOUR;
    return rsp_bedside_forecast_from(call, bedside, fmax(0, floor(gone_h) - BACK_H), made, why);
}

rsp_status rsp_bedside_forecast_from(
    struct rsp_call *call, const struct rsp_bedside *bedside, double from_h, json_t **made, char why[200])
{
    const struct rsp_infusion_course *course = &bedside->infusion.high;
    const double now_s = (double)call->now_s, begun_s = bedside->begun_s;
    const char *route = json_string_value(json_object_get(bedside->order.document, "route"));
    enum rsp_route by = RSP_ROUTE_IV;
    *made = NULL;
    why[0] = '\0';
    if (bedside->infusion.n_uncertain > 0)
        (void)snprintf(why, 200, "settle what is uncertain first: until then nothing is forecast or advised");
    else if (isnan(begun_s))
        (void)snprintf(why, 200, "nothing was given yet");
    if (why[0] != '\0')
        return RSP_OK;
    RSP_TRY(rsp_route_parse(route != NULL ? route : "", &by, call->err));
    struct rsp_dose *dose = calloc(course->n_segment + 1, sizeof *dose);
    if (dose == NULL)
        return rsp_call_no_memory(call);
    size_t n = course->n_segment;
    rsp_infusion_doses(course, begun_s, bedside->order.drug, by, dose);
    go_on(bedside, by, begun_s, now_s, &n, dose);
    rsp_status status = forecast(call, bedside, n, dose, from_h, made);
    free(dose);
    if (status != RSP_OK) {
        json_decref(*made);
        *made = NULL;
    }
    if (status == RSP_OK && (json_object_set_new(*made, "from_h", json_real(from_h)) != 0 ||
                                json_object_set_new(*made, "begun_s", json_real(begun_s)) != 0))
        status = rsp_call_no_memory(call);
    return status;
}

/* ---- what was shown ---- */

static json_t *as_text(const json_t *value)
{
    char *text = json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT);
    json_t *made = text != NULL ? json_string(text) : NULL;
    free(text);
    return made;
}

rsp_status rsp_bedside_forecast_shown(
    struct rsp_call *call, int64_t order, int64_t known, const json_t *forecast)
{
    const json_t *of = json_object_get(forecast, "made_of");
    if (rsp_ward_foretold(call, order, rsp_key_text(of, "inputs")))
        return RSP_OK;
    return rsp_call_append(call, "bedside_forecast", &call->patient,
        json_pack("{s:I, s:I, s:o, s:O, s:O, s:O, s:O}", "order", (json_int_t)order, "known",
            (json_int_t)known, "models", as_text(json_object_get(of, "models")), "rules_version",
            json_object_get(of, "rules_version"), "copies", json_object_get(of, "copies"), "seed",
            json_object_get(of, "seed"), "digest", json_object_get(of, "digest")),
        NULL);
}
