/** Rows that the inputs of several use cases share. */
#ifndef RSP_CLINIC_SERVICE_INPUT_ROWS_H
#define RSP_CLINIC_SERVICE_INPUT_ROWS_H

#include "service/inputs.h"
#include "service/kinds.h"

#define NAME                                                                                                 \
    {                                                                                                        \
        "name", RSP_INPUT_ACCOUNT, true, 0, 0, NULL, "name of the account"                                   \
    }
#define CODE                                                                                                 \
    {                                                                                                        \
        "code", RSP_INPUT_SECRET, true, 6, 6, NULL, "six digits of the second factor"                        \
    }
#define PASSWORD                                                                                             \
    {                                                                                                        \
        "password", RSP_INPUT_SECRET, true, 1, 200, NULL, "password"                                         \
    }
#define PATIENT                                                                                              \
    {                                                                                                        \
        "patient", RSP_INPUT_PERSON, true, 0, 0, NULL, "the patient's number in this store"                  \
    }
#define ORDER                                                                                                \
    {                                                                                                        \
        "order", RSP_INPUT_WHOLE, true, 1, RSP_KIND_WHOLE_MOST, NULL, "number of the order"                  \
    }
#define LIMIT                                                                                                \
    {                                                                                                        \
        "limit", RSP_INPUT_WHOLE, false, 1, RSP_PAGE_MOST, NULL, "rows of a page (50)"                       \
    }
#define AFTER                                                                                                \
    {                                                                                                        \
        "after", RSP_INPUT_WHOLE, false, 0, RSP_KIND_WHOLE_MOST, NULL, "the `next` of the page before"       \
    }
#define NONE                                                                                                 \
    {                                                                                                        \
        0                                                                                                    \
    }

extern const char *const rsp_by_number[], *const rsp_by_name[], *const rsp_by_time[], *const rsp_by_day[];

#define INPUTS(name) const struct rsp_input rsp_inputs_##name[RSP_MAX_INPUT]

#endif
