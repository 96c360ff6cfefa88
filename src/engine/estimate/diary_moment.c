/* Moments as written in a diary. */
#include <string.h>

#include <respite/diary.h>
#include <respite/units.h>

#include "base/date.h"

enum { DATE_LENGTH = 10, LARGEST_OFFSET_H = 14 };

static rsp_status refuse(const char *text, struct rsp_error *err)
{
    return rsp_error_set(err, RSP_E_SYNTAX, "date_time",
        "'%.40s' is no day and time; write 2026-11-20T20:00+01:00, or 2026-11-20T20:00 for local time", text);
}

static bool two(const char *text, int most, int *value)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    *value = (text[0] - '0') * 10 + (text[1] - '0');
    return *value <= most;
}

/* "HH:MM" or "HH:MM:SS". @return the rest, NULL when it is none. */
static const char *clock_of(const char *at, double *hour_h)
{
    int hour = 0, minute = 0, second = 0;
    if (!two(at, 23, &hour) || at[2] != ':' || !two(at + 3, 59, &minute))
        return NULL;
    at += 5;
    if (at[0] == ':') {
        if (!two(at + 1, 59, &second))
            return NULL;
        at += 3;
    }
    *hour_h = hour + minute * RSP_H_PER_MIN + second * RSP_H_PER_MIN / 60.0;
    return at;
}

static bool offset_of(const char *at, struct rsp_moment *moment)
{
    int hour = 0, minute = 0;
    moment->zoned = at[0] != '\0';
    moment->utc_offset_h = 0.0;
    if (!moment->zoned || strcmp(at, "Z") == 0)
        return true;
    if ((at[0] != '+' && at[0] != '-') || !two(at + 1, LARGEST_OFFSET_H, &hour) || at[3] != ':' ||
        !two(at + 4, 59, &minute) || at[6] != '\0')
        return false;
    const double hours = hour + minute * RSP_H_PER_MIN;
    moment->utc_offset_h = at[0] == '-' ? -hours : hours;
    return true;
}

rsp_status rsp_moment_parse(const char *text, struct rsp_moment *moment, struct rsp_error *err)
{
    char day[DATE_LENGTH + 1] = "";
    struct rsp_date date;
    struct rsp_moment made = {0};
    if (strlen(text) <= DATE_LENGTH || (text[DATE_LENGTH] != 'T' && text[DATE_LENGTH] != ' '))
        return refuse(text, err);
    memcpy(day, text, DATE_LENGTH);
    if (rsp_date_parse(day, &date, NULL) != RSP_OK)
        return rsp_error_set(
            err, RSP_E_DOMAIN, "date_time", "'%.40s' begins with no day of the calendar", text);
    const char *rest = clock_of(text + DATE_LENGTH + 1, &made.local_h);
    if (rest == NULL || !offset_of(rest, &made))
        return refuse(text, err);
    made.local_day = date.day;
    *moment = made;
    return RSP_OK;
}

rsp_status rsp_moment_days(
    const struct rsp_moment *from, const struct rsp_moment *to, double *days, struct rsp_error *err)
{
    if (from->zoned != to->zoned)
        return rsp_error_set(err, RSP_E_MISMATCH, "date_time",
            "one moment has an offset from UTC (+01:00) and the other has none: write it with both or with "
            "neither");
    const double hours = (to->local_h - to->utc_offset_h) - (from->local_h - from->utc_offset_h);
    *days = (double)(to->local_day - from->local_day) + hours / RSP_H_PER_D;
    return RSP_OK;
}
