#include "base/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/text.h"

enum {
    MAX_BYTES = 16 * 1024 * 1024, /* far above any hand-written file; bounds memory */
    MAX_DEPTH = 64,               /* deeper than any file of this project; bounds the stack */
    MAX_NODES = 1000000
};

struct rsp_yaml_tree {
    struct rsp_arena *arena;
    const char *source;
    struct rsp_yaml *root;
};

/* An open map or list. */
struct frame {
    struct rsp_yaml *node, *last;
    const char *key; /* read, and waiting for its value */
    int key_line;
};

struct builder {
    struct rsp_yaml_tree *tree;
    struct frame stack[MAX_DEPTH];
    size_t depth, n_node;
    bool done;
    struct rsp_error *err;
};

static rsp_status at_line(struct rsp_error *err, rsp_status code, int line, const char *sentence)
{
    (void)rsp_error_set(err, code, "", "%s", sentence);
    rsp_error_place(err, NULL, line);
    return code;
}

/* Refuse what no editor shows: bad UTF-8, control characters and marks of direction. */
static rsp_status check_bytes(const char *text, size_t length, struct rsp_error *err)
{
    int line = 1;
    for (size_t i = 0; i < length;) {
        const unsigned char c = (unsigned char)text[i];
        if (c == '\0')
            return at_line(err, RSP_E_SYNTAX, line, "this is a binary file; a text file is expected");
        if (rsp_utf8_is_control(text + i, length - i))
            return at_line(err, RSP_E_SYNTAX, line, "the line contains a control character; remove it");
        const size_t n = rsp_utf8_length(text + i, length - i);
        if (n == 0)
            return at_line(err, RSP_E_SYNTAX, line,
                "the line contains a character that is not UTF-8; save the file with the encoding UTF-8");
        line += c == '\n';
        i += n;
    }
    return RSP_OK;
}

/* libyaml's problem in the words of somebody who fills in a form. */
static const struct {
    const char *problem, *sentence;
} problems[] = {
    {"mapping values are not allowed", "there is a second ': ' on this line or the indentation is wrong; put "
                                       "text that contains ': ' in quotes"},
    {"could not find expected ':'", "a name without ':' stands here; write NAME: VALUE"},
    {"did not find expected key", "this line does not fit the lines above it; check the indentation"},
    {"did not find expected '-' indicator",
        "this line does not fit the list above it; check the indentation"},
    {"did not find expected ',' or '}'", "a comma or the closing '}' is missing"},
    {"did not find expected ',' or ']'", "a comma or the closing ']' is missing"},
    {"unexpected end of stream", "a quote is not closed"},
    {"unexpected document indicator", "a quote is not closed"},
    {"block sequence entries are not allowed",
        "a list entry ('- ') cannot stand here; put it on a line of its own"},
    {"block mapping", "the indentation does not fit the lines above"},
    {"unknown escape character", "a backslash in double quotes begins an unknown escape; use single quotes"},
    {"undefined tag handle", "tags (!) are not used in these files; remove it"},
    {"anchor",
        "anchors (&) and aliases (*) are not used in these files; write the value out or quote the text"},
    {"alias",
        "anchors (&) and aliases (*) are not used in these files; write the value out or quote the text"},
    {"directive", "directives (%) are not used in these files; put text that begins with % in quotes"},
    {"did not find expected <document start>", "the file ends before this line; remove what follows"},
};

static rsp_status parser_failure(
    const yaml_parser_t *parser, const char *text, size_t length, struct rsp_error *err)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return at_line(err, RSP_E_MEMORY, 0, "out of memory while reading the file");
    const int line = (int)parser->problem_mark.line + 1;
    const char *problem = parser->problem != NULL ? parser->problem : "";
    const size_t index = parser->problem_mark.index; /* in characters: near enough to look for a tab */
    if (strstr(problem, "cannot start any token") != NULL || strstr(problem, "tab character") != NULL) {
        const bool tab =
            index < length && memchr(text + index, '\t', length - index > 4 ? 4 : length - index) != NULL;
        return at_line(err, RSP_E_SYNTAX, line,
            tab ? "a tab is used for indentation; use spaces"
                : "a value cannot begin with this character; put the text in quotes");
    }
    for (size_t i = 0; i < sizeof problems / sizeof problems[0]; i++)
        if (strstr(problem, problems[i].problem) != NULL)
            return at_line(err, RSP_E_SYNTAX, line, problems[i].sentence);
    (void)rsp_error_set(err, RSP_E_SYNTAX, "", "this line cannot be read as YAML (%s)", problem);
    rsp_error_place(err, NULL, line);
    return RSP_E_SYNTAX;
}

static rsp_status new_node(struct builder *b, enum rsp_yaml_kind kind, int line, struct rsp_yaml **node)
{
    struct rsp_yaml *made = rsp_arena_alloc(b->tree->arena, sizeof *made);
    if (made == NULL)
        return at_line(b->err, RSP_E_MEMORY, line, "out of memory while reading the file");
    if (++b->n_node > MAX_NODES)
        return at_line(b->err, RSP_E_LIMIT, line, "the file has more than 1,000,000 entries");
    made->kind = kind;
    made->line = line;
    made->text = "";
    made->tree = b->tree;
    if (b->depth == 0) {
        b->tree->root = made;
    } else {
        struct frame *open = &b->stack[b->depth - 1];
        made->parent = open->node;
        if (open->node->kind == RSP_YAML_MAP) {
            made->key = open->key;
            made->line = open->key_line;
            open->key = NULL;
        }
        if (open->last == NULL)
            open->node->first = made;
        else
            open->last->next = made;
        open->last = made;
        open->node->n_child++;
    }
    *node = made;
    return RSP_OK;
}

static bool wants_key(const struct builder *b)
{
    return b->depth > 0 && b->stack[b->depth - 1].node->kind == RSP_YAML_MAP &&
           b->stack[b->depth - 1].key == NULL;
}

/* Once more after the escapes of quoted text ("\x9b") became characters. */
static rsp_status check_scalar(const char *text, size_t length, bool key, int line, struct rsp_error *err)
{
    for (size_t i = 0; i < length; i++) {
        const bool breaks = text[i] == '\r' || (key && (text[i] == '\n' || text[i] == '\t'));
        if (breaks || rsp_utf8_is_control(text + i, length - i))
            return at_line(err, RSP_E_SYNTAX, line,
                key ? "a name contains a line break or control character"
                    : "a text contains a control character; remove it");
    }
    if (key && length == 0)
        return at_line(err, RSP_E_SYNTAX, line, "a name is missing before ':'");
    return RSP_OK;
}

static rsp_status on_scalar(struct builder *b, const yaml_event_t *event, int line)
{
    const char *value = (const char *)event->data.scalar.value;
    const size_t length = event->data.scalar.length;
    const bool key = wants_key(b);
    if (event->data.scalar.anchor != NULL)
        return at_line(b->err, RSP_E_SYNTAX, line, "anchors (&) are not used in these files; remove it");
    if (event->data.scalar.tag != NULL)
        return at_line(b->err, RSP_E_SYNTAX, line, "tags (!) are not used in these files; remove it");
    RSP_TRY(check_scalar(value, length, key, line, b->err));
    const char *text = rsp_arena_text(b->tree->arena, value, length);
    if (text == NULL)
        return at_line(b->err, RSP_E_MEMORY, line, "out of memory while reading the file");
    if (key) {
        b->stack[b->depth - 1].key = text;
        b->stack[b->depth - 1].key_line = line;
        return RSP_OK;
    }
    struct rsp_yaml *node = NULL;
    RSP_TRY(new_node(b, RSP_YAML_SCALAR, line, &node));
    node->text = text;
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return RSP_OK;
}

static rsp_status on_open(
    struct builder *b, enum rsp_yaml_kind kind, const yaml_char_t *anchor, const yaml_char_t *tag, int line)
{
    if (anchor != NULL)
        return at_line(b->err, RSP_E_SYNTAX, line, "anchors (&) are not used in these files; remove it");
    if (tag != NULL)
        return at_line(b->err, RSP_E_SYNTAX, line, "tags (!) are not used in these files; remove it");
    if (wants_key(b))
        return at_line(
            b->err, RSP_E_SYNTAX, line, "a plain name is expected before ':', not a list or a map");
    if (b->depth == MAX_DEPTH)
        return at_line(b->err, RSP_E_LIMIT, line, "maps and lists are nested more than 64 deep");
    struct rsp_yaml *node = NULL;
    RSP_TRY(new_node(b, kind, line, &node));
    b->stack[b->depth++] = (struct frame){.node = node};
    return RSP_OK;
}

static int by_key_and_line(const void *a, const void *b)
{
    const struct rsp_yaml *x = *(const struct rsp_yaml *const *)a, *y = *(const struct rsp_yaml *const *)b;
    const int order = strcmp(x->key, y->key);
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* Sorted, so that a hostile file with a million keys costs n log n. */
static rsp_status check_duplicates(const struct rsp_yaml *map, struct rsp_error *err)
{
    if (map->n_child < 2)
        return RSP_OK;
    const struct rsp_yaml **sorted = malloc(map->n_child * sizeof *sorted);
    if (sorted == NULL)
        return at_line(err, RSP_E_MEMORY, map->line, "out of memory while reading the file");
    size_t n = 0;
    for (const struct rsp_yaml *child = map->first; child != NULL; child = child->next)
        sorted[n++] = child;
    qsort(sorted, n, sizeof *sorted, by_key_and_line);
    rsp_status status = RSP_OK;
    for (size_t i = 1; i < n && status == RSP_OK; i++)
        if (strcmp(sorted[i - 1]->key, sorted[i]->key) == 0)
            status = rsp_yaml_error(sorted[i], err, RSP_E_SYNTAX,
                "'%.60s' is given twice (first on line %d); keep one of them", sorted[i]->key,
                sorted[i - 1]->line);
    free(sorted);
    return status;
}

static rsp_status on_event(struct builder *b, const yaml_event_t *event)
{
    const int line = (int)event->start_mark.line + 1;
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (b->tree->root != NULL)
            return at_line(
                b->err, RSP_E_SYNTAX, line, "a second document begins here ('---'); one is expected");
        if (event->data.document_start.version_directive != NULL ||
            event->data.document_start.tag_directives.start != event->data.document_start.tag_directives.end)
            return at_line(
                b->err, RSP_E_SYNTAX, line, "directives (%) are not used in these files; remove it");
        return RSP_OK;
    case YAML_ALIAS_EVENT:
        return at_line(b->err, RSP_E_SYNTAX, line,
            "aliases (*) are not used in these files; write the value out or quote the text");
    case YAML_SCALAR_EVENT:
        return on_scalar(b, event, line);
    case YAML_MAPPING_START_EVENT:
        return on_open(
            b, RSP_YAML_MAP, event->data.mapping_start.anchor, event->data.mapping_start.tag, line);
    case YAML_SEQUENCE_START_EVENT:
        return on_open(
            b, RSP_YAML_LIST, event->data.sequence_start.anchor, event->data.sequence_start.tag, line);
    case YAML_MAPPING_END_EVENT:
        b->depth--;
        return check_duplicates(b->stack[b->depth].node, b->err);
    case YAML_SEQUENCE_END_EVENT:
        b->depth--;
        return RSP_OK;
    case YAML_STREAM_END_EVENT:
        b->done = true;
        return b->tree->root != NULL ? RSP_OK
                                     : at_line(b->err, RSP_E_SYNTAX, 1,
                                           "the file is empty; it needs lines such as NAME: VALUE");
    default:
        return RSP_OK;
    }
}

static rsp_status build(struct rsp_yaml_tree *tree, const char *text, size_t length, struct rsp_error *err)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return at_line(err, RSP_E_MEMORY, 0, "out of memory while reading the file");
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    struct builder b = {.tree = tree, .err = err};
    rsp_status status = RSP_OK;
    while (status == RSP_OK && !b.done) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            status = parser_failure(&parser, text, length, err);
            break;
        }
        status = on_event(&b, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return status;
}

rsp_status rsp_yaml_parse(
    const char *text, size_t length, const char *source, struct rsp_yaml_tree **tree, struct rsp_error *err)
{
    rsp_status status = RSP_OK;
    struct rsp_yaml_tree *made = calloc(1, sizeof *made);
    if (source == NULL)
        source = "";
    if (made != NULL) {
        made->arena = rsp_arena_new();
        made->source = rsp_arena_text(made->arena, source, strlen(source));
    }
    if (made == NULL || made->source == NULL) {
        status = at_line(err, RSP_E_MEMORY, 0, "out of memory while reading the file");
        goto done;
    }
    if (length > MAX_BYTES) {
        status =
            at_line(err, RSP_E_LIMIT, 0, "the file is larger than 16 MiB; check that it is the right file");
        goto done;
    }
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* byte order mark */
        text += 3;
        length -= 3;
    }
    RSP_TRY_DONE(check_bytes(text, length, err));
    RSP_TRY_DONE(build(made, text, length, err));
done:
    if (status != RSP_OK) {
        rsp_error_place(err, source, 0);
        rsp_yaml_free(made);
        return status;
    }
    *tree = made;
    return RSP_OK;
}

void rsp_yaml_free(struct rsp_yaml_tree *tree)
{
    if (tree == NULL)
        return;
    rsp_arena_free(tree->arena);
    free(tree);
}

const struct rsp_yaml *rsp_yaml_root(const struct rsp_yaml_tree *tree)
{
    return tree->root;
}

const char *rsp_yaml_source(const struct rsp_yaml *node)
{
    return node->tree->source;
}

void *rsp_yaml_alloc(const struct rsp_yaml *node, size_t size)
{
    return rsp_arena_alloc(node->tree->arena, size);
}
