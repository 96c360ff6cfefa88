/** What the clinic tests share: a patient from text and a day. */
#ifndef RSP_TEST_CLINIC_CHECK_H
#define RSP_TEST_CLINIC_CHECK_H

#include "../base/suite.h"

#include <string.h>

#include "record/patient.h"

static inline struct rsp_date day_of(const char *text)
{
    struct rsp_date day = {0};
    ck_assert_int_eq(rsp_date_parse(text, &day, NULL), RSP_OK);
    return day;
}

#define TODAY (day_of("2026-11-22"))

static inline struct rsp_patient *patient_of(const char *text)
{
    struct rsp_patient *patient = NULL;
    struct rsp_error err = {0};
    const rsp_status status = rsp_patient_parse(text, strlen(text), "p.yaml", TODAY, false, &patient, &err);
    ck_assert_msg(status == RSP_OK, "%s (line %d)\n%s", err.message, err.line, text);
    return patient;
}

#endif
