/* Small hand-built models, so that a test owns every number. */
#ifndef TEST_ENGINE_FIXTURE_H
#define TEST_ENGINE_FIXTURE_H

#include "simulate/run.h"

/* Two-compartment model with depot (oral, lag, random zero-order nasal input), metabolite through two equal
 * delays, effect site; slots are the parameters. Slots:
 * 0 k10, 1 k12, 2 k21, 3 ka, 4 kt (delay), 5 km, 6 ke0, 7 f, 8 lag, 9 d1, 10 scale, 11 p, 12 c50, 13 e0 */
enum fixture_slot { K10, K12, K21, KA, KT, KM, KE0, F, LAG, D1, SCALE, P, C50, E0, N_FIXTURE_SLOT };
enum fixture_state { CENTRAL, PERIPHERAL, DEPOT, DELAY1, DELAY2, METABOLITE, SITE, N_FIXTURE_STATE };
enum fixture_output {
    OUT_PARENT,
    OUT_PERIPHERAL,
    OUT_METABOLITE,
    OUT_SITE,
    OUT_DEPOT,
    OUT_DELAY1,
    OUT_DELAY2,
    OUT_RELIEF,
    OUT_PAIN
};

struct fixture {
    struct rsp_compiled compiled;
    struct rsp_source source;
    struct rsp_compiled_parameter parameter[N_FIXTURE_SLOT];
    struct rsp_link link[9];
    struct rsp_input input[4];
    struct rsp_readout readout[7];
    struct rsp_compiled_effect effect[2];
    struct rsp_model_covariate covariate[1];
    struct rsp_covariate_effect covariate_effect[1];
    char state_name[N_FIXTURE_STATE][64];
    double omega_chol[4], iov_sd[1];
    const char *parameter_name[N_FIXTURE_SLOT];
};

static inline void fixture_fill(struct fixture *f)
{
    static const double typical[N_FIXTURE_SLOT] = {[K10] = 1.1,
        [K12] = 0.9,
        [K21] = 0.3,
        [KA] = 1.7,
        [KT] = 2.5,
        [KM] = 0.4,
        [KE0] = 0.002,
        [F] = 0.6,
        [LAG] = 0.23,
        [D1] = 0.4,
        [SCALE] = 12.5,
        [P] = 0.67,
        [C50] = 10,
        [E0] = 7};
    static const char *const names[N_FIXTURE_SLOT] = {
        "k10", "k12", "k21", "ka", "kt", "km", "ke0", "f", "lag", "d1", "scale", "p", "c50", "e0"};
    *f = (struct fixture){0};
    for (int i = 0; i < N_FIXTURE_SLOT; i++) {
        f->parameter[i] = (struct rsp_compiled_parameter){
            .typical = typical[i], .unit_factor = 1, .eta = -1, .iov_eta = -1};
        f->parameter_name[i] = names[i];
    }
    const struct rsp_link link[9] = {{CENTRAL, DELAY1, K10, true, -1}, {CENTRAL, PERIPHERAL, K12, true, -1},
        {PERIPHERAL, CENTRAL, K21, true, -1}, {DEPOT, CENTRAL, KA, true, -1}, {DELAY1, DELAY2, KT, true, -1},
        {DELAY2, METABOLITE, KT, true, -1}, {METABOLITE, -1, KM, true, -1}, {CENTRAL, SITE, KE0, false, -1},
        {SITE, -1, KE0, true, -1}};
    const struct rsp_input input[4] = {{RSP_ROUTE_IV, CENTRAL, -1, -1, -1, false},
        {RSP_ROUTE_ORAL, DEPOT, F, -1, LAG, false}, {RSP_ROUTE_NASAL, CENTRAL, F, D1, LAG, false},
        {RSP_ROUTE_NASAL, DEPOT, F, -1, -1, false}};
    for (int i = 0; i < 9; i++)
        f->link[i] = link[i];
    for (int i = 0; i < 4; i++)
        f->input[i] = input[i];
    static const int read[7] = {CENTRAL, PERIPHERAL, METABOLITE, SITE, DEPOT, DELAY1, DELAY2};
    for (int i = 0; i < 7; i++)
        f->readout[i] = (struct rsp_readout){.state = read[i], .scale = SCALE};
    f->effect[0] = (struct rsp_compiled_effect){.form = RSP_EFFECT_INHIBITION,
        .n_driver = 1,
        .driver = {OUT_SITE},
        .baseline = -1,
        .ceiling = -1,
        .hill = -1,
        .c50 = C50,
        .gated = true};
    f->effect[1] = (struct rsp_compiled_effect){.form = RSP_EFFECT_PRODUCT,
        .n_driver = 1,
        .driver = {0},
        .baseline = E0,
        .ceiling = -1,
        .hill = -1,
        .c50 = -1};
    f->compiled = (struct rsp_compiled){.n_parameter = N_FIXTURE_SLOT,
        .parameter = f->parameter,
        .first_covariate_slot = N_FIXTURE_SLOT,
        .first_constant_slot = N_FIXTURE_SLOT + 1,
        .dose_slot = -1,
        .n_slot = N_FIXTURE_SLOT + 2,
        .n_state = N_FIXTURE_STATE,
        .state_name = f->state_name,
        .n_link = 9,
        .link = f->link,
        .n_input = 4,
        .input = f->input,
        .n_readout = 7,
        .readout = f->readout,
        .n_effect = 2,
        .effect = f->effect,
        .class_parameter = P,
        .omega_chol = f->omega_chol,
        .iov_sd = f->iov_sd};
    f->source = (struct rsp_source){.compiled = &f->compiled,
        .drug = RSP_DRUG_ESKETAMINE,
        .id = "fixture",
        .covariate = f->covariate,
        .parameter_name = f->parameter_name};
}

static inline struct rsp_dose fixture_dose(
    enum rsp_route route, double start_h, double duration_h, double amount_mg)
{
    return (struct rsp_dose){.start_h = start_h,
        .duration_h = duration_h,
        .amount_mg = amount_mg,
        .drug = RSP_DRUG_ESKETAMINE,
        .route = route,
        .state = -1};
}

#endif
