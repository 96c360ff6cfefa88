/* Inputs: identity, record, care, diary. */
#include "exchange/levels.h"
#include "service/input_rows.h"

static const char *const recalls[] = {"now", "average_24h", "worst_24h", NULL};
static const char *const yes_or_no[] = {"no", "yes", NULL};

static const char *const whose_care[] = {"any", "own", NULL};

INPUTS(patient_create) = {
    {"identity", RSP_INPUT_OBJECT, true, 0, 0, NULL,
        "family_name, given_name, birth_date, record_number, phone, email, address: kept encrypted"},
    {"record", RSP_INPUT_OBJECT, false, 0, 0, NULL, "the keys of a patient file but id and birth_date"},
};
INPUTS(patient_find) = {
    {"name", RSP_INPUT_TEXT, false, 2, 100, NULL, "part of the family or given name, or the record number"},
    {"birth_date", RSP_INPUT_DATE, false, 0, 0, NULL, "date of birth"},
    {"care", RSP_INPUT_WORD, false, 0, 0, whose_care, "those in the caller's own care, or any (any)"},
};
INPUTS(patient_read) = {PATIENT};
INPUTS(patient_amend) = {
    PATIENT,
    {"version", RSP_INPUT_TEXT, true, 3, 40, NULL, "version that is changed"},
    {"identity", RSP_INPUT_OBJECT, false, 0, 0, NULL, "keys to change; null removes one"},
    {"record", RSP_INPUT_OBJECT, false, 0, 0, NULL, "keys to change; null removes one"},
    {"why", RSP_INPUT_TEXT, true, 3, 300, NULL, "reason"},
};
INPUTS(patient_erase) = {
    PATIENT,
    {"why", RSP_INPUT_TEXT, true, 10, 500, NULL,
        "on whose request, by which law; it stays readable, so name nobody"},
};
INPUTS(patient_history) = {PATIENT, LIMIT, AFTER};
INPUTS(care_add) = {PATIENT, NAME};
INPUTS(break_glass) = {PATIENT, {"reason", RSP_INPUT_TEXT, true, 10, 500, NULL, "why it cannot wait"}};
INPUTS(diary_add) = {
    PATIENT,
    {"date", RSP_INPUT_DATE, true, 0, 0, NULL, "day of the entry"},
    {"time", RSP_INPUT_TEXT, false, 5, 5, NULL, "time of the wall clock, 20:05"},
    {"pain_nrs", RSP_INPUT_NUMBER, true, 0, 10, NULL, "pain, 0 to 10"},
    {"relief_pct", RSP_INPUT_NUMBER, false, 0, 100, NULL, "relief in per cent"},
    {"mood", RSP_INPUT_NUMBER, false, 0, 10, NULL, "mood, 0 to 10"},
    {"recall", RSP_INPUT_WORD, false, 0, 0, recalls, "what was asked for (unstated)"},
    {"other_treatment", RSP_INPUT_WORD, false, 0, 0, yes_or_no, "another treatment of pain on that day"},
    {"note", RSP_INPUT_TEXT, false, 1, 1000, NULL, "what else; kept encrypted"},
};
INPUTS(level_add) = {
    PATIENT,
    {"date", RSP_INPUT_DATE, true, 0, 0, NULL, "day on which the sample was taken"},
    {"time", RSP_INPUT_TEXT, true, 5, 5, NULL, "time of the wall clock at which it was taken, 10:35"},
    {"substance", RSP_INPUT_WORD, true, 0, 0, rsp_level_substance,
        "what was measured, with the unit of value"},
    {"value", RSP_INPUT_NUMBER, true, 0, RSP_LEVEL_MOST_NG_PER_ML, NULL,
        "in ng/mL; the limit of quantification when `below`"},
    {"below", RSP_INPUT_WORD, false, 0, 0, yes_or_no, "the laboratory found less than value (no)"},
    {"confirm_value", RSP_INPUT_NUMBER, false, 0, RSP_LEVEL_MOST_NG_PER_ML, NULL,
        "value typed again, when it is implausible"},
};
INPUTS(level_withdraw) = {
    PATIENT,
    {"level", RSP_INPUT_WHOLE, true, 1, RSP_KIND_WHOLE_MOST, NULL, "number of the level"},
    {"why", RSP_INPUT_TEXT, true, 3, 200, NULL, "reason"},
};
INPUTS(levels) = {PATIENT, LIMIT, AFTER, {"sort", RSP_INPUT_WORD, false, 0, 0, rsp_by_time, "order (at)"}};
INPUTS(diary) = {PATIENT, LIMIT, AFTER, {"sort", RSP_INPUT_WORD, false, 0, 0, rsp_by_time, "order (at)"}};
