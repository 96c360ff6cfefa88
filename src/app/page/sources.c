#include "sources.h"

#include <string.h>

static size_t number_of(struct rsp_sources *sources, const char *text, size_t length)
{
    for (size_t i = 0; i < sources->n; i++)
        if (sources->item[i].length == length && memcmp(sources->item[i].text, text, length) == 0)
            return i + 1;
    if (sources->n == RSP_MAX_SOURCE)
        return 0;
    sources->item[sources->n].text = text;
    sources->item[sources->n].length = length;
    return ++sources->n;
}

void rsp_sources_refer(
    struct rsp_sources *sources, const char *text, bool several, bool link, struct rsp_buf *out)
{
    while (text != NULL && *text != '\0') {
        const char *end = several ? strstr(text, "; ") : NULL;
        const size_t length = end != NULL ? (size_t)(end - text) : strlen(text);
        const size_t number = number_of(sources, text, length);
        if (number > 0 && link)
            rsp_buf_printf(out, " <a href=\"#source-%zu\">[%zu]</a>", number, number);
        else if (number > 0)
            rsp_buf_printf(out, " [%zu]", number);
        text += length;
        if (end != NULL)
            text += strlen("; ");
    }
}
