/** A device's side of MLLP: send a message, wait for its acknowledgement, send again when none comes. */
#ifndef RSP_APP_DEVICE_SEND_H
#define RSP_APP_DEVICE_SEND_H

#include "app/device/mllp.h"
#include "app/net/address.h"
#include "exchange/hl7.h"

/** One connection, opened when it is needed; all fields are its own. */
struct rsp_device_sender {
    struct rsp_address address;
    int descriptor;
    struct rsp_mllp mllp;
};

void rsp_device_sender_init(struct rsp_device_sender *sender, const struct rsp_address *address);
void rsp_device_sender_free(struct rsp_device_sender *sender);

/** Send a message until the acknowledgement with its control id has come: at most five times, each on a new connection, ten
 * seconds apart at most. Acknowledgements of other messages are passed over.
 * @param ack       out: what the receiver says
 * @param sentence  out: MSA-3, or ""
 * @return RSP_E_IO when nobody answers */
RSP_CHECKED rsp_status rsp_device_send(struct rsp_device_sender *sender, const char *message, size_t length,
    const char *control_id, enum rsp_hl7_ack *ack, char sentence[512], struct rsp_error *err);

#endif
