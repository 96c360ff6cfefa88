/** Any bytes as rates, doses and times of a shipped model: finite, non-negative curves or an error. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <respite/simulate.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { N_DOSE = 4, N_TIME = 40 };

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

static void run(struct rsp_model *model, struct bytes *b)
{
    struct rsp_dose dose[N_DOSE];
    double time_h[N_TIME];
    for (int d = 0; d < N_DOSE; d++) {
        dose[d] = (struct rsp_dose){.start_h = number(b),
            .duration_h = number(b),
            .amount_mg = number(b),
            .drug = rsp_model_drug(model),
            .route = RSP_ROUTE_IV,
            .state = -1};
        if (b->left > 0 && (b->data[0] & 7) == 0)
            dose[d].steady_interval_h = number(b);
    }
    for (int t = 0; t < N_TIME; t++)
        time_h[t] = number(b);
    const double weight = 70;
    const double *column[16];
    size_t stride[16] = {0};
    for (size_t c = 0; c < rsp_model_n_covariate(model); c++)
        column[c] = strcmp(rsp_model_covariate(model, c)->name, "weight_kg") == 0
                        ? &weight
                        : &rsp_model_covariate(model, c)->reference;
    const struct rsp_people people = {.n = 3, .covariate = column, .stride = stride};
    const struct rsp_schedule schedule = {.n_dose = N_DOSE, .dose = dose, .n_time = N_TIME, .time_h = time_h};
    const struct rsp_simulate_options options = {.seed = 1, .variability = true, .n_thread = 1};
    double out[3 * N_TIME];
    const int output = 0;
    struct rsp_error err = {0};
    if (rsp_simulate(model, &people, &schedule, 1, &output, &options, out, &err) != RSP_OK) {
        if (err.message[0] == '\0')
            abort();
        return;
    }
    for (int i = 0; i < 3 * N_TIME; i++)
        if (!(out[i] >= 0 && isfinite(out[i])))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const ids[] = {"domino1984", "otto2021", "simons2022", "perezruixo2021"};
    struct bytes b = {data, size};
    if (size < 2)
        return 0;
    struct rsp_model *model = NULL, *changed = NULL;
    if (rsp_model_shipped(ids[data[0] % 4], &model, NULL) != RSP_OK)
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
