/** The clinic's use cases: the only way to what the store holds.
 *
 * Every use case is a row of RSP_USE_CASE_LIST: who may do it, what it does to the record, and the function that does
 * it. rsp_service_run() finds out who calls, asks permission, opens the transaction, lets the function append its
 * facts, writes the audit (of reads and refusals too) and commits. No function of a use case can be reached otherwise.
 * docs/internals/server.md has the flow of data and the threats.
 *
 * The service reads no clock: every call brings its moment. One service serves many threads.
 */
#ifndef RSP_CLINIC_SERVICE_CLINIC_H
#define RSP_CLINIC_SERVICE_CLINIC_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include <respite/status.h>

#include "service/use_cases.h"
#include "store/store.h"

/** What an input of a use case may be. */
enum rsp_input_type {
    RSP_INPUT_TEXT,    /* low to high bytes of UTF-8 */
    RSP_INPUT_SECRET,  /* the same; never kept, compared or logged */
    RSP_INPUT_NUMBER,  /* within [low, high] */
    RSP_INPUT_WHOLE,   /* the same, a whole number */
    RSP_INPUT_DATE,    /* "2026-11-29" */
    RSP_INPUT_WORD,    /* one of `words` */
    RSP_INPUT_ACCOUNT, /* name of an account: 2 to 32 of a-z 0-9 . _ - */
    RSP_INPUT_PERSON,  /* 32 hexadecimal digits */
    RSP_INPUT_OBJECT,  /* an object that the use case reads */
    RSP_INPUT_TEXTS,   /* low to high texts */
    RSP_INPUT_NUMBERS, /* a list of 1 to RSP_INPUT_LIST_MOST numbers, each within [low, high] */
};
enum { RSP_INPUT_LIST_MOST = 64 };
struct rsp_input {
    const char *name;
    enum rsp_input_type type;
    bool required;
    double low, high;
    const char *const *words;
    const char *summary;
};

struct rsp_use_case_row {
    const char *name;
    unsigned roles, flags;
    const char *summary;
    const struct rsp_input *input;
    size_t n_input;
};
/** Row of a use case; NULL for RSP_USE_NONE and what is none. */
const struct rsp_use_case_row *rsp_use_case_row(enum rsp_use_case use_case);
/** Whether somebody with these roles may: what one role denies, no other role allows. */
bool rsp_permitted(const struct rsp_use_case_row *row, unsigned roles);
/** Whether input has the fields of the use case and nothing else; err names the field. */
RSP_CHECKED rsp_status rsp_input_check(
    const struct rsp_use_case_row *row, const json_t *input, struct rsp_error *err);

/* ---- calls ---- */

enum {
    RSP_TOKEN_SIZE = 65, /* 32 random bytes in hexadecimal */
    RSP_KEY_LEAST = 16,  /* characters of an idempotency key */
    RSP_KEY_MOST = 100,
    RSP_ACCOUNT_SIZE = 33,
};

/** Who calls, from where and when. All borrowed during the call. */
struct rsp_caller {
    bool console;            /* at the machine itself; then there is no session */
    const char *token;       /* of the session; NULL: none */
    bool check_csrf;         /* the call came by a way that another page could take */
    const char *csrf;        /* NULL: none given */
    const char *address;     /* for throttling and audit; "" unknown */
    const char *origin;      /* "web", "console" */
    const char *idempotency; /* NULL: none given */
    struct rsp_stamp now;
    const int
        *cancelled; /* raised, atomically, by another thread when nobody waits for the answer; NULL: never */
};

/** Words of refusals. Permanent: they are the codes of the HTTP API. */
#define RSP_REFUSAL_LIST(X)                                                                                  \
    X(RSP_REFUSED_INVALID, "invalid")                                                                        \
    X(RSP_REFUSED_SIGN_IN, "sign_in_needed")                                                                 \
    X(RSP_REFUSED_CREDENTIALS, "sign_in_refused")                                                            \
    X(RSP_REFUSED_THROTTLED, "too_many_attempts")                                                            \
    X(RSP_REFUSED_CSRF, "csrf")                                                                              \
    X(RSP_REFUSED_PERMISSION, "forbidden")                                                                   \
    X(RSP_REFUSED_CONFIRM, "confirm_needed")                                                                 \
    X(RSP_REFUSED_PASSWORD, "password_change_needed")                                                        \
    X(RSP_REFUSED_CARE, "break_glass_needed")                                                                \
    X(RSP_REFUSED_MISSING, "not_found")                                                                      \
    X(RSP_REFUSED_KEY, "idempotency_key_needed")                                                             \
    X(RSP_REFUSED_REUSED, "idempotency_key_reused")                                                          \
    X(RSP_REFUSED_CONFLICT, "conflict")                                                                      \
    X(RSP_REFUSED_GATE, "gate_closed")                                                                       \
    X(RSP_REFUSED_MISMATCH, "mismatch")                                                                      \
    X(RSP_REFUSED_VERSION, "version_changed")                                                                \
    X(RSP_REFUSED_CANCELLED, "cancelled")                                                                    \
    X(RSP_REFUSED_BUSY, "busy")                                                                              \
    X(RSP_REFUSED_INSIDE, "internal")

enum rsp_refusal {
    RSP_NOT_REFUSED,
#define RSP_X(name, word) name,
    RSP_REFUSAL_LIST(RSP_X)
#undef RSP_X
        RSP_N_REFUSAL
};
const char *rsp_refusal_word(enum rsp_refusal refusal); /* "" for RSP_NOT_REFUSED */

/** What came of a call. */
struct rsp_answer {
    json_t *body;               /* object; NULL on failure */
    char token[RSP_TOKEN_SIZE]; /* of a session that began; "" none */
    bool ended;                 /* the session has ended: forget its token */
    enum rsp_refusal refusal;
    char version[48];               /* of what was read or written, for a later change; "" none */
    char account[RSP_ACCOUNT_SIZE]; /* who it was; "" unknown */
    bool replayed;                  /* the idempotency key was known: nothing was done again */
    long retry_after_s;             /* with RSP_REFUSED_THROTTLED */
};
/** Frees what the answer holds, not the answer. */
void rsp_answer_clear(struct rsp_answer *answer);

struct rsp_service;

/** The kinds of fact that the clinic keeps, for rsp_store_options. */
const struct rsp_kinds *rsp_service_kinds(void);

/** @param store  opened with rsp_service_kinds(); takes ownership, also on failure
 * @param service out: caller frees with rsp_service_close */
RSP_CHECKED rsp_status rsp_service_open(
    struct rsp_store *store, struct rsp_service **service, struct rsp_error *err);
/** Ends every session and closes the store. No call may be under way. NULL is allowed. */
void rsp_service_close(struct rsp_service *service);

/** Do one use case.
 * @param input   object with the fields of the use case; borrowed
 * @param answer  out, also on failure: caller clears with rsp_answer_clear
 * @return RSP_OK, or a failure with answer->refusal and a sentence in err */
RSP_CHECKED rsp_status rsp_service_run(struct rsp_service *service, enum rsp_use_case use_case,
    const struct rsp_caller *caller, const json_t *input, struct rsp_answer *answer, struct rsp_error *err);

/** Whether the store answers and has nothing to complain of. */
RSP_CHECKED rsp_status rsp_service_healthy(struct rsp_service *service, struct rsp_error *err);

/** Bring the alarms of every session under way to a time, and keep what has changed. Called every second by one thread. */
RSP_CHECKED rsp_status rsp_service_watch(
    struct rsp_service *service, const struct rsp_stamp *now, struct rsp_error *err);

struct rsp_observed_list;
/** Keep what a device says, once for its sender, control id and bytes.
 * @param digest  SHA-256 of the message's bytes, hexadecimal
 * @return RSP_OK: it is kept, or was before; else it is not kept */
RSP_CHECKED rsp_status rsp_service_device_message(struct rsp_service *service, const struct rsp_stamp *now,
    const struct rsp_observed_list *list, const char *digest, struct rsp_error *err);
/** Keep that something came which was no message. */
RSP_CHECKED rsp_status rsp_service_device_trouble(struct rsp_service *service, const struct rsp_stamp *now,
    const char *peer, const char *sentence, struct rsp_error *err);

/** A fact that tells of the session of an order. */
struct rsp_session_change {
    int64_t number, order;
};
/** What has changed at the bedsides since a fact, oldest first; no permission is asked, and nothing else is told.
 * @param room  at least 8, one for each kind
 * @param head  in: the last fact that was looked at, 0: begin with the next one; out: the last one now, or an earlier one
 * when there was not room for all: the next look goes on there, and may tell some again */
RSP_CHECKED rsp_status rsp_service_session_changes(struct rsp_service *service, size_t room,
    struct rsp_session_change change[], size_t *n, int64_t *head, struct rsp_error *err);

#endif
