#include "service/plan_course.h"

#include <math.h>
#include <string.h>

#include "rules/preparing.h"
#include "service/bedside.h"
#include "service/json_build.h"

/* ---- what was reported ---- */

struct reported {
    int64_t order;
    bool adverse;
};

static rsp_status see_entry(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct reported *reported = context;
    (void)err;
    reported->adverse =
        reported->adverse || (json_integer_value(json_object_get(fact->body, "order")) == reported->order &&
                                 strcmp(rsp_key_text(fact->body, "kind"), "adverse_event") == 0);
    return RSP_OK;
}

static rsp_status read_reported(struct rsp_call *call, int64_t order, bool *adverse)
{
    const struct rsp_fact_filter filter = {
        .person = &call->patient, .kind = "register_entry", .current = true, .without_identity = true};
    struct reported reported = {.order = order};
    RSP_TRY(rsp_store_read(call->service->store, &filter, see_entry, &reported, call->err));
    *adverse = reported.adverse;
    return RSP_OK;
}

/* ---- what was given ---- */

static bool was_exceeded(const struct rsp_bedside *bedside)
{
    return bedside->infusion.total_mg > bedside->ordered.total_mg;
}

static bool ran_as_ordered(const struct rsp_bedside *bedside, double within_frac)
{
    const struct rsp_infusion *infusion = &bedside->infusion;
    const double ordered_mg = bedside->ordered.total_mg;
    return infusion->state == RSP_STATE_DISCHARGED && infusion->n_uncertain == 0 && !infusion->aborted &&
           !was_exceeded(bedside) && fabs(infusion->low.given_mg - ordered_mg) <= within_frac * ordered_mg;
}

static rsp_status read_step(struct rsp_call *call, const json_t *row, struct rsp_build *b, json_t *steps)
{
    struct rsp_bedside bedside;
    bool adverse = false;
    const int64_t order = json_integer_value(json_object_get(row, "order"));
    rsp_status status = rsp_bedside_read(call, order, &bedside);
    if (status == RSP_OK)
        status = read_reported(call, order, &adverse);
    if (status == RSP_OK) {
        const double within_frac = rsp_rulebook_preparation(call->service->book)->rounding_most_frac;
        json_t *step = json_object();
        rsp_build_set(b, step, "clinical", json_incref(json_object_get(row, "clinical")));
        rsp_build_set(b, step, "plan", json_integer((json_int_t)bedside.order.plan));
        rsp_build_set(b, step, "as_planned", json_boolean(!adverse && ran_as_ordered(&bedside, within_frac)));
        rsp_build_append(b, steps, step);
    }
    rsp_bedside_clear(&bedside);
    return status;
}

rsp_status rsp_plan_steps_read(struct rsp_call *call, json_t **steps)
{
    struct rsp_build b = {0};
    json_t *rows = NULL;
    size_t i;
    const json_t *row;
    *steps = json_array();
    rsp_status status =
        *steps != NULL ? rsp_call_facts(call, "bedside_record", false, &rows) : rsp_call_no_memory(call);
    json_array_foreach(rows, i, row)
    {
        if (status == RSP_OK)
            status = read_step(call, row, &b, *steps);
    }
    json_decref(rows);
    return status == RSP_OK && b.failed ? rsp_call_no_memory(call) : status;
}
