/* What is due in a session of the clinic, what counts as done, and that what is overdue is an alarm. The intervals are those of the
 * rules: pressure every 10 min while drug is given and 3 min late at most, sedation every 15 and 5, the line every 30 and 5. */
#include <math.h>

#include "bedside_support.h"

enum { MINUTE_S = 60 };

static json_t *score(const struct room *room, const char *what, double value)
{
    json_t *input =
        json_pack("{s:s, s:I, s:s}", "patient", room->two.patient, "order", room->order, "what", what);
    if (!isnan(value))
        (void)json_object_set_new(input, "value", json_real(value));
    return input;
}

static json_int_t scored(struct room *room, const char *what, double value)
{
    return number_in(
        done(&room->two.clinic, &room->two.nurse, RSP_USE_bedside_score, score(room, what, value)), "score");
}

/* A number of the task's row; NaN: it is not on the list. */
static double of_task(struct room *room, const char *task, const char *key)
{
    json_t *body = look(room);
    size_t i;
    const json_t *row;
    double value = NAN;
    json_array_foreach(json_object_get(json_object_get(body, "watch"), "due"), i, row)
    {
        const json_t *number = json_object_get(row, key);
        if (strcmp(json_string_value(json_object_get(row, "task")), task) == 0)
            value = json_is_boolean(number) ? json_is_true(number) : json_number_value(number);
    }
    json_decref(body);
    return value;
}

/* Minutes from a moment until the task is due. */
static double due_min(struct room *room, const char *task, int64_t from_s)
{
    return (of_task(room, task, "due_s") - (double)from_s) / MINUTE_S;
}

START_TEST(a_task_comes_back_after_it_was_done_and_what_is_overdue_is_an_alarm)
{
    struct room room;
    room_open(&room, "due.db");
    struct clinic *clinic = &room.two.clinic;
    (void)pressure(&room, 124, 78);
    (void)scored(&room, "sedation", 5); /* before the start: it is no task of the session */
    ck_assert(isnan(of_task(&room, "pressure", "due_s")));
    (void)happens(&room, "started", 24.5);
    const int64_t begun_s = clinic->now_s;
    ck_assert_double_eq(due_min(&room, "pressure", begun_s), 10);
    ck_assert_double_eq(due_min(&room, "sedation", begun_s), 15);
    ck_assert_double_eq(due_min(&room, "line", begun_s), 30);
    wait_s(&room, 8 * MINUTE_S);
    (void)pressure(&room, 126, 80);
    ck_assert_double_eq(due_min(&room, "pressure", begun_s), 18);
    wait_s(&room, 12 * MINUTE_S); /* 20 min: of sedation nobody thought for 15 */
    ck_assert(of_task(&room, "sedation", "due") == 1 && of_task(&room, "sedation", "overdue") == 0);
    ck_assert(!shown(&room, "overdue"));
    wait_s(&room, 10);
    ck_assert(of_task(&room, "sedation", "overdue") == 1 && shown(&room, "overdue"));
    json_t *body;
    const json_t *row = alarm_row(&room, "overdue", &body);
    ck_assert(json_is_true(json_object_get(row, "technical")));
    json_decref(body);
    (void)scored(&room, "sedation", 4);
    tick(&room);
    ck_assert_double_eq(due_min(&room, "sedation", clinic->now_s), 15);
    ck_assert(!shown(&room, "overdue"));
    (void)scored(&room, "line", NAN);
    ck_assert_double_eq(due_min(&room, "line", clinic->now_s), 30);
    clinic_close(clinic);
    clinic_verify(clinic);
}
END_TEST

START_TEST(an_artefact_and_a_score_that_was_taken_back_are_not_done)
{
    struct room room;
    room_open(&room, "notdone.db");
    struct clinic *clinic = &room.two.clinic;
    (void)happens(&room, "started", 24.5);
    const int64_t begun_s = clinic->now_s;
    wait_s(&room, 5 * MINUTE_S);
    const json_int_t reading = pressure(&room, 150, 80), sedation = scored(&room, "sedation", 3);
    ck_assert_double_eq(due_min(&room, "pressure", begun_s), 15);
    ck_assert_double_eq(due_min(&room, "sedation", begun_s), 20);
    json_decref(done(clinic, &room.two.nurse, RSP_USE_reading_mark,
        json_pack("{s:s, s:I, s:I, s:s, s:s, s:s}", "patient", room.two.patient, "order", room.order,
            "reading", reading, "sign", "sbp_mmhg", "artefact", "yes", "why", "the cuff had slipped")));
    ck_assert_double_eq(due_min(&room, "pressure", begun_s), 10);
    json_t *back = score(&room, "sedation", NAN);
    (void)json_object_set_new(back, "replaces", json_integer(sedation));
    ck_assert_int_eq(ask(clinic, &room.two.nurse, RSP_USE_bedside_score, json_incref(back), NULL, NULL),
        RSP_REFUSED_INVALID);
    (void)json_object_set_new(back, "why", json_string("another patient"));
    json_decref(done(clinic, &room.two.nurse, RSP_USE_bedside_score, json_incref(back)));
    ck_assert_double_eq(due_min(&room, "sedation", begun_s), 15);
    ck_assert_int_eq(
        ask(clinic, &room.two.nurse, RSP_USE_bedside_score, back, NULL, NULL), RSP_REFUSED_MISSING);
    json_t *body = look(&room);
    ck_assert_uint_eq(json_array_size(json_object_get(body, "scores")), 0);
    json_decref(body);
    clinic_close(clinic);
}
END_TEST

/* 180/110 counts when it comes twice within 5 min. */
START_TEST(a_pressure_beyond_a_limit_that_counts_twice_is_due_sooner)
{
    struct room room;
    room_open(&room, "sooner.db");
    (void)happens(&room, "started", 24.5);
    wait_s(&room, 2 * MINUTE_S);
    (void)pressure(&room, 150, 112);
    const int64_t high_s = room.two.clinic.now_s;
    ck_assert_double_eq(due_min(&room, "pressure", high_s), 5);
    wait_s(&room, 2 * MINUTE_S);
    (void)pressure(&room, 150, 90);
    ck_assert_double_eq(due_min(&room, "pressure", high_s), 12);
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_restart_knows_what_was_done_and_a_pressure_of_long_ago)
{
    struct room room;
    room_open(&room, "again.db");
    struct clinic *clinic = &room.two.clinic;
    (void)happens(&room, "started", 24.5);
    wait_s(&room, 10 * MINUTE_S);
    (void)pressure(&room, 124, 78);
    (void)scored(&room, "pain", 2);
    const int64_t done_s = clinic->now_s;
    clinic_restart(clinic);
    two_confirm(&room.two);
    ck_assert_double_eq(of_task(&room, "pain", "last_s"), (double)done_s);
    for (int i = 0; i < 3; i++) { /* nobody is away for half an hour */
        wait_s(&room, 25 * MINUTE_S);
        (void)state(&room);
    }
    ck_assert_double_eq(of_task(&room, "pressure", "last_s"), (double)done_s);
    (void)happens(&room, "stopped", 0);
    ck_assert(isnan(of_task(&room, "line", "due_s"))); /* the pump stands */
    ck_assert_double_eq(due_min(&room, "pressure", done_s), 15);
    clinic_close(clinic);
    clinic_verify(clinic);
}
END_TEST

START_TEST(a_score_outside_its_scale_is_refused)
{
    struct room room;
    room_open(&room, "scales.db");
    const struct {
        const char *what;
        double value;
    } bad[] = {{"sedation", 6}, {"sedation", -1}, {"pain", 2.5}, {"pain", 11}, {"pain", NAN}, {"line", 1},
        {"mood", 3}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(ask(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_score,
                          score(&room, bad[i].what, bad[i].value), NULL, NULL) == RSP_REFUSED_INVALID,
            "%zu", i);
    const json_int_t first = scored(&room, "nausea", 0);
    room.two.clinic.now_s += MINUTE_S;
    json_t *corrected = score(&room, "nausea", 7);
    (void)json_object_set_new(corrected, "replaces", json_integer(first));
    (void)json_object_set_new(corrected, "why", json_string("a slip"));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_score, corrected));
    json_t *body = look(&room);
    const json_t *rows = json_object_get(body, "scores"), *row = json_array_get(rows, 0);
    ck_assert_uint_eq(json_array_size(rows), 1);
    ck_assert_double_eq(json_number_value(json_object_get(row, "value")), 7);
    ck_assert_double_eq(
        json_number_value(json_object_get(row, "at_s")), (double)room.two.clinic.now_s - MINUTE_S);
    json_decref(body);
    clinic_close(&room.two.clinic);
}
END_TEST

/* Minutes until a task is due, of a session that has just begun. */
static double first_due_min(struct room *room, const char *task)
{
    json_t *body = look(room);
    const double begun_s = json_number_value(json_object_get(json_object_get(body, "session"), "begun_s"));
    size_t i;
    const json_t *row;
    double due_s = NAN;
    json_array_foreach(json_object_get(json_object_get(body, "watch"), "due"), i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "task")), task) == 0)
            due_s = json_number_value(json_object_get(row, "due_s"));
    }
    json_decref(body);
    return (due_s - begun_s) / 60;
}

static json_t *intervals(const char *text)
{
    json_t *made = json_loads(text, 0, NULL);
    ck_assert_ptr_nonnull(made);
    return made;
}

START_TEST(an_order_asks_for_more_often_than_the_rules_and_never_for_less)
{
    static const char *const refused[] = {"{\"pressure\": {\"during_min\": 11}}",
        "{\"sedation\": {\"after_min\": 60}}", "{\"pressure\": {\"during_min\": 0}}",
        "{\"pressure\": {\"during_min\": 2.5}}", "{\"tea\": {\"during_min\": 5}}",
        "{\"pressure\": {\"hours\": 1}}", "{\"pressure\": 5}"};
    struct room room;
    two_open(&room.two, "intervals.db");
    const json_int_t plan = two_plan(&room.two, "98 mg ketamine iv over 4 h");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        json_t *choices = two_choices(&room.two, plan, 98, 24.5);
        (void)json_object_set_new(choices, "intervals", intervals(refused[i]));
        ck_assert_int_eq(ask(&room.two.clinic, &room.two.physician, RSP_USE_order_write, choices, NULL, NULL),
            RSP_REFUSED_INVALID);
    }
    json_t *choices = two_choices(&room.two, plan, 98, 24.5);
    (void)json_object_set_new(choices, "intervals",
        intervals("{\"pressure\": {\"during_min\": 5}, \"line\": {\"after_min\": 20}}"));
    room.order =
        number_in(done(&room.two.clinic, &room.two.physician, RSP_USE_order_write, choices), "order");
    two_sign(&room.two, room.order);
    (void)two_bring(&room.two, room.order, "K1");
    two_ready(&room.two, room.order);
    (void)happens(&room, "started", 24.5);
    tick(&room);
    ck_assert_double_eq_tol(first_due_min(&room, "pressure"), 5, 1e-9);
    ck_assert_double_eq_tol(first_due_min(&room, "sedation"), 15, 1e-9); /* as the rules say */
    clinic_restart(&room.two.clinic);
    two_confirm(&room.two);
    ck_assert_double_eq_tol(first_due_min(&room, "pressure"), 5, 1e-9);
    clinic_close(&room.two.clinic);
    clinic_verify(&room.two.clinic);
}
END_TEST

RUN_TESTS("service_due", a_task_comes_back_after_it_was_done_and_what_is_overdue_is_an_alarm,
    an_artefact_and_a_score_that_was_taken_back_are_not_done,
    a_pressure_beyond_a_limit_that_counts_twice_is_due_sooner,
    a_restart_knows_what_was_done_and_a_pressure_of_long_ago, a_score_outside_its_scale_is_refused,
    an_order_asks_for_more_often_than_the_rules_and_never_for_less)
