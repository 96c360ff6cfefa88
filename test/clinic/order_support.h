/** What the tests of orders and of the ledger share: two people of a clinic, signed limits, an order signed by both. */
#ifndef RSP_TEST_CLINIC_ORDER_SUPPORT_H
#define RSP_TEST_CLINIC_ORDER_SUPPORT_H

#include "service_support.h"

struct two {
    struct clinic clinic;
    struct staff physician, nurse;
    char patient[64];
};

/** A clinic in a file of that name, its limits signed, a patient whom both care for. */
void two_open(struct two *two, const char *file);
/** The same in a clinic that is open already. */
void two_settle(struct two *two);
/** Sign the limits of alarm of the house. */
void two_limits(struct two *two, int sbp_twice_mmhg);
/** Another such patient in its place. */
void two_patient(struct two *two);
/** Both give password and code again. */
void two_confirm(struct two *two);
/** A kept plan of one dose text, agreed by the patient; its number. */
json_int_t two_plan(struct two *two, const char *dose);
/** Input of order_write for racemate of 10 mg/mL at 1 mg/mL in vials of 20 mL. Caller gives it away. */
json_t *two_choices(const struct two *two, json_int_t plan, double total_mg, double rate_ml_per_h);
/** Number of an order of 20 mg without a plan, for an emergency, written; it makes the condition acute. */
json_int_t two_emergency(struct two *two);
/** Change the record of the patient. Takes the change over. */
void two_amend(struct two *two, json_t *record);
/** Number of an order of 98 mg, of a session of a plan of such doses; written, or signed by both. */
json_int_t two_written(struct two *two, json_int_t plan, int session);
/** What the second person types for it. Caller gives it away. */
json_t *two_read_back(const struct two *two, json_int_t order);
/** Both sign such an order. */
void two_sign(struct two *two, json_int_t order);
json_int_t two_signed(struct two *two, json_int_t plan, int session);
/** The same of a plan of its own. */
json_int_t two_order(struct two *two);
/** The same with medicines beside it, as JSON of `support`. */
json_int_t two_supported(struct two *two, const char *support);
/** A lot of such vials that both have signed; its number. */
json_int_t two_lot(struct two *two, const char *expiry, int vials);
/** What is asked before the start of a session, so that it may begin: fasting and escort; the missing pressure is overridden. */
void two_ready(struct two *two, json_int_t order);
/** Whole number of an answer, which is released. */
json_int_t number_in(json_t *body, const char *key);

#endif
