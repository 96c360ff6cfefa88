/* The medium itself: pages, indexes, references, and a copy of it all. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "store/place.h"
#include "store/sqlite_internal.h"

/* ---- examine ---- */

static void report(rsp_found *found, void *context, const char *table, const char *sentence)
{
    found(context, &(struct rsp_store_finding){table, 0, "", sentence});
}

/* What cannot be read is a finding; want of memory or a broken disk is not. */
static rsp_status as_finding(rsp_status status, const struct rsp_error *failed, rsp_found *found,
    void *context, const char *table, struct rsp_error *err)
{
    if (status == RSP_E_DAMAGED) {
        report(found, context, table, failed->message);
        return RSP_OK;
    }
    if (status != RSP_OK && err != NULL)
        *err = *failed;
    return status;
}

static rsp_status pages(sqlite3 *db, rsp_found *found, void *context, struct rsp_error *err)
{
    static const char doing[] = "checking the pages";
    sqlite3_stmt *statement = NULL;
    int code = SQLITE_ROW;
    RSP_TRY(rsp_sqlite_prepare(db, "PRAGMA integrity_check(20)", &statement, doing, err));
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        if (text == NULL)
            break;
        if (sqlite3_stricmp(text, "ok") != 0)
            report(found, context, "pages", text);
    }
    const rsp_status status =
        code == SQLITE_DONE ? RSP_OK
                            : rsp_sqlite_refuse(db, code == SQLITE_ROW ? SQLITE_NOMEM : code, doing, err);
    (void)sqlite3_finalize(statement);
    return status;
}

static rsp_status references(sqlite3 *db, rsp_found *found, void *context, struct rsp_error *err)
{
    int64_t broken = 0;
    char text[96];
    RSP_TRY(rsp_sqlite_number(db, "SELECT count(*) FROM pragma_foreign_key_check", 0, &broken, err));
    if (broken != 0) {
        (void)snprintf(
            text, sizeof text, "%lld rows refer to something that is not there", (long long)broken);
        report(found, context, "references", text);
    }
    return RSP_OK;
}

rsp_status rsp_sqlite_examine(void *context, rsp_found *found, void *found_context, struct rsp_error *err)
{
    struct rsp_sqlite *self = context;
    struct rsp_error failed = {0};
    rsp_status status = pages(self->db, found, found_context, &failed);
    RSP_TRY(as_finding(status, &failed, found, found_context, "pages", err));
    status = references(self->db, found, found_context, &failed);
    RSP_TRY(as_finding(status, &failed, found, found_context, "references", err));
    status = rsp_sqlite_compare_schema(self, found, found_context, &failed);
    return as_finding(status, &failed, found, found_context, "schema", err);
}

/* ---- copy ---- */

/* All pages at once: one reading transaction, so that writers go on and the copy is of one moment. */
static rsp_status copy_pages(sqlite3 *from, sqlite3 *to, struct rsp_error *err)
{
    static const char doing[] = "copying the database";
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == NULL)
        return rsp_sqlite_refuse(to, sqlite3_extended_errcode(to), doing, err);
    const int code = sqlite3_backup_step(backup, -1);
    const int end = sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE && end == SQLITE_OK)
        return RSP_OK;
    return rsp_sqlite_refuse(to, end != SQLITE_OK ? end : code, doing, err);
}

rsp_status rsp_sqlite_copy(void *context, const char *path, int64_t *number,
    unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err)
{
    struct rsp_sqlite *self = context;
    sqlite3 *to = NULL;
    const int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return rsp_place_failed(err, path, "copying the database", errno);
    (void)close(file);
    const int code =
        sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    rsp_status status = code == SQLITE_OK ? RSP_OK : rsp_sqlite_refuse(to, code, "copying the database", err);
    if (status == RSP_OK)
        status = copy_pages(self->db, to, err);
    if (status == RSP_OK)
        status = rsp_sqlite_last_of(to, number, hash, err);
    if (sqlite3_close(to) != SQLITE_OK && status == RSP_OK)
        status = rsp_sqlite_refuse(NULL, SQLITE_IOERR, "copying the database", err);
    if (status != RSP_OK)
        (void)unlink(path);
    rsp_place_forget_beside(path);
    return status;
}
