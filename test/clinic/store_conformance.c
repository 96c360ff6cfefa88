#include "store_conformance.h"

static const struct store_medium *medium;

/* ---- facts ---- */

static rsp_status count(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    (void)fact;
    (void)err;
    ++*(int *)context;
    return RSP_OK;
}

static int count_of(struct rsp_store *store, const struct rsp_fact_filter *filter)
{
    int n = 0;
    ck_assert_done(rsp_store_read(store, filter, count, &n, err));
    return n;
}

static rsp_status is_as_told(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    const struct rsp_person_id *person = context;
    (void)err;
    ck_assert_int_eq(fact->number, 2);
    ck_assert_str_eq(fact->kind, "diary_entry");
    ck_assert_int_eq(fact->kind_version, 1);
    ck_assert(fact->about_person);
    ck_assert_mem_eq(&fact->person, person, sizeof *person);
    ck_assert_str_eq(fact->who, "dr.keller");
    ck_assert_str_eq(fact->origin, "test");
    ck_assert_ptr_null(fact->why);
    ck_assert_str_eq(fact->wall, "2026-11-29T08:32:09+01:00");
    ck_assert_str_eq(fact->zone, "Europe/Zurich");
    ck_assert_int_eq(fact->supersedes, 0);
    ck_assert_int_eq(fact->superseded_by, 0);
    ck_assert_str_eq(fact->idempotency, "tap-1");
    ck_assert(!fact->withheld);
    json_t *body = json_loads("{\"date\": \"2026-11-28\", \"pain_nrs\": 0.1, \"mood\": 7, \"comment\": "
                              "\"Z\u00fcrich \u2014 \\\"x\\\"\"}",
        0, NULL);
    ck_assert_int_eq(json_equal(body, fact->body), 1);
    json_decref(body);
    return RSP_OK;
}

START_TEST(a_fact_is_read_as_it_was_told)
{
    struct rsp_store *store = medium->make();
    struct rsp_person_id person = add_person(store, "Meier");
    add_fact(store, "diary_entry", &person, 0, "tap-1",
        "{\"date\": \"2026-11-28\", \"pain_nrs\": 0.1, \"mood\": 7, \"comment\": \"Z\u00fcrich \u2014 "
        "\\\"x\\\"\"}");
    ck_assert_done(rsp_store_fact(store, 2, is_as_told, &person, err));
    rsp_store_close(store);
    store = medium->again();
    ck_assert_done(rsp_store_fact(store, 2, is_as_told, &person, err));
    rsp_store_close(store);
}
END_TEST

START_TEST(numbers_have_no_gap_whatever_is_refused_between)
{
    struct rsp_store *store = medium->make();
    const struct rsp_person_id person = add_person(store, "Meier");
    struct rsp_fact_place place = {0};
    for (int i = 0; i < 5; i++) {
        struct rsp_error e = {0};
        ck_assert_int_eq(
            try_fact(store, "diary_entry", &person, 0, NULL, "{\"pain_nrs\": 3}", &place, &e), RSP_E_MISSING);
        ck_assert_str_eq(e.field, "date");
        ck_assert_int_eq(add_diary(store, &person, i), i + 2);
    }
    int64_t n = 0;
    unsigned char hash[RSP_HASH_BYTES];
    ck_assert_done(rsp_store_head(store, &n, hash, err));
    ck_assert_int_eq(n, 6);
    rsp_store_close(store);
}
END_TEST

static rsp_status keep_links(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    int64_t *links = context;
    (void)err;
    links[0] = fact->supersedes;
    links[1] = fact->superseded_by;
    return RSP_OK;
}

START_TEST(an_edit_supersedes_and_the_old_stays_readable)
{
    struct rsp_store *store = medium->make();
    const struct rsp_person_id person = add_person(store, "Meier");
    const int64_t old = add_diary(store, &person, 8);
    const int64_t new =
        add_fact(store, "diary_entry", &person, old, NULL, "{\"date\": \"2026-11-28\", \"pain_nrs\": 3}");
    int64_t links[2];
    ck_assert_done(rsp_store_fact(store, old, keep_links, links, err));
    ck_assert_int_eq(links[0], 0);
    ck_assert_int_eq(links[1], new);
    ck_assert_done(rsp_store_fact(store, new, keep_links, links, err));
    ck_assert_int_eq(links[0], old);
    ck_assert_int_eq(links[1], 0);
    ck_assert_int_eq(count_of(store, &(struct rsp_fact_filter){.kind = "diary_entry"}), 2);
    ck_assert_int_eq(count_of(store, &(struct rsp_fact_filter){.kind = "diary_entry", .current = true}), 1);
    rsp_store_close(store);
}
END_TEST

START_TEST(two_edits_of_one_fact_are_a_conflict)
{
    struct rsp_store *store = medium->make();
    const struct rsp_person_id person = add_person(store, "Meier");
    const int64_t old = add_diary(store, &person, 8);
    struct rsp_fact_place place = {0};
    struct rsp_error e = {0};
    static const char edit[] = "{\"date\": \"2026-11-28\", \"pain_nrs\": 3}";
    add_fact(store, "diary_entry", &person, old, NULL, edit);
    ck_assert_int_eq(try_fact(store, "diary_entry", &person, old, NULL, edit, &place, &e), RSP_E_CONFLICT);
    ck_assert_text_in(e.message, "superseded by fact 3");
    rsp_store_close(store);
}
END_TEST

START_TEST(an_edit_keeps_to_kind_and_person)
{
    struct rsp_store *store = medium->make();
    const struct rsp_person_id one = add_person(store, "Meier"), other = add_person(store, "Huber");
    const int64_t old = add_diary(store, &one, 8);
    struct rsp_fact_place place = {0};
    struct rsp_error e = {0};
    static const char edit[] = "{\"date\": \"2026-11-28\", \"pain_nrs\": 3}";
    ck_assert_int_eq(try_fact(store, "diary_entry", &other, old, NULL, edit, &place, &e), RSP_E_MISMATCH);
    ck_assert_int_eq(
        try_fact(store, "note", &one, old, NULL, "{\"text\": \"x\"}", &place, &e), RSP_E_MISMATCH);
    ck_assert_int_eq(try_fact(store, "diary_entry", &one, 99, NULL, edit, &place, &e), RSP_E_UNKNOWN);
    ck_assert_int_eq(try_fact(store, "diary_entry", &one, -1, NULL, edit, &place, &e), RSP_E_DOMAIN);
    ck_assert_int_eq(count_of(store, NULL), 3);
    rsp_store_close(store);
}
END_TEST

START_TEST(the_same_key_again_adds_nothing)
{
    struct rsp_store *store = medium->make();
    struct rsp_fact_place first = {0}, again = {0};
    struct rsp_error e = {0};
    static const char body[] = "{\"family_name\": \"Meier\", \"birth_date\": \"1980-11-23\"}";
    ck_assert_done(try_fact(store, "person", NULL, 0, "form-7", body, &first, err));
    ck_assert_done(try_fact(store, "person", NULL, 0, "form-7", body, &again, err));
    ck_assert(!first.already && again.already);
    ck_assert_int_eq(first.number, again.number);
    ck_assert_mem_eq(&first.person, &again.person, sizeof first.person);
    ck_assert_int_eq(count_of(store, NULL), 1);
    ck_assert_int_eq(try_fact(store, "person", NULL, 0, "form-7",
                         "{\"family_name\": \"Huber\", \"birth_date\": \"1980-11-23\"}", &again, &e),
        RSP_E_CONFLICT);
    rsp_store_close(store);
}
END_TEST

START_TEST(a_filter_chooses_and_keeps_the_order)
{
    struct rsp_store *store = medium->make();
    const struct rsp_person_id one = add_person(store, "Meier"), other = add_person(store, "Huber");
    for (int i = 0; i < 6; i++)
        add_diary(store, i % 2 == 0 ? &one : &other, i);
    ck_assert_int_eq(count_of(store, &(struct rsp_fact_filter){.person = &one}), 4);
    ck_assert_int_eq(count_of(store, &(struct rsp_fact_filter){.person = &one, .kind = "diary_entry"}), 3);
    ck_assert_int_eq(count_of(store, &(struct rsp_fact_filter){.after = 6}), 2);
    ck_assert_int_eq(count_of(store, &(struct rsp_fact_filter){.limit = 3}), 3);
    ck_assert_int_eq(count_of(store, &(struct rsp_fact_filter){.kind = "infusion"}), 0);
    rsp_store_close(store);
}
END_TEST

START_TEST(what_nobody_knows_is_refused_by_name)
{
    struct rsp_store *store = medium->make();
    const struct rsp_person_id person = add_person(store, "Meier"), nobody = {{7}};
    struct rsp_fact_place place = {0};
    struct rsp_error e = {0};
    ck_assert_int_eq(try_fact(store, "diary", &person, 0, NULL, "{}", &place, &e), RSP_E_UNKNOWN);
    ck_assert_text_in(e.message, "diary");
    ck_assert_int_eq(
        try_fact(store, "note", &nobody, 0, NULL, "{\"text\": \"x\"}", &place, &e), RSP_E_UNKNOWN);
    ck_assert_int_eq(try_fact(store, "note", NULL, 0, NULL, "{\"text\": \"x\"}", &place, &e), RSP_E_MISSING);
    int n = 0;
    ck_assert_int_eq(rsp_store_fact(store, 17, count, &n, &e), RSP_E_UNKNOWN);
    ck_assert_int_eq(rsp_store_fact(store, 0, count, &n, &e), RSP_E_UNKNOWN);
    ck_assert_int_eq(n, 0);
    rsp_store_close(store);
}
END_TEST

static const struct {
    const char *kind, *body, *field;
    rsp_status status;
} bodies[] = {
    {"diary_entry", "{\"date\": \"2026-11-28\", \"pain_nrs\": 10.5}", "pain_nrs", RSP_E_DOMAIN},
    {"diary_entry", "{\"date\": \"2026-11-28\", \"pain_nrs\": -1}", "pain_nrs", RSP_E_DOMAIN},
    {"diary_entry", "{\"date\": \"2026-11-28\", \"pain_nrs\": \"3\"}", "pain_nrs", RSP_E_SYNTAX},
    {"diary_entry", "{\"date\": \"2026-02-30\", \"pain_nrs\": 3}", "date", RSP_E_DOMAIN},
    {"diary_entry", "{\"date\": 20261128, \"pain_nrs\": 3}", "date", RSP_E_SYNTAX},
    {"diary_entry", "{\"date\": \"2026-11-28\", \"pain_nrs\": 3, \"mood\": 1.5}", "mood", RSP_E_SYNTAX},
    {"diary_entry", "{\"date\": \"2026-11-28\", \"pain_nrs\": 3, \"other_treatment\": 1}", "other_treatment",
        RSP_E_SYNTAX},
    {"diary_entry", "{\"date\": \"2026-11-28\", \"pain_nrs\": 3, \"pain_nsr\": 4}", "pain_nsr",
        RSP_E_UNKNOWN},
    {"diary_entry", "{\"date\": \"2026-11-28\"}", "pain_nrs", RSP_E_MISSING},
    {"diary_entry", "[]", "body", RSP_E_SYNTAX},
    {"note", "{\"text\": \"\"}", "text", RSP_E_MISSING},
    {"note", "{\"text\": \"a\\u202eb\"}", "text", RSP_E_SYNTAX},
    {"note", "{\"text\": null}", "text", RSP_E_SYNTAX},
    {"infusion",
        "{\"date\": \"2026-11-28\", \"drug\": \"ketamine\", \"route\": \"iv\", \"amount_mg\": 1e300, "
        "\"duration_min\": 40}",
        "amount_mg", RSP_E_DOMAIN},
};

START_TEST(a_body_is_held_to_its_kind)
{
    struct rsp_store *store = medium->make();
    const struct rsp_person_id person = add_person(store, "Meier");
    struct rsp_fact_place place = {0};
    struct rsp_error e = {0};
    const rsp_status status = try_fact(store, bodies[_i].kind, &person, 0, NULL, bodies[_i].body, &place, &e);
    ck_assert_msg(status == bodies[_i].status, "%s: %s", bodies[_i].body, rsp_status_name(status));
    ck_assert_str_eq(e.field, bodies[_i].field);
    ck_assert_int_eq(count_of(store, NULL), 1);
    rsp_store_close(store);
}
END_TEST

START_TEST(who_where_and_when_are_required)
{
    struct rsp_store *store = medium->make();
    json_t *body = json_loads("{\"family_name\": \"Meier\", \"birth_date\": \"1980-11-23\"}", 0, NULL);
    const struct rsp_fact_new good = {
        .kind = "person", .who = "dr.keller", .origin = "web", .when = stamp_at(0), .body = body};
    struct rsp_fact_new bad[8];
    struct rsp_fact_place place = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        bad[i] = good;
    bad[0].who = NULL;
    bad[1].who = "";
    bad[2].origin = "a\nb";
    bad[3].when.zone = NULL;
    bad[4].when.offset_min = 900;
    bad[5].when.at_us = INT64_MAX;
    bad[6].who = "\xff";
    bad[7].body = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rsp_error e = {0};
        ck_assert_int_ne(rsp_store_append(store, &bad[i], &place, &e), RSP_OK);
        ck_assert_msg(e.message[0] != '\0', "case %zu", i);
    }
    json_decref(body);
    ck_assert_int_eq(count_of(store, NULL), 0);
    rsp_store_close(store);
}
END_TEST

/* ---- transactions ---- */

START_TEST(a_transaction_is_stored_as_a_whole_or_not_at_all)
{
    struct rsp_store *store = medium->make();
    ck_assert_done(rsp_store_begin(store, true, err));
    const struct rsp_person_id person = add_person(store, "Meier");
    add_diary(store, &person, 3);
    rsp_store_rollback(store);
    ck_assert_int_eq(count_of(store, NULL), 0);
    ck_assert_done(rsp_store_begin(store, true, err));
    add_person(store, "Huber");
    add_person(store, "Moser");
    ck_assert_done(rsp_store_commit(store, err));
    ck_assert_int_eq(count_of(store, NULL), 2);
    ck_assert_uint_eq(verified(store, false).check.n_finding, 0);
    rsp_store_close(store);
}
END_TEST

START_TEST(a_refused_fact_takes_its_transaction_with_it)
{
    struct rsp_store *store = medium->make();
    struct rsp_fact_place place = {0};
    struct rsp_error e = {0};
    ck_assert_done(rsp_store_begin(store, true, err));
    add_person(store, "Meier");
    ck_assert_int_eq(try_fact(store, "person", NULL, 0, NULL, "{}", &place, &e), RSP_E_MISSING);
    ck_assert_int_eq(rsp_store_commit(store, &e), RSP_E_MISMATCH);
    ck_assert_int_eq(count_of(store, NULL), 0);
    add_person(store, "Huber");
    ck_assert_int_eq(count_of(store, NULL), 1);
    ck_assert_uint_eq(verified(store, false).check.n_finding, 0);
    rsp_store_close(store);
}
END_TEST

START_TEST(a_reader_sees_one_moment_while_another_writes)
{
    struct rsp_store *writer = medium->make();
    struct rsp_store *reader = medium->again();
    const struct rsp_person_id person = add_person(writer, "Meier");
    ck_assert_done(rsp_store_begin(reader, false, err));
    ck_assert_int_eq(count_of(reader, NULL), 1);
    add_diary(writer, &person, 3);
    ck_assert_int_eq(count_of(reader, NULL), 1);
    rsp_store_rollback(reader);
    ck_assert_int_eq(count_of(reader, NULL), 2);
    rsp_store_close(reader);
    rsp_store_close(writer);
}
END_TEST

/* ---- identity and erasure ---- */

static rsp_status has_no_name(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    (void)context;
    (void)err;
    if (strcmp(fact->kind, "person") != 0)
        return RSP_OK;
    ck_assert(fact->withheld);
    ck_assert_ptr_null(json_object_get(fact->body, "family_name"));
    ck_assert_str_eq(json_string_value(json_object_get(fact->body, "sex")), "f");
    return RSP_OK;
}

START_TEST(facts_can_be_read_without_identity)
{
    struct rsp_store *store = medium->make();
    add_person(store, "Meier");
    ck_assert_done(
        rsp_store_read(store, &(struct rsp_fact_filter){.without_identity = true}, has_no_name, NULL, err));
    rsp_store_close(store);
}
END_TEST

START_TEST(an_erased_person_cannot_be_read_and_the_chain_holds)
{
    struct rsp_store *store = medium->make();
    const struct rsp_person_id person = add_person(store, "Meier"), other = add_person(store, "Huber");
    const struct rsp_stamp when = stamp_at(60);
    struct rsp_fact_place place = {0};
    struct rsp_error e = {0};
    add_diary(store, &person, 3);
    add_diary(store, &other, 4);
    ck_assert_int_eq(
        rsp_store_person_erase(store, &person, "dr.keller", "test", "", &when, &e), RSP_E_MISSING);
    ck_assert_done(
        rsp_store_person_erase(store, &person, "dr.keller", "test", "request of the person", &when, err));
    ck_assert_done(
        rsp_store_read(store, &(struct rsp_fact_filter){.person = &person}, has_no_name, NULL, err));
    ck_assert_int_eq(count_of(store, &(struct rsp_fact_filter){.kind = "erasure"}), 1);
    ck_assert_int_eq(
        try_fact(store, "note", &person, 0, NULL, "{\"text\": \"x\"}", &place, &e), RSP_E_UNKNOWN);
    ck_assert_text_in(e.message, "erased");
    ck_assert_int_eq(
        rsp_store_person_erase(store, &person, "dr.keller", "test", "again", &when, &e), RSP_E_UNKNOWN);
    add_diary(store, &other, 5);
    const struct report report = verified(store, false);
    ck_assert_msg(report.check.n_finding == 0, "%s", report.text);
    ck_assert_int_eq(report.check.n_person, 2);
    ck_assert_int_eq(report.check.n_erased, 1);
    rsp_store_close(store);
}
END_TEST

/* ---- derived ---- */

START_TEST(derived_tables_rebuild_to_the_same)
{
    struct rsp_store *store = medium->make();
    struct rsp_person_id person[3];
    for (int i = 0; i < 3; i++)
        person[i] = add_person(store, "Meier");
    for (int i = 0; i < 20; i++) {
        const int64_t number = add_diary(store, &person[i % 3], i % 10);
        if (i % 4 == 0)
            add_fact(store, "diary_entry", &person[i % 3], number, NULL,
                "{\"date\": \"2026-11-28\", \"pain_nrs\": 1}");
    }
    const struct report before = verified(store, false), report = verified(store, true);
    ck_assert_msg(report.check.n_finding == 0, "%s", report.text);
    ck_assert_str_eq(report.check.derived, before.check.derived);
    ck_assert_str_eq(report.check.rebuilt, before.check.derived);
    rsp_store_close(store);
}
END_TEST

START_TEST(every_fact_changes_the_head)
{
    struct rsp_store *store = medium->make();
    unsigned char hash[2][RSP_HASH_BYTES];
    int64_t n = 0;
    ck_assert_done(rsp_store_head(store, &n, hash[0], err));
    ck_assert_int_eq(n, 0);
    for (int i = 0; i < 5; i++) {
        add_person(store, "Meier");
        ck_assert_done(rsp_store_head(store, &n, hash[1], err));
        ck_assert_mem_ne(hash[0], hash[1], RSP_HASH_BYTES);
        memcpy(hash[0], hash[1], RSP_HASH_BYTES);
    }
    rsp_store_close(store);
}
END_TEST

static rsp_status count_pain(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    (void)err;
    *(json_int_t *)context += 100 + json_integer_value(json_object_get(fact->body, "pain_nrs"));
    ck_assert_int_eq(fact->superseded_by, 0);
    return RSP_OK;
}

static json_int_t pains(struct rsp_store *store, const struct rsp_person_id *person)
{
    const struct rsp_fact_filter filter = {.person = person, .kind = "diary_entry", .current = true};
    json_int_t sum = 0;
    ck_assert_done(rsp_store_read(store, &filter, count_pain, &sum, err));
    return sum;
}

START_TEST(what_came_later_can_be_left_out)
{
    struct rsp_store *store = medium->make();
    const struct rsp_person_id person = add_person(store, "Meier");
    unsigned char hash[2][RSP_HASH_BYTES];
    int64_t n = 0;
    const int64_t first = add_diary(store, &person, 7);
    ck_assert_done(rsp_store_head(store, &n, hash[0], err));
    add_fact(store, "diary_entry", &person, first, NULL, "{\"date\": \"2026-11-28\", \"pain_nrs\": 1}");
    const int64_t last = add_diary(store, &person, 4);
    ck_assert_done(rsp_store_begin(store, true, err));
    ck_assert_int_eq(pains(store, &person), 205);
    ck_assert_done(rsp_store_see_until(store, first, err));
    ck_assert_int_eq(pains(store, &person), 107);
    ck_assert_done(rsp_store_head(store, &n, hash[1], err));
    ck_assert_int_eq(n, first);
    ck_assert_mem_eq(hash[0], hash[1], RSP_HASH_BYTES);
    struct rsp_error err = {0};
    json_int_t sum = 0;
    ck_assert_int_eq(rsp_store_fact(store, last, count_pain, &sum, &err), RSP_E_UNKNOWN);
    rsp_store_rollback(store);
    ck_assert_int_eq(pains(store, &person), 205); /* it ended with the transaction */
    rsp_store_close(store);
}
END_TEST

START_TEST(the_last_fact_by_a_time_is_found)
{
    struct rsp_store *store = medium->make();
    const struct rsp_person_id person = add_person(store, "Meier");
    int64_t at_us[40] = {0}, n = 0, found = 0;
    unsigned char hash[RSP_HASH_BYTES];
    for (int i = 0; i < 30; i++) {
        struct rsp_fact_place place;
        json_t *body = json_pack("{s:s, s:i}", "date", "2026-11-28", "pain_nrs", i % 10);
        struct rsp_fact_new fact = {
            .kind = "diary_entry", .person = &person, .who = "nurse", .origin = "test", .body = body};
        fact.when = stamp_at(100 + i / 3); /* three at a time */
        ck_assert_done(rsp_store_append(store, &fact, &place, err));
        at_us[place.number] = fact.when.at_us;
        json_decref(body);
    }
    ck_assert_done(rsp_store_head(store, &n, hash, err));
    for (int64_t number = n - 29; number <= n; number++) {
        ck_assert_done(rsp_store_by(store, at_us[number] + 999999, &found, err));
        int64_t last = number; /* the last of the three */
        while (last < n && at_us[last + 1] == at_us[number])
            last++;
        ck_assert_int_eq(found, last);
    }
    ck_assert_done(rsp_store_by(store, 0, &found, err));
    ck_assert_int_eq(found, 0);
    rsp_store_close(store);
}
END_TEST

void store_conformance(Suite *suite, const struct store_medium *tested)
{
    const TTest *const tests[] = {a_fact_is_read_as_it_was_told,
        numbers_have_no_gap_whatever_is_refused_between, an_edit_supersedes_and_the_old_stays_readable,
        two_edits_of_one_fact_are_a_conflict, an_edit_keeps_to_kind_and_person,
        the_same_key_again_adds_nothing, a_filter_chooses_and_keeps_the_order,
        what_nobody_knows_is_refused_by_name, who_where_and_when_are_required,
        a_transaction_is_stored_as_a_whole_or_not_at_all, a_refused_fact_takes_its_transaction_with_it,
        a_reader_sees_one_moment_while_another_writes, facts_can_be_read_without_identity,
        an_erased_person_cannot_be_read_and_the_chain_holds, derived_tables_rebuild_to_the_same,
        every_fact_changes_the_head, what_came_later_can_be_left_out, the_last_fact_by_a_time_is_found};
    TCase *tcase = tcase_create(tested->name);
    medium = tested;
    tcase_set_timeout(tcase, 0);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(tcase, tests[i]);
    tcase_add_loop_test(tcase, a_body_is_held_to_its_kind, 0, (int)(sizeof bodies / sizeof *bodies));
    suite_add_tcase(suite, tcase);
}
