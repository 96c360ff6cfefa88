/** The SQLite store: what its files share. */
#ifndef RSP_STORE_SQLITE_INTERNAL_H
#define RSP_STORE_SQLITE_INTERNAL_H

#include <sqlite3.h>

#include "store/store_internal.h"

enum {
    RSP_SQLITE_APPLICATION = 0x52535054, /* "RSPT" in the file's header */
    RSP_SQLITE_MAX_STEP = 64
};

/* Statements that are run many times for one answer: what facts are chosen by, and the key of a person. */
enum rsp_sqlite_kept {
    RSP_SQLITE_BY_NUMBER,
    RSP_SQLITE_BY_IDEMPOTENCY,
    RSP_SQLITE_BY_SUPERSEDES,
    RSP_SQLITE_BY_PERSON_AND_KIND,
    RSP_SQLITE_BY_PERSON,
    RSP_SQLITE_BY_KIND,
    RSP_SQLITE_ALL,
    RSP_SQLITE_KEY,
    RSP_SQLITE_N_KEPT
};

struct rsp_sqlite {
    sqlite3 *db;
    sqlite3_stmt *roll_back;               /* made at the start: giving up must work without memory */
    sqlite3_stmt *kept[RSP_SQLITE_N_KEPT]; /* prepared and not in use; NULL: in use, or never used */
    char *path;
    int schema;
};

/* ---- sqlite_error.c ---- */
/** Fill err with a sentence for what SQLite returned. @param doing  "adding a fact" */
rsp_status rsp_sqlite_refuse(sqlite3 *db, int code, const char *doing, struct rsp_error *err);

/* ---- statements (sqlite_run.c) ---- */
/** Run a fixed text without parameters. */
RSP_CHECKED rsp_status rsp_sqlite_run(sqlite3 *db, const char *sql, const char *doing, struct rsp_error *err);
RSP_CHECKED rsp_status rsp_sqlite_prepare(
    sqlite3 *db, const char *sql, sqlite3_stmt **statement, const char *doing, struct rsp_error *err);
/** A statement that stays prepared, for one use; the caller gives it back with rsp_sqlite_give_back. Within that use another
 * one of the same text is another statement. */
RSP_CHECKED rsp_status rsp_sqlite_take(struct rsp_sqlite *self, enum rsp_sqlite_kept which, const char *sql,
    sqlite3_stmt **statement, const char *doing, struct rsp_error *err);
/** Also after a failure. */
void rsp_sqlite_give_back(struct rsp_sqlite *self, enum rsp_sqlite_kept which, sqlite3_stmt *statement);
/** Step to the end and finalize, whatever happened before: `code` is what binding returned. */
RSP_CHECKED rsp_status rsp_sqlite_finish(
    sqlite3 *db, sqlite3_stmt *statement, int code, const char *doing, struct rsp_error *err);
/** First column of the first row as a number; `none` without a row. */
RSP_CHECKED rsp_status rsp_sqlite_number(
    sqlite3 *db, const char *sql, int64_t none, int64_t *number, struct rsp_error *err);

/* ---- schema (sqlite_schema.c) ---- */
struct rsp_sqlite_step {
    int version; /* of the schema after it: 1, 2, 3, ... */
    const char *sql;
};
struct rsp_sqlite_steps {
    const struct rsp_sqlite_step *step;
    size_t n_step;
};
/** The steps of this program. */
const struct rsp_sqlite_steps *rsp_sqlite_steps(void);
/** Bring the schema to the last of the steps, in one transaction. */
RSP_CHECKED rsp_status rsp_sqlite_advance(
    sqlite3 *db, const struct rsp_sqlite_steps *steps, int *from, int *to, struct rsp_error *err);
/** Report objects of the schema that differ from what the steps make. */
RSP_CHECKED rsp_status rsp_sqlite_compare_schema(
    struct rsp_sqlite *self, rsp_found *found, void *context, struct rsp_error *err);

/* ---- derived tables (sqlite_derived.c) ---- */
RSP_CHECKED rsp_status rsp_sqlite_derive(
    struct rsp_sqlite *self, const struct rsp_record *record, struct rsp_error *err);
rsp_status rsp_sqlite_derived(void *self, rsp_found *found, void *context, size_t *n_table,
    unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err);
rsp_status rsp_sqlite_rebuild(void *self, struct rsp_error *err);

/* ---- keys (sqlite_keys.c) ---- */
rsp_status rsp_sqlite_key_add(void *self, const struct rsp_person_key *key, struct rsp_error *err);
rsp_status rsp_sqlite_keys(void *self, const struct rsp_person_id *person, rsp_key_visit *visit,
    void *context, struct rsp_error *err);
rsp_status rsp_sqlite_key_destroy(void *self, const struct rsp_person_id *person, struct rsp_error *err);
rsp_status rsp_sqlite_rekey(void *self, const unsigned char public_key[RSP_PUBLIC_BYTES],
    rsp_key_change *change, void *context, struct rsp_error *err);
rsp_status rsp_sqlite_take_alone(void *self, struct rsp_error *err);
rsp_status rsp_sqlite_scrub(void *self, struct rsp_error *err);

/* ---- medium (sqlite_medium.c) ---- */
rsp_status rsp_sqlite_examine(void *self, rsp_found *found, void *context, struct rsp_error *err);
rsp_status rsp_sqlite_copy(
    void *self, const char *path, int64_t *number, unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err);
/** Number and hash of the last fact of any open file. */
RSP_CHECKED rsp_status rsp_sqlite_last_of(
    sqlite3 *db, int64_t *number, unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err);

/* ---- open (sqlite_open.c) ---- */
/** Open the file, check that it is ours; any schema version. */
RSP_CHECKED rsp_status rsp_sqlite_attach(
    const char *path, int busy_ms, int flags, struct rsp_sqlite **self, struct rsp_error *err);
void rsp_sqlite_close(void *self);
/** With another list of steps, for the tests of the mechanism. */
RSP_CHECKED rsp_status rsp_sqlite_migrate_by(const char *path, int busy_ms,
    const struct rsp_sqlite_steps *steps, int *from, int *to, struct rsp_error *err);

#endif
