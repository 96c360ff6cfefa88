#include "plan/spell.h"

#include <math.h>

static double odds(double relief_frac)
{
    const double most = 1.0 - 1e-12; /* full relief has no finite odds */
    const double relief = fmin(fmax(relief_frac, 0.0), most);
    return relief / (1.0 - relief);
}

/* Fraction of the way from relief a to relief b at which it equals `at`, which lies between them. */
static double crossing_frac(double a_frac, double b_frac, double at_frac)
{
    const double a = odds(a_frac), b = odds(b_frac), at = odds(at_frac);
    if (b < a && b > 0.0)
        return log(a / at) / log(a / b);
    return (at - a) / (b - a);
}

static void add(struct rsp_spell *spell, double from_h, double to_h, double after_h)
{
    spell->above_h += to_h - from_h;
    spell->above_after_h += fmax(0.0, to_h - fmax(from_h, after_h));
}

struct rsp_spell rsp_spell_measure(
    size_t n, const double time_h[], const double relief_frac[], double threshold_frac, double after_h)
{
    struct rsp_spell spell = {.first_h = NAN, .last_h = NAN};
    if (n == 0)
        return spell;
    const double at = threshold_frac;
    double a = relief_frac[0];
    double since_h = time_h[0];
    if (a >= at) {
        spell.reached = spell.from_start = true;
        spell.first_h = time_h[0];
    }
    for (size_t i = 1; i < n; i++) {
        const double b = relief_frac[i], step_h = time_h[i] - time_h[i - 1];
        if (a < at && b >= at) {
            since_h = time_h[i - 1] + crossing_frac(a, b, at) * step_h;
            if (!spell.reached)
                spell.first_h = since_h;
            spell.reached = true;
        } else if (a >= at && b < at) {
            spell.last_h = time_h[i - 1] + crossing_frac(a, b, at) * step_h;
            add(&spell, since_h, spell.last_h, after_h);
        }
        a = b;
    }
    if (a >= at) {
        spell.to_end = true;
        spell.last_h = time_h[n - 1];
        add(&spell, since_h, spell.last_h, after_h);
    }
    return spell;
}

double rsp_curve_peak(size_t n, const double value[], size_t *at)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (value[i] > value[best])
            best = i;
    if (at != NULL)
        *at = best;
    return n > 0 ? value[best] : NAN;
}
