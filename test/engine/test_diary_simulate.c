/* A made-up diary is what models/diary.yaml says, and the same for the same author. */
#include "../base/suite.h"

#include <math.h>
#include <string.h>

#include "estimate/diary_simulate.h"

enum { N_PERSON = 4000, N_DAY = 20 };

static struct rsp_diary_author author_of(uint64_t person)
{
    return (struct rsp_diary_author){.seed = 7, .person = person, .baseline_nrs = 5};
}

/* Days before the first infusion (from -20), or after it, all with one share of relief. */
static void write_days(const struct rsp_diary_author *author, double from_d, double frac, int score[N_DAY])
{
    double time_d[N_DAY], relief[N_DAY];
    struct rsp_error err = {0};
    for (int i = 0; i < N_DAY; i++) {
        time_d[i] = from_d + i;
        relief[i] = frac;
    }
    const rsp_status status = rsp_diary_simulate(author, N_DAY, time_d, relief, score, &err);
    ck_assert_msg(status == RSP_OK, "%s", err.message);
}

static double mean_of_all(double from_d, double frac)
{
    int score[N_DAY];
    double sum = 0;
    for (uint64_t p = 0; p < N_PERSON; p++) {
        const struct rsp_diary_author author = author_of(p);
        write_days(&author, from_d, frac, score);
        for (int i = 0; i < N_DAY; i++)
            sum += score[i];
    }
    return sum / (N_PERSON * N_DAY);
}

START_TEST(before_treatment_the_mean_is_the_baseline)
{
    ck_assert_double_eq_tol(mean_of_all(-20, 0), 5, 0.05); /* 5 is the middle of the scale: bounds cancel */
}
END_TEST

START_TEST(relief_takes_its_share_away_and_placebo_takes_more)
{
    const double relieved = mean_of_all(-20, 0.3), after = mean_of_all(5, 0.3);
    ck_assert_double_eq_tol(relieved, 5 * 0.7, 0.1);
    ck_assert_double_lt(after, relieved - 0.2);
}
END_TEST

START_TEST(the_same_author_writes_the_same_and_another_occasion_other_scores)
{
    int a[N_DAY], b[N_DAY], c[N_DAY];
    struct rsp_diary_author author = author_of(3);
    write_days(&author, -20, 0, a);
    write_days(&author, -20, 0, b);
    author.occasion = 1;
    write_days(&author, -20, 0, c);
    ck_assert_int_eq(memcmp(a, b, sizeof a), 0);
    ck_assert_int_ne(memcmp(a, c, sizeof a), 0);
}
END_TEST

START_TEST(a_share_of_the_days_has_no_score)
{
    int score[N_DAY], n = 0;
    for (uint64_t p = 0; p < N_PERSON; p++) {
        struct rsp_diary_author author = author_of(p);
        author.missing_frac = 0.25;
        write_days(&author, -20, 0, score);
        for (int i = 0; i < N_DAY; i++)
            n += score[i] < 0;
    }
    ck_assert_double_eq_tol((double)n / (N_PERSON * N_DAY), 0.25, 0.01);
}
END_TEST

START_TEST(impossible_authors_and_days_are_refused)
{
    const double day[2] = {1, 2}, backwards[2] = {2, 1}, frac[2] = {0, 0.5}, beyond[2] = {0, 1.5};
    int score[2] = {42, 42};
    struct rsp_diary_author author = author_of(1), no_pain = author_of(1), never = author_of(1);
    no_pain.baseline_nrs = 0;
    never.missing_frac = 1;
    ck_assert_int_eq(rsp_diary_simulate(&no_pain, 2, day, frac, score, NULL), RSP_E_DOMAIN);
    ck_assert_int_eq(rsp_diary_simulate(&never, 2, day, frac, score, NULL), RSP_E_DOMAIN);
    ck_assert_int_eq(rsp_diary_simulate(&author, 2, backwards, frac, score, NULL), RSP_E_DOMAIN);
    ck_assert_int_eq(rsp_diary_simulate(&author, 2, day, beyond, score, NULL), RSP_E_DOMAIN);
    ck_assert(score[0] == 42 && score[1] == 42);
}
END_TEST

RUN_TESTS("diary_simulate", before_treatment_the_mean_is_the_baseline,
    relief_takes_its_share_away_and_placebo_takes_more,
    the_same_author_writes_the_same_and_another_occasion_other_scores, a_share_of_the_days_has_no_score,
    impossible_authors_and_days_are_refused)
