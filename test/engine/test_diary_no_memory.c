/* A summary without memory is an error, never a verdict about the diary. */
#include "../base/starve.h"

#include <math.h>

#include <respite/diary.h>

enum { N_ENTRY = 12 };

static struct rsp_diary_fit *fit;

static rsp_status summarise(struct rsp_error *err)
{
    struct rsp_diary_summary summary = {0};
    const rsp_status status = rsp_diary_summarise(fit, &summary, err);
    feed();
    ck_assert((status == RSP_OK) == (summary.curve_d != NULL));
    if (status == RSP_OK)
        ck_assert_uint_gt(summary.sampler.n_ancestor, 0);
    rsp_diary_summary_free(&summary);
    return status;
}

START_TEST(a_summary_without_memory_says_so)
{
    static const double person[16] = {
        70, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    static const struct rsp_extra_variability extra[] = {{"c50", 0.5}, {"t_half", 0.3}};
    const struct rsp_dose dose = {.duration_h = 100,
        .amount_mg = 2220,
        .drug = RSP_DRUG_ESKETAMINE,
        .route = RSP_ROUTE_IV,
        .state = -1};
    struct rsp_model *model = NULL;
    struct rsp_diary_entry entry[N_ENTRY];
    for (int i = 0; i < N_ENTRY; i++)
        entry[i] = (struct rsp_diary_entry){.time_d = i - 6.5, .pain_nrs = i < 7 ? 7 : 2};
    const struct rsp_diary diary = {.n = N_ENTRY, .entry = entry};
    const struct rsp_diary_options options = {
        .seed = 3, .n_particle = 64, .n_thread = 1, .n_extra = 2, .extra = extra, .horizon_d = 20};
    ck_assert_int_eq(rsp_model_shipped("otto2021+dahan2011", &model, NULL), RSP_OK);
    const struct rsp_diary_question question = {
        .model = model, .covariate = person, .n_dose = 1, .dose = &dose};
    ck_assert_int_eq(rsp_diary_fit_new(&question, &options, &diary, &fit, NULL), RSP_OK);
    starve(summarise, "summary");
    rsp_diary_fit_free(fit);
    rsp_model_free(model);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("diary without memory");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_test(all, a_summary_without_memory_says_so);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
