/** What the tests of HL7 share: messages from text. */
#ifndef RSP_TEST_CLINIC_HL7_CHECK_H
#define RSP_TEST_CLINIC_HL7_CHECK_H

#include "../base/suite.h"

#include <string.h>

#include "exchange/hl7.h"

/* The head of a message of version 2.6; AFTER are the fields from MSH-13 on. */
#define MSH_AFTER(after)                                                                                     \
    "MSH|^~\\&|MONITOR^0123456789ABCDEF^EUI-64|WARD|RESPITE|CLINIC|20261129174500+0100||ORU^R01^ORU_R01|C-"  \
    "17|P|2.6" after "\r"
#define MSH MSH_AFTER("")

static inline struct rsp_hl7 *hl7_of(const char *text)
{
    struct rsp_hl7 *message = NULL;
    struct rsp_error err = {0};
    const rsp_status status = rsp_hl7_parse(text, strlen(text), &message, &err);
    ck_assert_msg(status == RSP_OK, "%s: %s\n%s", err.field, err.message, text);
    return message;
}

#endif
