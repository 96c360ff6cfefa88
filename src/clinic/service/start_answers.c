/* What is asked before the start, and what a physician overrides: entered and read again. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "service/bedside_start.h"
#include "service/json_build.h"

/* What was answered before the first milligram stands as it was then. */
static rsp_status check_before(struct rsp_call *call, const struct rsp_bedside *bedside)
{
    if (isnan(bedside->begun_s) && !bedside->infusion.aborted)
        return RSP_OK;
    return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "order",
        "this session has begun or is over: what is asked before the start is past");
}

/* Read the session of the input before its start. Caller clears, also on failure. */
static rsp_status read_before(struct rsp_call *call, struct rsp_bedside *bedside)
{
    const int64_t order = rsp_call_whole(call, "order", 0);
    *bedside = (struct rsp_bedside){0};
    RSP_TRY(rsp_bedside_takes(call, order));
    RSP_TRY(rsp_bedside_read(call, order, bedside));
    return check_before(call, bedside);
}

/* ---- answers ---- */

static rsp_status fill_time(struct rsp_call *call, struct rsp_build *b, json_t *body, const char *field)
{
    char key[16];
    double at_s = 0.0;
    if (rsp_call_text(call, field)[0] == '\0')
        return RSP_OK;
    RSP_TRY(rsp_bedside_time(call, field, &at_s));
    (void)snprintf(key, sizeof key, "%s_s", field);
    rsp_build_set(b, body, key, json_real(at_s));
    return RSP_OK;
}

static rsp_status fill_pregnancy(struct rsp_call *call, struct rsp_build *b, json_t *body)
{
    const char *word = rsp_call_text(call, "pregnancy"), *text = rsp_call_text(call, "pregnancy_day");
    struct rsp_date day = call->today;
    char written[16];
    if (word[0] == '\0')
        return text[0] == '\0' ? RSP_OK
                               : rsp_error_set(call->err, RSP_E_MISSING, "pregnancy",
                                     "a day without the result of the test: say what it was");
    if (text[0] != '\0')
        RSP_TRY(rsp_date_parse(text, &day, call->err));
    if (day.day > call->today.day)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "pregnancy_day", "this lies in the future");
    rsp_date_format(day, written, sizeof written);
    rsp_build_set(b, body, "pregnancy", json_string(word));
    rsp_build_set(b, body, "pregnancy_day", json_string(written));
    return RSP_OK;
}

static rsp_status fill_answers(struct rsp_call *call, struct rsp_build *b, json_t *body)
{
    const char *escort = rsp_call_text(call, "escort");
    RSP_TRY(fill_time(call, b, body, "ate"));
    RSP_TRY(fill_time(call, b, body, "drank"));
    RSP_TRY(fill_pregnancy(call, b, body));
    if (escort[0] != '\0')
        rsp_build_set(b, body, "escort", json_string(escort));
    if (json_object_size(body) == 0 && !b->failed)
        return rsp_error_set(call->err, RSP_E_MISSING, "ate",
            "an answer is expected: when the person ate or drank, a test of pregnancy, who takes them home");
    rsp_build_set(b, body, "order", json_integer((json_int_t)rsp_call_whole(call, "order", 0)));
    return b->failed ? rsp_call_no_memory(call) : RSP_OK;
}

rsp_status rsp_case_start_answer(struct rsp_call *call)
{
    struct rsp_bedside bedside;
    struct rsp_build b = {0};
    struct rsp_fact_place place;
    rsp_status status = read_before(call, &bedside);
    rsp_bedside_clear(&bedside);
    RSP_TRY(status);
    json_t *body = json_object();
    status = body != NULL ? fill_answers(call, &b, body) : rsp_call_no_memory(call);
    if (status != RSP_OK) {
        json_decref(body);
        return status;
    }
    RSP_TRY(rsp_call_append(call, "start_answer", &call->patient, body, &place));
    return rsp_call_put(call, "answer", json_integer((json_int_t)place.number));
}

rsp_status rsp_start_answers_read(struct rsp_call *call, int64_t order, struct rsp_start_answers *answers)
{
    size_t i;
    const json_t *row;
    *answers = (struct rsp_start_answers){.ate_s = NAN, .drank_s = NAN};
    RSP_TRY(rsp_bedside_entries(call, "start_answer", order, &answers->rows));
    json_array_foreach(answers->rows, i, row)
    {
        const double ate_s = rsp_key_number(row, "ate_s"), drank_s = rsp_key_number(row, "drank_s");
        if (!isnan(ate_s))
            answers->ate_s = ate_s;
        if (!isnan(drank_s))
            answers->drank_s = drank_s;
        if (!isnan(ate_s) || !isnan(drank_s))
            answers->fasting_row = row;
        if (rsp_key_text(row, "escort")[0] != '\0') {
            answers->escort = rsp_key_text(row, "escort");
            answers->escort_row = row;
        }
        if (rsp_key_text(row, "pregnancy")[0] == '\0')
            continue;
        answers->pregnancy = rsp_key_text(row, "pregnancy");
        answers->pregnancy_row = row;
        RSP_TRY(rsp_date_parse(rsp_key_text(row, "pregnancy_day"), &answers->pregnancy_day, call->err));
    }
    return RSP_OK;
}

/* ---- overriding ---- */

static int gate_of(const struct rsp_starting_now *starting, const char *id)
{
    for (int i = 0; i < RSP_N_START; i++)
        if (strcmp(starting->judged.gate[i].rule->id, id) == 0)
            return i;
    return -1;
}

static rsp_status check_open(struct rsp_call *call, const struct rsp_starting_now *starting, int gate)
{
    const char *id = rsp_call_text(call, "gate");
    if (gate < 0)
        return rsp_error_set(
            call->err, RSP_E_UNKNOWN, "gate", "there is no gate \"%.32s\" that is overridden", id);
    if (starting->judged.gate[gate].rule->gate != RSP_GATE_PRESCRIBER)
        return rsp_error_set(call->err, RSP_E_MISMATCH, "gate",
            "the nurse passes this gate, with a reason that is given with the start");
    if (!starting->judged.gate[gate].applies || starting->judged.gate[gate].truth == RSP_TRUE)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "gate",
            "nothing stands in the way here: there is nothing to override");
    return RSP_OK;
}

static json_t *override_body(const struct rsp_call *call, const struct rsp_starting_now *starting, int gate)
{
    struct rsp_build b = {0};
    json_t *body = json_object();
    rsp_build_set(&b, body, "order", json_integer((json_int_t)rsp_call_whole(call, "order", 0)));
    rsp_build_set(&b, body, "gate", json_string(starting->judged.gate[gate].rule->id));
    rsp_build_set(&b, body, "found", rsp_build_text(starting->judged.gate[gate].why));
    rsp_build_set(&b, body, "rests_on", json_integer((json_int_t)starting->rests_on[gate]));
    if (gate == RSP_START_PRESSURE && !isnan(starting->input.sbp_mmhg)) {
        rsp_build_set(&b, body, "sbp_mmhg", json_real(starting->input.sbp_mmhg));
        rsp_build_set(&b, body, "dbp_mmhg", json_real(starting->input.dbp_mmhg));
    }
    rsp_build_set(&b, body, "why_entered", json_string(rsp_call_text(call, "why")));
    if (!b.failed)
        return body;
    json_decref(body);
    return NULL;
}

rsp_status rsp_case_start_override(struct rsp_call *call)
{
    struct rsp_bedside bedside;
    struct rsp_starting_now starting = {0};
    struct rsp_fact_place place;
    int gate = -1;
    (void)snprintf(call->detail, sizeof call->detail, "order %lld: %.20s",
        (long long)rsp_call_whole(call, "order", 0), rsp_call_text(call, "gate"));
    rsp_status status = read_before(call, &bedside);
    if (status == RSP_OK)
        status = rsp_starting_read(call, &bedside, (double)call->now_s, &starting);
    if (status == RSP_OK) {
        gate = gate_of(&starting, rsp_call_text(call, "gate"));
        status = check_open(call, &starting, gate);
    }
    if (status == RSP_OK)
        status = rsp_call_append(
            call, "start_override", &call->patient, override_body(call, &starting, gate), &place);
    rsp_starting_clear(&starting);
    rsp_bedside_clear(&bedside);
    RSP_TRY(status);
    return rsp_call_put(call, "override", json_integer((json_int_t)place.number));
}
