/* respite db init | migrate | rekey | check | backup | restore */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "json.h"
#include "store/store.h"

enum { MAX_ZONE = 64, US_A_SECOND = 1000000, SECONDS_A_DAY = 86400 };

static rsp_status database(const struct rsp_cli *cli, const char **path, struct rsp_error *err)
{
    *path = rsp_cli_text(cli, "db");
    if (*path == NULL || (*path)[0] == '\0')
        return rsp_error_set(err, RSP_E_MISSING, "", "name the database: --db FILE.db");
    return RSP_OK;
}

static struct rsp_store_options options_of(const struct rsp_cli *cli)
{
    return (struct rsp_store_options){.key = rsp_cli_text(cli, "key"), .anchor = rsp_cli_text(cli, "anchor")};
}

static rsp_status operand(const struct rsp_cli *cli, const char **file, struct rsp_error *err)
{
    *file = rsp_cli_nth(cli, NULL, 0);
    if (*file == NULL || (*file)[0] == '\0')
        return rsp_error_set(err, RSP_E_MISSING, "",
            "name the file of the backup: respite %s FILE --db FILE.db", cli->command->name);
    return RSP_OK;
}

/* ---- the clock ---- */

static rsp_status now(
    const struct rsp_cli *cli, char zone[MAX_ZONE], struct rsp_stamp *stamp, struct rsp_error *err)
{
    struct timeval time;
    struct tm local;

    (void)snprintf(zone, MAX_ZONE, "UTC");
    *stamp = (struct rsp_stamp){(int64_t)cli->today.day * SECONDS_A_DAY * US_A_SECOND, 0, zone};
    if (rsp_cli_text(cli, "today") != NULL) {
        if (rsp_stamp_check(stamp, NULL) == RSP_OK)
            return RSP_OK;
        return rsp_error_set(err, RSP_E_DOMAIN, "", "--today: a backup is made in the years 1900 to 2199");
    }
    if (gettimeofday(&time, NULL) != 0 || localtime_r(&time.tv_sec, &local) == NULL)
        return rsp_error_set(err, RSP_E_IO, "", "the clock cannot be read: give --today YYYY-MM-DD");
    (void)snprintf(zone, MAX_ZONE, "%s", local.tm_zone);
    stamp->at_us = (int64_t)time.tv_sec * US_A_SECOND + time.tv_usec;
    stamp->offset_min = (int)(local.tm_gmtoff / 60);
    return RSP_OK;
}

/* ---- init, migrate ---- */

rsp_status rsp_cmd_db_init(struct rsp_cli *cli, struct rsp_error *err)
{
    const struct rsp_store_options options = options_of(cli);
    const char *path = NULL;
    struct rsp_store *store = NULL;

    RSP_TRY(database(cli, &path, err));
    char key[4096];
    (void)snprintf(
        key, sizeof key, "%s%s", options.key != NULL ? options.key : path, options.key != NULL ? "" : ".key");
    const bool had_key = access(key, F_OK) == 0;
    RSP_TRY(rsp_store_create(path, &options, &store, err));
    rsp_store_close(store);
    rsp_buf_printf(&cli->out, "database    %s\nanchor log  %s%s\nsite key    %s%s\n\n", path,
        options.anchor != NULL ? options.anchor : path, options.anchor != NULL ? "" : ".anchor", key,
        had_key ? " (was there)" : "");
    rsp_buf_text(&cli->out, "Keep a copy of the site key in a safe place away from this computer: without it "
                            "neither the database\n"
                            "nor any backup can be read. Who has key and file can read everything.\n");
    return RSP_OK;
}

rsp_status rsp_cmd_db_migrate(struct rsp_cli *cli, struct rsp_error *err)
{
    const struct rsp_store_options options = options_of(cli);
    const char *path = NULL;
    int from = 0, to = 0;

    RSP_TRY(database(cli, &path, err));
    RSP_TRY(rsp_store_migrate(path, &options, &from, &to, err));
    if (from == to)
        rsp_buf_printf(&cli->out, "%s has schema version %d already: nothing to do\n", path, to);
    else
        rsp_buf_printf(&cli->out, "%s: schema version %d is now %d\n", path, from, to);
    return RSP_OK;
}

rsp_status rsp_cmd_db_rekey(struct rsp_cli *cli, struct rsp_error *err)
{
    const struct rsp_store_options options = options_of(cli);
    const char *path = NULL;
    struct rsp_store_rekeyed rekeyed;

    RSP_TRY(database(cli, &path, err));
    RSP_TRY(rsp_store_rekey(path, &options, &rekeyed, err));
    if (rekeyed.resumed)
        rsp_buf_text(&cli->out, "An interrupted change of the key is finished.\n");
    else
        rsp_buf_printf(
            &cli->out, "%" PRId64 " keys of persons and accounts are under the new key.\n", rekeyed.n_person);
    rsp_buf_printf(&cli->out,
        "site key    %s%s\nold key     %s%s.old\n\n"
        "Keep a copy of the new key in a safe place away from this computer. Backups made before need the "
        "old\n"
        "key: keep it as long as them, or make a new backup now and destroy both.\n",
        options.key != NULL ? options.key : path, options.key != NULL ? "" : ".key",
        options.key != NULL ? options.key : path, options.key != NULL ? "" : ".key");
    return RSP_OK;
}

/* ---- check ---- */

struct finding_list {
    struct rsp_buf *out;
    bool json;
};

static void list_finding(void *context, const struct rsp_store_finding *finding)
{
    const struct finding_list *list = context;
    if (list->json) {
        rsp_json_open(list->out, NULL, '{');
        rsp_json_text(list->out, "table", finding->table);
        rsp_json_number(list->out, "number", finding->number > 0 ? (double)finding->number : (double)NAN);
        rsp_json_text(list->out, "kind", finding->kind[0] != '\0' ? finding->kind : NULL);
        rsp_json_text(list->out, "text", finding->sentence);
        rsp_json_close(list->out, '}');
        return;
    }
    rsp_buf_printf(list->out, "%s", finding->table);
    if (finding->number > 0)
        rsp_buf_printf(list->out, " %" PRId64, finding->number);
    if (finding->kind[0] != '\0')
        rsp_buf_printf(list->out, " (%s)", finding->kind);
    rsp_buf_printf(list->out, ": %s\n", finding->sentence);
}

static void summary(const struct rsp_store_check *check, const char *path, struct rsp_buf *out)
{
    if (check->n_finding > 0)
        rsp_buf_text(out, "\n");
    rsp_buf_printf(out,
        "%s\nfacts       %" PRId64 "\npersons     %" PRId64 ", %" PRId64 " erased\nanchor log  %" PRId64
        " signed\n",
        path, check->n_fact, check->n_person, check->n_erased, check->n_anchor);
    if (check->n_unreadable > 0)
        rsp_buf_printf(out, "%" PRId64 " lines of the log cannot be read; later ones cover what they said\n",
            check->n_unreadable);
    if (check->n_unanchored > 0)
        rsp_buf_printf(
            out, "the last %" PRId64 " facts are not in the anchor log yet\n", check->n_unanchored);
    rsp_buf_printf(out, "head        %s\nderived     %s\n", check->head, check->derived);
    if (check->rebuilt[0] != '\0')
        rsp_buf_printf(out, "rebuilt     %s (%s)\n", check->rebuilt,
            strcmp(check->rebuilt, check->derived) == 0 ? "the same" : "not what was there");
    if (check->n_finding == 0)
        rsp_buf_text(out, "everything is as it was written\n");
    else
        rsp_buf_printf(
            out, "%zu finding%s: nothing was repaired\n", check->n_finding, check->n_finding == 1 ? "" : "s");
}

static void json_summary(const struct rsp_store_check *check, struct rsp_buf *out)
{
    rsp_json_number(out, "facts", (double)check->n_fact);
    rsp_json_number(out, "persons", (double)check->n_person);
    rsp_json_number(out, "erased", (double)check->n_erased);
    rsp_json_number(out, "anchor_lines", (double)check->n_anchor);
    rsp_json_number(out, "anchor_unreadable", (double)check->n_unreadable);
    rsp_json_number(out, "unanchored", (double)check->n_unanchored);
    rsp_json_text(out, "head", check->head);
    rsp_json_text(out, "derived", check->derived);
    rsp_json_text(out, "rebuilt", check->rebuilt[0] != '\0' ? check->rebuilt : NULL);
    rsp_json_bool(out, "good", check->n_finding == 0);
}

/* A file that cannot even be opened as a database is the first finding. */
static rsp_status unreadable(struct rsp_cli *cli, bool json, const char *path, const struct rsp_error *why)
{
    struct finding_list list = {&cli->out, json};
    if (json) {
        rsp_json_open(&cli->out, NULL, '{');
        rsp_json_open(&cli->out, "findings", '[');
    }
    list_finding(&list, &(struct rsp_store_finding){path, 0, "", why->message});
    if (json) {
        rsp_json_close(&cli->out, ']');
        rsp_json_bool(&cli->out, "good", false);
        rsp_buf_text(&cli->out, "}\n");
    }
    cli->exit_code = RSP_EXIT_NEGATIVE;
    return RSP_OK;
}

static rsp_status verify(
    struct rsp_cli *cli, struct rsp_store *store, bool json, const char *path, struct rsp_error *err)
{
    struct finding_list list = {&cli->out, json};
    struct rsp_store_check check = {
        .rebuild = rsp_cli_flag(cli, "rebuild"), .found = list_finding, .context = &list};

    if (json) {
        rsp_json_open(&cli->out, NULL, '{');
        rsp_json_open(&cli->out, "findings", '[');
    }
    RSP_TRY(rsp_store_verify(store, &check, err));
    if (json) {
        rsp_json_close(&cli->out, ']');
        json_summary(&check, &cli->out);
        rsp_buf_text(&cli->out, "}\n");
    } else {
        summary(&check, path, &cli->out);
    }
    if (check.n_finding > 0)
        cli->exit_code = RSP_EXIT_NEGATIVE;
    return RSP_OK;
}

rsp_status rsp_cmd_db_check(struct rsp_cli *cli, struct rsp_error *err)
{
    struct rsp_store_options options = options_of(cli);
    const bool json = rsp_cli_flag(cli, "json");
    const char *path = NULL;
    struct rsp_store *store = NULL;

    RSP_TRY(database(cli, &path, err));
    options.examine = true;
    options.read_only = !rsp_cli_flag(cli, "rebuild");
    rsp_status status = rsp_store_open(path, &options, &store, err);
    if (status == RSP_E_DAMAGED)
        return unreadable(cli, json, path, err);
    RSP_TRY(status);
    status = verify(cli, store, json, path, err);
    rsp_store_close(store);
    return status;
}

/* ---- backup, restore ---- */

static void tell_manifest(const struct rsp_store_manifest *manifest, struct rsp_buf *out)
{
    rsp_buf_printf(out, "made        %s\nfacts       %" PRId64 "\nhead        %s\nschema      %d\n",
        manifest->made, manifest->n_fact, manifest->head, manifest->schema);
}

rsp_status rsp_cmd_db_backup(struct rsp_cli *cli, struct rsp_error *err)
{
    const struct rsp_store_options options = options_of(cli);
    const char *path = NULL, *file = NULL;
    char zone[MAX_ZONE];
    struct rsp_stamp stamp;
    struct rsp_store *store = NULL;
    struct rsp_store_manifest manifest;

    RSP_TRY(operand(cli, &file, err));
    RSP_TRY(database(cli, &path, err));
    RSP_TRY(now(cli, zone, &stamp, err));
    RSP_TRY(rsp_store_open(path, &options, &store, err));
    const rsp_status status = rsp_store_backup(store, file, &stamp, &manifest, err);
    if (status == RSP_OK && rsp_store_warning(store)[0] != '\0') {
        rsp_cli_warn("%s", rsp_store_warning(store));
        cli->exit_code = RSP_EXIT_NEGATIVE;
    }
    rsp_store_close(store);
    RSP_TRY(status);
    rsp_buf_printf(&cli->out, "backup      %s\n", file);
    tell_manifest(&manifest, &cli->out);
    return RSP_OK;
}

rsp_status rsp_cmd_db_restore(struct rsp_cli *cli, struct rsp_error *err)
{
    const struct rsp_store_options options = options_of(cli);
    const char *path = NULL, *file = NULL;
    struct rsp_store_restored restored = {0};

    RSP_TRY(operand(cli, &file, err));
    RSP_TRY(database(cli, &path, err));
    RSP_TRY(rsp_store_restore(file, path, &options, rsp_cli_flag(cli, "replace"), &restored, err));
    rsp_buf_printf(&cli->out, "restored    %s\n", path);
    tell_manifest(&restored.manifest, &cli->out);
    if (restored.moved)
        rsp_buf_printf(&cli->out, "The database that was there is now %s.old\n", path);
    if (restored.log_moved)
        rsp_buf_text(&cli->out, "The anchor log that was there is kept with the ending .old\n");
    if (restored.n_lost > 0)
        rsp_buf_printf(&cli->out,
            "%" PRId64
            " fact%s that the anchor log knew %s not in this backup: they are lost unless another has them\n",
            restored.n_lost, restored.n_lost == 1 ? "" : "s", restored.n_lost == 1 ? "is" : "are");
    return RSP_OK;
}
