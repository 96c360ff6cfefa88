#include "base/decimal.h"

#include <stdio.h>
#include <string.h>

#include "base/pow10.h"

__extension__ typedef unsigned __int128 uint128;

enum {
    SIGNIFICAND_BITS = 52,
    EXPONENT_BIAS = 1075, /* of the significand read as an integer */
    MAX_DIGITS = 17,
    PLAIN_LOWEST = -5, /* decimal exponents written without "e" */
    PLAIN_HIGHEST = 16
};

/* |value| = c * 2^q */
struct binary {
    uint64_t c;
    int q;
    bool lower_closer; /* the neighbour below is half as far as the one above */
};

static struct binary binary_of(double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    const uint64_t fraction = bits & ((UINT64_C(1) << SIGNIFICAND_BITS) - 1);
    const int exponent = (int)(bits >> SIGNIFICAND_BITS & 0x7ff);
    if (exponent == 0)
        return (struct binary){fraction, 1 - EXPONENT_BIAS, false};
    return (struct binary){
        fraction | UINT64_C(1) << SIGNIFICAND_BITS, exponent - EXPONENT_BIAS, fraction == 0 && exponent > 1};
}

/* Floors of logarithms by multiplication, exact over the exponents of a double. */
static int floor_log2_pow10(int e)
{
    return (e * 1741647) >> 19;
}

static int floor_log10_pow2(int e)
{
    return (e * 1262611) >> 22;
}

static int floor_log10_three_quarters_pow2(int e)
{
    return (e * 1262611 - 524031) >> 22;
}

/* Upper 64 bits of g * c / 2^64, the last bit set when anything was cut off. */
static uint64_t round_to_odd(const uint64_t g[2], uint64_t c)
{
    const uint128 low = (uint128)g[1] * c;
    const uint128 high = (uint128)g[0] * c + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

static struct rsp_decimal without_trailing_zeros(uint64_t digits, int exponent)
{
    if (digits == 0)
        return (struct rsp_decimal){0, 0};
    while (digits % 10000 == 0) {
        digits /= 10000;
        exponent += 4;
    }
    while (digits % 10 == 0) {
        digits /= 10;
        exponent++;
    }
    return (struct rsp_decimal){digits, exponent};
}

struct rsp_decimal rsp_decimal_shortest(double value)
{
    const struct binary b = binary_of(value);
    if (b.c == 0)
        return (struct rsp_decimal){0, 0};
    if (b.q <= 0 && b.q > -53 && (b.c & ((UINT64_C(1) << -b.q) - 1)) == 0)
        return without_trailing_zeros(b.c >> -b.q, 0); /* an integer: all digits are known */

    const int k = b.lower_closer ? floor_log10_three_quarters_pow2(b.q) : floor_log10_pow2(b.q);
    const int h = b.q + floor_log2_pow10(-k) + 1;
    const uint64_t *g = pow10_128[-k - POW10_MIN];
    const uint64_t odd = b.c & 1; /* interval ends belong to even significands only */
    const uint64_t lower = round_to_odd(g, (4 * b.c - 2 + b.lower_closer) << h) + odd;
    const uint64_t middle = round_to_odd(g, 4 * b.c << h);
    const uint64_t upper = round_to_odd(g, (4 * b.c + 2) << h) - odd;

    const uint64_t s = middle / 4;
    if (s >= 10) { /* one digit fewer, if exactly one such number lies inside */
        const uint64_t shorter = s / 10;
        const bool under = lower <= 40 * shorter, over = 40 * shorter + 40 <= upper;
        if (under != over)
            return without_trailing_zeros(shorter + over, k + 1);
    }
    const bool under = lower <= 4 * s, over = 4 * s + 4 <= upper;
    if (under != over)
        return without_trailing_zeros(s + over, k);
    const uint64_t half = 4 * s + 2;
    return without_trailing_zeros(s + (middle > half || (middle == half && (s & 1))), k);
}

/* The C library's exact rounding; its decimal point is skipped, whatever the locale makes it. */
static struct rsp_decimal rounded_by_printf(double value, int n)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%.*e", n - 1, value);
    uint64_t digits = 0;
    const char *at = text;
    for (; *at != '\0' && *at != 'e'; at++)
        if (*at >= '0' && *at <= '9')
            digits = digits * 10 + (uint64_t)(*at - '0');
    int exponent = 0;
    if (*at == 'e') {
        const bool negative = at[1] == '-';
        for (at += 2; *at >= '0' && *at <= '9'; at++)
            exponent = exponent * 10 + (*at - '0');
        exponent = negative ? -exponent : exponent;
    }
    return without_trailing_zeros(digits, exponent - (n - 1));
}

static uint64_t pow10_small(int n)
{
    static const uint64_t power[MAX_DIGITS + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
        100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000, 100000000000000,
        1000000000000000, 10000000000000000, 100000000000000000};
    return power[n];
}

/* value * 10^k in 128 bits: whole part, and whether it rounds up; false when the cut-off
 * bits of 10^k could decide. c is normalised to 64 bits. */
static bool scaled(uint64_t c, int q, int k, uint64_t *whole, bool *up)
{
    if (k < POW10_MIN || k > POW10_MAX)
        return false;
    const int shift = -(q + floor_log2_pow10(k) - 63);
    if (shift < 65 || shift > 127)
        return false;
    const uint128 product = (uint128)c * pow10_128[k - POW10_MIN][0];
    const uint128 one = 1, half = one << (shift - 1);
    const uint128 rest = product & ((one << shift) - 1);
    *whole = (uint64_t)(product >> shift);
    *up = rest > half;
    return *up || rest + (one << 64) < half;
}

struct rsp_decimal rsp_decimal_rounded(double value, int n)
{
    n = n < 1 ? 1 : n > MAX_DIGITS ? MAX_DIGITS : n;
    value = value < 0 ? -value : value;
    const struct binary b = binary_of(value);
    if (b.c == 0)
        return (struct rsp_decimal){0, 0};
    const int zeros = __builtin_clzll(b.c);
    const uint64_t c = b.c << zeros;
    const int q = b.q - zeros;
    /* The exponent of ten from that of two is right or one too low. */
    int k = n - 1 - floor_log10_pow2(q + 63);
    uint64_t whole = 0;
    bool up = false;
    bool sure = scaled(c, q, k, &whole, &up);
    if (sure && whole >= pow10_small(n)) {
        k--;
        sure = scaled(c, q, k, &whole, &up);
    }
    if (!sure || whole < pow10_small(n - 1))
        return rounded_by_printf(value, n);
    return without_trailing_zeros(whole + up, -k);
}

int rsp_decimal_n_digit(struct rsp_decimal decimal)
{
    if (decimal.digits == 0)
        return 1;
    const int bits = 64 - __builtin_clzll(decimal.digits);
    const int n = bits * 1233 >> 12; /* 1233 / 4096 is just above log10(2): right or one too low */
    return n + (n <= MAX_DIGITS && decimal.digits >= pow10_small(n));
}

/* The last n digits (n <= 9) in 32-bit arithmetic. */
static void write_few_digits(char *text, uint32_t digits, int n)
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
        "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
        "8081828384858687888990919293949596979899";
    while (n >= 2) {
        n -= 2;
        memcpy(text + n, pairs + (size_t)2 * (digits % 100), 2);
        digits /= 100;
    }
    if (n == 1)
        text[0] = (char)('0' + digits % 10);
}

static void write_digits(char *text, uint64_t digits, int n)
{
    while (n > 8) {
        n -= 8;
        write_few_digits(text + n, (uint32_t)(digits % 100000000), 8);
        digits /= 100000000;
    }
    write_few_digits(text, (uint32_t)digits, n);
}

static size_t write_exponent(char *text, int exponent)
{
    size_t n = 0;
    text[n++] = 'e';
    if (exponent < 0)
        text[n++] = '-';
    const int magnitude = exponent < 0 ? -exponent : exponent;
    const int width = magnitude >= 100 ? 3 : magnitude >= 10 ? 2 : 1;
    write_digits(text + n, (uint64_t)magnitude, width);
    return n + (size_t)width;
}

size_t rsp_decimal_write(char *text, bool negative, struct rsp_decimal decimal)
{
    const int n_digit = rsp_decimal_n_digit(decimal);
    const size_t n = (size_t)n_digit;
    const int exponent = decimal.exponent + n_digit - 1; /* of the first digit */
    char *at = text;
    if (negative)
        *at++ = '-';
    if (exponent < PLAIN_LOWEST || exponent > PLAIN_HIGHEST) {
        write_digits(at + 1, decimal.digits, n_digit);
        at[0] = at[1];
        if (n > 1) {
            at[1] = '.';
            at += n + 1;
        } else {
            at += 1;
        }
        at += write_exponent(at, exponent);
    } else if (exponent < 0) {
        const size_t zeros = (size_t)(-exponent - 1);
        memcpy(at, "0.00000", 7);
        write_digits(at + 2 + zeros, decimal.digits, n_digit);
        at += 2 + zeros + n;
    } else if (decimal.exponent >= 0) {
        write_digits(at, decimal.digits, n_digit);
        memset(at + n, '0', (size_t)decimal.exponent);
        at += n + (size_t)decimal.exponent;
    } else {
        const size_t before = (size_t)exponent + 1;
        write_digits(at + 1, decimal.digits, n_digit);
        memmove(at, at + 1, before);
        at[before] = '.';
        at += n + 1;
    }
    return (size_t)(at - text);
}
