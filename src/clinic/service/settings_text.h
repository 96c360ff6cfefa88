/** rules/prediction.yaml as it was when the program was built (written by tools/embed.py: one file, index 0). */
#ifndef RSP_CLINIC_SERVICE_SETTINGS_TEXT_H
#define RSP_CLINIC_SERVICE_SETTINGS_TEXT_H

#include <stddef.h>

const char *rsp_prediction_text(size_t i, size_t *length);
const char *rsp_prediction_sha256(size_t i);

#endif
