/* Whether a fit may be used, in sentences. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "estimate/fit_work.h"

/* Not literature: where this program draws its lines. */
static const double least_probability = 1e-3; /* of a misfit by chance */
static const double most_sd = 4;              /* of a random effect, or of a residual */
static const double most_shrinkage = 0.9;     /* variance left, of the population's */
static const double most_pareto_k = 0.7;      /* Vehtari et al. 2024 */

static const struct {
    const char *word;
    bool blocks;
} reasons[] = {
#define RSP_X(name, word, blocking) {word, blocking},
    RSP_FIT_REASON_LIST(RSP_X)
#undef RSP_X
};

const char *rsp_fit_reason_name(enum rsp_fit_reason reason)
{
    return reason < RSP_N_FIT_REASON ? reasons[reason].word : "?";
}

bool rsp_fit_reason_blocks(enum rsp_fit_reason reason)
{
    return reason < RSP_N_FIT_REASON && reasons[reason].blocks;
}

double rsp_fit_chi_square_above(double x, size_t n)
{
    return n == 0 ? 1 : x < INFINITY ? gsl_cdf_chisq_Q(x, (double)n) : 0;
}

/* The verdict while it is found. */
struct verdict {
    bool usable, no_memory;
    size_t n_finding;
    struct rsp_fit_finding finding[RSP_N_FIT_REASON];
};

static void RSP_PRINTF(3, 4) find(struct verdict *v, enum rsp_fit_reason reason, const char *fmt, ...)
{
    struct rsp_fit_finding *f = &v->finding[v->n_finding++];
    f->reason = reason;
    va_list args;
    va_start(args, fmt);
    vsnprintf(f->text, sizeof f->text, fmt, args);
    va_end(args);
    if (reasons[reason].blocks)
        v->usable = false;
}

static const char *output_name(const struct rsp_fit_work *work, int output)
{
    return rsp_model_output_name(work->setup->model, (size_t)output);
}

/* Parameter that an effect moves. */
static const char *effect_name(const struct rsp_fit_work *work, int effect)
{
    const struct rsp_fit_setup *setup = work->setup;
    const int n_between = (int)setup->c->n_eta, n_extra = (int)setup->options.n_extra;
    if (effect < n_between)
        return rsp_fit_between_name(setup->model, (size_t)effect);
    if (effect < n_between + n_extra)
        return setup->options.extra[effect - n_between].parameter;
    return rsp_fit_occasion_name(
        setup->model, (size_t)((effect - n_between - n_extra) % (int)setup->c->n_iov_eta));
}

/* The typical factor between what was measured and what the typical person has, and how alike it is. */
static void judge_unit(const struct rsp_fit_work *work, const struct rsp_fit_result *r, struct verdict *v)
{
    double sum = 0, squares = 0;
    int n = 0;
    for (size_t i = 0; i < r->n_point; i++) {
        const struct rsp_fit_point *p = &r->point[i];
        if (!p->used || p->censored || p->output >= (int)work->setup->c->n_readout || !(p->pred > 0) ||
            !(p->value > 0))
            continue;
        const double x = log(p->value / p->pred);
        sum += x;
        squares += x * x;
        n++;
    }
    if (n == 0)
        return;
    const double mean = sum / n, sd = sqrt(fmax(squares / n - mean * mean, 0));
    static const double factor[] = {1e3, 1e6};
    for (size_t k = 0; k < sizeof factor / sizeof *factor; k++)
        if (fabs(fabs(mean) - log(factor[k])) < log(5.0) && sd < log(10.0))
            find(v, RSP_FIT_WRONG_UNIT,
                "The levels are about %.0f times %s than this model gives: check the unit of the measured "
                "values.",
                factor[k], mean > 0 ? "higher" : "lower");
}

/* One measured value in the order of time, output, side of a dose, and at last of the data. */
struct place {
    double time_h;
    int output;
    bool after_dose;
    size_t i;
};

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->time_h < y->time_h || x->time_h > y->time_h)
        return x->time_h < y->time_h ? -1 : 1;
    if (x->output != y->output)
        return x->output < y->output ? -1 : 1;
    if (x->after_dose != y->after_dose)
        return x->after_dose ? 1 : -1;
    return x->i < y->i ? -1 : x->i > y->i;
}

/* The first value that repeats an earlier one; n_observation when none does. @return false without memory */
static bool find_repeated(const struct rsp_fit_person *person, size_t *repeated)
{
    const size_t n = person->n_observation;
    struct place *place = malloc((n + 1) * sizeof *place);
    *repeated = n;
    if (place == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct rsp_fit_observation *o = &person->observation[i];
        place[i] = (struct place){o->time_h, o->output, o->after_dose, i};
    }
    qsort(place, n, sizeof *place, by_place);
    for (size_t k = 1; k < n; k++) {
        const struct place *a = &place[k - 1], *b = &place[k];
        const bool same =
            !(a->time_h < b->time_h) && a->output == b->output && a->after_dose == b->after_dose;
        if (same && b->i < *repeated)
            *repeated = b->i;
    }
    free(place);
    return true;
}

static void judge_repeated(const struct rsp_fit_work *work, struct verdict *v)
{
    const struct rsp_fit_person *person = work->person;
    size_t i = 0;
    if (!find_repeated(person, &i))
        v->no_memory = true;
    else if (i < person->n_observation)
        find(v, RSP_FIT_DUPLICATE, "%s at %g h stands there twice; keep one unless it was measured twice.",
            output_name(work, person->observation[i].output), person->observation[i].time_h);
}

static void judge_values(
    const struct rsp_fit_work *work, const struct rsp_fit_result *r, bool converged, struct verdict *v)
{
    const struct rsp_fit_person *person = work->person;
    size_t n_out = 0, out = 0;
    double worst = 0;
    for (size_t i = 0; i < person->n_observation; i++) {
        if (!work->used[i] && n_out++ == 0)
            out = i;
        if (converged && work->used[i] && fabs(r->point[i].iwres) > fabs(worst))
            worst = r->point[i].iwres;
    }
    const struct rsp_fit_observation *o = n_out > 0 ? &person->observation[out] : NULL;
    if (n_out > 0 && work->first_dose_h == INFINITY)
        find(v, RSP_FIT_LEFT_OUT, "%zu value%s left out: no dose is given; give the doses that came before.",
            n_out, n_out > 1 ? "s were" : " was");
    else if (n_out > 0 && o->time_h > work->first_dose_h)
        find(v, RSP_FIT_LEFT_OUT,
            "%zu value%s left out: %g at %g h cannot be under this model's error; mark it as below "
            "quantification.",
            n_out, n_out > 1 ? "s were" : " was", o->value, o->time_h);
    else if (n_out > 0)
        find(v, RSP_FIT_LEFT_OUT,
            "%zu value%s left out, the first at %g h: it lies before the first dose; give every dose that "
            "came before it.",
            n_out, n_out > 1 ? "s were" : " was", o->time_h);
    judge_repeated(work, v);
    if (fabs(worst) > most_sd)
        find(v, RSP_FIT_OUTLIER,
            "A value lies %.1f residual SD from its fit; check its time and the doses before it.",
            fabs(worst));
}

static void judge_range(const struct rsp_fit_work *work, struct verdict *v)
{
    const struct rsp_fit_setup *setup = work->setup;
    for (size_t k = 0; k < work->person->n_stretch; k++)
        for (size_t i = 0; i < setup->c->n_covariate; i++) {
            const struct rsp_model_covariate *info = rsp_model_covariate(setup->model, i);
            const double *given = work->person->stretch[k].covariate;
            if (given == NULL || info->categorical || !(info->low <= info->high) ||
                !(given[i] < info->low || given[i] > info->high))
                continue;
            find(v, RSP_FIT_OUTSIDE_RANGE,
                "%s of %g is outside %g to %g, the people this model was fitted on; a model of such people "
                "would be better.",
                info->name, given[i], info->low, info->high);
            return;
        }
}

static void judge_effects(const struct rsp_fit_work *work, const struct rsp_fit_result *r, struct verdict *v)
{
    int beyond = -1, weak = -1;
    size_t n_weak = 0, n_real = 0;
    for (size_t i = 0; i < r->n_effect; i++) {
        if (!(r->eta_sd[i] > 0))
            continue;
        n_real++;
        if (fabs(r->eta[i]) > most_sd * r->eta_sd[i] && beyond < 0)
            beyond = (int)i;
        if (r->shrinkage[i] > most_shrinkage) {
            n_weak++;
            weak = weak < 0 ? (int)i : weak;
        }
    }
    if (beyond >= 0)
        find(v, RSP_FIT_AT_BOUND,
            "%s would lie %.1f SD from the published people; check doses, times and unit, or use another "
            "model.",
            effect_name(work, beyond), fabs(r->eta[beyond]) / r->eta_sd[beyond]);
    if (n_real == 0)
        find(v, RSP_FIT_PRIOR_DOMINATED,
            "The model publishes no variability between people, so levels cannot change it; use a model that "
            "does.");
    else if (n_weak == n_real && v->usable) /* else the values are too far off to say anything */
        find(v, RSP_FIT_PRIOR_DOMINATED,
            "The values say almost nothing about this person (over %.0f %% of every variance is left); "
            "measure "
            "during or soon after a dose.",
            100 * most_shrinkage);
    if (r->n_used_value + r->n_used_censored < n_real)
        find(v, RSP_FIT_FEW_DATA,
            "%zu value%s for %zu random effects: the rest comes from the published people; more levels would "
            "help.",
            r->n_used_value + r->n_used_censored, r->n_used_value + r->n_used_censored == 1 ? "" : "s",
            n_real);
    if (n_weak > 0 && n_weak < n_real)
        find(v, RSP_FIT_WEAK_PARAMETER,
            "%zu of %zu random effects, the first that of %s, stay as in the published people; levels at "
            "other times "
            "would tell.",
            n_weak, n_real, effect_name(work, weak));
}

static void judge(struct rsp_fit_work *work, const struct rsp_fit_search *search,
    const struct rsp_fit_result *r, struct verdict *v)
{
    if (r->n_used_value + r->n_used_censored == 0) {
        find(v, RSP_FIT_NO_OBSERVATION, "%s; give at least one level drawn after a dose.",
            r->n_point == 0 ? "There is no measured value"
                            : "No measured value depends on this person's parameters");
        judge_values(work, r, search->converged, v);
        judge_range(work, v);
        return;
    }
    if (!search->converged)
        find(v, RSP_FIT_NOT_CONVERGED,
            "No parameters were found that fit (%.180s); check doses, times and unit.",
            work->why[0] != '\0' ? work->why : "the search did not settle");
    const size_t n = r->n_used_value + r->n_used_censored;
    const double p = rsp_fit_chi_square_above(r->misfit, n);
    if (search->converged && p < least_probability)
        find(v, RSP_FIT_CONTRADICTED,
            "No person of the published population fits these values (chi-square %.3g with %zu value%s); "
            "check doses, "
            "times and unit, or use another model.",
            r->misfit, n, n == 1 ? "" : "s");
    judge_unit(work, r, v);
    if (search->converged)
        judge_effects(work, r, v);
    if (r->n_draw > 0 && !(r->pareto_k <= most_pareto_k))
        find(v, RSP_FIT_POSTERIOR_UNSURE,
            "The draws do not cover the posterior reliably (Pareto k %.2f, at most %.1f); ask for more "
            "samples or use "
            "the mode.",
            r->pareto_k, most_pareto_k);
    judge_range(work, v);
    judge_values(work, r, search->converged, v);
}

bool rsp_fit_judge(struct rsp_fit_work *work, const struct rsp_fit_search *search, struct rsp_fit_result *r)
{
    struct verdict v = {.usable = true};
    judge(work, search, r, &v);
    if (v.no_memory)
        return false;
    r->verdict.usable = v.usable;
    r->verdict.converged = search->converged;
    if (v.n_finding == 0)
        return true;
    r->verdict.finding = malloc(v.n_finding * sizeof *r->verdict.finding);
    if (r->verdict.finding == NULL)
        return false;
    memcpy(r->verdict.finding, v.finding, v.n_finding * sizeof *r->verdict.finding);
    r->verdict.n_finding = v.n_finding;
    return true;
}
