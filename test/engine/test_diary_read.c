/* A pain diary as a file: every slip of a patient, a phone or a spreadsheet gets a sentence. */
#include "../base/suite.h"

#include <math.h>
#include <string.h>

#include <respite/diary.h>

#include "base/date.h"

static rsp_status read_with(const char *text, const char *zero, const char *id, const char *today,
    struct rsp_diary *diary, struct rsp_error *err)
{
    struct rsp_diary_read_options options = {.id = id, .has_today = today != NULL};
    struct rsp_date day = {0};
    ck_assert_int_eq(rsp_moment_parse(zero, &options.time_zero, NULL), RSP_OK);
    if (today != NULL)
        ck_assert_int_eq(rsp_date_parse(today, &day, NULL), RSP_OK);
    options.today = day.day;
    memset(err, 0, sizeof *err);
    return rsp_diary_parse(text, strlen(text), "diary.csv", &options, diary, err);
}

static rsp_status read_local(const char *text, struct rsp_diary *diary, struct rsp_error *err)
{
    return read_with(text, "2026-09-14T09:00", NULL, NULL, diary, err);
}

static void refused(const char *text, int line, const char *word)
{
    struct rsp_diary diary = {.n = 77};
    struct rsp_error err;
    ck_assert_int_ne(read_local(text, &diary, &err), RSP_OK);
    ck_assert_msg(strstr(err.message, word) != NULL, "%s", err.message);
    ck_assert_msg(err.line == line, "line %d: %s", err.line, err.message);
    ck_assert_uint_eq(diary.n, 77);
}

#define HEAD "date_time,pain_nrs\n"

START_TEST(entries_stand_at_their_days_from_time_zero)
{
    struct rsp_diary d;
    struct rsp_error err;
    ck_assert_int_eq(
        read_local(
            "\xef\xbb\xbfpain_nrs,date_time\r\n7,2026-09-13T21:00\r\n0,2026-09-15 09:00\r\n", &d, &err),
        RSP_OK);
    ck_assert_uint_eq(d.n, 2);
    ck_assert_double_eq_tol(d.entry[0].time_d, -0.5, 1e-12);
    ck_assert_double_eq_tol(d.entry[1].time_d, 1, 1e-12);
    ck_assert_int_eq(d.entry[0].pain_nrs, 7);
    ck_assert_int_eq(d.entry[1].line, 3);
    rsp_diary_free(&d);
}
END_TEST

START_TEST(scores_are_whole_numbers_from_0_to_10)
{
    refused(HEAD "2026-09-13T21:00,11\n", 2, "whole number from 0 to 10");
    refused(HEAD "2026-09-13T21:00,-1\n", 2, "whole number from 0 to 10");
    refused(HEAD "2026-09-13T21:00,4.5\n", 2, "whole number from 0 to 10");
    refused(HEAD "2026-09-13T21:00,nan\n", 2, "whole number from 0 to 10");
    refused(HEAD "2026-09-13T21:00,\"4,5\"\n", 2, "whole number from 0 to 10");
    refused(HEAD "2026-09-13T21:00,6/10\n", 2, "whole number from 0 to 10");
}
END_TEST

START_TEST(an_unanswered_day_is_missing_and_not_a_score)
{
    struct rsp_diary d;
    struct rsp_error err;
    ck_assert_int_eq(
        read_local(HEAD "2026-09-12T21:00,6\n2026-09-13T21:00,\n2026-09-14T21:00,4\n", &d, &err), RSP_OK);
    ck_assert_uint_eq(d.n, 2);
    ck_assert_uint_eq(d.n_empty, 1);
    rsp_diary_free(&d);
}
END_TEST

START_TEST(a_question_of_the_day_is_answered_once)
{
    struct rsp_diary d;
    struct rsp_error err;
    refused(HEAD "2026-09-13T08:00,6\n2026-09-13T21:00,4\n", 3, "two entries of one day (line 2");
    refused(HEAD "2026-09-13T21:00,6\n2026-09-13T21:00,4\n", 3, "two ratings at one moment");
    ck_assert_int_eq(
        read_local("date_time,pain_nrs,recall\n2026-09-13T08:00,6,now\n2026-09-13T21:00,4,now\n", &d, &err),
        RSP_OK);
    ck_assert_uint_eq(d.n, 2);
    rsp_diary_free(&d);
}
END_TEST

START_TEST(time_does_not_run_backwards)
{
    struct rsp_diary d;
    struct rsp_error err;
    refused(HEAD "2026-09-14T21:00,6\n2026-09-13T21:00,4\n", 3, "runs backwards from line 2");
    /* Clocks that go back while time goes on: two ratings an hour apart in the night of the change. */
    ck_assert_int_eq(
        read_with("date_time,pain_nrs,recall\n2026-10-25T02:30+02:00,6,now\n2026-10-25T02:15+01:00,4,now\n",
            "2026-09-14T09:00+02:00", NULL, NULL, &d, &err),
        RSP_OK);
    ck_assert_double_eq_tol(d.entry[1].time_d - d.entry[0].time_d, 0.75 / 24, 1e-9);
    rsp_diary_free(&d);
    ck_assert_int_eq(read_with(HEAD "2026-10-25T20:00+01:00,6\n2026-10-25T20:30+02:00,4\n",
                         "2026-09-14T09:00+02:00", NULL, NULL, &d, &err),
        RSP_E_DOMAIN);
}
END_TEST

START_TEST(moments_with_and_without_offset_are_not_mixed)
{
    struct rsp_diary d;
    struct rsp_error err;
    refused(HEAD "2026-09-14T21:00+02:00,6\n", 2, "offset");
    ck_assert_int_eq(
        read_with(HEAD "2026-09-14T21:00,6\n", "2026-09-14T09:00Z", NULL, NULL, &d, &err), RSP_E_MISMATCH);
}
END_TEST

START_TEST(a_moment_is_a_day_and_a_time)
{
    static const char *const bad[] = {"", "2026-09-14", "14.09.2026 20:00", "2026-13-14T20:00",
        "2026-09-31T20:00", "2026-09-14T24:00", "2026-09-14T20:60", "2026-09-14T20", "2026-09-14T20:00+15:00",
        "2026-09-14T20:00+1", "2026-09-14T20:00:61", "2026-09-14T20:00 CET"};
    struct rsp_moment moment;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(rsp_moment_parse(bad[i], &moment, NULL) != RSP_OK, "%s", bad[i]);
    ck_assert_int_eq(rsp_moment_parse("2026-09-14T20:00:30-05:30", &moment, NULL), RSP_OK);
    ck_assert_double_eq(moment.utc_offset_h, -5.5);
    ck_assert_int_eq(rsp_moment_parse("2026-09-14T20:00Z", &moment, NULL), RSP_OK);
    ck_assert(moment.zoned);
}
END_TEST

START_TEST(another_person_and_days_to_come_are_refused)
{
    struct rsp_diary d;
    struct rsp_error err;
    const char *text = "id,date_time,pain_nrs\np1,2026-09-13T21:00,6\n";
    ck_assert_int_eq(read_with(text, "2026-09-14T09:00", "p2", NULL, &d, &err), RSP_E_MISMATCH);
    ck_assert_int_eq(read_with(text, "2026-09-14T09:00", "p1", "2026-09-12", &d, &err), RSP_E_DOMAIN);
    ck_assert_ptr_nonnull(strstr(err.message, "after today"));
    refused("id,date_time,pain_nrs\np1,2026-09-13T21:00,6\np2,2026-09-14T21:00,6\n", 3, "one person");
    ck_assert_int_eq(read_with(text, "2026-09-14T09:00", "p1", "2026-09-13", &d, &err), RSP_OK);
    ck_assert_str_eq(d.id, "p1");
    rsp_diary_free(&d);
}
END_TEST

START_TEST(worst_pain_is_not_mixed_with_other_questions)
{
    refused("date_time,pain_nrs,recall\n2026-09-12T21:00,6,now\n2026-09-13T21:00,8,worst_24h\n", 3,
        "another quantity");
    refused("date_time,pain_nrs,recall\n2026-09-12T21:00,6,yesterday\n", 2, "average_24h");
}
END_TEST

START_TEST(an_average_stands_in_the_middle_of_its_day_and_late_entries_are_left_out)
{
    struct rsp_diary d;
    struct rsp_error err;
    ck_assert_int_eq(
        read_local("date_time,pain_nrs,recall,recorded\n2026-09-14T21:00,6,average_24h,2026-09-14T21:05\n"
                   "2026-09-15T21:00,5,average_24h,2026-09-19T08:00\n",
            &d, &err),
        RSP_OK);
    ck_assert_uint_eq(d.n, 1);
    ck_assert_uint_eq(d.n_late, 1);
    ck_assert_double_eq_tol(d.entry[0].time_d, 0, 1e-12);
    rsp_diary_free(&d);
    refused("date_time,pain_nrs,recorded\n2026-09-14T21:00,6,2026-09-14T20:00\n", 2, "before the moment");
}
END_TEST

START_TEST(files_that_are_no_diary_are_refused)
{
    struct rsp_diary d;
    struct rsp_error err;
    refused("", 0, "empty");
    refused(HEAD, 0, "no entry");
    refused("date_time,pain\n2026-09-14T21:00,6\n", 1, "no column 'pain'");
    refused("date_time\n2026-09-14T21:00\n", 1, "pain_nrs is missing");
    refused("date_time;pain_nrs\n2026-09-14T21:00;6\n", 1, "commas");
    refused(HEAD "2026-09-14T21:00\n", 2, "cells");
    refused(HEAD "2026-09-13T21:00,\n", 0, "no score");
    const struct rsp_diary_read_options options = {.has_today = false};
    ck_assert_int_ne(rsp_diary_parse("\0\1\2", 3, "x", &options, &d, &err), RSP_OK);
}
END_TEST

START_TEST(the_return_of_pain_is_read_off_a_diary_without_a_model)
{
    /* 8 before; 3 for ten days; 7 from day 10 on: above 0.7 x 8 in a run of three from day 10 */
    struct rsp_diary_entry entry[25];
    struct rsp_diary d = {.n = 25, .entry = entry};
    for (int i = 0; i < 25; i++)
        entry[i] = (struct rsp_diary_entry){.time_d = i - 5 + 0.5, .pain_nrs = i < 5 ? 8 : i < 15 ? 3 : 7};
    ck_assert_double_eq(rsp_diary_observed_return(&d, 0, 0.3, 3), 10.5);
    ck_assert(isnan(rsp_diary_observed_return(&d, 0, 0.3, 20)));
    d.n = 12;
    ck_assert(isnan(rsp_diary_observed_return(&d, 0, 0.3, 3)));
}
END_TEST

START_TEST(an_outcome_is_one_row_of_csv)
{
    struct rsp_diary_outcome o = {.id = "p \"1\"",
        .predicted_on = "2026-10-14",
        .time_zero = "2026-09-14",
        .return_day = {10, 20, 30, 40.5, INFINITY},
        .response_probability = 0.9,
        .observed_return_day = NAN,
        .models = "otto2021+dahan2011"};
    char head[400], row[400];
    ck_assert_int_lt(rsp_diary_outcome_header(head, sizeof head), (int)sizeof head);
    ck_assert_int_lt(rsp_diary_outcome_format(&o, row, sizeof row), (int)sizeof row);
    ck_assert_str_eq(
        row, "\"p \"\"1\"\"\",2026-10-14,2026-09-14,10,20,30,40.5,inf,0.9,,\"otto2021+dahan2011\"");
    size_t commas = 0;
    for (const char *c = head; *c != '\0'; c++)
        commas += *c == ',';
    ck_assert_uint_eq(commas, 10);
}
END_TEST

RUN_TESTS("diary read", entries_stand_at_their_days_from_time_zero, scores_are_whole_numbers_from_0_to_10,
    an_unanswered_day_is_missing_and_not_a_score, a_question_of_the_day_is_answered_once,
    time_does_not_run_backwards, moments_with_and_without_offset_are_not_mixed, a_moment_is_a_day_and_a_time,
    another_person_and_days_to_come_are_refused, worst_pain_is_not_mixed_with_other_questions,
    an_average_stands_in_the_middle_of_its_day_and_late_entries_are_left_out,
    files_that_are_no_diary_are_refused, the_return_of_pain_is_read_off_a_diary_without_a_model,
    an_outcome_is_one_row_of_csv)
