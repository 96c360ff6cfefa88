#include "session/due.h"

#include <math.h>
#include <string.h>

static const double S_PER_MIN = 60;

static rsp_status take_interval(
    struct rsp_due_plan *plan, const struct rsp_due_interval *interval, struct rsp_error *err)
{
    size_t i = 0;
    while (i < plan->n && strcmp(plan->row[i].task->id, interval->id) != 0)
        i++;
    if (i == plan->n)
        return rsp_error_set(
            err, RSP_E_UNKNOWN, "monitoring", "this session has no task '%.40s'", interval->id);
    const double given[] = {interval->during_min, interval->after_min};
    double *const kept[] = {&plan->row[i].during_s, &plan->row[i].after_s};
    for (int k = 0; k < 2; k++) {
        if (isnan(given[k]))
            continue;
        if (!(given[k] > 0) || !isfinite(given[k]))
            return rsp_error_set(err, RSP_E_DOMAIN, "monitoring",
                "the interval of '%.40s' must be a number of minutes above zero", interval->id);
        *kept[k] = fmin(*kept[k], given[k] * S_PER_MIN); /* never less often than the rules */
    }
    return RSP_OK;
}

rsp_status rsp_due_plan_make(const struct rsp_rulebook *book, bool pump, size_t n,
    const struct rsp_due_interval interval[], struct rsp_due_plan *plan, struct rsp_error *err)
{
    struct rsp_due_plan made = {0};
    for (size_t i = 0; i < rsp_rulebook_n_session_task(book); i++) {
        const struct rsp_session_task *task = rsp_rulebook_session_task(book, i);
        if (task->pump && !pump)
            continue;
        if (made.n == RSP_MAX_DUE)
            return rsp_error_set(
                err, RSP_E_LIMIT, "session_tasks", "a session has at most %d tasks", RSP_MAX_DUE);
        made.row[made.n].task = task;
        made.row[made.n].during_s = task->during_min * S_PER_MIN;
        made.row[made.n].after_s = task->after_min * S_PER_MIN;
        made.n++;
    }
    for (size_t i = 0; i < n; i++)
        RSP_TRY(take_interval(&made, &interval[i], err));
    *plan = made;
    return RSP_OK;
}

/* Whether drug is given, or was. */
static bool is_during(enum rsp_infusion_state state)
{
    return state == RSP_STATE_RUNNING || state == RSP_STATE_PAUSED;
}

static bool is_after(enum rsp_infusion_state state)
{
    return state == RSP_STATE_STOPPED || state == RSP_STATE_RECOVERING || state == RSP_STATE_ABORTED;
}

/* The last time since the start that a task was done; NaN: never. */
static double last_done_s(const struct rsp_due_input *input, const char *id)
{
    double last_s = NAN;
    for (size_t i = 0; i < input->n_done; i++) {
        const struct rsp_due_done *done = &input->done[i];
        if (strcmp(done->id, id) == 0 && done->at_s >= input->started_s && done->at_s <= input->now_s)
            last_s = fmax(last_s, done->at_s);
    }
    return last_s;
}

/* Requests that nothing has answered make it due sooner, also when the interval asks for nothing. */
static double with_requests_s(const struct rsp_due_input *input, const char *id, double last_s, double due_s)
{
    for (size_t i = 0; i < input->n_sooner; i++) {
        const struct rsp_due_sooner *sooner = &input->sooner[i];
        if (strcmp(sooner->id, id) == 0 && !(last_s > sooner->asked_s))
            due_s = fmin(due_s, sooner->due_s);
    }
    return due_s;
}

size_t rsp_due_list(
    const struct rsp_due_plan *plan, const struct rsp_due_input *input, struct rsp_due_task task[])
{
    size_t n = 0;
    if (isnan(input->started_s) || !(is_during(input->state) || is_after(input->state)))
        return 0;
    for (size_t i = 0; i < plan->n; i++) {
        const struct rsp_session_task *rule = plan->row[i].task;
        const double interval_s = is_during(input->state) ? plan->row[i].during_s : plan->row[i].after_s;
        struct rsp_due_task one = {.task = rule, .last_s = last_done_s(input, rule->id)};
        one.due_s = (isnan(one.last_s) ? input->started_s : one.last_s) + interval_s;
        one.due_s = with_requests_s(input, rule->id, one.last_s, one.due_s);
        if (isnan(one.due_s))
            continue;
        one.overdue_s = one.due_s + rule->grace_min * S_PER_MIN;
        one.due = input->now_s >= one.due_s;
        one.overdue = input->now_s > one.overdue_s;
        size_t at = n++;
        for (; at > 0 && task[at - 1].due_s > one.due_s; at--)
            task[at] = task[at - 1];
        task[at] = one;
    }
    return n;
}
