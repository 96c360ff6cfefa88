/* Inputs: the session at the bedside. */
#include "service/input_rows.h"

static const char *const yes_or_no[] = {"no", "yes", NULL};

#define EVENT                                                                                                \
    {"event", RSP_INPUT_TEXT, true, 2, 16, NULL,                                                             \
        "started, rate, paused, resumed, given, bag, stopped, recovering, discharged, aborted, exceeded, "   \
        "undone"},                                                                                           \
        {"at", RSP_INPUT_TEXT, false, 16, 25, NULL,                                                          \
            "wall time, when it happened earlier than now, or than the event that it replaces"},             \
        {"rate_ml_per_h", RSP_INPUT_NUMBER, false, 0.001, 10000, NULL, "rate that the pump shows"},          \
        {"amount_mg", RSP_INPUT_NUMBER, false, 0.0001, 1e6, NULL,                                            \
            "of a dose at once, or of what was too much"},                                                   \
        {"uncertain", RSP_INPUT_WORD, false, 0, 0, yes_or_no, "it may not have happened (no)"},              \
        {"replaces", RSP_INPUT_WHOLE, false, 1, RSP_KIND_WHOLE_MOST, NULL, "event whose place it takes"},    \
    {                                                                                                        \
        "why", RSP_INPUT_TEXT, false, 3, 500, NULL, "reason; kept encrypted"                                 \
    }

INPUTS(bedside) = {PATIENT, ORDER};
INPUTS(bedside_event) = {PATIENT, ORDER, EVENT};
INPUTS(bedside_suppose) = {PATIENT, ORDER, EVENT};
INPUTS(bedside_watch) = {PATIENT, ORDER};
INPUTS(ward) = {NONE};
INPUTS(ward_watch) = {NONE};
