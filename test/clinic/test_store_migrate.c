/* Migrations: numbered steps in one transaction, from an older version, never from a newer one. */
#include "store_support.h"

#include <stdlib.h>

#include <sqlite3.h>

#include "store/sqlite_internal.h"

/* Versions that never were: a table, then a column, then a mistake. */
static const struct rsp_sqlite_step three[] = {
    {1, "CREATE TABLE visit(number INTEGER PRIMARY KEY, day TEXT NOT NULL) STRICT"},
    {2, "ALTER TABLE visit ADD COLUMN room TEXT NOT NULL DEFAULT 'one'"},
    {3, "UPDATE visit SET room = 'two'; CREATE INDEX visit_room ON visit(room)"},
};
static const struct rsp_sqlite_step broken[] = {
    {1, "CREATE TABLE visit(number INTEGER PRIMARY KEY, day TEXT NOT NULL) STRICT"},
    {2, "ALTER TABLE visit ADD COLUMN room TEXT; DELETE FROM visit"},
    {3, "CREATE TABLE half(x); INSERT INTO nowhere VALUES(1)"},
};
static const struct rsp_sqlite_step dangling[] = {
    {1, "SELECT 1"},
    {2, "PRAGMA defer_foreign_keys = ON; CREATE TABLE ward(visit INTEGER REFERENCES visit(number)); "
        "INSERT INTO ward VALUES(99)"},
};

static const struct rsp_sqlite_steps *steps_of(const struct rsp_sqlite_step *step, size_t n)
{
    static struct rsp_sqlite_steps steps;
    steps = (struct rsp_sqlite_steps){step, n};
    return &steps;
}

static void make_file(const char *sql)
{
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open(store_path("old.db"), &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

static int number_in(const char *sql)
{
    sqlite3 *db = NULL;
    int64_t number = -1;
    ck_assert_int_eq(sqlite3_open(store_path("old.db"), &db), SQLITE_OK);
    ck_assert_done(rsp_sqlite_number(db, sql, -1, &number, err));
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
    return (int)number;
}

static const char old_file[] = "PRAGMA application_id = 0x52535054; PRAGMA user_version = 1;"
                               "CREATE TABLE visit(number INTEGER PRIMARY KEY, day TEXT NOT NULL) STRICT;"
                               "INSERT INTO visit VALUES(1, '2026-11-28'), (2, '2026-11-29')";

START_TEST(only_the_steps_that_are_missing_are_taken)
{
    int from = -1, to = -1;
    make_file(old_file);
    ck_assert_done(rsp_sqlite_migrate_by(store_path("old.db"), 100, steps_of(three, 3), &from, &to, err));
    ck_assert_int_eq(from, 1);
    ck_assert_int_eq(to, 3);
    ck_assert_int_eq(number_in("PRAGMA user_version"), 3);
    ck_assert_int_eq(number_in("SELECT count(*) FROM visit WHERE room = 'two'"), 2);
    ck_assert_done(rsp_sqlite_migrate_by(store_path("old.db"), 100, steps_of(three, 3), &from, &to, err));
    ck_assert_int_eq(from, 3);
    ck_assert_int_eq(number_in("SELECT count(*) FROM visit WHERE room = 'two'"), 2);
}
END_TEST

START_TEST(a_step_that_fails_leaves_the_file_as_it_was)
{
    struct rsp_error e = {0};
    int from = -1, to = -1;
    size_t n = 0, n_after = 0;
    make_file(old_file);
    unsigned char *before = file_bytes(store_path("old.db"), &n);
    ck_assert_int_eq(
        rsp_sqlite_migrate_by(store_path("old.db"), 100, steps_of(broken, 3), &from, &to, &e), RSP_E_DAMAGED);
    ck_assert_text_in(e.message, "schema version 3");
    ck_assert_text_in(e.message, "nowhere");
    ck_assert_int_eq(from, -1);
    unsigned char *after = file_bytes(store_path("old.db"), &n_after);
    ck_assert_uint_eq(n, n_after);
    ck_assert_mem_eq(before, after, n);
    free(before);
    free(after);
}
END_TEST

START_TEST(a_step_that_breaks_a_reference_is_refused)
{
    struct rsp_error e = {0};
    int from = -1, to = -1;
    make_file(old_file);
    ck_assert_int_eq(rsp_sqlite_migrate_by(store_path("old.db"), 100, steps_of(dangling, 2), &from, &to, &e),
        RSP_E_DAMAGED);
    ck_assert_int_eq(number_in("PRAGMA user_version"), 1);
}
END_TEST

/* Version 0: our file before its first schema, as a program that was killed while making one leaves it. */
START_TEST(version_0_becomes_the_schema_of_today)
{
    int from = -1, to = -1;
    struct rsp_store *store = NULL;
    struct rsp_error e = {0};
    make_file("PRAGMA application_id = 0x52535054; CREATE TABLE x(y); DROP TABLE x");
    ck_assert_int_eq(rsp_store_open(store_path("old.db"), NULL, &store, &e), RSP_E_UNSUPPORTED);
    ck_assert_text_in(e.message, "respite db migrate");
    ck_assert_done(rsp_store_migrate(store_path("old.db"), NULL, &from, &to, err));
    ck_assert_int_eq(from, 0);
    ck_assert_int_eq(to, 2);
    ck_assert_int_eq(number_in("SELECT count(*) FROM fact"), 0);
}
END_TEST

/* What a program of version 1 left: the same without the index that came with version 2. */
START_TEST(a_store_of_version_1_keeps_its_facts)
{
    struct rsp_error e = {0};
    int from = -1, to = -1;
    sqlite3 *db = NULL;
    struct rsp_store *store = new_store();
    const struct rsp_person_id person = add_person(store, "Muster");
    (void)add_diary(store, &person, 6);
    char *before = dump_facts(store, &e);
    rsp_store_close(store);
    ck_assert_int_eq(sqlite3_open(store_path("clinic.db"), &db), SQLITE_OK);
    ck_assert_int_eq(
        sqlite3_exec(db, "DROP INDEX fact_person_kind; PRAGMA user_version = 1", NULL, NULL, NULL),
        SQLITE_OK);
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
    ck_assert_int_eq(rsp_store_open(store_path("clinic.db"), NULL, &store, &e), RSP_E_UNSUPPORTED);
    ck_assert_done(rsp_store_migrate(store_path("clinic.db"), NULL, &from, &to, err));
    ck_assert_int_eq(from, 1);
    ck_assert_int_eq(to, 2);
    ck_assert_str_eq(examined(store_path("clinic.db")).text, "");
    store = open_store(false);
    char *after = dump_facts(store, &e);
    ck_assert_str_eq(before, after);
    rsp_store_close(store);
    free(before);
    free(after);
}
END_TEST

START_TEST(a_newer_file_is_refused_and_left_alone)
{
    struct rsp_store *store = NULL;
    struct rsp_error e = {0};
    int from = -1, to = -1;
    size_t n = 0, n_after = 0;
    make_file("PRAGMA application_id = 0x52535054; PRAGMA user_version = 3; CREATE TABLE fact(x)");
    unsigned char *before = file_bytes(store_path("old.db"), &n);
    ck_assert_int_eq(rsp_store_open(store_path("old.db"), NULL, &store, &e), RSP_E_UNSUPPORTED);
    ck_assert_text_in(e.message, "newer version of respite");
    ck_assert_int_eq(rsp_store_migrate(store_path("old.db"), NULL, &from, &to, &e), RSP_E_UNSUPPORTED);
    ck_assert_text_in(e.message, "newer version of respite");
    unsigned char *after = file_bytes(store_path("old.db"), &n_after);
    ck_assert_uint_eq(n, n_after);
    ck_assert_mem_eq(before, after, n);
    free(before);
    free(after);
}
END_TEST

START_TEST(another_programs_file_is_not_migrated)
{
    struct rsp_error e = {0};
    int from = -1, to = -1;
    make_file("CREATE TABLE bookmark(x)");
    ck_assert_int_eq(rsp_store_migrate(store_path("old.db"), NULL, &from, &to, &e), RSP_E_DAMAGED);
    ck_assert_int_eq(number_in("SELECT count(*) FROM sqlite_schema"), 1);
}
END_TEST

RUN_TESTS("store migrate", only_the_steps_that_are_missing_are_taken,
    a_step_that_fails_leaves_the_file_as_it_was, a_step_that_breaks_a_reference_is_refused,
    version_0_becomes_the_schema_of_today, a_store_of_version_1_keeps_its_facts,
    a_newer_file_is_refused_and_left_alone, another_programs_file_is_not_migrated)
