/* The advice as a whole: what is predicted, on what ground, and what is refused or withheld. */
#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "advise_support.h"

#define SHORT_SERIES "0.5 mg/kg ketamine iv over 40 min every 48 h x5"
#define TEN_DAYS     "0.35 mg/kg/h ketamine iv for 4 h every 1 d x10"
#define FOUR_DAYS    "22.2 mg/h esketamine iv for 100 h"

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* ---- inside the domain ---- */

START_TEST(four_days_of_esketamine_in_crps_are_predicted_as_fitted)
{
    struct advised a;
    advise_condition(&a, "crps", FOUR_DAYS);
    const struct rsp_relief_forecast *r = &a.advice->relief;
    ck_assert(!a.advice->hypothetical);
    ck_assert_int_eq(r->relief_days_30.status, RSP_PREDICTED);
    ck_assert_int_eq(r->relief_days_30.validity, RSP_VALIDITY_FITTED);
    /* typical person: 43.07 d by an independent Runge-Kutta run */
    ck_assert_double_eq_tol(r->typical_relief_days_30, 43.07, 0.05);
    ck_assert_double_eq_tol(r->relief_days_30.p50, 43, 5);
    ck_assert_double_eq_tol(r->response_class_probability.p50, 0.67, 0.02);
    ck_assert_str_eq(a.advice->level_site, "venous");
    /* 22.2 mg/h over a clearance of 95.2 L/h */
    ck_assert_double_eq_tol(a.advice->level.peak.p50, 1000 * 22.2 / 95.2, 8);
    ck_assert_double_eq_tol(a.advice->total_mg, 2220, 1e-9);
    ck_assert(advise_uses_model(a.advice, "otto2021") && advise_uses_model(a.advice, "dahan2011"));
    ck_assert(advise_assumes(a.advice, "between_person_relief"));
    ck_assert(!advise_assumes(a.advice, "racemate_half_s"));
    advise_free(&a);
}
END_TEST

START_TEST(the_next_infusion_is_due_when_half_of_the_responders_feel_pain_return)
{
    struct advised a;
    advise_condition(&a, "crps", FOUR_DAYS);
    const long start = a.advice->dose[0].day.day;
    ck_assert(a.advice->has_next);
    ck_assert_int_eq(a.advice->next_from.day - start, (long)floor(a.advice->relief.return_day_reached.p25));
    ck_assert_int_eq(a.advice->next_to.day - start, (long)floor(a.advice->relief.return_day_reached.p75));
    ck_assert_ptr_nonnull(strstr(a.advice->next_sentence, "stop"));
    advise_free(&a);
}
END_TEST

START_TEST(ten_days_of_racemate_in_crps_are_extrapolated_and_say_in_what)
{
    struct advised a;
    advise_condition(&a, "crps", TEN_DAYS);
    const struct rsp_relief_forecast *r = &a.advice->relief;
    ck_assert(!a.advice->hypothetical);
    ck_assert_int_eq(r->relief_days_30.validity, RSP_VALIDITY_EXTRAPOLATED);
    ck_assert_ptr_nonnull(strstr(r->relief_days_30.reason, "racemic"));
    ck_assert_double_eq_tol(r->typical_relief_days_30, 19.2, 0.1);
    ck_assert_double_eq_tol(r->typical_peak_relief_frac, 0.49, 0.005);
    ck_assert(advise_assumes(a.advice, "racemate_half_s"));
    ck_assert_ptr_nonnull(strstr(a.advice->regimen_sentence, "ketamine"));
    ck_assert_ptr_nonnull(strstr(a.advice->relief_sentence, "extrapolated"));
    advise_free(&a);
}
END_TEST

/* ---- outside the domain ---- */

START_TEST(a_short_series_leads_with_published_results_and_never_reaches_30_percent)
{
    struct advised a;
    advise_condition(&a, "crps", SHORT_SERIES);
    const struct rsp_relief_forecast *r = &a.advice->relief;
    ck_assert(a.advice->hypothetical);
    ck_assert_int_eq(r->relief_days_30.status, RSP_NOT_REACHED);
    ck_assert_ptr_nonnull(strstr(r->relief_days_30.reason, "hypothetical"));
    ck_assert(begins(a.advice->relief_sentence, "Published results") ||
              begins(a.advice->relief_sentence, "No published result"));
    ck_assert_ptr_nonnull(strstr(a.advice->relief_sentence, "hypothetical"));
    ck_assert(!a.advice->has_next);
    ck_assert_int_eq(a.advice->next_infusion_day.status, RSP_NOT_PREDICTED);
    ck_assert_ptr_nonnull(strstr(a.advice->next_sentence, "diary"));
    advise_free(&a);
}
END_TEST

static const char *const other_conditions[] = {"fibromyalgia", "cancer", "neuropathic", "migraine", "other"};

START_TEST(outside_crps_no_share_of_responders_is_given)
{
    struct advised a;
    advise_condition(&a, other_conditions[_i], FOUR_DAYS);
    const struct rsp_relief_forecast *r = &a.advice->relief;
    ck_assert(a.advice->hypothetical);
    ck_assert_int_eq(r->response_class_probability.status, RSP_NOT_PREDICTED);
    ck_assert(isnan(r->response_class_probability.p50) && isnan(r->placebo_response_probability.p50));
    ck_assert(isnan(r->p_relief_30) && isnan(r->expected_relief_days_30));
    ck_assert_uint_gt(strlen(r->response_class_probability.reason), 10);
    ck_assert_int_eq(a.advice->next_infusion_day.status, RSP_NOT_PREDICTED);
    advise_free(&a);
}
END_TEST

START_TEST(the_cochrane_row_is_always_shown_for_chronic_pain)
{
    for (size_t i = 0; i < sizeof other_conditions / sizeof *other_conditions; i++) {
        struct advised a;
        advise_condition(&a, other_conditions[i], SHORT_SERIES);
        bool shown = false;
        for (size_t k = 0; k < a.advice->n_evidence; k++)
            shown = shown || a.advice->evidence[k]->always;
        ck_assert(shown);
        advise_free(&a);
    }
}
END_TEST

/* ---- hours ---- */

START_TEST(dissociation_is_shown_for_hours_and_withheld_for_days)
{
    struct advised hours, long_one;
    advise_condition(&hours, "crps", SHORT_SERIES);
    advise_condition(&long_one, "crps", FOUR_DAYS);
    ck_assert_int_eq(hours.advice->dissociation.peak.status, RSP_PREDICTED);
    ck_assert_ptr_nonnull(strstr(hours.advice->dissociation.peak.reason, "CADSS"));
    ck_assert_int_eq(long_one.advice->dissociation.peak.status, RSP_NOT_PREDICTED);
    ck_assert_uint_eq(long_one.advice->dissociation.curve.n, 0);
    ck_assert_ptr_nonnull(strstr(long_one.advice->dissociation.peak.reason, "tolerance"));
    advise_free(&hours);
    advise_free(&long_one);
}
END_TEST

START_TEST(blood_pressure_of_the_racemate_rises_by_the_published_amount_and_esketamine_is_not_converted)
{
    struct advised racemate, esketamine;
    advise_condition(&racemate, "crps", "35 mg ketamine iv over 40 min");
    advise_condition(&esketamine, "crps", "35 mg esketamine iv over 40 min");
    ck_assert_double_eq_tol(racemate.advice->sbp_rise.peak.p50, 11, 0.5);
    ck_assert_ptr_nonnull(strstr(racemate.advice->sbp_rise.peak.reason, "low confidence"));
    ck_assert_int_eq(esketamine.advice->sbp_rise.peak.status, RSP_NOT_PREDICTED);
    advise_free(&racemate);
    advise_free(&esketamine);
}
END_TEST

START_TEST(acute_pain_gets_its_hours_and_no_forecast_of_weeks)
{
    struct advised a;
    advise_condition(&a, "postoperative", "20 mg/h esketamine iv for 2 h");
    ck_assert(a.advice->acute);
    ck_assert_int_eq(a.advice->relief.relief_days_30.status, RSP_NOT_PREDICTED);
    ck_assert_int_eq(a.advice->acute_relief.peak.status, RSP_PREDICTED);
    ck_assert_double_gt(a.advice->acute_relief.peak.p50, 1);
    ck_assert(!a.advice->has_next);
    ck_assert_ptr_nonnull(strstr(a.advice->next_sentence, "estimated weight"));
    for (size_t i = 0; i < a.advice->n_evidence; i++)
        ck_assert_str_eq(a.advice->evidence[i]->regimen_kind, "acute");
    advise_free(&a);
}
END_TEST

START_TEST(acute_relief_is_never_shown_beside_lasting_relief)
{
    struct advised a;
    advise_condition(&a, "crps", SHORT_SERIES);
    ck_assert_int_eq(a.advice->acute_relief.peak.status, RSP_NOT_PREDICTED);
    ck_assert_ptr_nonnull(strstr(a.advice->acute_relief.peak.reason, "never added"));
    advise_free(&a);
}
END_TEST

/* ---- routes ---- */

START_TEST(subcutaneous_doses_have_no_curve_and_no_relief_without_a_published_fraction)
{
    struct advised a;
    advise_condition(&a, "crps", "25 mg ketamine sc");
    ck_assert_int_eq(a.advice->level.peak.status, RSP_NOT_PREDICTED);
    ck_assert_ptr_nonnull(strstr(a.advice->level.peak.reason, "absorption"));
    ck_assert_int_eq(a.advice->relief.relief_days_30.status, RSP_NOT_PREDICTED);
    ck_assert_ptr_nonnull(strstr(a.advice->relief.relief_days_30.reason, "sc"));
    advise_free(&a);
}
END_TEST

START_TEST(intramuscular_relief_follows_the_published_fraction_and_says_so)
{
    struct advised im, iv;
    advise_condition(&im, "crps", "50 mg ketamine im every 24 h x7");
    /* 0.93 of the dose in adults; slow relief sees the area, so the same amount iv gives the same peak */
    advise_condition(&iv, "crps", "46.5 mg ketamine iv over 1 min every 24 h x7");
    ck_assert_int_eq(im.advice->level.peak.status, RSP_NOT_PREDICTED);
    ck_assert(advise_assumes(im.advice, "slow_effect_by_area"));
    ck_assert_double_eq_tol(
        im.advice->relief.typical_peak_relief_frac, iv.advice->relief.typical_peak_relief_frac, 1e-3);
    advise_free(&im);
    advise_free(&iv);
}
END_TEST

START_TEST(nasal_doses_take_the_nasal_model_and_have_no_fast_effects)
{
    struct advised a;
    advise_condition(&a, "crps", "56 mg esketamine nasal every 3 d x8");
    ck_assert(advise_uses_model(a.advice, "perezruixo2021"));
    ck_assert_str_eq(a.advice->level_site, "unknown");
    ck_assert_int_eq(a.advice->dissociation.peak.status, RSP_NOT_PREDICTED);
    ck_assert(a.advice->hypothetical);
    advise_free(&a);
}
END_TEST

START_TEST(a_film_takes_the_film_model)
{
    struct advised a;
    advise_condition(&a, "crps", "50 mg esketamine buccal");
    ck_assert(advise_uses_model(a.advice, "simons2022"));
    ck_assert_str_eq(a.advice->level_site, "arterial");
    advise_free(&a);
}
END_TEST

START_TEST(arketamine_is_never_taken_for_something_else)
{
    struct advised a;
    advise_condition(&a, "crps", "35 mg arketamine iv over 40 min");
    ck_assert_int_eq(a.advice->level.peak.status, RSP_NOT_PREDICTED);
    ck_assert_int_eq(a.advice->relief.relief_days_30.status, RSP_NOT_PREDICTED);
    advise_free(&a);
}
END_TEST

/* ---- the person ---- */

START_TEST(a_person_outside_the_fitted_ages_is_extrapolated)
{
    struct advised a;
    advise_text(&a, "id: t\nage_y: 90\nsex: f\nweight_kg: 70\ncondition: crps\nbaseline_nrs: 7\n",
        "56 mg esketamine nasal", NULL);
    ck_assert_int_eq(a.status, RSP_OK);
    ck_assert_int_eq(a.advice->level.peak.validity, RSP_VALIDITY_EXTRAPOLATED);
    ck_assert_ptr_nonnull(strstr(a.advice->level.peak.reason, "age"));
    advise_free(&a);
}
END_TEST

START_TEST(an_earlier_course_of_the_record_still_acts)
{
    struct advised with, without;
    char person[2500];
    snprintf(person, sizeof person,
        "%scondition: crps\ninfusions: [{start: 2026-10-30, dose: 22.2 mg/h esketamine iv for 100 h}]\n",
        advise_person);
    advise_text(&with, person, FOUR_DAYS, NULL);
    ck_assert_msg(with.status == RSP_OK, "%s", with.err.message);
    advise_condition(&without, "crps", FOUR_DAYS);
    ck_assert(advise_assumes(with.advice, "earlier_infusions"));
    ck_assert_int_eq(with.advice->relief.onset_day.status, RSP_ALREADY_ABOVE);
    ck_assert_double_gt(with.advice->relief.relief_days_30.p50, without.advice->relief.relief_days_30.p50);
    ck_assert_double_eq_tol(with.advice->total_mg, 2220, 1e-9);
    advise_free(&with);
    advise_free(&without);
}
END_TEST

START_TEST(an_earlier_dose_that_no_model_takes_is_left_out_and_said)
{
    struct advised with, without;
    char person[2500];
    snprintf(person, sizeof person,
        "%scondition: crps\ninfusions: [{start: 2026-11-10, dose: 50 mg ketamine sc}]\n", advise_person);
    advise_text(&with, person, FOUR_DAYS, NULL);
    ck_assert_msg(with.status == RSP_OK, "%s", with.err.message);
    advise_condition(&without, "crps", FOUR_DAYS);
    ck_assert_double_eq(with.advice->relief.relief_days_30.p50, without.advice->relief.relief_days_30.p50);
    bool said = false;
    for (size_t i = 0; i < with.advice->n_basis_missing; i++)
        said = said || strstr(with.advice->basis_missing[i], "earlier infusions") != NULL;
    ck_assert(said);
    advise_free(&with);
    advise_free(&without);
}
END_TEST

static double days_after(const char *record, const char *assumed, bool missing)
{
    struct advised a;
    char person[2500];
    snprintf(person, sizeof person, "%scondition: crps\n%s\n", advise_person, record);
    advise_text(&a, person, FOUR_DAYS, NULL);
    ck_assert_msg(a.status == RSP_OK, "%s", a.err.message);
    ck_assert_int_eq(advise_assumes(a.advice, "later_weight"), assumed != NULL);
    bool said = false;
    for (size_t i = 0; i < a.advice->n_basis_missing; i++)
        said = said || strstr(a.advice->basis_missing[i], "about ten times") != NULL;
    ck_assert_int_eq(said, missing);
    const double days = a.advice->relief.relief_days_30.p50;
    advise_free(&a);
    return days;
}

/* Today she weighs 70 kg; 0.3 mg/kg/h for 100 h at 74 kg were 2220 mg. */
START_TEST(an_earlier_dose_per_kg_acts_with_the_amount_that_was_given_then)
{
    static const char weights[] = "earlier_weights: [{value_kg: 74, date: 2026-10-01}]\n";
    char per_kg[300];
    snprintf(per_kg, sizeof per_kg,
        "%sinfusions: [{start: 2026-10-30, dose: 0.3 mg/kg/h esketamine iv for 100 h}]", weights);
    const double in_mg =
        days_after("infusions: [{start: 2026-10-30, dose: 22.2 mg/h esketamine iv for 100 h}]", NULL, false);
    ck_assert_double_eq_tol(days_after(per_kg, NULL, false), in_mg, 1e-9);
    const double at_70 = days_after(
        "infusions: [{start: 2026-10-30, dose: 0.3 mg/kg/h esketamine iv for 100 h}]", "later_weight", false);
    ck_assert_double_lt(at_70, in_mg);
}
END_TEST

START_TEST(a_recorded_dose_that_looks_like_a_slip_does_not_act_and_this_is_said)
{
    const double none = days_after("infusions: []", NULL, false);
    const double usual =
        days_after("infusions: [{start: 2026-11-10, dose: 0.5 mg/kg ketamine iv over 40 min every 1 d x5}]",
            "later_weight", false);
    ck_assert_double_ne(usual, none);
    ck_assert_double_eq(
        days_after("infusions: [{start: 2026-11-10, dose: 5 mg/kg ketamine iv over 40 min every 1 d x5}]",
            NULL, true),
        none);
}
END_TEST

START_TEST(a_genotype_moves_the_level_and_stands_in_the_basis)
{
    struct advised normal, slow;
    char person[2500];
    snprintf(person, sizeof person, "%scondition: crps\ngenotype: {cyp2b6: '*6/*6'}\n", advise_person);
    advise_text(&slow, person, FOUR_DAYS, NULL);
    ck_assert_msg(slow.status == RSP_OK, "%s", slow.err.message);
    advise_condition(&normal, "crps", FOUR_DAYS);
    /* clearance x 0.317 (Li 2015): a level about three times as high at steady state */
    ck_assert_double_gt(slow.advice->level.peak.p50, 2 * normal.advice->level.peak.p50);
    ck_assert(advise_assumes(slow.advice, "modifier_applied"));
    advise_free(&normal);
    advise_free(&slow);
}
END_TEST

START_TEST(children_are_refused)
{
    struct advised a;
    advise_text(&a, "id: t\nage_y: 17\nweight_kg: 50\ncondition: crps\n", FOUR_DAYS, NULL);
    ck_assert_int_eq(a.status, RSP_E_DOMAIN);
    ck_assert_ptr_null(a.advice);
    ck_assert_ptr_nonnull(strstr(a.err.message, "adults"));
    advise_free(&a);
}
END_TEST

static const char *const per_kg_or_scaled[] = {SHORT_SERIES, FOUR_DAYS, NULL};

START_TEST(a_missing_weight_refuses_the_regimen_by_name_and_still_judges_the_person)
{
    struct advised a;
    advise_text(&a, "id: t\nage_y: 40\ncondition: crps\n", per_kg_or_scaled[_i], NULL);
    ck_assert_msg(a.status == RSP_OK, "%s", a.err.message);
    ck_assert_uint_eq(a.advice->n_dose, 0);
    ck_assert_ptr_nonnull(strstr(a.advice->no_regimen, "weight_kg"));
    ck_assert_ptr_nonnull(strstr(a.advice->regimen_sentence, "weight_kg"));
    bool asked = false;
    for (size_t i = 0; i < a.advice->n_finding; i++)
        asked = asked || strcmp(a.advice->finding[i].rule->id, "RECORD-WEIGHT") == 0;
    ck_assert(asked);
    ck_assert_int_eq(a.advice->candidacy, RSP_CANDIDACY_INCOMPLETE);
    ck_assert_int_eq(a.advice->relief.relief_days_30.status, RSP_NOT_PREDICTED);
    advise_free(&a);
}
END_TEST

START_TEST(a_dose_that_cannot_be_read_is_refused_without_a_weight_too)
{
    struct advised a;
    advise_text(&a, "id: t\nage_y: 40\ncondition: crps\n", "35 ketamine iv", NULL);
    ck_assert_int_eq(a.status, RSP_E_UNIT);
    advise_free(&a);
}
END_TEST

START_TEST(somebody_who_is_not_a_candidate_gets_no_date)
{
    struct advised a;
    char person[2500];
    snprintf(person, sizeof person,
        "id: t\nage_y: 46\nsex: m\nweight_kg: 70\nbaseline_nrs: 7\ncondition: crps\nhistory: "
        "[active_psychosis]\n");
    advise_text(&a, person, FOUR_DAYS, NULL);
    ck_assert_int_eq(a.status, RSP_OK);
    ck_assert_int_eq(a.advice->candidacy, RSP_NOT_A_CANDIDATE);
    ck_assert(begins(a.advice->candidacy_sentence, "Not a candidate"));
    ck_assert(!a.advice->has_next);
    ck_assert_ptr_nonnull(strstr(a.advice->next_infusion_day.reason, "not a candidate"));
    ck_assert_uint_eq(a.advice->n_dose, 0);
    ck_assert_int_eq(a.advice->relief.relief_days_30.status, RSP_NOT_PREDICTED);
    ck_assert_int_eq(a.advice->level.peak.status, RSP_NOT_PREDICTED);
    ck_assert_ptr_null(strstr(a.advice->limits_sentence, "Within"));
    advise_free(&a);
}
END_TEST

START_TEST(what_is_missing_is_asked_for_once)
{
    struct advised a;
    advise_text(&a, "id: t\nage_y: 46\nsex: f\nweight_kg: 70\ncondition: crps\n", FOUR_DAYS, NULL);
    ck_assert_int_eq(a.advice->candidacy, RSP_CANDIDACY_INCOMPLETE);
    ck_assert_uint_gt(a.advice->n_missing, 0);
    for (size_t i = 0; i < a.advice->n_missing; i++)
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(a.advice->missing[i], a.advice->missing[k]);
    ck_assert_ptr_nonnull(strstr(a.advice->candidacy_sentence, a.advice->missing[0]));
    ck_assert_uint_eq(a.advice->relief.pain_nrs.n, 0);
    advise_free(&a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advise");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_test(all, four_days_of_esketamine_in_crps_are_predicted_as_fitted);
    tcase_add_test(all, the_next_infusion_is_due_when_half_of_the_responders_feel_pain_return);
    tcase_add_test(all, ten_days_of_racemate_in_crps_are_extrapolated_and_say_in_what);
    tcase_add_test(all, a_short_series_leads_with_published_results_and_never_reaches_30_percent);
    tcase_add_loop_test(all, outside_crps_no_share_of_responders_is_given, 0, 5);
    tcase_add_test(all, the_cochrane_row_is_always_shown_for_chronic_pain);
    tcase_add_test(all, dissociation_is_shown_for_hours_and_withheld_for_days);
    tcase_add_test(
        all, blood_pressure_of_the_racemate_rises_by_the_published_amount_and_esketamine_is_not_converted);
    tcase_add_test(all, acute_pain_gets_its_hours_and_no_forecast_of_weeks);
    tcase_add_test(all, acute_relief_is_never_shown_beside_lasting_relief);
    tcase_add_test(all, subcutaneous_doses_have_no_curve_and_no_relief_without_a_published_fraction);
    tcase_add_test(all, intramuscular_relief_follows_the_published_fraction_and_says_so);
    tcase_add_test(all, nasal_doses_take_the_nasal_model_and_have_no_fast_effects);
    tcase_add_test(all, a_film_takes_the_film_model);
    tcase_add_test(all, arketamine_is_never_taken_for_something_else);
    tcase_add_test(all, a_person_outside_the_fitted_ages_is_extrapolated);
    tcase_add_test(all, an_earlier_course_of_the_record_still_acts);
    tcase_add_test(all, an_earlier_dose_that_no_model_takes_is_left_out_and_said);
    tcase_add_test(all, an_earlier_dose_per_kg_acts_with_the_amount_that_was_given_then);
    tcase_add_test(all, a_recorded_dose_that_looks_like_a_slip_does_not_act_and_this_is_said);
    tcase_add_test(all, a_genotype_moves_the_level_and_stands_in_the_basis);
    tcase_add_test(all, children_are_refused);
    tcase_add_loop_test(all, a_missing_weight_refuses_the_regimen_by_name_and_still_judges_the_person, 0, 3);
    tcase_add_test(all, a_dose_that_cannot_be_read_is_refused_without_a_weight_too);
    tcase_add_test(all, somebody_who_is_not_a_candidate_gets_no_date);
    tcase_add_test(all, what_is_missing_is_asked_for_once);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
