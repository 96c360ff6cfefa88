#include "suite.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static double from_bits(uint64_t bits)
{
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* Fewest digits with which the C library's printf gives a text that reads back. */
static int fewest_digits(double value)
{
    char text[64];
    for (int n = 1; n < 17; n++) {
        (void)snprintf(text, sizeof text, "%.*e", n - 1, value);
        if (strtod(text, NULL) == value)
            return n;
    }
    return 17;
}

static int count_digits(const char *text)
{
    int n = 0, zeros = 0;
    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text < '0' || *text > '9' || (n == 0 && *text == '0'))
            continue;
        zeros = *text == '0' ? zeros + 1 : 0;
        n++;
    }
    return n - zeros;
}

START_TEST(any_double_reads_back_from_the_fewest_digits)
{
    struct rsp_buf buf;
    rsp_buf_init(&buf, 100);
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < 300000; i++) {
        uint64_t bits = next(&state);
        if (i % 4 == 1)
            bits &= ~UINT64_C(0) << 52; /* powers of two: the neighbour below is nearer */
        if (i % 4 == 2)
            bits &= ~(UINT64_C(0x7ff) << 52); /* subnormal */
        const double value = from_bits(bits);
        if (!isfinite(value))
            continue;
        buf.length = 0;
        rsp_buf_double(&buf, value);
        if (!same_bits(strtod(buf.data, NULL), value))
            ck_abort_msg("%a became %s", value, buf.data);
        if (i % 8 < 4 && value != 0 && count_digits(buf.data) > fewest_digits(value))
            ck_abort_msg("%a became %s, longer than needed", value, buf.data);
    }
    ck_assert(!buf.failed);
    rsp_buf_free(&buf);
}
END_TEST

START_TEST(short_decimals_come_back_as_they_were_typed)
{
    struct rsp_buf buf;
    rsp_buf_init(&buf, 100);
    for (long i = -200000; i <= 200000; i += 7) {
        char text[32];
        (void)snprintf(text, sizeof text, "%.3f", (double)i / 1000);
        size_t n = strlen(text);
        while (text[n - 1] == '0')
            text[--n] = '\0';
        if (text[n - 1] == '.')
            text[--n] = '\0';
        buf.length = 0;
        rsp_buf_double(&buf, (double)i / 1000);
        ck_assert_str_eq(buf.data, text);
    }
    rsp_buf_free(&buf);
}
END_TEST

START_TEST(known_values_have_known_texts)
{
    static const struct {
        double value;
        const char *text;
    } rows[] = {{0, "0"}, {-0.0, "-0"}, {1, "1"}, {-1.5, "-1.5"}, {100, "100"}, {0.1, "0.1"}, {22.2, "22.2"},
        {0.3, "0.3"}, {0.1 + 0.2, "0.30000000000000004"}, {1e-5, "0.00001"}, {9.5e-6, "9.5e-6"},
        {1e16, "10000000000000000"}, {1e17, "1e17"}, {DBL_MAX, "1.7976931348623157e308"},
        {DBL_MIN, "2.2250738585072014e-308"}, {DBL_TRUE_MIN, "5e-324"},
        {9007199254740993.0, "9007199254740992"}, {2.0 / 3, "0.6666666666666666"},
        {9.5367431640625e-7, "9.5367431640625e-7"}, {NAN, "nan"}, {INFINITY, "inf"}, {-INFINITY, "-inf"}};
    struct rsp_buf buf;
    rsp_buf_init(&buf, 100);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buf.length = 0;
        rsp_buf_double(&buf, rows[i].value);
        ck_assert_str_eq(buf.data, rows[i].text);
    }
    rsp_buf_free(&buf);
}
END_TEST

START_TEST(rounding_to_significant_digits_agrees_with_printf)
{
    struct rsp_buf buf;
    rsp_buf_init(&buf, 100);
    uint64_t state = 362436069u;
    for (int i = 0; i < 300000; i++) {
        double value = from_bits(next(&state));
        if (i % 3 == 1) /* many ties */
            value = (double)(next(&state) % 2000000) / 1024;
        if (i % 3 == 2) /* just under a power of ten */
            value = nextafter(pow(10, (double)(next(&state) % 40) - 20), 0) *
                    (1 - 1e-9 * (double)(next(&state) % 9));
        if (!isfinite(value))
            continue;
        const int digits = 1 + (int)(next(&state) % 17);
        char expected[64];
        (void)snprintf(expected, sizeof expected, "%.*e", digits - 1, value);
        buf.length = 0;
        rsp_buf_fixed(&buf, value, digits);
        if (!same_bits(strtod(buf.data, NULL), strtod(expected, NULL)) || count_digits(buf.data) > digits)
            ck_abort_msg("%a to %d digits became %s instead of %s", value, digits, buf.data, expected);
    }
    buf.length = 0;
    rsp_buf_fixed(&buf, 1234.5, 0); /* clamped to 1 */
    rsp_buf_text(&buf, " ");
    rsp_buf_fixed(&buf, 52.0999, 3);
    ck_assert_str_eq(buf.data, "1000 52.1");
    rsp_buf_free(&buf);
}
END_TEST

START_TEST(a_full_buffer_keeps_its_text_and_says_that_it_failed)
{
    struct rsp_buf buf;
    rsp_buf_init(&buf, 10);
    rsp_buf_text(&buf, "12345678");
    rsp_buf_text(&buf, "abc");
    ck_assert(buf.failed && buf.too_long);
    ck_assert_str_eq(buf.data, "12345678");
    rsp_buf_text(&buf, "9");
    rsp_buf_double(&buf, 1);
    rsp_buf_printf(&buf, "%d", 1);
    ck_assert_str_eq(buf.data, "12345678");
    rsp_buf_free(&buf);

    rsp_buf_init(&buf, 10);
    rsp_buf_double(&buf, 0.1 + 0.2);
    ck_assert(buf.failed && buf.too_long);
    ck_assert_str_eq(buf.data, "");
    rsp_buf_free(&buf);

    rsp_buf_init(&buf, 10);
    rsp_buf_printf(&buf, "%s", "12345678901");
    ck_assert(buf.failed && buf.too_long);
    ck_assert_str_eq(buf.data, "");
    rsp_buf_free(&buf);

    rsp_buf_init(&buf, 10);
    rsp_buf_printf(&buf, "%s", "1234567890");
    ck_assert(!buf.failed);
    ck_assert_uint_eq(buf.length, 10);
    rsp_buf_free(&buf);
}
END_TEST

START_TEST(long_texts_grow_the_buffer)
{
    struct rsp_buf buf;
    rsp_buf_init(&buf, 1u << 20);
    char piece[1001];
    memset(piece, 'x', 1000);
    piece[1000] = '\0';
    for (int i = 0; i < 100; i++) {
        rsp_buf_printf(&buf, "%d:%s;", i, piece);
        rsp_buf_add(&buf, piece, 1000);
    }
    ck_assert(!buf.failed);
    ck_assert_uint_eq(buf.length, 100 * 2002 + 10 + 90 * 2);
    ck_assert_uint_eq(strlen(buf.data), buf.length);
    rsp_buf_free(&buf);
}
END_TEST

START_TEST(no_text_adds_nothing)
{
    struct rsp_buf buf;
    rsp_buf_init(&buf, 10);
    rsp_buf_text(&buf, "a");
    rsp_buf_text(&buf, NULL);
    rsp_buf_text(&buf, "b");
    ck_assert(!buf.failed);
    ck_assert_str_eq(buf.data, "ab");
    rsp_buf_free(&buf);
}
END_TEST

RUN_TESTS("buf", any_double_reads_back_from_the_fewest_digits, short_decimals_come_back_as_they_were_typed,
    known_values_have_known_texts, rounding_to_significant_digits_agrees_with_printf,
    a_full_buffer_keeps_its_text_and_says_that_it_failed, long_texts_grow_the_buffer, no_text_adds_nothing)
