/* Notes of psychotherapy about a session: before it, during it, and of what came of it. */
#include <string.h>

#include "service/bedside.h"
#include "service/json_build.h"

static const char kind[] = "session_note";

/* ---- write ---- */

static rsp_status check_order(struct rsp_call *call)
{
    struct rsp_order_facts order;
    const rsp_status status = rsp_order_of_patient(call, rsp_call_whole(call, "order", 0), &order);
    rsp_order_facts_clear(&order);
    return status;
}

/* Nobody changes what another one wrote. */
static rsp_status check_author(struct rsp_call *call)
{
    const int64_t number = rsp_call_whole(call, "replaces", 0);
    json_t *rows = NULL;
    size_t i;
    const json_t *row;
    bool others = false;
    if (number == 0)
        return RSP_OK;
    RSP_TRY(rsp_bedside_entries(call, kind, rsp_call_whole(call, "order", 0), &rows));
    json_array_foreach(rows, i, row)
    {
        others = others || (json_integer_value(json_object_get(row, "number")) == number &&
                               strcmp(rsp_key_text(row, "who"), call->account.name) != 0);
    }
    json_decref(rows);
    return others ? rsp_call_refuse(call, RSP_REFUSED_PERMISSION, RSP_E_DENIED, "replaces",
                        "only who wrote a note corrects it: write one of your own")
                  : RSP_OK;
}

rsp_status rsp_case_session_note(struct rsp_call *call)
{
    const char *text = rsp_call_text(call, "text");
    const bool back = rsp_bedside_takes_back(call, "text");
    RSP_TRY(check_order(call));
    RSP_TRY(check_author(call));
    if (text[0] == '\0' && !back)
        return rsp_error_set(call->err, RSP_E_MISSING, "text", "the words of the note are expected");
    return rsp_bedside_enter(call, kind, "phase",
        json_pack("{s:s, s:s*, s:b, s:b}", "phase", rsp_call_text(call, "phase"), "text",
            text[0] != '\0' ? text : NULL, "shared", strcmp(rsp_call_text(call, "shared"), "yes") == 0,
            "withdrawn", back),
        "note");
}

/* ---- read ---- */

/* Therapist and physician who care for the patient; who broke the glass reads what is shared. */
static rsp_status read_right(struct rsp_call *call, bool *may)
{
    bool cares = false, broken = false;
    RSP_TRY(rsp_call_cares(call, &call->patient, &cares, &broken));
    *may = cares && (call->roles & (RSP_ROLE_PHYSICIAN | RSP_ROLE_THERAPIST)) != 0;
    return RSP_OK;
}

rsp_status rsp_case_session_notes(struct rsp_call *call)
{
    json_t *rows = NULL;
    json_int_t n_private = 0;
    bool may = false;
    RSP_TRY(check_order(call));
    RSP_TRY(read_right(call, &may));
    RSP_TRY(rsp_bedside_entries(call, kind, rsp_call_whole(call, "order", 0), &rows));
    for (size_t i = json_array_size(rows); !may && i-- > 0;) {
        if (json_is_true(json_object_get(json_array_get(rows, i), "shared")))
            continue;
        n_private++;
        (void)json_array_remove(rows, i);
    }
    RSP_TRY(rsp_call_put(call, "notes", rows));
    return rsp_call_put(call, "n_private", json_integer(n_private));
}

/* ---- for the timeline: that there is one, never what it says ---- */

rsp_status rsp_session_notes_put(struct rsp_call *call)
{
    static const char *const shown[] = {"number", "who", "at", "phase", "order"};
    struct rsp_build b = {0};
    json_t *rows = NULL, *list = json_array();
    size_t i;
    const json_t *row;
    rsp_status status = rsp_call_facts(call, kind, true, &rows);
    json_array_foreach(rows, i, row)
    {
        if (json_is_true(json_object_get(row, "withdrawn")))
            continue;
        json_t *one = json_object();
        b.failed = b.failed || !rsp_keys_copy(one, row, sizeof shown / sizeof *shown, shown);
        rsp_build_append(&b, list, one);
    }
    json_decref(rows);
    if (status == RSP_OK && (b.failed || list == NULL))
        status = rsp_call_no_memory(call);
    if (status == RSP_OK)
        return rsp_call_put(call, "notes", list);
    json_decref(list);
    return status;
}
