/* Rules of a call: order of times and doses, steady state, threads, vector widths, refusals. */
#include "../base/suite.h"

#include <math.h>
#include <string.h>

#include "fixture.h"
#include "oracle.h"

enum { N_PEOPLE = 101, N_TIME = 240 };
static double dense_h[N_TIME], rough_h[N_TIME];

static void times(void)
{
    for (int i = 0; i < N_TIME; i++) {
        dense_h[i] = i / 30.0;
        rough_h[i] = 336 * fmod((i + 1) * 0.6180339887498949, 1);
    }
}

static struct rsp_dose iv(double start_h, double duration_h, double mg)
{
    return fixture_dose(RSP_ROUTE_IV, start_h, duration_h, mg);
}

static double at(const struct fixture *f, size_t n_dose, const struct rsp_dose *dose, double time_h,
    bool after, int output)
{
    const struct rsp_people one = {.n = 1};
    const struct rsp_schedule s = {
        .n_dose = n_dose, .dose = dose, .n_time = 1, .time_h = &time_h, .observe_after_dose = after};
    struct rsp_error err = {0};
    double y = -1;
    const rsp_status status = rsp_simulate_source(&f->source, &one, &s, 1, &output, NULL, &y, &err);
    ck_assert_msg(status == RSP_OK, "%s", err.message);
    return y;
}

START_TEST(a_time_at_a_bolus_is_before_it_unless_asked_otherwise)
{
    struct fixture f;
    fixture_fill(&f);
    const struct rsp_dose d[2] = {iv(0, 0, 10), iv(0.1 + 0.2, 0, 10)};
    const double before = 10 * 12.5, later = at(&f, 1, d, 0.3, false, OUT_PARENT);
    ck_assert_double_eq(at(&f, 1, d, 0, false, OUT_PARENT), 0);
    ck_assert_double_eq_tol(at(&f, 1, d, 0, true, OUT_PARENT), before, 1e-12);
    /* 0.1 + 0.2 is not 0.3 in binary, but the same instant */
    ck_assert_double_eq_tol(at(&f, 2, d, 0.3, false, OUT_PARENT), later, 1e-12);
    ck_assert_double_eq_tol(at(&f, 2, d, 0.3, true, OUT_PARENT), later + before, 1e-12);
    ck_assert_double_eq(at(&f, 2, d, -1, true, OUT_PARENT), 0);
}
END_TEST

START_TEST(an_infusion_that_ends_within_rounding_of_a_time_is_whole)
{
    struct fixture f;
    fixture_fill(&f);
    const struct rsp_dose d = iv(0.1, 0.2, 10);
    const double exact = at(&f, 1, &d, 0.1 + 0.2, false, OUT_PARENT);
    ck_assert_double_eq_tol(at(&f, 1, &d, nextafter(0.1 + 0.2, 0), false, OUT_PARENT), exact, 1e-12 * exact);
    ck_assert_double_eq_tol(at(&f, 1, &d, nextafter(0.1 + 0.2, 1), false, OUT_PARENT), exact, 1e-12 * exact);
    ck_assert_double_eq_tol(at(&f, 1, &d, 0.3, false, OUT_PARENT), exact, 1e-12 * exact);
}
END_TEST

START_TEST(a_dose_into_a_compartment_needs_no_route)
{
    struct fixture f;
    fixture_fill(&f);
    struct rsp_dose d = fixture_dose(RSP_ROUTE_RECTAL, 0, 0, 8);
    d.state = METABOLITE;
    ck_assert_double_eq_tol(at(&f, 1, &d, 2, false, OUT_METABOLITE), 8 * exp(-0.4 * 2) * 12.5, 1e-12 * 100);
    ck_assert_double_eq(at(&f, 1, &d, 2, false, OUT_PARENT), 0);
}
END_TEST

START_TEST(steady_state_is_what_many_past_doses_leave)
{
    struct fixture f;
    fixture_fill(&f);
    f.parameter[KE0].typical = 0.05;
    double slot[N_FIXTURE_SLOT + 2] = {0}, x[N_FIXTURE_STATE * 12];
    for (int i = 0; i < N_FIXTURE_SLOT; i++)
        slot[i] = f.parameter[i].typical;
    struct rsp_dose kinds[5] = {iv(3, 0, 10), iv(3, 2, 10), iv(3, 30, 100),
        fixture_dose(RSP_ROUTE_ORAL, 3, 0, 40), fixture_dose(RSP_ROUTE_NASAL, 3, 0, 40)};
    const double t[12] = {3.1, 3.3, 4, 5, 9, 14.9, 15.2, 20, 33.1, 50, 3.05, 100};
    for (int k = 0; k < 5; k++) {
        kinds[k].steady_interval_h = 12;
        oracle_states(&f.compiled, slot,
            &(struct rsp_schedule){.n_dose = 1, .dose = &kinds[k], .n_time = 12, .time_h = t}, x);
        for (int i = 0; i < 12; i++)
            for (int o = 0; o < 7; o++) {
                const double want = x[i * N_FIXTURE_STATE + f.readout[o].state] * 12.5;
                const double got = at(&f, 1, &kinds[k], t[i], false, o);
                ck_assert_msg(fabs(got - want) <= 1e-9 * want + 1e-12,
                    "dose %d at %g h output %d: %.15g, should be %.15g", k, t[i], o, got, want);
            }
    }
}
END_TEST

START_TEST(a_steady_state_dose_replaces_what_was_there)
{
    struct fixture f;
    fixture_fill(&f);
    struct rsp_dose d[2] = {iv(0, 10, 500), iv(5, 1, 10)};
    d[1].steady_interval_h = 8;
    for (double t = 5.1; t < 12; t += 1.3) {
        const double alone = at(&f, 1, &d[1], t, false, OUT_PARENT);
        ck_assert_double_eq_tol(at(&f, 2, d, t, false, OUT_PARENT), alone, 1e-12 * alone);
    }
}
END_TEST

/* The fixture with every kind of random effect. */
static void vary(struct fixture *f)
{
    fixture_fill(f);
    f->parameter[K10].eta = 0;
    f->parameter[K12].eta = 1;
    f->parameter[F].iov_eta = 0;
    f->parameter[F].eta_scale = RSP_ETA_LOGIT;
    f->compiled.n_eta = 2;
    memcpy(f->omega_chol, (double[]){0.3, 0, 0.12, 0.16},
        sizeof f->omega_chol); /* SD 0.3, 0.2; correlation 0.6 */
    f->compiled.n_iov_eta = 1;
    f->iov_sd[0] = 0.25;
    f->parameter[P].uncertain = (struct rsp_uncertain){.kind = RSP_UNCERTAIN_BETA, .a = 14.1, .b = 6.9};
    f->parameter[K21].uncertain =
        (struct rsp_uncertain){.kind = RSP_UNCERTAIN_LOGNORMAL, .a = log(0.3), .b = 0.2};
}

static const struct rsp_dose regimen[5] = {{.start_h = 0,
                                               .duration_h = 0.7,
                                               .amount_mg = 35,
                                               .drug = RSP_DRUG_ESKETAMINE,
                                               .route = RSP_ROUTE_IV,
                                               .state = -1},
    {.start_h = 0.4, .amount_mg = 50, .drug = RSP_DRUG_ESKETAMINE, .route = RSP_ROUTE_ORAL, .state = -1},
    {.start_h = 1.3, .amount_mg = 28, .drug = RSP_DRUG_ESKETAMINE, .route = RSP_ROUTE_NASAL, .state = -1},
    {.start_h = 48, .amount_mg = 56, .drug = RSP_DRUG_ESKETAMINE, .route = RSP_ROUTE_NASAL, .state = -1},
    {.start_h = 96,
        .duration_h = 4,
        .amount_mg = 89,
        .drug = RSP_DRUG_ESKETAMINE,
        .route = RSP_ROUTE_IV,
        .state = -1}};
static const int outputs[3] = {OUT_PARENT, OUT_METABOLITE, OUT_PAIN};

static void population(const struct fixture *f, const double *time_h, int n_out, const int *output,
    int n_thread, int width, double *out)
{
    const struct rsp_people people = {.n = N_PEOPLE, .first_id = 1};
    const struct rsp_schedule s = {.n_dose = 5, .dose = regimen, .n_time = N_TIME, .time_h = time_h};
    const struct rsp_simulate_options o = {.seed = 9,
        .variability = true,
        .uncertainty = RSP_UNCERTAINTY_PERSON,
        .n_thread = n_thread,
        .vector_width = width};
    struct rsp_error err = {0};
    const rsp_status status =
        rsp_simulate_source(&f->source, &people, &s, (size_t)n_out, output, &o, out, &err);
    ck_assert_msg(status == RSP_OK, "%s", err.message);
}

START_TEST(any_number_of_threads_gives_the_same_bits)
{
    static double one[N_PEOPLE * 3 * N_TIME], other[N_PEOPLE * 3 * N_TIME];
    struct fixture f;
    vary(&f);
    times();
    for (int k = 0; k < 2; k++) {
        population(&f, k == 0 ? dense_h : rough_h, 3, outputs, 1, 0, one);
        for (int n = 2; n < 9; n += 3) {
            population(&f, k == 0 ? dense_h : rough_h, 3, outputs, n, 0, other);
            ck_assert_mem_eq(one, other, sizeof one);
        }
    }
}
END_TEST

START_TEST(vector_widths_agree_to_a_part_in_a_million_million)
{
    static double one[N_PEOPLE * 3 * N_TIME], other[N_PEOPLE * 3 * N_TIME];
    struct fixture f;
    times();
    for (int k = 0; k < 4; k++) {
        vary(&f);
        if (k >= 2) { /* parent alone, iv alone: the sum of exponentials */
            f.compiled.n_link = 3;
            f.link[0].to = -1;
        }
        const int n_out = k >= 2 ? 1 : 3;
        population(&f, k % 2 == 0 ? dense_h : rough_h, n_out, outputs, 1, 1, one);
        for (int width = 4; width <= 8; width += 4) {
            if (rsp_kernels_for(width) == NULL)
                continue;
            population(&f, k % 2 == 0 ? dense_h : rough_h, n_out, outputs, 1, width, other);
            for (int i = 0; i < N_PEOPLE * n_out * N_TIME; i++)
                ck_assert_msg(fabs(one[i] - other[i]) <= 1e-12 * one[i], "case %d width %d: %.17g %.17g", k,
                    width, one[i], other[i]);
        }
    }
}
END_TEST

START_TEST(a_person_is_the_same_alone_and_among_others)
{
    static double all[N_PEOPLE * 3 * N_TIME], one[3 * N_TIME];
    struct fixture f;
    vary(&f);
    times();
    population(&f, dense_h, 3, outputs, 0, 0, all);
    for (size_t p = 0; p < N_PEOPLE; p += 13) {
        const struct rsp_people people = {.n = 1, .first_id = 1 + p};
        const struct rsp_schedule s = {.n_dose = 5, .dose = regimen, .n_time = N_TIME, .time_h = dense_h};
        const struct rsp_simulate_options o = {
            .seed = 9, .variability = true, .uncertainty = RSP_UNCERTAINTY_PERSON};
        ck_assert_int_eq(rsp_simulate_source(&f.source, &people, &s, 3, outputs, &o, one, NULL), RSP_OK);
        ck_assert_mem_eq(one, all + p * 3 * N_TIME, sizeof one);
    }
}
END_TEST

START_TEST(order_of_times_does_not_matter)
{
    static double sorted[N_PEOPLE * 3 * N_TIME], mixed[N_PEOPLE * 3 * N_TIME], mixed_h[N_TIME];
    struct fixture f;
    vary(&f);
    times();
    for (int i = 0; i < N_TIME; i++)
        mixed_h[i] = dense_h[(i * 77) % N_TIME];
    population(&f, dense_h, 3, outputs, 0, 0, sorted);
    population(&f, mixed_h, 3, outputs, 0, 0, mixed);
    for (int row = 0; row < N_PEOPLE * 3; row++)
        for (int i = 0; i < N_TIME; i++)
            ck_assert_double_eq(mixed[row * N_TIME + i], sorted[row * N_TIME + (i * 77) % N_TIME]);
}
END_TEST

/* Adding a step again and again drifts from its multiples by much more than their rounding. */
START_TEST(times_made_by_adding_a_step_are_stepped_and_exact)
{
    enum { N_ADDED = 80000, EVERY = 9973 };
    static double time_h[N_ADDED], y[N_ADDED];
    double t = 0, checked_h[N_ADDED / EVERY + 1], x[(N_ADDED / EVERY + 1) * N_FIXTURE_STATE];
    for (int i = 0; i < N_ADDED; i++, t += 1 / 60.0)
        time_h[i] = t;
    struct fixture f;
    fixture_fill(&f);
    const struct rsp_people one = {.n = 1};
    const struct rsp_dose d[2] = {iv(0, 2, 100), iv(700, 1300, 9000)};
    const struct rsp_schedule s = {.n_dose = 2, .dose = d, .n_time = N_ADDED, .time_h = time_h};
    const int output = OUT_METABOLITE;
    struct rsp_run run = {.out = y};
    ck_assert_int_eq(rsp_run_init(&run, &f.source, &one, &s, 1, &output, NULL, NULL), RSP_OK);
    size_t stepped = 0;
    for (size_t i = 0; i < run.n_stretch; i++) {
        ck_assert_uint_eq(run.stretch[i].first, i == 0 ? 0 : run.stretch[i - 1].end);
        stepped += run.stretch[i].step >= 0 ? run.stretch[i].end - run.stretch[i].first : 0;
    }
    ck_assert_uint_eq(run.stretch[run.n_stretch - 1].end, N_ADDED);
    ck_assert_uint_lt(run.n_stretch, 40);
    ck_assert_uint_gt(stepped, N_ADDED * 8 / 10);
    rsp_run_free(&run);
    ck_assert_int_eq(rsp_simulate_source(&f.source, &one, &s, 1, &output, NULL, y, NULL), RSP_OK);
    double slot[N_FIXTURE_SLOT + 2] = {0};
    for (int i = 0; i < N_FIXTURE_SLOT; i++)
        slot[i] = f.parameter[i].typical;
    size_t n = 0;
    for (int i = 0; i < N_ADDED; i += EVERY)
        checked_h[n++] = time_h[i];
    oracle_states(&f.compiled, slot,
        &(struct rsp_schedule){.n_dose = 2, .dose = d, .n_time = n, .time_h = checked_h}, x);
    for (size_t k = 0; k < n; k++) {
        const double want = x[k * N_FIXTURE_STATE + METABOLITE] * slot[SCALE];
        ck_assert_double_eq_tol(y[k * EVERY], want, 1e-9 * want + 1e-290);
    }
}
END_TEST

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

START_TEST(quantiles_over_people_are_those_of_the_sorted_curves)
{
    static double all[N_PEOPLE * 3 * N_TIME], q[3 * N_TIME * 2], mixed_h[N_TIME];
    static const double p[2] = {0.5, 0.05};
    struct fixture f;
    vary(&f);
    times();
    for (int i = 0; i < N_TIME; i++)
        mixed_h[i] = dense_h[(i * 77) % N_TIME];
    population(&f, mixed_h, 3, outputs, 0, 0, all);
    const struct rsp_people people = {.n = N_PEOPLE, .first_id = 1};
    const struct rsp_schedule s = {.n_dose = 5, .dose = regimen, .n_time = N_TIME, .time_h = mixed_h};
    const struct rsp_simulate_options o = {
        .seed = 9, .variability = true, .uncertainty = RSP_UNCERTAINTY_PERSON};
    ck_assert_int_eq(rsp_quantiles_source(&f.source, &people, &s, 3, outputs, 2, p, &o, q, NULL), RSP_OK);
    for (int k = 0; k < 3; k++)
        for (int t = 0; t < N_TIME; t++) {
            double x[N_PEOPLE];
            for (int i = 0; i < N_PEOPLE; i++)
                x[i] = all[(i * 3 + k) * N_TIME + t];
            qsort(x, N_PEOPLE, sizeof *x, ascending);
            ck_assert_double_eq_tol(q[(k * N_TIME + t) * 2], x[50], 1e-12 * x[50] + 1e-300);
            ck_assert_double_eq_tol(q[(k * N_TIME + t) * 2 + 1], x[5], 1e-12 * x[5] + 1e-300);
        }
}
END_TEST

START_TEST(an_effect_without_a_mixture_or_for_one_class_is_what_its_form_says)
{
    struct fixture f;
    fixture_fill(&f);
    f.parameter[KE0].typical = 0.5;
    const struct rsp_dose d = iv(0, 4, 100);
    const struct rsp_people one = {.n = 1};
    const double t = 5;
    const int out[3] = {OUT_SITE, OUT_RELIEF, OUT_PAIN};
    for (int class = RSP_CLASS_RESPONSE; class <= RSP_CLASS_NONE; class ++) {
        const struct rsp_simulate_options o = {.response_class = (enum rsp_response_class) class};
        double y[3];
        ck_assert_int_eq(rsp_simulate_source(&f.source, &one,
                             &(struct rsp_schedule){.n_dose = 1, .dose = &d, .n_time = 1, .time_h = &t}, 3,
                             out, &o, y, NULL),
            RSP_OK);
        const double relief = class == RSP_CLASS_RESPONSE ? y[0] / (10 + y[0]) : 0;
        ck_assert_double_eq_tol(y[1], relief, 1e-14);
        ck_assert_double_eq_tol(y[2], 7 * (1 - relief), 1e-13);
    }
}
END_TEST

static void refused(
    const struct fixture *f, const struct rsp_dose *dose, double time_h, rsp_status code, const char *word)
{
    const struct rsp_people one = {.n = 1};
    struct rsp_error err = {0};
    double y = 42;
    const int out = OUT_PARENT;
    const struct rsp_schedule s = {.n_dose = 1, .dose = dose, .n_time = 1, .time_h = &time_h};
    ck_assert_int_eq(rsp_simulate_source(&f->source, &one, &s, 1, &out, NULL, &y, &err), code);
    ck_assert_msg(strstr(err.message, word) != NULL, "%s", err.message);
    if (code != RSP_E_NUMERIC &&
        strstr(err.message, "Person") == NULL) /* found before anybody is calculated */
        ck_assert_double_eq(y, 42);
}

START_TEST(nonsense_is_refused_with_its_place_and_reason)
{
    struct fixture f;
    fixture_fill(&f);
    struct rsp_dose d = iv(0, 1, 10);
    refused(&f, &d, NAN, RSP_E_DOMAIN, "Time 1");
    d.drug = RSP_DRUG_KETAMINE;
    refused(&f, &d, 1, RSP_E_MISMATCH, "racemate_half_s");
    d = fixture_dose(RSP_ROUTE_IM, 0, 0, 10);
    refused(&f, &d, 1, RSP_E_MISMATCH, "im");
    d = iv(0, 1, -10);
    refused(&f, &d, 1, RSP_E_DOMAIN, "-10");
    d = iv(INFINITY, 1, 10);
    refused(&f, &d, 1, RSP_E_DOMAIN, "Dose 1");
    d = iv(0, NAN, 10);
    refused(&f, &d, 1, RSP_E_DOMAIN, "duration");
    d = iv(0, 1, 10);
    d.state = 99;
    refused(&f, &d, 1, RSP_E_DOMAIN, "compartment 100");
    d = iv(0, 1, 10);
    f.parameter[K10].typical = -1;
    refused(&f, &d, 1, RSP_E_DOMAIN, "Person 0");
    f.parameter[K10].typical = NAN;
    refused(&f, &d, 1, RSP_E_DOMAIN, "Person 0");
    f.parameter[K10].typical = 1e200;
    refused(&f, &d, 1, RSP_E_NUMERIC, "too fast");
    f.parameter[K10].typical = f.parameter[K21].typical = 0;
    d.steady_interval_h = 8;
    refused(&f, &d, 1, RSP_E_NUMERIC, "steady state");
}
END_TEST

static void refused_as_not_finite(const struct fixture *f, double start_h, int output, const char *name)
{
    const struct rsp_people people = {.n = 100, .first_id = 5};
    const struct rsp_dose d = iv(start_h, 0, 1000);
    static double y[100 * N_TIME];
    const double half = 0.5;
    times();
    for (int k = 0; k < 3; k++) {
        const struct rsp_schedule s = {.n_dose = 1,
            .dose = &d,
            .n_time = k == 2 ? 12 : N_TIME,
            .time_h = k == 1 ? rough_h : dense_h,
            .observe_after_dose = output == OUT_PARENT};
        struct rsp_error err = {0};
        ck_assert_int_eq(
            rsp_simulate_source(&f->source, &people, &s, 1, &output, NULL, y, &err), RSP_E_NUMERIC);
        ck_assert_msg(strstr(err.message, "Person 5: ") != NULL && strstr(err.message, name) != NULL, "%s",
            err.message);
        err = (struct rsp_error){0};
        ck_assert_int_eq(rsp_quantiles_source(&f->source, &people, &s, 1, &output, 1, &half, NULL, y, &err),
            RSP_E_NUMERIC);
        ck_assert_msg(strstr(err.message, name) != NULL, "%s", err.message);
    }
}

START_TEST(an_output_that_is_not_finite_is_refused_by_name_and_person)
{
    struct fixture f;
    for (int k = 0; k < 4; k++) {
        fixture_fill(&f);
        memcpy(f.readout[OUT_PARENT].name, "plasma_ng_per_ml", sizeof "plasma_ng_per_ml");
        memcpy(f.readout[OUT_SITE].name, "site_ng_per_ml", sizeof "site_ng_per_ml");
        memcpy(f.effect[0].name, "relief", sizeof "relief");
        f.parameter[SCALE].typical = k == 0 ? INFINITY : k == 1 ? 1e308 : 12.5;
        f.parameter[C50].typical = k == 2 ? 0 : 10;
        f.effect[0].form = k == 3 ? RSP_EFFECT_POWER : RSP_EFFECT_INHIBITION;
        f.effect[0].hill = k == 3 ? SCALE : -1;
        f.parameter[C50].typical = k == 3 ? 1e-300 : f.parameter[C50].typical;
        if (k == 1) { /* nothing leaves: the product stays beyond the largest number */
            f.parameter[K10].typical = f.parameter[K12].typical = 0;
        }
        if (k < 2)
            refused_as_not_finite(&f, 0, OUT_PARENT, "plasma_ng_per_ml");
        if (k == 0)
            refused_as_not_finite(&f, 0, OUT_RELIEF, "site_ng_per_ml");
        if (k >= 2) /* 0 / 0 before the dose; beyond the largest number after it */
            refused_as_not_finite(&f, k == 2 ? 3 : 0, OUT_RELIEF, "relief");
    }
}
END_TEST

START_TEST(covariates_are_checked_against_the_model)
{
    struct fixture f;
    fixture_fill(&f);
    f.covariate[0] = (struct rsp_model_covariate){.name = "weight_kg", .reference = 70, .required = true};
    f.covariate_effect[0] = (struct rsp_covariate_effect){
        .kind = RSP_COV_ALLOMETRIC, .parameter = K10, .covariate = 0, .reference = 70, .exponent = 0.75};
    f.compiled.n_covariate = 1;
    f.compiled.n_covariate_effect = 1;
    f.compiled.covariate_effect = f.covariate_effect;
    struct rsp_dose d = iv(0, 0, 10);
    refused(&f, &d, 1, RSP_E_MISSING, "weight_kg");
    const double weight[3] = {70, 35, -3};
    const double *const column[1] = {weight};
    const size_t stride[1] = {1};
    struct rsp_people people = {.n = 2, .covariate = column, .stride = stride};
    double k10[2 * N_FIXTURE_SLOT];
    ck_assert_int_eq(rsp_parameters_source(&f.source, &people, NULL, k10, NULL, NULL), RSP_OK);
    ck_assert_double_eq_tol(k10[K10], 1.1, 1e-14);
    ck_assert_double_eq_tol(k10[N_FIXTURE_SLOT + K10], 1.1 * pow(0.5, 0.75), 1e-14);
    people.n = 3;
    struct rsp_error err = {0};
    ck_assert_int_eq(rsp_parameters_source(&f.source, &people, NULL, k10, NULL, &err), RSP_E_DOMAIN);
    ck_assert(strstr(err.message, "Person 2") != NULL);
}
END_TEST

RUN_TESTS("simulate", a_time_at_a_bolus_is_before_it_unless_asked_otherwise,
    an_infusion_that_ends_within_rounding_of_a_time_is_whole, a_dose_into_a_compartment_needs_no_route,
    steady_state_is_what_many_past_doses_leave, a_steady_state_dose_replaces_what_was_there,
    any_number_of_threads_gives_the_same_bits, vector_widths_agree_to_a_part_in_a_million_million,
    a_person_is_the_same_alone_and_among_others, order_of_times_does_not_matter,
    times_made_by_adding_a_step_are_stepped_and_exact, quantiles_over_people_are_those_of_the_sorted_curves,
    an_effect_without_a_mixture_or_for_one_class_is_what_its_form_says,
    nonsense_is_refused_with_its_place_and_reason, an_output_that_is_not_finite_is_refused_by_name_and_person,
    covariates_are_checked_against_the_model)
