/** The file of a backup: a line that names the format, a manifest, its signature, and the database in an
 * authenticated stream that is bound to the manifest. */
#ifndef RSP_STORE_BACKUP_FILE_H
#define RSP_STORE_BACKUP_FILE_H

#include <stdio.h>

#include "store/site.h"

/** Fill n_byte and content of the manifest from the file at path. */
RSP_CHECKED rsp_status rsp_backup_measure(
    const char *path, struct rsp_store_manifest *manifest, struct rsp_error *err);

/** Write the backup of the database at `from` to the new file `to`. */
RSP_CHECKED rsp_status rsp_backup_pack(const struct rsp_site *site, const struct rsp_store_manifest *manifest,
    const char *from, const char *to, struct rsp_error *err);

/** A backup that is being read. */
struct rsp_backup {
    FILE *file;
    const char *path; /* borrowed */
    struct rsp_store_manifest manifest;
    unsigned char bound[RSP_HASH_BYTES]; /* ties the stream to the manifest */
};

/** Read and verify the manifest. backup->file: caller closes with fclose. */
RSP_CHECKED rsp_status rsp_backup_open(
    const struct rsp_site *site, const char *path, struct rsp_backup *backup, struct rsp_error *err);

/** Decrypt the database into the new file `to` and hold it to the manifest; removed on failure. */
RSP_CHECKED rsp_status rsp_backup_unpack(
    const struct rsp_site *site, const struct rsp_backup *backup, const char *to, struct rsp_error *err);

#endif
