/** What every store must do, whatever its medium: a second store runs this suite beside its own tests. */
#ifndef RSP_TEST_CLINIC_STORE_CONFORMANCE_H
#define RSP_TEST_CLINIC_STORE_CONFORMANCE_H

#include "store_support.h"

/** The medium that is tested. */
struct store_medium {
    const char *name;
    struct rsp_store *(*make)(void);  /* a new, empty store, one a test */
    struct rsp_store *(*again)(void); /* open the same store once more, by a second handle */
};

/** Add the tests to a suite. The medium is kept by reference. */
void store_conformance(Suite *suite, const struct store_medium *medium);

#endif
