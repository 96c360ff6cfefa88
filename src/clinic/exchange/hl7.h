/** HL7 version 2 messages: taken apart, and answered.
 *
 * Source  HL7 v2.6, chapter 2: separators and escapes (2.5.4, 2.7), time stamps (2.A.77), MSH, MSA, ERR, table 0357.
 * A message lies in one copy, as UTF-8; parts of it are spans into that copy, found when they are asked for.
 * Knows no socket and no clock.
 */
#ifndef RSP_CLINIC_EXCHANGE_HL7_H
#define RSP_CLINIC_EXCHANGE_HL7_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <respite/status.h>

#include "base/text.h"

enum {
    RSP_HL7_MAX_BYTES = 1 << 20, /* of a message */
    RSP_HL7_MAX_SEGMENT = 4000,
    RSP_HL7_MAX_FIELD = 200, /* of a segment */
    RSP_HL7_MAX_CONTROL = 199,
    RSP_HL7_N_MSH = 25 /* fields of MSH that are looked at */
};

/** Bytes of a message, not terminated; n is 0 for what is not there. */
struct rsp_hl7_span {
    const char *text;
    size_t n;
};

/** The first segment as it was sent, in the sender's character set: what an answer echoes. */
struct rsp_hl7_head {
    char field, component, repetition, escape, subcomponent; /**< separators */
    struct rsp_hl7_span msh[RSP_HL7_N_MSH + 1]; /**< by the number of the field; borrowed from the bytes */
};

/** Read the first segment, however the rest may be.
 * @return RSP_E_SYNTAX or RSP_E_MISSING when the message has no usable MSH; head then holds the usual separators
 * and no field */
RSP_CHECKED rsp_status rsp_hl7_head_read(
    const char *bytes, size_t length, struct rsp_hl7_head *head, struct rsp_error *err);

struct rsp_hl7;

/** Take a message apart. Segments end with CR; LF and CRLF are tolerated. Refused, with err.field ("MSH-18") and
 * err.line (number of the segment): no MSH or a second one, a batch, no control id, a version that is not 2.x, another
 * character set than ASCII (also when MSH-18 is empty), UNICODE UTF-8 and 8859/1, bytes that are not of the set, control
 * characters, what is no segment, and whatever exceeds the limits above.
 * @param message  out: caller frees with rsp_hl7_free; the bytes are copied at once */
RSP_CHECKED rsp_status rsp_hl7_parse(
    const char *bytes, size_t length, struct rsp_hl7 **message, struct rsp_error *err);
void rsp_hl7_free(struct rsp_hl7 *message);

size_t rsp_hl7_n_segment(const struct rsp_hl7 *message);
/** Whether segment i (from 0) is one of that name, "OBX". */
bool rsp_hl7_is(const struct rsp_hl7 *message, size_t segment, const char *name);
/** A field by its number in the standard (OBX-5: 5; MSH-1 is the separator itself). Borrowed until rsp_hl7_free. */
struct rsp_hl7_span rsp_hl7_field(const struct rsp_hl7 *message, size_t segment, size_t field);
/** Repetitions of a field; 0 when it is empty. */
size_t rsp_hl7_n_repetition(const struct rsp_hl7 *message, struct rsp_hl7_span field);
/** A part of a field, each level counted from 1; a component of 0 is the whole repetition, a subcomponent of 0 the
 * whole component. */
struct rsp_hl7_span rsp_hl7_part(const struct rsp_hl7 *message, struct rsp_hl7_span field, size_t repetition,
    size_t component, size_t subcomponent);
/** Text of a span with its escapes undone. Highlighting is left out, \.br\ and \.sp\ are line ends; an escape that is
 * not known stays as it is.
 * @return RSP_E_LIMIT when it needs more than size - 1 bytes; RSP_E_SYNTAX for \X..\ that is no text of the character
 * set; RSP_E_UNSUPPORTED for another character set within the text (\C..\, \M..\). text is "" then. */
RSP_CHECKED rsp_status rsp_hl7_text(
    const struct rsp_hl7 *message, struct rsp_hl7_span span, char *text, size_t size, struct rsp_error *err);

/** A moment as the sender wrote it. */
struct rsp_hl7_time {
    bool given; /**< false for what is empty or zero: a device without a clock sends 0, or 1 January 1970 */
    bool has_zone;   /**< the sender gave its distance from UTC */
    int digits;      /**< given before the point: 4 (year) to 14 (seconds) */
    int offset_min;  /**< wall clock minus UTC; 0 unless has_zone */
    int64_t wall_ms; /**< since 1970-01-01 00:00 as that wall clock counts */
};
/** YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+ZZZZ]; at most 14 h from UTC. Impossible days and times are refused. */
RSP_CHECKED rsp_status rsp_hl7_time_parse(
    struct rsp_hl7_span span, struct rsp_hl7_time *time, struct rsp_error *err);

enum { RSP_HL7_TIME = 32 };
/** "20261129164500.250+0000" of a moment in ms since 1970 UTC. */
void rsp_hl7_time_write(int64_t at_ms, char text[RSP_HL7_TIME]);

enum rsp_hl7_ack {
    RSP_HL7_AA, /* accepted: it is kept */
    RSP_HL7_AE, /* its content is in error: the same message will be refused again */
    RSP_HL7_AR  /* rejected: a header that is not served here, or a receiver that cannot keep it now */
};

/** What a message is answered. */
struct rsp_hl7_answer {
    enum rsp_hl7_ack ack;
    int condition; /**< table 0357: 101 required field missing, 102 data type, 207 internal, ...; 0 for AA */
    char segment[4];     /**< where: "MSH"; "" when no place is to blame */
    int sequence, field; /**< which segment of the message, from 1, and which field; 0 when unknown */
    char sentence[512];  /**< "" for AA */
};
/** The answer to a failure: AR for one of the header (err->field begins with MSH), without memory or disk and too
 * large; AE for others. */
void rsp_hl7_answer_from(const struct rsp_error *err, struct rsp_hl7_answer *answer);

/** Write the acknowledgement: MSH with sender and receiver turned around, in the sender's separators, version and
 * character set; MSA with the sender's control id, unless it sent none; ERR unless accepted. A sender that wants to know
 * that its message arrived, and no more (MSH-15 other than NE, MSH-16 NE: enhanced mode), reads CA, CE, CR in MSA-1.
 * @param control_id  of the answer itself
 * @param time        "20261129174500+0100"
 * @param out         check out->failed */
void rsp_hl7_acknowledge(const struct rsp_hl7_head *head, const struct rsp_hl7_answer *answer,
    const char *control_id, const char *time, struct rsp_buf *out);

#endif
