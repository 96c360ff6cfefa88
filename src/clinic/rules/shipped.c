/* The rules that ship inside the program. */
#include "rules/rulebook.h"

/* Written by tools/embed.py from the files named in meson.build. */
size_t rsp_rules_count(void);
const char *rsp_rules_id(size_t i);
const char *rsp_rules_text(size_t i, size_t *length);

rsp_status rsp_rulebook_shipped(struct rsp_rulebook **book, struct rsp_error *err)
{
    struct rsp_rule_file file[RSP_MAX_RULE_FILE] = {0};
    size_t n = 0;
    for (; n < rsp_rules_count() && n < RSP_MAX_RULE_FILE; n++) {
        file[n].name = rsp_rules_id(n);
        file[n].text = rsp_rules_text(n, &file[n].length);
    }
    return rsp_rulebook_read(n, file, book, err);
}
