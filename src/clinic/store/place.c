#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
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
    static const char full[] = "the disk is full: make room and try again",
                      permission[] = "it may not be written: check the permissions of file and folder",
                      no_folder[] = "there is no such folder", any[] = "the disk reported an error";
    static const struct {
        int number;
        rsp_status code;
        const char *why;
    } causes[] = {{ENOSPC, RSP_E_IO, full}, {EDQUOT, RSP_E_IO, full}, {EFBIG, RSP_E_IO, full},
        {EACCES, RSP_E_IO, permission}, {EPERM, RSP_E_IO, permission}, {EROFS, RSP_E_IO, permission},
        {ENOENT, RSP_E_IO, no_folder}, {ENOTDIR, RSP_E_IO, no_folder},
        {EISDIR, RSP_E_MISMATCH, "this is a folder; name a file in it"},
        {ENAMETOOLONG, RSP_E_MISMATCH, "its name, with what is added to it, is too long for this disk"},
        {ENOMEM, RSP_E_MEMORY, "out of memory"}, {0, RSP_E_IO, any}};
    size_t i = 0;
    while (causes[i].number != number && causes[i].number != 0)
        i++;
    (void)rsp_error_set(err, causes[i].code, "", "%s failed: %s", doing, causes[i].why);
    rsp_error_place(err, path, 0);
    return causes[i].code;
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

bool rsp_place_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool rsp_place_filled(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0 && info.st_size > 0;
}

void rsp_place_forget_beside(const char *path)
{
    static const char *const endings[] = {"-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char name[4096]; /* on the stack: want of memory leaves nothing behind */
        if (snprintf(name, sizeof name, "%s%s", path, endings[i]) < (int)sizeof name)
            (void)unlink(name);
    }
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
