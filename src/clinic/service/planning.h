/** What a plan of a stored patient rests on: record, diary and request, read in the open transaction. */
#ifndef RSP_CLINIC_SERVICE_PLANNING_H
#define RSP_CLINIC_SERVICE_PLANNING_H

#include "exchange/levels.h"
#include "service/advise.h"
#include "service/patients.h"

enum { RSP_MAX_DOSE_TEXT = 64 };

struct rsp_planning {
    struct rsp_stored_patient stored; /* the numbers of the facts; what they say is in `patient` */
    struct rsp_patient *patient;
    struct rsp_diary diary; /* of the stored entries, days from the first recorded infusion */
    json_t *diary_facts;    /* numbers of the entries that were used */
    struct rsp_levels levels;
    json_t *level_facts;     /* numbers of the levels that were used */
    size_t n_entry_left_out; /* scores that are no whole number, or the worst of a day: the model of the diary
                                takes neither */
    bool has_infusion;       /* without one nothing can be learned from a diary */
};

/** Caller clears with rsp_planning_clear, also on failure. */
RSP_CHECKED rsp_status rsp_planning_read(struct rsp_call *call, struct rsp_planning *planning);
void rsp_planning_clear(struct rsp_planning *planning);

/** The request of one regimen, from an object with protocol, dose, confirm_dose (all optional), and start and seed.
 * Dose texts are borrowed from the object; request->dose points to `dose`. */
RSP_CHECKED rsp_status rsp_planning_request(struct rsp_call *call, const json_t *regimen,
    const char *dose[RSP_MAX_DOSE_TEXT], struct rsp_advise_request *request);

/** Whether a forecast was refused for what was asked or for the facts of the patient, rather than failed in the program,
 * the store or the machine: RSP_OK is no refusal. */
bool rsp_planning_refused(rsp_status status);

/** rsp_advise with what diary and levels say. What cannot be used of them is left out, and advice->not_learned says why: a plan
 * is not refused for it. */
RSP_CHECKED rsp_status rsp_planning_advise(struct rsp_call *call, const struct rsp_planning *planning,
    struct rsp_advise_request *request, struct rsp_advice **advice);

#endif
