/* The posterior as a whole: entries, two classes, draws. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "estimate/diary_internal.h"
#include "model/compiled.h"
#include "num/random.h"

#define DEFAULT_HORIZON_D 180.0
#define LONGEST_HORIZON_D 3650.0
#define MOST_WIDENING     5.0
enum {
    DEFAULT_PARTICLE = 1024,
    LEAST_PARTICLE = 64,
    MOST_PARTICLE = 65536,
    MOST_DRAW = 1000000,
    FIRST_CAPACITY = 64
};

struct rsp_diary_target rsp_diary_target_of(const struct rsp_diary_fit *fit)
{
    return (struct rsp_diary_target){&fit->rules, &fit->course, &fit->series};
}

/* ---- options ---- */

static rsp_status take_options(
    const struct rsp_diary_options *given, struct rsp_diary_fit *fit, struct rsp_error *err)
{
    struct rsp_diary_options o = given != NULL ? *given : (struct rsp_diary_options){0};
    o.n_particle = o.n_particle != 0 ? o.n_particle : DEFAULT_PARTICLE;
    o.n_draw = o.n_draw != 0 ? o.n_draw : o.n_particle;
    o.horizon_d = o.horizon_d != 0.0 ? o.horizon_d : DEFAULT_HORIZON_D;
    fit->widening = o.widening != 0.0 ? o.widening : fit->rules.widening;
    if (o.n_particle < LEAST_PARTICLE || o.n_particle > MOST_PARTICLE || o.n_particle % RSP_DIARY_LANES != 0)
        return rsp_error_set(err, RSP_E_DOMAIN, "particles", "expected a multiple of %d from %d to %d",
            RSP_DIARY_LANES, LEAST_PARTICLE, MOST_PARTICLE);
    if (o.n_draw > MOST_DRAW)
        return rsp_error_set(err, RSP_E_LIMIT, "draws", "at most %d draws", MOST_DRAW);
    if (!(o.horizon_d >= 1.0 && o.horizon_d <= LONGEST_HORIZON_D))
        return rsp_error_set(
            err, RSP_E_DOMAIN, "horizon", "expected 1 to %g days from time zero", LONGEST_HORIZON_D);
    if (!(fit->widening >= 1.0 && fit->widening <= MOST_WIDENING))
        return rsp_error_set(err, RSP_E_DOMAIN, "widening", "expected a factor from 1 to %g", MOST_WIDENING);
    fit->options = o;
    fit->options.extra = NULL;
    fit->options.cancelled = NULL;
    fit->options.n_extra = 0;
    return RSP_OK;
}

/* ---- entries ---- */

static rsp_status check_entry(const struct rsp_diary_entry *entry, double before_d, struct rsp_error *err)
{
    if (!(fabs(entry->time_d) <= RSP_DIARY_FURTHEST_D) || entry->pain_nrs < 0 || entry->pain_nrs > 10 ||
        entry->recall < 0 || entry->recall >= RSP_N_RECALL)
        return rsp_error_set(err, RSP_E_DOMAIN, "diary",
            "an entry needs a time within %g days of time zero, a score from 0 to 10 and a known question",
            RSP_DIARY_FURTHEST_D);
    if (entry->time_d < before_d)
        return rsp_error_set(err, RSP_E_DOMAIN, "diary", "entries must be in order of time");
    return RSP_OK;
}

static bool grow(void *place, size_t n, size_t size)
{
    void *before = NULL;
    memcpy(&before, place, sizeof before); /* a pointer to any type of object */
    void *grown = realloc(before, n * size);
    if (grown == NULL)
        return false;
    memcpy(place, &grown, sizeof grown);
    return true;
}

static rsp_status make_room(struct rsp_diary_fit *fit, size_t n, struct rsp_error *err)
{
    struct rsp_diary_series *s = &fit->series;
    if (n <= s->capacity)
        return RSP_OK;
    const size_t c = n > 2 * s->capacity ? n + FIRST_CAPACITY : 2 * s->capacity;
    if (!grow(&s->score, c, sizeof *s->score) || !grow(&s->previous, c, sizeof *s->previous) ||
        !grow(&s->time_d, c, sizeof *s->time_d) || !grow(&s->gap_d, c, sizeof *s->gap_d) ||
        !grow(&s->carry, c, sizeof *s->carry) || !grow(&s->noise_ratio, c, sizeof *s->noise_ratio) ||
        !grow(&s->other, c, sizeof *s->other) ||
        !grow(&s->log_level, c * RSP_DIARY_N_NODE, sizeof *s->log_level) ||
        !grow(&fit->diary.entry, c, sizeof *fit->diary.entry))
        return rsp_error_set(err, RSP_E_MEMORY, "diary", "out of memory for %zu entries", n);
    s->capacity = c;
    return RSP_OK;
}

/* Append entries; the sampler has not seen them yet. */
static rsp_status append(
    struct rsp_diary_fit *fit, size_t n, const struct rsp_diary_entry entry[], struct rsp_error *err)
{
    struct rsp_diary_series *s = &fit->series;
    const size_t first = s->n;
    double before_d = first > 0 ? s->time_d[first - 1] : -INFINITY;
    for (size_t i = 0; i < n; i++) {
        RSP_TRY(check_entry(&entry[i], before_d, err));
        before_d = entry[i].time_d;
    }
    RSP_TRY(make_room(fit, first + n, err));
    const double reference_points = fit->rules.noise_points[RSP_RECALL_UNSTATED];
    for (size_t k = 0; k < n; k++) {
        const size_t i = first + k;
        fit->diary.entry[i] = entry[k];
        s->score[i] = entry[k].pain_nrs;
        s->previous[i] = i > 0 ? s->score[i - 1] : -1;
        s->time_d[i] = entry[k].time_d;
        s->gap_d[i] = i > 0 ? s->time_d[i] - s->time_d[i - 1] : 0.0;
        s->carry[i] = pow(fit->rules.day_correlation, s->gap_d[i]);
        s->noise_ratio[i] = fit->rules.noise_points[entry[k].recall] / reference_points;
        s->other[i] = entry[k].other_treatment ? 1.0 : 0.0;
    }
    RSP_TRY(rsp_diary_course_levels(
        &fit->course, n, s->time_d + first, s->log_level + first * RSP_DIARY_N_NODE, err));
    s->n = first + n;
    fit->diary.n = s->n;
    return RSP_OK;
}

/* ---- classes and draws ---- */

static void judge_class(struct rsp_diary_fit *fit)
{
    const double prior = fit->response_prior;
    const double log_odds = log(prior) - log1p(-prior) + fit->response.log_evidence - fit->none.log_evidence;
    fit->response_probability = 1.0 / (1.0 + exp(-log_odds));
    fit->drawn = false;
}

/* Means of the response class, about which what was learned is spread. */
static void find_means(struct rsp_diary_fit *fit)
{
    const struct rsp_diary_sampler *s = &fit->response;
    double most = -INFINITY, sum = 0.0, reach = 0.0, half = 0.0;
    for (size_t i = 0; i < s->n; i++)
        most = fmax(most, s->log_weight[i]);
    for (size_t i = 0; i < s->n; i++) {
        const double w = exp(s->log_weight[i] - most);
        sum += w;
        reach += w * s->x[RSP_DIARY_REACH * s->n + i];
        half += w * s->x[RSP_DIARY_HALF * s->n + i];
    }
    fit->reach_mean = reach / sum;
    fit->half_mean = half / sum;
}

double rsp_diary_spread(const struct rsp_diary_fit *fit)
{
    const size_t n = fit->series.n;
    return n > 0 && fit->series.time_d[n - 1] > 0.0 ? fit->widening : 1.0;
}

void rsp_diary_widened(const struct rsp_diary_fit *fit, size_t i, double *reach, double *half_log)
{
    const struct rsp_diary_sampler *s = &fit->response;
    const double by = rsp_diary_spread(fit);
    *reach = fit->reach_mean + by * (s->x[RSP_DIARY_REACH * s->n + i] - fit->reach_mean);
    *half_log = fit->half_mean + by * (s->x[RSP_DIARY_HALF * s->n + i] - fit->half_mean);
}

static void draw_one(struct rsp_diary_fit *fit, size_t k)
{
    const struct rsp_diary_sampler *s = &fit->response;
    const struct rsp_diary_course *course = &fit->course;
    const size_t i = fit->index[k], n_parameter = course->n_parameter;
    double reach = 0.0, half = 0.0;
    rsp_diary_widened(fit, i, &reach, &half);
    const double u = rsp_random_uniform(fit->options.seed, k, rsp_random_stream(RSP_STREAM_DIARY_DRAW, 0), 0);
    const size_t pk = rsp_diary_course_decode(course, reach, u, fit->weight);
    double *row = fit->parameter + k * n_parameter;
    memcpy(row, course->pool + pk * n_parameter, n_parameter * sizeof *row);
    row[course->c50] = exp(reach + course->log_exposure[pk]);
    row[course->t_half] = exp(half);
    row[rsp_model_compiled(course->model)->class_parameter] = fit->response_probability;
    fit->baseline_nrs[k] = 10.0 / (1.0 + exp(-s->x[RSP_DIARY_BASELINE * s->n + i]));
    if (course->baseline >= 0)
        row[course->baseline] = fit->baseline_nrs[k];
    const struct rsp_diary_spell spell = rsp_diary_measure(course, reach, half);
    fit->days_30[k] = spell.days_30;
    fit->days_50[k] = spell.days_50;
    fit->return_day[k] = spell.return_day;
    fit->within_30_d[k] = spell.within_30_d;
    fit->within_50_d[k] = spell.within_50_d;
}

static void make_draws(struct rsp_diary_fit *fit)
{
    if (fit->drawn)
        return;
    const double u =
        rsp_random_uniform(fit->options.seed, fit->series.n, rsp_random_stream(RSP_STREAM_DIARY_DRAW, 0), 1);
    find_means(fit);
    rsp_diary_pick(&fit->response, fit->options.n_draw, u, fit->index);
    for (size_t k = 0; k < fit->options.n_draw; k++)
        draw_one(fit, k);
    fit->draws = (struct rsp_person_draws){.n = fit->options.n_draw,
        .parameter = fit->parameter,
        .baseline_nrs = fit->baseline_nrs,
        .response_probability = fit->response_probability};
    fit->drawn = true;
}

const struct rsp_person_draws *rsp_diary_draws(struct rsp_diary_fit *fit)
{
    make_draws(fit);
    return &fit->draws;
}

struct rsp_diary_durations rsp_diary_durations(struct rsp_diary_fit *fit)
{
    make_draws(fit);
    return (struct rsp_diary_durations){fit->options.n_draw, fit->days_30, fit->days_50, fit->return_day};
}

static rsp_status make_draw_room(struct rsp_diary_fit *fit, struct rsp_error *err)
{
    const size_t n = fit->options.n_draw;
    fit->parameter = malloc(n * fit->course.n_parameter * sizeof *fit->parameter);
    fit->baseline_nrs = malloc(n * sizeof *fit->baseline_nrs);
    fit->days_30 = malloc(n * sizeof *fit->days_30);
    fit->days_50 = malloc(n * sizeof *fit->days_50);
    fit->return_day = malloc(n * sizeof *fit->return_day);
    fit->within_30_d = malloc(n * sizeof *fit->within_30_d);
    fit->within_50_d = malloc(n * sizeof *fit->within_50_d);
    fit->index = malloc(n * sizeof *fit->index);
    fit->weight = malloc(fit->course.n_pool * sizeof *fit->weight);
    if (fit->parameter == NULL || fit->baseline_nrs == NULL || fit->days_30 == NULL || fit->days_50 == NULL ||
        fit->return_day == NULL || fit->within_30_d == NULL || fit->within_50_d == NULL ||
        fit->index == NULL || fit->weight == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "draws", "out of memory for %zu draws", n);
    return RSP_OK;
}

/* ---- life ---- */

static rsp_status start(struct rsp_diary_fit *fit, const struct rsp_diary_question *question,
    const struct rsp_diary_options *options, struct rsp_error *err)
{
    RSP_TRY(rsp_diary_rules_read(&fit->rules, err));
    RSP_TRY(take_options(options, fit, err));
    struct rsp_diary_options with_extra = fit->options;
    with_extra.n_extra = options != NULL ? options->n_extra : 0;
    with_extra.extra = options != NULL ? options->extra : NULL;
    RSP_TRY(rsp_diary_course_new(question, &with_extra, &fit->course, err));
    const struct rsp_compiled *compiled = rsp_model_compiled(question->model);
    fit->response_prior = compiled->parameter[compiled->class_parameter].typical;
    fit->series.other_variance = fit->rules.other_sd * fit->rules.other_sd;
    rsp_diary_noise_mixture(fit->rules.noise_df, fit->series.component_ratio, fit->series.component_weight);
    return make_draw_room(fit, err);
}

static rsp_status temper(struct rsp_diary_fit *fit, const struct rsp_diary_target *target,
    const int *cancelled, struct rsp_error *err)
{
    struct rsp_diary_sampler *const both[] = {&fit->response, &fit->none};
    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        both[i]->cancelled = cancelled;
        rsp_diary_sampler_temper(both[i], target);
        both[i]->cancelled = NULL;
    }
    return rsp_unless_cancelled(cancelled, err);
}

rsp_status rsp_diary_fit_new(const struct rsp_diary_question *question,
    const struct rsp_diary_options *options, const struct rsp_diary *diary, struct rsp_diary_fit **fit,
    struct rsp_error *err)
{
    struct rsp_diary_fit *made = calloc(1, sizeof *made);
    rsp_status status = RSP_OK;
    if (made == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    RSP_TRY_DONE(start(made, question, options, err));
    if (diary != NULL) {
        memcpy(made->diary.id, diary->id, sizeof made->diary.id);
        made->diary.n_empty = diary->n_empty;
        made->diary.n_late = diary->n_late;
        RSP_TRY_DONE(append(made, diary->n, diary->entry, err));
    }
    const struct rsp_diary_target target = rsp_diary_target_of(made);
    RSP_TRY_DONE(rsp_diary_sampler_new(&target, true, &made->options, &made->response, err));
    RSP_TRY_DONE(rsp_diary_sampler_new(&target, false, &made->options, &made->none, err));
    RSP_TRY_DONE(temper(made, &target, options != NULL ? options->cancelled : NULL, err));
    judge_class(made);
    *fit = made;
    made = NULL;
done:
    rsp_diary_fit_free(made);
    return status;
}

rsp_status rsp_diary_fit_add(
    struct rsp_diary_fit *fit, const struct rsp_diary_entry *entry, struct rsp_error *err)
{
    const size_t from = fit->series.n;
    RSP_TRY(append(fit, 1, entry, err));
    const struct rsp_diary_target target = rsp_diary_target_of(fit);
    rsp_diary_sampler_add(&fit->response, &target, from);
    rsp_diary_sampler_add(&fit->none, &target, from);
    judge_class(fit);
    return RSP_OK;
}

void rsp_diary_fit_free(struct rsp_diary_fit *fit)
{
    if (fit == NULL)
        return;
    struct rsp_diary_series *s = &fit->series;
    void *const owned[] = {s->score, s->previous, s->time_d, s->gap_d, s->carry, s->noise_ratio, s->other,
        s->log_level, fit->parameter, fit->baseline_nrs, fit->days_30, fit->days_50, fit->return_day,
        fit->within_30_d, fit->within_50_d, fit->index, fit->weight};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free(owned[i]);
    rsp_diary_free(&fit->diary);
    rsp_diary_sampler_free(&fit->response);
    rsp_diary_sampler_free(&fit->none);
    rsp_diary_course_free(&fit->course);
    rsp_diary_rules_free(&fit->rules);
    free(fit);
}

const struct rsp_assumption *rsp_diary_assumption(const struct rsp_diary_fit *fit, size_t i)
{
    return i < fit->rules.n_assumption ? &fit->rules.assumption[i] : NULL;
}

const char *rsp_diary_source(const struct rsp_diary_fit *fit, size_t i)
{
    return i < fit->rules.n_source ? fit->rules.source[i] : NULL;
}
