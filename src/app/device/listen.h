/** Where monitors and pumps deliver: HL7 v2 over MLLP on a TCP port.
 *
 * One thread serves all connections in turn; it calls the sink, so that messages of all devices come one after another,
 * and acknowledges a message only after the sink has returned. It never waits for a device. MLLP has neither encryption
 * nor sign-in: other addresses than those of this machine are listened on only when the caller says so.
 */
#ifndef RSP_APP_DEVICE_LISTEN_H
#define RSP_APP_DEVICE_LISTEN_H

#include <stdbool.h>

#include <respite/status.h>

#include "app/device/link.h"

/** A number of 0 is the usual one, which stands behind it. */
struct rsp_device_options {
    const char
        *listen;   /**< "127.0.0.1:2575"; port 0 takes a free one. Borrowed until rsp_device_listen returns */
    bool anywhere; /**< also on an address that other machines reach */
    int max_connection; /**< 64 */
    int max_of_address; /**< connections of one address: 16 */
    int frame_s; /**< longest time from the first byte of a message to its last, and to take an answer: 20 */
    int idle_s;  /**< longest silence, after which a connection is closed: 900 */
};

struct rsp_device_listener;

/** @param sink      called on the listener's thread alone, until rsp_device_stop
 * @param listener  out: caller stops it with rsp_device_stop */
RSP_CHECKED rsp_status rsp_device_listen(const struct rsp_device_options *options,
    const struct rsp_device_sink *sink, struct rsp_device_listener **listener, struct rsp_error *err);
/** "127.0.0.1:2575"; borrowed until rsp_device_stop. */
const char *rsp_device_address(const struct rsp_device_listener *listener);
/** Finish the message under way, close all connections, and free. NULL is allowed. */
void rsp_device_stop(struct rsp_device_listener *listener);

#endif
