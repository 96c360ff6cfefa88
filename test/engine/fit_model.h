/** Models of test/reference/fit and people to fit. */
#ifndef TEST_ENGINE_FIT_MODEL_H
#define TEST_ENGINE_FIT_MODEL_H

#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/fit.h>

#include "model/compiled.h"

static inline struct rsp_model *file_model(const char *name)
{
    char path[1024], *text = calloc(1, 1 << 16);
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    snprintf(path, sizeof path, "%s/%s.yaml", FIT_MODELS, name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL && text != NULL, "no file %s", path);
    const size_t length = fread(text, 1, (1 << 16) - 1, file);
    fclose(file);
    ck_assert_msg(rsp_model_parse(text, length, name, &model, &err) == RSP_OK, "%s:%d: %s", name, err.line,
        err.message);
    free(text);
    return model;
}

/* A shipped model, a test file, or "everything" with its effects. */
static inline struct rsp_model *any_model(const char *name)
{
    struct rsp_model *model = NULL;
    if (strcmp(name, "everything+effects") != 0) {
        if (rsp_model_shipped(name, &model, NULL) == RSP_OK)
            return model;
        return file_model(name);
    }
    struct rsp_model *pk = file_model("everything"), *effect = file_model("everything_effect");
    const struct rsp_model *const parts[] = {pk, effect};
    struct rsp_error err = {0};
    ck_assert_msg(rsp_model_combine(2, parts, &model, &err) == RSP_OK, "%s", err.message);
    rsp_model_free(pk);
    rsp_model_free(effect);
    return model;
}

#endif
