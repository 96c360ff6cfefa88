/* Selection against a full sort. */
#include "../base/suite.h"

#include <math.h>
#include <string.h>

#include "num/quantile.h"
#include "num/random.h"

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Definition: linear interpolation between order statistics at (n - 1) p. */
static double from_sorted(size_t n, const double *x, double p)
{
    const double at = p * (double)(n - 1);
    const size_t k = (size_t)floor(at);
    return k + 1 < n ? x[k] + (at - (double)k) * (x[k + 1] - x[k]) : x[n - 1];
}

static void fill(int kind, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++) {
        const double u = rsp_random_uniform(11, i, (uint32_t)kind, 0);
        x[i] = kind == 0   ? u
               : kind == 1 ? floor(5 * u)        /* many equal */
               : kind == 2 ? (double)i           /* sorted */
               : kind == 3 ? -(double)i          /* reversed */
               : kind == 4 ? 7                   /* all equal */
               : kind == 5 ? exp(30 * (u - 0.5)) /* skewed */
               : kind == 6 ? (double)(i % 17)
                           : (u < 0.9 ? 0 : u); /* mostly zero */
    }
}

START_TEST(selected_quantiles_are_those_of_the_sorted_sample)
{
    static const size_t sizes[] = {1, 2, 3, 10, 24, 25, 26, 100, 1001, 20000};
    static const double p[] = {0.5, 0, 1, 0.05, 0.95, 0.333, 0.5};
    enum { N_P = sizeof p / sizeof *p };
    static double x[20000], y[20000];
    for (int kind = 0; kind < 8; kind++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            const size_t n = sizes[s];
            fill(kind, n, x);
            memcpy(y, x, n * sizeof *x);
            qsort(y, n, sizeof *y, ascending);
            double q[N_P];
            rsp_quantiles(n, x, N_P, p, q);
            for (size_t i = 0; i < N_P; i++)
                ck_assert_double_eq(q[i], from_sorted(n, y, p[i]));
        }
}
END_TEST

START_TEST(quantiles_of_one_to_five_interpolate_as_type_seven)
{
    double x[] = {5, 3, 1, 4, 2}, q[3];
    rsp_quantiles(5, x, 3, (double[]){0.25, 0.1, 0.9}, q);
    ck_assert_double_eq_tol(q[0], 2, 1e-15);
    ck_assert_double_eq_tol(q[1], 1.4, 1e-15);
    ck_assert_double_eq_tol(q[2], 4.6, 1e-14);
}
END_TEST

/* No order exists then; the search ends all the same and loses no number. */
START_TEST(a_sample_with_what_is_not_a_number_comes_to_an_end)
{
    static double x[5000];
    for (int every = 1; every < 400; every += 7)
        for (size_t k = 0; k < 3; k++) {
            double sum = 0, after = 0, q;
            for (size_t i = 0; i < 5000; i++) {
                x[i] = i % (size_t)every == 0 ? (k == 2 ? INFINITY : NAN) : floor(4000 * sin((double)i));
                sum += isfinite(x[i]) ? x[i] : 0;
            }
            const double p = 0.5 * (double)k;
            rsp_quantiles(5000, x, 1, &p, &q);
            for (size_t i = 0; i < 5000; i++)
                after += isfinite(x[i]) ? x[i] : 0;
            ck_assert_double_eq(after, sum);
        }
}
END_TEST

RUN_TESTS("quantile", selected_quantiles_are_those_of_the_sorted_sample,
    quantiles_of_one_to_five_interpolate_as_type_seven, a_sample_with_what_is_not_a_number_comes_to_an_end)
