/* Head of a model file: identity, sources, population, domain, substances, assumptions, covariates. */
#include <string.h>

#include "model/load.h"

static rsp_status load_sources(struct rsp_loader *l)
{
    const struct rsp_yaml *section = NULL;
    struct rsp_part *p = l->part;
    RSP_TRY(rsp_load_section(l, "sources", RSP_YAML_MAP, RSP_MAX_LIST, true, &section));
    RSP_LOAD_ARRAY(p->sources, l, section->n_child);
    for (const struct rsp_yaml *n = section->first; n != NULL; n = n->next) {
        struct rsp_model_source *s = &p->sources[p->n_source];
        if (n->kind != RSP_YAML_SCALAR || n->text[0] == '\0')
            return rsp_yaml_error(n, l->err, RSP_E_SYNTAX, "expected the citation as text");
        s->key = rsp_load_keep(l, n->key);
        s->text = rsp_load_keep(l, n->text);
        if (s->key == NULL || s->text == NULL)
            return RSP_E_MEMORY;
        p->n_source++;
    }
    if (p->n_source == 0)
        return rsp_yaml_error(section, l->err, RSP_E_MISSING, "no source is listed; expected KEY: citation");
    return RSP_OK;
}

static rsp_status load_population(struct rsp_loader *l)
{
    static const char *const keys[] = {"text", "n", NULL};
    struct rsp_model_part *seen = &l->part->seen;
    const struct rsp_yaml *section = NULL;
    seen->population = "";
    const bool pk = seen->kind == RSP_MODEL_PK;
    RSP_TRY(rsp_load_section(l, "population", RSP_YAML_MAP, RSP_MAX_LIST, pk, &section));
    if (section == NULL)
        return RSP_OK;
    RSP_TRY(rsp_yaml_only(section, keys, l->err));
    RSP_TRY(rsp_load_text(l, section, "text", true, &seen->population));
    RSP_TRY(rsp_yaml_int(section, "n", false, &seen->n_person, l->err));
    if (seen->n_person < 0)
        return rsp_yaml_error(
            rsp_yaml_find(section, "n"), l->err, RSP_E_DOMAIN, "a number of people is not negative");
    return RSP_OK;
}

static rsp_status load_domain(struct rsp_loader *l)
{
    static const char *const keys[] = {
        "conditions", "regimen", "duration_h", "concentration_ng_per_ml", "note", NULL};
    struct rsp_model_domain *d = &l->part->seen.domain;
    const struct rsp_yaml *section = NULL;
    RSP_TRY(rsp_load_section(l, "domain", RSP_YAML_MAP, RSP_MAX_LIST, true, &section));
    RSP_TRY(rsp_yaml_only(section, keys, l->err));
    d->note = "";
    d->duration_h[0] = d->concentration_ng_per_ml[0] = 1;
    RSP_TRY(rsp_load_texts(l, section, "conditions", true, &d->n_condition, &d->condition));
    if (d->n_condition == 0)
        return rsp_yaml_error(
            section, l->err, RSP_E_MISSING, "conditions is empty; expected a list such as [healthy]");
    RSP_TRY(rsp_load_text(l, section, "regimen", true, &d->regimen));
    RSP_TRY(rsp_load_text(l, section, "note", false, &d->note));
    RSP_TRY(rsp_load_range(l, section, "duration_h", d->duration_h));
    return rsp_load_range(l, section, "concentration_ng_per_ml", d->concentration_ng_per_ml);
}

static rsp_status load_substances(struct rsp_loader *l)
{
    static const char *const keys[] = {"molar_mass", "source", "note", NULL};
    const struct rsp_yaml *section = NULL;
    struct rsp_part *p = l->part;
    RSP_TRY(rsp_load_section(l, "substances", RSP_YAML_MAP, RSP_MAX_OUTPUT, false, &section));
    if (section == NULL)
        return RSP_OK;
    RSP_LOAD_ARRAY(p->substance, l, section->n_child);
    for (const struct rsp_yaml *n = section->first; n != NULL; n = n->next) {
        struct rsp_substance_def *s = &p->substance[p->n_substance];
        const struct rsp_yaml *mass = NULL;
        const char *source = NULL;
        struct rsp_quantity q;
        RSP_TRY(rsp_load_map(l, n, "{molar_mass: 237.73 g/mol, source: KEY}"));
        RSP_TRY(rsp_yaml_only(n, keys, l->err));
        s->name = rsp_load_keep(l, n->key);
        if (s->name == NULL)
            return RSP_E_MEMORY;
        mass = rsp_yaml_find(n, "molar_mass");
        if (mass != NULL) {
            static const struct rsp_dimension molar = {.mass = 1, .substance = -1};
            RSP_TRY(rsp_yaml_node_quantity(mass, &q, l->err));
            if (!rsp_dimension_equal(q.unit.dimension, molar))
                return rsp_yaml_error(
                    mass, l->err, RSP_E_UNIT, "'%s' is no molar mass; expected g/mol", mass->text);
            if (!(q.internal > 0))
                return rsp_yaml_error(mass, l->err, RSP_E_DOMAIN, "a molar mass is positive");
            s->molar_mass = q.internal;
            RSP_TRY(rsp_load_source(l, n, true, &source));
        }
        p->n_substance++;
    }
    return RSP_OK;
}

static rsp_status load_assumptions(struct rsp_loader *l)
{
    const struct rsp_yaml *section = NULL;
    struct rsp_part *p = l->part;
    RSP_TRY(rsp_load_section(l, "assumptions", RSP_YAML_MAP, RSP_MAX_LIST, false, &section));
    if (section == NULL)
        return RSP_OK;
    RSP_LOAD_ARRAY(p->assumption, l, section->n_child);
    for (const struct rsp_yaml *n = section->first; n != NULL; n = n->next) {
        struct rsp_assumption *a = &p->assumption[p->n_assumption];
        if (n->kind != RSP_YAML_SCALAR || n->text[0] == '\0')
            return rsp_yaml_error(n, l->err, RSP_E_SYNTAX, "expected one sentence that says what is assumed");
        a->name = rsp_load_keep(l, n->key);
        a->text = rsp_load_keep(l, n->text);
        if (a->name == NULL || a->text == NULL)
            return RSP_E_MEMORY;
        p->n_assumption++;
    }
    return RSP_OK;
}

/* "... doi:10.1/xyz, Table 3" -> "10.1/xyz" */
static rsp_status find_doi(struct rsp_loader *l, const char *text, const char **doi)
{
    const char *at = strstr(text, "doi:");
    if (at == NULL)
        return RSP_OK;
    at += 4;
    at += strspn(at, " ");
    size_t n = strcspn(at, " ,;)");
    while (n > 0 && at[n - 1] == '.')
        n--;
    if (n == 0)
        return RSP_OK;
    *doi = rsp_arena_text(l->arena, at, n);
    return *doi != NULL ? RSP_OK : rsp_error_set(l->err, RSP_E_MEMORY, "", "out of memory");
}

static rsp_status load_drug(struct rsp_loader *l)
{
    const char *text = NULL;
    struct rsp_error inner = {0};
    RSP_TRY(rsp_yaml_text(l->part->root, "drug", true, &text, l->err));
    if (rsp_drug_parse(text, &l->part->seen.drug, &inner) != RSP_OK)
        return rsp_yaml_error(
            rsp_yaml_find(l->part->root, "drug"), l->err, RSP_E_UNKNOWN, "%s", inner.message);
    return RSP_OK;
}

static rsp_status load_identity(struct rsp_loader *l)
{
    static const char *const sites[] = {"unknown", "arterial", "venous", NULL};
    static const char *const amounts[] = {"mass", "molar", NULL};
    struct rsp_part *p = l->part;
    const struct rsp_yaml *root = p->root;
    int site = RSP_SITE_UNKNOWN, molar = -1;
    RSP_TRY(rsp_load_text(l, root, "id", true, &p->seen.id));
    if (!rsp_name_fits(p->seen.id))
        return rsp_yaml_error(rsp_yaml_find(root, "id"), l->err, RSP_E_SYNTAX,
            "'%s' is no usable id; expected letters, digits and _ such as otto2021", p->seen.id);
    RSP_TRY(rsp_load_text(l, root, "name", true, &p->seen.name));
    RSP_TRY(load_drug(l));
    RSP_TRY(rsp_load_word(l, root, "site", true, sites, &site));
    p->seen.site = (enum rsp_site)site;
    p->planning = true;
    RSP_TRY(rsp_yaml_bool(root, "planning", false, &p->planning, l->err));
    p->seen.status = p->seen.citation = p->seen.doi = "";
    RSP_TRY(rsp_load_text(l, root, "status", p->seen.kind == RSP_MODEL_PK, &p->seen.status));
    RSP_TRY(rsp_load_text(l, root, "with", false, &p->with));
    RSP_TRY(rsp_load_word(l, root, "amounts", p->seen.kind == RSP_MODEL_PK, amounts, &molar));
    p->molar = molar == 1;
    return RSP_OK;
}

rsp_status rsp_load_meta(struct rsp_loader *l)
{
    struct rsp_model_part *seen = &l->part->seen;
    RSP_TRY(load_identity(l));
    RSP_TRY(load_sources(l));
    seen->citation = l->part->sources[0].text;
    RSP_TRY(rsp_load_text(l, l->part->root, "citation", false, &seen->citation));
    RSP_TRY(find_doi(l, seen->citation, &seen->doi));
    RSP_TRY(rsp_load_text(l, l->part->root, "doi", false, &seen->doi));
    RSP_TRY(load_population(l));
    RSP_TRY(load_domain(l));
    RSP_TRY(load_substances(l));
    RSP_TRY(load_assumptions(l));
    return rsp_load_texts(l, l->part->root, "caveats", false, &seen->n_caveat, &seen->caveat);
}

static rsp_status load_levels(
    struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_model_covariate *c)
{
    const char *reference = NULL;
    RSP_TRY(rsp_load_texts(l, node, "levels", true, &c->n_level, &c->level));
    if (c->n_level < 2)
        return rsp_yaml_error(node, l->err, RSP_E_MISSING, "expected at least two levels");
    for (size_t i = 0; i < c->n_level; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(c->level[i], c->level[j]) == 0)
                return rsp_yaml_error(node, l->err, RSP_E_MISMATCH, "level '%s' stands twice", c->level[i]);
        }
    }
    if (rsp_yaml_find(node, "range") != NULL)
        return rsp_yaml_error(node, l->err, RSP_E_MISMATCH, "a covariate has either levels or a range");
    RSP_TRY(rsp_yaml_text(node, "reference", true, &reference, l->err));
    c->categorical = true;
    c->low = 0;
    c->high = (double)(c->n_level - 1);
    for (size_t i = 0; i < c->n_level; i++) {
        if (strcmp(c->level[i], reference) == 0) {
            c->reference = (double)i;
            return RSP_OK;
        }
    }
    return rsp_yaml_error(
        rsp_yaml_find(node, "reference"), l->err, RSP_E_UNKNOWN, "'%s' is none of the levels", reference);
}

static rsp_status load_number_covariate(
    struct rsp_loader *l, const struct rsp_yaml *node, struct rsp_model_covariate *c)
{
    double range[2] = {1, 0};
    RSP_TRY(rsp_yaml_number(node, "reference", true, &c->reference, l->err));
    RSP_TRY(rsp_load_range(l, node, "range", range));
    c->low = range[0];
    c->high = range[1];
    /* A value that must be given has no default: its reference is only that of the scaling. */
    if (!c->required && c->low <= c->high && (c->reference < c->low || c->reference > c->high))
        return rsp_yaml_error(node, l->err, RSP_E_DOMAIN, "reference %g is outside the range %g to %g",
            c->reference, c->low, c->high);
    return RSP_OK;
}

/* Only body weight and length have a unit in expressions: years and scores are pure numbers. */
static struct rsp_dimension covariate_dimension(const char *name)
{
    static const struct rsp_dimension kg = {.body_mass = 1}, cm = {.length = 1};
    const size_t n = strlen(name);
    if (n > 3 && strcmp(name + n - 3, "_kg") == 0)
        return kg;
    if (n > 3 && strcmp(name + n - 3, "_cm") == 0)
        return cm;
    return rsp_dim_none;
}

rsp_status rsp_load_covariates(struct rsp_loader *l)
{
    static const char *const keys[] = {"reference", "range", "required", "levels", "note", NULL};
    const struct rsp_yaml *section = NULL;
    struct rsp_part *p = l->part;
    RSP_TRY(rsp_load_section(l, "covariates", RSP_YAML_MAP, RSP_MAX_COVARIATE, false, &section));
    if (section == NULL)
        return RSP_OK;
    RSP_LOAD_ARRAY(p->covariate, l, section->n_child);
    for (const struct rsp_yaml *n = section->first; n != NULL; n = n->next) {
        struct rsp_covariate_def *c = &p->covariate[p->n_covariate];
        RSP_TRY(rsp_load_name(l, n));
        RSP_TRY(rsp_load_map(l, n, "{reference: 70, range: [53, 93], required: true}"));
        RSP_TRY(rsp_yaml_only(n, keys, l->err));
        c->seen.name = rsp_load_keep(l, n->key);
        if (c->seen.name == NULL)
            return RSP_E_MEMORY;
        RSP_TRY(rsp_yaml_bool(n, "required", false, &c->seen.required, l->err));
        if (rsp_yaml_find(n, "levels") != NULL)
            RSP_TRY(load_levels(l, n, &c->seen));
        else
            RSP_TRY(load_number_covariate(l, n, &c->seen));
        c->dimension = covariate_dimension(n->key);
        p->n_covariate++;
    }
    return RSP_OK;
}
