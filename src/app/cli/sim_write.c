/* Curves and percentiles as csv, json or a table. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/model.h>
#include <respite/units.h>

#include "base/number.h"
#include "columns.h"
#include "json.h"
#include "model_argument.h"
#include "simulation.h"

enum {
    BATCH_NUMBERS = 4 << 20, /* numbers computed at once: 32 MB */
    FLUSH_BYTES = 8 << 20,   /* written in blocks of this size */
    TIME_DIGITS = 12,        /* 0.1 * 3 is printed as 0.3 */
    TABLE_DIGITS = 4,
    QUANTILE_NAME = 40
};

static const char *output_name(const struct rsp_sim *sim, size_t k)
{
    return rsp_model_output_name(sim->model, (size_t)sim->output[k]);
}

/* p05, p50, p2.5: distinct percentiles have distinct names. */
static void quantile_name(double percent, char text[QUANTILE_NAME])
{
    char number[QUANTILE_NAME - 4];

    rsp_number_plain(percent, 0, number, sizeof number);
    snprintf(text, QUANTILE_NAME, percent < 10 && percent == floor(percent) ? "p0%s" : "p%s", number);
}

/* ---- json around the numbers ---- */

static void json_basis(const struct rsp_sim *sim, struct rsp_buf *out)
{
    static const char *const uncertainty[] = {[RSP_UNCERTAINTY_NONE] = "none",
        [RSP_UNCERTAINTY_PERSON] = "person",
        [RSP_UNCERTAINTY_TRIAL] = "trial"};

    rsp_json_open(out, "basis", '{');
    rsp_json_open(out, "models", '[');
    for (size_t i = 0; i < rsp_model_n_part(sim->model); i++) {
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "id", rsp_model_part(sim->model, i)->id);
        rsp_json_text(out, "sha256", rsp_cli_model_sha256(rsp_model_part(sim->model, i)->id));
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    rsp_json_open(out, "assumptions", '[');
    for (size_t i = 0; i < rsp_model_n_assumption(sim->model); i++)
        rsp_json_text(out, NULL, rsp_model_assumption(sim->model, i)->name);
    if (sim->racemate_half_s)
        rsp_json_text(out, NULL, "racemate_half_s");
    rsp_json_close(out, ']');
    rsp_json_bool(out, "between_person_variability", sim->options.variability);
    rsp_json_text(out, "uncertainty", uncertainty[sim->options.uncertainty]);
    rsp_json_number(out, "n_subjects", (double)sim->n_people);
    rsp_json_number(out, "seed", (double)sim->options.seed);
    rsp_json_close(out, '}');
}

static void json_numbers(const struct rsp_sim *sim, const char *key, const double *values, size_t stride,
    size_t n, struct rsp_buf *out)
{
    rsp_json_open(out, key, '[');
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            rsp_buf_add(out, ",", 1);
        if (isfinite(values[i * stride]))
            rsp_buf_fixed(out, values[i * stride], sim->digits);
        else
            rsp_buf_text(out, "null");
    }
    rsp_json_close(out, ']');
}

static void json_times(const struct rsp_sim *sim, struct rsp_buf *out)
{
    char name[16];

    snprintf(name, sizeof name, "time_%s", sim->times.unit);
    json_numbers(sim, name, sim->times.value, 1, sim->times.n, out);
}

static void json_head(const struct rsp_sim *sim, struct rsp_buf *out)
{
    rsp_json_open(out, NULL, '{');
    rsp_json_text(out, "model", rsp_model_id(sim->model));
    json_basis(sim, out);
    if (sim->data == NULL)
        json_times(sim, out);
}

/* ---- people ---- */

static void csv_head(const struct rsp_sim *sim, struct rsp_buf *out)
{
    rsp_buf_printf(out, "%stime_%s", sim->population ? "id," : "", sim->times.unit);
    for (size_t k = 0; k < sim->n_output; k++)
        rsp_buf_printf(out, ",%s", output_name(sim, k));
    rsp_buf_text(out, "\n");
}

/* Rows of one person; values is n_output x n_time. */
static void csv_person(const struct rsp_sim *sim, const char *id, const double *values, struct rsp_buf *out)
{
    const size_t n = sim->times.n, length = strlen(id);

    for (size_t i = 0; i < n; i++) {
        if (sim->population) {
            rsp_buf_add(out, id, length);
            rsp_buf_add(out, ",", 1);
        }
        rsp_buf_fixed(out, sim->times.value[i], TIME_DIGITS);
        for (size_t k = 0; k < sim->n_output; k++) {
            rsp_buf_add(out, ",", 1);
            rsp_buf_fixed(out, values[k * n + i], sim->digits);
        }
        rsp_buf_add(out, "\n", 1);
    }
}

static void json_person(const struct rsp_sim *sim, const char *id, const double *values, struct rsp_buf *out)
{
    if (sim->population) {
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "id", id);
    }
    if (sim->data != NULL)
        json_times(sim, out);
    rsp_json_open(out, "outputs", '{');
    for (size_t k = 0; k < sim->n_output; k++)
        json_numbers(sim, output_name(sim, k), values + k * sim->times.n, 1, sim->times.n, out);
    rsp_json_close(out, '}');
    if (sim->population)
        rsp_json_close(out, '}');
}

static void table_person(
    const struct rsp_sim *sim, const char *id, const double *values, struct rsp_columns *table)
{
    const size_t n = sim->times.n;

    for (size_t i = 0; i < n; i++) {
        if (sim->population)
            rsp_columns_text(table, id);
        rsp_columns_number(table, sim->times.value[i], TABLE_DIGITS + 2);
        for (size_t k = 0; k < sim->n_output; k++)
            rsp_columns_number(table, values[k * n + i], TABLE_DIGITS);
    }
}

static void table_head(const struct rsp_sim *sim, const char *time, struct rsp_columns *table)
{
    if (sim->population && sim->n_quantile == 0)
        rsp_columns_text(table, "id");
    rsp_columns_text(table, time);
    for (size_t c = 0; c < table->n_column; c++)
        table->right[c] = true;
}

static rsp_status write_person(struct rsp_sim *sim, const char *id, const double *values,
    struct rsp_columns *table, struct rsp_error *err)
{
    struct rsp_buf *out = &sim->cli->out;

    if (sim->format == RSP_SIM_CSV)
        csv_person(sim, id, values, out);
    else if (sim->format == RSP_SIM_JSON)
        json_person(sim, id, values, out);
    else
        table_person(sim, id, values, table);
    return out->length > FLUSH_BYTES ? rsp_cli_flush(sim->cli, err) : RSP_OK;
}

static rsp_status write_batch(struct rsp_sim *sim, size_t first, size_t n, const double *values,
    struct rsp_columns *table, struct rsp_error *err)
{
    char id[24];

    for (size_t p = 0; p < n; p++) {
        snprintf(id, sizeof id, "%zu", first + p);
        RSP_TRY(write_person(sim, id, values + p * sim->n_output * sim->times.n, table, err));
    }
    return RSP_OK;
}

static void begin(const struct rsp_sim *sim, struct rsp_columns *table)
{
    struct rsp_buf *out = &sim->cli->out;
    char name[16];

    snprintf(name, sizeof name, "time_%s", sim->times.unit);
    rsp_columns_init(table, sim->n_output + (sim->population ? 2 : 1));
    if (sim->format == RSP_SIM_CSV) {
        csv_head(sim, out);
    } else if (sim->format == RSP_SIM_JSON) {
        json_head(sim, out);
        if (sim->population)
            rsp_json_open(out, "people", '[');
    } else {
        table_head(sim, name, table);
        for (size_t k = 0; k < sim->n_output; k++)
            rsp_columns_text(table, output_name(sim, k));
    }
}

static void finish(const struct rsp_sim *sim, struct rsp_columns *table)
{
    struct rsp_buf *out = &sim->cli->out;

    if (sim->format == RSP_SIM_JSON)
        rsp_buf_text(out, sim->population && sim->n_quantile == 0 ? "]}\n" : "}\n");
    else if (sim->format == RSP_SIM_TABLE)
        rsp_columns_print(table, 0, 0, out);
    rsp_columns_free(table);
}

rsp_status rsp_sim_write_people(struct rsp_sim *sim, struct rsp_error *err)
{
    const struct rsp_schedule schedule = rsp_sim_schedule(sim);
    const size_t a_person = sim->n_output * sim->times.n;
    size_t batch = BATCH_NUMBERS / a_person;
    struct rsp_columns table;
    rsp_status status = RSP_OK;

    batch = batch == 0 ? 1 : batch > sim->n_people ? sim->n_people : batch;
    double *values = malloc(batch * a_person * sizeof *values);
    if (values == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    begin(sim, &table);
    for (size_t first = 0; first < sim->n_people && status == RSP_OK; first += batch) {
        const size_t n = sim->n_people - first < batch ? sim->n_people - first : batch;
        const struct rsp_people people = rsp_sim_people_of(sim, n, first + 1);
        status = rsp_simulate(
            sim->model, &people, &schedule, sim->n_output, sim->output, &sim->options, values, err);
        if (status == RSP_OK)
            status = write_batch(sim, first + 1, n, values, &table, err);
        rsp_cli_progress(sim->cli, "simulating", (double)(first + n) / (double)sim->n_people);
    }
    finish(sim, &table);
    free(values);
    return status;
}

/* ---- a data set ---- */

/* The times of one person of the data set, unless --times asked for others. */
static rsp_status subject_times(struct rsp_sim *sim, const struct rsp_subject *subject, struct rsp_error *err)
{
    if (rsp_cli_text(sim->cli, "times") != NULL)
        return RSP_OK;
    const size_t n = subject->n_observation;
    double *value = malloc((n + 1) * sizeof *value), *hour = malloc((n + 1) * sizeof *hour);
    if (value == NULL || hour == NULL) {
        free(value);
        free(hour);
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    }
    for (size_t i = 0; i < n; i++)
        value[i] = hour[i] = subject->observation[i].time_h;
    rsp_sim_times_free(&sim->times);
    sim->times = (struct rsp_sim_times){.n = n, .value = value, .hour = hour, .unit = "h", .unit_h = 1};
    return RSP_OK;
}

static rsp_status write_subject(
    struct rsp_sim *sim, const struct rsp_subject *subject, struct rsp_columns *table, struct rsp_error *err)
{
    RSP_TRY(rsp_sim_subject(sim, subject, err));
    RSP_TRY(subject_times(sim, subject, err));
    if (sim->times.n == 0)
        return RSP_OK;
    const struct rsp_people person = rsp_sim_people_of(sim, 1, 1);
    const struct rsp_schedule schedule = {
        .n_dose = subject->n_dose, .dose = subject->dose, .n_time = sim->times.n, .time_h = sim->times.hour};
    double *values = malloc(sim->n_output * sim->times.n * sizeof *values);
    if (values == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    rsp_status status =
        rsp_simulate(sim->model, &person, &schedule, sim->n_output, sim->output, &sim->options, values, err);
    if (status == RSP_OK)
        status = write_person(sim, subject->id, values, table, err);
    free(values);
    return status;
}

rsp_status rsp_sim_write_data(struct rsp_sim *sim, struct rsp_error *err)
{
    struct rsp_columns table;
    rsp_status status = RSP_OK;

    begin(sim, &table);
    for (size_t i = 0; i < sim->data->n_subject && status == RSP_OK; i++)
        status = write_subject(sim, &sim->data->subject[i], &table, err);
    finish(sim, &table);
    return status;
}

/* ---- percentiles ---- */

/* values: n_output x n_time x n_quantile */
static void write_quantiles(const struct rsp_sim *sim, const double *values, struct rsp_columns *table)
{
    struct rsp_buf *out = &sim->cli->out;
    const size_t n = sim->times.n, nq = sim->n_quantile;
    char name[QUANTILE_NAME];

    if (sim->format == RSP_SIM_JSON) {
        rsp_json_open(out, "outputs", '{');
        for (size_t k = 0; k < sim->n_output; k++) {
            rsp_json_open(out, output_name(sim, k), '{');
            for (size_t q = 0; q < nq; q++) {
                quantile_name(sim->quantile[q], name);
                json_numbers(sim, name, values + k * n * nq + q, nq, n, out);
            }
            rsp_json_close(out, '}');
        }
        rsp_json_close(out, '}');
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (sim->format == RSP_SIM_TABLE)
            rsp_columns_number(table, sim->times.value[i], TABLE_DIGITS + 2);
        else
            rsp_buf_fixed(out, sim->times.value[i], TIME_DIGITS);
        for (size_t k = 0; k < sim->n_output; k++)
            for (size_t q = 0; q < nq; q++) {
                const double value = values[(k * n + i) * nq + q];
                if (sim->format == RSP_SIM_TABLE) {
                    rsp_columns_number(table, value, TABLE_DIGITS);
                    continue;
                }
                rsp_buf_add(out, ",", 1);
                rsp_buf_fixed(out, value, sim->digits);
            }
        if (sim->format == RSP_SIM_CSV)
            rsp_buf_add(out, "\n", 1);
    }
}

static void quantile_head(const struct rsp_sim *sim, struct rsp_columns *table)
{
    struct rsp_buf *out = &sim->cli->out;
    char time[16], q_name[QUANTILE_NAME], name[128];

    snprintf(time, sizeof time, "time_%s", sim->times.unit);
    if (sim->format == RSP_SIM_JSON) {
        json_head(sim, out);
        return;
    }
    if (sim->format == RSP_SIM_TABLE)
        table_head(sim, time, table);
    else
        rsp_buf_text(out, time);
    for (size_t k = 0; k < sim->n_output; k++)
        for (size_t q = 0; q < sim->n_quantile; q++) {
            quantile_name(sim->quantile[q], q_name);
            snprintf(name, sizeof name, "%s_%s", output_name(sim, k), q_name);
            if (sim->format == RSP_SIM_TABLE)
                rsp_columns_text(table, name);
            else
                rsp_buf_printf(out, ",%s", name);
        }
    if (sim->format == RSP_SIM_CSV)
        rsp_buf_text(out, "\n");
}

rsp_status rsp_sim_write_quantiles(struct rsp_sim *sim, struct rsp_error *err)
{
    const struct rsp_schedule schedule = rsp_sim_schedule(sim);
    const struct rsp_people people = rsp_sim_people_of(sim, sim->n_people, 1);
    double probability[RSP_SIM_MAX_QUANTILE];
    struct rsp_columns table;

    if (sim->format == RSP_SIM_TABLE && sim->n_output * sim->n_quantile + 1 > RSP_MAX_COLUMN)
        return rsp_error_set(err, RSP_E_LIMIT, "",
            "a table of more than %d columns: choose outputs with --output, or "
            "--format csv",
            RSP_MAX_COLUMN);
    double *values = malloc(sim->n_output * sim->times.n * sim->n_quantile * sizeof *values);
    if (values == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    for (size_t q = 0; q < sim->n_quantile; q++)
        probability[q] = sim->quantile[q] / 100;
    const rsp_status status = rsp_simulate_quantiles(sim->model, &people, &schedule, sim->n_output,
        sim->output, sim->n_quantile, probability, &sim->options, values, err);
    if (status == RSP_OK) {
        rsp_columns_init(&table, sim->n_output * sim->n_quantile + 1);
        quantile_head(sim, &table);
        write_quantiles(sim, values, &table);
        finish(sim, &table);
    }
    free(values);
    return status;
}
