/* Infusions of the record that may still act on the slow effect site. */
#include <stdlib.h>

#include "service/advising.h"
#include "service/learn_record.h"

/* Older infusions have left even a half-life of three weeks (the upper limit of its interval) eight times. */
#define LOOK_BACK_D 180.0

/* A course counts dose by dose: its first may be too old to act while its last was given last week. */
static rsp_status add(struct rsp_advising *a, const struct rsp_past_infusion *past, struct rsp_error *err)
{
    const double days_ago = (double)(a->request->start.day - past->start.day);
    struct rsp_dose *dose = a->earlier + a->n_earlier;
    size_t n = 0, kept = 0, n_later = 0;
    bool later_weight = false;
    RSP_TRY(rsp_past_infusion_expand(
        a->patient, past, RSP_MAX_PAST_DOSE - a->n_earlier, dose, &n, &later_weight, err));
    for (size_t i = 0; i < n; i++) {
        dose[i].start_h -= days_ago * RSP_H_PER_D;
        if (dose[i].start_h >= 0.0)
            n_later++;
        else if (dose[i].start_h + dose[i].duration_h > -LOOK_BACK_D * RSP_H_PER_D)
            dose[kept++] = dose[i];
    }
    if (kept > 0 && rsp_past_slip(a->book, a->patient, past)) {
        kept = 0;
        RSP_TRY(rsp_basis_missing(a->advice,
            "effect of a recorded infusion about ten times, or a tenth of, the usual: check drug, amount and "
            "unit",
            err));
    }
    a->n_earlier += kept;
    if (kept > 0 && later_weight)
        RSP_TRY(rsp_basis_assume_named(a, "later_weight", err));
    return n_later == 0 ? RSP_OK
                        : rsp_basis_missing(a->advice,
                              "effect of recorded infusions on or after the day that this plan starts", err);
}

rsp_status rsp_advise_earlier(struct rsp_advising *a, struct rsp_error *err)
{
    if (a->patient->n_infusion == 0 || a->n_dose == 0)
        return RSP_OK;
    a->earlier = calloc(RSP_MAX_PAST_DOSE, sizeof *a->earlier);
    if (a->earlier == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "infusions", "out of memory");
    for (size_t i = 0; i < a->patient->n_infusion; i++)
        RSP_TRY(add(a, &a->patient->infusion[i], err));
    if (a->n_earlier > 0) {
        RSP_TRY(rsp_basis_assume_named(a, "earlier_infusions", err));
        RSP_TRY(rsp_basis_assume_named(a, "one_first_infusion", err));
    }
    return RSP_OK;
}
