/* Any bytes as an HL7 message: refused with a sentence, or read, each observation believed or not for a reason, and answered by a message. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/observed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds)
        abort();
}

static void check_texts(const struct rsp_hl7 *message)
{
    char text[200];
    for (size_t segment = 0; segment < rsp_hl7_n_segment(message); segment++)
        for (size_t field = 1; field < 24; field++) {
            const struct rsp_hl7_span span = rsp_hl7_field(message, segment, field);
            struct rsp_hl7_time time;
            struct rsp_error err = {0};
            if (rsp_hl7_text(message, span, text, sizeof text, &err) == RSP_OK)
                for (const char *c = text; *c != '\0'; c += rsp_utf8_length(c, strlen(c)))
                    need(rsp_utf8_length(c, strlen(c)) > 0);
            else
                need(text[0] == '\0' && err.message[0] != '\0');
            need(rsp_hl7_part(message, span, 1, 1, 1).n <= span.n);
            if (rsp_hl7_time_parse(span, &time, &err) == RSP_OK)
                need(time.given == (time.digits > 0) && abs(time.offset_min) <= 14 * 60);
        }
}

static void check_rows(const struct rsp_observed_list *list)
{
    need(list->n > 0);
    for (size_t i = 0; i < list->n; i++) {
        const struct rsp_observed *row = &list->row[i];
        need((row->kind == RSP_OBSERVED_VALUE) == (isfinite(row->value) != 0));
        need(row->kind != RSP_OBSERVED_VALUE || row->sign != RSP_OBSERVED_NO_SIGN);
        need((row->kind == RSP_OBSERVED_ERROR) == (row->sentence[0] != '\0'));
        need(row->code != NULL && row->name != NULL && row->system != NULL && row->written != NULL &&
             row->unit != NULL && row->status != NULL && row->containment != NULL && row->device != NULL &&
             row->patient != NULL && row->segment > 1);
    }
}

/* Of a message that was read, the answer is one too, and carries its control id. */
static void check_answer(const uint8_t *data, size_t size, const struct rsp_hl7_answer *answer, bool readable)
{
    struct rsp_hl7_head head;
    struct rsp_hl7 *back = NULL;
    struct rsp_buf out;
    const rsp_status status = rsp_hl7_head_read((const char *)data, size, &head, NULL);
    rsp_buf_init(&out, 1 << 16);
    rsp_hl7_acknowledge(&head, answer, "R-1", "20261129174501", &out);
    need(!out.failed && (status == RSP_OK || !readable));
    if (readable) {
        need(rsp_hl7_parse(out.data, out.length, &back, NULL) == RSP_OK && rsp_hl7_is(back, 1, "MSA"));
        const struct rsp_hl7_span id = rsp_hl7_field(back, 1, 2);
        need(id.n == head.msh[10].n && memcmp(id.text, head.msh[10].text, id.n) == 0);
    }
    rsp_hl7_free(back);
    rsp_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rsp_hl7 *message = NULL;
    struct rsp_observed_list list = {0};
    struct rsp_error err = {0};
    struct rsp_hl7_answer answer = {0};
    if (rsp_hl7_parse((const char *)data, size, &message, &err) == RSP_OK) {
        check_texts(message);
        if (rsp_observed_read(message, &list, &err) == RSP_OK)
            check_rows(&list);
        else
            rsp_hl7_answer_from(&err, &answer);
    } else
        rsp_hl7_answer_from(&err, &answer);
    need((answer.ack == RSP_HL7_AA) == (list.n > 0));
    need((answer.ack == RSP_HL7_AA) == (answer.sentence[0] == '\0'));
    check_answer(data, size, &answer, message != NULL);
    rsp_observed_free(&list);
    rsp_hl7_free(message);
    return 0;
}
