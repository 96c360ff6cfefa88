/** Times at which a regimen's curve is computed: fine where doses act, coarse where it only decays. */
#ifndef RSP_ENGINE_PLAN_GRID_H
#define RSP_ENGINE_PLAN_GRID_H

#include <respite/plan.h>

struct rsp_grid {
    size_t n;
    double *time_h; /**< ascending, from 0 to the horizon */
    bool *marked;   /**< part of the curve that is kept for drawing */
};

/** Times from 0 to horizon_h: every start and end of a dose, after each of them steps that grow from a
 * quarter of an hour to 2 h during an infusion and to a day otherwise. Caller frees with rsp_grid_free. */
RSP_CHECKED rsp_status rsp_grid_days(size_t n_dose, const struct rsp_dose dose[], double horizon_h,
    struct rsp_grid *grid, struct rsp_error *err);

/** Even times from from_h to to_h (at most one a minute and 120 in all), with the starts and ends of doses between. */
RSP_CHECKED rsp_status rsp_grid_session(size_t n_dose, const struct rsp_dose dose[], double from_h,
    double to_h, struct rsp_grid *grid, struct rsp_error *err);

void rsp_grid_free(struct rsp_grid *grid);

#endif
