/* Alarms: each complaint that users of other systems filed is a test by name; then random hours against machines that
 * are written again in another form. */
#include "session_support.h"

#include <math.h>

#include "rules/preparing.h"
#include "session/alarm.h"

#ifdef RSP_SANITIZED
enum { MOST = 8000, RANDOM_HOURS = 12, RANDOM_PERSONS = 6 };
#else
enum { MOST = 8000, RANDOM_HOURS = 30, RANDOM_PERSONS = 20 };
#endif
static const double T0 = 1796000000; /* some day in 2026 */

static struct rsp_rulebook *book;
static struct rsp_alarm_config config;
static struct rsp_alarms alarms;
static struct rsp_alarm_input input;
static struct rsp_alarm_changes changes;
static struct rsp_vital_sample sample[MOST];

/* What the program ships, as signed. */
static const struct rsp_signed_limit shipped[] = {{"sbp_twice_mmhg", 180}, {"dbp_twice_mmhg", 110},
    {"sbp_once_mmhg", 200}, {"dbp_once_mmhg", 120}, {"hr_high_per_min", 120}, {"spo2_low_pct", 92},
    {"rr_low_per_min", 8}, {"hr_low_per_min", 45}, {"sbp_low_mmhg", 90}};
enum { N_SHIPPED = sizeof shipped / sizeof *shipped };

static void open_book(void)
{
    double baseline[RSP_N_VITAL];
    struct rsp_error err = {0};
    for (int v = 0; v < RSP_N_VITAL; v++)
        baseline[v] = NAN;
    baseline[RSP_VITAL_SBP] = 125;
    baseline[RSP_VITAL_DBP] = 75;
    ck_assert_msg(rsp_rulebook_shipped(&book, &err) == RSP_OK, "%s", err.message);
    ck_assert_msg(rsp_alarm_config_make(book, N_SHIPPED, shipped, baseline, &config, &err) == RSP_OK, "%s",
        err.message);
    rsp_alarms_begin(&config, &alarms);
    input = (struct rsp_alarm_input){.now_s = T0, .sample = sample};
    for (int v = 0; v < RSP_N_VITAL; v++)
        input.watched_since_s[v] = NAN;
}

static void close_book(void)
{
    rsp_rulebook_free(book);
}

static void add(enum rsp_vital vital, double at_s, double value)
{
    ck_assert_uint_lt(input.n_sample, MOST);
    sample[input.n_sample++] = (struct rsp_vital_sample){.number = (int64_t)input.n_sample + 1,
        .vital = vital,
        .value = value,
        .device_s = T0 + at_s,
        .received_s = T0 + at_s};
}

static void step(double at_s)
{
    input.now_s = T0 + at_s;
    rsp_alarms_step(&config, &alarms, &input, &changes);
}

/* From the second after the last step: a value each second. */
static double clock_s;
static void live(int seconds, enum rsp_vital vital, double value)
{
    for (int s = 0; s < seconds; s++) {
        clock_s++;
        add(vital, clock_s, value);
        step(clock_s);
    }
}

static void wait(int seconds)
{
    for (int s = 0; s < seconds; s++)
        step(++clock_s);
}

static struct rsp_alarm_record *of(const char *id)
{
    const size_t i = rsp_alarm_find(&config, id);
    ck_assert_msg(i < config.n, "%s", id);
    return &alarms.record[i];
}

static struct rsp_alarm_look look(const char *id)
{
    return rsp_alarm_look(of(id), T0 + clock_s);
}

static bool sounds(const char *id)
{
    return look(id).sounds;
}

static rsp_status pause_for(const char *id, double duration_s)
{
    return rsp_alarm_pause(&config, &alarms, id, duration_s, "nurse", T0 + clock_s, NULL);
}

static rsp_status acknowledge(const char *id)
{
    return rsp_alarm_acknowledge(&config, &alarms, id, "nurse", T0 + clock_s, NULL);
}

/* ---- the limits ---- */

START_TEST(a_session_needs_every_limit_signed_and_none_looser_than_the_rules)
{
    double baseline[RSP_N_VITAL] = {0};
    struct rsp_signed_limit limit[N_SHIPPED];
    struct rsp_error err = {0};
    struct rsp_alarm_config made = {.n = 77};
    ck_assert_int_eq(rsp_alarm_config_make(book, 0, NULL, baseline, &made, &err), RSP_E_MISSING);
    ck_assert_ptr_nonnull(strstr(err.message, "signed"));
    for (int i = 0; i < N_SHIPPED; i++) {
        const struct rsp_alarm *rule = rsp_rulebook_alarm(book, (size_t)i);
        memcpy(limit, shipped, sizeof limit);
        limit[i].value = rule->loosest + (rule->above ? 1 : -1);
        ck_assert_int_eq(rsp_alarm_config_make(book, N_SHIPPED, limit, baseline, &made, &err), RSP_E_LIMIT);
        ck_assert_str_eq(err.field, limit[i].id);
        limit[i].value = NAN;
        ck_assert_int_eq(rsp_alarm_config_make(book, N_SHIPPED, limit, baseline, &made, &err), RSP_E_MISSING);
        limit[i].value = rule->strictest;
        ck_assert_int_eq(rsp_alarm_config_make(book, N_SHIPPED, limit, baseline, &config, &err), RSP_OK);
    }
    ck_assert_uint_eq(made.n, 77); /* untouched */
}
END_TEST

START_TEST(pressure_once_over_its_limit_is_high_at_once_and_ends_clearly_inside)
{
    add(RSP_VITAL_SBP, 0, 200);
    step(0);
    ck_assert(!of("sbp_once_mmhg")->active); /* above, not at */
    add(RSP_VITAL_SBP, 60, 201);
    step(60);
    clock_s = 60;
    ck_assert(sounds("sbp_once_mmhg"));
    ck_assert_int_eq(of("sbp_once_mmhg")->priority, RSP_PRIORITY_HIGH);
    add(RSP_VITAL_SBP, 120, 197);
    step(120);
    ck_assert(of("sbp_once_mmhg")->active); /* hysteresis: no flutter at the limit */
    add(RSP_VITAL_SBP, 180, 195);
    step(180);
    ck_assert(!of("sbp_once_mmhg")->active);
}
END_TEST

START_TEST(pressure_twice_needs_two_readings_that_are_two)
{
    add(RSP_VITAL_SBP, 0, 185);
    step(0);
    ck_assert(!of("sbp_twice_mmhg")->active);
    const size_t i = rsp_alarm_find(&config, "sbp_twice_mmhg");
    struct rsp_vital_series series;
    rsp_vital_series_make(&config.vitals, RSP_VITAL_SBP, 1, sample, T0, &series);
    ck_assert_double_eq(rsp_alarm_judge(&config, i, &input, &series, false, false).repeat_by_s, T0 + 300);
    add(RSP_VITAL_SBP, 5, 185); /* the monitor repeats its last reading */
    step(5);
    ck_assert(!of("sbp_twice_mmhg")->active);
    add(RSP_VITAL_SBP, 150, 170);
    add(RSP_VITAL_SBP, 299, 182); /* one in between was lower: still twice within 5 minutes */
    step(299);
    ck_assert(of("sbp_twice_mmhg")->active);
    ck_assert_double_eq(of("sbp_twice_mmhg")->onset_s, T0);
    ck_assert_double_eq(of("sbp_twice_mmhg")->raised_s, T0 + 299);
}
END_TEST

START_TEST(pressure_twice_but_too_far_apart_is_not_twice)
{
    add(RSP_VITAL_DBP, 0, 115);
    add(RSP_VITAL_DBP, 301, 115);
    step(301);
    ck_assert(!of("dbp_twice_mmhg")->active);
    add(RSP_VITAL_DBP, 601, 115);
    step(601);
    ck_assert(of("dbp_twice_mmhg")->active);
}
END_TEST

START_TEST(heart_rate_sounds_after_its_minutes_or_at_once_when_critical)
{
    for (int s = 1; s <= 300; s++)
        live(1, RSP_VITAL_HR, 125 + s % 2);
    ck_assert(!of("hr_high_per_min")->active);
    live(1, RSP_VITAL_HR, 125);
    ck_assert(sounds("hr_high_per_min"));
    ck_assert_int_eq(of("hr_high_per_min")->priority, RSP_PRIORITY_MEDIUM);
    ck_assert_double_eq(of("hr_high_per_min")->onset_s, T0 + 1);
    size_t n_worse = 0;
    for (int i = 0; i < 20; i++) {
        live(1, RSP_VITAL_HR, 170);
        n_worse += changes.n == 1 && changes.change[0].kind == RSP_CHANGE_WORSENED;
    }
    ck_assert_uint_eq(n_worse, 1);
    ck_assert_int_eq(of("hr_high_per_min")->priority, RSP_PRIORITY_HIGH);
    live(20, RSP_VITAL_HR, 130);
    ck_assert_int_eq(of("hr_high_per_min")->priority, RSP_PRIORITY_MEDIUM);
    ck_assert_int_eq(of("hr_high_per_min")->highest, RSP_PRIORITY_HIGH);
    live(20, RSP_VITAL_HR, 100);
    ck_assert(!of("hr_high_per_min")->active);
}
END_TEST

/* With oxygen the saturation stays good for minutes after the last breath. */
START_TEST(who_breathes_too_slowly_or_not_at_all_is_an_alarm_whatever_the_saturation)
{
    live(60, RSP_VITAL_RR, 8);
    ck_assert(!of("rr_low_per_min")->active);
    live(40, RSP_VITAL_RR, 7);
    ck_assert(sounds("rr_low_per_min"));
    ck_assert_int_eq(of("rr_low_per_min")->priority, RSP_PRIORITY_MEDIUM);
    live(20, RSP_VITAL_RR, 0);
    ck_assert_int_eq(of("rr_low_per_min")->priority, RSP_PRIORITY_HIGH);
    live(40, RSP_VITAL_RR, 12);
    ck_assert(of("rr_low_per_min")->latched); /* nobody has seen it */
}
END_TEST

START_TEST(a_heart_that_slows_and_a_pressure_that_falls_are_alarms)
{
    live(30, RSP_VITAL_HR, 46);
    ck_assert(!of("hr_low_per_min")->active);
    live(30, RSP_VITAL_HR, 44);
    ck_assert(sounds("hr_low_per_min"));
    live(20, RSP_VITAL_HR, 0);
    ck_assert_int_eq(of("hr_low_per_min")->priority, RSP_PRIORITY_HIGH);
    ck_assert(!of("hr_high_per_min")->active);
    add(RSP_VITAL_SBP, clock_s, 89);
    add(RSP_VITAL_DBP, clock_s, 50);
    step(clock_s);
    ck_assert(sounds("sbp_low_mmhg"));
    ck_assert_int_eq(of("sbp_low_mmhg")->priority, RSP_PRIORITY_MEDIUM);
}
END_TEST

START_TEST(a_device_that_sends_ten_values_a_second_is_judged_over_the_same_minutes)
{
    for (int tenth = 0; tenth < 3200; tenth++) {
        add(RSP_VITAL_HR, tenth / 10.0, 125 + tenth / 10 % 2);
        if (tenth % 50 != 0)
            continue;
        step(tenth / 10.0);
        ck_assert_int_eq(of("hr_high_per_min")->active, tenth >= 3000);
    }
}
END_TEST

START_TEST(a_rise_over_the_baseline_is_what_trials_called_a_surge)
{
    add(RSP_VITAL_SBP, 0, 165);
    add(RSP_VITAL_DBP, 0, 100);
    step(0);
    ck_assert(!of("sbp_rise_mmhg")->active && !of("dbp_rise_mmhg")->active);
    add(RSP_VITAL_SBP, 60, 166);
    add(RSP_VITAL_DBP, 60, 101);
    step(60);
    ck_assert(of("sbp_rise_mmhg")->active && of("dbp_rise_mmhg")->active);
    ck_assert_int_eq(of("sbp_rise_mmhg")->priority, RSP_PRIORITY_LOW);
}
END_TEST

/* ---- complaints, by the threads in which they were filed ---- */

/* nightscout/cgm-remote-monitor 8194 and 8231: a snooze that the next low reading ended */
START_TEST(a_snooze_outlasts_new_samples_and_a_new_alarm_of_its_condition)
{
    live(30, RSP_VITAL_SPO2, 90);
    ck_assert(sounds("spo2_low_pct"));
    ck_assert_int_eq(pause_for("spo2_low_pct", 300), RSP_OK);
    for (int s = 0; s < 100; s++)
        live(1, RSP_VITAL_SPO2, 89 + s % 3);
    ck_assert(!sounds("spo2_low_pct"));
    const int64_t first = of("spo2_low_pct")->number;
    ck_assert_int_eq(acknowledge("spo2_low_pct"), RSP_OK);
    live(30, RSP_VITAL_SPO2, 97); /* it ended */
    ck_assert(!of("spo2_low_pct")->active);
    ck_assert_int_eq(look("spo2_low_pct").state, RSP_ALARM_PAUSED); /* and the pause is still shown */
    live(30, RSP_VITAL_SPO2, 90);
    ck_assert_int_gt(of("spo2_low_pct")->number, first);
    ck_assert(of("spo2_low_pct")->active && !sounds("spo2_low_pct"));
    live(139, RSP_VITAL_SPO2, 90);
    ck_assert(!sounds("spo2_low_pct"));
    live(1, RSP_VITAL_SPO2, 90);
    ck_assert(sounds("spo2_low_pct")); /* 300 s after the pause */
}
END_TEST

/* nightscout/nightguard 39: snoozing "high" hid a later "low" */
START_TEST(a_snooze_of_one_condition_hides_no_other)
{
    add(RSP_VITAL_SBP, 0, 190);
    add(RSP_VITAL_SBP, 100, 190);
    step(clock_s = 100);
    ck_assert_int_eq(pause_for("sbp_twice_mmhg", 600), RSP_OK);
    ck_assert_int_eq(rsp_alarm_pause_audio(&config, &alarms, 120, "nurse", T0 + clock_s, NULL), RSP_OK);
    ck_assert(!sounds("sbp_twice_mmhg") && !sounds("sbp_rise_mmhg"));
    live(30, RSP_VITAL_SPO2, 90);
    ck_assert(sounds("spo2_low_pct")); /* came new while the audio was paused */
    ck_assert(!sounds("sbp_twice_mmhg") && !sounds("sbp_rise_mmhg"));
    add(RSP_VITAL_SBP, ++clock_s, 205);
    step(clock_s);
    ck_assert(sounds("sbp_once_mmhg"));
}
END_TEST

START_TEST(a_pause_of_the_audio_covers_the_alarms_of_now_not_the_next_of_the_same_limit)
{
    for (int i = 0; i < 2; i++)
        add(RSP_VITAL_DBP, clock_s = 100 * i, 115);
    step(clock_s);
    ck_assert_int_eq(rsp_alarm_pause_audio(&config, &alarms, 120, "nurse", T0 + clock_s, NULL), RSP_OK);
    add(RSP_VITAL_DBP, clock_s = 110, 90);
    step(clock_s);
    ck_assert(!of("dbp_twice_mmhg")->active);
    add(RSP_VITAL_DBP, clock_s = 180, 115);
    step(clock_s);
    ck_assert(sounds("dbp_twice_mmhg"));
}
END_TEST

START_TEST(a_snooze_is_broken_by_a_worsening)
{
    live(30, RSP_VITAL_SPO2, 91);
    ck_assert_int_eq(pause_for("spo2_low_pct", 600), RSP_OK);
    live(30, RSP_VITAL_SPO2, 89);
    ck_assert(!sounds("spo2_low_pct")); /* 2 % lower: the same trouble */
    live(12, RSP_VITAL_SPO2, 88);
    ck_assert(sounds("spo2_low_pct")); /* 3 % lower is another */
    ck_assert_int_eq(acknowledge("spo2_low_pct"), RSP_OK);
    ck_assert(!sounds("spo2_low_pct"));
    live(12, RSP_VITAL_SPO2, 84);
    ck_assert(sounds("spo2_low_pct")); /* and so is a higher priority */
    ck_assert_int_eq(of("spo2_low_pct")->priority, RSP_PRIORITY_HIGH);
}
END_TEST

/* nightscout/nightguard 66: a long accidental snooze of the alarm that must not be missed */
START_TEST(at_the_critical_floor_no_silence_is_longer_than_two_minutes)
{
    struct rsp_error err = {0};
    live(30, RSP_VITAL_SPO2, 80);
    ck_assert_int_eq(of("spo2_low_pct")->priority, RSP_PRIORITY_HIGH);
    ck_assert_int_eq(
        rsp_alarm_pause(&config, &alarms, "spo2_low_pct", 121, "nurse", T0 + clock_s, &err), RSP_E_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.message, "120 s"));
    ck_assert(sounds("spo2_low_pct"));
    ck_assert_int_eq(pause_for("spo2_low_pct", 120), RSP_OK);
    ck_assert_int_eq(acknowledge("spo2_low_pct"), RSP_OK);
    live(119, RSP_VITAL_SPO2, 80);
    ck_assert(!sounds("spo2_low_pct"));
    ck_assert(look("spo2_low_pct").state != RSP_ALARM_OFF); /* it is shown all the time */
    live(1, RSP_VITAL_SPO2, 80);
    ck_assert(sounds("spo2_low_pct"));
    ck_assert_int_eq(changes.change[0].kind, RSP_CHANGE_SOUNDS_AGAIN);
}
END_TEST

/* NightscoutFoundation/xDrip 2406: "until enabled again" was forgotten until the next day */
START_TEST(every_silence_has_an_end_that_is_shown)
{
    live(30, RSP_VITAL_SPO2, 90);
    const double endless[] = {INFINITY, NAN, 0, -1, 601};
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++)
        ck_assert_int_ne(pause_for("spo2_low_pct", endless[i]), RSP_OK);
    ck_assert(isnan(look("spo2_low_pct").silent_until_s));
    ck_assert_int_eq(acknowledge("spo2_low_pct"), RSP_OK);
    const double until_s = look("spo2_low_pct").silent_until_s;
    ck_assert_double_eq(until_s, T0 + clock_s + 600); /* an acknowledgement ends too */
    live(599, RSP_VITAL_SPO2, 90);
    ck_assert(!sounds("spo2_low_pct"));
    live(1, RSP_VITAL_SPO2, 90);
    ck_assert(sounds("spo2_low_pct"));
}
END_TEST

START_TEST(nothing_is_silenced_beforehand)
{
    step(0);
    ck_assert_int_eq(pause_for("spo2_low_pct", 60), RSP_E_MISMATCH);
    ck_assert_int_eq(acknowledge("spo2_low_pct"), RSP_E_MISMATCH);
    ck_assert_int_eq(rsp_alarm_pause_audio(&config, &alarms, 60, "nurse", T0, NULL), RSP_E_MISMATCH);
    ck_assert_int_eq(pause_for("spo2_high", 60), RSP_E_UNKNOWN);
}
END_TEST

/* xDrip 850 and cgm-remote-monitor 958: the alarm of missing data knew no snooze, or stayed silent after it */
START_TEST(missing_data_obey_the_same_machine)
{
    input.watched_since_s[RSP_VITAL_SPO2] = T0;
    live(10, RSP_VITAL_SPO2, 97);
    wait(30);
    ck_assert(!of("no_data:spo2_pct")->active);
    wait(1);
    ck_assert(sounds("no_data:spo2_pct"));
    ck_assert_double_eq(of("no_data:spo2_pct")->onset_s, T0 + 10); /* since the last value */
    ck_assert_int_eq(pause_for("no_data:spo2_pct", 100), RSP_OK);
    wait(50);
    ck_assert(!sounds("no_data:spo2_pct"));
    live(5, RSP_VITAL_SPO2, 97);
    ck_assert(!of("no_data:spo2_pct")->active);
    wait(44);
    ck_assert(of("no_data:spo2_pct")->active && !sounds("no_data:spo2_pct"));
    wait(1);
    ck_assert(sounds("no_data:spo2_pct"));
}
END_TEST

START_TEST(a_sign_that_never_came_is_missing_too)
{
    input.watched_since_s[RSP_VITAL_HR] = T0 + 100;
    step(130);
    ck_assert(!of("no_data:hr_per_min")->active);
    step(131);
    ck_assert(of("no_data:hr_per_min")->active);
    ck_assert(!of("no_data:spo2_pct")->active); /* nobody expects it */
    add(RSP_VITAL_HR, 140, 70);
    step(140);
    ck_assert(!of("no_data:hr_per_min")->active);
    input.watched_since_s[RSP_VITAL_HR] = T0 + 300; /* another device, bound anew */
    step(330);
    ck_assert(!of("no_data:hr_per_min")->active);
    step(331);
    ck_assert(of("no_data:hr_per_min")->active);
}
END_TEST

/* LoopKit/Loop 709, cgm-remote-monitor 5313 and 1915, nightscout-clock 63, NightWatch 44: an old value looked current */
START_TEST(an_old_value_neither_raises_an_alarm_nor_ends_one)
{
    live(5, RSP_VITAL_SPO2, 90);
    wait(60); /* 5 s of low values are not 15, however long one waits */
    ck_assert(!of("spo2_low_pct")->active || of("spo2_low_pct")->raised_s <= T0 + 35);
    rsp_alarms_begin(&config, &alarms);
    wait(60);
    ck_assert(!of("spo2_low_pct")->active || of("spo2_low_pct")->onset_s < T0 + 10);
    live(30, RSP_VITAL_SPO2, 90);
    ck_assert(of("spo2_low_pct")->active);
    wait(500);
    ck_assert(of("spo2_low_pct")->active); /* no news is not good news */
}
END_TEST

START_TEST(what_lasted_long_enough_is_raised_also_when_the_network_held_it_back)
{
    for (int s = 0; s <= 400; s++) {
        add(RSP_VITAL_HR, s, 130 + s % 2);
        sample[input.n_sample - 1].received_s = T0 + 500;
    }
    step(499);
    ck_assert(!of("hr_high_per_min")->active);
    step(500);
    ck_assert(of("hr_high_per_min")->active);
    ck_assert_double_eq(of("hr_high_per_min")->onset_s, T0);
}
END_TEST

START_TEST(values_that_are_none_do_not_end_an_alarm_and_are_one_of_their_own)
{
    live(30, RSP_VITAL_SPO2, 90);
    live(20, RSP_VITAL_SPO2, 127);
    ck_assert(of("spo2_low_pct")->active && of("impossible:spo2_pct")->active);
    live(20, RSP_VITAL_SPO2, 97);
    ck_assert(!of("spo2_low_pct")->active && !of("impossible:spo2_pct")->active);
    live(301, RSP_VITAL_HR, 72);
    ck_assert(of("flat:hr_per_min")->active);
    sample[input.n_sample - 1].device_s += 1000;
    step(clock_s);
    ck_assert(of("future:hr_per_min")->active);
}
END_TEST

START_TEST(an_alarm_of_an_artefact_ends_when_the_artefact_is_marked)
{
    add(RSP_VITAL_SBP, 0, 130);
    add(RSP_VITAL_SBP, 600, 230);
    step(600);
    ck_assert(of("sbp_once_mmhg")->active);
    sample[1].artefact = true; /* the cuff was knelt on */
    step(601);
    ck_assert(!of("sbp_once_mmhg")->active);
    ck_assert(of("sbp_once_mmhg")->latched); /* but nobody is spared the look */
}
END_TEST

/* xDrip 342: a hair trigger on noise; asked for "outside for so many minutes" */
START_TEST(a_short_drop_does_not_sound_and_a_lasting_one_does_after_its_delay)
{
    live(60, RSP_VITAL_SPO2, 97);
    for (int i = 0; i < 5; i++) {
        live(12, RSP_VITAL_SPO2, 90);
        live(12, RSP_VITAL_SPO2, 97);
    }
    ck_assert_int_eq(alarms.n_raised, 0);
    const double from_s = clock_s;
    live(40, RSP_VITAL_SPO2, 90);
    const struct rsp_alarm_record *low = of("spo2_low_pct");
    ck_assert(low->active);
    ck_assert_double_eq(low->raised_s - low->onset_s, 15); /* the delay is kept with the alarm */
    ck_assert_double_le(low->onset_s, T0 + from_s + 10);
}
END_TEST

/* nightscout/AndroidAPS 5091: a dropout of three minutes, and nobody knew that it had stopped to watch */
START_TEST(a_device_that_was_lost_is_an_alarm_and_stays_shown_when_it_is_back)
{
    input.cause[RSP_CAUSE_DEVICE_LOST] = true;
    wait(1);
    ck_assert(sounds("device_lost"));
    input.cause[RSP_CAUSE_DEVICE_LOST] = false;
    wait(1);
    ck_assert_int_eq(look("device_lost").state, RSP_ALARM_LATCHED);
    ck_assert(isnan(of("device_lost")->ended_s));
    input.cause[RSP_CAUSE_DEVICE_LOST] = true;
    wait(1);
    ck_assert(sounds("device_lost"));
    ck_assert_int_eq(changes.change[0].kind, RSP_CHANGE_RETURNED);
    ck_assert_int_eq(of("device_lost")->number, 1); /* nobody had seen it: the same alarm */
    input.cause[RSP_CAUSE_DEVICE_LOST] = false;
    wait(1);
    ck_assert_int_eq(acknowledge("device_lost"), RSP_OK);
    ck_assert_int_eq(look("device_lost").state, RSP_ALARM_OFF);
    ck_assert_double_eq(of("device_lost")->ended_s, T0 + clock_s);
}
END_TEST

/* cgm-remote-monitor 2271: alarms that vanished with the night */
START_TEST(after_a_restart_alarms_and_silences_go_on_and_the_gap_is_an_alarm)
{
    live(30, RSP_VITAL_SPO2, 90);
    ck_assert_int_eq(pause_for("spo2_low_pct", 300), RSP_OK);
    add(RSP_VITAL_SBP, clock_s, 210);
    step(clock_s);
    struct rsp_alarms *kept = malloc(sizeof *kept);
    ck_assert_ptr_nonnull(kept);
    memcpy(kept, &alarms, sizeof alarms);
    memset(&alarms, 0x5a, sizeof alarms); /* kill -9 */
    const double down_s = clock_s;
    clock_s += 40;
    rsp_alarms_resume(&config, kept, T0 + clock_s, &alarms, &changes);
    free(kept);
    ck_assert(sounds("restarted"));
    ck_assert_double_eq(of("restarted")->onset_s, T0 + down_s);
    ck_assert(sounds("sbp_once_mmhg"));
    ck_assert(of("spo2_low_pct")->active && !sounds("spo2_low_pct"));
    ck_assert_double_eq(look("spo2_low_pct").silent_until_s, T0 + down_s + 300);
    wait(10);
    ck_assert(sounds("restarted")); /* until somebody has seen it */
    ck_assert_int_eq(pause_for("restarted", 60), RSP_OK);
    struct rsp_alarms before = alarms;
    rsp_alarms_resume(&config, &before, T0 + clock_s, &alarms, &changes);
    ck_assert(sounds("restarted")); /* once more: no pause was meant for this */
    ck_assert_int_eq(acknowledge("restarted"), RSP_OK);
    wait(10);
    ck_assert_int_eq(look("restarted").state, RSP_ALARM_OFF);
}
END_TEST

START_TEST(an_alarm_keeps_its_whole_story_and_who_saw_it)
{
    live(40, RSP_VITAL_SPO2, 90);
    ck_assert_int_eq(rsp_alarm_announced(&config, &alarms, "spo2_low_pct", T0 + 41, NULL), RSP_OK);
    ck_assert_int_eq(rsp_alarm_announced(&config, &alarms, "spo2_low_pct", T0 + 45, NULL), RSP_OK);
    ck_assert_int_eq(
        rsp_alarm_acknowledge(&config, &alarms, "spo2_low_pct", "first", T0 + clock_s, NULL), RSP_OK);
    ck_assert_int_eq(
        rsp_alarm_acknowledge(&config, &alarms, "spo2_low_pct", "second", T0 + clock_s, NULL), RSP_OK);
    live(12, RSP_VITAL_SPO2, 88);
    live(12, RSP_VITAL_SPO2, 91);
    for (int s = 0; s < 40 && of("spo2_low_pct")->active; s++)
        live(1, RSP_VITAL_SPO2, 98);
    ck_assert_uint_eq(changes.n, 1);
    ck_assert_int_eq(changes.change[0].kind, RSP_CHANGE_ENDED);
    const struct rsp_alarm_record *story = &changes.change[0].record;
    ck_assert_str_eq(story->id, "spo2_low_pct");
    ck_assert_double_eq(story->onset_s, T0 + 1);
    ck_assert_double_eq(story->raised_s, T0 + 16);
    ck_assert_double_eq(story->announced_s, T0 + 41);
    ck_assert_double_eq(story->acknowledged_s, T0 + 40);
    ck_assert_str_eq(story->acknowledged_by, "first");
    ck_assert_double_eq(story->ended_s, T0 + clock_s);
    ck_assert_double_eq(story->worst, 88);
}
END_TEST

START_TEST(the_states_are_kept_apart)
{
    live(30, RSP_VITAL_SPO2, 90);
    ck_assert_int_eq(look("spo2_low_pct").state, RSP_ALARM_ON);
    ck_assert_int_eq(rsp_alarm_pause_audio(&config, &alarms, 20, "nurse", T0 + clock_s, NULL), RSP_OK);
    ck_assert_int_eq(look("spo2_low_pct").state, RSP_ALARM_AUDIO_PAUSED);
    live(20, RSP_VITAL_SPO2, 90);
    ck_assert_int_eq(look("spo2_low_pct").state, RSP_ALARM_ON);
    ck_assert_int_eq(pause_for("spo2_low_pct", 20), RSP_OK);
    ck_assert_int_eq(look("spo2_low_pct").state, RSP_ALARM_PAUSED);
    live(20, RSP_VITAL_SPO2, 90);
    live(20, RSP_VITAL_SPO2, 97);
    ck_assert_int_eq(look("spo2_low_pct").state, RSP_ALARM_LATCHED);
    live(30, RSP_VITAL_SPO2, 90);
    ck_assert_int_eq(acknowledge("spo2_low_pct"), RSP_OK);
    ck_assert_int_eq(look("spo2_low_pct").state, RSP_ALARM_ACKNOWLEDGED);
    live(20, RSP_VITAL_SPO2, 97);
    ck_assert_int_eq(look("spo2_low_pct").state, RSP_ALARM_OFF);
}
END_TEST

START_TEST(the_worst_alarm_that_sounds_comes_first)
{
    size_t place[RSP_MAX_ALARM];
    ck_assert_uint_eq(rsp_alarms_order(&alarms, T0, place), 0);
    add(RSP_VITAL_DBP, 0, 101);
    step(0); /* low */
    live(30, RSP_VITAL_SPO2, 90);
    add(RSP_VITAL_SBP, clock_s, 205); /* high, and the rise */
    step(clock_s);
    const char *const order[] = {"sbp_once_mmhg", "spo2_low_pct", "sbp_rise_mmhg", "dbp_rise_mmhg"};
    ck_assert_uint_eq(rsp_alarms_order(&alarms, T0 + clock_s, place), 4);
    for (int i = 0; i < 4; i++)
        ck_assert_str_eq(alarms.record[place[i]].id, order[i]);
    ck_assert_int_eq(acknowledge("sbp_once_mmhg"), RSP_OK);
    ck_assert_uint_eq(rsp_alarms_order(&alarms, T0 + clock_s, place), 4);
    ck_assert_str_eq(alarms.record[place[0]].id, "spo2_low_pct");
    ck_assert_str_eq(alarms.record[place[3]].id, "sbp_once_mmhg");
}
END_TEST

START_TEST(among_equals_the_patient_comes_before_a_lost_device_and_that_before_what_it_gives_no_more)
{
    size_t place[RSP_MAX_ALARM];
    const char *const order[] = {"spo2_low_pct", "device_lost", "no_data:spo2_pct"}; /* the oldest first */
    input.watched_since_s[RSP_VITAL_SPO2] = T0;
    live(30, RSP_VITAL_SPO2, 90);
    input.cause[RSP_CAUSE_DEVICE_LOST] = true;
    wait(60);
    ck_assert_uint_eq(rsp_alarms_order(&alarms, T0 + clock_s, place), 3);
    for (int i = 0; i < 3; i++) {
        ck_assert_str_eq(alarms.record[place[i]].id, order[i]);
        ck_assert_int_eq(alarms.record[place[i]].priority, RSP_PRIORITY_MEDIUM);
    }
    ck_assert(of("no_data:spo2_pct")->raised_s > of("spo2_low_pct")->raised_s);
}
END_TEST

/* ---- random hours ---- */

/* The same limits, written again as machines that go forward sample by sample. */
struct forward {
    double recent[10]; /* the last ten seconds */
    size_t n_recent;
    double recent_s[10], run_s, last_s, last_value, before_beyond_s[40];
    size_t n_beyond;
    bool active;
};

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double middle_of(const struct forward *f)
{
    double sorted[10];
    memcpy(sorted, f->recent, sizeof sorted);
    qsort(sorted, f->n_recent, sizeof *sorted, by_value);
    return (sorted[(f->n_recent - 1) / 2] + sorted[f->n_recent / 2]) / 2;
}

/* A continuous sign: the median of ten seconds beyond the limit for delay_s, or beyond critical. */
static void forward_value(struct forward *f, double at_s, double value, double sign, double limit)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n_recent; i++)
        if (f->recent_s[i] > at_s - 10) {
            f->recent[n] = f->recent[i];
            f->recent_s[n++] = f->recent_s[i];
        }
    f->recent[n] = value;
    f->recent_s[n] = at_s;
    f->n_recent = n + 1;
    f->last_value = middle_of(f);
    f->last_s = at_s;
    if (sign * (f->last_value - limit) > 0)
        f->run_s = isnan(f->run_s) ? at_s : f->run_s;
    else
        f->run_s = NAN;
}

struct forward_limit {
    double sign, limit, critical, clear_by, delay_s;
};

static bool forward_active(struct forward *f, double now_s, const struct forward_limit *l)
{
    const double stale_s = 30, held_s = fmin(now_s, f->last_s + stale_s) - f->run_s;
    const bool stale = !(now_s - f->last_s <= stale_s);
    if (f->active && !stale)
        f->active = l->sign * (f->last_value - l->limit) > -l->clear_by;
    else if (!f->active)
        f->active = held_s >= l->delay_s || (!isnan(f->run_s) && l->sign * (f->last_value - l->critical) > 0);
    return f->active;
}

/* Pressure twice: newest beyond, and one beyond 60 to 300 s before it. */
static bool forward_twice(struct forward *f, double limit)
{
    if (f->active)
        return f->active = f->last_value > limit - 5;
    for (size_t i = 0; i < f->n_beyond && f->last_value > limit; i++)
        f->active = f->active ||
                    (f->last_s - f->before_beyond_s[i] >= 60 && f->last_s - f->before_beyond_s[i] <= 300);
    return f->active;
}

static double wander(struct dice *dice, double value, double low, double high, unsigned step_size)
{
    value += (double)dice_below(dice, 2 * step_size + 1) - step_size;
    return fmin(fmax(value, low), high);
}

START_TEST(random_hours_raise_and_end_as_machines_that_go_forward_do)
{
    size_t n_switch[4] = {0};
    for (uint64_t seed = 1; seed <= RANDOM_HOURS; seed++) {
        struct dice dice = {seed};
        struct forward low = {.run_s = NAN, .last_s = -INFINITY}, fast = low, twice = low, once = low;
        double spo2 = 94, hr = 118, sbp = 185;
        bool gap = false;
        input.n_sample = 0;
        rsp_alarms_begin(&config, &alarms);
        for (int s = 0; s < 1500; s++) {
            gap = dice_below(&dice, gap ? 50 : 300) == 0 ? !gap : gap;
            if (!gap && s % 2 == 0) {
                add(RSP_VITAL_SPO2, s, spo2 = wander(&dice, spo2, 82, 98, 2));
                forward_value(&low, s, spo2, -1, 92);
            }
            if (!gap) {
                add(RSP_VITAL_HR, s, hr = wander(&dice, hr, 110, 165, s > 900 ? 12 : 1));
                forward_value(&fast, s, hr, 1, 120);
            }
            if (dice_below(&dice, 70) == 0) {
                add(RSP_VITAL_SBP, s, sbp = wander(&dice, sbp, 160, 215, 15));
                once.last_s = twice.last_s = s;
                once.last_value = twice.last_value = sbp;
                forward_twice(&twice, 180);
                once.active = sbp > (once.active ? 195 : 200);
                if (sbp > 180 && twice.n_beyond < 40)
                    twice.before_beyond_s[twice.n_beyond++] = s;
            }
            if (dice_below(&dice, 200) == 0) { /* the server is killed and started again */
                const struct rsp_alarms kept = alarms;
                memset(&alarms, 0x5a, sizeof alarms);
                rsp_alarms_resume(&config, &kept, T0 + s, &alarms, &changes);
            }
            step(s);
            const struct forward_limit below_92 = {-1, 92, 85, 1, 15}, above_120 = {1, 120, 160, 5, 300};
            const bool expected[] = {forward_active(&low, s, &below_92), forward_active(&fast, s, &above_120),
                twice.active, once.active};
            const char *const id[] = {"spo2_low_pct", "hr_high_per_min", "sbp_twice_mmhg", "sbp_once_mmhg"};
            for (int i = 0; i < 4; i++)
                ck_assert_msg(of(id[i])->active == expected[i], "seed %llu, second %d, %s: %d",
                    (unsigned long long)seed, s, id[i], of(id[i])->active);
            for (size_t i = 0; i < changes.n; i++)
                for (int k = 0; k < 4; k++)
                    n_switch[k] += strcmp(changes.change[i].record.id, id[k]) == 0;
        }
    }
    for (int k = 0; k < 4; k++)
        ck_assert_uint_gt(n_switch[k], 20); /* each was tried often enough to mean something */
}
END_TEST

/* What persons did, kept by the test. */
struct done {
    double until_s;
    enum rsp_alarm_priority priority;
    double value;
    bool broken; /* of a pause: it was so much worse since */
};

/* How much worse than when it was silenced; a technical one has no value. */
static bool has_worsened(size_t i, const struct done *done)
{
    const struct rsp_alarm_condition *c = &config.condition[i];
    const struct rsp_alarm_record *r = &alarms.record[i];
    if (r->priority > done->priority)
        return true;
    return !c->technical &&
           (c->above ? 1 : -1) * (r->value - done->value) >= config.vitals.rule[c->vital]->worse;
}

/* A pause that nothing has broken holds: through new samples, and through the end of its alarm and the next one. */
static void check_pause_holds(size_t i, struct done *pause, double now_s, size_t *n_held)
{
    const struct rsp_alarm_record *r = &alarms.record[i];
    if (!(pause->until_s > now_s))
        return;
    pause->broken = pause->broken || (r->active && has_worsened(i, pause));
    if (pause->broken)
        return;
    ck_assert_msg(!rsp_alarm_look(r, now_s).sounds, "%s sounds within its pause", r->id);
    *n_held += r->active ? 1 : 0;
}

START_TEST(whatever_persons_do_a_silence_is_short_known_and_meant_for_what_it_hides)
{
    size_t n_silent = 0, n_sounding = 0, n_held = 0;
    for (uint64_t seed = 1; seed <= RANDOM_PERSONS; seed++) {
        struct dice dice = {seed};
        struct done last[RSP_MAX_ALARM][RSP_N_SILENCE];
        double spo2 = 90, sbp = 195;
        for (size_t i = 0; i < RSP_MAX_ALARM; i++) {
            for (int k = 0; k < RSP_N_SILENCE; k++)
                last[i][k].until_s = -INFINITY;
        }
        input.n_sample = 0;
        rsp_alarms_begin(&config, &alarms);
        for (int s = 0; s < 1200; s++) {
            const double now_s = T0 + s;
            add(RSP_VITAL_SPO2, s, spo2 = wander(&dice, spo2, 80, 95, 2));
            if (s % 60 == 0)
                add(RSP_VITAL_SBP, s, sbp = wander(&dice, sbp, 175, 215, 15));
            input.cause[RSP_CAUSE_DEVICE_LOST] = dice_below(&dice, 40) == 0
                                                     ? !input.cause[RSP_CAUSE_DEVICE_LOST]
                                                     : input.cause[RSP_CAUSE_DEVICE_LOST];
            step(s);
            for (size_t i = 0; i < config.n; i++) {
                const struct rsp_alarm_record *r = &alarms.record[i];
                const struct rsp_alarm_look shown = rsp_alarm_look(r, now_s);
                bool excused = false;
                for (int k = 0; k < RSP_N_SILENCE; k++)
                    excused = excused || (last[i][k].until_s > now_s && !has_worsened(i, &last[i][k]));
                check_pause_holds(i, &last[i][RSP_SILENCE_PAUSED], now_s, &n_held);
                ck_assert(!r->active || shown.state != RSP_ALARM_OFF); /* always shown */
                ck_assert_msg(!r->active || shown.sounds || excused, "seed %llu, second %d, %s",
                    (unsigned long long)seed, s, r->id);
                ck_assert(!r->active || shown.sounds || shown.silent_until_s > now_s);
                n_silent += r->active && !shown.sounds;
                n_sounding += shown.sounds;
            }
            if (dice_below(&dice, 10) != 0)
                continue;
            const size_t i = dice_below(&dice, (unsigned)config.n);
            const size_t target = dice_below(&dice, 2) == 0 ? i : rsp_alarm_find(&config, "spo2_low_pct");
            const double duration_s = 1 + dice_below(&dice, 700);
            const unsigned kind = dice_below(&dice, RSP_N_SILENCE);
            const struct done done = {.priority = alarms.record[target].priority,
                .value = alarms.record[target].value,
                .until_s = now_s + (kind != RSP_SILENCE_ACKNOWLEDGED                         ? duration_s
                                       : alarms.record[target].priority == RSP_PRIORITY_HIGH ? 120
                                                                                             : 600)};
            const double most_s = alarms.record[target].priority == RSP_PRIORITY_HIGH ? 120 : 600;
            rsp_status status;
            if (kind == RSP_SILENCE_ACKNOWLEDGED)
                status = rsp_alarm_acknowledge(
                    &config, &alarms, config.condition[target].id, "nurse", now_s, NULL);
            else if (kind == RSP_SILENCE_PAUSED)
                status = rsp_alarm_pause(
                    &config, &alarms, config.condition[target].id, duration_s, "nurse", now_s, NULL);
            else
                status = rsp_alarm_pause_audio(&config, &alarms, duration_s, "nurse", now_s, NULL);
            ck_assert(status != RSP_OK || kind == RSP_SILENCE_ACKNOWLEDGED ||
                      duration_s <= (kind == RSP_SILENCE_AUDIO ? 120 : most_s));
            for (size_t k = 0; status == RSP_OK && k < config.n; k++)
                if (kind == RSP_SILENCE_AUDIO ? alarms.record[k].active : k == target)
                    last[k][kind] = (struct done){.until_s = done.until_s,
                        .priority = alarms.record[k].priority,
                        .value = alarms.record[k].value};
        }
    }
    ck_assert_uint_gt(n_silent, 1000);
    ck_assert_uint_gt(n_sounding, 1000);
    ck_assert_uint_gt(n_held, 1000);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_session_needs_every_limit_signed_and_none_looser_than_the_rules,
        pressure_once_over_its_limit_is_high_at_once_and_ends_clearly_inside,
        pressure_twice_needs_two_readings_that_are_two, pressure_twice_but_too_far_apart_is_not_twice,
        heart_rate_sounds_after_its_minutes_or_at_once_when_critical,
        who_breathes_too_slowly_or_not_at_all_is_an_alarm_whatever_the_saturation,
        a_heart_that_slows_and_a_pressure_that_falls_are_alarms,
        a_device_that_sends_ten_values_a_second_is_judged_over_the_same_minutes,
        a_rise_over_the_baseline_is_what_trials_called_a_surge,
        a_snooze_outlasts_new_samples_and_a_new_alarm_of_its_condition,
        a_snooze_of_one_condition_hides_no_other,
        a_pause_of_the_audio_covers_the_alarms_of_now_not_the_next_of_the_same_limit,
        a_snooze_is_broken_by_a_worsening, at_the_critical_floor_no_silence_is_longer_than_two_minutes,
        every_silence_has_an_end_that_is_shown, nothing_is_silenced_beforehand,
        missing_data_obey_the_same_machine, a_sign_that_never_came_is_missing_too,
        an_old_value_neither_raises_an_alarm_nor_ends_one,
        what_lasted_long_enough_is_raised_also_when_the_network_held_it_back,
        values_that_are_none_do_not_end_an_alarm_and_are_one_of_their_own,
        an_alarm_of_an_artefact_ends_when_the_artefact_is_marked,
        a_short_drop_does_not_sound_and_a_lasting_one_does_after_its_delay,
        a_device_that_was_lost_is_an_alarm_and_stays_shown_when_it_is_back,
        after_a_restart_alarms_and_silences_go_on_and_the_gap_is_an_alarm,
        an_alarm_keeps_its_whole_story_and_who_saw_it, the_states_are_kept_apart,
        the_worst_alarm_that_sounds_comes_first,
        among_equals_the_patient_comes_before_a_lost_device_and_that_before_what_it_gives_no_more,
        random_hours_raise_and_end_as_machines_that_go_forward_do,
        whatever_persons_do_a_silence_is_short_known_and_meant_for_what_it_hides};
    return run_tests_with("session alarm", sizeof tests / sizeof *tests, tests, open_book, close_book);
}
