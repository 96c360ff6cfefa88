/** Orders as the store has them: what was ordered, who signed, how it ended. */
#ifndef RSP_CLINIC_SERVICE_ORDER_FACTS_H
#define RSP_CLINIC_SERVICE_ORDER_FACTS_H

#include <respite/dose.h>

#include "service/plans.h"
#include "service/profile.h"

/** Written, signed by the prescriber, checked by a second person, cancelled. */
#define RSP_ORDER_STATE_LIST(X)                                                                              \
    X(RSP_ORDER_WRITTEN, "written")                                                                          \
    X(RSP_ORDER_SIGNED, "signed")                                                                            \
    X(RSP_ORDER_CHECKED, "checked")                                                                          \
    X(RSP_ORDER_CANCELLED, "cancelled")
enum rsp_order_state {
#define RSP_X(name, word) name,
    RSP_ORDER_STATE_LIST(RSP_X)
#undef RSP_X
};
const char *rsp_order_state_word(enum rsp_order_state state);

/** Somebody's word on an order. */
struct rsp_order_word {
    int64_t number; /* of the fact; 0: not given */
    char who[RSP_ACCOUNT_SIZE], at[64];
    int64_t at_us;
    json_t *body;
};

struct rsp_order_facts {
    int64_t number;
    struct rsp_person_id person;
    char who[RSP_ACCOUNT_SIZE], at[64];
    int64_t at_us;
    json_t *body;     /* fields of the fact */
    json_t *document; /* the order whole, as it was shown: see order_json.h */
    struct rsp_order_word prescriber, checker, end;

    /* from the body */
    enum rsp_drug drug;
    double strength_mg_per_ml, vial_ml, total_mg;
    double rate_ml_per_h; /* at the start; NaN: not by pump */
    double volume_ml;     /* drawn from the vials */
    int64_t vials, plan, session, profile, identity, clinical;
    bool emergency;
};

/** Any order of the store, in the open transaction. @return RSP_E_UNKNOWN, refused as not found, when there is none.
 * Caller clears with rsp_order_facts_clear, also on failure. */
RSP_CHECKED rsp_status rsp_order_find(struct rsp_call *call, int64_t number, struct rsp_order_facts *order);
/** The same, but one of call->patient. */
RSP_CHECKED rsp_status rsp_order_of_patient(
    struct rsp_call *call, int64_t number, struct rsp_order_facts *order);
void rsp_order_facts_clear(struct rsp_order_facts *order);

enum rsp_order_state rsp_order_state(const struct rsp_order_facts *order);
/** Whether its drug may be taken from the cupboard: signed by two, or by the prescriber in an emergency. */
bool rsp_order_may_be_given(const struct rsp_order_facts *order);
/** Why an order that is not signed by both cannot be signed any more: a fact that it rests on was superseded; "" while
 * it holds. */
RSP_CHECKED rsp_status rsp_order_why_stale(
    struct rsp_call *call, const struct rsp_order_facts *order, char text[RSP_PLAN_WHY_SIZE]);
/** The same where what it rests on was read already. */
struct rsp_order_ground {
    const char *plan_stale; /* why its plan holds no longer; "" it does, or it has none */
    int64_t identity;       /* number of the current fact */
    const struct rsp_plan_ground *plans;
    const struct rsp_profile *profile;
};
void rsp_order_stale_on(
    const struct rsp_order_facts *order, const struct rsp_order_ground *ground, char text[RSP_PLAN_WHY_SIZE]);
/** What an emergency left to be done: [{id, text}]: the check, the identity, the weight. Empty for others, and for a
 * cancelled one of which nothing was taken.
 * @param owed  out: caller frees with json_decref */
RSP_CHECKED rsp_status rsp_order_owed(
    struct rsp_call *call, const struct rsp_order_facts *order, json_t **owed);

/** Numbers of the orders of call->patient, or only of those of an emergency, oldest first: an array of integers. Caller
 * frees with json_decref, also on failure. */
RSP_CHECKED rsp_status rsp_order_numbers(struct rsp_call *call, bool emergency_only, json_t **numbers);

#endif
