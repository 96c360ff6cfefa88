/* What a person is told on going home: which instructions, each with the rule that it rests on; whom to call; what comes next. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/flowsheet.h"
#include "service/follow_call.h"
#include "service/json_build.h"
#include "service/patients.h"
#include "service/profile.h"
#include "service/schedule.h"

/* In the order in which they are read. Their words are those of the page; the rule says where it is published. */
static const struct {
    const char *id, *rule;
} advice[] = {{"drive", "DC-DRIVE"}, {"machines", "DC-DRIVE"}, {"home", "DC-ESCORT"}, {"alone", "DC-RCEM"},
    {"decisions", "DC-DAY"}, {"alcohol", "DC-DAY"}, {"sedatives", "DDI-CNS"}};

static const struct rsp_rule *rule_of(const struct rsp_rulebook *book, const char *id)
{
    for (size_t i = 0; i < rsp_rulebook_n_rule(book); i++)
        if (strcmp(rsp_rulebook_rule(book, i)->id, id) == 0)
            return rsp_rulebook_rule(book, i);
    return NULL;
}

static rsp_status put_advice(struct rsp_call *call)
{
    struct rsp_build b = {0};
    json_t *rows = json_array();
    for (size_t i = 0; i < sizeof advice / sizeof *advice; i++) {
        const struct rsp_rule *rule = rule_of(call->service->book, advice[i].rule);
        if (rule == NULL) {
            json_decref(rows);
            return rsp_error_set(call->err, RSP_E_BUG, "rules", "there is no rule %s", advice[i].rule);
        }
        json_t *row = json_object();
        rsp_build_set(&b, row, "id", json_string(advice[i].id));
        rsp_build_set(&b, row, "rule", json_string(advice[i].rule));
        rsp_build_set(&b, row, "source", rsp_build_text(rule->source));
        rsp_build_append(&b, rows, row);
    }
    if (b.failed) {
        json_decref(rows);
        return rsp_call_no_memory(call);
    }
    return rsp_call_put(call, "advice", rows);
}

/* Numbers to call; null where nobody entered one: the page leaves a line to write on, and says so. */
static rsp_status put_phones(struct rsp_call *call)
{
    struct rsp_profile profile;
    rsp_status status = rsp_profile_read(call, &profile);
    if (status == RSP_OK)
        status =
            rsp_call_put(call, "phone", profile.phone[0] != '\0' ? json_string(profile.phone) : json_null());
    if (status == RSP_OK)
        status = rsp_call_put(call, "emergency_phone",
            profile.emergency_phone[0] != '\0' ? json_string(profile.emergency_phone) : json_null());
    rsp_profile_clear(&profile);
    return status;
}

static rsp_status put_next_visit(struct rsp_call *call)
{
    struct rsp_visits visits = {0};
    const struct rsp_visit *next = NULL;
    const int64_t until_s = call->now_s + (int64_t)RSP_DAYS_AHEAD_MOST * RSP_S_A_DAY;
    rsp_status status = rsp_visits_read(call, &call->patient, call->now_s, until_s, &visits);
    for (size_t i = 0; status == RSP_OK && i < visits.n; i++) {
        const struct rsp_visit *visit = &visits.visit[i];
        if (visit->state == RSP_VISIT_BOOKED && visit->start_s > call->now_s &&
            (next == NULL || visit->start_s < next->start_s))
            next = visit;
    }
    if (status == RSP_OK)
        status = rsp_call_put(call, "next_visit",
            next == NULL ? json_null()
                         : json_pack("{s:I, s:s, s:s}", "start_s", (json_int_t)next->start_s, "wall",
                               next->wall, "zone", next->zone));
    free(visits.visit);
    return status;
}

static rsp_status put_call_day(struct rsp_call *call, int64_t order)
{
    struct rsp_follow_call follow;
    rsp_status status = rsp_follow_call_read(call, order, &follow);
    const bool waits = follow.state == RSP_CALL_PLANNED || follow.state == RSP_CALL_DUE;
    if (status == RSP_OK)
        status = rsp_call_put(call, "call_day", waits ? rsp_build_day(follow.day) : json_null());
    rsp_follow_call_clear(&follow);
    return status;
}

static rsp_status put_all(struct rsp_call *call, struct rsp_bedside *bedside)
{
    const int64_t order = rsp_call_whole(call, "order", 0);
    const char *language = rsp_call_text(call, "language");
    RSP_TRY(rsp_bedside_read(call, order, bedside));
    if (isnan(bedside->begun_s))
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "order",
            "nothing was given yet: there is nothing to go home from");
    RSP_TRY(rsp_bedside_put(call, bedside));
    RSP_TRY(rsp_put_identity(call));
    RSP_TRY(rsp_bedside_put_medicines(call, bedside));
    RSP_TRY(put_advice(call));
    RSP_TRY(put_phones(call));
    RSP_TRY(put_next_visit(call));
    RSP_TRY(put_call_day(call, order));
    RSP_TRY(rsp_call_put(call, "demo", json_boolean(call->service->demo)));
    return rsp_call_put(call, "language", json_string(language[0] != '\0' ? language : "en"));
}

rsp_status rsp_case_instructions(struct rsp_call *call)
{
    struct rsp_bedside bedside = {0};
    (void)snprintf(
        call->detail, sizeof call->detail, "order %lld", (long long)rsp_call_whole(call, "order", 0));
    const rsp_status status = put_all(call, &bedside);
    rsp_bedside_clear(&bedside);
    return status;
}
