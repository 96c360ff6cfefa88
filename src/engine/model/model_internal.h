/** What one model file says, before it is compiled. Lives in the arena of its model. */
#ifndef RSP_ENGINE_MODEL_INTERNAL_H
#define RSP_ENGINE_MODEL_INTERNAL_H

#include <stdint.h>

#include <respite/model.h>

#include "base/text.h"
#include "base/yaml.h"
#include "model/compiled.h"

enum {
    RSP_MAX_MODEL_BYTES = 1 << 20, /* no published model comes near; refuses files that are not models */
    RSP_MAX_NAME = 63,             /* fits the name arrays of rsp_compiled */
    RSP_MAX_PART = 8,              /* one PK model and the effects on it */
    RSP_MAX_COVARIATE = 16,
    RSP_MAX_LINK = 128,
    RSP_MAX_INPUT = 64,
    RSP_MAX_OUTPUT = 32,
    RSP_MAX_CHECK = 500,
    RSP_MAX_LIST = 200 /* sources, caveats, assumptions, conditions, levels */
};

struct rsp_parameter_def;
struct rsp_covariate_def;

enum rsp_expr_kind { RSP_EXPR_NUMBER, RSP_EXPR_PARAMETER, RSP_EXPR_COVARIATE, RSP_EXPR_DOSE, RSP_EXPR_OP };

/** A checked expression. Shared by all who use its name (derived), so `value` remembers where it was
 * compiled to. */
struct rsp_expr {
    enum rsp_expr_kind kind;
    enum rsp_op_code op;
    double number;
    const struct rsp_parameter_def *parameter;
    const struct rsp_covariate_def *covariate;
    struct rsp_expr *a, *b;
    struct rsp_dimension dimension;
    uint64_t parameters; /* bit i: depends on parameter i of its file */
    bool uses_dose;
    int value; /* index in rsp_values, -1 before it is compiled */
};

struct rsp_named_expr {
    const char *name;
    struct rsp_expr *expr;
};

/** A published spread of one parameter on the scale of its random effect. */
struct rsp_spread {
    bool given;
    enum rsp_eta_scale scale;
    double sd; /* on that scale; internal unit when additive */
    const char *text;
};

struct rsp_covariate_def {
    struct rsp_model_covariate seen; /* what the public header shows */
    struct rsp_dimension dimension;
    int merged; /* index in the model */
};

struct rsp_parameter_def {
    const char *name;  /* in its file */
    const char *label; /* in the model: "dahan2011.c50" when another part has the same name */
    double value;      /* published, or set by rsp_model_with_parameter */
    struct rsp_unit unit;
    const char *source, *note;
    enum rsp_confidence confidence;
    struct rsp_spread between, occasion;
    struct rsp_uncertain uncertain;
    const char *uncertain_text;
    bool any_sign;
    size_t n_effect;
    struct rsp_covariate_effect *effect; /* parameter and covariate: indices of the file */
    int index;                           /* in its file */
    int slot;                            /* in the model */
    const struct rsp_yaml *node;
};

struct rsp_correlation_def {
    int a, b; /* parameters of the file */
    double value;
    bool covariance;
    const struct rsp_yaml *node;
};

struct rsp_substance_def {
    const char *name;
    double molar_mass; /* g/mol; 0: not given */
};

struct rsp_compartment_def {
    const char *name;
    const struct rsp_substance_def *substance; /* NULL: not stated */
    struct rsp_expr *volume;
    const char *volume_text;
    bool delay;
    int state;
    const struct rsp_yaml *node;
};

struct rsp_flow_def {
    const struct rsp_compartment_def *from, *to; /* to NULL: out of the body */
    bool both_ways, clearance;
    struct rsp_expr *amount; /* clearance or rate */
    struct rsp_expr *fraction, *growth;
    const char *amount_text, *fraction_text;
    size_t n_chain;
    const struct rsp_compartment_def *chain; /* n_chain delay compartments in a row */
    struct rsp_expr *chain_rate;
    const char *chain_text;
    int fraction_slot;
    size_t end_link; /* its links in rsp_compiled end before this one */
    const struct rsp_yaml *node;
};

struct rsp_input_def {
    enum rsp_route route;
    const struct rsp_compartment_def *to;
    struct rsp_expr *fraction, *lag, *duration;
    int index; /* in rsp_compiled.input */
    const char *fraction_text, *lag_text, *duration_text, *note;
    const struct rsp_yaml *node;
};

struct rsp_output_def {
    const char *name, *label;
    const struct rsp_compartment_def *compartment;
    struct rsp_residual residual; /* readout -1: none */
    const struct rsp_yaml *node;
};

struct rsp_effect_site_def {
    const char *name, *label, *driver;
    struct rsp_expr *rate; /* half-life or ke0 */
    const char *rate_text;
    bool half_life;
    int state;
    const struct rsp_yaml *node;
};

struct rsp_effect_def {
    const char *name, *label;
    enum rsp_effect_form form;
    size_t n_driver;
    const char *driver[2];
    struct rsp_expr *slope[2];
    struct rsp_expr *baseline, *ceiling, *c50, *hill;
    const char *slope_text[2], *baseline_text, *ceiling_text, *c50_text, *hill_text;
    bool gated;
    struct rsp_residual residual; /* readout -1: none */
    const char *note;
    const struct rsp_yaml *node;
};

struct rsp_check_def {
    struct rsp_check check;
    struct rsp_expr *expr; /* quantity: parameter */
    const struct rsp_yaml *node;
};

/** One file. */
struct rsp_part {
    const char *text, *source; /* the file itself: combine and with_parameter read it again */
    size_t length;
    size_t n_override;
    struct rsp_override {
        const char *name;
        double value;
    } override[RSP_MAX_PARAMETER];

    struct rsp_yaml_tree *tree; /* only while the model is built */
    const struct rsp_yaml *root;
    struct rsp_model_part seen;
    const char *with; /* PK model of an effect used alone, or NULL */
    bool brought;     /* a PK model that nobody named: an effect brought it by `with` */
    bool planning, molar;

    size_t n_source;
    struct rsp_model_source *sources;
    size_t n_substance;
    struct rsp_substance_def *substance;
    size_t n_covariate;
    struct rsp_covariate_def *covariate;
    size_t n_parameter;
    struct rsp_parameter_def *parameter;
    size_t n_derived;
    struct rsp_named_expr *derived;
    size_t n_correlation;
    struct rsp_correlation_def *correlation;
    size_t n_compartment;
    struct rsp_compartment_def *compartment; /* delay chains follow the named ones */
    size_t n_flow;
    struct rsp_flow_def *flow;
    size_t n_input;
    struct rsp_input_def *input;
    size_t n_output;
    struct rsp_output_def *output;
    size_t n_site;
    struct rsp_effect_site_def *site;
    size_t n_effect;
    struct rsp_effect_def *effect;
    int class_parameter; /* of the file, -1: no mixture */
    size_t n_assumption;
    struct rsp_assumption *assumption;
    size_t n_check;
    struct rsp_check_def *check;
};

struct rsp_model {
    struct rsp_arena *arena;
    const char *id, *name;
    enum rsp_model_kind kind;
    size_t n_part;
    struct rsp_part part[RSP_MAX_PART];
    struct rsp_compiled compiled;
    size_t n_parameter;
    struct rsp_parameter_info *parameter;
    size_t n_covariate;
    struct rsp_model_covariate *covariate;
    size_t n_assumption;
    struct rsp_assumption *assumption;
    size_t n_check;
    struct rsp_check *check;
    size_t n_output;
    struct rsp_model_output *output;
    bool *output_is_fast; /* one per output */
    size_t n_compartment;
    struct rsp_model_compartment *compartment;
    size_t n_flow;
    struct rsp_model_flow *flow;
    size_t n_input;
    struct rsp_model_input *input;
    size_t n_source;
    struct rsp_model_source *source;
};

/** Read, combine, compile and describe the files named in model->part (text, length, source and
 * overrides set; the rest zero). On failure the caller frees the model.
 * @param with_pk  effects without a PK model bring the shipped one that they name */
RSP_CHECKED rsp_status rsp_model_build(struct rsp_model *model, bool with_pk, struct rsp_error *err);
/** A model with nothing in it; NULL when out of memory. */
struct rsp_model *rsp_model_new(void);
/** Add a copy of a file (and its overrides) as the next part. */
RSP_CHECKED rsp_status rsp_model_add_part(
    struct rsp_model *model, const struct rsp_part *part, struct rsp_error *err);

/** Places in the lists of a file, by name; -1 when there is none. */
int rsp_part_parameter(const struct rsp_part *part, const char *name);
int rsp_part_covariate(const struct rsp_part *part, const char *name);

/** Put the parts of a model together: order, drug, covariates, labels, assumptions (join.c). */
RSP_CHECKED rsp_status rsp_model_join(struct rsp_model *model, struct rsp_error *err);
/** Refuse a fast effect on a PK model of another sampling site; a slow one adds the assumption
 * slow_effect_any_site. Needs the compiled model (combine.c). */
RSP_CHECKED rsp_status rsp_model_fit_sites(struct rsp_model *model, struct rsp_error *err);
/** Fill model->compiled (compile.c). */
RSP_CHECKED rsp_status rsp_model_compile(struct rsp_model *model, struct rsp_error *err);
/** Ways out, signs, ranges of the compiled model at typical values (validate.c). */
RSP_CHECKED rsp_status rsp_model_validate(const struct rsp_model *model, struct rsp_error *err);
/** Fill the public tables (describe.c). */
RSP_CHECKED rsp_status rsp_model_describe(struct rsp_model *model, struct rsp_error *err);

#endif
