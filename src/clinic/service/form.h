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

/** What a measured level can be: at most `most` ng/mL; above `doubt` it is typed again. */
struct rsp_level_bounds {
    double most_ng_per_ml, doubt_ng_per_ml;
    char source[200];
};

/** From rules/record_form.yaml. */
RSP_CHECKED rsp_status rsp_level_bounds_read(struct rsp_level_bounds *bounds, struct rsp_error *err);

#endif
