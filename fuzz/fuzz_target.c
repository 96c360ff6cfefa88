/* Target profiles: whatever can be read can be turned into a programme or is refused with a sentence. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <respite/tci.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void design(const struct rsp_tci_profile *profile)
{
    static struct rsp_model *model;
    struct rsp_tci_programme *made = NULL;
    struct rsp_error err;
    const double covariate[] = {70, NAN};
    struct rsp_tci_request request = {
        .profile = profile, .pump = {.max_rate_mg_per_h = 500, .resolution_mg_per_h = 0.1}};
    const double longest_h = 3; /* for the speed of the fuzzer */

    if (model == NULL && rsp_model_shipped("otto2021", &model, NULL) != RSP_OK)
        abort();
    if (rsp_tci_profile_end_h(profile) > longest_h || rsp_tci_plasma(model, &request.output, NULL) != RSP_OK)
        return;
    if (rsp_tci_design(model, covariate, &request, &made, &err) != RSP_OK)
        return;
    for (size_t i = 0; i < made->n_step; i++)
        if (!(made->step[i].rate_mg_per_h >= 0 && made->step[i].rate_mg_per_h <= 500))
            abort();
    rsp_tci_programme_free(made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rsp_tci_profile profile;
    struct rsp_error err;
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (rsp_tci_profile_parse(text, NAN, &profile, &err) == RSP_OK)
        design(&profile);
    free(text);
    return 0;
}
