/* The database of a demonstration. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/server/server.h"
#include "clinic_store.h"
#include "demo/demo.h"

enum { US_A_SECOND = 1000000, SECONDS_A_DAY = 86400, MINUTE_S = 60 };

/* With --today the story ends on that day, in the afternoon; without it, now. */
static int64_t end_of_story(const struct rsp_cli *cli)
{
    enum { AFTERNOON_S = 15 * 3600 };
    struct rsp_stamp stamp;
    rsp_server_now(&stamp);
    if (rsp_cli_text(cli, "today") == NULL)
        return stamp.at_us / US_A_SECOND;
    const int64_t wall_s = (int64_t)cli->today.day * SECONDS_A_DAY + AFTERNOON_S;
    rsp_server_wall(wall_s, &stamp);
    return wall_s - (int64_t)stamp.offset_min * MINUTE_S;
}

static int64_t clock_now(void)
{
    struct rsp_stamp stamp;
    rsp_server_now(&stamp);
    return stamp.at_us / US_A_SECOND;
}

static rsp_status fill(const struct rsp_cli *cli, struct rsp_service *service, struct rsp_error *err)
{
    double seed = 1;
    RSP_TRY(rsp_cli_whole(cli, "seed", 0, RSP_CLI_LARGEST_SEED, &seed, err));
    const struct rsp_demo_options options = {.seed = (uint64_t)seed,
        .now_s = end_of_story(cli),
        .wall = rsp_server_wall,
        .clock = rsp_cli_text(cli, "today") == NULL ? clock_now
                                                    : NULL}; /* a session is under way now or not at all */
    return rsp_demo_fill(service, &options, err);
}

static rsp_status name_database(const struct rsp_cli *cli, char **path, struct rsp_error *err)
{
    const char *given = rsp_cli_text(cli, "db"), *folder = getenv("TMPDIR");
    const size_t size = 4096;
    char *made = malloc(size);

    if (made == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    if (given != NULL) {
        snprintf(made, size, "%s", given);
    } else {
        snprintf(
            made, size, "%.4000s/respite-demo-XXXXXX", folder != NULL && folder[0] != '\0' ? folder : "/tmp");
        if (mkdtemp(made) == NULL) {
            free(made);
            return rsp_error_set(
                err, RSP_E_IO, "", "no temporary folder can be made: name a database with --db");
        }
        const size_t length = strlen(made);
        snprintf(made + length, size - length, "/clinic.db");
    }
    *path = made;
    return RSP_OK;
}

static void forget_folder(const struct rsp_demo_files *files)
{
    char folder[4200];
    if (!files->own_folder)
        return;
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(files->path, '/') - files->path), files->path);
    (void)rmdir(folder);
}

void rsp_clinic_demo_forget(const struct rsp_demo_files *files)
{
    static const char *const beside[] = {"", "-wal", "-shm", ".anchor", ".key"};
    char file[4200];
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        snprintf(file, sizeof file, "%s%s", files->path, beside[i]);
        if (strcmp(beside[i], ".key") != 0 || files->own_key)
            (void)unlink(file);
    }
    forget_folder(files);
}

/* A store that could not be made left nothing behind, and what stands in its place is not ours. */
static rsp_status make(const struct rsp_cli *cli, const struct rsp_demo_files *files,
    struct rsp_service **service, struct rsp_error *err)
{
    const struct rsp_store_options options = {.key = rsp_cli_text(cli, "key"),
        .anchor = rsp_cli_text(cli, "anchor"),
        .kinds = rsp_service_kinds(),
        .hasty = true};
    struct rsp_store *store = NULL;
    rsp_status status = rsp_store_create(files->path, &options, &store, err);
    if (status != RSP_OK) {
        forget_folder(files);
        return status;
    }
    status = rsp_service_open(store, service, err);
    if (status == RSP_OK)
        status = fill(cli, *service, err);
    if (status != RSP_OK) {
        rsp_service_close(*service);
        *service = NULL;
        rsp_clinic_demo_forget(files);
    }
    return status;
}

rsp_status rsp_clinic_demo(const struct rsp_cli *cli, struct rsp_service **service,
    struct rsp_demo_files *files, struct rsp_error *err)
{
    struct rsp_demo_files made = {.own_folder = rsp_cli_text(cli, "db") == NULL};
    struct rsp_service *open = NULL;
    char key[4200];

    RSP_TRY(name_database(cli, &made.path, err));
    snprintf(key, sizeof key, "%s.key", made.path);
    made.own_key = rsp_cli_text(cli, "key") == NULL && access(key, F_OK) != 0;
    const rsp_status status = make(cli, &made, &open, err);
    if (status != RSP_OK) {
        free(made.path);
        return status;
    }
    *service = open;
    *files = made;
    return RSP_OK;
}
