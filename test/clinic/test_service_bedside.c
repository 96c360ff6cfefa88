/* A session over time: amounts as counted second by second, the range of what is uncertain, and what is expected. */
#include <math.h>
#include <string.h>

#include "bedside_support.h"

enum { MINUTE_S = 60, HOUR_S = 3600 };

/* 24.5 mg/h for 20 min, 12 for 20, a pause of 10, 20 until the 98 mg are given: counted second by second. */
START_TEST(what_was_given_is_what_ran)
{
    static const struct {
        const char *name;
        double rate_ml_per_h;
        int minutes;
    } part[] = {{"started", 24.5, 20}, {"rate", 12, 20}, {"paused", 0, 10}, {"resumed", 20, 20}};
    struct room room;
    double counted_mg = 0.0;
    room_open(&room, "ran.db");
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        (void)happens(&room, part[i].name, part[i].rate_ml_per_h);
        for (int s = 0; s < part[i].minutes * MINUTE_S; s++)
            counted_mg += part[i].rate_ml_per_h / HOUR_S; /* 1 mg/mL */
        room.two.clinic.now_s += part[i].minutes * MINUTE_S;
        ck_assert_double_eq_tol(of_session(&room, "given_mg"), counted_mg, 1e-6);
    }
    const double left_s = (98 - counted_mg) / 20 * HOUR_S;
    ck_assert_double_eq_tol(of_session(&room, "ends_s"), (double)room.two.clinic.now_s + left_s, 1.0);
    for (int i = 0; i < 12; i++) { /* nobody is away for half an hour */
        room.two.clinic.now_s += 25 * MINUTE_S;
        (void)state(&room);
    }
    ck_assert_double_eq_tol(of_session(&room, "given_mg"), 98, 1e-9); /* the pump stopped at its volume */
    clinic_close(&room.two.clinic);
    clinic_verify(&room.two.clinic);
}
END_TEST

static void take_back(struct room *room, json_int_t number, const char *why)
{
    json_t *undo = event(room, "undone", 0);
    (void)json_object_set_new(undo, "replaces", json_integer(number));
    (void)json_object_set_new(undo, "why", json_string(why));
    json_decref(done(&room->two.clinic, &room->two.nurse, RSP_USE_bedside_event, undo));
}

/* How many doses the record of the patient holds. */
static json_int_t doses_on_record(struct room *room)
{
    json_t *body = done(&room->two.clinic, &room->two.physician, RSP_USE_progress,
        json_pack("{s:s}", "patient", room->two.patient));
    const json_t *rows = json_object_get(json_object_get(body, "safe"), "exposure");
    const json_int_t n = json_integer_value(json_object_get(json_array_get(rows, 0), "n_dose"));
    json_decref(body);
    return n;
}

START_TEST(a_late_entry_is_put_where_it_happened)
{
    struct room room;
    room_open(&room, "late.db");
    const int64_t begun_s = room.two.clinic.now_s;
    (void)happens(&room, "started", 24);
    room.two.clinic.now_s += 20 * MINUTE_S;
    const json_int_t stop = happens(&room, "stopped", 0);
    ck_assert_double_eq_tol(of_session(&room, "given_mg"), 8, 1e-6);
    room.two.clinic.now_s += MINUTE_S;
    take_back(&room, stop, "the page of another patient");
    ck_assert_str_eq(state(&room), "running");
    ck_assert_double_eq_tol(of_session(&room, "given_mg"), 8.4, 1e-6);
    ck_assert_double_eq_tol(of_session(&room, "begun_s"), (double)begun_s, 1e-6);
    (void)happens(&room, "stopped", 0);
    (void)happens(&room, "recovering", 0);
    json_t *forgotten = event(&room, "rate", 12); /* ten minutes after the start, entered in recovery */
    (void)json_object_set_new(forgotten, "at", json_string("2026-11-29T08:43"));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, forgotten));
    ck_assert_str_eq(state(&room), "recovering");
    const double before_min = 10 - (double)(begun_s % 60) / 60; /* it was begun at 08:33 */
    ck_assert_double_eq_tol(
        of_session(&room, "given_mg"), 24 * before_min / 60 + 12 * (21 - before_min) / 60, 1e-6);
    two_confirm(&room.two);
    (void)goes_home(&room);
    const double of_pump_mg = of_session(&room, "given_mg");
    ck_assert_int_eq(doses_on_record(&room), 2); /* one rate, then the other */
    forgotten = event(&room, "given", 0);        /* the person is at home, and the record follows */
    (void)json_object_set_new(forgotten, "amount_mg", json_real(5));
    (void)json_object_set_new(forgotten, "at", json_string("2026-11-29T08:44"));
    (void)json_object_set_new(forgotten, "why", json_string("found on the paper at the bed"));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, forgotten));
    ck_assert_str_eq(state(&room), "discharged");
    ck_assert_double_eq_tol(of_session(&room, "given_mg"), of_pump_mg + 5, 1e-6);
    ck_assert_int_eq(doses_on_record(&room), 4); /* the second rate before it, and after it */
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(what_is_uncertain_is_a_range_and_nothing_is_forecast)
{
    struct room room;
    room_open(&room, "uncertain.db");
    (void)happens(&room, "started", 24);
    room.two.clinic.now_s += 10 * MINUTE_S;
    json_t *body = look(&room);
    ck_assert(json_is_object(json_object_get(body, "forecast")));
    json_decref(body);
    json_t *stop = event(&room, "stopped", 0);
    (void)json_object_set_new(stop, "uncertain", json_string("yes"));
    (void)json_object_set_new(stop, "why", json_string("the pump did not answer"));
    const json_int_t number =
        number_in(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, json_incref(stop)), "event");
    room.two.clinic.now_s += 10 * MINUTE_S;
    body = look(&room);
    ck_assert(json_is_null(json_object_get(body, "forecast")));
    ck_assert_str_ne(json_string_value(json_object_get(body, "no_forecast")), "");
    json_decref(body);
    ck_assert_double_eq_tol(of_session(&room, "given_low_mg"), 4, 1e-6);
    ck_assert_double_eq_tol(of_session(&room, "given_mg"), 8, 1e-6);
    json_decref(stop);
    stop = event(&room, "undone", 0); /* it went on: the pump's history says so */
    (void)json_object_set_new(stop, "replaces", json_integer(number));
    (void)json_object_set_new(stop, "why", json_string("read from the history of the pump"));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, stop));
    ck_assert_double_eq_tol(of_session(&room, "given_low_mg"), 8, 1e-6);
    body = look(&room);
    ck_assert(json_is_object(json_object_get(body, "forecast")));
    json_decref(body);
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(what_is_settled_keeps_its_time)
{
    struct room room;
    room_open(&room, "settled.db");
    (void)happens(&room, "started", 24);
    room.two.clinic.now_s += 10 * MINUTE_S + 7; /* 24 mg/h for 607 s */
    json_t *pause = event(&room, "paused", 0);
    (void)json_object_set_new(pause, "uncertain", json_string("yes"));
    (void)json_object_set_new(pause, "why", json_string("the pump did not answer"));
    const json_int_t number =
        number_in(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, pause), "event");
    room.two.clinic.now_s += 20 * MINUTE_S;
    pause = event(&room, "paused", 0);
    (void)json_object_set_new(pause, "replaces", json_integer(number));
    (void)json_object_set_new(pause, "why", json_string("read from the history of the pump"));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, pause));
    ck_assert_str_eq(state(&room), "paused");
    ck_assert_double_eq_tol(of_session(&room, "given_low_mg"), 24.0 * 607 / HOUR_S, 1e-6);
    ck_assert_double_eq_tol(of_session(&room, "given_mg"), 24.0 * 607 / HOUR_S, 1e-6);
    clinic_close(&room.two.clinic);
}
END_TEST

static double last_level(const json_t *body)
{
    const json_t *band = json_object_get(json_object_get(json_object_get(body, "forecast"), "level"), "p50");
    ck_assert_uint_gt(json_array_size(band), 10);
    double most = 0.0;
    for (size_t i = 0; i < json_array_size(band); i++)
        most = fmax(most, json_number_value(json_array_get(band, i)));
    return most;
}

START_TEST(the_forecast_follows_what_was_given_and_a_look_keeps_nothing)
{
    struct room room;
    room_open(&room, "follow.db");
    (void)happens(&room, "started", 24.5);
    room.two.clinic.now_s += 20 * MINUTE_S;
    json_t *planned = look(&room);
    json_t *slow = event(&room, "rate", 6);
    json_t *supposed = done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_suppose, json_incref(slow));
    ck_assert_double_lt(last_level(supposed), 0.8 * last_level(planned));
    json_t *still = look(&room);
    ck_assert_double_eq(last_level(still), last_level(planned));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, slow));
    json_t *slower = look(&room);
    ck_assert_double_eq(last_level(slower), last_level(supposed));
    json_decref(planned);
    json_decref(supposed);
    json_decref(still);
    json_decref(slower);
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_restart_forgets_nothing_of_the_ward)
{
    struct room room;
    room_open(&room, "ward.db");
    (void)happens(&room, "started", 24.5);
    for (int i = 0; i < 2; i++) {
        json_t *ward = done(&room.two.clinic, &room.two.nurse, RSP_USE_ward, json_object());
        ck_assert_uint_eq(json_array_size(json_object_get(ward, "sessions")), 1);
        json_decref(ward);
        if (i == 0) {
            clinic_restart(&room.two.clinic);
            two_confirm(&room.two);
        }
    }
    room.two.clinic.now_s += MINUTE_S;
    (void)happens(&room, "stopped", 0);
    (void)happens(&room, "recovering", 0);
    room.two.clinic.now_s += 10 * MINUTE_S;
    const json_int_t home = goes_home(&room);
    json_t *ward = done(&room.two.clinic, &room.two.nurse, RSP_USE_ward, json_object());
    ck_assert_uint_eq(json_array_size(json_object_get(ward, "sessions")), 0);
    json_decref(ward);
    take_back(&room, home, "fainted at the door");
    ward = done(&room.two.clinic, &room.two.nurse, RSP_USE_ward, json_object());
    ck_assert_uint_eq(json_array_size(json_object_get(ward, "sessions")), 1);
    json_decref(ward);
    clinic_close(&room.two.clinic);
    clinic_verify(&room.two.clinic);
}
END_TEST

static json_t *today(struct room *room)
{
    return done(&room->two.clinic, &room->two.nurse, RSP_USE_today, json_object());
}

/* What stands in the way of the only visit of today. Caller releases. */
static json_t *missing_of_visit(struct room *room)
{
    json_t *day = today(room);
    json_t *missing =
        json_incref(json_object_get(json_array_get(json_object_get(day, "appointments"), 0), "missing"));
    json_decref(day);
    return missing;
}

static bool has_code(const json_t *rows, const char *code)
{
    size_t i;
    const json_t *row;
    json_array_foreach(
        rows, i, row) if (strcmp(json_string_value(json_object_get(row, "code")), code) == 0) return true;
    return false;
}

static void book_visit(struct room *room, const char *start, int minutes)
{
    struct two *two = &room->two;
    struct staff admin;
    hire(&two->clinic, "admin", "administrator", &admin);
    json_decref(
        done(&two->clinic, &admin, RSP_USE_chair_set, json_pack("{s:s, s:s}", "name", "A", "state", "open")));
    json_decref(done(&two->clinic, &two->nurse, RSP_USE_appointment_book,
        json_pack("{s:s, s:[s], s:[s], s:i}", "patient", two->patient, "start", start, "chair", "A",
            "minutes", minutes)));
}

static void give_by_ledger(struct room *room)
{
    json_t *stock = done(&room->two.clinic, &room->two.nurse, RSP_USE_stock, json_object());
    const json_t *issue = json_array_get(json_object_get(stock, "issues"), 0);
    json_decref(done(&room->two.clinic, &room->two.nurse, RSP_USE_stock_give,
        json_pack("{s:O, s:i}", "issue", json_object_get(issue, "number"), "amount_mg", 98)));
    json_decref(stock);
}

/* The record changes, which asks for all anew before the dose, and for nothing of it after. */
START_TEST(what_a_dose_needed_is_asked_for_until_it_is_given)
{
    static const char *const before[] = {"assessment", "plan_old", "order_old", "staff", "escort"};
    enum { NOTHING, BY_LEDGER, AT_BEDSIDE, N_WAY };
    static const char *const file[] = {"nothing.db", "ledger.db", "flows.db"};
    for (int way = 0; way < N_WAY; way++) {
        struct room room;
        room_open(&room, file[way]);
        book_visit(&room, "2026-11-29T15:00", 300);
        if (way == BY_LEDGER)
            give_by_ledger(&room);
        if (way == AT_BEDSIDE)
            (void)happens(&room, "started", 24.5);
        two_amend(&room.two, json_pack("{s:[s]}", "allergies", "latex"));
        json_t *missing = missing_of_visit(&room);
        for (size_t i = 0; i < sizeof before / sizeof *before; i++)
            ck_assert_msg(
                has_code(missing, before[i]) == (way == NOTHING || i >= 3), "%s, %s", file[way], before[i]);
        ck_assert_uint_eq(json_array_size(missing), way == NOTHING ? 5 : 2);
        json_decref(missing);
        clinic_close(&room.two.clinic);
    }
}
END_TEST

START_TEST(a_session_that_nobody_ended_leaves_the_ward_after_a_month)
{
    enum { DAY_S = 86400 };
    struct room room;
    room_open(&room, "forgotten.db");
    (void)happens(&room, "started", 24.5);
    for (int days = 29; days <= 31; days += 2) {
        room.two.clinic.now_s += (days == 29 ? 29 : 2) * DAY_S;
        two_confirm(&room.two);
        json_t *ward = done(&room.two.clinic, &room.two.nurse, RSP_USE_ward, json_object());
        ck_assert_uint_eq(json_array_size(json_object_get(ward, "sessions")), days == 29 ? 1 : 0);
        json_decref(ward);
    }
    clinic_close(&room.two.clinic);
}
END_TEST

static bool asks_to_leave(struct room *room)
{
    json_t *day = today(room);
    const bool asks = has_code(json_object_get(day, "to_do"), "leave");
    json_decref(day);
    return asks;
}

START_TEST(who_was_discharged_is_neither_asked_to_leave_nor_for_an_escort)
{
    struct room room;
    room_open(&room, "home.db");
    book_visit(&room, "2026-11-29T09:00", 60); /* it is half past eight */
    (void)happens(&room, "started", 24.5);
    room.two.clinic.now_s += 20 * MINUTE_S;
    (void)happens(&room, "stopped", 0);
    (void)happens(&room, "recovering", 0);
    for (int i = 0; i < 4; i++) { /* nobody is away for half an hour */
        room.two.clinic.now_s += 25 * MINUTE_S;
        (void)state(&room);
    }
    two_confirm(&room.two);
    ck_assert(asks_to_leave(&room));
    const json_int_t home = goes_home(&room);
    ck_assert(!asks_to_leave(&room));
    json_t *missing = missing_of_visit(&room);
    ck_assert_uint_eq(json_array_size(missing), 0);
    json_decref(missing);
    take_back(&room, home, "fainted at the door");
    ck_assert(asks_to_leave(&room));
    clinic_close(&room.two.clinic);
}
END_TEST

/* Order of the session that goes on, as the visit of today has it; 0: none. */
static json_int_t session_of_visit(struct room *room)
{
    json_t *day = today(room);
    const json_int_t order = json_integer_value(
        json_object_get(json_array_get(json_object_get(day, "appointments"), 0), "session"));
    json_decref(day);
    return order;
}

static enum rsp_refusal says(struct room *room, const char *came)
{
    struct two *two = &room->two;
    json_t *day = today(room);
    json_t *input = json_pack("{s:s, s:O, s:s}", "patient", two->patient, "appointment",
        json_object_get(json_array_get(json_object_get(day, "appointments"), 0), "appointment"), "came",
        came);
    json_decref(day);
    return ask(&two->clinic, &two->nurse, RSP_USE_appointment_came, input, NULL, NULL);
}

START_TEST(a_visit_with_drug_is_over_with_the_discharge_and_nobody_was_absent_from_it)
{
    for (int watched = 0; watched < 2; watched++) {
        struct room room;
        room_open(&room, watched ? "over_bed.db" : "over_ledger.db");
        book_visit(&room, "2026-11-29T08:00", 60); /* it is half past eight */
        ck_assert_int_eq(
            says(&room, "over"), RSP_REFUSED_INVALID); /* nothing was given, and nobody says why */
        if (watched)
            (void)happens(&room, "started", 24.5);
        else
            give_by_ledger(&room);
        ck_assert_int_eq(session_of_visit(&room), watched ? room.order : 0);
        ck_assert_int_eq(says(&room, "absent"), RSP_REFUSED_CONFLICT);
        ck_assert_int_eq(says(&room, "over"), watched ? RSP_REFUSED_CONFLICT : RSP_NOT_REFUSED);
        if (watched) {
            room.two.clinic.now_s += 20 * MINUTE_S;
            (void)happens(&room, "stopped", 0);
            (void)happens(&room, "recovering", 0);
            (void)goes_home(&room);
            ck_assert_int_eq(session_of_visit(&room), 0);
            ck_assert_int_eq(says(&room, "over"), RSP_NOT_REFUSED);
        }
        json_t *day = today(&room);
        ck_assert_uint_eq(json_array_size(json_object_get(
                              json_array_get(json_object_get(day, "appointments"), 0), "missing")),
            0);
        ck_assert(!has_code(json_object_get(day, "to_do"), "leave"));
        json_decref(day);
        clinic_close(&room.two.clinic);
    }
}
END_TEST

static void return_vial(struct room *room)
{
    json_t *stock = done(&room->two.clinic, &room->two.nurse, RSP_USE_stock, json_object());
    const json_t *issue = json_array_get(json_object_get(stock, "issues"), 0);
    const json_int_t move =
        number_in(done(&room->two.clinic, &room->two.nurse, RSP_USE_stock_return,
                      json_pack("{s:O, s:i}", "issue", json_object_get(issue, "number"), "vials", 1)),
            "move");
    json_decref(stock);
    json_decref(done(&room->two.clinic, &room->two.physician, RSP_USE_stock_sign,
        json_pack("{s:I, s:s}", "number", move, "answer", "agreed")));
}

/* Of the list of orders; @param stale  whether the one order is said not to hold. Returns its state at the bedside, "" for none. */
static const char *order_row(struct room *room, bool *stale)
{
    static char word[24];
    json_t *read = done(&room->two.clinic, &room->two.physician, RSP_USE_orders,
        json_pack("{s:s}", "patient", room->two.patient));
    const json_t *row = json_array_get(json_object_get(read, "orders"), 0);
    const json_t *bedside = json_object_get(row, "bedside");
    *stale = !json_is_null(json_object_get(row, "stale"));
    (void)snprintf(word, sizeof word, "%s",
        json_is_null(bedside) ? "" : json_string_value(json_object_get(bedside, "state")));
    json_decref(read);
    return word;
}

/* What is next for the patient, and whether it is said that nothing was given. */
static const char *next_of(struct room *room, char working[32])
{
    static char code[32];
    json_t *body = done(&room->two.clinic, &room->two.physician, RSP_USE_progress,
        json_pack("{s:s}", "patient", room->two.patient));
    const json_t *next = json_object_get(body, "next");
    (void)snprintf(code, sizeof code, "%s", json_string_value(json_object_get(next, "code")));
    (void)snprintf(
        working, 32, "%s", json_string_value(json_object_get(json_object_get(body, "working"), "code")));
    ck_assert_int_eq(strcmp(code, "session") == 0, !json_is_null(json_object_get(next, "session")));
    json_decref(body);
    return code;
}

START_TEST(a_session_that_goes_on_is_what_is_next_until_the_patient_is_at_home)
{
    struct room room;
    char working[32];
    room_open(&room, "next.db");
    ck_assert_str_ne(next_of(&room, working), "session");
    ck_assert_str_eq(working, "not_treated");
    (void)happens(&room, "started", 24.5);
    ck_assert_str_eq(next_of(&room, working), "session");
    ck_assert_str_eq(working, "under_way");
    room.two.clinic.now_s += 20 * 3600; /* nobody ended it */
    two_confirm(&room.two);
    ck_assert_str_eq(next_of(&room, working), "session");
    (void)happens(&room, "stopped", 0);
    (void)happens(&room, "recovering", 0);
    (void)goes_home(&room);
    ck_assert_str_ne(next_of(&room, working), "session");
    ck_assert_str_ne(working, "under_way");
    ck_assert_str_ne(working, "not_treated");
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(what_was_given_does_not_go_stale)
{
    enum { NOT, BY_LEDGER, AT_BEDSIDE, N };
    static const char *const file[N] = {"not_given.db", "given_ledger.db", "given_bed.db"};
    for (int given = NOT; given < N; given++) {
        struct room room;
        bool stale;
        room_open(&room, file[given]);
        if (given == AT_BEDSIDE)
            (void)happens(&room, "started", 24.5);
        else if (given == BY_LEDGER)
            give_by_ledger(&room);
        two_limits(&room.two, 175);
        ck_assert_str_eq(order_row(&room, &stale), given == AT_BEDSIDE ? "running" : "");
        ck_assert_int_eq(stale, given == NOT);
        clinic_close(&room.two.clinic);
    }
}
END_TEST

START_TEST(an_order_whose_drug_flows_is_not_cancelled)
{
    struct room room;
    room_open(&room, "cancel.db");
    (void)happens(&room, "started", 24.5);
    return_vial(&room); /* entered by mistake: the ledger says that nothing is out */
    room.two.clinic.now_s += MINUTE_S;
    ck_assert_int_eq(ask(&room.two.clinic, &room.two.physician, RSP_USE_order_cancel,
                         json_pack("{s:s, s:I, s:s}", "patient", room.two.patient, "order", room.order, "why",
                             "not needed any more"),
                         NULL, NULL),
        RSP_REFUSED_CONFLICT);
    ck_assert_str_eq(state(&room), "running");
    clinic_close(&room.two.clinic);
}
END_TEST

START_TEST(a_dose_at_once_that_nobody_ordered_says_why)
{
    struct room room;
    room_open(&room, "bolus.db");
    (void)happens(&room, "started", 24.5);
    json_t *given = event(&room, "given", 0);
    (void)json_object_set_new(given, "amount_mg", json_real(25));
    ck_assert_int_eq(
        ask(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, json_incref(given), NULL, NULL),
        RSP_REFUSED_GATE);
    (void)json_object_set_new(given, "why", json_string("the physician said so at the bedside"));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, given));
    ck_assert_double_eq_tol(of_session(&room, "given_mg"), 25, 1e-9);
    clinic_close(&room.two.clinic);
}
END_TEST

/* nightscout/AndroidAPS 1768: boluses that were doubled when the line failed after the first was taken */
START_TEST(an_entry_that_is_sent_again_counts_once)
{
    static const char key[] = "the-key-of-one-tap";
    struct room room;
    room_open(&room, "again.db");
    (void)happens(&room, "started", 24.5);
    json_t *given = event(&room, "given", 0), *answer[2] = {NULL, NULL};
    (void)json_object_set_new(given, "amount_mg", json_real(10));
    (void)json_object_set_new(given, "why", json_string("the physician said so at the bedside"));
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(ask(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, json_incref(given),
                             key, &answer[i]),
            RSP_NOT_REFUSED);
        room.two.clinic.now_s += 30;
    }
    ck_assert(json_equal(answer[0], answer[1]));
    clinic_restart(&room.two.clinic); /* and when the server went down in between */
    two_confirm(&room.two);
    json_t *third = NULL;
    ck_assert_int_eq(
        ask(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, given, key, &third), RSP_NOT_REFUSED);
    ck_assert(json_equal(answer[0], third));
    json_t *body = look(&room);
    ck_assert_uint_eq(json_array_size(json_object_get(json_object_get(body, "session"), "events")), 2);
    json_decref(body);
    for (int i = 0; i < 2; i++)
        json_decref(answer[i]);
    json_decref(third);
    clinic_close(&room.two.clinic);
}
END_TEST

/* Both saw the bolus go in, and both write it down. */
START_TEST(what_two_people_enter_without_knowing_of_each_other_is_asked_for_again)
{
    struct room room;
    room_open(&room, "both.db");
    const json_int_t started = happens(&room, "started", 24.5);
    json_t *mine = event(&room, "given", 0), *theirs;
    (void)json_object_set_new(mine, "amount_mg", json_real(10));
    (void)json_object_set_new(mine, "why", json_string("the physician said so at the bedside"));
    (void)json_object_set_new(mine, "seen", json_integer(started));
    theirs = json_deep_copy(mine);
    json_t *entered = done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, mine);
    room.two.clinic.now_s += 20;
    ck_assert_int_eq(
        ask(&room.two.clinic, &room.two.physician, RSP_USE_bedside_event, json_deep_copy(theirs), NULL, NULL),
        RSP_REFUSED_CONFLICT);
    ck_assert_double_lt(of_session(&room, "given_mg"), 11);
    (void)json_object_set(theirs, "seen", json_object_get(entered, "event")); /* it was a second one */
    json_decref(done(&room.two.clinic, &room.two.physician, RSP_USE_bedside_event, theirs));
    ck_assert_double_ge(of_session(&room, "given_mg"), 20);
    json_decref(entered);
    clinic_close(&room.two.clinic);
}
END_TEST

static json_t *remark(const struct room *room, const char *what, const char *text)
{
    return json_pack("{s:s, s:I, s:s, s:s*}", "patient", room->two.patient, "order", room->order, "what",
        what, "text", text);
}

START_TEST(what_is_said_and_seen_is_kept_in_words_and_taken_back_with_a_reason)
{
    struct room room;
    room_open(&room, "remarks.db");
    struct clinic *clinic = &room.two.clinic;
    (void)happens(&room, "started", 24.5);
    const json_int_t said = number_in(done(clinic, &room.two.nurse, RSP_USE_bedside_remark,
                                          remark(&room, "said", "floats, not unpleasant")),
        "remark");
    json_decref(
        done(clinic, &room.two.physician, RSP_USE_bedside_remark, remark(&room, "seen", "calmed by words")));
    ck_assert_int_eq(
        ask(clinic, &room.two.nurse, RSP_USE_bedside_remark, remark(&room, "said", NULL), NULL, NULL),
        RSP_REFUSED_INVALID);
    json_t *body = look(&room);
    const json_t *rows = json_object_get(body, "remarks");
    ck_assert_uint_eq(json_array_size(rows), 2);
    ck_assert_str_eq(
        json_string_value(json_object_get(json_array_get(rows, 0), "text")), "floats, not unpleasant");
    json_decref(body);
    json_t *back = remark(&room, "said", NULL);
    (void)json_object_set_new(back, "replaces", json_integer(said));
    ck_assert_int_eq(ask(clinic, &room.two.nurse, RSP_USE_bedside_remark, json_deep_copy(back), NULL, NULL),
        RSP_REFUSED_INVALID);
    (void)json_object_set_new(back, "why", json_string("another patient"));
    json_decref(done(clinic, &room.two.nurse, RSP_USE_bedside_remark, back));
    body = look(&room);
    ck_assert_uint_eq(json_array_size(json_object_get(body, "remarks")), 1);
    json_decref(body);
    clinic_close(clinic);
    clinic_verify(clinic);
}
END_TEST

RUN_TESTS("service_bedside", what_is_said_and_seen_is_kept_in_words_and_taken_back_with_a_reason,
    an_entry_that_is_sent_again_counts_once,
    what_two_people_enter_without_knowing_of_each_other_is_asked_for_again,
    a_session_that_goes_on_is_what_is_next_until_the_patient_is_at_home, what_was_given_does_not_go_stale,
    an_order_whose_drug_flows_is_not_cancelled, a_dose_at_once_that_nobody_ordered_says_why,
    a_session_that_nobody_ended_leaves_the_ward_after_a_month,
    what_a_dose_needed_is_asked_for_until_it_is_given,
    who_was_discharged_is_neither_asked_to_leave_nor_for_an_escort,
    a_visit_with_drug_is_over_with_the_discharge_and_nobody_was_absent_from_it, what_was_given_is_what_ran,
    a_late_entry_is_put_where_it_happened, what_is_uncertain_is_a_range_and_nothing_is_forecast,
    what_is_settled_keeps_its_time, the_forecast_follows_what_was_given_and_a_look_keeps_nothing,
    a_restart_forgets_nothing_of_the_ward)
