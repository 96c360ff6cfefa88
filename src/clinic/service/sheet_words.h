/** Words of the sheet in one language, and numbers that are filled into them. */
#ifndef RSP_CLINIC_SERVICE_SHEET_WORDS_H
#define RSP_CLINIC_SERVICE_SHEET_WORDS_H

#include <jansson.h>

#include "base/date.h"
#include "base/yaml.h"

struct rsp_words {
    struct rsp_yaml_tree *tree;    /* sheet_en.yaml or sheet_de.yaml */
    struct rsp_yaml_tree *numbers; /* sheet.yaml */
    char digest[129];              /* SHA-256 of both, one after the other */
};

/** @return RSP_E_UNKNOWN for a language without words. Caller frees with rsp_words_free, also on failure. */
RSP_CHECKED rsp_status rsp_words_read(const char *language, struct rsp_words *words, struct rsp_error *err);
void rsp_words_free(struct rsp_words *words);

struct rsp_filling {
    const char *name, *value;
};

/** The text of a key with {name} filled in from a table that ends with a NULL name. A key that is not there is a
 * programming error (RSP_E_BUG), so that no sheet lacks a sentence. */
RSP_CHECKED rsp_status rsp_words_text(const struct rsp_words *words, const char *key,
    const struct rsp_filling filling[], json_t **text, struct rsp_error *err);

/** "1 December 2026", "1. Dezember 2026" */
RSP_CHECKED rsp_status rsp_words_date(
    const struct rsp_words *words, const char *iso, char *text, size_t size, struct rsp_error *err);

#endif
