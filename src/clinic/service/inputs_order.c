/* Inputs: orders and their signatures. */
#include "service/input_rows.h"

/* What is ordered. */
#define CHOICES                                                                                              \
    {"plan", RSP_INPUT_WHOLE, false, 1, RSP_KIND_WHOLE_MOST, NULL, "number of the kept plan"},               \
        {"session", RSP_INPUT_WHOLE, false, 1, 500, NULL, "which session of the plan, from 1 (1)"},          \
        {"drug", RSP_INPUT_TEXT, true, 1, 60, NULL, "ketamine (the racemate) or esketamine, as planned"},    \
        {"strength_mg_per_ml", RSP_INPUT_NUMBER, true, 0.1, 1000, NULL,                                      \
            "mg of base in each mL of the vial"},                                                            \
        {"vial_ml", RSP_INPUT_NUMBER, true, 0.1, 1000, NULL, "mL of one vial"},                              \
        {"concentration_mg_per_ml", RSP_INPUT_NUMBER, false, 0.01, 1000, NULL,                               \
            "of the syringe or bag, from the list; that of the vial: undiluted"},                            \
        {"diluent", RSP_INPUT_TEXT, false, 1, 40, NULL, "what is added, from the list"},                     \
        {"support", RSP_INPUT_OBJECT, false, 0, 0, NULL,                                                     \
            "premedication and rescue: lists of {name, dose_mg, route, when}"},                              \
        {"intervals", RSP_INPUT_OBJECT, false, 0, 0, NULL,                                                   \
            "what is due more often than the rules say: task to {during_min, after_min}"},                   \
        {"confirm_dose", RSP_INPUT_TEXT, false, 1, 200, NULL,                                                \
            "dose text typed again after a ten-fold finding"},                                               \
        {"emergency", RSP_INPUT_TEXT, false, 10, 500, NULL, "acute pain: why it cannot wait"},               \
        {"dose", RSP_INPUT_TEXTS, false, 1, 8, NULL, "dose texts of an emergency, in place of a plan"},      \
    {                                                                                                        \
        "weight_estimated_kg", RSP_INPUT_NUMBER, false, 30, 300, NULL,                                       \
            "of an emergency, when nobody can weigh"                                                         \
    }

INPUTS(order_choices) = {NONE};
INPUTS(order_prepare) = {PATIENT, CHOICES};
INPUTS(order_write) = {
    PATIENT,
    CHOICES,
    {"total_mg", RSP_INPUT_NUMBER, true, 0.001, 1e6, NULL, "the whole amount, as the prescriber states it"},
    {"rate_ml_per_h", RSP_INPUT_NUMBER, false, 0.01, 10000, NULL,
        "rate at the start, as the prescriber states it"},
    {"note", RSP_INPUT_TEXT, false, 1, 1000, NULL, "what else must be known; kept encrypted"},
};
INPUTS(orders) = {
    PATIENT, LIMIT, AFTER, {"sort", RSP_INPUT_WORD, false, 0, 0, rsp_by_number, "order (number)"}};
INPUTS(order_read) = {PATIENT, ORDER};
INPUTS(order_sign) = {
    PATIENT,
    ORDER,
    {"reasons", RSP_INPUT_OBJECT, false, 0, 0, NULL, "reason for each gate of the prescriber, by its id"},
};
INPUTS(order_check) = {
    PATIENT,
    ORDER,
    {"birth_date", RSP_INPUT_DATE, false, 0, 0, NULL, "date of birth, as the patient says it"},
    {"drug", RSP_INPUT_TEXT, true, 1, 60, NULL, "drug, as the vial in the hand says"},
    {"strength_mg_per_ml", RSP_INPUT_NUMBER, true, 0.001, 10000, NULL,
        "strength, as the vial in the hand says"},
    {"vial_ml", RSP_INPUT_NUMBER, true, 0.01, 10000, NULL, "volume, as the vial in the hand says"},
    {"total_mg", RSP_INPUT_NUMBER, true, 0.001, 1e6, NULL, "mg that are in the hand"},
    {"rates_ml_per_h", RSP_INPUT_NUMBERS, false, 0.01, 10000, NULL,
        "rates that are set on the pump, of every pump step in their order"},
    {"volume_ml", RSP_INPUT_NUMBER, false, 0.001, 10000, NULL, "mL in the syringe, when no pump is used"},
};
INPUTS(order_cancel) = {PATIENT, ORDER, {"why", RSP_INPUT_TEXT, true, 3, 500, NULL, "reason"}};
