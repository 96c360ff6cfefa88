#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"

enum { FIRST_CAPACITY = 256 };

void rsp_buf_init(struct rsp_buf *buf, size_t max)
{
    *buf = (struct rsp_buf){.max = max};
}

void rsp_buf_free(struct rsp_buf *buf)
{
    free(buf->data);
    *buf = (struct rsp_buf){.max = buf->max};
}

/* Room for `length` more bytes and the terminator, beyond max if need be: a caller that
 * writes first checks afterwards. */
static bool grow(struct rsp_buf *buf, size_t length)
{
    if (length > (size_t)-1 / 4 - buf->length) {
        buf->failed = true;
        return false;
    }
    const size_t need = buf->length + length + 1;
    size_t capacity = buf->capacity < FIRST_CAPACITY ? FIRST_CAPACITY : buf->capacity;
    while (capacity < need)
        capacity *= 2;
    char *data = realloc(buf->data, capacity);
    if (data == NULL) {
        buf->failed = true;
        return false;
    }
    if (buf->data == NULL)
        data[0] = '\0';
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

static bool room(struct rsp_buf *buf, size_t length)
{
    if (buf->failed)
        return false;
    return buf->capacity - buf->length > length || grow(buf, length);
}

static void commit(struct rsp_buf *buf, size_t length)
{
    if (length > buf->max || buf->length > buf->max - length)
        buf->failed = buf->too_long = true;
    else
        buf->length += length;
    buf->data[buf->length] = '\0';
}

void rsp_buf_add(struct rsp_buf *buf, const char *data, size_t length)
{
    if (length > buf->max || buf->length > buf->max - length)
        buf->failed = buf->too_long = true; /* before any memory is asked for */
    if (!room(buf, length))
        return;
    if (length > 0)
        memcpy(buf->data + buf->length, data, length);
    commit(buf, length);
}

void rsp_buf_text(struct rsp_buf *buf, const char *text)
{
    if (text != NULL)
        rsp_buf_add(buf, text, strlen(text));
}

void rsp_buf_printf(struct rsp_buf *buf, const char *fmt, ...)
{
    if (!room(buf, 0))
        return;
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    const size_t free_bytes = buf->capacity - buf->length;
    const int n = vsnprintf(buf->data + buf->length, free_bytes, fmt, args);
    const bool fits = n >= 0 && (size_t)n <= buf->max && buf->length <= buf->max - (size_t)n;
    if (!fits) {
        buf->data[buf->length] = '\0';
        buf->failed = true;
        buf->too_long = n >= 0;
    } else if ((size_t)n < free_bytes) {
        commit(buf, (size_t)n);
    } else if (grow(buf, (size_t)n)) {
        (void)vsnprintf(buf->data + buf->length, buf->capacity - buf->length, fmt, again);
        commit(buf, (size_t)n);
    } else {
        buf->data[buf->length] = '\0';
    }
    va_end(again);
    va_end(args);
}

static void add_decimal(struct rsp_buf *buf, double value, int significant_digits)
{
    if (!isfinite(value)) {
        rsp_buf_text(buf, isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
        return;
    }
    if (!room(buf, RSP_DECIMAL_TEXT))
        return;
    const struct rsp_decimal decimal =
        significant_digits > 0 ? rsp_decimal_rounded(value, significant_digits) : rsp_decimal_shortest(value);
    commit(buf, rsp_decimal_write(buf->data + buf->length, signbit(value) != 0, decimal));
}

void rsp_buf_double(struct rsp_buf *buf, double value)
{
    add_decimal(buf, value, 0);
}

void rsp_buf_fixed(struct rsp_buf *buf, double value, int significant_digits)
{
    add_decimal(buf, value, significant_digits < 1 ? 1 : significant_digits);
}
