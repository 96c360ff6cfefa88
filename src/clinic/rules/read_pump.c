/* The sections target_levels and side_effects: what stands beside a pump programme. */
#include <math.h>

#include "rules/rulebook.h"

static rsp_status read_confidence(const struct rsp_yaml *node, const char **word, struct rsp_error *err)
{
    static const char *const confidences[] = {"high", "medium", "low", "unverified"};
    int confidence = 0;
    RSP_TRY(rsp_read_choice(node, "confidence", true, confidences, 4, &confidence, err));
    *word = confidences[confidence];
    return RSP_OK;
}

static rsp_status read_level(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {
        "drug", "low", "warn", "refuse", "text", "confidence", "sources", NULL};
    struct rsp_target_level *level = item;
    const char *confidence;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_read_drug(node, &level->drug, err));
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
    return rsp_read_list(
        book, node, read_level, sizeof *book->target_level, &book->target_level, &book->n_target_level, err);
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

static rsp_status read_effect(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"topic", "drug", "regimen", "n", "course", "value", "unit", "time_min",
        "concentration_ng_per_ml", "confidence", "sources", NULL};
    static const char *const topics[] = {"pressure", "heart", "dissociation", "other"};
    struct rsp_side_effect *row = item;
    int topic = 0;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    row->n = row->unit = "";
    row->value = row->time_min = row->low_ng_per_ml = row->high_ng_per_ml = NAN;
    RSP_TRY(rsp_read_choice(node, "topic", true, topics, 4, &topic, err));
    RSP_TRY(rsp_read_drug(node, &row->drug, err));
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
    return rsp_read_list(
        book, node, read_effect, sizeof *book->side_effect, &book->side_effect, &book->n_side_effect, err);
}
