/* Orders from their facts, and what state they are in. */
#include "service/order_facts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/json_build.h"
#include "service/order_giving.h"
#include "service/patients.h"

const char *rsp_order_state_word(enum rsp_order_state state)
{
    static const char *const word[] = {
#define RSP_X(name, text) [name] = text,
        RSP_ORDER_STATE_LIST(RSP_X)
#undef RSP_X
    };
    return word[state];
}

/* ---- reading ---- */

struct seeking {
    struct rsp_order_facts *order;
    bool found;
};

static int64_t whole_of(const json_t *body, const char *key)
{
    return json_integer_value(json_object_get(body, key));
}

static rsp_status take_fields(struct rsp_order_facts *order, struct rsp_error *err)
{
    const json_t *body = order->body;
    order->document = json_loads(rsp_key_text(body, "document"), JSON_REJECT_DUPLICATES, NULL);
    if (order->document == NULL)
        return rsp_error_set(
            err, RSP_E_DAMAGED, "order", "order %lld cannot be read", (long long)order->number);
    order->strength_mg_per_ml = rsp_key_number(body, "strength_mg_per_ml");
    order->vial_ml = rsp_key_number(body, "vial_ml");
    order->total_mg = rsp_key_number(body, "total_mg");
    order->rate_ml_per_h = rsp_key_number(body, "rate_ml_per_h");
    order->volume_ml = rsp_key_number(body, "volume_ml");
    order->vials = whole_of(body, "vials");
    order->plan = whole_of(body, "plan");
    order->session = whole_of(body, "session");
    order->profile = whole_of(body, "profile");
    order->identity = whole_of(body, "identity");
    order->clinical = whole_of(body, "clinical");
    order->emergency = json_is_true(json_object_get(body, "emergency"));
    return rsp_drug_parse(rsp_key_text(body, "drug"), &order->drug, err);
}

static rsp_status see_order(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct seeking *seeking = context;
    struct rsp_order_facts *order = seeking->order;
    if (strcmp(fact->kind, "order") != 0 || !fact->about_person)
        return RSP_OK;
    seeking->found = true;
    order->number = fact->number;
    order->person = fact->person;
    order->at_us = fact->at_us;
    (void)snprintf(order->who, sizeof order->who, "%s", fact->who);
    (void)snprintf(order->at, sizeof order->at, "%s", fact->wall);
    order->body = json_deep_copy(fact->body);
    if (order->body == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return take_fields(order, err);
}

static rsp_status take_word(struct rsp_order_word *word, const struct rsp_fact *fact, struct rsp_error *err)
{
    if (word->number != 0)
        return rsp_error_set(err, RSP_E_DAMAGED, "order_signature", "an order is signed twice");
    word->number = fact->number;
    (void)snprintf(word->who, sizeof word->who, "%s", fact->who);
    (void)snprintf(word->at, sizeof word->at, "%s", fact->wall);
    word->at_us = fact->at_us;
    word->body = json_deep_copy(fact->body);
    return word->body != NULL ? RSP_OK : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

static rsp_status see_signature(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_order_facts *order = context;
    if (whole_of(fact->body, "order") != order->number)
        return RSP_OK;
    const bool first = strcmp(rsp_key_text(fact->body, "part"), "prescriber") == 0;
    return take_word(first ? &order->prescriber : &order->checker, fact, err);
}

static rsp_status see_end(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_order_facts *order = context;
    return whole_of(fact->body, "order") == order->number ? take_word(&order->end, fact, err) : RSP_OK;
}

static rsp_status missing(struct rsp_call *call)
{
    return rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "order", "there is no such order");
}

rsp_status rsp_order_find(struct rsp_call *call, int64_t number, struct rsp_order_facts *order)
{
    struct seeking seeking = {.order = order};
    *order = (struct rsp_order_facts){0};
    const rsp_status status = rsp_store_fact(call->service->store, number, see_order, &seeking, call->err);
    if (status == RSP_E_UNKNOWN || (status == RSP_OK && !seeking.found))
        return missing(call);
    RSP_TRY(status);
    struct rsp_fact_filter filter = {.person = &order->person, .kind = "order_signature", .current = true};
    RSP_TRY(rsp_store_read(call->service->store, &filter, see_signature, order, call->err));
    filter.kind = "order_end";
    return rsp_store_read(call->service->store, &filter, see_end, order, call->err);
}

rsp_status rsp_order_of_patient(struct rsp_call *call, int64_t number, struct rsp_order_facts *order)
{
    RSP_TRY(rsp_order_find(call, number, order));
    return memcmp(&order->person, &call->patient, sizeof call->patient) == 0 ? RSP_OK : missing(call);
}

void rsp_order_facts_clear(struct rsp_order_facts *order)
{
    json_decref(order->body);
    json_decref(order->document);
    json_decref(order->prescriber.body);
    json_decref(order->checker.body);
    json_decref(order->end.body);
    *order = (struct rsp_order_facts){0};
}

rsp_status rsp_order_numbers(struct rsp_call *call, bool emergency_only, json_t **numbers)
{
    return rsp_call_numbers(call, "order", false, emergency_only ? "emergency" : NULL, numbers);
}

/* ---- state ---- */

enum rsp_order_state rsp_order_state(const struct rsp_order_facts *order)
{
    if (order->end.number != 0)
        return RSP_ORDER_CANCELLED;
    if (order->prescriber.number == 0)
        return RSP_ORDER_WRITTEN;
    return order->checker.number == 0 ? RSP_ORDER_SIGNED : RSP_ORDER_CHECKED;
}

bool rsp_order_may_be_given(const struct rsp_order_facts *order)
{
    const enum rsp_order_state state = rsp_order_state(order);
    return state == RSP_ORDER_CHECKED || (state == RSP_ORDER_SIGNED && order->emergency);
}

/* ---- what it rests on ---- */

static rsp_status plan_stale(struct rsp_call *call, const struct rsp_order_facts *order,
    const struct rsp_plan_ground *ground, char *text, size_t size)
{
    struct rsp_kept_plan plan;
    if (order->plan == 0)
        return RSP_OK; /* an emergency has none */
    const rsp_status status = rsp_kept_plan_read_on(call, order->plan, ground, &plan);
    if (status == RSP_OK && plan.why_stale[0] != '\0')
        (void)snprintf(text, size, "%s", plan.why_stale);
    rsp_kept_plan_clear(&plan);
    return status;
}

void rsp_order_stale_on(
    const struct rsp_order_facts *order, const struct rsp_order_ground *ground, char text[RSP_PLAN_WHY_SIZE])
{
    const struct rsp_profile *profile = ground->profile;
    text[0] = '\0';
    if (ground->plan_stale[0] != '\0')
        (void)snprintf(text, RSP_PLAN_WHY_SIZE, "%s", ground->plan_stale);
    else if (ground->identity != order->identity)
        (void)snprintf(
            text, RSP_PLAN_WHY_SIZE, "the identity of the patient changed after the order was written");
    else if (rsp_plan_record_since(ground->plans, order->plan, order->clinical) != RSP_RECORD_FORESEEN)
        (void)snprintf(text, RSP_PLAN_WHY_SIZE, "the clinical record changed after the order was written");
    else if (profile->outdated[0] != '\0')
        (void)snprintf(text, RSP_PLAN_WHY_SIZE,
            "the rules do not allow the limits of alarm and stop any more as %s signed them", profile->who);
    else if (profile->number != order->profile)
        (void)snprintf(text, RSP_PLAN_WHY_SIZE,
            "the limits of alarm and stop were signed anew after the order was written");
}

rsp_status rsp_order_why_stale(
    struct rsp_call *call, const struct rsp_order_facts *order, char text[RSP_PLAN_WHY_SIZE])
{
    struct rsp_stored_patient stored = {0};
    struct rsp_profile profile = {0};
    struct rsp_plan_ground plans;
    char plan[RSP_PLAN_WHY_SIZE] = "";
    text[0] = '\0';
    rsp_status status = rsp_plan_ground_read(call, &plans);
    if (status == RSP_OK)
        status = plan_stale(call, order, &plans, plan, sizeof plan);
    if (status == RSP_OK)
        status = rsp_stored_patient_read(call, &order->person, &stored);
    if (status == RSP_OK)
        status = rsp_profile_read(call, &profile);
    if (status == RSP_OK)
        rsp_order_stale_on(
            order, &(struct rsp_order_ground){plan, stored.identity_fact, &plans, &profile}, text);
    rsp_plan_ground_clear(&plans);
    rsp_stored_patient_clear(&stored);
    rsp_profile_clear(&profile);
    return status;
}

/* ---- what an emergency leaves ---- */

static rsp_status add_owed(struct rsp_call *call, json_t *owed, const char *id, const char *text)
{
    return json_array_append_new(owed, json_pack("{s:s, s:s}", "id", id, "text", text)) == 0
               ? RSP_OK
               : rsp_call_no_memory(call);
}

/* Whether the record has a weight that was entered after the order and measured on its day or later. */
static rsp_status weighed_since(struct rsp_call *call, const struct rsp_order_facts *order,
    const struct rsp_stored_patient *stored, bool *weighed)
{
    struct rsp_patient *patient = NULL;
    char day[16];
    RSP_TRY(rsp_stored_patient_parse(call, stored, &patient));
    rsp_date_format(patient->weight_date, day, sizeof day);
    *weighed = patient->weight_kg > 0 && stored->clinical_fact > order->number &&
               strncmp(day, order->at, strlen(day)) >= 0;
    rsp_patient_free(patient);
    return RSP_OK;
}

static bool estimated(const struct rsp_order_facts *order)
{
    return json_is_true(json_object_get(json_object_get(order->document, "weight"), "estimated"));
}

static rsp_status add_what_is_missing(
    struct rsp_call *call, const struct rsp_order_facts *order, json_t *owed)
{
    struct rsp_stored_patient stored = {0};
    bool weighed = true;
    rsp_status status = rsp_stored_patient_read(call, &order->person, &stored);
    if (status == RSP_OK && json_object_get(stored.identity, "birth_date") == NULL)
        status = add_owed(
            call, owed, "identity", "no date of birth is on file: find out who was treated and enter it");
    if (status == RSP_OK && estimated(order))
        status = weighed_since(call, order, &stored, &weighed);
    if (status == RSP_OK && !weighed)
        status = add_owed(call, owed, "weight", "the weight was estimated: weigh the patient and enter it");
    rsp_stored_patient_clear(&stored);
    return status;
}

rsp_status rsp_order_owed(struct rsp_call *call, const struct rsp_order_facts *order, json_t **owed)
{
    *owed = json_array();
    if (*owed == NULL)
        return rsp_call_no_memory(call);
    if (!order->emergency)
        return RSP_OK;
    if (rsp_order_state(order) == RSP_ORDER_CANCELLED) { /* what was taken for it is owed all the same */
        struct rsp_order_moved moved;
        RSP_TRY(rsp_order_moved_read(call, order->number, &moved));
        if (moved.issued == 0 && !(moved.given_mg > 0))
            return RSP_OK;
    }
    if (order->checker.number == 0)
        RSP_TRY(add_owed(call, *owed, "check", "a second person has not checked it yet"));
    return add_what_is_missing(call, order, *owed);
}
