/** What this person's own levels and diary say, in the form in which the forecast takes it.
 *
 * recorded infusions + levels -> draws of the PK parameters (fit.h)
 * recorded infusions + these + diary -> draws of sensitivity, half-life, baseline, and the chance of the response class
 * (diary.h) -> rsp_plan_options.draws
 */
#ifndef RSP_CLINIC_SERVICE_LEARN_H
#define RSP_CLINIC_SERVICE_LEARN_H

#include <respite/diary.h>
#include <respite/fit.h>
#include <respite/plan.h>

#include "exchange/levels.h"
#include "record/patient.h"
#include "service/model_doses.h"

struct rsp_advising;

/** What was observed, as read by the caller. Borrowed. */
struct rsp_observed {
    const struct rsp_diary *diary;   /**< NULL: none; days count from rsp_learn_time_zero */
    const struct rsp_levels *levels; /**< NULL: none */
    bool may_leave_out; /**< what cannot be used is left out with its reason, instead of refusing the plan */
};

enum { RSP_KNOWN_MODEL = 128 };

struct rsp_learned {
    bool borrowed; /* all but this struct itself belongs to the struct rsp_known that it was copied from */
    bool has_levels, has_diary;
    bool judged;      /* enough scores after the end of the last series */
    bool no_response; /* futility: by the scores alone pain did not fall by 30 % after the last series */
    double now_frac;  /* how far the last five scores lie below those before treatment; NaN unknown */
    double fall_frac; /* the most that the mean of five scores fell after it; NaN unknown */
    struct rsp_fit_result levels;
    double *pk; /* levels.n_draw x n_parameter: NaN for what levels do not tell */
    struct rsp_diary_fit *fit;
    struct rsp_diary_summary diary;
    struct rsp_date series_day; /* on which the series that the diary follows began */
    double series_d;            /* its start, days from the first recorded infusion */
    double series_h;            /* and in hours after midnight of series_day */
    struct rsp_diary entries;   /* as used: days from the start of the series */
    struct rsp_model_doses
        given; /* doses given so far as the model takes them, from the start of the series */
    struct rsp_person_draws draws;
    double last_d; /* start of the last series, days from that of the diary's first one */
    enum rsp_drug last_drug;
    double last_mg;     /* given in the last series */
    char last_kind[24]; /* its kind of regimen */
    bool
        class_known; /* the chance of a response starts from a share of people that is known for this condition
                           and series; else it is not told */
    struct rsp_prediction last_days_30,
        last_return_day; /* relief since the last series began, days from its start */
    struct rsp_relief_forecast
        past; /* the doses given so far, seen with these draws: days from the series' start */
    struct rsp_prediction population_days_30; /* of the same regimen without what was learned */
};

/** What was learned before with one model of relief, so that another regimen of the same plan need not learn it anew. */
struct rsp_known {
    char model[RSP_KNOWN_MODEL];
    const struct rsp_learned *learned; /**< NULL: nothing, see why_not. Borrowed while the advice lives */
    char why_not[512];
};

/** Start of the first recorded infusion: the moment from which a diary's days count.
 * @return RSP_E_MISSING when the record has no infusion, with the sentence for the user */
RSP_CHECKED rsp_status rsp_learn_time_zero(
    const struct rsp_patient *patient, struct rsp_moment *zero, struct rsp_error *err);

/** Learn from what the request holds; advice->learned stays NULL when it holds nothing, or nothing is planned. A fit
 * that cannot be used is refused (RSP_E_DOMAIN, field "levels" or "diary"): the sentence says what would make it
 * usable. */
RSP_CHECKED rsp_status rsp_advise_learn(struct rsp_advising *a, struct rsp_error *err);
/** The diary carries a regimen: it told how long relief lasts, and followed a series of the same drug, route and kind and
 * of about the same amount. */
bool rsp_learned_carries(const struct rsp_advising *a, size_t n_dose, const struct rsp_dose dose[]);
void rsp_learned_free(struct rsp_learned *learned);

/** The learned PK parameters as draws of another model with the same PK file (by the names of its parameters).
 * @param parameter  out: levels.n_draw x rsp_model_n_parameter, NaN where nothing was learned; caller frees. NULL when
 *                   levels taught nothing about this model */
RSP_CHECKED rsp_status rsp_learned_pk_for(
    const struct rsp_advising *a, const struct rsp_model *model, double **parameter, struct rsp_error *err);

#endif
