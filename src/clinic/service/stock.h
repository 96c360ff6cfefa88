/** The ledger of controlled drugs, computed from its moves: what is on the shelf, what an issue still owes, what waits for
 * a second signature.
 *
 *   of a lot     received + returned = on the shelf + issued + wasted from the shelf
 *   of an issue  issued = given + wasted + returned
 *
 * A move that takes from somewhere counts at once, also before its second signature, so that nothing can be taken twice;
 * one that adds counts when it is signed; one that was refused never counted. A count that differs from the ledger is open
 * from when it was entered until a later count is agreed, also when it was refused. */
#ifndef RSP_CLINIC_SERVICE_STOCK_H
#define RSP_CLINIC_SERVICE_STOCK_H

#include <respite/dose.h>

#include "service/call.h"

/* Order is that of the day's work. */
#define RSP_STOCK_MOVE_LIST(X)                                                                               \
    X(RSP_STOCK_RECEIVED, "received")                                                                        \
    X(RSP_STOCK_ISSUED, "issued")                                                                            \
    X(RSP_STOCK_GIVEN, "given")                                                                              \
    X(RSP_STOCK_WASTED, "wasted")                                                                            \
    X(RSP_STOCK_RETURNED, "returned")                                                                        \
    X(RSP_STOCK_COUNTED, "counted")

enum rsp_stock_kind {
#define RSP_X(name, word) name,
    RSP_STOCK_MOVE_LIST(RSP_X)
#undef RSP_X
        RSP_N_STOCK_KIND
};
const char *rsp_stock_word(enum rsp_stock_kind kind);

enum rsp_stock_answer { RSP_STOCK_PENDING, RSP_STOCK_AGREED, RSP_STOCK_REFUSED };
const char *rsp_stock_answer_word(enum rsp_stock_answer answer); /* "pending", "agreed", "refused" */

enum { RSP_BATCH_SIZE = 41, RSP_NOTE_SIZE = 301 };

struct rsp_stock_move {
    int64_t number; /* of the fact */
    enum rsp_stock_kind kind;
    int64_t lot, issue, order; /* facts; 0: none. A lot is known by the fact that received it */
    int64_t vials;             /* whole vials; 0 where mg are moved */
    int64_t expected;          /* counted: what the ledger said at that moment */
    double amount_mg;          /* of what was opened; vials are not in it */
    char who[RSP_ACCOUNT_SIZE], at[64], note[RSP_NOTE_SIZE];
    enum rsp_stock_answer answer;
    char signed_by[RSP_ACCOUNT_SIZE], signed_at[64], why[RSP_NOTE_SIZE];
};

struct rsp_stock_lot {
    int64_t number;
    enum rsp_drug drug;
    double strength_mg_per_ml, vial_ml;
    char batch[RSP_BATCH_SIZE];
    struct rsp_date expiry;
    bool in_stock;                              /* its receipt is signed */
    int64_t received, returned, issued, wasted; /* vials, as they count */
    int64_t on_shelf;
    int64_t count; /* move that counted last, agreed or with a difference; 0: never */
    int64_t counted, difference;
};
double rsp_stock_vial_mg(const struct rsp_stock_lot *lot);

struct rsp_stock_issue {
    int64_t number, lot, order;
    bool in_hand; /* its second signature is there */
    int64_t vials, returned;
    double issued_mg, given_mg, wasted_mg; /* as they count */
    double open_mg;                        /* neither given nor wasted nor returned */
    bool pending;                          /* something of it waits for a second signature */
};

struct rsp_ledger {
    size_t n_move, n_lot, n_issue;
    struct rsp_stock_move *move;
    struct rsp_stock_lot *lot;
    struct rsp_stock_issue *issue;
};

/** Read in the open transaction. Caller clears with rsp_ledger_clear, also on failure. */
RSP_CHECKED rsp_status rsp_ledger_read(struct rsp_call *call, struct rsp_ledger *ledger);
void rsp_ledger_clear(struct rsp_ledger *ledger);

const struct rsp_stock_move *rsp_ledger_move(const struct rsp_ledger *ledger, int64_t number);
const struct rsp_stock_lot *rsp_ledger_lot(const struct rsp_ledger *ledger, int64_t number);
const struct rsp_stock_issue *rsp_ledger_issue(const struct rsp_ledger *ledger, int64_t number);
/** What of an order was given so far, in mg. */
double rsp_ledger_given_mg(const struct rsp_ledger *ledger, int64_t order);
/** Vials that were issued to an order and not brought back. */
int64_t rsp_ledger_issued(const struct rsp_ledger *ledger, int64_t order);

/** Amounts of drug nearer than this, in mg, are equal: finer than a syringe can be read. */
#define RSP_STOCK_SAME_MG 0.01

/** Whether everything that was issued is accounted for, and the last count agrees. */
bool rsp_stock_issue_closes(const struct rsp_stock_issue *issue);
bool rsp_stock_lot_closes(const struct rsp_stock_lot *lot);

#endif
