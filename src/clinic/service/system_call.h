/** What the program does of itself, without anybody who asks: watching sessions, taking what devices say. */
#ifndef RSP_CLINIC_SERVICE_SYSTEM_CALL_H
#define RSP_CLINIC_SERVICE_SYSTEM_CALL_H

#include "service/call.h"

/** All fields are its own. */
struct rsp_system_call {
    struct rsp_call call;
    struct rsp_caller caller;
    struct rsp_answer answer;
    struct rsp_error own;
};

/** Open a transaction in the program's own name, "respite". @param origin  "watch", "hl7" */
RSP_CHECKED rsp_status rsp_system_begin(struct rsp_service *service, const struct rsp_stamp *now,
    const char *origin, struct rsp_system_call *system, struct rsp_error *err);
/** Keep it when status is RSP_OK, else forget it. @return status, or why it could not be kept */
RSP_CHECKED rsp_status rsp_system_end(struct rsp_system_call *system, rsp_status status);

#endif
