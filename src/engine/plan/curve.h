/** Memory of a curve with bands. */
#ifndef RSP_ENGINE_PLAN_CURVE_H
#define RSP_ENGINE_PLAN_CURVE_H

#include <respite/plan.h>

/** n points, uninitialised. Caller frees with rsp_curve_free. */
RSP_CHECKED rsp_status rsp_curve_new(struct rsp_curve *curve, size_t n, struct rsp_error *err);

#endif
