/* The table that parser, help, manual page and completion read. */
#include "cli.h"

#define ROW(options) options, sizeof(options) / sizeof(*(options))
#define NO_OPTIONS   NULL, 0

const struct rsp_cli_option rsp_cli_common[] = {
    {"today", "DATE", "the day to take as today, YYYY-MM-DD, instead of the clock's", NULL, false},
    {"help", NULL, "explain this command", NULL, false},
};
const size_t rsp_cli_n_common = sizeof rsp_cli_common / sizeof *rsp_cli_common;

static const struct rsp_cli_option json_option[] = {
    {"json", NULL, "one JSON object instead of text", NULL, false},
};

const struct rsp_cli_command rsp_cli_commands[] = {
    {"model list", "", "the published models in this program",
        "One line a model: id, drug, routes, people it was fitted on, sampling site, domain and status.",
        "respite model list", ROW(json_option), 0, NULL, rsp_cmd_model_list},
    {"model show", "MODEL", "structure, parameters, sources and limits of one model",
        "Everything the model's file says: structure, every parameter with unit, variability, uncertainty, "
        "source "
        "and confidence, assumptions and covariate ranges. MODEL is a shipped model, a file, or several "
        "joined "
        "with '+'.",
        "respite model show otto2021", ROW(json_option), 1, RSP_CLI_MODELS, rsp_cmd_model_show},
    {"completion", "bash", "shell completion",
        "Prints the completion of commands, options, models and files for bash.",
        "respite completion bash > ~/.local/share/bash-completion/completions/respite", NO_OPTIONS, 1, "bash",
        rsp_cmd_completion},
    {"man", "", "the manual page", "Prints the manual page respite(1) in roff.", "respite man | man -l -",
        NO_OPTIONS, 0, NULL, rsp_cmd_man},
    {"help", "[COMMAND]", "this text, or a command explained", "Lists the commands, or explains one.",
        "respite help simulate", NO_OPTIONS, 2, NULL, rsp_cmd_help},
    {"version", "", "version of the program", "Version of the program, its models and its rules.",
        "respite --version", NO_OPTIONS, 0, NULL, rsp_cmd_version},
};
const size_t rsp_cli_n_command = sizeof rsp_cli_commands / sizeof *rsp_cli_commands;
