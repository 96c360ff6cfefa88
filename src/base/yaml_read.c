#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/yaml.h"

const struct rsp_yaml *rsp_yaml_find(const struct rsp_yaml *map, const char *key)
{
    if (map == NULL || map->kind != RSP_YAML_MAP)
        return NULL;
    for (const struct rsp_yaml *child = map->first; child != NULL; child = child->next)
        if (strcmp(child->key, key) == 0)
            return child;
    return NULL;
}

static size_t index_of(const struct rsp_yaml *node)
{
    size_t i = 0;
    for (const struct rsp_yaml *at = node->parent->first; at != NULL && at != node; at = at->next)
        i++;
    return i;
}

static void add_path(const struct rsp_yaml *node, struct rsp_buf *path)
{
    if (node == NULL || node->parent == NULL)
        return;
    add_path(node->parent, path); /* the parser bounds the depth */
    if (node->key == NULL)
        rsp_buf_printf(path, "[%zu]", index_of(node));
    else
        rsp_buf_printf(path, "%s%s", path->length > 0 ? "." : "", node->key);
}

int rsp_yaml_path(const struct rsp_yaml *node, char *text, size_t size)
{
    struct rsp_buf path;
    rsp_buf_init(&path, 4096); /* longer paths are cut: they are for people */
    add_path(node, &path);
    const int n = snprintf(text, size, "%s", path.data != NULL ? path.data : "");
    rsp_buf_free(&path);
    return n;
}

rsp_status rsp_yaml_error(
    const struct rsp_yaml *node, struct rsp_error *err, rsp_status code, const char *fmt, ...)
{
    if (err == NULL)
        return code;
    char path[sizeof err->field], sentence[sizeof err->message];
    (void)rsp_yaml_path(node, path, sizeof path);
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(sentence, sizeof sentence, fmt, args);
    va_end(args);
    (void)rsp_error_set(err, code, path, "%s", sentence);
    rsp_error_place(err, rsp_yaml_source(node), node->line);
    return code;
}

/* Keep the sentence of a lower reader, add the node's place. */
static rsp_status placed(const struct rsp_yaml *node, struct rsp_error *err, const struct rsp_error *inner)
{
    return rsp_yaml_error(node, err, inner->code, "%s", inner->message);
}

static const char *kind_name(const struct rsp_yaml *node)
{
    return node->kind == RSP_YAML_MAP    ? "a map of names"
           : node->kind == RSP_YAML_LIST ? "a list"
                                         : "a single value";
}

rsp_status rsp_yaml_only(const struct rsp_yaml *map, const char *const known[], struct rsp_error *err)
{
    if (map->kind != RSP_YAML_MAP)
        return rsp_yaml_error(
            map, err, RSP_E_SYNTAX, "%s stands here; a map of NAME: VALUE is expected", kind_name(map));
    for (const struct rsp_yaml *child = map->first; child != NULL; child = child->next) {
        size_t i = 0;
        while (known[i] != NULL && strcmp(known[i], child->key) != 0)
            i++;
        if (known[i] != NULL)
            continue;
        const char *nearest = rsp_text_nearest(child->key, known);
        if (nearest != NULL)
            return rsp_yaml_error(
                child, err, RSP_E_UNKNOWN, "unknown name '%.60s'; did you mean '%s'?", child->key, nearest);
        struct rsp_buf list;
        rsp_buf_init(&list, 300);
        for (i = 0; known[i] != NULL; i++)
            rsp_buf_printf(&list, "%s%s", i > 0 ? ", " : "", known[i]);
        (void)rsp_yaml_error(child, err, RSP_E_UNKNOWN, "unknown name '%.60s'; known here are %s%s",
            child->key, list.data != NULL ? list.data : "none", list.failed ? ", ..." : "");
        rsp_buf_free(&list);
        return RSP_E_UNKNOWN;
    }
    return RSP_OK;
}

static rsp_status check_value(const struct rsp_yaml *node, const char *expected, struct rsp_error *err)
{
    if (node->kind != RSP_YAML_SCALAR)
        return rsp_yaml_error(
            node, err, RSP_E_SYNTAX, "%s stands here; %s is expected", kind_name(node), expected);
    if (node->text[0] == '\0' && !node->quoted)
        return rsp_yaml_error(
            node, err, RSP_E_MISSING, "the value is empty; write %s or remove the line", expected);
    return RSP_OK;
}

/* The scalar under key; *node stays NULL when it is absent and not required. */
static rsp_status scalar(const struct rsp_yaml *map, const char *key, bool required, const char *expected,
    const struct rsp_yaml **node, struct rsp_error *err)
{
    const struct rsp_yaml *found = rsp_yaml_find(map, key);
    if (found == NULL && map->kind != RSP_YAML_MAP)
        return rsp_yaml_error(
            map, err, RSP_E_SYNTAX, "%s stands here; a map with '%s' is expected", kind_name(map), key);
    if (found == NULL && required)
        return rsp_yaml_error(
            map, err, RSP_E_MISSING, "'%s' is missing; add a line '%s: ' with %s", key, key, expected);
    if (found != NULL)
        RSP_TRY(check_value(found, expected, err));
    *node = found;
    return RSP_OK;
}

rsp_status rsp_yaml_text(
    const struct rsp_yaml *map, const char *key, bool required, const char **out, struct rsp_error *err)
{
    const struct rsp_yaml *node = NULL;
    RSP_TRY(scalar(map, key, required, "a text", &node, err));
    if (node != NULL)
        *out = node->text;
    return RSP_OK;
}

rsp_status rsp_yaml_node_number(const struct rsp_yaml *node, double *out, struct rsp_error *err)
{
    struct rsp_error inner;
    RSP_TRY(check_value(node, "a number", err));
    if (rsp_number_parse(node->text, out, &inner) != RSP_OK)
        return placed(node, err, &inner);
    return RSP_OK;
}

rsp_status rsp_yaml_node_quantity(
    const struct rsp_yaml *node, struct rsp_quantity *out, struct rsp_error *err)
{
    struct rsp_error inner;
    RSP_TRY(check_value(node, "a number with its unit", err));
    if (rsp_quantity_parse(node->text, out, &inner) != RSP_OK)
        return placed(node, err, &inner);
    return RSP_OK;
}

rsp_status rsp_yaml_number(
    const struct rsp_yaml *map, const char *key, bool required, double *out, struct rsp_error *err)
{
    const struct rsp_yaml *node = NULL;
    RSP_TRY(scalar(map, key, required, "a number", &node, err));
    return node != NULL ? rsp_yaml_node_number(node, out, err) : RSP_OK;
}

rsp_status rsp_yaml_int(
    const struct rsp_yaml *map, const char *key, bool required, long *out, struct rsp_error *err)
{
    const struct rsp_yaml *node = NULL;
    RSP_TRY(scalar(map, key, required, "a whole number", &node, err));
    if (node == NULL)
        return RSP_OK;
    double value = 0;
    RSP_TRY(rsp_yaml_node_number(node, &value, err));
    const double limit = 9007199254740992.0; /* 2^53: whole numbers are exact up to here */
    if (value != floor(value) || value > limit || value < -limit)
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "'%.60s' is not a whole number", node->text);
    *out = (long)value;
    return RSP_OK;
}

rsp_status rsp_yaml_bool(
    const struct rsp_yaml *map, const char *key, bool required, bool *out, struct rsp_error *err)
{
    const struct rsp_yaml *node = NULL;
    RSP_TRY(scalar(map, key, required, "true or false", &node, err));
    if (node == NULL)
        return RSP_OK;
    const bool yes = strcmp(node->text, "true") == 0;
    if (!yes && strcmp(node->text, "false") != 0)
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "'%.60s' is neither true nor false", node->text);
    *out = yes;
    return RSP_OK;
}

rsp_status rsp_yaml_texts(const struct rsp_yaml *map, const char *key, bool required, size_t *n,
    const char *const **out, struct rsp_error *err)
{
    const struct rsp_yaml *list = rsp_yaml_find(map, key);
    if (list == NULL || list->kind != RSP_YAML_LIST) {
        const struct rsp_yaml *node = NULL;
        RSP_TRY(scalar(map, key, required, "a list of texts", &node, err));
        if (node == NULL)
            return RSP_OK;
        list = node;
    }
    const bool one = list->kind == RSP_YAML_SCALAR;
    const size_t n_text = one ? 1 : list->n_child;
    const char **texts = rsp_yaml_alloc(list, (n_text + 1) * sizeof *texts);
    if (texts == NULL)
        return rsp_yaml_error(list, err, RSP_E_MEMORY, "out of memory while reading the list");
    if (one)
        texts[0] = list->text;
    size_t i = 0;
    for (const struct rsp_yaml *child = list->first; child != NULL; child = child->next) {
        RSP_TRY(check_value(child, "a text", err));
        texts[i++] = child->text;
    }
    *n = n_text;
    *out = (const char *const *)texts;
    return RSP_OK;
}
