/* Values of regimens against the forecast of plan.h, a fine integration and laws; the front against brute force. */
#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/regimen.h>

#include "num/random.h"

enum { MAX_DOSE = 64 };

static struct rsp_model *model;
static double person[8] = {70, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
static const struct rsp_extra_variability extra[] = {{"c50", 0.5}, {"t_half", 0.3}};
/* Plan 2012, as rules/families.yaml has it; here any course would do. */
static const struct rsp_placebo_course placebo = {-1.451, 1.943, 27.7, 0.594};
static const char *const text[] = {"22.2 mg/h esketamine iv for 100 h", "5 mg/h esketamine iv for 100 h",
    "50 mg esketamine iv over 4 h every 1 d x10", "20 mg esketamine iv over 4 h every 1 d x10",
    "12 mg/h esketamine iv for 168 h", "80 mg esketamine iv over 6 h every 2 wk x6",
    "17.5 mg esketamine iv over 40 min every 2 d x5"};
enum { N_TEXT = sizeof text / sizeof text[0] };

static struct rsp_dose dose[N_TEXT][MAX_DOSE];
static struct rsp_regimen regimen[N_TEXT];

static size_t expand(const char *words, struct rsp_dose out[])
{
    struct rsp_dose_text parsed;
    size_t n = 0;
    ck_assert_int_eq(rsp_dose_text_parse(words, &parsed, NULL), RSP_OK);
    ck_assert_int_eq(rsp_dose_text_expand(&parsed, 70, MAX_DOSE, out, &n, NULL), RSP_OK);
    return n;
}

static void load(void)
{
    struct rsp_error err = {0};
    ck_assert_msg(rsp_model_shipped("otto2021+dahan2011", &model, &err) == RSP_OK, "%s", err.message);
    for (size_t i = 0; i < N_TEXT; i++)
        regimen[i] = (struct rsp_regimen){expand(text[i], dose[i]), dose[i]};
}

static void unload(void)
{
    rsp_model_free(model);
}

static struct rsp_plan_options options_of(size_t n_subject)
{
    return (struct rsp_plan_options){
        .seed = 7, .n_subject = n_subject, .horizon_d = 180, .baseline_nrs = 7, .n_extra = 2, .extra = extra};
}

static struct rsp_regimen_question question_of(const struct rsp_plan_options *options)
{
    return (struct rsp_regimen_question){.model = model,
        .covariate = person,
        .options = options,
        .placebo = &placebo,
        .goal_relief_frac = NAN};
}

static void values_of(const struct rsp_regimen_question *q, size_t n, const struct rsp_regimen r[],
    struct rsp_regimen_value v[])
{
    struct rsp_error err = {0};
    ck_assert_msg(rsp_regimen_values(q, n, r, v, &err) == RSP_OK, "%s: %s", err.field, err.message);
}

START_TEST(added_unit_sessions_are_what_integration_gives)
{
    const struct rsp_plan_options options = options_of(60);
    struct rsp_regimen_question q = question_of(&options);
    q.goal_relief_frac = 0.4;
    struct rsp_regimen_value added[N_TEXT], direct[N_TEXT];
    values_of(&q, N_TEXT, regimen, added);
    q.direct = true;
    values_of(&q, N_TEXT, regimen, direct);
    for (size_t i = 0; i < N_TEXT; i++) {
        ck_assert_double_eq_tol(added[i].days_30, direct[i].days_30, 1e-6);
        ck_assert_double_eq_tol(added[i].days_50, direct[i].days_50, 1e-6);
        ck_assert_double_eq_tol(added[i].drug_days_30, direct[i].drug_days_30, 1e-6);
        ck_assert_double_eq_tol(added[i].p_goal, direct[i].p_goal, 1e-12);
    }
}
END_TEST

START_TEST(without_placebo_the_days_are_those_of_the_forecast)
{
    const struct rsp_plan_options options = options_of(200);
    struct rsp_regimen_question q = question_of(&options);
    q.placebo = NULL;
    struct rsp_regimen_value v[N_TEXT];
    values_of(&q, N_TEXT, regimen, v);
    for (size_t i = 0; i < N_TEXT; i++) {
        struct rsp_relief_forecast f;
        ck_assert_int_eq(
            rsp_plan_relief(model, person, regimen[i].n_dose, regimen[i].dose, &options, &f, NULL), RSP_OK);
        ck_assert_double_eq_tol(v[i].days_30, f.expected_relief_days_30, 0.05);
        ck_assert_double_eq_tol(v[i].days_50, f.expected_relief_days_50, 0.05);
        ck_assert_double_eq_tol(v[i].p_relief_30, f.p_relief_30, 0.011);
        ck_assert_double_eq_tol(v[i].p50_days_30, f.relief_days_30.p50, 0.3);
        ck_assert_double_eq_tol(v[i].days_30, v[i].response_probability * v[i].drug_days_30, 1e-9);
        rsp_relief_forecast_free(&f);
    }
}
END_TEST

/* One person with the published typical values: relief every quarter of an hour, the days counted one by one. */
START_TEST(days_above_placebo_agree_with_a_fine_integration)
{
    enum { N_FINE = 180 * 96 + 1 };
    const struct rsp_placebo_course sure = {-1.0, 0, 20, 0};
    static double time_h[N_FINE], relief[N_FINE];
    const int output = rsp_model_output_find(model, "pain_relief_frac");
    const double *column[8] = {&person[0]};
    const size_t stride[8] = {0};
    const struct rsp_people people = {.n = 1, .covariate = column, .stride = stride};
    const struct rsp_simulate_options typical = {.response_class = RSP_CLASS_RESPONSE, .n_thread = 1};
    double parameter[64];
    ck_assert_uint_le(rsp_model_n_parameter(model), 64);
    ck_assert_int_eq(rsp_simulate_parameters(model, &people, &typical, parameter, NULL), RSP_OK);
    const struct rsp_person_draws draws = {.n = 1, .parameter = parameter, .response_probability = 0.8};
    struct rsp_plan_options options = options_of(1);
    options.draws = &draws;
    struct rsp_regimen_question q = question_of(&options);
    q.placebo = &sure;
    struct rsp_regimen_value v[N_TEXT];
    values_of(&q, N_TEXT, regimen, v);
    for (size_t i = 0; i < N_FINE; i++)
        time_h[i] = (double)i * 0.25;
    const double largest = 1 / (1 + exp(1.0));
    for (size_t c = 0; c < N_TEXT; c++) {
        const struct rsp_schedule schedule = {
            .n_dose = regimen[c].n_dose, .dose = regimen[c].dose, .n_time = N_FINE, .time_h = time_h};
        ck_assert_int_eq(rsp_simulate(model, &people, &schedule, 1, &output, &typical, relief, NULL), RSP_OK);
        double days_30 = 0, days_50 = 0, placebo_30 = 0;
        for (size_t i = 0; i + 1 < N_FINE; i++) {
            const double alone = largest * (1 - pow(2, -time_h[i] / 24 / 20));
            days_30 += relief[i] + alone >= 0.3 ? 0.25 / 24 : 0;
            days_50 += relief[i] + alone >= 0.5 ? 0.25 / 24 : 0;
            placebo_30 += alone >= 0.3 ? 0.25 / 24 : 0;
        }
        ck_assert_double_eq_tol(v[c].days_30, 0.8 * (days_30 - placebo_30), 0.08);
        ck_assert_double_eq_tol(v[c].days_50, 0.8 * days_50, 0.08);
        ck_assert_double_eq_tol(v[c].response_probability, 0.8, 1e-15);
    }
}
END_TEST

START_TEST(earlier_infusions_still_act)
{
    const struct rsp_plan_options options = options_of(100);
    struct rsp_regimen_question q = question_of(&options);
    q.placebo = NULL;
    struct rsp_dose both[2] = {dose[0][0], dose[0][0]};
    both[0].start_h = -24.0 * 30;
    both[1].start_h = 0;
    q.n_earlier = 1;
    q.earlier = both;
    struct rsp_regimen_value v, alone;
    struct rsp_relief_forecast f;
    values_of(&q, 1, &regimen[0], &v);
    q.n_earlier = 0;
    values_of(&q, 1, &regimen[0], &alone);
    ck_assert_int_eq(rsp_plan_relief(model, person, 2, both, &options, &f, NULL), RSP_OK);
    ck_assert_double_eq_tol(v.days_30, f.expected_relief_days_30, 0.05);
    ck_assert_double_gt(v.days_30, alone.days_30 + 0.5);
    rsp_relief_forecast_free(&f);
}
END_TEST

START_TEST(more_of_the_same_schedule_never_gives_fewer_days)
{
    enum { N_LEVEL = 12 };
    const struct rsp_plan_options options = options_of(80);
    const struct rsp_regimen_question q = question_of(&options);
    static struct rsp_dose more[N_LEVEL][MAX_DOSE];
    for (uint32_t c = 0; c < N_TEXT; c++) {
        struct rsp_regimen level[N_LEVEL];
        struct rsp_regimen_value v[N_LEVEL];
        double factor = 0.2;
        for (uint32_t l = 0; l < N_LEVEL; l++) {
            memcpy(more[l], dose[c], sizeof more[l]);
            for (size_t k = 0; k < regimen[c].n_dose; k++)
                more[l][k].amount_mg *= factor;
            level[l] = (struct rsp_regimen){regimen[c].n_dose, more[l]};
            factor *= 1 + 0.4 * rsp_random_uniform(3, c, 1, l);
        }
        values_of(&q, N_LEVEL, level, v);
        for (size_t l = 1; l < N_LEVEL; l++) {
            ck_assert_double_ge(v[l].days_30, v[l - 1].days_30 - 1e-9);
            ck_assert_double_ge(v[l].days_50, v[l - 1].days_50 - 1e-9);
            ck_assert_double_ge(v[l].p_relief_30, v[l - 1].p_relief_30);
        }
        ck_assert_double_ge(v[0].days_30, 0.0);
    }
}
END_TEST

START_TEST(a_value_does_not_depend_on_threads_or_on_the_other_candidates)
{
    struct rsp_plan_options options = options_of(75);
    const struct rsp_regimen_question q = question_of(&options);
    struct rsp_regimen_value one[N_TEXT], two[N_TEXT], alone;
    options.n_thread = 1;
    values_of(&q, N_TEXT, regimen, one);
    options.n_thread = 3;
    values_of(&q, N_TEXT, regimen, two);
    ck_assert_mem_eq(one, two, sizeof one);
    for (size_t i = 0; i < N_TEXT; i++) {
        values_of(&q, 1, &regimen[i], &alone);
        ck_assert_mem_eq(&alone, &one[i], sizeof alone);
    }
}
END_TEST

START_TEST(starts_between_the_quarters_of_a_day_are_integrated)
{
    const struct rsp_plan_options options = options_of(50);
    struct rsp_regimen_question q = question_of(&options);
    q.placebo = NULL;
    struct rsp_dose moved[2] = {dose[2][0], dose[2][1]};
    moved[1].start_h = 25.3;
    const struct rsp_regimen odd = {2, moved};
    struct rsp_regimen_value v;
    struct rsp_relief_forecast f;
    values_of(&q, 1, &odd, &v);
    ck_assert_int_eq(rsp_plan_relief(model, person, 2, moved, &options, &f, NULL), RSP_OK);
    ck_assert_double_eq_tol(v.days_30, f.expected_relief_days_30, 0.05);
    rsp_relief_forecast_free(&f);
}
END_TEST

START_TEST(peaks_are_those_of_the_session_forecast)
{
    const struct rsp_plan_options options = {.seed = 7, .n_subject = 200};
    struct rsp_regimen_peak peak[N_TEXT];
    const struct rsp_peak_question question = {model, person, &options, "esketamine_ng_per_ml", 200};
    ck_assert_int_eq(rsp_regimen_peaks(&question, N_TEXT, regimen, peak, NULL), RSP_OK);
    for (size_t i = 0; i < N_TEXT; i++) {
        const struct rsp_dose *last = &regimen[i].dose[regimen[i].n_dose - 1];
        const double to_h = last->start_h + last->duration_h + 1;
        const struct rsp_session_window window = {
            regimen[i].n_dose, regimen[i].dose, fmax(0, to_h - 6), to_h, "esketamine_ng_per_ml"};
        struct rsp_session_forecast f;
        ck_assert_int_eq(rsp_plan_session(model, person, &window, &options, &f, NULL), RSP_OK);
        ck_assert_double_eq_tol(peak[i].p50, f.peak.p50, 1e-6 * f.peak.p50);
        ck_assert_double_eq_tol(peak[i].p95, f.peak.p95, 1e-6 * f.peak.p95);
        rsp_session_forecast_free(&f);
    }
    ck_assert_double_gt(peak[0].p_above, 0.5); /* 22.2 mg/h over 95.2 L/h: 233 ng/mL */
    ck_assert_double_eq(peak[1].p_above, 0.0);
}
END_TEST

/* ---- the front ---- */

static bool beaten(size_t k, const double *by, const double *point)
{
    size_t worse = 0, better = 0;
    for (size_t i = 0; i < k; i++) {
        worse += by[i] > point[i];
        better += by[i] < point[i];
    }
    return worse == 0 && better > 0;
}

START_TEST(the_front_is_complete_and_nothing_on_it_is_beaten)
{
    enum { N = 400, K = 3 };
    double point[N * K];
    int group[N];
    bool on[N];
    for (uint32_t i = 0; i < N; i++) {
        group[i] = (int)(i % 2);
        for (uint32_t k = 0; k < K; k++) /* coarse, so that there are ties */
            point[i * K + k] = floor(12 * rsp_random_uniform(11, i, 1, k));
    }
    rsp_front_mark(N, K, point, group, on);
    size_t n_on = 0;
    for (size_t i = 0; i < N; i++) {
        size_t n_beating = 0, n_beating_on = 0;
        for (size_t j = 0; j < N; j++)
            if (group[i] == group[j] && beaten(K, point + j * K, point + i * K)) {
                n_beating++;
                n_beating_on += on[j];
            }
        n_on += on[i];
        ck_assert(on[i] == (n_beating == 0));
        ck_assert(on[i] || n_beating_on > 0); /* what is left out is beaten by something that is shown */
    }
    ck_assert_uint_gt(n_on, 4);
    ck_assert_uint_lt(n_on, N / 2);
}
END_TEST

START_TEST(a_value_that_is_not_known_is_the_worst)
{
    const double point[] = {1, NAN, 1, 2, 2, 1};
    bool on[3];
    rsp_front_mark(3, 2, point, NULL, on);
    ck_assert(!on[0] && on[1] && on[2]);
}
END_TEST

/* ---- refusals ---- */

START_TEST(nonsense_is_refused_with_a_sentence)
{
    struct rsp_plan_options options = options_of(20);
    struct rsp_regimen_question q = question_of(&options);
    struct rsp_regimen_value v = {.days_30 = -5};
    struct rsp_error err;
    static const double horizon[] = {0, -3, NAN, INFINITY, 5000, 2};
    for (size_t i = 0; i < sizeof horizon / sizeof *horizon; i++) {
        options.horizon_d = horizon[i];
        err = (struct rsp_error){0};
        ck_assert_int_eq(rsp_regimen_values(&q, 1, &regimen[0], &v, &err), RSP_E_DOMAIN);
        ck_assert_str_ne(err.message, "");
    }
    options.horizon_d = 90;
    options.n_subject = 100000;
    ck_assert_int_eq(rsp_regimen_values(&q, 1, &regimen[0], &v, &err), RSP_E_LIMIT);
    options.n_subject = 20;
    q.goal_relief_frac = 1;
    ck_assert_int_eq(rsp_regimen_values(&q, 1, &regimen[0], &v, &err), RSP_E_DOMAIN);
    q.goal_relief_frac = NAN;
    struct rsp_dose bad = dose[0][0];
    bad.amount_mg = NAN;
    const struct rsp_regimen unsound = {1, &bad}, empty = {0, &bad};
    ck_assert_int_eq(rsp_regimen_values(&q, 1, &unsound, &v, &err), RSP_E_DOMAIN);
    ck_assert_int_eq(rsp_regimen_values(&q, 1, &empty, &v, &err), RSP_E_MISSING);
    q.n_earlier = 1;
    q.earlier = &dose[0][0];
    ck_assert_int_eq(rsp_regimen_values(&q, 1, &regimen[0], &v, &err), RSP_E_DOMAIN);
    ck_assert_double_eq(v.days_30, -5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("regimen");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 0);
    tcase_add_unchecked_fixture(all, load, unload);
    tcase_add_test(all, added_unit_sessions_are_what_integration_gives);
    tcase_add_test(all, without_placebo_the_days_are_those_of_the_forecast);
    tcase_add_test(all, days_above_placebo_agree_with_a_fine_integration);
    tcase_add_test(all, earlier_infusions_still_act);
    tcase_add_test(all, more_of_the_same_schedule_never_gives_fewer_days);
    tcase_add_test(all, a_value_does_not_depend_on_threads_or_on_the_other_candidates);
    tcase_add_test(all, starts_between_the_quarters_of_a_day_are_integrated);
    tcase_add_test(all, peaks_are_those_of_the_session_forecast);
    tcase_add_test(all, the_front_is_complete_and_nothing_on_it_is_beaten);
    tcase_add_test(all, a_value_that_is_not_known_is_the_worst);
    tcase_add_test(all, nonsense_is_refused_with_a_sentence);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
