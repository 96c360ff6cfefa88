/* Inputs: assessment and plan. */
#include "service/input_rows.h"

INPUTS(assess) = {PATIENT};
INPUTS(assessments) = {PATIENT, LIMIT, AFTER};
INPUTS(plan) = {
    PATIENT,
    {"protocol", RSP_INPUT_TEXT, false, 1, 64, NULL, "published protocol; that of the condition without"},
    {"dose", RSP_INPUT_TEXTS, false, 1, 64, NULL, "dose texts of one's own regimen"},
    {"confirm_dose", RSP_INPUT_TEXT, false, 1, 200, NULL, "dose text typed again after a ten-fold finding"},
    {"start", RSP_INPUT_DATE, false, 0, 0, NULL, "day of the first dose (today)"},
    {"subjects", RSP_INPUT_WHOLE, false, 20, 2000, NULL, "virtual copies of the patient (1,000)"},
    {"seed", RSP_INPUT_WHOLE, false, 0, RSP_KIND_WHOLE_MOST, NULL, "seed of the random numbers (1)"},
};
