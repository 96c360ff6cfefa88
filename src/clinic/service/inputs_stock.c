/* Inputs: the ledger of controlled drugs. */
#include "service/input_rows.h"

enum { VIALS_MOST = 10000, BATCH_MOST = 40, NOTE_MOST = 300 };
#define AMOUNT_MOST_MG 1e6

#define VIALS                                                                                                \
    {                                                                                                        \
        "vials", RSP_INPUT_WHOLE, true, 1, VIALS_MOST, NULL, "whole vials"                                   \
    }
#define LOT                                                                                                  \
    {                                                                                                        \
        "lot", RSP_INPUT_WHOLE, true, 1, RSP_KIND_WHOLE_MOST, NULL, "number of the lot"                      \
    }
#define ISSUE                                                                                                \
    {                                                                                                        \
        "issue", RSP_INPUT_WHOLE, true, 1, RSP_KIND_WHOLE_MOST, NULL, "number of the issue"                  \
    }
#define NOTE                                                                                                 \
    {                                                                                                        \
        "note", RSP_INPUT_TEXT, false, 3, NOTE_MOST, NULL, "what is known besides; no name of a patient"     \
    }
#define SORT                                                                                                 \
    {                                                                                                        \
        "sort", RSP_INPUT_WORD, false, 0, 0, rsp_by_number, "order (number)"                                 \
    }

static const char *const answers[] = {"agreed", "refused", NULL};

INPUTS(stock) = {NONE};
INPUTS(stock_moves) = {LIMIT, AFTER, SORT};
INPUTS(stock_export) = {NONE};
INPUTS(stock_receive) = {
    {"drug", RSP_INPUT_TEXT, true, 1, 60, NULL, "ketamine (the racemate) or esketamine, as the label says"},
    {"strength_mg_per_ml", RSP_INPUT_NUMBER, true, 0.1, 1000, NULL, "mg of base in each mL"},
    {"vial_ml", RSP_INPUT_NUMBER, true, 0.1, 1000, NULL, "mL of one vial"},
    {"batch", RSP_INPUT_TEXT, true, 1, BATCH_MOST, NULL, "batch on the label"},
    {"expiry", RSP_INPUT_DATE, true, 0, 0, NULL, "last day of use"},
    VIALS,
    NOTE,
};
INPUTS(stock_issue) = {
    LOT,
    {"order", RSP_INPUT_WHOLE, true, 1, RSP_KIND_WHOLE_MOST, NULL, "number of the signed order"},
    VIALS,
    NOTE,
};
INPUTS(stock_give) = {
    ISSUE,
    {"amount_mg", RSP_INPUT_NUMBER, true, 0.001, AMOUNT_MOST_MG, NULL, "mg that the patient received"},
    NOTE,
};
INPUTS(stock_waste) = {
    {"issue", RSP_INPUT_WHOLE, false, 1, RSP_KIND_WHOLE_MOST, NULL, "number of the issue that is left over"},
    {"amount_mg", RSP_INPUT_NUMBER, false, 0.001, AMOUNT_MOST_MG, NULL, "mg of the issue that are wasted"},
    {"lot", RSP_INPUT_WHOLE, false, 1, RSP_KIND_WHOLE_MOST, NULL, "lot, for vials from the shelf"},
    {"vials", RSP_INPUT_WHOLE, false, 1, VIALS_MOST, NULL, "whole vials from the shelf: broken, expired"},
    NOTE,
};
INPUTS(stock_return) = {ISSUE, VIALS, NOTE};
INPUTS(stock_count) = {
    LOT, {"vials", RSP_INPUT_WHOLE, true, 0, VIALS_MOST, NULL, "vials on the shelf"}, NOTE};
INPUTS(stock_sign) = {
    {"number", RSP_INPUT_WHOLE, true, 1, RSP_KIND_WHOLE_MOST, NULL, "number of the move"},
    {"answer", RSP_INPUT_WORD, true, 0, 0, answers, "whether you saw it so"},
    {"why", RSP_INPUT_TEXT, false, 3, NOTE_MOST, NULL, "reason, when it is refused"},
};
