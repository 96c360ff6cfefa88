/** A made-up diary: whole-number scores as models/diary.yaml says they arise, for demonstrations and tests. */
#ifndef RSP_ESTIMATE_DIARY_SIMULATE_H
#define RSP_ESTIMATE_DIARY_SIMULATE_H

#include <stddef.h>
#include <stdint.h>

#include <respite/diary.h>

/** Who writes, and how. */
struct rsp_diary_author {
    uint64_t seed, person; /* the same two: the same habits */
    uint32_t occasion;     /* which diary of this person it is: other days, other scores */
    double baseline_nrs;   /* pain before treatment, 0 to 10 */
    enum rsp_recall recall;
    double missing_frac; /* of the days without a score, 0 to below 1: not in models/diary.yaml */
};

/** Habits (noise, drift, day-to-day spread, repeats, placebo response) are drawn from the priors, then the scores.
 * @param n            days in order
 * @param time_d       n: days from the first infusion, negative before it
 * @param relief_frac  n: share of the baseline that the drug takes away, 0 to 1
 * @param score        out, n: 0 to 10, or -1 for a day without one
 * @return RSP_OK; RSP_E_DOMAIN for a baseline outside (0, 10] or an impossible share. Allocates only while it reads the
 *         priors. */
RSP_CHECKED rsp_status rsp_diary_simulate(const struct rsp_diary_author *author, size_t n,
    const double time_d[], const double relief_frac[], int score[], struct rsp_error *err);

#endif
