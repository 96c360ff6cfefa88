/** Which changes of the clinical record a plan foresaw: what it planned, was ordered from it and was given as ordered is not another
 * fact for it, but the one that it was made of. */
#ifndef RSP_CLINIC_SERVICE_PLAN_COURSE_H
#define RSP_CLINIC_SERVICE_PLAN_COURSE_H

#include "service/call.h"

/** Steps of the clinical record of call->patient that sessions made: [{clinical, plan, as_planned}].
 *
 * As planned: at home, nothing uncertain, neither aborted nor exceeded, what was given is the order's amount but for what rounding may
 * move a dose (rules/orders.yaml, rounding_most_frac), and no adverse event of the order stands in the register. Drug and route are
 * the order's whatever happens.
 * @param steps out: caller frees with json_decref, also on failure */
RSP_CHECKED rsp_status rsp_plan_steps_read(struct rsp_call *call, json_t **steps);

#endif
