/** What a model says about itself beyond model.h: its files, domain, structure and effects, for `model
 * show`, model cards and drawings. All pointers are borrowed until rsp_model_free. */
#ifndef RESPITE_MODEL_INFO_H
#define RESPITE_MODEL_INFO_H

#include <respite/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a model was fitted on; outside of it a prediction is extrapolated. */
struct rsp_model_domain {
    size_t n_condition;
    const char *const *condition;      /**< "healthy", "crps", ... */
    const char *regimen;               /**< "iv infusion of 4 to 7 days" */
    double duration_h[2];              /**< low > high: not stated */
    double concentration_ng_per_ml[2]; /**< of the driving substance; low > high: not stated */
    const char *note;                  /**< "" when none */
};

/** One file of a model: a combined model has the PK file first, then its effects. */
struct rsp_model_part {
    const char *id, *name;
    enum rsp_model_kind kind;
    enum rsp_drug drug;
    enum rsp_site site;
    const char *status;
    const char *citation; /**< the paper; "" when none is given */
    const char *doi;      /**< "10.3389/fpain.2022.946486", "" when none */
    const char *population;
    long n_person; /**< people it was fitted on; 0: not stated */
    struct rsp_model_domain domain;
    size_t n_caveat;
    const char *const *caveat;
};
size_t rsp_model_n_part(const struct rsp_model *model);
const struct rsp_model_part *rsp_model_part(const struct rsp_model *model, size_t i);
/** Domain of the first part: of a combined model, that of its PK model. */
const struct rsp_model_domain *rsp_model_domain(const struct rsp_model *model);

/** True when an output's effect is fast: no effect site, or a half-life under 24 h. False for
 * concentrations and for slow effects. */
bool rsp_model_output_is_fast(const struct rsp_model *model, size_t i);

/** One citation of the file: key and text. */
struct rsp_model_source {
    const char *key, *text;
};
size_t rsp_model_n_source(const struct rsp_model *model);
const struct rsp_model_source *rsp_model_source(const struct rsp_model *model, size_t i);

struct rsp_model_output {
    const char *name;  /**< carries its unit */
    const char *label; /**< "plasma esketamine"; the name when none is given */
    const char *unit;  /**< "ng/mL", "1" */
    const char *form;  /**< "concentration", "effect site", "linear", "sigmoid", ... */
    const char *text;  /**< formula in words of the file, "" for concentrations */
    int part;          /**< index of the file that it comes from */
};
const struct rsp_model_output *rsp_model_output(const struct rsp_model *model, size_t i);

enum rsp_compartment_role { RSP_COMPARTMENT_BODY, RSP_COMPARTMENT_DELAY, RSP_COMPARTMENT_EFFECT_SITE };
/** Compartment i is state i: the named ones in file order, delay chains, effect sites. */
struct rsp_model_compartment {
    const char *name;
    const char *substance; /**< "" when not stated */
    const char *volume;    /**< expression as written, "" when none */
    enum rsp_compartment_role role;
};
size_t rsp_model_n_compartment(const struct rsp_model *model);
const struct rsp_model_compartment *rsp_model_compartment(const struct rsp_model *model, size_t i);

/** One arrow of the drawing. A flow through a delay chain is one arrow per step. */
struct rsp_model_flow {
    int from, to; /**< states; to -1: leaves the body */
    bool both_ways;
    const char *rate;     /**< clearance or rate as written: "cl", "2 / mtt" */
    bool clearance;       /**< rate is a clearance (divided by the volume of `from`) */
    const char *fraction; /**< "" when all of it */
    bool conserving;      /**< false for the drive of an effect site */
};
size_t rsp_model_n_flow(const struct rsp_model *model);
const struct rsp_model_flow *rsp_model_flow(const struct rsp_model *model, size_t i);

/** One input of one route. */
struct rsp_model_input {
    enum rsp_route route;
    int to;
    const char *fraction, *lag, *duration, *note; /**< as written; "" when absent */
};
size_t rsp_model_n_input(const struct rsp_model *model);
const struct rsp_model_input *rsp_model_input(const struct rsp_model *model, size_t i);

#ifdef __cplusplus
}
#endif

#endif
