/* What opens the door, criterion by criterion, and every combination of points. */
#include "session_support.h"

#include <math.h>

#include "session/recovery.h"

static const double T0 = 1796000000, HOUR = 3600;
static struct rsp_rulebook *book;
static const struct rsp_leaving *leaving;
static struct rsp_recovery_input input;

static struct rsp_vital_current value(double x)
{
    return (struct rsp_vital_current){.quality = RSP_QUALITY_OK, .value = x, .time_s = T0, .age_s = 10};
}

static struct rsp_recovery_answer answer(enum rsp_truth truth)
{
    return (struct rsp_recovery_answer){truth, T0 + 1.5 * HOUR};
}

static struct rsp_recovery_points full(void)
{
    return (struct rsp_recovery_points){{2, 2, 2, 2, 2}, T0 + 1.5 * HOUR};
}

/* Somebody who may go: two hours after an infusion. */
static void open_book(void)
{
    struct rsp_error err = {0};
    ck_assert_msg(rsp_rulebook_shipped(&book, &err) == RSP_OK, "%s", err.message);
    leaving = rsp_rulebook_leaving(book);
    input = (struct rsp_recovery_input){.now_s = T0 + 2 * HOUR,
        .last_drug_s = T0,
        .drug = RSP_DRUG_KETAMINE,
        .route = RSP_ROUTE_IV,
        .outpatient = true,
        .oxygen = answer(RSP_FALSE),
        .orientation = answer(RSP_TRUE),
        .gait = answer(RSP_TRUE),
        .dissociation = answer(RSP_TRUE),
        .aldrete = full(),
        .padss = full(),
        .site_item = RSP_SITE_FULL,
        .reversal_s = NAN,
        .escort = "A. Neighbour"};
    for (int v = 0; v < RSP_N_VITAL; v++)
        input.baseline[v] = NAN;
    input.baseline[RSP_VITAL_SBP] = 125;
    input.baseline[RSP_VITAL_HR] = 70;
    input.vital[RSP_VITAL_SBP] = value(130);
    input.vital[RSP_VITAL_HR] = value(75);
    input.vital[RSP_VITAL_SPO2] = value(97);
}

static void close_book(void)
{
    rsp_rulebook_free(book);
}

static struct rsp_recovery judge(void)
{
    struct rsp_recovery recovery;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_recovery_judge(leaving, &input, &recovery, &err) == RSP_OK, "%s", err.message);
    return recovery;
}

/* One criterion, and what it makes of a person who had all others. */
static void is(enum rsp_recovery_id id, enum rsp_truth truth, const char *words)
{
    const struct rsp_recovery r = judge();
    ck_assert_msg(r.criterion[id].truth == truth, "%s: %d %s", r.criterion[id].rule->id,
        (int)r.criterion[id].truth, r.criterion[id].why);
    ck_assert_msg(strstr(r.criterion[id].why, words) != NULL, "%s", r.criterion[id].why);
    ck_assert((truth == RSP_TRUE) == (r.criterion[id].why[0] == '\0'));
    ck_assert_int_eq(r.ready, truth);
    for (int i = 0; i < RSP_N_RECOVERY; i++)
        ck_assert(i == (int)id || !r.criterion[i].applies || r.criterion[i].truth == RSP_TRUE);
}

START_TEST(who_has_regained_everything_goes_home)
{
    const struct rsp_recovery r = judge();
    ck_assert_int_eq(r.ready, RSP_TRUE);
    ck_assert_double_eq(r.aldrete_total, 10);
    ck_assert_double_eq(r.padss_total, 10);
    for (int i = 0; i < RSP_N_RECOVERY; i++)
        ck_assert(strlen(r.criterion[i].rule->source) > 3 && strlen(r.criterion[i].rule->text) > 3);
}
END_TEST

START_TEST(pressure_and_pulse_return_to_within_a_fifth_of_the_baseline)
{
    input.vital[RSP_VITAL_SBP] = value(150); /* 20 % of 125 */
    is(RSP_RECOVERY_VITALS, RSP_TRUE, "");
    input.vital[RSP_VITAL_SBP] = value(100);
    is(RSP_RECOVERY_VITALS, RSP_TRUE, "");
    input.padss.point[0] = 1; /* so that the score agrees with what is measured */
    input.vital[RSP_VITAL_SBP] = value(151);
    is(RSP_RECOVERY_VITALS, RSP_FALSE, "21 % from the baseline");
    input.vital[RSP_VITAL_SBP] = value(99);
    is(RSP_RECOVERY_VITALS, RSP_FALSE, "pressure is 21 %");
    input.vital[RSP_VITAL_SBP] = value(125);
    input.vital[RSP_VITAL_HR] = value(86);
    is(RSP_RECOVERY_VITALS, RSP_FALSE, "pulse is 23 %");
}
END_TEST

START_TEST(a_value_that_cannot_be_used_is_unknown_and_a_pulse_stands_in_for_the_heart_rate)
{
    static const enum rsp_vital_quality bad[] = {
        RSP_QUALITY_NONE, RSP_QUALITY_STALE, RSP_QUALITY_FLAT, RSP_QUALITY_IMPLAUSIBLE};
    for (int i = 0; i < 4; i++) {
        input.vital[RSP_VITAL_SBP].quality = bad[i];
        is(RSP_RECOVERY_VITALS, RSP_UNKNOWN, "measure the pressure");
        input.vital[RSP_VITAL_SBP].quality = RSP_QUALITY_OK;
        input.vital[RSP_VITAL_HR].quality = bad[i];
        is(RSP_RECOVERY_VITALS, RSP_UNKNOWN, "measure the pulse");
        input.vital[RSP_VITAL_HR].quality = RSP_QUALITY_OK;
        input.vital[RSP_VITAL_SPO2].quality = bad[i];
        is(RSP_RECOVERY_SATURATION, RSP_UNKNOWN, "measure the saturation");
        input.vital[RSP_VITAL_SPO2].quality = RSP_QUALITY_OK;
    }
    input.vital[RSP_VITAL_HR].quality = RSP_QUALITY_NONE;
    input.vital[RSP_VITAL_PULSE] = value(72);
    input.baseline[RSP_VITAL_PULSE] = 70;
    is(RSP_RECOVERY_VITALS, RSP_TRUE, "");
    input.baseline[RSP_VITAL_SBP] = NAN;
    is(RSP_RECOVERY_VITALS, RSP_UNKNOWN, "baseline");
}
END_TEST

START_TEST(saturation_counts_above_92_and_without_oxygen)
{
    input.vital[RSP_VITAL_SPO2] = value(93);
    is(RSP_RECOVERY_SATURATION, RSP_TRUE, "");
    input.oxygen = answer(RSP_TRUE);
    is(RSP_RECOVERY_SATURATION, RSP_FALSE, "oxygen is given");
    input.oxygen = answer(RSP_UNKNOWN);
    is(RSP_RECOVERY_SATURATION, RSP_UNKNOWN, "whether oxygen");
    input.vital[RSP_VITAL_SPO2] = value(92);
    is(RSP_RECOVERY_SATURATION, RSP_FALSE, "above 92 %");
}
END_TEST

START_TEST(orientation_gait_and_dissociation_are_asked_after_the_last_drug)
{
    struct rsp_recovery_answer *const asked[] = {&input.orientation, &input.gait, &input.dissociation};
    static const enum rsp_recovery_id id[] = {
        RSP_RECOVERY_ORIENTATION, RSP_RECOVERY_GAIT, RSP_RECOVERY_DISSOCIATION};
    for (int i = 0; i < 3; i++) {
        const struct rsp_recovery_answer yes = *asked[i];
        *asked[i] = answer(RSP_FALSE);
        is(id[i], RSP_FALSE, "ask again");
        *asked[i] = answer(RSP_UNKNOWN);
        is(id[i], RSP_UNKNOWN, "ask after");
        *asked[i] = yes;
        asked[i]->at_s = input.last_drug_s - 1;
        is(id[i], RSP_UNKNOWN, "after the last drug");
        asked[i]->at_s = input.now_s + 1;
        is(id[i], RSP_UNKNOWN, "after the last drug");
        *asked[i] = yes;
    }
    input.last_drug_s = T0 + 1.6 * HOUR; /* one dose more: everything is asked anew */
    const struct rsp_recovery r = judge();
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(r.criterion[id[i]].truth, RSP_UNKNOWN);
    ck_assert_int_eq(r.criterion[RSP_RECOVERY_ALDRETE].truth, RSP_UNKNOWN);
    ck_assert_int_eq(r.criterion[RSP_RECOVERY_TIME].truth, RSP_FALSE);
}
END_TEST

START_TEST(the_escort_is_named_by_who_goes_home_only)
{
    input.escort = NULL;
    is(RSP_RECOVERY_ESCORT, RSP_UNKNOWN, "name the adult");
    input.escort = "   ";
    is(RSP_RECOVERY_ESCORT, RSP_UNKNOWN, "name the adult");
    input.outpatient = false;
    ck_assert(!judge().criterion[RSP_RECOVERY_ESCORT].applies);
    ck_assert_int_eq(judge().ready, RSP_TRUE);
}
END_TEST

START_TEST(esketamine_as_a_spray_is_watched_two_hours_by_its_label)
{
    input.drug = RSP_DRUG_ESKETAMINE;
    input.route = RSP_ROUTE_NASAL;
    is(RSP_RECOVERY_TIME, RSP_TRUE, "");
    input.now_s -= 60;
    is(RSP_RECOVERY_TIME, RSP_FALSE, "1 min more: 2 h");
    input.route = RSP_ROUTE_IV; /* the site's own minimum */
    is(RSP_RECOVERY_TIME, RSP_TRUE, "");
    ck_assert_double_eq(rsp_leaving_minimum_h(leaving, RSP_DRUG_ESKETAMINE, RSP_ROUTE_NASAL), 2);
}
END_TEST

START_TEST(after_a_reversal_agent_two_hours_pass)
{
    input.reversal_s = input.now_s - 2 * HOUR;
    is(RSP_RECOVERY_REVERSAL, RSP_TRUE, "");
    input.reversal_s += 1;
    is(RSP_RECOVERY_REVERSAL, RSP_FALSE, "2 h are expected");
    input.reversal_s = NAN;
    ck_assert(!judge().criterion[RSP_RECOVERY_REVERSAL].applies);
}
END_TEST

START_TEST(until_the_site_decides_on_bleeding_the_score_is_unknown)
{
    input.site_item = RSP_SITE_UNDECIDED;
    is(RSP_RECOVERY_PADSS, RSP_UNKNOWN, "'bleeding'");
    input.site_item = RSP_SITE_SCORED;
    is(RSP_RECOVERY_PADSS, RSP_TRUE, "");
    input.padss.point[3] = 0;
    is(RSP_RECOVERY_PADSS, RSP_FALSE, "at least 9");
    input.site_item = RSP_SITE_FULL;
    is(RSP_RECOVERY_PADSS, RSP_TRUE, "");
    input.padss.point[3] = NAN; /* need not be scored then */
    is(RSP_RECOVERY_PADSS, RSP_TRUE, "");
}
END_TEST

/* PADSS: within 20 % of the baseline 2, 20 to 40 % 1, beyond 0 */
START_TEST(points_for_vital_signs_that_measured_values_contradict_are_scored_anew)
{
    static const struct {
        double sbp_mmhg;
        int most;
    } row[] = {{125, 2}, {150, 2}, {151, 1}, {175, 1}, {176, 0}, {100, 2}, {99, 1}, {75, 1}, {74, 0}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        for (int point = 0; point <= 2; point++) {
            input.vital[RSP_VITAL_SBP] = value(row[i].sbp_mmhg);
            input.padss.point[0] = point;
            const struct rsp_recovery r = judge();
            const bool passes = point <= row[i].most && point >= 1; /* 9 of 10 */
            ck_assert_msg((r.criterion[RSP_RECOVERY_PADSS].truth == RSP_TRUE) == passes, "%g mmHg, %d points",
                row[i].sbp_mmhg, point);
            ck_assert(point <= row[i].most ||
                      strstr(r.criterion[RSP_RECOVERY_PADSS].why, "score anew") != NULL || point == 0);
        }
}
END_TEST

/* Every way to score five items, each 0, 1, 2 or not yet: unknown exactly while the missing ones decide. */
START_TEST(a_score_is_unknown_only_while_what_is_missing_could_decide)
{
    for (int code = 0; code < 1024; code++) {
        int least = 0, most = 0;
        for (int i = 0, rest = code; i < 5; i++, rest /= 4) {
            input.aldrete.point[i] = rest % 4 == 3 ? (double)NAN : (double)(rest % 4);
            least += rest % 4 == 3 ? 0 : rest % 4;
            most += rest % 4 == 3 ? 2 : rest % 4;
        }
        const struct rsp_recovery r = judge();
        ck_assert_int_eq(r.criterion[RSP_RECOVERY_ALDRETE].truth, least >= 9 ? RSP_TRUE
                                                                  : most < 9 ? RSP_FALSE
                                                                             : RSP_UNKNOWN);
        if (least == most)
            ck_assert_double_eq(r.aldrete_total, least);
        else
            ck_assert(isnan(r.aldrete_total));
    }
}
END_TEST

START_TEST(impossible_points_are_refused)
{
    const double wrong[] = {-1, 3, 0.5, INFINITY};
    for (int i = 0; i < 4; i++) {
        struct rsp_recovery r = {.aldrete_total = -7};
        struct rsp_error err = {0};
        input.aldrete.point[2] = wrong[i];
        ck_assert_int_eq(rsp_recovery_judge(leaving, &input, &r, &err), RSP_E_DOMAIN);
        ck_assert_ptr_nonnull(strstr(err.message, "'circulation' is scored 0 to 2"));
        ck_assert_double_eq(r.aldrete_total, -7);
        input.aldrete.point[2] = 2;
        input.padss.point[4] = wrong[i];
        ck_assert_int_eq(rsp_recovery_judge(leaving, &input, &r, &err), RSP_E_DOMAIN);
        input.padss.point[4] = 2;
    }
}
END_TEST

START_TEST(what_is_not_met_weighs_more_than_what_is_unknown)
{
    input.gait = answer(RSP_UNKNOWN);
    input.orientation = answer(RSP_FALSE);
    ck_assert_int_eq(judge().ready, RSP_FALSE);
    input.orientation = answer(RSP_TRUE);
    input.dissociation = answer(RSP_FALSE);
    ck_assert_int_eq(judge().ready, RSP_FALSE);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {who_has_regained_everything_goes_home,
        pressure_and_pulse_return_to_within_a_fifth_of_the_baseline,
        a_value_that_cannot_be_used_is_unknown_and_a_pulse_stands_in_for_the_heart_rate,
        saturation_counts_above_92_and_without_oxygen,
        orientation_gait_and_dissociation_are_asked_after_the_last_drug,
        the_escort_is_named_by_who_goes_home_only, esketamine_as_a_spray_is_watched_two_hours_by_its_label,
        after_a_reversal_agent_two_hours_pass, until_the_site_decides_on_bleeding_the_score_is_unknown,
        points_for_vital_signs_that_measured_values_contradict_are_scored_anew,
        a_score_is_unknown_only_while_what_is_missing_could_decide, impossible_points_are_refused,
        what_is_not_met_weighs_more_than_what_is_unknown};
    return run_tests_with("session recovery", sizeof tests / sizeof *tests, tests, open_book, close_book);
}
