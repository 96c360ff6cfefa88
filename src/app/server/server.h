/** The clinic over HTTP: a table of routes in front of the use cases of clinic/service.
 *
 * One polling thread speaks HTTP (libmicrohttpd) and never waits: each request becomes a job of a few worker threads,
 * and its connection sleeps until the job is done. docs/internals/server.md says what it defends against.
 */
#ifndef RSP_APP_SERVER_SERVER_H
#define RSP_APP_SERVER_SERVER_H

#include <stdbool.h>

#include <respite/status.h>

#include "service/clinic.h"

/** All borrowed until rsp_server_stop. */
struct rsp_server_options {
    const char *listen;   /* "127.0.0.1:8080", "[::1]:0"; port 0 takes a free one */
    const char *tls_cert; /* PEM text; NULL: no TLS */
    const char *tls_key;
    const char *origin;  /* "https://clinic.example": what browsers see; NULL: where it listens */
    bool behind_proxy;   /* the last X-Forwarded-For says who calls */
    bool loopback_only;  /* of a demonstration: it gives its passwords away */
    bool plain_anywhere; /* listen without TLS on an address that others can reach */
    const char *hl7;     /* where monitors and pumps deliver, "127.0.0.1:2575"; NULL: nowhere */
};

struct rsp_server;

/** Listen and serve. @param service  borrowed until rsp_server_stop
 * @param server out: caller stops it with rsp_server_stop */
RSP_CHECKED rsp_status rsp_server_start(struct rsp_service *service, const struct rsp_server_options *options,
    struct rsp_server **server, struct rsp_error *err);
/** "http://127.0.0.1:8080"; borrowed until rsp_server_stop. */
const char *rsp_server_url(const struct rsp_server *server);
/** "127.0.0.1:2575"; NULL when devices are not listened to. Borrowed until rsp_server_stop. */
const char *rsp_server_hl7(const struct rsp_server *server);
/** Take no more requests, finish those under way (for some seconds), and free. NULL is allowed. */
void rsp_server_stop(struct rsp_server *server);

/** The description of every route as an OpenAPI 3.1 document. @param text out: caller frees with free() */
RSP_CHECKED rsp_status rsp_server_openapi(char **text, struct rsp_error *err);

/** The moment of the clock with its zone, for the callers of the service. The zone is static text. */
void rsp_server_now(struct rsp_stamp *now);
/** The wall clock of another moment, in seconds since 1970, with the zone. */
void rsp_server_wall(int64_t at_s, struct rsp_stamp *stamp);

#endif
