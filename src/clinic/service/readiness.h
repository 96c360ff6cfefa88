/** What is missing before a visit can begin, computed from the facts at the moment when it is asked. */
#ifndef RSP_CLINIC_SERVICE_READINESS_H
#define RSP_CLINIC_SERVICE_READINESS_H

#include "service/schedule.h"
#include "service/stock.h"

/** How far the dose of a visit is. */
struct rsp_visit_course {
    bool begun;    /* drug was given on the day of the visit, as ledger, bedside or record have it */
    bool watched;  /* it was given at the bedside */
    bool home;     /* the session says that the patient was discharged */
    int64_t order; /* of the session, once it was given at the bedside; 0 */
};
/** Of a visit of call->patient. @param ledger  NULL: it is read */
RSP_CHECKED rsp_status rsp_visit_course_read(struct rsp_call *call, const struct rsp_visit *visit,
    const struct rsp_ledger *ledger, struct rsp_visit_course *course);

/** Append to `missing` one {code, text, values where the text has some} for everything that stands in the way of a visit of call->patient, in the order in
 * which it is done: assessment, plan, consent, order and its two signatures, then what concerns the day itself. Once drug was given, what
 * its dose needed is no question any more: only who stays with the patient and who takes them home, until they are there.
 * @param row  the visit as it is shown: chair_closed, staff, escort are read from it
 * @param course  how far it is, from rsp_visit_course_read */
RSP_CHECKED rsp_status rsp_readiness(struct rsp_call *call, const struct rsp_visit *visit,
    const struct rsp_visit_course *course, const json_t *row, json_t *missing);

#endif
