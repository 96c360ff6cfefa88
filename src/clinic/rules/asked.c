/* What the rules ask of a record, read out of their conditions: for the page that asks it. */
#include <math.h>
#include <string.h>

#include "rules/rulebook.h"

struct hunt {
    const char *fact;
    size_t n, n_most;
    struct rsp_fact_bound *bound;
};

/* A bound under "not" is a bound of being well: no flag. */
static void find_bounds(const struct rsp_when *when, const struct rsp_rule *rule, struct hunt *hunt)
{
    if (when->kind == RSP_WHEN_NOT)
        return;
    for (size_t i = 0; i < when->n_child; i++)
        find_bounds(&when->child[i], rule, hunt);
    if (when->kind == RSP_WHEN_FACT && rsp_word_listed(when->n_word, when->word, hunt->fact) &&
        hunt->n < hunt->n_most)
        hunt->bound[hunt->n++] =
            (struct rsp_fact_bound){rule, when->below, when->at_most, when->above, when->at_least};
}

size_t rsp_rulebook_fact_bounds(
    const struct rsp_rulebook *book, const char *fact, size_t n_most, struct rsp_fact_bound bound[])
{
    struct hunt hunt = {.fact = fact, .n_most = n_most, .bound = bound};
    for (size_t i = 0; i < book->n_rule; i++)
        if (book->rule[i].rule.on && book->rule[i].when != NULL)
            find_bounds(book->rule[i].when, &book->rule[i].rule, &hunt);
    return hunt.n;
}

static bool asks(const struct rsp_when *when, const char *word, bool since)
{
    for (size_t i = 0; i < when->n_child; i++)
        if (asks(&when->child[i], word, since))
            return true;
    return when->kind == RSP_WHEN_HISTORY && rsp_word_listed(when->n_word, when->word, word) &&
           (since ? !isnan(when->within_d) : when->n_severity > 0);
}

static bool any_asks(const struct rsp_rulebook *book, const char *word, bool since)
{
    for (size_t i = 0; i < book->n_rule; i++)
        if (book->rule[i].rule.on && book->rule[i].when != NULL && asks(book->rule[i].when, word, since))
            return true;
    return false;
}

bool rsp_rulebook_asks_severity(const struct rsp_rulebook *book, const char *word)
{
    return any_asks(book, word, false);
}

bool rsp_rulebook_asks_since(const struct rsp_rulebook *book, const char *word)
{
    return any_asks(book, word, true);
}
