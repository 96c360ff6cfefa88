#include "session/pump_watch.h"

#include <math.h>

struct rsp_pump_record rsp_pump_record(const struct rsp_infusion_order *order,
    const struct rsp_infusion *infusion, double entered_s, double mg_per_ml, double now_s)
{
    struct rsp_pump_record record = {.ml_per_h = NAN, .entered_s = entered_s, .empty_s = NAN};
    if (!order->pump || !(mg_per_ml > 0) || infusion->n_uncertain > 0)
        return record;
    record.ml_per_h = infusion->high.rate_mg_per_h / mg_per_ml;
    record.empty_s = rsp_infusion_ends_s(infusion, &infusion->high, now_s);
    return record;
}

static bool differs(const struct rsp_watch_pump *rule, double recorded, double said)
{
    return fabs(said - recorded) > fmax(rule->differs_ml_per_h, rule->differs_frac * recorded);
}

bool rsp_pump_differs(const struct rsp_watch_pump *rule, const struct rsp_pump_record *record,
    const struct rsp_vital_series *rate, double *since_s)
{
    const bool is_empty = record->empty_s <= rate->now_s;
    const double recorded = is_empty ? 0 : record->ml_per_h,
                 since_entry_s = is_empty ? fmax(record->entered_s, record->empty_s) : record->entered_s;
    const enum rsp_vital_quality quality = rsp_vital_current(rate).quality;
    if (isnan(record->ml_per_h) || quality == RSP_QUALITY_NONE || quality == RSP_QUALITY_STALE)
        return false;
    double from_s = NAN;
    for (size_t i = rate->n; i-- > 0 && rate->point[i].received_s >= since_entry_s;) {
        if (!differs(rule, recorded, rate->point[i].value))
            break;
        from_s = rate->point[i].received_s;
    }
    if (!(rate->now_s - from_s >= rule->after_s))
        return false;
    *since_s = from_s;
    return true;
}
