/* A site's own choices over the shipped rules. */
#include <stdio.h>
#include <string.h>

#include "rules/rulebook.h"

enum { MAX_SIGNED = 400, SHORT_DIGEST = 12 };

/* The file as read; applied only when all of it is right. */
struct site {
    const struct rsp_yaml *root;
    const char *name, *physician;
    char day[16];
    size_t n_limit;
    struct rsp_limit_entry *limit; /* those of the book and the site's own */
};

static rsp_status required_text(
    const struct rsp_yaml *map, const char *key, const char *what, const char **out, struct rsp_error *err)
{
    RSP_TRY(rsp_yaml_text(map, key, true, out, err));
    if (strspn(*out, " \t") == strlen(*out))
        return rsp_yaml_error(rsp_yaml_find(map, key), err, RSP_E_MISSING, "Write %s.", what);
    return RSP_OK;
}

static rsp_status read_head(struct site *site, struct rsp_date today, struct rsp_error *err)
{
    static const char *const keys[] = {"version", "site", "physician", "date", "switch_on", "limits", NULL};
    const char *date = NULL;
    struct rsp_date day = {0};
    struct rsp_error inner = {0};
    long version = 0;
    RSP_TRY(rsp_yaml_only(site->root, keys, err));
    RSP_TRY(rsp_yaml_int(site->root, "version", true, &version, err));
    if (version != 1)
        return rsp_yaml_error(rsp_yaml_find(site->root, "version"), err, RSP_E_UNSUPPORTED,
            "Only version 1 of a site's file is known.");
    RSP_TRY(required_text(site->root, "site", "the name of the site", &site->name, err));
    RSP_TRY(
        required_text(site->root, "physician", "the physician who answers for it", &site->physician, err));
    RSP_TRY(rsp_yaml_text(site->root, "date", true, &date, err));
    const rsp_status status = rsp_date_parse(date, &day, &inner);
    if (status != RSP_OK)
        return rsp_yaml_error(rsp_yaml_find(site->root, "date"), err, status, "%.400s", inner.message);
    if (day.day > today.day)
        return rsp_yaml_error(rsp_yaml_find(site->root, "date"), err, RSP_E_DOMAIN,
            "%.20s lies in the future: write the day on which it was signed.", date);
    rsp_date_format(day, site->day, sizeof site->day);
    return RSP_OK;
}

static struct rsp_rule_entry *find_rule(const struct rsp_rulebook *book, const char *id)
{
    for (size_t i = 0; i < book->n_rule; i++)
        if (strcmp(book->rule[i].rule.id, id) == 0)
            return &book->rule[i];
    return NULL;
}

static struct rsp_limit_entry *find_limit(size_t n, struct rsp_limit_entry limit[], const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(limit[i].limit.id, id) == 0)
            return &limit[i];
    return NULL;
}

static rsp_status unknown_id(
    const struct rsp_rulebook *book, const struct rsp_yaml *node, const char *id, struct rsp_error *err)
{
    enum { MAX_KNOWN = 1024 };
    const char *known[MAX_KNOWN + 1] = {0};
    size_t n = 0;
    for (size_t i = 0; i < book->n_rule && n < MAX_KNOWN; i++)
        known[n++] = book->rule[i].rule.id;
    for (size_t i = 0; i < book->n_limit && n < MAX_KNOWN; i++)
        known[n++] = book->limit[i].limit.id;
    const char *nearest = rsp_text_nearest(id, known);
    return rsp_yaml_error(node, err, RSP_E_UNKNOWN, "There is no rule or limit \"%.60s\"%s%s%s", id,
        nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
        nearest != NULL ? "\"?" : "");
}

static rsp_status signature(const struct rsp_rulebook *book, const struct site *site, const char *what,
    const char *source, const char *reason, const char **out, struct rsp_error *err)
{
    struct rsp_buf buf;
    rsp_buf_init(
        &buf, strlen(source) + strlen(reason) + strlen(site->name) + strlen(site->physician) + MAX_SIGNED);
    rsp_buf_printf(&buf, "%s%s%s by %s, %s, %s%s%s", source, source[0] != '\0' ? "; " : "", what,
        site->physician, site->name, site->day, reason[0] != '\0' ? ": " : "", reason);
    const char *copy = buf.failed ? NULL : rsp_arena_text(book->arena, buf.data, buf.length);
    rsp_buf_free(&buf);
    if (copy == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "site", "Out of memory while reading the site's choices.");
    *out = copy;
    return RSP_OK;
}

/* One line of switch_on: checked, and applied when `apply`. */
static rsp_status switch_on(struct rsp_rulebook *book, const struct site *site, const struct rsp_yaml *node,
    bool apply, struct rsp_error *err)
{
    static const char *const keys[] = {"id", "reason", NULL};
    const char *id = NULL, *reason = NULL;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(required_text(node, "id", "the id of a rule or limit", &id, err));
    RSP_TRY(required_text(node, "reason", "why it is switched on", &reason, err));
    struct rsp_rule_entry *rule = find_rule(book, id);
    struct rsp_limit_entry *limit = rule == NULL ? find_limit(book->n_limit, book->limit, id) : NULL;
    if (rule == NULL && limit == NULL)
        return unknown_id(book, node, id, err);
    if (rule != NULL ? rule->rule.on : limit->on)
        return rsp_yaml_error(node, err, RSP_E_MISMATCH, "%.60s is on already.", id);
    if (rule != NULL && rule->when == NULL)
        return rsp_yaml_error(node, err, RSP_E_UNSUPPORTED,
            "%.60s has no condition that could be judged: it is for reading only.", id);
    if (!apply)
        return RSP_OK;
    const char **source = rule != NULL ? &rule->rule.source : &limit->limit.source;
    RSP_TRY(signature(book, site, "switched on", *source, reason, source, err));
    if (rule != NULL)
        rule->rule.on = true;
    else
        limit->on = true;
    return RSP_OK;
}

static rsp_status switch_all(
    struct rsp_rulebook *book, const struct site *site, bool apply, struct rsp_error *err)
{
    const struct rsp_yaml *list = rsp_yaml_find(site->root, "switch_on");
    if (list == NULL)
        return RSP_OK;
    if (list->kind != RSP_YAML_LIST)
        return rsp_yaml_error(list, err, RSP_E_SYNTAX, "Expected a list of {id, reason}.");
    for (const struct rsp_yaml *at = list->first; at != NULL; at = at->next) {
        const struct rsp_yaml *id = rsp_yaml_find(at, "id");
        for (const struct rsp_yaml *earlier = list->first; earlier != at; earlier = earlier->next) {
            const struct rsp_yaml *other = rsp_yaml_find(earlier, "id");
            if (!apply && id != NULL && other != NULL && id->kind == RSP_YAML_SCALAR &&
                other->kind == RSP_YAML_SCALAR && strcmp(id->text, other->text) == 0)
                return rsp_yaml_error(at, err, RSP_E_MISMATCH, "%.60s stands twice.", id->text);
        }
        RSP_TRY(switch_on(book, site, at, apply, err));
    }
    return RSP_OK;
}

/* The book's limits with the site's own behind them, in an array of their own. */
static rsp_status read_limits(struct rsp_rulebook *book, struct site *site, struct rsp_error *err)
{
    static const char *const keys[] = {
        "id", "text", "quantity", "bound", "hard", "push_min", "drugs", "routes", "pain", "settings", NULL};
    const struct rsp_yaml *list = rsp_yaml_find(site->root, "limits");
    void *items = book->limit;
    site->n_limit = book->n_limit;
    if (list == NULL)
        return RSP_OK;
    if (list->kind != RSP_YAML_LIST)
        return rsp_yaml_error(list, err, RSP_E_SYNTAX, "Expected a list of limits.");
    RSP_TRY(rsp_rulebook_grow(book, &items, book->n_limit, list->n_child, sizeof *book->limit, err));
    site->limit = items;
    for (const struct rsp_yaml *at = list->first; at != NULL; at = at->next) {
        struct rsp_limit_entry *entry = &site->limit[site->n_limit];
        RSP_TRY(rsp_yaml_only(at, keys, err));
        RSP_TRY(rsp_read_bound(at, entry, err));
        if (find_limit(site->n_limit, site->limit, entry->limit.id) != NULL ||
            find_rule(book, entry->limit.id) != NULL)
            return rsp_yaml_error(
                at, err, RSP_E_MISMATCH, "The id %.60s is taken: give the limit its own.", entry->limit.id);
        RSP_TRY(signature(book, site, "limit of the site, set", "", "", &entry->limit.source, err));
        entry->on = true;
        site->n_limit++;
    }
    return RSP_OK;
}

static void write_version(struct rsp_rulebook *book, const char *text, size_t length)
{
    struct rsp_sha256 sha;
    char own[RSP_SHA256_HEX + 1];
    rsp_sha256_begin(&sha);
    rsp_sha256_add(&sha, text, length);
    rsp_sha256_end(&sha, own);
    rsp_sha256_add(&sha, book->sha256, RSP_SHA256_HEX);
    rsp_sha256_add(&sha, own, RSP_SHA256_HEX);
    rsp_sha256_end(&sha, book->sha256);
    const size_t used = strlen(book->version);
    snprintf(book->version + used, sizeof book->version - used, " with site (%.*s)", (int)SHORT_DIGEST, own);
}

static rsp_status read_site(
    struct rsp_rulebook *book, struct site *site, struct rsp_date today, struct rsp_error *err)
{
    RSP_TRY(read_head(site, today, err));
    RSP_TRY(switch_all(book, site, false, err));
    RSP_TRY(read_limits(book, site, err));
    if (rsp_yaml_find(site->root, "switch_on") == NULL && site->n_limit == book->n_limit)
        return rsp_yaml_error(site->root, err, RSP_E_MISSING, "Nothing is chosen: give switch_on or limits.");
    return RSP_OK;
}

rsp_status rsp_rulebook_site(struct rsp_rulebook *book, const char *text, size_t length, const char *name,
    struct rsp_date today, struct rsp_error *err)
{
    struct rsp_yaml_tree *tree = NULL;
    struct site site = {0};
    rsp_status status = RSP_OK;
    if (book->has_site || book->n_tree == RSP_MAX_RULE_FILE)
        return rsp_error_set(err, RSP_E_MISMATCH, "site", "The rules have a site's choices already.");
    RSP_TRY_DONE(rsp_yaml_parse(text, length, name, &tree, err));
    site.root = rsp_yaml_root(tree);
    if (site.root == NULL) {
        status = rsp_error_set(err, RSP_E_SYNTAX, "site", "The site's file is empty.");
        rsp_error_place(err, name, 0);
        goto done;
    }
    RSP_TRY_DONE(read_site(book, &site, today, err));
    book->tree[book->n_tree++] = tree; /* its texts are in use from here on */
    tree = NULL;
    RSP_TRY_DONE(switch_all(book, &site, true, err));
    if (site.limit != NULL) {
        for (size_t i = 0; i < book->n_limit; i++)
            site.limit[i] = book->limit[i]; /* with what was switched on */
        book->limit = site.limit;
        book->n_limit = site.n_limit;
    }
    write_version(book, text, length);
    book->has_site = true;
done:
    rsp_yaml_free(tree);
    return status;
}
