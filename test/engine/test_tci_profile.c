/* The text of a target profile. */
#include "tci_support.h"

static void piece_is(const struct rsp_tci_profile *p, size_t i, double duration_h, double from, double to)
{
    ck_assert_uint_lt(i, p->n);
    ck_assert_double_eq_tol(p->piece[i].duration_h, duration_h, 1e-12);
    ck_assert_double_eq_tol(p->piece[i].from_ng_per_ml, from, 1e-9);
    ck_assert_double_eq_tol(p->piece[i].to_ng_per_ml, to, 1e-9);
}

START_TEST(a_level_for_a_time_is_a_jump_and_a_hold)
{
    struct rsp_tci_profile p = profile_of("150 ng/mL esketamine", 4);
    ck_assert_uint_eq(p.n, 1);
    ck_assert_int_eq(p.drug, RSP_DRUG_ESKETAMINE);
    piece_is(&p, 0, 4, 150, 150);
    p = profile_of("0.15mg/L Esketamine FOR 240 min", NAN);
    piece_is(&p, 0, 4, 150, 150);
    ck_assert_double_eq(rsp_tci_profile_end_h(&p), 4);
}
END_TEST

START_TEST(ramps_holds_and_tapers_follow_one_another)
{
    static const char *const same[] = {
        "0 ng/mL to 150 ng/mL esketamine over 30 min; hold 3 h; taper to 0 over 30 min",
        "reach 150 ng/mL esketamine over 30 min for 3 h; fall to 0 ng/mL over 30 min;",
        "150 ng/mL esketamine over 0.5 h; hold for 180 min ;; down to 0 over 30 min",
        "0 to 150 ng/mL esketamine over 30 min for 3 h; 0 ng/mL over 30 min"};
    for (size_t i = 0; i < 4; i++) {
        const struct rsp_tci_profile p = profile_of(same[i], NAN);
        ck_assert_uint_eq(p.n, 3);
        piece_is(&p, 0, 0.5, 0, 150);
        piece_is(&p, 1, 3, 150, 150);
        piece_is(&p, 2, 0.5, 150, 0);
        ck_assert_double_eq_tol(rsp_tci_profile_at(&p, 0.25), 75, 1e-9);
        ck_assert_double_eq_tol(rsp_tci_profile_at(&p, 3.75), 75, 1e-9);
        ck_assert_double_eq_tol(rsp_tci_profile_at(&p, 9), 0, 1e-9);
        ck_assert_double_eq(rsp_tci_profile_top_ng_per_ml(&p), 150);
    }
}
END_TEST

START_TEST(a_later_level_holds_the_one_before_until_its_time)
{
    const struct rsp_tci_profile p =
        profile_of("100 ng/mL ketamine; 150 ng/mL at 1 h; 50 ng/mL over 10 min at 2 h", 4);
    ck_assert_uint_eq(p.n, 4);
    ck_assert_int_eq(p.drug, RSP_DRUG_KETAMINE);
    piece_is(&p, 0, 1, 100, 100);
    piece_is(&p, 1, 1, 150, 150);
    piece_is(&p, 2, 1.0 / 6, 150, 50);
    piece_is(&p, 3, 2 - 1.0 / 6, 50, 50);
    ck_assert_double_eq(rsp_tci_profile_at(&p, 1), 150);
}
END_TEST

START_TEST(what_cannot_be_meant_is_refused_with_a_reason)
{
    static const struct {
        const char *text;
        double total_h;
        rsp_status status;
        const char *says;
    } cases[] = {
        {"", 4, RSP_E_MISSING, "empty"},
        {" ; ", 4, RSP_E_MISSING, "empty"},
        {"150 ng/mL", 4, RSP_E_MISSING, "names no drug"},
        {"150 esketamine", 4, RSP_E_UNIT, ""},
        {"150", 4, RSP_E_UNIT, ""},
        {"150,5 ng/mL esketamine", 4, RSP_E_SYNTAX, ""},
        {"-150 ng/mL esketamine", 4, RSP_E_DOMAIN, "at least 0"},
        {"nan ng/mL esketamine", 4, RSP_E_MISSING, "a level"},
        {"1e999 ng/mL esketamine", 4, RSP_E_DOMAIN, ""},
        {"150 mg esketamine", 4, RSP_E_UNIT, "concentration"},
        {"150 mg/h esketamine", 4, RSP_E_UNIT, "concentration"},
        {"150 ng/mL ketoprofen", 4, RSP_E_UNKNOWN, ""},
        {"150 ng/mL norketamine", 4, RSP_E_UNKNOWN, ""},
        {"150 ng/mL esketamine; 100 ng/mL ketamine at 1 h", 4, RSP_E_MISMATCH, "different drugs"},
        {"150 ng/mL esketamine", NAN, RSP_E_MISSING, "how long"},
        {"150 ng/mL esketamine; 100 ng/mL", 4, RSP_E_MISSING, "how long"},
        {"150 ng/mL esketamine for 0 h", NAN, RSP_E_DOMAIN, ""},
        {"150 ng/mL esketamine for 3 kg", NAN, RSP_E_UNIT, "no time"},
        {"150 ng/mL esketamine for 5 h", 4, RSP_E_DOMAIN, "lies before"},
        {"150 ng/mL esketamine for 2 h; 100 ng/mL at 1 h", 4, RSP_E_DOMAIN, "lies before"},
        {"150 ng/mL esketamine over 5 min over 6 min", 4, RSP_E_SYNTAX, "twice"},
        {"100 ng/mL to 150 ng/mL esketamine", 4, RSP_E_MISSING, "its time"},
        {"hold", 4, RSP_E_MISSING, "hold"},
        {"hold 3 h", 4, RSP_E_MISSING, "no drug"},
        {"150 ng/mL esketamine iv", 4, RSP_E_SYNTAX, "'iv'"},
        {"0 ng/mL esketamine", 4, RSP_E_DOMAIN, "0 throughout"},
        {"150 ng/mL esketamine", -1, RSP_E_DOMAIN, "longer than 0"},
        {"150 ng/mL esketamine", INFINITY, RSP_E_DOMAIN, "a year"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rsp_tci_profile p = {.n = 77};
        struct rsp_error err = {0};
        const rsp_status status = rsp_tci_profile_parse(cases[i].text, cases[i].total_h, &p, &err);
        ck_assert_msg(status == cases[i].status && strstr(err.message, cases[i].says) != NULL, "'%s': %s, %s",
            cases[i].text, rsp_status_name(status), err.message);
        ck_assert_uint_eq(p.n, 77);
    }
}
END_TEST

START_TEST(a_text_without_end_is_refused)
{
    static char text[5000];
    struct rsp_tci_profile p;
    for (size_t i = 0; i + 1 < sizeof text; i++)
        text[i] = "1 "[i % 2];
    ck_assert_int_ne(rsp_tci_profile_parse(text, 4, &p, NULL), RSP_OK);
    memset(text, '\0', sizeof text);
    for (int i = 0; i < 70; i++)
        strcat(text, "1 ng/mL esketamine for 1 h;"); /* source-ok: the buffer holds 70 of them */
    ck_assert_int_eq(rsp_tci_profile_parse(text, NAN, &p, NULL), RSP_E_LIMIT);
}
END_TEST

RUN_TESTS("tci profile", a_level_for_a_time_is_a_jump_and_a_hold, ramps_holds_and_tapers_follow_one_another,
    a_later_level_holds_the_one_before_until_its_time, what_cannot_be_meant_is_refused_with_a_reason,
    a_text_without_end_is_refused)
