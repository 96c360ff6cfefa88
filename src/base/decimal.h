/** Binary to decimal: the digits behind every number that is written. */
#ifndef RSP_BASE_DECIMAL_H
#define RSP_BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** digits x 10^exponent; digits below 10^17, without trailing zeros; 0 is 0 x 10^0. */
struct rsp_decimal {
    uint64_t digits;
    int exponent;
};

enum { RSP_DECIMAL_TEXT = 40 }; /* room for any text of rsp_decimal_write, with terminator */

/** Shortest decimal that reads back as |value| (finite), nearest of those.
 * Source: R. Giulietti, The Schubfach way to render doubles (2020). */
struct rsp_decimal rsp_decimal_shortest(double value);
/** |value| (finite) rounded to n significant digits (clamped to 1..17), ties to even. */
struct rsp_decimal rsp_decimal_rounded(double value, int n);
/** Number of digits, 1 for zero. */
int rsp_decimal_n_digit(struct rsp_decimal decimal);
/** Write with sign, plain or with exponent as rsp_buf_double says; not terminated. @return length */
size_t rsp_decimal_write(char *text, bool negative, struct rsp_decimal decimal);

#endif
