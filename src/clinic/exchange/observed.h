/** Observations of monitors and pumps: an ORU^R01 as rows, one an OBX segment, none left out.
 *
 * Two shapes are read: IHE PCD-01 (codes of MDC, containment in OBX-4, device in OBX-18) and plain results coded in
 * LOINC. Values are checked for their unit and kept in one unit a sign (device_codes.h); whether a value may be true is
 * not asked here.
 */
#ifndef RSP_CLINIC_EXCHANGE_OBSERVED_H
#define RSP_CLINIC_EXCHANGE_OBSERVED_H

#include "exchange/device_codes.h"
#include "exchange/hl7.h"

enum rsp_observed_kind {
    RSP_OBSERVED_VALUE, /**< sign and value */
    RSP_OBSERVED_NONE, /**< no value: a row that builds the tree of the device (OBX-11 X), or nothing was measured */
    RSP_OBSERVED_UNKNOWN, /**< a code that the table does not hold; the value stays as written */
    RSP_OBSERVED_ERROR /**< it cannot be believed: unit, number, code against name, withdrawn; sentence says why */
};

struct rsp_observed {
    enum rsp_observed_kind kind;
    enum rsp_observed_sign sign; /**< RSP_OBSERVED_NO_SIGN when unknown */
    double value;                /**< in rsp_observed_sign_unit(sign); NAN unless kind is VALUE */
    const char *sentence;        /**< of an error or of what is odd; "" */
    struct rsp_hl7_time
        at; /**< of the device: OBX-14 of the row, of the nearest row above it, OBR-7; not given when missing or zero */
    /* as written, escapes undone; borrowed until rsp_observed_free */
    const char *code, *name, *system; /**< OBX-3 */
    const char *written, *unit;       /**< OBX-5, OBX-6 */
    const char *status;               /**< OBX-11 */
    const char *containment;          /**< OBX-4 */
    const char
        *device; /**< OBX-18, of the row or of the nearest row above it in the containment; "" when unknown */
    const char *patient; /**< PID-3 of the group, first identifier; "" when there is none */
    size_t segment;      /**< from 1: which segment of the message */
};

struct rsp_observed_list {
    size_t n;
    struct rsp_observed *row; /**< in the order of the message */
    const char *sender;       /**< MSH-3 and MSH-4, "MONITOR|WARD" */
    const char *control_id;   /**< MSH-10 */
    struct rsp_arena *arena;
};

/** Read every OBX of a message. What one row gets wrong is that row's; refused as a whole, for the answer of
 * rsp_hl7_answer_from: another message than ORU^R01 (MSH-9), one of training or debugging (MSH-11), no OBX at all,
 * an OBX before the first OBR.
 * @param list  out: free with rsp_observed_free; untouched on failure */
RSP_CHECKED rsp_status rsp_observed_read(
    const struct rsp_hl7 *message, struct rsp_observed_list *list, struct rsp_error *err);
void rsp_observed_free(struct rsp_observed_list *list);

#endif
