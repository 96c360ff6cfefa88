#include <respite/model.h>

#include "cli.h"
#include "rules/rules.h"

rsp_status rsp_cmd_version(struct rsp_cli *cli, struct rsp_error *err)
{
    struct rsp_rulebook *book = NULL;

    RSP_TRY(rsp_rulebook_shipped(&book, err));
    rsp_buf_printf(&cli->out, "respite " RSP_VERSION "\n%zu models; rules %s\n", rsp_shipped_count(),
        rsp_rulebook_version(book));
    rsp_rulebook_free(book);
    return RSP_OK;
}
