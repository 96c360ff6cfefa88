/** Readers of the sections of a model file. Each fills its part; all text is copied to the arena. */
#ifndef RSP_ENGINE_MODEL_LOAD_H
#define RSP_ENGINE_MODEL_LOAD_H

#include "model/expr.h"

struct rsp_loader {
    struct rsp_arena *arena;
    struct rsp_part *part;
    struct rsp_error *err;
};

/** Read one file into `part` (its text, source and overrides are set). */
RSP_CHECKED rsp_status rsp_load_part(struct rsp_arena *arena, struct rsp_part *part, struct rsp_error *err);

/* Sections, in the order in which they are read. */
RSP_CHECKED rsp_status rsp_load_meta(struct rsp_loader *l);
RSP_CHECKED rsp_status rsp_load_covariates(struct rsp_loader *l);
RSP_CHECKED rsp_status rsp_load_parameters(struct rsp_loader *l);
RSP_CHECKED rsp_status rsp_load_correlations(struct rsp_loader *l);
RSP_CHECKED rsp_status rsp_load_derived(struct rsp_loader *l);
RSP_CHECKED rsp_status rsp_load_structure(struct rsp_loader *l);
RSP_CHECKED rsp_status rsp_load_routes(struct rsp_loader *l);
RSP_CHECKED rsp_status rsp_load_outputs(struct rsp_loader *l);
RSP_CHECKED rsp_status rsp_load_effects(struct rsp_loader *l);
/* Residual errors of the outputs or effects that are loaded already. */
RSP_CHECKED rsp_status rsp_load_residual(struct rsp_loader *l);
RSP_CHECKED rsp_status rsp_load_checks(struct rsp_loader *l);

/* Random effects and uncertainty of one parameter (load_spread.c). */
RSP_CHECKED rsp_status rsp_load_spread(struct rsp_loader *l, const struct rsp_yaml *node,
    const struct rsp_parameter_def *p, struct rsp_spread *spread);
RSP_CHECKED rsp_status rsp_load_uncertainty(
    struct rsp_loader *l, const struct rsp_yaml *node, double published, struct rsp_parameter_def *p);

/* ---- pieces that several sections need ---- */

/** Zeroed array of n items. NULL (with the error set) when out of memory; never NULL for n = 0. */
void *rsp_load_array(struct rsp_loader *l, size_t n, size_t size);
/** Copy of a text; NULL with the error set when out of memory. */
char *rsp_load_keep(struct rsp_loader *l, const char *text);
/** Section of the root: NULL when absent, else it must be of `kind` with at most `max` entries. */
RSP_CHECKED rsp_status rsp_load_section(struct rsp_loader *l, const char *key, enum rsp_yaml_kind kind,
    size_t max, bool required, const struct rsp_yaml **section);
/** Refuse a node that is not a map ("expected a map with ..."). */
RSP_CHECKED rsp_status rsp_load_map(struct rsp_loader *l, const struct rsp_yaml *node, const char *expected);
/** Refuse a key that is no identifier or already names something else in expressions. */
RSP_CHECKED rsp_status rsp_load_name(struct rsp_loader *l, const struct rsp_yaml *node);
/** Optional text of map[key], copied; *out stays when absent. */
RSP_CHECKED rsp_status rsp_load_text(
    struct rsp_loader *l, const struct rsp_yaml *map, const char *key, bool required, const char **out);
/** map[key]: one key of `sources` or a list of them -> their full texts joined by "; ". */
RSP_CHECKED rsp_status rsp_load_source(
    struct rsp_loader *l, const struct rsp_yaml *map, bool required, const char **out);
/** map[key] as index into `words`; refuses others, naming the nearest. *out stays when absent. */
RSP_CHECKED rsp_status rsp_load_word(struct rsp_loader *l, const struct rsp_yaml *map, const char *key,
    bool required, const char *const words[], int *out);
/** A number or a quantity. */
RSP_CHECKED rsp_status rsp_load_quantity(
    struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_quantity *out);
/** Optional expression of map[key] with a known dimension; *expr NULL and *text "" when absent. */
RSP_CHECKED rsp_status rsp_load_expr(struct rsp_loader *l, const struct rsp_yaml *map, const char *key,
    struct rsp_dimension want, struct rsp_expr **expr, const char **text);
/** List of two numbers [low, high], low < high. */
RSP_CHECKED rsp_status rsp_load_range(
    struct rsp_loader *l, const struct rsp_yaml *map, const char *key, double range[2]);
/** map[key]: list of texts or one text, copied. */
RSP_CHECKED rsp_status rsp_load_texts(struct rsp_loader *l, const struct rsp_yaml *map, const char *key,
    bool required, size_t *n, const char *const **out);

#define RSP_LOAD_ARRAY(place, l, n)                                                                          \
    do {                                                                                                     \
        (place) = rsp_load_array((l), (n), sizeof *(place));                                                 \
        if ((place) == NULL)                                                                                 \
            return RSP_E_MEMORY;                                                                             \
    } while (0)

#endif
