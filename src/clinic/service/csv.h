/** Cells of a table for a spreadsheet (RFC 4180). */
#ifndef RSP_CLINIC_SERVICE_CSV_H
#define RSP_CLINIC_SERVICE_CSV_H

#include "base/text.h"

/** A text as one quoted cell, quotes doubled. A text that a spreadsheet would run as a formula gets an apostrophe before it:
 * one that begins with a sign of a formula, also behind blanks, or with a tab or a return. */
void rsp_csv_cell(struct rsp_buf *csv, const char *text);

#endif
