/* The posterior of a diary beside importance sampling, exact simulation and the population forecast. */
#include "../base/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <respite/diary.h>
#include <respite/plan.h>

#include "estimate/diary_internal.h"
#include "model/compiled.h"

const char *rsp_shipped_diary_text(size_t i, size_t *length);

enum { N_DAY = 41, N_PARTICLE = 512 };

static struct rsp_model *model;
static const double person[16] = {
    70, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
static const struct rsp_extra_variability extra[] = {{"c50", 0.5}, {"t_half", 0.3}};
static const struct rsp_dose hundred_hours = {
    .duration_h = 100, .amount_mg = 2220, .drug = RSP_DRUG_ESKETAMINE, .route = RSP_ROUTE_IV, .state = -1};
/* A person with relief for about three weeks. */
static const int score[N_DAY] = {7, 6, 7, 7, 6, 7, 8, 7, 6, 7, 6, 2, 1, 1, 2, 2, 1, 3, 2, 2, 3, 3, 2, 4, 3, 4,
    4, 3, 5, 4, 5, 5, 5, 6, 5, 5, 6, 6, 5, 7, 6};

static void load(void)
{
    struct rsp_error err = {0};
    ck_assert_msg(rsp_model_shipped("otto2021+dahan2011", &model, &err) == RSP_OK, "%s", err.message);
}

static void unload(void)
{
    rsp_model_free(model);
}

static void diary_of(size_t from, size_t n, struct rsp_diary_entry entry[], struct rsp_diary *diary)
{
    for (size_t i = 0; i < n; i++)
        entry[i] = (struct rsp_diary_entry){.time_d = (double)(from + i) - 9.5, .pain_nrs = score[from + i]};
    *diary = (struct rsp_diary){.n = n, .entry = entry};
}

static struct rsp_diary_fit *fit_of(const struct rsp_diary *diary, int n_thread, size_t n_particle)
{
    const struct rsp_diary_question question = {
        .model = model, .covariate = person, .n_dose = 1, .dose = &hundred_hours};
    const struct rsp_diary_options options = {.seed = 3,
        .n_particle = n_particle,
        .n_thread = n_thread,
        .n_extra = 2,
        .extra = extra,
        .widening = 1};
    struct rsp_diary_fit *fit = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_diary_fit_new(&question, &options, diary, &fit, &err) == RSP_OK, "%s", err.message);
    return fit;
}

static struct rsp_diary_summary summary_of(struct rsp_diary_fit *fit)
{
    struct rsp_diary_summary summary;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_diary_summarise(fit, &summary, &err) == RSP_OK, "%s", err.message);
    return summary;
}

START_TEST(relief_of_other_pharmacokinetics_is_met_through_the_area)
{
    /* Relief with each person's own parameters, simulated exactly, beside the typical person's curve scaled by area. */
    enum { N_PEOPLE = 40, N_TIME = 60 };
    struct rsp_diary none = {0};
    struct rsp_diary_fit *fit = fit_of(&none, 1, 64);
    const struct rsp_diary_course *course = &fit->course;
    double time_d[N_TIME], time_h[N_TIME], relief[N_TIME], table[N_TIME * RSP_DIARY_N_NODE],
        worst[2] = {0, 0};
    const int output = rsp_model_output_find(model, "pain_relief_frac");
    const double *column[16] = {NULL};
    const size_t stride[16] = {0};
    column[rsp_model_covariate_find(model, "weight_kg")] = &person[0];
    for (int i = 0; i < N_TIME; i++) {
        time_d[i] = 0.5 + i;
        time_h[i] = 24 * time_d[i];
    }
    ck_assert_int_eq(rsp_diary_course_levels(course, N_TIME, time_d, table, NULL), RSP_OK);
    for (size_t k = 0; k < N_PEOPLE; k++) {
        double row[RSP_MAX_PARAMETER], weight[4];
        int node;
        memcpy(row, course->pool + k * course->n_parameter, course->n_parameter * sizeof *row);
        row[course->c50] = 6 + (double)(k % 5) * 4;
        row[course->t_half] = 4 + (double)(k % 7) * 3;
        const struct rsp_people people = {.n = 1, .covariate = column, .stride = stride, .parameter = row};
        const struct rsp_schedule schedule = {
            .n_dose = 1, .dose = &hundred_hours, .n_time = N_TIME, .time_h = time_h};
        const struct rsp_simulate_options options = {.response_class = RSP_CLASS_RESPONSE, .n_thread = 1};
        ck_assert_int_eq(rsp_simulate(model, &people, &schedule, 1, &output, &options, relief, NULL), RSP_OK);
        rsp_diary_knots(log(row[course->t_half]), &node, weight);
        for (int i = 0; i < N_TIME; i++) {
            double level = 0;
            for (int j = 0; j < 4; j++)
                level += weight[j] * table[i * RSP_DIARY_N_NODE + node + j];
            const double reach = log(row[course->c50]) - course->log_exposure[k];
            double *most = &worst[time_d[i] > 5]; /* drug runs in for 4.2 days */
            *most = fmax(*most, fabs(1 / (1 + exp(reach - level)) - relief[i]));
        }
    }
    ck_assert_double_lt(worst[0], 0.04); /* of the baseline, on the first day: a quarter of a point */
    ck_assert_double_lt(worst[1], 0.005);
    rsp_diary_fit_free(fit);
}
END_TEST

START_TEST(without_a_diary_the_answer_is_the_population_forecast)
{
    struct rsp_diary none = {0};
    struct rsp_diary_fit *fit = fit_of(&none, 1, 4096);
    struct rsp_diary_summary s = summary_of(fit);
    const struct rsp_plan_options options = {.seed = 8, .n_subject = 4000, .n_extra = 2, .extra = extra};
    struct rsp_relief_forecast f;
    ck_assert_int_eq(rsp_plan_relief(model, person, 1, &hundred_hours, &options, &f, NULL), RSP_OK);
    ck_assert_double_eq_tol(s.after.days_30.p50, f.relief_days_30.p50, 1.5);
    ck_assert_double_eq_tol(s.after.days_30.p05, f.relief_days_30.p05, 1.5);
    ck_assert_double_eq_tol(s.after.days_30.p95, f.relief_days_30.p95, 4);
    ck_assert_double_eq_tol(s.after.days_50.p50, f.relief_days_50.p50, 1.5);
    ck_assert_double_eq_tol(s.after.return_day.p50, f.return_day.p50, 1.5);
    ck_assert_double_eq_tol(s.after.expected_days_30, f.expected_relief_days_30, 1.2);
    ck_assert_double_eq_tol(s.response_probability, 0.67, 1e-12);
    ck_assert(!s.usable);
    rsp_relief_forecast_free(&f);
    rsp_diary_summary_free(&s);
    rsp_diary_fit_free(fit);
}
END_TEST

START_TEST(expected_days_are_those_within_the_horizon_alone)
{
    /* The second series holds at the horizon in most draws; the plan measures every draw by itself. */
    struct rsp_dose two[2] = {hundred_hours, hundred_hours};
    two[0].duration_h = 10;
    two[0].amount_mg = 222;
    two[1].start_h = 15 * 24;
    const struct rsp_diary_question question = {
        .model = model, .covariate = person, .n_dose = 2, .dose = two};
    const struct rsp_diary_options options = {
        .seed = 3, .n_particle = 1024, .n_thread = 1, .n_extra = 2, .extra = extra, .horizon_d = 20};
    struct rsp_diary none = {0};
    struct rsp_diary_fit *fit = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_diary_fit_new(&question, &options, &none, &fit, &err) == RSP_OK, "%s", err.message);
    struct rsp_diary_summary s = summary_of(fit);
    const struct rsp_plan_options plan = {.seed = 8, .horizon_d = 20, .draws = rsp_diary_draws(fit)};
    struct rsp_relief_forecast f;
    ck_assert_int_eq(rsp_plan_relief(model, person, 2, two, &plan, &f, NULL), RSP_OK);
    ck_assert(isinf(s.after.days_30.p50));
    ck_assert_double_lt(s.after.expected_days_30, 0.67 * 15);
    ck_assert_double_gt(s.after.expected_days_30, 0.67 * 4);
    ck_assert_double_lt(s.after.expected_days_50, s.after.expected_days_30);
    ck_assert_double_eq_tol(s.after.expected_days_30, f.expected_relief_days_30, 0.15);
    ck_assert_double_eq_tol(s.after.expected_days_50, f.expected_relief_days_50, 0.15);
    ck_assert_double_eq_tol(s.before.expected_days_30, s.after.expected_days_30, 0.3);
    rsp_relief_forecast_free(&f);
    rsp_diary_summary_free(&s);
    rsp_diary_fit_free(fit);
}
END_TEST

START_TEST(a_forecast_from_the_draws_gives_the_same_days)
{
    /* The plan simulates every draw with its own pharmacokinetics: an independent way to the same days. */
    struct rsp_diary_entry entry[N_DAY];
    struct rsp_diary diary;
    diary_of(0, N_DAY, entry, &diary);
    struct rsp_diary_fit *fit = fit_of(&diary, 1, 1024);
    struct rsp_diary_summary s = summary_of(fit);
    const struct rsp_plan_options options = {
        .seed = 8, .n_extra = 2, .extra = extra, .draws = rsp_diary_draws(fit)};
    struct rsp_relief_forecast f;
    struct rsp_error err = {0};
    ck_assert_msg(
        rsp_plan_relief(model, person, 1, &hundred_hours, &options, &f, &err) == RSP_OK, "%s", err.message);
    ck_assert_double_eq_tol(f.relief_days_30.p50, s.after.days_30.p50, 0.3);
    ck_assert_double_eq_tol(f.relief_days_30.p05, s.after.days_30.p05, 0.6);
    ck_assert_double_eq_tol(f.relief_days_30.p95, s.after.days_30.p95, 0.8);
    ck_assert_double_eq_tol(f.relief_days_50.p50, s.after.days_50.p50, 0.3);
    ck_assert_double_eq_tol(f.return_day.p50, s.after.return_day.p50, 0.3);
    rsp_relief_forecast_free(&f);
    rsp_diary_summary_free(&s);
    rsp_diary_fit_free(fit);
}
END_TEST

START_TEST(a_short_diary_has_the_posterior_that_importance_sampling_gives)
{
    /* Eighteen scores: 65,536 draws of the prior, each weighted by its likelihood. */
    struct rsp_diary_entry entry[N_DAY];
    struct rsp_diary diary, none = {0};
    diary_of(0, 18, entry, &diary);
    struct rsp_diary_fit *fit = fit_of(&diary, 1, 4096), *prior = fit_of(&none, 1, 65536);
    const struct rsp_diary_target target = rsp_diary_target_of(fit);
    for (int class = 0; class < 2; class ++) {
        struct rsp_diary_sampler *s = class == 0 ? &fit->response : &fit->none,
                                 *p = class == 0 ? &prior->response : &prior->none;
        rsp_diary_sampler_weigh(p, &target, 0);
        ck_assert_double_eq_tol(s->log_evidence, p->log_evidence, 0.15);
        const size_t compared[] = {RSP_DIARY_BASELINE, RSP_DIARY_NOISE, RSP_DIARY_SHARE, RSP_DIARY_REACH};
        double most = -INFINITY;
        for (size_t i = 0; i < p->n; i++)
            most = fmax(most, p->log_weight[i]);
        for (int c = 0; c < (class == 0 ? 4 : 3); c++) {
            double sum = 0, mean = 0, square = 0, own = 0;
            for (size_t i = 0; i < p->n; i++) {
                const double w = exp(p->log_weight[i] - most), x = p->x[compared[c] * p->n + i];
                sum += w;
                mean += w * x;
                square += w * x * x;
            }
            for (size_t i = 0; i < s->n; i++)
                own += s->x[compared[c] * s->n + i] / (double)s->n;
            const double sd = sqrt(square / sum - mean / sum * (mean / sum));
            ck_assert_double_eq_tol(own, mean / sum, 0.15 * sd);
        }
    }
    rsp_diary_fit_free(fit);
    rsp_diary_fit_free(prior);
}
END_TEST

START_TEST(the_same_seed_gives_the_same_bits_for_any_number_of_threads)
{
    struct rsp_diary_entry entry[N_DAY];
    struct rsp_diary diary;
    diary_of(0, N_DAY, entry, &diary);
    struct rsp_diary_fit *one = fit_of(&diary, 1, N_PARTICLE), *three = fit_of(&diary, 3, N_PARTICLE);
    const struct rsp_person_draws *a = rsp_diary_draws(one), *b = rsp_diary_draws(three);
    ck_assert_mem_eq(a->parameter, b->parameter, a->n * rsp_model_n_parameter(model) * sizeof(double));
    ck_assert_mem_eq(a->baseline_nrs, b->baseline_nrs, a->n * sizeof(double));
    ck_assert(a->response_probability == b->response_probability);
    rsp_diary_fit_free(one);
    rsp_diary_fit_free(three);
}
END_TEST

START_TEST(entry_by_entry_comes_to_the_same_answer_as_the_whole_diary)
{
    struct rsp_diary_entry entry[N_DAY];
    struct rsp_diary diary, first;
    diary_of(0, N_DAY, entry, &diary);
    first = diary;
    first.n = 12;
    struct rsp_diary_fit *whole = fit_of(&diary, 1, 2048), *steps = fit_of(&first, 1, 2048);
    for (size_t i = first.n; i < N_DAY; i++)
        ck_assert_int_eq(rsp_diary_fit_add(steps, &entry[i], NULL), RSP_OK);
    struct rsp_diary_summary a = summary_of(whole), b = summary_of(steps);
    ck_assert_double_eq_tol(b.after.days_30.p50, a.after.days_30.p50, 0.08 * a.after.days_30.p50);
    ck_assert_double_eq_tol(b.after.days_30.p05, a.after.days_30.p05, 0.12 * a.after.days_30.p05);
    ck_assert_double_eq_tol(b.after.days_30.p95, a.after.days_30.p95, 0.15 * a.after.days_30.p95);
    ck_assert_double_eq_tol(b.sampler.log_evidence_response, a.sampler.log_evidence_response, 0.4);
    ck_assert_double_eq_tol(b.sampler.log_evidence_none, a.sampler.log_evidence_none, 0.6);
    ck_assert(b.usable && a.usable);
    ck_assert_uint_eq(b.n_entry, N_DAY);
    ck_assert_double_gt(b.sampler.effective, 0.2 * 2048);
    rsp_diary_summary_free(&a);
    rsp_diary_summary_free(&b);
    rsp_diary_fit_free(whole);
    rsp_diary_fit_free(steps);
}
END_TEST

START_TEST(a_diary_with_relief_shows_a_response_and_one_without_shows_none)
{
    struct rsp_diary_entry entry[N_DAY];
    struct rsp_diary diary;
    diary_of(0, N_DAY, entry, &diary);
    struct rsp_diary_fit *fit = fit_of(&diary, 1, N_PARTICLE);
    ck_assert_double_gt(rsp_diary_draws(fit)->response_probability, 0.95);
    rsp_diary_fit_free(fit);
    for (int i = 0; i < N_DAY; i++)
        entry[i].pain_nrs = 6 + i % 2;
    fit = fit_of(&diary, 1, N_PARTICLE);
    ck_assert_double_lt(rsp_diary_draws(fit)->response_probability, 0.2);
    rsp_diary_fit_free(fit);
}
END_TEST

START_TEST(widening_widens_the_interval_alike_on_both_sides)
{
    struct rsp_diary_entry entry[N_DAY];
    struct rsp_diary diary;
    double width[2];
    diary_of(0, N_DAY, entry, &diary);
    for (int i = 0; i < 2; i++) {
        const struct rsp_diary_question question = {
            .model = model, .covariate = person, .n_dose = 1, .dose = &hundred_hours};
        const struct rsp_diary_options options = {
            .seed = 3, .n_extra = 2, .extra = extra, .widening = i == 0 ? 1 : 1.5};
        struct rsp_diary_fit *fit = NULL;
        ck_assert_int_eq(rsp_diary_fit_new(&question, &options, &diary, &fit, NULL), RSP_OK);
        struct rsp_diary_summary s = summary_of(fit);
        width[i] = s.after.days_30.p95 - s.after.days_30.p05;
        rsp_diary_summary_free(&s);
        rsp_diary_fit_free(fit);
    }
    ck_assert_double_gt(width[1], 1.35 * width[0]);
    ck_assert_double_lt(width[1], 1.8 * width[0]);
}
END_TEST

static void assert_says(const struct rsp_diary_summary *s, bool usable, const char *word)
{
    bool said = false;
    for (size_t i = 0; i < s->n_reason; i++)
        said = said || strstr(s->reason[i], word) != NULL;
    ck_assert_msg(said, "no reason says '%s'", word);
    ck_assert(s->usable == usable);
}

START_TEST(a_diary_that_cannot_answer_says_why)
{
    struct rsp_diary_entry entry[N_DAY];
    struct rsp_diary diary;
    static const struct {
        size_t from, n;
        const char *word;
    } part[] = {
        {0, 9, "no entry lies after"}, {7, 30, "at least 5 are needed"}, {12, 20, "0 entries lie before"}};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        diary_of(part[i].from, part[i].n, entry, &diary);
        struct rsp_diary_fit *fit = fit_of(&diary, 1, N_PARTICLE);
        struct rsp_diary_summary s = summary_of(fit);
        assert_says(&s, false, part[i].word);
        rsp_diary_summary_free(&s);
        rsp_diary_fit_free(fit);
    }
    diary_of(0, 16, entry, &diary); /* four days of relief say nothing about its length */
    struct rsp_diary_fit *fit = fit_of(&diary, 1, N_PARTICLE);
    struct rsp_diary_summary s = summary_of(fit);
    assert_says(&s, true, "does not identify");
    rsp_diary_summary_free(&s);
    rsp_diary_fit_free(fit);
}
END_TEST

START_TEST(draws_after_levels_take_the_place_of_the_population)
{
    /* Twice the clearance, known exactly: the same diary then means half the c50. */
    enum { N_PK = 16 };
    struct rsp_diary_entry entry[N_DAY];
    struct rsp_diary diary;
    double median[2];
    diary_of(0, N_DAY, entry, &diary);
    for (int i = 0; i < 2; i++) {
        struct rsp_diary none = {0};
        struct rsp_diary_fit *start = fit_of(&none, 1, 64);
        const size_t n_parameter = start->course.n_parameter;
        double pk[N_PK * RSP_MAX_PARAMETER];
        for (size_t k = 0; k < N_PK * n_parameter; k++)
            pk[k] = NAN;
        for (size_t k = 0; k < N_PK; k++)
            pk[k * n_parameter + 1] = i == 0 ? 95.2 : 190.4; /* cl of otto2021 */
        ck_assert_str_eq(rsp_model_parameter(model, 1)->name, "cl");
        const struct rsp_diary_question question = {
            .model = model, .covariate = person, .n_dose = 1, .dose = &hundred_hours, .n_pk = N_PK, .pk = pk};
        const struct rsp_diary_options options = {
            .seed = 3, .n_particle = 2048, .widening = 1, .n_extra = 2, .extra = extra};
        struct rsp_diary_fit *fit = NULL;
        ck_assert_int_eq(rsp_diary_fit_new(&question, &options, &diary, &fit, NULL), RSP_OK);
        struct rsp_diary_summary s = summary_of(fit);
        median[i] = s.parameter[1].posterior.p50;
        for (size_t k = 0; k < rsp_diary_draws(fit)->n; k++)
            ck_assert_double_eq(rsp_diary_draws(fit)->parameter[k * n_parameter + 1], i == 0 ? 95.2 : 190.4);
        rsp_diary_summary_free(&s);
        rsp_diary_fit_free(fit);
        rsp_diary_fit_free(start);
    }
    /* The prior pulls both towards 10.5 ng/mL, hence not quite a half. */
    ck_assert_double_lt(median[1] / median[0], 0.75);
    ck_assert_double_gt(median[1] / median[0], 0.45);
}
END_TEST

START_TEST(nonsense_is_refused)
{
    struct rsp_diary_entry entry[2] = {{.time_d = 1, .pain_nrs = 5}, {.time_d = 0, .pain_nrs = 5}};
    struct rsp_diary diary = {.n = 2, .entry = entry};
    struct rsp_dose bad = hundred_hours;
    struct rsp_diary_fit *fit = NULL;
    struct rsp_diary_question question = {
        .model = model, .covariate = person, .n_dose = 1, .dose = &hundred_hours};
    struct rsp_diary_options options = {.n_extra = 2, .extra = extra, .n_particle = 64};
    struct rsp_error err = {0};
    ck_assert_int_eq(rsp_diary_fit_new(&question, &options, &diary, &fit, &err), RSP_E_DOMAIN);
    entry[1].time_d = 2;
    entry[1].pain_nrs = 11;
    ck_assert_int_eq(rsp_diary_fit_new(&question, &options, &diary, &fit, &err), RSP_E_DOMAIN);
    entry[1].pain_nrs = 5;
    options.n_particle = 65;
    ck_assert_int_eq(rsp_diary_fit_new(&question, &options, &diary, &fit, &err), RSP_E_DOMAIN);
    options.n_particle = 64;
    options.widening = 0.5;
    ck_assert_int_eq(rsp_diary_fit_new(&question, &options, &diary, &fit, &err), RSP_E_DOMAIN);
    options.widening = 1;
    options.horizon_d = -1;
    ck_assert_int_eq(rsp_diary_fit_new(&question, &options, &diary, &fit, &err), RSP_E_DOMAIN);
    options.horizon_d = 0;
    question.n_dose = 0;
    ck_assert_int_eq(rsp_diary_fit_new(&question, &options, &diary, &fit, &err), RSP_E_MISSING);
    question.n_dose = 1;
    question.dose = &bad;
    bad.amount_mg = NAN;
    ck_assert_int_eq(rsp_diary_fit_new(&question, &options, &diary, &fit, &err), RSP_E_DOMAIN);
    bad.amount_mg = 100;
    bad.drug = RSP_DRUG_KETAMINE;
    ck_assert_int_eq(rsp_diary_fit_new(&question, &options, &diary, &fit, &err), RSP_E_MISMATCH);
    struct rsp_model *levels = NULL;
    ck_assert_int_eq(rsp_model_shipped("otto2021", &levels, NULL), RSP_OK);
    question.model = levels;
    question.dose = &hundred_hours;
    ck_assert_int_eq(rsp_diary_fit_new(&question, &options, &diary, &fit, &err), RSP_E_MISMATCH);
    rsp_model_free(levels);
    ck_assert_ptr_null(fit);
}
END_TEST

static void rules_refused(const char *was, const char *is, const char *word)
{
    size_t length = 0;
    const char *shipped = rsp_shipped_diary_text(0, &length);
    const char *at = strstr(shipped, was);
    ck_assert_ptr_nonnull(at);
    char *text = malloc(length + strlen(is) + 1);
    const size_t head = (size_t)(at - shipped);
    memcpy(text, shipped, head);
    const size_t middle = strlen(is);
    memcpy(text + head, is, middle);
    memcpy(text + head + middle, at + strlen(was), strlen(at + strlen(was)) + 1);
    struct rsp_diary_rules rules = {0};
    struct rsp_error err = {0};
    ck_assert_msg(rsp_diary_rules_parse(text, strlen(text), "diary.yaml", &rules, &err) != RSP_OK, "%s", is);
    ck_assert_msg(strstr(err.message, word) != NULL || strstr(err.field, word) != NULL, "%s: %s", err.field,
        err.message);
    rsp_diary_rules_free(&rules);
    free(text);
}

START_TEST(priors_that_make_no_sense_are_refused)
{
    rules_refused("sd: 0.754", "sd: -0.754", "above 0");
    rules_refused("median: 6.206667", "median: 62", "below 10");
    rules_refused("prior: beta", "prior: gamma", "no kind of prior");
    rules_refused("widening: {value: 1.25", "widening: {value: 0.9", "widening");
    rules_refused("source: ratings, confidence: derived, note: SD",
        "source: nobody, confidence: derived, note: SD", "not one of `sources`");
    rules_refused("respite_diary: 1", "respite_diary: 2", "format 1");
    rules_refused("  noise:", "  noisy:", "noise is expected");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {relief_of_other_pharmacokinetics_is_met_through_the_area,
        without_a_diary_the_answer_is_the_population_forecast,
        expected_days_are_those_within_the_horizon_alone, a_forecast_from_the_draws_gives_the_same_days,
        a_short_diary_has_the_posterior_that_importance_sampling_gives,
        the_same_seed_gives_the_same_bits_for_any_number_of_threads,
        entry_by_entry_comes_to_the_same_answer_as_the_whole_diary,
        a_diary_with_relief_shows_a_response_and_one_without_shows_none,
        widening_widens_the_interval_alike_on_both_sides, a_diary_that_cannot_answer_says_why,
        draws_after_levels_take_the_place_of_the_population, nonsense_is_refused,
        priors_that_make_no_sense_are_refused};
    Suite *suite = suite_create("diary fit");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 0);
    tcase_add_checked_fixture(all, load, unload);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
