/** What the assessment page asks, as data. */
#ifndef RSP_CLINIC_SERVICE_FORM_H
#define RSP_CLINIC_SERVICE_FORM_H

#include <jansson.h>

#include "rules/rules.h"

/** rules/record_form.yaml with what the reader of patient files refuses, the words that it takes, and what the rules flag:
 *   sections: [{id, title, fields: [field]}]   parts: [field]   severities: [{word, text}]
 *   field: {key, at, type, label, unit, dated, upper_limit, facts, words: [{word, text}], impossible: {low, high, source},
 *           implausible: {below, above, source}, flags: [{rule, severity, below, at_most, above, at_least, text, source}]}
 *   history: [{id, title, women, words: [{word, text, severity, since}]}]   severity, since: rules ask for it
 * @param language  "en" or "de"; English where a text is missing
 * @param form      out: object, caller frees with json_decref */
RSP_CHECKED rsp_status rsp_record_form(
    const struct rsp_rulebook *book, const char *language, json_t **form, struct rsp_error *err);

#endif
