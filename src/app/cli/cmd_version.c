#include "cli.h"

rsp_status rsp_cmd_version(struct rsp_cli *cli, struct rsp_error *err)
{
    (void)err;
    rsp_buf_text(&cli->out, "respite " RSP_VERSION "\n");
    return RSP_OK;
}
