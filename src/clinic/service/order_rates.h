/** The arithmetic of an order: from planned doses to what is drawn, diluted and set on the pump. Pure.
 *
 * Amounts follow from what syringe and pump can do: a volume is a whole number of the syringe's steps, a rate one of the
 * pump's, and the amount ordered is what the volume holds. */
#ifndef RSP_CLINIC_SERVICE_ORDER_RATES_H
#define RSP_CLINIC_SERVICE_ORDER_RATES_H

#include <respite/plan.h>

#include "rules/preparing.h"

enum { RSP_MAX_ORDER_STEP = 64 };

/** A dose given within so many hours is a push, as for the limits; anything longer is an infusion. */
#define RSP_PUSH_H (RSP_BOLUS_WINDOW_H + 1e-9)

/** Vial, dilution and person. */
struct rsp_drawing {
    const struct rsp_preparation *preparation;
    double strength_mg_per_ml, vial_ml;
    double concentration_mg_per_ml; /* of what is given; the strength when nothing is added */
    double weight_kg;
    enum rsp_route route;
};

struct rsp_order_step {
    double start_h, duration_h; /* from the start of the session */
    double planned_mg;
    bool by_pump;
    double amount_mg, volume_ml;
    double rate_ml_per_h, rate_mg_per_h, rate_mg_per_kg_per_h; /* NaN unless by pump */
};

/** The rate in mL/h, found three times from different figures of the order as they are printed. */
struct rsp_three_ways {
    double by_amount_ml_per_h; /* mg / h / (mg/mL) */
    double by_volume_ml_per_h; /* mL of the container / h */
    double by_weight_ml_per_h; /* mg/kg/h x kg / (mg/mL) */
    bool agree;                /* to rounding, of every step */
};

struct rsp_order_amounts {
    size_t n_step;
    struct rsp_order_step step[RSP_MAX_ORDER_STEP];
    struct rsp_three_ways ways; /* of the first pump step, or of the first that disagrees; NaN without one */
    bool by_pump;
    double rate_ml_per_h, rate_mg_per_h, rate_mg_per_kg_per_h; /* of the first pump step */
    double total_mg;                                           /* as ordered and printed */
    double drawn_ml;                                           /* from the vials */
    int vials;
    double left_mg;             /* in the last vial */
    double made_ml, diluent_ml; /* all that is prepared, and what is added for it */
    int containers;             /* bags or syringes of equal content */
    double moved_frac;          /* the most that rounding moved a step or the drawn volume */
    const char *too_fast;       /* why the pump cannot; NULL */
};

/** @param dose  of one drug and route, by start; times in h from any origin
 * @return RSP_E_LIMIT for more steps than fit, RSP_E_MISMATCH for infusions that overlap,
 *         RSP_E_DOMAIN for a concentration above the strength or amounts that make no sense */
RSP_CHECKED rsp_status rsp_order_amounts(const struct rsp_drawing *drawing, size_t n,
    const struct rsp_dose dose[], struct rsp_order_amounts *amounts, struct rsp_error *err);

/** To what an amount of an order is printed: tenths of a mg, hundredths of a small one. */
double rsp_order_step_mg(double amount_mg);

/** Whether what is given by this route may be diluted and run by a pump; the rest is given as it is drawn. */
bool rsp_order_diluted(enum rsp_route route);

/** Whether two figures are one when both are printed to this step. */
bool rsp_same_figure(double a, double b, double step);

#endif
