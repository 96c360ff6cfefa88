/* Where the server listens. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/server/server_internal.h"

enum { HOST_SIZE = 64, BACKLOG = 128 };

/* "127.0.0.1:8080", "[::1]:8080", "localhost:8080" */
static rsp_status split(const char *text, char host[HOST_SIZE], char port[8], struct rsp_error *err)
{
    const char *colon = strrchr(text, ':');
    const size_t n = colon != NULL ? (size_t)(colon - text) : 0;
    const bool bracket = n > 2 && text[0] == '[' && text[n - 1] == ']';

    if (n == 0 || n >= HOST_SIZE || strlen(colon + 1) == 0 || strlen(colon + 1) > 5 ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1) || strtoul(colon + 1, NULL, 10) > UINT16_MAX ||
        (!bracket && memchr(text, ':', n) != NULL))
        return rsp_error_set(err, RSP_E_SYNTAX, "listen",
            "'%.80s' is no address: write ADDRESS:PORT, 127.0.0.1:8080 or [::1]:8080", text);
    snprintf(host, HOST_SIZE, "%.*s", (int)(bracket ? n - 2 : n), text + (bracket ? 1 : 0));
    snprintf(port, 8, "%s", colon + 1);
    if (strcmp(host, "localhost") == 0)
        snprintf(host, HOST_SIZE, "127.0.0.1");
    return RSP_OK;
}

static bool is_loopback(const struct sockaddr *address)
{
    enum { FIRST_BYTE = 24, LOOPBACK_NET = 127 };
    if (address->sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
    return ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> FIRST_BYTE ==
           LOOPBACK_NET;
}

static rsp_status check_exposure(
    const struct rsp_server_options *options, const struct sockaddr *address, struct rsp_error *err)
{
    if (is_loopback(address))
        return RSP_OK;
    if (options->loopback_only)
        return rsp_error_set(err, RSP_E_DENIED, "listen",
            "'%.80s' can be reached from elsewhere: a demonstration shows its passwords to whoever asks, and "
            "is "
            "served on 127.0.0.1 or [::1] only",
            options->listen);
    if (options->tls_cert == NULL && !options->plain_anywhere)
        return rsp_error_set(err, RSP_E_DENIED, "listen",
            "'%.80s' can be reached from elsewhere and there is no TLS: give --tls-cert and --tls-key, or "
            "listen on "
            "127.0.0.1 behind a proxy that has TLS",
            options->listen);
    if (options->origin == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "origin",
            "say by which name browsers reach this server: --origin https://clinic.example");
    return RSP_OK;
}

static rsp_status open_socket(const struct rsp_server_options *options, const struct addrinfo *info,
    int *descriptor, struct rsp_error *err)
{
    const int on = 1, fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return rsp_error_set(err, RSP_E_IO, "listen", "no socket: %s", strerror(errno));
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, info->ai_addr, info->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        const int why = errno;
        close(fd);
        return rsp_error_set(
            err, RSP_E_IO, "listen", "'%.80s' cannot be listened on: %s", options->listen, strerror(why));
    }
    *descriptor = fd;
    return RSP_OK;
}

static void write_url(
    const struct rsp_server_options *options, const char *host, int descriptor, char *url, size_t size)
{
    struct sockaddr_storage bound = {0};
    socklen_t length = sizeof bound;
    uint16_t port = 0;

    if (getsockname(descriptor, (struct sockaddr *)&bound, &length) == 0)
        port = bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                           : ((struct sockaddr_in *)&bound)->sin_port;
    snprintf(url, size, strchr(host, ':') != NULL ? "%s://[%s]:%u" : "%s://%s:%u",
        options->tls_cert != NULL ? "https" : "http", host, ntohs(port));
}

rsp_status rsp_listen(
    const struct rsp_server_options *options, int *descriptor, char *url, size_t size, struct rsp_error *err)
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *info = NULL;
    char host[HOST_SIZE], port[8];

    RSP_TRY(split(options->listen, host, port, err));
    if (getaddrinfo(host, port, &hints, &info) != 0)
        return rsp_error_set(err, RSP_E_SYNTAX, "listen",
            "'%.80s' is no address of this machine: write a numeric address, 127.0.0.1 or [::1]",
            options->listen);
    rsp_status status = check_exposure(options, info->ai_addr, err);
    if (status == RSP_OK)
        status = open_socket(options, info, descriptor, err);
    freeaddrinfo(info);
    if (status == RSP_OK)
        write_url(options, host, *descriptor, url, size);
    return status;
}
