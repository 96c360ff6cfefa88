/* A thread's memory, the choice of kernels and the loop over people. */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "simulate/run.h"

const struct rsp_kernels *rsp_kernels_for(int width)
{
#if defined(__x86_64__)
    const bool has8 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
    const bool has4 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (has8 && (width == 0 || width == 8))
        return &rsp_kernels_w8;
    if (has4 && (width == 0 || width == 4))
        return &rsp_kernels_w4;
#endif
    return width == 0 || width == 1 ? &rsp_kernels_w1 : NULL;
}

/* Hands out pieces of one allocation; with a NULL base it only counts. All pieces start on a cache line. */
struct pieces {
    char *base;
    size_t used;
};

static void *take(struct pieces *p, size_t n, size_t size)
{
    void *piece = p->base == NULL ? NULL : p->base + p->used;
    p->used += (n * size + 63) / 64 * 64;
    return piece;
}

static rsp_lane *take_lanes(struct pieces *p, size_t n)
{
    return take(p, n, sizeof(rsp_lane));
}

static void take_rows(struct rsp_block *b, struct pieces *p)
{
    const struct rsp_run *run = b->run;
    for (int r = 0; r < run->n_readout; r++)
        for (int l = 0; l < RSP_LANES; l++)
            b->row[r][l] = run->readout[r].direct < 0 ? take(p, run->n_time, sizeof(double)) : NULL;
    for (size_t o = 0; o < run->n_output; o++)
        for (int l = 0; l < RSP_LANES; l++)
            b->output_row[o][l] = run->output[o].effect >= 0 && !run->output[o].direct
                                      ? take(p, run->n_time, sizeof(double))
                                      : NULL;
}

static void take_all(struct rsp_block *b, struct pieces *p)
{
    const struct rsp_run *run = b->run;
    const struct rsp_compiled *model = run->model;
    const struct rsp_structure *s = &run->structure;
    const size_t n = (size_t)s->n, all = (size_t)(s->n + s->m), n_entry = (size_t)s->n_entry;
    size_t n_normal = model->n_eta > model->n_iov_eta ? model->n_eta : model->n_iov_eta;
    n_normal = n_normal > model->n_input ? n_normal : model->n_input; /* also the fractions of a dose */
    b->slot = take_lanes(p, model->n_slot);
    b->base = take_lanes(p, model->n_parameter);
    b->effect = take_lanes(p, model->n_parameter);
    b->normal = take_lanes(p, n_normal);
    b->class_gate = take_lanes(p, 1);
    if (run->n_output == 0)
        return;
    b->generator = take_lanes(p, (size_t)s->n_generator);
    b->base_h = take_lanes(p, 1);
    for (int k = 0; k < RSP_MAX_LEVEL; k++)
        b->level[k] = take_lanes(p, n_entry);
    for (int q = 0; q < run->n_step; q++)
        for (int power = 0; power < 4; power++)
            b->step[q].power[power] = take_lanes(p, n_entry);
    b->scratch[0] = take_lanes(p, n_entry);
    b->scratch[1] = take_lanes(p, n_entry);
    b->period = take_lanes(p, n_entry);
    b->z = take_lanes(p, all);
    b->y = take_lanes(p, all);
    b->term = take_lanes(p, all);
    b->unit = take_lanes(p, all);
    b->seed = take_lanes(p, RSP_SEED_STEPS * n);
    b->steady = take_lanes(p, run->n_steady * (all + (size_t)s->m));
    b->wave[0] = take(p, n * 32, sizeof(double));
    b->wave[1] = take(p, n * 32, sizeof(double));
    b->feed = take(p, n * 3, sizeof(double));
    b->event_capacity = run->event_capacity;
    b->event = take(p, run->event_capacity, sizeof *b->event);
    b->event_order = take(p, RSP_LANES * run->event_capacity, sizeof *b->event_order);
    b->hint = take(p, RSP_LANES * (run->event_capacity + 1), sizeof *b->hint);
    b->curve = take(p, run->modes ? run->n_time * RSP_LANES : 0, sizeof(double));
    take_rows(b, p);
}

rsp_status rsp_block_init(struct rsp_block *block, const struct rsp_run *run, struct rsp_error *err)
{
    memset(block, 0, sizeof *block);
    block->run = run;
    struct pieces pieces = {0};
    take_all(block, &pieces);
    block->memory = aligned_alloc(64, pieces.used + 64);
    if (block->memory == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the simulation.");
    pieces = (struct pieces){.base = block->memory};
    take_all(block, &pieces);
    if (block->hint != NULL)
        memset(block->hint, 0, RSP_LANES * (run->event_capacity + 1) * sizeof *block->hint);
    if (run->n_output > 0 && run->model->time_varying) {
        block->ode = rsp_block_ode_new(block);
        if (block->ode == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the simulation.");
    }
    return RSP_OK;
}

void rsp_block_free(struct rsp_block *block)
{
    rsp_block_ode_free(block->ode);
    free(block->memory);
    memset(block, 0, sizeof *block);
}

static void place_rows(struct rsp_block *block)
{
    const struct rsp_run *run = block->run;
    for (int l = 0; l < block->n_active; l++) {
        double *person =
            run->out == NULL ? NULL : run->out + (block->first + (size_t)l) * run->n_output * run->n_time;
        for (int r = 0; r < run->n_readout; r++)
            if (run->readout[r].direct >= 0)
                block->row[r][l] = person + (size_t)run->readout[r].direct * run->n_time;
        for (size_t o = 0; o < run->n_output; o++)
            if (run->output[o].effect >= 0 && run->output[o].direct)
                block->output_row[o][l] = person + o * run->n_time;
    }
}

void rsp_run_block(struct rsp_block *block, size_t number, const struct rsp_kernels *kernels)
{
    const size_t n = block->run->people->n;
    block->first = number * RSP_LANES;
    block->n_active = n - block->first < RSP_LANES ? (int)(n - block->first) : RSP_LANES;
    place_rows(block);
    kernels->curves(block);
}

/* First failed block, in order of people. */
struct failure {
    size_t number;
    rsp_status status;
    uint64_t person;
    char what[160];
};

static void note(struct failure *failure, const struct rsp_block *block, size_t number)
{
    if (failure->status != RSP_OK && failure->number < number)
        return;
    failure->number = number;
    failure->status = block->status;
    failure->person = block->run->people->first_id + block->first + (uint64_t)block->bad_lane;
    memcpy(failure->what, block->what, sizeof failure->what);
}

rsp_status rsp_run_people(const struct rsp_run *run, struct rsp_error *err)
{
    const struct rsp_kernels *kernels = rsp_kernels_for(run->options.vector_width);
    const size_t n_block = (run->people->n + RSP_LANES - 1) / RSP_LANES;
    int n_thread = run->options.n_thread > 0 ? run->options.n_thread : omp_get_num_procs();
    if ((size_t)n_thread > n_block)
        n_thread = n_block > 0 ? (int)n_block : 1;
    struct failure failure = {.status = RSP_OK};
    bool no_memory = false;
#pragma omp parallel num_threads(n_thread)
    {
        struct rsp_block block;
        const bool ready = rsp_block_init(&block, run, NULL) == RSP_OK;
        if (!ready) {
#pragma omp atomic write
            no_memory = true;
        }
#pragma omp for schedule(static)
        for (size_t i = 0; i < n_block; i++) {
            if (!ready || rsp_is_cancelled(run->options.cancelled))
                continue;
            rsp_run_block(&block, i, kernels);
            if (block.status == RSP_OK)
                continue;
#pragma omp critical(rsp_run_people)
            note(&failure, &block, i);
        }
        rsp_block_free(&block);
    }
    if (no_memory)
        return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the simulation.");
    if (failure.status != RSP_OK)
        return rsp_error_set(err, failure.status, "people", "Person %llu: %s.",
            (unsigned long long)failure.person, failure.what);
    return rsp_unless_cancelled(run->options.cancelled, err);
}
