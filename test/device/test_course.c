/* What a simulated patient and pump follow: by hand, on straight lines. */
#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/device/scenario.h"
#include "exchange/observed.h"

static const char said[] = "{\"asked_s\": 1000, \"rate_ml_per_h\": 60, \"given_ml\": 5, \"forecast\": "
                           "{\"begun_s\": 400, \"from_h\": 0,"
                           " \"sbp_rise\": {\"time_min\": [0, 10, 20], \"p05\": [0, 0, 0], \"p25\": [0, 10, "
                           "5], \"p50\": [0, 20, 10],"
                           " \"p75\": [0, 30, 15], \"p95\": [0, 50, 25]}, \"dissociation\": null,"
                           " \"level\": {\"time_min\": [0, 10], \"p05\": null, \"p25\": null, \"p50\": [0, "
                           "100], \"p75\": null, \"p95\": null}}}";

static rsp_status read(const char *text, struct rsp_device_course *course, struct rsp_error *err)
{
    json_t *json = text != NULL ? json_loads(text, 0, NULL) : NULL;
    const rsp_status status = rsp_device_course_read(json, course, err);
    json_decref(json);
    return status;
}

static const struct {
    enum rsp_follow what;
    double percentile, unix_s, is;
} place[] = {
    {RSP_FOLLOW_SBP_RISE, 50, 400 + 300, 10}, /* half of the way up */
    {RSP_FOLLOW_SBP_RISE, 60, 400 + 600, 24}, /* two fifths of the way from 20 to 30 */
    {RSP_FOLLOW_SBP_RISE, 5, 400 + 600, 0},
    {RSP_FOLLOW_SBP_RISE, 95, 400 + 1200, 25}, /* the last moment that is foretold */
    {RSP_FOLLOW_SBP_RISE, 85, 400 + 900, 30},  /* half of the way down, half of the way between */
    {RSP_FOLLOW_SBP_RISE, 50, 399, 0},
    {RSP_FOLLOW_SBP_RISE, 50, 400 + 1201, 0},
    {RSP_FOLLOW_DISSOCIATION, 50, 400 + 600, 0}, /* not foretold */
    {RSP_FOLLOW_LEVEL, 95, 400 + 60, 10},        /* the middle, where there are no bands */
    {RSP_FOLLOW_RATE, 50, 1060, 60},
    {RSP_FOLLOW_VOLUME, 50, 1060, 6},
    {RSP_FOLLOW_VOLUME, 50, 1000, 5},
};

START_TEST(a_place_in_the_bands_is_followed)
{
    struct rsp_device_course course;
    struct rsp_error err = {0};
    ck_assert_int_eq(read(said, &course, &err), RSP_OK);
    for (size_t i = 0; i < sizeof place / sizeof place[0]; i++)
        ck_assert_double_eq_tol(
            rsp_device_course_at(&course, place[i].what, place[i].percentile, place[i].unix_s), place[i].is,
            1e-9);
    rsp_device_course_clear(&course);
}
END_TEST

START_TEST(what_is_not_foretold_in_the_middle_of_a_curve_is_not_followed_there)
{
    static const char broken[] =
        "{\"forecast\": {\"begun_s\": 0, \"level\": {\"time_min\": [0, 1, 2], \"p50\": [10, null, 30]}}}";
    struct rsp_device_course course;
    struct rsp_error err = {0};
    ck_assert_msg(read(broken, &course, &err) == RSP_OK, "%s", err.message);
    ck_assert_double_eq(rsp_device_course_at(&course, RSP_FOLLOW_LEVEL, 50, 30), 0);
    ck_assert_double_eq(rsp_device_course_at(&course, RSP_FOLLOW_LEVEL, 50, 120), 0);
    rsp_device_course_clear(&course);
}
END_TEST

START_TEST(without_a_session_nothing_is_given_and_nothing_rises)
{
    struct rsp_device_course course;
    struct rsp_error err = {0};
    ck_assert_int_eq(read(NULL, &course, &err), RSP_OK);
    for (int what = 0; what < RSP_N_FOLLOW; what++)
        ck_assert_double_eq(rsp_device_course_at(&course, (enum rsp_follow)what, 50, 1000), 0);
    rsp_device_course_clear(&course);
}
END_TEST

START_TEST(a_curve_that_is_none_is_refused)
{
    static const char *const wrong[] = {
        "{\"forecast\": {\"sbp_rise\": {\"time_min\": [0, 1], \"p50\": [1]}}}",
        "{\"forecast\": {\"sbp_rise\": {\"time_min\": [0, 1]}}}",
        "{\"forecast\": {\"level\": {\"time_min\": [0, \"a\"], \"p50\": [1, 2]}}}",
        "{\"forecast\": {\"level\": {\"time_min\": 3, \"p50\": [1, 2]}}}",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct rsp_device_course course;
        struct rsp_error err = {0};
        ck_assert_msg(read(wrong[i], &course, &err) == RSP_E_SYNTAX, "%s", wrong[i]);
        ck_assert_str_ne(err.message, "");
        ck_assert_ptr_null(course.curve[0].time_s);
        ck_assert_ptr_null(course.curve[RSP_FOLLOW_LEVEL].time_s);
    }
}
END_TEST

static const char scene[] =
    "name: t\npatient: P1\nlength: 20 min\ndevices:\n"
    "  - id: M\n    kind: monitor\n    every: 1 min\n    signs:\n"
    "      systolic: {trend: {0 min: 120}, follows: {of: sbp_rise, percentile: 75}}\n"
    "      diastolic: {trend: {0 min: 70}, follows: {of: sbp_rise, percentile: 75, times: 0.5}}\n"
    "  - id: P\n    kind: pump\n    every: 1 min\n    signs:\n"
    "      pump_rate: {follows: {of: rate}}\n      pump_volume: {follows: {of: volume}}\n";

static double shown(const struct rsp_scenario_message *message, enum rsp_observed_sign sign)
{
    struct rsp_observed_list list = {0};
    struct rsp_hl7 *hl7 = NULL;
    struct rsp_error err = {0};
    double value = NAN;
    ck_assert_msg(
        rsp_hl7_parse(message->text.data, message->text.length, &hl7, &err) == RSP_OK, "%s", err.message);
    ck_assert_msg(rsp_observed_read(hl7, &list, &err) == RSP_OK, "%s", err.message);
    for (size_t i = 0; i < list.n; i++)
        if (list.row[i].sign == sign)
            value = list.row[i].value;
    rsp_observed_free(&list);
    rsp_hl7_free(hl7);
    return value;
}

START_TEST(devices_show_what_they_follow_and_without_it_their_trend)
{
    struct rsp_device_course course;
    struct rsp_scenario *scenario = NULL;
    struct rsp_scenario_play play;
    struct rsp_scenario_message message;
    struct rsp_error err = {0};
    ck_assert_int_eq(read(said, &course, &err), RSP_OK);
    ck_assert_msg(
        rsp_scenario_parse(scene, strlen(scene), "s.yaml", &scenario, &err) == RSP_OK, "%s", err.message);
    for (int follows = 0; follows < 2; follows++) {
        int n = 0;
        rsp_scenario_begin(&play, scenario, 1, 400000); /* the scenario begins with the infusion */
        play.course = follows ? &course : NULL;
        while (rsp_scenario_next(&play, &message)) {
            if (message.at_ms == 600000) {
                ck_assert(rsp_scenario_write(&play, &message));
                if (message.device == 0) {
                    ck_assert_double_eq(shown(&message, RSP_OBSERVED_SYSTOLIC), follows ? 150 : 120);
                    ck_assert_double_eq(shown(&message, RSP_OBSERVED_DIASTOLIC), follows ? 85 : 70);
                } else {
                    ck_assert_double_eq(shown(&message, RSP_OBSERVED_PUMP_RATE), follows ? 60 : 0);
                    ck_assert_double_eq(shown(&message, RSP_OBSERVED_PUMP_VOLUME), follows ? 5 : 0);
                }
                rsp_buf_free(&message.text);
                n++;
            }
        }
        ck_assert_int_eq(n, 2);
    }
    rsp_scenario_free(scenario);
    rsp_device_course_clear(&course);
}
END_TEST

RUN_TESTS("course", a_place_in_the_bands_is_followed,
    what_is_not_foretold_in_the_middle_of_a_curve_is_not_followed_there,
    without_a_session_nothing_is_given_and_nothing_rises, a_curve_that_is_none_is_refused,
    devices_show_what_they_follow_and_without_it_their_trend)
