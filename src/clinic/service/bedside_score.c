/* Scores that a person enters during a session, and that the line was looked at. */
#include <math.h>
#include <string.h>

#include "rules/leaving.h"
#include "service/bedside.h"
#include "service/json_build.h"
#include "service/say.h"

/* ---- enter ---- */

static rsp_status find_scale(struct rsp_call *call, const char *what, const struct rsp_session_score **scale)
{
    const struct rsp_rulebook *book = call->service->book;
    char known[200] = "";
    struct rsp_say say = RSP_SAY(known);
    *scale = rsp_rulebook_session_score_of(book, what);
    if (*scale != NULL)
        return RSP_OK;
    for (size_t i = 0; i < rsp_rulebook_n_session_score(book); i++)
        rsp_say(&say, "%s%s", i > 0 ? ", " : "", rsp_rulebook_session_score(book, i)->id);
    return rsp_error_set(
        call->err, RSP_E_UNKNOWN, "what", "there is no score \"%.32s\": %s are known", what, known);
}

static rsp_status check_value(
    struct rsp_call *call, const struct rsp_session_score *scale, const json_t *given)
{
    const double value = json_number_value(given);
    if (isnan(scale->low))
        return given == NULL ? RSP_OK
                             : rsp_error_set(call->err, RSP_E_DOMAIN, "value",
                                   "no number belongs to this entry: %s", scale->text);
    if (given == NULL)
        return rsp_error_set(call->err, RSP_E_MISSING, "value",
            "a whole number from %.0f to %.0f is expected (%s)", scale->low, scale->high, scale->text);
    if (!(value >= scale->low && value <= scale->high) || floor(value) < value)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "value",
            "%g is no value of this scale: a whole number from %.0f to %.0f is expected (%s)", value,
            scale->low, scale->high, scale->text);
    return RSP_OK;
}

/* What is replaced must be one of this session, and of the same scale. Its time is kept unless another is given. */
static rsp_status check_replaced(
    struct rsp_call *call, int64_t order, const char *what, int64_t number, double *at_s)
{
    json_t *rows = NULL;
    size_t i;
    const json_t *row;
    bool found = false;
    RSP_TRY(rsp_call_facts(call, "bedside_score", true, &rows));
    json_array_foreach(rows, i, row)
    {
        if (json_integer_value(json_object_get(row, "number")) != number ||
            json_integer_value(json_object_get(row, "order")) != order ||
            json_is_true(json_object_get(row, "withdrawn")) || strcmp(rsp_key_text(row, "what"), what) != 0)
            continue;
        found = true;
        if (rsp_call_text(call, "at")[0] == '\0')
            *at_s = rsp_key_number(row, "at_s");
    }
    json_decref(rows);
    return found ? RSP_OK
                 : rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "replaces",
                       "this session has no such score of \"%.32s\", or it was replaced already", what);
}

static json_t *body_of(int64_t order, const char *what, const json_t *value, double at_s, bool withdrawn)
{
    json_t *body = json_pack("{s:I, s:s, s:f}", "order", (json_int_t)order, "what", what, "at_s", at_s);
    bool failed = body == NULL;
    if (!failed && value != NULL)
        failed = json_object_set_new(body, "value", json_real(json_number_value(value))) != 0;
    if (!failed && withdrawn)
        failed = json_object_set_new(body, "withdrawn", json_true()) != 0;
    if (!failed)
        return body;
    json_decref(body);
    return NULL;
}

rsp_status rsp_case_bedside_score(struct rsp_call *call)
{
    const struct rsp_session_score *scale = NULL;
    struct rsp_fact_place place;
    const int64_t order = rsp_call_whole(call, "order", 0), replaced = rsp_call_whole(call, "replaces", 0);
    const char *what = rsp_call_text(call, "what"), *why = rsp_call_text(call, "why");
    const json_t *value = json_object_get(call->input, "value");
    const bool withdrawn = replaced != 0 && value == NULL;
    double at_s = 0.0;
    RSP_TRY(rsp_bedside_takes(call, order));
    RSP_TRY(find_scale(call, what, &scale));
    if (!withdrawn)
        RSP_TRY(check_value(call, scale, value));
    RSP_TRY(rsp_bedside_moment(call, &at_s));
    if (replaced == 0) {
        RSP_TRY(rsp_call_append(
            call, "bedside_score", &call->patient, body_of(order, what, value, at_s, false), &place));
    } else {
        if (why[0] == '\0')
            return rsp_error_set(
                call->err, RSP_E_MISSING, "why", "say why: it stands in the record beside the score");
        RSP_TRY(check_replaced(call, order, what, replaced, &at_s));
        RSP_TRY(rsp_call_replace(call, "bedside_score", &call->patient, replaced, why,
            body_of(order, what, value, at_s, withdrawn), &place));
    }
    return rsp_call_put(call, "score", json_integer((json_int_t)place.number));
}

/* ---- show ---- */

static json_t *scales(struct rsp_build *b, const struct rsp_rulebook *book)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < rsp_rulebook_n_session_score(book); i++) {
        const struct rsp_session_score *scale = rsp_rulebook_session_score(book, i);
        json_t *row = json_object();
        rsp_build_set(b, row, "id", rsp_build_text(scale->id));
        rsp_build_set(b, row, "text", rsp_build_text(scale->text));
        rsp_build_set(b, row, "low", rsp_build_number(scale->low));
        rsp_build_set(b, row, "high", rsp_build_number(scale->high));
        rsp_build_set(b, row, "source", rsp_build_text(scale->source));
        rsp_build_append(b, rows, row);
    }
    return rows;
}

rsp_status rsp_bedside_put_scores(struct rsp_call *call, int64_t order)
{
    struct rsp_build b = {0};
    json_t *rows = NULL;
    RSP_TRY(rsp_call_facts(call, "bedside_score", true, &rows));
    for (size_t i = json_array_size(rows); i-- > 0;) {
        const json_t *row = json_array_get(rows, i);
        if (json_integer_value(json_object_get(row, "order")) != order ||
            json_is_true(json_object_get(row, "withdrawn")))
            (void)json_array_remove(rows, i);
    }
    RSP_TRY(rsp_call_put(call, "scores", rows));
    json_t *known = scales(&b, call->service->book);
    if (b.failed) {
        json_decref(known);
        return rsp_call_no_memory(call);
    }
    return rsp_call_put(call, "scales", known);
}
