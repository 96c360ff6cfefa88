/* Moments of what is drawn, within four standard errors of what the model says. */
#include "../base/suite.h"

#include <math.h>
#include <string.h>

#include "fixture.h"

enum { N = 40000 };

static double *drawn(const struct fixture *f, const struct rsp_simulate_options *o)
{
    const struct rsp_people people = {.n = N, .first_id = 1};
    double *x = malloc(sizeof *x * N * N_FIXTURE_SLOT);
    struct rsp_error err = {0};
    const rsp_status status = rsp_parameters_source(&f->source, &people, o, x, NULL, &err);
    ck_assert_msg(status == RSP_OK, "%s", err.message);
    return x;
}

struct moments {
    double mean, sd;
};

static struct moments of_log(const double *x, int parameter)
{
    double sum = 0, square = 0;
    for (int i = 0; i < N; i++) {
        const double v = log(x[i * N_FIXTURE_SLOT + parameter]);
        sum += v;
        square += v * v;
    }
    const double mean = sum / N;
    return (struct moments){mean, sqrt(square / N - mean * mean)};
}

static double correlation(const double *x, int a, int b)
{
    const struct moments ma = of_log(x, a), mb = of_log(x, b);
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += (log(x[i * N_FIXTURE_SLOT + a]) - ma.mean) * (log(x[i * N_FIXTURE_SLOT + b]) - mb.mean);
    return sum / N / (ma.sd * mb.sd);
}

static void vary(struct fixture *f)
{
    fixture_fill(f);
    f->parameter[K10].eta = 0;
    f->parameter[K12].eta = 1;
    f->compiled.n_eta = 2;
    memcpy(f->omega_chol, (double[]){0.3, 0, 0.12, 0.16},
        sizeof f->omega_chol); /* SD 0.3, 0.2; correlation 0.6 */
    f->parameter[P].uncertain = (struct rsp_uncertain){.kind = RSP_UNCERTAIN_BETA, .a = 14.1, .b = 6.9};
    f->parameter[KE0].uncertain =
        (struct rsp_uncertain){.kind = RSP_UNCERTAIN_LOGNORMAL, .a = log(0.002), .b = 0.35};
    f->parameter[E0].uncertain = (struct rsp_uncertain){.kind = RSP_UNCERTAIN_NORMAL, .a = 7, .b = 0.5};
}

START_TEST(random_effects_have_their_spread_and_correlation)
{
    struct fixture f;
    vary(&f);
    const struct rsp_simulate_options o = {.seed = 5, .variability = true};
    double *x = drawn(&f, &o);
    const struct moments k10 = of_log(x, K10), k12 = of_log(x, K12), ke0 = of_log(x, KE0);
    ck_assert_double_eq_tol(k10.mean, log(1.1), 4 * 0.3 / sqrt(N));
    ck_assert_double_eq_tol(k10.sd, 0.3, 4 * 0.3 / sqrt(2.0 * N));
    ck_assert_double_eq_tol(k12.sd, 0.2, 4 * 0.2 / sqrt(2.0 * N));
    ck_assert_double_eq_tol(correlation(x, K10, K12), 0.6, 4 * (1 - 0.36) / sqrt(N));
    ck_assert_double_lt(ke0.sd, 1e-4); /* uncertainty was not asked for */
    free(x);
}
END_TEST

START_TEST(uncertainty_moves_only_the_uncertain_parameters)
{
    struct fixture f;
    vary(&f);
    const struct rsp_simulate_options o = {.seed = 5, .uncertainty = RSP_UNCERTAINTY_PERSON};
    double *x = drawn(&f, &o), sum = 0, square = 0, normal = 0;
    for (int i = 0; i < N; i++) {
        const double p = x[i * N_FIXTURE_SLOT + P];
        ck_assert(p > 0 && p < 1);
        ck_assert_double_eq(x[i * N_FIXTURE_SLOT + K10], 1.1);
        sum += p / N;
        square += p * p / N;
        normal += x[i * N_FIXTURE_SLOT + E0] / N;
    }
    const double a = 14.1, b = 6.9, mean = a / (a + b), sd = sqrt(a * b / ((a + b) * (a + b) * (a + b + 1)));
    ck_assert_double_eq_tol(sum, mean, 4 * sd / sqrt(N));
    ck_assert_double_eq_tol(sqrt(square - sum * sum), sd, 4 * sd / sqrt(2.0 * N));
    ck_assert_double_eq_tol(normal, 7, 4 * 0.5 / sqrt(N));
    ck_assert_double_eq_tol(of_log(x, KE0).sd, 0.35, 4 * 0.35 / sqrt(2.0 * N));
    free(x);
}
END_TEST

START_TEST(a_trial_has_one_draw_for_everybody_and_another_seed_another)
{
    struct fixture f;
    vary(&f);
    struct rsp_simulate_options o = {.seed = 5, .uncertainty = RSP_UNCERTAINTY_TRIAL};
    double *x = drawn(&f, &o);
    o.seed = 6;
    double *y = drawn(&f, &o);
    for (int i = 1; i < N; i++)
        ck_assert_double_eq(x[i * N_FIXTURE_SLOT + KE0], x[KE0]);
    ck_assert_double_ne(x[KE0], 0.002);
    ck_assert_double_ne(x[KE0], y[KE0]);
    free(x);
    free(y);
}
END_TEST

START_TEST(uncertainty_leaves_the_random_effects_as_they_are)
{
    struct fixture f;
    vary(&f);
    struct rsp_simulate_options o = {.seed = 5, .variability = true};
    double *x = drawn(&f, &o);
    o.uncertainty = RSP_UNCERTAINTY_PERSON;
    double *y = drawn(&f, &o);
    for (int i = 0; i < N; i++)
        ck_assert_double_eq(x[i * N_FIXTURE_SLOT + K10], y[i * N_FIXTURE_SLOT + K10]);
    free(x);
    free(y);
}
END_TEST

START_TEST(assumed_variability_is_lognormal_and_refused_on_top_of_a_published_one)
{
    struct fixture f;
    vary(&f);
    struct rsp_extra_variability extra = {"k21", 0.4};
    struct rsp_simulate_options o = {.seed = 5, .variability = true, .n_extra = 1, .extra = &extra};
    double *x = drawn(&f, &o);
    ck_assert_double_eq_tol(of_log(x, K21).sd, 0.4, 4 * 0.4 / sqrt(2.0 * N));
    ck_assert_double_eq_tol(correlation(x, K21, K10), 0, 4 / sqrt(N));
    free(x);
    const struct rsp_people one = {.n = 1};
    double y[N_FIXTURE_SLOT];
    extra.parameter = "k10";
    ck_assert_int_eq(rsp_parameters_source(&f.source, &one, &o, y, NULL, NULL), RSP_E_MISMATCH);
    extra.parameter = "k99";
    ck_assert_int_eq(rsp_parameters_source(&f.source, &one, &o, y, NULL, NULL), RSP_E_UNKNOWN);
}
END_TEST

START_TEST(the_share_of_the_response_class_is_its_probability)
{
    struct fixture f;
    fixture_fill(&f);
    const struct rsp_people people = {.n = N};
    static unsigned char class[N];
    struct rsp_simulate_options o = {.seed = 8};
    ck_assert_int_eq(rsp_parameters_source(&f.source, &people, &o, NULL, class, NULL), RSP_OK);
    double share = 0;
    for (int i = 0; i < N; i++)
        share += class[i] / (double)N;
    ck_assert_double_eq_tol(share, 0.67, 4 * sqrt(0.67 * 0.33 / N));
    o.response_class = RSP_CLASS_NONE;
    ck_assert_int_eq(rsp_parameters_source(&f.source, &people, &o, NULL, class, NULL), RSP_OK);
    for (int i = 0; i < N; i++)
        ck_assert_int_eq(class[i], 0);
}
END_TEST

START_TEST(the_classes_of_a_published_mixture_are_those_of_the_curves)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_model_shipped("dahan2011", &model, &err) == RSP_OK, "%s", err.message);
    static unsigned char class[N], none[N];
    const double weight = 70, *column[16];
    const size_t stride[16] = {0};
    for (size_t c = 0; c < rsp_model_n_covariate(model); c++)
        column[c] = strcmp(rsp_model_covariate(model, c)->name, "weight_kg") == 0
                        ? &weight
                        : &rsp_model_covariate(model, c)->reference;
    const struct rsp_people people = {.n = N, .first_id = 9, .covariate = column, .stride = stride};
    struct rsp_simulate_options o = {.seed = 77, .variability = true};
    ck_assert_int_eq(rsp_simulate_classes(model, &people, &o, class, &err), RSP_OK);
    const struct rsp_dose d = {.start_h = 0,
        .duration_h = 4,
        .amount_mg = 80,
        .drug = rsp_model_drug(model),
        .route = RSP_ROUTE_IV,
        .state = -1};
    const double t = 24;
    const struct rsp_schedule s = {.n_dose = 1, .dose = &d, .n_time = 1, .time_h = &t};
    int relief = -1;
    for (size_t i = 0; i < rsp_model_compiled(model)->n_effect; i++)
        if (rsp_model_compiled(model)->effect[i].gated)
            relief = (int)(rsp_model_compiled(model)->n_readout + i);
    ck_assert_int_ge(relief, 0);
    static double y[N];
    ck_assert_msg(rsp_simulate(model, &people, &s, 1, &relief, &o, y, &err) == RSP_OK, "%s", err.message);
    double share = 0;
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(class[i], y[i] > 0);
        share += class[i] / (double)N;
    }
    ck_assert_double_eq_tol(share, 0.67, 4 * sqrt(0.67 * 0.33 / N)); /* Dahan 2011 */
    o.response_class = RSP_CLASS_NONE;
    ck_assert_int_eq(rsp_simulate_classes(model, &people, &o, none, &err), RSP_OK);
    for (int i = 0; i < N; i++)
        ck_assert_int_eq(none[i], 0);
    rsp_model_free(model);
}
END_TEST

/* Peak of the parent right after a bolus is amount * scale of that occasion. */
START_TEST(occasions_draw_anew_and_stay_within_their_doses)
{
    struct fixture f;
    fixture_fill(&f);
    f.parameter[SCALE].iov_eta = 0;
    f.compiled.n_iov_eta = 1;
    f.iov_sd[0] = 0.25;
    const struct rsp_dose d[4] = {fixture_dose(RSP_ROUTE_IV, 0, 0, 1), fixture_dose(RSP_ROUTE_IV, 6, 0, 1),
        fixture_dose(RSP_ROUTE_IV, 300, 0, 1), fixture_dose(RSP_ROUTE_IV, 600, 0, 1)};
    f.parameter[K21].typical = 30; /* nothing is left at the next occasion */
    const double t[5] = {0, 0.5, 6, 300, 600};
    const struct rsp_people people = {.n = N, .first_id = 1};
    const struct rsp_schedule s = {
        .n_dose = 4, .dose = d, .n_time = 5, .time_h = t, .observe_after_dose = true};
    const struct rsp_simulate_options o = {.seed = 5, .variability = true};
    const int out = OUT_PARENT;
    double *y = malloc(sizeof *y * N * 5);
    ck_assert_int_eq(rsp_simulate_source(&f.source, &people, &s, 1, &out, &o, y, NULL), RSP_OK);
    double sum[2] = {0}, square[2] = {0}, product = 0;
    const double decay = y[1] / y[0];
    for (int i = 0; i < N; i++) {
        const double first = log(y[i * 5] / 12.5), second = log(y[i * 5 + 3] / 12.5);
        ck_assert_double_eq_tol(y[i * 5 + 1] / y[i * 5], decay, 1e-12); /* one scale all the occasion long */
        ck_assert_double_eq_tol(y[i * 5 + 2] / y[i * 5], y[2] / y[0], 1e-12);
        sum[0] += first / N;
        sum[1] += second / N;
        square[0] += first * first / N;
        square[1] += second * second / N;
        product += first * second / N;
    }
    for (int k = 0; k < 2; k++)
        ck_assert_double_eq_tol(sqrt(square[k] - sum[k] * sum[k]), 0.25, 4 * 0.25 / sqrt(2.0 * N));
    ck_assert_double_eq_tol((product - sum[0] * sum[1]) / 0.0625, 0, 4 / sqrt(N));
    free(y);
}
END_TEST

START_TEST(own_parameters_take_the_place_of_everything_drawn)
{
    struct rsp_model *model = NULL;
    ck_assert_int_eq(rsp_model_shipped("otto2021+dahan2011", &model, NULL), RSP_OK);
    enum { FEW = 21 };
    const size_t n_parameter = rsp_model_n_parameter(model);
    const double weight_kg = 81;
    const double *column[8] = {&weight_kg};
    const size_t stride[8] = {0};
    ck_assert_int_eq(rsp_model_covariate_find(model, "weight_kg"), 0);
    struct rsp_people people = {.n = FEW, .first_id = 3, .covariate = column, .stride = stride};
    const struct rsp_simulate_options drawn = {.seed = 5,
        .variability = true,
        .uncertainty = RSP_UNCERTAINTY_PERSON,
        .response_class = RSP_CLASS_RESPONSE};
    const struct rsp_simulate_options nothing_drawn = {.response_class = RSP_CLASS_RESPONSE};
    const struct rsp_dose d = {
        .duration_h = 4, .amount_mg = 80, .drug = RSP_DRUG_ESKETAMINE, .route = RSP_ROUTE_IV, .state = -1};
    const double t[4] = {1, 4, 30, 300};
    const struct rsp_schedule s = {.n_dose = 1, .dose = &d, .n_time = 4, .time_h = t};
    const int out = rsp_model_output_find(model, "pain_relief_frac");
    double *own = malloc(sizeof *own * FEW * n_parameter), a[FEW * 4], b[FEW * 4];
    ck_assert_int_eq(rsp_simulate_parameters(model, &people, &drawn, own, NULL), RSP_OK);
    ck_assert_int_eq(rsp_simulate(model, &people, &s, 1, &out, &drawn, a, NULL), RSP_OK);
    people.parameter = own;
    people.first_id = 900; /* whose draws would be others */
    ck_assert_int_eq(rsp_simulate(model, &people, &s, 1, &out, &nothing_drawn, b, NULL), RSP_OK);
    for (int i = 0; i < FEW * 4; i++)
        ck_assert_double_eq_tol(b[i] / a[i], 1, 1e-12);
    own[5] = INFINITY;
    struct rsp_error err = {0};
    ck_assert_int_eq(rsp_simulate(model, &people, &s, 1, &out, &nothing_drawn, b, &err), RSP_E_DOMAIN);
    for (size_t i = 0; i < FEW * n_parameter; i++)
        own[i] = NAN; /* left to the options: the typical person */
    ck_assert_int_eq(rsp_simulate(model, &people, &s, 1, &out, &nothing_drawn, a, NULL), RSP_OK);
    people.parameter = NULL;
    ck_assert_int_eq(rsp_simulate(model, &people, &s, 1, &out, &nothing_drawn, b, NULL), RSP_OK);
    ck_assert_mem_eq(a, b, sizeof a);
    free(own);
    rsp_model_free(model);
}
END_TEST

RUN_TESTS("variability", random_effects_have_their_spread_and_correlation,
    uncertainty_moves_only_the_uncertain_parameters,
    a_trial_has_one_draw_for_everybody_and_another_seed_another,
    uncertainty_leaves_the_random_effects_as_they_are,
    assumed_variability_is_lognormal_and_refused_on_top_of_a_published_one,
    the_share_of_the_response_class_is_its_probability,
    the_classes_of_a_published_mixture_are_those_of_the_curves,
    occasions_draw_anew_and_stay_within_their_doses, own_parameters_take_the_place_of_everything_drawn)
