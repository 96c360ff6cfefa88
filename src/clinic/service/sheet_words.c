#include "service/sheet_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { MAX_SENTENCE = 2000, MONTHS = 12 };

/* Written by tools/embed.py: rules/sheet*.yaml in the order of their names. */
size_t rsp_sheet_count(void);
const char *rsp_sheet_id(size_t i);
const char *rsp_sheet_text(size_t i, size_t *length);
const char *rsp_sheet_sha256(size_t i);

static rsp_status read_file(
    const char *id, struct rsp_yaml_tree **tree, const char **sha256, struct rsp_error *err)
{
    for (size_t i = 0; i < rsp_sheet_count(); i++) {
        size_t length = 0;
        const char *text = rsp_sheet_text(i, &length);
        if (strcmp(rsp_sheet_id(i), id) != 0)
            continue;
        *sha256 = rsp_sheet_sha256(i);
        return rsp_yaml_parse(text, length, id, tree, err);
    }
    return rsp_error_set(err, RSP_E_UNKNOWN, "language", "there are no words of the sheet in this language");
}

rsp_status rsp_words_read(const char *language, struct rsp_words *words, struct rsp_error *err)
{
    char id[40];
    const char *sha_words = NULL, *sha_numbers = NULL;
    *words = (struct rsp_words){0};
    snprintf(id, sizeof id, "sheet_%.8s", language);
    RSP_TRY(read_file(id, &words->tree, &sha_words, err));
    RSP_TRY(read_file("sheet", &words->numbers, &sha_numbers, err));
    snprintf(words->digest, sizeof words->digest, "%.64s%.64s", sha_words, sha_numbers);
    return RSP_OK;
}

void rsp_words_free(struct rsp_words *words)
{
    rsp_yaml_free(words->tree);
    rsp_yaml_free(words->numbers);
    *words = (struct rsp_words){0};
}

static const char *value_of(const struct rsp_filling filling[], const char *name, size_t length)
{
    for (; filling != NULL && filling->name != NULL; filling++)
        if (strncmp(filling->name, name, length) == 0 && filling->name[length] == '\0')
            return filling->value;
    return NULL;
}

static rsp_status fill(const char *key, const char *pattern, const struct rsp_filling filling[],
    struct rsp_buf *out, struct rsp_error *err)
{
    while (*pattern != '\0') {
        const size_t plain = strcspn(pattern, "{");
        rsp_buf_printf(out, "%.*s", (int)plain, pattern);
        pattern += plain;
        if (*pattern == '\0')
            return RSP_OK;
        const size_t length = strcspn(pattern + 1, "}");
        const char *value = value_of(filling, pattern + 1, length);
        if (value == NULL)
            return rsp_error_set(
                err, RSP_E_BUG, key, "nothing is filled into {%.*s}", (int)length, pattern + 1);
        rsp_buf_printf(out, "%s", value);
        pattern += length + 2;
    }
    return RSP_OK;
}

rsp_status rsp_words_text(const struct rsp_words *words, const char *key, const struct rsp_filling filling[],
    json_t **text, struct rsp_error *err)
{
    const char *pattern = NULL;
    struct rsp_buf out;
    RSP_TRY(rsp_yaml_text(rsp_yaml_root(words->tree), key, false, &pattern, err));
    if (pattern == NULL)
        return rsp_error_set(err, RSP_E_BUG, key, "the sheet has no words for %s", key);
    rsp_buf_init(&out, MAX_SENTENCE);
    rsp_status status = fill(key, pattern, filling, &out, err);
    if (status == RSP_OK) {
        *text = out.data != NULL ? json_string(out.data) : NULL;
        if (*text == NULL)
            status = rsp_error_set(err, RSP_E_MEMORY, key, "out of memory");
    }
    rsp_buf_free(&out);
    return status;
}

rsp_status rsp_words_date(
    const struct rsp_words *words, const char *iso, char *text, size_t size, struct rsp_error *err)
{
    const struct rsp_yaml *months = rsp_yaml_find(rsp_yaml_root(words->tree), "months");
    int year = 0, month = 0, day = 0;
    if (months == NULL || iso == NULL || sscanf(iso, "%4d-%2d-%2d", &year, &month, &day) != 3 || month < 1 ||
        month > MONTHS)
        return rsp_error_set(err, RSP_E_BUG, "date", "the sheet cannot write a day");
    const struct rsp_yaml *name = months->first;
    for (int i = 1; name != NULL && i < month; i++)
        name = name->next;
    char day_text[12], year_text[12];
    snprintf(day_text, sizeof day_text, "%d", day);
    snprintf(year_text, sizeof year_text, "%d", year);
    const struct rsp_filling filling[] = {{"day", day_text},
        {"month", name != NULL && name->text != NULL ? name->text : ""}, {"year", year_text}, {NULL, NULL}};
    json_t *written = NULL;
    RSP_TRY(rsp_words_text(words, "date", filling, &written, err));
    snprintf(text, size, "%s", json_string_value(written));
    json_decref(written);
    return RSP_OK;
}
