/* respite user add | disable | reset | list: the operator of the machine, who needs no account. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <sodium.h>

#include "app/server/server.h"
#include "clinic_store.h"
#include "json.h"
#include "service/demo.h"

enum { PASSWORD_SIZE = 256 };

static rsp_status ask(struct rsp_cli *cli, enum rsp_use_case use_case, const json_t *input,
    struct rsp_answer *answer, struct rsp_error *err)
{
    struct rsp_service *service = NULL;
    struct rsp_caller caller = {.console = true, .address = "", .origin = "console"};

    RSP_TRY(rsp_clinic_open(cli, &service, err));
    rsp_server_now(&caller.now);
    const rsp_status status = rsp_service_run(service, use_case, &caller, input, answer, err);
    rsp_service_close(service);
    if (status != RSP_OK && strcmp(err->field, "why") == 0)
        rsp_error_place(err, "--why", 0);
    return status;
}

/* ---- the password: from the terminal without echo, or one line of stdin; never from the command line ---- */

static bool read_line(char password[PASSWORD_SIZE])
{
    if (fgets(password, PASSWORD_SIZE, stdin) == NULL)
        return false;
    const size_t length = strcspn(password, "\r\n");
    const bool whole = password[length] != '\0' || length + 1 < PASSWORD_SIZE;
    password[length] = '\0';
    return whole;
}

static bool read_hidden(const char *prompt, char password[PASSWORD_SIZE])
{
    struct termios before, quiet;
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return false;
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    fprintf(stderr, "%s: ", prompt);
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0)
        return false;
    const bool read = read_line(password);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
    return read;
}

static rsp_status read_password(char password[PASSWORD_SIZE], struct rsp_error *err)
{
    char again[PASSWORD_SIZE] = "";
    const bool terminal = isatty(STDIN_FILENO) == 1;
    bool read = terminal ? read_hidden("Password, 12 characters or more", password) : read_line(password);

    if (!read)
        return rsp_error_set(err, RSP_E_MISSING, "", "no password: type it, or give it as one line on stdin");
    if (terminal && (!read_hidden("The same again", again) || strcmp(password, again) != 0))
        read = false;
    sodium_memzero(again, sizeof again);
    return read ? RSP_OK : rsp_error_set(err, RSP_E_MISMATCH, "", "the two passwords differ");
}

/* ---- commands ---- */

static rsp_status name_of(const struct rsp_cli *cli, const char **name, struct rsp_error *err)
{
    *name = rsp_cli_nth(cli, NULL, 0);
    return *name != NULL ? RSP_OK : rsp_error_set(err, RSP_E_MISSING, "", "name the account");
}

static void show_factor(struct rsp_cli *cli, const struct rsp_answer *answer)
{
    static const char *const keys[] = {"name", "totp_secret", "totp_url"};
    if (rsp_cli_flag(cli, "json")) {
        rsp_json_open(&cli->out, NULL, '{');
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            rsp_json_text(&cli->out, keys[i], json_string_value(json_object_get(answer->body, keys[i])));
        rsp_json_close(&cli->out, '}');
        rsp_buf_text(&cli->out, "\n");
        return;
    }
    rsp_buf_printf(&cli->out,
        "Account %s. Second factor, shown this once; enter it in an authenticator:\n  secret %s\n  %s\n",
        json_string_value(json_object_get(answer->body, "name")),
        json_string_value(json_object_get(answer->body, "totp_secret")),
        json_string_value(json_object_get(answer->body, "totp_url")));
}

/* Takes input over. */
static rsp_status ask_and_show(
    struct rsp_cli *cli, enum rsp_use_case use_case, json_t *input, struct rsp_error *err)
{
    struct rsp_answer answer = {0};
    if (input == NULL)
        return rsp_error_set(err, RSP_E_SYNTAX, "", "the name, reason or password is not UTF-8");
    const rsp_status status = ask(cli, use_case, input, &answer, err);
    if (status == RSP_OK) {
        show_factor(cli, &answer);
        const char *name = json_string_value(json_object_get(answer.body, "name"));
        (void)snprintf(cli->done_already, sizeof cli->done_already,
            "the account %s is %s, but its second factor was shown to nobody: make a new one with 'respite "
            "user reset %s --why TEXT'",
            name, use_case == RSP_USE_user_add ? "made" : "changed", name);
    }
    rsp_answer_clear(&answer);
    json_decref(input);
    return status;
}

rsp_status rsp_cmd_user_add(struct rsp_cli *cli, struct rsp_error *err)
{
    const char *name;
    char password[PASSWORD_SIZE];
    json_t *roles = json_array();

    for (size_t i = 0; i < rsp_cli_count(cli, "role"); i++)
        (void)json_array_append_new(roles, json_string(rsp_cli_nth(cli, "role", i)));
    rsp_status status = name_of(cli, &name, err);
    if (status == RSP_OK && json_array_size(roles) == 0)
        status = rsp_error_set(
            err, RSP_E_MISSING, "", "give --role: physician, nurse, therapist, researcher or administrator");
    if (status == RSP_OK)
        status = read_password(password, err);
    if (status == RSP_OK)
        status = ask_and_show(cli, RSP_USE_user_add,
            json_pack("{s:s, s:O, s:s}", "name", name, "roles", roles, "password", password), err);
    sodium_memzero(password, sizeof password);
    json_decref(roles);
    return status;
}

static rsp_status reason(const struct rsp_cli *cli, const char **why, struct rsp_error *err)
{
    *why = rsp_cli_text(cli, "why");
    return *why != NULL ? RSP_OK : rsp_error_set(err, RSP_E_MISSING, "", "give the reason: --why 'TEXT'");
}

rsp_status rsp_cmd_user_reset(struct rsp_cli *cli, struct rsp_error *err)
{
    const char *name, *why;
    char password[PASSWORD_SIZE];

    RSP_TRY(name_of(cli, &name, err));
    RSP_TRY(reason(cli, &why, err));
    RSP_TRY(read_password(password, err));
    const rsp_status status = ask_and_show(cli, RSP_USE_user_reset,
        json_pack("{s:s, s:s, s:s}", "name", name, "why", why, "password", password), err);
    sodium_memzero(password, sizeof password);
    return status;
}

rsp_status rsp_cmd_user_disable(struct rsp_cli *cli, struct rsp_error *err)
{
    const char *name, *why;
    struct rsp_answer answer = {0};

    RSP_TRY(name_of(cli, &name, err));
    RSP_TRY(reason(cli, &why, err));
    json_t *input = json_pack("{s:s, s:s}", "name", name, "why", why);
    if (input == NULL)
        return rsp_error_set(err, RSP_E_SYNTAX, "", "the name or reason is not UTF-8");
    const rsp_status status = ask(cli, RSP_USE_user_disable, input, &answer, err);
    if (status == RSP_OK)
        rsp_buf_printf(&cli->out, "Account %s is disabled; its sessions end.\n", name);
    rsp_answer_clear(&answer);
    json_decref(input);
    return status;
}

rsp_status rsp_cmd_user_list(struct rsp_cli *cli, struct rsp_error *err)
{
    struct rsp_answer answer = {0};
    json_t *input = json_pack("{s:i}", "limit", 200), *row;
    size_t i;

    const rsp_status status = ask(cli, RSP_USE_users, input, &answer, err);
    json_decref(input);
    const json_t *users = status == RSP_OK ? json_object_get(answer.body, "users") : NULL;
    if (status == RSP_OK && rsp_cli_flag(cli, "json")) {
        char *text = json_dumps(users, JSON_INDENT(2));
        rsp_buf_printf(&cli->out, "{\"users\": %s}\n", text != NULL ? text : "[]");
        free(text);
    } else {
        json_array_foreach(users, i, row) rsp_buf_printf(&cli->out, "%-32s %s%s\n",
            json_string_value(json_object_get(row, "name")), json_string_value(json_object_get(row, "roles")),
            json_is_true(json_object_get(row, "disabled")) ? " (disabled)" : "");
    }
    rsp_answer_clear(&answer);
    return status;
}

/* ---- of a demonstration ---- */

rsp_status rsp_cmd_user_code(struct rsp_cli *cli, struct rsp_error *err)
{
    enum { US_A_SECOND = 1000000 };
    struct rsp_service *service = NULL;
    struct rsp_stamp now;
    const char *name, *code = NULL;
    json_t *users = NULL, *user;
    size_t i;

    RSP_TRY(name_of(cli, &name, err));
    RSP_TRY(rsp_clinic_open(cli, &service, err));
    rsp_server_now(&now);
    rsp_status status = rsp_service_demo_users(service, now.at_us / US_A_SECOND, &users, err);
    rsp_service_close(service);
    json_array_foreach(users, i, user) if (strcmp(json_string_value(json_object_get(user, "name")), name) ==
                                           0) code = json_string_value(json_object_get(user, "code"));
    if (code != NULL)
        rsp_buf_printf(&cli->out, "%s\n", code);
    else if (status == RSP_OK)
        status = rsp_error_set(err, RSP_E_UNKNOWN, "", "the demonstration has no account '%.40s'", name);
    json_decref(users);
    return status;
}
