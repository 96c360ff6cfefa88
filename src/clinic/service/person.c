#include "service/person.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double known_value(const struct rsp_patient *patient, const char *name)
{
    if (strcmp(name, "weight_kg") == 0)
        return patient->weight_kg;
    if (strcmp(name, "age_y") == 0)
        return patient->age_y;
    if (strcmp(name, "height_cm") == 0)
        return patient->height_cm;
    return NAN;
}

static double level_index(const struct rsp_model_covariate *covariate, const char *level)
{
    for (size_t i = 0; i < covariate->n_level; i++)
        if (strcmp(covariate->level[i], level) == 0)
            return (double)i;
    return NAN;
}

static const char *sex_word(enum rsp_sex sex)
{
    return sex == RSP_SEX_FEMALE ? "female" : sex == RSP_SEX_MALE ? "male" : "";
}

static void note_outside(struct rsp_person *person, const struct rsp_model *model,
    const struct rsp_model_covariate *covariate, double value)
{
    if (covariate->low > covariate->high || (value >= covariate->low && value <= covariate->high))
        return;
    const size_t used = strlen(person->outside);
    char is[32], low[32], high[32];
    rsp_number_format(value, 3, is, sizeof is);
    rsp_number_format(covariate->low, 3, low, sizeof low);
    rsp_number_format(covariate->high, 3, high, sizeof high);
    snprintf(person->outside + used, sizeof person->outside - used, "%s%s of %s is outside %s to %s of %.60s",
        used > 0 ? "; " : "", strcmp(covariate->name, "weight_kg") == 0 ? "weight in kg" : "age in years", is,
        low, high, rsp_model_id(model));
}

static rsp_status fill_one(struct rsp_advising *a, const struct rsp_model *model,
    const struct rsp_model_covariate *covariate, struct rsp_person *person, double *value,
    struct rsp_error *err)
{
    if (covariate->categorical) {
        if (strcmp(covariate->name, "sex") == 0)
            *value = level_index(covariate, sex_word(a->patient->sex));
        return RSP_OK;
    }
    *value = known_value(a->patient, covariate->name);
    if (!isnan(*value)) {
        note_outside(person, model, covariate, *value);
        return RSP_OK;
    }
    if (covariate->required)
        return rsp_error_set(err, RSP_E_MISSING, covariate->name,
            "%s needs the patient's %s; give it in the patient's file", rsp_model_id(model), covariate->name);
    char what[96];
    char reference[32];
    rsp_number_format(covariate->reference, 3, reference, sizeof reference);
    snprintf(what, sizeof what, "%s: the model's reference %s stands for it", covariate->name, reference);
    return rsp_basis_missing(a->advice, what, err);
}

static rsp_status apply_modifier(struct rsp_advising *a, const struct rsp_model *model,
    const struct rsp_modifier *modifier, struct rsp_person *person, struct rsp_error *err)
{
    const int c = rsp_model_covariate_find(model, modifier->covariate);
    if (c >= 0 && c < RSP_MAX_COVARIATE) {
        const double level = level_index(rsp_model_covariate(model, (size_t)c), modifier->level);
        if (!isnan(level)) {
            person->covariate[c] = level;
            char text[400];
            snprintf(text, sizeof text, "%s = %s acts on %s as published: %.200s", modifier->covariate,
                modifier->level, rsp_model_id(model), modifier->because);
            return rsp_basis_assume(a->advice, "modifier_applied", text, err);
        }
    }
    char text[400];
    snprintf(text, sizeof text,
        "%s does not know %s = %s; its effect (%.160s) is not in the levels or relief of this model.",
        rsp_model_id(model), modifier->covariate, modifier->level, modifier->because);
    return rsp_basis_assume(a->advice, "modifier_not_applied", text, err);
}

rsp_status rsp_person_for(
    struct rsp_advising *a, const struct rsp_model *model, struct rsp_person *person, struct rsp_error *err)
{
    const size_t n = rsp_model_n_covariate(model);
    if (n > RSP_MAX_COVARIATE)
        return rsp_error_set(err, RSP_E_LIMIT, "covariates", "%s has more than %d covariates",
            rsp_model_id(model), RSP_MAX_COVARIATE);
    struct rsp_person made = {.outside = ""};
    for (size_t i = 0; i < RSP_MAX_COVARIATE; i++)
        made.covariate[i] = NAN;
    for (size_t i = 0; i < n; i++)
        RSP_TRY(fill_one(a, model, rsp_model_covariate(model, i), &made, &made.covariate[i], err));
    struct rsp_modifier modifier[RSP_MAX_BASIS_MODIFIER];
    const size_t n_modifier = rsp_rules_modifiers(a->book, a->patient, RSP_MAX_BASIS_MODIFIER, modifier);
    for (size_t i = 0; i < n_modifier && i < RSP_MAX_BASIS_MODIFIER; i++)
        RSP_TRY(apply_modifier(a, model, &modifier[i], &made, err));
    *person = made;
    return RSP_OK;
}
