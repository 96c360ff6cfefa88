#include "suite.h"

#include <string.h>
#include <time.h>

#include "base/date.h"

static long day_of(const char *text)
{
    struct rsp_date date = {-1};
    ck_assert_msg(rsp_date_parse(text, &date, NULL) == RSP_OK, "%s", text);
    return date.day;
}

START_TEST(every_day_of_four_centuries_agrees_with_the_c_library)
{
    for (long day = -80000; day < 80000; day++) {
        const time_t seconds = (time_t)day * 86400;
        struct tm tm;
        ck_assert_ptr_nonnull(gmtime_r(&seconds, &tm));
        char expected[16], text[16];
        strftime(expected, sizeof expected, "%Y-%m-%d", &tm);
        rsp_date_format((struct rsp_date){day}, text, sizeof text);
        ck_assert_str_eq(text, expected);
        ck_assert_int_eq(day_of(text), day);
    }
}
END_TEST

START_TEST(impossible_and_oddly_written_dates_are_refused)
{
    static const struct {
        const char *text;
        rsp_status status;
    } rows[] = {{"2025-02-29", RSP_E_DOMAIN}, {"1900-02-29", RSP_E_DOMAIN}, {"2026-13-01", RSP_E_DOMAIN},
        {"2026-00-10", RSP_E_DOMAIN}, {"2026-04-31", RSP_E_DOMAIN}, {"2026-01-00", RSP_E_DOMAIN},
        {"0000-01-01", RSP_E_DOMAIN}, {"", RSP_E_SYNTAX}, {"2026", RSP_E_SYNTAX}, {"2026-1-1", RSP_E_SYNTAX},
        {"22.11.2026", RSP_E_SYNTAX}, {"11/22/2026", RSP_E_SYNTAX}, {"2026-11-22T10:00", RSP_E_SYNTAX},
        {"2026-11-22 ", RSP_E_SYNTAX}, {" 2026-11-22", RSP_E_SYNTAX}, {"2026/11/22", RSP_E_SYNTAX},
        {"-026-11-22", RSP_E_SYNTAX}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rsp_date date = {42};
        struct rsp_error e;
        ck_assert_msg(rsp_date_parse(rows[i].text, &date, &e) == rows[i].status, "%s", rows[i].text);
        ck_assert_int_eq(date.day, 42);
        ck_assert_uint_gt(strlen(e.message), 10);
    }
    ck_assert_int_eq(day_of("2000-02-29") - day_of("1999-02-28"), 366);
}
END_TEST

START_TEST(age_counts_completed_years)
{
    static const struct {
        const char *birth, *on;
        int age_y;
    } rows[] = {{"1980-06-15", "2026-06-14", 45}, {"1980-06-15", "2026-06-15", 46},
        {"2000-02-29", "2026-02-28", 25}, {"2000-02-29", "2026-03-01", 26}, {"2026-01-01", "2026-01-01", 0},
        {"2026-01-02", "2026-01-01", -1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_int_eq(
            rsp_date_age_y((struct rsp_date){day_of(rows[i].birth)}, (struct rsp_date){day_of(rows[i].on)}),
            rows[i].age_y);
}
END_TEST

START_TEST(a_date_for_people_names_the_month)
{
    char text[16];
    rsp_date_format_long((struct rsp_date){day_of("2026-11-22")}, text, sizeof text);
    ck_assert_str_eq(text, "22 Nov 2026");
    rsp_date_format_long((struct rsp_date){day_of("1970-01-01")}, text, sizeof text);
    ck_assert_str_eq(text, "1 Jan 1970");
}
END_TEST

START_TEST(moments_are_read_with_their_distance_from_utc)
{
    static const struct {
        const char *text;
        double wall_h, utc_h; /* after 2026-11-22 00:00 */
        bool has_time, has_offset;
    } rows[] = {{"2026-11-22", 0, 0, false, false}, {"2026-11-22T20:30", 20.5, 20.5, true, false},
        {"2026-11-22 20:30:36", 20.51, 20.51, true, false}, {"2026-11-22T00:30+01:00", 0.5, -0.5, true, true},
        {"2026-11-22T23:00-05:30", 23, 28.5, true, true}, {"2026-11-22T12:00Z", 12, 12, true, true}};
    const double day_h = (double)day_of("2026-11-22") * 24;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rsp_date_time m;
        ck_assert_msg(rsp_date_time_parse(rows[i].text, &m, NULL) == RSP_OK, "%s", rows[i].text);
        ck_assert_double_eq_tol(rsp_date_time_hours(&m, false) - day_h, rows[i].wall_h, 1e-9);
        ck_assert_double_eq_tol(rsp_date_time_hours(&m, true) - day_h, rows[i].utc_h, 1e-9);
        ck_assert(m.has_time == rows[i].has_time && m.has_offset == rows[i].has_offset);
    }
    static const char *const bad[] = {"", "2026-11-22T", "2026-11-22T24:00", "2026-11-22T10:60",
        "2026-11-22T10", "2026-11-22T10:00+1", "2026-11-22T10:00+15:00", "2026-02-30T10:00",
        "22.11.2026 10:00", "2026-11-22T10:00 Uhr", "2026-11-22X10:00", "2026-11-22T10:00:"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct rsp_date_time m = {.hour_h = 42};
        ck_assert_msg(rsp_date_time_parse(bad[i], &m, NULL) != RSP_OK, "%s", bad[i]);
        ck_assert_double_eq(m.hour_h, 42);
    }
}
END_TEST

RUN_TESTS("date", every_day_of_four_centuries_agrees_with_the_c_library,
    impossible_and_oddly_written_dates_are_refused, age_counts_completed_years,
    moments_are_read_with_their_distance_from_utc, a_date_for_people_names_the_month)
