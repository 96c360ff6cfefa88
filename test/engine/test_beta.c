/* The inverse of the Beta distribution: moments, and GSL's distribution function. */
#include "../base/suite.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "fixture.h"
#include "num/beta.h"

static const double errors[] = {0.1, 0.01, 0.005, 0.001, 1e-4, 1e-5};
enum { N_ERROR = sizeof errors / sizeof *errors, N = 20001 };

/* Shapes of a probability with a standard error. */
static void shapes(double mean, double se, double *a, double *b)
{
    const double size = mean * (1 - mean) / (se * se) - 1;
    *a = mean * size;
    *b = (1 - mean) * size;
}

START_TEST(quantiles_have_the_mean_and_standard_deviation_of_any_standard_error)
{
    static const double means[] = {0.67, 0.23, 0.5, 0.95};
    for (int m = 0; m < 4; m++)
        for (int e = 0; e < N_ERROR; e++) {
            double a, b, sum = 0, square = 0, last = 0;
            shapes(means[m], errors[e], &a, &b);
            for (int i = 0; i < N; i++) {
                const double x = rsp_beta_inverse((i + 0.5) / N, a, b), off = (x - means[m]) / errors[e];
                ck_assert_msg(x >= last && x > 0 && x <= 1, "mean %g, se %g, quantile %d: %g", means[m],
                    errors[e], i, x);
                last = x;
                sum += off / N;
                square += off * off / N;
            }
            ck_assert_double_eq_tol(sum, 0, 1e-3);
            ck_assert_double_eq_tol(sqrt(square - sum * sum), 1, 2e-3); /* the midpoints miss the far tails */
        }
}
END_TEST

START_TEST(a_quantile_has_its_probability_below_it)
{
    static const double shape[] = {0.02, 0.5, 1, 2.5, 14.1, 120, 900, 999.9, 1000.1, 1500, 20000, 3e5};
    static const double u[] = {1e-15, 1e-9, 1e-4, 0.01, 0.2, 0.5, 0.77, 0.99, 0.9999, 1 - 1e-9, 1 - 1e-13};
    enum { N_SHAPE = sizeof shape / sizeof *shape, N_U = sizeof u / sizeof *u };
    for (int i = 0; i < N_SHAPE; i++)
        for (int j = 0; j < N_SHAPE; j++)
            for (int k = 0; k < N_U; k++) {
                const double a = shape[i], b = shape[j], x = rsp_beta_inverse(u[k], a, b);
                const bool exact = fmin(a, b) <= 1000;
                ck_assert(x >= 0 && x <= 1);
                if (x < 1e-300 || x > 1 - 1e-6) /* 1 - x is not a number any more */
                    continue;
                if (!exact && fabs(u[k] - 0.5) > 0.4999)
                    continue;
                const double p = gsl_cdf_beta_P(x, a, b), q = gsl_cdf_beta_Q(x, a, b);
                const double want = fmin(u[k], 1 - u[k]), got = u[k] < 0.5 ? p : q;
                ck_assert_msg(fabs(got - want) <= (exact ? 1e-8 * want + 1e-14 : 1e-5 * sqrt(want)),
                    "Beta(%g, %g), %g: %.15g has %.15g", a, b, u[k], x, got);
            }
}
END_TEST

START_TEST(people_of_a_precisely_known_share_respond_in_that_share)
{
    enum { N_PERSON = 20000 };
    static unsigned char class[N_PERSON];
    for (int e = 0; e < N_ERROR; e++) {
        struct fixture f;
        fixture_fill(&f);
        struct rsp_uncertain *u = &f.parameter[P].uncertain;
        u->kind = RSP_UNCERTAIN_BETA;
        shapes(0.67, errors[e], &u->a, &u->b);
        const struct rsp_people people = {.n = N_PERSON, .first_id = 1};
        struct rsp_simulate_options o = {.seed = 4, .uncertainty = RSP_UNCERTAINTY_PERSON};
        ck_assert_int_eq(rsp_parameters_source(&f.source, &people, &o, NULL, class, NULL), RSP_OK);
        double share = 0;
        for (int i = 0; i < N_PERSON; i++)
            share += class[i] / (double)N_PERSON;
        ck_assert_double_eq_tol(share, 0.67, 4 * sqrt(0.67 * 0.33 / N_PERSON));
        const struct rsp_people one = {.n = 1};
        double parameter[N_FIXTURE_SLOT];
        o.uncertainty = RSP_UNCERTAINTY_TRIAL;
        ck_assert_int_eq(rsp_parameters_source(&f.source, &one, &o, parameter, NULL, NULL), RSP_OK);
        ck_assert_double_eq_tol(parameter[P], 0.67, 5 * errors[e]);
    }
}
END_TEST

RUN_TESTS("beta", quantiles_have_the_mean_and_standard_deviation_of_any_standard_error,
    a_quantile_has_its_probability_below_it, people_of_a_precisely_known_share_respond_in_that_share)
