/** Whether the pump runs as it is recorded: what it says beside what persons entered. Pure. */
#ifndef RSP_CLINIC_SESSION_PUMP_WATCH_H
#define RSP_CLINIC_SESSION_PUMP_WATCH_H

#include "session/infusion.h"
#include "session/vital.h"

/** What the record says that the pump gives. */
struct rsp_pump_record {
    double ml_per_h;  /* NaN: nobody knows, because an event is uncertain or nothing is given by a pump */
    double entered_s; /* when somebody entered something last */
    double
        empty_s; /* when the order's total is in, and the pump is taken to stop by itself; NaN: it is not set to */
};

/** @param entered_s  of the last event @param mg_per_ml  of what is in the pump; 0: unknown */
struct rsp_pump_record rsp_pump_record(const struct rsp_infusion_order *order,
    const struct rsp_infusion *infusion, double entered_s, double mg_per_ml, double now_s);

/** Whether every rate that the pump has said for after_s of the rules is another than the recorded one. A rate that is too old to be
 * believed says nothing, and so does one from before the last entry.
 * @param rate     the pump's rates
 * @param since_s  out: since when, if so */
bool rsp_pump_differs(const struct rsp_watch_pump *rule, const struct rsp_pump_record *record,
    const struct rsp_vital_series *rate, double *since_s);

#endif
