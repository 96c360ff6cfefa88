/* Time stamps of HL7 v2. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "exchange/hl7.h"

enum { YEAR_DIGITS = 4, DAY_DIGITS = 8, ALL_DIGITS = 14, FRACTION_DIGITS = 4, MAX_TIME = 32 };
enum { MS_PER_S = 1000, S_PER_MIN = 60, MIN_PER_H = 60, H_PER_DAY = 24, MAX_OFFSET_H = 14 };

static rsp_status refuse(struct rsp_hl7_span span, struct rsp_error *err)
{
    return rsp_error_set(err, RSP_E_SYNTAX, "",
        "'%.*s' is no moment: write YYYYMMDDHHMMSS with the distance from UTC, 20261129174500+0100",
        (int)(span.n < MAX_TIME ? span.n : MAX_TIME), span.text);
}

static int number(const char *text, size_t n)
{
    enum { BASE = 10 };
    int value = 0;
    for (size_t i = 0; i < n; i++)
        value = value * BASE + (text[i] - '0');
    return value;
}

/* "+0100" at the end of the text, which is cut there. */
static bool read_zone(char *text, struct rsp_hl7_time *time)
{
    enum { ZONE_DIGITS = 4 };
    char *sign = strpbrk(text, "+-");
    if (sign == NULL)
        return true;
    if (strlen(sign + 1) != ZONE_DIGITS || strspn(sign + 1, "0123456789") != ZONE_DIGITS)
        return false;
    const int h = number(sign + 1, 2), min = number(sign + 3, 2);
    if (h > MAX_OFFSET_H || min >= MIN_PER_H || h * MIN_PER_H + min > MAX_OFFSET_H * MIN_PER_H)
        return false;
    time->has_zone = true;
    time->offset_min = (*sign == '-' ? -1 : 1) * (h * MIN_PER_H + min);
    *sign = '\0';
    return true;
}

static bool read_fraction(char *text, int *ms)
{
    char *point = strchr(text, '.');
    *ms = 0;
    if (point == NULL)
        return true;
    const size_t n = strlen(point + 1);
    if (point != text + ALL_DIGITS || n < 1 || n > FRACTION_DIGITS || strspn(point + 1, "0123456789") != n)
        return false;
    for (size_t i = 0; i < 3; i++) /* what lies beyond the millisecond is cut */
        *ms = *ms * 10 + (i < n ? point[1 + i] - '0' : 0);
    *point = '\0';
    return true;
}

/* The digits alone, an even number of them; what is not given is the beginning of the year, month, hour. */
static bool read_digits(const char *text, struct rsp_hl7_time *time)
{
    struct rsp_date date;
    char day[] = "0000-01-01";
    const size_t n = strlen(text);
    if (n < YEAR_DIGITS || n > ALL_DIGITS || n % 2 != 0 || strspn(text, "0123456789") != n)
        return false;
    memcpy(day, text, YEAR_DIGITS);
    if (n > YEAR_DIGITS)
        memcpy(day + 5, text + 4, 2);
    if (n >= DAY_DIGITS)
        memcpy(day + 8, text + 6, 2);
    const int h = n > 8 ? number(text + 8, 2) : 0, min = n > 10 ? number(text + 10, 2) : 0,
              s = n > 12 ? number(text + 12, 2) : 0;
    if (h >= H_PER_DAY || min >= MIN_PER_H || s >= S_PER_MIN || rsp_date_parse(day, &date, NULL) != RSP_OK)
        return false;
    time->digits = (int)n;
    time->wall_ms = ((((int64_t)date.day * H_PER_DAY + h) * MIN_PER_H + min) * S_PER_MIN + s) * MS_PER_S;
    return true;
}

rsp_status rsp_hl7_time_parse(struct rsp_hl7_span span, struct rsp_hl7_time *time, struct rsp_error *err)
{
    struct rsp_hl7_time read = {0};
    char text[MAX_TIME];
    int ms = 0;

    if (span.n == 0 || (span.n == 2 && memcmp(span.text, "\"\"", 2) == 0)) {
        *time = read;
        return RSP_OK;
    }
    if (span.n >= sizeof text || memchr(span.text, '\0', span.n) != NULL)
        return refuse(span, err);
    memcpy(text, span.text, span.n);
    text[span.n] = '\0';
    if (!read_zone(text, &read) || !read_fraction(text, &ms))
        return refuse(span, err);
    if (strspn(text, "0") == strlen(text) && text[0] != '\0') { /* a device without a clock */
        *time = (struct rsp_hl7_time){0};
        return RSP_OK;
    }
    if (!read_digits(text, &read))
        return refuse(span, err);
    read.wall_ms += ms;
    /* the first moment of 1970, there or in UTC, is a clock at zero */
    read.given = read.wall_ms != 0 && read.wall_ms != (int64_t)read.offset_min * S_PER_MIN * MS_PER_S;
    *time = read.given ? read : (struct rsp_hl7_time){0};
    return RSP_OK;
}

void rsp_hl7_time_write(int64_t at_ms, char text[RSP_HL7_TIME])
{
    enum { MS_PER_DAY = 86400000 };
    char day[16];
    int64_t ms = at_ms % MS_PER_DAY;
    if (ms < 0)
        ms += MS_PER_DAY;
    rsp_date_format((struct rsp_date){(long)((at_ms - ms) / MS_PER_DAY)}, day, sizeof day);
    const int s = (int)(ms / MS_PER_S);
    snprintf(text, RSP_HL7_TIME, "%.4s%.2s%.2s%02d%02d%02d.%03d+0000", day, day + 5, day + 8,
        s / (S_PER_MIN * MIN_PER_H), s / S_PER_MIN % MIN_PER_H, s % S_PER_MIN, (int)(ms % MS_PER_S));
}
