/** The register of adverse events and near misses. One entry is one current fact of kind "register_entry"; an amendment
 * supersedes it. An entry about nobody has a person of its own, so that its texts are sealed as well. */
#ifndef RSP_CLINIC_SERVICE_REGISTER_H
#define RSP_CLINIC_SERVICE_REGISTER_H

#include "service/call.h"

/** Which entries; "" or 0 do not choose. */
struct rsp_register_filter {
    const char *kind, *word, *severity, *state; /* borrowed */
    const char *from, *to;                      /* days of what happened, both included */
};

/** Entries that the caller may know of, as rows without texts: entry, kind, word, severity, when, zone, state, about_patient,
 * reported_by, who, at, order, and
 *   readable  the caller may see texts and patient: they reported it, care for the patient (or broke the glass), or it is about nobody
 * Physicians know of all entries; others of those that they may read.
 * @param rows  out: array; caller frees with json_decref */
RSP_CHECKED rsp_status rsp_register_rows(
    struct rsp_call *call, const struct rsp_register_filter *filter, json_t **rows);

/** Give the readable ones of some rows their texts, and the patient's number and name. */
RSP_CHECKED rsp_status rsp_register_open(struct rsp_call *call, json_t *rows, bool with_patient);

/** Rows as CSV (RFC 4180) that no spreadsheet takes for formulas. No name and no number of a patient.
 * @param csv  out: caller frees with free() */
RSP_CHECKED rsp_status rsp_register_csv(struct rsp_call *call, const json_t *rows, char **csv);

#endif
