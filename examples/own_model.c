/* A new model without any C: one compartment from a few lines of YAML.
 *
 * The text names its parameters with units and sources; the reader checks that clearance over volume is
 * a rate and that nothing flows nowhere. An infusion of R mg/h for a long time must end at R / CL, and
 * one half-life after its end at half of that: the program checks both, so the model is right or it fails.
 * What a model file may hold is in docs/manual/model-files.md.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/respite.h>

static const char yaml[] = "respite_model: 1\n"
                           "id: one_compartment\n"
                           "name: One compartment, for teaching\n"
                           "kind: pk\n"
                           "drug: esketamine\n"
                           "site: venous\n"
                           "planning: false\n"
                           "status: made up\n"
                           "amounts: mass\n"
                           "sources:\n"
                           "  own: invented for this example\n"
                           "population: {text: nobody, n: 0}\n"
                           "domain: {conditions: [healthy], regimen: any}\n"
                           "substances:\n"
                           "  esketamine: {}\n"
                           "parameters:\n"
                           "  cl: {value: 80 L/h, source: own, confidence: assumed}\n"
                           "  v: {value: 200 L, source: own, confidence: assumed}\n"
                           "compartments:\n"
                           "  central: {substance: esketamine, volume: v}\n"
                           "flows:\n"
                           "  - {from: central, to: out, clearance: cl}\n"
                           "routes:\n"
                           "  iv: [{to: central}]\n"
                           "outputs:\n"
                           "  esketamine_ng_per_ml: {compartment: central}\n"
                           "assumptions:\n"
                           "  invented: every number is invented\n";

static rsp_status levels(const struct rsp_model *model, double level_ng_per_ml[2], struct rsp_error *err)
{
    const double half_life_h = log(2) * 200 / 80;
    const struct rsp_dose dose = {.duration_h = 100,
        .amount_mg = 20 * 100,
        .drug = RSP_DRUG_ESKETAMINE,
        .route = RSP_ROUTE_IV,
        .state = -1};
    const double time_h[] = {100, 100 + half_life_h};
    const int output = 0;
    const struct rsp_people person = {.n = 1};
    const struct rsp_schedule schedule = {.n_dose = 1, .dose = &dose, .n_time = 2, .time_h = time_h};
    const struct rsp_simulate_options options = {.seed = 1};

    return rsp_simulate(model, &person, &schedule, 1, &output, &options, level_ng_per_ml, err);
}

int main(void)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    double level_ng_per_ml[2] = {0};

    rsp_status status = rsp_model_parse(yaml, strlen(yaml), "own_model.c", &model, &err);
    if (status == RSP_OK)
        status = levels(model, level_ng_per_ml, &err);
    if (status != RSP_OK) {
        char text[800];
        rsp_error_format(&err, text, sizeof text);
        fprintf(stderr, "%s\n", text);
        rsp_model_free(model);
        return EXIT_FAILURE;
    }
    rsp_model_free(model);

    const double steady_ng_per_ml = 20.0 / 80 * RSP_NG_PER_ML_FROM_MG_PER_L;
    printf("at the end of the infusion  %7.3f ng/mL\n", level_ng_per_ml[0]);
    printf("rate over clearance         %7.3f ng/mL\n", steady_ng_per_ml);
    printf("one half-life later         %7.3f ng/mL\n", level_ng_per_ml[1]);
    const bool right = fabs(level_ng_per_ml[0] / steady_ng_per_ml - 1) < 1e-9 &&
                       fabs(level_ng_per_ml[1] / level_ng_per_ml[0] - 0.5) < 1e-9;
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
