/** What is due during a session and what must be regained before going home: rules/recovery.yaml, which explains each number. */
#ifndef RSP_CLINIC_RULES_LEAVING_H
#define RSP_CLINIC_RULES_LEAVING_H

#include "rules/rules.h"

struct rsp_session_task {
    const char *id, *text, *source;
    const char *vital;            /* NULL: done by a person */
    double during_min, after_min; /* NaN: not then */
    double grace_min;
    bool pump;
};

/** What a person enters during a session. */
struct rsp_session_score {
    const char *id, *text, *source;
    double low, high; /* whole numbers from low to high; NaN: no number, it was done */
};

enum { RSP_MAX_SCORE_ITEM = 8 };
struct rsp_recovery_score {
    const char *id, *source;
    size_t n_item;
    const char *const *item;
    double most, pass;                     /* of one item; of the sum */
    int site_decides;                      /* place of the item; -1: none */
    int vital_item;                        /* place of the item that vital signs bound; -1: none */
    double vital_full_pct, vital_half_pct; /* off the baseline, for all points and for half of them */
};

struct rsp_recovery_minimum {
    int drug, route; /* of the enums; -1: any */
    double h;
    const char *source;
};

struct rsp_recovery_criterion {
    const char *id, *text, *source;
    bool outpatient;
};

struct rsp_leaving {
    double vital_within_pct, saturation_above_pct, reversal_h;
    const char *source;
    size_t n_score, n_minimum, n_criterion;
    struct rsp_recovery_score *score;
    struct rsp_recovery_minimum *minimum;
    struct rsp_recovery_criterion *criterion;
};

size_t rsp_rulebook_n_session_task(const struct rsp_rulebook *book);
const struct rsp_session_task *rsp_rulebook_session_task(const struct rsp_rulebook *book, size_t i);
size_t rsp_rulebook_n_session_score(const struct rsp_rulebook *book);
const struct rsp_session_score *rsp_rulebook_session_score(const struct rsp_rulebook *book, size_t i);
/** NULL: there is none of that id. */
const struct rsp_session_score *rsp_rulebook_session_score_of(
    const struct rsp_rulebook *book, const char *id);
/** NULL when no file of the book has the section. */
const struct rsp_leaving *rsp_rulebook_leaving(const struct rsp_rulebook *book);
/** NULL: there is none of that id. */
const struct rsp_recovery_score *rsp_leaving_score(const struct rsp_leaving *leaving, const char *id);
const struct rsp_recovery_criterion *rsp_leaving_criterion(const struct rsp_leaving *leaving, const char *id);
/** In h since the last drug; NaN: no row fits. */
double rsp_leaving_minimum_h(const struct rsp_leaving *leaving, enum rsp_drug drug, enum rsp_route route);

#endif
