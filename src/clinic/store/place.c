#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

rsp_status rsp_place_refuse(struct rsp_error *err, rsp_status code, const char *path, const char *sentence)
{
    (void)rsp_error_set(err, code, "", "%s", sentence);
    rsp_error_place(err, path, 0);
    return code;
}

rsp_status rsp_place_failed(struct rsp_error *err, const char *path, const char *doing, int number)
{
    const char *why = number == ENOSPC || number == EDQUOT || number == EFBIG
                          ? "the disk is full: make room and try again"
                      : number == EACCES || number == EPERM || number == EROFS
                          ? "it may not be written: check the permissions of file and folder"
                      : number == ENOENT || number == ENOTDIR ? "there is no such folder"
                      : number == ENOMEM                      ? "out of memory"
                                                              : "the disk reported an error";
    const rsp_status code = number == ENOMEM ? RSP_E_MEMORY : RSP_E_IO;
    (void)rsp_error_set(err, code, "", "%s failed: %s", doing, why);
    rsp_error_place(err, path, 0);
    return code;
}

rsp_status rsp_place_write(int file, const char *path, const void *text, size_t n, struct rsp_error *err)
{
    const char *from = text;
    while (n > 0) {
        const ssize_t done = write(file, from, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return rsp_place_failed(err, path, "writing", done < 0 ? errno : ENOSPC);
        from += done;
        n -= (size_t)done;
    }
    return RSP_OK;
}

char *rsp_place_beside(const char *path, const char *ending)
{
    const size_t length = strlen(path), more = strlen(ending) + 1;
    char *name = malloc(length + more);
    if (name != NULL) {
        memcpy(name, path, length);
        memcpy(name + length, ending, more);
    }
    return name;
}

bool rsp_place_there(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

bool rsp_place_filled(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0 && info.st_size > 0;
}

rsp_status rsp_place_sync_folder(const char *path, struct rsp_error *err)
{
    char *copy = rsp_place_beside(path, "");
    if (copy == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    const int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool done = folder >= 0 && fsync(folder) == 0;
    const int number = errno;
    if (folder >= 0)
        (void)close(folder);
    free(copy);
    return done ? RSP_OK : rsp_place_failed(err, path, "writing", number);
}
