/* Inputs: chairs, appointments, the day. */
#include "service/input_rows.h"
#include "service/schedule.h"

static const char *const states[] = {"open", "closed", NULL};
static const char *const came[] = {"arrived", "absent", "over", NULL};
static const char *const weekend[] = {"skip", "use", NULL};
static const char *const by_start[] = {"start", "-start", NULL};

#define APPOINTMENT                                                                                          \
    {                                                                                                        \
        "appointment", RSP_INPUT_WHOLE, true, 1, RSP_KIND_WHOLE_MOST, NULL, "number of the appointment"      \
    }
#define WHY                                                                                                  \
    {                                                                                                        \
        "why", RSP_INPUT_TEXT, true, 3, 300, NULL, "reason"                                                  \
    }
#define STAFF                                                                                                \
    {                                                                                                        \
        "staff", RSP_INPUT_ACCOUNT, false, 0, 0, NULL, "who stays with the patient"                          \
    }
/* LEAST 0: an empty text takes away what was there. */
#define TEXTS(LEAST)                                                                                         \
    {"escort", RSP_INPUT_TEXT, false, LEAST, 200, NULL, "who takes the patient home; kept encrypted"},       \
        {"fasting", RSP_INPUT_TEXT, false, LEAST, 300, NULL, "what was said about eating; kept encrypted"},  \
    {                                                                                                        \
        "notes", RSP_INPUT_TEXT, false, LEAST, 1000, NULL, "what else; kept encrypted"                       \
    }

INPUTS(chair_set) = {
    {"name", RSP_INPUT_TEXT, true, 1, 40, NULL, "name of the chair, as the door or the wall says"},
    {"state", RSP_INPUT_WORD, true, 0, 0, states, "open or closed"},
    {"why", RSP_INPUT_TEXT, false, 3, 300, NULL, "reason, when the chair is known"},
};
INPUTS(chairs) = {NONE};
INPUTS(staff) = {LIMIT, AFTER, {"sort", RSP_INPUT_WORD, false, 0, 0, rsp_by_name, "order (name)"}};
INPUTS(appointment_book) = {
    PATIENT,
    {"start", RSP_INPUT_TEXTS, true, 1, RSP_VISITS_MOST, NULL, "wall time of each visit, 2026-12-01T09:00"},
    {"chair", RSP_INPUT_TEXTS, true, 1, RSP_VISITS_MOST, NULL, "one chair for all visits, or one for each"},
    {"minutes", RSP_INPUT_WHOLE, true, 5, RSP_VISIT_MINUTES_MOST, NULL, "how long a visit takes the chair"},
    STAFF,
    {"plan", RSP_INPUT_WHOLE, false, 1, RSP_KIND_WHOLE_MOST, NULL, "number of the kept plan"},
    TEXTS(1),
};
INPUTS(appointment_slots) = {
    PATIENT,
    {"from", RSP_INPUT_DATE, true, 0, 0, NULL, "wanted day of the first visit"},
    {"time", RSP_INPUT_TEXT, false, 5, 5, NULL, "wanted wall time (09:00)"},
    {"latest", RSP_INPUT_TEXT, false, 5, 5, NULL, "wall time at which a visit ends at the latest (18:00)"},
    {"visits", RSP_INPUT_WHOLE, true, 1, RSP_VISITS_MOST, NULL, "number of visits"},
    {"every_days", RSP_INPUT_WHOLE, false, 1, 365, NULL, "days from one visit to the next (1)"},
    {"minutes", RSP_INPUT_WHOLE, true, 5, RSP_VISIT_MINUTES_MOST, NULL, "how long a visit takes the chair"},
    STAFF,
    {"chair", RSP_INPUT_TEXT, false, 1, 40, NULL, "this chair alone"},
    {"weekend", RSP_INPUT_WORD, false, 0, 0, weekend, "whether Saturdays and Sundays are used (skip)"},
};
INPUTS(appointment_change) = {
    PATIENT,
    APPOINTMENT,
    {"start", RSP_INPUT_TEXT, false, 16, 25, NULL, "new wall time"},
    {"chair", RSP_INPUT_TEXT, false, 1, 40, NULL, "new chair"},
    {"minutes", RSP_INPUT_WHOLE, false, 5, RSP_VISIT_MINUTES_MOST, NULL, "new duration"},
    {"staff", RSP_INPUT_TEXT, false, 0, 32, NULL, "who stays with the patient; empty: nobody any more"},
    TEXTS(0),
    WHY,
};
INPUTS(appointment_cancel) = {PATIENT, APPOINTMENT, WHY};
INPUTS(appointment_came) = {
    PATIENT,
    APPOINTMENT,
    {"came", RSP_INPUT_WORD, true, 0, 0, came, "arrived; absent; over: the patient came and has gone"},
    {"why", RSP_INPUT_TEXT, false, 3, 300, NULL,
        "why nobody came; why nothing was given, required with over when nothing was"},
};
INPUTS(today) = {NONE};
INPUTS(appointments) = {
    {"from", RSP_INPUT_DATE, false, 0, 0, NULL, "first day (today)"},
    {"to", RSP_INPUT_DATE, false, 0, 0, NULL, "last day (the first); at most 62 days"},
};
INPUTS(patient_appointments) = {
    PATIENT, LIMIT, AFTER, {"sort", RSP_INPUT_WORD, false, 0, 0, by_start, "order (start)"}};
