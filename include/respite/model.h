/** Published models: read, combine, inspect.
 *
 * A model file (YAML, manual chapter "Model files") is checked and compiled once to a linear
 * system dx/dt = A(theta) x + B u with routes as inputs, scaled states as outputs and algebraic
 * effects on them. A model is immutable after loading and may be shared between threads.
 */
#ifndef RESPITE_MODEL_H
#define RESPITE_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/dose.h>
#include <respite/status.h>
#include <respite/units.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rsp_model;

enum rsp_site { RSP_SITE_UNKNOWN, RSP_SITE_ARTERIAL, RSP_SITE_VENOUS };
enum rsp_model_kind { RSP_MODEL_PK, RSP_MODEL_EFFECT };

/** How sure a published number is. */
enum rsp_confidence {
    RSP_CONFIDENCE_PRIMARY,   /**< read in the paper itself */
    RSP_CONFIDENCE_SECONDARY, /**< read in another text or in open code */
    RSP_CONFIDENCE_DERIVED,   /**< calculated from listed numbers */
    RSP_CONFIDENCE_ASSUMED    /**< not published: rests on a named assumption */
};

/** Compile model text. Never reads files.
 * @param source  file name for messages; copied at once
 * @param model   out: caller frees with rsp_model_free
 * @return RSP_OK, or an error that names line, field and what is expected. */
RSP_CHECKED rsp_status rsp_model_parse(
    const char *text, size_t length, const char *source, struct rsp_model **model, struct rsp_error *err);

/** A shipped model by id, or a combination "otto2021+dahan2011" (PK first). An effect alone takes
 * the PK model that its file names. Checks that drug, site and domain fit together: a fast effect
 * (half-life under 24 h) needs the site it was fitted on (RSP_E_MISMATCH); a slow one adds the
 * assumption slow_effect_any_site. Caller frees with rsp_model_free. */
RSP_CHECKED rsp_status rsp_model_shipped(const char *id, struct rsp_model **model, struct rsp_error *err);

/** Combine one PK model with effects. A PK model that a shipped effect brought along (rsp_model_shipped of an
 * effect alone) gives way to the one among the parts. Copies what it needs; caller frees all of them. */
RSP_CHECKED rsp_status rsp_model_combine(
    size_t n, const struct rsp_model *const parts[], struct rsp_model **model, struct rsp_error *err);

void rsp_model_free(struct rsp_model *model);

/** Shipped models, in file-name order: id at index i (NULL past the end), text and its length,
 * SHA-256 of the file as 64 hex digits. Static storage. */
size_t rsp_shipped_count(void);
const char *rsp_shipped_id(size_t i);
const char *rsp_shipped_text(size_t i, size_t *length);
const char *rsp_shipped_sha256(size_t i);

/* ---- what a model says about itself (all pointers borrowed until rsp_model_free) ---- */

const char *rsp_model_id(const struct rsp_model *model); /**< "otto2021+dahan2011" when combined */
const char *rsp_model_name(const struct rsp_model *model);
enum rsp_model_kind rsp_model_kind(const struct rsp_model *model);
enum rsp_drug rsp_model_drug(const struct rsp_model *model);
enum rsp_site rsp_model_site(const struct rsp_model *model);
/** True when doses of this route have a published input into the model. */
bool rsp_model_takes_route(const struct rsp_model *model, enum rsp_route route);
/** False for paediatric models: they simulate, but nobody is planned with them. */
bool rsp_model_may_plan(const struct rsp_model *model);

size_t rsp_model_n_output(const struct rsp_model *model);
const char *rsp_model_output_name(const struct rsp_model *model, size_t i); /**< carries its unit */
/** Index of an output, or -1. */
int rsp_model_output_find(const struct rsp_model *model, const char *name);

struct rsp_model_covariate {
    const char *name; /**< "weight_kg", "age_y", "race" */
    bool categorical;
    double reference; /**< value the model uses when none is given and `required` is false */
    double low, high; /**< range of the people it was fitted on; low > high: not stated */
    bool required;    /**< must be given (weight in every weight-scaled model) */
    size_t n_level;   /**< categorical: number of levels; value is the level's index */
    const char *const *level;
};
size_t rsp_model_n_covariate(const struct rsp_model *model);
const struct rsp_model_covariate *rsp_model_covariate(const struct rsp_model *model, size_t i);
int rsp_model_covariate_find(const struct rsp_model *model, const char *name);

/** An assumption that an answer rests on. */
struct rsp_assumption {
    const char *name; /**< "slow_effect_any_site" */
    const char *text; /**< one sentence */
};
size_t rsp_model_n_assumption(const struct rsp_model *model);
const struct rsp_assumption *rsp_model_assumption(const struct rsp_model *model, size_t i);

/** One published parameter, for `model show`, cards and `--param`. */
struct rsp_parameter_info {
    const char *name;
    double value;            /**< in `unit`: as published, or as changed */
    const char *unit;        /**< "L/h", "" for a pure number */
    const char *variability; /**< "omega^2 0.026 (log-normal)", "" when none is published */
    const char *uncertainty; /**< "log-normal from 95 % CI 5.3 to 20.5", "" when none */
    const char *source;      /**< full citation text */
    const char *note;        /**< "" when none */
    enum rsp_confidence confidence;
};
size_t rsp_model_n_parameter(const struct rsp_model *model);
const struct rsp_parameter_info *rsp_model_parameter(const struct rsp_model *model, size_t i);
/** A copy of the model with one typical value changed (`--param NAME=VALUE`; value in the
 * parameter's published unit). RSP_E_UNKNOWN suggests the nearest name. */
RSP_CHECKED rsp_status rsp_model_with_parameter(const struct rsp_model *model, const char *name, double value,
    struct rsp_model **changed, struct rsp_error *err);

/* ---- the rest of its file: domain, structure and effects, for `model show`, model cards and drawings ---- */

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
