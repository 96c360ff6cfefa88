/** Inside of the design of a programme: everything on one even grid of time. */
#ifndef RSP_ENGINE_PLAN_TCI_WORK_H
#define RSP_ENGINE_PLAN_TCI_WORK_H

#include <respite/tci.h>

/** Pump with every default filled in, lengths in whole grid steps. */
struct rsp_tci_clock {
    double grid_h;
    size_t n_end; /* grid steps of the profile */
    size_t usual, longest, shortest;
    double max_rate_mg_per_h; /* +infinity: none */
    double resolution_mg_per_h, tolerance_frac;
};

/** Level after so many grid steps of a running infusion of 1 mg/h. */
struct rsp_tci_response {
    size_t n;        /* values 0 .. n - 1 */
    double *running; /* ng/mL per mg/h */
};

/** Response of the typical person on a grid of n points. Caller frees running. */
RSP_CHECKED rsp_status rsp_tci_response_new(const struct rsp_model *model, const double covariate[],
    int output, double grid_h, size_t n, struct rsp_tci_response *response, struct rsp_error *err);

/** Response, `ago` grid steps after its start, to an infusion of 1 mg/h that lasted n grid steps. */
static inline double rsp_tci_pulse(const struct rsp_tci_response *response, size_t n, size_t ago)
{
    return response->running[ago] - (ago > n ? response->running[ago - n] : 0.0);
}

/** Fill the outcomes and extremes of a programme from its simulated levels. */
RSP_CHECKED rsp_status rsp_tci_judge(const struct rsp_tci_profile *profile, double tolerance_frac,
    struct rsp_tci_programme *programme, struct rsp_error *err);

/** Simulate the programme's doses: times, levels and targets. The steps and doses are there already. */
RSP_CHECKED rsp_status rsp_tci_verify(const struct rsp_model *model, const double covariate[], int output,
    const struct rsp_tci_profile *profile, double grid_h, struct rsp_tci_programme *programme,
    struct rsp_error *err);

/** Level of the typical person at ascending times under doses of a programme. */
RSP_CHECKED rsp_status rsp_tci_levels(const struct rsp_model *model, const double covariate[], int output,
    const struct rsp_schedule *schedule, double *level_ng_per_ml, struct rsp_error *err);

#endif
