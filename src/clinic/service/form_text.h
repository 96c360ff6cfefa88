/** rules/record_form.yaml as it was when the program was built (written by tools/embed.py: one file, index 0). */
#ifndef RSP_CLINIC_SERVICE_FORM_TEXT_H
#define RSP_CLINIC_SERVICE_FORM_TEXT_H

#include <stddef.h>

const char *rsp_record_form_text(size_t i, size_t *length);
const char *rsp_record_form_sha256(size_t i);

#endif
