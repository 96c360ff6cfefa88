/** Frames of the minimal lower layer protocol: 0x0B, message, 0x1C 0x0D.
 *
 * Source  HL7 v2, transport specification MLLP, release 1.
 * Bytes in, frames out, however they are split or joined. Knows no socket.
 */
#ifndef RSP_APP_DEVICE_MLLP_H
#define RSP_APP_DEVICE_MLLP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum rsp_mllp_event {
    RSP_MLLP_MORE,     /* all bytes are taken and no frame has ended */
    RSP_MLLP_FRAME,    /* data and length are a message */
    RSP_MLLP_CUT,      /* a frame was left unfinished: data and length are what came of it */
    RSP_MLLP_TOO_LONG, /* a frame has ended that was longer than max: data is its beginning */
    RSP_MLLP_GARBAGE   /* length bytes came that belong to no frame, line ends not counted; data is NULL */
};

/** All fields are its own; data and length are to be read after an event, until the next call. */
struct rsp_mllp {
    enum { RSP_MLLP_OUTSIDE, RSP_MLLP_INSIDE, RSP_MLLP_ENDING } state;
    char *data;
    size_t length;
    size_t capacity, max, n_held, n_garbage;
    bool too_long;
    bool no_memory; /* why it was too long */
};

/** @param max  longest message; memory grows with what comes, up to this */
void rsp_mllp_init(struct rsp_mllp *mllp, size_t max);
void rsp_mllp_free(struct rsp_mllp *mllp);

/** Take bytes up to the next event. A frame that no memory was left for ends as TOO_LONG, with no_memory.
 * @param taken  out: bytes used; give the rest again */
enum rsp_mllp_event rsp_mllp_take(struct rsp_mllp *mllp, const char *bytes, size_t n, size_t *taken);
/** No more bytes will come: CUT, GARBAGE or MORE. */
enum rsp_mllp_event rsp_mllp_end(struct rsp_mllp *mllp);
/** Whether a frame has begun and not ended. */
bool rsp_mllp_inside(const struct rsp_mllp *mllp);

/** Append a message as a frame. */
void rsp_mllp_wrap(struct rsp_buf *out, const char *message, size_t length);

#endif
