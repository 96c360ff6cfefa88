#include "model/load.h"

#include <stdio.h>
#include <string.h>

void *rsp_load_array(struct rsp_loader *l, size_t n, size_t size)
{
    void *p = rsp_arena_alloc(l->arena, (n > 0 ? n : 1) * size);
    if (p == NULL)
        rsp_error_set(l->err, RSP_E_MEMORY, "", "out of memory");
    return p;
}

char *rsp_load_keep(struct rsp_loader *l, const char *text)
{
    char *p = rsp_arena_text(l->arena, text, strlen(text));
    if (p == NULL)
        rsp_error_set(l->err, RSP_E_MEMORY, "", "out of memory");
    return p;
}

rsp_status rsp_load_section(struct rsp_loader *l, const char *key, enum rsp_yaml_kind kind, size_t max,
    bool required, const struct rsp_yaml **section)
{
    const struct rsp_yaml *node = rsp_yaml_find(l->part->root, key);
    const char *form = kind == RSP_YAML_MAP ? "a map (name: value)" : "a list";
    *section = NULL;
    if (node == NULL) {
        if (!required)
            return RSP_OK;
        return rsp_yaml_error(
            l->part->root, l->err, RSP_E_MISSING, "section '%s' is missing; expected %s", key, form);
    }
    if (node->kind != kind)
        return rsp_yaml_error(node, l->err, RSP_E_SYNTAX, "'%s' must be %s", key, form);
    if (node->n_child > max)
        return rsp_yaml_error(
            node, l->err, RSP_E_LIMIT, "'%s' has %zu entries; at most %zu are read", key, node->n_child, max);
    *section = node;
    return RSP_OK;
}

rsp_status rsp_load_map(struct rsp_loader *l, const struct rsp_yaml *node, const char *expected)
{
    if (node->kind != RSP_YAML_MAP)
        return rsp_yaml_error(node, l->err, RSP_E_SYNTAX, "expected a map such as %s", expected);
    return RSP_OK;
}

int rsp_part_parameter(const struct rsp_part *part, const char *name)
{
    for (size_t i = 0; i < part->n_parameter; i++) {
        if (strcmp(part->parameter[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

int rsp_part_covariate(const struct rsp_part *part, const char *name)
{
    for (size_t i = 0; i < part->n_covariate; i++) {
        if (strcmp(part->covariate[i].seen.name, name) == 0)
            return (int)i;
    }
    return -1;
}

static bool is_taken(const struct rsp_part *p, const char *name)
{
    if (rsp_part_parameter(p, name) >= 0 || rsp_part_covariate(p, name) >= 0)
        return true;
    for (size_t i = 0; i < p->n_derived; i++) {
        if (strcmp(p->derived[i].name, name) == 0)
            return true;
    }
    return false;
}

rsp_status rsp_load_name(struct rsp_loader *l, const struct rsp_yaml *node)
{
    if (!rsp_name_fits(node->key))
        return rsp_yaml_error(node, l->err, RSP_E_SYNTAX,
            "'%s' is no usable name; expected letters, digits and _ (at most %d, not dose, out, min, max, "
            "exp, log)",
            node->key, RSP_MAX_NAME);
    if (is_taken(l->part, node->key))
        return rsp_yaml_error(node, l->err, RSP_E_MISMATCH,
            "'%s' is already the name of a parameter, covariate or derived value", node->key);
    return RSP_OK;
}

rsp_status rsp_load_text(
    struct rsp_loader *l, const struct rsp_yaml *map, const char *key, bool required, const char **out)
{
    const char *text = NULL;
    RSP_TRY(rsp_yaml_text(map, key, required, &text, l->err));
    if (text == NULL)
        return RSP_OK;
    *out = rsp_load_keep(l, text);
    return *out != NULL ? RSP_OK : RSP_E_MEMORY;
}

rsp_status rsp_load_texts(struct rsp_loader *l, const struct rsp_yaml *map, const char *key, bool required,
    size_t *n, const char *const **out)
{
    const char *const *texts = NULL;
    const char **kept = NULL;
    size_t n_text = 0;
    RSP_TRY(rsp_yaml_texts(map, key, required, &n_text, &texts, l->err));
    if (n_text > RSP_MAX_LIST)
        return rsp_yaml_error(
            rsp_yaml_find(map, key), l->err, RSP_E_LIMIT, "more than %d entries", RSP_MAX_LIST);
    RSP_LOAD_ARRAY(kept, l, n_text);
    for (size_t i = 0; i < n_text; i++) {
        kept[i] = rsp_load_keep(l, texts[i]);
        if (kept[i] == NULL)
            return RSP_E_MEMORY;
    }
    *n = n_text;
    *out = kept;
    return RSP_OK;
}

static const struct rsp_model_source *find_source(const struct rsp_part *p, const char *key)
{
    for (size_t i = 0; i < p->n_source; i++) {
        if (strcmp(p->sources[i].key, key) == 0)
            return &p->sources[i];
    }
    return NULL;
}

static rsp_status unknown_source(struct rsp_loader *l, const struct rsp_yaml *node, const char *key)
{
    const char *known[RSP_MAX_LIST + 1] = {NULL};
    for (size_t i = 0; i < l->part->n_source; i++)
        known[i] = l->part->sources[i].key;
    const char *near = rsp_text_nearest(key, known);
    if (near == NULL && l->part->n_source > 0)
        near = known[0];
    return rsp_yaml_error(node, l->err, RSP_E_UNKNOWN, "'%s' is no key of `sources`%s%s%s", key,
        near != NULL ? " (such as '" : "", near != NULL ? near : "", near != NULL ? "')" : "");
}

rsp_status rsp_load_source(struct rsp_loader *l, const struct rsp_yaml *map, bool required, const char **out)
{
    const char *const *keys = NULL;
    size_t n = 0;
    const struct rsp_yaml *node = rsp_yaml_find(map, "source");
    *out = "";
    if (node == NULL) {
        if (!required)
            return RSP_OK;
        return rsp_yaml_error(map, l->err, RSP_E_MISSING,
            "no source; every published number names a key of `sources` (source: KEY)");
    }
    RSP_TRY(rsp_yaml_texts(map, "source", true, &n, &keys, l->err));
    if (n == 0)
        return rsp_yaml_error(node, l->err, RSP_E_MISSING, "empty list of sources");
    struct rsp_buf buf;
    rsp_buf_init(&buf, 64 * 1024);
    for (size_t i = 0; i < n; i++) {
        const struct rsp_model_source *s = find_source(l->part, keys[i]);
        if (s == NULL) {
            rsp_buf_free(&buf);
            return unknown_source(l, node, keys[i]);
        }
        rsp_buf_printf(&buf, "%s%s", i > 0 ? "; " : "", s->text);
    }
    const char *joined = buf.failed ? NULL : rsp_arena_text(l->arena, buf.data, buf.length);
    rsp_buf_free(&buf);
    if (joined == NULL)
        return rsp_yaml_error(node, l->err, RSP_E_MEMORY, "out of memory for the sources' text");
    *out = joined;
    return RSP_OK;
}

rsp_status rsp_load_word(struct rsp_loader *l, const struct rsp_yaml *map, const char *key, bool required,
    const char *const words[], int *out)
{
    const char *text = NULL;
    char all[256] = "";
    RSP_TRY(rsp_yaml_text(map, key, required, &text, l->err));
    if (text == NULL)
        return RSP_OK;
    size_t used = 0;
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            *out = i;
            return RSP_OK;
        }
        const int n = snprintf(all + used, sizeof all - used, "%s%s", i > 0 ? ", " : "", words[i]);
        used += n > 0 && (size_t)n < sizeof all - used ? (size_t)n : 0;
    }
    const char *near = rsp_text_nearest(text, words);
    return rsp_yaml_error(rsp_yaml_find(map, key), l->err, RSP_E_UNKNOWN,
        "'%s' is not known%s%s%s; expected one of: %s", text, near != NULL ? " (nearest: '" : "",
        near != NULL ? near : "", near != NULL ? "')" : "", all);
}

rsp_status rsp_load_quantity(struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_quantity *out)
{
    double number = 0;
    if (node->kind == RSP_YAML_SCALAR && rsp_number_parse(node->text, &number, NULL) == RSP_OK) {
        struct rsp_quantity q = {.value = number, .internal = number};
        RSP_TRY(rsp_unit_parse("1", &q.unit, l->err));
        *out = q;
        return RSP_OK;
    }
    return rsp_yaml_node_quantity(node, out, l->err);
}

rsp_status rsp_load_expr(struct rsp_loader *l, const struct rsp_yaml *map, const char *key,
    struct rsp_dimension want, struct rsp_expr **expr, const char **text)
{
    const struct rsp_yaml *node = rsp_yaml_find(map, key);
    *expr = NULL;
    if (text != NULL)
        *text = "";
    if (node == NULL)
        return RSP_OK;
    RSP_TRY(rsp_expr_parse(l->arena, l->part, node, false, expr, l->err));
    RSP_TRY(rsp_expr_expect(node, *expr, want, l->err));
    if (text != NULL && (*text = rsp_load_keep(l, node->text)) == NULL)
        return RSP_E_MEMORY;
    return RSP_OK;
}

rsp_status rsp_load_range(struct rsp_loader *l, const struct rsp_yaml *map, const char *key, double range[2])
{
    const struct rsp_yaml *node = rsp_yaml_find(map, key);
    double r[2];
    if (node == NULL)
        return RSP_OK;
    if (node->kind != RSP_YAML_LIST || node->n_child != 2)
        return rsp_yaml_error(node, l->err, RSP_E_SYNTAX, "expected a list of two numbers [low, high]");
    RSP_TRY(rsp_yaml_node_number(node->first, &r[0], l->err));
    RSP_TRY(rsp_yaml_node_number(node->first->next, &r[1], l->err));
    if (r[0] > r[1])
        return rsp_yaml_error(
            node, l->err, RSP_E_DOMAIN, "[%g, %g] runs backwards; expected [low, high]", r[0], r[1]);
    range[0] = r[0];
    range[1] = r[1];
    return RSP_OK;
}

static const char *const pk_keys[] = {"respite_model", "id", "name", "kind", "drug", "site", "planning",
    "status", "citation", "doi", "amounts", "sources", "population", "domain", "substances", "covariates",
    "parameters", "correlations", "derived", "compartments", "flows", "routes", "outputs", "residual",
    "assumptions", "caveats", "checks", "not_reproducible", NULL};
static const char *const effect_keys[] = {"respite_model", "id", "name", "kind", "drug", "site", "planning",
    "status", "citation", "doi", "with", "sources", "population", "domain", "covariates", "parameters",
    "correlations", "derived", "effect_sites", "mixture", "effects", "residual", "assumptions", "caveats",
    "checks", "not_reproducible", NULL};

static rsp_status load_sections(struct rsp_loader *l)
{
    static const char *const kinds[] = {"pk", "effect", NULL};
    static const struct {
        rsp_status (*load)(struct rsp_loader *l);
        bool pk, effect;
    } sections[] = {{rsp_load_meta, true, true}, {rsp_load_covariates, true, true},
        {rsp_load_parameters, true, true}, {rsp_load_correlations, true, true},
        {rsp_load_derived, true, true}, {rsp_load_structure, true, false}, {rsp_load_routes, true, false},
        {rsp_load_outputs, true, false}, {rsp_load_effects, false, true}, {rsp_load_checks, true, true}};
    int kind = RSP_MODEL_PK;
    const struct rsp_yaml *version = rsp_yaml_find(l->part->root, "respite_model");
    if (version == NULL || version->kind != RSP_YAML_SCALAR || strcmp(version->text, "1") != 0)
        return rsp_yaml_error(version != NULL ? version : l->part->root, l->err,
            version != NULL ? RSP_E_UNSUPPORTED : RSP_E_MISSING,
            "a model file begins with `respite_model: 1`, the version of the format");
    RSP_TRY(rsp_load_word(l, l->part->root, "kind", true, kinds, &kind));
    l->part->seen.kind = (enum rsp_model_kind)kind;
    const bool pk = kind == RSP_MODEL_PK;
    RSP_TRY(rsp_yaml_only(l->part->root, pk ? pk_keys : effect_keys, l->err));
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        if (pk ? sections[i].pk : sections[i].effect)
            RSP_TRY(sections[i].load(l));
    }
    return RSP_OK;
}

rsp_status rsp_load_part(struct rsp_arena *arena, struct rsp_part *part, struct rsp_error *err)
{
    struct rsp_loader l = {arena, part, err};
    part->class_parameter = -1;
    RSP_TRY(rsp_yaml_parse(part->text, part->length, part->source, &part->tree, err));
    part->root = rsp_yaml_root(part->tree);
    if (part->root == NULL || part->root->kind != RSP_YAML_MAP) {
        rsp_error_set(
            err, RSP_E_SYNTAX, "", "not a model file; expected a map that begins with `respite_model: 1`");
        rsp_error_place(err, part->source, 1);
        return RSP_E_SYNTAX;
    }
    return load_sections(&l);
}
