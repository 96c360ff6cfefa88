/* The section starting: what must be so before the first milligram. */
#include "rules/starting.h"

#include <string.h>

#include "rules/rulebook.h"

static rsp_status read_gate(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"id", "text", "gate", "rule", "outpatient", "sources", NULL};
    static const char *const names[] = {"nurse", "prescriber"};
    struct rsp_start_rule *rule = item;
    int who = 0;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "id", true, &rule->id, err));
    RSP_TRY(rsp_yaml_text(node, "text", true, &rule->text, err));
    RSP_TRY(rsp_read_choice(node, "gate", true, names, 2, &who, err));
    rule->gate = who == 0 ? RSP_GATE_NURSE : RSP_GATE_PRESCRIBER;
    RSP_TRY(rsp_yaml_text(node, "rule", false, &rule->rule, err));
    RSP_TRY(rsp_yaml_bool(node, "outpatient", false, &rule->outpatient, err));
    return rsp_read_sources(book, node, &rule->source, err);
}

rsp_status rsp_read_starting(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    static const char *const keys[] = {
        "food_h", "clear_h", "sbp_limit", "dbp_limit", "sources", "gates", NULL};
    void *gate = NULL;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    if (book->starting != NULL)
        return rsp_yaml_error(node, err, RSP_E_SYNTAX, "The section stands in one file.");
    struct rsp_starting *s = rsp_arena_alloc(book->arena, sizeof *s);
    if (s == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "rules", "Out of memory while reading the rules.");
    RSP_TRY(rsp_read_positive(node, "food_h", &s->food_h, err));
    RSP_TRY(rsp_read_positive(node, "clear_h", &s->clear_h, err));
    RSP_TRY(rsp_yaml_text(node, "sbp_limit", true, &s->sbp_limit, err));
    RSP_TRY(rsp_yaml_text(node, "dbp_limit", true, &s->dbp_limit, err));
    RSP_TRY(rsp_read_sources(book, node, &s->source, err));
    RSP_TRY(rsp_read_list(
        book, rsp_yaml_find(node, "gates"), read_gate, sizeof *s->gate, &gate, &s->n_gate, err));
    s->gate = gate;
    book->starting = s;
    return RSP_OK;
}

const struct rsp_starting *rsp_rulebook_starting(const struct rsp_rulebook *book)
{
    return book->starting;
}

const struct rsp_start_rule *rsp_starting_gate(const struct rsp_starting *starting, const char *id)
{
    for (size_t i = 0; i < starting->n_gate; i++)
        if (strcmp(starting->gate[i].id, id) == 0)
            return &starting->gate[i];
    return NULL;
}
