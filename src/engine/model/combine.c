/* PK model + effects, and whether their sampling sites fit. */
#include <stdio.h>
#include <string.h>

#include "model/compile.h"
#include "model/shipped.h"

/* Slower than this an effect site sees the area under the curve, not its shape, and the difference
 * between arterial and venous levels (minutes) does not matter. */
static const double slow_half_life_h = 24;

static const char *const site_names[] = {"unknown", "arterial", "venous"};

/* Half-life of an effect site at typical values, or 0 when the name is no effect site of the part. */
static double site_half_life_h(
    const struct rsp_model *model, const struct rsp_part *part, const char *name, const double slot[])
{
    static const double ln2 = 0.693147180559945309;
    const struct rsp_compiled *c = &model->compiled;
    for (size_t i = 0; i < part->n_site; i++) {
        if (strcmp(part->site[i].name, name) != 0)
            continue;
        for (size_t k = 0; k < c->n_link; k++) {
            if (c->link[k].from == part->site[i].state && c->link[k].to < 0)
                return ln2 / slot[c->link[k].rate];
        }
    }
    return 0;
}

/* Which outputs are fast; PRODUCT is as fast as the effect that drives it. */
static void mark_fast(struct rsp_model *model, const double slot[])
{
    const struct rsp_compiled *c = &model->compiled;
    size_t readout = model->part[0].n_output, k = 0;
    for (size_t i = 1; i < model->n_part; i++) {
        const struct rsp_part *part = &model->part[i];
        for (size_t j = 0; j < part->n_site; j++, readout++)
            model->output_is_fast[readout] =
                site_half_life_h(model, part, part->site[j].name, slot) < slow_half_life_h;
        for (size_t j = 0; j < part->n_effect; j++, k++) {
            const struct rsp_compiled_effect *e = &c->effect[k];
            bool *fast = &model->output_is_fast[c->n_readout + k];
            for (int d = 0; d < e->n_driver; d++) {
                if (e->form == RSP_EFFECT_PRODUCT)
                    *fast = *fast || model->output_is_fast[c->n_readout + (size_t)e->driver[d]];
                else
                    *fast = *fast ||
                            site_half_life_h(model, part, part->effect[j].driver[d], slot) < slow_half_life_h;
            }
        }
    }
}

static bool part_is_fast(const struct rsp_model *model, size_t part)
{
    const struct rsp_compiled *c = &model->compiled;
    size_t readout = model->part[0].n_output, k = 0;
    bool fast = false;
    for (size_t i = 1; i <= part; i++) {
        fast = false;
        for (size_t j = 0; j < model->part[i].n_site; j++)
            fast = model->output_is_fast[readout++] || fast;
        for (size_t j = 0; j < model->part[i].n_effect; j++)
            fast = model->output_is_fast[c->n_readout + k++] || fast;
    }
    return fast;
}

static rsp_status refuse_site(
    const struct rsp_model *model, const struct rsp_part *effect, struct rsp_error *err)
{
    char fitting[256];
    rsp_shipped_pk_list(effect->seen.drug, effect->seen.site, fitting, sizeof fitting);
    return rsp_error_set(err, RSP_E_MISMATCH, "model",
        "the fast effect %s was fitted on %s levels and %s gives %s ones; it needs a PK model with %s "
        "sampling%s%s",
        effect->seen.id, site_names[effect->seen.site], model->part[0].seen.id,
        site_names[model->part[0].seen.site], site_names[effect->seen.site],
        fitting[0] != '\0' ? ", such as " : "", fitting);
}

rsp_status rsp_model_fit_sites(struct rsp_model *model, struct rsp_error *err)
{
    static const struct rsp_assumption any_site = {"slow_effect_any_site",
        "A slow effect follows the area under the curve, so that it is driven by "
        "levels of another sampling site than the one it was fitted on."};
    const struct rsp_compiled *c = &model->compiled;
    double slot[RSP_MAX_SLOT];
    bool any = false;
    RSP_COMPILE_ARRAY(model->output_is_fast, model, c->n_readout + c->n_effect, err);
    if (model->kind != RSP_MODEL_PK)
        return RSP_OK;
    rsp_model_typical(model, NULL, slot);
    mark_fast(model, slot);
    for (size_t i = 1; i < model->n_part; i++) {
        const struct rsp_part *effect = &model->part[i];
        if (effect->seen.site == RSP_SITE_UNKNOWN || effect->seen.site == model->part[0].seen.site)
            continue;
        if (part_is_fast(model, i))
            return refuse_site(model, effect, err);
        any = true;
    }
    for (size_t i = 0; i < model->n_assumption; i++)
        any = any && strcmp(model->assumption[i].name, any_site.name) != 0;
    if (any)
        model->assumption[model->n_assumption++] = any_site;
    return RSP_OK;
}

/* A PK model that an effect brought along gives way to one that was named; of several brought ones the first
 * stays. One with a changed parameter was meant. */
static bool gives_way(const struct rsp_part *part)
{
    return part->brought && part->n_override == 0;
}

static bool any_pk_named(size_t n, const struct rsp_model *const parts[])
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < parts[i]->n_part; j++) {
            if (parts[i]->part[j].seen.kind == RSP_MODEL_PK && !gives_way(&parts[i]->part[j]))
                return true;
        }
    }
    return false;
}

rsp_status rsp_model_combine(
    size_t n, const struct rsp_model *const parts[], struct rsp_model **model, struct rsp_error *err)
{
    struct rsp_model *m = rsp_model_new();
    rsp_status status = RSP_OK;
    if (m == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    if (n == 0)
        RSP_TRY_DONE(rsp_error_set(err, RSP_E_MISSING, "model", "no model is given"));
    bool have_pk = any_pk_named(n, parts);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < parts[i]->n_part; j++) {
            const struct rsp_part *part = &parts[i]->part[j];
            if (have_pk && gives_way(part))
                continue;
            have_pk = have_pk || gives_way(part);
            RSP_TRY_DONE(rsp_model_add_part(m, part, err));
        }
    }
    RSP_TRY_DONE(rsp_model_build(m, true, err));
    *model = m;
    m = NULL;
done:
    rsp_model_free(m);
    return status;
}
