/** Who may do what: the roles of the clinic and the table of its use cases, by area. */
#ifndef RSP_CLINIC_SERVICE_USE_CASES_H
#define RSP_CLINIC_SERVICE_USE_CASES_H

#include <stddef.h>

#include <respite/status.h>

/* ---- roles ---- */

/** What a person may be. Console: who sits at the machine itself; anyone: not signed in. */
#define RSP_ROLE_LIST(X)                                                                                     \
    X(RSP_ROLE_PHYSICIAN, 1, "physician")                                                                    \
    X(RSP_ROLE_NURSE, 2, "nurse")                                                                            \
    X(RSP_ROLE_THERAPIST, 4, "therapist")                                                                    \
    X(RSP_ROLE_RESEARCHER, 8, "researcher")                                                                  \
    X(RSP_ROLE_ADMINISTRATOR, 16, "administrator")                                                           \
    X(RSP_ROLE_CONSOLE, 32, "console")                                                                       \
    X(RSP_ROLE_ANYONE, 64, "anyone")

enum rsp_role {
#define RSP_X(name, bit, word) name = (bit),
    RSP_ROLE_LIST(RSP_X)
#undef RSP_X
};
enum {
    RSP_ROLES_CLINICAL = RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE | RSP_ROLE_THERAPIST,
    RSP_ROLES_STAFF = RSP_ROLES_CLINICAL | RSP_ROLE_RESEARCHER | RSP_ROLE_ADMINISTRATOR,
    RSP_ROLES_MANAGERS = RSP_ROLE_ADMINISTRATOR | RSP_ROLE_CONSOLE,
};

/** Words of a set of roles, "nurse,therapist". @return as snprintf */
int rsp_roles_format(unsigned roles, char *text, size_t size);
/** Roles of staff from their words with commas; RSP_E_UNKNOWN suggests the nearest word. */
RSP_CHECKED rsp_status rsp_roles_parse(const char *text, unsigned *roles, struct rsp_error *err);

/* ---- use cases ---- */

/** What a use case does, beside the roles that may. */
enum rsp_case_flag {
    RSP_CASE_WRITES = 1,    /* adds facts: needs an idempotency key */
    RSP_CASE_CLINICAL = 2,  /* touches what is known of patients */
    RSP_CASE_PATIENT = 4,   /* about the patient of its input, whom the caller must care for */
    RSP_CASE_CONFIRMED = 8, /* dangerous: password and code were given within the last minutes */
    RSP_CASE_FIRST = 16,    /* open to a person who must change the password first */
    RSP_CASE_QUIET = 32, /* success leaves no audit fact: it shows nobody's data or has a fact of its own */
    RSP_CASE_RESEARCH = 64, /* shows data without identity */
    RSP_CASE_SESSION = 128, /* begins, confirms or ends a session; adds no clinical fact */
    RSP_CASE_SLOW = 256,    /* works for longer than a moment */
};

/* One row is one use case: name, roles that may, flags, one sentence. A row without roles does not compile. */
/* sessions, accounts, audit */
#define RSP_USE_CASES_ACCOUNT(X)                                                                             \
    X(sign_in, RSP_ROLE_ANYONE | RSP_ROLES_STAFF, RSP_CASE_SESSION | RSP_CASE_QUIET | RSP_CASE_SLOW,         \
        "First step of signing in: name and password")                                                       \
    X(sign_in_code, RSP_ROLE_ANYONE | RSP_ROLES_STAFF, RSP_CASE_SESSION | RSP_CASE_QUIET,                    \
        "Second step of signing in: the code of the second factor")                                          \
    X(sign_in_demo, RSP_ROLE_ANYONE | RSP_ROLES_STAFF, RSP_CASE_SESSION | RSP_CASE_QUIET,                    \
        "Whether this is a demonstration; if so, its made-up accounts with password and current code")       \
    X(confirm, RSP_ROLES_STAFF, RSP_CASE_SESSION | RSP_CASE_SLOW,                                            \
        "Give password and code again, before a dangerous act")                                              \
    X(sign_out, RSP_ROLES_STAFF, RSP_CASE_SESSION | RSP_CASE_FIRST, "End this session")                      \
    X(sign_out_everywhere, RSP_ROLES_STAFF, RSP_CASE_SESSION | RSP_CASE_FIRST,                               \
        "End every session of this account")                                                                 \
    X(me, RSP_ROLES_STAFF, RSP_CASE_FIRST | RSP_CASE_QUIET, "Who is signed in, and what they may do")        \
    X(password_change, RSP_ROLES_STAFF, RSP_CASE_WRITES | RSP_CASE_FIRST | RSP_CASE_SLOW,                    \
        "Change one's own password")                                                                         \
    X(user_add, RSP_ROLES_MANAGERS, RSP_CASE_WRITES | RSP_CASE_CONFIRMED | RSP_CASE_SLOW, "Add an account")  \
    X(user_disable, RSP_ROLES_MANAGERS, RSP_CASE_WRITES | RSP_CASE_CONFIRMED, "Disable an account")          \
    X(user_reset, RSP_ROLES_MANAGERS, RSP_CASE_WRITES | RSP_CASE_CONFIRMED | RSP_CASE_SLOW,                  \
        "Give an account a new password and second factor, and enable it")                                   \
    X(users, RSP_ROLES_MANAGERS, 0, "The accounts")                                                          \
    X(audit, RSP_ROLES_MANAGERS, 0, "Who did what, and what was refused")                                    \
    X(store_state, RSP_ROLES_MANAGERS, 0, "State of the store, its last check and its backups")              \
    X(store_check, RSP_ROLES_MANAGERS, RSP_CASE_SLOW, "Verify every fact of the store; changes nothing")     \
    X(backup_make, RSP_ROLES_MANAGERS, RSP_CASE_WRITES | RSP_CASE_CONFIRMED | RSP_CASE_SLOW,                 \
        "Write an encrypted, signed backup into the folder of backups")

/* identity, record, care, diary */
#define RSP_USE_CASES_PATIENT(X)                                                                             \
    X(patient_create, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_WRITES | RSP_CASE_CLINICAL,              \
        "Add a patient, whom the caller then cares for")                                                     \
    X(patient_find, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL, "Find patients by name, birth date or number")    \
    X(patient_read, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                \
        "Identity and clinical record of a patient")                                                         \
    X(patient_amend, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                    \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT, "Change identity or clinical record")        \
    X(patient_history, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                             \
        "Every version of the clinical record, with who, when and why")                                      \
    X(patient_erase, RSP_ROLE_PHYSICIAN,                                                                     \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_CONFIRMED,                         \
        "Make unreadable for ever who a patient is; what was found stays, about nobody")                     \
    X(care_add, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT, \
        "Let a colleague care for a patient")                                                                \
    X(break_glass, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                      \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_CONFIRMED,                                            \
        "Open the record of somebody else's patient for an hour, with a reason")                             \
    X(diary_add, RSP_ROLES_CLINICAL, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                 \
        "Add an entry to a patient's diary")                                                                 \
    X(diary, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT, "The diary of a patient")             \
    X(level_add, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                        \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT, "Add a measured level of a drug")            \
    X(level_withdraw, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                   \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                              \
        "Take back a level that was entered wrongly, with a reason")                                         \
    X(levels, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT, "Measured levels of a patient")

/* assessment and plan */
#define RSP_USE_CASES_PLAN(X)                                                                                \
    X(assess, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,   \
        "Judge the rules on the record as it is and keep the findings")                                      \
    X(assessments, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                 \
        "Assessments of a patient with their findings, as they were found")                                  \
    X(plan, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_SLOW,       \
        "Candidacy, regimen and expected relief of a patient")                                               \
    X(plan_preview, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                     \
        RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_SLOW | RSP_CASE_QUIET,                               \
        "Up to four regimens beside each other, while a hand moves; no fact, one audit entry for ten "       \
        "minutes")                                                                                           \
    X(programme, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_SLOW,  \
        "Steps of a pump that bring the level of a patient to a target, as doses of a plan")                 \
    X(protocols, RSP_ROLES_CLINICAL, RSP_CASE_QUIET, "Published protocols")                                  \
    X(plan_keep, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                        \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_SLOW,                              \
        "Make a plan anew from the stored facts and keep it")                                                \
    X(plans, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                       \
        "Kept plans of a patient, and whether they still hold")                                              \
    X(plan_read, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT, "A kept plan with its forecast")

/* the session at the bedside */
#define RSP_USE_CASES_BEDSIDE(X)                                                                             \
    X(bedside, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_SLOW | RSP_CASE_QUIET,    \
        "A session: state, what was given, events, and what is expected; one audit entry for ten minutes")   \
    X(bedside_now, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_QUIET,                \
        "The same without what is expected: values and alarms wait for no calculation")                      \
    X(bedside_forecasts, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_SLOW,           \
        "Forecasts that were shown of a session, each made again from what it was made of and compared")     \
    X(bedside_event, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                    \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                              \
        "Enter what happened in a session, also late, also uncertain, or take an event back")                \
    X(bedside_suppose, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                  \
        RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_SLOW,                                                \
        "What an event would bring, before it is done; keeps nothing")                                       \
    X(reading_add, RSP_ROLES_CLINICAL, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,               \
        "Enter vital signs of a session")                                                                    \
    X(reading_mark, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                     \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                              \
        "Mark a value as an artefact, or take the mark back; the value stays")                               \
    X(readings, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_QUIET,                   \
        "Vital signs of a session, for its chart; one audit entry for ten minutes, as for the session")      \
    X(bedside_score, RSP_ROLES_CLINICAL, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,             \
        "Enter a score of a session, or that the line was looked at, or take it back")                       \
    X(bedside_remark, RSP_ROLES_CLINICAL, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,            \
        "Enter what the person said in a session, or what was seen or done, or take it back")                \
    X(bedside_medicine, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                 \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                              \
        "Enter premedication or rescue that was given as ordered, or take it back")                          \
    X(recovery, RSP_ROLES_CLINICAL, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                  \
        "Enter what was asked and scored before going home, all or a part")                                  \
    X(session_note, RSP_ROLE_PHYSICIAN | RSP_ROLE_THERAPIST,                                                 \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                              \
        "Write a note of psychotherapy about a session, correct one's own, or take it back")                 \
    X(session_notes, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                               \
        "Notes of psychotherapy: to therapist and physician who care, to others what is shared")             \
    X(start_answer, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                     \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                              \
        "Enter what was asked before the start, all or a part")                                              \
    X(start_override, RSP_ROLE_PHYSICIAN,                                                                    \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_CONFIRMED,                         \
        "Let a session begin although a gate before the start is open, by name and with a reason")           \
    X(alarm_answer, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                     \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                              \
        "Acknowledge an alarm, or silence it for a time")                                                    \
    X(device_bind, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                      \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                              \
        "Bind a monitor or pump to a session: what it says is then of this patient")                         \
    X(device_unbind, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                    \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT, "Take a monitor or pump off a session")      \
    X(devices, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL,                                                        \
        "Monitors and pumps: bound or not, last heard, and what could not be assigned")                      \
    X(bedside_watch, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_QUIET,              \
        "Whether a session may be watched; its changes follow as server-sent events")                        \
    X(flowsheet, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_SLOW,                   \
        "All that a session leaves on paper; as a page to print for who accepts text/html")                  \
    X(instructions, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                \
        "What a person is told on going home; as a page to print for who accepts text/html")                 \
    X(follow_call, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                 \
        "The call after a session: when, and what came of it")                                               \
    X(follow_call_plan, RSP_ROLES_CLINICAL, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,          \
        "Move the call after a session to another day, or say that none is wanted")                          \
    X(follow_call_try, RSP_ROLES_CLINICAL, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,           \
        "Enter a call after a session: reached or not, and what the person said")                            \
    X(ward, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL, "Sessions under way")                                     \
    X(ward_watch, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_QUIET,                                    \
        "Whether the ward may be watched; its changes follow as server-sent events")                         \
    X(alarm_statistics, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE | RSP_ROLE_ADMINISTRATOR, RSP_CASE_SLOW,         \
        "What alarms were like over some days: how many an hour, from what, and how soon they were "         \
        "answered; names nobody")

/* profile of limits and alarms, backups */
#define RSP_USE_CASES_SITE(X)                                                                                \
    X(profile, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL,                                                        \
        "Limits of alarm and stop: as shipped, and as a physician signed them")                              \
    X(profile_sign, RSP_ROLE_PHYSICIAN, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_CONFIRMED,            \
        "Sign the limits of alarm and stop, each no looser than its floor")

/* scores of instruments, timeline */
#define RSP_USE_CASES_FOLLOW(X)                                                                              \
    X(timeline, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                    \
        "What happened to a patient and what was predicted, for one chart")                                  \
    X(progress, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_SLOW,                    \
        "Is it working, is it safe, what is next: three answers with what they rest on")                     \
    X(record_form, RSP_ROLES_CLINICAL, RSP_CASE_QUIET,                                                       \
        "What an assessment asks, with the bounds of each number")                                           \
    X(assess_preview, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,             \
        "Judge the rules on a draft of the record; keeps nothing")                                           \
    X(instruments, RSP_ROLES_CLINICAL, RSP_CASE_QUIET,                                                       \
        "The instruments, with their items where the text may be shown")                                     \
    X(score_preview, RSP_ROLES_CLINICAL, RSP_CASE_QUIET, "What answers come to; keeps nothing")              \
    X(score_add, RSP_ROLES_CLINICAL, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                 \
        "Keep a score of a patient, and what its answers raise at once")                                     \
    X(scores, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT, "The scores of a patient")           \
    X(finding_answer, RSP_ROLE_PHYSICIAN, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,            \
        "Write down what was done about a finding of a score")                                               \
    X(open_findings, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL,                                                  \
        "Findings of scores that nobody has answered, of the caller's own patients")

/* consent, order, signatures */
#define RSP_USE_CASES_ORDER(X)                                                                               \
    X(sheet, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                       \
        "The shared-decision sheet of a kept plan, in plain words")                                          \
    X(consent, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,  \
        "Record what a patient said to a plan after the sheet was explained")                                \
    X(consents, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                    \
        "What a patient agreed to or declined")                                                              \
    X(order_choices, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_CLINICAL,                                 \
        "Vials, diluents, concentrations and medicines that an order chooses from")                          \
    X(order_prepare, RSP_ROLE_PHYSICIAN, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                               \
        "What an order would come to: arithmetic, limits, gates; keeps nothing")                             \
    X(order_write, RSP_ROLE_PHYSICIAN, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,               \
        "Write an order from a session of a kept plan")                                                      \
    X(orders, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                      \
        "Orders of a patient with their state")                                                              \
    X(order_read, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                                  \
        "An order whole, with its signatures")                                                               \
    X(order_sign, RSP_ROLE_PHYSICIAN,                                                                        \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_CONFIRMED,                         \
        "Sign an order as its prescriber")                                                                   \
    X(order_check, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                      \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT | RSP_CASE_CONFIRMED,                         \
        "Check an order as the second person, from the vial in the hand, and sign it")                       \
    X(order_cancel, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                     \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT, "Cancel an order with a reason")

/* ledger of controlled drugs */
#define RSP_USE_CASES_STOCK(X)                                                                               \
    X(stock, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_CLINICAL,                                         \
        "Balances of controlled drugs, what does not close first")                                           \
    X(stock_moves, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_CLINICAL, "Every move of the ledger")       \
    X(stock_export, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_CLINICAL,                                  \
        "The ledger as a table for a spreadsheet")                                                           \
    X(stock_receive, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_WRITES | RSP_CASE_CLINICAL,               \
        "Receive a lot of vials")                                                                            \
    X(stock_issue, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_WRITES | RSP_CASE_CLINICAL,                 \
        "Issue vials to a signed order")                                                                     \
    X(stock_give, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_WRITES | RSP_CASE_CLINICAL,                  \
        "Enter what a patient received of an issue")                                                         \
    X(stock_waste, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_WRITES | RSP_CASE_CLINICAL,                 \
        "Waste what is left of an issue, or vials of the shelf")                                             \
    X(stock_return, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_WRITES | RSP_CASE_CLINICAL,                \
        "Return unopened vials of an issue to the shelf")                                                    \
    X(stock_count, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE, RSP_CASE_WRITES | RSP_CASE_CLINICAL,                 \
        "Count the vials of a lot")                                                                          \
    X(stock_sign, RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE,                                                       \
        RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_CONFIRMED,                                            \
        "Sign or refuse a move as the second person")

/* appointments, the day */
#define RSP_USE_CASES_SCHEDULE(X)                                                                            \
    X(chair_set, RSP_ROLES_MANAGERS, RSP_CASE_WRITES, "Open a chair, a new one too, or close one")           \
    X(chairs, RSP_ROLES_CLINICAL | RSP_ROLE_ADMINISTRATOR, RSP_CASE_QUIET, "The chairs, open and closed")    \
    X(staff, RSP_ROLES_CLINICAL, RSP_CASE_QUIET, "Physicians, nurses and therapists by name")                \
    X(appointment_book, RSP_ROLES_CLINICAL, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,          \
        "Book a visit or all visits of a series, wholly or not at all")                                      \
    X(appointment_slots, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT,                           \
        "Free times for the visits of a series")                                                             \
    X(appointment_change, RSP_ROLES_CLINICAL, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,        \
        "Move a visit, or change who is named for it, with a reason")                                        \
    X(appointment_cancel, RSP_ROLES_CLINICAL, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,        \
        "Cancel a visit, with a reason")                                                                     \
    X(appointment_came, RSP_ROLES_CLINICAL, RSP_CASE_WRITES | RSP_CASE_CLINICAL | RSP_CASE_PATIENT,          \
        "Say that a patient arrived, did not come, or has gone")                                             \
    X(today, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL,                                                          \
        "The day by chair, what is missing before each visit, and what to do next")                          \
    X(appointments, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL,                                                   \
        "Visits of some days; of other people's patients only that the chair is taken")                      \
    X(patient_appointments, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL | RSP_CASE_PATIENT, "Visits of a patient")

/* adverse events and near misses */
#define RSP_USE_CASES_REGISTER(X)                                                                            \
    X(register_words, RSP_ROLES_CLINICAL, RSP_CASE_QUIET, "The words that an entry of the register may use") \
    X(register_add, RSP_ROLES_CLINICAL, RSP_CASE_WRITES | RSP_CASE_CLINICAL,                                 \
        "Report an adverse event or a near miss")                                                            \
    X(register_amend, RSP_ROLES_CLINICAL, RSP_CASE_WRITES | RSP_CASE_CLINICAL,                               \
        "Amend an entry of the register, with a reason")                                                     \
    X(register, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL,                                                       \
        "Entries of the register; a physician sees all, without patient where others care")                  \
    X(register_read, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL, "One entry with its earlier versions")           \
    X(register_counts, RSP_ROLES_CLINICAL, RSP_CASE_CLINICAL, "How many entries, by month")                  \
    X(register_export, RSP_ROLE_PHYSICIAN, RSP_CASE_CLINICAL, "The register as CSV, without patients")

/* data without identity */
#define RSP_USE_CASES_RESEARCH(X)                                                                            \
    X(research_patients, RSP_ROLE_RESEARCHER, RSP_CASE_RESEARCH, "The patients without identity")

#define RSP_USE_CASE_LIST(X)                                                                                 \
    RSP_USE_CASES_ACCOUNT(X)                                                                                 \
    RSP_USE_CASES_PATIENT(X)                                                                                 \
    RSP_USE_CASES_PLAN(X)                                                                                    \
    RSP_USE_CASES_SITE(X)                                                                                    \
    RSP_USE_CASES_FOLLOW(X)                                                                                  \
    RSP_USE_CASES_ORDER(X)                                                                                   \
    RSP_USE_CASES_STOCK(X)                                                                                   \
    RSP_USE_CASES_BEDSIDE(X)                                                                                 \
    RSP_USE_CASES_SCHEDULE(X)                                                                                \
    RSP_USE_CASES_REGISTER(X)                                                                                \
    RSP_USE_CASES_RESEARCH(X)

enum rsp_use_case {
    RSP_USE_NONE,
#define RSP_X(name, roles, flags, summary) RSP_USE_##name,
    RSP_USE_CASE_LIST(RSP_X)
#undef RSP_X
        RSP_N_USE_CASE
};

#endif
