/** The likelihood of a diary for eight particles at a time, with drift, day-to-day part and the effect of other
 * treatment integrated by assumed-density filtering (moments matched in closed form after each score).
 *
 * Student-t noise is a mixture of normals over the gamma-distributed precision. Sources: T. P. Minka, UAI 17 (2001)
 * 362 (assumed-density filtering); A. Doucet, N. de Freitas, K. Murphy, S. Russell, UAI 16 (2000) 176
 * (Rao-Blackwellised particles).
 */
#ifndef RSP_ESTIMATE_DIARY_FILTER_H
#define RSP_ESTIMATE_DIARY_FILTER_H

#include <stdbool.h>
#include <stddef.h>

enum {
    RSP_DIARY_LANES = 8,
    RSP_DIARY_N_NODE = 64,     /* half-lives at which the relief site is tabulated */
    RSP_DIARY_N_COMPONENT = 5, /* normals that make up the noise */
    RSP_DIARY_N_LATENT = 9     /* three means, six covariances */
};

/** What all particles share: one row an entry. */
struct rsp_diary_series {
    size_t n, capacity;
    int *score, *previous;          /* previous: the last score, -1 for the first entry */
    double *time_d, *gap_d, *carry; /* carry: correlation of the day's part over the gap */
    double *noise_ratio;            /* noise of this question over that of the reference question */
    double *other;                  /* 1: another treatment on that day */
    double *log_level;              /* capacity x RSP_DIARY_N_NODE */
    double other_variance;
    double component_ratio[RSP_DIARY_N_COMPONENT]; /* variance of a component over the noise's variance */
    double component_weight[RSP_DIARY_N_COMPONENT];
};

/** Eight particles in natural units. */
struct rsp_diary_lanes {
    double baseline[RSP_DIARY_LANES], share[RSP_DIARY_LANES],
        placebo_per_d[RSP_DIARY_LANES]; /* halvings a day */
    double noise_variance[RSP_DIARY_LANES], drift_variance[RSP_DIARY_LANES], day_variance[RSP_DIARY_LANES];
    double repeat[RSP_DIARY_LANES], reach[RSP_DIARY_LANES];
    double knot[4][RSP_DIARY_LANES]; /* weights of four neighbouring half-lives */
    int node[RSP_DIARY_LANES];       /* the first of them */
    bool respond;
    double latent[RSP_DIARY_N_LATENT][RSP_DIARY_LANES];
    double log_likelihood[RSP_DIARY_LANES];
};

typedef void rsp_diary_filter(
    const struct rsp_diary_series *series, size_t from, size_t to, struct rsp_diary_lanes *lanes);
void rsp_diary_filter_w1(
    const struct rsp_diary_series *series, size_t from, size_t to, struct rsp_diary_lanes *lanes);
#if defined(__x86_64__)
void rsp_diary_filter_w4(
    const struct rsp_diary_series *series, size_t from, size_t to, struct rsp_diary_lanes *lanes);
void rsp_diary_filter_w8(
    const struct rsp_diary_series *series, size_t from, size_t to, struct rsp_diary_lanes *lanes);
#endif
/** Filter of the best instruction set of this processor: adds the log likelihood of entries from .. to - 1 to
 * lanes->log_likelihood and moves lanes->latent; from 0 they begin anew. */
rsp_diary_filter *rsp_diary_filter_best(void);

/** Node and weights of a half-life (log d) within the table; its ends hold beyond. */
void rsp_diary_knots(double half_log, int *node, double weight[4]);
/** log d of node i. */
double rsp_diary_node(int i);
/** Variance ratios and weights of the normals that make up Student-t noise of unit variance. */
void rsp_diary_noise_mixture(
    double df, double ratio[RSP_DIARY_N_COMPONENT], double weight[RSP_DIARY_N_COMPONENT]);

#endif
