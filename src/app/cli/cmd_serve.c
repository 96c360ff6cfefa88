/* respite serve */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <sodium.h>

#include "app/server/server.h"
#include "base/file.h"
#include "cli.h"
#include "clinic_store.h"
#include "service/clinic.h"
#include "service/demo.h"
#include "service/upkeep.h"

enum { MAX_PEM = 1 << 20, US_A_SECOND = 1000000 };

struct serving {
    struct rsp_cli *cli;
    char *cert, *key;
    struct rsp_demo_files demo; /* that was made */
    struct rsp_server_options options;
    struct rsp_service *service;
    struct rsp_server *server;
};

static rsp_status place(rsp_status status, const char *option, struct rsp_error *err)
{
    if (status != RSP_OK && err->source[0] == '\0')
        rsp_error_place(err, option, 0);
    return status;
}

/* The key of a server is nobody else's to read. */
static rsp_status check_key_file(const char *path, struct rsp_error *err)
{
    struct stat info;
    if (stat(path, &info) == 0 && (info.st_mode & S_IROTH) != 0)
        return rsp_error_set(err, RSP_E_DENIED, "", "everybody can read '%.200s': chmod 600 it", path);
    return RSP_OK;
}

static rsp_status read_tls(struct serving *s, struct rsp_error *err)
{
    const char *cert = rsp_cli_text(s->cli, "tls-cert"), *key = rsp_cli_text(s->cli, "tls-key");
    size_t length;

    if ((cert == NULL) != (key == NULL))
        return rsp_error_set(err, RSP_E_MISMATCH, "", "--tls-cert and --tls-key go together: give both");
    if (cert == NULL)
        return RSP_OK;
    RSP_TRY(place(rsp_cli_read(cert, MAX_PEM, &s->cert, &length, err), "--tls-cert", err));
    RSP_TRY(place(check_key_file(key, err), "--tls-key", err));
    return place(rsp_cli_read(key, MAX_PEM, &s->key, &length, err), "--tls-key", err);
}

/* The signals that end the program are waited for, not handled: block them before any thread starts. */
static void block_signals(sigset_t *ending)
{
    (void)sigemptyset(ending);
    (void)sigaddset(ending, SIGTERM);
    (void)sigaddset(ending, SIGINT);
    (void)sigaddset(ending, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, ending, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

/* Passwords and keys pass through memory: none of it goes to a core file. */
static void keep_no_core(void)
{
    const struct rlimit none = {0};
    (void)setrlimit(RLIMIT_CORE, &none);
}

static rsp_status open_clinic(struct serving *s, struct rsp_error *err)
{
    if (rsp_cli_flag(s->cli, "demo"))
        RSP_TRY(rsp_clinic_demo(s->cli, &s->service, &s->demo, err));
    else
        RSP_TRY(rsp_clinic_open(s->cli, &s->service, err));
    s->options.loopback_only = rsp_service_demo(s->service);
    return place(rsp_service_upkeep(s->service,
                     &(struct rsp_upkeep_places){
                         .database = s->demo.path != NULL ? s->demo.path : rsp_cli_text(s->cli, "db"),
                         .key = rsp_cli_text(s->cli, "key"),
                         .anchor = rsp_cli_text(s->cli, "anchor"),
                         .folder = rsp_cli_text(s->cli, "backups")},
                     err),
        "--backups", err);
}

/* One line for programs: where, and of a demonstration who may sign in. */
static rsp_status say_ready(const struct serving *s, struct rsp_error *err)
{
    struct rsp_stamp now;
    json_t *users = NULL, *line = json_pack("{s:s}", "url", rsp_server_url(s->server));
    rsp_status status = RSP_OK;

    if (rsp_server_hl7(s->server) != NULL)
        (void)json_object_set_new(line, "hl7", json_string(rsp_server_hl7(s->server)));
    if (rsp_service_demo(s->service)) {
        const char *path = s->demo.path != NULL ? s->demo.path : rsp_cli_text(s->cli, "db");
        rsp_server_now(&now);
        status = rsp_service_demo_users(s->service, now.at_us / US_A_SECOND, &users, err);
        (void)json_object_set_new(line, "demo", json_true());
        (void)json_object_set_new(line, "db", json_string(path));
        (void)json_object_set_new(line, "users", users);
    }
    char *text = status == RSP_OK ? json_dumps(line, 0) : NULL;
    json_decref(line);
    if (status != RSP_OK)
        return status;
    const bool said = text != NULL && printf("%s\n", text) > 0 && fflush(stdout) == 0;
    free(text);
    return said ? RSP_OK : rsp_error_set(err, RSP_E_IO, "", "stdout cannot be written");
}

static rsp_status serve(struct serving *s, struct rsp_error *err)
{
    const char *listen = rsp_cli_text(s->cli, "listen");
    sigset_t ending;
    int signal_number = 0;

    keep_no_core();
    if (rsp_cli_flag(s->cli, "proxy") && rsp_cli_text(s->cli, "origin") == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "",
            "--proxy needs --origin: say by which name browsers reach the proxy, --origin "
            "https://clinic.example");
    RSP_TRY(read_tls(s, err));
    s->options = (struct rsp_server_options){.listen = listen != NULL ? listen : "127.0.0.1:8080",
        .tls_cert = s->cert,
        .tls_key = s->key,
        .origin = rsp_cli_text(s->cli, "origin"),
        .behind_proxy = rsp_cli_flag(s->cli, "proxy"),
        .plain_anywhere = rsp_cli_flag(s->cli, "plain-anywhere"),
        .hl7 = rsp_cli_text(s->cli, "hl7")};
    block_signals(&ending);
    RSP_TRY(open_clinic(s, err));
    const rsp_status status = rsp_server_start(s->service, &s->options, &s->server, err);
    if (status != RSP_OK && err->source[0] == '\0' && err->field[0] != '\0') {
        char option[110];
        snprintf(option, sizeof option, "--%s", err->field);
        rsp_error_place(err, option, 0);
    }
    RSP_TRY(status);
    RSP_TRY(say_ready(s, err));
    (void)sigwait(&ending, &signal_number);
    return RSP_OK;
}

rsp_status rsp_cmd_serve(struct rsp_cli *cli, struct rsp_error *err)
{
    struct serving s = {.cli = cli};
    char *openapi = NULL;

    if (rsp_cli_flag(cli, "openapi")) {
        RSP_TRY(rsp_server_openapi(&openapi, err));
        rsp_buf_text(&cli->out, openapi);
        rsp_buf_text(&cli->out, "\n");
        free(openapi);
        return RSP_OK;
    }
    const rsp_status status = serve(&s, err);
    rsp_server_stop(s.server);
    rsp_service_close(s.service);
    if (status != RSP_OK && s.demo.path != NULL)
        rsp_clinic_demo_forget(&s.demo);
    free(s.demo.path);
    free(s.cert);
    if (s.key != NULL)
        sodium_memzero(s.key, strlen(s.key));
    free(s.key);
    return status;
}
