/* Restoring: everything is verified beside the database before anything takes its place. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "store/anchor.h"
#include "store/backup_file.h"
#include "store/chain.h"
#include "store/place.h"
#include "store/store_internal.h"

enum { BUSY_MS = 5000 };

struct restoring {
    const char *path;
    char *key, *anchor, *old, *old_anchor, *wal, *old_wal, *shm, *fresh;
    struct rsp_site *site;
    struct rsp_backup backup;
    unsigned char store[RSP_PERSON_BYTES], head[RSP_HASH_BYTES];
    bool keep_log; /* the anchor log that is there belongs to what is restored */
    bool log_written;
    off_t log_bytes; /* before that */
    struct {
        const char *from, *to;
    } moved[4]; /* in this order, to be undone */
    size_t n_moved;
};

static void forget(struct restoring *r)
{
    char *const names[] = {r->key, r->anchor, r->old, r->old_anchor, r->wal, r->old_wal, r->shm, r->fresh};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        free(names[i]);
    rsp_site_free(r->site);
    if (r->backup.file != NULL)
        (void)fclose(r->backup.file);
}

static rsp_status name_files(
    struct restoring *r, const struct rsp_store_options *options, struct rsp_error *err)
{
    const char *key = options != NULL ? options->key : NULL,
               *anchor = options != NULL ? options->anchor : NULL;
    r->key = rsp_place_beside(key != NULL ? key : r->path, key != NULL ? "" : ".key");
    r->anchor = rsp_place_beside(anchor != NULL ? anchor : r->path, anchor != NULL ? "" : ".anchor");
    r->old = rsp_place_beside(r->path, ".old");
    r->wal = rsp_place_beside(r->path, "-wal");
    r->old_wal = rsp_place_beside(r->path, ".old-wal");
    r->shm = rsp_place_beside(r->path, "-shm");
    r->fresh = rsp_place_beside(r->path, ".restoring");
    r->old_anchor = r->anchor != NULL ? rsp_place_beside(r->anchor, ".old") : NULL;
    if (r->key == NULL || r->anchor == NULL || r->old == NULL || r->wal == NULL || r->old_wal == NULL ||
        r->shm == NULL || r->fresh == NULL || r->old_anchor == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory while restoring");
    return RSP_OK;
}

/* ---- before anything is written ---- */

static rsp_status check_target(const struct restoring *r, bool replace, struct rsp_error *err)
{
    const bool there = rsp_place_there(r->path), log = rsp_place_filled(r->wal);
    if (!there && !log)
        return RSP_OK;
    if (!replace)
        return rsp_place_refuse(err, RSP_E_MISMATCH, there ? r->path : r->wal,
            "a database is there: name another one, or give --replace to move it to its name with .old");
    if (rsp_place_there(r->old) || rsp_place_there(r->old_wal))
        return rsp_place_refuse(err, RSP_E_MISMATCH, r->old,
            "a database that was replaced earlier is in the way: move it to a safe place first");
    /* A damaged one may be replaced, one in use may not. */
    const rsp_status alone = there ? rsp_sqlite_alone(r->path, err) : RSP_OK;
    return alone == RSP_E_BUSY || alone == RSP_E_MEMORY ? alone : RSP_OK;
}

static rsp_status complain(const char *path, const char *sentence, struct rsp_error *err)
{
    return rsp_place_refuse(err, RSP_E_DAMAGED, path, sentence);
}

/* A backup of an older version of the program is brought to this one's schema; what its manifest says of it was verified before. */
static rsp_status open_fresh(const struct restoring *r, const struct rsp_store_options *options,
    struct rsp_store **store, struct rsp_error *err)
{
    int from = 0, to = 0;
    const rsp_status status = rsp_store_open(r->fresh, options, store, err);
    if (status != RSP_E_UNSUPPORTED)
        return status;
    RSP_TRY(rsp_store_migrate(r->fresh, options, &from, &to, err));
    return rsp_store_open(r->fresh, options, store, err);
}

/* Open what was unpacked and verify all of it. */
static rsp_status verify_fresh(struct restoring *r, struct rsp_error *err)
{
    const struct rsp_store_options options = {.key = r->key, .anchor = r->anchor, .examine = true};
    const struct rsp_store_manifest *m = &r->backup.manifest;
    struct rsp_store_check check = {0};
    struct rsp_store *store = NULL;
    char id[2 * RSP_PERSON_BYTES + 1];

    RSP_TRY(open_fresh(r, &options, &store, err));
    rsp_status status = rsp_verify(store, &check, false, err);
    memcpy(r->store, store->identity.id, sizeof r->store);
    rsp_store_close(store);
    RSP_TRY(status);
    (void)sodium_bin2hex(id, sizeof id, r->store, sizeof r->store);
    if (check.n_finding != 0)
        return complain(
            r->backup.path, "the database in the backup was damaged when the backup was made", err);
    if (check.n_fact != m->n_fact || strcmp(check.head, m->head) != 0 || strcmp(id, m->store) != 0)
        return complain(r->backup.path, "the database in the backup is not the one of its manifest", err);
    (void)sodium_hex2bin(r->head, sizeof r->head, m->head, RSP_HASH_HEX - 1, NULL, NULL, NULL);
    return RSP_OK;
}

static rsp_status pinned_hash(void *context, const struct rsp_record *record, struct rsp_error *err)
{
    (void)err;
    memcpy(context, record->hash, RSP_HASH_BYTES);
    return RSP_OK;
}

/* What the anchor log that is there knows beyond the backup. */
static rsp_status compare_log(struct restoring *r, int64_t *n_lost, struct rsp_error *err)
{
    struct rsp_anchor newest = {0};
    struct rsp_anchor_trust trust;
    unsigned char hash[RSP_HASH_BYTES];
    void *self = NULL;

    if (!rsp_place_there(r->anchor))
        return RSP_OK;
    RSP_TRY(rsp_anchor_trusted(r->anchor, r->site, r->store, &trust, &newest, err));
    if (newest.line == 0 || !rsp_anchor_signed(&trust, r->store, &newest))
        return RSP_OK;
    if (newest.number > r->backup.manifest.n_fact) {
        *n_lost = newest.number - r->backup.manifest.n_fact;
        return RSP_OK;
    }
    rsp_chain_start(r->store, hash);
    if (newest.number > 0) {
        RSP_TRY(rsp_sqlite_open(r->fresh, BUSY_MS, false, &self, err));
        const rsp_status status = rsp_sqlite_operations.scan(
            self, &(struct rsp_record_filter){.number = newest.number}, pinned_hash, hash, err);
        rsp_sqlite_operations.close(self);
        RSP_TRY(status);
    }
    r->keep_log = memcmp(hash, newest.hash, sizeof hash) == 0;
    return RSP_OK;
}

/* ---- taking its place ---- */

static rsp_status move(struct restoring *r, const char *from, const char *to, struct rsp_error *err)
{
    if (rename(from, to) != 0)
        return rsp_place_failed(err, from, "moving the file", errno);
    r->moved[r->n_moved].from = from;
    r->moved[r->n_moved++].to = to;
    return RSP_OK;
}

/* The anchor log first: what is most likely to fail happens while the database still has its name. */
static rsp_status make_room(struct restoring *r, struct rsp_store_restored *restored, struct rsp_error *err)
{
    if (!r->keep_log && rsp_place_there(r->anchor)) {
        RSP_TRY(move(r, r->anchor, r->old_anchor, err));
        restored->log_moved = true;
    }
    if (rsp_place_there(r->path)) {
        RSP_TRY(move(r, r->path, r->old, err));
        restored->moved = true;
    }
    if (rsp_place_filled(r->wal))
        RSP_TRY(move(r, r->wal, r->old_wal, err));
    (void)unlink(r->wal);
    (void)unlink(r->shm);
    return RSP_OK;
}

/* What fails here too is left as it is: nothing is deleted. */
static void put_back(struct restoring *r)
{
    if (r->log_written && r->keep_log && truncate(r->anchor, r->log_bytes) != 0)
        return;
    if (r->log_written && !r->keep_log)
        (void)unlink(r->anchor);
    while (r->n_moved-- > 0)
        (void)rename(r->moved[r->n_moved].to, r->moved[r->n_moved].from);
}

static rsp_status take_place(struct restoring *r, struct rsp_store_restored *restored, struct rsp_error *err)
{
    rsp_status status = make_room(r, restored, err);
    struct stat log;
    r->log_bytes = r->keep_log && stat(r->anchor, &log) == 0 ? log.st_size : 0;
    if (status == RSP_OK)
        status = rsp_anchor_add(
            r->anchor, !r->keep_log, r->site, r->store, r->backup.manifest.n_fact, r->head, err);
    r->log_written = status == RSP_OK;
    if (status == RSP_OK)
        status = move(r, r->fresh, r->path, err);
    if (status == RSP_OK)
        status = rsp_place_sync_folder(r->path, err);
    if (status != RSP_OK)
        put_back(r);
    return status;
}

static void forget_fresh(const struct restoring *r)
{
    if (r->fresh == NULL)
        return;
    (void)unlink(r->fresh);
    rsp_place_forget_beside(r->fresh);
}

static rsp_status restore(struct restoring *r, const char *file, const struct rsp_store_options *options,
    bool replace, struct rsp_store_restored *restored, struct rsp_error *err)
{
    RSP_TRY(name_files(r, options, err));
    RSP_TRY(rsp_site_load(r->key, &r->site, err));
    RSP_TRY(check_target(r, replace, err));
    RSP_TRY(rsp_backup_open(r->site, file, &r->backup, err));
    restored->manifest = r->backup.manifest;
    forget_fresh(r); /* what a restore that was killed left */
    RSP_TRY(rsp_backup_unpack(r->site, &r->backup, r->fresh, err));
    RSP_TRY(verify_fresh(r, err));
    RSP_TRY(compare_log(r, &restored->n_lost, err));
    if (!r->keep_log && rsp_place_there(r->anchor) && rsp_place_there(r->old_anchor))
        return rsp_place_refuse(err, RSP_E_MISMATCH, r->old_anchor,
            "an anchor log that was replaced earlier is in the way: move it to a safe place first");
    return take_place(r, restored, err);
}

rsp_status rsp_store_restore(const char *file, const char *path, const struct rsp_store_options *options,
    bool replace, struct rsp_store_restored *restored, struct rsp_error *err)
{
    struct restoring r = {.path = path};
    struct rsp_store_restored made = {0};
    const rsp_status status = restore(&r, file, options, replace, &made, err);
    if (status != RSP_OK)
        forget_fresh(&r);
    forget(&r);
    if (status == RSP_OK && restored != NULL)
        *restored = made;
    return status;
}
