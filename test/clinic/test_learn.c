/* A plan that takes this person's own diary and levels: what it learns, and what it refuses. The diary and the
 * levels of examples/ were drawn outside of this program from a known person: half-life 5 d, C50 18 ng/mL,
 * clearance 80 L/h. */
#include "advise_support.h"
#include "clinic_check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "service/advise.h"
#include "service/optimise.h"

#define HALF_D 5.0
#define C50    18.0

static struct rsp_rulebook *book;

static char *text_of(const char *name, size_t *length)
{
    char path[512];
    snprintf(path, sizeof path, "%s/examples/%s", SOURCE_ROOT, name);
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    char *text = calloc(1, 1 << 16);
    *length = fread(text, 1, (1 << 16) - 1, file);
    fclose(file);
    return text;
}

struct case_files {
    struct rsp_patient *patient;
    struct rsp_diary diary;
    struct rsp_levels levels;
    struct rsp_error err;
};

static rsp_status read_diary(struct case_files *c, const char *text)
{
    struct rsp_diary_read_options options = {.id = c->patient->id, .has_today = true, .today = TODAY.day};
    const rsp_status status = rsp_learn_time_zero(c->patient, &options.time_zero, &c->err);
    return status != RSP_OK ? status
                            : rsp_diary_parse(text, strlen(text), "d.csv", &options, &c->diary, &c->err);
}

static void open_example(struct case_files *c, const char *change_from, const char *change_to)
{
    size_t length = 0;
    memset(c, 0, sizeof *c);
    char *patient = text_of("patients/crps_relapse.yaml", &length);
    if (change_from != NULL) {
        char *at = strstr(patient, change_from);
        ck_assert_ptr_nonnull(at);
        char *changed = calloc(1, length + 512);
        snprintf(changed, length + 512, "%.*s%s%s", (int)(at - patient), patient, change_to,
            at + strlen(change_from));
        free(patient);
        patient = changed;
    }
    c->patient = patient_of(patient);
    free(patient);
    char *diary = text_of("diaries/crps_relapse.csv", &length);
    if (c->patient->n_infusion > 0)
        ck_assert_msg(read_diary(c, diary) == RSP_OK, "%s", c->err.message);
    free(diary);
    char *levels = text_of("levels/crps_relapse.csv", &length);
    ck_assert_int_eq(
        rsp_levels_parse(levels, length, "l.csv", c->patient->id, TODAY, &c->levels, &c->err), RSP_OK);
    free(levels);
}

static void close_example(struct case_files *c)
{
    rsp_patient_free(c->patient);
    rsp_diary_free(&c->diary);
    rsp_levels_free(&c->levels);
}

static rsp_status advise(struct case_files *c, bool diary, bool levels, struct rsp_advice **advice)
{
    const struct rsp_advise_request request = {.today = TODAY,
        .start = TODAY,
        .n_subject = 400,
        .seed = 3,
        .n_thread = 1,
        .observed = {.diary = diary ? &c->diary : NULL, .levels = levels ? &c->levels : NULL}};
    return rsp_advise(book, c->patient, &request, advice, &c->err);
}

/* Days with relief of 30 % after 100 h at 22.2 mg/h, constant plasma level while it runs, none after: good to the
 * half day that the plasma needs. */
static double true_days(void)
{
    const double rate_mg_per_h = 22.2, cl_l_per_h = 95.2, end_d = 100.0 / 24.0;
    const double level = rate_mg_per_h / cl_l_per_h * 1000.0;
    const double threshold = 0.3 / 0.7 * C50;
    const double up_d = -HALF_D * log2(1.0 - threshold / level);
    const double peak = level * (1.0 - exp2(-end_d / HALF_D));
    return end_d - up_d + HALF_D * log2(peak / threshold);
}

START_TEST(a_diary_moves_the_forecast_from_the_population_to_the_person)
{
    struct case_files c;
    struct rsp_advice *advice = NULL;
    open_example(&c, NULL, NULL);
    ck_assert_msg(advise(&c, true, false, &advice) == RSP_OK, "%s", c.err.message);
    const struct rsp_prediction *days = &advice->relief.relief_days_30;
    const double population = advice->learned->population_days_30.p50;
    ck_assert_double_lt(days->p05, true_days());
    ck_assert_double_gt(days->p95, true_days());
    ck_assert_double_lt(fabs(days->p50 - true_days()), 0.5 * fabs(population - true_days()));
    ck_assert_double_lt(days->p95 - days->p05,
        0.6 * (advice->learned->population_days_30.p95 - advice->learned->population_days_30.p05));
    ck_assert_int_eq(days->validity, RSP_VALIDITY_PATIENT);
    ck_assert_double_gt(advice->relief.response_class_probability.p50, 0.95);
    ck_assert_ptr_nonnull(strstr(advice->learned_sentence, "population forecast"));
    ck_assert_ptr_nonnull(strstr(advice->learned_sentence, "Not validated in patients"));
    ck_assert(advise_assumes(advice, "learned_not_validated"));
    /* The doses given so far, seen again: the same person, so about the same days. */
    ck_assert_double_lt(fabs(advice->learned->past.relief_days_30.p50 - true_days()), 8.0);
    rsp_advice_free(advice);
    close_example(&c);
}
END_TEST

START_TEST(levels_move_the_level_and_leave_the_class_to_the_population)
{
    struct case_files c;
    struct rsp_advice *advice = NULL, *population = NULL;
    open_example(&c, NULL, NULL);
    ck_assert_msg(advise(&c, false, true, &advice) == RSP_OK, "%s", c.err.message);
    ck_assert_int_eq(advise(&c, false, false, &population), RSP_OK);
    const int cl = 1; /* otto2021: v1, cl, ... */
    ck_assert_double_lt(
        fabs(advice->learned->levels.parameter[cl] - 80.0), 2.5 * advice->learned->levels.parameter_se[cl]);
    const struct rsp_prediction *peak = &advice->level.peak, *before = &population->level.peak;
    const double truth = 22.19 / 80.0 * 1000.0; /* rate over the true clearance */
    ck_assert_double_lt(fabs(peak->p50 - truth), fabs(before->p50 - truth));
    ck_assert_double_lt(peak->p95 - peak->p05, 0.7 * (before->p95 - before->p05));
    ck_assert_double_eq_tol(advice->relief.response_class_probability.p50,
        population->relief.response_class_probability.p50, 0.05);
    rsp_advice_free(advice);
    rsp_advice_free(population);
    close_example(&c);
}
END_TEST

START_TEST(after_a_series_without_relief_the_plan_says_stop)
{
    struct case_files c;
    struct rsp_advice *advice = NULL;
    open_example(&c, NULL, NULL);
    for (size_t i = 0; i < c.diary.n; i++)
        c.diary.entry[i].pain_nrs = 7 + (int)(i % 2); /* nothing moved */
    ck_assert_msg(advise(&c, true, false, &advice) == RSP_OK, "%s", c.err.message);
    ck_assert(advice->learned->no_response);
    ck_assert(!advice->has_next);
    ck_assert_ptr_nonnull(strstr(advice->relief_sentence, "Stop"));
    ck_assert_ptr_nonnull(strstr(advice->next_sentence, "do not repeat the series or raise it"));
    rsp_advice_free(advice);
    close_example(&c);
}
END_TEST

START_TEST(the_same_seed_learns_the_same)
{
    struct case_files c;
    struct rsp_advice *a = NULL, *b = NULL;
    open_example(&c, NULL, NULL);
    ck_assert_int_eq(advise(&c, true, true, &a), RSP_OK);
    ck_assert_int_eq(advise(&c, true, true, &b), RSP_OK);
    ck_assert_double_eq(a->relief.relief_days_30.p50, b->relief.relief_days_30.p50);
    ck_assert_str_eq(a->learned_sentence, b->learned_sentence);
    rsp_advice_free(a);
    rsp_advice_free(b);
    close_example(&c);
}
END_TEST

/* A search sees the level that a plan of the same doses sees, learned from the same levels. */
START_TEST(a_search_judges_the_level_that_levels_taught)
{
    struct case_files c;
    struct rsp_advice *advice = NULL;
    struct rsp_optimised *made = NULL;
    open_example(&c, NULL, NULL);
    ck_assert_msg(advise(&c, false, true, &advice) == RSP_OK, "%s", c.err.message);
    const struct rsp_optimise_request request = {.today = TODAY,
        .start = TODAY,
        .n_subject = 400,
        .seed = 3,
        .n_thread = 1,
        .observed = {.levels = &c.levels}};
    ck_assert_msg(rsp_optimise(book, c.patient, &request, &made, &c.err) == RSP_OK, "%s", c.err.message);
    const struct rsp_choice *same = NULL;
    for (size_t i = 0; i < made->n_choice; i++)
        if (made->choice[i].protocol != NULL &&
            strcmp(made->choice[i].protocol->id, "crps_inpatient_4d") == 0)
            same = &made->choice[i];
    ck_assert_ptr_nonnull(same);
    const struct rsp_prediction *peak = &advice->level.peak;
    ck_assert_double_eq_tol(same->level.p50, peak->p50, 0.03 * peak->p50);
    ck_assert_double_eq_tol(
        same->level.p95 - same->level.p05, peak->p95 - peak->p05, 0.2 * (peak->p95 - peak->p05));
    rsp_optimised_free(made);
    rsp_advice_free(advice);
    close_example(&c);
}
END_TEST

static void assert_refused(struct case_files *c, bool diary, bool levels, rsp_status code, const char *words)
{
    struct rsp_advice *advice = NULL;
    ck_assert_int_eq(advise(c, diary, levels, &advice), code);
    ck_assert_ptr_null(advice);
    ck_assert_msg(strstr(c->err.message, words) != NULL, "%s", c->err.message);
}

START_TEST(what_cannot_be_used_is_refused_with_what_would_help)
{
    struct case_files c;
    open_example(&c, NULL, NULL);
    c.diary.n = 3; /* only days before the infusion, and too few */
    assert_refused(&c, true, false, RSP_E_DOMAIN, "cannot be used");
    ck_assert_str_eq(c.err.field, "diary");
    close_example(&c);

    open_example(&c, NULL, NULL);
    for (size_t i = 0; i < c.levels.n; i++)
        c.levels.level[i].value *= 1000; /* pg/mL in a column of ng/mL */
    assert_refused(&c, false, true, RSP_E_DOMAIN, "cannot be used");
    ck_assert_str_eq(c.err.field, "levels");
    close_example(&c);

    open_example(&c, "2026-09-01T09:00", "2026-09-01");
    assert_refused(&c, false, true, RSP_E_MISSING, "hour at which the infusion began");
    close_example(&c);

    open_example(&c, NULL, NULL);
    snprintf(c.levels.level[0].output, sizeof c.levels.level[0].output, "ketamine_ng_per_ml");
    assert_refused(&c, false, true, RSP_E_MISMATCH, "nothing is converted silently");
    close_example(&c);

    open_example(&c, NULL, NULL);
    c.levels.level[0].taken.has_offset = true;
    assert_refused(&c, false, true, RSP_E_MISMATCH, "distance from UTC");
    close_example(&c);
}
END_TEST

START_TEST(without_a_recorded_infusion_nothing_is_learned)
{
    struct case_files c;
    struct rsp_moment zero;
    open_example(
        &c, "infusions:\n  - {start: 2026-09-01T09:00, dose: 22.2 mg/h esketamine iv for 100 h}\n", "");
    ck_assert_int_eq(rsp_learn_time_zero(c.patient, &zero, &c.err), RSP_E_MISSING);
    ck_assert_ptr_nonnull(strstr(c.err.message, "under infusions"));
    close_example(&c);
}
END_TEST

START_TEST(for_acute_pain_a_diary_is_left_aside_and_said_so)
{
    struct case_files c;
    struct rsp_advice *advice = NULL;
    open_example(&c, "condition: crps", "condition: postoperative");
    ck_assert_msg(advise(&c, true, false, &advice) == RSP_OK, "%s", c.err.message);
    ck_assert_ptr_null(advice->learned);
    bool said = false;
    for (size_t i = 0; i < advice->n_basis_missing; i++)
        said = said || strstr(advice->basis_missing[i], "diary") != NULL;
    ck_assert(said);
    rsp_advice_free(advice);
    close_example(&c);
}
END_TEST

/* Scores written by hand, one a day from first_d on. */
static void set_scores(struct case_files *c, size_t n, const int pain_nrs[], double first_d)
{
    free(c->diary.entry);
    c->diary.entry = calloc(n, sizeof *c->diary.entry);
    ck_assert_ptr_nonnull(c->diary.entry);
    c->diary.n = n;
    for (size_t i = 0; i < n; i++)
        c->diary.entry[i] = (struct rsp_diary_entry){
            .time_d = first_d + (double)i, .pain_nrs = pain_nrs[i], .recall = RSP_RECALL_AVERAGE_24H};
}

START_TEST(a_later_series_that_did_nothing_says_stop_whatever_the_first_one_did)
{
    struct case_files c;
    struct rsp_advice *advice = NULL;
    int pain_nrs[78];
    open_example(&c, "  - {start: 2026-09-01T09:00, dose: 22.2 mg/h esketamine iv for 100 h}\n",
        "  - {start: 2026-10-21T09:00, dose: 22.2 mg/h esketamine iv for 100 h}\n"
        "  - {start: 2026-09-01T09:00, dose: 22.2 mg/h esketamine iv for 100 h}\n"); /* newest first */
    for (int i = 0; i < 78; i++)
        pain_nrs[i] = (i < 10 ? 7 : i < 12 ? 4 : i < 45 ? 2 + (i - 12) / 8 : 7) + (i % 3 == 0) - (i % 5 == 1);
    set_scores(&c, 78, pain_nrs, -9.5);
    ck_assert_msg(advise(&c, true, false, &advice) == RSP_OK, "%s", c.err.message);
    ck_assert(advice->learned->judged && advice->learned->no_response);
    ck_assert_double_eq_tol(advice->learned->last_d, 50, 1e-9);
    rsp_advice_free(advice);
    close_example(&c);
}
END_TEST

/* 0.3 mg/kg/h for 100 h at 74 kg, her weight of August; today she weighs 70 kg. */
START_TEST(a_diary_is_read_beside_the_amount_that_was_given_on_its_day)
{
    static const struct {
        const char *weights;
        double mg;
        bool assumed;
    } rows[] = {{"earlier_weights: [{value_kg: 74, date: 2026-08-20}]\n", 2220, false}, {"", 2100, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct case_files c;
        struct rsp_advice *advice = NULL;
        char infusion[200];
        snprintf(infusion, sizeof infusion, "0.3 mg/kg/h esketamine iv for 100 h}\n%s", rows[i].weights);
        open_example(&c, "22.2 mg/h esketamine iv for 100 h}\n", infusion);
        ck_assert_msg(advise(&c, true, false, &advice) == RSP_OK, "%s", c.err.message);
        ck_assert_double_eq_tol(advice->learned->last_mg, rows[i].mg, 1e-9);
        ck_assert_int_eq(advise_assumes(advice, "later_weight"), rows[i].assumed);
        rsp_advice_free(advice);
        close_example(&c);
    }
}
END_TEST

START_TEST(two_days_into_the_first_infusion_nothing_is_judged)
{
    struct case_files c;
    struct rsp_advice *advice = NULL;
    static const int pain_nrs[] = {7, 7, 6, 7, 8, 7, 7, 7, 6, 7, 7, 7};
    open_example(&c, NULL, NULL);
    set_scores(&c, 12, pain_nrs, -9.5);
    ck_assert_msg(advise(&c, true, false, &advice) == RSP_OK, "%s", c.err.message);
    ck_assert(!advice->learned->judged && !advice->learned->no_response);
    ck_assert_ptr_nonnull(strstr(advice->learned_sentence, "Too few scores follow the end"));
    rsp_advice_free(advice);
    close_example(&c);
}
END_TEST

START_TEST(a_fall_that_the_recorded_doses_cannot_explain_is_questioned)
{
    struct case_files c;
    open_example(&c, "22.2 mg/h esketamine iv for 100 h", "0.5 mg/kg ketamine iv over 40 min");
    assert_refused(&c, true, false, RSP_E_DOMAIN, "these doses cannot explain it");
    close_example(&c);
}
END_TEST

START_TEST(a_recorded_dose_that_looks_like_a_slip_is_not_learned_from)
{
    struct case_files c;
    open_example(&c, "22.2 mg/h esketamine iv for 100 h", "222 mg/h esketamine iv for 100 h");
    assert_refused(&c, true, false, RSP_E_LIMIT, "rest on a slip");
    close_example(&c);
}
END_TEST

START_TEST(a_diary_carries_only_the_like_of_what_it_followed)
{
    struct case_files c;
    struct rsp_advice *advice = NULL;
    open_example(&c, NULL, NULL);
    const char *const other[] = {"22.2 mg/h ketamine iv for 100 h", "50 mg esketamine oral every 8 h x90",
        "28 mg esketamine iv over 40 min every 2 d x5", "5 mg/h esketamine iv for 100 h"};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        struct rsp_advise_request request = {.today = TODAY,
            .start = TODAY,
            .n_dose = 1,
            .dose = &other[i],
            .n_subject = 200,
            .seed = 3,
            .n_thread = 1,
            .observed = {.diary = &c.diary}};
        ck_assert_msg(rsp_advise(book, c.patient, &request, &advice, &c.err) == RSP_OK, "%s", c.err.message);
        ck_assert_msg(advice->relief.relief_days_30.validity != RSP_VALIDITY_PATIENT, "%s", other[i]);
        rsp_advice_free(advice);
    }
    close_example(&c);
}
END_TEST

/* The share of people who respond is known for CRPS alone, and a diary starts from it. */
START_TEST(a_diary_that_carries_a_plan_tells_no_chance_of_response_where_no_share_is_known)
{
    static const char *const condition[] = {"crps", "fibromyalgia"};
    const char *const dose = "22.2 mg/h esketamine iv for 100 h";
    for (int i = 0; i < 2; i++) {
        struct case_files c;
        struct rsp_advice *advice = NULL;
        char line[64];
        snprintf(line, sizeof line, "condition: %s\n", condition[i]);
        open_example(&c, "condition: crps\n", line);
        struct rsp_advise_request request = {.today = TODAY,
            .start = TODAY,
            .n_dose = 1,
            .dose = &dose,
            .n_subject = 200,
            .seed = 3,
            .n_thread = 1,
            .observed = {.diary = &c.diary}};
        ck_assert_msg(rsp_advise(book, c.patient, &request, &advice, &c.err) == RSP_OK, "%s", c.err.message);
        const struct rsp_relief_forecast *r = &advice->relief;
        const bool known = i == 0;
        ck_assert_int_eq(r->relief_days_30.validity, RSP_VALIDITY_PATIENT);
        ck_assert_int_eq(r->response_class_probability.status == RSP_PREDICTED, known);
        ck_assert_int_eq(r->placebo_response_probability.status == RSP_PREDICTED, known);
        ck_assert_int_eq(isfinite(r->p_relief_30), known);
        ck_assert_int_eq(isfinite(r->expected_relief_days_30), known);
        ck_assert_int_eq(strstr(advice->relief_sentence, "The chance") != NULL, known);
        ck_assert_int_eq(strstr(advice->learned_sentence, "can respond is now") != NULL, known);
        ck_assert(!advice->hypothetical);
        rsp_advice_free(advice);
        close_example(&c);
    }
}
END_TEST

START_TEST(a_dose_that_no_model_takes_is_left_out_and_said_to_be)
{
    struct case_files c;
    struct rsp_advice *advice = NULL;
    open_example(&c, "  - {start: 2026-09-01T09:00, dose: 22.2 mg/h esketamine iv for 100 h}\n",
        "  - {start: 2026-09-01T09:00, dose: 22.2 mg/h esketamine iv for 100 h}\n"
        "  - {start: 2026-10-20T09:00, dose: 20 mg arketamine iv over 40 min}\n");
    ck_assert_msg(advise(&c, true, true, &advice) == RSP_OK, "%s", c.err.message);
    bool said = false;
    for (size_t i = 0; i < advice->n_basis_missing; i++)
        said = said || strstr(advice->basis_missing[i], "without a model") != NULL;
    ck_assert(said);
    rsp_advice_free(advice);
    close_example(&c);
}
END_TEST

START_TEST(an_old_diary_and_relief_that_still_holds_are_said)
{
    struct case_files c;
    struct rsp_advice *advice = NULL;
    int pain_nrs[82];
    open_example(&c, NULL, NULL);
    for (int i = 0; i < 82; i++)
        pain_nrs[i] = i < 10 ? 7 + (i % 4 == 1) - (i % 5 == 2) : i % 7 == 3; /* free of pain to this day */
    set_scores(&c, 82, pain_nrs, -9.5);
    ck_assert_msg(advise(&c, true, false, &advice) == RSP_OK, "%s", c.err.message);
    ck_assert_msg(strstr(advice->caution_sentence, "relief holds") != NULL, "%s", advice->caution_sentence);
    rsp_advice_free(advice);
    set_scores(&c, 20, pain_nrs, -9.5); /* and no entry in the last ten weeks */
    ck_assert_msg(advise(&c, true, false, &advice) == RSP_OK, "%s", c.err.message);
    ck_assert_msg(strstr(advice->caution_sentence, "days ago") != NULL, "%s", advice->caution_sentence);
    rsp_advice_free(advice);
    close_example(&c);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_diary_moves_the_forecast_from_the_population_to_the_person,
        levels_move_the_level_and_leave_the_class_to_the_population,
        a_search_judges_the_level_that_levels_taught, after_a_series_without_relief_the_plan_says_stop,
        the_same_seed_learns_the_same, what_cannot_be_used_is_refused_with_what_would_help,
        without_a_recorded_infusion_nothing_is_learned, for_acute_pain_a_diary_is_left_aside_and_said_so,
        a_later_series_that_did_nothing_says_stop_whatever_the_first_one_did,
        a_diary_is_read_beside_the_amount_that_was_given_on_its_day,
        two_days_into_the_first_infusion_nothing_is_judged,
        a_fall_that_the_recorded_doses_cannot_explain_is_questioned,
        a_recorded_dose_that_looks_like_a_slip_is_not_learned_from,
        a_diary_carries_only_the_like_of_what_it_followed,
        a_diary_that_carries_a_plan_tells_no_chance_of_response_where_no_share_is_known,
        a_dose_that_no_model_takes_is_left_out_and_said_to_be,
        an_old_diary_and_relief_that_still_holds_are_said};
    struct rsp_error err = {0};
    if (rsp_rulebook_shipped(&book, &err) != RSP_OK)
        return EXIT_FAILURE;
    const int result = run_tests("learn", sizeof tests / sizeof tests[0], tests);
    rsp_rulebook_free(book);
    return result;
}
