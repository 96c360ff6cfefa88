#include "service/person.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "service/ground.h"

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
        if (level != NULL && strcmp(covariate->level[i], level) == 0)
            return (double)i;
    return NAN;
}

static void say(struct rsp_person *person, const char *fmt, ...) RSP_PRINTF(2, 3);
static void say(struct rsp_person *person, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    rsp_reason_join(person->outside, sizeof person->outside, text);
}

static void note_outside(struct rsp_person *person, const struct rsp_model_covariate *covariate, double value)
{
    if (covariate->low > covariate->high || (value >= covariate->low && value <= covariate->high))
        return;
    char is[32], low[32], high[32];
    rsp_number_format(value, 3, is, sizeof is);
    rsp_number_format(covariate->low, 3, low, sizeof low);
    rsp_number_format(covariate->high, 3, high, sizeof high);
    const bool weight = strcmp(covariate->name, "weight_kg") == 0;
    const char *const unit = weight ? "kg" : "years";
    say(person, "%s of %s %s, while the people of the model had %s to %s %s", weight ? "weight" : "age", is,
        unit, low, high, unit);
}

static rsp_status fill_one(struct rsp_advising *a, const struct rsp_model *model,
    const struct rsp_model_covariate *covariate, struct rsp_person *person, double *value,
    struct rsp_error *err)
{
    if (covariate->categorical) {
        if (strcmp(covariate->name, "sex") == 0)
            *value = level_index(covariate, rsp_sex_name(a->patient->sex));
        return RSP_OK;
    }
    *value = known_value(a->patient, covariate->name);
    if (!isnan(*value)) {
        note_outside(person, covariate, *value);
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

/* Level of the model's covariate that a modifier asks for, NaN when the model does not have it. */
static double modifier_level(const struct rsp_model *model, const struct rsp_modifier *modifier, int *c)
{
    *c = rsp_model_covariate_find(model, modifier->covariate);
    if (*c < 0 || *c >= RSP_MAX_COVARIATE)
        return NAN;
    return level_index(rsp_model_covariate(model, (size_t)*c), modifier->level);
}

/* "rifampicin", "st johns wort", the genotype with its gene: a modifier as people call it. */
static void modifier_name(const struct rsp_modifier *modifier, char *name, size_t size)
{
    const bool genotype = strcmp(modifier->covariate, "cyp2b6") == 0;
    const bool present = strcmp(modifier->level, "present") == 0;
    snprintf(name, size, "%s%s", genotype ? "CYP2B6 " : "", present ? modifier->covariate : modifier->level);
    for (char *c = name; *c != '\0'; c++)
        *c = *c == '_' ? ' ' : *c;
}

static bool oral_only(const struct rsp_advising *a)
{
    for (size_t i = 0; i < a->n_dose; i++)
        if (a->dose[i].route != RSP_ROUTE_ORAL)
            return false;
    return true;
}

static rsp_status use_modifier(struct rsp_advising *a, const struct rsp_model *model,
    const struct rsp_modifier *modifier, bool changes, struct rsp_person *person, struct rsp_error *err)
{
    char text[600], name[80];
    modifier_name(modifier, name, sizeof name);
    if (strcmp(modifier->covariate, "interaction") == 0 && !oral_only(a))
        say(person, "effect of %s is published for oral doses only", name);
    else if (changes)
        say(person, "effect of %s taken from another study than that of the levels", name);
    snprintf(text, sizeof text, "%s = %s acts on %s as published: %.200s.", modifier->covariate,
        modifier->level, rsp_model_id(model), modifier->because);
    return rsp_basis_assume(a->advice, "modifier_applied", text, err);
}

/* What is applied was measured in other people than the model's; what is not applied is missing from it. */
static rsp_status apply_modifier(struct rsp_advising *a, const struct rsp_model *model,
    const struct rsp_modifier *modifier, struct rsp_person *person, struct rsp_error *err)
{
    int c = -1;
    const double level = modifier_level(model, modifier, &c);
    char text[600], name[80];
    modifier_name(modifier, name, sizeof name);
    if (!isnan(level) && !modifier->several) {
        person->covariate[c] = level;
        const bool changes = level != rsp_model_covariate(model, (size_t)c)->reference;
        return use_modifier(a, model, modifier, changes, person, err);
    }
    if (!isnan(level)) {
        say(person, "several interacting medicines, whose joint effect is not known and is not applied");
        snprintf(text, sizeof text,
            "%s = %s is one of several at once: their joint effect is not published, and none is applied to "
            "%s (%.160s).",
            modifier->covariate, modifier->level, rsp_model_id(model), modifier->because);
        return rsp_basis_assume(a->advice, "modifiers_not_combined", text, err);
    }
    say(person, "the model of the levels does not have the effect of %s", name);
    snprintf(text, sizeof text,
        "%s does not know %s = %s; its effect (%.160s) is not in the levels or relief of this model.",
        rsp_model_id(model), modifier->covariate, modifier->level, modifier->because);
    return rsp_basis_assume(a->advice, "modifier_not_applied", text, err);
}

/* One medicine may stand in two covariates, for models that know the one or the other. */
static bool known_otherwise(
    const struct rsp_model *model, size_t n, const struct rsp_modifier modifier[], size_t i)
{
    int c = -1;
    if (!isnan(modifier_level(model, &modifier[i], &c)))
        return false;
    for (size_t k = 0; k < n; k++)
        if (k != i &&
            (strcmp(modifier[k].level, modifier[i].covariate) == 0 ||
                strcmp(modifier[i].level, modifier[k].covariate) == 0) &&
            !isnan(modifier_level(model, &modifier[k], &c)))
            return true;
    return false;
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
    for (size_t i = 0; i < n_modifier; i++)
        if (!known_otherwise(model, n_modifier, modifier, i))
            RSP_TRY(apply_modifier(a, model, &modifier[i], &made, err));
    *person = made;
    return RSP_OK;
}
