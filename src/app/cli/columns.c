#include "columns.h"

#include <math.h>
#include <stdlib.h>

#include <respite/units.h>

#include "cli.h"

enum { MAX_TEXT = 64 << 20, GAP = 2 };

void rsp_columns_init(struct rsp_columns *table, size_t n_column)
{
    *table = (struct rsp_columns){.n_column = n_column < RSP_MAX_COLUMN ? n_column : RSP_MAX_COLUMN};
    rsp_buf_init(&table->text, MAX_TEXT);
}

void rsp_columns_free(struct rsp_columns *table)
{
    free(table->offset);
    rsp_buf_free(&table->text);
    *table = (struct rsp_columns){0};
}

void rsp_columns_text(struct rsp_columns *table, const char *text)
{
    if (table->n_cell == table->capacity) {
        const size_t capacity = table->capacity > 0 ? 2 * table->capacity : 256;
        size_t *offset = realloc(table->offset, capacity * sizeof *offset);
        if (offset == NULL) {
            table->failed = true;
            return;
        }
        table->offset = offset;
        table->capacity = capacity;
    }
    table->offset[table->n_cell++] = table->text.length;
    rsp_buf_text(&table->text, text);
    rsp_buf_add(&table->text, "", 1);
}

void rsp_columns_number(struct rsp_columns *table, double value, int digits)
{
    char text[48] = "";

    if (!isnan(value))
        rsp_number_format(value, digits, text, sizeof text);
    rsp_columns_text(table, text);
}

static void pad(struct rsp_buf *out, size_t n)
{
    while (n-- > 0)
        rsp_buf_add(out, " ", 1);
}

static const char *cell(const struct rsp_columns *table, size_t i)
{
    return table->text.data + table->offset[i];
}

static void print_row(const struct rsp_columns *table, size_t row, const size_t widest[], size_t indent,
    size_t width, struct rsp_buf *out)
{
    size_t column = indent, last = 0;

    for (size_t c = 0; c < table->n_column; c++)
        if (cell(table, row + c)[0] != '\0')
            last = c;
    pad(out, indent);
    for (size_t c = 0; c <= last; c++) {
        const char *text = cell(table, row + c);
        const size_t columns = rsp_cli_columns(text);
        if (table->right[c])
            pad(out, widest[c] - columns);
        if (c == table->n_column - 1 && width > 0 && !table->right[c]) {
            rsp_cli_wrap(out, text, column, column, width);
            return;
        }
        rsp_buf_text(out, text);
        if (c < last)
            pad(out, GAP + (table->right[c] ? 0 : widest[c] - columns));
        column += widest[c] + GAP;
    }
    rsp_buf_text(out, "\n");
}

void rsp_columns_print(const struct rsp_columns *table, size_t indent, size_t width, struct rsp_buf *out)
{
    size_t widest[RSP_MAX_COLUMN] = {0};

    if (table->failed || table->text.failed) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < table->n_cell; i++) {
        const size_t columns = rsp_cli_columns(cell(table, i));
        if (columns > widest[i % table->n_column])
            widest[i % table->n_column] = columns;
    }
    for (size_t row = 0; row + table->n_column <= table->n_cell; row += table->n_column)
        print_row(table, row, widest, indent, width, out);
}
