/* Inputs: adverse events and near misses. */
#include "service/input_rows.h"

static const char *const kinds[] = {"adverse_event", "near_miss", NULL};
static const char *const states[] = {"open", "closed", NULL};
static const char *const by_when[] = {"when", "-when", NULL};

#define ENTRY                                                                                                \
    {                                                                                                        \
        "entry", RSP_INPUT_WHOLE, true, 1, RSP_KIND_WHOLE_MOST, NULL, "number of the entry"                  \
    }
#define KIND(required)                                                                                       \
    {                                                                                                        \
        "kind", RSP_INPUT_WORD, required, 0, 0, kinds, "what reached the patient, or nearly did"             \
    }
#define WORD(required)                                                                                       \
    {                                                                                                        \
        "word", RSP_INPUT_TEXT, required, 1, 40, NULL, "a word of the register"                              \
    }
#define SEVERITY(required)                                                                                   \
    {                                                                                                        \
        "severity", RSP_INPUT_TEXT, required, 1, 20, NULL, "none, mild, moderate, severe, death"             \
    }
#define STATE                                                                                                \
    {                                                                                                        \
        "state", RSP_INPUT_WORD, false, 0, 0, states, "whether something is still to be done"                \
    }
#define WHEN                                                                                                 \
    {                                                                                                        \
        "when", RSP_INPUT_TEXT, false, 16, 25, NULL, "wall time, 2026-11-29T14:05 (now)"                     \
    }
#define ITS_ORDER                                                                                            \
    {                                                                                                        \
        "order", RSP_INPUT_WHOLE, false, 1, RSP_KIND_WHOLE_MOST, NULL, "order that it belongs to"            \
    }
#define DONE                                                                                                 \
    {"what_was_done", RSP_INPUT_TEXT, false, 1, 2000, NULL, "what was done; kept encrypted"},                \
    {                                                                                                        \
        "follow_up", RSP_INPUT_TEXT, false, 1, 2000, NULL, "what is still to be done; kept encrypted"        \
    }
#define HAPPENED(required)                                                                                   \
    {                                                                                                        \
        "what_happened", RSP_INPUT_TEXT, required, 3, 2000, NULL, "what happened; kept encrypted"            \
    }
#define CHOICE                                                                                               \
    KIND(false), WORD(false), SEVERITY(false), STATE,                                                        \
        {"from", RSP_INPUT_DATE, false, 0, 0, NULL, "first day on which it happened"},                       \
    {                                                                                                        \
        "to", RSP_INPUT_DATE, false, 0, 0, NULL, "last day"                                                  \
    }

INPUTS(register_words) = {NONE};
INPUTS(register_add) = {
    {"patient", RSP_INPUT_PERSON, false, 0, 0, NULL, "whom it concerns, if anybody"},
    KIND(true),
    WORD(true),
    SEVERITY(true),
    STATE,
    WHEN,
    ITS_ORDER,
    HAPPENED(true),
    DONE,
};
INPUTS(register_amend) = {
    ENTRY,
    KIND(false),
    WORD(false),
    SEVERITY(false),
    STATE,
    WHEN,
    HAPPENED(false),
    DONE,
    {"why", RSP_INPUT_TEXT, true, 3, 300, NULL, "reason"},
};
INPUTS(register_read) = {ENTRY};
INPUTS(register) = {CHOICE, LIMIT, AFTER, {"sort", RSP_INPUT_WORD, false, 0, 0, by_when, "order (when)"}};
INPUTS(register_counts) = {NONE};
INPUTS(register_export) = {CHOICE};
