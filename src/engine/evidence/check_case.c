/* Doses and covariates of a check, and the typical curve that they give. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <respite/simulate.h>

#include "evidence/check.h"

enum { MAX_DOSE = 2000 /* of one check; a year of six doses a day is fewer */ };

static rsp_status covariate_value(
    const struct rsp_model_covariate *known, const char *value, double *out, struct rsp_error *err)
{
    if (!known->categorical)
        return rsp_number_parse(value, out, err);
    for (size_t i = 0; i < known->n_level; i++) {
        if (strcmp(known->level[i], value) == 0) {
            *out = (double)i;
            return RSP_OK;
        }
    }
    return rsp_error_set(err, RSP_E_UNKNOWN, known->name, "'%s' is no level of %s", value, known->name);
}

/* "weight_kg=68" */
static rsp_status read_covariate(
    const struct rsp_model *model, const char *text, double covariate[], struct rsp_error *err)
{
    char name[64];
    const char *equals = strchr(text, '=');
    if (equals == NULL || (size_t)(equals - text) >= sizeof name)
        return rsp_error_set(err, RSP_E_SYNTAX, "covariates", "'%s' is not NAME=VALUE", text);
    memcpy(name, text, (size_t)(equals - text));
    name[equals - text] = '\0';
    const int i = rsp_model_covariate_find(model, name);
    if (i < 0)
        return rsp_error_set(err, RSP_E_UNKNOWN, "covariates", "the model has no covariate '%s'", name);
    return covariate_value(rsp_model_covariate(model, (size_t)i), equals + 1, &covariate[i], err);
}

/* The racemate counted as half its amount of the S form: only where the check says so. */
static void halve_racemate(
    const struct rsp_model *model, const struct rsp_check *check, struct rsp_check_case *c)
{
    bool granted = false;
    for (size_t i = 0; i < check->n_assume; i++)
        granted = granted || strcmp(check->assume[i], "racemate_half_s") == 0;
    if (!granted || rsp_model_drug(model) != RSP_DRUG_ESKETAMINE)
        return;
    for (size_t i = 0; i < c->n_dose; i++) {
        if (c->dose[i].drug == RSP_DRUG_KETAMINE) {
            c->dose[i].drug = RSP_DRUG_ESKETAMINE;
            c->dose[i].amount_mg /= 2;
        }
    }
}

static rsp_status read_doses(const struct rsp_model *model, const struct rsp_check *check, double weight_kg,
    struct rsp_check_case *c, struct rsp_error *err)
{
    c->dose = calloc(MAX_DOSE, sizeof *c->dose);
    if (c->dose == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    for (size_t i = 0; i < check->n_dose; i++) {
        struct rsp_dose_text text;
        size_t n = 0;
        RSP_TRY(rsp_dose_text_parse(check->dose_text[i], &text, err));
        RSP_TRY(rsp_dose_text_expand(&text, weight_kg, MAX_DOSE - c->n_dose, c->dose + c->n_dose, &n, err));
        c->n_dose += n;
    }
    halve_racemate(model, check, c);
    for (size_t i = 0; i < c->n_dose; i++)
        c->end_h = fmax(c->end_h, c->dose[i].start_h + c->dose[i].duration_h);
    return RSP_OK;
}

rsp_status rsp_check_case_init(const struct rsp_model *model, const struct rsp_check *check,
    struct rsp_check_case *c, struct rsp_error *err)
{
    *c = (struct rsp_check_case){.n_covariate = rsp_model_n_covariate(model)};
    c->covariate = calloc(c->n_covariate + 1, sizeof *c->covariate);
    if (c->covariate == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    for (size_t i = 0; i < c->n_covariate; i++)
        c->covariate[i] = rsp_model_covariate(model, i)->reference;
    for (size_t i = 0; i < check->n_covariate; i++)
        RSP_TRY(read_covariate(model, check->covariate[i], c->covariate, err));
    const int weight = rsp_model_covariate_find(model, "weight_kg");
    return read_doses(model, check, weight >= 0 ? c->covariate[weight] : NAN, c, err);
}

void rsp_check_case_free(struct rsp_check_case *c)
{
    if (c == NULL)
        return;
    free(c->dose);
    free(c->covariate);
    *c = (struct rsp_check_case){0};
}

rsp_status rsp_check_curve(const struct rsp_model *model, const struct rsp_check_case *c, int output,
    size_t n_time, const double time_h[], double out[], struct rsp_error *err)
{
    const struct rsp_simulate_options options = {.response_class = RSP_CLASS_RESPONSE, .n_thread = 1};
    const struct rsp_schedule schedule = {
        .n_dose = c->n_dose, .dose = c->dose, .n_time = n_time, .time_h = time_h, .observe_after_dose = true};
    const double **column = calloc(c->n_covariate + 1, sizeof *column);
    size_t *stride = calloc(c->n_covariate + 1, sizeof *stride);
    rsp_status status = RSP_OK;
    if (column == NULL || stride == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    } else {
        for (size_t i = 0; i < c->n_covariate; i++)
            column[i] = &c->covariate[i];
        const struct rsp_people people = {.n = 1, .covariate = column, .stride = stride};
        status = rsp_simulate(model, &people, &schedule, 1, &output, &options, out, err);
    }
    free(column);
    free(stride);
    return status;
}
