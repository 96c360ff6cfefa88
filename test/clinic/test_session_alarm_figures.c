/* Figures of alarms against counts by hand, and against what the words of the page promise of small numbers. */
#include "session_support.h"

#include <math.h>

#include "session/alarm_figures.h"

enum { MOST = 100 };
static struct rsp_alarm_story story[MOST];
static const struct rsp_alarm_story *list[MOST];

/* An alarm a minute, each raised 10 s after its onset, and nothing done about it. */
static void open_stories(void)
{
    for (int i = 0; i < MOST; i++) {
        list[i] = &story[i];
        story[i] = (struct rsp_alarm_story){.onset_s = 60 * i,
            .raised_s = 60 * i + 10,
            .announced_s = NAN,
            .acknowledged_s = NAN,
            .ended_s = NAN};
        for (int act = 0; act < RSP_N_ACT; act++)
            story[i].act_s[act] = NAN;
    }
}

static void close_stories(void)
{
}

static struct rsp_alarm_figures of(size_t n, double hours)
{
    struct rsp_alarm_figures figures = {0};
    struct rsp_error err = {0};
    ck_assert_int_eq(rsp_alarm_figures_make(n, list, hours, 300, 1e6, &figures, &err), RSP_OK);
    return figures;
}

START_TEST(without_an_alarm_or_an_hour_nothing_is_divided)
{
    const struct rsp_alarm_figures none = of(0, 3), timeless = of(4, 0);
    ck_assert_uint_eq(none.n, 0);
    ck_assert_double_eq(none.per_hour, 0);
    ck_assert_uint_eq(none.acted.of, 0);
    ck_assert(isnan(none.acted.share) && isnan(none.duration.median_s));
    ck_assert(isnan(timeless.per_hour) && isnan(timeless.artefacts_per_hour));
}
END_TEST

START_TEST(any_act_in_time_counts_once_and_a_late_one_not)
{
    story[0].act_s[RSP_ACT_ACKNOWLEDGED] = story[0].act_s[RSP_ACT_MEDICINE] = story[0].raised_s + 20;
    story[1].act_s[RSP_ACT_EVENT] = story[1].raised_s + 300; /* the last moment */
    story[2].act_s[RSP_ACT_EVENT] = story[2].raised_s + 301;
    const struct rsp_alarm_figures figures = of(4, 2);
    ck_assert_uint_eq(figures.acted.n, 2);
    ck_assert_uint_eq(figures.acted.of, 4);
    ck_assert_uint_eq(figures.by[RSP_ACT_ACKNOWLEDGED].n, 1);
    ck_assert_uint_eq(figures.by[RSP_ACT_MEDICINE].n, 1);
    ck_assert_uint_eq(figures.by[RSP_ACT_EVENT].n, 1);
    ck_assert_uint_eq(figures.by[RSP_ACT_ARTEFACT].n, 0);
    ck_assert_double_eq(figures.per_hour, 2);
}
END_TEST

START_TEST(an_alarm_whose_time_is_not_over_is_neither_answered_nor_left_alone)
{
    struct rsp_alarm_figures figures;
    story[1].act_s[RSP_ACT_EVENT] = story[1].raised_s + 5;
    ck_assert_int_eq(
        rsp_alarm_figures_make(2, list, 1, 300, story[1].raised_s + 200, &figures, NULL), RSP_OK);
    ck_assert_uint_eq(figures.acted.n, 1);
    ck_assert_uint_eq(figures.acted.of, 1);
    ck_assert_int_eq(
        rsp_alarm_figures_make(2, list, 1, 300, story[1].raised_s + 301, &figures, NULL), RSP_OK);
    ck_assert_uint_eq(figures.acted.of, 2);
}
END_TEST

START_TEST(what_ended_before_anybody_acted_ended_by_itself)
{
    story[0].ended_s = story[0].raised_s + 30;
    story[1].ended_s = story[1].raised_s + 30;
    story[1].act_s[RSP_ACT_EVENT] = story[1].raised_s + 29;
    story[2].ended_s = story[2].raised_s + 30;
    story[2].act_s[RSP_ACT_EVENT] = story[2].raised_s + 31;
    const struct rsp_alarm_figures figures = of(4, 1); /* the fourth is still on */
    ck_assert_uint_eq(figures.alone.n, 2);
    ck_assert_uint_eq(figures.alone.of, 3);
    ck_assert_uint_eq(figures.duration.n, 3);
}
END_TEST

START_TEST(times_are_from_the_onset_and_an_answer_before_the_screen_waits_for_nothing)
{
    for (int i = 0; i < 29; i++) {
        story[i].announced_s = story[i].onset_s + 10 + i; /* 10 to 38 s */
        story[i].acknowledged_s = story[i].announced_s + (i == 0 ? -4 : 2 * i);
    }
    const struct rsp_alarm_figures figures = of(40, 1);
    ck_assert_uint_eq(figures.announced.n, 29);
    ck_assert_double_eq(figures.announced.median_s, 24);
    ck_assert_double_eq_tol(figures.announced.p90_s, 10 + 0.9 * 28, 1e-9);
    ck_assert_double_eq(figures.acknowledged.median_s, 28);
}
END_TEST

/* The chance that all of n lie on one side of the true quantile, by throwing them: above one in twenty, nothing is said. */
START_TEST(few_observations_make_no_quantile_and_few_alarms_no_share)
{
    for (size_t n = 1; n <= 40; n++) {
        for (size_t i = 0; i < n; i++)
            story[i].ended_s = story[i].onset_s + (double)i;
        const struct rsp_alarm_figures figures = of(n, 1);
        ck_assert_msg(isnan(figures.duration.median_s) == (n < 6), "%zu", n);
        ck_assert_msg(isnan(figures.duration.p90_s) == (n < 29), "%zu", n);
        ck_assert_msg(isnan(figures.artefact.share) == (n < 20), "%zu", n);
    }
    const double median_of_5 = 2 * pow(0.5, 5), median_of_6 = 2 * pow(0.5, 6);
    ck_assert(median_of_5 > 0.05 && median_of_6 < 0.05);
    ck_assert(pow(0.9, 28) > 0.05 && pow(0.9, 29) + pow(0.1, 29) < 0.05);
}
END_TEST

START_TEST(alarms_on_artefacts_are_counted_by_the_hour)
{
    for (int i = 0; i < 25; i++)
        story[i].artefact = i < 5;
    const struct rsp_alarm_figures figures = of(25, 10);
    ck_assert_uint_eq(figures.artefact.n, 5);
    ck_assert_double_eq(figures.artefact.share, 0.2);
    ck_assert_double_eq(figures.artefacts_per_hour, 0.5);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {without_an_alarm_or_an_hour_nothing_is_divided,
        any_act_in_time_counts_once_and_a_late_one_not,
        an_alarm_whose_time_is_not_over_is_neither_answered_nor_left_alone,
        what_ended_before_anybody_acted_ended_by_itself,
        times_are_from_the_onset_and_an_answer_before_the_screen_waits_for_nothing,
        few_observations_make_no_quantile_and_few_alarms_no_share,
        alarms_on_artefacts_are_counted_by_the_hour};
    return run_tests_with(
        "session alarm figures", sizeof tests / sizeof *tests, tests, open_stories, close_stories);
}
