/* Infusions of the record that may still act on the slow effect site. */
#include <stdlib.h>

#include "service/advising.h"

/* Older infusions have left even a half-life of three weeks (the upper limit of its interval) eight times. */
#define LOOK_BACK_D 180
enum { MAX_EARLIER = 500 };

static rsp_status add(struct rsp_advising *a, const struct rsp_past_infusion *past, struct rsp_error *err)
{
    const long days_ago = a->request->start.day - past->start.day;
    if (days_ago <= 0 || days_ago > LOOK_BACK_D)
        return RSP_OK;
    struct rsp_dose *dose = a->earlier + a->n_earlier;
    size_t n = 0;
    RSP_TRY(
        rsp_dose_text_expand(&past->dose, a->patient->weight_kg, MAX_EARLIER - a->n_earlier, dose, &n, err));
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        dose[i].start_h -= (double)days_ago * RSP_H_PER_D;
        if (dose[i].start_h <
            0.0) /* the rest of a course that runs into the new one is the new one's matter */
            dose[kept++] = dose[i];
    }
    a->n_earlier += kept;
    return RSP_OK;
}

rsp_status rsp_advise_earlier(struct rsp_advising *a, struct rsp_error *err)
{
    if (a->patient->n_infusion == 0 || a->n_dose == 0)
        return RSP_OK;
    a->earlier = calloc(MAX_EARLIER, sizeof *a->earlier);
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
