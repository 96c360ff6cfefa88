/* Any stream: the same frames however it is cut into pieces (the first byte says how), and one answer for each. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/device/link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    size_t n_accept, n_trouble, n_byte;
    uint64_t digest; /* of what came, in order */
};

static void add(struct seen *seen, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        seen->digest = (seen->digest ^ (uint8_t)bytes[i]) * 1099511628211u; /* FNV-1a */
    seen->digest = (seen->digest ^ n) * 1099511628211u;
    seen->n_byte += n;
}

static void accept_one(
    void *context, const struct rsp_device_received *received, struct rsp_hl7_answer *answer)
{
    struct seen *seen = context;
    seen->n_accept++;
    add(seen, received->bytes, received->length);
    *answer = (struct rsp_hl7_answer){.ack = RSP_HL7_AA};
}

static void trouble(void *context, const char *peer, int64_t at_ms, const char *sentence)
{
    struct seen *seen = context;
    (void)peer;
    (void)at_ms;
    seen->n_trouble++;
    add(seen, sentence, strlen(sentence));
}

static struct seen feed(const char *bytes, size_t n, size_t piece)
{
    struct seen seen = {0};
    const struct rsp_device_sink sink = {&seen, accept_one, trouble};
    struct rsp_device_link link;
    struct rsp_buf out;
    size_t n_answer = 0;
    rsp_buf_init(&out, 1 << 20);
    rsp_device_link_init(&link, &sink, "peer", "R");
    for (size_t from = 0, taken = 0; from < n; from += taken) {
        const size_t rest = n - from;
        rsp_device_link_take(&link, bytes + from, rest < piece ? rest : piece, 0, &taken, &out);
        if (out.failed || (out.length > 0 && (out.data[0] != 0x0b || out.data[out.length - 1] != '\r')))
            abort();
        n_answer += out.length > 0;
        rsp_buf_free(&out);
        rsp_buf_init(&out, 1 << 20);
    }
    rsp_device_link_end(&link, 0);
    rsp_device_link_free(&link);
    if (n_answer != seen.n_accept)
        abort();
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const char *bytes = (const char *)data + 1;
    const struct seen whole = feed(bytes, size - 1, size), pieces = feed(bytes, size - 1, 1u + data[0] % 64);
    if (whole.n_accept != pieces.n_accept || whole.n_trouble != pieces.n_trouble ||
        whole.digest != pieces.digest)
        abort();
    return 0;
}
