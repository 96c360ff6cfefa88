/* Vital signs by hand, artefacts, and what a person does about an alarm. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/bedside.h"
#include "service/json_build.h"
#include "service/replay.h"
#include "service/vigil.h"

enum { POINTS = 400, US_A_S = 1000000 };

/* ---- enter ---- */

static bool is_confirmed(const struct rsp_call *call, const char *sign)
{
    size_t i;
    const json_t *name;
    json_array_foreach(json_object_get(call->input, "confirmed"), i,
        name) if (strcmp(json_string_value(name), sign) == 0) return true;
    return false;
}

static rsp_status check_value(struct rsp_call *call, const struct rsp_vital_rules *rules, const char *sign,
    const json_t *value, double by_sign[RSP_N_VITAL])
{
    const int vital = rsp_vital_find(sign);
    if (vital < 0)
        return rsp_error_set(call->err, RSP_E_UNKNOWN, "values", "there is no sign \"%.32s\"", sign);
    if (!json_is_number(value))
        return rsp_error_set(call->err, RSP_E_SYNTAX, sign, "a number is expected");
    by_sign[vital] = json_number_value(value);
    const rsp_status status = rsp_vital_entry_check(
        rules, (enum rsp_vital)vital, by_sign[vital], is_confirmed(call, sign), call->err);
    if (status == RSP_E_LIMIT)
        call->answer->refusal = RSP_REFUSED_CONFLICT; /* typed again, it is taken */
    if (status != RSP_OK)
        (void)snprintf(call->err->field, sizeof call->err->field, "%.31s", sign);
    return status;
}

static rsp_status check_values(struct rsp_call *call, const json_t *values)
{
    struct rsp_vital_rules rules;
    double by_sign[RSP_N_VITAL];
    const char *sign;
    json_t *value;
    for (int v = 0; v < RSP_N_VITAL; v++)
        by_sign[v] = NAN;
    RSP_TRY(rsp_vital_rules_make(rsp_rulebook_watching(call->service->book), &rules, call->err));
    if (json_object_size(values) == 0)
        return rsp_error_set(
            call->err, RSP_E_MISSING, "values", "at least one sign and its value are expected");
    json_object_foreach((json_t *)values, sign, value)
        RSP_TRY(check_value(call, &rules, sign, value, by_sign));
    return rsp_vital_pressures_check(
        by_sign[RSP_VITAL_SBP], by_sign[RSP_VITAL_MBP], by_sign[RSP_VITAL_DBP], call->err);
}

static json_t *confirmed_text(const struct rsp_call *call)
{
    char text[400] = "";
    size_t i, used = 0;
    const json_t *name;
    json_array_foreach(json_object_get(call->input, "confirmed"), i, name)
    {
        const int n = snprintf(
            text + used, sizeof text - used, "%s%.32s", used > 0 ? " " : "", json_string_value(name));
        used += n > 0 && (size_t)n < sizeof text - used ? (size_t)n : 0;
    }
    return json_string(text);
}

rsp_status rsp_case_reading_add(struct rsp_call *call)
{
    struct rsp_fact_place place;
    const json_t *values = json_object_get(call->input, "values");
    double at_s = 0.0;
    RSP_TRY(rsp_bedside_takes(call, rsp_call_whole(call, "order", 0)));
    RSP_TRY(check_values(call, values));
    RSP_TRY(rsp_bedside_moment(call, &at_s));
    char *text = json_dumps(values, JSON_COMPACT | JSON_REAL_PRECISION(15));
    if (text == NULL)
        return rsp_call_no_memory(call);
    const rsp_status status = rsp_call_append(call, "reading", &call->patient,
        json_pack("{s:I, s:f, s:s, s:s, s:o}", "order", (json_int_t)rsp_call_whole(call, "order", 0), "at_s",
            at_s, "source", "manual", "values", text, "confirmed", confirmed_text(call)),
        &place);
    free(text);
    RSP_TRY(status);
    return rsp_call_put(call, "reading", json_integer((json_int_t)place.number));
}

/* ---- artefacts ---- */

struct seeking {
    int64_t order;
    const char *sign;
    bool found;
};

static rsp_status see_reading(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct seeking *seeking = context;
    (void)err;
    if (strcmp(fact->kind, "reading") != 0 ||
        json_integer_value(json_object_get(fact->body, "order")) != seeking->order)
        return RSP_OK;
    json_t *values = json_loads(rsp_key_text(fact->body, "values"), 0, NULL);
    seeking->found = json_object_get(values, seeking->sign) != NULL;
    json_decref(values);
    return RSP_OK;
}

rsp_status rsp_case_reading_mark(struct rsp_call *call)
{
    struct rsp_order_facts order;
    const int64_t reading = rsp_call_whole(call, "reading", 0);
    struct seeking seeking = {.order = rsp_call_whole(call, "order", 0), .sign = rsp_call_text(call, "sign")};
    const rsp_status status = rsp_order_of_patient(call, seeking.order, &order);
    rsp_order_facts_clear(&order);
    RSP_TRY(status);
    const rsp_status found = rsp_store_fact(call->service->store, reading, see_reading, &seeking, call->err);
    if (found != RSP_E_UNKNOWN)
        RSP_TRY(found);
    if (!seeking.found)
        return rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "reading",
            "this session has no such reading, or it has no such sign");
    return rsp_call_append(call, "reading_mark", &call->patient,
        json_pack("{s:I, s:I, s:s, s:b, s:s}", "order", (json_int_t)seeking.order, "reading",
            (json_int_t)reading, "sign", seeking.sign, "artefact",
            strcmp(rsp_call_text(call, "artefact"), "yes") == 0, "why_entered", rsp_call_text(call, "why")),
        NULL);
}

/* ---- what an alarm is told ---- */

rsp_status rsp_case_alarm_answer(struct rsp_call *call)
{
    struct rsp_vigil *vigil = NULL;
    struct rsp_order_facts order;
    const int64_t number = rsp_call_whole(call, "order", 0);
    const char *alarm = rsp_call_text(call, "alarm"), *word = rsp_call_text(call, "do");
    const json_t *given = json_object_get(call->input, "duration_s");
    const double duration_s = json_is_number(given) ? json_number_value(given) : 0.0;
    rsp_status status = rsp_order_of_patient(call, number, &order);
    rsp_order_facts_clear(&order);
    RSP_TRY(status);
    (void)snprintf(
        call->detail, sizeof call->detail, "order %lld: %.20s %.48s", (long long)number, word, alarm);
    RSP_TRY(rsp_vigil_find(call, number, &vigil));
    if (vigil == NULL || !vigil->configured)
        return rsp_call_refuse(
            call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "order", "nothing is watched in this session");
    struct rsp_alarms *tried = malloc(sizeof *tried);
    if (tried == NULL)
        return rsp_call_no_memory(call);
    *tried = vigil->alarms;
    status = rsp_vigil_obey(
        vigil, tried, alarm, word, duration_s, call->account.name, rsp_vigil_now_s(call), call->err);
    free(tried);
    if (status == RSP_E_MISMATCH && strcmp(word, "announced") == 0) {
        *call->err = (struct rsp_error){0}; /* it ended while the screen told of it */
        return RSP_OK;
    }
    if (status == RSP_E_MISMATCH)
        call->answer->refusal = RSP_REFUSED_CONFLICT;
    RSP_TRY(status);
    return rsp_call_append(call, "alarm_word", &call->patient,
        json_pack("{s:I, s:s, s:s, s:f}", "order", (json_int_t)number, "alarm",
            alarm[0] != '\0' ? alarm : "all", "word", word, "duration_s", duration_s),
        NULL);
}

/* ---- chart ---- */

struct chart {
    const struct rsp_call *call;
    int64_t order;
    json_t *points[RSP_N_VITAL]; /* [time_s, value, reading, artefact] */
    json_t *marks;               /* [reading, sign, artefact], newer than `since` */
    struct rsp_build b;
};

static rsp_status chart_reading(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct chart *chart = context;
    const char *name;
    json_t *value;
    (void)err;
    if (json_integer_value(json_object_get(fact->body, "order")) != chart->order)
        return RSP_OK;
    const double device_s = rsp_key_number(fact->body, "at_s");
    const double at_s = device_s > 0 ? device_s : (double)fact->at_us / US_A_S;
    if (rsp_replay_later(chart->call, (double)fact->at_us / US_A_S) && rsp_replay_later(chart->call, at_s))
        return RSP_OK;
    json_t *values = json_loads(rsp_key_text(fact->body, "values"), 0, NULL);
    json_object_foreach(values, name, value)
    {
        const int vital = rsp_vital_find(name);
        if (vital >= 0)
            rsp_build_append(&chart->b, chart->points[vital],
                json_pack("[f, f, I, b]", at_s, json_number_value(value), (json_int_t)fact->number, false));
    }
    json_decref(values);
    return RSP_OK;
}

static rsp_status chart_mark(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct chart *chart = context;
    const int vital = rsp_vital_find(rsp_key_text(fact->body, "sign"));
    size_t i;
    json_t *point;
    (void)err;
    if (vital < 0 || json_integer_value(json_object_get(fact->body, "order")) != chart->order)
        return RSP_OK;
    rsp_build_append(&chart->b, chart->marks,
        json_pack("[O, s, O]", json_object_get(fact->body, "reading"), rsp_vital_id((enum rsp_vital)vital),
            json_object_get(fact->body, "artefact")));
    json_array_foreach(chart->points[vital], i,
        point) if (json_equal(json_array_get(point, 2), json_object_get(fact->body, "reading")))(void)
        json_array_set(point, 3, json_object_get(fact->body, "artefact"));
    return RSP_OK;
}

/* Values of a stretch as one mark: its first moment, least, most and how many; an artefact is left out of it. */
static json_t *ranges(struct rsp_build *b, const json_t *points, size_t most)
{
    json_t *rows = json_array();
    const size_t n = json_array_size(points), step = (n + most - 1) / most;
    for (size_t first = 0; first < n; first += step) {
        double low = INFINITY, high = -INFINITY;
        json_int_t count = 0;
        for (size_t i = first; i < n && i < first + step; i++) {
            const json_t *point = json_array_get(points, i);
            if (json_is_true(json_array_get(point, 3)))
                continue;
            low = fmin(low, json_number_value(json_array_get(point, 1)));
            high = fmax(high, json_number_value(json_array_get(point, 1)));
            count++;
        }
        if (count > 0)
            rsp_build_append(b, rows,
                json_pack(
                    "[O, f, f, I]", json_array_get(json_array_get(points, first), 0), low, high, count));
    }
    return rows;
}

static rsp_status put_chart(struct rsp_call *call, struct chart *chart)
{
    const size_t most = (size_t)rsp_call_whole(call, "points", POINTS);
    json_t *signs = json_object();
    for (int v = 0; v < RSP_N_VITAL; v++) {
        const size_t n = json_array_size(chart->points[v]);
        if (n == 0)
            continue;
        json_t *row = json_object();
        rsp_build_set(&chart->b, row, "n", json_integer((json_int_t)n));
        rsp_build_set(&chart->b, row, "points", n <= most ? json_incref(chart->points[v]) : json_null());
        rsp_build_set(
            &chart->b, row, "ranges", n > most ? ranges(&chart->b, chart->points[v], most) : json_null());
        rsp_build_set(&chart->b, signs, rsp_vital_id((enum rsp_vital)v), row);
    }
    if (chart->b.failed) {
        json_decref(signs);
        return rsp_call_no_memory(call);
    }
    RSP_TRY(rsp_call_put(call, "signs", signs));
    return rsp_call_put(call, "marks", json_incref(chart->marks));
}

/* Who has seen the readings up to a fact asks for what came since, and pays for that alone. */
static rsp_status put_head(struct rsp_call *call)
{
    unsigned char hash[RSP_HASH_BYTES];
    int64_t head = 0;
    RSP_TRY(rsp_store_head(call->service->store, &head, hash, call->err));
    return rsp_call_put(call, "read_to", json_integer((json_int_t)head));
}

static rsp_status read_chart(struct rsp_call *call)
{
    struct chart chart = {.call = call, .order = rsp_call_whole(call, "order", 0)};
    struct rsp_order_facts order;
    struct rsp_fact_filter filter = {.person = &call->patient,
        .kind = "reading",
        .without_identity = true,
        .after = rsp_call_whole(call, "since", 0)};
    rsp_status status = rsp_order_of_patient(call, chart.order, &order);
    rsp_order_facts_clear(&order);
    RSP_TRY(status);
    RSP_TRY(put_head(call));
    chart.marks = json_array();
    for (int v = 0; v < RSP_N_VITAL; v++)
        chart.points[v] = json_array();
    status = rsp_store_read(call->service->store, &filter, chart_reading, &chart, call->err);
    filter.kind = "reading_mark";
    if (status == RSP_OK)
        status = rsp_store_read(call->service->store, &filter, chart_mark, &chart, call->err);
    if (status == RSP_OK)
        status = put_chart(call, &chart);
    for (int v = 0; v < RSP_N_VITAL; v++)
        json_decref(chart.points[v]);
    json_decref(chart.marks);
    return status;
}

rsp_status rsp_case_readings(struct rsp_call *call)
{
    struct rsp_replay replay;
    rsp_status status = rsp_replay_begin(call, &replay);
    if (status == RSP_OK)
        status = read_chart(call);
    rsp_replay_end(call);
    return status == RSP_OK ? rsp_bedside_note_look(call) : status;
}
