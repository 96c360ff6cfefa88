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

rsp_status rsp_case_bedside_score(struct rsp_call *call)
{
    const struct rsp_session_score *scale = NULL;
    const char *what = rsp_call_text(call, "what");
    json_t *value = json_object_get(call->input, "value");
    RSP_TRY(rsp_bedside_takes(call, rsp_call_whole(call, "order", 0)));
    RSP_TRY(find_scale(call, what, &scale));
    const bool back = rsp_bedside_takes_back(call, "value");
    if (!back)
        RSP_TRY(check_value(call, scale, value));
    return rsp_bedside_enter(call, "bedside_score", "what",
        json_pack("{s:s, s:O*, s:b}", "what", what, "value", value, "withdrawn", back), "score");
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
    RSP_TRY(rsp_bedside_entries(call, "bedside_score", order, &rows));
    RSP_TRY(rsp_call_put(call, "scores", rows));
    json_t *known = scales(&b, call->service->book);
    if (b.failed) {
        json_decref(known);
        return rsp_call_no_memory(call);
    }
    return rsp_call_put(call, "scales", known);
}
