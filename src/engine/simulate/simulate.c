#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "num/quantile.h"
#include "simulate/run.h"

/* Share of the memory promised in the header that the table of one stretch of times may take. */
enum { QUANTILE_BYTES = 88 * 1024 * 1024 };

/* ---- curves ---- */

rsp_status rsp_simulate_source(const struct rsp_source *source, const struct rsp_people *people,
    const struct rsp_schedule *schedule, size_t n_output, const int output[],
    const struct rsp_simulate_options *options, double *out, struct rsp_error *err)
{
    struct rsp_run run = {.out = out};
    if (n_output == 0)
        return RSP_OK;
    rsp_status status = rsp_run_init(&run, source, people, schedule, n_output, output, options, err);
    if (status == RSP_OK && schedule->n_time > 0)
        status = rsp_run_people(&run, err);
    rsp_run_free(&run);
    return status;
}

/* ---- quantiles ---- */

struct quantile_job {
    const struct rsp_source *source;
    const struct rsp_people *people;
    const struct rsp_schedule *schedule;
    size_t n_output;
    const int *output;
    size_t n_probability;
    const double *probability;
    const struct rsp_simulate_options *options;
    const double *time_h; /* sorted */
    const size_t *order;
    double *out;
};

/* Times first .. end - 1 of the sorted times, all people. */
static rsp_status quantile_chunk(
    const struct quantile_job *job, size_t first, size_t end, double *table, struct rsp_error *err)
{
    const size_t n_person = job->people->n, n_chunk = end - first, n_time = job->schedule->n_time;
    struct rsp_schedule part = *job->schedule;
    part.n_time = n_chunk;
    part.time_h = job->time_h + first;
    struct rsp_run run = {
        .out_by_time = table, .n_padded = (n_person + RSP_LANES - 1) / RSP_LANES * RSP_LANES};
    rsp_status status =
        rsp_run_init(&run, job->source, job->people, &part, job->n_output, job->output, job->options, err);
    if (status == RSP_OK)
        status = rsp_run_people(&run, err);
    const int n_thread = run.options.n_thread > 0 ? run.options.n_thread : omp_get_num_procs();
    const size_t n_padded = run.n_padded;
    rsp_run_free(&run);
    if (status != RSP_OK)
        return status;
#pragma omp parallel for schedule(static) num_threads(n_thread)
    for (size_t i = 0; i < job->n_output * n_chunk; i++) {
        const size_t o = i / n_chunk, t = job->order[first + i % n_chunk];
        rsp_quantiles(n_person, table + i * n_padded, job->n_probability, job->probability,
            job->out + (o * n_time + t) * job->n_probability);
    }
    return RSP_OK;
}

static rsp_status all_chunks(struct quantile_job *job, size_t n_chunk, double *table, double *time_h,
    size_t *order, struct rsp_error *err)
{
    RSP_TRY(rsp_sort_times(job->schedule->n_time, job->schedule->time_h, time_h, order, err));
    job->time_h = time_h;
    job->order = order;
    const size_t n_time = job->schedule->n_time;
    for (size_t first = 0; first < n_time; first += n_chunk)
        RSP_TRY(quantile_chunk(job, first, first + n_chunk < n_time ? first + n_chunk : n_time, table, err));
    return RSP_OK;
}

rsp_status rsp_quantiles_source(const struct rsp_source *source, const struct rsp_people *people,
    const struct rsp_schedule *schedule, size_t n_output, const int output[], size_t n_probability,
    const double probability[], const struct rsp_simulate_options *options, double *out,
    struct rsp_error *err)
{
    for (size_t p = 0; p < n_probability; p++)
        if (!(probability[p] >= 0 && probability[p] <= 1))
            return rsp_error_set(
                err, RSP_E_DOMAIN, "probability", "Probability %zu is not between 0 and 1.", p + 1);
    if (people->n == 0)
        return rsp_error_set(err, RSP_E_DOMAIN, "people", "Quantiles need at least one person.");
    for (size_t t = 0; t < schedule->n_time; t++)
        if (!(schedule->time_h[t] - schedule->time_h[t] == 0))
            return rsp_error_set(err, RSP_E_DOMAIN, "time_h", "Time %zu is not a finite number.", t + 1);
    const size_t n_time = schedule->n_time;
    if (n_output == 0 || n_time == 0 || n_probability == 0)
        return RSP_OK;
    const size_t row = ((people->n + RSP_LANES - 1) / RSP_LANES * RSP_LANES) * n_output * sizeof(double);
    size_t n_chunk = row < QUANTILE_BYTES ? QUANTILE_BYTES / row : 1;
    n_chunk = n_chunk < n_time ? n_chunk : n_time;
    struct quantile_job job = {.source = source,
        .people = people,
        .schedule = schedule,
        .n_output = n_output,
        .output = output,
        .n_probability = n_probability,
        .probability = probability,
        .options = options};
    double *result =
        malloc(n_output * n_time * n_probability * sizeof *result); /* out is untouched on failure */
    double *table = aligned_alloc(64, row * n_chunk);
    double *time_h = malloc(n_time * sizeof *time_h);
    size_t *order = malloc(n_time * sizeof *order);
    job.out = result;
    rsp_status status;
    if (result == NULL || table == NULL || time_h == NULL || order == NULL)
        status = rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the simulation.");
    else
        status = all_chunks(&job, n_chunk, table, time_h, order, err);
    if (status == RSP_OK)
        memcpy(out, result, n_output * n_time * n_probability * sizeof *result);
    free(result);
    free(table);
    free(time_h);
    free(order);
    return status;
}

/* ---- parameters and classes ---- */

rsp_status rsp_parameters_source(const struct rsp_source *source, const struct rsp_people *people,
    const struct rsp_simulate_options *options, double *parameters, unsigned char *classes,
    struct rsp_error *err)
{
    const struct rsp_compiled *model = source->compiled;
    struct rsp_run run = {0};
    struct rsp_block block = {0};
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(rsp_run_init(&run, source, people, NULL, 0, NULL, options, err));
    RSP_TRY_DONE(rsp_block_init(&block, &run, err));
    const struct rsp_kernels *kernels = rsp_kernels_for(run.options.vector_width);
    for (block.first = 0; block.first < people->n; block.first += RSP_LANES) {
        const size_t left = people->n - block.first;
        block.n_active = left < RSP_LANES ? (int)left : RSP_LANES;
        kernels->person(&block);
        for (int l = 0; l < block.n_active; l++) {
            const size_t person = block.first + (size_t)l;
            for (size_t i = 0; parameters != NULL && i < model->n_parameter; i++)
                parameters[person * model->n_parameter + i] =
                    block.slot[i][l] / model->parameter[i].unit_factor;
            if (classes != NULL)
                classes[person] = (*block.class_gate)[l] > 0;
        }
    }
done:
    rsp_block_free(&block);
    rsp_run_free(&run);
    return status;
}
