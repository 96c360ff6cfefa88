/** Exact quantiles by selection. */
#ifndef RSP_NUM_QUANTILE_H
#define RSP_NUM_QUANTILE_H

#include <stddef.h>

/** Type-7 quantiles (linear interpolation between order statistics; R's default, Hyndman & Fan 1996)
 * of x[0 .. n-1] at n_probability probabilities in [0, 1], in any order. Reorders x. n >= 1; finite x. */
void rsp_quantiles(size_t n, double x[], size_t n_probability, const double probability[], double out[]);

#endif
