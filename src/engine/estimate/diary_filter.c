/* What the particles share, and the choice of instruction set. */
#include "estimate/diary_filter.h"

#include <math.h>

/* Half-lives of the table: far beyond the prior on both sides; cubics between them are good to 1e-6 of the level. */
#define FIRST_HALF_D 0.5
#define LAST_HALF_D  300.0

rsp_diary_filter *rsp_diary_filter_best(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma"))
        return rsp_diary_filter_w8;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return rsp_diary_filter_w4;
#endif
    return rsp_diary_filter_w1;
}

static double node_step(void)
{
    return log(LAST_HALF_D / FIRST_HALF_D) / (RSP_DIARY_N_NODE - 1);
}

double rsp_diary_node(int i)
{
    return log(FIRST_HALF_D) + (double)i * node_step();
}

/* Lagrange's cubic through the four nearest nodes. */
void rsp_diary_knots(double half_log, int *node, double weight[4])
{
    double at = (half_log - rsp_diary_node(0)) / node_step();
    at = fmin(fmax(at, 0.0), (double)(RSP_DIARY_N_NODE - 1));
    int first = (int)at - 1;
    first = first < 0 ? 0 : first > RSP_DIARY_N_NODE - 4 ? RSP_DIARY_N_NODE - 4 : first;
    const double t = at - (double)first;
    *node = first;
    weight[0] = (t - 1.0) * (t - 2.0) * (t - 3.0) / -6.0;
    weight[1] = t * (t - 2.0) * (t - 3.0) / 2.0;
    weight[2] = t * (t - 1.0) * (t - 3.0) / -2.0;
    weight[3] = t * (t - 1.0) * (t - 2.0) / 6.0;
}

/* The trapezoidal rule over the logarithm of the precision, which is Gamma(df / 2, df / 2). With these five points the
 * distribution function of 7 degrees of freedom is met to 3e-4 and its tail at 6 to 3 %, which Gauss-Laguerre does not
 * do with eight. */
#define FIRST_LOG_PRECISION -2.9
#define LOG_PRECISION_STEP  0.84

void rsp_diary_noise_mixture(
    double df, double ratio[RSP_DIARY_N_COMPONENT], double weight[RSP_DIARY_N_COMPONENT])
{
    const double shape = 0.5 * df;
    double sum = 0.0, variance = 0.0;
    for (int k = 0; k < RSP_DIARY_N_COMPONENT; k++) {
        const double log_precision = FIRST_LOG_PRECISION + (double)k * LOG_PRECISION_STEP;
        weight[k] = exp(shape * (log_precision - exp(log_precision)));
        ratio[k] = exp(-log_precision);
        sum += weight[k];
        variance += weight[k] * ratio[k];
    }
    for (int k = 0; k < RSP_DIARY_N_COMPONENT; k++) {
        ratio[k] *= sum / variance;
        weight[k] /= sum;
    }
}
