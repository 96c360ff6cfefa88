/** Ending a long calculation from another thread: a flag that the caller owns and that the loops look at. */
#ifndef RSP_BASE_CANCEL_H
#define RSP_BASE_CANCEL_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/status.h>

/** Whether the flag is raised. Cheap enough for every block of eight people. @param cancelled  NULL: never */
static inline bool rsp_is_cancelled(const int *cancelled)
{
    return cancelled != NULL && __atomic_load_n(cancelled, __ATOMIC_RELAXED) != 0;
}

/** Raise a flag that another thread looks at. */
static inline void rsp_cancel(int *cancelled)
{
    __atomic_store_n(cancelled, 1, __ATOMIC_RELAXED);
}

/** RSP_E_CANCELLED when the flag is raised, to be tried between the parts of a calculation. */
static inline rsp_status rsp_unless_cancelled(const int *cancelled, struct rsp_error *err)
{
    return rsp_is_cancelled(cancelled)
               ? rsp_error_set(err, RSP_E_CANCELLED, "", "nobody waits for this any more")
               : RSP_OK;
}

#endif
