/* Moments as written in a diary. */
#include <respite/diary.h>
#include <respite/units.h>

#include "base/date.h"

rsp_status rsp_moment_parse(const char *text, struct rsp_moment *moment, struct rsp_error *err)
{
    struct rsp_date_time read;
    if (rsp_date_time_parse(text, &read, NULL) != RSP_OK || !read.has_time)
        return rsp_error_set(err, RSP_E_SYNTAX, "date_time",
            "'%.40s' is no day and time; write 2026-11-20T20:00+01:00, or 2026-11-20T20:00 for local time",
            text);
    *moment = (struct rsp_moment){.local_day = read.date.day,
        .local_h = read.hour_h,
        .zoned = read.has_offset,
        .utc_offset_h = read.offset_min * RSP_H_PER_MIN};
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
