/* What a fit computes against other ways to the same number: predictions against the simulation of a person with
 * those parameters, gradients against differences of the objective, modes against each other. */
#include "fit_model.h"

#include <respite/simulate.h>

enum { MOST = 64 };

struct scene {
    const char *name, *model;
    struct rsp_dose dose[4];
    size_t n_dose;
};

#define IV(start, over, mg, at_state)                                                                        \
    {                                                                                                        \
        .start_h = (start), .duration_h = (over), .amount_mg = (mg), .drug = RSP_DRUG_ESKETAMINE,            \
        .route = RSP_ROUTE_IV, .state = (at_state)                                                           \
    }
#define BY(way, start, mg, every)                                                                            \
    {                                                                                                        \
        .start_h = (start), .amount_mg = (mg), .drug = RSP_DRUG_ESKETAMINE, .route = (way), .state = -1,     \
        .steady_interval_h = (every)                                                                         \
    }

static const struct scene scenes[] = {
    {"bolus and infusions that overlap", "everything",
        {IV(0, 0, 10, -1), IV(0.5, 2, 20, -1), IV(1.5, 1, 9, -1)}, 3},
    {"lag and absorption", "everything", {BY(RSP_ROUTE_ORAL, 0, 50, 0), BY(RSP_ROUTE_ORAL, 3, 50, 0)}, 2},
    {"two inputs, one over a duration of the person", "everything", {BY(RSP_ROUTE_BUCCAL, 0, 50, 0)}, 1},
    {"steady state by mouth", "everything", {BY(RSP_ROUTE_ORAL, 0, 50, 6)}, 1},
    {"steady state of two inputs", "everything", {BY(RSP_ROUTE_BUCCAL, 0, 50, 8)}, 1},
    {"steady state of overlapping infusions", "everything",
        {{.start_h = 0,
            .duration_h = 7,
            .amount_mg = 40,
            .drug = RSP_DRUG_ESKETAMINE,
            .route = RSP_ROUTE_IV,
            .state = -1,
            .steady_interval_h = 3}},
        1},
    {"effects", "everything+effects", {IV(0, 0.7, 25, -1), BY(RSP_ROUTE_ORAL, 2, 30, 0)}, 2},
    {"three states in modes", "posologyr_101", {BY(RSP_ROUTE_ORAL, 0, 100, 0), IV(2, 0, 30, 1)}, 2},
    {"two states in modes", "map_case_two_cpt", {IV(0, 1, 1000, -1), IV(5, 0, 100, -1)}, 2},
    {"steady state in modes", "map_case_two_cpt",
        {{.start_h = 0,
            .duration_h = 1.5,
            .amount_mg = 40,
            .drug = RSP_DRUG_ESKETAMINE,
            .route = RSP_ROUTE_IV,
            .state = -1,
            .steady_interval_h = 6}},
        1},
    {"lag in modes", "posologyr_003", {BY(RSP_ROUTE_ORAL, -3, 100, 0), BY(RSP_ROUTE_ORAL, 4, 100, 0)}, 2},
    {"duration in modes", "posologyr_006", {BY(RSP_ROUTE_ORAL, 0, 100, 0), BY(RSP_ROUTE_ORAL, 3, 100, 0)}, 2},
    {"otto2021", "otto2021", {IV(0, 0.5, 25, -1)}, 1},
    {"simons2022", "simons2022", {IV(0, 1, 25, -1)}, 1},
    {"perezruixo2021", "perezruixo2021", {BY(RSP_ROUTE_NASAL, 0, 56, 0)}, 1},
    {"flint2017, whose clearance grows", "flint2017", {IV(0, 3, 25, -1), IV(2, 0, 5, -1)}, 2},
};
enum { N_SCENE = sizeof scenes / sizeof *scenes };

struct set_up {
    struct rsp_model *model;
    struct rsp_fit_person person;
    struct rsp_fit_observation observation[MOST];
    struct rsp_fit_stretch stretch;
    double covariate[16], eta[MOST];
    size_t n_eta;
};

/* Every output that can be fitted, at times that meet no event, at random effects that are no one's mode. */
static void set_up(struct set_up *s, const struct scene *scene)
{
    static const double time_h[] = {0.45, 1.3, 2.9, 5.3, 9.1, 20.7};
    memset(s, 0, sizeof *s);
    s->model = any_model(scene->model);
    const struct rsp_compiled *c = rsp_model_compiled(s->model);
    size_t n = 0;
    for (int o = 0; o < (int)rsp_model_n_output(s->model); o++)
        for (size_t t = 0; t < sizeof time_h / sizeof *time_h && rsp_fit_output_fits(s->model, o); t++) {
            ck_assert_uint_lt(n, MOST);
            s->observation[n] = (struct rsp_fit_observation){.time_h = time_h[t],
                .value = 30.0 + 7 * (double)(t % 3),
                .output = o,
                .stretch = -1,
                .censored = n % 7 == 6};
            n++;
        }
    for (size_t i = 0; i < c->n_covariate; i++)
        s->covariate[i] = rsp_model_covariate(s->model, i)->reference;
    s->stretch = (struct rsp_fit_stretch){.covariate = s->covariate, .occasion = 0};
    s->person = (struct rsp_fit_person){.n_dose = scene->n_dose,
        .dose = scene->dose,
        .n_observation = n,
        .observation = s->observation,
        .n_stretch = 1,
        .stretch = &s->stretch};
    s->n_eta = c->n_eta + c->n_iov_eta;
    for (size_t i = 0; i < s->n_eta; i++)
        s->eta[i] = 0.17 * (double)((i * 5 + 2) % 7) - 0.4;
}

static double objective(const struct set_up *s, const double eta[])
{
    double ofv = NAN;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_fit_objective(s->model, &s->person, NULL, eta, &(struct rsp_fit_outputs){.ofv = &ofv},
                      &err) == RSP_OK,
        "%s", err.message);
    return ofv;
}

/* A copy of the model whose typical person has these random effects. */
static struct rsp_model *person_model(const struct set_up *s)
{
    const struct rsp_compiled *c = rsp_model_compiled(s->model);
    struct rsp_model *model = s->model;
    for (size_t i = 0; i < c->n_parameter; i++) {
        const struct rsp_compiled_parameter *p = &c->parameter[i];
        const double typical = p->typical,
                     effect = (p->eta >= 0 ? s->eta[p->eta] : 0) +
                              (p->iov_eta >= 0 ? s->eta[(int)c->n_eta + p->iov_eta] : 0);
        if (p->eta < 0 && p->iov_eta < 0)
            continue;
        double value = typical * exp(effect);
        if (p->eta_scale == RSP_ETA_ADDITIVE)
            value = typical + effect;
        else if (p->eta_scale == RSP_ETA_LOGIT)
            value = 1 / (1 + (1 - typical) / typical * exp(-effect));
        struct rsp_model *next = NULL;
        struct rsp_error err = {0};
        ck_assert_msg(rsp_model_with_parameter(model, rsp_model_parameter(s->model, i)->name,
                          value / p->unit_factor, &next, &err) == RSP_OK,
            "%s", err.message);
        if (model != s->model)
            rsp_model_free(model);
        model = next;
    }
    return model;
}

START_TEST(predictions_are_those_of_the_simulation)
{
    struct set_up s;
    set_up(&s, &scenes[_i]);
    double ofv, ipred[MOST], covariate_value[16];
    struct rsp_error err = {0};
    ck_assert_msg(rsp_fit_objective(s.model, &s.person, NULL, s.eta,
                      &(struct rsp_fit_outputs){.ofv = &ofv, .ipred = ipred}, &err) == RSP_OK,
        "%s: %s", scenes[_i].name, err.message);
    struct rsp_model *model = person_model(&s);
    const double *column[16];
    size_t stride[16] = {0};
    for (size_t i = 0; i < 16; i++) {
        covariate_value[i] = s.covariate[i];
        column[i] = &covariate_value[i];
    }
    const struct rsp_people people = {.n = 1, .covariate = column, .stride = stride};
    const double tolerance = strcmp(scenes[_i].model, "flint2017") == 0 ? 1e-8 : 1e-9;
    for (size_t i = 0; i < s.person.n_observation; i++) {
        double value;
        const struct rsp_schedule schedule = {.n_dose = s.person.n_dose,
            .dose = s.person.dose,
            .n_time = 1,
            .time_h = &s.observation[i].time_h};
        ck_assert_msg(rsp_simulate(model, &people, &schedule, 1, &s.observation[i].output, NULL, &value,
                          &err) == RSP_OK,
            "%s", err.message);
        ck_assert_msg(fabs(ipred[i] - value) <= tolerance * fabs(value) + 1e-12,
            "%s: %s at %g h: %.15g, simulated %.15g", scenes[_i].name,
            rsp_model_output_name(s.model, (size_t)s.observation[i].output), s.observation[i].time_h,
            ipred[i], value);
    }
    if (model != s.model)
        rsp_model_free(model);
    rsp_model_free(s.model);
}
END_TEST

/* Differences of sixth order; their own error is about 1e-9 of the terms of the objective. */
START_TEST(gradient_is_that_of_the_objective)
{
    static const double weight[] = {3.0 / 4, -3.0 / 20, 1.0 / 60};
    struct set_up s;
    set_up(&s, &scenes[_i]);
    double gradient[MOST], ofv;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_fit_objective(s.model, &s.person, NULL, s.eta,
                      &(struct rsp_fit_outputs){.ofv = &ofv, .gradient = gradient}, &err) == RSP_OK,
        "%s", err.message);
    const double noise = strcmp(scenes[_i].model, "flint2017") == 0 ? 1e-5 : 2e-7;
    for (size_t j = 0; j < s.n_eta; j++) {
        double eta[MOST], sum = 0;
        const double step = 4e-3;
        memcpy(eta, s.eta, sizeof eta);
        for (int k = 0; k < 3; k++) {
            eta[j] = s.eta[j] + (k + 1) * step;
            sum += weight[k] * objective(&s, eta);
            eta[j] = s.eta[j] - (k + 1) * step;
            sum -= weight[k] * objective(&s, eta);
        }
        sum /= step;
        ck_assert_msg(fabs(gradient[j] - sum) <= noise * (fabs(sum) + 1 + 0.01 * fabs(ofv)),
            "%s: effect %zu: %.12g, differences %.12g", scenes[_i].name, j, gradient[j], sum);
    }
    rsp_model_free(s.model);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fit");
    TCase *tcase = tcase_create("fit");
    tcase_set_timeout(tcase, 0);
    tcase_add_loop_test(tcase, predictions_are_those_of_the_simulation, 0, N_SCENE);
    tcase_add_loop_test(tcase, gradient_is_that_of_the_objective, 0, N_SCENE);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
