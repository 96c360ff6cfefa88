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
        {"again", RSP_INPUT_NUMBER, false, 0.0001, 1e6, NULL,                                                \
            "the same number typed a second time, where it is far from the order"},                          \
        {"uncertain", RSP_INPUT_WORD, false, 0, 0, yes_or_no, "it may not have happened (no)"},              \
        {"replaces", RSP_INPUT_WHOLE, false, 1, RSP_KIND_WHOLE_MOST, NULL, "event whose place it takes"},    \
    {                                                                                                        \
        "why", RSP_INPUT_TEXT, false, 3, 500, NULL, "reason; kept encrypted"                                 \
    }

/* A moment that has passed, instead of now. */
#define THEN                                                                                                 \
    {"at_s", RSP_INPUT_NUMBER, false, 1, RSP_KIND_WHOLE_MOST, NULL,                                          \
        "as it was at this moment, in seconds since 1970-01-01 UTC (now)"},                                  \
    {                                                                                                        \
        "hindsight", RSP_INPUT_WORD, false, 0, 0, yes_or_no,                                                 \
            "with at_s: what happened by then, whenever it was entered, not what was known then (no)"        \
    }

INPUTS(bedside) = {PATIENT, ORDER, THEN};
static const char *const screens[] = {"sounds", "silent", NULL};
#define SCREEN                                                                                               \
    {                                                                                                        \
        "screen", RSP_INPUT_WORD, false, 0, 0, screens,                                                      \
            "a screen that shows it asks, and would be heard or not: at least each 60 s, or it is none"      \
    }
INPUTS(bedside_now) = {PATIENT, ORDER, THEN, SCREEN};
INPUTS(bedside_forecasts) = {
    PATIENT,
    ORDER,
    {"limit", RSP_INPUT_WHOLE, false, 1, 50, NULL, "how many are made again (10)"},
    AFTER,
};
INPUTS(bedside_event) = {
    PATIENT,
    ORDER,
    EVENT,
    {"seen", RSP_INPUT_WHOLE, false, 0, RSP_KIND_WHOLE_MOST, NULL,
        "the latest event that the person knows, 0: none; refused as a conflict when there is a newer one"},
    {"reasons", RSP_INPUT_OBJECT, false, 0, 0, NULL,
        "why nevertheless, by the id of what is not met: of a criterion at the discharge, of a nurse's gate "
        "at "
        "the start; kept encrypted"},
};
INPUTS(bedside_suppose) = {PATIENT, ORDER, EVENT};
static const char *const answers[] = {"acknowledge", "pause", "pause_audio", "announced", NULL};

INPUTS(reading_add) = {
    PATIENT,
    ORDER,
    {"at", RSP_INPUT_TEXT, false, 16, 25, NULL, "wall time, when it was measured earlier than now"},
    {"values", RSP_INPUT_OBJECT, true, 0, 0, NULL,
        "sign and value, as in rules/vitals.yaml: {\"sbp_mmhg\": 138}"},
    {"confirmed", RSP_INPUT_TEXTS, false, 1, 20, NULL, "signs whose implausible value was measured again"},
};
INPUTS(reading_mark) = {
    PATIENT,
    ORDER,
    {"reading", RSP_INPUT_WHOLE, true, 1, RSP_KIND_WHOLE_MOST, NULL, "number of the reading"},
    {"sign", RSP_INPUT_TEXT, true, 1, 32, NULL, "which of its values"},
    {"artefact", RSP_INPUT_WORD, true, 0, 0, yes_or_no, "whether it is one"},
    {"why", RSP_INPUT_TEXT, true, 3, 500, NULL, "reason; kept encrypted"},
};
INPUTS(readings) = {
    PATIENT,
    ORDER,
    {"points", RSP_INPUT_WHOLE, false, 20, 2000, NULL, "of each sign: more values become ranges (400)"},
    {"since", RSP_INPUT_WHOLE, false, 1, RSP_KIND_WHOLE_MOST, NULL,
        "only what came after this fact: `read_to` of the answer before"},
    THEN,
};
INPUTS(bedside_score) = {
    PATIENT,
    ORDER,
    {"what", RSP_INPUT_TEXT, true, 1, 32, NULL, "as in `scales`: sedation, dissociation, pain, nausea, line"},
    {"value", RSP_INPUT_NUMBER, false, -1000, 1000, NULL,
        "whole number of its scale; left out with replaces: taken back"},
    {"at", RSP_INPUT_TEXT, false, 16, 25, NULL, "wall time, when it was scored earlier than now"},
    {"replaces", RSP_INPUT_WHOLE, false, 1, RSP_KIND_WHOLE_MOST, NULL,
        "number of the score whose place it takes"},
    {"why", RSP_INPUT_TEXT, false, 3, 300, NULL, "reason, with replaces; readable, so without a name"},
};
static const char *const remarks[] = {"said", "seen", NULL};

INPUTS(bedside_remark) = {
    PATIENT,
    ORDER,
    {"what", RSP_INPUT_WORD, true, 0, 0, remarks, "what the person said, or what was seen or done"},
    {"text", RSP_INPUT_TEXT, false, 2, 500, NULL,
        "in words; left out with replaces: taken back; kept encrypted"},
    {"at", RSP_INPUT_TEXT, false, 16, 25, NULL, "wall time, when it was earlier than now"},
    {"replaces", RSP_INPUT_WHOLE, false, 1, RSP_KIND_WHOLE_MOST, NULL,
        "number of the remark whose place it takes"},
    {"why", RSP_INPUT_TEXT, false, 3, 300, NULL, "reason, with replaces; readable, so without a name"},
};
static const char *const uses[] = {"premedication", "rescue", NULL};

INPUTS(bedside_medicine) = {
    PATIENT,
    ORDER,
    {"name", RSP_INPUT_TEXT, true, 1, 200, NULL, "medicine, as it is ordered beside the dose"},
    {"use", RSP_INPUT_WORD, false, 0, 0, uses, "which of the two, where it is ordered as both"},
    {"dose_mg", RSP_INPUT_NUMBER, false, 0.000001, 1e6, NULL,
        "what was given; left out with replaces: taken back"},
    {"at", RSP_INPUT_TEXT, false, 16, 25, NULL, "wall time, when it was given earlier than now"},
    {"replaces", RSP_INPUT_WHOLE, false, 1, RSP_KIND_WHOLE_MOST, NULL,
        "number of the entry whose place it takes"},
    {"why", RSP_INPUT_TEXT, false, 3, 300, NULL, "reason, with replaces, or for rescue that is given again"},
};
INPUTS(recovery) = {
    PATIENT,
    ORDER,
    {"at", RSP_INPUT_TEXT, false, 16, 25, NULL, "wall time, when it was asked earlier than now"},
    {"oxygen", RSP_INPUT_WORD, false, 0, 0, yes_or_no, "whether oxygen is given"},
    {"orientation", RSP_INPUT_WORD, false, 0, 0, yes_or_no, "alert and oriented"},
    {"gait", RSP_INPUT_WORD, false, 0, 0, yes_or_no, "walks safely"},
    {"dissociation", RSP_INPUT_WORD, false, 0, 0, yes_or_no, "whether it is gone"},
    {"aldrete", RSP_INPUT_OBJECT, false, 0, 0, NULL, "points of each item: {\"activity\": 2}"},
    {"padss", RSP_INPUT_OBJECT, false, 0, 0, NULL, "points of each item: {\"vital signs\": 2}"},
    {"reversal", RSP_INPUT_TEXT, false, 16, 25, NULL,
        "wall time, when a medicine that ends sedation was given"},
    {"escort", RSP_INPUT_TEXT, false, 1, 200, NULL, "the adult who takes the person home; kept encrypted"},
};
static const char *const phases[] = {"preparation", "during", "integration", NULL};

INPUTS(session_note) = {
    PATIENT,
    ORDER,
    {"phase", RSP_INPUT_WORD, true, 0, 0, phases, "before the session, during it, or what came of it"},
    {"text", RSP_INPUT_TEXT, false, 1, 2000, NULL,
        "the note; left out with replaces: taken back; kept encrypted"},
    {"shared", RSP_INPUT_WORD, false, 0, 0, yes_or_no,
        "whether everybody who cares for the patient may read it (no)"},
    {"at", RSP_INPUT_TEXT, false, 16, 25, NULL,
        "wall time of which it speaks, when that is earlier than now"},
    {"replaces", RSP_INPUT_WHOLE, false, 1, RSP_KIND_WHOLE_MOST, NULL,
        "number of one's own note whose place it takes"},
    {"why", RSP_INPUT_TEXT, false, 3, 300, NULL, "reason, with replaces; readable, so without a name"},
};
INPUTS(session_notes) = {PATIENT, ORDER};
static const char *const pregnancy_words[] = {"negative", "positive", "not_applicable", NULL};

INPUTS(start_answer) = {
    PATIENT,
    ORDER,
    {"ate", RSP_INPUT_TEXT, false, 16, 25, NULL, "wall time of the last food"},
    {"drank", RSP_INPUT_TEXT, false, 16, 25, NULL, "wall time of the last clear liquid"},
    {"pregnancy", RSP_INPUT_WORD, false, 0, 0, pregnancy_words, "test of pregnancy"},
    {"pregnancy_day", RSP_INPUT_DATE, false, 0, 0, NULL, "day of that test (today)"},
    {"escort", RSP_INPUT_TEXT, false, 1, 200, NULL, "the adult who takes the person home; kept encrypted"},
};
INPUTS(start_override) = {
    PATIENT,
    ORDER,
    {"gate", RSP_INPUT_TEXT, true, 1, 32, NULL, "id of an open gate that a physician passes"},
    {"why", RSP_INPUT_TEXT, true, 10, 500, NULL, "reason; kept encrypted"},
};
INPUTS(alarm_answer) = {
    PATIENT,
    ORDER,
    {"alarm", RSP_INPUT_TEXT, false, 1, 48, NULL, "id of the alarm; of pause_audio none"},
    {"do", RSP_INPUT_WORD, true, 0, 0, answers, "what is done"},
    {"duration_s", RSP_INPUT_NUMBER, false, 1, 86400, NULL, "how long it is silent"},
};
#define DEVICE                                                                                               \
    {                                                                                                        \
        "device", RSP_INPUT_TEXT, true, 1, 64, NULL, "as it names itself: OBX-18, or its sender"             \
    }
INPUTS(device_bind) = {PATIENT, ORDER, DEVICE};
INPUTS(device_unbind) = {PATIENT, ORDER, DEVICE};
INPUTS(devices) = {NONE};
INPUTS(bedside_watch) = {PATIENT, ORDER};
static const char *const languages[] = {"en", "de", NULL};
INPUTS(flowsheet) = {
    PATIENT, ORDER, {"language", RSP_INPUT_WORD, false, 0, 0, languages, "of the page (en)"}};
INPUTS(instructions) = {
    PATIENT, ORDER, {"language", RSP_INPUT_WORD, false, 0, 0, languages, "of the page (en)"}};
INPUTS(follow_call) = {PATIENT, ORDER};
INPUTS(follow_call_plan) = {PATIENT, ORDER,
    {"day", RSP_INPUT_DATE, false, 0, 0, NULL, "when the person is called (as before)"},
    {"wanted", RSP_INPUT_WORD, false, 0, 0, yes_or_no, "whether the person wants the call (yes)"},
    {"why", RSP_INPUT_TEXT, true, 3, 300, NULL, "reason; readable, so without a name"}};
INPUTS(follow_call_try) = {
    PATIENT,
    ORDER,
    {"reached", RSP_INPUT_WORD, false, 0, 0, yes_or_no,
        "whether the person was reached; left out with replaces: taken back"},
    {"pain_nrs", RSP_INPUT_NUMBER, false, 0, 10, NULL, "pain now, 0 to 10; needed when reached"},
    {"nausea", RSP_INPUT_NUMBER, false, 0, 10, NULL, "nausea now, 0 to 10"},
    {"dissociation", RSP_INPUT_WORD, false, 0, 0, yes_or_no, "whether it is gone"},
    {"slept", RSP_INPUT_WORD, false, 0, 0, yes_or_no, "whether the person slept"},
    {"event", RSP_INPUT_WORD, false, 0, 0, yes_or_no, "whether something happened that should not have"},
    {"note", RSP_INPUT_TEXT, false, 1, 1000, NULL, "in words; needed with an event; kept encrypted"},
    {"at", RSP_INPUT_TEXT, false, 16, 25, NULL, "wall time, when it was earlier than now"},
    {"replaces", RSP_INPUT_WHOLE, false, 1, RSP_KIND_WHOLE_MOST, NULL,
        "number of the call whose place it takes"},
    {"why", RSP_INPUT_TEXT, false, 3, 300, NULL, "reason, with replaces; readable, so without a name"},
};
INPUTS(ward) = {SCREEN};
INPUTS(ward_watch) = {NONE};
INPUTS(alarm_statistics) = {
    {"from", RSP_INPUT_DATE, false, 0, 0, NULL,
        "first day on which a session began (29 days before the last)"},
    {"to", RSP_INPUT_DATE, false, 0, 0, NULL, "last day (today); at most 366 days"},
    {"within_min", RSP_INPUT_WHOLE, false, 1, 60, NULL, "how soon somebody acted (5)"},
};
