/** The alarms of past sessions, read from the facts that they left. A session counts from its first milligram to the discharge; one
 * that nobody discharged to the last word about it. */
#ifndef RSP_CLINIC_SERVICE_ALARM_HISTORY_H
#define RSP_CLINIC_SERVICE_ALARM_HISTORY_H

#include "service/call.h"
#include "service/devices.h"
#include "service/schedule.h"
#include "session/alarm.h"
#include "session/alarm_figures.h"

struct rsp_past_alarm {
    int64_t number; /* counted in the session */
    char id[RSP_ALARM_ID_SIZE];
    enum rsp_alarm_priority priority; /* the highest that it had */
    enum rsp_vital vital;             /* RSP_N_VITAL: about none */
    struct rsp_alarm_story story;
};
struct rsp_past_event {
    int64_t number;
    int kind; /* enum rsp_infusion_kind */
    double at_s;
    bool gone; /* another one took its place */
};
struct rsp_past_binding {
    char device[RSP_DEVICE_NAME_SIZE];
    double from_s, until_s; /* INFINITY: it still is */
};
struct rsp_past_mark {
    int64_t reading;
    int vital;
    double marked_s, reading_s;
    bool artefact; /* the last word about this value */
    bool stands;   /* no later mark of the same value */
};

/** What the facts say of a session, and what follows from it for the time that was asked for. */
struct rsp_past_session {
    int64_t order;
    struct rsp_person_id person;
    double last_s; /* the last word about it */
    size_t n_alarm, n_event, n_binding, n_mark, n_medicine;
    size_t alarm_room, event_room, binding_room, mark_room, medicine_room;
    struct rsp_past_alarm *alarm;
    struct rsp_past_event *event;
    struct rsp_past_binding *binding;
    struct rsp_past_mark *mark;
    double *medicine_s;
    char *records; /* of the newest alarm_state */
    int64_t n_raised;
    bool taken;   /* records is, into alarm */
    bool damaged; /* what was kept of its alarms cannot be read */

    bool asked_for;
    double begun_s, ended_s, hours; /* hours: less the interruptions of the server */
    char chair[RSP_CHAIR_SIZE];     /* "": no visit on its day */
};

/** Remembers what was read, so that a fact is read once. Used with the store's lock held. */
struct rsp_alarm_history;

/** NULL without memory. Caller frees with rsp_alarm_history_free. */
struct rsp_alarm_history *rsp_alarm_history_new(void);
void rsp_alarm_history_free(struct rsp_alarm_history *history);

/** The sessions that are remembered; those that began in [from_s, to_s) are asked_for. Slow the first time: the transaction is closed now
 * and then, so that whoever watches sessions need not wait.
 * @param zone  of the days of the chairs
 * @param session, n  out: borrowed until the transaction is closed
 * @param n_unreadable  out: sessions that began then, of whose alarms what was kept is damaged: not asked_for */
RSP_CHECKED rsp_status rsp_alarm_history_read(struct rsp_call *call, const struct rsp_zone *zone,
    int64_t from_s, int64_t to_s, const struct rsp_past_session **session, size_t *n, size_t *n_unreadable);
/** Whether an alarm lies within its session. */
bool rsp_past_counts(const struct rsp_past_session *session, const struct rsp_past_alarm *alarm);

/** Hours of a session during which a device was bound to it. */
double rsp_past_bound_hours(const struct rsp_past_session *session, const char *device);
/** Whether one was when an alarm was raised. @param device  NULL: any */
bool rsp_past_is_bound(const struct rsp_past_session *session, const char *device, double at_s);

#endif
