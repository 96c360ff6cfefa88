#include <stdio.h>
#include <string.h>

#include "cli.h"

enum { HELP_WIDTH = 90, NAME_COLUMN = 2, TEXT_COLUMN = 28, COMMAND_COLUMN = 32 };

size_t rsp_cli_columns(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++)
        if (((unsigned char)*text & 0xC0U) != 0x80U) /* not a continuation byte */
            n++;
    return n;
}

static void spaces(struct rsp_buf *out, size_t n)
{
    while (n-- > 0)
        rsp_buf_add(out, " ", 1);
}

static size_t word_columns(const char *word, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++)
        if (((unsigned char)word[i] & 0xC0U) != 0x80U)
            n++;
    return n;
}

void rsp_cli_wrap(struct rsp_buf *out, const char *text, size_t column, size_t indent, size_t width)
{
    bool first = true;

    while (*(text += strspn(text, " \n")) != '\0') {
        const size_t length = strcspn(text, " \n");
        const size_t columns = word_columns(text, length);
        if (!first && column + 1 + columns > width) {
            rsp_buf_text(out, "\n");
            spaces(out, indent);
            column = indent;
        } else if (!first) {
            rsp_buf_text(out, " ");
            column++;
        }
        rsp_buf_add(out, text, length);
        column += columns;
        text += length;
        first = false;
    }
    rsp_buf_text(out, "\n");
}

static void row(struct rsp_buf *out, const char *name, const char *text, size_t at)
{
    size_t column = NAME_COLUMN + rsp_cli_columns(name);

    spaces(out, NAME_COLUMN);
    rsp_buf_text(out, name);
    if (column + 2 > at) {
        rsp_buf_text(out, "\n");
        column = 0;
    }
    spaces(out, at - column);
    rsp_cli_wrap(out, text, at, at, HELP_WIDTH);
}

void rsp_cli_help(struct rsp_buf *out)
{
    char name[96];

    rsp_buf_text(out,
        "respite " RSP_VERSION ": plans ketamine therapy for pain from published models and rules\n\n"
        "usage: respite COMMAND [OPTIONS]\n\n");
    for (size_t i = 0; i < rsp_cli_n_command; i++) {
        const struct rsp_cli_command *command = &rsp_cli_commands[i];
        snprintf(name, sizeof name, "%s%s%s", command->name, command->operands[0] != '\0' ? " " : "",
            command->operands);
        row(out, name, command->summary, COMMAND_COLUMN);
    }
    rsp_buf_text(out,
        "\n'respite help COMMAND' explains one command and its options.\n\n"
        "Exit codes: 0 done; 1 the answer is negative (a check failed, not a candidate,\n"
        "a hard limit broken); 2 bad usage or bad input;\n"
        "3 something outside failed (disk, memory).\n\n"
        "Decision support for qualified clinicians. Not a cleared or CE-marked device; not for\n"
        "self-treatment; adults only for planning.\n");
}

static void paragraphs(struct rsp_buf *out, const char *text)
{
    char paragraph[2048];

    while (*text != '\0') {
        const char *end = strstr(text, "\n\n");
        const size_t length = end != NULL ? (size_t)(end - text) : strlen(text);
        snprintf(paragraph, sizeof paragraph, "%.*s", (int)length, text);
        rsp_cli_wrap(out, paragraph, 0, 0, HELP_WIDTH);
        text += length;
        if (*text != '\0') {
            rsp_buf_text(out, "\n");
            text += 2;
        }
    }
}

static void options(struct rsp_buf *out, size_t n, const struct rsp_cli_option option[])
{
    char name[96], help[512];

    for (size_t i = 0; i < n; i++) {
        snprintf(name, sizeof name, "--%s%s%s", option[i].name, option[i].argument != NULL ? " " : "",
            option[i].argument != NULL ? option[i].argument : "");
        snprintf(help, sizeof help, "%s%s", option[i].help, option[i].repeat ? " (repeatable)" : "");
        row(out, name, help, TEXT_COLUMN);
    }
}

void rsp_cli_help_command(const struct rsp_cli_command *command, struct rsp_buf *out)
{
    rsp_buf_printf(out, "respite %s: %s\n\nusage: respite %s%s%s%s\n\n", command->name, command->summary,
        command->name, command->operands[0] != '\0' ? " " : "", command->operands,
        command->n_option > 0 ? " [OPTIONS]" : "");
    paragraphs(out, command->description);
    if (command->n_option > 0) {
        rsp_buf_text(out, "\noptions:\n");
        options(out, command->n_option, command->option);
    }
    rsp_buf_text(out, "\ncommon options:\n");
    options(out, rsp_cli_n_common, rsp_cli_common);
    if (command->example[0] != '\0') {
        rsp_buf_text(out, "\nexamples:\n");
        for (const char *line = command->example; *line != '\0';) {
            const size_t length = strcspn(line, "\n");
            rsp_buf_printf(out, "  %.*s\n", (int)length, line);
            line += length + (line[length] == '\n');
        }
    }
}

static bool in_group(const struct rsp_cli_command *command, const char *group)
{
    const size_t length = strlen(group);
    return strncmp(command->name, group, length) == 0 && command->name[length] == ' ';
}

static void help_group(const char *group, struct rsp_buf *out)
{
    const char *between = " ";
    char name[96];

    rsp_buf_printf(out, "usage: respite %s ...\n\n", group);
    for (size_t i = 0; i < rsp_cli_n_command; i++) {
        const struct rsp_cli_command *command = &rsp_cli_commands[i];
        if (!in_group(command, group))
            continue;
        snprintf(name, sizeof name, "%s%s%s", command->name, command->operands[0] != '\0' ? " " : "",
            command->operands);
        row(out, name, command->summary, COMMAND_COLUMN);
    }
    rsp_buf_printf(out, "\nOne of them with its options: respite help %s", group);
    for (size_t i = 0; i < rsp_cli_n_command; i++)
        if (in_group(&rsp_cli_commands[i], group)) {
            rsp_buf_printf(out, "%s%s", between, rsp_cli_commands[i].name + strlen(group) + 1);
            between = " | ";
        }
    rsp_buf_text(out, "\n");
}

rsp_status rsp_cmd_help(struct rsp_cli *cli, struct rsp_error *err)
{
    const char *first = rsp_cli_nth(cli, NULL, 0), *second = rsp_cli_nth(cli, NULL, 1);
    const char *known[RSP_CLI_MAX_OPTION];
    char name[96];
    size_t n = 0;

    if (first == NULL) {
        rsp_cli_help(&cli->out);
        return RSP_OK;
    }
    snprintf(
        name, sizeof name, "%.40s%s%.40s", first, second != NULL ? " " : "", second != NULL ? second : "");
    const struct rsp_cli_command *command = rsp_cli_find(name);
    if (command != NULL) {
        rsp_cli_help_command(command, &cli->out);
        return RSP_OK;
    }
    for (size_t i = 0; i < rsp_cli_n_command && n + 1 < RSP_CLI_MAX_OPTION; i++) {
        known[n++] = rsp_cli_commands[i].name;
        if (second == NULL && in_group(&rsp_cli_commands[i], first)) {
            help_group(first, &cli->out);
            return RSP_OK;
        }
    }
    known[n] = NULL;
    const char *nearest = rsp_text_nearest(name, known);
    if (nearest != NULL)
        return rsp_error_set(
            err, RSP_E_UNKNOWN, "", "there is no command '%s': did you mean '%s'?", name, nearest);
    return rsp_error_set(err, RSP_E_UNKNOWN, "", "there is no command '%s': 'respite help' lists them", name);
}
