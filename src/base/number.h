/** Pieces of the number reader that the quantity and dose readers share. */
#ifndef RSP_BASE_NUMBER_H
#define RSP_BASE_NUMBER_H

#include <stddef.h>

#include <respite/status.h>

/** Read the finite number at the start of text (no blanks skipped).
 * @param length  out: bytes of text that it took */
RSP_CHECKED rsp_status rsp_number_scan(
    const char *text, size_t *length, double *value, struct rsp_error *err);

/** Refuse a comma, a semicolon or a second point right after a number. @param rest  what follows it in text */
RSP_CHECKED rsp_status rsp_number_after(const char *text, const char *rest, struct rsp_error *err);

/** A number in ASCII digits without separators, for messages whose numbers are typed back and for names.
 * @param digits  significant ones; 0: the fewest that read back as the same number
 * @return as snprintf */
int rsp_number_plain(double value, int digits, char *text, size_t size);

#endif
