/** Quantiles over virtual copies, some of which never reach or never leave a threshold (infinite values,
 * which num/quantile.h does not take). */
#ifndef RSP_ENGINE_PLAN_QUANTILE_H
#define RSP_ENGINE_PLAN_QUANTILE_H

#include <respite/plan.h>

/** Ascending order, in place. Infinities are allowed, NaN is not. */
void rsp_sort(size_t n, double value[]);

/** Type 7 quantile of n ascending values (linear interpolation between neighbours). A quantile whose
 * neighbours are not both finite takes the farther one, so that "for ever" stays infinite.
 * NaN when n is 0. */
double rsp_quantile(size_t n, const double ascending[], double probability);

double rsp_mean(size_t n, const double value[]);
/** Mean and its standard error (NaN for one value). */
void rsp_mean_and_error(size_t n, const double value[], double *mean, double *se);

/** Sort the copies' values and fill p05..p95 of a prediction (status RSP_PREDICTED, validity
 * RSP_VALIDITY_FITTED, no reason). */
void rsp_prediction_from(size_t n, double value[], struct rsp_prediction *prediction);

/** A prediction that is withheld: all values NaN. */
void rsp_prediction_withhold(struct rsp_prediction *prediction, const char *reason);

/** The five probabilities of every prediction and band. */
extern const double rsp_band_probability[RSP_CURVE_BANDS];

#endif
