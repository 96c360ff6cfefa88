#include "plan/curve.h"

#include <stdlib.h>

rsp_status rsp_curve_new(struct rsp_curve *curve, size_t n, struct rsp_error *err)
{
    struct rsp_curve made = {.n = n, .time = malloc((n + 1) * sizeof *made.time)};
    bool enough = made.time != NULL;
    for (size_t k = 0; k < RSP_CURVE_BANDS; k++) {
        made.band[k] = malloc((n + 1) * sizeof *made.band[k]);
        enough = enough && made.band[k] != NULL;
    }
    if (!enough) {
        rsp_curve_free(&made);
        return rsp_error_set(err, RSP_E_MEMORY, "curve", "out of memory");
    }
    *curve = made;
    return RSP_OK;
}

void rsp_curve_free(struct rsp_curve *curve)
{
    if (curve == NULL)
        return;
    free(curve->time);
    for (size_t k = 0; k < RSP_CURVE_BANDS; k++)
        free(curve->band[k]);
    *curve = (struct rsp_curve){0};
}
