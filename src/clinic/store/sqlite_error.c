#include <errno.h>

#include "store/sqlite_internal.h"

struct sentence {
    int code; /* primary result code of SQLite */
    rsp_status status;
    const char *text;
};

static const struct sentence sentences[] = {
    {SQLITE_BUSY, RSP_E_BUSY, "another program is writing to the database: try again in a moment"},
    {SQLITE_LOCKED, RSP_E_BUSY, "another part of this program is using the database: try again in a moment"},
    {SQLITE_NOMEM, RSP_E_MEMORY, "out of memory"},
    {SQLITE_FULL, RSP_E_IO, "the disk is full: nothing was stored; make room and try again"},
    {SQLITE_READONLY, RSP_E_IO,
        "the database may not be written: check the permissions of the file and its folder"},
    {SQLITE_PERM, RSP_E_IO, "the database may not be used: check the permissions of the file and its folder"},
    {SQLITE_AUTH, RSP_E_IO, "the database may not be used: check the permissions of the file and its folder"},
    {SQLITE_CANTOPEN, RSP_E_IO,
        "the database cannot be opened: check that file and folder are there and may be written"},
    {SQLITE_CORRUPT, RSP_E_DAMAGED, "the database is damaged: restore a backup; nothing was repaired"},
    {SQLITE_NOTADB, RSP_E_DAMAGED,
        "this is no database of respite, or its beginning is damaged: name another file or restore a backup"},
    {SQLITE_CONSTRAINT, RSP_E_DAMAGED,
        "the database refuses what contradicts what it holds: run 'respite db check'"},
    {SQLITE_MISMATCH, RSP_E_DAMAGED, "the database is damaged: restore a backup; nothing was repaired"},
    {SQLITE_FORMAT, RSP_E_DAMAGED, "the database is damaged: restore a backup; nothing was repaired"},
    {SQLITE_ERROR, RSP_E_DAMAGED,
        "the database has not the tables of this version of respite: run 'respite db check'"},
    {SQLITE_TOOBIG, RSP_E_LIMIT, "the text is larger than the database can keep"},
};

/* What the operating system said tells a full disk from a broken one. */
static const char *disk_sentence(int number)
{
    switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return "the disk is full: nothing was stored; make room and try again";
    case EACCES:
    case EPERM:
    case EROFS:
        return "the database may not be written: check the permissions of the file and its folder";
    default:
        return "the disk reported an error: nothing was stored; check the disk";
    }
}

/* The number that a failed write left in the file itself: errno has changed since. */
static int errno_of(sqlite3 *db, int which)
{
    sqlite3_file *file = NULL;
    int number = 0;
    if (sqlite3_file_control(db, "main", which, &file) == SQLITE_OK && file != NULL && file->pMethods != NULL)
        (void)file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number);
    return number;
}

static int disk_error(sqlite3 *db)
{
    if (db == NULL)
        return 0;
    const int in_log = errno_of(db, SQLITE_FCNTL_JOURNAL_POINTER),
              in_file = errno_of(db, SQLITE_FCNTL_FILE_POINTER);
    return in_log != 0 ? in_log : in_file != 0 ? in_file : sqlite3_system_errno(db);
}

rsp_status rsp_sqlite_refuse(sqlite3 *db, int code, const char *doing, struct rsp_error *err)
{
    if (code == SQLITE_IOERR_NOMEM)
        code = SQLITE_NOMEM;
    /* A page that should be there and is not: the file was cut off. */
    if (code == SQLITE_IOERR_SHORT_READ)
        code = SQLITE_CORRUPT;
    if ((code & 0xff) == SQLITE_IOERR)
        return rsp_error_set(err, RSP_E_IO, "", "%s failed: %s", doing, disk_sentence(disk_error(db)));
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        if (sentences[i].code == (code & 0xff))
            return rsp_error_set(err, sentences[i].status, "", "%s failed: %s", doing, sentences[i].text);
    return rsp_error_set(err, RSP_E_IO, "", "%s failed: %s", doing, sqlite3_errstr(code));
}
