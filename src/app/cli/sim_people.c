/* Who is simulated: covariates of the model from options and patient file, judged by its ranges. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

#include "base/number.h"
#include "record/patient.h"
#include "rules/rules.h"
#include "simulation.h"

/* Plain limits of a body: outside of them a slip is likelier. Children only in models of children. */
enum { LEAST_KG = 2, MOST_Y = 120, MAX_MODIFIER = 16 };
/* A weight this far outside the fitted range is refused, a nearer one gets a warning. */
#define FAR_OUTSIDE 1.5

static void set(struct rsp_sim *sim, int i, double value)
{
    sim->covariate[i] = value;
    sim->column[i] = &sim->covariate[i];
    sim->stride[i] = 0;
}

static void range_text(const struct rsp_model_covariate *c, char text[64])
{
    char low[24], high[24];
    rsp_number_plain(c->low, 6, low, sizeof low);
    rsp_number_plain(c->high, 6, high, sizeof high);
    snprintf(text, 64, "%s to %s", low, high);
}

/* Judge a number against the range of the people that the model was fitted on. */
static rsp_status judge(const struct rsp_sim *sim, const struct rsp_model_covariate *c, const char *option,
    double value, const char *unit, struct rsp_error *err)
{
    const bool weight = strcmp(c->name, "weight_kg") == 0;
    char range[64], given[24];

    if (c->categorical || c->low > c->high || (value >= c->low && value <= c->high))
        return RSP_OK;
    range_text(c, range);
    rsp_number_plain(value, 6, given, sizeof given);
    const bool near = weight && value >= c->low / FAR_OUTSIDE && value <= c->high * FAR_OUTSIDE;
    if (near || rsp_cli_flag(sim->cli, "force-covariates")) {
        rsp_cli_warn("%s %s is outside %s to which %s was fitted: the curve is extrapolated", given, unit,
            range, rsp_model_id(sim->model));
        return RSP_OK;
    }
    return rsp_cli_place(
        rsp_error_set(err, RSP_E_DOMAIN, "",
            "%s %s is outside the range of %s, which was fitted on %s %s: check the value, or add "
            "--force-covariates to extrapolate",
            given, unit, rsp_model_id(sim->model), range, unit),
        option, err);
}

static rsp_status set_number(struct rsp_sim *sim, const char *name, const char *option, double value,
    const char *unit, struct rsp_error *err)
{
    const int i = rsp_model_covariate_find(sim->model, name);

    if (i < 0)
        return RSP_OK; /* the model does not depend on it */
    RSP_TRY(judge(sim, rsp_model_covariate(sim->model, (size_t)i), option, value, unit, err));
    set(sim, i, value);
    return RSP_OK;
}

/* A weight that no body has is refused whatever the model says. */
static rsp_status plausible(const struct rsp_sim *sim, const char *option, double value, double low,
    double high, const char *unit, struct rsp_error *err)
{
    char given[24];

    if (value >= low && value <= high)
        return RSP_OK;
    rsp_number_plain(value, 6, given, sizeof given);
    if (value > 0 && rsp_cli_flag(sim->cli, "force-covariates")) {
        rsp_cli_warn(
            "%s %s is outside the plausible %.0f to %.0f %s: taken as forced", given, unit, low, high, unit);
        return RSP_OK;
    }
    return rsp_cli_place(
        rsp_error_set(err, RSP_E_DOMAIN, "", "%s %s is not plausible: give %.0f to %.0f %s%s", given, unit,
            low, high, unit, value > 0 ? ", or add --force-covariates" : ""),
        option, err);
}

static rsp_status set_weight(struct rsp_sim *sim, const char *option, double weight_kg, struct rsp_error *err)
{
    const double least_kg = rsp_model_may_plan(sim->model) ? RSP_LEAST_ADULT_KG : LEAST_KG;

    RSP_TRY(plausible(sim, option, weight_kg, least_kg, RSP_MOST_ADULT_KG, "kg", err));
    sim->weight_kg = weight_kg;
    return set_number(sim, "weight_kg", option, weight_kg, "kg", err);
}

static rsp_status set_age(struct rsp_sim *sim, const char *option, double age_y, struct rsp_error *err)
{
    RSP_TRY(plausible(sim, option, age_y, 0, MOST_Y, "years", err));
    return set_number(sim, "age_y", option, age_y, "years", err);
}

static rsp_status set_level(
    struct rsp_sim *sim, int i, const char *option, const char *level, struct rsp_error *err)
{
    const struct rsp_model_covariate *c = rsp_model_covariate(sim->model, (size_t)i);
    char known[256] = "";
    size_t used = 0;

    for (size_t k = 0; k < c->n_level; k++) {
        if (rsp_text_equal(c->level[k], level)) {
            set(sim, i, (double)k);
            return RSP_OK;
        }
        if (used < sizeof known)
            used +=
                (size_t)snprintf(known + used, sizeof known - used, "%s%s", k > 0 ? ", " : "", c->level[k]);
    }
    return rsp_cli_place(
        rsp_error_set(err, RSP_E_UNKNOWN, "", "'%.40s' is no level of %s in %s: give one of %s", level,
            c->name, rsp_model_id(sim->model), known),
        option, err);
}

static rsp_status set_sex(struct rsp_sim *sim, bool female, struct rsp_error *err)
{
    static const char *const words[][3] = {{"m", "male", "man"}, {"f", "female", "woman"}};
    const int i = rsp_model_covariate_find(sim->model, "sex");

    if (i < 0)
        return RSP_OK;
    const struct rsp_model_covariate *c = rsp_model_covariate(sim->model, (size_t)i);
    for (size_t k = 0; k < c->n_level; k++)
        for (size_t w = 0; w < 3; w++)
            if (rsp_text_equal(c->level[k], words[female][w]))
                return set_level(sim, i, "--sex", c->level[k], err);
    return set_level(sim, i, "--sex", words[female][0], err);
}

static rsp_status set_named(struct rsp_sim *sim, const char *text, struct rsp_error *err)
{
    const char *known[RSP_SIM_MAX_COVARIATE + 1];
    const size_t n = rsp_model_n_covariate(sim->model);
    char name[64];
    const char *value;
    double number;

    RSP_TRY(rsp_cli_assignment("--covariate", text, name, sizeof name, &value, err));
    const int i = rsp_model_covariate_find(sim->model, name);
    if (i < 0) {
        for (size_t k = 0; k < n; k++)
            known[k] = rsp_model_covariate(sim->model, k)->name;
        known[n] = NULL;
        const char *nearest = rsp_text_nearest(name, known);
        return rsp_cli_place(
            rsp_error_set(err, RSP_E_UNKNOWN, "", "%s has no covariate '%s'%s%s%s", rsp_model_id(sim->model),
                name, nearest != NULL ? ": did you mean '" : ": 'respite model show' lists them",
                nearest != NULL ? nearest : "", nearest != NULL ? "'?" : ""),
            "--covariate", err);
    }
    if (rsp_model_covariate(sim->model, (size_t)i)->categorical)
        return set_level(sim, i, "--covariate", value, err);
    RSP_TRY(rsp_cli_place(rsp_number_parse(value, &number, err), "--covariate", err));
    if (strcmp(name, "weight_kg") == 0)
        return set_weight(sim, "--covariate", number, err);
    if (strcmp(name, "age_y") == 0)
        return set_age(sim, "--covariate", number, err);
    return set_number(sim, name, "--covariate", number, "", err);
}

static rsp_status apply_modifiers(
    struct rsp_sim *sim, const struct rsp_patient *patient, struct rsp_error *err)
{
    struct rsp_modifier modifier[MAX_MODIFIER];
    struct rsp_rulebook *book = NULL;
    rsp_status status = RSP_OK;

    RSP_TRY(rsp_rulebook_shipped(&book, err));
    const size_t n = rsp_rules_modifiers(book, patient, MAX_MODIFIER, modifier);
    for (size_t k = 0; k < n && status == RSP_OK; k++) {
        const int i = rsp_model_covariate_find(sim->model, modifier[k].covariate);
        if (i >= 0 && modifier[k].several)
            rsp_cli_warn(
                "%s: %s is one of several at once; their joint effect is not known, and none is applied",
                modifier[k].covariate, modifier[k].level);
        else if (i >= 0)
            status = set_level(sim, i, "--patient", modifier[k].level, err);
    }
    rsp_rulebook_free(book);
    return status;
}

static rsp_status apply_patient(
    struct rsp_sim *sim, const struct rsp_patient *patient, const char *path, struct rsp_error *err)
{
    snprintf(sim->patient_id, sizeof sim->patient_id, "%s", patient->id != NULL ? patient->id : "");
    snprintf(sim->setting, sizeof sim->setting, "%s", patient->setting != NULL ? patient->setting : "");
    if (!isnan(patient->weight_kg))
        RSP_TRY(set_weight(sim, path, patient->weight_kg, err));
    if (!isnan(patient->age_y))
        RSP_TRY(set_age(sim, path, patient->age_y, err));
    if (patient->sex != RSP_SEX_UNKNOWN)
        RSP_TRY(set_sex(sim, patient->sex == RSP_SEX_FEMALE, err));
    return apply_modifiers(sim, patient, err);
}

static rsp_status read_patient(struct rsp_sim *sim, const char *path, struct rsp_error *err)
{
    struct rsp_patient *patient = NULL;
    char *text = NULL;
    size_t length;

    RSP_TRY(rsp_cli_read(path, RSP_CLI_MAX_PATIENT, &text, &length, err));
    rsp_status status = rsp_patient_parse(
        text, length, path, sim->cli->today, rsp_cli_flag(sim->cli, "force-covariates"), &patient, err);
    if (status == RSP_OK)
        status = apply_patient(sim, patient, path, err);
    rsp_patient_free(patient);
    free(text);
    return status;
}

rsp_status rsp_sim_set_covariate(
    struct rsp_sim *sim, size_t i, const char *place_name, double value, struct rsp_error *err)
{
    const struct rsp_model_covariate *c = rsp_model_covariate(sim->model, i);

    if (strcmp(c->name, "weight_kg") == 0)
        return set_weight(sim, place_name, value, err);
    if (strcmp(c->name, "age_y") == 0)
        return set_age(sim, place_name, value, err);
    if (!c->categorical)
        RSP_TRY(judge(sim, c, place_name, value, c->name, err));
    set(sim, (int)i, value);
    return RSP_OK;
}

rsp_status rsp_sim_check_required(const struct rsp_sim *sim, struct rsp_error *err)
{
    for (size_t i = 0; i < rsp_model_n_covariate(sim->model); i++) {
        const struct rsp_model_covariate *c = rsp_model_covariate(sim->model, i);
        if (!c->required || sim->column[i] != NULL)
            continue;
        if (strcmp(c->name, "weight_kg") == 0)
            return rsp_error_set(err, RSP_E_MISSING, "", "%s needs the body weight: add --weight KG",
                rsp_model_id(sim->model));
        if (strcmp(c->name, "age_y") == 0)
            return rsp_error_set(
                err, RSP_E_MISSING, "", "%s needs the age: add --age Y", rsp_model_id(sim->model));
        return rsp_error_set(err, RSP_E_MISSING, "", "%s needs %s: add --covariate %s=VALUE",
            rsp_model_id(sim->model), c->name, c->name);
    }
    return RSP_OK;
}

/* An option that changes nothing is said to. */
static void warn_unused(const struct rsp_sim *sim, const char *covariate, const char *word)
{
    if (rsp_model_covariate_find(sim->model, covariate) < 0)
        rsp_cli_warn("%s does not use %s: --%s changes nothing", rsp_model_id(sim->model), word, word);
}

rsp_status rsp_sim_people(struct rsp_sim *sim, struct rsp_error *err)
{
    const char *patient = rsp_cli_text(sim->cli, "patient");
    double value = NAN;
    int sex = -1;

    if (rsp_model_n_covariate(sim->model) > RSP_SIM_MAX_COVARIATE)
        return rsp_error_set(
            err, RSP_E_LIMIT, "", "the model has more than %d covariates", RSP_SIM_MAX_COVARIATE);
    sim->weight_kg = NAN;
    if (patient != NULL)
        RSP_TRY(read_patient(sim, patient, err));
    RSP_TRY(rsp_cli_number(sim->cli, "weight", -INFINITY, INFINITY, &value, err));
    if (!isnan(value))
        RSP_TRY(set_weight(sim, "--weight", value, err));
    value = NAN;
    RSP_TRY(rsp_cli_number(sim->cli, "age", -INFINITY, INFINITY, &value, err));
    if (!isnan(value)) {
        warn_unused(sim, "age_y", "age");
        RSP_TRY(set_age(sim, "--age", value, err));
    }
    RSP_TRY(rsp_cli_choice(sim->cli, "sex", &sex, err));
    if (sex >= 0) {
        warn_unused(sim, "sex", "sex");
        RSP_TRY(set_sex(sim, sex == 0, err));
    }
    for (size_t i = 0; i < rsp_cli_count(sim->cli, "covariate"); i++)
        RSP_TRY(set_named(sim, rsp_cli_nth(sim->cli, "covariate", i), err));
    return rsp_cli_text(sim->cli, "data") != NULL ? RSP_OK : rsp_sim_check_required(sim, err);
}
