/** What the clinic tests share: a patient from text, a day, and one suite a file. */
#ifndef RSP_TEST_CLINIC_CHECK_H
#define RSP_TEST_CLINIC_CHECK_H

#include <check.h>
#include <stdlib.h>
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

static inline int run_cases(const char *name, const TTest *const cases[], size_t n)
{
    Suite *suite = suite_create(name);
    TCase *group = tcase_create(name);
    for (size_t i = 0; i < n; i++)
        tcase_add_test(group, cases[i]);
    suite_add_tcase(suite, group);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
#define RUN_CASES(name, ...)                                                                                 \
    int main(void)                                                                                           \
    {                                                                                                        \
        const TTest *const cases[] = {__VA_ARGS__};                                                          \
        return run_cases(name, cases, sizeof cases / sizeof cases[0]);                                       \
    }

#endif
