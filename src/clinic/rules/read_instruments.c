/* The sections messages and instruments. */
#include <math.h>
#include <string.h>

#include "rules/rulebook.h"

static const char *const confidences[] = {"high", "medium", "low", "unverified"};

/* ---- messages ---- */

static rsp_status read_language(struct rsp_rulebook *book, const struct rsp_yaml *node,
    struct rsp_language *language, struct rsp_error *err)
{
    static const char *const keys[] = {"language", "texts", NULL};
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "language", true, &language->name, err));
    const struct rsp_yaml *texts = rsp_yaml_find(node, "texts");
    if (texts == NULL || texts->kind != RSP_YAML_MAP)
        return rsp_yaml_error(node, err, RSP_E_MISSING, "A language needs texts: \"key: text\" lines.");
    struct rsp_message *message = rsp_arena_alloc(book->arena, texts->n_child * sizeof *message);
    if (message == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "messages", "Out of memory while reading the rules.");
    for (const struct rsp_yaml *at = texts->first; at != NULL; at = at->next) {
        if (at->kind != RSP_YAML_SCALAR || at->text[0] == '\0')
            return rsp_yaml_error(at, err, RSP_E_SYNTAX, "Expected a text.");
        message[language->n_message++] = (struct rsp_message){at->key, at->text};
    }
    language->message = message;
    return RSP_OK;
}

rsp_status rsp_read_messages(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    void *items = book->language;
    RSP_TRY(rsp_rulebook_grow(book, &items, book->n_language, node->n_child, sizeof *book->language, err));
    book->language = items;
    for (const struct rsp_yaml *at = node->first; at != NULL; at = at->next) {
        RSP_TRY(read_language(book, at, &book->language[book->n_language], err));
        book->n_language++;
    }
    return RSP_OK;
}

static const char *message_of(const struct rsp_rulebook *book, const char *language, const char *key)
{
    for (size_t i = 0; i < book->n_language; i++)
        for (size_t k = 0; k < book->language[i].n_message; k++)
            if (strcmp(book->language[i].name, language) == 0 &&
                strcmp(book->language[i].message[k].key, key) == 0)
                return book->language[i].message[k].text;
    return NULL;
}

const char *rsp_rulebook_message(const struct rsp_rulebook *book, const char *language, const char *key)
{
    const char *text = message_of(book, language, key);
    return text != NULL ? text : message_of(book, "en", key);
}

/* ---- instruments ---- */

/* map[key] as the key of a message that exists in English. */
static rsp_status read_key(const struct rsp_rulebook *book, const struct rsp_yaml *map, const char *key,
    bool required, const char **out, struct rsp_error *err)
{
    RSP_TRY(rsp_yaml_text(map, key, required, out, err));
    if (*out != NULL && message_of(book, "en", *out) == NULL)
        return rsp_yaml_error(
            rsp_yaml_find(map, key), err, RSP_E_UNKNOWN, "There is no English text \"%.60s\".", *out);
    return RSP_OK;
}

/* A list of maps in the arena; n and *items stay 0 and NULL without it. */
static rsp_status begin_list(struct rsp_rulebook *book, const struct rsp_yaml *map, const char *key,
    size_t size, size_t most, const struct rsp_yaml **list, void **items, struct rsp_error *err)
{
    *list = rsp_yaml_find(map, key);
    if (*list == NULL)
        return RSP_OK;
    if ((*list)->kind != RSP_YAML_LIST || (*list)->n_child > most)
        return rsp_yaml_error(*list, err, RSP_E_SYNTAX, "Expected a list of at most %zu entries.", most);
    *items = rsp_arena_alloc(book->arena, ((*list)->n_child + 1) * size);
    if (*items == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, key, "Out of memory while reading the rules.");
    return RSP_OK;
}

static rsp_status read_confidence(
    const struct rsp_yaml *node, enum rsp_rule_confidence *confidence, struct rsp_error *err)
{
    int index = 0;
    RSP_TRY(rsp_read_choice(node, "confidence", true, confidences, 4, &index, err));
    *confidence = (enum rsp_rule_confidence)index;
    return RSP_OK;
}

static rsp_status read_answers(struct rsp_rulebook *book, const struct rsp_yaml *map,
    struct rsp_instrument *instrument, struct rsp_error *err)
{
    static const char *const keys[] = {"value", "text", NULL};
    const struct rsp_yaml *list = NULL;
    void *items = NULL;
    RSP_TRY(begin_list(book, map, "answers", sizeof *instrument->answer, RSP_MAX_ITEM, &list, &items, err));
    struct rsp_instrument_answer *answer = items;
    for (const struct rsp_yaml *at = list != NULL ? list->first : NULL; at != NULL; at = at->next) {
        RSP_TRY(rsp_yaml_only(at, keys, err));
        RSP_TRY(rsp_yaml_number(at, "value", true, &answer[instrument->n_answer].value, err));
        RSP_TRY(read_key(book, at, "text", true, &answer[instrument->n_answer].text, err));
        instrument->n_answer++;
    }
    instrument->answer = answer;
    return RSP_OK;
}

static rsp_status read_bands(struct rsp_rulebook *book, const struct rsp_yaml *map,
    struct rsp_instrument *instrument, struct rsp_error *err)
{
    static const char *const keys[] = {"from", "to", "text", "confidence", NULL};
    const struct rsp_yaml *list = NULL;
    void *items = NULL;
    RSP_TRY(begin_list(book, map, "bands", sizeof *instrument->band, RSP_MAX_ITEM, &list, &items, err));
    struct rsp_instrument_band *band = items;
    for (const struct rsp_yaml *at = list != NULL ? list->first : NULL; at != NULL; at = at->next) {
        struct rsp_instrument_band *one = &band[instrument->n_band];
        RSP_TRY(rsp_yaml_only(at, keys, err));
        RSP_TRY(rsp_yaml_number(at, "from", true, &one->from, err));
        RSP_TRY(rsp_yaml_number(at, "to", true, &one->to, err));
        RSP_TRY(read_key(book, at, "text", true, &one->text, err));
        RSP_TRY(read_confidence(at, &one->confidence, err));
        if (!(one->from >= instrument->low && one->to <= instrument->high && one->from <= one->to) ||
            (instrument->n_band > 0 && !(one->from > one[-1].to)))
            return rsp_yaml_error(
                at, err, RSP_E_DOMAIN, "Bands lie within low and high, rise and do not overlap.");
        instrument->n_band++;
    }
    instrument->band = band;
    return RSP_OK;
}

static rsp_status read_cutoffs(struct rsp_rulebook *book, const struct rsp_yaml *map,
    struct rsp_instrument *instrument, struct rsp_error *err)
{
    static const char *const keys[] = {"at_least", "at_most", "text", "confidence", NULL};
    const struct rsp_yaml *list = NULL;
    void *items = NULL;
    RSP_TRY(begin_list(book, map, "cutoffs", sizeof *instrument->cutoff, RSP_MAX_CUTOFF, &list, &items, err));
    struct rsp_instrument_cutoff *cutoff = items;
    for (const struct rsp_yaml *at = list != NULL ? list->first : NULL; at != NULL; at = at->next) {
        struct rsp_instrument_cutoff *one = &cutoff[instrument->n_cutoff++];
        RSP_TRY(rsp_yaml_only(at, keys, err));
        one->at_least = one->at_most = NAN;
        RSP_TRY(rsp_yaml_number(at, "at_least", false, &one->at_least, err));
        RSP_TRY(rsp_yaml_number(at, "at_most", false, &one->at_most, err));
        RSP_TRY(read_key(book, at, "text", true, &one->text, err));
        RSP_TRY(read_confidence(at, &one->confidence, err));
        if (isnan(one->at_least) == isnan(one->at_most))
            return rsp_yaml_error(at, err, RSP_E_MISMATCH, "A cut-off has at_least or at_most.");
    }
    instrument->cutoff = cutoff;
    return RSP_OK;
}

static rsp_status find_rule(const struct rsp_rulebook *book, const struct rsp_yaml *node, const char *id,
    const struct rsp_rule **rule, struct rsp_error *err)
{
    for (size_t i = 0; i < book->n_rule; i++) {
        if (strcmp(book->rule[i].rule.id, id) == 0) {
            *rule = &book->rule[i].rule;
            return RSP_OK;
        }
    }
    return rsp_yaml_error(node, err, RSP_E_UNKNOWN, "There is no rule \"%.60s\".", id);
}

static rsp_status read_flags(struct rsp_rulebook *book, const struct rsp_yaml *map,
    struct rsp_instrument *instrument, struct rsp_error *err)
{
    static const char *const keys[] = {"item", "above", "text", "rule", NULL};
    const struct rsp_yaml *list = NULL;
    void *items = NULL;
    RSP_TRY(begin_list(book, map, "flags", sizeof *instrument->flag, RSP_MAX_FLAG, &list, &items, err));
    struct rsp_instrument_flag *flag = items;
    for (const struct rsp_yaml *at = list != NULL ? list->first : NULL; at != NULL; at = at->next) {
        struct rsp_instrument_flag *one = &flag[instrument->n_flag++];
        const char *rule = NULL;
        long item = 0;
        RSP_TRY(rsp_yaml_only(at, keys, err));
        RSP_TRY(rsp_yaml_int(at, "item", false, &item, err));
        RSP_TRY(rsp_yaml_number(at, "above", true, &one->above, err));
        RSP_TRY(read_key(book, at, "text", true, &one->text, err));
        RSP_TRY(rsp_yaml_text(at, "rule", true, &rule, err));
        RSP_TRY(find_rule(book, at, rule, &one->rule, err));
        if (item < 0 || (size_t)item > instrument->n_item)
            return rsp_yaml_error(at, err, RSP_E_DOMAIN, "There is no item %ld.", item);
        one->item = (size_t)item;
    }
    instrument->flag = flag;
    return RSP_OK;
}

static rsp_status read_criteria(struct rsp_rulebook *book, const struct rsp_yaml *map,
    struct rsp_instrument *instrument, struct rsp_error *err)
{
    static const char *const keys[] = {"text", "symptoms", "signs", NULL};
    const struct rsp_yaml *list = NULL;
    void *items = NULL;
    RSP_TRY(begin_list(
        book, map, "criteria", sizeof *instrument->criteria, RSP_MAX_CRITERIA, &list, &items, err));
    struct rsp_instrument_criteria *set = items;
    for (const struct rsp_yaml *at = list != NULL ? list->first : NULL; at != NULL; at = at->next) {
        struct rsp_instrument_criteria *one = &set[instrument->n_criteria++];
        long symptoms = 0, signs = 0;
        RSP_TRY(rsp_yaml_only(at, keys, err));
        RSP_TRY(read_key(book, at, "text", true, &one->text, err));
        RSP_TRY(rsp_yaml_int(at, "symptoms", true, &symptoms, err));
        RSP_TRY(rsp_yaml_int(at, "signs", true, &signs, err));
        if (symptoms < 0 || symptoms > RSP_BUDAPEST_CATEGORY || signs < 0 || signs > RSP_BUDAPEST_CATEGORY)
            return rsp_yaml_error(at, err, RSP_E_DOMAIN, "There are %d categories.", RSP_BUDAPEST_CATEGORY);
        one->n_symptom = (int)symptoms;
        one->n_sign = (int)signs;
    }
    instrument->criteria = set;
    return RSP_OK;
}

static rsp_status check_instrument(
    const struct rsp_yaml *node, const struct rsp_instrument *instrument, struct rsp_error *err)
{
    const bool budapest = instrument->kind == RSP_INSTRUMENT_BUDAPEST;
    if (!(instrument->low < instrument->high))
        return rsp_yaml_error(node, err, RSP_E_DOMAIN, "The range needs low < high.");
    if ((instrument->kind == RSP_INSTRUMENT_SCORE) != (instrument->n_item == 0) ||
        instrument->n_item > RSP_MAX_ITEM || (budapest && instrument->n_item != RSP_BUDAPEST_ITEM))
        return rsp_yaml_error(node, err, RSP_E_MISMATCH,
            "The kind items has 1 to %d items, score none, budapest %d.", RSP_MAX_ITEM, RSP_BUDAPEST_ITEM);
    if (instrument->n_item > 0 && !instrument->free_text)
        return rsp_yaml_error(node, err, RSP_E_MISMATCH, "Items are shipped only of a text that is free.");
    if (instrument->kind == RSP_INSTRUMENT_ITEMS) {
        if (instrument->n_answer < 2)
            return rsp_yaml_error(node, err, RSP_E_MISSING, "Items need at least two answers.");
        const double n = (double)instrument->n_item;
        if (n * instrument->answer[0].value != instrument->low ||
            n * instrument->answer[instrument->n_answer - 1].value != instrument->high)
            return rsp_yaml_error(
                node, err, RSP_E_MISMATCH, "The range is not that of the sum of these answers.");
    }
    return RSP_OK;
}

static rsp_status read_texts(struct rsp_rulebook *book, const struct rsp_yaml *node,
    struct rsp_instrument *instrument, struct rsp_error *err)
{
    static const char *const directions[] = {"higher_worse", "higher_better", "lower_better", "none"};
    int direction = 0;
    RSP_TRY(rsp_yaml_text(node, "name", true, &instrument->name, err));
    RSP_TRY(rsp_yaml_text(node, "measures", true, &instrument->measures, err));
    RSP_TRY(rsp_read_choice(node, "direction", true, directions, 4, &direction, err));
    instrument->direction = directions[direction];
    RSP_TRY(read_key(book, node, "lead", false, &instrument->lead, err));
    RSP_TRY(read_key(book, node, "notice", false, &instrument->notice, err));
    RSP_TRY(rsp_yaml_text(node, "change", true, &instrument->change, err));
    RSP_TRY(rsp_yaml_text(node, "licence", true, &instrument->licence, err));
    RSP_TRY(rsp_yaml_bool(node, "free", true, &instrument->free_text, err));
    RSP_TRY(rsp_yaml_texts(node, "items", false, &instrument->n_item, &instrument->item, err));
    for (size_t i = 0; i < instrument->n_item; i++)
        if (message_of(book, "en", instrument->item[i]) == NULL)
            return rsp_yaml_error(rsp_yaml_find(node, "items"), err, RSP_E_UNKNOWN,
                "There is no English text \"%.60s\".", instrument->item[i]);
    return rsp_read_sources(book, node, &instrument->source, err);
}

static rsp_status read_instrument(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"id", "name", "measures", "kind", "low", "high", "step", "direction",
        "lead", "items", "answers", "between", "bands", "cutoffs", "flags", "criteria", "change", "licence",
        "free", "notice", "sources", "confidence", "version", NULL};
    static const char *const kinds[] = {"items", "score", "budapest"};
    struct rsp_instrument *instrument = item;
    int kind = 0;
    long step = 0, version = 0;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "id", true, &instrument->id, err));
    for (size_t i = 0; i < book->n_instrument; i++)
        if (strcmp(book->instrument[i].id, instrument->id) == 0)
            return rsp_yaml_error(
                node, err, RSP_E_MISMATCH, "The instrument %.60s stands twice.", instrument->id);
    RSP_TRY(read_texts(book, node, instrument, err));
    RSP_TRY(rsp_read_choice(node, "kind", true, kinds, 3, &kind, err));
    RSP_TRY(rsp_yaml_number(node, "low", true, &instrument->low, err));
    RSP_TRY(rsp_yaml_number(node, "high", true, &instrument->high, err));
    RSP_TRY(rsp_yaml_int(node, "step", true, &step, err));
    RSP_TRY(rsp_yaml_bool(node, "between", false, &instrument->between, err));
    RSP_TRY(read_confidence(node, &instrument->confidence, err));
    RSP_TRY(rsp_yaml_int(node, "version", true, &version, err));
    instrument->kind = (enum rsp_instrument_kind)kind;
    instrument->whole = step == 1;
    instrument->version = (int)version;
    RSP_TRY(read_answers(book, node, instrument, err));
    RSP_TRY(read_bands(book, node, instrument, err));
    RSP_TRY(read_cutoffs(book, node, instrument, err));
    RSP_TRY(read_flags(book, node, instrument, err));
    RSP_TRY(read_criteria(book, node, instrument, err));
    return check_instrument(node, instrument, err);
}

rsp_status rsp_read_instruments(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    return rsp_read_list(
        book, node, read_instrument, sizeof *book->instrument, &book->instrument, &book->n_instrument, err);
}

size_t rsp_rulebook_n_instrument(const struct rsp_rulebook *book)
{
    return book->n_instrument;
}

const struct rsp_instrument *rsp_rulebook_instrument(const struct rsp_rulebook *book, size_t i)
{
    return i < book->n_instrument ? &book->instrument[i] : NULL;
}

rsp_status rsp_rulebook_instrument_find(const struct rsp_rulebook *book, const char *id,
    const struct rsp_instrument **instrument, struct rsp_error *err)
{
    enum { MAX_KNOWN = 64 };
    const char *known[MAX_KNOWN + 1] = {0};
    for (size_t i = 0; i < book->n_instrument; i++) {
        if (rsp_text_equal(book->instrument[i].id, id)) {
            *instrument = &book->instrument[i];
            return RSP_OK;
        }
        if (i < MAX_KNOWN)
            known[i] = book->instrument[i].id;
    }
    const char *nearest = rsp_text_nearest(id, known);
    return rsp_error_set(err, RSP_E_UNKNOWN, "instrument", "There is no instrument \"%.60s\"%s%s%s", id,
        nearest != NULL ? "; did you mean \"" : "; 'respite instrument list' shows all.",
        nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
}
