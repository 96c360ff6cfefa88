/** Words of the register of adverse events and near misses (rules/register.yaml). */
#ifndef RSP_CLINIC_RULES_REGISTER_WORDS_H
#define RSP_CLINIC_RULES_REGISTER_WORDS_H

#include "rules/rules.h"

enum rsp_register_kind { RSP_ADVERSE_EVENT, RSP_NEAR_MISS };
const char *rsp_register_kind_word(enum rsp_register_kind kind); /* "adverse_event", "near_miss" */

struct rsp_register_word {
    enum rsp_register_kind kind;
    const char *word, *text, *source; /* source "": this program's own */
};
struct rsp_harm_degree {
    const char *word, *text, *help, *source;
};

size_t rsp_rulebook_n_register_word(const struct rsp_rulebook *book);
const struct rsp_register_word *rsp_rulebook_register_word(const struct rsp_rulebook *book, size_t i);
/** Degrees of harm, from none to death. */
size_t rsp_rulebook_n_harm_degree(const struct rsp_rulebook *book);
const struct rsp_harm_degree *rsp_rulebook_harm_degree(const struct rsp_rulebook *book, size_t i);

#endif
