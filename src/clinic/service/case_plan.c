/* Plans of a stored patient: made, kept, listed, read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/advise_json.h"
#include "service/json_build.h"
#include "service/order.h"
#include "service/plans.h"
#include "service/shelf.h"

enum { REAL_DIGITS = 6 };

/* ---- plan ---- */

/* What stored diary and levels taught, or why they did not. */
static json_t *learning(const struct rsp_planning *planning, const struct rsp_advice *advice)
{
    json_t *why = advice->not_learned[0] != '\0' ? rsp_build_text(advice->not_learned) : json_null();
    return json_pack("{s:I, s:I, s:I, s:b, s:o}", "n_entry", (json_int_t)planning->diary.n, "n_left_out",
        (json_int_t)planning->n_entry_left_out, "n_level", (json_int_t)planning->levels.n, "learned",
        advice->learned != NULL, "why_not", why);
}

/* The advice as rsp_advice_json writes it, with what was learned. */
static rsp_status advice_tree(struct rsp_call *call, const struct rsp_planning *planning,
    const struct rsp_advice *advice, json_t **tree)
{
    char *text = NULL;
    RSP_TRY(rsp_advice_json(advice, &text, call->err));
    json_t *made = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    free(text);
    if (made == NULL || json_object_set_new(made, "learning", learning(planning, advice)) != 0) {
        json_decref(made);
        return rsp_call_no_memory(call);
    }
    *tree = made;
    return RSP_OK;
}

static void note_facts(struct rsp_call *call, const struct rsp_planning *planning)
{
    snprintf(call->detail, sizeof call->detail, "facts %lld, %lld, %zu of the diary, %zu levels; seed %lld",
        (long long)planning->stored.identity_fact, (long long)planning->stored.clinical_fact,
        json_array_size(planning->diary_facts), json_array_size(planning->level_facts),
        (long long)rsp_call_whole(call, "seed", 1));
}

rsp_status rsp_case_plan(struct rsp_call *call)
{
    struct rsp_shelved *shelved = NULL;
    struct rsp_advise_request request;
    struct rsp_advice *advice = NULL;
    json_t *tree = NULL;
    const char *dose[RSP_MAX_DOSE_TEXT];

    rsp_status status = rsp_planning_request(call, call->input, dose, &request);
    if (status == RSP_OK)
        status = rsp_shelf_borrow(call, &shelved);
    rsp_call_pause(call); /* what was read is a copy */
    if (status == RSP_OK)
        status = rsp_shelf_advise(call, shelved, &request, &advice);
    if (status == RSP_OK)
        status = advice_tree(call, rsp_shelved_planning(shelved), advice, &tree);
    if (status == RSP_OK) {
        json_decref(call->out);
        call->out = tree;
        note_facts(call, rsp_shelved_planning(shelved));
    }
    rsp_advice_free(advice);
    rsp_shelf_return(call, shelved);
    return status;
}

/* ---- keep ---- */

static json_t *as_text(json_t *tree, size_t flags)
{
    char *text =
        tree != NULL ? json_dumps(tree, flags | JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS)) : NULL;
    json_t *value = text != NULL ? json_string(text) : NULL;
    free(text);
    return value;
}

/* What was asked for, so that the same question gives the same plan. */
static json_t *asked(const struct rsp_call *call, const struct rsp_advice *advice, const char *start)
{
    static const char *const copied[] = {"protocol", "dose", "confirm_dose"};
    json_t *request = json_pack("{s:s, s:I, s:I}", "start", start, "subjects", (json_int_t)advice->n_subject,
        "seed", (json_int_t)advice->seed);
    for (size_t i = 0; request != NULL && i < sizeof copied / sizeof *copied; i++) {
        json_t *value = json_object_get(call->input, copied[i]);
        if (value != NULL)
            (void)json_object_set(request, copied[i], value);
    }
    return request;
}

static json_t *plan_body(const struct rsp_call *call, const struct rsp_planning *planning,
    const struct rsp_advice *advice, json_t *tree, struct rsp_date start_day)
{
    char start[16];
    const json_t *regimen = json_object_get(tree, "regimen"), *basis = json_object_get(tree, "basis");
    rsp_date_format(start_day, start, sizeof start);
    json_t *request = asked(call, advice, start);
    json_t *body = json_pack("{s:o, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:s, s:s, s:I, s:I, s:o, s:o, s:o}",
        "request", as_text(request, JSON_SORT_KEYS), "start", start, "subjects",
        (json_int_t)advice->n_subject, "seed", (json_int_t)advice->seed, "regimen",
        rsp_build_text(advice->regimen_text), "doses", as_text(json_object_get(regimen, "doses"), 0),
        "limits", as_text(json_object_get(regimen, "limits"), 0), "models",
        as_text(json_object_get(basis, "models"), 0), "candidacy", rsp_candidacy_name(advice->candidacy),
        "rules_version", advice->rules_version, "identity", (json_int_t)planning->stored.identity_fact,
        "clinical", (json_int_t)planning->stored.clinical_fact, "diary", as_text(planning->diary_facts, 0),
        "levels", as_text(planning->level_facts, 0), "forecast", as_text(tree, 0));
    json_decref(request);
    return body;
}

/* Identity and record are as they were when the planner read them. */
static rsp_status unchanged(struct rsp_call *call, const struct rsp_planning *planning)
{
    struct rsp_stored_patient now = {0};
    rsp_status status = rsp_stored_patient_read(call, &call->patient, &now);
    if (status == RSP_OK && (now.identity_fact != planning->stored.identity_fact ||
                                now.clinical_fact != planning->stored.clinical_fact))
        status = rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "patient",
            "somebody changed this patient while the plan was made: plan again");
    rsp_stored_patient_clear(&now);
    return status;
}

static rsp_status keep(struct rsp_call *call, const struct rsp_planning *planning,
    const struct rsp_advise_request *request, const struct rsp_advice *advice)
{
    struct rsp_fact_place place = {0};
    json_t *tree = NULL;

    if (advice->n_dose == 0)
        return rsp_error_set(
            call->err, RSP_E_DOMAIN, "protocol", "there is no plan to keep: %.300s", advice->no_regimen);
    RSP_TRY(advice_tree(call, planning, advice, &tree));
    rsp_status status = rsp_call_begin(call);
    if (status == RSP_OK && !call->replayed)
        status = unchanged(call, planning);
    if (status == RSP_OK && !call->replayed)
        status = rsp_call_append(
            call, "plan", &call->patient, plan_body(call, planning, advice, tree, request->start), &place);
    json_decref(tree);
    if (status != RSP_OK || call->replayed)
        return status;
    note_facts(call, planning);
    RSP_TRY(rsp_call_put(call, "plan", json_integer((json_int_t)place.number)));
    return rsp_call_put(call, "within_limits", json_boolean(advice->within_limits));
}

rsp_status rsp_case_plan_keep(struct rsp_call *call)
{
    struct rsp_planning planning = {0};
    struct rsp_advise_request request;
    struct rsp_advice *advice = NULL;
    const char *dose[RSP_MAX_DOSE_TEXT];

    rsp_status status = rsp_planning_request(call, call->input, dose, &request);
    if (status == RSP_OK)
        status = rsp_planning_read(call, &planning);
    rsp_call_pause(call);
    if (status == RSP_OK)
        status = rsp_planning_advise(call, &planning, &request, &advice);
    if (status == RSP_OK)
        status = keep(call, &planning, &request, advice);
    rsp_advice_free(advice);
    rsp_planning_clear(&planning);
    return status;
}

/* ---- read ---- */

/* What a list shows of a plan; the whole forecast when `whole`. */
static rsp_status plan_row(
    struct rsp_call *call, int64_t number, const struct rsp_plan_ground *ground, bool whole, json_t **row)
{
    static const char *const copied[] = {
        "start", "regimen", "candidacy", "rules_version", "seed", "subjects", "identity", "clinical"};
    struct rsp_kept_plan plan;
    struct rsp_consent consent = {0};
    rsp_status status = RSP_OK;

    *row = NULL;
    RSP_TRY_DONE(rsp_kept_plan_read_on(call, number, ground, &plan));
    RSP_TRY_DONE(rsp_consent_latest(call, number, &consent));
    json_t *sessions = NULL;
    if (whole)
        RSP_TRY_DONE(rsp_plan_sessions(call, &plan, &sessions));
    json_t *why = plan.why_stale[0] != '\0' ? json_string(plan.why_stale) : json_null();
    *row = json_pack("{s:I, s:s, s:s, s:b, s:o, s:b, s:b, s:o, s:O}", "number", (json_int_t)number, "who",
        plan.who, "at", plan.at, "stale", plan.why_stale[0] != '\0', "why_stale", why, "hard_limit_broken",
        plan.hard_limit_broken, "soft_limit_broken", plan.soft_limit_broken, "consent",
        rsp_consent_json(&consent), "request", plan.request);
    for (size_t i = 0; *row != NULL && i < sizeof copied / sizeof *copied; i++)
        (void)json_object_set(*row, copied[i], json_object_get(plan.body, copied[i]));
    if (whole && *row != NULL) {
        const char *forecast = json_string_value(json_object_get(plan.body, "forecast"));
        (void)json_object_set(*row, "doses", plan.doses);
        (void)json_object_set_new(*row, "sessions", sessions);
        (void)json_object_set_new(*row, "forecast", json_loads(forecast != NULL ? forecast : "", 0, NULL));
    }
    if (*row == NULL)
        status = rsp_call_no_memory(call);
done:
    rsp_kept_plan_clear(&plan);
    return status;
}

rsp_status rsp_case_plans(struct rsp_call *call)
{
    struct rsp_plan_ground ground = {0};
    json_t *numbers = NULL, *rows = json_array(), *number, *row = NULL;
    size_t i;
    rsp_status status = rows != NULL ? RSP_OK : rsp_call_no_memory(call);

    if (status == RSP_OK)
        status = rsp_call_numbers(call, "plan", true, NULL, &numbers);
    if (status == RSP_OK)
        status = rsp_plan_ground_read(call, &ground);
    json_array_foreach(numbers, i, number)
    {
        if (status == RSP_OK)
            status = plan_row(call, json_integer_value(number), &ground, false, &row);
        if (status == RSP_OK && json_array_append_new(rows, row) != 0)
            status = rsp_call_no_memory(call);
    }
    json_decref(numbers);
    rsp_plan_ground_clear(&ground);
    if (status != RSP_OK) {
        json_decref(rows);
        return status;
    }
    return rsp_call_page(call, "plans", rows, "number");
}

rsp_status rsp_case_plan_read(struct rsp_call *call)
{
    struct rsp_plan_ground ground;
    json_t *row = NULL;
    rsp_status status = rsp_plan_ground_read(call, &ground);
    if (status == RSP_OK)
        status = plan_row(call, rsp_call_whole(call, "plan", 0), &ground, true, &row);
    rsp_plan_ground_clear(&ground);
    RSP_TRY(status);
    json_decref(call->out);
    call->out = row;
    return RSP_OK;
}
