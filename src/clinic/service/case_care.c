/* Who cares for a patient, the glass that is broken in need, the versions of a record, and the diary. */
#include <stdio.h>
#include <string.h>

#include "service/follow.h"
#include "service/patients.h"

enum { GLASS_S = 60 * 60 };

rsp_status rsp_case_care_add(struct rsp_call *call)
{
    const char *name = rsp_call_text(call, "name");
    struct rsp_account account = {0};
    bool found = false, may = false;

    RSP_TRY(rsp_account_find(call->service->store, name, &found, &account, call->err));
    may = found && !account.disabled && (account.roles & RSP_ROLES_CLINICAL) != 0;
    account = (struct rsp_account){0};
    if (!may)
        return rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "name",
            "there is no such physician, nurse or therapist");
    bool cares = false, broken = false;
    RSP_TRY(rsp_call_cares(call, &call->patient, &cares, &broken));
    if (!cares && strcmp(name, call->account.name) == 0) /* broken glass does not become care of one's own */
        return rsp_call_refuse(call, RSP_REFUSED_PERMISSION, RSP_E_DENIED, "name",
            "a colleague who cares for the patient adds you, not you yourself");
    if (!cares)
        return rsp_call_refuse(call, RSP_REFUSED_PERMISSION, RSP_E_DENIED, "name",
            "only who cares for the patient adds a colleague");
    snprintf(call->detail, sizeof call->detail, "account %s", name);
    RSP_TRY(rsp_call_append(call, "care", &call->patient, json_pack("{s:s}", "account", name), NULL));
    return rsp_call_put(call, "name", json_string(name));
}

rsp_status rsp_case_break_glass(struct rsp_call *call)
{
    const int64_t until_s = call->now_s + GLASS_S;

    RSP_TRY(rsp_call_find_patient(call));
    RSP_TRY(rsp_call_append(call, "break_glass", &call->patient,
        json_pack("{s:s, s:I, s:s}", "account", call->account.name, "until_s", (json_int_t)until_s, "reason",
            rsp_call_text(call, "reason")),
        NULL));
    return rsp_call_put(call, "open_for_s", json_integer(GLASS_S));
}

/* ---- lists of a patient's facts ---- */

/* The record stands in its fact as text. */
static rsp_status open_records(struct rsp_call *call, json_t *rows)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        const char *text = json_string_value(json_object_get(row, "record"));
        if (json_object_set_new(row, "record", text != NULL ? json_loads(text, 0, NULL) : NULL) != 0)
            return rsp_call_no_memory(call);
    }
    return RSP_OK;
}

rsp_status rsp_case_patient_history(struct rsp_call *call)
{
    json_t *rows = NULL;
    RSP_TRY(rsp_call_facts(call, "clinical", false, &rows));
    const rsp_status status = open_records(call, rows);
    if (status != RSP_OK) {
        json_decref(rows);
        return status;
    }
    return rsp_call_page(call, "versions", rows, "number");
}

rsp_status rsp_case_diary(struct rsp_call *call)
{
    json_t *rows = NULL;
    RSP_TRY(rsp_diary_entries(call, &rows));
    return rsp_call_page(call, "entries", rows, "at");
}

rsp_status rsp_case_diary_add(struct rsp_call *call)
{
    struct rsp_fact_place place;
    struct rsp_date day;
    struct rsp_date_time moment;
    const char *date = rsp_call_text(call, "date"), *time = rsp_call_text(call, "time");
    char text[40];

    RSP_TRY(rsp_date_parse(date, &day, call->err));
    if (day.day > call->today.day)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "date", "the entry lies in the future");
    snprintf(text, sizeof text, "%sT%s", date, time);
    if (time[0] != '\0' && rsp_date_time_parse(text, &moment, NULL) != RSP_OK)
        return rsp_error_set(call->err, RSP_E_SYNTAX, "time", "a time such as 20:05 is expected");
    json_t *body = json_copy((json_t *)call->input);
    if (body != NULL)
        (void)json_object_del(body, "patient");
    RSP_TRY(rsp_call_append(call, "diary_entry", &call->patient, body, &place));
    return rsp_call_put(call, "entry", json_integer((json_int_t)place.number));
}
