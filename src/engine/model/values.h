/** Builder of the flat programs: values are shared (equal sub-expressions once), constants folded, and
 * numbered to slots at the end. */
#ifndef RSP_ENGINE_MODEL_VALUES_H
#define RSP_ENGINE_MODEL_VALUES_H

#include "model/model_internal.h"

struct rsp_values;

struct rsp_values *rsp_values_new(struct rsp_arena *arena);

/* All return the index of a value; -1 once out of memory or over the limit (then rsp_values_finish
 * fails), so that calls may be nested. */
int rsp_value_number(struct rsp_values *v, double number);
int rsp_value_parameter(struct rsp_values *v, int slot);
int rsp_value_covariate(struct rsp_values *v, int covariate);
int rsp_value_op(struct rsp_values *v, enum rsp_op_code op, int a, int b);
/** An expression; NULL gives `otherwise`. */
int rsp_value_expr(struct rsp_values *v, struct rsp_expr *expr, double otherwise);
bool rsp_value_is_number(const struct rsp_values *v, int value, double number);
bool rsp_value_uses_dose(const struct rsp_values *v, int value);

/** Let *place be the slot of `value` once finished; -1 leaves -1 there. */
void rsp_value_place(struct rsp_values *v, int value, int *place, bool only_for_checks);

/** Number the slots, write the programs and constants into `c` (n_parameter and n_covariate are set). */
RSP_CHECKED rsp_status rsp_values_finish(struct rsp_values *v, struct rsp_compiled *c, struct rsp_error *err);

#endif
