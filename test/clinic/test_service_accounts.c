/* Who may sign in, for how long, and what they may then do: with a clock that the test moves. */
#include "service_support.h"

#include "service/otp.h"
#include "service/sessions.h"
#include "service/throttle.h"

START_TEST(the_console_makes_the_first_administrator_and_sees_no_patient)
{
    struct clinic clinic;
    struct staff admin;
    clinic_open(&clinic, "first.db");
    hire(&clinic, "admin", "administrator", &admin);
    json_decref(done(&clinic, &admin, RSP_USE_me, json_object()));
    ck_assert_uint_eq(audited(&clinic, "console", "user_add", "done"), 1);
    ck_assert_int_eq(
        ask(&clinic, &admin, RSP_USE_patient_find, json_pack("{s:s}", "name", "Mus"), NULL, NULL),
        RSP_REFUSED_PERMISSION);
    ck_assert_uint_eq(audited(&clinic, "admin", "patient_find", "forbidden"), 1);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

START_TEST(nobody_is_let_in_without_a_session_and_that_fills_no_disk)
{
    struct clinic clinic;
    struct staff nobody = {.token = "0000000000000000000000000000000000000000000000000000000000000000"};
    clinic_open(&clinic, "nobody.db");
    for (int i = RSP_USE_NONE + 1; i < RSP_N_USE_CASE; i++) {
        const struct rsp_use_case_row *row = rsp_use_case_row((enum rsp_use_case)i);
        if ((row->roles & RSP_ROLE_ANYONE) != 0)
            continue;
        ck_assert_int_eq(
            ask(&clinic, NULL, (enum rsp_use_case)i, json_object(), NULL, NULL), RSP_REFUSED_SIGN_IN);
        ck_assert_int_eq(
            ask(&clinic, &nobody, (enum rsp_use_case)i, json_object(), NULL, NULL), RSP_REFUSED_SIGN_IN);
    }
    ck_assert_uint_eq(audited(&clinic, NULL, NULL, NULL), 0);
    clinic_close(&clinic);
}
END_TEST

START_TEST(a_lockout_ends_with_time)
{
    struct clinic clinic;
    struct staff nurse;
    clinic_open(&clinic, "lockout.db");
    add_account(&clinic, "nurse", "nurse", &nurse);
    for (int i = 0; i < RSP_ATTEMPTS_PAIR; i++)
        ck_assert_int_eq(sign_in(&clinic, &nurse, "wrong pass phrase"), RSP_REFUSED_CREDENTIALS);
    ck_assert_int_eq(sign_in(&clinic, &nurse, GOOD_PASSWORD), RSP_REFUSED_THROTTLED);
    ck_assert_uint_eq(audited(&clinic, "anyone", "sign_in", "sign_in_refused"), RSP_ATTEMPTS_PAIR);
    clinic.now_s += RSP_ATTEMPTS_WINDOW_S;
    ck_assert_int_eq(sign_in(&clinic, &nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
    clinic_close(&clinic);
}
END_TEST

static enum rsp_refusal bogus_ticket(struct clinic *clinic, const char *address)
{
    char ticket[RSP_DIGEST_SIZE];
    rsp_token_new(ticket);
    const struct rsp_caller caller = {.address = address,
        .origin = "web",
        .now = {.at_us = clinic->now_s * 1000000, .offset_min = 60, .zone = "Europe/Zurich"}};
    json_t *input = json_pack("{s:s, s:s}", "ticket", ticket, "code", "123456");
    struct rsp_answer answer;
    ck_assert_int_ne(
        rsp_service_run(clinic->service, RSP_USE_sign_in_code, &caller, input, &answer, NULL), RSP_OK);
    const enum rsp_refusal refusal = answer.refusal;
    rsp_answer_clear(&answer);
    json_decref(input);
    return refusal;
}

START_TEST(tickets_that_were_never_given_out_wait_and_fill_no_disk)
{
    enum { N_TICKET = 50 };
    struct clinic clinic;
    struct staff nurse;
    clinic_open(&clinic, "tickets.db");
    add_account(&clinic, "nurse", "nurse", &nurse);
    const size_t n_before = audited(&clinic, NULL, NULL, NULL);
    for (int i = 0; i < N_TICKET; i++)
        ck_assert_int_eq(bogus_ticket(&clinic, "192.0.2.9"),
            i < RSP_ATTEMPTS_ADDRESS ? RSP_REFUSED_CREDENTIALS : RSP_REFUSED_THROTTLED);
    ck_assert_int_eq(bogus_ticket(&clinic, "192.0.2.8"), RSP_REFUSED_CREDENTIALS);
    ck_assert_uint_eq(audited(&clinic, "anyone", NULL, NULL), 0);
    ck_assert_uint_eq(audited(&clinic, NULL, NULL, NULL), n_before + 2); /* the looks at the audit */
    ck_assert_int_eq(sign_in(&clinic, &nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
    clinic_close(&clinic);
}
END_TEST

START_TEST(a_code_is_used_once_also_after_a_restart)
{
    struct clinic clinic;
    struct staff nurse;
    clinic_open(&clinic, "replay.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    clinic_restart(&clinic);
    clinic.now_s -= RSP_OTP_STEP_S; /* sign_in moves on to the same step */
    ck_assert_int_eq(sign_in(&clinic, &nurse, GOOD_PASSWORD), RSP_REFUSED_CREDENTIALS);
    ck_assert_int_eq(sign_in(&clinic, &nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
    clinic_close(&clinic);
}
END_TEST

START_TEST(sessions_end_by_time_and_with_the_program)
{
    struct clinic clinic;
    struct staff nurse;
    clinic_open(&clinic, "time.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    clinic.now_s += RSP_SESSION_IDLE_S - 1;
    json_decref(done(&clinic, &nurse, RSP_USE_me, json_object()));
    clinic.now_s += RSP_SESSION_IDLE_S;
    ck_assert_int_eq(ask(&clinic, &nurse, RSP_USE_me, json_object(), NULL, NULL), RSP_REFUSED_SIGN_IN);
    ck_assert_int_eq(sign_in(&clinic, &nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
    clinic_restart(&clinic);
    ck_assert_int_eq(ask(&clinic, &nurse, RSP_USE_me, json_object(), NULL, NULL), RSP_REFUSED_SIGN_IN);
    clinic_close(&clinic);
}
END_TEST

static json_t *nurse_account(const char *name)
{
    return json_pack("{s:s, s:[s], s:s}", "name", name, "roles", "nurse", "password", GOOD_PASSWORD);
}

START_TEST(dangerous_acts_need_password_and_code_of_the_last_minutes)
{
    struct clinic clinic;
    struct staff admin;
    char code[7];
    clinic_open(&clinic, "confirm.db");
    hire(&clinic, "admin", "administrator", &admin);
    json_decref(done(&clinic, &admin, RSP_USE_user_add, nurse_account("berta")));
    clinic.now_s += RSP_CONFIRMED_S;
    ck_assert_int_eq(
        ask(&clinic, &admin, RSP_USE_user_add, nurse_account("carla"), NULL, NULL), RSP_REFUSED_CONFIRM);
    ck_assert_uint_eq(audited(&clinic, "admin", "user_add", "confirm_needed"), 1);
    ck_assert_int_eq(rsp_otp_code(admin.secret, clinic.now_s, code, NULL), RSP_OK);
    ck_assert_int_eq(ask(&clinic, &admin, RSP_USE_confirm,
                         json_pack("{s:s, s:s}", "password", "wrong pass phrase", "code", code), NULL, NULL),
        RSP_REFUSED_CREDENTIALS);
    ck_assert_int_eq(
        ask(&clinic, &admin, RSP_USE_user_add, nurse_account("carla"), NULL, NULL), RSP_REFUSED_CONFIRM);
    json_decref(done(
        &clinic, &admin, RSP_USE_confirm, json_pack("{s:s, s:s}", "password", GOOD_PASSWORD, "code", code)));
    json_decref(done(&clinic, &admin, RSP_USE_user_add, nurse_account("carla")));
    ck_assert_int_eq(ask(&clinic, &admin, RSP_USE_confirm,
                         json_pack("{s:s, s:s}", "password", GOOD_PASSWORD, "code", code), NULL, NULL),
        RSP_REFUSED_CREDENTIALS); /* the code was used */
    clinic_close(&clinic);
}
END_TEST

START_TEST(the_token_of_the_page_is_that_of_the_session)
{
    struct clinic clinic;
    struct staff nurse, other;
    clinic_open(&clinic, "csrf.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    hire(&clinic, "other", "nurse", &other);
    struct staff mixed = nurse;
    memcpy(mixed.csrf, other.csrf, sizeof mixed.csrf);
    ck_assert_int_eq(ask(&clinic, &mixed, RSP_USE_me, json_object(), NULL, NULL), RSP_REFUSED_CSRF);
    mixed.csrf[0] = '\0';
    ck_assert_int_eq(ask(&clinic, &mixed, RSP_USE_me, json_object(), NULL, NULL), RSP_REFUSED_CSRF);
    ck_assert_uint_eq(audited(&clinic, "nurse", "me", "csrf"), 2);
    clinic_close(&clinic);
}
END_TEST

START_TEST(no_account_reaches_for_itself_or_for_an_administrator)
{
    struct clinic clinic;
    struct staff admin, second;
    clinic_open(&clinic, "rise.db");
    hire(&clinic, "admin", "administrator", &admin);
    add_account(&clinic, "second", "administrator", &second);
    static const char *const names[] = {"admin", "second"};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(ask(&clinic, &admin, RSP_USE_user_disable,
                             json_pack("{s:s, s:s}", "name", names[i], "why", "because"), NULL, NULL),
            RSP_REFUSED_PERMISSION);
        ck_assert_int_eq(
            ask(&clinic, &admin, RSP_USE_user_reset,
                json_pack("{s:s, s:s, s:s}", "name", names[i], "why", "because", "password", GOOD_PASSWORD),
                NULL, NULL),
            RSP_REFUSED_PERMISSION);
    }
    ck_assert_int_eq(ask(&clinic, &admin, RSP_USE_user_add,
                         json_pack("{s:s, s:[s], s:s}", "name", "third", "roles", "administrator", "password",
                             GOOD_PASSWORD),
                         NULL, NULL),
        RSP_REFUSED_PERMISSION);
    clinic_close(&clinic);
}
END_TEST

START_TEST(changing_the_password_ends_the_other_sessions)
{
    struct clinic clinic;
    struct staff nurse, elsewhere;
    clinic_open(&clinic, "change.db");
    hire(&clinic, "nurse", "nurse", &nurse);
    elsewhere = nurse;
    ck_assert_int_eq(sign_in(&clinic, &elsewhere, GOOD_PASSWORD), RSP_NOT_REFUSED);
    json_decref(done(&clinic, &nurse, RSP_USE_password_change,
        json_pack("{s:s, s:s}", "password", GOOD_PASSWORD, "new_password", "another long phrase")));
    json_decref(done(&clinic, &nurse, RSP_USE_me, json_object()));
    ck_assert_int_eq(ask(&clinic, &elsewhere, RSP_USE_me, json_object(), NULL, NULL), RSP_REFUSED_SIGN_IN);
    ck_assert_int_eq(sign_in(&clinic, &elsewhere, GOOD_PASSWORD), RSP_REFUSED_CREDENTIALS);
    ck_assert_int_eq(sign_in(&clinic, &elsewhere, "another long phrase"), RSP_NOT_REFUSED);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

START_TEST(a_key_stands_for_one_request_with_its_passwords)
{
    static const char key[] = "0123456789abcdef-key", fresh[] = "another long phrase";
    struct clinic clinic;
    struct staff nurse, admin;
    clinic_open(&clinic, "reused.db");
    hire(&clinic, "admin", "administrator", &admin);
    for (int i = 0; i < 3; i++) { /* the same twice, then another password */
        json_t *input = nurse_account("berta");
        if (i == 2)
            (void)json_object_set_new(input, "password", json_string(fresh));
        ck_assert_int_eq(ask(&clinic, &admin, RSP_USE_user_add, input, key, NULL),
            i < 2 ? RSP_NOT_REFUSED : RSP_REFUSED_REUSED);
    }
    hire(&clinic, "nurse", "nurse", &nurse);
    static const struct {
        const char *password, *new_password;
        enum rsp_refusal refusal;
    } given[] = {{GOOD_PASSWORD, fresh, RSP_NOT_REFUSED}, {GOOD_PASSWORD, fresh, RSP_NOT_REFUSED},
        {GOOD_PASSWORD, "a third long phrase", RSP_REFUSED_REUSED},
        {"never the password", fresh, RSP_REFUSED_REUSED}};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        ck_assert_int_eq(
            ask(&clinic, &nurse, RSP_USE_password_change,
                json_pack("{s:s, s:s}", "password", given[i].password, "new_password", given[i].new_password),
                key, NULL),
            given[i].refusal);
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

RUN_TESTS("service accounts", the_console_makes_the_first_administrator_and_sees_no_patient,
    nobody_is_let_in_without_a_session_and_that_fills_no_disk,
    tickets_that_were_never_given_out_wait_and_fill_no_disk, a_lockout_ends_with_time,
    a_code_is_used_once_also_after_a_restart, sessions_end_by_time_and_with_the_program,
    dangerous_acts_need_password_and_code_of_the_last_minutes, the_token_of_the_page_is_that_of_the_session,
    no_account_reaches_for_itself_or_for_an_administrator, changing_the_password_ends_the_other_sessions,
    a_key_stands_for_one_request_with_its_passwords)
