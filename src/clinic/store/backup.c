/* A backup: a copy of one moment, then encrypted and signed. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* renameat2 */
#endif
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "store/backup_file.h"
#include "store/chain.h"
#include "store/place.h"
#include "store/store_internal.h"

enum { RANDOM = 8, SUFFIX = 8 + 2 * RANDOM };

/* The copy lies beside the database, where the same pages lie anyway, until it is encrypted. */
static char *name_copy(const char *path)
{
    char ending[SUFFIX] = ".copy-";
    unsigned char random[RANDOM];
    randombytes_buf(random, sizeof random);
    (void)sodium_bin2hex(ending + 6, sizeof ending - 6, random, sizeof random);
    return rsp_place_beside(path, ending);
}

static rsp_status never_replaces(const char *file, struct rsp_error *err)
{
    return rsp_place_refuse(
        err, RSP_E_MISMATCH, file, "there is such a file already: a backup never replaces one");
}

/* Unless a file came meanwhile: FAT and exFAT (sticks) know no links, network disks no such rename. */
static bool take_name(const char *partial, const char *file)
{
    if (renameat2(AT_FDCWD, partial, AT_FDCWD, file, RENAME_NOREPLACE) == 0)
        return true;
    if ((errno != EINVAL && errno != ENOSYS) || link(partial, file) != 0)
        return false;
    (void)unlink(partial);
    return true;
}

static rsp_status pack(struct rsp_store *store, const char *copy, const char *partial, const char *file,
    struct rsp_store_manifest *manifest, struct rsp_error *err)
{
    unsigned char head[RSP_HASH_BYTES];

    RSP_TRY(store->operations->copy(store->self, copy, &manifest->n_fact, head, err));
    if (manifest->n_fact == 0)
        rsp_chain_start(store->identity.id, head);
    rsp_chain_hex(head, manifest->head);
    rsp_status status = rsp_backup_measure(copy, manifest, err);
    if (status == RSP_OK)
        status = rsp_backup_pack(store->site, manifest, copy, partial, err);
    (void)unlink(copy);
    RSP_TRY(status);
    if (!take_name(partial, file)) {
        status = errno == EEXIST ? never_replaces(file, err)
                                 : rsp_place_failed(err, file, "writing the backup", errno);
        (void)unlink(partial);
        return status;
    }
    return rsp_place_sync_folder(file, err);
}

/* A damaged database is copied too, for what can still be saved from it, but not without a word. */
static rsp_status warn_of_damage(struct rsp_store *store, struct rsp_error *err)
{
    struct rsp_store_check check = {0};
    RSP_TRY(rsp_verify(store, &check, true, err));
    if (check.n_finding > 0)
        (void)snprintf(store->warning, sizeof store->warning,
            "the database is not as it was written ('respite db check' finds %zu faults): "
            "this backup is for experts, 'respite db restore' will refuse it",
            check.n_finding);
    return RSP_OK;
}

rsp_status rsp_store_backup(struct rsp_store *store, const char *file, const struct rsp_stamp *when,
    struct rsp_store_manifest *manifest, struct rsp_error *err)
{
    struct rsp_store_manifest made = {.schema = store->operations->schema(store->self)};

    RSP_CHECK_BUG(!store->open, err);
    RSP_TRY(rsp_stamp_check(when, err));
    if (rsp_place_there(file))
        return never_replaces(file, err);
    rsp_stamp_wall(when, made.made);
    (void)sodium_bin2hex(made.store, sizeof made.store, store->identity.id, sizeof store->identity.id);
    char *copy = name_copy(store->path), *partial = name_copy(file);
    const rsp_status status = copy != NULL && partial != NULL
                                  ? pack(store, copy, partial, file, &made, err)
                                  : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory for the backup");
    free(copy);
    free(partial);
    RSP_TRY(status);
    if (manifest != NULL)
        *manifest = made;
    return warn_of_damage(store, err);
}
