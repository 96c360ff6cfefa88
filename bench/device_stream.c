/* usage: device_stream [MESSAGES]
 *
 * How many messages of a monitor one thread takes apart, translates and acknowledges, without disk and network: a stream of
 * a million, each with six observations, through the same connection code as the listener's. Counts what comes out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/device/link.h"
#include "exchange/observed.h"

enum { USUAL = 1000000, READ_BYTES = 64 << 10, BATCH = 100 };

struct count {
    unsigned long n_message, n_value, n_other, n_trouble;
};

static void accept_one(
    void *context, const struct rsp_device_received *received, struct rsp_hl7_answer *answer)
{
    struct count *count = context;
    struct rsp_observed_list list = {0};
    if (received->message == NULL || rsp_observed_read(received->message, &list, NULL) != RSP_OK)
        return;
    count->n_message++;
    for (size_t i = 0; i < list.n; i++)
        *(list.row[i].kind == RSP_OBSERVED_VALUE ? &count->n_value : &count->n_other) += 1;
    rsp_observed_free(&list);
    *answer = (struct rsp_hl7_answer){.ack = RSP_HL7_AA};
}

static void trouble(void *context, const char *peer, int64_t at_ms, const char *sentence)
{
    (void)peer;
    (void)at_ms;
    (void)sentence;
    ((struct count *)context)->n_trouble++;
}

static void write_message(struct rsp_buf *out, unsigned long number)
{
    static const struct {
        const char *code, *unit;
        int low;
    } sign[] = {{"147842^MDC_ECG_HEART_RATE^MDC", "264864^MDC_DIM_BEAT_PER_MIN^MDC", 60},
        {"150456^MDC_PULS_OXIM_SAT_O2^MDC", "262688^MDC_DIM_PERCENT^MDC", 90},
        {"151578^MDC_TTHOR_RESP_RATE^MDC", "264928^MDC_DIM_RESP_PER_MIN^MDC", 10},
        {"150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "266016^MDC_DIM_MMHG^MDC", 120},
        {"150022^MDC_PRESS_BLD_NONINV_DIA^MDC", "266016^MDC_DIM_MMHG^MDC", 70}};
    char text[2000];
    int n = snprintf(text, sizeof text,
        "MSH|^~\\&|MONITOR^0123456789ABCDEF^EUI-64|WARD|RESPITE|CLINIC|20261129174500+0100||ORU^R01^ORU_R01|"
        "C-%lu|P|2.6\r"
        "PID|||4711^^^CLINIC^MR||Muster^Eva\rOBR|1|||182777000^monitoring of "
        "patient^SNOMED-CT|||20261129174500+0100\r"
        "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||MON-7^^0123456789ABCDEF^"
        "EUI-64\r",
        number);
    for (size_t i = 0; i < sizeof sign / sizeof sign[0]; i++)
        n += snprintf(text + n, sizeof text - (size_t)n,
            "OBX|%zu|NM|%s|1.1.1.%zu|%lu|%s|||||R|||20261129174500+0100\r", i + 2, sign[i].code, i + 1,
            (unsigned long)sign[i].low + number % 10, sign[i].unit);
    rsp_mllp_wrap(out, text, (size_t)n);
}

static double seconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Takes the stream in pieces as a socket gives them. @return bytes of acknowledgements */
static size_t feed(struct rsp_device_link *link, const struct rsp_buf *stream)
{
    size_t n_out = 0;
    for (size_t from = 0; from < stream->length;) {
        const size_t rest = stream->length - from, n = rest < READ_BYTES ? rest : READ_BYTES;
        for (size_t at = 0, taken = 0; at < n; at += taken) {
            struct rsp_buf out;
            rsp_buf_init(&out, READ_BYTES);
            rsp_device_link_take(link, stream->data + from + at, n - at, 0, &taken, &out);
            n_out += out.length;
            rsp_buf_free(&out);
        }
        from += n;
    }
    return n_out;
}

int main(int argc, char **argv)
{
    const unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : USUAL;
    struct count count = {0};
    const struct rsp_device_sink sink = {&count, accept_one, trouble};
    struct rsp_device_link link;
    size_t n_in = 0, n_out = 0;
    double spent_s = 0;

    rsp_device_link_init(&link, &sink, "bench", "R");
    for (unsigned long i = 0; i < n;) {
        struct rsp_buf stream;
        rsp_buf_init(&stream, 1 << 20);
        for (size_t k = 0; k < BATCH && i < n; k++)
            write_message(&stream, i++);
        const double began_s = seconds();
        n_out += feed(&link, &stream);
        spent_s += seconds() - began_s;
        n_in += stream.length;
        rsp_buf_free(&stream);
    }
    rsp_device_link_free(&link);
    printf("%lu messages, %lu values, %lu other rows, %lu troubles; %.0f MB in, %.0f MB out\n",
        count.n_message, count.n_value, count.n_other, count.n_trouble, (double)n_in * 1e-6,
        (double)n_out * 1e-6);
    printf("%.2f s of processor time, %.0f messages/s, %.1f us a message\n", spent_s, (double)n / spent_s,
        spent_s * 1e6 / (double)n);
    return count.n_message == n && count.n_trouble == 0 ? 0 : 1;
}
