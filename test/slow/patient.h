/* Synthetic patients for the calibration of the diary: drawn from the model as it is written in the manual, with true
 * Student-t noise, rounding and repeats, or from a model that is wrong on purpose. Nothing here uses the estimator's code;
 * relief comes from rsp_simulate with the patient's own parameters. */
#ifndef TEST_SLOW_PATIENT_H
#define TEST_SLOW_PATIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <respite/diary.h>
#include <respite/model.h>

enum { PATIENT_MAX_DAY = 400, PATIENT_MAX_DOSE = 8 };

/* What differs from the model; zeroes (and ones where said) are the model itself. */
struct world {
    const char *name;
    const char *text;
    double hill;            /* 1: the model */
    double spread;          /* factor on the assumed spread between people; 1: the model */
    double tolerance;       /* factor on c50 with each further series; 1: none */
    double end_aversion;    /* chance that a 0 or a 10 is written as 1 or 9 */
    double rho, day_factor; /* day-to-day correlation (0.75) and factor on its SD (1) */
    double
        miss_well; /* chance that a day with less than half of the baseline pain is missing; 0: no such thing */
    int n_series;                     /* 1 or 2, 60 days apart */
    double baseline_days, after_days; /* diary: days before time zero and after the last infusion's start */
    bool respond_only;
};

struct truth {
    bool respond;
    double baseline, share, placebo_d, noise, drift, day, repeat;
    double c50, t_half_d, reach; /* reach: log of c50 over the area relative to the typical person's */
    double days_30, days_50, return_day; /* NaN, +infinity as rsp_diary_durations */
};

struct patient {
    struct truth truth;
    size_t n_dose;
    struct rsp_dose dose[PATIENT_MAX_DOSE];
    struct rsp_diary diary; /* entry points into `entry` */
    struct rsp_diary_entry entry[PATIENT_MAX_DAY];
};

/* Own random numbers (splitmix64), far from those of the library. */
struct dice {
    uint64_t state;
};
/* Priors as models/diary.yaml and rules/prediction.yaml state them, written out again on purpose. */
void patient_draw(const struct rsp_model *model, const double covariate[], const struct world *world,
    uint64_t seed, struct patient *patient);
/* Scores of n days with these shares of the baseline taken away; @return the number that is there. */
size_t patient_write(struct dice *dice, const struct world *world, const struct truth *truth, size_t n,
    const double time_d[], const double frac[], struct rsp_diary_entry entry[]);
/* The doses alone: the same for all patients of a world. */
size_t patient_doses(const struct world *world, struct rsp_dose dose[]);

double dice_uniform(struct dice *dice);
double dice_normal(struct dice *dice);
double dice_gamma(struct dice *dice, double shape);
double dice_student(struct dice *dice, double df);
double dice_beta(struct dice *dice, double a, double b);
/* Score of pain `level` with noise of this SD and 7 degrees of freedom. */
int dice_score(struct dice *dice, double level, double sd);

#endif
