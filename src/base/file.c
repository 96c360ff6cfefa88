#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_BYTES = 16 * 1024 };

static rsp_status refuse(struct rsp_error *err, rsp_status code, const char *path, const char *what)
{
    (void)rsp_error_set(err, code, "", "%s", what);
    rsp_error_place(err, path, 0);
    return code;
}

static rsp_status too_large(struct rsp_error *err, const char *path, size_t max_bytes)
{
    (void)rsp_error_set(err, RSP_E_LIMIT, "",
        "the file is larger than the %zu bytes that are read here; "
        "check that it is the right file",
        max_bytes);
    rsp_error_place(err, path, 0);
    return RSP_E_LIMIT;
}

static rsp_status check_kind(
    int file, const char *path, size_t max_bytes, size_t *expected, struct rsp_error *err)
{
    struct stat info;
    if (fstat(file, &info) != 0)
        return refuse(err, RSP_E_IO, path, "the file cannot be examined");
    if (S_ISDIR(info.st_mode))
        return refuse(err, RSP_E_MISMATCH, path, "this is a folder; name a file in it");
    *expected = 0;
    if (S_ISREG(info.st_mode)) {
        if (info.st_size > 0 && (unsigned long long)info.st_size > max_bytes)
            return too_large(err, path, max_bytes);
        *expected = (size_t)info.st_size;
    }
    return RSP_OK;
}

static rsp_status read_all(int file, const char *path, size_t max_bytes, size_t expected, char **text,
    size_t *length, struct rsp_error *err)
{
    size_t capacity = expected > 0 ? expected + 2 : FIRST_BYTES, used = 0;
    char *data = malloc(capacity);
    rsp_status status = RSP_OK;
    while (status == RSP_OK) {
        if (data != NULL && capacity - used < 2) {
            char *more = realloc(data, capacity *= 2);
            if (more == NULL)
                free(data);
            data = more;
        }
        if (data == NULL)
            return refuse(err, RSP_E_MEMORY, path, "out of memory while reading the file");
        const ssize_t n = read(file, data + used, capacity - used - 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            status = n == 0 ? RSP_OK : refuse(err, RSP_E_IO, path, "reading the file failed");
            break;
        }
        if (memchr(data + used, '\0', (size_t)n) != NULL)
            status = refuse(err, RSP_E_SYNTAX, path, "this is a binary file; a text file is expected");
        used += (size_t)n;
        if (status == RSP_OK && used > max_bytes)
            status = too_large(err, path, max_bytes);
    }
    if (status != RSP_OK) {
        free(data);
        return status;
    }
    data[used] = '\0';
    *text = data;
    *length = used;
    return RSP_OK;
}

rsp_status rsp_file_read(
    const char *path, size_t max_bytes, char **text, size_t *length, struct rsp_error *err)
{
    if (max_bytes > (size_t)-1 / 8)
        max_bytes = (size_t)-1 / 8;
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        return refuse(err, RSP_E_IO, path,
            errno == ENOENT || errno == ENOTDIR ? "there is no such file; check its name and folder"
            : errno == EACCES                   ? "the file may not be read; check its permissions"
                                                : "the file cannot be opened");
    size_t expected = 0;
    rsp_status status = check_kind(file, path, max_bytes, &expected, err);
    if (status == RSP_OK)
        status = read_all(file, path, max_bytes, expected, text, length, err);
    (void)close(file);
    return status;
}
