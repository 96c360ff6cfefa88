/* Orders: made, written, listed, read. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/bedside.h"
#include "service/order.h"
#include "service/order_giving.h"
#include "service/say.h"

enum { DIGITS = 6, REAL_DIGITS = 12, DAY_S = 86400, US_A_SECOND = 1000000 };

/* ---- prepare ---- */

static json_t *gates_left(const struct rsp_order_making *m)
{
    return m->closed != NULL ? json_pack("{s:s, s:s}", "id", m->closed_id, "text", m->closed) : json_null();
}

rsp_status rsp_case_order_prepare(struct rsp_call *call)
{
    struct rsp_order_making making;
    rsp_status status = rsp_order_compose(call, &making);
    if (status == RSP_OK)
        status = rsp_call_put(call, "order", rsp_order_document(&making));
    if (status == RSP_OK)
        status = rsp_call_put(call, "closed", gates_left(&making));
    if (status == RSP_OK)
        (void)snprintf(call->detail, sizeof call->detail, "plan %lld", (long long)making.plan.number);
    rsp_order_making_clear(&making);
    return status;
}

/* ---- write ---- */

/* What the prescriber states is one more way: total and rate must be what the order comes to. */
static rsp_status check_stated(const struct rsp_order_making *m)
{
    const struct rsp_order_amounts *a = &m->amounts;
    const json_t *rate = json_object_get(m->call->input, "rate_ml_per_h");
    const double total_mg = json_number_value(json_object_get(m->call->input, "total_mg"));
    if (!rsp_same_figure(total_mg, a->total_mg, rsp_order_step_mg(a->total_mg)))
        return rsp_call_refuse(m->call, RSP_REFUSED_MISMATCH, RSP_E_MISMATCH, "total_mg",
            "you state %s mg, and the plan, vial and pump come to %s mg",
            rsp_words_number(total_mg, DIGITS).text, rsp_words_number(a->total_mg, DIGITS).text);
    if (a->by_pump != (rate != NULL))
        return rsp_error_set(m->call->err, a->by_pump ? RSP_E_MISSING : RSP_E_MISMATCH, "rate_ml_per_h",
            a->by_pump ? "state the rate of the pump in mL/h"
                       : "nothing of this order runs by pump: leave the rate out");
    if (!a->by_pump ||
        rsp_same_figure(json_number_value(rate), a->rate_ml_per_h, m->preparation->pump_step_ml_per_h))
        return RSP_OK;
    return rsp_call_refuse(m->call, RSP_REFUSED_MISMATCH, RSP_E_MISMATCH, "rate_ml_per_h",
        "you state %s mL/h, and the order comes to %s mL/h",
        rsp_words_number(json_number_value(rate), DIGITS).text,
        rsp_words_number(a->rate_ml_per_h, DIGITS).text);
}

/* One session has one order that stands, one day has one, and a second emergency is none until the first is a day old. */
static rsp_status check_against(const struct rsp_order_making *m, const struct rsp_order_facts *other)
{
    const int64_t a_day_us = (int64_t)DAY_S * US_A_SECOND;
    struct rsp_call *call = m->call;
    char day[16], of_other[16];
    if (rsp_order_state(other) == RSP_ORDER_CANCELLED)
        return RSP_OK;
    if (m->plan.number != 0 && other->plan == m->plan.number && other->session == m->session)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "session",
            "order %lld stands for session %lld of this plan: cancel it before another is written",
            (long long)other->number, (long long)m->session);
    rsp_date_format(call->today, day, sizeof day);
    if (m->day[0] != '\0')
        (void)snprintf(day, sizeof day, "%s", m->day);
    rsp_order_day(other, of_other);
    const bool lately =
        m->emergency[0] != '\0' && other->emergency && call->now_s * US_A_SECOND - other->at_us < a_day_us;
    if (strcmp(day, of_other) != 0 && !lately)
        return RSP_OK;
    return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "session",
        "order %lld stands for %s: cancel it before another is written", (long long)other->number, of_other);
}

static rsp_status check_first(const struct rsp_order_making *m)
{
    struct rsp_call *call = m->call;
    json_t *numbers = NULL, *number;
    size_t i;
    rsp_status status = rsp_order_numbers(call, false, &numbers);
    json_array_foreach(numbers, i, number)
    {
        struct rsp_order_facts order;
        if (status != RSP_OK)
            break;
        status = rsp_order_find(call, json_integer_value(number), &order);
        if (status == RSP_OK)
            status = check_against(m, &order);
        rsp_order_facts_clear(&order);
    }
    json_decref(numbers);
    return status;
}

static rsp_status check_may_be_written(struct rsp_order_making *m)
{
    RSP_TRY(check_first(m));
    if (m->closed != NULL && strcmp(m->closed_id, "consent") != 0) /* may be given until it is signed */
        return rsp_call_refuse(m->call, RSP_REFUSED_GATE, RSP_E_DENIED, m->closed_id, "%s", m->closed);
    return check_stated(m);
}

static json_t *order_body(struct rsp_order_making *m)
{
    const struct rsp_order_amounts *a = &m->amounts;
    const char *note = rsp_call_text(m->call, "note");
    json_t *document = rsp_order_document(m);
    char *text =
        document != NULL ? json_dumps(document, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS)) : NULL;
    json_decref(document);
    if (text == NULL)
        return NULL;
    json_t *body = json_pack("{s:I, s:I, s:s, s:s, s:f, s:f, s:f, s:f, s:I, s:b, s:I, s:I, s:I, s:s}", "plan",
        (json_int_t)m->plan.number, "session", (json_int_t)m->session, "drug", rsp_drug_name(m->drug),
        "route", rsp_route_name(m->route), "strength_mg_per_ml", m->drawing.strength_mg_per_ml, "vial_ml",
        m->drawing.vial_ml, "total_mg", a->total_mg, "volume_ml", a->drawn_ml, "vials", (json_int_t)a->vials,
        "emergency", m->emergency[0] != '\0', "identity", (json_int_t)m->stored.identity_fact, "clinical",
        (json_int_t)m->stored.clinical_fact, "profile", (json_int_t)m->profile.number, "document", text);
    free(text);
    bool failed = body == NULL;
    if (!failed && a->by_pump)
        failed = json_object_set_new(body, "rate_ml_per_h", json_real(a->rate_ml_per_h)) != 0;
    if (!failed && note[0] != '\0')
        failed = json_object_set_new(body, "note", json_string(note)) != 0;
    if (!failed && m->emergency[0] != '\0')
        failed = json_object_set_new(body, "emergency_reason", json_string(m->emergency)) != 0;
    if (!failed)
        return body;
    json_decref(body);
    return NULL;
}

rsp_status rsp_case_order_write(struct rsp_call *call)
{
    struct rsp_order_making making;
    struct rsp_fact_place place = {0};
    rsp_status status = rsp_order_compose(call, &making);
    if (status == RSP_OK)
        status = check_may_be_written(&making);
    if (status == RSP_OK)
        status = rsp_call_append(call, "order", &call->patient, order_body(&making), &place);
    if (status == RSP_OK)
        (void)snprintf(call->detail, sizeof call->detail, "order %lld", (long long)place.number);
    if (status == RSP_OK)
        status = rsp_call_put(call, "order", json_integer((json_int_t)place.number));
    if (status == RSP_OK)
        status = rsp_call_put(call, "state", json_string(rsp_order_state_word(RSP_ORDER_WRITTEN)));
    rsp_order_making_clear(&making);
    return status;
}

/* ---- read ---- */

static json_t *word_row(struct rsp_build *b, const struct rsp_order_word *word)
{
    static const char *const shown[] = {
        "reasons", "why", "drug", "strength_mg_per_ml", "vial_ml", "total_mg", "rates", "volume_ml"};
    if (word->number == 0)
        return json_null();
    json_t *row = json_object();
    rsp_build_set(b, row, "who", rsp_build_text(word->who));
    rsp_build_set(b, row, "at", rsp_build_text(word->at));
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        json_t *value = json_object_get(word->body, shown[i]);
        const bool rates = strcmp(shown[i], "rates") == 0, packed = rates || strcmp(shown[i], "reasons") == 0;
        if (packed && value != NULL)
            rsp_build_set(
                b, row, rates ? "rates_ml_per_h" : shown[i], json_loads(json_string_value(value), 0, NULL));
        else if (value != NULL)
            rsp_build_set(b, row, shown[i], json_incref(value));
    }
    return row;
}

static json_t *order_row(struct rsp_build *b, const struct rsp_order_facts *order, const char *stale)
{
    static const char *const copied[] = {"drug", "route", "strength_mg_per_ml", "vial_ml", "total_mg",
        "volume_ml", "vials", "rate_ml_per_h", "emergency", "emergency_reason", "note"};
    json_t *row = json_object(), *rests = json_object_get(order->document, "rests_on");
    rsp_build_set(b, row, "number", json_integer((json_int_t)order->number));
    rsp_build_set(b, row, "state", rsp_build_text(rsp_order_state_word(rsp_order_state(order))));
    rsp_build_set(b, row, "who", rsp_build_text(order->who));
    rsp_build_set(b, row, "at", rsp_build_text(order->at));
    rsp_build_set(b, row, "plan", order->plan != 0 ? json_integer((json_int_t)order->plan) : json_null());
    rsp_build_set(b, row, "session", json_integer((json_int_t)order->session));
    rsp_build_set(b, row, "sessions", json_incref(json_object_get(rests, "sessions")));
    rsp_build_set(b, row, "day", json_incref(json_object_get(rests, "day")));
    rsp_build_set(b, row, "sentence", json_incref(json_object_get(order->document, "sentence")));
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++) {
        json_t *value = json_object_get(order->body, copied[i]);
        rsp_build_set(b, row, copied[i], value != NULL ? json_incref(value) : json_null());
    }
    rsp_build_set(b, row, "stale", rsp_build_text(stale[0] != '\0' ? stale : NULL));
    rsp_build_set(b, row, "prescriber", word_row(b, &order->prescriber));
    rsp_build_set(b, row, "checker", word_row(b, &order->checker));
    rsp_build_set(b, row, "end", word_row(b, &order->end));
    return row;
}

/* What became of it at the bedside; null while nothing was entered there.
 * @param begun  out: drug was given @param row  out: caller frees with json_decref */
static rsp_status read_bedside(
    struct rsp_call *call, const struct rsp_order_facts *order, bool *begun, json_t **row)
{
    struct rsp_bedside bedside;
    *begun = false;
    *row = NULL;
    if (rsp_order_may_be_given(order)) {
        rsp_status status = rsp_bedside_read(call, order->number, &bedside);
        *begun = status == RSP_OK && !isnan(bedside.begun_s);
        if (status == RSP_OK && json_array_size(bedside.rows) > 0)
            status = rsp_bedside_row(call, &bedside, row);
        rsp_bedside_clear(&bedside);
        RSP_TRY(status);
    }
    if (*row == NULL)
        *row = json_null();
    return RSP_OK;
}

/* Only what can still be signed or given becomes stale. */
static bool may_become_stale(const struct rsp_call *call, const struct rsp_order_facts *order)
{
    long over = 0;
    if (rsp_order_state(order) != RSP_ORDER_CHECKED)
        return rsp_order_state(order) < RSP_ORDER_CHECKED;
    return rsp_order_days_over(call, order, &over, NULL) == RSP_OK && over <= 0;
}

/* What was given stands with its order, at the bedside or by the ledger alone: nobody writes it anew. */
static rsp_status read_stale(
    struct rsp_call *call, const struct rsp_order_facts *order, bool begun, char stale[RSP_PLAN_WHY_SIZE])
{
    struct rsp_order_moved moved;
    stale[0] = '\0';
    if (begun || !may_become_stale(call, order))
        return RSP_OK;
    RSP_TRY(rsp_order_why_stale(call, order, stale));
    if (stale[0] == '\0')
        return RSP_OK;
    RSP_TRY(rsp_order_moved_read(call, order->number, &moved));
    if (moved.given_mg > RSP_STOCK_SAME_MG)
        stale[0] = '\0';
    return RSP_OK;
}

static rsp_status read_row(
    struct rsp_call *call, int64_t number, bool whole, struct rsp_build *b, json_t **row)
{
    struct rsp_order_facts order;
    json_t *owed = NULL, *bedside = NULL;
    bool begun = false;
    char stale[RSP_PLAN_WHY_SIZE];
    rsp_status status = rsp_order_of_patient(call, number, &order);
    if (status == RSP_OK)
        status = read_bedside(call, &order, &begun, &bedside);
    if (status == RSP_OK)
        status = read_stale(call, &order, begun, stale);
    if (status == RSP_OK)
        status = rsp_order_owed(call, &order, &owed);
    if (status == RSP_OK) {
        *row = order_row(b, &order, stale);
        rsp_build_set(b, *row, "owed", json_incref(owed));
        rsp_build_set(b, *row, "bedside", json_incref(bedside));
        if (whole)
            rsp_build_set(b, *row, "document", json_incref(order.document));
    }
    json_decref(owed);
    json_decref(bedside);
    rsp_order_facts_clear(&order);
    return status;
}

rsp_status rsp_case_orders(struct rsp_call *call)
{
    struct rsp_build b = {false};
    json_t *numbers = NULL, *rows = json_array(), *number;
    size_t i;
    rsp_status status = rsp_order_numbers(call, false, &numbers);
    json_array_foreach(numbers, i, number)
    {
        json_t *row = NULL;
        if (status == RSP_OK)
            status = read_row(call, json_integer_value(number), false, &b, &row);
        if (status == RSP_OK)
            rsp_build_append(&b, rows, row);
    }
    json_decref(numbers);
    if (status == RSP_OK && (b.failed || rows == NULL))
        status = rsp_call_no_memory(call);
    if (status != RSP_OK) {
        json_decref(rows);
        return status;
    }
    return rsp_call_page(call, "orders", rows, "number");
}

rsp_status rsp_case_order_read(struct rsp_call *call)
{
    struct rsp_build b = {false};
    json_t *row = NULL;
    rsp_status status = read_row(call, rsp_call_whole(call, "order", 0), true, &b, &row);
    if (status == RSP_OK && b.failed)
        status = rsp_call_no_memory(call);
    if (status != RSP_OK) {
        json_decref(row);
        return status;
    }
    json_decref(call->out);
    call->out = row;
    return RSP_OK;
}

/* ---- what there is to choose from ---- */

static json_t *vial_rows(struct rsp_build *b, const struct rsp_preparation *p)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < p->n_vial; i++) {
        const struct rsp_vial *vial = &p->vial[i];
        json_t *row = json_object(), *routes = json_array();
        for (unsigned r = 0; r < RSP_N_ROUTE; r++)
            if (vial->routes == 0 || (vial->routes >> r & 1u) != 0)
                rsp_build_append(b, routes, rsp_build_text(rsp_route_name((enum rsp_route)r)));
        rsp_build_set(b, row, "drug", rsp_build_text(rsp_drug_name(vial->drug)));
        rsp_build_set(b, row, "strength_mg_per_ml", rsp_build_number(vial->strength_mg_per_ml));
        rsp_build_set(b, row, "salt_mg_per_ml", rsp_build_number(vial->salt_mg_per_ml));
        rsp_build_set(b, row, "dilute_iv", json_boolean(vial->dilute_iv));
        rsp_build_set(b, row, "routes", routes);
        rsp_build_set(b, row, "source", rsp_build_text(vial->source));
        rsp_build_append(b, rows, row);
    }
    return rows;
}

static json_t *diluent_rows(struct rsp_build *b, const struct rsp_preparation *p)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < p->n_diluent; i++) {
        json_t *row = json_object();
        rsp_build_set(b, row, "id", rsp_build_text(p->diluent[i].id));
        rsp_build_set(b, row, "name", rsp_build_text(p->diluent[i].name));
        rsp_build_set(b, row, "source", rsp_build_text(p->diluent[i].source));
        rsp_build_append(b, rows, row);
    }
    return rows;
}

static json_t *concentration_rows(struct rsp_build *b, const struct rsp_preparation *p)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < p->n_concentration; i++) {
        json_t *row = json_object();
        rsp_build_set(b, row, "mg_per_ml", rsp_build_number(p->concentration[i].mg_per_ml));
        rsp_build_set(b, row, "usual", json_boolean(p->concentration[i].usual));
        rsp_build_set(b, row, "source", rsp_build_text(p->concentration[i].source));
        rsp_build_append(b, rows, row);
    }
    return rows;
}

/* The most of each medicine at once, where the rules know it. */
static json_t *most_rows(struct rsp_build *b, const struct rsp_supporting *one)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < one->n_most; i++) {
        json_t *row = json_object();
        rsp_build_set(b, row, "medicine", rsp_build_text(one->most[i].medicine));
        rsp_build_set(b, row, "most_mg", rsp_build_number(one->most[i].most_mg));
        rsp_build_set(b, row, "source", rsp_build_text(one->most[i].source));
        rsp_build_append(b, rows, row);
    }
    return rows;
}

static json_t *texts(struct rsp_build *b, size_t n, const char *const text[])
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        rsp_build_append(b, list, rsp_build_text(text[i]));
    return list;
}

static json_t *diluted_routes(struct rsp_build *b)
{
    json_t *list = json_array();
    for (unsigned r = 0; r < RSP_N_ROUTE; r++)
        if (rsp_order_diluted((enum rsp_route)r))
            rsp_build_append(b, list, rsp_build_text(rsp_route_name((enum rsp_route)r)));
    return list;
}

static json_t *supporting_rows(struct rsp_build *b, const struct rsp_rulebook *book)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < rsp_rulebook_n_supporting(book); i++) {
        const struct rsp_supporting *one = rsp_rulebook_supporting(book, i);
        json_t *row = json_object(), *uses = json_array();
        for (unsigned u = 0; rsp_support_use_names[u] != NULL; u++)
            if ((one->use >> u & 1u) != 0)
                rsp_build_append(b, uses, rsp_build_text(rsp_support_use_names[u]));
        rsp_build_set(b, row, "class", rsp_build_text(one->class_name));
        rsp_build_set(b, row, "purpose", rsp_build_text(one->purpose));
        rsp_build_set(b, row, "use", uses);
        rsp_build_set(b, row, "medicines", texts(b, one->n_medicine, one->medicine));
        rsp_build_set(b, row, "routes", texts(b, one->n_route, one->route));
        rsp_build_set(b, row, "most", most_rows(b, one));
        rsp_build_set(b, row, "source", rsp_build_text(one->source));
        rsp_build_append(b, rows, row);
    }
    return rows;
}

static json_t *task_rows(struct rsp_build *b, const struct rsp_rulebook *book)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < rsp_rulebook_n_session_task(book); i++) {
        const struct rsp_session_task *task = rsp_rulebook_session_task(book, i);
        json_t *row = json_object();
        rsp_build_set(b, row, "id", rsp_build_text(task->id));
        rsp_build_set(b, row, "text", rsp_build_text(task->text));
        rsp_build_set(b, row, "during_min", rsp_build_number(task->during_min));
        rsp_build_set(b, row, "after_min", rsp_build_number(task->after_min));
        rsp_build_set(b, row, "source", rsp_build_text(task->source));
        rsp_build_append(b, rows, row);
    }
    return rows;
}

rsp_status rsp_case_order_choices(struct rsp_call *call)
{
    const struct rsp_rulebook *book = call->service->book;
    const struct rsp_preparation *p = rsp_rulebook_preparation(book);
    struct rsp_build b = {false};
    RSP_CHECK_BUG(p != NULL, call->err);
    rsp_build_set(&b, call->out, "vials", vial_rows(&b, p));
    rsp_build_set(&b, call->out, "vial_least_ml", rsp_build_number(p->vial_least_ml));
    rsp_build_set(&b, call->out, "vial_most_ml", rsp_build_number(p->vial_most_ml));
    rsp_build_set(&b, call->out, "diluents", diluent_rows(&b, p));
    rsp_build_set(&b, call->out, "concentrations", concentration_rows(&b, p));
    rsp_build_set(&b, call->out, "diluted_routes", diluted_routes(&b));
    rsp_build_set(&b, call->out, "supporting", supporting_rows(&b, book));
    rsp_build_set(&b, call->out, "tasks", task_rows(&b, book));
    rsp_build_set(&b, call->out, "weight_most_d", rsp_build_number(p->weight_most_d));
    rsp_build_set(&b, call->out, "pump_step_ml_per_h", rsp_build_number(p->pump_step_ml_per_h));
    return b.failed ? rsp_call_no_memory(call) : RSP_OK;
}
