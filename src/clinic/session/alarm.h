/** Alarms of a live session: what sounds, since when, for whom it is silent and until when. Pure.
 *
 * The pattern is that of IEC 60601-1-8: physiological and technical conditions, four priorities, and the states on,
 * paused, audio paused, acknowledged and latched kept apart. It is no primary alarm: the bedside monitor is.
 *
 * A *condition* is one limit or one technical cause. It is judged from the samples that are known at a time
 * (rsp_alarm_judge); a machine keeps what is not in the samples: which alarm is raised, and what a person silenced.
 * Nothing but samples, technical causes and persons changes an alarm: no model and no treatment is an input.
 *
 * - Data that cannot be used never end a physiological alarm; they are a technical condition of their own.
 * - A silence belongs to one condition, outlasts new samples and new alarms of that condition, ends by itself, and is
 *   broken by a higher priority or a clearly worse value.
 * - Silencing a sound hides nothing: the alarm stays shown.
 *
 * Times are Unix seconds; NaN: not yet, or none. struct rsp_alarms holds no pointer: kept as it is, it goes on as it was.
 */
#ifndef RSP_CLINIC_SESSION_ALARM_H
#define RSP_CLINIC_SESSION_ALARM_H

#include "session/vital.h"

/* Order is permanent (stored). The ids are those of rules/vitals.yaml. */
#define RSP_ALARM_CAUSE_LIST(X)                                                                              \
    X(RSP_CAUSE_NO_DATA, "no_data")                                                                          \
    X(RSP_CAUSE_FLAT, "flat")                                                                                \
    X(RSP_CAUSE_IMPOSSIBLE, "impossible")                                                                    \
    X(RSP_CAUSE_FUTURE, "future")                                                                            \
    X(RSP_CAUSE_DEVICE_LOST, "device_lost")                                                                  \
    X(RSP_CAUSE_FEED_STOPPED, "feed_stopped")                                                                \
    X(RSP_CAUSE_RESTARTED, "restarted")                                                                      \
    X(RSP_CAUSE_SOUND_BLOCKED, "sound_blocked")                                                              \
    X(RSP_CAUSE_OVERDUE, "overdue")                                                                          \
    X(RSP_CAUSE_NO_SCREEN, "no_screen")                                                                      \
    X(RSP_CAUSE_PUMP_DIFFERS, "pump_differs")

enum rsp_alarm_cause {
#define RSP_X(name, text) name,
    RSP_ALARM_CAUSE_LIST(RSP_X)
#undef RSP_X
        RSP_N_CAUSE
};
enum { RSP_MAX_ALARM = 64, RSP_ALARM_ID_SIZE = 48, RSP_ALARM_WHO_SIZE = 64 };

/* ---- what is watched ---- */

struct rsp_alarm_condition {
    char id[RSP_ALARM_ID_SIZE]; /* of the limit, or of the cause; "no_data:spo2_pct" */
    bool technical;
    enum rsp_vital vital;       /* RSP_N_VITAL: none */
    enum rsp_alarm_cause cause; /* RSP_N_CAUSE: physiological */
    enum rsp_alarm_priority priority;
    const char *text; /* borrowed from the book */
    bool above;       /* higher is worse */
    double limit;     /* NaN: a rise without a baseline, which is never judged */
    double critical;  /* NaN: none */
    double clear_by, apart_s;
    int times; /* readings beyond the limit within within_s; 1: one is enough */
    double within_s, delay_s;
    bool latch, held;
};

struct rsp_alarm_config {
    struct rsp_vital_rules vitals;
    double silence_most_s, silence_high_s;
    size_t n;
    struct rsp_alarm_condition condition[RSP_MAX_ALARM];
};

/** A limit of the profile that a physician of the site signed. */
struct rsp_signed_limit {
    const char *id;
    double value;
};

/** @param limit     n of them: every limit of the rules, none looser than its loosest; else RSP_E_MISSING, RSP_E_LIMIT
 * @param baseline   RSP_N_VITAL values from before the start; NaN: unknown
 * @param config     out: borrows from the book; untouched on failure */
RSP_CHECKED rsp_status rsp_alarm_config_make(const struct rsp_rulebook *book, size_t n,
    const struct rsp_signed_limit limit[], const double baseline[], struct rsp_alarm_config *config,
    struct rsp_error *err);
/** Place of a condition; config->n: there is none. */
size_t rsp_alarm_find(const struct rsp_alarm_config *config, const char *id);

/* ---- what is so ---- */

struct rsp_alarm_input {
    double now_s;
    size_t n_sample;
    const struct rsp_vital_sample *sample; /* of the last hour or so, in any order */
    double watched_since_s[RSP_N_VITAL];   /* since when values of a sign are expected; NaN: they are not */
    /* device_lost (also: a session that runs without a bound device), feed_stopped, sound_blocked, overdue,
     * no_screen, pump_differs; the others follow from the samples */
    bool cause[RSP_N_CAUSE];
    double cause_since_s[RSP_N_CAUSE]; /* when it began; 0: when it is first told */
};

struct rsp_alarm_judgement {
    enum rsp_truth truth; /* unknown: nothing changes */
    bool critical;
    double since_s; /* when it began */
    double value;   /* NaN: technical */
    double
        repeat_by_s; /* one reading was beyond the limit: another by then would count; NaN: none is awaited */
};
/** One condition from the samples alone. @param active  whether its alarm is on, so that clear_by counts */
struct rsp_alarm_judgement rsp_alarm_judge(const struct rsp_alarm_config *config, size_t i,
    const struct rsp_alarm_input *input, const struct rsp_vital_series *series, bool active, bool critical);

/* ---- the machine ---- */

enum rsp_silence_kind { RSP_SILENCE_ACKNOWLEDGED, RSP_SILENCE_PAUSED, RSP_SILENCE_AUDIO, RSP_N_SILENCE };
struct rsp_silence {
    double until_s;                   /* NaN: none */
    enum rsp_alarm_priority priority; /* what was silenced */
    double value;
    char who[RSP_ALARM_WHO_SIZE];
};

struct rsp_alarm_record {
    char id[RSP_ALARM_ID_SIZE];
    int64_t number; /* of the alarm, counted in the session; 0: never raised */
    bool active;    /* the condition holds */
    bool latched;   /* it held, and nobody has seen it */
    enum rsp_alarm_priority priority, highest;
    double value, worst;      /* now, and of the whole alarm */
    double onset_s, raised_s; /* raised less onset: the detection delay */
    double announced_s, acknowledged_s, ended_s;
    char acknowledged_by[RSP_ALARM_WHO_SIZE];
    struct rsp_silence silence[RSP_N_SILENCE];
};

struct rsp_alarms {
    size_t n;
    int64_t n_raised;
    double stepped_s;                              /* the time of the last step; NaN: none */
    struct rsp_alarm_record record[RSP_MAX_ALARM]; /* by condition of the config */
};

enum rsp_alarm_change_kind {
    RSP_CHANGE_RAISED,
    RSP_CHANGE_WORSENED,     /* a higher priority, or so much worse that a silence was broken */
    RSP_CHANGE_SOUNDS_AGAIN, /* a silence ran out */
    RSP_CHANGE_LATCHED,
    RSP_CHANGE_RETURNED, /* latched or held, and it came again */
    RSP_CHANGE_ENDED
};
enum { RSP_MAX_ALARM_CHANGE = 2 * RSP_MAX_ALARM };
struct rsp_alarm_changes {
    size_t n;
    struct {
        enum rsp_alarm_change_kind kind;
        struct rsp_alarm_record record; /* as it is after the change */
    } change[RSP_MAX_ALARM_CHANGE];
};

void rsp_alarms_begin(const struct rsp_alarm_config *config, struct rsp_alarms *alarms);
/** Bring the alarms to a time. Every second, and whenever a sample comes.
 * @param changes  out: what changed, in order; may be NULL */
void rsp_alarms_step(const struct rsp_alarm_config *config, struct rsp_alarms *alarms,
    const struct rsp_alarm_input *input, struct rsp_alarm_changes *changes);
/** The alarms and silences as they were kept, by id, as if nothing lay between. */
void rsp_alarms_restore(
    const struct rsp_alarm_config *config, const struct rsp_alarms *kept, struct rsp_alarms *alarms);
/** After an interruption: the alarms and silences as they were kept, by id, and the interruption as an alarm of its own
 * since the last step. */
void rsp_alarms_resume(const struct rsp_alarm_config *config, const struct rsp_alarms *kept, double now_s,
    struct rsp_alarms *alarms, struct rsp_alarm_changes *changes);

/* What a person does. Each refuses an unknown condition (RSP_E_UNKNOWN), one that does not sound or wait
 * (RSP_E_MISMATCH), and a silence that is too long or none (RSP_E_LIMIT, RSP_E_DOMAIN). */

/** Seen: silent until the longest silence has passed; a latched or held alarm ends. */
RSP_CHECKED rsp_status rsp_alarm_acknowledge(const struct rsp_alarm_config *config, struct rsp_alarms *alarms,
    const char *id, const char *who, double now_s, struct rsp_error *err);
/** One condition is silent for so long, also if its alarm ends and comes again. */
RSP_CHECKED rsp_status rsp_alarm_pause(const struct rsp_alarm_config *config, struct rsp_alarms *alarms,
    const char *id, double duration_s, const char *who, double now_s, struct rsp_error *err);
/** Whatever is on now makes no sound for so long (at most that of high priority); what comes new does. */
RSP_CHECKED rsp_status rsp_alarm_pause_audio(const struct rsp_alarm_config *config, struct rsp_alarms *alarms,
    double duration_s, const char *who, double now_s, struct rsp_error *err);
/** A screen has sounded it, or shown it; the first time counts. */
RSP_CHECKED rsp_status rsp_alarm_announced(const struct rsp_alarm_config *config, struct rsp_alarms *alarms,
    const char *id, double now_s, struct rsp_error *err);

/* Order is permanent (stored). */
enum rsp_alarm_state {
    RSP_ALARM_OFF,
    RSP_ALARM_ON,
    RSP_ALARM_ACKNOWLEDGED,
    RSP_ALARM_AUDIO_PAUSED,
    RSP_ALARM_PAUSED, /* also while its condition does not hold: the end is shown */
    RSP_ALARM_LATCHED
};
struct rsp_alarm_look {
    enum rsp_alarm_state state;
    bool sounds;
    double silent_until_s; /* NaN: it is not silenced */
};
struct rsp_alarm_look rsp_alarm_look(const struct rsp_alarm_record *record, double now_s);
/** The alarms that are shown: those that sound first, then by priority, limits of signs before a device or feed that is lost and that before
 * values that cannot be used, then the newest.
 * @param place  out: room for alarms->n @return how many there are */
size_t rsp_alarms_order(const struct rsp_alarms *alarms, double now_s, size_t place[]);

#endif
