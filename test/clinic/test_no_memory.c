#include "../base/starve.h"

#include <string.h>

#include "record/patient.h"

static const char record[] = "id: p1\n"
                             "birth_date: 1980-11-23\n"
                             "weight: {value_kg: 70.5, date: 2026-11-01}\n"
                             "history: [sleep_apnoea, {word: hepatic_impairment, severity: moderate}]\n"
                             "allergies: [penicillin]\n"
                             "medications: [{name: pregabalin, dose_mg: 150, per_day: 2}, lamotrigine]\n"
                             "tests: {alt_u_per_l: {value: 24, date: 2026-11-12}}\n"
                             "genotype: {cyp2b6: \"*1/*6\"}\n"
                             "infusions: [{start: 2026-05-01, dose: 0.5 mg/kg ketamine iv over 40 min}]\n";

static rsp_status read_record(struct rsp_error *err)
{
    struct rsp_patient *patient = NULL;
    struct rsp_date today = {0};
    RSP_TRY(rsp_date_parse("2026-11-22", &today, err));
    const rsp_status status =
        rsp_patient_parse(record, sizeof record - 1, "p.yaml", today, false, &patient, err);
    feed();
    ck_assert((status == RSP_OK) == (patient != NULL));
    rsp_patient_free(patient);
    return status;
}

START_TEST(a_patient_reader_without_memory_says_so)
{
    starve(read_record, "patient");
}
END_TEST

RUN_TESTS("no memory", a_patient_reader_without_memory_says_so)
