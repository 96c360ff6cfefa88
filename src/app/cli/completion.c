/* Shell completion from the table of commands. */
#include <string.h>

#include <respite/model.h>

#include "cli.h"

static bool words_of_choice(struct rsp_buf *out, const char *choices)
{
    if (choices == NULL)
        return false;
    if (strcmp(choices, RSP_CLI_FILES) == 0)
        rsp_buf_text(out, "COMPREPLY=($(compgen -f -- \"$cur\"))");
    else if (strcmp(choices, RSP_CLI_MODELS) == 0)
        rsp_buf_text(out, "COMPREPLY=($(compgen -W \"$models\" -- \"$cur\") $(compgen -f -- \"$cur\"))");
    else if (strcmp(choices, RSP_CLI_PROTOCOLS) == 0)
        rsp_buf_text(out, "COMPREPLY=($(compgen -W \"$(respite rules protocols 2>/dev/null | "
                          "awk 'NR > 1 {print $1}')\" -- \"$cur\"))");
    else
        rsp_buf_printf(out, "COMPREPLY=($(compgen -W '%s' -- \"$cur\"))", choices);
    return true;
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
    for (size_t i = 0; i < rsp_cli_n_command; i++) {
        const char *space = strchr(rsp_cli_commands[i].name, ' ');
        if (space != NULL)
            rsp_buf_printf(out, "  [[ $first == %.*s ]] && subcommands+=' %s'\n",
                (int)(space - rsp_cli_commands[i].name), rsp_cli_commands[i].name, space + 1);
    }
}

rsp_status rsp_cmd_completion(struct rsp_cli *cli, struct rsp_error *err)
{
    struct rsp_buf *out = &cli->out;
    const char *shell = rsp_cli_nth(cli, NULL, 0);

    if (shell == NULL || strcmp(shell, "bash") != 0)
        return rsp_error_set(err, shell == NULL ? RSP_E_MISSING : RSP_E_UNSUPPORTED, "",
            "completion is made for bash: respite completion bash");
    rsp_buf_text(out, "# bash completion for respite " RSP_VERSION "; made by 'respite completion bash'\n"
                      "_respite() {\n"
                      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                      "  local first=${COMP_WORDS[1]} command=${COMP_WORDS[1]} subcommands=''\n"
                      "  local models='");
    for (size_t i = 0; i < rsp_shipped_count(); i++)
        rsp_buf_printf(out, "%s%s", i > 0 ? " " : "", rsp_shipped_id(i));
    rsp_buf_text(out, "'\n  COMPREPLY=()\n  if (( COMP_CWORD == 1 )); then\n    COMPREPLY=($(compgen -W '");
    first_words(out);
    rsp_buf_text(out, " --help --version' -- \"$cur\"))\n    return\n  fi\n");
    second_words(out);
    rsp_buf_text(out, "  if [[ -n $subcommands ]]; then\n"
                      "    if (( COMP_CWORD == 2 )); then\n"
                      "      COMPREPLY=($(compgen -W \"$subcommands\" -- \"$cur\"))\n      return\n    fi\n"
                      "    command=\"$first ${COMP_WORDS[2]}\"\n  fi\n"
                      "  case \"$command:$prev\" in\n");
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
    rsp_buf_text(out, "  esac\n}\ncomplete -o filenames -F _respite respite\n");
    return RSP_OK;
}
