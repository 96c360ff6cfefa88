#include "app/device/send.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { MOST_TRIES = 5, ANSWER_S = 10, MOST_ANSWER = 64 << 10, READ_BYTES = 4096 };

void rsp_device_sender_init(struct rsp_device_sender *sender, const struct rsp_address *address)
{
    *sender = (struct rsp_device_sender){.address = *address, .descriptor = -1};
    rsp_mllp_init(&sender->mllp, MOST_ANSWER);
}

static void hang_up(struct rsp_device_sender *s)
{
    if (s->descriptor >= 0)
        close(s->descriptor);
    s->descriptor = -1;
    rsp_mllp_free(&s->mllp);
    rsp_mllp_init(&s->mllp, MOST_ANSWER);
}

void rsp_device_sender_free(struct rsp_device_sender *sender)
{
    hang_up(sender);
    rsp_mllp_free(&sender->mllp);
}

static bool write_all(int descriptor, const char *bytes, size_t n)
{
    while (n > 0) {
        const ssize_t sent = send(descriptor, bytes, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        n -= (size_t)sent;
    }
    return true;
}

/* Whether the frame acknowledges this control id, and how. */
static bool read_answer(
    const struct rsp_mllp *mllp, const char *control_id, enum rsp_hl7_ack *ack, char sentence[512])
{
    static const char *const codes[] = {"AA", "AE", "AR", NULL};
    struct rsp_hl7 *message = NULL;
    char code[4] = "", id[RSP_HL7_MAX_CONTROL + 1] = "";
    int index = -1;

    if (rsp_hl7_parse(mllp->data, mllp->length, &message, NULL) != RSP_OK)
        return false;
    for (size_t i = 0; i < rsp_hl7_n_segment(message); i++) {
        if (!rsp_hl7_is(message, i, "MSA") ||
            rsp_hl7_text(message, rsp_hl7_field(message, i, 1), code, sizeof code, NULL) != RSP_OK ||
            rsp_hl7_text(message, rsp_hl7_field(message, i, 2), id, sizeof id, NULL) != RSP_OK ||
            strcmp(id, control_id) != 0)
            continue;
        index = rsp_text_index(code, codes);
        if (rsp_hl7_text(message, rsp_hl7_field(message, i, 3), sentence, 512, NULL) != RSP_OK)
            sentence[0] = '\0';
    }
    rsp_hl7_free(message);
    if (index >= 0)
        *ack = (enum rsp_hl7_ack)index;
    return index >= 0;
}

static bool wait_for(
    struct rsp_device_sender *s, const char *control_id, enum rsp_hl7_ack *ack, char sentence[512])
{
    char bytes[READ_BYTES];
    for (;;) {
        const ssize_t n = recv(s->descriptor, bytes, sizeof bytes, 0);
        if (n <= 0)
            return false;
        for (size_t at = 0, taken = 0; at < (size_t)n; at += taken)
            if (rsp_mllp_take(&s->mllp, bytes + at, (size_t)n - at, &taken) == RSP_MLLP_FRAME &&
                read_answer(&s->mllp, control_id, ack, sentence))
                return true; /* what may follow it belongs to a message sent twice, and comes with the next read */
    }
}

static bool try_once(struct rsp_device_sender *s, const struct rsp_buf *frame, const char *control_id,
    enum rsp_hl7_ack *ack, char sentence[512], struct rsp_error *err)
{
    const struct timeval patience = {.tv_sec = ANSWER_S};
    if (s->descriptor < 0) {
        if (rsp_address_connect(&s->address, &s->descriptor, err) != RSP_OK)
            return false;
        (void)setsockopt(s->descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        (void)setsockopt(s->descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    }
    if (write_all(s->descriptor, frame->data, frame->length) && wait_for(s, control_id, ack, sentence))
        return true;
    (void)rsp_error_set(err, RSP_E_IO, "", "%s:%s does not acknowledge message %s", s->address.host,
        s->address.port, control_id);
    hang_up(s);
    return false;
}

rsp_status rsp_device_send(struct rsp_device_sender *sender, const char *message, size_t length,
    const char *control_id, enum rsp_hl7_ack *ack, char sentence[512], struct rsp_error *err)
{
    const struct timespec pause = {.tv_sec = 1};
    struct rsp_buf frame;
    bool acknowledged = false;

    rsp_buf_init(&frame, RSP_HL7_MAX_BYTES + READ_BYTES);
    rsp_mllp_wrap(&frame, message, length);
    if (frame.failed) {
        rsp_buf_free(&frame);
        return rsp_error_set(err, RSP_E_MEMORY, "", "no memory for a message");
    }
    for (int tried = 0; !acknowledged && tried < MOST_TRIES; tried++) {
        if (tried > 0)
            (void)nanosleep(&pause, NULL);
        acknowledged = try_once(sender, &frame, control_id, ack, sentence, err);
    }
    rsp_buf_free(&frame);
    return acknowledged ? RSP_OK : RSP_E_IO;
}
