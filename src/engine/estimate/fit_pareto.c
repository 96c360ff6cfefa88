/* How heavy the tail of importance weights is: a generalised Pareto distribution fitted to the largest.
 * Source: Zhang & Stephens, Technometrics 2009;51:316; Vehtari et al., J Mach Learn Res 2024;25(72):1. */
#include <math.h>
#include <stdlib.h>

#include "estimate/fit_work.h"

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Shape of a generalised Pareto distribution of n sorted positive values. */
static double shape(size_t n, const double x[])
{
    enum { PRIOR = 3, MOST = 256 };
    const size_t m = 30 + (size_t)sqrt((double)n);
    double theta[MOST], likelihood[MOST], sum = 0, mean = 0;
    const size_t used = m < MOST ? m : MOST;
    const double quartile = x[(size_t)((double)n / 4 + 0.5) - 1];
    for (size_t i = 0; i < used; i++) {
        theta[i] = 1 / x[n - 1] + (1 - sqrt((double)used / ((double)i + 0.5))) / (PRIOR * quartile);
        double k = 0;
        for (size_t j = 0; j < n; j++)
            k += log1p(-theta[i] * x[j]);
        k /= (double)n;
        likelihood[i] = (double)n * (log(-theta[i] / k) - k - 1);
    }
    for (size_t i = 0; i < used; i++) {
        double w = 0;
        for (size_t j = 0; j < used; j++)
            w += exp(likelihood[j] - likelihood[i]);
        mean += theta[i] / w;
        sum += 1 / w;
    }
    mean /= sum;
    double k = 0;
    for (size_t j = 0; j < n; j++)
        k += log1p(-mean * x[j]);
    k /= (double)n;
    /* weakly informative prior towards 1/2, worth ten values */
    return (k * (double)n + 5) / ((double)n + 10);
}

double rsp_fit_pareto_k(size_t n, double weight[])
{
    const size_t tail = (size_t)fmin((double)n / 5, 3 * sqrt((double)n));
    if (tail < 5)
        return NAN;
    qsort(weight, n, sizeof *weight, by_size);
    const double cut = weight[n - tail - 1];
    double *top = weight + n - tail;
    for (size_t i = 0; i < tail; i++)
        top[i] -= cut;
    if (!(top[0] > 0)) { /* ties with the cut: shift the zeros by nothing that matters */
        for (size_t i = 0; i < tail; i++)
            top[i] += 1e-300;
    }
    if (!(top[tail - 1] > 1e-12 * cut)) /* all alike */
        return 0;
    return shape(tail, top);
}
