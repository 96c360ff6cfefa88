/** What is missing before a visit can begin, computed from the facts at the moment when it is asked. */
#ifndef RSP_CLINIC_SERVICE_READINESS_H
#define RSP_CLINIC_SERVICE_READINESS_H

#include "service/schedule.h"

/** Append to `missing` one {code, text, values where the text has some} for everything that stands in the way of a visit of call->patient, in the order in
 * which it is done: assessment, plan, consent, order and its two signatures, then what concerns the day itself.
 * @param row  the visit as it is shown: chair_closed, staff, escort are read from it */
RSP_CHECKED rsp_status rsp_readiness(
    struct rsp_call *call, const struct rsp_visit *visit, const json_t *row, json_t *missing);

#endif
