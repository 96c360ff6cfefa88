#include <math.h>
#include <stdio.h>
#include <string.h>

#include <respite/units.h>

#include "base/number.h"
#include "cli.h"

enum { MAX_NAME = 64, MAX_KNOWN = 64 };

const struct rsp_cli_command *rsp_cli_find(const char *name)
{
    for (size_t i = 0; i < rsp_cli_n_command; i++)
        if (strcmp(rsp_cli_commands[i].name, name) == 0)
            return &rsp_cli_commands[i];
    return NULL;
}

static bool is_group(const char *word)
{
    const size_t length = strlen(word);
    for (size_t i = 0; i < rsp_cli_n_command; i++)
        if (strncmp(rsp_cli_commands[i].name, word, length) == 0 && rsp_cli_commands[i].name[length] == ' ')
            return true;
    return false;
}

static rsp_status unknown_command(const char *word, struct rsp_error *err)
{
    const char *known[MAX_KNOWN];
    char group[MAX_KNOWN][MAX_NAME];
    size_t n = 0;

    for (size_t i = 0; i < rsp_cli_n_command && n + 1 < MAX_KNOWN; i++) {
        /* "model list" is offered for "modle" as "model", for "model lst" as "model list". */
        const char *space = strchr(word, ' ') == NULL ? strchr(rsp_cli_commands[i].name, ' ') : NULL;
        const int length = space != NULL ? (int)(space - rsp_cli_commands[i].name) : MAX_NAME - 1;
        snprintf(group[n], sizeof group[n], "%.*s", length, rsp_cli_commands[i].name);
        known[n] = group[n];
        n++;
    }
    known[n] = NULL;
    const char *nearest = rsp_text_nearest(word, known);
    if (nearest != NULL)
        return rsp_error_set(
            err, RSP_E_UNKNOWN, "", "there is no command '%s': did you mean '%s'?", word, nearest);
    return rsp_error_set(err, RSP_E_UNKNOWN, "", "there is no command '%s': 'respite help' lists them", word);
}

/* Sets cli->command; *next is the first argument after the command's name. */
static rsp_status find_command(struct rsp_cli *cli, int argc, char **argv, int *next, struct rsp_error *err)
{
    char name[MAX_NAME];

    *next = 2;
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        cli->command = rsp_cli_find("help");
        return RSP_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        cli->command = rsp_cli_find("version");
        return RSP_OK;
    }
    if (argv[1][0] == '-')
        return rsp_error_set(err, RSP_E_UNKNOWN, "",
            "the command comes first: respite COMMAND [OPTIONS]; 'respite help' lists the commands");
    snprintf(name, sizeof name, "%.60s", argv[1]);
    if (is_group(argv[1])) {
        if (argc < 3 || argv[2][0] == '-') {
            /* "respite model" shows what there is. */
            cli->command = rsp_cli_find("help");
            cli->value[cli->n_value++].text = argv[1];
            *next = argc;
            return RSP_OK;
        }
        snprintf(name, sizeof name, "%.30s %.30s", argv[1], argv[2]);
        *next = 3;
    }
    cli->command = rsp_cli_find(name);
    if (cli->command == NULL && is_group(argv[1]) && strcmp(argv[2], "help") == 0)
        return rsp_error_set(err, RSP_E_UNKNOWN, "",
            "there is no command '%s': 'respite help %s' lists what '%s' does", name, argv[1], argv[1]);
    return cli->command != NULL ? RSP_OK : unknown_command(name, err);
}

static const struct rsp_cli_option *find_option(const struct rsp_cli *cli, const char *name, size_t length)
{
    for (size_t i = 0; i < cli->command->n_option; i++)
        if (strlen(cli->command->option[i].name) == length &&
            memcmp(cli->command->option[i].name, name, length) == 0)
            return &cli->command->option[i];
    for (size_t i = 0; i < rsp_cli_n_common; i++)
        if (strlen(rsp_cli_common[i].name) == length && memcmp(rsp_cli_common[i].name, name, length) == 0)
            return &rsp_cli_common[i];
    return NULL;
}

static rsp_status unknown_option(
    const struct rsp_cli *cli, const char *text, size_t length, struct rsp_error *err)
{
    const char *known[MAX_KNOWN];
    char word[MAX_NAME];
    size_t n = 0;

    snprintf(word, sizeof word, "%.*s", (int)(length < MAX_NAME ? length : MAX_NAME - 1), text);
    for (size_t i = 0; i < cli->command->n_option; i++)
        known[n++] = cli->command->option[i].name;
    for (size_t i = 0; i < rsp_cli_n_common; i++)
        known[n++] = rsp_cli_common[i].name;
    known[n] = NULL;
    const char *nearest = rsp_text_nearest(word, known);
    if (nearest != NULL)
        return rsp_error_set(err, RSP_E_UNKNOWN, "", "'%s' has no option --%s: did you mean --%s?",
            cli->command->name, word, nearest);
    return rsp_error_set(err, RSP_E_UNKNOWN, "", "'%s' has no option --%s: 'respite help %s' lists them",
        cli->command->name, word, cli->command->name);
}

static rsp_status add_value(
    struct rsp_cli *cli, const struct rsp_cli_option *option, const char *text, struct rsp_error *err)
{
    if (option != NULL && !option->repeat && option->argument != NULL &&
        rsp_cli_text(cli, option->name) != NULL)
        return rsp_error_set(err, RSP_E_SYNTAX, "", "--%s is given twice: give it once", option->name);
    if (option == NULL && rsp_cli_count(cli, NULL) >= cli->command->max_operand) {
        if (cli->command->max_operand == 0)
            return rsp_error_set(err, RSP_E_SYNTAX, "", "'%s' takes no argument '%.60s', only options",
                cli->command->name, text);
        return rsp_error_set(err, RSP_E_SYNTAX, "", "'%.60s' is one argument too many: respite %s %s", text,
            cli->command->name, cli->command->operands);
    }
    if (cli->n_value >= RSP_CLI_MAX_VALUE)
        return rsp_error_set(
            err, RSP_E_LIMIT, "", "more than %d options on one command line", RSP_CLI_MAX_VALUE);
    cli->value[cli->n_value].option = option;
    cli->value[cli->n_value].text = text;
    cli->n_value++;
    return RSP_OK;
}

/* One "--name", "--name VALUE" or "--name=VALUE" at argv[*i]; moves *i to its last word. */
static rsp_status read_option(struct rsp_cli *cli, int argc, char **argv, int *i, struct rsp_error *err)
{
    const char *name = argv[*i] + 2;
    const char *equal = strchr(name, '=');
    const size_t length = equal != NULL ? (size_t)(equal - name) : strlen(name);
    const struct rsp_cli_option *option = find_option(cli, name, length);

    if (option == NULL)
        return unknown_option(cli, name, length, err);
    if (option->argument == NULL) {
        if (equal != NULL)
            return rsp_error_set(err, RSP_E_SYNTAX, "", "--%s takes no value", option->name);
        return add_value(cli, option, "", err);
    }
    if (equal != NULL)
        return add_value(cli, option, equal + 1, err);
    if (*i + 1 >= argc)
        return rsp_error_set(err, RSP_E_MISSING, "", "--%s needs its value: --%s %s", option->name,
            option->name, option->argument);
    ++*i;
    return add_value(cli, option, argv[*i], err);
}

/* An answer or a total may be below zero: "-5", "-.5,1". */
static bool negative_number(const char *text)
{
    return strchr("0123456789.", text[1]) != NULL;
}

rsp_status rsp_cli_parse(struct rsp_cli *cli, int argc, char **argv, struct rsp_error *err)
{
    bool options_end = false;
    int i;

    RSP_TRY(find_command(cli, argc, argv, &i, err));
    for (; i < argc; i++) {
        if (!options_end && strcmp(argv[i], "--") == 0)
            options_end = true;
        else if (!options_end && strcmp(argv[i], "-h") == 0)
            RSP_TRY(add_value(cli, find_option(cli, "help", 4), "", err));
        else if (!options_end && strncmp(argv[i], "--", 2) == 0)
            RSP_TRY(read_option(cli, argc, argv, &i, err));
        else if (!options_end && argv[i][0] == '-' && argv[i][1] != '\0' && !negative_number(argv[i]))
            return rsp_error_set(
                err, RSP_E_UNKNOWN, "", "'%.60s': options are written with two dashes", argv[i]);
        else
            RSP_TRY(add_value(cli, NULL, argv[i], err));
    }
    return RSP_OK;
}

const char *rsp_cli_nth(const struct rsp_cli *cli, const char *option, size_t i)
{
    for (size_t k = 0; k < cli->n_value; k++) {
        const struct rsp_cli_option *given = cli->value[k].option;
        const bool same = option == NULL ? given == NULL : given != NULL && strcmp(given->name, option) == 0;
        if (same && i-- == 0)
            return cli->value[k].text;
    }
    return NULL;
}

size_t rsp_cli_count(const struct rsp_cli *cli, const char *option)
{
    size_t n = 0;
    while (rsp_cli_nth(cli, option, n) != NULL)
        n++;
    return n;
}

const char *rsp_cli_text(const struct rsp_cli *cli, const char *option)
{
    return rsp_cli_nth(cli, option, 0);
}

bool rsp_cli_flag(const struct rsp_cli *cli, const char *option)
{
    return rsp_cli_nth(cli, option, 0) != NULL;
}

static rsp_status number(const struct rsp_cli *cli, const char *option, double low, double high, bool whole,
    double *value, struct rsp_error *err)
{
    const char *text = rsp_cli_text(cli, option);
    char place[MAX_NAME], from[32], to[32];
    double read;

    if (text == NULL)
        return RSP_OK;
    snprintf(place, sizeof place, "--%s", option);
    rsp_status status = rsp_number_parse(text, &read, err);
    const bool possible = status == RSP_OK && read >= low && read <= high && !(whole && read != floor(read));
    if (!possible && (whole || status == RSP_OK)) {
        rsp_number_plain(low, 0, from, sizeof from);
        rsp_number_plain(high, 0, to, sizeof to);
        status = rsp_error_set(err, status == RSP_OK ? RSP_E_DOMAIN : status, "",
            "'%.40s' is not possible: give %s from %s to %s", text, whole ? "a whole number" : "a number",
            from, to);
    }
    if (status != RSP_OK) {
        rsp_error_place(err, place, 0);
        return status;
    }
    *value = read;
    return RSP_OK;
}

rsp_status rsp_cli_number(const struct rsp_cli *cli, const char *option, double low, double high,
    double *value, struct rsp_error *err)
{
    return number(cli, option, low, high, false, value, err);
}

rsp_status rsp_cli_whole(const struct rsp_cli *cli, const char *option, double low, double high,
    double *value, struct rsp_error *err)
{
    return number(cli, option, low, high, true, value, err);
}

rsp_status rsp_cli_choice(const struct rsp_cli *cli, const char *option, int *index, struct rsp_error *err)
{
    const char *text = rsp_cli_text(cli, option);
    const struct rsp_cli_option *row = find_option(cli, option, strlen(option));
    char place[MAX_NAME];
    int i = 0;

    RSP_CHECK_BUG(row != NULL && row->choices != NULL, err);
    if (text == NULL)
        return RSP_OK;
    for (const char *word = row->choices; *word != '\0'; i++) {
        const size_t length = strcspn(word, " ");
        if (strlen(text) == length && memcmp(word, text, length) == 0) {
            *index = i;
            return RSP_OK;
        }
        word += length;
        word += strspn(word, " ");
    }
    rsp_error_set(err, RSP_E_UNKNOWN, "", "'%.40s' is not known: give one of %s", text, row->choices);
    snprintf(place, sizeof place, "--%s", option);
    rsp_error_place(err, place, 0);
    return RSP_E_UNKNOWN;
}

rsp_status rsp_cli_word(const char *option, const char **text, char *word, size_t size, struct rsp_error *err)
{
    const char *start = *text + strspn(*text, " ");
    const size_t span = strcspn(start, ",");
    size_t length = span;

    while (length > 0 && start[length - 1] == ' ')
        length--;
    *text = start[span] == ',' ? start + span + 1 : NULL;
    rsp_status status = RSP_OK;
    if (length == 0)
        status = rsp_error_set(err, RSP_E_SYNTAX, "",
            "an entry of the list is empty: write the entries with one comma between them");
    else if (memchr(start, ';', length) != NULL)
        status = rsp_error_set(err, RSP_E_SYNTAX, "",
            "'%.*s' contains a semicolon: write the entries with one comma between them",
            length > 60 ? 60 : (int)length, start);
    else if (length >= size)
        status = rsp_error_set(err, RSP_E_LIMIT, "", "the entry '%.40s...' is too long", start);
    if (status != RSP_OK) {
        rsp_error_place(err, option, 0);
        return status;
    }
    memcpy(word, start, length);
    word[length] = '\0';
    return RSP_OK;
}

rsp_status rsp_cli_assignment(
    const char *option, const char *text, char *name, size_t size, const char **value, struct rsp_error *err)
{
    const char *equal = strchr(text, '=');

    if (equal == NULL || equal == text || equal[1] == '\0' || (size_t)(equal - text) >= size) {
        rsp_error_set(err, RSP_E_SYNTAX, "", "'%.60s' cannot be read: write NAME=VALUE", text);
        rsp_error_place(err, option, 0);
        return RSP_E_SYNTAX;
    }
    memcpy(name, text, (size_t)(equal - text));
    name[equal - text] = '\0';
    *value = equal + 1;
    return RSP_OK;
}

rsp_status rsp_cli_place(rsp_status status, const char *place, struct rsp_error *err)
{
    if (status != RSP_OK)
        rsp_error_place(err, place, 0);
    return status;
}
