/** Doses + people + model -> curves.
 *
 * Exact between events for linear models (no step-size error); models whose coefficients change
 * with time take an adaptive ODE solver (relative tolerance 1e-10). The same seed gives the same
 * numbers, bit for bit, for any number of threads; across vector widths to 1e-12 relative.
 */
#ifndef RESPITE_SIMULATE_H
#define RESPITE_SIMULATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <respite/dose.h>
#include <respite/model.h>
#include <respite/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What differs between the virtual people. Variability, uncertainty and class are three things. */
enum rsp_uncertainty {
    RSP_UNCERTAINTY_NONE,   /**< typical parameters as published */
    RSP_UNCERTAINTY_PERSON, /**< one draw of the uncertain parameters a person */
    RSP_UNCERTAINTY_TRIAL   /**< one draw for all people of this call */
};
enum rsp_response_class {
    RSP_CLASS_DRAW,     /**< each person's latent class is drawn (mixture) */
    RSP_CLASS_RESPONSE, /**< everybody in the response class */
    RSP_CLASS_NONE      /**< nobody */
};

struct rsp_simulate_options {
    uint64_t seed;
    bool variability; /**< draw between-person and inter-occasion random effects */
    enum rsp_uncertainty uncertainty;
    enum rsp_response_class response_class; /**< used only by models with a mixture */
    double occasion_gap_h;                  /**< a dose at least this long after the start of the current
                                        occasion opens a new one; 0 means 12 h */
    int n_thread;                           /**< 0: all processors; results do not depend on it */
    int vector_width; /**< doubles a vector: 0 best of this processor, or 1, 4, 8 (tests) */
    /** Extra between-person SD on the log scale of named parameters that have no published
     * variability (else RSP_E_MISMATCH): the named assumption of `plan`. Drawn when `variability` is
     * true. Borrowed for the call. */
    size_t n_extra;
    const struct rsp_extra_variability *extra;
    /** NULL, or a flag of the caller's, read while the call works: when another thread stores 1 in it, atomically, the
     * call ends within a block of people with RSP_E_CANCELLED. */
    const int *cancelled;
};

struct rsp_extra_variability {
    const char *parameter;
    double sd_log;
};

/** The people: n of them, numbered first_id, first_id + 1, ... (the number seeds their draws).
 * covariate is n_covariate columns of the model, each either one value for all (stride 0) or n values. */
struct rsp_people {
    size_t n;
    uint64_t first_id;
    const double *const *covariate; /**< n_covariate pointers; an entry NULL takes the reference */
    const size_t *stride;           /**< n_covariate strides: 0 or 1 */
    /** Their own parameters, as fitted: n x rsp_model_n_parameter in published units, or NULL. A value takes the
     * place of the typical one, its covariate effects, random effects and uncertainty, on every occasion; a NaN
     * entry is left to the options. Borrowed for the call. */
    const double *parameter;
};

/** Draws of one person's parameters after what was observed of them (levels, diary): the place of population
 * draws in every forecast. All borrowed. */
struct rsp_person_draws {
    size_t n;                    /**< equally weighted, all in the response class */
    const double *parameter;     /**< n x rsp_model_n_parameter of the forecast's model, published units; NaN
                                     entries are drawn from the population */
    const double *baseline_nrs;  /**< n: pain before treatment; NULL: the options' baseline for all */
    double response_probability; /**< of the response class after what was observed; NaN: as published */
};

/** Times and doses, the same for all people. Times in any order; a time equal to a dose time is
 * *before* an instantaneous dose unless observe_after_dose (instants closer than 1e-12 relative are
 * equal). Doses may overlap. A dose with steady_interval_h replaces what was in the body by the state
 * that endless earlier repeats leave at its time (NM-TRAN SS = 1). */
struct rsp_schedule {
    size_t n_dose;
    const struct rsp_dose *dose;
    size_t n_time;
    const double *time_h;
    bool observe_after_dose;
};

/** Curves of every person.
 * @param n_output, output  indices of the wanted outputs
 * @param out  n_people x n_output x n_time (time fastest), caller's, in the unit of the output's name
 * @return RSP_OK. With out untouched: RSP_E_MISMATCH for a drug or route that the model does not take, or
 *         assumed variability on top of a published one; RSP_E_MISSING for a required covariate; RSP_E_UNKNOWN
 *         for an output or a parameter that the model has not; RSP_E_UNSUPPORTED for a vector width that the
 *         processor has not, or a steady state of a model that changes with time; RSP_E_LIMIT for more than 64
 *         outputs; RSP_E_MEMORY; RSP_E_DOMAIN for any other impossible number. When the parameters of one person
 *         turn out to be impossible (a negative rate: RSP_E_DOMAIN; no steady state, an output that is not a
 *         finite number, or a solver that does not arrive: RSP_E_NUMERIC; infusions that overlap beyond number:
 *         RSP_E_LIMIT), the first such person is named and out is partly written. */
RSP_CHECKED rsp_status rsp_simulate(const struct rsp_model *model, const struct rsp_people *people,
    const struct rsp_schedule *schedule, size_t n_output, const int output[],
    const struct rsp_simulate_options *options, double *out, struct rsp_error *err);

/** Quantiles over people at each time, exact, without holding the population: all people at some of the times.
 * Memory is about 100 MB, or n x n_output x 8 bytes (one time) where that is more; beside it 8 bytes for each
 * value of out, and a thread's rows of eight people. Quantile definition: type 7 (linear interpolation).
 * @param probability  n_probability values in [0, 1]
 * @param out  n_output x n_time x n_probability (probability fastest)
 * @return as rsp_simulate, and RSP_E_DOMAIN for no people or a probability outside [0, 1]; out is untouched on
 *         every error */
RSP_CHECKED rsp_status rsp_simulate_quantiles(const struct rsp_model *model, const struct rsp_people *people,
    const struct rsp_schedule *schedule, size_t n_output, const int output[], size_t n_probability,
    const double probability[], const struct rsp_simulate_options *options, double *out,
    struct rsp_error *err);

/** The individual parameters behind a simulation, for tests and reports; of the first occasion.
 * @param out  n_people x rsp_model_n_parameter, in each parameter's published unit
 * @return RSP_OK, or as rsp_simulate for what concerns people and options; out is untouched then */
RSP_CHECKED rsp_status rsp_simulate_parameters(const struct rsp_model *model, const struct rsp_people *people,
    const struct rsp_simulate_options *options, double *out, struct rsp_error *err);

/** 1 when a person is in the response class, 0 when not; all 1 for models without a mixture: the classes that
 * rsp_simulate draws with the same people and options.
 * @param out  n_people values
 * @return as rsp_simulate_parameters */
RSP_CHECKED rsp_status rsp_simulate_classes(const struct rsp_model *model, const struct rsp_people *people,
    const struct rsp_simulate_options *options, unsigned char *out, struct rsp_error *err);

#ifdef __cplusplus
}
#endif

#endif
