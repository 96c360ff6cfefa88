/** The clinic's database of a command: --db, --key and --anchor. */
#ifndef RSP_APP_CLI_CLINIC_STORE_H
#define RSP_APP_CLI_CLINIC_STORE_H

#include "cli.h"
#include "service/clinic.h"

/** Open the database of --db. @param service out: caller frees with rsp_service_close */
RSP_CHECKED rsp_status rsp_clinic_open(
    const struct rsp_cli *cli, struct rsp_service **service, struct rsp_error *err);

/** Files of a demonstration that this run made. Zeroed: none. */
struct rsp_demo_files {
    char *path;               /* of the database */
    bool own_folder, own_key; /* made by this run */
};

/** Make a demonstration in the new database of --db, or in a temporary folder, and fill it; nothing is left behind on
 * failure.
 * @param service out: caller frees with rsp_service_close
 * @param files   out: caller frees files->path with free() */
RSP_CHECKED rsp_status rsp_clinic_demo(const struct rsp_cli *cli, struct rsp_service **service,
    struct rsp_demo_files *files, struct rsp_error *err);
/** Remove the files; the service is closed. */
void rsp_clinic_demo_forget(const struct rsp_demo_files *files);

#endif
