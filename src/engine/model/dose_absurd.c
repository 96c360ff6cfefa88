/* Doses that no use of the drug explains: sums over every sliding window of an hour and of a day. */
#include <respite/dose.h>

#include <math.h>
#include <stdlib.h>

/* Far above any published use: only slips of unit or of the decimal point reach them. */
#define MAX_MG_PER_KG_IN_HOUR 20.0
#define MAX_MG_IN_DAY         10000.0
#define INSTANT_H             1e-6 /* a shorter infusion counts as a bolus: its rate could overflow */
#define WINDOW_TOLERANCE      1e-9 /* relative: rounding of summed infusion parts */

/* The running total at a time: `before` and `after` the instantaneous doses there, then a slope. */
struct knot {
    double time_h, before_mg, after_mg, rate_mg_per_h;
};

static int by_time(const void *a, const void *b)
{
    const struct knot *x = a, *y = b;
    return (x->time_h > y->time_h) - (x->time_h < y->time_h);
}

/* In: changes (after_mg - before_mg is the jump, rate the change of slope), sorted. Out: totals. */
static void accumulate(size_t n, struct knot knots[])
{
    double total_mg = 0, rate_mg_per_h = 0;
    for (size_t i = 0; i < n; i++) {
        const double jump_mg = knots[i].after_mg;
        if (i > 0)
            total_mg += rate_mg_per_h * (knots[i].time_h - knots[i - 1].time_h);
        rate_mg_per_h += knots[i].rate_mg_per_h;
        knots[i].before_mg = total_mg;
        total_mg += jump_mg;
        knots[i].after_mg = total_mg;
        knots[i].rate_mg_per_h = rate_mg_per_h;
    }
}

/* Total given before time t (excluding doses at t); at is the last knot before t. */
static double total_before(size_t n, const struct knot knots[], size_t *at, double t)
{
    while (*at + 1 < n && knots[*at + 1].time_h < t)
        (*at)++;
    if (knots[*at].time_h >= t)
        return knots[*at].before_mg;
    return knots[*at].after_mg + knots[*at].rate_mg_per_h * (t - knots[*at].time_h);
}

/* The greatest amount in any window: its start or its end meets a start or an end of a dose. Doses at
 * both ends of a window are two windows. */
static double greatest(size_t n, const struct knot knots[], double window_h)
{
    double most_mg = 0;
    size_t at = 0, first = 0;
    for (size_t i = 0; i < n; i++) {
        if (knots[first].time_h < knots[i].time_h)
            first = i; /* the first knot of this instant: all its jumps count */
        const double starts_here =
            total_before(n, knots, &at, knots[i].time_h + window_h) - knots[first].before_mg;
        most_mg = starts_here > most_mg ? starts_here : most_mg;
    }
    at = 0;
    for (size_t i = 0; i < n; i++) {
        const double from_h = knots[i].time_h - window_h;
        while (at + 1 < n && knots[at + 1].time_h <= from_h)
            at++;
        const double past_mg =
            knots[at].time_h > from_h
                ? 0
                : knots[at].after_mg + knots[at].rate_mg_per_h * (from_h - knots[at].time_h);
        const double ends_here = knots[i].after_mg - past_mg;
        most_mg = ends_here > most_mg ? ends_here : most_mg;
    }
    return most_mg;
}

/* One dose alone, repeated for ever when it is at steady state. */
static double alone(const struct rsp_dose *dose, double window_h)
{
    const double part = dose->duration_h > window_h ? window_h / dose->duration_h : 1;
    if (!(dose->steady_interval_h > 0) || dose->steady_interval_h >= window_h)
        return dose->amount_mg * (dose->duration_h > dose->steady_interval_h && dose->steady_interval_h > 0
                                         ? window_h / dose->steady_interval_h
                                         : part);
    return dose->amount_mg * ceil(window_h / dose->steady_interval_h);
}

static rsp_status check_fields(size_t n, const struct rsp_dose doses[], struct rsp_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const struct rsp_dose *d = &doses[i];
        if (!isfinite(d->amount_mg) || d->amount_mg < 0)
            return rsp_error_set(
                err, RSP_E_DOMAIN, "amount", "the amount of dose %zu is not a number from zero up", i + 1);
        if (!isfinite(d->start_h) || !isfinite(d->duration_h) || d->duration_h < 0 ||
            !isfinite(d->steady_interval_h))
            return rsp_error_set(
                err, RSP_E_DOMAIN, "time", "the times of dose %zu are not finite numbers", i + 1);
    }
    return RSP_OK;
}

static rsp_status judge(double in_hour_mg, double in_day_mg, double weight_kg, struct rsp_error *err)
{
    if (in_day_mg > MAX_MG_IN_DAY * (1 + WINDOW_TOLERANCE))
        return rsp_error_set(err, RSP_E_DOMAIN, "dose",
            "the doses add up to %.4g g within a day, more than the %g g that are plausible; check amount, "
            "unit "
            "and duration",
            in_day_mg / 1000, MAX_MG_IN_DAY / 1000);
    const bool weighed = isfinite(weight_kg) && weight_kg > 0;
    if (weighed && in_hour_mg > MAX_MG_PER_KG_IN_HOUR * weight_kg * (1 + WINDOW_TOLERANCE))
        return rsp_error_set(err, RSP_E_DOMAIN, "dose",
            "the doses add up to %.4g mg/kg within an hour, more than the %g mg/kg that are plausible; check "
            "amount, unit and weight",
            in_hour_mg / weight_kg, MAX_MG_PER_KG_IN_HOUR);
    return RSP_OK;
}

rsp_status rsp_doses_check_absurd(
    size_t n, const struct rsp_dose doses[], double weight_kg, struct rsp_error *err)
{
    RSP_TRY(check_fields(n, doses, err));
    /* Each alone first: what passes is small enough for the running totals to be exact. */
    for (size_t i = 0; i < n; i++)
        RSP_TRY(judge(alone(&doses[i], 1), alone(&doses[i], 24), weight_kg, err));
    if (n < 2)
        return RSP_OK;
    struct knot *knots = calloc(n, 2 * sizeof *knots);
    if (knots == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "dose", "out of memory while adding up %zu doses", n);
    size_t n_knot = 0;
    for (size_t i = 0; i < n; i++) {
        const struct rsp_dose *d = &doses[i];
        if (d->duration_h > INSTANT_H) {
            const double rate_mg_per_h = d->amount_mg / d->duration_h;
            knots[n_knot++] = (struct knot){.time_h = d->start_h, .rate_mg_per_h = rate_mg_per_h};
            knots[n_knot++] =
                (struct knot){.time_h = d->start_h + d->duration_h, .rate_mg_per_h = -rate_mg_per_h};
        } else {
            knots[n_knot++] = (struct knot){.time_h = d->start_h, .after_mg = d->amount_mg};
        }
    }
    qsort(knots, n_knot, sizeof *knots, by_time);
    accumulate(n_knot, knots);
    const rsp_status status = judge(greatest(n_knot, knots, 1), greatest(n_knot, knots, 24), weight_kg, err);
    free(knots);
    return status;
}
