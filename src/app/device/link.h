/** One connection of a device: bytes in, acknowledgements out. Knows no socket and no clock. */
#ifndef RSP_APP_DEVICE_LINK_H
#define RSP_APP_DEVICE_LINK_H

#include <stdint.h>

#include "app/device/mllp.h"
#include "exchange/hl7.h"

enum { RSP_DEVICE_PEER = 64 };

/** A frame as it came. All borrowed until the sink returns. */
struct rsp_device_received {
    const char *bytes; /**< not terminated; of a frame that was too long, its beginning */
    size_t length;
    const struct rsp_hl7 *message; /**< NULL when it is none: the answer then says why */
    const char *peer;              /**< "192.0.2.7:50412" */
    int64_t at_ms;                 /**< received, since 1970 UTC */
};

/** Who keeps what comes. */
struct rsp_device_sink {
    void *context;
    /** Called once for each frame, in order. The answer comes in as a refusal; a message that is kept, on disk when this
     * returns, or was kept before, is answered by setting it to AA. What is no message (message NULL) stays refused. */
    void (*accept)(void *context, const struct rsp_device_received *received, struct rsp_hl7_answer *answer);
    /** Something came that could not be answered: bytes outside of frames, a frame that was cut, a silent sender. */
    void (*trouble)(void *context, const char *peer, int64_t at_ms, const char *sentence);
};

/** All fields are its own. */
struct rsp_device_link {
    struct rsp_device_sink sink;
    struct rsp_mllp mllp;
    char peer[RSP_DEVICE_PEER];
    char name[32]; /* of its answers' control ids */
    unsigned long n_answer;
};

/** @param name  of this connection, different from those of all others: the answers' control ids begin with it; copied,
 * as is the peer */
void rsp_device_link_init(
    struct rsp_device_link *link, const struct rsp_device_sink *sink, const char *peer, const char *name);
void rsp_device_link_free(struct rsp_device_link *link);

/** Take bytes, up to the end of one frame at most. Whatever out holds afterwards goes to the device, in one write.
 * @param at_ms  now, since 1970 UTC
 * @param taken  out: bytes used; give the rest again
 * @param out    the acknowledgement is appended as a frame. Without memory for it, out->failed: the message may be kept,
 *               and the device sends it again when the connection is closed */
void rsp_device_link_take(struct rsp_device_link *link, const char *bytes, size_t n, int64_t at_ms,
    size_t *taken, struct rsp_buf *out);
/** The device has closed the connection. */
void rsp_device_link_end(struct rsp_device_link *link, int64_t at_ms);

#endif
