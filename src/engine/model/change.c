/* A copy of a model with one typical value changed: the file is read again with the new value. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"

static rsp_status unknown_parameter(const struct rsp_model *model, const char *name, struct rsp_error *err)
{
    const char *known[RSP_MAX_PARAMETER + 1] = {NULL};
    for (size_t i = 0; i < model->n_parameter; i++)
        known[i] = model->parameter[i].name;
    const char *near = rsp_text_nearest(name, known);
    return rsp_error_set(err, RSP_E_UNKNOWN, name, "%s has no parameter '%.60s'%s%s%s", model->id, name,
        near != NULL ? "; nearest is '" : "", near != NULL ? near : "", near != NULL ? "'" : "");
}

static rsp_status set_override(
    struct rsp_model *model, struct rsp_part *part, const char *name, double value, struct rsp_error *err)
{
    size_t i = 0;
    while (i < part->n_override && strcmp(part->override[i].name, name) != 0)
        i++;
    if (i == RSP_MAX_PARAMETER)
        return rsp_error_set(err, RSP_E_LIMIT, name, "too many changed parameters");
    part->override[i].name =
        rsp_arena_text(model->arena, name, strlen(name)); /* outlives the model it comes from */
    if (part->override[i].name == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    part->override[i].value = value;
    if (i == part->n_override)
        part->n_override++;
    return RSP_OK;
}

rsp_status rsp_model_with_parameter(const struct rsp_model *model, const char *name, double value,
    struct rsp_model **changed, struct rsp_error *err)
{
    const struct rsp_parameter_def *found = NULL;
    struct rsp_model *m = NULL;
    rsp_status status = RSP_OK;
    size_t part = 0;
    if (!isfinite(value))
        return rsp_error_set(err, RSP_E_DOMAIN, name, "the value must be a finite number");
    for (size_t i = 0; i < model->n_part && found == NULL; i++) {
        for (size_t j = 0; j < model->part[i].n_parameter && found == NULL; j++) {
            if (strcmp(model->part[i].parameter[j].label, name) == 0) {
                found = &model->part[i].parameter[j];
                part = i;
            }
        }
    }
    if (found == NULL)
        return unknown_parameter(model, name, err);
    m = rsp_model_new();
    if (m == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    for (size_t i = 0; i < model->n_part; i++)
        RSP_TRY_DONE(rsp_model_add_part(m, &model->part[i], err));
    RSP_TRY_DONE(set_override(m, &m->part[part], found->name, value, err));
    RSP_TRY_DONE(rsp_model_build(m, false, err));
    *changed = m;
    m = NULL;
done:
    rsp_model_free(m);
    return status;
}
