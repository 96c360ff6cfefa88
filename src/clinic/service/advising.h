/** What the parts of one advice share while it is made. */
#ifndef RSP_CLINIC_SERVICE_ADVISING_H
#define RSP_CLINIC_SERVICE_ADVISING_H

#include "service/advise.h"
#include "service/model_doses.h"
#include "service/settings.h"

struct rsp_advising {
    const struct rsp_rulebook *book;
    const struct rsp_patient *patient;
    const struct rsp_advise_request *request;
    const struct rsp_prediction_settings *settings;
    struct rsp_plan_options options;
    struct rsp_advice *advice; /* being filled */
    size_t n_dose;             /* the regimen */
    struct rsp_dose *dose;
    size_t n_earlier; /* earlier infusions of the record, negative start */
    struct rsp_dose *earlier;
    struct rsp_model *relief_model; /* of chronic relief, for these doses; NULL: none, see no_model */
    struct rsp_model_doses relief_doses;
    char no_model[200];
};

/* ---- advise.c ---- */
/** RSP_E_DOMAIN for a person under 18 years. */
RSP_CHECKED rsp_status rsp_advise_adult(const struct rsp_patient *patient, struct rsp_error *err);

/* ---- candidacy.c ---- */
RSP_CHECKED rsp_status rsp_advise_candidacy(struct rsp_advising *a, struct rsp_error *err);

/* ---- regimen.c: protocol or dose texts -> doses in mg, caps, absurd and ten-fold amounts ---- */
RSP_CHECKED rsp_status rsp_advise_regimen(struct rsp_advising *a, struct rsp_error *err);
/** Hold one dose at a ceiling of mg/h and mg a day (NaN none). @return whether it was above */
bool rsp_dose_cap(double cap_mg_per_h, double cap_mg_per_day, struct rsp_dose *dose);
/* ---- bounds.c: the limits of the rules on these doses ---- */
RSP_CHECKED rsp_status rsp_advise_limits(struct rsp_advising *a, struct rsp_error *err);
/* ---- earlier.c: infusions of the record that still act ---- */
RSP_CHECKED rsp_status rsp_advise_earlier(struct rsp_advising *a, struct rsp_error *err);

/* ---- predict.c and hours.c ---- */
/** The model of chronic relief and the doses as it takes them; nothing for acute pain or without doses. */
RSP_CHECKED rsp_status rsp_advise_relief_model(struct rsp_advising *a, struct rsp_error *err);
RSP_CHECKED rsp_status rsp_advise_hours(struct rsp_advising *a, struct rsp_error *err);
RSP_CHECKED rsp_status rsp_advise_relief(struct rsp_advising *a, struct rsp_error *err);
void rsp_advise_next(struct rsp_advising *a);

/* ---- published.c ---- */
RSP_CHECKED rsp_status rsp_advise_evidence(struct rsp_advising *a, struct rsp_error *err);
/** The row speaks of this kind of regimen, by this route when it is not iv. */
bool rsp_evidence_same_kind(const struct rsp_advising *a, const struct rsp_evidence *row);
/** "long_infusion", "daily_hours", "short_series", "single", "acute" or "non_iv": what the doses are, whatever
 * their protocol is called. */
const char *rsp_advise_regimen_kind(const struct rsp_advising *a);

/* ---- sentences.c ---- */
void rsp_advise_sentences(struct rsp_advising *a);

/* ---- basis.c: each is entered once; too many is an error, never a loss ---- */
RSP_CHECKED rsp_status rsp_basis_model(
    struct rsp_advice *advice, const struct rsp_model *model, const char *role, struct rsp_error *err);
RSP_CHECKED rsp_status rsp_basis_assume(
    struct rsp_advice *advice, const char *name, const char *text, struct rsp_error *err);
/** An assumption of rules/prediction.yaml by its name. */
RSP_CHECKED rsp_status rsp_basis_assume_named(
    struct rsp_advising *a, const char *name, struct rsp_error *err);
RSP_CHECKED rsp_status rsp_basis_missing(struct rsp_advice *advice, const char *what, struct rsp_error *err);
/** "arterial", "venous" or "unknown". */
const char *rsp_basis_site_name(enum rsp_site site);
RSP_CHECKED rsp_status rsp_advise_inputs(struct rsp_advising *a, struct rsp_error *err);

#endif
