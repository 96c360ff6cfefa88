/* Before the first milligram: what is asked, who passes which gate, and that it stands with the event. */
#include <string.h>

#include "bedside_support.h"

enum { MINUTE_S = 60 };

/* An order of a patient who goes home; nothing was asked yet. */
static void bare(struct room *room, const char *file)
{
    two_open(&room->two, file);
    two_amend(&room->two, json_pack("{s:s}", "setting", "outpatient"));
    room_bare(room);
}

static json_t *about(const struct room *room)
{
    return json_pack("{s:s, s:I}", "patient", room->two.patient, "order", room->order);
}

static void answer(struct room *room, const char *key, const char *text)
{
    json_t *input = about(room);
    (void)json_object_set_new(input, key, json_string(text));
    json_decref(done(&room->two.clinic, &room->two.nurse, RSP_USE_start_answer, input));
}

static void fasted(struct room *room)
{
    answer(room, "ate", "2026-11-28T20:00");
    answer(room, "drank", "2026-11-28T22:00");
}

static enum rsp_refusal override(struct room *room, const struct staff *who, const char *gate)
{
    json_t *input = about(room);
    (void)json_object_set_new(input, "gate", json_string(gate));
    (void)json_object_set_new(input, "why", json_string("no better day will come"));
    return ask(&room->two.clinic, who, RSP_USE_start_override, input, NULL, NULL);
}

static enum rsp_refusal start(struct room *room)
{
    return ask(
        &room->two.clinic, &room->two.nurse, RSP_USE_bedside_event, event(room, "started", 24.5), NULL, NULL);
}

/* State of one gate, as the page shows it. */
static const char *gate(struct room *room, const char *id)
{
    static char text[16];
    json_t *body = look(room);
    size_t i;
    const json_t *row;
    text[0] = '\0';
    json_array_foreach(json_object_get(json_object_get(body, "start"), "gates"), i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "id")), id) == 0)
            (void)snprintf(text, sizeof text, "%s", json_string_value(json_object_get(row, "state")));
    }
    json_decref(body);
    return text;
}

/* What was passed at the start, of one gate: a text of its row; "" when there is no such row. */
static const char *passed(struct room *room, const char *id, const char *key)
{
    static char text[200];
    json_t *body = look(room);
    size_t i, k;
    const json_t *row, *one;
    text[0] = '\0';
    json_array_foreach(json_object_get(json_object_get(body, "session"), "events"), i, row)
    {
        json_array_foreach(json_object_get(row, "overridden"), k, one)
        {
            if (strcmp(json_string_value(json_object_get(one, "id")), id) == 0)
                (void)snprintf(text, sizeof text, "%s", json_string_value(json_object_get(one, key)));
        }
    }
    json_decref(body);
    return text;
}

START_TEST(nothing_flows_before_pressure_fasting_and_escort_are_known)
{
    struct room room;
    bare(&room, "asked.db");
    ck_assert_str_eq(gate(&room, "check"), "met");
    ck_assert_str_eq(gate(&room, "vial"), "met");
    ck_assert_str_eq(gate(&room, "pregnancy"), "met"); /* negative, of today, in the record */
    ck_assert_str_eq(gate(&room, "pressure"), "unknown");
    ck_assert_str_eq(gate(&room, "fasting"), "unknown");
    ck_assert_int_eq(start(&room), RSP_REFUSED_GATE);
    (void)pressure(&room, 128, 80);
    ck_assert_str_eq(gate(&room, "pressure"), "met");
    ck_assert_int_eq(start(&room), RSP_REFUSED_GATE);
    fasted(&room);
    ck_assert_str_eq(gate(&room, "fasting"), "met");
    ck_assert_int_eq(start(&room), RSP_REFUSED_GATE); /* with whom does the person go home? */
    answer(&room, "escort", "A. Neighbour");
    ck_assert_int_eq(start(&room), RSP_NOT_REFUSED);
    ck_assert_str_eq(gate(&room, "pressure"), ""); /* the start is past */
    ck_assert_str_eq(passed(&room, "pressure", "why"), "");
    json_t *late = about(&room);
    (void)json_object_set_new(late, "ate", json_string("2026-11-29T07:00"));
    ck_assert_int_eq(
        ask(&room.two.clinic, &room.two.nurse, RSP_USE_start_answer, late, NULL, NULL), RSP_REFUSED_CONFLICT);
    clinic_close(&room.two.clinic);
    clinic_verify(&room.two.clinic);
}
END_TEST

/* 140/90 mmHg below 65 years (Spravato, EU), and what a physician signed; the lower one holds. */
START_TEST(a_high_pressure_is_passed_by_a_physician_by_name_and_no_higher_one_with_it)
{
    struct room room;
    bare(&room, "pressure.db");
    fasted(&room);
    answer(&room, "escort", "A. Neighbour");
    (void)pressure(&room, 140, 90);
    ck_assert_str_eq(gate(&room, "pressure"), "met");
    ck_assert_int_eq(override(&room, &room.two.physician, "pressure"), RSP_REFUSED_CONFLICT);
    room.two.clinic.now_s += MINUTE_S;
    (void)pressure(&room, 150, 85);
    ck_assert_str_eq(gate(&room, "pressure"), "not_met");
    ck_assert_int_eq(override(&room, &room.two.nurse, "pressure"), RSP_REFUSED_PERMISSION);
    ck_assert_int_eq(override(&room, &room.two.physician, "vial"), RSP_REFUSED_INVALID);
    ck_assert_int_eq(override(&room, &room.two.physician, "pressure"), RSP_NOT_REFUSED);
    ck_assert_str_eq(gate(&room, "pressure"), "overridden");
    room.two.clinic.now_s += MINUTE_S;
    (void)pressure(&room, 152, 80); /* higher than what the physician saw */
    ck_assert_str_eq(gate(&room, "pressure"), "not_met");
    ck_assert_int_eq(start(&room), RSP_REFUSED_GATE);
    room.two.clinic.now_s += MINUTE_S;
    (void)pressure(&room, 148, 84);
    ck_assert_int_eq(start(&room), RSP_NOT_REFUSED);
    ck_assert_str_eq(passed(&room, "pressure", "who"), "physician");
    ck_assert_str_eq(passed(&room, "pressure", "reason"), "no better day will come");
    ck_assert_ptr_nonnull(strstr(passed(&room, "pressure", "why"), "148"));
    clinic_close(&room.two.clinic);
    clinic_verify(&room.two.clinic);
}
END_TEST

/* 20 minutes: rules/vitals.yaml. */
START_TEST(a_pressure_that_is_old_or_an_artefact_is_none)
{
    struct room room;
    bare(&room, "old.db");
    const json_int_t reading = pressure(&room, 124, 78);
    room.two.clinic.now_s += 20 * MINUTE_S;
    ck_assert_str_eq(gate(&room, "pressure"), "met");
    room.two.clinic.now_s++;
    ck_assert_str_eq(gate(&room, "pressure"), "unknown");
    const json_int_t second = pressure(&room, 126, 76);
    ck_assert_str_eq(gate(&room, "pressure"), "met");
    json_t *mark = about(&room);
    (void)json_object_set_new(mark, "reading", json_integer(second));
    (void)json_object_set_new(mark, "sign", json_string("sbp_mmhg"));
    (void)json_object_set_new(mark, "artefact", json_string("yes"));
    (void)json_object_set_new(mark, "why", json_string("the cuff slipped"));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_reading_mark, mark));
    ck_assert_str_eq(gate(&room, "pressure"), "unknown");
    ck_assert_int_lt(reading, second);
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_test_of_today_counts_more_than_the_record_and_a_correction_more_than_it)
{
    struct room room;
    bare(&room, "pregnancy.db");
    answer(&room, "pregnancy", "positive");
    ck_assert_str_eq(gate(&room, "pregnancy"), "not_met");
    ck_assert_int_eq(override(&room, &room.two.physician, "pregnancy"), RSP_NOT_REFUSED);
    ck_assert_str_eq(gate(&room, "pregnancy"), "overridden");
    answer(&room, "pregnancy", "positive"); /* a second test: the override has not seen it */
    ck_assert_str_eq(gate(&room, "pregnancy"), "not_met");
    answer(&room, "pregnancy", "negative");
    ck_assert_str_eq(gate(&room, "pregnancy"), "met");
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(who_has_nobody_to_go_home_with_begins_with_a_reason_of_the_nurse)
{
    struct room room;
    bare(&room, "escort.db");
    fasted(&room);
    (void)pressure(&room, 124, 78);
    ck_assert_int_eq(override(&room, &room.two.physician, "escort"), RSP_REFUSED_INVALID);
    json_t *begin = event(&room, "started", 24.5), *wrong = event(&room, "started", 24.5);
    (void)json_object_set_new(wrong, "reasons", json_pack("{s:s}", "fasting", "said so"));
    ck_assert_int_eq(ask(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, wrong, NULL, NULL),
        RSP_REFUSED_INVALID);
    (void)json_object_set_new(
        begin, "reasons", json_pack("{s:s}", "escort", "the daughter is called at noon"));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, begin));
    ck_assert_str_eq(passed(&room, "escort", "who"), "nurse");
    ck_assert_str_eq(passed(&room, "escort", "reason"), "the daughter is called at noon");
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(an_emergency_begins_and_says_what_was_skipped)
{
    struct room room;
    two_open(&room.two, "emergency.db");
    room.order = two_emergency(&room.two);
    json_t *sign = about(&room);
    (void)json_object_set_new(
        sign, "reasons", json_pack("{s:s}", "DOSE-ACUTE-INF", "one infusion of a quarter of an hour"));
    json_decref(done(&room.two.clinic, &room.two.physician, RSP_USE_order_sign, sign));
    const json_int_t lot = two_lot(&room.two, "2030-01-31", 2);
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_stock_issue,
        json_pack("{s:I, s:i, s:I}", "lot", lot, "vials", 1, "order", room.order)));
    ck_assert_str_eq(gate(&room, "fasting"), "skipped");
    ck_assert_str_eq(gate(&room, "pressure"), "skipped");
    json_t *begin = event(&room, "started", 80);
    (void)json_object_set_new(begin, "why", json_string("as it was signed"));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, begin));
    ck_assert_str_eq(passed(&room, "fasting", "reason"), "emergency: not asked");
    ck_assert_str_eq(passed(&room, "pressure", "state"), "unknown");
    ck_assert_str_eq(passed(&room, "pregnancy", "state"), "");
    clinic_close(&room.two.clinic);
    clinic_verify(&room.two.clinic);
}
END_TEST

RUN_TESTS("service_start", nothing_flows_before_pressure_fasting_and_escort_are_known,
    a_high_pressure_is_passed_by_a_physician_by_name_and_no_higher_one_with_it,
    a_pressure_that_is_old_or_an_artefact_is_none,
    a_test_of_today_counts_more_than_the_record_and_a_correction_more_than_it,
    who_has_nobody_to_go_home_with_begins_with_a_reason_of_the_nurse,
    an_emergency_begins_and_says_what_was_skipped)
