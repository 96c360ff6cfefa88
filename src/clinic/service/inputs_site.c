/* Inputs: the limits that the clinic signs. */
#include "service/input_rows.h"

static const char *const bleeding[] = {"full", "scored", NULL};

INPUTS(profile) = {NONE};
INPUTS(profile_sign) = {
    {"name", RSP_INPUT_TEXT, true, 3, 100, NULL, "name of this set of limits"},
    {"values", RSP_INPUT_OBJECT, true, 0, 0, NULL, "every limit by its id, each in its unit"},
    {"bleeding", RSP_INPUT_WORD, false, 0, 0, bleeding,
        "how that item of PADSS counts after an infusion: always all its points, or scored (as before)"},
    {"phone", RSP_INPUT_TEXT, false, 3, 40, NULL, "of the clinic, for who went home (as before)"},
    {"emergency_phone", RSP_INPUT_TEXT, false, 3, 40, NULL, "for an emergency at home (as before)"},
    {"why", RSP_INPUT_TEXT, false, 3, 300, NULL, "reason, when limits are signed already"},
};
