/** The command line: one table of commands that parser, help, manual page and completion read. */
#ifndef RSP_APP_CLI_CLI_H
#define RSP_APP_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/status.h>

#include "base/date.h"
#include "base/text.h"

enum {
    RSP_EXIT_DONE = 0,
    RSP_EXIT_NEGATIVE = 1, /* a check failed, not a candidate, a hard limit broken */
    RSP_EXIT_USAGE = 2,    /* bad usage or bad input */
    RSP_EXIT_OUTSIDE = 3   /* disk, network, memory */
};

enum {
    RSP_CLI_MAX_OPTION = 32,       /* options of one command, the common ones included */
    RSP_CLI_MAX_VALUE = 512,       /* values of all options and operands on one command line */
    RSP_CLI_MAX_FILE = 128,        /* files that one command writes: three a model card */
    RSP_CLI_MAX_PATIENT = 1 << 20, /* bytes of a patient file, written by hand */
    RSP_CLI_MAX_INPUT = 64 << 20   /* bytes of one input file: a data set of a large trial fits */
};

/** What completion offers for an option's argument. */
#define RSP_CLI_FILES     "@file"
#define RSP_CLI_MODELS    "@model"
#define RSP_CLI_PROTOCOLS "@protocol"
#define RSP_CLI_RULES     "@rule"
#define RSP_CLI_COMMANDS  "@command"
#define RSP_CLI_SCALES    "@instrument"

/** One row is one option. */
struct rsp_cli_option {
    const char *name;     /* without the two dashes */
    const char *argument; /* name of its argument; NULL for a flag */
    const char *help;     /* one sentence, no full stop */
    const char *choices;  /* words, RSP_CLI_FILES, ... for completion; NULL for free text */
    bool repeat;          /* may be given several times */
};

struct rsp_cli;

/** One row is one subcommand. */
struct rsp_cli_command {
    const char *name;        /* "plan", "model list" */
    const char *operands;    /* "PATIENT.yaml"; "" for none */
    const char *summary;     /* one line */
    const char *description; /* paragraphs separated by an empty line */
    const char *example;     /* command lines, one a line; "" for none */
    const struct rsp_cli_option *option;
    size_t n_option;
    size_t max_operand;
    const char *operand_choices; /* as rsp_cli_option.choices */
    rsp_status (*run)(struct rsp_cli *cli, struct rsp_error *err);
};

/** A file that is written only when the whole command succeeds. */
struct rsp_cli_file {
    char *path;
    struct rsp_buf text;
};

/** One run of the program. */
struct rsp_cli {
    const struct rsp_cli_command *command;
    size_t n_value;
    struct {
        const struct rsp_cli_option *option; /* NULL for an operand */
        const char *text;
    } value[RSP_CLI_MAX_VALUE];
    struct rsp_date today;
    struct rsp_buf out; /* stdout, written after success */
    size_t n_file;
    struct rsp_cli_file file[RSP_CLI_MAX_FILE];
    int exit_code;          /* RSP_EXIT_DONE unless the command changes it */
    char done_already[300]; /* what has happened although the output cannot be written, and what to do; "" */
    bool out_terminal, err_terminal;
};

/** The table of commands, in the order of the help. */
extern const struct rsp_cli_command rsp_cli_commands[];
extern const size_t rsp_cli_n_command;
/** Options that every command takes. */
extern const struct rsp_cli_option rsp_cli_common[];
extern const size_t rsp_cli_n_common;

/* ---- parse.c ---- */
/** Find the command and read its options. Fills cli->command and cli->value. */
RSP_CHECKED rsp_status rsp_cli_parse(struct rsp_cli *cli, int argc, char **argv, struct rsp_error *err);
/** Command by its full name ("model show"), or NULL. */
const struct rsp_cli_command *rsp_cli_find(const char *name);
/** Last value of an option, NULL when absent. A flag that was given has the text "". */
const char *rsp_cli_text(const struct rsp_cli *cli, const char *option);
bool rsp_cli_flag(const struct rsp_cli *cli, const char *option);
/** Value number i of a repeatable option; operand i when option is NULL. NULL past the end. */
const char *rsp_cli_nth(const struct rsp_cli *cli, const char *option, size_t i);
size_t rsp_cli_count(const struct rsp_cli *cli, const char *option);
/** A plain number within [low, high]; *value stays when the option is absent. */
RSP_CHECKED rsp_status rsp_cli_number(const struct rsp_cli *cli, const char *option, double low, double high,
    double *value, struct rsp_error *err);
/** 2^53: every whole number up to it is exact. */
#define RSP_CLI_LARGEST_SEED 9007199254740992.0
/** A whole number within [low, high], at most 2^53. */
RSP_CHECKED rsp_status rsp_cli_whole(const struct rsp_cli *cli, const char *option, double low, double high,
    double *value, struct rsp_error *err);
/** One of the option's choices; *index stays when the option is absent. */
RSP_CHECKED rsp_status rsp_cli_choice(
    const struct rsp_cli *cli, const char *option, int *index, struct rsp_error *err);
/** Next entry of a list with commas; moves *text behind it, NULL at the end of the list. An empty entry, one
 * with a semicolon and one of `size` bytes or more are refused. */
RSP_CHECKED rsp_status rsp_cli_word(
    const char *option, const char **text, char *word, size_t size, struct rsp_error *err);
/** "NAME=VALUE": copies the name, points value into text. */
RSP_CHECKED rsp_status rsp_cli_assignment(
    const char *option, const char *text, char *name, size_t size, const char **value, struct rsp_error *err);

/* ---- syringe.c ---- */
/** --syringe '200 mg in 200 mL': strength and, unless NULL, volume; both stay when the option is absent. */
RSP_CHECKED rsp_status rsp_cli_syringe(
    const struct rsp_cli *cli, double *strength_mg_per_ml, double *volume_ml, struct rsp_error *err);

/** Name the option or file that a failed status is about; keeps the status. */
rsp_status rsp_cli_place(rsp_status status, const char *place, struct rsp_error *err);

/* ---- files.c ---- */
/** Read an input file, refusing what is too large. Caller frees with free(). */
RSP_CHECKED rsp_status rsp_cli_read(
    const char *path, size_t max, char **text, size_t *length, struct rsp_error *err);
/** Refuse a name of an output file that has none of the endings (NULL-terminated), is a folder or a file that
 * the command reads. @param sentence  where output may go, for the message */
RSP_CHECKED rsp_status rsp_cli_check_file(const struct rsp_cli *cli, const char *option,
    const char *const endings[], const char *sentence, struct rsp_error *err);
/** Make the folder of --output unless it is there. */
RSP_CHECKED rsp_status rsp_cli_make_folder(const char *path, struct rsp_error *err);
/** Buffer of an output file, written when the command succeeds; its name is formatted. NULL when there are
 * too many or no memory. */
struct rsp_buf *rsp_cli_file(struct rsp_cli *cli, const char *fmt, ...) RSP_PRINTF(2, 3);
/** Write what stands in cli->out now, for output too long to keep. Its last byte stays: a writer of JSON looks
 * at it to know whether a comma is due. */
RSP_CHECKED rsp_status rsp_cli_flush(struct rsp_cli *cli, struct rsp_error *err);
/** Write files (through a temporary name each), then stdout. Nothing reaches stdout when a file fails; a file
 * that the command reads is never written. */
RSP_CHECKED rsp_status rsp_cli_commit(struct rsp_cli *cli, struct rsp_error *err);
/** A warning on stderr; the command goes on. */
void rsp_cli_warn(const char *fmt, ...) RSP_PRINTF(1, 2);
/** Progress on a terminal's stderr: share done in [0, 1]; 1 removes the bar. Nothing in a pipe. */
void rsp_cli_progress(const struct rsp_cli *cli, const char *what, double share);

/* ---- help.c, manpage.c, completion.c ---- */
void rsp_cli_help(struct rsp_buf *out);
void rsp_cli_help_command(const struct rsp_cli_command *command, struct rsp_buf *out);
/** Add words of text wrapped to `width` columns, each line after the first indented; the cursor
 * stands at `column`. UTF-8 characters count one column. */
void rsp_cli_wrap(struct rsp_buf *out, const char *text, size_t column, size_t indent, size_t width);
/** Columns of UTF-8 text. */
size_t rsp_cli_columns(const char *text);

/* ---- commands ---- */
rsp_status rsp_cmd_help(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_version(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_man(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_completion(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_model_list(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_model_show(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_model_check(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_model_card(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_simulate(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_fit(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_plan(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_tci(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_rules_list(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_rules_show(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_rules_limits(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_rules_words(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_rules_protocols(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_instrument_list(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_instrument_show(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_instrument_score(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_mme(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_optimise(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_evidence(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_device_sim(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_serve(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_user_add(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_user_disable(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_user_reset(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_user_list(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_user_code(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_db_init(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_db_rekey(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_db_migrate(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_db_check(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_db_backup(struct rsp_cli *cli, struct rsp_error *err);
rsp_status rsp_cmd_db_restore(struct rsp_cli *cli, struct rsp_error *err);

#endif
