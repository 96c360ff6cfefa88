/* Vector arithmetic and random numbers against libm, GSL and Random123. */
#include "../base/suite.h"

#include <float.h>
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "num/random.h"
#include "simulate/run.h"

static const int widths[] = {1, 4, 8};

START_TEST(vector_exp_and_log_are_good_to_two_units_in_the_last_place)
{
    for (size_t w = 0; w < 3; w++) {
        const struct rsp_kernels *k = rsp_kernels_for(widths[w]);
        if (k == NULL)
            continue;
        for (int i = 0; i < 40000; i++) {
            double x[RSP_LANES], e[RSP_LANES], y[RSP_LANES], l[RSP_LANES];
            for (int j = 0; j < RSP_LANES; j++) {
                x[j] = -700 + 1400 * rsp_random_uniform(1, (uint64_t)i, 0, (uint32_t)j);
                if (i % 3 == 0)
                    x[j] /= 1000;
                y[j] = exp(x[j]) * (1 + 1e-3 * j);
            }
            k->exp(x, e);
            k->log(y, l);
            for (int j = 0; j < RSP_LANES; j++) {
                ck_assert_double_le(fabs(e[j] / exp(x[j]) - 1), 2 * DBL_EPSILON);
                ck_assert_double_le(fabs(l[j] - log(y[j])), 2 * DBL_EPSILON * fabs(log(y[j])) + 1e-300);
            }
        }
    }
}
END_TEST

START_TEST(vector_exp_and_log_treat_the_ends_of_the_range)
{
    for (size_t w = 0; w < 3; w++) {
        const struct rsp_kernels *k = rsp_kernels_for(widths[w]);
        if (k == NULL)
            continue;
        double y[RSP_LANES];
        k->exp((double[RSP_LANES]){0, -1000, 1000, NAN, INFINITY, -INFINITY, -0.0, 1}, y);
        ck_assert(
            y[0] == 1 && y[1] == 0 && isinf(y[2]) && isnan(y[3]) && isinf(y[4]) && y[5] == 0 && y[6] == 1);
        k->log((double[RSP_LANES]){1, 0, -1, NAN, INFINITY, 5e-324, DBL_MAX, 2}, y);
        ck_assert(y[0] == 0 && isinf(y[1]) && y[1] < 0 && isnan(y[2]) && isnan(y[3]) && isinf(y[4]));
        ck_assert_double_eq_tol(y[5], log(5e-324), 1e-12);
        ck_assert_double_eq_tol(y[6], log(DBL_MAX), 1e-12);
    }
}
END_TEST

START_TEST(vector_normals_are_the_scalar_ones_and_invert_the_distribution)
{
    const uint64_t person[RSP_LANES] = {0, 1, 2, 3, 1ull << 40, 99, 12345678901ull, 7};
    for (size_t w = 0; w < 3; w++) {
        const struct rsp_kernels *k = rsp_kernels_for(widths[w]);
        if (k == NULL)
            continue;
        _Alignas(64) rsp_lane z[401];
        k->normals(77, person, 5, 401, z);
        for (uint32_t i = 0; i < 401; i++)
            for (int l = 0; l < RSP_LANES; l++) {
                const double u = rsp_random_uniform(77, person[l], 5, i);
                ck_assert_double_eq_tol(
                    z[i][l], rsp_random_normal(77, person[l], 5, i), 1e-14 * (1 + fabs(z[i][l])));
                ck_assert_double_eq_tol(gsl_cdf_ugaussian_P(z[i][l]), u, 1e-14);
            }
    }
}
END_TEST

START_TEST(far_tails_of_the_normal_are_inverted)
{
    /* uniforms come in steps of 2^-52, so the outermost normal lies near 8.2 */
    double most = 0;
    for (uint64_t p = 0; p < 200000; p++)
        most = fmax(most, fabs(rsp_random_normal(3, p, 9, 0)));
    ck_assert_double_gt(most, 3.8);
    ck_assert_double_lt(most, 6.5);
}
END_TEST

START_TEST(uniforms_are_spread_evenly_and_streams_are_unrelated)
{
    enum { N = 100000 };
    double mean = 0, square = 0, product = 0;
    for (uint64_t p = 0; p < N; p++) {
        const double u = rsp_random_uniform(1, p, 1, 0), v = rsp_random_uniform(1, p, 2, 0);
        ck_assert(u > 0 && u < 1);
        mean += u / N;
        square += u * u / N;
        product += u * v / N;
    }
    /* four standard errors: sqrt(1/12 / N), sqrt(4/45 / N), sqrt(7/144 / N) */
    ck_assert_double_eq_tol(mean, 0.5, 4 * sqrt(1 / 12.0 / N));
    ck_assert_double_eq_tol(square, 1 / 3.0, 4 * sqrt(4 / 45.0 / N));
    ck_assert_double_eq_tol(product, 0.25, 4 * sqrt(7 / 144.0 / N));
}
END_TEST

RUN_TESTS("random", vector_exp_and_log_are_good_to_two_units_in_the_last_place,
    vector_exp_and_log_treat_the_ends_of_the_range,
    vector_normals_are_the_scalar_ones_and_invert_the_distribution, far_tails_of_the_normal_are_inverted,
    uniforms_are_spread_evenly_and_streams_are_unrelated)
