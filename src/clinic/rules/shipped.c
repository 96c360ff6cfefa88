/* The rules that ship inside the program. */
#include <stdio.h>
#include <string.h>

#include "rules/rulebook.h"

/* Written by tools/embed.py from the files named in meson.build. */
size_t rsp_rules_count(void);
const char *rsp_rules_id(size_t i);
const char *rsp_rules_text(size_t i, size_t *length);
const char *rsp_rules_sha256(size_t i);

enum { RULES_VERSION = 1, DIGITS = 12 };

static int digit(char c)
{
    return c >= 'a' ? c - 'a' + 10 : c - '0';
}

/* The digests of all files folded into one short one: any change of any file shows. */
static void write_version(struct rsp_rulebook *book)
{
    static const char hex[] = "0123456789abcdef";
    char fold[DIGITS + 1] = "000000000000";
    for (size_t i = 0; i < rsp_rules_count(); i++)
        for (int at = 0; at < DIGITS; at++)
            fold[at] = hex[digit(fold[at]) ^ digit(rsp_rules_sha256(i)[at])];
    snprintf(book->version, sizeof book->version, "%d (%s)", RULES_VERSION, fold);
}

rsp_status rsp_rulebook_shipped(struct rsp_rulebook **book, struct rsp_error *err)
{
    struct rsp_rule_file file[RSP_MAX_RULE_FILE] = {0};
    size_t n = 0;
    for (; n < rsp_rules_count() && n < RSP_MAX_RULE_FILE; n++) {
        file[n].name = rsp_rules_id(n);
        file[n].text = rsp_rules_text(n, &file[n].length);
    }
    RSP_TRY(rsp_rulebook_read(n, file, book, err));
    write_version(*book);
    return RSP_OK;
}
