/** The Beta distribution's inverse. */
#ifndef RSP_NUM_BETA_H
#define RSP_NUM_BETA_H

/** x with I_x(a, b) = u, for u in (0, 1) and finite a, b > 0; never fails. While the smaller of a and b is at
 * most 1000: Newton on the distribution function, relative error of x and 1 - x about 1e-10. Above: a
 * Cornish-Fisher expansion of the logit, within 1e-5 standard deviations. */
double rsp_beta_inverse(double u, double a, double b);

#endif
