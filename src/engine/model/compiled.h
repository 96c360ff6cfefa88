/** The compiled form of a model: what `simulate` integrates.
 *
 * Everything that depends on the person is a *slot*: a double (in the hot path: RSP_LANES doubles,
 * one a person). Slots are filled in order: parameters, covariates, constants, then one pass
 * through `program`. Rates are 1/h, volumes L, amounts mg of the dosed drug's free base
 * equivalent, times h, concentrations mg/L.
 */
#ifndef RSP_ENGINE_MODEL_COMPILED_H
#define RSP_ENGINE_MODEL_COMPILED_H

#include <respite/model.h>
#include <respite/units.h>

enum {
    RSP_LANES = 8, /* people evaluated together, whatever the vector width */
    RSP_MAX_STATE = 32,
    RSP_MAX_PARAMETER = 64,
    RSP_MAX_ETA = 32,
    RSP_MAX_SLOT = 256
};

enum rsp_op_code {
    RSP_OP_ADD,
    RSP_OP_SUB,
    RSP_OP_MUL,
    RSP_OP_DIV,
    RSP_OP_MIN,
    RSP_OP_MAX,
    RSP_OP_POW,
    RSP_OP_EXP,
    RSP_OP_LOG
};

/** slot[to] = slot[a] OP slot[b] (b unused by EXP and LOG). */
struct rsp_op {
    enum rsp_op_code code;
    int to, a, b;
};

struct rsp_program {
    size_t n_op;
    struct rsp_op *op;
};

/** How a random effect moves a parameter. */
enum rsp_eta_scale { RSP_ETA_LOG, RSP_ETA_LOGIT, RSP_ETA_ADDITIVE };

/** Distribution of a parameter's *uncertainty* (not variability), on its published value. */
enum rsp_uncertain_kind { RSP_CERTAIN, RSP_UNCERTAIN_LOGNORMAL, RSP_UNCERTAIN_BETA, RSP_UNCERTAIN_NORMAL };
struct rsp_uncertain {
    enum rsp_uncertain_kind kind;
    double a, b; /* lognormal: mean and SD of the log (internal unit); Beta: alpha, beta; normal: mean, SD */
    double low, high; /* 95 % interval as published (internal unit); NaN when none was */
};

/** Parameter i occupies slot i. value = typical (or drawn) * covariate effects, then etas. */
struct rsp_compiled_parameter {
    double typical;     /* internal unit */
    double unit_factor; /* internal = published * unit_factor */
    enum rsp_eta_scale eta_scale;
    int eta;     /* index of the between-person eta, -1 none */
    int iov_eta; /* index of the inter-occasion eta, -1 none */
    struct rsp_uncertain uncertain;
};

enum rsp_covariate_effect_kind {
    RSP_COV_ALLOMETRIC, /* x (c / reference)^exponent */
    RSP_COV_LINEAR,     /* + slope * (c - reference), clipped to c > reference when above_only */
    RSP_COV_FACTOR      /* x factor[level] */
};
struct rsp_covariate_effect {
    enum rsp_covariate_effect_kind kind;
    int parameter, covariate;
    double reference, exponent, slope; /* slope in internal units of the parameter per covariate unit */
    bool above_only;
    size_t n_level;
    const double *factor;
};

/** d x[to] += rate * x[from]; when conserving, d x[from] -= rate * x[from]. to -1: leaves the body.
 * A non-conserving link drives an effect site. growth_per_h is the slot of a linear growth of the
 * rate with time since the first dose: rate (1 + growth t); -1 for constant rates. */
struct rsp_link {
    int from, to;
    int rate; /* slot, 1/h */
    bool conserving;
    int growth; /* slot, 1/h, or -1 */
};

/** One input of one route. The dose enters `state`: fraction * amount, over duration (zero order)
 * when duration >= 0, else as the dose was given, after lag. */
struct rsp_input {
    enum rsp_route route;
    int state;
    int fraction;          /* slot, or -1 for 1 */
    int duration;          /* slot, h, or -1: as given */
    int lag;               /* slot, h, or -1 */
    bool fraction_of_dose; /* fraction depends on the amount: evaluated by dose_program for each dose */
};

/** output = x[state] * slot[scale]; scale carries volume, molar mass and output unit. */
struct rsp_readout {
    char name[64];
    int state;
    int scale; /* slot */
};

enum rsp_effect_form {
    RSP_EFFECT_LINEAR,
    RSP_EFFECT_EMAX,
    RSP_EFFECT_SIGMOID,
    RSP_EFFECT_POWER,
    RSP_EFFECT_INHIBITION,
    RSP_EFFECT_PRODUCT
};

/** An algebraic effect on one or two readouts (in the unit of their names):
 * LINEAR      baseline + sum slope_k * d_k
 * EMAX        baseline + (ceiling - baseline) * d / (c50 + d)
 * SIGMOID     baseline + (ceiling - baseline) * d^hill / (c50^hill + d^hill)
 * POWER       baseline * (1 + (d / c50)^hill)
 * INHIBITION  relief fraction d / (c50 + d), times `class` of the mixture when gated
 * PRODUCT     baseline * (1 - effect[driver])   (pain = baseline pain * (1 - relief)) */
struct rsp_compiled_effect {
    char name[64];
    enum rsp_effect_form form;
    int n_driver;
    int driver[2];                    /* index into readouts, or, for PRODUCT, into effects */
    int slope[2];                     /* slots */
    int baseline, ceiling, c50, hill; /* slots, -1 when absent */
    bool gated;                       /* only in the response class */
};

/** Residual error of one output (used by fit). */
struct rsp_residual {
    int readout;                                 /* output: readouts, then effects */
    double proportional_sd, additive_sd, log_sd; /* additive in the output's unit */
};

/** One published number and how close the model must come. See `check`. */
struct rsp_check {
    const char *description, *quantity, *output, *kind, *source, *note;
    const char *dose; /* all dose texts joined by " + ", for display; "" when there is none */
    size_t n_dose;
    const char *const *dose_text;
    double time_h, to_h; /* -1: not given */
    double from_h;       /* 0 unless given */
    double value;        /* target as printed, in `unit` */
    const char *unit;
    double unit_factor; /* internal (mg, L, h, ...) = printed * unit_factor */
    double tolerance_pct;
    double spread;
    const char *spread_kind;   /* observed: in `unit`; 0 when none is published */
    double computed_elsewhere; /* not_reproducible: NAN when none */
    int digits;                /* significant digits printed; -1: use tolerance_pct */
    const char *const *covariate;
    size_t n_covariate; /* "name=value" */
    const char *const *assume;
    size_t n_assume;   /* assumptions to grant, such as racemate_half_s */
    int slot;          /* quantity "parameter": slot of the value, see check_program; else -1 */
    bool reproducible; /* false: listed with the reason in note, not a pass mark */
    int line;
};

struct rsp_compiled {
    size_t n_parameter;
    struct rsp_compiled_parameter *parameter;
    size_t n_covariate;
    int first_covariate_slot; /* covariate i is slot first_covariate_slot + i */
    size_t n_constant;
    int first_constant_slot;
    double *constant;
    int dose_slot; /* amount of the dose in mg, for dose_program; -1 none */
    size_t n_slot;
    struct rsp_program program;       /* once a person (and occasion) */
    struct rsp_program dose_program;  /* once a dose, after setting dose_slot */
    struct rsp_program check_program; /* after `program`: values that only checks ask for */
    size_t n_covariate_effect;
    struct rsp_covariate_effect *covariate_effect;
    size_t n_eta;
    double *omega_chol; /* n_eta x n_eta lower triangle, row-major: SD scale */
    size_t n_iov_eta;
    double *iov_sd; /* independent */
    size_t n_state;
    char (*state_name)[64];
    size_t n_link;
    struct rsp_link *link;
    size_t n_input;
    struct rsp_input *input;
    size_t n_readout;
    struct rsp_readout *readout;
    size_t n_effect;
    struct rsp_compiled_effect *effect;
    size_t n_residual;
    struct rsp_residual *residual;
    int class_parameter; /* parameter that is the probability of the response class, -1: no mixture */
    bool time_varying;   /* some link grows with time: ODE path */
};

/** Run the program for one person: reads and writes slot[0 .. n_slot). */
void rsp_program_run(const struct rsp_program *program, double slot[]);

/** Slots of a typical person: parameters at their typical values with the covariate effects, covariates as
 * given (n_covariate values; NULL: references), constants, then `program` and `check_program`.
 * @param slot  out: n_slot values; the dose slot is 0 */
void rsp_model_typical(const struct rsp_model *model, const double covariate[], double slot[]);

/** Whether a covariate must be above 0: some effect of it is a power. */
bool rsp_covariate_is_positive(const struct rsp_compiled *compiled, size_t covariate);

/* Outputs are numbered readouts first, then effects. */
const struct rsp_compiled *rsp_model_compiled(const struct rsp_model *model);
size_t rsp_model_n_check(const struct rsp_model *model);
const struct rsp_check *rsp_model_check(const struct rsp_model *model, size_t i);
/** How many of the first checks are those of the PK model below effects; 0 for a model of one file. */
size_t rsp_model_n_pk_check(const struct rsp_model *model);
/** Unit that an output's name ends with. @return false for an unknown ending. */
bool rsp_output_unit(const char *name, struct rsp_unit *unit);

#endif
