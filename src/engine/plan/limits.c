/* The worst value of a regimen for every limited quantity, over overlapping doses. */
#include <math.h>
#include <stdlib.h>

#include <respite/plan.h>

#include "plan/copies.h"

#define DAY_H 24.0
/* Decimal dose texts reach their bound only to rounding. */
#define ROUNDING 1e-9

struct worst {
    double value, at_h;
};

/* Cumulative amount given: a broken line with jumps at instantaneous doses. */
struct step {
    double time_h, jump_mg, slope_mg_per_h; /* change of slope */
    double before_mg, after_mg, rate_mg_per_h;
};
struct course {
    size_t n;
    struct step *step;
};

static int compare_step(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    return (x->time_h > y->time_h) - (x->time_h < y->time_h);
}

static rsp_status course_new(
    size_t n_dose, const struct rsp_dose dose[], struct course *course, struct rsp_error *err)
{
    struct step *step = calloc(2 * n_dose + 1, sizeof *step);
    if (step == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "doses", "out of memory");
    size_t n = 0;
    for (size_t i = 0; i < n_dose; i++) {
        if (dose[i].duration_h > 0.0) {
            const double rate_mg_per_h = dose[i].amount_mg / dose[i].duration_h;
            step[n++] = (struct step){.time_h = dose[i].start_h, .slope_mg_per_h = rate_mg_per_h};
            step[n++] = (struct step){
                .time_h = dose[i].start_h + dose[i].duration_h, .slope_mg_per_h = -rate_mg_per_h};
        } else {
            step[n++] = (struct step){.time_h = dose[i].start_h, .jump_mg = dose[i].amount_mg};
        }
    }
    qsort(step, n, sizeof *step, compare_step);
    double given_mg = 0.0, rate_mg_per_h = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            given_mg += rate_mg_per_h * (step[i].time_h - step[i - 1].time_h);
        step[i].before_mg = given_mg;
        given_mg += step[i].jump_mg;
        step[i].after_mg = given_mg;
        rate_mg_per_h += step[i].slope_mg_per_h;
        step[i].rate_mg_per_h = rate_mg_per_h;
    }
    *course = (struct course){.n = n, .step = step};
    return RSP_OK;
}

/* Amount given before time t; a jump exactly at t is not in it. */
static double given_before(const struct course *course, double time_h)
{
    size_t low = 0, high = course->n;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (course->step[middle].time_h < time_h)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return 0.0;
    const struct step *last = &course->step[low - 1];
    return last->after_mg + last->rate_mg_per_h * (time_h - last->time_h);
}

static void consider(struct worst *worst, double value, double at_h)
{
    if (value > worst->value)
        *worst = (struct worst){value, at_h};
}

/* Start of the first dose that is judged; earlier ones (before 0) only add to what they share a moment with. */
static double first_new_h(size_t n, const struct rsp_dose dose[])
{
    double first_h = INFINITY;
    for (size_t i = 0; i < n; i++)
        if (dose[i].start_h >= 0.0)
            first_h = fmin(first_h, dose[i].start_h);
    return first_h;
}

/* Most that falls into a window [t, t + width) that reaches the new doses: some breakpoint lies at one of its
 * ends. */
static struct worst worst_window(const struct course *course, double width_h, double new_h)
{
    struct worst worst = {0.0, course->n > 0 ? course->step[0].time_h : 0.0};
    for (size_t i = 0; i < course->n; i++)
        for (int side = 0; side < 2; side++) {
            const double from_h = course->step[i].time_h - (side == 0 ? 0.0 : width_h);
            if (from_h + width_h <= new_h)
                continue;
            const double amount_mg = given_before(course, from_h + width_h) - given_before(course, from_h);
            consider(&worst, amount_mg, from_h);
        }
    return worst;
}

static bool is_bolus(const struct rsp_dose *dose)
{
    return dose->duration_h <= RSP_BOLUS_WINDOW_H;
}

/* Two pushes within 5 min are one bolus: the start of every bolus opens a window, and a new one must lie in it. */
static struct worst worst_bolus(size_t n, const struct rsp_dose dose[])
{
    struct worst worst = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        if (!is_bolus(&dose[i]))
            continue;
        double amount_mg = 0.0;
        bool is_new = false;
        for (size_t j = 0; j < n; j++) {
            const double gap_h = dose[j].start_h - dose[i].start_h;
            if (is_bolus(&dose[j]) && gap_h >= 0.0 && gap_h + dose[j].duration_h <= RSP_BOLUS_WINDOW_H) {
                amount_mg += dose[j].amount_mg;
                is_new = is_new || dose[j].start_h >= 0.0;
            }
        }
        if (is_new)
            consider(&worst, amount_mg, dose[i].start_h);
    }
    return worst;
}

static struct worst worst_bolus_rate_mg_per_min(size_t n, const struct rsp_dose dose[], double push_min)
{
    struct worst worst = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        if (!is_bolus(&dose[i]) || dose[i].start_h < 0.0)
            continue;
        const double min = dose[i].duration_h > 0.0 ? dose[i].duration_h * 60.0 : push_min;
        consider(&worst, dose[i].amount_mg / min, dose[i].start_h);
    }
    return worst;
}

/* Overlapping infusions add up; the worst moment is the start of one of them, here of a new one. */
static struct worst worst_rate_mg_per_h(size_t n, const struct rsp_dose dose[])
{
    struct worst worst = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        if (is_bolus(&dose[i]) || dose[i].start_h < 0.0)
            continue;
        double rate_mg_per_h = 0.0;
        for (size_t j = 0; j < n; j++)
            if (!is_bolus(&dose[j]) && dose[j].start_h <= dose[i].start_h &&
                dose[i].start_h < dose[j].start_h + dose[j].duration_h * (1.0 - ROUNDING))
                rate_mg_per_h += dose[j].amount_mg / dose[j].duration_h;
        consider(&worst, rate_mg_per_h, dose[i].start_h);
    }
    return worst;
}

/* Longest time without a pause: infusions that touch or overlap count as one. */
static struct worst worst_duration_h(const struct course *course, double new_h)
{
    struct worst worst = {0.0, 0.0};
    double start_h = 0.0, rate_scale = 0.0;
    bool running = false;
    for (size_t i = 0; i < course->n; i++)
        rate_scale = fmax(rate_scale, course->step[i].rate_mg_per_h);
    for (size_t i = 0; i < course->n; i++) {
        const struct step *step = &course->step[i];
        const bool last_of_moment =
            i + 1 == course->n || course->step[i + 1].time_h - step->time_h > ROUNDING;
        const bool now = step->rate_mg_per_h > ROUNDING * rate_scale;
        if (now && !running) {
            start_h = step->time_h;
            running = true;
        } else if (!now && running && last_of_moment) {
            /* A bolus, or two that touch, is no infusion. */
            if (step->time_h > new_h && step->time_h - start_h > RSP_BOLUS_WINDOW_H * (1.0 + ROUNDING))
                consider(&worst, step->time_h - start_h, start_h);
            running = false;
        }
    }
    return worst;
}

static struct worst total_mg(size_t n, const struct rsp_dose dose[])
{
    struct worst worst = {0.0, 0.0};
    for (size_t i = 0; i < n; i++)
        if (dose[i].start_h >= 0.0)
            worst.value += dose[i].amount_mg;
    return worst;
}

bool rsp_treatment_goes_on(double end_h, double start_h)
{
    return start_h <= end_h + RSP_TREATMENT_GAP_H + ROUNDING;
}

/* The treatment that dose `first` opens: what follows belongs to it unless a pause lies between. */
static double treatment_mg(size_t n, const struct rsp_dose dose[], size_t first)
{
    double end_h = dose[first].start_h + dose[first].duration_h, amount_mg = 0.0;
    bool grown = true;
    while (grown) {
        grown = false;
        amount_mg = 0.0;
        for (size_t j = 0; j < n; j++) {
            if (dose[j].start_h < dose[first].start_h || !rsp_treatment_goes_on(end_h, dose[j].start_h))
                continue;
            amount_mg += dose[j].amount_mg;
            if (dose[j].start_h + dose[j].duration_h > end_h) {
                end_h = dose[j].start_h + dose[j].duration_h;
                grown = true;
            }
        }
    }
    return amount_mg;
}

static bool opens_treatment(size_t n, const struct rsp_dose dose[], size_t i)
{
    for (size_t j = 0; j < n; j++) {
        const double end_h = dose[j].start_h + dose[j].duration_h;
        const bool before =
            dose[j].start_h < dose[i].start_h || (dose[j].start_h == dose[i].start_h && j < i);
        if (dose[j].start_h >= 0.0 && before && rsp_treatment_goes_on(end_h, dose[i].start_h))
            return false;
    }
    return dose[i].start_h >= 0.0;
}

/* Least amount of one treatment: a series of small ones does not add up to a large one. */
static struct worst least_treatment_mg(size_t n, const struct rsp_dose dose[])
{
    struct worst least = {0.0, 0.0};
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        if (!opens_treatment(n, dose, i))
            continue;
        const double amount_mg = treatment_mg(n, dose, i);
        if (!any || amount_mg < least.value)
            least = (struct worst){amount_mg, dose[i].start_h};
        any = true;
    }
    return least;
}

struct worst_values {
    struct worst of[RSP_N_LIMIT_QUANTITY];
};

static void scale(struct worst *worst, double factor)
{
    worst->value *= factor;
}

static void measure(size_t n, const struct rsp_dose dose[], const struct course *course, double weight_kg,
    struct worst_values *values)
{
    const double per_kg = 1.0 / weight_kg; /* NaN without a weight: refused where it is needed */
    const double new_h = first_new_h(n, dose);
    struct worst *of = values->of;
    of[RSP_LIMIT_BOLUS_MG_PER_KG] = worst_bolus(n, dose);
    scale(&of[RSP_LIMIT_BOLUS_MG_PER_KG], per_kg);
    of[RSP_LIMIT_RATE_MG_PER_H] = worst_rate_mg_per_h(n, dose);
    of[RSP_LIMIT_RATE_MG_PER_KG_PER_H] = of[RSP_LIMIT_RATE_MG_PER_H];
    scale(&of[RSP_LIMIT_RATE_MG_PER_KG_PER_H], per_kg);
    of[RSP_LIMIT_DAY_MG] = worst_window(course, DAY_H, new_h);
    of[RSP_LIMIT_TOTAL_MG] = total_mg(n, dose);
    of[RSP_LIMIT_TOTAL_MG_PER_KG] = of[RSP_LIMIT_TOTAL_MG];
    scale(&of[RSP_LIMIT_TOTAL_MG_PER_KG], per_kg);
    of[RSP_LIMIT_TOTAL_MIN_MG] = least_treatment_mg(n, dose);
    of[RSP_LIMIT_DURATION_H] = worst_duration_h(course, new_h);
}

static bool per_kg(enum rsp_limit_quantity quantity)
{
    return quantity == RSP_LIMIT_BOLUS_MG_PER_KG || quantity == RSP_LIMIT_BOLUS_RATE_MG_PER_KG_PER_MIN ||
           quantity == RSP_LIMIT_RATE_MG_PER_KG_PER_H || quantity == RSP_LIMIT_TOTAL_MG_PER_KG;
}

static bool of_push(const struct rsp_limit *limit)
{
    return limit->quantity == RSP_LIMIT_BOLUS_RATE_MG_PER_KG_PER_MIN;
}

static bool keeps(const struct rsp_limit *limit, double value)
{
    if (limit->quantity == RSP_LIMIT_TOTAL_MIN_MG)
        return value >= limit->bound * (1.0 - ROUNDING);
    return value <= limit->bound * (1.0 + ROUNDING);
}

static rsp_status check_input(size_t n_dose, const struct rsp_dose dose[], double weight_kg, size_t n_limit,
    const struct rsp_limit limit[], struct rsp_error *err)
{
    if (n_dose > 0) /* no doses break no maximum */
        RSP_TRY(rsp_plan_check_doses(n_dose, dose, err));
    const bool weight = isfinite(weight_kg) && weight_kg > 0.0;
    for (size_t i = 0; i < n_limit; i++) {
        if ((size_t)limit[i].quantity >= RSP_N_LIMIT_QUANTITY || !isfinite(limit[i].bound))
            return rsp_error_set(
                err, RSP_E_DOMAIN, "limits", "limit %zu needs a known quantity and a finite bound", i + 1);
        if (of_push(&limit[i]) && !(isfinite(limit[i].push_min) && limit[i].push_min > 0.0))
            return rsp_error_set(err, RSP_E_DOMAIN, "limits",
                "limit %zu needs push_min: the minutes that a push without a duration takes", i + 1);
        if (per_kg(limit[i].quantity) && !weight)
            return rsp_error_set(err, RSP_E_MISSING, "weight_kg",
                "the limit in %s needs the body weight in kg", rsp_limit_quantity_unit(limit[i].quantity));
    }
    return RSP_OK;
}

rsp_status rsp_limits_check(size_t n_dose, const struct rsp_dose dose[], double weight_kg, size_t n_limit,
    const struct rsp_limit limit[], struct rsp_limit_result results[], struct rsp_error *err)
{
    RSP_TRY(check_input(n_dose, dose, weight_kg, n_limit, limit, err));
    struct course course = {0};
    RSP_TRY(course_new(n_dose, dose, &course, err));
    struct worst_values values;
    measure(n_dose, dose, &course, weight_kg, &values);
    free(course.step);
    for (size_t i = 0; i < n_limit; i++) {
        struct worst worst = values.of[limit[i].quantity];
        if (of_push(&limit[i])) {
            worst = worst_bolus_rate_mg_per_min(n_dose, dose, limit[i].push_min);
            scale(&worst, 1.0 / weight_kg);
        }
        results[i] = (struct rsp_limit_result){
            .limit = &limit[i],
            .value = worst.value,
            .at_h = worst.at_h,
            .ok = keeps(&limit[i], worst.value),
        };
    }
    return RSP_OK;
}
