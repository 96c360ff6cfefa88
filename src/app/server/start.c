/* Begin and end of the server. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/server/server_internal.h"

enum {
    MAX_CONNECTION = 512,
    MAX_OF_ADDRESS = 64,     /* a proxy holds all of them */
    IDLE_S = 15,             /* a connection on which nothing moves */
    HEADER_BYTES = 16 << 10, /* request line and headers */
    STOP_MS = 8000,          /* for requests under way */
    WAKE_MS = 250,           /* between two looks whether clients that wait are still there */
    CUT_MS = 1000,
    NS_A_MS = 1000000,
    MS_A_SECOND = 1000,
};

static void wait_ms(long ms)
{
    const struct timespec time = {ms / MS_A_SECOND, ms % MS_A_SECOND * NS_A_MS};
    (void)nanosleep(&time, NULL);
}

/* A store that does not answer is told once, and shown by /healthz and by every page. */
static void watch_sessions(struct rsp_server *server)
{
    struct rsp_stamp now;
    struct rsp_error err = {0};
    rsp_server_now(&now);
    const bool failed = rsp_service_watch(server->service, &now, &err) != RSP_OK;
    if (failed && !server->unwatched)
        rsp_log_event("sessions_not_watched", err.message);
    server->unwatched = failed;
}

/* libmicrohttpd does not look at a connection that sleeps: it is woken now and then, so that a client that left is
 * noticed and its plan ended. Connections that take too long to ask are cut. */
static void *tick(void *context)
{
    struct rsp_server *server = context;
    for (int ms = 0; !server->stopping; ms += WAKE_MS) {
        wait_ms(WAKE_MS);
        rsp_pool_wake(server->pool);
        if (ms % CUT_MS == 0) {
            rsp_watch_cut(server->watch);
            watch_sessions(server);
        }
        rsp_live_look(server->live); /* last: an alarm that was just raised is told at once */
    }
    return NULL;
}

/* No password of ours is in the priorities: TLS 1.2 and 1.3 only. */
static rsp_status start_daemon(struct rsp_server *server, int descriptor, struct rsp_error *err)
{
    static char priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE";
    const struct rsp_server_options *options = &server->options;
    const bool tls = options->tls_cert != NULL;
    const struct MHD_OptionItem with_tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)options->tls_cert},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)options->tls_key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, priorities},
        {MHD_OPTION_END, 0, NULL},
    };
    const struct MHD_OptionItem without[] = {{MHD_OPTION_END, 0, NULL}};
    const unsigned flags = MHD_USE_EPOLL_INTERNALLY | MHD_ALLOW_SUSPEND_RESUME | (tls ? MHD_USE_TLS : 0U);

    if (tls && MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES)
        return rsp_error_set(
            err, RSP_E_UNSUPPORTED, "tls-cert", "libmicrohttpd was built without TLS on this machine");
    server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, rsp_handle, server, MHD_OPTION_LISTEN_SOCKET,
        descriptor, MHD_OPTION_CONNECTION_LIMIT, (unsigned)MAX_CONNECTION, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)(options->behind_proxy ? MAX_CONNECTION : MAX_OF_ADDRESS), MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(HEADER_BYTES * 2),
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_NOTIFY_COMPLETED,
        rsp_handle_over, server, MHD_OPTION_NOTIFY_CONNECTION, rsp_handle_connection, server,
        MHD_OPTION_URI_LOG_CALLBACK, rsp_handle_uri, server, MHD_OPTION_ARRAY, tls ? with_tls : without,
        MHD_OPTION_END);
    if (server->daemon != NULL)
        return RSP_OK;
    close(descriptor);
    return rsp_error_set(err, RSP_E_IO, tls ? "tls-cert" : "listen",
        tls ? "the server could not start: are certificate and key in PEM form, and do they belong together?"
            : "the server could not start");
}

static rsp_status listen_to_devices(struct rsp_server *server, struct rsp_error *err)
{
    const struct rsp_device_options options = {.listen = server->options.hl7,
        .anywhere = server->options.plain_anywhere && !server->options.loopback_only};
    if (server->options.hl7 == NULL)
        return RSP_OK;
    server->deliver = rsp_deliver_new(server->service);
    if (server->deliver == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    const struct rsp_device_sink sink = rsp_deliver_sink(server->deliver);
    const rsp_status status = rsp_device_listen(&options, &sink, &server->listener, err);
    if (status != RSP_OK && err != NULL)
        (void)snprintf(err->field, sizeof err->field, "hl7");
    return status;
}

static rsp_status start(struct rsp_server *server, struct rsp_error *err)
{
    int descriptor = -1;

    RSP_TRY(rsp_routes_check(rsp_routes, rsp_n_route, err));
    RSP_TRY(rsp_server_openapi(&server->openapi, err));
    server->watch = rsp_watch_new();
    server->live = rsp_live_new(server->service);
    if (server->watch == NULL || server->live == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    RSP_TRY(rsp_listen(&server->options, &descriptor, server->url, sizeof server->url, err));
    rsp_status status = rsp_guard_origins(server, err);
    if (status == RSP_OK)
        status = rsp_pool_start(server->service, &server->pool, err);
    if (status != RSP_OK) {
        close(descriptor);
        return status;
    }
    RSP_TRY(start_daemon(server, descriptor, err));
    RSP_TRY(listen_to_devices(server, err));
    server->ticking = pthread_create(&server->ticker, NULL, tick, server) == 0;
    return server->ticking ? RSP_OK : rsp_error_set(err, RSP_E_IO, "", "the system gives no threads");
}

rsp_status rsp_server_start(struct rsp_service *service, const struct rsp_server_options *options,
    struct rsp_server **server, struct rsp_error *err)
{
    struct rsp_server *made = calloc(1, sizeof *made);
    if (made == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    made->service = service;
    made->options = *options;
    const rsp_status status = start(made, err);
    if (status != RSP_OK) {
        rsp_server_stop(made);
        return status;
    }
    *server = made;
    return RSP_OK;
}

const char *rsp_server_url(const struct rsp_server *server)
{
    return server->url;
}

const char *rsp_server_hl7(const struct rsp_server *server)
{
    return server->listener != NULL ? rsp_device_address(server->listener) : NULL;
}

void rsp_server_stop(struct rsp_server *server)
{
    enum { SLICE_MS = 20 };
    if (server == NULL)
        return;
    server->stopping = true;
    if (server->ticking)
        pthread_join(server->ticker, NULL);
    rsp_device_stop(server->listener);
    rsp_deliver_free(server->deliver);
    if (server->daemon != NULL) {
        const int listening = MHD_quiesce_daemon(server->daemon);
        if (listening >= 0)
            close(listening);
    }
    if (server->live != NULL)
        rsp_live_stop(server->live);
    if (server->pool != NULL)
        rsp_pool_stop(server->pool); /* wakes every connection */
    for (long ms = 0; server->daemon != NULL && server->n_request > 0 && ms < STOP_MS; ms += SLICE_MS)
        wait_ms(SLICE_MS);
    if (server->daemon != NULL)
        MHD_stop_daemon(server->daemon);
    rsp_pool_free(server->pool);
    rsp_watch_free(server->watch);
    rsp_live_free(server->live);
    free(server->openapi);
    free(server);
}
