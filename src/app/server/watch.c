#include "app/server/watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

struct rsp_watched {
    struct rsp_watched *next, *before;
    int descriptor;
    bool busy;
    time_t since_s;
};
struct rsp_watch {
    pthread_mutex_t lock;
    struct rsp_watched *first;
};

static time_t seconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

struct rsp_watch *rsp_watch_new(void)
{
    struct rsp_watch *watch = calloc(1, sizeof *watch);
    if (watch != NULL)
        pthread_mutex_init(&watch->lock, NULL);
    return watch;
}

void rsp_watch_free(struct rsp_watch *watch)
{
    if (watch == NULL)
        return;
    pthread_mutex_destroy(&watch->lock);
    free(watch);
}

struct rsp_watched *rsp_watch_open(struct rsp_watch *watch, int descriptor)
{
    struct rsp_watched *watched = calloc(1, sizeof *watched);
    if (watched == NULL)
        return NULL;
    watched->descriptor = descriptor;
    watched->since_s = seconds();
    pthread_mutex_lock(&watch->lock);
    watched->next = watch->first;
    if (watch->first != NULL)
        watch->first->before = watched;
    watch->first = watched;
    pthread_mutex_unlock(&watch->lock);
    return watched;
}

void rsp_watch_close(struct rsp_watch *watch, struct rsp_watched *watched)
{
    if (watched == NULL)
        return;
    pthread_mutex_lock(&watch->lock);
    if (watched->before != NULL)
        watched->before->next = watched->next;
    else
        watch->first = watched->next;
    if (watched->next != NULL)
        watched->next->before = watched->before;
    pthread_mutex_unlock(&watch->lock);
    free(watched);
}

void rsp_watch_busy(struct rsp_watch *watch, struct rsp_watched *watched, bool busy)
{
    if (watched == NULL)
        return;
    pthread_mutex_lock(&watch->lock);
    watched->busy = busy;
    watched->since_s = seconds();
    pthread_mutex_unlock(&watch->lock);
}

/* The polling thread closes the descriptor after rsp_watch_close, so that under the lock it is still this
 * connection's. */
void rsp_watch_cut(struct rsp_watch *watch)
{
    const time_t now_s = seconds();
    pthread_mutex_lock(&watch->lock);
    for (struct rsp_watched *watched = watch->first; watched != NULL; watched = watched->next)
        if (!watched->busy && now_s - watched->since_s >= RSP_READING_S)
            (void)shutdown(watched->descriptor, SHUT_RDWR);
    pthread_mutex_unlock(&watch->lock);
}
