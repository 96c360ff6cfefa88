#include "suite.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

static const char *const words[] = {
    "weight_kg", "height_cm", "age_y", "sex", "condition", "medications", NULL};
static const char *const routes[] = {"iv", "nasal", "im", "sc", "oral", "sublingual", NULL};

START_TEST(a_typing_slip_finds_the_word_that_was_meant)
{
    static const char *const rows[][2] = {{"wieght_kg", "weight_kg"}, {"Weigth_kg", "weight_kg"},
        {"heigth_cm", "height_cm"}, {"agey", "age_y"}, {"conditon", "condition"},
        {"medication", "medications"}, {"SEX", "sex"}, {"weight", "weight_kg"}, {"medi", "medications"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_pstr_eq(rsp_text_nearest(rows[i][0], words), rows[i][1]);
    ck_assert_pstr_eq(rsp_text_nearest("ivv", routes), "iv");
    ck_assert_pstr_eq(rsp_text_nearest("sublingaul", routes), "sublingual");
}
END_TEST

START_TEST(a_wholly_different_word_suggests_nothing)
{
    static const char *const strange[] = {"", "q", "zz", "banana", "colour", "xyzzy",
        "a_very_long_word_that_nobody_would_ever_type_by_accident_at_all"};
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++)
        ck_assert_ptr_null(rsp_text_nearest(strange[i], words));
    const char *const none[] = {NULL};
    ck_assert_ptr_null(rsp_text_nearest("weight", none));
}
END_TEST

START_TEST(the_nearer_of_two_words_wins)
{
    const char *const known[] = {"ketamine", "esketamine", "arketamine", NULL};
    ck_assert_pstr_eq(rsp_text_nearest("esketamin", known), "esketamine");
    ck_assert_pstr_eq(rsp_text_nearest("ketamin", known), "ketamine");
    ck_assert_pstr_eq(rsp_text_nearest("akretamine", known), "arketamine");
}
END_TEST

START_TEST(equality_ignores_the_case_of_ascii_letters_only)
{
    ck_assert(rsp_text_equal("mmHg", "MMHG"));
    ck_assert(rsp_text_equal("", ""));
    ck_assert(!rsp_text_equal("a", "ab"));
    ck_assert(!rsp_text_equal("ab", "a"));
    ck_assert(!rsp_text_equal("[", "{"));
    ck_assert(!rsp_text_equal("\xc3\xa9", "\xc3\x89"));
}
END_TEST

START_TEST(a_word_has_its_place_in_a_list)
{
    static const char *const known[] = {"one", "Two", NULL}, *const none[] = {NULL};
    ck_assert_int_eq(rsp_text_index("two", known), 1);
    ck_assert_int_eq(rsp_text_index("ONE", known), 0);
    ck_assert_int_eq(rsp_text_index("on", known), -1);
    ck_assert_int_eq(rsp_text_index("", none), -1);
}
END_TEST

START_TEST(the_end_of_a_text_is_found)
{
    ck_assert(rsp_text_ends("model.yaml", ".yaml"));
    ck_assert(rsp_text_ends(".yaml", ".yaml"));
    ck_assert(rsp_text_ends("a", ""));
    ck_assert(!rsp_text_ends("model.YAML", ".yaml"));
    ck_assert(!rsp_text_ends("yaml", ".yaml"));
    ck_assert(!rsp_text_ends("model.yaml.txt", ".yaml"));
}
END_TEST

START_TEST(only_well_formed_utf8_has_a_length)
{
    ck_assert_uint_eq(rsp_utf8_length("a", 1), 1);
    ck_assert_uint_eq(rsp_utf8_length("\xc2\xb5", 2), 2);
    ck_assert_uint_eq(rsp_utf8_length("\xe2\x80\xaf", 3), 3);
    ck_assert_uint_eq(rsp_utf8_length("\xf0\x9f\x98\x80", 4), 4);
    ck_assert_uint_eq(rsp_utf8_length("\xf0\x9f\x98\x80", 3), 0);
    static const char *const bad[] = {"\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xed\xa0\x80",
        "\xf4\x90\x80\x80", "\xf8\x88\x80\x80", "\x80", "\xff", "\xc2\x85", "\xc3("};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_uint_eq(rsp_utf8_length(bad[i], strlen(bad[i])), 0);
}
END_TEST

START_TEST(control_characters_and_marks_of_direction_are_told_from_text)
{
    static const char *const control[] = {"\x01", "\x1b", "\x7f", "\xc2\x80", "\xc2\x9f", "\xe2\x80\xaa",
        "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa9"};
    static const char *const text[] = {"a", " ", "\t", "\n", "\r", "\xc2\xa0", "\xc3\x9b", "\xe2\x80\xa9",
        "\xe2\x80\xaf", "\xe2\x81\xa5", "\xe2\x81\xaa", "\xe2\x82\xac"};
    for (size_t i = 0; i < sizeof control / sizeof control[0]; i++)
        ck_assert_msg(rsp_utf8_is_control(control[i], strlen(control[i])), "control %zu", i);
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++)
        ck_assert_msg(!rsp_utf8_is_control(text[i], strlen(text[i])), "text %zu", i);
    ck_assert(!rsp_utf8_is_control("\xe2\x80\xae", 2));
    ck_assert(!rsp_utf8_is_control("", 0));
}
END_TEST

START_TEST(arena_memory_is_zero_aligned_and_apart)
{
    struct rsp_arena *arena = rsp_arena_new();
    unsigned char *last = NULL;
    for (size_t i = 0; i < 3000; i++) {
        const size_t size = i % 97 == 0 ? 40000 : i % 61;
        unsigned char *p = rsp_arena_alloc(arena, size);
        ck_assert_ptr_nonnull(p);
        ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
        ck_assert_ptr_ne(p, last);
        for (size_t j = 0; j < size; j++)
            ck_assert_uint_eq(p[j], 0);
        memset(p, 0xaa, size);
        last = p;
    }
    ck_assert_str_eq(rsp_arena_text(arena, "abcdef", 3), "abc");
    ck_assert_str_eq(rsp_arena_text(arena, "", 0), "");
    ck_assert_ptr_null(rsp_arena_alloc(arena, SIZE_MAX - 8));
    ck_assert_ptr_null(rsp_arena_alloc(NULL, 8));
    rsp_arena_free(arena);
    rsp_arena_free(NULL);
}
END_TEST

RUN_TESTS("text", a_typing_slip_finds_the_word_that_was_meant, a_wholly_different_word_suggests_nothing,
    the_nearer_of_two_words_wins, equality_ignores_the_case_of_ascii_letters_only,
    a_word_has_its_place_in_a_list, the_end_of_a_text_is_found, only_well_formed_utf8_has_a_length,
    control_characters_and_marks_of_direction_are_told_from_text, arena_memory_is_zero_aligned_and_apart)
