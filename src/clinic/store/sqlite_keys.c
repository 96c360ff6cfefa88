/* Keys of persons in SQLite. */
#include <stdlib.h>
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

static rsp_status show_keys(struct rsp_sqlite *self, sqlite3_stmt *statement, int code, rsp_key_visit *visit,
    void *context, const char *doing, struct rsp_error *err)
{
    rsp_status status = RSP_OK;
    if (code == SQLITE_OK)
        while (status == RSP_OK && (code = sqlite3_step(statement)) == SQLITE_ROW)
            status = show_key(self, statement, visit, context, err);
    return status == RSP_OK && code != SQLITE_DONE ? rsp_sqlite_refuse(self->db, code, doing, err) : status;
}

rsp_status rsp_sqlite_keys(void *context, const struct rsp_person_id *person, rsp_key_visit *visit,
    void *visit_context, struct rsp_error *err)
{
    static const char doing[] = "reading the key of a person";
    struct rsp_sqlite *self = context;
    sqlite3_stmt *statement = NULL;
    rsp_status status;
    if (person == NULL) {
        RSP_TRY(rsp_sqlite_prepare(
            self->db, "SELECT person, wrapped FROM person_key ORDER BY person", &statement, doing, err));
        status = show_keys(self, statement, SQLITE_OK, visit, visit_context, doing, err);
        (void)sqlite3_finalize(statement);
        return status;
    }
    RSP_TRY(rsp_sqlite_take(self, RSP_SQLITE_KEY, "SELECT person, wrapped FROM person_key WHERE person = ?1",
        &statement, doing, err));
    const int code = bind_bytes(statement, 1, person->byte, RSP_PERSON_BYTES);
    status = show_keys(self, statement, code, visit, visit_context, doing, err);
    rsp_sqlite_give_back(self, RSP_SQLITE_KEY, statement);
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

/* ---- another key of the site ---- */

/* What forbids changes is taken away and put back, word for word, in the same transaction. */
enum { N_GUARD = 2, MAX_GUARD = 1024 };
static const char *const guard_drop[N_GUARD] = {
    "DROP TRIGGER person_key_stays", "DROP TRIGGER identity_stays"};
static const char *const guard_text[N_GUARD] = {
    "SELECT sql FROM sqlite_schema WHERE name = 'person_key_stays'",
    "SELECT sql FROM sqlite_schema WHERE name = 'identity_stays'"};

static rsp_status read_guard(sqlite3 *db, size_t i, char text[MAX_GUARD], struct rsp_error *err)
{
    static const char doing[] = "reading the schema";
    sqlite3_stmt *statement = NULL;
    RSP_TRY(rsp_sqlite_prepare(db, guard_text[i], &statement, doing, err));
    const int code = sqlite3_step(statement);
    const char *found = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    rsp_status status = RSP_OK;
    if (found == NULL || strlen(found) >= MAX_GUARD)
        status = rsp_sqlite_refuse(
            db, code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_CORRUPT : code, doing, err);
    else
        memcpy(text, found, strlen(found) + 1);
    (void)sqlite3_finalize(statement);
    return status;
}

struct key_list {
    size_t n, room;
    struct rsp_person_key *key;
};

static rsp_status keep_key(void *context, const struct rsp_person_key *key, struct rsp_error *err)
{
    struct key_list *list = context;
    if (key->destroyed)
        return RSP_OK;
    if (list->n == list->room) {
        const size_t room = 2 * list->room + 64;
        struct rsp_person_key *grown = realloc(list->key, room * sizeof *grown);
        if (grown == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory for the keys");
        list->key = grown;
        list->room = room;
    }
    list->key[list->n++] = *key;
    return RSP_OK;
}

static rsp_status update(sqlite3 *db, const char *sql, const void *bytes, int n, const void *where,
    int n_where, struct rsp_error *err)
{
    static const char doing[] = "changing the key";
    sqlite3_stmt *statement = NULL;
    RSP_TRY(rsp_sqlite_prepare(db, sql, &statement, doing, err));
    int code = bind_bytes(statement, 1, bytes, n);
    if (code == SQLITE_OK && where != NULL)
        code = bind_bytes(statement, 2, where, n_where);
    RSP_TRY(rsp_sqlite_finish(db, statement, code, doing, err));
    return sqlite3_changes(db) == 1 ? RSP_OK : rsp_sqlite_refuse(db, SQLITE_CORRUPT, doing, err);
}

static rsp_status rewrap(
    struct rsp_sqlite *self, rsp_key_change *change, void *context, struct rsp_error *err)
{
    struct key_list list = {0};
    rsp_status status = rsp_sqlite_keys(self, NULL, keep_key, &list, err);
    for (size_t i = 0; i < list.n && status == RSP_OK; i++) {
        struct rsp_person_key *key = &list.key[i];
        status = change(context, key, err);
        if (status == RSP_OK)
            status = update(self->db, "UPDATE person_key SET wrapped = ?1 WHERE person = ?2", key->wrapped,
                RSP_WRAPPED_BYTES, key->person.byte, RSP_PERSON_BYTES, err);
    }
    free(list.key);
    return status;
}

rsp_status rsp_sqlite_rekey(void *context, const unsigned char public_key[RSP_PUBLIC_BYTES],
    rsp_key_change *change, void *change_context, struct rsp_error *err)
{
    struct rsp_sqlite *self = context;
    char guard[N_GUARD][MAX_GUARD];
    for (size_t i = 0; i < N_GUARD; i++) {
        RSP_TRY(read_guard(self->db, i, guard[i], err));
        RSP_TRY(rsp_sqlite_run(self->db, guard_drop[i], "changing the key", err));
    }
    RSP_TRY(rewrap(self, change, change_context, err));
    RSP_TRY(
        update(self->db, "UPDATE identity SET public_key = ?1", public_key, RSP_PUBLIC_BYTES, NULL, 0, err));
    for (size_t i = 0; i < N_GUARD; i++)
        RSP_TRY(rsp_sqlite_run(self->db, guard[i], "changing the key", err));
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
