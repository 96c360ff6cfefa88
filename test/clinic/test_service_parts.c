/* The parts of the service that need no store: permissions, passwords, codes, throttle, sessions. */
#include "../base/suite.h"

#include <sodium.h>
#include <string.h>

#include "service/csv.h"
#include "service/inputs.h"
#include "service/otp.h"
#include "service/secret.h"
#include "service/sessions.h"
#include "service/throttle.h"

START_TEST(what_one_role_denies_no_other_role_allows)
{
    for (int i = RSP_USE_NONE + 1; i < RSP_N_USE_CASE; i++) {
        const struct rsp_use_case_row *row = rsp_use_case_row((enum rsp_use_case)i);
        const unsigned everything = RSP_ROLES_STAFF;
        ck_assert_uint_ne(row->roles, 0);
        if ((row->flags & RSP_CASE_CLINICAL) != 0) {
            ck_assert_msg(!rsp_permitted(row, RSP_ROLE_ADMINISTRATOR | RSP_ROLE_PHYSICIAN), "%s", row->name);
            ck_assert_msg(!rsp_permitted(row, RSP_ROLE_RESEARCHER | RSP_ROLE_PHYSICIAN), "%s", row->name);
            ck_assert_msg(!rsp_permitted(row, RSP_ROLE_CONSOLE), "%s", row->name);
            ck_assert(!rsp_permitted(row, everything));
        }
        ck_assert_msg(!rsp_permitted(row, 0), "%s", row->name);
        ck_assert_msg(
            rsp_permitted(row, RSP_ROLE_ANYONE) == ((row->roles & RSP_ROLE_ANYONE) != 0), "%s", row->name);
    }
    ck_assert_ptr_null(rsp_use_case_row(RSP_USE_NONE));
    ck_assert_ptr_null(rsp_use_case_row(RSP_N_USE_CASE));
}
END_TEST

START_TEST(roles_are_read_as_they_are_written)
{
    char text[128];
    unsigned roles = 0;
    ck_assert_int_eq(rsp_roles_parse("nurse,physician", &roles, NULL), RSP_OK);
    ck_assert_uint_eq(roles, RSP_ROLE_NURSE | RSP_ROLE_PHYSICIAN);
    rsp_roles_format(roles, text, sizeof text);
    ck_assert_str_eq(text, "physician,nurse");
    static const char *const bad[] = {
        "", "console", "anyone", "nurse,", ",nurse", "Nurse", "nurse physician", "root"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rsp_error err = {0};
        ck_assert_msg(rsp_roles_parse(bad[i], &roles, &err) == RSP_E_UNKNOWN, "%s", bad[i]);
        ck_assert_uint_eq(roles, RSP_ROLE_NURSE | RSP_ROLE_PHYSICIAN);
    }
}
END_TEST

START_TEST(passwords_are_hashed_with_argon2id_and_salt)
{
    char one[RSP_PASSWORD_SIZE], two[RSP_PASSWORD_SIZE];
    ck_assert_int_eq(rsp_password_hash("a long pass phrase", one, NULL), RSP_OK);
    ck_assert_int_eq(rsp_password_hash("a long pass phrase", two, NULL), RSP_OK);
    ck_assert_str_ne(one, two);
    ck_assert_int_eq(strncmp(one, "$argon2id$v=19$m=65536,t=2,p=1$", 31), 0);
    ck_assert(rsp_password_right("a long pass phrase", one));
    ck_assert(!rsp_password_right("a long pass phrasE", one));
    ck_assert(!rsp_password_right("", one));
    ck_assert(!rsp_password_right("a long pass phrase", ""));
}
END_TEST

/* No account: the same work is done, which only a hash with the same costs makes. */
START_TEST(nobody_s_password_is_never_right)
{
    ck_assert(!rsp_password_right("a long pass phrase", NULL));
    ck_assert(!rsp_password_right("", NULL));
}
END_TEST

/* RFC 6238, appendix B, SHA-1: the last six of its eight digits. */
START_TEST(codes_are_those_of_rfc_6238)
{
    static const char secret[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; /* "12345678901234567890" */
    static const struct {
        int64_t at_s;
        const char *code;
    } published[] = {{59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"},
        {2000000000, "279037"}};
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        char code[7];
        ck_assert_int_eq(rsp_otp_code(secret, published[i].at_s, code, NULL), RSP_OK);
        ck_assert_str_eq(code, published[i].code);
        const int64_t step = published[i].at_s / RSP_OTP_STEP_S;
        ck_assert_int_eq(rsp_otp_step(secret, code, published[i].at_s), step);
        ck_assert_int_eq(rsp_otp_step(secret, code, published[i].at_s + RSP_OTP_STEP_S), step);
        ck_assert_int_eq(rsp_otp_step(secret, code, published[i].at_s + 2 * RSP_OTP_STEP_S), -1);
    }
    static const char *const bad[] = {"", "28708", "2870822", "28708a", " 87082", "-87082"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(rsp_otp_step(secret, bad[i], 59) == -1, "%s", bad[i]);
}
END_TEST

START_TEST(a_new_secret_has_160_bits_and_a_drawing)
{
    char one[RSP_OTP_SECRET_SIZE], two[RSP_OTP_SECRET_SIZE], url[RSP_OTP_URL_SIZE];
    struct rsp_buf svg;
    ck_assert_int_eq(rsp_otp_new(one, NULL), RSP_OK);
    ck_assert_int_eq(rsp_otp_new(two, NULL), RSP_OK);
    ck_assert_uint_eq(strlen(one), 32);
    ck_assert_str_ne(one, two);
    rsp_otp_url("anna", one, url);
    ck_assert_ptr_nonnull(strstr(url, one));
    rsp_buf_init(&svg, 1 << 18);
    ck_assert_int_eq(rsp_otp_drawing(url, &svg, NULL), RSP_OK);
    ck_assert_int_eq(strncmp(svg.data, "<svg ", 5), 0);
    rsp_buf_free(&svg);
}
END_TEST

START_TEST(guessing_one_account_waits_and_the_wait_ends)
{
    struct rsp_throttle *throttle = rsp_throttle_new();
    const int64_t now_s = 1000000;
    for (int i = 0; i < RSP_ATTEMPTS_PAIR; i++) {
        ck_assert_int_eq(rsp_throttle_wait_s(throttle, "anna", "192.0.2.1", now_s + i), 0);
        rsp_throttle_failed(throttle, "anna", "192.0.2.1", now_s + i);
    }
    const int64_t last_s = now_s + RSP_ATTEMPTS_PAIR - 1;
    ck_assert_int_eq(rsp_throttle_wait_s(throttle, "anna", "192.0.2.1", last_s), RSP_ATTEMPTS_WINDOW_S);
    ck_assert_int_eq(
        rsp_throttle_wait_s(throttle, "anna", "192.0.2.2", last_s), 0); /* she herself, elsewhere */
    ck_assert_int_eq(rsp_throttle_wait_s(throttle, "berta", "192.0.2.1", last_s), 0);
    ck_assert_int_eq(
        rsp_throttle_wait_s(throttle, "anna", "192.0.2.1", last_s + RSP_ATTEMPTS_WINDOW_S - 1), 1);
    ck_assert_int_le(rsp_throttle_wait_s(throttle, "anna", "192.0.2.1", last_s + RSP_ATTEMPTS_WINDOW_S), 0);
    rsp_throttle_free(throttle);
}
END_TEST

START_TEST(guessing_many_accounts_from_one_address_waits)
{
    struct rsp_throttle *throttle = rsp_throttle_new();
    char name[16];
    for (int i = 0; i < RSP_ATTEMPTS_ADDRESS; i++) {
        (void)snprintf(name, sizeof name, "user%d", i);
        ck_assert_int_eq(rsp_throttle_wait_s(throttle, name, "192.0.2.1", 1000), 0);
        rsp_throttle_failed(throttle, name, "192.0.2.1", 1000);
    }
    ck_assert_int_gt(rsp_throttle_wait_s(throttle, "another", "192.0.2.1", 1000), 0);
    ck_assert_int_eq(rsp_throttle_wait_s(throttle, "another", "192.0.2.2", 1000), 0);
    rsp_throttle_free(throttle);
}
END_TEST

START_TEST(guessing_one_account_from_many_addresses_waits)
{
    struct rsp_throttle *throttle = rsp_throttle_new();
    char address[32];
    for (int i = 0; i < RSP_ATTEMPTS_ACCOUNT; i++) {
        (void)snprintf(address, sizeof address, "192.0.2.%d", i);
        rsp_throttle_failed(throttle, "anna", address, 1000);
    }
    ck_assert_int_gt(rsp_throttle_wait_s(throttle, "anna", "192.0.2.200", 1000), 0);
    rsp_throttle_succeeded(throttle, "anna", "192.0.2.1"); /* one right one does not free the guessers */
    ck_assert_int_gt(rsp_throttle_wait_s(throttle, "anna", "192.0.2.200", 1000), 0);
    rsp_throttle_free(throttle);
}
END_TEST

START_TEST(sessions_end_when_idle_and_after_a_day_s_work)
{
    struct rsp_sessions *sessions = rsp_sessions_new();
    const struct rsp_person_id anna = {{1}};
    char token[RSP_TOKEN_SIZE];
    int64_t now_s = 1000;
    rsp_sessions_begin(sessions, false, &anna, 1, now_s, token);
    ck_assert_ptr_nonnull(rsp_sessions_find(sessions, false, token, now_s + RSP_SESSION_IDLE_S - 1));
    ck_assert_ptr_null(rsp_sessions_find(sessions, false, token, now_s + 2 * RSP_SESSION_IDLE_S));
    ck_assert_ptr_null(rsp_sessions_find(sessions, false, token, now_s)); /* it does not come back */
    rsp_sessions_begin(sessions, false, &anna, 1, now_s, token);
    for (; now_s + 600 < 1000 + RSP_SESSION_ABSOLUTE_S; now_s += 600)
        ck_assert_ptr_nonnull(rsp_sessions_find(sessions, false, token, now_s));
    ck_assert_ptr_null(rsp_sessions_find(sessions, false, token, 1000 + RSP_SESSION_ABSOLUTE_S));
    rsp_sessions_free(sessions);
}
END_TEST

START_TEST(a_ticket_is_no_session_and_has_five_tries)
{
    struct rsp_sessions *sessions = rsp_sessions_new();
    const struct rsp_person_id anna = {{1}};
    char token[RSP_TOKEN_SIZE];
    rsp_sessions_begin(sessions, true, &anna, 1, 1000, token);
    ck_assert_ptr_null(rsp_sessions_find(sessions, false, token, 1000));
    struct rsp_session *ticket = rsp_sessions_find(sessions, true, token, 1000);
    ck_assert_ptr_nonnull(ticket);
    ticket->tries = RSP_TICKET_TRIES;
    ck_assert_ptr_null(rsp_sessions_find(sessions, true, token, 1000));
    rsp_sessions_begin(sessions, true, &anna, 1, 1000, token);
    ck_assert_ptr_null(rsp_sessions_find(sessions, true, token, 1000 + RSP_TICKET_S));
    rsp_sessions_free(sessions);
}
END_TEST

START_TEST(only_the_token_itself_opens_its_session)
{
    struct rsp_sessions *sessions = rsp_sessions_new();
    const struct rsp_person_id anna = {{1}}, berta = {{2}};
    char token[RSP_TOKEN_SIZE], other[RSP_TOKEN_SIZE];
    rsp_sessions_begin(sessions, false, &anna, 1, 1000, token);
    rsp_sessions_begin(sessions, false, &berta, 2, 1000, other);
    ck_assert_ptr_null(rsp_sessions_find(sessions, false, NULL, 1000));
    ck_assert_ptr_null(rsp_sessions_find(sessions, false, "", 1000));
    token[0] = token[0] == '0' ? '1' : '0';
    ck_assert_ptr_null(rsp_sessions_find(sessions, false, token, 1000));
    rsp_sessions_end_all(sessions, &anna, NULL);
    ck_assert_ptr_nonnull(rsp_sessions_find(sessions, false, other, 1000));
    for (int i = 0; i < 3000; i++) /* more than there is room for: the table stays whole */
        rsp_sessions_begin(sessions, i % 2 == 0, &anna, 1, 1000 + i / 100, token);
    ck_assert_ptr_nonnull(rsp_sessions_find(sessions, false, other, 1000)); /* her place is not taken */
    rsp_sessions_free(sessions);
}
END_TEST

static rsp_status check(enum rsp_use_case use_case, const char *text, struct rsp_error *err)
{
    json_t *input = json_loads(text, JSON_ALLOW_NUL, NULL);
    ck_assert_msg(input != NULL, "%s", text);
    const rsp_status status = rsp_input_check(rsp_use_case_row(use_case), input, err);
    json_decref(input);
    return status;
}

/* The signs are those of OWASP, "CSV Injection", with | and %, which run programs in older spreadsheets. */
START_TEST(a_cell_is_quoted_and_never_a_formula)
{
    static const char *const cell[][2] = {{"", "\"\""}, {"two, three", "\"two, three\""},
        {"said \"so\"", "\"said \"\"so\"\"\""}, {"=1+1", "\"'=1+1\""}, {"+1", "\"'+1\""}, {"-1", "\"'-1\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""}, {"|cmd", "\"'|cmd\""}, {"%0A", "\"'%0A\""}, {" \n =1", "\"' \n =1\""},
        {"\tx", "\"'\tx\""}, {"\rx", "\"'\rx\""}, {"5 = 5", "\"5 = 5\""}, {" blank", "\" blank\""}};
    for (size_t i = 0; i < sizeof cell / sizeof *cell; i++) {
        struct rsp_buf csv;
        rsp_buf_init(&csv, 100);
        rsp_csv_cell(&csv, cell[i][0]);
        ck_assert_str_eq(csv.data, cell[i][1]);
        rsp_buf_free(&csv);
    }
}
END_TEST

START_TEST(inputs_are_refused_by_type_range_and_name)
{
    static const struct {
        enum rsp_use_case use_case;
        const char *input, *field; /* NULL: it is good */
    } given[] = {
        {RSP_USE_sign_in, "{\"name\": \"anna\", \"password\": \"x\"}", NULL},
        {RSP_USE_sign_in, "{\"name\": \"anna\"}", "password"},
        {RSP_USE_sign_in, "{\"name\": \"Anna\", \"password\": \"x\"}", "name"},
        {RSP_USE_sign_in, "{\"name\": \"a'--\", \"password\": \"x\"}", "name"},
        {RSP_USE_sign_in, "{\"name\": \"anna\", \"password\": 5}", "password"},
        {RSP_USE_sign_in, "{\"name\": \"anna\", \"password\": \"a\\u0000b\"}", "password"},
        {RSP_USE_sign_in, "{\"nam\": \"anna\", \"password\": \"x\"}", "name"},
        {RSP_USE_users, "{\"limit\": 200, \"sort\": \"-name\"}", NULL},
        {RSP_USE_users, "{\"limit\": 201}", "limit"},
        {RSP_USE_users, "{\"limit\": 1.0}", "limit"},
        {RSP_USE_users, "{\"sort\": \"password\"}", "sort"},
        {RSP_USE_patient_read, "{\"patient\": \"00112233445566778899aabbccddeeff\"}", NULL},
        {RSP_USE_patient_read, "{\"patient\": \"00112233445566778899AABBCCDDEEFF\"}", "patient"},
        {RSP_USE_patient_read, "{\"patient\": \"../../../../../../etc/passwd....\"}", "patient"},
        {RSP_USE_patient_create, "{\"identity\": {\"a\": {\"b\": null}}}", "identity"},
        {RSP_USE_patient_create, "{\"identity\": {\"a\": true}}", "identity"},
        {RSP_USE_patient_create, "{\"identity\": {\"a\": null}}", NULL},
        {RSP_USE_patient_create, "{\"identity\": {\"a\": [[[[[[[1]]]]]]]}}", "identity"},
        {RSP_USE_patient_create, "{\"identity\": []}", "identity"},
        {RSP_USE_diary_add,
            "{\"patient\": \"00112233445566778899aabbccddeeff\", \"date\": \"2026-02-30\", \"pain_nrs\": 1}",
            "date"},
    };
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        struct rsp_error err = {0};
        const rsp_status status = check(given[i].use_case, given[i].input, &err);
        ck_assert_msg((status == RSP_OK) == (given[i].field == NULL), "%s: %s", given[i].input, err.message);
        if (given[i].field != NULL)
            ck_assert_str_eq(err.field, given[i].field);
    }
}
END_TEST

RUN_TESTS("service parts", what_one_role_denies_no_other_role_allows, roles_are_read_as_they_are_written,
    passwords_are_hashed_with_argon2id_and_salt, nobody_s_password_is_never_right,
    codes_are_those_of_rfc_6238, a_new_secret_has_160_bits_and_a_drawing,
    guessing_one_account_waits_and_the_wait_ends, guessing_many_accounts_from_one_address_waits,
    guessing_one_account_from_many_addresses_waits, sessions_end_when_idle_and_after_a_day_s_work,
    a_ticket_is_no_session_and_has_five_tries, only_the_token_itself_opens_its_session,
    a_cell_is_quoted_and_never_a_formula, inputs_are_refused_by_type_range_and_name)
