/* The code table of monitors and pumps. Sources, by their short names:
 *
 * FHIR-VS   HL7 FHIR R4, vital signs profiles and value set (hl7.org/fhir, observation-vitalsigns)
 * FHIR-PHD  HL7 Personal Health Device implementation guide, examples of blood pressure and pulse rate
 * DKCORE    DK Core, value set of IEEE 11073 observations (hl7.dk)
 * PCD01     IHE PCD-01 message of blood pressure in the tests of HAPI HL7v2
 * PCDPUMP   IHE PCD-01 pump message in the tests of IBM streamsx.health
 * MONITORS  public messages and readers of several makers' monitors, which agree
 * PUMPS     public messages and readers of several makers' newer pumps, which agree
 * ONE       a single public message
 * SP811     NIST SP 811, appendix B: 1 mmHg = 133.3224 Pa
 * UCUM      definition of the unit
 *
 * Another open repository gives other codes for the same names (150020 for systolic, 157985 for the flow): a message
 * whose code and name do not belong together is therefore never believed.
 */
#include "exchange/device_codes.h"

#include <string.h>

#define NONE      RSP_OBSERVED_NO_SIGN
#define HIGH      RSP_CODE_HIGH
#define MEDIUM    RSP_CODE_MEDIUM
#define LOW       RSP_CODE_LOW
#define MDC(code) RSP_CODE_MDC, code
#define LOINC(code)                                                                                          \
    RSP_CODE_LOINC, code,                                                                                    \
    {                                                                                                        \
        NULL, NULL                                                                                           \
    }
#define ONLY(sign)                                                                                           \
    {                                                                                                        \
        RSP_OBSERVED_##sign, NONE                                                                            \
    }

/* clang-format off */
const struct rsp_device_code rsp_device_codes[] = {
    {MDC("147842"), {"MDC_ECG_HEART_RATE", "MDC_ECG_CARD_BEAT_RATE"}, ONLY(HEART_RATE), MEDIUM, "MONITORS"},
    {MDC("149530"), {"MDC_PULS_OXIM_PULS_RATE", NULL}, ONLY(PULSE_RATE), HIGH, "FHIR-PHD"},
    {MDC("149546"), {"MDC_PULS_RATE_NON_INV", NULL}, ONLY(PULSE_RATE), MEDIUM, "MONITORS"},
    {MDC("149522"), {"MDC_PULS_RATE", "MDC_BLD_PULS_RATE_INV"}, ONLY(PULSE_RATE), MEDIUM, "MONITORS"},
    {MDC("150021"), {"MDC_PRESS_BLD_NONINV_SYS", NULL}, ONLY(SYSTOLIC), HIGH, "FHIR-PHD, PCD01"},
    {MDC("150022"), {"MDC_PRESS_BLD_NONINV_DIA", NULL}, ONLY(DIASTOLIC), HIGH, "FHIR-PHD, PCD01"},
    {MDC("150023"), {"MDC_PRESS_BLD_NONINV_MEAN", NULL}, ONLY(MEAN_PRESSURE), HIGH, "FHIR-PHD, PCD01"},
    {MDC("150456"), {"MDC_PULS_OXIM_SAT_O2", NULL}, ONLY(SPO2), MEDIUM, "MONITORS"},
    {MDC("151562"), {"MDC_RESP_RATE", NULL}, ONLY(BREATHING_RATE), HIGH, "DKCORE"},
    {MDC("151570"), {"MDC_AWAY_RESP_RATE", NULL}, ONLY(BREATHING_RATE), HIGH, "DKCORE"},
    {MDC("151578"), {"MDC_TTHOR_RESP_RATE", NULL}, ONLY(BREATHING_RATE), HIGH, "DKCORE"},
    {MDC("151594"), {"MDC_CO2_RESP_RATE", NULL}, ONLY(BREATHING_RATE), LOW, "ONE"},
    {MDC("151708"), {"MDC_CONC_AWAY_CO2_ET", "MDC_AWAY_CO2_ET"}, ONLY(ETCO2), MEDIUM, "MONITORS"},
    {MDC("157784"), {"MDC_FLOW_FLUID_PUMP", NULL}, ONLY(PUMP_RATE), MEDIUM, "PCDPUMP, PUMPS"},
    {MDC("158014"), {"MDC_FLOW_FLUID_PUMP_CURRENT", NULL}, ONLY(PUMP_RATE_NOW), MEDIUM, "PUMPS"},
    {MDC("157924"), {"MDC_RATE_DOSE", NULL}, {RSP_OBSERVED_PUMP_DOSE_RATE, RSP_OBSERVED_PUMP_DOSE_RATE_BY_WEIGHT}, MEDIUM, "PCDPUMP"},
    {MDC("157760"), {"MDC_CONC_DRUG", NULL}, ONLY(PUMP_CONCENTRATION), MEDIUM, "PCDPUMP, PUMPS"},
    {MDC("157864"), {"MDC_VOL_FLUID_DELIV", NULL}, ONLY(PUMP_VOLUME), MEDIUM, "PCDPUMP"},
    {MDC("157993"), {"MDC_VOL_FLUID_DELIV_TOTAL", NULL}, ONLY(PUMP_VOLUME), MEDIUM, "PUMPS"},
    {MDC("157872"), {"MDC_VOL_FLUID_TBI_REMAIN", NULL}, ONLY(PUMP_VOLUME_LEFT), MEDIUM, "PCDPUMP, PUMPS"},
    {LOINC("8867-4"), ONLY(HEART_RATE), HIGH, "FHIR-VS"},
    {LOINC("8480-6"), ONLY(SYSTOLIC), HIGH, "FHIR-VS"},
    {LOINC("8462-4"), ONLY(DIASTOLIC), HIGH, "FHIR-VS"},
    {LOINC("8478-0"), ONLY(MEAN_PRESSURE), MEDIUM, "MONITORS"},
    {LOINC("9279-1"), ONLY(BREATHING_RATE), HIGH, "FHIR-VS"},
    {LOINC("19889-5"), ONLY(ETCO2), MEDIUM, "MONITORS"},
    {LOINC("2708-6"), ONLY(SPO2), HIGH, "FHIR-VS"},
    {LOINC("59408-5"), ONLY(SPO2), MEDIUM, "MONITORS"},
};
const size_t rsp_n_device_code = sizeof rsp_device_codes / sizeof rsp_device_codes[0];

#define MMHG_PER_KPA 7.500617 /* 1000 Pa / 133.3224 Pa */

const struct rsp_device_unit rsp_device_units[] = {
    {"264864", "MDC_DIM_BEAT_PER_MIN", "{beat}/min", {"{beats}/min", "bpm"}, "/min", 1, MEDIUM, "MONITORS"},
    {"264928", "MDC_DIM_RESP_PER_MIN", "{breath}/min", {"{breaths}/min", "{resp}/min"}, "/min", 1, MEDIUM, "MONITORS"},
    {NULL, NULL, "/min", {"1/min", NULL}, "/min", 1, HIGH, "FHIR-VS"},
    {"266016", "MDC_DIM_MMHG", "mm[Hg]", {"mmHg", NULL}, "mmHg", 1, HIGH, "FHIR-PHD, PCD01"},
    {NULL, NULL, "kPa", {NULL, NULL}, "mmHg", MMHG_PER_KPA, HIGH, "SP811"},
    {"262688", "MDC_DIM_PERCENT", "%", {NULL, NULL}, "%", 1, MEDIUM, "MONITORS"},
    {"265266", "MDC_DIM_MILLI_L_PER_HR", "mL/h", {"ml/h", "mL/hr"}, "mL/h", 1, MEDIUM, "PCDPUMP, PUMPS"},
    {NULL, NULL, "mL/min", {"ml/min", NULL}, "mL/h", 60, HIGH, "UCUM"},
    {"263762", "MDC_DIM_MILLI_L", "mL", {"ml", NULL}, "mL", 1, MEDIUM, "PCDPUMP, PUMPS"},
    {NULL, NULL, "L", {"l", NULL}, "mL", 1000, HIGH, "UCUM"},
    {"264306", "MDC_DIM_MILLI_G_PER_ML", "mg/mL", {"mg/ml", NULL}, "mg/mL", 1, MEDIUM, "PCDPUMP"},
    {NULL, NULL, "ug/mL", {"ug/ml", "mcg/mL"}, "mg/mL", 1e-3, HIGH, "UCUM"},
    {"265619", "MDC_DIM_MICRO_G_PER_KG_PER_MIN", "ug/kg/min", {"mcg/kg/min", NULL}, "mg/kg/h", 0.06, MEDIUM, "PCDPUMP"},
    {NULL, NULL, "mg/kg/h", {NULL, NULL}, "mg/kg/h", 1, HIGH, "UCUM"},
    {NULL, NULL, "mg/h", {NULL, NULL}, "mg/h", 1, HIGH, "UCUM"},
};
const size_t rsp_n_device_unit = sizeof rsp_device_units / sizeof rsp_device_units[0];
/* clang-format on */

static const struct {
    const char *name, *unit;
} signs[] = {
#define ROW(id, name, unit) {name, unit},
    RSP_OBSERVED_SIGN_LIST(ROW)
#undef ROW
};

const char *rsp_observed_sign_name(enum rsp_observed_sign sign)
{
    return signs[sign].name;
}

const char *rsp_observed_sign_unit(enum rsp_observed_sign sign)
{
    return signs[sign].unit;
}

static bool same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

const struct rsp_device_code *rsp_device_code_find(enum rsp_code_system system, const char *code)
{
    for (size_t i = 0; i < rsp_n_device_code; i++)
        if (rsp_device_codes[i].system == system && same(rsp_device_codes[i].code, code))
            return &rsp_device_codes[i];
    return NULL;
}

const struct rsp_device_code *rsp_device_code_named(const char *name)
{
    for (size_t i = 0; i < rsp_n_device_code; i++)
        if (same(rsp_device_codes[i].name[0], name) || same(rsp_device_codes[i].name[1], name))
            return &rsp_device_codes[i];
    return NULL;
}

bool rsp_device_unit_is(const struct rsp_device_unit *row, const char *text)
{
    return same(row->mdc, text) || same(row->mdc_name, text) || same(row->ucum, text) ||
           same(row->plain[0], text) || same(row->plain[1], text);
}
