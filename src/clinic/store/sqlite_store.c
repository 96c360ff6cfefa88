/* The operations on SQLite: transactions, identity, records. */
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "store/sqlite_internal.h"

/* ---- transactions ---- */

static rsp_status begin(void *context, bool write, struct rsp_error *err)
{
    struct rsp_sqlite *self = context;
    return rsp_sqlite_run(self->db, write ? "BEGIN IMMEDIATE" : "BEGIN", "beginning a transaction", err);
}

static rsp_status commit(void *context, struct rsp_error *err)
{
    struct rsp_sqlite *self = context;
    return rsp_sqlite_run(self->db, "COMMIT", "storing", err);
}

static void rollback(void *context)
{
    struct rsp_sqlite *self = context;
    if (sqlite3_get_autocommit(self->db) != 0)
        return;
    (void)sqlite3_step(self->roll_back);
    (void)sqlite3_reset(self->roll_back);
}

static rsp_status force(void *context, bool on, struct rsp_error *err)
{
    struct rsp_sqlite *self = context;
    return rsp_sqlite_run(self->db,
        on ? "PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)" : "PRAGMA synchronous = OFF",
        "forcing the database to the disk", err);
}

static int schema(void *context)
{
    const struct rsp_sqlite *self = context;
    return self->schema;
}

/* ---- identity ---- */

static rsp_status identify(void *context, const struct rsp_store_identity *identity, struct rsp_error *err)
{
    static const char doing[] = "making the database";
    struct rsp_sqlite *self = context;
    sqlite3_stmt *statement = NULL;
    RSP_TRY(rsp_sqlite_prepare(self->db, "INSERT INTO identity VALUES(1, ?1, ?2)", &statement, doing, err));
    int code = sqlite3_bind_blob(statement, 1, identity->id, sizeof identity->id, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code =
            sqlite3_bind_blob(statement, 2, identity->public_key, sizeof identity->public_key, SQLITE_STATIC);
    return rsp_sqlite_finish(self->db, statement, code, doing, err);
}

static bool take_blob(sqlite3_stmt *statement, int column, void *to, size_t size)
{
    const void *from = sqlite3_column_blob(statement, column);
    if (from == NULL || sqlite3_column_type(statement, column) != SQLITE_BLOB ||
        sqlite3_column_bytes(statement, column) != (int)size)
        return false;
    memcpy(to, from, size);
    return true;
}

static rsp_status identity(void *context, struct rsp_store_identity *out, struct rsp_error *err)
{
    static const char doing[] = "reading the database";
    struct rsp_sqlite *self = context;
    struct rsp_store_identity found = {0};
    sqlite3_stmt *statement = NULL;
    RSP_TRY(rsp_sqlite_prepare(self->db, "SELECT id, public_key FROM identity", &statement, doing, err));
    const int code = sqlite3_step(statement);
    rsp_status status = RSP_OK;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        status = rsp_sqlite_refuse(self->db, code, doing, err);
    else if (code == SQLITE_DONE || !take_blob(statement, 0, found.id, sizeof found.id) ||
             !take_blob(statement, 1, found.public_key, sizeof found.public_key))
        status = rsp_sqlite_refuse(
            self->db, sqlite3_errcode(self->db) == SQLITE_NOMEM ? SQLITE_NOMEM : SQLITE_CORRUPT, doing, err);
    (void)sqlite3_finalize(statement);
    if (status == RSP_OK)
        *out = found;
    return status;
}

/* ---- last ---- */

rsp_status rsp_sqlite_last_of(
    sqlite3 *db, int64_t *number, unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err)
{
    static const char doing[] = "reading the last fact";
    sqlite3_stmt *statement = NULL;
    RSP_TRY(rsp_sqlite_prepare(
        db, "SELECT number, hash FROM fact ORDER BY number DESC LIMIT 1", &statement, doing, err));
    const int code = sqlite3_step(statement);
    rsp_status status = RSP_OK;
    if (code == SQLITE_DONE)
        *number = 0;
    else if (code != SQLITE_ROW)
        status = rsp_sqlite_refuse(db, code, doing, err);
    else if (take_blob(statement, 1, hash, RSP_HASH_BYTES))
        *number = sqlite3_column_int64(statement, 0);
    else
        status = rsp_sqlite_refuse(
            db, sqlite3_errcode(db) == SQLITE_NOMEM ? SQLITE_NOMEM : SQLITE_CORRUPT, doing, err);
    (void)sqlite3_finalize(statement);
    return status;
}

static rsp_status last(
    void *context, int64_t *number, unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err)
{
    struct rsp_sqlite *self = context;
    return rsp_sqlite_last_of(self->db, number, hash, err);
}

/* ---- insert ---- */

static int bind_text(sqlite3_stmt *statement, int place, const char *text)
{
    return text != NULL ? sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC)
                        : sqlite3_bind_null(statement, place);
}

static int bind_blob(sqlite3_stmt *statement, int place, const void *bytes, size_t n)
{
    return bytes != NULL ? sqlite3_bind_blob64(statement, place, bytes, n, SQLITE_STATIC)
                         : sqlite3_bind_null(statement, place);
}

static int bind_record(sqlite3_stmt *statement, const struct rsp_record *record)
{
    const struct {
        int place;
        const char *text;
    } texts[] = {{2, record->kind}, {5, record->who}, {6, record->origin}, {7, record->why},
        {9, record->wall}, {10, record->zone}, {12, record->idempotency}, {13, record->body}};
    int code = sqlite3_bind_int64(statement, 1, record->number);
    for (size_t i = 0; i < sizeof texts / sizeof *texts && code == SQLITE_OK; i++)
        code = bind_text(statement, texts[i].place, texts[i].text);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int(statement, 3, record->kind_version);
    if (code == SQLITE_OK)
        code = bind_blob(statement, 4, record->about_person ? record->person.byte : NULL, RSP_PERSON_BYTES);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(statement, 8, record->at_us);
    if (code == SQLITE_OK && record->supersedes != 0)
        code = sqlite3_bind_int64(statement, 11, record->supersedes);
    if (code == SQLITE_OK)
        code = bind_blob(statement, 14, record->sealed, record->n_sealed);
    if (code == SQLITE_OK)
        code = bind_blob(statement, 15, record->hash, RSP_HASH_BYTES);
    return code;
}

static rsp_status insert(void *context, const struct rsp_record *record, struct rsp_error *err)
{
    struct rsp_sqlite *self = context;
    sqlite3_stmt *statement = NULL;
    RSP_TRY(rsp_sqlite_prepare(self->db,
        "INSERT INTO fact(number, kind, kind_version, person, who, origin, why, at_us, wall, zone, "
        "supersedes, "
        "idempotency, body, sealed, hash) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        &statement, "adding a fact", err));
    RSP_TRY(rsp_sqlite_finish(self->db, statement, bind_record(statement, record), "adding a fact", err));
    return rsp_sqlite_derive(self, record, err);
}

/* ---- scan ---- */

#define COLUMNS                                                                                              \
    "SELECT f.number, f.kind, f.kind_version, f.person, f.who, f.origin, f.why, f.at_us, f.wall, f.zone, "   \
    "f.supersedes, f.idempotency, f.body, f.sealed, f.hash, "                                                \
    "(SELECT g.number FROM fact g WHERE g.supersedes = f.number AND g.number <= :until) FROM fact f "        \
    "WHERE f.number <= :until AND "
#define RANGE                                                                                                \
    "f.number > :after AND (:current = 0 OR NOT EXISTS(SELECT 1 FROM fact g WHERE g.supersedes = "           \
    "f.number AND g.number <= :until)) "                                                                     \
    "ORDER BY f.number LIMIT :limit"

static const char *const scan_sql[] = {
    [RSP_SQLITE_BY_NUMBER] = COLUMNS "f.number = :number",
    [RSP_SQLITE_BY_IDEMPOTENCY] = COLUMNS "f.idempotency = :idempotency",
    [RSP_SQLITE_BY_SUPERSEDES] = COLUMNS "f.supersedes = :supersedes",
    [RSP_SQLITE_BY_PERSON_AND_KIND] = COLUMNS "f.person = :person AND f.kind = :kind AND " RANGE,
    [RSP_SQLITE_BY_PERSON] = COLUMNS "f.person = :person AND " RANGE,
    [RSP_SQLITE_BY_KIND] = COLUMNS "f.kind = :kind AND " RANGE,
    [RSP_SQLITE_ALL] = COLUMNS RANGE,
};

static enum rsp_sqlite_kept scan_of(const struct rsp_record_filter *filter)
{
    if (filter->number != 0)
        return RSP_SQLITE_BY_NUMBER;
    if (filter->idempotency != NULL)
        return RSP_SQLITE_BY_IDEMPOTENCY;
    if (filter->supersedes != 0)
        return RSP_SQLITE_BY_SUPERSEDES;
    if (filter->person != NULL)
        return filter->kind != NULL ? RSP_SQLITE_BY_PERSON_AND_KIND : RSP_SQLITE_BY_PERSON;
    return filter->kind != NULL ? RSP_SQLITE_BY_KIND : RSP_SQLITE_ALL;
}

static int bind_number_to(sqlite3_stmt *statement, const char *name, int64_t number)
{
    const int place = sqlite3_bind_parameter_index(statement, name);
    return place == 0 ? SQLITE_OK : sqlite3_bind_int64(statement, place, number);
}

static int bind_filter(sqlite3_stmt *statement, const struct rsp_record_filter *filter)
{
    const int64_t limit = filter->limit == 0 || filter->limit > INT32_MAX ? -1 : (int64_t)filter->limit;
    const int idempotency = sqlite3_bind_parameter_index(statement, ":idempotency");
    const int kind = sqlite3_bind_parameter_index(statement, ":kind");
    const int person = sqlite3_bind_parameter_index(statement, ":person");
    int code = bind_number_to(statement, ":number", filter->number);
    if (code == SQLITE_OK)
        code = bind_number_to(statement, ":supersedes", filter->supersedes);
    if (code == SQLITE_OK)
        code = bind_number_to(statement, ":after", filter->after);
    if (code == SQLITE_OK)
        code = bind_number_to(statement, ":until", filter->until != 0 ? filter->until : INT64_MAX);
    if (code == SQLITE_OK)
        code = bind_number_to(statement, ":current", filter->current);
    if (code == SQLITE_OK)
        code = bind_number_to(statement, ":limit", limit);
    if (code == SQLITE_OK && idempotency != 0)
        code = bind_text(statement, idempotency, filter->idempotency);
    if (code == SQLITE_OK && kind != 0)
        code = bind_text(statement, kind, filter->kind);
    if (code == SQLITE_OK && person != 0)
        code = bind_blob(statement, person, filter->person->byte, RSP_PERSON_BYTES);
    return code;
}

/* A page that was altered may hold anything: every column is looked at before it is believed. */
static const char *take_text(sqlite3_stmt *statement, int column, bool required, bool *good)
{
    const int type = sqlite3_column_type(statement, column);
    if (type == SQLITE_NULL && !required)
        return NULL;
    const char *text = (const char *)sqlite3_column_text(statement, column);
    if (type != SQLITE_TEXT || text == NULL ||
        strlen(text) != (size_t)sqlite3_column_bytes(statement, column))
        *good = false;
    return text;
}

static int64_t take_number(sqlite3_stmt *statement, int column, int64_t low, int64_t high, bool *good)
{
    const int64_t number = sqlite3_column_int64(statement, column);
    if (sqlite3_column_type(statement, column) != SQLITE_INTEGER || number < low || number > high)
        *good = false;
    return number;
}

static bool take_record(sqlite3_stmt *statement, struct rsp_record *record)
{
    bool good = true;
    record->number = take_number(statement, 0, 1, INT64_MAX, &good);
    record->kind = take_text(statement, 1, true, &good);
    record->kind_version = (int)take_number(statement, 2, 1, INT_MAX, &good);
    record->about_person = sqlite3_column_type(statement, 3) != SQLITE_NULL;
    if (record->about_person && !take_blob(statement, 3, record->person.byte, RSP_PERSON_BYTES))
        good = false;
    record->who = take_text(statement, 4, true, &good);
    record->origin = take_text(statement, 5, true, &good);
    record->why = take_text(statement, 6, false, &good);
    record->at_us = take_number(statement, 7, INT64_MIN, INT64_MAX, &good);
    record->wall = take_text(statement, 8, true, &good);
    record->zone = take_text(statement, 9, true, &good);
    if (sqlite3_column_type(statement, 10) != SQLITE_NULL)
        record->supersedes = take_number(statement, 10, 1, INT64_MAX, &good);
    record->idempotency = take_text(statement, 11, false, &good);
    record->body = take_text(statement, 12, true, &good);
    if (sqlite3_column_type(statement, 13) != SQLITE_NULL) {
        record->sealed = sqlite3_column_blob(statement, 13);
        record->n_sealed = (size_t)sqlite3_column_bytes(statement, 13);
        if (sqlite3_column_type(statement, 13) != SQLITE_BLOB || record->sealed == NULL)
            good = false;
    }
    if (!take_blob(statement, 14, record->hash, RSP_HASH_BYTES))
        good = false;
    record->superseded_by = sqlite3_column_int64(statement, 15);
    return good;
}

static rsp_status show_record(struct rsp_sqlite *self, sqlite3_stmt *statement, rsp_record_visit *visit,
    void *context, struct rsp_error *err)
{
    struct rsp_record record = {0};
    if (take_record(statement, &record))
        return visit(context, &record, err);
    if (sqlite3_errcode(self->db) == SQLITE_NOMEM)
        return rsp_sqlite_refuse(self->db, SQLITE_NOMEM, "reading a fact", err);
    return rsp_error_set(err, RSP_E_DAMAGED, "",
        "fact %" PRId64 " has a field that no fact has: the database is damaged; run 'respite db check'",
        record.number);
}

static rsp_status scan(void *context, const struct rsp_record_filter *filter, rsp_record_visit *visit,
    void *visit_context, struct rsp_error *err)
{
    static const char doing[] = "reading facts";
    struct rsp_sqlite *self = context;
    const enum rsp_sqlite_kept which = scan_of(filter);
    sqlite3_stmt *statement = NULL;
    RSP_TRY(rsp_sqlite_take(self, which, scan_sql[which], &statement, doing, err));
    int code = bind_filter(statement, filter);
    rsp_status status = RSP_OK;
    if (code == SQLITE_OK)
        while (status == RSP_OK && (code = sqlite3_step(statement)) == SQLITE_ROW)
            status = show_record(self, statement, visit, visit_context, err);
    if (status == RSP_OK && code != SQLITE_DONE)
        status = rsp_sqlite_refuse(self->db, code, doing, err);
    rsp_sqlite_give_back(self, which, statement);
    return status;
}

const struct rsp_store_operations rsp_sqlite_operations = {
    .name = "sqlite",
    .close = rsp_sqlite_close,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .force = force,
    .identify = identify,
    .identity = identity,
    .last = last,
    .insert = insert,
    .scan = scan,
    .key_add = rsp_sqlite_key_add,
    .keys = rsp_sqlite_keys,
    .key_destroy = rsp_sqlite_key_destroy,
    .rekey = rsp_sqlite_rekey,
    .take_alone = rsp_sqlite_take_alone,
    .scrub = rsp_sqlite_scrub,
    .examine = rsp_sqlite_examine,
    .derived = rsp_sqlite_derived,
    .rebuild = rsp_sqlite_rebuild,
    .copy = rsp_sqlite_copy,
    .schema = schema,
};
