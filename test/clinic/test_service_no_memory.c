/* usage: test_service_no_memory [all | USE_CASE]
 *
 * Every allocation of a use case, of the program's own and of jansson, fails once: the call fails with a word, and no fact, no memory
 * and no lock is left of it; or it is done, and nothing is missing in its facts and its answer. Without "all", the first thirty of
 * them and ever fewer behind. Memory of SQLite is starved in test_store_no_memory; jansson's reader asserts when it has none.
 *
 * A new use case is tried with an input made of its table of inputs. To have it done and not only refused, give it a row here. */
#include "../base/starve.h"

#include "service_support.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "service/call.h"
#include "service/inputs.h"
#include "service/otp.h"
#include "service/sessions.h"

/* ---- what is allocated ---- */

json_t *__real_json_loads(const char *text, size_t flags, json_error_t *error);
json_t *__wrap_json_loads(const char *text, size_t flags, json_error_t *error);
json_t *__real_json_loadb(const char *text, size_t n, size_t flags, json_error_t *error);
json_t *__wrap_json_loadb(const char *text, size_t n, size_t flags, json_error_t *error);

json_t *__wrap_json_loads(const char *text, size_t flags, json_error_t *error)
{
    const long kept = left;
    left = -1;
    json_t *read = __real_json_loads(text, flags, error);
    left = kept;
    return read;
}

json_t *__wrap_json_loadb(const char *text, size_t n, size_t flags, json_error_t *error)
{
    const long kept = left;
    left = -1;
    json_t *read = __real_json_loadb(text, n, flags, error);
    left = kept;
    return read;
}

/* ---- what is asked ---- */

static struct clinic clinic;
static struct staff physician, administrator, researcher;
static char patient[64];
static bool all;
static const char *only; /* this use case alone; NULL: every one */

enum { EACH = 30, FEWER = 6 }; /* the first allocations; then every one that is a sixth further on */

/* "$p" the patient, "$q" a new one, "$n" a number that is new each time, "$t" a new ticket, "$c" a code that was not used. */
static const struct {
    enum rsp_use_case use_case;
    const char *input;
} good[] = {
    {RSP_USE_sign_in, "{\"name\": \"physician\", \"password\": \"" GOOD_PASSWORD "\"}"},
    {RSP_USE_sign_in_code, "{\"ticket\": \"$t\", \"code\": \"$c\"}"},
    {RSP_USE_confirm, "{\"password\": \"" GOOD_PASSWORD "\", \"code\": \"$c\"}"},
    {RSP_USE_user_add, "{\"name\": \"user$n\", \"roles\": [\"nurse\"], \"password\": \"" GOOD_PASSWORD "\"}"},
    {RSP_USE_user_disable, "{\"name\": \"spare\", \"why\": \"left\"}"},
    {RSP_USE_user_reset, "{\"name\": \"spare\", \"why\": \"back\", \"password\": \"" GOOD_PASSWORD "\"}"},
    {RSP_USE_users, "{\"limit\": 5}"},
    {RSP_USE_audit, "{\"limit\": 5, \"sort\": \"number\"}"},
    {RSP_USE_patient_create,
        "{\"identity\": {\"family_name\": \"Neu\", \"birth_date\": \"1980-05-14\"}, \"record\": "
        "{\"weight_kg\": "
        "70, \"condition\": \"crps\", \"history\": [], \"tests\": {\"sbp_mmhg\": 120}}}"},
    {RSP_USE_patient_find, "{\"name\": \"Must\"}"},
    {RSP_USE_patient_amend, "{\"patient\": \"$p\", \"version\": \"$v\", \"identity\": {\"phone\": \"$n\"}, "
                            "\"why\": \"new phone\"}"},
    {RSP_USE_patient_erase, "{\"patient\": \"$q\", \"why\": \"request of the person\"}"},
    {RSP_USE_care_add, "{\"patient\": \"$p\", \"name\": \"spare\"}"},
    {RSP_USE_break_glass, "{\"patient\": \"$p\", \"reason\": \"unconscious in the corridor\"}"},
    {RSP_USE_plan, "{\"patient\": \"$p\", \"subjects\": 20}"},
    {RSP_USE_plan_keep, "{\"patient\": \"$p\", \"subjects\": 20}"},
    {RSP_USE_diary_add, "{\"patient\": \"$p\", \"date\": \"2026-11-20\", \"time\": \"20:05\", \"pain_nrs\": "
                        "4, \"note\": \"x\"}"},
    {RSP_USE_score_add, "{\"patient\": \"$p\", \"instrument\": \"nrs\", \"answers\": {\"1\": 4}}"},
};

static json_t *made_of(const struct rsp_input *input)
{
    switch (input->type) {
    case RSP_INPUT_TEXT:
    case RSP_INPUT_SECRET:
        return input->low > 20 ? NULL : json_string("a long pass phrase");
    case RSP_INPUT_NUMBER:
    case RSP_INPUT_WHOLE:
        return json_integer((json_int_t)input->low);
    case RSP_INPUT_DATE:
        return json_string("2026-11-30");
    case RSP_INPUT_WORD:
        return json_string(input->words[0]);
    case RSP_INPUT_ACCOUNT:
        return json_string("spare");
    case RSP_INPUT_PERSON:
        return json_string(patient);
    case RSP_INPUT_OBJECT:
        return json_object();
    default:
        return json_pack("[s]", "a");
    }
}

static json_t *made_input(const struct rsp_use_case_row *row)
{
    json_t *input = json_object();
    for (size_t i = 0; i < row->n_input && row->input[i].name != NULL; i++)
        if (row->input[i].required || row->input[i].type == RSP_INPUT_PERSON)
            (void)json_object_set_new(input, row->input[i].name, made_of(&row->input[i]));
    return input;
}

static void new_code(char code[7], const struct staff *staff)
{
    clinic.now_s += 2 * RSP_OTP_STEP_S;
    ck_assert_int_eq(rsp_otp_code(staff->secret, clinic.now_s, code, NULL), RSP_OK);
}

/* What stands for a letter; static. */
static const char *word_of(char letter)
{
    static char word[RSP_TOKEN_SIZE];
    static int n;
    json_t *body = NULL;
    switch (letter) {
    case 'p':
        return patient;
    case 'q':
        return new_patient(&clinic, &physician);
    case 'n':
        (void)snprintf(word, sizeof word, "%d", ++n);
        break;
    case 'c':
        new_code(word, &physician);
        break;
    case 'v':
        body = done(&clinic, &physician, RSP_USE_patient_read, json_pack("{s:s}", "patient", patient));
        (void)snprintf(word, sizeof word, "%s", json_string_value(json_object_get(body, "version")));
        break;
    default:
        body = done(&clinic, NULL, RSP_USE_sign_in,
            json_pack("{s:s, s:s}", "name", "physician", "password", GOOD_PASSWORD));
        (void)snprintf(word, sizeof word, "%s", json_string_value(json_object_get(body, "ticket")));
    }
    json_decref(body);
    return word;
}

static json_t *filled(const char *text)
{
    char full[2000] = "";
    for (; *text != '\0'; text++) {
        const size_t used = strlen(full);
        if (*text == '$')
            (void)snprintf(full + used, sizeof full - used, "%s", word_of(*++text));
        else
            (void)snprintf(full + used, sizeof full - used, "%c", *text);
    }
    json_t *input = json_loads(full, 0, NULL);
    ck_assert_msg(input != NULL, "%s", full);
    return input;
}

static json_t *input_of(enum rsp_use_case use_case)
{
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (good[i].use_case == use_case)
            return filled(good[i].input);
    return made_input(rsp_use_case_row(use_case));
}

static const struct staff *who_may(const struct rsp_use_case_row *row)
{
    if ((row->roles & RSP_ROLE_ANYONE) != 0)
        return NULL;
    return rsp_permitted(row, RSP_ROLE_PHYSICIAN)       ? &physician
           : rsp_permitted(row, RSP_ROLE_ADMINISTRATOR) ? &administrator
                                                        : &researcher;
}

/* ---- what came of it ---- */

/* Names, kinds of values and lengths of lists: what is missing shows, what is new each time does not. */
static void add_shape(struct rsp_buf *shape, const json_t *value)
{
    const char *key;
    json_t *child;
    size_t i;
    if (json_is_object(value)) {
        rsp_buf_text(shape, "{");
        json_object_foreach((json_t *)value, key, child)
        {
            rsp_buf_printf(shape, "%s:", key);
            add_shape(shape, child);
        }
        rsp_buf_text(shape, "}");
    } else if (json_is_array(value)) {
        rsp_buf_text(shape, "[");
        json_array_foreach(value, i, child) add_shape(shape, child);
        rsp_buf_text(shape, "]");
    } else {
        rsp_buf_printf(shape, "%d,", value != NULL ? (int)json_typeof(value) : -1);
    }
}

static rsp_status add_fact_shape(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    (void)err;
    rsp_buf_printf(context, "\n%s %s", fact->kind, fact->why != NULL ? "why" : "");
    add_shape(context, fact->body);
    return RSP_OK;
}

static int64_t n_fact(void)
{
    int64_t n = 0;
    unsigned char hash[RSP_HASH_BYTES];
    ck_assert_int_eq(rsp_store_head(clinic.service->store, &n, hash, NULL), RSP_OK);
    return n;
}

struct outcome {
    rsp_status status;
    struct rsp_error err;
    bool body;
    char *shape; /* of the answer and of the facts that were added */
    int64_t n_added;
};

static struct outcome run_once(enum rsp_use_case use_case, long fail_at)
{
    char key[RSP_TOKEN_SIZE];
    struct outcome outcome = {0};
    struct rsp_answer answer;
    struct rsp_buf shape;
    const struct staff *staff = who_may(rsp_use_case_row(use_case));
    json_t *input = input_of(use_case);
    const int64_t before = n_fact();
    rsp_token_new(key);
    const struct rsp_caller caller = {.token = staff != NULL ? staff->token : NULL,
        .csrf = staff != NULL ? staff->csrf : NULL,
        .check_csrf = true,
        .address = "192.0.2.1",
        .origin = "web",
        .idempotency = key,
        .now = {.at_us = clinic.now_s * 1000000, .offset_min = 60, .zone = "Europe/Zurich"}};
    left = fail_at;
    failed = false;
    outcome.status = rsp_service_run(clinic.service, use_case, &caller, input, &answer, &outcome.err);
    feed();
    outcome.n_added = n_fact() - before;
    outcome.body = answer.body != NULL;
    rsp_buf_init(&shape, 1 << 22);
    add_shape(&shape, answer.body);
    const struct rsp_fact_filter filter = {.after = before};
    ck_assert_int_eq(rsp_store_read(clinic.service->store, &filter, add_fact_shape, &shape, NULL), RSP_OK);
    outcome.shape = shape.data;
    rsp_answer_clear(&answer);
    json_decref(input);
    return outcome;
}

static void open_clinic(void)
{
    struct staff spare;
    clinic_open(&clinic, "starved.db");
    hire(&clinic, "physician", "physician", &physician);
    hire(&clinic, "administrator", "administrator", &administrator);
    hire(&clinic, "researcher", "researcher", &researcher);
    add_account(&clinic, "spare", "nurse", &spare);
    (void)snprintf(patient, sizeof patient, "%s", new_patient(&clinic, &physician));
}

/* Sessions, and the minutes in which a password counts, would end in the course of the attempts. */
static void renew(const struct rsp_use_case_row *row, bool first)
{
    struct staff *const everybody[] = {&physician, &administrator, &researcher};
    static int64_t signed_in_s[3];
    const bool ended = (row->flags & RSP_CASE_SESSION) != 0 && (row->flags & RSP_CASE_FIRST) != 0;
    for (size_t i = 0; i < 3; i++) {
        const bool over = clinic.now_s - signed_in_s[i] >= RSP_CONFIRMED_S - 2 * RSP_OTP_STEP_S;
        if (who_may(row) != everybody[i] || !(first || ended || over))
            continue;
        ck_assert_int_eq(sign_in(&clinic, everybody[i], GOOD_PASSWORD), RSP_NOT_REFUSED);
        signed_in_s[i] = clinic.now_s;
    }
}

/* One attempt, beside the whole one. @return false when no allocation failed any more: it was whole itself */
static bool attempt(
    const struct rsp_use_case_row *row, enum rsp_use_case use_case, long k, const struct outcome *whole)
{
    renew(row, false);
    struct outcome got = run_once(use_case, k);
    const bool starved = failed;
    /* A code is used, and kept as such, before the session that it opens. */
    const bool may_add = (row->flags & RSP_CASE_SESSION) != 0;
    if (got.status != whole->status)
        ck_assert_msg(starved && got.status == RSP_E_MEMORY && got.err.message[0] != '\0' && !got.body &&
                          (got.n_added == 0 || (may_add && got.n_added <= whole->n_added)),
            "%s, allocation %ld: %s: %s (%s without), %lld facts", row->name, k, rsp_status_name(got.status),
            got.err.message, rsp_status_name(whole->status), (long long)got.n_added);
    else if (got.status == RSP_OK && got.n_added == whole->n_added) /* what is so already is not said again */
        ck_assert_msg(strcmp(got.shape, whole->shape) == 0,
            "%s, allocation %ld: something is missing:\n%s\nof\n%s", row->name, k, got.shape, whole->shape);
    free(got.shape);
    return starved;
}

START_TEST(a_use_case_without_memory_leaves_nothing_half_done)
{
    open_clinic();
    for (int i = RSP_USE_NONE + 1; i < RSP_N_USE_CASE; i++) {
        const struct rsp_use_case_row *row = rsp_use_case_row((enum rsp_use_case)i);
        long n_failed = 0;
        if (only != NULL && strcmp(only, row->name) != 0)
            continue;
        renew(row, true);
        struct outcome whole = run_once((enum rsp_use_case)i, -1);
        long k = 0;
        for (; attempt(row, (enum rsp_use_case)i, k, &whole); k += all || k < EACH ? 1 : 1 + k / FEWER)
            n_failed++;
        printf("# %s: %ld of about %ld allocations failed; %s\n", row->name, n_failed, k,
            rsp_status_name(whole.status));
        (void)fflush(stdout);
        free(whole.shape);
    }
    clinic_close(&clinic);
    clinic_verify(&clinic);
}
END_TEST

int main(int argc, char **argv)
{
    all = argc > 1 && strcmp(argv[1], "all") == 0;
    only = argc > 1 && !all ? argv[1] : NULL;
    if (access("/dev/shm", W_OK) == 0)
        (void)setenv("TMPDIR", "/dev/shm", 0);
    Suite *suite = suite_create("service no memory");
    TCase *tcase = tcase_create("no memory");
    tcase_set_timeout(tcase, 0);
    tcase_add_test(tcase, a_use_case_without_memory_leaves_nothing_half_done);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
