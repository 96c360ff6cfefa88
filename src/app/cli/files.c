#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli.h"

enum { MAX_PATH = 4096, MAX_FILE_OUTPUT = 256 << 20 };

rsp_status rsp_cli_read(const char *path, size_t max, char **text, size_t *length, struct rsp_error *err)
{
    struct stat info;

    if (stat(path, &info) != 0 && errno == ENOENT) {
        rsp_error_set(err, RSP_E_UNKNOWN, "", "there is no such file");
        rsp_error_place(err, path, 0);
        return RSP_E_UNKNOWN;
    }
    RSP_TRY(rsp_file_read(path, max, text, length, err));
    if (*length == 0) {
        free(*text);
        *text = NULL;
        rsp_error_set(err, RSP_E_MISSING, "", "the file is empty");
        rsp_error_place(err, path, 0);
        return RSP_E_MISSING;
    }
    return RSP_OK;
}

struct rsp_buf *rsp_cli_file(struct rsp_cli *cli, const char *fmt, ...)
{
    char path[MAX_PATH];
    va_list arguments;

    va_start(arguments, fmt);
    const int length = vsnprintf(path, sizeof path, fmt, arguments);
    va_end(arguments);
    if (cli->n_file >= RSP_CLI_MAX_FILE || length < 0 || length >= MAX_PATH)
        return NULL;
    struct rsp_cli_file *file = &cli->file[cli->n_file];
    file->path = strdup(path);
    if (file->path == NULL)
        return NULL;
    cli->n_file++;
    rsp_buf_init(&file->text, MAX_FILE_OUTPUT);
    return &file->text;
}

static rsp_status io_error(const char *path, const char *what, struct rsp_error *err)
{
    rsp_error_set(err, RSP_E_IO, "", "%s failed: %s", what, strerror(errno));
    rsp_error_place(err, path, 0);
    return RSP_E_IO;
}

static bool write_all(int fd, const char *data, size_t length)
{
    while (length > 0) {
        const ssize_t n = write(fd, data, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        data += n;
        length -= (size_t)n;
    }
    return true;
}

static rsp_status write_temporary(
    const char *path, const char *temporary, const struct rsp_buf *text, struct rsp_error *err)
{
    const int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    if (fd < 0)
        return io_error(path, "writing", err);
    const bool written = write_all(fd, text->data != NULL ? text->data : "", text->length) && fsync(fd) == 0;
    if (close(fd) != 0 || !written) {
        const rsp_status status = io_error(path, "writing", err);
        unlink(temporary);
        return status;
    }
    return RSP_OK;
}

static void temporary_name(char name[MAX_PATH], const char *path)
{
    snprintf(name, MAX_PATH, "%s.%ld.tmp", path, (long)getpid());
}

/* Devices and pipes (/dev/stdout, /dev/null) cannot be renamed over. */
static bool is_special(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode);
}

static rsp_status write_special(const char *path, const struct rsp_buf *text, struct rsp_error *err)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return io_error(path, "writing", err);
    const bool written = write_all(fd, text->data != NULL ? text->data : "", text->length);
    const rsp_status status = written ? RSP_OK : io_error(path, "writing", err);
    close(fd);
    return status;
}

static rsp_status finish_files(struct rsp_cli *cli, struct rsp_error *err)
{
    char temporary[MAX_PATH];

    for (size_t i = 0; i < cli->n_file; i++) {
        if (is_special(cli->file[i].path)) {
            RSP_TRY(write_special(cli->file[i].path, &cli->file[i].text, err));
            continue;
        }
        temporary_name(temporary, cli->file[i].path);
        if (rename(temporary, cli->file[i].path) != 0)
            return io_error(cli->file[i].path, "writing", err);
    }
    return RSP_OK;
}

static rsp_status write_out(struct rsp_cli *cli, size_t length, struct rsp_error *err)
{
    if (length > 0 && !write_all(STDOUT_FILENO, cli->out.data, length))
        return io_error("stdout", "writing", err);
    return RSP_OK;
}

rsp_status rsp_cli_flush(struct rsp_cli *cli, struct rsp_error *err)
{
    if (cli->out.failed)
        return rsp_error_set(err, RSP_E_MEMORY, "", "the output does not fit into memory");
    if (cli->out.length < 2)
        return RSP_OK;
    const size_t length = cli->out.length - 1;
    RSP_TRY(write_out(cli, length, err));
    cli->out.data[0] = cli->out.data[length];
    cli->out.data[1] = '\0';
    cli->out.length = 1;
    return RSP_OK;
}

rsp_status rsp_cli_commit(struct rsp_cli *cli, struct rsp_error *err)
{
    char temporary[MAX_PATH];
    rsp_status status = RSP_OK;
    size_t n = 0;

    if (cli->out.failed)
        return rsp_error_set(err, RSP_E_MEMORY, "", "the output does not fit into memory");
    for (; n < cli->n_file && status == RSP_OK; n++) {
        if (cli->file[n].text.failed)
            status = rsp_error_set(err, RSP_E_MEMORY, "", "the output does not fit into memory");
        else if (!is_special(cli->file[n].path)) {
            temporary_name(temporary, cli->file[n].path);
            status = write_temporary(cli->file[n].path, temporary, &cli->file[n].text, err);
        }
    }
    if (status == RSP_OK)
        status = write_out(cli, cli->out.length, err);
    if (status == RSP_OK)
        status = finish_files(cli, err);
    for (size_t i = 0; i < n && status != RSP_OK; i++) {
        temporary_name(temporary, cli->file[i].path);
        unlink(temporary);
    }
    return status;
}

void rsp_cli_warn(const char *fmt, ...)
{
    va_list arguments;

    fputs("respite: warning: ", stderr);
    va_start(arguments, fmt);
    vfprintf(stderr, fmt, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

void rsp_cli_progress(const struct rsp_cli *cli, const char *what, double share)
{
    enum { WIDTH = 40 };
    char bar[WIDTH + 1];

    if (!cli->err_terminal)
        return;
    if (share >= 1) {
        fputs("\r\033[K", stderr);
        return;
    }
    const int full = (int)(share * WIDTH);
    for (int i = 0; i < WIDTH; i++)
        bar[i] = i < full ? '#' : '.';
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r%s %s %3d %%", what, bar, (int)(share * 100));
    fflush(stderr);
}
