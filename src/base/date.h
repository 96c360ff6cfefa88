/** Calendar dates without a clock: the clock is read in app/ only. */
#ifndef RSP_BASE_DATE_H
#define RSP_BASE_DATE_H

#include <respite/status.h>

/** Proleptic Gregorian day number; 0 is 1970-01-01. */
struct rsp_date {
    long day;
};

/** Parse "2026-11-22" (only that form; impossible dates refused). */
RSP_CHECKED rsp_status rsp_date_parse(const char *text, struct rsp_date *date, struct rsp_error *err);
/** "2026-11-22"; buffer of at least 16. */
void rsp_date_format(struct rsp_date date, char *text, size_t size);
/** "22 Nov 2026"; buffer of at least 16. */
void rsp_date_format_long(struct rsp_date date, char *text, size_t size);
/** Completed years between birth and a day. */
int rsp_date_age_y(struct rsp_date birth, struct rsp_date on);

#endif
