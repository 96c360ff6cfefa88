/* Every shipped model against an 80-bit matrix exponential and an ODE run. */
#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

enum { N_PEOPLE = 11, MOST_TIME = 300 };
#ifdef RSP_SANITIZED
enum { HELD_EACH = N_PEOPLE };
#else
enum { HELD_EACH = 5 }; /* the second method takes its time: of so many people one is held to it */
#endif
static const double agreement = 1e-9;

static struct rsp_model *shipped(size_t i)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_model_shipped(rsp_shipped_id(i), &model, &err) == RSP_OK, "%s: %s", rsp_shipped_id(i),
        err.message);
    return model;
}

/* Eleven people of different weight and age; other covariates at their reference. */
struct cohort {
    struct rsp_people people;
    double weight[N_PEOPLE], age[N_PEOPLE], reference[16];
    const double *column[16];
    size_t stride[16];
};

static void fill_cohort(const struct rsp_model *model, struct cohort *c)
{
    memset(c, 0, sizeof *c);
    c->people =
        (struct rsp_people){.n = N_PEOPLE, .first_id = 40, .covariate = c->column, .stride = c->stride};
    for (int i = 0; i < N_PEOPLE; i++) {
        c->weight[i] = 50 + 5 * i;
        c->age[i] = 20 + 4 * i;
    }
    for (size_t i = 0; i < rsp_model_n_covariate(model); i++) {
        const struct rsp_model_covariate *info = rsp_model_covariate(model, i);
        const bool weight = strcmp(info->name, "weight_kg") == 0, age = strcmp(info->name, "age_y") == 0;
        c->reference[i] = info->reference;
        c->column[i] = weight ? c->weight : age ? c->age : &c->reference[i];
        c->stride[i] = weight || age ? 1 : 0;
    }
}

static enum rsp_route first_route(const struct rsp_model *model, enum rsp_route from)
{
    for (int r = (int)from; r < RSP_N_ROUTE; r++)
        if (rsp_model_takes_route(model, (enum rsp_route)r))
            return (enum rsp_route)r;
    return first_route(model, (enum rsp_route)0);
}

/* Simulated readouts of every person against state * scale of the oracle. */
static void compare(
    const struct rsp_model *model, const struct rsp_schedule *schedule, bool by_ode, size_t every)
{
    const struct rsp_compiled *compiled = rsp_model_compiled(model);
    struct rsp_source source = oracle_source(model);
    struct cohort cohort;
    fill_cohort(model, &cohort);
    const size_t n_out = compiled->n_readout, n_time = schedule->n_time;
    double checked_h[MOST_TIME];
    struct rsp_schedule checked = *schedule;
    checked.time_h = checked_h;
    checked.n_time = 0;
    for (size_t t = 0; t < n_time; t += every)
        checked_h[checked.n_time++] = schedule->time_h[t];
    int output[RSP_MAX_READOUT];
    for (size_t o = 0; o < n_out; o++)
        output[o] = (int)o;
    const struct rsp_simulate_options options = {.seed = 3, .variability = true, .occasion_gap_h = 1e9};
    double *out = malloc(N_PEOPLE * n_out * n_time * sizeof *out),
           *x = malloc(n_time * compiled->n_state * sizeof *x);
    struct rsp_error err = {0};
    const rsp_status status =
        rsp_simulate(model, &cohort.people, schedule, n_out, output, &options, out, &err);
    ck_assert_msg(status == RSP_OK, "%s: %s", rsp_model_id(model), err.message);
    for (size_t p = 0; p < N_PEOPLE; p += HELD_EACH) {
        double *slot = oracle_slots(&source, &cohort.people, &options, p);
        (by_ode ? oracle_ode : oracle_states)(compiled, slot, &checked, x);
        for (size_t o = 0; o < n_out; o++)
            for (size_t t = 0; t < n_time; t += every) {
                const double want = x[t / every * compiled->n_state + (size_t)compiled->readout[o].state] *
                                    slot[compiled->readout[o].scale];
                const double got = out[(p * n_out + o) * n_time + t];
                ck_assert_msg(fabs(got - want) <= agreement * fabs(want) + 1e-14,
                    "%s %s person %zu at %.10g h: %.17g, should be %.17g (%.2g)", rsp_model_id(model),
                    compiled->readout[o].name, p, schedule->time_h[t], got, want, fabs(got - want) / want);
            }
        free(slot);
    }
    free(out);
    free(x);
    oracle_source_free(&source);
}

static struct rsp_dose dose(
    const struct rsp_model *model, enum rsp_route route, double start, double duration, double mg)
{
    return (struct rsp_dose){.start_h = start,
        .duration_h = duration,
        .amount_mg = mg,
        .drug = rsp_model_drug(model),
        .route = route,
        .state = -1};
}

/* A minute grid with infusions that start and end on and off it, overlap, and a bolus on a time. */
static void on_dense_times(const struct rsp_model *model)
{
    const enum rsp_route iv = first_route(model, RSP_ROUTE_IV);
    struct rsp_dose doses[5] = {dose(model, iv, 0, 40 / 60.0, 35), dose(model, iv, 1.0, 0, 10),
        dose(model, iv, 0.512345, 1.1, 20), dose(model, iv, 2, 100, 60),
        dose(model, first_route(model, RSP_ROUTE_NASAL), 2.77, 0, 50)};
    double time_h[300];
    for (int i = 0; i < 300; i++)
        time_h[i] = i / 60.0;
    compare(model, &(struct rsp_schedule){.n_dose = 5, .dose = doses, .n_time = 300, .time_h = time_h}, false,
        11);
}

/* Minutes beside weeks, unsorted, repeated, before the first dose, at a dose. */
static void on_irregular_times(const struct rsp_model *model, bool after)
{
    const enum rsp_route iv = first_route(model, RSP_ROUTE_IV);
    struct rsp_dose doses[7];
    for (int d = 0; d < 5; d++)
        doses[d] = dose(model, iv, 48 * d, 40 / 60.0, 35);
    doses[5] = dose(model, iv, 30.3, 0, 12);
    doses[6] = dose(model, first_route(model, RSP_ROUTE_NASAL), 50.1, 0, 28);
    const double time_h[] = {-2, 336, 0.1, 48, 48.5, 30.3, 30.3, 1e-3, 2016, 700.25, 12, 40 / 60.0, 96.0001,
        0, 191.9999999, 193, 300, 48 + 40 / 60.0, 5, 5, 50.1, 50.2, 51, 53, 60, 75, 20, 31, 33, 37, 3.3};
    compare(model,
        &(struct rsp_schedule){.n_dose = 7,
            .dose = doses,
            .n_time = sizeof time_h / sizeof *time_h,
            .time_h = time_h,
            .observe_after_dose = after},
        false, 1);
}

START_TEST(every_linear_model_agrees_with_the_matrix_exponential_on_a_grid)
{
    for (size_t i = 0; i < rsp_shipped_count(); i++) {
        struct rsp_model *model = shipped(i);
        if (!rsp_model_compiled(model)->time_varying)
            on_dense_times(model);
        rsp_model_free(model);
    }
}
END_TEST

/* Minutes, then steps that are no power of two of them, then some of a length of their own. */
static void on_several_grids(const struct rsp_model *model)
{
    static const double step_h[4] = {1 / 60.0, 3 / 60.0, 7 / 60.0, 0.7123};
    const struct rsp_dose doses[2] = {dose(model, first_route(model, RSP_ROUTE_IV), 0, 40 / 60.0, 35),
        dose(model, first_route(model, RSP_ROUTE_NASAL), 3.3, 0, 50)};
    double time_h[4 * 70], t = 0;
    for (int i = 0; i < 4 * 70; t += step_h[i / 70], i++)
        time_h[i] = t;
    compare(model, &(struct rsp_schedule){.n_dose = 2, .dose = doses, .n_time = 4 * 70, .time_h = time_h},
        false, 9);
}

START_TEST(every_linear_model_agrees_with_the_matrix_exponential_on_several_grids)
{
    for (size_t i = 0; i < rsp_shipped_count(); i++) {
        struct rsp_model *model = shipped(i);
        if (!rsp_model_compiled(model)->time_varying)
            on_several_grids(model);
        rsp_model_free(model);
    }
}
END_TEST

START_TEST(every_linear_model_agrees_with_the_matrix_exponential_at_any_times)
{
    for (size_t i = 0; i < rsp_shipped_count(); i++) {
        struct rsp_model *model = shipped(i);
        if (!rsp_model_compiled(model)->time_varying) {
            on_irregular_times(model, false);
            on_irregular_times(model, true);
        }
        rsp_model_free(model);
    }
}
END_TEST

/* So long that of sixty earlier doses the first are gone, and so short that much of the last is left: by the
 * slowest rate of the people compared. A peripheral compartment may make a model slower than that. */
static double interval_h(const struct rsp_model *model)
{
    const struct rsp_compiled *compiled = rsp_model_compiled(model);
    const struct rsp_simulate_options options = {.seed = 3, .variability = true, .occasion_gap_h = 1e9};
    struct rsp_source source = oracle_source(model);
    struct cohort cohort;
    fill_cohort(model, &cohort);
    double slowest = INFINITY;
    for (size_t p = 0; p < N_PEOPLE; p += HELD_EACH) {
        double *slot = oracle_slots(&source, &cohort.people, &options, p);
        for (size_t l = 0; l < compiled->n_link; l++)
            if (slot[compiled->link[l].rate] > 0)
                slowest = fmin(slowest, slot[compiled->link[l].rate]);
        free(slot);
    }
    oracle_source_free(&source);
    return 1.7 / slowest;
}

START_TEST(a_steady_state_dose_of_every_linear_model_is_many_earlier_doses)
{
    size_t n_linear = 0;
    for (size_t i = 0; i < rsp_shipped_count(); i++) {
        struct rsp_model *model = shipped(i);
        if (!rsp_model_compiled(model)->time_varying) {
            const double every_h = interval_h(model);
            struct rsp_dose doses[2] = {dose(model, first_route(model, RSP_ROUTE_IV), 2, 0.4 * every_h, 90),
                dose(model, first_route(model, RSP_ROUTE_NASAL), 2, 0, 50)};
            const double time_h[3] = {2.01, 2 + 0.3 * every_h, 2 + 1.3 * every_h};
            for (int d = 0; d < 2; d++) {
                doses[d].steady_interval_h = every_h;
                compare(model,
                    &(struct rsp_schedule){.n_dose = 1, .dose = &doses[d], .n_time = 3, .time_h = time_h},
                    false, 1);
            }
            n_linear++;
        }
        rsp_model_free(model);
    }
    ck_assert_uint_gt(n_linear, 12);
}
END_TEST

START_TEST(every_model_agrees_with_an_ode_run)
{
    for (size_t i = 0; i < rsp_shipped_count(); i++) {
        struct rsp_model *model = shipped(i);
        const enum rsp_route iv = first_route(model, RSP_ROUTE_IV);
        struct rsp_dose doses[3] = {dose(model, iv, 0, 40 / 60.0, 35), dose(model, iv, 3, 4, 100),
            dose(model, first_route(model, RSP_ROUTE_NASAL), 9.5, 0, 50)};
        double time_h[60];
        for (int t = 0; t < 60; t++)
            time_h[t] = 0.05 + 0.4 * t;
        compare(model, &(struct rsp_schedule){.n_dose = 3, .dose = doses, .n_time = 60, .time_h = time_h},
            true, 1);
        rsp_model_free(model);
    }
}
END_TEST

RUN_TESTS("propagate", every_linear_model_agrees_with_the_matrix_exponential_on_a_grid,
    every_linear_model_agrees_with_the_matrix_exponential_on_several_grids,
    every_linear_model_agrees_with_the_matrix_exponential_at_any_times,
    a_steady_state_dose_of_every_linear_model_is_many_earlier_doses, every_model_agrees_with_an_ode_run)
