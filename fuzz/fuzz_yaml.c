/* Any bytes as YAML: refused with a sentence, or a tree whose parents, counts and lines are right. */
#include <stdint.h>
#include <stdlib.h>

#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(int holds)
{
    if (!holds)
        __builtin_trap();
}

static void walk(const struct rsp_yaml *node)
{
    size_t n = 0;
    char path[256];

    need(node->line >= 1);
    need(rsp_yaml_path(node, path, sizeof path) >= 0);
    for (const struct rsp_yaml *child = node->first; child != NULL; child = child->next, n++) {
        need(child->parent == node);
        if (node->kind == RSP_YAML_MAP)
            need(rsp_yaml_find(node, child->key) == child); /* no duplicate keys */
        walk(child);
    }
    need(n == node->n_child);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rsp_yaml_tree *tree = NULL;
    struct rsp_error err = {0};

    if (rsp_yaml_parse((const char *)data, size, "fuzz", &tree, &err) == RSP_OK) {
        walk(rsp_yaml_root(tree));
        rsp_yaml_free(tree);
    } else {
        need(err.message[0] != '\0');
    }
    return 0;
}
