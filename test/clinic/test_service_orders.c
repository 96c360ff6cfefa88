/* Orders: arithmetic that holds for every vial, and gates that close as time passes. */
#include <math.h>

#include "order_support.h"

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
    json_decref(read);
    ck_assert_int_eq(ask(&two.clinic, &two.physician, RSP_USE_order_sign, of(&two, order), NULL, NULL),
        RSP_REFUSED_CONFLICT);
    clinic_close(&two.clinic);
    clinic_verify(&two.clinic);
}
END_TEST

RUN_TESTS("service orders", what_is_drawn_holds_what_is_ordered_and_three_ways_agree,
    a_concentration_above_the_vial_and_infusions_at_once_are_refused, a_push_has_a_volume_and_no_rate,
    a_signature_needs_a_fresh_password_and_a_fresh_weight,
    both_signatures_survive_a_restart_and_stand_for_ever)
