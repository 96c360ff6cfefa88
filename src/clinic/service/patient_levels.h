/** Measured levels of a patient's blood, as facts and as the planner reads them. */
#ifndef RSP_CLINIC_SERVICE_PATIENT_LEVELS_H
#define RSP_CLINIC_SERVICE_PATIENT_LEVELS_H

#include "exchange/levels.h"
#include "record/patient.h"
#include "service/call.h"

enum { RSP_LEVEL_AT_SIZE = 24 };

/** Rows of rsp_call_facts that stand, without those that were taken back; `at` is when the sample was taken ("2026-11-20T10:35"),
 * `entered_at` when it was written. @param rows out: caller frees with json_decref */
RSP_CHECKED rsp_status rsp_level_rows(struct rsp_call *call, json_t **rows);

/** As exchange/levels.h reads them, in order of time. When the patient's infusions carry a distance from UTC, so do these: that
 * of the clinic's zone at their moment.
 * @param levels  out: caller frees with rsp_levels_free, also on failure
 * @param numbers array to which the numbers of the facts are added */
RSP_CHECKED rsp_status rsp_patient_levels(
    struct rsp_call *call, const struct rsp_patient *patient, struct rsp_levels *levels, json_t *numbers);

#endif
