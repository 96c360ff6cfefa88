/* The likelihood of a diary beside quadrature and beside a plain particle filter with true Student-t noise. */
#include "../base/suite.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "estimate/diary_filter.h"

enum { N_ENTRY = 24, N_PARTICLE = 100000 };

struct scores {
    int score[N_ENTRY], previous[N_ENTRY];
    double time_d[N_ENTRY], gap_d[N_ENTRY], carry[N_ENTRY], ratio[N_ENTRY], other[N_ENTRY];
    double level[N_ENTRY * RSP_DIARY_N_NODE];
    struct rsp_diary_series series;
};

static void scores_fill(struct scores *s, size_t n, const int score[], double day_correlation)
{
    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < n; i++) {
        s->score[i] = score[i];
        s->previous[i] = i > 0 ? score[i - 1] : -1;
        s->time_d[i] = (double)i - 5 + (i > 12); /* one day is missing */
        s->gap_d[i] = i > 0 ? s->time_d[i] - s->time_d[i - 1] : 0;
        s->carry[i] = pow(day_correlation, s->gap_d[i]);
        s->ratio[i] = 1;
        for (int k = 0; k < RSP_DIARY_N_NODE; k++)
            s->level[i * RSP_DIARY_N_NODE + (size_t)k] =
                s->time_d[i] > 0 ? log(50) - s->time_d[i] * log(2) * exp(-rsp_diary_node(k)) : -INFINITY;
    }
    s->series = (struct rsp_diary_series){.n = n,
        .score = s->score,
        .previous = s->previous,
        .time_d = s->time_d,
        .gap_d = s->gap_d,
        .carry = s->carry,
        .noise_ratio = s->ratio,
        .other = s->other,
        .log_level = s->level,
        .other_variance = 1};
    rsp_diary_noise_mixture(7, s->series.component_ratio, s->series.component_weight);
}

struct known {
    double baseline, share, placebo_d, noise, drift, day, repeat, reach, half_d;
};
static const struct known usual = {6.5, 0.2, 25, 0.9, 0.15, 0.45, 0.12, 2.6, 9};

static void lanes_fill(const struct known *k, bool respond, struct rsp_diary_lanes *lanes)
{
    *lanes = (struct rsp_diary_lanes){.respond = respond};
    for (int l = 0; l < RSP_DIARY_LANES; l++) {
        double weight[4];
        lanes->baseline[l] = k->baseline;
        lanes->share[l] = k->share;
        lanes->placebo_per_d[l] = 1 / k->placebo_d;
        lanes->noise_variance[l] = k->noise * k->noise;
        lanes->drift_variance[l] = k->drift * k->drift;
        lanes->day_variance[l] = k->day * k->day;
        lanes->repeat[l] = k->repeat;
        lanes->reach[l] = k->reach;
        rsp_diary_knots(log(k->half_d), &lanes->node[l], weight);
        for (int j = 0; j < 4; j++)
            lanes->knot[j][l] = weight[j];
    }
}

static double student_cell(int score, double level, double sd)
{
    const double s = sd * sqrt(5.0 / 7);
    const double low = score == 0 ? 0 : gsl_cdf_tdist_P((score - 0.5 - level) / s, 7);
    const double high = score == 10 ? 1 : gsl_cdf_tdist_P((score + 0.5 - level) / s, 7);
    return high - low;
}

START_TEST(one_score_has_the_probability_of_its_cell)
{
    /* Without latent spread: the mixture of normals computed with GSL's own normal distribution. */
    for (int score = 0; score <= 10; score++)
        for (double baseline = 0.05; baseline < 10; baseline += 0.55) {
            const struct known k = {baseline, 0.2, 25, 0.8, 0, 0, 0.1, 2, 9};
            struct scores s;
            struct rsp_diary_lanes lanes;
            scores_fill(&s, 1, &score, 0.75);
            lanes_fill(&k, false, &lanes);
            rsp_diary_filter_best()(&s.series, 0, 1, &lanes);
            double p = 0;
            for (int c = 0; c < RSP_DIARY_N_COMPONENT; c++) {
                const double sd = 0.8 * sqrt(s.series.component_ratio[c]);
                const double low = score == 0 ? -100 : (score - 0.5 - baseline) / sd;
                const double high = score == 10 ? 100 : (score + 0.5 - baseline) / sd;
                const double cell = low > 0 ? gsl_cdf_ugaussian_Q(low) - gsl_cdf_ugaussian_Q(high)
                                            : gsl_cdf_ugaussian_P(high) - gsl_cdf_ugaussian_P(low);
                p += s.series.component_weight[c] * cell;
            }
            ck_assert_double_eq_tol(lanes.log_likelihood[3], log(p), 1e-9);
            ck_assert_double_eq_tol(exp(lanes.log_likelihood[3]), student_cell(score, baseline, 0.8), 4e-3);
        }
}
END_TEST

START_TEST(five_normals_make_student_noise_of_unit_variance)
{
    double ratio[RSP_DIARY_N_COMPONENT], weight[RSP_DIARY_N_COMPONENT], sum = 0, variance = 0;
    rsp_diary_noise_mixture(7, ratio, weight);
    for (int k = 0; k < RSP_DIARY_N_COMPONENT; k++) {
        sum += weight[k];
        variance += weight[k] * ratio[k];
    }
    ck_assert_double_eq_tol(sum, 1, 1e-14);
    ck_assert_double_eq_tol(variance, 1, 1e-14);
    for (double x = -8; x <= 8; x += 0.05) {
        double p = 0;
        for (int k = 0; k < RSP_DIARY_N_COMPONENT; k++)
            p += weight[k] * gsl_cdf_ugaussian_P(x / sqrt(ratio[k]));
        ck_assert_double_eq_tol(p, gsl_cdf_tdist_P(x / sqrt(5.0 / 7), 7), 2e-3);
    }
}
END_TEST

START_TEST(every_instruction_set_gives_the_same_likelihood)
{
    static const int score[N_ENTRY] = {
        7, 6, 7, 7, 6, 6, 2, 1, 2, 0, 3, 3, 4, 5, 10, 6, 6, 5, 7, 6, 6, 7, 8, 6};
    struct scores s;
    struct rsp_diary_lanes one, best;
    scores_fill(&s, N_ENTRY, score, 0.75);
    s.other[15] = s.other[16] = 1;
    lanes_fill(&usual, true, &one);
    lanes_fill(&usual, true, &best);
    rsp_diary_filter_w1(&s.series, 0, N_ENTRY, &one);
    rsp_diary_filter_best()(&s.series, 0, N_ENTRY, &best);
    for (int l = 0; l < RSP_DIARY_LANES; l++)
        ck_assert_double_eq_tol(one.log_likelihood[l], best.log_likelihood[l], 1e-10);
}
END_TEST

START_TEST(entry_by_entry_is_the_same_as_all_at_once)
{
    static const int score[N_ENTRY] = {
        7, 6, 7, 7, 6, 6, 2, 1, 2, 0, 3, 3, 4, 5, 10, 6, 6, 5, 7, 6, 6, 7, 8, 6};
    struct scores s;
    struct rsp_diary_lanes all, steps;
    scores_fill(&s, N_ENTRY, score, 0.75);
    lanes_fill(&usual, true, &all);
    lanes_fill(&usual, true, &steps);
    rsp_diary_filter_best()(&s.series, 0, N_ENTRY, &all);
    for (size_t i = 0; i < N_ENTRY; i++)
        rsp_diary_filter_best()(&s.series, i, i + 1, &steps);
    ck_assert_double_eq(all.log_likelihood[0], steps.log_likelihood[0]);
    ck_assert_mem_eq(all.latent, steps.latent, sizeof all.latent);
}
END_TEST

/* ---- the second method: many particles, exact Student-t cells ---- */

static uint64_t state = 9;
static double uniform(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return ((double)(state >> 11) + 0.5) * 0x1p-53;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform())) * cos(2 * M_PI * uniform());
}

static double bootstrap(const struct scores *s, const struct known *k, double day_correlation)
{
    static double drift[N_PARTICLE], day[N_PARTICLE], weight[N_PARTICLE], next_drift[N_PARTICLE],
        next_day[N_PARTICLE];
    double sum_log = 0;
    for (int i = 0; i < N_PARTICLE; i++) {
        drift[i] = 0;
        day[i] = k->day * normal();
    }
    for (size_t e = 0; e < s->series.n; e++) {
        const double t = s->time_d[e], carry = pow(day_correlation, s->gap_d[e]);
        double sum = 0;
        const double frac = t > 0 ? k->share * (1 - exp2(-t / k->placebo_d)) +
                                        1 / (1 + exp(k->reach) / (50 * exp2(-t / k->half_d)))
                                  : 0;
        for (int i = 0; i < N_PARTICLE; i++) {
            if (e > 0) {
                drift[i] += k->drift * sqrt(s->gap_d[e]) * normal();
                day[i] = carry * day[i] + k->day * sqrt(1 - carry * carry) * normal();
            }
            const double fresh =
                student_cell(s->score[e], k->baseline * (1 - frac) + drift[i] + day[i], k->noise);
            weight[i] = s->previous[e] < 0
                            ? fresh
                            : (1 - k->repeat) * fresh + k->repeat * (s->previous[e] == s->score[e]);
            sum += weight[i];
        }
        sum_log += log(sum / N_PARTICLE);
        double at = uniform() * sum / N_PARTICLE, passed = 0;
        for (int i = 0, from = 0; i < N_PARTICLE; i++, at += sum / N_PARTICLE) {
            while (from + 1 < N_PARTICLE && passed + weight[from] < at)
                passed += weight[from++];
            next_drift[i] = drift[from];
            next_day[i] = day[from];
        }
        memcpy(drift, next_drift, sizeof drift);
        memcpy(day, next_day, sizeof day);
    }
    return sum_log;
}

START_TEST(a_diary_has_the_likelihood_that_many_particles_give_it)
{
    static const struct known drifting = {5, 0.1, 40, 0.5, 0.4, 0.8, 0.05, 1.5, 20};
    static const struct {
        const struct known *known;
        int score[N_ENTRY];
    } diary[] = {{&usual, {7, 6, 7, 7, 6, 6, 1, 1, 2, 0, 2, 1, 2, 5, 1, 3, 2, 2, 3, 2, 3, 4, 3, 3}},
        {&drifting, {5, 4, 5, 6, 4, 4, 1, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0, 1, 2, 1, 0, 0, 1, 1}}};
    for (int i = 0; i < 2; i++) {
        struct scores s;
        struct rsp_diary_lanes lanes;
        scores_fill(&s, N_ENTRY, diary[i].score, 0.75);
        lanes_fill(diary[i].known, true, &lanes);
        rsp_diary_filter_best()(&s.series, 0, N_ENTRY, &lanes);
        /* Monte Carlo error about 0.02; the rest is what matching moments costs over 24 scores. */
        ck_assert_double_eq_tol(lanes.log_likelihood[0], bootstrap(&s, diary[i].known, 0.75), 0.1);
    }
}
END_TEST

START_TEST(half_lives_between_the_nodes_are_interpolated)
{
    /* log level of an emptying site: -t ln 2 / half-life */
    for (double half_d = 1; half_d < 150; half_d *= 1.07) {
        double weight[4];
        int node;
        rsp_diary_knots(log(half_d), &node, weight);
        for (double t = 1; t < 6 * half_d; t += half_d / 3) {
            double level = 0;
            for (int k = 0; k < 4; k++)
                level += weight[k] * (-t * log(2) * exp(-rsp_diary_node(node + k)));
            ck_assert_double_eq_tol(level, -t * log(2) / half_d, 2e-5);
        }
    }
}
END_TEST

RUN_TESTS("diary filter", one_score_has_the_probability_of_its_cell,
    five_normals_make_student_noise_of_unit_variance, every_instruction_set_gives_the_same_likelihood,
    entry_by_entry_is_the_same_as_all_at_once, a_diary_has_the_likelihood_that_many_particles_give_it,
    half_lives_between_the_nodes_are_interpolated)
