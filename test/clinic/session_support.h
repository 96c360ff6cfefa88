/** What the tests of the live session share: their own random numbers. */
#ifndef RSP_TEST_CLINIC_SESSION_SUPPORT_H
#define RSP_TEST_CLINIC_SESSION_SUPPORT_H

#include "../base/suite.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct dice {
    uint64_t state;
};

/* splitmix64 */
static inline uint64_t dice_next(struct dice *dice)
{
    uint64_t z = dice->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* A whole number from 0 to n - 1. */
static inline unsigned dice_below(struct dice *dice, unsigned n)
{
    return (unsigned)(dice_next(dice) % n);
}

/* A list of tests, each with its own book. */
static inline int run_tests_with(
    const char *name, size_t n, const TTest *const tests[], SFun before, SFun after)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 0);
    tcase_add_checked_fixture(tcase, before, after);
    for (size_t i = 0; i < n; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}

#endif
