/* Reads what came from outside against the table of inputs. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "service/inputs.h"
#include "service/say.h"

bool rsp_account_name(const char *text)
{
    const size_t length = strlen(text);
    return length >= 2 && length < RSP_ACCOUNT_SIZE && text[0] >= 'a' && text[0] <= 'z' &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-") == length;
}

static rsp_status check_text(
    const char *name, double low, double high, const json_t *value, struct rsp_error *err)
{
    if (!json_is_string(value))
        return rsp_error_set(err, RSP_E_SYNTAX, name, "a text is expected");
    const char *text = json_string_value(value);
    const size_t length = json_string_length(value);
    if (strlen(text) != length)
        return rsp_error_set(err, RSP_E_SYNTAX, name, "the text has a NUL character: remove it");
    if ((double)length < low || (double)length > high)
        return rsp_error_set(err, RSP_E_LIMIT, name,
            length == 1 ? "the text has %zu byte: %g to %g are expected"
                        : "the text has %zu bytes: %g to %g are expected",
            length, low, high);
    for (size_t i = 0; i < length;) {
        const size_t n = rsp_utf8_length(text + i, length - i);
        if (n == 0 || rsp_utf8_is_control(text + i, length - i))
            return rsp_error_set(err, RSP_E_SYNTAX, name, "the text has a control character: remove it");
        i += n;
    }
    return RSP_OK;
}

static rsp_status text(const struct rsp_input *input, const json_t *value, struct rsp_error *err)
{
    RSP_TRY(check_text(input->name, input->low, input->high, value, err));
    /* blanks are no reason and no name */
    if (input->type == RSP_INPUT_TEXT && (double)rsp_letters(json_string_value(value)) < input->low)
        return rsp_error_set(err, RSP_E_LIMIT, input->name,
            "the text needs %g or more characters that are no blanks", input->low);
    return RSP_OK;
}

static rsp_status number(const struct rsp_input *input, const json_t *value, struct rsp_error *err)
{
    const bool whole = input->type == RSP_INPUT_WHOLE;
    if (whole ? !json_is_integer(value) : !json_is_number(value))
        return rsp_error_set(
            err, RSP_E_SYNTAX, input->name, "%s is expected", whole ? "a whole number" : "a number");
    const double given = json_number_value(value);
    if (!(given >= input->low && given <= input->high))
        return rsp_error_set(err, RSP_E_DOMAIN, input->name, "a number from %g to %g is expected, not %g",
            input->low, input->high, given);
    return RSP_OK;
}

static rsp_status date(const struct rsp_input *input, const json_t *value, struct rsp_error *err)
{
    struct rsp_date day;
    struct rsp_error inner = {0};
    if (!json_is_string(value))
        return rsp_error_set(err, RSP_E_SYNTAX, input->name, "a date such as \"2026-11-29\" is expected");
    const rsp_status status = rsp_date_parse(json_string_value(value), &day, &inner);
    return status == RSP_OK ? RSP_OK : rsp_error_set(err, status, input->name, "%s", inner.message);
}

static rsp_status word(const struct rsp_input *input, const json_t *value, struct rsp_error *err)
{
    for (size_t i = 0; json_is_string(value) && input->words[i] != NULL; i++)
        if (strcmp(json_string_value(value), input->words[i]) == 0)
            return RSP_OK;
    return rsp_error_set(
        err, RSP_E_UNKNOWN, input->name, "one of %s, %s is expected", input->words[0], input->words[1]);
}

static rsp_status account(const struct rsp_input *input, const json_t *value, struct rsp_error *err)
{
    if (json_is_string(value) && rsp_account_name(json_string_value(value)))
        return RSP_OK;
    return rsp_error_set(err, RSP_E_SYNTAX, input->name,
        "the name of an account is expected: 2 to 32 of a-z 0-9 . _ -, a letter first");
}

static rsp_status person(const struct rsp_input *input, const json_t *value, struct rsp_error *err)
{
    const char *given = json_is_string(value) ? json_string_value(value) : "";
    if (strlen(given) == 2 * RSP_PERSON_BYTES && strspn(given, "0123456789abcdef") == strlen(given))
        return RSP_OK;
    return rsp_error_set(err, RSP_E_SYNTAX, input->name, "32 hexadecimal digits are expected");
}

/* Only objects, lists, texts and numbers, not deep: a null or a truth value would be read as a word. A null of the
 * first level asks for removal, and so does that of item 9 of the PHQ-9, which replacing the tests alone leaves. */
static bool asks_removal(const char *key, const json_t *value, int depth)
{
    return json_is_null(value) && (depth == 1 || (depth == 2 && strcmp(key, "phq9_item9") == 0));
}

static rsp_status plain(const char *name, const json_t *value, int depth, struct rsp_error *err)
{
    const char *key;
    json_t *child;
    size_t i;

    if (depth > RSP_OBJECT_DEPTH)
        return rsp_error_set(err, RSP_E_LIMIT, name, "more than %d levels", RSP_OBJECT_DEPTH);
    if (json_is_object(value)) {
        json_object_foreach((json_t *)value, key, child)
        {
            json_t *key_text = json_string(key);
            const rsp_status status = check_text(name, 1, RSP_INPUT_KEY_MOST, key_text, err);
            json_decref(key_text);
            RSP_TRY(status);
            if (!asks_removal(key, child, depth))
                RSP_TRY(plain(name, child, depth + 1, err));
        }
        return RSP_OK;
    }
    if (json_is_array(value)) {
        json_array_foreach(value, i, child) RSP_TRY(plain(name, child, depth + 1, err));
        return RSP_OK;
    }
    if (json_is_string(value))
        return check_text(name, 0, RSP_INPUT_TEXT_MOST, value, err);
    if (json_is_number(value))
        return RSP_OK;
    return rsp_error_set(err, RSP_E_SYNTAX, name, "texts and numbers are expected, no null, true or false");
}

static rsp_status object(const struct rsp_input *input, const json_t *value, struct rsp_error *err)
{
    if (!json_is_object(value))
        return rsp_error_set(err, RSP_E_SYNTAX, input->name, "an object is expected");
    return plain(input->name, value, 1, err);
}

static rsp_status texts(const struct rsp_input *input, const json_t *value, struct rsp_error *err)
{
    size_t i;
    const json_t *item;
    const size_t n = json_array_size(value);
    if (!json_is_array(value) || (double)n < input->low || (double)n > input->high)
        return rsp_error_set(
            err, RSP_E_SYNTAX, input->name, "a list of %g to %g texts is expected", input->low, input->high);
    json_array_foreach(value, i, item) RSP_TRY(check_text(input->name, 1, RSP_INPUT_TEXT_MOST, item, err));
    return RSP_OK;
}

static rsp_status numbers(const struct rsp_input *input, const json_t *value, struct rsp_error *err)
{
    size_t i;
    const json_t *item;
    const size_t n = json_array_size(value);
    if (n == 0 || n > RSP_INPUT_LIST_MOST) /* also what is no list */
        return rsp_error_set(
            err, RSP_E_SYNTAX, input->name, "a list of 1 to %d numbers is expected", RSP_INPUT_LIST_MOST);
    json_array_foreach(value, i, item) RSP_TRY(number(input, item, err));
    return RSP_OK;
}

static rsp_status (*const check_of[])(const struct rsp_input *, const json_t *, struct rsp_error *) = {
    [RSP_INPUT_TEXT] = text,
    [RSP_INPUT_SECRET] = text,
    [RSP_INPUT_NUMBER] = number,
    [RSP_INPUT_WHOLE] = number,
    [RSP_INPUT_DATE] = date,
    [RSP_INPUT_WORD] = word,
    [RSP_INPUT_ACCOUNT] = account,
    [RSP_INPUT_PERSON] = person,
    [RSP_INPUT_OBJECT] = object,
    [RSP_INPUT_TEXTS] = texts,
    [RSP_INPUT_NUMBERS] = numbers,
};

static const struct rsp_input *find(const struct rsp_use_case_row *row, const char *name)
{
    for (size_t i = 0; i < row->n_input && row->input[i].name != NULL; i++)
        if (strcmp(row->input[i].name, name) == 0)
            return &row->input[i];
    return NULL;
}

static rsp_status unknown(const struct rsp_use_case_row *row, const char *name, struct rsp_error *err)
{
    const char *known[RSP_MAX_INPUT + 1] = {0};
    char all[400] = "";
    for (size_t i = 0; i < row->n_input && row->input[i].name != NULL; i++) {
        const size_t used = strlen(all);
        known[i] = row->input[i].name;
        (void)snprintf(all + used, sizeof all - used, "%s%s", i > 0 ? ", " : "", known[i]);
    }
    const char *nearest = rsp_text_nearest(name, known);
    if (nearest != NULL)
        return rsp_error_set(err, RSP_E_UNKNOWN, nearest, "an unknown field: did you mean '%s'?", nearest);
    return all[0] != '\0'
               ? rsp_error_set(err, RSP_E_UNKNOWN, "", "a field that is not known here; known are %s", all)
               : rsp_error_set(err, RSP_E_UNKNOWN, "", "a field that is not known here; none is expected");
}

rsp_status rsp_input_check(const struct rsp_use_case_row *row, const json_t *input, struct rsp_error *err)
{
    const char *name;
    json_t *value;

    if (!json_is_object(input))
        return rsp_error_set(err, RSP_E_SYNTAX, "", "an object is expected");
    json_object_foreach((json_t *)input, name, value)
    {
        const struct rsp_input *known = find(row, name);
        if (known == NULL)
            return unknown(row, name, err);
        RSP_TRY(check_of[known->type](known, value, err));
    }
    for (size_t i = 0; i < row->n_input && row->input[i].name != NULL; i++)
        if (row->input[i].required && json_object_get(input, row->input[i].name) == NULL)
            return rsp_error_set(err, RSP_E_MISSING, row->input[i].name, "this field is needed");
    return RSP_OK;
}
