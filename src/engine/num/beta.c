#include "num/beta.h"

#include <math.h>

#include <gsl/gsl_sf_gamma.h>

#include "num/random.h"

/* From here on both shapes are so large that the logit is nearly normal, and the fraction below long. */
static const double nearly_normal = 1000;
/* A fraction takes about the square root of the larger shape; a Newton run far fewer. Both end by themselves:
 * these only bound the work. */
enum { MOST_TERMS = 5000, MOST_STEPS = 200 };

static double nonzero(double x)
{
    return fabs(x) < 1e-300 ? 1e-300 : x;
}

/* Continued fraction of I_x(a, b) (Abramowitz & Stegun 26.5.8) by Lentz's method; x at most about a / (a + b). */
static double fraction(double a, double b, double x)
{
    double c = 1, d = 1 / nonzero(1 - (a + b) * x / (a + 1)), value = d;
    for (int m = 1; m <= MOST_TERMS; m++) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / nonzero(1 + even * d);
        c = nonzero(1 + even / c);
        value *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / nonzero(1 + odd * d);
        c = nonzero(1 + odd / c);
        value *= d * c;
        if (fabs(d * c - 1) < 1e-15)
            break;
    }
    return value;
}

static double logistic(double t)
{
    return t < 0 ? exp(t) / (1 + exp(t)) : 1 / (1 + exp(-t));
}

/* The logit is the difference of the logs of two Gamma variables: its cumulants are those of their logs, here
 * by the asymptotic series of the polygamma functions. */
static double expanded(double u, double a, double b)
{
    const double p = 1 / a, q = 1 / b;
    const double mean = log(a / b) - (p - q) / 2 - (p * p - q * q) / 12;
    const double variance = p + q + (p * p + q * q) / 2 + (p * p * p + q * q * q) / 6;
    const double third = -(p * p + p * p * p) + q * q + q * q * q;
    const double fourth = 2 * (p * p * p + q * q * q);
    const double sd = sqrt(variance), skew = third / (variance * sd), excess = fourth / (variance * variance);
    const double z = rsp_normal_inverse(u), zz = z * z;
    const double w =
        z + skew * (zz - 1) / 6 + excess * z * (zz - 3) / 24 - skew * skew * z * (2 * zz - 5) / 36;
    return logistic(mean + sd * w);
}

/* Over the logit t the distribution function has the slope x^a (1 - x)^b / B(a, b), which has one maximum, at
 * log(a / b): a Newton run from there goes straight to the root and cannot overshoot. */
double rsp_beta_inverse(double u, double a, double b)
{
    if (a > nearly_normal && b > nearly_normal)
        return expanded(u, a, b);
    const double log_beta = gsl_sf_lnbeta(a, b), start = log(a / b);
    double t = start;
    for (int i = 0; i < MOST_STEPS; i++) {
        const double x = logistic(t), rest = logistic(-t);
        const double log_x = t < 0 ? t - log1p(exp(t)) : -log1p(exp(-t));
        const double slope = exp(a * log_x + b * (log_x - t) - log_beta);
        const double below =
            x < (a + 1) / (a + b + 2) ? slope * fraction(a, b, x) / a : 1 - slope * fraction(b, a, rest) / b;
        const double step = (u - below) / slope;
        if (!(fabs(step) > 1e-14 * (1 + fabs(t))) || !isfinite(step) || step * (t - start) < 0)
            break; /* a turn is rounding */
        t += step;
    }
    return logistic(t);
}
