/** NM-TRAN data sets: doses, observation times and measured values of several people.
 *
 * Columns (names in any case): ID TIME AMT RATE DUR EVID CMT II ADDL SS MDV DV DVID, and covariates under
 * the model's names. TIME (or time_h) in h, AMT in mg of the model's drug, RATE in mg/h, DUR and II in h.
 * Times reach up to 100 years, amounts up to 1 kg. Rules kept: EVID 0, 1 and 2; RATE above 0 or DUR; ADDL with II; SS = 1; "." is an empty cell. Every other
 * rule is refused with line and column, never ignored.
 *
 * For fits (struct rsp_events_options) also: CENS 0 or 1 (below quantification, DV is the limit); OCC, the
 * number of an occasion; RATE -2, the duration that the model gives to the dose's route; covariates that change
 * with time: the values of a record (and its OCC) hold from the record before it, exclusive, up to its own time,
 * inclusive, as in NM-TRAN; those of the first record hold before it, those of the last after it; an empty cell
 * keeps the value of the record before.
 */
#ifndef RESPITE_EVENTS_H
#define RESPITE_EVENTS_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/dose.h>
#include <respite/model.h>
#include <respite/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One record that is not a dose. */
struct rsp_observation {
    double time_h;
    double value;  /**< DV; NaN when not measured */
    bool measured; /**< false: a time only (MDV 1, EVID 2, or no DV column) */
    int output;    /**< output of the model: DVID - 1, or the one that reads CMT, else 0 */
    int line;      /**< 1-based line of the file */
    bool censored; /**< CENS 1: below quantification, value is the limit */
    int stretch;   /**< index into the subject's stretches */
};

/** A stretch of records of one person that agree in covariates and occasion. */
struct rsp_stretch {
    double until_h;    /**< time of its last record */
    int occasion;      /**< 0, 1, ... in the order in which the numbers of OCC come; -1 without OCC */
    double *covariate; /**< of each covariate of the model; NaN: not given */
    int line;          /**< 1-based line of its first record */
};

struct rsp_subject {
    const char *id; /**< as written */
    int line;       /**< 1-based line of the first record */
    size_t n_dose;
    struct rsp_dose *dose; /**< ADDL expanded, in order of time */
    int *dose_line;        /**< 1-based line of the record of each dose */
    size_t n_observation;
    struct rsp_observation *observation; /**< in order of time */
    double *
        covariate; /**< of each covariate of the model; NaN: not given, take the reference. Of the first record */
    int *dose_stretch; /**< of each dose: index into stretch */
    size_t n_stretch;  /**< 1 unless read for a fit */
    struct rsp_stretch *stretch;
};

struct rsp_events {
    size_t n_subject;
    struct rsp_subject *subject; /**< in order of the file */
    size_t n_covariate;
    bool has_dv;
    bool has_occasion;
};

/** Read a data set for a model. BOM and CRLF are accepted.
 * @param source  file name for messages
 * @param route   route of dose records without CMT (a CMT above 0 enters that compartment)
 * @param events  out: caller frees with rsp_events_free
 * @return RSP_OK, or an error that names file, line and column and says what is expected:
 *         RSP_E_SYNTAX, RSP_E_UNKNOWN, RSP_E_MISSING, RSP_E_DOMAIN, RSP_E_UNSUPPORTED, RSP_E_LIMIT. */
RSP_CHECKED rsp_status rsp_events_parse(const char *text, size_t length, const char *source,
    const struct rsp_model *model, enum rsp_route route, struct rsp_events **events, struct rsp_error *err);

/** What a fit may read beyond a simulation. */
struct rsp_events_options {
    bool fit;                  /**< CENS, OCC, RATE -2 and covariates that change with time */
    const char *const *ignore; /**< NULL-terminated columns, there but not to be looked at; or NULL */
};

/** rsp_events_parse with options (NULL: none). */
RSP_CHECKED rsp_status rsp_events_parse_with(const char *text, size_t length, const char *source,
    const struct rsp_model *model, enum rsp_route route, const struct rsp_events_options *options,
    struct rsp_events **events, struct rsp_error *err);

void rsp_events_free(struct rsp_events *events);

#ifdef __cplusplus
}
#endif

#endif
