/** Shared pieces of the diary's posterior: rules, relief course, sampler. */
#ifndef RSP_ESTIMATE_DIARY_INTERNAL_H
#define RSP_ESTIMATE_DIARY_INTERNAL_H

#include <respite/diary.h>

#include "base/yaml.h"
#include "estimate/diary_filter.h"

/* ---- models/diary.yaml ---- */

/** Fixed parameters in the order of a particle's coordinates. The first RSP_DIARY_N_COMMON exist in both classes. */
enum rsp_diary_coordinate {
    RSP_DIARY_BASELINE, /* logit of a tenth */
    RSP_DIARY_SHARE,    /* logit */
    RSP_DIARY_PLACEBO,  /* log d */
    RSP_DIARY_NOISE,    /* log points */
    RSP_DIARY_DRIFT,    /* log points per sqrt(day) */
    RSP_DIARY_DAY,      /* log points */
    RSP_DIARY_REPEAT,   /* logit */
    RSP_DIARY_N_COMMON,
    RSP_DIARY_REACH = RSP_DIARY_N_COMMON, /* log of c50 over the exposure relative to the typical person's */
    RSP_DIARY_HALF,                       /* log d */
    RSP_DIARY_N_COORDINATE
};

enum rsp_diary_prior_kind { RSP_PRIOR_LOG_NORMAL, RSP_PRIOR_LOGIT_NORMAL, RSP_PRIOR_BETA, RSP_PRIOR_FIXED };
struct rsp_diary_prior {
    enum rsp_diary_prior_kind kind;
    double centre, sd; /* normal on the coordinate's scale */
    double a, b;       /* Beta */
    double value;      /* fixed */
};

#define RSP_DIARY_FURTHEST_D 3650.0 /* of an entry from time zero */

enum { RSP_DIARY_MAX_ASSUMPTION = 24, RSP_DIARY_MAX_SOURCE = 24 };
struct rsp_diary_rules {
    struct rsp_yaml_tree *tree;
    struct rsp_diary_prior prior[RSP_DIARY_N_COMMON];
    double day_correlation, noise_df; /* per day; degrees of freedom */
    double noise_points[RSP_N_RECALL];
    double other_sd;
    double least_baseline, identified_sd_ratio, widening;
    size_t n_assumption;
    struct rsp_assumption assumption[RSP_DIARY_MAX_ASSUMPTION];
    size_t n_source;
    const char *source[RSP_DIARY_MAX_SOURCE];
};
RSP_CHECKED rsp_status rsp_diary_rules_parse(const char *text, size_t length, const char *source,
    struct rsp_diary_rules *rules, struct rsp_error *err);
/** The shipped rules. Freed with rsp_diary_rules_free, also after failure. */
RSP_CHECKED rsp_status rsp_diary_rules_read(struct rsp_diary_rules *rules, struct rsp_error *err);
void rsp_diary_rules_free(struct rsp_diary_rules *rules);

/* ---- the relief site over time ---- */

/** Level of the relief site of the typical person at chosen times, for any half-life: tabulated over the logarithm of
 * the half-life and interpolated by cubics on the logarithm of the level. Between people the level scales with the
 * area under the curve (`exposure`); relief_frac = 1 / (1 + exp(reach - log_level)). */
struct rsp_diary_course {
    const struct rsp_model *model;
    double *covariate; /* own copy */
    size_t n_dose;
    struct rsp_dose *dose; /* own copy, shifted */
    double shift_h;
    int output;                                                    /* of the relief site */
    int c50, t_half, baseline;                                     /* parameters; baseline -1: none */
    double prior_reach, prior_reach_sd, prior_half, prior_half_sd; /* of log c50 and log t_half (d) */
    size_t n_grid;
    double *grid_d; /* for measuring: days from time zero to the horizon */
    double *grid;   /* n_grid x RSP_DIARY_N_NODE */
    size_t n_pool, n_parameter;
    double *pool;              /* n_pool x n_parameter, published units */
    double *log_exposure;      /* n_pool: log of the area over the typical person's */
    double *reach_log_density; /* RSP_DIARY_N_DENSITY values of the prior of `reach` */
    double density_low, density_step;
};
enum { RSP_DIARY_N_DENSITY = 512, RSP_DIARY_POOL = 512 };

RSP_CHECKED rsp_status rsp_diary_course_new(const struct rsp_diary_question *question,
    const struct rsp_diary_options *options, struct rsp_diary_course *course, struct rsp_error *err);
void rsp_diary_course_free(struct rsp_diary_course *course);
/** Log level at n times for every node: n x RSP_DIARY_N_NODE; -infinity where nothing was given yet. */
RSP_CHECKED rsp_status rsp_diary_course_levels(const struct rsp_diary_course *course, size_t n,
    const double time_d[], double log_level[], struct rsp_error *err);
double rsp_diary_reach_log_density(const struct rsp_diary_course *course, double reach);
/** A draw of the PK that agrees with `reach`: index into the pool; u uniform. */
size_t rsp_diary_course_decode(
    const struct rsp_diary_course *course, double reach, double u, double weight[]);

struct rsp_diary_spell {
    double days_30, days_50, return_day; /* NaN: never reached; +infinity: beyond the horizon */
    double within_30_d, within_50_d;     /* days up to the horizon: finite, for means */
};
struct rsp_diary_spell rsp_diary_measure(
    const struct rsp_diary_course *course, double reach, double half_log);

/* ---- the sampler of one class ---- */

enum { RSP_DIARY_N_STATE = 9 }; /* mean of drift, day, other treatment; their covariances 00 01 02 11 12 22 */

struct rsp_diary_sampler {
    bool respond;
    uint64_t seed;
    uint32_t step; /* numbers the random streams */
    size_t n, n_dim;
    double *x;                                       /* RSP_DIARY_N_COORDINATE x n */
    double *first;                                   /* the same at the start: draws of the prior */
    double *log_prior, *log_likelihood, *log_weight; /* n */
    double *state;                                   /* RSP_DIARY_N_STATE x n */
    size_t *ancestor;
    double *spare; /* n: scratch for resampling and weights */
    size_t *spare_index;
    double log_evidence;
    double scale; /* of random-walk moves */
    double acceptance, least_effective;
    int n_thread;
    bool broken;          /* no particle explains an entry */
    const int *cancelled; /* of the call under way */
};

/** What a sampler is told about. */
struct rsp_diary_target {
    const struct rsp_diary_rules *rules;
    const struct rsp_diary_course *course;
    const struct rsp_diary_series *series;
};

RSP_CHECKED rsp_status rsp_diary_sampler_new(const struct rsp_diary_target *target, bool respond,
    const struct rsp_diary_options *options, struct rsp_diary_sampler *sampler, struct rsp_error *err);
void rsp_diary_sampler_free(struct rsp_diary_sampler *sampler);
/** From the prior to the posterior of all entries, by steps of the likelihood's power. */
void rsp_diary_sampler_temper(struct rsp_diary_sampler *sampler, const struct rsp_diary_target *target);
/** Take in the entries from number `from` on, and move the particles when they have worn thin. */
void rsp_diary_sampler_add(
    struct rsp_diary_sampler *sampler, const struct rsp_diary_target *target, size_t from);
/** The same by weights alone, without a move. */
void rsp_diary_sampler_weigh(
    struct rsp_diary_sampler *sampler, const struct rsp_diary_target *target, size_t from);
double rsp_diary_effective(const struct rsp_diary_sampler *sampler);
/** Systematic resampling of n_draw indices by the weights; u uniform. */
void rsp_diary_pick(const struct rsp_diary_sampler *sampler, size_t n_draw, double u, size_t index[]);

/* ---- the whole ---- */

struct rsp_diary_fit {
    struct rsp_diary_rules rules;
    struct rsp_diary_course course;
    struct rsp_diary_series series;
    struct rsp_diary diary; /* own copy; capacity below */
    size_t entry_capacity;
    struct rsp_diary_sampler response, none;
    struct rsp_diary_options options; /* with defaults filled in; extra is not kept */
    double widening, response_prior, response_probability;
    double reach_mean, half_mean; /* of the response class, about which draws are spread */
    bool drawn;                   /* the draws below are of the present particles */
    struct rsp_person_draws draws;
    double *parameter; /* n_draw x n_parameter */
    double *baseline_nrs, *days_30, *days_50, *return_day, *within_30_d, *within_50_d; /* n_draw each */
    size_t *index;                                                                     /* n_draw */
    double *weight;                                                                    /* n_pool */
};
/** Factor by which what was learned is spread about its mean: 1 until an entry after time zero is there. */
double rsp_diary_spread(const struct rsp_diary_fit *fit);
/** Reach and log half-life of particle i of the response class, widened once something was learned. */
void rsp_diary_widened(const struct rsp_diary_fit *fit, size_t i, double *reach, double *half_log);
struct rsp_diary_target rsp_diary_target_of(const struct rsp_diary_fit *fit);

#endif
