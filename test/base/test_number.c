#include "suite.h"

#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

#include "base/number.h"

#define NARROW "\xe2\x80\xaf" /* narrow no-break space */

START_TEST(plain_numbers_are_read_exactly_as_the_c_library_reads_them)
{
    static const char *const rows[] = {"0", "-0", "1", "+1", "0.5", ".5", "5.", "22.2", "-3.25", "1e3",
        "1E-3", "1.5e+10", "123456789012345", "0.1234567890123456789", "9007199254740993", "1e22", "1e23",
        "1e-22", "1e-23", "8.5e-310", "1.7976931348623157e308", "5e-324", "0e999", "000123.4500", " 7 ",
        "\t8\r\n", "2.2250738585072011e-308", "100000000000000000000000000000"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double value = -1;
        struct rsp_error e;
        ck_assert_msg(rsp_number_parse(rows[i], &value, &e) == RSP_OK, "%s", rows[i]);
        const double expected = strtod(rows[i], NULL);
        ck_assert_msg(memcmp(&value, &expected, sizeof value) == 0, "%s", rows[i]);
    }
    uint64_t state = 521288629u;
    for (int i = 0; i < 200000; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        char text[64];
        (void)snprintf(text, sizeof text, "%llu.%03llue%d", (unsigned long long)(state >> (i % 60)),
            (unsigned long long)(state >> 7) % 1000, (int)(state >> 33) % 45 - 22);
        double value = -1;
        ck_assert_int_eq(rsp_number_parse(text, &value, NULL), RSP_OK);
        ck_assert_msg(value == strtod(text, NULL), "%s", text);
    }
}
END_TEST

START_TEST(what_is_no_plain_number_is_refused_and_leaves_the_value_alone)
{
    static const struct {
        const char *text;
        rsp_status status;
        const char *says;
    } rows[] = {{"", RSP_E_SYNTAX, "missing"}, {"  ", RSP_E_SYNTAX, "missing"},
        {"0,5", RSP_E_SYNTAX, "comma"}, {"5;50", RSP_E_SYNTAX, "semicolon"}, {"1,000", RSP_E_SYNTAX, "comma"},
        {"1e999", RSP_E_DOMAIN, "large"}, {"-1e999", RSP_E_DOMAIN, "large"},
        {"1e-999", RSP_E_DOMAIN, "small"}, {"nan", RSP_E_SYNTAX, "not a number"},
        {"inf", RSP_E_SYNTAX, "not a number"}, {"-Infinity", RSP_E_SYNTAX, "not a number"},
        {"0x10", RSP_E_SYNTAX, "remove 'x10'"}, {"70kg", RSP_E_SYNTAX, "remove 'kg'"},
        {"70 kg", RSP_E_SYNTAX, "remove 'kg'"}, {"1.2.3", RSP_E_SYNTAX, "two decimal"},
        {"1e", RSP_E_SYNTAX, "remove 'e'"}, {"--1", RSP_E_SYNTAX, "not a number"},
        {"+", RSP_E_SYNTAX, "not a number"}, {".", RSP_E_SYNTAX, "not a number"},
        {"e5", RSP_E_SYNTAX, "not a number"}, {"1 2", RSP_E_SYNTAX, "remove '2'"},
        {"1_000", RSP_E_SYNTAX, "remove"}, {"\xd9\xa1", RSP_E_SYNTAX, "not a number"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double value = 42;
        struct rsp_error e;
        ck_assert_msg(rsp_number_parse(rows[i].text, &value, &e) == rows[i].status, "%s", rows[i].text);
        ck_assert_msg(strstr(e.message, rows[i].says) != NULL, "%s: %s", rows[i].text, e.message);
        ck_assert_double_eq(value, 42);
    }
    char many[1000];
    memset(many, '1', sizeof many - 1);
    many[sizeof many - 1] = '\0';
    double value = 42;
    ck_assert_int_eq(rsp_number_parse(many, &value, NULL), RSP_E_SYNTAX);
}
END_TEST

START_TEST(the_locale_changes_nothing)
{
    static const char *const commas[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "pl_PL.UTF-8", "nl_NL.UTF-8"};
    for (size_t i = 0; i < sizeof commas / sizeof commas[0]; i++)
        if (setlocale(LC_ALL, commas[i]) != NULL)
            break;
    double value = 0;
    ck_assert_int_eq(rsp_number_parse("0.1234567890123456789", &value, NULL), RSP_OK);
    ck_assert_double_eq_tol(value, 0.12345678901234568, 1e-17);
    char text[32];
    rsp_number_format(0.5, 17, text, sizeof text);
    ck_assert_str_eq(text, "0.5");
    setlocale(LC_ALL, "C");
}
END_TEST

START_TEST(numbers_on_screen_follow_the_medication_safety_style)
{
    static const struct {
        double value;
        int digits;
        const char *text;
    } rows[] = {{5, 3, "5"}, {5.0001, 3, "5"}, {0.5, 2, "0.5"}, {0.5049, 2, "0.5"}, {999, 3, "999"},
        {1234.5, 5, "1" NARROW "234.5"}, {1234567, 7, "1" NARROW "234" NARROW "567"},
        {123456, 3, "123" NARROW "000"}, {999.96, 4, "1" NARROW "000"}, {-1234, 4, "-1" NARROW "234"},
        {0, 3, "0"}, {-0.0, 3, "0"}, {0.00012, 2, "0.00012"}, {1e-9, 2, "1e-9"}, {1e20, 2, "1e20"},
        {NAN, 3, "not a number"}, {INFINITY, 3, "infinite"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[64];
        const int n = rsp_number_format(rows[i].value, rows[i].digits, text, sizeof text);
        ck_assert_str_eq(text, rows[i].text);
        ck_assert_int_eq(n, (int)strlen(rows[i].text));
    }
    char cut[3];
    ck_assert_int_eq(rsp_number_format(12345, 5, cut, sizeof cut), 8);
}
END_TEST

START_TEST(numbers_that_are_typed_back_have_no_separators)
{
    static const struct {
        double value;
        int digits;
        const char *text;
    } rows[] = {{1000000, 9, "1000000"}, {9007199254740992.0, 0, "9007199254740992"}, {0.001, 0, "0.001"},
        {5.5, 0, "5.5"}, {-1234.5678, 6, "-1234.57"}, {0, 6, "0"}, {-0.0, 6, "0"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[48];
        double back = NAN;
        (void)rsp_number_plain(rows[i].value, rows[i].digits, text, sizeof text);
        ck_assert_str_eq(text, rows[i].text);
        ck_assert_int_eq(rsp_number_parse(text, &back, NULL), RSP_OK);
    }
}
END_TEST

RUN_TESTS("number", plain_numbers_are_read_exactly_as_the_c_library_reads_them,
    what_is_no_plain_number_is_refused_and_leaves_the_value_alone, the_locale_changes_nothing,
    numbers_on_screen_follow_the_medication_safety_style, numbers_that_are_typed_back_have_no_separators)
