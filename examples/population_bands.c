/* Many people: the band in which a level lies.
 *
 * Ten thousand virtual people who differ as the paper of Simons 2022 found them to differ get 20 mg
 * esketamine over 20 minutes. The function keeps quantiles, never the population, so a hundred thousand
 * people need no more memory than a thousand. The same seed gives the same numbers, bit for bit, for
 * any number of threads. The band is variability between people; how well the paper knows its own
 * parameters (uncertainty) is another option and another band.
 */
#include <stdio.h>
#include <stdlib.h>

#include <respite/respite.h>

enum { N_TIME = 10, N_PROBABILITY = 3, MAX_COVARIATE = 8 };

static rsp_status bands(const struct rsp_model *model, struct rsp_error *err)
{
    const double weight_kg = 70, probability[N_PROBABILITY] = {0.05, 0.5, 0.95};
    const struct rsp_dose dose = {.duration_h = 20 * RSP_H_PER_MIN,
        .amount_mg = 20,
        .drug = RSP_DRUG_ESKETAMINE,
        .route = RSP_ROUTE_IV,
        .state = -1};
    double time_h[N_TIME], quantile_ng_per_ml[N_TIME][N_PROBABILITY];

    for (int i = 0; i < N_TIME; i++)
        time_h[i] = (i + 1) * 10 * RSP_H_PER_MIN;
    const double *covariate[MAX_COVARIATE] = {NULL};
    const size_t stride[MAX_COVARIATE] = {0};
    covariate[rsp_model_covariate_find(model, "weight_kg")] = &weight_kg;

    const int output = rsp_model_output_find(model, "esketamine_ng_per_ml");
    const struct rsp_people people = {.n = 10000, .covariate = covariate, .stride = stride};
    const struct rsp_schedule schedule = {.n_dose = 1, .dose = &dose, .n_time = N_TIME, .time_h = time_h};
    const struct rsp_simulate_options options = {.seed = 2022, .variability = true};
    RSP_TRY(rsp_simulate_quantiles(model, &people, &schedule, 1, &output, N_PROBABILITY, probability,
        &options, &quantile_ng_per_ml[0][0], err));

    printf("time_min     p05     p50     p95   esketamine_ng_per_ml\n");
    for (int i = 0; i < N_TIME; i++)
        printf("%8.0f  %6.1f  %6.1f  %6.1f\n", time_h[i] / RSP_H_PER_MIN, quantile_ng_per_ml[i][0],
            quantile_ng_per_ml[i][1], quantile_ng_per_ml[i][2]);
    return RSP_OK;
}

int main(void)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};

    rsp_status status = rsp_model_shipped("simons2022", &model, &err);
    if (status == RSP_OK)
        status = bands(model, &err);
    if (status != RSP_OK) {
        char text[800];
        rsp_error_format(&err, text, sizeof text);
        fprintf(stderr, "%s\n", text);
    }
    rsp_model_free(model);
    return status == RSP_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
