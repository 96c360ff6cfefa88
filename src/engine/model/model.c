/* Life of a model: build, free. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/load.h"
#include "model/shipped.h"

struct rsp_model *rsp_model_new(void)
{
    struct rsp_model *model = calloc(1, sizeof *model);
    if (model == NULL)
        return NULL;
    model->arena = rsp_arena_new();
    if (model->arena == NULL) {
        free(model);
        return NULL;
    }
    return model;
}

static void free_trees(struct rsp_model *model)
{
    for (size_t i = 0; i < model->n_part; i++) {
        rsp_yaml_free(model->part[i].tree);
        model->part[i].tree = NULL;
        model->part[i].root = NULL;
    }
}

void rsp_model_free(struct rsp_model *model)
{
    if (model == NULL)
        return;
    free_trees(model);
    rsp_arena_free(model->arena);
    free(model);
}

rsp_status rsp_model_add_part(struct rsp_model *model, const struct rsp_part *part, struct rsp_error *err)
{
    struct rsp_part *p = &model->part[model->n_part];
    if (model->n_part == RSP_MAX_PART)
        return rsp_error_set(err, RSP_E_LIMIT, "model", "more than %d models in a combination", RSP_MAX_PART);
    memset(p, 0, sizeof *p);
    p->text = rsp_arena_text(model->arena, part->text, part->length);
    p->source = rsp_arena_text(model->arena, part->source, strlen(part->source));
    if (p->text == NULL || p->source == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    p->length = part->length;
    p->brought = part->brought;
    p->n_override = part->n_override;
    for (size_t i = 0; i < part->n_override; i++) {
        p->override[i].value = part->override[i].value;
        p->override[i].name =
            rsp_arena_text(model->arena, part->override[i].name, strlen(part->override[i].name));
        if (p->override[i].name == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    }
    model->n_part++;
    return RSP_OK;
}

/* Effects without a PK model bring the shipped one that the first of them names. */
static rsp_status bring_pk(struct rsp_model *model, struct rsp_error *err)
{
    struct rsp_part part = {.source = model->part[0].with};
    for (size_t i = 0; i < model->n_part; i++) {
        if (model->part[i].seen.kind == RSP_MODEL_PK)
            return RSP_OK;
    }
    if (part.source == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "model", "%s names no PK model (`with:`); write PKMODEL+%s",
            model->part[0].seen.id, model->part[0].seen.id);
    RSP_TRY(rsp_shipped_find(part.source, &part.text, &part.length, err));
    RSP_TRY(rsp_model_add_part(model, &part, err));
    model->part[model->n_part - 1].brought = true;
    return rsp_load_part(model->arena, &model->part[model->n_part - 1], err);
}

static rsp_status build(struct rsp_model *model, bool with_pk, struct rsp_error *err)
{
    for (size_t i = 0; i < model->n_part; i++)
        RSP_TRY(rsp_load_part(model->arena, &model->part[i], err));
    if (with_pk)
        RSP_TRY(bring_pk(model, err));
    RSP_TRY(rsp_model_join(model, err));
    RSP_TRY(rsp_model_compile(model, err));
    RSP_TRY(rsp_model_validate(model, err));
    RSP_TRY(rsp_model_fit_sites(model, err));
    return rsp_model_describe(model, err);
}

rsp_status rsp_model_build(struct rsp_model *model, bool with_pk, struct rsp_error *err)
{
    const rsp_status status = build(model, with_pk, err);
    if (status != RSP_OK && err != NULL && err->source[0] == '\0' && model->n_part == 1)
        rsp_error_place(err, model->part[0].source, 0);
    free_trees(model);
    return status;
}

rsp_status rsp_model_parse(
    const char *text, size_t length, const char *source, struct rsp_model **model, struct rsp_error *err)
{
    struct rsp_part part = {.text = text, .length = length, .source = source != NULL ? source : ""};
    if (length > RSP_MAX_MODEL_BYTES) {
        rsp_error_set(err, RSP_E_LIMIT, "", "larger than 1 MB; that is no model file");
        rsp_error_place(err, part.source, 0);
        return RSP_E_LIMIT;
    }
    struct rsp_model *m = rsp_model_new();
    if (m == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    rsp_status status = rsp_model_add_part(m, &part, err);
    if (status == RSP_OK)
        status = rsp_model_build(m, false, err);
    if (status != RSP_OK) {
        rsp_model_free(m);
        return status;
    }
    *model = m;
    return RSP_OK;
}

const struct rsp_compiled *rsp_model_compiled(const struct rsp_model *model)
{
    return &model->compiled;
}

static void apply_covariate(const struct rsp_covariate_effect *e, double covariate, double *value)
{
    double above = covariate - e->reference;
    switch (e->kind) {
    case RSP_COV_ALLOMETRIC:
        *value *= pow(covariate / e->reference, e->exponent);
        break;
    case RSP_COV_LINEAR:
        if (e->above_only && above < 0)
            above = 0;
        *value += e->slope * above;
        break;
    case RSP_COV_FACTOR:
        if (covariate >= 0 && (size_t)covariate < e->n_level)
            *value *= e->factor[(size_t)covariate];
        break;
    }
}

bool rsp_covariate_is_positive(const struct rsp_compiled *compiled, size_t covariate)
{
    for (size_t e = 0; e < compiled->n_covariate_effect; e++)
        if (compiled->covariate_effect[e].covariate == (int)covariate &&
            compiled->covariate_effect[e].kind == RSP_COV_ALLOMETRIC)
            return true;
    return false;
}

void rsp_model_typical(const struct rsp_model *model, const double covariate[], double slot[])
{
    const struct rsp_compiled *c = &model->compiled;
    memset(slot, 0, c->n_slot * sizeof *slot);
    for (size_t i = 0; i < c->n_covariate; i++)
        slot[c->first_covariate_slot + (int)i] =
            covariate != NULL ? covariate[i] : model->covariate[i].reference;
    for (size_t i = 0; i < c->n_parameter; i++)
        slot[i] = c->parameter[i].typical;
    for (size_t i = 0; i < c->n_covariate_effect; i++) {
        const struct rsp_covariate_effect *e = &c->covariate_effect[i];
        apply_covariate(e, slot[c->first_covariate_slot + e->covariate], &slot[e->parameter]);
    }
    for (size_t i = 0; i < c->n_constant; i++)
        slot[c->first_constant_slot + (int)i] = c->constant[i];
    rsp_program_run(&c->program, slot);
    rsp_program_run(&c->check_program, slot);
}
