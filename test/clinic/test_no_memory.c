#include "../base/starve.h"

#include <string.h>

#include "record/patient.h"
#include "session/infusion.h"

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

static rsp_status fold_session(struct rsp_error *err)
{
    static const struct rsp_infusion_event event[] = {
        {.number = 1, .kind = RSP_INFUSION_CHECKED},
        {.number = 2, .kind = RSP_INFUSION_STARTED, .rate_mg_per_h = 30},
    };
    static const struct rsp_infusion_event next = {.kind = RSP_INFUSION_PAUSED, .at_s = 60, .entered_s = 60};
    const struct rsp_infusion_order order = {.total_mg = 40, .pump = true};
    struct rsp_infusion infusion = {.total_mg = -7};
    RSP_TRY(rsp_infusion_allows(&order, 2, event, &next, err));
    const rsp_status status = rsp_infusion_fold(&order, 2, event, 60, &infusion, err);
    feed();
    ck_assert((status == RSP_OK) == (infusion.total_mg > 0));
    if (status == RSP_OK)
        rsp_infusion_clear(&infusion);
    return status;
}

START_TEST(a_session_without_memory_says_so)
{
    starve(fold_session, "events");
}
END_TEST

RUN_TESTS("no memory", a_patient_reader_without_memory_says_so, a_session_without_memory_says_so)
