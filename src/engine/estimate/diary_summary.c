/* What a posterior says: quantiles before and after, relief in days, pain to come, and whether to believe it. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "estimate/diary_internal.h"
#include "num/beta.h"
#include "num/random.h"

/* LOCAL choices: below these the sampler has not settled, beyond this the prior and the diary contradict each other. */
#define LEAST_ACCEPTANCE      0.05
#define LEAST_EFFECTIVE_SHARE 0.1
#define CONTRADICTION_SD      3.5
#define UNSURE_LOW            0.2
#define UNSURE_HIGH           0.8
#define CURVE_STEP_D          1.0
#define SAME_MOMENT_D         1e-6
enum { LEAST_ANCESTOR = 8, N_QUANTILE = 5, TOP_NRS = 10 };

static const double probability[N_QUANTILE] = {0.05, 0.25, 0.5, 0.75, 0.95};

struct weighted {
    double value, weight;
};

static int ascending(const void *a, const void *b)
{
    const double x = ((const struct weighted *)a)->value, y = ((const struct weighted *)b)->value;
    return (x > y) - (x < y);
}

/* Sorts w. NaN everywhere for nothing. */
static struct rsp_diary_quantiles quantiles(size_t n, struct weighted w[])
{
    double q[N_QUANTILE] = {NAN, NAN, NAN, NAN, NAN}, sum = 0.0, passed = 0.0;
    qsort(w, n, sizeof *w, ascending);
    for (size_t i = 0; i < n; i++)
        sum += w[i].weight;
    for (size_t i = 0, k = 0; i < n && k < N_QUANTILE; i++) {
        passed += w[i].weight;
        while (k < N_QUANTILE && (passed >= probability[k] * sum || i + 1 == n))
            q[k++] = w[i].value;
    }
    return (struct rsp_diary_quantiles){q[0], q[1], q[2], q[3], q[4]};
}

/* ---- relief ---- */

struct spells {
    size_t n;
    const double *days_30, *days_50, *return_day, *within_30_d, *within_50_d;
};

static double mean(size_t n, const double x[])
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

static struct rsp_diary_quantiles quantiles_of(
    size_t n, const double x[], struct weighted scratch[], size_t *n_real)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            scratch[kept++] = (struct weighted){x[i], 1.0};
    *n_real = kept;
    return quantiles(kept, scratch);
}

static void relief_of(
    const struct spells *s, double response, struct weighted scratch[], struct rsp_diary_relief *relief)
{
    size_t n_reached = 0, n_all = 0;
    relief->days_30 = quantiles_of(s->n, s->days_30, scratch, &n_all);
    relief->days_50 = quantiles_of(s->n, s->days_50, scratch, &n_all);
    relief->return_day = quantiles_of(s->n, s->return_day, scratch, &n_reached);
    relief->expected_days_30 = response * mean(s->n, s->within_30_d);
    relief->expected_days_50 = response * mean(s->n, s->within_50_d);
    relief->p_reach_30 = response * (double)n_reached / (double)s->n;
}

static rsp_status relief_both(struct rsp_diary_fit *fit, struct rsp_diary_summary *out, struct rsp_error *err)
{
    const struct rsp_diary_sampler *s = &fit->response;
    const struct rsp_diary_durations after = rsp_diary_durations(fit);
    const size_t most = after.n > s->n ? after.n : s->n;
    double *day = malloc(5 * s->n * sizeof *day);
    struct weighted *scratch = malloc(most * sizeof *scratch);
    if (day == NULL || scratch == NULL) {
        free(day);
        free(scratch);
        return rsp_error_set(err, RSP_E_MEMORY, "summary", "out of memory");
    }
    for (size_t i = 0; i < s->n; i++) {
        const struct rsp_diary_spell spell = rsp_diary_measure(
            &fit->course, s->first[RSP_DIARY_REACH * s->n + i], s->first[RSP_DIARY_HALF * s->n + i]);
        day[i] = spell.days_30;
        day[s->n + i] = spell.days_50;
        day[2 * s->n + i] = spell.return_day;
        day[3 * s->n + i] = spell.within_30_d;
        day[4 * s->n + i] = spell.within_50_d;
    }
    const struct spells before = {s->n, day, day + s->n, day + 2 * s->n, day + 3 * s->n, day + 4 * s->n},
                        now = {after.n, after.days_30, after.days_50, after.return_day, fit->within_30_d,
                            fit->within_50_d};
    relief_of(&before, fit->response_prior, scratch, &out->before);
    relief_of(&now, fit->response_probability, scratch, &out->after);
    const double ratio = (out->after.return_day.p95 - out->after.return_day.p05) /
                         (out->before.return_day.p95 - out->before.return_day.p05);
    out->return_width_ratio = isfinite(ratio) ? ratio : NAN;
    free(day);
    free(scratch);
    return RSP_OK;
}

/* ---- parameters ---- */

static double natural(int coordinate, double x)
{
    const double share = 1.0 / (1.0 + exp(-x));
    switch (coordinate) {
    case RSP_DIARY_BASELINE:
        return TOP_NRS * share;
    case RSP_DIARY_SHARE:
    case RSP_DIARY_REPEAT:
        return share;
    default:
        return exp(x);
    }
}

static double prior_at(const struct rsp_diary_prior *prior, int coordinate, double p)
{
    if (prior->kind == RSP_PRIOR_BETA)
        return rsp_beta_inverse(p, prior->a, prior->b);
    return natural(coordinate, prior->centre + prior->sd * rsp_normal_inverse(p));
}

static struct rsp_diary_quantiles log_normal(double centre, double sd)
{
    double q[N_QUANTILE];
    for (int k = 0; k < N_QUANTILE; k++)
        q[k] = exp(centre + sd * rsp_normal_inverse(probability[k]));
    return (struct rsp_diary_quantiles){q[0], q[1], q[2], q[3], q[4]};
}

static size_t add_class(
    const struct rsp_diary_sampler *s, double share, int coordinate, size_t n, struct weighted w[])
{
    double most = -INFINITY, sum = 0.0;
    for (size_t i = 0; i < s->n; i++)
        most = fmax(most, s->log_weight[i]);
    for (size_t i = 0; i < s->n; i++)
        sum += exp(s->log_weight[i] - most);
    for (size_t i = 0; i < s->n; i++)
        w[n + i] = (struct weighted){natural(coordinate, s->x[(size_t)coordinate * s->n + i]),
            share * exp(s->log_weight[i] - most) / sum};
    return n + s->n;
}

static const struct {
    const char *name, *unit;
    int coordinate; /* -1: c50, from the draws */
} parameter_row[RSP_DIARY_N_PARAMETER] = {{"baseline", "0-10", RSP_DIARY_BASELINE}, {"c50", "ng/mL", -1},
    {"t_half", "d", RSP_DIARY_HALF}, {"placebo_share", "", RSP_DIARY_SHARE},
    {"placebo_half_time", "d", RSP_DIARY_PLACEBO}, {"noise", "points", RSP_DIARY_NOISE},
    {"drift", "points per sqrt(day)", RSP_DIARY_DRIFT}, {"day_sd", "points", RSP_DIARY_DAY},
    {"repeat", "", RSP_DIARY_REPEAT}};

static void common_parameter(
    const struct rsp_diary_fit *fit, int coordinate, struct weighted scratch[], struct rsp_diary_parameter *p)
{
    const struct rsp_diary_prior *prior = &fit->rules.prior[coordinate];
    double q[N_QUANTILE];
    for (int k = 0; k < N_QUANTILE; k++)
        q[k] = prior_at(prior, coordinate, probability[k]);
    p->prior = (struct rsp_diary_quantiles){q[0], q[1], q[2], q[3], q[4]};
    size_t n = add_class(&fit->response, fit->response_probability, coordinate, 0, scratch);
    n = add_class(&fit->none, 1.0 - fit->response_probability, coordinate, n, scratch);
    p->posterior = quantiles(n, scratch);
}

static void parameters(struct rsp_diary_fit *fit, struct weighted scratch[], struct rsp_diary_summary *out)
{
    const struct rsp_diary_course *course = &fit->course;
    const struct rsp_person_draws *draws = rsp_diary_draws(fit);
    for (int i = 0; i < RSP_DIARY_N_PARAMETER; i++) {
        struct rsp_diary_parameter *p = &out->parameter[i];
        const int c = parameter_row[i].coordinate;
        p->name = parameter_row[i].name;
        p->unit = parameter_row[i].unit;
        if (c == RSP_DIARY_HALF) {
            p->prior = log_normal(course->prior_half, course->prior_half_sd);
            for (size_t k = 0; k < draws->n; k++)
                scratch[k] = (struct weighted){
                    draws->parameter[k * course->n_parameter + (size_t)course->t_half], 1.0};
            p->posterior = quantiles(draws->n, scratch);
        } else if (c >= 0) {
            common_parameter(fit, c, scratch, p);
        } else {
            p->prior = log_normal(course->prior_reach, course->prior_reach_sd);
            for (size_t k = 0; k < draws->n; k++)
                scratch[k] =
                    (struct weighted){draws->parameter[k * course->n_parameter + (size_t)course->c50], 1.0};
            p->posterior = quantiles(draws->n, scratch);
        }
    }
}

/* SD of the logarithm of the half-life, widened as shown, against its prior's; its correlation with the placebo share. */
static void identification(const struct rsp_diary_fit *fit, struct rsp_diary_summary *out)
{
    const struct rsp_diary_sampler *s = &fit->response;
    const double *half = s->x + (size_t)RSP_DIARY_HALF * s->n, *share = s->x + (size_t)RSP_DIARY_SHARE * s->n;
    double most = -INFINITY, sum = 0.0, a = 0.0, b = 0.0, aa = 0.0, bb = 0.0, ab = 0.0;
    for (size_t i = 0; i < s->n; i++)
        most = fmax(most, s->log_weight[i]);
    for (size_t i = 0; i < s->n; i++) {
        const double w = exp(s->log_weight[i] - most);
        sum += w;
        a += w * half[i];
        b += w * share[i];
    }
    for (size_t i = 0; i < s->n; i++) {
        const double w = exp(s->log_weight[i] - most) / sum, x = half[i] - a / sum, y = share[i] - b / sum;
        aa += w * x * x;
        bb += w * y * y;
        ab += w * x * y;
    }
    out->t_half_sd_ratio = rsp_diary_spread(fit) * sqrt(aa) / fit->course.prior_half_sd;
    out->t_half_placebo_correlation = ab / sqrt(aa * bb);
    out->duration_identified = out->t_half_sd_ratio < fit->rules.identified_sd_ratio;
}

/* ---- counts and sampler ---- */

static double day_of(double time_d)
{
    return floor(time_d + SAME_MOMENT_D);
}

static void counts(const struct rsp_diary_fit *fit, struct rsp_diary_summary *out)
{
    const struct rsp_diary_series *s = &fit->series;
    out->n_entry = s->n;
    out->first_d = s->n > 0 ? s->time_d[0] : NAN;
    out->last_d = s->n > 0 ? s->time_d[s->n - 1] : NAN;
    size_t n_day = 0;
    for (size_t i = 0; i < s->n; i++) {
        out->n_before += s->time_d[i] < 0.0;
        n_day += i == 0 || day_of(s->time_d[i]) != day_of(s->time_d[i - 1]);
    }
    out->n_after = s->n - out->n_before;
    const size_t n_span = s->n > 0 ? (size_t)(day_of(out->last_d) - day_of(out->first_d)) + 1 : 0;
    out->n_day_missing = n_span - n_day;
}

static rsp_status sampler(
    const struct rsp_diary_fit *fit, struct rsp_diary_summary *out, struct rsp_error *err)
{
    const struct rsp_diary_sampler *s = &fit->response;
    unsigned char *seen = calloc(s->n, 1);
    if (seen == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "summary", "out of memory");
    out->sampler.effective = rsp_diary_effective(s);
    out->sampler.least_effective = s->least_effective;
    out->sampler.n_particle = s->n;
    out->sampler.acceptance = s->acceptance;
    out->sampler.log_evidence_response = s->log_evidence;
    out->sampler.log_evidence_none = fit->none.log_evidence;
    for (size_t i = 0; i < s->n; i++) {
        out->sampler.n_ancestor += !seen[s->ancestor[i]];
        seen[s->ancestor[i]] = 1;
    }
    free(seen);
    return RSP_OK;
}

/* ---- verdict ---- */

static void say(struct rsp_diary_summary *out, bool unusable, const char *fmt, ...) RSP_PRINTF(3, 4);
static void say(struct rsp_diary_summary *out, bool unusable, const char *fmt, ...)
{
    va_list arguments;
    out->usable = out->usable && !unusable;
    if (out->n_reason == RSP_DIARY_MAX_REASON)
        return;
    va_start(arguments, fmt);
    vsnprintf(out->reason[out->n_reason++], RSP_DIARY_SENTENCE, fmt, arguments);
    va_end(arguments);
}

static void judge_entries(const struct rsp_diary_fit *fit, struct rsp_diary_summary *out)
{
    const double least = fit->rules.least_baseline;
    if ((double)out->n_before < least)
        say(out, true,
            "%zu entries lie before the first infusion and at least %g are needed: without them pain before "
            "treatment is "
            "not known.",
            out->n_before, least);
    if (out->n_after == 0)
        say(out, true, "no entry lies after the first infusion: there is nothing to learn the relief from.");
    if (fit->diary.n_late > 0)
        say(out, false, "%zu entries were written more than a day after their day and were left out.",
            fit->diary.n_late);
}

static void judge_sampler(const struct rsp_diary_fit *fit, struct rsp_diary_summary *out)
{
    const struct rsp_diary_sampler *s = &fit->response;
    if (s->broken || fit->none.broken || !isfinite(s->log_evidence) || !isfinite(fit->none.log_evidence))
        say(out, true, "no parameter explains the diary: check its scores and times.");
    else if (fit->series.n > 0 &&
             (s->acceptance < LEAST_ACCEPTANCE || out->sampler.n_ancestor < LEAST_ANCESTOR ||
                 out->sampler.effective < LEAST_EFFECTIVE_SHARE * (double)s->n))
        say(out, true,
            "the sampler has not settled (effective sample size %.0f of %zu, %zu ancestors, acceptance "
            "%.2f): fit anew, "
            "with more particles.",
            out->sampler.effective, s->n, out->sampler.n_ancestor, s->acceptance);
    for (int i = 0; i < RSP_DIARY_N_PARAMETER && !s->broken; i++) {
        const int c = parameter_row[i].coordinate;
        if (c < 0 || c >= RSP_DIARY_N_COMMON)
            continue;
        const double tail = 0.5 * erfc(CONTRADICTION_SD / sqrt(2.0)), at = out->parameter[i].posterior.p50;
        if (at < prior_at(&fit->rules.prior[c], c, tail) ||
            at > prior_at(&fit->rules.prior[c], c, 1.0 - tail))
            say(out, true,
                "the diary contradicts what is known of diaries: its %s (%.3g %s) lies %g standard "
                "deviations from the "
                "expected.",
                out->parameter[i].name, at, out->parameter[i].unit, CONTRADICTION_SD);
    }
}

static void judge_learning(const struct rsp_diary_fit *fit, struct rsp_diary_summary *out)
{
    if (fit->series.n == 0)
        return;
    if (!out->duration_identified)
        say(out, false,
            "This diary alone does not identify how fast relief fades: the half-life of relief is about as "
            "uncertain as "
            "before (its widened spread is %.0f %% of the prior's), because a placebo-like fall moves on "
            "the "
            "same time scale; a "
            "longer diary or a second series would tell.",
            100.0 * out->t_half_sd_ratio);
    if (fit->response_probability > UNSURE_LOW && fit->response_probability < UNSURE_HIGH)
        say(out, false,
            "Whether this person responds to the drug is open (%.0f %% now, %.0f %% before): a placebo-like "
            "fall or "
            "drift explains the diary as well.",
            100.0 * fit->response_probability, 100.0 * fit->response_prior);
}

static void day_text(double day, double horizon_d, char *text, size_t size)
{
    if (isinf(day))
        snprintf(text, size, "more than %.0f", horizon_d);
    else
        snprintf(text, size, "%.0f", day);
}

/* A chance is never said to be 0 or 100 %. */
static void chance_text(double chance, char *text, size_t size)
{
    const double percent = 100.0 * chance;
    const char *bound = percent < 1.0 ? "under " : percent > 99.0 ? "over " : ""; /* whole per cents */
    snprintf(text, size, "%s%.0f %%", bound, fmin(fmax(percent, 1.0), 99.0));
}

static void sentence(const struct rsp_diary_fit *fit, struct rsp_diary_summary *out)
{
    char before[32], now[32], low[32], high[32], chance[32];
    const double horizon_d = fit->options.horizon_d;
    day_text(out->before.days_30.p50, horizon_d, before, sizeof before);
    day_text(out->after.days_30.p50, horizon_d, now, sizeof now);
    day_text(out->after.days_30.p05, horizon_d, low, sizeof low);
    day_text(out->after.days_30.p95, horizon_d, high, sizeof high);
    chance_text(fit->response_probability, chance, sizeof chance);
    snprintf(out->sentence, sizeof out->sentence,
        "Without the diary the forecast was %s days with relief of at least 30 %% in a person who responds; "
        "with its %zu "
        "entries it is %s (%s to %s), and the chance that this person responds is %s (before: %.0f %%).",
        before, out->n_entry, now, low, high, chance, 100.0 * fit->response_prior);
}

/* ---- pain to come ---- */

struct moving {
    const struct rsp_diary_sampler *s;
    double share; /* of all weight */
    const double *log_level;
    double time_d, since_d;
};

static double relief_at(const struct rsp_diary_fit *fit, const struct moving *m, size_t i)
{
    double weight[4], level = 0.0, reach = 0.0, half = 0.0;
    int node = 0;
    if (!m->s->respond || !isfinite(m->log_level[0]))
        return 0.0;
    rsp_diary_widened(fit, i, &reach, &half);
    rsp_diary_knots(half, &node, weight);
    for (int k = 0; k < 4; k++)
        level += weight[k] * m->log_level[node + k];
    return 1.0 / (1.0 + exp(reach - level));
}

/* Level of pain of particle i at a time to come: drift and day's part drawn from where the filter left them. */
static double felt(const struct rsp_diary_fit *fit, const struct moving *m, size_t i)
{
    const struct rsp_diary_sampler *s = m->s;
    const double *x = s->x + i, *z = s->state + i;
    const size_t n = s->n;
    const double share = natural(RSP_DIARY_SHARE, x[RSP_DIARY_SHARE * n]);
    const double placebo =
        m->time_d > 0.0 ? share * (1.0 - exp2(-m->time_d * exp(-x[RSP_DIARY_PLACEBO * n]))) : 0.0;
    const double carry = pow(fit->rules.day_correlation, m->since_d);
    const double drift = exp(2.0 * x[RSP_DIARY_DRIFT * n]), day = exp(2.0 * x[RSP_DIARY_DAY * n]);
    const double mean = fit->series.n > 0 ? z[0] + carry * z[n] : 0.0;
    const double now = fit->series.n > 0 ? z[3 * n] + 2.0 * carry * z[4 * n] + carry * carry * z[6 * n]
                                         : carry * carry * day;
    const double variance = fmax(0.0, now + drift * m->since_d + day * (1.0 - carry * carry));
    const double draw = rsp_random_normal(
        fit->options.seed, i, rsp_random_stream(RSP_STREAM_DIARY_CURVE, 0), s->respond ? 1 : 0);
    const double pain =
        natural(RSP_DIARY_BASELINE, x[RSP_DIARY_BASELINE * n]) * (1.0 - placebo - relief_at(fit, m, i)) +
        mean + sqrt(variance) * draw;
    return fmin(fmax(pain, 0.0), TOP_NRS);
}

static size_t add_felt(const struct rsp_diary_fit *fit, const struct moving *m, size_t n, struct weighted w[])
{
    double most = -INFINITY, sum = 0.0;
    for (size_t i = 0; i < m->s->n; i++)
        most = fmax(most, m->s->log_weight[i]);
    for (size_t i = 0; i < m->s->n; i++)
        sum += exp(m->s->log_weight[i] - most);
    for (size_t i = 0; i < m->s->n; i++)
        w[n + i] = (struct weighted){felt(fit, m, i), m->share * exp(m->s->log_weight[i] - most) / sum};
    return n + m->s->n;
}

static rsp_status curve(const struct rsp_diary_fit *fit, struct weighted scratch[],
    struct rsp_diary_summary *out, struct rsp_error *err)
{
    const double from_d = out->n_entry > 0 ? out->last_d : 0.0;
    const size_t n =
        from_d < fit->options.horizon_d ? (size_t)((fit->options.horizon_d - from_d) / CURVE_STEP_D) + 1 : 0;
    double *level = malloc((n + 1) * RSP_DIARY_N_NODE * sizeof *level);
    rsp_status status = RSP_OK;
    out->curve_d = malloc((n + 1) * sizeof *out->curve_d);
    out->curve_nrs = malloc((n + 1) * sizeof *out->curve_nrs);
    if (level == NULL || out->curve_d == NULL || out->curve_nrs == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "curve", "out of memory");
        goto done;
    }
    for (size_t i = 0; i < n; i++)
        out->curve_d[i] = from_d + (double)i * CURVE_STEP_D;
    RSP_TRY_DONE(rsp_diary_course_levels(&fit->course, n, out->curve_d, level, err));
    for (size_t i = 0; i < n; i++) {
        struct moving m = {&fit->response, fit->response_probability, level + i * RSP_DIARY_N_NODE,
            out->curve_d[i], out->curve_d[i] - from_d};
        size_t filled = add_felt(fit, &m, 0, scratch);
        m.s = &fit->none;
        m.share = 1.0 - fit->response_probability;
        filled = add_felt(fit, &m, filled, scratch);
        out->curve_nrs[i] = quantiles(filled, scratch);
    }
    out->n_curve = n;
done:
    free(level);
    return status;
}

rsp_status rsp_diary_summarise(
    struct rsp_diary_fit *fit, struct rsp_diary_summary *summary, struct rsp_error *err)
{
    struct rsp_diary_summary out = {.usable = true,
        .response_prior = fit->response_prior,
        .response_probability = fit->response_probability,
        .widening = fit->widening};
    const size_t n_class = 2 * fit->options.n_particle;
    const size_t room = fit->options.n_draw > n_class ? fit->options.n_draw : n_class;
    struct weighted *scratch = malloc(room * sizeof *scratch);
    rsp_status status = RSP_OK;
    if (scratch == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "summary", "out of memory");
    counts(fit, &out);
    RSP_TRY_DONE(sampler(fit, &out, err));
    RSP_TRY_DONE(relief_both(fit, &out, err));
    parameters(fit, scratch, &out);
    identification(fit, &out);
    judge_entries(fit, &out);
    judge_sampler(fit, &out);
    judge_learning(fit, &out);
    sentence(fit, &out);
    RSP_TRY_DONE(curve(fit, scratch, &out, err));
    *summary = out;
done:
    free(scratch);
    if (status != RSP_OK)
        rsp_diary_summary_free(&out);
    return status;
}

void rsp_diary_summary_free(struct rsp_diary_summary *summary)
{
    if (summary == NULL)
        return;
    free(summary->curve_d);
    free(summary->curve_nrs);
    summary->curve_d = NULL;
    summary->curve_nrs = NULL;
    summary->n_curve = 0;
}
