/* A second way to every number: the whole linear system of a model, dose by dose (superposition), by an
 * 80-bit matrix exponential. Shares with the program only the individual slots (parameters and expressions). */
#ifndef TEST_ENGINE_ORACLE_H
#define TEST_ENGINE_ORACLE_H

#include <stddef.h>

#include <respite/simulate.h>

#include "simulate/run.h"

/* Slots of person `index` of the first occasion: n_slot values, caller frees. */
double *oracle_slots(const struct rsp_source *source, const struct rsp_people *people,
    const struct rsp_simulate_options *options, size_t index);

/* State at each time of one person; x is n_time x n_state. The same rule for times at a dose as the program. */
void oracle_states(
    const struct rsp_compiled *model, const double *slot, const struct rsp_schedule *schedule, double *x);

/* The same by an ODE run of the whole system relative 1e-12. */
void oracle_ode(
    const struct rsp_compiled *model, const double *slot, const struct rsp_schedule *schedule, double *x);

/* A model as a source; caller frees with oracle_source_free. */
struct rsp_source oracle_source(const struct rsp_model *model);
void oracle_source_free(struct rsp_source *source);

#endif
