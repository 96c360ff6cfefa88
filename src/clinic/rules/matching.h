/** Names of medicines as people write them against the classes of words.yaml. */
#ifndef RSP_CLINIC_RULES_MATCHING_H
#define RSP_CLINIC_RULES_MATCHING_H

#include <stdbool.h>

#include "rules/rulebook.h"

/** Does text hold the word, without regard to case? */
bool rsp_text_holds(const char *text, const char *word);
/** Does a name as written ("Morphine sulfate 10 mg") begin with this medicine? */
bool rsp_medication_is(const char *name, const char *medicine);
/** Is it a member of the class? */
bool rsp_class_holds(const struct rsp_class *class, const char *name);
/** Is it a member of any class? */
bool rsp_medication_known(const struct rsp_rulebook *book, const char *name);
/** A name that no class holds but that is near to a member: the member, else NULL. */
const char *rsp_medication_near_miss(const struct rsp_rulebook *book, const char *name);

#endif
