/* Wall clocks: what the calendar says of clock changes, and every hour of ten years against the C library. */
#include "suite.h"

#include <stdlib.h>
#include <time.h>

#include "base/date.h"
#include "base/zone.h"

static int64_t wall(const char *text)
{
    struct rsp_date_time moment;
    ck_assert_int_eq(rsp_date_time_parse(text, &moment, NULL), RSP_OK);
    return (int64_t)(rsp_date_time_hours(&moment, false) * 3600 + 0.5);
}

static struct rsp_zone *load(const char *name)
{
    struct rsp_zone *zone = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_zone_load(name, &zone, &err) == RSP_OK, "%s", err.message);
    return zone;
}

START_TEST(zurich_skips_an_hour_in_march_and_repeats_one_in_october)
{
    struct rsp_zone *zone = load("Europe/Zurich");
    int64_t at_s[2];
    ck_assert_int_eq(rsp_zone_instants(zone, wall("2027-03-28T02:30"), at_s), 0);
    ck_assert_int_eq(rsp_zone_instants(zone, wall("2027-03-28T03:00"), at_s), 1);
    ck_assert_int_eq(at_s[0], wall("2027-03-28T01:00"));
    ck_assert_int_eq(rsp_zone_instants(zone, wall("2026-10-25T02:30"), at_s), 2);
    ck_assert_int_eq(at_s[0], wall("2026-10-25T00:30"));
    ck_assert_int_eq(at_s[1], wall("2026-10-25T01:30"));
    ck_assert_int_eq(rsp_zone_offset_s(zone, wall("2026-12-01T08:00")), 3600);
    ck_assert_int_eq(rsp_zone_offset_s(zone, wall("2026-07-01T08:00")), 7200);
    rsp_zone_free(zone);
}
END_TEST

START_TEST(new_york_changes_on_other_days_and_is_behind)
{
    struct rsp_zone *zone = load("America/New_York");
    int64_t at_s[2];
    ck_assert_int_eq(rsp_zone_instants(zone, wall("2027-03-14T02:30"), at_s), 0);
    ck_assert_int_eq(rsp_zone_instants(zone, wall("2026-11-01T01:30"), at_s), 2);
    ck_assert_int_eq(at_s[0], wall("2026-11-01T05:30"));
    ck_assert_int_eq(at_s[1], wall("2026-11-01T06:30"));
    rsp_zone_free(zone);
}
END_TEST

/* The rule alone holds where the file ends: 2060 lies behind every change that a file lists. */
START_TEST(the_rule_goes_on_after_the_last_change_of_the_file)
{
    struct rsp_zone *zone = load("Europe/Zurich"), *rule = load("CET-1CEST,M3.5.0,M10.5.0/3");
    for (int64_t at_s = wall("2060-01-01"); at_s < wall("2061-01-01"); at_s += 1800)
        ck_assert_int_eq(rsp_zone_offset_s(zone, at_s), rsp_zone_offset_s(rule, at_s));
    ck_assert_int_eq(rsp_zone_offset_s(rule, wall("2060-07-01")), 7200);
    rsp_zone_free(zone);
    rsp_zone_free(rule);
}
END_TEST

START_TEST(every_hour_of_fifteen_years_agrees_with_the_c_library)
{
    static const char *const name[] = {"Europe/Zurich", "America/New_York", "Australia/Lord_Howe",
        "Asia/Kathmandu", "Africa/Casablanca", "America/Sao_Paulo", "Pacific/Chatham", "Europe/Dublin"};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        struct rsp_zone *zone = load(name[i]);
        ck_assert_int_eq(setenv("TZ", name[i], 1), 0);
        tzset();
        for (int64_t at_s = wall("2015-01-01"); at_s < wall("2030-01-01"); at_s += 3600) {
            struct tm local;
            int64_t back_s[2];
            const time_t at = (time_t)at_s;
            ck_assert_ptr_nonnull(localtime_r(&at, &local));
            const long offset_s = rsp_zone_offset_s(zone, at_s);
            ck_assert_msg(offset_s == local.tm_gmtoff, "%s at %lld", name[i], (long long)at_s);
            const int n = rsp_zone_instants(zone, at_s + offset_s, back_s);
            ck_assert_msg(n >= 1 && (back_s[0] == at_s || back_s[n - 1] == at_s), "%s at %lld", name[i],
                (long long)at_s);
        }
        rsp_zone_free(zone);
    }
}
END_TEST

START_TEST(what_is_no_zone_is_refused)
{
    static const char *const bad[] = {"Europe/Atlantis", "../../etc/passwd", "/etc/localtime", "", "zone.tab",
        "CET-1CEST", "CET-1CEST,M13.5.0,M10.5.0", "C3", "CET-1CEST,M3.5.0,M10.5.0/3x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rsp_zone *zone = NULL;
        struct rsp_error err = {0};
        ck_assert_msg(rsp_zone_load(bad[i], &zone, &err) == RSP_E_UNKNOWN, "%s", bad[i]);
        ck_assert_ptr_null(zone);
        ck_assert_msg(err.message[0] != '\0', "%s", bad[i]);
    }
}
END_TEST

RUN_TESTS("zone", zurich_skips_an_hour_in_march_and_repeats_one_in_october,
    new_york_changes_on_other_days_and_is_behind, the_rule_goes_on_after_the_last_change_of_the_file,
    every_hour_of_fifteen_years_agrees_with_the_c_library, what_is_no_zone_is_refused)
