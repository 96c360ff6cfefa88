/* One process, one command: parse, run, write. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "cli.h"

enum { MAX_OUTPUT = 1 << 30 /* kept in memory until success; longer output is flushed by its command */ };

static int exit_code_of(rsp_status status)
{
    switch (status) {
    case RSP_E_MEMORY:
    case RSP_E_IO:
    case RSP_E_BUG:
    case RSP_E_NUMERIC:
    case RSP_E_BUSY:
        return RSP_EXIT_OUTSIDE;
    default:
        return RSP_EXIT_USAGE;
    }
}

static rsp_status read_today(struct rsp_cli *cli, struct rsp_error *err)
{
    enum { SECONDS_A_DAY = 86400 };
    const char *text = rsp_cli_text(cli, "today");

    if (text != NULL) {
        const rsp_status status = rsp_date_parse(text, &cli->today, err);
        if (status != RSP_OK)
            rsp_error_place(err, "--today", 0);
        return status;
    }
    const time_t now = time(NULL);
    struct tm local;
    if (localtime_r(&now, &local) == NULL)
        return rsp_error_set(err, RSP_E_IO, "", "the clock cannot be read: give --today YYYY-MM-DD");
    cli->today.day = (long)((now + local.tm_gmtoff) / SECONDS_A_DAY);
    return RSP_OK;
}

static rsp_status run(struct rsp_cli *cli, int argc, char **argv, struct rsp_error *err)
{
    RSP_TRY(rsp_cli_parse(cli, argc, argv, err));
    if (rsp_cli_flag(cli, "help")) {
        rsp_cli_help_command(cli->command, &cli->out);
    } else {
        RSP_TRY(read_today(cli, err));
        RSP_TRY(cli->command->run(cli, err));
    }
    const rsp_status written = rsp_cli_commit(cli, err);
    if (written == RSP_OK)
        cli->done_already[0] = '\0';
    return written;
}

int main(int argc, char **argv)
{
    struct rsp_cli *cli = calloc(1, sizeof *cli);
    struct rsp_error err = {0};

    if (cli == NULL) {
        fprintf(stderr, "respite: out of memory\n");
        return RSP_EXIT_OUTSIDE;
    }
    (void)signal(SIGXFSZ, SIG_IGN); /* a file over the size limit fails with EFBIG instead */
    gsl_set_error_handler_off();    /* GSL's own handler aborts */
    cli->out_terminal = isatty(STDOUT_FILENO) == 1;
    cli->err_terminal = isatty(STDERR_FILENO) == 1;
    rsp_buf_init(&cli->out, MAX_OUTPUT);

    const rsp_status status = run(cli, argc, argv, &err);
    int code = cli->exit_code;
    if (status != RSP_OK) {
        char text[1024];
        if (err.message[0] == '\0')
            rsp_error_set(&err, status, "", "%s", rsp_status_text(status));
        if (strncmp(err.source, "--", 2) == 0 && strcmp(err.source + 2, err.field) == 0)
            err.field[0] = '\0'; /* "--dose: dose: ..." says it twice */
        rsp_error_format(&err, text, sizeof text);
        fprintf(stderr, "respite: %s\n", text);
        if (cli->done_already[0] != '\0')
            fprintf(stderr, "respite: %s\n", cli->done_already);
        code = exit_code_of(status);
    }
    for (size_t i = 0; i < cli->n_file; i++) {
        rsp_buf_free(&cli->file[i].text);
        free(cli->file[i].path);
    }
    rsp_buf_free(&cli->out);
    free(cli);
    return code;
}
