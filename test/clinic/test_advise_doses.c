/* Doses that must not pass, limits that must be said, and the four accidents. */
#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "advise_support.h"

static void refused(const char *dose, rsp_status status)
{
    struct advised a;
    char person[2000];
    snprintf(person, sizeof person, "%scondition: crps\n", advise_person);
    advise_text(&a, person, dose, NULL);
    ck_assert_msg(a.status == status, "%s: status %d (%s)", dose, (int)a.status, a.err.message);
    ck_assert_ptr_null(a.advice);
    ck_assert_uint_gt(strlen(a.err.message), 20);
    advise_free(&a);
}

START_TEST(ten_times_the_usual_dose_is_refused_until_it_is_typed_again)
{
    struct advised again, other;
    char person[2000];
    const char *const dose = "5 mg/kg ketamine iv over 40 min";
    snprintf(person, sizeof person, "%scondition: crps\n", advise_person);
    refused(dose, RSP_E_LIMIT);
    advise_text(&again, person, dose, "5 mg/kg KETAMINE iv over 40 min");
    ck_assert_int_eq(again.status, RSP_OK);
    ck_assert(advise_assumes(again.advice, "dose_confirmed"));
    advise_text(&other, person, dose, "0.5 mg/kg ketamine iv over 40 min");
    ck_assert_int_eq(other.status, RSP_E_LIMIT);
    advise_free(&again);
    advise_free(&other);
}
END_TEST

START_TEST(a_tenth_of_the_usual_dose_is_refused_as_well)
{
    refused("0.04 mg/kg ketamine iv over 40 min", RSP_E_LIMIT);
}
END_TEST

START_TEST(the_wrong_vial_950_mg_for_95_mg_is_refused)
{
    refused("950 mg ketamine iv over 40 min", RSP_E_LIMIT);
}
END_TEST

START_TEST(a_dose_without_a_usual_range_says_that_a_slip_would_not_be_found)
{
    static const char *const dose[] = {"500 mg ketamine sc", "20 mg esketamine im"};
    for (size_t i = 0; i < 2; i++) {
        struct advised a;
        bool missing = false;
        advise_condition(&a, "crps", dose[i]);
        ck_assert_ptr_nonnull(strstr(a.advice->limits_sentence, "No usual range is on file"));
        ck_assert_ptr_nonnull(strstr(a.advice->limits_sentence, dose[i]));
        ck_assert_ptr_nonnull(strstr(a.advice->limits_sentence, "No published limit is on file"));
        for (size_t k = 0; k < a.advice->n_basis_missing; k++)
            missing = missing || strncmp(a.advice->basis_missing[k], "usual range of", 14) == 0;
        ck_assert(missing);
        advise_free(&a);
    }
    struct advised known;
    advise_condition(&known, "crps", "0.5 mg/kg ketamine iv over 40 min");
    ck_assert_str_eq(known.advice->unjudged_dose, "");
    ck_assert_ptr_null(strstr(known.advice->limits_sentence, "usual range"));
    advise_free(&known);
}
END_TEST

START_TEST(a_ten_fold_refusal_gives_numbers_that_can_be_typed)
{
    struct advised a;
    char person[2000];
    snprintf(person, sizeof person, "%scondition: crps\n", advise_person);
    advise_text(&a, person, "1500 mg ketamine nasal", NULL);
    ck_assert_int_eq(a.status, RSP_E_LIMIT);
    ck_assert_ptr_nonnull(strstr(a.err.message, "1500 mg"));
    for (const char *c = a.err.message; *c != '\0'; c++)
        ck_assert_msg((unsigned char)*c < 0x80, "%s", a.err.message);
    advise_free(&a);
}
END_TEST

START_TEST(without_pain_nothing_is_relieved)
{
    struct advised a;
    char person[2000];
    const char *const pain = strstr(advise_person, "baseline_nrs");
    ck_assert_ptr_nonnull(pain);
    snprintf(person, sizeof person, "%.*sbaseline_nrs: 0%scondition: crps\n", (int)(pain - advise_person),
        advise_person, strchr(pain, '\n'));
    advise_text(&a, person, "0.317 mg/kg/h esketamine iv for 100 h", NULL);
    ck_assert_msg(a.status == RSP_OK, "%s", a.err.message);
    ck_assert_int_eq(a.advice->candidacy, RSP_CANDIDATE_CAUTION);
    ck_assert_ptr_nonnull(strstr(a.advice->candidacy_sentence, "nothing to relieve"));
    ck_assert_int_eq(a.advice->relief.relief_days_30.status, RSP_NOT_PREDICTED);
    ck_assert(!a.advice->has_next);
    ck_assert_ptr_nonnull(strstr(a.advice->next_sentence, "0 of 10"));
    advise_free(&a);
}
END_TEST

START_TEST(doses_of_the_year_after_next_are_refused)
{
    refused("0.317 mg/kg/h esketamine iv for 100 h at 3000 d", RSP_E_DOMAIN);
    refused("35 mg ketamine iv over 40 min every 1 d x2000", RSP_E_DOMAIN);
}
END_TEST

START_TEST(ketoprofen_is_not_ketamine)
{
    refused("100 mg ketoprofen iv", RSP_E_UNKNOWN);
}
END_TEST

START_TEST(the_fatal_tenfold_bolus_is_refused)
{
    refused("10 mg/kg ketamine iv over 40 min", RSP_E_LIMIT);
}
END_TEST

START_TEST(doses_that_cannot_be_read_are_refused_with_the_text_named)
{
    static const struct {
        const char *dose;
        rsp_status status;
    } bad[] = {{"35 ketamine iv", RSP_E_UNIT}, {"35 mg iv over 40 min", RSP_E_UNKNOWN},
        {"0,5 mg/kg ketamine iv", RSP_E_SYNTAX}, {"", RSP_E_SYNTAX}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct advised a;
        char person[2000];
        snprintf(person, sizeof person, "%scondition: crps\n", advise_person);
        advise_text(&a, person, bad[i].dose, NULL);
        ck_assert_int_ne(a.status, RSP_OK);
        ck_assert_ptr_null(a.advice);
        advise_free(&a);
    }
}
END_TEST

START_TEST(a_broken_limit_is_said_and_takes_the_date_away)
{
    struct advised a;
    char person[2000];
    const char *const dose = "2.2 mg/kg/h ketamine iv for 100 h";
    snprintf(person, sizeof person, "%scondition: crps\n", advise_person);
    advise_text(&a, person, dose, dose);
    ck_assert_msg(a.status == RSP_OK, "%s", a.err.message);
    ck_assert(!a.advice->within_limits);
    ck_assert_ptr_nonnull(strstr(a.advice->limits_sentence, "NOT within limits"));
    ck_assert(!a.advice->has_next);
    size_t n_broken = 0;
    for (size_t i = 0; i < a.advice->n_limit; i++) {
        ck_assert_ptr_eq(a.advice->limit_result[i].limit, &a.advice->limit[i]);
        n_broken += a.advice->limit_result[i].ok ? 0 : 1;
    }
    ck_assert_uint_gt(n_broken, 0);
    advise_free(&a);
}
END_TEST

START_TEST(limits_of_another_shape_of_dose_are_left_out)
{
    static const char *const dose[] = {"0.3 mg/kg ketamine iv over 5 min", "20 mg/h ketamine iv for 2 h"};
    for (size_t k = 0; k < 2; k++) {
        struct advised a;
        advise_condition(&a, "postoperative", dose[k]);
        ck_assert_uint_gt(a.advice->n_limit, 0);
        for (size_t i = 0; i < a.advice->n_limit; i++) {
            const enum rsp_limit_quantity quantity = a.advice->limit[i].quantity;
            const bool bolus =
                quantity == RSP_LIMIT_BOLUS_MG_PER_KG || quantity == RSP_LIMIT_BOLUS_RATE_MG_PER_KG_PER_MIN;
            const bool infusion = quantity == RSP_LIMIT_RATE_MG_PER_KG_PER_H ||
                                  quantity == RSP_LIMIT_RATE_MG_PER_H || quantity == RSP_LIMIT_DURATION_H;
            ck_assert(k == 0 ? !infusion : !bolus);
            ck_assert_double_gt(a.advice->limit_result[i].value, 0);
        }
        advise_free(&a);
    }
}
END_TEST

START_TEST(the_protocols_own_cap_holds_a_heavy_person_down)
{
    /* Schwartzman 2009: 0.35 mg/kg/h, at most 25 mg/h and 100 mg a day */
    struct advised a;
    struct rsp_error err = {0};
    advise_text(
        &a, "id: t\nage_y: 46\nsex: f\nweight_kg: 120\ncondition: crps\nsetting: outpatient\n", NULL, NULL);
    ck_assert_msg(a.status == RSP_OK, "%s", a.err.message);
    const struct rsp_protocol *protocol = NULL;
    for (size_t i = 0; i < rsp_rulebook_n_protocol(a.book); i++)
        if (strcmp(rsp_rulebook_protocol(a.book, i)->kind, "daily_hours") == 0 &&
            rsp_rulebook_protocol(a.book, i)->cap_mg_per_h > 0)
            protocol = rsp_rulebook_protocol(a.book, i);
    ck_assert_ptr_nonnull(protocol);
    struct rsp_advice *capped = NULL;
    const struct rsp_advise_request request = {
        .protocol = protocol->id, .today = {20000}, .start = {20000}, .n_thread = 1};
    ck_assert_msg(rsp_advise(a.book, a.patient, &request, &capped, &err) == RSP_OK, "%s", err.message);
    for (size_t i = 0; i < capped->n_dose; i++) {
        ck_assert_double_le(capped->dose[i].rate_mg_per_h, protocol->cap_mg_per_h * (1 + 1e-12));
        if (!isnan(protocol->cap_mg_per_day))
            ck_assert_double_le(capped->dose[i].dose.amount_mg, protocol->cap_mg_per_day * (1 + 1e-12));
    }
    ck_assert(advise_assumes(capped, "protocol_cap"));
    rsp_advice_free(capped);
    advise_free(&a);
}
END_TEST

START_TEST(a_protocol_and_own_doses_together_are_refused)
{
    struct advised a;
    struct rsp_error err = {0};
    struct rsp_advice *advice = NULL;
    advise_condition(&a, "crps", NULL);
    const char *dose = "35 mg esketamine iv over 40 min";
    const struct rsp_advise_request request = {
        .protocol = a.advice->protocol->id, .n_dose = 1, .dose = &dose, .today = {20000}, .start = {20000}};
    ck_assert_int_eq(rsp_advise(a.book, a.patient, &request, &advice, &err), RSP_E_MISMATCH);
    ck_assert_ptr_null(advice);
    advise_free(&a);
}
END_TEST

START_TEST(an_unknown_protocol_is_refused)
{
    struct advised a;
    struct rsp_error err = {0};
    struct rsp_advice *advice = NULL;
    advise_condition(&a, "crps", NULL);
    const struct rsp_advise_request request = {
        .protocol = "no_such_protocol", .today = {20000}, .start = {20000}};
    ck_assert_int_eq(rsp_advise(a.book, a.patient, &request, &advice, &err), RSP_E_UNKNOWN);
    advise_free(&a);
}
END_TEST

START_TEST(every_shipped_protocol_can_be_advised_within_its_hard_limits)
{
    struct advised a;
    advise_condition(&a, "crps", NULL);
    for (size_t i = 0; i < rsp_rulebook_n_protocol(a.book); i++) {
        struct rsp_error err = {0};
        struct rsp_advice *advice = NULL;
        const struct rsp_advise_request request = {.protocol = rsp_rulebook_protocol(a.book, i)->id,
            .today = {20000},
            .start = {20000},
            .n_subject = 50,
            .n_thread = 1};
        ck_assert_msg(rsp_advise(a.book, a.patient, &request, &advice, &err) == RSP_OK, "%s: %s",
            request.protocol, err.message);
        for (size_t k = 0; k < advice->n_limit; k++)
            ck_assert_msg(!advice->limit[k].hard || advice->limit_result[k].ok, "%s: %s", request.protocol,
                advice->limit[k].id);
        rsp_advice_free(advice);
    }
    advise_free(&a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advise doses");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_test(all, ten_times_the_usual_dose_is_refused_until_it_is_typed_again);
    tcase_add_test(all, a_tenth_of_the_usual_dose_is_refused_as_well);
    tcase_add_test(all, the_wrong_vial_950_mg_for_95_mg_is_refused);
    tcase_add_test(all, doses_of_the_year_after_next_are_refused);
    tcase_add_test(all, ketoprofen_is_not_ketamine);
    tcase_add_test(all, without_pain_nothing_is_relieved);
    tcase_add_test(all, a_ten_fold_refusal_gives_numbers_that_can_be_typed);
    tcase_add_test(all, a_dose_without_a_usual_range_says_that_a_slip_would_not_be_found);
    tcase_add_test(all, the_fatal_tenfold_bolus_is_refused);
    tcase_add_test(all, doses_that_cannot_be_read_are_refused_with_the_text_named);
    tcase_add_test(all, a_broken_limit_is_said_and_takes_the_date_away);
    tcase_add_test(all, limits_of_another_shape_of_dose_are_left_out);
    tcase_add_test(all, the_protocols_own_cap_holds_a_heavy_person_down);
    tcase_add_test(all, a_protocol_and_own_doses_together_are_refused);
    tcase_add_test(all, an_unknown_protocol_is_refused);
    tcase_add_test(all, every_shipped_protocol_can_be_advised_within_its_hard_limits);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
