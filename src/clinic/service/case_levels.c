/* Measured levels of the blood: added, taken back, listed. What a plan learns from them is read in patient_levels.c. */
#include <stdio.h>
#include <string.h>

#include "service/follow.h"
#include "service/form.h"
#include "service/json_build.h"
#include "service/patient_levels.h"

static rsp_status check_value(struct rsp_call *call, double value)
{
    struct rsp_level_bounds bounds;
    const json_t *again = json_object_get(call->input, "confirm_value");
    RSP_TRY(rsp_level_bounds_read(&bounds, call->err));
    if (value > bounds.most_ng_per_ml)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "value",
            "%g ng/mL is no level of a living patient: at most %g ng/mL is taken, check value and unit",
            value, bounds.most_ng_per_ml);
    if (value > bounds.doubt_ng_per_ml && (again == NULL || json_number_value(again) != value))
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_MISMATCH, "confirm_value",
            "%g ng/mL is more than the %g ng/mL expected at most here: check value, unit (ng/mL) and the arm "
            "of the sample, then type it again",
            value, bounds.doubt_ng_per_ml);
    return RSP_OK;
}

/* The same substance at the same moment is one sample: the second value would be a contradiction. */
static rsp_status check_single(struct rsp_call *call, const char *at, const char *substance)
{
    json_t *rows = NULL, *row;
    size_t i;
    bool twice = false;
    RSP_TRY(rsp_level_rows(call, &rows));
    json_array_foreach(rows, i, row)
    {
        const char *row_at = json_string_value(json_object_get(row, "at")),
                   *row_substance = json_string_value(json_object_get(row, "substance"));
        twice = twice || (row_at != NULL && row_substance != NULL && strcmp(row_at, at) == 0 &&
                             strcmp(row_substance, substance) == 0);
    }
    json_decref(rows);
    return !twice ? RSP_OK
                  : rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "time",
                        "there is a value of this substance for this moment already: take it back first");
}

rsp_status rsp_case_level_add(struct rsp_call *call)
{
    struct rsp_fact_place place;
    struct rsp_date_time taken;
    char at[RSP_LEVEL_AT_SIZE];
    const char *substance = rsp_call_text(call, "substance");
    const bool below = strcmp(rsp_call_text(call, "below"), "yes") == 0;
    const double value = json_number_value(json_object_get(call->input, "value"));

    snprintf(at, sizeof at, "%sT%s", rsp_call_text(call, "date"), rsp_call_text(call, "time"));
    if (rsp_date_time_parse(at, &taken, NULL) != RSP_OK || !taken.has_time || taken.has_offset)
        return rsp_error_set(call->err, RSP_E_SYNTAX, "time", "a time such as 10:35 is expected");
    if (taken.date.day > call->today.day)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "date", "this sample lies in the future");
    if (below && !(value > 0))
        return rsp_error_set(
            call->err, RSP_E_DOMAIN, "value", "the limit of quantification in ng/mL is expected, above 0");
    RSP_TRY(check_value(call, value));
    RSP_TRY(check_single(call, at, substance));
    RSP_TRY(rsp_call_append(call, "level", &call->patient,
        json_pack("{s:s, s:s, s:s, s:f, s:b}", "date", rsp_call_text(call, "date"), "time",
            rsp_call_text(call, "time"), "substance", substance, "value", value, "below", below),
        &place));
    return rsp_call_put(call, "level", json_integer((json_int_t)place.number));
}

rsp_status rsp_case_level_withdraw(struct rsp_call *call)
{
    const int64_t number = rsp_call_whole(call, "level", 0);
    json_t *rows = NULL, *row, *body = NULL;
    size_t i;
    RSP_TRY(rsp_level_rows(call, &rows));
    json_array_foreach(rows, i, row) if (json_integer_value(json_object_get(row, "number")) == number) body =
        json_pack("{s:O, s:O, s:O, s:O, s:O, s:b}", "date", json_object_get(row, "date"), "time",
            json_object_get(row, "time"), "substance", json_object_get(row, "substance"), "value",
            json_object_get(row, "value"), "below", json_object_get(row, "below"), "withdrawn", true);
    json_decref(rows);
    if (body == NULL)
        return rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "level",
            "this patient has no such level, or it was taken back");
    RSP_TRY(rsp_call_replace(call, "level", &call->patient, number, rsp_call_text(call, "why"), body, NULL));
    return rsp_call_put(call, "level", json_integer((json_int_t)number));
}

rsp_status rsp_case_levels(struct rsp_call *call)
{
    struct rsp_level_bounds bounds;
    json_t *rows = NULL, *substances = json_array();
    rsp_status status = rsp_level_bounds_read(&bounds, call->err);
    for (size_t i = 0; rsp_level_substance[i] != NULL; i++)
        (void)json_array_append_new(substances, json_string(rsp_level_substance[i]));
    if (status == RSP_OK)
        status = rsp_call_put(call, "bounds",
            json_pack("{s:f, s:f, s:s}", "most", bounds.most_ng_per_ml, "implausible_above",
                bounds.doubt_ng_per_ml, "source", bounds.source));
    if (status == RSP_OK)
        status = rsp_call_put(call, "substances", json_incref(substances));
    json_decref(substances);
    RSP_TRY(status);
    RSP_TRY(rsp_level_rows(call, &rows));
    return rsp_call_page(call, "levels", rows, "at");
}
