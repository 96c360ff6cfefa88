#include "clinic_store.h"

#include <sys/stat.h>

rsp_status rsp_clinic_open(const struct rsp_cli *cli, struct rsp_service **service, struct rsp_error *err)
{
    const char *path = rsp_cli_text(cli, "db");
    const struct rsp_store_options options = {
        .key = rsp_cli_text(cli, "key"), .anchor = rsp_cli_text(cli, "anchor"), .kinds = rsp_service_kinds()};
    struct rsp_store *store = NULL;
    struct stat info;

    if (path == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "", "name the clinic's database: --db FILE.db");
    if (stat(path, &info) != 0) {
        rsp_error_set(
            err, RSP_E_UNKNOWN, "", "there is no such file: make it with 'respite db init --db FILE.db'");
        rsp_error_place(err, path, 0);
        return RSP_E_UNKNOWN;
    }
    RSP_TRY(rsp_store_open(path, &options, &store, err));
    return rsp_service_open(store, service, err);
}
