/* What is due when, against the published schedule and a nurse who works by the list. */
#include "session_support.h"

#include <math.h>

#include "session/due.h"

static const double T0 = 1796000000;
static struct rsp_rulebook *book;
static struct rsp_due_plan plan;
static struct rsp_due_done done[400];
static struct rsp_due_input input;

static void open_book(void)
{
    struct rsp_error err = {0};
    ck_assert_msg(rsp_rulebook_shipped(&book, &err) == RSP_OK, "%s", err.message);
    ck_assert_int_eq(rsp_due_plan_make(book, true, 0, NULL, &plan, &err), RSP_OK);
    input = (struct rsp_due_input){.state = RSP_STATE_RUNNING, .started_s = T0, .done = done};
}

static void close_book(void)
{
    rsp_rulebook_free(book);
}

static void did(const char *id, double at_min)
{
    ck_assert_uint_lt(input.n_done, sizeof done / sizeof *done);
    done[input.n_done++] = (struct rsp_due_done){id, T0 + 60 * at_min};
}

/* The task at that minute; its due_s is NaN when it is not on the list. */
static struct rsp_due_task task_at(double now_min, const char *id)
{
    struct rsp_due_task task[RSP_MAX_DUE];
    input.now_s = T0 + 60 * now_min;
    const size_t n = rsp_due_list(&plan, &input, task);
    for (size_t i = 0; i < n; i++) {
        ck_assert(i == 0 || task[i - 1].due_s <= task[i].due_s);
        if (strcmp(task[i].task->id, id) == 0)
            return task[i];
    }
    return (struct rsp_due_task){.due_s = NAN};
}

static double due_min(double now_min, const char *id)
{
    return (task_at(now_min, id).due_s - T0) / 60;
}

/* MON-BP-10: every 10 min of a 40-minute infusion, then every 15 */
START_TEST(pressure_follows_the_published_schedule_when_it_is_done_in_time)
{
    const double during[] = {10, 20, 30, 40}, after[] = {55, 70, 85};
    for (int i = 0; i < 4; i++) {
        ck_assert_double_eq(due_min(during[i] - 1, "pressure"), during[i]);
        did("pressure", during[i]);
    }
    input.state = RSP_STATE_RECOVERING;
    for (int i = 0; i < 3; i++) {
        ck_assert_double_eq(due_min(after[i] - 1, "pressure"), after[i]);
        did("pressure", after[i]);
    }
}
END_TEST

START_TEST(a_task_is_due_then_overdue_after_its_grace_and_done_when_it_happened)
{
    const double grace_min = rsp_rulebook_session_task(book, 0)->grace_min;
    ck_assert_str_eq(rsp_rulebook_session_task(book, 0)->id, "pressure");
    ck_assert(!task_at(9.99, "pressure").due);
    ck_assert(task_at(10, "pressure").due);
    ck_assert(!task_at(10 + grace_min, "pressure").overdue);
    ck_assert(task_at(10.02 + grace_min, "pressure").overdue);
    did("pressure", 9); /* entered late, done in time */
    ck_assert(!task_at(14, "pressure").due);
    ck_assert_double_eq(due_min(14, "pressure"), 19);
    did("pressure", 30); /* not yet */
    ck_assert_double_eq(due_min(14, "pressure"), 19);
}
END_TEST

START_TEST(nothing_is_due_before_the_start_or_after_discharge_and_readings_before_it_do_not_count)
{
    static const enum rsp_infusion_state none[] = {
        RSP_STATE_ORDERED, RSP_STATE_CHECKED, RSP_STATE_DISCHARGED};
    for (int i = 0; i < 3; i++) {
        input.state = none[i];
        ck_assert(isnan(due_min(100, "pressure")));
    }
    input.state = RSP_STATE_PAUSED; /* drug is still in the body */
    did("pressure", -1);
    ck_assert_double_eq(due_min(5, "pressure"), 10);
    input.state = RSP_STATE_ABORTED;
    ck_assert_double_eq(due_min(5, "pressure"), 15);
    input.started_s = NAN; /* aborted before anything was given */
    ck_assert(isnan(due_min(5, "pressure")));
}
END_TEST

START_TEST(the_line_is_looked_at_only_with_a_pump_and_only_while_it_is_in_use)
{
    ck_assert_double_eq(due_min(1, "line"), 30);
    input.state = RSP_STATE_RECOVERING;
    ck_assert(isnan(due_min(1, "line")));
    struct rsp_due_plan without;
    ck_assert_int_eq(rsp_due_plan_make(book, false, 0, NULL, &without, NULL), RSP_OK);
    for (size_t i = 0; i < without.n; i++)
        ck_assert_str_ne(without.row[i].task->id, "line");
    ck_assert_uint_eq(without.n + 1, plan.n);
}
END_TEST

START_TEST(an_order_asks_for_more_never_for_less_and_impossible_intervals_are_refused)
{
    struct rsp_error err = {0};
    const struct rsp_due_interval own[] = {
        {"pressure", 5, NAN}, {"sedation", 60, 10}, {"dissociation", NAN, 60}};
    ck_assert_int_eq(rsp_due_plan_make(book, true, 3, own, &plan, &err), RSP_OK);
    ck_assert_double_eq(due_min(1, "pressure"), 5);
    ck_assert_double_eq(due_min(1, "sedation"), 15); /* the rules ask for it every 15 minutes */
    input.state = RSP_STATE_STOPPED;
    ck_assert_double_eq(due_min(1, "pressure"), 15);
    ck_assert_double_eq(due_min(1, "sedation"), 10);
    ck_assert_double_eq(due_min(1, "dissociation"), 30);
    const double wrong[] = {0, -5, INFINITY};
    for (int i = 0; i < 3; i++) {
        const struct rsp_due_interval bad = {"pressure", wrong[i], NAN};
        ck_assert_int_eq(rsp_due_plan_make(book, true, 1, &bad, &plan, &err), RSP_E_DOMAIN);
    }
    const struct rsp_due_interval unknown = {"tea", 5, 5};
    ck_assert_int_eq(rsp_due_plan_make(book, true, 1, &unknown, &plan, &err), RSP_E_UNKNOWN);
    ck_assert_ptr_nonnull(strstr(err.message, "tea"));
}
END_TEST

START_TEST(a_reading_to_be_repeated_is_due_sooner_until_it_is_repeated)
{
    const struct rsp_due_sooner repeat = {"pressure", T0 + 60 * 10, T0 + 60 * 15};
    input.sooner = &repeat;
    input.n_sooner = 1;
    did("pressure", 10); /* the reading that was beyond the limit is not its own repetition */
    ck_assert_double_eq(due_min(11, "pressure"), 15);
    did("pressure", 13);
    ck_assert_double_eq(due_min(14, "pressure"), 23);
}
END_TEST

/* A nurse who does what is due, up to 2 minutes late, through a session with a pause: by the minute. */
START_TEST(who_works_by_the_list_is_never_overdue_and_leaves_no_gap)
{
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct dice dice = {seed};
        double wait_until_min[RSP_MAX_DUE], last_min[RSP_MAX_DUE] = {0};
        input.n_done = 0;
        for (size_t i = 0; i < plan.n; i++)
            wait_until_min[i] = INFINITY;
        for (int minute = 0; minute <= 240; minute++) {
            input.state = minute < 60 || (minute > 80 && minute < 150) ? RSP_STATE_RUNNING
                          : minute <= 80                               ? RSP_STATE_PAUSED
                                                                       : RSP_STATE_RECOVERING;
            for (size_t i = 0; i < plan.n; i++) {
                const char *id = plan.row[i].task->id;
                const struct rsp_due_task task = task_at(minute, id);
                ck_assert_msg(
                    !task.overdue, "seed %llu, minute %d, %s", (unsigned long long)seed, minute, id);
                if (task.due && isinf(wait_until_min[i]))
                    wait_until_min[i] = minute + (int)dice_below(&dice, 3);
                if (minute < wait_until_min[i])
                    continue;
                did(id, minute);
                const double most_min =
                    fmax(plan.row[i].task->during_min, fmax(plan.row[i].task->after_min, 0)) + 2;
                ck_assert_double_le(minute - last_min[i], most_min);
                last_min[i] = minute;
                wait_until_min[i] = INFINITY;
            }
        }
        ck_assert_uint_gt(input.n_done, 30);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {pressure_follows_the_published_schedule_when_it_is_done_in_time,
        a_task_is_due_then_overdue_after_its_grace_and_done_when_it_happened,
        nothing_is_due_before_the_start_or_after_discharge_and_readings_before_it_do_not_count,
        the_line_is_looked_at_only_with_a_pump_and_only_while_it_is_in_use,
        an_order_asks_for_more_never_for_less_and_impossible_intervals_are_refused,
        a_reading_to_be_repeated_is_due_sooner_until_it_is_repeated,
        who_works_by_the_list_is_never_overdue_and_leaves_no_gap};
    return run_tests_with("session due", sizeof tests / sizeof *tests, tests, open_book, close_book);
}
