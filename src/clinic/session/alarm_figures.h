/** What alarms were like over a time: how many an hour, how soon they were announced and answered, and how many were for nothing. Pure.
 *
 * Every figure has its n. A quantile is told only when the least and the greatest observation lie on either side of the true one with
 * 95 % certainty, whatever the distribution is: from 6 on for the median, from 29 on for the 90th centile. A share is told only when
 * one alarm more or less moves it by no more than 5 %: from 20 on. Below, the count stands for itself.
 */
#ifndef RSP_CLINIC_SESSION_ALARM_FIGURES_H
#define RSP_CLINIC_SESSION_ALARM_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/status.h>

/** What a person did of which a fact is kept. */
#define RSP_ALARM_ACT_LIST(X)                                                                                \
    X(RSP_ACT_ACKNOWLEDGED, "acknowledged") /* the alarm itself */                                           \
    X(RSP_ACT_EVENT, "event")               /* an event of the session was entered */                        \
    X(RSP_ACT_ARTEFACT, "artefact")         /* a value of its sign was marked as none */                     \
    X(RSP_ACT_MEDICINE, "medicine")         /* premedication or rescue was entered */

enum rsp_alarm_act {
#define RSP_X(name, text) name,
    RSP_ALARM_ACT_LIST(RSP_X)
#undef RSP_X
        RSP_N_ACT
};

/** One alarm from its beginning to its end. Unix s; NaN: not yet, or never. */
struct rsp_alarm_story {
    double onset_s, raised_s, announced_s, acknowledged_s, ended_s;
    double act_s[RSP_N_ACT]; /* the first act of each kind since it was raised */
    bool artefact;           /* a value of its sign from its time is marked as an artefact */
};

struct rsp_alarm_share {
    size_t n, of;
    double share; /* NaN: too few to say */
};
struct rsp_alarm_times {
    size_t n;
    double median_s, p90_s; /* NaN: too few to say */
};
struct rsp_alarm_figures {
    size_t n;
    double per_hour;              /* NaN: nothing was watched */
    double artefacts_per_hour;    /* of those with a marked artefact */
    struct rsp_alarm_share acted; /* within the time, of those whose time is over or that were acted on */
    struct rsp_alarm_share by[RSP_N_ACT];
    struct rsp_alarm_share alone; /* ended before anybody acted, of those that ended */
    struct rsp_alarm_share artefact;
    struct rsp_alarm_times announced;    /* from the onset to the first screen that said so */
    struct rsp_alarm_times acknowledged; /* from there to the acknowledgement; 0 when that came first */
    struct rsp_alarm_times duration;     /* from the onset to the end */
};

/** @param hours    that were watched
 * @param within_s  how soon an act counts as an answer
 * @param now_s     what is known of them is known until then
 * @param figures   out: untouched on failure (RSP_E_MEMORY) */
RSP_CHECKED rsp_status rsp_alarm_figures_make(size_t n, const struct rsp_alarm_story *const story[],
    double hours, double within_s, double now_s, struct rsp_alarm_figures *figures, struct rsp_error *err);

#endif
