/* What pharmacology guarantees, whatever the numbers. */
#include "../base/suite.h"

#include <math.h>
#include <string.h>

#include "fixture.h"
#include "num/random.h"
#include "oracle.h"

enum { N_TIME = 150, N_OUT = 7 };
static const int all_outputs[N_OUT] = {0, 1, 2, 3, 4, 5, 6};
static const struct rsp_people one = {.n = 1};

static void run(const struct fixture *f, size_t n_dose, const struct rsp_dose *dose, size_t n_time,
    const double *time_h, double *out)
{
    struct rsp_error err = {0};
    const struct rsp_schedule s = {.n_dose = n_dose, .dose = dose, .n_time = n_time, .time_h = time_h};
    const rsp_status status = rsp_simulate_source(&f->source, &one, &s, N_OUT, all_outputs, NULL, out, &err);
    ck_assert_msg(status == RSP_OK, "%s", err.message);
}

static void grid(double step_h, double *time_h)
{
    for (int i = 0; i < N_TIME; i++)
        time_h[i] = i * step_h;
}

/* Rates over ten powers of ten, some of them zero. */
static void scramble(struct fixture *f, uint64_t seed)
{
    for (int i = K10; i <= KE0; i++) {
        const double u = rsp_random_uniform(seed, 0, 20, (uint32_t)i);
        f->parameter[i].typical =
            u < 0.08 ? 0 : pow(10, -5 + 10 * rsp_random_uniform(seed, 1, 20, (uint32_t)i));
    }
    f->parameter[LAG].typical = rsp_random_uniform(seed, 2, 20, 0);
    f->parameter[D1].typical =
        rsp_random_uniform(seed, 2, 20, 1) < 0.2 ? 0 : rsp_random_uniform(seed, 2, 20, 2);
}

static const struct rsp_dose mixed[4] = {{.start_h = 0,
                                             .duration_h = 0.7,
                                             .amount_mg = 35,
                                             .drug = RSP_DRUG_ESKETAMINE,
                                             .route = RSP_ROUTE_IV,
                                             .state = -1},
    {.start_h = 0.4, .amount_mg = 50, .drug = RSP_DRUG_ESKETAMINE, .route = RSP_ROUTE_ORAL, .state = -1},
    {.start_h = 1.3, .amount_mg = 28, .drug = RSP_DRUG_ESKETAMINE, .route = RSP_ROUTE_NASAL, .state = -1},
    {.start_h = 2,
        .duration_h = 100,
        .amount_mg = 2220,
        .drug = RSP_DRUG_ESKETAMINE,
        .route = RSP_ROUTE_IV,
        .state = -1}};

START_TEST(any_legal_rates_give_finite_nonnegative_curves_that_agree_with_the_matrix_exponential)
{
    static double time_h[N_TIME], out[N_OUT * N_TIME], x[N_TIME * N_FIXTURE_STATE];
    for (uint64_t seed = 0; seed < 60; seed++) {
        struct fixture f;
        fixture_fill(&f);
        scramble(&f, seed);
        grid(seed % 2 == 0 ? 0.05 : 1.7, time_h);
        if (seed % 3 == 0)
            for (int i = 0; i < N_TIME; i++)
                time_h[i] *= 1 + 0.01 * (i % 5);
        run(&f, 4, mixed, N_TIME, time_h, out);
        double slot[N_FIXTURE_SLOT + 2] = {0}, checked_h[N_TIME];
        for (int i = 0; i < N_FIXTURE_SLOT; i++)
            slot[i] = f.parameter[i].typical;
        size_t n = 0;
        for (int i = 0; i < N_TIME; i += 13)
            checked_h[n++] = time_h[i];
        oracle_states(&f.compiled, slot,
            &(struct rsp_schedule){.n_dose = 4, .dose = mixed, .n_time = n, .time_h = checked_h}, x);
        for (int i = 0; i < N_OUT * N_TIME; i++)
            ck_assert_msg(out[i] >= 0 && isfinite(out[i]), "seed %d: %g", (int)seed, out[i]);
        for (size_t k = 0; k < n; k++)
            for (int o = 0; o < N_OUT; o++) {
                const double want = x[k * N_FIXTURE_STATE + (size_t)f.readout[o].state] * slot[SCALE];
                ck_assert_msg(fabs(out[o * N_TIME + (int)k * 13] - want) <= 1e-9 * want + 1e-290,
                    "seed %d output %d at %g h: %.17g, should be %.17g", (int)seed, o, checked_h[k],
                    out[o * N_TIME + (int)k * 13], want);
            }
    }
}
END_TEST

START_TEST(what_is_given_is_in_the_body_or_has_left_it)
{
    /* without an exit from the metabolite the six conserving states hold the dose for ever */
    static double time_h[N_TIME], out[N_OUT * N_TIME];
    struct fixture f;
    for (uint64_t seed = 0; seed < 20; seed++) {
        fixture_fill(&f);
        scramble(&f, seed);
        f.parameter[KM].typical = 0;
        f.parameter[SCALE].typical = 1;
        f.parameter[F].typical = 0.5;
        f.parameter[D1].typical = 0.3;
        grid(5, time_h);
        run(&f, 4, mixed, N_TIME, time_h, out);
        const int last = N_TIME - 1;
        double total = 0;
        for (int o = 0; o < N_OUT; o++)
            total += o == OUT_SITE ? 0 : out[o * N_TIME + last];
        ck_assert_double_eq_tol(total, 35 + 0.5 * 50 + 2 * 0.5 * 28 + 2220, 1e-9);
    }
}
END_TEST

START_TEST(curves_of_two_doses_add_up)
{
    static double time_h[N_TIME], both[N_OUT * N_TIME], first[N_OUT * N_TIME], second[N_OUT * N_TIME];
    struct fixture f;
    fixture_fill(&f);
    grid(0.11, time_h);
    run(&f, 2, mixed, N_TIME, time_h, both);
    run(&f, 1, mixed, N_TIME, time_h, first);
    run(&f, 1, mixed + 1, N_TIME, time_h, second);
    for (int i = 0; i < N_OUT * N_TIME; i++)
        ck_assert_double_eq_tol(both[i], first[i] + second[i], 1e-12 * both[i] + 1e-300);
}
END_TEST

START_TEST(twice_the_dose_is_twice_the_curve)
{
    static double time_h[N_TIME], once[N_OUT * N_TIME], twice[N_OUT * N_TIME];
    struct fixture f;
    fixture_fill(&f);
    grid(0.11, time_h);
    struct rsp_dose doses[4];
    memcpy(doses, mixed, sizeof doses);
    run(&f, 4, doses, N_TIME, time_h, once);
    for (int d = 0; d < 4; d++)
        doses[d].amount_mg *= 2;
    run(&f, 4, doses, N_TIME, time_h, twice);
    for (int i = 0; i < N_OUT * N_TIME; i++)
        ck_assert_double_eq_tol(twice[i], 2 * once[i], 1e-12 * twice[i] + 1e-300);
}
END_TEST

START_TEST(splitting_an_infusion_changes_nothing)
{
    static double time_h[N_TIME], whole[N_OUT * N_TIME], split[N_OUT * N_TIME];
    struct fixture f;
    fixture_fill(&f);
    for (int irregular = 0; irregular < 2; irregular++) {
        grid(0.11, time_h);
        for (int i = 0; irregular && i < N_TIME; i++)
            time_h[i] += 0.003 * (i % 7);
        const struct rsp_dose one_piece = fixture_dose(RSP_ROUTE_IV, 1, 6, 60);
        const struct rsp_dose pieces[3] = {fixture_dose(RSP_ROUTE_IV, 1, 2.5, 25),
            fixture_dose(RSP_ROUTE_IV, 3.5, 0.5, 5), fixture_dose(RSP_ROUTE_IV, 4, 3, 30)};
        run(&f, 1, &one_piece, N_TIME, time_h, whole);
        run(&f, 3, pieces, N_TIME, time_h, split);
        for (int i = 0; i < N_OUT * N_TIME; i++)
            ck_assert_double_eq_tol(split[i], whole[i], 1e-12 * whole[i] + 1e-300);
    }
}
END_TEST

START_TEST(a_long_infusion_rises_all_the_way_to_rate_over_clearance)
{
    static double time_h[N_TIME], out[N_OUT * N_TIME];
    struct fixture f;
    fixture_fill(&f);
    grid(2, time_h);
    const struct rsp_dose d = fixture_dose(RSP_ROUTE_IV, 0, 400, 400 * 5);
    run(&f, 1, &d, N_TIME, time_h, out);
    for (int i = 1; i < N_TIME; i++)
        ck_assert_double_ge(out[i], out[i - 1] * (1 - 1e-14));
    ck_assert_double_eq_tol(out[N_TIME - 1], 5 / 1.1 * 12.5, 1e-9);
}
END_TEST

START_TEST(nothing_comes_before_the_first_dose)
{
    static double time_h[N_TIME], out[N_OUT * N_TIME];
    struct fixture f;
    fixture_fill(&f);
    grid(0.1, time_h);
    const struct rsp_dose d = fixture_dose(RSP_ROUTE_ORAL, 5, 0, 50);
    run(&f, 1, &d, N_TIME, time_h, out);
    for (int o = 0; o < N_OUT; o++)
        for (int i = 0; i <= 52; i++) /* lag 0.23 h */
            ck_assert_double_eq(out[o * N_TIME + i], 0);
    ck_assert_double_gt(out[OUT_DEPOT * N_TIME + 53], 0);
}
END_TEST

RUN_TESTS("properties", any_legal_rates_give_finite_nonnegative_curves_that_agree_with_the_matrix_exponential,
    what_is_given_is_in_the_body_or_has_left_it, curves_of_two_doses_add_up,
    twice_the_dose_is_twice_the_curve, splitting_an_infusion_changes_nothing,
    a_long_infusion_rises_all_the_way_to_rate_over_clearance, nothing_comes_before_the_first_dose)
