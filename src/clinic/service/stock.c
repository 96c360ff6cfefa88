/* The ledger of controlled drugs from its facts. */
#include "service/stock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/json_build.h"

const char *rsp_stock_word(enum rsp_stock_kind kind)
{
    static const char *const word[] = {
#define RSP_X(name, text) [name] = text,
        RSP_STOCK_MOVE_LIST(RSP_X)
#undef RSP_X
    };
    return word[kind];
}

const char *rsp_stock_answer_word(enum rsp_stock_answer answer)
{
    static const char *const word[] = {"pending", "agreed", "refused"};
    return word[answer];
}

double rsp_stock_vial_mg(const struct rsp_stock_lot *lot)
{
    return lot->strength_mg_per_ml * lot->vial_ml;
}

/* ---- reading ---- */

static int64_t whole(const json_t *body, const char *key)
{
    return json_integer_value(json_object_get(body, key));
}

/* Room for one more; the arrays double when they are full. */
static void *grow(void *items, size_t n, size_t size)
{
    const bool full = (n & (n - 1)) == 0; /* 0, 1, 2, 4, ... */
    return full ? realloc(items, (n > 0 ? 2 * n : 1) * size) : items;
}

static rsp_status no_memory(struct rsp_error *err)
{
    return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

static rsp_status add_lot(struct rsp_ledger *ledger, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_stock_lot *lots = grow(ledger->lot, ledger->n_lot, sizeof *lots);
    if (lots == NULL)
        return no_memory(err);
    ledger->lot = lots;
    struct rsp_stock_lot lot = {.number = fact->number,
        .strength_mg_per_ml = json_number_value(json_object_get(fact->body, "strength_mg_per_ml")),
        .vial_ml = json_number_value(json_object_get(fact->body, "vial_ml"))};
    RSP_TRY(rsp_drug_parse(rsp_key_text(fact->body, "drug"), &lot.drug, err));
    RSP_TRY(rsp_date_parse(rsp_key_text(fact->body, "expiry"), &lot.expiry, err));
    (void)snprintf(lot.batch, sizeof lot.batch, "%s", rsp_key_text(fact->body, "batch"));
    ledger->lot[ledger->n_lot++] = lot;
    return RSP_OK;
}

static bool kind_of(const char *word, enum rsp_stock_kind *kind)
{
    for (int i = 0; i < RSP_N_STOCK_KIND; i++) {
        if (strcmp(rsp_stock_word((enum rsp_stock_kind)i), word) == 0) {
            *kind = (enum rsp_stock_kind)i;
            return true;
        }
    }
    return false;
}

static rsp_status see_move(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_ledger *ledger = context;
    struct rsp_stock_move *moves = grow(ledger->move, ledger->n_move, sizeof *moves);
    if (moves == NULL)
        return no_memory(err);
    ledger->move = moves;
    struct rsp_stock_move move = {.number = fact->number,
        .lot = whole(fact->body, "lot"),
        .issue = whole(fact->body, "issue"),
        .order = whole(fact->body, "order"),
        .vials = whole(fact->body, "vials"),
        .expected = whole(fact->body, "expected"),
        .amount_mg = json_number_value(json_object_get(fact->body, "amount_mg"))};
    if (!kind_of(rsp_key_text(fact->body, "move"), &move.kind))
        return rsp_error_set(err, RSP_E_DAMAGED, "stock_move", "an unknown move of the ledger");
    if (move.kind == RSP_STOCK_RECEIVED) {
        move.lot = move.number;
        RSP_TRY(add_lot(ledger, fact, err));
    }
    (void)snprintf(move.who, sizeof move.who, "%s", fact->who);
    (void)snprintf(move.at, sizeof move.at, "%s", fact->wall);
    (void)snprintf(move.note, sizeof move.note, "%s", rsp_key_text(fact->body, "note"));
    ledger->move[ledger->n_move++] = move;
    return RSP_OK;
}

static struct rsp_stock_move *find_move(const struct rsp_ledger *ledger, int64_t number)
{
    size_t low = 0, high = ledger->n_move; /* facts come in the order of their numbers */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ledger->move[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ledger->n_move && ledger->move[low].number == number ? &ledger->move[low] : NULL;
}

static rsp_status see_signature(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_ledger *ledger = context;
    struct rsp_stock_move *move = find_move(ledger, whole(fact->body, "move"));
    if (move == NULL || move->answer != RSP_STOCK_PENDING)
        return rsp_error_set(
            err, RSP_E_DAMAGED, "stock_signature", "a signature without a move that waits for it");
    move->answer =
        strcmp(rsp_key_text(fact->body, "answer"), "agreed") == 0 ? RSP_STOCK_AGREED : RSP_STOCK_REFUSED;
    (void)snprintf(move->signed_by, sizeof move->signed_by, "%s", fact->who);
    (void)snprintf(move->signed_at, sizeof move->signed_at, "%s", fact->wall);
    (void)snprintf(move->why, sizeof move->why, "%s", rsp_key_text(fact->body, "why"));
    return RSP_OK;
}

/* ---- balances ---- */

static struct rsp_stock_lot *find_lot(const struct rsp_ledger *ledger, int64_t number)
{
    for (size_t i = 0; i < ledger->n_lot; i++)
        if (ledger->lot[i].number == number)
            return &ledger->lot[i];
    return NULL;
}

static struct rsp_stock_issue *find_issue(const struct rsp_ledger *ledger, int64_t number)
{
    for (size_t i = 0; i < ledger->n_issue; i++)
        if (ledger->issue[i].number == number)
            return &ledger->issue[i];
    return NULL;
}

static rsp_status book_issue(struct rsp_ledger *ledger, const struct rsp_stock_move *move,
    struct rsp_stock_lot *lot, struct rsp_error *err)
{
    struct rsp_stock_issue *issues = grow(ledger->issue, ledger->n_issue, sizeof *issues);
    if (issues == NULL)
        return no_memory(err);
    ledger->issue = issues;
    lot->issued += move->vials;
    ledger->issue[ledger->n_issue++] = (struct rsp_stock_issue){.number = move->number,
        .lot = move->lot,
        .order = move->order,
        .in_hand = move->answer == RSP_STOCK_AGREED,
        .vials = move->vials,
        .issued_mg = (double)move->vials * rsp_stock_vial_mg(lot),
        .pending = move->answer == RSP_STOCK_PENDING};
    return RSP_OK;
}

/* Vials brought back lie nowhere until both have signed: no longer the issue's, not yet the shelf's. */
static void book_return(
    const struct rsp_stock_move *move, struct rsp_stock_lot *lot, struct rsp_stock_issue *issue)
{
    issue->returned += move->vials;
    if (move->answer == RSP_STOCK_AGREED)
        lot->returned += move->vials;
}

/* A count that differs stands from the moment it was entered, whatever was answered: only a later one, agreed, ends it. */
static void book_count(const struct rsp_stock_move *move, struct rsp_stock_lot *lot)
{
    if (move->answer != RSP_STOCK_AGREED && move->vials == move->expected)
        return;
    lot->count = move->number;
    lot->counted = move->vials;
    lot->difference = move->vials - move->expected;
}

static rsp_status book(struct rsp_ledger *ledger, const struct rsp_stock_move *move, struct rsp_error *err)
{
    struct rsp_stock_lot *lot = find_lot(ledger, move->lot);
    struct rsp_stock_issue *issue = find_issue(ledger, move->issue);
    if (move->answer == RSP_STOCK_REFUSED && move->kind != RSP_STOCK_COUNTED)
        return RSP_OK;
    const bool of_issue =
        move->issue != 0 || move->kind == RSP_STOCK_GIVEN || move->kind == RSP_STOCK_RETURNED;
    if (lot == NULL)
        return rsp_error_set(err, RSP_E_DAMAGED, "stock_move",
            "move %lld of the ledger is of lot %lld, which was never received", (long long)move->number,
            (long long)move->lot);
    if (of_issue && issue == NULL)
        return rsp_error_set(err, RSP_E_DAMAGED, "stock_move",
            "move %lld of the ledger enters what was %s of vials that were never issued",
            (long long)move->number, rsp_stock_word(move->kind));
    if (issue != NULL)
        issue->pending = issue->pending || move->answer == RSP_STOCK_PENDING;
    switch (move->kind) {
    case RSP_STOCK_RECEIVED:
        lot->in_stock = move->answer == RSP_STOCK_AGREED;
        lot->received = lot->in_stock ? move->vials : 0;
        break;
    case RSP_STOCK_ISSUED:
        return book_issue(ledger, move, lot, err);
    case RSP_STOCK_GIVEN:
        issue->given_mg += move->amount_mg;
        break;
    case RSP_STOCK_WASTED:
        if (issue != NULL)
            issue->wasted_mg += move->amount_mg;
        else
            lot->wasted += move->vials;
        break;
    case RSP_STOCK_RETURNED:
        book_return(move, lot, issue);
        break;
    default:
        book_count(move, lot);
    }
    return RSP_OK;
}

static rsp_status balance(struct rsp_ledger *ledger, struct rsp_error *err)
{
    for (size_t i = 0; i < ledger->n_move; i++)
        RSP_TRY(book(ledger, &ledger->move[i], err));
    for (size_t i = 0; i < ledger->n_lot; i++) {
        struct rsp_stock_lot *lot = &ledger->lot[i];
        lot->on_shelf = lot->received + lot->returned - lot->issued - lot->wasted;
    }
    for (size_t i = 0; i < ledger->n_issue; i++) {
        struct rsp_stock_issue *issue = &ledger->issue[i];
        const double back_mg = (double)issue->returned * rsp_stock_vial_mg(find_lot(ledger, issue->lot));
        issue->open_mg = issue->issued_mg - issue->given_mg - issue->wasted_mg - back_mg;
        if (fabs(issue->open_mg) < RSP_STOCK_SAME_MG)
            issue->open_mg = 0;
    }
    return RSP_OK;
}

rsp_status rsp_ledger_read(struct rsp_call *call, struct rsp_ledger *ledger)
{
    struct rsp_fact_filter filter = {.kind = "stock_move"};
    *ledger = (struct rsp_ledger){0};
    RSP_TRY(rsp_store_read(call->service->store, &filter, see_move, ledger, call->err));
    filter.kind = "stock_signature";
    RSP_TRY(rsp_store_read(call->service->store, &filter, see_signature, ledger, call->err));
    return balance(ledger, call->err);
}

void rsp_ledger_clear(struct rsp_ledger *ledger)
{
    free(ledger->move);
    free(ledger->lot);
    free(ledger->issue);
    *ledger = (struct rsp_ledger){0};
}

/* ---- asking ---- */

const struct rsp_stock_move *rsp_ledger_move(const struct rsp_ledger *ledger, int64_t number)
{
    return find_move(ledger, number);
}

const struct rsp_stock_lot *rsp_ledger_lot(const struct rsp_ledger *ledger, int64_t number)
{
    return find_lot(ledger, number);
}

const struct rsp_stock_issue *rsp_ledger_issue(const struct rsp_ledger *ledger, int64_t number)
{
    return find_issue(ledger, number);
}

double rsp_ledger_given_mg(const struct rsp_ledger *ledger, int64_t order)
{
    double given_mg = 0;
    for (size_t i = 0; i < ledger->n_issue; i++)
        if (ledger->issue[i].order == order)
            given_mg += ledger->issue[i].given_mg;
    return given_mg;
}

int64_t rsp_ledger_issued(const struct rsp_ledger *ledger, int64_t order)
{
    int64_t vials = 0;
    for (size_t i = 0; i < ledger->n_issue; i++)
        if (ledger->issue[i].order == order)
            vials += ledger->issue[i].vials - ledger->issue[i].returned;
    return vials;
}

bool rsp_stock_issue_closes(const struct rsp_stock_issue *issue)
{
    return issue->in_hand && !issue->pending && issue->open_mg == 0;
}

bool rsp_stock_lot_closes(const struct rsp_stock_lot *lot)
{
    return lot->difference == 0;
}
