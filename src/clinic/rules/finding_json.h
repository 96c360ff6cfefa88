/** Findings as JSON: what a store keeps, so that they can be shown again without the rules of their day. */
#ifndef RSP_CLINIC_RULES_FINDING_JSON_H
#define RSP_CLINIC_RULES_FINDING_JSON_H

#include <jansson.h>

#include "rules/rules.h"

/** [{"name", "value", "date"}, ...]: every fact that the finding looked at. New reference, NULL without memory. */
json_t *rsp_finding_facts(const struct rsp_finding *finding);
/** [{"rule", "version"}, ...]: the rules that wait for the same fact; the finding's own rule when it is alone.
 * New reference, NULL without memory. */
json_t *rsp_finding_rules(const struct rsp_finding *finding);

/** One finding whole: rule with version, severity, gate, confidence, grade, sentence, action, source, the facts, the
 * day on which it was judged and the SHA-256 of the rulebook. Keys stand in a fixed order, so that equal findings
 * are equal texts.
 * @param text  out: caller frees with free() */
RSP_CHECKED rsp_status rsp_finding_json(const struct rsp_rulebook *book, const struct rsp_finding *finding,
    struct rsp_date today, char **text, struct rsp_error *err);

#endif
