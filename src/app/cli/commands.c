/* The table that parser, help, manual page and completion read. */
#include "cli.h"

#define NO_OPTIONS NULL, 0

const struct rsp_cli_option rsp_cli_common[] = {
    {"today", "DATE", "the day to take as today, YYYY-MM-DD, instead of the clock's", NULL, false},
    {"help", NULL, "explain this command", NULL, false},
};
const size_t rsp_cli_n_common = sizeof rsp_cli_common / sizeof *rsp_cli_common;

const struct rsp_cli_command rsp_cli_commands[] = {
    {"man", "", "the manual page", "Prints the manual page respite(1) in roff.", "respite man | man -l -",
        NO_OPTIONS, 0, NULL, rsp_cmd_man},
    {"help", "[COMMAND]", "this text, or a command explained", "Lists the commands, or explains one.",
        "respite help simulate", NO_OPTIONS, 2, NULL, rsp_cmd_help},
    {"version", "", "version of the program", "Version of the program, its models and its rules.",
        "respite --version", NO_OPTIONS, 0, NULL, rsp_cmd_version},
};
const size_t rsp_cli_n_command = sizeof rsp_cli_commands / sizeof *rsp_cli_commands;
