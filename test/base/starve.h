/* Every allocation of a reader fails once: an error each time, nothing lost and nothing used after. The
 * linker sends malloc, calloc and realloc of the program and of the static libraries here (--wrap). For one
 * source file of a test program. */
#ifndef TEST_BASE_STARVE_H
#define TEST_BASE_STARVE_H

#include "suite.h"

#include <stdbool.h>

#include <respite/status.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static long left = -1; /* allocations until the one that fails; -1: none fails */
static bool failed;

static bool fails(void)
{
    if (left < 0)
        return false;
    failed = failed || left == 0;
    return left-- == 0;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

/* Called by a reader before the test itself allocates again. */
static void feed(void)
{
    left = -1;
}

/* Run `read` with its k-th allocation failing, for every k until none is left to fail. */
static inline void starve(rsp_status (*read)(struct rsp_error *err), const char *what)
{
    long n_failed = 0;
    for (long k = 0;; k++) {
        struct rsp_error e = {0};
        left = k;
        failed = false;
        const rsp_status status = read(&e);
        feed();
        if (!failed) {
            ck_assert_msg(status == RSP_OK, "%s: %s", what, e.message);
            break;
        }
        n_failed++;
        ck_assert_msg(status == RSP_E_MEMORY, "%s, allocation %ld: %s: %s", what, k, rsp_status_name(status),
            e.message);
        ck_assert_msg(e.message[0] != '\0', "%s, allocation %ld", what, k);
    }
    ck_assert_msg(n_failed >= 3, "%s allocates only %ld times", what, n_failed);
}

#endif
