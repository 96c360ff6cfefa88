/** Building a JSON tree: every reference is given away at once; the first failed allocation is kept. */
#ifndef RSP_CLINIC_SERVICE_JSON_BUILD_H
#define RSP_CLINIC_SERVICE_JSON_BUILD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include <respite/status.h>

#include "base/date.h"

struct rsp_build {
    bool failed; /**< jansson's setters take NULL without harm but report it */
};

void rsp_build_set(struct rsp_build *b, json_t *object, const char *key, json_t *value);
void rsp_build_append(struct rsp_build *b, json_t *array, json_t *value);
/** null when not finite. */
json_t *rsp_build_number(double value);
/** null for NULL. A text that was cut to its room may end inside a character: only whole ones are written. */
json_t *rsp_build_text(const char *value);
/** Set the values of these keys of one object in another, as far as they are there. @return false without memory */
bool rsp_keys_copy(json_t *to, const json_t *from, size_t n, const char *const key[]);
/** Text under a key; "" when there is none. Borrowed. */
const char *rsp_key_text(const json_t *object, const char *key);
/** Number under a key; NaN when there is none. */
double rsp_key_number(const json_t *object, const char *key);
json_t *rsp_build_day(struct rsp_date day);
json_t *rsp_build_numbers(struct rsp_build *b, size_t n, const double value[]);
/** The tree as text, indented, numbers to six significant digits; root is given away. Caller frees with free(). */
RSP_CHECKED rsp_status rsp_build_write(
    const struct rsp_build *b, json_t *root, char **written, struct rsp_error *err);

#endif
