/* The parts of a model become one: order, drug, covariates, parameter labels, assumptions. */
#include <stdio.h>
#include <string.h>

#include "model/compile.h"

static rsp_status order_parts(struct rsp_model *model, struct rsp_error *err)
{
    size_t n_pk = 0, pk = 0;
    for (size_t i = 0; i < model->n_part; i++) {
        if (model->part[i].seen.kind == RSP_MODEL_PK) {
            n_pk++;
            pk = i;
        }
    }
    if (n_pk > 1)
        return rsp_error_set(err, RSP_E_MISMATCH, "model",
            "%s and %s are both PK models; combine one of them with effects", model->part[0].seen.id,
            model->part[pk].seen.id);
    if (pk > 0) {
        const struct rsp_part first = model->part[pk];
        memmove(&model->part[1], &model->part[0], pk * sizeof model->part[0]);
        model->part[0] = first;
    }
    model->kind = n_pk == 1 ? RSP_MODEL_PK : RSP_MODEL_EFFECT;
    for (size_t i = 1; i < model->n_part; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(model->part[i].seen.id, model->part[j].seen.id) == 0)
                return rsp_error_set(err, RSP_E_MISMATCH, "model", "%s stands twice", model->part[i].seen.id);
        }
        if (model->part[i].seen.drug != model->part[0].seen.drug)
            return rsp_error_set(err, RSP_E_MISMATCH, "model",
                "%s is about %s and %s about %s; drugs are never converted silently", model->part[0].seen.id,
                rsp_drug_name(model->part[0].seen.drug), model->part[i].seen.id,
                rsp_drug_name(model->part[i].seen.drug));
    }
    return RSP_OK;
}

static bool same_levels(const struct rsp_model_covariate *a, const struct rsp_model_covariate *b)
{
    if (a->categorical != b->categorical || a->n_level != b->n_level)
        return false;
    for (size_t i = 0; i < a->n_level; i++) {
        if (strcmp(a->level[i], b->level[i]) != 0)
            return false;
    }
    return true;
}

/* The people that both files were fitted on; the first range when they have none in common. */
static void narrow(struct rsp_model_covariate *a, const struct rsp_model_covariate *b)
{
    const double low = b->low > a->low ? b->low : a->low, high = b->high < a->high ? b->high : a->high;
    a->required = a->required || b->required;
    if (a->categorical || b->low > b->high)
        return;
    if (a->low > a->high) {
        a->low = b->low;
        a->high = b->high;
    } else if (low <= high) {
        a->low = low;
        a->high = high;
    }
}

static rsp_status merge_covariates(struct rsp_model *model, struct rsp_error *err)
{
    RSP_COMPILE_ARRAY(model->covariate, model, RSP_MAX_PART * RSP_MAX_COVARIATE, err);
    for (size_t i = 0; i < model->n_part; i++) {
        struct rsp_part *part = &model->part[i];
        for (size_t j = 0; j < part->n_covariate; j++) {
            struct rsp_covariate_def *c = &part->covariate[j];
            size_t k = 0;
            while (k < model->n_covariate && strcmp(model->covariate[k].name, c->seen.name) != 0)
                k++;
            c->merged = (int)k;
            if (k == model->n_covariate) {
                model->covariate[model->n_covariate++] = c->seen;
                continue;
            }
            if (!same_levels(&model->covariate[k], &c->seen))
                return rsp_error_set(err, RSP_E_MISMATCH, "covariates",
                    "covariate '%s' of %s has other levels than in the files before", c->seen.name,
                    part->seen.id);
            narrow(&model->covariate[k], &c->seen);
        }
    }
    if (model->n_covariate > RSP_MAX_COVARIATE)
        return rsp_error_set(err, RSP_E_LIMIT, "covariates", "more than %d covariates", RSP_MAX_COVARIATE);
    return RSP_OK;
}

static bool name_used_before(const struct rsp_model *model, size_t part, const char *name)
{
    for (size_t i = 0; i < part; i++) {
        for (size_t j = 0; j < model->part[i].n_parameter; j++) {
            if (strcmp(model->part[i].parameter[j].label, name) == 0)
                return true;
        }
    }
    return false;
}

static rsp_status label_parameters(struct rsp_model *model, struct rsp_error *err)
{
    char text[2 * RSP_MAX_NAME + 2];
    for (size_t i = 1; i < model->n_part; i++) {
        for (size_t j = 0; j < model->part[i].n_parameter; j++) {
            struct rsp_parameter_def *p = &model->part[i].parameter[j];
            if (!name_used_before(model, i, p->name))
                continue;
            snprintf(text, sizeof text, "%s.%s", model->part[i].seen.id, p->name);
            p->label = rsp_arena_text(model->arena, text, strlen(text));
            if (p->label == NULL)
                return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        }
    }
    return RSP_OK;
}

/* Same name and same text are one assumption; the same name with another text keeps both apart. */
static rsp_status collect_assumptions(struct rsp_model *model, struct rsp_error *err)
{
    char text[2 * RSP_MAX_NAME + 2];
    size_t n = 0;
    for (size_t i = 0; i < model->n_part; i++)
        n += model->part[i].n_assumption;
    RSP_COMPILE_ARRAY(model->assumption, model, n + 1, err); /* one more: slow_effect_any_site */
    for (size_t i = 0; i < model->n_part; i++) {
        for (size_t j = 0; j < model->part[i].n_assumption; j++) {
            struct rsp_assumption a = model->part[i].assumption[j];
            bool same = false, taken = false;
            for (size_t k = 0; k < model->n_assumption; k++) {
                if (strcmp(model->assumption[k].name, a.name) == 0) {
                    taken = true;
                    same = same || strcmp(model->assumption[k].text, a.text) == 0;
                }
            }
            if (same)
                continue;
            if (taken) {
                snprintf(text, sizeof text, "%.63s.%.63s", model->part[i].seen.id, a.name);
                a.name = rsp_arena_text(model->arena, text, strlen(text));
                if (a.name == NULL)
                    return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
            }
            model->assumption[model->n_assumption++] = a;
        }
    }
    return RSP_OK;
}

static rsp_status join_names(struct rsp_model *model, struct rsp_error *err)
{
    struct rsp_buf id, name;
    rsp_buf_init(&id, RSP_MAX_PART * (RSP_MAX_NAME + 2));
    rsp_buf_init(&name, RSP_MAX_MODEL_BYTES * 2);
    for (size_t i = 0; i < model->n_part; i++) {
        rsp_buf_printf(&id, "%s%s", i > 0 ? "+" : "", model->part[i].seen.id);
        rsp_buf_printf(&name, "%s%s", i > 0 ? " + " : "", model->part[i].seen.name);
    }
    if (!id.failed && !name.failed) {
        model->id = rsp_arena_text(model->arena, id.data, id.length);
        model->name = rsp_arena_text(model->arena, name.data, name.length);
    }
    rsp_buf_free(&id);
    rsp_buf_free(&name);
    if (model->id == NULL || model->name == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return RSP_OK;
}

rsp_status rsp_model_join(struct rsp_model *model, struct rsp_error *err)
{
    RSP_TRY(order_parts(model, err));
    RSP_TRY(join_names(model, err));
    RSP_TRY(merge_covariates(model, err));
    RSP_TRY(label_parameters(model, err));
    return collect_assumptions(model, err);
}
