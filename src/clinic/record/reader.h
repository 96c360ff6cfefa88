/** Inside of the patient reader: shared by patient.c, infusions.c, lists.c and test_values.c. */
#ifndef RSP_CLINIC_RECORD_READER_H
#define RSP_CLINIC_RECORD_READER_H

#include "base/text.h"
#include "base/yaml.h"
#include "record/patient.h"

/** What every reading function needs. */
struct rsp_patient_reader {
    struct rsp_patient *patient;
    struct rsp_arena *arena;
    struct rsp_date today;
    struct rsp_error *err;
};

/** RSP_E_MEMORY with its sentence. */
rsp_status rsp_patient_no_memory(struct rsp_error *err);
/** Copy text into the patient's arena. */
rsp_status rsp_patient_copy(struct rsp_patient_reader *r, const char *text, const char **out);
/** A scalar number inside a range. A unit after the number gets its own sentence. */
rsp_status rsp_patient_number(struct rsp_patient_reader *r, const struct rsp_yaml *node,
    const struct rsp_patient_range *range, double *out);
/** A day that has come already and is not before the birth. */
rsp_status rsp_patient_day(struct rsp_patient_reader *r, const struct rsp_yaml *node, struct rsp_date *out);
/* The same with an optional time of the wall clock. */
rsp_status rsp_patient_moment(
    struct rsp_patient_reader *r, const struct rsp_yaml *node, struct rsp_date_time *out);
/** A scalar that must be one of the NULL-terminated words; else the nearest is suggested.
 * @param index out: place in the list */
rsp_status rsp_patient_word(struct rsp_patient_reader *r, const struct rsp_yaml *node, const char *what,
    const char *const known[], size_t *index);
/** A list (an empty value counts as an empty list). */
rsp_status rsp_patient_list(struct rsp_patient_reader *r, const struct rsp_yaml *node, const char *what);

const struct rsp_patient_range *rsp_patient_test_range(const char *key);
const struct rsp_patient_range *rsp_patient_list_range(const char *key);
const char *const *rsp_patient_test_words(const char *key);
const char *const *rsp_patient_severities(void);

rsp_status rsp_patient_read_history(struct rsp_patient_reader *r, const struct rsp_yaml *root);
rsp_status rsp_patient_read_allergies(struct rsp_patient_reader *r, const struct rsp_yaml *root);
rsp_status rsp_patient_read_medications(struct rsp_patient_reader *r, const struct rsp_yaml *root);
rsp_status rsp_patient_read_tests(struct rsp_patient_reader *r, const struct rsp_yaml *root);
/** Weights before today's, within the range of one. */
rsp_status rsp_patient_read_weights(
    struct rsp_patient_reader *r, const struct rsp_yaml *root, const struct rsp_patient_range *range);
rsp_status rsp_patient_read_infusions(struct rsp_patient_reader *r, const struct rsp_yaml *root);

#endif
