/* The sections rules and limits. */
#include <math.h>
#include <string.h>

#include "rules/rulebook.h"

static const char *const confidences[] = {"high", "medium", "low", "unverified"};
static const char *const severities[] = {"info", "caution", "block"};
static const char *const gates[] = {"none", "nurse", "prescriber", "never"};

static rsp_status check_new_id(
    const struct rsp_rulebook *book, const struct rsp_yaml *node, const char *id, struct rsp_error *err)
{
    for (size_t i = 0; i < book->n_rule; i++)
        if (strcmp(book->rule[i].rule.id, id) == 0)
            return rsp_yaml_error(node, err, RSP_E_MISMATCH, "The rule %.60s stands twice.", id);
    return RSP_OK;
}

static rsp_status read_rule(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"id", "area", "text", "finding", "action", "why", "sources", "grade",
        "confidence", "severity", "gate", "on", "version", "when", NULL};
    struct rsp_rule_entry *entry = item;
    struct rsp_rule *rule = &entry->rule;
    int confidence = 0, severity = 0, gate = 0;
    long version = 0;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    rule->action = rule->why = rule->grade = "";
    RSP_TRY(rsp_yaml_text(node, "id", true, &rule->id, err));
    RSP_TRY(check_new_id(book, node, rule->id, err));
    RSP_TRY(rsp_yaml_text(node, "area", true, &rule->area, err));
    RSP_TRY(rsp_yaml_text(node, "text", true, &rule->text, err));
    RSP_TRY(rsp_yaml_text(node, "finding", false, &entry->finding, err));
    RSP_TRY(rsp_yaml_text(node, "action", false, &rule->action, err));
    RSP_TRY(rsp_yaml_text(node, "why", false, &rule->why, err));
    RSP_TRY(rsp_yaml_text(node, "grade", false, &rule->grade, err));
    RSP_TRY(rsp_read_sources(book, node, &rule->source, err));
    RSP_TRY(rsp_read_choice(node, "confidence", true, confidences, 4, &confidence, err));
    RSP_TRY(rsp_read_choice(node, "severity", true, severities, 3, &severity, err));
    RSP_TRY(rsp_read_choice(node, "gate", severity == RSP_SEVERITY_BLOCK, gates, 4, &gate, err));
    RSP_TRY(rsp_yaml_int(node, "version", true, &version, err));
    rule->confidence = (enum rsp_rule_confidence)confidence;
    rule->severity = (enum rsp_severity)severity;
    rule->gate = (enum rsp_gate)gate;
    rule->version = (int)version;
    rule->on = confidence <= RSP_RULE_MEDIUM;
    RSP_TRY(rsp_yaml_bool(node, "on", false, &rule->on, err));
    if (rule->on && confidence > RSP_RULE_MEDIUM)
        return rsp_yaml_error(
            node, err, RSP_E_MISMATCH, "A rule of %s confidence must be off.", confidences[confidence]);
    const struct rsp_yaml *when = rsp_yaml_find(node, "when");
    if (when != NULL)
        RSP_TRY(rsp_read_when(book, when, &entry->when, err));
    if (rule->severity == RSP_SEVERITY_BLOCK && entry->when == NULL)
        return rsp_yaml_error(node, err, RSP_E_MISSING, "A blocking rule needs a condition (when).");
    return RSP_OK;
}

rsp_status rsp_read_rules(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    return rsp_read_list(book, node, read_rule, sizeof *book->rule, &book->rule, &book->n_rule, err);
}

static const char *const quantity_names[] = {"bolus_mg_per_kg", "bolus_rate_mg_per_kg_per_min",
    "rate_mg_per_kg_per_h", "rate_mg_per_h", "day_mg", "total_mg", "total_min_mg", "duration_h",
    "total_mg_per_kg"};
_Static_assert(sizeof quantity_names / sizeof quantity_names[0] == RSP_N_LIMIT_QUANTITY,
    "one name a limit quantity, in their order");

static rsp_status check_limit(
    const struct rsp_yaml *node, const struct rsp_limit_entry *entry, struct rsp_error *err)
{
    const struct rsp_limit *limit = &entry->limit;
    const bool of_push = limit->quantity == RSP_LIMIT_BOLUS_RATE_MG_PER_KG_PER_MIN;
    if (!(limit->bound > 0))
        return rsp_yaml_error(node, err, RSP_E_DOMAIN, "A bound must be above zero.");
    if (limit->hard && limit->quantity == RSP_LIMIT_TOTAL_MIN_MG)
        return rsp_yaml_error(node, err, RSP_E_MISMATCH, "A minimum is a hint, never a hard limit.");
    if (of_push != (limit->push_min > 0))
        return rsp_yaml_error(node, err, RSP_E_DOMAIN,
            "push_min, above zero, belongs to limits of bolus_rate_mg_per_kg_per_min and to no other.");
    if (limit->hard && limit->most_published)
        return rsp_yaml_error(
            node, err, RSP_E_MISMATCH, "The most that was published is a warning, never a hard limit.");
    return RSP_OK;
}

rsp_status rsp_read_bound(const struct rsp_yaml *node, struct rsp_limit_entry *entry, struct rsp_error *err)
{
    int quantity = 0;
    RSP_TRY(rsp_yaml_text(node, "id", true, &entry->limit.id, err));
    RSP_TRY(rsp_yaml_text(node, "text", true, &entry->limit.text, err));
    RSP_TRY(rsp_read_choice(node, "quantity", true, quantity_names, RSP_N_LIMIT_QUANTITY, &quantity, err));
    RSP_TRY(rsp_yaml_number(node, "bound", true, &entry->limit.bound, err));
    RSP_TRY(rsp_yaml_bool(node, "hard", true, &entry->limit.hard, err));
    RSP_TRY(rsp_yaml_bool(node, "most_published", false, &entry->limit.most_published, err));
    RSP_TRY(rsp_read_scope(node, &entry->scope, err));
    entry->limit.quantity = (enum rsp_limit_quantity)quantity;
    const bool of_push = quantity == RSP_LIMIT_BOLUS_RATE_MG_PER_KG_PER_MIN;
    RSP_TRY(rsp_yaml_number(node, "push_min", of_push, &entry->limit.push_min, err));
    return check_limit(node, entry, err);
}

static rsp_status read_limit(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"id", "text", "why", "quantity", "bound", "hard", "most_published",
        "push_min", "drugs", "routes", "pain", "settings", "sources", "confidence", "on", "version", NULL};
    struct rsp_limit_entry *entry = item;
    int confidence = 0;
    long version = 0;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_read_bound(node, entry, err));
    RSP_TRY(rsp_read_sources(book, node, &entry->limit.source, err));
    RSP_TRY(rsp_read_choice(node, "confidence", true, confidences, 4, &confidence, err));
    RSP_TRY(rsp_yaml_int(node, "version", true, &version, err));
    entry->on = confidence <= RSP_RULE_MEDIUM;
    return rsp_yaml_bool(node, "on", false, &entry->on, err);
}

rsp_status rsp_read_limits(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    return rsp_read_list(book, node, read_limit, sizeof *book->limit, &book->limit, &book->n_limit, err);
}
