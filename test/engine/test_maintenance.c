/* Rules for the next date: what must hold without noise, against the values of regimens, and for any threads. */
#include "../base/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <respite/regimen.h>

static struct rsp_model *model;
static double person[8] = {70, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
static const struct rsp_dose dose = {
    .duration_h = 100, .amount_mg = 2220, .drug = RSP_DRUG_ESKETAMINE, .route = RSP_ROUTE_IV, .state = -1};
static const struct rsp_regimen course = {1, &dose};
static const struct rsp_diary_noise quiet = {0}, loud = {0.9, 0.5, 0.45, 0.75, 0.15, 0.09, 0.37};
static const struct rsp_refill_rule rule = {.relief_frac = 0.3,
    .chance = 0.8,
    .least_gap_d = 28,
    .judge_day = 21,
    .baseline_d = 7,
    .filter_step_points = 0.3,
    .filter_noise_points = 1.0};
static double typical[64];

static void load(void)
{
    const double *column[8] = {&person[0]};
    const size_t stride[8] = {0};
    const struct rsp_people people = {.n = 1, .covariate = column, .stride = stride};
    const struct rsp_simulate_options options = {.response_class = RSP_CLASS_RESPONSE, .n_thread = 1};
    struct rsp_error err = {0};
    ck_assert_msg(rsp_model_shipped("otto2021+dahan2011", &model, &err) == RSP_OK, "%s", err.message);
    ck_assert_uint_le(rsp_model_n_parameter(model), 64);
    ck_assert_int_eq(rsp_simulate_parameters(model, &people, &options, typical, NULL), RSP_OK);
}

static void unload(void)
{
    rsp_model_free(model);
}

static struct rsp_refill_result result_of(const struct rsp_plan_options *options,
    const struct rsp_placebo_course *placebo, const struct rsp_diary_noise *noise,
    enum rsp_refill_policy policy, double interval_d)
{
    const struct rsp_regimen_question q = {
        .model = model, .covariate = person, .options = options, .placebo = placebo, .goal_relief_frac = NAN};
    struct rsp_refill_result r = {0};
    struct rsp_error err = {0};
    ck_assert_msg(rsp_refill_simulate(&q, &course, noise, &rule, policy, interval_d, &r, &err) == RSP_OK,
        "%s: %s", err.field, err.message);
    return r;
}

static struct rsp_plan_options one_person(struct rsp_person_draws *draws, double probability)
{
    *draws = (struct rsp_person_draws){.n = 1, .parameter = typical, .response_probability = probability};
    return (struct rsp_plan_options){.seed = 3, .horizon_d = 180, .baseline_nrs = 7, .draws = draws};
}

/* 43.07 days of relief for the typical person (Runge-Kutta); later courses start above what the first left. */
START_TEST(without_noise_the_next_course_comes_when_the_pain_does)
{
    struct rsp_person_draws draws;
    const struct rsp_plan_options options = one_person(&draws, 1);
    const struct rsp_refill_result once = result_of(&options, NULL, &quiet, RSP_REFILL_NEVER, 0);
    const struct rsp_refill_result rule_based = result_of(&options, NULL, &quiet, RSP_REFILL_ADAPTIVE, 0);
    ck_assert_double_eq_tol(once.days_30, 43.07, 0.1);
    ck_assert_double_eq(once.courses, 1);
    /* a few days for the belief to follow: 180 / (43 to 52 a course) */
    ck_assert_double_eq(rule_based.courses, 4);
    ck_assert_double_gt(rule_based.days_30, 3 * 43);
    ck_assert_double_eq(rule_based.p_stopped, 0);
    ck_assert_double_eq_tol(rule_based.days_30 + rule_based.days_above, 180, 1e-9);
}
END_TEST

START_TEST(who_does_not_respond_gets_one_course_and_no_more)
{
    struct rsp_person_draws draws;
    const struct rsp_plan_options options = one_person(&draws, 0);
    const struct rsp_refill_result r = result_of(&options, NULL, &quiet, RSP_REFILL_ADAPTIVE, 0);
    ck_assert_double_eq(r.courses, 1);
    ck_assert_double_eq(r.p_stopped, 1);
    ck_assert_double_eq(r.days_30, 0);
    ck_assert_double_eq(
        result_of(&options, NULL, &quiet, RSP_REFILL_FIXED, 28).courses, 7); /* days 0 to 168 */
}
END_TEST

/* One course, many people of both classes: days gained are those of rsp_regimen_values, by another way of averaging. */
START_TEST(one_course_gives_what_the_value_of_the_regimen_says)
{
    const struct rsp_extra_variability extra[] = {{"c50", 0.5}, {"t_half", 0.3}};
    const struct rsp_placebo_course placebo = {-1.451, 1.943, 27.7, 0.594};
    const struct rsp_plan_options options = {
        .seed = 5, .n_subject = 3000, .horizon_d = 120, .baseline_nrs = 7, .n_extra = 2, .extra = extra};
    const struct rsp_regimen_question q = {.model = model,
        .covariate = person,
        .options = &options,
        .placebo = &placebo,
        .goal_relief_frac = NAN};
    struct rsp_regimen_value v;
    ck_assert_int_eq(rsp_regimen_values(&q, 1, &course, &v, NULL), RSP_OK);
    const struct rsp_refill_result r = result_of(&options, &placebo, &loud, RSP_REFILL_NEVER, 0);
    ck_assert_double_eq_tol(r.gain_days_30, v.days_30, 4 * r.se_gain_days_30);
    ck_assert_double_lt(r.se_gain_days_30, 0.6);
    ck_assert_double_eq_tol(r.days_30 - r.gain_days_30, v.placebo_days_30, 1e-9);
}
END_TEST

START_TEST(noise_and_people_are_the_same_for_every_rule_and_any_threads)
{
    const struct rsp_placebo_course placebo = {-1.451, 1.943, 27.7, 0.594};
    struct rsp_plan_options options = {
        .seed = 5, .n_subject = 100, .horizon_d = 150, .baseline_nrs = 7, .n_thread = 1};
    const struct rsp_refill_result one = result_of(&options, &placebo, &loud, RSP_REFILL_ADAPTIVE, 0);
    options.n_thread = 3;
    const struct rsp_refill_result three = result_of(&options, &placebo, &loud, RSP_REFILL_ADAPTIVE, 0);
    ck_assert_mem_eq(&one, &three, sizeof one);
    const struct rsp_refill_result once = result_of(&options, &placebo, &loud, RSP_REFILL_NEVER, 0);
    const struct rsp_refill_result monthly = result_of(&options, &placebo, &loud, RSP_REFILL_FIXED, 28);
    ck_assert_double_gt(one.days_30, once.days_30);
    ck_assert_double_le(one.days_30, monthly.days_30 + 1e-9);
    ck_assert_double_lt(one.courses, monthly.courses);
    ck_assert_double_eq_tol(once.days_30 - once.gain_days_30, monthly.days_30 - monthly.gain_days_30, 1e-9);
}
END_TEST

START_TEST(nonsense_is_refused)
{
    struct rsp_person_draws draws;
    struct rsp_plan_options options = one_person(&draws, 1);
    struct rsp_regimen_question q = {
        .model = model, .covariate = person, .options = &options, .goal_relief_frac = NAN};
    struct rsp_refill_result r;
    struct rsp_error err;
    struct rsp_diary_noise noise = loud;
    struct rsp_refill_rule bad = rule;
    noise.correlation_per_d = 1;
    ck_assert_int_eq(
        rsp_refill_simulate(&q, &course, &noise, &rule, RSP_REFILL_NEVER, 0, &r, &err), RSP_E_DOMAIN);
    bad.chance = 0.4;
    ck_assert_int_eq(
        rsp_refill_simulate(&q, &course, &loud, &bad, RSP_REFILL_NEVER, 0, &r, &err), RSP_E_DOMAIN);
    ck_assert_int_eq(
        rsp_refill_simulate(&q, &course, &loud, &rule, RSP_REFILL_FIXED, 0, &r, &err), RSP_E_DOMAIN);
    ck_assert_int_eq(
        rsp_refill_simulate(&q, &course, &loud, &rule, RSP_REFILL_FIXED, NAN, &r, &err), RSP_E_DOMAIN);
    options.baseline_nrs = NAN;
    ck_assert_int_eq(
        rsp_refill_simulate(&q, &course, &loud, &rule, RSP_REFILL_NEVER, 0, &r, &err), RSP_E_MISSING);
    options.baseline_nrs = 7;
    struct rsp_dose odd = dose;
    odd.start_h = 1;
    const struct rsp_regimen between = {1, &odd};
    ck_assert_int_eq(
        rsp_refill_simulate(&q, &between, &loud, &rule, RSP_REFILL_NEVER, 0, &r, &err), RSP_E_UNSUPPORTED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("maintenance");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 0);
    tcase_add_unchecked_fixture(all, load, unload);
    tcase_add_test(all, without_noise_the_next_course_comes_when_the_pain_does);
    tcase_add_test(all, who_does_not_respond_gets_one_course_and_no_more);
    tcase_add_test(all, one_course_gives_what_the_value_of_the_regimen_says);
    tcase_add_test(all, noise_and_people_are_the_same_for_every_rule_and_any_threads);
    tcase_add_test(all, nonsense_is_refused);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
