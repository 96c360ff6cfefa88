/** A second store, kept in memory: shows that the suite and the shared part need no SQLite. One content a process. */
#ifndef RSP_TEST_CLINIC_MEMORY_STORE_H
#define RSP_TEST_CLINIC_MEMORY_STORE_H

#include "store/store.h"

/** A new, empty store; key and anchor log are files of the test's folder. */
struct rsp_store *memory_store_new(void);
/** Another handle of the same content. */
struct rsp_store *memory_store_again(void);

#endif
