/* The section search: what the optimiser's choice rests on. */
#include <math.h>
#include <string.h>

#include "rules/rulebook.h"

/* Ends of what can be read at all: a slip is refused, no figure of anybody. */
#define NEARLY_1     0.999
#define LEAST_CHANCE 0.51
#define MOST_CHANCE  0.99
#define LEAST_SHARE  0.01

/* One number of a map. */
struct field {
    const char *key;
    double *to;
    double low, high;
};

static rsp_status read_fields(
    const struct rsp_yaml *map, size_t n, const struct field field[], struct rsp_error *err)
{
    for (size_t i = 0; i < n; i++) {
        RSP_TRY(rsp_yaml_number(map, field[i].key, true, field[i].to, err));
        if (!(*field[i].to >= field[i].low && *field[i].to <= field[i].high))
            return rsp_yaml_error(rsp_yaml_find(map, field[i].key), err, RSP_E_DOMAIN,
                "A number from %g to %g is expected.", field[i].low, field[i].high);
    }
    return RSP_OK;
}

static rsp_status part_of(
    const struct rsp_yaml *node, const char *key, const struct rsp_yaml **map, struct rsp_error *err)
{
    *map = rsp_yaml_find(node, key);
    if (*map == NULL || (*map)->kind != RSP_YAML_MAP)
        return rsp_yaml_error(node, err, RSP_E_MISSING, "%s is expected.", key);
    return RSP_OK;
}

static rsp_status read_text(struct rsp_rulebook *book, const struct rsp_yaml *map, const char *key,
    const char **text, const char **source, struct rsp_error *err)
{
    RSP_TRY(rsp_yaml_text(map, key, true, text, err));
    return rsp_read_sources(book, map, source, err);
}

static rsp_status read_horizon(const struct rsp_yaml *node, struct rsp_search *search, struct rsp_error *err)
{
    const struct rsp_yaml *map = NULL;
    RSP_TRY(part_of(node, "horizon", &map, err));
    const struct field field[] = {{"default_d", &search->default_d, 1, 731},
        {"least_d", &search->least_d, 1, 731}, {"most_d", &search->most_d, 1, 731}};
    return read_fields(map, sizeof field / sizeof *field, field, err);
}

static rsp_status read_placebo(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_search *search, struct rsp_error *err)
{
    const struct rsp_yaml *map = NULL;
    struct rsp_placebo_course *p = &search->placebo;
    RSP_TRY(part_of(node, "placebo", &map, err));
    const struct field field[] = {{"largest_logit_mean", &p->largest_logit_mean, -20, 20},
        {"largest_logit_sd", &p->largest_logit_sd, 0, 20}, {"half_time_d", &p->half_time_d, 0.01, 1000},
        {"half_time_sd_log", &p->half_time_sd_log, 0, 10}};
    RSP_TRY(read_fields(map, sizeof field / sizeof *field, field, err));
    return read_text(book, map, "text", &search->placebo_text, &search->placebo_source, err);
}

static rsp_status read_score(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_search *search, struct rsp_error *err)
{
    const struct rsp_yaml *map = NULL;
    RSP_TRY(part_of(node, "score", &map, err));
    for (int d = 0; d < (int)RSP_N_DRUG; d++)
        search->price_d_per_g[d] = NAN;
    const struct field field[] = {{"ketamine_d_per_g", &search->price_d_per_g[RSP_DRUG_KETAMINE], 0, 1000},
        {"esketamine_d_per_g", &search->price_d_per_g[RSP_DRUG_ESKETAMINE], 0, 1000},
        {"exposed_day_d", &search->exposed_day_d, 0, 1000}, {"visit_d", &search->visit_d, 0, 1000},
        {"tie_d", &search->tie_d, 0, 1000}, {"less_drug_share", &search->less_drug_share, 0, 1}};
    RSP_TRY(read_fields(map, sizeof field / sizeof *field, field, err));
    return read_text(book, map, "text", &search->score_text, &search->score_source, err);
}

static rsp_status read_chances(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_search *search, struct rsp_error *err)
{
    static const char *const names[RSP_N_CHANCE] = {"level", "dissociation", "pressure"};
    const struct rsp_yaml *list = rsp_yaml_find(node, "chance_limits");
    if (list == NULL || list->kind != RSP_YAML_LIST || list->n_child != RSP_N_CHANCE)
        return rsp_yaml_error(
            node, err, RSP_E_MISSING, "chance_limits: a list of %d is expected.", RSP_N_CHANCE);
    for (const struct rsp_yaml *at = list->first; at != NULL; at = at->next) {
        int which = 0;
        RSP_TRY(rsp_read_choice(at, "quantity", true, names, RSP_N_CHANCE, &which, err));
        struct rsp_chance_limit *limit = &search->chance[which];
        limit->bound = NAN;
        RSP_TRY(rsp_yaml_number(at, "bound", false, &limit->bound, err));
        const struct field share = {"most_share", &limit->most_share, 0, 1};
        RSP_TRY(read_fields(at, 1, &share, err));
        RSP_TRY(read_text(book, at, "text", &limit->text, &limit->source, err));
    }
    return RSP_OK;
}

static rsp_status read_diary(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_search *search, struct rsp_error *err)
{
    const struct rsp_yaml *map = NULL;
    struct rsp_diary_noise *d = &search->diary;
    RSP_TRY(part_of(node, "diary", &map, err));
    const struct field field[] = {{"noise_points", &d->noise_points, 0, 10},
        {"noise_sd_log", &d->noise_sd_log, 0, 5}, {"correlated_points", &d->correlated_points, 0, 10},
        {"correlation_per_d", &d->correlation_per_d, 0, NEARLY_1}, {"drift_points", &d->drift_points, 0, 10},
        {"p_missing_after_entry", &d->p_missing_after_entry, 0, NEARLY_1},
        {"p_missing_after_gap", &d->p_missing_after_gap, 0, NEARLY_1}};
    RSP_TRY(read_fields(map, sizeof field / sizeof *field, field, err));
    return read_text(book, map, "text", &search->diary_text, &search->diary_source, err);
}

static rsp_status read_rule(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_search *search, struct rsp_error *err)
{
    const struct rsp_yaml *map = NULL;
    struct rsp_refill_rule *r = &search->rule;
    RSP_TRY(part_of(node, "maintenance", &map, err));
    const struct field field[] = {{"relief_frac", &r->relief_frac, LEAST_SHARE, MOST_CHANCE},
        {"chance", &r->chance, LEAST_CHANCE, MOST_CHANCE}, {"least_gap_d", &r->least_gap_d, 1, 365},
        {"judge_day", &r->judge_day, 1, 365}, {"baseline_d", &r->baseline_d, 1, 60},
        {"filter_step_points", &r->filter_step_points, 0.01, 10},
        {"filter_noise_points", &r->filter_noise_points, 0.01, 10},
        {"fixed_interval_d", &search->fixed_interval_d, 1, 365}};
    RSP_TRY(read_fields(map, sizeof field / sizeof *field, field, err));
    return read_text(book, map, "text", &search->rule_text, &search->rule_source, err);
}

rsp_status rsp_read_search(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    static const char *const keys[] = {
        "horizon", "placebo", "score", "chance_limits", "diary", "maintenance", "futility", NULL};
    const struct rsp_yaml *futility = NULL;
    struct rsp_search *search = rsp_arena_alloc(book->arena, sizeof *search);
    if (search == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "search", "Out of memory while reading the rules.");
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(read_horizon(node, search, err));
    RSP_TRY(read_placebo(book, node, search, err));
    RSP_TRY(read_score(book, node, search, err));
    RSP_TRY(read_chances(book, node, search, err));
    RSP_TRY(read_diary(book, node, search, err));
    RSP_TRY(read_rule(book, node, search, err));
    RSP_TRY(part_of(node, "futility", &futility, err));
    RSP_TRY(read_text(book, futility, "evidence", &search->futility_evidence, &search->futility_source, err));
    book->search = search;
    return RSP_OK;
}
