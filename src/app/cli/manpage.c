/* The manual page, respite(1), from the table of commands. */
#include <string.h>

#include "cli.h"

/* roff: a leading dot or quote is a request, a backslash an escape, a dash a hyphen. */
static void roff(struct rsp_buf *out, const char *text, bool literal_dash)
{
    bool start = true;
    for (; *text != '\0'; text++) {
        if (start && (*text == '.' || *text == '\''))
            rsp_buf_text(out, "\\&");
        if (*text == '\\')
            rsp_buf_text(out, "\\e");
        else if (*text == '-' && literal_dash)
            rsp_buf_text(out, "\\-");
        else
            rsp_buf_add(out, text, 1);
        start = *text == '\n';
    }
}

static void options(struct rsp_buf *out, size_t n, const struct rsp_cli_option option[])
{
    for (size_t i = 0; i < n; i++) {
        rsp_buf_text(out, ".TP\n\\fB\\-\\-");
        roff(out, option[i].name, true);
        rsp_buf_text(out, "\\fR");
        if (option[i].argument != NULL) {
            rsp_buf_text(out, " \\fI");
            roff(out, option[i].argument, true);
            rsp_buf_text(out, "\\fR");
        }
        rsp_buf_text(out, "\n");
        roff(out, option[i].help, false);
        rsp_buf_text(out, option[i].repeat ? " (repeatable).\n" : ".\n");
    }
}

static void paragraphs(struct rsp_buf *out, const char *text)
{
    const char *end;
    char copy[2048];

    for (; *text != '\0'; text = end + strspn(end, "\n")) {
        end = strstr(text, "\n\n");
        if (end == NULL)
            end = text + strlen(text);
        const size_t length = (size_t)(end - text) < sizeof copy ? (size_t)(end - text) : sizeof copy - 1;
        memcpy(copy, text, length);
        copy[length] = '\0';
        rsp_buf_text(out, ".PP\n");
        roff(out, copy, false);
        rsp_buf_text(out, "\n");
    }
}

static void examples(struct rsp_buf *out, const char *text)
{
    if (*text == '\0')
        return;
    rsp_buf_text(out, ".PP\n.B Examples\n.PP\n.nf\n.RS\n");
    roff(out, text, true);
    rsp_buf_text(out, "\n.RE\n.fi\n");
}

rsp_status rsp_cmd_man(struct rsp_cli *cli, struct rsp_error *err)
{
    struct rsp_buf *out = &cli->out;

    (void)err;
    rsp_buf_text(out,
        ".TH RESPITE 1 \"\" \"respite " RSP_VERSION "\" \"User commands\"\n"
        ".SH NAME\nrespite \\- plans ketamine therapy for pain from published models and rules\n"
        ".SH SYNOPSIS\n.B respite\n.I COMMAND\n[\\fIOPTIONS\\fR]\n.SH COMMANDS\n");
    for (size_t i = 0; i < rsp_cli_n_command; i++) {
        const struct rsp_cli_command *command = &rsp_cli_commands[i];
        rsp_buf_text(out, ".SS respite ");
        roff(out, command->name, true);
        rsp_buf_text(out, " ");
        roff(out, command->operands, true);
        rsp_buf_text(out, "\n");
        paragraphs(out, command->description);
        options(out, command->n_option, command->option);
        examples(out, command->example);
    }
    rsp_buf_text(out, ".SH COMMON OPTIONS\n");
    options(out, rsp_cli_n_common, rsp_cli_common);
    rsp_buf_text(out,
        ".SH EXIT STATUS\n"
        ".TP\n0\nDone.\n"
        ".TP\n1\nThe answer is negative: a check failed, the patient is not a candidate, or a hard limit is "
        "broken.\n"
        ".TP\n2\nBad usage or bad input; the message names file, line and field.\n"
        ".TP\n3\nSomething outside failed: disk, memory.\n"
        ".SH INTENDED USE\n"
        "Decision support for qualified clinicians. Not a cleared or CE-marked device; not for\n"
        "self-treatment; adults only for planning. It never commands a pump.\n");
    return RSP_OK;
}
