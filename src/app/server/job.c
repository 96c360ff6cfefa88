#include "app/server/job.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>
#include <sodium.h>

#include "app/page/flowsheet.h"
#include "app/page/instructions.h"
#include "app/server/server.h"
#include "base/cancel.h"

enum {
    N_LANE = 2,
    N_THREAD = 2,
    MAX_SHORT = 256,
    MAX_SLOW = 64,
    MAX_SLOW_OF_SESSION = 4,
    PAGE_MOST = 64 << 20
};

struct rsp_job {
    struct rsp_pool *pool;
    struct rsp_job *next; /* of all jobs that are not freed */
    struct rsp_job_order order;
    bool taken, left; /* by a worker; by the request */
    int cancelled;    /* raised for the worker when nobody waits any more */
    enum rsp_job_end end;
    struct MHD_Connection *connection;
    bool asleep;
    rsp_status status;
    struct rsp_answer answer;
    struct rsp_buf page;
    struct rsp_error err;
};

struct worker {
    struct rsp_pool *pool;
    bool slow;
    pthread_t thread;
    bool started;
};

struct rsp_pool {
    struct rsp_service *service;
    pthread_mutex_t lock;
    pthread_cond_t work[N_LANE];
    struct rsp_job *job; /* newest first */
    size_t n_waiting[N_LANE];
    bool stopping;
    struct worker worker[N_LANE * N_THREAD];
};

/* ---- with the lock held ---- */

static void wake(struct rsp_job *job)
{
    if (job->asleep)
        MHD_resume_connection(job->connection);
    job->asleep = false;
}

static void end_job(struct rsp_job *job, enum rsp_job_end end)
{
    if (job->end != RSP_JOB_WAITS)
        return;
    job->end = end;
    wake(job);
}

/* A job is freed when neither its request nor a worker holds it. */
static void free_if_over(struct rsp_job *job, bool running)
{
    if (!job->left || running)
        return;
    struct rsp_job **at = &job->pool->job;
    while (*at != job)
        at = &(*at)->next;
    *at = job->next;
    json_decref(job->order.input);
    rsp_answer_clear(&job->answer);
    rsp_buf_free(&job->page);
    sodium_memzero(job, sizeof *job);
    free(job);
}

/* The oldest job of a lane that nobody took. */
static struct rsp_job *next_job(struct rsp_pool *pool, bool slow)
{
    struct rsp_job *oldest = NULL;
    for (struct rsp_job *job = pool->job; job != NULL; job = job->next)
        if (!job->taken && job->order.slow == slow && job->end == RSP_JOB_WAITS)
            oldest = job;
    return oldest;
}

/* ---- workers ---- */

static void carry_out(struct rsp_job *job)
{
    const struct rsp_job_order *order = &job->order;
    struct rsp_caller caller = {.token = order->token[0] != '\0' ? order->token : NULL,
        .check_csrf = order->check_csrf,
        .csrf = order->csrf[0] != '\0' ? order->csrf : NULL,
        .address = order->address,
        .origin = "web",
        .idempotency = order->key[0] != '\0' ? order->key : NULL,
        .cancelled = &job->cancelled};

    if (order->use_case == RSP_USE_NONE) {
        job->status = rsp_service_healthy(job->pool->service, &job->err);
        return;
    }
    rsp_server_now(&caller.now);
    job->status =
        rsp_service_run(job->pool->service, order->use_case, &caller, order->input, &job->answer, &job->err);
    if (job->status == RSP_OK && order->drawn) {
        rsp_buf_init(&job->page, PAGE_MOST);
        job->status = order->use_case == RSP_USE_flowsheet
                          ? rsp_flowsheet_html(job->answer.body, &job->page, &job->err)
                          : rsp_instructions_html(job->answer.body, &job->page, &job->err);
    }
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct rsp_pool *pool = worker->pool;

    pthread_mutex_lock(&pool->lock);
    for (;;) {
        struct rsp_job *job = next_job(pool, worker->slow);
        if (job == NULL && pool->stopping)
            break;
        if (job == NULL) {
            pthread_cond_wait(&pool->work[worker->slow], &pool->lock);
            continue;
        }
        job->taken = true;
        pool->n_waiting[worker->slow]--;
        pthread_mutex_unlock(&pool->lock);
        carry_out(job);
        pthread_mutex_lock(&pool->lock);
        job->taken = false;
        end_job(job, RSP_JOB_DONE);
        free_if_over(job, false);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

rsp_status rsp_pool_start(struct rsp_service *service, struct rsp_pool **pool, struct rsp_error *err)
{
    struct rsp_pool *made = calloc(1, sizeof *made);
    if (made == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    made->service = service;
    pthread_mutex_init(&made->lock, NULL);
    for (size_t i = 0; i < N_LANE; i++)
        pthread_cond_init(&made->work[i], NULL);
    for (size_t i = 0; i < N_LANE * N_THREAD; i++) {
        struct worker *worker = &made->worker[i];
        *worker = (struct worker){.pool = made, .slow = i % N_LANE == 1};
        worker->started = pthread_create(&worker->thread, NULL, work, worker) == 0;
        if (!worker->started) {
            rsp_pool_stop(made);
            rsp_pool_free(made);
            return rsp_error_set(err, RSP_E_IO, "", "the system gives no threads");
        }
    }
    *pool = made;
    return RSP_OK;
}

void rsp_pool_stop(struct rsp_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    for (struct rsp_job *job = pool->job; job != NULL; job = job->next)
        if (!job->taken)
            end_job(job, RSP_JOB_STOPPED);
    for (size_t i = 0; i < N_LANE; i++)
        pthread_cond_broadcast(&pool->work[i]);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < N_LANE * N_THREAD; i++)
        if (pool->worker[i].started)
            pthread_join(pool->worker[i].thread, NULL);
}

void rsp_pool_free(struct rsp_pool *pool)
{
    if (pool == NULL)
        return;
    for (size_t i = 0; i < N_LANE; i++)
        pthread_cond_destroy(&pool->work[i]);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

/* ---- requests ---- */

static bool same_session(const struct rsp_job *job, const struct rsp_job_order *order)
{
    return order->token[0] != '\0' && strcmp(job->order.token, order->token) == 0;
}

/* The older job of the same name ends; how many slow ones of this session are left? */
static size_t replace_older(struct rsp_pool *pool, const struct rsp_job_order *order)
{
    size_t n = 0;
    for (struct rsp_job *job = pool->job; job != NULL; job = job->next) {
        if (!job->order.slow || !same_session(job, order))
            continue;
        if (job->end == RSP_JOB_WAITS && order->request[0] != '\0' &&
            strcmp(job->order.request, order->request) == 0) {
            if (!job->taken)
                pool->n_waiting[1]--;
            rsp_cancel(&job->cancelled);
            end_job(job, RSP_JOB_SUPERSEDED);
        }
        if (job->taken || job->end == RSP_JOB_WAITS) /* one that runs counts until it is over */
            n++;
    }
    return n;
}

struct rsp_job *rsp_pool_submit(struct rsp_pool *pool, struct rsp_job_order *order, void *connection)
{
    static const size_t most[N_LANE] = {MAX_SHORT, MAX_SLOW};
    struct rsp_job *job = calloc(1, sizeof *job);
    bool refused = job == NULL;

    pthread_mutex_lock(&pool->lock);
    if (order->slow && replace_older(pool, order) >= MAX_SLOW_OF_SESSION)
        refused = true;
    if (refused || pool->stopping || pool->n_waiting[order->slow] >= most[order->slow]) {
        pthread_mutex_unlock(&pool->lock);
        json_decref(order->input);
        free(job);
        return NULL;
    }
    *job = (struct rsp_job){
        .pool = pool, .next = pool->job, .order = *order, .connection = connection, .asleep = true};
    pool->job = job;
    pool->n_waiting[order->slow]++;
    MHD_suspend_connection(connection); /* before a worker can wake it */
    pthread_cond_signal(&pool->work[order->slow]);
    pthread_mutex_unlock(&pool->lock);
    return job;
}

enum rsp_job_end rsp_job_look(struct rsp_job *job)
{
    pthread_mutex_lock(&job->pool->lock);
    const enum rsp_job_end end = job->end;
    if (end == RSP_JOB_WAITS && !job->asleep) {
        job->asleep = true;
        MHD_suspend_connection(job->connection);
    }
    pthread_mutex_unlock(&job->pool->lock);
    return end;
}

rsp_status rsp_job_status(
    const struct rsp_job *job, const struct rsp_answer **answer, const struct rsp_error **err)
{
    *answer = &job->answer;
    *err = &job->err;
    return job->status;
}

const char *rsp_job_page(const struct rsp_job *job)
{
    return job->order.drawn ? job->page.data : NULL;
}

void rsp_job_leave(struct rsp_job *job)
{
    struct rsp_pool *pool = job->pool;
    pthread_mutex_lock(&pool->lock);
    job->left = true;
    job->asleep = false;
    if (job->end == RSP_JOB_WAITS) {
        rsp_cancel(&job->cancelled);
        job->end = RSP_JOB_STOPPED;
        if (!job->taken)
            pool->n_waiting[job->order.slow]--;
    }
    free_if_over(job, job->taken);
    pthread_mutex_unlock(&pool->lock);
}

void rsp_pool_wake(struct rsp_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    for (struct rsp_job *job = pool->job; job != NULL; job = job->next)
        wake(job);
    pthread_mutex_unlock(&pool->lock);
}
