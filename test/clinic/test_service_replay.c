/* A session looked at as it was: what the program said at a moment is recorded while it happens, and asked for again when everything is over.
 * The two must be one, word for word. */
#include <math.h>

#include "bedside_support.h"

enum { MINUTE_S = 60, HOUR_S = 3600, MOMENTS = 24, ANSWERS = 3 };

static const enum rsp_use_case use_case[ANSWERS] = {RSP_USE_bedside, RSP_USE_bedside_now, RSP_USE_readings};

struct record {
    size_t n;
    int64_t at_s[MOMENTS];
    json_t *said[MOMENTS][ANSWERS];
};

static json_t *about(const struct room *room, int64_t at_s, bool hindsight)
{
    json_t *input = json_pack("{s:s, s:I}", "patient", room->two.patient, "order", room->order);
    if (at_s != 0)
        (void)json_object_set_new(input, "at_s", json_integer(at_s));
    if (hindsight)
        (void)json_object_set_new(input, "hindsight", json_string("yes"));
    return input;
}

static json_t *then(struct room *room, enum rsp_use_case asked, int64_t at_s, bool hindsight)
{
    return done(&room->two.clinic, &room->two.physician, asked, about(room, at_s, hindsight));
}

/* What is said now; what comes after it has a time of its own. */
static void note(struct room *room, struct record *record)
{
    const size_t n = record->n++;
    ck_assert_uint_lt(n, MOMENTS);
    tick(room);
    record->at_s[n] = room->two.clinic.now_s;
    for (size_t i = 0; i < ANSWERS; i++)
        record->said[n][i] = then(room, use_case[i], 0, false);
    room->two.clinic.now_s++;
}

static void hold(struct room *room, struct record *record)
{
    for (size_t n = 0; n < record->n; n++)
        for (size_t i = 0; i < ANSWERS; i++) {
            json_t *again = then(room, use_case[i], record->at_s[n], false);
            char *said = json_dumps(record->said[n][i], JSON_SORT_KEYS | JSON_INDENT(1)),
                 *text = json_dumps(again, JSON_SORT_KEYS | JSON_INDENT(1));
            size_t at = 0;
            while (said[at] != '\0' && said[at] == text[at])
                at++;
            at = at > 200 ? at - 200 : 0;
            ck_assert_msg(strcmp(said, text) == 0,
                "moment %zu, answer %zu: it was\n%.400s\nand is said to have been\n%.400s", n, i, said + at,
                text + at);
            free(said);
            free(text);
            json_decref(again);
        }
}

static void forget(struct record *record)
{
    for (size_t n = 0; n < record->n; n++)
        for (size_t i = 0; i < ANSWERS; i++)
            json_decref(record->said[n][i]);
}

static void says(struct room *room, const char *alarm, const char *word)
{
    json_decref(done(&room->two.clinic, &room->two.nurse, RSP_USE_alarm_answer,
        json_pack("{s:s, s:I, s:s, s:s}", "patient", room->two.patient, "order", room->order, "alarm", alarm,
            "do", word)));
}

/* Somebody looks now and then, so that nobody is signed out. */
static void pass(struct room *room, int minutes)
{
    for (; minutes > 0; minutes -= 5) {
        wait_s(room, (minutes < 5 ? minutes : 5) * MINUTE_S);
        json_decref(then(room, RSP_USE_bedside_now, 0, false));
        json_decref(done(&room->two.clinic, &room->two.nurse, RSP_USE_bedside_now, about(room, 0, false)));
    }
}

/* Entered now, a quarter of an hour after it happened. */
static void late(struct room *room, const char *name, double rate_ml_per_h, int64_t replaces)
{
    json_t *input = event(room, name, rate_ml_per_h);
    char at[32];
    const time_t wall_s = (time_t)(room->two.clinic.now_s / MINUTE_S * MINUTE_S - 15 * MINUTE_S + HOUR_S);
    struct tm tm;
    (void)strftime(at, sizeof at, "%Y-%m-%dT%H:%M", gmtime_r(&wall_s, &tm));
    (void)json_object_set_new(input, "at", json_string(at));
    if (replaces != 0) {
        (void)json_object_set_new(input, "replaces", json_integer(replaces));
        (void)json_object_set_new(input, "why", json_string("the pump says so"));
    }
    json_decref(done(&room->two.clinic, &room->two.nurse, RSP_USE_bedside_event, input));
}

static void score(struct room *room, const char *what, double value)
{
    json_decref(done(&room->two.clinic, &room->two.nurse, RSP_USE_bedside_score,
        json_pack("{s:s, s:I, s:s, s:f}", "patient", room->two.patient, "order", room->order, "what", what,
            "value", value)));
}

/* A session of some hours, with everything that can happen to it. */
static void live(struct room *room, struct record *record)
{
    note(room, record); /* nothing yet */
    (void)pressure(room, 124, 78);
    note(room, record);
    (void)happens(room, "started", 24.5);
    note(room, record);
    pass(room, 10);
    const json_int_t odd = pressure(room, 205, 95);
    note(room, record);
    (void)pressure(room, 212, 96);
    wait_s(room, MINUTE_S);
    (void)pressure(room, 214, 96); /* twice */
    wait_s(room, MINUTE_S);
    (void)pressure(room, 216, 96); /* the worst, and nothing else changes with it */
    wait_s(room, MINUTE_S);
    (void)pressure(room, 207, 95); /* not the worst any more */
    note(room, record);
    says(room, "sbp_once_mmhg", "acknowledge");
    note(room, record);
    pass(room, 3); /* the silence is over */
    note(room, record);
    clinic_restart(&room->two.clinic);
    two_confirm(&room->two);
    note(room, record);
    says(room, "restarted", "acknowledge");
    (void)happens(room, "paused", 0);
    score(room, "sedation", 4);
    note(room, record);
    json_decref(done(&room->two.clinic, &room->two.nurse, RSP_USE_reading_mark,
        json_pack("{s:s, s:I, s:I, s:s, s:s, s:s}", "patient", room->two.patient, "order", room->order,
            "reading", odd, "sign", "sbp_mmhg", "artefact", "yes", "why", "the cuff slipped")));
    note(room, record);
    pass(room, 20);
    const json_int_t wrong = happens(room, "resumed", 20);
    note(room, record);
    pass(room, 16);
    late(room, "resumed", 15, wrong);
    note(room, record);
    pass(room, 40);
    (void)happens(room, "rate", 12); /* the values from before the start are more than an hour old */
    (void)pressure(room, 170, 82);
    note(room, record);
    (void)happens(room, "stopped", 0);
    (void)happens(room, "recovering", 0);
    score(room, "pain", 3);
    note(room, record);
    pass(room, 31);
    (void)pressure(room, 126, 80);
    note(room, record);
    (void)goes_home(room);
    note(room, record);
}

START_TEST(what_was_said_at_each_moment_is_said_again_when_all_is_over)
{
    struct room room;
    struct record record = {0};
    room_open(&room, "then.db");
    live(&room, &record);
    room.two.clinic.now_s += 24 * HOUR_S;
    two_confirm(&room.two);
    hold(&room, &record);
    clinic_restart(&room.two.clinic); /* nothing of it lies in memory */
    two_confirm(&room.two);
    hold(&room, &record);
    forget(&record);
    clinic_close(&room.two.clinic);
    clinic_verify(&room.two.clinic);
}
END_TEST

static json_t *forecasts(struct room *room)
{
    return done(&room->two.clinic, &room->two.physician, RSP_USE_bedside_forecasts,
        json_pack("{s:s, s:I, s:i}", "patient", room->two.patient, "order", room->order, "limit", 50));
}

static const char *outcome(const json_t *body, size_t i)
{
    return json_string_value(
        json_object_get(json_array_get(json_object_get(body, "forecasts"), i), "outcome"));
}

/* Another event in between, so that the forecast is another one; the same one again is kept once. */
START_TEST(each_forecast_that_was_shown_is_made_again_from_what_is_kept)
{
    struct room room;
    static const double rate[] = {24.5, 20, 12, 6};
    enum { N = sizeof rate / sizeof *rate };
    room_open(&room, "foretold.db");
    (void)pressure(&room, 124, 78);
    for (size_t i = 0; i < N; i++) {
        (void)happens(&room, i == 0 ? "started" : "rate", rate[i]);
        json_decref(then(&room, RSP_USE_bedside, 0, false));
        pass(&room, 10);
        json_decref(then(&room, RSP_USE_bedside, 0, false));
    }
    (void)happens(&room, "stopped", 0);
    (void)happens(&room, "recovering", 0);
    (void)goes_home(&room); /* the record knows the infusions now; then it did not */
    json_t *body = forecasts(&room);
    const size_t n = json_array_size(json_object_get(body, "forecasts"));
    for (size_t i = 0; i < n; i++)
        ck_assert_str_eq(outcome(body, i), "same");
    ck_assert_uint_eq(n, N + 1); /* goes_home looks, too */
    ck_assert(json_is_null(json_object_get(body, "next")));
    json_decref(body);
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_forecast_that_says_something_else_now_is_found)
{
    struct room room;
    room_open(&room, "otherwise.db");
    (void)happens(&room, "started", 24.5);
    json_decref(look(&room));
    json_t *body = forecasts(&room), *row = json_array_get(json_object_get(body, "forecasts"), 0);
    ck_assert_str_eq(outcome(body, 0), "same");
    static const char *const changed[] = {"digest", "rules_version", "models"};
    for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) {
        struct below below;
        below_open(&below, &room.two.clinic, room.two.patient);
        (void)snprintf(below.call.account.name, sizeof below.call.account.name, "somebody");
        rsp_store_rollback(room.two.clinic.service->store); /* a fact in a transaction of its own */
        char *models = json_dumps(json_object_get(row, "models"), JSON_SORT_KEYS | JSON_COMPACT);
        json_t *fact = json_pack("{s:I, s:O, s:s, s:O, s:O, s:O, s:O}", "order", room.order, "known",
            json_object_get(row, "known"), "models", models, "rules_version",
            json_object_get(row, "rules_version"), "copies", json_object_get(row, "copies"), "seed",
            json_object_get(row, "seed"), "digest", json_object_get(row, "digest"));
        free(models);
        (void)json_object_set_new(fact, changed[i], json_string("{}"));
        ck_assert_int_eq(
            rsp_call_append(&below.call, "bedside_forecast", &below.call.patient, fact, NULL), RSP_OK);
        below_close(&below);
    }
    json_decref(body);
    body = forecasts(&room);
    ck_assert_str_eq(outcome(body, 0), "same");
    ck_assert_str_eq(outcome(body, 1), "differs");
    ck_assert_str_eq(outcome(body, 2), "other_program");
    ck_assert_str_eq(outcome(body, 3), "other_program");
    json_decref(body);
    clinic_close(&room.two.clinic);
}
END_TEST

static double given(const json_t *body)
{
    return json_number_value(json_object_get(json_object_get(body, "session"), "given_mg"));
}

START_TEST(what_was_entered_late_stands_where_it_happened_in_hindsight)
{
    struct room room;
    room_open(&room, "hindsight.db");
    (void)pressure(&room, 124, 78);
    room.two.clinic.now_s = room.two.clinic.now_s / MINUTE_S * MINUTE_S + MINUTE_S;
    (void)happens(&room, "started", 24);
    pass(&room, 20);
    const int64_t then_s = room.two.clinic.now_s;
    pass(&room, 10);
    late(&room, "paused", 0, 0); /* 15 minutes after the start, half an hour after it */
    wait_s(&room, MINUTE_S);
    json_t *known = then(&room, RSP_USE_bedside, then_s, false),
           *was = then(&room, RSP_USE_bedside, then_s, true);
    ck_assert_double_eq_tol(given(known), 8, 1e-6);
    ck_assert_double_eq_tol(given(was), 6, 1e-6);
    ck_assert(json_is_object(json_object_get(was, "forecast")));
    ck_assert_str_eq(json_string_value(json_object_get(json_object_get(was, "session"), "state")), "paused");
    json_decref(known);
    json_decref(was);
    known = then(&room, RSP_USE_bedside, then_s - 10 * MINUTE_S, false);
    was = then(&room, RSP_USE_bedside, then_s - 10 * MINUTE_S, true);
    ck_assert(json_equal(json_object_get(known, "session"), json_object_get(was, "session")));
    json_decref(known);
    json_decref(was);
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_moment_lies_in_the_past_and_after_the_first_fact)
{
    struct room room;
    room_open(&room, "moments.db");
    const int64_t now_s = room.two.clinic.now_s;
    const int64_t bad[] = {now_s + 1, 1};
    for (size_t i = 0; i < ANSWERS; i++)
        for (size_t k = 0; k < 2; k++)
            ck_assert_int_eq(
                ask(&room.two.clinic, &room.two.nurse, use_case[i], about(&room, bad[k], false), NULL, NULL),
                RSP_REFUSED_INVALID);
    ck_assert_int_eq(
        ask(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_now, about(&room, 0, true), NULL, NULL),
        RSP_REFUSED_INVALID);
    /* Before the order was written there is no such order. */
    ck_assert_int_eq(ask(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_now,
                         about(&room, now_s - 30 * 24 * HOUR_S, false), NULL, NULL),
        RSP_REFUSED_INVALID);
    json_decref(then(&room, RSP_USE_bedside_now, now_s, false));
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(the_baseline_outlasts_the_hour_for_which_values_are_kept)
{
    struct room room;
    room_open(&room, "baseline.db");
    (void)pressure(&room, 118, 78);
    (void)happens(&room, "started", 24.5);
    pass(&room, 70);
    (void)happens(&room, "rate", 12);
    (void)pressure(&room, 160, 80);
    ck_assert(shown(&room, "sbp_rise_mmhg"));
    clinic_close(&room.two.clinic);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {what_was_said_at_each_moment_is_said_again_when_all_is_over,
        each_forecast_that_was_shown_is_made_again_from_what_is_kept,
        a_forecast_that_says_something_else_now_is_found,
        what_was_entered_late_stands_where_it_happened_in_hindsight,
        a_moment_lies_in_the_past_and_after_the_first_fact,
        the_baseline_outlasts_the_hour_for_which_values_are_kept};
    return run_tests("service replay", sizeof tests / sizeof *tests, tests);
}
