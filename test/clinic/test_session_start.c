/* Gates before the first milligram, one by one and at their very edges. */
#include "session_support.h"

#include <math.h>

#include "session/start.h"

static const double T0 = 1796000000, HOUR = 3600, MINUTE = 60;
static struct rsp_rulebook *book;
static struct rsp_start_input input;

/* Somebody who may begin. */
static void open_book(void)
{
    struct rsp_error err = {0};
    ck_assert_msg(rsp_rulebook_shipped(&book, &err) == RSP_OK, "%s", err.message);
    input = (struct rsp_start_input){.at_s = T0,
        .sbp_mmhg = 132,
        .dbp_mmhg = 84,
        .sbp_limit_mmhg = 180,
        .dbp_limit_mmhg = 110,
        .ate_s = T0 - 6 * HOUR,
        .drank_s = T0 - 2 * HOUR,
        .escort = "A. Neighbour",
        .outpatient = true};
}

static void close_book(void)
{
    rsp_rulebook_free(book);
}

/* One gate, while all others are met. */
static void is(enum rsp_start_id id, enum rsp_truth truth, const char *words)
{
    struct rsp_start start;
    struct rsp_error err = {0};
    ck_assert_msg(
        rsp_start_judge(rsp_rulebook_starting(book), &input, &start, &err) == RSP_OK, "%s", err.message);
    for (int i = 0; i < RSP_N_START; i++) {
        ck_assert_int_eq(start.gate[i].truth, i == (int)id ? truth : RSP_TRUE);
        ck_assert((start.gate[i].truth == RSP_TRUE) == (start.gate[i].why[0] == '\0'));
    }
    ck_assert_msg(strstr(start.gate[id].why, words) != NULL, "%s", start.gate[id].why);
}

START_TEST(who_fasted_and_has_a_calm_pressure_may_begin)
{
    for (int i = 0; i < RSP_N_START; i++)
        is((enum rsp_start_id)i, RSP_TRUE, "");
}
END_TEST

START_TEST(a_pressure_above_the_signed_limit_of_either_kind_waits)
{
    input.sbp_mmhg = 180;
    input.dbp_mmhg = 110;
    is(RSP_START_PRESSURE, RSP_TRUE, "");
    input.sbp_mmhg = 181;
    is(RSP_START_PRESSURE, RSP_FALSE, "181/110 mmHg is above the signed limit of 180/110");
    input.sbp_mmhg = 130;
    input.dbp_mmhg = 111;
    is(RSP_START_PRESSURE, RSP_FALSE, "130/111");
    input.dbp_mmhg = NAN;
    is(RSP_START_PRESSURE, RSP_UNKNOWN, "measure it");
}
END_TEST

START_TEST(a_lower_published_bound_holds_as_well)
{
    input.pressure = (struct rsp_start_finding){RSP_TRUE, "systolic pressure 145 mmHg: wait"};
    is(RSP_START_PRESSURE, RSP_FALSE, "145 mmHg: wait");
    input.pressure = (struct rsp_start_finding){RSP_UNKNOWN, "the age is not known"};
    is(RSP_START_PRESSURE, RSP_UNKNOWN, "age");
}
END_TEST

/* 6 h after food and 2 h after a clear liquid (ASA 2017), to the minute. */
START_TEST(fasting_counts_from_the_last_food_and_the_last_clear_liquid)
{
    input.ate_s = T0 - 6 * HOUR + MINUTE;
    is(RSP_START_FASTING, RSP_FALSE, "1 min more: 6 h after food");
    input.drank_s = T0 - 2 * HOUR + 30 * MINUTE;
    input.ate_s = T0 - 7 * HOUR;
    is(RSP_START_FASTING, RSP_FALSE, "30 min more: 2 h after a clear liquid");
    input.drank_s = NAN;
    is(RSP_START_FASTING, RSP_UNKNOWN, "ask");
    input.ate_s = T0 - HOUR; /* what is known decides, whatever else is not */
    is(RSP_START_FASTING, RSP_FALSE, "300 min more");
}
END_TEST

START_TEST(an_emergency_skips_what_nobody_could_ask_and_nothing_that_is_known)
{
    struct rsp_start start;
    input.emergency = true;
    input.ate_s = input.drank_s = input.sbp_mmhg = NAN;
    input.escort = "  ";
    input.pregnancy = (struct rsp_start_finding){RSP_TRUE, "pregnancy test: positive"};
    ck_assert_int_eq(rsp_start_judge(rsp_rulebook_starting(book), &input, &start, NULL), RSP_OK);
    ck_assert(start.gate[RSP_START_PRESSURE].skipped && start.gate[RSP_START_FASTING].skipped &&
              start.gate[RSP_START_ESCORT].skipped);
    ck_assert(!start.gate[RSP_START_PREGNANCY].skipped);
    ck_assert_int_eq(start.gate[RSP_START_PREGNANCY].truth, RSP_FALSE);
}
END_TEST

START_TEST(an_inpatient_needs_nobody_to_go_home_with)
{
    struct rsp_start start;
    input.outpatient = false;
    input.escort = NULL;
    ck_assert_int_eq(rsp_start_judge(rsp_rulebook_starting(book), &input, &start, NULL), RSP_OK);
    ck_assert(!start.gate[RSP_START_ESCORT].applies);
    ck_assert_int_eq(start.gate[RSP_START_ESCORT].rule->gate, RSP_GATE_NURSE);
    ck_assert_int_eq(start.gate[RSP_START_FASTING].rule->gate, RSP_GATE_PRESCRIBER);
}
END_TEST

START_TEST(what_a_score_found_waits_for_an_answer)
{
    input.score = "thoughts of suicide";
    is(RSP_START_SCORE, RSP_FALSE, "thoughts of suicide");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {who_fasted_and_has_a_calm_pressure_may_begin,
        a_pressure_above_the_signed_limit_of_either_kind_waits, a_lower_published_bound_holds_as_well,
        fasting_counts_from_the_last_food_and_the_last_clear_liquid,
        an_emergency_skips_what_nobody_could_ask_and_nothing_that_is_known,
        an_inpatient_needs_nobody_to_go_home_with, what_a_score_found_waits_for_an_answer};
    return run_tests_with("session start", sizeof tests / sizeof *tests, tests, open_book, close_book);
}
