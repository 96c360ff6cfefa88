/** Virtual copies of one person: the same covariates for all, draws by number. */
#ifndef RSP_ENGINE_PLAN_COPIES_H
#define RSP_ENGINE_PLAN_COPIES_H

#include <respite/plan.h>

enum { RSP_COPIES_DEFAULT = 1000, RSP_COPIES_MAX = 100000, RSP_MAX_EXTRA = 16 };

struct rsp_copies {
    size_t n;
    size_t n_covariate;
    const double **column;                /**< one pointer a covariate; NULL takes the model's reference */
    size_t *stride;                       /**< all 0 */
    struct rsp_simulate_options simulate; /**< variability and one draw of the uncertain parameters a copy */
    struct rsp_extra_variability extra[RSP_MAX_EXTRA];
    const double *parameter; /**< n x n_parameter of their own (options' draws), or NULL */
    size_t n_parameter;
};

/** Set up copies of one person. covariate (one value for each covariate of the model, NaN: reference) is
 * borrowed. The assumed variability is multiplied by extra_scale. Caller frees with rsp_copies_free. */
RSP_CHECKED rsp_status rsp_copies_new(const struct rsp_model *model, const double covariate[],
    const struct rsp_plan_options *options, double extra_scale, struct rsp_copies *copies,
    struct rsp_error *err);
void rsp_copies_free(struct rsp_copies *copies);

/** The copies numbered from first on, at most n of them. */
struct rsp_people rsp_copies_people(const struct rsp_copies *copies, size_t first, size_t n);

/** Share of copies in the response class: of this person's draws when they say, else of the model; 1 without classes.
 * @param draws  NULL: the population */
double rsp_response_probability(const struct rsp_model *model, const struct rsp_person_draws *draws);

/** Doses with finite, sensible numbers, or RSP_E_DOMAIN naming the first bad one. */
RSP_CHECKED rsp_status rsp_plan_check_doses(
    size_t n_dose, const struct rsp_dose dose[], struct rsp_error *err);

#endif
