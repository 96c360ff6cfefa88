/** A model named on the command line. */
#ifndef RSP_APP_CLI_MODEL_ARGUMENT_H
#define RSP_APP_CLI_MODEL_ARGUMENT_H

#include <respite/model.h>

/** Shipped ids and model files joined with '+'. What contains '/' or ends in .yaml or .yml is a file.
 * Caller frees with rsp_model_free. */
RSP_CHECKED rsp_status rsp_cli_model(const char *text, struct rsp_model **model, struct rsp_error *err);

/** SHA-256 of a shipped file, "" for a file of the user. Static storage. */
const char *rsp_cli_model_sha256(const char *id);

/** "venous"; "primary". */
const char *rsp_cli_site(enum rsp_site site);
const char *rsp_cli_confidence(enum rsp_confidence confidence);

#endif
