/* Reader of models/bioavailability.yaml. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/yaml.h"
#include "evidence/bioavailability.h"

enum { MAX_ROW = 1000 /* far more than was ever published; refuses files that are something else */ };

/* models/bioavailability.yaml, embedded at build time by tools/embed.py. */
const char *rsp_shipped_routes_text(size_t i, size_t *length);

struct rsp_bioavailability_table {
    struct rsp_yaml_tree *tree; /* owns the texts */
    size_t n;
    struct rsp_bioavailability *row;
};

static rsp_status read_words(
    const struct rsp_yaml *node, struct rsp_bioavailability *row, struct rsp_error *err)
{
    struct rsp_error inner = {0};
    const char *route = NULL, *drug = NULL, *population = NULL;
    RSP_TRY(rsp_yaml_text(node, "route", true, &route, err));
    RSP_TRY(rsp_yaml_text(node, "drug", true, &drug, err));
    RSP_TRY(rsp_yaml_text(node, "population", true, &population, err));
    if (rsp_route_parse(route, &row->route, &inner) != RSP_OK)
        return rsp_yaml_error(rsp_yaml_find(node, "route"), err, inner.code, "%s", inner.message);
    if (rsp_drug_parse(drug, &row->drug, &inner) != RSP_OK)
        return rsp_yaml_error(rsp_yaml_find(node, "drug"), err, inner.code, "%s", inner.message);
    row->children = strcmp(population, "children") == 0;
    if (!row->children && strcmp(population, "adults") != 0)
        return rsp_yaml_error(rsp_yaml_find(node, "population"), err, RSP_E_UNKNOWN,
            "'%s' is not known here; expected adults or children", population);
    return RSP_OK;
}

static rsp_status read_confidence(
    const struct rsp_yaml *node, struct rsp_bioavailability *row, struct rsp_error *err)
{
    static const char *const words[] = {"primary", "secondary", "derived", "assumed", NULL};
    const char *text = NULL;
    RSP_TRY(rsp_yaml_text(node, "confidence", true, &text, err));
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            row->confidence = (enum rsp_confidence)i;
            return RSP_OK;
        }
    }
    return rsp_yaml_error(rsp_yaml_find(node, "confidence"), err, RSP_E_UNKNOWN,
        "'%s' is no confidence; expected primary, secondary, derived or assumed", text);
}

static rsp_status read_source(const struct rsp_yaml *node, const struct rsp_yaml *sources,
    struct rsp_bioavailability *row, struct rsp_error *err)
{
    const char *key = NULL;
    RSP_TRY(rsp_yaml_text(node, "source", true, &key, err));
    const struct rsp_yaml *source = rsp_yaml_find(sources, key);
    if (source == NULL || source->kind != RSP_YAML_SCALAR)
        return rsp_yaml_error(
            rsp_yaml_find(node, "source"), err, RSP_E_UNKNOWN, "'%s' is not one of `sources`", key);
    row->source = source->text;
    return RSP_OK;
}

static rsp_status read_numbers(
    const struct rsp_yaml *node, struct rsp_bioavailability *row, struct rsp_error *err)
{
    double spread = NAN;
    RSP_TRY(rsp_yaml_number(node, "fraction", true, &row->fraction, err));
    if (!(row->fraction > 0 && row->fraction <= 1))
        return rsp_yaml_error(rsp_yaml_find(node, "fraction"), err, RSP_E_DOMAIN,
            "a bioavailability lies above 0 and up to 1; percent are not read");
    row->low = row->high = row->fraction;
    RSP_TRY(rsp_yaml_number(node, "spread", false, &spread, err));
    if (!isnan(spread)) {
        if (!(spread >= 0) || rsp_yaml_find(node, "low") != NULL || rsp_yaml_find(node, "high") != NULL)
            return rsp_yaml_error(
                node, err, RSP_E_MISMATCH, "expected either spread (not negative) or low and high");
        row->low = fmax(0, row->fraction - spread);
        row->high = fmin(1, row->fraction + spread);
    }
    RSP_TRY(rsp_yaml_number(node, "low", false, &row->low, err));
    RSP_TRY(rsp_yaml_number(node, "high", false, &row->high, err));
    if (!(row->low >= 0 && row->low <= row->fraction && row->fraction <= row->high && row->high <= 1))
        return rsp_yaml_error(node, err, RSP_E_DOMAIN, "expected 0 <= low <= fraction <= high <= 1");
    const bool range = row->low < row->high;
    return rsp_yaml_text(node, "spread_kind", range, &row->spread_kind, err);
}

static rsp_status read_row(const struct rsp_yaml *node, const struct rsp_yaml *sources,
    struct rsp_bioavailability *row, struct rsp_error *err)
{
    static const char *const keys[] = {"route", "drug", "form", "dose", "fraction", "low", "high", "spread",
        "spread_kind", "population", "source", "confidence", "note", NULL};
    *row = (struct rsp_bioavailability){.form = "", .dose = "", .spread_kind = "", .note = ""};
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(read_words(node, row, err));
    RSP_TRY(read_numbers(node, row, err));
    RSP_TRY(read_confidence(node, row, err));
    RSP_TRY(read_source(node, sources, row, err));
    RSP_TRY(rsp_yaml_text(node, "form", false, &row->form, err));
    RSP_TRY(rsp_yaml_text(node, "dose", false, &row->dose, err));
    return rsp_yaml_text(node, "note", false, &row->note, err);
}

static rsp_status read_table(struct rsp_bioavailability_table *t, struct rsp_error *err)
{
    static const char *const keys[] = {"respite_routes", "version", "sources", "rows", NULL};
    const struct rsp_yaml *root = rsp_yaml_root(t->tree);
    long format = 0;
    RSP_TRY(rsp_yaml_only(root, keys, err));
    RSP_TRY(rsp_yaml_int(root, "respite_routes", true, &format, err));
    if (format != 1)
        return rsp_yaml_error(rsp_yaml_find(root, "respite_routes"), err, RSP_E_UNSUPPORTED,
            "format %ld is not known; expected 1", format);
    const struct rsp_yaml *sources = rsp_yaml_find(root, "sources"), *rows = rsp_yaml_find(root, "rows");
    if (sources == NULL || sources->kind != RSP_YAML_MAP)
        return rsp_yaml_error(root, err, RSP_E_MISSING, "sources is missing; expected KEY: citation");
    if (rows == NULL || rows->kind != RSP_YAML_LIST)
        return rsp_yaml_error(root, err, RSP_E_MISSING, "rows is missing; expected a list");
    if (rows->n_child > MAX_ROW)
        return rsp_yaml_error(rows, err, RSP_E_LIMIT, "more than %d rows", MAX_ROW);
    t->row = calloc(rows->n_child + 1, sizeof *t->row);
    if (t->row == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "rows", "out of memory");
    for (const struct rsp_yaml *n = rows->first; n != NULL; n = n->next)
        RSP_TRY(read_row(n, sources, &t->row[t->n++], err));
    return RSP_OK;
}

rsp_status rsp_bioavailability_parse(const char *text, size_t length, const char *source,
    struct rsp_bioavailability_table **table, struct rsp_error *err)
{
    struct rsp_bioavailability_table *t = calloc(1, sizeof *t);
    if (t == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    rsp_status status = rsp_yaml_parse(text, length, source, &t->tree, err);
    if (status == RSP_OK)
        status = read_table(t, err);
    if (status != RSP_OK) {
        rsp_bioavailability_free(t);
        return status;
    }
    *table = t;
    return RSP_OK;
}

rsp_status rsp_bioavailability_shipped(struct rsp_bioavailability_table **table, struct rsp_error *err)
{
    size_t length = 0;
    const char *text = rsp_shipped_routes_text(0, &length);
    return rsp_bioavailability_parse(text, length, "bioavailability.yaml", table, err);
}

void rsp_bioavailability_free(struct rsp_bioavailability_table *table)
{
    if (table == NULL)
        return;
    rsp_yaml_free(table->tree);
    free(table->row);
    free(table);
}

size_t rsp_bioavailability_count(const struct rsp_bioavailability_table *table)
{
    return table->n;
}

const struct rsp_bioavailability *rsp_bioavailability_row(
    const struct rsp_bioavailability_table *table, size_t i)
{
    return i < table->n ? &table->row[i] : NULL;
}

size_t rsp_bioavailability_adults(const struct rsp_bioavailability_table *table, enum rsp_drug drug,
    enum rsp_route route, double *low, double *high)
{
    size_t n = 0;
    for (size_t i = 0; i < table->n; i++) {
        const struct rsp_bioavailability *r = &table->row[i];
        if (r->children || r->drug != drug || r->route != route)
            continue;
        *low = n == 0 ? r->fraction : fmin(*low, r->fraction);
        *high = n == 0 ? r->fraction : fmax(*high, r->fraction);
        n++;
    }
    return n;
}
