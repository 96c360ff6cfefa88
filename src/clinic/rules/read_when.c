/* The condition language: YAML to a tree. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "record/words.h"
#include "rules/rulebook.h"

/* A leaf names itself by its first key; these are the keys beside it. */
static const struct leaf {
    const char *key;
    enum rsp_when_kind kind;
    const char *const also[8];
} leaves[] = {
    {"history", RSP_WHEN_HISTORY, {"severity", "within_weeks", "if_missing"}},
    {"medication", RSP_WHEN_MEDICATION, {"if_missing"}},
    {"allergy", RSP_WHEN_ALLERGY, {"if_missing"}},
    {"fact", RSP_WHEN_FACT, {"below", "at_most", "above", "at_least", "if_missing"}},
    {"test", RSP_WHEN_TEST, {"is", "older_than_days", "if_missing"}},
    {"test_missing", RSP_WHEN_TEST_MISSING, {"older_than_days"}},
    {"test_old", RSP_WHEN_TEST_OLD, {"older_than_days"}},
    {"condition", RSP_WHEN_CONDITION, {"if_missing"}},
    {"setting", RSP_WHEN_SETTING, {"if_missing"}},
    {"sex", RSP_WHEN_SEX, {"if_missing"}},
    {"past_infusion", RSP_WHEN_INFUSION, {"at_least_hours", "within_days"}},
    {"near_miss", RSP_WHEN_NEAR_MISS, {NULL}},
    {"opioid_mme", RSP_WHEN_OPIOID, {"below", "at_most", "above", "at_least", "if_missing"}},
    {"always", RSP_WHEN_ALWAYS, {NULL}},
};
enum { N_LEAF = sizeof leaves / sizeof leaves[0], MAX_DEPTH = 8 };

static rsp_status only(
    const struct rsp_yaml *node, const char *first, const char *const also[], struct rsp_error *err)
{
    const char *known[10] = {first};
    for (size_t i = 0; i < 8 && also[i] != NULL; i++)
        known[i + 1] = also[i];
    return rsp_yaml_only(node, known, err);
}

static bool word_known(const struct rsp_rulebook *book, enum rsp_when_kind kind, const char *word)
{
    static const char *const sexes[] = {"female", "male", NULL};
    static const char *const sums[] = {"counted", "not_counted", NULL};
    switch (kind) {
    case RSP_WHEN_HISTORY:
        return rsp_word_listed(SIZE_MAX, rsp_history_words, word);
    case RSP_WHEN_MEDICATION:
        return rsp_rulebook_class(book, word) != NULL;
    case RSP_WHEN_FACT:
        return rsp_word_listed(SIZE_MAX, rsp_fact_names(), word);
    case RSP_WHEN_SETTING:
        return rsp_word_listed(SIZE_MAX, rsp_setting_names(), word);
    case RSP_WHEN_SEX:
        return rsp_word_listed(SIZE_MAX, sexes, word);
    case RSP_WHEN_OPIOID:
        return rsp_word_listed(SIZE_MAX, sums, word);
    case RSP_WHEN_CONDITION:
        for (int c = 0; c < (int)RSP_N_CONDITION; c++)
            if (strcmp(rsp_condition_word((enum rsp_condition)c), word) == 0)
                return true;
        return strcmp(word, "acute") == 0 || strcmp(word, "chronic") == 0;
    default:
        return true;
    }
}

static rsp_status read_leaf(struct rsp_rulebook *book, const struct rsp_yaml *node, const struct leaf *leaf,
    struct rsp_when *when, struct rsp_error *err)
{
    double weeks = NAN;
    const char *missing = NULL;
    when->kind = leaf->kind;
    RSP_TRY(only(node, leaf->key, leaf->also, err));
    RSP_TRY(rsp_yaml_texts(node, leaf->key, true, &when->n_word, &when->word, err));
    for (size_t i = 0; i < when->n_word; i++)
        if (!word_known(book, leaf->kind, when->word[i]))
            return rsp_yaml_error(
                node, err, RSP_E_UNKNOWN, "\"%.60s\" is not a known %s.", when->word[i], leaf->key);
    RSP_TRY(rsp_yaml_texts(node, "severity", false, &when->n_severity, &when->severity, err));
    if (leaf->kind == RSP_WHEN_TEST) /* the words that the test's text may be */
        RSP_TRY(rsp_yaml_texts(node, "is", true, &when->n_severity, &when->severity, err));
    RSP_TRY(rsp_yaml_number(node, "within_weeks", false, &weeks, err));
    RSP_TRY(rsp_yaml_number(node, "within_days", false, &when->within_d, err));
    RSP_TRY(rsp_yaml_number(node, "older_than_days", false, &when->older_d, err));
    RSP_TRY(rsp_yaml_number(node, "at_least_hours", false, &when->min_h, err));
    RSP_TRY(rsp_yaml_number(node, "below", false, &when->below, err));
    RSP_TRY(rsp_yaml_number(node, "at_most", false, &when->at_most, err));
    RSP_TRY(rsp_yaml_number(node, "above", false, &when->above, err));
    RSP_TRY(rsp_yaml_number(node, "at_least", false, &when->at_least, err));
    RSP_TRY(rsp_yaml_text(node, "if_missing", false, &missing, err));
    if (missing != NULL && strcmp(missing, "no") != 0)
        return rsp_yaml_error(node, err, RSP_E_UNKNOWN, "if_missing can only be: no");
    if (leaf->kind == RSP_WHEN_FACT && isnan(when->below) && isnan(when->at_most) && isnan(when->above) &&
        isnan(when->at_least))
        return rsp_yaml_error(node, err, RSP_E_MISSING, "A fact needs below, at_most, above or at_least.");
    if (leaf->kind == RSP_WHEN_TEST_OLD && isnan(when->older_d))
        return rsp_yaml_error(node, err, RSP_E_MISSING, "test_old needs older_than_days.");
    when->missing_is_false = missing != NULL;
    if (!isnan(weeks))
        when->within_d = 7 * weeks;
    return RSP_OK;
}

static rsp_status read_node(struct rsp_rulebook *book, const struct rsp_yaml *node, int depth,
    struct rsp_when *when, struct rsp_error *err);

/* all, any: a list of conditions; not: one condition. */
static rsp_status read_branch(struct rsp_rulebook *book, const struct rsp_yaml *node, enum rsp_when_kind kind,
    int depth, struct rsp_when *when, struct rsp_error *err)
{
    const struct rsp_yaml *inner = node->first;
    const bool list = kind != RSP_WHEN_NOT;
    if (node->n_child != 1 || (list && (inner->kind != RSP_YAML_LIST || inner->n_child == 0)))
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "\"%s\" takes %s and stands alone.", inner->key,
            list ? "a list of conditions" : "one condition");
    const size_t n = list ? inner->n_child : 1;
    struct rsp_when *child = rsp_arena_alloc(book->arena, n * sizeof *child);
    if (child == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "when", "Out of memory while reading the rules.");
    const struct rsp_yaml *at = list ? inner->first : inner;
    for (size_t i = 0; i < n; i++, at = at->next)
        RSP_TRY(read_node(book, at, depth + 1, &child[i], err));
    when->kind = kind;
    when->n_child = n;
    when->child = child;
    return RSP_OK;
}

static rsp_status read_node(struct rsp_rulebook *book, const struct rsp_yaml *node, int depth,
    struct rsp_when *when, struct rsp_error *err)
{
    static const char *const branches[] = {"all", "any", "not"};
    *when = (struct rsp_when){.within_d = NAN,
        .older_d = NAN,
        .below = NAN,
        .at_most = NAN,
        .above = NAN,
        .at_least = NAN,
        .min_h = NAN};
    if (depth > MAX_DEPTH)
        return rsp_yaml_error(node, err, RSP_E_LIMIT, "Conditions are nested more than %d deep.", MAX_DEPTH);
    if (node->kind != RSP_YAML_MAP || node->first == NULL)
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "Expected a condition such as {history: stroke}.");
    for (int i = 0; i < 3; i++)
        if (strcmp(node->first->key, branches[i]) == 0)
            return read_branch(book, node, (enum rsp_when_kind)i, depth, when, err);
    for (size_t i = 0; i < N_LEAF; i++)
        if (rsp_yaml_find(node, leaves[i].key) != NULL)
            return read_leaf(book, node, &leaves[i], when, err);
    return rsp_yaml_error(
        node, err, RSP_E_UNKNOWN, "\"%.40s\" does not begin a condition.", node->first->key);
}

rsp_status rsp_read_when(struct rsp_rulebook *book, const struct rsp_yaml *node, const struct rsp_when **when,
    struct rsp_error *err)
{
    struct rsp_when *root = rsp_arena_alloc(book->arena, sizeof *root);
    if (root == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "when", "Out of memory while reading the rules.");
    RSP_TRY(read_node(book, node, 0, root, err));
    *when = root;
    return RSP_OK;
}
