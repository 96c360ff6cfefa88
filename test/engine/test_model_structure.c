#include "model_support.h"

START_TEST(a_clearance_becomes_clearance_over_volume_and_a_rate_stays)
{
    double slot[RSP_MAX_SLOT];
    struct rsp_model *model = parsed_model(plain_pk);
    rsp_model_typical(model, NULL, slot);
    ck_assert_double_eq_tol(rate_between(model, slot, "central", "out"), 60.0 / 120, 1e-15);
    ck_assert_double_eq_tol(rate_between(model, slot, "gut", "central"), 0.5 * 60, 1e-12);
    rsp_model_free(model);
}
END_TEST

START_TEST(a_flow_between_two_compartments_goes_both_ways_and_keeps_the_equilibrium)
{
    const char *text =
        edited(plain_pk, "flows:\n", "flows:\n  - {between: [central, metabolite], clearance: 3 * cl}\n");
    double slot[RSP_MAX_SLOT];
    struct rsp_model *model = parsed_model(text);
    rsp_model_typical(model, NULL, slot);
    ck_assert_double_eq_tol(rate_between(model, slot, "central", "metabolite"), 180.0 / 120, 1e-15);
    ck_assert_double_eq_tol(rate_between(model, slot, "metabolite", "central"), 180.0 / 240, 1e-15);
    rsp_model_free(model);
}
END_TEST

START_TEST(a_fraction_goes_on_and_the_rest_leaves_the_body)
{
    const char *text = edited(plain_pk, "{from: central, to: out, clearance: cl}",
        "{from: central, to: metabolite, clearance: cl, fraction: p}");
    double slot[RSP_MAX_SLOT];
    struct rsp_model *model = parsed_model(text);
    rsp_model_typical(model, NULL, slot);
    ck_assert_double_eq_tol(rate_between(model, slot, "central", "metabolite"), 0.25 * 0.5, 1e-15);
    ck_assert_double_eq_tol(rate_between(model, slot, "central", "out"), 0.75 * 0.5, 1e-15);
    rsp_model_free(model);
}
END_TEST

/* A chain of n compartments with rate r delays by n / r on average and loses nothing on the way. */
START_TEST(a_delay_chain_delays_by_its_mean_transit_time_and_passes_its_share)
{
    const char *text = edited(plain_pk, "{from: central, to: out, clearance: cl}",
        "{from: central, to: metabolite, clearance: cl, fraction: p, through: {name: wait, n: 3, rate: 3 / "
        "d}}");
    text = edited(
        text, "{from: metabolite, to: out, rate: k}", "{from: metabolite, to: out, rate: 0.000001 * k}");
    struct rsp_model *model = parsed_model(text);
    const struct rsp_compiled *c = rsp_model_compiled(model);
    double slot[RSP_MAX_SLOT], x[RSP_MAX_STATE] = {0};
    const double none[RSP_MAX_STATE] = {0};
    ck_assert_uint_eq(c->n_state, 6);
    ck_assert_int_eq(state_of(c, "wait_3"), 5);
    rsp_model_typical(model, NULL, slot);
    ck_assert_double_eq_tol(rate_between(model, slot, "wait_1", "wait_2"), 6, 1e-12);
    ck_assert_double_eq_tol(rate_between(model, slot, "wait_3", "metabolite"), 0.25 * 6, 1e-12);
    ck_assert_double_eq_tol(rate_between(model, slot, "wait_3", "out"), 0.75 * 6, 1e-12);
    double area = 0; /* of amount yet to arrive: its integral over the amount is the mean arrival time */
    x[state_of(c, "wait_1")] = 1;
    const double h = 0.001;
    for (int i = 0; i < 10000; i++) {
        const double before = 1 - x[state_of(c, "metabolite")] / 0.25;
        step(c, slot, 0, h, x, none);
        area += h * 0.5 * (before + 1 - x[state_of(c, "metabolite")] / 0.25);
    }
    ck_assert_double_eq_tol(x[state_of(c, "metabolite")], 0.25, 1e-4);
    ck_assert_double_eq_tol(area, 0.5, 2e-3);
    rsp_model_free(model);
}
END_TEST

START_TEST(routes_and_flows_may_enter_a_delay_chain)
{
    const char *text = edited(plain_pk, "{from: central, to: out, clearance: cl}",
        "{from: central, to: metabolite, clearance: cl, through: {name: wait, n: 2, rate: k}}");
    text = edited(text, "{from: gut, to: central, rate: k}", "{from: gut, to: wait_1, rate: k}");
    text = edited(text, "  oral: [{to: gut, fraction: p}]",
        "  oral: [{to: gut, fraction: p}, {to: wait_2, fraction: 1 - p}]");
    struct rsp_model *model = parsed_model(text);
    const struct rsp_compiled *c = rsp_model_compiled(model);
    double slot[RSP_MAX_SLOT];
    rsp_model_typical(model, NULL, slot);
    ck_assert_double_gt(rate_between(model, slot, "gut", "wait_1"), 0);
    ck_assert_int_eq(c->input[2].state, state_of(c, "wait_2"));
    ck_assert_double_eq_tol(slot[c->input[2].fraction], 0.75, 1e-15);
    rsp_model_free(model);
}
END_TEST

START_TEST(every_shipped_model_conserves_what_it_is_given)
{
    for (size_t m = 0; m < rsp_shipped_count(); m++) {
        struct rsp_model *model = shipped_model(rsp_shipped_id(m));
        const struct rsp_compiled *c = rsp_model_compiled(model);
        double slot[RSP_MAX_SLOT];
        rsp_model_typical(model, NULL, slot);
        for (size_t s = 0; s < c->n_state; s++) {
            double lost = 0, x[RSP_MAX_STATE] = {0}, dx[RSP_MAX_STATE], sum = 0;
            const double none[RSP_MAX_STATE] = {0};
            x[s] = 1;
            derivative(c, slot, 0, x, none, dx);
            bool effect_site = false;
            for (size_t i = 0; i < c->n_link; i++) {
                effect_site = effect_site || (!c->link[i].conserving && c->link[i].to == (int)s);
                if (c->link[i].from == (int)s && c->link[i].to < 0)
                    lost += slot[c->link[i].rate];
                if (c->link[i].from == (int)s && !c->link[i].conserving)
                    sum -= slot[c->link[i].rate]; /* an effect site is driven, it takes nothing */
            }
            for (size_t i = 0; i < c->n_state; i++)
                sum += dx[i];
            if (!effect_site)
                ck_assert_msg(
                    fabs(sum + lost) < 1e-9 * (1 + lost), "%s: %s", rsp_model_id(model), c->state_name[s]);
        }
        rsp_model_free(model);
    }
}
END_TEST

START_TEST(molar_amounts_scale_outputs_by_the_molar_masses)
{
    const char *text = edited(plain_pk, "amounts: mass", "amounts: molar");
    text = edited(text, "esketamine: {}", "esketamine: {molar_mass: 237.73 g/mol, source: paper}");
    text = edited(text, "esnorketamine: {}", "esnorketamine: {molar_mass: 223.7 g/mol, source: paper}");
    struct rsp_model *model = parsed_model(text);
    double x[RSP_MAX_STATE] = {1, 0, 1};
    ck_assert_double_eq_tol(readout(model, NULL, x, "esketamine_ng_per_ml"), 1000.0 / 120, 1e-12);
    ck_assert_double_eq_tol(
        readout(model, NULL, x, "esnorketamine_ng_per_ml"), 1000.0 / 240 * 223.7 / 237.73, 1e-12);
    rsp_model_free(model);
    model = parsed_model(plain_pk);
    ck_assert_double_eq_tol(readout(model, NULL, x, "esnorketamine_ng_per_ml"), 1000.0 / 240, 1e-12);
    rsp_model_free(model);
}
END_TEST

START_TEST(growth_marks_the_model_as_time_varying)
{
    const char *text = edited(plain_pk, "{from: metabolite, to: out, rate: k}",
        "{from: metabolite, to: out, rate: k, growth: 0.00870 * k}");
    struct rsp_model *model = parsed_model(text);
    const struct rsp_compiled *c = rsp_model_compiled(model);
    double slot[RSP_MAX_SLOT];
    rsp_model_typical(model, NULL, slot);
    ck_assert(c->time_varying);
    ck_assert_double_eq_tol(slot[c->link[2].growth], 0.00870 * 30, 1e-15);
    ck_assert_int_eq(c->link[0].growth, -1);
    rsp_model_free(model);
    model = parsed_model(plain_pk);
    ck_assert(!rsp_model_compiled(model)->time_varying);
    rsp_model_free(model);
}
END_TEST

START_TEST(a_fraction_of_the_dose_is_calculated_for_each_dose)
{
    const char *text = edited(
        plain_pk, "fraction: p", "fraction: 'p * (1 + (max(dose / m, 1) - 1) * x) / max(dose / m, 1)'");
    struct rsp_model *model = parsed_model(edited(text, "  x: 1\n", "  x: 0.62\n"));
    const struct rsp_compiled *c = rsp_model_compiled(model);
    static const double dose[] = {14, 28, 56, 84}, n[] = {1, 1, 2, 3};
    double slot[RSP_MAX_SLOT];
    ck_assert(c->input[1].fraction_of_dose);
    ck_assert(!c->input[0].fraction_of_dose);
    rsp_model_typical(model, NULL, slot);
    for (int i = 0; i < 4; i++) {
        slot[c->dose_slot] = dose[i];
        rsp_program_run(&c->dose_program, slot);
        ck_assert_double_eq_tol(slot[c->input[1].fraction], 0.25 * (1 + (n[i] - 1) * 0.62) / n[i], 1e-15);
    }
    rsp_model_free(model);
}
END_TEST

START_TEST(lag_and_duration_of_an_input_are_in_hours)
{
    struct rsp_model *model =
        parsed_model(edited(plain_pk, "fraction: p}", "fraction: p, lag: d, duration: 2 * d}"));
    const struct rsp_compiled *c = rsp_model_compiled(model);
    double slot[RSP_MAX_SLOT];
    rsp_model_typical(model, NULL, slot);
    ck_assert_double_eq_tol(slot[c->input[1].lag], 0.5, 1e-15);
    ck_assert_double_eq_tol(slot[c->input[1].duration], 1, 1e-15);
    ck_assert_int_eq(c->input[0].duration, -1);
    ck_assert(rsp_model_takes_route(model, RSP_ROUTE_ORAL));
    ck_assert(!rsp_model_takes_route(model, RSP_ROUTE_NASAL));
    rsp_model_free(model);
}
END_TEST

RUN_TESTS("model structure", a_clearance_becomes_clearance_over_volume_and_a_rate_stays,
    a_flow_between_two_compartments_goes_both_ways_and_keeps_the_equilibrium,
    a_fraction_goes_on_and_the_rest_leaves_the_body,
    a_delay_chain_delays_by_its_mean_transit_time_and_passes_its_share,
    routes_and_flows_may_enter_a_delay_chain, every_shipped_model_conserves_what_it_is_given,
    molar_amounts_scale_outputs_by_the_molar_masses, growth_marks_the_model_as_time_varying,
    a_fraction_of_the_dose_is_calculated_for_each_dose, lag_and_duration_of_an_input_are_in_hours)
