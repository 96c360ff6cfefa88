/* Inputs: assessment and plan. */
#include "service/input_rows.h"

INPUTS(assess) = {PATIENT};
INPUTS(assessments) = {PATIENT, LIMIT, AFTER};

/* One regimen and how it is forecast. */
#define REGIMEN                                                                                              \
    {"protocol", RSP_INPUT_TEXT, false, 1, 64, NULL, "published protocol; that of the condition without"},   \
        {"dose", RSP_INPUT_TEXTS, false, 1, 64, NULL, "dose texts of one's own regimen"},                    \
        {"confirm_dose", RSP_INPUT_TEXT, false, 1, 200, NULL,                                                \
            "dose text typed again after a ten-fold finding"},                                               \
        {"start", RSP_INPUT_DATE, false, 0, 0, NULL, "day of the first dose (today)"},                       \
        {"subjects", RSP_INPUT_WHOLE, false, 20, 2000, NULL, "virtual copies of the patient (1,000)"},       \
    {                                                                                                        \
        "seed", RSP_INPUT_WHOLE, false, 0, RSP_KIND_WHOLE_MOST, NULL, "seed of the random numbers (1)"       \
    }

#define PLAN                                                                                                 \
    {                                                                                                        \
        "plan", RSP_INPUT_WHOLE, true, 1, RSP_KIND_WHOLE_MOST, NULL, "number of a kept plan"                 \
    }

INPUTS(plan) = {PATIENT, REGIMEN};
INPUTS(plan_preview) = {
    PATIENT,
    {"regimens", RSP_INPUT_OBJECT, true, 0, 0, NULL,
        "a, b, c, d: each an object with protocol or dose, confirm_dose, start as for a plan"},
    {"subjects", RSP_INPUT_WHOLE, false, 20, 2000, NULL, "virtual copies of the patient (1,000)"},
    {"seed", RSP_INPUT_WHOLE, false, 0, RSP_KIND_WHOLE_MOST, NULL, "seed of the random numbers (1)"},
};
INPUTS(programme) = {
    PATIENT,
    {"target", RSP_INPUT_TEXT, true, 1, 400, NULL,
        "levels over time, as for respite tci: 150 ng/mL esketamine over 30 min; hold 3 h"},
    {"hours", RSP_INPUT_NUMBER, false, 0.01, 2000, NULL,
        "length of the whole: the last level is held until then"},
};
INPUTS(protocols) = {NONE};
INPUTS(plan_keep) = {PATIENT, REGIMEN};
INPUTS(plans) = {
    PATIENT, LIMIT, AFTER, {"sort", RSP_INPUT_WORD, false, 0, 0, rsp_by_number, "order (number)"}};
INPUTS(plan_read) = {PATIENT, PLAN};

static const char *const languages[] = {"en", "de", NULL};
static const char *const decisions[] = {"agreed", "declined", NULL};
static const char *const explained[] = {"explained", "not_explained", NULL};
INPUTS(sheet) = {
    PATIENT,
    PLAN,
    {"language", RSP_INPUT_WORD, false, 0, 0, languages, "language of the sheet (en)"},
};
INPUTS(consent) = {
    PATIENT,
    PLAN,
    {"sheet_version", RSP_INPUT_TEXT, true, 64, 64, NULL, "version of the sheet that was explained"},
    {"language", RSP_INPUT_WORD, true, 0, 0, languages, "language of the sheet"},
    {"explained_by", RSP_INPUT_ACCOUNT, false, 0, 0, NULL,
        "physician or nurse who explained it (the caller)"},
    {"decision", RSP_INPUT_WORD, true, 0, 0, decisions, "what the patient said"},
    {"off_label", RSP_INPUT_WORD, true, 0, 0, explained, "whether off-label use was explained"},
};
INPUTS(consents) = {PATIENT, LIMIT, AFTER};
