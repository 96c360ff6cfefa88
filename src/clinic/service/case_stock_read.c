/* The ledger as it is read: balances with what does not close on top, moves, and a table for a spreadsheet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/csv.h"
#include "service/json_build.h"
#include "service/say.h"
#include "service/stock.h"

enum { DIGITS = 6, EXPORT_MOST = 8000000 };

static json_t *whole(int64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *whole_or_null(int64_t value)
{
    return value != 0 ? whole(value) : json_null();
}

static void set_vial(struct rsp_build *b, json_t *row, const struct rsp_stock_lot *lot)
{
    rsp_build_set(b, row, "drug", rsp_build_text(rsp_drug_name(lot->drug)));
    rsp_build_set(b, row, "strength_mg_per_ml", rsp_build_number(lot->strength_mg_per_ml));
    rsp_build_set(b, row, "vial_ml", rsp_build_number(lot->vial_ml));
    rsp_build_set(b, row, "batch", rsp_build_text(lot->batch));
    rsp_build_set(b, row, "expiry", rsp_build_day(lot->expiry));
}

/* ---- balances ---- */

static json_t *lot_row(struct rsp_build *b, const struct rsp_call *call, const struct rsp_stock_lot *lot)
{
    json_t *row = json_object();
    rsp_build_set(b, row, "number", whole(lot->number));
    set_vial(b, row, lot);
    rsp_build_set(b, row, "vial_mg", rsp_build_number(rsp_stock_vial_mg(lot)));
    rsp_build_set(b, row, "expired", json_boolean(lot->expiry.day < call->today.day));
    rsp_build_set(b, row, "in_stock", json_boolean(lot->in_stock));
    rsp_build_set(b, row, "received", whole(lot->received));
    rsp_build_set(b, row, "returned", whole(lot->returned));
    rsp_build_set(b, row, "issued", whole(lot->issued));
    rsp_build_set(b, row, "wasted", whole(lot->wasted));
    rsp_build_set(b, row, "on_shelf", whole(lot->on_shelf));
    rsp_build_set(b, row, "counted", lot->count != 0 ? whole(lot->counted) : json_null());
    rsp_build_set(b, row, "difference", lot->count != 0 ? whole(lot->difference) : json_null());
    rsp_build_set(b, row, "closes", json_boolean(rsp_stock_lot_closes(lot)));
    return row;
}

static json_t *issue_row(
    struct rsp_build *b, const struct rsp_ledger *ledger, const struct rsp_stock_issue *issue)
{
    const struct rsp_stock_lot *lot = rsp_ledger_lot(ledger, issue->lot);
    const struct rsp_stock_move *move = rsp_ledger_move(ledger, issue->number);
    json_t *row = json_object();
    rsp_build_set(b, row, "number", whole(issue->number));
    rsp_build_set(b, row, "lot", whole(issue->lot));
    rsp_build_set(b, row, "order", whole(issue->order));
    set_vial(b, row, lot);
    rsp_build_set(b, row, "in_hand", json_boolean(issue->in_hand));
    rsp_build_set(b, row, "vials", whole(issue->vials));
    rsp_build_set(b, row, "returned", whole(issue->returned));
    rsp_build_set(b, row, "issued_mg", rsp_build_number(issue->issued_mg));
    rsp_build_set(b, row, "given_mg", rsp_build_number(issue->given_mg));
    rsp_build_set(b, row, "wasted_mg", rsp_build_number(issue->wasted_mg));
    rsp_build_set(b, row, "open_mg", rsp_build_number(issue->open_mg));
    rsp_build_set(b, row, "closes", json_boolean(rsp_stock_issue_closes(issue)));
    rsp_build_set(b, row, "who", rsp_build_text(move->who));
    rsp_build_set(b, row, "at", rsp_build_text(move->at));
    return row;
}

static json_t *move_row(
    struct rsp_build *b, const struct rsp_ledger *ledger, const struct rsp_stock_move *move)
{
    const bool in_vials = move->kind == RSP_STOCK_COUNTED || move->vials != 0;
    json_t *row = json_object();
    rsp_build_set(b, row, "number", whole(move->number));
    rsp_build_set(b, row, "move", rsp_build_text(rsp_stock_word(move->kind)));
    rsp_build_set(b, row, "lot", whole(move->lot));
    set_vial(b, row, rsp_ledger_lot(ledger, move->lot));
    rsp_build_set(b, row, "issue", whole_or_null(move->issue));
    rsp_build_set(b, row, "order", whole_or_null(move->order));
    rsp_build_set(b, row, "vials", in_vials ? whole(move->vials) : json_null());
    rsp_build_set(b, row, "expected", move->kind == RSP_STOCK_COUNTED ? whole(move->expected) : json_null());
    rsp_build_set(b, row, "amount_mg", in_vials ? json_null() : rsp_build_number(move->amount_mg));
    rsp_build_set(b, row, "who", rsp_build_text(move->who));
    rsp_build_set(b, row, "at", rsp_build_text(move->at));
    rsp_build_set(b, row, "note", rsp_build_text(move->note));
    rsp_build_set(b, row, "answer", rsp_build_text(rsp_stock_answer_word(move->answer)));
    const bool answered = move->answer != RSP_STOCK_PENDING;
    rsp_build_set(b, row, "signed_by", rsp_build_text(answered ? move->signed_by : NULL));
    rsp_build_set(b, row, "signed_at", rsp_build_text(answered ? move->signed_at : NULL));
    rsp_build_set(b, row, "why", rsp_build_text(move->why));
    return row;
}

/* What must be done, worst first: a shelf that does not agree, an expired lot, an issue that is open. */
static void add_attention(
    struct rsp_build *b, json_t *rows, const char *kind, int64_t number, const char *sentence)
{
    json_t *row = json_object();
    rsp_build_set(b, row, "kind", rsp_build_text(kind));
    rsp_build_set(b, row, "number", whole(number));
    rsp_build_set(b, row, "text", rsp_build_text(sentence));
    rsp_build_append(b, rows, row);
}

static json_t *attention(struct rsp_build *b, const struct rsp_call *call, const struct rsp_ledger *ledger)
{
    json_t *rows = json_array();
    char text[300], day[16];
    for (size_t i = 0; i < ledger->n_lot; i++) {
        const struct rsp_stock_lot *lot = &ledger->lot[i];
        if (rsp_stock_lot_closes(lot))
            continue;
        (void)snprintf(text, sizeof text,
            "Lot %s: %lld vials were counted, the ledger had %lld. It closes when a later count agrees.",
            lot->batch, (long long)lot->counted, (long long)(lot->counted - lot->difference));
        add_attention(b, rows, "count", lot->number, text);
    }
    for (size_t i = 0; i < ledger->n_lot; i++) {
        const struct rsp_stock_lot *lot = &ledger->lot[i];
        if (lot->on_shelf == 0 || lot->expiry.day >= call->today.day)
            continue;
        rsp_date_format(lot->expiry, day, sizeof day);
        (void)snprintf(text, sizeof text, "Lot %s expired on %s: waste its %lld vials with a witness.",
            lot->batch, day, (long long)lot->on_shelf);
        add_attention(b, rows, "expired", lot->number, text);
    }
    for (size_t i = 0; i < ledger->n_issue; i++) {
        const struct rsp_stock_issue *issue = &ledger->issue[i];
        if (issue->open_mg == 0)
            continue;
        (void)snprintf(text, sizeof text,
            "Issue %lld to order %lld: %s mg of %s mg are neither given, wasted nor returned.",
            (long long)issue->number, (long long)issue->order, rsp_words_number(issue->open_mg, DIGITS).text,
            rsp_words_number(issue->issued_mg, DIGITS).text);
        add_attention(b, rows, "issue", issue->number, text);
    }
    return rows;
}

/* Whether a strength was summed already, in a lot before. */
static bool seen_before(const struct rsp_ledger *ledger, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (ledger->lot[j].drug == ledger->lot[i].drug &&
            ledger->lot[j].strength_mg_per_ml == ledger->lot[i].strength_mg_per_ml)
            return true;
    return false;
}

static json_t *totals(struct rsp_build *b, const struct rsp_ledger *ledger)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < ledger->n_lot; i++) {
        int64_t vials = 0;
        double mg = 0;
        if (seen_before(ledger, i))
            continue;
        for (size_t j = i; j < ledger->n_lot; j++) {
            const struct rsp_stock_lot *lot = &ledger->lot[j];
            const bool same = lot->drug == ledger->lot[i].drug &&
                              lot->strength_mg_per_ml == ledger->lot[i].strength_mg_per_ml;
            vials += same ? lot->on_shelf : 0;
            mg += same ? (double)lot->on_shelf * rsp_stock_vial_mg(lot) : 0;
        }
        json_t *row = json_object();
        rsp_build_set(b, row, "drug", rsp_build_text(rsp_drug_name(ledger->lot[i].drug)));
        rsp_build_set(b, row, "strength_mg_per_ml", rsp_build_number(ledger->lot[i].strength_mg_per_ml));
        rsp_build_set(b, row, "vials", whole(vials));
        rsp_build_set(b, row, "amount_mg", rsp_build_number(mg));
        rsp_build_append(b, rows, row);
    }
    return rows;
}

static rsp_status put_all(struct rsp_call *call, const struct rsp_ledger *ledger)
{
    struct rsp_build b = {false};
    json_t *lots = json_array(), *issues = json_array(), *pending = json_array();
    bool closes = true;
    for (size_t i = 0; i < ledger->n_lot; i++) {
        rsp_build_append(&b, lots, lot_row(&b, call, &ledger->lot[i]));
        closes = closes && rsp_stock_lot_closes(&ledger->lot[i]);
    }
    for (size_t i = 0; i < ledger->n_issue; i++) {
        if (rsp_stock_issue_closes(&ledger->issue[i]))
            continue;
        closes = false;
        rsp_build_append(&b, issues, issue_row(&b, ledger, &ledger->issue[i]));
    }
    for (size_t i = 0; i < ledger->n_move; i++)
        if (ledger->move[i].answer == RSP_STOCK_PENDING)
            rsp_build_append(&b, pending, move_row(&b, ledger, &ledger->move[i]));
    closes = closes && json_array_size(pending) == 0;
    rsp_build_set(&b, call->out, "closes", json_boolean(closes));
    rsp_build_set(&b, call->out, "attention", attention(&b, call, ledger));
    rsp_build_set(&b, call->out, "pending", pending);
    rsp_build_set(&b, call->out, "issues", issues);
    rsp_build_set(&b, call->out, "totals", totals(&b, ledger));
    rsp_build_set(&b, call->out, "lots", lots);
    return b.failed ? rsp_call_no_memory(call) : RSP_OK;
}

rsp_status rsp_case_stock(struct rsp_call *call)
{
    struct rsp_ledger ledger;
    rsp_status status = rsp_ledger_read(call, &ledger);
    if (status == RSP_OK)
        status = put_all(call, &ledger);
    rsp_ledger_clear(&ledger);
    return status;
}

/* ---- moves ---- */

rsp_status rsp_case_stock_moves(struct rsp_call *call)
{
    struct rsp_ledger ledger;
    struct rsp_build b = {false};
    json_t *rows = json_array();
    rsp_status status = rsp_ledger_read(call, &ledger);
    for (size_t i = 0; status == RSP_OK && i < ledger.n_move; i++)
        rsp_build_append(&b, rows, move_row(&b, &ledger, &ledger.move[i]));
    rsp_ledger_clear(&ledger);
    if (status == RSP_OK && (b.failed || rows == NULL))
        status = rsp_call_no_memory(call);
    if (status != RSP_OK) {
        json_decref(rows);
        return status;
    }
    return rsp_call_page(call, "moves", rows, "number");
}

/* ---- export ---- */

static void csv_text(struct rsp_buf *out, const char *text)
{
    rsp_buf_text(out, ",");
    rsp_csv_cell(out, text);
}

static void csv_whole(struct rsp_buf *out, int64_t value)
{
    if (value != 0)
        rsp_buf_printf(out, ",%lld", (long long)value);
    else
        rsp_buf_text(out, ",");
}

static void csv_number(struct rsp_buf *out, double value)
{
    rsp_buf_text(out, ",");
    rsp_buf_fixed(out, value, DIGITS);
}

static void csv_row(struct rsp_buf *out, const struct rsp_ledger *ledger, const struct rsp_stock_move *move)
{
    const struct rsp_stock_lot *lot = rsp_ledger_lot(ledger, move->lot);
    const bool in_vials = move->kind == RSP_STOCK_COUNTED || move->vials != 0;
    char day[16];
    rsp_date_format(lot->expiry, day, sizeof day);
    rsp_buf_printf(out, "%lld,%s,%s,%s", (long long)move->number, move->at, rsp_stock_word(move->kind),
        rsp_drug_name(lot->drug));
    csv_number(out, lot->strength_mg_per_ml);
    csv_number(out, lot->vial_ml);
    csv_text(out, lot->batch);
    rsp_buf_printf(out, ",%s", day);
    csv_whole(out, move->lot);
    csv_whole(out, move->issue);
    csv_whole(out, move->order);
    if (in_vials)
        rsp_buf_printf(out, ",%lld,", (long long)move->vials);
    else
        rsp_buf_text(out, ",");
    if (!in_vials)
        csv_number(out, move->amount_mg);
    if (move->kind == RSP_STOCK_COUNTED)
        rsp_buf_printf(out, ",%lld", (long long)move->expected);
    else
        rsp_buf_text(out, ",");
    csv_text(out, move->who);
    rsp_buf_printf(out, ",%s", rsp_stock_answer_word(move->answer));
    csv_text(out, move->signed_by);
    rsp_buf_printf(out, ",%s", move->signed_at);
    csv_text(out, move->note);
    csv_text(out, move->why);
    rsp_buf_text(out, "\r\n");
}

rsp_status rsp_case_stock_export(struct rsp_call *call)
{
    struct rsp_ledger ledger;
    struct rsp_buf out;
    char day[16], name[40];
    rsp_status status = rsp_ledger_read(call, &ledger);
    rsp_buf_init(&out, EXPORT_MOST);
    rsp_buf_text(&out,
        "number,at,move,drug,strength_mg_per_ml,vial_ml,batch,expiry,lot,issue,order,vials,amount_mg,"
        "expected_vials,who,answer,second_person,second_at,note,why\r\n");
    for (size_t i = 0; status == RSP_OK && i < ledger.n_move; i++)
        csv_row(&out, &ledger, &ledger.move[i]);
    if (status == RSP_OK && out.too_long)
        status = rsp_error_set(call->err, RSP_E_LIMIT, "", "the ledger is too long to be exported whole");
    else if (status == RSP_OK && (out.failed || out.data == NULL))
        status = rsp_call_no_memory(call);
    rsp_date_format(call->today, day, sizeof day);
    (void)snprintf(name, sizeof name, "ledger-%s.csv", day);
    if (status == RSP_OK)
        status = rsp_call_put(call, "name", json_string(name));
    if (status == RSP_OK)
        status = rsp_call_put(call, "csv", json_string(out.data));
    rsp_buf_free(&out);
    rsp_ledger_clear(&ledger);
    return status;
}
