#include "exchange/observed.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

/* Fields by their numbers. */
enum { MSH_APPLICATION = 3, MSH_FACILITY = 4, MSH_TYPE = 9, MSH_CONTROL = 10, MSH_PROCESSING = 11 };
enum { PID_IDENTIFIERS = 3, OBR_TIME = 7 };
enum {
    OBX_TYPE = 2,
    OBX_CODE = 3,
    OBX_CONTAINMENT = 4,
    OBX_VALUE = 5,
    OBX_UNIT = 6,
    OBX_STATUS = 11,
    OBX_TIME = 14,
    OBX_DEVICE = 18
};
enum { SECOND_CODING = 3 }; /* components 4 to 6 code the same again, in another system */
enum { LEVELS = 6 };

/* Place in the tree of a device: "1.0.1.1"; zeros at the end name no level. */
struct place {
    size_t n;
    int level[LEVELS];
};

/* What rows below another one have from it. */
struct above {
    struct place place;
    const char *device; /* "" for none */
    struct rsp_hl7_time at;
};

struct reader {
    const struct rsp_hl7 *message;
    struct rsp_arena *arena;
    struct rsp_observed *row;
    size_t n;
    const char *patient;

    struct rsp_hl7_time ordered_at;
    const char *ordered_wrong; /* why OBR-7 could not be read; NULL */
    struct above *above;
    size_t n_above;
    bool no_memory;
};

/* ---- texts ---- */

static const char *keep(struct reader *r, const char *text, size_t n)
{
    const char *kept = n > 0 ? rsp_arena_text(r->arena, text, n) : "";
    if (kept == NULL)
        r->no_memory = true;
    return kept != NULL ? kept : "";
}

static const char *sentence(struct reader *r, const char *fmt, ...) RSP_PRINTF(2, 3);
static const char *sentence(struct reader *r, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return keep(r, text, strlen(text));
}

static void blame(struct rsp_observed *row, const char *why)
{
    if (row->kind == RSP_OBSERVED_ERROR)
        return;
    row->kind = RSP_OBSERVED_ERROR;
    row->value = (double)NAN;
    row->sentence = why;
}

/* Text of a span; a span whose escapes cannot be undone stays as it is, and the row is in error. */
static const char *text_of(struct reader *r, struct rsp_observed *row, struct rsp_hl7_span span)
{
    struct rsp_error err = {0};
    if (span.n == 0 || (span.n == 2 && memcmp(span.text, "\"\"", 2) == 0))
        return "";
    char *text = rsp_arena_alloc(r->arena, span.n + 1); /* undoing an escape never lengthens a text */
    if (text == NULL) {
        r->no_memory = true;
        return "";
    }
    if (rsp_hl7_text(r->message, span, text, span.n + 1, &err) == RSP_OK)
        return text;
    if (row != NULL)
        blame(row, keep(r, err.message, strlen(err.message)));
    memcpy(text, span.text, span.n);
    text[span.n] = '\0';
    return text;
}

static const char *part_of(
    struct reader *r, struct rsp_observed *row, size_t segment, size_t field, size_t component)
{
    return text_of(
        r, row, rsp_hl7_part(r->message, rsp_hl7_field(r->message, segment, field), 1, component, 0));
}

/* ---- the tree of the device ---- */

static struct place place_of(const char *text)
{
    enum { BASE = 10, MOST = 100000000 };
    struct place place = {0};
    for (const char *c = text; *c != '\0'; c++) {
        int level = 0;
        if (place.n == LEVELS || *c < '0' || *c > '9')
            return (struct place){0};
        for (; *c >= '0' && *c <= '9' && level < MOST; c++)
            level = level * BASE + (*c - '0');
        if (*c != '\0' && *c != '.')
            return (struct place){0};
        place.level[place.n++] = level;
        if (*c == '\0')
            break;
    }
    while (place.n > 0 && place.level[place.n - 1] == 0)
        place.n--;
    return place;
}

static bool is_above(const struct place *upper, const struct place *lower)
{
    return upper->n > 0 && upper->n < lower->n &&
           memcmp(upper->level, lower->level, upper->n * sizeof upper->level[0]) == 0;
}

/* Device and time of the nearest rows above, each by itself. */
static void inherit(const struct reader *r, const struct place *place, struct rsp_observed *row)
{
    size_t device_depth = 0, time_depth = 0;
    const bool own_device = row->device[0] != '\0', own_time = row->at.given;
    for (size_t i = 0; i < r->n_above; i++) {
        const struct above *above = &r->above[i];
        if (!is_above(&above->place, place))
            continue;
        if (!own_device && above->device[0] != '\0' && above->place.n >= device_depth) {
            device_depth = above->place.n;
            row->device = above->device;
        }
        if (!own_time && above->at.given && above->place.n >= time_depth) {
            time_depth = above->place.n;
            row->at = above->at;
        }
    }
}

static void read_tree(struct reader *r, struct rsp_observed *row, size_t segment)
{
    const struct rsp_hl7_span device = rsp_hl7_field(r->message, segment, OBX_DEVICE),
                              moment = rsp_hl7_field(r->message, segment, OBX_TIME);
    struct rsp_error err = {0};
    const struct place place = place_of(row->containment);

    row->device = text_of(r, row, rsp_hl7_part(r->message, device, 1, 1, 0));
    if (row->device[0] == '\0')
        row->device = text_of(r, row, rsp_hl7_part(r->message, device, 1, 3, 0));
    if (rsp_hl7_time_parse(moment, &row->at, &err) != RSP_OK)
        blame(row, sentence(r, "OBX-14: %s", err.message));
    if (place.n > 0 && (row->device[0] != '\0' || row->at.given))
        r->above[r->n_above++] = (struct above){place, row->device, row->at};
    inherit(r, &place, row);
    if (!row->at.given && r->ordered_wrong != NULL)
        blame(row, r->ordered_wrong);
    else if (!row->at.given)
        row->at = r->ordered_at;
}

/* ---- code, unit, value ---- */

static bool is_mdc_name(const char *name)
{
    return strncmp(name, "MDC", 3) == 0;
}

static bool carries(const struct rsp_device_code *code, const char *name)
{
    return (code->name[0] != NULL && strcmp(code->name[0], name) == 0) ||
           (code->name[1] != NULL && strcmp(code->name[1], name) == 0);
}

/* What one coding (three components from `first`) means, or NULL; a code of MDC under another's name is an error. */
static const struct rsp_device_code *coding(
    struct reader *r, struct rsp_observed *row, size_t segment, size_t first)
{
    const char *code = part_of(r, row, segment, OBX_CODE, first),
               *name = part_of(r, row, segment, OBX_CODE, first + 1),
               *system = part_of(r, row, segment, OBX_CODE, first + 2);
    const struct rsp_device_code *found = NULL;

    if (strcmp(system, "LN") == 0)
        found = rsp_device_code_find(RSP_CODE_LOINC, code);
    else if (strcmp(system, "MDC") == 0) {
        const struct rsp_device_code *named = rsp_device_code_named(name);
        found = rsp_device_code_find(RSP_CODE_MDC, code);
        if (found == NULL && named != NULL)
            blame(row, sentence(r, "%.40s is not the code of %.60s, which is %s: neither is believed", code,
                           name, named->code));
        else if (found != NULL && is_mdc_name(name) && !carries(found, name))
            blame(
                row, sentence(r, "%s is the code of %s, and the message calls it %.60s: neither is believed",
                         code, found->name[0], name));
    }
    if (row->code == NULL || row->code[0] == '\0' || (first > 1 && found != NULL && row->sign < 0)) {
        row->code = code;
        row->name = name;
        row->system = system;
    }
    return found;
}

static const struct rsp_device_code *read_code(struct reader *r, struct rsp_observed *row, size_t segment)
{
    const struct rsp_device_code *first = coding(r, row, segment, 1);
    row->sign = first != NULL ? first->sign[0] : RSP_OBSERVED_NO_SIGN;
    const struct rsp_device_code *second = coding(r, row, segment, 1 + SECOND_CODING);
    if (first != NULL && second != NULL && first->sign[0] != second->sign[0])
        blame(row, sentence(r, "its two codes mean %s and %s: neither is believed",
                       rsp_observed_sign_name(first->sign[0]), rsp_observed_sign_name(second->sign[0])));
    const struct rsp_device_code *found = first != NULL ? first : second;
    if (found != NULL)
        row->sign = found->sign[0];
    return found;
}

static const struct rsp_device_unit *unit_named(const char *text)
{
    for (size_t i = 0; text[0] != '\0' && i < rsp_n_device_unit; i++)
        if (rsp_device_unit_is(&rsp_device_units[i], text))
            return &rsp_device_units[i];
    return NULL;
}

/* The unit that all of its spellings agree on, or NULL with the row in error. */
static const struct rsp_device_unit *read_unit(struct reader *r, struct rsp_observed *row, size_t segment)
{
    static const size_t spelt[] = {1, 2, 1 + SECOND_CODING, 2 + SECOND_CODING};
    const struct rsp_device_unit *unit = NULL;
    const char *first = "";
    for (size_t i = 0; i < sizeof spelt / sizeof spelt[0]; i++) {
        const char *text = part_of(r, row, segment, OBX_UNIT, spelt[i]);
        const struct rsp_device_unit *found = unit_named(text);
        const bool odd = found == NULL && is_mdc_name(text);
        if (unit == NULL && !odd) {
            unit = found;
            first = text;
            continue;
        }
        if (odd ||
            (found != NULL && (strcmp(found->unit, unit->unit) != 0 || found->factor != unit->factor))) {
            blame(row, sentence(r, "OBX-6 names two units, %.40s and %.40s",
                           first[0] != '\0' ? first : row->unit, text));
            return NULL;
        }
    }
    return unit;
}

/* The sign that a code means in this unit. */
static bool choose_sign(
    struct rsp_observed *row, const struct rsp_device_code *code, const struct rsp_device_unit *unit)
{
    for (size_t i = 0; i < 2 && unit != NULL; i++)
        if (code->sign[i] != RSP_OBSERVED_NO_SIGN &&
            strcmp(rsp_observed_sign_unit(code->sign[i]), unit->unit) == 0) {
            row->sign = code->sign[i];
            return true;
        }
    return false;
}

/* The data type NM: a sign, digits, a point. */
static bool read_number(const char *text, double *value)
{
    const char *digits = text + (text[0] == '+');
    return strspn(digits, "-0123456789.") == strlen(digits) &&
           rsp_number_parse(digits, value, NULL) == RSP_OK;
}

static void read_value(
    struct reader *r, struct rsp_observed *row, size_t segment, const struct rsp_device_code *code)
{
    const char *type = part_of(r, row, segment, OBX_TYPE, 1);
    double value = 0;

    if (strcmp(type, "NM") != 0) {
        blame(row, sentence(r, "%s is a number, NM, and OBX-2 says '%.20s'",
                       rsp_observed_sign_name(row->sign), type));
        return;
    }
    if (!read_number(row->written, &value)) {
        blame(row,
            sentence(r, "'%.40s' is no number of the type NM: write one value, 72 or 36.5", row->written));
        return;
    }
    const struct rsp_device_unit *unit = read_unit(r, row, segment);
    if (row->kind == RSP_OBSERVED_ERROR)
        return;
    if (!choose_sign(row, code, unit)) {
        blame(row,
            sentence(r, "%s is read in %s%s%s, and OBX-6 says '%.40s'", rsp_observed_sign_name(row->sign),
                rsp_observed_sign_unit(row->sign), code->sign[1] != RSP_OBSERVED_NO_SIGN ? " or " : "",
                code->sign[1] != RSP_OBSERVED_NO_SIGN ? rsp_observed_sign_unit(code->sign[1]) : "",
                row->unit));
        return;
    }
    row->value = value * unit->factor;
}

/* Table 0085: which statuses come with a value. */
static bool has_result(const char *status)
{
    static const char results[] = "RPFC"; /* not verified, preliminary, final, corrected */
    return strlen(status) == 1 && strchr(results, status[0]) != NULL;
}

static void judge(
    struct reader *r, struct rsp_observed *row, size_t segment, const struct rsp_device_code *code)
{
    if (row->kind == RSP_OBSERVED_ERROR)
        return;
    if (strcmp(row->status, "X") == 0 || (has_result(row->status) && row->written[0] == '\0'))
        row->kind = RSP_OBSERVED_NONE;
    else if (strcmp(row->status, "D") == 0 || strcmp(row->status, "W") == 0)
        blame(row, sentence(r, "the sender takes this value back (OBX-11 %s)", row->status));
    else if (!has_result(row->status))
        blame(
            row, sentence(r, "OBX-11 says '%.20s': R, P, F or C come with a value, X without", row->status));
    else if (code == NULL)
        row->kind = RSP_OBSERVED_UNKNOWN;
    else
        read_value(r, row, segment, code);
}

static void read_row(struct reader *r, size_t segment)
{
    struct rsp_observed *row = &r->row[r->n++];
    *row = (struct rsp_observed){.kind = RSP_OBSERVED_VALUE,
        .sign = RSP_OBSERVED_NO_SIGN,
        .value = (double)NAN,
        .sentence = "",
        .patient = r->patient,
        .segment = segment + 1};
    row->written = text_of(r, row, rsp_hl7_field(r->message, segment, OBX_VALUE));
    row->unit = part_of(r, row, segment, OBX_UNIT, 1);
    row->status = part_of(r, row, segment, OBX_STATUS, 1);
    row->containment = part_of(r, row, segment, OBX_CONTAINMENT, 1);
    const struct rsp_device_code *code = read_code(r, row, segment);
    read_tree(r, row, segment);
    judge(r, row, segment, code);
}

/* ---- the message ---- */

static bool part_is(const struct rsp_hl7 *m, size_t field, size_t component, const char *word)
{
    const struct rsp_hl7_span part = rsp_hl7_part(m, rsp_hl7_field(m, 0, field), 1, component, 0);
    return part.n == strlen(word) && memcmp(part.text, word, part.n) == 0;
}

static rsp_status check_message(const struct rsp_hl7 *m, size_t *n_row, struct rsp_error *err)
{
    bool ordered = false;
    *n_row = 0;
    if (!part_is(m, MSH_TYPE, 1, "ORU") || !part_is(m, MSH_TYPE, 2, "R01"))
        return rsp_error_set(
            err, RSP_E_UNSUPPORTED, "MSH-9", "observations are read from ORU^R01 and from no other message");
    if (!part_is(m, MSH_PROCESSING, 1, "P"))
        return rsp_error_set(err, RSP_E_UNSUPPORTED, "MSH-11",
            "only messages of production (P) are taken: one of training or debugging never becomes part of a "
            "record");
    for (size_t i = 0; i < rsp_hl7_n_segment(m); i++) {
        ordered = rsp_hl7_is(m, i, "OBR") || (ordered && !rsp_hl7_is(m, i, "PID"));
        if (!rsp_hl7_is(m, i, "OBX"))
            continue;
        if (!ordered) {
            (void)rsp_error_set(err, RSP_E_SYNTAX, "OBX",
                "segment %zu is an OBX without an OBR before it: what was observed when is not known", i + 1);
            rsp_error_place(err, NULL, (int)i + 1);
            return RSP_E_SYNTAX;
        }
        ++*n_row;
    }
    if (*n_row == 0)
        return rsp_error_set(err, RSP_E_MISSING, "OBX", "the message holds no observation (OBX)");
    return RSP_OK;
}

static void begin_order(struct reader *r, size_t segment)
{
    struct rsp_error err = {0};
    r->ordered_wrong = NULL;
    r->ordered_at = (struct rsp_hl7_time){0};
    if (rsp_hl7_time_parse(rsp_hl7_field(r->message, segment, OBR_TIME), &r->ordered_at, &err) != RSP_OK)
        r->ordered_wrong = sentence(r, "OBR-7: %s", err.message);
}

static void begin_patient(struct reader *r, size_t segment)
{
    r->patient = part_of(r, NULL, segment, PID_IDENTIFIERS, 1);
    r->n_above = 0;
    r->ordered_wrong = NULL;
    r->ordered_at = (struct rsp_hl7_time){0};
}

/* As written: it tells one sender from another, and is long enough for any. */
static const char *sender_of(struct reader *r)
{
    const struct rsp_hl7_span application = rsp_hl7_field(r->message, 0, MSH_APPLICATION),
                              facility = rsp_hl7_field(r->message, 0, MSH_FACILITY);
    char *text = rsp_arena_alloc(r->arena, application.n + facility.n + 2);
    if (text == NULL) {
        r->no_memory = true;
        return "";
    }
    memcpy(text, application.text, application.n);
    text[application.n] = '|';
    memcpy(text + application.n + 1, facility.text, facility.n);
    text[application.n + 1 + facility.n] = '\0';
    return text;
}

rsp_status rsp_observed_read(
    const struct rsp_hl7 *message, struct rsp_observed_list *list, struct rsp_error *err)
{
    struct reader r = {.message = message, .patient = ""};
    size_t n_row = 0;

    RSP_TRY(check_message(message, &n_row, err));
    r.arena = rsp_arena_new();
    if (r.arena == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "no memory for the observations");
    r.row = rsp_arena_alloc(r.arena, n_row * sizeof *r.row);
    r.above = rsp_arena_alloc(r.arena, n_row * sizeof *r.above);
    r.no_memory = r.row == NULL || r.above == NULL;
    for (size_t i = 0; !r.no_memory && i < rsp_hl7_n_segment(message); i++) {
        if (rsp_hl7_is(message, i, "PID"))
            begin_patient(&r, i);
        else if (rsp_hl7_is(message, i, "OBR"))
            begin_order(&r, i);
        else if (rsp_hl7_is(message, i, "OBX"))
            read_row(&r, i);
    }
    struct rsp_observed_list made = {.n = r.n, .row = r.row, .arena = r.arena};
    if (!r.no_memory) {
        made.sender = sender_of(&r);
        made.control_id = text_of(&r, NULL, rsp_hl7_field(message, 0, MSH_CONTROL));
    }
    if (r.no_memory) {
        rsp_arena_free(r.arena);
        return rsp_error_set(err, RSP_E_MEMORY, "", "no memory for the observations");
    }
    *list = made;
    return RSP_OK;
}

void rsp_observed_free(struct rsp_observed_list *list)
{
    if (list == NULL)
        return;
    rsp_arena_free(list->arena);
    *list = (struct rsp_observed_list){0};
}
