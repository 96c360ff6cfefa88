/* Orders in every state, and a ledger of vials that closes: signed limits, lots, issues, what was given and wasted. */
#include <stdio.h>
#include <string.h>

#include "demo/demo_internal.h"

enum { MINUTE_S = 60 };

/* ---- what the clinic needs first ---- */

static rsp_status sign_limits(struct rsp_demo *demo, int64_t at_s)
{
    json_t *profile = NULL, *values = json_object(), *row;
    size_t i;
    RSP_TRY(rsp_demo_do(demo, "rivers", at_s, RSP_USE_profile, json_object(), &profile));
    json_array_foreach(json_object_get(profile, "shipped"), i, row)(void)
        json_object_set(values, json_string_value(json_object_get(row, "id")), json_object_get(row, "value"));
    json_decref(profile);
    return rsp_demo_do(demo, "rivers", at_s, RSP_USE_profile_sign,
        json_pack("{s:s, s:o}", "name", "Limits of the demonstration", "values", values), NULL);
}

/* A move is one person's word until a second signs it. */
static rsp_status move(struct rsp_demo *demo, const char *who, const char *second, int64_t at_s,
    enum rsp_use_case use_case, json_t *input, int64_t *number)
{
    json_t *body = NULL;
    RSP_TRY(rsp_demo_do(demo, who, at_s, use_case, input, &body));
    const json_int_t made = json_integer_value(json_object_get(body, "move"));
    json_decref(body);
    if (number != NULL)
        *number = made;
    if (second == NULL)
        return RSP_OK;
    return rsp_demo_do(demo, second, at_s + MINUTE_S, RSP_USE_stock_sign,
        json_pack("{s:I, s:s}", "number", made, "answer", "agreed"), NULL);
}

rsp_status rsp_demo_stock_up(struct rsp_demo *demo, int64_t at_s)
{
    const struct rsp_yaml *vials = rsp_yaml_find(rsp_yaml_root(demo->tree), "vials");
    char expiry[16];
    RSP_TRY(sign_limits(demo, at_s));
    rsp_demo_day(demo, RSP_DEMO_DAYS, expiry);
    for (const struct rsp_yaml *n = vials->first; n != NULL; n = n->next) {
        json_t *input = rsp_demo_json(n);
        (void)json_object_set_new(input, "expiry", json_string(expiry));
        if (demo->n_lot == RSP_DEMO_LOTS)
            return rsp_yaml_error(n, demo->err, RSP_E_LIMIT, "at most %d lots", RSP_DEMO_LOTS);
        RSP_TRY(move(demo, "brook", "meadow", at_s + 5 * MINUTE_S, RSP_USE_stock_receive, input,
            &demo->lot[demo->n_lot].number));
        demo->lot[demo->n_lot++].node = n;
    }
    return RSP_OK;
}

/* ---- one order ---- */

static const struct rsp_demo_lot *lot_of(const struct rsp_demo *demo, enum rsp_drug drug)
{
    for (size_t i = 0; i < demo->n_lot; i++)
        if (strcmp(rsp_yaml_find(demo->lot[i].node, "drug")->text, rsp_drug_name(drug)) == 0)
            return &demo->lot[i];
    return NULL;
}

static json_t *choices(const struct rsp_demo_person *person, const struct rsp_demo_lot *lot)
{
    json_t *made = json_pack("{s:s, s:f, s:s}", "patient", person->patient, "concentration_mg_per_ml", 1.0,
        "diluent", "sodium_chloride_0_9");
    json_t *vial = rsp_demo_json(lot->node);
    static const char *const of_vial[] = {"drug", "strength_mg_per_ml", "vial_ml"};
    for (size_t i = 0; i < sizeof of_vial / sizeof *of_vial; i++)
        (void)json_object_set(made, of_vial[i], json_object_get(vial, of_vial[i]));
    json_decref(vial);
    return made;
}

/* Prepared as the page shows it, then stated again. An order that a gate closes is not written.
 * @param input  takes ownership */
static rsp_status write_order(struct rsp_demo *demo, const struct rsp_demo_person *person, int64_t at_s,
    json_t *input, struct rsp_demo_order *order)
{
    json_t *shown = NULL, *body = NULL;
    RSP_TRY(rsp_demo_do(demo, person->cares[0], at_s, RSP_USE_order_prepare, json_incref(input), &shown));
    const json_t *made = json_object_get(shown, "order"), *preparation = json_object_get(made, "preparation"),
                 *rate = json_object_get(made, "rate");
    const bool closed = !json_is_null(json_object_get(shown, "closed"));
    order->total_mg = json_number_value(json_object_get(made, "total_mg"));
    order->vials = (int)json_integer_value(json_object_get(preparation, "vials"));
    (void)json_object_set_new(input, "total_mg", json_real(order->total_mg));
    (void)json_object_set(input, "rate_ml_per_h", json_object_get(rate, "ml_per_h"));
    json_decref(shown);
    if (closed) {
        json_decref(input);
        return RSP_OK;
    }
    RSP_TRY(rsp_demo_do(demo, person->cares[0], at_s + MINUTE_S, RSP_USE_order_write, input, &body));
    order->number = json_integer_value(json_object_get(body, "order"));
    json_decref(body);
    return RSP_OK;
}

/* Each gate of the prescriber is passed by name and with a reason. */
static rsp_status sign(struct rsp_demo *demo, const struct rsp_demo_person *person, int64_t at_s,
    const struct rsp_demo_order *order)
{
    json_t *told = NULL, *reasons = json_object(), *gate;
    size_t i;
    RSP_TRY(rsp_demo_do(demo, person->cares[0], at_s, RSP_USE_order_read,
        json_pack("{s:s, s:I}", "patient", person->patient, "order", (json_int_t)order->number), &told));
    json_array_foreach(json_object_get(json_object_get(told, "document"), "gates"), i, gate)
    {
        const char *whose = json_string_value(json_object_get(gate, "gate"));
        if (whose != NULL && strcmp(whose, "prescriber") == 0)
            (void)json_object_set_new(reasons, json_string_value(json_object_get(gate, "id")),
                json_string("weighed with the patient; watched more closely"));
    }
    json_decref(told);
    json_t *input = json_pack("{s:s, s:I}", "patient", person->patient, "order", (json_int_t)order->number);
    if (json_object_size(reasons) > 0)
        (void)json_object_set(input, "reasons", reasons);
    json_decref(reasons);
    return rsp_demo_do(demo, person->cares[0], at_s, RSP_USE_order_sign, input, NULL);
}

/* What is set on the pump: the rate of every step of the order. */
static json_t *rates_of(const json_t *told)
{
    json_t *rates = json_array();
    const json_t *step;
    size_t i;
    json_array_foreach(json_object_get(json_object_get(told, "document"), "steps"), i, step)
    {
        if (json_is_true(json_object_get(step, "by_pump")))
            (void)json_array_append(rates, json_object_get(step, "rate_ml_per_h"));
    }
    return rates;
}

static rsp_status check(struct rsp_demo *demo, const struct rsp_demo_person *person, int64_t at_s,
    const struct rsp_demo_lot *lot, const struct rsp_demo_order *order)
{
    char birth[16];
    json_t *told = NULL;
    RSP_TRY(rsp_demo_do(demo, rsp_demo_nurse(demo, person), at_s, RSP_USE_order_read,
        json_pack("{s:s, s:I}", "patient", person->patient, "order", (json_int_t)order->number), &told));
    json_t *vial = rsp_demo_json(lot->node);
    json_t *input = json_pack("{s:s, s:I, s:s, s:O, s:O, s:O, s:f, s:o}", "patient", person->patient, "order",
        (json_int_t)order->number, "birth_date", rsp_demo_birth(demo, person, birth), "drug",
        json_object_get(vial, "drug"), "strength_mg_per_ml", json_object_get(vial, "strength_mg_per_ml"),
        "vial_ml", json_object_get(vial, "vial_ml"), "total_mg", order->total_mg, "rates_ml_per_h",
        rates_of(told));
    json_decref(told);
    json_decref(vial);
    return rsp_demo_do(demo, rsp_demo_nurse(demo, person), at_s, RSP_USE_order_check, input, NULL);
}

rsp_status rsp_demo_order(struct rsp_demo *demo, struct rsp_demo_person *person, size_t c, int64_t at_s)
{
    struct rsp_demo_course *course = &person->course[c];
    const struct rsp_demo_session *session = &person->session[course->first];
    const struct rsp_demo_lot *lot = lot_of(demo, session->dose.drug);
    const char *state = session->day >= 0 ? rsp_demo_text(person->node, "order") : "";
    const bool nurse = strcmp(rsp_demo_role(demo, rsp_demo_nurse(demo, person)), "nurse") == 0;

    if (lot == NULL || !nurse)
        return RSP_OK;
    json_t *input = choices(person, lot);
    (void)json_object_set_new(input, "plan", json_integer((json_int_t)course->plan));
    RSP_TRY(write_order(demo, person, at_s, input, &course->order));
    if (course->order.number == 0 || strcmp(state, "draft") == 0)
        return RSP_OK;
    RSP_TRY(sign(demo, person, at_s + 3 * MINUTE_S, &course->order));
    if (strcmp(state, "cancelled") == 0)
        return rsp_demo_do(demo, person->cares[0], at_s + 30 * MINUTE_S, RSP_USE_order_cancel,
            json_pack("{s:s, s:I, s:s}", "patient", person->patient, "order",
                (json_int_t)course->order.number, "why", "patient telephoned: fever since the afternoon"),
            NULL);
    if (strcmp(state, "signed") == 0)
        return RSP_OK;
    course->order.checked = true;
    return check(demo, person, at_s + 15 * MINUTE_S, lot, &course->order);
}

/* Acute pain does not wait: the check is owed. */
rsp_status rsp_demo_emergency(struct rsp_demo *demo, struct rsp_demo_person *person, int64_t at_s)
{
    struct rsp_demo_order order = {0};
    const char *why = rsp_demo_text(person->node, "emergency");
    if (*why == '\0')
        return RSP_OK;
    json_t *input = choices(person, lot_of(demo, RSP_DRUG_KETAMINE));
    (void)json_object_set_new(input, "emergency", json_string(why));
    (void)json_object_set_new(input, "dose", json_pack("[s]", rsp_demo_text(person->node, "emergency_dose")));
    RSP_TRY(write_order(demo, person, at_s, input, &order));
    return order.number > 0 ? sign(demo, person, at_s + 3 * MINUTE_S, &order) : RSP_OK;
}

/* ---- vials ---- */

static const char *second_of(const struct rsp_demo *demo, const char *who)
{
    for (size_t i = 0; i < demo->n_staff; i++)
        if (strcmp(demo->staff[i].role, "nurse") == 0 && strcmp(demo->staff[i].name, who) != 0)
            return demo->staff[i].name;
    return NULL;
}

static double vial_mg(const struct rsp_demo_lot *lot)
{
    json_t *vial = rsp_demo_json(lot->node);
    const double mg = json_number_value(json_object_get(vial, "strength_mg_per_ml")) *
                      json_number_value(json_object_get(vial, "vial_ml"));
    json_decref(vial);
    return mg;
}

/* Vials go to an order while its facts hold, on its day. */
static rsp_status holds(
    struct rsp_demo *demo, const struct rsp_demo_event *event, const struct rsp_demo_order *order, bool *yes)
{
    char today[16];
    json_t *told = NULL;
    RSP_TRY(rsp_demo_do(demo, rsp_demo_nurse(demo, event->person), event->at_s, RSP_USE_order_read,
        json_pack("{s:s, s:I}", "patient", event->person->patient, "order", (json_int_t)order->number),
        &told));
    const char *day = json_string_value(json_object_get(told, "day"));
    rsp_demo_day(demo, event->day, today);
    *yes =
        day != NULL && strcmp(day, today) == 0 && json_string_value(json_object_get(told, "stale")) == NULL;
    json_decref(told);
    return RSP_OK;
}

rsp_status rsp_demo_issue(struct rsp_demo *demo, const struct rsp_demo_event *event)
{
    struct rsp_demo_order *order = &event->person->course[event->which].order;
    const struct rsp_demo_session *session =
        &event->person->session[event->person->course[event->which].first];
    const char *who = rsp_demo_nurse(demo, event->person);
    bool may = false;
    if (!order->checked)
        return RSP_OK;
    RSP_TRY(holds(demo, event, order, &may));
    if (!may)
        return RSP_OK;
    return move(demo, who, second_of(demo, who), event->at_s, RSP_USE_stock_issue,
        json_pack("{s:I, s:I, s:i}", "lot", (json_int_t)lot_of(demo, session->dose.drug)->number, "order",
            (json_int_t)order->number, "vials", order->vials),
        &order->issue);
}

/* What was given, and what is left of opened vials; one person forgot to fetch the second signature. */
static rsp_status finish(struct rsp_demo *demo, const struct rsp_demo_event *event)
{
    static const double least_mg = 0.01;
    struct rsp_demo_order *order = &event->person->course[event->which].order;
    const struct rsp_demo_session *session =
        &event->person->session[event->person->course[event->which].first];
    const char *who = rsp_demo_nurse(demo, event->person), *second = second_of(demo, who);
    if (order->issue == 0)
        return RSP_OK;
    const double left_mg = order->vials * vial_mg(lot_of(demo, session->dose.drug)) - order->total_mg;
    RSP_TRY(move(demo, who, second, event->at_s, RSP_USE_stock_give,
        json_pack("{s:I, s:f}", "issue", (json_int_t)order->issue, "amount_mg", order->total_mg), NULL));
    if (left_mg < least_mg)
        return RSP_OK;
    const bool open = *rsp_demo_text(event->person->node, "open_waste") != '\0';
    return move(demo, who, open ? NULL : second, event->at_s + 2 * MINUTE_S, RSP_USE_stock_waste,
        json_pack("{s:I, s:f}", "issue", (json_int_t)order->issue, "amount_mg", left_mg), NULL);
}

rsp_status rsp_demo_vials(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_calendar *calendar)
{
    static const double before_h = 0.25, after_h = 0.1;
    for (size_t c = 0; c < person->n_course; c++) {
        const struct rsp_demo_session *session = &person->session[person->course[c].first];
        long last = 0;
        const int64_t end_s = rsp_demo_after(demo, session, after_h, &last);
        if (session->under_way)
            continue; /* bedside.c */
        RSP_TRY(rsp_demo_enter(demo, calendar,
            (struct rsp_demo_event){.at_s = rsp_demo_at(demo, session->day, session->hour_h - before_h),
                .person = person,
                .happen = rsp_demo_issue,
                .which = c,
                .day = session->day}));
        RSP_TRY(rsp_demo_enter(demo, calendar,
            (struct rsp_demo_event){
                .at_s = end_s, .person = person, .happen = finish, .which = c, .day = last}));
    }
    return RSP_OK;
}
