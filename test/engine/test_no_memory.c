#include "../base/starve.h"

#include <string.h>

#include <respite/model.h>

#include "base/yaml.h"
#include "model/compiled.h"
#include "model/shipped.h"
#include "model_support.h"

static const char document[] = "a: {b: [1, 2, 3], c: 'text'}\nd: 5 mg\n";

static rsp_status read_yaml(struct rsp_error *err)
{
    struct rsp_yaml_tree *tree = NULL;
    const rsp_status status = rsp_yaml_parse(document, sizeof document - 1, "t.yaml", &tree, err);
    feed();
    ck_assert((status == RSP_OK) == (tree != NULL));
    rsp_yaml_free(tree);
    return status;
}

START_TEST(a_yaml_reader_without_memory_says_so)
{
    starve(read_yaml, "yaml");
}
END_TEST

static rsp_status read_plain_model(struct rsp_error *err)
{
    struct rsp_model *model = NULL;
    const rsp_status status = rsp_model_parse(plain_pk, strlen(plain_pk), "t.yaml", &model, err);
    feed();
    ck_assert((status == RSP_OK) == (model != NULL));
    rsp_model_free(model);
    return status;
}

START_TEST(a_model_reader_without_memory_says_so)
{
    starve(read_plain_model, "plain model");
}
END_TEST

static rsp_status read_shipped_model(struct rsp_error *err)
{
    const char *text = NULL;
    size_t length = 0;
    struct rsp_model *model = NULL;
    RSP_TRY(rsp_shipped_find("dahan2011", &text, &length, err));
    const rsp_status status = rsp_model_parse(text, length, "dahan2011", &model, err);
    feed();
    ck_assert((status == RSP_OK) == (model != NULL));
    rsp_model_free(model);
    return status;
}

START_TEST(a_shipped_model_of_relief_without_memory_is_refused)
{
    starve(read_shipped_model, "dahan2011");
}
END_TEST

RUN_TESTS("no memory", a_yaml_reader_without_memory_says_so, a_model_reader_without_memory_says_so,
    a_shipped_model_of_relief_without_memory_is_refused)
