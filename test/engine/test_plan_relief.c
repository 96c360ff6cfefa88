/* The forecast of chronic relief: published typical values, statuses, and what every distribution must keep. */
#include "../base/suite.h"

#include <math.h>
#include <stdlib.h>

#include <respite/dose.h>
#include <respite/plan.h>

#include "model/compiled.h"
#include "plan/spell.h"

enum { MAX_DOSE = 64 };

static struct rsp_model *model;
static double person[8] = {70, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
static const struct rsp_extra_variability extra[] = {{"c50", 0.5}, {"t_half", 0.3}};

static void load(void)
{
    struct rsp_error err = {0};
    ck_assert_msg(rsp_model_shipped("otto2021+dahan2011", &model, &err) == RSP_OK, "%s", err.message);
}

static void unload(void)
{
    rsp_model_free(model);
}

static size_t expand(const char *text, struct rsp_dose dose[])
{
    struct rsp_dose_text parsed;
    size_t n = 0;
    ck_assert_int_eq(rsp_dose_text_parse(text, &parsed, NULL), RSP_OK);
    ck_assert_int_eq(rsp_dose_text_expand(&parsed, 70, MAX_DOSE, dose, &n, NULL), RSP_OK);
    return n;
}

static void forecast_of(size_t n, const struct rsp_dose dose[], const struct rsp_plan_options *options,
    struct rsp_relief_forecast *forecast)
{
    struct rsp_error err = {0};
    ck_assert_msg(
        rsp_plan_relief(model, person, n, dose, options, forecast, &err) == RSP_OK, "%s", err.message);
}

static void forecast_text(
    const char *text, const struct rsp_plan_options *options, struct rsp_relief_forecast *forecast)
{
    struct rsp_dose dose[MAX_DOSE];
    const size_t n = expand(text, dose);
    forecast_of(n, dose, options, forecast);
}

static void assert_ordered(const struct rsp_prediction *q)
{
    ck_assert(q->p05 <= q->p25 && q->p25 <= q->p50 && q->p50 <= q->p75 && q->p75 <= q->p95);
}

START_TEST(the_hundred_hour_infusion_gives_about_43_days_in_the_response_class)
{
    /* Typical person 43.07 d (Runge-Kutta); the median of 4,000 copies has a standard error of about 0.6 d. */
    const struct rsp_plan_options options = {
        .seed = 1, .n_subject = 4000, .baseline_nrs = 7.2, .n_extra = 2, .extra = extra};
    struct rsp_relief_forecast f;
    forecast_text("22.2 mg/h esketamine iv for 100 h", &options, &f);
    ck_assert_int_eq(f.relief_days_30.status, RSP_PREDICTED);
    ck_assert_double_eq_tol(f.relief_days_30.p50, 43.1, 3);
    ck_assert_double_eq_tol(f.typical_relief_days_30, 43.07, 0.02);
    ck_assert_double_eq_tol(f.typical_peak_relief_frac, 0.8344, 0.0002);
    ck_assert_double_eq_tol(f.after_end_days_30.p50, 39.3, 3);
    ck_assert_double_eq_tol(f.return_day.p50, 43.5, 3);
    ck_assert_double_eq_tol(f.onset_day.p50, 0.44, 0.1);
    ck_assert_double_eq_tol(f.peak_relief_frac.p50, 0.834, 0.02);
    rsp_relief_forecast_free(&f);
}
END_TEST

START_TEST(the_response_class_has_the_published_probability_and_spread)
{
    /* Dahan 2011: 0.67 (SE 0.10); placebo 0.23 (SE 0.09) */
    const struct rsp_plan_options options = {.seed = 3, .n_subject = 4000};
    struct rsp_relief_forecast f;
    forecast_text("22.2 mg/h esketamine iv for 100 h", &options, &f);
    ck_assert_double_eq_tol(f.response_class_probability.p50, 0.67, 0.02);
    ck_assert_double_eq_tol(
        f.response_class_probability.p95 - f.response_class_probability.p05, 2 * 1.645 * 0.10, 0.03);
    ck_assert_double_eq_tol(f.placebo_response_probability.p50, 0.23, 0.02);
    ck_assert_double_le(f.p_relief_30, 0.67 + 1e-12);
    ck_assert_double_eq_tol(f.p_relief_30, 0.67, 0.01);
    rsp_relief_forecast_free(&f);
}
END_TEST

START_TEST(five_short_infusions_never_reach_30_percent_in_the_median_copy)
{
    const struct rsp_plan_options options = {.seed = 1, .n_extra = 2, .extra = extra};
    struct rsp_relief_forecast f;
    forecast_text("0.25 mg/kg esketamine iv over 40 min every 48 h x5", &options, &f);
    ck_assert_int_eq(f.relief_days_30.status, RSP_NOT_REACHED);
    ck_assert_int_eq(f.onset_day.status, RSP_NOT_REACHED);
    ck_assert_int_eq(f.return_day.status, RSP_NOT_REACHED);
    ck_assert_double_eq(f.relief_days_30.p50, 0);
    ck_assert(isnan(f.return_day.p50) && isnan(f.onset_day.p50));
    ck_assert_double_eq_tol(f.peak_relief_frac.p50, 0.149, 0.02);
    rsp_relief_forecast_free(&f);
}
END_TEST

START_TEST(a_horizon_shorter_than_the_relief_is_said)
{
    const struct rsp_plan_options options = {.seed = 1, .horizon_d = 20};
    struct rsp_relief_forecast f;
    forecast_text("22.2 mg/h esketamine iv for 100 h", &options, &f);
    ck_assert_int_eq(f.relief_days_30.status, RSP_BEYOND_HORIZON);
    ck_assert_int_eq(f.return_day.status, RSP_BEYOND_HORIZON);
    ck_assert(isinf(f.relief_days_30.p50));
    ck_assert_double_le(f.expected_relief_days_30, 0.67 * 20);
    rsp_relief_forecast_free(&f);
}
END_TEST

START_TEST(expected_days_are_those_within_the_horizon_alone)
{
    /* Relief lapses, comes back with the second dose and holds at the horizon; counted hour by hour beside it. */
    enum { HOURS = 20 * 24 };
    struct rsp_dose dose[2 * MAX_DOSE];
    size_t n = expand("22.2 mg/h esketamine iv for 10 h", dose);
    n += expand("22.2 mg/h esketamine iv for 100 h", dose + n);
    dose[n - 1].start_h = 15 * 24;
    double parameter[RSP_MAX_PARAMETER], time_h[HOURS], relief[HOURS], hours[2] = {0, 0};
    const double *column[8] = {NULL};
    const size_t stride[8] = {0};
    const int output = rsp_model_output_find(model, "pain_relief_frac");
    column[rsp_model_covariate_find(model, "weight_kg")] = &person[0];
    const struct rsp_people people = {.n = 1, .covariate = column, .stride = stride};
    const struct rsp_simulate_options typical = {.response_class = RSP_CLASS_RESPONSE};
    ck_assert_int_eq(rsp_simulate_parameters(model, &people, &typical, parameter, NULL), RSP_OK);
    for (int i = 0; i < HOURS; i++)
        time_h[i] = i + 0.5;
    const struct rsp_schedule schedule = {.n_dose = n, .dose = dose, .n_time = HOURS, .time_h = time_h};
    ck_assert_int_eq(rsp_simulate(model, &people, &schedule, 1, &output, &typical, relief, NULL), RSP_OK);
    for (int i = 0; i < HOURS; i++) {
        hours[0] += relief[i] >= 0.3;
        hours[1] += relief[i] >= 0.5;
    }
    ck_assert(relief[HOURS - 1] >= 0.5);
    ck_assert(hours[0] > 24 && hours[0] < HOURS - 48);
    const struct rsp_person_draws draws = {1, parameter, NULL, 0.5};
    const struct rsp_plan_options options = {.seed = 1, .horizon_d = 20, .draws = &draws};
    struct rsp_relief_forecast f;
    forecast_of(n, dose, &options, &f);
    ck_assert(isinf(f.relief_days_30.p50));
    ck_assert_double_eq_tol(f.expected_relief_days_30, 0.5 * hours[0] / 24, 0.1);
    ck_assert_double_eq_tol(f.expected_relief_days_50, 0.5 * hours[1] / 24, 0.1);
    rsp_relief_forecast_free(&f);
}
END_TEST

START_TEST(an_earlier_course_still_acts_at_the_start)
{
    struct rsp_dose dose[MAX_DOSE];
    expand("22.2 mg/h esketamine iv for 100 h", dose);
    dose[0].start_h = -10 * 24.0;
    const size_t n = 1 + expand("0.25 mg/kg esketamine iv over 40 min", dose + 1);
    const struct rsp_plan_options options = {.seed = 1};
    struct rsp_relief_forecast with, without;
    forecast_of(n, dose, &options, &with);
    forecast_of(n - 1, dose + 1, &options, &without);
    ck_assert_int_eq(with.onset_day.status, RSP_ALREADY_ABOVE);
    ck_assert_double_eq_tol(with.return_day.p50, 43.5 - 10, 4);
    ck_assert_int_eq(without.relief_days_30.status, RSP_NOT_REACHED);
    rsp_relief_forecast_free(&with);
    rsp_relief_forecast_free(&without);
}
END_TEST

START_TEST(splitting_an_infusion_changes_nothing)
{
    struct rsp_dose whole[MAX_DOSE], parts[MAX_DOSE];
    expand("20 mg/h esketamine iv for 100 h", whole);
    size_t n = expand("20 mg/h esketamine iv for 37 h", parts);
    n += expand("20 mg/h esketamine iv for 63 h at 37 h", parts + n);
    const struct rsp_plan_options options = {.seed = 9};
    struct rsp_relief_forecast a, b;
    forecast_of(1, whole, &options, &a);
    forecast_of(n, parts, &options, &b);
    ck_assert_double_eq_tol(a.relief_days_30.p50, b.relief_days_30.p50, 0.01);
    ck_assert_double_eq_tol(a.relief_days_50.p95, b.relief_days_50.p95, 0.01);
    ck_assert_double_eq_tol(a.peak_relief_frac.p50, b.peak_relief_frac.p50, 1e-9);
    rsp_relief_forecast_free(&a);
    rsp_relief_forecast_free(&b);
}
END_TEST

START_TEST(more_assumed_variability_widens_the_interval_and_less_narrows_it)
{
    const struct rsp_plan_options options = {.seed = 5, .n_extra = 2, .extra = extra};
    struct rsp_relief_forecast f;
    forecast_text("22.2 mg/h esketamine iv for 100 h", &options, &f);
    ck_assert_double_lt(f.sd_half_days_30, 1);
    ck_assert_double_gt(f.sd_double_days_30, 1);
    ck_assert_double_lt(f.days_30_double.p05, f.days_30_half.p05);
    ck_assert_double_gt(f.days_30_double.p95, f.days_30_half.p95);
    rsp_relief_forecast_free(&f);
}
END_TEST

START_TEST(quantiles_and_bands_are_in_order_and_pain_stays_between_zero_and_baseline)
{
    const struct rsp_plan_options options = {.seed = 2, .baseline_nrs = 7.2, .n_extra = 2, .extra = extra};
    struct rsp_relief_forecast f;
    forecast_text("0.175 mg/kg/h esketamine iv for 4 h every 1 d x10", &options, &f);
    assert_ordered(&f.relief_days_30);
    assert_ordered(&f.relief_days_50);
    assert_ordered(&f.peak_relief_frac);
    ck_assert_uint_gt(f.pain_nrs.n, 100);
    for (size_t i = 0; i < f.pain_nrs.n; i++) {
        ck_assert(i == 0 || f.pain_nrs.time[i] > f.pain_nrs.time[i - 1]);
        for (size_t k = 0; k < RSP_CURVE_BANDS; k++) {
            ck_assert_double_ge(f.pain_nrs.band[k][i], 0);
            ck_assert_double_le(f.pain_nrs.band[k][i], 7.2);
            ck_assert(k == 0 || f.pain_nrs.band[k][i] >= f.pain_nrs.band[k - 1][i]);
        }
    }
    ck_assert_double_eq(f.pain_nrs.time[0], 0);
    ck_assert_double_eq_tol(f.pain_nrs.time[f.pain_nrs.n - 1], 180, 1e-9);
    rsp_relief_forecast_free(&f);
}
END_TEST

START_TEST(the_same_seed_gives_the_same_forecast_whatever_the_threads)
{
    const struct rsp_plan_options one = {.seed = 11, .n_thread = 1}, two = {.seed = 11, .n_thread = 2};
    struct rsp_relief_forecast a, b;
    forecast_text("25 mg/h esketamine iv for 48 h", &one, &a);
    forecast_text("25 mg/h esketamine iv for 48 h", &two, &b);
    ck_assert(a.relief_days_30.p05 == b.relief_days_30.p05 && a.relief_days_30.p95 == b.relief_days_30.p95);
    rsp_relief_forecast_free(&a);
    rsp_relief_forecast_free(&b);
}
END_TEST

START_TEST(without_a_baseline_there_is_no_pain_curve_but_there_are_days)
{
    const struct rsp_plan_options options = {.seed = 1, .baseline_nrs = NAN};
    struct rsp_relief_forecast f;
    forecast_text("22.2 mg/h esketamine iv for 100 h", &options, &f);
    ck_assert_uint_eq(f.pain_nrs.n, 0);
    ck_assert_int_eq(f.relief_days_30.status, RSP_PREDICTED);
    rsp_relief_forecast_free(&f);
}
END_TEST

START_TEST(a_model_without_chronic_relief_is_refused)
{
    struct rsp_model *levels = NULL;
    struct rsp_dose dose[MAX_DOSE];
    struct rsp_relief_forecast f;
    struct rsp_error err = {0};
    const size_t n = expand("35 mg esketamine iv over 40 min", dose);
    ck_assert_int_eq(rsp_model_shipped("otto2021", &levels, NULL), RSP_OK);
    ck_assert_int_eq(rsp_plan_relief(levels, person, n, dose, NULL, &f, &err), RSP_E_MISMATCH);
    rsp_model_free(levels);
}
END_TEST

START_TEST(nonsense_is_refused_and_names_what_is_wrong)
{
    struct rsp_dose dose[MAX_DOSE];
    struct rsp_relief_forecast f;
    struct rsp_error err = {0};
    const size_t n = expand("22.2 mg/h esketamine iv for 100 h", dose);
    const struct rsp_plan_options short_horizon = {.horizon_d = 2}, too_many = {.n_subject = 100000000};
    ck_assert_int_eq(rsp_plan_relief(model, person, n, dose, &short_horizon, &f, &err), RSP_E_DOMAIN);
    ck_assert_str_eq(err.field, "horizon");
    ck_assert_int_eq(rsp_plan_relief(model, person, n, dose, &too_many, &f, &err), RSP_E_LIMIT);
    ck_assert_int_eq(rsp_plan_relief(model, person, 0, dose, NULL, &f, &err), RSP_E_MISSING);
    dose[0].amount_mg = NAN;
    ck_assert_int_eq(rsp_plan_relief(model, person, n, dose, NULL, &f, &err), RSP_E_DOMAIN);
    ck_assert_str_eq(err.field, "doses");
}
END_TEST

START_TEST(crossings_of_an_exponential_decay_are_exact_on_a_coarse_grid)
{
    /* odds 9 halving every 10 h: relief 0.3 (odds 3/7) after 10 log2(21) h */
    double time_h[6], relief[6];
    for (size_t i = 0; i < 6; i++) {
        time_h[i] = 24.0 * (double)i;
        const double odds = 9 * exp2(-time_h[i] / 10);
        relief[i] = odds / (1 + odds);
    }
    const struct rsp_spell spell = rsp_spell_measure(6, time_h, relief, 0.3, 5);
    ck_assert_double_eq_tol(spell.last_h, 10 * log2(21), 1e-9);
    ck_assert_double_eq_tol(spell.above_after_h, 10 * log2(21) - 5, 1e-9);
    ck_assert(spell.reached && spell.from_start && !spell.to_end);
}
END_TEST

START_TEST(a_curve_that_crosses_twice_adds_its_spells)
{
    const double time_h[] = {0, 1, 2, 3, 4}, relief[] = {0, 0.4, 0, 0.4, 0.4};
    const struct rsp_spell spell = rsp_spell_measure(5, time_h, relief, 0.3, 0);
    ck_assert(spell.reached && !spell.from_start && spell.to_end);
    ck_assert_double_lt(spell.first_h, 1);
    ck_assert_double_eq(spell.last_h, 4);
    ck_assert_double_lt(spell.above_h, 4 - spell.first_h);
    ck_assert_double_gt(spell.above_h, 1);
}
END_TEST

START_TEST(draws_of_this_person_take_the_place_of_the_population)
{
    enum { N_DRAW = 400 };
    const size_t n_parameter = rsp_model_n_parameter(model);
    const double *column[8] = {NULL};
    const size_t stride[8] = {0};
    ck_assert(rsp_model_n_covariate(model) <= 8);
    column[rsp_model_covariate_find(model, "weight_kg")] = &person[0];
    const struct rsp_people people = {.n = N_DRAW, .covariate = column, .stride = stride};
    const struct rsp_simulate_options drawn = {.seed = 9,
        .variability = true,
        .uncertainty = RSP_UNCERTAINTY_PERSON,
        .response_class = RSP_CLASS_RESPONSE,
        .n_extra = 2,
        .extra = extra};
    double *parameter = malloc(sizeof *parameter * N_DRAW * n_parameter), baseline_nrs[N_DRAW];
    ck_assert_int_eq(rsp_simulate_parameters(model, &people, &drawn, parameter, NULL), RSP_OK);
    for (int i = 0; i < N_DRAW; i++)
        baseline_nrs[i] = 7;
    const struct rsp_plan_options population = {
        .seed = 9, .n_subject = N_DRAW, .baseline_nrs = 7, .n_extra = 2, .extra = extra};
    const struct rsp_person_draws draws = {N_DRAW, parameter, baseline_nrs, 0.9};
    const struct rsp_plan_options learned = {.seed = 1, .baseline_nrs = 3, .draws = &draws};
    struct rsp_relief_forecast a = {0}, b = {0};
    forecast_text("22.2 mg/h esketamine iv for 100 h", &population, &a);
    forecast_text("22.2 mg/h esketamine iv for 100 h", &learned, &b);
    ck_assert_double_eq_tol(a.relief_days_30.p25, b.relief_days_30.p25, 1e-6);
    ck_assert_double_eq_tol(a.return_day.p75, b.return_day.p75, 1e-6);
    for (size_t i = 0; i < a.pain_nrs.n; i++)
        ck_assert_double_eq_tol(a.pain_nrs.band[1][i], b.pain_nrs.band[1][i], 1e-5);
    /* Its own probability of the response class stands for the published 0.67. */
    ck_assert_double_eq_tol(b.expected_relief_days_30 / a.expected_relief_days_30, 0.9 / 0.67, 1e-6);
    ck_assert_double_eq(b.response_class_probability.p50, 0.9);
    ck_assert(isnan(b.sd_half_days_30));
    rsp_relief_forecast_free(&a);
    rsp_relief_forecast_free(&b);
    free(parameter);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan relief");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_checked_fixture(all, load, unload);
    tcase_add_test(all, the_hundred_hour_infusion_gives_about_43_days_in_the_response_class);
    tcase_add_test(all, the_response_class_has_the_published_probability_and_spread);
    tcase_add_test(all, five_short_infusions_never_reach_30_percent_in_the_median_copy);
    tcase_add_test(all, a_horizon_shorter_than_the_relief_is_said);
    tcase_add_test(all, expected_days_are_those_within_the_horizon_alone);
    tcase_add_test(all, an_earlier_course_still_acts_at_the_start);
    tcase_add_test(all, splitting_an_infusion_changes_nothing);
    tcase_add_test(all, more_assumed_variability_widens_the_interval_and_less_narrows_it);
    tcase_add_test(all, quantiles_and_bands_are_in_order_and_pain_stays_between_zero_and_baseline);
    tcase_add_test(all, the_same_seed_gives_the_same_forecast_whatever_the_threads);
    tcase_add_test(all, draws_of_this_person_take_the_place_of_the_population);
    tcase_add_test(all, without_a_baseline_there_is_no_pain_curve_but_there_are_days);
    tcase_add_test(all, a_model_without_chronic_relief_is_refused);
    tcase_add_test(all, nonsense_is_refused_and_names_what_is_wrong);
    tcase_add_test(all, crossings_of_an_exponential_decay_are_exact_on_a_coarse_grid);
    tcase_add_test(all, a_curve_that_crosses_twice_adds_its_spells);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
