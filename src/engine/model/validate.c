/* What can only be judged with numbers: signs, shares, sums, ways out of the body. Judged at typical
 * values, and again at both ends of every covariate's range and at every level. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/compile.h"

/* Doses at which a fraction of the dose must be sensible: the amounts people are given by any route. */
static const double probe_dose_mg[] = {1, 2, 5, 10, 14, 25, 28, 50, 56, 84, 100, 112, 200, 500, 1000};

/* Beyond these no body works: a unit was mistaken. Far inside what the solvers stand. */
static const double max_rate_per_h = 1e6, min_scale = 1e-9, max_scale = 1e9, max_delay_h = 1e5;

struct probe {
    const struct rsp_model *model;
    double *slot;
    char where[160]; /* "" or " at weight_kg = 53" */
    struct rsp_error *err;
};

static bool may_turn_negative(const struct rsp_parameter_def *p)
{
    return p->any_sign || (p->between.given && p->between.scale == RSP_ETA_ADDITIVE) ||
           (p->occasion.given && p->occasion.scale == RSP_ETA_ADDITIVE);
}

static rsp_status need_positive(
    const struct rsp_part *part, const struct rsp_yaml *node, const struct rsp_expr *e, struct rsp_error *err)
{
    for (size_t i = 0; e != NULL && i < part->n_parameter; i++) {
        if ((e->parameters >> i & 1) != 0 && may_turn_negative(&part->parameter[i]))
            return rsp_yaml_error(node, err, RSP_E_DOMAIN,
                "'%s' may be negative for some people (sign: any, or additive variability) but is used in a "
                "flow, volume, time or potency",
                part->parameter[i].name);
    }
    return RSP_OK;
}

static rsp_status check_signs(const struct rsp_part *part, struct rsp_error *err)
{
    for (size_t i = 0; i < part->n_compartment; i++)
        RSP_TRY(need_positive(part, part->compartment[i].node, part->compartment[i].volume, err));
    for (size_t i = 0; i < part->n_flow; i++) {
        const struct rsp_flow_def *f = &part->flow[i];
        RSP_TRY(need_positive(part, f->node, f->amount, err));
        RSP_TRY(need_positive(part, f->node, f->chain_rate, err));
        RSP_TRY(need_positive(part, f->node, f->growth, err));
    }
    for (size_t i = 0; i < part->n_input; i++) {
        const struct rsp_input_def *in = &part->input[i];
        RSP_TRY(need_positive(part, in->node, in->fraction, err));
        RSP_TRY(need_positive(part, in->node, in->lag, err));
        RSP_TRY(need_positive(part, in->node, in->duration, err));
    }
    for (size_t i = 0; i < part->n_site; i++)
        RSP_TRY(need_positive(part, part->site[i].node, part->site[i].rate, err));
    for (size_t i = 0; i < part->n_effect; i++) {
        RSP_TRY(need_positive(part, part->effect[i].node, part->effect[i].c50, err));
        RSP_TRY(need_positive(part, part->effect[i].node, part->effect[i].hill, err));
    }
    return RSP_OK;
}

static rsp_status check_parameters(const struct probe *p)
{
    const struct rsp_compiled *c = &p->model->compiled;
    for (size_t i = 0; i < p->model->n_part; i++) {
        for (size_t j = 0; j < p->model->part[i].n_parameter; j++) {
            const struct rsp_parameter_def *d = &p->model->part[i].parameter[j];
            const struct rsp_compiled_parameter *q = &c->parameter[d->slot];
            const double v = p->slot[d->slot];
            const bool random = q->eta >= 0 || q->iov_eta >= 0;
            if (!isfinite(v))
                return rsp_yaml_error(
                    d->node, p->err, RSP_E_DOMAIN, "'%s' is not finite%s", d->name, p->where);
            if (!d->any_sign && v < 0)
                return rsp_yaml_error(
                    d->node, p->err, RSP_E_DOMAIN, "'%s' turns negative%s", d->name, p->where);
            if (random && q->eta_scale == RSP_ETA_LOG && !(v > 0))
                return rsp_yaml_error(
                    d->node, p->err, RSP_E_DOMAIN, "'%s' must stay positive%s", d->name, p->where);
            if (random && q->eta_scale == RSP_ETA_LOGIT && !(v > 0 && v < 1))
                return rsp_yaml_error(
                    d->node, p->err, RSP_E_DOMAIN, "'%s' must stay between 0 and 1%s", d->name, p->where);
        }
    }
    return RSP_OK;
}

static rsp_status check_link(const struct probe *p, const struct rsp_part *part, size_t i)
{
    const struct rsp_compiled *c = &p->model->compiled;
    const struct rsp_link *link = &c->link[i];
    const double rate = p->slot[link->rate];
    const struct rsp_yaml *node = part->root;
    for (size_t k = part->n_flow; k-- > 0;) {
        if (i < part->flow[k].end_link)
            node = part->flow[k].node;
    }
    if (!(rate >= 0) || rate > max_rate_per_h)
        return rsp_yaml_error(node, p->err, RSP_E_DOMAIN,
            "the flow from '%s' to '%s' comes out at %g per h%s; expected 0 to %g (is the unit right?)",
            c->state_name[link->from], link->to >= 0 ? c->state_name[link->to] : "out", rate, p->where,
            max_rate_per_h);
    if (link->growth >= 0 && !(p->slot[link->growth] >= 0 && p->slot[link->growth] <= max_rate_per_h))
        return rsp_yaml_error(node, p->err, RSP_E_DOMAIN,
            "the growth comes out at %g per h%s; expected 0 to %g: a negative one would turn the flow round",
            p->slot[link->growth], p->where, max_rate_per_h);
    return RSP_OK;
}

static rsp_status check_flows(const struct probe *p, const struct rsp_part *part)
{
    const struct rsp_compiled *c = &p->model->compiled;
    for (size_t i = 0; i < part->n_flow; i++) {
        const struct rsp_flow_def *f = &part->flow[i];
        const double fraction = f->fraction != NULL ? p->slot[f->fraction_slot] : 1;
        if (!(fraction >= 0 && fraction <= 1))
            return rsp_yaml_error(f->node, p->err, RSP_E_DOMAIN,
                "fraction comes out as %g%s; the share of a flow lies between 0 and 1, or mass is not "
                "conserved",
                fraction, p->where);
    }
    for (size_t i = 0; i < c->n_link; i++)
        RSP_TRY(check_link(p, part, i));
    for (size_t i = 0; i < c->n_readout; i++) {
        const double scale = p->slot[c->readout[i].scale];
        if (!(scale > min_scale && scale < max_scale))
            return rsp_error_set(p->err, RSP_E_DOMAIN, "outputs",
                "the volume behind '%s' must be positive and of a sensible size%s", c->readout[i].name,
                p->where);
    }
    return RSP_OK;
}

/* Fraction of the dose that an input takes at this dose. */
static rsp_status check_fraction(
    const struct probe *p, const struct rsp_input_def *def, double dose_mg, double *sum)
{
    const struct rsp_input *in = &p->model->compiled.input[def->index];
    const double fraction = in->fraction >= 0 ? p->slot[in->fraction] : 1;
    char at[64] = "";
    if (in->fraction_of_dose)
        snprintf(at, sizeof at, " at a dose of %g mg", dose_mg);
    *sum += fraction;
    if (!(fraction >= 0) || !isfinite(fraction))
        return rsp_yaml_error(def->node, p->err, RSP_E_DOMAIN,
            "fraction comes out as %g%s%s; it is never negative", fraction, at, p->where);
    if (fraction > 1 + 1e-9 && def->note[0] == '\0')
        return rsp_yaml_error(def->node, p->err, RSP_E_DOMAIN,
            "fraction comes out as %g%s%s; more than the dose needs a `note` that says why (max(dose / unit, "
            "1) keeps a share per unit below 1)",
            fraction, at, p->where);
    return RSP_OK;
}

static bool is_delay(const struct probe *p, int slot)
{
    return slot < 0 || (p->slot[slot] >= 0 && p->slot[slot] <= max_delay_h);
}

static rsp_status check_inputs(const struct probe *p, const struct rsp_part *part)
{
    const struct rsp_compiled *c = &p->model->compiled;
    const size_t n_dose = c->dose_slot >= 0 ? sizeof probe_dose_mg / sizeof probe_dose_mg[0] : 1;
    for (size_t k = 0; k < n_dose; k++) {
        double sum[RSP_N_ROUTE] = {0};
        bool noted[RSP_N_ROUTE] = {false};
        if (c->dose_slot >= 0) {
            p->slot[c->dose_slot] = probe_dose_mg[k];
            rsp_program_run(&c->dose_program, p->slot);
        }
        for (size_t i = 0; i < part->n_input; i++) {
            const struct rsp_input_def *def = &part->input[i];
            const struct rsp_input *in = &c->input[def->index];
            RSP_TRY(check_fraction(p, def, probe_dose_mg[k], &sum[def->route]));
            noted[def->route] = noted[def->route] || def->note[0] != '\0';
            if (!is_delay(p, in->lag) || !is_delay(p, in->duration))
                return rsp_yaml_error(def->node, p->err, RSP_E_DOMAIN,
                    "a lag or duration comes out negative or longer than %g h%s", max_delay_h, p->where);
            if (sum[def->route] > 1 + 1e-9 && !noted[def->route])
                return rsp_yaml_error(def->node, p->err, RSP_E_DOMAIN,
                    "the inputs of this route take %g of the dose%s; more than all of it needs a `note` that "
                    "says why",
                    sum[def->route], p->where);
        }
    }
    return RSP_OK;
}

/* Percent between 0 and 100, fractions between 0 and 1: catches "100" for "1". */
static rsp_status check_bound(const struct probe *p, const struct rsp_effect_def *def, int slot)
{
    const size_t n = strlen(def->name);
    const bool pct = n > 4 && strcmp(def->name + n - 4, "_pct") == 0;
    const bool frac = n > 5 && strcmp(def->name + n - 5, "_frac") == 0;
    const double top = pct ? 100 : 1;
    if (slot < 0 || (!pct && !frac))
        return RSP_OK;
    if (!(p->slot[slot] >= 0 && p->slot[slot] <= top * (1 + 1e-9)))
        return rsp_yaml_error(def->node, p->err, RSP_E_DOMAIN,
            "baseline or ceiling comes out as %g in the unit of '%s'; expected 0 to %g (a parameter in "
            "percent is written 100 %%)",
            p->slot[slot], def->name, top);
    return RSP_OK;
}

static rsp_status check_effects(const struct probe *p)
{
    const struct rsp_compiled *c = &p->model->compiled;
    size_t k = 0;
    for (size_t i = 0; i < p->model->n_part; i++) {
        const struct rsp_part *part = &p->model->part[i];
        for (size_t j = 0; j < part->n_site; j++) {
            for (size_t m = 0; m < c->n_link; m++) {
                const struct rsp_link *link = &c->link[m];
                if (link->from == part->site[j].state && link->to == -1 && !(p->slot[link->rate] > 0))
                    return rsp_yaml_error(part->site[j].node, p->err, RSP_E_DOMAIN,
                        "the half-life must be positive and finite%s", p->where);
            }
        }
        for (size_t j = 0; j < part->n_effect && k < c->n_effect; j++, k++) {
            const struct rsp_compiled_effect *e = &c->effect[k];
            const struct rsp_effect_def *def = &part->effect[j];
            if ((e->c50 >= 0 && !(p->slot[e->c50] > 0)) || (e->hill >= 0 && !(p->slot[e->hill] > 0)))
                return rsp_yaml_error(
                    def->node, p->err, RSP_E_DOMAIN, "c50 and hill must be positive%s", p->where);
            RSP_TRY(check_bound(p, def, e->ceiling));
            RSP_TRY(check_bound(p, def, e->form == RSP_EFFECT_POWER ? -1 : e->baseline));
        }
    }
    return RSP_OK;
}

static rsp_status check_at(const struct probe *p, const double covariate[])
{
    const struct rsp_part *pk = &p->model->part[0];
    const struct rsp_compiled *c = &p->model->compiled;
    rsp_model_typical(p->model, covariate, p->slot);
    RSP_TRY(check_parameters(p));
    if (p->model->kind != RSP_MODEL_PK)
        return RSP_OK;
    RSP_TRY(check_flows(p, pk));
    RSP_TRY(check_inputs(p, pk));
    RSP_TRY(check_effects(p));
    for (size_t i = 0; i < c->n_slot; i++) {
        if (!isfinite(p->slot[i]))
            return rsp_error_set(
                p->err, RSP_E_DOMAIN, "", "an expression of %s is not finite%s", p->model->id, p->where);
    }
    return RSP_OK;
}

/* Every compartment must lead out of the body, or what enters it stays for ever. */
static rsp_status check_exits(const struct probe *p)
{
    const struct rsp_compiled *c = &p->model->compiled;
    const struct rsp_part *pk = &p->model->part[0];
    bool leads_out[RSP_MAX_STATE] = {false};
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < c->n_link; i++) {
            const struct rsp_link *link = &c->link[i];
            if (!link->conserving || leads_out[link->from] || !(p->slot[link->rate] > 0))
                continue;
            if (link->to < 0 || leads_out[link->to])
                leads_out[link->from] = changed = true;
        }
    }
    for (size_t i = 0; i < pk->n_compartment; i++) {
        if (!leads_out[i])
            return rsp_yaml_error(pk->compartment[i].node, p->err, RSP_E_MISMATCH,
                "compartment '%s' has no way out of the body; add a flow that ends in `to: out`",
                pk->compartment[i].name);
    }
    return RSP_OK;
}

static rsp_status check_covariate_ends(struct probe *p, double covariate[])
{
    for (size_t i = 0; i < p->model->n_covariate; i++) {
        const struct rsp_model_covariate *c = &p->model->covariate[i];
        const size_t n = c->categorical ? c->n_level : 2;
        if (c->low > c->high)
            continue;
        for (size_t k = 0; k < n; k++) {
            covariate[i] = c->categorical ? (double)k : k == 0 ? c->low : c->high;
            if (c->categorical)
                snprintf(p->where, sizeof p->where, " at %.60s = %.60s", c->name, c->level[k]);
            else
                snprintf(p->where, sizeof p->where, " at %.60s = %g", c->name, covariate[i]);
            RSP_TRY(check_at(p, covariate));
        }
        covariate[i] = c->reference;
    }
    p->where[0] = '\0';
    return check_at(p, covariate);
}

rsp_status rsp_model_validate(const struct rsp_model *model, struct rsp_error *err)
{
    double slot[RSP_MAX_SLOT], covariate[RSP_MAX_COVARIATE];
    struct probe p = {.model = model, .slot = slot, .err = err};
    for (size_t i = 0; i < model->n_part; i++)
        RSP_TRY(check_signs(&model->part[i], err));
    for (size_t i = 0; i < model->n_covariate; i++)
        covariate[i] = model->covariate[i].reference;
    RSP_TRY(check_at(&p, covariate));
    RSP_TRY(check_covariate_ends(&p, covariate));
    return model->kind == RSP_MODEL_PK ? check_exits(&p) : RSP_OK;
}
