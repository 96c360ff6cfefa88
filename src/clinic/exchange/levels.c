#include "exchange/levels.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

#include "base/text.h"
#include "simulate/table.h"

enum { MAX_LEVEL = 10000 };

const char *const rsp_level_substance[] = {"esketamine_ng_per_ml", "arketamine_ng_per_ml",
    "ketamine_ng_per_ml", "esnorketamine_ng_per_ml", "norketamine_ng_per_ml",
    "eshydroxynorketamine_ng_per_ml", NULL};

struct reader {
    struct rsp_table table;
    const char *source, *id;
    struct rsp_date today;
    int id_column, moment_column;
    struct rsp_levels made;
    struct rsp_error *err;
};

static rsp_status refuse(
    struct reader *r, size_t row, const char *field, rsp_status code, const char *fmt, ...) RSP_PRINTF(5, 6);
static rsp_status refuse(
    struct reader *r, size_t row, const char *field, rsp_status code, const char *fmt, ...)
{
    char sentence[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, args);
    va_end(args);
    (void)rsp_error_set(r->err, code, field, "%s", sentence);
    rsp_error_place(r->err, r->source, row == SIZE_MAX ? 1 : r->table.line[row]);
    return code;
}

static bool known_substance(const char *name)
{
    for (size_t i = 0; rsp_level_substance[i] != NULL; i++)
        if (strcmp(rsp_level_substance[i], name) == 0)
            return true;
    return false;
}

static rsp_status read_header(struct reader *r)
{
    size_t n_value = 0;
    r->id_column = r->moment_column = -1;
    for (size_t c = 0; c < r->table.n_column; c++) {
        const char *name = r->table.name[c];
        for (size_t d = 0; d < c; d++)
            if (strcmp(r->table.name[d], name) == 0)
                return refuse(r, SIZE_MAX, name, RSP_E_SYNTAX, "this column stands twice in the header");
        if (strcmp(name, "id") == 0)
            r->id_column = (int)c;
        else if (strcmp(name, "date_time") == 0)
            r->moment_column = (int)c;
        else if (known_substance(name))
            n_value++;
        else {
            const char *near =
                strlen(name) < RSP_LEVEL_NAME ? rsp_text_nearest(name, rsp_level_substance) : NULL;
            return refuse(r, SIZE_MAX, "", RSP_E_UNKNOWN,
                "column \"%.60s\" is not known: write id, date_time and substances with their unit, such as "
                "%s",
                name, near != NULL ? near : rsp_level_substance[0]);
        }
    }
    if (r->moment_column < 0 || n_value == 0)
        return refuse(r, SIZE_MAX, "", RSP_E_MISSING,
            "the table needs the column date_time and one of a substance with its unit, such as %s",
            rsp_level_substance[0]);
    return RSP_OK;
}

static rsp_status read_moment(struct reader *r, size_t row, struct rsp_date_time *taken)
{
    struct rsp_error inner = {0};
    const rsp_status status = rsp_date_time_parse(r->table.cell[row][r->moment_column], taken, &inner);
    if (status != RSP_OK)
        return refuse(r, row, "date_time", status, "%s", inner.message);
    if (!taken->has_time)
        return refuse(r, row, "date_time", RSP_E_MISSING,
            "a level needs the time at which the sample was taken: write 2026-11-22T10:35");
    if (taken->date.day > r->today.day)
        return refuse(r, row, "date_time", RSP_E_DOMAIN, "this sample lies in the future");
    return RSP_OK;
}

static rsp_status check_twice(struct reader *r, size_t row, const struct rsp_level *level)
{
    for (size_t i = 0; i < r->made.n; i++)
        if (strcmp(r->made.level[i].output, level->output) == 0 &&
            rsp_date_time_hours(&r->made.level[i].taken, true) == rsp_date_time_hours(&level->taken, true))
            return refuse(r, row, level->output, RSP_E_MISMATCH,
                "line %d holds a value of this substance for the same moment: keep one of them",
                r->made.level[i].line);
    return RSP_OK;
}

static rsp_status read_cell(struct reader *r, size_t row, size_t column, const struct rsp_date_time *taken)
{
    const char *name = r->table.name[column], *text = r->table.cell[row][column];
    if (*text == '\0' || !known_substance(name))
        return RSP_OK;
    struct rsp_level level = {.taken = *taken, .below = *text == '<', .line = r->table.line[row]};
    struct rsp_error inner = {0};
    const rsp_status status = rsp_number_parse(text + (level.below ? 1 : 0), &level.value, &inner);
    if (status != RSP_OK)
        return refuse(r, row, name, status, "%s", inner.message);
    if (level.value < 0 || (level.below && level.value <= 0))
        return refuse(
            r, row, name, RSP_E_DOMAIN, "%.40s is no level: a number of at least 0 is expected", text);
    if (r->made.n == MAX_LEVEL)
        return refuse(r, row, name, RSP_E_LIMIT, "more than %d values", MAX_LEVEL);
    snprintf(level.output, sizeof level.output, "%s", name);
    RSP_TRY(check_twice(r, row, &level));
    r->made.level[r->made.n++] = level;
    return RSP_OK;
}

static rsp_status read_row(struct reader *r, size_t row)
{
    struct rsp_date_time taken;
    if (r->id_column >= 0 && strcmp(r->table.cell[row][r->id_column], r->id) != 0)
        return refuse(r, row, "id", RSP_E_MISMATCH, "this level is of \"%.60s\", the patient is \"%.60s\"",
            r->table.cell[row][r->id_column], r->id);
    RSP_TRY(read_moment(r, row, &taken));
    if (r->made.n > 0 && r->made.level[0].taken.has_offset != taken.has_offset)
        return refuse(r, row, "date_time", RSP_E_MISMATCH,
            "some moments have a distance from UTC and some have not: write it for all or for none");
    for (size_t c = 0; c < r->table.n_column; c++)
        RSP_TRY(read_cell(r, row, c, &taken));
    return RSP_OK;
}

rsp_status rsp_levels_parse(const char *text, size_t length, const char *source, const char *id,
    struct rsp_date today, struct rsp_levels *levels, struct rsp_error *err)
{
    struct reader r = {.source = source, .id = id != NULL ? id : "", .today = today, .err = err};
    rsp_status status = RSP_OK;
    RSP_TRY_DONE(rsp_table_parse(text, length, source, &r.table, err));
    RSP_TRY_DONE(read_header(&r));
    const size_t room = r.table.n_row * r.table.n_column;
    r.made.level = calloc((room < MAX_LEVEL ? room : MAX_LEVEL) + 1, sizeof *r.made.level);
    if (r.made.level == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "levels", "out of memory");
        goto done;
    }
    for (size_t row = 0; row < r.table.n_row; row++)
        RSP_TRY_DONE(read_row(&r, row));
    if (r.made.n == 0) {
        status = refuse(&r, SIZE_MAX, "", RSP_E_MISSING, "the table holds no level");
        goto done;
    }
    *levels = r.made;
    r.made.level = NULL;
done:
    free(r.made.level);
    rsp_table_free(&r.table);
    return status;
}

void rsp_levels_free(struct rsp_levels *levels)
{
    free(levels->level);
    *levels = (struct rsp_levels){0};
}
