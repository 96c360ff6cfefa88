/** A patient as the store has them: identity, sealed, and the clinical record, the keys of a patient file as JSON. */
#ifndef RSP_CLINIC_SERVICE_PATIENTS_H
#define RSP_CLINIC_SERVICE_PATIENTS_H

#include "record/patient.h"
#include "service/call.h"

struct rsp_stored_patient {
    struct rsp_person_id person;
    int64_t identity_fact, clinical_fact;
    json_t *identity, *record; /* objects */
};

/** Set `patient`, family_name, given_name and birth_date of call->patient, as far as they are known, in a row. */
RSP_CHECKED rsp_status rsp_patient_name(struct rsp_call *call, json_t *row);

/** Growing list without doubles; zeroed is empty. Caller frees .person with free(). */
struct rsp_persons {
    size_t n, capacity;
    struct rsp_person_id *person;
};
RSP_CHECKED rsp_status rsp_persons_add(
    struct rsp_persons *persons, const struct rsp_person_id *person, struct rsp_error *err);

/** Read in the open transaction. Caller clears with rsp_stored_patient_clear, also on failure. */
RSP_CHECKED rsp_status rsp_stored_patient_read(
    struct rsp_call *call, const struct rsp_person_id *person, struct rsp_stored_patient *stored);
void rsp_stored_patient_clear(struct rsp_stored_patient *stored);

/** "IDENTITY-CLINICAL": changes whenever either does. */
void rsp_stored_patient_version(const struct rsp_stored_patient *stored, char version[48]);

/** The facts as the rules and the planner read them, through the reader of patient files: a JSON object is YAML too.
 * @param patient out: caller frees with rsp_patient_free */
RSP_CHECKED rsp_status rsp_stored_patient_parse(
    struct rsp_call *call, const struct rsp_stored_patient *stored, struct rsp_patient **patient);

/** A change of a clinical record with a day for each measured value that came without one: today is when it was entered,
 * and in a year it still is. @param dated out: caller frees with json_decref */
RSP_CHECKED rsp_status rsp_record_dated(struct rsp_call *call, const json_t *change, json_t **dated);

/** The same change made in a record. Item 9 of the PHQ-9 stays when the tests are replaced without it; null removes it.
 * A weight of an earlier day moves to earlier_weights when a newer one comes. */
RSP_CHECKED rsp_status rsp_record_change(struct rsp_call *call, json_t *record, const json_t *change);
/** Body of the fact that holds a record; NULL without memory. */
json_t *rsp_record_fact_body(const json_t *record);

/** Set the keys of `change` in an object; a null removes a key. */
RSP_CHECKED rsp_status rsp_object_change(struct rsp_call *call, json_t *object, const json_t *change);

#endif
