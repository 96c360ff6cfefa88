/* The tables, as numbered steps: a new version adds a step and never changes an old one. */
#include <stdio.h>
#include <string.h>

#include "store/derived_sql.h"
#include "store/sqlite_internal.h"

static const char first_schema[] =
    /* What the store is: a few rows that never change. */
    "CREATE TABLE identity("
    "  one INTEGER PRIMARY KEY CHECK(one = 1),"
    "  id BLOB NOT NULL CHECK(length(id) = 16),"
    "  public_key BLOB NOT NULL CHECK(length(public_key) = 32)"
    ") STRICT;"
    "CREATE TRIGGER identity_stays BEFORE UPDATE ON identity "
    "BEGIN SELECT RAISE(ABORT, 'the identity of a store never changes'); END;"
    "CREATE TRIGGER identity_is_kept BEFORE DELETE ON identity "
    "BEGIN SELECT RAISE(ABORT, 'the identity of a store is never removed'); END;"
    /* Keys of persons, wrapped by the key of the site; NULL once destroyed. */
    "CREATE TABLE person_key("
    "  person BLOB PRIMARY KEY CHECK(length(person) = 16),"
    "  wrapped BLOB CHECK(wrapped IS NULL OR length(wrapped) = 72)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER person_key_stays BEFORE UPDATE ON person_key "
    "WHEN NEW.person IS NOT OLD.person OR OLD.wrapped IS NULL OR NEW.wrapped IS NOT NULL "
    "BEGIN SELECT RAISE(ABORT, 'a key is only ever destroyed'); END;"
    "CREATE TRIGGER person_key_is_kept BEFORE DELETE ON person_key "
    "BEGIN SELECT RAISE(ABORT, 'a person is never removed'); END;"
    "CREATE TRIGGER person_key_is_new BEFORE INSERT ON person_key "
    "WHEN EXISTS(SELECT 1 FROM person_key WHERE person = NEW.person) "
    "BEGIN SELECT RAISE(ABORT, 'this person is there already'); END;"
    /* Facts: numbered without a gap, never changed, never removed. */
    "CREATE TABLE fact("
    "  number INTEGER PRIMARY KEY CHECK(number > 0),"
    "  kind TEXT NOT NULL,"
    "  kind_version INTEGER NOT NULL,"
    "  person BLOB REFERENCES person_key(person),"
    "  who TEXT NOT NULL,"
    "  origin TEXT NOT NULL,"
    "  why TEXT,"
    "  at_us INTEGER NOT NULL,"
    "  wall TEXT NOT NULL,"
    "  zone TEXT NOT NULL,"
    "  supersedes INTEGER REFERENCES fact(number) CHECK(supersedes < number),"
    "  idempotency TEXT,"
    "  body TEXT NOT NULL,"
    "  sealed BLOB CHECK(sealed IS NULL OR person IS NOT NULL),"
    "  hash BLOB NOT NULL CHECK(length(hash) = 32)"
    ") STRICT;"
    "CREATE UNIQUE INDEX fact_supersedes ON fact(supersedes) WHERE supersedes IS NOT NULL;"
    "CREATE UNIQUE INDEX fact_idempotency ON fact(idempotency) WHERE idempotency IS NOT NULL;"
    "CREATE INDEX fact_person ON fact(person, number) WHERE person IS NOT NULL;"
    "CREATE INDEX fact_kind ON fact(kind, number);"
    "CREATE TRIGGER fact_stays BEFORE UPDATE ON fact "
    "BEGIN SELECT RAISE(ABORT, 'a fact never changes'); END;"
    "CREATE TRIGGER fact_is_kept BEFORE DELETE ON fact "
    "BEGIN SELECT RAISE(ABORT, 'a fact is never removed'); END;"
    /* INSERT OR REPLACE would remove a fact without asking the trigger above. */
    "CREATE TRIGGER fact_is_next BEFORE INSERT ON fact "
    "WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM fact) "
    "  OR EXISTS(SELECT 1 FROM fact WHERE supersedes = NEW.supersedes) "
    "  OR EXISTS(SELECT 1 FROM fact WHERE idempotency = NEW.idempotency) "
    "BEGIN SELECT RAISE(ABORT, 'a fact is added once, with the next number'); END;" RSP_DERIVED_CURRENT_CREATE
        RSP_DERIVED_PERSON_CREATE;

/* What is read most is one kind of one person: without this index SQLite goes through that kind of everybody. */
static const char person_and_kind[] =
    "CREATE INDEX fact_person_kind ON fact(person, kind, number) WHERE person IS NOT NULL;";

static const struct rsp_sqlite_step step[] = {
    {1, first_schema},
    {2, person_and_kind},
};

const struct rsp_sqlite_steps *rsp_sqlite_steps(void)
{
    static const struct rsp_sqlite_steps steps = {step, sizeof step / sizeof *step};
    return &steps;
}

/* ---- migration ---- */

/* PRAGMA takes no parameter: one fixed text for each version that may be reached. */
#define VERSION(n) [n] = "PRAGMA user_version = " #n
static const char *const set_version[] = {VERSION(1), VERSION(2), VERSION(3), VERSION(4), VERSION(5),
    VERSION(6), VERSION(7), VERSION(8), VERSION(9)};
enum { MAX_VERSION = sizeof set_version / sizeof *set_version - 1 };

static rsp_status take_step(sqlite3 *db, const struct rsp_sqlite_step *taken, struct rsp_error *err)
{
    char doing[64];
    (void)snprintf(doing, sizeof doing, "the step to schema version %d", taken->version);
    RSP_CHECK_BUG(taken->version >= 1 && taken->version <= MAX_VERSION, err);
    const int code = sqlite3_exec(db, taken->sql, NULL, NULL, NULL);
    if ((code & 0xff) == SQLITE_ERROR || (code & 0xff) == SQLITE_CONSTRAINT)
        return rsp_error_set(
            err, RSP_E_DAMAGED, "", "%s failed: %s; the database is as it was", doing, sqlite3_errmsg(db));
    if (code != SQLITE_OK)
        return rsp_sqlite_refuse(db, code, doing, err);
    return rsp_sqlite_run(db, set_version[taken->version], doing, err);
}

/* A step may have broken a reference that SQLite checks only when told to. */
static rsp_status check_references(sqlite3 *db, struct rsp_error *err)
{
    int64_t broken = 0;
    RSP_TRY(rsp_sqlite_number(db, "SELECT count(*) FROM pragma_foreign_key_check", 0, &broken, err));
    if (broken != 0)
        return rsp_error_set(err, RSP_E_DAMAGED, "",
            "after migration %lld rows would refer to nothing: the database is as it was", (long long)broken);
    return RSP_OK;
}

static rsp_status take_steps(
    sqlite3 *db, const struct rsp_sqlite_steps *steps, int *from, int *to, struct rsp_error *err)
{
    int64_t version = 0;
    const int last = steps->step[steps->n_step - 1].version;

    RSP_TRY(rsp_sqlite_number(db, "PRAGMA user_version", 0, &version, err));
    if (version > last || version < 0)
        return rsp_error_set(err, RSP_E_UNSUPPORTED, "",
            "the database has schema version %lld, this program knows up to %d: use a newer version of "
            "respite",
            (long long)version, last);
    for (size_t i = 0; i < steps->n_step; i++)
        if (steps->step[i].version > version)
            RSP_TRY(take_step(db, &steps->step[i], err));
    RSP_TRY(check_references(db, err));
    *from = (int)version;
    *to = last;
    return RSP_OK;
}

rsp_status rsp_sqlite_advance(
    sqlite3 *db, const struct rsp_sqlite_steps *steps, int *from, int *to, struct rsp_error *err)
{
    RSP_TRY(rsp_sqlite_run(db, "BEGIN IMMEDIATE", "migration", err));
    rsp_status status = take_steps(db, steps, from, to, err);
    if (status == RSP_OK)
        status = rsp_sqlite_run(db, "COMMIT", "migration", err);
    if (status != RSP_OK)
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

/* ---- comparison ---- */

static const char list_objects[] = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name";

struct comparing {
    sqlite3 *theirs, *ours;
    rsp_found *found;
    void *context;
};

/* Whether the database has the object, to the letter of its SQL. */
static rsp_status same_object(sqlite3 *db, sqlite3_stmt *object, bool *same, struct rsp_error *err)
{
    sqlite3_stmt *look = NULL;
    RSP_TRY(rsp_sqlite_prepare(db,
        "SELECT 1 FROM sqlite_schema WHERE type IS ?1 AND name IS ?2 AND tbl_name IS ?3 AND sql IS ?4", &look,
        "reading the schema", err));
    int code = SQLITE_OK;
    for (int i = 0; i < 4 && code == SQLITE_OK; i++)
        code = sqlite3_bind_value(look, i + 1, sqlite3_column_value(object, i));
    if (code == SQLITE_OK)
        code = sqlite3_step(look);
    const rsp_status status = code == SQLITE_ROW || code == SQLITE_DONE
                                  ? RSP_OK
                                  : rsp_sqlite_refuse(db, code, "reading the schema", err);
    *same = code == SQLITE_ROW;
    (void)sqlite3_finalize(look);
    return status;
}

/* Report every object of `from` that `to` has not. */
static rsp_status compare_one_way(const struct comparing *comparing, sqlite3 *from, sqlite3 *to,
    const char *sentence, struct rsp_error *err)
{
    sqlite3_stmt *objects = NULL;
    RSP_TRY(rsp_sqlite_prepare(from, list_objects, &objects, "reading the schema", err));
    rsp_status status = RSP_OK;
    int code = SQLITE_ROW;
    while (status == RSP_OK && (code = sqlite3_step(objects)) == SQLITE_ROW) {
        bool same = false;
        status = same_object(to, objects, &same, err);
        if (status != RSP_OK || same)
            continue;
        char text[256];
        const char *type = (const char *)sqlite3_column_text(objects, 0);
        const char *name = (const char *)sqlite3_column_text(objects, 1);
        (void)snprintf(text, sizeof text,
            sentence[0] == '-' ? "the %.60s %.100s was altered or removed"
                               : "the %.60s %.100s does not belong here",
            type != NULL ? type : "object", name != NULL ? name : "without name");
        comparing->found(comparing->context, &(struct rsp_store_finding){"schema", 0, "", text});
    }
    if (status == RSP_OK && code != SQLITE_DONE)
        status = rsp_sqlite_refuse(from, code, "reading the schema", err);
    (void)sqlite3_finalize(objects);
    return status;
}

rsp_status rsp_sqlite_compare_schema(
    struct rsp_sqlite *self, rsp_found *found, void *context, struct rsp_error *err)
{
    struct comparing comparing = {.theirs = self->db, .found = found, .context = context};
    int from = 0, to = 0;
    int code = sqlite3_open_v2(
        ":memory:", &comparing.ours, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    rsp_status status =
        code == SQLITE_OK ? RSP_OK : rsp_sqlite_refuse(comparing.ours, code, "checking the schema", err);
    if (status == RSP_OK)
        status = rsp_sqlite_advance(comparing.ours, rsp_sqlite_steps(), &from, &to, err);
    if (status == RSP_OK)
        status = compare_one_way(&comparing, comparing.ours, comparing.theirs, "-", err);
    if (status == RSP_OK)
        status = compare_one_way(&comparing, comparing.theirs, comparing.ours, "+", err);
    (void)sqlite3_close(comparing.ours);
    return status;
}
