#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "store/store_internal.h"

#define US_A_MINUTE INT64_C(60000000)
/* 1900 to 2200: no clinic enters anything outside, and every year has four digits. */
#define FIRST_US INT64_C(-2208988800000000)
#define LAST_US  INT64_C(7258118400000000)
enum { MAX_OFFSET_MIN = 840, MINUTES_A_DAY = 1440, MAX_ZONE = 63 };

rsp_status rsp_stamp_check(const struct rsp_stamp *stamp, struct rsp_error *err)
{
    if (stamp->at_us < FIRST_US || stamp->at_us >= LAST_US)
        return rsp_error_set(err, RSP_E_DOMAIN, "when", "the instant is outside the years 1900 to 2199");
    if (stamp->offset_min < -MAX_OFFSET_MIN || stamp->offset_min > MAX_OFFSET_MIN)
        return rsp_error_set(err, RSP_E_DOMAIN, "when",
            "local time is %d minutes from UTC; at most %d are possible", stamp->offset_min, MAX_OFFSET_MIN);
    const size_t length = stamp->zone != NULL ? strlen(stamp->zone) : 0;
    if (length == 0 || length > MAX_ZONE)
        return rsp_error_set(
            err, RSP_E_MISSING, "when", "the name of the time zone is expected: Europe/Zurich");
    for (size_t i = 0; i < length; i++)
        if (stamp->zone[i] < '!' || stamp->zone[i] > '~')
            return rsp_error_set(
                err, RSP_E_SYNTAX, "when", "the name of the time zone has a character that no zone has");
    return RSP_OK;
}

void rsp_stamp_wall(const struct rsp_stamp *stamp, char wall[RSP_WALL])
{
    const int64_t local_us = stamp->at_us + stamp->offset_min * US_A_MINUTE;
    const int64_t second = local_us / 1000000 - (local_us % 1000000 < 0);
    const int64_t minute = second / 60 - (second % 60 < 0);
    const int64_t day = minute / MINUTES_A_DAY - (minute % MINUTES_A_DAY < 0);
    const unsigned in_day = (unsigned)(minute - day * MINUTES_A_DAY),
                   in_minute = (unsigned)(second - minute * 60);
    const unsigned offset = (unsigned)(stamp->offset_min < 0 ? -stamp->offset_min : stamp->offset_min);
    char date[16];

    rsp_date_format((struct rsp_date){(long)day}, date, sizeof date);
    (void)snprintf(wall, RSP_WALL, "%.10sT%02u:%02u:%02u%c%02u:%02u", date, in_day / 60 % 24, in_day % 60,
        in_minute % 60, stamp->offset_min < 0 ? '-' : '+', offset / 60 % 24, offset % 60);
}
