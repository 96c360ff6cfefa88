/* How often what is due in a session is done: as the rules say, or more often where the prescriber asks for it. */
#include <math.h>
#include <string.h>

#include "service/order.h"
#include "service/say.h"

enum { DIGITS = 4 };

static const struct rsp_session_task *find_task(const struct rsp_rulebook *book, const char *id)
{
    for (size_t i = 0; i < rsp_rulebook_n_session_task(book); i++)
        if (strcmp(rsp_rulebook_session_task(book, i)->id, id) == 0)
            return rsp_rulebook_session_task(book, i);
    return NULL;
}

/* @param most  NaN: the rules ask for it at no interval, so that any is more often */
static rsp_status take_minutes(struct rsp_order_making *m, const struct rsp_session_task *task,
    const json_t *value, double most, const char *when, double *minutes)
{
    *minutes = json_number_value(value);
    if (!json_is_number(value) || !(*minutes >= 1) || floor(*minutes) < *minutes)
        return rsp_error_set(
            m->call->err, RSP_E_DOMAIN, "intervals", "%s: a whole number of minutes is expected", task->text);
    if (*minutes > most)
        return rsp_error_set(m->call->err, RSP_E_LIMIT, "intervals",
            "%s is due every %s minutes %s: an order may ask for it more often, not less", task->text,
            rsp_words_number(most, DIGITS).text, when);
    return RSP_OK;
}

static rsp_status take_task(struct rsp_order_making *m, const char *id, const json_t *given)
{
    const struct rsp_session_task *task = find_task(m->call->service->book, id);
    const char *key;
    json_t *value;
    if (task == NULL || !json_is_object(given))
        return rsp_error_set(m->call->err, RSP_E_UNKNOWN, "intervals",
            "a session has no task '%.40s': during_min and after_min of its tasks are expected", id);
    struct rsp_due_interval *one = &m->interval[m->n_interval++];
    *one = (struct rsp_due_interval){task->id, NAN, NAN};
    json_object_foreach((json_t *)given, key, value)
    {
        if (strcmp(key, "during_min") == 0)
            RSP_TRY(take_minutes(m, task, value, task->during_min, "while drug is given", &one->during_min));
        else if (strcmp(key, "after_min") == 0)
            RSP_TRY(take_minutes(m, task, value, task->after_min, "afterwards", &one->after_min));
        else
            return rsp_error_set(m->call->err, RSP_E_UNKNOWN, "intervals",
                "an interval is during_min or after_min, not '%.40s'", key);
    }
    return RSP_OK;
}

rsp_status rsp_order_intervals(struct rsp_order_making *m)
{
    const char *id;
    json_t *given;
    json_object_foreach(json_object_get(m->call->input, "intervals"), id, given)
    {
        if (m->n_interval == RSP_MAX_DUE)
            return rsp_error_set(
                m->call->err, RSP_E_LIMIT, "intervals", "a session has at most %d tasks", RSP_MAX_DUE);
        RSP_TRY(take_task(m, id, given));
    }
    return rsp_due_plan_make(
        m->call->service->book, m->amounts.by_pump, m->n_interval, m->interval, &m->due, m->call->err);
}
