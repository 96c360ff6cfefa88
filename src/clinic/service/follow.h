/** What is known of a patient over time: diary, scores, findings that wait for an answer. */
#ifndef RSP_CLINIC_SERVICE_FOLLOW_H
#define RSP_CLINIC_SERVICE_FOLLOW_H

#include "rules/instrument.h"
#include "service/call.h"

/** The diary as rows of rsp_call_facts; `at` is the moment of the entry ("2026-11-20T20:05", or the day alone), and
 * `entered_at` when it was written. @param rows out: caller frees with json_decref */
RSP_CHECKED rsp_status rsp_diary_entries(struct rsp_call *call, json_t **rows);

/** Findings of the patient's scores that no physician has answered, rows of rsp_call_facts, oldest first.
 * @param rows out: caller frees with json_decref */
RSP_CHECKED rsp_status rsp_findings_open(struct rsp_call *call, json_t **rows);

/** What stands above every page of the patient, into the answer: person {sex, age_y, weight_kg, weight_date, weight_old, condition, acute, ...}. */
RSP_CHECKED rsp_status rsp_put_person(struct rsp_call *call, const struct rsp_patient *patient);

/** Opioids of the patient in mg of oral morphine a day, into the answer: mme {asked, total_mg, at_least, rows}. */
RSP_CHECKED rsp_status rsp_put_mme(struct rsp_call *call, const struct rsp_patient *patient);

/** An instrument as data for a page, in a language ("en", "de"); NULL without memory. */
json_t *rsp_instrument_json(
    const struct rsp_rulebook *book, const struct rsp_instrument *instrument, const char *language);
/** A score: total, band, cutoffs, criteria, and the flags with rule, severity, text, action, source. NULL without memory. */
json_t *rsp_score_json(const struct rsp_rulebook *book, const struct rsp_score *score, const char *language);

#endif
