/** Which codes of monitors and pumps are read, and in which units.
 *
 * Two coding systems: MDC (ISO/IEEE 11073-10101) and LOINC. Only open texts could be read, never the standard itself:
 * each row says which, and how sure it is. Check them against the standard before a device is connected.
 */
#ifndef RSP_CLINIC_EXCHANGE_DEVICE_CODES_H
#define RSP_CLINIC_EXCHANGE_DEVICE_CODES_H

#include <stdbool.h>
#include <stddef.h>

/* What is read of monitors and pumps: name, unit of its values. */
#define RSP_OBSERVED_SIGN_LIST(X)                                                                            \
    X(HEART_RATE, "heart_rate", "/min") /* of the electrocardiogram, or not said */                          \
    X(PULSE_RATE, "pulse_rate", "/min") /* of a finger or a cuff */                                          \
    X(SYSTOLIC, "systolic", "mmHg")     /* of a cuff, as the next two */                                     \
    X(DIASTOLIC, "diastolic", "mmHg")                                                                        \
    X(MEAN_PRESSURE, "mean_pressure", "mmHg")                                                                \
    X(SPO2, "spo2", "%")                                                                                     \
    X(BREATHING_RATE, "breathing_rate", "/min")                                                              \
    X(ETCO2, "etco2", "mmHg")                 /* carbon dioxide at the end of expiration */                  \
    X(PUMP_RATE, "pump_rate", "mL/h")         /* MDC_FLOW_FLUID_PUMP: programmed, on newer pumps */          \
    X(PUMP_RATE_NOW, "pump_rate_now", "mL/h") /* what flows: 0 while the pump is paused */                   \
    X(PUMP_DOSE_RATE, "pump_dose_rate", "mg/h")                                                              \
    X(PUMP_DOSE_RATE_BY_WEIGHT, "pump_dose_rate_by_weight", "mg/kg/h")                                       \
    X(PUMP_VOLUME, "pump_volume", "mL") /* given so far */                                                   \
    X(PUMP_VOLUME_LEFT, "pump_volume_left", "mL")                                                            \
    X(PUMP_CONCENTRATION, "pump_concentration", "mg/mL")

enum rsp_observed_sign {
#define RSP_OBSERVED_SIGN_ENUM(id, name, unit) RSP_OBSERVED_##id,
    RSP_OBSERVED_SIGN_LIST(RSP_OBSERVED_SIGN_ENUM)
#undef RSP_OBSERVED_SIGN_ENUM
        RSP_OBSERVED_N_SIGN,
    RSP_OBSERVED_NO_SIGN = -1
};

/** "heart_rate". Static text. */
const char *rsp_observed_sign_name(enum rsp_observed_sign sign);
/** Unit of every value of that sign. Static text. */
const char *rsp_observed_sign_unit(enum rsp_observed_sign sign);

enum rsp_code_system { RSP_CODE_MDC, RSP_CODE_LOINC };
/** How sure a row is: HIGH, published by HL7 or a national body; MEDIUM, several public messages agree; LOW, one does. */
enum rsp_code_confidence { RSP_CODE_HIGH, RSP_CODE_MEDIUM, RSP_CODE_LOW };

struct rsp_device_code {
    enum rsp_code_system system;
    const char *code;    /**< "150021", "8480-6" */
    const char *name[2]; /**< reference ids of MDC that mean it; NULL for LOINC, whose names vary */
    enum rsp_observed_sign sign[2]; /**< the second one, or RSP_OBSERVED_NO_SIGN, when the unit decides */
    enum rsp_code_confidence confidence;
    const char *source; /**< see the head of device_codes.c */
};
extern const struct rsp_device_code rsp_device_codes[];
extern const size_t rsp_n_device_code;

/** How a unit may be written for a sign, and what a value is multiplied by to be in the sign's own unit. */
struct rsp_device_unit {
    const char *mdc, *mdc_name; /**< "266016", "MDC_DIM_MMHG"; NULL when no text gives them */
    const char *ucum;           /**< "mm[Hg]" */
    const char *plain[2];       /**< other spellings */
    const char *unit;           /**< the signs' unit that it stands for */
    double factor;
    enum rsp_code_confidence confidence;
    const char *source;
};
extern const struct rsp_device_unit rsp_device_units[];
extern const size_t rsp_n_device_unit;

/** Row of a code, or NULL. */
const struct rsp_device_code *rsp_device_code_find(enum rsp_code_system system, const char *code);
/** Row that carries this reference id of MDC, or NULL. */
const struct rsp_device_code *rsp_device_code_named(const char *name);
/** Whether a row spells its unit like this. */
bool rsp_device_unit_is(const struct rsp_device_unit *row, const char *text);

#endif
