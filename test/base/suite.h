/** Shared end of a test program: run one list of tests and turn the result into an exit code. */
#ifndef TEST_BASE_SUITE_H
#define TEST_BASE_SUITE_H

#include <check.h>
#include <stdlib.h>

/* Run a suite made by hand (loop tests) and free it. */
static inline int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static inline int run_tests(const char *name, size_t n, const TTest *const tests[])
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 0); /* no test depends on the speed of the machine */
    for (size_t i = 0; i < n; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}

#define RUN_TESTS(name, ...)                                                                                 \
    int main(void)                                                                                           \
    {                                                                                                        \
        const TTest *const tests[] = {__VA_ARGS__};                                                          \
        return run_tests((name), sizeof tests / sizeof tests[0], tests);                                     \
    }

#endif
