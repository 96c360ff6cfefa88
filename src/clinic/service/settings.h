/** What predictions assume and where each model may speak: rules/prediction.yaml. */
#ifndef RSP_CLINIC_SERVICE_SETTINGS_H
#define RSP_CLINIC_SERVICE_SETTINGS_H

#include <respite/plan.h>

#include "record/patient.h"

enum { RSP_MAX_NAMED = 16, RSP_MAX_ASSUMED = 8 };

/** Hours that a fast effect was studied for, and the longest session for which it is still shown. */
struct rsp_hours_domain {
    double fitted_h, longest_h;
    const char *source;
};

struct rsp_relief_domain {
    bool condition[RSP_N_CONDITION], route[RSP_N_ROUTE];
    enum rsp_drug drug;
    double fitted_low_h, fitted_high_h; /* one infusion without pause */
    double near_infusion_h;
    double longest_infusion_h, longest_course_d; /* beyond: no ground */
    double daily_least_hours, daily_within_d;
    size_t daily_least_n;
    double highest_level_ng_per_ml, far_level_ng_per_ml; /* outside the data; no ground */
    const char *source;
};

struct rsp_prediction_settings {
    long version;
    size_t n_assumption;
    struct rsp_assumption assumption[RSP_MAX_NAMED];
    size_t n_extra; /* assumed between-person variability of slow relief */
    struct rsp_extra_variability extra[RSP_MAX_ASSUMED];
    struct rsp_relief_domain relief;
    struct rsp_hours_domain dissociation, acute_relief, sbp_rise;
    const char *futility_text;
    double futility_relief_frac;
    struct {
        double carries_width_ratio;             /* of the return day, at which a diary carries the forecast */
        double same_low_ratio, same_high_ratio; /* amount of a series beside the one that was followed */
        double series_gap_d, judge_entries, judge_within_d, stale_after_d;
    } diary;
    struct rsp_yaml_tree *tree; /* owner of every text */
};

/** Read the shipped settings. Fails only on a programming error or without memory. Caller frees with
 * rsp_prediction_settings_free, also on failure (settings zeroed before). */
RSP_CHECKED rsp_status rsp_prediction_settings_read(
    struct rsp_prediction_settings *settings, struct rsp_error *err);
/** The same from any text (tests, a site's own file). */
RSP_CHECKED rsp_status rsp_prediction_settings_parse(const char *text, size_t length, const char *source,
    struct rsp_prediction_settings *settings, struct rsp_error *err);
void rsp_prediction_settings_free(struct rsp_prediction_settings *settings);

/** Text of a named assumption, or NULL. */
const char *rsp_prediction_assumption(const struct rsp_prediction_settings *settings, const char *name);

#endif
