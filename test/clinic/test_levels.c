/* The laboratory's table: what is read, and what is refused with its line. */
#include "clinic_check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "exchange/levels.h"

static rsp_status parse(const char *text, struct rsp_levels *levels, struct rsp_error *err)
{
    return rsp_levels_parse(text, strlen(text), "levels.csv", "anna", TODAY, levels, err);
}

START_TEST(a_table_gives_one_level_a_filled_cell)
{
    struct rsp_levels levels = {0};
    struct rsp_error err = {0};
    ck_assert_msg(parse("\xef\xbb\xbfid,date_time,esketamine_ng_per_ml,esnorketamine_ng_per_ml\r\n"
                        "anna,2026-11-20T10:30+01:00,151.5,\r\n"
                        "anna,2026-11-20T14:00+01:00,<2,40\r\n",
                      &levels, &err) == RSP_OK,
        "%s", err.message);
    ck_assert_uint_eq(levels.n, 3);
    ck_assert_str_eq(levels.level[0].output, "esketamine_ng_per_ml");
    ck_assert_double_eq(levels.level[0].value, 151.5);
    ck_assert(!levels.level[0].below);
    ck_assert(levels.level[1].below);
    ck_assert_double_eq(levels.level[1].value, 2);
    ck_assert_str_eq(levels.level[2].output, "esnorketamine_ng_per_ml");
    ck_assert_int_eq(levels.level[2].line, 3);
    ck_assert_double_eq(
        rsp_date_time_hours(&levels.level[1].taken, true) - rsp_date_time_hours(&levels.level[0].taken, true),
        3.5);
    rsp_levels_free(&levels);
}
END_TEST

static const struct {
    const char *text;
    int line;
    const char *message;
} wrong[] = {
    {"", 0, ""},
    {"date_time,esketamine_ng_per_ml\n", 1, "no level"},
    {"date_time\n2026-11-20T10:00\n", 1, "esketamine_ng_per_ml"},
    {"esketamine_ng_per_ml\n5\n", 1, "date_time"},
    {"date_time,esketamine\n2026-11-20T10:00,5\n", 1, "with their unit"},
    {"date_time,esketamine_mg_per_ml\n2026-11-20T10:00,5\n", 1, "esketamine_ng_per_ml"},
    {"date_time,esketamine_ng_per_ml,esketamine_ng_per_ml\n2026-11-20T10:00,5,5\n", 1, "twice"},
    {"date_time,esketamine_ng_per_ml\n2026-11-20,5\n", 2, "time at which the sample was taken"},
    {"date_time,esketamine_ng_per_ml\n2026-11-23T10:00,5\n", 2, "future"},
    {"date_time,esketamine_ng_per_ml\n20.11.2026 10:00,5\n", 2, "2026-11-22T20:05"},
    {"date_time,esketamine_ng_per_ml\n2026-11-20T10:00,\"5,5\"\n", 2, ""},
    {"date_time,esketamine_ng_per_ml\n2026-11-20T10:00,-5\n", 2, "at least 0"},
    {"date_time,esketamine_ng_per_ml\n2026-11-20T10:00,nan\n", 2, ""},
    {"date_time,esketamine_ng_per_ml\n2026-11-20T10:00,<0\n", 2, "at least 0"},
    {"date_time,esketamine_ng_per_ml\n2026-11-20T10:00,5 ng/mL\n", 2, ""},
    {"date_time,esketamine_ng_per_ml\n2026-11-20T10:00,5\n2026-11-20T10:00,6\n", 3, "line 2"},
    {"date_time,esketamine_ng_per_ml\n2026-11-20T10:00,5\n2026-11-20T11:00Z,6\n", 3, "all or for none"},
    {"id,date_time,esketamine_ng_per_ml\nbert,2026-11-20T10:00,5\n", 2, "the patient is \"anna\""},
};

START_TEST(what_is_no_level_is_refused_with_its_line)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct rsp_levels levels = {.n = 77};
        struct rsp_error err = {0};
        ck_assert_msg(parse(wrong[i].text, &levels, &err) != RSP_OK, "accepted: %s", wrong[i].text);
        ck_assert_uint_eq(levels.n, 77);
        ck_assert_msg(strstr(err.message, wrong[i].message) != NULL, "%s -> %s", wrong[i].text, err.message);
        ck_assert_msg(
            wrong[i].line == 0 || err.line == wrong[i].line, "%s -> line %d", wrong[i].text, err.line);
    }
}
END_TEST

RUN_TESTS("levels", a_table_gives_one_level_a_filled_cell, what_is_no_level_is_refused_with_its_line)
