/* Why a number is what it is: models, assumptions, inputs with their dates, what is missing. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "service/advising.h"

static rsp_status full(const char *what, struct rsp_error *err)
{
    return rsp_error_set(err, RSP_E_BUG, "basis", "more %s than the basis has room for", what);
}

const char *rsp_basis_site_name(enum rsp_site site)
{
    static const char *const name[] = {
        [RSP_SITE_UNKNOWN] = "unknown", [RSP_SITE_ARTERIAL] = "arterial", [RSP_SITE_VENOUS] = "venous"};
    return (size_t)site < sizeof name / sizeof *name ? name[site] : "unknown";
}

static const char *sha256_of(const char *id)
{
    for (size_t i = 0; i < rsp_shipped_count(); i++)
        if (strcmp(rsp_shipped_id(i), id) == 0)
            return rsp_shipped_sha256(i);
    return "";
}

static rsp_status add_model_file(
    struct rsp_advice *advice, const char *id, const char *role, const char *site, struct rsp_error *err)
{
    for (size_t i = 0; i < advice->n_model; i++)
        if (strcmp(advice->model[i].id, id) == 0) {
            struct rsp_basis_model *known = &advice->model[i];
            const size_t used = strlen(known->role);
            if (strstr(known->role, role) == NULL && used + strlen(role) + 2 < sizeof known->role)
                snprintf(known->role + used, sizeof known->role - used, ", %s", role);
            return RSP_OK;
        }
    if (advice->n_model == RSP_MAX_BASIS_MODEL)
        return full("models", err);
    struct rsp_basis_model *model = &advice->model[advice->n_model++];
    snprintf(model->id, sizeof model->id, "%s", id);
    snprintf(model->role, sizeof model->role, "%s", role);
    snprintf(model->site, sizeof model->site, "%s", site);
    snprintf(model->sha256, sizeof model->sha256, "%s", sha256_of(id));
    return RSP_OK;
}

/* A combined model is entered file by file: that is what a reader can look up. */
rsp_status rsp_basis_model(
    struct rsp_advice *advice, const struct rsp_model *model, const char *role, struct rsp_error *err)
{
    const char *id = rsp_model_id(model), *site = rsp_basis_site_name(rsp_model_site(model));
    while (*id != '\0') {
        char one[64];
        const size_t length = strcspn(id, "+");
        snprintf(one, sizeof one, "%.*s", (int)length, id);
        RSP_TRY(add_model_file(advice, one, role, site, err));
        id += length + (id[length] == '+' ? 1 : 0);
    }
    for (size_t i = 0; i < rsp_model_n_assumption(model); i++) {
        const struct rsp_assumption *assumption = rsp_model_assumption(model, i);
        RSP_TRY(rsp_basis_assume(advice, assumption->name, assumption->text, err));
    }
    return RSP_OK;
}

rsp_status rsp_basis_assume(
    struct rsp_advice *advice, const char *name, const char *text, struct rsp_error *err)
{
    for (size_t i = 0; i < advice->n_assumption; i++)
        if (strcmp(advice->assumption[i].name, name) == 0 && strcmp(advice->assumption[i].text, text) == 0)
            return RSP_OK;
    if (advice->n_assumption == RSP_MAX_BASIS)
        return full("assumptions", err);
    struct rsp_basis_assumption *assumption = &advice->assumption[advice->n_assumption++];
    snprintf(assumption->name, sizeof assumption->name, "%s", name);
    snprintf(assumption->text, sizeof assumption->text, "%s", text);
    return RSP_OK;
}

rsp_status rsp_basis_assume_named(struct rsp_advising *a, const char *name, struct rsp_error *err)
{
    const char *text = rsp_prediction_assumption(a->settings, name);
    if (text == NULL)
        return rsp_error_set(err, RSP_E_BUG, "basis", "rules/prediction.yaml has no assumption %s", name);
    return rsp_basis_assume(a->advice, name, text, err);
}

rsp_status rsp_basis_missing(struct rsp_advice *advice, const char *what, struct rsp_error *err)
{
    for (size_t i = 0; i < advice->n_basis_missing; i++)
        if (strcmp(advice->basis_missing[i], what) == 0)
            return RSP_OK;
    if (advice->n_basis_missing == sizeof advice->basis_missing / sizeof *advice->basis_missing)
        return full("missing inputs", err);
    snprintf(advice->basis_missing[advice->n_basis_missing++], sizeof *advice->basis_missing, "%s", what);
    return RSP_OK;
}

static rsp_status add_input(
    struct rsp_advice *advice, const struct rsp_basis_input *input, struct rsp_error *err)
{
    struct rsp_basis_input *grown = realloc(advice->input, (advice->n_input + 1) * sizeof *grown);
    if (grown == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "basis", "out of memory");
    advice->input = grown;
    advice->input[advice->n_input++] = *input;
    return RSP_OK;
}

static rsp_status add_number(
    struct rsp_advising *a, const char *name, double value, const char *unit, struct rsp_error *err)
{
    if (isnan(value))
        return rsp_basis_missing(a->advice, name, err);
    struct rsp_basis_input input = {0};
    snprintf(input.name, sizeof input.name, "%s", name);
    rsp_number_format(value, 4, input.value, sizeof input.value);
    snprintf(input.unit, sizeof input.unit, "%s", unit);
    return add_input(a->advice, &input, err);
}

static rsp_status add_word(struct rsp_advising *a, const char *name, const char *word, struct rsp_error *err)
{
    if (word == NULL)
        return rsp_basis_missing(a->advice, name, err);
    struct rsp_basis_input input = {0};
    snprintf(input.name, sizeof input.name, "%s", name);
    snprintf(input.value, sizeof input.value, "%s", word);
    return add_input(a->advice, &input, err);
}

static void date_last(struct rsp_advice *advice, struct rsp_date date)
{
    struct rsp_basis_input *last = &advice->input[advice->n_input - 1];
    rsp_date_format(date, last->date, sizeof last->date);
}

static rsp_status add_tests(struct rsp_advising *a, struct rsp_error *err)
{
    for (size_t i = 0; i < a->patient->n_test; i++) {
        const struct rsp_test *test = &a->patient->test[i];
        char value[200], number[32], upper[32];
        rsp_number_format(test->value, 4, number, sizeof number);
        rsp_number_format(test->upper_limit, 4, upper, sizeof upper);
        snprintf(value, sizeof value, "%.100s%s%s", test->text != NULL ? test->text : number,
            isnan(test->upper_limit) ? "" : ", upper limit ", isnan(test->upper_limit) ? "" : upper);
        RSP_TRY(add_word(a, test->name, value, err));
        date_last(a->advice, test->date);
    }
    return RSP_OK;
}

static rsp_status add_history(struct rsp_advising *a, struct rsp_error *err)
{
    const struct rsp_patient *p = a->patient;
    if (p->has_history && p->n_history == 0)
        RSP_TRY(add_word(a, "history", "none", err));
    for (size_t i = 0; i < p->n_history; i++) {
        char value[200];
        snprintf(value, sizeof value, "%.100s%s%.60s", p->history[i].word,
            p->history[i].severity != NULL ? ", " : "",
            p->history[i].severity != NULL ? p->history[i].severity : "");
        RSP_TRY(add_word(a, "history", value, err));
        if (p->history[i].has_since)
            date_last(a->advice, p->history[i].since);
    }
    if (p->has_allergies && p->n_allergy == 0)
        RSP_TRY(add_word(a, "allergy", "none", err));
    for (size_t i = 0; i < p->n_allergy; i++)
        RSP_TRY(add_word(a, "allergy", p->allergy[i], err));
    return RSP_OK;
}

static rsp_status add_medications(struct rsp_advising *a, struct rsp_error *err)
{
    const struct rsp_patient *p = a->patient;
    if (p->has_medications && p->n_medication == 0)
        RSP_TRY(add_word(a, "medication", "none", err));
    for (size_t i = 0; i < p->n_medication; i++) {
        const struct rsp_medication *medication = &p->medication[i];
        char value[200], dose[32], times[32];
        rsp_number_format(medication->dose_mg, 4, dose, sizeof dose);
        rsp_number_format(medication->per_day, 3, times, sizeof times);
        int used = snprintf(value, sizeof value, "%.100s", medication->name);
        if (!isnan(medication->dose_mg))
            used += snprintf(value + used, sizeof value - (size_t)used, ", %s mg", dose);
        if (!isnan(medication->per_day))
            snprintf(value + used, sizeof value - (size_t)used, ", %s a day", times);
        RSP_TRY(add_word(a, "medication", value, err));
        if (medication->has_since)
            date_last(a->advice, medication->since);
    }
    return RSP_OK;
}

static rsp_status add_infusions(struct rsp_advising *a, struct rsp_error *err)
{
    for (size_t i = 0; i < a->patient->n_infusion; i++) {
        RSP_TRY(add_word(a, "earlier infusion", a->patient->infusion[i].dose_text, err));
        date_last(a->advice, a->patient->infusion[i].start);
    }
    return RSP_OK;
}

static rsp_status add_goals(struct rsp_advising *a, struct rsp_error *err)
{
    const struct rsp_goals *goals = &a->patient->goals;
    if (!isnan(goals->relief_frac))
        RSP_TRY(add_number(a, "goal, relief", 100.0 * goals->relief_frac, "%", err));
    if (!isnan(goals->horizon_d))
        RSP_TRY(add_number(a, "goal, days to look ahead", goals->horizon_d, "d", err));
    if (!isnan(goals->max_dissociation_pct))
        RSP_TRY(add_number(a, "goal, most dissociation", goals->max_dissociation_pct, "%", err));
    return RSP_OK;
}

rsp_status rsp_advise_inputs(struct rsp_advising *a, struct rsp_error *err)
{
    const struct rsp_patient *p = a->patient;
    RSP_TRY(add_word(a, "condition", p->has_condition ? rsp_condition_word(p->condition) : NULL, err));
    RSP_TRY(add_number(a, "weight", p->weight_kg, "kg", err));
    if (!isnan(p->weight_kg))
        date_last(a->advice, p->weight_date);
    RSP_TRY(add_number(a, "age", p->age_y, "y", err));
    RSP_TRY(add_word(a, "sex", rsp_sex_name(p->sex), err));
    RSP_TRY(add_number(a, "pain before treatment", p->baseline_nrs, "of 10", err));
    if (p->cyp2b6 != NULL)
        RSP_TRY(add_word(a, "cyp2b6", p->cyp2b6, err));
    if (p->setting != NULL)
        RSP_TRY(add_word(a, "setting", p->setting, err));
    struct rsp_modifier modifier[RSP_MAX_BASIS_MODIFIER];
    const size_t n = rsp_rules_modifiers(a->book, p, RSP_MAX_BASIS_MODIFIER, modifier);
    for (size_t i = 0; i < n; i++)
        if (strcmp(modifier[i].covariate, "cyp2b6") != 0 || p->cyp2b6 == NULL)
            RSP_TRY(add_word(a, modifier[i].covariate, modifier[i].level, err));
    RSP_TRY(add_goals(a, err));
    RSP_TRY(add_history(a, err));
    RSP_TRY(add_medications(a, err));
    RSP_TRY(add_tests(a, err));
    return add_infusions(a, err);
}
