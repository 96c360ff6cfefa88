#include "service/form.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/yaml.h"
#include "record/words.h"
#include "service/form_text.h"
#include "service/json_build.h"

struct form {
    const struct rsp_rulebook *book;
    const struct rsp_yaml *root;
    const char *language;
    struct rsp_build build;
    struct rsp_error *err;
};

/* {en: ..., de: ...} in the language asked for. */
static const char *words_of(const struct form *form, const struct rsp_yaml *texts)
{
    const struct rsp_yaml *text = rsp_yaml_find(texts, form->language);
    if (text == NULL)
        text = rsp_yaml_find(texts, "en");
    return text != NULL ? text->text : "";
}

static json_t *text_row(struct form *form, const char *word, const char *text)
{
    json_t *row = json_object();
    rsp_build_set(&form->build, row, "word", rsp_build_text(word));
    rsp_build_set(&form->build, row, "text", rsp_build_text(text));
    return row;
}

/* The words that the reader takes, with the form's text for each: a word without text is an error. */
static rsp_status put_words(struct form *form, const struct rsp_yaml *texts, const char *key, json_t *row)
{
    const char *const *word = rsp_patient_words(key);
    json_t *list = json_array();
    rsp_build_set(&form->build, row, "words", list);
    if (word == NULL)
        return rsp_yaml_error(
            texts, form->err, RSP_E_UNKNOWN, "the reader of patient files takes no word for %s", key);
    for (; *word != NULL; word++) {
        const struct rsp_yaml *text = rsp_yaml_find(texts, *word);
        if (text == NULL)
            return rsp_yaml_error(
                texts, form->err, RSP_E_MISSING, "a text for the word %s is expected", *word);
        rsp_build_append(&form->build, list, text_row(form, *word, words_of(form, text)));
    }
    return RSP_OK;
}

/* ---- three bounds ---- */

static rsp_status put_impossible(
    struct form *form, const struct rsp_yaml *field, const char *key, json_t *row)
{
    const struct rsp_patient_range *range = rsp_patient_range(key);
    const char *source = NULL;
    if (range == NULL)
        return rsp_yaml_error(
            field, form->err, RSP_E_UNKNOWN, "the reader of patient files has no number %s", key);
    RSP_TRY(rsp_yaml_text(form->root, "impossible_source", true, &source, form->err));
    json_t *bound = json_object();
    rsp_build_set(&form->build, bound, "low", rsp_build_number(range->low));
    rsp_build_set(&form->build, bound, "high", rsp_build_number(range->high));
    rsp_build_set(&form->build, bound, "source", rsp_build_text(source));
    rsp_build_set(&form->build, row, "impossible", bound);
    return RSP_OK;
}

static rsp_status put_implausible(struct form *form, const struct rsp_yaml *field, json_t *row)
{
    static const char *const known[] = {"below", "above", NULL};
    const struct rsp_yaml *map = rsp_yaml_find(field, "implausible");
    const char *source = NULL;
    double below = NAN, above = NAN;
    if (map == NULL)
        return RSP_OK;
    RSP_TRY(rsp_yaml_only(map, known, form->err));
    RSP_TRY(rsp_yaml_number(map, "below", false, &below, form->err));
    RSP_TRY(rsp_yaml_number(map, "above", false, &above, form->err));
    RSP_TRY(rsp_yaml_text(form->root, "implausible_source", true, &source, form->err));
    json_t *bound = json_object();
    rsp_build_set(&form->build, bound, "below", rsp_build_number(below));
    rsp_build_set(&form->build, bound, "above", rsp_build_number(above));
    rsp_build_set(&form->build, bound, "source", rsp_build_text(source));
    rsp_build_set(&form->build, row, "implausible", bound);
    return RSP_OK;
}

static void put_flags(struct form *form, const char *key, json_t *row)
{
    enum { MOST = 16 };
    struct rsp_fact_bound bound[MOST];
    json_t *list = json_array();
    const size_t n = rsp_rulebook_fact_bounds(form->book, key, MOST, bound);
    for (size_t i = 0; i < n; i++) {
        json_t *flag = json_object();
        struct rsp_build *b = &form->build;
        rsp_build_set(b, flag, "rule", rsp_build_text(bound[i].rule->id));
        rsp_build_set(b, flag, "severity", rsp_build_text(rsp_severity_name(bound[i].rule->severity)));
        rsp_build_set(b, flag, "below", rsp_build_number(bound[i].below));
        rsp_build_set(b, flag, "at_most", rsp_build_number(bound[i].at_most));
        rsp_build_set(b, flag, "above", rsp_build_number(bound[i].above));
        rsp_build_set(b, flag, "at_least", rsp_build_number(bound[i].at_least));
        rsp_build_set(b, flag, "text", rsp_build_text(bound[i].rule->text));
        rsp_build_set(b, flag, "source", rsp_build_text(bound[i].rule->source));
        rsp_build_append(b, list, flag);
    }
    rsp_build_set(&form->build, row, "flags", list);
}

/* ---- fields ---- */

static rsp_status put_facts(struct form *form, const struct rsp_yaml *field, const char *key, json_t *row)
{
    size_t n = 0;
    const char *const *name = NULL;
    json_t *list = json_array();
    rsp_build_set(&form->build, row, "facts", list);
    RSP_TRY(rsp_yaml_texts(field, "fact", false, &n, &name, form->err));
    for (size_t i = 0; i < n; i++)
        rsp_build_append(&form->build, list, rsp_build_text(name[i]));
    if (n == 0)
        rsp_build_append(&form->build, list, rsp_build_text(key));
    return RSP_OK;
}

static rsp_status put_kind(
    struct form *form, const struct rsp_yaml *field, const char *key, const char *type, json_t *row)
{
    if (strcmp(type, "number") == 0) {
        RSP_TRY(put_impossible(form, field, key, row));
        RSP_TRY(put_implausible(form, field, row));
        put_flags(form, key, row);
    }
    if (strcmp(type, "word") == 0)
        RSP_TRY(put_words(form, rsp_yaml_find(field, "words"), key, row));
    return put_facts(form, field, key, row);
}

static rsp_status append_field(struct form *form, const struct rsp_yaml *field, json_t *list)
{
    static const char *const known[] = {
        "key", "at", "type", "unit", "dated", "upper_limit", "fact", "implausible", "label", "words", NULL};
    const char *key = NULL, *at = "", *type = NULL, *unit = "";
    bool dated = false, upper_limit = false;
    json_t *row = json_object();

    rsp_build_append(&form->build, list, row);
    RSP_TRY(rsp_yaml_only(field, known, form->err));
    RSP_TRY(rsp_yaml_text(field, "key", true, &key, form->err));
    RSP_TRY(rsp_yaml_text(field, "type", true, &type, form->err));
    RSP_TRY(rsp_yaml_text(field, "at", false, &at, form->err));
    RSP_TRY(rsp_yaml_text(field, "unit", false, &unit, form->err));
    RSP_TRY(rsp_yaml_bool(field, "dated", false, &dated, form->err));
    RSP_TRY(rsp_yaml_bool(field, "upper_limit", false, &upper_limit, form->err));
    rsp_build_set(&form->build, row, "key", rsp_build_text(key));
    rsp_build_set(&form->build, row, "at", rsp_build_text(at));
    rsp_build_set(&form->build, row, "type", rsp_build_text(type));
    rsp_build_set(&form->build, row, "label", rsp_build_text(words_of(form, rsp_yaml_find(field, "label"))));
    rsp_build_set(&form->build, row, "unit", rsp_build_text(unit));
    rsp_build_set(&form->build, row, "dated", json_boolean(dated));
    rsp_build_set(&form->build, row, "upper_limit", json_boolean(upper_limit));
    return put_kind(form, field, key, type, row);
}

static rsp_status put_sections(struct form *form, json_t *out)
{
    json_t *sections = json_array();
    const struct rsp_yaml *list = rsp_yaml_find(form->root, "sections");
    rsp_build_set(&form->build, out, "sections", sections);
    for (const struct rsp_yaml *node = list != NULL ? list->first : NULL; node != NULL; node = node->next) {
        const char *id = NULL;
        json_t *row = json_object(), *fields = json_array();
        const struct rsp_yaml *field = rsp_yaml_find(node, "fields");
        rsp_build_append(&form->build, sections, row);
        rsp_build_set(&form->build, row, "fields", fields);
        RSP_TRY(rsp_yaml_text(node, "id", true, &id, form->err));
        rsp_build_set(&form->build, row, "id", rsp_build_text(id));
        rsp_build_set(
            &form->build, row, "title", rsp_build_text(words_of(form, rsp_yaml_find(node, "title"))));
        for (field = field != NULL ? field->first : NULL; field != NULL; field = field->next)
            RSP_TRY(append_field(form, field, fields));
    }
    return RSP_OK;
}

static rsp_status put_parts(struct form *form, json_t *out)
{
    json_t *parts = json_array();
    const struct rsp_yaml *node = rsp_yaml_find(form->root, "parts");
    rsp_build_set(&form->build, out, "parts", parts);
    for (node = node != NULL ? node->first : NULL; node != NULL; node = node->next)
        RSP_TRY(append_field(form, node, parts));
    return RSP_OK;
}

/* ---- history ---- */

static json_t *history_word(struct form *form, const struct rsp_yaml *node)
{
    const bool english = strcmp(form->language, "de") != 0;
    json_t *row = text_row(form, node->key, english ? rsp_history_text(node->key) : node->text);
    rsp_build_set(
        &form->build, row, "severity", json_boolean(rsp_rulebook_asks_severity(form->book, node->key)));
    rsp_build_set(&form->build, row, "since", json_boolean(rsp_rulebook_asks_since(form->book, node->key)));
    return row;
}

static rsp_status put_group(struct form *form, const struct rsp_yaml *node, json_t *groups)
{
    const char *id = NULL;
    bool women = false;
    json_t *row = json_object(), *words = json_array();
    const struct rsp_yaml *word = rsp_yaml_find(node, "words");
    rsp_build_append(&form->build, groups, row);
    rsp_build_set(&form->build, row, "words", words);
    RSP_TRY(rsp_yaml_text(node, "id", true, &id, form->err));
    RSP_TRY(rsp_yaml_bool(node, "women", false, &women, form->err));
    rsp_build_set(&form->build, row, "id", rsp_build_text(id));
    rsp_build_set(&form->build, row, "title", rsp_build_text(words_of(form, rsp_yaml_find(node, "title"))));
    rsp_build_set(&form->build, row, "women", json_boolean(women));
    for (word = word != NULL ? word->first : NULL; word != NULL; word = word->next)
        rsp_build_append(&form->build, words, history_word(form, word));
    return RSP_OK;
}

static rsp_status put_history(struct form *form, json_t *out)
{
    json_t *groups = json_array();
    const struct rsp_yaml *node = rsp_yaml_find(form->root, "history");
    rsp_build_set(&form->build, out, "history", groups);
    for (node = node != NULL ? node->first : NULL; node != NULL; node = node->next)
        RSP_TRY(put_group(form, node, groups));
    return RSP_OK;
}

/* ---- levels ---- */

rsp_status rsp_level_bounds_read(struct rsp_level_bounds *bounds, struct rsp_error *err)
{
    static const char *const known[] = {"impossible_above_ng_per_ml", "implausible_above_ng_per_ml", NULL};
    struct rsp_yaml_tree *tree = NULL;
    const char *source = NULL;
    size_t length = 0;
    const char *text = rsp_record_form_text(0, &length);
    rsp_status status = rsp_yaml_parse(text, length, "record_form.yaml", &tree, err);
    RSP_TRY(status);
    const struct rsp_yaml *root = rsp_yaml_root(tree), *map = rsp_yaml_find(root, "level");
    *bounds = (struct rsp_level_bounds){0};
    RSP_TRY_DONE(rsp_yaml_only(map, known, err));
    RSP_TRY_DONE(rsp_yaml_number(map, known[0], true, &bounds->most_ng_per_ml, err));
    RSP_TRY_DONE(rsp_yaml_number(map, known[1], true, &bounds->doubt_ng_per_ml, err));
    RSP_TRY_DONE(rsp_yaml_text(root, "implausible_source", true, &source, err));
    snprintf(bounds->source, sizeof bounds->source, "%s", source);
done:
    rsp_yaml_free(tree);
    return status;
}

/* ---- whole ---- */

rsp_status rsp_record_form(
    const struct rsp_rulebook *book, const char *language, json_t **form, struct rsp_error *err)
{
    struct rsp_yaml_tree *tree = NULL;
    struct form f = {.book = book, .language = language, .err = err};
    size_t length = 0;
    const char *text = rsp_record_form_text(0, &length);
    json_t *out = json_object(), *severities = json_object();
    rsp_status status = RSP_OK;

    RSP_TRY_DONE(rsp_yaml_parse(text, length, "record_form.yaml", &tree, err));
    f.root = rsp_yaml_root(tree);
    RSP_TRY_DONE(put_sections(&f, out));
    RSP_TRY_DONE(put_parts(&f, out));
    RSP_TRY_DONE(put_words(&f, rsp_yaml_find(f.root, "severities"), "severity", severities));
    rsp_build_set(&f.build, out, "severities", json_incref(json_object_get(severities, "words")));
    RSP_TRY_DONE(put_history(&f, out));
    if (f.build.failed || out == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        goto done;
    }
    *form = out;
    out = NULL;
done:
    json_decref(severities);
    json_decref(out);
    rsp_yaml_free(tree);
    return status;
}
