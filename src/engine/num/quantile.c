#include "num/quantile.h"

#include <math.h>

/* Below this a range is put in order by insertion. */
enum { SMALL = 24 };

static void swap(double *a, double *b)
{
    const double t = *a;
    *a = *b;
    *b = t;
}

static void insertion(double x[], size_t low, size_t high)
{
    for (size_t i = low + 1; i <= high; i++) {
        const double v = x[i];
        size_t j = i;
        for (; j > low && x[j - 1] > v; j--)
            x[j] = x[j - 1];
        x[j] = v;
    }
}

/* Pivot near rank k: the ordered sample of the range at the same relative place (Floyd and Rivest's idea). */
static double pivot_near(double x[], size_t low, size_t high, size_t k)
{
    enum { SAMPLE = 21 };
    double sample[SAMPLE];
    const size_t n = high - low;
    for (size_t i = 0; i < SAMPLE; i++)
        sample[i] = x[low + n * i / (SAMPLE - 1)];
    insertion(sample, 0, SAMPLE - 1);
    return sample[(k - low) * (SAMPLE - 1) / n];
}

/* Move order statistic k of x[low .. high] to its place, smaller ones before, larger ones after. */
static void select_rank(double x[], size_t low, size_t high, size_t k)
{
    while (high - low > SMALL) {
        const double pivot = pivot_near(x, low, high, k);
        /* three-way split, so that many equal values cost nothing */
        size_t less = low, i = low, more = high + 1;
        while (i < more) {
            if (x[i] < pivot)
                swap(&x[i++], &x[less++]);
            else if (x[i] > pivot)
                swap(&x[i], &x[--more]);
            else
                i++;
        }
        if (k < less)
            high = less - 1;
        else if (k >= more)
            low = more;
        else
            return;
    }
    insertion(x, low, high);
}

void rsp_quantiles(size_t n, double x[], size_t n_probability, const double probability[], double out[])
{
    for (size_t p = 0; p < n_probability; p++) {
        const double at = probability[p] * (double)(n - 1);
        const size_t k = (size_t)floor(at);
        select_rank(x, 0, n - 1, k);
        double next = x[k];
        if (at > (double)k && k + 1 < n) {
            next = x[k + 1];
            for (size_t i = k + 2; i < n; i++)
                next = x[i] < next ? x[i] : next;
        }
        out[p] = x[k] + (at - (double)k) * (next - x[k]);
    }
}
