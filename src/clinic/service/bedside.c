/* A session from its facts. */
#include "service/bedside.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/json_build.h"
#include "service/replay.h"
#include "service/schedule.h"

enum { US_A_S = 1000000 };

static double number_of(const json_t *row, const char *key)
{
    const json_t *value = json_object_get(row, key);
    return json_is_number(value) ? json_number_value(value) : 0.0;
}

/* ---- events ---- */

/* In an emergency the drug may be given on the prescriber's word alone; the check is then done afterwards. */
static void take_check(const struct rsp_order_facts *order, struct rsp_infusion_event *event)
{
    const struct rsp_order_word *word = order->checker.number != 0 ? &order->checker : &order->prescriber;
    const struct rsp_order_word *first =
        order->emergency && order->prescriber.number != 0 ? &order->prescriber : word;
    const double at_s = floor((double)first->at_us / US_A_S); /* events are entered to the second */
    *event = (struct rsp_infusion_event){
        .number = first->number, .kind = RSP_INFUSION_CHECKED, .at_s = at_s, .entered_s = at_s};
}

static rsp_status take_event(const json_t *row, struct rsp_infusion_event *event, struct rsp_error *err)
{
    const char *name = json_string_value(json_object_get(row, "event"));
    const int kind = name != NULL ? rsp_infusion_event_find(name) : -1;
    if (kind < 0)
        return rsp_error_set(err, RSP_E_DAMAGED, "bedside_event", "event %lld cannot be read",
            (long long)json_integer_value(json_object_get(row, "number")));
    *event = (struct rsp_infusion_event){.number = json_integer_value(json_object_get(row, "number")),
        .supersedes = json_integer_value(json_object_get(row, "replaces")),
        .kind = (enum rsp_infusion_kind)kind,
        .at_s = number_of(row, "at_s"),
        .entered_s = number_of(row, "entered_s"),
        .uncertain = json_is_true(json_object_get(row, "uncertain")),
        .rate_mg_per_h = number_of(row, "rate_mg_per_h"),
        .amount_mg = number_of(row, "amount_mg")};
    return RSP_OK;
}

/* What was overridden is kept as text. */
static rsp_status open_overridden(struct rsp_call *call, json_t *row)
{
    const char *text = json_string_value(json_object_get(row, "overridden"));
    json_t *opened = text != NULL ? json_loads(text, 0, NULL) : NULL;
    if (text == NULL)
        return RSP_OK;
    if (opened == NULL)
        return rsp_error_set(call->err, RSP_E_DAMAGED, "bedside_event", "what was overridden cannot be read");
    return json_object_set_new(row, "overridden", opened) == 0 ? RSP_OK : rsp_call_no_memory(call);
}

static rsp_status read_rows(struct rsp_call *call, int64_t order, json_t **rows)
{
    RSP_TRY(rsp_call_facts(call, "bedside_event", true, rows));
    for (size_t i = json_array_size(*rows); i-- > 0;) {
        json_t *row = json_array_get(*rows, i);
        if (json_integer_value(json_object_get(row, "order")) != order ||
            rsp_replay_later(call, number_of(row, "at_s")))
            (void)json_array_remove(*rows, i);
        else
            RSP_TRY(open_overridden(call, row));
    }
    return RSP_OK;
}

static rsp_status read_events(struct rsp_call *call, struct rsp_bedside *bedside)
{
    size_t i;
    const json_t *row;
    RSP_TRY(read_rows(call, bedside->order.number, &bedside->rows));
    /* room for one that is only supposed */
    bedside->event = calloc(json_array_size(bedside->rows) + 2, sizeof *bedside->event);
    if (bedside->event == NULL)
        return rsp_call_no_memory(call);
    if (rsp_order_may_be_given(&bedside->order)) {
        take_check(&bedside->order, &bedside->event[0]);
        bedside->n_event = rsp_replay_later(call, bedside->event[0].at_s) ? 0 : 1;
    }
    json_array_foreach(bedside->rows, i, row)
        RSP_TRY(take_event(row, &bedside->event[bedside->n_event++], call->err));
    return RSP_OK;
}

static rsp_status fold(struct rsp_call *call, struct rsp_bedside *bedside, double now_s)
{
    const struct rsp_infusion_course *course = &bedside->infusion.high;
    rsp_infusion_clear(&bedside->infusion);
    RSP_TRY(rsp_infusion_fold(
        &bedside->ordered, bedside->n_event, bedside->event, now_s, &bedside->infusion, call->err));
    /* What begins in this very second has no stretch yet. */
    bedside->begun_s = course->n_segment > 0       ? course->segment[0].begin_s
                       : course->rate_mg_per_h > 0 ? now_s
                                                   : NAN;
    return RSP_OK;
}

static void take_document(struct rsp_bedside *bedside)
{
    const json_t *document = bedside->order.document, *steps = json_object_get(document, "steps"), *step;
    size_t i;
    bedside->concentration_mg_per_ml =
        number_of(json_object_get(document, "preparation"), "concentration_mg_per_ml");
    bedside->weight_kg = number_of(json_object_get(document, "weight"), "kg");
    bedside->ordered.total_mg = bedside->order.total_mg;
    json_array_foreach(steps, i, step) bedside->ordered.pump =
        bedside->ordered.pump || json_is_true(json_object_get(step, "by_pump"));
}

rsp_status rsp_bedside_read(struct rsp_call *call, int64_t order, struct rsp_bedside *bedside)
{
    unsigned char hash[RSP_HASH_BYTES];
    *bedside = (struct rsp_bedside){0};
    RSP_TRY(rsp_store_head(call->service->store, &bedside->known, hash, call->err));
    RSP_TRY(rsp_order_of_patient(call, order, &bedside->order));
    take_document(bedside);
    RSP_TRY(read_events(call, bedside));
    return fold(call, bedside, (double)call->now_s);
}

void rsp_bedside_clear(struct rsp_bedside *bedside)
{
    rsp_infusion_clear(&bedside->infusion);
    rsp_order_facts_clear(&bedside->order);
    free(bedside->event);
    json_decref(bedside->rows);
    *bedside = (struct rsp_bedside){0};
}

rsp_status rsp_bedside_allows(
    struct rsp_call *call, const struct rsp_bedside *bedside, const struct rsp_infusion_event *next)
{
    static const char *const of_session[] = {"kind", "rate_mg_per_h", "supersedes"}, *const of_input[] = {
                                                                                         "event",
                                                                                         "rate_ml_per_h",
                                                                                         "replaces"};
    const rsp_status status =
        rsp_infusion_allows(&bedside->ordered, bedside->n_event, bedside->event, next, call->err);
    for (size_t i = 0; status != RSP_OK && i < sizeof of_session / sizeof *of_session; i++)
        if (strcmp(call->err->field, of_session[i]) == 0)
            (void)snprintf(call->err->field, sizeof call->err->field, "%s", of_input[i]);
    return status;
}

rsp_status rsp_bedside_suppose(
    struct rsp_call *call, struct rsp_bedside *bedside, const struct rsp_infusion_event *next)
{
    RSP_TRY(rsp_bedside_allows(call, bedside, next));
    struct rsp_infusion_event *added = &bedside->event[bedside->n_event];
    *added = *next;
    added->number = bedside->n_event > 0 ? added[-1].number + 1 : 1; /* as the store would give it */
    bedside->n_event++;
    return fold(call, bedside, fmax((double)call->now_s, next->at_s));
}

rsp_status rsp_bedside_takes(struct rsp_call *call, int64_t number)
{
    struct rsp_order_facts order;
    rsp_status status = rsp_order_of_patient(call, number, &order);
    if (status == RSP_OK && !rsp_order_may_be_given(&order))
        status = rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "order",
            "this order is %s: what is entered belongs to a session that may begin",
            rsp_order_state_word(rsp_order_state(&order)));
    rsp_order_facts_clear(&order);
    return status;
}

rsp_status rsp_bedside_moment(struct rsp_call *call, double *at_s)
{
    return rsp_bedside_time(call, "at", at_s);
}

rsp_status rsp_bedside_time(struct rsp_call *call, const char *field, double *at_s)
{
    struct rsp_zone *zone = NULL;
    struct rsp_visit visit = {0};
    const char *at = rsp_call_text(call, field);
    *at_s = (double)call->now_s;
    if (at[0] == '\0')
        return RSP_OK;
    RSP_TRY(rsp_zone_load(call->caller->now.zone, &zone, call->err));
    const rsp_status status = rsp_visit_start(call, zone, field, at, &visit);
    rsp_zone_free(zone);
    RSP_TRY(status);
    if (visit.start_s > call->now_s)
        return rsp_error_set(call->err, RSP_E_DOMAIN, field, "this lies in the future");
    *at_s = (double)visit.start_s;
    return RSP_OK;
}

/* ---- as JSON ---- */

/* Pump and page speak of mL/h; per kg only where the weight is known. */
static json_t *rate_row(struct rsp_build *b, const struct rsp_bedside *bedside, double rate_mg_per_h)
{
    json_t *row = json_object();
    rsp_build_set(b, row, "mg_per_h", rsp_build_number(rate_mg_per_h));
    rsp_build_set(b, row, "ml_per_h",
        rsp_build_number(
            bedside->concentration_mg_per_ml > 0 ? rate_mg_per_h / bedside->concentration_mg_per_ml : NAN));
    rsp_build_set(b, row, "mg_per_kg_per_h",
        rsp_build_number(bedside->weight_kg > 0 ? rate_mg_per_h / bedside->weight_kg : NAN));
    return row;
}

static json_t *segments(struct rsp_build *b, const struct rsp_infusion_course *course)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < course->n_segment; i++) {
        const struct rsp_infusion_segment *segment = &course->segment[i];
        json_t *row = json_object();
        rsp_build_set(b, row, "event", json_integer((json_int_t)segment->number));
        rsp_build_set(b, row, "begin_s", rsp_build_number(segment->begin_s));
        rsp_build_set(b, row, "end_s", rsp_build_number(segment->end_s));
        rsp_build_set(b, row, "rate_mg_per_h", rsp_build_number(segment->rate_mg_per_h));
        rsp_build_set(b, row, "amount_mg", rsp_build_number(segment->amount_mg));
        rsp_build_append(b, rows, row);
    }
    return rows;
}

static json_t *state_row(struct rsp_build *b, const struct rsp_bedside *bedside, double now_s)
{
    const struct rsp_infusion *infusion = &bedside->infusion;
    json_t *row = json_object(), *uncertain = json_array();
    for (size_t i = 0; i < infusion->n_uncertain; i++)
        rsp_build_append(b, uncertain, json_integer((json_int_t)infusion->uncertain[i]));
    rsp_build_set(b, row, "state", json_string(rsp_infusion_state_name(infusion->state)));
    rsp_build_set(b, row, "state_certain", json_boolean(infusion->state_certain));
    rsp_build_set(b, row, "aborted", json_boolean(infusion->aborted));
    rsp_build_set(b, row, "uncertain", uncertain);
    rsp_build_set(b, row, "total_mg", rsp_build_number(infusion->total_mg));
    rsp_build_set(b, row, "given_mg", rsp_build_number(infusion->high.given_mg));
    rsp_build_set(b, row, "given_low_mg", rsp_build_number(infusion->low.given_mg));
    rsp_build_set(b, row, "rate", rate_row(b, bedside, infusion->high.rate_mg_per_h));
    rsp_build_set(b, row, "begun_s", rsp_build_number(bedside->begun_s));
    rsp_build_set(b, row, "ends_s", rsp_build_number(rsp_infusion_ends_s(infusion, &infusion->high, now_s)));
    rsp_build_set(b, row, "ended_s", rsp_build_number(infusion->ended_s));
    rsp_build_set(b, row, "pump", json_boolean(bedside->ordered.pump));
    return row;
}

/* What the state would take next; numbers that would be right do not matter here. */
static json_t *possible(struct rsp_build *b, const struct rsp_bedside *bedside, double now_s)
{
    json_t *names = json_array();
    for (int kind = RSP_INFUSION_STARTED; kind < RSP_INFUSION_UNDONE; kind++) {
        const bool flows =
            kind == RSP_INFUSION_STARTED || kind == RSP_INFUSION_RATE || kind == RSP_INFUSION_RESUMED;
        const bool amount = kind == RSP_INFUSION_GIVEN || kind == RSP_INFUSION_EXCEEDED;
        const double little = 1e-6;
        const struct rsp_infusion_event next = {.kind = (enum rsp_infusion_kind)kind,
            .at_s = now_s,
            .entered_s = now_s,
            .rate_mg_per_h = flows ? little : 0.0,
            .amount_mg = amount ? little : 0.0};
        const rsp_status status =
            rsp_infusion_allows(&bedside->ordered, bedside->n_event, bedside->event, &next, NULL);
        b->failed = b->failed || status == RSP_E_MEMORY; /* which forbids nothing */
        if (status == RSP_OK)
            rsp_build_append(b, names, json_string(rsp_infusion_event_name(next.kind)));
    }
    return names;
}

static const char *const order_key[] = {"drug", "route", "total_mg", "weight", "allergies", "preparation",
    "rate", "steps", "support", "monitoring", "stop", "sentence", "limits"};

static json_t *order_row(struct rsp_build *b, const struct rsp_bedside *bedside)
{
    json_t *row = json_object();
    for (size_t i = 0; i < sizeof order_key / sizeof *order_key; i++)
        rsp_build_set(
            b, row, order_key[i], json_incref(json_object_get(bedside->order.document, order_key[i])));
    rsp_build_set(b, row, "number", json_integer((json_int_t)bedside->order.number));
    rsp_build_set(b, row, "state", json_string(rsp_order_state_word(rsp_order_state(&bedside->order))));
    rsp_build_set(b, row, "prescriber", json_string(bedside->order.prescriber.who));
    rsp_build_set(b, row, "checker", json_string(bedside->order.checker.who));
    return row;
}

rsp_status rsp_bedside_put(struct rsp_call *call, struct rsp_bedside *bedside)
{
    struct rsp_build b = {0};
    const double now_s = (double)call->now_s;
    json_t *out = state_row(&b, bedside, now_s);
    rsp_build_set(&b, out, "now_s", json_integer((json_int_t)call->now_s));
    rsp_build_set(&b, out, "zone", json_string(call->caller->now.zone));
    rsp_build_set(&b, out, "order", order_row(&b, bedside));
    rsp_build_set(&b, out, "events", json_incref(bedside->rows));
    rsp_build_set(&b, out, "segments", segments(&b, &bedside->infusion.high));
    rsp_build_set(&b, out, "possible", possible(&b, bedside, now_s));
    if (b.failed) {
        json_decref(out);
        return rsp_call_no_memory(call);
    }
    return rsp_call_put(call, "session", out);
}

rsp_status rsp_bedside_row(struct rsp_call *call, const struct rsp_bedside *bedside, json_t **row)
{
    struct rsp_build b = {0};
    char person[RSP_PERSON_HEX];
    json_t *made = state_row(&b, bedside, (double)call->now_s);
    rsp_person_hex(&bedside->order.person, person);
    rsp_build_set(&b, made, "patient", json_string(person));
    rsp_build_set(&b, made, "number", json_integer((json_int_t)bedside->order.number));
    rsp_build_set(&b, made, "drug", json_string(rsp_drug_name(bedside->order.drug)));
    rsp_build_set(&b, made, "concentration_mg_per_ml", rsp_build_number(bedside->concentration_mg_per_ml));
    if (b.failed) {
        json_decref(made);
        return rsp_call_no_memory(call);
    }
    *row = made;
    return RSP_OK;
}
