#include "json.h"

#include <math.h>
#include <stdio.h>

static void quoted(struct rsp_buf *out, const char *text)
{
    char escape[8];

    rsp_buf_text(out, "\"");
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            rsp_buf_text(out, "\\");
            rsp_buf_add(out, text, 1);
        } else if (c < ' ') {
            snprintf(escape, sizeof escape, "\\u%04x", c);
            rsp_buf_text(out, escape);
        } else {
            rsp_buf_add(out, text, 1);
        }
    }
    rsp_buf_text(out, "\"");
}

/* A comma unless this is the first entry of its object or list. */
static void entry(struct rsp_buf *out, const char *key)
{
    const char last = out->length > 0 ? out->data[out->length - 1] : '{';

    if (last != '{' && last != '[')
        rsp_buf_text(out, ",");
    if (key != NULL) {
        quoted(out, key);
        rsp_buf_text(out, ":");
    }
}

void rsp_json_open(struct rsp_buf *out, const char *key, char bracket)
{
    entry(out, key);
    rsp_buf_add(out, &bracket, 1);
}

void rsp_json_close(struct rsp_buf *out, char bracket)
{
    rsp_buf_add(out, &bracket, 1);
}

void rsp_json_text(struct rsp_buf *out, const char *key, const char *text)
{
    entry(out, key);
    if (text != NULL)
        quoted(out, text);
    else
        rsp_buf_text(out, "null");
}

void rsp_json_number(struct rsp_buf *out, const char *key, double value)
{
    entry(out, key);
    if (isfinite(value))
        rsp_buf_double(out, value);
    else
        rsp_buf_text(out, "null");
}

void rsp_json_bool(struct rsp_buf *out, const char *key, bool value)
{
    entry(out, key);
    rsp_buf_text(out, value ? "true" : "false");
}
