/** Sessions and sign-in tickets, in memory: a restart ends them all. Only hashes of tokens are kept. */
#ifndef RSP_CLINIC_SERVICE_SESSIONS_H
#define RSP_CLINIC_SERVICE_SESSIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "service/clinic.h"
#include "service/secret.h"

enum {
    RSP_SESSION_IDLE_S = 30 * 60,
    RSP_SESSION_ABSOLUTE_S = 12 * 60 * 60,
    RSP_TICKET_S = 5 * 60,    /* between the two steps of signing in */
    RSP_CONFIRMED_S = 5 * 60, /* how long password and code count for dangerous acts */
    RSP_TICKET_TRIES = 5,
};

struct rsp_session {
    bool used;
    bool ticket; /* the password was right, the code is still to come */
    char digest[RSP_DIGEST_SIZE];
    char csrf[RSP_DIGEST_SIZE];
    struct rsp_person_id person; /* of the account */
    int64_t account_fact;        /* current word about the account when the session began */
    int64_t begun_s, seen_s, confirmed_s;
    int tries;
};

struct rsp_sessions;
struct rsp_sessions *rsp_sessions_new(void); /* NULL without memory; caller frees with rsp_sessions_free */
void rsp_sessions_free(struct rsp_sessions *sessions);

/** Begin a session or a ticket; the oldest of the account gives way when it has too many.
 * @param token  out */
void rsp_sessions_begin(struct rsp_sessions *sessions, bool ticket, const struct rsp_person_id *person,
    int64_t account_fact, int64_t now_s, char token[RSP_TOKEN_SIZE]);

/** Live session (or ticket) of a token, marked as seen; NULL when there is none. Borrowed until the next call. */
struct rsp_session *rsp_sessions_find(
    struct rsp_sessions *sessions, bool ticket, const char *token, int64_t now_s);

void rsp_session_end(struct rsp_session *session);
/** End every session of an account but one. @param but  NULL: none is spared */
void rsp_sessions_end_all(
    struct rsp_sessions *sessions, const struct rsp_person_id *person, const struct rsp_session *but);

#endif
