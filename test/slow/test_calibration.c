/* The reduced calibration: few patients, exact binomial limits. The full one is calibrate.c, `meson test --suite slow`. */
#include "../base/suite.h"

#include <math.h>
#include <omp.h>

#include <gsl/gsl_cdf.h>

#include "study.h"

enum { N_PATIENT = 80, N_PERSON = 400, N_DAY = 90 };
/* Chance that a right program fails one of its limits. */
static const double alpha = 1e-4;

static void assert_binomial(size_t hit, size_t n, double p)
{
    const double low = gsl_cdf_binomial_P((unsigned)hit, p, (unsigned)n);
    const double high = hit == 0 ? 1 : gsl_cdf_binomial_Q((unsigned)hit - 1, p, (unsigned)n);
    ck_assert_msg(low > alpha / 2 && high > alpha / 2, "%zu of %zu where %g is right", hit, n, p);
}

START_TEST(intervals_cover_what_they_say_in_synthetic_patients)
{
    static struct study_row row[N_PATIENT];
    const struct study_setting setting = {.world = study_find("model"),
        .n_patient = N_PATIENT,
        .n_particle = 1024,
        .first_seed = 900001,
        .n_thread = omp_get_max_threads()};
    study_run(&setting, row);
    for (int k = 0; k < N_RANK; k++) {
        const struct coverage c = study_coverage(N_PATIENT, row, (enum rank_of)k, false);
        size_t n = 0;
        assert_binomial(c.in_50, c.n, 0.5);
        assert_binomial(c.in_90, c.n, 0.9);
        ck_assert_double_gt(study_uniform_p(N_PATIENT, row, (enum rank_of)k, 5, &n), alpha);
    }
    /* Nearer to the truth than the population forecast no more rarely than by chance; by how much: 1,000 patients. */
    size_t n_back = 0, n_nearer = 0;
    for (int i = 0; i < N_PATIENT; i++) {
        const double day = row[i].truth.return_day;
        if (!row[i].truth.respond || !isfinite(day))
            continue;
        n_back++;
        n_nearer += fabs(row[i].return_day[2] - day) < fabs(row[i].before_return_d - day);
    }
    ck_assert_double_gt(gsl_cdf_binomial_P((unsigned)n_nearer, 0.5, (unsigned)n_back), alpha);
    /* Chances of a response: their sum is the expected number of those who respond. */
    double expected = 0, variance = 0, responds = 0;
    for (int i = 0; i < N_PATIENT; i++) {
        const double p = row[i].response_probability;
        expected += p;
        variance += p * (1 - p);
        responds += row[i].truth.respond;
    }
    ck_assert_double_lt(fabs(responds - expected), 4 * sqrt(variance) + 1);
}
END_TEST

START_TEST(steps_from_day_to_day_come_as_often_as_in_real_diaries)
{
    /* The predictive check of the source: noise 1.06 (log-SD 0.5), day's part 0.45 at 0.75, drift 0.15, repeats 0.10 give
     * steps of 0, 1, 2, 3, 4 and 5 points with .35 .36 .17 .07 .03 .01; raw ratings of back pain: .36-.39 .36 .14-.16 .06
     * .02 .01-.02, and a person's own SD of 1.34 to 1.39 (ratings: 1.37 to 1.40). */
    static const double published[6] = {0.35, 0.36, 0.17, 0.07, 0.03, 0.01};
    const struct world *world = study_find("model");
    struct dice dice = {.state = 4711};
    double step[11] = {0}, n_step = 0, own_sd = 0;
    for (int i = 0; i < N_PERSON; i++) {
        double time_d[N_DAY], frac[N_DAY] = {0}, mean = 0, square = 0;
        struct rsp_diary_entry entry[N_DAY];
        const struct truth t = {.baseline = fmin(9.5, fmax(0.5, 5.65 + 1.5 * dice_normal(&dice))),
            .noise = 1.06 * exp(0.5 * dice_normal(&dice)),
            .day = 0.45,
            .drift = 0.15,
            .repeat = 0.10};
        for (int d = 0; d < N_DAY; d++)
            time_d[d] = d;
        const size_t n = patient_write(&dice, world, &t, N_DAY, time_d, frac, entry);
        for (size_t k = 0; k < n; k++) {
            mean += entry[k].pain_nrs / (double)n;
            square += entry[k].pain_nrs * entry[k].pain_nrs / (double)n;
            if (k > 0 && entry[k].time_d - entry[k - 1].time_d < 1.5) {
                step[abs(entry[k].pain_nrs - entry[k - 1].pain_nrs)]++;
                n_step++;
            }
        }
        own_sd += sqrt((square - mean * mean) * (double)n / (double)(n - 1)) / N_PERSON;
    }
    for (int k = 0; k < 6; k++)
        ck_assert_msg(fabs(step[k] / n_step - published[k]) < 0.02, "step %d: %.3f", k, step[k] / n_step);
    ck_assert_double_gt(own_sd, 1.34 - 0.06);
    ck_assert_double_lt(own_sd, 1.39 + 0.06);
}
END_TEST

RUN_TESTS("diary calibration", intervals_cover_what_they_say_in_synthetic_patients,
    steps_from_day_to_day_come_as_often_as_in_real_diaries)
