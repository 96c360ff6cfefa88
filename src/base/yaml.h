/** A strict YAML tree with line marks.
 *
 * Mappings, sequences and scalars only: no anchors, no tags, no duplicate keys, one document. Scalars
 * stay text; numbers and quantities are read by base/units, the project's one number parser. BOM and
 * CRLF are accepted. All nodes live in the tree's arena.
 */
#ifndef RSP_BASE_YAML_H
#define RSP_BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/status.h>
#include <respite/units.h>

enum rsp_yaml_kind { RSP_YAML_SCALAR, RSP_YAML_MAP, RSP_YAML_LIST };

struct rsp_yaml {
    enum rsp_yaml_kind kind;
    int line;                                     /* 1-based; of the key in a map */
    const char *key;                              /* key under which it stands in its map; NULL in lists */
    const char *text;                             /* scalar text, UTF-8; "" for an empty scalar */
    bool quoted;                                  /* scalar was quoted */
    const struct rsp_yaml *parent, *first, *next; /* children in file order */
    size_t n_child;
    const struct rsp_yaml_tree *tree;
};

struct rsp_yaml_tree;

/** Parse one document: at most 16 MiB, 64 levels and 1,000,000 nodes. Also refused: control
 * characters and text that is not UTF-8. Errors: RSP_E_SYNTAX (with line), RSP_E_LIMIT, RSP_E_MEMORY.
 * @param source  file name for messages; copied at once
 * @param tree    out: caller frees with rsp_yaml_free */
RSP_CHECKED rsp_status rsp_yaml_parse(
    const char *text, size_t length, const char *source, struct rsp_yaml_tree **tree, struct rsp_error *err);
void rsp_yaml_free(struct rsp_yaml_tree *tree);
const struct rsp_yaml *rsp_yaml_root(const struct rsp_yaml_tree *tree);

/** File name that the tree was parsed with; borrowed until rsp_yaml_free. */
const char *rsp_yaml_source(const struct rsp_yaml *node);
/** Zeroed memory that lives as long as the node's tree; NULL when out of memory. */
void *rsp_yaml_alloc(const struct rsp_yaml *node, size_t size);

/** Child of a map by key, or NULL (also when map is NULL or no map). */
const struct rsp_yaml *rsp_yaml_find(const struct rsp_yaml *map, const char *key);
/** Dotted path of a node ("parameters.cl.unit", "doses[2].at", counted from 0). @return as snprintf. */
int rsp_yaml_path(const struct rsp_yaml *node, char *text, size_t size);
/** Fill err with code, the node's file, line and path, and a sentence. @return code. */
rsp_status rsp_yaml_error(const struct rsp_yaml *node, struct rsp_error *err, rsp_status code,
    const char *fmt, ...) RSP_PRINTF(4, 5);

/** Refuse keys that are not in `known` (NULL-terminated), naming the nearest known one. */
RSP_CHECKED rsp_status rsp_yaml_only(
    const struct rsp_yaml *map, const char *const known[], struct rsp_error *err);
/** Typed readers of map[key]. Optional ones leave *out untouched when the key is absent; the
 * required ones fail with RSP_E_MISSING naming the key and its expected form. Text is borrowed until
 * rsp_yaml_free. */
RSP_CHECKED rsp_status rsp_yaml_text(
    const struct rsp_yaml *map, const char *key, bool required, const char **out, struct rsp_error *err);
RSP_CHECKED rsp_status rsp_yaml_number(
    const struct rsp_yaml *map, const char *key, bool required, double *out, struct rsp_error *err);
RSP_CHECKED rsp_status rsp_yaml_int(
    const struct rsp_yaml *map, const char *key, bool required, long *out, struct rsp_error *err);
RSP_CHECKED rsp_status rsp_yaml_bool(
    const struct rsp_yaml *map, const char *key, bool required, bool *out, struct rsp_error *err);
/** Scalar or list of scalars -> n texts (array in the tree's arena). */
RSP_CHECKED rsp_status rsp_yaml_texts(const struct rsp_yaml *map, const char *key, bool required, size_t *n,
    const char *const **out, struct rsp_error *err);
/** One scalar node as number. */
RSP_CHECKED rsp_status rsp_yaml_node_number(const struct rsp_yaml *node, double *out, struct rsp_error *err);
RSP_CHECKED rsp_status rsp_yaml_node_quantity(
    const struct rsp_yaml *node, struct rsp_quantity *out, struct rsp_error *err);

#endif
