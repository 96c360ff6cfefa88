#include "service/json_build.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

enum { DIGITS = 6, INDENT = 2 };

void rsp_build_set(struct rsp_build *b, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        b->failed = true;
}

void rsp_build_append(struct rsp_build *b, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        b->failed = true;
}

json_t *rsp_build_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *rsp_build_text(const char *value)
{
    if (value == NULL)
        return json_null();
    const size_t length = strlen(value);
    size_t whole = 0;
    while (whole < length) {
        const size_t step = rsp_utf8_length(value + whole, length - whole);
        if (step == 0)
            break;
        whole += step;
    }
    return json_stringn(value, whole);
}

bool rsp_keys_copy(json_t *to, const json_t *from, size_t n, const char *const key[])
{
    bool made = true;
    for (size_t i = 0; i < n; i++) {
        json_t *value = json_object_get(from, key[i]);
        made = made && (value == NULL || json_object_set(to, key[i], value) == 0);
    }
    return made;
}

const char *rsp_key_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

double rsp_key_number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

json_t *rsp_build_day(struct rsp_date day)
{
    char written[16];
    rsp_date_format(day, written, sizeof written);
    return json_string(written);
}

json_t *rsp_build_numbers(struct rsp_build *b, size_t n, const double value[])
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        rsp_build_append(b, array, rsp_build_number(value[i]));
    return array;
}

rsp_status rsp_build_write(const struct rsp_build *b, json_t *root, char **written, struct rsp_error *err)
{
    char *dump = b->failed ? NULL : json_dumps(root, JSON_INDENT(INDENT) | JSON_REAL_PRECISION(DIGITS));
    json_decref(root);
    if (dump == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "json", "out of memory, or a text that is not UTF-8");
    *written = dump;
    return RSP_OK;
}
