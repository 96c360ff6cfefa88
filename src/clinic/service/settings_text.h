/** rules/prediction.yaml as it was when the program was built. */
#ifndef RSP_CLINIC_SERVICE_SETTINGS_TEXT_H
#define RSP_CLINIC_SERVICE_SETTINGS_TEXT_H

#include <stddef.h>

extern const unsigned char rsp_prediction_yaml[]; /* terminated */
extern const size_t rsp_prediction_yaml_length;

#endif
