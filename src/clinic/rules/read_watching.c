/* The section watching: vital signs, what their limits do, technical alarms. */
#include "rules/watching.h"

#include <math.h>
#include <string.h>

#include "rules/rulebook.h"

const char *const rsp_alarm_priority_names[] = {"information", "low", "medium", "high", NULL};
enum { N_PRIORITY = 4 };

/* An optional number that is not below zero. */
static rsp_status not_negative(
    const struct rsp_yaml *node, const char *key, bool required, double *value, struct rsp_error *err)
{
    RSP_TRY(rsp_yaml_number(node, key, required, value, err));
    if (*value < 0)
        return rsp_yaml_error(
            rsp_yaml_find(node, key), err, RSP_E_DOMAIN, "Expected a number that is not below zero.");
    return RSP_OK;
}

static rsp_status read_bounds(
    const struct rsp_yaml *node, const char *key, struct rsp_vital_bounds *bounds, struct rsp_error *err)
{
    static const char *const keys[] = {"below", "above", NULL};
    const struct rsp_yaml *map = rsp_yaml_find(node, key);
    if (map == NULL)
        return rsp_yaml_error(node, err, RSP_E_MISSING, "Expected \"%s: {below, above}\".", key);
    RSP_TRY(rsp_yaml_only(map, keys, err));
    RSP_TRY(rsp_yaml_number(map, "below", true, &bounds->below, err));
    RSP_TRY(rsp_yaml_number(map, "above", true, &bounds->above, err));
    if (!(bounds->below < bounds->above))
        return rsp_yaml_error(map, err, RSP_E_DOMAIN, "Expected below to be less than above.");
    return RSP_OK;
}

static rsp_status read_vital(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"id", "text", "unit", "impossible", "implausible", "median_s",
        "stale_s", "flat_s", "worse", "sources", NULL};
    struct rsp_vital_rule *vital = item;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "id", true, &vital->id, err));
    RSP_TRY(rsp_yaml_text(node, "text", true, &vital->text, err));
    RSP_TRY(rsp_yaml_text(node, "unit", true, &vital->unit, err));
    RSP_TRY(read_bounds(node, "impossible", &vital->impossible, err));
    RSP_TRY(read_bounds(node, "implausible", &vital->implausible, err));
    if (vital->implausible.below < vital->impossible.below ||
        vital->implausible.above > vital->impossible.above)
        return rsp_yaml_error(node, err, RSP_E_DOMAIN, "What is plausible is possible.");
    RSP_TRY(not_negative(node, "median_s", true, &vital->median_s, err));
    RSP_TRY(rsp_read_positive(node, "stale_s", &vital->stale_s, err));
    RSP_TRY(rsp_read_positive(node, "worse", &vital->worse, err));
    vital->flat_s = NAN;
    RSP_TRY(not_negative(node, "flat_s", false, &vital->flat_s, err));
    return rsp_read_sources(book, node, &vital->source, err);
}

static rsp_status read_priority(
    const struct rsp_yaml *node, enum rsp_alarm_priority *priority, struct rsp_error *err)
{
    int index = 0;
    RSP_TRY(rsp_read_choice(node, "priority", true, rsp_alarm_priority_names, N_PRIORITY, &index, err));
    *priority = (enum rsp_alarm_priority)index;
    return RSP_OK;
}

static rsp_status read_limit(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"id", "text", "vital", "priority", "rise", "delay_s", "critical",
        "clear_by", "apart_s", "latch", "sources", NULL};
    struct rsp_watch_limit *limit = item;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "id", true, &limit->id, err));
    RSP_TRY(rsp_yaml_text(node, "text", false, &limit->text, err));
    RSP_TRY(rsp_yaml_text(node, "vital", true, &limit->vital, err));
    RSP_TRY(read_priority(node, &limit->priority, err));
    limit->rise = limit->critical = NAN;
    RSP_TRY(rsp_yaml_number(node, "rise", false, &limit->rise, err));
    RSP_TRY(rsp_yaml_number(node, "critical", false, &limit->critical, err));
    RSP_TRY(not_negative(node, "delay_s", false, &limit->delay_s, err));
    RSP_TRY(not_negative(node, "clear_by", true, &limit->clear_by, err));
    RSP_TRY(not_negative(node, "apart_s", false, &limit->apart_s, err));
    RSP_TRY(rsp_yaml_bool(node, "latch", false, &limit->latch, err));
    return rsp_read_sources(book, node, &limit->source, err);
}

static rsp_status read_technical(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"id", "text", "each", "priority", "latch", "held", "sources", NULL};
    struct rsp_watch_technical *technical = item;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "id", true, &technical->id, err));
    RSP_TRY(rsp_yaml_text(node, "text", true, &technical->text, err));
    RSP_TRY(read_priority(node, &technical->priority, err));
    RSP_TRY(rsp_yaml_bool(node, "each", false, &technical->each, err));
    RSP_TRY(rsp_yaml_bool(node, "latch", false, &technical->latch, err));
    RSP_TRY(rsp_yaml_bool(node, "held", false, &technical->held, err));
    return rsp_read_sources(book, node, &technical->source, err);
}

static rsp_status check_limits(const struct rsp_watching *w, const struct rsp_yaml *node,
    const struct rsp_watch_limit limit[], size_t n, bool rises, struct rsp_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (rsp_watching_vital(w, limit[i].vital) == NULL)
            return rsp_yaml_error(
                node, err, RSP_E_UNKNOWN, "\"%.40s\" is no vital sign of this file.", limit[i].vital);
        if (rises != (limit[i].rise > 0) || rises != (limit[i].text != NULL))
            return rsp_yaml_error(node, err, RSP_E_SYNTAX,
                "\"%.40s\": text and a rise above zero belong to rises alone.", limit[i].id);
    }
    return RSP_OK;
}

static rsp_status read_silence(
    const struct rsp_yaml *node, struct rsp_watching *watching, struct rsp_error *err)
{
    static const char *const keys[] = {"most_s", "high_s", NULL};
    const struct rsp_yaml *map = rsp_yaml_find(node, "silence");
    if (map == NULL)
        return rsp_yaml_error(node, err, RSP_E_MISSING, "Expected \"silence: {most_s, high_s}\".");
    RSP_TRY(rsp_yaml_only(map, keys, err));
    RSP_TRY(rsp_read_positive(map, "most_s", &watching->silence_most_s, err));
    return rsp_read_positive(map, "high_s", &watching->silence_high_s, err);
}

static rsp_status read_pump(const struct rsp_yaml *node, struct rsp_watch_pump *pump, struct rsp_error *err)
{
    static const char *const keys[] = {"differs_ml_per_h", "differs_frac", "after_s", NULL};
    const struct rsp_yaml *map = rsp_yaml_find(node, "pump");
    if (map == NULL)
        return rsp_yaml_error(
            node, err, RSP_E_MISSING, "Expected \"pump: {differs_ml_per_h, differs_frac, after_s}\".");
    RSP_TRY(rsp_yaml_only(map, keys, err));
    RSP_TRY(rsp_read_positive(map, "differs_ml_per_h", &pump->differs_ml_per_h, err));
    RSP_TRY(rsp_read_positive(map, "differs_frac", &pump->differs_frac, err));
    return rsp_read_positive(map, "after_s", &pump->after_s, err);
}

static rsp_status read_lists(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_watching *w, struct rsp_error *err)
{
    const struct rsp_yaml *limits = rsp_yaml_find(node, "limits"), *rises = rsp_yaml_find(node, "rises");
    RSP_TRY(rsp_read_list(
        book, rsp_yaml_find(node, "vitals"), read_vital, sizeof *w->vital, &w->vital, &w->n_vital, err));
    RSP_TRY(rsp_read_list(book, limits, read_limit, sizeof *w->limit, &w->limit, &w->n_limit, err));
    RSP_TRY(rsp_read_list(book, rises, read_limit, sizeof *w->rise, &w->rise, &w->n_rise, err));
    RSP_TRY(rsp_read_list(book, rsp_yaml_find(node, "technical"), read_technical, sizeof *w->technical,
        &w->technical, &w->n_technical, err));
    RSP_TRY(check_limits(w, limits, w->limit, w->n_limit, false, err));
    return check_limits(w, rises, w->rise, w->n_rise, true, err);
}

rsp_status rsp_read_watching(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    static const char *const keys[] = {"future_s", "silent_s", "unseen_s", "silence", "pump", "sources",
        "vitals", "limits", "rises", "technical", NULL};
    RSP_TRY(rsp_yaml_only(node, keys, err));
    if (book->watching != NULL)
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "The section stands in one file.");
    struct rsp_watching *w = rsp_arena_alloc(book->arena, sizeof *w);
    if (w == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "rules", "Out of memory while reading the rules.");
    RSP_TRY(not_negative(node, "future_s", true, &w->future_s, err));
    RSP_TRY(rsp_read_positive(node, "silent_s", &w->silent_s, err));
    RSP_TRY(rsp_read_positive(node, "unseen_s", &w->unseen_s, err));
    RSP_TRY(read_silence(node, w, err));
    RSP_TRY(rsp_read_sources(book, node, &w->source, err));
    RSP_TRY(read_lists(book, node, w, err));
    RSP_TRY(read_pump(node, &w->pump, err));
    book->watching = w;
    return RSP_OK;
}

const struct rsp_watching *rsp_rulebook_watching(const struct rsp_rulebook *book)
{
    return book->watching;
}

const struct rsp_vital_rule *rsp_watching_vital(const struct rsp_watching *watching, const char *id)
{
    for (size_t i = 0; i < watching->n_vital; i++)
        if (strcmp(watching->vital[i].id, id) == 0)
            return &watching->vital[i];
    return NULL;
}
