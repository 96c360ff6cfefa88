/** Who watches over a session: its vital signs as they come, and the alarms that they raise, second by second.
 *
 * A vigil lives in memory, one for each session under way, and is used with the store's lock held. What it must not forget is a
 * fact of kind "alarm_state", written when something changes; after a restart it goes on from there, and the interruption is an
 * alarm itself. What a person does about an alarm is a fact of kind "alarm_word", which the vigil reads as it reads the values.
 *
 * It knows no model: limits, values and persons alone raise, silence and end an alarm. */
#ifndef RSP_CLINIC_SERVICE_VIGIL_H
#define RSP_CLINIC_SERVICE_VIGIL_H

#include "service/call.h"
#include "service/devices.h"
#include "session/alarm.h"
#include "session/due.h"
#include "session/pump_watch.h"

/** A task that a person did. */
struct rsp_vigil_done {
    int64_t number;   /* of its fact */
    const char *task; /* of the book */
    double at_s;
};

/** At one session at a time. */
enum { RSP_VIGIL_DEVICES_MOST = 16 };

/** A device that is, or was, bound to the session. */
struct rsp_vigil_device {
    char name[RSP_DEVICE_NAME_SIZE];
    bool bound;
    double bound_s, heard_s; /* NaN: never */
    bool gives[RSP_N_VITAL]; /* it has said a value of it */
};

struct rsp_vigil {
    int64_t order;
    struct rsp_person_id person;
    int64_t read;   /* the last fact that was read */
    int64_t event;  /* of it, the last event of the session */
    double begun_s; /* NaN: no drug yet */
    int64_t begun;  /* fact of the event that began it; 0 */
    enum rsp_infusion_state state;
    bool pump;
    struct rsp_pump_record given; /* what the pump gives, by the record */
    bool configured;
    char why_not[400]; /* why there are no alarms: nothing is signed, or it does not hold any more; "" */
    int64_t profile;   /* fact of the limits in force */
    struct rsp_alarm_config config;
    struct rsp_alarms alarms;
    bool told; /* something is to be kept: a change, a word of a person */
    size_t n_sample, room;
    struct rsp_vital_sample *sample; /* of the last hour */
    double first_s[RSP_N_VITAL];     /* first sample of a device; NaN: none */
    double baseline[RSP_N_VITAL];    /* last value before the start; NaN: none */
    bool unsure;                     /* of the baseline: what it rests on may have changed */
    size_t n_device;
    struct rsp_vigil_device device[RSP_VIGIL_DEVICES_MOST];
    bool was_bound; /* one was, at some time */
    bool was_measured;
    double heard_s;               /* when any was heard; NaN: never */
    double passed_s[RSP_N_VITAL]; /* last usable sample that is no longer kept; NaN: none */
    size_t n_done, done_room;
    struct rsp_vigil_done *done;
    size_t n_interval;
    struct rsp_due_interval interval[RSP_MAX_DUE]; /* of the order */
    bool overdue;                                  /* a task is, at the last step */
    double made_s;                                 /* since when the program knows it */
    double screen_s, sound_s, screens_since_s; /* when a screen asked last, and one that can sound; since when
                                                  there is always one; NaN: none since made_s */
};

struct rsp_vigils;

/** NULL without memory. Caller frees with rsp_vigils_free. */
struct rsp_vigils *rsp_vigils_new(void);
void rsp_vigils_free(struct rsp_vigils *vigils);

/** One that has read nothing yet. Caller frees with rsp_vigil_free. */
RSP_CHECKED rsp_status rsp_vigil_new(
    struct rsp_call *call, const struct rsp_person_id *person, int64_t order, struct rsp_vigil **vigil);
void rsp_vigil_free(struct rsp_vigil *vigil);

/** The vigil of an order of call->patient, with everything that the store knows. Borrowed until the next call. In a replay it is one made
 * for the look, as it was then.
 * @param vigil out: NULL when no value was ever taken and no drug given */
RSP_CHECKED rsp_status rsp_vigil_find(struct rsp_call *call, int64_t order, struct rsp_vigil **vigil);
/** What the alarms are judged from at a time. Borrows from the vigil. */
struct rsp_alarm_input rsp_vigil_input(const struct rsp_vigil *vigil, double now_s);
/** A screen that shows the session has asked, if the input says that one did (`screen`). */
void rsp_vigil_seen(const struct rsp_call *call, struct rsp_vigil *vigil);
/** This very moment: devices speak several times a second. Unix s. */
double rsp_vigil_now_s(const struct rsp_call *call);
/** Current values and alarms as they are shown, into a row. */
RSP_CHECKED rsp_status rsp_vigil_put(struct rsp_call *call, struct rsp_vigil *vigil, json_t *row);

/* ---- vigil_facts.c ---- */

/** Read what is new of a session. */
RSP_CHECKED rsp_status rsp_vigil_read(struct rsp_call *call, struct rsp_vigil *vigil);
/** The limits in force become conditions; what was silenced stays. */
RSP_CHECKED rsp_status rsp_vigil_configure(struct rsp_call *call, struct rsp_vigil *vigil);
/** The alarms as a fact. */
RSP_CHECKED rsp_status rsp_vigil_keep(
    struct rsp_call *call, struct rsp_vigil *vigil, const struct rsp_alarm_changes *changes);
/** Do to the alarms what a word of a person says. */
RSP_CHECKED rsp_status rsp_vigil_obey(struct rsp_vigil *vigil, struct rsp_alarms *alarms, const char *alarm,
    const char *word, double duration_s, const char *who, double now_s, struct rsp_error *err);

/* ---- vigil_device.c ---- */

/** Take over a fact of kind "device_binding". */
void rsp_vigil_take_binding(struct rsp_vigil *vigil, const struct rsp_fact *fact);
/** A device has spoken. @param name  "": it is not known @param gives  RSP_N_VITAL: the signs that it spoke of */
void rsp_vigil_hear(struct rsp_vigil *vigil, const char *name, const bool gives[], double at_s);
/** Devices that are bound now. */
size_t rsp_vigil_n_bound(const struct rsp_vigil *vigil);
/** Set device_lost and feed_stopped. @param any_heard_s  when any device of the clinic was heard; NaN: never */
void rsp_vigil_judge_devices(
    const struct rsp_vigil *vigil, double any_heard_s, struct rsp_alarm_input *input);
/** Names of the bound devices that are silent for too long. Caller owns; NULL without memory. */
json_t *rsp_vigil_silent_devices(const struct rsp_vigil *vigil, double now_s);

/* ---- vigil_due.c ---- */

/** Take over a fact of kind "bedside_score": what it says was done, and what it takes back. */
RSP_CHECKED rsp_status rsp_vigil_take_score(struct rsp_vigil *vigil, const struct rsp_rulebook *book,
    const struct rsp_fact *fact, struct rsp_error *err);
/** Take over the intervals that an order states. */
void rsp_vigil_take_intervals(
    struct rsp_vigil *vigil, const struct rsp_rulebook *book, const json_t *document);
/** What is due at a time, the earliest first.
 * @param task  out: room for RSP_MAX_DUE */
RSP_CHECKED rsp_status rsp_vigil_due(struct rsp_call *call, const struct rsp_vigil *vigil, double now_s,
    struct rsp_due_task task[], size_t *n);
/** Set vigil->overdue for a time. */
RSP_CHECKED rsp_status rsp_vigil_judge_due(struct rsp_call *call, struct rsp_vigil *vigil, double now_s);
/** `due` of a row: [{task, text, due_s, last_s, due, overdue}]. */
RSP_CHECKED rsp_status rsp_vigil_put_due(struct rsp_call *call, const struct rsp_vigil *vigil, json_t *row);

#endif
