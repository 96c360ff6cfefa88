/* strtod_l and newlocale: numbers are read the same way in every locale. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

#include "base/decimal.h"
#include "base/number.h"

enum {
    MAX_NUMBER_CHARS = 400, /* longer than the exact decimal text of any sensible number */
    EXACT_DIGITS = 15,      /* integers up to 10^15 and powers of ten up to 10^22 are exact doubles, */
    EXACT_POWER = 22        /* so that one multiplication or division rounds once */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct scan {
    size_t length; /* of the number's text */
    double digits; /* all digits as an integer while n_digit <= EXACT_DIGITS */
    int n_digit;   /* significant ones */
    int n_decimal;
    bool any_digit, nonzero;
    long exponent;
};

/* [+-] digits [. digits] [e [+-] digits] */
static struct scan scan_number(const char *text)
{
    struct scan s = {0};
    size_t i = text[0] == '+' || text[0] == '-' ? 1 : 0;
    bool after_point = false;
    for (;; i++) {
        if (text[i] == '.' && !after_point) {
            after_point = true;
            continue;
        }
        if (!is_digit(text[i]))
            break;
        s.any_digit = true;
        s.nonzero = s.nonzero || text[i] != '0';
        s.n_digit += s.nonzero;
        s.n_decimal += after_point;
        if (s.n_digit <= EXACT_DIGITS)
            s.digits = s.digits * 10 + (text[i] - '0');
    }
    if (!s.any_digit)
        return (struct scan){0};
    if (text[i] == 'e' || text[i] == 'E') {
        size_t j = i + 1;
        const bool negative = text[j] == '-';
        j += text[j] == '+' || text[j] == '-';
        if (is_digit(text[j])) {
            for (; is_digit(text[j]); j++)
                s.exponent = s.exponent < 100000 ? s.exponent * 10 + (text[j] - '0') : s.exponent;
            s.exponent = negative ? -s.exponent : s.exponent;
            i = j;
        }
    }
    s.length = i;
    return s;
}

static bool exact(const char *text, const struct scan *s, double *value)
{
    static const double power[EXACT_POWER + 1] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
        1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const long exponent = s->exponent - s->n_decimal;
    if (s->n_digit > EXACT_DIGITS || exponent < -EXACT_POWER || exponent > EXACT_POWER)
        return false;
    const double v = exponent < 0 ? s->digits / power[-exponent] : s->digits * power[exponent];
    *value = text[0] == '-' ? -v : v;
    return true;
}

static rsp_status by_library(const char *text, size_t length, double *value, struct rsp_error *err)
{
    char copy[MAX_NUMBER_CHARS + 1];
    memcpy(copy, text, length);
    copy[length] = '\0';
    const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (plain == (locale_t)0)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory while reading a number");
    *value = strtod_l(copy, NULL, plain);
    freelocale(plain);
    return RSP_OK;
}

/* The number at the start of text; *length is what it took. */
rsp_status rsp_number_scan(const char *text, size_t *length, double *value, struct rsp_error *err)
{
    const struct scan s = scan_number(text);
    if (s.length == 0)
        return rsp_error_set(err, RSP_E_SYNTAX, "", "'%.60s' is not a number; write one such as 0.5", text);
    if (s.length > MAX_NUMBER_CHARS)
        return rsp_error_set(err, RSP_E_SYNTAX, "", "the number '%.40s...' has too many digits", text);
    double v = 0;
    if (!exact(text, &s, &v))
        RSP_TRY(by_library(text, s.length, &v, err));
    if (!isfinite(v) || (v == 0 && s.nonzero))
        return rsp_error_set(err, RSP_E_DOMAIN, "", "the number '%.*s' is too %s to be represented",
            s.length > 60 ? 60 : (int)s.length, text, v == 0 ? "small" : "large");
    *length = s.length;
    *value = v;
    return RSP_OK;
}

rsp_status rsp_number_after(const char *text, const char *rest, struct rsp_error *err)
{
    if (rest[0] == ';')
        return rsp_error_set(err, RSP_E_SYNTAX, "",
            "'%.60s' contains a semicolon; write one number with a decimal point, such as 0.5", text);
    if (rest[0] == ',')
        return rsp_error_set(err, RSP_E_SYNTAX, "",
            "'%.60s' contains a comma; write decimals with a point (0.5) and thousands without separator "
            "(1000)",
            text);
    if (rest[0] == '.')
        return rsp_error_set(
            err, RSP_E_SYNTAX, "", "'%.60s' has two decimal points; write one such as 0.5", text);
    return RSP_OK;
}

rsp_status rsp_number_parse(const char *text, double *value, struct rsp_error *err)
{
    while (is_blank(*text))
        text++;
    if (*text == '\0')
        return rsp_error_set(err, RSP_E_SYNTAX, "", "a number is missing; write one such as 0.5");
    size_t length = 0;
    double v = 0;
    RSP_TRY(rsp_number_scan(text, &length, &v, err));
    const char *rest = text + length;
    RSP_TRY(rsp_number_after(text, rest, err));
    while (is_blank(*rest))
        rest++;
    if (*rest != '\0')
        return rsp_error_set(err, RSP_E_SYNTAX, "",
            "'%.60s' is not a plain number; remove '%.40s' (only a number such as 0.5 is expected here)",
            text, rest);
    *value = v;
    return RSP_OK;
}

/* Whole digits in groups of three, parted by a narrow no-break space (U+202F). */
static size_t write_grouped(char *to, const char *plain, size_t n)
{
    const char *point = memchr(plain, '.', n);
    const size_t n_whole = point != NULL ? (size_t)(point - plain) : n;
    size_t used = 0;
    for (size_t i = 0; i < n_whole; i++) {
        if (i > 0 && (n_whole - i) % 3 == 0) {
            memcpy(to + used, "\xe2\x80\xaf", 3);
            used += 3;
        }
        to[used++] = plain[i];
    }
    memcpy(to + used, plain + n_whole, n - n_whole);
    return used + n - n_whole;
}

int rsp_number_plain(double value, int digits, char *text, size_t size)
{
    char plain[RSP_DECIMAL_TEXT];
    if (!isfinite(value))
        return rsp_number_format(value, digits, text, size);
    const struct rsp_decimal decimal =
        digits > 0 ? rsp_decimal_rounded(value, digits) : rsp_decimal_shortest(value);
    const size_t n = rsp_decimal_write(plain, value < 0 && decimal.digits != 0, decimal);
    return snprintf(text, size, "%.*s", (int)n, plain);
}

int rsp_number_format(double value, int digits, char *text, size_t size)
{
    if (!isfinite(value))
        return snprintf(text, size, "%s",
            isnan(value) ? "not a number"
            : value > 0  ? "infinite"
                         : "-infinite");
    const struct rsp_decimal decimal = rsp_decimal_rounded(value, digits);
    char plain[RSP_DECIMAL_TEXT], grouped[2 * RSP_DECIMAL_TEXT];
    const size_t n = rsp_decimal_write(plain, false, decimal);
    size_t used = 0;
    if (memchr(plain, 'e', n) != NULL) {
        memcpy(grouped, plain, n);
        used = n;
    } else {
        used = write_grouped(grouped, plain, n);
    }
    return snprintf(text, size, "%s%.*s", value < 0 && decimal.digits != 0 ? "-" : "", (int)used, grouped);
}
