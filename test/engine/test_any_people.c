/* Every shipped model with people far outside the ordinary: random effects and uncertainty three times as wide. */
#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "oracle.h"

enum { N_PERSON = 40, N_BY_SOLVER = 3, N_TIME = 40 };
static const double wider = 3;

/* A model's tables, copied so that they may be changed. */
struct widened {
    struct rsp_source source;
    struct rsp_compiled compiled;
    struct rsp_compiled_parameter parameter[RSP_MAX_PARAMETER];
    double omega_chol[RSP_MAX_ETA * RSP_MAX_ETA], iov_sd[RSP_MAX_ETA];
    struct rsp_link link[4 * RSP_MAX_STATE];
    char state_name[RSP_MAX_STATE + 1][64];
    struct rsp_readout readout[RSP_MAX_STATE + 1];
    struct rsp_op op[RSP_MAX_SLOT];
};

static void widen(const struct rsp_model *model, struct widened *w)
{
    memset(w, 0, sizeof *w);
    w->source = oracle_source(model);
    w->compiled = *w->source.compiled;
    struct rsp_compiled *c = &w->compiled;
    ck_assert_uint_le(c->n_parameter, RSP_MAX_PARAMETER);
    ck_assert_uint_le(c->n_link, 4 * RSP_MAX_STATE);
    memcpy(w->parameter, c->parameter, c->n_parameter * sizeof *c->parameter);
    for (size_t i = 0; i < c->n_parameter; i++)
        if (w->parameter[i].uncertain.kind == RSP_UNCERTAIN_LOGNORMAL)
            w->parameter[i].uncertain.b *= wider;
    for (size_t i = 0; i < c->n_eta * c->n_eta; i++)
        w->omega_chol[i] = wider * c->omega_chol[i];
    for (size_t i = 0; i < c->n_iov_eta; i++)
        w->iov_sd[i] = wider * c->iov_sd[i];
    c->parameter = w->parameter;
    c->omega_chol = w->omega_chol;
    c->iov_sd = w->iov_sd;
    w->source.compiled = c;
}

struct cohort {
    struct rsp_people people;
    double weight[N_PERSON], reference[16];
    const double *column[16];
    size_t stride[16];
};

static void fill_cohort(const struct rsp_model *model, struct cohort *c)
{
    memset(c, 0, sizeof *c);
    c->people =
        (struct rsp_people){.n = N_PERSON, .first_id = 1, .covariate = c->column, .stride = c->stride};
    if (rsp_model_compiled(model)->time_varying)
        c->people.n = N_BY_SOLVER; /* small steps when rates are wide apart */
    for (int i = 0; i < N_PERSON; i++)
        c->weight[i] = 40 + 0.5 * i;
    for (size_t i = 0; i < rsp_model_n_covariate(model); i++) {
        const struct rsp_model_covariate *info = rsp_model_covariate(model, i);
        const bool weight = strcmp(info->name, "weight_kg") == 0;
        c->reference[i] = info->reference;
        c->column[i] = weight ? c->weight : &c->reference[i];
        c->stride[i] = weight ? 1 : 0;
    }
}

static const struct rsp_simulate_options options = {
    .seed = 21, .variability = true, .uncertainty = RSP_UNCERTAINTY_PERSON};

static void outputs_are_finite(const struct rsp_model *model)
{
    static struct widened w;
    static struct cohort cohort;
    static double out[N_PERSON * RSP_MAX_READOUT * N_TIME];
    widen(model, &w);
    fill_cohort(model, &cohort);
    struct rsp_dose dose[RSP_N_ROUTE];
    size_t n_dose = 0;
    for (int r = 0; r < RSP_N_ROUTE; r++)
        if (rsp_model_takes_route(model, (enum rsp_route)r)) {
            dose[n_dose] = (struct rsp_dose){.start_h = 0.3 * (double)n_dose,
                .duration_h = r == RSP_ROUTE_IV ? 0.7 : 0,
                .amount_mg = 50,
                .drug = rsp_model_drug(model),
                .route = (enum rsp_route)r,
                .state = -1};
            n_dose++;
        }
    double time_h[N_TIME];
    int output[RSP_MAX_READOUT];
    const size_t n_output = rsp_model_n_output(model);
    for (size_t o = 0; o < n_output; o++)
        output[o] = (int)o;
    for (int grid = 0; grid < 2; grid++) {
        for (int t = 0; t < N_TIME; t++)
            time_h[t] = grid ? t / 10.0 : 0.01 * pow(w.compiled.time_varying ? 1.26 : 1.4, t);
        const struct rsp_schedule s = {.n_dose = n_dose, .dose = dose, .n_time = N_TIME, .time_h = time_h};
        struct rsp_error err = {0};
        const rsp_status status =
            rsp_simulate_source(&w.source, &cohort.people, &s, n_output, output, &options, out, &err);
        ck_assert_msg(status == RSP_OK, "%s: %s", rsp_model_id(model), err.message);
        for (size_t p = 0; p < cohort.people.n; p++)
            for (size_t i = 0; i < n_output * N_TIME; i++) {
                const double y = out[p * n_output * N_TIME + i];
                ck_assert_msg(isfinite(y) && (y >= 0 || i / N_TIME >= w.compiled.n_readout),
                    "%s: person %zu, output %s, %g h: %g", rsp_model_id(model), p,
                    rsp_model_output_name(model, i / N_TIME), time_h[i % N_TIME], y);
            }
    }
    oracle_source_free(&w.source);
}

/* An effect site copies what it sees, and what follows it is no drug of the dose either. */
static void find_sites(const struct rsp_compiled *c, bool site[RSP_MAX_STATE + 1])
{
    for (bool more = true; more;) {
        more = false;
        for (size_t l = 0; l < c->n_link; l++) {
            const struct rsp_link *link = &c->link[l];
            if (link->to >= 0 && !site[link->to] && (!link->conserving || site[link->from]))
                more = site[link->to] = true;
        }
    }
}

/* One more state that takes what leaves the body, every state as a readout, in mg. */
static void catch_what_leaves(struct widened *w, bool site[RSP_MAX_STATE + 1])
{
    struct rsp_compiled *c = &w->compiled;
    const int sink = (int)c->n_state;
    ck_assert_int_lt(sink, RSP_MAX_STATE);
    find_sites(c, site);
    memcpy(w->link, c->link, c->n_link * sizeof *c->link);
    for (size_t l = 0; l < c->n_link; l++)
        if (w->link[l].to < 0 && !site[w->link[l].from])
            w->link[l].to = sink;
    c->link = w->link;
    memcpy(w->state_name, c->state_name, c->n_state * sizeof *c->state_name);
    snprintf(w->state_name[sink], sizeof w->state_name[sink], "left");
    c->state_name = w->state_name;
    c->n_state++;
    /* a slot that holds 1: a rate over itself */
    const int one = (int)c->n_slot++, rate = w->link[0].rate;
    ck_assert_uint_lt(c->program.n_op, RSP_MAX_SLOT);
    memcpy(w->op, c->program.op, c->program.n_op * sizeof *w->op);
    w->op[c->program.n_op] = (struct rsp_op){.code = RSP_OP_DIV, .to = one, .a = rate, .b = rate};
    c->program = (struct rsp_program){.n_op = c->program.n_op + 1, .op = w->op};
    for (int i = 0; i <= sink; i++)
        w->readout[i] = (struct rsp_readout){.state = i, .scale = one};
    c->n_readout = c->n_state;
    c->readout = w->readout;
    c->n_effect = 0;
    c->n_residual = 0;
    c->class_parameter = -1;
}

static void mass_is_conserved(const struct rsp_model *model)
{
    static struct widened w;
    static struct cohort cohort;
    static double out[N_PERSON * (RSP_MAX_STATE + 1) * N_TIME];
    bool site[RSP_MAX_STATE + 1] = {false};
    widen(model, &w);
    fill_cohort(model, &cohort);
    catch_what_leaves(&w, site);
    struct rsp_dose dose[2];
    for (int d = 0; d < 2; d++) /* straight into the first input's compartment, all of it */
        dose[d] = (struct rsp_dose){.start_h = 3 * d,
            .duration_h = d == 0 ? 2 : 0,
            .amount_mg = d == 0 ? 50 : 8,
            .drug = rsp_model_drug(model),
            .route = w.compiled.input[0].route,
            .state = w.compiled.input[0].state};
    int output[RSP_MAX_STATE + 1];
    const size_t n_state = w.compiled.n_state;
    for (size_t o = 0; o < n_state; o++)
        output[o] = (int)o;
    double time_h[N_TIME];
    for (int grid = 0; grid < 2; grid++) {
        for (int t = 0; t < N_TIME; t++)
            time_h[t] = grid ? t / 5.0 : 0.01 * pow(1.26, t);
        const struct rsp_schedule s = {.n_dose = 2, .dose = dose, .n_time = N_TIME, .time_h = time_h};
        struct rsp_error err = {0};
        const rsp_status status =
            rsp_simulate_source(&w.source, &cohort.people, &s, n_state, output, &options, out, &err);
        ck_assert_msg(status == RSP_OK, "%s: %s", rsp_model_id(model), err.message);
        for (size_t p = 0; p < cohort.people.n; p++)
            for (int t = 0; t < N_TIME; t++) {
                double total = 0;
                for (size_t i = 0; i < n_state; i++)
                    total += site[i] ? 0 : out[(p * n_state + i) * N_TIME + (size_t)t];
                const double given = 25 * fmin(time_h[t], 2) + (time_h[t] > 3 * (1 + 1e-9) ? 8 : 0);
                ck_assert_msg(fabs(total - given) <= 1e-8 * given + 1e-12,
                    "%s person %zu at %.10g h: %.15g mg of %.15g", rsp_model_id(model), p, time_h[t], total,
                    given);
            }
    }
    oracle_source_free(&w.source);
}

static void of_every_model(void (*holds)(const struct rsp_model *model))
{
    for (size_t i = 0; i < rsp_shipped_count(); i++) {
        struct rsp_model *model = NULL;
        struct rsp_error err = {0};
        ck_assert_msg(rsp_model_shipped(rsp_shipped_id(i), &model, &err) == RSP_OK, "%s", err.message);
        holds(model);
        rsp_model_free(model);
    }
}

START_TEST(outputs_of_every_model_are_finite_and_concentrations_not_negative)
{
    of_every_model(outputs_are_finite);
}
END_TEST

START_TEST(what_every_model_is_given_is_in_the_body_or_has_left_it)
{
    of_every_model(mass_is_conserved);
}
END_TEST

RUN_TESTS("any people", outputs_of_every_model_are_finite_and_concentrations_not_negative,
    what_every_model_is_given_is_in_the_body_or_has_left_it)
