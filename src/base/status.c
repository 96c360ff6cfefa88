#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <respite/status.h>

#include "base/text.h"

struct status_row {
    rsp_status status;
    const char *name, *text;
};

static const struct status_row rows[] = {
#define ROW(name, number, text) {name, #name, text},
    RSP_STATUS_LIST(ROW)
#undef ROW
};

static const struct status_row *row_of(rsp_status status)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == status)
            return &rows[i];
    return NULL;
}

const char *rsp_status_name(rsp_status status)
{
    const struct status_row *row = row_of(status);
    return row != NULL ? row->name : "RSP_E_?";
}

const char *rsp_status_text(rsp_status status)
{
    const struct status_row *row = row_of(status);
    return row != NULL ? row->text : "unknown status";
}

/* True when text is the beginning of a UTF-8 character that the end of the field cut off. */
static bool cut_off(const char *text)
{
    const unsigned char c = (unsigned char)text[0];
    const size_t need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 1;
    size_t n = 1;
    while (n < need && ((unsigned char)text[n] & 0xc0) == 0x80)
        n++;
    return n < need && text[n] == '\0';
}

/* Messages quote what the user typed: it must not steer a terminal or break a JSON text. */
static void make_printable(char *text)
{
    const size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        const bool shown = (unsigned char)text[i] >= 0x20 && !rsp_utf8_is_control(text + i, length - i);
        const size_t n = shown ? rsp_utf8_length(text + i, length - i) : 0;
        if (n == 0 && cut_off(text + i)) {
            text[i] = '\0';
            return;
        }
        if (n == 0)
            text[i] = '?';
        i += n > 0 ? n : 1;
    }
}

static void copy_text(char *to, size_t size, const char *from)
{
    (void)snprintf(to, size, "%s", from);
    make_printable(to);
}

rsp_status rsp_error_set(struct rsp_error *err, rsp_status code, const char *field, const char *fmt, ...)
{
    if (err == NULL)
        return code;
    /* Filled aside: the arguments may point into err itself. */
    struct rsp_error filled = {.code = code};
    copy_text(filled.field, sizeof filled.field, field != NULL ? field : "");
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(filled.message, sizeof filled.message, fmt, args);
    va_end(args);
    make_printable(filled.message);
    *err = filled;
    return code;
}

void rsp_error_place(struct rsp_error *err, const char *source, int line)
{
    if (err == NULL)
        return;
    if (source != NULL)
        copy_text(err->source, sizeof err->source, source);
    if (line != 0)
        err->line = line;
}

int rsp_error_format(const struct rsp_error *err, char *text, size_t size)
{
    char line[24] = "";
    if (err->line > 0)
        (void)snprintf(line, sizeof line, err->source[0] != '\0' ? "%d" : "line %d", err->line);
    return snprintf(text, size, "%s%s%s%s%s%s%s", err->source,
        err->source[0] != '\0' && line[0] != '\0' ? ":" : "", line,
        err->source[0] != '\0' || line[0] != '\0' ? ": " : "", err->field, err->field[0] != '\0' ? ": " : "",
        err->message[0] != '\0' ? err->message : rsp_status_text(err->code));
}
