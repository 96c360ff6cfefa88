/** Files beside the database: names, writing, refusals that name the file. */
#ifndef RSP_STORE_PLACE_H
#define RSP_STORE_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/status.h>

/** Fill err with a sentence about the file at path. @return code */
rsp_status rsp_place_refuse(struct rsp_error *err, rsp_status code, const char *path, const char *sentence);

/** The same after a failed system call: tells a full disk, missing permission, a folder and a name that is too
 * long from the rest.
 * @param doing  "writing the backup" */
rsp_status rsp_place_failed(struct rsp_error *err, const char *path, const char *doing, int number);

/** Write all of text to an open file. */
RSP_CHECKED rsp_status rsp_place_write(
    int file, const char *path, const void *text, size_t n, struct rsp_error *err);

/** path and an ending in new memory; caller frees with free(). NULL when out of memory. */
char *rsp_place_beside(const char *path, const char *ending);

bool rsp_place_there(const char *path);

bool rsp_place_folder(const char *path);

/** There, and with something in it: a reader leaves an empty write-ahead log behind. */
bool rsp_place_filled(const char *path);

/** Remove what SQLite keeps beside the database at path: logs and shared memory. */
void rsp_place_forget_beside(const char *path);

/** Make what happened in the folder of path last: names and renames. */
RSP_CHECKED rsp_status rsp_place_sync_folder(const char *path, struct rsp_error *err);

#endif
