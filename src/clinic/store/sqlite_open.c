#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/place.h"
#include "store/sqlite_internal.h"

void rsp_sqlite_close(void *context)
{
    struct rsp_sqlite *self = context;
    if (self == NULL)
        return;
    (void)sqlite3_finalize(self->roll_back);
    for (size_t i = 0; i < RSP_SQLITE_N_KEPT; i++)
        (void)sqlite3_finalize(self->kept[i]);
    (void)sqlite3_close(self->db);
    free(self->path);
    free(self);
}

static rsp_status allocate(const char *path, struct rsp_sqlite **self, struct rsp_error *err)
{
    struct rsp_sqlite *made = calloc(1, sizeof *made);
    if (made != NULL)
        made->path = rsp_place_beside(path, "");
    if (made == NULL || made->path == NULL) {
        free(made);
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory while opening the database");
    }
    *self = made;
    return RSP_OK;
}

/* What every connection needs; durability first. */
static rsp_status set_up(sqlite3 *db, int busy_ms, struct rsp_error *err)
{
    (void)sqlite3_busy_timeout(db, busy_ms);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return rsp_sqlite_run(db,
        "PRAGMA synchronous = FULL;"
        "PRAGMA foreign_keys = ON;"
        "PRAGMA recursive_triggers = ON;" /* REPLACE must not remove a fact behind its trigger */
        "PRAGMA secure_delete = ON;"      /* a destroyed key leaves no bytes behind */
        "PRAGMA trusted_schema = OFF;"
        "PRAGMA cell_size_check = ON;"
        "PRAGMA mmap_size = 0;"       /* a file that is cut off under a map ends the program */
        "PRAGMA cache_size = -65536;" /* KiB: the pages of a clinic of years stay in memory */
        "PRAGMA temp_store = MEMORY;",
        "opening the database", err);
}

static rsp_status connect(struct rsp_sqlite *self, int busy_ms, int flags, struct rsp_error *err)
{
    const int code =
        sqlite3_open_v2(self->path, &self->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK)
        return rsp_sqlite_refuse(self->db, code, "opening the database", err);
    RSP_TRY(set_up(self->db, busy_ms, err));
    return rsp_sqlite_prepare(self->db, "ROLLBACK", &self->roll_back, "opening the database", err);
}

static rsp_status check_ours(struct rsp_sqlite *self, struct rsp_error *err)
{
    int64_t application = 0, version = 0;
    RSP_TRY(rsp_sqlite_number(self->db, "PRAGMA application_id", 0, &application, err));
    RSP_TRY(rsp_sqlite_number(self->db, "PRAGMA user_version", 0, &version, err));
    if (application != RSP_SQLITE_APPLICATION)
        return rsp_error_set(err, RSP_E_DAMAGED, "",
            "this is no database of respite, or its beginning is damaged: name another file or restore a "
            "backup");
    self->schema = (int)version;
    return RSP_OK;
}

static rsp_status check_path(const char *path, struct rsp_error *err)
{
    struct stat info;
    if (path[0] == '\0' || path[0] == ':')
        return rsp_error_set(err, RSP_E_DOMAIN, "", "'%.60s' is no name of a file: name the database", path);
    if (stat(path, &info) != 0)
        return rsp_place_refuse(err, RSP_E_UNKNOWN, path,
            errno == ENOENT || errno == ENOTDIR ? "there is no such database: 'respite db init' makes one"
                                                : "the database cannot be examined: check the permissions");
    if (!S_ISREG(info.st_mode))
        return rsp_place_refuse(err, RSP_E_UNSUPPORTED, path, "this is no file; a database is expected");
    return RSP_OK;
}

rsp_status rsp_sqlite_attach(
    const char *path, int busy_ms, int flags, struct rsp_sqlite **self, struct rsp_error *err)
{
    struct rsp_sqlite *made = NULL;
    RSP_TRY(check_path(path, err));
    RSP_TRY(allocate(path, &made, err));
    rsp_status status = connect(made, busy_ms, flags, err);
    if (status == RSP_OK)
        status = check_ours(made, err);
    if (status != RSP_OK) {
        rsp_error_place(err, path, 0);
        rsp_sqlite_close(made);
        return status;
    }
    *self = made;
    return RSP_OK;
}

/* SQLite answers with the mode that it could set: on some network disks another one. */
static rsp_status use_log(sqlite3 *db, struct rsp_error *err)
{
    sqlite3_stmt *statement = NULL;
    RSP_TRY(rsp_sqlite_prepare(db, "PRAGMA journal_mode = WAL", &statement, "opening the database", err));
    const int code = sqlite3_step(statement);
    const char *mode = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    rsp_status status = RSP_OK;
    if (code != SQLITE_ROW)
        status = rsp_sqlite_refuse(db, code, "opening the database", err);
    else if (mode == NULL || sqlite3_stricmp(mode, "wal") != 0)
        status = rsp_error_set(err, RSP_E_UNSUPPORTED, "",
            "this disk cannot keep a write-ahead log: put the database on a local disk");
    (void)sqlite3_finalize(statement);
    return status;
}

rsp_status rsp_sqlite_open(const char *path, int busy_ms, bool read_only, void **self, struct rsp_error *err)
{
    struct rsp_sqlite *made = NULL;
    const struct rsp_sqlite_steps *steps = rsp_sqlite_steps();
    const int last = steps->step[steps->n_step - 1].version;

    RSP_TRY(rsp_sqlite_attach(
        path, busy_ms, read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, &made, err));
    rsp_status status = RSP_OK;
    if (made->schema < last)
        status = rsp_error_set(err, RSP_E_UNSUPPORTED, "",
            "the database has schema version %d, this program needs %d: back it up, then run 'respite db "
            "migrate'",
            made->schema, last);
    else if (made->schema > last)
        status = rsp_error_set(err, RSP_E_UNSUPPORTED, "",
            "the database has schema version %d, this program knows up to %d: use a newer version of respite",
            made->schema, last);
    else if (!read_only && sqlite3_db_readonly(made->db, "main") == 1)
        status = rsp_sqlite_refuse(made->db, SQLITE_READONLY, "opening the database", err);
    else if (!read_only)
        status = use_log(made->db, err);
    if (status != RSP_OK) {
        rsp_error_place(err, path, 0);
        rsp_sqlite_close(made);
        return status;
    }
    *self = made;
    return RSP_OK;
}

static rsp_status fill_new(struct rsp_sqlite *self, int busy_ms, struct rsp_error *err)
{
    int from = 0;
    RSP_TRY(connect(self, busy_ms, SQLITE_OPEN_READWRITE, err));
    RSP_TRY(use_log(self->db, err));
    RSP_TRY(rsp_sqlite_run(self->db, "PRAGMA application_id = 0x52535054", "making the database", err));
    return rsp_sqlite_advance(self->db, rsp_sqlite_steps(), &from, &self->schema, err);
}

rsp_status rsp_sqlite_create(const char *path, int busy_ms, void **self, struct rsp_error *err)
{
    struct rsp_sqlite *made = NULL;
    if (path[0] == '\0' || path[0] == ':')
        return rsp_error_set(err, RSP_E_DOMAIN, "", "'%.60s' is no name of a file: name the database", path);
    const int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600); /* nobody else's to read */
    if (file < 0)
        return rsp_place_failed(err, path, "making the database", errno);
    (void)close(file);
    rsp_status status = allocate(path, &made, err);
    if (status == RSP_OK)
        status = fill_new(made, busy_ms, err);
    if (status != RSP_OK) {
        rsp_error_place(err, path, 0);
        rsp_sqlite_close(made);
        (void)unlink(path);
        rsp_place_forget_beside(path);
        return status;
    }
    *self = made;
    return RSP_OK;
}

rsp_status rsp_sqlite_migrate_by(const char *path, int busy_ms, const struct rsp_sqlite_steps *steps,
    int *from, int *to, struct rsp_error *err)
{
    struct rsp_sqlite *self = NULL;
    RSP_TRY(rsp_sqlite_attach(path, busy_ms, SQLITE_OPEN_READWRITE, &self, err));
    const rsp_status status = rsp_sqlite_advance(self->db, steps, from, to, err);
    if (status != RSP_OK)
        rsp_error_place(err, path, 0);
    rsp_sqlite_close(self);
    return status;
}

rsp_status rsp_sqlite_migrate(const char *path, int busy_ms, int *from, int *to, struct rsp_error *err)
{
    return rsp_sqlite_migrate_by(path, busy_ms, rsp_sqlite_steps(), from, to, err);
}

rsp_status rsp_sqlite_take_alone(void *context, struct rsp_error *err)
{
    struct rsp_sqlite *self = context;
    /* In exclusive mode the log is locked against everybody: it fails while anybody has the file open. */
    const rsp_status status = rsp_sqlite_run(self->db,
        "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; ROLLBACK", "taking the database alone", err);
    return status != RSP_E_BUSY ? status
                                : rsp_error_set(err, RSP_E_BUSY, "",
                                      "another program has the database open: stop the server first");
}

rsp_status rsp_sqlite_alone(const char *path, struct rsp_error *err)
{
    struct rsp_sqlite *self = NULL;
    const rsp_status opened = rsp_sqlite_attach(path, 0, SQLITE_OPEN_READWRITE, &self, err);
    if (opened != RSP_OK)
        return opened;
    const rsp_status status = rsp_sqlite_take_alone(self, err);
    if (status != RSP_OK)
        rsp_error_place(err, path, 0);
    rsp_sqlite_close(self);
    return status;
}
