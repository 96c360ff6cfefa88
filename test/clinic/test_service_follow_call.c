/* The call after a session: one for a session, on its day, until somebody was reached; and what a person takes home. */
#include "bedside_support.h"

enum { MINUTE_S = 60, DAY_S = 86400 };

static json_t *about(const struct room *room)
{
    return json_pack("{s:s, s:I}", "patient", room->two.patient, "order", room->order);
}

/* A session of ten minutes, and the person is at home. */
static void at_home(struct room *room, const char *file)
{
    room_open(room, file);
    (void)happens(room, "started", 24.5);
    wait_s(room, 10 * MINUTE_S);
    (void)happens(room, "stopped", 0);
    (void)happens(room, "recovering", 0);
    (void)goes_home(room);
}

static void days_go_by(struct room *room, int days)
{
    room->two.clinic.now_s += (int64_t)days * DAY_S;
    ck_assert_int_eq(sign_in(&room->two.clinic, &room->two.nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
}

/* A text of the call. */
static const char *of_call(struct room *room, const char *key)
{
    static char text[32];
    json_t *body = done(&room->two.clinic, &room->two.nurse, RSP_USE_follow_call, about(room));
    const char *value = json_string_value(json_object_get(json_object_get(body, "call"), key));
    (void)snprintf(text, sizeof text, "%s", value != NULL ? value : "");
    json_decref(body);
    return text;
}

static enum rsp_refusal called(struct room *room, const char *answers, json_t **body)
{
    json_t *input = json_loads(answers, 0, NULL), *whole = about(room);
    ck_assert_ptr_nonnull(input);
    ck_assert_int_eq(json_object_update(whole, input), 0);
    json_decref(input);
    return ask(&room->two.clinic, &room->two.nurse, RSP_USE_follow_call_try, whole, NULL, body);
}

static enum rsp_refusal planned(struct room *room, const char *change)
{
    json_t *input = json_loads(change, 0, NULL), *whole = about(room);
    ck_assert_ptr_nonnull(input);
    ck_assert_int_eq(json_object_update(whole, input), 0);
    json_decref(input);
    return ask(&room->two.clinic, &room->two.nurse, RSP_USE_follow_call_plan, whole, NULL, NULL);
}

/* Tasks of today for the nurse that are such calls; state and missed tries of the first. */
static size_t due_today(struct room *room, char state[32], json_int_t *missed)
{
    json_t *body = done(&room->two.clinic, &room->two.nurse, RSP_USE_today, json_object());
    size_t i, n = 0;
    const json_t *row;
    json_array_foreach(json_object_get(body, "to_do"), i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "code")), "call") != 0)
            continue;
        ck_assert_str_eq(json_string_value(json_object_get(row, "family_name")), "Muster");
        ck_assert_int_eq(json_integer_value(json_object_get(row, "order")), room->order);
        (void)snprintf(state, 32, "%s", json_string_value(json_object_get(row, "state")));
        *missed = json_integer_value(json_object_get(row, "missed"));
        n++;
    }
    json_decref(body);
    return n;
}

START_TEST(it_is_due_the_day_after_and_overdue_until_the_person_is_reached)
{
    struct room room;
    char state[32] = "";
    json_int_t missed = 0;
    at_home(&room, "call_due.db"); /* on 29 November 2026 */
    ck_assert_str_eq(of_call(&room, "state"), "planned");
    ck_assert_str_eq(of_call(&room, "day"), "2026-11-30");
    ck_assert_uint_eq(due_today(&room, state, &missed), 0);
    days_go_by(&room, 1);
    ck_assert_uint_eq(due_today(&room, state, &missed), 1);
    ck_assert_str_eq(state, "due");
    days_go_by(&room, 2);
    ck_assert_uint_eq(due_today(&room, state, &missed), 1);
    ck_assert_str_eq(state, "overdue");
    ck_assert_int_eq(called(&room,
                         "{\"reached\": \"yes\", \"pain_nrs\": 3, \"nausea\": 0, \"dissociation\": \"yes\", "
                         "\"slept\": \"yes\", \"event\": \"no\"}",
                         NULL),
        RSP_NOT_REFUSED);
    ck_assert_str_eq(of_call(&room, "state"), "reached");
    ck_assert_uint_eq(due_today(&room, state, &missed), 0);
    ck_assert_int_eq(called(&room, "{\"reached\": \"yes\", \"pain_nrs\": 3}", NULL), RSP_REFUSED_CONFLICT);
    ck_assert_int_eq(
        planned(&room, "{\"day\": \"2026-12-24\", \"why\": \"once more\"}"), RSP_REFUSED_CONFLICT);
    clinic_close(&room.two.clinic);
    clinic_verify(&room.two.clinic);
}
END_TEST

START_TEST(who_was_not_reached_twice_is_said_and_stays_to_be_called)
{
    struct room room;
    char state[32] = "";
    json_int_t missed = 0;
    json_t *body = NULL;
    at_home(&room, "call_missed.db");
    days_go_by(&room, 1);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(called(&room, "{\"reached\": \"no\"}", &body), RSP_NOT_REFUSED);
        ck_assert(json_is_true(json_object_get(body, "missed_twice")) == (i == 1));
        json_decref(body);
    }
    ck_assert_uint_eq(due_today(&room, state, &missed), 1);
    ck_assert_int_eq(missed, 2);
    ck_assert_int_eq(called(&room, "{\"reached\": \"yes\", \"pain_nrs\": 5}", &body), RSP_NOT_REFUSED);
    ck_assert(!json_is_true(json_object_get(body, "missed_twice")));
    const json_int_t number = json_integer_value(json_object_get(body, "try"));
    json_decref(body);
    char back[120];
    (void)snprintf(
        back, sizeof back, "{\"replaces\": %lld, \"why\": \"it was somebody else\"}", (long long)number);
    ck_assert_int_eq(called(&room, back, NULL), RSP_NOT_REFUSED);
    ck_assert_str_eq(of_call(&room, "state"), "due");
    clinic_close(&room.two.clinic);
    clinic_verify(&room.two.clinic);
}
END_TEST

START_TEST(there_is_one_for_a_session_it_can_be_moved_and_not_be_wanted)
{
    struct room room;
    at_home(&room, "call_moved.db");
    ck_assert_int_eq(
        planned(&room, "{\"day\": \"2026-11-01\", \"why\": \"too early\"}"), RSP_REFUSED_INVALID);
    ck_assert_int_eq(planned(&room, "{\"day\": \"2026-12-03\"}"), RSP_REFUSED_INVALID); /* why */
    ck_assert_int_eq(
        planned(&room, "{\"day\": \"2026-12-03\", \"why\": \"works until then\"}"), RSP_NOT_REFUSED);
    ck_assert_str_eq(of_call(&room, "day"), "2026-12-03");
    /* The discharge is taken back: nobody is at home. It is entered again: the call that was planned stands. */
    json_t *body = look(&room), *undone = event(&room, "undone", 0);
    const json_t *events = json_object_get(json_object_get(body, "session"), "events");
    const json_t *last = json_array_get(events, json_array_size(events) - 1);
    (void)json_object_set(undone, "replaces", json_object_get(last, "number"));
    (void)json_object_set_new(undone, "why", json_string("another patient"));
    json_decref(body);
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, undone));
    ck_assert_str_eq(of_call(&room, "state"), "none");
    (void)goes_home(&room);
    ck_assert_str_eq(of_call(&room, "state"), "planned");
    ck_assert_str_eq(of_call(&room, "day"), "2026-12-03");
    ck_assert_int_eq(planned(&room, "{\"wanted\": \"no\", \"why\": \"wishes no call\"}"), RSP_NOT_REFUSED);
    ck_assert_str_eq(of_call(&room, "state"), "declined");
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(what_cannot_have_been_said_is_refused)
{
    struct room room;
    room_open(&room, "call_refused.db");
    ck_assert_int_eq(
        called(&room, "{\"reached\": \"no\"}", NULL), RSP_REFUSED_CONFLICT); /* nobody is at home */
    clinic_close(&room.two.clinic);
    at_home(&room, "call_said.db");
    ck_assert_int_eq(called(&room, "{\"reached\": \"no\", \"pain_nrs\": 3}", NULL), RSP_REFUSED_INVALID);
    ck_assert_int_eq(called(&room, "{\"reached\": \"yes\"}", NULL), RSP_REFUSED_INVALID);
    ck_assert_int_eq(called(&room, "{\"pain_nrs\": 3}", NULL), RSP_REFUSED_INVALID);
    ck_assert_int_eq(called(&room, "{\"reached\": \"yes\", \"pain_nrs\": 11}", NULL), RSP_REFUSED_INVALID);
    ck_assert_int_eq(called(&room, "{\"reached\": \"yes\", \"pain_nrs\": 3, \"event\": \"yes\"}", NULL),
        RSP_REFUSED_INVALID);
    ck_assert_int_eq(
        called(&room,
            "{\"reached\": \"yes\", \"pain_nrs\": 3, \"event\": \"yes\", \"note\": \"fell on the "
            "stairs\"}",
            NULL),
        RSP_NOT_REFUSED);
    json_t *body = done(
        &room.two.clinic, &room.two.nurse, RSP_USE_timeline, json_pack("{s:s}", "patient", room.two.patient));
    const json_t *call = json_array_get(json_object_get(body, "calls"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(call, "note")), "fell on the stairs");
    ck_assert_double_eq(json_number_value(json_object_get(call, "pain_nrs")), 3);
    ck_assert_str_eq(json_string_value(json_object_get(call, "who")), "nurse");
    json_decref(body);
    clinic_close(&room.two.clinic);
}
END_TEST

/* Each instruction rests on a rule with a source; numbers are those that a physician entered, and missing ones are null. */
START_TEST(instructions_have_sources_and_the_numbers_of_the_clinic)
{
    struct room room;
    room_open(&room, "instructions.db");
    ck_assert_int_eq(ask(&room.two.clinic, &room.two.nurse, RSP_USE_instructions, about(&room), NULL, NULL),
        RSP_REFUSED_CONFLICT); /* nothing was given */
    (void)happens(&room, "started", 24.5);
    wait_s(&room, 10 * MINUTE_S);
    (void)happens(&room, "stopped", 0);
    json_t *body = done(&room.two.clinic, &room.two.nurse, RSP_USE_instructions, about(&room));
    size_t i;
    const json_t *row;
    json_array_foreach(json_object_get(body, "advice"), i, row)
        ck_assert_uint_gt(strlen(json_string_value(json_object_get(row, "source"))), 10);
    ck_assert_uint_eq(json_array_size(json_object_get(body, "advice")), 7);
    ck_assert(json_is_null(json_object_get(body, "phone")));
    ck_assert(json_is_null(json_object_get(body, "next_visit")));
    ck_assert(json_is_null(json_object_get(body, "call_day")));
    json_decref(body);
    two_confirm(&room.two);
    json_decref(done(&room.two.clinic, &room.two.physician, RSP_USE_profile_sign,
        json_pack("{s:s, s:s, s:s, s:s, s:{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}}", "name",
            "House limits", "why", "numbers were missing", "phone", "+41 44 123 45 67", "emergency_phone",
            "144", "values", "sbp_twice_mmhg", 180, "dbp_twice_mmhg", 110, "sbp_once_mmhg", 200,
            "dbp_once_mmhg", 120, "hr_high_per_min", 120, "spo2_low_pct", 92, "rr_low_per_min", 8,
            "hr_low_per_min", 45, "sbp_low_mmhg", 90)));
    body = done(&room.two.clinic, &room.two.nurse, RSP_USE_instructions, about(&room));
    ck_assert_str_eq(json_string_value(json_object_get(body, "phone")), "+41 44 123 45 67");
    ck_assert_str_eq(json_string_value(json_object_get(body, "emergency_phone")), "144");
    json_decref(body);
    clinic_close(&room.two.clinic);
}
END_TEST

RUN_TESTS("service_follow_call", it_is_due_the_day_after_and_overdue_until_the_person_is_reached,
    who_was_not_reached_twice_is_said_and_stays_to_be_called,
    there_is_one_for_a_session_it_can_be_moved_and_not_be_wanted, what_cannot_have_been_said_is_refused,
    instructions_have_sources_and_the_numbers_of_the_clinic)
