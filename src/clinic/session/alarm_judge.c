/* Whether a condition holds, from the samples that are known. */
#include <math.h>

#include "session/alarm.h"

/* How far beyond the limit; above zero: beyond. */
static double beyond(const struct rsp_alarm_condition *c, double limit, double value)
{
    return c->above ? value - limit : limit - value;
}

/* Since when every value was beyond the limit, up to the newest. */
static double run_since_s(const struct rsp_alarm_condition *c, const struct rsp_vital_series *series)
{
    double since_s = NAN;
    for (size_t i = series->n; i-- > 0;) {
        if (!(beyond(c, c->limit, rsp_vital_series_median(series, i)) > 0))
            break;
        since_s = series->point[i].time_s;
    }
    return since_s;
}

/* Readings beyond the limit within within_s before the newest one; those nearer than apart_s count once.
 * @param first_s  out: the earliest of them */
static int readings_beyond(
    const struct rsp_alarm_condition *c, const struct rsp_vital_series *series, double *first_s)
{
    const double newest_s = series->point[series->n - 1].time_s;
    double counted_s = INFINITY;
    int n = 0;
    for (size_t i = series->n; i-- > 0 && series->point[i].time_s >= newest_s - c->within_s;) {
        const struct rsp_vital_point *point = &series->point[i];
        if (!(beyond(c, c->limit, point->value) > 0))
            continue;
        *first_s = point->time_s;
        if (counted_s - point->time_s < c->apart_s)
            continue;
        counted_s = point->time_s;
        n++;
    }
    return n;
}

/* How far back the newest value must be inside for the alarm to end. */
static bool is_clear(const struct rsp_alarm_condition *c, double limit, double value)
{
    return beyond(c, limit, value) <= -c->clear_by;
}

/* An alarm that is on: it goes on until a value is clearly inside. */
static struct rsp_alarm_judgement judge_active(
    const struct rsp_alarm_condition *c, const struct rsp_vital_current *now, bool critical)
{
    struct rsp_alarm_judgement j = {
        .truth = RSP_TRUE, .value = now->value, .since_s = now->time_s, .repeat_by_s = NAN};
    if (is_clear(c, c->limit, now->value))
        j.truth = RSP_FALSE;
    j.critical = !isnan(c->critical) && (beyond(c, c->critical, now->value) > 0 ||
                                            (critical && !is_clear(c, c->critical, now->value)));
    return j;
}

static struct rsp_alarm_judgement judge_new(const struct rsp_alarm_condition *c,
    const struct rsp_vital_series *series, const struct rsp_vital_current *now)
{
    struct rsp_alarm_judgement j = {
        .truth = RSP_FALSE, .value = now->value, .since_s = now->time_s, .repeat_by_s = NAN};
    if (!(beyond(c, c->limit, now->value) > 0))
        return j;
    j.critical = !isnan(c->critical) && beyond(c, c->critical, now->value) > 0;
    if (c->times > 1) {
        const int n = readings_beyond(c, series, &j.since_s);
        j.truth = n >= c->times ? RSP_TRUE : RSP_FALSE;
        if (n < c->times)
            j.repeat_by_s = j.since_s + c->within_s;
    } else {
        /* A value holds until it is stale: not a moment longer is claimed. */
        const double until_s = fmin(series->now_s, now->time_s + series->rule->stale_s);
        j.since_s = run_since_s(c, series);
        j.truth = until_s - j.since_s >= c->delay_s ? RSP_TRUE : RSP_FALSE;
    }
    if (j.critical)
        j.truth = RSP_TRUE;
    return j;
}

static struct rsp_alarm_judgement judge_limit(
    const struct rsp_alarm_condition *c, const struct rsp_vital_series *series, bool active, bool critical)
{
    const struct rsp_alarm_judgement unknown = {
        .truth = RSP_UNKNOWN, .since_s = NAN, .value = NAN, .repeat_by_s = NAN};
    const struct rsp_vital_current now = rsp_vital_current(series);
    if (isnan(c->limit) || now.quality == RSP_QUALITY_NONE)
        return unknown;
    if (now.quality == RSP_QUALITY_STALE) {
        struct rsp_alarm_judgement j = active ? unknown : judge_new(c, series, &now);
        return j.truth == RSP_TRUE ? j : unknown; /* it held before anybody looked, or nobody knows */
    }
    return active ? judge_active(c, &now, critical) : judge_new(c, series, &now);
}

/* ---- technical ---- */

static double silent_since_s(const struct rsp_alarm_condition *c, const struct rsp_alarm_input *input,
    const struct rsp_vital_current *now)
{
    const double watched_s = input->watched_since_s[c->vital];
    return isnan(now->time_s) ? watched_s : fmax(now->time_s, watched_s);
}

static struct rsp_alarm_judgement judge_signal(const struct rsp_alarm_condition *c,
    const struct rsp_alarm_input *input, const struct rsp_vital_series *series)
{
    struct rsp_alarm_judgement j = {
        .truth = RSP_FALSE, .since_s = input->now_s, .value = NAN, .repeat_by_s = NAN};
    const struct rsp_vital_current now = rsp_vital_current(series);
    bool holds = false;
    if (c->cause == RSP_CAUSE_NO_DATA && !isnan(input->watched_since_s[c->vital])) {
        const double since_s = silent_since_s(c, input, &now);
        holds = input->now_s - since_s > series->rule->stale_s;
        j.since_s = since_s;
    } else if (c->cause == RSP_CAUSE_FLAT) {
        holds = now.quality == RSP_QUALITY_FLAT;
    } else if (c->cause == RSP_CAUSE_IMPOSSIBLE) {
        holds = series->heard == RSP_QUALITY_IMPOSSIBLE;
    } else if (c->cause == RSP_CAUSE_FUTURE) {
        holds = series->heard == RSP_QUALITY_FUTURE;
    }
    j.truth = holds ? RSP_TRUE : RSP_FALSE;
    return j;
}

struct rsp_alarm_judgement rsp_alarm_judge(const struct rsp_alarm_config *config, size_t i,
    const struct rsp_alarm_input *input, const struct rsp_vital_series *series, bool active, bool critical)
{
    const struct rsp_alarm_condition *c = &config->condition[i];
    if (!c->technical)
        return judge_limit(c, series, active, critical);
    if (c->vital != RSP_N_VITAL)
        return judge_signal(c, input, series);
    return (struct rsp_alarm_judgement){.truth = c->held                  ? RSP_UNKNOWN
                                                 : input->cause[c->cause] ? RSP_TRUE
                                                                          : RSP_FALSE,
        .since_s = c->cause < RSP_N_CAUSE && input->cause_since_s[c->cause] > 0
                       ? input->cause_since_s[c->cause]
                       : input->now_s,
        .value = NAN,
        .repeat_by_s = NAN};
}
