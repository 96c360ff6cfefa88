/* What must still hold when the drug of a signed order is issued: day, other orders, consent, facts. */
#include "service/order_giving.h"

#include <stdio.h>
#include <string.h>

#include "rules/preparing.h"
#include "service/plans.h"
#include "service/say.h"

enum { DIGITS = 6, DAY_SIZE = 16, DAY_LETTERS = 10 };

/* ---- its day ---- */

static const char *rests_text(const struct rsp_order_facts *order, const char *key)
{
    return json_string_value(json_object_get(json_object_get(order->document, "rests_on"), key));
}

void rsp_order_day(const struct rsp_order_facts *order, char day[16])
{
    const char *text = rests_text(order, "day");
    (void)snprintf(day, DAY_SIZE, "%.*s", DAY_LETTERS, text != NULL ? text : order->at);
}

void rsp_order_last_day(const struct rsp_order_facts *order, char day[16])
{
    const char *text = rests_text(order, "last_day");
    rsp_order_day(order, day);
    if (text != NULL)
        (void)snprintf(day, DAY_SIZE, "%.*s", DAY_LETTERS, text);
}

int64_t rsp_order_sessions(const struct rsp_order_facts *order)
{
    return json_integer_value(json_object_get(json_object_get(order->document, "rests_on"), "sessions"));
}

/* An infusion may last for days; one that was ordered for an emergency in the evening may end after midnight. */
static rsp_status last_day(const struct rsp_order_facts *order, struct rsp_date *last, struct rsp_error *err)
{
    char day[DAY_SIZE];
    rsp_order_last_day(order, day);
    RSP_TRY(rsp_date_parse(day, last, err));
    if (order->emergency)
        last->day++;
    return RSP_OK;
}

rsp_status rsp_order_days_over(
    const struct rsp_call *call, const struct rsp_order_facts *order, long *days, struct rsp_error *err)
{
    struct rsp_date last;
    RSP_TRY(last_day(order, &last, err));
    *days = call->today.day - last.day;
    return RSP_OK;
}

static rsp_status check_day(struct rsp_call *call, const struct rsp_order_facts *order)
{
    char day[DAY_SIZE], today[DAY_SIZE];
    struct rsp_date first;
    long over = 0;
    rsp_order_day(order, day);
    rsp_date_format(call->today, today, sizeof today);
    RSP_TRY(rsp_date_parse(day, &first, call->err));
    RSP_TRY(rsp_order_days_over(call, order, &over, call->err));
    if (call->today.day >= first.day && over <= 0)
        return RSP_OK;
    return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "order",
        "order %lld is for %s, and today is %s: it is issued on its day; for another day cancel it and plan "
        "and order anew",
        (long long)order->number, day, today);
}

/* ---- what was moved ---- */

struct rsp_order_moved rsp_order_moved(const struct rsp_ledger *ledger, int64_t order)
{
    struct rsp_order_moved moved = {
        .given_mg = rsp_ledger_given_mg(ledger, order), .issued = rsp_ledger_issued(ledger, order)};
    for (size_t i = 0; i < ledger->n_issue; i++)
        if (ledger->issue[i].order == order)
            moved.open_mg += ledger->issue[i].open_mg;
    return moved;
}

rsp_status rsp_order_moved_read(struct rsp_call *call, int64_t order, struct rsp_order_moved *moved)
{
    struct rsp_ledger ledger;
    const rsp_status status = rsp_ledger_read(call, &ledger);
    *moved = (struct rsp_order_moved){0};
    if (status == RSP_OK)
        *moved = rsp_order_moved(&ledger, order);
    rsp_ledger_clear(&ledger);
    return status;
}

static double given_today_mg(const struct rsp_ledger *ledger, int64_t order, const char *today)
{
    double mg = 0;
    for (size_t i = 0; i < ledger->n_move; i++) {
        const struct rsp_stock_move *move = &ledger->move[i];
        if (move->kind == RSP_STOCK_GIVEN && move->order == order && move->answer != RSP_STOCK_REFUSED &&
            strncmp(move->at, today, DAY_LETTERS) == 0)
            mg += move->amount_mg;
    }
    return mg;
}

static rsp_status check_others(
    struct rsp_call *call, const struct rsp_ledger *ledger, const struct rsp_order_facts *order)
{
    char today[DAY_SIZE];
    json_t *numbers = NULL, *row;
    size_t i;
    rsp_status status = rsp_order_numbers(call, false, &numbers);
    rsp_date_format(call->today, today, sizeof today);
    json_array_foreach(numbers, i, row)
    {
        const int64_t other = json_integer_value(row);
        if (status != RSP_OK || other == order->number)
            continue;
        const double given_mg = given_today_mg(ledger, other, today),
                     open_mg = rsp_order_moved(ledger, other).open_mg;
        if (given_mg > RSP_STOCK_SAME_MG)
            status = rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "order",
                "%s mg of order %lld were given to this patient today: no second order is given on one day",
                rsp_words_number(given_mg, DIGITS).text, (long long)other);
        else if (open_mg > RSP_STOCK_SAME_MG)
            status = rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "order",
                "%s mg that were issued to order %lld of this patient are open: enter what was given, wasted "
                "or "
                "returned of them first",
                rsp_words_number(open_mg, DIGITS).text, (long long)other);
    }
    json_decref(numbers);
    return status;
}

/* ---- what it rests on ---- */

rsp_status rsp_order_check_fresh(struct rsp_call *call, const struct rsp_order_facts *order)
{
    const json_t *weight = json_object_get(order->document, "weight");
    const char *day = json_string_value(json_object_get(weight, "date")),
               *rules = rests_text(order, "rules_version");
    char why[RSP_PLAN_WHY_SIZE];
    struct rsp_date weighed;
    RSP_TRY(rsp_order_why_stale(call, order, why));
    if (why[0] != '\0')
        return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_CONFLICT, "order",
            "%s: cancel this order and write it anew from a plan that holds", why);
    if (rules == NULL || strcmp(rules, rsp_rulebook_version(call->service->book)) != 0)
        return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "order",
            "the rules changed after this order was written: cancel it and write it anew");
    const double most_d = rsp_rulebook_preparation(call->service->book)->weight_most_d;
    if (day != NULL && rsp_date_parse(day, &weighed, NULL) == RSP_OK &&
        (double)(call->today.day - weighed.day) > most_d)
        return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "weight",
            "the weight is of %s, older than %s days: weigh the patient, plan and order anew", day,
            rsp_words_number(most_d, DIGITS).text);
    return RSP_OK;
}

rsp_status rsp_order_check_consent(struct rsp_call *call, const struct rsp_order_facts *order)
{
    struct rsp_consent consent = {0};
    if (order->plan == 0)
        return RSP_OK;
    RSP_TRY(rsp_consent_latest(call, order->plan, &consent));
    const char *lacks = rsp_consent_lacks(&consent);
    return lacks == NULL ? RSP_OK
                         : rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "consent", "%s", lacks);
}

/* What is entered in an emergency while it is treated, its weight first of all, does not stop the rest of the dose. */
rsp_status rsp_order_check_issue(
    struct rsp_call *call, const struct rsp_ledger *ledger, const struct rsp_order_facts *order)
{
    const bool begun = order->emergency && rsp_ledger_given_mg(ledger, order->number) > RSP_STOCK_SAME_MG;
    RSP_TRY(check_day(call, order));
    RSP_TRY(check_others(call, ledger, order));
    RSP_TRY(rsp_order_check_consent(call, order));
    return begun ? RSP_OK : rsp_order_check_fresh(call, order);
}
