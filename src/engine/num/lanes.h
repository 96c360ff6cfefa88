/** Vector arithmetic over RSP_LANES people, written once with the compiler's vector extensions.
 *
 * Included only by the lanes_*.c files, each of which is compiled once for every instruction set; the
 * compiler splits the 64-byte vector where the processor's registers are shorter. exp and log are
 * good to about 1 ulp. Normals: P. J. Wichura, Algorithm AS 241, Appl. Statist. 37 (1988) 477 (PPND16).
 * Random bits: Philox4x32-10, Salmon et al., SC11 (2011), the same bits as Random123's.
 */
#ifndef RSP_NUM_LANES_H
#define RSP_NUM_LANES_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "num/random.h"

/* A file that walks the eight lanes in parts of a register's width is compiled with this width: GCC keeps longer vectors in memory
 * and compares them lane by lane. */
#ifndef RSP_VECTOR_BYTES
#define RSP_VECTOR_BYTES 64
#endif
enum { V8_LANES = RSP_VECTOR_BYTES / 8 };

typedef double v8 __attribute__((vector_size(RSP_VECTOR_BYTES)));
typedef double v8_loose __attribute__((vector_size(RSP_VECTOR_BYTES), aligned(8), may_alias));
typedef int64_t v8i __attribute__((vector_size(RSP_VECTOR_BYTES)));
typedef uint64_t v8u __attribute__((vector_size(RSP_VECTOR_BYTES)));

#define LANE_INLINE static inline __attribute__((always_inline, unused))

LANE_INLINE v8 v8_all(double x)
{
    return x - (v8){0.0};
}

LANE_INLINE v8 v8_load(const double *p)
{
    return (v8) * (const v8_loose *)p;
}

LANE_INLINE void v8_store(double *p, v8 x)
{
    *(v8_loose *)p = (v8_loose)x;
}

/* Streaming store where the instruction set has one: the row is larger than the cache. */
LANE_INLINE void v8_stream(double *p, v8 x)
{
#if defined(__AVX512F__)
    _mm512_stream_pd(p, (__m512d)x);
#elif defined(__AVX__) && RSP_VECTOR_BYTES == 64
    union {
        v8 x;
        __m256d half[2];
    } u = {.x = x};
    _mm256_stream_pd(p, u.half[0]);
    _mm256_stream_pd(p + 4, u.half[1]);
#else
    v8_store(p, x);
#endif
}

LANE_INLINE v8 v8_select(v8i mask, v8 yes, v8 no)
{
#if defined(__AVX512DQ__)
    return (v8)_mm512_mask_mov_pd((__m512d)no, _mm512_movepi64_mask((__m512i)mask), (__m512d)yes);
#else
    return (v8)((mask & (v8i)yes) | (~mask & (v8i)no));
#endif
}

LANE_INLINE v8 v8_max(v8 a, v8 b)
{
#if defined(__AVX512F__)
    return (v8)_mm512_max_pd((__m512d)a, (__m512d)b);
#else
    return v8_select(a > b, a, b);
#endif
}

LANE_INLINE v8 v8_min(v8 a, v8 b)
{
#if defined(__AVX512F__)
    return (v8)_mm512_min_pd((__m512d)a, (__m512d)b);
#else
    return v8_select(a < b, a, b);
#endif
}

LANE_INLINE v8 v8_sqrt(v8 a)
{
#if defined(__AVX512F__)
    return (v8)_mm512_sqrt_pd((__m512d)a);
#else
    for (int i = 0; i < V8_LANES; i++)
        a[i] = __builtin_sqrt(a[i]);
    return a;
#endif
}

LANE_INLINE int v8_any(v8i mask)
{
#if defined(__AVX512DQ__)
    return _mm512_movepi64_mask((__m512i)mask) != 0;
#else
    int64_t any = 0;
    for (int i = 0; i < V8_LANES; i++)
        any |= mask[i];
    return any != 0;
#endif
}

#define V8_ROUND  6755399441055744.0 /* 1.5 * 2^52: adding it rounds to an integer held in the low bits */
#define V8_LOG2E  1.4426950408889634074
#define V8_LN2_HI 6.93147180369123816490e-01
#define V8_LN2_LO 1.90821492927058770002e-10

/* (exp(r) - 1) / r on |r| <= ln2/2: Chebyshev interpolation of degree 10; exp's relative error is 3e-17. */
LANE_INLINE v8 v8_exp_slope(v8 r)
{
    v8 p = r * 2.51003758422236995e-08 + 2.76200758925481640e-07;
    p = p * r + 2.75572684802897162e-06;
    p = p * r + 2.48015213223422815e-05;
    p = p * r + 1.98412698630405585e-04;
    p = p * r + 1.38888889171967359e-03;
    p = p * r + 8.33333333333006500e-03;
    p = p * r + 4.16666666666241636e-02;
    p = p * r + 1.66666666666666685e-01;
    p = p * r + 5.00000000000000111e-01;
    return p * r + 1.0;
}

/* exp of arguments that are never above 709: values under 1e-307 become 0. */
LANE_INLINE v8 v8_exp_low(v8 x)
{
    const v8 xc = v8_max(x, v8_all(-708.0));
    const v8 k = xc * V8_LOG2E + V8_ROUND;
    const v8 n = k - V8_ROUND;
    const v8 r = (xc - n * V8_LN2_HI) - n * V8_LN2_LO;
    const v8 p = v8_exp_slope(r) * r + 1.0;
    const v8 y = (v8)((v8i)p + ((v8i)k << 52));
    return v8_select(x < -708.0, v8_all(0), y);
}

/* 2^x of arguments that are never above 0, about 1 ulp: Chebyshev interpolation of degree 11 on [0, 1]. Under
 * 1e-307 it may be 0 or that. */
LANE_INLINE v8 v8_exp2_low(v8 x)
{
#if defined(__AVX512DQ__)
    const v8 r = (v8)_mm512_reduce_pd((__m512d)x, _MM_FROUND_TO_NEG_INF);
#else
    const v8 xc = v8_max(x, v8_all(-1021.0));
    const v8 k = (xc - 0.5) + V8_ROUND;
    const v8 r = xc - (k - V8_ROUND);
#endif
    v8 p = r * 6.30147811743377859e-10 + 6.53860855349925438e-09;
    p = p * r + 1.02581888541841738e-07;
    p = p * r + 1.32076974920903310e-06;
    p = p * r + 1.52532311413642624e-05;
    p = p * r + 1.54035092837036898e-04;
    p = p * r + 1.33335587349195156e-03;
    p = p * r + 9.61812909724502930e-03;
    p = p * r + 5.55041086659011987e-02;
    p = p * r + 2.40226506959042768e-01;
    p = p * r + 6.93147180559946507e-01;
    p = p * r + 1.0;
#if defined(__AVX512DQ__)
    return (v8)_mm512_scalef_pd((__m512d)p, (__m512d)x);
#else
    return (v8)((v8i)p + ((v8i)k << 52));
#endif
}

/* 1 - exp(x) of arguments that are never above 0, with full relative accuracy near 0. */
LANE_INLINE v8 v8_one_minus_exp_low(v8 x)
{
    const v8 near = -x * v8_exp_slope(x);
    return v8_select(x > -0.34, near, 1.0 - v8_exp_low(x));
}

LANE_INLINE v8 v8_exp(v8 x)
{
    const v8 y = v8_exp_low(v8_min(x, v8_all(709.0)));
    const v8 capped = v8_select(x > 709.0, v8_all(__builtin_inf()), y);
    return v8_select(x != x, x, capped);
}

/* log as in fdlibm (e_log.c): x = 2^k (1 + f), log1p by the series in s = f / (2 + f). */
LANE_INLINE v8 v8_log(v8 x)
{
    const v8i tiny = x < 2.2250738585072014e-308;
    const v8 xs = v8_select(tiny, x * 0x1p54, x);
    const v8i bits = (v8i)xs;
    /* exponent relative to sqrt(1/2), so that the mantissa lies in [sqrt(1/2), sqrt(2)) */
    const v8i shifted = bits - 0x3fe6a09e667f3bcdLL;
    const v8i k = shifted >> 52;
    const v8 m = (v8)(bits - (k << 52));
    const v8 kd = ((v8)((v8i)v8_all(V8_ROUND) + k) - V8_ROUND) - v8_select(tiny, v8_all(54), v8_all(0));
    const v8 f = m - 1.0;
    const v8 s = f / (2.0 + f);
    const v8 z = s * s;
    v8 p = z * 1.479819860511658591e-01 + 1.531383769920937332e-01;
    p = p * z + 1.818357216161805012e-01;
    p = p * z + 2.222219843214978396e-01;
    p = p * z + 2.857142874366239149e-01;
    p = p * z + 3.999999999940941908e-01;
    p = p * z + 6.666666666666735130e-01;
    p = p * z;
    const v8 half = 0.5 * f * f;
    v8 y = kd * V8_LN2_HI - ((half - (s * (half + p) + kd * V8_LN2_LO)) - f);
    y = v8_select(x == 0.0, v8_all(-__builtin_inf()), y);
    y = v8_select(x == __builtin_inf(), x, y);
    return v8_select(~(x >= 0.0), v8_all(__builtin_nan("")), y);
}

/* a^b for a >= 0; 0^0 is 1. */
LANE_INLINE v8 v8_pow(v8 a, v8 b)
{
    const v8 y = v8_exp(b * v8_log(a));
    return v8_select(b == 0.0, v8_all(1.0), v8_select((a == 0.0) & (b > 0.0), v8_all(0), y));
}

/* 32 x 32 -> 64 bit product of the low halves. */
LANE_INLINE v8u v8u_mul(v8u a, uint64_t b)
{
#if defined(__AVX512F__)
    return (v8u)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64((long long)b));
#else
    return a * b;
#endif
}

/* Philox4x32-10 for eight people; counter = (person low, person high, stream, block). */
LANE_INLINE void v8_philox(uint64_t seed, v8u person, uint32_t stream, uint32_t block, v8u out[2])
{
    const v8u low = (v8u){0} + 0xffffffffu;
    v8u c0 = person & low, c1 = person >> 32, c2 = (v8u){0} + stream, c3 = (v8u){0} + block;
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        const v8u p0 = v8u_mul(c0, 0xD2511F53u), p1 = v8u_mul(c2, 0xCD9E8D57u);
        c0 = (p1 >> 32) ^ c1 ^ ((v8u){0} + k0);
        c2 = (p0 >> 32) ^ c3 ^ ((v8u){0} + k1);
        c1 = p1 & low;
        c3 = p0 & low;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0 | (c1 << 32);
    out[1] = c2 | (c3 << 32);
}

/* Uniform in (0, 1): the middle of one of 2^52 cells, never 0 or 1. */
LANE_INLINE v8 v8_uniform(v8u bits)
{
    return ((v8)((bits >> 12) | 0x3ff0000000000000u) - 1.0) + 0x1p-53;
}

LANE_INLINE v8 v8_polynomial(v8 r, const double c[8])
{
    v8 p = v8_all(c[7]);
    for (int i = 6; i >= 0; i--)
        p = p * r + c[i];
    return p;
}

/* Inverse of the normal distribution function (AS 241, PPND16); both branches, one division. */
LANE_INLINE v8 v8_normal(v8 u)
{
    const v8 q = u - 0.5, centre = 0.180625 - q * q;
    const v8i near = (q <= 0.425) & (q >= -0.425);
    const v8 root = v8_sqrt(-v8_log(v8_min(u, 1.0 - u)));
    v8 tail = root - 1.6;
    v8 over = v8_polynomial(tail, rsp_as241[2]), under = v8_polynomial(tail, rsp_as241[3]);
    const v8i very_far = root > 5.0;
    if (v8_any(very_far)) {
        tail = root - 5.0;
        over = v8_select(very_far, v8_polynomial(tail, rsp_as241[4]), over);
        under = v8_select(very_far, v8_polynomial(tail, rsp_as241[5]), under);
    }
    over = v8_select(q < 0.0, -over, over);
    over = v8_select(near, q * v8_polynomial(centre, rsp_as241[0]), over);
    under = v8_select(near, v8_polynomial(centre, rsp_as241[1]), under);
    return over / under;
}

/* Standard normals number 0 .. n-1 of a stream, for eight people. */
LANE_INLINE void v8_normals(uint64_t seed, v8u person, uint32_t stream, int n, v8 *z)
{
    for (int i = 0; i < n; i += 2) {
        v8u bits[2];
        v8_philox(seed, person, stream, (uint32_t)i / 2, bits);
        z[i] = v8_normal(v8_uniform(bits[0]));
        if (i + 1 < n)
            z[i + 1] = v8_normal(v8_uniform(bits[1]));
    }
}

#endif
