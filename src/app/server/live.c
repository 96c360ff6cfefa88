#include "app/server/live.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/server/server.h"

enum { MAX_STREAM = 256, FRAME_SIZE = 256, BLOCK_SIZE = 1024, MAX_CHANGE = 512 };

struct stream {
    struct rsp_live *live;
    struct stream *next;
    struct MHD_Connection *connection;
    int64_t order; /* 0: every one */
    int64_t told;  /* number of the newest change that it knows of; a new stream knows nothing */
    int64_t next_tick_s, end_s;
    bool asleep, greeted;
};

/* The newest change of an order. */
struct place {
    int64_t order, number;
};

struct rsp_live {
    struct rsp_service *service;
    pthread_mutex_t lock;
    struct stream *stream;
    size_t n_stream;
    bool stopping;
    int64_t head, newest; /* facts that were looked at; the newest change of any order */
    size_t n_place, room;
    struct place *place;
};

static int64_t now_s(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

struct rsp_live *rsp_live_new(struct rsp_service *service)
{
    struct rsp_live *live = calloc(1, sizeof *live);
    if (live == NULL)
        return NULL;
    live->service = service;
    pthread_mutex_init(&live->lock, NULL);
    return live;
}

void rsp_live_free(struct rsp_live *live)
{
    if (live == NULL)
        return;
    pthread_mutex_destroy(&live->lock);
    free(live->place);
    free(live);
}

/* ---- with the lock held ---- */

static int64_t newest_of(const struct rsp_live *live, int64_t order)
{
    if (order == 0)
        return live->newest;
    for (size_t i = 0; i < live->n_place; i++)
        if (live->place[i].order == order)
            return live->place[i].number;
    return 0;
}

static void note(struct rsp_live *live, const struct rsp_session_change *change)
{
    live->newest = change->number;
    for (size_t i = 0; i < live->n_place; i++)
        if (live->place[i].order == change->order) {
            live->place[i].number = change->number;
            return;
        }
    if (live->n_place == live->room) {
        const size_t room = 2 * live->room + 16;
        struct place *more = realloc(live->place, room * sizeof *more);
        if (more == NULL)
            return; /* the next change of it is told */
        live->place = more;
        live->room = room;
    }
    live->place[live->n_place++] = (struct place){change->order, change->number};
}

static bool has_to_say(const struct rsp_live *live, const struct stream *stream, int64_t at_s)
{
    return live->stopping || !stream->greeted || stream->told < newest_of(live, stream->order) ||
           at_s >= stream->next_tick_s || at_s >= stream->end_s;
}

static void wake(struct stream *stream)
{
    if (stream->asleep)
        MHD_resume_connection(stream->connection);
    stream->asleep = false;
}

/* ---- the ticker's thread ---- */

void rsp_live_look(struct rsp_live *live)
{
    struct rsp_session_change change[MAX_CHANGE];
    size_t n = 0;
    int64_t head = live->head;
    if (rsp_service_session_changes(live->service, MAX_CHANGE, change, &n, &head, NULL) != RSP_OK)
        n = 0; /* said by whoever asks the store next */
    const int64_t at_s = now_s();
    pthread_mutex_lock(&live->lock);
    live->head = head;
    for (size_t i = 0; i < n; i++)
        note(live, &change[i]);
    for (struct stream *stream = live->stream; stream != NULL; stream = stream->next)
        if (has_to_say(live, stream, at_s))
            wake(stream);
    pthread_mutex_unlock(&live->lock);
}

void rsp_live_stop(struct rsp_live *live)
{
    pthread_mutex_lock(&live->lock);
    live->stopping = true;
    for (struct stream *stream = live->stream; stream != NULL; stream = stream->next)
        wake(stream);
    pthread_mutex_unlock(&live->lock);
}

/* ---- one stream, in the polling thread ---- */

static int write_frame(struct stream *stream, int64_t at_s, char text[FRAME_SIZE])
{
    const int64_t newest = newest_of(stream->live, stream->order);
    struct rsp_stamp stamp;
    if (!stream->greeted || stream->told < newest) {
        stream->greeted = true;
        stream->told = newest;
        return snprintf(text, FRAME_SIZE, "retry: 1000\nid: %lld\nevent: change\ndata: {\"number\":%lld}\n\n",
            (long long)newest, (long long)newest);
    }
    if (at_s < stream->next_tick_s)
        return 0;
    stream->next_tick_s = at_s + 1;
    rsp_server_now(&stamp);
    return snprintf(
        text, FRAME_SIZE, "event: tick\ndata: {\"now_ms\":%lld}\n\n", (long long)(stamp.at_us / 1000));
}

static ssize_t read_stream(void *context, uint64_t position, char *out, size_t room)
{
    struct stream *stream = context;
    struct rsp_live *live = stream->live;
    char text[FRAME_SIZE];
    const int64_t at_s = now_s();
    (void)position;
    if (room < FRAME_SIZE)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    pthread_mutex_lock(&live->lock);
    const bool over = live->stopping || at_s >= stream->end_s;
    const int length = over ? 0 : write_frame(stream, at_s, text);
    if (!over && length == 0) {
        stream->asleep = true;
        MHD_suspend_connection(stream->connection);
    }
    pthread_mutex_unlock(&live->lock);
    if (over)
        return MHD_CONTENT_READER_END_OF_STREAM;
    memcpy(out, text, (size_t)length);
    return length;
}

static void end_stream(void *context)
{
    struct stream *stream = context;
    struct rsp_live *live = stream->live;
    pthread_mutex_lock(&live->lock);
    struct stream **at = &live->stream;
    while (*at != stream)
        at = &(*at)->next;
    *at = stream->next;
    live->n_stream--;
    pthread_mutex_unlock(&live->lock);
    free(stream);
}

struct MHD_Response *rsp_live_response(
    struct rsp_live *live, struct MHD_Connection *connection, int64_t order)
{
    struct stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return NULL;
    const int64_t at_s = now_s();
    *stream = (struct stream){.live = live,
        .connection = connection,
        .order = order,
        .next_tick_s = at_s,
        .end_s = at_s + RSP_LIVE_STREAM_S};
    pthread_mutex_lock(&live->lock);
    const bool full = live->n_stream == MAX_STREAM || live->stopping;
    if (!full) {
        stream->next = live->stream;
        live->stream = stream;
        live->n_stream++;
    }
    pthread_mutex_unlock(&live->lock);
    if (full) {
        free(stream);
        return NULL;
    }
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_SIZE, read_stream, stream, end_stream);
    if (response == NULL)
        end_stream(stream);
    return response;
}
