/* Which output of a model a target means. */
#include <stdio.h>
#include <string.h>

#include <respite/model.h>
#include <respite/tci.h>

static bool has_form(const struct rsp_model *model, size_t i, const char *form)
{
    return strcmp(rsp_model_output(model, i)->form, form) == 0;
}

/* The level that drives an effect site of this name carries the drug's name. */
static bool driven_by_drug(const struct rsp_model *model, const char *name)
{
    const char *drug = rsp_drug_name(rsp_model_drug(model));
    const size_t n_compartment = rsp_model_n_compartment(model);
    for (size_t f = 0; f < rsp_model_n_flow(model); f++) {
        const struct rsp_model_flow *flow = rsp_model_flow(model, f);
        if (flow->conserving || flow->to < 0 || (size_t)flow->to >= n_compartment || flow->from < 0)
            continue;
        const struct rsp_model_compartment *to = rsp_model_compartment(model, (size_t)flow->to);
        const struct rsp_model_compartment *from = rsp_model_compartment(model, (size_t)flow->from);
        if (to->role == RSP_COMPARTMENT_EFFECT_SITE && strcmp(to->name, name) == 0)
            return strcmp(from->substance, drug) == 0;
    }
    return false;
}

static bool is_site(const struct rsp_model *model, size_t i)
{
    return has_form(model, i, "effect site") && driven_by_drug(model, rsp_model_output_name(model, i));
}

static rsp_status named(const struct rsp_model *model, const char *name, int *output, struct rsp_error *err)
{
    const int i = rsp_model_output_find(model, name);
    if (i < 0)
        return rsp_error_set(err, RSP_E_UNKNOWN, "at", "%s has no output '%.60s'", rsp_model_id(model), name);
    if (!is_site(model, (size_t)i))
        return rsp_error_set(err, RSP_E_MISMATCH, "at",
            "%s of %s is no effect site that %s drives: only the level of the drug that is given can be "
            "steered",
            name, rsp_model_id(model), rsp_drug_name(rsp_model_drug(model)));
    *output = i;
    return RSP_OK;
}

rsp_status rsp_tci_effect_site(
    const struct rsp_model *model, const char *name, int *output, struct rsp_error *err)
{
    if (name != NULL)
        return named(model, name, output, err);
    int found = -1;
    char list[256] = "";
    size_t used = 0, n = 0;
    for (size_t i = 0; i < rsp_model_n_output(model); i++) {
        if (!is_site(model, i))
            continue;
        if (used < sizeof list)
            used += (size_t)snprintf(
                list + used, sizeof list - used, "%s%s", n > 0 ? ", " : "", rsp_model_output_name(model, i));
        found = (int)i;
        n++;
    }
    if (n == 0)
        return rsp_error_set(err, RSP_E_MISSING, "at",
            "%s has no effect site that %s drives: take --at plasma, or add an effect model, such as "
            "simons2022+olofsen2022",
            rsp_model_id(model), rsp_drug_name(rsp_model_drug(model)));
    if (n > 1)
        return rsp_error_set(err, RSP_E_MISMATCH, "at", "%s has several effect sites: name one of %s",
            rsp_model_id(model), list);
    *output = found;
    return RSP_OK;
}

rsp_status rsp_tci_plasma(const struct rsp_model *model, int *output, struct rsp_error *err)
{
    char name[64];
    snprintf(name, sizeof name, "%s_ng_per_ml", rsp_drug_name(rsp_model_drug(model)));
    const int i = rsp_model_output_find(model, name);
    if (i < 0 || !has_form(model, (size_t)i, "concentration"))
        return rsp_error_set(err, RSP_E_MISSING, "at", "%s has no output %s", rsp_model_id(model), name);
    *output = i;
    return RSP_OK;
}
