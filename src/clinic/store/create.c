/* A new database: three files, or none when something fails. */
#include <stdlib.h>
#include <unistd.h>

#include "store/place.h"
#include "store/store_internal.h"

enum { DEFAULT_BUSY_MS = 5000 };

struct files {
    char *key, *anchor, *wal;
    bool key_is_new, database_is_new, anchor_was_there;
};

static void forget(struct files *files)
{
    free(files->key);
    free(files->anchor);
    free(files->wal);
}

static rsp_status name_files(
    const char *path, const struct rsp_store_options *options, struct files *files, struct rsp_error *err)
{
    const char *key = options != NULL ? options->key : NULL;
    const char *anchor = options != NULL ? options->anchor : NULL;
    files->key = rsp_place_beside(key != NULL ? key : path, key != NULL ? "" : ".key");
    files->anchor = rsp_place_beside(anchor != NULL ? anchor : path, anchor != NULL ? "" : ".anchor");
    files->wal = rsp_place_beside(path, "-wal");
    if (files->key == NULL || files->anchor == NULL || files->wal == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory while making the database");
    return RSP_OK;
}

static rsp_status refuse_leftovers(const char *path, const struct files *files, struct rsp_error *err)
{
    if (rsp_place_there(path))
        return rsp_place_refuse(
            err, RSP_E_MISMATCH, path, "there is such a file already: choose another name");
    if (rsp_place_folder(files->anchor))
        return rsp_place_refuse(
            err, RSP_E_MISMATCH, files->anchor, "this is a folder; name a file for the anchor log");
    if (files->anchor_was_there)
        return rsp_place_refuse(err, RSP_E_MISMATCH, files->anchor,
            "an anchor log is there although the database is not: restore a backup, or move the log away");
    if (rsp_place_filled(files->wal))
        return rsp_place_refuse(err, RSP_E_MISMATCH, files->wal,
            "the write-ahead log of a database that is gone: restore the database, or move the log away");
    return RSP_OK;
}

/* Only what this call made: another program may have been faster with the rest. */
static void remove_made(const char *path, const struct files *files, rsp_status status)
{
    if (files->database_is_new) {
        (void)unlink(path);
        rsp_place_forget_beside(path);
        if (status != RSP_E_MISMATCH) /* the log was there already */
            (void)unlink(files->anchor);
    }
    if (files->key_is_new)
        (void)unlink(files->key);
}

static rsp_status make(const char *path, const struct rsp_store_options *options, struct files *files,
    struct rsp_store **store, struct rsp_error *err)
{
    const int busy_ms = options != NULL && options->busy_ms > 0 ? options->busy_ms : DEFAULT_BUSY_MS;
    void *self = NULL;

    if (!rsp_place_there(files->key)) {
        RSP_TRY(rsp_site_make(files->key, err));
        files->key_is_new = true;
    }
    RSP_TRY(rsp_sqlite_create(path, busy_ms, &self, err));
    files->database_is_new = true;
    RSP_TRY(rsp_store_assemble(&rsp_sqlite_operations, self, path, options, true, store, err));
    const rsp_status status = rsp_place_sync_folder(path, err);
    if (status != RSP_OK) {
        rsp_store_close(*store);
        *store = NULL;
    }
    return status;
}

rsp_status rsp_store_create(const char *path, const struct rsp_store_options *options,
    struct rsp_store **store, struct rsp_error *err)
{
    struct files files = {0};
    struct rsp_store *made = NULL;
    rsp_status status = name_files(path, options, &files, err);
    if (status == RSP_OK) {
        files.anchor_was_there = rsp_place_there(files.anchor);
        status = refuse_leftovers(path, &files, err);
    }
    if (status == RSP_OK) {
        status = make(path, options, &files, &made, err);
        if (status != RSP_OK)
            remove_made(path, &files, status);
    }
    forget(&files);
    if (status == RSP_OK)
        *store = made;
    return status;
}
