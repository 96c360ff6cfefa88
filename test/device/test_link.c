/* A connection without a socket: who is answered what, and when. */
#include "../clinic/hl7_check.h"

#include <stdio.h>

#include "app/device/link.h"

#define ORU(id)                                                                                              \
    "MSH|^~\\&|MON|WARD|||20261129||ORU^R01|" id                                                             \
    "|P|2.6\rPID|||1\rOBR|1\rOBX|1|NM|8867-4^^LN||70|/min|||||F\r"
#define FRAME(message) "\x0b" message "\x1c\r"

static struct {
    int n_accept, n_trouble, n_no_message;
    int acknowledged_before; /* frames that were out when the last message was accepted */
    bool refuse, says_nothing;
    char trouble[200], last[200];
} seen;
static struct rsp_buf out;

static int n_frame(void)
{
    int n = 0;
    for (size_t i = 0; i < out.length; i++)
        n += out.data[i] == '\x0b';
    return n;
}

static void accept_one(
    void *context, const struct rsp_device_received *received, struct rsp_hl7_answer *answer)
{
    ck_assert_ptr_eq(context, &seen);
    ck_assert_str_eq(received->peer, "192.0.2.7:4000");
    ck_assert_int_eq(received->at_ms, 1795970700250);
    seen.n_accept++;
    seen.n_no_message += received->message == NULL;
    seen.acknowledged_before = n_frame();
    snprintf(seen.last, sizeof seen.last, "%.*s", (int)(received->length < 150 ? received->length : 150),
        received->bytes);
    if (seen.refuse)
        (void)snprintf(answer->sentence, sizeof answer->sentence, "the disk is full");
    else if (!seen.says_nothing)
        *answer = (struct rsp_hl7_answer){.ack = RSP_HL7_AA};
}

static void trouble(void *context, const char *peer, int64_t at_ms, const char *sentence)
{
    ck_assert_ptr_eq(context, &seen);
    ck_assert_str_eq(peer, "192.0.2.7:4000");
    ck_assert_int_eq(at_ms, 1795970700250);
    seen.n_trouble++;
    snprintf(seen.trouble, sizeof seen.trouble, "%s", sentence);
}

static void begin(struct rsp_device_link *link)
{
    const struct rsp_device_sink sink = {&seen, accept_one, trouble};
    memset(&seen, 0, sizeof seen);
    rsp_buf_init(&out, 1 << 20);
    rsp_device_link_init(link, &sink, "192.0.2.7:4000", "R1-1");
}

static void give(struct rsp_device_link *link, const char *bytes, size_t n)
{
    for (size_t at = 0, taken = 0; at < n; at += taken)
        rsp_device_link_take(link, bytes + at, n - at, 1795970700250, &taken, &out);
    ck_assert(!out.failed);
}

static void end(struct rsp_device_link *link)
{
    rsp_device_link_end(link, 1795970700250);
    rsp_device_link_free(link);
    rsp_buf_free(&out);
}

static bool answered(const char *text)
{
    return out.data != NULL && strstr(out.data, text) != NULL;
}

START_TEST(a_message_is_acknowledged_after_it_was_kept)
{
    struct rsp_device_link link;
    begin(&link);
    give(&link, FRAME(ORU("A1")) FRAME(ORU("A2")), strlen(FRAME(ORU("A1")) FRAME(ORU("A2"))));
    ck_assert_int_eq(seen.n_accept, 2);
    ck_assert_int_eq(seen.acknowledged_before, 1); /* the first, and not yet the second */
    ck_assert_int_eq(n_frame(), 2);
    ck_assert(answered("|20261129164500.250+0000||ACK^R01^ACK|R1-1-1|P|2.6\rMSA|AA|A1\r\x1c\r"));
    ck_assert(answered("|R1-1-2|P|2.6\rMSA|AA|A2\r\x1c\r"));
    end(&link);
    ck_assert_int_eq(seen.n_trouble, 0);
}
END_TEST

START_TEST(who_keeps_nothing_acknowledges_nothing)
{
    struct rsp_device_link link;
    begin(&link);
    seen.says_nothing = true;
    give(&link, FRAME(ORU("A1")), strlen(FRAME(ORU("A1"))));
    ck_assert(answered("MSA|AR|A1|the message could not be kept: send it again"));
    seen.refuse = true;
    give(&link, FRAME(ORU("A2")), strlen(FRAME(ORU("A2"))));
    ck_assert(answered("MSA|AR|A2|the disk is full"));
    ck_assert(!answered("MSA|AA"));
    end(&link);
}
END_TEST

START_TEST(what_is_no_message_is_refused_whatever_the_sink_says)
{
    static const char bytes[] = FRAME("hello") FRAME("") FRAME("MSH|^~\\&|A||||||ORU^R01|B7|P|9\r");
    struct rsp_device_link link;
    begin(&link);
    give(&link, bytes, sizeof bytes - 1);
    ck_assert_int_eq(seen.n_accept, 3); /* it is shown to the sink */
    ck_assert_int_eq(seen.n_no_message, 3);
    ck_assert(!answered("MSA|AA"));
    ck_assert(answered("MSA|AR||a message begins with the segment MSH"));
    ck_assert(answered("MSA|AR|B7|messages of HL7"));
    end(&link);
}
END_TEST

START_TEST(a_message_that_is_too_long_is_refused_by_its_id)
{
    enum { LONG = RSP_HL7_MAX_BYTES + 1000 };
    struct rsp_device_link link;
    char *bytes = malloc(LONG);
    ck_assert_ptr_nonnull(bytes);
    memset(bytes, '\r', LONG);
    memcpy(bytes, "\x0b" ORU("L1"), strlen("\x0b" ORU("L1")));
    bytes[LONG - 2] = '\x1c';
    begin(&link);
    give(&link, bytes, LONG);
    ck_assert_int_eq(seen.n_no_message, 1);
    ck_assert(answered("MSA|AR|L1|the message is longer than"));
    give(&link, FRAME(ORU("A2")), strlen(FRAME(ORU("A2"))));
    ck_assert(answered("MSA|AA|A2"));
    end(&link);
    free(bytes);
}
END_TEST

START_TEST(what_was_cut_is_told_and_not_answered)
{
    static const char bytes[] = "\x0b" ORU("C1") FRAME(ORU("C2"));
    struct rsp_device_link link;
    begin(&link);
    give(&link, bytes, sizeof bytes - 1);
    ck_assert_int_eq(seen.n_accept, 1);
    ck_assert_int_eq(seen.n_trouble, 1);
    ck_assert(strstr(seen.trouble, "cut off") != NULL);
    ck_assert(!answered("C1"));
    give(&link, "GET / HTTP/1.1\r\n", 16);
    give(&link, "\x0bMSH", 4);
    ck_assert_int_eq(seen.n_trouble, 2);
    ck_assert_str_eq(seen.trouble, "14 bytes came outside of any message");
    end(&link);
    ck_assert_int_eq(seen.n_trouble, 3);
    ck_assert_str_eq(seen.trouble, "a message was cut off after 3 bytes, and not kept");
}
END_TEST

RUN_TESTS("link", a_message_is_acknowledged_after_it_was_kept, who_keeps_nothing_acknowledges_nothing,
    what_is_no_message_is_refused_whatever_the_sink_says, a_message_that_is_too_long_is_refused_by_its_id,
    what_was_cut_is_told_and_not_answered)
