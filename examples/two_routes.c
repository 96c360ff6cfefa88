/* The same drug by two routes: what the nose and the gut let through.
 *
 * 84 mg of esketamine as a nasal spray and the same amount swallowed, with the model of Perez-Ruixo
 * 2021. The nasal dose is partly absorbed through the mucosa and partly swallowed; what is swallowed
 * passes the liver, which takes most of it. Hence the lower and later peak by mouth. A route for which
 * no absorption was published (subcutaneous, for one) is refused, not guessed.
 */
#include <stdio.h>
#include <stdlib.h>

#include <respite/respite.h>

enum { N_TIME = 13, MAX_COVARIATE = 8 };

static rsp_status level(const struct rsp_model *model, const char *words, const double time_h[],
    double level_ng_per_ml[], struct rsp_error *err)
{
    struct rsp_dose_text text;
    struct rsp_dose dose;
    size_t n_dose;

    RSP_TRY(rsp_dose_text_parse(words, &text, err));
    RSP_TRY(rsp_dose_text_expand(&text, 70, 1, &dose, &n_dose, err)); /* in mg: the weight is not used */

    const double *covariate[MAX_COVARIATE] = {NULL}; /* a typical person of the paper */
    const size_t stride[MAX_COVARIATE] = {0};
    const int output = rsp_model_output_find(model, "esketamine_ng_per_ml");
    const struct rsp_people person = {.n = 1, .covariate = covariate, .stride = stride};
    const struct rsp_schedule schedule = {
        .n_dose = n_dose, .dose = &dose, .n_time = N_TIME, .time_h = time_h};
    const struct rsp_simulate_options options = {.seed = 1};
    return rsp_simulate(model, &person, &schedule, 1, &output, &options, level_ng_per_ml, err);
}

static void print_error(const struct rsp_error *err)
{
    char text[800];
    rsp_error_format(err, text, sizeof text);
    fprintf(stderr, "%s\n", text);
}

int main(void)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    double time_h[N_TIME], nasal[N_TIME], oral[N_TIME], skin[N_TIME];

    for (int i = 0; i < N_TIME; i++)
        time_h[i] = i * 20 * RSP_H_PER_MIN;
    if (rsp_model_shipped("perezruixo2021", &model, &err) != RSP_OK ||
        level(model, "84 mg esketamine nasal", time_h, nasal, &err) != RSP_OK ||
        level(model, "84 mg esketamine oral", time_h, oral, &err) != RSP_OK) {
        print_error(&err);
        rsp_model_free(model);
        return EXIT_FAILURE;
    }
    printf("time_min  nasal_ng_per_ml  oral_ng_per_ml\n");
    for (int i = 0; i < N_TIME; i++)
        printf("%8.0f  %15.1f  %14.1f\n", time_h[i] / RSP_H_PER_MIN, nasal[i], oral[i]);

    const bool refused = level(model, "84 mg esketamine sc", time_h, skin, &err) == RSP_E_MISMATCH;
    printf("subcutaneous: %s\n", refused ? "refused, no published absorption" : "accepted?");
    rsp_model_free(model);
    return refused ? EXIT_SUCCESS : EXIT_FAILURE;
}
