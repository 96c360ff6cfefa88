/* One infusion, one person: the plasma level of esketamine.
 *
 * A dose text is read as a clinician writes it, expanded with the body weight, and followed for three
 * hours with the model of Otto 2021. The curve is exact: a linear model has no step size. While the
 * infusion runs the level climbs; afterwards it falls fast (the drug moves into the tissues) and then
 * slowly (the body clears it).
 */
#include <stdio.h>
#include <stdlib.h>

#include <respite/respite.h>

enum { N_TIME = 13, MAX_COVARIATE = 8 };

static rsp_status curve(const struct rsp_model *model, struct rsp_error *err)
{
    const double weight_kg = 70;
    struct rsp_dose_text text;
    struct rsp_dose dose;
    size_t n_dose;
    double time_h[N_TIME], level_ng_per_ml[N_TIME];

    RSP_TRY(rsp_dose_text_parse("0.5 mg/kg esketamine iv over 40 min", &text, err));
    RSP_TRY(rsp_dose_text_expand(&text, weight_kg, 1, &dose, &n_dose, err));
    for (int i = 0; i < N_TIME; i++)
        time_h[i] = i * 15 * RSP_H_PER_MIN;

    /* One pointer a covariate of the model; NULL takes the model's reference. */
    const double *covariate[MAX_COVARIATE] = {NULL};
    const size_t stride[MAX_COVARIATE] = {0};
    covariate[rsp_model_covariate_find(model, "weight_kg")] = &weight_kg;

    const int output = rsp_model_output_find(model, "esketamine_ng_per_ml");
    const struct rsp_people person = {.n = 1, .covariate = covariate, .stride = stride};
    const struct rsp_schedule schedule = {
        .n_dose = n_dose, .dose = &dose, .n_time = N_TIME, .time_h = time_h};
    const struct rsp_simulate_options options = {.seed = 1};
    RSP_TRY(rsp_simulate(model, &person, &schedule, 1, &output, &options, level_ng_per_ml, err));

    printf("time_min  esketamine_ng_per_ml\n");
    for (int i = 0; i < N_TIME; i++)
        printf("%8.0f  %20.1f\n", time_h[i] / RSP_H_PER_MIN, level_ng_per_ml[i]);
    return RSP_OK;
}

int main(void)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};

    rsp_status status = rsp_model_shipped("otto2021", &model, &err);
    if (status == RSP_OK)
        status = curve(model, &err);
    if (status != RSP_OK) {
        char text[800];
        rsp_error_format(&err, text, sizeof text);
        fprintf(stderr, "%s\n", text);
    }
    rsp_model_free(model);
    return status == RSP_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
