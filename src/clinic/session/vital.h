/** Vital signs: which value is current, how old it is, and whether it may decide anything. Pure.
 *
 * Every sample that came is kept and shown; what is not a measurement of now decides nothing. Three bounds are three
 * things: impossible (no value), implausible (asked for again, but it sounds) and the limits of alarm.h (a sick person).
 *
 * Times are Unix seconds. A device time of zero is missing. The time of a sample is that of the device, or that of its
 * reception when the device has none or is ahead of us.
 */
#ifndef RSP_CLINIC_SESSION_VITAL_H
#define RSP_CLINIC_SESSION_VITAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/watching.h"

/* Order is permanent (stored). The ids are those of rules/vitals.yaml. */
#define RSP_VITAL_LIST(X)                                                                                    \
    X(RSP_VITAL_HR, "hr_per_min")                                                                            \
    X(RSP_VITAL_PULSE, "pulse_per_min")                                                                      \
    X(RSP_VITAL_SBP, "sbp_mmhg")                                                                             \
    X(RSP_VITAL_DBP, "dbp_mmhg")                                                                             \
    X(RSP_VITAL_MBP, "mbp_mmhg")                                                                             \
    X(RSP_VITAL_SPO2, "spo2_pct")                                                                            \
    X(RSP_VITAL_RR, "rr_per_min")                                                                            \
    X(RSP_VITAL_ETCO2, "etco2_mmhg")                                                                         \
    X(RSP_VITAL_PUMP_RATE, "pump_ml_per_h")                                                                  \
    X(RSP_VITAL_PUMP_VOLUME, "pump_volume_ml")

#define RSP_VITAL_QUALITY_LIST(X)                                                                            \
    X(RSP_QUALITY_NONE, "none") /* there is no value */                                                      \
    X(RSP_QUALITY_OK, "ok")                                                                                  \
    X(RSP_QUALITY_IMPLAUSIBLE, "implausible")                                                                \
    X(RSP_QUALITY_FLAT, "flat")                                                                              \
    X(RSP_QUALITY_STALE, "stale")                                                                            \
    X(RSP_QUALITY_FUTURE, "future")                                                                          \
    X(RSP_QUALITY_IMPOSSIBLE, "impossible")                                                                  \
    X(RSP_QUALITY_ARTEFACT, "artefact")

enum rsp_vital {
#define RSP_X(name, text) name,
    RSP_VITAL_LIST(RSP_X)
#undef RSP_X
        RSP_N_VITAL
};
enum rsp_vital_quality {
#define RSP_X(name, text) name,
    RSP_VITAL_QUALITY_LIST(RSP_X)
#undef RSP_X
        RSP_N_QUALITY
};

const char *rsp_vital_id(enum rsp_vital vital);
int rsp_vital_find(const char *id); /* -1: there is none */
const char *rsp_vital_quality_name(enum rsp_vital_quality quality);
/** Only an `ok` value decides: gates, advice, discharge. */
bool rsp_vital_decides(enum rsp_vital_quality quality);

/** The rules of every sign; RSP_E_MISSING names the one without. Borrows from the book. */
struct rsp_vital_rules {
    const struct rsp_vital_rule *rule[RSP_N_VITAL];
    struct rsp_watch_pump pump;
    double future_s, silent_s, unseen_s;
};
RSP_CHECKED rsp_status rsp_vital_rules_make(
    const struct rsp_watching *watching, struct rsp_vital_rules *rules, struct rsp_error *err);

struct rsp_vital_sample {
    int64_t number; /* of its fact */
    enum rsp_vital vital;
    double value;
    double device_s;   /* 0 or NaN: missing */
    double received_s; /* when it reached us */
    bool manual;       /* entered by a person */
    bool confirmed;    /* implausible, and measured again */
    bool artefact;     /* marked by a person */
};

/** The sample by itself: future, impossible, artefact, or ok. */
enum rsp_vital_quality rsp_vital_sample_quality(
    const struct rsp_vital_rules *rules, const struct rsp_vital_sample *sample);
/** When it was measured. */
double rsp_vital_sample_s(const struct rsp_vital_sample *sample);

/** The measurements of one sign that reached us by a time: the newest RSP_MAX_POINT, in the order of their times. Of a
 * sign that is averaged the least and the greatest of each second count, so that they reach back far enough for a fast
 * device and no device hides another; what a person entered always counts. */
enum { RSP_MAX_POINT = 1024 };
struct rsp_vital_point {
    double time_s, value, received_s;
    int64_t number;
    bool manual, confirmed;
};
struct rsp_vital_series {
    const struct rsp_vital_rule *rule;
    double now_s;
    size_t n;
    struct rsp_vital_point point[RSP_MAX_POINT];
    double heard_s;               /* when the last sample of any quality came; NaN: never */
    enum rsp_vital_quality heard; /* its quality; RSP_QUALITY_NONE: never */
    double heard_value;
};
/** @param n  samples of any sign, in any order; those received after now_s are not known yet */
void rsp_vital_series_make(const struct rsp_vital_rules *rules, enum rsp_vital vital, size_t n,
    const struct rsp_vital_sample sample[], double now_s, struct rsp_vital_series *series);
/** The median of the devices' points from median_s before point i up to it (of two middle ones the mean); what a person
 * entered stands for itself. */
double rsp_vital_series_median(const struct rsp_vital_series *series, size_t i);

/** What the page shows as the value of now. */
struct rsp_vital_current {
    enum rsp_vital_quality quality;
    double value;   /* NaN: none */
    double time_s;  /* of the newest measurement; NaN: none */
    double age_s;   /* NaN: none */
    int64_t number; /* fact of the newest measurement; 0: none */
};
struct rsp_vital_current rsp_vital_current(const struct rsp_vital_series *series);

/** Whether a value may be entered by hand. @return RSP_OK; RSP_E_DOMAIN: impossible; RSP_E_LIMIT: implausible and not
 * confirmed, which the same call with confirmed = true lets pass */
RSP_CHECKED rsp_status rsp_vital_entry_check(const struct rsp_vital_rules *rules, enum rsp_vital vital,
    double value, bool confirmed, struct rsp_error *err);
/** Pressures of one measurement in their order; NaN: not measured. RSP_E_MISMATCH: exchanged. */
RSP_CHECKED rsp_status rsp_vital_pressures_check(
    double sbp_mmhg, double mbp_mmhg, double dbp_mmhg, struct rsp_error *err);

#endif
