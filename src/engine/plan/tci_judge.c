/* What a programme comes to: arrival, steadiness and overshoot, read from the simulated levels. */
#include <math.h>
#include <stdlib.h>

#include "plan/tci_work.h"

#define SAME_TIME_H 1e-9

/* Extremes of the levels within each step, its ends included. */
static void judge_steps(struct rsp_tci_programme *p)
{
    size_t j = 0;
    for (size_t i = 0; i < p->n_step; i++) {
        struct rsp_tci_step *step = &p->step[i];
        const double end_h = step->start_h + step->duration_h;
        step->lowest_ng_per_ml = INFINITY;
        step->highest_ng_per_ml = 0.0;
        while (j > 0 && p->time_h[j] > step->start_h + SAME_TIME_H)
            j--;
        for (; j < p->n_time && p->time_h[j] <= end_h + SAME_TIME_H; j++) {
            if (p->time_h[j] < step->start_h - SAME_TIME_H)
                continue;
            step->lowest_ng_per_ml = fmin(step->lowest_ng_per_ml, p->level_ng_per_ml[j]);
            step->highest_ng_per_ml = fmax(step->highest_ng_per_ml, p->level_ng_per_ml[j]);
            step->level_ng_per_ml = p->level_ng_per_ml[j];
        }
    }
}

/* A target of 0 is reached when nothing counts any more: the tolerance is one of the highest target. */
static double width_of(double target_ng_per_ml, double top_ng_per_ml, double tolerance_frac)
{
    return tolerance_frac * (target_ng_per_ml > 0.0 ? target_ng_per_ml : top_ng_per_ml);
}

/* First time that the piece's last level is reached from the side on which it began. An effect that comes later than the
 * piece still counts, until the next piece wants another level. */
static double arrival(
    const struct rsp_tci_programme *p, double to, double from_h, double until_h, double width_ng_per_ml)
{
    bool started = false, from_above = false;
    for (size_t j = 0; j < p->n_time && p->time_h[j] <= until_h + SAME_TIME_H; j++) {
        if (p->time_h[j] < from_h - SAME_TIME_H)
            continue;
        if (!started) {
            from_above = p->level_ng_per_ml[j] > to;
            started = true;
        }
        if (from_above ? p->level_ng_per_ml[j] <= to + width_ng_per_ml
                       : p->level_ng_per_ml[j] >= to - width_ng_per_ml)
            return p->time_h[j];
    }
    return INFINITY;
}

/* Start of the first piece after this one that wants another level than this one leads to; +infinity: none. */
static double wanted_until(const struct rsp_tci_profile *profile, size_t piece, double end_h)
{
    const double to = profile->piece[piece].to_ng_per_ml;
    for (size_t i = piece + 1; i < profile->n; i++) {
        if (profile->piece[i].from_ng_per_ml != to || profile->piece[i].to_ng_per_ml != to)
            return end_h;
        end_h += profile->piece[i].duration_h;
    }
    return INFINITY;
}

static struct rsp_tci_outcome outcome_of(const struct rsp_tci_programme *p,
    const struct rsp_tci_profile *profile, size_t i, double from_h, double tolerance_frac)
{
    const struct rsp_tci_piece *piece = &profile->piece[i];
    const double width =
        width_of(piece->to_ng_per_ml, rsp_tci_profile_top_ng_per_ml(profile), tolerance_frac);
    struct rsp_tci_outcome made = {.from_h = from_h,
        .to_h = from_h + piece->duration_h,
        .target_ng_per_ml = piece->to_ng_per_ml,
        .held = piece->from_ng_per_ml == piece->to_ng_per_ml && piece->to_ng_per_ml > 0.0,
        .lowest_frac = NAN,
        .highest_frac = NAN};
    made.wanted_until_h = wanted_until(profile, i, made.to_h);
    made.arrived_h = arrival(p, piece->to_ng_per_ml, from_h, made.wanted_until_h, width);
    for (size_t j = 0; made.held && j < p->n_time && p->time_h[j] <= made.to_h + SAME_TIME_H; j++) {
        if (p->time_h[j] < made.arrived_h - SAME_TIME_H)
            continue;
        const double share = p->level_ng_per_ml[j] / piece->to_ng_per_ml;
        made.lowest_frac = fmin(isnan(made.lowest_frac) ? share : made.lowest_frac, share);
        made.highest_frac = fmax(isnan(made.highest_frac) ? share : made.highest_frac, share);
    }
    return made;
}

/* Most above the level that a piece leads to, unless it asks for less than there is; a level that still falls from
 * before counts only once it has come down. */
static void judge_overshoot(struct rsp_tci_programme *p, const struct rsp_tci_profile *profile)
{
    for (size_t i = 0; i < p->n_outcome; i++) {
        const struct rsp_tci_piece *piece = &profile->piece[i];
        if (piece->to_ng_per_ml < piece->from_ng_per_ml || !(piece->to_ng_per_ml > 0.0))
            continue;
        bool down = false;
        const struct rsp_tci_outcome *o = &p->outcome[i];
        for (size_t j = 0; j < p->n_time && p->time_h[j] < o->to_h - SAME_TIME_H; j++) {
            if (p->time_h[j] < o->from_h - SAME_TIME_H)
                continue;
            const double over = p->level_ng_per_ml[j] / piece->to_ng_per_ml - 1.0;
            down = down || over <= 0.0;
            if (down && over > p->overshoot_frac) {
                p->overshoot_frac = over;
                p->overshoot_h = p->time_h[j];
            }
        }
    }
}

rsp_status rsp_tci_judge(const struct rsp_tci_profile *profile, double tolerance_frac,
    struct rsp_tci_programme *programme, struct rsp_error *err)
{
    programme->outcome = calloc(profile->n + 1, sizeof *programme->outcome);
    if (programme->outcome == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "target", "out of memory");
    programme->n_outcome = profile->n;
    double from_h = 0.0;
    for (size_t i = 0; i < profile->n; i++) {
        programme->outcome[i] = outcome_of(programme, profile, i, from_h, tolerance_frac);
        from_h += profile->piece[i].duration_h;
    }
    for (size_t j = 0; j < programme->n_time; j++)
        if (programme->level_ng_per_ml[j] > programme->top_ng_per_ml) {
            programme->top_ng_per_ml = programme->level_ng_per_ml[j];
            programme->top_h = programme->time_h[j];
        }
    judge_steps(programme);
    /* target of each step's end, where a jump may follow at once */
    for (size_t i = 0; i < programme->n_step; i++) {
        struct rsp_tci_step *step = &programme->step[i];
        const double end_h = step->start_h + step->duration_h;
        step->target_ng_per_ml = rsp_tci_profile_at(profile, end_h);
        for (size_t k = 0; k < profile->n; k++)
            if (fabs(programme->outcome[k].to_h - end_h) <= SAME_TIME_H)
                step->target_ng_per_ml = programme->outcome[k].target_ng_per_ml;
    }
    judge_overshoot(programme, profile);
    return RSP_OK;
}
