/** Aligned columns of text. */
#ifndef RSP_APP_CLI_COLUMNS_H
#define RSP_APP_CLI_COLUMNS_H

#include <stddef.h>

#include "base/text.h"

enum { RSP_MAX_COLUMN = 64 };

struct rsp_columns {
    size_t n_column;
    bool right[RSP_MAX_COLUMN]; /* numbers stand right */
    size_t n_cell;              /* filled row by row */
    size_t capacity, *offset;   /* into text */
    struct rsp_buf text;        /* cells, each with its terminating 0 */
    bool failed;
};

void rsp_columns_init(struct rsp_columns *table, size_t n_column);
void rsp_columns_free(struct rsp_columns *table);
void rsp_columns_text(struct rsp_columns *table, const char *text);
/** Number with so many significant digits; "" for NaN. Sets nothing else. */
void rsp_columns_number(struct rsp_columns *table, double value, int digits);
/** Print all rows, two spaces between columns, each line indented; the last column may be wrapped at
 * `width` (0: never). */
void rsp_columns_print(const struct rsp_columns *table, size_t indent, size_t width, struct rsp_buf *out);

#endif
