/* The sections register_words and harm_degrees. */
#include <string.h>

#include "rules/register_words.h"
#include "rules/rulebook.h"

static const char *const kind_word[] = {[RSP_ADVERSE_EVENT] = "adverse_event", [RSP_NEAR_MISS] = "near_miss"};
enum { N_KIND = sizeof kind_word / sizeof *kind_word };

const char *rsp_register_kind_word(enum rsp_register_kind kind)
{
    return kind_word[kind];
}

static rsp_status read_word(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"kind", "word", "text", "sources", NULL};
    struct rsp_register_word *word = item;
    int kind = 0;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_read_choice(node, "kind", true, kind_word, N_KIND, &kind, err));
    word->kind = (enum rsp_register_kind)kind;
    RSP_TRY(rsp_yaml_text(node, "word", true, &word->word, err));
    RSP_TRY(rsp_yaml_text(node, "text", true, &word->text, err));
    RSP_TRY(rsp_read_sources(book, node, &word->source, err));
    for (size_t i = 0; i < book->n_register_word; i++)
        if (strcmp(book->register_word[i].word, word->word) == 0)
            return rsp_yaml_error(node, err, RSP_E_MISMATCH, "The word \"%.40s\" stands twice.", word->word);
    return RSP_OK;
}

rsp_status rsp_read_register_words(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    return rsp_read_list(book, node, read_word, sizeof *book->register_word, &book->register_word,
        &book->n_register_word, err);
}

static rsp_status read_degree(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"word", "text", "help", "sources", NULL};
    struct rsp_harm_degree *degree = item;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "word", true, &degree->word, err));
    RSP_TRY(rsp_yaml_text(node, "text", true, &degree->text, err));
    RSP_TRY(rsp_yaml_text(node, "help", true, &degree->help, err));
    return rsp_read_sources(book, node, &degree->source, err);
}

rsp_status rsp_read_harm_degrees(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    return rsp_read_list(
        book, node, read_degree, sizeof *book->harm_degree, &book->harm_degree, &book->n_harm_degree, err);
}

size_t rsp_rulebook_n_register_word(const struct rsp_rulebook *book)
{
    return book->n_register_word;
}

const struct rsp_register_word *rsp_rulebook_register_word(const struct rsp_rulebook *book, size_t i)
{
    return i < book->n_register_word ? &book->register_word[i] : NULL;
}

size_t rsp_rulebook_n_harm_degree(const struct rsp_rulebook *book)
{
    return book->n_harm_degree;
}

const struct rsp_harm_degree *rsp_rulebook_harm_degree(const struct rsp_rulebook *book, size_t i)
{
    return i < book->n_harm_degree ? &book->harm_degree[i] : NULL;
}
