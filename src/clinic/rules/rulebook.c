#include "rules/rulebook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/words.h"

enum { RULES_VERSION = 1, SHORT_DIGEST = 12 };

typedef rsp_status section_reader(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err);

static rsp_status read_source_list(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    void *items = book->source;
    if (node->kind != RSP_YAML_MAP)
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "Expected \"ID: citation\" lines.");
    RSP_TRY(rsp_rulebook_grow(book, &items, book->n_source, node->n_child, sizeof *book->source, err));
    book->source = items;
    for (const struct rsp_yaml *at = node->first; at != NULL; at = at->next) {
        if (at->kind != RSP_YAML_SCALAR || at->text[0] == '\0')
            return rsp_yaml_error(at, err, RSP_E_SYNTAX, "Expected a citation.");
        book->source[book->n_source++] = (struct rsp_source){at->key, at->text};
    }
    return RSP_OK;
}

static rsp_status read_classes(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    void *items = book->classes;
    if (node->kind != RSP_YAML_MAP)
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "Expected \"class: [members]\" lines.");
    RSP_TRY(rsp_rulebook_grow(book, &items, book->n_class, node->n_child, sizeof *book->classes, err));
    book->classes = items;
    for (const struct rsp_yaml *at = node->first; at != NULL; at = at->next) {
        struct rsp_class *one = &book->classes[book->n_class];
        one->name = at->key;
        RSP_TRY(rsp_yaml_texts(node, at->key, true, &one->n_member, &one->member, err));
        book->n_class++;
    }
    return RSP_OK;
}

/* The history words are compiled into the record layer; here they are only known as a section. */
static rsp_status read_history(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    (void)book;
    if (node->kind != RSP_YAML_MAP)
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "Expected \"word: text\" lines.");
    return RSP_OK;
}

/* Sources and classes come first, since the others name them. */
static const struct section {
    const char *key;
    section_reader *read;
} sections[] = {
    {"history", read_history},
    {"sources", read_source_list},
    {"medication_classes", read_classes},
    {"search", rsp_read_search},
    {"preparation", rsp_read_preparation},
    {"watching", rsp_read_watching},
    {"leaving", rsp_read_leaving},
    {"starting", rsp_read_starting},
    {"rules", rsp_read_rules},
    {"limits", rsp_read_limits},
    {"protocols", rsp_read_protocols},
    {"usual_ranges", rsp_read_ranges},
    {"modifiers", rsp_read_modifiers},
    {"messages", rsp_read_messages},
    {"instruments", rsp_read_instruments}, /* after messages and rules, which they name */
    {"opioids", rsp_read_opioids},
    {"evidence", rsp_read_evidence},
    {"comparisons", rsp_read_comparisons},
    {"target_levels", rsp_read_target_levels},
    {"side_effects", rsp_read_side_effects},
    {"families", rsp_read_families},
    {"register_words", rsp_read_register_words},
    {"harm_degrees", rsp_read_harm_degrees},
    {"alarms", rsp_read_alarms},
    {"supporting", rsp_read_supporting},
    {"session_tasks", rsp_read_session_tasks},
    {"session_scores", rsp_read_session_scores},
};
enum { N_SECTION = sizeof sections / sizeof sections[0], FIRST_LIST = 8 };

static rsp_status check_file(const struct rsp_yaml *root, struct rsp_error *err)
{
    static const char *const keys[] = {"version", "history", "sources", "medication_classes", "rules",
        "limits", "protocols", "usual_ranges", "modifiers", "messages", "instruments", "opioids", "evidence",
        "comparisons", "target_levels", "side_effects", "families", "search", "preparation", "alarms",
        "supporting", "watching", "leaving", "starting", "session_tasks", "session_scores", "register_words",
        "harm_degrees", NULL};
    long version = 0;
    if (root == NULL)
        return rsp_error_set(err, RSP_E_SYNTAX, "rules", "A file of rules is empty.");
    RSP_TRY(rsp_yaml_only(root, keys, err));
    return rsp_yaml_int(root, "version", true, &version, err);
}

static rsp_status read_trees(struct rsp_rulebook *book, struct rsp_error *err)
{
    for (size_t s = 0; s < N_SECTION; s++) {
        for (size_t i = 0; i < book->n_tree; i++) {
            const struct rsp_yaml *node = rsp_yaml_find(rsp_yaml_root(book->tree[i]), sections[s].key);
            if (node == NULL)
                continue;
            if (s >= FIRST_LIST && node->kind != RSP_YAML_LIST)
                return rsp_yaml_error(node, err, RSP_E_SYNTAX, "Expected a list.");
            RSP_TRY(sections[s].read(book, node, err));
        }
    }
    return RSP_OK;
}

/* Name, length and text of every file in turn: any change of any of them shows. */
static void write_version(struct rsp_rulebook *book, size_t n, const struct rsp_rule_file file[])
{
    struct rsp_sha256 sha;
    char length[32];
    rsp_sha256_begin(&sha);
    for (size_t i = 0; i < n; i++) {
        snprintf(length, sizeof length, "\n%zu\n", file[i].length);
        rsp_sha256_add(&sha, file[i].name, strlen(file[i].name));
        rsp_sha256_add(&sha, length, strlen(length));
        rsp_sha256_add(&sha, file[i].text, file[i].length);
    }
    rsp_sha256_end(&sha, book->sha256);
    snprintf(
        book->version, sizeof book->version, "%d (%.*s)", RULES_VERSION, (int)SHORT_DIGEST, book->sha256);
}

rsp_status rsp_rulebook_read(
    size_t n, const struct rsp_rule_file file[], struct rsp_rulebook **book, struct rsp_error *err)
{
    rsp_status status = RSP_OK;
    struct rsp_rulebook *b = calloc(1, sizeof *b);
    if (b == NULL || (b->arena = rsp_arena_new()) == NULL) {
        status = rsp_error_set(err, RSP_E_MEMORY, "rules", "Out of memory while reading the rules.");
        goto done;
    }
    if (n > RSP_MAX_RULE_FILE) {
        status = rsp_error_set(
            err, RSP_E_LIMIT, "rules", "At most %d files of rules can be read.", RSP_MAX_RULE_FILE);
        goto done;
    }
    for (size_t i = 0; i < n; i++) {
        RSP_TRY_DONE(rsp_yaml_parse(file[i].text, file[i].length, file[i].name, &b->tree[i], err));
        b->n_tree++;
        RSP_TRY_DONE(check_file(rsp_yaml_root(b->tree[i]), err));
    }
    RSP_TRY_DONE(read_trees(b, err));
    write_version(b, n, file);
    *book = b;
    b = NULL;
done:
    rsp_rulebook_free(b);
    return status;
}

void rsp_rulebook_free(struct rsp_rulebook *book)
{
    if (book == NULL)
        return;
    for (size_t i = 0; i < book->n_tree; i++)
        rsp_yaml_free(book->tree[i]);
    rsp_arena_free(book->arena);
    free(book);
}

const struct rsp_class *rsp_rulebook_class(const struct rsp_rulebook *book, const char *name)
{
    for (size_t i = 0; i < book->n_class; i++)
        if (strcmp(book->classes[i].name, name) == 0)
            return &book->classes[i];
    return NULL;
}

const char *rsp_rulebook_version(const struct rsp_rulebook *book)
{
    return book->version;
}

const char *rsp_rulebook_sha256(const struct rsp_rulebook *book)
{
    return book->sha256;
}

size_t rsp_rulebook_n_rule(const struct rsp_rulebook *book)
{
    return book->n_rule;
}

const struct rsp_rule *rsp_rulebook_rule(const struct rsp_rulebook *book, size_t i)
{
    return i < book->n_rule ? &book->rule[i].rule : NULL;
}

size_t rsp_rulebook_n_limit(const struct rsp_rulebook *book)
{
    return book->n_limit;
}

const struct rsp_limit *rsp_rulebook_limit(const struct rsp_rulebook *book, size_t i, bool *on)
{
    if (i >= book->n_limit)
        return NULL;
    if (on != NULL)
        *on = book->limit[i].on;
    return &book->limit[i].limit;
}

size_t rsp_rulebook_n_protocol(const struct rsp_rulebook *book)
{
    return book->n_protocol;
}

const struct rsp_protocol *rsp_rulebook_protocol(const struct rsp_rulebook *book, size_t i)
{
    return i < book->n_protocol ? &book->protocol[i] : NULL;
}

rsp_status rsp_rulebook_protocol_find(const struct rsp_rulebook *book, const char *id,
    const struct rsp_protocol **protocol, struct rsp_error *err)
{
    enum { MAX_KNOWN = 64 };
    const char *known[MAX_KNOWN + 1] = {0};
    for (size_t i = 0; i < book->n_protocol; i++) {
        if (rsp_text_equal(book->protocol[i].id, id)) {
            *protocol = &book->protocol[i];
            return RSP_OK;
        }
        if (i < MAX_KNOWN)
            known[i] = book->protocol[i].id;
    }
    const char *nearest = rsp_text_nearest(id, known);
    if (nearest != NULL)
        return rsp_error_set(err, RSP_E_UNKNOWN, "protocol",
            "There is no protocol \"%.60s\"; did you mean \"%s\"?", id, nearest);
    char list[400] = "";
    for (size_t i = 0; known[i] != NULL; i++) {
        const size_t at = strlen(list);
        snprintf(list + at, sizeof list - at, "%s%s", i > 0 ? ", " : "", known[i]);
    }
    return rsp_error_set(
        err, RSP_E_UNKNOWN, "protocol", "There is no protocol \"%.60s\"; known are %s.", id, list);
}

size_t rsp_rulebook_n_evidence(const struct rsp_rulebook *book)
{
    return book->n_evidence;
}

const struct rsp_evidence *rsp_rulebook_evidence(const struct rsp_rulebook *book, size_t i)
{
    return i < book->n_evidence ? &book->evidence[i] : NULL;
}

size_t rsp_rulebook_n_comparison(const struct rsp_rulebook *book)
{
    return book->n_comparison;
}

const struct rsp_comparison *rsp_rulebook_comparison(const struct rsp_rulebook *book, size_t i)
{
    return i < book->n_comparison ? &book->comparison[i] : NULL;
}

const struct rsp_target_level *rsp_rulebook_target_level(const struct rsp_rulebook *book, enum rsp_drug drug)
{
    for (size_t i = 0; i < book->n_target_level; i++)
        if (book->target_level[i].drug == drug)
            return &book->target_level[i];
    return NULL;
}

size_t rsp_rulebook_n_side_effect(const struct rsp_rulebook *book)
{
    return book->n_side_effect;
}

const struct rsp_side_effect *rsp_rulebook_side_effect(const struct rsp_rulebook *book, size_t i)
{
    return i < book->n_side_effect ? &book->side_effect[i] : NULL;
}

size_t rsp_rulebook_n_family(const struct rsp_rulebook *book)
{
    return book->n_family;
}

const struct rsp_family *rsp_rulebook_family(const struct rsp_rulebook *book, size_t i)
{
    return i < book->n_family ? &book->family[i] : NULL;
}

const struct rsp_search *rsp_rulebook_search(const struct rsp_rulebook *book)
{
    return book->search;
}

const char *const *rsp_rulebook_words(void)
{
    return rsp_history_words;
}
