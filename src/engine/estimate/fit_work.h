/** What one call of the fit knows (struct rsp_fit_setup) and what one thread works on (struct rsp_fit_work).
 *
 * All derivatives are with respect to the whitened effects u (eta = L u, Omega = L L'): the prior is u'u, and no
 * inverse of Omega is needed. A dual is s = 1 + n_effect doubles (dual.h).
 */
#ifndef RSP_ESTIMATE_FIT_WORK_H
#define RSP_ESTIMATE_FIT_WORK_H

#include <respite/fit.h>

#include "model/compiled.h"
#include "simulate/structure.h"

enum {
    RSP_FIT_MAX_READOUT = 64,
    RSP_FIT_MAX_LINK = 192,
    RSP_FIT_MAX_INPUT = 64,
    RSP_FIT_MAX_OP = 1024,
    RSP_FIT_MAX_OPEN = 1000, /* infusions of a steady-state dose that may overlap */
    RSP_FIT_MODES_MAX = 10,  /* kept states up to which the system is diagonalised */
    RSP_FIT_MAX_DIM = 1 + RSP_FIT_MAX_EFFECT
};

struct rsp_fit_link {
    int from, to; /* kept states; to -1: leaves */
    int rate, growth;
    bool conserving;
};

struct rsp_fit_setup {
    const struct rsp_model *model;
    const struct rsp_compiled *c;
    struct rsp_fit_options options;
    struct rsp_structure structure;
    int route_first[RSP_N_ROUTE], route_n[RSP_N_ROUTE], route_input[RSP_FIT_MAX_INPUT];
    int extra_of[RSP_MAX_PARAMETER]; /* assumed effect of a parameter, -1 */
    bool active[RSP_MAX_SLOT];       /* depends on a random effect */
    int n_active_op, active_op[RSP_FIT_MAX_OP];
    const struct rsp_residual *residual[2 * RSP_FIT_MAX_READOUT]; /* of an output, NULL */
    int n_link;
    struct rsp_fit_link link[RSP_FIT_MAX_LINK];
    int n_pair; /* places of the generator that are not always 0 */
    unsigned char pair[RSP_MAX_STATE * RSP_MAX_STATE][2];
    bool reach[RSP_MAX_STATE][RSP_MAX_STATE]; /* [i][j]: a path leads from kept state j to i */
    bool timed;                               /* lags or input durations depend on random effects */
};

/** Parameters that hold for a while. */
struct rsp_fit_span {
    double until_h;
    int stretch;  /* of the person, -1 */
    int occasion; /* 0, 1, ... */
    double *base; /* n_parameter: typical value with covariates, internal unit */
    double *slot; /* n_slot duals */
    bool spectral;
    double *generator;    /* n x n duals */
    double *lambda;       /* n duals: eigenvalues (spectral) */
    double *right, *left; /* n x n duals: eigenvectors; left right = 1 */
};

enum rsp_fit_kind { RSP_FIT_OBSERVE, RSP_FIT_STEADY, RSP_FIT_BOLUS, RSP_FIT_ON, RSP_FIT_OFF };

struct rsp_fit_item {
    enum rsp_fit_kind kind;
    int rank; /* at the same time: lower first */
    int span, dose, input;
    int kept;           /* state that it enters, -1 none */
    int observation;    /* OBSERVE */
    int partner;        /* of an ON: its OFF; of a STEADY: its first OFF of what runs */
    int n_partner;      /* of a STEADY: how many */
    bool live;          /* OFF: its infusion runs */
    double *time_h;     /* dual */
    double *value;      /* dual: mg, or mg/h of an ON and its OFF */
    double *duration_h; /* dual: of an ON */
};

/** Power-of-two steps of one span (flow_dense.c). */
struct rsp_fit_levels {
    int span; /* -1: none */
    double step_h;
    int n, capacity;
    double *matrix[64]; /* n x (n + m) duals each */
};

/** Memory of a thread; arrays grow and are kept. */
struct rsp_fit_work {
    const struct rsp_fit_setup *setup;
    const struct rsp_fit_person *person;
    int n_effect, s, n_occasion;
    int n, m; /* kept states, zero-order columns */
    int n_span;
    struct rsp_fit_span *span;
    int n_item;
    struct rsp_fit_item *item;
    int *order;   /* of items by time */
    bool *used;   /* n_observation */
    double *chol; /* n_effect x n_effect: eta = chol u */

    /* state while driving */
    int at; /* span, -1 before the first */
    bool started;
    double *now, *z, *rate_mg_per_h,
        *modal; /* dual; n duals: state (modal or not); n: rates; n: rates in modes */
    int open[RSP_MAX_STATE];
    double *x, *scratch, *steady; /* n duals; 4 n duals; 2 n duals */
    struct rsp_fit_levels levels;
    void *ode;
    char why[160]; /* of a failed evaluation */

    double *f; /* n_observation duals: predictions */
    double objective;
    double *gradient, *hessian; /* n_effect, squared: by u; hessian expected */
    double first_dose_h;

    /* optimiser and sampler */
    double *u, *trial, *step, *factor, *best_gradient, *best_hessian, *typical_f;

    size_t capacity;
    char *memory;
};

/* ---- fit_setup.c ---- */
RSP_CHECKED rsp_status rsp_fit_setup_new(const struct rsp_model *model, size_t n,
    const struct rsp_fit_person person[], const struct rsp_fit_options *options, struct rsp_fit_setup **setup,
    struct rsp_error *err);
void rsp_fit_setup_free(struct rsp_fit_setup *setup);

/* ---- fit_prepare.c ---- */
/** Check a person, place spans and items. The work may have been used for others. */
RSP_CHECKED rsp_status rsp_fit_prepare(struct rsp_fit_work *work, const struct rsp_fit_setup *setup,
    const struct rsp_fit_person *person, struct rsp_error *err);
void rsp_fit_work_free(struct rsp_fit_work *work);

/* ---- fit_slots.c ---- */
/** Parameters, slots and generators of all spans at u. @return false: the parameters cannot be (why) */
bool rsp_fit_slots(struct rsp_fit_work *work, const double u[]);
/** Typical values with covariates and everything in the slots that no random effect moves. */
void rsp_fit_slots_fixed(struct rsp_fit_work *work, struct rsp_fit_span *span);
/** Lay the person out for evaluations with derivatives, or for values alone (the gradient is then nonsense): all
 * that no random effect moves. */
void rsp_fit_begin(struct rsp_fit_work *work, bool slopes);
/** One program with derivatives. */
void rsp_fit_program(int s, const struct rsp_program *program, double *slot);

/* ---- fit_doses.c ---- */
/** Times and amounts of all items at the present slots. */
bool rsp_fit_doses(struct rsp_fit_work *work);
/** Replace the state by the steady state of one dose. */
bool rsp_fit_steady(struct rsp_fit_work *work, struct rsp_fit_item *item);

/* ---- flow.c: the state over time, in whatever coordinates ---- */
/** Find modes where that is exact enough. */
void rsp_fit_flow_build(struct rsp_fit_work *work, struct rsp_fit_span *span);
/** Empty the body. */
void rsp_fit_flow_clear(struct rsp_fit_work *work);
/** Other parameters from now on. */
void rsp_fit_flow_switch(struct rsp_fit_work *work, int span);
/** Advance to a time (dual) with the present parameters and rates. */
bool rsp_fit_flow_to(struct rsp_fit_work *work, const double *time_h);
void rsp_fit_flow_add(struct rsp_fit_work *work, int kept, const double *amount_mg);
/** Change the rate into a state by sign * rate. */
void rsp_fit_flow_rate(struct rsp_fit_work *work, int kept, double sign, const double *rate_mg_per_h);
void rsp_fit_flow_read(const struct rsp_fit_work *work, int kept, double *amount_mg);
/** State that endless repeats every interval_h leave, given what one interval leaves from an empty body. */
bool rsp_fit_flow_periodic(struct rsp_fit_work *work, double interval_h);

/* ---- flow_modes.c, flow_dense.c, flow_ode.c ---- */
bool rsp_fit_modes_find(struct rsp_fit_work *work, struct rsp_fit_span *span);
bool rsp_fit_dense_advance(struct rsp_fit_work *work, double dt_h);
bool rsp_fit_dense_periodic(struct rsp_fit_work *work, double interval_h);
bool rsp_fit_ode_advance(struct rsp_fit_work *work, double from_h, double dt_h);
/** d x / d t at the present state, values only. */
void rsp_fit_ode_slope(struct rsp_fit_work *work, double t_h, double dxdt[]);
void rsp_fit_ode_free(void *ode);

/* ---- fit_predict.c ---- */
/** Predictions and derivatives of all observations at u into work->f. */
bool rsp_fit_predict(struct rsp_fit_work *work, const double u[]);

/* ---- fit_objective.c ---- */
/** Objective, gradient and Hessian without the curvature of the predictions at u. @return false when it is not
 * finite there
 * @param expected  average of the likelihood's curvature over what the model could give (standard errors), else
 *                  as it is wherever that is positive (search) */
bool rsp_fit_evaluate(struct rsp_fit_work *work, const double u[], bool expected);
/** Residual of observation i at its prediction: SD (of the logarithm under a log error), standardised residual
 * (of the limit when it is censored), probability of lying below (NaN when not censored). */
struct rsp_fit_error {
    double sd, residual, probability_below;
};
struct rsp_fit_error rsp_fit_error_at(const struct rsp_fit_work *work, int observation, double prediction);

/* ---- fit_map.c ---- */
/** Cholesky factor of a symmetric matrix, in place in the lower triangle. @return false: not positive definite */
bool rsp_fit_cholesky(int n, double *a);
void rsp_fit_solve(int n, const double *factor, double *x);
struct rsp_fit_search {
    bool converged;
    int n_iteration, n_start;
};
/** Mode into work->u, with work->f, objective, gradient and hessian there; NaN when it does not converge. */
struct rsp_fit_search rsp_fit_search_mode(struct rsp_fit_work *work);

/* ---- fit_posterior.c ---- */
RSP_CHECKED rsp_status rsp_fit_sample(
    struct rsp_fit_work *work, uint64_t id, struct rsp_fit_result *result, struct rsp_error *err);

/* ---- fit_pareto.c ---- */
/** Shape of the tail of n importance weights; reorders them. NaN when there are too few. */
double rsp_fit_pareto_k(size_t n, double weight[]);

/* ---- fit_verdict.c ---- */
/** @return false: no memory */
bool rsp_fit_judge(
    struct rsp_fit_work *work, const struct rsp_fit_search *search, struct rsp_fit_result *result);
/** P(chi-square with n degrees of freedom > x). */
double rsp_fit_chi_square_above(double x, size_t n);

#endif
