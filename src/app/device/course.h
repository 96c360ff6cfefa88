/** What a session gave and is expected to bring, as the simulated patient and pump follow it.
 *
 * A simulated patient is one of the people whom the session's own forecast speaks of: at a place in its band (a percentile), the same
 * all the time. */
#ifndef RSP_APP_DEVICE_COURSE_H
#define RSP_APP_DEVICE_COURSE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include <respite/status.h>

/* What can be followed: its name in a scenario, which the curves of the forecast have as well, and its unit. */
#define RSP_FOLLOW_LIST(X)                                                                                   \
    X(RSP_FOLLOW_SBP_RISE, "sbp_rise", "mmHg over the resting pressure")                                     \
    X(RSP_FOLLOW_DISSOCIATION, "dissociation", "% of the scale")                                             \
    X(RSP_FOLLOW_LEVEL, "level", "ng/mL")                                                                    \
    X(RSP_FOLLOW_RATE, "rate", "mL/h")                                                                       \
    X(RSP_FOLLOW_VOLUME, "volume", "mL")

enum rsp_follow {
#define RSP_X(name, text, unit) name,
    RSP_FOLLOW_LIST(RSP_X)
#undef RSP_X
        RSP_N_FOLLOW
};

enum { RSP_COURSE_CURVES = RSP_FOLLOW_LEVEL + 1, RSP_COURSE_BANDS = 5 };

struct rsp_device_curve {
    size_t n;
    double *time_s; /* Unix s, growing */
    double *band[RSP_COURSE_BANDS];
};

/** Zeroed: nothing is known, and nothing is given. */
struct rsp_device_course {
    double asked_s; /* Unix s; the amounts are those of then */
    double rate_ml_per_h, given_ml;
    struct rsp_device_curve curve[RSP_COURSE_CURVES];
};

/** Names of what can be followed, NULL-terminated. */
extern const char *const rsp_follow_names[];

/** Read {asked_s, rate_ml_per_h, given_ml, forecast}, the forecast as `.../bedside` gives it or null.
 * @param course out: caller clears with rsp_device_course_clear; zeroed on failure
 * @return RSP_E_SYNTAX when a curve is none */
RSP_CHECKED rsp_status rsp_device_course_read(
    const json_t *said, struct rsp_device_course *course, struct rsp_error *err);
void rsp_device_course_clear(struct rsp_device_course *course);

/** What is followed at a time, in the unit of RSP_FOLLOW_LIST; 0 outside of what is foretold.
 * @param percentile  of the band, 5 to 95; between two bands on a straight line */
double rsp_device_course_at(
    const struct rsp_device_course *course, enum rsp_follow what, double percentile, double unix_s);

#endif
