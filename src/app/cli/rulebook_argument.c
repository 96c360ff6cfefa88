#include "rulebook_argument.h"

#include <stdlib.h>

rsp_status rsp_cli_rulebook(const struct rsp_cli *cli, struct rsp_rulebook **book, struct rsp_error *err)
{
    const char *site = rsp_cli_text(cli, "site");
    struct rsp_rulebook *made = NULL;
    char *text = NULL;
    size_t length = 0;
    rsp_status status = RSP_OK;

    RSP_TRY(rsp_rulebook_shipped(&made, err));
    if (site != NULL) {
        RSP_TRY_DONE(rsp_cli_read(site, RSP_CLI_MAX_PATIENT, &text, &length, err));
        RSP_TRY_DONE(rsp_rulebook_site(made, text, length, site, cli->today, err));
    }
    *book = made;
    made = NULL;
done:
    rsp_rulebook_free(made);
    free(text);
    return status;
}
