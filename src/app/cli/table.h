/** Aligned columns of text. */
#ifndef RSP_APP_CLI_TABLE_H
#define RSP_APP_CLI_TABLE_H

#include <stddef.h>

#include "base/text.h"

enum { RSP_TABLE_COLUMNS = 64 };

struct rsp_table {
    size_t n_column;
    bool right[RSP_TABLE_COLUMNS]; /* numbers stand right */
    size_t n_cell;                 /* filled row by row */
    size_t capacity, *offset;      /* into text */
    struct rsp_buf text;           /* cells, each with its terminating 0 */
    bool failed;
};

void rsp_table_init(struct rsp_table *table, size_t n_column);
void rsp_table_free(struct rsp_table *table);
void rsp_table_text(struct rsp_table *table, const char *text);
/** Number with so many significant digits; "" for NaN. Sets nothing else. */
void rsp_table_number(struct rsp_table *table, double value, int digits);
/** Print all rows, two spaces between columns, each line indented; the last column may be wrapped at
 * `width` (0: never). */
void rsp_table_print(const struct rsp_table *table, size_t indent, size_t width, struct rsp_buf *out);

#endif
