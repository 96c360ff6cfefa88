/* One request from its first line to its answer. Everything here runs in the polling thread and never waits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/server/server_internal.h"

enum { DISCARD_MOST = 4 << 20 };

static struct rsp_watched *watched_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

/* ---- what is refused before the body is read ---- */

static size_t announced(const struct rsp_exchange *exchange)
{
    const char *text =
        MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    char *end = NULL;
    const unsigned long long length = text != NULL ? strtoull(text, &end, 10) : 0;
    return text != NULL && (*end != '\0' || length > SIZE_MAX / 2) ? SIZE_MAX / 2 : (size_t)length;
}

static enum MHD_Result refuse_early(struct rsp_exchange *exchange)
{
    if (exchange->odd_uri)
        return rsp_reply_error(exchange, MHD_HTTP_BAD_REQUEST, "malformed", "",
            "the address holds a zero byte, or a separator that is written as %2F or %5C");
    if (!rsp_guard_framing(exchange)) {
        exchange->last = true;
        return rsp_reply_error(exchange, MHD_HTTP_BAD_REQUEST, "malformed", "Content-Length",
            "the length of the body is given twice, or in a way that is not known here");
    }
    if (!rsp_guard_host(exchange))
        return rsp_reply_error(exchange, MHD_HTTP_MISDIRECTED_REQUEST, "unknown_host", "Host",
            "this server does not go by that name: see --origin");
    if (!rsp_guard_origin(exchange))
        return rsp_reply_error(
            exchange, MHD_HTTP_FORBIDDEN, "csrf", "Origin", "the request comes from a page of another site");
    if (exchange->match.route == NULL && exchange->match.path_known)
        return rsp_reply_error(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", "",
            "this path takes other methods: see /api/v1/openapi.json");
    if (exchange->match.route == NULL && !exchange->is_file)
        return rsp_reply_error(exchange, MHD_HTTP_NOT_FOUND, "not_found", "", "there is no such path");
    if (announced(exchange) > RSP_BODY_MOST)
        return rsp_reply_error(
            exchange, MHD_HTTP_CONTENT_TOO_LARGE, "too_large", "", "the body is larger than 256 KiB");
    if (exchange->server->stopping)
        return rsp_reply_error(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", "", "the server stops");
    return MHD_YES;
}

/* Decoded, the address would end at a zero byte, and an encoded separator would look like one: two programs would then
 * read two addresses. */
static bool is_odd(const char *uri)
{
    const size_t n_path = strcspn(uri, "?");
    for (const char *at = strchr(uri, '%'); at != NULL; at = strchr(at + 1, '%')) {
        const bool in_path = (size_t)(at - uri) < n_path;
        if (strncmp(at, "%00", 3) == 0 ||
            (in_path && (strncasecmp(at, "%2f", 3) == 0 || strncasecmp(at, "%5c", 3) == 0)))
            return true;
    }
    return false;
}

void *rsp_handle_uri(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct rsp_server *server = context;
    struct rsp_exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL)
        return NULL;
    *exchange = (struct rsp_exchange){.server = server,
        .connection = connection,
        .odd_uri = is_odd(uri),
        .number = ++server->next_request,
        .begun_us = rsp_log_now_us()};
    server->n_request++;
    rsp_buf_init(&exchange->body, RSP_BODY_MOST);
    return exchange;
}

static enum MHD_Result begin(struct rsp_exchange *exchange, const char *url, const char *method)
{
    exchange->method = method;
    rsp_guard_address(exchange);
    rsp_route_find(method, url, &exchange->match);
    const struct rsp_route *route = exchange->match.route;
    if (route != NULL ? route->page == RSP_PAGE_HOME
                      : !exchange->match.path_known && strcmp(method, "GET") == 0)
        exchange->is_file = rsp_web_find(url, &exchange->file);
    return refuse_early(exchange);
}

/* A body without announced length that grows too large is read to a point and thrown away. */
static enum MHD_Result take_body(struct rsp_exchange *exchange, const char *upload, size_t *n_upload)
{
    if (!exchange->too_large && exchange->body.length + *n_upload <= RSP_BODY_MOST) {
        rsp_buf_add(&exchange->body, upload, *n_upload);
    } else {
        exchange->too_large = true;
        exchange->n_discarded += *n_upload;
        if (exchange->n_discarded > DISCARD_MOST)
            return MHD_NO;
    }
    *n_upload = 0;
    return exchange->body.failed ? MHD_NO : MHD_YES;
}

/* ---- the whole request is there ---- */

static enum MHD_Result submit(struct rsp_exchange *exchange)
{
    struct rsp_job_order order;
    struct rsp_error err = {0};

    if (exchange->too_large)
        return rsp_reply_error(
            exchange, MHD_HTTP_CONTENT_TOO_LARGE, "too_large", "", "the body is larger than 256 KiB");
    if (exchange->body.length > 0 && strcmp(exchange->method, "GET") == 0)
        return rsp_reply_error(exchange, MHD_HTTP_BAD_REQUEST, "malformed", "", "a GET has no body");
    if (!rsp_guard_content(exchange, exchange->body.length))
        return rsp_reply_error(exchange, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "not_json", "Content-Type",
            "the body is declared as application/json");
    if (exchange->is_file)
        return rsp_reply_file(exchange);
    if (exchange->match.route->page == RSP_PAGE_OPENAPI)
        return rsp_reply_page(exchange, "application/json", exchange->server->openapi);
    const rsp_status status = rsp_order_make(exchange, &order, &err);
    if (status != RSP_OK)
        return rsp_reply_error(exchange,
            status == RSP_E_MISSING ? MHD_HTTP_PRECONDITION_REQUIRED : MHD_HTTP_BAD_REQUEST,
            status == RSP_E_MISSING ? "version_needed" : "malformed", err.field, err.message);
    rsp_watch_busy(exchange->server->watch, watched_of(exchange->connection), true);
    exchange->job = rsp_pool_submit(exchange->server->pool, &order, exchange->connection);
    if (exchange->job == NULL) {
        rsp_watch_busy(exchange->server->watch, watched_of(exchange->connection), false);
        return rsp_reply_error(
            exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", "", "too much is asked at once: try again");
    }
    return MHD_YES;
}

static enum MHD_Result look(struct rsp_exchange *exchange)
{
    enum MHD_Result replied = MHD_NO;
    if (rsp_guard_left(exchange))
        return MHD_NO; /* rsp_handle_over leaves the job */
    switch (rsp_job_look(exchange->job)) {
    case RSP_JOB_WAITS:
        return MHD_YES;
    case RSP_JOB_DONE:
        replied = rsp_reply_job(exchange);
        break;
    case RSP_JOB_SUPERSEDED:
        replied =
            rsp_reply_error(exchange, MHD_HTTP_CONFLICT, "superseded", "", "the same client asked anew");
        break;
    case RSP_JOB_STOPPED:
        replied = rsp_reply_error(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", "", "the server stops");
        break;
    }
    if (!exchange->streams)
        rsp_watch_busy(exchange->server->watch, watched_of(exchange->connection), false);
    return replied;
}

enum MHD_Result rsp_handle(void *context, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload, size_t *n_upload, void **state)
{
    struct rsp_exchange *exchange = *state;
    (void)context;
    (void)connection;
    (void)version;
    if (exchange == NULL)
        return MHD_NO; /* no memory for it */
    if (exchange->method == NULL)
        return begin(exchange, url, method);
    if (exchange->replied) { /* early; what still comes is thrown away */
        *n_upload = 0;
        return MHD_YES;
    }
    if (*n_upload > 0)
        return take_body(exchange, upload, n_upload);
    return exchange->job != NULL ? look(exchange) : submit(exchange);
}

void rsp_handle_over(
    void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
    struct rsp_server *server = context;
    struct rsp_exchange *exchange = *state;
    if (exchange == NULL)
        return;
    if (code != MHD_REQUEST_TERMINATED_COMPLETED_OK && exchange->code == NULL)
        exchange->code = "cut";
    if (exchange->method != NULL)
        rsp_log_request(exchange);
    if (exchange->job != NULL)
        rsp_job_leave(exchange->job);
    rsp_watch_busy(server->watch, watched_of(connection), false);
    rsp_buf_free(&exchange->body);
    free(exchange);
    *state = NULL;
    server->n_request--;
}

void rsp_handle_connection(
    void *context, struct MHD_Connection *connection, void **state, enum MHD_ConnectionNotificationCode code)
{
    struct rsp_server *server = context;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        *state = info != NULL ? rsp_watch_open(server->watch, info->connect_fd) : NULL;
    else
        rsp_watch_close(server->watch, *state);
}
