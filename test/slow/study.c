#include "study.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "estimate/diary_internal.h"

const char *const rank_name[N_RANK] = {"baseline", "placebo share", "placebo half-time", "noise", "drift",
    "day SD", "repeat", "sensitivity (c50 by area)", "half-life of relief", "days with relief >= 30 %",
    "days with relief >= 50 %", "day of return"};

/* name, text, hill, spread, tolerance, end aversion, rho, day factor, missing when well, series, days before, after,
 * response class only */
const struct world study_world[] = {
    {"model", "the model itself: one series, 30 days of diary", 1, 1, 1, 0, 0.75, 1, 0, 1, 10, 30, false},
    {"long", "the model itself, 90 days of diary", 1, 1, 1, 0, 0.75, 1, 0, 1, 10, 90, false},
    {"two", "the model itself, two series 60 days apart", 1, 1, 1, 0, 0.75, 1, 0, 2, 10, 30, true},
    {"hill", "steeper effect: Hill exponent 2", 2, 1, 1, 0, 0.75, 1, 0, 1, 10, 30, false},
    {"half", "half the assumed spread between people", 1, 0.5, 1, 0, 0.75, 1, 0, 1, 10, 30, false},
    {"double", "double the assumed spread between people", 1, 2, 1, 0, 0.75, 1, 0, 1, 10, 30, false},
    {"tolerance", "tolerance: c50 doubles in the second of two series", 1, 1, 2, 0, 0.75, 1, 0, 2, 10, 30,
        true},
    {"correlated", "stronger day-to-day correlation: 0.95 a day, twice the SD", 1, 1, 1, 0, 0.95, 2, 0, 1, 10,
        30, false},
    {"ends", "end-averse: half of all 0 and 10 are written as 1 and 9", 1, 1, 1, 0.5, 0.75, 1, 0, 1, 10, 30,
        false},
    {"well", "missing when well: 60 % of the days with under half of the baseline pain", 1, 1, 1, 0, 0.75, 1,
        0.6, 1, 10, 30, false},
};
const size_t study_n_world = sizeof study_world / sizeof *study_world;

const struct world *study_find(const char *name)
{
    for (size_t i = 0; i < study_n_world; i++)
        if (strcmp(study_world[i].name, name) == 0)
            return &study_world[i];
    return NULL;
}

/* Rank of the truth among the draws; ties share their ranks by dice. */
static double rank_among(size_t n, const double draw[], double truth, struct dice *dice)
{
    size_t below = 0, same = 0;
    for (size_t i = 0; i < n; i++) {
        below += draw[i] < truth;
        same += draw[i] == truth;
    }
    return ((double)below + dice_uniform(dice) * (double)(same + 1)) / (double)(n + 1);
}

static void rank_parameters(const struct rsp_diary_fit *fit, struct dice *dice, struct study_row *row)
{
    const struct truth *t = &row->truth;
    const struct rsp_diary_sampler *s = t->respond ? &fit->response : &fit->none;
    const double value[] = {log(t->baseline / (10 - t->baseline)), log(t->share / (1 - t->share)),
        log(t->placebo_d), log(t->noise), log(t->drift), log(t->day), log(t->repeat / (1 - t->repeat)),
        t->reach, log(t->t_half_d)};
    for (size_t c = 0; c < s->n_dim; c++)
        row->rank[c] = rank_among(s->n, s->x + c * s->n, value[c], dice);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The truth that never reaches 30 % has no day of return: it counts as day 0, as such draws do. */
static void rank_durations(struct rsp_diary_fit *fit, struct dice *dice, double rank[], struct study_row *row)
{
    static const double p[5] = {0.05, 0.25, 0.5, 0.75, 0.95};
    const struct rsp_diary_durations d = rsp_diary_durations(fit);
    double *back = malloc(d.n * sizeof *back), *days = malloc(d.n * sizeof *days);
    for (size_t i = 0; i < d.n; i++) {
        back[i] = isnan(d.return_day[i]) ? 0 : d.return_day[i];
        days[i] = d.days_30[i];
    }
    if (row->truth.respond) {
        rank[RANK_DAYS_30] = rank_among(d.n, d.days_30, row->truth.days_30, dice);
        rank[RANK_DAYS_50] = rank_among(d.n, d.days_50, row->truth.days_50, dice);
        rank[RANK_RETURN] =
            rank_among(d.n, back, isnan(row->truth.return_day) ? 0 : row->truth.return_day, dice);
    }
    qsort(back, d.n, sizeof *back, ascending);
    qsort(days, d.n, sizeof *days, ascending);
    for (int k = 0; k < 5; k++) {
        row->return_day[k] = back[(size_t)(p[k] * (double)(d.n - 1))];
        row->days_30[k] = days[(size_t)(p[k] * (double)(d.n - 1))];
    }
    free(back);
    free(days);
}

/* How far the half-life was learned, and how many first ancestors are left. */
static void look_inside(const struct rsp_diary_fit *fit, struct study_row *row)
{
    const struct rsp_diary_sampler *s = &fit->response;
    const double *half = s->x + (size_t)RSP_DIARY_HALF * s->n;
    unsigned char *seen = calloc(s->n, 1);
    double sum = 0, square = 0;
    for (size_t i = 0; i < s->n; i++) {
        sum += half[i] / (double)s->n;
        square += half[i] * half[i] / (double)s->n;
        row->n_ancestor += !seen[s->ancestor[i]];
        seen[s->ancestor[i]] = 1;
    }
    row->half_ratio = fit->rules.widening * sqrt(square - sum * sum) / fit->course.prior_half_sd;
    row->identified = row->half_ratio < fit->rules.identified_sd_ratio;
    free(seen);
}

/* The median day of return that the population forecast gives: a diary without entries. */
static double population_return_d(const struct rsp_model *model, const struct study_setting *setting)
{
    static const struct rsp_extra_variability extra[] = {{"c50", 0.5}, {"t_half", 0.3}};
    const double covariate[16] = {
        70, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    struct rsp_dose dose[PATIENT_MAX_DOSE];
    const struct rsp_diary_question question = {
        .model = model, .covariate = covariate, .n_dose = patient_doses(setting->world, dose), .dose = dose};
    const struct rsp_diary_options options = {
        .seed = 1, .n_particle = 4096, .n_thread = 1, .n_extra = 2, .extra = extra};
    struct rsp_diary_fit *fit = NULL;
    struct rsp_diary_summary summary;
    struct rsp_error err = {0};
    if (rsp_diary_fit_new(&question, &options, NULL, &fit, &err) != RSP_OK ||
        rsp_diary_summarise(fit, &summary, &err) != RSP_OK) {
        fprintf(stderr, "study: %s\n", err.message);
        exit(EXIT_FAILURE);
    }
    const double day = summary.before.return_day.p50;
    rsp_diary_summary_free(&summary);
    rsp_diary_fit_free(fit);
    return day;
}

static void study_one(
    const struct rsp_model *model, const struct study_setting *setting, size_t i, struct study_row *row)
{
    static const struct rsp_extra_variability extra[] = {{"c50", 0.5}, {"t_half", 0.3}};
    const double covariate[16] = {
        70, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    struct patient *patient = malloc(sizeof *patient);
    struct rsp_diary_fit *fit = NULL;
    struct rsp_error err = {0};
    struct dice dice = {.state = setting->first_seed + i * 7919 + 5};
    *row = (struct study_row){0};
    for (int k = 0; k < N_RANK; k++)
        row->rank[k] = row->wide_rank[k] = NAN;
    patient_draw(model, covariate, setting->world, setting->first_seed + i, patient);
    row->truth = patient->truth;
    row->n_entry = patient->diary.n;
    const struct rsp_diary_question question = {
        .model = model, .covariate = covariate, .n_dose = patient->n_dose, .dose = patient->dose};
    const struct rsp_diary_options options = {.seed = 1000 + i,
        .n_particle = setting->n_particle,
        .n_thread = 1,
        .n_extra = 2,
        .extra = extra,
        .widening = 1};
    const double start = omp_get_wtime();
    if (rsp_diary_fit_new(&question, &options, &patient->diary, &fit, &err) != RSP_OK) {
        fprintf(stderr, "study: patient %zu: %s\n", i, err.message);
        exit(EXIT_FAILURE);
    }
    row->seconds = omp_get_wtime() - start;
    row->response_probability = fit->response_probability;
    row->acceptance = fit->response.acceptance;
    rank_parameters(fit, &dice, row);
    fit->widening = fit->rules.widening; /* the same particles, spread as shipped */
    rank_durations(fit, &dice, row->wide_rank, row);
    fit->widening = 1;
    fit->drawn = false;
    rank_durations(fit, &dice, row->rank, row);
    look_inside(fit, row);
    rsp_diary_fit_free(fit);
    free(patient);
}

void study_run(const struct study_setting *setting, struct study_row row[])
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    if (rsp_model_shipped("otto2021+dahan2011", &model, &err) != RSP_OK) {
        fprintf(stderr, "study: %s\n", err.message);
        exit(EXIT_FAILURE);
    }
    const long n = (long)setting->n_patient;
#pragma omp parallel for schedule(dynamic, 1) num_threads(setting->n_thread)
    for (long i = 0; i < n; i++)
        study_one(model, setting, (size_t)i, &row[i]);
    const double before_d = population_return_d(model, setting);
    for (long i = 0; i < n; i++)
        row[i].before_return_d = before_d;
    rsp_model_free(model);
}

double study_uniform_p(size_t n_row, const struct study_row row[], enum rank_of of, int n_bin, size_t *n)
{
    double count[100] = {0}, chi = 0;
    *n = 0;
    for (size_t i = 0; i < n_row; i++) {
        if (isnan(row[i].rank[of]))
            continue;
        count[(int)fmin(row[i].rank[of] * n_bin, n_bin - 1)]++;
        (*n)++;
    }
    const double expected = (double)*n / n_bin;
    for (int b = 0; b < n_bin; b++)
        chi += (count[b] - expected) * (count[b] - expected) / expected;
    return gsl_cdf_chisq_Q(chi, n_bin - 1);
}

struct coverage study_coverage(size_t n_row, const struct study_row row[], enum rank_of of, bool wide)
{
    struct coverage c = {0};
    for (size_t i = 0; i < n_row; i++) {
        const double r = wide ? row[i].wide_rank[of] : row[i].rank[of];
        if (isnan(r))
            continue;
        c.n++;
        c.in_50 += r > 0.25 && r < 0.75;
        c.in_90 += r > 0.05 && r < 0.95;
    }
    return c;
}

struct return_error study_return_error(size_t n_row, const struct study_row row[])
{
    struct return_error e = {0};
    double *learned = malloc((n_row + 1) * sizeof *learned),
           *population = malloc((n_row + 1) * sizeof *population);
    for (size_t i = 0; i < n_row; i++) {
        if (!row[i].truth.respond || !isfinite(row[i].truth.return_day))
            continue;
        learned[e.n] = fabs(row[i].return_day[2] - row[i].truth.return_day);
        population[e.n++] = fabs(row[i].before_return_d - row[i].truth.return_day);
    }
    qsort(learned, e.n, sizeof *learned, ascending);
    qsort(population, e.n, sizeof *population, ascending);
    e.learned_d = e.n > 0 ? learned[e.n / 2] : NAN;
    e.population_d = e.n > 0 ? population[e.n / 2] : NAN;
    free(learned);
    free(population);
    return e;
}
