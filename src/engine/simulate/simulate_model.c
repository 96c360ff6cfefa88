/* The public functions: a model and its words as a struct rsp_source. */
#include <stdlib.h>
#include <string.h>

#include "simulate/run.h"

struct words {
    struct rsp_source source;
    struct rsp_model_covariate *covariate;
    const char **parameter;
};

static void words_free(struct words *w)
{
    free(w->covariate);
    free(w->parameter);
}

static rsp_status words_of(const struct rsp_model *model, struct words *w, struct rsp_error *err)
{
    memset(w, 0, sizeof *w);
    const struct rsp_compiled *compiled = rsp_model_compiled(model);
    w->covariate = calloc(compiled->n_covariate + 1, sizeof *w->covariate);
    w->parameter = calloc(compiled->n_parameter + 1, sizeof *w->parameter);
    if (w->covariate == NULL || w->parameter == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the simulation.");
    for (size_t i = 0; i < compiled->n_covariate; i++)
        w->covariate[i] = *rsp_model_covariate(model, i);
    for (size_t i = 0; i < compiled->n_parameter; i++)
        w->parameter[i] = rsp_model_parameter(model, i)->name;
    w->source = (struct rsp_source){.compiled = compiled,
        .drug = rsp_model_drug(model),
        .id = rsp_model_id(model),
        .covariate = w->covariate,
        .parameter_name = w->parameter};
    return RSP_OK;
}

rsp_status rsp_simulate(const struct rsp_model *model, const struct rsp_people *people,
    const struct rsp_schedule *schedule, size_t n_output, const int output[],
    const struct rsp_simulate_options *options, double *out, struct rsp_error *err)
{
    struct words w;
    rsp_status status = words_of(model, &w, err);
    if (status == RSP_OK)
        status = rsp_simulate_source(&w.source, people, schedule, n_output, output, options, out, err);
    words_free(&w);
    return status;
}

rsp_status rsp_simulate_quantiles(const struct rsp_model *model, const struct rsp_people *people,
    const struct rsp_schedule *schedule, size_t n_output, const int output[], size_t n_probability,
    const double probability[], const struct rsp_simulate_options *options, double *out,
    struct rsp_error *err)
{
    struct words w;
    rsp_status status = words_of(model, &w, err);
    if (status == RSP_OK)
        status = rsp_quantiles_source(
            &w.source, people, schedule, n_output, output, n_probability, probability, options, out, err);
    words_free(&w);
    return status;
}

rsp_status rsp_simulate_parameters(const struct rsp_model *model, const struct rsp_people *people,
    const struct rsp_simulate_options *options, double *out, struct rsp_error *err)
{
    struct words w;
    rsp_status status = words_of(model, &w, err);
    if (status == RSP_OK)
        status = rsp_parameters_source(&w.source, people, options, out, NULL, err);
    words_free(&w);
    return status;
}

rsp_status rsp_simulate_classes(const struct rsp_model *model, const struct rsp_people *people,
    const struct rsp_simulate_options *options, unsigned char *out, struct rsp_error *err)
{
    struct words w;
    rsp_status status = words_of(model, &w, err);
    if (status == RSP_OK)
        status = rsp_parameters_source(&w.source, people, options, NULL, out, err);
    words_free(&w);
    return status;
}
