/* Moves of controlled drugs. Each is one person's word until a second person signs it from a session of their own. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/preparing.h"
#include "service/order_giving.h"
#include "service/say.h"
#include "service/stock.h"

enum { DIGITS = 6, MOST_YEARS_AHEAD = 10, DAYS_A_YEAR = 366, MOST_SPARE_VIALS = 1 };

static struct rsp_words in_words(double value)
{
    return rsp_words_number(value, DIGITS);
}

/* ---- shared ---- */

static double number_of(const struct rsp_call *call, const char *name)
{
    return json_number_value(json_object_get(call->input, name));
}

/* Append a move with the note of the input. @param body  takes ownership */
static rsp_status append_move(struct rsp_call *call, enum rsp_stock_kind kind, json_t *body)
{
    struct rsp_fact_place place;
    const char *note = rsp_call_text(call, "note");
    bool failed = body == NULL || json_object_set_new(body, "move", json_string(rsp_stock_word(kind))) != 0;
    if (!failed && note[0] != '\0')
        failed = json_object_set_new(body, "note", json_string(note)) != 0;
    if (failed) {
        json_decref(body);
        return rsp_call_no_memory(call);
    }
    RSP_TRY(rsp_call_append(call, "stock_move", NULL, body, &place));
    (void)snprintf(
        call->detail, sizeof call->detail, "move %lld, %s", (long long)place.number, rsp_stock_word(kind));
    RSP_TRY(rsp_call_put(call, "move", json_integer((json_int_t)place.number)));
    return rsp_call_put(call, "answer", json_string(rsp_stock_answer_word(RSP_STOCK_PENDING)));
}

static rsp_status find_lot(
    struct rsp_call *call, const struct rsp_ledger *ledger, const struct rsp_stock_lot **lot)
{
    *lot = rsp_ledger_lot(ledger, rsp_call_whole(call, "lot", 0));
    if (*lot == NULL)
        return rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "lot", "there is no such lot");
    if (!(*lot)->in_stock)
        return rsp_error_set(call->err, RSP_E_MISMATCH, "lot",
            "the receipt of this lot waits for its second signature: nothing can be taken from it before");
    return RSP_OK;
}

static rsp_status find_issue(
    struct rsp_call *call, const struct rsp_ledger *ledger, const struct rsp_stock_issue **issue)
{
    *issue = rsp_ledger_issue(ledger, rsp_call_whole(call, "issue", 0));
    if (*issue == NULL)
        return rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "issue", "there is no such issue");
    if (!(*issue)->in_hand)
        return rsp_error_set(call->err, RSP_E_MISMATCH, "issue",
            "the issue waits for its second signature: sign it first, then enter what became of it");
    return RSP_OK;
}

/* What is moved for an order is seen under its patient, whom the caller must care for. */
static rsp_status open_order(struct rsp_call *call, int64_t number, struct rsp_order_facts *order)
{
    bool cares = false, broken = false;
    RSP_TRY(rsp_order_find(call, number, order));
    RSP_TRY(rsp_call_cares(call, &order->person, &cares, &broken));
    call->patient = order->person;
    call->about_patient = true;
    if (!cares && !broken)
        return rsp_call_refuse(call, RSP_REFUSED_CARE, RSP_E_DENIED, "order",
            "you do not care for the patient of this order: ask a colleague who does");
    return RSP_OK;
}

/* The look is kept under the patient of the order, though whoever stands by may witness: they need not care. */
static rsp_status see_under_patient(struct rsp_call *call, int64_t number)
{
    struct rsp_order_facts order = {0};
    const rsp_status status = rsp_order_find(call, number, &order);
    if (status == RSP_OK) {
        call->patient = order.person;
        call->about_patient = true;
    }
    rsp_order_facts_clear(&order);
    return status;
}

static rsp_status check_on_shelf(struct rsp_call *call, const struct rsp_stock_lot *lot, int64_t vials)
{
    if (vials <= lot->on_shelf)
        return RSP_OK;
    return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "vials",
        "%lld vials are asked for, and %lld of lot %s are on the shelf", (long long)vials,
        (long long)lot->on_shelf, lot->batch);
}

/* ---- received ---- */

static rsp_status check_vial(struct rsp_call *call, enum rsp_drug drug)
{
    const struct rsp_preparation *p = rsp_rulebook_preparation(call->service->book);
    const double strength = number_of(call, "strength_mg_per_ml"), vial_ml = number_of(call, "vial_ml");
    if (rsp_preparation_vial(p, drug, strength) == NULL)
        return rsp_error_set(call->err, RSP_E_UNKNOWN, "strength_mg_per_ml",
            "no vial of %s has %s mg/mL: read the label again", rsp_drug_name(drug), in_words(strength).text);
    if (!(vial_ml >= p->vial_least_ml && vial_ml <= p->vial_most_ml))
        return rsp_error_set(call->err, RSP_E_DOMAIN, "vial_ml", "a vial has %s to %s mL, not %s",
            in_words(p->vial_least_ml).text, in_words(p->vial_most_ml).text, in_words(vial_ml).text);
    return RSP_OK;
}

static rsp_status check_expiry(struct rsp_call *call, const char *text)
{
    struct rsp_date expiry;
    RSP_TRY(rsp_date_parse(text, &expiry, call->err));
    if (expiry.day < call->today.day)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "expiry",
            "this lot expired on %s: it does not come into the cupboard", text);
    if (expiry.day > call->today.day + MOST_YEARS_AHEAD * DAYS_A_YEAR)
        return rsp_error_set(
            call->err, RSP_E_DOMAIN, "expiry", "no vial keeps for more than %d years", MOST_YEARS_AHEAD);
    return RSP_OK;
}

rsp_status rsp_case_stock_receive(struct rsp_call *call)
{
    enum rsp_drug drug;
    const char *word = rsp_call_text(call, "drug"), *expiry = rsp_call_text(call, "expiry");
    RSP_TRY(rsp_drug_parse(word, &drug, call->err));
    RSP_TRY(check_vial(call, drug));
    RSP_TRY(check_expiry(call, expiry));
    return append_move(call, RSP_STOCK_RECEIVED,
        json_pack("{s:s, s:f, s:f, s:s, s:s, s:I}", "drug", rsp_drug_name(drug), "strength_mg_per_ml",
            number_of(call, "strength_mg_per_ml"), "vial_ml", number_of(call, "vial_ml"), "batch",
            rsp_call_text(call, "batch"), "expiry", expiry, "vials",
            (json_int_t)rsp_call_whole(call, "vials", 0)));
}

/* ---- issued ---- */

/* The vial of the lot is the vial of the order: drug, strength and volume, each by itself. */
static rsp_status check_same_vial(
    struct rsp_call *call, const struct rsp_stock_lot *lot, const struct rsp_order_facts *order)
{
    const double same = 1e-9;
    if (lot->drug != order->drug)
        return rsp_call_refuse(call, RSP_REFUSED_MISMATCH, RSP_E_MISMATCH, "lot",
            "lot %s is %s, order %lld says %s: these are different drugs", lot->batch,
            rsp_drug_name(lot->drug), (long long)order->number, rsp_drug_name(order->drug));
    if (fabs(lot->strength_mg_per_ml - order->strength_mg_per_ml) > same)
        return rsp_call_refuse(call, RSP_REFUSED_MISMATCH, RSP_E_MISMATCH, "lot",
            "lot %s has %s mg/mL, order %lld says %s mg/mL: the %s mL of the order would hold %s mg in place "
            "of "
            "%s mg",
            lot->batch, in_words(lot->strength_mg_per_ml).text, (long long)order->number,
            in_words(order->strength_mg_per_ml).text, in_words(order->volume_ml).text,
            in_words(order->volume_ml * lot->strength_mg_per_ml).text, in_words(order->total_mg).text);
    if (fabs(lot->vial_ml - order->vial_ml) > same)
        return rsp_call_refuse(call, RSP_REFUSED_MISMATCH, RSP_E_MISMATCH, "lot",
            "lot %s has vials of %s mL, order %lld says %s mL", lot->batch, in_words(lot->vial_ml).text,
            (long long)order->number, in_words(order->vial_ml).text);
    return RSP_OK;
}

static rsp_status check_issue(struct rsp_call *call, const struct rsp_ledger *ledger,
    const struct rsp_stock_lot *lot, const struct rsp_order_facts *order)
{
    const int64_t vials = rsp_call_whole(call, "vials", 0);
    char day[16];
    if (!rsp_order_may_be_given(order))
        return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "order",
            "order %lld is %s: vials are issued to an order that the prescriber and a second person signed",
            (long long)order->number, rsp_order_state_word(rsp_order_state(order)));
    RSP_TRY(rsp_order_check_issue(call, ledger, order));
    RSP_TRY(check_same_vial(call, lot, order));
    rsp_date_format(lot->expiry, day, sizeof day);
    if (lot->expiry.day < call->today.day)
        return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DOMAIN, "lot",
            "lot %s expired on %s: waste it with a witness", lot->batch, day);
    RSP_TRY(check_on_shelf(call, lot, vials));
    const int64_t all = rsp_ledger_issued(ledger, order->number) + vials;
    if (all > order->vials && rsp_call_text(call, "note")[0] == '\0')
        return rsp_error_set(call->err, RSP_E_MISSING, "note",
            "order %lld needs %lld vials, this makes %lld: say why", (long long)order->number,
            (long long)order->vials, (long long)all);
    return RSP_OK;
}

/* @param vials  of the order, in all: issued, and asked for */
static rsp_status check_surplus(struct rsp_call *call, const struct rsp_order_facts *order, int64_t vials)
{
    if (vials <= order->vials + MOST_SPARE_VIALS)
        return RSP_OK;
    return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_LIMIT, "vials",
        "order %lld needs %lld vials, this makes %lld: at most %d more may be issued; return or waste what "
        "is "
        "not needed first",
        (long long)order->number, (long long)order->vials, (long long)vials, MOST_SPARE_VIALS);
}

rsp_status rsp_case_stock_issue(struct rsp_call *call)
{
    struct rsp_ledger ledger;
    struct rsp_order_facts order = {0};
    const struct rsp_stock_lot *lot = NULL;
    rsp_status status = rsp_ledger_read(call, &ledger);
    if (status == RSP_OK)
        status = open_order(call, rsp_call_whole(call, "order", 0), &order);
    if (status == RSP_OK)
        status = find_lot(call, &ledger, &lot);
    if (status == RSP_OK)
        status = check_issue(call, &ledger, lot, &order);
    if (status == RSP_OK)
        status = check_surplus(
            call, &order, rsp_ledger_issued(&ledger, order.number) + rsp_call_whole(call, "vials", 0));
    if (status == RSP_OK)
        status = append_move(call, RSP_STOCK_ISSUED,
            json_pack("{s:I, s:I, s:I}", "lot", (json_int_t)lot->number, "order", (json_int_t)order.number,
                "vials", (json_int_t)rsp_call_whole(call, "vials", 0)));
    rsp_order_facts_clear(&order);
    rsp_ledger_clear(&ledger);
    return status;
}

/* ---- given, wasted, returned ---- */

static rsp_status check_open(struct rsp_call *call, const struct rsp_stock_issue *issue, double amount_mg)
{
    if (issue->open_mg > 0 && amount_mg <= issue->open_mg + RSP_STOCK_SAME_MG)
        return RSP_OK;
    return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "amount_mg",
        "%s mg are entered, and %s mg of issue %lld are left: the balance would not close",
        in_words(amount_mg).text, in_words(issue->open_mg).text, (long long)issue->number);
}

static rsp_status check_given(struct rsp_call *call, const struct rsp_ledger *ledger,
    const struct rsp_order_facts *order, double amount_mg)
{
    const double given_mg = rsp_ledger_given_mg(ledger, order->number);
    if (rsp_order_state(order) == RSP_ORDER_CANCELLED)
        return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "issue",
            "order %lld was cancelled: waste or return what was issued to it", (long long)order->number);
    if (given_mg + amount_mg <= order->total_mg + RSP_STOCK_SAME_MG)
        return RSP_OK;
    return rsp_call_refuse(call, RSP_REFUSED_MISMATCH, RSP_E_MISMATCH, "amount_mg",
        "order %lld is for %s mg in all, %s mg would make %s mg: check drug, strength and decimal point, and "
        "record an adverse event if it was given",
        (long long)order->number, in_words(order->total_mg).text, in_words(amount_mg).text,
        in_words(given_mg + amount_mg).text);
}

static json_t *issue_body(const struct rsp_stock_issue *issue)
{
    return json_pack("{s:I, s:I, s:I}", "lot", (json_int_t)issue->lot, "order", (json_int_t)issue->order,
        "issue", (json_int_t)issue->number);
}

/* Never more than is left, so that the issue closes where the amount was rounded up. */
static json_t *amount_body(const struct rsp_stock_issue *issue, double amount_mg)
{
    json_t *body = issue_body(issue);
    const double moved_mg = fmin(amount_mg, issue->open_mg);
    if (body != NULL && json_object_set_new(body, "amount_mg", json_real(moved_mg)) != 0) {
        json_decref(body);
        return NULL;
    }
    return body;
}

rsp_status rsp_case_stock_give(struct rsp_call *call)
{
    struct rsp_ledger ledger;
    struct rsp_order_facts order = {0};
    const struct rsp_stock_issue *issue = NULL;
    const double amount_mg = number_of(call, "amount_mg");
    rsp_status status = rsp_ledger_read(call, &ledger);
    if (status == RSP_OK)
        status = find_issue(call, &ledger, &issue);
    if (status == RSP_OK)
        status = open_order(call, issue->order, &order);
    if (status == RSP_OK)
        status = check_given(call, &ledger, &order, amount_mg);
    if (status == RSP_OK)
        status = check_open(call, issue, amount_mg);
    if (status == RSP_OK)
        status = append_move(call, RSP_STOCK_GIVEN, amount_body(issue, amount_mg));
    rsp_order_facts_clear(&order);
    rsp_ledger_clear(&ledger);
    return status;
}

/* What is left of an issue, in mg, or whole vials from the shelf: broken, expired. */
rsp_status rsp_case_stock_waste(struct rsp_call *call)
{
    struct rsp_ledger ledger;
    const struct rsp_stock_issue *issue = NULL;
    const struct rsp_stock_lot *lot = NULL;
    const bool of_issue = json_object_get(call->input, "issue") != NULL;
    const double amount_mg = number_of(call, "amount_mg");
    const int64_t vials = rsp_call_whole(call, "vials", 0);
    if (of_issue ? !(amount_mg > 0) || vials != 0 || json_object_get(call->input, "lot") != NULL
                 : vials == 0 || amount_mg > 0 || json_object_get(call->input, "lot") == NULL)
        return rsp_error_set(call->err, RSP_E_MISSING, of_issue ? "amount_mg" : "vials",
            "give either an issue and the mg that are wasted of it, or a lot and the vials wasted from the "
            "shelf");
    rsp_status status = rsp_ledger_read(call, &ledger);
    if (status == RSP_OK)
        status = of_issue ? find_issue(call, &ledger, &issue) : find_lot(call, &ledger, &lot);
    if (status == RSP_OK && of_issue)
        status = see_under_patient(call, issue->order);
    if (status == RSP_OK)
        status = of_issue ? check_open(call, issue, amount_mg) : check_on_shelf(call, lot, vials);
    if (status == RSP_OK && !of_issue && rsp_call_text(call, "note")[0] == '\0')
        status = rsp_error_set(call->err, RSP_E_MISSING, "note", "say why vials are wasted from the shelf");
    if (status == RSP_OK)
        status = append_move(call, RSP_STOCK_WASTED,
            of_issue ? amount_body(issue, amount_mg)
                     : json_pack("{s:I, s:I}", "lot", (json_int_t)lot->number, "vials", (json_int_t)vials));
    rsp_ledger_clear(&ledger);
    return status;
}

/* Unopened vials of an issue, back to the shelf. */
rsp_status rsp_case_stock_return(struct rsp_call *call)
{
    struct rsp_ledger ledger;
    const struct rsp_stock_issue *issue = NULL;
    const int64_t vials = rsp_call_whole(call, "vials", 0);
    rsp_status status = rsp_ledger_read(call, &ledger);
    if (status == RSP_OK)
        status = find_issue(call, &ledger, &issue);
    if (status == RSP_OK)
        status = see_under_patient(call, issue->order);
    if (status == RSP_OK) {
        const double vial_mg = rsp_stock_vial_mg(rsp_ledger_lot(&ledger, issue->lot));
        const double back_mg = (double)vials * vial_mg;
        if (back_mg > issue->open_mg + RSP_STOCK_SAME_MG)
            status = rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "vials",
                "%lld unopened vials hold %s mg, and %s mg of issue %lld are left", (long long)vials,
                in_words(back_mg).text, in_words(issue->open_mg).text, (long long)issue->number);
    }
    json_t *body = status == RSP_OK ? issue_body(issue) : NULL;
    if (status == RSP_OK && (body == NULL || json_object_set_new(body, "vials", json_integer(vials)) != 0)) {
        json_decref(body);
        status = rsp_call_no_memory(call);
    }
    if (status == RSP_OK)
        status = append_move(call, RSP_STOCK_RETURNED, body);
    rsp_ledger_clear(&ledger);
    return status;
}

/* ---- counted ---- */

rsp_status rsp_case_stock_count(struct rsp_call *call)
{
    struct rsp_ledger ledger;
    const struct rsp_stock_lot *lot = NULL;
    const int64_t vials = rsp_call_whole(call, "vials", 0);
    int64_t difference = 0;
    rsp_status status = rsp_ledger_read(call, &ledger);
    if (status == RSP_OK)
        status = find_lot(call, &ledger, &lot);
    if (status == RSP_OK) {
        difference = vials - lot->on_shelf;
        if (difference != 0 && rsp_call_text(call, "note")[0] == '\0')
            status = rsp_error_set(call->err, RSP_E_MISSING, "note",
                "%lld vials are counted, and the ledger has %lld: count again, or say what is known of it",
                (long long)vials, (long long)lot->on_shelf);
    }
    if (status == RSP_OK)
        status = append_move(call, RSP_STOCK_COUNTED,
            json_pack("{s:I, s:I, s:I}", "lot", (json_int_t)lot->number, "vials", (json_int_t)vials,
                "expected", (json_int_t)lot->on_shelf));
    rsp_ledger_clear(&ledger);
    RSP_TRY(status);
    return rsp_call_put(call, "difference", json_integer((json_int_t)difference));
}

/* ---- second signature ---- */

static rsp_status check_second(struct rsp_call *call, const struct rsp_stock_move *move, bool agreed)
{
    if (move == NULL)
        return rsp_call_refuse(
            call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "number", "there is no such move of the ledger");
    if (move->answer != RSP_STOCK_PENDING)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "number",
            "move %lld was %s by %s already", (long long)move->number, rsp_stock_answer_word(move->answer),
            move->signed_by);
    if (strcmp(move->who, call->account.name) == 0)
        return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "number",
            "you entered this move: a second person signs or refuses it, from their own session");
    if (!agreed && rsp_call_text(call, "why")[0] == '\0')
        return rsp_error_set(call->err, RSP_E_MISSING, "why", "say why the move is refused");
    return RSP_OK;
}

/* What held when the vials were asked for may have ended since: an issue is signed only to an order that still stands. */
static rsp_status check_issue_stands(
    struct rsp_call *call, const struct rsp_ledger *ledger, const struct rsp_stock_move *move)
{
    const struct rsp_stock_lot *lot = rsp_ledger_lot(ledger, move->lot);
    struct rsp_order_facts order = {0};
    char day[16];
    rsp_status status = rsp_order_find(call, move->order, &order);
    if (status == RSP_OK && !rsp_order_may_be_given(&order))
        status = rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "number",
            "order %lld is %s by now: refuse this issue, and the vials are back on the shelf",
            (long long)order.number, rsp_order_state_word(rsp_order_state(&order)));
    if (status == RSP_OK)
        status = rsp_order_check_consent(call, &order);
    if (status == RSP_OK && lot->expiry.day < call->today.day) {
        rsp_date_format(lot->expiry, day, sizeof day);
        status = rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DOMAIN, "number",
            "lot %s expired on %s: refuse this issue, and waste the lot with a witness", lot->batch, day);
    }
    if (status == RSP_OK) /* this issue counts already */
        status = check_surplus(call, &order, rsp_ledger_issued(ledger, order.number));
    rsp_order_facts_clear(&order);
    return status;
}

/* An issue cannot be taken back once something became of it; but then it was signed. */
rsp_status rsp_case_stock_sign(struct rsp_call *call)
{
    struct rsp_ledger ledger;
    const int64_t number = rsp_call_whole(call, "number", 0);
    const char *answer = rsp_call_text(call, "answer"), *why = rsp_call_text(call, "why");
    const bool agreed = strcmp(answer, "agreed") == 0;
    rsp_status status = rsp_ledger_read(call, &ledger);
    const struct rsp_stock_move *move = status == RSP_OK ? rsp_ledger_move(&ledger, number) : NULL;
    if (status == RSP_OK && move != NULL && move->order != 0)
        status = see_under_patient(call, move->order);
    if (status == RSP_OK)
        status = check_second(call, move, agreed);
    if (status == RSP_OK && agreed && move->kind == RSP_STOCK_ISSUED)
        status = check_issue_stands(call, &ledger, move);
    rsp_ledger_clear(&ledger);
    RSP_TRY(status);
    json_t *body = json_pack("{s:I, s:s}", "move", (json_int_t)number, "answer", answer);
    if (body != NULL && why[0] != '\0' && json_object_set_new(body, "why", json_string(why)) != 0) {
        json_decref(body);
        body = NULL;
    }
    RSP_TRY(rsp_call_append(call, "stock_signature", NULL, body, NULL));
    (void)snprintf(call->detail, sizeof call->detail, "move %lld %s", (long long)number, answer);
    return rsp_call_put(call, "answer", json_string(answer));
}
