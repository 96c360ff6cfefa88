/* Derived tables: kept up with every fact, compared with their definition, rebuilt from the facts. */
#include <string.h>

#include <sodium.h>

#include "store/derived_sql.h"
#include "store/sqlite_internal.h"

struct derived {
    const char *name;
    const char *drop, *create;
    const char *rows, *stored; /* what must be there; what is there, in the same order */
    const char *fill;
};

static const struct derived derived[] = {
    {"derived_current", "DROP TABLE IF EXISTS derived_current", RSP_DERIVED_CURRENT_CREATE,
        RSP_DERIVED_CURRENT_ROWS, "SELECT number, kind, person FROM derived_current ORDER BY 1",
        "INSERT INTO derived_current " RSP_DERIVED_CURRENT_ROWS},
    {"derived_person", "DROP TABLE IF EXISTS derived_person", RSP_DERIVED_PERSON_CREATE,
        RSP_DERIVED_PERSON_ROWS, "SELECT person, n_fact, first, last FROM derived_person ORDER BY 1",
        "INSERT INTO derived_person " RSP_DERIVED_PERSON_ROWS},
};
enum { N_DERIVED = sizeof derived / sizeof *derived };

/* ---- one more fact ---- */

static rsp_status forget_superseded(
    struct rsp_sqlite *self, const struct rsp_record *record, struct rsp_error *err)
{
    static const char doing[] = "deriving from a fact";
    sqlite3_stmt *statement = NULL;
    if (record->supersedes == 0)
        return RSP_OK;
    RSP_TRY(rsp_sqlite_prepare(
        self->db, "DELETE FROM derived_current WHERE number = ?1", &statement, doing, err));
    return rsp_sqlite_finish(
        self->db, statement, sqlite3_bind_int64(statement, 1, record->supersedes), doing, err);
}

static int bind_person(sqlite3_stmt *statement, int place, const struct rsp_record *record)
{
    return record->about_person
               ? sqlite3_bind_blob(statement, place, record->person.byte, RSP_PERSON_BYTES, SQLITE_STATIC)
               : sqlite3_bind_null(statement, place);
}

static rsp_status note_current(
    struct rsp_sqlite *self, const struct rsp_record *record, struct rsp_error *err)
{
    static const char doing[] = "deriving from a fact";
    sqlite3_stmt *statement = NULL;
    RSP_TRY(rsp_sqlite_prepare(
        self->db, "INSERT INTO derived_current VALUES(?1, ?2, ?3)", &statement, doing, err));
    int code = sqlite3_bind_int64(statement, 1, record->number);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text(statement, 2, record->kind, -1, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = bind_person(statement, 3, record);
    return rsp_sqlite_finish(self->db, statement, code, doing, err);
}

static rsp_status note_person(struct rsp_sqlite *self, const struct rsp_record *record, struct rsp_error *err)
{
    static const char doing[] = "deriving from a fact";
    sqlite3_stmt *statement = NULL;
    if (!record->about_person)
        return RSP_OK;
    RSP_TRY(rsp_sqlite_prepare(self->db,
        "INSERT INTO derived_person VALUES(?1, 1, ?2, ?2) "
        "ON CONFLICT(person) DO UPDATE SET n_fact = n_fact + 1, last = excluded.last",
        &statement, doing, err));
    int code = bind_person(statement, 1, record);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(statement, 2, record->number);
    return rsp_sqlite_finish(self->db, statement, code, doing, err);
}

rsp_status rsp_sqlite_derive(struct rsp_sqlite *self, const struct rsp_record *record, struct rsp_error *err)
{
    RSP_TRY(forget_superseded(self, record, err));
    RSP_TRY(note_current(self, record, err));
    return note_person(self, record, err);
}

/* ---- comparing ---- */

static void hash_column(crypto_generichash_state *state, sqlite3_stmt *statement, int column)
{
    const int type = sqlite3_column_type(statement, column);
    const unsigned char *bytes = sqlite3_column_blob(statement, column);
    const int n = sqlite3_column_bytes(statement, column);
    unsigned char head[5] = {(unsigned char)type};
    for (int i = 0; i < 4; i++)
        head[1 + i] = (unsigned char)((unsigned)n >> (8 * i));
    (void)crypto_generichash_update(state, head, sizeof head);
    if (bytes != NULL)
        (void)crypto_generichash_update(state, bytes, (unsigned long long)n);
}

static rsp_status hash_rows(
    sqlite3 *db, const char *sql, unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err)
{
    sqlite3_stmt *statement = NULL;
    crypto_generichash_state state;
    int code = SQLITE_ROW;
    RSP_TRY(rsp_sqlite_prepare(db, sql, &statement, "comparing derived tables", err));
    (void)crypto_generichash_init(&state, NULL, 0, RSP_HASH_BYTES);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(statement); i++)
            hash_column(&state, statement, i);
    const rsp_status status =
        code == SQLITE_DONE ? RSP_OK : rsp_sqlite_refuse(db, code, "comparing derived tables", err);
    (void)sqlite3_finalize(statement);
    (void)crypto_generichash_final(&state, hash, RSP_HASH_BYTES);
    return status;
}

rsp_status rsp_sqlite_derived(void *context, rsp_found *found, void *found_context, size_t *n_table,
    unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err)
{
    struct rsp_sqlite *self = context;
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, NULL, 0, RSP_HASH_BYTES);
    for (size_t i = 0; i < N_DERIVED; i++) {
        unsigned char must[RSP_HASH_BYTES], is[RSP_HASH_BYTES];
        RSP_TRY(hash_rows(self->db, derived[i].rows, must, err));
        RSP_TRY(hash_rows(self->db, derived[i].stored, is, err));
        (void)crypto_generichash_update(&state, is, sizeof is);
        if (memcmp(must, is, sizeof is) != 0)
            found(found_context, &(struct rsp_store_finding){derived[i].name, 0, "",
                                     "this derived table is not what the facts give: 'respite db check "
                                     "--rebuild' makes it anew"});
    }
    (void)crypto_generichash_final(&state, hash, RSP_HASH_BYTES);
    *n_table = N_DERIVED;
    return RSP_OK;
}

rsp_status rsp_sqlite_rebuild(void *context, struct rsp_error *err)
{
    struct rsp_sqlite *self = context;
    for (size_t i = 0; i < N_DERIVED; i++) {
        RSP_TRY(rsp_sqlite_run(self->db, derived[i].drop, "rebuilding derived tables", err));
        RSP_TRY(rsp_sqlite_run(self->db, derived[i].create, "rebuilding derived tables", err));
        RSP_TRY(rsp_sqlite_run(self->db, derived[i].fill, "rebuilding derived tables", err));
    }
    return RSP_OK;
}
