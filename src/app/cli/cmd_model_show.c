/* respite model show */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/model.h>
#include <respite/units.h>

#include "cli.h"
#include "columns.h"
#include "json.h"
#include "model_argument.h"

enum { WIDTH = 100, TEXT_INDENT = 2, MAX_SOURCE = 64 };

static void heading(struct rsp_buf *out, const char *text)
{
    rsp_buf_printf(out, "\n%s\n", text);
}

static void text_line(struct rsp_buf *out, const char *label, const char *text)
{
    enum { LABEL = 14 };

    if (text == NULL || text[0] == '\0')
        return;
    rsp_buf_printf(out, "  %-*s", LABEL, label);
    rsp_cli_wrap(out, text, TEXT_INDENT + LABEL, TEXT_INDENT + LABEL, WIDTH);
}

static void range_text(double low, double high, const char *unit, char *text, size_t size)
{
    char from[32], to[32];

    text[0] = '\0';
    if (low > high)
        return;
    rsp_number_format(low, 6, from, sizeof from);
    rsp_number_format(high, 6, to, sizeof to);
    snprintf(text, size, "%s to %s%s%s", from, to, unit[0] != '\0' ? " " : "", unit);
}

static void show_part(const struct rsp_model_part *part, struct rsp_buf *out)
{
    char text[256];
    size_t used = 0;

    rsp_buf_printf(out, "%s\n", part->name);
    text_line(out, "id", part->id);
    text_line(out, "kind", part->kind == RSP_MODEL_PK ? "pharmacokinetics" : "effect");
    text_line(out, "drug", rsp_drug_name(part->drug));
    text_line(out, "site", rsp_cli_site(part->site));
    text_line(out, "people", part->population);
    text_line(out, "regimen", part->domain.regimen);
    text[0] = '\0';
    for (size_t i = 0; i < part->domain.n_condition && used < sizeof text; i++)
        used += (size_t)snprintf(
            text + used, sizeof text - used, "%s%s", i > 0 ? ", " : "", part->domain.condition[i]);
    text_line(out, "conditions", text);
    range_text(part->domain.duration_h[0], part->domain.duration_h[1], "h", text, sizeof text);
    text_line(out, "duration", text);
    range_text(part->domain.concentration_ng_per_ml[0], part->domain.concentration_ng_per_ml[1], "ng/mL",
        text, sizeof text);
    text_line(out, "concentration", text);
    text_line(out, "domain", part->domain.note);
    text_line(out, "status", part->status);
    text_line(out, "paper", part->citation);
    text_line(out, "doi", part->doi);
    text_line(out, "sha256", rsp_cli_model_sha256(part->id));
    for (size_t i = 0; i < part->n_caveat; i++)
        text_line(out, i == 0 ? "caveats" : "", part->caveat[i]);
}

static const char *compartment_name(const struct rsp_model *model, int i)
{
    return i >= 0 ? rsp_model_compartment(model, (size_t)i)->name : "out of the body";
}

static void show_structure(const struct rsp_model *model, struct rsp_buf *out)
{
    struct rsp_columns table;

    heading(out, "Structure");
    rsp_columns_init(&table, 4);
    for (size_t i = 0; i < rsp_model_n_flow(model); i++) {
        const struct rsp_model_flow *flow = rsp_model_flow(model, i);
        char rate[256];
        rsp_columns_text(&table, compartment_name(model, flow->from));
        rsp_columns_text(&table, flow->both_ways ? "<->" : flow->conserving ? "->" : "drives");
        rsp_columns_text(&table, compartment_name(model, flow->to));
        snprintf(rate, sizeof rate, "%s %s%s%s", flow->clearance ? "clearance" : "rate", flow->rate,
            flow->fraction[0] != '\0' ? ", fraction " : "", flow->fraction);
        rsp_columns_text(&table, rate);
    }
    rsp_columns_print(&table, TEXT_INDENT, WIDTH, out);
    rsp_columns_free(&table);

    heading(out, "Routes");
    rsp_columns_init(&table, 3);
    for (size_t i = 0; i < rsp_model_n_input(model); i++) {
        const struct rsp_model_input *input = rsp_model_input(model, i);
        char text[512];
        rsp_columns_text(&table, rsp_route_name(input->route));
        rsp_columns_text(&table, compartment_name(model, input->to));
        snprintf(text, sizeof text, "%s%s%s%s%s%s%s%s", input->fraction[0] != '\0' ? "fraction " : "",
            input->fraction, input->lag[0] != '\0' ? " lag " : "", input->lag,
            input->duration[0] != '\0' ? " duration " : "", input->duration,
            input->note[0] != '\0' ? " " : "", input->note);
        rsp_columns_text(&table, text);
    }
    rsp_columns_print(&table, TEXT_INDENT, WIDTH, out);
    rsp_columns_free(&table);

    heading(out, "Outputs");
    rsp_columns_init(&table, 3);
    for (size_t i = 0; i < rsp_model_n_output(model); i++) {
        const struct rsp_model_output *output = rsp_model_output(model, i);
        rsp_columns_text(&table, output->name);
        rsp_columns_text(&table, output->form);
        rsp_columns_text(&table, output->text[0] != '\0' ? output->text : output->label);
    }
    rsp_columns_print(&table, TEXT_INDENT, WIDTH, out);
    rsp_columns_free(&table);
}

/* Number of a source text among the parameters' different ones, from 1. */
static size_t source_number(const char *source, size_t *n_source, const char *sources[MAX_SOURCE])
{
    for (size_t i = 0; i < *n_source; i++)
        if (strcmp(sources[i], source) == 0)
            return i + 1;
    if (*n_source < MAX_SOURCE)
        sources[(*n_source)++] = source;
    return *n_source;
}

static void show_parameters(const struct rsp_model *model, struct rsp_buf *out)
{
    const char *sources[MAX_SOURCE];
    struct rsp_columns table;
    char text[1024];
    size_t n_source = 0;

    heading(out, "Parameters");
    rsp_columns_init(&table, 6);
    table.right[1] = true;
    for (size_t i = 0; i < rsp_model_n_parameter(model); i++) {
        const struct rsp_parameter_info *p = rsp_model_parameter(model, i);
        rsp_columns_text(&table, p->name);
        rsp_columns_number(&table, p->value, 6);
        rsp_columns_text(&table, strcmp(p->unit, "1") == 0 ? "" : p->unit);
        rsp_columns_text(&table, rsp_cli_confidence(p->confidence));
        snprintf(text, sizeof text, "[%zu]", source_number(p->source, &n_source, sources));
        rsp_columns_text(&table, text);
        const char *const part[] = {p->variability, p->uncertainty, p->note};
        static const char *const label[] = {"variability ", "uncertainty ", ""};
        size_t used = 0;
        text[0] = '\0';
        for (size_t k = 0; k < 3; k++)
            if (part[k][0] != '\0' && used < sizeof text)
                used += (size_t)snprintf(
                    text + used, sizeof text - used, "%s%s%s", used > 0 ? "; " : "", label[k], part[k]);
        rsp_columns_text(&table, text);
    }
    rsp_columns_print(&table, TEXT_INDENT, WIDTH, out);
    rsp_columns_free(&table);
    heading(out, "Sources of the parameters");
    for (size_t i = 0; i < n_source; i++) {
        rsp_buf_printf(out, "  [%zu] ", i + 1);
        rsp_cli_wrap(out, sources[i], 6, 6, WIDTH);
    }
}

static void show_covariates(const struct rsp_model *model, struct rsp_buf *out)
{
    struct rsp_columns table;
    char text[256];

    heading(out, "Covariates");
    rsp_columns_init(&table, 4);
    for (size_t i = 0; i < rsp_model_n_covariate(model); i++) {
        const struct rsp_model_covariate *c = rsp_model_covariate(model, i);
        size_t used = 0;
        rsp_columns_text(&table, c->name);
        rsp_columns_text(&table, c->required ? "required" : "optional");
        if (c->categorical) {
            text[0] = '\0';
            for (size_t k = 0; k < c->n_level && used < sizeof text; k++)
                used += (size_t)snprintf(
                    text + used, sizeof text - used, "%s%s", k > 0 ? " | " : "", c->level[k]);
            rsp_columns_text(&table, text);
            rsp_columns_text(&table, c->level[(size_t)c->reference]);
        } else {
            range_text(c->low, c->high, "", text, sizeof text);
            rsp_columns_text(&table, text[0] != '\0' ? text : "range not stated");
            rsp_columns_number(&table, c->reference, 6);
        }
    }
    if (rsp_model_n_covariate(model) == 0)
        rsp_buf_text(out, "  none\n");
    rsp_columns_print(&table, TEXT_INDENT, WIDTH, out);
    rsp_columns_free(&table);
}

static void show_text(const struct rsp_model *model, struct rsp_buf *out)
{
    for (size_t i = 0; i < rsp_model_n_part(model); i++) {
        if (i > 0)
            rsp_buf_text(out, "\n");
        show_part(rsp_model_part(model, i), out);
    }
    if (!rsp_model_may_plan(model))
        rsp_buf_text(out, "\nThis model only simulates: nobody is planned with it.\n");
    show_structure(model, out);
    show_parameters(model, out);
    show_covariates(model, out);
    heading(out, "Assumptions");
    for (size_t i = 0; i < rsp_model_n_assumption(model); i++) {
        const struct rsp_assumption *assumption = rsp_model_assumption(model, i);
        rsp_buf_printf(out, "  %s: ", assumption->name);
        rsp_cli_wrap(out, assumption->text, strlen(assumption->name) + 4, 4, WIDTH);
    }
    if (rsp_model_n_assumption(model) == 0)
        rsp_buf_text(out, "  none\n");
}

static void show_json_parts(const struct rsp_model *model, struct rsp_buf *out)
{
    rsp_json_open(out, "parts", '[');
    for (size_t i = 0; i < rsp_model_n_part(model); i++) {
        const struct rsp_model_part *part = rsp_model_part(model, i);
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "id", part->id);
        rsp_json_text(out, "name", part->name);
        rsp_json_text(out, "kind", part->kind == RSP_MODEL_PK ? "pk" : "effect");
        rsp_json_text(out, "drug", rsp_drug_name(part->drug));
        rsp_json_text(out, "site", rsp_cli_site(part->site));
        rsp_json_text(out, "population", part->population);
        rsp_json_text(out, "status", part->status);
        rsp_json_text(out, "citation", part->citation);
        rsp_json_text(out, "doi", part->doi);
        rsp_json_text(out, "sha256", rsp_cli_model_sha256(part->id));
        rsp_json_open(out, "domain", '{');
        rsp_json_open(out, "conditions", '[');
        for (size_t k = 0; k < part->domain.n_condition; k++)
            rsp_json_text(out, NULL, part->domain.condition[k]);
        rsp_json_close(out, ']');
        rsp_json_text(out, "regimen", part->domain.regimen);
        static const char *const name[] = {"duration_h", "concentration_ng_per_ml"};
        const double *const range[] = {part->domain.duration_h, part->domain.concentration_ng_per_ml};
        for (size_t k = 0; k < 2; k++) {
            if (range[k][0] > range[k][1])
                continue;
            rsp_json_open(out, name[k], '[');
            rsp_json_number(out, NULL, range[k][0]);
            rsp_json_number(out, NULL, range[k][1]);
            rsp_json_close(out, ']');
        }
        rsp_json_close(out, '}');
        rsp_json_open(out, "caveats", '[');
        for (size_t k = 0; k < part->n_caveat; k++)
            rsp_json_text(out, NULL, part->caveat[k]);
        rsp_buf_text(out, "]}");
    }
    rsp_json_close(out, ']');
}

static void show_json_structure(const struct rsp_model *model, struct rsp_buf *out)
{
    rsp_json_open(out, "compartments", '[');
    for (size_t i = 0; i < rsp_model_n_compartment(model); i++) {
        const struct rsp_model_compartment *c = rsp_model_compartment(model, i);
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "name", c->name);
        rsp_json_text(out, "substance", c->substance);
        rsp_json_text(out, "volume", c->volume);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    rsp_json_open(out, "flows", '[');
    for (size_t i = 0; i < rsp_model_n_flow(model); i++) {
        const struct rsp_model_flow *f = rsp_model_flow(model, i);
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "from", compartment_name(model, f->from));
        rsp_json_text(out, "to", f->to >= 0 ? compartment_name(model, f->to) : "out");
        rsp_json_bool(out, "both_ways", f->both_ways);
        rsp_json_text(out, f->clearance ? "clearance" : "rate", f->rate);
        rsp_json_text(out, "fraction", f->fraction);
        rsp_json_bool(out, "conserving", f->conserving);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    rsp_json_open(out, "routes", '[');
    for (size_t i = 0; i < rsp_model_n_input(model); i++) {
        const struct rsp_model_input *in = rsp_model_input(model, i);
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "route", rsp_route_name(in->route));
        rsp_json_text(out, "to", compartment_name(model, in->to));
        rsp_json_text(out, "fraction", in->fraction);
        rsp_json_text(out, "lag", in->lag);
        rsp_json_text(out, "duration", in->duration);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    rsp_json_open(out, "outputs", '[');
    for (size_t i = 0; i < rsp_model_n_output(model); i++) {
        const struct rsp_model_output *o = rsp_model_output(model, i);
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "name", o->name);
        rsp_json_text(out, "label", o->label);
        rsp_json_text(out, "unit", o->unit);
        rsp_json_text(out, "form", o->form);
        rsp_json_text(out, "text", o->text);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
}

static void show_json_numbers(const struct rsp_model *model, struct rsp_buf *out)
{
    rsp_json_open(out, "parameters", '[');
    for (size_t i = 0; i < rsp_model_n_parameter(model); i++) {
        const struct rsp_parameter_info *p = rsp_model_parameter(model, i);
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "name", p->name);
        rsp_json_number(out, "value", p->value);
        rsp_json_text(out, "unit", p->unit);
        rsp_json_text(out, "variability", p->variability);
        rsp_json_text(out, "uncertainty", p->uncertainty);
        rsp_json_text(out, "confidence", rsp_cli_confidence(p->confidence));
        rsp_json_text(out, "source", p->source);
        rsp_json_text(out, "note", p->note);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    rsp_json_open(out, "covariates", '[');
    for (size_t i = 0; i < rsp_model_n_covariate(model); i++) {
        const struct rsp_model_covariate *c = rsp_model_covariate(model, i);
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "name", c->name);
        rsp_json_bool(out, "required", c->required);
        if (c->categorical) {
            rsp_json_text(out, "reference", c->level[(size_t)c->reference]);
            rsp_json_open(out, "levels", '[');
            for (size_t k = 0; k < c->n_level; k++)
                rsp_json_text(out, NULL, c->level[k]);
            rsp_json_close(out, ']');
        } else {
            rsp_json_number(out, "reference", c->reference);
            rsp_json_number(out, "low", c->low > c->high ? NAN : c->low);
            rsp_json_number(out, "high", c->low > c->high ? NAN : c->high);
        }
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    rsp_json_open(out, "assumptions", '[');
    for (size_t i = 0; i < rsp_model_n_assumption(model); i++) {
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "name", rsp_model_assumption(model, i)->name);
        rsp_json_text(out, "text", rsp_model_assumption(model, i)->text);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
}

rsp_status rsp_cmd_model_show(struct rsp_cli *cli, struct rsp_error *err)
{
    const char *name = rsp_cli_nth(cli, NULL, 0);
    struct rsp_model *model = NULL;

    if (name == NULL)
        return rsp_error_set(
            err, RSP_E_MISSING, "", "name a model: respite model show otto2021 ('respite model list')");
    RSP_TRY(rsp_cli_model(name, &model, err));
    if (rsp_cli_flag(cli, "json")) {
        rsp_json_open(&cli->out, NULL, '{');
        rsp_json_text(&cli->out, "id", rsp_model_id(model));
        rsp_json_bool(&cli->out, "may_plan", rsp_model_may_plan(model));
        show_json_parts(model, &cli->out);
        show_json_structure(model, &cli->out);
        show_json_numbers(model, &cli->out);
        rsp_buf_text(&cli->out, "}\n");
    } else {
        show_text(model, &cli->out);
    }
    rsp_model_free(model);
    return RSP_OK;
}
