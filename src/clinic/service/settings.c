#include "service/settings.h"

#include <string.h>

#include "base/text.h"
#include "base/yaml.h"
#include "service/settings_text.h"

static rsp_status read_variability(
    const struct rsp_yaml *map, struct rsp_prediction_settings *settings, struct rsp_error *err)
{
    for (const struct rsp_yaml *node = map->first; node != NULL; node = node->next) {
        if (settings->n_extra == RSP_MAX_ASSUMED)
            return rsp_yaml_error(node, err, RSP_E_LIMIT, "at most %d parameters", RSP_MAX_ASSUMED);
        double sd_log = 0.0;
        RSP_TRY(rsp_yaml_node_number(node, &sd_log, err));
        if (sd_log < 0.0)
            return rsp_yaml_error(node, err, RSP_E_DOMAIN, "an SD on the log scale is at least 0");
        settings->extra[settings->n_extra++] = (struct rsp_extra_variability){node->key, sd_log};
    }
    return RSP_OK;
}

static rsp_status read_assumptions(
    const struct rsp_yaml *root, struct rsp_prediction_settings *settings, struct rsp_error *err)
{
    static const char *const known[] = {"text", "variability", NULL};
    const struct rsp_yaml *map = rsp_yaml_find(root, "assumptions");
    if (map == NULL)
        return rsp_yaml_error(root, err, RSP_E_MISSING, "assumptions: name and text of each is expected");
    for (const struct rsp_yaml *node = map->first; node != NULL; node = node->next) {
        if (settings->n_assumption == RSP_MAX_NAMED)
            return rsp_yaml_error(node, err, RSP_E_LIMIT, "at most %d assumptions", RSP_MAX_NAMED);
        struct rsp_assumption *assumption = &settings->assumption[settings->n_assumption++];
        assumption->name = node->key;
        RSP_TRY(rsp_yaml_only(node, known, err));
        RSP_TRY(rsp_yaml_text(node, "text", true, &assumption->text, err));
        const struct rsp_yaml *variability = rsp_yaml_find(node, "variability");
        if (variability != NULL)
            RSP_TRY(read_variability(variability, settings, err));
    }
    return RSP_OK;
}

static rsp_status read_conditions(
    const struct rsp_yaml *map, struct rsp_relief_domain *relief, struct rsp_error *err)
{
    size_t n = 0;
    const char *const *word = NULL;
    RSP_TRY(rsp_yaml_texts(map, "conditions", true, &n, &word, err));
    for (size_t i = 0; i < n; i++) {
        bool found = false;
        for (int c = 0; c < RSP_N_CONDITION; c++)
            if (strcmp(word[i], rsp_condition_word((enum rsp_condition)c)) == 0)
                relief->condition[c] = found = true;
        if (!found)
            return rsp_yaml_error(map, err, RSP_E_UNKNOWN, "unknown condition '%s'", word[i]);
    }
    return RSP_OK;
}

static rsp_status read_routes(
    const struct rsp_yaml *map, struct rsp_relief_domain *relief, struct rsp_error *err)
{
    size_t n = 0;
    const char *const *word = NULL;
    RSP_TRY(rsp_yaml_texts(map, "routes", true, &n, &word, err));
    for (size_t i = 0; i < n; i++) {
        enum rsp_route route = RSP_ROUTE_IV;
        RSP_TRY(rsp_route_parse(word[i], &route, err));
        relief->route[route] = true;
    }
    return RSP_OK;
}

static rsp_status read_daily(
    const struct rsp_yaml *map, struct rsp_relief_domain *relief, struct rsp_error *err)
{
    static const char *const known[] = {"least_hours_each", "least_infusions", "within_days", NULL};
    const struct rsp_yaml *daily = rsp_yaml_find(map, "near_daily");
    if (daily == NULL)
        return rsp_yaml_error(map, err, RSP_E_MISSING, "near_daily is expected");
    long n = 0;
    RSP_TRY(rsp_yaml_only(daily, known, err));
    RSP_TRY(rsp_yaml_number(daily, "least_hours_each", true, &relief->daily_least_hours, err));
    RSP_TRY(rsp_yaml_int(daily, "least_infusions", true, &n, err));
    RSP_TRY(rsp_yaml_number(daily, "within_days", true, &relief->daily_within_d, err));
    if (n < 1)
        return rsp_yaml_error(daily, err, RSP_E_DOMAIN, "least_infusions is at least 1");
    relief->daily_least_n = (size_t)n;
    return RSP_OK;
}

static rsp_status read_range(
    const struct rsp_yaml *map, const char *key, double *low, double *high, struct rsp_error *err)
{
    const struct rsp_yaml *list = rsp_yaml_find(map, key);
    if (list == NULL || list->kind != RSP_YAML_LIST || list->n_child != 2)
        return rsp_yaml_error(map, err, RSP_E_SYNTAX, "%s: a list of two numbers is expected", key);
    RSP_TRY(rsp_yaml_node_number(list->first, low, err));
    RSP_TRY(rsp_yaml_node_number(list->first->next, high, err));
    return RSP_OK;
}

static rsp_status read_relief(
    const struct rsp_yaml *root, struct rsp_relief_domain *relief, struct rsp_error *err)
{
    static const char *const known[] = {"conditions", "routes", "drug", "fitted_infusion_h",
        "near_infusion_h", "near_daily", "longest_infusion_h", "longest_course_d", "highest_level_ng_per_ml",
        "far_level_ng_per_ml", "source", NULL};
    const struct rsp_yaml *map = rsp_yaml_find(root, "relief");
    if (map == NULL)
        return rsp_yaml_error(root, err, RSP_E_MISSING, "relief is expected");
    const char *drug = NULL;
    RSP_TRY(rsp_yaml_only(map, known, err));
    RSP_TRY(read_conditions(map, relief, err));
    RSP_TRY(read_routes(map, relief, err));
    RSP_TRY(rsp_yaml_text(map, "drug", true, &drug, err));
    RSP_TRY(rsp_drug_parse(drug, &relief->drug, err));
    RSP_TRY(read_range(map, "fitted_infusion_h", &relief->fitted_low_h, &relief->fitted_high_h, err));
    RSP_TRY(rsp_yaml_number(map, "near_infusion_h", true, &relief->near_infusion_h, err));
    RSP_TRY(read_daily(map, relief, err));
    RSP_TRY(rsp_yaml_number(map, "longest_infusion_h", true, &relief->longest_infusion_h, err));
    RSP_TRY(rsp_yaml_number(map, "longest_course_d", true, &relief->longest_course_d, err));
    RSP_TRY(rsp_yaml_number(map, "highest_level_ng_per_ml", true, &relief->highest_level_ng_per_ml, err));
    RSP_TRY(rsp_yaml_number(map, "far_level_ng_per_ml", true, &relief->far_level_ng_per_ml, err));
    return rsp_yaml_text(map, "source", true, &relief->source, err);
}

static rsp_status read_hours(
    const struct rsp_yaml *root, const char *key, struct rsp_hours_domain *hours, struct rsp_error *err)
{
    static const char *const known[] = {"fitted_h", "longest_h", "source", NULL};
    const struct rsp_yaml *map = rsp_yaml_find(root, key);
    if (map == NULL)
        return rsp_yaml_error(root, err, RSP_E_MISSING, "%s is expected", key);
    RSP_TRY(rsp_yaml_only(map, known, err));
    RSP_TRY(rsp_yaml_number(map, "fitted_h", true, &hours->fitted_h, err));
    RSP_TRY(rsp_yaml_number(map, "longest_h", true, &hours->longest_h, err));
    return rsp_yaml_text(map, "source", true, &hours->source, err);
}

static rsp_status read_diary(
    const struct rsp_yaml *map, struct rsp_prediction_settings *settings, struct rsp_error *err)
{
    static const char *const known[] = {"carries_width_ratio", "same_amount_ratio", "series_gap_d",
        "judge_entries", "judge_within_d", "stale_after_d", NULL};
    RSP_TRY(rsp_yaml_only(map, known, err));
    RSP_TRY(rsp_yaml_number(map, "carries_width_ratio", true, &settings->diary.carries_width_ratio, err));
    RSP_TRY(read_range(
        map, "same_amount_ratio", &settings->diary.same_low_ratio, &settings->diary.same_high_ratio, err));
    RSP_TRY(rsp_yaml_number(map, "series_gap_d", true, &settings->diary.series_gap_d, err));
    RSP_TRY(rsp_yaml_number(map, "judge_entries", true, &settings->diary.judge_entries, err));
    RSP_TRY(rsp_yaml_number(map, "judge_within_d", true, &settings->diary.judge_within_d, err));
    return rsp_yaml_number(map, "stale_after_d", true, &settings->diary.stale_after_d, err);
}

static rsp_status read_all(
    const struct rsp_yaml *root, struct rsp_prediction_settings *settings, struct rsp_error *err)
{
    static const char *const known[] = {"version", "assumptions", "relief", "dissociation", "acute_relief",
        "sbp_rise", "diary", "futility", NULL};
    RSP_TRY(rsp_yaml_only(root, known, err));
    RSP_TRY(rsp_yaml_int(root, "version", true, &settings->version, err));
    RSP_TRY(read_assumptions(root, settings, err));
    RSP_TRY(read_relief(root, &settings->relief, err));
    RSP_TRY(read_hours(root, "dissociation", &settings->dissociation, err));
    RSP_TRY(read_hours(root, "acute_relief", &settings->acute_relief, err));
    RSP_TRY(read_hours(root, "sbp_rise", &settings->sbp_rise, err));
    const struct rsp_yaml *diary = rsp_yaml_find(root, "diary"), *futility = rsp_yaml_find(root, "futility");
    if (diary == NULL || futility == NULL)
        return rsp_yaml_error(root, err, RSP_E_MISSING, "diary and futility are expected");
    RSP_TRY(read_diary(diary, settings, err));
    RSP_TRY(rsp_yaml_text(futility, "text", true, &settings->futility_text, err));
    return rsp_yaml_number(futility, "relief_frac", true, &settings->futility_relief_frac, err);
}

rsp_status rsp_prediction_settings_parse(const char *text, size_t length, const char *source,
    struct rsp_prediction_settings *settings, struct rsp_error *err)
{
    RSP_TRY(rsp_yaml_parse(text, length, source, &settings->tree, err));
    return read_all(rsp_yaml_root(settings->tree), settings, err);
}

rsp_status rsp_prediction_settings_read(struct rsp_prediction_settings *settings, struct rsp_error *err)
{
    size_t length = 0;
    const char *text = rsp_prediction_text(0, &length);
    RSP_CHECK_BUG(text != NULL, err);
    return rsp_prediction_settings_parse(text, length, "rules/prediction.yaml", settings, err);
}

void rsp_prediction_settings_free(struct rsp_prediction_settings *settings)
{
    if (settings == NULL)
        return;
    rsp_yaml_free(settings->tree);
    *settings = (struct rsp_prediction_settings){0};
}

const char *rsp_prediction_assumption(const struct rsp_prediction_settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->n_assumption; i++)
        if (strcmp(settings->assumption[i].name, name) == 0)
            return settings->assumption[i].text;
    return NULL;
}
