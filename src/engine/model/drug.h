/** Drug words that are near a known drug: told by name, never taken for it. */
#ifndef RSP_MODEL_DRUG_H
#define RSP_MODEL_DRUG_H

#include <respite/status.h>

/** Texts of the drugs and routes in their order, NULL-terminated. */
extern const char *const rsp_drug_words[];
extern const char *const rsp_route_words[];

/** RSP_OK when the word has nothing to do with a drug; else RSP_E_UNKNOWN with the sentence for another
 * drug, a brand name, another spelling of an enantiomer or a slip in a drug's name. Which drug was meant
 * is never guessed: the enantiomer and the racemate differ in dose and effect.
 * @param next  word after it, which belongs to names such as "Ketanest S"; NULL for none */
rsp_status rsp_drug_refuse(const char *word, const char *next, struct rsp_error *err);

#endif
