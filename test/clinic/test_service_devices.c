/* What devices say, and what the clinic is told of it: each sign in its place, clocks that are off, rows that say nothing. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bedside_support.h"

#include "exchange/hl7.h"
#include "exchange/observed.h"

enum { TEXT = 4096 };

/* One message. @param at  of the device, as it writes it @param rows  OBX segments without their numbers */
static void says_of(
    struct clinic *clinic, const char *device, const char *at, size_t n, const char *const rows[])
{
    static int counted;
    char text[TEXT], control[32];
    struct rsp_hl7 *message = NULL;
    struct rsp_observed_list list = {0};
    struct rsp_error err = {0};
    const struct rsp_stamp now = clinic_stamp(clinic);
    (void)snprintf(control, sizeof control, "c%d", ++counted);
    int length = snprintf(text, sizeof text,
        "MSH|^~\\&|MON|W|RESPITE|C|%s||ORU^R01^ORU_R01|%s|P|2.6\rPID|||\rOBR|1|A|B|1^vital signs^L|||%s\r",
        at, control, at);
    for (size_t i = 0; i < n; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "OBX|%zu|NM|%s|||||F|||%s||||%s\r",
            i + 1, rows[i], at, device);
    ck_assert_msg(rsp_hl7_parse(text, (size_t)length, &message, &err) == RSP_OK, "%s", err.message);
    ck_assert_msg(rsp_observed_read(message, &list, &err) == RSP_OK, "%s", err.message);
    ck_assert_msg(
        rsp_service_device_message(clinic->service, &now, &list, control, &err) == RSP_OK, "%s", err.message);
    rsp_observed_free(&list);
    rsp_hl7_free(message);
}

static void says(struct clinic *clinic, const char *at, size_t n, const char *const rows[])
{
    says_of(clinic, "MON1", at, n, rows);
}

/* What is known of the monitor; released with *body. */
static const json_t *monitor(struct clinic *clinic, const struct staff *nurse, json_t **body)
{
    size_t i;
    const json_t *row;
    *body = done(clinic, nurse, RSP_USE_devices, json_object());
    json_array_foreach(json_object_get(*body, "devices"), i,
        row) if (strcmp(json_string_value(json_object_get(row, "device")), "MON1") == 0) return row;
    ck_abort_msg("the monitor is not known");
}

static double ahead_s(struct clinic *clinic, const struct staff *nurse)
{
    json_t *body;
    const json_t *ahead = json_object_get(monitor(clinic, nurse, &body), "ahead_s");
    const double value = json_is_number(ahead) ? json_number_value(ahead) : NAN;
    json_decref(body);
    return value;
}

static json_t *device_input(const struct room *room, const char *device)
{
    return json_pack("{s:s, s:I, s:s}", "patient", room->two.patient, "order", room->order, "device", device);
}

static void bind_device(struct room *room, const char *device)
{
    json_decref(done(&room->two.clinic, &room->two.nurse, RSP_USE_device_bind, device_input(room, device)));
}

static void bind(struct room *room)
{
    bind_device(room, "MON1");
}

START_TEST(every_sign_that_is_watched_comes_from_a_device_too)
{
    static const struct {
        const char *row, *sign;
        double value;
    } known[] = {{"147842^MDC_ECG_HEART_RATE^MDC||72|/min", "hr_per_min", 72},
        {"149530^MDC_PULS_OXIM_PULS_RATE^MDC||73|/min", "pulse_per_min", 73},
        {"150021^MDC_PRESS_BLD_NONINV_SYS^MDC||16|kPa", "sbp_mmhg", 16 / 0.1333224},
        {"150022^MDC_PRESS_BLD_NONINV_DIA^MDC||80|mm[Hg]", "dbp_mmhg", 80},
        {"150023^MDC_PRESS_BLD_NONINV_MEAN^MDC||95|mm[Hg]", "mbp_mmhg", 95},
        {"150456^MDC_PULS_OXIM_SAT_O2^MDC||97|%", "spo2_pct", 97},
        {"151562^MDC_RESP_RATE^MDC||14|/min", "rr_per_min", 14},
        {"151708^MDC_AWAY_CO2_ET^MDC||38|mm[Hg]", "etco2_mmhg", 38},
        {"158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC||24.5|mL/h", "pump_ml_per_h", 24.5},
        {"157864^MDC_VOL_FLUID_DELIV^MDC||3.5|mL", "pump_volume_ml", 3.5}};
    enum { N = sizeof known / sizeof *known };
    const char *rows[N];
    struct room room;
    room_open(&room, "signs.db");
    bind(&room);
    for (size_t i = 0; i < N; i++)
        rows[i] = known[i].row;
    says(&room.two.clinic, "", N, rows);
    json_t *body = look(&room);
    const json_t *values = json_object_get(json_object_get(body, "watch"), "values");
    ck_assert_uint_eq(json_object_size(values), N);
    for (size_t i = 0; i < N; i++)
        ck_assert_msg(
            fabs(json_number_value(json_object_get(json_object_get(values, known[i].sign), "value")) -
                 known[i].value) < 1e-3,
            "%s", known[i].sign);
    json_decref(body);
    clinic_close(&room.two.clinic);
}
END_TEST

/* The pump speaks every ten seconds. */
static void pump_runs(struct room *room, int seconds, const char *ml_per_h)
{
    char row[80];
    const char *const rows[] = {row};
    (void)snprintf(row, sizeof row, "158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC||%s|mL/h", ml_per_h);
    for (int s = 0; s < seconds; s += 10) {
        says(&room->two.clinic, "", 1, rows);
        wait_s(room, 10);
    }
}

START_TEST(a_pump_that_runs_at_another_rate_than_is_recorded_is_an_alarm)
{
    struct room room;
    room_open(&room, "differs.db");
    bind(&room);
    (void)happens(&room, "started", 24.5);
    pump_runs(&room, 300, "24.5");
    ck_assert(!shown(&room, "pump_differs"));
    pump_runs(&room, 50, "245"); /* one key too many */
    ck_assert(!shown(&room, "pump_differs"));
    pump_runs(&room, 20, "245");
    ck_assert(shown(&room, "pump_differs"));
    pump_runs(&room, 30, "24.5");
    json_t *body;
    const json_t *row = alarm_row(&room, "pump_differs", &body);
    ck_assert_str_eq(
        json_string_value(json_object_get(row, "state")), "latched"); /* until somebody has seen it */
    json_decref(body);
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_pump_that_gives_what_nobody_entered_is_an_alarm_and_who_enters_it_has_a_minute)
{
    struct room room;
    room_open(&room, "silent_change.db");
    bind(&room);
    pump_runs(&room, 90, "24.5"); /* it runs, and no start is entered */
    ck_assert(shown(&room, "pump_differs"));
    (void)happens(&room, "started", 24.5);
    pump_runs(&room, 60, "24.5");
    (void)happens(&room, "rate", 20); /* entered first, set on the pump then */
    pump_runs(&room, 40, "24.5");
    pump_runs(&room, 60, "20");
    json_t *body;
    const json_t *row = alarm_row(&room, "pump_differs", &body);
    ck_assert_str_eq(
        json_string_value(json_object_get(row, "state")), "latched"); /* the one from before the start */
    json_decref(body);
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_alarm_answer,
        json_pack("{s:s, s:I, s:s, s:s}", "patient", room.two.patient, "order", room.order, "do",
            "acknowledge", "alarm", "pump_differs")));
    (void)happens(&room, "paused", 0);
    pump_runs(&room, 80, "20"); /* the pump was not paused */
    ck_assert(shown(&room, "pump_differs"));
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_pump_of_which_nothing_certain_is_known_is_held_against_nothing)
{
    struct room room;
    room_open(&room, "unsure.db");
    bind(&room);
    json_t *uncertain = event(&room, "started", 24.5);
    (void)json_object_set_new(uncertain, "uncertain", json_string("yes"));
    (void)json_object_set_new(uncertain, "why", json_string("the pump did not answer"));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, uncertain));
    pump_runs(&room, 120, "10");
    ck_assert(!shown(&room, "pump_differs"));
    clinic_close(&room.two.clinic);
}
END_TEST

/* ---- which of them still speaks ---- */

static const char *const heart_rate[] = {"147842^MDC_ECG_HEART_RATE^MDC||72|/min"},
                         *const pump_rate[] = {"158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC||24.5|mL/h"},
                         *const of_cuff[] = {"150021^MDC_PRESS_BLD_NONINV_SYS^MDC||124|mm[Hg]",
                             "149546^MDC_PULS_RATE_NON_INV^MDC||71|/min"};

/* Whether a lost device is shown, and it alone is named. NULL: shown, and none is silent now */
static bool is_lost(struct room *room, const char *device)
{
    json_t *body;
    const json_t *names = json_object_get(alarm_row(room, "device_lost", &body), "devices");
    const size_t n = json_array_size(names);
    const bool named = device == NULL
                           ? json_is_array(names) && n == 0
                           : n == 1 && strcmp(json_string_value(json_array_get(names, 0)), device) == 0;
    json_decref(body);
    return named;
}

START_TEST(one_of_two_devices_that_falls_silent_is_lost_while_the_other_speaks)
{
    struct room room;
    room_open(&room, "one_lost.db");
    bind(&room);
    bind_device(&room, "PUMP1");
    (void)happens(&room, "started", 24.5);
    for (int s = 0; s < 100; s += 10) {
        says(&room.two.clinic, "", 1, heart_rate);
        says_of(&room.two.clinic, "PUMP1", "", 1, pump_rate);
        wait_s(&room, 10);
    }
    ck_assert(!shown(&room, "device_lost") && !shown(&room, "feed_stopped"));
    for (int s = 0; s < 30; s += 10) {
        says_of(&room.two.clinic, "PUMP1", "", 1, pump_rate);
        wait_s(&room, 10);
    }
    ck_assert(is_lost(&room, "MON1") && !shown(&room, "feed_stopped"));
    clinic_restart(&room.two.clinic);
    two_confirm(&room.two);
    says_of(&room.two.clinic, "PUMP1", "", 1, pump_rate);
    tick(&room);
    ck_assert(is_lost(&room, "MON1"));
    says(&room.two.clinic, "", 1, heart_rate);
    tick(&room);
    ck_assert(is_lost(&room, NULL)); /* it speaks, and nobody has seen that it did not */
    wait_s(&room, 70);               /* and now none of the clinic does */
    ck_assert(shown(&room, "feed_stopped"));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_device_unbind, device_input(&room, "MON1")));
    says_of(&room.two.clinic, "PUMP1", "", 1, pump_rate);
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_alarm_answer,
        json_pack("{s:s, s:I, s:s, s:s}", "patient", room.two.patient, "order", room.order, "do",
            "acknowledge", "alarm", "device_lost")));
    tick(&room);
    ck_assert(!shown(&room, "device_lost")); /* who was taken off is not missed while another one speaks */
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_device_may_be_silent_as_long_as_what_it_says_stays_current)
{
    struct room room;
    room_open(&room, "cuff.db");
    bind(&room);
    bind_device(&room, "CUFF1");
    (void)happens(&room, "started", 24.5);
    for (int s = 0; s < 1300; s += 10) {
        says(&room.two.clinic, "", 1, heart_rate);
        if (s == 0)
            says_of(&room.two.clinic, "CUFF1", "", 2, of_cuff);
        wait_s(&room, 10);
        ck_assert_msg(shown(&room, "device_lost") == (s + 10 > 1200), "after %d s", s + 10);
    }
    ck_assert(is_lost(&room, "CUFF1"));
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(when_no_device_of_the_clinic_speaks_it_is_the_feed_also_beside_one_that_speaks_seldom)
{
    struct room room;
    room_open(&room, "feed.db");
    bind(&room);
    bind_device(&room, "CUFF1");
    (void)happens(&room, "started", 24.5);
    says_of(&room.two.clinic, "CUFF1", "", 2, of_cuff);
    says(&room.two.clinic, "", 1, heart_rate);
    wait_s(&room, 30);
    ck_assert(!shown(&room, "feed_stopped"));
    wait_s(&room, 5);
    ck_assert(shown(&room, "feed_stopped") && !shown(&room, "device_lost"));
    says_of(&room.two.clinic, "CUFF1", "", 2, of_cuff); /* the line is there: it is the monitor */
    tick(&room);
    ck_assert(is_lost(&room, "MON1"));
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_session_has_sixteen_devices_at_one_time)
{
    char name[16];
    json_t *body;
    struct room room;
    room_open(&room, "sixteen.db");
    for (int i = 1; i <= 40; i++) { /* what was taken off leaves its place */
        (void)snprintf(name, sizeof name, "MON%d", i);
        bind_device(&room, name);
        if (i <= 24)
            json_decref(
                done(&room.two.clinic, &room.two.nurse, RSP_USE_device_unbind, device_input(&room, name)));
    }
    ck_assert_int_eq(
        ask(&room.two.clinic, &room.two.nurse, RSP_USE_device_bind, device_input(&room, "MON41"), NULL, NULL),
        RSP_REFUSED_CONFLICT);
    body = look(&room);
    ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(body, "watch"), "devices")), 16);
    json_decref(body);
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_row_that_says_nothing_is_told_with_its_reason)
{
    static const char *const rows[] = {"150456^MDC_PULS_OXIM_SAT_O2^MDC||<80|%",
        "8889-8^Heart rate by pulse oximetry^LN||88|/min", "147842^MDC_ECG_HEART_RATE^MDC||72|/min"};
    struct room room;
    json_t *body;
    room_open(&room, "odd.db");
    bind(&room);
    says(&room.two.clinic, "", 1, rows);
    const json_t *row = monitor(&room.two.clinic, &room.two.nurse, &body);
    ck_assert_int_eq(json_integer_value(json_object_get(row, "odd")), 1);
    ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(row, "odd_why")), "<80"));
    json_decref(body);
    says(&room.two.clinic, "", 3, rows);
    row = monitor(&room.two.clinic, &room.two.nurse, &body);
    ck_assert_int_eq(json_integer_value(json_object_get(row, "odd")), 3);
    ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(row, "odd_why")), "8889-8"));
    json_decref(body);
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_clock_that_is_off_is_told)
{
    static const char *const rows[] = {"147842^MDC_ECG_HEART_RATE^MDC||72|/min"};
    struct room room;
    room_open(&room, "clock.db");
    struct clinic *clinic = &room.two.clinic;
    struct staff *nurse = &room.two.nurse;
    const struct rsp_stamp now = clinic_stamp(clinic);
    char at[32];
    says(clinic, "", 1, rows);
    ck_assert(isnan(ahead_s(clinic, nurse))); /* it has none */
    for (int hours = -1; hours <= 1; hours++) {
        const long of_day_s = (long)((now.at_us / 1000000 + hours * 3600) % 86400);
        (void)snprintf(at, sizeof at, "20261129%02ld%02ld%02ld+0000", of_day_s / 3600, of_day_s / 60 % 60,
            of_day_s % 60);
        says(clinic, at, 1, rows);
        ck_assert_double_eq(ahead_s(clinic, nurse), hours * 3600);
    }
    clinic_close(clinic);
}
END_TEST

/* In Zurich the clocks of 25 October 2026 show each moment from 02:00 to 03:00 twice. */
START_TEST(a_wall_clock_of_the_hour_that_comes_twice_means_the_hour_of_now)
{
    enum { FIRST_S = 1792888200 /* 00:30 UTC, 02:30 of summer time */, HOUR_S = 3600 };
    static const char *const rows[] = {"147842^MDC_ECG_HEART_RATE^MDC||72|/min"};
    for (int hour = 0; hour < 2; hour++) {
        struct clinic clinic;
        struct staff nurse;
        clinic_open_at(&clinic, hour == 0 ? "summer.db" : "winter.db", FIRST_S + hour * HOUR_S);
        hire(&clinic, "nurse", "nurse", &nurse);
        const double passed_s = (double)(clinic.now_s - (FIRST_S + hour * HOUR_S)); /* for signing in */
        says(&clinic, "20261025023000", 1, rows);
        ck_assert_double_eq(ahead_s(&clinic, &nurse), -passed_s);
        clinic_close(&clinic);
    }
}
END_TEST

RUN_TESTS("service_devices", every_sign_that_is_watched_comes_from_a_device_too,
    a_pump_that_runs_at_another_rate_than_is_recorded_is_an_alarm,
    a_pump_that_gives_what_nobody_entered_is_an_alarm_and_who_enters_it_has_a_minute,
    a_pump_of_which_nothing_certain_is_known_is_held_against_nothing,
    one_of_two_devices_that_falls_silent_is_lost_while_the_other_speaks,
    a_device_may_be_silent_as_long_as_what_it_says_stays_current,
    when_no_device_of_the_clinic_speaks_it_is_the_feed_also_beside_one_that_speaks_seldom,
    a_session_has_sixteen_devices_at_one_time, a_row_that_says_nothing_is_told_with_its_reason,
    a_clock_that_is_off_is_told, a_wall_clock_of_the_hour_that_comes_twice_means_the_hour_of_now)
