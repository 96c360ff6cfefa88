#include "app/device/link.h"

#include <stdarg.h>
#include <stdio.h>

enum { MOST_ANSWER = 16 << 10 };

static void trouble(struct rsp_device_link *link, int64_t at_ms, const char *fmt, ...) RSP_PRINTF(3, 4);
static void trouble(struct rsp_device_link *link, int64_t at_ms, const char *fmt, ...)
{
    char sentence[200];
    va_list args;
    va_start(args, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, args);
    va_end(args);
    link->sink.trouble(link->sink.context, link->peer, at_ms, sentence);
}

void rsp_device_link_init(
    struct rsp_device_link *link, const struct rsp_device_sink *sink, const char *peer, const char *name)
{
    *link = (struct rsp_device_link){.sink = *sink};
    rsp_mllp_init(&link->mllp, RSP_HL7_MAX_BYTES);
    snprintf(link->peer, sizeof link->peer, "%s", peer);
    snprintf(link->name, sizeof link->name, "%s", name);
}

void rsp_device_link_free(struct rsp_device_link *link)
{
    rsp_mllp_free(&link->mllp);
}

static void write_answer(
    struct rsp_device_link *link, const struct rsp_hl7_answer *answer, int64_t at_ms, struct rsp_buf *out)
{
    struct rsp_hl7_head head;
    struct rsp_buf text;
    char control_id[64], moment[RSP_HL7_TIME];

    /* what has no head is answered with the usual separators */
    (void)!rsp_hl7_head_read(link->mllp.data, link->mllp.length, &head, NULL);
    snprintf(control_id, sizeof control_id, "%s-%lu", link->name, ++link->n_answer);
    rsp_hl7_time_write(at_ms, moment);
    rsp_buf_init(&text, MOST_ANSWER);
    rsp_hl7_acknowledge(&head, answer, control_id, moment, &text);
    if (text.failed)
        out->failed = true;
    else
        rsp_mllp_wrap(out, text.data, text.length);
    rsp_buf_free(&text);
}

static void take_frame(struct rsp_device_link *link, bool whole, int64_t at_ms, struct rsp_buf *out)
{
    struct rsp_hl7 *message = NULL;
    struct rsp_error err = {0};
    struct rsp_hl7_answer refusal, answer;
    struct rsp_device_received received = {
        .bytes = link->mllp.data, .length = link->mllp.length, .peer = link->peer, .at_ms = at_ms};

    if (!whole && link->mllp.no_memory)
        (void)rsp_error_set(&err, RSP_E_MEMORY, "", "there was no memory for the message: send it again");
    else if (!whole)
        (void)rsp_error_set(&err, RSP_E_LIMIT, "", "the message is longer than %d bytes", RSP_HL7_MAX_BYTES);
    else if (rsp_hl7_parse(received.bytes, received.length, &message, &err) == RSP_OK)
        (void)rsp_error_set(&err, RSP_E_IO, "", "the message could not be kept: send it again");
    rsp_hl7_answer_from(&err, &refusal);
    answer = refusal;
    received.message = message;
    link->sink.accept(link->sink.context, &received, &answer);
    if (message == NULL)
        answer = refusal;
    write_answer(link, &answer, at_ms, out);
    rsp_hl7_free(message);
}

static void tell(struct rsp_device_link *link, enum rsp_mllp_event event, int64_t at_ms)
{
    if (event == RSP_MLLP_CUT)
        trouble(link, at_ms, "a message was cut off after %zu bytes, and not kept", link->mllp.length);
    else if (event == RSP_MLLP_GARBAGE)
        trouble(link, at_ms, "%zu bytes came outside of any message", link->mllp.length);
}

void rsp_device_link_take(struct rsp_device_link *link, const char *bytes, size_t n, int64_t at_ms,
    size_t *taken, struct rsp_buf *out)
{
    const enum rsp_mllp_event event = rsp_mllp_take(&link->mllp, bytes, n, taken);
    if (event == RSP_MLLP_FRAME || event == RSP_MLLP_TOO_LONG)
        take_frame(link, event == RSP_MLLP_FRAME, at_ms, out);
    else
        tell(link, event, at_ms);
}

void rsp_device_link_end(struct rsp_device_link *link, int64_t at_ms)
{
    tell(link, rsp_mllp_end(&link->mllp), at_ms);
}
