/* The worked examples of the manual's chapter on model files are read as they stand there. */
#include "model_support.h"

/* Body of the code block "```yaml file=NAME" of the chapter; static storage. */
static const char *example(const char *name)
{
    static char page[65536];
    char mark[100];
    FILE *file = fopen(SOURCE_ROOT "/docs/manual/model-files.md", "rb");
    ck_assert_ptr_nonnull(file);
    const size_t n = fread(page, 1, sizeof page - 1, file);
    fclose(file);
    page[n] = '\0';
    snprintf(mark, sizeof mark, "```yaml file=%s\n", name);
    char *begin = strstr(page, mark);
    ck_assert_msg(begin != NULL, "no %s in the chapter", name);
    begin += strlen(mark);
    char *end = strstr(begin, "\n```");
    ck_assert_ptr_nonnull(end);
    end[1] = '\0';
    return begin;
}

START_TEST(the_worked_example_reads_and_means_what_the_chapter_says)
{
    struct rsp_model *model = parsed_model(example("example2020.yaml"));
    const struct rsp_compiled *c = rsp_model_compiled(model);
    double slot[RSP_MAX_SLOT];
    rsp_model_typical(model, NULL, slot);
    ck_assert_double_eq_tol(
        rate_between(model, slot, "delay_2", "metabolite"), 0.8 * 2 * 3, 1e-12); /* 2 / 20 min */
    ck_assert_double_eq_tol(rate_between(model, slot, "delay_2", "out"), 0.2 * 2 * 3, 1e-12);
    ck_assert_double_eq_tol(rate_between(model, slot, "gut", "delay_1"), 3, 1e-12);
    ck_assert_double_eq_tol(rate_between(model, slot, "central", "delay_1"), 95.2 / 133, 1e-12);
    ck_assert_uint_eq(c->n_input, 4);
    ck_assert_uint_eq(rsp_model_n_check(model), 3);
    ck_assert(rsp_model_takes_route(model, RSP_ROUTE_NASAL));
    ck_assert(!rsp_model_takes_route(model, RSP_ROUTE_ORAL));
    ck_assert(rsp_model_check(model, 0)->reproducible);
    ck_assert(!rsp_model_check(model, 2)->reproducible);
    ck_assert_double_eq_tol(slot[rsp_model_check(model, 0)->slot], 0.5, 1e-15);
    ck_assert_str_eq(rsp_model_part(model, 0)->doi, "10.1000/xyz");
    ck_assert_uint_eq(c->n_residual, 2);
    ck_assert_double_eq_tol(c->residual[1].additive_sd, 12.9, 1e-12);
    rsp_model_free(model);
}
END_TEST

START_TEST(the_example_effect_reads_and_combines_with_the_model_it_names)
{
    struct rsp_model *effect = parsed_model(example("example_effect.yaml")), *model = NULL;
    const struct rsp_model *const one[1] = {effect};
    ck_assert_int_eq(rsp_model_combine(1, one, &model, NULL), RSP_OK);
    ck_assert_str_eq(rsp_model_id(model), "otto2021+example_effect");
    ck_assert_int_ge(rsp_model_output_find(model, "pain_nrs"), 0);
    const struct rsp_compiled *c = rsp_model_compiled(model);
    ck_assert_int_ge(c->class_parameter, 0);
    ck_assert_double_eq_tol(c->parameter[c->class_parameter].typical, 0.67, 1e-15);
    rsp_model_free(model);
    rsp_model_free(effect);
}
END_TEST

RUN_TESTS("model manual", the_worked_example_reads_and_means_what_the_chapter_says,
    the_example_effect_reads_and_combines_with_the_model_it_names)
