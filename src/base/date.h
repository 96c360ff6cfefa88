/** Calendar dates without a clock: the clock is read in app/ only. */
#ifndef RSP_BASE_DATE_H
#define RSP_BASE_DATE_H

#include <stdbool.h>

#include <respite/status.h>

/** Proleptic Gregorian day number; 0 is 1970-01-01. */
struct rsp_date {
    long day;
};

/** Day number of a day of the calendar, of any year. */
long rsp_date_number(long year, int month, int day);
/** Year of a day. */
long rsp_date_year(struct rsp_date date);
/** Parse "2026-11-22" (only that form; impossible dates refused). */
RSP_CHECKED rsp_status rsp_date_parse(const char *text, struct rsp_date *date, struct rsp_error *err);
/** "2026-11-22"; buffer of at least 16. */
void rsp_date_format(struct rsp_date date, char *text, size_t size);
/** "22 Nov 2026"; buffer of at least 16. */
void rsp_date_format_long(struct rsp_date date, char *text, size_t size);

/** A moment as somebody wrote it: the wall clock's day and hour, and its distance from UTC when that was given. */
struct rsp_date_time {
    struct rsp_date date;
    double hour_h; /**< after midnight, [0, 24); 0 when no time was given */
    bool has_time, has_offset;
    int offset_min; /**< wall clock minus UTC; 0 unless has_offset */
};

/** Parse "2026-11-22", "2026-11-22T20:05" or "2026-11-22 20:05", with optional seconds and an optional offset
 * from UTC: "Z", "+01:00" (at most 14 h). Impossible dates and times are refused. */
RSP_CHECKED rsp_status rsp_date_time_parse(
    const char *text, struct rsp_date_time *moment, struct rsp_error *err);
/** Hours since 1970-01-01 00:00 of the wall clock, or of UTC when `utc` and an offset was given. */
double rsp_date_time_hours(const struct rsp_date_time *moment, bool utc);
/** Completed years between birth and a day. */
int rsp_date_age_y(struct rsp_date birth, struct rsp_date on);

#endif
