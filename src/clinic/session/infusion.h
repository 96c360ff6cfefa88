/** What was really given in a session: events in, state and milligrams out. Pure.
 *
 * The facts of a session are a list that only grows. The *effective* events are those that no later one supersedes;
 * in the order in which they happened (ties: as entered) each must be possible in the state that the ones before it
 * leave. A pump stops by itself when the order's total is given (its volume limit), so that no rate gives more; a
 * dose that would give more is refused, unless an event `exceeded` says that more was given.
 *
 * An uncertain event may not have happened. What is known is then every choice of "it did" and "it did not" that the
 * events after it leave possible; `low` and `high` are the ones that gave least and most.
 *
 * Times are seconds from any zero that all events of a session share.
 */
#ifndef RSP_CLINIC_SESSION_INFUSION_H
#define RSP_CLINIC_SESSION_INFUSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <respite/dose.h>

/* Order is permanent (stored). */
#define RSP_INFUSION_EVENT_LIST(X)                                                                           \
    X(RSP_INFUSION_CHECKED, "checked") /* by two people: patient, drug, dose, pump */                        \
    X(RSP_INFUSION_STARTED, "started")                                                                       \
    X(RSP_INFUSION_RATE, "rate")                                                                             \
    X(RSP_INFUSION_PAUSED, "paused")                                                                         \
    X(RSP_INFUSION_RESUMED, "resumed")                                                                       \
    X(RSP_INFUSION_GIVEN, "given") /* at once: a bolus, or a dose of a session without a pump */             \
    X(RSP_INFUSION_BAG, "bag")     /* changed; the rate goes on */                                           \
    X(RSP_INFUSION_STOPPED, "stopped")                                                                       \
    X(RSP_INFUSION_RECOVERING, "recovering")                                                                 \
    X(RSP_INFUSION_DISCHARGED, "discharged")                                                                 \
    X(RSP_INFUSION_ABORTED, "aborted")                                                                       \
    X(RSP_INFUSION_EXCEEDED, "exceeded") /* so many mg more than ordered were given */                       \
    X(RSP_INFUSION_UNDONE, "undone")     /* what it supersedes did not happen */

#define RSP_INFUSION_STATE_LIST(X)                                                                           \
    X(RSP_STATE_ORDERED, "ordered")                                                                          \
    X(RSP_STATE_CHECKED, "checked")                                                                          \
    X(RSP_STATE_RUNNING, "running") /* without a pump: at least one dose was given */                        \
    X(RSP_STATE_PAUSED, "paused")                                                                            \
    X(RSP_STATE_STOPPED, "stopped")                                                                          \
    X(RSP_STATE_RECOVERING, "recovering")                                                                    \
    X(RSP_STATE_DISCHARGED, "discharged")                                                                    \
    X(RSP_STATE_ABORTED, "aborted")

enum rsp_infusion_kind {
#define RSP_X(name, text) name,
    RSP_INFUSION_EVENT_LIST(RSP_X)
#undef RSP_X
        RSP_N_INFUSION_EVENT
};
enum rsp_infusion_state {
#define RSP_X(name, text) name,
    RSP_INFUSION_STATE_LIST(RSP_X)
#undef RSP_X
        RSP_N_INFUSION_STATE
};

enum { RSP_MAX_INFUSION_EVENT = 4096, RSP_MAX_UNCERTAIN = 6 };

struct rsp_infusion_order {
    double total_mg; /* never exceeded without an event that says so */
    bool pump;       /* false: doses at once (IM, SC, nasal, sublingual, oral) */
};

struct rsp_infusion_event {
    int64_t number;     /* of its fact, growing as entered; 0 for one that is not a fact yet */
    int64_t supersedes; /* number of the event whose place it takes; 0: none */
    enum rsp_infusion_kind kind;
    double at_s;          /* when it happened */
    double entered_s;     /* when it was entered, not before it happened */
    bool uncertain;       /* it may not have happened: the pump did not answer, nobody was there */
    double rate_mg_per_h; /* of started, rate and resumed; else 0 */
    double amount_mg;     /* of given and exceeded; else 0 */
};

/** One stretch at one rate, or one dose at once (begin = end, rate 0). */
struct rsp_infusion_segment {
    int64_t number; /* of the event that began it */
    double begin_s, end_s;
    double rate_mg_per_h;
    double amount_mg;
};

/** One way it may have been. */
struct rsp_infusion_course {
    enum rsp_infusion_state state;
    double rate_mg_per_h; /* now; 0 unless drug flows */
    double given_mg;      /* sum of the segments */
    double reached_s;     /* when the pump had given the total and stopped by itself; NaN: it has not */
    size_t n_segment;
    struct rsp_infusion_segment *segment; /* in order, never overlapping; the last one may still grow */
};

struct rsp_infusion {
    enum rsp_infusion_state state;        /* as if all happened that may have */
    bool state_certain;                   /* no other state is possible */
    bool aborted;                         /* also once it is recovering or discharged */
    size_t n_uncertain;                   /* events that nobody has settled: while there are any, no advice */
    int64_t uncertain[RSP_MAX_UNCERTAIN]; /* their numbers */
    double total_mg;                      /* ordered, and what events say was given beyond */
    double checked_s,
        ended_s;   /* from when to when drug may have flowed; NaN: not yet. Ended: stopped or aborted */
    double last_s; /* the latest moment at which drug may have been given; NaN: none was */
    struct rsp_infusion_course low, high; /* the same unless something is uncertain */
};

const char *rsp_infusion_event_name(enum rsp_infusion_kind kind);
const char *rsp_infusion_state_name(enum rsp_infusion_state state);
/** The kind of that name; -1: there is none. */
int rsp_infusion_event_find(const char *name);

/** What n accepted events say at a time: that of the last of them, or later. A time in the future gives the course if
 * nothing else happens; one event more, what it would change.
 * @param infusion out: caller clears with rsp_infusion_clear; untouched on failure
 * @return RSP_OK; RSP_E_MISMATCH when an event is not possible where it stands, RSP_E_LIMIT when a dose passes the
 * total, RSP_E_DOMAIN or RSP_E_MISSING for a number; each with a sentence that says what would be possible */
RSP_CHECKED rsp_status rsp_infusion_fold(const struct rsp_infusion_order *order, size_t n,
    const struct rsp_infusion_event event[], double now_s, struct rsp_infusion *infusion,
    struct rsp_error *err);
void rsp_infusion_clear(struct rsp_infusion *infusion);

/** Whether one more event is possible, wherever it belongs in time: as rsp_infusion_fold with it. An uncertain one
 * must be possible if it happened. */
RSP_CHECKED rsp_status rsp_infusion_allows(const struct rsp_infusion_order *order, size_t n,
    const struct rsp_infusion_event event[], const struct rsp_infusion_event *next, struct rsp_error *err);

/** When the order's total will have been given at the rate of now; NaN when nothing flows. */
double rsp_infusion_ends_s(
    const struct rsp_infusion *infusion, const struct rsp_infusion_course *course, double now_s);

/** What was given as doses for the engine, in h after zero_s.
 * @param dose out: course->n_segment of them */
void rsp_infusion_doses(const struct rsp_infusion_course *course, double zero_s, enum rsp_drug drug,
    enum rsp_route route, struct rsp_dose dose[]);

#endif
