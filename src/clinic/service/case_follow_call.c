/* The call after a session: looked at, moved, made. */
#include <stdio.h>
#include <string.h>

#include "service/follow_call.h"
#include "service/json_build.h"

enum { MISSED_SAID = 2 };

rsp_status rsp_case_follow_call(struct rsp_call *call)
{
    struct rsp_follow_call follow;
    struct rsp_build b = {0};
    const int64_t order = rsp_call_whole(call, "order", 0);
    rsp_status status = rsp_follow_call_read(call, order, &follow);
    json_t *row = json_object();
    rsp_build_set(&b, row, "order", json_integer((json_int_t)order));
    rsp_build_set(&b, row, "state", json_string(rsp_call_state_word(follow.state)));
    rsp_build_set(&b, row, "day", follow.fact != 0 ? rsp_build_day(follow.day) : json_null());
    rsp_build_set(&b, row, "missed", json_integer((json_int_t)follow.n_missed));
    rsp_build_set(&b, row, "zone", json_string(call->caller->now.zone));
    if (status == RSP_OK)
        rsp_build_set(&b, row, "tries", json_incref(follow.tries));
    rsp_follow_call_clear(&follow);
    if (status == RSP_OK && b.failed)
        status = rsp_call_no_memory(call);
    if (status != RSP_OK) {
        json_decref(row);
        return status;
    }
    return rsp_call_put(call, "call", row);
}

/* ---- moved ---- */

static rsp_status check_planned(struct rsp_call *call, const struct rsp_follow_call *follow)
{
    if (follow->state == RSP_CALL_NONE)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "order",
            "no call is planned for this order: it is, once the person has gone home");
    if (follow->state == RSP_CALL_REACHED)
        return rsp_call_refuse(
            call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "order", "the person was reached already");
    return RSP_OK;
}

static rsp_status replace_plan(struct rsp_call *call, const struct rsp_follow_call *follow)
{
    const char *given = rsp_call_text(call, "day");
    char day[16];
    struct rsp_date date;
    rsp_date_format(follow->day, day, sizeof day);
    RSP_TRY(rsp_date_parse(given[0] != '\0' ? given : day, &date, call->err));
    if (given[0] != '\0' && date.day < call->today.day)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "day", "today or a later day is expected");
    return rsp_call_replace(call, "follow_call", &call->patient, follow->fact, rsp_call_text(call, "why"),
        json_pack("{s:I, s:s, s:b}", "order", (json_int_t)follow->order, "day",
            given[0] != '\0' ? given : day, "wanted", strcmp(rsp_call_text(call, "wanted"), "no") != 0),
        NULL);
}

rsp_status rsp_case_follow_call_plan(struct rsp_call *call)
{
    struct rsp_follow_call follow;
    const int64_t order = rsp_call_whole(call, "order", 0);
    (void)snprintf(call->detail, sizeof call->detail, "order %lld", (long long)order);
    rsp_status status = rsp_follow_call_read(call, order, &follow);
    if (status == RSP_OK)
        status = check_planned(call, &follow);
    if (status == RSP_OK)
        status = replace_plan(call, &follow);
    rsp_follow_call_clear(&follow);
    return status;
}

/* ---- made ---- */

static rsp_status check_answers(struct rsp_call *call, bool reached)
{
    static const char *const answer[] = {"pain_nrs", "nausea", "dissociation", "slept", "event"};
    const char *event = rsp_call_text(call, "event");
    for (size_t i = 0; !reached && i < sizeof answer / sizeof *answer; i++)
        if (json_object_get(call->input, answer[i]) != NULL)
            return rsp_error_set(
                call->err, RSP_E_MISMATCH, answer[i], "who was not reached said nothing: leave this out");
    if (reached && json_object_get(call->input, "pain_nrs") == NULL)
        return rsp_error_set(call->err, RSP_E_MISSING, "pain_nrs", "ask for the pain now, from 0 to 10");
    if (strcmp(event, "yes") == 0 && rsp_call_text(call, "note")[0] == '\0')
        return rsp_error_set(call->err, RSP_E_MISSING, "note", "say what happened");
    return RSP_OK;
}

static json_t *try_body(const struct rsp_call *call, bool back, bool reached)
{
    static const char *const text[] = {"dissociation", "slept", "event", "note"};
    static const char *const copied[] = {"pain_nrs", "nausea"};
    json_t *body = json_pack("{s:s, s:b, s:b}", "what", "call", "withdrawn", back, "reached", reached);
    bool made = body != NULL;
    for (size_t i = 0; made && i < sizeof text / sizeof *text; i++)
        made = rsp_call_text(call, text[i])[0] == '\0' ||
               json_object_set_new(body, text[i], json_string(rsp_call_text(call, text[i]))) == 0;
    if (made && rsp_keys_copy(body, call->input, sizeof copied / sizeof *copied, copied))
        return body;
    json_decref(body);
    return NULL;
}

static rsp_status enter_try(struct rsp_call *call, const struct rsp_follow_call *follow)
{
    const bool back = rsp_bedside_takes_back(call, "reached");
    const bool reached = strcmp(rsp_call_text(call, "reached"), "yes") == 0;
    if (follow->fact == 0)
        return check_planned(call, follow);
    if (rsp_call_whole(call, "replaces", 0) == 0)
        RSP_TRY(check_planned(call, follow));
    if (!back && json_object_get(call->input, "reached") == NULL)
        return rsp_error_set(call->err, RSP_E_MISSING, "reached", "say whether the person was reached");
    if (!back)
        RSP_TRY(check_answers(call, reached));
    RSP_TRY(rsp_bedside_enter(call, "follow_try", "what", try_body(call, back, reached), "try"));
    /* Who was not reached twice is told of: somebody may have to look after them. */
    const size_t missed = follow->n_missed + (!back && !reached && rsp_call_whole(call, "replaces", 0) == 0);
    return rsp_call_put(call, "missed_twice", json_boolean(!reached && missed >= MISSED_SAID));
}

rsp_status rsp_case_follow_call_try(struct rsp_call *call)
{
    struct rsp_follow_call follow;
    const int64_t order = rsp_call_whole(call, "order", 0);
    (void)snprintf(call->detail, sizeof call->detail, "order %lld", (long long)order);
    rsp_status status = rsp_follow_call_read(call, order, &follow);
    if (status == RSP_OK)
        status = enter_try(call, &follow);
    rsp_follow_call_clear(&follow);
    return status;
}
