/* When the next infusion is due, or why no date is given. */
#include <math.h>
#include <stdio.h>

#include "plan/quantile.h"
#include "service/advising.h"

static const char *why_withheld(const struct rsp_advising *a)
{
    const struct rsp_advice *advice = a->advice;
    if (advice->acute)
        return "acute pain: no series is planned";
    if (advice->n_dose == 0)
        return advice->no_regimen;
    if (!advice->within_limits)
        return "the regimen is not within its limits";
    if (advice->learned != NULL && advice->learned->no_response)
        return "the last series brought no relief of 30 %";
    if (advice->hypothetical)
        return "the model has no ground for this condition and regimen; a pain diary after this series "
               "would "
               "carry a date";
    if (advice->relief.relief_days_30.status == RSP_NOT_PREDICTED)
        return advice->relief.relief_days_30.reason;
    if (advice->relief.relief_days_30.status == RSP_NOT_REACHED)
        return "relief of 30 % is not expected; a pain diary after this series would carry a date";
    if (advice->relief.return_day_reached.status != RSP_PREDICTED)
        return "the return of pain lies beyond the days that were followed";
    return NULL;
}

static struct rsp_date day_of(const struct rsp_advising *a, double day)
{
    return (struct rsp_date){a->request->start.day + lround(floor(day))};
}

void rsp_advise_next(struct rsp_advising *a)
{
    struct rsp_advice *advice = a->advice;
    const char *reason = why_withheld(a);
    if (reason != NULL) {
        rsp_prediction_withhold(&advice->next_infusion_day, reason);
        return;
    }
    const struct rsp_prediction *back = &advice->relief.return_day_reached;
    advice->next_infusion_day = *back;
    const double end_d = advice->end_h / RSP_H_PER_D;
    const double from_d = fmax(back->p25, end_d),
                 to_d = isfinite(back->p75) ? back->p75 : advice->relief.horizon_d;
    if (to_d <= end_d) {
        rsp_prediction_withhold(
            &advice->next_infusion_day, "relief is not expected to outlast the regimen itself");
        return;
    }
    advice->next_from = day_of(a, from_d);
    advice->next_to = day_of(a, to_d);
    advice->has_next = true;
}
