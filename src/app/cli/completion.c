/* Shell completion from the table of commands. */
#include <string.h>

#include <respite/model.h>

#include "cli.h"
#include "rules/instrument.h"
#include "rules/rules.h"

/* What follows the last separator of a list is completed: "sci_7d,se" or "otto2021+da". */
static const char list_function[] = "_respite_list() { # WORDS SEPARATOR CURRENT\n"
                                    "  local last=${3##*\"$2\"}\n"
                                    "  COMPREPLY=($(compgen -P \"${3%\"$last\"}\" -W \"$1\" -- \"$last\"))\n"
                                    "}\n";

static void words_of_choice(struct rsp_buf *out, const char *choices)
{
    static const struct {
        const char *choices, *text;
    } kind[] = {
        {RSP_CLI_FILES, "COMPREPLY=($(compgen -f -- \"$cur\"))"},
        {RSP_CLI_MODELS, "_respite_list \"$models\" + \"$cur\"; "
                         "COMPREPLY+=($(compgen -f -X '!*.y*ml' -- \"$cur\") $(compgen -d -- \"$cur\"))"},
        {RSP_CLI_PROTOCOLS, "_respite_list \"$protocols\" , \"$cur\""},
        {RSP_CLI_SCALES, "COMPREPLY=($(compgen -W \"$instruments\" -- \"$cur\"))"},
        {RSP_CLI_RULES, "COMPREPLY=($(compgen -W \"$rules $protocols\" -- \"$cur\"))"},
        {RSP_CLI_COMMANDS, "case $COMP_CWORD in 2) COMPREPLY=($(compgen -W \"$commands\" -- \"$cur\"));; "
                           "3) _respite_subcommands \"${COMP_WORDS[2]}\"; "
                           "COMPREPLY=($(compgen -W \"$subcommands\" -- \"$cur\"));; esac"},
    };

    for (size_t i = 0; i < sizeof kind / sizeof *kind; i++)
        if (strcmp(kind[i].choices, choices) == 0) {
            rsp_buf_text(out, kind[i].text);
            return;
        }
    rsp_buf_printf(out, "COMPREPLY=($(compgen -W '%s' -- \"$cur\"))", choices);
}

static void options_of(struct rsp_buf *out, size_t n, const struct rsp_cli_option option[])
{
    for (size_t i = 0; i < n; i++)
        rsp_buf_printf(out, " --%s", option[i].name);
}

static void arguments_of(
    struct rsp_buf *out, const char *command, size_t n, const struct rsp_cli_option option[])
{
    for (size_t i = 0; i < n; i++) {
        if (option[i].choices == NULL || option[i].argument == NULL)
            continue;
        rsp_buf_printf(out, "    '%s:--%s') ", command, option[i].name);
        words_of_choice(out, option[i].choices);
        rsp_buf_text(out, "; return;;\n");
    }
}

static void first_words(struct rsp_buf *out)
{
    const char *last = "";
    size_t last_length = 0;

    for (size_t i = 0; i < rsp_cli_n_command; i++) {
        const char *name = rsp_cli_commands[i].name;
        const size_t length = strcspn(name, " ");
        if (length == last_length && strncmp(name, last, length) == 0)
            continue;
        rsp_buf_printf(out, " %.*s", (int)length, name);
        last = name;
        last_length = length;
    }
}

static void second_words(struct rsp_buf *out)
{
    rsp_buf_text(out, "_respite_subcommands() { # FIRST\n  subcommands=''\n");
    for (size_t i = 0; i < rsp_cli_n_command; i++) {
        const char *space = strchr(rsp_cli_commands[i].name, ' ');
        if (space != NULL)
            rsp_buf_printf(out, "  [[ $1 == %.*s ]] && subcommands+=' %s'\n",
                (int)(space - rsp_cli_commands[i].name), rsp_cli_commands[i].name, space + 1);
    }
    rsp_buf_text(out, "}\n");
}

/* The lists of names that the program itself holds. */
static rsp_status names(struct rsp_buf *out, struct rsp_error *err)
{
    struct rsp_rulebook *book = NULL;

    RSP_TRY(rsp_rulebook_shipped(&book, err));
    rsp_buf_text(out, "  local models='");
    for (size_t i = 0; i < rsp_shipped_count(); i++)
        rsp_buf_printf(out, " %s", rsp_shipped_id(i));
    rsp_buf_text(out, "'\n  local protocols='");
    for (size_t i = 0; i < rsp_rulebook_n_protocol(book); i++)
        rsp_buf_printf(out, " %s", rsp_rulebook_protocol(book, i)->id);
    rsp_buf_text(out, "'\n  local rules='");
    for (size_t i = 0; i < rsp_rulebook_n_rule(book); i++)
        rsp_buf_printf(out, " %s", rsp_rulebook_rule(book, i)->id);
    rsp_buf_text(out, "'\n  local instruments='");
    for (size_t i = 0; i < rsp_rulebook_n_instrument(book); i++)
        rsp_buf_printf(out, " %s", rsp_rulebook_instrument(book, i)->id);
    rsp_buf_text(out, "'\n  local commands='");
    first_words(out);
    rsp_buf_text(out, "'\n");
    rsp_rulebook_free(book);
    return RSP_OK;
}

/* Arguments of options, then options, then operands. */
static void words(struct rsp_buf *out)
{
    rsp_buf_text(out, "  case \"$command:$prev\" in\n");
    for (size_t i = 0; i < rsp_cli_n_command; i++)
        arguments_of(out, rsp_cli_commands[i].name, rsp_cli_commands[i].n_option, rsp_cli_commands[i].option);
    rsp_buf_text(out, "  esac\n  if [[ $cur == -* ]]; then\n    case \"$command\" in\n");
    for (size_t i = 0; i < rsp_cli_n_command; i++) {
        rsp_buf_printf(out, "    '%s') COMPREPLY=($(compgen -W '", rsp_cli_commands[i].name);
        options_of(out, rsp_cli_commands[i].n_option, rsp_cli_commands[i].option);
        options_of(out, rsp_cli_n_common, rsp_cli_common);
        rsp_buf_text(out, "' -- \"$cur\"));;\n");
    }
    rsp_buf_text(out, "    esac\n    return\n  fi\n  case \"$command\" in\n");
    for (size_t i = 0; i < rsp_cli_n_command; i++) {
        if (rsp_cli_commands[i].operand_choices == NULL)
            continue;
        rsp_buf_printf(out, "    '%s') ", rsp_cli_commands[i].name);
        words_of_choice(out, rsp_cli_commands[i].operand_choices);
        rsp_buf_text(out, ";;\n");
    }
    rsp_buf_text(out, "  esac\n");
}

rsp_status rsp_cmd_completion(struct rsp_cli *cli, struct rsp_error *err)
{
    struct rsp_buf *out = &cli->out;
    const char *shell = rsp_cli_nth(cli, NULL, 0);

    if (shell == NULL || strcmp(shell, "bash") != 0)
        return rsp_error_set(err, shell == NULL ? RSP_E_MISSING : RSP_E_UNSUPPORTED, "",
            "completion is made for bash: respite completion bash");
    rsp_buf_text(out, "# bash completion for respite " RSP_VERSION "; made by 'respite completion bash'\n");
    rsp_buf_text(out, list_function);
    second_words(out);
    rsp_buf_text(out, "_respite() {\n"
                      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                      "  local first=${COMP_WORDS[1]} command=${COMP_WORDS[1]} subcommands=''\n");
    RSP_TRY(names(out, err));
    rsp_buf_text(out, "  COMPREPLY=()\n"
                      "  if (( COMP_CWORD == 1 )); then\n"
                      "    COMPREPLY=($(compgen -W \"$commands --help --version\" -- \"$cur\"))\n"
                      "    return\n  fi\n"
                      "  _respite_subcommands \"$first\"\n"
                      "  if [[ -n $subcommands ]]; then\n"
                      "    if (( COMP_CWORD == 2 )); then\n"
                      "      COMPREPLY=($(compgen -W \"$subcommands\" -- \"$cur\"))\n      return\n    fi\n"
                      "    command=\"$first ${COMP_WORDS[2]}\"\n  fi\n");
    words(out);
    rsp_buf_text(out, "}\ncomplete -o filenames -F _respite respite\n");
    return RSP_OK;
}
