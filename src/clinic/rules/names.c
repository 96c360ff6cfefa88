#include <stddef.h>

#include "rules/rulebook.h"

static const char *name_of(const char *const names[], int n, int i)
{
    return i >= 0 && i < n ? names[i] : "?";
}

const char *rsp_candidacy_name(enum rsp_candidacy candidacy)
{
    static const char *const names[] = {"candidate", "caution", "not_a_candidate", "incomplete"};
    return name_of(names, 4, (int)candidacy);
}

const char *rsp_severity_name(enum rsp_severity severity)
{
    static const char *const names[] = {"info", "caution", "block"};
    return name_of(names, 3, (int)severity);
}

const char *rsp_gate_name(enum rsp_gate gate)
{
    static const char *const names[] = {"none", "nurse", "prescriber", "never"};
    return name_of(names, 4, (int)gate);
}

const char *rsp_rule_confidence_name(enum rsp_rule_confidence confidence)
{
    static const char *const names[] = {"high", "medium", "low", "unverified"};
    return name_of(names, 4, (int)confidence);
}

const char *const *rsp_setting_names(void)
{
    static const char *const names[] = {"outpatient", "inpatient", "icu", NULL};
    return names;
}
