/* What is due in a session, from what was measured and what persons entered. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rules/leaving.h"
#include "service/json_build.h"
#include "service/vigil.h"

/* ---- what was done ---- */

static void take_back(struct rsp_vigil *vigil, int64_t number)
{
    size_t kept = 0;
    for (size_t i = 0; i < vigil->n_done; i++)
        if (vigil->done[i].number != number)
            vigil->done[kept++] = vigil->done[i];
    vigil->n_done = kept;
}

static const char *task_of(const struct rsp_rulebook *book, const char *what)
{
    for (size_t i = 0; i < rsp_rulebook_n_session_task(book); i++)
        if (strcmp(rsp_rulebook_session_task(book, i)->id, what) == 0)
            return rsp_rulebook_session_task(book, i)->id;
    return NULL;
}

rsp_status rsp_vigil_take_score(struct rsp_vigil *vigil, const struct rsp_rulebook *book,
    const struct rsp_fact *fact, struct rsp_error *err)
{
    const char *task = task_of(book, rsp_key_text(fact->body, "what"));
    take_back(vigil, fact->supersedes);
    if (task == NULL || json_is_true(json_object_get(fact->body, "withdrawn")))
        return RSP_OK;
    if (vigil->n_done == vigil->done_room) {
        const size_t room = 2 * vigil->done_room + 32;
        struct rsp_vigil_done *more = realloc(vigil->done, room * sizeof *more);
        if (more == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        vigil->done = more;
        vigil->done_room = room;
    }
    vigil->done[vigil->n_done++] =
        (struct rsp_vigil_done){fact->number, task, rsp_key_number(fact->body, "at_s")};
    return RSP_OK;
}

/* When a sign was last measured so that it can be used; NaN: never. */
static double measured_s(const struct rsp_vigil *vigil, int vital)
{
    double last_s = vigil->passed_s[vital];
    for (size_t i = 0; i < vigil->n_sample; i++) {
        const struct rsp_vital_sample *sample = &vigil->sample[i];
        if ((int)sample->vital == vital &&
            rsp_vital_sample_quality(&vigil->config.vitals, sample) == RSP_QUALITY_OK)
            last_s = fmax(last_s, rsp_vital_sample_s(sample));
    }
    return last_s;
}

/* When a task was last done. */
static double done_s(const struct rsp_vigil *vigil, const struct rsp_session_task *task)
{
    const int vital = task->vital != NULL ? rsp_vital_find(task->vital) : -1;
    double last_s = vital >= 0 ? measured_s(vigil, vital) : NAN;
    for (size_t i = 0; i < vigil->n_done; i++)
        if (strcmp(vigil->done[i].task, task->id) == 0)
            last_s = fmax(last_s, vigil->done[i].at_s);
    return last_s;
}

void rsp_vigil_take_intervals(
    struct rsp_vigil *vigil, const struct rsp_rulebook *book, const json_t *document)
{
    size_t i;
    const json_t *row;
    vigil->n_interval = 0;
    json_array_foreach(json_object_get(document, "intervals"), i, row)
    {
        const char *task = task_of(book, rsp_key_text(row, "id"));
        if (task != NULL && vigil->n_interval < RSP_MAX_DUE)
            vigil->interval[vigil->n_interval++] = (struct rsp_due_interval){
                task, rsp_key_number(row, "during_min"), rsp_key_number(row, "after_min")};
    }
}

/* ---- what must be repeated ---- */

/* One reading of the cuff gives all of them. */
static bool is_pressure(enum rsp_vital vital)
{
    return vital == RSP_VITAL_SBP || vital == RSP_VITAL_MBP || vital == RSP_VITAL_DBP;
}

static const char *task_of_vital(const struct rsp_due_plan *plan, enum rsp_vital vital)
{
    for (size_t i = 0; i < plan->n; i++) {
        const char *name = plan->row[i].task->vital;
        const int measured = name != NULL ? rsp_vital_find(name) : -1;
        if (measured >= 0 && ((enum rsp_vital)measured == vital ||
                                 (is_pressure(vital) && is_pressure((enum rsp_vital)measured))))
            return plan->row[i].task->id;
    }
    return NULL;
}

/* A reading beyond a limit that counts only when it comes twice is repeated while it still would count. */
static rsp_status find_repeats(struct rsp_call *call, const struct rsp_vigil *vigil,
    const struct rsp_due_plan *plan, double now_s, struct rsp_due_sooner sooner[], size_t *n)
{
    const struct rsp_alarm_config *config = &vigil->config;
    const struct rsp_alarm_input input = rsp_vigil_input(vigil, now_s);
    struct rsp_vital_series *series = malloc(sizeof *series);
    if (series == NULL)
        return rsp_call_no_memory(call);
    *n = 0;
    for (size_t i = 0; vigil->configured && i < config->n; i++) {
        const struct rsp_alarm_condition *c = &config->condition[i];
        const char *task = !c->technical && c->times > 1 ? task_of_vital(plan, c->vital) : NULL;
        if (task == NULL)
            continue;
        rsp_vital_series_make(&config->vitals, c->vital, vigil->n_sample, vigil->sample, now_s, series);
        const struct rsp_alarm_judgement judged =
            rsp_alarm_judge(config, i, &input, series, vigil->alarms.record[i].active, false);
        if (!isnan(judged.repeat_by_s))
            sooner[(*n)++] =
                (struct rsp_due_sooner){task, rsp_vital_current(series).time_s, judged.repeat_by_s};
    }
    free(series);
    return RSP_OK;
}

/* ---- what is due ---- */

rsp_status rsp_vigil_due(
    struct rsp_call *call, const struct rsp_vigil *vigil, double now_s, struct rsp_due_task task[], size_t *n)
{
    struct rsp_due_plan plan;
    struct rsp_due_done done[RSP_MAX_DUE];
    struct rsp_due_sooner sooner[RSP_MAX_ALARM];
    struct rsp_due_input input = {
        .now_s = now_s, .state = vigil->state, .started_s = vigil->begun_s, .done = done, .sooner = sooner};
    RSP_TRY(rsp_due_plan_make(
        call->service->book, vigil->pump, vigil->n_interval, vigil->interval, &plan, call->err));
    for (size_t i = 0; i < plan.n; i++)
        done[input.n_done++] = (struct rsp_due_done){plan.row[i].task->id, done_s(vigil, plan.row[i].task)};
    RSP_TRY(find_repeats(call, vigil, &plan, now_s, sooner, &input.n_sooner));
    *n = rsp_due_list(&plan, &input, task);
    return RSP_OK;
}

rsp_status rsp_vigil_judge_due(struct rsp_call *call, struct rsp_vigil *vigil, double now_s)
{
    struct rsp_due_task task[RSP_MAX_DUE];
    size_t n = 0;
    RSP_TRY(rsp_vigil_due(call, vigil, now_s, task, &n));
    vigil->overdue = false;
    for (size_t i = 0; i < n; i++)
        vigil->overdue = vigil->overdue || task[i].overdue;
    return RSP_OK;
}

rsp_status rsp_vigil_put_due(struct rsp_call *call, const struct rsp_vigil *vigil, json_t *row)
{
    struct rsp_build b = {0};
    struct rsp_due_task task[RSP_MAX_DUE];
    size_t n = 0;
    RSP_TRY(rsp_vigil_due(call, vigil, rsp_vigil_now_s(call), task, &n));
    json_t *rows = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *one = json_object();
        rsp_build_set(&b, one, "task", rsp_build_text(task[i].task->id));
        rsp_build_set(&b, one, "text", rsp_build_text(task[i].task->text));
        rsp_build_set(&b, one, "source", rsp_build_text(task[i].task->source));
        rsp_build_set(&b, one, "due_s", rsp_build_number(task[i].due_s));
        rsp_build_set(&b, one, "overdue_s", rsp_build_number(task[i].overdue_s));
        rsp_build_set(&b, one, "last_s", rsp_build_number(task[i].last_s));
        rsp_build_set(&b, one, "due", json_boolean(task[i].due));
        rsp_build_set(&b, one, "overdue", json_boolean(task[i].overdue));
        rsp_build_append(&b, rows, one);
    }
    rsp_build_set(&b, row, "due", rows);
    return b.failed ? rsp_call_no_memory(call) : RSP_OK;
}
