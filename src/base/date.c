#include "base/date.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool leap(long year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(long year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && leap(year));
}

/* Years are counted from March, so that the leap day comes last. */
long rsp_date_number(long year, int month, int day)
{
    const long y = month <= 2 ? year - 1 : year;
    const long era = (y >= 0 ? y : y - 399) / 400;
    const long year_of_era = y - era * 400;
    const long day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const long day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct civil {
    long year;
    int month, day;
};

static struct civil civil_of(long day)
{
    const long z = day + 719468;
    const long era = (z >= 0 ? z : z - 146096) / 146097;
    const long day_of_era = z - era * 146097;
    const long year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const long march_month = (5 * day_of_year + 2) / 153;
    const int month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
    return (struct civil){
        year_of_era + era * 400 + (month <= 2), month, (int)(day_of_year - (153 * march_month + 2) / 5 + 1)};
}

long rsp_date_year(struct rsp_date date)
{
    return civil_of(date.day).year;
}

static bool digits(const char *text, int n, int *value)
{
    *value = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *value = *value * 10 + (text[i] - '0');
    }
    return true;
}

enum { DATE_LENGTH = 10 };

static bool date_digits(const char *text, int *year, int *month, int *day)
{
    return digits(text, 4, year) && text[4] == '-' && digits(text + 5, 2, month) && text[7] == '-' &&
           digits(text + 8, 2, day);
}

rsp_status rsp_date_parse(const char *text, struct rsp_date *date, struct rsp_error *err)
{
    int year = 0, month = 0, day = 0;
    if (!date_digits(text, &year, &month, &day) || text[DATE_LENGTH] != '\0')
        return rsp_error_set(
            err, RSP_E_SYNTAX, "", "'%.40s' is not a date; write year, month and day as 2026-11-22", text);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return rsp_error_set(err, RSP_E_DOMAIN, "", "there is no day %.40s in the calendar", text);
    date->day = rsp_date_number(year, month, day);
    return RSP_OK;
}

/* "20:05" or "20:05:30"; *text moves behind it. */
static bool clock_digits(const char **text, double *hour_h)
{
    const char *c = *text;
    int hour = 0, minute = 0, second = 0;
    if (!digits(c, 2, &hour) || c[2] != ':' || !digits(c + 3, 2, &minute))
        return false;
    c += 5;
    if (*c == ':') {
        if (!digits(c + 1, 2, &second))
            return false;
        c += 3;
    }
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    *hour_h = hour + minute / 60.0 + second / 3600.0;
    *text = c;
    return true;
}

/* "", "Z" or "+01:00" up to the end of the text. */
static bool offset_digits(const char *text, struct rsp_date_time *moment)
{
    enum { MOST_H = 14, MIN_PER_H = 60 };
    int hour = 0, minute = 0;
    if (*text == '\0')
        return true;
    moment->has_offset = true;
    if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
        return true;
    if ((*text != '+' && *text != '-') || !digits(text + 1, 2, &hour) || text[3] != ':' ||
        !digits(text + 4, 2, &minute) || text[6] != '\0' || hour > MOST_H || minute > 59)
        return false;
    moment->offset_min = (*text == '-' ? -1 : 1) * (hour * MIN_PER_H + minute);
    return true;
}

rsp_status rsp_date_time_parse(const char *text, struct rsp_date_time *moment, struct rsp_error *err)
{
    struct rsp_date_time read = {.has_time = false};
    char day[DATE_LENGTH + 1];
    snprintf(day, sizeof day, "%s", text);
    const size_t length = strlen(text);
    const char mark = length > DATE_LENGTH ? text[DATE_LENGTH] : '\0';
    const char *clock = text + DATE_LENGTH + 1;
    if (mark == '\0')
        RSP_TRY(rsp_date_parse(text, &read.date, err));
    else if ((mark != 'T' && mark != 't' && mark != ' ') || rsp_date_parse(day, &read.date, NULL) != RSP_OK ||
             !clock_digits(&clock, &read.hour_h) || !offset_digits(clock, &read))
        return rsp_error_set(err, RSP_E_SYNTAX, "",
            "'%.40s' is not a day and time; write 2026-11-22T20:05, with +01:00 behind it for the distance "
            "from "
            "UTC",
            text);
    read.has_time = mark != '\0';
    *moment = read;
    return RSP_OK;
}

double rsp_date_time_hours(const struct rsp_date_time *moment, bool utc)
{
    const double wall_h = (double)moment->date.day * 24.0 + moment->hour_h;
    return utc ? wall_h - moment->offset_min / 60.0 : wall_h;
}

void rsp_date_format(struct rsp_date date, char *text, size_t size)
{
    const struct civil c = civil_of(date.day);
    (void)snprintf(text, size, "%04ld-%02d-%02d", c.year, c.month, c.day);
}

void rsp_date_format_long(struct rsp_date date, char *text, size_t size)
{
    static const char *const months[12] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const struct civil c = civil_of(date.day);
    (void)snprintf(text, size, "%d %s %ld", c.day, months[c.month - 1], c.year);
}

int rsp_date_age_y(struct rsp_date birth, struct rsp_date on)
{
    const struct civil b = civil_of(birth.day), o = civil_of(on.day);
    const bool before_birthday = o.month < b.month || (o.month == b.month && o.day < b.day);
    return (int)(o.year - b.year) - before_birthday;
}
