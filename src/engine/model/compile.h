/** Shared by the parts of the compiler. */
#ifndef RSP_ENGINE_MODEL_COMPILE_H
#define RSP_ENGINE_MODEL_COMPILE_H

#include "model/model_internal.h"
#include "model/values.h"

struct rsp_compile {
    struct rsp_model *model;
    struct rsp_values *values;
    int readout_value[RSP_MAX_OUTPUT + RSP_MAX_STATE]; /* value of each readout's scale */
};

/** Zeroed array of n items in the model's arena; NULL with the error set when out of memory. */
void *rsp_compile_array(struct rsp_model *model, size_t n, size_t size, struct rsp_error *err);

#define RSP_COMPILE_ARRAY(place, model, n, err)                                                              \
    do {                                                                                                     \
        (place) = rsp_compile_array((model), (n), sizeof *(place), (err));                                   \
        if ((place) == NULL)                                                                                 \
            return RSP_E_MEMORY;                                                                             \
    } while (0)

/** Effect sites and effects of one file, after the PK part. */
RSP_CHECKED rsp_status rsp_compile_effects(
    struct rsp_compile *k, struct rsp_part *part, struct rsp_error *err);

#endif
