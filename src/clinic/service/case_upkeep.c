/* State, check and backup of the store. Check and backup have a connection of their own, so that the clinic works on. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "service/call.h"
#include "service/json_build.h"
#include "service/upkeep.h"

enum { PATH_SIZE = 4096, NAME_SIZE = 64, MOST_LISTED = 100, MOST_FINDINGS = 50 };

static const char ending[] = ".backup";

struct rsp_upkeep {
    char *database, *key, *anchor, *folder;
    /* the last check, under state_lock; never since the program started: checked_s 0 */
    int64_t checked_s, checked_facts, checked_findings;
};

void rsp_upkeep_free(struct rsp_upkeep *upkeep)
{
    if (upkeep == NULL)
        return;
    free(upkeep->database);
    free(upkeep->key);
    free(upkeep->anchor);
    free(upkeep->folder);
    free(upkeep);
}

static bool copy_text(char **copy, const char *text)
{
    *copy = text != NULL ? strdup(text) : NULL;
    return text == NULL || *copy != NULL;
}

static rsp_status check_folder(const char *folder, struct rsp_error *err)
{
    struct stat info;
    if (folder == NULL)
        return RSP_OK;
    if (strlen(folder) + NAME_SIZE + 1 > PATH_SIZE || stat(folder, &info) != 0 || !S_ISDIR(info.st_mode))
        return rsp_error_set(err, RSP_E_IO, "backups",
            "there is no folder '%.200s': make it, on another disk than the database", folder);
    if (access(folder, W_OK | X_OK) != 0)
        return rsp_error_set(
            err, RSP_E_IO, "backups", "nothing can be written into the folder '%.200s'", folder);
    return RSP_OK;
}

rsp_status rsp_service_upkeep(
    struct rsp_service *service, const struct rsp_upkeep_places *places, struct rsp_error *err)
{
    RSP_TRY(check_folder(places->folder, err));
    struct rsp_upkeep *made = calloc(1, sizeof *made);
    if (made == NULL || !copy_text(&made->database, places->database) ||
        !copy_text(&made->key, places->key) || !copy_text(&made->anchor, places->anchor) ||
        !copy_text(&made->folder, places->folder)) {
        rsp_upkeep_free(made);
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    }
    rsp_upkeep_free(service->upkeep);
    service->upkeep = made;
    return RSP_OK;
}

static rsp_status needs_places(struct rsp_call *call, bool folder)
{
    const struct rsp_upkeep *upkeep = call->service->upkeep;
    if (upkeep != NULL && (!folder || upkeep->folder != NULL))
        return RSP_OK;
    return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_UNSUPPORTED, "backups",
        "the server was not told where backups go: respite serve --backups FOLDER");
}

static rsp_status open_another(
    const struct rsp_upkeep *upkeep, bool examine, struct rsp_store **store, struct rsp_error *err)
{
    const struct rsp_store_options options = {.key = upkeep->key,
        .anchor = upkeep->anchor,
        .examine = examine,
        .read_only = examine,
        .kinds = rsp_service_kinds()};
    return rsp_store_open(upkeep->database, &options, store, err);
}

static void instant(int64_t at_s, char *text, size_t size)
{
    const time_t at = (time_t)at_s;
    struct tm utc = {0};
    (void)gmtime_r(&at, &utc);
    (void)strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* ---- state ---- */

static bool is_backup(const char *name)
{
    const size_t length = strlen(name), tail = sizeof ending - 1;
    return name[0] != '.' && length > tail && strcmp(name + length - tail, ending) == 0;
}

static rsp_status list_file(struct rsp_call *call, const char *name, json_t *rows)
{
    char path[PATH_SIZE], made[32];
    struct stat info;
    const int n = snprintf(path, sizeof path, "%s/%s", call->service->upkeep->folder, name);
    if (n < 0 || (size_t)n >= sizeof path || stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return RSP_OK; /* gone meanwhile, or no file */
    instant(info.st_mtime, made, sizeof made);
    json_t *row = json_pack("{s:I, s:o, s:s, s:I}", "number", (json_int_t)info.st_mtime, "file",
        rsp_build_text(name), "made", made, "size_bytes", (json_int_t)info.st_size);
    if (row == NULL)
        return rsp_call_no_memory(call);
    size_t at = 0; /* the newest first */
    while (at < json_array_size(rows) && json_integer_value(json_object_get(
                                             json_array_get(rows, at), "number")) > (json_int_t)info.st_mtime)
        at++;
    if (json_array_insert_new(rows, at, row) != 0)
        return rsp_call_no_memory(call);
    if (json_array_size(rows) > MOST_LISTED)
        (void)json_array_remove(rows, MOST_LISTED);
    return RSP_OK;
}

/* @param word out: none (nobody named a folder), missing (its disk, say), there */
static rsp_status list_backups(struct rsp_call *call, json_t *rows, const char **word)
{
    const struct rsp_upkeep *upkeep = call->service->upkeep;
    *word = "none";
    if (upkeep == NULL || upkeep->folder == NULL)
        return RSP_OK;
    DIR *folder = opendir(upkeep->folder);
    *word = folder != NULL ? "there" : "missing";
    if (folder == NULL)
        return RSP_OK;
    rsp_status status = RSP_OK;
    for (const struct dirent *entry = readdir(folder); entry != NULL && status == RSP_OK;
         entry = readdir(folder))
        if (is_backup(entry->d_name))
            status = list_file(call, entry->d_name, rows);
    closedir(folder);
    return status;
}

/* null: never since the program started */
static json_t *last_check(struct rsp_service *service)
{
    struct rsp_upkeep last = {0};
    char at[32];
    pthread_mutex_lock(&service->state_lock);
    if (service->upkeep != NULL)
        last = *service->upkeep;
    pthread_mutex_unlock(&service->state_lock);
    if (last.checked_s == 0)
        return json_null();
    instant(last.checked_s, at, sizeof at);
    return json_pack("{s:s, s:I, s:I}", "at", at, "facts", (json_int_t)last.checked_facts, "findings",
        (json_int_t)last.checked_findings);
}

rsp_status rsp_case_store_state(struct rsp_call *call)
{
    struct rsp_service *service = call->service;
    unsigned char hash[RSP_HASH_BYTES];
    int64_t n_fact = 0;
    json_t *rows = json_array();
    const char *folder = "none";

    rsp_status status = rows != NULL ? list_backups(call, rows, &folder) : rsp_call_no_memory(call);
    if (status == RSP_OK)
        status = rsp_store_head(service->store, &n_fact, hash, call->err);
    if (status == RSP_OK)
        status = rsp_call_put(call, "facts", json_integer((json_int_t)n_fact));
    if (status == RSP_OK)
        status = rsp_call_put(call, "warning", rsp_build_text(rsp_store_warning(service->store)));
    if (status == RSP_OK)
        status = rsp_call_put(call, "last_check", last_check(service));
    if (status == RSP_OK)
        status = rsp_call_put(call, "backups_folder", json_string(folder));
    if (status == RSP_OK)
        status = rsp_call_put(call, "backups", json_incref(rows));
    json_decref(rows);
    return status;
}

/* ---- check ---- */

struct findings {
    json_t *rows;
    bool failed;
};

static void note_finding(void *context, const struct rsp_store_finding *finding)
{
    struct findings *findings = context;
    if (json_array_size(findings->rows) == MOST_FINDINGS)
        return;
    json_t *row = json_pack("{s:s, s:I, s:s, s:o}", "table", finding->table, "number",
        (json_int_t)finding->number, "kind", finding->kind, "text", rsp_build_text(finding->sentence));
    if (row == NULL || json_array_append_new(findings->rows, row) != 0)
        findings->failed = true;
}

static rsp_status verify(struct rsp_call *call, struct findings *findings, struct rsp_store_check *check)
{
    struct rsp_store *store = NULL;
    check->found = note_finding;
    check->context = findings;
    RSP_TRY(open_another(call->service->upkeep, true, &store, call->err));
    const rsp_status status = rsp_store_verify(store, check, call->err);
    rsp_store_close(store);
    return status == RSP_OK && findings->failed ? rsp_call_no_memory(call) : status;
}

static void remember_check(struct rsp_call *call, const struct rsp_store_check *check)
{
    struct rsp_service *service = call->service;
    pthread_mutex_lock(&service->state_lock);
    service->upkeep->checked_s = call->now_s;
    service->upkeep->checked_facts = check->n_fact;
    service->upkeep->checked_findings = (int64_t)check->n_finding;
    pthread_mutex_unlock(&service->state_lock);
}

rsp_status rsp_case_store_check(struct rsp_call *call)
{
    struct findings findings = {.rows = json_array()};
    struct rsp_store_check check = {0};

    rsp_status status = findings.rows != NULL ? needs_places(call, false) : rsp_call_no_memory(call);
    rsp_call_pause(call);
    if (status == RSP_OK)
        status = verify(call, &findings, &check);
    if (status == RSP_OK) {
        remember_check(call, &check);
        snprintf(call->detail, sizeof call->detail, "%zu findings", check.n_finding);
        status = rsp_call_begin(call);
    }
    if (status == RSP_OK)
        status = rsp_call_put(call, "facts", json_integer((json_int_t)check.n_fact));
    if (status == RSP_OK)
        status = rsp_call_put(call, "good", json_boolean(check.n_finding == 0));
    if (status == RSP_OK)
        status = rsp_call_put(call, "findings", json_incref(findings.rows));
    if (status == RSP_OK)
        status = rsp_call_put(call, "n_findings", json_integer((json_int_t)check.n_finding));
    json_decref(findings.rows);
    return status;
}

/* ---- backup ---- */

/* The name tells the moment, so that names sort as moments do. */
static void name_backup(const struct rsp_call *call, char name[NAME_SIZE])
{
    const time_t at = (time_t)call->now_s;
    struct tm utc = {0};
    char moment[32];
    (void)gmtime_r(&at, &utc);
    (void)strftime(moment, sizeof moment, "%Y-%m-%dT%H-%M-%SZ", &utc);
    snprintf(name, NAME_SIZE, "respite-%s%s", moment, ending);
}

rsp_status rsp_case_backup_make(struct rsp_call *call)
{
    const struct rsp_upkeep *upkeep = call->service->upkeep;
    struct rsp_store *store = NULL;
    struct rsp_store_manifest manifest = {0};
    struct stat info = {0};
    char path[PATH_SIZE], name[NAME_SIZE], warning[RSP_DETAIL_SIZE] = "";

    RSP_TRY(needs_places(call, true));
    name_backup(call, name);
    snprintf(path, sizeof path, "%s/%s", upkeep->folder, name);
    rsp_call_pause(call);
    RSP_TRY(open_another(upkeep, false, &store, call->err));
    rsp_status status = rsp_store_backup(store, path, &call->caller->now, &manifest, call->err);
    snprintf(warning, sizeof warning, "%s", rsp_store_warning(store));
    rsp_store_close(store);
    if (status == RSP_E_MISMATCH ||
        status == RSP_E_IO) { /* there is one of this second; no room, no folder */
        const struct rsp_error why = *call->err;
        return rsp_call_refuse(
            call, RSP_REFUSED_CONFLICT, status, "backups", "no backup was made: %s", why.message);
    }
    RSP_TRY(status);
    RSP_TRY(rsp_call_begin(call));
    if (call->replayed)
        return RSP_OK;
    snprintf(call->detail, sizeof call->detail, "%s", name);
    RSP_TRY(rsp_call_put(call, "file", json_string(name)));
    RSP_TRY(rsp_call_put(call, "facts", json_integer((json_int_t)manifest.n_fact)));
    RSP_TRY(rsp_call_put(call, "warning", rsp_build_text(warning)));
    return rsp_call_put(
        call, "size_bytes", json_integer(stat(path, &info) == 0 ? (json_int_t)info.st_size : (json_int_t)0));
}
