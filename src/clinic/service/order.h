/** An order while it is made: what the prescriber chose, what follows from it, and every gate that is still closed.
 *
 * docs/internals/clinic.md says what must hold. The parts, in the order in which they work:
 *   order_session.c  which doses: a session of a kept plan, or dose texts in an emergency
 *   order_rates.c    vials, syringe, pump; the three ways
 *   order_gates.c    weight, ten-fold, limits, findings, consent, profile
 *   order_support.c  premedication and rescue
 *   order_intervals.c how often what is due is done
 *   order_json.c     the document that is kept, shown and printed */
#ifndef RSP_CLINIC_SERVICE_ORDER_H
#define RSP_CLINIC_SERVICE_ORDER_H

#include "service/json_build.h"
#include "service/model_doses.h"
#include "service/order_rates.h"
#include "service/patients.h"
#include "service/plans.h"
#include "service/profile.h"
#include "session/due.h"

enum { RSP_MAX_SUPPORT = 8 };

/** A medicine beside the dose. Borrowed from the input. */
struct rsp_order_support {
    enum rsp_support_use use;
    const char *name, *route, *when;
    double dose_mg;
    const struct rsp_supporting *supporting; /* its class; NULL: none that may be ordered so */
};

struct rsp_order_making {
    struct rsp_call *call;
    const struct rsp_preparation *preparation;
    struct rsp_stored_patient stored;
    struct rsp_patient *patient;
    struct rsp_kept_plan plan; /* number 0: emergency without one */
    struct rsp_profile profile;

    /* which doses */
    const char *emergency; /* reason; "" none */
    size_t n_dose;         /* the session's */
    struct rsp_dose dose[RSP_MAX_ORDER_STEP];
    size_t n_regimen; /* all doses of the plan, for the limits; the session's are from `first` on */
    struct rsp_dose *regimen;
    size_t first;
    int64_t session, sessions;
    char day[16], last_day[16]; /* on which the session begins and ends; "" in an emergency */

    /* what was chosen */
    enum rsp_drug drug;
    enum rsp_route route;
    const struct rsp_vial *vial;
    const struct rsp_diluent *diluent; /* NULL: nothing is added */
    struct rsp_drawing drawing;
    bool weight_estimated;
    long weight_age_d;
    size_t n_support;
    struct rsp_order_support support[RSP_MAX_SUPPORT];
    size_t n_interval;
    struct rsp_due_interval interval[RSP_MAX_DUE]; /* stated by the prescriber */
    struct rsp_due_plan due;                       /* what is due how often */

    /* what follows */
    struct rsp_order_amounts amounts;
    struct rsp_build b;
    json_t *gates;      /* [{id, gate, text, source, passed}] */
    json_t *limits;     /* [{id, text, value, bound, unit, hard, ok, source}] */
    json_t *findings;   /* [{id, severity, gate, known, text, source}] */
    json_t *conflicts;  /* [{id, severity, text, source}] */
    const char *closed; /* sentence of the first gate that nobody may pass; NULL: none. In `gates` */
    const char *closed_id;
};

/** Read the input and make the order. @return a failure only when no order can be shown at all: an unknown vial, doses
 * that a pump cannot give. Everything else is a gate. Caller clears with rsp_order_making_clear, also on failure. */
RSP_CHECKED rsp_status rsp_order_compose(struct rsp_call *call, struct rsp_order_making *making);
void rsp_order_making_clear(struct rsp_order_making *making);

/** Add a gate. @param gate  RSP_GATE_NEVER or RSP_GATE_PRESCRIBER @param source  "" none */
void rsp_order_gate(struct rsp_order_making *making, const char *id, enum rsp_gate gate, const char *source,
    const char *fmt, ...) RSP_PRINTF(5, 6);

/* ---- order_session.c ---- */
RSP_CHECKED rsp_status rsp_order_session(struct rsp_order_making *making);
/** The sessions of a plan: doses that a long pause does not part. @param rows  out: [{number, day, drug, route, amount_mg, hours}], owned by the caller */
RSP_CHECKED rsp_status rsp_plan_sessions(
    struct rsp_call *call, const struct rsp_kept_plan *plan, json_t **rows);
/* ---- order_gates.c ---- */
RSP_CHECKED rsp_status rsp_order_weight(struct rsp_order_making *making);
RSP_CHECKED rsp_status rsp_order_gates(struct rsp_order_making *making);
/* ---- order_support.c ---- */
RSP_CHECKED rsp_status rsp_order_support(struct rsp_order_making *making);
/** The patient's medicines with those of the order. @param all  out: room for both; names are borrowed */
size_t rsp_order_medicines(const struct rsp_order_making *making, struct rsp_medication all[]);
/* ---- order_intervals.c ---- */
RSP_CHECKED rsp_status rsp_order_intervals(struct rsp_order_making *making);
/* ---- order_json.c ---- */
/** The order whole; NULL without memory (making->b.failed). */
json_t *rsp_order_document(struct rsp_order_making *making);

#endif
