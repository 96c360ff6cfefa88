#include "plan/unit_curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/compiled.h"
#include "num/random.h"

#define RELIEF_OUTPUT "pain_relief_frac"
#define LONGEST_D     731.0
#define SHORTEST_D    1.0
/* Large enough that its odds are far above rounding, small enough that relief is far below 1. */
#define UNIT_MG    100.0
#define ROUNDING_H 1e-6
enum { DEFAULT_COPY = 500, MOST_COPY = 10000 };

static rsp_status check_question(const struct rsp_regimen_question *question, struct rsp_error *err)
{
    const struct rsp_plan_options *o = question->options;
    if (o == NULL || !isfinite(o->horizon_d) || o->horizon_d < SHORTEST_D || o->horizon_d > LONGEST_D)
        return rsp_error_set(err, RSP_E_DOMAIN, "horizon",
            "regimens are valued over a horizon of %g to %g days", SHORTEST_D, LONGEST_D);
    if (o->n_subject > MOST_COPY || (o->draws != NULL && o->draws->n > MOST_COPY))
        return rsp_error_set(
            err, RSP_E_LIMIT, "subjects", "at most %d copies when regimens are searched", MOST_COPY);
    for (size_t i = 0; i < question->n_earlier; i++)
        if (!(question->earlier[i].start_h < 0.0))
            return rsp_error_set(err, RSP_E_DOMAIN, "earlier",
                "earlier infusion %zu does not start before the regimen", i + 1);
    if (question->n_earlier > 0)
        RSP_TRY(rsp_plan_check_doses(question->n_earlier, question->earlier, err));
    const double goal = question->goal_relief_frac;
    if (!isnan(goal) && !(goal > 0.0 && goal < 1.0))
        return rsp_error_set(
            err, RSP_E_DOMAIN, "goal", "a goal of relief lies between 0 and 1, without the ends");
    return RSP_OK;
}

static rsp_status check_regimen(
    const struct rsp_unit_plan *plan, const struct rsp_regimen *regimen, size_t i, struct rsp_error *err)
{
    RSP_TRY(rsp_plan_check_doses(regimen->n_dose, regimen->dose, err));
    const double horizon_h = plan->time_h[plan->n_time - 1];
    for (size_t k = 0; k < regimen->n_dose; k++) {
        const double start_h = regimen->dose[k].start_h;
        if (start_h < 0.0 || start_h + regimen->dose[k].duration_h > horizon_h + ROUNDING_H)
            return rsp_error_set(err, RSP_E_DOMAIN, "doses",
                "candidate %zu: every dose must lie between the start and the horizon of %g days", i + 1,
                horizon_h / RSP_H_PER_D);
    }
    return RSP_OK;
}

/* Odds of relief are linear in dose: a linear effect site and relief = d / (c50 + d). */
static bool curves_add(const struct rsp_model *model, int output)
{
    const struct rsp_compiled *compiled = rsp_model_compiled(model);
    const size_t e = (size_t)output - compiled->n_readout;
    if ((size_t)output < compiled->n_readout || compiled->time_varying || compiled->n_iov_eta > 0)
        return false;
    for (size_t i = 0; i < compiled->n_input; i++)
        if (compiled->input[i].fraction_of_dose)
            return false;
    const struct rsp_compiled_effect *effect = &compiled->effect[e];
    return effect->form == RSP_EFFECT_INHIBITION && effect->n_driver == 1 && effect->hill < 0;
}

static bool on_step(double time_h)
{
    const double step = time_h / RSP_STEP_H;
    return fabs(step - nearbyint(step)) * RSP_STEP_H <= ROUNDING_H;
}

bool rsp_unit_plan_adds(const struct rsp_unit_plan *plan, const struct rsp_regimen *regimen)
{
    if (!plan->additive)
        return false;
    for (size_t i = 0; i < regimen->n_dose; i++) {
        const struct rsp_dose *dose = &regimen->dose[i];
        if (!on_step(dose->start_h) || dose->route != RSP_ROUTE_IV || dose->state >= 0 ||
            dose->steady_interval_h > 0.0 || dose->drug != rsp_model_drug(plan->question->model))
            return false;
    }
    return true;
}

static size_t duration_index(const struct rsp_unit_plan *plan, double duration_h)
{
    size_t i = 0;
    while (i < plan->n_duration && plan->duration_h[i] != duration_h)
        i++;
    return i;
}

static rsp_status collect_durations(
    struct rsp_unit_plan *plan, size_t n, const struct rsp_regimen regimen[], struct rsp_error *err)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; rsp_unit_plan_adds(plan, &regimen[i]) && k < regimen[i].n_dose; k++) {
            const double duration_h = regimen[i].dose[k].duration_h;
            if (duration_index(plan, duration_h) < plan->n_duration)
                continue;
            double *grown = realloc(plan->duration_h, (plan->n_duration + 1) * sizeof *plan->duration_h);
            if (grown == NULL)
                return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
            plan->duration_h = grown;
            plan->duration_h[plan->n_duration++] = duration_h;
        }
    return RSP_OK;
}

static rsp_status set_times(struct rsp_unit_plan *plan, double horizon_d, struct rsp_error *err)
{
    plan->n_time = (size_t)lround(horizon_d / RSP_STEP_D) + 1;
    plan->time_h = malloc(plan->n_time * sizeof *plan->time_h);
    if (plan->time_h == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "horizon", "out of memory");
    for (size_t i = 0; i < plan->n_time; i++)
        plan->time_h[i] = (double)i * RSP_STEP_H;
    return RSP_OK;
}

rsp_status rsp_unit_plan_new(const struct rsp_regimen_question *question, size_t n,
    const struct rsp_regimen regimen[], struct rsp_unit_plan *plan, struct rsp_error *err)
{
    RSP_TRY(check_question(question, err));
    plan->question = question;
    plan->output = rsp_model_output_find(question->model, RELIEF_OUTPUT);
    if (plan->output < 0)
        return rsp_error_set(err, RSP_E_MISMATCH, "model",
            "%s has no output " RELIEF_OUTPUT "; combine it with a model of chronic relief",
            rsp_model_id(question->model));
    struct rsp_plan_options options = *question->options;
    options.n_subject = options.n_subject != 0 ? options.n_subject : DEFAULT_COPY;
    RSP_TRY(rsp_copies_new(question->model, question->covariate, &options, 1.0, &plan->copies, err));
    plan->copies.simulate.n_thread = 1; /* blocks of copies run in parallel */
    plan->additive = curves_add(question->model, plan->output) && !question->direct;
    plan->response_probability = rsp_response_probability(question->model, options.draws);
    RSP_TRY(set_times(plan, options.horizon_d, err));
    for (size_t i = 0; i < n; i++)
        RSP_TRY(check_regimen(plan, &regimen[i], i, err));
    return collect_durations(plan, n, regimen, err);
}

void rsp_unit_plan_free(struct rsp_unit_plan *plan)
{
    rsp_copies_free(&plan->copies);
    free(plan->time_h);
    free(plan->duration_h);
    *plan = (struct rsp_unit_plan){0};
}

/* ---- curves of one block ---- */

static double odds_of(double relief_frac)
{
    const double most = 1.0 - 1e-12; /* full relief has no finite odds */
    const double relief = fmin(fmax(relief_frac, 0.0), most);
    return relief / (1.0 - relief);
}

double rsp_odds_beside(double relief_frac, double placebo_frac)
{
    const double wanted = relief_frac - placebo_frac;
    return wanted / (1.0 - wanted); /* wanted < 1: relief_frac is, and placebo is not negative */
}

double rsp_unit_days(size_t n, const double odds[], const double wanted[])
{
    double days = 0.0;
    for (size_t i = 0; i + 1 < n; i++) {
        const double from = odds[i] - wanted[i], to = odds[i + 1] - wanted[i + 1];
        const double above = (from > 0.0 ? from : 0.0) + (to > 0.0 ? to : 0.0), all = fabs(from) + fabs(to);
        days += all > 0.0 ? above / all : 1.0;
    }
    return days * RSP_STEP_D;
}

static void to_odds(size_t n, double scale, double value[])
{
    for (size_t i = 0; i < n; i++)
        value[i] = odds_of(value[i]) * scale;
}

/* Relief of the block's copies under doses that may lie before the start, at the times of the plan. */
static rsp_status simulate(const struct rsp_unit_plan *plan, const struct rsp_unit_curves *curves,
    size_t n_dose, const struct rsp_dose dose[], double relief[], struct rsp_error *err)
{
    double shift_h = 0.0;
    for (size_t i = 0; i < n_dose; i++)
        shift_h = fmax(shift_h, -dose[i].start_h);
    struct rsp_dose *moved = malloc(n_dose * sizeof *moved);
    double *time_h = malloc(plan->n_time * sizeof *time_h);
    rsp_status status = RSP_OK;
    if (moved == NULL || time_h == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
        goto done;
    }
    memcpy(moved, dose, n_dose * sizeof *moved);
    for (size_t i = 0; i < n_dose; i++)
        moved[i].start_h += shift_h;
    for (size_t i = 0; i < plan->n_time; i++)
        time_h[i] = plan->time_h[i] + shift_h;
    const struct rsp_schedule schedule = {
        .n_dose = n_dose, .dose = moved, .n_time = plan->n_time, .time_h = time_h};
    const struct rsp_people people = rsp_copies_people(&plan->copies, curves->first, curves->n);
    RSP_TRY_DONE(rsp_simulate(
        plan->question->model, &people, &schedule, 1, &plan->output, &plan->copies.simulate, relief, err));
done:
    free(moved);
    free(time_h);
    return status;
}

static void fill_placebo(const struct rsp_unit_plan *plan, const struct rsp_unit_curves *curves)
{
    const struct rsp_placebo_course *course = plan->question->placebo;
    const uint32_t stream = rsp_random_stream(RSP_STREAM_PLACEBO, 0);
    for (size_t i = 0; i < curves->n; i++) {
        double *placebo = curves->placebo + i * plan->n_time;
        if (course == NULL) {
            memset(placebo, 0, plan->n_time * sizeof *placebo);
            continue;
        }
        const uint64_t seed = plan->copies.simulate.seed, person = curves->first + i;
        const double logit = course->largest_logit_mean +
                             course->largest_logit_sd * rsp_random_normal(seed, person, stream, 0);
        const double half_time_d =
            course->half_time_d * exp(course->half_time_sd_log * rsp_random_normal(seed, person, stream, 1));
        const double largest = 1.0 / (1.0 + exp(-logit));
        for (size_t t = 0; t < plan->n_time; t++)
            placebo[t] = largest * (1.0 - exp2(-(double)t * RSP_STEP_D / half_time_d));
    }
}

static rsp_status fill_units(
    const struct rsp_unit_plan *plan, struct rsp_unit_curves *curves, struct rsp_error *err)
{
    const size_t size = curves->n * plan->n_time;
    for (size_t d = 0; d < plan->n_duration; d++) {
        const struct rsp_dose unit = {.duration_h = plan->duration_h[d],
            .amount_mg = UNIT_MG,
            .drug = rsp_model_drug(plan->question->model),
            .route = RSP_ROUTE_IV,
            .state = -1};
        RSP_TRY(simulate(plan, curves, 1, &unit, curves->unit + d * size, err));
        to_odds(size, 1.0 / UNIT_MG, curves->unit + d * size);
    }
    if (curves->earlier == NULL)
        return RSP_OK;
    RSP_TRY(simulate(plan, curves, plan->question->n_earlier, plan->question->earlier, curves->earlier, err));
    to_odds(size, 1.0, curves->earlier);
    return RSP_OK;
}

rsp_status rsp_unit_curves_new(const struct rsp_unit_plan *plan, size_t first, size_t n,
    struct rsp_unit_curves *curves, struct rsp_error *err)
{
    const size_t size = n * plan->n_time;
    *curves = (struct rsp_unit_curves){.first = first, .n = n};
    curves->unit = malloc((plan->n_duration * size + 1) * sizeof *curves->unit);
    curves->placebo = malloc(size * sizeof *curves->placebo);
    curves->work = malloc(size * sizeof *curves->work);
    bool enough = curves->unit != NULL && curves->placebo != NULL && curves->work != NULL;
    if (plan->question->n_earlier > 0) {
        curves->earlier = malloc(size * sizeof *curves->earlier);
        enough = enough && curves->earlier != NULL;
    }
    if (!enough)
        return rsp_error_set(err, RSP_E_MEMORY, "subjects", "out of memory");
    fill_placebo(plan, curves);
    return fill_units(plan, curves, err);
}

void rsp_unit_curves_free(struct rsp_unit_curves *curves)
{
    free(curves->unit);
    free(curves->earlier);
    free(curves->placebo);
    free(curves->work);
    *curves = (struct rsp_unit_curves){0};
}

void rsp_unit_add(const struct rsp_unit_plan *plan, const struct rsp_unit_curves *curves, size_t copy,
    const struct rsp_regimen *regimen, double scale, double odds[])
{
    const size_t n_time = plan->n_time, size = curves->n * n_time;
    memset(odds, 0, n_time * sizeof *odds);
    for (size_t k = 0; k < regimen->n_dose; k++) {
        const struct rsp_dose *dose = &regimen->dose[k];
        const size_t from = (size_t)lround(dose->start_h / RSP_STEP_H);
        const double *unit = curves->unit + duration_index(plan, dose->duration_h) * size + copy * n_time;
        const double amount = dose->amount_mg * scale;
        double *to = odds + from;
        for (size_t t = 0; t < n_time - from; t++)
            to[t] += amount * unit[t];
    }
}

rsp_status rsp_unit_direct(const struct rsp_unit_plan *plan, struct rsp_unit_curves *curves,
    const struct rsp_regimen *regimen, struct rsp_error *err)
{
    const struct rsp_regimen_question *q = plan->question;
    const size_t n = q->n_earlier + regimen->n_dose;
    struct rsp_dose *all = malloc(n * sizeof *all);
    if (all == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
    if (q->n_earlier > 0)
        memcpy(all, q->earlier, q->n_earlier * sizeof *all);
    memcpy(all + q->n_earlier, regimen->dose, regimen->n_dose * sizeof *all);
    const rsp_status status = simulate(plan, curves, n, all, curves->work, err);
    free(all);
    if (status == RSP_OK)
        to_odds(curves->n * plan->n_time, 1.0, curves->work);
    return status;
}

rsp_status rsp_blocks_pass(
    size_t n, size_t block, int n_thread, rsp_block_pass *pass, void *job, struct rsp_error *err)
{
    const size_t n_block = (n + block - 1) / block;
    rsp_status *status = calloc(n_block + 1, sizeof *status), first = RSP_OK;
    struct rsp_error *error = calloc(n_block + 1, sizeof *error);
    if (status == NULL || error == NULL) {
        first = rsp_error_set(err, RSP_E_MEMORY, "subjects", "out of memory");
        goto done;
    }
#pragma omp parallel for schedule(dynamic) num_threads(n_thread)
    for (size_t b = 0; b < n_block; b++)
        status[b] = pass(job, b * block, &error[b]);
    for (size_t b = 0; b < n_block && first == RSP_OK; b++) {
        first = status[b];
        if (first != RSP_OK && err != NULL)
            *err = error[b];
    }
done:
    free(status);
    free(error);
    return first;
}
