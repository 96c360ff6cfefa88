/* From the readouts' rows to the caller's table: effects, order of the times, table by time. */
#include "simulate/lanes.h"

/* Eight values from place t of a row that is filled up to `end`; past it the last is repeated. */
static v8 row_values(const double *row, size_t t, size_t end)
{
    if (t + RSP_LANES <= end)
        return v8_load(row + t);
    v8 v;
    for (size_t i = 0; i < RSP_LANES; i++)
        v[i] = row[t + i < end ? t + i : end - 1];
    return v;
}

static double slot_of(const struct rsp_block *block, int slot, int lane, double absent)
{
    return slot < 0 ? absent : block->slot[slot][lane];
}

/* Row of a readout of the model for one person, NULL when it is always zero. */
static const double *readout_row(const struct rsp_block *block, int readout, int lane)
{
    const int r = block->run->row_of[readout];
    return block->row[r][lane];
}

static v8 effect_values(const struct rsp_block *block, int effect, int lane, size_t t, size_t end)
{
    const struct rsp_compiled_effect *e = &block->run->model->effect[effect];
    const double power = e->form == RSP_EFFECT_POWER ? 1 : 0;
    const double baseline = slot_of(block, e->baseline, lane, power);
    if (e->form == RSP_EFFECT_PRODUCT)
        return baseline * (1.0 - effect_values(block, e->driver[0], lane, t, end));
    const v8 d = row_values(readout_row(block, e->driver[0], lane), t, end);
    const double c50 = slot_of(block, e->c50, lane, 1), ceiling = slot_of(block, e->ceiling, lane, 1);
    const v8 hill = v8_all(slot_of(block, e->hill, lane, 1));
    v8 y = v8_all(baseline);
    switch (e->form) {
    case RSP_EFFECT_LINEAR:
        for (int k = 0; k < e->n_driver; k++)
            y += block->slot[e->slope[k]][lane] * row_values(readout_row(block, e->driver[k], lane), t, end);
        break;
    case RSP_EFFECT_EMAX:
        y += (ceiling - baseline) * (d / (c50 + d));
        break;
    case RSP_EFFECT_SIGMOID: {
        const v8 share = v8_pow(d / c50, hill); /* may overflow to infinity: full effect */
        y += (ceiling - baseline) * v8_select(share < 1e300, share / (1.0 + share), v8_all(1));
        break;
    }
    case RSP_EFFECT_POWER:
        y = baseline * (1.0 + v8_pow(d / c50, hill));
        break;
    case RSP_EFFECT_INHIBITION:
        y = d / (c50 + d);
        break;
    case RSP_EFFECT_PRODUCT:
        break;
    }
    return e->gated ? y * (*block->class_gate)[lane] : y;
}

static void not_finite(struct rsp_block *block, int lane, const char *output, size_t t)
{
    LANES(fail)
    (block, RSP_E_NUMERIC, lane, "the output %s is not a finite number at %.6g h", output,
        block->run->time_h[t]);
}

/* A state that is not finite stays so: the last value of the occasion and the scale tell of all. */
static void check_readouts(
    struct rsp_block *block, const size_t first[RSP_LANES], const size_t end[RSP_LANES])
{
    const struct rsp_run *run = block->run;
    for (int l = 0; l < block->n_active; l++)
        for (size_t i = 0; i < run->model->n_readout && first[l] < end[l]; i++) {
            const int r = run->row_of[i];
            if (r < 0)
                continue;
            const double last = block->row[r][l][end[l] - 1] + block->slot[run->readout[r].scale][l];
            if (!(last - last == 0))
                not_finite(block, l, run->model->readout[i].name, end[l] - 1);
        }
}

void LANES(effects)(struct rsp_block *block, const size_t first[RSP_LANES], const size_t end[RSP_LANES])
{
    const struct rsp_run *run = block->run;
    check_readouts(block, first, end);
    for (size_t o = 0; o < run->n_output; o++) {
        if (run->output[o].effect < 0)
            continue;
        for (int l = 0; l < block->n_active; l++)
            for (size_t t = first[l]; t < end[l]; t += RSP_LANES) {
                const v8 y = effect_values(block, run->output[o].effect, l, t, end[l]);
                double *to = block->output_row[o][l] + t;
                if (v8_any(~(y - y == 0.0)))
                    not_finite(block, l, run->model->effect[run->output[o].effect].name, t);
                if (end[l] - t >= RSP_LANES)
                    v8_store(to, y);
                else
                    for (size_t i = 0; i < end[l] - t; i++)
                        to[i] = y[i];
            }
    }
}

static const double *source_row(const struct rsp_block *block, size_t output, int lane)
{
    const struct rsp_output_plan *plan = &block->run->output[output];
    return plan->effect >= 0 ? block->output_row[output][lane] : block->row[plan->readout][lane];
}

void LANES(finish)(struct rsp_block *block)
{
    const struct rsp_run *run = block->run;
    for (size_t o = 0; o < run->n_output; o++) {
        if (run->output[o].direct)
            continue;
        if (run->out_by_time != NULL) {
            const double *row[RSP_LANES];
            for (int l = 0; l < RSP_LANES; l++)
                row[l] = source_row(block, o, l < block->n_active ? l : 0);
            double *to = run->out_by_time + o * run->n_time * run->n_padded + block->first;
            for (size_t t = 0; t < run->n_time; t++, to += run->n_padded)
                for (int l = 0; l < RSP_LANES; l++)
                    to[l] = row[l][t];
            continue;
        }
        for (int l = 0; l < block->n_active; l++) {
            double *to = run->out + ((block->first + (size_t)l) * run->n_output + o) * run->n_time;
            const double *from = source_row(block, o, l);
            for (size_t t = 0; t < run->n_time; t++)
                to[run->order == NULL ? t : run->order[t]] = from[t];
        }
    }
}
