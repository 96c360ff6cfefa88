#include "service/plans.h"

#include <stdio.h>
#include <string.h>

#include "service/plan_course.h"

static json_t *parsed(const json_t *body, const char *key)
{
    const char *text = json_string_value(json_object_get(body, key));
    return text != NULL ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
}

/* ---- still standing? ---- */

/* Of the first two the plan names the number of the current fact, of the others those that it used. */
static const struct {
    const char *kind, *key, *what;
} ground_row[RSP_PLAN_N_GROUND] = {{"identity", "identity", "the identity"},
    {"clinical", "clinical", "the clinical record"}, {"diary_entry", "diary", "an entry of the diary"},
    {"level", "levels", "a measured level"}};

enum { GROUND_CLINICAL = 1 };

static const char other_course[] = "a session of this plan did not run as it was ordered, or an adverse "
                                   "event of it was reported: plan again";

rsp_status rsp_plan_ground_read(struct rsp_call *call, struct rsp_plan_ground *ground)
{
    *ground = (struct rsp_plan_ground){0};
    for (size_t i = 0; i < RSP_PLAN_N_GROUND; i++)
        RSP_TRY(rsp_call_numbers(call, ground_row[i].kind, true, NULL, &ground->current[i]));
    RSP_TRY(rsp_call_numbers(call, "clinical", false, NULL, &ground->clinical));
    return rsp_plan_steps_read(call, &ground->steps);
}

void rsp_plan_ground_clear(struct rsp_plan_ground *ground)
{
    for (size_t i = 0; i < RSP_PLAN_N_GROUND; i++)
        json_decref(ground->current[i]);
    json_decref(ground->clinical);
    json_decref(ground->steps);
    *ground = (struct rsp_plan_ground){0};
}

static int64_t at(const json_t *numbers, size_t i)
{
    return json_integer_value(json_array_get(numbers, i));
}

static bool is_current(const json_t *current, int64_t number)
{
    size_t low = 0, high = json_array_size(current);
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (at(current, middle) < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < json_array_size(current) && at(current, low) == number;
}

/* Whose session made this version of the record, and whether it ran as planned. */
static enum rsp_plan_record made_by(const struct rsp_plan_ground *ground, int64_t plan, int64_t clinical)
{
    size_t i;
    const json_t *step;
    enum rsp_plan_record made = RSP_RECORD_CHANGED;
    json_array_foreach(ground->steps, i, step)
    {
        if (json_integer_value(json_object_get(step, "clinical")) == clinical && plan != 0 &&
            json_integer_value(json_object_get(step, "plan")) == plan)
            made = json_is_true(json_object_get(step, "as_planned")) ? RSP_RECORD_FORESEEN
                                                                     : RSP_RECORD_OTHER_COURSE;
    }
    return made;
}

enum rsp_plan_record rsp_plan_record_since(
    const struct rsp_plan_ground *ground, int64_t plan, int64_t clinical)
{
    enum rsp_plan_record worst = RSP_RECORD_FORESEEN;
    for (size_t i = 0; i < json_array_size(ground->clinical); i++) {
        const int64_t version = at(ground->clinical, i);
        const enum rsp_plan_record made =
            version > clinical ? made_by(ground, plan, version) : RSP_RECORD_FORESEEN;
        worst = made > worst ? made : worst;
    }
    return worst;
}

/* Facts that were added since do not end a plan, unless there is but one of their kind. */
static bool stands(const struct rsp_plan_ground *ground, size_t i, const json_t *body)
{
    const json_t *current = ground->current[i], *named = json_object_get(body, ground_row[i].key);
    if (json_is_integer(named))
        return at(current, json_array_size(current) - 1) == json_integer_value(named);
    json_t *used = parsed(body, ground_row[i].key);
    bool all = true;
    for (size_t k = 0; all && k < json_array_size(used); k++)
        all = is_current(current, at(used, k));
    json_decref(used);
    return all;
}

void rsp_plan_why_stale(
    const struct rsp_plan_ground *ground, int64_t plan, const json_t *body, char why[RSP_PLAN_WHY_SIZE])
{
    const int64_t clinical = json_integer_value(json_object_get(body, ground_row[GROUND_CLINICAL].key));
    why[0] = '\0';
    for (size_t i = 0; why[0] == '\0' && i < RSP_PLAN_N_GROUND; i++) {
        const bool holds = stands(ground, i, body);
        const enum rsp_plan_record since = holds || i != GROUND_CLINICAL
                                               ? RSP_RECORD_CHANGED
                                               : rsp_plan_record_since(ground, plan, clinical);
        if (holds || since == RSP_RECORD_FORESEEN)
            continue;
        if (since == RSP_RECORD_OTHER_COURSE)
            (void)snprintf(why, RSP_PLAN_WHY_SIZE, "%s", other_course);
        else
            (void)snprintf(why, RSP_PLAN_WHY_SIZE, "%s was changed after this plan was made: plan again",
                ground_row[i].what);
    }
}

/* ---- read ---- */

struct reading {
    struct rsp_call *call;
    struct rsp_kept_plan *plan;
    bool mine;
};

static rsp_status take_plan(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct reading *reading = context;
    struct rsp_kept_plan *plan = reading->plan;
    if (strcmp(fact->kind, "plan") != 0 || !fact->about_person ||
        memcmp(&fact->person, &reading->call->patient, sizeof fact->person) != 0)
        return RSP_OK;
    reading->mine = true;
    plan->number = fact->number;
    snprintf(plan->who, sizeof plan->who, "%s", fact->who);
    snprintf(plan->at, sizeof plan->at, "%s", fact->wall);
    plan->body = json_deep_copy(fact->body);
    plan->doses = parsed(fact->body, "doses");
    plan->limits = parsed(fact->body, "limits");
    plan->request = parsed(fact->body, "request");
    plan->models = parsed(fact->body, "models");
    if (plan->body == NULL || plan->doses == NULL || plan->limits == NULL || plan->request == NULL ||
        plan->models == NULL)
        return rsp_error_set(
            err, RSP_E_DAMAGED, "plan", "the plan in fact %lld cannot be read", (long long)fact->number);
    return RSP_OK;
}

/* A limit that only hints at a least amount is no upper bound. */
static void judge_limits(struct rsp_kept_plan *plan)
{
    size_t i;
    const json_t *limit;
    json_array_foreach(plan->limits, i, limit)
    {
        const char *quantity = json_string_value(json_object_get(limit, "quantity"));
        const bool hint =
            quantity != NULL && strcmp(quantity, rsp_limit_quantity_name(RSP_LIMIT_TOTAL_MIN_MG)) == 0;
        if (hint || json_is_true(json_object_get(limit, "ok")))
            continue;
        if (json_is_true(json_object_get(limit, "hard")))
            plan->hard_limit_broken = true;
        else
            plan->soft_limit_broken = true;
    }
}

rsp_status rsp_kept_plan_read_on(
    struct rsp_call *call, int64_t number, const struct rsp_plan_ground *ground, struct rsp_kept_plan *plan)
{
    struct reading reading = {.call = call, .plan = plan};
    *plan = (struct rsp_kept_plan){0};
    const rsp_status status = rsp_store_fact(call->service->store, number, take_plan, &reading, call->err);
    if (status != RSP_E_UNKNOWN)
        RSP_TRY(status);
    if (!reading.mine)
        return rsp_call_refuse(
            call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "plan", "this patient has no such plan");
    judge_limits(plan);
    rsp_plan_why_stale(ground, number, plan->body, plan->why_stale);
    return RSP_OK;
}

rsp_status rsp_kept_plan_read(struct rsp_call *call, int64_t number, struct rsp_kept_plan *plan)
{
    struct rsp_plan_ground ground;
    *plan = (struct rsp_kept_plan){0};
    rsp_status status = rsp_plan_ground_read(call, &ground);
    if (status == RSP_OK)
        status = rsp_kept_plan_read_on(call, number, &ground, plan);
    rsp_plan_ground_clear(&ground);
    return status;
}

rsp_status rsp_kept_plan_latest(struct rsp_call *call, int64_t *number)
{
    json_t *numbers = NULL;
    const rsp_status status = rsp_call_numbers(call, "plan", true, NULL, &numbers);
    const size_t n = json_array_size(numbers);
    *number = n > 0 ? json_integer_value(json_array_get(numbers, n - 1)) : 0;
    json_decref(numbers);
    return status;
}

void rsp_kept_plan_clear(struct rsp_kept_plan *plan)
{
    json_decref(plan->doses);
    json_decref(plan->limits);
    json_decref(plan->request);
    json_decref(plan->models);
    json_decref(plan->body);
    *plan = (struct rsp_kept_plan){0};
}

/* ---- consent ---- */

struct asking {
    int64_t plan;
    struct rsp_consent *consent;
};

static rsp_status take_consent(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct asking *asking = context;
    struct rsp_consent *consent = asking->consent;
    const json_t *body = fact->body;
    (void)err;
    if (json_integer_value(json_object_get(body, "plan")) != asking->plan)
        return RSP_OK;
    const char *decision = json_string_value(json_object_get(body, "decision")),
               *version = json_string_value(json_object_get(body, "sheet_version")),
               *language = json_string_value(json_object_get(body, "language")),
               *by = json_string_value(json_object_get(body, "explained_by"));
    *consent = (struct rsp_consent){.number = fact->number,
        .agreed = decision != NULL && strcmp(decision, "agreed") == 0,
        .off_label_explained = json_is_true(json_object_get(body, "off_label_explained"))};
    snprintf(consent->sheet_version, sizeof consent->sheet_version, "%s", version != NULL ? version : "");
    snprintf(consent->language, sizeof consent->language, "%s", language != NULL ? language : "");
    snprintf(consent->explained_by, sizeof consent->explained_by, "%s", by != NULL ? by : "");
    snprintf(consent->at, sizeof consent->at, "%s", fact->wall);
    return RSP_OK;
}

rsp_status rsp_consent_latest(struct rsp_call *call, int64_t plan, struct rsp_consent *consent)
{
    struct asking asking = {plan, consent};
    const struct rsp_fact_filter filter = {
        .person = &call->patient, .kind = "consent", .current = true, .without_identity = true};
    *consent = (struct rsp_consent){0};
    return rsp_store_read(call->service->store, &filter, take_consent, &asking, call->err);
}

const char *rsp_consent_lacks(const struct rsp_consent *consent)
{
    if (consent->number == 0)
        return "nobody has asked the patient yet: explain the sheet of this plan and record what they say";
    return consent->agreed ? NULL : "the patient declined this plan";
}

json_t *rsp_consent_json(const struct rsp_consent *consent)
{
    if (consent->number == 0)
        return json_null();
    return json_pack("{s:I, s:s, s:b, s:s, s:s, s:s, s:s}", "number", (json_int_t)consent->number, "decision",
        consent->agreed ? "agreed" : "declined", "off_label_explained", consent->off_label_explained,
        "sheet_version", consent->sheet_version, "language", consent->language, "explained_by",
        consent->explained_by, "at", consent->at);
}
