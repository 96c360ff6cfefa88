/** The clinic's database of a command: --db, --key and --anchor. */
#ifndef RSP_APP_CLI_CLINIC_STORE_H
#define RSP_APP_CLI_CLINIC_STORE_H

#include "cli.h"
#include "service/clinic.h"

/** Open the database of --db. @param service out: caller frees with rsp_service_close */
RSP_CHECKED rsp_status rsp_clinic_open(
    const struct rsp_cli *cli, struct rsp_service **service, struct rsp_error *err);

#endif
