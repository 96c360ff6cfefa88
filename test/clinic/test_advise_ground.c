/* On what ground an advice stands, and that it says so in whole sentences. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advise_support.h"

#define SHORT_SERIES "0.5 mg/kg ketamine iv over 40 min every 48 h x5"
#define TEN_DAYS     "0.35 mg/kg/h ketamine iv for 4 h every 1 d x10"
#define FOUR_DAYS    "22.2 mg/h esketamine iv for 100 h"

/* ---- the ground of levels ---- */

/* The last line of a person: `advise_person` with one line more. */
static void advise_with(struct advised *a, const char *more, const char *dose)
{
    char person[2500];
    snprintf(person, sizeof person, "%scondition: crps\n%s\n", advise_person, more);
    advise_text(a, person, dose, NULL);
    ck_assert_msg(a->status == RSP_OK, "%s: %s", a->err.field, a->err.message);
}

/* The same person taking something. */
static void advise_taking(struct advised *a, const char *medications, const char *dose)
{
    char person[2500];
    const char *const none = "medications: []\n";
    const char *at = strstr(advise_person, none);
    snprintf(person, sizeof person, "%.*smedications: [%s]\n%scondition: crps\n", (int)(at - advise_person),
        advise_person, medications, at + strlen(none));
    advise_text(a, person, dose, NULL);
    ck_assert_msg(a->status == RSP_OK, "%s: %s", a->err.field, a->err.message);
}

START_TEST(a_level_of_days_in_crps_is_not_called_fitted)
{
    struct advised a;
    advise_condition(&a, "crps", FOUR_DAYS);
    const struct rsp_prediction *level = &a.advice->level.peak;
    ck_assert_int_eq(level->validity, RSP_VALIDITY_EXTRAPOLATED);
    ck_assert_ptr_nonnull(strstr(level->reason, "infusion of 100 h"));
    ck_assert_ptr_nonnull(strstr(level->reason, "healthy people"));
    ck_assert_str_eq(a.advice->caution_sentence, "");
    advise_free(&a);
}
END_TEST

START_TEST(a_slow_genotype_leaves_the_studied_levels_and_is_warned_of)
{
    struct advised a;
    advise_with(&a, "genotype: {cyp2b6: '*6/*6'}", FOUR_DAYS);
    ck_assert_double_gt(a.advice->level.peak.p50, 300);
    ck_assert_ptr_nonnull(strstr(a.advice->level.peak.reason, "another study"));
    ck_assert_ptr_nonnull(strstr(a.advice->caution_sentence, "above 300 ng/mL"));
    ck_assert_int_eq(a.advice->relief.relief_days_30.validity, RSP_VALIDITY_EXTRAPOLATED);
    advise_free(&a);
}
END_TEST

/* ---- interactions ---- */

START_TEST(clarithromycin_raises_an_oral_level_by_the_published_factor)
{
    struct advised with, without;
    advise_taking(&with, "{name: clarithromycin}", "50 mg esketamine oral");
    advise_condition(&without, "crps", "50 mg esketamine oral");
    /* Hagelberg 2010: area of oral esketamine 2.6 times */
    ck_assert_double_eq_tol(with.advice->level.peak.p50 / without.advice->level.peak.p50, 2.6, 0.05);
    ck_assert_int_eq(with.advice->level.peak.validity, RSP_VALIDITY_EXTRAPOLATED);
    ck_assert(advise_assumes(with.advice, "modifier_applied"));
    ck_assert(!advise_assumes(with.advice, "modifier_not_applied"));
    advise_free(&with);
    advise_free(&without);
}
END_TEST

START_TEST(two_interacting_medicines_are_never_combined)
{
    struct advised with, without;
    advise_taking(&with, "{name: clarithromycin}, {name: rifampicin}", "50 mg esketamine oral");
    advise_condition(&without, "crps", "50 mg esketamine oral");
    ck_assert_double_eq_tol(with.advice->level.peak.p50, without.advice->level.peak.p50, 1e-9);
    ck_assert_ptr_nonnull(strstr(with.advice->level.peak.reason, "joint effect"));
    ck_assert(advise_assumes(with.advice, "modifiers_not_combined"));
    advise_free(&with);
    advise_free(&without);
}
END_TEST

START_TEST(an_interaction_that_the_model_lacks_takes_the_word_fitted_away)
{
    struct advised a;
    advise_taking(&a, "{name: rifampicin}", FOUR_DAYS);
    ck_assert_int_eq(a.advice->relief.relief_days_30.validity, RSP_VALIDITY_EXTRAPOLATED);
    ck_assert_ptr_nonnull(strstr(a.advice->relief.relief_days_30.reason, "rifampicin"));
    ck_assert_ptr_nonnull(strstr(a.advice->caution_sentence, "rifampicin"));
    ck_assert(advise_assumes(a.advice, "modifier_not_applied"));
    advise_free(&a);
}
END_TEST

/* ---- people outside the studies ---- */

/* Otto 2021: two SD around 68.0 (7.2) and 71.3 (8.5) kg, 53.6 to 88.3; Dahan 2011: 46 (12) y, 22 to 70. */
static const struct {
    const char *age_y, *weight_kg;
    bool outside;
} people[] = {{"88", "70", true}, {"46", "38", true}, {"46", "25", true}, {"46", "180", true},
    {"71", "70", true}, {"46", "89", true}, {"69", "87", false}, {"23", "55", false}};

START_TEST(people_outside_the_studied_ages_and_weights_are_warned_of)
{
    struct advised a;
    char person[400];
    snprintf(person, sizeof person,
        "id: t\nage_y: %s\nsex: m\nweight_kg: %s\ncondition: crps\nbaseline_nrs: 7\n", people[_i].age_y,
        people[_i].weight_kg);
    struct rsp_date today = {20000};
    memset(&a, 0, sizeof a);
    ck_assert_msg(
        rsp_patient_parse(person, strlen(person), "t.yaml", today, true, &a.patient, &a.err) == RSP_OK, "%s",
        a.err.message);
    ck_assert_int_eq(rsp_rulebook_shipped(&a.book, &a.err), RSP_OK);
    const char *const dose = FOUR_DAYS;
    const struct rsp_advise_request request = {
        .n_dose = 1, .dose = &dose, .confirm_dose = dose, .today = today, .start = today, .n_thread = 1};
    ck_assert_msg(rsp_advise(a.book, a.patient, &request, &a.advice, &a.err) == RSP_OK, "%s", a.err.message);
    const enum rsp_validity expected = people[_i].outside ? RSP_VALIDITY_EXTRAPOLATED : RSP_VALIDITY_FITTED;
    const bool high = strstr(a.advice->outside, "300 ng/mL") != NULL;
    if (!high)
        ck_assert_int_eq(a.advice->relief.relief_days_30.validity, expected);
    ck_assert_int_eq(strstr(a.advice->caution_sentence, "while the people") != NULL, people[_i].outside);
    advise_free(&a);
}
END_TEST

START_TEST(an_earlier_infusion_takes_the_word_fitted_away)
{
    struct advised a;
    advise_with(&a, "infusions: [{start: 2026-11-01, dose: 22.2 mg/h esketamine iv for 100 h}]", FOUR_DAYS);
    ck_assert_int_eq(a.advice->relief.relief_days_30.validity, RSP_VALIDITY_EXTRAPOLATED);
    ck_assert_ptr_nonnull(strstr(a.advice->relief.relief_days_30.reason, "earlier infusions"));
    ck_assert_ptr_null(strstr(a.advice->next_sentence, "first series"));
    advise_free(&a);
}
END_TEST

START_TEST(an_infusion_that_still_runs_has_not_ended)
{
    struct advised a;
    advise_with(&a, "infusions: [{start: 2026-11-20, dose: 22.2 mg/h esketamine iv for 100 h}]", FOUR_DAYS);
    ck_assert_ptr_nonnull(strstr(a.advice->candidacy_sentence, "not ended yet"));
    ck_assert_ptr_null(strstr(a.advice->candidacy_sentence, "0 days ago"));
    advise_free(&a);
}
END_TEST

/* ---- what is said ---- */

/* Nothing may be promised beyond what was ever given: no class, no date, and not "within all limits". */
static void hypothetical(const char *dose, bool within_limits)
{
    struct advised a;
    char person[2500];
    snprintf(person, sizeof person, "%scondition: crps\n", advise_person);
    advise_text(&a, person, dose, dose);
    ck_assert_msg(a.status == RSP_OK, "%s: %s", dose, a.err.message);
    ck_assert_msg(a.advice->hypothetical, "%s", dose);
    ck_assert_int_eq(a.advice->relief.response_class_probability.status, RSP_NOT_PREDICTED);
    ck_assert(!a.advice->has_next);
    ck_assert_msg(a.advice->within_limits == within_limits, "%s: %s", dose, a.advice->limits_sentence);
    if (!within_limits)
        ck_assert_ptr_nonnull(strstr(a.advice->limits_sentence, "beyond any published course"));
    advise_free(&a);
}

START_TEST(beyond_any_published_course_nothing_is_promised)
{
    hypothetical("22.2 mg/h esketamine iv for 8000 h", false);
    hypothetical("0.1 mg/kg/h esketamine iv for 365 d", false);
    hypothetical("0.1 mg/kg/h esketamine iv for 100 h every 4 wk x3", true);
    hypothetical("0.35 mg/kg/h ketamine iv for 4 h every 1 d x30", true);
    /* A day is far from the 100 hours of the trial. */
    hypothetical("0.2 mg/kg/h ketamine iv for 24 h", true);
}
END_TEST

START_TEST(doses_that_overlap_for_days_are_beyond_any_published_course)
{
    struct advised a;
    advise_condition(&a, "crps", "0.5 mg/kg ketamine iv over 40 min every 30 min x100");
    ck_assert(!a.advice->within_limits);
    ck_assert(!a.advice->has_next);
    ck_assert_ptr_nonnull(strstr(a.advice->limits_sentence, "beyond any published course"));
    bool rate = false;
    for (size_t i = 0; i < a.advice->n_limit; i++) /* two infusions of 0.75 mg/kg/h run at once */
        if (a.advice->limit[i].quantity == RSP_LIMIT_RATE_MG_PER_KG_PER_H) {
            ck_assert_double_eq_tol(a.advice->limit_result[i].value, 1.5, 1e-9);
            rate = true;
        }
    ck_assert(rate);
    advise_free(&a);
}
END_TEST

START_TEST(an_earlier_dose_of_months_ago_breaks_no_limit_today)
{
    struct advised a;
    advise_with(&a, "infusions: [{start: 2026-08-01, dose: 9 mg/kg/h esketamine iv for 1 h}]", FOUR_DAYS);
    ck_assert_msg(a.advice->within_limits, "%s", a.advice->limits_sentence);
    advise_free(&a);
}
END_TEST

START_TEST(a_course_that_began_long_ago_counts_by_its_last_doses)
{
    struct advised whole, last;
    /* 33 weeks: the first of 2026-04-02 lies over 180 days before the start, the last 17 days */
    advise_with(&whole,
        "infusions: [{start: 2026-04-02, dose: 0.5 mg/kg ketamine iv over 4 h every 1 wk x33}]", FOUR_DAYS);
    advise_with(&last,
        "infusions: [{start: 2026-06-04, dose: 0.5 mg/kg ketamine iv over 4 h every 1 wk x24}]", FOUR_DAYS);
    ck_assert(advise_assumes(whole.advice, "earlier_infusions"));
    ck_assert_int_eq(whole.advice->relief.relief_days_30.validity, RSP_VALIDITY_EXTRAPOLATED);
    ck_assert_double_eq_tol(
        whole.advice->relief.relief_days_30.p50, last.advice->relief.relief_days_30.p50, 1e-9);
    advise_free(&whole);
    advise_free(&last);
}
END_TEST

START_TEST(anaesthetic_levels_have_no_ground)
{
    struct advised a;
    char person[2500];
    snprintf(person, sizeof person, "%scondition: crps\n", advise_person);
    advise_text(&a, person, "3 mg/kg/h ketamine iv for 100 h", "3 mg/kg/h ketamine iv for 100 h");
    ck_assert_msg(a.status == RSP_OK, "%s", a.err.message);
    ck_assert(a.advice->hypothetical);
    ck_assert_ptr_nonnull(strstr(a.advice->hypothetical_reason, "level far above 300 ng/mL"));
    advise_free(&a);
}
END_TEST

START_TEST(the_protocols_note_goes_with_its_doses)
{
    struct advised own, protocol;
    advise_with(&protocol, "setting: inpatient", NULL);
    advise_condition(&own, "crps", FOUR_DAYS);
    ck_assert_ptr_nonnull(protocol.advice->protocol_note);
    ck_assert_ptr_nonnull(strstr(protocol.advice->protocol_note, "Start lower"));
    ck_assert_ptr_null(own.advice->protocol_note);
    advise_free(&own);
    advise_free(&protocol);
}
END_TEST

START_TEST(the_share_that_reaches_30_percent_is_not_the_response_class)
{
    struct advised a;
    char share[40];
    advise_condition(&a, "crps", TEN_DAYS);
    const struct rsp_relief_forecast *r = &a.advice->relief;
    ck_assert_double_lt(r->p_relief_30, r->response_class_probability.p50 - 0.05);
    snprintf(share, sizeof share, "about %.0f in 100 are expected", 100 * r->p_relief_30);
    ck_assert_ptr_nonnull(strstr(a.advice->relief_sentence, share));
    ck_assert_ptr_null(strstr(a.advice->relief_sentence, "people who respond"));
    advise_free(&a);
}
END_TEST

START_TEST(the_window_of_the_next_infusion_opens_after_the_last_dose)
{
    /* a weak course: more than a quarter of the copies never reach 30 % */
    struct advised a;
    advise_condition(&a, "crps", "0.2 mg/kg/h ketamine iv for 4 h every 1 d x10");
    const struct rsp_relief_forecast *r = &a.advice->relief;
    ck_assert_double_eq(isnan(r->return_day.p25), 1);
    if (a.advice->has_next) {
        ck_assert_int_ge(
            a.advice->next_from.day - a.advice->dose[0].day.day, (long)floor(a.advice->end_h / 24));
        ck_assert(isfinite(r->return_day_reached.p25));
        ck_assert_double_ge(r->return_day_reached.p50, r->return_day_reached.p25);
    } else {
        ck_assert_uint_gt(strlen(a.advice->next_infusion_day.reason), 20);
    }
    advise_free(&a);
}
END_TEST

START_TEST(acute_relief_says_its_peak_and_is_withheld_for_days)
{
    struct advised hours, day;
    advise_condition(&hours, "postoperative", "0.3 mg/kg ketamine iv over 5 min");
    advise_condition(&day, "postoperative", "0.2 mg/kg/h ketamine iv for 24 h");
    ck_assert_double_gt(hours.advice->acute_relief.peak_min.p50, 5);
    ck_assert_ptr_nonnull(strstr(hours.advice->feel_sentence, "this fades"));
    ck_assert_int_eq(day.advice->acute_relief.peak.status, RSP_NOT_PREDICTED);
    ck_assert_ptr_nonnull(strstr(day.advice->feel_sentence, "studied for 2 h"));
    advise_free(&hours);
    advise_free(&day);
}
END_TEST

START_TEST(the_goal_and_every_recorded_fact_stand_in_the_basis)
{
    struct advised half, odd;
    advise_with(&half, "goals: {relief_frac: 0.5}", FOUR_DAYS);
    advise_with(&odd, "goals: {relief_frac: 0.4}", FOUR_DAYS);
    ck_assert_ptr_nonnull(strstr(half.advice->relief_sentence, "goal of 50 %"));
    ck_assert_ptr_nonnull(strstr(odd.advice->relief_sentence, "not judged"));
    static const char *const name[] = {"goal, relief", "alt_u_per_l", "history", "medication", "pregnancy"};
    for (size_t k = 0; k < sizeof name / sizeof *name; k++) {
        bool found = false;
        for (size_t i = 0; i < half.advice->n_input; i++)
            found = found || strcmp(half.advice->input[i].name, name[k]) == 0;
        ck_assert_msg(found, "%s", name[k]);
    }
    advise_free(&half);
    advise_free(&odd);
}
END_TEST

static void whole(const char *text, size_t room)
{
    ck_assert_msg(strlen(text) + 4 < room, "no room left for: %.80s", text);
}

START_TEST(no_text_of_an_advice_is_cut)
{
    /* as much as can be wrong at once */
    static const char *const dose[] = {FOUR_DAYS, TEN_DAYS, SHORT_SERIES, "50 mg esketamine oral",
        "56 mg esketamine nasal every 3 d x8", "25 mg ketamine sc", "35 mg arketamine iv over 40 min"};
    struct advised a;
    char person[2000];
    snprintf(person, sizeof person,
        "id: t\nage_y: 88\nweight_kg: 38\ncondition: %s\ngenotype: {cyp2b6: '*6/*6'}\nmedications: [{name: "
        "clarithromycin}, {name: rifampicin}, {name: ticlopidine}]\ninfusions: [{start: 2026-11-01, dose: 50 "
        "mg "
        "ketamine iv over 4 h every 1 d x5}]\n",
        _i % 2 == 0 ? "crps" : "fibromyalgia");
    advise_text(&a, person, dose[_i / 2], NULL);
    ck_assert_msg(a.status == RSP_OK, "%s", a.err.message);
    const struct rsp_advice *v = a.advice;
    const struct rsp_prediction *const all[] = {&v->relief.relief_days_30, &v->relief.return_day_reached,
        &v->relief.response_class_probability, &v->next_infusion_day, &v->level.peak, &v->dissociation.peak,
        &v->sbp_rise.peak, &v->acute_relief.peak};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        whole(all[i]->reason, sizeof all[i]->reason);
    for (size_t i = 0; i < v->n_assumption; i++)
        whole(v->assumption[i].text, sizeof v->assumption[i].text);
    for (size_t i = 0; i < v->n_missing; i++)
        whole(v->missing[i], sizeof v->missing[i]);
    for (size_t i = 0; i < v->n_basis_missing; i++)
        whole(v->basis_missing[i], sizeof v->basis_missing[i]);
    whole(v->evidence_grade, sizeof v->evidence_grade);
    whole(v->evidence_grade_source, sizeof v->evidence_grade_source);
    whole(v->hypothetical_reason, sizeof v->hypothetical_reason);
    whole(v->outside, sizeof v->outside);
    const char *const sentence[] = {v->caution_sentence, v->candidacy_sentence, v->regimen_sentence,
        v->relief_sentence, v->next_sentence, v->feel_sentence, v->limits_sentence};
    for (size_t i = 0; i < sizeof sentence / sizeof *sentence; i++) {
        whole(sentence[i], RSP_SENTENCE_SIZE);
        ck_assert_msg(*sentence[i] == '\0' || strchr(".!", sentence[i][strlen(sentence[i]) - 1]) != NULL,
            "%s", sentence[i]);
    }
    advise_free(&a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advise ground");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_test(all, a_level_of_days_in_crps_is_not_called_fitted);
    tcase_add_test(all, a_slow_genotype_leaves_the_studied_levels_and_is_warned_of);
    tcase_add_test(all, clarithromycin_raises_an_oral_level_by_the_published_factor);
    tcase_add_test(all, two_interacting_medicines_are_never_combined);
    tcase_add_test(all, an_interaction_that_the_model_lacks_takes_the_word_fitted_away);
    tcase_add_loop_test(
        all, people_outside_the_studied_ages_and_weights_are_warned_of, 0, sizeof people / sizeof *people);
    tcase_add_test(all, an_infusion_that_still_runs_has_not_ended);
    tcase_add_test(all, beyond_any_published_course_nothing_is_promised);
    tcase_add_test(all, doses_that_overlap_for_days_are_beyond_any_published_course);
    tcase_add_test(all, an_earlier_dose_of_months_ago_breaks_no_limit_today);
    tcase_add_test(all, a_course_that_began_long_ago_counts_by_its_last_doses);
    tcase_add_test(all, anaesthetic_levels_have_no_ground);
    tcase_add_test(all, an_earlier_infusion_takes_the_word_fitted_away);
    tcase_add_test(all, the_protocols_note_goes_with_its_doses);
    tcase_add_test(all, the_share_that_reaches_30_percent_is_not_the_response_class);
    tcase_add_test(all, the_window_of_the_next_infusion_opens_after_the_last_dose);
    tcase_add_test(all, acute_relief_says_its_peak_and_is_withheld_for_days);
    tcase_add_test(all, the_goal_and_every_recorded_fact_stand_in_the_basis);
    tcase_add_loop_test(all, no_text_of_an_advice_is_cut, 0, 14);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
