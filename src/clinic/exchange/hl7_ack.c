/* Acknowledgements of HL7 v2 messages. */
#include <stdio.h>
#include <string.h>

#include "exchange/hl7.h"

/* Table 0357, message error conditions. */
enum {
    REQUIRED_MISSING = 101,
    DATA_TYPE = 102,
    NOT_IN_TABLE = 103,
    MESSAGE_TYPE = 200,
    PROCESSING_ID = 202,
    VERSION_ID = 203,
    INTERNAL = 207
};
/* Fields of MSH by their numbers. */
enum {
    SENDING_APPLICATION = 3,
    SENDING_FACILITY = 4,
    RECEIVING_APPLICATION = 5,
    RECEIVING_FACILITY = 6,
    MESSAGE_TYPE_FIELD = 9,
    CONTROL_ID = 10,
    PROCESSING = 11,
    VERSION = 12,
    ACCEPT_ACK = 15,
    APPLICATION_ACK = 16,
    CHARACTER_SET = 18,
    LONGEST_ECHO = 250
};

static int condition_of(const struct rsp_error *err)
{
    switch (err->code) {
    case RSP_E_MISSING:
        return REQUIRED_MISSING;
    case RSP_E_UNKNOWN:
        return NOT_IN_TABLE;
    case RSP_E_UNSUPPORTED:
        if (strcmp(err->field, "MSH-9") == 0)
            return MESSAGE_TYPE;
        if (strcmp(err->field, "MSH-11") == 0)
            return PROCESSING_ID;
        return strcmp(err->field, "MSH-12") == 0 ? VERSION_ID : NOT_IN_TABLE;
    case RSP_E_MEMORY:
    case RSP_E_IO:
    case RSP_E_LIMIT:
    case RSP_E_BUSY:
    case RSP_E_BUG:
        return INTERNAL;
    default:
        return DATA_TYPE;
    }
}

void rsp_hl7_answer_from(const struct rsp_error *err, struct rsp_hl7_answer *answer)
{
    *answer = (struct rsp_hl7_answer){.condition = condition_of(err)};
    const bool header = strncmp(err->field, "MSH", 3) == 0;
    answer->ack = header || answer->condition == INTERNAL ? RSP_HL7_AR : RSP_HL7_AE;
    if (strlen(err->field) >= 3 && (err->field[3] == '-' || err->field[3] == '\0')) {
        snprintf(answer->segment, sizeof answer->segment, "%.3s", err->field);
        answer->sequence = header ? 1 : err->line;
        for (const char *c = err->field + 4; err->field[3] == '-' && *c >= '0' && *c <= '9'; c++)
            answer->field = answer->field * 10 + (*c - '0');
    }
    snprintf(answer->sentence, sizeof answer->sentence, "%s", err->message);
}

/* A field of the sender's MSH as it was sent; false, and nothing, when it is empty or holds what an answer may not. */
static bool echo(struct rsp_buf *out, const struct rsp_hl7_head *head, int field)
{
    const struct rsp_hl7_span span = head->msh[field];
    if (span.n == 0 || span.n > LONGEST_ECHO)
        return false;
    for (size_t i = 0; i < span.n; i++)
        if ((unsigned char)span.text[i] < ' ' || span.text[i] == '\x7f')
            return false;
    rsp_buf_add(out, span.text, span.n);
    return true;
}

/* Text in ASCII with its separators escaped: it fits every character set. */
static void text(struct rsp_buf *out, const struct rsp_hl7_head *head, const char *sentence)
{
    const char separators[] = {
        head->field, head->component, head->subcomponent, head->repetition, head->escape, '\0'};
    static const char names[] = "FSTRE";
    for (const char *c = sentence; *c != '\0'; c++) {
        const char *at = strchr(separators, *c);
        if (at != NULL)
            rsp_buf_printf(out, "%c%c%c", head->escape, names[at - separators], head->escape);
        else
            rsp_buf_add(out, (unsigned char)*c >= ' ' && (unsigned char)*c < 0x7f ? c : "?", 1);
    }
}

static void type(struct rsp_buf *out, const struct rsp_hl7_head *head)
{
    const struct rsp_hl7_span sent = head->msh[MESSAGE_TYPE_FIELD];
    char event[4] = "";
    if (sent.n >= 7 && sent.text[3] == head->component) { /* "ORU^R01" */
        memcpy(event, sent.text + 4, 3);
        for (size_t i = 0; i < 3; i++)
            if (!((event[i] >= 'A' && event[i] <= 'Z') || (event[i] >= '0' && event[i] <= '9')))
                event[0] = '\0';
    }
    if (event[0] != '\0')
        rsp_buf_printf(out, "ACK%c%s%cACK", head->component, event, head->component);
    else
        rsp_buf_text(out, "ACK");
}

static void write_head(
    struct rsp_buf *out, const struct rsp_hl7_head *head, const char *control_id, const char *time)
{
    static const int turned[] = {
        RECEIVING_APPLICATION, RECEIVING_FACILITY, SENDING_APPLICATION, SENDING_FACILITY};
    const char f = head->field;

    rsp_buf_printf(
        out, "MSH%c%c%c%c%c", f, head->component, head->repetition, head->escape, head->subcomponent);
    for (size_t i = 0; i < sizeof turned / sizeof turned[0]; i++) {
        rsp_buf_add(out, &f, 1);
        (void)echo(out, head, turned[i]);
    }
    rsp_buf_printf(out, "%c%s%c%c", f, time, f, f);
    type(out, head);
    rsp_buf_printf(out, "%c%s%c", f, control_id, f);
    if (!echo(out, head, PROCESSING))
        rsp_buf_text(out, "P");
    rsp_buf_add(out, &f, 1);
    if (!echo(out, head, VERSION))
        rsp_buf_text(out, "2.6");
    if (head->msh[CHARACTER_SET].n > 0) {
        for (int i = VERSION; i < CHARACTER_SET; i++)
            rsp_buf_add(out, &f, 1);
        (void)echo(out, head, CHARACTER_SET);
    }
    rsp_buf_text(out, "\r");
}

static const char *condition_text(int condition)
{
    static const struct {
        int condition;
        const char *text;
    } known[] = {{REQUIRED_MISSING, "Required field missing"}, {DATA_TYPE, "Data type error"},
        {NOT_IN_TABLE, "Table value not found"}, {MESSAGE_TYPE, "Unsupported message type"},
        {PROCESSING_ID, "Unsupported processing id"}, {VERSION_ID, "Unsupported version id"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].condition == condition)
            return known[i].text;
    return "Application internal error";
}

static bool says(struct rsp_hl7_span span, const char *word)
{
    return span.n == strlen(word) && memcmp(span.text, word, span.n) == 0;
}

void rsp_hl7_acknowledge(const struct rsp_hl7_head *head, const struct rsp_hl7_answer *answer,
    const char *control_id, const char *time, struct rsp_buf *out)
{
    static const char kinds[] = "AER";
    const char f = head->field, c = head->component;
    const struct rsp_hl7_span accept = head->msh[ACCEPT_ACK];
    const bool commit = accept.n > 0 && !says(accept, "NE") && says(head->msh[APPLICATION_ACK], "NE");

    write_head(out, head, control_id, time);
    rsp_buf_printf(out, "MSA%c%c%c%c", f, commit ? 'C' : 'A', kinds[answer->ack], f);
    if (head->msh[CONTROL_ID].n <= RSP_HL7_MAX_CONTROL)
        (void)echo(out, head, CONTROL_ID);
    if (answer->ack == RSP_HL7_AA) {
        rsp_buf_text(out, "\r");
        return;
    }
    rsp_buf_add(out, &f, 1); /* MSA-3 for receivers before 2.5, which know no ERR-8 */
    text(out, head, answer->sentence);
    rsp_buf_printf(out, "\rERR%c%c%s", f, f, answer->segment);
    if (answer->segment[0] != '\0' && answer->sequence > 0)
        rsp_buf_printf(out, "%c%d", c, answer->sequence);
    if (answer->segment[0] != '\0' && answer->sequence > 0 && answer->field > 0)
        rsp_buf_printf(out, "%c%d", c, answer->field);
    rsp_buf_printf(out, "%c%d%c%s%cHL70357%cE%c%c%c%c", f, answer->condition, c,
        condition_text(answer->condition), c, f, f, f, f, f);
    text(out, head, answer->sentence);
    rsp_buf_text(out, "\r");
}
