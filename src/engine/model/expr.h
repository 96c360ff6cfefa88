/** Expressions of model files: + - * / ^ ( ), min, max, exp, log over parameters, covariates, `dose` and
 * plain numbers, with their dimensions checked. */
#ifndef RSP_ENGINE_MODEL_EXPR_H
#define RSP_ENGINE_MODEL_EXPR_H

#include "model/model_internal.h"

extern const struct rsp_dimension rsp_dim_none, rsp_dim_mass, rsp_dim_volume, rsp_dim_time, rsp_dim_per_time,
    rsp_dim_clearance;

/** Read the scalar `node` in the scope of one file. Names come from the parameters, covariates and
 * derived expressions read so far.
 * @param allow_dose  true where `dose` (mg of the dose) has a meaning
 * @param expr  out: in the arena */
RSP_CHECKED rsp_status rsp_expr_parse(struct rsp_arena *arena, const struct rsp_part *part,
    const struct rsp_yaml *node, bool allow_dose, struct rsp_expr **expr, struct rsp_error *err);

/** Refuse an expression whose dimension is not `want`, naming both. A literal 0 fits everywhere. */
RSP_CHECKED rsp_status rsp_expr_expect(const struct rsp_yaml *node, const struct rsp_expr *expr,
    struct rsp_dimension want, struct rsp_error *err);

/** Identifier of at most RSP_MAX_NAME letters, digits and _, not starting with a digit, not reserved. */
bool rsp_name_fits(const char *name);

#endif
