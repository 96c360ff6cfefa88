/* The next date by rule: people followed day by day, their diary seen through noise, the rule seeing the diary alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <omp.h>

#include <respite/regimen.h>

#include "num/random.h"
#include "plan/quantile.h"
#include "plan/unit_curves.h"

enum { BLOCK = 16, STEPS_A_DAY = 4, EVENING = 3, MOST_BASELINE_D = 60 };
#define HIGHEST_NRS 10.0

/* What is kept of every person. */
enum kept { COURSES, DAYS, GAIN, STOPPED, N_KEPT };

struct job {
    const struct rsp_unit_plan *plan;
    const struct rsp_regimen *course;
    const struct rsp_diary_noise *noise;
    const struct rsp_refill_rule *rule;
    enum rsp_refill_policy policy;
    size_t interval_d, n_day;
    double *kept; /* N_KEPT x n_copy */
};

/* One person on one day. */
struct person {
    uint64_t seed, id;
    bool responds;
    double baseline_nrs;
    const double *course, *earlier, *placebo; /* odds of one course, odds left, relief */
    double *odds;                             /* of all courses so far, at every quarter day */
    double sigma, correlated, drift;          /* of the diary */
    bool entered;                             /* yesterday */
    double m, v, threshold;                   /* the rule's belief */
    bool felt, stopped;
    size_t last_start, n_course;
};

/* What a day's random numbers are for. */
enum use { USE_NOISE, USE_CORRELATED, USE_DRIFT, USE_ENTRY, N_USE };

static double normal(const struct person *p, size_t day, enum use use)
{
    return rsp_random_normal(
        p->seed, p->id, rsp_random_stream(RSP_STREAM_DIARY, 0), (uint32_t)(day * N_USE + (size_t)use));
}

static double uniform(const struct person *p, size_t day, enum use use)
{
    return rsp_random_uniform(
        p->seed, p->id, rsp_random_stream(RSP_STREAM_DIARY, 0), (uint32_t)(day * N_USE + (size_t)use));
}

static double chance_back(const struct person *p)
{
    return 0.5 * erfc((p->threshold - p->m) / sqrt(2.0 * p->v));
}

/* The score of a day whose number counts the days of baseline too; NaN when nothing is entered. */
static double score(const struct job *job, struct person *p, size_t day, double pain_nrs)
{
    const struct rsp_diary_noise *n = job->noise;
    const double rho = n->correlation_per_d;
    p->correlated =
        rho * p->correlated + n->correlated_points * sqrt(1.0 - rho * rho) * normal(p, day, USE_CORRELATED);
    p->drift += n->drift_points * normal(p, day, USE_DRIFT);
    const double missing = p->entered ? n->p_missing_after_entry : n->p_missing_after_gap;
    p->entered = uniform(p, day, USE_ENTRY) >= missing;
    if (!p->entered)
        return NAN;
    const double felt = pain_nrs + p->drift + p->correlated + p->sigma * normal(p, day, USE_NOISE);
    return fmin(fmax(nearbyint(felt), 0.0), HIGHEST_NRS);
}

/* Days before the first course give the diary's own baseline and the threshold. */
static void learn_baseline(const struct job *job, struct person *p)
{
    const size_t n_day = (size_t)job->rule->baseline_d;
    const double noise = job->rule->filter_noise_points;
    double sum = 0.0;
    size_t n = 0;
    for (size_t day = 0; day < n_day; day++) {
        const double y = score(job, p, day, p->baseline_nrs);
        p->drift = 0.0; /* drift is counted from the first course on */
        sum += isnan(y) ? 0.0 : y;
        n += isnan(y) ? 0 : 1;
    }
    p->m = n > 0 ? sum / (double)n : p->baseline_nrs;
    p->v = noise * noise / (n > 0 ? (double)n : 1.0);
    p->threshold = (1.0 - job->rule->relief_frac) * p->m;
}

static void start_course(const struct job *job, struct person *p, size_t day)
{
    const size_t from = day * STEPS_A_DAY, n_time = job->plan->n_time;
    for (size_t t = from; p->responds && t < n_time; t++)
        p->odds[t] += p->course[t - from];
    p->last_start = day;
    p->felt = false;
    p->n_course++;
}

static double pain_nrs(const struct person *p, size_t t)
{
    const double odds = p->odds[t];
    return p->baseline_nrs * (1.0 - fmin(1.0, odds / (1.0 + odds) + p->placebo[t]));
}

static void learn_day(const struct job *job, struct person *p, double y)
{
    const double step = job->rule->filter_step_points, noise = job->rule->filter_noise_points;
    p->v += step * step;
    if (isnan(y))
        return;
    const double gain = p->v / (p->v + noise * noise);
    p->m += gain * (y - p->m);
    p->v *= 1.0 - gain;
}

/* In the evening of a day: is there a course tomorrow? */
static bool due(const struct job *job, struct person *p, size_t day)
{
    const struct rsp_refill_rule *rule = job->rule;
    if (job->policy == RSP_REFILL_NEVER)
        return false;
    if (job->policy == RSP_REFILL_FIXED)
        return (day + 1) % job->interval_d == 0;
    const double chance = chance_back(p), since_d = (double)(day + 1 - p->last_start);
    p->felt = p->felt || chance <= 1.0 - rule->chance;
    if (!p->felt && since_d >= rule->judge_day)
        p->stopped = true;
    return !p->stopped && p->felt && chance >= rule->chance && since_d >= rule->least_gap_d;
}

static void keep(const struct job *job, const struct person *p, double wanted[], const double zero[])
{
    const size_t n = job->plan->copies.n, n_time = job->plan->n_time;
    for (size_t t = 0; t < n_time; t++)
        wanted[t] = rsp_odds_beside(job->rule->relief_frac, p->placebo[t]);
    const double days = rsp_unit_days(n_time, p->odds, wanted);
    job->kept[COURSES * n + p->id] = (double)p->n_course;
    job->kept[DAYS * n + p->id] = days;
    job->kept[GAIN * n + p->id] = days - rsp_unit_days(n_time, zero, wanted);
    job->kept[STOPPED * n + p->id] = p->stopped && p->n_course == 1 ? 1.0 : 0.0;
}

static void follow(const struct job *job, struct person *p)
{
    const size_t first = (size_t)job->rule->baseline_d;
    learn_baseline(job, p);
    start_course(job, p, 0);
    for (size_t day = 0; day < job->n_day; day++) {
        learn_day(job, p, score(job, p, first + day, pain_nrs(p, day * STEPS_A_DAY + EVENING)));
        if (day + 1 < job->n_day && due(job, p, day))
            start_course(job, p, day + 1);
    }
}

static struct person person_of(const struct job *job, const struct rsp_unit_curves *curves, size_t i)
{
    const struct rsp_unit_plan *plan = job->plan;
    const struct rsp_plan_options *options = plan->question->options;
    const size_t n_time = plan->n_time;
    const double *own = options->draws != NULL ? options->draws->baseline_nrs : NULL;
    struct person p = {.seed = plan->copies.simulate.seed,
        .id = curves->first + i,
        .baseline_nrs = own != NULL ? own[curves->first + i] : options->baseline_nrs,
        .earlier = curves->earlier != NULL ? curves->earlier + i * n_time : NULL,
        .placebo = curves->placebo + i * n_time,
        .entered = true};
    const uint32_t stream = rsp_random_stream(RSP_STREAM_DIARY, 1);
    p.responds = rsp_random_uniform(p.seed, p.id, stream, 0) < plan->response_probability;
    p.sigma =
        job->noise->noise_points * exp(job->noise->noise_sd_log * rsp_random_normal(p.seed, p.id, stream, 1));
    return p;
}

static rsp_status pass_block(void *given, size_t first, struct rsp_error *err)
{
    const struct job *job = given;
    const struct rsp_unit_plan *plan = job->plan;
    const size_t left = plan->copies.n - first, n_time = plan->n_time;
    struct rsp_unit_curves curves = {0};
    double *room = calloc(4 * n_time, sizeof *room);
    rsp_status status = RSP_OK;
    if (room == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "subjects", "out of memory");
        goto done;
    }
    double *course = room, *odds = room + n_time, *wanted = room + 2 * n_time, *zero = room + 3 * n_time;
    RSP_TRY_DONE(rsp_unit_curves_new(plan, first, left < BLOCK ? left : BLOCK, &curves, err));
    for (size_t i = 0; i < curves.n; i++) {
        struct person p = person_of(job, &curves, i);
        rsp_unit_add(plan, &curves, i, job->course, 1.0, course);
        p.course = course;
        p.odds = odds;
        memset(odds, 0, n_time * sizeof *odds);
        if (p.earlier != NULL && p.responds)
            memcpy(odds, p.earlier, n_time * sizeof *odds);
        follow(job, &p);
        keep(job, &p, wanted, zero);
    }
done:
    rsp_unit_curves_free(&curves);
    free(room);
    return status;
}

static struct rsp_refill_result result_of(const struct job *job)
{
    const size_t n = job->plan->copies.n;
    struct rsp_refill_result r = {0};
    double ignored;
    rsp_mean_and_error(n, job->kept + COURSES * n, &r.courses, &r.se_courses);
    rsp_mean_and_error(n, job->kept + DAYS * n, &r.days_30, &r.se_days_30);
    rsp_mean_and_error(n, job->kept + GAIN * n, &r.gain_days_30, &r.se_gain_days_30);
    rsp_mean_and_error(n, job->kept + STOPPED * n, &r.p_stopped, &ignored);
    r.days_above = (double)(job->plan->n_time - 1) * RSP_STEP_D - r.days_30;
    r.se_days_above = r.se_days_30;
    return r;
}

static bool fraction(double x)
{
    return x > 0.0 && x < 1.0;
}

static bool at_least_0(double x)
{
    return isfinite(x) && x >= 0.0;
}

static rsp_status check_noise(const struct rsp_diary_noise *n, struct rsp_error *err)
{
    if (!at_least_0(n->noise_points) || !at_least_0(n->noise_sd_log) || !at_least_0(n->correlated_points) ||
        !at_least_0(n->drift_points) || !(n->correlation_per_d >= 0.0 && n->correlation_per_d < 1.0) ||
        !(n->p_missing_after_entry >= 0.0 && n->p_missing_after_entry < 1.0) ||
        !(n->p_missing_after_gap >= 0.0 && n->p_missing_after_gap < 1.0))
        return rsp_error_set(err, RSP_E_DOMAIN, "diary",
            "noise of a diary is given by SDs of at least 0 and probabilities and a correlation from 0 to "
            "under 1");
    return RSP_OK;
}

static rsp_status check_rule(const struct rsp_refill_rule *r, struct rsp_error *err)
{
    if (!fraction(r->relief_frac) || !(r->chance > 0.5 && r->chance < 1.0))
        return rsp_error_set(err, RSP_E_DOMAIN, "rule",
            "the rule needs a relief between 0 and 1 and a chance above 0.5 and below 1");
    if (!(r->least_gap_d >= 1.0 && r->judge_day >= 1.0 && r->baseline_d >= 0.0 &&
            r->baseline_d <= MOST_BASELINE_D && r->filter_step_points > 0.0 && r->filter_noise_points > 0.0))
        return rsp_error_set(err, RSP_E_DOMAIN, "rule",
            "the rule needs a gap and a day of judgement of at least 1 day, at most %d days of baseline and "
            "a "
            "filter with SDs above 0",
            MOST_BASELINE_D);
    return RSP_OK;
}

static rsp_status check_people(const struct job *job, double interval_d, struct rsp_error *err)
{
    const struct rsp_plan_options *o = job->plan->question->options;
    const bool own = o->draws != NULL && o->draws->baseline_nrs != NULL;
    if (!own && !(isfinite(o->baseline_nrs) && o->baseline_nrs > 0.0))
        return rsp_error_set(err, RSP_E_MISSING, "baseline_nrs",
            "a diary is simulated around the pain before treatment: give it");
    if (!rsp_unit_plan_adds(job->plan, job->course))
        return rsp_error_set(err, RSP_E_UNSUPPORTED, "course",
            "later courses are added to the first one, which this model or these doses do not allow");
    if (job->policy == RSP_REFILL_FIXED && !(interval_d >= 1.0 && interval_d == floor(interval_d)))
        return rsp_error_set(err, RSP_E_DOMAIN, "interval", "a fixed interval is a whole number of days");
    return RSP_OK;
}

rsp_status rsp_refill_simulate(const struct rsp_regimen_question *question, const struct rsp_regimen *course,
    const struct rsp_diary_noise *noise, const struct rsp_refill_rule *rule, enum rsp_refill_policy policy,
    double interval_d, struct rsp_refill_result *result, struct rsp_error *err)
{
    struct rsp_unit_plan plan = {0};
    struct job job = {.plan = &plan, .course = course, .noise = noise, .rule = rule, .policy = policy};
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(check_noise(noise, err));
    RSP_TRY_DONE(check_rule(rule, err));
    RSP_TRY_DONE(rsp_unit_plan_new(question, 1, course, &plan, err));
    RSP_TRY_DONE(check_people(&job, interval_d, err));
    job.interval_d = policy == RSP_REFILL_FIXED ? (size_t)interval_d : 0;
    job.n_day = (plan.n_time - 1) / STEPS_A_DAY;
    job.kept = malloc(N_KEPT * plan.copies.n * sizeof *job.kept);
    if (job.kept == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "subjects", "out of memory");
        goto done;
    }
    const int n_thread = question->options->n_thread > 0 ? question->options->n_thread : omp_get_num_procs();
    RSP_TRY_DONE(rsp_blocks_pass(plan.copies.n, BLOCK, n_thread, pass_block, &job, err));
    *result = result_of(&job);
done:
    rsp_unit_plan_free(&plan);
    free(job.kept);
    return status;
}
