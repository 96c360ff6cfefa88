/* Who cares for a patient, the glass that is broken in need, the versions of a record, and the diary. */
#include <stdio.h>
#include <string.h>

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

struct listing {
    json_t *rows;
    bool parse_record;
};

static rsp_status add_fact(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct listing *listing = context;
    json_t *row = json_pack("{s:I, s:s, s:s, s:s, s:I, s:I}", "number", (json_int_t)fact->number, "who",
        fact->who, "at", fact->wall, "zone", fact->zone, "supersedes", (json_int_t)fact->supersedes,
        "superseded_by", (json_int_t)fact->superseded_by);
    bool failed = row == NULL;
    if (fact->why != NULL)
        failed = failed || json_object_set_new(row, "why", json_string(fact->why)) != 0;
    if (listing->parse_record) {
        const char *text = json_string_value(json_object_get(fact->body, "record"));
        failed = failed ||
                 json_object_set_new(row, "record", text != NULL ? json_loads(text, 0, NULL) : NULL) != 0;
    } else {
        failed = failed || json_object_update_missing(row, (json_t *)fact->body) != 0;
    }
    if (failed || json_array_append_new(listing->rows, row) != 0) {
        if (failed)
            json_decref(row);
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    }
    return RSP_OK;
}

static rsp_status list(struct rsp_call *call, const char *kind, bool current, struct listing *listing)
{
    const struct rsp_fact_filter filter = {.person = &call->patient, .kind = kind, .current = current};
    listing->rows = json_array();
    if (listing->rows == NULL)
        return rsp_call_no_memory(call);
    const rsp_status status = rsp_store_read(call->service->store, &filter, add_fact, listing, call->err);
    if (status != RSP_OK)
        json_decref(listing->rows);
    return status;
}

rsp_status rsp_case_patient_history(struct rsp_call *call)
{
    struct listing listing = {.parse_record = true};
    RSP_TRY(list(call, "clinical", false, &listing));
    return rsp_call_page(call, "versions", listing.rows, "number");
}

rsp_status rsp_case_diary(struct rsp_call *call)
{
    struct listing listing = {0};
    size_t i;
    json_t *row;
    char at[40];

    RSP_TRY(list(call, "diary_entry", true, &listing));
    json_array_foreach(listing.rows, i, row)
    {
        const char *date = json_string_value(json_object_get(row, "date"));
        const char *time = json_string_value(json_object_get(row, "time"));
        (void)json_object_set_new(row, "entered_at", json_incref(json_object_get(row, "at")));
        snprintf(at, sizeof at, "%s%s%s", date != NULL ? date : "", time != NULL ? "T" : "",
            time != NULL ? time : "");
        (void)json_object_set_new(row, "at", json_string(at));
    }
    return rsp_call_page(call, "entries", listing.rows, "at");
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
