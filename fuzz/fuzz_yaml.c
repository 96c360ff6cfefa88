/** Any bytes: a strict tree or an error with a sentence; the tree's readers stand every node. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds)
        abort();
}

static void walk(const struct rsp_yaml *node)
{
    static const char *const known[] = {"id", "weight_kg", "parameters", NULL};
    struct rsp_error err;
    char path[64];
    need(rsp_yaml_path(node, path, sizeof path) >= 0 && node->line > 0 && node->text != NULL);
    double number = 0;
    struct rsp_quantity quantity;
    if (rsp_yaml_node_number(node, &number, &err) != RSP_OK)
        need(err.line == node->line && err.message[0] != '\0');
    if (rsp_yaml_node_quantity(node, &quantity, &err) != RSP_OK)
        need(err.line == node->line && err.message[0] != '\0');
    if (rsp_yaml_only(node, known, &err) != RSP_OK)
        need(err.message[0] != '\0');
    size_t n_child = 0;
    for (const struct rsp_yaml *child = node->first; child != NULL; child = child->next) {
        n_child++;
        need(child->parent == node && (child->key != NULL) == (node->kind == RSP_YAML_MAP));
        if (child->key != NULL) {
            size_t n = 0;
            const char *const *texts = NULL;
            need(rsp_yaml_find(node, child->key) == child); /* keys are unique */
            if (rsp_yaml_texts(node, child->key, true, &n, &texts, &err) == RSP_OK)
                need(n == 0 || texts[n - 1] != NULL);
        }
        walk(child);
    }
    need(n_child == node->n_child);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rsp_yaml_tree *tree = NULL;
    struct rsp_error err = {0};
    const rsp_status status = rsp_yaml_parse((const char *)data, size, "fuzz", &tree, &err);
    need((status == RSP_OK) == (tree != NULL));
    need(status == RSP_OK || err.message[0] != '\0');
    if (tree != NULL)
        walk(rsp_yaml_root(tree));
    rsp_yaml_free(tree);
    return 0;
}
