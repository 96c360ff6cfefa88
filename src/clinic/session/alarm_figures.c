#include "session/alarm_figures.h"

#include <math.h>
#include <stdlib.h>

static const double MEDIAN = 0.5, HIGH = 0.9, SURE = 0.95;
enum { LEAST_OF_SHARE = 20 };

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of n sorted values, between the two nearest; NaN unless the extremes enclose the true quantile with certainty SURE. */
static double quantile(size_t n, const double value[], double q)
{
    if (1 - pow(q, (double)n) - pow(1 - q, (double)n) < SURE)
        return NAN;
    const double at = q * (double)(n - 1);
    const size_t below = (size_t)at;
    const double more = at - (double)below;
    return below + 1 < n ? value[below] + more * (value[below + 1] - value[below]) : value[below];
}

static struct rsp_alarm_times times_of(size_t n, double value[])
{
    qsort(value, n, sizeof *value, ascending);
    return (struct rsp_alarm_times){n, quantile(n, value, MEDIAN), quantile(n, value, HIGH)};
}

static void count(struct rsp_alarm_share *share, bool is_so)
{
    share->n += is_so ? 1 : 0;
    share->of++;
}

static void finish(struct rsp_alarm_share *share)
{
    share->share = share->of >= LEAST_OF_SHARE ? (double)share->n / (double)share->of : NAN;
}

static bool is_within(const struct rsp_alarm_story *story, int act, double within_s)
{
    return story->act_s[act] - story->raised_s <= within_s;
}

static void count_acts(
    const struct rsp_alarm_story *story, double within_s, double now_s, struct rsp_alarm_figures *figures)
{
    bool acted = false, before_end = false;
    for (int act = 0; act < RSP_N_ACT; act++) {
        acted = acted || is_within(story, act, within_s);
        before_end = before_end || story->act_s[act] <= story->ended_s;
    }
    if (acted || now_s - story->raised_s > within_s) {
        count(&figures->acted, acted);
        for (int act = 0; act < RSP_N_ACT; act++)
            count(&figures->by[act], is_within(story, act, within_s));
    }
    if (!isnan(story->ended_s))
        count(&figures->alone, !before_end);
    count(&figures->artefact, story->artefact);
}

rsp_status rsp_alarm_figures_make(size_t n, const struct rsp_alarm_story *const story[], double hours,
    double within_s, double now_s, struct rsp_alarm_figures *figures, struct rsp_error *err)
{
    struct rsp_alarm_figures made = {.n = n};
    double *announced = malloc((3 * n + 1) * sizeof *announced);
    if (announced == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    double *acknowledged = announced + n, *duration = acknowledged + n;
    size_t n_announced = 0, n_acknowledged = 0, n_ended = 0;
    for (size_t i = 0; i < n; i++) {
        const struct rsp_alarm_story *one = story[i];
        count_acts(one, within_s, now_s, &made);
        if (!isnan(one->announced_s))
            announced[n_announced++] = one->announced_s - one->onset_s;
        if (!isnan(one->announced_s) && !isnan(one->acknowledged_s))
            acknowledged[n_acknowledged++] = fmax(0, one->acknowledged_s - one->announced_s);
        if (!isnan(one->ended_s))
            duration[n_ended++] = one->ended_s - one->onset_s;
    }
    made.announced = times_of(n_announced, announced);
    made.acknowledged = times_of(n_acknowledged, acknowledged);
    made.duration = times_of(n_ended, duration);
    free(announced);
    made.per_hour = hours > 0 ? (double)n / hours : NAN;
    made.artefacts_per_hour = hours > 0 ? (double)made.artefact.n / hours : NAN;
    finish(&made.acted);
    finish(&made.alone);
    finish(&made.artefact);
    for (int act = 0; act < RSP_N_ACT; act++)
        finish(&made.by[act]);
    *figures = made;
    return RSP_OK;
}
