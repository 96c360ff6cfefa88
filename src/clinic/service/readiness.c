#include "service/readiness.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "service/bedside.h"
#include "service/order_giving.h"
#include "service/patients.h"
#include "service/plans.h"
#include "service/profile.h"
#include "service/say.h"

enum {
    DIGITS = 3,
    DAY_LETTERS = 10, /* of a wall time that begin with its day */
};

struct check {
    struct rsp_call *call;
    const struct rsp_visit *visit;
    json_t *missing;
    struct rsp_plan_ground plans;
    int64_t plan; /* of the visit, else the last one kept; 0: none */
    char plan_stale[RSP_PLAN_WHY_SIZE];
};

/* @param values  what the sentence says in numbers and names, for a page that says it in another language; taken over */
static rsp_status add_with(struct check *check, const char *code, const char *text, json_t *values)
{
    json_t *row = json_pack("{s:s, s:s, s:o}", "code", code, "text", text, "values", values);
    return json_array_append_new(check->missing, row) == 0 ? RSP_OK : rsp_call_no_memory(check->call);
}

static rsp_status add(struct check *check, const char *code, const char *text)
{
    return json_array_append_new(check->missing, json_pack("{s:s, s:s}", "code", code, "text", text)) == 0
               ? RSP_OK
               : rsp_call_no_memory(check->call);
}

/* ---- assessment ---- */

struct latest {
    int64_t number, clinical;
    char status[32];
    size_t n_block;
};

static rsp_status take_assessment(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct latest *latest = context;
    const char *status = json_string_value(json_object_get(fact->body, "status"));
    (void)err;
    *latest = (struct latest){
        .number = fact->number, .clinical = json_integer_value(json_object_get(fact->body, "clinical"))};
    if (status != NULL)
        strncat(latest->status, status, sizeof latest->status - 1);
    return RSP_OK;
}

static rsp_status count_block(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct latest *latest = context;
    const char *severity = json_string_value(json_object_get(fact->body, "severity"));
    (void)err;
    latest->n_block += json_integer_value(json_object_get(fact->body, "assessment")) == latest->number &&
                       severity != NULL && strcmp(severity, "block") == 0 &&
                       json_is_true(json_object_get(fact->body, "known"));
    return RSP_OK;
}

static rsp_status check_assessment(struct check *check)
{
    struct rsp_call *call = check->call;
    struct rsp_fact_filter filter = {.person = &call->patient, .kind = "assessment"};
    struct latest latest = {0};
    RSP_TRY(rsp_store_read(call->service->store, &filter, take_assessment, &latest, call->err));
    if (latest.number == 0)
        return add(check, "assessment", "The patient has not been assessed.");
    filter = (struct rsp_fact_filter){
        .person = &call->patient, .kind = "finding", .current = true, .after = latest.number};
    RSP_TRY(rsp_store_read(call->service->store, &filter, count_block, &latest, call->err));
    if (rsp_plan_record_since(&check->plans, check->plan, latest.clinical) != RSP_RECORD_FORESEEN)
        RSP_TRY(add(check, "assessment_old", "The record has changed since the assessment: assess again."));
    else if (strcmp(latest.status, "incomplete") == 0)
        RSP_TRY(add(check, "assessment_incomplete", "The assessment lacks facts."));
    if (latest.n_block > 0)
        RSP_TRY(add(
            check, "blocked", "A finding stands against treatment: the prescriber decides, with a reason."));
    return RSP_OK;
}

/* ---- plan and consent ---- */

static rsp_status check_plan(struct check *check)
{
    struct rsp_call *call = check->call;
    struct rsp_kept_plan plan = {0};
    struct rsp_consent consent = {0};
    if (check->plan == 0)
        return add(check, "plan", "No plan is kept.");
    rsp_status status = rsp_kept_plan_read_on(call, check->plan, &check->plans, &plan);
    memcpy(check->plan_stale, plan.why_stale, sizeof check->plan_stale);
    if (status == RSP_OK && plan.why_stale[0] != '\0')
        status = add(check, "plan_old", "The plan rests on facts that have changed: plan again.");
    rsp_kept_plan_clear(&plan);
    RSP_TRY(status);
    RSP_TRY(rsp_consent_latest(call, check->plan, &consent));
    if (consent.number == 0)
        return add(check, "consent", "Nobody has asked the patient for consent to this plan.");
    return consent.agreed ? RSP_OK : add(check, "consent_declined", "The patient declined this plan.");
}

/* ---- order ---- */

/* Whether the visit begins on one of the days of the order. */
static bool is_of_the_day(const struct rsp_visit *visit, const struct rsp_order_facts *order)
{
    char first[16], last[16];
    rsp_order_day(order, first);
    rsp_order_last_day(order, last);
    return strncmp(visit->wall, first, DAY_LETTERS) >= 0 && strncmp(visit->wall, last, DAY_LETTERS) <= 0;
}

/* A visit of a series has the session of its number. One by itself has the order of its day, or the only one that its plan
 * can have. */
static bool is_for(const struct check *check, const struct rsp_order_facts *order)
{
    const struct rsp_visit *visit = check->visit;
    if (rsp_order_state(order) == RSP_ORDER_CANCELLED || order->emergency || order->plan != check->plan)
        return false;
    return visit->of > 1 ? order->session == visit->visit
                         : is_of_the_day(visit, order) || rsp_order_sessions(order) == 1;
}

/* The last order for this visit that was not cancelled. */
static rsp_status find_order(struct check *check, struct rsp_order_facts *order, bool *found)
{
    struct rsp_call *call = check->call;
    json_t *numbers = NULL;
    *found = false;
    rsp_status status = rsp_order_numbers(call, false, &numbers);
    for (size_t i = json_array_size(numbers); status == RSP_OK && !*found && i-- > 0;) {
        status = rsp_order_of_patient(call, json_integer_value(json_array_get(numbers, i)), order);
        *found = status == RSP_OK && is_for(check, order);
        if (!*found)
            rsp_order_facts_clear(order);
    }
    json_decref(numbers);
    return status;
}

/* The vials of an order are issued on its day alone: see rsp_order_check_issue. */
static rsp_status add_other_day(struct check *check, const struct rsp_order_facts *order)
{
    char text[200], day[16];
    rsp_order_day(order, day);
    (void)snprintf(text, sizeof text,
        "The order is for %s and the visit on %.*s: move the visit, or cancel the order, plan and order "
        "anew.",
        day, DAY_LETTERS, check->visit->wall);
    return add_with(check, "order_day", text,
        json_pack("{s:s, s:s%}", "order_day", day, "visit_day", check->visit->wall, (size_t)DAY_LETTERS));
}

static rsp_status judge_order(
    struct check *check, const struct rsp_order_facts *order, const struct rsp_order_ground *ground)
{
    char stale[RSP_PLAN_WHY_SIZE];
    const enum rsp_order_state state = rsp_order_state(order);
    rsp_order_stale_on(order, ground, stale);
    if (stale[0] != '\0')
        return add(check, "order_old", "The order rests on facts that have changed: write it anew.");
    if (!is_of_the_day(check->visit, order))
        RSP_TRY(add_other_day(check, order));
    if (state == RSP_ORDER_CHECKED)
        return RSP_OK;
    if (state == RSP_ORDER_WRITTEN)
        return add(check, "order_unsigned", "The prescriber has not signed the order.");
    return add(check, "order_unchecked", "Nobody has checked the order.");
}

static rsp_status check_profile(struct check *check, const struct rsp_profile *profile)
{
    if (profile->outdated[0] != '\0')
        return add_with(check, "profile_outdated", profile->outdated,
            json_pack("{s:s, s:O}", "who", profile->who, "limits", profile->changed));
    return profile->number != 0
               ? RSP_OK
               : add(check, "profile", "No physician has signed the limits of alarm of this clinic.");
}

static rsp_status check_order(struct check *check, const struct rsp_stored_patient *stored)
{
    struct rsp_order_facts order = {0};
    struct rsp_profile profile = {0};
    const struct rsp_order_ground ground = {
        check->plan_stale, stored->identity_fact, &check->plans, &profile};
    bool found = false;
    rsp_status status = rsp_profile_read(check->call, &profile);
    if (status == RSP_OK)
        status = check_profile(check, &profile);
    if (status == RSP_OK)
        status = find_order(check, &order, &found);
    if (status == RSP_OK)
        status = found ? judge_order(check, &order, &ground)
                       : add(check, "order", "There is no order for this visit.");
    rsp_order_facts_clear(&order);
    rsp_profile_clear(&profile);
    return status;
}

/* ---- the day itself ---- */

static rsp_status check_weight(struct check *check, const struct rsp_stored_patient *stored)
{
    const double most_d = rsp_rulebook_preparation(check->call->service->book)->weight_most_d;
    char sentence[160];
    struct rsp_date day;
    const char *text = json_string_value(json_object_get(json_object_get(stored->record, "weight"), "date"));
    if (text == NULL || rsp_date_parse(text, &day, NULL) != RSP_OK)
        return add(check, "weight", "The weight is not known: weigh the patient.");
    if ((double)(check->call->today.day - day.day) <= most_d)
        return RSP_OK;
    (void)snprintf(sentence, sizeof sentence, "The weight is older than %s days: weigh the patient.",
        rsp_words_number(most_d, DIGITS).text);
    return add_with(check, "weight_old", sentence, json_pack("{s:f}", "days", most_d));
}

static rsp_status check_persons(struct check *check, const json_t *row)
{
    if (json_object_get(row, "staff") == NULL)
        RSP_TRY(add(check, "staff", "Nobody is named to stay with the patient."));
    if (json_object_get(row, "escort") == NULL)
        RSP_TRY(add(check, "escort", "Nobody is named to take the patient home."));
    return RSP_OK;
}

static rsp_status check_day(struct check *check, const json_t *row)
{
    if (json_is_true(json_object_get(row, "chair_closed")))
        RSP_TRY(add(check, "chair_closed", "The chair is closed: move the visit."));
    return check_persons(check, row);
}

/* ---- what was given already ---- */

static rsp_status look_at_bedside(struct rsp_call *call, int64_t order, struct rsp_visit_course *course)
{
    struct rsp_bedside bedside;
    const rsp_status status = rsp_bedside_read(call, order, &bedside);
    if (status == RSP_OK) {
        course->watched = !isnan(bedside.begun_s);
        course->order = course->watched ? order : 0;
        course->begun = course->begun || course->watched;
        course->home = bedside.infusion.state == RSP_STATE_DISCHARGED;
    }
    rsp_bedside_clear(&bedside);
    return status;
}

/* No second order is given on one day, so that whatever was given on the day of the visit was its dose; its plan may have
 * been made anew since. */
static rsp_status read_course(struct rsp_call *call, const struct rsp_visit *visit,
    const struct rsp_ledger *ledger, struct rsp_visit_course *course)
{
    json_t *numbers = NULL;
    rsp_status status = rsp_order_numbers(call, false, &numbers);
    for (size_t i = json_array_size(numbers); status == RSP_OK && !course->begun && i-- > 0;) {
        struct rsp_order_facts order = {0};
        status = rsp_order_of_patient(call, json_integer_value(json_array_get(numbers, i)), &order);
        if (status == RSP_OK && !order.emergency && is_of_the_day(visit, &order)) {
            course->begun = rsp_ledger_given_mg(ledger, order.number) > RSP_STOCK_SAME_MG;
            if (rsp_order_may_be_given(&order))
                status = look_at_bedside(call, order.number, course);
        }
        rsp_order_facts_clear(&order);
    }
    json_decref(numbers);
    return status;
}

/* Who keeps neither ledger nor bedside here enters the infusion in the record. */
static rsp_status look_at_record(
    struct rsp_call *call, const struct rsp_visit *visit, struct rsp_visit_course *course)
{
    struct rsp_stored_patient stored = {0};
    size_t i;
    const json_t *infusion;
    RSP_TRY(rsp_stored_patient_read(call, &call->patient, &stored));
    json_array_foreach(json_object_get(stored.record, "infusions"), i, infusion)
    {
        const char *start = json_string_value(json_object_get(infusion, "start"));
        course->begun = course->begun || (start != NULL && strncmp(start, visit->wall, DAY_LETTERS) == 0);
    }
    rsp_stored_patient_clear(&stored);
    return RSP_OK;
}

rsp_status rsp_visit_course_read(struct rsp_call *call, const struct rsp_visit *visit,
    const struct rsp_ledger *ledger, struct rsp_visit_course *course)
{
    struct rsp_ledger own = {0};
    rsp_status status = ledger == NULL ? rsp_ledger_read(call, &own) : RSP_OK;
    *course = (struct rsp_visit_course){0};
    if (status == RSP_OK)
        status = read_course(call, visit, ledger != NULL ? ledger : &own, course);
    if (status == RSP_OK && !course->begun)
        status = look_at_record(call, visit, course);
    rsp_ledger_clear(&own);
    return status;
}

rsp_status rsp_readiness(struct rsp_call *call, const struct rsp_visit *visit,
    const struct rsp_visit_course *course, const json_t *row, json_t *missing)
{
    struct check check = {.call = call, .visit = visit, .missing = missing, .plan = visit->plan};
    struct rsp_stored_patient stored = {0};
    if (course->begun)
        return course->home ? RSP_OK : check_persons(&check, row);
    rsp_status status = rsp_plan_ground_read(call, &check.plans);
    if (status == RSP_OK && check.plan == 0)
        status = rsp_kept_plan_latest(call, &check.plan);
    if (status == RSP_OK)
        status = rsp_stored_patient_read(call, &call->patient, &stored);
    if (status == RSP_OK)
        status = check_assessment(&check);
    if (status == RSP_OK)
        status = check_plan(&check);
    if (status == RSP_OK)
        status = check_order(&check, &stored);
    if (status == RSP_OK)
        status = check_weight(&check, &stored);
    if (status == RSP_OK)
        status = check_day(&check, row);
    rsp_stored_patient_clear(&stored);
    rsp_plan_ground_clear(&check.plans);
    return status;
}
