/** What must still hold when the drug of a signed order is taken from the cupboard. */
#ifndef RSP_CLINIC_SERVICE_ORDER_GIVING_H
#define RSP_CLINIC_SERVICE_ORDER_GIVING_H

#include "service/order_facts.h"
#include "service/stock.h"

/** The day of an order, in `day`: that of its session, or in an emergency the day on which it was written. */
void rsp_order_day(const struct rsp_order_facts *order, char day[16]);
/** The day on which it ends, which is another one where an infusion goes on after midnight. */
void rsp_order_last_day(const struct rsp_order_facts *order, char day[16]);
/** Sessions of the plan that it rests on; 0 where none is written. */
int64_t rsp_order_sessions(const struct rsp_order_facts *order);
/** Days from the end of the order's last day to today; 0 or less: it is not over. */
RSP_CHECKED rsp_status rsp_order_days_over(
    const struct rsp_call *call, const struct rsp_order_facts *order, long *days, struct rsp_error *err);

/** What became of an order's vials so far, in mg. */
struct rsp_order_moved {
    double given_mg, open_mg; /* open: issued, neither given nor wasted nor returned */
    int64_t issued;           /* vials that were issued and not brought back */
};
struct rsp_order_moved rsp_order_moved(const struct rsp_ledger *ledger, int64_t order);
/** The same, from the store. */
RSP_CHECKED rsp_status rsp_order_moved_read(
    struct rsp_call *call, int64_t order, struct rsp_order_moved *moved);

/** Refuses when a fact, the rules or the weight that the order rests on is superseded or too old. */
RSP_CHECKED rsp_status rsp_order_check_fresh(struct rsp_call *call, const struct rsp_order_facts *order);
/** Refuses unless the patient's last word on the plan is that they agree. */
RSP_CHECKED rsp_status rsp_order_check_consent(struct rsp_call *call, const struct rsp_order_facts *order);

/** All that must hold when vials are taken for an order: its day, no other order given today or open, consent, facts.
 * Nobody overrides it. That a dose was given is a record of what happened and is never refused for these. */
RSP_CHECKED rsp_status rsp_order_check_issue(
    struct rsp_call *call, const struct rsp_ledger *ledger, const struct rsp_order_facts *order);

#endif
