#include "exchange/hl7.h"

#include <stdlib.h>
#include <string.h>

enum charset { ASCII, UTF_8, LATIN_1 };
/* Fields of MSH by their numbers. */
enum { MSH_CONTROL = 10, MSH_VERSION = 12, MSH_CHARSET = 18 };

struct segment {
    size_t start, n;
};
struct rsp_hl7 {
    char *text; /* UTF-8 */
    size_t n;
    struct segment *segment;
    size_t n_segment;
    char field, component, repetition, escape, subcomponent;
    enum charset charset;
};

static const struct rsp_hl7_head usual = {
    .field = '|', .component = '^', .repetition = '~', .escape = '\\', .subcomponent = '&'};

/* ---- spans ---- */

static bool span_is(struct rsp_hl7_span span, const char *word)
{
    return span.n == strlen(word) && memcmp(span.text, word, span.n) == 0;
}

/* Part number i (from 1) of a span. */
static struct rsp_hl7_span split(struct rsp_hl7_span span, char separator, size_t i)
{
    const char *at = span.text, *end = span.text != NULL ? span.text + span.n : NULL;
    for (; at != NULL && i > 1; i--) {
        at = memchr(at, separator, (size_t)(end - at));
        if (at != NULL)
            at++;
    }
    if (at == NULL || i == 0)
        return (struct rsp_hl7_span){"", 0};
    const char *next = memchr(at, separator, (size_t)(end - at));
    return (struct rsp_hl7_span){at, (size_t)((next != NULL ? next : end) - at)};
}

static size_t count(struct rsp_hl7_span span, char separator)
{
    size_t n = 1;
    for (size_t i = 0; i < span.n; i++)
        n += span.text[i] == separator;
    return n;
}

/* ---- the head ---- */

static bool is_letter_or_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool may_separate(char c)
{
    return c > ' ' && c < '\x7f' && !is_letter_or_digit(c);
}

static bool distinct(const char *letters, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (memchr(letters + i + 1, letters[i], n - i - 1) != NULL)
            return false;
    return true;
}

static size_t line_length(const char *bytes, size_t length)
{
    size_t n = 0;
    while (n < length && bytes[n] != '\r' && bytes[n] != '\n')
        n++;
    return n;
}

rsp_status rsp_hl7_head_read(
    const char *bytes, size_t length, struct rsp_hl7_head *head, struct rsp_error *err)
{
    enum { N_SEPARATOR = 5, SHORTEST = 8, SEPARATORS = 3 }; /* "MSH|^~\&" */
    struct rsp_hl7_head read = usual;

    *head = usual;
    if (length < 3 || memcmp(bytes, "MSH", 3) != 0) {
        if (length >= 3 && (memcmp(bytes, "FHS", 3) == 0 || memcmp(bytes, "BHS", 3) == 0))
            return rsp_error_set(err, RSP_E_UNSUPPORTED, "MSH",
                "this is a batch: send each message by itself, beginning with MSH");
        return rsp_error_set(
            err, RSP_E_MISSING, "MSH", "a message begins with the segment MSH, and this one does not");
    }
    const size_t n = line_length(bytes, length);
    const char *separators = bytes + SEPARATORS;
    if (n < SHORTEST || !distinct(separators, N_SEPARATOR))
        return rsp_error_set(err, RSP_E_SYNTAX, "MSH-2",
            "MSH names five different separators, as in MSH|^~\\&, and this one does not");
    for (size_t i = 0; i < N_SEPARATOR; i++)
        if (!may_separate(separators[i]))
            return rsp_error_set(err, RSP_E_SYNTAX, "MSH-2",
                "a separator of MSH is no punctuation mark of ASCII: write MSH|^~\\&");
    read.field = separators[0];
    read.component = separators[1];
    read.repetition = separators[2];
    read.escape = separators[3];
    read.subcomponent = separators[4];
    const struct rsp_hl7_span rest = {bytes + SEPARATORS + 1, n - SEPARATORS - 1};
    read.msh[1] = (struct rsp_hl7_span){separators, 1};
    for (size_t i = 2; i <= RSP_HL7_N_MSH; i++)
        read.msh[i] = split(rest, read.field, i - 1);
    /* since 2.7 a fifth character of MSH-2 marks what was cut off */
    if (read.msh[2].n != N_SEPARATOR - 1 && read.msh[2].n != N_SEPARATOR)
        return rsp_error_set(
            err, RSP_E_SYNTAX, "MSH-2", "MSH-2 holds the four other separators, as in ^~\\&");
    *head = read;
    return RSP_OK;
}

/* "2.3", "2.5.1"; what follows in the field says for which country. */
static bool is_version(struct rsp_hl7_span version)
{
    bool good = version.n >= 3 && memcmp(version.text, "2.", 2) == 0 && version.text[2] >= '1';
    for (size_t i = 2; good && i < version.n; i++)
        good = (version.text[i] >= '0' && version.text[i] <= '9') || version.text[i] == '.';
    return good;
}

static rsp_status check_control_id(struct rsp_hl7_span control, struct rsp_error *err)
{
    if (control.n == 0)
        return rsp_error_set(
            err, RSP_E_MISSING, "MSH-10", "the message has no control id, by which it could be acknowledged");
    if (control.n > RSP_HL7_MAX_CONTROL)
        return rsp_error_set(
            err, RSP_E_LIMIT, "MSH-10", "the control id is longer than %d characters", RSP_HL7_MAX_CONTROL);
    for (size_t i = 0; i < control.n; i++)
        if (control.text[i] < ' ' || control.text[i] == '\x7f')
            return rsp_error_set(
                err, RSP_E_SYNTAX, "MSH-10", "the control id holds a character that is not printable ASCII");
    return RSP_OK;
}

static rsp_status check_head(const struct rsp_hl7_head *head, enum charset *charset, struct rsp_error *err)
{
    static const char *const names[] = {"ASCII", "UNICODE UTF-8", "8859/1"};
    const struct rsp_hl7_span set = head->msh[MSH_CHARSET];
    RSP_TRY(check_control_id(head->msh[MSH_CONTROL], err));
    if (!is_version(split(head->msh[MSH_VERSION], head->component, 1)))
        return rsp_error_set(
            err, RSP_E_UNSUPPORTED, "MSH-12", "messages of HL7 version 2.1 to 2.9 are read: write 2.6");
    for (size_t i = 1; i <= RSP_HL7_N_MSH; i++)
        for (size_t k = 0; k < head->msh[i].n; k++)
            if ((unsigned char)head->msh[i].text[k] < ' ')
                return rsp_error_set(err, RSP_E_SYNTAX, "MSH", "MSH-%zu holds the control character 0x%02X",
                    i, (unsigned)head->msh[i].text[k]);
    *charset = ASCII;
    if (set.n == 0)
        return RSP_OK;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (span_is(set, names[i])) {
            *charset = (enum charset)i;
            return RSP_OK;
        }
    return rsp_error_set(err, RSP_E_UNSUPPORTED, "MSH-18",
        "this character set is not read here: send ASCII, UNICODE UTF-8 or 8859/1, one for the whole "
        "message");
}

/* ---- the copy ---- */

static rsp_status refuse_byte(enum charset charset, const char *bytes, size_t at, struct rsp_error *err)
{
    const unsigned byte = (unsigned char)bytes[at];
    if (byte < ' ' || byte == 0x7f)
        return rsp_error_set(err, RSP_E_SYNTAX, "",
            "byte %zu is the control character 0x%02X, which no message holds", at + 1, byte);
    if (charset == ASCII)
        return rsp_error_set(err, RSP_E_SYNTAX, "MSH-18",
            "byte %zu is 0x%02X, which is not ASCII: name the character set in MSH-18, UNICODE UTF-8 or "
            "8859/1",
            at + 1, byte);
    return rsp_error_set(err, RSP_E_SYNTAX, "MSH-18",
        "byte %zu, 0x%02X, is no text in %s, which MSH-18 names", at + 1, byte,
        charset == UTF_8 ? "UNICODE UTF-8" : "8859/1");
}

/* Bytes of the character at `at`, as UTF-8 in out (up to 4); 0 when there is none. @param used  bytes read */
static size_t character(enum charset charset, const char *bytes, size_t n, char out[4], size_t *used)
{
    enum { FIRST_OF_LATIN_1 = 0xa0, SHIFT = 6, TAIL = 0x3f, LEAD_OF_TWO = 0xc0, FOLLOWS = 0x80 };
    const unsigned byte = (unsigned char)bytes[0];
    *used = 1;
    if (byte < FOLLOWS) {
        out[0] = bytes[0];
        return byte >= ' ' && byte != 0x7f ? 1 : 0;
    }
    if (charset == LATIN_1 && byte >= FIRST_OF_LATIN_1) {
        out[0] = (char)(LEAD_OF_TWO | byte >> SHIFT);
        out[1] = (char)(FOLLOWS | (byte & TAIL));
        return 2;
    }
    if (charset == UTF_8 && !rsp_utf8_is_control(bytes, n)) {
        *used = rsp_utf8_length(bytes, n);
        memcpy(out, bytes, *used);
        return *used;
    }
    return 0;
}

static rsp_status copy_text(struct rsp_hl7 *m, const char *bytes, size_t length, struct rsp_error *err)
{
    const size_t most = m->charset == LATIN_1 ? 2 * length : length;
    m->text = malloc(most + 1);
    if (m->text == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "no memory for the message");
    for (size_t i = 0; i < length;) {
        char letter[4];
        size_t used = 1, n = 1;
        if (bytes[i] == '\r' || bytes[i] == '\n' || bytes[i] == '\t')
            letter[0] = bytes[i];
        else
            n = character(m->charset, bytes + i, length - i, letter, &used);
        if (n == 0)
            return refuse_byte(m->charset, bytes, i, err);
        memcpy(m->text + m->n, letter, n);
        m->n += n;
        i += used;
    }
    m->text[m->n] = '\0';
    return RSP_OK;
}

/* ---- segments ---- */

static rsp_status check_segment(const struct rsp_hl7 *m, const char *text, size_t n, struct rsp_error *err)
{
    const size_t number = m->n_segment + 1;
    if (number > RSP_HL7_MAX_SEGMENT)
        return rsp_error_set(
            err, RSP_E_LIMIT, "", "the message has more than %d segments", RSP_HL7_MAX_SEGMENT);
    bool good = n >= 3 && text[0] >= 'A' && text[0] <= 'Z' && (n == 3 || text[3] == m->field);
    for (size_t i = 1; good && i < 3; i++)
        good = is_letter_or_digit(text[i]) && !(text[i] >= 'a' && text[i] <= 'z');
    if (!good)
        return rsp_error_set(err, RSP_E_SYNTAX, "",
            "segment %zu is none: it begins with a name of three letters, such as OBX, and the separator %c",
            number, m->field);
    if (number > 1 && memcmp(text, "MSH", 3) == 0)
        return rsp_error_set(err, RSP_E_SYNTAX, "MSH",
            "segment %zu is a second MSH: each message is sent in a frame of its own", number);
    if (count((struct rsp_hl7_span){text, n}, m->field) > RSP_HL7_MAX_FIELD)
        return rsp_error_set(
            err, RSP_E_LIMIT, "", "segment %zu has more than %d fields", number, RSP_HL7_MAX_FIELD);
    return RSP_OK;
}

static rsp_status find_segments(struct rsp_hl7 *m, struct rsp_error *err)
{
    size_t most = 1;
    for (size_t i = 0; i < m->n; i++)
        most += m->text[i] == '\r' || m->text[i] == '\n';
    if (most > RSP_HL7_MAX_SEGMENT)
        most = RSP_HL7_MAX_SEGMENT;
    m->segment = calloc(most, sizeof *m->segment);
    if (m->segment == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "no memory for the message");
    for (size_t i = 0; i < m->n;) {
        const size_t n = line_length(m->text + i, m->n - i);
        if (n > 0) {
            const rsp_status status = check_segment(m, m->text + i, n, err);
            if (status != RSP_OK) {
                rsp_error_place(err, NULL, (int)m->n_segment + 1);
                return status;
            }
            m->segment[m->n_segment++] = (struct segment){i, n};
        }
        i += n + 1;
    }
    return RSP_OK;
}

rsp_status rsp_hl7_parse(const char *bytes, size_t length, struct rsp_hl7 **message, struct rsp_error *err)
{
    struct rsp_hl7_head head;
    struct rsp_hl7 *m = NULL;
    rsp_status status = RSP_OK;

    if (length > RSP_HL7_MAX_BYTES)
        return rsp_error_set(err, RSP_E_LIMIT, "", "the message is longer than %d bytes", RSP_HL7_MAX_BYTES);
    RSP_TRY(rsp_hl7_head_read(bytes, length, &head, err));
    m = calloc(1, sizeof *m);
    if (m == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "no memory for the message");
    m->field = head.field;
    m->component = head.component;
    m->repetition = head.repetition;
    m->escape = head.escape;
    m->subcomponent = head.subcomponent;
    RSP_TRY_DONE(check_head(&head, &m->charset, err));
    RSP_TRY_DONE(copy_text(m, bytes, length, err));
    RSP_TRY_DONE(find_segments(m, err));
    *message = m;
    m = NULL;
done:
    rsp_hl7_free(m);
    return status;
}

void rsp_hl7_free(struct rsp_hl7 *message)
{
    if (message == NULL)
        return;
    free(message->text);
    free(message->segment);
    free(message);
}

size_t rsp_hl7_n_segment(const struct rsp_hl7 *message)
{
    return message->n_segment;
}

bool rsp_hl7_is(const struct rsp_hl7 *message, size_t segment, const char *name)
{
    return segment < message->n_segment && strlen(name) == 3 &&
           memcmp(message->text + message->segment[segment].start, name, 3) == 0;
}

struct rsp_hl7_span rsp_hl7_field(const struct rsp_hl7 *message, size_t segment, size_t field)
{
    if (segment >= message->n_segment || field == 0)
        return (struct rsp_hl7_span){"", 0};
    const struct segment *s = &message->segment[segment];
    const struct rsp_hl7_span whole = {message->text + s->start, s->n};
    if (!rsp_hl7_is(message, segment, "MSH"))
        return split(whole, message->field, field + 1);
    if (field == 1)
        return (struct rsp_hl7_span){whole.text + 3, 1};
    return split(whole, message->field, field);
}

size_t rsp_hl7_n_repetition(const struct rsp_hl7 *message, struct rsp_hl7_span field)
{
    return field.n == 0 ? 0 : count(field, message->repetition);
}

struct rsp_hl7_span rsp_hl7_part(const struct rsp_hl7 *message, struct rsp_hl7_span field, size_t repetition,
    size_t component, size_t subcomponent)
{
    struct rsp_hl7_span part = split(field, message->repetition, repetition);
    if (component > 0)
        part = split(part, message->component, component);
    if (subcomponent > 0)
        part = split(part, message->subcomponent, subcomponent);
    return part;
}

/* ---- escapes ---- */

struct writer {
    char *text;
    size_t n, size;
};

static rsp_status put(struct writer *w, const char *text, size_t n, struct rsp_error *err)
{
    if (w->n + n >= w->size)
        return rsp_error_set(err, RSP_E_LIMIT, "", "this text is longer than %zu bytes", w->size - 1);
    memcpy(w->text + w->n, text, n);
    w->n += n;
    return RSP_OK;
}

static int hex(char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *at = c != '\0' ? strchr(digits, c >= 'a' && c <= 'f' ? c - 'a' + 'A' : c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* \X0D0A\: bytes of the message's character set. */
static rsp_status put_hex(
    const struct rsp_hl7 *m, struct writer *w, struct rsp_hl7_span digits, struct rsp_error *err)
{
    enum { MOST = 256, BASE = 16 };
    char bytes[MOST], letter[4];
    const size_t n = digits.n / 2;
    bool good = digits.n > 0 && digits.n % 2 == 0 && n <= MOST;
    for (size_t i = 0; good && i < n; i++) {
        const int high = hex(digits.text[2 * i]), low = hex(digits.text[2 * i + 1]);
        good = high >= 0 && low >= 0;
        bytes[i] = (char)(high * BASE + low);
    }
    for (size_t i = 0, used = 1; good && i < n; i += used) {
        size_t length = 1;
        used = 1;
        if (bytes[i] == '\r' || bytes[i] == '\n' || bytes[i] == '\t')
            letter[0] = bytes[i];
        else
            length = character(m->charset, bytes + i, n - i, letter, &used);
        good = length > 0;
        if (good)
            RSP_TRY(put(w, letter, length, err));
    }
    if (good)
        return RSP_OK;
    return rsp_error_set(err, RSP_E_SYNTAX, "", "the escape X%.*s is no text of the message's character set",
        (int)(digits.n < 40 ? digits.n : 40), digits.text);
}

/* @param body  between the two escape characters */
static rsp_status put_escape(
    const struct rsp_hl7 *m, struct writer *w, struct rsp_hl7_span body, struct rsp_error *err)
{
    const struct {
        const char *name, *text;
        size_t n;
    } plain[] = {{"F", &m->field, 1}, {"S", &m->component, 1}, {"T", &m->subcomponent, 1},
        {"R", &m->repetition, 1}, {"E", &m->escape, 1}, {".br", "\n", 1}, {".sp", "\n", 1}, {"H", "", 0},
        {"N", "", 0}};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (span_is(body, plain[i].name))
            return put(w, plain[i].text, plain[i].n, err);
    if (body.n > 1 && body.text[0] == 'X')
        return put_hex(m, w, (struct rsp_hl7_span){body.text + 1, body.n - 1}, err);
    if (body.n > 1 && (body.text[0] == 'C' || body.text[0] == 'M') && hex(body.text[1]) >= 0)
        return rsp_error_set(err, RSP_E_UNSUPPORTED, "",
            "the text changes its character set by an escape: send the whole message as UNICODE UTF-8");
    return put(w, body.text - 1, body.n + 2, err);
}

static rsp_status unescape(
    const struct rsp_hl7 *m, struct rsp_hl7_span span, struct writer *w, struct rsp_error *err)
{
    for (size_t i = 0; i < span.n;) {
        const char *rest = span.text + i, *end = NULL;
        if (*rest == m->escape)
            end = memchr(rest + 1, m->escape, span.n - i - 1);
        if (end == NULL) {
            RSP_TRY(put(w, rest, 1, err));
            i++;
            continue;
        }
        const size_t n = (size_t)(end - rest) - 1;
        RSP_TRY(put_escape(m, w, (struct rsp_hl7_span){rest + 1, n}, err));
        i += n + 2;
    }
    return RSP_OK;
}

rsp_status rsp_hl7_text(
    const struct rsp_hl7 *message, struct rsp_hl7_span span, char *text, size_t size, struct rsp_error *err)
{
    struct writer w = {text, 0, size};
    const rsp_status status = unescape(message, span, &w, err);
    text[status == RSP_OK ? w.n : 0] = '\0';
    return status;
}
