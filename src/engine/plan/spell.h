/** How long one curve of relief stays at or above a threshold. */
#ifndef RSP_ENGINE_PLAN_SPELL_H
#define RSP_ENGINE_PLAN_SPELL_H

#include <stdbool.h>
#include <stddef.h>

struct rsp_spell {
    bool reached;         /**< at or above the threshold at some time */
    bool from_start;      /**< already there at the first time */
    bool to_end;          /**< still there at the last time: lengths are lower bounds */
    double first_h;       /**< first upward crossing; 0 when from_start, NaN when never reached */
    double last_h;        /**< last downward crossing; the last time when to_end, NaN when never reached */
    double above_h;       /**< time at or above it in all */
    double above_after_h; /**< of that, after after_h */
};

/** Measure one curve on ascending times. Crossings are placed on the odds relief / (1 - relief), which an
 * effect site that empties through one half-life lowers exponentially (exact once the plasma is empty),
 * and which rises almost linearly while drug runs in. */
struct rsp_spell rsp_spell_measure(
    size_t n, const double time_h[], const double relief_frac[], double threshold_frac, double after_h);

/** Largest value of a curve. */
double rsp_curve_peak(size_t n, const double value[], size_t *at);

#endif
