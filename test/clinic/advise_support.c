#include "advise_support.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

const char advise_person[] =
    "id: test\n"
    "age_y: 46\n"
    "sex: f\n"
    "weight_kg: 70\n"
    "height_cm: 168\n"
    "baseline_nrs: 7.2\n"
    "history: []\n"
    "allergies: []\n"
    "medications: []\n"
    "tests: {alt_u_per_l: {value: 24, upper_limit: 40}, ast_u_per_l: {value: 22, upper_limit: 40}, "
    "alp_u_per_l: {value: 78, upper_limit: 120}, ggt_u_per_l: {value: 31, upper_limit: 55}, "
    "sbp_mmhg: 124, dbp_mmhg: 78, hr_per_min: 72, spo2_pct: 98, egfr: 90, pregnancy: negative, "
    "ecg: normal}\n";

void advise_text(struct advised *a, const char *person, const char *dose, const char *confirm)
{
    memset(a, 0, sizeof *a);
    struct rsp_date today;
    ck_assert_int_eq(rsp_date_parse("2026-11-22", &today, NULL), RSP_OK);
    ck_assert_msg(
        rsp_patient_parse(person, strlen(person), "test.yaml", today, false, &a->patient, &a->err) == RSP_OK,
        "%s: %s", a->err.field, a->err.message);
    ck_assert_msg(rsp_rulebook_shipped(&a->book, &a->err) == RSP_OK, "%s", a->err.message);
    const struct rsp_advise_request request = {.n_dose = dose != NULL ? 1 : 0,
        .dose = &dose,
        .confirm_dose = confirm,
        .today = today,
        .start = {today.day + 7},
        .seed = 1,
        .n_thread = 1};
    a->status = rsp_advise(a->book, a->patient, &request, &a->advice, &a->err);
}

void advise_condition(struct advised *a, const char *condition, const char *dose)
{
    char person[2000];
    snprintf(person, sizeof person, "%scondition: %s\n", advise_person, condition);
    advise_text(a, person, dose, NULL);
    ck_assert_msg(a->status == RSP_OK, "%s: %s", a->err.field, a->err.message);
}

void advise_free(struct advised *a)
{
    rsp_advice_free(a->advice);
    rsp_patient_free(a->patient);
    rsp_rulebook_free(a->book);
    memset(a, 0, sizeof *a);
}

bool advise_assumes(const struct rsp_advice *advice, const char *name)
{
    for (size_t i = 0; i < advice->n_assumption; i++)
        if (strcmp(advice->assumption[i].name, name) == 0)
            return true;
    return false;
}

bool advise_uses_model(const struct rsp_advice *advice, const char *id)
{
    for (size_t i = 0; i < advice->n_model; i++)
        if (strcmp(advice->model[i].id, id) == 0)
            return strlen(advice->model[i].sha256) == 64;
    return false;
}
