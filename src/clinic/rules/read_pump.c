/* The sections target_levels and side_effects: what stands beside a pump programme. */
#include <math.h>

#include "rules/rulebook.h"

static rsp_status read_drug(const struct rsp_yaml *node, enum rsp_drug *drug, struct rsp_error *err)
{
    const char *word = NULL;
    RSP_TRY(rsp_yaml_text(node, "drug", true, &word, err));
    if (rsp_drug_parse(word, drug, NULL) != RSP_OK)
        return rsp_yaml_error(
            rsp_yaml_find(node, "drug"), err, RSP_E_UNKNOWN, "\"%.40s\" is not a drug.", word);
    return RSP_OK;
}

static rsp_status read_confidence(const struct rsp_yaml *node, const char **word, struct rsp_error *err)
{
    static const char *const confidences[] = {"high", "medium", "low", "unverified"};
    int confidence = 0;
    RSP_TRY(rsp_read_choice(node, "confidence", true, confidences, 4, &confidence, err));
    *word = confidences[confidence];
    return RSP_OK;
}

static rsp_status read_level(struct rsp_rulebook *book, const struct rsp_yaml *node,
    struct rsp_target_level *level, struct rsp_error *err)
{
    static const char *const keys[] = {
        "drug", "low", "warn", "refuse", "text", "confidence", "sources", NULL};
    const char *confidence;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(read_drug(node, &level->drug, err));
    RSP_TRY(rsp_yaml_number(node, "low", true, &level->low_ng_per_ml, err));
    RSP_TRY(rsp_yaml_number(node, "warn", true, &level->warn_ng_per_ml, err));
    RSP_TRY(rsp_yaml_number(node, "refuse", true, &level->refuse_ng_per_ml, err));
    RSP_TRY(rsp_yaml_text(node, "text", true, &level->text, err));
    RSP_TRY(read_confidence(node, &confidence, err));
    if (!(level->low_ng_per_ml > 0 && level->warn_ng_per_ml > level->low_ng_per_ml &&
            level->refuse_ng_per_ml >= level->warn_ng_per_ml))
        return rsp_yaml_error(node, err, RSP_E_DOMAIN, "Levels rise: low above 0, warn, refuse.");
    if (rsp_rulebook_target_level(book, level->drug) != NULL)
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "A drug has its target levels once.");
    return rsp_read_sources(book, node, &level->source, err);
}

rsp_status rsp_read_target_levels(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    void *items = book->target_level;
    RSP_TRY(rsp_rulebook_grow(
        book, &items, book->n_target_level, node->n_child, sizeof *book->target_level, err));
    book->target_level = items;
    for (const struct rsp_yaml *at = node->first; at != NULL; at = at->next) {
        RSP_TRY(read_level(book, at, &book->target_level[book->n_target_level], err));
        book->n_target_level++;
    }
    return RSP_OK;
}

static rsp_status read_concentration(
    const struct rsp_yaml *node, struct rsp_side_effect *row, struct rsp_error *err)
{
    const struct rsp_yaml *list = rsp_yaml_find(node, "concentration_ng_per_ml");
    if (list == NULL)
        return RSP_OK;
    if (list->kind != RSP_YAML_LIST || list->n_child != 2)
        return rsp_yaml_error(list, err, RSP_E_SYNTAX, "Expected a list of two levels.");
    RSP_TRY(rsp_yaml_node_number(list->first, &row->low_ng_per_ml, err));
    RSP_TRY(rsp_yaml_node_number(list->first->next, &row->high_ng_per_ml, err));
    if (!(row->low_ng_per_ml >= 0 && row->high_ng_per_ml >= row->low_ng_per_ml))
        return rsp_yaml_error(list, err, RSP_E_DOMAIN, "Levels rise from at least 0.");
    return RSP_OK;
}

static rsp_status read_effect(struct rsp_rulebook *book, const struct rsp_yaml *node,
    struct rsp_side_effect *row, struct rsp_error *err)
{
    static const char *const keys[] = {"topic", "drug", "regimen", "n", "course", "value", "unit", "time_min",
        "concentration_ng_per_ml", "confidence", "sources", NULL};
    static const char *const topics[] = {"pressure", "heart", "dissociation", "other"};
    int topic = 0;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    row->n = row->unit = "";
    row->value = row->time_min = row->low_ng_per_ml = row->high_ng_per_ml = NAN;
    RSP_TRY(rsp_read_choice(node, "topic", true, topics, 4, &topic, err));
    RSP_TRY(read_drug(node, &row->drug, err));
    RSP_TRY(rsp_yaml_text(node, "regimen", true, &row->regimen, err));
    RSP_TRY(rsp_yaml_text(node, "n", false, &row->n, err));
    RSP_TRY(rsp_yaml_text(node, "course", true, &row->course, err));
    RSP_TRY(rsp_yaml_number(node, "value", false, &row->value, err));
    RSP_TRY(rsp_yaml_text(node, "unit", !isnan(row->value), &row->unit, err));
    RSP_TRY(rsp_yaml_number(node, "time_min", false, &row->time_min, err));
    RSP_TRY(read_concentration(node, row, err));
    RSP_TRY(rsp_read_sources(book, node, &row->source, err));
    RSP_TRY(read_confidence(node, &row->confidence, err));
    row->topic = topics[topic];
    return RSP_OK;
}

rsp_status rsp_read_side_effects(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    void *items = book->side_effect;
    RSP_TRY(
        rsp_rulebook_grow(book, &items, book->n_side_effect, node->n_child, sizeof *book->side_effect, err));
    book->side_effect = items;
    for (const struct rsp_yaml *at = node->first; at != NULL; at = at->next) {
        RSP_TRY(read_effect(book, at, &book->side_effect[book->n_side_effect], err));
        book->n_side_effect++;
    }
    return RSP_OK;
}
