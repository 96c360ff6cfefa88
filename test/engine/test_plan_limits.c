/* Limits are judged on what runs into the body, however the doses are written. */
#include "../base/suite.h"

#include <math.h>

#include <respite/dose.h>
#include <respite/plan.h>

static struct rsp_dose infusion(double start_h, double duration_h, double amount_mg)
{
    return (struct rsp_dose){.start_h = start_h,
        .duration_h = duration_h,
        .amount_mg = amount_mg,
        .drug = RSP_DRUG_KETAMINE,
        .route = RSP_ROUTE_IV,
        .state = -1};
}

static struct rsp_limit_result judge(
    size_t n, const struct rsp_dose dose[], enum rsp_limit_quantity quantity, double bound)
{
    static struct rsp_limit limit;
    struct rsp_limit_result result;
    limit = (struct rsp_limit){.id = "l",
        .text = "t",
        .source = "s",
        .quantity = quantity,
        .bound = bound,
        .hard = true,
        .push_min = 1};
    ck_assert_int_eq(rsp_limits_check(n, dose, 70, 1, &limit, &result, NULL), RSP_OK);
    return result;
}

START_TEST(overlapping_infusions_add_up_to_the_rate_that_runs)
{
    const struct rsp_dose dose[] = {infusion(0, 4, 40), infusion(2, 4, 60), infusion(10, 1, 20)};
    const struct rsp_limit_result r = judge(3, dose, RSP_LIMIT_RATE_MG_PER_H, 24);
    ck_assert_double_eq_tol(r.value, 25, 1e-12);
    ck_assert_double_eq_tol(r.at_h, 2, 1e-12);
    ck_assert(!r.ok);
}
END_TEST

START_TEST(the_rate_per_kilogram_is_the_rate_over_the_weight)
{
    const struct rsp_dose dose[] = {infusion(0, 4, 98)};
    ck_assert_double_eq_tol(judge(1, dose, RSP_LIMIT_RATE_MG_PER_KG_PER_H, 0.35).value, 0.35, 1e-12);
    ck_assert(judge(1, dose, RSP_LIMIT_RATE_MG_PER_KG_PER_H, 0.35).ok);
}
END_TEST

START_TEST(the_day_is_any_24_hours_not_a_calendar_day)
{
    /* 100 mg from 20 h to 28 h and 100 mg from 40 h to 48 h: the worst 24 h hold part of both. */
    const struct rsp_dose dose[] = {infusion(20, 8, 100), infusion(40, 8, 100)};
    ck_assert_double_eq_tol(judge(2, dose, RSP_LIMIT_DAY_MG, 1000).value, 150, 1e-9);
}
END_TEST

START_TEST(a_dose_every_24_hours_is_one_dose_a_day)
{
    const struct rsp_dose dose[] = {infusion(0, 0, 56), infusion(24, 0, 56), infusion(48, 0, 56)};
    ck_assert_double_eq_tol(judge(3, dose, RSP_LIMIT_DAY_MG, 84).value, 56, 1e-12);
}
END_TEST

START_TEST(a_long_infusion_gives_its_rate_times_24_hours_a_day)
{
    const struct rsp_dose dose[] = {infusion(0, 100, 2220)};
    ck_assert_double_eq_tol(judge(1, dose, RSP_LIMIT_DAY_MG, 1000).value, 24 * 22.2, 1e-9);
    ck_assert_double_eq_tol(judge(1, dose, RSP_LIMIT_TOTAL_MG, 1000).value, 2220, 1e-9);
}
END_TEST

START_TEST(two_pushes_within_five_minutes_are_one_bolus)
{
    const struct rsp_dose dose[] = {infusion(0, 0, 21), infusion(4.0 / 60, 0, 14), infusion(1, 0, 21)};
    ck_assert_double_eq_tol(judge(3, dose, RSP_LIMIT_BOLUS_MG_PER_KG, 0.35).value, 0.5, 1e-12);
}
END_TEST

START_TEST(an_infusion_is_no_bolus_and_a_bolus_is_no_infusion_rate)
{
    const struct rsp_dose slow[] = {infusion(0, 40.0 / 60, 35)}, fast[] = {infusion(0, 0, 21)};
    ck_assert_double_eq(judge(1, slow, RSP_LIMIT_BOLUS_MG_PER_KG, 0.35).value, 0);
    ck_assert_double_eq(judge(1, fast, RSP_LIMIT_RATE_MG_PER_KG_PER_H, 1).value, 0);
}
END_TEST

START_TEST(a_push_without_a_duration_counts_as_given_in_the_minutes_of_its_limit)
{
    const struct rsp_limit none = {.quantity = RSP_LIMIT_BOLUS_RATE_MG_PER_KG_PER_MIN, .bound = 0.5};
    struct rsp_limit_result result;
    const struct rsp_dose push[] = {infusion(0, 0, 70)}, slower[] = {infusion(0, 2.0 / 60, 70)};
    ck_assert_double_eq_tol(judge(1, push, RSP_LIMIT_BOLUS_RATE_MG_PER_KG_PER_MIN, 0.5).value, 1.0, 1e-12);
    ck_assert_double_eq_tol(judge(1, slower, RSP_LIMIT_BOLUS_RATE_MG_PER_KG_PER_MIN, 0.5).value, 0.5, 1e-12);
    ck_assert(judge(1, slower, RSP_LIMIT_BOLUS_RATE_MG_PER_KG_PER_MIN, 0.5).ok);
    ck_assert_int_eq(rsp_limits_check(1, push, 70, 1, &none, &result, NULL), RSP_E_DOMAIN);
    struct rsp_limit two = none;
    two.push_min = 2;
    ck_assert_int_eq(rsp_limits_check(1, push, 70, 1, &two, &result, NULL), RSP_OK);
    ck_assert_double_eq_tol(result.value, 0.5, 1e-12);
}
END_TEST

START_TEST(infusions_that_touch_are_one_duration)
{
    const struct rsp_dose joined[] = {infusion(24, 76.8, 1705), infusion(0, 24, 240)};
    const struct rsp_dose apart[] = {infusion(0, 4, 98), infusion(24, 4, 98)};
    ck_assert_double_eq_tol(judge(2, joined, RSP_LIMIT_DURATION_H, 120).value, 100.8, 1e-9);
    ck_assert_double_eq_tol(judge(2, apart, RSP_LIMIT_DURATION_H, 120).value, 4, 1e-9);
}
END_TEST

START_TEST(earlier_doses_count_in_the_day_but_not_in_the_total)
{
    const struct rsp_dose dose[] = {infusion(-12, 1, 50), infusion(0, 1, 40)};
    ck_assert_double_eq_tol(judge(2, dose, RSP_LIMIT_DAY_MG, 100).value, 90, 1e-9);
    ck_assert_double_eq_tol(judge(2, dose, RSP_LIMIT_TOTAL_MG, 100).value, 40, 1e-9);
}
END_TEST

START_TEST(an_earlier_dose_counts_only_with_new_ones)
{
    /* 630 mg in an hour 113 days ago, then 22.2 mg/h for 100 h */
    const struct rsp_dose old[] = {infusion(-113 * 24, 1, 630), infusion(0, 100, 2220)};
    ck_assert_double_eq_tol(judge(2, old, RSP_LIMIT_RATE_MG_PER_H, 30).value, 22.2, 1e-9);
    ck_assert_double_eq_tol(judge(2, old, RSP_LIMIT_DAY_MG, 600).value, 24 * 22.2, 1e-9);
    ck_assert_double_eq_tol(judge(2, old, RSP_LIMIT_DURATION_H, 240).value, 100, 1e-9);
    const struct rsp_dose pushes[] = {infusion(-50, 0, 70), infusion(0, 0, 21)};
    ck_assert_double_eq_tol(judge(2, pushes, RSP_LIMIT_BOLUS_MG_PER_KG, 0.35).value, 0.3, 1e-12);
    ck_assert_double_eq_tol(judge(2, pushes, RSP_LIMIT_BOLUS_RATE_MG_PER_KG_PER_MIN, 1).value, 0.3, 1e-12);
    /* one that still runs adds to the rate and to the time without a pause */
    const struct rsp_dose runs[] = {infusion(-10, 20, 200), infusion(0, 10, 100)};
    ck_assert_double_eq_tol(judge(2, runs, RSP_LIMIT_RATE_MG_PER_H, 30).value, 20, 1e-9);
    ck_assert_double_eq_tol(judge(2, runs, RSP_LIMIT_DURATION_H, 240).value, 20, 1e-9);
}
END_TEST

START_TEST(the_total_per_kilogram_is_the_total_over_the_weight)
{
    const struct rsp_dose dose[] = {infusion(0, 100, 2220), infusion(400, 0, 20)};
    ck_assert_double_eq_tol(judge(2, dose, RSP_LIMIT_TOTAL_MG_PER_KG, 43.2).value, 32, 1e-9);
}
END_TEST

START_TEST(a_minimum_is_kept_from_above)
{
    const struct rsp_dose dose[] = {infusion(0, 4, 80)};
    ck_assert(judge(1, dose, RSP_LIMIT_TOTAL_MIN_MG, 80).ok);
    ck_assert(!judge(1, dose, RSP_LIMIT_TOTAL_MIN_MG, 400).ok);
}
END_TEST

START_TEST(a_minimum_is_of_one_treatment_and_not_of_the_series)
{
    /* five times 35 mg is no treatment of 80 mg; the smallest counts, and when it is given */
    const struct rsp_dose series[] = {
        infusion(0, 1, 35), infusion(48, 1, 35), infusion(96, 1, 30), infusion(144, 1, 35)};
    const struct rsp_limit_result least = judge(4, series, RSP_LIMIT_TOTAL_MIN_MG, 80);
    ck_assert(!least.ok);
    ck_assert_double_eq_tol(least.value, 30, 1e-9);
    ck_assert_double_eq_tol(least.at_h, 96, 1e-9);
    /* two infusions without a long pause are one treatment, in whatever order they come; earlier ones do not count */
    const struct rsp_dose joined[] = {infusion(5, 2, 50), infusion(-200, 4, 900), infusion(0, 4, 40)};
    ck_assert_double_eq_tol(judge(3, joined, RSP_LIMIT_TOTAL_MIN_MG, 80).value, 90, 1e-9);
}
END_TEST

START_TEST(a_pause_of_twelve_hours_parts_no_treatment_and_a_longer_one_does)
{
    /* 40 min is no finite sum of powers of two: the second begins twelve hours after the first ended, to rounding */
    const double end_h = 40.0 / 60.0;
    ck_assert(rsp_treatment_goes_on(end_h, 12.0 + end_h));
    ck_assert(rsp_treatment_goes_on(end_h, 760.0 / 60.0));
    ck_assert(rsp_treatment_goes_on(end_h, end_h) && rsp_treatment_goes_on(end_h, 0));
    ck_assert(!rsp_treatment_goes_on(end_h, 761.0 / 60.0));
    const struct rsp_dose same[] = {infusion(0, end_h, 50), infusion(760.0 / 60.0, end_h, 40)},
                          apart[] = {infusion(0, end_h, 50), infusion(761.0 / 60.0, end_h, 40)};
    ck_assert_double_eq_tol(judge(2, same, RSP_LIMIT_TOTAL_MIN_MG, 80).value, 90, 1e-9);
    ck_assert_double_eq_tol(judge(2, apart, RSP_LIMIT_TOTAL_MIN_MG, 80).value, 40, 1e-9);
}
END_TEST

START_TEST(ten_times_the_amount_in_the_vial_breaks_the_bolus_limit)
{
    /* 950 mg for 95 mg: a vial of 100 mg/mL taken for one of 10 mg/mL */
    const struct rsp_dose meant[] = {infusion(0, 0, 24.5)}, given[] = {infusion(0, 0, 245)};
    ck_assert(judge(1, meant, RSP_LIMIT_BOLUS_MG_PER_KG, 0.35).ok);
    ck_assert(!judge(1, given, RSP_LIMIT_BOLUS_MG_PER_KG, 0.35).ok);
}
END_TEST

START_TEST(a_limit_per_kilogram_without_a_weight_is_refused)
{
    const struct rsp_dose dose[] = {infusion(0, 1, 35)};
    const struct rsp_limit limit = {.quantity = RSP_LIMIT_RATE_MG_PER_KG_PER_H, .bound = 1};
    struct rsp_limit_result result;
    struct rsp_error err = {0};
    ck_assert_int_eq(rsp_limits_check(1, dose, NAN, 1, &limit, &result, &err), RSP_E_MISSING);
    ck_assert_int_eq(rsp_limits_check(1, dose, 0, 1, &limit, &result, &err), RSP_E_MISSING);
}
END_TEST

START_TEST(doses_that_are_no_numbers_are_refused)
{
    const double bad[] = {NAN, INFINITY, -1};
    const struct rsp_limit limit = {.quantity = RSP_LIMIT_TOTAL_MG, .bound = 1};
    struct rsp_limit_result result;
    for (size_t i = 0; i < 3; i++) {
        const struct rsp_dose amount[] = {infusion(0, 1, bad[i])}, duration[] = {infusion(0, bad[i], 1)};
        ck_assert_int_eq(rsp_limits_check(1, amount, 70, 1, &limit, &result, NULL), RSP_E_DOMAIN);
        ck_assert_int_eq(rsp_limits_check(1, duration, 70, 1, &limit, &result, NULL), RSP_E_DOMAIN);
    }
}
END_TEST

START_TEST(no_doses_break_no_maximum)
{
    for (int q = 0; q < RSP_N_LIMIT_QUANTITY; q++)
        if (q != RSP_LIMIT_TOTAL_MIN_MG)
            ck_assert(judge(0, NULL, (enum rsp_limit_quantity)q, 0).ok);
}
END_TEST

START_TEST(random_regimens_never_exceed_their_total_in_a_day_nor_fall_below_their_largest_dose)
{
    /* Any numbers will do; a linear congruence makes them repeatable. */
    unsigned long state = 12345;
    for (int round = 0; round < 200; round++) {
        struct rsp_dose dose[8];
        double total_mg = 0, largest_mg = 0;
        for (size_t i = 0; i < 8; i++) {
            double x[3];
            for (size_t k = 0; k < 3; k++) {
                state = (state * 1103515245UL + 12345UL) % 2147483648UL;
                x[k] = (double)state / 2147483648.0;
            }
            dose[i] = infusion(100 * x[0], 20 * x[1], 50 * x[2]);
            total_mg += dose[i].amount_mg;
            largest_mg = fmax(largest_mg, dose[i].amount_mg);
        }
        const double day_mg = judge(8, dose, RSP_LIMIT_DAY_MG, 1).value;
        ck_assert_double_le(day_mg, total_mg * (1 + 1e-12));
        ck_assert_double_ge(day_mg, largest_mg * (1 - 1e-12));
    }
}
END_TEST

RUN_TESTS("plan limits", overlapping_infusions_add_up_to_the_rate_that_runs,
    the_rate_per_kilogram_is_the_rate_over_the_weight, the_day_is_any_24_hours_not_a_calendar_day,
    a_dose_every_24_hours_is_one_dose_a_day, a_long_infusion_gives_its_rate_times_24_hours_a_day,
    two_pushes_within_five_minutes_are_one_bolus, an_infusion_is_no_bolus_and_a_bolus_is_no_infusion_rate,
    a_push_without_a_duration_counts_as_given_in_the_minutes_of_its_limit,
    infusions_that_touch_are_one_duration, earlier_doses_count_in_the_day_but_not_in_the_total,
    an_earlier_dose_counts_only_with_new_ones, the_total_per_kilogram_is_the_total_over_the_weight,
    a_minimum_is_kept_from_above, a_minimum_is_of_one_treatment_and_not_of_the_series,
    a_pause_of_twelve_hours_parts_no_treatment_and_a_longer_one_does,
    ten_times_the_amount_in_the_vial_breaks_the_bolus_limit, a_limit_per_kilogram_without_a_weight_is_refused,
    doses_that_are_no_numbers_are_refused, no_doses_break_no_maximum,
    random_regimens_never_exceed_their_total_in_a_day_nor_fall_below_their_largest_dose)
