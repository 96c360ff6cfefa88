/** A pump programme for one person: target in, programme with limits, bands, dissociation and published courses out.
 * Plans only; it talks to no pump. */
#ifndef RSP_CLINIC_SERVICE_PUMP_H
#define RSP_CLINIC_SERVICE_PUMP_H

#include <respite/tci.h>

#include "base/text.h"
#include "record/patient.h"
#include "rules/rules.h"

/** Everything is borrowed for the call and as long as the plan is used. */
struct rsp_pump_request {
    const struct rsp_model *model;     /* of the level that is aimed at */
    const double *covariate;           /* of that model */
    const struct rsp_patient *patient; /* with its weight; condition and setting choose the limits */
    const struct rsp_tci_profile *profile;
    enum rsp_tci_method method;
    int output;
    struct rsp_tci_pump pump;             /* resolution in mg/h */
    double syringe_mg_per_ml, syringe_ml; /* NaN: none */
    double max_dissociation_pct;          /* NaN: not asked for */
    double probability;                   /* of staying at or below it */
    bool racemate_half_s;                 /* granted: half of the racemate is esketamine, for dissociation */
    size_t n_subject;                     /* 0: 1,000 */
    uint64_t seed;
    int n_thread;
};

/** One line of the programme, in every unit of a pump. */
struct rsp_pump_row {
    struct rsp_tci_step step;
    double rate_ml_per_h, given_ml; /* NaN without a syringe */
    double rate_mg_per_kg_per_h;
};

enum { RSP_PUMP_MOST_CHANGE = 500 };

struct rsp_pump_plan {
    struct rsp_tci_profile profile; /* as planned: lowered when dissociation asked for it */
    double lowered_frac;            /* of the levels asked for; 1: as asked */
    struct rsp_tci_programme *programme;
    size_t n_row;
    struct rsp_pump_row *row;
    size_t n_change; /* of the syringe or bag while it runs */
    double *change_h;

    size_t n_limit;
    struct rsp_limit *limit;
    struct rsp_limit_result *result;
    bool hard_broken, soft_broken;
    const struct rsp_target_level *target_level; /* NULL: none on file */
    bool high_target;                            /* above its warning */

    struct rsp_curve band; /* of the level, in h; empty when nobody's variability is published */
    size_t n_plasma;       /* effect site only: plasma of the typical person at the programme's times */
    double *plasma_ng_per_ml;
    double plasma_top_ng_per_ml, plasma_top_h;

    struct rsp_prediction dissociation; /* peak, in percent; withheld with its reason */
    double dissociation_chance;         /* share of copies at or below max_dissociation_pct; NaN */
    char dissociation_model[64], dissociation_site[16];
    bool dissociation_halved;

    size_t n_side_effect;
    const struct rsp_side_effect **side_effect; /* the drug's, those seen at such levels first */
    size_t n_subject;
};

/** Make a plan. A hard limit that is broken is no error: hard_broken says so, and the caller shows no programme.
 * @param plan  out: caller frees with rsp_pump_plan_free; borrows from request and book
 * @return RSP_OK; RSP_E_DOMAIN for a target outside of what can be meant, a syringe that lasts less than a step, or no
 *         level that keeps dissociation low enough; RSP_E_MISMATCH when dissociation cannot be predicted but was asked
 *         for; what rsp_tci_design returns */
RSP_CHECKED rsp_status rsp_pump_plan_make(const struct rsp_rulebook *book,
    const struct rsp_pump_request *request, struct rsp_pump_plan **plan, struct rsp_error *err);
void rsp_pump_plan_free(struct rsp_pump_plan *plan);

/* ---- pump_calm.c ---- */
/** Lower plan->profile until dissociation keeps its bound with the probability asked for (nothing when it was not asked
 * for), and predict it. */
RSP_CHECKED rsp_status rsp_pump_calm(
    const struct rsp_pump_request *request, struct rsp_pump_plan *plan, struct rsp_error *err);

/* ---- pump_bounds.c ---- */
/** Refuse a target that is a slip of the unit or a level of anaesthesia. */
RSP_CHECKED rsp_status rsp_pump_check_target(const struct rsp_rulebook *book,
    const struct rsp_pump_request *request, struct rsp_pump_plan *plan, struct rsp_error *err);
/** The limits of the rules. The rate of every step counts however short it is, and so does what runs in within any five
 * minutes, as a dose given at once. */
RSP_CHECKED rsp_status rsp_pump_limits(const struct rsp_rulebook *book,
    const struct rsp_pump_request *request, struct rsp_pump_plan *plan, struct rsp_error *err);

/* ---- pump_sentence.c ---- */
/** What to set on the pump, or why not, in one sentence. @return as snprintf */
int rsp_pump_sentence(
    const struct rsp_pump_request *request, const struct rsp_pump_plan *plan, char *text, size_t size);
/** Whether some target is never reached because of the greatest rate that the pump may run at. */
bool rsp_pump_held_back(const struct rsp_pump_plan *plan);
/** What becomes of the level: reached, held, highest. */
int rsp_pump_level_sentence(
    const struct rsp_pump_request *request, const struct rsp_pump_plan *plan, char *text, size_t size);
/** What must be read before it is set: soft limits passed, a level not held, ground that is left; one sentence a line,
 * nothing when there is none. (pump_caution.c) */
void rsp_pump_cautions(
    const struct rsp_pump_request *request, const struct rsp_pump_plan *plan, struct rsp_buf *out);
/** Append a time for reading: "25 min", "3 h 5 min", "40 s". */
void rsp_pump_time(struct rsp_buf *out, double time_h);

#endif
