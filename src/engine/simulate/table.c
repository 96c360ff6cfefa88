#include "simulate/table.h"

#include <csv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_COLUMN = 200,
    MAX_ROW = 5000000,
    MAX_CELL = 256,           /* bytes: an ID or the exact decimal text of a number fits */
    CELL_BUFFER = 1024 * 1024 /* libcsv grows a cell by so much: a huge one stays linear */
};

struct reader {
    struct rsp_table *table;
    const char *source;
    struct rsp_error *err;
    rsp_status status;
    int line;
    size_t n_cell;                /* of the present row */
    const char *cell[MAX_COLUMN]; /* in the arena */
    size_t capacity;
};

static void fail(struct reader *r, rsp_status code, const char *sentence)
{
    if (r->status != RSP_OK)
        return;
    r->status = rsp_error_set(r->err, code, "", "%s", sentence);
    rsp_error_place(r->err, r->source, r->line);
}

/* Characters that reverse the text around them (U+202A to U+202E, U+2066 to U+2069) let a name pass for
 * another. */
static bool turns_text(const char *c, size_t length)
{
    const unsigned char *s = (const unsigned char *)c;
    return length == 3 && s[0] == 0xe2 &&
           ((s[1] == 0x80 && s[2] >= 0xaa && s[2] <= 0xae) || (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9));
}

static bool printable(struct reader *r, const char *cell, size_t length)
{
    for (size_t i = 0; i < length;) {
        const size_t n = rsp_utf8_length(cell + i, length - i);
        const unsigned char c = (unsigned char)cell[i];
        const bool control = c == 0xc2 && i + 1 < length && ((unsigned char)cell[i + 1] & 0xc0) == 0x80;
        if (n == 0 && !control) {
            fail(r, RSP_E_SYNTAX, "A cell is not UTF-8 text; save the file as CSV in UTF-8.");
            return false;
        }
        if (n == 0 || (c < 0x20 && c != '\t') || c == 0x7f || turns_text(cell + i, n)) {
            fail(r, RSP_E_SYNTAX,
                "A cell holds a line end or a control character; this is not a plain CSV file.");
            return false;
        }
        i += n;
    }
    return true;
}

static void on_cell(void *text, size_t length, void *data)
{
    struct reader *r = data;
    if (r->status != RSP_OK)
        return;
    const char *cell = text == NULL ? "" : text;
    if (r->n_cell == MAX_COLUMN) {
        fail(r, RSP_E_LIMIT, "A data set may have at most 200 columns.");
        return;
    }
    if (length > MAX_CELL) {
        fail(r, RSP_E_LIMIT, "A cell is longer than 256 bytes; is a comma missing or a quote left open?");
        return;
    }
    if (!printable(r, cell, length))
        return;
    while (length > 0 && (*cell == ' ' || *cell == '\t')) {
        cell++;
        length--;
    }
    while (length > 0 && (cell[length - 1] == ' ' || cell[length - 1] == '\t'))
        length--;
    r->cell[r->n_cell] = rsp_arena_text(r->table->arena, cell, length);
    if (r->cell[r->n_cell++] == NULL)
        fail(r, RSP_E_MEMORY, "Not enough memory for the data set.");
}

static bool room_for_row(struct reader *r)
{
    struct rsp_table *t = r->table;
    if (t->n_row == MAX_ROW) {
        fail(r, RSP_E_LIMIT, "A data set may have at most 5 million rows.");
        return false;
    }
    if (t->n_row < r->capacity)
        return true;
    const size_t capacity = r->capacity == 0 ? 64 : 2 * r->capacity;
    const char ***cell = realloc(t->cell, capacity * sizeof *cell);
    if (cell != NULL)
        t->cell = cell;
    int *line = cell == NULL ? NULL : realloc(t->line, capacity * sizeof *line);
    if (line != NULL)
        t->line = line;
    if (cell == NULL || line == NULL) {
        fail(r, RSP_E_MEMORY, "Not enough memory for the data set.");
        return false;
    }
    r->capacity = capacity;
    return true;
}

static const char **copy_row(struct reader *r)
{
    const char **row = rsp_arena_alloc(r->table->arena, (r->n_cell + 1) * sizeof *row);
    if (row == NULL)
        fail(r, RSP_E_MEMORY, "Not enough memory for the data set.");
    else
        memcpy(row, r->cell, r->n_cell * sizeof *row);
    return row;
}

static void end_row(struct reader *r)
{
    struct rsp_table *t = r->table;
    if (r->n_cell == 0 || (r->n_cell == 1 && r->cell[0][0] == '\0'))
        return; /* blank line */
    if (t->name == NULL) {
        if (r->n_cell == 1 && strpbrk(r->cell[0], ";\t") != NULL) {
            fail(r, RSP_E_SYNTAX,
                strchr(r->cell[0], ';') != NULL ? "Separate columns with commas, not with semicolons."
                                                : "Separate columns with commas, not with tabs.");
            return;
        }
        t->name = copy_row(r);
        t->n_column = r->n_cell;
        return;
    }
    if (r->n_cell != t->n_column) {
        char sentence[160];
        snprintf(sentence, sizeof sentence,
            "This row has %zu cells, but the header has %zu; numbers are written with a decimal point.",
            r->n_cell, t->n_column);
        fail(r, RSP_E_SYNTAX, sentence);
        return;
    }
    if (!room_for_row(r))
        return;
    t->cell[t->n_row] = copy_row(r);
    t->line[t->n_row] = r->line;
    if (r->status == RSP_OK)
        t->n_row++;
}

static void on_row(int terminator, void *data)
{
    struct reader *r = data;
    if (r->status == RSP_OK)
        end_row(r);
    r->n_cell = 0;
    r->line += terminator == '\n';
}

/* Copy without BOM and with LF line ends, so that libcsv reports each line once. */
static char *plain_lines(const char *text, size_t length, size_t *plain)
{
    char *copy = malloc(length + 1);
    *plain = 0;
    if (copy == NULL)
        return NULL;
    size_t i = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    for (; i < length; i++)
        if (!(text[i] == '\r' && i + 1 < length && text[i + 1] == '\n'))
            copy[(*plain)++] = text[i];
    return copy;
}

static void read_rows(struct reader *r, const char *text, size_t length)
{
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL | CSV_APPEND_NULL) != 0) {
        fail(r, RSP_E_MEMORY, "Not enough memory for the data set.");
        return;
    }
    csv_set_blk_size(&parser, CELL_BUFFER);
    /* a slice at a time, so that an early error in a huge file is met early */
    const size_t slice = 1 << 16;
    for (size_t at = 0; at < length && r->status == RSP_OK; at += slice) {
        const size_t n = length - at < slice ? length - at : slice;
        if (csv_parse(&parser, text + at, n, on_cell, on_row, r) != n)
            fail(r, RSP_E_SYNTAX, "The quotes of this row are broken.");
    }
    if (r->status == RSP_OK && csv_fini(&parser, on_cell, on_row, r) != 0)
        fail(r, RSP_E_SYNTAX, "The file ends inside a quoted cell.");
    csv_free(&parser);
}

rsp_status rsp_table_parse(
    const char *text, size_t length, const char *source, struct rsp_table *table, struct rsp_error *err)
{
    memset(table, 0, sizeof *table);
    struct reader r = {.table = table, .source = source, .err = err, .line = 1};
    size_t plain = 0;
    char *copy = plain_lines(text, length, &plain);
    table->arena = rsp_arena_new();
    if (copy == NULL || table->arena == NULL)
        fail(&r, RSP_E_MEMORY, "Not enough memory for the data set.");
    else if (memchr(copy, '\0', plain) != NULL)
        fail(&r, RSP_E_SYNTAX, "This is a binary file, not a CSV text.");
    else
        read_rows(&r, copy, plain);
    free(copy);
    if (r.status == RSP_OK && table->name == NULL) {
        r.line = 0;
        fail(&r, RSP_E_SYNTAX, "The data set is empty; its first row must name the columns.");
    }
    return r.status;
}

void rsp_table_free(struct rsp_table *table)
{
    if (table->arena != NULL)
        rsp_arena_free(table->arena);
    free(table->cell);
    free(table->line);
    memset(table, 0, sizeof *table);
}
