/* What each of many candidate regimens is worth: days of relief above a placebo response, copy by copy. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <omp.h>

#include <respite/regimen.h>

#include "plan/quantile.h"
#include "plan/unit_curves.h"

/* Copies whose curves stay in the cache while every candidate passes over them. */
enum { BLOCK = 16, MOST_CANDIDATE = 5000, MOST_VALUE = 20000000 };

/* Of each candidate and copy. */
enum measure { DAYS_30, DAYS_50, DRUG_30, PEAK_ODDS, N_MEASURE };

struct search {
    const struct rsp_unit_plan *plan;
    size_t n;
    const struct rsp_regimen *regimen;
    bool *adds;              /* n: the candidate's unit curves can be added */
    double *measure;         /* n x N_MEASURE x n_copy */
    double *placebo_days_30; /* n_copy */
};

/* What the placebo response asks of the drug, for one copy. */
struct thresholds {
    double *odds_30, *odds_50, *alone_30;
    double placebo_days_30, placebo_days_50;
};

static void set_thresholds(size_t n, const double placebo[], const double zero[], struct thresholds *at)
{
    for (size_t t = 0; t < n; t++) {
        at->odds_30[t] = rsp_odds_beside(RSP_RELIEF_30, placebo[t]);
        at->odds_50[t] = rsp_odds_beside(RSP_RELIEF_50, placebo[t]);
        at->alone_30[t] = rsp_odds_beside(RSP_RELIEF_30, 0.0);
    }
    at->placebo_days_30 = rsp_unit_days(n, zero, at->odds_30);
    at->placebo_days_50 = rsp_unit_days(n, zero, at->odds_50);
}

static double *measure_of(const struct search *search, size_t candidate, enum measure m)
{
    return search->measure + (candidate * N_MEASURE + (size_t)m) * search->plan->copies.n;
}

static void measure(const struct search *search, size_t candidate, size_t copy, const struct thresholds *at,
    const double odds[])
{
    const size_t n = search->plan->n_time;
    double peak = 0.0;
    for (size_t t = 0; t < n; t++)
        peak = fmax(peak, odds[t]);
    measure_of(search, candidate, DAYS_30)[copy] = rsp_unit_days(n, odds, at->odds_30) - at->placebo_days_30;
    measure_of(search, candidate, DAYS_50)[copy] = rsp_unit_days(n, odds, at->odds_50) - at->placebo_days_50;
    measure_of(search, candidate, DRUG_30)[copy] = rsp_unit_days(n, odds, at->alone_30);
    measure_of(search, candidate, PEAK_ODDS)[copy] = peak;
}

/* Every dose of the candidate is the same amount, and its times are those of the one before it. */
static bool same_shape(const struct rsp_regimen *a, const struct rsp_regimen *b)
{
    if (a->n_dose != b->n_dose)
        return false;
    for (size_t k = 0; k < a->n_dose; k++)
        if (a->dose[k].start_h != b->dose[k].start_h || a->dose[k].duration_h != b->dose[k].duration_h ||
            a->dose[k].amount_mg != a->dose[0].amount_mg || b->dose[k].amount_mg != b->dose[0].amount_mg)
            return false;
    return true;
}

struct scratch {
    double *shape, *odds, *zero;
    struct thresholds at;
    double *room;
};

static rsp_status scratch_new(size_t n_time, struct scratch *s, struct rsp_error *err)
{
    enum { N_ROW = 6 };
    s->room = calloc(N_ROW * n_time, sizeof *s->room);
    if (s->room == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "subjects", "out of memory");
    double **const row[N_ROW] = {
        &s->shape, &s->odds, &s->zero, &s->at.odds_30, &s->at.odds_50, &s->at.alone_30};
    for (size_t i = 0; i < N_ROW; i++)
        *row[i] = s->room + i * n_time;
    return RSP_OK;
}

/* One copy through every candidate that can be added. Alike candidates share the sum of their unit curves. */
static void pass_copy(const struct search *search, const struct rsp_unit_curves *curves, size_t copy,
    const bool adds[], struct scratch *s)
{
    const struct rsp_unit_plan *plan = search->plan;
    const size_t n_time = plan->n_time;
    const double *earlier = curves->earlier != NULL ? curves->earlier + copy * n_time : s->zero;
    const struct rsp_regimen *shape = NULL;
    for (size_t c = 0; c < search->n; c++) {
        if (!adds[c])
            continue;
        const struct rsp_regimen *regimen = &search->regimen[c];
        const bool even = same_shape(regimen, regimen);
        if (shape == NULL || !even || !same_shape(shape, regimen)) {
            const double first_mg = regimen->dose[0].amount_mg;
            shape = even && first_mg > 0.0 ? regimen : NULL;
            rsp_unit_add(plan, curves, copy, regimen, shape != NULL ? 1.0 / first_mg : 1.0, s->shape);
        }
        const double scale_mg = shape != NULL ? regimen->dose[0].amount_mg : 1.0;
        for (size_t t = 0; t < n_time; t++)
            s->odds[t] = earlier[t] + scale_mg * s->shape[t];
        measure(search, c, curves->first + copy, &s->at, s->odds);
    }
}

static rsp_status pass_block(void *job, size_t first, struct rsp_error *err)
{
    struct search *search = job;
    const bool *adds = search->adds;
    const struct rsp_unit_plan *plan = search->plan;
    const size_t left = plan->copies.n - first, n_time = plan->n_time;
    struct rsp_unit_curves curves = {0};
    struct scratch s = {0};
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(scratch_new(n_time, &s, err));
    RSP_TRY_DONE(rsp_unit_curves_new(plan, first, left < BLOCK ? left : BLOCK, &curves, err));
    for (size_t i = 0; i < curves.n; i++) {
        set_thresholds(n_time, curves.placebo + i * n_time, s.zero, &s.at);
        search->placebo_days_30[first + i] = s.at.placebo_days_30;
        pass_copy(search, &curves, i, adds, &s);
    }
    for (size_t c = 0; c < search->n; c++) {
        if (adds[c])
            continue;
        RSP_TRY_DONE(rsp_unit_direct(plan, &curves, &search->regimen[c], err));
        for (size_t i = 0; i < curves.n; i++) {
            set_thresholds(n_time, curves.placebo + i * n_time, s.zero, &s.at);
            measure(search, c, first + i, &s.at, curves.work + i * n_time);
        }
    }
done:
    rsp_unit_curves_free(&curves);
    free(s.room);
    return status;
}

/* ---- from copies to one value ---- */

static double share_at_least(size_t n, const double x[], double bound)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += x[i] >= bound ? 1 : 0;
    return (double)count / (double)n;
}

static struct rsp_regimen_value value_of(const struct search *search, size_t c)
{
    const size_t n = search->plan->copies.n;
    const double p = search->plan->response_probability, goal = search->plan->question->goal_relief_frac;
    double *days_30 = measure_of(search, c, DAYS_30);
    const double *days_50 = measure_of(search, c, DAYS_50), *peak = measure_of(search, c, PEAK_ODDS);
    double mean_30, mean_50, se_30, se_50;
    rsp_mean_and_error(n, days_30, &mean_30, &se_30);
    rsp_mean_and_error(n, days_50, &mean_50, &se_50);
    struct rsp_regimen_value v = {
        .days_30 = p * mean_30,
        .days_50 = p * mean_50,
        .se_30 = p * se_30,
        .se_50 = p * se_50,
        .drug_days_30 = rsp_mean(n, measure_of(search, c, DRUG_30)),
        .placebo_days_30 = rsp_mean(n, search->placebo_days_30),
        .p_relief_30 = p * share_at_least(n, peak, rsp_odds_beside(RSP_RELIEF_30, 0.0)),
        .p_goal = isnan(goal) ? NAN : p * share_at_least(n, peak, rsp_odds_beside(goal, 0.0)),
        .response_probability = p,
    };
    rsp_sort(n, days_30);
    v.p05_days_30 = rsp_quantile(n, days_30, rsp_band_probability[0]);
    v.p50_days_30 = rsp_quantile(n, days_30, 0.5);
    v.p95_days_30 = rsp_quantile(n, days_30, rsp_band_probability[RSP_CURVE_BANDS - 1]);
    return v;
}

static rsp_status allocate(struct search *search, struct rsp_error *err)
{
    const size_t n_copy = search->plan->copies.n;
    if (search->n * n_copy > MOST_VALUE / N_MEASURE)
        return rsp_error_set(err, RSP_E_LIMIT, "subjects",
            "%zu candidates for %zu copies are too many at once; take fewer copies", search->n, n_copy);
    search->measure = malloc((search->n * N_MEASURE * n_copy + 1) * sizeof *search->measure);
    search->placebo_days_30 = malloc(n_copy * sizeof *search->placebo_days_30);
    if (search->measure == NULL || search->placebo_days_30 == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "subjects", "out of memory");
    return RSP_OK;
}

rsp_status rsp_regimen_values(const struct rsp_regimen_question *question, size_t n,
    const struct rsp_regimen regimen[], struct rsp_regimen_value value[], struct rsp_error *err)
{
    if (n > MOST_CANDIDATE)
        return rsp_error_set(err, RSP_E_LIMIT, "candidates", "at most %d candidates", MOST_CANDIDATE);
    struct rsp_unit_plan plan = {0};
    struct search search = {.plan = &plan, .n = n, .regimen = regimen};
    rsp_status status = RSP_OK;
    search.adds = calloc(n + 1, sizeof *search.adds);
    if (search.adds == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "candidates", "out of memory");
        goto done;
    }
    RSP_TRY_DONE(rsp_unit_plan_new(question, n, regimen, &plan, err));
    RSP_TRY_DONE(allocate(&search, err));
    for (size_t c = 0; c < n; c++)
        search.adds[c] = rsp_unit_plan_adds(&plan, &regimen[c]);
    const int n_thread = question->options->n_thread > 0 ? question->options->n_thread : omp_get_num_procs();
    RSP_TRY_DONE(rsp_blocks_pass(plan.copies.n, BLOCK, n_thread, pass_block, &search, err));
    for (size_t c = 0; c < n; c++)
        value[c] = value_of(&search, c);
done:
    rsp_unit_plan_free(&plan);
    free(search.adds);
    free(search.measure);
    free(search.placebo_days_30);
    return status;
}
