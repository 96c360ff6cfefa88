#include "service/inputs.h"

#include "service/kinds.h"

/* Rows shared by several use cases. */
#define NAME                                                                                                 \
    {                                                                                                        \
        "name", RSP_INPUT_ACCOUNT, true, 0, 0, NULL, "name of the account"                                   \
    }
#define CODE                                                                                                 \
    {                                                                                                        \
        "code", RSP_INPUT_SECRET, true, 6, 6, NULL, "six digits of the second factor"                        \
    }
#define PASSWORD                                                                                             \
    {                                                                                                        \
        "password", RSP_INPUT_SECRET, true, 1, 200, NULL, "password"                                         \
    }
#define PATIENT                                                                                              \
    {                                                                                                        \
        "patient", RSP_INPUT_PERSON, true, 0, 0, NULL, "the patient's number in this store"                  \
    }
#define LIMIT                                                                                                \
    {                                                                                                        \
        "limit", RSP_INPUT_WHOLE, false, 1, RSP_PAGE_MOST, NULL, "rows of a page (50)"                       \
    }
#define AFTER                                                                                                \
    {                                                                                                        \
        "after", RSP_INPUT_WHOLE, false, 0, RSP_KIND_WHOLE_MOST, NULL, "the `next` of the page before"       \
    }
#define NONE                                                                                                 \
    {                                                                                                        \
        0                                                                                                    \
    }

static const char *const by_number[] = {"number", "-number", NULL};
static const char *const by_name[] = {"name", "-name", NULL};
static const char *const by_time[] = {"at", "-at", NULL};

#define INPUTS(name) const struct rsp_input rsp_inputs_##name[RSP_MAX_INPUT]

INPUTS(sign_in) = {NAME, PASSWORD};
INPUTS(sign_in_code) = {
    {"ticket", RSP_INPUT_SECRET, true, 64, 64, NULL, "the ticket that the first step gave"}, CODE};
INPUTS(confirm) = {PASSWORD, CODE};
INPUTS(sign_out) = {NONE};
INPUTS(sign_out_everywhere) = {NONE};
INPUTS(me) = {NONE};
INPUTS(password_change) = {
    {"password", RSP_INPUT_SECRET, true, 1, 200, NULL, "the password so far"},
    {"new_password", RSP_INPUT_SECRET, true, 12, 128, NULL, "the new password"},
};
INPUTS(user_add) = {
    NAME,
    {"roles", RSP_INPUT_TEXTS, true, 1, 5, NULL, "physician, nurse, therapist, researcher"},
    {"password", RSP_INPUT_SECRET, true, 12, 128, NULL, "first password, to be changed at the first sign-in"},
};
INPUTS(user_disable) = {NAME, {"why", RSP_INPUT_TEXT, true, 3, 300, NULL, "reason"}};
INPUTS(user_reset) = {
    NAME,
    {"password", RSP_INPUT_SECRET, true, 12, 128, NULL, "new password, to be changed at the next sign-in"},
    {"why", RSP_INPUT_TEXT, true, 3, 300, NULL, "reason"},
};
INPUTS(users) = {LIMIT, AFTER, {"sort", RSP_INPUT_WORD, false, 0, 0, by_name, "order (name)"}};
INPUTS(audit) = {LIMIT, AFTER, {"sort", RSP_INPUT_WORD, false, 0, 0, by_number, "order (-number)"}};
INPUTS(patient_create) = {
    {"identity", RSP_INPUT_OBJECT, true, 0, 0, NULL,
        "family_name, given_name, birth_date, record_number, phone, email, address: kept encrypted"},
    {"record", RSP_INPUT_OBJECT, false, 0, 0, NULL, "the keys of a patient file but id and birth_date"},
};
INPUTS(patient_find) = {
    {"name", RSP_INPUT_TEXT, false, 2, 100, NULL, "part of the family or given name, or the record number"},
    {"birth_date", RSP_INPUT_DATE, false, 0, 0, NULL, "date of birth"},
};
INPUTS(patient_read) = {PATIENT};
INPUTS(patient_amend) = {
    PATIENT,
    {"version", RSP_INPUT_TEXT, true, 3, 40, NULL, "version that is changed"},
    {"identity", RSP_INPUT_OBJECT, false, 0, 0, NULL, "keys to change; null removes one"},
    {"record", RSP_INPUT_OBJECT, false, 0, 0, NULL, "keys to change; null removes one"},
    {"why", RSP_INPUT_TEXT, true, 3, 300, NULL, "reason"},
};
INPUTS(patient_history) = {PATIENT, LIMIT, AFTER};
INPUTS(care_add) = {PATIENT, NAME};
INPUTS(break_glass) = {PATIENT, {"reason", RSP_INPUT_TEXT, true, 10, 500, NULL, "why it cannot wait"}};
INPUTS(assess) = {PATIENT};
INPUTS(assessments) = {PATIENT, LIMIT, AFTER};
INPUTS(plan) = {
    PATIENT,
    {"protocol", RSP_INPUT_TEXT, false, 1, 64, NULL, "published protocol; that of the condition without"},
    {"dose", RSP_INPUT_TEXTS, false, 1, 64, NULL, "dose texts of one's own regimen"},
    {"confirm_dose", RSP_INPUT_TEXT, false, 1, 200, NULL, "dose text typed again after a ten-fold finding"},
    {"start", RSP_INPUT_DATE, false, 0, 0, NULL, "day of the first dose (today)"},
    {"subjects", RSP_INPUT_WHOLE, false, 20, 2000, NULL, "virtual copies of the patient (1,000)"},
    {"seed", RSP_INPUT_WHOLE, false, 0, RSP_KIND_WHOLE_MOST, NULL, "seed of the random numbers (1)"},
};
INPUTS(diary_add) = {
    PATIENT,
    {"date", RSP_INPUT_DATE, true, 0, 0, NULL, "day of the entry"},
    {"time", RSP_INPUT_TEXT, false, 5, 5, NULL, "time of the wall clock, 20:05"},
    {"pain_nrs", RSP_INPUT_NUMBER, true, 0, 10, NULL, "pain, 0 to 10"},
    {"relief_pct", RSP_INPUT_NUMBER, false, 0, 100, NULL, "relief in per cent"},
    {"mood", RSP_INPUT_NUMBER, false, 0, 10, NULL, "mood, 0 to 10"},
    {"note", RSP_INPUT_TEXT, false, 1, 1000, NULL, "what else; kept encrypted"},
};
INPUTS(diary) = {PATIENT, LIMIT, AFTER, {"sort", RSP_INPUT_WORD, false, 0, 0, by_time, "order (at)"}};
INPUTS(research_patients) = {LIMIT, AFTER};
