/* Which value is current and what it may decide, by hand and against a sort of all. */
#include "session_support.h"

#include <math.h>

#include "session/vital.h"

enum { MOST = 4000, SECOND = 1 };
static const double T0 = 1796000000; /* some day in 2026 */

static struct rsp_rulebook *book;
static struct rsp_vital_rules rules;
static struct rsp_vital_sample sample[MOST];
static size_t n;

static void open_book(void)
{
    struct rsp_error err = {0};
    ck_assert_msg(rsp_rulebook_shipped(&book, &err) == RSP_OK, "%s", err.message);
    ck_assert_int_eq(rsp_vital_rules_make(rsp_rulebook_watching(book), &rules, &err), RSP_OK);
    n = 0;
}

static void close_book(void)
{
    rsp_rulebook_free(book);
}

static struct rsp_vital_sample *add(enum rsp_vital vital, double at_s, double value)
{
    ck_assert_uint_lt(n, MOST);
    sample[n] = (struct rsp_vital_sample){.number = (int64_t)n + 1,
        .vital = vital,
        .value = value,
        .device_s = T0 + at_s,
        .received_s = T0 + at_s};
    return &sample[n++];
}

static struct rsp_vital_current now(enum rsp_vital vital, double at_s)
{
    struct rsp_vital_series series;
    rsp_vital_series_make(&rules, vital, n, sample, T0 + at_s, &series);
    return rsp_vital_current(&series);
}

static void is(enum rsp_vital vital, double at_s, enum rsp_vital_quality quality, double value)
{
    const struct rsp_vital_current c = now(vital, at_s);
    ck_assert_str_eq(rsp_vital_quality_name(c.quality), rsp_vital_quality_name(quality));
    ck_assert_double_eq(c.value, value);
    ck_assert_int_eq(rsp_vital_decides(c.quality), quality == RSP_QUALITY_OK);
}

START_TEST(without_a_value_nothing_is_shown_and_nothing_decided)
{
    const struct rsp_vital_current c = now(RSP_VITAL_HR, 0);
    ck_assert_int_eq(c.quality, RSP_QUALITY_NONE);
    ck_assert(isnan(c.value) && isnan(c.age_s) && !rsp_vital_decides(c.quality));
    add(RSP_VITAL_SPO2, 0, 97);
    ck_assert_int_eq(now(RSP_VITAL_HR, 1).quality, RSP_QUALITY_NONE);
}
END_TEST

START_TEST(the_age_grows_until_the_value_is_stale_and_decides_nothing)
{
    add(RSP_VITAL_SPO2, 0, 97);
    const double stale_s = rules.rule[RSP_VITAL_SPO2]->stale_s;
    is(RSP_VITAL_SPO2, stale_s, RSP_QUALITY_OK, 97);
    is(RSP_VITAL_SPO2, stale_s + SECOND, RSP_QUALITY_STALE, 97); /* shown, with its age */
    ck_assert_double_eq(now(RSP_VITAL_SPO2, 100).age_s, 100);
}
END_TEST

START_TEST(a_device_time_of_zero_is_missing_not_1970)
{
    add(RSP_VITAL_HR, 0, 70)->device_s = 0;
    add(RSP_VITAL_RR, 0, 14)->device_s = NAN;
    is(RSP_VITAL_HR, 5, RSP_QUALITY_OK, 70);
    is(RSP_VITAL_RR, 5, RSP_QUALITY_OK, 14);
    ck_assert_double_eq(now(RSP_VITAL_HR, 5).age_s, 5);
}
END_TEST

START_TEST(a_value_counts_by_the_time_of_its_device_when_it_comes_late)
{
    add(RSP_VITAL_SBP, 0, 150);
    add(RSP_VITAL_SBP, -300, 120)->received_s = T0 + 10; /* held back by the network */
    const struct rsp_vital_current c = now(RSP_VITAL_SBP, 20);
    ck_assert_double_eq(c.value, 150);
    ck_assert_double_eq(c.age_s, 20);
    add(RSP_VITAL_SPO2, 0, 96)->received_s = T0 + 60;
    is(RSP_VITAL_SPO2, 61, RSP_QUALITY_STALE, 96); /* just received, a minute old */
}
END_TEST

START_TEST(a_value_from_the_future_is_kept_but_is_not_current)
{
    add(RSP_VITAL_HR, 0, 70);
    struct rsp_vital_sample *ahead = add(RSP_VITAL_HR, 1 + rules.future_s + SECOND, 120);
    ahead->received_s = T0 + 1;
    ck_assert_int_eq(rsp_vital_sample_quality(&rules, ahead), RSP_QUALITY_FUTURE);
    is(RSP_VITAL_HR, 2, RSP_QUALITY_OK, 70);
    ahead->device_s -= 2; /* a clock that is ahead a little: now, not later */
    ck_assert_int_eq(rsp_vital_sample_quality(&rules, ahead), RSP_QUALITY_OK);
    ck_assert_double_eq(now(RSP_VITAL_HR, 2).age_s, 1);
}
END_TEST

START_TEST(what_was_received_later_is_not_known_yet)
{
    add(RSP_VITAL_HR, 0, 70);
    add(RSP_VITAL_HR, 20, 150);
    is(RSP_VITAL_HR, 19, RSP_QUALITY_OK, 70); /* a replay shows what was seen then */
}
END_TEST

START_TEST(impossible_values_and_marked_artefacts_are_kept_and_decide_nothing)
{
    add(RSP_VITAL_SPO2, 0, 97);
    add(RSP_VITAL_SPO2, 20, 127);
    add(RSP_VITAL_SPO2, 21, NAN);
    add(RSP_VITAL_SPO2, 22, -3);
    struct rsp_vital_sample *movement = add(RSP_VITAL_SPO2, 23, 71);
    is(RSP_VITAL_SPO2, 24, RSP_QUALITY_OK, 71);
    movement->artefact = true;
    is(RSP_VITAL_SPO2, 24, RSP_QUALITY_OK, 97);
    ck_assert_int_eq(rsp_vital_sample_quality(&rules, movement), RSP_QUALITY_ARTEFACT);
    struct rsp_vital_series series;
    movement->artefact = false;
    movement->value = 101;
    rsp_vital_series_make(&rules, RSP_VITAL_SPO2, n, sample, T0 + 24, &series);
    ck_assert_int_eq(series.heard, RSP_QUALITY_IMPOSSIBLE); /* the page can say why it is old */
    ck_assert_double_eq(series.heard_value, 101);
}
END_TEST

START_TEST(a_flat_line_is_no_measurement_and_one_beat_of_difference_is)
{
    const double flat_s = rules.rule[RSP_VITAL_HR]->flat_s;
    for (int s = 0; s <= (int)flat_s; s++)
        add(RSP_VITAL_HR, s, 72);
    is(RSP_VITAL_HR, flat_s - 1, RSP_QUALITY_OK, 72);
    is(RSP_VITAL_HR, flat_s, RSP_QUALITY_FLAT, 72);
    sample[200].value = 73;
    is(RSP_VITAL_HR, flat_s, RSP_QUALITY_OK, 72);
}
END_TEST

START_TEST(two_equal_values_around_a_gap_are_not_flat_nor_are_values_typed_by_hand)
{
    const double flat_s = rules.rule[RSP_VITAL_HR]->flat_s;
    add(RSP_VITAL_HR, 0, 72);
    add(RSP_VITAL_HR, flat_s + 10, 72);
    is(RSP_VITAL_HR, flat_s + 10, RSP_QUALITY_OK, 72);
    n = 0;
    for (int s = 0; s <= 2 * (int)flat_s; s += 20)
        add(RSP_VITAL_HR, s, 72)->manual = true;
    is(RSP_VITAL_HR, 2 * flat_s, RSP_QUALITY_OK, 72);
}
END_TEST

START_TEST(the_current_value_is_the_median_of_its_interval)
{
    struct dice dice = {7};
    for (int s = 0; s < 600; s++) {
        add(RSP_VITAL_HR, s, 60 + dice_below(&dice, 60));
        if (s % 3 == 0) /* held back: measured earlier, in a second of its own */
            sample[n - 1].device_s = T0 + s - 7;
        if (s % 3 == 2)
            n--;
    }
    const double median_s = rules.rule[RSP_VITAL_HR]->median_s;
    for (int s = 30; s < 600; s += 7) {
        double last_s = -1;
        for (size_t i = 0; i < n; i++)
            if (sample[i].received_s <= T0 + s && sample[i].device_s > last_s)
                last_s = sample[i].device_s;
        /* the value with as many above as below, found by counting */
        size_t inside = 0;
        for (size_t i = 0; i < n; i++)
            inside += sample[i].received_s <= T0 + s && sample[i].device_s > last_s - median_s;
        const struct rsp_vital_current c = now(RSP_VITAL_HR, s);
        size_t below = 0, above = 0;
        for (size_t i = 0; i < n; i++) {
            if (!(sample[i].received_s <= T0 + s && sample[i].device_s > last_s - median_s))
                continue;
            below += sample[i].value < c.value;
            above += sample[i].value > c.value;
        }
        ck_assert_uint_le(2 * below, inside);
        ck_assert_uint_le(2 * above, inside);
        ck_assert_double_eq(c.time_s, last_s);
    }
    add(RSP_VITAL_SBP, 0, 120);
    add(RSP_VITAL_SBP, 1, 190);
    is(RSP_VITAL_SBP, 2, RSP_QUALITY_OK, 190); /* a pressure is never averaged away */
}
END_TEST

START_TEST(one_spike_does_not_move_the_median)
{
    for (int s = 0; s < 20; s++)
        add(RSP_VITAL_SPO2, s, s == 19 ? 71 : 98);
    is(RSP_VITAL_SPO2, 19, RSP_QUALITY_OK, 98);
}
END_TEST

START_TEST(only_the_newest_points_are_kept_and_none_is_out_of_order)
{
    struct rsp_vital_series series;
    struct dice dice = {3};
    for (int s = 0; s < 3000; s++)
        add(RSP_VITAL_SBP, s - (int)dice_below(&dice, 30), 120 + s % 7);
    rsp_vital_series_make(&rules, RSP_VITAL_SBP, n, sample, T0 + 3000, &series);
    ck_assert_uint_eq(series.n, RSP_MAX_POINT);
    size_t newer = 0;
    for (size_t i = 0; i < n; i++)
        newer += sample[i].device_s > series.point[0].time_s;
    ck_assert_uint_lt(newer, RSP_MAX_POINT);
    for (size_t i = 1; i < series.n; i++)
        ck_assert_double_ge(series.point[i].time_s, series.point[i - 1].time_s);
}
END_TEST

START_TEST(every_sign_refuses_beyond_every_bound_and_takes_the_bound_itself)
{
    for (int v = 0; v < RSP_N_VITAL; v++) {
        const struct rsp_vital_rule *rule = rules.rule[v];
        const struct {
            double value;
            rsp_status plain, confirmed;
        } row[] = {
            {rule->impossible.below - 1, RSP_E_DOMAIN, RSP_E_DOMAIN},
            {rule->impossible.above + 1, RSP_E_DOMAIN, RSP_E_DOMAIN},
            {NAN, RSP_E_DOMAIN, RSP_E_DOMAIN},
            {rule->implausible.below, RSP_OK, RSP_OK},
            {rule->implausible.above, RSP_OK, RSP_OK},
            {rule->impossible.below, rule->impossible.below < rule->implausible.below ? RSP_E_LIMIT : RSP_OK,
                RSP_OK},
            {rule->impossible.above, rule->impossible.above > rule->implausible.above ? RSP_E_LIMIT : RSP_OK,
                RSP_OK},
        };
        for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
            struct rsp_error err = {0};
            const enum rsp_vital vital = (enum rsp_vital)v;
            ck_assert_msg(rsp_vital_entry_check(&rules, vital, row[i].value, false, &err) == row[i].plain,
                "%s %g", rule->id, row[i].value);
            ck_assert(row[i].plain == RSP_OK || strstr(err.message, rule->text) != NULL);
            ck_assert_int_eq(
                rsp_vital_entry_check(&rules, vital, row[i].value, true, &err), row[i].confirmed);
        }
        ck_assert_int_eq(rsp_vital_find(rsp_vital_id((enum rsp_vital)v)), v);
    }
}
END_TEST

START_TEST(an_implausible_value_is_marked_until_it_is_confirmed)
{
    struct rsp_vital_sample *slow = add(RSP_VITAL_HR, 0, 25);
    is(RSP_VITAL_HR, 1, RSP_QUALITY_IMPLAUSIBLE, 25);
    slow->confirmed = true;
    is(RSP_VITAL_HR, 1, RSP_QUALITY_OK, 25);
}
END_TEST

START_TEST(pressures_that_were_exchanged_are_refused)
{
    struct rsp_error err = {0};
    ck_assert_int_eq(rsp_vital_pressures_check(120, NAN, 80, &err), RSP_OK);
    ck_assert_int_eq(rsp_vital_pressures_check(120, 93, 80, &err), RSP_OK);
    ck_assert_int_eq(rsp_vital_pressures_check(120, NAN, NAN, &err), RSP_OK);
    ck_assert_int_eq(rsp_vital_pressures_check(80, NAN, 120, &err), RSP_E_MISMATCH);
    ck_assert_int_eq(rsp_vital_pressures_check(120, 130, 80, &err), RSP_E_MISMATCH);
    ck_assert_int_eq(rsp_vital_pressures_check(120, 70, 80, &err), RSP_E_MISMATCH);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {without_a_value_nothing_is_shown_and_nothing_decided,
        the_age_grows_until_the_value_is_stale_and_decides_nothing, a_device_time_of_zero_is_missing_not_1970,
        a_value_counts_by_the_time_of_its_device_when_it_comes_late,
        a_value_from_the_future_is_kept_but_is_not_current, what_was_received_later_is_not_known_yet,
        impossible_values_and_marked_artefacts_are_kept_and_decide_nothing,
        a_flat_line_is_no_measurement_and_one_beat_of_difference_is,
        two_equal_values_around_a_gap_are_not_flat_nor_are_values_typed_by_hand,
        the_current_value_is_the_median_of_its_interval, one_spike_does_not_move_the_median,
        only_the_newest_points_are_kept_and_none_is_out_of_order,
        every_sign_refuses_beyond_every_bound_and_takes_the_bound_itself,
        an_implausible_value_is_marked_until_it_is_confirmed, pressures_that_were_exchanged_are_refused};
    return run_tests_with("session vital", sizeof tests / sizeof *tests, tests, open_book, close_book);
}
