/** What the parts of one search share while it is made. */
#ifndef RSP_CLINIC_SERVICE_OPTIMISING_H
#define RSP_CLINIC_SERVICE_OPTIMISING_H

#include "service/advising.h"
#include "service/ground.h"
#include "service/optimise.h"
#include "service/person.h"

struct rsp_optimising {
    struct rsp_advising a; /* its doses are those of the choice at hand */
    const struct rsp_optimise_request *request;
    const struct rsp_search *search;
    struct rsp_optimised *made;
    struct rsp_advice *limits; /* scratch for the limits of one choice */
    size_t n_earlier;          /* of the record, as the model takes them */
    struct rsp_dose *earlier;
    struct rsp_model *model; /* relief */
    struct rsp_person person;
    const struct rsp_person_draws *draws; /* what was learned; NULL: the population */
    const char *verdict_reason;           /* who says that the first series was felt or not; NULL */
    double goal_relief_frac;
};

/* ---- candidates.c ---- */
/** Every candidate of the families of this condition and setting, and the protocols: doses, limits, shape. Candidates
 * beyond a limit (a minimum apart) are counted and left out. */
RSP_CHECKED rsp_status rsp_optimise_candidates(struct rsp_optimising *o, struct rsp_error *err);

/** Why no candidate of a family came as far as the limits (text that is not freed); NULL when one did. */
RSP_CHECKED rsp_status rsp_optimise_why_dropped(
    struct rsp_optimising *o, const struct rsp_family *family, const char **reason, struct rsp_error *err);

/** Published for this patient's condition; given in a setting that this patient can have. */
bool rsp_optimise_for_condition(
    size_t n, const enum rsp_condition condition[], const struct rsp_patient *patient);
bool rsp_optimise_for_setting(const char *setting, const struct rsp_patient *patient);

/* ---- weigh.c ---- */
/** Values, peaks, chances, ground, front. */
RSP_CHECKED rsp_status rsp_optimise_weigh(struct rsp_optimising *o, struct rsp_error *err);
/** The recommended choice and its alternatives. */
void rsp_optimise_choose(struct rsp_optimising *o);

/* ---- unranked.c ---- */
RSP_CHECKED rsp_status rsp_optimise_unranked(struct rsp_optimising *o, struct rsp_error *err);

/* ---- refill.c ---- */
RSP_CHECKED rsp_status rsp_optimise_refill(struct rsp_optimising *o, struct rsp_error *err);

/* ---- optimise_sentences.c ---- */
void rsp_optimise_sentences(struct rsp_optimising *o);

#endif
