/* The sections session_tasks, session_scores and leaving: what is due, what is entered, and what opens the door. */
#include "rules/leaving.h"

#include <math.h>
#include <string.h>

#include "rules/rulebook.h"

/* An optional number above zero; NaN when it is left out. */
static rsp_status optional(const struct rsp_yaml *node, const char *key, double *value, struct rsp_error *err)
{
    *value = NAN;
    return rsp_yaml_find(node, key) != NULL ? rsp_read_positive(node, key, value, err) : RSP_OK;
}

static rsp_status read_task(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {
        "id", "text", "vital", "during_min", "after_min", "grace_min", "pump", "sources", NULL};
    struct rsp_session_task *task = item;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "id", true, &task->id, err));
    RSP_TRY(rsp_yaml_text(node, "text", true, &task->text, err));
    RSP_TRY(rsp_yaml_text(node, "vital", false, &task->vital, err));
    RSP_TRY(optional(node, "during_min", &task->during_min, err));
    RSP_TRY(optional(node, "after_min", &task->after_min, err));
    RSP_TRY(rsp_read_positive(node, "grace_min", &task->grace_min, err));
    RSP_TRY(rsp_yaml_bool(node, "pump", false, &task->pump, err));
    return rsp_read_sources(book, node, &task->source, err);
}

rsp_status rsp_read_session_tasks(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    void *items = book->session_task;
    RSP_TRY(
        rsp_read_list(book, node, read_task, sizeof *book->session_task, &items, &book->n_session_task, err));
    book->session_task = items;
    return RSP_OK;
}

static rsp_status read_session_score(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"id", "text", "low", "high", "sources", NULL};
    struct rsp_session_score *score = item;
    const bool has_low = rsp_yaml_find(node, "low") != NULL, has_high = rsp_yaml_find(node, "high") != NULL;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "id", true, &score->id, err));
    RSP_TRY(rsp_yaml_text(node, "text", true, &score->text, err));
    score->low = score->high = NAN;
    if (has_low != has_high)
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "low and high belong together.");
    if (has_low) {
        RSP_TRY(rsp_yaml_number(node, "low", true, &score->low, err));
        RSP_TRY(rsp_yaml_number(node, "high", true, &score->high, err));
        if (!(score->low < score->high))
            return rsp_yaml_error(node, err, RSP_E_DOMAIN, "low must be less than high.");
    }
    return rsp_read_sources(book, node, &score->source, err);
}

rsp_status rsp_read_session_scores(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    void *items = book->session_score;
    RSP_TRY(rsp_read_list(
        book, node, read_session_score, sizeof *book->session_score, &items, &book->n_session_score, err));
    book->session_score = items;
    return RSP_OK;
}

/* Place of the item that `key` names; -1 when the key is left out. */
static rsp_status read_item(const struct rsp_yaml *node, const char *key,
    const struct rsp_recovery_score *score, int *place, struct rsp_error *err)
{
    const char *name = NULL;
    *place = -1;
    RSP_TRY(rsp_yaml_text(node, key, false, &name, err));
    for (size_t i = 0; name != NULL && i < score->n_item; i++)
        if (strcmp(score->item[i], name) == 0)
            *place = (int)i;
    if (name != NULL && *place < 0)
        return rsp_yaml_error(
            rsp_yaml_find(node, key), err, RSP_E_UNKNOWN, "\"%.40s\" is no item of the score.", name);
    return RSP_OK;
}

static rsp_status read_vital_pct(
    const struct rsp_yaml *node, struct rsp_recovery_score *score, struct rsp_error *err)
{
    const struct rsp_yaml *list = rsp_yaml_find(node, "vital_pct");
    if ((list != NULL) != (score->vital_item >= 0))
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "vital_item and vital_pct belong together.");
    if (list == NULL)
        return RSP_OK;
    if (list->kind != RSP_YAML_LIST || list->n_child != 2)
        return rsp_yaml_error(list, err, RSP_E_SYNTAX, "Expected a list of two percentages.");
    RSP_TRY(rsp_yaml_node_number(list->first, &score->vital_full_pct, err));
    RSP_TRY(rsp_yaml_node_number(list->first->next, &score->vital_half_pct, err));
    if (!(score->vital_full_pct > 0 && score->vital_half_pct > score->vital_full_pct))
        return rsp_yaml_error(list, err, RSP_E_DOMAIN, "Percentages rise from above zero.");
    return RSP_OK;
}

static rsp_status read_score(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {
        "id", "items", "most", "pass", "site_decides", "vital_item", "vital_pct", "sources", NULL};
    struct rsp_recovery_score *score = item;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "id", true, &score->id, err));
    RSP_TRY(rsp_yaml_texts(node, "items", true, &score->n_item, &score->item, err));
    if (score->n_item == 0 || score->n_item > RSP_MAX_SCORE_ITEM)
        return rsp_yaml_error(node, err, RSP_E_LIMIT, "A score has 1 to %d items.", RSP_MAX_SCORE_ITEM);
    RSP_TRY(rsp_read_positive(node, "most", &score->most, err));
    RSP_TRY(rsp_read_positive(node, "pass", &score->pass, err));
    if (score->pass > score->most * (double)score->n_item)
        return rsp_yaml_error(node, err, RSP_E_DOMAIN, "Nobody can reach the points to pass.");
    RSP_TRY(read_item(node, "site_decides", score, &score->site_decides, err));
    RSP_TRY(read_item(node, "vital_item", score, &score->vital_item, err));
    RSP_TRY(read_vital_pct(node, score, err));
    return rsp_read_sources(book, node, &score->source, err);
}

static rsp_status read_minimum(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"drug", "route", "h", "sources", NULL};
    struct rsp_recovery_minimum *minimum = item;
    const char *route = NULL;
    enum rsp_drug drug_read;
    enum rsp_route route_read;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "route", false, &route, err));
    minimum->drug = minimum->route = -1;
    if (rsp_yaml_find(node, "drug") != NULL) {
        RSP_TRY(rsp_read_drug(node, &drug_read, err));
        minimum->drug = (int)drug_read;
    }
    if (route != NULL) {
        if (rsp_route_parse(route, &route_read, NULL) != RSP_OK)
            return rsp_yaml_error(node, err, RSP_E_UNKNOWN, "\"%.40s\" is not a route.", route);
        minimum->route = (int)route_read;
    }
    RSP_TRY(rsp_read_positive(node, "h", &minimum->h, err));
    return rsp_read_sources(book, node, &minimum->source, err);
}

static rsp_status read_criterion(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"id", "text", "outpatient", "sources", NULL};
    struct rsp_recovery_criterion *criterion = item;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "id", true, &criterion->id, err));
    RSP_TRY(rsp_yaml_text(node, "text", true, &criterion->text, err));
    RSP_TRY(rsp_yaml_bool(node, "outpatient", false, &criterion->outpatient, err));
    return rsp_read_sources(book, node, &criterion->source, err);
}

rsp_status rsp_read_leaving(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    static const char *const keys[] = {"vital_within_pct", "saturation_above_pct", "reversal_h", "sources",
        "scores", "minimum", "criteria", NULL};
    void *score = NULL, *minimum = NULL, *criterion = NULL;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    if (book->leaving != NULL)
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "The section stands in one file.");
    struct rsp_leaving *l = rsp_arena_alloc(book->arena, sizeof *l);
    if (l == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "rules", "Out of memory while reading the rules.");
    RSP_TRY(rsp_read_positive(node, "vital_within_pct", &l->vital_within_pct, err));
    RSP_TRY(rsp_read_positive(node, "saturation_above_pct", &l->saturation_above_pct, err));
    RSP_TRY(rsp_read_positive(node, "reversal_h", &l->reversal_h, err));
    RSP_TRY(rsp_read_sources(book, node, &l->source, err));
    RSP_TRY(rsp_read_list(
        book, rsp_yaml_find(node, "scores"), read_score, sizeof *l->score, &score, &l->n_score, err));
    l->score = score;
    RSP_TRY(rsp_read_list(book, rsp_yaml_find(node, "minimum"), read_minimum, sizeof *l->minimum, &minimum,
        &l->n_minimum, err));
    l->minimum = minimum;
    RSP_TRY(rsp_read_list(book, rsp_yaml_find(node, "criteria"), read_criterion, sizeof *l->criterion,
        &criterion, &l->n_criterion, err));
    l->criterion = criterion;
    book->leaving = l;
    return RSP_OK;
}

/* ---- what was read ---- */

size_t rsp_rulebook_n_session_task(const struct rsp_rulebook *book)
{
    return book->n_session_task;
}

const struct rsp_session_task *rsp_rulebook_session_task(const struct rsp_rulebook *book, size_t i)
{
    return i < book->n_session_task ? &book->session_task[i] : NULL;
}

size_t rsp_rulebook_n_session_score(const struct rsp_rulebook *book)
{
    return book->n_session_score;
}

const struct rsp_session_score *rsp_rulebook_session_score(const struct rsp_rulebook *book, size_t i)
{
    return i < book->n_session_score ? &book->session_score[i] : NULL;
}

const struct rsp_session_score *rsp_rulebook_session_score_of(const struct rsp_rulebook *book, const char *id)
{
    for (size_t i = 0; i < book->n_session_score; i++)
        if (strcmp(book->session_score[i].id, id) == 0)
            return &book->session_score[i];
    return NULL;
}

const struct rsp_leaving *rsp_rulebook_leaving(const struct rsp_rulebook *book)
{
    return book->leaving;
}

const struct rsp_recovery_score *rsp_leaving_score(const struct rsp_leaving *leaving, const char *id)
{
    for (size_t i = 0; i < leaving->n_score; i++)
        if (strcmp(leaving->score[i].id, id) == 0)
            return &leaving->score[i];
    return NULL;
}

const struct rsp_recovery_criterion *rsp_leaving_criterion(const struct rsp_leaving *leaving, const char *id)
{
    for (size_t i = 0; i < leaving->n_criterion; i++)
        if (strcmp(leaving->criterion[i].id, id) == 0)
            return &leaving->criterion[i];
    return NULL;
}

double rsp_leaving_minimum_h(const struct rsp_leaving *leaving, enum rsp_drug drug, enum rsp_route route)
{
    for (size_t i = 0; i < leaving->n_minimum; i++) {
        const struct rsp_recovery_minimum *row = &leaving->minimum[i];
        if ((row->drug < 0 || row->drug == (int)drug) && (row->route < 0 || row->route == (int)route))
            return row->h;
    }
    return NAN;
}
