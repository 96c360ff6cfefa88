/* Small readers that all sections of the rule files share. */
#include <stdio.h>
#include <string.h>

#include "rules/rulebook.h"

rsp_status rsp_rulebook_grow(
    struct rsp_rulebook *book, void **items, size_t n_old, size_t n_more, size_t size, struct rsp_error *err)
{
    void *fresh = rsp_arena_alloc(book->arena, (n_old + n_more) * size);
    if (fresh == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "rules", "Out of memory while reading the rules.");
    if (n_old > 0)
        memcpy(fresh, *items, n_old * size);
    *items = fresh;
    return RSP_OK;
}

static const char *citation(const struct rsp_rulebook *book, const char *id)
{
    for (size_t i = 0; i < book->n_source; i++)
        if (strcmp(book->source[i].id, id) == 0)
            return book->source[i].text;
    return NULL;
}

rsp_status rsp_read_sources(
    struct rsp_rulebook *book, const struct rsp_yaml *map, const char **text, struct rsp_error *err)
{
    size_t n = 0;
    const char *const *id = NULL;
    RSP_TRY(rsp_yaml_texts(map, "sources", true, &n, &id, err));
    struct rsp_buf buf;
    rsp_buf_init(&buf, 8192);
    for (size_t i = 0; i < n; i++) {
        const char *one = citation(book, id[i]);
        if (one == NULL) {
            rsp_buf_free(&buf);
            return rsp_yaml_error(rsp_yaml_find(map, "sources"), err, RSP_E_UNKNOWN,
                "No source \"%.40s\" is defined under sources.", id[i]);
        }
        rsp_buf_printf(&buf, "%s%s", i > 0 ? "; " : "", one);
    }
    const char *copy = buf.failed ? NULL : rsp_arena_text(book->arena, n > 0 ? buf.data : "", buf.length);
    rsp_buf_free(&buf);
    if (copy == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "sources", "Out of memory while reading the rules.");
    *text = copy;
    return RSP_OK;
}

rsp_status rsp_read_choice(const struct rsp_yaml *map, const char *key, bool required,
    const char *const names[], int n, int *index, struct rsp_error *err)
{
    const char *text = NULL;
    RSP_TRY(rsp_yaml_text(map, key, required, &text, err));
    if (text == NULL)
        return RSP_OK;
    for (int i = 0; i < n; i++) {
        if (strcmp(names[i], text) == 0) {
            *index = i;
            return RSP_OK;
        }
    }
    char list[200] = "";
    for (int i = 0; i < n; i++) {
        const size_t at = strlen(list);
        snprintf(list + at, sizeof list - at, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    return rsp_yaml_error(
        rsp_yaml_find(map, key), err, RSP_E_UNKNOWN, "\"%.40s\" is none of %s.", text, list);
}

static bool condition_find(const char *word, enum rsp_condition *condition)
{
    for (int c = 0; c < (int)RSP_N_CONDITION; c++) {
        if (strcmp(rsp_condition_word((enum rsp_condition)c), word) == 0) {
            *condition = (enum rsp_condition)c;
            return true;
        }
    }
    return false;
}

rsp_status rsp_read_conditions(struct rsp_rulebook *book, const struct rsp_yaml *map, size_t *n,
    const enum rsp_condition **condition, struct rsp_error *err)
{
    const char *const *word = NULL;
    size_t count = 0;
    RSP_TRY(rsp_yaml_texts(map, "conditions", false, &count, &word, err));
    enum rsp_condition *list = rsp_arena_alloc(book->arena, count * sizeof *list);
    if (list == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "conditions", "Out of memory while reading the rules.");
    for (size_t i = 0; i < count; i++)
        if (!condition_find(word[i], &list[i]))
            return rsp_yaml_error(rsp_yaml_find(map, "conditions"), err, RSP_E_UNKNOWN,
                "\"%.40s\" is not a condition word.", word[i]);
    *n = count;
    *condition = list;
    return RSP_OK;
}

rsp_status rsp_read_scope(const struct rsp_yaml *map, struct rsp_scope *scope, struct rsp_error *err)
{
    static const char *const pains[] = {"chronic", "any", "acute"};
    const char *const *text = NULL;
    size_t n = 0;
    int pain = 1;
    RSP_TRY(rsp_yaml_texts(map, "drugs", false, &n, &text, err));
    for (size_t i = 0; i < n; i++) {
        enum rsp_drug drug;
        if (rsp_drug_parse(text[i], &drug, NULL) != RSP_OK)
            return rsp_yaml_error(map, err, RSP_E_UNKNOWN, "\"%.40s\" is not a drug.", text[i]);
        scope->drugs |= 1u << (unsigned)drug;
    }
    n = 0;
    RSP_TRY(rsp_yaml_texts(map, "routes", false, &n, &text, err));
    for (size_t i = 0; i < n; i++) {
        enum rsp_route route;
        if (rsp_route_parse(text[i], &route, NULL) != RSP_OK)
            return rsp_yaml_error(map, err, RSP_E_UNKNOWN, "\"%.40s\" is not a route.", text[i]);
        scope->routes |= 1u << (unsigned)route;
    }
    RSP_TRY(rsp_read_choice(map, "pain", false, pains, 3, &pain, err));
    scope->acute = pain - 1;
    RSP_TRY(rsp_yaml_texts(map, "settings", false, &scope->n_setting, &scope->setting, err));
    for (size_t i = 0; i < scope->n_setting; i++) {
        size_t s = 0;
        while (rsp_setting_names()[s] != NULL && strcmp(rsp_setting_names()[s], scope->setting[i]) != 0)
            s++;
        if (rsp_setting_names()[s] == NULL)
            return rsp_yaml_error(map, err, RSP_E_UNKNOWN, "\"%.40s\" is not a setting.", scope->setting[i]);
    }
    return RSP_OK;
}

bool rsp_scope_holds(const struct rsp_scope *scope, const struct rsp_patient *patient, enum rsp_drug drug,
    enum rsp_route route)
{
    if (scope->drugs != 0 && (scope->drugs >> (unsigned)drug & 1u) == 0)
        return false;
    if (scope->routes != 0 && (scope->routes >> (unsigned)route & 1u) == 0)
        return false;
    /* What is not known narrows nothing: the lowest limit wins. */
    if (scope->acute != 0 && patient->has_condition &&
        rsp_condition_acute(patient->condition) != (scope->acute > 0))
        return false;
    if (scope->n_setting == 0 || patient->setting == NULL)
        return true;
    for (size_t i = 0; i < scope->n_setting; i++)
        if (strcmp(scope->setting[i], patient->setting) == 0)
            return true;
    return false;
}

bool rsp_word_listed(size_t n, const char *const list[], const char *word)
{
    for (size_t i = 0; i < n && list[i] != NULL; i++)
        if (strcmp(list[i], word) == 0)
            return true;
    return false;
}

rsp_status rsp_read_drug(const struct rsp_yaml *map, enum rsp_drug *drug, struct rsp_error *err)
{
    const char *word = NULL;
    RSP_TRY(rsp_yaml_text(map, "drug", true, &word, err));
    if (rsp_drug_parse(word, drug, NULL) != RSP_OK)
        return rsp_yaml_error(
            rsp_yaml_find(map, "drug"), err, RSP_E_UNKNOWN, "\"%.40s\" is not a drug.", word);
    return RSP_OK;
}

rsp_status rsp_read_positive(
    const struct rsp_yaml *node, const char *key, double *value, struct rsp_error *err)
{
    RSP_TRY(rsp_yaml_number(node, key, true, value, err));
    if (!(*value > 0))
        return rsp_yaml_error(rsp_yaml_find(node, key), err, RSP_E_DOMAIN, "Expected a number above zero.");
    return RSP_OK;
}

rsp_status rsp_read_list(struct rsp_rulebook *book, const struct rsp_yaml *node, rsp_item_reader *read,
    size_t size, void *items, size_t *n, struct rsp_error *err)
{
    void *array = NULL;
    if (node == NULL)
        return rsp_error_set(err, RSP_E_SYNTAX, "rules", "Expected a list.");
    if (node->kind != RSP_YAML_LIST)
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "Expected a list.");
    memcpy(&array, items, sizeof array); /* of whatever type: all pointers to structs are alike */
    RSP_TRY(rsp_rulebook_grow(book, &array, *n, node->n_child, size, err));
    memcpy(items, &array, sizeof array);
    for (const struct rsp_yaml *at = node->first; at != NULL; at = at->next) {
        RSP_TRY(read(book, at, (char *)array + *n * size, err));
        ++*n;
    }
    return RSP_OK;
}
