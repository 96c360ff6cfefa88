/* Inputs: data without identity. */
#include "service/input_rows.h"

INPUTS(research_patients) = {LIMIT, AFTER};
