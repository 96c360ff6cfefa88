/** Where a part of the program listens: "127.0.0.1:8080". */
#ifndef RSP_APP_NET_ADDRESS_H
#define RSP_APP_NET_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/status.h>

enum { RSP_HOST_SIZE = 64, RSP_PORT_SIZE = 8, RSP_BOUND_SIZE = RSP_HOST_SIZE + RSP_PORT_SIZE + 4 };

struct rsp_address {
    char host[RSP_HOST_SIZE]; /**< numeric, without brackets */
    char port[RSP_PORT_SIZE];
    bool loopback; /**< only this machine can reach it */
};

/** The name of the option or field that an address came from, for a failure of the functions below. Keeps the status. */
rsp_status rsp_address_named(rsp_status status, const char *field, struct rsp_error *err);
/** Read a numeric ADDRESS:PORT, [::1]:0 or localhost:8080. Asks no name server. */
RSP_CHECKED rsp_status rsp_address_parse(
    const char *text, struct rsp_address *address, struct rsp_error *err);
/** Listen there, without blocking. @param descriptor  out: caller closes it
 * @param bound  out: "127.0.0.1:8080", with the port that was free when 0 was asked for */
RSP_CHECKED rsp_status rsp_address_listen(
    const struct rsp_address *address, int *descriptor, char bound[RSP_BOUND_SIZE], struct rsp_error *err);
/** Connect to it, blocking. @param descriptor  out: caller closes it */
RSP_CHECKED rsp_status rsp_address_connect(
    const struct rsp_address *address, int *descriptor, struct rsp_error *err);

#endif
