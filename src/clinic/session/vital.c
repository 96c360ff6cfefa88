#include "session/vital.h"

#include <math.h>
#include <string.h>

#define RSP_X(name, text) text,
static const char *const vital_ids[] = {RSP_VITAL_LIST(RSP_X)};
static const char *const quality_names[] = {RSP_VITAL_QUALITY_LIST(RSP_X)};
#undef RSP_X

const char *rsp_vital_id(enum rsp_vital vital)
{
    return (unsigned)vital < RSP_N_VITAL ? vital_ids[vital] : "";
}

int rsp_vital_find(const char *id)
{
    for (int i = 0; i < RSP_N_VITAL; i++)
        if (strcmp(vital_ids[i], id) == 0)
            return i;
    return -1;
}

const char *rsp_vital_quality_name(enum rsp_vital_quality quality)
{
    return (unsigned)quality < RSP_N_QUALITY ? quality_names[quality] : "";
}

bool rsp_vital_decides(enum rsp_vital_quality quality)
{
    return quality == RSP_QUALITY_OK;
}

rsp_status rsp_vital_rules_make(
    const struct rsp_watching *watching, struct rsp_vital_rules *rules, struct rsp_error *err)
{
    struct rsp_vital_rules made = {0};
    if (watching == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "watching", "the rules say nothing of vital signs");
    made.future_s = watching->future_s;
    made.silent_s = watching->silent_s;
    made.unseen_s = watching->unseen_s;
    made.pump = watching->pump;
    for (int i = 0; i < RSP_N_VITAL; i++) {
        made.rule[i] = rsp_watching_vital(watching, vital_ids[i]);
        if (made.rule[i] == NULL)
            return rsp_error_set(
                err, RSP_E_MISSING, "watching", "the rules do not say how '%s' is read", vital_ids[i]);
    }
    *rules = made;
    return RSP_OK;
}

/* ---- one sample ---- */

static bool outside(const struct rsp_vital_bounds *bounds, double value)
{
    return !(value >= bounds->below && value <= bounds->above);
}

static bool has_device_time(const struct rsp_vital_sample *sample)
{
    return isfinite(sample->device_s) && (sample->device_s > 0 || sample->device_s < 0);
}

static bool is_ahead(const struct rsp_vital_rules *rules, const struct rsp_vital_sample *sample)
{
    return has_device_time(sample) && sample->device_s > sample->received_s + rules->future_s;
}

enum rsp_vital_quality rsp_vital_sample_quality(
    const struct rsp_vital_rules *rules, const struct rsp_vital_sample *sample)
{
    if (sample->artefact)
        return RSP_QUALITY_ARTEFACT;
    if (outside(&rules->rule[sample->vital]->impossible, sample->value))
        return RSP_QUALITY_IMPOSSIBLE;
    return is_ahead(rules, sample) ? RSP_QUALITY_FUTURE : RSP_QUALITY_OK;
}

/* A clock that is ahead of ours by less than future_s is not believed beyond the reception either: nothing that was
 * received lies in the future, and a value never looks younger than it is known to be. */
double rsp_vital_sample_s(const struct rsp_vital_sample *sample)
{
    return has_device_time(sample) ? fmin(sample->device_s, sample->received_s) : sample->received_s;
}

/* ---- the series of one sign ---- */

static bool same_second(const struct rsp_vital_point *a, const struct rsp_vital_point *b)
{
    return !(floor(a->time_s) < floor(b->time_s)) && !(floor(a->time_s) > floor(b->time_s));
}

static void take_out(struct rsp_vital_series *series, size_t place)
{
    series->n--;
    memmove(&series->point[place], &series->point[place + 1], (series->n - place) * sizeof *series->point);
}

/* Of what devices say of one second the least and the greatest stay: two of them may speak, and one be right.
 * @return whether there is room for the point */
static bool make_room(struct rsp_vital_series *series, const struct rsp_vital_point *point)
{
    size_t low = series->n, high = series->n;
    for (size_t i = series->n; i-- > 0 && !(floor(series->point[i].time_s) < floor(point->time_s));) {
        const struct rsp_vital_point *other = &series->point[i];
        if (other->manual || !same_second(other, point))
            continue;
        low = low == series->n || other->value < series->point[low].value ? i : low;
        high = high == series->n || other->value > series->point[high].value ? i : high;
    }
    if (low == series->n)
        return true;
    const double least = series->point[low].value, most = series->point[high].value;
    if (point->value >= least && point->value <= most)
        return false;
    if (low != high)
        take_out(series, point->value < least ? low : high);
    return true;
}

/* Samples come nearly in order: the place is looked for from the end. */
static void insert(struct rsp_vital_series *series, const struct rsp_vital_point *point)
{
    if (series->rule->median_s > 0 && !point->manual && !make_room(series, point))
        return;
    size_t place = series->n;
    while (place > 0 && series->point[place - 1].time_s > point->time_s)
        place--;
    if (series->n == RSP_MAX_POINT) {
        if (place == 0)
            return;
        place--;
        memmove(&series->point[0], &series->point[1], place * sizeof *series->point);
    } else {
        memmove(
            &series->point[place + 1], &series->point[place], (series->n - place) * sizeof *series->point);
        series->n++;
    }
    series->point[place] = *point;
}

void rsp_vital_series_make(const struct rsp_vital_rules *rules, enum rsp_vital vital, size_t n,
    const struct rsp_vital_sample sample[], double now_s, struct rsp_vital_series *series)
{
    series->rule = rules->rule[vital];
    series->now_s = now_s;
    series->n = 0;
    series->heard_s = series->heard_value = NAN;
    series->heard = RSP_QUALITY_NONE;
    for (size_t i = 0; i < n; i++) {
        const struct rsp_vital_sample *s = &sample[i];
        if (s->vital != vital || !(s->received_s <= now_s))
            continue;
        const enum rsp_vital_quality quality = rsp_vital_sample_quality(rules, s);
        if (!(s->received_s < series->heard_s)) {
            series->heard_s = s->received_s;
            series->heard = quality;
            series->heard_value = s->value;
        }
        const struct rsp_vital_point point = {.time_s = rsp_vital_sample_s(s),
            .value = s->value,
            .received_s = s->received_s,
            .number = s->number,
            .manual = s->manual,
            .confirmed = s->confirmed};
        if (quality == RSP_QUALITY_OK)
            insert(series, &point);
    }
}

double rsp_vital_series_median(const struct rsp_vital_series *series, size_t i)
{
    double sorted[RSP_MAX_POINT];
    size_t n = 0;
    const double from_s = series->point[i].time_s - series->rule->median_s;
    if (!(series->rule->median_s > 0) || series->point[i].manual)
        return series->point[i].value;
    for (size_t k = i + 1; k-- > 0 && series->point[k].time_s > from_s;) {
        if (series->point[k].manual)
            continue;
        size_t place = n++;
        for (; place > 0 && sorted[place - 1] > series->point[k].value; place--)
            sorted[place] = sorted[place - 1];
        sorted[place] = series->point[k].value;
    }
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

/* A device that repeats itself: every value of flat_s the same, without a gap in which it may have moved. */
static bool is_flat(const struct rsp_vital_series *series)
{
    const struct rsp_vital_point *last = &series->point[series->n - 1];
    double since_s = last->time_s;
    if (isnan(series->rule->flat_s))
        return false;
    for (size_t i = series->n; i-- > 0;) {
        const struct rsp_vital_point *point = &series->point[i];
        const bool same = !(point->value < last->value) && !(point->value > last->value);
        if (!same || point->manual || since_s - point->time_s > series->rule->stale_s)
            break;
        since_s = point->time_s;
    }
    return last->time_s - since_s >= series->rule->flat_s;
}

struct rsp_vital_current rsp_vital_current(const struct rsp_vital_series *series)
{
    if (series->n == 0)
        return (struct rsp_vital_current){.value = NAN, .time_s = NAN, .age_s = NAN};
    const struct rsp_vital_point *last = &series->point[series->n - 1];
    struct rsp_vital_current current = {.quality = RSP_QUALITY_OK,
        .value = rsp_vital_series_median(series, series->n - 1),
        .time_s = last->time_s,
        .age_s = series->now_s - last->time_s,
        .number = last->number};
    if (current.age_s > series->rule->stale_s)
        current.quality = RSP_QUALITY_STALE;
    else if (is_flat(series))
        current.quality = RSP_QUALITY_FLAT;
    else if (!last->confirmed && outside(&series->rule->implausible, current.value))
        current.quality = RSP_QUALITY_IMPLAUSIBLE;
    return current;
}

/* ---- entry by hand ---- */

static rsp_status refuse(const struct rsp_vital_rule *rule, const struct rsp_vital_bounds *bounds,
    double value, rsp_status code, const char *what, const char *todo, struct rsp_error *err)
{
    return rsp_error_set(err, code, rule->id, "%s of %.6g %s is %s (%.6g to %.6g): %s", rule->text, value,
        rule->unit, what, bounds->below, bounds->above, todo);
}

rsp_status rsp_vital_entry_check(const struct rsp_vital_rules *rules, enum rsp_vital vital, double value,
    bool confirmed, struct rsp_error *err)
{
    const struct rsp_vital_rule *rule = rules->rule[vital];
    if (outside(&rule->impossible, value))
        return refuse(
            rule, &rule->impossible, value, RSP_E_DOMAIN, "outside what is possible", "enter it anew", err);
    if (!confirmed && outside(&rule->implausible, value))
        return refuse(rule, &rule->implausible, value, RSP_E_LIMIT, "outside what is usual",
            "measure again, or confirm it", err);
    return RSP_OK;
}

rsp_status rsp_vital_pressures_check(double sbp_mmhg, double mbp_mmhg, double dbp_mmhg, struct rsp_error *err)
{
    if (sbp_mmhg <= dbp_mmhg || sbp_mmhg <= mbp_mmhg || mbp_mmhg <= dbp_mmhg)
        return rsp_error_set(err, RSP_E_MISMATCH, "sbp_mmhg",
            "pressures fall from systolic over mean to diastolic: two of them are exchanged");
    return RSP_OK;
}
