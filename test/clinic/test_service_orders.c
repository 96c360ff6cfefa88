/* Orders: arithmetic that holds for every vial, and gates that close as time passes. */
#include <math.h>

#include "order_support.h"

#include "service/order_facts.h"
#include "service/order_rates.h"

enum { N_RANDOM = 20000, DAY_S = 86400 };

static struct rsp_rulebook *book;

static const struct rsp_preparation *shipped(void)
{
    struct rsp_error err = {0};
    if (book == NULL)
        ck_assert_msg(rsp_rulebook_shipped(&book, &err) == RSP_OK, "%s", err.message);
    return rsp_rulebook_preparation(book);
}

/* A small generator, so that a failure comes again. */
static double uniform(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) / 9007199254740992.0;
}

static double from(uint64_t *state, double low, double high)
{
    return low + (high - low) * uniform(state);
}

START_TEST(what_is_drawn_holds_what_is_ordered_and_three_ways_agree)
{
    const struct rsp_preparation *p = shipped();
    uint64_t state = 20261129;
    int judged = 0;
    for (int i = 0; i < N_RANDOM; i++) {
        const struct rsp_vial *vial = &p->vial[(size_t)(uniform(&state) * (double)p->n_vial)];
        const double concentration =
            p->concentration[(size_t)(uniform(&state) * (double)p->n_concentration)].mg_per_ml;
        const struct rsp_dose dose = {.duration_h = from(&state, 0.2, 24),
            .amount_mg = from(&state, 5, 500),
            .drug = vial->drug,
            .route = RSP_ROUTE_IV};
        const struct rsp_drawing drawing = {.preparation = p,
            .strength_mg_per_ml = vial->strength_mg_per_ml,
            .vial_ml = from(&state, 1, 20),
            .concentration_mg_per_ml = concentration,
            .weight_kg = from(&state, 40, 150),
            .route = RSP_ROUTE_IV};
        struct rsp_order_amounts a;
        if (rsp_order_amounts(&drawing, 1, &dose, &a, NULL) != RSP_OK)
            continue;
        ck_assert_double_eq_tol(a.total_mg, a.step[0].volume_ml * concentration, 0.051);
        ck_assert_double_le(fabs(a.drawn_ml * vial->strength_mg_per_ml - a.total_mg),
            0.5 * p->draw_step_ml * vial->strength_mg_per_ml + 0.051);
        ck_assert_double_ge(a.vials * drawing.vial_ml, a.drawn_ml - 1e-6);
        ck_assert_double_lt((a.vials - 1) * drawing.vial_ml, a.drawn_ml);
        ck_assert_double_eq_tol(a.rate_mg_per_h, a.rate_ml_per_h * concentration, 1e-9);
        if (a.moved_frac > p->rounding_most_frac)
            continue; /* refused as an order */
        judged++;
        ck_assert_msg(a.ways.agree, "%g mg over %g h at %g mg/mL: %g, %g, %g mL/h", dose.amount_mg,
            dose.duration_h, concentration, a.ways.by_amount_ml_per_h, a.ways.by_volume_ml_per_h,
            a.ways.by_weight_ml_per_h);
    }
    ck_assert_int_gt(judged, N_RANDOM / 4);
}
END_TEST

START_TEST(a_rate_below_the_step_of_the_pump_agrees_with_no_way)
{
    const struct rsp_drawing drawing = {.preparation = shipped(),
        .strength_mg_per_ml = 10,
        .vial_ml = 20,
        .concentration_mg_per_ml = 1,
        .weight_kg = 70,
        .route = RSP_ROUTE_IV};
    /* the second is 0.02 mL/h, and the pump has steps of 0.1 */
    const struct rsp_dose dose[] = {
        {.duration_h = 1, .amount_mg = 20}, {.start_h = 1, .duration_h = 5, .amount_mg = 0.1}};
    struct rsp_order_amounts a;
    ck_assert_int_eq(rsp_order_amounts(&drawing, 1, dose, &a, NULL), RSP_OK);
    ck_assert(a.ways.agree);
    ck_assert_int_eq(rsp_order_amounts(&drawing, 2, dose, &a, NULL), RSP_OK);
    ck_assert(a.step[1].by_pump && !(a.step[1].rate_ml_per_h > 0));
    ck_assert(!a.ways.agree);
}
END_TEST

START_TEST(a_concentration_above_the_vial_and_infusions_at_once_are_refused)
{
    const struct rsp_drawing drawing = {.preparation = shipped(),
        .strength_mg_per_ml = 5,
        .vial_ml = 5,
        .concentration_mg_per_ml = 10,
        .weight_kg = 70,
        .route = RSP_ROUTE_IV};
    struct rsp_drawing weaker = drawing;
    struct rsp_order_amounts a;
    const struct rsp_dose two[] = {
        {.duration_h = 4, .amount_mg = 40}, {.start_h = 2, .duration_h = 4, .amount_mg = 40}};
    ck_assert_int_eq(rsp_order_amounts(&drawing, 1, two, &a, NULL), RSP_E_DOMAIN);
    weaker.concentration_mg_per_ml = 1;
    ck_assert_int_eq(rsp_order_amounts(&weaker, 2, two, &a, NULL), RSP_E_MISMATCH);
    ck_assert_int_eq(rsp_order_amounts(&weaker, 1, two, &a, NULL), RSP_OK);
}
END_TEST

START_TEST(a_push_has_a_volume_and_no_rate)
{
    const struct rsp_drawing drawing = {.preparation = shipped(),
        .strength_mg_per_ml = 10,
        .vial_ml = 20,
        .concentration_mg_per_ml = 10,
        .weight_kg = 70,
        .route = RSP_ROUTE_IV};
    const struct rsp_dose dose[] = {{.amount_mg = 20}, {.start_h = 0.1, .duration_h = 1, .amount_mg = 10}};
    struct rsp_order_amounts a;
    ck_assert_int_eq(rsp_order_amounts(&drawing, 2, dose, &a, NULL), RSP_OK);
    ck_assert(!a.step[0].by_pump && isnan(a.step[0].rate_ml_per_h));
    ck_assert_double_eq_tol(a.step[0].volume_ml, 2, 1e-9);
    ck_assert_double_eq_tol(a.rate_ml_per_h, 1, 1e-9);
    ck_assert_double_eq_tol(a.total_mg, 30, 1e-9);
}
END_TEST

static json_t *of(const struct two *two, json_int_t order)
{
    return json_pack("{s:s, s:I}", "patient", two->patient, "order", order);
}

START_TEST(a_signature_needs_a_fresh_password_and_a_fresh_weight)
{
    struct two two;
    two_open(&two, "fresh.db");
    const json_int_t plan = two_plan(&two, "98 mg ketamine iv over 4 h");
    const json_int_t order = number_in(
        done(&two.clinic, &two.physician, RSP_USE_order_write, two_choices(&two, plan, 98, 24.5)), "order");
    two.clinic.now_s += 6 * 60;
    ck_assert_int_eq(ask(&two.clinic, &two.physician, RSP_USE_order_sign, of(&two, order), NULL, NULL),
        RSP_REFUSED_CONFIRM);
    two.clinic.now_s += 31 * DAY_S;
    two_confirm(&two);
    ck_assert_int_eq(
        ask(&two.clinic, &two.physician, RSP_USE_order_sign, of(&two, order), NULL, NULL), RSP_REFUSED_GATE);
    ck_assert_uint_eq(audited(&two.clinic, "physician", "order_sign", "gate_closed"), 1);
    clinic_close(&two.clinic);
    clinic_verify(&two.clinic);
}
END_TEST

START_TEST(both_signatures_survive_a_restart_and_stand_for_ever)
{
    struct two two;
    two_open(&two, "restart.db");
    const json_int_t order = two_order(&two);
    clinic_restart(&two.clinic);
    two_confirm(&two);
    json_t *read = done(&two.clinic, &two.nurse, RSP_USE_order_read, of(&two, order));
    ck_assert_str_eq(json_string_value(json_object_get(read, "state")), "checked");
    ck_assert_ptr_nonnull(json_object_get(read, "document"));
    json_decref(read);
    json_t *drawn =
        done(&two.clinic, &two.nurse, RSP_USE_timeline, json_pack("{s:s}", "patient", two.patient));
    const json_t *row = json_array_get(json_object_get(drawn, "orders"), 0);
    ck_assert_int_eq(json_integer_value(json_object_get(row, "number")), order);
    ck_assert_ptr_null(json_object_get(row, "document")); /* long, and drawn nowhere */
    json_decref(drawn);
    ck_assert_int_eq(ask(&two.clinic, &two.physician, RSP_USE_order_sign, of(&two, order), NULL, NULL),
        RSP_REFUSED_CONFLICT);
    clinic_close(&two.clinic);
    clinic_verify(&two.clinic);
}
END_TEST

/* ---- gates ---- */

static const json_t *row_with(const json_t *rows, const char *key, const char *word)
{
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row)
    {
        const char *text = json_string_value(json_object_get(row, key));
        if (text != NULL && strcmp(text, word) == 0)
            return row;
    }
    return NULL;
}

static bool has_gate(struct two *two, json_int_t order, const char *id)
{
    json_t *read = done(&two->clinic, &two->nurse, RSP_USE_order_read, of(two, order));
    const bool has = row_with(json_object_get(json_object_get(read, "document"), "gates"), "id", id) != NULL;
    json_decref(read);
    return has;
}

static json_int_t ordered(struct two *two)
{
    const json_int_t plan = two_plan(two, "98 mg ketamine iv over 4 h");
    return number_in(
        done(&two->clinic, &two->physician, RSP_USE_order_write, two_choices(two, plan, 98, 24.5)), "order");
}

/* Take a score over; the number of what it found. */
static json_int_t found(struct two *two, json_t *answers)
{
    (void)json_object_set_new(answers, "patient", json_string(two->patient));
    json_t *score = done(&two->clinic, &two->nurse, RSP_USE_score_add, answers);
    const json_int_t number = json_integer_value(json_array_get(json_object_get(score, "findings"), 0));
    ck_assert_int_gt(number, 0);
    json_decref(score);
    return number;
}

static json_t *item_9(void)
{
    return json_pack("{s:s, s:{s:i}}", "instrument", "phq9", "answers", "9", 1);
}

static void answer_thoughts(struct two *two, json_int_t finding)
{
    json_decref(done(&two->clinic, &two->physician, RSP_USE_finding_answer,
        json_pack("{s:s, s:I, s:s}", "patient", two->patient, "finding", finding, "done",
            "spoke with the patient, psychiatry told")));
}

static json_t *with_reason(const struct two *two, json_int_t order)
{
    return json_pack("{s:s, s:I, s:{s:s}}", "patient", two->patient, "order", order, "reasons",
        "SUICIDE-PHQ9", "psychiatry sees the patient today");
}

START_TEST(thoughts_of_suicide_that_nobody_answered_need_the_prescriber_s_reason)
{
    struct two two;
    two_open(&two, "thoughts.db");
    (void)found(&two, item_9());
    const json_int_t order = ordered(&two);
    ck_assert(has_gate(&two, order, "SUICIDE-PHQ9"));
    ck_assert_int_eq(
        ask(&two.clinic, &two.physician, RSP_USE_order_sign, of(&two, order), NULL, NULL), RSP_REFUSED_GATE);
    json_decref(done(&two.clinic, &two.physician, RSP_USE_order_sign, with_reason(&two, order)));
    clinic_close(&two.clinic);
    clinic_verify(&two.clinic);
}
END_TEST

START_TEST(an_answer_to_thoughts_of_suicide_opens_the_gate_until_the_next_score)
{
    struct two two;
    two_open(&two, "answered.db");
    answer_thoughts(&two, found(&two, item_9()));
    const json_int_t order = ordered(&two);
    ck_assert(!has_gate(&two, order, "SUICIDE-PHQ9"));
    const json_int_t again = /* of a scale that the record does not hold, so that the order still stands */
        found(&two, json_pack("{s:s, s:i}", "instrument", "cssrs_ideation", "total", 2));
    ck_assert_int_eq(
        ask(&two.clinic, &two.physician, RSP_USE_order_sign, of(&two, order), NULL, NULL), RSP_REFUSED_GATE);
    answer_thoughts(&two, again);
    json_decref(done(&two.clinic, &two.physician, RSP_USE_order_sign, of(&two, order)));
    clinic_close(&two.clinic);
    clinic_verify(&two.clinic);
}
END_TEST

static json_t *today(struct two *two)
{
    return done(&two->clinic, &two->physician, RSP_USE_today, json_object());
}

static const json_t *missing(const json_t *day, const char *code)
{
    const json_t *visit = json_array_get(json_object_get(day, "appointments"), 0);
    return row_with(json_object_get(visit, "missing"), "code", code);
}

/* One visit of the patient, today at three. */
static json_int_t book_visit(struct two *two, json_int_t plan)
{
    struct staff admin;
    hire(&two->clinic, "admin", "administrator", &admin);
    json_decref(
        done(&two->clinic, &admin, RSP_USE_chair_set, json_pack("{s:s, s:s}", "name", "A", "state", "open")));
    json_t *input = json_pack("{s:s, s:[s], s:[s], s:i}", "patient", two->patient, "start",
        "2026-11-29T15:00", "chair", "A", "minutes", 300);
    if (plan != 0)
        (void)json_object_set_new(input, "plan", json_integer(plan));
    json_decref(done(&two->clinic, &two->nurse, RSP_USE_appointment_book, input));
    json_t *day = today(two);
    const json_int_t number = json_integer_value(
        json_object_get(json_array_get(json_object_get(day, "appointments"), 0), "appointment"));
    json_decref(day);
    return number;
}

START_TEST(limits_that_the_rules_no_longer_allow_say_what_changed)
{
    struct two two;
    two_open(&two, "outdated.db");
    (void)book_visit(&two, 0);
    json_t *profile = done(&two.clinic, &two.nurse, RSP_USE_profile, json_object());
    ck_assert_ptr_null(json_object_get(profile, "outdated"));
    const int64_t number = json_integer_value(json_object_get(json_object_get(profile, "signed"), "number"));
    json_decref(profile);
    (void)clinic_put_fact(&two.clinic, "profile", number,
        "{\"name\": \"Old\", \"rules_version\": \"0\", \"alarms\": "
        "\"[{\\\"id\\\": \\\"sbp_twice_mmhg\\\", \\\"value\\\": 390}]\"}");
    two_confirm(&two);
    profile = done(&two.clinic, &two.nurse, RSP_USE_profile, json_object());
    ck_assert(json_is_null(json_object_get(profile, "signed")));
    ck_assert_text_in(json_string_value(json_object_get(profile, "outdated")), "390 mmHg signed");
    const json_t *limits = json_object_get(profile, "outdated_limits");
    ck_assert_uint_eq(json_array_size(limits), 9);
    ck_assert_double_eq(
        json_number_value(json_object_get(row_with(limits, "id", "sbp_twice_mmhg"), "signed")), 390);
    ck_assert_ptr_null(json_object_get(row_with(limits, "id", "spo2_low_pct"), "signed"));
    json_decref(profile);
    json_t *choices = two_choices(&two, two_plan(&two, "98 mg ketamine iv over 4 h"), 98, 24.5);
    (void)json_object_del(choices, "total_mg");
    (void)json_object_del(choices, "rate_ml_per_h");
    json_t *prepared = done(&two.clinic, &two.physician, RSP_USE_order_prepare, choices);
    const json_t *gate =
        row_with(json_object_get(json_object_get(prepared, "order"), "gates"), "id", "profile_outdated");
    ck_assert_text_in(json_string_value(json_object_get(gate, "text")), "390 mmHg signed");
    json_decref(prepared);
    json_t *day = today(&two);
    ck_assert_ptr_null(missing(day, "profile"));
    ck_assert_text_in(
        json_string_value(json_object_get(missing(day, "profile_outdated"), "text")), "390 mmHg signed");
    json_decref(day);
    clinic_close(&two.clinic);
    clinic_verify(&two.clinic);
}
END_TEST

START_TEST(a_visit_that_was_moved_away_from_the_day_of_its_order_says_so)
{
    struct two two;
    two_open(&two, "moved.db");
    const json_int_t order = two_order(&two);
    json_t *read = done(&two.clinic, &two.nurse, RSP_USE_order_read, of(&two, order));
    const json_int_t plan = json_integer_value(
        json_object_get(json_object_get(json_object_get(read, "document"), "rests_on"), "plan"));
    json_decref(read);
    const json_int_t visit = book_visit(&two, plan);
    json_t *day = today(&two);
    ck_assert_ptr_null(missing(day, "order_day"));
    ck_assert_ptr_null(missing(day, "order"));
    json_decref(day);
    json_decref(done(&two.clinic, &two.nurse, RSP_USE_appointment_change,
        json_pack("{s:s, s:I, s:s, s:s}", "patient", two.patient, "appointment", visit, "start",
            "2026-11-30T15:00", "why", "the chair was needed")));
    two.clinic.now_s += DAY_S;
    two_confirm(&two);
    day = today(&two);
    const json_t *row = missing(day, "order_day");
    ck_assert_text_in(
        json_string_value(json_object_get(row, "text")), "for 2026-11-29 and the visit on 2026-11-30");
    const json_t *values = json_object_get(row, "values");
    ck_assert_str_eq(json_string_value(json_object_get(values, "order_day")), "2026-11-29");
    ck_assert_str_eq(json_string_value(json_object_get(values, "visit_day")), "2026-11-30");
    json_decref(day);
    clinic_close(&two.clinic);
}
END_TEST

static json_int_t sessions_of(struct two *two, const char *dose)
{
    json_t *choices = two_choices(two, two_plan(two, dose), 98, 24.5);
    (void)json_object_del(choices, "total_mg");
    (void)json_object_del(choices, "rate_ml_per_h");
    json_t *prepared = done(&two->clinic, &two->physician, RSP_USE_order_prepare, choices);
    const json_int_t n = json_integer_value(
        json_object_get(json_object_get(json_object_get(prepared, "order"), "rests_on"), "sessions"));
    json_decref(prepared);
    return n;
}

/* As the limits and the forecast count treatments: a longer pause than twelve hours begins another. */
START_TEST(an_order_takes_what_a_pause_of_twelve_hours_does_not_part)
{
    struct two two;
    two_open(&two, "pause.db");
    ck_assert_int_eq(sessions_of(&two, "40 mg ketamine iv over 40 min every 760 min x3"), 1);
    ck_assert_int_eq(sessions_of(&two, "40 mg ketamine iv over 40 min every 761 min x3"), 3);
    clinic_close(&two.clinic);
}
END_TEST

START_TEST(orders_of_an_emergency_are_numbered_by_themselves)
{
    struct two two;
    struct below below;
    json_t *all = NULL, *urgent = NULL;
    two_open(&two, "urgent.db");
    const json_int_t planned = two_order(&two);
    two.clinic.now_s += 2 * DAY_S;
    two_confirm(&two);
    const json_int_t emergency = two_emergency(&two);
    below_open(&below, &two.clinic, two.patient);
    ck_assert_int_eq(rsp_order_numbers(&below.call, false, &all), RSP_OK);
    ck_assert_int_eq(rsp_order_numbers(&below.call, true, &urgent), RSP_OK);
    below_close(&below);
    ck_assert_uint_eq(json_array_size(all), 2);
    ck_assert_int_eq(json_integer_value(json_array_get(all, 0)), planned);
    ck_assert_uint_eq(json_array_size(urgent), 1);
    ck_assert_int_eq(json_integer_value(json_array_get(urgent, 0)), emergency);
    json_decref(all);
    json_decref(urgent);
    json_t *day = today(&two);
    ck_assert_ptr_nonnull(row_with(json_object_get(day, "to_do"), "code", "emergency"));
    json_decref(day);
    clinic_close(&two.clinic);
}
END_TEST

RUN_TESTS("service orders", an_order_takes_what_a_pause_of_twelve_hours_does_not_part,
    thoughts_of_suicide_that_nobody_answered_need_the_prescriber_s_reason,
    an_answer_to_thoughts_of_suicide_opens_the_gate_until_the_next_score,
    limits_that_the_rules_no_longer_allow_say_what_changed,
    a_visit_that_was_moved_away_from_the_day_of_its_order_says_so,
    orders_of_an_emergency_are_numbered_by_themselves,
    what_is_drawn_holds_what_is_ordered_and_three_ways_agree,
    a_rate_below_the_step_of_the_pump_agrees_with_no_way,
    a_concentration_above_the_vial_and_infusions_at_once_are_refused, a_push_has_a_volume_and_no_rate,
    a_signature_needs_a_fresh_password_and_a_fresh_weight,
    both_signatures_survive_a_restart_and_stand_for_ever)
