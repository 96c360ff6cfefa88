/** What a flowsheet shows beside the session itself: values by stretches of five minutes, and the story of each alarm. */
#ifndef RSP_CLINIC_SERVICE_FLOWSHEET_H
#define RSP_CLINIC_SERVICE_FLOWSHEET_H

#include "service/bedside.h"

/** Length of a stretch, s: the practice of anaesthesia charts; a device that speaks each second would hide itself. */
enum { RSP_FLOWSHEET_SLOT_S = 300 };

/** `signs` of the answer: by sign, stretches that have a value: {from_s, n, low, high, points: [[at_s, value]], n_odd, odd:
 * [at_s, value]}. Up to three values of a stretch are there one by one, of more the last; what is an artefact, impossible or from
 * the future is counted as odd, the first is told, and it is in no range. */
RSP_CHECKED rsp_status rsp_flowsheet_put_signs(struct rsp_call *call, int64_t order);

/** `alarms`: each that was raised, as it was last, with what people did about it:
 * {number, id, priority, value, worst, raised_s, acknowledged_s, acknowledged_by, ended_s, answers: [{at_s, who, word}]}. */
RSP_CHECKED rsp_status rsp_flowsheet_put_alarms(struct rsp_call *call, int64_t order);

/** `identity` of call->patient as it stands on paper: names, birth date, record number. */
RSP_CHECKED rsp_status rsp_put_identity(struct rsp_call *call);

#endif
