/* Alarms from values of more than one source: two devices, finger instead of electrocardiogram, a person beside a
 * monitor, and what a network held back. */
#include "session_support.h"

#include <math.h>

#include "session/alarm.h"

enum { MOST = 2000 };
static const double T0 = 1796000000;

static struct rsp_rulebook *book;
static struct rsp_alarm_config config;
static struct rsp_alarms alarms;
static struct rsp_alarm_input input;
static struct rsp_vital_sample sample[MOST];

static const struct rsp_signed_limit shipped[] = {{"sbp_twice_mmhg", 180}, {"dbp_twice_mmhg", 110},
    {"sbp_once_mmhg", 200}, {"dbp_once_mmhg", 120}, {"hr_high_per_min", 120}, {"spo2_low_pct", 92},
    {"rr_low_per_min", 8}, {"hr_low_per_min", 45}, {"sbp_low_mmhg", 90}};

static void open_book(void)
{
    double baseline[RSP_N_VITAL];
    struct rsp_error err = {0};
    input = (struct rsp_alarm_input){.now_s = T0, .sample = sample};
    for (int v = 0; v < RSP_N_VITAL; v++)
        baseline[v] = input.watched_since_s[v] = NAN;
    ck_assert_msg(rsp_rulebook_shipped(&book, &err) == RSP_OK, "%s", err.message);
    ck_assert_msg(rsp_alarm_config_make(
                      book, sizeof shipped / sizeof *shipped, shipped, baseline, &config, &err) == RSP_OK,
        "%s", err.message);
    rsp_alarms_begin(&config, &alarms);
}

static void close_book(void)
{
    rsp_rulebook_free(book);
}

/* @param held_s  how long the network kept it */
static struct rsp_vital_sample *add(enum rsp_vital vital, double at_s, double value, double held_s)
{
    ck_assert_uint_lt(input.n_sample, MOST);
    struct rsp_vital_sample *made = &sample[input.n_sample++];
    *made = (struct rsp_vital_sample){.number = (int64_t)input.n_sample + 1,
        .vital = vital,
        .value = value,
        .device_s = T0 + at_s,
        .received_s = T0 + at_s + held_s};
    return made;
}

static void step(double at_s)
{
    input.now_s = T0 + at_s;
    rsp_alarms_step(&config, &alarms, &input, NULL);
}

static const struct rsp_alarm_record *of(const char *id)
{
    const size_t i = rsp_alarm_find(&config, id);
    ck_assert_msg(i < config.n, "%s", id);
    return &alarms.record[i];
}

START_TEST(a_pulse_of_the_finger_sounds_where_there_is_no_electrocardiogram)
{
    for (int s = 0; s < 300; s++) {
        add(RSP_VITAL_PULSE, s, 130 + s % 3, 0);
        step(s);
        ck_assert(!of("hr_high_per_min")->active);
    }
    add(RSP_VITAL_PULSE, 300, 131, 0);
    step(300);
    ck_assert(of("hr_high_per_min")->active);
    ck_assert_double_eq(of("hr_high_per_min")->value, 131);
    for (int s = 301; s < 320; s++) {
        add(RSP_VITAL_PULSE, s, 100 + s % 3, 0);
        step(s);
    }
    ck_assert(!of("hr_high_per_min")->active);
    add(RSP_VITAL_PULSE, 331, 170, 0);
    step(331);
    ck_assert_int_eq(of("hr_high_per_min")->priority, RSP_PRIORITY_HIGH); /* beyond 160, at once */
}
END_TEST

START_TEST(the_electrocardiogram_is_believed_before_the_finger)
{
    for (int s = 0; s < 400; s++) {
        add(RSP_VITAL_PULSE, s, 130 + s % 3, 0);
        add(RSP_VITAL_HR, s, 80 + s % 3, 0);
        step(s);
    }
    ck_assert(!of("hr_high_per_min")->active);
    for (int s = 400; s < 431; s++) { /* its leads are off */
        add(RSP_VITAL_PULSE, s, 130 + s % 3, 0);
        step(s);
    }
    ck_assert(of("hr_high_per_min")->active);
}
END_TEST

START_TEST(of_two_devices_that_speak_in_the_same_second_neither_is_lost)
{
    for (int order = 0; order < 2; order++) {
        input.n_sample = 0;
        rsp_alarms_begin(&config, &alarms);
        for (int s = 0; s < 60; s++) {
            add(RSP_VITAL_SPO2, s + 0.1, order == 0 ? 98 : 80, 0);
            add(RSP_VITAL_SPO2, s + 0.4, order == 0 ? 80 : 98, 0);
            step(s + 0.5);
        }
        ck_assert(of("spo2_low_pct")->active);
    }
}
END_TEST

START_TEST(what_a_person_measured_is_not_averaged_away)
{
    struct rsp_vital_series series;
    for (int s = 0; s < 30; s++)
        add(RSP_VITAL_SPO2, s, 97, 0);
    add(RSP_VITAL_SPO2, 29, 84, 0)->manual = true;
    rsp_vital_series_make(&config.vitals, RSP_VITAL_SPO2, input.n_sample, sample, T0 + 29, &series);
    ck_assert_double_eq(rsp_vital_current(&series).value, 84);
    step(29);
    ck_assert_int_eq(of("spo2_low_pct")->priority, RSP_PRIORITY_HIGH); /* below 85, at once */
    add(RSP_VITAL_SPO2, 30, 97, 0);
    rsp_vital_series_make(&config.vitals, RSP_VITAL_SPO2, input.n_sample, sample, T0 + 30, &series);
    ck_assert_double_eq(rsp_vital_current(&series).value, 97);
    step(30);
    ck_assert(of("spo2_low_pct")->latched);
}
END_TEST

START_TEST(what_was_over_before_it_arrived_waits_to_be_seen)
{
    step(0);
    add(RSP_VITAL_SBP, 10, 205, 120); /* held back by the network, as the one after it */
    add(RSP_VITAL_SBP, 100, 140, 30);
    step(129);
    ck_assert(!of("sbp_once_mmhg")->latched);
    step(130);
    ck_assert(of("sbp_once_mmhg")->latched);
    ck_assert_double_eq(of("sbp_once_mmhg")->worst, 205);
    ck_assert_double_eq(of("sbp_once_mmhg")->onset_s, T0 + 10);
}
END_TEST

START_TEST(a_low_saturation_that_the_network_held_back_waits_to_be_seen_if_it_lasted)
{
    for (int low_s = 10; low_s <= 60; low_s += 50) { /* 15 s sound; the median takes up to ten more */
        input.n_sample = 0;
        rsp_alarms_begin(&config, &alarms);
        step(0);
        for (int s = 1; s <= 120; s++)
            add(RSP_VITAL_SPO2, s, s > 20 && s <= 20 + low_s ? 88 : 97, 121 - s);
        step(120);
        ck_assert(!of("spo2_low_pct")->latched && !of("spo2_low_pct")->active);
        step(121);
        ck_assert(of("spo2_low_pct")->latched == (low_s > 30));
        step(122);
        ck_assert(of("spo2_low_pct")->number == (low_s > 30)); /* once */
    }
}
END_TEST

START_TEST(what_was_seen_before_it_worsened_was_not_seen)
{
    for (int s = 0; s < 60; s++) {
        add(RSP_VITAL_SPO2, s, 90, 0);
        step(s);
    }
    ck_assert(of("spo2_low_pct")->active);
    ck_assert_int_eq(rsp_alarm_acknowledge(&config, &alarms, "spo2_low_pct", "nurse", T0 + 60, NULL), RSP_OK);
    for (int s = 61; s < 100; s++) {
        add(RSP_VITAL_SPO2, s, s < 80 ? 82 : 97, 0);
        step(s);
    }
    ck_assert(of("spo2_low_pct")->latched);
    ck_assert_double_eq(of("spo2_low_pct")->worst, 82);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_pulse_of_the_finger_sounds_where_there_is_no_electrocardiogram,
        the_electrocardiogram_is_believed_before_the_finger,
        of_two_devices_that_speak_in_the_same_second_neither_is_lost,
        what_a_person_measured_is_not_averaged_away, what_was_over_before_it_arrived_waits_to_be_seen,
        a_low_saturation_that_the_network_held_back_waits_to_be_seen_if_it_lasted,
        what_was_seen_before_it_worsened_was_not_seen};
    return run_tests_with("session sources", sizeof tests / sizeof *tests, tests, open_book, close_book);
}
