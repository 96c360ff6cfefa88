/** Inside of the server: shared by its files alone. */
#ifndef RSP_APP_SERVER_SERVER_INTERNAL_H
#define RSP_APP_SERVER_SERVER_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include <microhttpd.h>

#include "app/device/listen.h"
#include "app/server/deliver.h"
#include "app/server/job.h"
#include "app/server/live.h"
#include "app/server/route.h"
#include "app/server/server.h"
#include "app/server/watch.h"
#include "app/server/web.h"
#include "base/text.h"

enum {
    RSP_BODY_MOST = 256 << 10, /* bytes of a request's body */
    RSP_MAX_ORIGIN = 4,
    RSP_ORIGIN_SIZE = 280,
};

struct rsp_server {
    struct rsp_service *service;
    struct rsp_server_options options;
    struct MHD_Daemon *daemon;
    struct rsp_pool *pool;
    struct rsp_watch *watch;
    struct rsp_live *live;
    struct rsp_deliver *deliver;
    struct rsp_device_listener *listener;
    pthread_t ticker;
    bool ticking, unwatched;
    atomic_bool stopping;
    atomic_int n_request; /* under way */
    atomic_uint next_request;
    char url[RSP_ORIGIN_SIZE];
    char origin[RSP_MAX_ORIGIN][RSP_ORIGIN_SIZE]; /* from which browsers may come */
    size_t n_origin;
    bool secure; /* what browsers see is https */
    char *openapi;
};

/** One request. */
struct rsp_exchange {
    struct rsp_server *server;
    struct MHD_Connection *connection;
    struct rsp_route_match match;
    bool is_file; /* of the staff web app; no route */
    struct rsp_web_file file;
    const char *method; /* NULL until the headers are there */
    bool odd_uri;       /* with a byte that path and query cannot hold, or a separator written as none */
    struct rsp_buf body;
    bool too_large, replied, last; /* last: the connection is closed after the answer */
    bool drawn;                    /* the answer is a page to print */
    bool streams;                  /* the answer goes on until rsp_handle_over */
    size_t n_discarded;            /* bytes of a body that is too large */
    struct rsp_job *job;
    char address[RSP_ADDRESS_SIZE];
    char account[RSP_ACCOUNT_SIZE];
    const char *code; /* of a refusal, for the log; NULL */
    unsigned status, number;
    int64_t begun_us;
};

/* ---- guard.c ---- */
/** Which origins browsers may come from. */
RSP_CHECKED rsp_status rsp_guard_origins(struct rsp_server *server, struct rsp_error *err);
/** Whether the Host is one of ours: another one is a name that somebody else points here. */
bool rsp_guard_host(const struct rsp_exchange *exchange);
/** Whether there is one way to read where the body ends: a proxy and we would else see different requests. */
bool rsp_guard_framing(const struct rsp_exchange *exchange);
/** Whether a request that may change something comes from a page of ours, or from no page at all. */
bool rsp_guard_origin(const struct rsp_exchange *exchange);
/** Whether the body, if any, is declared as JSON: no form of another page can send that. */
bool rsp_guard_content(const struct rsp_exchange *exchange, size_t length);
/** Who calls: the peer, or behind a proxy what the proxy says. */
void rsp_guard_address(struct rsp_exchange *exchange);
/** Whether the client has hung up while its request was being worked on. */
bool rsp_guard_left(struct rsp_exchange *exchange);
const char *rsp_guard_cookie_name(const struct rsp_server *server);

/* ---- order.c ---- */
/** Make the job of a request from path, query, body and headers. Fails with a sentence on what is malformed.
 * @param order out: owns its input */
RSP_CHECKED rsp_status rsp_order_make(
    struct rsp_exchange *exchange, struct rsp_job_order *order, struct rsp_error *err);

/* ---- reply.c ---- */
/** An error: {code, field, message}. */
enum MHD_Result rsp_reply_error(
    struct rsp_exchange *exchange, unsigned status, const char *code, const char *field, const char *message);
/** What a job came to. */
enum MHD_Result rsp_reply_job(struct rsp_exchange *exchange);
enum MHD_Result rsp_reply_page(struct rsp_exchange *exchange, const char *type, const char *text);
/** exchange->file, or 304 when the browser has it. */
enum MHD_Result rsp_reply_file(struct rsp_exchange *exchange);
/** HTTP status of a refusal. */
unsigned rsp_reply_status(enum rsp_refusal refusal);

/* ---- handle.c ---- */
/** Called with the address as it was sent, before it is decoded. @return a new struct rsp_exchange, or NULL */
void *rsp_handle_uri(void *context, const char *uri, struct MHD_Connection *connection);
enum MHD_Result rsp_handle(void *context, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload, size_t *n_upload, void **state);
void rsp_handle_over(
    void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code);
void rsp_handle_connection(
    void *context, struct MHD_Connection *connection, void **state, enum MHD_ConnectionNotificationCode code);

/* ---- log.c ---- */
/** One line of JSON on stderr. No address of a request but its route, no body, no name of a patient. */
void rsp_log_request(const struct rsp_exchange *exchange);
void rsp_log_event(const char *event, const char *detail);
int64_t rsp_log_now_us(void);

/* ---- listen.c ---- */
/** Open the listening socket. @param url  out: where it listens */
RSP_CHECKED rsp_status rsp_listen(
    const struct rsp_server_options *options, int *descriptor, char *url, size_t size, struct rsp_error *err);

#endif
