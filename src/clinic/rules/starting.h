/** What must be so before the first milligram of a session: rules/start.yaml, which explains each number. */
#ifndef RSP_CLINIC_RULES_STARTING_H
#define RSP_CLINIC_RULES_STARTING_H

#include "rules/rules.h"

struct rsp_start_rule {
    const char *id, *text, *source;
    const char *rule;   /* id of a rule that is judged anew; NULL: none */
    enum rsp_gate gate; /* who passes it: RSP_GATE_NURSE or RSP_GATE_PRESCRIBER */
    bool outpatient;    /* only of who goes home */
};

struct rsp_starting {
    double food_h, clear_h;
    const char *sbp_limit, *dbp_limit; /* ids of signed limits */
    const char *source;
    size_t n_gate;
    struct rsp_start_rule *gate;
};

/** NULL when no file of the book has the section. */
const struct rsp_starting *rsp_rulebook_starting(const struct rsp_rulebook *book);
/** NULL: there is none of that id. */
const struct rsp_start_rule *rsp_starting_gate(const struct rsp_starting *starting, const char *id);

#endif
