/* Two signatures and an end: the prescriber, then a second person who types what the vial in the hand says. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/preparing.h"
#include "service/bedside.h"
#include "service/follow.h"
#include "service/order_giving.h"
#include "service/order_rates.h"
#include "service/patients.h"
#include "service/plans.h"
#include "service/say.h"

enum { DIGITS = 6, REASON_LEAST = 10, REASON_MOST = 500 };

static struct rsp_words in_words(double value)
{
    return rsp_words_number(value, DIGITS);
}

static rsp_status gate(struct rsp_call *call, const char *field, const char *sentence)
{
    return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, field, "%s", sentence);
}

/* ---- both ---- */

static rsp_status check_state(
    struct rsp_call *call, const struct rsp_order_facts *order, enum rsp_order_state wanted)
{
    const enum rsp_order_state state = rsp_order_state(order);
    if (state == wanted)
        return RSP_OK;
    return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "order", "order %lld is %s, not %s",
        (long long)order->number, rsp_order_state_word(state), rsp_order_state_word(wanted));
}

static rsp_status answer_state(struct rsp_call *call, enum rsp_order_state state)
{
    return rsp_call_put(call, "state", json_string(rsp_order_state_word(state)));
}

/* ---- the prescriber ---- */

/* @param ask  what is wanted, before the number of characters */
static rsp_status check_reason(
    struct rsp_call *call, const json_t *reasons, const char *id, const char *ask, const char *text)
{
    const char *reason = json_string_value(json_object_get(reasons, id));
    if (reason != NULL && rsp_letters(reason) >= REASON_LEAST && strlen(reason) <= REASON_MOST)
        return RSP_OK;
    return rsp_call_refuse(
        call, RSP_REFUSED_GATE, RSP_E_MISSING, id, "%s (%d characters or more): %s", ask, REASON_LEAST, text);
}

/* Every gate that only the prescriber passes has a reason of its own. */
static rsp_status check_reasons(
    struct rsp_call *call, const struct rsp_order_facts *order, const json_t *reasons)
{
    size_t i;
    const json_t *row;
    json_array_foreach(json_object_get(order->document, "gates"), i, row)
    {
        const char *id = json_string_value(json_object_get(row, "id")),
                   *kind = json_string_value(json_object_get(row, "gate")),
                   *text = json_string_value(json_object_get(row, "text"));
        if (kind != NULL && strcmp(kind, rsp_gate_name(RSP_GATE_PRESCRIBER)) == 0)
            RSP_TRY(check_reason(
                call, reasons, id != NULL ? id : "", "give your reason", text != NULL ? text : ""));
    }
    return RSP_OK;
}

/* A score may have found something after the order was written, and have left the record that the order rests on as it
 * was. */
static rsp_status check_scores(struct rsp_call *call, const json_t *reasons)
{
    size_t i;
    json_t *open = NULL;
    const json_t *row;
    rsp_status status = rsp_findings_open(call, &open);
    json_array_foreach(open, i, row)
    {
        const char *rule = json_string_value(json_object_get(row, "rule")),
                   *text = json_string_value(json_object_get(row, "text"));
        if (status == RSP_OK)
            status = check_reason(call, reasons, rule != NULL ? rule : "",
                "answer what a score found since, or give your reason", text != NULL ? text : "");
    }
    json_decref(open);
    return status;
}

static json_t *prescriber_body(struct rsp_call *call, int64_t order)
{
    const json_t *reasons = json_object_get(call->input, "reasons");
    json_t *body = json_pack("{s:I, s:s}", "order", (json_int_t)order, "part", "prescriber");
    if (body == NULL || reasons == NULL)
        return body;
    char *text = json_dumps(reasons, JSON_COMPACT);
    if (text == NULL || json_object_set_new(body, "reasons", json_string(text)) != 0) {
        json_decref(body);
        body = NULL;
    }
    free(text);
    return body;
}

rsp_status rsp_case_order_sign(struct rsp_call *call)
{
    const json_t *reasons = json_object_get(call->input, "reasons");
    struct rsp_order_facts order;
    rsp_status status = rsp_order_of_patient(call, rsp_call_whole(call, "order", 0), &order);
    (void)snprintf(call->detail, sizeof call->detail, "order %lld", (long long)order.number);
    if (status == RSP_OK)
        status = check_state(call, &order, RSP_ORDER_WRITTEN);
    if (status == RSP_OK)
        status = rsp_order_check_fresh(call, &order);
    if (status == RSP_OK)
        status = rsp_order_check_consent(call, &order);
    if (status == RSP_OK)
        status = check_reasons(call, &order, reasons);
    if (status == RSP_OK)
        status = check_scores(call, reasons);
    if (status == RSP_OK)
        status = rsp_call_append(
            call, "order_signature", &call->patient, prescriber_body(call, order.number), NULL);
    if (status == RSP_OK)
        status = answer_state(call, RSP_ORDER_SIGNED);
    rsp_order_facts_clear(&order);
    return status;
}

/* ---- the second person ---- */

/* A read-back that differs stands in the audit with its field: a near miss that the check caught. */
static rsp_status mismatch(struct rsp_call *call, int64_t order, const char *field, const char *sentence)
{
    (void)snprintf(call->detail, sizeof call->detail, "order %lld: %s differs", (long long)order, field);
    return rsp_call_refuse(call, RSP_REFUSED_MISMATCH, RSP_E_MISMATCH, field, "%s", sentence);
}

/* "ten times as much", "a fifth of it": how far two amounts are apart. */
static void say_times(struct rsp_say *say, double held, double ordered)
{
    const double worth_saying = 1.5;
    const double ratio = held / ordered;
    if (ratio >= worth_saying)
        rsp_say(say, ", %s times as much", rsp_words_number(ratio, 2).text);
    else if (1.0 / ratio >= worth_saying)
        rsp_say(say, ", %s times too little", rsp_words_number(1.0 / ratio, 2).text);
}

static rsp_status check_identity(struct rsp_call *call, const struct rsp_order_facts *order)
{
    struct rsp_stored_patient stored = {0};
    const char *given = rsp_call_text(call, "birth_date");
    rsp_status status = rsp_stored_patient_read(call, &call->patient, &stored);
    const char *birth =
        status == RSP_OK ? json_string_value(json_object_get(stored.identity, "birth_date")) : NULL;
    if (status == RSP_OK && birth == NULL && (!order->emergency || given[0] != '\0'))
        status = rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_MISSING, "birth_date",
            "no date of birth is on file to compare with: enter it into the record first");
    else if (birth != NULL && given[0] == '\0')
        status = rsp_error_set(
            call->err, RSP_E_MISSING, "birth_date", "ask the patient for their date of birth and type it");
    else if (birth != NULL && strcmp(birth, given) != 0)
        status = mismatch(call, order->number, "birth_date",
            "the date of birth that was said is not that of the patient of this order: stop, this may be "
            "another "
            "person");
    rsp_stored_patient_clear(&stored);
    return status;
}

static rsp_status check_drug(struct rsp_call *call, const struct rsp_order_facts *order)
{
    static const char *const form[RSP_N_DRUG] = {"the racemate", "the S-enantiomer", "the R-enantiomer"};
    const char *read = rsp_call_text(call, "drug");
    struct rsp_error hint = {0};
    enum rsp_drug drug;
    char text[400];
    struct rsp_say say = RSP_SAY(text);
    const bool known = rsp_drug_parse(read, &drug, &hint) == RSP_OK;
    if (known && drug == order->drug)
        return RSP_OK;
    rsp_say(&say, "the vial in the hand says %.60s, the order says %s (%s): ", read,
        rsp_drug_name(order->drug), form[order->drug]);
    if (known)
        rsp_say(&say, "put it back, these are different drugs");
    else
        rsp_say(&say, "put it back (%.200s)", hint.message);
    return mismatch(call, order->number, "drug", text);
}

static double typed(const struct rsp_call *call, const char *name)
{
    return json_number_value(json_object_get(call->input, name));
}

static rsp_status check_vial(struct rsp_call *call, const struct rsp_order_facts *order)
{
    const double same = 1e-9, strength = typed(call, "strength_mg_per_ml"), vial_ml = typed(call, "vial_ml");
    char text[400];
    struct rsp_say say = RSP_SAY(text);
    if (fabs(strength - order->strength_mg_per_ml) > same) {
        const double held_mg = order->volume_ml * strength;
        rsp_say(&say,
            "the vial in the hand has %s mg/mL, the order %s mg/mL: %s mL of it hold %s mg in place of %s mg",
            in_words(strength).text, in_words(order->strength_mg_per_ml).text,
            in_words(order->volume_ml).text, in_words(held_mg).text, in_words(order->total_mg).text);
        say_times(&say, held_mg, order->total_mg);
        return mismatch(call, order->number, "strength_mg_per_ml", text);
    }
    if (fabs(vial_ml - order->vial_ml) <= same)
        return RSP_OK;
    rsp_say(&say, "the vial in the hand has %s mL, the order is made for vials of %s mL",
        in_words(vial_ml).text, in_words(order->vial_ml).text);
    return mismatch(call, order->number, "vial_ml", text);
}

static rsp_status check_total(struct rsp_call *call, const struct rsp_order_facts *order)
{
    const double total_mg = typed(call, "total_mg");
    char text[400];
    struct rsp_say say = RSP_SAY(text);
    if (rsp_same_figure(total_mg, order->total_mg, rsp_order_step_mg(order->total_mg)))
        return RSP_OK;
    rsp_say(&say, "%s mg are in the hand, the order is for %s mg", in_words(total_mg).text,
        in_words(order->total_mg).text);
    say_times(&say, total_mg, order->total_mg);
    rsp_say(&say, ": stop and draw up anew");
    return mismatch(call, order->number, "total_mg", text);
}

static size_t pump_steps(const struct rsp_order_facts *order, double rate_ml_per_h[])
{
    size_t i, n = 0;
    const json_t *step;
    json_array_foreach(json_object_get(order->document, "steps"), i, step)
    {
        if (json_is_true(json_object_get(step, "by_pump")) && n < RSP_MAX_ORDER_STEP)
            rate_ml_per_h[n++] = json_number_value(json_object_get(step, "rate_ml_per_h"));
    }
    return n;
}

/* Every step of the pump's programme. The field of a mismatch ends with the step, from 1. */
static rsp_status check_rates(struct rsp_call *call, const struct rsp_order_facts *order)
{
    const double step_ml_per_h = rsp_rulebook_preparation(call->service->book)->pump_step_ml_per_h;
    const json_t *list = json_object_get(call->input, "rates_ml_per_h");
    double ordered[RSP_MAX_ORDER_STEP];
    const size_t n = pump_steps(order, ordered);
    if (json_array_size(list) != n)
        return rsp_error_set(call->err, RSP_E_MISSING, "rates_ml_per_h",
            "type the rate of every step that is set on the pump, in mL/h: the programme has %zu", n);
    for (size_t i = 0; i < n; i++) {
        const double read = json_number_value(json_array_get(list, i));
        char text[400], field[40];
        struct rsp_say say = RSP_SAY(text);
        if (rsp_same_figure(read, ordered[i], step_ml_per_h))
            continue;
        if (n > 1)
            rsp_say(&say, "step %zu: ", i + 1);
        rsp_say(
            &say, "%s mL/h are set, the order says %s mL/h", in_words(read).text, in_words(ordered[i]).text);
        say_times(&say, read, ordered[i]);
        (void)snprintf(field, sizeof field, "rates_ml_per_h.%zu", i + 1);
        return mismatch(call, order->number, field, text);
    }
    return RSP_OK;
}

/* By pump the rates, otherwise the volume in the syringe. */
static rsp_status check_set(struct rsp_call *call, const struct rsp_order_facts *order)
{
    const double read = typed(call, "volume_ml");
    char text[400];
    struct rsp_say say = RSP_SAY(text);
    if (!isnan(order->rate_ml_per_h))
        return check_rates(call, order);
    if (json_object_get(call->input, "volume_ml") == NULL)
        return rsp_error_set(call->err, RSP_E_MISSING, "volume_ml", "type what is set on the syringe, in mL");
    if (rsp_same_figure(
            read, order->volume_ml, rsp_rulebook_preparation(call->service->book)->draw_small_step_ml))
        return RSP_OK;
    rsp_say(
        &say, "%s mL are set, the order says %s mL", in_words(read).text, in_words(order->volume_ml).text);
    say_times(&say, read, order->volume_ml);
    return mismatch(call, order->number, "volume_ml", text);
}

/* What was given in an emergency is checked after the fact. */
static rsp_status check_holds(struct rsp_call *call, const struct rsp_order_facts *order)
{
    struct rsp_order_moved moved = {0};
    if (order->emergency)
        RSP_TRY(rsp_order_moved_read(call, order->number, &moved));
    return moved.given_mg > 0 ? RSP_OK : rsp_order_check_fresh(call, order);
}

static rsp_status check_second_person(struct rsp_call *call, const struct rsp_order_facts *order)
{
    if (strcmp(call->account.name, order->prescriber.who) == 0)
        return gate(call, "order", "you prescribed this: a second person checks it, from their own session");
    if (strcmp(call->account.name, order->who) == 0)
        return gate(call, "order", "you wrote this order: a second person checks it, from their own session");
    RSP_TRY(check_holds(call, order));
    RSP_TRY(rsp_order_check_consent(call, order));
    RSP_TRY(check_identity(call, order));
    RSP_TRY(check_drug(call, order));
    RSP_TRY(check_vial(call, order));
    RSP_TRY(check_total(call, order));
    return check_set(call, order);
}

static json_t *checker_body(struct rsp_call *call, int64_t order)
{
    static const char *const copied[] = {"drug", "strength_mg_per_ml", "vial_ml", "total_mg", "volume_ml"};
    json_t *body = json_pack("{s:I, s:s}", "order", (json_int_t)order, "part", "checker");
    bool failed = body == NULL;
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++) {
        json_t *value = json_object_get(call->input, copied[i]);
        if (value != NULL)
            failed = failed || json_object_set(body, copied[i], value) != 0;
    }
    const json_t *rates = json_object_get(call->input, "rates_ml_per_h");
    if (!failed && rates != NULL) {
        char *text = json_dumps(rates, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS));
        failed = text == NULL || json_object_set_new(body, "rates", json_string(text)) != 0;
        free(text);
    }
    if (!failed)
        return body;
    json_decref(body);
    return NULL;
}

rsp_status rsp_case_order_check(struct rsp_call *call)
{
    struct rsp_order_facts order;
    rsp_status status = rsp_order_of_patient(call, rsp_call_whole(call, "order", 0), &order);
    (void)snprintf(call->detail, sizeof call->detail, "order %lld", (long long)order.number);
    if (status == RSP_OK)
        status = check_state(call, &order, RSP_ORDER_SIGNED);
    if (status == RSP_OK)
        status = check_second_person(call, &order);
    if (status == RSP_OK)
        status =
            rsp_call_append(call, "order_signature", &call->patient, checker_body(call, order.number), NULL);
    if (status == RSP_OK)
        status = answer_state(call, RSP_ORDER_CHECKED);
    rsp_order_facts_clear(&order);
    return status;
}

/* ---- the end ---- */

/* What was given stands with its order, and open vials belong to one. */
static rsp_status check_untouched(struct rsp_call *call, const struct rsp_order_facts *order)
{
    struct rsp_order_moved moved;
    RSP_TRY(rsp_order_moved_read(call, order->number, &moved));
    if (moved.given_mg > RSP_STOCK_SAME_MG)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "order",
            "%s mg of order %lld were given, so it stands: waste or return what is left, and write what went "
            "wrong into the register",
            in_words(moved.given_mg).text, (long long)order->number);
    if (moved.open_mg <= RSP_STOCK_SAME_MG)
        return RSP_OK;
    return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "order",
        "%s mg are issued to order %lld: return or waste them first, then cancel it",
        in_words(moved.open_mg).text, (long long)order->number);
}

/* Whatever the ledger says: without its order nobody could stop or watch what flows. */
static rsp_status check_not_begun(struct rsp_call *call, int64_t order)
{
    struct rsp_bedside bedside;
    rsp_status status = rsp_bedside_read(call, order, &bedside);
    if (status == RSP_OK && !isnan(bedside.begun_s))
        status = rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "order",
            "drug of order %lld was given at the bedside, so it stands: stop or abort its session",
            (long long)order);
    rsp_bedside_clear(&bedside);
    return status;
}

rsp_status rsp_case_order_cancel(struct rsp_call *call)
{
    struct rsp_order_facts order;
    rsp_status status = rsp_order_of_patient(call, rsp_call_whole(call, "order", 0), &order);
    (void)snprintf(call->detail, sizeof call->detail, "order %lld", (long long)order.number);
    if (status == RSP_OK && rsp_order_state(&order) == RSP_ORDER_CANCELLED)
        status = check_state(call, &order, RSP_ORDER_WRITTEN);
    if (status == RSP_OK)
        status = check_untouched(call, &order);
    if (status == RSP_OK)
        status = check_not_begun(call, order.number);
    if (status == RSP_OK)
        status = rsp_call_append(call, "order_end", &call->patient,
            json_pack("{s:I, s:s, s:s}", "order", (json_int_t)order.number, "end", "cancelled", "why",
                rsp_call_text(call, "why")),
            NULL);
    if (status == RSP_OK)
        status = answer_state(call, RSP_ORDER_CANCELLED);
    rsp_order_facts_clear(&order);
    return status;
}
