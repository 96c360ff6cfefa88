/* The session at the bedside: looked at, and each event as a person enters it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/preparing.h"
#include "service/bedside_start.h"
#include "service/follow_call.h"
#include "service/json_build.h"
#include "service/order_giving.h"
#include "service/patients.h"
#include "service/replay.h"
#include "service/schedule.h"
#include "service/vigil.h"
#include "service/ward.h"

/* ---- look ---- */

/* Values and alarms; null before anything was measured or given. */
static rsp_status put_watch(struct rsp_call *call)
{
    struct rsp_vigil *vigil = NULL;
    json_t *row = json_object();
    rsp_status status = row != NULL ? rsp_vigil_find(call, rsp_call_whole(call, "order", 0), &vigil)
                                    : rsp_call_no_memory(call);
    if (status == RSP_OK && vigil != NULL) {
        rsp_vigil_seen(call, vigil);
        status = rsp_vigil_put(call, vigil, row);
    }
    if (status == RSP_OK)
        status = rsp_call_put(call, "watch", vigil != NULL ? json_incref(row) : json_null());
    json_decref(row);
    return status;
}

static rsp_status put_now(struct rsp_call *call, struct rsp_bedside *bedside)
{
    RSP_TRY(rsp_bedside_read(call, rsp_call_whole(call, "order", 0), bedside));
    RSP_TRY(rsp_bedside_put(call, bedside));
    RSP_TRY(rsp_bedside_put_scores(call, bedside->order.number));
    RSP_TRY(rsp_bedside_put_remarks(call, bedside->order.number));
    RSP_TRY(rsp_bedside_put_medicines(call, bedside));
    RSP_TRY(rsp_replay_known(call)); /* what happened may be told in hindsight, what was known then not */
    RSP_TRY(put_watch(call));
    RSP_TRY(rsp_bedside_put_start(call, bedside));
    return rsp_bedside_put_recovery(call, bedside);
}

rsp_status rsp_bedside_note_look(struct rsp_call *call)
{
    const int64_t order = rsp_call_whole(call, "order", 0);
    RSP_TRY(rsp_call_begin(call)); /* the forecast was made without a transaction */
    if (rsp_ward_seen(call, order))
        return RSP_OK;
    (void)snprintf(call->detail, sizeof call->detail, "order %lld, at most ten minutes", (long long)order);
    return rsp_call_audit(call, "done");
}

rsp_status rsp_case_bedside_now(struct rsp_call *call)
{
    struct rsp_bedside bedside = {0};
    struct rsp_replay replay;
    rsp_status status = rsp_replay_begin(call, &replay);
    if (status == RSP_OK)
        status = put_now(call, &bedside);
    rsp_bedside_clear(&bedside);
    rsp_replay_end(call);
    if (status == RSP_OK)
        status = rsp_bedside_note_look(call);
    return status;
}

rsp_status rsp_case_bedside(struct rsp_call *call)
{
    struct rsp_bedside bedside = {0};
    struct rsp_replay replay;
    json_t *forecast = NULL;
    char why[200];
    rsp_status status = rsp_replay_begin(call, &replay);
    const bool now = call->replay == NULL;
    if (status == RSP_OK)
        status = put_now(call, &bedside);
    if (status == RSP_OK)
        status = rsp_bedside_forecast(call, &bedside, &forecast, why);
    if (status == RSP_OK)
        status = rsp_call_put(call, "forecast", forecast != NULL ? forecast : json_null());
    if (status == RSP_OK)
        status = rsp_call_put(call, "no_forecast", why[0] != '\0' ? json_string(why) : json_null());
    const int64_t known = bedside.known;
    rsp_bedside_clear(&bedside);
    rsp_replay_end(call);
    if (status == RSP_OK)
        status = rsp_bedside_note_look(call);
    return status == RSP_OK && now && forecast != NULL
               ? rsp_bedside_forecast_shown(call, rsp_call_whole(call, "order", 0), known, forecast)
               : status;
}

/* ---- an event ---- */

/* What takes the place of an event happened when that one did, unless its time is what is corrected. */
static double moment_of(const struct rsp_bedside *bedside, int64_t number, double now_s)
{
    for (size_t i = 0; i < bedside->n_event; i++)
        if (bedside->event[i].number == number)
            return bedside->event[i].at_s;
    return now_s; /* it is refused for the number */
}

/* The highest rate of the order's pump steps, mL/h. */
static double highest_ml_per_h(const struct rsp_bedside *bedside)
{
    size_t i;
    double highest = 0.0;
    const json_t *step;
    json_array_foreach(json_object_get(bedside->order.document, "steps"), i, step) highest =
        fmax(highest, json_number_value(json_object_get(step, "rate_ml_per_h")));
    return highest;
}

/* A limit of mg/kg/h that a rate is above. */
static bool above_limit(const struct rsp_bedside *bedside, const json_t *limit, double rate_mg_per_h)
{
    const char *unit = json_string_value(json_object_get(limit, "unit"));
    const double bound = json_number_value(json_object_get(limit, "bound"));
    return unit != NULL && strcmp(unit, "mg/kg/h") == 0 && bedside->weight_kg > 0 &&
           rate_mg_per_h / bedside->weight_kg > bound * (1 + 1e-9);
}

/* Limits hold for every rate that is set, whatever was ordered. The hard ones first: no reason is asked for what none helps. */
static rsp_status check_limits(struct rsp_call *call, const struct rsp_bedside *bedside, double rate_mg_per_h)
{
    const json_t *limits = json_object_get(bedside->order.document, "limits"), *limit;
    for (int hard = 1; hard >= 0; hard--) {
        size_t i;
        json_array_foreach(limits, i, limit)
        {
            const char *text = json_string_value(json_object_get(limit, "text"));
            const double bound = json_number_value(json_object_get(limit, "bound"));
            if (json_is_true(json_object_get(limit, "hard")) != (hard == 1) ||
                !above_limit(bedside, limit, rate_mg_per_h))
                continue;
            if (hard == 1)
                return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_LIMIT, "rate_ml_per_h",
                    "%.3g mg/kg/h is above the limit of %.3g mg/kg/h: %s", rate_mg_per_h / bedside->weight_kg,
                    bound, text != NULL ? text : "");
            if (!rsp_bedside_has_why(call))
                return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_MISSING, "why",
                    "say why: %.3g mg/kg/h is above %.3g mg/kg/h. %s", rate_mg_per_h / bedside->weight_kg,
                    bound, text != NULL ? text : "");
        }
    }
    return RSP_OK;
}

/* Of the order's rates the one that is nearest, in proportion. */
static double nearest_ml_per_h(const struct rsp_bedside *bedside, double rate_ml_per_h)
{
    size_t i;
    double nearest = 0.0;
    const json_t *step;
    json_array_foreach(json_object_get(bedside->order.document, "steps"), i, step)
    {
        const double rate = json_number_value(json_object_get(step, "rate_ml_per_h"));
        if (rate > 0 &&
            (!(nearest > 0) || fabs(log(rate_ml_per_h / rate)) < fabs(log(rate_ml_per_h / nearest))))
            nearest = rate;
    }
    return nearest;
}

static rsp_status read_rate(
    struct rsp_call *call, const struct rsp_bedside *bedside, struct rsp_infusion_event *event)
{
    const double rate_ml_per_h = json_number_value(json_object_get(call->input, "rate_ml_per_h"));
    if (!bedside->ordered.pump || !(bedside->concentration_mg_per_ml > 0))
        return rsp_error_set(call->err, RSP_E_MISMATCH, "rate_ml_per_h", "this order is not given by a pump");
    event->rate_mg_per_h = rate_ml_per_h * bedside->concentration_mg_per_ml;
    RSP_TRY(check_limits(call, bedside, event->rate_mg_per_h));
    const double ordered = highest_ml_per_h(bedside);
    if (rate_ml_per_h > ordered * (1 + 1e-9) && !rsp_bedside_has_why(call))
        return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_MISSING, "why",
            "say why: %.6g mL/h is more than the %.6g mL/h that are ordered", rate_ml_per_h, ordered);
    return rsp_bedside_check_slip(call, rate_ml_per_h, nearest_ml_per_h(bedside, rate_ml_per_h), "mL/h");
}

static rsp_status read_event(
    struct rsp_call *call, const struct rsp_bedside *bedside, struct rsp_infusion_event *event)
{
    const int kind = rsp_infusion_event_find(rsp_call_text(call, "event"));
    if (kind <= RSP_INFUSION_CHECKED)
        return rsp_error_set(call->err, RSP_E_UNKNOWN, "event",
            "an event of a session is expected: the check is the second signature of the order");
    *event = (struct rsp_infusion_event){.kind = (enum rsp_infusion_kind)kind,
        .entered_s = (double)call->now_s,
        .supersedes = rsp_call_whole(call, "replaces", 0),
        .uncertain = strcmp(rsp_call_text(call, "uncertain"), "yes") == 0,
        .amount_mg = json_number_value(json_object_get(call->input, "amount_mg"))};
    RSP_TRY(rsp_bedside_moment(call, &event->at_s));
    if (event->supersedes != 0 && kind != RSP_INFUSION_UNDONE && rsp_call_text(call, "at")[0] == '\0')
        event->at_s = moment_of(bedside, event->supersedes, (double)call->now_s);
    if (json_object_get(call->input, "rate_ml_per_h") != NULL)
        RSP_TRY(read_rate(call, bedside, event));
    if ((event->uncertain || event->kind == RSP_INFUSION_ABORTED || event->kind == RSP_INFUSION_EXCEEDED ||
            event->supersedes != 0) &&
        !rsp_bedside_has_why(call))
        return rsp_error_set(
            call->err, RSP_E_MISSING, "why", "say why: it stands in the record beside the event");
    return RSP_OK;
}

/* @param overridden  NULL: nothing was */
static json_t *event_body(const struct rsp_call *call, int64_t order, const struct rsp_infusion_event *event,
    const char *overridden)
{
    const char *why = rsp_call_text(call, "why");
    json_t *body = json_pack("{s:I, s:s, s:f, s:f, s:b, s:f, s:f}", "order", (json_int_t)order, "event",
        rsp_infusion_event_name(event->kind), "at_s", event->at_s, "entered_s", event->entered_s, "uncertain",
        event->uncertain, "rate_mg_per_h", event->rate_mg_per_h, "amount_mg", event->amount_mg);
    if (body == NULL)
        return NULL;
    const json_t *rate = json_object_get(call->input, "rate_ml_per_h");
    const bool failed =
        (rate != NULL &&
            json_object_set_new(body, "rate_ml_per_h", json_real(json_number_value(rate))) != 0) ||
        (event->supersedes != 0 &&
            json_object_set_new(body, "replaces", json_integer((json_int_t)event->supersedes)) != 0) ||
        (why[0] != '\0' && json_object_set_new(body, "why_entered", json_string(why)) != 0) ||
        (overridden != NULL && json_object_set_new(body, "overridden", json_string(overridden)) != 0);
    if (!failed)
        return body;
    json_decref(body);
    return NULL;
}

/* A discharge whose time is corrected was judged when it was entered. */
static bool is_new_discharge(const struct rsp_bedside *bedside, const struct rsp_infusion_event *event)
{
    for (size_t i = 0; i < bedside->n_event; i++)
        if (bedside->event[i].number == event->supersedes &&
            bedside->event[i].kind == RSP_INFUSION_DISCHARGED)
            return false;
    return event->kind == RSP_INFUSION_DISCHARGED;
}

/* With the event, as it will be told to whoever watches. */
static rsp_status put_supposed(struct rsp_call *call, struct rsp_bedside *bedside)
{
    json_t *forecast = NULL;
    char why[200];
    RSP_TRY(rsp_bedside_put(call, bedside));
    RSP_TRY(rsp_bedside_forecast(call, bedside, &forecast, why));
    RSP_TRY(rsp_call_put(call, "forecast", forecast != NULL ? forecast : json_null()));
    return rsp_call_put(call, "no_forecast", why[0] != '\0' ? json_string(why) : json_null());
}

/* Two people at one bed: what one of them enters may be what the other one is about to. */
static rsp_status check_seen(struct rsp_call *call, const struct rsp_bedside *bedside)
{
    size_t i;
    const json_t *row;
    if (json_object_get(call->input, "seen") == NULL)
        return RSP_OK;
    json_array_foreach(bedside->rows, i, row)
    {
        if (json_integer_value(json_object_get(row, "number")) > rsp_call_whole(call, "seen", 0))
            return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "seen",
                "%.60s has entered '%.20s' meanwhile: look at it, then enter yours if it is another",
                rsp_key_text(row, "who"), rsp_key_text(row, "event"));
    }
    return RSP_OK;
}

rsp_status rsp_case_bedside_event(struct rsp_call *call)
{
    struct rsp_bedside bedside;
    struct rsp_infusion_event event = {0};
    struct rsp_fact_place place;
    char *overridden = NULL;
    const int64_t order = rsp_call_whole(call, "order", 0);
    (void)snprintf(call->detail, sizeof call->detail, "order %lld: %.20s", (long long)order,
        rsp_call_text(call, "event"));
    rsp_status status = rsp_bedside_read(call, order, &bedside);
    if (status == RSP_OK)
        status = check_seen(call, &bedside);
    if (status == RSP_OK)
        status = read_event(call, &bedside, &event);
    if (status == RSP_OK)
        status = rsp_bedside_allows(call, &bedside, &event);
    if (status == RSP_OK)
        status = rsp_bedside_check_at_once(call, &bedside, &event);
    const bool first =
        isnan(bedside.begun_s) && (event.kind == RSP_INFUSION_STARTED || event.kind == RSP_INFUSION_GIVEN);
    if (status == RSP_OK && first)
        status = rsp_bedside_check_start(call, &bedside, event.at_s, &overridden);
    if (status == RSP_OK && is_new_discharge(&bedside, &event))
        status = rsp_bedside_check_leaving(call, &bedside, &overridden);
    if (status == RSP_OK)
        status = rsp_call_append(
            call, "bedside_event", &call->patient, event_body(call, order, &event, overridden), &place);
    free(overridden);
    if (status == RSP_OK)
        status = rsp_call_put(call, "event", json_integer((json_int_t)place.number));
    if (status == RSP_OK)
        status = rsp_bedside_record_given(call, order);
    if (status == RSP_OK && event.kind == RSP_INFUSION_DISCHARGED && !isnan(bedside.begun_s))
        status = rsp_follow_call_begin(call, order, event.at_s);
    rsp_bedside_clear(&bedside);
    return status;
}

rsp_status rsp_case_bedside_suppose(struct rsp_call *call)
{
    struct rsp_bedside bedside;
    struct rsp_infusion_event event = {0};
    rsp_status status = rsp_bedside_read(call, rsp_call_whole(call, "order", 0), &bedside);
    if (status == RSP_OK)
        status = read_event(call, &bedside, &event);
    if (status == RSP_OK)
        status = rsp_bedside_suppose(call, &bedside, &event);
    if (status == RSP_OK)
        status = rsp_bedside_check_at_once(call, &bedside, &event);
    if (status == RSP_OK)
        status = put_supposed(call, &bedside);
    rsp_bedside_clear(&bedside);
    return status;
}

/* ---- the ward ---- */

/* A session that never began is off the ward once its order is cancelled or its day is over. */
static bool is_on_ward(const struct rsp_call *call, const struct rsp_bedside *bedside)
{
    long days_over = 0;
    if (!isnan(bedside->begun_s))
        return true;
    return rsp_order_state(&bedside->order) != RSP_ORDER_CANCELLED &&
           rsp_order_days_over(call, &bedside->order, &days_over, NULL) == RSP_OK && days_over <= 0;
}

static rsp_status add_readable(struct rsp_call *call, const struct rsp_ward_bed *bed, json_t *rows)
{
    struct rsp_bedside bedside;
    struct rsp_vigil *vigil = NULL;
    json_t *row = NULL;
    rsp_status status = rsp_bedside_read(call, bed->order, &bedside);
    if (status == RSP_OK)
        status = rsp_bedside_row(call, &bedside, &row);
    if (status == RSP_OK)
        status = rsp_patient_name(call, row);
    if (status == RSP_OK)
        status = rsp_vigil_find(call, bed->order, &vigil);
    if (status == RSP_OK && vigil != NULL) {
        rsp_vigil_seen(call, vigil);
        status = rsp_vigil_put(call, vigil, row);
    }
    if (status == RSP_OK && is_on_ward(call, &bedside))
        status = json_array_append(rows, row) == 0 ? RSP_OK : rsp_call_no_memory(call);
    json_decref(row);
    rsp_bedside_clear(&bedside);
    return status;
}

/* Whose session cannot be read, and why. The name too, if that can be. */
static rsp_status add_unreadable(
    struct rsp_call *call, const struct rsp_ward_bed *bed, const char *why, json_t *rows)
{
    char hex[RSP_PERSON_HEX];
    struct rsp_error unnamed = {0}, *err = call->err;
    rsp_person_hex(&bed->person, hex);
    json_t *row = json_pack("{s:s, s:I, s:s}", "patient", hex, "number", (json_int_t)bed->order, "why", why);
    if (row == NULL)
        return rsp_call_no_memory(call);
    call->err = &unnamed;
    const rsp_status named = rsp_patient_name(call, row);
    call->err = err;
    if (named == RSP_E_MEMORY || json_array_append(rows, row) != 0) {
        json_decref(row);
        return rsp_call_no_memory(call);
    }
    json_decref(row);
    return RSP_OK;
}

/* Facts that are damaged are about one session. What is wrong with the store itself, or for want of memory, is wrong with all. */
static bool is_of_one(rsp_status status)
{
    return status != RSP_E_MEMORY && status != RSP_E_IO && status != RSP_E_BUSY &&
           status != RSP_E_CANCELLED && status != RSP_E_BUG;
}

struct tiles {
    json_t *rows, *unreadable;
    json_int_t n_other;
};

static rsp_status add_session(struct rsp_call *call, const struct rsp_ward_bed *bed, struct tiles *tiles)
{
    struct rsp_error inner = {0}, *err = call->err;
    bool cares = false, broken = false;
    RSP_TRY(rsp_call_cares(call, &bed->person, &cares, &broken));
    if (!cares && !broken) {
        tiles->n_other++;
        return RSP_OK;
    }
    call->patient = bed->person;
    call->err = &inner;
    const rsp_status status = add_readable(call, bed, tiles->rows);
    call->err = err;
    if (status == RSP_OK || !is_of_one(status)) {
        if (status != RSP_OK)
            *err = inner;
        return status;
    }
    call->answer->refusal = RSP_NOT_REFUSED;
    return add_unreadable(call, bed, inner.message, tiles->unreadable);
}

rsp_status rsp_case_ward(struct rsp_call *call)
{
    struct rsp_ward_bed bed[RSP_WARD_MOST];
    size_t n = 0;
    struct tiles tiles = {.rows = json_array(), .unreadable = json_array()};
    rsp_status status = tiles.rows != NULL && tiles.unreadable != NULL ? rsp_ward_open(call, bed, &n)
                                                                       : rsp_call_no_memory(call);
    for (size_t i = 0; i < n && status == RSP_OK; i++)
        status = add_session(call, &bed[i], &tiles);
    if (status == RSP_OK)
        status = rsp_call_put(call, "sessions", json_incref(tiles.rows));
    if (status == RSP_OK)
        status = rsp_call_put(call, "unreadable", json_incref(tiles.unreadable));
    json_decref(tiles.rows);
    json_decref(tiles.unreadable);
    RSP_TRY(status);
    RSP_TRY(rsp_call_put(call, "now_s", json_integer((json_int_t)call->now_s)));
    RSP_TRY(rsp_call_put(call, "zone", json_string(call->caller->now.zone)));
    return rsp_call_put(call, "n_other", json_integer(tiles.n_other));
}

/* ---- watching ---- */

rsp_status rsp_case_bedside_watch(struct rsp_call *call)
{
    struct rsp_order_facts order;
    const int64_t number = rsp_call_whole(call, "order", 0);
    const rsp_status status = rsp_order_of_patient(call, number, &order);
    rsp_order_facts_clear(&order);
    RSP_TRY(status);
    return rsp_call_put(call, "order", json_integer((json_int_t)number));
}

rsp_status rsp_case_ward_watch(struct rsp_call *call)
{
    return rsp_call_put(call, "order", json_integer(0));
}
