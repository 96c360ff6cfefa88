/* The sections evidence and comparisons. */
#include <math.h>
#include <string.h>

#include "rules/rulebook.h"

/* How the row is to be shown, and what it stands for. */
static rsp_status read_standing(const struct rsp_yaml *node, struct rsp_evidence *row, struct rsp_error *err)
{
    static const char *const levels[] = {"case", "cohort", "controlled", "randomised"};
    static const char *const places[] = {"alone", "beside", "never"};
    int level = 0, shown = 0;
    const bool by_route = strcmp(row->regimen_kind, "non_iv") == 0;
    RSP_TRY(rsp_read_choice(node, "level", true, levels, 4, &level, err));
    RSP_TRY(rsp_read_choice(node, "shown", false, places, 3, &shown, err));
    RSP_TRY(rsp_yaml_text(node, "route", by_route, &row->route, err));
    RSP_TRY(rsp_yaml_bool(node, "always", false, &row->always, err));
    RSP_TRY(rsp_yaml_bool(node, "training", false, &row->training, err));
    RSP_TRY(rsp_yaml_bool(node, "children", false, &row->children, err));
    if (row->route[0] != '\0' && !by_route)
        return rsp_yaml_error(node, err, RSP_E_MISMATCH, "Only a row of the kind non_iv has a route.");
    enum rsp_route route;
    if (by_route && strcmp(row->route, "epidural") != 0 &&
        rsp_route_parse(row->route, &route, NULL) != RSP_OK)
        return rsp_yaml_error(node, err, RSP_E_UNKNOWN, "\"%.40s\" is not a route.", row->route);
    row->level = (enum rsp_evidence_level)level;
    row->shown = (enum rsp_evidence_shown)shown;
    return RSP_OK;
}

static rsp_status read_row(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"study", "arm", "n", "design", "drug", "regimen", "regimen_kind",
        "condition_text", "conditions", "time_d", "quantity", "unit", "value", "low", "high", "result",
        "source", "confidence", "note", "always", "level", "shown", "route", "training", "children", NULL};
    static const char *const kinds[] = {
        "long_infusion", "daily_hours", "short_series", "single", "acute", "non_iv", "mixed"};
    static const char *const confidences[] = {"high", "medium", "low", "unverified"};
    struct rsp_evidence *row = item;
    int kind = 0, confidence = 0;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    row->arm = row->n = row->unit = row->note = row->route = "";
    row->time_d = row->value = row->low = row->high = NAN;
    RSP_TRY(rsp_yaml_text(node, "study", true, &row->study, err));
    RSP_TRY(rsp_yaml_text(node, "arm", false, &row->arm, err));
    RSP_TRY(rsp_yaml_text(node, "n", false, &row->n, err));
    RSP_TRY(rsp_yaml_text(node, "design", true, &row->design, err));
    RSP_TRY(rsp_yaml_text(node, "drug", true, &row->drug, err));
    RSP_TRY(rsp_yaml_text(node, "regimen", true, &row->regimen, err));
    RSP_TRY(rsp_read_choice(node, "regimen_kind", true, kinds, 7, &kind, err));
    RSP_TRY(rsp_yaml_text(node, "condition_text", true, &row->condition_text, err));
    RSP_TRY(rsp_read_conditions(book, node, &row->n_condition, &row->condition, err));
    RSP_TRY(rsp_yaml_number(node, "time_d", false, &row->time_d, err));
    RSP_TRY(rsp_yaml_text(node, "quantity", true, &row->quantity, err));
    RSP_TRY(rsp_yaml_text(node, "unit", false, &row->unit, err));
    RSP_TRY(rsp_yaml_number(node, "value", false, &row->value, err));
    RSP_TRY(rsp_yaml_number(node, "low", false, &row->low, err));
    RSP_TRY(rsp_yaml_number(node, "high", false, &row->high, err));
    RSP_TRY(rsp_yaml_text(node, "result", true, &row->result, err));
    RSP_TRY(rsp_yaml_text(node, "source", true, &row->source, err));
    RSP_TRY(rsp_read_choice(node, "confidence", true, confidences, 4, &confidence, err));
    RSP_TRY(rsp_yaml_text(node, "note", false, &row->note, err));
    row->regimen_kind = kinds[kind];
    row->confidence = confidences[confidence];
    return read_standing(node, row, err);
}

rsp_status rsp_read_evidence(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    return rsp_read_list(
        book, node, read_row, sizeof *book->evidence, &book->evidence, &book->n_evidence, err);
}

static rsp_status read_values(struct rsp_rulebook *book, const struct rsp_yaml *map, const char *key,
    size_t *n, const struct rsp_comparison_value **values, struct rsp_error *err)
{
    static const char *const keys[] = {"day_after_end", "value", "low", "high", "what", NULL};
    const struct rsp_yaml *list = rsp_yaml_find(map, key);
    if (list == NULL)
        return RSP_OK;
    if (list->kind != RSP_YAML_LIST)
        return rsp_yaml_error(list, err, RSP_E_SYNTAX, "Expected a list of observed values.");
    struct rsp_comparison_value *all = rsp_arena_alloc(book->arena, list->n_child * sizeof *all);
    if (all == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, key, "Out of memory while reading the rules.");
    size_t i = 0;
    for (const struct rsp_yaml *at = list->first; at != NULL; at = at->next, i++) {
        RSP_TRY(rsp_yaml_only(at, keys, err));
        all[i].low = all[i].high = NAN;
        RSP_TRY(rsp_yaml_number(at, "day_after_end", true, &all[i].day_after_end, err));
        RSP_TRY(rsp_yaml_number(at, "value", true, &all[i].value, err));
        RSP_TRY(rsp_yaml_number(at, "low", false, &all[i].low, err));
        RSP_TRY(rsp_yaml_number(at, "high", false, &all[i].high, err));
        RSP_TRY(rsp_yaml_text(at, "what", true, &all[i].what, err));
        if (!(all[i].value >= 0 && all[i].value <= 1.5))
            return rsp_yaml_error(at, err, RSP_E_DOMAIN, "An observed value is a fraction.");
    }
    *n = list->n_child;
    *values = all;
    return RSP_OK;
}

static rsp_status read_comparison(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"study", "condition_text", "regimen", "doses", "observed", "pain",
        "share", "verdict", "training", "sources", NULL};
    struct rsp_comparison *row = item;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "study", true, &row->study, err));
    RSP_TRY(rsp_yaml_text(node, "condition_text", true, &row->condition_text, err));
    RSP_TRY(rsp_yaml_text(node, "regimen", true, &row->regimen_text, err));
    RSP_TRY(rsp_yaml_text(node, "observed", true, &row->observed, err));
    RSP_TRY(rsp_yaml_text(node, "verdict", true, &row->verdict, err));
    RSP_TRY(rsp_yaml_bool(node, "training", false, &row->training, err));
    RSP_TRY(rsp_yaml_texts(node, "doses", true, &row->n_dose, &row->dose, err));
    for (size_t i = 0; i < row->n_dose; i++) {
        struct rsp_dose_text dose;
        struct rsp_error inner = {0};
        const rsp_status status = rsp_dose_text_parse(row->dose[i], &dose, &inner);
        if (status != RSP_OK)
            return rsp_yaml_error(node, err, status, "Dose \"%.80s\": %.300s", row->dose[i], inner.message);
    }
    RSP_TRY(read_values(book, node, "pain", &row->n_point, &row->point, err));
    RSP_TRY(read_values(book, node, "share", &row->n_share, &row->share, err));
    return rsp_read_sources(book, node, &row->source, err);
}

rsp_status rsp_read_comparisons(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    return rsp_read_list(
        book, node, read_comparison, sizeof *book->comparison, &book->comparison, &book->n_comparison, err);
}
