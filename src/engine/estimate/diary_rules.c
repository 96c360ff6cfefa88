/* Reader of models/diary.yaml. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "estimate/diary_internal.h"

/* models/diary.yaml, embedded at build time by tools/embed.py. */
const char *rsp_shipped_diary_text(size_t i, size_t *length);

static const char *const coordinate_name[RSP_DIARY_N_COMMON] = {[RSP_DIARY_BASELINE] = "baseline",
    [RSP_DIARY_SHARE] = "placebo_share",
    [RSP_DIARY_PLACEBO] = "placebo_half_time",
    [RSP_DIARY_NOISE] = "noise",
    [RSP_DIARY_DRIFT] = "drift",
    [RSP_DIARY_DAY] = "day_sd",
    [RSP_DIARY_REPEAT] = "repeat"};
static const char *const confidences[] = {"primary", "secondary", "derived", "assumed", NULL};

static rsp_status check_ground(
    const struct rsp_yaml *node, const struct rsp_yaml *sources, struct rsp_error *err)
{
    const char *source = NULL, *confidence = NULL;
    RSP_TRY(rsp_yaml_text(node, "source", true, &source, err));
    RSP_TRY(rsp_yaml_text(node, "confidence", true, &confidence, err));
    if (rsp_yaml_find(sources, source) == NULL)
        return rsp_yaml_error(
            rsp_yaml_find(node, "source"), err, RSP_E_UNKNOWN, "'%s' is not one of `sources`", source);
    if (rsp_text_index(confidence, confidences) < 0)
        return rsp_yaml_error(rsp_yaml_find(node, "confidence"), err, RSP_E_UNKNOWN,
            "'%s' is no confidence; expected primary, secondary, derived or assumed", confidence);
    return RSP_OK;
}

static rsp_status positive(const struct rsp_yaml *node, const char *key, double *value, struct rsp_error *err)
{
    RSP_TRY(rsp_yaml_number(node, key, true, value, err));
    if (!(*value > 0.0))
        return rsp_yaml_error(rsp_yaml_find(node, key), err, RSP_E_DOMAIN, "%s must be above 0", key);
    return RSP_OK;
}

static rsp_status read_normal(const struct rsp_yaml *node, bool logit, double whole,
    struct rsp_diary_prior *prior, struct rsp_error *err)
{
    double median = 0.0;
    RSP_TRY(positive(node, "median", &median, err));
    RSP_TRY(positive(node, "sd", &prior->sd, err));
    if (logit && !(median < whole))
        return rsp_yaml_error(
            rsp_yaml_find(node, "median"), err, RSP_E_DOMAIN, "the median must be below %g", whole);
    prior->centre = logit ? log(median / (whole - median)) : log(median);
    return RSP_OK;
}

static rsp_status read_prior(const struct rsp_yaml *map, const char *name, const struct rsp_yaml *sources,
    double whole, struct rsp_diary_prior *prior, struct rsp_error *err)
{
    static const char *const kinds[] = {"log_normal", "logit_normal", "beta", "fixed", NULL};
    static const char *const keys[] = {
        "unit", "prior", "median", "sd", "a", "b", "value", "source", "confidence", "note", NULL};
    const struct rsp_yaml *node = rsp_yaml_find(map, name);
    const char *kind = NULL;
    if (node == NULL)
        return rsp_yaml_error(map, err, RSP_E_MISSING, "%s is expected", name);
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(check_ground(node, sources, err));
    RSP_TRY(rsp_yaml_text(node, "prior", true, &kind, err));
    const int found = rsp_text_index(kind, kinds);
    if (found < 0)
        return rsp_yaml_error(rsp_yaml_find(node, "prior"), err, RSP_E_UNKNOWN,
            "'%s' is no kind of prior; expected log_normal, logit_normal, beta or fixed", kind);
    prior->kind = (enum rsp_diary_prior_kind)found;
    if (prior->kind == RSP_PRIOR_FIXED)
        return positive(node, "value", &prior->value, err);
    if (prior->kind == RSP_PRIOR_BETA) {
        RSP_TRY(positive(node, "a", &prior->a, err));
        return positive(node, "b", &prior->b, err);
    }
    return read_normal(node, prior->kind == RSP_PRIOR_LOGIT_NORMAL, whole, prior, err);
}

static rsp_status read_parameters(const struct rsp_yaml *root, const struct rsp_yaml *sources,
    struct rsp_diary_rules *rules, struct rsp_error *err)
{
    const struct rsp_yaml *map = rsp_yaml_find(root, "parameters");
    struct rsp_diary_prior fixed = {0};
    const double top_nrs = 10.0;
    if (map == NULL)
        return rsp_yaml_error(root, err, RSP_E_MISSING, "parameters is expected");
    for (int c = 0; c < RSP_DIARY_N_COMMON; c++) {
        const double whole = c == RSP_DIARY_BASELINE ? top_nrs : 1.0;
        const bool logit = c == RSP_DIARY_BASELINE || c == RSP_DIARY_SHARE;
        RSP_TRY(read_prior(map, coordinate_name[c], sources, whole, &rules->prior[c], err));
        const enum rsp_diary_prior_kind fits = logit                   ? RSP_PRIOR_LOGIT_NORMAL
                                               : c == RSP_DIARY_REPEAT ? RSP_PRIOR_BETA
                                                                       : RSP_PRIOR_LOG_NORMAL;
        if (rules->prior[c].kind != fits)
            return rsp_yaml_error(rsp_yaml_find(map, coordinate_name[c]), err, RSP_E_UNSUPPORTED,
                "this kind of prior is not the one that %s takes", coordinate_name[c]);
    }
    RSP_TRY(read_prior(map, "day_correlation", sources, 1.0, &fixed, err));
    rules->day_correlation = fixed.value;
    RSP_TRY(read_prior(map, "noise_df", sources, 1.0, &fixed, err));
    rules->noise_df = fixed.value;
    return RSP_OK;
}

static rsp_status read_value(const struct rsp_yaml *map, const char *key, const char *field,
    const struct rsp_yaml *sources, double *value, struct rsp_error *err)
{
    const struct rsp_yaml *node = rsp_yaml_find(map, key);
    if (node == NULL || node->kind != RSP_YAML_MAP)
        return rsp_yaml_error(map, err, RSP_E_MISSING, "%s is expected", key);
    RSP_TRY(check_ground(node, sources, err));
    return positive(node, field, value, err);
}

static rsp_status read_texts(const struct rsp_yaml *root, const struct rsp_yaml *sources,
    struct rsp_diary_rules *rules, struct rsp_error *err)
{
    const struct rsp_yaml *map = rsp_yaml_find(root, "assumptions");
    if (map == NULL || map->n_child > RSP_DIARY_MAX_ASSUMPTION || sources->n_child > RSP_DIARY_MAX_SOURCE)
        return rsp_yaml_error(root, err, RSP_E_MISSING,
            "assumptions are expected, and at most %d of them and of sources", RSP_DIARY_MAX_ASSUMPTION);
    for (const struct rsp_yaml *n = map->first; n != NULL; n = n->next)
        rules->assumption[rules->n_assumption++] = (struct rsp_assumption){n->key, n->text};
    for (const struct rsp_yaml *n = sources->first; n != NULL; n = n->next)
        rules->source[rules->n_source++] = n->text;
    return RSP_OK;
}

static rsp_status read_all(const struct rsp_yaml *root, struct rsp_diary_rules *rules, struct rsp_error *err)
{
    static const char *const keys[] = {"respite_diary", "version", "sources", "parameters", "noise_by_recall",
        "other_treatment", "least_baseline_entries", "identified_sd_ratio", "widening", "assumptions", NULL};
    const struct rsp_yaml *sources = rsp_yaml_find(root, "sources"),
                          *noise = rsp_yaml_find(root, "noise_by_recall");
    long format = 0;
    RSP_TRY(rsp_yaml_only(root, keys, err));
    RSP_TRY(rsp_yaml_int(root, "respite_diary", true, &format, err));
    if (format != 1 || sources == NULL || sources->kind != RSP_YAML_MAP || noise == NULL)
        return rsp_yaml_error(
            root, err, RSP_E_MISSING, "format 1 with sources and noise_by_recall is expected");
    RSP_TRY(read_parameters(root, sources, rules, err));
    for (int r = 0; r < RSP_N_RECALL; r++)
        RSP_TRY(read_value(
            noise, rsp_recall_name((enum rsp_recall)r), "value", sources, &rules->noise_points[r], err));
    RSP_TRY(read_value(root, "other_treatment", "sd", sources, &rules->other_sd, err));
    RSP_TRY(read_value(root, "least_baseline_entries", "value", sources, &rules->least_baseline, err));
    RSP_TRY(read_value(root, "identified_sd_ratio", "value", sources, &rules->identified_sd_ratio, err));
    RSP_TRY(read_value(root, "widening", "value", sources, &rules->widening, err));
    if (!(rules->widening >= 1.0) || !(rules->day_correlation < 1.0))
        return rsp_yaml_error(
            root, err, RSP_E_DOMAIN, "widening lies at 1 or above, day_correlation below 1");
    return read_texts(root, sources, rules, err);
}

rsp_status rsp_diary_rules_parse(
    const char *text, size_t length, const char *source, struct rsp_diary_rules *rules, struct rsp_error *err)
{
    RSP_TRY(rsp_yaml_parse(text, length, source, &rules->tree, err));
    return read_all(rsp_yaml_root(rules->tree), rules, err);
}

rsp_status rsp_diary_rules_read(struct rsp_diary_rules *rules, struct rsp_error *err)
{
    size_t length = 0;
    const char *text = rsp_shipped_diary_text(0, &length);
    RSP_CHECK_BUG(text != NULL, err);
    return rsp_diary_rules_parse(text, length, "models/diary.yaml", rules, err);
}

void rsp_diary_rules_free(struct rsp_diary_rules *rules)
{
    rsp_yaml_free(rules->tree);
    *rules = (struct rsp_diary_rules){0};
}
