/** What is due at the bedside, and what is overdue. Pure.
 *
 * A task comes back after its interval, counted from when it was last done, so that no gap is longer than the interval;
 * the first is counted from the start. Times are Unix seconds; NaN: none.
 */
#ifndef RSP_CLINIC_SESSION_DUE_H
#define RSP_CLINIC_SESSION_DUE_H

#include "rules/leaving.h"
#include "session/infusion.h"

enum { RSP_MAX_DUE = 32 };

/** Shorter intervals than those of the rules, as an order states them; a longer one changes nothing. NaN: as in the rules. */
struct rsp_due_interval {
    const char *id;
    double during_min, after_min;
};
struct rsp_due_plan {
    size_t n;
    struct {
        const struct rsp_session_task *task; /* borrowed from the book */
        double during_s, after_s;            /* NaN: not then */
    } row[RSP_MAX_DUE];
};
/** The plan of a session: the tasks of the rules with the order's own intervals. RSP_E_UNKNOWN: no such task;
 * RSP_E_DOMAIN: an interval that is not above zero. */
RSP_CHECKED rsp_status rsp_due_plan_make(const struct rsp_rulebook *book, bool pump, size_t n,
    const struct rsp_due_interval interval[], struct rsp_due_plan *plan, struct rsp_error *err);

struct rsp_due_done {
    const char *id;
    double at_s; /* when it was done, whenever it was entered */
};
/** A task that must be done sooner than its interval says, such as a reading to be repeated. */
struct rsp_due_sooner {
    const char *id;
    double asked_s; /* only what is done after this answers it */
    double due_s;
};
struct rsp_due_input {
    double now_s;
    enum rsp_infusion_state state;
    double started_s; /* the first drug; NaN: none was given, and nothing is due */
    size_t n_done, n_sooner;
    const struct rsp_due_done *done;
    const struct rsp_due_sooner *sooner;
};

struct rsp_due_task {
    const struct rsp_session_task *task;
    double last_s; /* NaN: never since the start */
    double due_s, overdue_s;
    bool due, overdue;
};
/** What is expected next of each task, the earliest first. Nothing before the start or after discharge.
 * @param task out: room for plan->n @return how many there are */
size_t rsp_due_list(
    const struct rsp_due_plan *plan, const struct rsp_due_input *input, struct rsp_due_task task[]);

#endif
