/* Values and alarms of a session in the clinic: what sounds, what a person may silence and for how long, and what a restart keeps. */
#include <math.h>

#include "bedside_support.h"

#include "service/system_call.h"
#include "service/ward.h"

enum { MINUTE_S = 60 };

static bool sounds(struct room *room, const char *id)
{
    json_t *body;
    const json_t *row = alarm_row(room, id, &body);
    const bool loud = json_is_true(json_object_get(row, "sounds"));
    json_decref(body);
    return loud;
}

static enum rsp_refusal answer(struct room *room, const char *id, const char *word, double duration_s)
{
    json_t *input =
        json_pack("{s:s, s:I, s:s}", "patient", room->two.patient, "order", room->order, "do", word);
    if (id != NULL)
        (void)json_object_set_new(input, "alarm", json_string(id));
    if (duration_s > 0)
        (void)json_object_set_new(input, "duration_s", json_real(duration_s));
    const enum rsp_refusal refusal =
        ask(&room->two.clinic, &room->two.nurse, RSP_USE_alarm_answer, input, NULL, NULL);
    tick(room);
    return refusal;
}

START_TEST(values_are_held_against_three_bounds_before_they_are_kept)
{
    struct room room;
    room_open(&room, "bounds.db");
    struct clinic *clinic = &room.two.clinic;
    const struct staff *nurse = &room.two.nurse;
    const struct {
        json_t *input;
        enum rsp_refusal refusal;
    } bad[] = {{values(&room, "sbp_mmhg", 400, NULL, 0), RSP_REFUSED_INVALID}, /* nobody has it */
        {values(&room, "spo2_pct", 101, NULL, 0), RSP_REFUSED_INVALID},
        {values(&room, "hr_per_min", 250, NULL, 0), RSP_REFUSED_CONFLICT},     /* typed again it is taken */
        {values(&room, "sbp_mmhg", 80, "dbp_mmhg", 120), RSP_REFUSED_INVALID}, /* exchanged */
        {values(&room, "temperature", 37, NULL, 0), RSP_REFUSED_INVALID},
        {values(&room, "hr_per_min", NAN, NULL, 0), RSP_REFUSED_INVALID}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(
            ask(clinic, nurse, RSP_USE_reading_add, bad[i].input, NULL, NULL) == bad[i].refusal, "%zu", i);
    json_t *body = look(&room);
    ck_assert(json_is_null(json_object_get(body, "watch")));
    json_decref(body);
    json_t *again = values(&room, "hr_per_min", 250, NULL, 0);
    (void)json_object_set_new(again, "confirmed", json_pack("[s]", "hr_per_min"));
    json_decref(done(clinic, nurse, RSP_USE_reading_add, again));
    body = look(&room);
    ck_assert_double_eq(
        json_number_value(json_object_get(
            json_object_get(json_object_get(json_object_get(body, "watch"), "values"), "hr_per_min"),
            "value")),
        250);
    json_decref(body);
    clinic_close(clinic);
}
END_TEST

/* The shipped limits, as they are signed here: 180/110 twice in 5 min, 200/120 once. */
START_TEST(one_high_pressure_is_an_alarm_and_a_lesser_one_is_when_it_comes_twice)
{
    struct room room;
    room_open(&room, "twice.db");
    (void)pressure(&room, 124, 78);
    (void)happens(&room, "started", 24.5);
    (void)pressure(&room, 185, 90);
    ck_assert(!shown(&room, "sbp_twice_mmhg"));
    wait_s(&room, 2 * MINUTE_S);
    (void)pressure(&room, 186, 91);
    ck_assert(sounds(&room, "sbp_twice_mmhg") && !shown(&room, "sbp_once_mmhg"));
    (void)pressure(&room, 205, 95);
    ck_assert(sounds(&room, "sbp_once_mmhg"));
    json_t *body;
    const json_t *row = alarm_row(&room, "sbp_once_mmhg", &body);
    ck_assert_str_eq(json_string_value(json_object_get(row, "priority")), "high");
    ck_assert_double_eq(json_number_value(json_object_get(row, "worst")), 205);
    ck_assert(row ==
              json_array_get(json_object_get(json_object_get(body, "watch"), "alarms"), 0)); /* worst first */
    json_decref(body);
    clinic_close(&room.two.clinic);
    clinic_verify(&room.two.clinic);
}
END_TEST

START_TEST(a_rise_is_counted_from_this_persons_own_baseline)
{
    struct room room;
    room_open(&room, "rise.db");
    (void)pressure(&room, 118, 78);
    (void)happens(&room, "started", 24.5);
    (void)pressure(&room, 155, 80);
    ck_assert(!shown(&room, "sbp_rise_mmhg"));
    wait_s(&room, MINUTE_S);
    (void)pressure(&room, 160, 80); /* 42 above */
    ck_assert(shown(&room, "sbp_rise_mmhg"));
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(every_silence_ends_by_itself_and_a_worse_value_breaks_it)
{
    struct room room;
    room_open(&room, "silence.db");
    (void)pressure(&room, 124, 78);
    (void)happens(&room, "started", 24.5);
    (void)pressure(&room, 205, 95);
    ck_assert_int_eq(answer(&room, "sbp_once_mmhg", "pause", 86400), RSP_REFUSED_INVALID);   /* too long */
    ck_assert_int_eq(answer(&room, "spo2_low_pct", "acknowledge", 0), RSP_REFUSED_CONFLICT); /* not on */
    ck_assert_int_eq(answer(&room, "nothing", "acknowledge", 0), RSP_REFUSED_INVALID);
    ck_assert_int_eq(answer(&room, "sbp_once_mmhg", "acknowledge", 0), RSP_NOT_REFUSED);
    ck_assert(shown(&room, "sbp_once_mmhg") && !sounds(&room, "sbp_once_mmhg"));
    wait_s(&room, 110);
    ck_assert(!sounds(&room, "sbp_once_mmhg"));
    wait_s(&room, 15); /* two minutes at most for one of high priority */
    ck_assert(sounds(&room, "sbp_once_mmhg"));
    ck_assert_int_eq(answer(&room, "sbp_once_mmhg", "pause", 60), RSP_NOT_REFUSED);
    (void)pressure(&room, 207, 95);
    ck_assert(!sounds(&room, "sbp_once_mmhg")); /* as it was */
    (void)pressure(&room, 222, 95);
    ck_assert(sounds(&room, "sbp_once_mmhg")); /* clearly worse */
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(an_artefact_decides_nothing_and_stays)
{
    struct room room;
    room_open(&room, "artefact.db");
    (void)pressure(&room, 124, 78);
    (void)happens(&room, "started", 24.5);
    wait_s(&room, MINUTE_S);
    const json_int_t number = pressure(&room, 190, 95);
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_reading_mark,
        json_pack("{s:s, s:I, s:I, s:s, s:s, s:s}", "patient", room.two.patient, "order", room.order,
            "reading", number, "sign", "sbp_mmhg", "artefact", "yes", "why", "the cuff had slipped")));
    wait_s(&room, 2 * MINUTE_S);
    (void)pressure(&room, 190, 95);
    ck_assert(!shown(&room, "sbp_twice_mmhg")); /* the other one counts once */
    json_t *body = done(&room.two.clinic, &room.two.nurse, RSP_USE_readings,
        json_pack("{s:s, s:I}", "patient", room.two.patient, "order", room.order));
    const json_t *points =
        json_object_get(json_object_get(json_object_get(body, "signs"), "sbp_mmhg"), "points");
    ck_assert_uint_eq(json_array_size(points), 3);
    ck_assert(json_is_true(json_array_get(json_array_get(points, 1), 3)));
    json_decref(body);
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(no_pressure_for_long_is_an_alarm_of_its_own)
{
    struct room room;
    room_open(&room, "nothing.db");
    (void)pressure(&room, 124, 78);
    (void)happens(&room, "started", 24.5);
    wait_s(&room, 19 * MINUTE_S);
    ck_assert(!shown(&room, "no_data:sbp_mmhg"));
    wait_s(&room, 2 * MINUTE_S);
    ck_assert(sounds(&room, "no_data:sbp_mmhg"));
    (void)pressure(&room, 126, 78);
    ck_assert(!sounds(&room, "no_data:sbp_mmhg"));
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_restart_keeps_alarms_and_silences_and_is_an_alarm_itself)
{
    struct room room;
    room_open(&room, "restarted.db");
    (void)pressure(&room, 124, 78);
    (void)happens(&room, "started", 24.5);
    (void)pressure(&room, 205, 95);
    ck_assert_int_eq(answer(&room, "sbp_once_mmhg", "acknowledge", 0), RSP_NOT_REFUSED);
    ck_assert(!shown(&room, "restarted"));
    json_t *body;
    const double onset_s =
        json_number_value(json_object_get(alarm_row(&room, "sbp_once_mmhg", &body), "onset_s"));
    json_decref(body);
    clinic_restart(&room.two.clinic);
    room.two.clinic.now_s += 20;
    two_confirm(&room.two);
    tick(&room);
    ck_assert(sounds(&room, "restarted"));
    const json_t *row = alarm_row(&room, "sbp_once_mmhg", &body);
    ck_assert(row != NULL && json_is_false(json_object_get(row, "sounds")));
    ck_assert_str_eq(json_string_value(json_object_get(row, "state")), "acknowledged");
    ck_assert_str_eq(json_string_value(json_object_get(row, "acknowledged_by")), "nurse");
    ck_assert_double_eq(json_number_value(json_object_get(row, "onset_s")), onset_s);
    json_decref(body);
    ck_assert_int_eq(answer(&room, "restarted", "acknowledge", 0), RSP_NOT_REFUSED);
    ck_assert(!shown(&room, "restarted"));
    clinic_restart(&room.two.clinic); /* seen is seen, but this is another interruption */
    two_confirm(&room.two);
    tick(&room);
    ck_assert(shown(&room, "restarted"));
    clinic_close(&room.two.clinic);
    clinic_verify(&room.two.clinic);
}
END_TEST

/* As damage, or another version of the program, would leave it. */
static void put_nonsense(struct room *room, const char *patient, json_int_t order)
{
    struct rsp_system_call system;
    struct rsp_person_id person;
    struct rsp_error err = {0};
    const struct rsp_stamp now = clinic_stamp(&room->two.clinic);
    ck_assert(rsp_person_read(patient, &person));
    ck_assert_int_eq(rsp_system_begin(room->two.clinic.service, &now, "test", &system, &err), RSP_OK);
    ck_assert_int_eq(
        rsp_call_append(&system.call, "reading", &person,
            json_pack("{s:I, s:s, s:s}", "order", order, "source", "manual", "values", "no JSON"), NULL),
        RSP_OK);
    ck_assert_int_eq(rsp_system_end(&system, RSP_OK), RSP_OK);
}

START_TEST(changes_that_one_look_has_no_room_for_are_told_at_the_next)
{
    enum { READINGS = 20, ROOM = 64 };
    struct room room;
    struct rsp_session_change change[ROOM];
    json_int_t entered[READINGS];
    bool told[READINGS] = {false};
    int64_t head = 0, before = -1;
    size_t n = 0, looks = 0;
    room_open(&room, "many.db");
    ck_assert_done(rsp_service_session_changes(room.two.clinic.service, ROOM, change, &n, &head, err));
    for (int i = 0; i < READINGS; i++)
        entered[i] = pressure(&room, 120 + i, 70);
    for (; head != before; looks++) {
        before = head;
        ck_assert_done(rsp_service_session_changes(room.two.clinic.service, ROOM, change, &n, &head, err));
        for (size_t k = 0; k < n; k++) {
            ck_assert(change[k].order == room.order && (k == 0 || change[k].number > change[k - 1].number));
            for (int i = 0; i < READINGS; i++)
                told[i] = told[i] || change[k].number == entered[i];
        }
    }
    ck_assert_uint_gt(looks, 2); /* the last one finds nothing: it took more than one */
    for (int i = 0; i < READINGS; i++)
        ck_assert_msg(told[i], "reading %d", i);
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_session_that_cannot_be_read_keeps_nobody_from_the_others)
{
    struct room room;
    char other[64];
    room_open(&room, "nonsense.db");
    (void)snprintf(other, sizeof other, "%s", room.two.patient);
    const json_int_t other_order = room.order;
    two_patient(&room.two);
    room.order = two_at_bedside(&room.two, "K2");
    put_nonsense(&room, other, other_order); /* it stands first on the ward */
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_reading_add,
        values(&room, "sbp_mmhg", 124, "dbp_mmhg", 78)));
    (void)happens(&room, "started", 24.5);
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_reading_add,
        values(&room, "sbp_mmhg", 205, "dbp_mmhg", 95)));
    const struct rsp_stamp now = clinic_stamp(&room.two.clinic);
    struct rsp_error err = {0};
    ck_assert_int_eq(rsp_service_watch(room.two.clinic.service, &now, &err), RSP_E_DAMAGED);
    ck_assert(sounds(&room, "sbp_once_mmhg"));
    json_t *ward = done(&room.two.clinic, &room.two.nurse, RSP_USE_ward, json_object());
    const json_t *sessions = json_object_get(ward, "sessions"),
                 *damaged = json_object_get(ward, "unreadable");
    ck_assert_uint_eq(json_array_size(sessions), 1);
    ck_assert_int_eq(number_in(json_incref(json_array_get(sessions, 0)), "number"), room.order);
    ck_assert_uint_eq(json_array_size(damaged), 1);
    const json_t *row = json_array_get(damaged, 0);
    ck_assert_int_eq(json_integer_value(json_object_get(row, "number")), other_order);
    ck_assert_str_eq(json_string_value(json_object_get(row, "patient")), other);
    ck_assert_str_eq(json_string_value(json_object_get(row, "family_name")), "Muster");
    ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(row, "why")), "cannot be read"));
    json_decref(ward);
    clinic_close(&room.two.clinic);
}
END_TEST

/* ---- readings ---- */

static json_t *readings_since(struct room *room, json_int_t since)
{
    json_t *input = json_pack("{s:s, s:I}", "patient", room->two.patient, "order", room->order);
    if (since > 0)
        (void)json_object_set_new(input, "since", json_integer(since));
    return done(&room->two.clinic, &room->two.nurse, RSP_USE_readings, input);
}

static json_t *points_of(const json_t *readings, const char *sign)
{
    return json_object_get(json_object_get(json_object_get(readings, "signs"), sign), "points");
}

START_TEST(who_knows_the_readings_is_told_what_came_since_and_all_of_it)
{
    struct room room;
    room_open(&room, "since.db");
    json_t *known = NULL, *marked = json_array();
    json_int_t read_to = 0, first = 0;
    for (int i = 0; i < 12; i++) {
        const json_int_t reading = pressure(&room, 120 + i, 70 + i % 3);
        first = i == 0 ? reading : first;
        if (i == 7) /* of a value that was told long ago */
            json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_reading_mark,
                json_pack("{s:s, s:I, s:I, s:s, s:s, s:s}", "patient", room.two.patient, "order", room.order,
                    "reading", first, "sign", "sbp_mmhg", "artefact", "yes", "why", "the cuff slipped")));
        if (i % 3 != 0)
            continue;
        json_t *newer = readings_since(&room, read_to);
        ck_assert_int_gt(json_integer_value(json_object_get(newer, "read_to")), read_to);
        read_to = json_integer_value(json_object_get(newer, "read_to"));
        ck_assert_uint_eq(json_array_size(points_of(newer, "sbp_mmhg")), i == 0 ? 1 : 3);
        (void)json_array_extend(marked, json_object_get(newer, "marks"));
        if (known == NULL)
            known = json_incref(newer);
        else
            (void)json_array_extend(points_of(known, "sbp_mmhg"), points_of(newer, "sbp_mmhg"));
        json_decref(newer);
    }
    ck_assert_uint_eq(json_array_size(marked), 1);
    ck_assert_int_eq(json_integer_value(json_array_get(json_array_get(marked, 0), 0)), first);
    ck_assert(json_is_true(json_array_get(json_array_get(marked, 0), 2)));
    (void)json_array_set_new(json_array_get(points_of(known, "sbp_mmhg"), 0), 3, json_true());
    json_t *newer = readings_since(&room, read_to), *whole = readings_since(&room, 0);
    (void)json_array_extend(points_of(known, "sbp_mmhg"), points_of(newer, "sbp_mmhg"));
    ck_assert(json_equal(points_of(known, "sbp_mmhg"), points_of(whole, "sbp_mmhg")));
    ck_assert_uint_eq(json_array_size(points_of(whole, "sbp_mmhg")), 12);
    json_decref(newer);
    newer = readings_since(&room, json_integer_value(json_object_get(whole, "read_to")));
    ck_assert_uint_eq(json_object_size(json_object_get(newer, "signs")), 0);
    json_decref(newer);
    json_decref(whole);
    json_decref(known);
    json_decref(marked);
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(sessions_that_nobody_ended_keep_nobody_from_the_one_of_now)
{
    struct room room;
    room_open(&room, "forgotten.db");
    for (json_int_t i = 0; i <= RSP_WARD_MOST; i++)
        put_nonsense(&room, room.two.patient, room.order + 1000 + i); /* each takes a place on the ward */
    room.two.clinic.now_s += 60;
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_reading_add,
        values(&room, "sbp_mmhg", 124, "dbp_mmhg", 78)));
    (void)happens(&room, "started", 24.5);
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_reading_add,
        values(&room, "sbp_mmhg", 205, "dbp_mmhg", 95)));
    const struct rsp_stamp now = clinic_stamp(&room.two.clinic);
    ck_assert_int_ne(rsp_service_watch(room.two.clinic.service, &now, NULL), RSP_OK); /* of the others */
    ck_assert(sounds(&room, "sbp_once_mmhg"));
    clinic_close(&room.two.clinic);
}
END_TEST

/* ---- what alarms do not depend on ---- */

/* Ids and states of what is shown, worst first. */
static void shown_alarms(struct room *room, char text[400])
{
    json_t *body = look(room), *row;
    size_t i, used = 0;
    text[0] = '\0';
    json_array_foreach(json_object_get(json_object_get(body, "watch"), "alarms"), i, row)
    {
        used += (size_t)snprintf(text + used, 400 - used, "%s %s %s;",
            json_string_value(json_object_get(row, "id")),
            json_string_value(json_object_get(row, "priority")),
            json_string_value(json_object_get(row, "state")));
        ck_assert_uint_lt(used, 400);
    }
    json_decref(body);
}

/* nightscout/cgm-remote-monitor 6348: what a module that nobody used inferred kept alarms from sounding */
START_TEST(the_same_values_raise_the_same_alarms_whatever_is_forecast)
{
    static const double sbp_mmhg[] = {126, 172, 184, 188, 205, 150, 186};
    char with[7][400], without[400];
    for (int forecast = 1; forecast >= 0; forecast--) {
        struct room room;
        room_open(&room, forecast ? "forecast.db" : "no_forecast.db");
        (void)pressure(&room, 124, 78);
        (void)happens(&room, "started", 24.5);
        wait_s(&room, MINUTE_S);
        json_t *paused = event(&room, "paused", 0);
        if (!forecast) { /* nothing is forecast while this is uncertain */
            (void)json_object_set_new(paused, "uncertain", json_string("yes"));
            (void)json_object_set_new(paused, "why", json_string("the pump did not answer"));
        }
        json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, paused));
        json_t *body = look(&room);
        ck_assert(json_is_null(json_object_get(body, "forecast")) == !forecast);
        json_decref(body);
        for (int i = 0; i < 7; i++) {
            wait_s(&room, 2 * MINUTE_S);
            (void)pressure(&room, sbp_mmhg[i], 80);
            shown_alarms(&room, forecast ? with[i] : without);
            ck_assert_msg(forecast || strcmp(with[i], without) == 0, "%s / %s", with[i], without);
        }
        clinic_close(&room.two.clinic);
    }
    ck_assert_ptr_nonnull(strstr(with[4], "sbp_once_mmhg high on"));
}
END_TEST

/* xDrip 97: an alarm that a treatment silenced; users were of two minds, and here it does not */
START_TEST(what_is_given_against_an_alarm_silences_nothing)
{
    struct room room;
    room_open_with(&room, "treated.db",
        "{\"rescue\": [{\"name\": \"clonidine\", \"dose_mg\": 0.15, \"route\": \"oral\", \"when\": "
        "\"pressure\"}]}");
    (void)pressure(&room, 124, 78);
    (void)happens(&room, "started", 24.5);
    (void)pressure(&room, 205, 95);
    ck_assert(sounds(&room, "sbp_once_mmhg"));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_medicine,
        json_pack("{s:s, s:I, s:s, s:f}", "patient", room.two.patient, "order", room.order, "name",
            "clonidine", "dose_mg", 0.15)));
    (void)happens(&room, "paused", 0);
    wait_s(&room, MINUTE_S);
    ck_assert(sounds(&room, "sbp_once_mmhg"));
    (void)happens(&room, "stopped", 0);
    wait_s(&room, MINUTE_S);
    ck_assert(sounds(&room, "sbp_once_mmhg"));
    clinic_close(&room.two.clinic);
}
END_TEST

/* ---- screens ---- */

/* A page of the session, or of the ward, asks as it does by itself. @param screen  "sounds", "silent" */
static void page_asks(struct room *room, const struct staff *who, enum rsp_use_case page, const char *screen)
{
    json_t *input = page == RSP_USE_ward
                        ? json_object()
                        : json_pack("{s:s, s:I}", "patient", room->two.patient, "order", room->order);
    (void)json_object_set_new(input, "screen", json_string(screen));
    json_decref(done(&room->two.clinic, who, page, input));
}

/* Time goes on while a page asks every ten seconds. */
static void watched_s(struct room *room, int seconds, enum rsp_use_case page, const char *screen)
{
    for (int s = 0; s < seconds; s += 10) {
        page_asks(room, &room->two.nurse, page, screen);
        wait_s(room, 10);
    }
}

static double onset_s(struct room *room, const char *id)
{
    json_t *body;
    const double at_s = json_number_value(json_object_get(alarm_row(room, id, &body), "onset_s"));
    json_decref(body);
    return at_s;
}

START_TEST(a_session_that_no_screen_watches_is_an_alarm_until_one_does)
{
    struct room room;
    room_open(&room, "unwatched.db");
    (void)pressure(&room, 124, 78);
    wait_s(&room, 120);
    ck_assert(!shown(&room, "no_screen")); /* no drug flows */
    (void)happens(&room, "started", 24.5);
    page_asks(&room, &room.two.nurse, RSP_USE_bedside_now, "sounds");
    const double left_s = (double)room.two.clinic.now_s;
    wait_s(&room, 60);
    ck_assert(!shown(&room, "no_screen"));
    wait_s(&room, 5);
    ck_assert(sounds(&room, "no_screen"));
    ck_assert_double_eq(onset_s(&room, "no_screen"), left_s);
    wait_s(&room, 600);
    page_asks(&room, &room.two.nurse, RSP_USE_ward, "sounds");
    tick(&room);
    ck_assert(!shown(&room, "no_screen") && !shown(&room, "sound_blocked"));
    watched_s(&room, 300, RSP_USE_ward, "sounds");
    ck_assert(!shown(&room, "no_screen") && !shown(&room, "sound_blocked"));
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(screens_that_cannot_sound_are_an_alarm_until_one_of_them_can)
{
    struct room room;
    room_open(&room, "silent.db");
    (void)pressure(&room, 124, 78);
    (void)happens(&room, "started", 24.5);
    watched_s(&room, 60, RSP_USE_bedside_now, "silent");
    ck_assert(!shown(&room, "sound_blocked")); /* as long to touch it as one may be away */
    watched_s(&room, 20, RSP_USE_bedside_now, "silent");
    ck_assert(sounds(&room, "sound_blocked") && !shown(&room, "no_screen"));
    page_asks(&room, &room.two.physician, RSP_USE_ward, "sounds"); /* in another room, and it is heard */
    tick(&room);
    ck_assert(!shown(&room, "sound_blocked"));
    watched_s(&room, 50, RSP_USE_bedside_now, "silent");
    ck_assert(!shown(&room, "sound_blocked"));
    watched_s(&room, 20, RSP_USE_bedside_now, "silent");
    ck_assert(shown(&room, "sound_blocked"));
    wait_s(&room, 70); /* that one is closed too: one alarm, the graver */
    ck_assert(shown(&room, "no_screen") && !shown(&room, "sound_blocked"));
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(only_a_screen_that_shows_the_session_of_now_counts)
{
    struct room room;
    struct staff stranger;
    room_open(&room, "strangers.db");
    struct clinic *clinic = &room.two.clinic;
    hire(clinic, "stranger", "nurse", &stranger);
    two_confirm(&room.two);
    (void)pressure(&room, 124, 78);
    (void)happens(&room, "started", 24.5);
    const double begun_s = (double)clinic->now_s;
    wait_s(&room, 60);
    page_asks(&room, &stranger, RSP_USE_ward, "sounds"); /* does not care for this patient: sees no tile */
    json_t *then = json_pack("{s:s, s:I, s:f, s:s}", "patient", room.two.patient, "order", room.order, "at_s",
        begun_s + 30, "screen", "sounds");
    json_decref(done(clinic, &room.two.nurse, RSP_USE_bedside_now, then)); /* looks at what was */
    json_decref(look(&room));                                              /* a program, and no screen */
    wait_s(&room, 5);
    ck_assert(sounds(&room, "no_screen"));
    clinic_close(clinic);
}
END_TEST

START_TEST(a_restart_keeps_what_was_known_of_screens_until_it_is_known_anew)
{
    struct room room;
    room_open(&room, "screens.db");
    (void)pressure(&room, 124, 78);
    (void)happens(&room, "started", 24.5);
    wait_s(&room, 70);
    const double since_s = onset_s(&room, "no_screen");
    clinic_restart(&room.two.clinic);
    two_confirm(&room.two);
    tick(&room);
    ck_assert(shown(&room, "no_screen"));
    wait_s(&room, 70);
    ck_assert(shown(&room, "no_screen"));
    ck_assert_double_eq(onset_s(&room, "no_screen"), since_s); /* it is the same alarm */
    watched_s(&room, 80, RSP_USE_bedside_now, "silent");
    ck_assert(!shown(&room, "no_screen") && shown(&room, "sound_blocked"));
    clinic_restart(&room.two.clinic);
    two_confirm(&room.two);
    watched_s(&room, 20, RSP_USE_bedside_now, "silent");
    ck_assert(shown(&room, "sound_blocked"));
    page_asks(&room, &room.two.nurse, RSP_USE_bedside_now, "sounds");
    tick(&room);
    ck_assert(!shown(&room, "sound_blocked"));
    clinic_restart(&room.two.clinic); /* nothing was wrong: a screen has its time to come back */
    two_confirm(&room.two);
    wait_s(&room, 55);
    ck_assert(!shown(&room, "no_screen"));
    clinic_close(&room.two.clinic);
    clinic_verify(&room.two.clinic);
}
END_TEST

RUN_TESTS("service_vigil", the_same_values_raise_the_same_alarms_whatever_is_forecast,
    what_is_given_against_an_alarm_silences_nothing,
    who_knows_the_readings_is_told_what_came_since_and_all_of_it,
    a_session_that_no_screen_watches_is_an_alarm_until_one_does,
    screens_that_cannot_sound_are_an_alarm_until_one_of_them_can,
    only_a_screen_that_shows_the_session_of_now_counts,
    a_restart_keeps_what_was_known_of_screens_until_it_is_known_anew,
    changes_that_one_look_has_no_room_for_are_told_at_the_next,
    a_session_that_cannot_be_read_keeps_nobody_from_the_others,
    sessions_that_nobody_ended_keep_nobody_from_the_one_of_now,
    values_are_held_against_three_bounds_before_they_are_kept,
    one_high_pressure_is_an_alarm_and_a_lesser_one_is_when_it_comes_twice,
    a_rise_is_counted_from_this_persons_own_baseline,
    every_silence_ends_by_itself_and_a_worse_value_breaks_it, an_artefact_decides_nothing_and_stays,
    no_pressure_for_long_is_an_alarm_of_its_own, a_restart_keeps_alarms_and_silences_and_is_an_alarm_itself)
