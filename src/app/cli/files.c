#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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

    if (path[0] == '\0')
        return rsp_error_set(err, RSP_E_MISSING, "", "the name of the file is empty: name an input file");
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

/* ---- where output may go ---- */

static bool same_file(const char *path, const struct stat *output)
{
    struct stat input;
    return stat(path, &input) == 0 && input.st_dev == output->st_dev && input.st_ino == output->st_ino;
}

static bool names_files(const char *choices)
{
    return choices != NULL && (strcmp(choices, RSP_CLI_FILES) == 0 || strcmp(choices, RSP_CLI_MODELS) == 0);
}

static bool names_output(const struct rsp_cli_option *option)
{
    return option != NULL && (strcmp(option->name, "output") == 0 || strcmp(option->name, "report") == 0 ||
                                 strcmp(option->name, "plot") == 0);
}

/* One of the files that this command reads, whatever name it goes by; models are joined with '+'. */
static bool is_input(const struct rsp_cli *cli, const char *path)
{
    struct stat output;
    char part[MAX_PATH];

    if (stat(path, &output) != 0)
        return false;
    for (size_t i = 0; i < cli->n_value; i++) {
        const struct rsp_cli_option *option = cli->value[i].option;
        if (names_output(option) ||
            !names_files(option != NULL ? option->choices : cli->command->operand_choices))
            continue;
        if (same_file(cli->value[i].text, &output))
            return true;
        for (const char *text = cli->value[i].text; text != NULL;) {
            const size_t length = strcspn(text, "+");
            snprintf(part, sizeof part, "%.*s", (int)(length < MAX_PATH ? length : MAX_PATH - 1), text);
            if (same_file(part, &output))
                return true;
            text = text[length] == '+' ? text + length + 1 : NULL;
        }
    }
    return false;
}

static rsp_status refuse_input(const struct rsp_cli *cli, const char *path, struct rsp_error *err)
{
    if (!is_input(cli, path))
        return RSP_OK;
    return rsp_error_set(err, RSP_E_MISMATCH, "",
        "'%.200s' is a file that this command reads and would be overwritten: choose another name", path);
}

static rsp_status check_file(const struct rsp_cli *cli, const char *path, const char *const endings[],
    const char *sentence, struct rsp_error *err)
{
    struct stat info;
    bool known = false;

    for (size_t i = 0; endings[i] != NULL; i++)
        known = known || rsp_text_ends(path, endings[i]);
    if (!known)
        return rsp_error_set(err, RSP_E_UNSUPPORTED, "", "'%.60s': %s", path, sentence);
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return rsp_error_set(err, RSP_E_UNSUPPORTED, "", "'%.60s' is a folder: %s", path, sentence);
    return refuse_input(cli, path, err);
}

rsp_status rsp_cli_check_file(const struct rsp_cli *cli, const char *option, const char *const endings[],
    const char *sentence, struct rsp_error *err)
{
    const char *path = rsp_cli_text(cli, option);
    char place[64];

    if (path == NULL)
        return RSP_OK;
    const rsp_status status = check_file(cli, path, endings, sentence, err);
    snprintf(place, sizeof place, "--%s", option);
    if (status != RSP_OK)
        rsp_error_place(err, place, 0);
    return status;
}

rsp_status rsp_cli_make_folder(const char *path, struct rsp_error *err)
{
    struct stat info;

    if (path[0] == '\0' || strcmp(path, "-") == 0) {
        rsp_error_set(err, RSP_E_UNSUPPORTED, "", "'%s' is no folder: name the folder to write to", path);
        rsp_error_place(err, "--output", 0);
        return RSP_E_UNSUPPORTED;
    }
    if (stat(path, &info) == 0 && !S_ISDIR(info.st_mode)) {
        rsp_error_set(err, RSP_E_UNSUPPORTED, "", "'%.60s' is a file: name the folder to write to", path);
        rsp_error_place(err, "--output", 0);
        return RSP_E_UNSUPPORTED;
    }
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        rsp_error_set(err, RSP_E_IO, "", "the folder cannot be made: %s", strerror(errno));
        rsp_error_place(err, path, 0);
        return RSP_E_IO;
    }
    return RSP_OK;
}

/* ---- writing ---- */

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

static rsp_status write_temporaries(const struct rsp_cli *cli, struct rsp_error *err)
{
    char temporary[MAX_PATH];

    for (size_t i = 0; i < cli->n_file; i++) {
        if (is_special(cli->file[i].path))
            continue;
        temporary_name(temporary, cli->file[i].path);
        RSP_TRY(write_temporary(cli->file[i].path, temporary, &cli->file[i].text, err));
    }
    return RSP_OK;
}

static rsp_status rename_temporaries(const struct rsp_cli *cli, struct rsp_error *err)
{
    char temporary[MAX_PATH];

    for (size_t i = 0; i < cli->n_file; i++) {
        if (is_special(cli->file[i].path))
            continue;
        temporary_name(temporary, cli->file[i].path);
        if (rename(temporary, cli->file[i].path) != 0)
            return io_error(cli->file[i].path, "writing", err);
    }
    return RSP_OK;
}

/* A signal that ends the program waits until no temporary file is left. Blocking it in this thread would not
 * do: the simulation's threads take it too. */
enum { N_ENDING = 3 };
static const int ending_signal[N_ENDING] = {SIGINT, SIGTERM, SIGHUP};
static volatile sig_atomic_t waiting_signal;

static void keep_signal(int number)
{
    waiting_signal = number;
}

static void hold_signals(struct sigaction before[N_ENDING])
{
    const struct sigaction hold = {.sa_handler = keep_signal, .sa_flags = SA_RESTART};

    for (size_t i = 0; i < N_ENDING; i++)
        if (sigaction(ending_signal[i], NULL, &before[i]) == 0 && before[i].sa_handler != SIG_IGN)
            (void)sigaction(ending_signal[i], &hold, NULL);
}

static void release_signals(const struct sigaction before[N_ENDING])
{
    for (size_t i = 0; i < N_ENDING; i++)
        (void)sigaction(ending_signal[i], &before[i], NULL);
    if (waiting_signal != 0)
        (void)raise(waiting_signal);
}

/* All files under their temporary names, then all renamed. */
static rsp_status write_files(const struct rsp_cli *cli, struct rsp_error *err)
{
    char temporary[MAX_PATH];
    struct sigaction before[N_ENDING] = {0};

    hold_signals(before);
    rsp_status status = write_temporaries(cli, err);
    if (status == RSP_OK)
        status = rename_temporaries(cli, err);
    for (size_t i = 0; i < cli->n_file && status != RSP_OK; i++) {
        temporary_name(temporary, cli->file[i].path);
        unlink(temporary);
    }
    release_signals(before);
    for (size_t i = 0; i < cli->n_file && status == RSP_OK; i++)
        if (is_special(cli->file[i].path))
            status = write_special(cli->file[i].path, &cli->file[i].text, err);
    return status;
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
    bool failed = cli->out.failed;

    for (size_t i = 0; i < cli->n_file; i++) {
        failed = failed || cli->file[i].text.failed;
        RSP_TRY(refuse_input(cli, cli->file[i].path, err));
        for (size_t k = 0; k < i; k++)
            if (strcmp(cli->file[k].path, cli->file[i].path) == 0)
                return rsp_error_set(err, RSP_E_MISMATCH, "",
                    "'%.200s' would be written twice: name each model once", cli->file[i].path);
    }
    if (failed)
        return rsp_error_set(err, RSP_E_MEMORY, "", "the output does not fit into memory");
    RSP_TRY(write_files(cli, err)); /* first: stdout cannot be taken back */
    return write_out(cli, cli->out.length, err);
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
