/** Inputs of the use cases: what may be handed to them, with types and ranges. */
#ifndef RSP_CLINIC_SERVICE_INPUTS_H
#define RSP_CLINIC_SERVICE_INPUTS_H

#include "service/clinic.h"

enum {
    RSP_MAX_INPUT = 20,
    RSP_PAGE_MOST = 200,
    RSP_OBJECT_DEPTH = 6,
    RSP_INPUT_KEY_MOST = 64,
    RSP_INPUT_TEXT_MOST = 2000
};

/* Rows of unused room have no name. */
#define RSP_X(name, roles, flags, summary) extern const struct rsp_input rsp_inputs_##name[RSP_MAX_INPUT];
RSP_USE_CASE_LIST(RSP_X)
#undef RSP_X
#define RSP_N_INPUT(name) RSP_MAX_INPUT

/** Whether text is the name of an account. */
bool rsp_account_name(const char *text);

#endif
