/** Any bytes as rates, routes, doses, times and outputs of any shipped model: finite, non-negative
 * concentrations, finite effects and quantiles in order, or an error that says something. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <respite/simulate.h>

#include "model/compiled.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { N_DOSE = 4, N_TIME = 40, N_PERSON = 11, N_OUTPUT = 5 };

struct bytes {
    const uint8_t *data;
    size_t left;
};

/* 16 bits as a number over eight powers of ten, now and then 0 or nonsense. */
static double number(struct bytes *b)
{
    if (b->left < 2)
        return 1;
    const unsigned k = b->data[0] | (unsigned)b->data[1] << 8;
    b->data += 2;
    b->left -= 2;
    if (k < 200)
        return 0;
    return k == 200 ? NAN : k == 201 ? INFINITY : k == 202 ? -1 : pow(10, -4 + 8 * (double)k / 65536);
}

static unsigned next_byte(struct bytes *b)
{
    if (b->left == 0)
        return 0;
    b->left--;
    return *b->data++;
}

/* Concentrations are finite and not negative, effects finite. */
static void check_values(
    const struct rsp_model *model, size_t n_person, const int *output, size_t n_output, const double *out)
{
    for (size_t p = 0; p < n_person; p++)
        for (size_t o = 0; o < n_output; o++)
            for (size_t t = 0; t < N_TIME; t++) {
                const double y = out[(p * n_output + o) * N_TIME + t];
                const bool readout = (size_t)output[o] < rsp_model_compiled(model)->n_readout;
                if (!isfinite(y) || (readout && y < 0))
                    abort();
            }
}

static void run(struct rsp_model *model, struct bytes *b)
{
    struct rsp_dose dose[N_DOSE];
    double time_h[N_TIME];
    for (int d = 0; d < N_DOSE; d++) {
        dose[d] = (struct rsp_dose){.start_h = number(b),
            .duration_h = number(b),
            .amount_mg = number(b),
            .drug = rsp_model_drug(model),
            .route = (enum rsp_route)(next_byte(b) % RSP_N_ROUTE),
            .state = -1};
        if (!rsp_model_takes_route(model, dose[d].route) && next_byte(b) != 7)
            dose[d].route = RSP_ROUTE_IV;
        if (b->left > 0 && (b->data[0] & 7) == 0)
            dose[d].steady_interval_h = number(b);
    }
    const double step_h = number(b);
    const bool grid = step_h < 1;
    for (int t = 0; t < N_TIME; t++)
        time_h[t] = (grid ? t * step_h : number(b)) * (rsp_model_compiled(model)->time_varying ? 1e-3 : 1);
    const double weight = 70;
    const double *column[16];
    size_t stride[16] = {0};
    for (size_t c = 0; c < rsp_model_n_covariate(model); c++)
        column[c] = strcmp(rsp_model_covariate(model, c)->name, "weight_kg") == 0
                        ? &weight
                        : &rsp_model_covariate(model, c)->reference;
    /* the solver of a model that changes with time is slow when rates are far apart: few people, few hours */
    const size_t n_person = rsp_model_compiled(model)->time_varying ? 2 : N_PERSON;
    const struct rsp_people people = {.n = n_person, .covariate = column, .stride = stride};
    const struct rsp_schedule schedule = {.n_dose = 1 + next_byte(b) % N_DOSE,
        .dose = dose,
        .n_time = N_TIME,
        .time_h = time_h,
        .observe_after_dose = next_byte(b) & 1};
    const struct rsp_simulate_options options = {.seed = next_byte(b),
        .variability = true,
        .uncertainty = (enum rsp_uncertainty)(next_byte(b) % 3),
        .n_thread = 1};
    int output[N_OUTPUT];
    const size_t n_output = 1 + next_byte(b) % N_OUTPUT;
    for (size_t o = 0; o < n_output; o++)
        output[o] = (int)(next_byte(b) % rsp_model_n_output(model));
    static const double probability[] = {0, 0.05, 0.5, 1};
    static double out[N_PERSON * N_OUTPUT * N_TIME];
    struct rsp_error err = {0};
    const rsp_status status = rsp_simulate(model, &people, &schedule, n_output, output, &options, out, &err);
    if (status != RSP_OK && err.message[0] == '\0')
        abort();
    if (status == RSP_OK)
        check_values(model, n_person, output, n_output, out);
    static double quantile[N_OUTPUT * N_TIME * 4];
    if (rsp_simulate_quantiles(
            model, &people, &schedule, n_output, output, 4, probability, &options, quantile, &err) != status)
        abort();
    for (size_t i = 0; status == RSP_OK && i < n_output * N_TIME; i++)
        for (int q = 0; q < 4; q++)
            if (!isfinite(quantile[i * 4 + (size_t)q]) ||
                (q > 0 && quantile[i * 4 + (size_t)q] < quantile[i * 4 + (size_t)q - 1]))
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes b = {data, size};
    if (size < 2)
        return 0;
    struct rsp_model *model = NULL, *changed = NULL;
    if (rsp_model_shipped(rsp_shipped_id(data[0] % rsp_shipped_count()), &model, NULL) != RSP_OK)
        abort();
    const struct rsp_parameter_info *info =
        rsp_model_parameter(model, data[1] % rsp_model_n_parameter(model));
    b.data += 2;
    b.left -= 2;
    const double value = number(&b);
    if (rsp_model_with_parameter(model, info->name, value, &changed, NULL) == RSP_OK)
        run(changed, &b);
    rsp_model_free(changed);
    rsp_model_free(model);
    return 0;
}
