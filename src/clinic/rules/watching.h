/** How a live session reads its monitor, and when it sounds: rules/vitals.yaml, where each number is explained. */
#ifndef RSP_CLINIC_RULES_WATCHING_H
#define RSP_CLINIC_RULES_WATCHING_H

#include "rules/rules.h"

/* Order is permanent (stored). */
enum rsp_alarm_priority {
    RSP_PRIORITY_INFORMATION,
    RSP_PRIORITY_LOW,
    RSP_PRIORITY_MEDIUM,
    RSP_PRIORITY_HIGH
};
extern const char *const rsp_alarm_priority_names[]; /* by priority, NULL-terminated */

/** Where a value stops being one. */
struct rsp_vital_bounds {
    double below, above; /* outside of them; the bounds themselves are inside */
};

struct rsp_vital_rule {
    const char *id, *text, *unit, *source;
    struct rsp_vital_bounds impossible, implausible;
    double median_s, stale_s;
    double flat_s; /* NaN: not judged */
    double worse;  /* in the unit of the sign */
};

/** What a limit does, by the id of a signed one; or a rise over the baseline. */
struct rsp_watch_limit {
    const char *id, *vital, *source;
    const char *text; /* of a rise; NULL: the signed limit has it */
    enum rsp_alarm_priority priority;
    double rise;     /* over baseline; NaN: the signed value counts */
    double delay_s;  /* 0: at once */
    double critical; /* NaN: none */
    double clear_by, apart_s;
    bool latch;
};

struct rsp_watch_technical {
    const char *id, *text, *source;
    enum rsp_alarm_priority priority;
    bool each, latch, held;
};

/** When the rate that the pump says is another than the one that is recorded. */
struct rsp_watch_pump {
    double differs_ml_per_h, differs_frac, after_s;
};

struct rsp_watching {
    struct rsp_watch_pump pump;
    double future_s, silent_s, unseen_s, silence_most_s, silence_high_s;
    const char *source;
    size_t n_vital, n_limit, n_rise, n_technical;
    struct rsp_vital_rule *vital;
    struct rsp_watch_limit *limit, *rise;
    struct rsp_watch_technical *technical;
};

/** NULL when no file of the book has the section. */
const struct rsp_watching *rsp_rulebook_watching(const struct rsp_rulebook *book);
/** NULL: there is none of that id. */
const struct rsp_vital_rule *rsp_watching_vital(const struct rsp_watching *watching, const char *id);

#endif
