/** A CSV text as rows of cells with line numbers. */
#ifndef RSP_SIMULATE_TABLE_H
#define RSP_SIMULATE_TABLE_H

#include <stddef.h>

#include <respite/status.h>

#include "base/text.h"

struct rsp_table {
    struct rsp_arena *arena;
    size_t n_column;
    const char **name;  /* header cells */
    size_t n_row;       /* data rows; blank lines are left out */
    const char ***cell; /* n_row x n_column */
    int *line;          /* of each row, 1-based */
};

/** RFC 4180, comma, header first; BOM and CRLF accepted. Refuses rows of another length, broken quotes,
 * cells over 256 bytes, line ends, control characters and marks of text direction inside a cell, NUL and text
 * that is not UTF-8. Free with rsp_table_free, also after failure. */
RSP_CHECKED rsp_status rsp_table_parse(
    const char *text, size_t length, const char *source, struct rsp_table *table, struct rsp_error *err);
void rsp_table_free(struct rsp_table *table);

#endif
