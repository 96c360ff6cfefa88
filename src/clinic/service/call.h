/** One call of a use case under way: what its function may rely on and how it speaks to the store. */
#ifndef RSP_CLINIC_SERVICE_CALL_H
#define RSP_CLINIC_SERVICE_CALL_H

#include <pthread.h>

#include "base/date.h"
#include "rules/rules.h"
#include "service/accounts.h"
#include "service/clinic.h"
#include "service/demo.h"
#include "service/kinds.h"
#include "service/sessions.h"
#include "service/throttle.h"

struct rsp_shelf;
struct rsp_vigils;
struct rsp_devices;
struct rsp_ward;
struct rsp_alarm_history;
struct rsp_upkeep;
struct rsp_replay;

struct rsp_service {
    pthread_mutex_t store_lock; /* held while a transaction is open */
    struct rsp_store *store;
    pthread_mutex_t state_lock; /* sessions and throttle; taken last, held for moments */
    struct rsp_sessions *sessions;
    struct rsp_throttle *throttle;
    struct rsp_rulebook *book; /* never changes: read without lock */
    struct rsp_upkeep *upkeep; /* NULL: nobody said where the files are */
    struct rsp_shelf *shelf;   /* patients that are being planned for */
    struct rsp_ward *ward;     /* sessions under way; used with store_lock held, as are */
    struct rsp_vigils *vigils; /* their values and alarms */
    struct rsp_devices *devices;
    struct rsp_alarm_history *alarm_history;
    bool demo; /* the store says that it is made up; the same */
    char demo_password[RSP_DEMO_PASSWORD_SIZE];
};

struct rsp_call {
    struct rsp_service *service;
    const struct rsp_use_case_row *row;
    const struct rsp_caller *caller;
    const json_t *input; /* checked */
    struct rsp_answer *answer;
    struct rsp_error *err;

    bool signed_in;
    struct rsp_account account; /* who calls; the name alone at the console */
    unsigned roles;
    int64_t confirmed_s; /* of the session */
    int64_t now_s;
    struct rsp_date today;
    struct rsp_replay *replay; /* a moment of the past that is looked at (replay.h); NULL: now */

    struct rsp_person_id patient; /* of a RSP_CASE_PATIENT, or that the function set with about_patient */
    bool about_patient;

    json_t *out;                  /* the answer's body, an object; the function fills it */
    json_t *kept;                 /* what the same request made again is told instead; NULL: out */
    char detail[RSP_DETAIL_SIZE]; /* for the audit: no clinical word, no name of a patient */
    bool unaudited; /* a refusal that anybody can bring about as often as they like: it leaves no fact */

    bool begun;           /* a transaction is open and store_lock is held */
    int64_t request_fact; /* of the idempotency key; 0 none */
    bool replayed;
    int64_t session_fact; /* what the session's account now stands on, once this is committed; 0 as before */
};

typedef rsp_status rsp_case_function(struct rsp_call *call);
#define RSP_X(name, roles, flags, summary) rsp_case_function rsp_case_##name;
RSP_USE_CASE_LIST(RSP_X)
#undef RSP_X

/** Open the transaction, unless it is open. @return RSP_OK with call->replayed when the request was answered before */
RSP_CHECKED rsp_status rsp_call_begin(struct rsp_call *call);
/** Append the request of the idempotency key. @return RSP_OK with call->replayed when it was answered before */
RSP_CHECKED rsp_status rsp_call_request(struct rsp_call *call);
/** Close it for slow work, before anything was appended; rsp_call_begin goes on. */
void rsp_call_pause(struct rsp_call *call);
/** Forget everything since rsp_call_begin. */
void rsp_call_rollback(struct rsp_call *call);
/** Keep it, or, when some JSON could not be built for want of memory, forget it. */
RSP_CHECKED rsp_status rsp_call_commit(struct rsp_call *call);

/** After the commit: the session goes on under the new word about its account, the others of the account end. */
void rsp_call_carry_session(struct rsp_call *call);

/** Append a fact. @param body  takes ownership, also on failure; NULL counts as out of memory
 * @param person, place  may be NULL */
RSP_CHECKED rsp_status rsp_call_append(struct rsp_call *call, const char *kind,
    const struct rsp_person_id *person, json_t *body, struct rsp_fact_place *place);
/** Append a fact that replaces another. */
RSP_CHECKED rsp_status rsp_call_replace(struct rsp_call *call, const char *kind,
    const struct rsp_person_id *person, int64_t supersedes, const char *why, json_t *body,
    struct rsp_fact_place *place);

/** Append who did what, of the patient or of nobody; rsp_service_run does it after each use case that is not quiet. */
RSP_CHECKED rsp_status rsp_call_audit(struct rsp_call *call, const char *outcome);

/** Refuse with a word for programs and a sentence for people. @return status */
rsp_status rsp_call_refuse(struct rsp_call *call, enum rsp_refusal refusal, rsp_status status,
    const char *field, const char *fmt, ...) RSP_PRINTF(5, 6);

/** Text of the input; "" when absent. */
const char *rsp_call_text(const struct rsp_call *call, const char *name);
/** Whole number of the input; `absent` when absent. */
int64_t rsp_call_whole(const struct rsp_call *call, const char *name, int64_t absent);
/** Put a value into the answer. @param value  takes ownership, also on failure */
RSP_CHECKED rsp_status rsp_call_put(struct rsp_call *call, const char *key, json_t *value);
/** Put one page of rows (objects with "number") into the answer, sorted by a key of theirs, and where the next begins.
 * @param rows  takes ownership, also on failure */
RSP_CHECKED rsp_status rsp_call_page(struct rsp_call *call, const char *name, json_t *rows, const char *key);
/** The facts of one kind about the patient, as rows: number, who, at, zone, why (when given), supersedes, superseded_by,
 * and the fields of the body. @param rows out: array, caller frees with json_decref */
RSP_CHECKED rsp_status rsp_call_facts(struct rsp_call *call, const char *kind, bool current, json_t **rows);
/** Numbers of the facts of one kind about the patient, oldest first: an array of integers.
 * @param flag     only facts where this field is true; NULL: all
 * @param numbers  out: caller frees with json_decref, also on failure */
RSP_CHECKED rsp_status rsp_call_numbers(
    struct rsp_call *call, const char *kind, bool current, const char *flag, json_t **numbers);
/** The newest facts of a kind that is about nobody, oldest first, as rows of rsp_call_facts.
 * @param rows  array to which at most `most` are added */
RSP_CHECKED rsp_status rsp_call_newest(struct rsp_call *call, const char *kind, size_t most, json_t *rows);
rsp_status rsp_call_no_memory(struct rsp_call *call);

/** Set call->patient and about_patient from the input. Refused when there is no such patient. */
RSP_CHECKED rsp_status rsp_call_find_patient(struct rsp_call *call);

/** Whether the calling account cares for the patient, or has broken the glass. */
RSP_CHECKED rsp_status rsp_call_cares(
    struct rsp_call *call, const struct rsp_person_id *patient, bool *cares, bool *broken);

enum { RSP_PERSON_HEX = 2 * RSP_PERSON_BYTES + 1 };
void rsp_person_hex(const struct rsp_person_id *person, char text[RSP_PERSON_HEX]);
/** From 32 hexadecimal digits. */
bool rsp_person_read(const char *text, struct rsp_person_id *person);

#endif
