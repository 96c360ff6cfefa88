/* respite simulate */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/model.h>
#include <respite/units.h>

#include "model_argument.h"
#include "simulation.h"

enum { MAX_PEOPLE = 100000000, MAX_THREAD = 1024, MAX_DIGITS = 17, DEFAULT_DIGITS = 10, MAX_WORD = 128 };

static rsp_status read_model(struct rsp_sim *sim, struct rsp_error *err)
{
    const char *text = rsp_cli_text(sim->cli, "model");

    if (text == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "",
            "no model: add --model MODEL, such as otto2021 ('respite model list' shows them)");
    return rsp_cli_model(text, &sim->model, err);
}

/* A value for --param: a number in the published unit, or a quantity with a unit of the same kind. */
static rsp_status parameter_value(
    const struct rsp_parameter_info *info, const char *text, double *value, struct rsp_error *err)
{
    struct rsp_quantity quantity;
    struct rsp_unit published;

    if (strpbrk(text, " /") == NULL && rsp_number_parse(text, value, NULL) == RSP_OK)
        return RSP_OK;
    RSP_TRY(rsp_quantity_parse(text, &quantity, err));
    RSP_TRY(rsp_unit_parse(info->unit, &published, err));
    if (!rsp_dimension_equal(quantity.unit.dimension, published.dimension))
        return rsp_error_set(err, RSP_E_UNIT, "", "%s is in %s: '%.40s' is another kind of quantity",
            info->name, info->unit, text);
    *value = quantity.internal / published.factor;
    return RSP_OK;
}

static rsp_status change_parameter(struct rsp_sim *sim, const char *text, struct rsp_error *err)
{
    struct rsp_model *changed = NULL;
    const struct rsp_parameter_info *info = NULL;
    char name[64];
    const char *value_text;
    double value = 1; /* an unknown name is refused whatever its value */

    RSP_TRY(rsp_cli_assignment("--param", text, name, sizeof name, &value_text, err));
    for (size_t i = 0; i < rsp_model_n_parameter(sim->model); i++)
        if (strcmp(rsp_model_parameter(sim->model, i)->name, name) == 0)
            info = rsp_model_parameter(sim->model, i);
    if (info != NULL)
        RSP_TRY(rsp_cli_place(parameter_value(info, value_text, &value, err), "--param", err));
    RSP_TRY(rsp_cli_place(rsp_model_with_parameter(sim->model, name, value, &changed, err), "--param", err));
    rsp_model_free(sim->model);
    sim->model = changed;
    return RSP_OK;
}

static rsp_status read_parameters(struct rsp_sim *sim, struct rsp_error *err)
{
    for (size_t i = 0; i < rsp_cli_count(sim->cli, "param"); i++)
        RSP_TRY(change_parameter(sim, rsp_cli_nth(sim->cli, "param", i), err));
    return RSP_OK;
}

/* The length of the substance that an output's name begins with ("norketamine" of "norketamine_ng_per_ml"), 0 when it
 * begins with no substance of this program. */
static size_t substance_length(const char *name)
{
    static const char *const metabolite[] = {"hydroxynor", "dehydronor", "esnor", "arnor", "nor", ""};
    const size_t length = strcspn(name, "_");
    char word[MAX_WORD];
    enum rsp_drug drug;

    for (size_t i = 0; i < sizeof metabolite / sizeof *metabolite; i++) {
        const size_t skip = strlen(metabolite[i]);
        if (length <= skip || length >= sizeof word || strncmp(name, metabolite[i], skip) != 0)
            continue;
        snprintf(word, sizeof word, "%.*s", (int)(length - skip), name + skip);
        if (rsp_drug_parse(word, &drug, NULL) == RSP_OK)
            return length;
    }
    return 0;
}

/* Is the substance that the name asks for among the outputs? Another one is never suggested in its place. */
static bool knows_substance(const struct rsp_sim *sim, const char *name)
{
    const size_t length = substance_length(name);

    for (size_t i = 0; i < rsp_model_n_output(sim->model); i++) {
        const char *output = rsp_model_output_name(sim->model, i);
        if (strcspn(output, "_") == length && strncmp(output, name, length) == 0)
            return true;
    }
    return length == 0;
}

static rsp_status unknown_output(const struct rsp_sim *sim, const char *name, struct rsp_error *err)
{
    const char *known[RSP_SIM_MAX_OUTPUT + 1];
    const size_t n = rsp_model_n_output(sim->model), length = substance_length(name);
    const bool substance = knows_substance(sim, name);
    char list[400] = "";
    size_t used = 0, n_known = 0;

    for (size_t i = 0; i < n && i < RSP_SIM_MAX_OUTPUT; i++) {
        const char *output = rsp_model_output_name(sim->model, i);
        if (used < sizeof list)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", output);
        if (length == 0 || strncmp(output, name, length) == 0)
            known[n_known++] = output;
    }
    known[n_known] = NULL;
    const char *nearest = rsp_text_nearest(name, known);
    if (!substance)
        return rsp_error_set(err, RSP_E_UNKNOWN, "",
            "%s has no output '%s': it knows no %.*s; its outputs are %s", rsp_model_id(sim->model), name,
            (int)length, name, list);
    if (nearest != NULL)
        return rsp_error_set(err, RSP_E_UNKNOWN, "", "%s has no output '%s': did you mean '%s'?",
            rsp_model_id(sim->model), name, nearest);
    return rsp_error_set(err, RSP_E_UNKNOWN, "", "%s has no output '%s': its outputs are %s",
        rsp_model_id(sim->model), name, list);
}

static rsp_status given_twice(const char *word, struct rsp_error *err)
{
    return rsp_error_set(err, RSP_E_SYNTAX, "", "'%.60s' is given twice: give it once", word);
}

static rsp_status read_outputs(struct rsp_sim *sim, struct rsp_error *err)
{
    const char *text = rsp_cli_text(sim->cli, "output");
    char word[MAX_WORD];

    if (text == NULL) {
        sim->n_output = rsp_model_n_output(sim->model);
        if (sim->n_output > RSP_SIM_MAX_OUTPUT)
            sim->n_output = RSP_SIM_MAX_OUTPUT;
        for (size_t i = 0; i < sim->n_output; i++)
            sim->output[i] = (int)i;
        return RSP_OK;
    }
    while (text != NULL) {
        RSP_TRY(rsp_cli_word("--output", &text, word, sizeof word, err));
        const int i = rsp_model_output_find(sim->model, word);
        if (i < 0)
            return rsp_cli_place(unknown_output(sim, word, err), "--output", err);
        for (size_t k = 0; k < sim->n_output; k++)
            if (sim->output[k] == i)
                return rsp_cli_place(given_twice(word, err), "--output", err);
        if (sim->n_output == RSP_SIM_MAX_OUTPUT)
            return rsp_error_set(err, RSP_E_LIMIT, "", "more than %d outputs", RSP_SIM_MAX_OUTPUT);
        sim->output[sim->n_output++] = i;
    }
    return RSP_OK;
}

static rsp_status read_quantiles(struct rsp_sim *sim, struct rsp_error *err)
{
    const char *text = rsp_cli_text(sim->cli, "quantiles");
    char word[MAX_WORD];

    if (text == NULL)
        return RSP_OK;
    if (!sim->population)
        return rsp_cli_place(
            rsp_error_set(err, RSP_E_MISSING, "", "percentiles are taken over people: add --subjects N"),
            "--quantiles", err);
    while (text != NULL) {
        double percent;
        RSP_TRY(rsp_cli_word("--quantiles", &text, word, sizeof word, err));
        RSP_TRY(rsp_cli_place(rsp_number_parse(word, &percent, err), "--quantiles", err));
        if (!(percent >= 0 && percent <= 100))
            return rsp_cli_place(rsp_error_set(err, RSP_E_DOMAIN, "",
                                     "'%s' is no percentile: give numbers from 0 to 100", word),
                "--quantiles", err);
        for (size_t k = 0; k < sim->n_quantile; k++)
            if (sim->quantile[k] == percent)
                return rsp_cli_place(given_twice(word, err), "--quantiles", err);
        if (sim->n_quantile == RSP_SIM_MAX_QUANTILE)
            return rsp_cli_place(
                rsp_error_set(err, RSP_E_LIMIT, "", "more than %d percentiles", RSP_SIM_MAX_QUANTILE),
                "--quantiles", err);
        sim->quantile[sim->n_quantile++] = percent;
    }
    return RSP_OK;
}

static rsp_status read_numbers(struct rsp_sim *sim, struct rsp_error *err)
{
    double people = 1, seed = 1, threads = 0, digits = DEFAULT_DIGITS;
    int uncertainty = RSP_UNCERTAINTY_NONE, format = sim->cli->out_terminal ? RSP_SIM_TABLE : RSP_SIM_CSV;

    sim->population = rsp_cli_text(sim->cli, "subjects") != NULL;
    RSP_TRY(rsp_cli_whole(sim->cli, "subjects", 1, MAX_PEOPLE, &people, err));
    RSP_TRY(rsp_cli_whole(sim->cli, "seed", 0, RSP_CLI_LARGEST_SEED, &seed, err));
    RSP_TRY(rsp_cli_whole(sim->cli, "threads", 1, MAX_THREAD, &threads, err));
    RSP_TRY(rsp_cli_whole(sim->cli, "digits", 1, MAX_DIGITS, &digits, err));
    RSP_TRY(rsp_cli_choice(sim->cli, "uncertainty", &uncertainty, err));
    RSP_TRY(rsp_cli_choice(sim->cli, "format", &format, err));
    if (uncertainty != RSP_UNCERTAINTY_NONE && !sim->population)
        return rsp_cli_place(rsp_error_set(err, RSP_E_MISSING, "",
                                 "uncertain parameters are drawn for people: add --subjects N"),
            "--uncertainty", err);
    sim->n_people = (size_t)people;
    sim->digits = (int)digits;
    sim->format = (enum rsp_sim_format)format;
    sim->options = (struct rsp_simulate_options){.seed = (uint64_t)seed,
        .variability = sim->population,
        .uncertainty = (enum rsp_uncertainty)uncertainty,
        .response_class = sim->population ? RSP_CLASS_DRAW : RSP_CLASS_RESPONSE,
        .n_thread = (int)threads};
    return read_quantiles(sim, err);
}

static rsp_status read_times(struct rsp_sim *sim, struct rsp_error *err)
{
    const char *text = rsp_cli_text(sim->cli, "times");
    bool slow = false;
    double end_h = 0;

    if (text != NULL)
        return rsp_sim_times_parse(text, &sim->times, err);
    for (size_t i = 0; i < sim->n_dose; i++)
        end_h = fmax(end_h, sim->dose[i].start_h + sim->dose[i].duration_h);
    for (size_t k = 0; k < sim->n_output; k++) {
        const size_t i = (size_t)sim->output[k];
        slow = slow || (strcmp(rsp_model_output(sim->model, i)->form, "concentration") != 0 &&
                           !rsp_model_output_is_fast(sim->model, i));
    }
    return rsp_sim_times_default(end_h, slow, &sim->times, err);
}

/* Virtual people of a model without published variability are all alike: say so. */
static void say_alike(const struct rsp_sim *sim)
{
    if (!sim->population || sim->data != NULL || sim->options.uncertainty != RSP_UNCERTAINTY_NONE)
        return;
    for (size_t i = 0; i < rsp_model_n_parameter(sim->model); i++)
        if (rsp_model_parameter(sim->model, i)->variability[0] != '\0')
            return;
    rsp_cli_warn(
        "no between-person variability is published for %s: all people are alike", rsp_model_id(sim->model));
}

/* A single curve of a model with a response class is that of a person who can respond: say so. */
static void say_class(const struct rsp_sim *sim)
{
    for (size_t k = 0; k < sim->n_output && !sim->population; k++) {
        const struct rsp_model_output *output = rsp_model_output(sim->model, (size_t)sim->output[k]);
        if (strstr(output->text, "response class") == NULL)
            continue;
        rsp_cli_warn(
            "%s is that of a person in the response class; --subjects N draws the class too", output->name);
        return;
    }
}

static rsp_status simulate_data(struct rsp_sim *sim, struct rsp_error *err)
{
    RSP_TRY(rsp_sim_data(sim, err));
    if (rsp_cli_text(sim->cli, "times") != NULL)
        RSP_TRY(read_times(sim, err));
    else
        snprintf(sim->times.unit, sizeof sim->times.unit, "h");
    sim->population = true; /* rows carry the id */
    RSP_TRY(rsp_sim_write_data(sim, err));
    return RSP_OK;
}

static rsp_status simulate(struct rsp_sim *sim, struct rsp_error *err)
{
    RSP_TRY(read_model(sim, err));
    RSP_TRY(read_parameters(sim, err));
    RSP_TRY(read_outputs(sim, err));
    RSP_TRY(read_numbers(sim, err));
    RSP_TRY(rsp_sim_assumptions(sim, err));
    RSP_TRY(rsp_sim_people(sim, err));
    if (rsp_cli_text(sim->cli, "data") != NULL)
        return simulate_data(sim, err);
    RSP_TRY(rsp_sim_doses(sim, err));
    RSP_TRY(read_times(sim, err));
    RSP_TRY(rsp_sim_plot(sim, err)); /* before the curves: long output leaves while it is made */
    RSP_TRY(sim->n_quantile > 0 ? rsp_sim_write_quantiles(sim, err) : rsp_sim_write_people(sim, err));
    say_class(sim);
    say_alike(sim);
    return RSP_OK;
}

rsp_status rsp_cmd_simulate(struct rsp_cli *cli, struct rsp_error *err)
{
    struct rsp_sim *sim = calloc(1, sizeof *sim);

    if (sim == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    sim->cli = cli;
    const rsp_status status = simulate(sim, err);
    rsp_model_free(sim->model);
    rsp_sim_times_free(&sim->times);
    rsp_events_free(sim->data);
    free(sim->dose);
    free(sim);
    return status;
}
