/* A series on one plan: what the plan foresaw is no change for it, and everything else is. */
#include "bedside_support.h"

#include "service/plans.h"

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400 };

struct series {
    struct room room;
    json_int_t plan;
    int64_t morning_s;
};

static void series_open(struct series *series, const char *file)
{
    struct room *room = &series->room;
    two_open(&room->two, file);
    series->morning_s = room->two.clinic.now_s;
    series->plan = two_plan(&room->two, "98 mg ketamine iv over 4 h every 24 h x3");
}

/* Nobody is away for half an hour. */
static void pass(struct series *series, int seconds)
{
    for (int s = 0; s < seconds; s += 20 * MINUTE_S) {
        series->room.two.clinic.now_s += seconds - s < 20 * MINUTE_S ? seconds - s : 20 * MINUTE_S;
        (void)state(&series->room);
    }
}

static void sign_move(struct series *series, enum rsp_use_case move, json_int_t issue, double amount_mg)
{
    struct two *two = &series->room.two;
    const json_int_t number = number_in(done(&two->clinic, &two->nurse, move,
                                            json_pack("{s:I, s:f}", "issue", issue, "amount_mg", amount_mg)),
        "move");
    json_decref(done(&two->clinic, &two->physician, RSP_USE_stock_sign,
        json_pack("{s:I, s:s}", "number", number, "answer", "agreed")));
}

/* What is left of the vial is wasted: the next one is issued only then. */
static void close_ledger(struct series *series)
{
    struct two *two = &series->room.two;
    const double given_mg = of_session(&series->room, "given_mg"), vial_mg = 200;
    json_t *stock = done(&two->clinic, &two->nurse, RSP_USE_stock, json_object());
    const json_int_t issue =
        json_integer_value(json_object_get(json_array_get(json_object_get(stock, "issues"), 0), "number"));
    json_decref(stock);
    sign_move(series, RSP_USE_stock_give, issue, given_mg);
    sign_move(series, RSP_USE_stock_waste, issue, vial_mg - given_mg);
}

/* The session of that number, in the morning of its day; drug flows for so long. */
static void runs(struct series *series, int session, int seconds)
{
    struct room *room = &series->room;
    char batch[8];
    (void)snprintf(batch, sizeof batch, "K%d", session);
    room->two.clinic.now_s = series->morning_s + (int64_t)(session - 1) * DAY_S;
    two_confirm(&room->two);
    room->order = two_bring(&room->two, two_signed(&room->two, series->plan, session), batch);
    two_ready(&room->two, room->order);
    (void)happens(room, "started", 24.5);
    pass(series, seconds);
    (void)happens(room, "stopped", 0);
    (void)happens(room, "recovering", 0);
    (void)goes_home(room);
    two_confirm(&room->two); /* the physician was elsewhere for hours */
    close_ledger(series);
}

/* Why the plan holds no longer; "" while it does. */
static const char *why_stale(struct series *series)
{
    static char text[200];
    struct two *two = &series->room.two;
    json_t *body = done(&two->clinic, &two->physician, RSP_USE_plan_read,
        json_pack("{s:s, s:I}", "patient", two->patient, "plan", series->plan));
    const char *why = json_string_value(json_object_get(body, "why_stale"));
    (void)snprintf(text, sizeof text, "%s", why != NULL ? why : "");
    json_decref(body);
    return text;
}

/* Whether an order for the next session can be written. */
static enum rsp_refusal next(struct series *series, int session)
{
    struct two *two = &series->room.two;
    json_t *choices = two_choices(two, series->plan, 98, 24.5);
    two->clinic.now_s = series->morning_s + (int64_t)(session - 1) * DAY_S;
    two_confirm(two);
    (void)json_object_set_new(choices, "session", json_integer(session));
    return ask(&two->clinic, &two->physician, RSP_USE_order_write, choices, NULL, NULL);
}

START_TEST(sessions_that_ran_as_ordered_leave_plan_consent_and_orders_as_they_were)
{
    struct series series;
    series_open(&series, "series.db");
    struct room *room = &series.room;
    const json_int_t third = two_signed(&room->two, series.plan, 3); /* before anything was given */
    runs(&series, 1, 4 * HOUR_S);
    ck_assert_str_eq(why_stale(&series), "");
    runs(&series, 2, 4 * HOUR_S);
    ck_assert_str_eq(why_stale(&series), "");
    room->two.clinic.now_s = series.morning_s + (int64_t)2 * DAY_S;
    two_confirm(&room->two);
    room->order = two_bring(&room->two, third, "K3"); /* issued: the order still holds */
    two_ready(&room->two, room->order);
    (void)happens(room, "started", 24.5);
    clinic_close(&room->two.clinic);
    clinic_verify(&room->two.clinic);
}
END_TEST

START_TEST(a_session_that_ended_early_is_another_course)
{
    struct series series;
    series_open(&series, "early.db");
    runs(&series, 1, 3 * HOUR_S);
    ck_assert_ptr_nonnull(strstr(why_stale(&series), "did not run as it was ordered"));
    ck_assert_int_eq(next(&series, 2), RSP_REFUSED_GATE);
    clinic_close(&series.room.two.clinic);
}
END_TEST

START_TEST(an_adverse_event_of_a_session_is_not_foreseen_whenever_it_is_reported)
{
    struct series series;
    series_open(&series, "adverse.db");
    struct two *two = &series.room.two;
    runs(&series, 1, 4 * HOUR_S);
    ck_assert_str_eq(why_stale(&series), "");
    json_decref(done(&two->clinic, &two->nurse, RSP_USE_register_add,
        json_pack("{s:s, s:I, s:s, s:s, s:s, s:s}", "patient", two->patient, "order", series.room.order,
            "kind", "adverse_event", "word", "tachycardia", "severity", "mild", "what_happened",
            "palpitations at night")));
    ck_assert_ptr_nonnull(strstr(why_stale(&series), "adverse event"));
    ck_assert_int_eq(next(&series, 2), RSP_REFUSED_GATE);
    clinic_close(&two->clinic);
}
END_TEST

START_TEST(another_fact_of_the_record_makes_the_plan_stale_as_ever)
{
    struct series series;
    series_open(&series, "record.db");
    runs(&series, 1, 4 * HOUR_S);
    two_amend(&series.room.two, json_pack("{s:[s]}", "allergies", "latex"));
    ck_assert_ptr_nonnull(strstr(why_stale(&series), "the clinical record was changed"));
    ck_assert_int_eq(next(&series, 2), RSP_REFUSED_GATE);
    clinic_close(&series.room.two.clinic);
}
END_TEST

/* Versions 11 to 14 of the record, each made by nobody, by a session of this plan or of another, as planned or not. */
START_TEST(only_steps_of_its_own_sessions_are_foreseen)
{
    enum { NOBODY, MINE, MINE_OTHERWISE, THEIRS, N_MAKER, N_STEP = 4 };
    for (int code = 0; code < N_MAKER * N_MAKER * N_MAKER * N_MAKER; code++) {
        struct rsp_plan_ground ground = {.clinical = json_pack("[i, i]", 9, 10), .steps = json_array()};
        enum rsp_plan_record expected = RSP_RECORD_FORESEEN;
        for (int i = 0, rest = code; i < N_STEP; i++, rest /= N_MAKER) {
            const int maker = rest % N_MAKER, version = 11 + i;
            (void)json_array_append_new(ground.clinical, json_integer(version));
            if (maker != NOBODY)
                (void)json_array_append_new(
                    ground.steps, json_pack("{s:i, s:i, s:b}", "clinical", version, "plan",
                                      maker == THEIRS ? 8 : 7, "as_planned", maker != MINE_OTHERWISE));
            const enum rsp_plan_record made = maker == MINE             ? RSP_RECORD_FORESEEN
                                              : maker == MINE_OTHERWISE ? RSP_RECORD_OTHER_COURSE
                                                                        : RSP_RECORD_CHANGED;
            expected = made > expected ? made : expected;
        }
        ck_assert_int_eq(rsp_plan_record_since(&ground, 7, 10), expected);
        ck_assert_int_eq(rsp_plan_record_since(&ground, 7, 14), RSP_RECORD_FORESEEN); /* made afterwards */
        ck_assert_int_eq(rsp_plan_record_since(&ground, 0, 10), RSP_RECORD_CHANGED);  /* of an emergency */
        rsp_plan_ground_clear(&ground);
    }
}
END_TEST

RUN_TESTS("service_series", sessions_that_ran_as_ordered_leave_plan_consent_and_orders_as_they_were,
    a_session_that_ended_early_is_another_course,
    an_adverse_event_of_a_session_is_not_foreseen_whenever_it_is_reported,
    another_fact_of_the_record_makes_the_plan_stale_as_ever, only_steps_of_its_own_sessions_are_foreseen)
