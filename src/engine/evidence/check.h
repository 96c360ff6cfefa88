/** Recompute the published numbers that a model's file stores, and judge them.
 *
 * Every number is computed with the engine on typical values (response class where there is one):
 * curves on a grid refined around the peak, areas by Gauss-Legendre quadrature to 1e-7 relative. */
#ifndef RSP_ENGINE_EVIDENCE_CHECK_H
#define RSP_ENGINE_EVIDENCE_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/model.h>
#include <respite/status.h>

#include "model/compiled.h"

enum rsp_verdict {
    RSP_VERDICT_PASS,
    RSP_VERDICT_FAIL,
    RSP_VERDICT_COMPARED,        /**< an observation beside the model: no pass mark */
    RSP_VERDICT_NOT_REPRODUCIBLE /**< listed with its reason; not computed */
};
/** "pass", "FAIL", "compared", "not reproducible". Static text. */
const char *rsp_verdict_text(enum rsp_verdict verdict);

/** One row of `respite model check`. Numbers are in check->unit. */
struct rsp_check_result {
    const struct rsp_check *check; /**< borrowed from the model */
    double target;
    double computed;      /**< NAN when not computed (see computed_elsewhere of the check) */
    double error_pct;     /**< 100 (computed / target - 1); NAN when not computed or the target is 0 */
    double tolerance;     /**< largest allowed |computed - target|; NAN without a pass mark */
    double tolerance_pct; /**< the same in percent of the target */
    enum rsp_verdict verdict;
};

/** Number of checks of the model's own file: those of an effect model used with its PK model come without
 * the PK model's, which have their place in its own file.
 * @param first  out: index of the first one for rsp_model_check; may be NULL */
size_t rsp_check_own(const struct rsp_model *model, size_t *first);

/** Compute check i of a model (0 .. rsp_model_n_check - 1).
 * @return RSP_OK also when the number does not fit (result->verdict); an error, which names the check's
 *         description, when the check cannot be computed at all. */
RSP_CHECKED rsp_status rsp_check_run(
    const struct rsp_model *model, size_t i, struct rsp_check_result *result, struct rsp_error *err);

/** Compute checks first .. first + n - 1. @param result out: n rows, caller's */
RSP_CHECKED rsp_status rsp_check_run_all(const struct rsp_model *model, size_t first, size_t n,
    struct rsp_check_result result[], struct rsp_error *err);

/** How many of n results failed. */
size_t rsp_check_failed(size_t n, const struct rsp_check_result result[]);

/** What the check is about, for tables: "esketamine_ng_per_ml at 0.5 h", "AUC of ... to 24 h".
 * @return as snprintf */
int rsp_check_subject(const struct rsp_check *check, char *text, size_t size);

/** The doses and covariates of a check, ready for rsp_simulate: used for its numbers and for the plot of a
 * model card. covariate has one value for each of the model's covariates.
 * Caller frees with rsp_check_case_free, also after failure. */
struct rsp_check_case {
    size_t n_dose;
    struct rsp_dose *dose;
    size_t n_covariate;
    double *covariate;
    double end_h; /**< end of the last dose */
};
RSP_CHECKED rsp_status rsp_check_case_init(const struct rsp_model *model, const struct rsp_check *check,
    struct rsp_check_case *c, struct rsp_error *err);
void rsp_check_case_free(struct rsp_check_case *c);
/** Typical curve of one output at n times. @param out n values in the unit of the output's name */
RSP_CHECKED rsp_status rsp_check_curve(const struct rsp_model *model, const struct rsp_check_case *c,
    int output, size_t n_time, const double time_h[], double out[], struct rsp_error *err);

#endif
