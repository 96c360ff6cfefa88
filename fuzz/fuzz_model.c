/** Any bytes: a model that calculates, or an error with a sentence. What reads must give finite rates that
 * are not negative, combine with the PK model it names, and stand a changed parameter. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <respite/model.h>

#include "model/compiled.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds)
        abort();
}

static void check_numbers(const struct rsp_model *model)
{
    const struct rsp_compiled *c = rsp_model_compiled(model);
    double slot[RSP_MAX_SLOT];
    need(c->n_slot <= RSP_MAX_SLOT && c->n_state <= RSP_MAX_STATE && c->n_parameter <= RSP_MAX_PARAMETER);
    rsp_model_typical(model, NULL, slot);
    if (c->dose_slot >= 0) {
        slot[c->dose_slot] = 28;
        rsp_program_run(&c->dose_program, slot);
    }
    for (size_t i = 0; i < c->n_link; i++) {
        const struct rsp_link *l = &c->link[i];
        need(l->from >= 0 && l->from < (int)c->n_state && l->to < (int)c->n_state);
        need(isfinite(slot[l->rate]) && slot[l->rate] >= 0);
    }
    for (size_t i = 0; i < c->n_readout; i++)
        need(isfinite(slot[c->readout[i].scale]) && slot[c->readout[i].scale] > 0);
    for (size_t i = 0; i < c->n_input; i++)
        need(c->input[i].fraction < 0 || slot[c->input[i].fraction] >= 0);
    for (size_t i = 0; i < c->n_eta * c->n_eta; i++)
        need(isfinite(c->omega_chol[i]));
}

static void check_texts(const struct rsp_model *model)
{
    for (size_t i = 0; i < rsp_model_n_parameter(model); i++) {
        const struct rsp_parameter_info *p = rsp_model_parameter(model, i);
        need(p->name != NULL && p->unit != NULL && p->source[0] != '\0' && p->variability != NULL);
    }
    for (size_t i = 0; i < rsp_model_n_output(model); i++) {
        const struct rsp_model_output *o = rsp_model_output(model, i);
        need(o->name != NULL && o->unit != NULL && o->text != NULL);
    }
    for (size_t i = 0; i < rsp_model_n_flow(model); i++)
        need(rsp_model_flow(model, i)->rate != NULL && rsp_model_flow(model, i)->fraction != NULL);
    for (size_t i = 0; i < rsp_model_n_input(model); i++)
        need(rsp_model_input(model, i)->note != NULL && rsp_model_input(model, i)->lag != NULL);
    for (size_t i = 0; i < rsp_model_n_check(model); i++)
        need(rsp_model_check(model, i)->description != NULL && rsp_model_check(model, i)->unit != NULL);
}

static void check_copies(const struct rsp_model *model)
{
    struct rsp_model *other = NULL;
    struct rsp_error err = {0};
    const struct rsp_model *const one[1] = {model};
    if (rsp_model_combine(1, one, &other, &err) == RSP_OK)
        check_numbers(other);
    else
        need(err.message[0] != '\0');
    rsp_model_free(other);
    other = NULL;
    if (rsp_model_n_parameter(model) == 0)
        return;
    const struct rsp_parameter_info *p = rsp_model_parameter(model, 0);
    if (rsp_model_with_parameter(model, p->name, 2 * p->value, &other, &err) == RSP_OK)
        check_numbers(other);
    else
        need(err.message[0] != '\0');
    rsp_model_free(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    const rsp_status status = rsp_model_parse((const char *)data, size, "fuzz", &model, &err);
    need((status == RSP_OK) == (model != NULL));
    need(status == RSP_OK || err.message[0] != '\0');
    if (model != NULL) {
        check_numbers(model);
        check_texts(model);
        check_copies(model);
    }
    rsp_model_free(model);
    return 0;
}
