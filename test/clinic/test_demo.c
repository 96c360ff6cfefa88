/* The demonstration: full, sound, the same for the same seed, and no way into a real clinic. */
#include "service_support.h"

#include <stdlib.h>

#include "demo/demo.h"
#include "service/demo.h"

enum { US = 1000000 };

/* Sunday, 29 November 2026, 15:00 in a place that keeps one time all year. */
static const int64_t afternoon_s = 1795960800;
static int64_t now_s = 1795960800;

static void wall(int64_t at_s, struct rsp_stamp *stamp)
{
    *stamp = (struct rsp_stamp){.at_us = at_s * US, .offset_min = 60, .zone = "Etc/GMT-1"};
}

static int64_t clock_now(void)
{
    return now_s;
}

static struct rsp_service *new_service(const char *name)
{
    const struct rsp_store_options options = {.kinds = rsp_service_kinds(), .hasty = true};
    struct rsp_store *store = NULL;
    struct rsp_service *service = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_store_create(store_path(name), &options, &store, &err) == RSP_OK, "%s", err.message);
    ck_assert_msg(rsp_service_open(store, &service, &err) == RSP_OK, "%s", err.message);
    return service;
}

static struct rsp_service *filled(const char *name, uint64_t seed, size_t n_people)
{
    const struct rsp_demo_options options = {
        .seed = seed, .n_people = n_people, .now_s = now_s, .wall = wall, .clock = clock_now};
    struct rsp_service *service = new_service(name);
    struct rsp_error err = {0};
    ck_assert_msg(rsp_demo_fill(service, &options, &err) == RSP_OK, "%s: %s", err.source, err.message);
    return service;
}

/* ---- what is in it ---- */

struct counts {
    int person, diary, level, infusion;
    int candidate, caution, blocked, incomplete;
    int plan, consent, visit, order, order_end, move, given, adverse_event, near_miss, score;
    int started, paused, slowed, bound, by_hand, bedside_score;
    unsigned long long digest; /* of diary and findings, in order */
};

static void mix(struct counts *counts, const char *text)
{
    for (; *text != '\0'; text++)
        counts->digest = (counts->digest ^ (unsigned char)*text) * 1099511628211ull;
}

static const char *text_of(const struct rsp_fact *fact, const char *key)
{
    const char *text = json_string_value(json_object_get(fact->body, key));
    return text != NULL ? text : "";
}

static rsp_status count(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct counts *counts = context;
    (void)err;
    counts->person += strcmp(fact->kind, "identity") == 0;
    counts->plan += strcmp(fact->kind, "plan") == 0;
    counts->consent += strcmp(fact->kind, "consent") == 0;
    counts->visit += strcmp(fact->kind, "appointment") == 0;
    counts->order += strcmp(fact->kind, "order") == 0;
    counts->order_end += strcmp(fact->kind, "order_end") == 0;
    counts->move += strcmp(fact->kind, "stock_move") == 0;
    counts->given += strcmp(fact->kind, "stock_move") == 0 && strcmp(text_of(fact, "move"), "given") == 0;
    counts->score += strcmp(fact->kind, "score") == 0;
    counts->level += strcmp(fact->kind, "level") == 0;
    counts->adverse_event += strcmp(text_of(fact, "kind"), "adverse_event") == 0;
    counts->near_miss += strcmp(text_of(fact, "kind"), "near_miss") == 0;
    counts->started += strcmp(text_of(fact, "event"), "started") == 0;
    counts->paused += strcmp(text_of(fact, "event"), "paused") == 0;
    counts->slowed += strcmp(text_of(fact, "event"), "rate") == 0;
    counts->bound += strcmp(fact->kind, "device_binding") == 0;
    counts->by_hand += strcmp(fact->kind, "reading") == 0 && strcmp(text_of(fact, "source"), "manual") == 0;
    counts->bedside_score += strcmp(fact->kind, "bedside_score") == 0;
    if (strcmp(fact->kind, "diary_entry") == 0) {
        char score[64];
        counts->diary++;
        snprintf(score, sizeof score, "%s %g", text_of(fact, "date"),
            json_number_value(json_object_get(fact->body, "pain_nrs")));
        mix(counts, score);
    }
    if (strcmp(fact->kind, "finding") == 0)
        mix(counts, text_of(fact, "rule"));
    if (strcmp(fact->kind, "clinical") == 0 && fact->why != NULL)
        counts->infusion += strcmp(fact->why, "infusion given") == 0;
    if (strcmp(fact->kind, "assessment") == 0) {
        counts->candidate += strcmp(text_of(fact, "status"), "candidate") == 0;
        counts->caution += strcmp(text_of(fact, "status"), "caution") == 0;
        counts->blocked += strcmp(text_of(fact, "status"), "not_a_candidate") == 0;
        counts->incomplete += strcmp(text_of(fact, "status"), "incomplete") == 0;
    }
    ck_assert_str_eq(fact->origin, RSP_DEMO_ORIGIN);
    ck_assert_int_le(fact->at_us / US, now_s);
    return RSP_OK;
}

static struct counts read_all(const char *name)
{
    const struct rsp_store_options options = {.kinds = rsp_service_kinds()};
    struct counts counts = {.digest = 14695981039346656037ull};
    struct rsp_store_check check = {0};
    struct rsp_store *store = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_store_open(store_path(name), &options, &store, &err) == RSP_OK, "%s", err.message);
    ck_assert_int_eq(rsp_store_read(store, &(struct rsp_fact_filter){0}, count, &counts, NULL), RSP_OK);
    ck_assert_int_eq(rsp_store_verify(store, &check, NULL), RSP_OK);
    ck_assert_uint_eq(check.n_finding, 0);
    ck_assert_int_eq(check.n_unanchored, 0);
    rsp_store_close(store);
    return counts;
}

START_TEST(forty_people_of_every_candidacy_with_two_years_of_infusions_diaries_and_paper)
{
    rsp_service_close(filled("full.db", 1, 0));
    const struct counts counts = read_all("full.db");
    ck_assert_int_eq(counts.person, 40);
    ck_assert_int_gt(counts.diary, 2000);
    ck_assert_int_gt(counts.infusion, 150);
    ck_assert_int_eq(counts.level, 3 * 3 * 2); /* people, samples, substances */
    ck_assert(counts.candidate > 0 && counts.caution > 0 && counts.blocked > 0 && counts.incomplete > 0);
    ck_assert(counts.plan >= 10 && counts.consent == counts.plan && counts.visit > 20 && counts.score > 20);
    ck_assert(counts.order > 10 && counts.order_end == 1 && counts.move > 10 && counts.given > 0);
    ck_assert(counts.adverse_event > 10 && counts.near_miss == 5);
}
END_TEST

static const json_t *session_of(const json_t *ward, const char *family)
{
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(ward, "sessions"), i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "family_name")), family) == 0)
            return row;
    }
    return NULL;
}

static json_t *ward_of(struct rsp_service *service)
{
    char token[RSP_TOKEN_SIZE];
    struct rsp_answer answer;
    struct rsp_error err = {0};
    struct rsp_caller caller = {.token = token, .address = "", .origin = RSP_DEMO_ORIGIN};
    json_t *nothing = json_object();
    wall(now_s, &caller.now);
    ck_assert_int_eq(rsp_service_demo_session(service, "brook", &caller.now, token, NULL), RSP_OK);
    ck_assert_msg(
        rsp_service_run(service, RSP_USE_ward, &caller, nothing, &answer, &err) == RSP_OK, "%s", err.message);
    json_t *body = json_incref(answer.body);
    rsp_answer_clear(&answer);
    json_decref(nothing);
    return body;
}

static double given_mg(const json_t *ward, const char *family)
{
    return json_number_value(json_object_get(session_of(ward, family), "given_mg"));
}

/* Rates and times by hand: 0.35 mg/kg/h at 101 kg is capped at 25 mg/h by the protocol; 0.5 mg/kg in 40 min is 54.75 mg/h for 73 kg,
 * 51 for 68; pumps are set to a tenth. */
START_TEST(three_sessions_are_under_way_at_any_hour_and_what_was_given_is_what_the_pump_did)
{
    enum { PEOPLE = 14, MINUTE_S = 60, N_TIMES = 3 };
    static const int before_min[N_TIMES] = {0, 12 * 60, 15 * 60 - 10}; /* 15:00, 03:00, ten past midnight */
    static const char *const name[N_TIMES] = {"at_three.db", "at_night.db", "at_midnight.db"};
    for (int i = 0; i < N_TIMES; i++) {
        now_s = afternoon_s - (int64_t)before_min[i] * MINUTE_S;
        struct rsp_service *service = filled(name[i], 1, PEOPLE);
        json_t *ward = ward_of(service);
        ck_assert_uint_eq(json_array_size(json_object_get(ward, "sessions")), 3);
        ck_assert_double_eq_tol(given_mg(ward, "Cobblestone"), (31 * 25 + 39 * 20) / 60.0, 1e-6);
        ck_assert_double_eq_tol(given_mg(ward, "Gingersnap"), (54.8 * 12 + 43.8 * 10) / 60, 1e-6);
        /* After midnight a session begins at six past at the earliest: its order is of that day. */
        ck_assert_double_eq_tol(given_mg(ward, "Inkwell"), 51 * (i < 2 ? 8 : 4) / 60.0, 1e-6);
        json_decref(ward);
        rsp_service_close(service);
        const struct counts counts = read_all(name[i]);
        ck_assert(counts.started == 3 && counts.paused == 1 && counts.slowed == 1 && counts.bound == 4);
        ck_assert_int_eq(counts.by_hand, 2 + 3 + 7 - (i < 2 ? 0 : 1));
        ck_assert_int_ge(counts.bedside_score, 10);
    }
    now_s = afternoon_s;
}
END_TEST

START_TEST(the_same_seed_makes_the_same_clinic_and_another_one_another)
{
    rsp_service_close(filled("a.db", 5, 4));
    rsp_service_close(filled("b.db", 5, 4));
    rsp_service_close(filled("c.db", 6, 4));
    const struct counts a = read_all("a.db"), b = read_all("b.db"), c = read_all("c.db");
    ck_assert_uint_eq(a.digest, b.digest);
    ck_assert_uint_ne(a.digest, c.digest);
}
END_TEST

START_TEST(a_store_with_facts_does_not_become_a_demonstration)
{
    const struct rsp_demo_options options = {.seed = 1, .now_s = now_s, .wall = wall};
    struct clinic clinic;
    struct staff anna;
    struct rsp_error err = {0};
    clinic_open(&clinic, "real.db");
    add_account(&clinic, "anna", "physician", &anna);
    ck_assert_int_eq(rsp_demo_fill(clinic.service, &options, &err), RSP_E_MISMATCH);
    ck_assert_ptr_nonnull(strstr(err.message, "new one"));
    ck_assert(!rsp_service_demo(clinic.service));
    clinic_close(&clinic);
}
END_TEST

START_TEST(a_real_clinic_gives_neither_session_nor_code_without_password)
{
    struct clinic clinic;
    struct staff anna;
    struct rsp_stamp stamp;
    char token[RSP_TOKEN_SIZE] = "";
    json_t *users = NULL, *body = NULL;
    clinic_open(&clinic, "guarded.db");
    add_account(&clinic, "anna", "physician", &anna);
    wall(clinic.now_s, &stamp);
    ck_assert_int_eq(rsp_service_demo_session(clinic.service, "anna", &stamp, token, NULL), RSP_E_DENIED);
    ck_assert_str_eq(token, "");
    ck_assert_int_eq(rsp_service_demo_users(clinic.service, clinic.now_s, &users, NULL), RSP_E_DENIED);
    ck_assert_ptr_null(users);
    ck_assert_int_eq(ask(&clinic, NULL, RSP_USE_sign_in_demo, json_object(), NULL, &body), RSP_NOT_REFUSED);
    ck_assert(json_is_false(json_object_get(body, "demo")));
    ck_assert_uint_eq(json_object_size(body), 1);
    json_decref(body);
    clinic_close(&clinic);
}
END_TEST

START_TEST(what_is_shown_signs_in_and_an_account_of_somebody_real_is_not_shown)
{
    struct clinic clinic = {.service = filled("shown.db", 1, 1), .now_s = now_s};
    struct staff nobody = {0};
    json_t *body = NULL, *user;
    add_account(&clinic, "visitor", "nurse", &nobody);
    ck_assert_int_eq(ask(&clinic, NULL, RSP_USE_sign_in_demo, json_object(), NULL, &body), RSP_NOT_REFUSED);
    const json_t *users = json_object_get(body, "users");
    size_t i, n = 0;
    json_array_foreach(users, i, user)
    {
        struct staff staff = {0};
        ck_assert_str_ne(json_string_value(json_object_get(user, "name")), "visitor");
        snprintf(staff.name, sizeof staff.name, "%s", json_string_value(json_object_get(user, "name")));
        snprintf(
            staff.secret, sizeof staff.secret, "%s", json_string_value(json_object_get(user, "totp_secret")));
        ck_assert_int_eq(
            sign_in(&clinic, &staff, json_string_value(json_object_get(user, "password"))), RSP_NOT_REFUSED);
        n++;
    }
    ck_assert_uint_eq(n, 7);
    json_decref(body);
    clinic_close(&clinic);
}
END_TEST

RUN_TESTS("demo", forty_people_of_every_candidacy_with_two_years_of_infusions_diaries_and_paper,
    three_sessions_are_under_way_at_any_hour_and_what_was_given_is_what_the_pump_did,
    the_same_seed_makes_the_same_clinic_and_another_one_another,
    a_store_with_facts_does_not_become_a_demonstration,
    a_real_clinic_gives_neither_session_nor_code_without_password,
    what_is_shown_signs_in_and_an_account_of_somebody_real_is_not_shown)
