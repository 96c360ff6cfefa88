#include "service/sessions.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

enum { N_SESSION = 1000, N_OF_ACCOUNT = 20 };

struct rsp_sessions {
    struct rsp_session session[N_SESSION];
};

struct rsp_sessions *rsp_sessions_new(void)
{
    return calloc(1, sizeof(struct rsp_sessions));
}

void rsp_sessions_free(struct rsp_sessions *sessions)
{
    if (sessions != NULL)
        sodium_memzero(sessions, sizeof *sessions);
    free(sessions);
}

static bool same(const struct rsp_person_id *a, const struct rsp_person_id *b)
{
    return memcmp(a->byte, b->byte, sizeof a->byte) == 0;
}

static bool over(const struct rsp_session *session, int64_t now_s)
{
    if (session->ticket)
        return now_s >= session->begun_s + RSP_TICKET_S || session->tries >= RSP_TICKET_TRIES;
    return now_s >= session->begun_s + RSP_SESSION_ABSOLUTE_S ||
           now_s >= session->seen_s + RSP_SESSION_IDLE_S;
}

/* A free place: never used, over, the oldest of an account that has too many, or the one seen longest ago. */
static struct rsp_session *place(
    struct rsp_sessions *sessions, const struct rsp_person_id *person, int64_t now_s)
{
    struct rsp_session *spare = NULL, *own = NULL, *oldest = &sessions->session[0];
    size_t n_own = 0;
    for (size_t i = 0; i < N_SESSION; i++) {
        struct rsp_session *session = &sessions->session[i];
        if (session->used && over(session, now_s))
            rsp_session_end(session);
        if (!session->used) {
            spare = session;
            continue;
        }
        if (session->seen_s < oldest->seen_s)
            oldest = session;
        if (same(&session->person, person)) {
            n_own++;
            own = own == NULL || session->seen_s < own->seen_s ? session : own;
        }
    }
    if (n_own >= N_OF_ACCOUNT)
        return own;
    return spare != NULL ? spare : oldest;
}

void rsp_sessions_begin(struct rsp_sessions *sessions, bool ticket, const struct rsp_person_id *person,
    int64_t account_fact, int64_t now_s, char token[RSP_TOKEN_SIZE])
{
    struct rsp_session *session = place(sessions, person, now_s);
    *session = (struct rsp_session){.used = true,
        .ticket = ticket,
        .person = *person,
        .account_fact = account_fact,
        .begun_s = now_s,
        .seen_s = now_s,
        .confirmed_s = now_s};
    rsp_token_new(token);
    rsp_digest(token, strlen(token), NULL, session->digest);
    rsp_token_new(session->csrf);
}

struct rsp_session *rsp_sessions_find(
    struct rsp_sessions *sessions, bool ticket, const char *token, int64_t now_s)
{
    char digest[RSP_DIGEST_SIZE];
    if (token == NULL || strlen(token) != RSP_TOKEN_SIZE - 1)
        return NULL;
    rsp_digest(token, strlen(token), NULL, digest);
    for (size_t i = 0; i < N_SESSION; i++) {
        struct rsp_session *session = &sessions->session[i];
        if (!session->used || session->ticket != ticket || !rsp_secret_equal(session->digest, digest))
            continue;
        if (over(session, now_s)) {
            rsp_session_end(session);
            return NULL;
        }
        session->seen_s = now_s;
        return session;
    }
    return NULL;
}

void rsp_session_end(struct rsp_session *session)
{
    sodium_memzero(session, sizeof *session);
}

void rsp_sessions_end_all(
    struct rsp_sessions *sessions, const struct rsp_person_id *person, const struct rsp_session *but)
{
    for (size_t i = 0; i < N_SESSION; i++) {
        struct rsp_session *session = &sessions->session[i];
        if (session->used && session != but && same(&session->person, person))
            rsp_session_end(session);
    }
}
