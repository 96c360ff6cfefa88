/* The public tables of a model: parameters, outputs, structure, checks. */
#include <stdio.h>
#include <string.h>

#include "model/compile.h"

static const char *keep(struct rsp_model *model, const char *text)
{
    return rsp_arena_text(model->arena, text, strlen(text));
}

static rsp_status describe_parameters(struct rsp_model *model, struct rsp_error *err)
{
    char text[400];
    RSP_COMPILE_ARRAY(model->parameter, model, model->compiled.n_parameter, err);
    for (size_t i = 0; i < model->n_part; i++) {
        for (size_t j = 0; j < model->part[i].n_parameter; j++) {
            const struct rsp_parameter_def *p = &model->part[i].parameter[j];
            struct rsp_parameter_info *info = &model->parameter[model->n_parameter];
            const bool pure = strcmp(p->unit.text, "1") == 0;
            snprintf(text, sizeof text, "%s%s%s%s", p->between.given ? p->between.text : "",
                p->between.given && p->occasion.given ? "; " : "",
                p->occasion.given ? "between occasions " : "", p->occasion.given ? p->occasion.text : "");
            info->name = p->label;
            info->value = p->value;
            info->unit = pure ? "" : keep(model, p->unit.text);
            info->variability = keep(model, text);
            info->uncertainty = p->uncertain_text;
            info->source = p->source;
            info->note = p->note;
            info->confidence = p->confidence;
            if (info->unit == NULL || info->variability == NULL)
                return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
            model->n_parameter++;
        }
    }
    return RSP_OK;
}

static rsp_status set_unit(struct rsp_model *model, struct rsp_model_output *o, struct rsp_error *err)
{
    struct rsp_unit unit = {.text = "1"};
    if (!rsp_output_unit(o->name, &unit))
        return rsp_error_set(err, RSP_E_UNIT, o->name, "the name does not end with a known unit");
    o->unit = strcmp(unit.text, "1") == 0 ? "" : keep(model, unit.text);
    return o->unit != NULL ? RSP_OK : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

/* The formula of an effect in the names of its file. */
static void format_effect(const struct rsp_effect_def *e, char *text, size_t size)
{
    const char *b = e->baseline != NULL ? e->baseline_text : e->form == RSP_EFFECT_POWER ? "1" : "0";
    switch (e->form) {
    case RSP_EFFECT_LINEAR:
        snprintf(text, size, "%s + %s * %s%s%s%s%s", b, e->slope_text[0], e->driver[0],
            e->n_driver > 1 ? " + " : "", e->n_driver > 1 ? e->slope_text[1] : "",
            e->n_driver > 1 ? " * " : "", e->n_driver > 1 ? e->driver[1] : "");
        break;
    case RSP_EFFECT_EMAX:
        snprintf(text, size, "%s + (%s - %s) * C / (%s + C), C = %s", b, e->ceiling_text, b, e->c50_text,
            e->driver[0]);
        break;
    case RSP_EFFECT_SIGMOID:
        snprintf(text, size, "%s + (%s - %s) * C^h / (%s^h + C^h), h = %s, C = %s", b, e->ceiling_text, b,
            e->c50_text, e->hill_text, e->driver[0]);
        break;
    case RSP_EFFECT_POWER:
        snprintf(
            text, size, "%s * (1 + (C / %s)^h), h = %s, C = %s", b, e->c50_text, e->hill_text, e->driver[0]);
        break;
    case RSP_EFFECT_INHIBITION:
        snprintf(text, size, "C / (%s + C), C = %s%s", e->c50_text, e->driver[0],
            e->gated ? ", in the response class only" : "");
        break;
    case RSP_EFFECT_PRODUCT:
        snprintf(text, size, "%s * (1 - %s)", b, e->driver[0]);
        break;
    }
}

static rsp_status add_output(struct rsp_model *model, const char *name, const char *label, const char *form,
    const char *text, size_t part, struct rsp_error *err)
{
    struct rsp_model_output *o = &model->output[model->n_output];
    *o = (struct rsp_model_output){
        .name = name, .label = label, .form = form, .text = keep(model, text), .part = (int)part};
    if (o->text == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    RSP_TRY(set_unit(model, o, err));
    model->n_output++;
    return RSP_OK;
}

/* Readouts first (outputs, effect sites), then effects: the order of rsp_compiled. */
static rsp_status describe_outputs(struct rsp_model *model, struct rsp_error *err)
{
    static const char *const forms[] = {"linear", "emax", "sigmoid", "power", "inhibition", "product"};
    char text[1024];
    size_t n = 0;
    for (size_t i = 0; i < model->n_part; i++)
        n += model->part[i].n_output + model->part[i].n_site + model->part[i].n_effect;
    RSP_COMPILE_ARRAY(model->output, model, n, err);
    for (size_t i = 0; i < model->n_part; i++) {
        const struct rsp_part *part = &model->part[i];
        for (size_t j = 0; j < part->n_output; j++)
            RSP_TRY(
                add_output(model, part->output[j].name, part->output[j].label, "concentration", "", i, err));
        for (size_t j = 0; j < part->n_site; j++) {
            const struct rsp_effect_site_def *s = &part->site[j];
            snprintf(text, sizeof text, "follows %s with %s %s", s->driver,
                s->half_life ? "half-life" : "ke0", s->rate_text);
            RSP_TRY(add_output(model, s->name, s->label, "effect site", text, i, err));
        }
    }
    for (size_t i = 0; i < model->n_part; i++) {
        for (size_t j = 0; j < model->part[i].n_effect; j++) {
            const struct rsp_effect_def *e = &model->part[i].effect[j];
            format_effect(e, text, sizeof text);
            RSP_TRY(add_output(model, e->name, e->label, forms[e->form], text, i, err));
        }
    }
    return RSP_OK;
}

static rsp_status describe_compartments(struct rsp_model *model, struct rsp_error *err)
{
    RSP_COMPILE_ARRAY(model->compartment, model, model->compiled.n_state, err);
    if (model->kind != RSP_MODEL_PK)
        return RSP_OK;
    for (size_t i = 0; i < model->part[0].n_compartment; i++) {
        const struct rsp_compartment_def *c = &model->part[0].compartment[i];
        model->compartment[model->n_compartment++] = (struct rsp_model_compartment){.name = c->name,
            .substance = c->substance != NULL ? c->substance->name : "",
            .volume = c->volume_text,
            .role = c->delay ? RSP_COMPARTMENT_DELAY : RSP_COMPARTMENT_BODY};
    }
    for (size_t i = 0; i < model->n_part; i++) {
        for (size_t j = 0; j < model->part[i].n_site; j++)
            model->compartment[model->n_compartment++] =
                (struct rsp_model_compartment){.name = model->part[i].site[j].name,
                    .substance = "",
                    .volume = "",
                    .role = RSP_COMPARTMENT_EFFECT_SITE};
    }
    return RSP_OK;
}

static void describe_flow(struct rsp_model *model, const struct rsp_flow_def *f)
{
    const int to = f->to != NULL ? f->to->state : -1;
    struct rsp_model_flow flow = {.from = f->from->state,
        .to = to,
        .both_ways = f->both_ways,
        .rate = f->amount_text,
        .clearance = f->clearance,
        .fraction = f->fraction_text != NULL ? f->fraction_text : "",
        .conserving = true};
    const char *fraction = flow.fraction;
    for (size_t i = 0; i < f->n_chain; i++) {
        flow.to = f->chain[i].state;
        flow.fraction = "";
        model->flow[model->n_flow++] = flow;
        flow.from = flow.to;
        flow.rate = f->chain_text;
        flow.clearance = false;
    }
    flow.to = to;
    flow.fraction = fraction;
    model->flow[model->n_flow++] = flow;
}

static rsp_status describe_flows(struct rsp_model *model, struct rsp_error *err)
{
    const struct rsp_compiled *c = &model->compiled;
    RSP_COMPILE_ARRAY(model->flow, model, c->n_link, err);
    RSP_COMPILE_ARRAY(model->input, model, c->n_input, err);
    if (model->kind != RSP_MODEL_PK)
        return RSP_OK;
    for (size_t i = 0; i < model->part[0].n_flow; i++)
        describe_flow(model, &model->part[0].flow[i]);
    for (size_t i = 0; i < model->n_part; i++) {
        for (size_t j = 0; j < model->part[i].n_site; j++) {
            const struct rsp_effect_site_def *s = &model->part[i].site[j];
            for (size_t k = 0; k < c->n_link; k++) {
                if (c->link[k].to == s->state && !c->link[k].conserving)
                    model->flow[model->n_flow++] = (struct rsp_model_flow){.from = c->link[k].from,
                        .to = s->state,
                        .rate = s->rate_text,
                        .fraction = "",
                        .conserving = false};
            }
        }
    }
    for (size_t i = 0; i < model->part[0].n_input; i++) {
        const struct rsp_input_def *in = &model->part[0].input[i];
        model->input[model->n_input++] = (struct rsp_model_input){.route = in->route,
            .to = in->to->state,
            .fraction = in->fraction_text,
            .lag = in->lag_text,
            .duration = in->duration_text,
            .note = in->note};
    }
    return RSP_OK;
}

static rsp_status describe_lists(struct rsp_model *model, struct rsp_error *err)
{
    size_t n_check = 0, n_source = 0;
    for (size_t i = 0; i < model->n_part; i++) {
        n_check += model->part[i].n_check;
        n_source += model->part[i].n_source;
    }
    RSP_COMPILE_ARRAY(model->check, model, n_check, err);
    RSP_COMPILE_ARRAY(model->source, model, n_source, err);
    for (size_t i = 0; i < model->n_part; i++) {
        for (size_t j = 0; j < model->part[i].n_check; j++)
            model->check[model->n_check++] = model->part[i].check[j].check;
        for (size_t j = 0; j < model->part[i].n_source; j++)
            model->source[model->n_source++] = model->part[i].sources[j];
    }
    return RSP_OK;
}

rsp_status rsp_model_describe(struct rsp_model *model, struct rsp_error *err)
{
    RSP_TRY(describe_parameters(model, err));
    RSP_TRY(describe_outputs(model, err));
    RSP_TRY(describe_compartments(model, err));
    RSP_TRY(describe_flows(model, err));
    return describe_lists(model, err);
}
