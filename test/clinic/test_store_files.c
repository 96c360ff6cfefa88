/* Key file, anchor log, schema, and what stands in the bytes of the files. */
#define _GNU_SOURCE /* memmem */
#include "store_support.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "store/sqlite_internal.h"

static bool has_bytes(const char *path, const void *part, size_t n_part)
{
    size_t n = 0;
    struct stat info;
    if (stat(path, &info) != 0)
        return false;
    unsigned char *bytes = file_bytes(path, &n);
    const bool found = memmem(bytes, n, part, n_part) != NULL;
    free(bytes);
    return found;
}

static bool in_any_file(const void *part, size_t n)
{
    return has_bytes(store_path("clinic.db"), part, n) || has_bytes(store_path("clinic.db-wal"), part, n) ||
           has_bytes(store_path("clinic.db.anchor"), part, n);
}

/* What a program that is not respite can do to the file. */
static int attack(const char *sql, char *message, size_t size)
{
    sqlite3 *db = NULL;
    char *text = NULL;
    ck_assert_int_eq(sqlite3_open(store_path("clinic.db"), &db), SQLITE_OK);
    const int code = sqlite3_exec(db, sql, NULL, NULL, &text);
    if (message != NULL)
        (void)snprintf(message, size, "%s", text != NULL ? text : "");
    sqlite3_free(text);
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
    return code;
}

static rsp_status try_open(struct rsp_error *err)
{
    struct rsp_store *store = NULL;
    const rsp_status status = rsp_store_open(store_path("clinic.db"), NULL, &store, err);
    rsp_store_close(store);
    return status;
}

START_TEST(names_are_never_in_the_files)
{
    struct rsp_store *store = new_store();
    const struct rsp_person_id person = add_person(store, "Zwickelhuber");
    add_diary(store, &person, 3);
    ck_assert(!in_any_file("Zwickelhuber", 12));
    ck_assert(!in_any_file("1980-11-23", 10));
    ck_assert(!in_any_file("after the walk", 14));
    ck_assert(in_any_file("\"pain_nrs\":3", 12)); /* what identifies nobody is there to be looked for */
    rsp_store_close(store);
    ck_assert(!in_any_file("Zwickelhuber", 12));
}
END_TEST

START_TEST(a_digest_is_the_site_s_and_stays)
{
    unsigned char digest[RSP_HASH_BYTES], again[RSP_HASH_BYTES], foreign[RSP_HASH_BYTES];
    struct rsp_store *store = new_store(), *other = NULL;
    rsp_store_digest(store, "a password", 10, digest);
    rsp_store_close(store);
    store = open_store(true);
    rsp_store_digest(store, "a password", 10, again);
    rsp_store_close(store);
    ck_assert_mem_eq(digest, again, sizeof digest);
    ck_assert_done(rsp_store_create(store_path("other.db"), NULL, &other, err));
    rsp_store_digest(other, "a password", 10, foreign);
    rsp_store_close(other);
    ck_assert_mem_ne(digest, foreign, sizeof digest);
}
END_TEST

static rsp_status keep_wrapped(void *context, const struct rsp_person_key *key, struct rsp_error *err)
{
    (void)err;
    memcpy(context, key->wrapped, RSP_WRAPPED_BYTES);
    return RSP_OK;
}

START_TEST(a_destroyed_key_leaves_no_bytes_behind)
{
    struct rsp_store *store = new_store();
    struct rsp_person_id person = {{0}};
    const struct rsp_stamp when = stamp_at(1);
    unsigned char wrapped[RSP_WRAPPED_BYTES];
    for (int i = 0; i < 20; i++)
        person = add_person(store, "Meier");
    ck_assert_done(store->operations->keys(store->self, &person, keep_wrapped, wrapped, err));
    ck_assert(in_any_file(wrapped, sizeof wrapped));
    ck_assert_done(
        rsp_store_person_erase(store, &person, "dr.keller", "test", "request of the person", &when, err));
    ck_assert_str_eq(rsp_store_warning(store), "");
    ck_assert(!in_any_file(wrapped, sizeof wrapped));
    ck_assert(!in_any_file(wrapped, 16));
    rsp_store_close(store);
}
END_TEST

START_TEST(the_files_are_for_their_owner_alone)
{
    static const char *const names[] = {"clinic.db", "clinic.db.key", "clinic.db.anchor", "clinic.db-wal"};
    struct rsp_store *store = new_store();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct stat info;
        ck_assert_int_eq(stat(store_path(names[i]), &info), 0);
        ck_assert_msg((info.st_mode & 0777) == 0600, "%s: %o", names[i], info.st_mode);
    }
    rsp_store_close(store);
}
END_TEST

START_TEST(a_key_that_others_may_read_is_refused)
{
    static const mode_t modes[] = {0640, 0604, 0660, 0602, 0644};
    rsp_store_close(new_store());
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        struct rsp_error e = {0};
        ck_assert_int_eq(chmod(store_path("clinic.db.key"), modes[i]), 0);
        ck_assert_int_eq(try_open(&e), RSP_E_MISMATCH);
        ck_assert_text_in(e.message, "chmod 600");
    }
    ck_assert_int_eq(chmod(store_path("clinic.db.key"), 0600), 0);
    ck_assert_done(try_open(err));
}
END_TEST

START_TEST(a_wrong_or_broken_key_is_refused)
{
    struct rsp_error e = {0};
    size_t n = 0;
    rsp_store_close(new_store());
    unsigned char *key = file_bytes(store_path("clinic.db.key"), &n);
    write_bytes(store_path("clinic.db.key"), key, n - 2);
    ck_assert_int_eq(try_open(&e), RSP_E_SYNTAX);
    ck_assert_text_in(e.message, "cut off");
    write_bytes(store_path("clinic.db.key"), "", 0);
    ck_assert_int_eq(try_open(&e), RSP_E_SYNTAX);
    key[n - 2] = key[n - 2] == '0' ? '1' : '0';
    write_bytes(store_path("clinic.db.key"), key, n);
    ck_assert_int_eq(try_open(&e), RSP_E_MISMATCH);
    ck_assert_text_in(e.message, "does not belong");
    ck_assert_int_eq(unlink(store_path("clinic.db.key")), 0);
    ck_assert_int_eq(try_open(&e), RSP_E_IO);
    ck_assert_text_in(e.message, "no key file");
    free(key);
}
END_TEST

/* ---- what the triggers stop, and what check sees when somebody goes around them ---- */

static const char *const forbidden[] = {
    "UPDATE fact SET who = 'x' WHERE number = 1",
    "DELETE FROM fact WHERE number = 2",
    ("INSERT OR REPLACE INTO fact SELECT number, kind, kind_version, person, 'x', origin, why, at_us, wall, "
     "zone, supersedes, idempotency, body, sealed, hash FROM fact WHERE number = 2"),
    "UPDATE OR REPLACE fact SET number = 1 WHERE number = 2",
    ("INSERT INTO fact SELECT 9, kind, kind_version, person, who, origin, why, at_us, wall, zone, "
     "supersedes, "
     "idempotency, body, sealed, hash FROM fact WHERE number = 2"),
    "DELETE FROM person_key",
    "UPDATE person_key SET wrapped = zeroblob(72)",
    "UPDATE person_key SET person = zeroblob(16)",
    "UPDATE identity SET id = zeroblob(16)",
    "DELETE FROM identity",
};

START_TEST(facts_cannot_be_changed_by_sql)
{
    char message[200];
    struct rsp_store *store = new_store();
    const struct rsp_person_id person = add_person(store, "Meier");
    add_diary(store, &person, 3);
    char *before = dump_facts(store, NULL);
    rsp_store_close(store);
    ck_assert_msg(attack(forbidden[_i], message, sizeof message) == SQLITE_CONSTRAINT, "%s: %s",
        forbidden[_i], message);
    store = open_store(false);
    char *after = dump_facts(store, NULL);
    ck_assert_str_eq(before, after);
    const struct report report = verified(store, false);
    ck_assert_msg(report.check.n_finding == 0, "%s", report.text);
    rsp_store_close(store);
    free(before);
    free(after);
}
END_TEST

/* Every column of a fact, altered past the triggers: check names the fact. */
static const struct {
    const char *sql, *finding;
} altered[] = {
    {"UPDATE fact SET kind = 'note' WHERE number = 3", "fact 3 note: what it says"},
    {"UPDATE fact SET kind_version = 2 WHERE number = 3", "fact 3 diary_entry: what it says"},
    {"UPDATE fact SET person = (SELECT person FROM fact WHERE number = 1) WHERE number = 3",
        "fact 3 diary_entry: what it says"},
    {"UPDATE fact SET who = 'dr.other' WHERE number = 3", "fact 3 diary_entry: what it says"},
    {"UPDATE fact SET origin = 'phone' WHERE number = 3", "fact 3 diary_entry: what it says"},
    {"UPDATE fact SET why = 'because' WHERE number = 3", "fact 3 diary_entry: what it says"},
    {"UPDATE fact SET at_us = at_us + 1 WHERE number = 3", "fact 3 diary_entry: what it says"},
    {"UPDATE fact SET wall = '2026-11-29T08:32:10+01:00' WHERE number = 3",
        "fact 3 diary_entry: what it says"},
    {"UPDATE fact SET zone = 'Europe/Bern' WHERE number = 3", "fact 3 diary_entry: what it says"},
    {"UPDATE fact SET supersedes = 2 WHERE number = 3", "fact 3 diary_entry: what it says"},
    {"UPDATE fact SET idempotency = 'k' WHERE number = 3", "fact 3 diary_entry: what it says"},
    {"UPDATE fact SET body = replace(body, '8', '3') WHERE number = 3", "fact 3 diary_entry: what it says"},
    {"UPDATE fact SET sealed = zeroblob(length(sealed)) WHERE number = 3",
        "fact 3 diary_entry: what it says"},
    {"UPDATE fact SET sealed = NULL WHERE number = 3", "fact 3 diary_entry: what it says"},
    {"UPDATE fact SET hash = zeroblob(32) WHERE number = 3", "fact 3 diary_entry: what it says"},
    {"DELETE FROM fact WHERE number = 3", "fact 3 : it is missing"},
    {"DELETE FROM fact WHERE number IN (2, 3)", "fact 2 : the facts from here to 3 are missing"},
    {"DELETE FROM fact WHERE number > 3",
        "fact 4 : the facts from here to 5 are missing: the anchor log knows them"},
    {"UPDATE person_key SET wrapped = zeroblob(72)", "was altered: it cannot be opened"},
    {"UPDATE person_key SET wrapped = NULL", "was destroyed and no fact says so"},
    {"UPDATE derived_current SET kind = 'x' WHERE number = 4", "derived_current 0 : this derived table"},
    {"DELETE FROM derived_person", "derived_person 0 : this derived table"},
    {"DROP INDEX fact_person", "schema 0 : the index fact_person was altered or removed"},
    {"CREATE TABLE extra(x)", "schema 0 : the table extra does not belong here"},
};

/* Leave the triggers out for the attack, then put them back to the letter. */
static void attack_unseen(const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *list = NULL;
    char *create = NULL, *drop = NULL;
    ck_assert_int_eq(sqlite3_open(store_path("clinic.db"), &db), SQLITE_OK);
    ck_assert_int_eq(
        sqlite3_prepare_v2(db,
            "SELECT group_concat(sql, ';'), group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_schema "
            "WHERE type = 'trigger'",
            -1, &list, NULL),
        SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(list), SQLITE_ROW);
    create = sqlite3_mprintf("%s", sqlite3_column_text(list, 0));
    drop = sqlite3_mprintf("%s", sqlite3_column_text(list, 1));
    ck_assert_int_eq(sqlite3_finalize(list), SQLITE_OK);
    /* group_concat joined bodies that hold a ';' themselves: CREATE TRIGGER ends with END */
    ck_assert_int_eq(sqlite3_exec(db, drop, NULL, NULL, NULL), SQLITE_OK);
    const int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    ck_assert_msg(code == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    ck_assert_msg(sqlite3_exec(db, create, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_free(create);
    sqlite3_free(drop);
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

START_TEST(what_was_altered_is_named)
{
    struct rsp_store *store = new_store();
    add_person(store, "Meier");
    const struct rsp_person_id person = add_person(store, "Huber");
    add_diary(store, &person, 8);
    add_diary(store, &person, 7);
    add_diary(store, &person, 6);
    ck_assert_uint_eq(verified(store, false).check.n_finding, 0);
    rsp_store_close(store);
    attack_unseen(altered[_i].sql);
    const struct report report = examined(store_path("clinic.db"));
    ck_assert_uint_gt(report.check.n_finding, 0);
    ck_assert_text_in(report.text, altered[_i].finding);
}
END_TEST

START_TEST(a_trigger_that_is_gone_is_named)
{
    rsp_store_close(new_store());
    ck_assert_int_eq(attack("DROP TRIGGER fact_stays", NULL, 0), SQLITE_OK);
    ck_assert_text_in(
        examined(store_path("clinic.db")).text, "schema 0 : the trigger fact_stays was altered or removed");
}
END_TEST

/* Somebody who knows the program recomputes the whole chain: the signed log does not agree. */
START_TEST(a_chain_that_was_made_anew_does_not_fit_the_log)
{
    struct rsp_error e = {0};
    struct rsp_store *store = new_store();
    const struct rsp_person_id person = add_person(store, "Meier");
    add_diary(store, &person, 8);
    rsp_store_close(store);
    copy_file(store_path("clinic.db.anchor"), store_path("true.anchor"));
    copy_file(store_path("clinic.db"), store_path("one.db"));
    store = open_store(false);
    add_diary(store, &person, 7);
    rsp_store_close(store);
    copy_file(store_path("clinic.db.anchor"), store_path("long.anchor"));
    /* the same history with another third fact: a true chain, and not the one that was signed */
    copy_file(store_path("one.db"), store_path("clinic.db"));
    copy_file(store_path("true.anchor"), store_path("clinic.db.anchor"));
    store = open_store(false);
    add_diary(store, &person, 1);
    rsp_store_close(store);
    copy_file(store_path("long.anchor"), store_path("clinic.db.anchor"));
    ck_assert_int_eq(try_open(&e), RSP_E_DAMAGED);
    ck_assert_text_in(e.message, "altered");
    ck_assert_text_in(
        examined(store_path("clinic.db")).text, "fact 3 : it is not the fact that the anchor log knows");
    /* and the older file alone lacks its end */
    copy_file(store_path("one.db"), store_path("clinic.db"));
    ck_assert_int_eq(try_open(&e), RSP_E_DAMAGED);
    ck_assert_text_in(e.message, "facts are missing");
}
END_TEST

START_TEST(a_log_that_is_missing_altered_or_foreign_is_refused)
{
    struct rsp_error e = {0};
    size_t n = 0;
    struct rsp_store *store = new_store();
    add_person(store, "Meier");
    rsp_store_close(store);
    unsigned char *log = file_bytes(store_path("clinic.db.anchor"), &n);
    unsigned char *last = log + n - 10;
    *last = *last == '0' ? '1' : '0';
    write_bytes(store_path("clinic.db.anchor"), log, n);
    ck_assert_int_eq(try_open(&e), RSP_E_DAMAGED);
    ck_assert_text_in(e.message, "not signed");
    ck_assert_text_in(examined(store_path("clinic.db")).text, "anchor log 2 : this line is not signed");
    write_bytes(store_path("clinic.db.anchor"), "rubbish\n", 8);
    ck_assert_int_eq(try_open(&e), RSP_E_DAMAGED);
    ck_assert_int_eq(unlink(store_path("clinic.db.anchor")), 0);
    ck_assert_int_eq(try_open(&e), RSP_E_DAMAGED);
    ck_assert_text_in(e.message, "no anchor log");
    ck_assert_text_in(examined(store_path("clinic.db")).text, "anchor log 0 : there is no anchor log");
    free(log);
}
END_TEST

START_TEST(a_log_that_a_power_cut_tore_goes_on)
{
    size_t n = 0;
    struct rsp_store *store = new_store();
    const struct rsp_person_id person = add_person(store, "Meier");
    rsp_store_close(store);
    unsigned char *log = file_bytes(store_path("clinic.db.anchor"), &n);
    write_bytes(store_path("clinic.db.anchor"), log, n - 50); /* the last line is cut */
    ck_assert_text_in(
        examined(store_path("clinic.db")).text, "anchor log 2 : the log cannot be read from here on");
    store = open_store(false); /* catches up: the fact behind the log is pinned again */
    add_diary(store, &person, 3);
    const struct report report = verified(store, false);
    ck_assert_msg(report.check.n_finding == 0, "%s", report.text);
    ck_assert_int_eq(report.check.n_unreadable, 1);
    ck_assert_int_eq(report.check.n_unanchored, 0);
    rsp_store_close(store);
    free(log);
}
END_TEST

START_TEST(a_hasty_store_is_pinned_when_it_settles)
{
    const struct rsp_store_options hasty = {.hasty = true};
    struct rsp_store *store = NULL;
    size_t before = 0, after = 0;
    ck_assert_done(rsp_store_create(store_path("clinic.db"), &hasty, &store, err));
    free(file_bytes(store_path("clinic.db.anchor"), &before));
    add_person(store, "Meier");
    free(file_bytes(store_path("clinic.db.anchor"), &after));
    ck_assert_uint_eq(before, after);
    ck_assert_done(rsp_store_settle(store, err));
    ck_assert_int_eq(verified(store, false).check.n_unanchored, 0);
    add_person(store, "Huber"); /* like any other store from here on */
    const struct report report = verified(store, false);
    ck_assert_int_eq(report.check.n_unanchored, 0);
    ck_assert_int_eq(report.check.n_anchor, 3);
    rsp_store_close(store);
}
END_TEST

START_TEST(making_a_database_never_replaces_anything)
{
    struct rsp_store *store = NULL;
    struct rsp_error e = {0};
    rsp_store_close(new_store());
    ck_assert_int_eq(rsp_store_create(store_path("clinic.db"), NULL, &store, &e), RSP_E_MISMATCH);
    ck_assert_int_eq(unlink(store_path("clinic.db")), 0);
    ck_assert_int_eq(rsp_store_create(store_path("clinic.db"), NULL, &store, &e), RSP_E_MISMATCH);
    ck_assert_text_in(e.message, "anchor log");
    ck_assert_int_eq(unlink(store_path("clinic.db.anchor")), 0);
    ck_assert_done(
        rsp_store_create(store_path("clinic.db"), NULL, &store, err)); /* with the key that is there */
    rsp_store_close(store);
    ck_assert_int_eq(rsp_store_create(store_path("no/where.db"), NULL, &store, &e), RSP_E_IO);
    ck_assert_int_eq(access(store_path("no/where.db.key"), F_OK), -1);
    ck_assert_int_eq(rsp_store_create(":memory:", NULL, &store, &e), RSP_E_DOMAIN);
    ck_assert_int_eq(access(":memory:.key", F_OK), -1);
}
END_TEST

START_TEST(other_files_are_no_database)
{
    struct rsp_error e = {0};
    ck_assert_int_eq(try_open(&e), RSP_E_UNKNOWN);
    write_bytes(store_path("clinic.db"), "", 0);
    ck_assert_int_eq(try_open(&e), RSP_E_DAMAGED);
    write_bytes(store_path("clinic.db"), "id: p1\n", 7);
    ck_assert_int_eq(try_open(&e), RSP_E_DAMAGED);
    ck_assert_int_eq(unlink(store_path("clinic.db")), 0);
    ck_assert_int_eq(attack("CREATE TABLE bookmark(x)", NULL, 0), SQLITE_OK);
    ck_assert_int_eq(try_open(&e), RSP_E_DAMAGED);
    ck_assert_text_in(e.message, "no database of respite");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store files");
    TCase *tcase = tcase_create("files");
    const TTest *const tests[] = {names_are_never_in_the_files, a_digest_is_the_site_s_and_stays,
        a_destroyed_key_leaves_no_bytes_behind, the_files_are_for_their_owner_alone,
        a_key_that_others_may_read_is_refused, a_wrong_or_broken_key_is_refused,
        a_trigger_that_is_gone_is_named, a_chain_that_was_made_anew_does_not_fit_the_log,
        a_log_that_is_missing_altered_or_foreign_is_refused, a_log_that_a_power_cut_tore_goes_on,
        a_hasty_store_is_pinned_when_it_settles, making_a_database_never_replaces_anything,
        other_files_are_no_database};
    tcase_set_timeout(tcase, 0);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(tcase, tests[i]);
    tcase_add_loop_test(
        tcase, facts_cannot_be_changed_by_sql, 0, (int)(sizeof forbidden / sizeof *forbidden));
    tcase_add_loop_test(tcase, what_was_altered_is_named, 0, (int)(sizeof altered / sizeof *altered));
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
