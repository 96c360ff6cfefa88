/* Getters. */
#include <string.h>

#include "model/model_internal.h"

const char *rsp_model_id(const struct rsp_model *model)
{
    return model->id;
}

const char *rsp_model_name(const struct rsp_model *model)
{
    return model->name;
}

enum rsp_model_kind rsp_model_kind(const struct rsp_model *model)
{
    return model->kind;
}

enum rsp_drug rsp_model_drug(const struct rsp_model *model)
{
    return model->part[0].seen.drug;
}

enum rsp_site rsp_model_site(const struct rsp_model *model)
{
    return model->part[0].seen.site;
}

bool rsp_model_takes_route(const struct rsp_model *model, enum rsp_route route)
{
    for (size_t i = 0; i < model->n_input; i++) {
        if (model->input[i].route == route)
            return true;
    }
    return false;
}

bool rsp_model_may_plan(const struct rsp_model *model)
{
    for (size_t i = 0; i < model->n_part; i++) {
        if (!model->part[i].planning)
            return false;
    }
    return true;
}

size_t rsp_model_n_output(const struct rsp_model *model)
{
    return model->n_output;
}

const char *rsp_model_output_name(const struct rsp_model *model, size_t i)
{
    return i < model->n_output ? model->output[i].name : NULL;
}

int rsp_model_output_find(const struct rsp_model *model, const char *name)
{
    for (size_t i = 0; i < model->n_output; i++) {
        if (strcmp(model->output[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

const struct rsp_model_output *rsp_model_output(const struct rsp_model *model, size_t i)
{
    return i < model->n_output ? &model->output[i] : NULL;
}

bool rsp_model_output_is_fast(const struct rsp_model *model, size_t i)
{
    return model->kind == RSP_MODEL_PK && i < model->n_output && model->output_is_fast[i];
}

size_t rsp_model_n_covariate(const struct rsp_model *model)
{
    return model->n_covariate;
}

const struct rsp_model_covariate *rsp_model_covariate(const struct rsp_model *model, size_t i)
{
    return i < model->n_covariate ? &model->covariate[i] : NULL;
}

int rsp_model_covariate_find(const struct rsp_model *model, const char *name)
{
    for (size_t i = 0; i < model->n_covariate; i++) {
        if (strcmp(model->covariate[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

size_t rsp_model_n_assumption(const struct rsp_model *model)
{
    return model->n_assumption;
}

const struct rsp_assumption *rsp_model_assumption(const struct rsp_model *model, size_t i)
{
    return i < model->n_assumption ? &model->assumption[i] : NULL;
}

size_t rsp_model_n_parameter(const struct rsp_model *model)
{
    return model->n_parameter;
}

const struct rsp_parameter_info *rsp_model_parameter(const struct rsp_model *model, size_t i)
{
    return i < model->n_parameter ? &model->parameter[i] : NULL;
}

size_t rsp_model_n_check(const struct rsp_model *model)
{
    return model->n_check;
}

const struct rsp_check *rsp_model_check(const struct rsp_model *model, size_t i)
{
    return i < model->n_check ? &model->check[i] : NULL;
}

size_t rsp_model_n_pk_check(const struct rsp_model *model)
{
    return model->n_part > 1 ? model->part[0].n_check : 0;
}

size_t rsp_model_n_part(const struct rsp_model *model)
{
    return model->n_part;
}

const struct rsp_model_part *rsp_model_part(const struct rsp_model *model, size_t i)
{
    return i < model->n_part ? &model->part[i].seen : NULL;
}

const struct rsp_model_domain *rsp_model_domain(const struct rsp_model *model)
{
    return &model->part[0].seen.domain;
}

size_t rsp_model_n_source(const struct rsp_model *model)
{
    return model->n_source;
}

const struct rsp_model_source *rsp_model_source(const struct rsp_model *model, size_t i)
{
    return i < model->n_source ? &model->source[i] : NULL;
}

size_t rsp_model_n_compartment(const struct rsp_model *model)
{
    return model->n_compartment;
}

const struct rsp_model_compartment *rsp_model_compartment(const struct rsp_model *model, size_t i)
{
    return i < model->n_compartment ? &model->compartment[i] : NULL;
}

size_t rsp_model_n_flow(const struct rsp_model *model)
{
    return model->n_flow;
}

const struct rsp_model_flow *rsp_model_flow(const struct rsp_model *model, size_t i)
{
    return i < model->n_flow ? &model->flow[i] : NULL;
}

size_t rsp_model_n_input(const struct rsp_model *model)
{
    return model->n_input;
}

const struct rsp_model_input *rsp_model_input(const struct rsp_model *model, size_t i)
{
    return i < model->n_input ? &model->input[i] : NULL;
}
