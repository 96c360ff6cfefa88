/* How long does relief last? A long infusion beside a short series.
 *
 * The chronic relief of Dahan 2011 comes from a slow effect site with a half-life of days: what counts is
 * how much drug was there for how long, and two regimens with the same peak level can differ by weeks of
 * relief. Here the infusion of 100 hours that the model was fitted on, and five infusions of 40 minutes.
 * The model itself says that the short series hardly reaches the site. The trials of short series say
 * more; that is why `respite plan` lets them lead there.
 */
#include <stdio.h>
#include <stdlib.h>

#include <respite/respite.h>

enum { MAX_DOSE = 8, MAX_COVARIATE = 8 };

static void print_days(const char *what, const struct rsp_prediction *days)
{
    if (days->status == RSP_PREDICTED)
        printf("  %s: %.0f days (90 %% band %.0f to %.0f)\n", what, days->p50, days->p05, days->p95);
    else
        printf("  %s: %s\n", what, rsp_prediction_status_name(days->status));
}

static rsp_status forecast(const struct rsp_model *model, const char *words, struct rsp_error *err)
{
    const double weight_kg = 70;
    struct rsp_dose_text text;
    struct rsp_dose dose[MAX_DOSE];
    size_t n_dose;
    struct rsp_relief_forecast relief;
    double covariate[MAX_COVARIATE];

    RSP_TRY(rsp_dose_text_parse(words, &text, err));
    RSP_TRY(rsp_dose_text_expand(&text, weight_kg, MAX_DOSE, dose, &n_dose, err));
    for (size_t i = 0; i < rsp_model_n_covariate(model); i++)
        covariate[i] = rsp_model_covariate(model, i)->reference;
    covariate[rsp_model_covariate_find(model, "weight_kg")] = weight_kg;

    const struct rsp_plan_options options = {
        .seed = 2011, .n_subject = 1000, .horizon_d = 180, .baseline_nrs = 7.2};
    RSP_TRY(rsp_plan_relief(model, covariate, n_dose, dose, &options, &relief, err));

    printf("%s\n", words);
    print_days("relief of at least 30 % after the last dose, in the response class", &relief.relief_days_30);
    rsp_relief_forecast_free(&relief);
    return RSP_OK;
}

int main(void)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};

    rsp_status status = rsp_model_shipped("otto2021+dahan2011", &model, &err);
    if (status == RSP_OK)
        status = forecast(model, "22.2 mg/h esketamine iv for 100 h", &err);
    if (status == RSP_OK)
        status = forecast(model, "0.25 mg/kg esketamine iv over 40 min every 2 d x5", &err);
    if (status != RSP_OK) {
        char text[800];
        rsp_error_format(&err, text, sizeof text);
        fprintf(stderr, "%s\n", text);
    }
    rsp_model_free(model);
    return status == RSP_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
