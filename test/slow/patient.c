#include "patient.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/simulate.h>

/* ---- dice ---- */

double dice_uniform(struct dice *dice)
{
    uint64_t z = (dice->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return ((double)(z >> 11) + 0.5) * 0x1p-53;
}

/* Box and Muller. */
double dice_normal(struct dice *dice)
{
    const double r = sqrt(-2 * log(dice_uniform(dice)));
    return r * cos(2 * M_PI * dice_uniform(dice));
}

/* Marsaglia and Tsang (2000). */
double dice_gamma(struct dice *dice, double shape)
{
    if (shape < 1)
        return dice_gamma(dice, shape + 1) * pow(dice_uniform(dice), 1 / shape);
    const double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        const double x = dice_normal(dice), v = pow(1 + c * x, 3);
        if (v > 0 && log(dice_uniform(dice)) < 0.5 * x * x + d - d * v + d * log(v))
            return d * v;
    }
}

double dice_student(struct dice *dice, double df)
{
    return dice_normal(dice) / sqrt(2 * dice_gamma(dice, df / 2) / df);
}

double dice_beta(struct dice *dice, double a, double b)
{
    const double x = dice_gamma(dice, a), y = dice_gamma(dice, b);
    return x / (x + y);
}

int dice_score(struct dice *dice, double level, double sd)
{
    const double felt = level + sd * sqrt(5.0 / 7) * dice_student(dice, 7);
    return (int)fmin(10, fmax(0, floor(felt + 0.5)));
}

/* ---- doses and relief ---- */

size_t patient_doses(const struct world *world, struct rsp_dose dose[])
{
    for (int i = 0; i < world->n_series; i++)
        dose[i] = (struct rsp_dose){.start_h = i * 60 * 24.0,
            .duration_h = 100,
            .amount_mg = 2220,
            .drug = RSP_DRUG_ESKETAMINE,
            .route = RSP_ROUTE_IV,
            .state = -1};
    return (size_t)world->n_series;
}

static void give_up(const struct rsp_error *err)
{
    fprintf(stderr, "patient: %s\n", err->message);
    exit(EXIT_FAILURE);
}

static int parameter_at(const struct rsp_model *model, const char *name)
{
    for (size_t i = 0; i < rsp_model_n_parameter(model); i++)
        if (strcmp(rsp_model_parameter(model, i)->name, name) == 0)
            return (int)i;
    return -1;
}

struct person {
    const struct rsp_model *model;
    const double *column[16];
    size_t stride[16];
    double parameter[64];
    struct rsp_people people;
};

static void person_begin(const struct rsp_model *model, const double covariate[], struct person *person)
{
    memset(person, 0, sizeof *person);
    person->model = model;
    for (size_t i = 0; i < rsp_model_n_covariate(model); i++)
        person->column[i] = isnan(covariate[i]) ? NULL : &covariate[i];
    person->people = (struct rsp_people){.n = 1, .covariate = person->column, .stride = person->stride};
}

/* Level of the relief site, ng/mL. */
static void site(const struct person *person, size_t n_dose, const struct rsp_dose dose[], size_t n,
    const double time_h[], double level[])
{
    const int output = rsp_model_output_find(person->model, "relief_site_ng_per_ml");
    const struct rsp_schedule schedule = {.n_dose = n_dose, .dose = dose, .n_time = n, .time_h = time_h};
    const struct rsp_simulate_options options = {.response_class = RSP_CLASS_RESPONSE, .n_thread = 1};
    struct rsp_error err = {0};
    if (rsp_simulate(person->model, &person->people, &schedule, 1, &output, &options, level, &err) != RSP_OK)
        give_up(&err);
}

/* Area under the curve by adding up the plasma level, in ng h/mL: another way than the estimator's. */
static double area(const struct person *person)
{
    enum { N = 4001 };
    static const double end_h = 400;
    double time_h[N], level[N], sum = 0;
    const struct rsp_dose dose = {.duration_h = 100,
        .amount_mg = 2220,
        .drug = RSP_DRUG_ESKETAMINE,
        .route = RSP_ROUTE_IV,
        .state = -1};
    const int output = rsp_model_output_find(person->model, "esketamine_ng_per_ml");
    const struct rsp_simulate_options options = {.response_class = RSP_CLASS_RESPONSE, .n_thread = 1};
    struct rsp_error err = {0};
    for (int i = 0; i < N; i++)
        time_h[i] = end_h * i / (N - 1);
    const struct rsp_schedule schedule = {.n_dose = 1, .dose = &dose, .n_time = N, .time_h = time_h};
    if (rsp_simulate(person->model, &person->people, &schedule, 1, &output, &options, level, &err) != RSP_OK)
        give_up(&err);
    for (int i = 1; i < N; i++)
        sum += 0.5 * (level[i] + level[i - 1]) * end_h / (N - 1);
    return sum;
}

static double relief(const struct world *world, double c50, double level, double time_h)
{
    const double later = world->n_series > 1 && time_h >= 60 * 24 ? world->tolerance : 1;
    return 1 / (1 + pow(c50 * later / level, world->hill));
}

/* Days at or above two thresholds on a grid of hours, crossings by a straight line. */
static void measure(const struct person *person, const struct world *world, struct patient *p)
{
    enum { N = 180 * 24 + 1 };
    static _Thread_local double time_h[N], level[N];
    for (int i = 0; i < N; i++)
        time_h[i] = i;
    site(person, p->n_dose, p->dose, N, time_h, level);
    double days[2] = {0, 0}, last_d = NAN;
    for (int k = 0; k < 2; k++) {
        const double at = k == 0 ? 0.3 : 0.5;
        double before = 0;
        for (int i = 1; i < N; i++) {
            const double now = level[i] > 0 ? relief(world, p->truth.c50, level[i], time_h[i]) : 0;
            if (before >= at && now >= at)
                days[k] += 1 / 24.0;
            else if (before < at && now >= at)
                days[k] += (now - at) / (now - before) / 24;
            else if (before >= at) {
                days[k] += (before - at) / (before - now) / 24;
                if (k == 0)
                    last_d = (i - 1 + (before - at) / (before - now)) / 24;
            }
            before = now;
        }
        if (before >= at) {
            days[k] = INFINITY;
            last_d = k == 0 ? INFINITY : last_d;
        }
    }
    p->truth.days_30 = days[0];
    p->truth.days_50 = days[1];
    p->truth.return_day = last_d;
}

/* ---- the patient ---- */

static void draw_truth(struct dice *dice, const struct world *world, struct truth *t)
{
    const double c50_sd = hypot(log(21.2 / 4.37) / (2 * 1.959963984540054), 0.5 * world->spread);
    const double half_sd = hypot(log(20.5 / 5.3) / (2 * 1.959963984540054), 0.3 * world->spread);
    t->respond = dice_uniform(dice) < 0.67 || world->respond_only;
    t->baseline = 10 / (1 + exp(-(log(6.206667 / (10 - 6.206667)) + 0.754 * dice_normal(dice))));
    t->share = 1 / (1 + exp(-(log(0.18986 / (1 - 0.18986)) + 1.943 * dice_normal(dice))));
    t->placebo_d = 27.7045 * exp(0.594 * dice_normal(dice));
    t->noise = 0.9 * exp(0.5 * dice_normal(dice));
    t->drift = 0.15 * exp(0.4 * dice_normal(dice));
    t->day = 0.45 * exp(0.4 * dice_normal(dice));
    t->repeat = dice_beta(dice, 2, 12);
    t->c50 = 10.5 * exp(c50_sd * dice_normal(dice));
    t->t_half_d = 10.9 * exp(half_sd * dice_normal(dice));
}

static void draw_person(const struct rsp_model *model, const double covariate[], uint64_t seed,
    struct truth *t, struct person *person)
{
    const struct rsp_simulate_options drawn = {.seed = seed ^ 0x5ca1ab1eu,
        .variability = true,
        .uncertainty = RSP_UNCERTAINTY_PERSON,
        .n_thread = 1};
    struct rsp_error err = {0};
    person_begin(model, covariate, person);
    const double typical_area = area(person);
    if (rsp_simulate_parameters(model, &person->people, &drawn, person->parameter, &err) != RSP_OK)
        give_up(&err);
    person->parameter[parameter_at(model, "c50")] = t->c50;
    person->parameter[parameter_at(model, "t_half")] = t->t_half_d;
    person->people.parameter = person->parameter;
    t->reach = log(t->c50) - log(area(person) / typical_area);
}

static int write_down(
    struct dice *dice, const struct world *world, const struct truth *t, double level, int before)
{
    if (before >= 0 && dice_uniform(dice) < t->repeat)
        return before;
    int score = dice_score(dice, level, t->noise);
    if ((score == 0 || score == 10) && dice_uniform(dice) < world->end_aversion)
        score = score == 0 ? 1 : 9;
    return score;
}

size_t patient_write(struct dice *dice, const struct world *world, const struct truth *t, size_t n,
    const double time_d[], const double frac[], struct rsp_diary_entry entry[])
{
    double drift = 0, day = t->day * world->day_factor * dice_normal(dice);
    int before = -1;
    bool missing = false;
    size_t n_entry = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0) {
            drift += t->drift * dice_normal(dice);
            day = world->rho * day +
                  t->day * world->day_factor * sqrt(1 - world->rho * world->rho) * dice_normal(dice);
        }
        const double pain = t->baseline * (1 - frac[i]) + drift + day;
        const double u = dice_uniform(dice);
        missing =
            i > 0 && (u < (missing ? 0.37 : 0.09) || (pain < 0.5 * t->baseline && u < world->miss_well));
        if (missing)
            continue;
        before = write_down(dice, world, t, pain, before);
        entry[n_entry++] = (struct rsp_diary_entry){.time_d = time_d[i], .pain_nrs = before};
    }
    return n_entry;
}

void patient_draw(const struct rsp_model *model, const double covariate[], const struct world *world,
    uint64_t seed, struct patient *p)
{
    struct dice dice = {.state = seed * 0x2545f4914f6cdd1du + 77};
    struct person person;
    double time_d[PATIENT_MAX_DAY], time_h[PATIENT_MAX_DAY], level[PATIENT_MAX_DAY], frac[PATIENT_MAX_DAY];
    size_t n = 0;
    memset(p, 0, sizeof *p);
    draw_truth(&dice, world, &p->truth);
    draw_person(model, covariate, seed, &p->truth, &person);
    p->n_dose = patient_doses(world, p->dose);
    measure(&person, world, p);
    const double last_d = (world->n_series - 1) * 60 + world->after_days;
    for (double d = -world->baseline_days + 0.5; d < last_d; d += 1)
        time_d[n++] = d;
    for (size_t i = 0; i < n; i++)
        time_h[i] = fmax(0, time_d[i] * 24);
    site(&person, p->n_dose, p->dose, n, time_h, level);
    for (size_t i = 0; i < n; i++) {
        const struct truth *t = &p->truth;
        frac[i] = time_d[i] > 0 ? t->share * (1 - exp2(-time_d[i] / t->placebo_d)) : 0;
        if (t->respond && level[i] > 0)
            frac[i] += relief(world, t->c50, level[i], time_h[i]);
    }
    p->diary.entry = p->entry;
    p->diary.n = patient_write(&dice, world, &p->truth, n, time_d, frac, p->entry);
}
