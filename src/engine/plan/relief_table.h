/** The relief model beside published courses: what it says for the typical person of the response class, and at
 * the corners of the published intervals of its parameters. */
#ifndef RSP_ENGINE_PLAN_RELIEF_TABLE_H
#define RSP_ENGINE_PLAN_RELIEF_TABLE_H

#include <stddef.h>

#include <respite/dose.h>
#include <respite/model.h>
#include <respite/status.h>

/** One course as published, in doses of the model's drug. Borrowed. */
struct rsp_relief_course {
    size_t n_dose;
    const struct rsp_dose *dose;
    size_t n_day; /**< days after the end at which the course is wanted */
    const double *day_after_end;
};

/** A value and its range over the corners: every uncertain parameter at the lower or upper end of its 95 %
 * interval, in all combinations. */
struct rsp_corner_range {
    double typical, low, high;
};

struct rsp_relief_row {
    double amount_mg, end_d; /**< of the model's drug; end of the last dose */
    struct rsp_corner_range peak_relief_frac;
    struct rsp_corner_range days_30, days_50; /**< days with relief >= 30 %, 50 % after the end */
    struct rsp_corner_range days_30_in_all;   /**< the same, with the days during the course */
    double response_probability;
    struct rsp_corner_range
        *mean_pain_frac; /**< n_day: population mean pain as a fraction of baseline, both classes */
    struct rsp_corner_range *relief_frac; /**< n_day: relief of the typical person who responds */
    double *share_30;                     /**< n_day: share of all people with relief >= 30 % */
};

/** Compute one row for each course with a combined model of slow relief (otto2021+dahan2011).
 * No placebo term and no spread between people: all responders are the typical one, so that the share falls from
 * the response probability to 0 in one day.
 * @param covariate  one value for each covariate of the model, NaN: its reference
 * @param row out: n_course rows; caller frees with rsp_relief_rows_free */
RSP_CHECKED rsp_status rsp_relief_table(const struct rsp_model *model, const double covariate[],
    size_t n_course, const struct rsp_relief_course course[], struct rsp_relief_row row[],
    struct rsp_error *err);
void rsp_relief_rows_free(size_t n_row, struct rsp_relief_row row[]);

#endif
