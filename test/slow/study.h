/* Many synthetic patients, each with a posterior, set beside the truth. */
#ifndef TEST_SLOW_STUDY_H
#define TEST_SLOW_STUDY_H

#include "patient.h"

/* What is ranked: the seven parameters of both classes, then what only the response class has. */
enum rank_of {
    RANK_BASELINE,
    RANK_SHARE,
    RANK_PLACEBO,
    RANK_NOISE,
    RANK_DRIFT,
    RANK_DAY,
    RANK_REPEAT,
    RANK_REACH,
    RANK_HALF,
    RANK_DAYS_30,
    RANK_DAYS_50,
    RANK_RETURN,
    N_RANK
};
extern const char *const rank_name[N_RANK];

struct study_row {
    struct truth truth;
    double rank
        [N_RANK]; /* of the truth among the draws, in (0, 1), ties broken at random; NaN: not of this class */
    double wide_rank[N_RANK]; /* the same among draws widened as shipped; durations alone */
    double response_probability;
    double days_30[5], return_day[5]; /* p05 p25 p50 p75 p95 of the response class */
    double before_return_d;           /* median of the forecast without the diary */
    size_t n_entry, n_ancestor;
    double acceptance, seconds;
    bool identified;   /* the half-life counts as learned */
    double half_ratio; /* of the SD of its logarithm, widened as shipped, to the prior's */
};

struct study_setting {
    const struct world *world;
    size_t n_patient, n_particle;
    uint64_t first_seed;
    int n_thread; /* patients at a time */
};

/* n_patient rows; ends the program when the library fails. */
void study_run(const struct study_setting *setting, struct study_row row[]);

/* p of a chi-square test that the ranks are uniform in so many bins; *n: ranks that exist. */
double study_uniform_p(size_t n_row, const struct study_row row[], enum rank_of of, int n_bin, size_t *n);
/* Share of respond patients whose truth lies in the central interval, and their number. */
struct coverage {
    size_t n, in_50, in_90;
};
struct coverage study_coverage(size_t n_row, const struct study_row row[], enum rank_of of, bool wide);
/* Median absolute error of the day of return (respond patients with a finite return): learned, and population's. */
struct return_error {
    size_t n;
    double learned_d, population_d;
};
struct return_error study_return_error(size_t n_row, const struct study_row row[]);

extern const struct world study_world[];
extern const size_t study_n_world;
const struct world *study_find(const char *name);

#endif
