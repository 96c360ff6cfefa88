#include "store/kind.h"

#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"

enum { MAX_NAME = 64 };

const struct rsp_kind *rsp_kinds_find(const struct rsp_kinds *kinds, const char *name)
{
    for (size_t i = 0; i < kinds->n_kind; i++)
        if (strcmp(kinds->kind[i].name, name) == 0)
            return &kinds->kind[i];
    return NULL;
}

const struct rsp_field *rsp_kind_field(const struct rsp_kind *kind, const char *name)
{
    for (size_t i = 0; i < kind->n_field; i++)
        if (strcmp(kind->field[i].name, name) == 0)
            return &kind->field[i];
    return NULL;
}

static rsp_status check_text(const struct rsp_field *field, const json_t *value, struct rsp_error *err)
{
    if (!json_is_string(value))
        return rsp_error_set(err, RSP_E_SYNTAX, field->name, "a text is expected");
    const char *text = json_string_value(value);
    const size_t length = json_string_length(value);
    if (length > (size_t)field->high)
        return rsp_error_set(err, RSP_E_LIMIT, field->name, "the text has %zu bytes; at most %.0f are kept",
            length, field->high);
    if (field->required && length == 0)
        return rsp_error_set(err, RSP_E_MISSING, field->name, "the text is empty");
    for (size_t i = 0; i < length;) {
        const size_t n = rsp_utf8_length(text + i, length - i);
        if (n == 0 || rsp_utf8_is_control(text + i, length - i))
            return rsp_error_set(
                err, RSP_E_SYNTAX, field->name, "the text has a control character: remove it");
        i += n;
    }
    return RSP_OK;
}

static rsp_status check_number(const struct rsp_field *field, const json_t *value, struct rsp_error *err)
{
    const bool whole = field->type == RSP_FIELD_WHOLE;
    if (whole ? !json_is_integer(value) : !json_is_number(value))
        return rsp_error_set(err, RSP_E_SYNTAX, field->name, "%s from %g to %g is expected",
            whole ? "a whole number" : "a number", field->low, field->high);
    const double number = json_number_value(value);
    if (!(number >= field->low && number <= field->high)) /* NaN too */
        return rsp_error_set(err, RSP_E_DOMAIN, field->name, "%g is not possible: give %s from %g to %g",
            number, whole ? "a whole number" : "a number", field->low, field->high);
    return RSP_OK;
}

static rsp_status check_bool(const struct rsp_field *field, const json_t *value, struct rsp_error *err)
{
    if (!json_is_boolean(value))
        return rsp_error_set(err, RSP_E_SYNTAX, field->name, "true or false is expected");
    return RSP_OK;
}

static rsp_status check_date(const struct rsp_field *field, const json_t *value, struct rsp_error *err)
{
    struct rsp_date date;
    if (!json_is_string(value))
        return rsp_error_set(err, RSP_E_SYNTAX, field->name, "a date such as \"2026-11-29\" is expected");
    struct rsp_error found = {0};
    const rsp_status status = rsp_date_parse(json_string_value(value), &date, &found);
    return status == RSP_OK ? RSP_OK : rsp_error_set(err, status, field->name, "%s", found.message);
}

static rsp_status (*const check_of[])(const struct rsp_field *, const json_t *, struct rsp_error *) = {
    [RSP_FIELD_TEXT] = check_text,
    [RSP_FIELD_NUMBER] = check_number,
    [RSP_FIELD_WHOLE] = check_number,
    [RSP_FIELD_BOOL] = check_bool,
    [RSP_FIELD_DATE] = check_date,
};

static rsp_status unknown_field(const struct rsp_kind *kind, const char *name, struct rsp_error *err)
{
    const char *known[MAX_NAME + 1];
    size_t n = 0;
    while (n < kind->n_field && n < MAX_NAME) {
        known[n] = kind->field[n].name;
        n++;
    }
    known[n] = NULL;
    const char *nearest = rsp_text_nearest(name, known);
    if (nearest != NULL)
        return rsp_error_set(
            err, RSP_E_UNKNOWN, name, "a %s has no such field: did you mean '%s'?", kind->name, nearest);
    return rsp_error_set(err, RSP_E_UNKNOWN, name, "a %s has no such field", kind->name);
}

rsp_status rsp_kind_check(const struct rsp_kind *kind, const json_t *body, struct rsp_error *err)
{
    if (!json_is_object(body))
        return rsp_error_set(
            err, RSP_E_SYNTAX, "body", "an object with the fields of a %s is expected", kind->name);
    const char *name;
    const json_t *value;
    json_object_foreach((json_t *)body, name, value) /* jansson's iterator has no const form */
    {
        const struct rsp_field *field = rsp_kind_field(kind, name);
        if (field == NULL)
            return unknown_field(kind, name, err);
        RSP_TRY(check_of[field->type](field, value, err));
    }
    for (size_t i = 0; i < kind->n_field; i++)
        if (kind->field[i].required && json_object_get(body, kind->field[i].name) == NULL)
            return rsp_error_set(
                err, RSP_E_MISSING, kind->field[i].name, "a %s needs this field", kind->name);
    return RSP_OK;
}
