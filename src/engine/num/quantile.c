#include "num/quantile.h"

#include <math.h>
#include <stdbool.h>

/* Below this a range is put in order by insertion. */
enum { SMALL = 24 };

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

/* A value of an ordered sample, a little beyond rank k towards the far side, so that rank k most likely stays
 * on the small side of it (Floyd and Rivest's idea). */
static double pivot_near(const double x[], size_t low, size_t high, size_t k)
{
    enum { MOST = 63, LARGE = 4000 };
    double sample[MOST];
    const size_t n = high - low, n_sample = n > LARGE ? MOST : 15, beyond = n > LARGE ? 4 : 1;
    for (size_t i = 0; i < n_sample; i++)
        sample[i] = x[low + n * i / (n_sample - 1)];
    insertion(sample, 0, n_sample - 1);
    const size_t at = (k - low) * (n_sample - 1) / n;
    if (k - low < n / 2)
        return sample[at + beyond < n_sample ? at + beyond : n_sample - 1];
    return sample[at > beyond ? at - beyond : 0];
}

/* Values below the pivot (or, with `equal`, not above it) first; returns where the others begin. No branch
 * depends on the values. */
static size_t split(double x[], size_t low, size_t high, double pivot, bool equal)
{
    size_t to = low;
    for (size_t i = low; i <= high; i++) {
        const double v = x[i];
        x[i] = x[to];
        x[to] = v;
        to += equal ? v <= pivot : v < pivot;
    }
    return to;
}

static size_t numbers_first(double x[], size_t low, size_t high)
{
    size_t to = low;
    for (size_t i = low; i <= high; i++) {
        const double v = x[i];
        x[i] = x[to];
        x[to] = v;
        to += isnan(v) ? 0 : 1;
    }
    return to;
}

/* Move order statistic k of x[low .. high] to its place, smaller ones before, larger ones after. */
static void select_rank(double x[], size_t low, size_t high, size_t k)
{
    while (high - low > SMALL) {
        const double pivot = pivot_near(x, low, high, k);
        const size_t from = split(x, low, high, pivot, false);
        if (k < from) {
            high = from - 1;
        } else if (from > low) {
            low = from;
        } else if (isnan(pivot)) { /* smaller and larger than nothing: last */
            const size_t end = numbers_first(x, low, high);
            if (k >= end)
                return;
            high = end - 1;
        } else { /* the pivot is the smallest: take all its equals away, of which there may be many */
            low = split(x, from, high, pivot, true);
            if (k < low)
                return;
        }
    }
    insertion(x, low, high);
}

void rsp_quantiles(size_t n, double x[], size_t n_probability, const double probability[], double out[])
{
    size_t before = 0; /* x[0 .. before - 1] are not above the rest */
    for (size_t p = 0; p < n_probability; p++) {
        const double at = probability[p] * (double)(n - 1);
        const size_t k = (size_t)floor(at);
        select_rank(x, k >= before ? before : 0, n - 1, k);
        before = k;
        double next = x[k];
        if (at > (double)k && k + 1 < n) {
            next = x[k + 1];
            for (size_t i = k + 2; i < n; i++)
                next = x[i] < next ? x[i] : next;
        }
        out[p] = x[k] + (at - (double)k) * (next - x[k]);
    }
}
