/** Status codes, the error record and the macros every module uses.
 *
 * A fallible function returns rsp_status (0 or negative) and takes an optional
 * struct rsp_error last. On failure its outputs are untouched.
 */
#ifndef RESPITE_STATUS_H
#define RESPITE_STATUS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers are permanent: they reach the audit log and the HTTP API. */
#define RSP_STATUS_LIST(X)                                                                                   \
    X(RSP_OK, 0, "no error")                                                                                 \
    X(RSP_E_MEMORY, -1, "out of memory")                                                                     \
    X(RSP_E_DOMAIN, -2, "value outside its permitted range")                                                 \
    X(RSP_E_SYNTAX, -3, "text that cannot be read")                                                          \
    X(RSP_E_UNIT, -4, "missing, unknown or wrong unit")                                                      \
    X(RSP_E_UNKNOWN, -5, "unknown name")                                                                     \
    X(RSP_E_MISSING, -6, "required value missing")                                                           \
    X(RSP_E_MISMATCH, -7, "parts that do not belong together")                                               \
    X(RSP_E_UNSUPPORTED, -8, "valid, but not supported")                                                     \
    X(RSP_E_LIMIT, -9, "larger than the permitted size")                                                     \
    X(RSP_E_NUMERIC, -10, "calculation did not reach its tolerance")                                         \
    X(RSP_E_IO, -11, "reading or writing failed")                                                            \
    X(RSP_E_BUG, -12, "programming error in respite, please report")                                         \
    X(RSP_E_BUSY, -13, "in use by another program")                                                          \
    X(RSP_E_DAMAGED, -14, "stored data that was altered or damaged")                                         \
    X(RSP_E_CONFLICT, -15, "changed by somebody else in the meantime")                                       \
    X(RSP_E_DENIED, -16, "not permitted")                                                                    \
    X(RSP_E_CANCELLED, -17, "ended early because the caller asked for it")

typedef enum {
#define RSP_STATUS_ENUM(name, number, text) name = (number),
    RSP_STATUS_LIST(RSP_STATUS_ENUM)
#undef RSP_STATUS_ENUM
} rsp_status;

/** What went wrong, where, and what was expected. */
struct rsp_error {
    rsp_status code;
    int line;          /**< 1-based line in the input; 0 when there is none */
    char source[200];  /**< file, option or data set; "" when there is none */
    char field[96];    /**< path of the field, such as "parameters.cl.unit" */
    char message[512]; /**< one sentence that tells the user what to do */
};

#if defined(__GNUC__)
#define RSP_CHECKED           __attribute__((warn_unused_result))
#define RSP_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define RSP_CHECKED
#define RSP_PRINTF(fmt, args)
#endif

/** Constant name of a status ("RSP_E_UNIT"); "RSP_E_?" for an unknown number. Static text. */
const char *rsp_status_name(rsp_status status);

/** Short English text of a status. Static text. */
const char *rsp_status_text(rsp_status status);

/** Fill err (if not NULL) with code, field and a formatted sentence; keeps source and line
 * when already set by nobody (they are cleared). @return code, so that callers can
 * `return rsp_error_set(err, RSP_E_UNIT, "dose", "...")`. */
rsp_status rsp_error_set(struct rsp_error *err, rsp_status code, const char *field, const char *fmt, ...)
    RSP_PRINTF(4, 5);

/** Add place (file name and 1-based line; NULL or 0 leave what is there) to a filled error. */
void rsp_error_place(struct rsp_error *err, const char *source, int line);

/** "FILE:LINE: field: sentence", leaving out what is unknown. Always terminated.
 * @return length that the whole text needs, as snprintf does. */
int rsp_error_format(const struct rsp_error *err, char *text, size_t size);

/** Return the status of a failed call from the enclosing function. */
#define RSP_TRY(call)                                                                                        \
    do {                                                                                                     \
        const rsp_status rsp_try_status_ = (call);                                                           \
        if (rsp_try_status_ != RSP_OK)                                                                       \
            return rsp_try_status_;                                                                          \
    } while (0)

/** Set `status` and jump to the function's one `done:` label when a call fails. */
#define RSP_TRY_DONE(call)                                                                                   \
    do {                                                                                                     \
        status = (call);                                                                                     \
        if (status != RSP_OK)                                                                                \
            goto done;                                                                                       \
    } while (0)

/** Programmer errors: always compiled in; fills err and returns RSP_E_BUG. */
#define RSP_CHECK_BUG(cond, err)                                                                             \
    do {                                                                                                     \
        if (!(cond))                                                                                         \
            return rsp_error_set((err), RSP_E_BUG, __func__, "%s:%d: %s", __FILE__, __LINE__, #cond);        \
    } while (0)

#ifdef __cplusplus
}
#endif

#endif
