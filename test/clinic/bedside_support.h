/** What the tests of a session share: an order at the bedside, and what happens to it. */
#ifndef RSP_TEST_CLINIC_BEDSIDE_SUPPORT_H
#define RSP_TEST_CLINIC_BEDSIDE_SUPPORT_H

#include "order_support.h"

struct room {
    struct two two;
    json_int_t order;
};

/** An order of 98 mg over 4 h at 1 mg/mL whose vials were issued, in a clinic that is open: nothing was asked before its start. */
void room_bare(struct room *room);
/** The same in a clinic of its own, and it may begin. */
void room_open(struct room *room, const char *file);
/** A vial from a lot of its own for a signed order; the order again. */
json_int_t two_bring(struct two *two, json_int_t order, const char *batch);
/** The same order for two->patient, its vial from a lot of its own; number of the order. */
json_int_t two_at_bedside(struct two *two, const char *batch);
/** The same with medicines beside it, as JSON of `support`. */
void room_open_with(struct room *room, const char *file, const char *support);
/** Input of bedside_event. @param rate_ml_per_h  0: none */
json_t *event(const struct room *room, const char *name, double rate_ml_per_h);
/** The nurse enters an event; its number. */
json_int_t happens(struct room *room, const char *name, double rate_ml_per_h);
/** What the page of the session shows; caller releases. */
json_t *look(struct room *room);
/** A number of it, and its state. */
double of_session(struct room *room, const char *key);
const char *state(struct room *room);

/** The discharge, with a reason for whatever is not met; its number. */
json_int_t goes_home(struct room *room);
/** The server watches. */
void tick(struct room *room);
/** Time goes on and the server watches. */
void wait_s(struct room *room, int seconds);
/** Input of reading_add. @param other  NULL: one value alone */
json_t *values(const struct room *room, const char *sign, double value, const char *other, double second);
/** The nurse enters a pressure; its number. */
json_int_t pressure(struct room *room, double sbp_mmhg, double dbp_mmhg);
/** A row of the alarm of this id; NULL: it is not shown. Released with *body. */
const json_t *alarm_row(struct room *room, const char *id, json_t **body);
bool shown(struct room *room, const char *id);

#endif
