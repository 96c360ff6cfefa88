/** Work that a request waits for, on a few worker threads: short jobs and slow ones (planning, password hashes) have
 * threads of their own, so that the slow never hold up the short. */
#ifndef RSP_APP_SERVER_JOB_H
#define RSP_APP_SERVER_JOB_H

#include <stdbool.h>

#include "service/clinic.h"

enum { RSP_ADDRESS_SIZE = 64, RSP_REQUEST_ID_SIZE = 65 };

/** What is to be done, all owned by the job. */
struct rsp_job_order {
    enum rsp_use_case use_case; /* RSP_USE_NONE: whether the store answers */
    bool slow;
    bool drawn; /* the answer is wanted as a page to print */
    bool check_csrf;
    char token[RSP_TOKEN_SIZE], csrf[RSP_TOKEN_SIZE];
    char address[RSP_ADDRESS_SIZE];
    char key[RSP_KEY_MOST + 2]; /* idempotency; one that is too long is refused by the service */
    char
        request[RSP_REQUEST_ID_SIZE]; /* the client's name for it; a newer one of the same name replaces it */
    json_t *input;
};

enum rsp_job_end {
    RSP_JOB_WAITS,
    RSP_JOB_DONE,       /* order was carried out: see status */
    RSP_JOB_SUPERSEDED, /* the same client asked anew: it is cancelled as when its client left */
    RSP_JOB_STOPPED,    /* the server stops */
};

struct rsp_pool;
struct rsp_job;

RSP_CHECKED rsp_status rsp_pool_start(
    struct rsp_service *service, struct rsp_pool **pool, struct rsp_error *err);
/** Waiting jobs end as stopped, running ones are finished. */
void rsp_pool_stop(struct rsp_pool *pool);
/** After rsp_pool_stop, when every job was left. */
void rsp_pool_free(struct rsp_pool *pool);

/** Hand in a job. @param order  takes ownership of its input, also on failure
 * @param connection  is put to sleep now and woken when the job ends (and now and then by rsp_pool_wake)
 * @return NULL when there are too many jobs, or too many slow ones of one session: nothing sleeps then */
struct rsp_job *rsp_pool_submit(struct rsp_pool *pool, struct rsp_job_order *order, void *connection);

/** How the job stands. When it still waits, its connection is put to sleep again. */
enum rsp_job_end rsp_job_look(struct rsp_job *job);
/** Outcome of a job that is done. Borrowed until rsp_job_leave. */
rsp_status rsp_job_status(
    const struct rsp_job *job, const struct rsp_answer **answer, const struct rsp_error **err);
/** Its page, where it was wanted drawn; else NULL. Borrowed as well. */
const char *rsp_job_page(const struct rsp_job *job);
/** The request is over: a job that waits is not done any more; one that runs is cancelled, which ends what calculates
 * and lets what writes go on. */
void rsp_job_leave(struct rsp_job *job);

/** Wake every sleeping connection, so that those whose client has left are noticed. */
void rsp_pool_wake(struct rsp_pool *pool);

#endif
