/* What the clinic keeps. Fields that identify somebody, and the secrets of an account, are sealed by the store. */
#include "service/kinds.h"

#include "service/clinic.h"
#include "service/schedule.h"

/* name, type, required, identifying, low, high */
static const struct rsp_field account_fields[] = {
    {"name", RSP_FIELD_TEXT, true, false, 0, 32},
    {"roles", RSP_FIELD_TEXT, true, false, 0, 100},
    {"disabled", RSP_FIELD_BOOL, true, false, 0, 0},
    {"must_change", RSP_FIELD_BOOL, true, false, 0, 0},
    {"password", RSP_FIELD_TEXT, true, true, 0, 128},
    {"second_factor", RSP_FIELD_TEXT, true, true, 0, 64},
};
static const struct rsp_field sign_in_fields[] = {
    {"step", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"address", RSP_FIELD_TEXT, false, false, 0, 200},
};
static const struct rsp_field audit_fields[] = {
    {"use_case", RSP_FIELD_TEXT, true, false, 0, 64},
    {"outcome", RSP_FIELD_TEXT, true, false, 0, 64},
    {"detail", RSP_FIELD_TEXT, false, false, 0, RSP_DETAIL_SIZE},
    {"address", RSP_FIELD_TEXT, false, false, 0, 200},
};
static const struct rsp_field request_fields[] = {
    {"use_case", RSP_FIELD_TEXT, true, false, 0, 64},
    {"digest", RSP_FIELD_TEXT, true, false, 0, 64},
    {"outcome", RSP_FIELD_TEXT, false, false, 0, 64},
    {"detail", RSP_FIELD_TEXT, false, false, 0, RSP_DETAIL_SIZE},
    {"address", RSP_FIELD_TEXT, false, false, 0, 200},
    {"answer", RSP_FIELD_TEXT, false, false, 0, RSP_KEPT_MOST},
};
static const struct rsp_field identity_fields[] = {
    {"family_name", RSP_FIELD_TEXT, true, true, 0, 100},
    {"given_name", RSP_FIELD_TEXT, false, true, 0, 100},
    {"birth_date", RSP_FIELD_DATE, false, true, 0, 0},
    {"record_number", RSP_FIELD_TEXT, false, true, 0, 64},
    {"phone", RSP_FIELD_TEXT, false, true, 0, 64},
    {"email", RSP_FIELD_TEXT, false, true, 0, 200},
    {"address", RSP_FIELD_TEXT, false, true, 0, 400},
};
static const struct rsp_field clinical_fields[] = {
    {"record", RSP_FIELD_TEXT, true, false, 0, RSP_RECORD_MOST},
};
static const struct rsp_field care_fields[] = {
    {"account", RSP_FIELD_TEXT, true, false, 0, 32},
};
static const struct rsp_field break_glass_fields[] = {
    {"account", RSP_FIELD_TEXT, true, false, 0, 32},
    {"until_s", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"reason", RSP_FIELD_TEXT, true, false, 0, 500},
};
/* Of the blood. The substance carries its unit; `withdrawn` is the later word on a value that should not stand. */
static const struct rsp_field level_fields[] = {
    {"date", RSP_FIELD_DATE, true, false, 0, 0},
    {"time", RSP_FIELD_TEXT, true, false, 0, 5},
    {"substance", RSP_FIELD_TEXT, true, false, 0, 64},
    {"value", RSP_FIELD_NUMBER, true, false, 0, RSP_LEVEL_MOST_NG_PER_ML},
    {"below", RSP_FIELD_BOOL, true, false, 0, 0},
    {"withdrawn", RSP_FIELD_BOOL, false, false, 0, 0},
};
static const struct rsp_field assessment_fields[] = {
    {"status", RSP_FIELD_TEXT, true, false, 0, 32},
    {"rules_version", RSP_FIELD_TEXT, true, false, 0, 100},
    {"clinical", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"identity", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"today", RSP_FIELD_DATE, true, false, 0, 0},
    {"n_finding", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
};
static const struct rsp_field finding_fields[] = {
    {"assessment", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"rule", RSP_FIELD_TEXT, true, false, 0, 100},
    {"rule_version", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"severity", RSP_FIELD_TEXT, true, false, 0, 32}, {"gate", RSP_FIELD_TEXT, true, false, 0, 32},
    {"known", RSP_FIELD_BOOL, true, false, 0, 0}, {"text", RSP_FIELD_TEXT, true, false, 0, 400},
    {"missing", RSP_FIELD_TEXT, false, false, 0, 160}, {"source", RSP_FIELD_TEXT, false, false, 0, 4000},
    {"action", RSP_FIELD_TEXT, false, false, 0, 1000},
    {"facts", RSP_FIELD_TEXT, false, false, 0, RSP_RECORD_MOST}, /* JSON: what the rule looked at */
};
static const struct rsp_field diary_fields[] = {
    {"date", RSP_FIELD_DATE, true, false, 0, 0},
    {"time", RSP_FIELD_TEXT, false, false, 0, 5},
    {"pain_nrs", RSP_FIELD_NUMBER, true, false, 0, 10},
    {"relief_pct", RSP_FIELD_NUMBER, false, false, 0, 100},
    {"mood", RSP_FIELD_NUMBER, false, false, 0, 10},
    {"recall", RSP_FIELD_TEXT, false, false, 0, 16},
    {"other_treatment", RSP_FIELD_TEXT, false, false, 0, 3}, /* yes, no */
    {"note", RSP_FIELD_TEXT, false, true, 0, 1000},
};
static const struct rsp_field score_fields[] = {
    {"instrument", RSP_FIELD_TEXT, true, false, 0, 40},
    {"instrument_version", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"rules_version", RSP_FIELD_TEXT, true, false, 0, 100}, {"date", RSP_FIELD_DATE, true, false, 0, 0},
    {"total", RSP_FIELD_NUMBER, false, false, -1000, 1000}, /* absent: answers are missing */
    {"band", RSP_FIELD_TEXT, false, false, 0, 200},
    {"answers", RSP_FIELD_TEXT, false, false, 0, 1000}, /* JSON: item, from 1, to value */
};
/* What an answer raised at once. It is open until a physician has written down what was done. */
static const struct rsp_field score_finding_fields[] = {
    {"score", RSP_FIELD_WHOLE, true, false, 1, RSP_KIND_WHOLE_MOST},
    {"instrument", RSP_FIELD_TEXT, true, false, 0, 40},
    {"rule", RSP_FIELD_TEXT, true, false, 0, 100},
    {"rule_version", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"severity", RSP_FIELD_TEXT, true, false, 0, 32},
    {"text", RSP_FIELD_TEXT, true, false, 0, 400},
    {"action", RSP_FIELD_TEXT, false, false, 0, 1000},
    {"source", RSP_FIELD_TEXT, false, false, 0, 4000},
};
static const struct rsp_field finding_answer_fields[] = {
    {"finding", RSP_FIELD_WHOLE, true, false, 1, RSP_KIND_WHOLE_MOST},
    {"done", RSP_FIELD_TEXT, true, true, 0, 1000},
};

static const struct rsp_field plan_fields[] = {
    {"request", RSP_FIELD_TEXT, true, false, 0,
        200000}, /* JSON, as are doses, limits, models, diary, levels, forecast */
    {"start", RSP_FIELD_DATE, true, false, 0, 0},
    {"subjects", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"seed", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"regimen", RSP_FIELD_TEXT, true, false, 0, 16000},
    {"doses", RSP_FIELD_TEXT, true, false, 0, 200000},
    {"limits", RSP_FIELD_TEXT, true, false, 0, 200000},
    {"models", RSP_FIELD_TEXT, true, false, 0, 8000},
    {"candidacy", RSP_FIELD_TEXT, true, false, 0, 32},
    {"rules_version", RSP_FIELD_TEXT, true, false, 0, 100},
    {"identity", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST}, /* numbers of the facts used */
    {"clinical", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"diary", RSP_FIELD_TEXT, true, false, 0, 200000},
    {"levels", RSP_FIELD_TEXT, false, false, 0, 200000},
    {"forecast", RSP_FIELD_TEXT, true, false, 0, RSP_PLAN_TEXT_MOST},
};
static const struct rsp_field consent_fields[] = {
    {"plan", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"sheet_version", RSP_FIELD_TEXT, true, false, 0, 64},
    {"language", RSP_FIELD_TEXT, true, false, 0, 8},
    {"explained_by", RSP_FIELD_TEXT, true, false, 0, 32},
    {"decision", RSP_FIELD_TEXT, true, false, 0, 16},
    {"off_label_explained", RSP_FIELD_BOOL, true, false, 0, 0},
};

static const struct rsp_field chair_fields[] = {
    {"name", RSP_FIELD_TEXT, true, false, 0, 40},
    {"open", RSP_FIELD_BOOL, true, false, 0, 0},
};
static const struct rsp_field appointment_fields[] = {
    {"series", RSP_FIELD_TEXT, true, false, 0, 32}, /* random name that the visits of a series share */
    {"visit", RSP_FIELD_WHOLE, true, false, 1, RSP_VISITS_MOST},
    {"of", RSP_FIELD_WHOLE, true, false, 1, RSP_VISITS_MOST},
    {"start_s", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST}, /* the instant, UTC */
    {"wall", RSP_FIELD_TEXT, true, false, 0, 16},                      /* what the patient was told */
    {"zone", RSP_FIELD_TEXT, true, false, 0, 64},
    {"minutes", RSP_FIELD_WHOLE, true, false, 5, RSP_VISIT_MINUTES_MOST},
    {"chair", RSP_FIELD_TEXT, true, false, 0, 40},
    {"staff", RSP_FIELD_TEXT, false, false, 0, 32},
    {"state", RSP_FIELD_TEXT, true, false, 0, 16}, /* booked, arrived, absent, cancelled, over */
    {"plan", RSP_FIELD_WHOLE, false, false, 1, RSP_KIND_WHOLE_MOST},
    {"escort", RSP_FIELD_TEXT, false, true, 0, 200},
    {"fasting", RSP_FIELD_TEXT, false, true, 0, 300},
    {"notes", RSP_FIELD_TEXT, false, true, 0, 1000},
};

static const struct rsp_field register_entry_fields[] = {
    {"kind", RSP_FIELD_TEXT, true, false, 0, 32}, /* adverse_event, near_miss */
    {"word", RSP_FIELD_TEXT, true, false, 0, 40},
    {"severity", RSP_FIELD_TEXT, true, false, 0, 20},
    {"state", RSP_FIELD_TEXT, true, false, 0, 16}, /* open, closed */
    {"start_s", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"wall", RSP_FIELD_TEXT, true, false, 0, 16},
    {"zone", RSP_FIELD_TEXT, true, false, 0, 64},
    {"about_patient", RSP_FIELD_BOOL, true, false, 0, 0}, /* else its person stands for the entry alone */
    {"reported_by", RSP_FIELD_TEXT, true, false, 0, 32},
    {"order", RSP_FIELD_WHOLE, false, false, 1, RSP_KIND_WHOLE_MOST},
    {"what_happened", RSP_FIELD_TEXT, true, true, 0, 2000},
    {"what_was_done", RSP_FIELD_TEXT, false, true, 0, 2000},
    {"follow_up", RSP_FIELD_TEXT, false, true, 0, 2000},
};
static const struct rsp_field demo_fields[] = {
    {"seed", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"password", RSP_FIELD_TEXT, true, false, 0, 128},
};
static const struct rsp_field profile_fields[] = {
    {"name", RSP_FIELD_TEXT, true, false, 0, 100},
    {"alarms", RSP_FIELD_TEXT, true, false, 0, 20000}, /* JSON: every limit with the value that was stated */
    {"rules_version", RSP_FIELD_TEXT, true, false, 0, 100},
    {"bleeding", RSP_FIELD_TEXT, false, false, 0, 16}, /* full, scored: the item of PADSS */
    {"phone", RSP_FIELD_TEXT, false, false, 0, 40},    /* of the clinic, for who went home */
    {"emergency_phone", RSP_FIELD_TEXT, false, false, 0, 40},
};
/* The call after a session: planned at the discharge, never twice for one order; `wanted` false: the person wants none. */
static const struct rsp_field follow_call_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"day", RSP_FIELD_DATE, true, false, 0, 0},
    {"wanted", RSP_FIELD_BOOL, true, false, 0, 0},
};
/* One try; what the person said when somebody was reached. */
static const struct rsp_field follow_try_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"what", RSP_FIELD_TEXT, true, false, 0, 8}, /* call */
    {"at_s", RSP_FIELD_NUMBER, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"reached", RSP_FIELD_BOOL, false, false, 0, 0},
    {"pain_nrs", RSP_FIELD_NUMBER, false, false, 0, 10},
    {"nausea", RSP_FIELD_NUMBER, false, false, 0, 10},
    {"dissociation", RSP_FIELD_TEXT, false, false, 0, 3}, /* yes: it is gone */
    {"slept", RSP_FIELD_TEXT, false, false, 0, 3},
    {"event", RSP_FIELD_TEXT, false, false, 0, 3}, /* yes: something happened */
    {"note", RSP_FIELD_TEXT, false, true, 0, 1000},
    {"withdrawn", RSP_FIELD_BOOL, false, false, 0, 0},
};
/* What happened in a session. `replaces` names the event whose place it takes; times are Unix seconds. */
static const struct rsp_field bedside_event_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"event", RSP_FIELD_TEXT, true, false, 0, 16},
    {"at_s", RSP_FIELD_NUMBER, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"entered_s", RSP_FIELD_NUMBER, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"uncertain", RSP_FIELD_BOOL, true, false, 0, 0},
    {"rate_mg_per_h", RSP_FIELD_NUMBER, true, false, 0, 1e6},
    {"rate_ml_per_h", RSP_FIELD_NUMBER, false, false, 0, 1e6},
    {"amount_mg", RSP_FIELD_NUMBER, true, false, 0, 1e6},
    {"replaces", RSP_FIELD_WHOLE, false, false, 0, RSP_KIND_WHOLE_MOST},
    {"why_entered", RSP_FIELD_TEXT, false, true, 0, 500},
    {"overridden", RSP_FIELD_TEXT, false, true, 0,
        20000}, /* JSON: what was not met at start or discharge, with reasons */
};
/* Values of one moment, by hand or from a device; JSON of sign and value. `at_s`: when it was measured, where that is known. */
static const struct rsp_field reading_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"at_s", RSP_FIELD_NUMBER, false, false, 0, RSP_KIND_WHOLE_MOST},
    {"source", RSP_FIELD_TEXT, true, false, 0, 16}, /* manual, device */
    {"device", RSP_FIELD_TEXT, false, false, 0, 64},
    {"message", RSP_FIELD_WHOLE, false, false, 0, RSP_KIND_WHOLE_MOST}, /* of the device */
    {"values", RSP_FIELD_TEXT, true, false, 0, 2000},
    {"confirmed", RSP_FIELD_TEXT, false, false, 0, 400}, /* signs that are implausible and were typed again */
    {"odd", RSP_FIELD_TEXT, false, false, 0,
        2000000}, /* rows of a device that are no value: as written, and why */
};
static const struct rsp_field device_binding_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"device", RSP_FIELD_TEXT, true, false, 0, 64},
    {"bound", RSP_FIELD_BOOL, true, false, 0, 0},
};
static const struct rsp_field device_message_fields[] = {
    {"sender", RSP_FIELD_TEXT, true, false, 0, 500}, {"control_id", RSP_FIELD_TEXT, true, false, 0, 200},
    {"digest", RSP_FIELD_TEXT, true, false, 0, 64}, /* of its bytes */
};
/* Values and odd rows of a message that could not be assigned. Whom it named is compared, never kept. */
static const struct rsp_field device_quarantine_fields[] = {
    {"message", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"device", RSP_FIELD_TEXT, true, false, 0, 64},
    {"why", RSP_FIELD_TEXT, true, false, 0, 200},
    {"rows", RSP_FIELD_TEXT, true, false, 0, 2000000},
};
static const struct rsp_field device_trouble_fields[] = {
    {"peer", RSP_FIELD_TEXT, true, false, 0, 64},
    {"sentence", RSP_FIELD_TEXT, true, false, 0, 600},
};
static const struct rsp_field reading_mark_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"reading", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"sign", RSP_FIELD_TEXT, true, false, 0, 32},
    {"artefact", RSP_FIELD_BOOL, true, false, 0, 0},
    {"why_entered", RSP_FIELD_TEXT, true, true, 0, 500},
};
/* What of a session was entered into the record; JSON: [{start, dose}]. */
static const struct rsp_field bedside_record_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"clinical", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"entries", RSP_FIELD_TEXT, true, false, 0, RSP_RECORD_MOST},
};
/* Given beside the dose, as it is ordered. */
static const struct rsp_field bedside_medicine_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"name", RSP_FIELD_TEXT, true, false, 0, 200},
    {"use", RSP_FIELD_TEXT, true, false, 0, 16}, /* premedication, rescue */
    {"route", RSP_FIELD_TEXT, true, false, 0, 40},
    {"dose_mg", RSP_FIELD_NUMBER, true, false, 0, 1e6},
    {"at_s", RSP_FIELD_NUMBER, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"withdrawn", RSP_FIELD_BOOL, false, false, 0, 0},
    {"why_entered", RSP_FIELD_TEXT, false, true, 0, 500},
};
/* What was asked and scored before going home; each part that was answered. Points: JSON, item to points. */
static const struct rsp_field recovery_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"at_s", RSP_FIELD_NUMBER, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"oxygen", RSP_FIELD_TEXT, false, false, 0, 3}, /* yes, no */
    {"orientation", RSP_FIELD_TEXT, false, false, 0, 3},
    {"gait", RSP_FIELD_TEXT, false, false, 0, 3},
    {"dissociation", RSP_FIELD_TEXT, false, false, 0, 3}, /* yes: it is gone */
    {"aldrete", RSP_FIELD_TEXT, false, false, 0, 1000},
    {"padss", RSP_FIELD_TEXT, false, false, 0, 1000},
    {"reversal_s", RSP_FIELD_NUMBER, false, false, 0, RSP_KIND_WHOLE_MOST},
    {"escort", RSP_FIELD_TEXT, false, true, 0, 200},
};
/* A forecast that was shown, as what it was made of; models: JSON, name to digest. */
static const struct rsp_field bedside_forecast_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"known", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST}, /* the last fact then */
    {"models", RSP_FIELD_TEXT, true, false, 0, 8000},
    {"rules_version", RSP_FIELD_TEXT, true, false, 0, 100},
    {"copies", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"seed", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"digest", RSP_FIELD_TEXT, true, false, 0, 64},
};
/* Of a person, in rules/recovery.yaml; `withdrawn` is the later word on one that should not stand. */
static const struct rsp_field bedside_score_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"what", RSP_FIELD_TEXT, true, false, 0, 32},
    {"value", RSP_FIELD_NUMBER, false, false, -1000, 1000},
    {"at_s", RSP_FIELD_NUMBER, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"withdrawn", RSP_FIELD_BOOL, false, false, 0, 0},
};
/* What the person said, and what was seen or done beside the dose. */
static const struct rsp_field bedside_remark_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"what", RSP_FIELD_TEXT, true, false, 0, 8}, /* said, seen */
    {"at_s", RSP_FIELD_NUMBER, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"text", RSP_FIELD_TEXT, false, true, 0, 2000},
    {"withdrawn", RSP_FIELD_BOOL, true, false, 0, 0},
};
/* Of a therapist or physician; who may read it: session_note.c. */
static const struct rsp_field session_note_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"phase", RSP_FIELD_TEXT, true, false, 0, 16}, /* preparation, during, integration */
    {"at_s", RSP_FIELD_NUMBER, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"text", RSP_FIELD_TEXT, false, true, 0, 8000},
    {"shared", RSP_FIELD_BOOL, true, false, 0, 0},
    {"withdrawn", RSP_FIELD_BOOL, true, false, 0, 0},
};
/* What was asked before the first milligram; each part that was answered. */
static const struct rsp_field start_answer_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"ate_s", RSP_FIELD_NUMBER, false, false, 0, RSP_KIND_WHOLE_MOST},
    {"drank_s", RSP_FIELD_NUMBER, false, false, 0, RSP_KIND_WHOLE_MOST},
    {"pregnancy", RSP_FIELD_TEXT, false, false, 0, 16},
    {"pregnancy_day", RSP_FIELD_DATE, false, false, 0, 0},
    {"escort", RSP_FIELD_TEXT, false, true, 0, 200},
};
/* Of a physician: for what was found, on the fact that it rests on (0: nothing was known). */
static const struct rsp_field start_override_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"gate", RSP_FIELD_TEXT, true, false, 0, 32},
    {"rests_on", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"sbp_mmhg", RSP_FIELD_NUMBER, false, false, 0, 1000},
    {"dbp_mmhg", RSP_FIELD_NUMBER, false, false, 0, 1000},
    {"found", RSP_FIELD_TEXT, true, true, 0, 500},
    {"why_entered", RSP_FIELD_TEXT, true, true, 0, 500},
};
static const struct rsp_field alarm_word_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"alarm", RSP_FIELD_TEXT, true, false, 0, 48},
    {"word", RSP_FIELD_TEXT, true, false, 0, 16},
    {"duration_s", RSP_FIELD_NUMBER, true, false, 0, 1e6},
};
/* JSON; written by the program when an alarm changes. */
static const struct rsp_field alarm_state_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"stepped_s", RSP_FIELD_NUMBER, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"n_raised", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"records", RSP_FIELD_TEXT, true, false, 0, 100000},
    {"changes", RSP_FIELD_TEXT, true, false, 0, 100000},
};
static const struct rsp_field order_fields[] = {
    {"plan", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST}, /* 0: an emergency without one */
    {"session", RSP_FIELD_WHOLE, true, false, 1, 500},
    {"drug", RSP_FIELD_TEXT, true, false, 0, 16},
    {"route", RSP_FIELD_TEXT, true, false, 0, 16},
    {"strength_mg_per_ml", RSP_FIELD_NUMBER, true, false, 0, 1000},
    {"vial_ml", RSP_FIELD_NUMBER, true, false, 0, 1000},
    {"total_mg", RSP_FIELD_NUMBER, true, false, 0, 1e6},
    {"volume_ml", RSP_FIELD_NUMBER, true, false, 0, 1e6}, /* drawn from the vials */
    {"vials", RSP_FIELD_WHOLE, true, false, 1, 100000},
    {"rate_ml_per_h", RSP_FIELD_NUMBER, false, false, 0, 10000}, /* at the start; absent: not by pump */
    {"emergency", RSP_FIELD_BOOL, true, false, 0, 0},
    {"emergency_reason", RSP_FIELD_TEXT, false, true, 0, 500},
    {"identity", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST}, /* numbers of the facts used */
    {"clinical", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"profile", RSP_FIELD_WHOLE, true, false, 0, RSP_KIND_WHOLE_MOST},
    {"document", RSP_FIELD_TEXT, true, false, 0, RSP_RECORD_MOST}, /* JSON: the order whole */
    {"note", RSP_FIELD_TEXT, false, true, 0, 1000},
};
static const struct rsp_field order_signature_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 1, RSP_KIND_WHOLE_MOST},
    {"part", RSP_FIELD_TEXT, true, false, 0, 16},       /* prescriber, checker */
    {"reasons", RSP_FIELD_TEXT, false, true, 0, 20000}, /* JSON: gate to reason */
    {"drug", RSP_FIELD_TEXT, false, false, 0, 60},      /* from here on what the checker read */
    {"strength_mg_per_ml", RSP_FIELD_NUMBER, false, false, 0, 10000},
    {"vial_ml", RSP_FIELD_NUMBER, false, false, 0, 10000},
    {"total_mg", RSP_FIELD_NUMBER, false, false, 0, 1e6},
    {"rates", RSP_FIELD_TEXT, false, false, 0, 2000}, /* JSON: mL/h of every pump step */
    {"volume_ml", RSP_FIELD_NUMBER, false, false, 0, 10000},
};
static const struct rsp_field order_end_fields[] = {
    {"order", RSP_FIELD_WHOLE, true, false, 1, RSP_KIND_WHOLE_MOST},
    {"end", RSP_FIELD_TEXT, true, false, 0, 16},
    {"why", RSP_FIELD_TEXT, true, true, 0, 500},
};
/* A lot is known by the number of the fact that received it, and alone has drug, strength, batch and expiry. */
static const struct rsp_field stock_move_fields[] = {
    {"move", RSP_FIELD_TEXT, true, false, 0, 16},
    {"drug", RSP_FIELD_TEXT, false, false, 0, 16},
    {"strength_mg_per_ml", RSP_FIELD_NUMBER, false, false, 0, 1000},
    {"vial_ml", RSP_FIELD_NUMBER, false, false, 0, 1000},
    {"batch", RSP_FIELD_TEXT, false, false, 0, 40},
    {"expiry", RSP_FIELD_DATE, false, false, 0, 0},
    {"lot", RSP_FIELD_WHOLE, false, false, 1, RSP_KIND_WHOLE_MOST},
    {"issue", RSP_FIELD_WHOLE, false, false, 1, RSP_KIND_WHOLE_MOST},
    {"order", RSP_FIELD_WHOLE, false, false, 1, RSP_KIND_WHOLE_MOST},
    {"vials", RSP_FIELD_WHOLE, false, false, 0, 10000},
    {"expected", RSP_FIELD_WHOLE, false, false, 0, RSP_KIND_WHOLE_MOST}, /* counted: what the ledger had */
    {"amount_mg", RSP_FIELD_NUMBER, false, false, 0, 1e6},
    {"note", RSP_FIELD_TEXT, false, false, 0, 300},
};
static const struct rsp_field stock_signature_fields[] = {
    {"move", RSP_FIELD_WHOLE, true, false, 1, RSP_KIND_WHOLE_MOST},
    {"answer", RSP_FIELD_TEXT, true, false, 0, 16}, /* agreed, refused */
    {"why", RSP_FIELD_TEXT, false, false, 0, 300},
};

#define KIND(name, about, begins, fields)                                                                    \
    {                                                                                                        \
        name, 1, about, begins, fields, sizeof(fields) / sizeof *(fields)                                    \
    }

const struct rsp_kinds *rsp_service_kinds(void)
{
    static const struct rsp_kind kind[] = {
        KIND("demo", false, false, demo_fields),
        KIND("account", true, true, account_fields),
        KIND("sign_in", true, false, sign_in_fields),
        KIND("audit", false, false, audit_fields),
        KIND("access", true, false, audit_fields),
        KIND("request", false, false, request_fields),
        KIND("identity", true, true, identity_fields),
        KIND("clinical", true, false, clinical_fields),
        KIND("care", true, false, care_fields),
        KIND("break_glass", true, false, break_glass_fields),
        KIND("assessment", true, false, assessment_fields),
        KIND("finding", true, false, finding_fields),
        KIND("diary_entry", true, false, diary_fields),
        KIND("level", true, false, level_fields),
        KIND("plan", true, false, plan_fields),
        KIND("consent", true, false, consent_fields),
        KIND("score", true, false, score_fields),
        KIND("score_finding", true, false, score_finding_fields),
        KIND("finding_answer", true, false, finding_answer_fields),
        KIND("chair", false, false, chair_fields),
        KIND("appointment", true, false, appointment_fields),
        KIND("register_entry", true, true, register_entry_fields),
        KIND("profile", false, false, profile_fields),
        KIND("order", true, false, order_fields),
        KIND("order_signature", true, false, order_signature_fields),
        KIND("order_end", true, false, order_end_fields),
        KIND("follow_call", true, false, follow_call_fields),
        KIND("follow_try", true, false, follow_try_fields),
        KIND("bedside_event", true, false, bedside_event_fields),
        KIND("reading", true, false, reading_fields),
        KIND("reading_mark", true, false, reading_mark_fields),
        KIND("device_binding", true, false, device_binding_fields),
        KIND("device_message", false, false, device_message_fields),
        KIND("device_quarantine", false, false, device_quarantine_fields),
        KIND("device_trouble", false, false, device_trouble_fields),
        KIND("bedside_score", true, false, bedside_score_fields),
        KIND("bedside_record", true, false, bedside_record_fields),
        KIND("bedside_remark", true, false, bedside_remark_fields),
        KIND("bedside_medicine", true, false, bedside_medicine_fields),
        KIND("bedside_forecast", true, false, bedside_forecast_fields),
        KIND("recovery", true, false, recovery_fields),
        KIND("session_note", true, false, session_note_fields),
        KIND("start_answer", true, false, start_answer_fields),
        KIND("start_override", true, false, start_override_fields),
        KIND("alarm_word", true, false, alarm_word_fields),
        KIND("alarm_state", true, false, alarm_state_fields),
        KIND("stock_move", false, false, stock_move_fields),
        KIND("stock_signature", false, false, stock_signature_fields),
    };
    static const struct rsp_kinds kinds = {kind, sizeof kind / sizeof *kind};
    return &kinds;
}
