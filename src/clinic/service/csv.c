#include "service/csv.h"

#include <string.h>

static bool is_formula(const char *text)
{
    const char first = text[strspn(text, " \t\r\n")];
    return (first != '\0' && strchr("=+-@|%", first) != NULL) || text[0] == '\t' || text[0] == '\r';
}

void rsp_csv_cell(struct rsp_buf *csv, const char *text)
{
    rsp_buf_text(csv, is_formula(text) ? "\"'" : "\"");
    for (; *text != '\0'; text++)
        rsp_buf_add(csv, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    rsp_buf_text(csv, "\"");
}
