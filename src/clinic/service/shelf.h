/** Patients that are being planned for, read and learned from once: a hand that moves a slider asks many times.
 *
 * What lies here is a copy of stored facts. It is used only while the store has no newer word on them, is given up after
 * a quarter of an hour, and ends with the program.
 */
#ifndef RSP_CLINIC_SERVICE_SHELF_H
#define RSP_CLINIC_SERVICE_SHELF_H

#include "service/planning.h"

struct rsp_shelf;
struct rsp_shelved;

/** NULL without memory. Caller frees with rsp_shelf_free when nothing is borrowed. */
struct rsp_shelf *rsp_shelf_new(void);
void rsp_shelf_free(struct rsp_shelf *shelf);

/** What a plan of call->patient rests on, read in the open transaction unless it lies here and still holds.
 * @param shelved out: give back with rsp_shelf_return, also after failure (NULL then) */
RSP_CHECKED rsp_status rsp_shelf_borrow(struct rsp_call *call, struct rsp_shelved **shelved);
void rsp_shelf_return(struct rsp_call *call, struct rsp_shelved *shelved);
const struct rsp_planning *rsp_shelved_planning(const struct rsp_shelved *shelved);

/** rsp_planning_advise that learns from the diary once for each start, seed, number of copies and model, of which the last
 * few are kept. The caller frees an advice before it asks for the next: it may read what lies here. */
RSP_CHECKED rsp_status rsp_shelf_advise(struct rsp_call *call, struct rsp_shelved *shelved,
    struct rsp_advise_request *request, struct rsp_advice **advice);

/** Whether the calling account looked at this patient here within the last ten minutes; remembers that it did. */
bool rsp_shelf_seen(struct rsp_call *call, struct rsp_shelved *shelved);

#endif
