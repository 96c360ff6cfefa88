/** The rules of one run: those that ship, with a site's own choices when --site names them. */
#ifndef RSP_APP_CLI_RULEBOOK_ARGUMENT_H
#define RSP_APP_CLI_RULEBOOK_ARGUMENT_H

#include "cli.h"
#include "rules/rules.h"

/** Caller frees with rsp_rulebook_free. */
RSP_CHECKED rsp_status rsp_cli_rulebook(
    const struct rsp_cli *cli, struct rsp_rulebook **book, struct rsp_error *err);

#endif
