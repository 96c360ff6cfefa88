/* What a session leaves on paper, in one answer: app/page draws it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/watching.h"
#include "service/flowsheet.h"
#include "service/json_build.h"
#include "service/patients.h"
#include "service/planning.h"
#include "service/stock.h"

#define S_AN_HOUR 3600.0

/* A forecast's hours are one day; so many days are foretold, and what is longer says so by having none. */
enum { US_A_S = 1000000, DAY_H = 24, MOST_DAYS = 7 };

/* ---- alarms ---- */

struct story {
    int64_t order;
    json_t *alarms; /* number to its last record */
    struct rsp_build b;
};

static const char *const alarm_key[] = {
    "number", "id", "active", "value", "worst", "raised_s", "acknowledged_s", "acknowledged_by", "ended_s"};

static rsp_status take_state(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct story *story = context;
    size_t i;
    const json_t *record;
    char number[32];
    if (json_integer_value(json_object_get(fact->body, "order")) != story->order)
        return RSP_OK;
    json_t *records = json_loads(rsp_key_text(fact->body, "records"), 0, NULL);
    if (records == NULL)
        return rsp_error_set(err, RSP_E_DAMAGED, "alarm_state", "the alarms that were kept cannot be read");
    json_array_foreach(records, i, record)
    {
        const json_int_t n = json_integer_value(json_object_get(record, "number"));
        if (n == 0)
            continue; /* silenced, and never raised */
        json_t *row = json_object();
        story->b.failed =
            !rsp_keys_copy(row, record, sizeof alarm_key / sizeof *alarm_key, alarm_key) || story->b.failed;
        rsp_build_set(&story->b, row, "priority",
            json_string(rsp_alarm_priority_names[json_integer_value(json_object_get(record, "highest"))]));
        rsp_build_set(&story->b, row, "answers", json_array());
        (void)snprintf(number, sizeof number, "%lld", (long long)n);
        rsp_build_set(&story->b, story->alarms, number, row);
    }
    json_decref(records);
    return RSP_OK;
}

/* To the alarm of that condition that was on; a pause of all sound, to each that was. */
static rsp_status take_word(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct story *story = context;
    const double at_s = (double)fact->at_us / US_A_S;
    const char *word = rsp_key_text(fact->body, "word"), *id = rsp_key_text(fact->body, "alarm"), *number;
    json_t *alarm;
    (void)err;
    if (json_integer_value(json_object_get(fact->body, "order")) != story->order ||
        strcmp(word, "announced") == 0)
        return RSP_OK;
    json_object_foreach(story->alarms, number, alarm)
    {
        const double raised_s = rsp_key_number(alarm, "raised_s"), ended_s = rsp_key_number(alarm, "ended_s");
        if ((strcmp(id, "all") == 0 || strcmp(id, rsp_key_text(alarm, "id")) == 0) && at_s >= raised_s &&
            !(at_s > ended_s))
            rsp_build_append(&story->b, json_object_get(alarm, "answers"),
                json_pack("{s:f, s:s, s:s}", "at_s", at_s, "who", fact->who, "word", word));
    }
    return RSP_OK;
}

rsp_status rsp_flowsheet_put_alarms(struct rsp_call *call, int64_t order)
{
    struct story story = {.order = order, .alarms = json_object()};
    struct rsp_fact_filter filter = {
        .person = &call->patient, .kind = "alarm_state", .without_identity = true};
    const char *number;
    json_t *alarm, *rows = json_array();
    rsp_status status = rsp_store_read(call->service->store, &filter, take_state, &story, call->err);
    filter.kind = "alarm_word";
    if (status == RSP_OK)
        status = rsp_store_read(call->service->store, &filter, take_word, &story, call->err);
    json_object_foreach(story.alarms, number, alarm) rsp_build_append(&story.b, rows, json_incref(alarm));
    json_decref(story.alarms);
    if (status == RSP_OK && story.b.failed)
        status = rsp_call_no_memory(call);
    if (status != RSP_OK) {
        json_decref(rows);
        return status;
    }
    return rsp_call_put(call, "alarms", rows);
}

/* ---- identity, scores, vials ---- */

rsp_status rsp_put_identity(struct rsp_call *call)
{
    static const char *const key[] = {"family_name", "given_name", "birth_date", "record_number"};
    struct rsp_stored_patient stored = {0};
    json_t *row = json_object();
    rsp_status status = rsp_stored_patient_read(call, &call->patient, &stored);
    if (status == RSP_OK && !rsp_keys_copy(row, stored.identity, sizeof key / sizeof *key, key))
        status = rsp_call_no_memory(call);
    rsp_stored_patient_clear(&stored);
    if (status != RSP_OK) {
        json_decref(row);
        return status;
    }
    return rsp_call_put(call, "identity", row);
}

/* Also what was replaced: a sheet of paper says what was corrected. */
static rsp_status put_entries(struct rsp_call *call, const char *kind, int64_t order, const char *key)
{
    json_t *rows = NULL;
    RSP_TRY(rsp_call_facts(call, kind, false, &rows));
    for (size_t i = json_array_size(rows); i-- > 0;)
        if (json_integer_value(json_object_get(json_array_get(rows, i), "order")) != order)
            (void)json_array_remove(rows, i);
    return rsp_call_put(call, key, rows);
}

static rsp_status put_vials(struct rsp_call *call, int64_t order)
{
    struct rsp_ledger ledger;
    struct rsp_build b = {0};
    double issued_mg = 0, given_mg = 0, wasted_mg = 0, open_mg = 0;
    bool pending = false;
    RSP_TRY(rsp_ledger_read(call, &ledger));
    for (size_t i = 0; i < ledger.n_issue; i++) {
        const struct rsp_stock_issue *issue = &ledger.issue[i];
        if (issue->order != order)
            continue;
        issued_mg += issue->issued_mg;
        given_mg += issue->given_mg;
        wasted_mg += issue->wasted_mg;
        open_mg += issue->open_mg;
        pending = pending || issue->pending;
    }
    rsp_ledger_clear(&ledger);
    json_t *row = json_object();
    rsp_build_set(&b, row, "issued_mg", rsp_build_number(issued_mg));
    rsp_build_set(&b, row, "given_mg", rsp_build_number(given_mg));
    rsp_build_set(&b, row, "wasted_mg", rsp_build_number(wasted_mg));
    rsp_build_set(&b, row, "open_mg", rsp_build_number(open_mg));
    rsp_build_set(&b, row, "pending", json_boolean(pending));
    if (b.failed) {
        json_decref(row);
        return rsp_call_no_memory(call);
    }
    return rsp_call_put(call, "vials", row);
}

/* ---- what was expected of it ---- */

static double last_s(const struct rsp_call *call, const struct rsp_bedside *bedside)
{
    const double ended_s = bedside->infusion.ended_s;
    return isnan(ended_s) ? (double)call->now_s : ended_s;
}

/* Level curves, one a day of the session, each of what was given. The transaction is paused meanwhile, and open again at the end. */
static rsp_status put_expected(struct rsp_call *call, const struct rsp_bedside *bedside)
{
    json_t *rows = json_array(), *made = NULL;
    struct rsp_build b = {.failed = rows == NULL};
    const double hours = (last_s(call, bedside) - bedside->begun_s) / S_AN_HOUR;
    rsp_status status = RSP_OK;
    for (int day = 0; status == RSP_OK && day < MOST_DAYS && day * DAY_H <= hours; day++) {
        char why[200];
        status = rsp_call_begin(call);
        if (status == RSP_OK)
            status = rsp_bedside_forecast_from(call, bedside, day * DAY_H, &made, why);
        if (rsp_planning_refused(status)) {
            call->answer->refusal =
                RSP_NOT_REFUSED; /* what was given is on paper also where nothing can be foretold */
            status = RSP_OK;
            break;
        }
        if (status != RSP_OK || made == NULL)
            break;
        json_t *row = json_pack("{s:f, s:O}", "from_s", bedside->begun_s + day * DAY_H * S_AN_HOUR, "level",
            json_object_get(made, "level"));
        rsp_build_append(&b, rows, row);
        json_decref(made);
        made = NULL;
    }
    json_decref(made);
    if (status == RSP_OK && b.failed)
        status = rsp_call_no_memory(call);
    if (status == RSP_OK)
        return rsp_call_put(call, "expected", rows);
    json_decref(rows);
    return status;
}

static rsp_status put_all(struct rsp_call *call, struct rsp_bedside *bedside)
{
    const int64_t order = rsp_call_whole(call, "order", 0);
    RSP_TRY(rsp_bedside_read(call, order, bedside));
    RSP_TRY(rsp_bedside_put(call, bedside));
    RSP_TRY(rsp_bedside_put_recovery(call, bedside));
    RSP_TRY(rsp_put_identity(call));
    RSP_TRY(put_entries(call, "bedside_score", order, "scores"));
    RSP_TRY(put_entries(call, "bedside_medicine", order, "medicines"));
    RSP_TRY(put_entries(call, "bedside_remark", order, "remarks"));
    RSP_TRY(put_entries(call, "start_answer", order, "asked"));
    RSP_TRY(put_entries(call, "recovery", order, "answers"));
    RSP_TRY(put_vials(call, order));
    RSP_TRY(rsp_flowsheet_put_signs(call, order));
    RSP_TRY(rsp_flowsheet_put_alarms(call, order));
    RSP_TRY(rsp_call_put(call, "slot_s", json_integer(RSP_FLOWSHEET_SLOT_S)));
    RSP_TRY(rsp_call_put(call, "demo", json_boolean(call->service->demo)));
    RSP_TRY(rsp_call_put(call, "printed_by", json_string(call->account.name)));
    RSP_TRY(rsp_call_put(call, "printed_s", json_integer((json_int_t)call->now_s)));
    const char *language = rsp_call_text(call, "language");
    RSP_TRY(rsp_call_put(call, "language", json_string(language[0] != '\0' ? language : "en")));
    return put_expected(call, bedside);
}

rsp_status rsp_case_flowsheet(struct rsp_call *call)
{
    struct rsp_bedside bedside;
    (void)snprintf(
        call->detail, sizeof call->detail, "order %lld", (long long)rsp_call_whole(call, "order", 0));
    const rsp_status status = put_all(call, &bedside);
    rsp_bedside_clear(&bedside);
    return status;
}
