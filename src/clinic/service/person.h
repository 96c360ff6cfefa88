/** One patient as a model sees them: covariates, and where they lie outside the people it was fitted on. */
#ifndef RSP_CLINIC_SERVICE_PERSON_H
#define RSP_CLINIC_SERVICE_PERSON_H

#include "service/advising.h"

enum { RSP_MAX_COVARIATE = 16 };

struct rsp_person {
    double covariate[RSP_MAX_COVARIATE]; /* NaN: the model's reference */
    char outside[RSP_REASON_SIZE]; /* in what; "" when inside every stated range and without modifiers */
};

/** Fill the covariates of a model from the patient and the rules' modifiers (genotype, interactions). What a
 * model would use and nobody knows is entered as missing; a modifier that the model does not have is an
 * assumption in the basis, and of several levels of one covariate none is applied; both stand in `outside`, as
 * does a factor that was measured in other people than the model's. @return RSP_E_MISSING for a weight that the model needs. */
RSP_CHECKED rsp_status rsp_person_for(
    struct rsp_advising *a, const struct rsp_model *model, struct rsp_person *person, struct rsp_error *err);

#endif
