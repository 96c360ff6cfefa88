#include "plan/copies.h"

#include <math.h>
#include <stdlib.h>

#include "model/compiled.h"

static rsp_status check_options(
    const struct rsp_plan_options *options, double extra_scale, struct rsp_error *err)
{
    if (options->n_subject > RSP_COPIES_MAX)
        return rsp_error_set(err, RSP_E_LIMIT, "subjects", "at most %d virtual copies", RSP_COPIES_MAX);
    if (options->n_extra > RSP_MAX_EXTRA)
        return rsp_error_set(err, RSP_E_LIMIT, "assumed variability", "at most %d parameters", RSP_MAX_EXTRA);
    if (options->draws != NULL &&
        (options->draws->n == 0 || options->draws->n > RSP_COPIES_MAX || options->draws->parameter == NULL))
        return rsp_error_set(
            err, RSP_E_DOMAIN, "draws", "between 1 and %d draws of this person's parameters", RSP_COPIES_MAX);
    for (size_t i = 0; i < options->n_extra; i++) {
        const double sd_log = options->extra[i].sd_log * extra_scale;
        if (!isfinite(sd_log) || sd_log < 0.0)
            return rsp_error_set(err, RSP_E_DOMAIN, "assumed variability",
                "the SD on the log scale of %s must be a number of at least 0", options->extra[i].parameter);
    }
    return RSP_OK;
}

rsp_status rsp_copies_new(const struct rsp_model *model, const double covariate[],
    const struct rsp_plan_options *options, double extra_scale, struct rsp_copies *copies,
    struct rsp_error *err)
{
    static const struct rsp_plan_options defaults = {0};
    const struct rsp_plan_options *o = options != NULL ? options : &defaults;
    RSP_TRY(check_options(o, extra_scale, err));
    const size_t n_covariate = rsp_model_n_covariate(model);
    const size_t n_subject = o->n_subject != 0 ? o->n_subject : RSP_COPIES_DEFAULT;
    struct rsp_copies made = {
        .n = o->draws != NULL ? o->draws->n : n_subject,
        .parameter = o->draws != NULL ? o->draws->parameter : NULL,
        .n_parameter = rsp_model_n_parameter(model),
        .n_covariate = n_covariate,
        .column = calloc(n_covariate + 1, sizeof *made.column),
        .stride = calloc(n_covariate + 1, sizeof *made.stride),
        .simulate = {.seed = o->seed,
            .variability = true,
            .uncertainty = RSP_UNCERTAINTY_PERSON,
            .response_class = RSP_CLASS_RESPONSE,
            .n_thread = o->n_thread,
            .n_extra = o->n_extra,
            .cancelled = o->cancelled},
    };
    if (made.column == NULL || made.stride == NULL) {
        rsp_copies_free(&made);
        return rsp_error_set(err, RSP_E_MEMORY, "covariates", "out of memory");
    }
    for (size_t i = 0; i < n_covariate; i++)
        made.column[i] = covariate != NULL && !isnan(covariate[i]) ? &covariate[i] : NULL;
    for (size_t i = 0; i < o->n_extra; i++)
        made.extra[i] =
            (struct rsp_extra_variability){o->extra[i].parameter, o->extra[i].sd_log * extra_scale};
    *copies = made;
    copies->simulate.extra = copies->extra;
    return RSP_OK;
}

void rsp_copies_free(struct rsp_copies *copies)
{
    if (copies == NULL)
        return;
    free(copies->column);
    free(copies->stride);
    *copies = (struct rsp_copies){0};
}

struct rsp_people rsp_copies_people(const struct rsp_copies *copies, size_t first, size_t n)
{
    const size_t left = first < copies->n ? copies->n - first : 0;
    return (struct rsp_people){.n = n < left ? n : left,
        .first_id = first,
        .covariate = copies->column,
        .stride = copies->stride,
        .parameter = copies->parameter != NULL ? copies->parameter + first * copies->n_parameter : NULL};
}

rsp_status rsp_plan_check_doses(size_t n_dose, const struct rsp_dose dose[], struct rsp_error *err)
{
    if (n_dose == 0)
        return rsp_error_set(err, RSP_E_MISSING, "doses", "at least one dose is needed");
    for (size_t i = 0; i < n_dose; i++)
        if (!isfinite(dose[i].start_h) || !isfinite(dose[i].duration_h) || dose[i].duration_h < 0.0 ||
            !isfinite(dose[i].amount_mg) || dose[i].amount_mg < 0.0)
            return rsp_error_set(err, RSP_E_DOMAIN, "doses",
                "dose %zu needs a finite start, a duration of at least 0 h and an amount of at least 0 mg",
                i + 1);
    return RSP_OK;
}

double rsp_response_probability(const struct rsp_model *model, const struct rsp_person_draws *draws)
{
    if (draws != NULL && !isnan(draws->response_probability))
        return draws->response_probability;
    const struct rsp_compiled *compiled = rsp_model_compiled(model);
    return compiled->class_parameter >= 0 ? compiled->parameter[compiled->class_parameter].typical : 1.0;
}
