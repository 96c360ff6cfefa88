/* Shipped models by id, alone or combined. Their texts are generated from models/ by tools/embed.py. */
#include "model/shipped.h"

#include <stdio.h>
#include <string.h>

#include "model/model_internal.h"

enum { MAX_SHIPPED = 256 };

rsp_status rsp_shipped_find(const char *id, const char **text, size_t *length, struct rsp_error *err)
{
    const char *known[MAX_SHIPPED + 1] = {NULL};
    const size_t n = rsp_shipped_count() < MAX_SHIPPED ? rsp_shipped_count() : MAX_SHIPPED;
    for (size_t i = 0; i < n; i++)
        known[i] = rsp_shipped_id(i);
    const int found = rsp_text_index(id, known);
    if (found >= 0) {
        *text = rsp_shipped_text((size_t)found, length);
        return RSP_OK;
    }
    const char *near = rsp_text_nearest(id, known);
    return rsp_error_set(err, RSP_E_UNKNOWN, "model",
        "no model is called '%.60s'%s%s%s; `respite model list` shows all", id,
        near != NULL ? " (nearest: '" : "", near != NULL ? near : "", near != NULL ? "')" : "");
}

static bool is_pk_of(const struct rsp_yaml *root, enum rsp_drug drug, enum rsp_site site)
{
    static const char *const sites[] = {"unknown", "arterial", "venous"};
    const struct rsp_yaml *kind = rsp_yaml_find(root, "kind"), *d = rsp_yaml_find(root, "drug"),
                          *s = rsp_yaml_find(root, "site");
    return kind != NULL && d != NULL && s != NULL && kind->kind == RSP_YAML_SCALAR &&
           d->kind == RSP_YAML_SCALAR && s->kind == RSP_YAML_SCALAR && strcmp(kind->text, "pk") == 0 &&
           strcmp(d->text, rsp_drug_name(drug)) == 0 && strcmp(s->text, sites[site]) == 0;
}

void rsp_shipped_pk_list(enum rsp_drug drug, enum rsp_site site, char *list, size_t size)
{
    size_t used = 0;
    list[0] = '\0';
    for (size_t i = 0; i < rsp_shipped_count(); i++) {
        struct rsp_yaml_tree *tree = NULL;
        size_t length = 0;
        const char *text = rsp_shipped_text(i, &length);
        if (rsp_yaml_parse(text, length, rsp_shipped_id(i), &tree, NULL) != RSP_OK)
            continue;
        if (is_pk_of(rsp_yaml_root(tree), drug, site)) {
            const int n = snprintf(list + used, size - used, "%s%s", used > 0 ? ", " : "", rsp_shipped_id(i));
            if (n > 0 && (size_t)n < size - used)
                used += (size_t)n;
            else
                list[used] = '\0';
        }
        rsp_yaml_free(tree);
    }
}

/* One word of "a+b+c": copied to `word`. @return the rest after '+', NULL when this was the last. */
static const char *next_word(const char *at, char word[RSP_MAX_NAME + 1], bool *fits)
{
    const size_t n = strcspn(at, "+");
    *fits = n > 0 && n <= RSP_MAX_NAME;
    if (*fits) {
        memcpy(word, at, n);
        word[n] = '\0';
    }
    return at[n] == '+' ? at + n + 1 : NULL;
}

rsp_status rsp_model_shipped(const char *id, struct rsp_model **model, struct rsp_error *err)
{
    struct rsp_model *m = rsp_model_new();
    char word[RSP_MAX_NAME + 1];
    bool fits = false;
    rsp_status status = RSP_OK;
    if (m == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    for (const char *at = id; at != NULL;) {
        struct rsp_part part = {.source = word};
        at = next_word(at, word, &fits);
        if (!fits || m->n_part == RSP_MAX_PART) {
            status = rsp_error_set(err, RSP_E_SYNTAX, "model",
                "'%.60s' is no model; expected an id such as otto2021, or up to %d joined by + such as "
                "otto2021+dahan2011",
                id, RSP_MAX_PART);
            goto done;
        }
        RSP_TRY_DONE(rsp_shipped_find(word, &part.text, &part.length, err));
        RSP_TRY_DONE(rsp_model_add_part(m, &part, err));
    }
    RSP_TRY_DONE(rsp_model_build(m, true, err));
    *model = m;
    m = NULL;
done:
    rsp_model_free(m);
    return status;
}
