#include "suite.h"

#include <string.h>

#include <respite/status.h>

#include "base/text.h"

START_TEST(every_status_has_a_name_and_a_text)
{
#define ROW(name, number, text)                                                                              \
    ck_assert_int_eq(name, number);                                                                          \
    ck_assert_str_eq(rsp_status_name(name), #name);                                                          \
    ck_assert_str_eq(rsp_status_text(name), text);
    RSP_STATUS_LIST(ROW)
#undef ROW
    ck_assert_str_eq(rsp_status_name((rsp_status)77), "RSP_E_?");
}
END_TEST

START_TEST(an_error_is_formatted_with_what_is_known_of_its_place)
{
    struct rsp_error e;
    char text[256];
    ck_assert_int_eq(rsp_error_set(&e, RSP_E_UNIT, "cl.unit", "write %d", 7), RSP_E_UNIT);
    rsp_error_format(&e, text, sizeof text);
    ck_assert_str_eq(text, "cl.unit: write 7");
    rsp_error_place(&e, NULL, 3);
    rsp_error_format(&e, text, sizeof text);
    ck_assert_str_eq(text, "line 3: cl.unit: write 7");
    rsp_error_place(&e, "a.yaml", 0);
    rsp_error_format(&e, text, sizeof text);
    ck_assert_str_eq(text, "a.yaml:3: cl.unit: write 7");
    rsp_error_set(&e, RSP_E_IO, NULL, "gone");
    rsp_error_place(&e, "b.csv", 0);
    ck_assert_int_eq(e.line, 0);
    ck_assert_int_eq(rsp_error_format(&e, text, 5), (int)strlen("b.csv: gone"));
    ck_assert_str_eq(text, "b.cs");
}
END_TEST

START_TEST(no_error_record_is_needed)
{
    ck_assert_int_eq(rsp_error_set(NULL, RSP_E_DOMAIN, "x", "y"), RSP_E_DOMAIN);
    rsp_error_place(NULL, "x", 1);
}
END_TEST

START_TEST(a_message_never_carries_control_characters_or_broken_utf8)
{
    struct rsp_error e;
    rsp_error_set(&e, RSP_E_SYNTAX, "f\n", "\x1b[31m %s", "\xff\xc3\xa9\x7f\xc2\x85");
    ck_assert_str_eq(e.field, "f?");
    ck_assert_str_eq(e.message, "?[31m ?\xc3\xa9???");
    rsp_error_set(&e, RSP_E_SYNTAX, "", "a%sb%s", "\xe2\x80\xae", "\xe2\x81\xa9"); /* turn the direction */
    ck_assert_ptr_null(strstr(e.message, "\xe2\x80\xae"));
    ck_assert_ptr_null(strstr(e.message, "\xe2\x81\xa9"));
    char longer[2000];
    for (size_t i = 0; i + 2 < sizeof longer; i += 2)
        memcpy(longer + i, "\xc3\xa9", 3);
    longer[1998] = '\0';
    for (int shift = 0; shift < 2; shift++) {
        rsp_error_set(&e, RSP_E_SYNTAX, "", "%s%s", shift ? "a" : "", longer);
        for (size_t i = 0, n = strlen(e.message); i < n;) {
            const size_t step = rsp_utf8_length(e.message + i, n - i);
            ck_assert_uint_gt(step, 0);
            i += step;
        }
    }
}
END_TEST

START_TEST(a_message_may_quote_the_record_that_it_replaces)
{
    struct rsp_error e;
    rsp_error_set(&e, RSP_E_SYNTAX, "a", "inner");
    rsp_error_set(&e, e.code, e.field, "outer (%s)", e.message);
    ck_assert_str_eq(e.message, "outer (inner)");
    ck_assert_str_eq(e.field, "a");
}
END_TEST

RUN_TESTS("status", every_status_has_a_name_and_a_text, an_error_is_formatted_with_what_is_known_of_its_place,
    no_error_record_is_needed, a_message_never_carries_control_characters_or_broken_utf8,
    a_message_may_quote_the_record_that_it_replaces)
