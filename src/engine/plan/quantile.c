#include "plan/quantile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const double rsp_band_probability[RSP_CURVE_BANDS] = {0.05, 0.25, 0.5, 0.75, 0.95};

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void rsp_sort(size_t n, double value[])
{
    qsort(value, n, sizeof *value, compare);
}

/* Between two neighbours; an infinite one swallows the finite one as soon as it has weight. */
static double between(double low, double high, double weight)
{
    if (!(weight > 0.0) || low == high)
        return low;
    if (!isfinite(low) || !isfinite(high))
        return isfinite(low) ? high : low;
    return low + weight * (high - low);
}

double rsp_quantile(size_t n, const double ascending[], double probability)
{
    if (n == 0)
        return NAN;
    const double position = probability * (double)(n - 1);
    const size_t i = (size_t)position;
    if (i + 1 >= n)
        return ascending[n - 1];
    return between(ascending[i], ascending[i + 1], position - (double)i);
}

double rsp_mean(size_t n, const double value[])
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += value[i];
    return sum / (double)n;
}

void rsp_mean_and_error(size_t n, const double value[], double *mean, double *se)
{
    double square = 0.0;
    *mean = rsp_mean(n, value);
    for (size_t i = 0; i < n; i++)
        square += (value[i] - *mean) * (value[i] - *mean);
    *se = n > 1 ? sqrt(square / (double)(n - 1) / (double)n) : NAN;
}

void rsp_prediction_from(size_t n, double value[], struct rsp_prediction *prediction)
{
    rsp_sort(n, value);
    *prediction = (struct rsp_prediction){
        .p05 = rsp_quantile(n, value, rsp_band_probability[0]),
        .p25 = rsp_quantile(n, value, rsp_band_probability[1]),
        .p50 = rsp_quantile(n, value, rsp_band_probability[2]),
        .p75 = rsp_quantile(n, value, rsp_band_probability[3]),
        .p95 = rsp_quantile(n, value, rsp_band_probability[4]),
        .status = RSP_PREDICTED,
        .validity = RSP_VALIDITY_FITTED,
    };
}

void rsp_prediction_withhold(struct rsp_prediction *prediction, const char *reason)
{
    *prediction = (struct rsp_prediction){.p05 = NAN,
        .p25 = NAN,
        .p50 = NAN,
        .p75 = NAN,
        .p95 = NAN,
        .status = RSP_NOT_PREDICTED,
        .validity = RSP_VALIDITY_NONE};
    snprintf(prediction->reason, sizeof prediction->reason, "%s", reason);
}
