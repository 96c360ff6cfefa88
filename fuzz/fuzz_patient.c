/* Any bytes as a patient file: refused with a sentence or read; never a crash. */
#include <stdint.h>
#include <string.h>

#include "record/patient.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct rsp_date today = {.day = 20779};
    struct rsp_patient *patient = NULL;
    struct rsp_error err = {0};
    if (rsp_patient_parse((const char *)data, size, "fuzz", today, (size & 1) != 0, &patient, &err) == RSP_OK)
        rsp_patient_free(patient);
    else if (err.message[0] == '\0')
        __builtin_trap(); /* a refusal without a reason */
    return 0;
}
