#include "service_support.h"

#include "base/zone.h"
#include "service/otp.h"
#include "service/secret.h"

enum { US = 1000000 };

static struct rsp_store *open_file(struct clinic *clinic, bool create)
{
    struct rsp_store *store = NULL;
    struct rsp_error err = {0};
    const struct rsp_store_options options = {.kinds = rsp_service_kinds()};
    const rsp_status status = create ? rsp_store_create(clinic->path, &options, &store, &err)
                                     : rsp_store_open(clinic->path, &options, &store, &err);
    ck_assert_msg(status == RSP_OK, "%s", err.message);
    return store;
}

static void open_service(struct clinic *clinic, bool create)
{
    struct rsp_error err = {0};
    struct rsp_store *store = open_file(clinic, create);
    ck_assert_msg(rsp_service_open(store, &clinic->service, &err) == RSP_OK, "%s", err.message);
}

void clinic_open(struct clinic *clinic, const char *name)
{
    clinic_open_at(clinic, name, 1795937529);
}

void clinic_open_at(struct clinic *clinic, const char *name, int64_t now_s)
{
    *clinic = (struct clinic){.now_s = now_s};
    (void)snprintf(clinic->path, sizeof clinic->path, "%s", store_path(name));
    open_service(clinic, true);
}

int64_t clinic_put_fact(struct clinic *clinic, const char *kind, int64_t supersedes, const char *body)
{
    rsp_service_close(clinic->service);
    struct rsp_store *store = open_file(clinic, false);
    const int64_t number = add_fact(store, kind, NULL, supersedes, NULL, body);
    rsp_store_close(store);
    open_service(clinic, false);
    return number;
}

void clinic_restart(struct clinic *clinic)
{
    rsp_service_close(clinic->service);
    open_service(clinic, false);
}

void clinic_close(struct clinic *clinic)
{
    rsp_service_close(clinic->service);
}

struct rsp_stamp clinic_stamp(const struct clinic *clinic)
{
    static struct rsp_zone *zone;
    if (zone == NULL)
        ck_assert_int_eq(rsp_zone_load(RSP_TEST_ZONE, &zone, NULL), RSP_OK);
    return (struct rsp_stamp){.at_us = clinic->now_s * US,
        .offset_min = (int)(rsp_zone_offset_s(zone, clinic->now_s) / 60),
        .zone = RSP_TEST_ZONE};
}

json_t *console(struct clinic *clinic, enum rsp_use_case use_case, json_t *input)
{
    const struct rsp_caller caller = {
        .console = true, .address = "", .origin = "console", .now = clinic_stamp(clinic)};
    struct rsp_answer answer;
    struct rsp_error err = {0};
    const rsp_status status = rsp_service_run(clinic->service, use_case, &caller, input, &answer, &err);
    ck_assert_msg(status == RSP_OK, "%s: %s", err.field, err.message);
    json_t *body = json_incref(answer.body);
    rsp_answer_clear(&answer);
    json_decref(input);
    return body;
}

enum rsp_refusal ask(struct clinic *clinic, const struct staff *staff, enum rsp_use_case use_case,
    json_t *input, const char *key, json_t **body)
{
    char fresh[RSP_DIGEST_SIZE];
    rsp_token_new(fresh);
    const struct rsp_caller caller = {.token = staff != NULL ? staff->token : NULL,
        .check_csrf = true,
        .csrf = staff != NULL ? staff->csrf : NULL,
        .address = "192.0.2.1",
        .origin = "web",
        .idempotency = key != NULL ? key : fresh,
        .now = clinic_stamp(clinic)};
    struct rsp_answer answer;
    struct rsp_error err = {0};
    const rsp_status status = rsp_service_run(clinic->service, use_case, &caller, input, &answer, &err);
    ck_assert((status == RSP_OK) == (answer.refusal == RSP_NOT_REFUSED));
    ck_assert((status == RSP_OK) == (answer.body != NULL));
    ck_assert(status == RSP_OK || err.message[0] != '\0');
    const enum rsp_refusal refusal = answer.refusal;
    if (body != NULL)
        *body = json_incref(answer.body);
    rsp_answer_clear(&answer);
    json_decref(input);
    return refusal;
}

json_t *done(struct clinic *clinic, const struct staff *staff, enum rsp_use_case use_case, json_t *input)
{
    json_t *body = NULL;
    const enum rsp_refusal refusal = ask(clinic, staff, use_case, input, NULL, &body);
    ck_assert_msg(refusal == RSP_NOT_REFUSED, "%s", rsp_refusal_word(refusal));
    return body;
}

void add_account(struct clinic *clinic, const char *name, const char *role, struct staff *staff)
{
    *staff = (struct staff){0};
    (void)snprintf(staff->name, sizeof staff->name, "%s", name);
    json_t *body = console(clinic, RSP_USE_user_add,
        json_pack("{s:s, s:[s], s:s}", "name", name, "roles", role, "password", GOOD_PASSWORD));
    (void)snprintf(
        staff->secret, sizeof staff->secret, "%s", json_string_value(json_object_get(body, "totp_secret")));
    json_decref(body);
}

enum rsp_refusal sign_in(struct clinic *clinic, struct staff *staff, const char *password)
{
    json_t *body = NULL;
    char code[7];
    clinic->now_s += RSP_OTP_STEP_S;
    enum rsp_refusal refusal = ask(clinic, NULL, RSP_USE_sign_in,
        json_pack("{s:s, s:s}", "name", staff->name, "password", password), NULL, &body);
    if (refusal != RSP_NOT_REFUSED)
        return refusal;
    ck_assert_int_eq(rsp_otp_code(staff->secret, clinic->now_s, code, NULL), RSP_OK);
    const struct rsp_caller caller = {.address = "192.0.2.1", .origin = "web", .now = clinic_stamp(clinic)};
    json_t *input = json_pack("{s:O, s:s}", "ticket", json_object_get(body, "ticket"), "code", code);
    struct rsp_answer answer;
    if (rsp_service_run(clinic->service, RSP_USE_sign_in_code, &caller, input, &answer, NULL) == RSP_OK) {
        (void)snprintf(staff->token, sizeof staff->token, "%s", answer.token);
        (void)snprintf(
            staff->csrf, sizeof staff->csrf, "%s", json_string_value(json_object_get(answer.body, "csrf")));
    }
    refusal = answer.refusal;
    rsp_answer_clear(&answer);
    json_decref(input);
    json_decref(body);
    return refusal;
}

void hire(struct clinic *clinic, const char *name, const char *role, struct staff *staff)
{
    add_account(clinic, name, role, staff);
    ck_assert_int_eq(sign_in(clinic, staff, GOOD_PASSWORD), RSP_NOT_REFUSED);
}

const char *new_patient(struct clinic *clinic, const struct staff *staff)
{
    static char patient[64];
    json_t *body = done(clinic, staff, RSP_USE_patient_create,
        json_pack("{s:{s:s, s:s}, s:{s:s, s:i, s:s, s:[], s:[], s:[]}}", "identity", "family_name", "Muster",
            "birth_date", "1980-05-14", "record", "sex", "f", "weight_kg", 70, "condition", "crps", "history",
            "allergies", "medications"));
    (void)snprintf(patient, sizeof patient, "%s", json_string_value(json_object_get(body, "patient")));
    json_decref(body);
    return patient;
}

static bool is(const json_t *row, const char *key, const char *word)
{
    const char *text = json_string_value(json_object_get(row, key));
    return word == NULL || (text != NULL && strcmp(text, word) == 0);
}

void below_open(struct below *below, struct clinic *clinic, const char *patient)
{
    *below = (struct below){.caller = {.console = true, .origin = "console", .now = clinic_stamp(clinic)}};
    below->call = (struct rsp_call){.service = clinic->service,
        .caller = &below->caller,
        .input = json_object(),
        .err = &below->err,
        .now_s = clinic->now_s,
        .today = {(long)((clinic->now_s + 3600) / 86400)},
        .about_patient = patient != NULL};
    ck_assert(patient == NULL || rsp_person_read(patient, &below->call.patient));
    ck_assert_int_eq(rsp_store_begin(clinic->service->store, false, &below->err), RSP_OK);
}

void below_close(struct below *below)
{
    rsp_store_rollback(below->call.service->store);
    json_decref((json_t *)below->call.input);
}

size_t audited(struct clinic *clinic, const char *who, const char *use_case, const char *outcome)
{
    json_t *body = console(clinic, RSP_USE_audit, json_pack("{s:i}", "limit", 200)), *row;
    size_t i, n = 0;
    json_array_foreach(json_object_get(body, "facts"), i, row) n +=
        is(row, "who", who) && is(row, "use_case", use_case) && is(row, "outcome", outcome);
    json_decref(body);
    return n;
}

static void report(void *context, const struct rsp_store_finding *finding)
{
    (void)context;
    ck_abort_msg("%s %lld: %s", finding->table, (long long)finding->number, finding->sentence);
}

void clinic_verify(struct clinic *clinic)
{
    struct rsp_store *store = NULL;
    struct rsp_error err = {0};
    const struct rsp_store_options options = {.kinds = rsp_service_kinds(), .examine = true};
    struct rsp_store_check check = {.found = report};
    ck_assert_msg(rsp_store_open(clinic->path, &options, &store, &err) == RSP_OK, "%s", err.message);
    ck_assert_msg(rsp_store_verify(store, &check, &err) == RSP_OK, "%s", err.message);
    ck_assert_uint_eq(check.n_finding, 0);
    rsp_store_close(store);
}
