/* Going home after a session: nobody does before each criterion is met, or somebody says by name why not. */
#include <math.h>

#include "bedside_support.h"

enum { MINUTE_S = 60 };

/* State of a criterion: met, not_met, unknown; "" when it is not asked. */
static const char *criterion(struct room *room, const char *id)
{
    static char text[16];
    json_t *body = look(room);
    size_t i;
    const json_t *row;
    text[0] = '\0';
    json_array_foreach(json_object_get(json_object_get(body, "recovery"), "criteria"), i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "id")), id) == 0)
            (void)snprintf(text, sizeof text, "%s", json_string_value(json_object_get(row, "state")));
    }
    json_decref(body);
    return text;
}

static void answered(struct room *room, const char *answers)
{
    json_t *input = json_loads(answers, 0, NULL);
    ck_assert_ptr_nonnull(input);
    (void)json_object_set_new(input, "patient", json_string(room->two.patient));
    (void)json_object_set_new(input, "order", json_integer(room->order));
    json_decref(done(&room->two.clinic, &room->two.nurse, RSP_USE_recovery, input));
}

static void measured(struct room *room, double sbp_mmhg, double hr_per_min, double spo2_pct)
{
    json_t *input = values(room, "sbp_mmhg", sbp_mmhg, "hr_per_min", hr_per_min);
    (void)json_object_set_new(json_object_get(input, "values"), "spo2_pct", json_real(spo2_pct));
    json_decref(done(&room->two.clinic, &room->two.nurse, RSP_USE_reading_add, input));
}

static enum rsp_refusal try_home(struct room *room)
{
    return ask(
        &room->two.clinic, &room->two.nurse, RSP_USE_bedside_event, event(room, "discharged", 0), NULL, NULL);
}

/* 20 minutes of an infusion after a baseline of 124 mmHg, 72 and 98 %; in recovery. */
static void recovering(struct room *room, const char *file)
{
    room_open(room, file);
    measured(room, 124, 72, 98);
    (void)happens(room, "started", 24.5);
    wait_s(room, 20 * MINUTE_S);
    answered(
        room, "{\"orientation\": \"yes\", \"gait\": \"yes\", \"dissociation\": \"yes\"}"); /* too early */
    wait_s(room, MINUTE_S);
    (void)happens(room, "stopped", 0);
    (void)happens(room, "recovering", 0);
}

START_TEST(who_has_regained_everything_goes_home_and_nobody_before)
{
    static const struct {
        const char *answers, *id;
    } part[] = {{"{\"orientation\": \"yes\"}", "orientation"}, {"{\"gait\": \"yes\"}", "gait"},
        {"{\"dissociation\": \"yes\"}", "dissociation"},
        {"{\"aldrete\": {\"activity\": 2, \"breathing\": 2, \"circulation\": 2, \"consciousness\": 2, "
         "\"saturation\": 1}}",
            "aldrete"}};
    struct room room;
    recovering(&room, "home.db");
    struct clinic *clinic = &room.two.clinic;
    const int64_t stopped_s = clinic->now_s;
    wait_s(&room, 10 * MINUTE_S);
    measured(&room, 130, 76, 97);
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        ck_assert_str_eq(criterion(&room, part[i].id), "unknown"); /* before the last drug is no answer */
        answered(&room, part[i].answers);
        ck_assert_str_eq(criterion(&room, part[i].id), "met");
        ck_assert_int_eq(try_home(&room), RSP_REFUSED_GATE);
    }
    ck_assert_str_eq(criterion(&room, "vitals"), "met");
    ck_assert_str_eq(criterion(&room, "saturation"), "unknown");
    answered(&room, "{\"oxygen\": \"no\"}");
    ck_assert_str_eq(criterion(&room, "saturation"), "met");
    ck_assert_str_eq(criterion(&room, "escort"), ""); /* stays in the hospital */
    ck_assert_str_eq(criterion(&room, "reversal"), "");
    answered(&room,
        "{\"padss\": {\"vital signs\": 2, \"activity and mental state\": 2, \"pain and nausea\": 2, "
        "\"intake and output\": 1}}");
    ck_assert_str_eq(criterion(&room, "padss"), "unknown"); /* nobody decided how bleeding is scored */
    two_confirm(&room.two);
    json_decref(done(clinic, &room.two.physician, RSP_USE_profile_sign,
        json_pack("{s:s, s:s, s:s, s:{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}}", "name", "House", "why",
            "PADSS", "bleeding", "full", "values", "sbp_twice_mmhg", 180, "dbp_twice_mmhg", 110,
            "sbp_once_mmhg", 200, "dbp_once_mmhg", 120, "hr_high_per_min", 120, "spo2_low_pct", 92,
            "rr_low_per_min", 8, "hr_low_per_min", 45, "sbp_low_mmhg", 90)));
    ck_assert_str_eq(criterion(&room, "padss"), "met"); /* 2 + 2 + 2 + 2 + 1 */
    ck_assert_str_eq(criterion(&room, "time"), "not_met");
    ck_assert_int_eq(try_home(&room), RSP_REFUSED_GATE);
    wait_s(&room, 25 * MINUTE_S);
    ck_assert_str_eq(criterion(&room, "time"), "not_met"); /* nobody is away for half an hour */
    wait_s(&room, (int)(stopped_s + 59 * MINUTE_S - clinic->now_s));
    ck_assert_str_eq(criterion(&room, "time"), "not_met");
    wait_s(&room, MINUTE_S); /* an hour since the last drug */
    ck_assert_str_eq(criterion(&room, "time"), "met");
    ck_assert_str_eq(criterion(&room, "vitals"), "unknown"); /* measured too long ago */
    measured(&room, 150, 76, 97);
    ck_assert_str_eq(criterion(&room, "vitals"), "not_met"); /* 21 % above 124 */
    ck_assert_int_eq(try_home(&room), RSP_REFUSED_GATE);
    measured(&room, 148, 76, 97);
    ck_assert_int_eq(try_home(&room), RSP_NOT_REFUSED);
    ck_assert_str_eq(state(&room), "discharged");
    json_t *body = look(&room);
    const json_t *events = json_object_get(json_object_get(body, "session"), "events");
    ck_assert_ptr_null(json_object_get(json_array_get(events, json_array_size(events) - 1), "overridden"));
    ck_assert(json_is_null(json_object_get(body, "recovery")));
    json_decref(body);
    clinic_close(clinic);
    clinic_verify(clinic);
}
END_TEST

START_TEST(what_is_not_met_is_overridden_one_by_one_with_a_reason_that_is_kept)
{
    struct room room;
    recovering(&room, "against.db");
    struct clinic *clinic = &room.two.clinic;
    json_t *input = event(&room, "discharged", 0), *reasons = json_object(), *body = look(&room);
    const json_t *rows = json_object_get(json_object_get(body, "recovery"), "criteria");
    const size_t n = json_array_size(rows); /* the pressure is of before the start: nothing is met */
    ck_assert_uint_eq(n, 8);
    (void)json_object_set_new(input, "reasons", reasons);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(ask(clinic, &room.two.nurse, RSP_USE_bedside_event, json_incref(input), NULL, NULL),
            RSP_REFUSED_GATE);
        (void)json_object_set_new(
            reasons, json_string_value(json_object_get(json_array_get(rows, i), "id")), json_string("   "));
        ck_assert_int_eq(ask(clinic, &room.two.nurse, RSP_USE_bedside_event, json_incref(input), NULL, NULL),
            RSP_REFUSED_GATE);
        (void)json_object_set_new(reasons, json_string_value(json_object_get(json_array_get(rows, i), "id")),
            json_string("goes to A&E"));
    }
    json_decref(body);
    json_decref(done(clinic, &room.two.nurse, RSP_USE_bedside_event, input));
    body = look(&room);
    const json_t *events = json_object_get(json_object_get(body, "session"), "events"),
                 *kept = json_object_get(json_array_get(events, json_array_size(events) - 1), "overridden");
    ck_assert_uint_eq(json_array_size(kept), n);
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(kept, 0), "reason")), "goes to A&E");
    json_decref(body);
    clinic_close(clinic);
    clinic_verify(clinic);
}
END_TEST

START_TEST(who_goes_home_is_taken_home_and_the_latest_answer_counts)
{
    struct room room;
    recovering(&room, "escort.db");
    two_amend(&room.two, json_pack("{s:s}", "setting", "outpatient"));
    ck_assert_str_eq(criterion(&room, "escort"), "unknown");
    answered(&room, "{\"escort\": \"A. Neighbour\", \"gait\": \"yes\"}");
    ck_assert_str_eq(criterion(&room, "escort"), "met");
    ck_assert_str_eq(criterion(&room, "gait"), "met");
    wait_s(&room, MINUTE_S);
    answered(&room, "{\"gait\": \"no\"}");
    ck_assert_str_eq(criterion(&room, "gait"), "not_met");
    ck_assert_str_eq(criterion(&room, "escort"), "met");
    answered(
        &room, "{\"at\": \"2026-11-29T08:54\", \"gait\": \"yes\"}"); /* seen before that, and entered later */
    ck_assert_str_eq(criterion(&room, "gait"), "not_met");
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(while_it_is_uncertain_when_the_last_drug_was_the_later_one_counts)
{
    enum { STEP_S = 20 * MINUTE_S, N_STEP = 12 };
    struct room room;
    room_open(&room, "uncertain_end.db");
    (void)happens(
        &room, "started", 24.5); /* 98 mg: until 4 h, or until 2 h if half of it was given at once */
    json_t *half = event(&room, "given", 0);
    (void)json_object_set_new(half, "amount_mg", json_real(49));
    (void)json_object_set_new(half, "uncertain", json_string("yes"));
    (void)json_object_set_new(half, "why", json_string("nobody saw it"));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, half));
    for (int i = 0; i < N_STEP; i++) {
        room.two.clinic.now_s += STEP_S;
        json_decref(look(&room)); /* who is signed in stays so */
    }
    (void)happens(&room, "stopped", 0);
    (void)happens(&room, "recovering", 0);
    room.two.clinic.now_s += MINUTE_S;
    ck_assert_double_eq_tol(of_session(&room, "given_low_mg"), 98, 1e-6);
    ck_assert_str_eq(criterion(&room, "time"), "not_met");
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_reversal_agent_is_waited_for)
{
    struct room room;
    recovering(&room, "reversal.db");
    answered(&room, "{\"reversal\": \"2026-11-29T08:50\"}");
    ck_assert_str_eq(criterion(&room, "reversal"), "not_met");
    for (int minutes = 0; minutes < 110; minutes += 22) {
        wait_s(&room, 22 * MINUTE_S); /* from 08:53:29 to 10:43:29 */
        ck_assert_str_eq(criterion(&room, "reversal"), "not_met");
    }
    wait_s(&room, 7 * MINUTE_S);
    ck_assert_str_eq(criterion(&room, "reversal"), "met");
    clinic_close(&room.two.clinic);
}
END_TEST

/* mg of the record's infusions by the reader of dose texts, and how many there are. */
static double recorded_mg(struct room *room, size_t *n)
{
    json_t *body = done(&room->two.clinic, &room->two.nurse, RSP_USE_patient_read,
        json_pack("{s:s}", "patient", room->two.patient));
    const json_t *rows = json_object_get(json_object_get(body, "record"), "infusions"), *row;
    size_t i;
    double sum = 0;
    *n = json_array_size(rows);
    json_array_foreach(rows, i, row)
    {
        struct rsp_dose_text dose;
        struct rsp_error err = {0};
        ck_assert_int_eq(
            rsp_dose_text_parse(json_string_value(json_object_get(row, "dose")), &dose, &err), RSP_OK);
        ck_assert_int_eq(dose.basis, RSP_DOSE_MG);
        sum += dose.value;
    }
    json_decref(body);
    return sum;
}

START_TEST(what_was_given_stands_in_the_record_once_and_as_it_was)
{
    struct room room;
    size_t n = 0;
    room_open(&room, "given.db");
    struct clinic *clinic = &room.two.clinic;
    (void)happens(&room, "started", 24);
    clinic->now_s += 10 * MINUTE_S;
    (void)happens(&room, "bag", 0); /* parts no stretch */
    clinic->now_s += 10 * MINUTE_S;
    (void)happens(&room, "rate", 12);
    clinic->now_s += 5 * MINUTE_S;
    const json_int_t stop = happens(&room, "stopped", 0);
    (void)happens(&room, "recovering", 0);
    ck_assert_double_eq(recorded_mg(&room, &n), 0);
    const json_int_t home = goes_home(&room);
    ck_assert_double_eq_tol(recorded_mg(&room, &n), 24.0 / 3 + 12.0 / 12, 1e-9);
    ck_assert_uint_eq(n, 2);
    json_t *undo = event(&room, "undone", 0);
    (void)json_object_set_new(undo, "replaces", json_integer(home));
    (void)json_object_set_new(undo, "why", json_string("fainted at the door"));
    json_decref(done(clinic, &room.two.nurse, RSP_USE_bedside_event, undo));
    (void)goes_home(&room);
    ck_assert_double_eq_tol(recorded_mg(&room, &n), 9, 1e-9);
    ck_assert_uint_eq(n, 2);
    json_t *earlier = event(&room, "stopped", 0); /* it was before that */
    (void)json_object_set_new(earlier, "replaces", json_integer(stop));
    (void)json_object_set_new(earlier, "at", json_string("2026-11-29T08:55"));
    (void)json_object_set_new(earlier, "why", json_string("read from the history of the pump"));
    json_decref(done(clinic, &room.two.nurse, RSP_USE_bedside_event, earlier));
    const double given_mg = of_session(&room, "given_mg");
    ck_assert(given_mg > 8 && given_mg < 9);
    ck_assert_double_eq_tol(recorded_mg(&room, &n), given_mg, 1e-9);
    ck_assert_uint_eq(n, 2);
    clinic_close(clinic);
    clinic_verify(clinic);
}
END_TEST

RUN_TESTS("service_leaving", who_has_regained_everything_goes_home_and_nobody_before,
    what_is_not_met_is_overridden_one_by_one_with_a_reason_that_is_kept,
    who_goes_home_is_taken_home_and_the_latest_answer_counts,
    while_it_is_uncertain_when_the_last_drug_was_the_later_one_counts, a_reversal_agent_is_waited_for,
    what_was_given_stands_in_the_record_once_and_as_it_was)
