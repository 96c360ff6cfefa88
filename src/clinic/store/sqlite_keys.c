/* Keys of persons in SQLite. */
#include <string.h>

#include "store/sqlite_internal.h"

static int bind_bytes(sqlite3_stmt *statement, int place, const void *bytes, int n)
{
    return sqlite3_bind_blob(statement, place, bytes, n, SQLITE_STATIC);
}

rsp_status rsp_sqlite_key_add(void *context, const struct rsp_person_key *key, struct rsp_error *err)
{
    static const char doing[] = "adding a person";
    struct rsp_sqlite *self = context;
    sqlite3_stmt *statement = NULL;
    RSP_TRY(rsp_sqlite_prepare(self->db, "INSERT INTO person_key VALUES(?1, ?2)", &statement, doing, err));
    int code = bind_bytes(statement, 1, key->person.byte, RSP_PERSON_BYTES);
    if (code == SQLITE_OK)
        code = bind_bytes(statement, 2, key->wrapped, RSP_WRAPPED_BYTES);
    return rsp_sqlite_finish(self->db, statement, code, doing, err);
}

static bool take_key(sqlite3_stmt *statement, struct rsp_person_key *key)
{
    const void *person = sqlite3_column_blob(statement, 0), *wrapped = sqlite3_column_blob(statement, 1);
    if (person == NULL || sqlite3_column_bytes(statement, 0) != RSP_PERSON_BYTES)
        return false;
    memcpy(key->person.byte, person, RSP_PERSON_BYTES);
    key->destroyed = sqlite3_column_type(statement, 1) == SQLITE_NULL;
    if (key->destroyed)
        return true;
    if (wrapped == NULL || sqlite3_column_bytes(statement, 1) != RSP_WRAPPED_BYTES)
        return false;
    memcpy(key->wrapped, wrapped, RSP_WRAPPED_BYTES);
    return true;
}

static rsp_status show_key(struct rsp_sqlite *self, sqlite3_stmt *statement, rsp_key_visit *visit,
    void *context, struct rsp_error *err)
{
    struct rsp_person_key key = {0};
    if (take_key(statement, &key))
        return visit(context, &key, err);
    return rsp_sqlite_refuse(self->db,
        sqlite3_errcode(self->db) == SQLITE_NOMEM ? SQLITE_NOMEM : SQLITE_CORRUPT,
        "reading the key of a person", err);
}

rsp_status rsp_sqlite_keys(void *context, const struct rsp_person_id *person, rsp_key_visit *visit,
    void *visit_context, struct rsp_error *err)
{
    static const char doing[] = "reading the key of a person";
    struct rsp_sqlite *self = context;
    sqlite3_stmt *statement = NULL;
    RSP_TRY(rsp_sqlite_prepare(self->db,
        person != NULL ? "SELECT person, wrapped FROM person_key WHERE person = ?1"
                       : "SELECT person, wrapped FROM person_key ORDER BY person",
        &statement, doing, err));
    int code = person != NULL ? bind_bytes(statement, 1, person->byte, RSP_PERSON_BYTES) : SQLITE_OK;
    rsp_status status = RSP_OK;
    if (code == SQLITE_OK)
        while (status == RSP_OK && (code = sqlite3_step(statement)) == SQLITE_ROW)
            status = show_key(self, statement, visit, visit_context, err);
    if (status == RSP_OK && code != SQLITE_DONE)
        status = rsp_sqlite_refuse(self->db, code, doing, err);
    (void)sqlite3_finalize(statement);
    return status;
}

rsp_status rsp_sqlite_key_destroy(void *context, const struct rsp_person_id *person, struct rsp_error *err)
{
    static const char doing[] = "erasing a person";
    struct rsp_sqlite *self = context;
    sqlite3_stmt *statement = NULL;
    RSP_TRY(rsp_sqlite_prepare(self->db,
        "UPDATE person_key SET wrapped = NULL WHERE person = ?1 AND wrapped IS NOT NULL", &statement, doing,
        err));
    RSP_TRY(rsp_sqlite_finish(
        self->db, statement, bind_bytes(statement, 1, person->byte, RSP_PERSON_BYTES), doing, err));
    if (sqlite3_changes(self->db) != 1)
        return rsp_error_set(
            err, RSP_E_UNKNOWN, "person", "there is no such person, or they were erased before");
    return RSP_OK;
}

/* secure_delete has overwritten the old page in the file once the log is written back and cut to nothing. */
rsp_status rsp_sqlite_scrub(void *context, struct rsp_error *err)
{
    struct rsp_sqlite *self = context;
    int64_t busy = 0;
    RSP_TRY(rsp_sqlite_number(self->db, "PRAGMA wal_checkpoint(TRUNCATE)", 0, &busy, err));
    if (busy != 0)
        return rsp_error_set(err, RSP_E_BUSY, "", "another program is reading the database");
    return RSP_OK;
}
