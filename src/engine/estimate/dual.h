/** Numbers that carry their derivatives: s doubles, the value first, then one partial derivative a random effect.
 * Forward mode: every step of a prediction is a few products of these. In all functions `to` may be an argument. */
#ifndef RSP_ESTIMATE_DUAL_H
#define RSP_ESTIMATE_DUAL_H

#include <math.h>
#include <stddef.h>
#include <string.h>

static inline void dual_set(int s, double *restrict to, double value)
{
    to[0] = value;
    for (int p = 1; p < s; p++)
        to[p] = 0;
}

static inline void dual_copy(int s, double *to, const double *a)
{
    if (to != a)
        memcpy(to, a, (size_t)s * sizeof *to);
}

static inline void dual_add(int s, double *to, const double *a, const double *b)
{
    for (int p = 0; p < s; p++)
        to[p] = a[p] + b[p];
}

static inline void dual_sub(int s, double *to, const double *a, const double *b)
{
    for (int p = 0; p < s; p++)
        to[p] = a[p] - b[p];
}

/* A function of one number: its value and its slope there. */
static inline void dual_chain(int s, double *to, const double *a, double value, double slope)
{
    to[0] = value;
    for (int p = 1; p < s; p++)
        to[p] = slope * a[p];
}

/* A function of two numbers. */
static inline void dual_chain2(
    int s, double *to, const double *a, double da, const double *b, double db, double value)
{
    for (int p = 1; p < s; p++)
        to[p] = da * a[p] + db * b[p];
    to[0] = value;
}

static inline void dual_scale(int s, double *to, const double *a, double factor)
{
    for (int p = 0; p < s; p++)
        to[p] = factor * a[p];
}

static inline void dual_mul(int s, double *to, const double *a, const double *b)
{
    const double x = a[0], y = b[0];
    dual_chain2(s, to, a, y, b, x, x * y);
}

static inline void dual_div(int s, double *to, const double *a, const double *b)
{
    const double q = a[0] / b[0], r = 1 / b[0];
    dual_chain2(s, to, a, r, b, -q * r, q);
}

/* sum += a b; sum is neither of them. */
static inline void dual_mul_add(
    int s, double *restrict sum, const double *restrict a, const double *restrict b)
{
    const double x = a[0], y = b[0];
    sum[0] += x * y;
    for (int p = 1; p < s; p++)
        sum[p] += x * b[p] + y * a[p];
}

/* sum += factor a. */
static inline void dual_scale_add(int s, double *restrict sum, double factor, const double *restrict a)
{
    for (int p = 0; p < s; p++)
        sum[p] += factor * a[p];
}

/* to = a^b for a > 0, or a = 0 with b > 0. */
static inline void dual_pow(int s, double *to, const double *a, const double *b)
{
    const double x = a[0], y = b[0], value = pow(x, y);
    const double da = x > 0 ? y * value / x : y == 1 ? 1 : 0;
    dual_chain2(s, to, a, da, b, x > 0 ? value * log(x) : 0, value);
}

#endif
