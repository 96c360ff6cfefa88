/** Shared by the tests of pump programmes. */
#ifndef TEST_TCI_SUPPORT_H
#define TEST_TCI_SUPPORT_H

#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/tci.h>

#define MIN_H (1.0 / 60.0)

enum { MOST_COVARIATE = 16 };

/** A person of 70 kg (or another weight) for any model; references for the rest. */
static inline void person_of(
    const struct rsp_model *model, double weight_kg, double covariate[MOST_COVARIATE])
{
    for (size_t i = 0; i < MOST_COVARIATE; i++)
        covariate[i] = NAN;
    const int i = rsp_model_covariate_find(model, "weight_kg");
    if (i >= 0)
        covariate[i] = weight_kg;
}

static inline struct rsp_tci_profile profile_of(const char *text, double total_h)
{
    struct rsp_tci_profile profile;
    struct rsp_error err = {0};
    const rsp_status status = rsp_tci_profile_parse(text, total_h, &profile, &err);
    ck_assert_msg(status == RSP_OK, "%s: %s", text, err.message);
    return profile;
}

/** Design for 70 kg with a shipped model; at NULL: plasma, else the effect site of the model. */
static inline struct rsp_tci_programme *design(
    const char *id, bool effect, const struct rsp_tci_profile *profile, struct rsp_tci_pump pump)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    struct rsp_tci_programme *made = NULL;
    double covariate[MOST_COVARIATE];
    struct rsp_tci_request request = {
        .method = effect ? RSP_TCI_EFFECT : RSP_TCI_PLASMA, .profile = profile, .pump = pump};
    ck_assert_msg(rsp_model_shipped(id, &model, &err) == RSP_OK, "%s: %s", id, err.message);
    person_of(model, 70, covariate);
    ck_assert_msg((effect ? rsp_tci_effect_site(model, NULL, &request.output, &err)
                          : rsp_tci_plasma(model, &request.output, &err)) == RSP_OK,
        "%s: %s", id, err.message);
    const rsp_status status = rsp_tci_design(model, covariate, &request, &made, &err);
    ck_assert_msg(status == RSP_OK, "%s: %s", id, err.message);
    rsp_model_free(model);
    return made;
}

#endif
