/* Who may speak to us, before anything is looked at. */
#define _GNU_SOURCE /* POLLRDHUP */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "app/server/server_internal.h"

static const char *header(const struct rsp_exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

static void add_origin(struct rsp_server *server, const char *origin)
{
    if (server->n_origin < RSP_MAX_ORIGIN)
        snprintf(server->origin[server->n_origin++], RSP_ORIGIN_SIZE, "%s", origin);
}

/* "https://name[:port]" and nothing after it. */
static bool is_origin(const char *text)
{
    const char *name = strncmp(text, "https://", 8) == 0  ? text + 8
                       : strncmp(text, "http://", 7) == 0 ? text + 7
                                                          : "";
    return name[0] != '\0' && strlen(text) < RSP_ORIGIN_SIZE &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]") == strlen(name);
}

rsp_status rsp_guard_origins(struct rsp_server *server, struct rsp_error *err)
{
    const char *given = server->options.origin;
    const char *port = strrchr(server->url, ':');
    const bool loopback = strstr(server->url, "//127.") != NULL || strstr(server->url, "//[::1]") != NULL;
    char other[RSP_ORIGIN_SIZE];

    if (given != NULL && !is_origin(given))
        return rsp_error_set(err, RSP_E_SYNTAX, "origin",
            "'%.100s' is not an origin: write https://NAME or https://NAME:PORT, in small letters", given);
    if (given != NULL)
        add_origin(server, given);
    add_origin(server, server->url);
    if (loopback) {
        snprintf(other, sizeof other, "%s://localhost%s", server->options.tls_cert != NULL ? "https" : "http",
            port);
        add_origin(server, other);
    }
    server->secure = server->options.tls_cert != NULL || (given != NULL && strncmp(given, "https:", 6) == 0);
    return RSP_OK;
}

bool rsp_guard_host(const struct rsp_exchange *exchange)
{
    const char *host = header(exchange, MHD_HTTP_HEADER_HOST);
    for (size_t i = 0; host != NULL && i < exchange->server->n_origin; i++) {
        const char *own = strstr(exchange->server->origin[i], "://") + 3;
        if (rsp_text_equal(host, own))
            return true;
    }
    return false;
}

/* Length and coding of the body, as the headers give them. */
struct framing {
    int n_length, n_coding;
    bool plain; /* the coding is chunked alone */
};

static enum MHD_Result see_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct framing *framing = context;
    (void)kind;
    framing->n_length += rsp_text_equal(name, MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (rsp_text_equal(name, MHD_HTTP_HEADER_TRANSFER_ENCODING)) {
        framing->n_coding++;
        framing->plain = value != NULL && rsp_text_equal(value, "chunked");
    }
    return MHD_YES;
}

bool rsp_guard_framing(const struct rsp_exchange *exchange)
{
    struct framing framing = {.plain = true};
    (void)MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, see_header, &framing);
    return framing.n_length + framing.n_coding <= 1 && framing.plain;
}

bool rsp_guard_origin(const struct rsp_exchange *exchange)
{
    const char *origin = header(exchange, MHD_HTTP_HEADER_ORIGIN);
    const char *site = header(exchange, "Sec-Fetch-Site");

    if (strcmp(exchange->method, "GET") == 0)
        return true;
    for (size_t i = 0; origin != NULL && i < exchange->server->n_origin; i++)
        if (strcmp(origin, exchange->server->origin[i]) == 0)
            return true;
    return origin == NULL && (site == NULL || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0);
}

bool rsp_guard_content(const struct rsp_exchange *exchange, size_t length)
{
    const char *type = header(exchange, MHD_HTTP_HEADER_CONTENT_TYPE);
    static const char json[] = "application/json";
    if (length == 0 && type == NULL)
        return true;
    if (type == NULL || strncmp(type, json, sizeof json - 1) != 0)
        return false;
    type += sizeof json - 1;
    return *type == '\0' || rsp_text_equal(type, "; charset=utf-8") || rsp_text_equal(type, ";charset=utf-8");
}

static bool is_address(const char *text)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

/* The last line of several: what stands before it may be the client's own. */
static enum MHD_Result last_forwarded(
    void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    if (value != NULL && rsp_text_equal(name, "X-Forwarded-For"))
        *(const char **)context = value;
    return MHD_YES;
}

static void take_peer(struct rsp_exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *peer = info != NULL ? info->client_addr : NULL;
    const void *bytes = NULL;

    if (peer != NULL && peer->sa_family == AF_INET)
        bytes = &((const struct sockaddr_in *)(const void *)peer)->sin_addr;
    else if (peer != NULL && peer->sa_family == AF_INET6)
        bytes = &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr;
    if (bytes != NULL)
        (void)inet_ntop(peer->sa_family, bytes, exchange->address, sizeof exchange->address);
}

void rsp_guard_address(struct rsp_exchange *exchange)
{
    const char *forwarded = NULL;

    take_peer(exchange);
    if (!exchange->server->options.behind_proxy)
        return;
    (void)MHD_get_connection_values(
        exchange->connection, MHD_HEADER_KIND, last_forwarded, (void *)&forwarded);
    if (forwarded == NULL)
        return;
    const char *last = strrchr(forwarded, ',');
    last = last != NULL ? last + 1 : forwarded;
    last += strspn(last, " \t");
    if (strlen(last) < sizeof exchange->address && is_address(last))
        snprintf(exchange->address, sizeof exchange->address, "%s", last);
}

/* Not by reading: what TLS says at its end, or a next request, may stand before the end of the stream. */
bool rsp_guard_left(struct rsp_exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct pollfd end = {.fd = info != NULL ? info->connect_fd : -1, .events = POLLRDHUP};
    return poll(&end, 1, 0) > 0;
}

/* The prefix binds the cookie to this host and to https. */
const char *rsp_guard_cookie_name(const struct rsp_server *server)
{
    return server->secure ? "__Host-respite" : "respite";
}
