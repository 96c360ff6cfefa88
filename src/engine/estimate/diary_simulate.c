#include "estimate/diary_simulate.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "estimate/diary_internal.h"
#include "num/beta.h"
#include "num/random.h"

enum { HABITS = 2, DAYS = 3, HIGHEST = 10 }; /* occasions of the stream: 0 and 1 are a plan's own diaries */
enum use { USE_DRIFT, USE_DAY, USE_NOISE, USE_REPEAT, USE_MISSING, N_USE };

struct habits {
    double share, placebo_d, noise, drift, day, repeat;
};

static double uniform(const struct rsp_diary_author *author, size_t day, enum use use)
{
    return rsp_random_uniform(author->seed, author->person,
        rsp_random_stream(RSP_STREAM_DIARY, DAYS + author->occasion), (uint32_t)(day * N_USE + use));
}

static double normal(const struct rsp_diary_author *author, size_t day, enum use use)
{
    return rsp_normal_inverse(uniform(author, day, use));
}

static double habit(const struct rsp_diary_author *author, const struct rsp_diary_rules *rules,
    enum rsp_diary_coordinate coordinate)
{
    const struct rsp_diary_prior *prior = &rules->prior[coordinate];
    const double u = rsp_random_uniform(
        author->seed, author->person, rsp_random_stream(RSP_STREAM_DIARY, HABITS), (uint32_t)coordinate);
    if (prior->kind == RSP_PRIOR_BETA)
        return rsp_beta_inverse(u, prior->a, prior->b);
    const double x = prior->centre + prior->sd * rsp_normal_inverse(u);
    return prior->kind == RSP_PRIOR_LOGIT_NORMAL ? 1 / (1 + exp(-x)) : exp(x);
}

static struct habits draw_habits(const struct rsp_diary_author *author, const struct rsp_diary_rules *rules)
{
    const double centre = rules->prior[RSP_DIARY_NOISE].centre;
    return (struct habits){.share = habit(author, rules, RSP_DIARY_SHARE),
        .placebo_d = habit(author, rules, RSP_DIARY_PLACEBO),
        .noise = habit(author, rules, RSP_DIARY_NOISE) * rules->noise_points[author->recall] / exp(centre),
        .drift = habit(author, rules, RSP_DIARY_DRIFT),
        .day = habit(author, rules, RSP_DIARY_DAY),
        .repeat = habit(author, rules, RSP_DIARY_REPEAT)};
}

/* The noise has the SD of the rules: a t variable of df degrees of freedom has variance df / (df - 2). */
static int write_down(const struct rsp_diary_author *author, const struct rsp_diary_rules *rules,
    const struct habits *habits, size_t day, double level, int before)
{
    const double df = rules->noise_df;
    if (before >= 0 && uniform(author, day, USE_REPEAT) < habits->repeat)
        return before;
    const double noise =
        habits->noise * sqrt((df - 2) / df) * gsl_cdf_tdist_Pinv(uniform(author, day, USE_NOISE), df);
    return (int)fmin(HIGHEST, fmax(0, floor(level + noise + 0.5)));
}

static void write_all(const struct rsp_diary_author *author, const struct rsp_diary_rules *rules, size_t n,
    const double time_d[], const double relief_frac[], int score[])
{
    const struct habits habits = draw_habits(author, rules);
    const double rho = rules->day_correlation;
    double drift = 0, day = habits.day * normal(author, 0, USE_DAY);
    int before = -1;
    for (size_t i = 0; i < n; i++) {
        const double step_d = i > 0 ? time_d[i] - time_d[i - 1] : 0, kept = pow(rho, step_d);
        if (i > 0) {
            drift += habits.drift * sqrt(step_d) * normal(author, i, USE_DRIFT);
            day = kept * day + habits.day * sqrt(1 - kept * kept) * normal(author, i, USE_DAY);
        }
        const double placebo = time_d[i] > 0 ? habits.share * (1 - exp2(-time_d[i] / habits.placebo_d)) : 0;
        const double level = author->baseline_nrs * (1 - relief_frac[i] - placebo) + drift + day;
        score[i] = -1;
        if (uniform(author, i, USE_MISSING) >= author->missing_frac)
            score[i] = before = write_down(author, rules, &habits, i, level, before);
    }
}

rsp_status rsp_diary_simulate(const struct rsp_diary_author *author, size_t n, const double time_d[],
    const double relief_frac[], int score[], struct rsp_error *err)
{
    struct rsp_diary_rules rules = {0};

    if (!(author->baseline_nrs > 0 && author->baseline_nrs <= HIGHEST) ||
        !(author->missing_frac >= 0 && author->missing_frac < 1))
        return rsp_error_set(err, RSP_E_DOMAIN, "baseline_nrs",
            "a baseline of more than 0 and at most 10 and a share of missing days under 1 are expected");
    for (size_t i = 0; i < n; i++)
        if (!(relief_frac[i] >= 0 && relief_frac[i] <= 1) || (i > 0 && !(time_d[i] > time_d[i - 1])))
            return rsp_error_set(err, RSP_E_DOMAIN, "relief_frac",
                "day %zu: shares from 0 to 1, and days in order, are expected", i);
    const rsp_status status = rsp_diary_rules_read(&rules, err);
    if (status == RSP_OK)
        write_all(author, &rules, n, time_d, relief_frac, score);
    rsp_diary_rules_free(&rules);
    return status;
}
