/* From planned doses to vials, syringe and pump. */
#include "service/order_rates.h"

#include <math.h>

#include "service/say.h"

enum { DIGITS = 6, RATE_DIGITS = 4 };

/* Figures of an order are printed to four digits or a tenth; more than this between them is no rounding. */
static const double printed_frac = 0.005;
static const double small_mg = 10.0, step_mg = 0.1, small_step_mg = 0.01;

double rsp_order_step_mg(double amount_mg)
{
    return amount_mg < small_mg ? small_step_mg : step_mg;
}

bool rsp_same_figure(double a, double b, double step)
{
    return fabs(a - b) <= 0.5 * step + 1e-9 * fabs(a);
}

static double round_to(double value, double step)
{
    return round(value / step) * step;
}

static double draw_step(const struct rsp_preparation *p, double volume_ml)
{
    return volume_ml < p->draw_small_ml ? p->draw_small_step_ml : p->draw_step_ml;
}

static double moved(double ordered, double planned)
{
    return planned > 0 ? fabs(ordered / planned - 1.0) : 0.0;
}

/* As it is printed: the checker computes with this figure. */
static double printed(double value, int digits)
{
    if (!(value > 0.0))
        return NAN; /* no way agrees with a rate at which no pump runs */
    const double magnitude = pow(10.0, digits - 1 - (int)floor(log10(value)));
    return round(value * magnitude) / magnitude;
}

/* ---- steps ---- */

bool rsp_order_diluted(enum rsp_route route)
{
    return route == RSP_ROUTE_IV || route == RSP_ROUTE_SC;
}

static bool pumped(enum rsp_route route, const struct rsp_dose *dose)
{
    return rsp_order_diluted(route) && dose->duration_h > RSP_PUSH_H;
}

/* The volume is what is to be infused; the pump runs at its own nearest rate until that is in. */
static void set_pump_step(const struct rsp_drawing *d, struct rsp_order_step *step)
{
    const double planned_ml = step->planned_mg / d->concentration_mg_per_ml;
    step->volume_ml = round_to(planned_ml, draw_step(d->preparation, planned_ml));
    step->amount_mg = step->volume_ml * d->concentration_mg_per_ml;
    step->rate_ml_per_h = round_to(planned_ml / step->duration_h, d->preparation->pump_step_ml_per_h);
    step->rate_mg_per_h = step->rate_ml_per_h * d->concentration_mg_per_ml;
    step->rate_mg_per_kg_per_h = step->rate_mg_per_h / d->weight_kg;
}

static void set_push(const struct rsp_drawing *d, struct rsp_order_step *step)
{
    const double volume_ml = step->planned_mg / d->concentration_mg_per_ml;
    step->rate_ml_per_h = step->rate_mg_per_h = step->rate_mg_per_kg_per_h = NAN;
    step->volume_ml = round_to(volume_ml, draw_step(d->preparation, volume_ml));
    step->amount_mg = step->volume_ml * d->concentration_mg_per_ml;
}

static rsp_status set_steps(const struct rsp_drawing *d, size_t n, const struct rsp_dose dose[],
    struct rsp_order_amounts *a, struct rsp_error *err)
{
    double busy_until_h = -INFINITY;
    const double touching = 1e-6;
    for (size_t i = 0; i < n; i++) {
        struct rsp_order_step *step = &a->step[a->n_step++];
        *step = (struct rsp_order_step){.start_h = dose[i].start_h - dose[0].start_h,
            .duration_h = dose[i].duration_h,
            .planned_mg = dose[i].amount_mg,
            .by_pump = pumped(d->route, &dose[i])};
        if (step->by_pump && step->start_h < busy_until_h - touching)
            return rsp_error_set(err, RSP_E_MISMATCH, "plan",
                "two infusions of this session run at once: one pump cannot; plan them as steps that follow "
                "one another");
        if (step->by_pump)
            busy_until_h = step->start_h + step->duration_h;
        if (step->by_pump)
            set_pump_step(d, step);
        else
            set_push(d, step);
        a->moved_frac = fmax(a->moved_frac, moved(step->amount_mg, step->planned_mg));
        if (step->by_pump)
            a->moved_frac =
                fmax(a->moved_frac, moved(step->rate_mg_per_h * step->duration_h, step->planned_mg));
    }
    return RSP_OK;
}

/* ---- what is prepared ---- */

static void set_totals(const struct rsp_drawing *d, struct rsp_order_amounts *a)
{
    double exact_mg = 0;
    for (size_t i = 0; i < a->n_step; i++) {
        exact_mg += a->step[i].amount_mg;
        a->made_ml += a->step[i].volume_ml;
    }
    a->total_mg = round_to(exact_mg, rsp_order_step_mg(exact_mg));
    const double drawn_ml = exact_mg / d->strength_mg_per_ml;
    a->drawn_ml = round_to(drawn_ml, draw_step(d->preparation, drawn_ml));
    a->moved_frac = fmax(a->moved_frac, moved(a->drawn_ml, drawn_ml));
    a->vials = (int)ceil(a->drawn_ml / d->vial_ml - 1e-9);
    a->left_mg = ((double)a->vials * d->vial_ml - a->drawn_ml) * d->strength_mg_per_ml;
    a->left_mg = fabs(a->left_mg) < small_step_mg ? 0.0 : a->left_mg;
    a->diluent_ml = fmax(0.0, round_to(a->made_ml - a->drawn_ml, d->preparation->draw_step_ml));
    a->containers = (int)ceil(a->made_ml / d->preparation->container_most_ml - 1e-9);
}

/* Each way begins with other figures of the order, as they are printed. */
static struct rsp_three_ways ways_of(const struct rsp_drawing *d, const struct rsp_order_amounts *a,
    const struct rsp_order_step *step, double made_ml)
{
    const double per_kg = printed(step->rate_mg_per_kg_per_h, RATE_DIGITS);
    const double share = step->amount_mg / a->total_mg; /* of the container that this step takes */
    struct rsp_three_ways ways = {
        .by_amount_ml_per_h = step->planned_mg / step->duration_h / d->concentration_mg_per_ml,
        .by_volume_ml_per_h = made_ml * share / step->duration_h,
        .by_weight_ml_per_h = per_kg * d->weight_kg / d->concentration_mg_per_ml,
        .agree = true};
    /* half a step of pump and syringe, and what four digits leave out */
    const double rounding_ml_per_h = 0.5 * d->preparation->pump_step_ml_per_h +
                                     0.5 * draw_step(d->preparation, step->volume_ml) / step->duration_h +
                                     printed_frac * step->rate_ml_per_h;
    const double way[] = {ways.by_amount_ml_per_h, ways.by_volume_ml_per_h, ways.by_weight_ml_per_h};
    for (size_t i = 0; i < sizeof way / sizeof *way; i++)
        ways.agree = ways.agree && fabs(way[i] - step->rate_ml_per_h) <= rounding_ml_per_h;
    return ways;
}

/* Shown are the ways of the first pump step, or of the first that does not agree. */
static void set_ways(const struct rsp_drawing *d, struct rsp_order_amounts *a)
{
    const struct rsp_order_step *first = NULL;
    double pump_ml = 0;
    for (size_t i = a->n_step; i-- > 0;)
        if (a->step[i].by_pump)
            first = &a->step[i];
    a->rate_ml_per_h = a->rate_mg_per_h = a->rate_mg_per_kg_per_h = NAN;
    a->ways = (struct rsp_three_ways){NAN, NAN, NAN, true};
    if (first == NULL)
        return;
    for (size_t i = 0; i < a->n_step; i++)
        pump_ml += a->step[i].volume_ml;
    a->by_pump = true;
    a->rate_ml_per_h = first->rate_ml_per_h;
    a->rate_mg_per_h = first->rate_mg_per_h;
    a->rate_mg_per_kg_per_h = first->rate_mg_per_kg_per_h;
    a->ways = ways_of(d, a, first, pump_ml);
    for (size_t i = 0; i < a->n_step && a->ways.agree; i++) {
        const struct rsp_three_ways ways = a->step[i].by_pump ? ways_of(d, a, &a->step[i], pump_ml) : a->ways;
        if (!ways.agree)
            a->ways = ways;
    }
}

static rsp_status check(const struct rsp_drawing *d, size_t n, struct rsp_error *err)
{
    const double same = 1e-9;
    if (n == 0 || n > RSP_MAX_ORDER_STEP)
        return rsp_error_set(
            err, RSP_E_LIMIT, "session", "an order has 1 to %d steps, not %zu", RSP_MAX_ORDER_STEP, n);
    if (!(d->strength_mg_per_ml > 0 && d->concentration_mg_per_ml > 0 && d->vial_ml > 0 && d->weight_kg > 0))
        return rsp_error_set(
            err, RSP_E_DOMAIN, "strength_mg_per_ml", "strength, volume, concentration and weight are needed");
    if (d->concentration_mg_per_ml > d->strength_mg_per_ml + same)
        return rsp_error_set(err, RSP_E_DOMAIN, "concentration_mg_per_ml",
            "%s mg/mL cannot be made from a vial of %s mg/mL",
            rsp_words_number(d->concentration_mg_per_ml, DIGITS).text,
            rsp_words_number(d->strength_mg_per_ml, DIGITS).text);
    return RSP_OK;
}

rsp_status rsp_order_amounts(const struct rsp_drawing *drawing, size_t n, const struct rsp_dose dose[],
    struct rsp_order_amounts *amounts, struct rsp_error *err)
{
    struct rsp_order_amounts a = {0};
    RSP_TRY(check(drawing, n, err));
    RSP_TRY(set_steps(drawing, n, dose, &a, err));
    set_totals(drawing, &a);
    if (!(a.total_mg > 0 && a.drawn_ml > 0))
        return rsp_error_set(err, RSP_E_DOMAIN, "strength_mg_per_ml",
            "the dose is less than a syringe or pump can measure at this strength and concentration");
    set_ways(drawing, &a);
    for (size_t i = 0; i < a.n_step; i++)
        if (a.step[i].by_pump && a.step[i].rate_ml_per_h > drawing->preparation->pump_most_ml_per_h)
            a.too_fast = "the rate is more than a pump can give: choose a higher concentration";
    *amounts = a;
    return RSP_OK;
}
