#include "app/net/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128 };

rsp_status rsp_address_named(rsp_status status, const char *field, struct rsp_error *err)
{
    if (status != RSP_OK && err != NULL)
        snprintf(err->field, sizeof err->field, "%s", field);
    return status;
}

static bool is_loopback(const struct sockaddr *address)
{
    enum { FIRST_BYTE = 24, LOOPBACK_NET = 127 };
    if (address->sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
    return ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> FIRST_BYTE ==
           LOOPBACK_NET;
}

static rsp_status resolve(const struct rsp_address *address, struct addrinfo **info, struct rsp_error *err)
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    if (getaddrinfo(address->host, address->port, &hints, info) != 0)
        return rsp_error_set(err, RSP_E_SYNTAX, "",
            "'%.60s:%s' is no address of this machine: write a numeric address, 127.0.0.1 or [::1]",
            address->host, address->port);
    return RSP_OK;
}

rsp_status rsp_address_parse(const char *text, struct rsp_address *address, struct rsp_error *err)
{
    const char *colon = strrchr(text, ':');
    const size_t n = colon != NULL ? (size_t)(colon - text) : 0;
    const bool bracket = n > 2 && text[0] == '[' && text[n - 1] == ']';
    struct rsp_address read = {0};
    struct addrinfo *info = NULL;

    if (n == 0 || n >= RSP_HOST_SIZE || strlen(colon + 1) == 0 || strlen(colon + 1) > 5 ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1) || strtoul(colon + 1, NULL, 10) > UINT16_MAX ||
        (!bracket && memchr(text, ':', n) != NULL))
        return rsp_error_set(err, RSP_E_SYNTAX, "",
            "'%.80s' is no address: write ADDRESS:PORT, 127.0.0.1:8080 or [::1]:8080", text);
    snprintf(read.host, sizeof read.host, "%.*s", (int)(bracket ? n - 2 : n), text + (bracket ? 1 : 0));
    snprintf(read.port, sizeof read.port, "%s", colon + 1);
    if (strcmp(read.host, "localhost") == 0)
        snprintf(read.host, sizeof read.host, "127.0.0.1");
    RSP_TRY(resolve(&read, &info, err));
    read.loopback = is_loopback(info->ai_addr);
    freeaddrinfo(info);
    *address = read;
    return RSP_OK;
}

static void write_bound(const struct rsp_address *address, int descriptor, char bound[RSP_BOUND_SIZE])
{
    struct sockaddr_storage at = {0};
    socklen_t length = sizeof at;
    uint16_t port = 0;

    if (getsockname(descriptor, (struct sockaddr *)&at, &length) == 0)
        port = at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
                                        : ((struct sockaddr_in *)&at)->sin_port;
    snprintf(bound, RSP_BOUND_SIZE, strchr(address->host, ':') != NULL ? "[%s]:%u" : "%s:%u", address->host,
        ntohs(port));
}

rsp_status rsp_address_listen(
    const struct rsp_address *address, int *descriptor, char bound[RSP_BOUND_SIZE], struct rsp_error *err)
{
    struct addrinfo *info = NULL;
    RSP_TRY(resolve(address, &info, err));
    const int on = 1, fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const bool listening =
        fd >= 0 && bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    const int why = errno;
    freeaddrinfo(info);
    if (!listening) {
        if (fd >= 0)
            close(fd);
        return rsp_error_set(err, RSP_E_IO, "", "'%s:%s' cannot be listened on: %s", address->host,
            address->port, strerror(why));
    }
    write_bound(address, fd, bound);
    *descriptor = fd;
    return RSP_OK;
}

rsp_status rsp_address_connect(const struct rsp_address *address, int *descriptor, struct rsp_error *err)
{
    struct addrinfo *info = NULL;
    RSP_TRY(resolve(address, &info, err));
    const int on = 1, fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool connected = fd >= 0 && connect(fd, info->ai_addr, info->ai_addrlen) == 0;
    const int why = errno;
    freeaddrinfo(info);
    if (!connected) {
        if (fd >= 0)
            close(fd);
        return rsp_error_set(
            err, RSP_E_IO, "", "nobody answers on %s:%s: %s", address->host, address->port, strerror(why));
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    *descriptor = fd;
    return RSP_OK;
}
